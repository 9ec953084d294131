//! Closing the gap between a bound with multipliers and a plan in hand.
//!
//! Margins say for every status what a commitment with it costs at least ([`Levels`]). At a level between bound and cost, all statuses that cost
//! more are held: what is left is small, and the exact route solves it from the plan. Whatever it finds is a plan; whatever its tree
//! proves holds up to the level. Levels rise as long as the exact route ends by itself; then windows of steps are solved
//! one after another ([`super::improve`]), and last the whole, with only those statuses held that no better plan has.
//!
//! All limits are of work, so that the answer does not depend on the machine.

use super::decomposition::{Fixing, Levels, Problem};
use super::exact::{clock_left, rest, CommitSession, Held};
use super::improve::{improve, Point, Until};
use crate::error::Error;
use fenggu_opt::Control;
use std::sync::Arc;
use std::time::Instant;

/// Levels, as shares of the gap.
const SHARES: [f64; 6] = [0.05, 0.1, 0.2, 0.35, 0.55, 0.8];
/// Simplex iterations of one level at most.
const LEVEL_WORK: u64 = 60_000;
/// Problems of so many statuses go to the exact route whole.
const SMALL: usize = 500;
/// Share of the gap asked for to which a level is solved.
const LEVEL_GAP: f64 = 0.3;

/// A plan, and what is known about it.
struct Closing<'a> {
    problem: &'a Problem,
    levels: Levels,
    session: &'a mut CommitSession,
    control: Control,
    clock: Instant,
    cost: f64,
    status: Vec<Vec<bool>>,
    /// What is handed out; its schedule is empty as long as the first plan is the best.
    best: Held,
}

/// Closes the gap of the plan `status` `[generator][step]` of `cost`. The bound that comes back is claimed by a tree where it is above that of
/// the multipliers. `None` where the multipliers prove nothing.
///
/// # Errors
/// A solver that refuses the problem.
pub(super) fn close(
    session: &mut CommitSession,
    problem: &Problem,
    cost: f64,
    status: &[Vec<bool>],
    multipliers: &[f64],
    control: &Control,
) -> Result<Option<Held>, Error> {
    let Some(levels) = Levels::new(problem, multipliers, control.threads as usize) else { return Ok(None) };
    let (bound, status) = (levels.bound, status.to_vec());
    let best = Held { bound, ..Held::default() };
    let mut c = Closing { problem, levels, session, control: control.clone(), clock: Instant::now(), cost, status, best };
    let small = is_small(problem);
    let reached = if small { 0 } else { c.rise(0)? };
    if !small && !c.done() {
        let before = c.cost;
        c.windows()?;
        if !c.done() && c.cost < before {
            c.rise(reached)?;
        }
    }
    if !c.done() {
        c.whole()?;
    }
    Ok(Some(c.best))
}

/// Whether the exact route takes the problem whole.
pub(super) fn is_small(problem: &Problem) -> bool {
    problem.units.len() * problem.steps <= SMALL
}

