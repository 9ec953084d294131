//! Lazy rows: flows in the PTDF form, and limits after outages in both.
//!
//! In the PTDF form every branch has its flow column with its limits from the start, but no row ties it to the injections until the flow is
//! watched: because an interface or side constraint names it, or because a solved dispatch violates its limit. The row is
//!
//! ```text
//! flow[l,t] − Σ_b PTDF[l,b]·(injection terms of b in t) + slope·shift = −Σ_b PTDF[l,b]·rhs_b
//! ```
//!
//! A limit after an outage names flows alone (`flow/outage_limit`), so its row is the same in both forms; in the PTDF form the flows that it
//! names are watched first. Outages are screened once the flows themselves keep their limits.

use crate::error::Error;
use crate::formulate::flow::OutageRow;
use crate::formulate::frame::{collect, Col, Injections, Row, Sink};
use crate::formulate::{formulations, DispatchModel, FlowForm};
use crate::physics::{DcSolver, OutageScreen, HELD};
use fenggu_net::results::OutagePrice;
use fenggu_net::{Id, Quantity};
use fenggu_opt::RowBlock;
use std::collections::HashMap;
use std::sync::Arc;

/// A factor below this moves less than a watt per gigawatt.
const FACTOR_MIN: f64 = 1e-10;
/// A limit counts as violated beyond this share of it (or this many MW).
const VIOLATION: f64 = 1e-6;
/// Most rows added in a round: the worst ones; most of the others vanish with them. (Rows are dense: on PGLib's
/// 4917_goc 100 a round end with 497 rows instead of the 846 of 400 a round, after two more rounds.)
const ROWS_PER_ROUND: usize = 100;
/// Most rows after outages added in a round and step.
const OUTAGE_ROWS_PER_STEP: usize = 8;

/// A watched quantity: the flow of a branch, the angle difference over a branch without susceptance, or a limit after an outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Watched {
    Flow(usize),
    Difference(usize),
    Outage { contingency: usize, branch: usize, up: bool },
}

/// Rows gathered one by one: terms, lower and upper bound.
struct Rows {
    rows: Vec<OneRow>,
}
type OneRow = (Vec<(u32, f64)>, f64, f64);

impl Sink for Rows {
    fn term(&mut self, row: Row, col: Col, coef: f64) {
        let terms = &mut self.rows[row.0 as usize].0;
        match terms.iter_mut().find(|t| t.0 == col.0) {
            Some(term) => term.1 += coef,
            None => terms.push((col.0, coef)),
        }
    }
    fn bounds(&mut self, row: Row, lo: f64, hi: f64) {
        let r = &mut self.rows[row.0 as usize];
        (r.1, r.2) = (lo, hi);
    }
    fn shift(&mut self, row: Row, by: f64) {
        let r = &mut self.rows[row.0 as usize];
        (r.1, r.2) = (r.1 + by, r.2 + by);
    }
}

fn watched(r: &OutageRow) -> Watched {
    Watched::Outage { contingency: r.contingency, branch: r.branch, up: r.up }
}

/// Adds the rows of a block to another.
fn append(to: &mut RowBlock, block: &RowBlock) {
    for k in 0..block.rows() {
        let terms = block.start[k] as usize..block.start[k + 1] as usize;
        to.push(terms.map(|i| (block.col[i], block.value[i])), block.lower[k], block.upper[k]);
    }
}

/// Outages whose effect is not a number.
fn no_outages() -> Error {
    Error::Option {
        name: "contingencies",
        value: "in a network whose flows after outages are not unique".to_string(),
        rule: "outages of a network in which no susceptances cancel and every branch has an impedance".to_string(),
        rule_zh: "电纳不相互抵消、每条支路均有阻抗的网络中的故障".to_string(),
    }
}

/// Column, bus and coefficient of every injection term of a step.
type StepTerms = Arc<Vec<(u32, u32, f64)>>;

