//! Global constraints.

use fenggu_net::{
    BranchKind, Bus, CarriedCell, CarriedKind, Carrier, Diagnostic, EndRule, GlobalLimit, Id, LimitCarrier, LimitSense, LimitSubject,
    TableId,
};

use super::super::dataset::Rows;
use super::{column_text, Translator};
use crate::catalogue as code;

impl Translator<'_, '_> {
    pub(super) fn limits(&mut self) {
        let fields = [("type", "subject"), ("carrier_attribute", "carrier"), ("bus", "bus"), ("sense", "sense"), ("constant", "limit")];
        let Some(rows) = Rows::of(self.ds, "global_constraints") else { return };
        self.refuse_attributes(&rows);
        // Rows that count nothing are carried whole, so places are those of the rows that are limits.
        let mut kept = Vec::new();
        let mut all_limits = true;
        for r in 0..rows.len() {
            let limit = self.limit(&rows, r);
            all_limits &= limit.is_some();
            if limit.is_none() {
                let name = rows.name(r);
                self.keep.put("global_constraints", "name", CarriedKind::Text, name, CarriedCell::Text(name.to_owned()));
                for column in &rows.frame.columns {
                    self.keep.one(&rows, r, &column.name, name);
                }
            }
            kept.push(limit);
        }
        if all_limits {
            self.rows("global_constraints", TableId::GlobalLimits, 0, &fields);
        }
        for (limit, carriers) in kept.into_iter().flatten() {
            let name = limit.name.clone();
            let id = self.net.global_limits.push(limit);
            for (k, carrier) in carriers.into_iter().enumerate() {
                self.net.limit_carriers.push(LimitCarrier { name: format!("{name}:{}", k + 2), limit: id, carrier });
            }
        }
        self.keep(&rows, &rows.frame.names);
    }

    fn limit(&mut self, rows: &Rows<'_>, r: usize) -> Option<(GlobalLimit, Vec<Id<Carrier>>)> {
        let name = rows.name(r).to_owned();
        let attribute = self.text(rows, r, "carrier_attribute");
        let kind = self.text(rows, r, "type");
        let sense = match self.text(rows, r, "sense").as_str() {
            "<=" | "<" => LimitSense::AtMost,
            ">=" | ">" => LimitSense::AtLeast,
            "==" | "=" => LimitSense::Equal,
            other => {
                let d = Diagnostic::new(&code::PYPSA_WRONG_VALUE).with("value", other).with_both("rule", "<=, >= or ==", "<=、>= 或 ==");
                self.say(rows, r, "sense", d);
                return None;
            }
        };
        let mut limit = self.number(rows, r, "constant");
        let (subject, carriers, bus) = match kind.as_str() {
            "primary_energy" if attribute == "co2_emissions" => (LimitSubject::Co2, self.emitting(&name)?, None),
            "primary_energy" => {
                let (carriers, factor) = self.own_attribute(rows, r, &name, &attribute)?;
                self.keep.put("global_constraints", "carrier_attribute", CarriedKind::Text, &name, CarriedCell::Text(attribute));
                limit /= factor;
                (LimitSubject::PrimaryEnergy, carriers, None)
            }
            "operational_limit" => (LimitSubject::Operation, self.operating(&name, &attribute)?, None),
            "tech_capacity_expansion_limit" => {
                let bus = self.text(rows, r, "bus");
                let bus = if bus.is_empty() { None } else { Some(self.bus(rows, r, "bus")) };
                (LimitSubject::Capacity, self.extending(rows, r, &name, &attribute, bus)?, bus)
            }
            "transmission_volume_expansion_limit" => (LimitSubject::TransmissionVolume, self.transmission(&name, &attribute)?, None),
            "transmission_expansion_cost_limit" => {
                let carriers = self.transmission(&name, &attribute)?;
                self.cost_without_operation(&carriers);
                (LimitSubject::TransmissionCost, carriers, None)
            }
            other => {
                let mut d = Diagnostic::new(&code::PYPSA_UNKNOWN_LIMIT).with("value", other);
                d.component = name;
                self.found.add(d.at(self.place(rows, r, "type")));
                return None;
            }
        };
        let mut carriers = carriers.into_iter();
        let first = carriers.next();
        Some((GlobalLimit { name, subject, carrier: first, bus, sense, limit }, carriers.collect()))
    }

