//! The decomposition of a network with flows, storage or links: a bound by the relaxation that takes it apart, plans by dives, and their
//! dispatch by the exact route.
//!
//! The linear relaxation of the exact problem says which flow limits bind and begins the dual; the dual prices them beside balance and
//! reserves. What the relaxation leaves out (other limits) only lowers its bound.

use super::decomposition::{self, Oracle, Problem};
use super::exact::{clock_left, rest, CommitSession};
use super::{CommitAnswer, CommitOptions};
use crate::analyses::dispatch::Seconds;
use crate::error::Error;
use fenggu_net::results::Outcome;
use fenggu_net::{Network, Quantity as Q, Results};
use fenggu_opt::{Control, Status};
use std::time::Instant;

/// A limit whose price in the relaxation is above this share of the highest bus price gets a row.
const BINDING: f64 = 1e-6;

/// Commits a network that `problem` is a relaxation of. `None` where nothing came of it and the exact route is to go alone.
pub(super) fn commit(
    net: &Network,
    mut problem: Problem,
    options: &CommitOptions,
    control: &Control,
) -> Result<Option<CommitAnswer>, Error> {
    let clock = Instant::now();
    let quiet = |c: &Control| Control { progress: None, ..rest(c, clock) };
    let over = || !clock_left(control, clock);
    let mut session = CommitSession::sound(net.clone(), options.flow)?;
    let Some(relaxed) = session.relaxation(&quiet(control))? else { return Ok(None) };
    let start = begin(net, &mut problem, &relaxed);
    let own = decomposition::Options { threads: options.threads as usize, seed: u64::from(options.seed), ..Default::default() };
    let mut oracle = Oracle::new(&problem, own.threads, &over);
    let Some((root, _)) = decomposition::relax(&problem, &own, Some(&start), &mut oracle) else { return Ok(None) };
    let (bound, multipliers) = (root.best, root.best_multipliers.clone());
    let tell = |cost: Option<f64>| {
        if let Some(sink) = &control.progress {
            sink(&fenggu_opt::Progress { iterations: 0, seconds: clock.elapsed().as_secs_f64(), objective: cost, bound: Some(bound) });
        }
    };
    tell(None);
    // The cheapest of the dives, by the whole network's own dispatch.
    let mut best: Option<(f64, Vec<Vec<bool>>)> = None;
    for plan in decomposition::commitments(&problem, &root, &mut oracle, own.seed) {
        let status = super::decomposed::statuses(net, &problem, &plan);
        if let Some(point) = session.point_held(&status, &quiet(control))? {
            if best.as_ref().is_none_or(|b| point.objective < b.0) {
                tell(Some(point.objective));
                best = Some((point.objective, status));
            }
        }
    }
    let Some((mut cost, mut status)) = best else { return Ok(None) };
    let mut out = CommitAnswer {
        status: Status::Failed,
        results: Results::new(Outcome::Failed, net.steps()),
        objective: f64::NAN,
        bound_claimed: bound,
        gap_claimed: f64::NAN,
        dual_value: bound,
        solver: format!("fenggu decomposition {}", env!("CARGO_PKG_VERSION")),
        iterations: oracle.rounds,
        size: [problem.coupling.lower.len(), problem.blocks(), 0, problem.units.len() * problem.steps],
        lazy: [0; 2],
        seconds: Seconds::default(),
        schedule: Vec::new(),
    };
    if cost - bound > options.gap_relative * cost.abs() && !over() {
        // A fifth of the time is kept for the last dispatch.
        let left = rest(control, clock);
        let closing = Control { time_limit_s: left.time_limit_s.map(|s| 0.8 * s), ..left };
        if let Some(closed) = super::closing::close(&mut session, &problem, cost, &status, &multipliers, &closing)? {
            super::decomposed::take(&mut out, &mut status, &closed);
            cost = if closed.schedule.is_empty() { cost } else { closed.objective };
        }
    }
    // A linear problem has its time, even where the limit leaves none: else there would be no answer at all.
    let held = session.dispatch_held(&status, &Control { time_limit_s: None, progress: None, ..control.clone() })?;
    if held.status != Status::Optimal || held.objective > cost * (1.0 + 1e-6) + 1e-6 {
        return Ok(None);
    }
    (out.results, out.objective, out.schedule, out.lazy) = (held.results, held.objective, held.schedule, held.lazy);
    super::decomposed::conclude(&mut out, options, control);
    prices(net, &problem, &multipliers, &mut out.results);
    out.seconds.solve = clock.elapsed().as_secs_f64();
    Ok(Some(out))
}

/// Adds a row for every flow limit that binds in the relaxation; multipliers to begin with.
fn begin(net: &Network, problem: &mut Problem, relaxed: &Results) -> Vec<f64> {
    let steps = problem.steps;
    let hours = |t: usize| net.time.objective_h(t);
    let empty: &[f64] = &[];
    let bus = relaxed.column(Q::BusPrice).unwrap_or(empty);
    let limit = relaxed.column(Q::BranchLimitPrice).unwrap_or(empty);
    let reserve = relaxed.column(Q::ReservePrice).unwrap_or(empty);
    let highest = bus.iter().filter(|p| p.is_finite()).fold(1e-6f64, |h, p| h.max(p.abs()));
    let wanted: Vec<(usize, usize)> =
        (0..limit.len()).filter(|&k| limit[k].abs() > BINDING * highest).map(|k| (k / steps, k % steps)).collect();
    problem.limit_flows(net, &wanted);
    let mut start = vec![0.0; problem.coupling.lower.len()];
    let reference = crate::physics::DcNetwork::new(net).reference.first().map_or(0, |b| b.index());
    for (t, m) in start.iter_mut().enumerate().take(steps) {
        // Where shift factors are zero: at the reference of the only island.
        *m = bus.get(reference * steps + t).copied().filter(|p| p.is_finite()).unwrap_or(0.0) * hours(t);
    }
    for (k, price) in reserve.iter().enumerate().filter(|(_, p)| p.is_finite()) {
        start[steps + k] = price.max(0.0) * hours(k % steps);
    }
    let first = problem.coupling.ports();
    for (e, &(branch, t)) in problem.flows.iter().enumerate() {
        start[first + e] = -limit[branch * steps + t] * hours(t);
    }
    start
}

/// The multipliers as prices: what the referee computes the bound from again.
fn prices(net: &Network, problem: &Problem, multipliers: &[f64], results: &mut Results) {
    let steps = problem.steps;
    let per_hour = |mut v: Vec<f64>| {
        v.iter_mut().enumerate().for_each(|(k, p)| *p /= net.time.objective_h(k % steps));
        v
    };
    results.set(Q::BusBoundPrice, per_hour(problem.bus_prices(net, multipliers)));
    results.set(Q::BranchBoundPrice, per_hour(problem.branch_prices(net, multipliers)));
    let reserves = problem.reserves.len() * steps;
    results.set(Q::ReserveBoundPrice, per_hour(multipliers[steps..steps + reserves].to_vec()));
}
