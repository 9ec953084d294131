//! Storage units: batteries, flywheels, pumped hydro.
use crate::components::{Bus, Carrier};
use crate::id::Id;
use crate::profile::Profile;
use crate::schema::{choice, component};

choice! {
    /// What a store's energy must be at the end of the horizon.
    EndRule {
        /// Anything; `end_value` says what it is worth.
        Free = "free",
        /// As at the start, which is itself a decision.
        Cyclic = "cyclic",
        /// At least the target.
        AtLeast = "at_least",
        /// The target.
        Exactly = "exactly",
    }
}

component! {
    /// A storage unit: power and energy with fixed limits. Charge and discharge are each ≥ 0 (MW at the bus);
    /// energy is at the end of a step.
    StorageUnit in StorageUnits {
        /// Bus it stands at.
        bus: Id<Bus> = Id::UNSET, "", Free;
        /// Technology; none when not told.
        carrier: Option<Id<Carrier>> = None, "", Free;
        /// Nominal power that the `_pu` limits and `energy_hours_h` multiply; none when only the absolute limits count.
        p_nom_mw: Option<f64> = None, "MW", NonNegative;
        /// Whether nominal power is a decision between `p_nom_min_mw` and `p_nom_max_mw`; `p_nom_mw` is then what stands already, and is not counted.
        p_nom_extendable: bool = false, "", Free;
        /// Least nominal power that may be chosen.
        p_nom_min_mw: f64 = 0.0, "MW", NonNegative;
        /// Most nominal power that may be chosen.
        p_nom_max_mw: f64 = f64::INFINITY, "MW", NonNegativeLimit;
        /// Cost of a chosen MW over the whole horizon of the study.
        capital_cost_per_mw: f64 = 0.0, "1/MW", Finite;
        /// Most discharge per nominal power.
        p_max_pu: Profile = Profile::Const(1.0), "p.u.", Finite;
        /// Most charge per nominal power, as a negative number.
        p_min_pu: Profile = Profile::Const(-1.0), "p.u.", Finite;
        /// Energy capacity in hours of nominal power.
        energy_hours_h: f64 = 1.0, "h", NonNegativeLimit;
        /// Most discharge; none means `p_nom_mw·p_max_pu`, or 0 without a nominal power.
        discharge_max_mw: Option<Profile> = None, "MW", NonNegative;
        /// Most charge; none means `−p_nom_mw·p_min_pu`, or 0 without a nominal power.
        charge_max_mw: Option<Profile> = None, "MW", NonNegative;
        /// Least discharge in a step in which it discharges at all.
        discharge_min_mw: Profile = Profile::Const(0.0), "MW", NonNegative;
        /// Least charge in a step in which it charges at all.
        charge_min_mw: Profile = Profile::Const(0.0), "MW", NonNegative;
        /// 1 in steps in which it may charge or discharge but not both; 0 in steps in which it may do both.
        one_way: Profile = Profile::Const(0.0), "", Within(0.0, 1.0);
        /// Most stored energy; none means `p_nom_mw·energy_hours_h`, or 0 without a nominal power.
        energy_max_mwh: Option<Profile> = None, "MWh", NonNegative;
        /// Least stored energy.
        energy_min_mwh: Profile = Profile::Const(0.0), "MWh", NonNegative;
        /// Energy stored per energy drawn.
        efficiency_charge: Profile = Profile::Const(1.0), "", Within(1e-6, 1e6);
        /// Energy delivered per energy taken out.
        efficiency_discharge: Profile = Profile::Const(1.0), "", Within(1e-6, 1e6);
        /// Share of the stored energy lost per hour.
        standing_loss_per_h: Profile = Profile::Const(0.0), "1/h", Within(0.0, 1.0);
        /// Natural inflow.
        inflow_mw: Profile = Profile::Const(0.0), "MW", NonNegative;
        /// Cost of spilled energy.
        spill_cost_per_mwh: Profile = Profile::Const(0.0), "1/MWh", Finite;
        /// Energy before the first step (not used when cyclic).
        soc_initial_mwh: f64 = 0.0, "MWh", NonNegative;
        /// Rule for the end of the horizon.
        end_rule: EndRule = EndRule::Free, "", Free;
        /// Target of the end rule.
        soc_target_mwh: f64 = 0.0, "MWh", NonNegative;
        /// Worth of energy left at the end: width (MWh) and value (per MWh) of each step, by falling value.
        end_value: Vec<[f64; 2]> = Vec::new(), "MWh: 1/MWh", Finite;
        /// Cost per MWh discharged at the bus: wear, or an offer.
        discharge_cost_per_mwh: Profile = Profile::Const(0.0), "1/MWh", Finite;
        /// Cost per MWh drawn at the bus.
        charge_cost_per_mwh: Profile = Profile::Const(0.0), "1/MWh", Finite;
        /// Quadratic cost of discharge: multiplies p².
        discharge_cost_quadratic_per_mw2h: Profile = Profile::Const(0.0), "1/MW²h", Finite;
        /// Cost of holding a MWh for an hour, on the energy at the end of the step.
        holding_cost_per_mwh_h: Profile = Profile::Const(0.0), "1/(MWh·h)", Finite;
        /// Discharge less charge that is held in every step where it is told; not a number where it is free.
        p_set_mw: Option<Profile> = None, "MW", FiniteOrFree;
        /// Discharge that is held, likewise.
        discharge_set_mw: Option<Profile> = None, "MW", FiniteOrFree;
        /// Charge that is held, likewise.
        charge_set_mw: Option<Profile> = None, "MW", FiniteOrFree;
        /// Energy at the end of the step that is held, likewise.
        soc_set_mwh: Option<Profile> = None, "MWh", FiniteOrFree;
        /// Which way power counts at the bus: 1 as usual, −1 turned round (PyPSA).
        sign: f64 = 1.0, "", Finite;
        /// Most full cycles per 24 hours of the horizon: energy taken out, over the largest energy capacity; none for no limit.
        cycles_max_per_day: Option<f64> = None, "1/day", NonNegative;
        /// Whether it takes part.
        in_service: bool = true, "", Free;
    }
}

