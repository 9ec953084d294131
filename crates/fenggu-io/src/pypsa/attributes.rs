//! The attributes of PyPSA's components (0.2x to 1.4) with their types and defaults, and what becomes of each here.
//!
//! Source: the component tables in PyPSA's documentation, version 1.4. One table for readers, writers, docs and tests.

/// What becomes of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A field of the network; written from it.
    Field,
    /// Several attributes make one field (an impedance from a line type): the field is what counts, the attributes are
    /// carried and written again while they still give that field.
    Source,
    /// No meaning in an optimisation, or none without a feature that is refused: carried.
    Kept,
    /// Result of an earlier run: not read.
    Output,
    /// Refused where it says something (see [`super::refused`]); otherwise carried.
    Refused,
}

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Holds {
    /// A number, with its default; NaN is "not given".
    Number(f64),
    /// A number or a series.
    Series(f64),
    /// A whole number.
    Integer(i64),
    /// True or False.
    Flag(bool),
    /// A text.
    Text(&'static str),
}

/// One attribute.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// Type and default.
    pub holds: Holds,
    /// What becomes of it.
    pub role: Role,
}

/// One kind of component.
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// Its name in files, e.g. `generators`.
    pub name: &'static str,
    /// Its attributes; others are the user's own and are carried.
    pub attributes: &'static [Attribute],
}

impl List {
    /// The attribute of a name.
    pub fn find(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes.iter().find(|a| a.name == name).or_else(|| self.port(name))
    }

    /// `bus2`, `efficiency3`, `rate2`, `delay4` … : attributes of further ports.
    fn port(&self, name: &str) -> Option<&'static Attribute> {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let port = &name[stem.len()..];
        if port.is_empty() || port == "0" || port == "1" || port.starts_with('0') {
            return None;
        }
        match (self.name, stem) {
            ("links" | "processes", "bus") => Some(&PORT_BUS),
            ("links", "efficiency") => Some(&PORT_EFFICIENCY),
            ("processes", "rate") => Some(&PORT_RATE),
            ("links" | "processes", "delay") => Some(&PORT_DELAY),
            ("links" | "processes", "cyclic_delay") => Some(&PORT_CYCLIC),
            ("links" | "processes", "p") => Some(&PORT_P),
            _ => None,
        }
    }
}

static PORT_BUS: Attribute = t("bus2", Role::Field);
static PORT_EFFICIENCY: Attribute = s("efficiency2", 1.0, Role::Field);
static PORT_RATE: Attribute = s("rate2", 1.0, Role::Field);
static PORT_DELAY: Attribute = i("delay2", 0, Role::Refused);
static PORT_CYCLIC: Attribute = b("cyclic_delay2", true, Role::Kept);
static PORT_P: Attribute = s("p2", 0.0, Role::Output);

pub(super) const fn n(name: &'static str, default: f64, role: Role) -> Attribute {
    Attribute { name, holds: Holds::Number(default), role }
}
pub(super) const fn s(name: &'static str, default: f64, role: Role) -> Attribute {
    Attribute { name, holds: Holds::Series(default), role }
}
pub(super) const fn i(name: &'static str, default: i64, role: Role) -> Attribute {
    Attribute { name, holds: Holds::Integer(default), role }
}
pub(super) const fn b(name: &'static str, default: bool, role: Role) -> Attribute {
    Attribute { name, holds: Holds::Flag(default), role }
}
pub(super) const fn t(name: &'static str, role: Role) -> Attribute {
    Attribute { name, holds: Holds::Text(""), role }
}
pub(super) const fn word(name: &'static str, default: &'static str, role: Role) -> Attribute {
    Attribute { name, holds: Holds::Text(default), role }
}
pub(super) const fn out(name: &'static str) -> Attribute {
    Attribute { name, holds: Holds::Series(f64::NAN), role: Role::Output }
}

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;
use Role::{Field, Kept, Output, Refused, Source};

