//! Stores: energy on a bus, without power limits of its own.
use crate::components::storage_unit::EndRule;
use crate::components::{Bus, Carrier};
use crate::id::Id;
use crate::profile::Profile;
use crate::schema::component;

component! {
    /// A store: a tank or cavern on its bus; power is free in both directions and lossless, links in front of it carry
    /// limits and losses. Injection into the bus is positive.
    Store in Stores {
        /// Bus it stands at.
        bus: Id<Bus> = Id::UNSET, "", Free;
        /// Carrier; none when not told.
        carrier: Option<Id<Carrier>> = None, "", Free;
        /// Nominal energy that the `_pu` limits multiply; none when only the absolute limits count.
        e_nom_mwh: Option<f64> = None, "MWh", NonNegative;
        /// Whether nominal energy is a decision between `e_nom_min_mwh` and `e_nom_max_mwh`; `e_nom_mwh` is then what stands already, and is not counted.
        e_nom_extendable: bool = false, "", Free;
        /// Least nominal energy that may be chosen.
        e_nom_min_mwh: f64 = 0.0, "MWh", NonNegative;
        /// Most nominal energy that may be chosen.
        e_nom_max_mwh: f64 = f64::INFINITY, "MWh", NonNegativeLimit;
        /// Cost of a chosen MWh over the whole horizon of the study.
        capital_cost_per_mwh: f64 = 0.0, "1/MWh", Finite;
        /// Most stored energy per nominal energy.
        e_max_pu: Profile = Profile::Const(1.0), "p.u.", Finite;
        /// Least stored energy per nominal energy.
        e_min_pu: Profile = Profile::Const(0.0), "p.u.", Finite;
        /// Most stored energy; none means `e_nom_mwh·e_max_pu`, or 0 without a nominal energy.
        energy_max_mwh: Option<Profile> = None, "MWh", Limit;
        /// Least stored energy; none means `e_nom_mwh·e_min_pu`, or 0 without a nominal energy.
        energy_min_mwh: Option<Profile> = None, "MWh", Limit;
        /// Share of the stored energy lost per hour.
        standing_loss_per_h: Profile = Profile::Const(0.0), "1/h", Within(0.0, 1.0);
        /// Energy before the first step (not used when cyclic).
        energy_initial_mwh: f64 = 0.0, "MWh", Finite;
        /// Rule for the end of the horizon.
        end_rule: EndRule = EndRule::Free, "", Free;
        /// Target of the end rule.
        energy_target_mwh: f64 = 0.0, "MWh", Finite;
        /// Cost per MWh injected into the bus (income when taken from it).
        cost_linear_per_mwh: Profile = Profile::Const(0.0), "1/MWh", Finite;
        /// Cost: multiplies p².
        cost_quadratic_per_mw2h: Profile = Profile::Const(0.0), "1/MW²h", Finite;
        /// Cost of holding a MWh for an hour, on the energy at the end of the step.
        holding_cost_per_mwh_h: Profile = Profile::Const(0.0), "1/(MWh·h)", Finite;
        /// Power that is held in every step where it is told; not a number where it is free.
        p_set_mw: Option<Profile> = None, "MW", FiniteOrFree;
        /// Energy at the end of the step that is held, likewise.
        energy_set_mwh: Option<Profile> = None, "MWh", FiniteOrFree;
        /// Which way power counts at the bus: 1 as usual, −1 turned round (PyPSA).
        sign: f64 = 1.0, "", Finite;
        /// Whether it takes part.
        in_service: bool = true, "", Free;
    }
}

impl Store {
    /// Least stored energy at the end of step `t`, MWh, with the nominal energy as given: the larger of the absolute and the per-unit limit.
    #[inline]
    pub fn energy_lower_mwh(&self, t: usize) -> f64 {
        let relative = self.e_nom_mwh.map(|e| e * self.e_min_pu.at(t));
        match (&self.energy_min_mwh, relative) {
            (Some(a), Some(r)) => a.at(t).max(r),
            (Some(a), None) => a.at(t),
            (None, r) => r.unwrap_or(0.0),
        }
    }
    /// Most stored energy at the end of step `t`, MWh: the smaller of the two.
    #[inline]
    pub fn energy_upper_mwh(&self, t: usize) -> f64 {
        let relative = self.e_nom_mwh.map(|e| e * self.e_max_pu.at(t));
        match (&self.energy_max_mwh, relative) {
            (Some(a), Some(r)) => a.at(t).min(r),
            (Some(a), None) => a.at(t),
            (None, r) => r.unwrap_or(0.0),
        }
    }
}
