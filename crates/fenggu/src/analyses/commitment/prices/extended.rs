//! The pricing run of extended locational marginal prices.
//!
//! Operators' real commitment stays; prices come from a second dispatch in which eligible units may be committed in part, so that a unit
//! at its minimum can set the price, and its start and no-load costs are in it. Here, over the whole horizon at once:
//!
//! ```text
//! u ∈ [0, status of the answer]      of eligible units; others hold the status of the answer
//! p_min·u ≤ p ≤ p_max·u              and every other row of the formulation as it stands, ramps and limits of start and stop in it
//! cost of u in step t                no-load cost + (cost of the start) / n      in the first n steps after a start of the answer
//! n                                  steps of the unit's shortest time on, at least one
//! ```
//!
//! Starts and stops themselves cost nothing in it, and shortest times on and off are left out. A status that the network itself holds
//! (must-run, given status, the rest of a shortest time that began before the horizon) stays held. Eligible are, by option: `fast_start`,
//! units that are on in the answer and whose shortest time on is an hour at most, as operators have it; `online`, all that are on; `all`, units
//! that are off too, each with its cheapest start spread the same way.
//!
//! Source: MISO, *Energy and Operating Reserve Markets Business Practices Manual* BPM-002, extended LMP (fast-start resources, commitment
//! relaxed to [0, 1], start cost over the shortest time on); PJM, *Fast-start pricing* (FERC EL18-34), integer relaxation; Chao (2019),
//! *Incentives for efficient pricing mechanism in markets with non-convexities*. Differs: operators run it interval by interval with ramps
//! from the last dispatch, here all steps are one problem.

use super::account::{start_cost, switching};
use crate::analyses::commitment::{CommitSession, Extended};
use crate::analyses::dispatch::read_results;
use crate::error::Error;
use crate::formulate::commitment::initially_on;
use crate::formulate::DispatchModel;
use fenggu_net::{Id, Quantity as Q, Results};
use fenggu_opt::{Backend, Control, Problem, Status};

/// Shortest time on of a fast-start unit at most, h.
const FAST_H: f64 = 1.0;

/// Solves the pricing run of an answer; `None` when it did not end.
pub(super) fn run(session: &CommitSession, answer: &Results, who: Extended, control: &Control) -> Result<Option<Results>, Error> {
    let model = DispatchModel { net: session.network(), plan: session.plan() };
    let mut problem = session.problem().relaxed();
    relax(&model, &mut problem, answer, who);
    let solution = Backend::Auto.solve(&problem, control)?;
    if solution.status != Status::Optimal || solution.row_dual.is_empty() {
        return Ok(None);
    }
    read_results(&model, None, &solution).map(Some)
}

/// Turns a commitment into its pricing run.
fn relax(m: &DispatchModel<'_>, problem: &mut Problem, answer: &Results, who: Extended) {
    let (c, net, steps) = (&m.plan.commitment, m.net, m.steps());
    for (k, id, unit) in m.committed() {
        let eligible = who != Extended::FastStart || unit.up_time_min_h <= FAST_H + 1e-9;
        let on = |t: usize| answer.at(Q::GeneratorStatus, id.index(), t) > 0.5;
        let mut before = initially_on(unit).unwrap_or(on(0));
        for t in 0..steps {
            let [u, v, w] = [c.status.at(k, t), c.start.at(k, t), c.stop.at(k, t)].map(|c| c.0 as usize);
            let number = |b: bool| f64::from(u8::from(b));
            if !eligible {
                for (j, value) in [(u, on(t)), (v, on(t) && !before), (w, !on(t) && before)] {
                    (problem.col_lower[j], problem.col_upper[j]) = (number(value), number(value));
                }
            } else {
                if who != Extended::All {
                    problem.col_upper[u] = problem.col_upper[u].min(number(on(t))).max(problem.col_lower[u]);
                }
                (problem.cost[v], problem.cost[w]) = (0.0, 0.0);
                for row in [c.up_time.at(k, t), c.down_time.at(k, t)] {
                    free(problem, row.0 as usize);
                }
            }
            before = on(t);
        }
        if !eligible {
            continue;
        }
        let starts = switching(net, answer, id);
        let mut last = None;
        for t in 0..steps {
            let was = if t == 0 { initially_on(unit).unwrap_or(on(0)) } else { on(t - 1) };
            if on(t) && !was {
                last = Some(t);
            }
            let added = match (on(t), last) {
                (true, Some(s)) if covers(m, s, t, unit.up_time_min_h) => starts[s] / spread(m, s, unit.up_time_min_h),
                (false, _) if who == Extended::All => start_cost(net, unit, 0.0) / spread(m, t, unit.up_time_min_h),
                _ => 0.0,
            };
            problem.cost[c.status.at(k, t).0 as usize] += added;
        }
    }
    let mut first = 0;
    for (at, picked) in c.tiered.iter().enumerate() {
        let (_, _, unit) = m.committed_at(picked.0);
        if who != Extended::FastStart || unit.up_time_min_h <= FAST_H + 1e-9 {
            for t in 0..steps {
                free(problem, c.tier_choice.at(Id::new(at), t).0 as usize);
                for tier in first..first + unit.start_up_cost.len() {
                    problem.cost[c.tier.at(Id::new(tier), t).0 as usize] = 0.0;
                    free(problem, c.tier_limit.at(Id::new(tier), t).0 as usize);
                }
            }
        }
        first += unit.start_up_cost.len();
    }
}

fn free(problem: &mut Problem, row: usize) {
    (problem.row_lower[row], problem.row_upper[row]) = (f64::NEG_INFINITY, f64::INFINITY);
}

/// Whether step `t` is among the steps that a start in `s` is spread over.
fn covers(m: &DispatchModel<'_>, s: usize, t: usize, least_h: f64) -> bool {
    t == s || (s..t).map(|i| m.counted_h(i)).sum::<f64>() < least_h - 1e-9
}

/// Number of steps that a start in `s` is spread over, those beyond the horizon counted as long as the last.
fn spread(m: &DispatchModel<'_>, s: usize, least_h: f64) -> f64 {
    let (mut hours, mut n, steps) = (0.0, 0.0f64, m.steps());
    let mut t = s;
    while hours < least_h - 1e-9 {
        let h = m.counted_h(t.min(steps - 1));
        if t >= steps {
            n += ((least_h - hours) / h.max(1e-9)).ceil();
            break;
        }
        hours += h;
        n += 1.0;
        t += 1;
    }
    n.max(1.0)
}
