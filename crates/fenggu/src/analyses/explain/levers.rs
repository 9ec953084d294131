//! What in the network's data may give way, and what that does to the problem: one column a lever.
//!
//! A side of a row gives way by a slack of one entry. A bound of a column gives way by a copy of the column beside it: the total
//! is what the bound let through and what was added, so no row is added. Where a row's right-hand side is the same datum (the room
//! that reserves leave) the copy has no entry there.

use super::part::Part;
use super::prices::{Kind, Prices, Usual};
use crate::formulate::generation::ramp_limits_mw;
use crate::formulate::model::Holder;
use crate::formulate::{DispatchModel, Plan};
use fenggu_net::{EndRule, Id, Network, TableId};
use fenggu_opt::Problem;

/// A datum without steps.
pub(super) const WHOLE: u32 = u32::MAX;

/// One datum that may give way in one step.
#[derive(Clone, Debug)]
pub(super) struct Lever {
    pub table: TableId,
    pub row: u32,
    pub field: &'static str,
    /// Step, or [`WHOLE`].
    pub step: u32,
    /// Whether the datum rises.
    pub up: bool,
    pub kind: Kind,
    /// Most that it may give way, in the unit of the problem (MW, MWh, rad).
    pub most: f64,
    /// Cost per unit.
    pub cost: f64,
    /// Entries of its column, by rows of the whole problem.
    pub entries: Vec<(u32, f64)>,
    /// The column that a unit of it moves by 1 or −1, where it is a copy of one.
    pub moves: Option<(u32, f64)>,
}

/// Whose levers, and what they may be read from.
pub(super) struct Maker<'a> {
    pub net: &'a Network,
    pub plan: &'a Plan,
    pub problem: &'a Problem,
    pub prices: &'a Prices,
    /// Multipliers of a proof: only levers that it leans on are made. None for all.
    pub proof: Option<Proof>,
    /// The part whose columns may move: no lever reaches beyond its rows. None for the whole.
    pub part: Option<&'a Part>,
    pub list: Vec<Lever>,
    /// What departures are measured from, by element and field.
    pub usual: Usual,
}

/// Multipliers of rows and the shares of columns that follow from them.
pub(super) struct Proof {
    pub y: Vec<f64>,
    pub d: Vec<f64>,
    pub small: f64,
}

impl Proof {
    pub(super) fn new(problem: &Problem, y: &[f64]) -> Proof {
        let largest = y.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        Proof { d: problem.matrix.transpose_times(y), y: y.to_vec(), small: 1e-6 * largest }
    }
}

/// How far a limit per nominal power may rise in a step: no share rises above one; where it is one, the nominal power itself may.
fn within(nominal: Option<f64>, share: f64, limit: f64) -> f64 {
    match nominal {
        Some(p) if p > 0.0 && share < 1.0 && limit <= p * share => p * (1.0 - share),
        _ => f64::INFINITY,
    }
}

/// A datum: table, row, field, step, kind.
#[derive(Clone, Copy)]
struct Datum {
    table: TableId,
    row: usize,
    field: &'static str,
    step: u32,
    kind: Kind,
}

