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
        /// Most discharge.
        discharge_max_mw: Profile = Profile::Const(0.0), "MW", NonNegative;
        /// Most charge.
        charge_max_mw: Profile = Profile::Const(0.0), "MW", NonNegative;
        /// Most stored energy.
        energy_max_mwh: Profile = Profile::Const(0.0), "MWh", NonNegative;
        /// Least stored energy.
        energy_min_mwh: Profile = Profile::Const(0.0), "MWh", NonNegative;
        /// Energy stored per energy drawn.
        efficiency_charge: Profile = Profile::Const(1.0), "", Within(1e-6, 1e6);
        /// Energy delivered per energy taken out.
        efficiency_discharge: Profile = Profile::Const(1.0), "", Within(1e-6, 1e6);
        /// Share of the stored energy lost per hour.
        standing_loss_per_h: f64 = 0.0, "1/h", Within(0.0, 1.0);
        /// Natural inflow.
        inflow_mw: Profile = Profile::Const(0.0), "MW", NonNegative;
        /// Cost of spilled energy.
        spill_cost_per_mwh: f64 = 0.0, "1/MWh", Finite;
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
        /// Most full cycles per 24 hours of the horizon: energy taken out, over the largest energy capacity; none for no limit.
        cycles_max_per_day: Option<f64> = None, "1/day", NonNegative;
        /// Whether it takes part.
        in_service: bool = true, "", Free;
    }
}
