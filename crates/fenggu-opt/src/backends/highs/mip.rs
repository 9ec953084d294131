//! Columns that must be whole numbers: branch and bound by HiGHS, and what we make of its answer.
//!
//! A tree's bound cannot be checked from outside, so it is kept apart (`bound_claimed`). Its point can: the whole-number columns are
//! rounded and held, and the linear problem that is left is solved again, under the same check as every other. So the answer meets
//! the rows to the tolerance of a linear problem, whole numbers are whole to the last bit, and there are duals. An infeasible
//! relaxation is proven as any linear problem is; that only the demand for whole numbers excludes every point is the solver's claim.

use super::mip_watch::{look, Found, MipEnded, MipWatch};
use super::{ffi, Algorithm, Core};
use crate::backends::worker::{self, Ran};
use crate::control::{Clock, Stop};
use crate::{trivial, Control, Error, Problem, Solution, Status};
use highs_sys as c;
use std::sync::{Arc, Mutex};

/// Share of the time limit that branching may use; the rest is for the linear problem with the whole numbers held.
const BRANCHING_SHARE: f64 = 0.95;
/// What that linear problem may take at least, s, also after a cancel.
const LEAST_S: f64 = 0.5;
/// A point's cost with its whole numbers rounded is its own to this, relative.
const SAME: f64 = 1e-5;
/// Integrality tolerances of HiGHS, tried in turn: a point whose rounded whole numbers leave no feasible rest was none.
const INTEGRALITY: [f64; 2] = [1e-6, 1e-9];

/// How branching ended.
enum End {
    /// Within the gap.
    Optimal,
    Infeasible,
    Unbounded,
    Stopped(Status),
    Failed,
}

/// Solves a problem with whole numbers.
pub(crate) fn solve(problem: &Arc<Problem>, control: &Control) -> Result<Solution, Error> {
    problem.check()?;
    control.check()?;
    if problem.is_quadratic() {
        return Err(Error::Unsupported { backend: "HiGHS", problem: "quadratic costs beside columns that must be whole numbers" });
    }
    let name = super::name();
    if let Some(conflict) = problem.conflict() {
        return Ok(Solution::crossed(conflict, &name));
    }
    let clock = Clock::start(control);
    // A fractional bound of a whole number is rounded inwards, which may leave none.
    let Some(held) = inwards(problem) else { return Ok(claimed_infeasible(&name, 0)) };
    // Nothing couples the columns: whole bounds give whole values.
    if let Some(solution) = trivial::solve(&held.relaxed(), &name) {
        return Ok(Solution { bound: f64::NAN, bound_claimed: solution.objective, ..solution });
    }
    let (mut iterations, mut fallback) = (0, None);
    let mut control = control.clone();
    for tolerance in INTEGRALITY {
        let found = Arc::new(Mutex::new(Found::default()));
        let branching = Control { time_limit_s: control.time_limit_s.map(|_| BRANCHING_SHARE * clock.left_s()), ..control.clone() };
        let (shared, model) = (Arc::clone(&found), Arc::clone(problem));
        let end = match worker::run(&branching, move |control| branch(&model, control, tolerance, &shared))? {
            Ran::Done(end) => end?,
            Ran::Left(stop) => End::Stopped(stop.status()),
        };
        let found = look(&found).clone();
        iterations += found.iterations;
        let bounded = |s: Solution| Solution { iterations, ..s };
        let status = match end {
            End::Infeasible => return infeasible(problem, &control, &clock, &name, iterations),
            End::Unbounded => return unbounded(problem, &control, &clock, &name, iterations),
            End::Failed => continue,
            End::Optimal => Status::Optimal,
            End::Stopped(status) => status,
        };
        if found.x.len() != problem.cols() {
            if matches!(end, End::Optimal) {
                continue;
            }
            return Ok(bounded(Solution { bound_claimed: finite(found.bound), ..Solution::empty(status, &name, iterations) }));
        }
        let fixed = hold(problem, &found.x);
        if let Some(solution) = with_held(problem, &fixed, &control, &clock, found.bound, &name)? {
            let whole = solution.status == Status::Optimal;
            let dearer = whole && solution.objective > found.objective + SAME * (1.0 + found.objective.abs());
            let solution = Solution { status: if whole { status } else { solution.status }, ..solution };
            if !(dearer && matches!(end, End::Optimal)) {
                return Ok(bounded(solution));
            }
            // Its whole numbers, rounded, cost more than it says (seen with a start): what it proved was proven of no point.
            fallback = Some(bounded(Solution { status: Status::TimeLimit, ..solution }));
        }
        // Its whole numbers, rounded, leave nothing feasible, or nothing as cheap: the point stands only by tolerances. Ask again, more
        // exactly, and from no start.
        control.mip.start = None;
        if clock.stop().is_some() {
            break;
        }
    }
    if let Some(solution) = fallback {
        return Ok(solution);
    }
    let status = clock.stop().map_or(Status::Failed, Stop::status);
    Ok(Solution::empty(status, &name, iterations))
}

