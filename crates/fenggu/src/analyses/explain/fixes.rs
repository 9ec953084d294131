//! The cheapest sets of data to change so that the network can be dispatched.
//!
//! One elastic problem: the network's own rows and columns, without costs, and a priced column for every lever. Its optimum is the
//! cheapest set. The next ones come from the same problem with kinds of lever of the sets found so far forbidden, so that what is
//! offered differs in kind and not only in the name of the unit. Every set is made on a copy of the network; then the point that
//! came with it is a dispatch of the copy, within a solver's tolerance, or the copy is solved again.

use super::change::{change, Change, Group};
use super::levers::{Lever, Maker, Proof};
use super::part::{holds, lacking, Part};
use super::prices::{Kind, Prices, Usual};
use super::Work;
use crate::analyses::dispatch::{angle_backend, assembled, DispatchOptions, DispatchSession, Watch};
use crate::error::Error;
use crate::formulate::{DispatchFormulation, DispatchModel, Plan};
use fenggu_net::{check, Network, TableId};
use fenggu_opt::{Backend, Problem, Session, Status};
use std::collections::BTreeSet;

/// A set of changes after which the network can be dispatched.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// The changes, the dearest first.
    pub changes: Vec<Change>,
    /// Cost of all of them at the prices of the explanation, in the network's currency.
    pub cost: f64,
    /// Whether the changed network can be dispatched: a dispatch of it was found and checked. None where the budget did not allow it.
    pub verified: Option<bool>,
}

impl Fix {
    /// The network with the changes made.
    pub fn apply(&self, net: &Network) -> Network {
        let mut fixed = net.clone();
        self.changes.iter().for_each(|c| c.apply(&mut fixed));
        fixed
    }
}

/// Cost per unit of a shortfall at a bus that no lever mends, in values of lost load.
const BEYOND: f64 = 20.0;
/// Cost per unit of a limit over the horizon that a part goes beyond for the rest to make up, in values of lost load: far below any lever.
const SOFT: f64 = 1e-4;
/// What is taken off a held value beyond what is needed, where an interior point said how much that is, MW or MWh: its tolerance is
/// coarser than a simplex's, which must not find the last 1e-6 missing.
const PAD: f64 = 1e-5;
/// Beyond this many columns levers are made only where the proof leans, and a solve is an interior point's.
const LARGE: usize = 60_000;
/// Solves of the elastic problem of a whole network that only an interior point can solve, each of which takes two to three times what the
/// sound network's dispatch takes (measured at 108,811 rows): the explanation is to take ten times that at most.
const LARGE_SOLVES: usize = 3;
/// There, a set this many times dearer than the cheapest ends the search: what comes after it is dearer still.
const FAR_DEARER: f64 = 10.0;
/// Cost per square, so that an interior point ends (see `dispatch/elastic.rs`).
const CURVATURE: f64 = 1e-9;

/// A part of a problem and the point at which the rest is held.
pub(super) type Held<'a> = (&'a Part, &'a [f64]);

/// The elastic problem of a network, or of a part of it.
pub(super) struct Elastic<'a> {
    net: &'a Network,
    plan: &'a Plan,
    part: Option<Held<'a>>,
    base: &'a Problem,
    /// The dispatch that falls short least, where it is known.
    elastic: Option<&'a [f64]>,
    /// Whether a point is enough to verify a fix: where an interior point would judge the changed network by the same tolerance.
    by_point: bool,
    /// Columns before the first lever, and before those that let a part's limits go.
    own: usize,
    last: usize,
    levers: Vec<Lever>,
    session: Session,
    upper: Vec<f64>,
    interior: bool,
    solved: usize,
}

/// What one solve of it found.
pub(super) struct Found {
    pub fix: Fix,
    /// Columns of the whole problem after the changes.
    pub point: Vec<f64>,
    /// Row duals: a proof of the base problem's infeasibility, or of its part's.
    pub dual: Vec<f64>,
    /// Power that no lever mends, MW: the sum of bus shortfalls.
    pub beyond: f64,
}

/// The network's problem without costs, in the angle form.
pub(super) fn base(net: &Network) -> Result<(Plan, Problem), Error> {
    let plan = Plan::declare(net, DispatchFormulation::default());
    let mut problem = assembled(&DispatchModel { net, plan: &plan })?;
    problem.cost.fill(0.0);
    problem.quad.clear();
    problem.offset = 0.0;
    Ok((plan, problem))
}

/// Whether limits after outages hold, whose rows are not in the problem.
fn has_outages(net: &Network, plan: &Plan) -> Result<bool, Error> {
    Ok(Watch::new(&DispatchModel { net, plan })?.is_some())
}

