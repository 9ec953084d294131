//! Better commitments around one in hand: all units are free in a few steps and held in all others, and the exact route solves that small
//! problem from the plan; the window moves over the horizon, again and again, and widens when nothing comes of it.
//!
//! Outputs more than [`PAD`] steps away stay as they are, so that a window's problem has the size of the window, whatever the
//! horizon. All windows end by their own gap or by a limit of work, never by the clock: the answer is the same on every machine.
//!
//! Source: fix-and-optimise over time, as in Helber and Sahling (2010), *A fix-and-optimize approach for the multi-level capacitated lot sizing
//! problem*, Int. J. Production Economics 123(2).

use super::exact::CommitSession;
use crate::error::Error;
use fenggu_opt::{shrink_within, Backend, Control, MipOptions, Status};
use std::sync::Arc;

/// Steps beside a window in which outputs may still move.
const PAD: usize = 3;
/// Free statuses that a first window may have.
const FIRST: usize = 300;
/// Free statuses that no window may have more of.
const MOST: usize = 3000;
/// Simplex iterations of one window at most.
const WORK: u64 = 25_000;
/// Times a window is solved once more because its point needed rows that were not there.
const AGAIN: usize = 3;
/// What counts as better, relative to the cost.
const BETTER: f64 = 1e-7;
/// Share of the gap that is still open to which a window is solved.
const SHARE: f64 = 0.02;

/// A point and its cost.
#[derive(Clone, Debug)]
pub(super) struct Point {
    /// All columns.
    pub x: Vec<f64>,
    /// Cost.
    pub cost: f64,
    /// Simplex iterations spent.
    pub work: u64,
}

/// When to stop.
pub(super) struct Until<'a> {
    /// Cost that is good enough.
    pub cost: f64,
    /// Limit of work in all, simplex iterations.
    pub work: u64,
    /// Asked between windows.
    pub stop: &'a dyn Fn() -> bool,
}

/// Improves a point of the session's problem, within the bounds as they stand. `tell` hears every better cost.
///
/// # Errors
/// A solver that refuses a problem.
pub(super) fn improve(
    session: &mut CommitSession,
    mut point: Point,
    until: &Until<'_>,
    control: &Control,
    tell: &mut dyn FnMut(f64),
) -> Result<Point, Error> {
    let steps = session.network().steps();
    let mut step_of = session.plan().step_of_columns(steps);
    session.lazy_columns().into_iter().for_each(|lazy| step_of[lazy].fill(u32::MAX));
    let (problem, status) = (session.problem(), session.plan().commitment.status.range());
    let mut free_at = vec![0usize; steps];
    for j in status.clone().filter(|&j| problem.col_lower[j] < problem.col_upper[j]) {
        free_at[step_of[j] as usize] += 1;
    }
    let total: usize = free_at.iter().sum();
    if total == 0 {
        return Ok(point);
    }
    let mean = (total as f64 / steps as f64).max(1.0);
    let mut width = ((FIRST as f64 / mean) as usize).max(2).min(steps);
    let done = |p: &Point| p.cost <= until.cost || p.work >= until.work || (until.stop)();
    for pass in 0usize.. {
        let (before, stride) = (point.cost, (width / 2).max(1));
        let (mut windows, mut unfinished) = (0, 0);
        let mut from = if pass % 2 == 0 { 0 } else { stride / 2 };
        while from < steps {
            if done(&point) {
                return Ok(point);
            }
            let to = (from + width).min(steps);
            windows += 1;
            let gap = (SHARE * (point.cost - until.cost) / point.cost.abs().max(1e-9)).clamp(BETTER, 1e-4);
            unfinished += usize::from(!window(session, &step_of, from..to, (gap, AGAIN), &mut point, control, tell)?);
            if to == steps {
                break;
            }
            from += stride;
        }
        let gained = (before - point.cost) > BETTER * 10.0 * before.abs();
        if 2 * unfinished > windows {
            if width <= 2 || !gained {
                return Ok(point);
            }
            width = (width * 2 / 3).max(2);
        } else if !gained {
            if width == steps || mean * width as f64 > MOST as f64 {
                return Ok(point);
            }
            width = (width + width.div_ceil(2)).min(steps);
        }
    }
    Ok(point)
}

/// Solves one window; says whether it was solved to the end.
fn window(
    session: &mut CommitSession,
    step_of: &[u32],
    free: std::ops::Range<usize>,
    (gap_relative, again): (f64, usize),
    point: &mut Point,
    control: &Control,
    tell: &mut dyn FnMut(f64),
) -> Result<bool, Error> {
    let problem = session.problem();
    let c = &session.plan().commitment;
    let status = c.status.range();
    let near = free.start.saturating_sub(PAD)..free.end + PAD;
    let (mut lower, mut upper) = (problem.col_lower.clone(), problem.col_upper.clone());
    for j in 0..problem.cols() {
        let t = step_of[j] as usize;
        let whole = problem.integer[j];
        // A status in the window may change, and with it starts and stops up to the step after; a column of no step is free.
        let is_free = match () {
            () if step_of[j] == u32::MAX => true,
            () if status.contains(&j) => free.contains(&t),
            () if whole => t >= free.start && t <= free.end,
            () => near.contains(&t),
        };
        if !is_free {
            let v = if whole { point.x[j].round() } else { point.x[j] };
            let v = v.max(lower[j]).min(upper[j]);
            (lower[j], upper[j]) = (v, v);
        }
    }
    let Some(shrunk) = shrink_within(problem, lower, upper) else { return Ok(true) };
    if !shrunk.problem.is_integer() {
        return Ok(true);
    }
    let mip = MipOptions {
        gap_relative,
        gap_absolute: 0.0,
        work_limit: Some(WORK),
        start: Some(Arc::from(shrunk.project(&point.x))),
        ..control.mip.clone()
    };
    let own = Control { mip, progress: None, ..control.clone() };
    let solution = Backend::Highs.solve(&shrunk.problem, &own)?;
    point.work += solution.iterations;
    if !solution.x.is_empty() && solution.objective < point.cost - BETTER * point.cost.abs() {
        let x = shrunk.restore(&solution.x);
        if session.keeps_lazy(&x)? {
            (point.x, point.cost) = (x, solution.objective);
            tell(point.cost);
        } else if again > 0 {
            // A point that needs new rows is no point: once more, with them.
            return window(session, step_of, free, (gap_relative, again - 1), point, control, tell);
        }
    }
    Ok(matches!(solution.status, Status::Optimal | Status::Infeasible))
}