fn finite(v: f64) -> f64 {
    if v.is_finite() {
        v
    } else {
        f64::NAN
    }
}

fn claimed_infeasible(name: &str, iterations: u64) -> Solution {
    Solution { bound_claimed: f64::INFINITY, ..Solution::empty(Status::Infeasible, name, iterations) }
}

/// The problem with the bounds of its whole numbers rounded inwards; `None` where that leaves a column nothing.
fn inwards(problem: &Problem) -> Option<Problem> {
    let mut out = problem.clone();
    for j in (0..out.cols()).filter(|&j| problem.integer[j]) {
        (out.col_lower[j], out.col_upper[j]) = ((out.col_lower[j] - 1e-9).ceil(), (out.col_upper[j] + 1e-9).floor());
        if out.col_lower[j] > out.col_upper[j] {
            return None;
        }
    }
    Some(out)
}

/// The linear problem that is left when the whole numbers are held at the values of a point, rounded.
fn hold(problem: &Problem, x: &[f64]) -> Problem {
    let mut out = problem.relaxed();
    for j in (0..out.cols()).filter(|&j| problem.integer[j]) {
        let whole = x[j].round();
        (out.col_lower[j], out.col_upper[j]) = (whole, whole);
    }
    out
}

/// Solves what is left, as long as there is time. `None` where it is not feasible.
fn with_held(
    problem: &Problem,
    held: &Problem,
    control: &Control,
    clock: &Clock,
    bound: f64,
    name: &str,
) -> Result<Option<Solution>, Error> {
    let within =
        (0..held.cols()).all(|j| held.col_lower[j] >= problem.col_lower[j] - 1e-9 && held.col_upper[j] <= problem.col_upper[j] + 1e-9);
    if !within {
        return Ok(None);
    }
    // The caller's token may be set already; the point that it stopped at is still to be handed out.
    let stopping = clock.stop().is_some();
    let limit = control.time_limit_s.map(|_| clock.left_s().max(LEAST_S)).or(stopping.then_some(LEAST_S));
    let linear = Control { cancel: None, time_limit_s: limit, progress: None, iteration_limit: None, ..control.clone() };
    let copy = held.clone();
    let answer = match worker::run(&linear, move |control| super::solve(&copy, Algorithm::Simplex, control))? {
        Ran::Done(answer) => answer?,
        Ran::Left(stop) => Solution::empty(stop.status(), name, 0),
    };
    Ok(match answer.status {
        Status::Infeasible => None,
        Status::Optimal => {
            // A claim above a feasible objective is rounding of the solver's own; no bound of ours stands beside it.
            Some(Solution { bound: f64::NAN, bound_claimed: finite(bound.min(answer.objective)), ..answer })
        }
        _ => Some(Solution { bound_claimed: finite(bound), ..Solution::empty(answer.status, name, 0) }),
    })
}

/// HiGHS says that no point is feasible: is it so already without the demand for whole numbers? Then there is a proof.
fn infeasible(problem: &Problem, control: &Control, clock: &Clock, name: &str, iterations: u64) -> Result<Solution, Error> {
    let linear = Control { time_limit_s: control.time_limit_s.map(|_| clock.left_s()), ..control.clone() };
    let relaxed = problem.relaxed();
    let answer = match worker::run(&linear, move |control| super::solve(&relaxed, Algorithm::Simplex, control))? {
        Ran::Done(answer) => answer?,
        Ran::Left(stop) => Solution::empty(stop.status(), name, 0),
    };
    Ok(if answer.status == Status::Infeasible {
        Solution { bound_claimed: f64::INFINITY, ..answer }
    } else {
        claimed_infeasible(name, iterations)
    })
}

