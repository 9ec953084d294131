//! Convex-hull prices: the multipliers of the best Lagrangian bound.

use super::Absent;
use crate::analyses::commitment::decomposition::{self, Problem, Reason};
use crate::analyses::commitment::{decomposed, CommitAnswer, CommitOptions};
use fenggu_net::{Network, Quantity as Q};
use fenggu_opt::Control;
use std::time::Instant;

/// The dual value; the multipliers are put into the answer's results where they are not there yet. A network that went to the exact
/// route and is one that the decomposition takes has its dual solved alone.
pub(super) fn multipliers(net: &Network, answer: &mut CommitAnswer, options: &CommitOptions, control: &Control) -> Result<f64, Absent> {
    let problem = Problem::new(net).map_err(Absent::Hull)?;
    if !problem.whole {
        // Of a relaxation that leaves limits out the multipliers are no prices of the whole.
        return Err(Absent::Hull(Reason::Network));
    }
    if answer.results.column(Q::BusBoundPrice).is_some() {
        return Ok(answer.dual_value);
    }
    let own = decomposition::Options {
        rounds: 0,
        tolerance: options.tolerance,
        threads: options.threads as usize,
        seed: u64::from(options.seed),
        ..decomposition::Options::default()
    };
    let clock = Instant::now();
    let stop = || {
        control.cancel.as_ref().is_some_and(|c| c.is_cancelled()) || control.time_limit_s.is_some_and(|s| clock.elapsed().as_secs_f64() > s)
    };
    let found = decomposition::solve(&problem, &own, &stop, &mut |_| {});
    if found.stopped || found.impossible.is_some() || !found.bound.is_finite() {
        return Err(Absent::Unfinished);
    }
    decomposed::multipliers(net, &problem, &found.multipliers, &mut answer.results);
    Ok(found.bound)
}