    /// A limit on CO2 counts all carriers, so it names none. PyPSA skips one that no carrier in use emits for.
    fn emitting(&mut self, name: &str) -> Option<Vec<Id<Carrier>>> {
        let emits = |c: Option<Id<Carrier>>| c.is_some_and(|c| self.net.carriers[c].co2_t_per_mwh != 0.0);
        let net = &self.net;
        let any = net.generators.rows().iter().any(|g| emits(g.carrier) && g.in_service)
            || net.storage_units.rows().iter().any(|s| emits(s.carrier) && s.in_service && s.end_rule != EndRule::Cyclic)
            || net.stores.rows().iter().any(|s| emits(s.carrier) && s.in_service && s.end_rule != EndRule::Cyclic);
        if any {
            return Some(Vec::new());
        }
        self.empty(
            name,
            "no generator and no storage that is not cyclic has a carrier with co2_emissions",
            "没有机组和非循环的储能、储存的载体带有 co2_emissions",
        )
    }

    /// A limit on an own attribute of carriers counts primary energy of those that have it, where all have the same of it.
    fn own_attribute(&mut self, rows: &Rows<'_>, r: usize, name: &str, attribute: &str) -> Option<(Vec<Id<Carrier>>, f64)> {
        let carriers = Rows::of(self.ds, "carriers");
        let Some(carriers) = carriers.filter(|c| c.column(attribute).is_some()) else {
            let d = Diagnostic::new(&code::PYPSA_UNKNOWN_NAME)
                .with("value", attribute)
                .with_both("target", "attributes of carriers", "载体（carriers）的属性")
                .with("guess", "");
            self.say(rows, r, "carrier_attribute", d);
            return None;
        };
        let mut counted = Vec::new();
        let mut factor = None;
        for k in 0..carriers.len() {
            let value = self.number(&carriers, k, attribute);
            if value == 0.0 || value.is_nan() {
                continue;
            }
            if *factor.get_or_insert(value) != value {
                self.refuse(rows, r, "carrier_attribute", "limit that weighs carriers differently by an own attribute", attribute);
                return None;
            }
            counted.extend(self.net.carriers.find(carriers.name(k)));
        }
        match factor {
            // A negative factor would turn the sense round.
            Some(f) if f > 0.0 => Some((counted, f)),
            Some(f) => {
                self.refuse(rows, r, "carrier_attribute", "limit that weighs carriers differently by an own attribute", f);
                None
            }
            None => {
                let _: Option<Vec<Id<Carrier>>> =
                    self.empty(name, &format!("no carrier has {attribute}"), &format!("没有载体带有 {attribute}"));
                None
            }
        }
    }

    /// The carrier of a limit on operation, where something that counts has it.
    fn operating(&mut self, name: &str, word: &str) -> Option<Vec<Id<Carrier>>> {
        let net = &self.net;
        let counts = |c: Option<Id<Carrier>>| c.is_some_and(|c| net.carriers[c].name == word);
        let any = net.generators.rows().iter().any(|g| g.in_service && counts(g.carrier))
            || net.storage_units.rows().iter().any(|s| s.in_service && s.end_rule != EndRule::Cyclic && counts(s.carrier))
            || net.stores.rows().iter().any(|s| s.in_service && s.end_rule != EndRule::Cyclic && counts(s.carrier));
        match self.net.carriers.find(word).filter(|_| any) {
            Some(id) => Some(vec![id]),
            None => self.empty(
                name,
                &format!("no generator and no storage that is not cyclic has the carrier \"{word}\""),
                &format!("没有机组和非循环的储能、储存的载体为“{word}”"),
            ),
        }
    }

