//! The quantities a run may report: one list, from which files, referee, report and docs are derived.
use crate::table::TableId;

/// Whether a quantity has one value per element, or one per element and step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `[element]`
    Static,
    /// `[element × step]`
    PerStep,
}

/// What a quantity is.
#[derive(Clone, Copy, Debug)]
pub struct QuantitySpec {
    /// Table of its elements.
    pub table: TableId,
    /// Field name in files.
    pub field: &'static str,
    /// Unit; "currency" stands for the network's.
    pub unit: &'static str,
    /// Shape.
    pub shape: Shape,
    /// Meaning and sign.
    pub doc: &'static str,
}

macro_rules! quantities {
    ($( $(#[doc = $doc:literal])+ $name:ident = $table:ident . $field:literal [$unit:literal] $shape:ident, )+) => {
        /// A reported quantity. Prices and shadow prices are per MWh (or per MW and hour): duals divided by the hours that the
        /// step counts in the objective, unless said otherwise.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Quantity { $( $(#[doc = $doc])+ $name, )+ }
        impl Quantity {
            /// Every quantity.
            pub const ALL: &'static [Quantity] = &[$(Quantity::$name),+];
            /// What it is.
            pub fn spec(self) -> QuantitySpec {
                match self { $( Quantity::$name => QuantitySpec {
                    table: TableId::$table, field: $field, unit: $unit, shape: Shape::$shape, doc: concat!($($doc),+),
                }, )+ }
            }
            /// The quantity of a table and field name.
            pub fn find(table: TableId, field: &str) -> Option<Quantity> {
                Quantity::ALL.iter().copied().find(|q| { let s = q.spec(); s.table == table && s.field == field })
            }
        }
    };
}

quantities! {
    /// Voltage angle; 0 at each island's reference.
    BusAngle = Buses."va_deg" ["deg"] PerStep,
    /// Price of energy at the bus: +1 MW of load in step t raises the objective by price · h · w.
    BusPrice = Buses."price_per_mwh" ["currency/MWh"] PerStep,
    /// Energy part of the price: the price of the reference (by default the load-weighted mean of the island).
    BusPriceEnergy = Buses."price_energy_per_mwh" ["currency/MWh"] PerStep,
    /// Congestion part of the price: price less energy part.
    BusPriceCongestion = Buses."price_congestion_per_mwh" ["currency/MWh"] PerStep,
    /// Left end of the range in which the price is not unique: what 1 MWh less of load saves.
    BusPriceMin = Buses."price_min_per_mwh" ["currency/MWh"] PerStep,
    /// Right end of the range in which the price is not unique: what 1 MWh more of load costs.
    BusPriceMax = Buses."price_max_per_mwh" ["currency/MWh"] PerStep,
    /// Multiplier of the bus's balance at which the certified bound of a commitment is computed; at the best bound a convex-hull price.
    BusBoundPrice = Buses."bound_price_per_mwh" ["currency/MWh"] PerStep,
    /// Power that an elastic re-solve of an infeasible run finds missing at the bus, ≥ 0.
    BusMissing = Buses."missing_mw" ["MW"] PerStep,
    /// Power that an elastic re-solve of an infeasible run cannot place at the bus, ≥ 0.
    BusSurplus = Buses."surplus_mw" ["MW"] PerStep,
    /// Flow, positive from→to (DC: the same at both ends).
    BranchFlow = Branches."p_mw" ["MW"] PerStep,
    /// Shadow price of the flow limit: positive when the from→to limit binds, negative when the to→from limit does.
    BranchLimitPrice = Branches."limit_price_per_mwh" ["currency/MWh"] PerStep,
    /// Flow beyond the rating and, after outages, beyond the emergency rating, at the branch's violation cost. ≥ 0.
    BranchViolation = Branches."violation_mw" ["MW"] PerStep,
    /// Flow after an outage beyond the emergency rating and the violation above, at the branch's emergency violation cost. ≥ 0.
    BranchEmergencyViolation = Branches."emergency_violation_mw" ["MW"] PerStep,
    /// Multiplier of the flow limit at which the certified bound of a commitment is computed; signs as the shadow price's.
    BranchBoundPrice = Branches."limit_bound_price_per_mwh" ["currency/MWh"] PerStep,
    /// Shadow price of the angle-difference limit, per radian and hour: positive when the upper limit binds, negative when the lower does.
    BranchAnglePrice = Branches."angle_limit_price_per_rad_h" ["currency/(rad·h)"] PerStep,
    /// Long-term rating chosen, or as given.
    BranchSNomOpt = Branches."s_nom_opt_mva" ["MVA"] Static,
    /// Phase shift chosen for a controllable shifter.
    BranchShift = Branches."phase_shift_deg" ["deg"] PerStep,
    /// Whether it is on, 1 or 0: a decision of commitment.
    GeneratorStatus = Generators."status" [""] PerStep,
    /// Whether it starts at the beginning of the step, 1 or 0.
    GeneratorStartUp = Generators."start_up" [""] PerStep,
    /// Whether it stops at the beginning of the step, 1 or 0.
    GeneratorShutDown = Generators."shut_down" [""] PerStep,
    /// Output.
    GeneratorP = Generators."p_mw" ["MW"] PerStep,
    /// Nominal power chosen, or as given.
    GeneratorPNomOpt = Generators."p_nom_opt_mw" ["MW"] Static,
    /// Available less used output of renewables, ≥ 0.
    GeneratorCurtailed = Generators."curtailed_mw" ["MW"] PerStep,
    /// Shadow price of the limits of energy over the horizon (objective per MWh): positive when the upper limit binds, negative when the lower does.
    GeneratorEnergySumPrice = Generators."energy_sum_price_per_mwh" ["currency/MWh"] Static,
    /// Shadow price of the ramp into step t (objective per MW, not per MWh): positive when the upward limit binds, negative when the downward does.
    GeneratorRampPrice = Generators."ramp_price_per_mw" ["currency/MW"] PerStep,
    /// Shadow price of output plus upward reserve ≤ highest output, ≥ 0.
    GeneratorHeadroomPrice = Generators."headroom_price_per_mwh" ["currency/MWh"] PerStep,
    /// Shadow price of output less downward reserve ≥ lowest output, ≥ 0.
    GeneratorFootroomPrice = Generators."footroom_price_per_mwh" ["currency/MWh"] PerStep,
    /// Power served: firm demand less shed plus elastic.
    LoadP = Loads."p_mw" ["MW"] PerStep,
    /// Firm demand not served, ≥ 0.
    LoadShed = Loads."shed_mw" ["MW"] PerStep,
    /// Elastic demand served above the firm one, ≥ 0.
    LoadElastic = Loads."elastic_mw" ["MW"] PerStep,
    /// Nominal power chosen, or as given.
    StoragePNomOpt = StorageUnits."p_nom_opt_mw" ["MW"] Static,
    /// Charge at the bus, ≥ 0.
    StorageCharge = StorageUnits."charge_mw" ["MW"] PerStep,
    /// Discharge at the bus, ≥ 0.
    StorageDischarge = StorageUnits."discharge_mw" ["MW"] PerStep,
    /// Energy at the end of the step.
    StorageSoc = StorageUnits."soc_mwh" ["MWh"] PerStep,
    /// Inflow let go, ≥ 0.
    StorageSpill = StorageUnits."spill_mw" ["MW"] PerStep,
    /// Value of one more stored MWh at the end of the step (objective per MWh stored, not divided by hours).
    StorageWaterValue = StorageUnits."water_value_per_mwh" ["currency/MWh"] PerStep,
    /// Shadow price of the cycle limit (objective per MWh taken out), ≥ 0.
    StorageCyclePrice = StorageUnits."cycle_limit_price_per_mwh" ["currency/MWh"] Static,
    /// Shadow price of discharge − charge + upward reserve ≤ highest discharge, ≥ 0.
    StorageHeadroomPrice = StorageUnits."headroom_price_per_mwh" ["currency/MWh"] PerStep,
    /// Shadow price of charge − discharge + downward reserve ≤ highest charge, ≥ 0.
    StorageFootroomPrice = StorageUnits."footroom_price_per_mwh" ["currency/MWh"] PerStep,
    /// Shadow price of having the energy to sustain upward reserve (objective per MWh), ≥ 0.
    StorageEnergyUpPrice = StorageUnits."energy_up_price_per_mwh" ["currency/MWh"] PerStep,
    /// Shadow price of having the room to sustain downward reserve (objective per MWh), ≥ 0.
    StorageEnergyDownPrice = StorageUnits."energy_down_price_per_mwh" ["currency/MWh"] PerStep,
    /// Nominal energy chosen, or as given.
    StoreENomOpt = Stores."e_nom_opt_mwh" ["MWh"] Static,
    /// Power injected into the bus.
    StoreP = Stores."p_mw" ["MW"] PerStep,
    /// Energy at the end of the step.
    StoreEnergy = Stores."energy_mwh" ["MWh"] PerStep,
    /// Value of one more stored MWh at the end of the step (objective per MWh stored, not divided by hours).
    StoreWaterValue = Stores."water_value_per_mwh" ["currency/MWh"] PerStep,
    /// Nominal power chosen, or as given.
    LinkPNomOpt = Links."p_nom_opt_mw" ["MW"] Static,
    /// Shadow price of the ramp into step t (objective per MW, not per MWh): positive when the upward limit binds, negative when the downward does.
    LinkRampPrice = Links."ramp_price_per_mw" ["currency/MW"] PerStep,
    /// Power drawn from `bus_from`.
    LinkP = Links."p_mw" ["MW"] PerStep,
    /// Power delivered at `bus_to`.
    LinkDelivered = Links."p_to_mw" ["MW"] PerStep,
    /// Price of one more MW of requirement for an hour, ≥ 0.
    ReservePrice = Reserves."price_per_mwh" ["currency/MWh"] PerStep,
    /// Multiplier of the requirement at which the certified bound of a commitment is computed, ≥ 0.
    ReserveBoundPrice = Reserves."bound_price_per_mwh" ["currency/MWh"] PerStep,
    /// Requirement not met, ≥ 0.
    ReserveShortage = Reserves."shortage_mw" ["MW"] PerStep,
    /// Power held back.
    ReserveOfferP = ReserveOffers."p_mw" ["MW"] PerStep,
    /// Flow of the interface.
    InterfaceFlow = Interfaces."p_mw" ["MW"] PerStep,
    /// Shadow price of its limits: positive when the upper binds, negative when the lower does.
    InterfacePrice = Interfaces."limit_price_per_mwh" ["currency/MWh"] PerStep,
    /// Flow above the upper or below the lower limit where that is allowed at a price, ≥ 0.
    InterfaceViolation = Interfaces."violation_mw" ["MW"] PerStep,
    /// What was counted against the limit, t or MWh.
    GlobalLimitUsed = GlobalLimits."used" ["t or MWh"] Static,
    /// Shadow price of the limit: objective saved by one more unit, ≥ 0 for an upper limit, ≤ 0 for a lower one.
    GlobalLimitPrice = GlobalLimits."price" ["currency per unit"] Static,
    /// Left-hand side of the constraint.
    SideActivity = SideConstraints."activity" [""] Static,
    /// Shadow price: objective saved by one more unit of right-hand side (≥ 0 for ≤, ≤ 0 for ≥).
    SidePrice = SideConstraints."price" ["currency per unit"] Static,
}