/// HiGHS says unbounded: the relaxation's ray proves it as far as there is a feasible point.
fn unbounded(problem: &Problem, control: &Control, clock: &Clock, name: &str, iterations: u64) -> Result<Solution, Error> {
    let linear = Control { time_limit_s: control.time_limit_s.map(|_| clock.left_s()), ..control.clone() };
    let relaxed = problem.relaxed();
    let answer = match worker::run(&linear, move |control| super::solve(&relaxed, Algorithm::Simplex, control))? {
        Ran::Done(answer) => answer?,
        Ran::Left(stop) => Solution::empty(stop.status(), name, 0),
    };
    Ok(match answer.status {
        Status::Unbounded | Status::Infeasible => answer,
        _ => Solution::empty(Status::Failed, name, iterations),
    })
}

/// Branch and bound; what it finds goes into `found`.
fn branch(problem: &Problem, control: &Control, tolerance: f64, found: &Arc<Mutex<Found>>) -> Result<End, Error> {
    let clock = Clock::start(control);
    if let Some(stop) = clock.stop() {
        return Ok(End::Stopped(stop.status()));
    }
    let options = &control.mip;
    let mut core = Core::new(problem)?;
    let highs = &mut core.highs;
    highs.set_double("primal_feasibility_tolerance", control.tolerance)?;
    highs.set_double("dual_feasibility_tolerance", control.tolerance)?;
    highs.set_double("mip_feasibility_tolerance", tolerance)?;
    highs.set_double("mip_rel_gap", options.gap_relative)?;
    highs.set_double("mip_abs_gap", options.gap_absolute)?;
    highs.set_int("random_seed", options.seed as ffi::Int)?;
    let nodes = options.node_limit.map_or(ffi::Int::MAX, |n| ffi::Int::try_from(n).unwrap_or(ffi::Int::MAX));
    highs.set_int("mip_max_nodes", nodes)?;
    if let Some(start) = &options.start {
        if start.len() != problem.cols() {
            return Err(Error::Dimension { what: "mip.start", expected: problem.cols(), found: start.len() });
        }
        let told: Vec<usize> = (0..start.len()).filter(|&j| problem.integer[j] && start[j].is_finite()).collect();
        let index: Vec<ffi::Int> = told.iter().map(|&j| j as ffi::Int).collect();
        let value: Vec<f64> = told.iter().map(|&j| start[j].round()).collect();
        if !told.is_empty() {
            highs.set_start(&index, &value)?;
        }
    }
    let watch = MipWatch {
        clock: clock.clone(),
        sink: control.progress.clone(),
        work_limit: options.work_limit.unwrap_or(u64::MAX),
        cutoff: options.cutoff.unwrap_or(f64::INFINITY),
        found: Arc::clone(found),
    };
    let status = highs.run_mip(control.threads, &clock, &watch)?;
    let ended = watch.ended();
    let mut found = look(found);
    found.iterations = found.iterations.max(highs.iterations());
    let bound = highs.info_double("mip_dual_bound");
    if bound.is_finite() {
        found.bound = found.bound.max(bound);
    }
    if highs.has_point() {
        // The callback may have missed the last one (a model that presolve settles).
        let x = highs.point()?.x;
        let objective = problem.objective(&x);
        if found.x.is_empty() || objective <= found.objective {
            (found.x, found.objective) = (x, objective);
        }
    }
    if status == c::MODEL_STATUS_OPTIMAL && found.objective.is_finite() {
        // A tree that is settled before it begins tells no bound, or an early one: that it ended within the gap is its claim.
        let open = options.gap_absolute.max(options.gap_relative * found.objective.abs());
        found.bound = found.bound.max(found.objective - open);
    }
    Ok(match (status, ended) {
        (c::MODEL_STATUS_OPTIMAL, _) => End::Optimal,
        (c::MODEL_STATUS_INFEASIBLE, None) => End::Infeasible,
        (c::MODEL_STATUS_UNBOUNDED | c::MODEL_STATUS_UNBOUNDED_OR_INFEASIBLE, None) => End::Unbounded,
        (_, Some(MipEnded::Stopped(stop))) => End::Stopped(stop.status()),
        (_, Some(MipEnded::Work | MipEnded::Cutoff)) => End::Stopped(Status::IterationLimit),
        (c::MODEL_STATUS_REACHED_TIME_LIMIT, None) => End::Stopped(Status::TimeLimit),
        (c::MODEL_STATUS_REACHED_SOLUTION_LIMIT | c::MODEL_STATUS_REACHED_ITERATION_LIMIT, None) => End::Stopped(Status::IterationLimit),
        (c::MODEL_STATUS_REACHED_INTERRUPT | c::MODEL_STATUS_HIGHS_INTERRUPT, None) => End::Stopped(Status::Interrupted),
        _ => End::Failed,
    })
}
