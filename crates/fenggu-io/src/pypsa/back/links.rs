//! Links and processes.

use std::collections::HashMap;

use fenggu_net::{Link, LinkEnd, Profile, TableId};

use super::sheet::Sheet;
use super::{Builder, NO_LIMIT};

impl Builder<'_> {
    pub(super) fn links(&mut self) {
        let net = self.net;
        self.lost.written.insert(TableId::Links, LINK);
        self.lost.written.insert(TableId::LinkEnds, &["link", "bus", "efficiency"]);
        let mut ends: HashMap<usize, Vec<&LinkEnd>> = HashMap::new();
        for (_, end) in net.link_ends.iter() {
            ends.entry(end.link.index()).or_default().push(end);
        }
        let is_process = |name: &str| self.carried.text("processes", "name", name).is_some();
        let parts: [Vec<usize>; 2] = {
            let (processes, links) = (0..net.links.len()).partition(|k| is_process(&net.links.rows()[*k].name));
            [links, processes]
        };
        for (list, rows) in [("links", &parts[0]), ("processes", &parts[1])] {
            let own: Vec<String> = rows.iter().map(|k| net.links.rows()[*k].name.clone()).collect();
            let names = own.iter().map(|n| self.carried.text(list, "name", n).unwrap_or(n).to_owned()).collect();
            let Some(attributes) = super::attributes::list(list) else { continue };
            let mut sheet = Sheet::new(attributes, names, own);
            for (row, k) in rows.iter().enumerate() {
                let link = &net.links.rows()[*k];
                self.link(&mut sheet, row, link);
                let further = ends.get(k).map_or(&[][..], Vec::as_slice);
                self.ends(&mut sheet, row, link, further);
            }
            self.sheets.push(sheet);
        }
    }

    fn link(&mut self, sheet: &mut Sheet, row: usize, l: &Link) {
        let list = sheet.list.name;
        sheet.text(row, "bus0", self.bus(l.bus_from));
        let nowhere = self.carried.text(list, "bus1", &l.name) == Some("") && l.bus_to == l.bus_from && l.efficiency.is_all(0.0);
        sheet.text(row, "bus1", if nowhere { "" } else { self.bus(l.bus_to) });
        let word = match self.carried.text(list, "carrier", &l.name) {
            Some("") if self.carrier(l.carrier) == self.bus_word(l.bus_from) => "",
            _ => self.carrier(l.carrier),
        };
        sheet.text(row, "carrier", word);
        let arrives = if list == "links" { "efficiency" } else { "rate1" };
        if nowhere {
            sheet.number(row, arrives, self.carried.number(list, arrives, &l.name));
        } else {
            sheet.profile(row, arrives, &l.efficiency);
        }
        if list == "links" {
            sheet.number(row, "length", l.length_km.unwrap_or(0.0));
        }
        let nominal = self.link_limits(sheet, row, l);
        let size = [nominal, l.p_nom_min_mw, l.p_nom_max_mw, l.capital_cost_per_mw];
        self.capacity(sheet, row, &l.name, "p_nom", size, l.p_nom_extendable);
        sheet.free(row, "p_set", &l.p_set_mw);
        sheet.number(row, "p_init", l.p_initial_mw.unwrap_or(f64::NAN));
        let up = self.ramp(&l.ramp_up_pu, None, l.ramp_unit, nominal, (TableId::Links, "ramp_up_pu"));
        let down = self.ramp(&l.ramp_down_pu, None, l.ramp_unit, nominal, (TableId::Links, "ramp_down_pu"));
        sheet.free(row, "ramp_limit_up", &up);
        sheet.free(row, "ramp_limit_down", &down);
        for column in ["ramp_limit_start_up", "ramp_limit_shut_down"] {
            sheet.number(row, column, self.carried.number(list, column, &l.name));
        }
        sheet.profile(row, "marginal_cost", &l.cost_linear_per_mwh);
        sheet.profile(row, "marginal_cost_quadratic", &l.cost_quadratic_per_mw2h);
        sheet.flag(row, "active", self.counts(l.in_service, l.bus_from) && self.counts(l.in_service, l.bus_to));
        if l.loss_constant_mw != 0.0 {
            self.lost.field(TableId::Links, "loss_constant_mw");
        }
    }

    fn link_limits(&mut self, sheet: &mut Sheet, row: usize, l: &Link) -> f64 {
        let plain = l.p_min_mw.is_none() && l.p_max_mw.is_none();
        if let (Some(nominal), true) = (l.p_nom_mw, plain || l.p_nom_extendable) {
            if !plain {
                self.lost.field(TableId::Links, "p_max_mw");
            }
            sheet.profile(row, "p_min_pu", &l.p_min_pu);
            sheet.profile(row, "p_max_pu", &l.p_max_pu);
            return nominal;
        }
        let endless = self.carried.text(sheet.list.name, "p_nom", &l.name).is_some();
        if endless && l.p_nom_mw.is_none() && l.p_max_mw.as_ref().is_some_and(|p| p.is_all(f64::INFINITY)) {
            sheet.profile(row, "p_min_pu", &l.p_min_pu);
            sheet.profile(row, "p_max_pu", &l.p_max_pu);
            return f64::INFINITY;
        }
        let series = |p: &Option<Profile>| matches!(p, Some(Profile::Series(_)));
        let by_share = l.p_nom_mw.is_some() && (l.p_min_pu.constant().is_none() || l.p_max_pu.constant().is_none());
        let constant = !(series(&l.p_min_mw) || series(&l.p_max_mw) || by_share);
        let (nominal, low, high) = self.shares(|t| l.lower_mw(t), |t| l.upper_mw(t), constant);
        if nominal >= NO_LIMIT {
            self.lost.expressed(["links without a limit", "没有限值的链路"], ["p_nom = 1e9 MW", "p_nom = 1e9 MW"]);
        }
        sheet.profile(row, "p_min_pu", &low);
        sheet.profile(row, "p_max_pu", &high);
        nominal
    }

    /// Further ends: the port that their name says (`link:2`), else the next free one.
    fn ends(&mut self, sheet: &mut Sheet, row: usize, link: &Link, ends: &[&LinkEnd]) {
        let list = sheet.list.name;
        let coefficient = if list == "links" { "efficiency" } else { "rate" };
        let mut taken: Vec<usize> = Vec::new();
        for end in ends {
            let said =
                end.name.strip_prefix(&link.name).and_then(|r| r.strip_prefix(':')).and_then(|p| p.trim_end_matches('*').parse().ok());
            if said == Some(0) && list == "processes" && end.bus == link.bus_from {
                sheet.profile(row, "rate0", &end.efficiency.map(|v| v - 1.0));
                continue;
            }
            let port = said.filter(|p| *p >= 2 && !taken.contains(p)).unwrap_or_else(|| (2..).find(|p| !taken.contains(p)).unwrap_or(2));
            taken.push(port);
            sheet.text(row, &format!("bus{port}"), self.bus(end.bus));
            sheet.profile(row, &format!("{coefficient}{port}"), &end.efficiency);
        }
        // What was told of ports that this link does not have.
        let columns = self.carried.columns.iter().filter(|c| c.table == list && c.column.starts_with(coefficient));
        for c in columns {
            if let Some(text) = self.carried.text(list, &c.column, &link.name) {
                if let Ok(value) = super::cells::number(text) {
                    sheet.number(row, &c.column, value);
                }
            }
        }
    }
}

const LINK: &[&str] = &[
    "bus_from",
    "bus_to",
    "carrier",
    "efficiency",
    "loss_constant_mw",
    "p_nom_mw",
    "p_nom_extendable",
    "p_nom_min_mw",
    "p_nom_max_mw",
    "capital_cost_per_mw",
    "p_min_mw",
    "p_max_mw",
    "p_min_pu",
    "p_max_pu",
    "p_set_mw",
    "ramp_up_pu",
    "ramp_down_pu",
    "ramp_unit",
    "length_km",
    "p_initial_mw",
    "cost_linear_per_mwh",
    "cost_quadratic_per_mw2h",
    "in_service",
];
