//! What giving way is taken to cost: by the network where it says, else by stated defaults.

use fenggu_net::schema::Value;
use fenggu_net::{Network, Profile, TableId};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident = $word:literal, $share:literal, $unit:literal;)+) => {
        /// Kinds of datum that may give way.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[doc = $doc])+ $kind,)+ }
        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),+];
            /// The word in `why.json`.
            pub fn word(self) -> &'static str { match self { $(Kind::$kind => $word,)+ } }
            /// Default price as a share of the value of lost load.
            pub(super) fn share(self) -> f64 { match self { $(Kind::$kind => $share,)+ } }
            /// What one unit of it is.
            pub fn unit(self) -> &'static str { match self { $(Kind::$kind => $unit,)+ } }
        }
    };
}
kinds! {
    /// Firm demand that is not served.
    Load = "load", 1.0, "MWh";
    /// A fixed injection (a negative load) that is held back.
    Surplus = "surplus", 0.2, "MWh";
    /// Highest output of a generator.
    Capacity = "capacity", 0.3, "MWh";
    /// Lowest output of a generator or link.
    MustRun = "must_run", 0.15, "MWh";
    /// A value that is told: output, charge, energy.
    SetPoint = "set_point", 0.05, "MWh";
    /// Rating of a branch, or an angle limit that limits its flow.
    Rating = "rating", 0.2, "MWh";
    /// Angle limit of a branch without susceptance.
    Angle = "angle", 0.2, "rad·h";
    /// Power limit of a link.
    Link = "link", 0.25, "MWh";
    /// Ramp limit.
    Ramp = "ramp", 0.1, "MWh";
    /// Power limit of a storage unit.
    Power = "power", 0.25, "MWh";
    /// Energy limit of a storage unit or store.
    Energy = "energy", 0.2, "MWh·h";
    /// State before the first step.
    Start = "start", 0.12, "MWh or MW";
    /// Energy at the end of the horizon.
    Target = "target", 0.05, "MWh";
    /// Energy or cycles over the horizon.
    EnergyBudget = "energy_budget", 0.1, "MWh";
    /// Reserve requirement.
    Reserve = "reserve", 0.1, "MWh";
    /// Most that a unit offers to a reserve.
    ReserveOffer = "reserve_offer", 0.25, "MWh";
    /// Limit of an interface.
    Interface = "interface", 0.15, "MWh";
    /// Global limit: emissions, primary energy, capacity.
    GlobalLimit = "global_limit", 0.05, "unit of the limit";
    /// A user's own constraint.
    Side = "side_constraint", 0.1, "unit of the constraint";
    /// End of the range of a chosen capacity.
    Expansion = "expansion", 0.5, "MW or MWh";
    /// Something out of service that would be back.
    Reconnect = "in_service", 0.02, "MWh";
}

/// Value of lost load where the network names none, in its currency per MWh.
const LOST_LOAD: f64 = 10_000.0;

/// Prices of giving way.
#[derive(Clone, Debug)]
pub(super) struct Prices {
    /// Value of lost load, per MWh, and whether the network says it.
    pub lost_load: (f64, bool),
    reserve: Option<f64>,
    interface: Option<f64>,
}

fn largest(values: impl Iterator<Item = f64>) -> Option<f64> {
    values.filter(|v| v.is_finite() && *v > 0.0).fold(None, |m, v| Some(m.map_or(v, |m: f64| m.max(v))))
}

