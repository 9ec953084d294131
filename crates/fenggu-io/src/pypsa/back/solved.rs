//! Results where PyPSA's `optimize` leaves its own.

use std::sync::Arc;

use fenggu_net::topology::islands;
use fenggu_net::{BusId, Quantity, Results, TableId};

use super::sheet::Sheet;
use super::Builder;

/// What a frame gets: the attribute, the quantity, and what it is multiplied by.
type Filled = (&'static str, Quantity, f64);

const GENERATORS: &[Filled] = &[("p", Quantity::GeneratorP, 1.0)];
const STORAGE: &[Filled] = &[
    ("p_dispatch", Quantity::StorageDischarge, 1.0),
    ("p_store", Quantity::StorageCharge, 1.0),
    ("state_of_charge", Quantity::StorageSoc, 1.0),
    ("spill", Quantity::StorageSpill, 1.0),
];
const STORES: &[Filled] = &[("p", Quantity::StoreP, 1.0), ("e", Quantity::StoreEnergy, 1.0)];
const LINKS: &[Filled] = &[("p0", Quantity::LinkP, 1.0)];
const BUSES: &[Filled] = &[("marginal_price", Quantity::BusPrice, 1.0)];

impl Builder<'_> {
    pub(super) fn solved(&mut self, results: &Results) {
        let mut sheets = std::mem::take(&mut self.sheets);
        for sheet in &mut sheets {
            match sheet.list.name {
                "buses" => {
                    self.fill(sheet, TableId::Buses, results, BUSES);
                    self.angles(sheet, results);
                    self.injections(sheet, results);
                }
                "generators" => {
                    self.fill(sheet, TableId::Generators, results, GENERATORS);
                    self.chosen(sheet, TableId::Generators, results, ("p_nom_opt", "p_nom"), Quantity::GeneratorPNomOpt);
                }
                "storage_units" => {
                    self.fill(sheet, TableId::StorageUnits, results, STORAGE);
                    self.sum(sheet, results);
                    self.chosen(sheet, TableId::StorageUnits, results, ("p_nom_opt", "p_nom"), Quantity::StoragePNomOpt);
                }
                "stores" => {
                    self.fill(sheet, TableId::Stores, results, STORES);
                    self.chosen(sheet, TableId::Stores, results, ("e_nom_opt", "e_nom"), Quantity::StoreENomOpt);
                }
                "loads" => self.loads_p(sheet),
                "lines" | "transformers" => {
                    self.fill(sheet, TableId::Branches, results, &[("p0", Quantity::BranchFlow, 1.0), ("p1", Quantity::BranchFlow, -1.0)]);
                    self.chosen(sheet, TableId::Branches, results, ("s_nom_opt", "s_nom"), Quantity::BranchSNomOpt);
                    if sheet.list.name == "transformers" {
                        self.shifts(sheet, results);
                    }
                }
                "links" => {
                    self.fill(sheet, TableId::Links, results, LINKS);
                    self.fill(sheet, TableId::Links, results, &[("p", Quantity::LinkP, 1.0)]);
                    self.arrivals(sheet, results);
                    self.chosen(sheet, TableId::Links, results, ("p_nom_opt", "p_nom"), Quantity::LinkPNomOpt);
                }
                "processes" => {
                    self.fill(sheet, TableId::Links, results, &[("p", Quantity::LinkP, 1.0)]);
                    self.arrivals(sheet, results);
                    self.chosen(sheet, TableId::Links, results, ("p_nom_opt", "p_nom"), Quantity::LinkPNomOpt);
                }
                "global_constraints" => {
                    for row in 0..sheet.len() {
                        if let Some(l) = self.net.global_limits.find(sheet.own_name(row)) {
                            if let Some(price) = results.series(Quantity::GlobalLimitPrice, l.index()).first() {
                                // PyPSA's is the dual of the row: what one more unit adds to the objective.
                                sheet.own_number(row, "mu", -price, 0.0);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        self.sheets = sheets;
    }

    fn fill(&self, sheet: &mut Sheet, table: TableId, results: &Results, filled: &[Filled]) {
        for (attribute, quantity, factor) in filled {
            for row in 0..sheet.len() {
                let Some(k) = self.net.table(table).row_of(sheet.own_name(row)) else { continue };
                let values = results.series(*quantity, k);
                if values.len() == self.steps {
                    sheet.varying(row, attribute, values.iter().map(|v| v * factor).collect());
                }
            }
        }
    }

    /// PyPSA's angles have the mean 0 in every connected part of the network; ours count from a reference bus. In rad.
    fn angles(&self, sheet: &mut Sheet, results: &Results) {
        let (net, steps) = (self.net, self.steps);
        let parts = islands(net, |_| true);
        let part = |bus: usize| parts.of_bus.get(bus).map(|p| *p as usize).filter(|p| *p < parts.count);
        let angle = |bus: usize| Some(results.series(Quantity::BusAngle, bus)).filter(|a| a.len() == steps);
        let (mut sum, mut buses) = (vec![0.0; parts.count * steps], vec![0.0; parts.count]);
        for bus in 0..net.buses.len() {
            if let (Some(p), Some(angle)) = (part(bus), angle(bus)) {
                buses[p] += 1.0;
                sum[p * steps..(p + 1) * steps].iter_mut().zip(angle).for_each(|(s, a)| *s += a);
            }
        }
        for row in 0..sheet.len() {
            let Some(bus) = net.buses.find(sheet.own_name(row)).map(fenggu_net::Id::index) else { continue };
            if let (Some(p), Some(angle)) = (part(bus), angle(bus)) {
                let mean = &sum[p * steps..(p + 1) * steps];
                let told: Arc<[f64]> = angle.iter().zip(mean).map(|(a, m)| (a - m / buses[p]).to_radians()).collect();
                sheet.varying(row, "v_ang", told);
            }
        }
    }

    /// What a bus feeds into the branches: what generators, storage and links bring less what loads draw.
    fn injections(&self, sheet: &mut Sheet, results: &Results) {
        let (net, steps) = (self.net, self.steps);
        let mut sum = vec![0.0; net.buses.len() * steps];
        let mut add = |bus: BusId, factor: f64, values: &[f64]| {
            if let (Some(cells), true) = (sum.get_mut(bus.index() * steps..(bus.index() + 1) * steps), values.len() == steps) {
                cells.iter_mut().zip(values).for_each(|(cell, v)| *cell += factor * v);
            }
        };
        for (id, g) in net.generators.iter() {
            add(g.bus, g.sign, results.series(Quantity::GeneratorP, id.index()));
        }
        for (id, s) in net.storage_units.iter() {
            add(s.bus, s.sign, results.series(Quantity::StorageDischarge, id.index()));
            add(s.bus, -s.sign, results.series(Quantity::StorageCharge, id.index()));
        }
        for (id, s) in net.stores.iter() {
            add(s.bus, s.sign, results.series(Quantity::StoreP, id.index()));
        }
        for (id, l) in net.loads.iter() {
            add(l.bus, -1.0, results.series(Quantity::LoadP, id.index()));
        }
        for (id, l) in net.links.iter() {
            add(l.bus_from, -1.0, results.series(Quantity::LinkP, id.index()));
            add(l.bus_to, 1.0, results.series(Quantity::LinkDelivered, id.index()));
        }
        for (_, e) in net.link_ends.iter() {
            let p = results.series(Quantity::LinkP, e.link.index());
            let arrives: Vec<f64> = p.iter().enumerate().map(|(t, v)| v * e.efficiency.at(t)).collect();
            add(e.bus, 1.0, &arrives);
        }
        for row in 0..sheet.len() {
            let Some(k) = net.buses.find(sheet.own_name(row)).map(fenggu_net::Id::index) else { continue };
            sheet.varying(row, "p", Arc::from(&sum[k * steps..(k + 1) * steps]));
        }
    }

    /// The capacity chosen; where none was, the one given.
    fn chosen(&self, sheet: &mut Sheet, table: TableId, results: &Results, names: (&str, &str), quantity: Quantity) {
        for row in 0..sheet.len() {
            let Some(k) = self.net.table(table).row_of(sheet.own_name(row)) else { continue };
            let given = sheet.number_at(row, names.1);
            let chosen = results.series(quantity, k).first().copied().filter(|v| v.is_finite());
            let value = if sheet.flag_at(row, &format!("{}_extendable", names.1)) { chosen.unwrap_or(given) } else { given };
            sheet.own_number(row, names.0, value, 0.0);
        }
    }

    fn sum(&self, sheet: &mut Sheet, results: &Results) {
        for row in 0..sheet.len() {
            let Some(k) = self.net.storage_units.find(sheet.own_name(row)).map(fenggu_net::Id::index) else { continue };
            let (out, into) = (results.series(Quantity::StorageDischarge, k), results.series(Quantity::StorageCharge, k));
            if out.len() == self.steps && into.len() == self.steps {
                sheet.varying(row, "p", out.iter().zip(into).map(|(o, i)| o - i).collect());
            }
        }
    }

    /// PyPSA writes a load's set point as what it drew.
    fn loads_p(&self, sheet: &mut Sheet) {
        for row in 0..sheet.len() {
            let Some(id) = self.net.loads.find(sheet.own_name(row)) else { continue };
            let load = &self.net.loads[id];
            let sign = Some(self.carried.number("loads", "sign", &load.name)).filter(|s| s.abs() == 1.0).unwrap_or(-1.0);
            let values: Arc<[f64]> = (0..self.steps).map(|t| -sign * load.p_mw.at(t)).collect();
            sheet.varying(row, "p", values);
        }
    }

    /// What each port of a link draws: minus what arrives there.
    fn arrivals(&self, sheet: &mut Sheet, results: &Results) {
        let process = sheet.list.name == "processes";
        for row in 0..sheet.len() {
            let Some(id) = self.net.links.find(sheet.own_name(row)) else { continue };
            let p = results.series(Quantity::LinkP, id.index());
            if p.len() != self.steps {
                continue;
            }
            let link = &self.net.links[id];
            let arrives =
                |efficiency: &fenggu_net::Profile| p.iter().enumerate().map(|(t, v)| -v * efficiency.at(t)).collect::<Arc<[f64]>>();
            sheet.varying(row, "p1", arrives(&link.efficiency));
            let mut first = fenggu_net::Profile::Const(-1.0);
            for (_, end) in self.net.link_ends.iter().filter(|(_, e)| e.link == id) {
                let port = end.name.strip_prefix(&link.name).and_then(|r| r.strip_prefix(':')).map(|p| p.trim_end_matches('*'));
                match port.and_then(|p| p.parse::<usize>().ok()) {
                    Some(0) if process => first = end.efficiency.map(|v| v - 1.0),
                    Some(port) => sheet.varying(row, &format!("p{port}"), arrives(&end.efficiency)),
                    None => {}
                }
            }
            if process {
                sheet.varying(row, "p0", arrives(&first));
            }
        }
    }

    fn shifts(&self, sheet: &mut Sheet, results: &Results) {
        for row in 0..sheet.len() {
            let Some(id) = self.net.branches.find(sheet.own_name(row)) else { continue };
            let chosen = results.series(Quantity::BranchShift, id.index());
            let fixed = self.net.branches[id].phase_shift_deg;
            let controllable = self.net.branches[id].phase_shift_min_deg.is_some();
            let at = |t: usize| if controllable { chosen.get(t).copied().filter(|v| v.is_finite()).unwrap_or(fixed) } else { fixed };
            sheet.varying(row, "phase_shift_opt", (0..self.steps).map(at).collect());
        }
    }
}
