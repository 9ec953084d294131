//! Why a dispatch has no answer, in the user's terms: what conflicts, what is missing, what to change and what that costs.
//!
//! contradictions in the data → elastic problem → cheapest fixes, each solved again → a smallest conflict by the rooms' names.
//! Costs of the dispatch play no part: what is infeasible with them is infeasible without.

mod change;
mod conflict;
mod contradictions;
mod fixes;
mod levers;
mod part;
mod prices;
mod story;
mod unbounded;
mod wording;

pub use change::Change;
pub use conflict::{Conflict, Held};
pub use fixes::Fix;
pub use prices::Kind;
pub(crate) use story::{change as change_text, held as held_text};
pub use unbounded::{Runaway, Runner};
pub use wording::CATALOGUE;

use crate::analyses::dispatch::DispatchAnswer;
use crate::error::Error;
use crate::formulate::Plan;
use fenggu_net::diagnostic::Diagnostic;
use fenggu_net::{Network, Quantity};
use fenggu_opt::{Control, Problem, Status};
use std::time::Instant;

/// Limits of an explanation. Counts decide how far it goes, so that it is the same on any machine; a clock can only cut it short.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainOptions {
    /// Fixes that are looked for.
    pub fixes: usize,
    /// Solves of problems of the network's size, in all.
    pub solves: usize,
    /// Small solves that test members of a conflict.
    pub tests: usize,
}

impl Default for ExplainOptions {
    fn default() -> Self {
        ExplainOptions { fixes: 3, solves: 40, tests: 400 }
    }
}

/// A price at which a kind of limit gives way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriceLine {
    /// Which kind.
    pub kind: Kind,
    /// Price, in the network's currency per `unit`.
    pub price: f64,
    /// What a unit is.
    pub unit: &'static str,
    /// Whether the network says it; otherwise it is a default.
    pub from_network: bool,
}

/// Power that is missing, or that cannot be placed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shortfall {
    /// Most in one step over all buses, MW.
    pub mw: f64,
    /// In all, MWh.
    pub mwh: f64,
    /// First and last step.
    pub steps: (usize, usize),
    /// Bus with the most of it.
    pub bus: usize,
    /// Number of buses.
    pub buses: usize,
}

/// A part of the dispatch problem.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartOf {
    /// Its columns, and those of the whole.
    pub columns: [usize; 2],
    /// First and last step of it; none where it reaches over the horizon.
    pub steps: Option<(usize, usize)>,
}

/// Why there is no answer.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The verdict and what belongs to it, in both languages by their codes; the most important first.
    pub said: Vec<Diagnostic>,
    /// Conflicts: limits that cannot all hold.
    pub conflicts: Vec<Conflict>,
    /// Whether the proof may hold more conflicts than were looked for: those listed then stand for the first of them.
    pub more_conflicts: bool,
    /// Fixes, the cheapest first; each further thing to change counts as a quarter of a fix's cost.
    pub fixes: Vec<Fix>,
    /// Power missing.
    pub missing: Option<Shortfall>,
    /// Power that cannot be placed.
    pub surplus: Option<Shortfall>,
    /// Unbounded: what runs away.
    pub runaway: Option<Runaway>,
    /// Where it was looked for in a part of the problem, the rest held at the dispatch with the least shortfall: which part.
    pub part: Option<PartOf>,
    /// Prices at which limits were taken to give way.
    pub prices: Vec<PriceLine>,
    /// Solves of problems of the network's size.
    pub solves: usize,
    /// Whether time or the budget of solves cut it short.
    pub cut: bool,
    /// Wall seconds.
    pub seconds: f64,
}

/// What is left to spend.
pub(crate) struct Work {
    control: Control,
    started: Instant,
    solves: usize,
    used: usize,
    cut: bool,
}

