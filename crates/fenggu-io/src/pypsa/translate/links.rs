//! Links with any number of ports, and processes, which are links whose draw has a rate of its own.

use std::collections::HashSet;

use fenggu_net::{BusId, CarriedCell, CarriedKind, Id, Link, LinkEnd, Profile, RampUnit, TableId};

use super::super::dataset::Rows;
use super::plants::without_limit;
use super::{column_text, Translator};

impl Translator<'_, '_> {
    pub(super) fn links(&mut self) {
        let Some(rows) = self.rows("links", TableId::Links, 0, &FIELDS) else { return };
        self.refuse_attributes(&rows);
        let ports = ports(&rows, "bus");
        for r in 0..rows.len() {
            let mut link = self.link(&rows, r, rows.name(r).to_owned());
            link.efficiency = self.profile(&rows, r, "efficiency");
            let length = self.number(&rows, r, "length");
            link.length_km = rows.column("length").map(|_| length);
            (link.bus_to, link.efficiency) = self.second(&rows, r, &link.name, link.bus_from, link.efficiency.clone());
            let id = self.net.links.push(link);
            for port in &ports {
                self.end(&rows, r, id, *port, "efficiency");
            }
        }
        self.keep(&rows, &rows.frame.names);
    }

    /// A process draws and delivers p times a rate at each port. A link draws exactly p at its first bus, so a further end
    /// there makes up the difference.
    pub(super) fn processes(&mut self) {
        let Some(rows) = self.rows("processes", TableId::Links, self.net.links.len(), &FIELDS) else { return };
        self.refuse_attributes(&rows);
        let ports = ports(&rows, "bus");
        let own: HashSet<&str> = rows.frame.names.iter().map(String::as_str).collect();
        let mut names = Vec::with_capacity(rows.len());
        for r in 0..rows.len() {
            let mut name = rows.name(r).to_owned();
            if self.net.links.find(&name).is_some() && !names.contains(&name) {
                name.push_str(" (process)");
                while own.contains(name.as_str()) || self.net.links.find(&name).is_some() {
                    name.push('*');
                }
            }
            self.keep.put("processes", "name", CarriedKind::Text, &name, CarriedCell::Text(rows.name(r).to_owned()));
            let mut link = self.link(&rows, r, name.clone());
            let rate = self.profile(&rows, r, "rate1");
            (link.bus_to, link.efficiency) = self.second(&rows, r, &link.name, link.bus_from, rate);
            let from = link.bus_from;
            let id = self.net.links.push(link);
            let rate0 = self.profile(&rows, r, "rate0");
            if !rate0.is_all(-1.0) {
                self.push_end(id, &name, 0, from, rate0.map(|v| v + 1.0));
            }
            for port in &ports {
                self.end(&rows, r, id, *port, "rate");
            }
            names.push(name);
        }
        self.keep(&rows, &names);
    }

    fn link(&mut self, rows: &Rows<'_>, r: usize, name: String) -> Link {
        let active = self.flag(rows, r, "active");
        let capacity = self.capacity(rows, r, "p_nom", &name, active);
        let bus_from = self.bus(rows, r, "bus0");
        let word = self.text(rows, r, "carrier");
        // Where nothing is said PyPSA takes the carrier of the first bus, of links only.
        let word = if word.is_empty() && rows.frame.list.name == "links" && !bus_from.is_unset() {
            self.implied(rows, &name, bus_from)
        } else {
            word
        };
        let mut link = Link {
            bus_from,
            carrier: self.carrier(&word),
            p_nom_mw: Some(capacity.nominal),
            p_nom_extendable: capacity.extendable,
            p_nom_min_mw: capacity.min,
            p_nom_max_mw: capacity.max,
            capital_cost_per_mw: capacity.cost,
            p_min_pu: self.profile(rows, r, "p_min_pu"),
            p_max_pu: self.profile(rows, r, "p_max_pu"),
            p_set_mw: self.free(rows, r, "p_set"),
            ramp_up_pu: self.ramp(rows, r, "ramp_limit_up", "ramp_limit_start_up"),
            ramp_down_pu: self.ramp(rows, r, "ramp_limit_down", "ramp_limit_shut_down"),
            ramp_unit: RampUnit::PerStep,
            p_initial_mw: self.given(rows, r, "p_init"),
            cost_linear_per_mwh: self.profile(rows, r, "marginal_cost"),
            cost_quadratic_per_mw2h: self.profile(rows, r, "marginal_cost_quadratic"),
            in_service: active,
            name,
            ..Link::default()
        };
        if let (Some(p), true, true) = (link.p_initial_mw, active, link.ramp_up_pu.is_some() || link.ramp_down_pu.is_some()) {
            self.refuse(rows, r, "p_init", "first ramp of a link", format!("p_init = {p}"));
        }
        if capacity.nominal.is_infinite() && !capacity.extendable {
            self.keep.one(rows, r, "p_nom", &link.name);
            (link.p_min_mw, link.p_max_mw) = (Some(without_limit(&link.p_min_pu)), Some(without_limit(&link.p_max_pu)));
            link.p_nom_mw = None;
        }
        link
    }

