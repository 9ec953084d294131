//! Lines, contingencies, interfaces.

use fenggu_net::schema::Range;
use fenggu_net::{Branch, Contingency, Diagnostic, Id, Interface, InterfaceTerm, Profile, TableId};

use super::fields;
use super::read::Reader;
use crate::catalogue as code;
use crate::json::doc::{Doc, Item};
use crate::report::shown;
use crate::text::Span;

/// What exceeding a flow limit costs where the file says nothing, per MW and step.
const PENALTY: f64 = 5000.0;

impl Reader<'_> {
    pub(super) fn lines(&mut self, top: &Item<'_>) {
        for item in self.doc.items("Transmission lines", top.get("Transmission lines")) {
            self.known(&item, fields::LINE, fields::LINE_IGNORED);
            self.row(TableId::Branches, &item);
            self.mark(
                TableId::Branches,
                &item,
                &[
                    ("bus_from", "Source bus"),
                    ("bus_to", "Target bus"),
                    ("x_pu", "Susceptance (S)"),
                    ("rating_a_mva", "Normal flow limit (MW)"),
                    ("rating_c_mva", "Emergency flow limit (MW)"),
                    ("violation_cost_per_mwh", "Flow limit penalty ($/MW)"),
                ],
            );
            let (bus_from, bus_to) = (self.bus(&item, "Source bus"), self.bus(&item, "Target bus"));
            let x_pu = self.reactance(&item);
            let (rating_a_mva, s_max_pu) = self.limit(&item, "Normal flow limit (MW)");
            let (rating_c_mva, emergency_max_pu) = self.limit(&item, "Emergency flow limit (MW)");
            let limited = rating_a_mva.is_finite() || rating_c_mva.is_finite();
            let key = "Flow limit penalty ($/MW)";
            let told = self.doc.series(&item, key, self.steps, Range::NonNegative);
            let violation_cost_per_mwh = told.or(limited.then_some(Profile::Const(PENALTY)));
            let name = item.name.to_owned();
            let branch = Branch {
                name,
                bus_from,
                bus_to,
                x_pu,
                rating_a_mva,
                s_max_pu,
                rating_c_mva,
                emergency_max_pu,
                violation_cost_per_mwh,
                ..Branch::default()
            };
            self.net.branches.push(branch);
        }
        self.connect();
    }

    /// Susceptances are MW per degree here: any unit would do, since only ratios matter.
    fn reactance(&mut self, item: &Item<'_>) -> f64 {
        let key = "Susceptance (S)";
        let Some(b) = self.doc.needed_number(item, key, Range::Finite) else { return 1.0 };
        let x = (self.net.base_mva / b).to_radians();
        if b == 0.0 || !x.is_finite() || x == 0.0 {
            let d = Doc::about(&code::UC_RANGE, item, key).with("value", shown(b)).with("rule", "≠ 0");
            self.doc.say(d, item.place(key));
            return 1.0;
        }
        x
    }

    /// A limit as a rating and the share of it that may be used.
    fn limit(&mut self, item: &Item<'_>, key: &str) -> (f64, Profile) {
        let one = Profile::Const(1.0);
        let Some(limit) = self.doc.series(item, key, self.steps, Range::NonNegative) else { return (f64::INFINITY, one) };
        match limit.constant() {
            Some(v) => (v, one),
            None => {
                let most = limit.max();
                (most, if most > 0.0 { limit.map(|v| v / most) } else { one })
            }
        }
    }

    /// All buses must be one piece: the package balances them as one. Without any line they are joined by lines without limits.
    fn connect(&mut self) {
        let count = self.net.buses.len();
        if count < 2 {
            return;
        }
        if self.net.branches.is_empty() {
            let at = self.net.buses.ids().next().unwrap_or(Id::UNSET);
            let others: Vec<_> = self.net.buses.ids().skip(1).collect();
            for bus in others {
                self.places.row(TableId::Branches, Span::default());
                let name = format!("copper plate {}", self.net.buses[bus].name);
                self.net.branches.push(Branch { name, bus_from: at, bus_to: bus, x_pu: 1.0, ..Branch::default() });
            }
            let d = Diagnostic::new(&code::UC_COPPER).with("count", count).with("value", &self.net.buses[at].name);
            self.doc.found.add(d);
            return;
        }
        let mut root: Vec<usize> = (0..count).collect();
        fn find(root: &mut [usize], mut i: usize) -> usize {
            while root[i] != i {
                root[i] = root[root[i]];
                i = root[i];
            }
            i
        }
        for b in self.net.branches.rows() {
            if b.bus_from.index() >= count || b.bus_to.index() >= count {
                return; // a reference that leads nowhere was told
            }
            let (i, j) = (find(&mut root, b.bus_from.index()), find(&mut root, b.bus_to.index()));
            root[i.max(j)] = i.min(j);
        }
        for bus in 1..count {
            if find(&mut root, bus) == bus {
                let name = |i: usize| self.net.buses.rows()[i].name.clone();
                let d = Diagnostic::new(&code::UC_ISLANDS).on(TableId::Buses, &name(bus)).with("value", name(0));
                self.doc.found.add(d);
            }
        }
    }

    fn line(&mut self, item: &Item<'_>, key: &str, name: &str, at: Span) -> Option<Id<Branch>> {
        let found = self.net.branches.find(name);
        if found.is_none() {
            let names = self.net.branches.rows().iter().map(|b| b.name.as_str());
            self.doc.unknown_name(item, key, name, at, "Transmission lines", names);
        }
        found
    }

    /// One line each: of several the package looks at the first.
    pub(super) fn contingencies(&mut self, top: &Item<'_>) {
        for item in self.doc.items("Contingencies", top.get("Contingencies")) {
            self.known(&item, fields::CONTINGENCY, &[]);
            let key = "Affected lines";
            let lines = self.names(&item, key);
            let Some(&(first, at)) = lines.first() else {
                self.doc.missing(&item, key);
                continue;
            };
            let units: usize = ["Affected units", "Affected generators"].map(|k| self.names(&item, k).len()).iter().sum();
            let more = lines.len() - 1 + units;
            if more > 0 {
                let d = Diagnostic::new(&code::UC_HALF_USED)
                    .with("item", item.shown())
                    .with("value", format!("\"{first}\""))
                    .with("count", more);
                self.doc.say(d, item.place(key));
            }
            self.row(TableId::Contingencies, &item);
            self.places.field(TableId::Contingencies, "branch", at);
            let branch = self.line(&item, key, first, at);
            self.net.contingencies.push(Contingency { name: item.name.to_owned(), branch, ..Contingency::default() });
        }
    }

    pub(super) fn interfaces(&mut self, top: &Item<'_>) {
        for item in self.doc.items("Interfaces", top.get("Interfaces")) {
            self.known(&item, fields::INTERFACE, &[]);
            self.row(TableId::Interfaces, &item);
            let (low, high, penalty) = ("Net flow lower limit (MW)", "Net flow upper limit (MW)", "Flow limit penalty ($/MW)");
            let pairs = [("p_min_mw", low), ("p_max_mw", high), ("violation_cost_per_mwh", penalty)];
            self.mark(TableId::Interfaces, &item, &pairs);
            let interface = Interface {
                name: item.name.to_owned(),
                p_min_mw: self.series(&item, low, Range::Finite, f64::NEG_INFINITY),
                p_max_mw: self.series(&item, high, Range::Finite, f64::INFINITY),
                violation_cost_per_mwh: Some(self.steady(&item, penalty, Range::NonNegative, PENALTY)),
                ..Interface::default()
            };
            let id = self.net.interfaces.push(interface);
            for (key, weight) in [("Outbound lines", 1.0), ("Inbound lines", -1.0)] {
                for (line, at) in self.names(&item, key) {
                    let branch = self.line(&item, key, line, at);
                    self.places.row(TableId::InterfaceTerms, at);
                    let name = format!("{} {line}", item.name);
                    self.net.interface_terms.push(InterfaceTerm { name, interface: id, branch, link: None, weight });
                }
            }
        }
    }
}