/// Whether an interior point's tolerance judges this network's dispatch, and its problem is all there is to hold: then a point of the
/// problem is as good as a solver's word.
pub(super) fn by_point(net: &Network, plan: &Plan, problem: &Problem) -> Result<bool, Error> {
    Ok(backend(net, problem) == Backend::InteriorPoint && !has_outages(net, plan)?)
}

/// Who solves a problem of this network.
fn backend(net: &Network, problem: &Problem) -> Backend {
    angle_backend(net, Backend::Auto).resolve(problem)
}

fn append(problem: &mut Problem, entries: impl IntoIterator<Item = (u32, f64)>, upper: f64, cost: f64) {
    for (row, value) in entries {
        problem.matrix.row.push(row);
        problem.matrix.value.push(value);
    }
    problem.matrix.start.push(problem.matrix.row.len() as u32);
    problem.cost.push(cost);
    problem.col_lower.push(0.0);
    problem.col_upper.push(upper);
}

impl<'a> Elastic<'a> {
    /// Builds it. `point` is the elastic dispatch, where it is known. `proof` are multipliers that prove the base problem infeasible, where some are known; they only count where the problem
    /// is large. Every balance keeps its dear columns there too: with only those that are needed, an interior point finds no interior
    /// (217,621 rows: 126 s for 17 s).
    pub(super) fn new(
        net: &'a Network,
        plan: &'a Plan,
        base: &'a Problem,
        prices: &Prices,
        proof: Option<&[f64]>,
        point: Option<&'a [f64]>,
        part: Option<Held<'a>>,
    ) -> Result<Self, Error> {
        let mut p = part.map_or(base, |(part, _)| &part.problem).clone();
        let own = p.cols();
        let proof = proof.filter(|_| own > LARGE).map(|y| Proof::new(base, y));
        let at = |row: u32| part.map_or(Some(row), |(part, _)| part.row(row));
        let mut maker =
            Maker { net, plan, problem: base, prices, proof, part: part.map(|p| p.0), list: Vec::new(), usual: Usual::default() };
        maker.all();
        let hours = (0..net.steps()).map(|t| maker.hours(t as u32)).fold(1.0, f64::max);
        let levers = maker.list;
        for lever in &levers {
            append(&mut p, lever.entries.iter().filter_map(|e| Some((at(e.0)?, e.1))), lever.most, lever.cost);
        }
        // Dearer than the dearest step, or a step of great weight would rather have a shortfall than a change.
        let dear = BEYOND * prices.lost_load.0 * hours;
        for row in plan.rows.power_balance.range().filter_map(|row| at(row as u32)) {
            append(&mut p, [(row, 1.0)], f64::INFINITY, dear);
            append(&mut p, [(row, -1.0)], f64::INFINITY, dear);
        }
        let last = p.cols();
        for &row in part.iter().flat_map(|(part, _)| &part.soft) {
            append(&mut p, [(row, 1.0)], f64::INFINITY, SOFT * prices.lost_load.0);
            append(&mut p, [(row, -1.0)], f64::INFINITY, SOFT * prices.lost_load.0);
        }
        // Costs near one: solvers' tolerances are absolute.
        let unit = 1.0 / prices.lost_load.0;
        p.cost.iter_mut().for_each(|c| *c *= unit);
        let backend = backend(net, &p);
        let interior = backend == Backend::InteriorPoint;
        if interior {
            p.quad = (0..p.cols()).map(|j| if j < own { CURVATURE } else { 1e2 * CURVATURE }).collect();
        }
        let session = backend.session(&p)?;
        let by_point = by_point(net, plan, base)?;
        Ok(Elastic { net, plan, part, base, last, elastic: point, by_point, own, levers, session, upper: p.col_upper, interior, solved: 0 })
    }

    /// The cheapest set without the forbidden kinds; none where the limits of work or time do not allow an answer, or where rows are in
    /// the way that no lever moves.
    pub(super) fn solve(&mut self, forbidden: &BTreeSet<Kind>, work: &mut Work) -> Result<Option<Found>, Error> {
        // Nothing that may move mends nothing.
        if !forbidden.is_empty() && self.levers.iter().all(|l| forbidden.contains(&l.kind)) {
            return Ok(None);
        }
        self.solve_with(&|l| !forbidden.contains(&l.kind), work)
    }

    /// Whether every solve is an interior point's on the whole of a large problem.
    fn is_costly(&self) -> bool {
        self.by_point && self.part.is_none()
    }

