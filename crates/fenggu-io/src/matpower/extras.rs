//! DC lines, interfaces and reserves of a MATPOWER case.

use std::collections::{HashMap, HashSet};

use fenggu_net::{
    Diagnostic, GeneratorId, Interface, InterfaceTerm, LimitSense, Link, Profile, Reserve, ReserveOffer, SideConstraint, SideTerm, TableId,
};

use super::col;
use super::raw::{is_poison, Table};
use super::read::{whole, Reader};
use crate::catalogue as code;
use crate::report::shown;

impl Reader<'_> {
    /// `mpc.dcline` and `mpc.dclinecost`: power arriving is Pf − (LOSS0 + LOSS1·Pf).
    pub(super) fn links(&mut self) {
        let Some(dcline) = self.case.table("dcline") else { return };
        if !self.wide_enough(dcline, col::DC_COLUMNS, "LOSS1") {
            return;
        }
        let rows = dcline.rows();
        let costs = self.cost_table("dclinecost", &[rows]);
        let names = self.names("dcline_name", rows);
        for row in 0..rows {
            let cell = |c: usize| dcline.at(row, c).unwrap_or(0.0);
            let name = match names.as_ref().and_then(|n| n.get(row)) {
                Some(name) => name.clone(),
                None => format!("DC{}", row + 1),
            };
            let bus_from = self.bus(dcline, row, col::F_BUS, (TableId::Links, &name));
            let bus_to = self.bus(dcline, row, col::T_BUS, (TableId::Links, &name));
            let mut link = Link {
                bus_from,
                bus_to,
                efficiency: (1.0 - cell(col::DC_LOSS1)).into(),
                loss_constant_mw: cell(col::DC_LOSS0),
                p_min_mw: Some(cell(col::DC_PMIN).into()),
                p_max_mw: Some(cell(col::DC_PMAX).into()),
                p_initial_mw: Some(cell(col::DC_PF)),
                in_service: cell(col::DC_STATUS) > 0.0,
                ..Link::default()
            };
            // LOSS1 is carried beside 1 − LOSS1, which does not give its last bit back.
            let rest = (col::DC_PT..col::DC_PMIN).chain(col::DC_PMAX + 1..col::DC_LOSS0);
            for c in rest.chain([col::DC_LOSS1]) {
                if cell(c) != 0.0 {
                    link.matpower_rest.push([c as f64 + 1.0, cell(c)]);
                }
            }
            if let Some(table) = costs {
                let cost = self.cost(table, row, (TableId::Links, &name));
                let [constant, linear, quadratic] = cost.polynomial;
                if constant != 0.0 || !cost.points.is_empty() {
                    let d = Diagnostic::new(&code::DC_COST).on(TableId::Links, &name);
                    self.say_at(d, table, row, col::COST);
                }
                link.cost_linear_per_mwh = linear.into();
                link.cost_quadratic_per_mw2h = quadratic.into();
            }
            link.name = name;
            self.net.links.push(link);
        }
        let list = self.rows(dcline.row_offsets.clone());
        let cells = [
            ("", col::F_BUS),
            ("bus_from", col::F_BUS),
            ("bus_to", col::T_BUS),
            ("in_service", col::DC_STATUS),
            ("p_initial_mw", col::DC_PF),
            ("p_min_mw", col::DC_PMIN),
            ("p_max_mw", col::DC_PMAX),
            ("loss_constant_mw", col::DC_LOSS0),
            ("efficiency", col::DC_LOSS1),
        ];
        self.map(TableId::Links, list, &cells);
        if let Some(costs) = costs {
            self.map_costs(TableId::Links, costs, rows);
        }
    }

    /// `mpc.if.map` and `mpc.if.lims`.
    pub(super) fn interfaces(&mut self) {
        let (Some(map), Some(lims)) = (self.case.table("if.map"), self.case.table("if.lims")) else {
            if let Some(half) = self.case.table("if.map").or(self.case.table("if.lims")) {
                let other = if half.name == "if.map" { "if.lims" } else { "if.map" };
                self.row_count(&format!("mpc.{other}"), 0, ">= 1", half.span);
            }
            return;
        };
        if !self.wide_enough(map, 2, "branchidx") || !self.wide_enough(lims, 3, "upper") {
            return;
        }
        let mut by_number = HashMap::new();
        for row in 0..lims.rows() {
            let cell = |c: usize| lims.at(row, c).unwrap_or(0.0);
            let name = format!("I{}", shown(cell(0)));
            let id = self.net.interfaces.push(Interface {
                name,
                number: whole(cell(0)).unwrap_or(0),
                p_min_mw: cell(1).into(),
                p_max_mw: cell(2).into(),
                ..Interface::default()
            });
            by_number.insert(cell(0).to_bits(), id);
        }
        let list = self.rows(lims.row_offsets.clone());
        self.map(TableId::Interfaces, list, &[("", 0), ("number", 0), ("p_min_mw", 1), ("p_max_mw", 2)]);

        let branches = self.net.branches.len();
        let mut starts = Vec::new();
        let mut lone = HashSet::new();
        for row in 0..map.rows() {
            let cell = |c: usize| map.at(row, c).unwrap_or(0.0);
            let Some(id) = by_number.get(&cell(0).to_bits()).copied() else {
                if lone.insert(cell(0).to_bits()) && !is_poison(cell(0)) {
                    let d = Diagnostic::new(&code::NO_LIMITS).with("value", shown(cell(0)));
                    self.say_at(d, map, row, 0);
                }
                continue;
            };
            let index = whole(cell(1)).filter(|k| *k != 0 && k.unsigned_abs() as usize <= branches);
            let Some(index) = index else {
                if !is_poison(cell(1)) && !self.damage.truncated() {
                    let name = self.net.interfaces[id].name.clone();
                    let d = Diagnostic::new(&code::BRANCH_INDEX)
                        .on(TableId::Interfaces, &name)
                        .with("value", shown(cell(1)))
                        .with("count", branches);
                    self.say_at(d, map, row, 1);
                }
                continue;
            };
            starts.push(map.row_offsets[row]);
            let number = starts.len();
            self.net.interface_terms.push(InterfaceTerm {
                name: format!("IT{number}"),
                interface: id,
                branch: Some(fenggu_net::BranchId::new(index.unsigned_abs() as usize - 1)),
                weight: if index < 0 { -1.0 } else { 1.0 },
                ..InterfaceTerm::default()
            });
        }
        let list = self.rows(starts);
        let cells = [("", 0), ("interface", 0), ("branch", 1), ("weight", 1)];
        self.map(TableId::InterfaceTerms, list, &cells);
    }

    /// `mpc.reserves`: zones × generators, requirement, cost and largest quantity.
    ///
    /// In MATPOWER what a generator holds back counts in every zone it belongs to and is paid
    /// once. Here it is offered to the first of its zones; a zone some of whose generators offer
    /// elsewhere is a side constraint on those offers, which is the same problem.
    pub(super) fn reserves(&mut self) {
        let Some(zones) = self.case.table("reserves.zones") else { return };
        let (nz, ng) = (zones.rows(), self.net.generators.len());
        let text_end = self.damage.truncated();
        if zones.width != ng && nz > 0 {
            if !text_end {
                self.row_count("mpc.reserves.zones'", zones.width, &ng.to_string(), zones.span);
            }
            return;
        }
        let member = |zone: usize, g: usize| zones.at(zone, g).is_some_and(|x| x != 0.0);
        // Generators that belong to any zone, with the first one they belong to.
        let home: Vec<Option<usize>> = (0..ng).map(|g| (0..nz).find(|z| member(*z, g))).collect();
        let offering = home.iter().flatten().count();
        let Some(requirement) = self.column("reserves.req", &[nz]) else { return };
        let Some(cost) = self.column("reserves.cost", &[offering, ng]) else { return };
        let quantity = match self.case.has("reserves.qty") {
            true => match self.column("reserves.qty", &[cost.len()]) {
                Some(q) => Some(q),
                None => return,
            },
            false => None,
        };

        let plain = |zone: usize| (0..ng).all(|g| !member(zone, g) || home[g] == Some(zone));
        let mut reserve_of = Vec::with_capacity(nz);
        for (zone, needed) in requirement.iter().enumerate() {
            // A zone whose generators partly offer elsewhere still takes the offers of the others.
            reserve_of.push((plain(zone) || home.contains(&Some(zone))).then(|| {
                self.net.reserves.push(Reserve {
                    name: format!("R{}", zone + 1),
                    requirement_mw: if plain(zone) { *needed } else { 0.0 }.into(),
                    ..Reserve::default()
                })
            }));
        }
        let offering = home.iter().enumerate().filter_map(|(g, zone)| zone.map(|z| (g, z)));
        for (k, (g, zone)) in offering.enumerate() {
            let at = if cost.len() == ng { g } else { k };
            let id = GeneratorId::new(g);
            let generator = &self.net.generators[id];
            let ramp = generator.matpower_rest.iter().find(|p| p[0] == col::RAMP_10 as f64 + 1.0);
            let most = quantity.as_ref().map_or(f64::INFINITY, |q| q[at]);
            let name = generator.name.clone();
            self.net.reserve_offers.push(ReserveOffer {
                name,
                reserve: reserve_of[zone].unwrap_or(fenggu_net::Id::UNSET),
                generator: Some(id),
                max_mw: Profile::Const(ramp.map_or(most, |p| most.min(p[1]))),
                cost_per_mwh: cost[at].into(),
                ..ReserveOffer::default()
            });
        }
        for (zone, needed) in requirement.iter().enumerate().filter(|(zone, _)| !plain(*zone)) {
            let constraint = self.net.side_constraints.push(SideConstraint {
                name: format!("R{}", zone + 1),
                sense: LimitSense::AtLeast,
                rhs: *needed,
                ..SideConstraint::default()
            });
            for g in (0..ng).filter(|g| member(zone, *g)) {
                let number = self.net.side_terms.len() + 1;
                self.net.side_terms.push(SideTerm {
                    name: format!("ST{number}"),
                    constraint,
                    table: TableId::ReserveOffers.word().to_owned(),
                    component: self.net.generators[GeneratorId::new(g)].name.clone(),
                    field: "p_mw".to_owned(),
                    ..SideTerm::default()
                });
            }
        }
    }

    /// A column of numbers with one of the lengths that fit; reports another, or its absence.
    fn column(&mut self, name: &str, lengths: &[usize]) -> Option<Vec<f64>> {
        let values = self.case.vector(name).unwrap_or_default();
        if lengths.contains(&values.len()) {
            return Some(values);
        }
        if !self.damage.truncated() {
            let at = self.case.table(name).map(|t: &Table| t.span);
            let at = at.or(self.case.scalar(name).map(|(_, at)| at)).unwrap_or_default();
            let mut expected: Vec<String> = lengths.iter().map(usize::to_string).collect();
            expected.dedup();
            self.row_count(&format!("mpc.{name}"), values.len(), &expected.join(" / "), at);
        }
        None
    }
}
