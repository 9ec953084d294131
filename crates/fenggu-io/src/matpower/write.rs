//! From a [`Network`] to a MATPOWER case file, version 2.
//!
//! Numbers are written with the fewest digits that give the same double back, so reading the file
//! again gives the same network, field by field, for everything the format can hold. What it
//! cannot hold is said, never dropped in silence.

use std::collections::HashMap;
use std::fmt::Write;

use fenggu_net::diagnostic::Entry;
use fenggu_net::{BranchKind, BusKind, Diagnostic, Generator, LimitSense, Link, Network, Profile, ReserveDirection, Results, TableId};

use super::col;
use super::solved::Solved;
use crate::catalogue as code;

/// A written file, and what it does not hold.
#[derive(Debug)]
pub struct Written {
    /// The text, UTF-8, LF.
    pub text: String,
    /// What was left out or merged.
    pub diagnostics: Vec<Diagnostic>,
}

/// Writes step `step` (from 0) of a network as a MATPOWER case.
///
/// A network whose flow convention is PowerModels' gets PGLib's header line, by which the reader
/// knows the convention again.
pub fn write(net: &Network, step: usize) -> Written {
    Writer::new(net, step, None).run()
}

/// Writes a solved case: as [`write`], with the results of step `step` in MATPOWER's columns PG, VA,
/// LAM_P, PF, PT, MU_SF, MU_ST. Prices are per MWh; MU_SF is the shadow price of the from→to limit,
/// MU_ST of the to→from limit, both ≥ 0. Columns without a result are 0.
pub fn write_solved(net: &Network, results: &Results, step: usize) -> Written {
    Writer::new(net, step, Some(Solved { results, step })).run()
}

struct Writer<'a> {
    net: &'a Network,
    step: usize,
    solved: Option<Solved<'a>>,
    out: String,
    diagnostics: Vec<Diagnostic>,
    /// Bus numbers in the file, by row of the bus table.
    numbers: Vec<i64>,
}

const BUS_HEAD: &str = "bus_i\ttype\tPd\tQd\tGs\tBs\tarea\tVm\tVa\tbaseKV\tzone\tVmax\tVmin";
const GEN_HEAD: &str = "bus\tPg\tQg\tQmax\tQmin\tVg\tmBase\tstatus\tPmax\tPmin\tPc1\tPc2\tQc1min\tQc1max\tQc2min\tQc2max\tramp_agc\tramp_10\tramp_30\tramp_q\tapf";
const BRANCH_HEAD: &str = "fbus\ttbus\tr\tx\tb\trateA\trateB\trateC\tratio\tangle\tstatus\tangmin\tangmax";
const COST_HEAD: &str = "model\tstartup\tshutdown\tn\tx1\ty1\t...\txn\tyn  (1)  or  c(n-1)\t...\tc0  (2)";
const DC_HEAD: &str = "fbus\ttbus\tstatus\tPf\tPt\tQf\tQt\tVf\tVt\tPmin\tPmax\tQminF\tQmaxF\tQminT\tQmaxT\tloss0\tloss1";

impl<'a> Writer<'a> {
    fn new(net: &'a Network, step: usize, solved: Option<Solved<'a>>) -> Self {
        let step = step.min(net.steps().saturating_sub(1));
        let numbers = bus_numbers(net);
        Writer { net, step, solved, out: String::new(), diagnostics: Vec::new(), numbers }
    }