/// Every kind of component, in the order in which PyPSA lists them; buses and carriers come first.
pub static LISTS: &[List] = &[
    List {
        name: "buses",
        attributes: &[
            n("v_nom", 1.0, Field),
            t("type", Kept),
            n("x", 0.0, Field),
            n("y", 0.0, Field),
            word("carrier", "AC", Field),
            t("unit", Kept),
            t("location", Kept),
            s("v_mag_pu_set", 1.0, Field),
            n("v_mag_pu_min", 0.0, Field),
            n("v_mag_pu_max", INF, Field),
            word("control", "PQ", Output),
            Attribute { name: "generator", holds: Holds::Text(""), role: Output },
            Attribute { name: "sub_network", holds: Holds::Text(""), role: Output },
            out("p"),
            out("q"),
            out("v_mag_pu"),
            out("v_ang"),
            out("marginal_price"),
        ],
    },
    List {
        name: "carriers",
        attributes: &[
            n("co2_emissions", 0.0, Field),
            t("color", Field),
            t("nice_name", Kept),
            n("max_growth", INF, Kept),
            n("max_relative_growth", 0.0, Kept),
        ],
    },
    List {
        name: "generators",
        attributes: &[
            t("bus", Field),
            word("control", "PQ", Kept),
            t("type", Kept),
            n("p_nom", 0.0, Field),
            n("p_nom_mod", 0.0, Refused),
            b("p_nom_extendable", false, Field),
            n("p_nom_min", 0.0, Field),
            n("p_nom_max", INF, Field),
            n("p_nom_set", NAN, Source),
            s("p_min_pu", 0.0, Field),
            s("p_max_pu", 1.0, Field),
            s("p_set", NAN, Field),
            n("p_init", NAN, Field),
            n("e_sum_min", -INF, Field),
            n("e_sum_max", INF, Field),
            s("q_set", 0.0, Field),
            n("sign", 1.0, Field),
            t("carrier", Field),
            s("marginal_cost", 0.0, Field),
            s("marginal_cost_quadratic", 0.0, Field),
            b("active", true, Field),
            i("build_year", 0, Kept),
            n("lifetime", INF, Kept),
            n("capital_cost", 0.0, Field),
            n("overnight_cost", NAN, Source),
            n("discount_rate", NAN, Kept),
            n("fom_cost", 0.0, Source),
            s("efficiency", 1.0, Field),
            b("committable", false, Kept),
            b("maintainable", false, Refused),
            n("maintenance_duration", 0.0, Kept),
            n("maintenance_pu", 1.0, Kept),
            i("maintenance_events", 1, Kept),
            s("start_up_cost", 0.0, Kept),
            s("shut_down_cost", 0.0, Kept),
            s("stand_by_cost", 0.0, Kept),
            i("min_up_time", 0, Kept),
            i("min_down_time", 0, Kept),
            i("up_time_before", 1, Kept),
            i("down_time_before", 0, Kept),
            s("ramp_limit_up", NAN, Field),
            s("ramp_limit_down", NAN, Field),
            n("ramp_limit_start_up", NAN, Source),
            n("ramp_limit_shut_down", NAN, Source),
            n("weight", 1.0, Kept),
            out("p"),
            out("q"),
            out("p_nom_opt"),
            out("status"),
            out("start_up"),
            out("shut_down"),
            out("maintenance"),
            out("maintenance_start"),
            out("mu_upper"),
            out("mu_lower"),
            out("mu_p_set"),
            out("mu_ramp_limit_up"),
            out("mu_ramp_limit_down"),
            out("capital_cost_piecewise_opt"),
            out("marginal_cost_piecewise_opt"),
        ],
    },
    List {
        name: "loads",
        attributes: &[
            t("bus", Field),
            t("carrier", Kept),
            t("type", Kept),
            s("p_set", 0.0, Field),
            s("q_set", 0.0, Field),
            n("sign", -1.0, Source),
            b("active", true, Field),
            out("p"),
            out("q"),
        ],
    },
    List {
        name: "links",
        attributes: &[
            t("bus0", Field),
            t("bus1", Field),
            t("type", Kept),
            t("carrier", Field),
            s("efficiency", 1.0, Field),
            b("active", true, Field),
            i("build_year", 0, Kept),
            n("lifetime", INF, Kept),
            n("p_nom", 0.0, Field),
            n("p_nom_mod", 0.0, Refused),
            b("p_nom_extendable", false, Field),
            n("p_nom_min", 0.0, Field),
            n("p_nom_max", INF, Field),
            n("p_nom_set", NAN, Source),
            s("p_set", NAN, Field),
            n("p_init", NAN, Field),
            s("p_min_pu", 0.0, Field),
            s("p_max_pu", 1.0, Field),
            n("capital_cost", 0.0, Field),
            n("overnight_cost", NAN, Source),
            n("discount_rate", NAN, Kept),
            n("fom_cost", 0.0, Source),
            s("marginal_cost", 0.0, Field),
            s("marginal_cost_quadratic", 0.0, Field),
            s("stand_by_cost", 0.0, Kept),
            n("length", 0.0, Field),
            n("terrain_factor", 1.0, Kept),
            b("committable", false, Refused),
            b("maintainable", false, Refused),
            n("maintenance_duration", 0.0, Kept),
            n("maintenance_pu", 1.0, Kept),
            i("maintenance_events", 1, Kept),
            s("start_up_cost", 0.0, Kept),
            s("shut_down_cost", 0.0, Kept),
            i("min_up_time", 0, Kept),
            i("min_down_time", 0, Kept),
            i("up_time_before", 1, Kept),
            i("down_time_before", 0, Kept),
            s("ramp_limit_up", NAN, Field),
            s("ramp_limit_down", NAN, Field),
            n("ramp_limit_start_up", NAN, Source),
            n("ramp_limit_shut_down", NAN, Source),
            i("delay", 0, Refused),
            b("cyclic_delay", true, Kept),
            out("p"),
            out("p0"),
            out("p1"),
            out("p_nom_opt"),
            out("status"),
            out("start_up"),
            out("shut_down"),
            out("maintenance"),
            out("maintenance_start"),
            out("mu_lower"),
            out("mu_upper"),
            out("mu_p_set"),
            out("mu_ramp_limit_up"),
            out("mu_ramp_limit_down"),
            out("capital_cost_piecewise_opt"),
            out("marginal_cost_piecewise_opt"),
        ],
    },
    List {
        name: "stores",
        attributes: &[
            t("bus", Field),
            t("type", Kept),
            t("carrier", Field),
            n("e_nom", 0.0, Field),
            n("e_nom_mod", 0.0, Refused),
            b("e_nom_extendable", false, Field),
            n("e_nom_min", 0.0, Field),
            n("e_nom_max", INF, Field),
            n("e_nom_set", NAN, Source),
            s("e_min_pu", 0.0, Field),
            s("e_max_pu", 1.0, Field),
            n("e_initial", 0.0, Field),
            b("e_initial_per_period", false, Kept),
            b("e_cyclic", false, Field),
            b("e_cyclic_per_period", false, Kept),
            s("p_set", NAN, Field),
            s("q_set", 0.0, Kept),
            s("e_set", NAN, Field),
            n("sign", 1.0, Field),
            s("marginal_cost", 0.0, Field),
            s("marginal_cost_quadratic", 0.0, Field),
            s("marginal_cost_storage", 0.0, Field),
            n("capital_cost", 0.0, Field),
            n("overnight_cost", NAN, Source),
            n("discount_rate", NAN, Kept),
            n("fom_cost", 0.0, Source),
            s("standing_loss", 0.0, Field),
            b("active", true, Field),
            i("build_year", 0, Kept),
            n("lifetime", INF, Kept),
            out("p"),
            out("q"),
            out("e"),
            out("e_nom_opt"),
            out("mu_upper"),
            out("mu_lower"),
            out("mu_energy_balance"),
            out("capital_cost_piecewise_opt"),
            out("marginal_cost_piecewise_opt"),
        ],
    },
    List {
        name: "storage_units",
        attributes: &[
            t("bus", Field),
            word("control", "PQ", Kept),
            t("type", Kept),
            n("p_nom", 0.0, Field),
            n("p_nom_mod", 0.0, Refused),
            b("p_nom_extendable", false, Field),
            n("p_nom_min", 0.0, Field),
            n("p_nom_max", INF, Field),
            n("p_nom_set", NAN, Source),
            s("p_min_pu", -1.0, Field),
            s("p_max_pu", 1.0, Field),
            s("p_set", NAN, Field),
            s("q_set", 0.0, Kept),
            s("p_dispatch_set", NAN, Field),
            s("p_store_set", NAN, Field),
            n("sign", 1.0, Field),
            t("carrier", Field),
            s("spill_cost", 0.0, Field),
            s("marginal_cost", 0.0, Field),
            s("marginal_cost_quadratic", 0.0, Field),
            s("marginal_cost_storage", 0.0, Field),
            n("capital_cost", 0.0, Field),
            n("overnight_cost", NAN, Source),
            n("discount_rate", NAN, Kept),
            n("fom_cost", 0.0, Source),
            b("active", true, Field),
            i("build_year", 0, Kept),
            n("lifetime", INF, Kept),
            n("state_of_charge_initial", 0.0, Field),
            b("state_of_charge_initial_per_period", false, Kept),
            s("state_of_charge_set", NAN, Field),
            b("cyclic_state_of_charge", false, Field),
            b("cyclic_state_of_charge_per_period", false, Kept),
            n("max_hours", 1.0, Field),
            s("efficiency_store", 1.0, Field),
            s("efficiency_dispatch", 1.0, Field),
            s("standing_loss", 0.0, Field),
            s("inflow", 0.0, Field),
            out("p"),
            out("p_dispatch"),
            out("p_store"),
            out("q"),
            out("state_of_charge"),
            out("spill"),
            out("p_nom_opt"),
            out("mu_upper"),
            out("mu_lower"),
            out("mu_state_of_charge_set"),
            out("mu_energy_balance"),
            out("capital_cost_piecewise_opt"),
            out("marginal_cost_piecewise_opt"),
        ],
    },
    List {
        name: "lines",
        attributes: &[
            t("bus0", Field),
            t("bus1", Field),
            t("type", Source),
            n("x", 0.0, Source),
            n("r", 0.0, Source),
            n("g", 0.0, Source),
            n("b", 0.0, Source),
            n("s_nom", 0.0, Field),
            n("s_nom_mod", 0.0, Refused),
            b("s_nom_extendable", false, Field),
            n("s_nom_min", 0.0, Field),
            n("s_nom_max", INF, Field),
            n("s_nom_set", NAN, Source),
            s("s_max_pu", 1.0, Field),
            n("capital_cost", 0.0, Field),
            n("overnight_cost", NAN, Source),
            n("discount_rate", NAN, Kept),
            n("fom_cost", 0.0, Source),
            b("active", true, Field),
            i("build_year", 0, Kept),
            n("lifetime", INF, Kept),
            n("length", 0.0, Field),
            t("carrier", Field),
            n("terrain_factor", 1.0, Kept),
            n("num_parallel", 1.0, Source),
            n("v_ang_min", -INF, Kept),
            n("v_ang_max", INF, Field),
            Attribute { name: "sub_network", holds: Holds::Text(""), role: Output },
            out("p0"),
            out("q0"),
            out("p1"),
            out("q1"),
            out("x_pu"),
            out("r_pu"),
            out("g_pu"),
            out("b_pu"),
            out("x_pu_eff"),
            out("r_pu_eff"),
            out("v_nom"),
            out("s_nom_opt"),
            out("mu_lower"),
            out("mu_upper"),
            out("capital_cost_piecewise_opt"),
        ],
    },
    List {
        name: "line_types",
        attributes: &[
            n("f_nom", 50.0, Source),
            n("r_per_length", 0.0, Source),
            n("x_per_length", 0.0, Source),
            n("c_per_length", 0.0, Source),
            n("i_nom", 0.0, Kept),
            word("mounting", "ol", Kept),
            n("cross_section", 0.0, Kept),
            t("references", Kept),
        ],
    },
    List { name: "processes", attributes: super::process_attributes::PROCESS },
    List {
        name: "transformers",
        attributes: &[
            t("bus0", Field),
            t("bus1", Field),
            t("type", Source),
            word("model", "t", Kept),
            n("x", 0.0, Source),
            n("r", 0.0, Source),
            n("g", 0.0, Source),
            n("b", 0.0, Source),
            n("s_nom", 0.0, Source),
            n("s_nom_mod", 0.0, Refused),
            b("s_nom_extendable", false, Field),
            n("s_nom_min", 0.0, Field),
            n("s_nom_max", INF, Field),
            n("s_nom_set", NAN, Source),
            s("s_max_pu", 1.0, Field),
            n("capital_cost", 0.0, Field),
            n("overnight_cost", NAN, Source),
            n("discount_rate", NAN, Kept),
            n("fom_cost", 0.0, Source),
            n("num_parallel", 1.0, Source),
            n("tap_ratio", 1.0, Source),
            i("tap_side", 0, Kept),
            i("tap_position", 0, Source),
            s("phase_shift", 0.0, Source),
            n("phase_shift_min", 0.0, Source),
            n("phase_shift_max", 0.0, Source),
            b("active", true, Field),
            i("build_year", 0, Kept),
            n("lifetime", INF, Kept),
            n("v_ang_min", -INF, Kept),
            n("v_ang_max", INF, Field),
            Attribute { name: "sub_network", holds: Holds::Text(""), role: Output },
            out("p0"),
            out("q0"),
            out("p1"),
            out("q1"),
            out("x_pu"),
            out("r_pu"),
            out("g_pu"),
            out("b_pu"),
            out("x_pu_eff"),
            out("r_pu_eff"),
            out("s_nom_opt"),
            out("mu_lower"),
            out("mu_upper"),
            out("phase_shift_opt"),
            out("capital_cost_piecewise_opt"),
        ],
    },
    List {
        name: "transformer_types",
        attributes: &[
            n("f_nom", 50.0, Kept),
            n("s_nom", 0.0, Source),
            n("v_nom_0", 0.0, Kept),
            n("v_nom_1", 0.0, Kept),
            n("vsc", 0.0, Source),
            n("vscr", 0.0, Source),
            n("pfe", 0.0, Source),
            n("i0", 0.0, Source),
            n("phase_shift", 0.0, Source),
            i("tap_side", 0, Kept),
            i("tap_neutral", 0, Source),
            i("tap_min", 0, Kept),
            i("tap_max", 0, Kept),
            n("tap_step", 0.0, Source),
            t("references", Kept),
        ],
    },
    List {
        name: "shunt_impedances",
        attributes: &[
            t("bus", Field),
            n("g", 0.0, Kept),
            n("b", 0.0, Source),
            n("sign", -1.0, Kept),
            b("active", true, Field),
            out("p"),
            out("q"),
            out("g_pu"),
            out("b_pu"),
            out("v_nom"),
        ],
    },
    List {
        name: "global_constraints",
        attributes: &[
            word("type", "primary_energy", Field),
            n("investment_period", NAN, Refused),
            t("bus", Field),
            word("carrier_attribute", "co2_emissions", Field),
            word("sense", "==", Field),
            n("constant", 0.0, Field),
            out("mu"),
        ],
    },
    List { name: "shapes", attributes: &[t("geometry", Kept), t("component", Kept), t("idx", Kept), t("type", Kept)] },
    List {
        name: "sub_networks",
        attributes: &[
            Attribute { name: "carrier", holds: Holds::Text("AC"), role: Output },
            Attribute { name: "slack_bus", holds: Holds::Text(""), role: Output },
            Attribute { name: "obj", holds: Holds::Text(""), role: Output },
        ],
    },
];

/// The list of a name.
pub fn list(name: &str) -> Option<&'static List> {
    LISTS.iter().find(|l| l.name == name)
}