/// What is watched, and how injections reach it.
#[derive(Clone)]
pub(in crate::analyses) struct Watch {
    /// Whether flows are tied to injections by rows of transfer factors (PTDF form).
    tied: bool,
    outages: Option<Arc<OutageScreen>>,
    solver: Arc<DcSolver>,
    injections: Injections,
    factors: HashMap<Watched, Arc<Vec<f64>>>,
    /// Watched quantities in the order of their rows behind the model's own.
    rows: Vec<(Watched, usize)>,
    known: std::collections::HashSet<(Watched, usize)>,
    /// Of a step that has been watched: injection terms by column. Every row of the step reads it, so that
    /// none is sorted on its own.
    by_column: HashMap<usize, StepTerms>,
}

impl Watch {
    /// Of a model; none where nothing is lazy: in the angle form without limits after outages.
    pub fn new(m: &DispatchModel<'_>) -> Result<Option<Watch>, Error> {
        let tied = m.plan.formulation.flow == FlowForm::Ptdf;
        let outages = OutageScreen::new(m.net, &m.plan.dc).map(Arc::new);
        if !tied && outages.is_none() {
            return Ok(None);
        }
        let solver = DcSolver::new(m.net, &m.plan.dc).map_err(|_| if tied { Error::SingularNetwork } else { no_outages() })?;
        let mut watch = Watch {
            tied,
            outages,
            solver: Arc::new(solver),
            injections: Injections::default(),
            factors: HashMap::new(),
            rows: Vec::new(),
            known: Default::default(),
            by_column: HashMap::new(),
        };
        watch.refresh(m);
        Ok(Some(watch))
    }
    /// Whether flows are tied to injections by rows of transfer factors (PTDF form).
    pub fn tied(&self) -> bool {
        self.tied
    }
    /// Whether the same outages are looked at as in another network's.
    pub fn same_outages(&self, m: &DispatchModel<'_>) -> bool {
        let new = OutageScreen::new(m.net, &m.plan.dc);
        self.outages.as_ref().map(|o| o.secured()) == new.as_ref().map(|o| o.secured())
    }
    /// Collects the injections again after the network's values changed. Whether more than their constants changed: then the
    /// rows that stand are out of date.
    pub fn refresh(&mut self, m: &DispatchModel<'_>) -> bool {
        if !self.tied {
            return false;
        }
        let first = m.plan.rows.power_balance.range();
        let old = std::mem::replace(&mut self.injections, collect(m, first.start as u32, first.len()));
        self.by_column.clear();
        let new = &self.injections;
        old.start != new.start || old.col != new.col || old.coef != new.coef
    }
    /// Rows that are there from the start: flows named by interfaces and side constraints, angle differences.
    pub fn first_rows(&mut self, m: &DispatchModel<'_>) -> RowBlock {
        if !self.tied {
            return RowBlock::default();
        }
        let dc = &m.plan.dc;
        let mut named: Vec<Watched> = Vec::new();
        named.extend(m.net.interface_terms.rows().iter().filter_map(|t| t.branch).map(|b| Watched::Flow(b.index())));
        let sides = m.plan.side_targets.iter().filter(|(q, _)| *q == Quantity::BranchFlow);
        named.extend(sides.map(|&(_, row)| Watched::Flow(row)));
        // A rating that is a decision has rows of its own, which name the flow.
        named.extend(m.plan.capacities.branches.rows.iter().map(|b| Watched::Flow(b.0)));
        named.retain(|w| matches!(w, Watched::Flow(l) if dc.susceptance[*l] != 0.0));
        named.extend((0..m.plan.angle_limited.len()).map(Watched::Difference));
        let all: Vec<_> = named.iter().flat_map(|&w| (0..m.steps()).map(move |t| (w, t))).collect();
        self.add(m, all)
    }
    /// Rows for limits that `x` violates, the worst first; none when all hold. And how many limits it violates in all.
    ///
    /// # Errors
    /// An outage whose effect the numbers do not tell.
    pub fn violated(&mut self, m: &DispatchModel<'_>, x: &[f64]) -> Result<(RowBlock, usize), Error> {
        if self.tied {
            let base = self.violated_now(m, x);
            if base.1 > 0 {
                return Ok(base);
            }
        }
        self.violated_after_outages(m, x)
    }
    fn violated_now(&mut self, m: &DispatchModel<'_>, x: &[f64]) -> (RowBlock, usize) {
        let angles = self.angles(m, x);
        let mut worst: Vec<(f64, Watched, usize)> = Vec::new();
        for t in 0..m.steps() {
            for l in 0..m.net.branches.len() {
                let limits = self.limits_at(m, x, l, t);
                if limits == [f64::NEG_INFINITY, f64::INFINITY] || m.plan.dc.susceptance[l] == 0.0 {
                    continue;
                }
                let flow = self.flow_mw(m, &angles, x, l, t);
                let over = (limits[0] - flow).max(flow - limits[1]);
                let scale = limits[0].abs().min(limits[1].abs()).max(1.0);
                if over > VIOLATION * scale && !self.known.contains(&(Watched::Flow(l), t)) {
                    worst.push((over / scale, Watched::Flow(l), t));
                }
            }
        }
        worst.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
        // A share per step, so that no step waits for another.
        let violations = worst.len();
        worst.truncate(ROWS_PER_ROUND.max(4 * m.steps()));
        (self.add(m, worst.into_iter().map(|(_, w, t)| (w, t)).collect()), violations)
    }
    /// Rows for flows that `x` puts at their limit and that have none yet; their columns in `x` become what they are.
    /// Likewise rows for limits after outages.
    ///
    /// # Errors
    /// As [`Watch::violated`].
    pub fn at_limit(&mut self, m: &DispatchModel<'_>, x: &mut [f64]) -> Result<RowBlock, Error> {
        if !self.tied {
            return self.at_limit_after_outages(m, x);
        }
        let angles = self.angles(m, x);
        let mut found = Vec::new();
        for t in 0..m.steps() {
            for l in 0..m.net.branches.len() {
                let limits = self.limits_at(m, x, l, t);
                if limits == [f64::NEG_INFINITY, f64::INFINITY]
                    || m.plan.dc.susceptance[l] == 0.0
                    || self.known.contains(&(Watched::Flow(l), t))
                {
                    continue;
                }
                let flow = self.flow_mw(m, &angles, x, l, t);
                let slack = (flow - limits[0]).min(limits[1] - flow);
                if slack <= VIOLATION * limits[0].abs().min(limits[1].abs()).max(1.0) {
                    found.push((l, t, flow.max(limits[0]).min(limits[1])));
                }
            }
        }
        found.iter().for_each(|&(l, t, flow)| x[m.plan.vars.flow.at(Id::new(l), t).0 as usize] = flow);
        let mut block = self.add(m, found.into_iter().map(|(l, t, _)| (Watched::Flow(l), t)).collect());
        append(&mut block, &self.at_limit_after_outages(m, x)?);
        Ok(block)
    }
    /// Rows in all steps for flows that are watched in some, unless they are more than `most`: where one commitment violates a limit in one step,
    /// another does in the next.
    pub fn in_all_steps(&mut self, m: &DispatchModel<'_>, most: usize) -> RowBlock {
        let flow = |w: &Watched| if let Watched::Flow(l) = *w { Some(l) } else { None };
        let flows: std::collections::BTreeSet<usize> = self.rows.iter().filter_map(|(w, _)| flow(w)).collect();
        if !self.tied || flows.len() * m.steps() > most {
            return RowBlock::default();
        }
        self.add(m, flows.into_iter().flat_map(|l| (0..m.steps()).map(move |t| (Watched::Flow(l), t))).collect())
    }
    /// What 1 MW more of demand at a bus in a step asks of the rows: 1 of its pool's balance, and of every watched row its factor.
    pub fn asked(&self, m: &DispatchModel<'_>, bus: usize, t: usize) -> Vec<(usize, f64)> {
        let (pool, first) = (m.plan.pool_of_bus[bus], m.plan.layout.rows as usize);
        if pool == u32::MAX {
            return Vec::new();
        }
        let balance = (m.plan.rows.energy_balance.at(Id::new(pool as usize), t).0 as usize, 1.0);
        let watched = self.rows.iter().enumerate().filter(|(_, (_, at))| *at == t);
        let factor = |w: &Watched| self.factors.get(w).map_or(0.0, |f| -f[bus] * self.scale(m, *w));
        std::iter::once(balance).chain(watched.map(|(k, (w, _))| (first + k, factor(w)))).filter(|(_, v)| v.abs() > FACTOR_MIN).collect()
    }
    /// Angles of a solution, rad. `[bus × step]`
    pub fn angles(&self, m: &DispatchModel<'_>, x: &[f64]) -> Vec<f64> {
        let (steps, inj) = (m.steps(), &self.injections);
        let mut all = vec![0.0; m.net.buses.len() * steps];
        for t in 0..steps {
            let at_bus = |bus: usize| {
                let v = bus * steps + t;
                let terms = inj.start[v] as usize..inj.start[v + 1] as usize;
                let sum: f64 = terms.map(|k| inj.coef[k] * x[inj.col[k] as usize]).sum();
                (sum - inj.rhs[v]) / m.net.base_mva
            };
            let injection: Vec<f64> = (0..m.net.buses.len()).map(at_bus).collect();
            for (bus, angle) in self.solver.angles(&injection).into_iter().enumerate() {
                all[bus * steps + t] = angle;
            }
        }
        for (k, island) in m.plan.loose_islands.iter().enumerate() {
            for bus in (0..m.net.buses.len()).filter(|&b| m.plan.dc.island_of_bus[b] == island.0 as u32) {
                (0..steps).for_each(|t| all[bus * steps + t] += x[m.plan.vars.island_angle.at(Id::new(k), t).0 as usize]);
            }
        }
        all
    }
    /// Flow of a branch from angles, MW.
    pub fn flow_mw(&self, m: &DispatchModel<'_>, angles: &[f64], x: &[f64], l: usize, t: usize) -> f64 {
        let (dc, steps, b) = (&m.plan.dc, m.steps(), &m.net.branches.rows()[l]);
        let shifter = m.plan.shifters.iter().position(|p| p.0 == l);
        let shift = shifter.map_or(dc.shift_rad[l], |k| x[m.plan.vars.shift.at(Id::new(k), t).0 as usize]);
        let difference = angles[b.bus_from.index() * steps + t] - angles[b.bus_to.index() * steps + t];
        m.net.base_mva * dc.susceptance[l] * (difference - shift)
    }
    /// Part of the bus prices that comes from watched rows: `−Σ_r y_r·factor_r[b]` added into `[bus × step]`; `first` is the
    /// number of the model's own rows.
    pub fn add_prices(&self, m: &DispatchModel<'_>, row_dual: &[f64], first: usize, prices: &mut [f64]) {
        for (k, &(w, t)) in self.rows.iter().enumerate() {
            let y = row_dual[first + k];
            if let (true, Some(factors)) = (y != 0.0, self.factors.get(&w)) {
                let scale = self.scale(m, w);
                for (bus, f) in factors.iter().enumerate() {
                    prices[bus * m.steps() + t] -= y * f * scale;
                }
            }
        }
    }
    /// Bounds of all watched rows, in order.
    pub fn row_bounds(&self, m: &DispatchModel<'_>) -> (Vec<f64>, Vec<f64>) {
        let bounds = |&(w, t): &(Watched, usize)| match w {
            Watched::Outage { branch, .. } => (f64::NEG_INFINITY, m.net.branches.rows()[branch].emergency_rating_mw(t)),
            _ => (self.rhs(m, w, t), self.rhs(m, w, t)),
        };
        self.rows.iter().map(bounds).unzip()
    }
    /// Shadow prices of limits after outages, per MWh, from the duals of all rows; `first` is the number of the model's own rows, `hours` what
    /// a step counts in the objective. Zeros are left out.
    pub fn outage_prices(&self, row_dual: &[f64], first: usize, hours: &[f64]) -> Vec<OutagePrice> {
        let price = |(k, &(w, step)): (usize, &(Watched, usize))| {
            let Watched::Outage { contingency, branch, up } = w else { return None };
            // The limit is from above: its dual is at most 0.
            let worth = -row_dual[first + k].min(0.0) / hours[step];
            (worth != 0.0).then_some(OutagePrice { contingency, branch, step, price_per_mwh: if up { worth } else { -worth } })
        };
        let mut all: Vec<OutagePrice> = self.rows.iter().enumerate().filter_map(price).collect();
        all.sort_by_key(|p| (p.contingency, p.branch, p.step));
        all
    }

