//! Reader of PGLib-UC instances.

use fenggu_net::schema::Range;
use fenggu_net::{
    Bus, BusKind, CommitmentSemantics, Diagnostic, Generator, Id, Load, Network, Profile, RampUnit, Reserve, ReserveDirection,
    ReserveOffer, TableId, TimeAxis,
};

use super::fields::{self, keys};
use crate::catalogue as code;
use crate::json::doc::{Doc, Item, LIST, OBJECT};
use crate::json::load::{self, Translated};
use crate::json::places::Places;
use crate::json::{Node, Value};
use crate::report::{shown, Read};

/// Steps that an instance may have: fifty years of hours.
const MOST_STEPS: usize = 500_000;

/// How far the last point of a curve may lie from the highest output: printed digits, and no MW.
const ROUNDING: f64 = 1e-6;

/// Reads an instance; `shown` names the file in messages. Never panics; the network is there when no error stands.
pub fn read(bytes: Vec<u8>, shown: &str) -> Read {
    read_within(bytes, shown, crate::MAX_DECODED_BYTES)
}

/// The same, decoding at most `limit` bytes: the text, and as much again for its values.
pub fn read_within(bytes: Vec<u8>, shown: &str, limit: u64) -> Read {
    load::read(bytes, shown, limit, &code::JSON_BEHIND, |doc, node| {
        let (net, places) = (Network::default(), Places::default());
        let mut reader = Reader { doc, net, places, steps: 0, bus: Id::UNSET, reserve: Id::UNSET };
        reader.net.name = load::stem(shown);
        reader.net.commitment_semantics = CommitmentSemantics::Pglib;
        reader.file(node);
        let Reader { net, places, steps, .. } = reader;
        Translated { net, places, comparable: steps > 0 }
    })
}

struct Reader<'a> {
    doc: Doc<'a>,
    net: Network,
    places: Places,
    /// Steps; 0 while not known.
    steps: usize,
    bus: Id<Bus>,
    reserve: Id<Reserve>,
}