impl Closing<'_> {
    fn over(&self) -> bool {
        !clock_left(&self.control, self.clock) || self.control.mip.work_limit.is_some_and(|w| self.best.iterations >= w)
    }
    fn done(&self) -> bool {
        self.over() || self.cost - self.best.bound <= self.control.mip.gap_relative * self.cost.abs()
    }

    /// The control with what is left of time and work, and bounds told that are never below the one in hand.
    fn rest(&self, work: u64) -> Control {
        let mut control = rest(&self.control, self.clock);
        let left = self.control.mip.work_limit.map_or(u64::MAX, |w| w.saturating_sub(self.best.iterations).max(1));
        control.mip.work_limit = Some(left.min(work)).filter(|w| *w < u64::MAX);
        if let Some(sink) = control.progress.take() {
            let (bound, cost) = (self.best.bound, self.cost);
            // What the tree finds is told when it has passed the limits that are lazy.
            control.progress = Some(Arc::new(move |p| {
                let bound = Some(p.bound.map_or(bound, |b| b.min(cost).max(bound)));
                sink(&fenggu_opt::Progress { bound, objective: Some(cost), ..*p });
            }));
        }
        control
    }

    /// What is left of time, without a voice.
    fn quiet(&self) -> Control {
        Control { progress: None, ..rest(&self.control, self.clock) }
    }

    fn tell(&self) {
        if let Some(sink) = &self.control.progress {
            let seconds = self.clock.elapsed().as_secs_f64();
            let (objective, bound) = (Some(self.cost), Some(self.best.bound));
            sink(&fenggu_opt::Progress { iterations: self.best.iterations, seconds, objective, bound });
        }
    }

    fn take(&mut self, schedule: Vec<Option<Vec<bool>>>, cost: f64) {
        for (own, found) in self.status.iter_mut().zip(&schedule) {
            if let Some(found) = found {
                own.clone_from(found);
            }
        }
        (self.cost, self.best.objective, self.best.schedule) = (cost, cost, schedule);
        self.tell();
    }

    /// Holds statuses in the session; those that the plan has otherwise stay free.
    fn hold(&mut self, fixings: &[Fixing]) {
        self.session.free_status();
        let of = |f: &Fixing| (self.problem.units[f.unit].generator, f.step, Some(f.on));
        let agrees = |f: &&Fixing| self.status[self.problem.units[f.unit].generator.index()][f.step] == f.on;
        let held: Vec<_> = fixings.iter().filter(agrees).map(of).collect();
        self.session.fix_status(&held);
        self.session.set_start(&self.status);
    }

    /// Levels from the `first` on; the number of the one that did not end by itself.
    fn rise(&mut self, first: usize) -> Result<usize, Error> {
        for (k, share) in SHARES.iter().enumerate().skip(first) {
            if self.done() {
                return Ok(k);
            }
            let level = self.levels.bound + share * (self.cost - self.levels.bound);
            self.hold(&self.levels.fixings(level));
            let mut control = self.rest(LEVEL_WORK);
            control.mip.gap_relative *= LEVEL_GAP;
            let held = self.session.solve_held(&control, self.cost)?;
            self.found(&held, level)?;
            if !held.finished {
                return Ok(k);
            }
        }
        Ok(SHARES.len())
    }

    /// Windows of steps, among the statuses that a better plan may have.
    fn windows(&mut self) -> Result<(), Error> {
        self.hold(&self.levels.fixings(self.cost));
        let quiet = self.quiet();
        let Some(solution) = self.session.point_held(&self.status, &quiet)? else { return Ok(()) };
        let (control, clock) = (self.control.clone(), self.clock);
        let stop = || !clock_left(&control, clock);
        let work = control.mip.work_limit.map_or(u64::MAX, |w| w.saturating_sub(self.best.iterations));
        let until = Until { cost: self.best.bound / (1.0 - control.mip.gap_relative), work, stop: &stop };
        let (sink, bound) = (control.progress.clone(), self.best.bound);
        let point = Point { cost: solution.objective, x: solution.x, work: 0 };
        let point = improve(self.session, point, &until, &quiet, &mut |cost| {
            if let Some(sink) = &sink {
                let seconds = clock.elapsed().as_secs_f64();
                sink(&fenggu_opt::Progress { iterations: 0, seconds, objective: Some(cost), bound: Some(bound) });
            }
        })?;
        self.best.iterations += point.work;
        if point.cost < self.cost {
            let schedule = self.session.schedule(&point.x);
            self.take(schedule, point.cost);
        }
        Ok(())
    }

    /// The whole, with what no better plan has taken out.
    fn whole(&mut self) -> Result<(), Error> {
        self.hold(&self.levels.fixings(self.cost));
        let held = self.session.solve_held(&self.rest(u64::MAX), self.cost)?;
        let level = self.cost;
        self.found(&held, level)
    }

    /// Takes over what a tree found and proved, up to `level`. A schedule that had not yet all rows costs what its own dispatch costs.
    fn found(&mut self, held: &Held, level: f64) -> Result<(), Error> {
        self.best.iterations += held.iterations;
        let proven = held.bound.min(level);
        if proven > self.best.bound {
            self.best.bound = proven;
            self.best.solver.clone_from(&held.solver);
        }
        if !held.schedule.is_empty() && held.objective < self.cost {
            self.take(held.schedule.clone(), held.objective);
        }
        for draft in &held.drafts {
            let status: Vec<Vec<bool>> = self.status.iter().zip(draft).map(|(own, found)| found.as_ref().unwrap_or(own).clone()).collect();
            let point = self.session.point_held(&status, &self.quiet())?;
            if let Some(point) = point.filter(|p| p.objective < self.cost) {
                self.take(draft.clone(), point.objective);
            }
        }
        Ok(())
    }
}
