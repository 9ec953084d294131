//! Clarabel (pure Rust, Apache-2.0): a homogeneous interior-point method for linear and convex quadratic problems.

mod cones;

use crate::bound::{acceptable, residuals};
use crate::control::{Clock, Progress, Stop};
use crate::elastic::{direction, elastic};
use crate::ray::{check_primal_ray, normalised, proven};
use crate::{trivial, Control, Error, Problem, Solution, Status};
use ::clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus};
use cones::Conic;
use std::sync::{Arc, OnceLock};

/// Version shown in answers: the one pinned in the workspace.
pub(super) const NAME: &str = "Clarabel 0.11.1";

/// One set of the solver's own settings.
#[derive(Clone, Copy)]
struct Attempt {
    /// Factor on the tolerance asked for.
    tighter: f64,
    /// Static regularisation of the linear systems.
    regularisation: f64,
    /// Its part in proportion to the largest diagonal entry of the linear system. With Clarabel's default (ε²) two
    /// potential models of 3,000 and 5,000 nodes ended without progress, with 0 they were solved; presumably it outgrows what
    /// free columns can bear, which was not traced. Only the last attempt keeps the default.
    proportional: f64,
    /// Scale rows and columns ourselves first.
    scaled: bool,
}

/// A strong regularisation with many steps of refinement comes first: of 1e-6 to 1e-10, 1e-7 was the only
/// one that solved all of five potential models of 2,000 to 5,000 nodes in one run. It was chosen on these five.
const ATTEMPTS: [Attempt; 3] = [
    Attempt { tighter: 1e-3, regularisation: 1e-7, proportional: 0.0, scaled: true },
    Attempt { tighter: 1e-2, regularisation: 1e-8, proportional: 0.0, scaled: true },
    Attempt { tighter: 1e-2, regularisation: 1e-7, proportional: f64::EPSILON * f64::EPSILON, scaled: false },
];
/// Most steps of iterative refinement of a linear system (Clarabel's default is 10).
const REFINEMENTS: u32 = 30;

/// An answer with larger residuals does not know which bounds it lies at, and is not cleaned up.
const POLISH: f64 = 1e-4;

/// Entries of a problem that is solved in milliseconds.
const SMALL: usize = 20_000;
/// Residuals, products of multipliers and distances included, that leave nothing to be bettered.
const CLEAN: f64 = 1e-10;

/// What one run of Clarabel said.
struct Answer {
    status: SolverStatus,
    x: Vec<f64>,
    /// Row duals (or the infeasibility multipliers) in this crate's signs.
    row_dual: Vec<f64>,
    iterations: u64,
    stopped: Option<Stop>,
}