impl<'a> Maker<'a> {
    /// Hours that a step counts for.
    pub(super) fn hours(&self, step: u32) -> f64 {
        if step == WHOLE {
            return 1.0;
        }
        let t = step as usize;
        let weight = self.net.time.weight_objective[t];
        self.net.time.duration_h[t] * if weight > 0.0 { weight } else { 1.0 }
    }
    fn add(&mut self, d: Datum, up: bool, most: f64, entries: Vec<(u32, f64)>) {
        if most <= 0.0 || self.part.is_some_and(|p| entries.iter().any(|e| p.row(e.0).is_none())) {
            return;
        }
        let departs = if d.step == WHOLE { 0.0 } else { self.usual.departs(self.net, (d.table, d.row, d.field), d.step as usize, up) };
        // Equal levers get costs that differ a little, so that the answer is one and the same whichever solver finds it.
        let turn = (self.list.len() as f64 * 0.618_033_988_75).fract();
        let cost = self.prices.of(self.net, d.kind, d.table, d.row) * self.hours(d.step) * (1.0 - 0.9 * departs) * (1.0 + 1e-3 * turn);
        let Datum { table, row, field, step, kind } = d;
        self.list.push(Lever { table, row: row as u32, field, step, up, kind, most, cost, entries, moves: None });
    }
    /// Whether the proof leans on this bound of the column (upper: share above zero).
    fn leans_col(&self, col: usize, upper: bool) -> bool {
        let inside = self.part.is_none_or(|p| p.has_col(col));
        inside && self.proof.as_ref().is_none_or(|p| if upper { p.d[col] > p.small } else { p.d[col] < -p.small })
    }
    fn leans_row(&self, row: usize, upper: bool) -> bool {
        let inside = self.part.is_none_or(|p| p.binds(row as u32));
        inside && self.proof.as_ref().is_none_or(|p| if upper { p.y[row] < -p.small } else { p.y[row] > p.small })
    }
    /// The upper (or lower) bound of a column gives way; `skip` says in which rows the bound is the right-hand side too.
    fn bound(&mut self, d: Datum, col: u32, upper: bool, most: f64, skip: &dyn Fn(usize) -> bool) {
        let j = col as usize;
        let side = if upper { self.problem.col_upper[j] } else { self.problem.col_lower[j] };
        if !side.is_finite() || !self.leans_col(j, upper) {
            return;
        }
        let sign = if upper { 1.0 } else { -1.0 };
        let entries = self.problem.matrix.column(j).filter(|&(i, v)| v != 0.0 && !skip(i)).map(|(i, v)| (i as u32, sign * v)).collect();
        let before = self.list.len();
        self.add(d, upper, most, entries);
        if let Some(lever) = self.list.get_mut(before) {
            lever.moves = Some((col, sign));
        }
    }
    /// The upper (or lower) side of a row gives way.
    fn side(&mut self, d: Datum, row: u32, upper: bool, most: f64) {
        let side = if upper { self.problem.row_upper[row as usize] } else { self.problem.row_lower[row as usize] };
        if side.is_finite() && self.leans_row(row as usize, upper) {
            self.add(d, upper, most, vec![(row, if upper { -1.0 } else { 1.0 })]);
        }
    }

    /// A lower side that gives way by a datum that rises: the lever added last, if one was.
    fn rises(&mut self, before: usize) {
        if let Some(lever) = self.list.get_mut(before) {
            lever.up = true;
        }
    }

    /// Every lever of the network.
    pub(super) fn all(&mut self) {
        self.loads();
        self.drawn();
        self.generators();
        self.links();
        self.branches();
        self.storage();
        self.stores();
        self.rules();
        self.capacities();
        self.switched_off();
    }

    fn loads(&mut self) {
        let model = DispatchModel { net: self.net, plan: self.plan };
        for (id, load) in model.loads() {
            let shed = load.shed_cost_per_mwh.is_some();
            for t in 0..self.net.steps() {
                let (p, row) = (load.p_mw.at(t), self.plan.rows.power_balance.at(load.bus, t).0);
                let d = Datum { table: TableId::Loads, row: id.index(), field: "p_mw", step: t as u32, kind: Kind::Load };
                if p > 0.0 && !shed && self.leans_row(row as usize, false) {
                    self.add(d, false, p, vec![(row, 1.0)]);
                } else if p < 0.0 && self.leans_row(row as usize, true) {
                    self.add(Datum { kind: Kind::Surplus, ..d }, true, -p, vec![(row, -1.0)]);
                }
            }
        }
    }

    /// What is drawn in every step alike: shunts, and the constant losses of links.
    fn drawn(&mut self) {
        let model = DispatchModel { net: self.net, plan: self.plan };
        let steps = 0..self.net.steps();
        let mut found = Vec::new();
        for (id, s) in self.net.shunts.iter().filter(|(_, s)| s.in_service && self.net.buses[s.bus].in_service()) {
            found.push((TableId::Shunts, id.index(), "g_mw", s.bus, s.g_mw));
        }
        for (id, l) in model.links() {
            found.push((TableId::Links, id.index(), "loss_constant_mw", l.bus_to, l.loss_constant_mw));
        }
        for (table, row, field, bus, mw) in found.into_iter().filter(|f| f.4 != 0.0) {
            let rows: Vec<u32> = steps.clone().map(|t| self.plan.rows.power_balance.at(bus, t).0).collect();
            if rows.iter().any(|&r| self.leans_row(r as usize, mw < 0.0)) {
                let hours: f64 = steps.clone().map(|t| self.hours(t as u32)).sum();
                let before = self.list.len();
                let d = Datum { table, row, field, step: WHOLE, kind: if mw > 0.0 { Kind::Load } else { Kind::Surplus } };
                self.add(d, mw < 0.0, mw.abs(), rows.into_iter().map(|r| (r, mw.signum())).collect());
                if let Some(lever) = self.list.get_mut(before) {
                    lever.cost *= hours;
                }
            }
        }
    }

