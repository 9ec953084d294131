//! Every key of the format, and what becomes of it.

/// A key and its field.
pub type Key = (&'static str, &'static str);

/// Keys of the file.
pub const FILE: &[Key] = &[
    ("Parameters", "time axis, penalties"),
    ("Buses", "buses, and a load at each"),
    ("Generators", "generators"),
    ("Storage units", "storage_units"),
    ("Price-sensitive loads", "loads with a bid; generators that take out, where demand or revenue varies"),
    ("Transmission lines", "branches"),
    ("Reserves", "reserves"),
    ("Contingencies", "contingencies"),
    ("Interfaces", "interfaces and their terms"),
    ("Scenarios", "refused: a scenario is a file of its own"),
];

/// Keys of `Parameters`.
pub const PARAMETERS: &[Key] = &[
    ("Version", "what the other keys mean"),
    ("Time horizon (min)", "steps"),
    ("Time (h)", "steps"),
    ("Time horizon (h)", "steps"),
    ("Time step (min)", "duration_h, and its inverse weight_objective"),
    ("Power balance penalty ($/MW)", "loads.shed_cost_per_mwh of every bus's load"),
    ("Scenario name", "no meaning in a file of one scenario"),
    ("Scenario weight", "no meaning in a file of one scenario"),
];

/// Keys of `Parameters` that the package never uses.
pub const PARAMETERS_IGNORED: &[&str] = &["Reserve shortfall penalty ($/MW)"];

/// Keys of a bus.
pub const BUS: &[Key] = &[("Load (MW)", "loads.p_mw")];

/// Keys of a thermal unit.
pub const THERMAL: &[Key] = &[
    ("Bus", "bus"),
    ("Type", "which of the two kinds of unit"),
    ("Production cost curve (MW)", "cost_points, p_min_mw, p_max_mw"),
    ("Production cost curve ($)", "cost_points"),
    ("Startup costs ($)", "start_up_cost"),
    ("Startup delays (h)", "start_up_cost"),
    ("Minimum uptime (h)", "up_time_min_h"),
    ("Minimum downtime (h)", "down_time_min_h"),
    ("Ramp up limit (MW)", "ramp_up_mw, per step"),
    ("Ramp down limit (MW)", "ramp_down_mw, per step"),
    ("Startup limit (MW)", "start_up_limit_mw"),
    ("Shutdown limit (MW)", "shut_down_limit_mw"),
    ("Initial status (h)", "initial_status_h"),
    ("Initial power (MW)", "p_initial_mw"),
    ("Must run?", "must_run"),
    ("Commitment status", "status_set"),
    ("Reserve eligibility", "reserve_offers"),
    ("Provides spinning reserves?", "reserve_offers, before version 0.3"),
];

/// Keys of a thermal unit that the package never uses.
pub const THERMAL_IGNORED: &[&str] = &["Maximum daily energy (MWh)", "Maximum daily starts", "Provides non-spinning reserves?"];

/// Keys of a profiled unit.
pub const PROFILED: &[Key] = &[
    ("Bus", "bus"),
    ("Type", "which of the two kinds of unit"),
    ("Minimum power (MW)", "p_min_mw"),
    ("Maximum power (MW)", "p_max_mw"),
    ("Cost ($/MW)", "cost_linear_per_mwh"),
];

/// Keys of a storage unit.
pub const STORAGE: &[Key] = &[
    ("Bus", "bus"),
    ("Minimum level (MWh)", "energy_min_mwh"),
    ("Maximum level (MWh)", "energy_max_mwh"),
    ("Allow simultaneous charging and discharging", "one_way, turned round"),
    ("Charge cost ($/MW)", "charge_cost_per_mwh"),
    ("Discharge cost ($/MW)", "discharge_cost_per_mwh"),
    ("Charge efficiency", "efficiency_charge"),
    ("Discharge efficiency", "efficiency_discharge"),
    ("Loss factor", "standing_loss_per_h, from a step to an hour"),
    ("Minimum charge rate (MW)", "charge_min_mw"),
    ("Maximum charge rate (MW)", "charge_max_mw"),
    ("Minimum discharge rate (MW)", "discharge_min_mw"),
    ("Maximum discharge rate (MW)", "discharge_max_mw"),
    ("Initial level (MWh)", "soc_initial_mwh"),
    ("Last period minimum level (MWh)", "energy_min_mwh of the last step"),
    ("Last period maximum level (MWh)", "energy_max_mwh of the last step"),
];

/// Keys of a price-sensitive load.
pub const PRICE_SENSITIVE: &[Key] = &[("Bus", "bus"), ("Revenue ($/MW)", "price of the bid"), ("Demand (MW)", "width of the bid")];

/// Keys of a line.
pub const LINE: &[Key] = &[
    ("Source bus", "bus_from"),
    ("Target bus", "bus_to"),
    ("Susceptance (S)", "x_pu, its inverse"),
    ("Normal flow limit (MW)", "rating_a_mva, s_max_pu where it varies"),
    ("Emergency flow limit (MW)", "rating_c_mva, emergency_max_pu where it varies"),
    ("Flow limit penalty ($/MW)", "violation_cost_per_mwh"),
];

/// Keys of a line that the package never uses.
pub const LINE_IGNORED: &[&str] = &["Reactance (ohms)"];

/// Keys of a reserve.
pub const RESERVE: &[Key] =
    &[("Type", "only spinning reserves require anything"), ("Amount (MW)", "requirement_mw"), ("Shortfall penalty ($/MW)", "shortage")];

/// Keys of a contingency.
pub const CONTINGENCY: &[Key] = &[
    ("Affected lines", "branch: the first of them"),
    ("Affected units", "read and never used"),
    ("Affected generators", "read and never used"),
];

/// Keys of an interface.
pub const INTERFACE: &[Key] = &[
    ("Outbound lines", "terms of weight 1"),
    ("Inbound lines", "terms of weight −1"),
    ("Net flow upper limit (MW)", "p_max_mw"),
    ("Net flow lower limit (MW)", "p_min_mw"),
    ("Flow limit penalty ($/MW)", "violation_cost_per_mwh"),
];