    fn run(mut self) -> Written {
        if self.net.steps() > 1 {
            let d = Diagnostic::new(&code::ONE_STEP).with("step", self.step + 1);
            self.diagnostics.push(d.with("count", self.net.steps()));
        }
        self.header();
        self.buses();
        self.generators();
        self.branches();
        self.costs();
        self.links();
        self.interfaces();
        self.reserves();
        self.names();
        self.left_out();
        Written { text: self.out, diagnostics: self.diagnostics }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn head(&mut self, name: &str, columns: &str, extra: &[&str]) {
        let more: String = extra.iter().map(|c| format!("\t{c}")).collect();
        let _ = write!(self.out, "\n%\t{columns}{more}\nmpc.{name} = [\n");
    }

    fn row(&mut self, cells: &[f64]) {
        for cell in cells {
            self.out.push('\t');
            number(&mut self.out, *cell);
        }
        self.out.push_str(";\n");
    }

    fn close(&mut self) {
        self.line("];");
    }

    fn header(&mut self) {
        let name = identifier(&self.net.name);
        let _ = writeln!(self.out, "function mpc = {name}");
        if self.net.flow_convention == fenggu_net::FlowConvention::PowerModels {
            self.line("%    Power Grid Library - Optimal Power Flow (its DC flow convention)");
        }
        self.line("%    Written by fenggu. MATPOWER Case Format : Version 2");
        self.line("mpc.version = '2';\n");
        self.out.push_str("mpc.baseMVA = ");
        number(&mut self.out, self.net.base_mva);
        self.line(";");
    }

    fn at(&self, profile: &Profile) -> f64 {
        match profile {
            Profile::Const(v) => *v,
            Profile::Series(s) => s.get(self.step).copied().unwrap_or(f64::NAN),
        }
    }

    fn buses(&mut self) {
        let net = self.net;
        let n = net.buses.len();
        // [PD, QD, GS, BS] of every bus, and how many loads and shunts stand there.
        let mut at_bus = vec![[0.0f64; 4]; n];
        let mut count = vec![[0usize; 2]; n];
        let mut off = [0usize; 2];
        for (_, load) in net.loads.iter() {
            if let (true, Some(sum)) = (load.in_service, at_bus.get_mut(load.bus.index())) {
                sum[0] += self.at(&load.p_mw);
                sum[1] += self.at(&load.q_mvar);
                count[load.bus.index()][0] += 1;
            } else {
                off[0] += 1;
            }
        }
        for (_, shunt) in net.shunts.iter() {
            if let (true, Some(sum)) = (shunt.in_service, at_bus.get_mut(shunt.bus.index())) {
                sum[2] += shunt.g_mw;
                sum[3] += shunt.b_mvar;
                count[shunt.bus.index()][1] += 1;
            } else {
                off[1] += 1;
            }
        }
        for (k, table) in [TableId::Loads, TableId::Shunts].into_iter().enumerate() {
            let merged: usize = count.iter().map(|c| c[k]).filter(|c| *c > 1).sum();
            self.lost(&code::MERGED, table.word(), merged);
            self.lost(&code::LEFT_OUT, &format!("{} (in_service = false)", table.word()), off[k]);
        }
        let extra: &[&str] = if self.solved.is_some() { &["lam_P", "lam_Q", "mu_Vmax", "mu_Vmin"] } else { &[] };
        self.head("bus", BUS_HEAD, extra);
        for (id, bus) in net.buses.iter() {
            let kind = match bus.kind {
                BusKind::Pq => 1.0,
                BusKind::Pv => 2.0,
                BusKind::Reference => 3.0,
                BusKind::Isolated => 4.0,
            };
            let [pd, qd, gs, bs] = at_bus[id.index()];
            let solved = self.solved.as_ref().map(|s| s.bus(id.index()));
            let va = solved.and_then(|s| s.0).unwrap_or(bus.va_deg);
            let number = self.numbers[id.index()] as f64;
            let (area, zone) = (bus.area as f64, bus.zone as f64);
            let mut cells = vec![number, kind, pd, qd, gs, bs, area, bus.vm_pu, va, bus.v_nom_kv, zone];
            cells.extend([bus.vm_max_pu, bus.vm_min_pu]);
            if let Some((_, price)) = solved {
                cells.extend([price.unwrap_or(0.0), 0.0, 0.0, 0.0]);
            }
            self.row(&cells);
        }
        self.close();
    }

    fn number_of(&self, bus: fenggu_net::BusId) -> f64 {
        self.numbers.get(bus.index()).map_or(f64::NAN, |n| *n as f64)
    }

    fn generators(&mut self) {
        let net = self.net;
        let extra: &[&str] = if self.solved.is_some() { &["mu_Pmax", "mu_Pmin", "mu_Qmax", "mu_Qmin"] } else { &[] };
        self.head("gen", GEN_HEAD, extra);
        for (id, g) in net.generators.iter() {
            let mut cells = vec![0.0; col::GEN_REST_END];
            let solved = self.solved.as_ref().and_then(|s| s.generator(id.index()));
            cells[col::GEN_BUS] = self.number_of(g.bus);
            cells[col::PG] = solved.unwrap_or(g.p_initial_mw.unwrap_or(0.0));
            cells[col::QG] = g.q_mvar;
            cells[col::QMAX] = g.q_max_mvar;
            cells[col::QMIN] = g.q_min_mvar;
            cells[col::VG] = g.vm_setpoint_pu;
            cells[col::MBASE] = g.base_mva;
            cells[col::GEN_STATUS] = f64::from(g.in_service);
            cells[col::PMAX] = g.upper_mw(self.step);
            cells[col::PMIN] = g.lower_mw(self.step);
            put_rest(&mut cells, &g.matpower_rest, col::PC1);
            if self.solved.is_some() {
                cells.extend([0.0; 4]);
            }
            self.row(&cells);
        }
        self.close();
    }

    fn branches(&mut self) {
        let net = self.net;
        let extra: &[&str] =
            if self.solved.is_some() { &["Pf", "Qf", "Pt", "Qt", "mu_Sf", "mu_St", "mu_angmin", "mu_angmax"] } else { &[] };
        self.head("branch", BRANCH_HEAD, extra);
        let unlimited = |mva: f64| if mva.is_infinite() { 0.0 } else { mva };
        // A rating or pair of angle limits of exactly 0 would read back as no limit.
        let (mut zero_ratings, mut zero_angles, mut shares) = (0, 0, 0);
        for (id, b) in net.branches.iter() {
            let share = self.at(&b.s_max_pu);
            shares += usize::from(share != 1.0 && b.rating_a_mva.is_finite());
            zero_ratings += [b.rating_a_mva, b.rating_b_mva, b.rating_c_mva].iter().filter(|r| **r == 0.0).count();
            zero_angles += usize::from(b.angle_min_deg == 0.0 && b.angle_max_deg == 0.0);
            let tap = if b.kind == BranchKind::Line && b.tap_ratio == 1.0 { 0.0 } else { b.tap_ratio };
            let mut cells = vec![self.number_of(b.bus_from), self.number_of(b.bus_to), b.r_pu, b.x_pu, b.b_pu];
            cells.extend([b.rating_a_mva, b.rating_b_mva, b.rating_c_mva].map(unlimited));
            cells.extend([tap, b.phase_shift_deg, f64::from(b.in_service)]);
            cells.extend([b.angle_min_deg.max(-360.0), b.angle_max_deg.min(360.0)]);
            if let Some(s) = &self.solved {
                cells.extend(s.branch(id.index()));
            }
            self.row(&cells);
        }
        self.close();
        self.lost(&code::FIELD_LEFT_OUT, "branches.rating_*_mva = 0", zero_ratings);
        self.lost(&code::FIELD_LEFT_OUT, "branches.angle_min_deg = angle_max_deg = 0", zero_angles);
        self.lost(&code::FIELD_LEFT_OUT, "branches.s_max_pu", shares);
    }

    fn costs(&mut self) {
        let net = self.net;
        if net.generators.is_empty() {
            return;
        }
        let rows: Vec<Vec<f64>> = net.generators.rows().iter().map(|g| self.cost(g)).collect();
        let reactive: Vec<Vec<f64>> = match net.generators.rows().iter().any(|g| !g.reactive_cost.is_empty()) {
            true => net.generators.rows().iter().map(reactive_row).collect(),
            false => Vec::new(),
        };
        self.cost_table("gencost", &[rows, reactive].concat());
        let both = |g: &&Generator| g.cost_points.len() >= 2 && self.polynomial(g) != [0.0; 3];
        let both = net.generators.rows().iter().filter(both).count();
        self.lost(&code::FIELD_LEFT_OUT, "generators.cost_linear_per_mwh beside cost_points", both);
        let tiers = net.generators.rows().iter().filter(|g| g.start_up_cost.len() > 1).count();
        self.lost(&code::FIELD_LEFT_OUT, "generators.start_up_cost beyond its first tier", tiers);
    }

    fn cost_table(&mut self, name: &str, rows: &[Vec<f64>]) {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        self.head(name, COST_HEAD, &[]);
        for row in rows {
            let mut cells = row.clone();
            cells.resize(width, 0.0);
            self.row(&cells);
        }
        self.close();
    }

    fn polynomial(&self, g: &Generator) -> [f64; 3] {
        // A curve of one point is a constant cost; two and more are written as such.
        let point = if let [p] = g.cost_points[..] { p[1] } else { 0.0 };
        [g.cost_constant_per_h + point, self.at(&g.cost_linear_per_mwh), self.at(&g.cost_quadratic_per_mw2h)]
    }

    fn cost(&self, g: &Generator) -> Vec<f64> {
        let start_up = g.start_up_cost.first().map_or(0.0, |tier| tier[1]);
        if g.cost_points.len() >= 2 {
            let mut cells = vec![1.0, start_up, g.shut_down_cost, g.cost_points.len() as f64];
            cells.extend(g.cost_points.iter().flatten());
            return cells;
        }
        let [constant, linear, quadratic] = self.polynomial(g);
        vec![2.0, start_up, g.shut_down_cost, 3.0, quadratic, linear, constant]
    }

    fn links(&mut self) {
        let net = self.net;
        if net.links.is_empty() {
            return;
        }
        self.head("dcline", DC_HEAD, &[]);
        for (id, link) in net.links.iter() {
            let cells = self.link(link, id.index());
            self.row(&cells);
        }
        self.close();
        let costly = |l: &&Link| self.at(&l.cost_linear_per_mwh) != 0.0 || self.at(&l.cost_quadratic_per_mw2h) != 0.0;
        if net.links.rows().iter().any(|l| costly(&l)) {
            let cost = |l: &Link| vec![2.0, 0.0, 0.0, 3.0, self.at(&l.cost_quadratic_per_mw2h), self.at(&l.cost_linear_per_mwh), 0.0];
            let rows: Vec<Vec<f64>> = net.links.rows().iter().map(cost).collect();
            self.cost_table("dclinecost", &rows);
        }
    }

    fn link(&self, link: &Link, row: usize) -> Vec<f64> {
        let mut cells = vec![0.0; col::DC_COLUMNS];
        let efficiency = self.at(&link.efficiency);
        let solved = self.solved.as_ref().and_then(|s| s.link(row));
        // Voltages of a link that never was a MATPOWER line: a start value a power flow can use.
        if link.matpower_rest.is_empty() {
            cells[7] = 1.0;
            cells[8] = 1.0;
        }
        put_rest(&mut cells, &link.matpower_rest, col::DC_PT);
        cells[col::F_BUS] = self.number_of(link.bus_from);
        cells[col::T_BUS] = self.number_of(link.bus_to);
        cells[col::DC_STATUS] = f64::from(link.in_service);
        cells[col::DC_PF] = solved.map_or(link.p_initial_mw.unwrap_or(0.0), |s| s.0);
        if let Some((_, Some(delivered))) = solved {
            cells[col::DC_PT] = delivered;
        }
        cells[col::DC_PMIN] = link.lower_mw(self.step);
        cells[col::DC_PMAX] = link.upper_mw(self.step);
        cells[col::DC_LOSS0] = link.loss_constant_mw;
        // The carried LOSS1 stands if it still is the link's; 1 − (1 − x) is not x.
        if 1.0 - cells[col::DC_LOSS1] != efficiency {
            cells[col::DC_LOSS1] = 1.0 - efficiency;
        }
        cells
    }

    fn interfaces(&mut self) {
        let net = self.net;
        let usable: Vec<usize> = net.interfaces.iter().filter(|(_, i)| i.in_service).map(|(id, _)| id.index()).collect();
        let off = net.interfaces.len() - usable.len();
        self.lost(&code::LEFT_OUT, "interfaces (in_service = false)", off);
        if usable.is_empty() {
            return;
        }
        let numbers = self.interface_numbers();
        self.head("if.map", "ifnum\tbranchidx (negative: the other way)", &[]);
        let mut other = 0;
        for term in net.interface_terms.rows() {
            let live = net.interfaces.get(term.interface).is_some_and(|i| i.in_service);
            match (term.branch, live) {
                (Some(branch), true) if term.weight.abs() == 1.0 => {
                    let index = (branch.index() + 1) as f64 * term.weight;
                    self.row(&[numbers[term.interface.index()] as f64, index]);
                }
                (_, true) => other += 1,
                _ => {}
            }
        }
        self.close();
        self.lost(&code::LEFT_OUT, "interface_terms (weight other than ±1, or a link)", other);
        self.head("if.lims", "ifnum\tlower\tupper", &[]);
        for k in usable {
            let i = &net.interfaces.rows()[k];
            self.row(&[numbers[k] as f64, self.at(&i.p_min_mw), self.at(&i.p_max_mw)]);
        }
        self.close();
    }

    /// The file's own numbers where all are different and positive, else 1, 2, ...
    fn interface_numbers(&self) -> Vec<i64> {
        let own: Vec<i64> = self.net.interfaces.rows().iter().map(|i| i.number).collect();
        let distinct: std::collections::HashSet<i64> = own.iter().copied().collect();
        match distinct.len() == own.len() && own.iter().all(|n| *n > 0) {
            true => own,
            false => (1..=own.len() as i64).collect(),
        }
    }

    /// Upward reserves of generators. Side constraints on offers are MATPOWER's overlapping zones.
    fn reserves(&mut self) {
        let net = self.net;
        let ng = net.generators.len();
        let upward: Vec<usize> =
            net.reserves.iter().filter(|(_, r)| r.direction == ReserveDirection::Up).map(|(id, _)| id.index()).collect();
        self.lost(&code::LEFT_OUT, "reserves (direction = down)", net.reserves.len() - upward.len());
        let mut zones: Vec<(f64, Vec<f64>)> = Vec::new();
        let mut zone_of = HashMap::new();
        for k in upward {
            zone_of.insert(k, zones.len());
            zones.push((self.at(&net.reserves.rows()[k].requirement_mw), vec![0.0; ng]));
        }
        // One offer of each generator: largest quantity and price.
        let mut offers: Vec<Option<(f64, f64)>> = vec![None; ng];
        let mut offer_names = HashMap::new();
        let (mut left, mut shortage) = (0, 0);
        for offer in net.reserve_offers.rows() {
            let zone = zone_of.get(&offer.reserve.index());
            match (offer.generator.map(|g| g.index()).filter(|g| *g < ng), zone) {
                (Some(g), Some(zone)) if offers[g].is_none() => {
                    zones[*zone].1[g] = 1.0;
                    offers[g] = Some((self.at(&offer.max_mw), self.at(&offer.cost_per_mwh)));
                    offer_names.insert(offer.name.as_str(), g);
                }
                _ => left += 1,
            }
        }
        let mut used = 0;
        for (id, c) in net.side_constraints.iter() {
            let terms = net.side_terms.rows().iter().filter(|t| t.constraint == id);
            let of = |t: &fenggu_net::SideTerm| match t.table == "reserve_offers" && t.field == "p_mw" && t.coefficient == 1.0 {
                true => offer_names.get(t.component.as_str()).copied(),
                false => None,
            };
            let members: Option<Vec<usize>> = terms.map(of).collect();
            if let (Some(members), LimitSense::AtLeast, None) = (members, c.sense, c.penalty) {
                let mut row = vec![0.0; ng];
                members.iter().for_each(|g| row[*g] = 1.0);
                used += 1;
                // A zone that has offers of its own stands there already, without a requirement.
                let own = net.reserves.find(&c.name).and_then(|r| zone_of.get(&r.index()).copied());
                match own {
                    Some(zone) if zones[zone].0 == 0.0 => zones[zone] = (c.rhs, row),
                    _ => zones.push((c.rhs, row)),
                }
            }
        }
        for r in net.reserves.rows() {
            shortage += usize::from(!r.shortage.is_empty());
        }
        self.lost(&code::LEFT_OUT, "side_constraints", net.side_constraints.len() - used);
        self.lost(&code::LEFT_OUT, "reserve_offers (storage, or a second offer of a generator)", left);
        self.lost(&code::FIELD_LEFT_OUT, "reserves.shortage", shortage);
        if zones.is_empty() || offers.iter().all(Option::is_none) {
            self.lost(&code::LEFT_OUT, "reserves (nobody offers)", zones.len());
            return;
        }
        self.head("reserves.zones", "element (i, j) is 1 if gen j is in zone i", &[]);
        for (_, members) in &zones {
            self.row(members);
        }
        self.close();
        self.head("reserves.req", "MW", &[]);
        for (requirement, _) in &zones {
            self.row(&[*requirement]);
        }
        self.close();
        for (name, price) in [("reserves.cost", true), ("reserves.qty", false)] {
            self.head(name, "one row for each gen in at least one zone", &[]);
            for (most, cost) in offers.iter().flatten() {
                self.row(&[if price { *cost } else { *most }]);
            }
            self.close();
        }
    }

    /// Names that are not the ones the reader would give.
    fn names(&mut self) {
        let net = self.net;
        let buses: Vec<&str> = net.buses.rows().iter().map(|b| b.name.as_str()).collect();
        if buses.iter().zip(&self.numbers).any(|(name, n)| **name != *n.to_string()) {
            // Names that several buses bear carry the number behind them; the file has them plain.
            let plain = |k: usize| buses[k].strip_suffix(&format!(" ({})", self.numbers[k]));
            let mut uses: HashMap<&str, usize> = HashMap::new();
            for (k, name) in buses.iter().enumerate() {
                *uses.entry(plain(k).unwrap_or(name)).or_default() += 1;
            }
            let names: Vec<&str> =
                (0..buses.len()).map(|k| plain(k).filter(|p| uses.get(p).is_some_and(|n| *n > 1)).unwrap_or(buses[k])).collect();
            self.list("bus_name", &names);
        }
        let carried = net.generators.rows().iter().any(|g| g.carrier.is_some());
        if carried {
            let fuel = |g: &Generator| g.carrier.and_then(|c| net.carriers.get(c)).map_or("", |c| c.name.as_str());
            let fuels: Vec<&str> = net.generators.rows().iter().map(fuel).collect();
            self.list("genfuel", &fuels);
        }
        for (list, prefix, table) in
            [("gen_name", "G", TableId::Generators), ("branch_name", "L", TableId::Branches), ("dcline_name", "DC", TableId::Links)]
        {
            let t = net.table(table);
            let names: Vec<&str> = (0..t.count()).map(|k| t.name_of(k)).collect();
            if names.iter().enumerate().any(|(k, n)| *n != format!("{prefix}{}", k + 1)) {
                self.list(list, &names);
            }
        }
    }

    fn list(&mut self, name: &str, items: &[&str]) {
        let _ = write!(self.out, "\nmpc.{name} = {{\n");
        for item in items {
            let _ = writeln!(self.out, "\t'{}';", item.replace('\'', "''").replace(['\n', '\r'], " "));
        }
        self.line("};");
    }

    pub(super) fn lost(&mut self, entry: &'static Entry, item: &str, count: usize) {
        if count > 0 {
            self.diagnostics.push(Diagnostic::new(entry).with("item", item).with("count", count));
        }
    }

    /// Says what the format has no place for.
    fn left_out(&mut self) {
        let net = self.net;
        for table in [TableId::StorageUnits, TableId::Stores, TableId::LinkEnds, TableId::Contingencies, TableId::GlobalLimits] {
            self.lost(&code::LEFT_OUT, table.word(), net.table(table).count());
        }
        // Fields that decide the optimisation and have no column, by table.
        const FIELDS: [(TableId, &[&str]); 4] = [
            (TableId::Buses, &["carrier", "longitude", "latitude"]),
            (
                TableId::Generators,
                &[
                    "offer",
                    "ramp_up_mw",
                    "ramp_down_mw",
                    "efficiency",
                    "up_time_min_h",
                    "down_time_min_h",
                    "initial_status_h",
                    "start_up_limit_mw",
                    "shut_down_limit_mw",
                    "status_set",
                    "must_run",
                    "committable",
                ],
            ),
            (TableId::Loads, &["shed_cost_per_mwh", "bid"]),
            (
                TableId::Branches,
                &["g_pu", "phase_shift_min_deg", "phase_shift_max_deg", "emergency_max_pu", "violation_cost_per_mwh", "length_km"],
            ),
        ];
        for (table, fields) in FIELDS {
            let t = net.table(table);
            for name in fields {
                let Some(k) = t.fields().iter().position(|f| f.name == *name) else { continue };
                let default = t.default_value(k);
                let set = (0..t.count()).filter(|row| t.value(*row, k) != default).count();
                self.lost(&code::FIELD_LEFT_OUT, &format!("{}.{name}", table.word()), set);
            }
        }
    }
}

/// The numbers of the source file where all are different and positive, else 1, 2, ...
fn bus_numbers(net: &Network) -> Vec<i64> {
    let own: Vec<i64> = net.buses.rows().iter().map(|b| b.number).collect();
    let distinct: std::collections::HashSet<i64> = own.iter().copied().collect();
    if distinct.len() == own.len() && own.iter().all(|n| *n > 0) {
        own
    } else {
        (1..=own.len() as i64).collect()
    }
}

/// Puts carried columns back: pairs of MATPOWER's column number and the value.
fn put_rest(cells: &mut [f64], rest: &[[f64; 2]], from: usize) {
    for [column, value] in rest {
        let k = *column as usize;
        if k > from {
            if let Some(cell) = cells.get_mut(k - 1) {
                *cell = *value;
            }
        }
    }
}

/// A row of reactive cost as it was read; a generator without one pays nothing.
fn reactive_row(g: &Generator) -> Vec<f64> {
    let [model, start] = match g.reactive_cost.as_slice() {
        [model, start, ..] => [*model, *start],
        _ => return vec![2.0, 0.0, 0.0, 2.0, 0.0, 0.0],
    };
    let mut cells = vec![model[0], start[0], start[1], model[1]];
    cells.extend(g.reactive_cost[2..].iter().flatten());
    cells
}

/// A name MATLAB takes for a function: ASCII letters, digits, underscores.
fn identifier(name: &str) -> String {
    let mut out: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if !out.starts_with(|c: char| c.is_ascii_alphabetic()) {
        out.insert_str(0, "case_");
    }
    out
}

/// The shortest text that reads back as the same double.
fn number(out: &mut String, v: f64) {
    let size = v.abs();
    let _ = if v.is_nan() {
        out.write_str("NaN")
    } else if v.is_infinite() {
        out.write_str(if v > 0.0 { "Inf" } else { "-Inf" })
    } else if size != 0.0 && !(1e-5..1e15).contains(&size) {
        write!(out, "{v:e}")
    } else {
        write!(out, "{v}")
    };
}