    /// Limits of a flow at a point, a rating with what it is exceeded by at a price.
    fn limits_at(&self, m: &DispatchModel<'_>, x: &[f64], l: usize, t: usize) -> [f64; 2] {
        let ([lo, hi], _) = m.plan.dc.flow_limits_mw(m.net, l, t);
        match m.flow_over(l, t) {
            Some(over) if !m.net.branches.rows()[l].s_nom_extendable => {
                let most = m.net.branches.rows()[l].rating_mw(t) + x[over.0 as usize];
                [lo.max(-most), hi.min(most)]
            }
            _ => [lo, hi],
        }
    }
    /// Flows of a point, MW. `[branch × step]`
    fn flows(&self, m: &DispatchModel<'_>, x: &[f64]) -> Vec<f64> {
        if !self.tied {
            return x[m.plan.vars.flow.range()].to_vec();
        }
        let angles = self.angles(m, x);
        (0..m.net.branches.len())
            .flat_map(|l| (0..m.steps()).map(move |t| (l, t)))
            .map(|(l, t)| self.flow_mw(m, &angles, x, l, t))
            .collect()
    }
    /// What violates after outages, beyond a share of the limit.
    fn outage_rows(&self, m: &DispatchModel<'_>, x: &[f64], beyond: f64) -> Result<Vec<OutageRow>, Error> {
        let Some(screen) = &self.outages else { return Ok(Vec::new()) };
        let allowed = |l: usize, t: usize| {
            [m.flow_over(l, t), m.emergency_over(l, t)].into_iter().flatten().map(|c: Col| x[c.0 as usize].max(0.0)).sum::<f64>()
        };
        let found = screen.violated(m.net, &self.solver, &self.flows(m, x), &allowed, beyond).map_err(|_| no_outages())?;
        let row = |v: crate::physics::Violated| OutageRow {
            contingency: v.lost.contingency,
            lost: v.lost.branch,
            branch: v.branch,
            step: v.step,
            factor: v.factor,
            up: v.up,
        };
        Ok(found.into_iter().map(row).collect())
    }
    fn violated_after_outages(&mut self, m: &DispatchModel<'_>, x: &[f64]) -> Result<(RowBlock, usize), Error> {
        let mut rows = self.outage_rows(m, x, HELD)?;
        rows.retain(|r| !self.known.contains(&(watched(r), r.step)));
        let violations = rows.len();
        let mut of_step = vec![0usize; m.steps()];
        rows.retain(|r| {
            of_step[r.step] += 1;
            of_step[r.step] <= OUTAGE_ROWS_PER_STEP
        });
        Ok((self.add_outages(m, &rows), violations))
    }
    fn at_limit_after_outages(&mut self, m: &DispatchModel<'_>, x: &mut [f64]) -> Result<RowBlock, Error> {
        let mut rows = self.outage_rows(m, x, -VIOLATION)?;
        rows.retain(|r| !self.known.contains(&(watched(r), r.step)));
        Ok(self.add_outages(m, &rows))
    }
    /// Rows after outages, behind rows for the flows that they name where those are not tied yet.
    fn add_outages(&mut self, m: &DispatchModel<'_>, rows: &[OutageRow]) -> RowBlock {
        let mut block = RowBlock::default();
        if self.tied {
            let named = rows.iter().flat_map(|r| [(Watched::Flow(r.branch), r.step), (Watched::Flow(r.lost), r.step)]);
            block = self.add(m, named.collect());
        }
        let mut out = Rows { rows: vec![(Vec::new(), f64::NEG_INFINITY, f64::INFINITY); rows.len()] };
        formulations::outages(m, 0, rows, &mut out);
        for (terms, lower, upper) in out.rows {
            block.push(terms, lower, upper);
        }
        for r in rows {
            self.known.insert((watched(r), r.step));
            self.rows.push((watched(r), r.step));
        }
        block
    }

