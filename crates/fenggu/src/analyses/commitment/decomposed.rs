//! The decomposition route as a commitment: plan and bound unit by unit, then the dispatch with the plan's commitment held.

use super::closing::close;
use super::decomposition::{self, Committed, Problem, Reason};
use super::exact::{rest, Held};
use super::{CommitAnswer, CommitOptions, CommitSession};
use crate::analyses::dispatch::Seconds;
use crate::error::Error;
use fenggu_net::results::Outcome;
use fenggu_net::{Network, Quantity as Q, Results};
use fenggu_opt::{Control, Status};
use std::time::Instant;

/// Share of the time limit that is kept for the dispatch at the end.
const LAST: f64 = 0.2;

/// Commits a network that has been checked, or says why this route does not take it.
pub(super) fn commit(net: &Network, options: &CommitOptions, control: &Control) -> Result<Result<CommitAnswer, Reason>, Error> {
    let clock = Instant::now();
    let problem = match Problem::new(net) {
        Ok(problem) => problem,
        Err(reason) => return Ok(Err(reason)),
    };
    if !problem.whole {
        return match super::networked::commit(net, problem, options, control)? {
            Some(answer) => Ok(Ok(answer)),
            None => CommitSession::sound(net.clone(), options.flow)?.solve_mip(&rest(control, clock), None).map(Ok),
        };
    }
    let assemble = clock.elapsed().as_secs_f64();
    let deadline = control.time_limit_s.map(|s| s * (1.0 - LAST));
    let cancelled = || control.cancel.as_ref().is_some_and(|c| c.is_cancelled());
    let clock = Instant::now();
    let stop = || cancelled() || deadline.is_some_and(|s| clock.elapsed().as_secs_f64() > s);
    let own = decomposition::Options {
        gap: options.gap_relative,
        threads: options.threads as usize,
        seed: u64::from(options.seed),
        // What the exact route solves at once needs no long search before.
        patience: if super::closing::is_small(&problem) { 100 } else { decomposition::Options::default().patience },
        ..decomposition::Options::default()
    };
    let own = match options.work_limit {
        Some(limit) => decomposition::Options { work: limit, ..own },
        None => own,
    };
    let answer = decomposition::solve(&problem, &own, &stop, &mut |m| {
        if let Some(sink) = &control.progress {
            sink(&fenggu_opt::Progress {
                iterations: m.work,
                seconds: clock.elapsed().as_secs_f64(),
                objective: m.cost.is_finite().then_some(m.cost),
                bound: Some(m.bound),
            });
        }
    });
    let gap = |cost: f64| (cost - answer.bound) / cost.abs().max(1e-9);
    let mut out = CommitAnswer {
        status: Status::Failed,
        results: Results::new(Outcome::Failed, net.steps()),
        objective: f64::NAN,
        bound_claimed: answer.bound,
        gap_claimed: f64::NAN,
        dual_value: answer.bound,
        solver: format!("fenggu decomposition {}", env!("CARGO_PKG_VERSION")),
        iterations: answer.history.last().map_or(0, |m| m.work),
        size: [problem.coupling.lower.len(), problem.units.len(), 0, problem.units.len() * problem.steps],
        lazy: [0; 2],
        seconds: Seconds { assemble, solve: clock.elapsed().as_secs_f64() },
        schedule: Vec::new(),
    };
    let Some(plan) = &answer.plan else {
        // A unit without a plan, or rows that none was found for: only the exact route can say more.
        out.status = if cancelled() { Status::Interrupted } else { Status::TimeLimit };
        return match answer.stopped {
            true => Ok(Ok(out)),
            false => CommitSession::sound(net.clone(), options.flow)?.solve_mip(&rest(control, clock), None).map(Ok),
        };
    };
    let mut status = statuses(net, &problem, &plan.on);
    let mut most = plan.cost;
    let mut session = CommitSession::sound(net.clone(), options.flow).ok();
    if gap(plan.cost) > options.gap_relative && !answer.stopped && !cancelled() {
        let closing = rest(&Control { time_limit_s: deadline, ..control.clone() }, clock);
        // What the exact route does not take cannot be closed; its plan stands.
        if let Some(session) = &mut session {
            if let Some(closed) = close(session, &problem, plan.cost, &status, &answer.multipliers, &closing)? {
                take(&mut out, &mut status, &closed);
                most = if closed.schedule.is_empty() { plan.cost } else { closed.objective };
            }
        }
    }
    let held = session.map(|mut session| session.dispatch_held(&status, &Control { progress: None, ..rest(control, clock) }));
    match held {
        Some(Ok(held)) if held.status == Status::Optimal && held.objective <= most * (1.0 + 1e-6) + 1e-6 => {
            out.results = held.results;
            out.objective = held.objective;
            out.schedule = held.schedule;
        }
        _ => {
            // No time for prices: the plan that search found, as it stands.
            status = statuses(net, &problem, &plan.on);
            out.results = results(net, &problem, plan, &status);
            out.objective = plan.cost;
            out.results.objective = plan.cost;
            let committed = |(g, on): (usize, &Vec<bool>)| net.generators.rows()[g].committable.then(|| on.clone());
            out.schedule = status.iter().enumerate().map(committed).collect();
        }
    }
    conclude(&mut out, options, control);
    out.seconds.solve = clock.elapsed().as_secs_f64();
    multipliers(net, &problem, &answer.multipliers, &mut out.results);
    Ok(Ok(out))
}

