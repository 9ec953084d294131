//! Generators.
use crate::components::{Bus, Carrier};
use crate::id::Id;
use crate::profile::Profile;
use crate::schema::{choice, component};

choice! {
    /// What a ramp limit counts.
    RampUnit {
        /// MW per hour: a quarter-hour step may move a quarter of it.
        PerHour = "per_hour",
        /// MW per step, whatever its length (PyPSA).
        PerStep = "per_step",
    }
}

component! {
    /// A generator; injection is positive. Output in step t lies between [`Generator::lower_mw`] and
    /// [`Generator::upper_mw`]. With both negative it is a dispatchable load, as MATPOWER writes them.
    ///
    /// Cost per hour at output p (MW): `cost_constant_per_h + cost_linear_per_mwh·p + cost_quadratic_per_mw2h·p²`
    /// plus the piecewise-linear `cost_points` plus the stepped `offer`; absent parts are zero.
    Generator in Generators {
        /// Bus it feeds.
        bus: Id<Bus> = Id::UNSET, "", Free;
        /// Carrier it burns or catches; none when not told.
        carrier: Option<Id<Carrier>> = None, "", Free;
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
        /// Lowest output; none means `p_nom_mw·p_min_pu`, or 0 without a nominal power.
        p_min_mw: Option<Profile> = None, "MW", Limit;
        /// Highest output; none means `p_nom_mw·p_max_pu`, or no limit without a nominal power.
        p_max_mw: Option<Profile> = None, "MW", Limit;
        /// Lowest output per nominal power.
        p_min_pu: Profile = Profile::Const(0.0), "p.u.", Finite;
        /// Highest output per nominal power; the available share of wind or sun.
        p_max_pu: Profile = Profile::Const(1.0), "p.u.", Finite;
        /// Output that is held in every step where it is told; not a number where it is free.
        p_set_mw: Option<Profile> = None, "MW", FiniteOrFree;
        /// Which way output counts at the bus: 1 feeds in, −1 takes out (PyPSA).
        sign: f64 = 1.0, "", Finite;
        /// Least energy over the horizon, by the steps' energy weights.
        energy_sum_min_mwh: f64 = f64::NEG_INFINITY, "MWh", Limit;
        /// Most energy over the horizon, by the steps' energy weights.
        energy_sum_max_mwh: f64 = f64::INFINITY, "MWh", Limit;
        /// Output before the first step, or the file's set point.
        p_initial_mw: Option<f64> = None, "MW", Finite;
        /// Reactive output: set point.
        q_mvar: f64 = 0.0, "Mvar", Finite;
        /// Lowest reactive output.
        q_min_mvar: f64 = f64::NEG_INFINITY, "Mvar", Limit;
        /// Highest reactive output.
        q_max_mvar: f64 = f64::INFINITY, "Mvar", Limit;
        /// Voltage set point.
        vm_setpoint_pu: f64 = 1.0, "p.u.", NonNegative;
        /// Machine base.
        base_mva: f64 = 100.0, "MVA", Finite;
        /// Whether it takes part.
        in_service: bool = true, "", Free;
        /// Cost per hour at zero output (no-load cost when committed).
        cost_constant_per_h: f64 = 0.0, "1/h", Finite;
        /// Linear cost.
        cost_linear_per_mwh: Profile = Profile::Const(0.0), "1/MWh", Finite;
        /// Quadratic cost: multiplies p², not half of it.
        cost_quadratic_per_mw2h: Profile = Profile::Const(0.0), "1/MW²h", Finite;
        /// Piecewise-linear cost: output (MW) and cost per hour there, by rising output.
        cost_points: Vec<[f64; 2]> = Vec::new(), "MW: 1/h", Finite;
        /// Stepped offer: width (MW) and price (per MWh) of each step, from 0 upwards; output beyond the last step is not offered.
        offer: Vec<[f64; 2]> = Vec::new(), "MW: 1/MWh", Finite;
        /// MATPOWER's cost of reactive power, carried for round trips: model, n, data.
        reactive_cost: Vec<[f64; 2]> = Vec::new(), "", Finite;
        /// Most upward change between steps.
        ramp_up_mw: Option<f64> = None, "MW per ramp_unit", NonNegative;
        /// Most downward change between steps.
        ramp_down_mw: Option<f64> = None, "MW per ramp_unit", NonNegative;
        /// Most upward change between steps, per nominal power; not a number where there is no limit.
        ramp_up_pu: Option<Profile> = None, "p.u. per ramp_unit", NonNegativeOrFree;
        /// Most downward change between steps, per nominal power; not a number where there is no limit.
        ramp_down_pu: Option<Profile> = None, "p.u. per ramp_unit", NonNegativeOrFree;
        /// Whether ramps count per hour or per step.
        ramp_unit: RampUnit = RampUnit::PerHour, "", Free;
        /// Electric energy out per primary energy in; emissions are counted on the primary energy.
        efficiency: Profile = Profile::Const(1.0), "", Positive;
        /// Start-up cost tiers: cold hours from which the tier holds, and its cost.
        start_up_cost: Vec<[f64; 2]> = Vec::new(), "h: 1", NonNegative;
        /// Cost of a shut-down.
        shut_down_cost: f64 = 0.0, "1", Finite;
        /// Shortest time on.
        up_time_min_h: f64 = 0.0, "h", NonNegative;
        /// Shortest time off.
        down_time_min_h: f64 = 0.0, "h", NonNegative;
        /// Highest output in the step it starts in; none means no limit of its own.
        start_up_limit_mw: Option<f64> = None, "MW", NonNegative;
        /// Highest output in the last step before it stops; none means no limit of its own.
        shut_down_limit_mw: Option<f64> = None, "MW", NonNegative;
        /// Status that is held in every step where it is told: 1 on, 0 off; not a number where it is free.
        status_set: Option<Profile> = None, "", FiniteOrFree;
        /// Hours on (positive) or off (negative) before the first step.
        initial_status_h: Option<f64> = None, "h", Finite;
        /// Whether it must stay on.
        must_run: bool = false, "", Free;
        /// Whether commitment may switch it; otherwise it is on whenever in service.
        committable: bool = false, "", Free;
        /// MATPOWER's remaining generator columns (PC1 … APF), carried for round trips.
        matpower_rest: Vec<[f64; 2]> = Vec::new(), "", Limit;
    }
}

impl Generator {
    /// Lowest output in step `t`, MW: the larger of the absolute and the per-unit limit.
    #[inline]
    pub fn lower_mw(&self, t: usize) -> f64 {
        let relative = self.p_nom_mw.map(|p| p * self.p_min_pu.at(t));
        match (&self.p_min_mw, relative) {
            (Some(a), Some(r)) => a.at(t).max(r),
            (Some(a), None) => a.at(t),
            (None, Some(r)) => r,
            (None, None) => 0.0,
        }
    }
    /// Highest output in step `t`, MW: the smaller of the absolute and the per-unit limit. For wind and sun what is available.
    #[inline]
    pub fn upper_mw(&self, t: usize) -> f64 {
        let relative = self.p_nom_mw.map(|p| p * self.p_max_pu.at(t));
        match (&self.p_max_mw, relative) {
            (Some(a), Some(r)) => a.at(t).min(r),
            (Some(a), None) => a.at(t),
            (None, Some(r)) => r,
            (None, None) => f64::INFINITY,
        }
    }
    /// Whether any part of the cost is quadratic.
    pub fn is_quadratic(&self) -> bool {
        !self.cost_quadratic_per_mw2h.is_all(0.0)
    }
}
