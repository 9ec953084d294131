//! MATPOWER's named column numbers (`idx_bus` and its siblings, MATPOWER 8.1, all from 1).

/// What `idx_bus` returns, in its order.
pub const IDX_BUS: [(&str, u32); 21] = [
    ("PQ", 1),
    ("PV", 2),
    ("REF", 3),
    ("NONE", 4),
    ("BUS_I", 1),
    ("BUS_TYPE", 2),
    ("PD", 3),
    ("QD", 4),
    ("GS", 5),
    ("BS", 6),
    ("BUS_AREA", 7),
    ("VM", 8),
    ("VA", 9),
    ("BASE_KV", 10),
    ("ZONE", 11),
    ("VMAX", 12),
    ("VMIN", 13),
    ("LAM_P", 14),
    ("LAM_Q", 15),
    ("MU_VMAX", 16),
    ("MU_VMIN", 17),
];

/// What `idx_gen` returns, in its order.
pub const IDX_GEN: [(&str, u32); 25] = [
    ("GEN_BUS", 1),
    ("PG", 2),
    ("QG", 3),
    ("QMAX", 4),
    ("QMIN", 5),
    ("VG", 6),
    ("MBASE", 7),
    ("GEN_STATUS", 8),
    ("PMAX", 9),
    ("PMIN", 10),
    ("MU_PMAX", 22),
    ("MU_PMIN", 23),
    ("MU_QMAX", 24),
    ("MU_QMIN", 25),
    ("PC1", 11),
    ("PC2", 12),
    ("QC1MIN", 13),
    ("QC1MAX", 14),
    ("QC2MIN", 15),
    ("QC2MAX", 16),
    ("RAMP_AGC", 17),
    ("RAMP_10", 18),
    ("RAMP_30", 19),
    ("RAMP_Q", 20),
    ("APF", 21),
];

/// What `idx_brch` returns, in its order.
pub const IDX_BRCH: [(&str, u32); 21] = [
    ("F_BUS", 1),
    ("T_BUS", 2),
    ("BR_R", 3),
    ("BR_X", 4),
    ("BR_B", 5),
    ("RATE_A", 6),
    ("RATE_B", 7),
    ("RATE_C", 8),
    ("TAP", 9),
    ("SHIFT", 10),
    ("BR_STATUS", 11),
    ("PF", 14),
    ("QF", 15),
    ("PT", 16),
    ("QT", 17),
    ("MU_SF", 18),
    ("MU_ST", 19),
    ("ANGMIN", 12),
    ("ANGMAX", 13),
    ("MU_ANGMIN", 20),
    ("MU_ANGMAX", 21),
];

/// What `idx_cost` returns, in its order.
pub const IDX_COST: [(&str, u32); 7] =
    [("PW_LINEAR", 1), ("POLYNOMIAL", 2), ("MODEL", 1), ("STARTUP", 2), ("SHUTDOWN", 3), ("NCOST", 4), ("COST", 5)];

/// The list that a function of this name returns, if it is one of the four.
pub fn list_of(function: &str) -> Option<&'static [(&'static str, u32)]> {
    match function {
        "idx_bus" => Some(&IDX_BUS),
        "idx_gen" => Some(&IDX_GEN),
        "idx_brch" => Some(&IDX_BRCH),
        "idx_cost" => Some(&IDX_COST),
        _ => None,
    }
}

/// The value `define_constants` gives to a name.
pub fn value_of(name: &str) -> Option<f64> {
    let lists: [&[(&str, u32)]; 4] = [&IDX_BUS, &IDX_GEN, &IDX_BRCH, &IDX_COST];
    lists.into_iter().flatten().find(|(n, _)| *n == name).map(|(_, v)| f64::from(*v))
}