impl Work {
    fn new(control: &Control, solves: usize) -> Work {
        Work { control: control.clone(), started: Instant::now(), solves, used: 0, cut: false }
    }
    /// The control of one more solve; none when there is none left.
    fn next(&mut self) -> Option<Control> {
        let left = self.control.time_limit_s.map(|limit| limit - self.started.elapsed().as_secs_f64());
        let over = left.is_some_and(|l| l <= 0.0) || self.control.cancel.as_ref().is_some_and(|c| c.is_cancelled());
        if over || self.used >= self.solves {
            self.cut = true;
            return None;
        }
        self.used += 1;
        Some(Control { time_limit_s: left, iteration_limit: None, ..self.control.clone() })
    }
    /// The control of small solves, which are counted apart; none when time is over.
    fn peek(&self) -> Option<Control> {
        let left = self.control.time_limit_s.map(|limit| limit - self.started.elapsed().as_secs_f64());
        let over = left.is_some_and(|l| l <= 0.0) || self.control.cancel.as_ref().is_some_and(|c| c.is_cancelled());
        (!over).then(|| Control { time_limit_s: left, iteration_limit: None, progress: None, ..self.control.clone() })
    }
    fn ended(&mut self, status: Status) {
        self.cut |= matches!(status, Status::TimeLimit | Status::Interrupted);
    }
    fn spent(&self) -> bool {
        self.cut
    }
}

/// Explains an infeasible or unbounded dispatch of `net`; an answer of another kind has nothing to explain. `control` holds the time
/// that the explanation may take; when it ends early, what was found so far is handed out and marked as cut.
///
/// # Errors
/// A model too large, or what a solver refuses.
pub fn explain(net: &Network, answer: &DispatchAnswer, options: &ExplainOptions, control: &Control) -> Result<Explanation, Error> {
    let clock = Instant::now();
    let mut work = Work::new(control, options.solves);
    let mut out = Explanation::default();
    match answer.status {
        Status::Infeasible => infeasible(net, answer, options, &mut work, &mut out)?,
        Status::Unbounded => unbounded::explain(net, &mut work, &mut out)?,
        _ => return Ok(out),
    }
    (out.solves, out.cut) = (work.used, work.cut);
    story::tell(net, answer, &mut out);
    out.seconds = clock.elapsed().as_secs_f64();
    Ok(out)
}

fn infeasible(
    net: &Network,
    answer: &DispatchAnswer,
    options: &ExplainOptions,
    work: &mut Work,
    out: &mut Explanation,
) -> Result<(), Error> {
    let prices = prices::Prices::new(net);
    out.missing = shortfall(net, answer, Quantity::BusMissing);
    out.surplus = shortfall(net, answer, Quantity::BusSurplus);
    // Set points outside limits are mended first; what is left is a network that a solver can be asked about.
    let crossed = contradictions::find(net, &prices)?;
    let (mut mended, before) = (net.clone(), crossed.changes.clone());
    before.iter().for_each(|c| c.apply(&mut mended));
    out.conflicts.extend(crossed.conflicts);
    if !before.is_empty() && fixes::feasible(&mended, None, work)? == Some(true) {
        let cost = |c: &[Change]| c.iter().map(|c| c.cost).sum::<f64>();
        let mut list = vec![before.clone()];
        if let Some(other) = crossed.otherwise {
            list.push(other);
        }
        for changes in list {
            let mut fix = Fix { cost: cost(&changes), changes, verified: None };
            fix.verified = fixes::feasible(&fix.apply(net), None, work)?;
            if fix.verified != Some(false) {
                out.fixes.push(fix);
            }
        }
    } else {
        let (plan, base) = fixes::base(&mended)?;
        let known = |v: &Option<Vec<f64>>| v.clone().filter(|_| before.is_empty());
        let proof = known(&answer.shortfall_dual).filter(|y| y.len() == base.rows());
        let point = known(&answer.shortfall_point).filter(|x| x.len() == base.cols());
        let of = Wrong {
            net,
            mended: &mended,
            before: &before,
            plan: &plan,
            base: &base,
            prices: &prices,
            proof: proof.as_deref(),
            point: point.as_deref(),
        };
        let large = fixes::by_point(&mended, &plan, &base)?;
        let local = point.as_deref().zip(proof.as_deref()).filter(|_| large);
        let local = local.and_then(|(x, y)| Some((part::Part::around(&mended, &plan, &base, x, y)?, x)));
        let mut done = false;
        if let Some((part, held)) = &local {
            done = of.explain(Some((part, held)), options, work, out)?;
            out.part = done.then(|| PartOf { columns: [part.cols.len(), base.cols()], steps: part.steps });
        }
        if !done && !work.spent() {
            of.explain(None, options, work, out)?;
        }
    }
    let used: std::collections::BTreeSet<Kind> = out.fixes.iter().flat_map(|f| f.changes.iter().map(|c| c.kind)).collect();
    out.prices = used
        .into_iter()
        .map(|kind| {
            let (price, from_network) = prices.of_kind(kind);
            PriceLine { kind, price, unit: kind.unit(), from_network }
        })
        .collect();
    Ok(())
}