impl Prices {
    pub(super) fn new(net: &Network) -> Prices {
        let shed = largest(net.loads.rows().iter().filter_map(|l| l.shed_cost_per_mwh));
        Prices {
            lost_load: shed.map_or((LOST_LOAD, false), |v| (v, true)),
            reserve: largest(net.reserves.rows().iter().flat_map(|r| r.shortage.iter().map(|s| s[1]))),
            interface: largest(net.interfaces.rows().iter().filter_map(|i| i.violation_cost_per_mwh)),
        }
    }
    /// Price of a unit of a kind, and whether the network says it.
    pub(super) fn of_kind(&self, kind: Kind) -> (f64, bool) {
        let default = (kind.share() * self.lost_load.0, false);
        match kind {
            Kind::Load => self.lost_load,
            Kind::Reserve => self.reserve.map_or(default, |v| (v, true)),
            Kind::Interface => self.interface.map_or(default, |v| (v, true)),
            _ => default,
        }
    }
    /// Price of a unit of an element's datum.
    pub(super) fn of(&self, net: &Network, kind: Kind, table: TableId, row: usize) -> f64 {
        let default = self.of_kind(kind).0;
        let capital = match (kind, table) {
            (Kind::Expansion, TableId::Generators) => net.generators.rows()[row].capital_cost_per_mw,
            (Kind::Expansion, TableId::StorageUnits) => net.storage_units.rows()[row].capital_cost_per_mw,
            (Kind::Expansion, TableId::Stores) => net.stores.rows()[row].capital_cost_per_mwh,
            (Kind::Expansion, TableId::Links) => net.links.rows()[row].capital_cost_per_mw,
            (Kind::Expansion, TableId::Branches) => net.branches.rows()[row].capital_cost_per_mva,
            _ => 0.0,
        };
        if capital > 0.0 {
            capital
        } else {
            default
        }
    }
}

/// The profile behind a lever's field.
fn series(net: &Network, table: TableId, row: usize, field: &str) -> Option<Profile> {
    let names: &[&str] = match field {
        "p_max" => &["p_max_mw", "p_max_pu"],
        "p_min" => &["p_min_mw", "p_min_pu"],
        "charge_max" => &["charge_max_mw", "p_min_pu"],
        "discharge_max" => &["discharge_max_mw", "p_max_pu"],
        "energy_max" => &["energy_max_mwh"],
        "e_max" => &["energy_max_mwh", "e_max_pu"],
        "e_min" => &["energy_min_mwh", "e_min_pu"],
        "rating_a_mva" => &["s_max_pu"],
        "ramp_up" => &["ramp_up_pu"],
        "ramp_down" => &["ramp_down_pu"],
        "in_service" => &[],
        other => return profile(net, table, row, other),
    };
    names.iter().filter_map(|n| profile(net, table, row, n)).find(|p| p.constant().is_none())
}

fn profile(net: &Network, table: TableId, row: usize, field: &str) -> Option<Profile> {
    let view = net.table(table);
    let at = view.fields().iter().position(|f| f.name == field)?;
    match view.value(row, at) {
        Value::Profile(p) => Some(p),
        _ => None,
    }
}

/// A profile with two numbers beside it, where there is one.
type Beside = Option<(Profile, f64, f64)>;

/// Mean and largest magnitude of a series, by element and field.
#[derive(Default)]
pub(super) struct Usual(std::collections::HashMap<Datum, Beside>);

/// Table, row, field of a lever.
type Datum = (TableId, usize, &'static str);

impl Usual {
    /// How far a value departs from the element's own other steps on the side that would have to give way, 0 … 1: where several
    /// data could give way alike, the one that stands out is the likelier slip.
    pub(super) fn departs(&mut self, net: &Network, of: Datum, t: usize, up: bool) -> f64 {
        let known = self.0.entry(of).or_insert_with(|| {
            let found = series(net, of.0, of.1, of.2)?;
            let told = || found.values().iter().copied().filter(|v| v.is_finite());
            let (count, size) = (told().count(), told().fold(0.0f64, |m, v| m.max(v.abs())));
            let mean = told().sum::<f64>() / count.max(1) as f64;
            (found.constant().is_none() && size > 0.0).then_some((found, mean, size))
        });
        let Some((profile, mean, size)) = known else { return 0.0 };
        let short = if up { *mean - profile.at(t) } else { profile.at(t) - *mean };
        if short.is_finite() {
            (short / *size).clamp(0.0, 1.0)
        } else {
            0.0
        }
    }
}
