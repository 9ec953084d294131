//! Links: DC lines and converters between carriers.
use crate::components::{Bus, Carrier, RampUnit};
use crate::id::Id;
use crate::profile::Profile;
use crate::schema::component;

component! {
    /// A controllable link. It draws p from `bus_from` and delivers `efficiency·p − loss_constant_mw` at `bus_to`;
    /// further ends are rows of [`LinkEnd`]. p may be negative where `p_min_mw` allows it.
    Link in Links {
        /// Bus it draws from.
        bus_from: Id<Bus> = Id::UNSET, "", Free;
        /// Bus it delivers to.
        bus_to: Id<Bus> = Id::UNSET, "", Free;
        /// Carrier; none when not told.
        carrier: Option<Id<Carrier>> = None, "", Free;
        /// Power delivered per power drawn.
        efficiency: Profile = Profile::Const(1.0), "", Finite;
        /// Loss that does not depend on the flow (MATPOWER's LOSS0), borne at `bus_to` while in service.
        loss_constant_mw: f64 = 0.0, "MW", Finite;
        /// Nominal power that the `_pu` limits multiply; none when only the `_mw` limits count.
        p_nom_mw: Option<f64> = None, "MW", NonNegative;
        /// Whether nominal power is a decision between `p_nom_min_mw` and `p_nom_max_mw`; `p_nom_mw` is then what stands already, and is not counted.
        p_nom_extendable: bool = false, "", Free;
        /// Least nominal power that may be chosen.
        p_nom_min_mw: f64 = 0.0, "MW", NonNegative;
        /// Most nominal power that may be chosen.
        p_nom_max_mw: f64 = f64::INFINITY, "MW", NonNegativeLimit;
        /// Cost of a chosen MW over the whole horizon of the study.
        capital_cost_per_mw: f64 = 0.0, "1/MW", Finite;
        /// Least power drawn; none means `p_nom_mw·p_min_pu`, or 0 without a nominal power.
        p_min_mw: Option<Profile> = None, "MW", Limit;
        /// Most power drawn; none means `p_nom_mw·p_max_pu`, or no limit without a nominal power.
        p_max_mw: Option<Profile> = None, "MW", Limit;
        /// Least power drawn per nominal power.
        p_min_pu: Profile = Profile::Const(0.0), "p.u.", Finite;
        /// Most power drawn per nominal power.
        p_max_pu: Profile = Profile::Const(1.0), "p.u.", Finite;
        /// Power that is held in every step where it is told; not a number where it is free.
        p_set_mw: Option<Profile> = None, "MW", FiniteOrFree;
        /// Most upward change of the power drawn between steps, per nominal power; not a number where there is no limit.
        ramp_up_pu: Option<Profile> = None, "p.u. per ramp_unit", NonNegativeOrFree;
        /// Most downward change, likewise.
        ramp_down_pu: Option<Profile> = None, "p.u. per ramp_unit", NonNegativeOrFree;
        /// Whether ramps count per hour or per step.
        ramp_unit: RampUnit = RampUnit::PerHour, "", Free;
        /// Length, where known; transmission volume counts it.
        length_km: Option<f64> = None, "km", NonNegative;
        /// Power drawn in the file, where it has one.
        p_initial_mw: Option<f64> = None, "MW", Finite;
        /// Cost per MWh drawn.
        cost_linear_per_mwh: Profile = Profile::Const(0.0), "1/MWh", Finite;
        /// Cost: multiplies p².
        cost_quadratic_per_mw2h: Profile = Profile::Const(0.0), "1/MW²h", Finite;
        /// MATPOWER's remaining DC-line columns (voltages, reactive limits), carried for round trips.
        matpower_rest: Vec<[f64; 2]> = Vec::new(), "", Limit;
        /// Whether it takes part.
        in_service: bool = true, "", Free;
    }
}

impl Link {
    /// Least power drawn in step `t`, MW, with the nominal power as given: the larger of the absolute and the per-unit limit.
    #[inline]
    pub fn lower_mw(&self, t: usize) -> f64 {
        let relative = self.p_nom_mw.map(|p| p * self.p_min_pu.at(t));
        match (&self.p_min_mw, relative) {
            (Some(a), Some(r)) => a.at(t).max(r),
            (Some(a), None) => a.at(t),
            (None, r) => r.unwrap_or(0.0),
        }
    }
    /// Most power drawn in step `t`, MW: the smaller of the two.
    #[inline]
    pub fn upper_mw(&self, t: usize) -> f64 {
        let relative = self.p_nom_mw.map(|p| p * self.p_max_pu.at(t));
        match (&self.p_max_mw, relative) {
            (Some(a), Some(r)) => a.at(t).min(r),
            (Some(a), None) => a.at(t),
            (None, r) => r.unwrap_or(f64::INFINITY),
        }
    }
}

component! {
    /// A further end of a link: delivers `efficiency·p` at `bus` (draws when negative).
    LinkEnd in LinkEnds {
        /// The link.
        link: Id<Link> = Id::UNSET, "", Free;
        /// Bus of this end.
        bus: Id<Bus> = Id::UNSET, "", Free;
        /// Power delivered per power drawn at `bus_from`.
        efficiency: Profile = Profile::Const(1.0), "", Finite;
    }
}