    /// The cheapest set of levers that `may` move.
    fn solve_with(&mut self, may: &dyn Fn(&Lever) -> bool, work: &mut Work) -> Result<Option<Found>, Error> {
        let own = self.own;
        if self.is_costly() {
            if let Some(found) = self.as_missing(may) {
                return Ok(Some(found));
            }
            if self.solved >= LARGE_SOLVES {
                return Ok(None);
            }
        }
        self.solved += 1;
        let Some(control) = work.next() else { return Ok(None) };
        let mut upper = self.upper.clone();
        for (k, _) in self.levers.iter().enumerate().filter(|(_, l)| !may(l)) {
            upper[own + k] = 0.0;
        }
        let lower = self.session.problem().col_lower.clone();
        self.session.change_col_bounds(&lower, &upper)?;
        let mut solution = self.session.solve(&control)?;
        if solution.status == Status::Failed && self.interior && Backend::all().contains(&Backend::HighsIpm) {
            let mut linear = self.session.problem().clone();
            linear.quad.clear();
            solution = Backend::HighsIpm.solve(&linear, &control)?;
        }
        work.ended(solution.status);
        if solution.status != Status::Optimal {
            return Ok(None);
        }
        // What an interior point leaves of levers that are not used is noise.
        let noise = if self.interior { 1e-4 } else { 1e-7 };
        let levers = &solution.x[own..own + self.levers.len()];
        let fix = self.fix(levers, noise);
        let beyond = solution.x[own + self.levers.len()..self.last].iter().filter(|v| **v > noise).sum();
        let point = self.point(&solution.x[..own], levers, noise);
        let dual = self.part.map_or_else(|| solution.row_dual.clone(), |(part, _)| part.spread_dual(&solution.row_dual));
        Ok(Some(Found { fix, point, dual, beyond }))
    }

    /// Where only loads may give way (or output that must run be used up), the elastic dispatch says by how much: nothing is to be
    /// solved. None where that does not mend everything.
    fn as_missing(&self, may: &dyn Fn(&Lever) -> bool) -> Option<Found> {
        let point = self.elastic?;
        let plain = |l: &Lever| matches!(l.kind, Kind::Load | Kind::Surplus) && l.entries.len() == 1;
        if self.levers.iter().any(|l| may(l) && !plain(l)) {
            return None;
        }
        const NOISE: f64 = 1e-4;
        let mut left = lacking(self.base, point);
        let amount = |lever: &Lever| {
            let (row, value) = lever.entries.first().filter(|_| may(lever))?;
            let left = &mut left[*row as usize];
            let amount = (*left / value).clamp(0.0, lever.most);
            *left -= value * amount;
            Some(amount)
        };
        let amounts: Vec<f64> = self.levers.iter().map(amount).map(Option::unwrap_or_default).collect();
        let mended = left.iter().all(|v| v.abs() <= NOISE);
        mended.then(|| Found { fix: self.fix(&amounts, NOISE), point: point.to_vec(), dual: Vec::new(), beyond: 0.0 })
    }
}

impl Elastic<'_> {
    /// The changes that amounts of the levers mean.
    fn fix(&self, amounts: &[f64], noise: f64) -> Fix {
        let mut groups: Vec<Group> = Vec::new();
        let mut at = std::collections::HashMap::new();
        for (lever, &amount) in self.levers.iter().zip(amounts).filter(|l| *l.1 > noise) {
            let Lever { table, row, field, up, kind, step, .. } = *lever;
            let index = *at.entry((table, row, field, up)).or_insert_with(|| {
                groups.push(Group { table, row: row as usize, field, up, kind, amounts: Vec::new(), cost: 0.0 });
                groups.len() - 1
            });
            groups[index].cost += lever.cost * amount;
            let held = self.by_point && matches!(kind, Kind::Load | Kind::Surplus | Kind::Start);
            let amount = if held { (amount + PAD).min(lever.most) } else { amount };
            let list = &mut groups[index].amounts;
            match list.binary_search_by_key(&step, |a| a.0) {
                Ok(k) => list[k].1 += amount,
                Err(k) => list.insert(k, (step, amount)),
            }
        }
        let mut changes: Vec<Change> = groups.iter().filter_map(|g| change(self.net, g)).collect();
        changes.sort_by(|a, b| b.cost.total_cmp(&a.cost));
        Fix { cost: changes.iter().map(|c| c.cost).sum(), changes, verified: None }
    }

    /// The whole problem's columns with the levers pulled.
    fn point(&self, own: &[f64], amounts: &[f64], noise: f64) -> Vec<f64> {
        let mut out = self.part.map_or_else(|| own.to_vec(), |(part, held)| part.spread(own, held));
        for (lever, &amount) in self.levers.iter().zip(amounts).filter(|l| *l.1 > noise) {
            if let Some((col, sign)) = lever.moves {
                out[col as usize] += sign * amount;
            }
        }
        out
    }

    /// For each change of a set of several: the set of that datum alone, where it is enough. Others would rather change one thing.
    fn alone(&mut self, fix: &Fix, work: &mut Work) -> Result<Vec<(Fix, Vec<f64>)>, Error> {
        const MOST: usize = 4;
        let mut out = Vec::new();
        if self.interior || !(2..=6).contains(&fix.changes.len()) {
            return Ok(out);
        }
        for c in fix.changes.iter().take(MOST) {
            let keep = (c.table, c.row as u32, c.kind);
            if let Some(found) = self.solve_with(&|l| (l.table, l.row, l.kind) == keep, work)? {
                if found.beyond <= 1e-5 && !found.fix.changes.is_empty() {
                    out.push((found.fix, found.point));
                }
            }
        }
        Ok(out)
    }
}