impl Reader<'_> {
    /// The whole file.
    fn file(&mut self, node: &Node) {
        let Some(top) = self.doc.whole("PGLib-UC", node) else { return };
        self.doc.unknown_keys(&top, &keys(fields::FILE), &[]);
        let needed = fields::FILE.iter().map(|(key, _)| *key).filter(|key| top.get(key).is_none());
        needed.for_each(|key| self.doc.missing(&top, key));

        self.time(&top);
        self.places.row(TableId::Buses, top.at);
        let bus = Bus { name: "system".into(), kind: BusKind::Reference, ..Bus::default() };
        self.bus = self.net.buses.push(bus);
        if let Some(node) = top.get("demand") {
            self.places.row(TableId::Loads, node.at);
            self.places.field(TableId::Loads, "p_mw", node.at);
            let p_mw = self.listed(&top, "demand", Range::Finite).unwrap_or(Profile::Const(0.0));
            self.net.loads.push(Load { name: "demand".into(), bus: self.bus, p_mw, ..Load::default() });
        }
        if let Some(node) = top.get("reserves") {
            self.places.row(TableId::Reserves, node.at);
            self.places.field(TableId::Reserves, "requirement_mw", node.at);
            let requirement_mw = self.listed(&top, "reserves", Range::NonNegative).unwrap_or(Profile::Const(0.0));
            let reserve = Reserve { name: "reserve".into(), direction: ReserveDirection::Up, requirement_mw, ..Reserve::default() };
            self.reserve = self.net.reserves.push(reserve);
        }
        for item in self.doc.items("thermal_generators", top.get("thermal_generators")) {
            self.thermal(&item);
        }
        for item in self.doc.items("renewable_generators", top.get("renewable_generators")) {
            self.renewable(&item);
        }
    }

    fn time(&mut self, top: &Item<'_>) {
        let Some(steps) = self.doc.number(top, "time_periods", Range::Within(1.0, MOST_STEPS as f64)) else { return };
        if steps.fract() != 0.0 {
            return self.not_whole(top, "time_periods", steps);
        }
        self.steps = steps as usize;
        self.net.time = TimeAxis::uniform(self.steps, 1.0);
    }

    fn not_whole(&mut self, item: &Item<'_>, key: &str, v: f64) {
        let at = item.get(key).map_or(item.at, |n| n.at);
        let d = Doc::about(&code::UC_RANGE, item, key).with("value", shown(v)).with("rule", "1, 2, 3 …");
        self.doc.say(d, at);
    }

    /// One number for each step: the format has lists only.
    fn listed(&mut self, item: &Item<'_>, key: &str, range: Range) -> Option<Profile> {
        let node = item.get(key)?;
        if !matches!(node.value, Value::List(_)) {
            self.doc.list(item, key);
            return None;
        }
        if self.steps == 0 {
            return None; // the fault is told of time_periods
        }
        self.doc.as_series(item, key, node, self.steps, range)
    }

    /// A field of the row told last, where its key stands.
    fn mark(&mut self, item: &Item<'_>, pairs: &[(&'static str, &str)]) {
        for (field, key) in pairs {
            if let Some(node) = item.get(key) {
                self.places.field(TableId::Generators, field, node.at);
            }
        }
    }

    /// The name inside must be the key, where it is told.
    fn name(&mut self, item: &Item<'_>) {
        if let (Some(name), Some(node)) = (self.doc.text(item, "name"), item.get("name")) {
            if name != item.name {
                let rule = format!("\"{}\"", item.name);
                let d = Doc::about(&code::UC_RANGE, item, "name").with("value", format!("\"{name}\"")).with("rule", rule);
                self.doc.say(d, node.at);
            }
        }
    }

    fn thermal(&mut self, item: &Item<'_>) {
        self.doc.unknown_keys(item, &keys(fields::THERMAL), &[]);
        self.name(item);
        self.places.row(TableId::Generators, item.at);
        self.mark(
            item,
            &[
                ("must_run", "must_run"),
                ("p_min_mw", "power_output_minimum"),
                ("p_max_mw", "power_output_maximum"),
                ("ramp_up_mw", "ramp_up_limit"),
                ("ramp_down_mw", "ramp_down_limit"),
                ("start_up_limit_mw", "ramp_startup_limit"),
                ("shut_down_limit_mw", "ramp_shutdown_limit"),
                ("up_time_min_h", "time_up_minimum"),
                ("down_time_min_h", "time_down_minimum"),
                ("p_initial_mw", "power_output_t0"),
                ("initial_status_h", "unit_on_t0"),
                ("start_up_cost", "startup"),
                ("cost_points", "piecewise_production"),
            ],
        );
        let doc = &mut self.doc;
        let mw = |doc: &mut Doc<'_>, key: &str| doc.needed_number(item, key, Range::NonNegative);
        let (low, high) = (mw(doc, "power_output_minimum"), mw(doc, "power_output_maximum"));
        let (up, down) = (mw(doc, "ramp_up_limit"), mw(doc, "ramp_down_limit"));
        let (start, stop) = (mw(doc, "ramp_startup_limit"), mw(doc, "ramp_shutdown_limit"));
        if item.get("must_run").is_none() {
            doc.missing(item, "must_run");
        }
        let must_run = doc.flag(item, "must_run").unwrap_or(false);
        let (up_time, down_time) = (self.periods(item, "time_up_minimum"), self.periods(item, "time_down_minimum"));
        let (status, output) = self.initial(item);
        let generator = Generator {
            name: item.name.to_owned(),
            bus: self.bus,
            p_min_mw: low.map(Profile::Const),
            p_max_mw: high.map(Profile::Const),
            p_initial_mw: output,
            cost_points: self.curve(item, low, high),
            ramp_up_mw: up,
            ramp_down_mw: down,
            ramp_unit: RampUnit::PerStep,
            start_up_cost: self.tiers(item),
            up_time_min_h: up_time.unwrap_or(0.0),
            down_time_min_h: down_time.unwrap_or(0.0),
            start_up_limit_mw: start,
            shut_down_limit_mw: stop,
            initial_status_h: status,
            must_run,
            committable: true,
            ..Generator::default()
        };
        let id = self.net.generators.push(generator);
        if !self.reserve.is_unset() {
            self.places.row(TableId::ReserveOffers, item.at);
            let name = format!("reserve {}", item.name);
            self.net.reserve_offers.push(ReserveOffer { name, reserve: self.reserve, generator: Some(id), ..ReserveOffer::default() });
        }
    }

    /// A whole number of periods.
    fn periods(&mut self, item: &Item<'_>, key: &str) -> Option<f64> {
        let v = self.doc.needed_number(item, key, Range::NonNegative)?;
        if v.fract() != 0.0 {
            self.not_whole(item, key, v);
            return None;
        }
        Some(v)
    }

    /// Hours on or off, and output, before the first step.
    fn initial(&mut self, item: &Item<'_>) -> (Option<f64>, Option<f64>) {
        if item.get("unit_on_t0").is_none() {
            self.doc.missing(item, "unit_on_t0");
        }
        let on = self.doc.flag(item, "unit_on_t0");
        let (up, down) = (self.periods(item, "time_up_t0"), self.periods(item, "time_down_t0"));
        let output = self.doc.needed_number(item, "power_output_t0", Range::NonNegative);
        let (Some(on), Some(up), Some(down), Some(p)) = (on, up, down, output) else { return (None, output) };
        let fault = if on && up == 0.0 {
            Some(("time_up_t0", "unit_on_t0 = 1, time_up_t0 = 0".to_owned()))
        } else if on && down != 0.0 {
            Some(("time_down_t0", format!("unit_on_t0 = 1, time_down_t0 = {}", shown(down))))
        } else if !on && down == 0.0 {
            Some(("time_down_t0", "unit_on_t0 = 0, time_down_t0 = 0".to_owned()))
        } else if !on && up != 0.0 {
            Some(("time_up_t0", format!("unit_on_t0 = 0, time_up_t0 = {}", shown(up))))
        } else if !on && p != 0.0 {
            Some(("power_output_t0", format!("unit_on_t0 = 0, power_output_t0 = {}", shown(p))))
        } else {
            None
        };
        if let Some((key, value)) = fault {
            let at = item.get(key).map_or(item.at, |n| n.at);
            self.doc.say(Diagnostic::new(&code::UC_INITIAL).with("item", item.shown()).with("value", value), at);
            return (None, output);
        }
        (Some(if on { up } else { -down }), output)
    }

    /// Pairs of numbers from a list of objects: `startup` and `piecewise_production`.
    fn pairs(&mut self, item: &Item<'_>, key: &str, first: &str, second: &str, range: Range) -> Option<Vec<[f64; 2]>> {
        let Some(node) = item.get(key) else {
            self.doc.missing(item, key);
            return None;
        };
        let Value::List(list) = &node.value else {
            self.doc.wrong_kind(item, key, node, LIST);
            return None;
        };
        let (mut out, mut whole) = (Vec::with_capacity(list.len()), true);
        for (k, n) in list.iter().enumerate() {
            let label = format!("{key}[{}]", k + 1);
            let Value::Object(members) = &n.value else {
                whole = false;
                self.doc.wrong_kind(item, &label, n, OBJECT);
                continue;
            };
            let at = crate::text::Span::new(n.at.start as usize, n.at.start as usize + 1);
            let part = Item { list: item.list, name: item.name, at, members };
            self.doc.unknown_keys(&part, &[first, second], &[]);
            let a = self.doc.needed_number(&part, first, Range::NonNegative);
            let b = self.doc.needed_number(&part, second, range);
            match (a, b) {
                (Some(a), Some(b)) => out.push([a, b]),
                _ => whole = false,
            }
        }
        whole.then_some(out)
    }

    fn tiers(&mut self, item: &Item<'_>) -> Vec<[f64; 2]> {
        let Some(pairs) = self.pairs(item, "startup", "lag", "cost", Range::NonNegative) else { return Vec::new() };
        let at = item.get("startup").map_or(item.at, |n| n.at);
        if let Some(w) = pairs.windows(2).find(|w| w[1][0] <= w[0][0]) {
            let value = format!("{}, {}", shown(w[0][0]), shown(w[1][0]));
            let d = Doc::about(&code::UC_TIERS, item, "startup: lag").with("value", value);
            self.doc.say(d, at);
        }
        pairs
    }

    fn curve(&mut self, item: &Item<'_>, low: Option<f64>, high: Option<f64>) -> Vec<[f64; 2]> {
        let key = "piecewise_production";
        let Some(pairs) = self.pairs(item, key, "mw", "cost", Range::Finite) else { return Vec::new() };
        let near = |a: f64, b: f64| (a - b).abs() <= ROUNDING * b.abs().max(1.0);
        let fault = match (&pairs[..], low, high) {
            ([], ..) => Some("[]".to_owned()),
            _ if pairs.windows(2).any(|w| w[1][0] <= w[0][0]) => {
                let w = pairs.windows(2).find(|w| w[1][0] <= w[0][0]);
                Some(w.map_or(String::new(), |w| format!("mw {}, {}", shown(w[0][0]), shown(w[1][0]))))
            }
            ([first, ..], Some(low), _) if !near(first[0], low) => {
                Some(format!("mw {} ≠ power_output_minimum {}", shown(first[0]), shown(low)))
            }
            ([.., last], _, Some(high)) if !near(last[0], high) => {
                Some(format!("mw {} ≠ power_output_maximum {}", shown(last[0]), shown(high)))
            }
            _ => None,
        };
        if let Some(value) = fault {
            let at = item.get(key).map_or(item.at, |n| n.at);
            let d = Doc::about(&code::UC_CURVE, item, key).with("value", value);
            self.doc.say(d, at);
        }
        pairs
    }

    fn renewable(&mut self, item: &Item<'_>) {
        self.doc.unknown_keys(item, &keys(fields::RENEWABLE), &[]);
        self.name(item);
        self.places.row(TableId::Generators, item.at);
        self.mark(item, &[("p_min_mw", "power_output_minimum"), ("p_max_mw", "power_output_maximum")]);
        for key in ["power_output_minimum", "power_output_maximum"] {
            if item.get(key).is_none() {
                self.doc.missing(item, key);
            }
        }
        let p_min_mw = self.listed(item, "power_output_minimum", Range::NonNegative);
        let p_max_mw = self.listed(item, "power_output_maximum", Range::NonNegative);
        let name = item.name.to_owned();
        self.net.generators.push(Generator { name, bus: self.bus, p_min_mw, p_max_mw, ..Generator::default() });
    }
}
