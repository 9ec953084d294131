//! Every key of the format, and the field it fills.

/// Keys of the file.
pub const FILE: &[(&str, &str)] = &[
    ("time_periods", "steps of one hour"),
    ("demand", "loads.p_mw of `demand`"),
    ("reserves", "reserves.requirement_mw of `reserve`, to which every thermal unit offers"),
    ("thermal_generators", "committable generators"),
    ("renewable_generators", "generators that are not committable and cost nothing"),
];

/// Keys of a thermal generator.
pub const THERMAL: &[(&str, &str)] = &[
    ("name", "its key again"),
    ("must_run", "must_run"),
    ("power_output_minimum", "p_min_mw"),
    ("power_output_maximum", "p_max_mw"),
    ("ramp_up_limit", "ramp_up_mw, per step"),
    ("ramp_down_limit", "ramp_down_mw, per step"),
    ("ramp_startup_limit", "start_up_limit_mw"),
    ("ramp_shutdown_limit", "shut_down_limit_mw"),
    ("time_up_minimum", "up_time_min_h"),
    ("time_down_minimum", "down_time_min_h"),
    ("power_output_t0", "p_initial_mw"),
    ("unit_on_t0", "sign of initial_status_h"),
    ("time_up_t0", "initial_status_h when on"),
    ("time_down_t0", "−initial_status_h when off"),
    ("startup", "start_up_cost: lag (h) and cost of each tier"),
    ("piecewise_production", "cost_points: mw and cost of each point"),
];

/// Keys of a renewable generator.
pub const RENEWABLE: &[(&str, &str)] =
    &[("name", "its key again"), ("power_output_minimum", "p_min_mw"), ("power_output_maximum", "p_max_mw")];

/// The keys of a list.
pub(super) fn keys(list: &[(&'static str, &str)]) -> Vec<&'static str> {
    list.iter().map(|(key, _)| *key).collect()
}