/// Takes over what closing found.
pub(super) fn take(out: &mut CommitAnswer, status: &mut [Vec<bool>], closed: &Held) {
    for (own, found) in status.iter_mut().zip(&closed.schedule) {
        if let Some(found) = found {
            own.clone_from(found);
        }
    }
    out.bound_claimed = closed.bound;
    if !closed.solver.is_empty() {
        out.solver = format!("{}, closed by {}", out.solver, closed.solver);
    }
    out.iterations += closed.iterations;
}

/// Gap, status and outcome, once cost and bound are known.
pub(super) fn conclude(out: &mut CommitAnswer, options: &CommitOptions, control: &Control) {
    out.bound_claimed = out.bound_claimed.min(out.objective);
    out.gap_claimed = (out.objective - out.bound_claimed) / out.objective.abs().max(1e-9);
    out.status = match () {
        () if control.cancel.as_ref().is_some_and(|c| c.is_cancelled()) => Status::Interrupted,
        () if out.gap_claimed <= options.gap_relative => Status::Optimal,
        () => Status::TimeLimit,
    };
    out.results.outcome = if out.status == Status::Optimal { Outcome::Optimal } else { Outcome::Limit };
}

/// Status of every generator in service. `[generator][step]`
pub(super) fn statuses(net: &Network, problem: &Problem, on: &[Vec<bool>]) -> Vec<Vec<bool>> {
    let mut out: Vec<Vec<bool>> =
        net.generators.rows().iter().map(|g| vec![g.in_service && net.buses[g.bus].in_service() && !g.committable; net.steps()]).collect();
    for (unit, on) in problem.units.iter().zip(on) {
        out[unit.generator.index()].clone_from(on);
    }
    out
}

/// The multipliers of the bound as prices: what the referee computes it from again.
pub(super) fn multipliers(net: &Network, problem: &Problem, multipliers: &[f64], results: &mut Results) {
    let steps = problem.steps;
    let hours = |t: usize| net.time.objective_h(t);
    let bus = |b: &fenggu_net::Bus| if b.in_service() { 1.0 } else { 0.0 };
    let prices = net.buses.rows().iter().flat_map(|b| (0..steps).map(move |t| bus(b) * multipliers[t] / hours(t)));
    results.set(Q::BusBoundPrice, prices.collect());
    let prices = (0..problem.reserves.len()).flat_map(|r| (0..steps).map(move |t| multipliers[(r + 1) * steps + t] / hours(t)));
    results.set(Q::ReserveBoundPrice, prices.collect());
}

/// Results from the plan alone, without prices.
fn results(net: &Network, problem: &Problem, plan: &Committed, status: &[Vec<bool>]) -> Results {
    let steps = problem.steps;
    let mut out = Results::new(Outcome::Optimal, steps);
    let mut p = vec![0.0; net.generators.len() * steps];
    for (unit, output) in problem.units.iter().zip(&plan.p) {
        p[unit.generator.index() * steps..][..steps].copy_from_slice(output);
    }
    for t in 0..steps {
        // What costs nothing shares what it gives together by the room between its limits.
        let [low, high] = problem.free_limits[t];
        let share = if high > low { (plan.free[t] - low) / (high - low) } else { 0.0 };
        for id in &problem.free {
            let g = &net.generators[*id];
            p[id.index() * steps + t] = g.lower_mw(t) + share * (g.upper_mw(t) - g.lower_mw(t));
        }
    }
    let given = |t: usize| (0..net.generators.len()).map(|g| p[g * steps + t]).sum::<f64>();
    let short: Vec<f64> = (0..steps).map(|t| (problem.demand[t] - given(t)).max(0.0)).collect();
    let (mut load, mut shed) = (vec![0.0; net.loads.len() * steps], vec![0.0; net.loads.len() * steps]);
    for (id, l) in net.loads.iter().filter(|(_, l)| l.in_service && net.buses[l.bus].in_service()) {
        for (t, short) in short.iter().enumerate() {
            let k = id.index() * steps + t;
            shed[k] = short * l.p_mw.at(t) / problem.demand[t].max(1e-9);
            load[k] = l.p_mw.at(t) - shed[k];
        }
    }
    let mut offers = vec![0.0; net.reserve_offers.len() * steps];
    let mut held = vec![0.0; net.reserves.len() * steps];
    for (id, o) in net.reserve_offers.iter() {
        let Some(u) = problem.units.iter().position(|u| Some(u.generator) == o.generator) else { continue };
        for t in 0..steps {
            offers[id.index() * steps + t] = plan.r[u][t];
            held[o.reserve.index() * steps + t] += plan.r[u][t];
        }
    }
    let missing = |(k, h): (usize, &f64)| (problem.coupling.lower[steps + k] - h).max(0.0);
    out.set(Q::ReserveShortage, held.iter().enumerate().map(missing).collect());
    out.set(Q::ReserveOfferP, offers);
    out.set(Q::GeneratorP, p);
    out.set(Q::LoadP, load);
    out.set(Q::LoadShed, shed);
    let flag = |b: bool| f64::from(u8::from(b));
    out.set(Q::GeneratorStatus, status.iter().flatten().map(|b| flag(*b)).collect());
    let (mut start, mut stop) = (vec![0.0; status.len() * steps], vec![0.0; status.len() * steps]);
    for unit in &problem.units {
        let g = unit.generator.index();
        let mut before = unit.carried.is_some() || !net.generators[unit.generator].committable;
        for t in 0..steps {
            let now = status[g][t];
            (start[g * steps + t], stop[g * steps + t]) = (flag(now && !before), flag(!now && before));
            before = now;
        }
    }
    out.set(Q::GeneratorStartUp, start);
    out.set(Q::GeneratorShutDown, stop);
    out
}