/// Whether a network can be dispatched: by the point that is given, if it is one of a problem laid out alike, else solved again,
/// without costs. None where time or work ran out or a solver failed.
pub(super) fn feasible(net: &Network, by: Option<(&Plan, &[f64])>, work: &mut Work) -> Result<Option<bool>, Error> {
    if check::has_errors(&check(net, None)) {
        return Ok(Some(false));
    }
    let (plan, mut problem) = base(net)?;
    if by.is_some_and(|(before, point)| before.layout == plan.layout && holds(&problem, point)) {
        return Ok(Some(true));
    }
    let Some(control) = work.next() else { return Ok(None) };
    let status = if has_outages(net, &plan)? {
        DispatchSession::new(net.clone(), &DispatchOptions::default())?.solve(&control)?.status
    } else {
        let backend = backend(net, &problem);
        if backend == Backend::InteriorPoint {
            problem.quad = vec![CURVATURE; problem.cols()];
        }
        backend.solve(&problem, &control)?.status
    };
    work.ended(status);
    Ok(match status {
        Status::Optimal => Some(true),
        Status::Infeasible => Some(false),
        _ => None,
    })
}

/// What a set is ranked by: each further thing to change counts as a quarter of its cost.
fn rank(fix: &Fix) -> f64 {
    fix.cost * (1.0 + 0.25 * fix.changes.len().saturating_sub(1) as f64)
}

/// What is still to be offered: kinds that were forbidden, a set, and the point that came with it.
type Open = (BTreeSet<Kind>, Fix, Vec<f64>);

/// Up to `wanted` fixes, the cheapest first (with the rank of [`rank`]), each verified while the budget lasts. `first` is what the elastic problem found.
pub(super) fn ranked(
    net: &Network,
    elastic: &mut Elastic<'_>,
    first: (Fix, Vec<f64>),
    wanted: usize,
    before: &[Change],
    work: &mut Work,
) -> Result<Vec<Fix>, Error> {
    let mut out: Vec<Fix> = Vec::new();
    let mut open: Vec<Open> = elastic.alone(&first.0, work)?.into_iter().map(|(f, x)| (BTreeSet::new(), f, x)).collect();
    open.push((BTreeSet::new(), first.0, first.1));
    let mut seen: BTreeSet<BTreeSet<Kind>> = BTreeSet::new();
    while out.len() < wanted && !open.is_empty() {
        let best = (0..open.len()).fold(0, |m, k| if rank(&open[k].1) < rank(&open[m].1) { k } else { m });
        let (forbidden, mut fix, point) = open.swap_remove(best);
        fix.changes.extend(before.iter().cloned());
        fix.cost = fix.changes.iter().map(|c| c.cost).sum();
        let known = out.iter().any(|o: &Fix| same(o, &fix));
        if !known {
            fix.verified = feasible(&fix.apply(net), Some((elastic.plan, point.as_slice())).filter(|_| elastic.by_point), work)?;
            if fix.verified != Some(false) {
                out.push(fix.clone());
            }
        }
        if elastic.is_costly() && out.iter().any(|o| fix.cost > FAR_DEARER * o.cost) {
            break;
        }
        let mut kinds: Vec<Kind> = fix.changes.iter().filter(|c| !before.contains(c)).map(|c| c.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds.into_iter().take(4) {
            let mut next = forbidden.clone();
            next.insert(kind);
            if seen.insert(next.clone()) && out.len() < wanted {
                if let Some(found) = elastic.solve(&next, work)? {
                    if found.beyond <= 1e-5 && !found.fix.changes.is_empty() {
                        open.extend(elastic.alone(&found.fix, work)?.into_iter().map(|(f, x)| (next.clone(), f, x)));
                        open.push((next, found.fix, found.point));
                    }
                }
            }
        }
        if work.spent() {
            break;
        }
    }
    // Fixes that time left unverified come after those that are.
    out.extend(open.into_iter().map(|o| o.1).take(wanted.saturating_sub(out.len())).filter(|_| work.spent()));
    out.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
    Ok(out)
}

fn same(a: &Fix, b: &Fix) -> bool {
    let keys = |f: &Fix| -> BTreeSet<(TableId, usize, &'static str)> { f.changes.iter().map(|c| (c.table, c.row, c.field)).collect() };
    keys(a) == keys(b)
}