/// Solves; see [`crate::Backend`] for the contract.
pub(crate) fn solve(problem: &Problem, control: &Control) -> Result<Solution, Error> {
    problem.check()?;
    control.check()?;
    let clock = Clock::start(control);
    if let Some(conflict) = problem.conflict() {
        return Ok(Solution::crossed(conflict, NAME));
    }
    if let Some(solution) = trivial::solve(problem, NAME) {
        return Ok(solution);
    }
    let mut iterations = 0;
    let mut best: Option<(f64, Solution)> = None;
    let mut elastic_tried = false;
    for attempt in ATTEMPTS {
        if let Some(stop) = clock.stop() {
            return Ok(stopped(stop, iterations));
        }
        let answer = run(problem, attempt, control, &clock, iterations)?;
        iterations += answer.iterations;
        if let Some(stop) = answer.stopped {
            return Ok(stopped(stop, iterations));
        }
        use SolverStatus as S;
        match answer.status {
            S::PrimalInfeasible | S::AlmostPrimalInfeasible => {
                if let Some(ray) = proven(problem, answer.row_dual) {
                    return Ok(Solution::infeasible(ray, NAME, iterations));
                }
                if !elastic_tried {
                    elastic_tried = true;
                    if let Some(solution) = settle_by_elastic(problem, control, &clock, &mut iterations)? {
                        return Ok(solution);
                    }
                }
            }
            S::DualInfeasible | S::AlmostDualInfeasible => {
                if let Some(solution) = unbounded(problem, answer.x, control, &clock, &mut iterations)? {
                    return Ok(solution);
                }
            }
            S::MaxIterations if control.iteration_limit.is_some_and(|limit| iterations >= limit) => {
                return Ok(Solution::empty(Status::IterationLimit, NAME, iterations));
            }
            // Any end that leaves a point may be good enough: our own check decides.
            _ => {
                let solution = Solution::from_point(problem, answer.x, answer.row_dual, Status::Optimal, NAME, iterations);
                let near = residuals(problem, &solution).worst() < POLISH;
                let solution = if near { crate::lp::polish(problem, solution, &clock) } else { solution };
                let found = residuals(problem, &solution);
                // Where a small problem is not clean, another attempt costs little and may end closer.
                let small = problem.matrix.value.len() <= SMALL;
                let worst = if small { found.worst().max(found.complementarity) } else { found.worst() };
                if worst <= if small { CLEAN } else { control.tolerance } {
                    return Ok(solution);
                }
                if best.as_ref().is_none_or(|(w, _)| worst < *w) {
                    best = Some((worst, solution));
                }
                // Within the acceptance factor: good enough, another attempt would rarely better it.
                if !small && worst <= 10.0 * control.tolerance {
                    break;
                }
            }
        }
    }
    if let Some((_, mut solution)) = best {
        if acceptable(problem, &solution, control.tolerance) {
            solution.iterations = iterations;
            return Ok(solution);
        }
    }
    if !elastic_tried {
        if let Some(solution) = settle_by_elastic(problem, control, &clock, &mut iterations)? {
            return Ok(solution);
        }
    }
    // Without an interior the homogeneous method may name neither proof: ask for a direction outright.
    let answer = run(&direction(problem), ATTEMPTS[0], control, &clock, iterations)?;
    iterations += answer.iterations;
    if let Some(stop) = answer.stopped {
        return Ok(stopped(stop, iterations));
    }
    if let Some(solution) = unbounded(problem, answer.x, control, &clock, &mut iterations)? {
        return Ok(solution);
    }
    Ok(Solution::empty(Status::Failed, NAME, iterations))
}

fn stopped(stop: Stop, iterations: u64) -> Solution {
    Solution::empty(stop.status(), NAME, iterations)
}

/// A direction of falling cost proves unboundedness only where a feasible point exists: look for one with zero costs.
fn unbounded(problem: &Problem, ray: Vec<f64>, control: &Control, clock: &Clock, iterations: &mut u64) -> Result<Option<Solution>, Error> {
    let Some(ray) = normalised(ray).filter(|ray| check_primal_ray(problem, ray)) else {
        return Ok(None);
    };
    let feasibility = Problem { cost: vec![0.0; problem.cols()], quad: Vec::new(), offset: 0.0, ..problem.clone() };
    let answer = run(&feasibility, ATTEMPTS[0], control, clock, *iterations)?;
    *iterations += answer.iterations;
    if let Some(stop) = answer.stopped {
        return Ok(Some(stopped(stop, *iterations)));
    }
    if answer.status == SolverStatus::PrimalInfeasible {
        return Ok(proven(problem, answer.row_dual).map(|ray| Solution::infeasible(ray, NAME, *iterations)));
    }
    let point = Solution::from_point(&feasibility, answer.x, answer.row_dual, Status::Optimal, NAME, 0);
    let feasible = residuals(&feasibility, &point).primal <= 10.0 * control.tolerance;
    Ok(feasible.then(|| Solution { ray, ..Solution::empty(Status::Unbounded, NAME, *iterations) }))
}

/// A Farkas ray, checked, if one run of the homogeneous method finds one; and the iterations it took.
#[cfg(feature = "highs")]
pub(super) fn farkas_ray(problem: &Problem, control: &Control, clock: &Clock, before: u64) -> Result<(Option<Vec<f64>>, u64), Error> {
    let answer = run(problem, ATTEMPTS[0], control, clock, before)?;
    use SolverStatus as S;
    let ray = match answer.status {
        S::PrimalInfeasible | S::AlmostPrimalInfeasible => proven(problem, answer.row_dual),
        _ => None,
    };
    Ok((ray, answer.iterations))
}