    /// The second bus and what arrives there. Without a second bus the power goes nowhere.
    fn second(&mut self, rows: &Rows<'_>, r: usize, name: &str, from: BusId, arrives: Profile) -> (BusId, Profile) {
        if rows.column("bus1").is_some() && self.text(rows, r, "bus1").is_empty() {
            self.keep.put(rows.frame.list.name, "bus1", CarriedKind::Text, name, CarriedCell::Text(String::new()));
            self.keep.one(rows, r, if rows.frame.list.name == "links" { "efficiency" } else { "rate1" }, name);
            return (from, Profile::Const(0.0));
        }
        (self.bus(rows, r, "bus1"), arrives)
    }

    fn end(&mut self, rows: &Rows<'_>, r: usize, link: Id<Link>, port: usize, coefficient: &str) {
        let attribute = format!("bus{port}");
        let arrives = format!("{coefficient}{port}");
        let name = self.net.links[link].name.clone();
        if column_text(rows.column(&attribute), r).is_empty() {
            if rows.column(&arrives).is_some() {
                self.keep.one(rows, r, &arrives, &name);
            }
            return;
        }
        let bus = self.bus(rows, r, &attribute);
        let efficiency = self.profile(rows, r, &arrives);
        self.push_end(link, &name, port, bus, efficiency);
    }

    fn push_end(&mut self, link: Id<Link>, name: &str, port: usize, bus: BusId, efficiency: Profile) {
        let mut own = format!("{name}:{port}");
        while self.net.link_ends.find(&own).is_some() {
            own.push('*');
        }
        self.net.link_ends.push(LinkEnd { name: own, link, bus, efficiency });
    }
}

const FIELDS: [(&str, &str); 17] = [
    ("bus0", "bus_from"),
    ("bus1", "bus_to"),
    ("carrier", "carrier"),
    ("efficiency", "efficiency"),
    ("p_nom", "p_nom_mw"),
    ("p_nom_extendable", "p_nom_extendable"),
    ("p_nom_min", "p_nom_min_mw"),
    ("p_nom_max", "p_nom_max_mw"),
    ("capital_cost", "capital_cost_per_mw"),
    ("p_min_pu", "p_min_pu"),
    ("p_max_pu", "p_max_pu"),
    ("p_set", "p_set_mw"),
    ("ramp_limit_up", "ramp_up_pu"),
    ("ramp_limit_down", "ramp_down_pu"),
    ("marginal_cost", "cost_linear_per_mwh"),
    ("marginal_cost_quadratic", "cost_quadratic_per_mw2h"),
    ("active", "in_service"),
];

/// Ports beyond the second, by rising number: 2 for a column `bus2`.
fn ports(rows: &Rows<'_>, stem: &str) -> Vec<usize> {
    let port = |name: &str| name.strip_prefix(stem)?.parse::<usize>().ok().filter(|p| *p >= 2);
    let mut out: Vec<usize> = rows.frame.columns.iter().filter_map(|c| port(&c.name)).collect();
    out.sort_unstable();
    out.dedup();
    out
}
