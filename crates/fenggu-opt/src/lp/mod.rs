//! Our own interior-point method for linear problems and problems with diagonal quadratic costs.
//!
//! reduce → scale → iterate → undo: [`reduce`] takes out fixed columns, empty and single-entry rows, [`scaling`] brings the
//! numbers near one, [`interior_point`] iterates on linear systems that [`kkt`] factorises with a symbolic analysis made
//! once. Every answer is checked in the problem's own units. What the method does not settle (an infeasible problem gives
//! an infeasible-start method no proof) is handed to Clarabel's homogeneous method, which proves it.

mod interior_point;
mod kkt;
mod model;
mod polish;
mod reduce;
mod scaling;
mod step;
mod thin;

use crate::bound::residuals;
use crate::control::Clock;
use crate::{Control, Error, Problem, Solution, Status};

/// Name and version shown in answers.
pub(crate) const NAME: &str = concat!("fenggu interior point ", env!("CARGO_PKG_VERSION"));

/// Solves; see [`crate::Backend`] for the contract. What it cannot settle goes to `fallback`.
pub(crate) fn solve(
    problem: &Problem,
    control: &Control,
    fallback: impl FnOnce(&Problem, &Control) -> Result<Solution, Error>,
) -> Result<Solution, Error> {
    problem.check()?;
    control.check()?;
    let clock = Clock::start(control);
    if let Some(conflict) = problem.conflict() {
        return Ok(Solution::crossed(conflict, NAME));
    }
    if let Some(solution) = crate::trivial::solve(problem, NAME) {
        return Ok(solution);
    }
    let mut iterations = 0;
    if let Some(reduced) = reduce::Reduced::new(problem) {
        let ended = interior_point::run(&reduced.problem, control, &clock);
        iterations = ended.iterations;
        match ended.end {
            interior_point::End::Stopped(stop) => {
                return Ok(Solution::empty(stop.status(), NAME, iterations));
            }
            interior_point::End::IterationLimit => {
                return Ok(Solution::empty(Status::IterationLimit, NAME, iterations));
            }
            interior_point::End::Converged | interior_point::End::Stuck => {
                let whole = |x: &[f64], y: &[f64]| {
                    let (x, row_dual) = reduced.expand(problem, x, y);
                    Solution::from_point(problem, x, row_dual, Status::Optimal, NAME, iterations)
                };
                let mut solution = whole(&ended.x, &ended.row_dual);
                if let Some((x, y)) = &ended.polished {
                    solution = cleaner(problem, solution, whole(x, y));
                }
                if residuals(problem, &solution).worst() <= 10.0 * control.tolerance {
                    return Ok(solution);
                }
            }
            interior_point::End::Diverging => {}
        }
    }
    let rest = Control {
        time_limit_s: control.time_limit_s.map(|_| clock.left_s()),
        iteration_limit: control.iteration_limit.map(|limit| limit.saturating_sub(iterations)),
        ..control.clone()
    };
    let mut solution = fallback(problem, &rest)?;
    solution.iterations += iterations;
    Ok(solution)
}

/// An answer of another interior point, cleaned up where that can be done.
pub(crate) fn polish(problem: &Problem, solution: Solution, clock: &Clock) -> Solution {
    let stop = || clock.stop().is_some();
    let Some(reduced) = reduce::Reduced::new(problem).filter(|r| r.problem.cols() + r.problem.rows() > 0) else {
        return solution;
    };
    let (x, y) = reduced.restrict(&solution.x, &solution.row_dual);
    let Some((x, y)) = interior_point::polish(&reduced.problem, &x, &y, &stop) else {
        return solution;
    };
    let (x, row_dual) = reduced.expand(problem, &x, &y);
    let second = Solution::from_point(problem, x, row_dual, solution.status, &solution.solver, solution.iterations);
    cleaner(problem, solution, second)
}

/// Residuals that are as good as none: what rounding leaves.
const NOTHING: f64 = 1e-10;

/// The second answer if it is cleaner: no worse feasible or priced, and with less between bounds and multipliers.
fn cleaner(problem: &Problem, first: Solution, second: Solution) -> Solution {
    let (a, b) = (residuals(problem, &first), residuals(problem, &second));
    let better = b.primal <= a.primal.max(NOTHING) && b.dual <= a.dual.max(NOTHING) && b.gap <= a.gap.max(NOTHING);

    if better && b.complementarity <= a.complementarity {
        second
    } else {
        first
    }
}
