//! Parameters, buses, price-sensitive loads, and what all parts share.

use std::collections::{BTreeMap, HashMap};

use fenggu_net::schema::Range;
use fenggu_net::{
    Bus, BusKind, CommitmentSemantics, Diagnostic, FlowConvention, Generator, Id, Load, Network, Profile, Reserve, TableId, TimeAxis,
};

use super::fields::{self, Key};
use crate::catalogue as code;
use crate::json::doc::{Doc, Item};
use crate::json::load::{self, Translated};
use crate::json::places::Places;
use crate::json::{Node, Value};
use crate::report::{shown, Read};
use crate::text::Span;

/// Steps that an instance may have: fifty years of hours.
const MOST_STEPS: usize = 500_000;

/// Reads an instance; `shown` names the file in messages. Never panics; the network is there when no error stands.
pub fn read(bytes: Vec<u8>, shown: &str) -> Read {
    read_within(bytes, shown, crate::MAX_DECODED_BYTES)
}

/// The same, decoding at most `limit` bytes: the text, and as much again for its values.
pub fn read_within(bytes: Vec<u8>, shown: &str, limit: u64) -> Read {
    load::read(bytes, shown, limit, &code::UC_BEHIND, |doc, node| {
        let mut reader = Reader {
            doc,
            net: Network::default(),
            places: Places::default(),
            budget: limit,
            steps: 0,
            per_hour: 1.0,
            version: 4,
            ignored: BTreeMap::new(),
            products: HashMap::new(),
            no_initial: None,
        };
        let net = &mut reader.net;
        net.name = load::stem(shown);
        net.currency = "USD".into();
        net.flow_convention = FlowConvention::Matpower;
        net.commitment_semantics = CommitmentSemantics::UnitCommitmentJl;
        reader.file(node);
        let Reader { net, places, steps, .. } = reader;
        Translated { net, places, comparable: steps > 0 }
    })
}

/// Reads the parts of a file one after the other.
pub(super) struct Reader<'a> {
    pub doc: Doc<'a>,
    pub net: Network,
    pub places: Places,
    /// Bytes that series may still take which the file does not write out.
    budget: u64,
    /// Steps; 0 while not known.
    pub steps: usize,
    /// Steps in an hour.
    pub per_hour: f64,
    /// Version 0.n of the format.
    pub version: u32,
    /// Keys that the package never uses, by list: how often, and where first.
    ignored: BTreeMap<(&'static str, &'static str), (usize, Span)>,
    /// Reserve products by name; none for one that requires nothing.
    pub products: HashMap<String, Option<Id<Reserve>>>,
    /// Units without a state before the first step: how many, the first's name and place.
    pub no_initial: Option<(usize, String, Span)>,
}