    /// Flows are in MW per MW; differences in rad per p.u., so per MW they are divided by the base.
    fn scale(&self, m: &DispatchModel<'_>, w: Watched) -> f64 {
        match w {
            Watched::Flow(_) => 1.0,
            Watched::Difference(_) => 1.0 / m.net.base_mva,
            Watched::Outage { .. } => 0.0,
        }
    }
    fn rhs(&self, m: &DispatchModel<'_>, w: Watched, t: usize) -> f64 {
        let Some(factors) = self.factors.get(&w) else { return 0.0 };
        let demand: f64 = factors.iter().enumerate().map(|(bus, f)| f * self.injections.rhs[bus * m.steps() + t]).sum();
        let fixed = match w {
            Watched::Flow(l) if m.plan.shifters.iter().all(|p| p.0 != l) => {
                m.net.base_mva * m.plan.dc.susceptance[l] * m.plan.dc.shift_rad[l]
            }
            _ => 0.0,
        };
        -demand * self.scale(m, w) - fixed
    }
    /// Injection terms of a step by column; those of one column in the order of their buses.
    fn terms_of(&mut self, m: &DispatchModel<'_>, t: usize) -> StepTerms {
        let inj = &self.injections;
        let made = self.by_column.entry(t).or_insert_with(|| {
            let mut all = Vec::new();
            for bus in 0..m.net.buses.len() {
                let v = bus * m.steps() + t;
                all.extend((inj.start[v] as usize..inj.start[v + 1] as usize).map(|k| (inj.col[k], bus as u32, inj.coef[k])));
            }
            all.sort_by_key(|&(col, _, _)| col);
            Arc::new(all)
        });
        made.clone()
    }
    fn add(&mut self, m: &DispatchModel<'_>, wanted: Vec<(Watched, usize)>) -> RowBlock {
        let mut block = RowBlock::default();
        let mut terms: Vec<(u32, f64)> = Vec::new();
        for (w, t) in wanted {
            if !self.known.insert((w, t)) {
                continue;
            }
            let (branch, own) = match w {
                Watched::Flow(l) => (l, m.plan.vars.flow.at(Id::new(l), t)),
                Watched::Difference(k) => (m.plan.angle_limited[k].0, m.plan.vars.angle_difference.at(Id::new(k), t)),
                Watched::Outage { .. } => continue,
            };
            let ends = (m.net.branches.rows()[branch].bus_from.index(), m.net.branches.rows()[branch].bus_to.index());
            let solver = self.solver.clone();
            let factors = self.factors.entry(w).or_insert_with(|| {
                Arc::new(match w {
                    Watched::Flow(l) => solver.ptdf_row(l),
                    Watched::Difference(_) | Watched::Outage { .. } => solver.difference_row(ends.0, ends.1),
                })
            });
            let factors = factors.clone();
            let scale = self.scale(m, w);
            let injected = self.terms_of(m, t);
            terms.clear();
            for &(col, bus, coef) in injected.iter() {
                let f = factors[bus as usize];
                if f.abs() <= FACTOR_MIN {
                    continue;
                }
                match terms.last_mut() {
                    Some((last, sum)) if *last == col => *sum -= f * scale * coef,
                    _ => terms.push((col, -(f * scale * coef))),
                }
            }
            let mut add = |col: u32, v: f64| match terms.binary_search_by_key(&col, |x| x.0) {
                Ok(k) => terms[k].1 += v,
                Err(k) => terms.insert(k, (col, v)),
            };
            add(own.0, 1.0);
            if let (Watched::Flow(l), Some(k)) = (w, m.plan.shifters.iter().position(|p| p.0 == branch)) {
                add(m.plan.vars.shift.at(Id::new(k), t).0, m.net.base_mva * m.plan.dc.susceptance[l]);
            }
            if let Watched::Difference(_) = w {
                for (k, island) in m.plan.loose_islands.iter().enumerate() {
                    let col = m.plan.vars.island_angle.at(Id::new(k), t).0;
                    for (end, sign) in [(ends.0, -1.0), (ends.1, 1.0)] {
                        if m.plan.dc.island_of_bus[end] == island.0 as u32 {
                            add(col, sign);
                        }
                    }
                }
            }
            terms.retain(|(_, v)| v.abs() > FACTOR_MIN);
            let rhs = self.rhs(m, w, t);
            block.lower.push(rhs);
            block.upper.push(rhs);
            block.col.extend(terms.iter().map(|x| x.0));
            block.value.extend(terms.iter().map(|x| x.1));
            block.start.push(block.col.len() as u32);
            self.rows.push((w, t));
        }
        block
    }
}
