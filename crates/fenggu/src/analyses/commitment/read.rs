//! From columns to the quantities of a commitment; the rest is read as of any dispatch.

use crate::analyses::dispatch::{self, Watch};
use crate::error::Error;
use crate::formulate::commitment::initially_on;
use crate::formulate::DispatchModel;
use fenggu_net::results::Outcome;
use fenggu_net::{Quantity as Q, Results};
use fenggu_opt::{Solution, Status};

/// Results of a point, with prices where it has duals. A point that a limit left is read like an optimal one, and says so.
pub(super) fn results(m: &DispatchModel<'_>, watch: Option<&Watch>, solution: &Solution) -> Result<Results, Error> {
    if solution.x.is_empty() {
        return dispatch::read_results(m, watch, solution);
    }
    let mut out = dispatch::read_results(m, watch, &Solution { status: Status::Optimal, ..solution.clone() })?;
    out.outcome = outcome(solution.status);
    let (net, steps) = (m.net, m.steps());
    let mut status = vec![0.0; net.generators.len() * steps];
    let (mut start, mut stop) = (status.clone(), status.clone());
    for (g, _) in m.generators() {
        status[g.index() * steps..(g.index() + 1) * steps].fill(1.0);
    }
    for (g, on) in schedule(m, &solution.x).into_iter().enumerate() {
        let Some(on) = on else { continue };
        let mut before = initially_on(&net.generators.rows()[g]).unwrap_or(on.first().copied().unwrap_or(false));
        for (t, now) in on.into_iter().enumerate() {
            let k = g * steps + t;
            status[k] = f64::from(u8::from(now));
            start[k] = f64::from(u8::from(now && !before));
            stop[k] = f64::from(u8::from(!now && before));
            before = now;
        }
    }
    out.set(Q::GeneratorStatus, status);
    out.set(Q::GeneratorStartUp, start);
    out.set(Q::GeneratorShutDown, stop);
    Ok(out)
}

/// How a run with a point ended.
pub(super) fn outcome(status: Status) -> Outcome {
    match status {
        Status::Optimal => Outcome::Optimal,
        Status::TimeLimit | Status::IterationLimit => Outcome::Limit,
        Status::Interrupted => Outcome::Interrupted,
        _ => Outcome::Failed,
    }
}

/// Status of every generator that is committed. `[generator][step]`
pub(super) fn schedule(m: &DispatchModel<'_>, x: &[f64]) -> Vec<Option<Vec<bool>>> {
    let mut all = vec![None; m.net.generators.len()];
    for (k, g, _) in m.committed() {
        all[g.index()] = Some((0..m.steps()).map(|t| x[m.plan.commitment.status.at(k, t).0 as usize] > 0.5).collect());
    }
    all
}