    /// The carrier of a limit on capacities, where an extendable component that counts has it: generators, storage units, stores,
    /// links and lines, the last two at their first bus. Transformers have no carrier in PyPSA, unless a column of that name is
    /// added to them; then PyPSA counts them too.
    fn extending(&mut self, rows: &Rows<'_>, r: usize, name: &str, word: &str, at: Option<Id<Bus>>) -> Option<Vec<Id<Carrier>>> {
        let transformers = Rows::of(self.ds, "transformers");
        if let Some(own) = transformers.filter(|t| t.column("carrier").is_some()) {
            let asks = |k: &usize| column_text(own.column("carrier"), *k) == word && !word.is_empty();
            let counted = (0..own.len()).filter(asks).find(|k| self.flag(&own, *k, "s_nom_extendable") && self.flag(&own, *k, "active"));
            if let Some(k) = counted {
                self.refuse(rows, r, "carrier_attribute", "capacity limit on transformers by a carrier", own.name(k));
                return None;
            }
        }
        let net = &self.net;
        let counts = |live: bool, extendable: bool, c: Option<Id<Carrier>>, bus: Id<Bus>| {
            live && extendable && c.is_some_and(|c| net.carriers[c].name == word) && at.is_none_or(|a| a == bus)
        };
        let any = net.generators.rows().iter().any(|g| counts(g.in_service, g.p_nom_extendable, g.carrier, g.bus))
            || net.storage_units.rows().iter().any(|s| counts(s.in_service, s.p_nom_extendable, s.carrier, s.bus))
            || net.stores.rows().iter().any(|s| counts(s.in_service, s.e_nom_extendable, s.carrier, s.bus))
            || net.links.rows().iter().any(|l| counts(l.in_service, l.p_nom_extendable, l.carrier, l.bus_from))
            || net
                .branches
                .rows()
                .iter()
                .any(|b| b.kind == BranchKind::Line && counts(b.in_service, b.s_nom_extendable, b.carrier, b.bus_from));
        match self.net.carriers.find(word).filter(|_| any) {
            Some(id) => Some(vec![id]),
            None => {
                let bus = at.and_then(|b| self.net.buses.get(b)).map(|b| b.name.clone());
                let (en, zh) = match bus {
                    Some(b) => (format!(" at bus \"{b}\""), format!("母线“{b}”处")),
                    None => Default::default(),
                };
                self.empty(
                    name,
                    &format!("nothing extendable has the carrier \"{word}\"{en}"),
                    &format!("{zh}没有可扩建的元件的载体为“{word}”"),
                )
            }
        }
    }

    /// The carriers of a list such as `AC, DC` or `[AC, DC]`.
    fn transmission(&mut self, name: &str, list: &str) -> Option<Vec<Id<Carrier>>> {
        let plain: String = list.chars().filter(|c| !"[]()".contains(*c)).collect();
        let found: Vec<Id<Carrier>> = plain.split(',').filter_map(|w| self.net.carriers.find(w.trim())).collect();
        let counts = |c: Option<Id<Carrier>>| c.is_some_and(|c| found.contains(&c));
        let any =
            self.net.branches.rows().iter().any(|b| b.kind == BranchKind::Line && b.in_service && b.s_nom_extendable && counts(b.carrier))
                || self.net.links.rows().iter().any(|l| l.in_service && l.p_nom_extendable && counts(l.carrier));
        if any {
            return Some(found);
        }
        self.empty(
            name,
            &format!("no extendable line or link has a carrier of {list}"),
            &format!("没有可扩建的线路或链路，其载体属于“{list}”"),
        )
    }

    fn empty(&mut self, name: &str, en: &str, zh: &str) -> Option<Vec<Id<Carrier>>> {
        let mut d = Diagnostic::new(&code::PYPSA_LIMIT_EMPTY).with_both("value", en, zh);
        d.component = name.to_owned();
        self.found.add(d);
        None
    }

    fn cost_without_operation(&mut self, carriers: &[Id<Carrier>]) {
        for (list, stem) in [("lines", "s_nom"), ("links", "p_nom")] {
            let Some(rows) = Rows::of(self.ds, list) else { continue };
            for r in 0..rows.len() {
                let carrier = match list {
                    "lines" => self.net.branches.find(rows.name(r)).and_then(|b| self.net.branches[b].carrier),
                    _ => self.net.links.find(rows.name(r)).and_then(|l| self.net.links[l].carrier),
                };
                let fom = self.number(&rows, r, "fom_cost");
                if carrier.is_some_and(|c| carriers.contains(&c)) && fom != 0.0 && self.flag(&rows, r, &format!("{stem}_extendable")) {
                    self.refuse(&rows, r, "fom_cost", "yearly operation cost in a limit on transmission cost", fom);
                }
            }
        }
    }
}