/// The elastic problem's duals as a ray, if the rows cannot be met.
fn settle_by_elastic(problem: &Problem, control: &Control, clock: &Clock, iterations: &mut u64) -> Result<Option<Solution>, Error> {
    let relaxed = elastic(problem);
    for attempt in &ATTEMPTS[..2] {
        let answer = run(&relaxed, *attempt, control, clock, *iterations)?;
        *iterations += answer.iterations;
        if let Some(stop) = answer.stopped {
            return Ok(Some(stopped(stop, *iterations)));
        }
        if let Some(ray) = proven(problem, answer.row_dual) {
            return Ok(Some(Solution::infeasible(ray, NAME, *iterations)));
        }
    }
    Ok(None)
}

/// Runs Clarabel once under the clock.
fn run(problem: &Problem, attempt: Attempt, control: &Control, clock: &Clock, before: u64) -> Result<Answer, Error> {
    let conic = Conic::new(problem, attempt.scaled);
    if conic.is_empty() {
        // Everything is fixed, or nothing is bound: Clarabel does not take an empty problem.
        return Ok(Answer {
            status: SolverStatus::Solved,
            x: conic.x(&[], true),
            row_dual: vec![0.0; problem.rows()],
            iterations: 0,
            stopped: None,
        });
    }
    let tolerance = (attempt.tighter * control.tolerance).max(1e-12);
    let left = control.iteration_limit.map_or(500, |limit| limit.saturating_sub(before).min(500));
    let settings = DefaultSettings {
        verbose: false,
        max_iter: left as u32,
        max_threads: control.threads,
        time_limit: clock.left_s(),
        tol_gap_abs: tolerance,
        tol_gap_rel: tolerance,
        tol_feas: tolerance,
        static_regularization_constant: attempt.regularisation,
        static_regularization_proportional: attempt.proportional,
        iterative_refinement_max_iter: REFINEMENTS,
        // Bounds at or beyond 1e20 never become cones, so the solver's own reduction has nothing to find.
        presolve_enable: false,
        // Measured on a potential model of 4,917 nodes: the simple factorisation beats the supernodal one where it is sparse
        // (0.29 s against 0.40 s) and, in a build with debug assertions, where 800 dense rows were added (11 s against 36 s).
        direct_solve_method: "qdldl".to_string(),
        ..DefaultSettings::default()
    };
    let refused = |_| Error::Solver { backend: "Clarabel", call: "new" };
    let mut solver = DefaultSolver::new(&conic.quad, &conic.cost, &conic.matrix, &conic.right, &conic.cones, settings).map_err(refused)?;
    let stop = Arc::new(OnceLock::new());
    {
        let (stop, clock, sink) = (Arc::clone(&stop), clock.clone(), control.progress.clone());
        let mut told_s = clock.seconds();
        let money = conic.money;
        solver.set_termination_callback(move |info: &::clarabel::solver::DefaultInfo<f64>| {
            if let Some(why) = clock.stop() {
                stop.get_or_init(|| why);
            }
            let seconds = clock.seconds();
            if let Some(sink) = sink.as_ref().filter(|_| seconds - told_s > 0.1) {
                told_s = seconds;
                let iterations = before + u64::from(info.iterations);
                sink(&Progress { iterations, seconds, objective: Some(info.cost_primal * money.0 + money.1), bound: None });
            }
            stop.get().is_some()
        });
    }
    solver.solve();
    let out = &solver.solution;
    let ray = matches!(out.status, SolverStatus::DualInfeasible | SolverStatus::AlmostDualInfeasible);
    let stopped = match (stop.get(), out.status) {
        (Some(stop), SolverStatus::CallbackTerminated) => Some(*stop),
        (_, SolverStatus::MaxTime) => Some(Stop::Time),
        _ => None,
    };
    Ok(Answer {
        status: out.status,
        x: conic.x(&out.x, !ray),
        row_dual: conic.row_dual(&out.z),
        iterations: u64::from(out.iterations),
        stopped,
    })
}