impl Reader<'_> {
    fn file(&mut self, node: &Node) {
        let Some(top) = self.doc.whole("UnitCommitment.jl", node) else { return };
        self.known(&top, fields::FILE, &[]);
        if let Some(node) = top.get("Scenarios") {
            let d = Diagnostic::new(&code::UC_REFUSED)
                .with("item", top.shown())
                .with("value", "Scenarios")
                .with_both(
                    "why",
                    "one file is one scenario; several scenarios make a stochastic problem, which is another model.",
                    "一个文件即一个场景;多个场景构成随机规划,属于另一种模型。",
                )
                .with_both("fix", "write each scenario to a file of its own.", "请将各场景写成单独的文件。");
            self.doc.say(d, node.at);
        }
        for key in ["Parameters", "Buses"] {
            if top.get(key).is_none() {
                self.doc.missing(&top, key);
            }
        }
        let penalty = match self.doc.part(&top, "Parameters") {
            Some(parameters) => self.parameters(&parameters),
            None => 1000.0,
        };
        if self.steps == 0 {
            return self.tell(); // no series can be judged without steps
        }
        self.buses(&top, penalty);
        self.reserves(&top);
        self.generators(&top);
        self.storage_units(&top);
        self.price_sensitive_loads(&top);
        self.lines(&top);
        self.contingencies(&top);
        self.interfaces(&top);
        self.tell();
    }

    /// Reports unknown keys, and counts the ones that have no effect.
    pub fn known(&mut self, item: &Item<'_>, known: &[Key], ignored: &'static [&'static str]) {
        let names: Vec<&str> = known.iter().map(|(key, _)| *key).collect();
        self.doc.unknown_keys(item, &names, ignored);
        for key in ignored {
            if let Some(node) = item.get(key) {
                self.ignored.entry((item.list, key)).or_insert((0, node.at)).0 += 1;
            }
        }
    }

    /// Findings that are told once for many components.
    fn tell(&mut self) {
        for ((list, key), (count, at)) in std::mem::take(&mut self.ignored) {
            let d = Diagnostic::new(&code::UC_IGNORED).with("item", list).with("value", key).with("count", count);
            self.doc.say(d, at);
        }
        if let Some((count, name, at)) = self.no_initial.take() {
            self.doc.say(Diagnostic::new(&code::UC_NO_INITIAL).with("count", count).with("value", format!("\"{name}\"")), at);
        }
    }

    /// Takes memory for a series that the file tells in a word; reports where none is left.
    pub fn afford(&mut self, bytes: usize) -> bool {
        match self.budget.checked_sub(bytes as u64) {
            Some(rest) => {
                self.budget = rest;
                true
            }
            None => {
                let d = Diagnostic::new(&code::OVER_LIMIT).with("item", self.doc.source.file).with("found", "> limit");
                self.doc.found.add(d.with("limit", self.budget));
                false
            }
        }
    }

    /// A row of a table begins here.
    pub fn row(&mut self, table: TableId, item: &Item<'_>) {
        self.places.row(table, item.at);
    }

    /// Fields of the row told last, and the keys they come from.
    pub fn mark(&mut self, table: TableId, item: &Item<'_>, pairs: &[(&'static str, &str)]) {
        for (field, key) in pairs {
            if let Some(node) = item.get(key) {
                self.places.field(table, field, node.at);
            }
        }
    }

    /// The bus that a key names.
    pub fn bus(&mut self, item: &Item<'_>, key: &str) -> Id<Bus> {
        if item.get(key).is_none() {
            self.doc.missing(item, key);
        }
        let Some(name) = self.doc.text(item, key) else { return Id::UNSET };
        self.net.buses.find(name).unwrap_or_else(|| {
            let names = self.net.buses.rows().iter().map(|b| b.name.as_str());
            self.doc.unknown_name(item, key, name, item.place(key), "Buses", names);
            Id::UNSET
        })
    }

    /// A series, or what the format takes where there is none.
    pub fn series(&mut self, item: &Item<'_>, key: &str, range: Range, default: f64) -> Profile {
        self.doc.series(item, key, self.steps, range).unwrap_or(Profile::Const(default))
    }

    /// A series that must be there.
    pub fn needed_series(&mut self, item: &Item<'_>, key: &str, range: Range) -> Profile {
        self.doc.needed_series(item, key, self.steps, range).unwrap_or(Profile::Const(0.0))
    }

    /// A value that the network holds as one number; a series of one number is one.
    pub fn steady(&mut self, item: &Item<'_>, key: &str, range: Range, default: f64) -> f64 {
        let series = self.series(item, key, range, default);
        let first = series.values().first().copied().unwrap_or(default);
        if !series.is_all(first) {
            self.varies(item, key, item.place(key));
        }
        first
    }

    /// Refuses a value that changes from step to step where the network has one number.
    pub fn varies(&mut self, item: &Item<'_>, key: &str, at: Span) {
        let d = Diagnostic::new(&code::UC_REFUSED)
            .with("item", item.shown())
            .with("value", format!("{key}: [t]"))
            .with_both("why", "the network holds one number for all steps there.", "网络在此只保存一个对所有时段有效的数值。")
            .with_both("fix", "write one number.", "请写单一数值。");
        self.doc.say(d, at);
    }

    /// Hours that make a whole number of steps.
    pub fn whole_steps(&mut self, item: &Item<'_>, key: &str, hours: f64, at: Span) -> bool {
        let steps = hours * self.per_hour;
        let whole = (steps - steps.round()).abs() < 1e-9;
        if !whole {
            let rule = format!("k/{} h", self.per_hour);
            let d = Doc::about(&code::UC_RANGE, item, key).with("value", shown(hours)).with("rule", rule);
            self.doc.say(d, at);
        }
        whole
    }

    /// Version and time axis; the penalty of a missed balance.
    fn parameters(&mut self, item: &Item<'_>) -> f64 {
        self.known(item, fields::PARAMETERS, fields::PARAMETERS_IGNORED);
        self.version(item);
        self.time(item);
        if self.steps == 0 {
            return 1000.0;
        }
        self.steady(item, "Power balance penalty ($/MW)", Range::NonNegative, 1000.0)
    }

    fn version(&mut self, item: &Item<'_>) {
        if item.get("Version").is_none() {
            self.doc.missing(item, "Version");
        }
        let Some(text) = self.doc.text(item, "Version") else { return };
        let mut parts = text.split('.').map(str::parse::<u32>);
        let known = match (parts.next(), parts.next(), parts.all(|p| p.is_ok())) {
            (Some(Ok(0)), Some(Ok(n @ 2..=4)), true) => Some(n),
            _ => None,
        };
        let Some(n) = known else {
            let d = Diagnostic::new(&code::UC_VERSION).with("value", text);
            return self.doc.say(d, item.place("Version"));
        };
        self.version = n;
        let mut rules = Vec::new();
        if n < 3 {
            rules.push("Reserves: Spinning (MW) → \"r1\"");
        }
        if n < 4 {
            rules.push("Generators: Type → \"Thermal\"");
        }
        if n < 3 {
            let d = Diagnostic::new(&code::UC_MIGRATED).with("value", text).with("rule", rules.join("; "));
            self.doc.say(d, item.place("Version"));
        }
    }

    fn time(&mut self, item: &Item<'_>) {
        let horizons = [("Time horizon (min)", 1.0), ("Time (h)", 60.0), ("Time horizon (h)", 60.0)];
        let Some((key, unit)) = horizons.into_iter().find(|(key, _)| item.get(key).is_some()) else {
            return self.doc.missing(item, "Time horizon (h)");
        };
        let horizon = self.doc.number(item, key, Range::Positive).map(|v| v * unit);
        let step =
            if item.get("Time step (min)").is_some() { self.doc.number(item, "Time step (min)", Range::Positive) } else { Some(60.0) };
        let (Some(horizon), Some(step)) = (horizon, step) else { return };
        // A step takes a length and three weights, twice while the axis is made.
        let most = MOST_STEPS.min(usize::try_from(self.budget / 80).unwrap_or(MOST_STEPS));
        let fault = if step.fract() != 0.0 || 60.0 % step != 0.0 {
            Some(("Time step (min)", format!("Time step (min) = {}, 60 / {0} ≠ 1, 2, 3 …", shown(step))))
        } else if (horizon / step).fract() != 0.0 {
            Some((key, format!("{key} / Time step (min) = {}", shown(horizon / step))))
        } else if horizon / step > most as f64 {
            Some((key, format!("{key} / Time step (min) = {} > {most}", shown(horizon / step))))
        } else {
            None
        };
        if let Some((key, value)) = fault {
            return self.doc.say(Diagnostic::new(&code::UC_TIME).with("value", value), item.place(key));
        }
        self.steps = (horizon / step) as usize;
        self.per_hour = 60.0 / step;
        // Costs count per step: the weight takes the length back.
        let mut axis = TimeAxis::uniform(self.steps, 1.0 / self.per_hour);
        axis.weight_objective.fill(self.per_hour);
        self.net.time = axis;
    }

    fn buses(&mut self, top: &Item<'_>, penalty: f64) {
        for item in self.doc.items("Buses", top.get("Buses")) {
            self.known(&item, fields::BUS, &[]);
            self.row(TableId::Buses, &item);
            let kind = if self.net.buses.is_empty() { BusKind::Reference } else { BusKind::Pq };
            let bus = self.net.buses.push(Bus { name: item.name.to_owned(), kind, ..Bus::default() });
            self.row(TableId::Loads, &item);
            self.mark(TableId::Loads, &item, &[("p_mw", "Load (MW)")]);
            // A load below zero could not be shed between 0 and itself: no solution exists.
            let p_mw = self.needed_series(&item, "Load (MW)", Range::NonNegative);
            let name = item.name.to_owned();
            self.net.loads.push(Load { name, bus, p_mw, shed_cost_per_mwh: Some(penalty), ..Load::default() });
        }
    }

    fn price_sensitive_loads(&mut self, top: &Item<'_>) {
        for item in self.doc.items("Price-sensitive loads", top.get("Price-sensitive loads")) {
            self.known(&item, fields::PRICE_SENSITIVE, &[]);
            let bus = self.bus(&item, "Bus");
            let demand = self.needed_series(&item, "Demand (MW)", Range::NonNegative);
            let revenue = self.needed_series(&item, "Revenue ($/MW)", Range::Finite);
            let free = |taken: bool| if taken { format!("{} (price-sensitive)", item.name) } else { item.name.to_owned() };
            if let (Some(mw), Some(price)) = (demand.constant(), revenue.constant()) {
                self.row(TableId::Loads, &item);
                self.mark(TableId::Loads, &item, &[("bus", "Bus"), ("bid", "Demand (MW)")]);
                let name = free(self.net.loads.find(item.name).is_some());
                self.net.loads.push(Load { name, bus, bid: vec![[mw, price]], ..Load::default() });
            } else {
                // A bid has no series; output below zero that earns what it costs is the same.
                self.row(TableId::Generators, &item);
                let pairs = [("bus", "Bus"), ("p_min_mw", "Demand (MW)"), ("cost_linear_per_mwh", "Revenue ($/MW)")];
                self.mark(TableId::Generators, &item, &pairs);
                let name = free(self.net.generators.find(item.name).is_some());
                let p_min_mw = Some(demand.map(|d| 0.0 - d));
                let p_max_mw = Some(Profile::Const(0.0));
                self.net.generators.push(Generator { name, bus, p_min_mw, p_max_mw, cost_linear_per_mwh: revenue, ..Generator::default() });
            }
        }
    }

    /// The names in a list, each with its place.
    pub fn names<'n>(&mut self, item: &Item<'n>, key: &str) -> Vec<(&'n str, Span)> {
        let mut out = Vec::new();
        for (k, node) in self.doc.list(item, key).unwrap_or(&[]).iter().enumerate() {
            match &node.value {
                Value::Text(t) => out.push((t.as_str(), node.at)),
                _ => self.doc.wrong_kind(item, &format!("{key}[{}]", k + 1), node, crate::json::doc::TEXT),
            }
        }
        out
    }
}