impl StorageUnit {
    /// Most discharge in step `t`, MW, with the nominal power as given: the smaller of the absolute and the per-unit limit.
    #[inline]
    pub fn discharge_upper_mw(&self, t: usize) -> f64 {
        smaller(&self.discharge_max_mw, self.p_nom_mw.map(|p| p * self.p_max_pu.at(t)), t)
    }
    /// Most charge in step `t`, MW, likewise.
    #[inline]
    pub fn charge_upper_mw(&self, t: usize) -> f64 {
        smaller(&self.charge_max_mw, self.p_nom_mw.map(|p| -p * self.p_min_pu.at(t)), t)
    }
    /// Most stored energy at the end of step `t`, MWh, likewise.
    #[inline]
    pub fn energy_upper_mwh(&self, t: usize) -> f64 {
        smaller(&self.energy_max_mwh, self.p_nom_mw.map(|p| p * self.energy_hours_h), t)
    }
    /// Largest energy capacity over the steps, MWh: what a full cycle counts.
    pub fn energy_capacity_mwh(&self) -> f64 {
        match &self.energy_max_mwh {
            Some(series) => (0..series.values().len()).map(|t| self.energy_upper_mwh(t)).fold(f64::NEG_INFINITY, f64::max),
            None => self.energy_upper_mwh(0),
        }
    }
}

/// The smaller of an absolute limit and one by nominal power; 0 when neither is told.
fn smaller(absolute: &Option<Profile>, relative: Option<f64>, t: usize) -> f64 {
    match (absolute, relative) {
        (Some(a), Some(r)) => a.at(t).min(r),
        (Some(a), None) => a.at(t),
        (None, Some(r)) => r,
        (None, None) => 0.0,
    }
}
