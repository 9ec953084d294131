//! Generators, thermal and profiled.

use fenggu_net::schema::Range;
use fenggu_net::{Diagnostic, Generator, Profile, RampUnit, ReserveOffer, TableId};

use super::fields;
use super::read::Reader;
use crate::catalogue as code;
use crate::json::doc::{Doc, Item, Rule, FLAG};
use crate::json::Value;
use crate::report::shown;

/// An output that the package takes for none in a unit that is off.
const NO_OUTPUT_MW: f64 = 1e-3;

impl Reader<'_> {
    pub(super) fn generators(&mut self, top: &Item<'_>) {
        for item in self.doc.items("Generators", top.get("Generators")) {
            if item.get("Type").is_none() && self.version >= 4 {
                self.doc.missing(&item, "Type");
            }
            let kind = self.doc.text(&item, "Type").unwrap_or("thermal");
            match kind.to_lowercase().as_str() {
                "thermal" => self.thermal(&item),
                "profiled" => self.profiled(&item),
                _ => {
                    let rule = Rule("Thermal or Profiled", "Thermal 或 Profiled");
                    let d = Doc::about(&code::UC_KIND, &item, "Type").with("value", kind).with_both("rule", rule.0, rule.1);
                    self.doc.say(d, item.place("Type"));
                }
            }
        }
    }

    fn profiled(&mut self, item: &Item<'_>) {
        self.known(item, fields::PROFILED, &[]);
        self.row(TableId::Generators, item);
        let pairs = [
            ("bus", "Bus"),
            ("p_min_mw", "Minimum power (MW)"),
            ("p_max_mw", "Maximum power (MW)"),
            ("cost_linear_per_mwh", "Cost ($/MW)"),
        ];
        self.mark(TableId::Generators, item, &pairs);
        let generator = Generator {
            name: item.name.to_owned(),
            bus: self.bus(item, "Bus"),
            p_min_mw: Some(self.series(item, "Minimum power (MW)", Range::Finite, 0.0)),
            p_max_mw: Some(self.needed_series(item, "Maximum power (MW)", Range::Finite)),
            cost_linear_per_mwh: self.needed_series(item, "Cost ($/MW)", Range::Finite),
            ..Generator::default()
        };
        self.net.generators.push(generator);
    }

    fn thermal(&mut self, item: &Item<'_>) {
        self.known(item, fields::THERMAL, fields::THERMAL_IGNORED);
        self.row(TableId::Generators, item);
        self.mark(
            TableId::Generators,
            item,
            &[
                ("bus", "Bus"),
                ("cost_points", "Production cost curve ($)"),
                ("p_min_mw", "Production cost curve (MW)"),
                ("p_max_mw", "Production cost curve (MW)"),
                ("start_up_cost", "Startup costs ($)"),
                ("up_time_min_h", "Minimum uptime (h)"),
                ("down_time_min_h", "Minimum downtime (h)"),
                ("ramp_up_mw", "Ramp up limit (MW)"),
                ("ramp_down_mw", "Ramp down limit (MW)"),
                ("start_up_limit_mw", "Startup limit (MW)"),
                ("shut_down_limit_mw", "Shutdown limit (MW)"),
                ("initial_status_h", "Initial status (h)"),
                ("p_initial_mw", "Initial power (MW)"),
                ("must_run", "Must run?"),
                ("status_set", "Commitment status"),
            ],
        );
        let bus = self.bus(item, "Bus");
        let points = self.curve(item);
        let lowest = points.first().map(|p| p[0]);
        let (initial_status_h, p_initial_mw) = self.initial(item);
        let generator = Generator {
            name: item.name.to_owned(),
            bus,
            p_min_mw: lowest.map(Profile::Const),
            p_max_mw: points.last().map(|p| Profile::Const(p[0])),
            cost_points: points,
            start_up_cost: self.tiers(item),
            up_time_min_h: self.hours(item, "Minimum uptime (h)"),
            down_time_min_h: self.hours(item, "Minimum downtime (h)"),
            ramp_up_mw: self.doc.number(item, "Ramp up limit (MW)", Range::NonNegative),
            ramp_down_mw: self.doc.number(item, "Ramp down limit (MW)", Range::NonNegative),
            ramp_unit: RampUnit::PerStep,
            start_up_limit_mw: self.start_limit(item, lowest),
            shut_down_limit_mw: self.doc.number(item, "Shutdown limit (MW)", Range::NonNegative),
            initial_status_h,
            p_initial_mw,
            must_run: self.must_run(item),
            status_set: self.status(item),
            committable: true,
            ..Generator::default()
        };
        let id = self.net.generators.push(generator);
        for reserve in self.eligible(item) {
            self.row(TableId::ReserveOffers, item);
            let name = format!("{} {}", self.net.reserves[reserve].name, item.name);
            self.net.reserve_offers.push(ReserveOffer { name, reserve, generator: Some(id), ..ReserveOffer::default() });
        }
    }

    /// A minimum time; an hour where the file says nothing.
    fn hours(&mut self, item: &Item<'_>, key: &str) -> f64 {
        let hours = self.doc.number(item, key, Range::NonNegative).unwrap_or(1.0);
        self.whole_steps(item, key, hours, item.place(key));
        hours
    }

    /// The start-up limit, at least the lowest output as the package has it.
    fn start_limit(&mut self, item: &Item<'_>, lowest: Option<f64>) -> Option<f64> {
        let key = "Startup limit (MW)";
        let limit = self.doc.number(item, key, Range::NonNegative)?;
        let Some(lowest) = lowest.filter(|p| *p > limit) else { return Some(limit) };
        self.repaired(item, key, limit, lowest, "≥ Production cost curve (MW)[1]", item.place(key));
        Some(lowest)
    }

    /// Whether it must run: in all steps or in none.
    fn must_run(&mut self, item: &Item<'_>) -> bool {
        let key = "Must run?";
        let Some(node) = item.get(key) else { return false };
        let Value::List(list) = &node.value else { return self.doc.flag(item, key).unwrap_or(false) };
        self.doc.count(item, key, list, node.at, self.steps);
        let mut flags = Vec::with_capacity(list.len());
        for (t, n) in list.iter().enumerate() {
            match n.value {
                Value::Flag(f) => flags.push(f),
                _ => self.doc.wrong_kind(item, &format!("{key}[{}]", t + 1), n, FLAG),
            }
        }
        let first = flags.first().copied().unwrap_or(false);
        if flags.iter().any(|f| *f != first) {
            let d = Diagnostic::new(&code::UC_REFUSED)
                .with("item", item.shown())
                .with("value", format!("{key}: [t]"))
                .with_both(
                    "why",
                    "UnitCommitment.jl refuses a unit that must run in some steps only.",
                    "UnitCommitment.jl 不接受只在部分时段必须运行的机组。",
                )
                .with_both(
                    "fix",
                    "write true for those steps under Commitment status instead.",
                    "请改为在 Commitment status 中把这些时段写为 true。",
                );
            self.doc.say(d, node.at);
        }
        first
    }

    /// Status held in the steps that tell it.
    fn status(&mut self, item: &Item<'_>) -> Option<Profile> {
        let key = "Commitment status";
        let node = item.get(key)?;
        let number = |f: bool| f64::from(u8::from(f));
        let Value::List(list) = &node.value else { return self.doc.flag(item, key).map(|f| Profile::Const(number(f))) };
        self.doc.count(item, key, list, node.at, self.steps);
        let mut out = vec![f64::NAN; list.len()];
        for (t, n) in list.iter().enumerate() {
            match &n.value {
                Value::Flag(f) => out[t] = number(*f),
                Value::Null => {}
                _ => self.doc.wrong_kind(item, &format!("{key}[{}]", t + 1), n, FLAG),
            }
        }
        // Nothing told in any step is nothing told.
        out.iter().any(|v| !v.is_nan()).then(|| out.into())
    }

    /// Hours on (positive) or off (negative), and output, before the first step: both or neither.
    fn initial(&mut self, item: &Item<'_>) -> (Option<f64>, Option<f64>) {
        let (status_key, power_key) = ("Initial status (h)", "Initial power (MW)");
        let told = (item.get(status_key).is_some(), item.get(power_key).is_some());
        let status = self.doc.number(item, status_key, Range::Finite);
        let power = self.doc.number(item, power_key, Range::Finite);
        let fault = match (told, status, power) {
            ((false, false), ..) => {
                let first = self.no_initial.get_or_insert_with(|| (0, item.name.to_owned(), item.at));
                first.0 += 1;
                None
            }
            ((true, false), ..) => Some((status_key, format!("{status_key}, {power_key} = null"))),
            ((false, true), ..) => Some((power_key, format!("{status_key} = null, {power_key}"))),
            (_, Some(0.0), _) => Some((status_key, format!("{status_key} = 0"))),
            (_, Some(h), Some(p)) if h < 0.0 && p > NO_OUTPUT_MW => {
                Some((power_key, format!("{status_key} = {}, {power_key} = {}", shown(h), shown(p))))
            }
            _ => None,
        };
        if let Some((key, value)) = fault {
            self.doc.say(Diagnostic::new(&code::UC_INITIAL).with("item", item.shown()).with("value", value), item.place(key));
            return (None, None);
        }
        if let Some(h) = status {
            self.whole_steps(item, status_key, h, item.place(status_key));
        }
        (status, power)
    }

    /// The products it may provide that require anything.
    fn eligible(&mut self, item: &Item<'_>) -> Vec<fenggu_net::Id<fenggu_net::Reserve>> {
        if self.version < 3 {
            let provides = self.doc.flag(item, "Provides spinning reserves?").unwrap_or(false);
            return self.products.get("r1").copied().flatten().filter(|_| provides).into_iter().collect();
        }
        let key = "Reserve eligibility";
        if item.get(key).is_none() {
            return Vec::new();
        }
        let mut out = Vec::new();
        for (name, at) in self.names(item, key) {
            match self.products.get(name) {
                Some(id) => out.extend(id.filter(|id| !out.contains(id))),
                None => {
                    let mut known: Vec<&str> = self.products.keys().map(String::as_str).collect();
                    known.sort_unstable();
                    self.doc.unknown_name(item, key, name, at, "Reserves", known.into_iter());
                }
            }
        }
        out
    }
}