/// A network whose dispatch is infeasible.
struct Wrong<'a> {
    net: &'a Network,
    /// The same after the changes `before`.
    mended: &'a Network,
    before: &'a [Change],
    plan: &'a Plan,
    base: &'a Problem,
    prices: &'a prices::Prices,
    /// Multipliers that prove it, where they are known.
    proof: Option<&'a [f64]>,
    /// The dispatch that falls short least, where it is known.
    point: Option<&'a [f64]>,
}

impl Wrong<'_> {
    /// Conflicts and fixes, looked for in a part of the problem or in the whole. Of a part nothing is kept unless a fix was verified on
    /// the whole; then true.
    fn explain(
        &self,
        part: Option<fixes::Held<'_>>,
        options: &ExplainOptions,
        work: &mut Work,
        out: &mut Explanation,
    ) -> Result<bool, Error> {
        let mut elastic = fixes::Elastic::new(self.mended, self.plan, self.base, self.prices, self.proof, self.point, part)?;
        let Some(found) = elastic.solve(&Default::default(), work)? else { return Ok(false) };
        let mends = found.beyond <= 1e-4;
        if part.is_some() && !mends {
            return Ok(false);
        }
        let (mut conflicts, mut all) = (Vec::new(), false);
        // Multipliers of a part may lean on columns that it holds: what is named is a conflict of the whole, or is not named.
        for dual in [Some(found.dual.as_slice()), self.proof].into_iter().flatten() {
            let tests = if work.spent() { 0 } else { options.tests };
            (conflicts, all) = conflict::find(self.mended, self.plan, self.base, dual, tests, work)?;
            if !conflicts.is_empty() {
                break;
            }
        }
        let mut fixes = Vec::new();
        if mends {
            fixes = fixes::ranked(self.net, &mut elastic, (found.fix, found.point), options.fixes, self.before, work)?;
        }
        if part.is_some() && !fixes.iter().any(|f| f.verified == Some(true)) {
            return Ok(false);
        }
        out.conflicts.extend(conflicts);
        (out.more_conflicts, out.fixes) = (!all, fixes);
        Ok(true)
    }
}

/// Sum, range and worst bus of a shortfall.
fn shortfall(net: &Network, answer: &DispatchAnswer, quantity: Quantity) -> Option<Shortfall> {
    let column = answer.results.column(quantity)?;
    let steps = net.steps();
    let (mut by_step, mut by_bus) = (vec![0.0; steps], vec![0.0; net.buses.len()]);
    for (k, &mw) in column.iter().enumerate().filter(|(_, mw)| **mw > 1e-6) {
        by_step[k % steps] += mw;
        by_bus[k / steps] += mw * net.time.duration_h[k % steps];
    }
    let first = by_step.iter().position(|&v| v > 0.0)?;
    let last = by_step.iter().rposition(|&v| v > 0.0)?;
    let bus = (0..by_bus.len()).fold(0, |m, k| if by_bus[k] > by_bus[m] { k } else { m });
    Some(Shortfall {
        mw: by_step.iter().fold(0.0, |m, v| v.max(m)),
        mwh: by_bus.iter().sum(),
        steps: (first, last),
        bus,
        buses: by_bus.iter().filter(|v| **v > 0.0).count(),
    })
}