    /// Whether a row is one of the reserve rooms of a direction, or the row of a cost curve.
    fn is_room(plan: &Plan, up: bool) -> impl Fn(usize) -> bool + '_ {
        move |row| {
            let within = |range: std::ops::Range<usize>, holders: &[Holder], steps: usize| {
                range.contains(&row) && holders[(row - range.start) / steps.max(1)].up == up
            };
            let rows = &plan.rows;
            within(rows.generator_room.range(), &plan.generator_holders, rows.generator_room.steps())
                || within(rows.storage_room.range(), &plan.storage_holders, rows.storage_room.steps())
        }
    }

    fn generators(&mut self) {
        let model = DispatchModel { net: self.net, plan: self.plan };
        let plan = self.plan;
        let (up_room, down_room) = (Self::is_room(plan, true), Self::is_room(plan, false));
        let curves = plan.rows.cost_curve.range();
        for (id, g) in model.generators() {
            for t in 0..self.net.steps() {
                let col = plan.vars.p.at(id, t).0;
                let d = |field, kind| Datum { table: TableId::Generators, row: id.index(), field, step: t as u32, kind };
                let (lo, hi) = (self.problem.col_lower[col as usize], self.problem.col_upper[col as usize]);
                let set = g.p_set_mw.as_ref().map(|s| s.at(t)).filter(|v| !v.is_nan());
                if let Some(set) = set {
                    let (least, most) = if g.p_nom_extendable { (lo, hi) } else { (g.lower_mw(t), g.upper_mw(t)) };
                    self.bound(d("p_set_mw", Kind::SetPoint), col, true, (most - set).max(0.0), &|_| false);
                    self.bound(d("p_set_mw", Kind::SetPoint), col, false, (set - least).max(0.0), &|_| false);
                    continue;
                }
                let most = if hi < 0.0 { -hi } else { within(g.p_nom_mw, g.p_max_pu.at(t), hi) };
                self.bound(d("p_max", Kind::Capacity), col, true, most, &|i| up_room(i) || curves.contains(&i));
                if lo > 0.0 {
                    self.bound(d("p_min", Kind::MustRun), col, false, lo, &down_room);
                }
            }
        }
        for (k, picked) in plan.ramped.iter().enumerate() {
            let g = &self.net.generators.rows()[picked.0];
            for t in 0..self.net.steps() {
                let row = plan.rows.ramp.at(Id::new(k), t).0;
                let d = |field, kind| Datum { table: TableId::Generators, row: picked.0, field, step: t as u32, kind };
                let [down, up] = ramp_limits_mw(g, t, self.net.time.duration_h[t]);
                if up.is_finite() {
                    self.side(d("ramp_up", Kind::Ramp), row, true, f64::INFINITY);
                }
                if down.is_finite() {
                    let before = self.list.len();
                    self.side(d("ramp_down", Kind::Ramp), row, false, f64::INFINITY);
                    self.rises(before);
                }
                if t == 0 && g.initial_status_h.is_some() && g.p_initial_mw.is_some() {
                    let whole = |kind| Datum { table: TableId::Generators, row: picked.0, field: "p_initial_mw", step: WHOLE, kind };
                    self.side(whole(Kind::Start), row, true, f64::INFINITY);
                    self.side(whole(Kind::Start), row, false, f64::INFINITY);
                }
            }
        }
        for (k, picked) in plan.energy_limited.iter().enumerate() {
            let row = plan.rows.energy_sum.at(Id::new(k), 0).0;
            let d = |field| Datum { table: TableId::Generators, row: picked.0, field, step: WHOLE, kind: Kind::EnergyBudget };
            self.side(d("energy_sum_max_mwh"), row, true, f64::INFINITY);
            self.side(d("energy_sum_min_mwh"), row, false, f64::INFINITY);
        }
    }

    fn links(&mut self) {
        let model = DispatchModel { net: self.net, plan: self.plan };
        for (id, l) in model.links() {
            for t in 0..self.net.steps() {
                let col = self.plan.vars.link_p.at(id, t).0;
                let d = |field, kind| Datum { table: TableId::Links, row: id.index(), field, step: t as u32, kind };
                let (lo, hi) = (self.problem.col_lower[col as usize], self.problem.col_upper[col as usize]);
                if let Some(set) = l.p_set_mw.as_ref().map(|s| s.at(t)).filter(|v| !v.is_nan()) {
                    let (least, most) = if l.p_nom_extendable { (lo, hi) } else { (l.lower_mw(t), l.upper_mw(t)) };
                    self.bound(d("p_set_mw", Kind::SetPoint), col, true, (most - set).max(0.0), &|_| false);
                    self.bound(d("p_set_mw", Kind::SetPoint), col, false, (set - least).max(0.0), &|_| false);
                    continue;
                }
                self.bound(d("p_max", Kind::Link), col, true, within(l.p_nom_mw, l.p_max_pu.at(t), hi), &|_| false);
                if lo != 0.0 {
                    let most = if lo > 0.0 { lo } else { f64::INFINITY };
                    self.bound(d("p_min", if lo > 0.0 { Kind::MustRun } else { Kind::Link }), col, false, most, &|_| false);
                }
            }
        }
        for (k, picked) in self.plan.link_ramped.iter().enumerate() {
            for t in 1..self.net.steps() {
                let row = self.plan.rows.link_ramp.at(Id::new(k), t).0;
                let d = |field| Datum { table: TableId::Links, row: picked.0, field, step: t as u32, kind: Kind::Ramp };
                self.side(d("ramp_up"), row, true, f64::INFINITY);
                let before = self.list.len();
                self.side(d("ramp_down"), row, false, f64::INFINITY);
                self.rises(before);
            }
        }
    }

    fn branches(&mut self) {
        for (id, b) in self.net.branches.iter() {
            if !self.plan.dc.live[id.index()] || self.plan.dc.susceptance[id.index()] == 0.0 {
                continue;
            }
            let turned = self.plan.dc.susceptance[id.index()] < 0.0;
            for t in 0..self.net.steps() {
                let (_, by_angle) = self.plan.dc.flow_limits_mw(self.net, id.index(), t);
                for (upper, by_angle) in [(false, by_angle[0]), (true, by_angle[1])] {
                    let field = match (by_angle, upper != turned) {
                        (false, _) if b.s_nom_extendable => continue,
                        (false, _) => "rating_a_mva",
                        (true, true) => "angle_max_deg",
                        (true, false) => "angle_min_deg",
                    };
                    let d = Datum { table: TableId::Branches, row: id.index(), field, step: t as u32, kind: Kind::Rating };
                    let before = self.list.len();
                    self.bound(d, self.plan.vars.flow.at(id, t).0, upper, f64::INFINITY, &|_| false);
                    // A rating rises whichever way the flow goes.
                    if let Some(lever) = self.list.get_mut(before) {
                        lever.up = field != "angle_min_deg";
                    }
                }
            }
        }
        for (k, picked) in self.plan.angle_limited.iter().enumerate() {
            for t in 0..self.net.steps() {
                let col = self.plan.vars.angle_difference.at(Id::new(k), t).0;
                let d = |field| Datum { table: TableId::Branches, row: picked.0, field, step: t as u32, kind: Kind::Angle };
                self.bound(d("angle_max_deg"), col, true, f64::INFINITY, &|_| false);
                self.bound(d("angle_min_deg"), col, false, f64::INFINITY, &|_| false);
            }
        }
    }

    fn storage(&mut self) {
        let model = DispatchModel { net: self.net, plan: self.plan };
        let (plan, last) = (self.plan, self.net.steps() - 1);
        let (up_room, down_room) = (Self::is_room(plan, true), Self::is_room(plan, false));
        let told = |set: &Option<fenggu_net::Profile>, t: usize| set.as_ref().map(|s| s.at(t)).filter(|v| !v.is_nan());
        for (id, s) in model.storage_units() {
            let cyclic = s.end_rule == EndRule::Cyclic;
            for t in 0..=last {
                let d = |field, kind| Datum { table: TableId::StorageUnits, row: id.index(), field, step: t as u32, kind };
                let (charge, discharge, soc) = (plan.vars.charge.at(id, t).0, plan.vars.discharge.at(id, t).0, plan.vars.soc.at(id, t).0);
                for (col, set, field, limit, power) in [
                    (charge, told(&s.charge_set_mw, t), "charge_set_mw", "charge_max", s.charge_upper_mw(t)),
                    (discharge, told(&s.discharge_set_mw, t), "discharge_set_mw", "discharge_max", s.discharge_upper_mw(t)),
                ] {
                    if let Some(set) = set {
                        self.bound(d(field, Kind::SetPoint), col, true, (power - set).max(0.0), &|_| false);
                        self.bound(d(field, Kind::SetPoint), col, false, set, &|_| false);
                    } else if col == charge {
                        self.bound(d(limit, Kind::Power), col, true, f64::INFINITY, &down_room);
                    } else {
                        self.bound(d(limit, Kind::Power), col, true, f64::INFINITY, &up_room);
                    }
                }
                let (lo, hi) = (self.problem.col_lower[soc as usize], self.problem.col_upper[soc as usize]);
                let least = s.energy_min_mwh.at(t);
                if let Some(set) = told(&s.soc_set_mwh, t) {
                    self.bound(d("soc_set_mwh", Kind::SetPoint), soc, true, (s.energy_upper_mwh(t) - set).max(0.0), &|_| false);
                    self.bound(d("soc_set_mwh", Kind::SetPoint), soc, false, (set - least).max(0.0), &|_| false);
                } else if t == last && s.end_rule == EndRule::Exactly {
                    let whole = Datum { step: WHOLE, ..d("soc_target_mwh", Kind::Target) };
                    self.bound(whole, soc, true, (s.energy_upper_mwh(t) - hi).max(0.0), &|_| false);
                    self.bound(whole, soc, false, (lo - least).max(0.0), &|_| false);
                } else {
                    self.bound(d("energy_max", Kind::Energy), soc, true, f64::INFINITY, &|_| false);
                    if t == last && s.end_rule == EndRule::AtLeast && s.soc_target_mwh > least {
                        let whole = Datum { step: WHOLE, ..d("soc_target_mwh", Kind::Target) };
                        self.bound(whole, soc, false, lo - least, &|_| false);
                    } else if lo > 0.0 {
                        self.bound(d("energy_min_mwh", Kind::Energy), soc, false, lo, &|_| false);
                    }
                }
                if t == 0 && !cyclic {
                    let kept = (1.0 - s.standing_loss_per_h.at(t)).powf(self.net.time.storage_h(t));
                    let room = (s.energy_upper_mwh(0) - s.soc_initial_mwh).max(0.0);
                    let row = plan.rows.soc_balance.at(id, 0).0;
                    let d = Datum { step: WHOLE, ..d("soc_initial_mwh", Kind::Start) };
                    self.start(d, row, kept, [room, s.soc_initial_mwh]);
                }
            }
        }
        for (k, picked) in plan.set_points.iter().enumerate() {
            let unit = &self.net.storage_units.rows()[picked.0];
            for t in (0..=last).filter(|&t| told(&unit.p_set_mw, t).is_some()) {
                let row = plan.rows.set_point.at(Id::new(k), t).0;
                let d = Datum { table: TableId::StorageUnits, row: picked.0, field: "p_set_mw", step: t as u32, kind: Kind::SetPoint };
                // A slack on the upper side lets discharge less charge be more than told.
                self.side(d, row, true, f64::INFINITY);
                self.side(d, row, false, f64::INFINITY);
            }
        }
        for (k, picked) in plan.cycle_limited.iter().enumerate() {
            let row = plan.rows.cycle_limit.at(Id::new(k), 0).0;
            let d =
                Datum { table: TableId::StorageUnits, row: picked.0, field: "cycles_max_per_day", step: WHOLE, kind: Kind::EnergyBudget };
            self.side(d, row, true, f64::INFINITY);
        }
    }

    /// Energy before the first step, more of it or less.
    fn start(&mut self, d: Datum, row: u32, kept: f64, [more, less]: [f64; 2]) {
        let (lower, upper) = (self.leans_row(row as usize, false), self.leans_row(row as usize, true));
        if kept <= 0.0 {
            return;
        }
        // The balance is an equation: which way it leans decides which way helps; both where nothing is known.
        if lower || upper {
            self.add(d, true, more, vec![(row, -kept)]);
            self.add(d, false, less, vec![(row, kept)]);
        }
    }

    fn stores(&mut self) {
        let model = DispatchModel { net: self.net, plan: self.plan };
        let (plan, last) = (self.plan, self.net.steps() - 1);
        let told = |set: &Option<fenggu_net::Profile>, t: usize| set.as_ref().map(|s| s.at(t)).filter(|v| !v.is_nan());
        for (id, s) in model.stores() {
            for t in 0..=last {
                let d = |field, kind| Datum { table: TableId::Stores, row: id.index(), field, step: t as u32, kind };
                let (p, energy) = (plan.vars.store_p.at(id, t).0, plan.vars.store_energy.at(id, t).0);
                if told(&s.p_set_mw, t).is_some() {
                    self.bound(d("p_set_mw", Kind::SetPoint), p, true, f64::INFINITY, &|_| false);
                    self.bound(d("p_set_mw", Kind::SetPoint), p, false, f64::INFINITY, &|_| false);
                }
                let (lo, hi) = (self.problem.col_lower[energy as usize], self.problem.col_upper[energy as usize]);
                let (least, most) = (s.energy_lower_mwh(t), s.energy_upper_mwh(t));
                let whole = Datum { step: WHOLE, ..d("energy_target_mwh", Kind::Target) };
                if told(&s.energy_set_mwh, t).is_some() {
                    self.bound(d("energy_set_mwh", Kind::SetPoint), energy, true, (most - hi).max(0.0), &|_| false);
                    self.bound(d("energy_set_mwh", Kind::SetPoint), energy, false, (lo - least).max(0.0), &|_| false);
                } else if t == last && s.end_rule == EndRule::Exactly {
                    self.bound(whole, energy, true, (most - hi).max(0.0), &|_| false);
                    self.bound(whole, energy, false, (lo - least).max(0.0), &|_| false);
                } else {
                    if !s.e_nom_extendable {
                        self.bound(d("e_max", Kind::Energy), energy, true, f64::INFINITY, &|_| false);
                    }
                    if t == last && s.end_rule == EndRule::AtLeast && s.energy_target_mwh > least {
                        self.bound(whole, energy, false, lo - least, &|_| false);
                    } else if lo > 0.0 && !s.e_nom_extendable {
                        self.bound(d("e_min", Kind::Energy), energy, false, lo, &|_| false);
                    }
                }
                if t == 0 && s.end_rule != EndRule::Cyclic {
                    let kept = (1.0 - s.standing_loss_per_h.at(t)).powf(self.net.time.storage_h(t));
                    let room = (s.energy_upper_mwh(0) - s.energy_initial_mwh).max(0.0);
                    let d = Datum { step: WHOLE, ..d("energy_initial_mwh", Kind::Start) };
                    let below = (s.energy_initial_mwh - s.energy_lower_mwh(0)).max(0.0);
                    self.start(d, plan.rows.store_balance.at(id, 0).0, kept, [room, below]);
                }
            }
        }
    }

    /// Reserves, interfaces, global limits, side constraints.
    fn rules(&mut self) {
        let plan = self.plan;
        for (id, r) in self.net.reserves.iter() {
            for t in 0..self.net.steps() {
                let d = Datum { table: TableId::Reserves, row: id.index(), field: "requirement_mw", step: t as u32, kind: Kind::Reserve };
                self.side(d, plan.rows.requirement.at(id, t).0, false, r.requirement_mw.at(t));
            }
        }
        for (id, _) in self.net.reserve_offers.iter() {
            for t in 0..self.net.steps() {
                let d = Datum { table: TableId::ReserveOffers, row: id.index(), field: "max_mw", step: t as u32, kind: Kind::ReserveOffer };
                self.bound(d, plan.vars.reserve.at(id, t).0, true, f64::INFINITY, &|_| false);
            }
        }
        for (id, i) in self.net.interfaces.iter().filter(|(_, i)| i.in_service) {
            for t in (0..self.net.steps()).filter(|_| i.violation_cost_per_mwh.is_none()) {
                let d = |field| Datum { table: TableId::Interfaces, row: id.index(), field, step: t as u32, kind: Kind::Interface };
                let row = plan.rows.interface.at(id, t).0;
                self.side(d("p_max_mw"), row, true, f64::INFINITY);
                self.side(d("p_min_mw"), row, false, f64::INFINITY);
            }
        }
        for (id, _) in self.net.global_limits.iter() {
            let d = Datum { table: TableId::GlobalLimits, row: id.index(), field: "limit", step: WHOLE, kind: Kind::GlobalLimit };
            let row = plan.rows.global_limit.at(id, 0).0;
            self.side(d, row, true, f64::INFINITY);
            self.side(d, row, false, f64::INFINITY);
        }
        for (id, s) in self.net.side_constraints.iter().filter(|(_, s)| s.penalty.is_none()) {
            let _ = s;
            let d = Datum { table: TableId::SideConstraints, row: id.index(), field: "rhs", step: WHOLE, kind: Kind::Side };
            let row = plan.rows.side.at(id, 0).0;
            self.side(d, row, true, f64::INFINITY);
            self.side(d, row, false, f64::INFINITY);
        }
    }

    /// Ends of the ranges of chosen capacities.
    fn capacities(&mut self) {
        let (c, v) = (&self.plan.capacities, &self.plan.vars);
        for (table, chosen, block, low, high) in [
            (TableId::Generators, &c.generators, v.generator_nom, "p_nom_min_mw", "p_nom_max_mw"),
            (TableId::StorageUnits, &c.storage_units, v.storage_nom, "p_nom_min_mw", "p_nom_max_mw"),
            (TableId::Stores, &c.stores, v.store_nom, "e_nom_min_mwh", "e_nom_max_mwh"),
            (TableId::Links, &c.links, v.link_nom, "p_nom_min_mw", "p_nom_max_mw"),
            (TableId::Branches, &c.branches, v.branch_nom, "s_nom_min_mva", "s_nom_max_mva"),
        ] {
            for (k, picked) in chosen.rows.iter().enumerate() {
                let col = block.at(Id::new(k), 0).0;
                let d = |field| Datum { table, row: picked.0, field, step: WHOLE, kind: Kind::Expansion };
                self.bound(d(high), col, true, f64::INFINITY, &|_| false);
                let lo = self.problem.col_lower[col as usize];
                self.bound(d(low), col, false, lo, &|_| false);
            }
        }
    }

    /// Branches, generators and links out of service that would be back. A branch back in service is taken as a path here; whether
    /// it helps in the network is for the re-solve to say.
    fn switched_off(&mut self) {
        let net = self.net;
        let live = |bus: fenggu_net::BusId| net.buses[bus].in_service();
        let balance = |bus, t| self.plan.rows.power_balance.at(bus, t).0;
        let mut found = Vec::new();
        for t in 0..net.steps() {
            for (id, b) in net.branches.iter().filter(|(_, b)| !b.in_service && live(b.bus_from) && live(b.bus_to)) {
                let most = (b.rating_a_mva * b.s_max_pu.at(t)).min(1e5);
                for sign in [1.0, -1.0] {
                    let entries = vec![(balance(b.bus_from, t), -sign), (balance(b.bus_to, t), sign)];
                    found.push((TableId::Branches, id.index(), t, most, entries));
                }
            }
            for (id, g) in net.generators.iter().filter(|(_, g)| !g.in_service && live(g.bus) && !g.p_nom_extendable) {
                found.push((TableId::Generators, id.index(), t, g.upper_mw(t).min(1e5), vec![(balance(g.bus, t), g.sign)]));
            }
            for (id, l) in net.links.iter().filter(|(_, l)| !l.in_service && live(l.bus_from) && live(l.bus_to) && !l.p_nom_extendable) {
                let entries = vec![(balance(l.bus_from, t), -1.0), (balance(l.bus_to, t), l.efficiency.at(t))];
                found.push((TableId::Links, id.index(), t, l.upper_mw(t).min(1e5), entries));
            }
        }
        for (table, row, t, most, entries) in found {
            let helps = self.proof.as_ref().is_none_or(|p| entries.iter().map(|&(i, v)| v * p.y[i as usize]).sum::<f64>() > p.small);
            if helps {
                self.add(Datum { table, row, field: "in_service", step: t as u32, kind: Kind::Reconnect }, true, most, entries);
            }
        }
    }
}
