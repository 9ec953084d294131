//! One solve: attempts by different algorithms until our own check accepts an answer.

use super::watch::Ended;
use super::{ffi, Core};
use crate::bound::acceptable;
use crate::control::{Clock, Stop};
use crate::elastic::elastic;
use crate::ray::{check_primal_ray, normalised, proven};
use crate::{trivial, Control, Error, Problem, Solution, Status};
use highs_sys as c;

/// The first algorithm to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// Dual simplex, hot-started where a basis is known.
    Simplex,
    /// IPX with crossover.
    InteriorPoint,
}

/// One way to run HiGHS.
#[derive(Clone, Copy)]
struct Attempt {
    solver: &'static str,
    presolve: &'static str,
    /// HiGHS's simplex_scale_strategy: 2 is its default (equilibration), 4 scales harder.
    scale: ffi::Int,
    /// Whether to forget the basis first.
    cold: bool,
}

const SIMPLEX: Attempt = Attempt { solver: "simplex", presolve: "choose", scale: 2, cold: false };
const SIMPLEX_PLAIN: Attempt = Attempt { solver: "simplex", presolve: "off", scale: 2, cold: true };
const SIMPLEX_SCALED: Attempt = Attempt { solver: "simplex", presolve: "off", scale: 4, cold: true };
const IPX: Attempt = Attempt { solver: "ipx", presolve: "choose", scale: 2, cold: true };

/// How an attempt ended.
enum Outcome {
    /// An answer that our check accepted, or a limit.
    Done(Solution),
    /// HiGHS claims that no point is feasible, or that there may be none.
    ClaimedInfeasible,
    /// Nothing usable.
    Undecided,
}

impl Core {
    pub(super) fn solve(&mut self, problem: &Problem, algorithm: Algorithm, control: &Control) -> Result<Solution, Error> {
        control.check()?;
        let name = super::name();
        if let Some(conflict) = problem.conflict() {
            return Ok(Solution::crossed(conflict, &name));
        }
        if let Some(solution) = trivial::solve(problem, &name) {
            return Ok(solution);
        }
        let clock = Clock::start(control);
        let mut run = Run { core: self, problem, control, clock, name, iterations: 0 };
        run.configure()?;
        let attempts = match algorithm {
            Algorithm::Simplex => [SIMPLEX, IPX, SIMPLEX_PLAIN, SIMPLEX_SCALED],
            Algorithm::InteriorPoint => [IPX, SIMPLEX, SIMPLEX_PLAIN, SIMPLEX_SCALED],
        };
        let (mut ray_tried, mut elastic_tried) = (false, false);
        for attempt in attempts {
            let outcome = run.attempt(attempt)?;
            if let Outcome::Done(solution) = outcome {
                return Ok(solution);
            }
            // Undecided is how a simplex run on an infeasible network often ends: look for a proof in both cases.
            if !ray_tried {
                ray_tried = true;
                if let Some(ray) = run.own_ray()? {
                    return Ok(Solution::infeasible(ray, &run.name, run.iterations));
                }
            }
            if matches!(outcome, Outcome::ClaimedInfeasible) && !elastic_tried {
                elastic_tried = true;
                if let Some(solution) = run.elastic()? {
                    return Ok(solution);
                }
            }
            if let Some(stop) = run.clock.stop() {
                return Ok(run.stopped(stop));
            }
        }
        if !elastic_tried {
            if let Some(solution) = run.elastic()? {
                return Ok(solution);
            }
        }
        let spent = run.iterations_left() == 0;
        let status = if spent { Status::IterationLimit } else { Status::Failed };
        Ok(Solution::empty(status, &run.name, run.iterations))
    }
}

/// The state shared by the attempts of one solve.
struct Run<'a> {
    core: &'a mut Core,
    problem: &'a Problem,
    control: &'a Control,
    clock: Clock,
    name: String,
    iterations: u64,
}

impl Run<'_> {
    fn configure(&mut self) -> Result<(), Error> {
        let highs = &self.core.highs;
        highs.set_double("primal_feasibility_tolerance", self.control.tolerance)?;
        highs.set_double("dual_feasibility_tolerance", self.control.tolerance)?;
        // HiGHS wants the interior point a little tighter than the vertex; its own default is 1e-8 beside 1e-7.
        highs.set_double("ipm_optimality_tolerance", (0.1 * self.control.tolerance).max(1e-12))?;
        highs.set_bool("allow_unbounded_or_infeasible", false)
    }

    fn iterations_left(&self) -> ffi::Int {
        match self.control.iteration_limit {
            None => ffi::Int::MAX,
            Some(limit) => ffi::Int::try_from(limit.saturating_sub(self.iterations)).unwrap_or(ffi::Int::MAX),
        }
    }

    fn stopped(&self, stop: Stop) -> Solution {
        self.limit(stop.status())
    }

    /// A limit: no point is handed out, but a bound where the duals so far give one.
    fn limit(&self, status: Status) -> Solution {
        let mut solution = Solution::empty(status, &self.name, self.iterations);
        if self.core.highs.has_duals() {
            if let Ok(point) = self.core.highs.point() {
                let bound = crate::safe_bound(self.problem, &point.row_dual);
                if bound.is_finite() {
                    solution.bound = bound;
                }
            }
        }
        solution
    }

    fn run(&mut self, attempt: Attempt) -> Result<(ffi::Int, Option<Ended>), Error> {
        let left = self.iterations_left();
        let core = &mut *self.core;
        if attempt.cold {
            core.highs.clear_solver()?;
        }
        core.highs.set_text("solver", attempt.solver)?;
        core.highs.set_text("presolve", attempt.presolve)?;
        core.highs.set_int("simplex_scale_strategy", attempt.scale)?;
        core.highs.set_int("simplex_iteration_limit", left)?;
        core.highs.set_int("ipm_iteration_limit", left)?;
        let answer = core.highs.run(self.control.threads, &self.clock, self.control.progress.clone(), self.iterations)?;
        self.iterations += core.highs.iterations();
        Ok(answer)
    }

    fn attempt(&mut self, attempt: Attempt) -> Result<Outcome, Error> {
        if let Some(stop) = self.clock.stop() {
            return Ok(Outcome::Done(self.stopped(stop)));
        }
        let (status, ended) = self.run(attempt)?;
        Ok(match status {
            c::MODEL_STATUS_OPTIMAL | c::MODEL_STATUS_UNKNOWN => {
                // "Unknown" often holds a point that is good enough in the problem's own units: our check decides.
                let point = self.core.highs.point()?;
                let solution = Solution::from_point(self.problem, point.x, point.row_dual, Status::Optimal, &self.name, self.iterations);
                if acceptable(self.problem, &solution, self.control.tolerance) {
                    Outcome::Done(solution)
                } else {
                    Outcome::Undecided
                }
            }
            c::MODEL_STATUS_INFEASIBLE | c::MODEL_STATUS_UNBOUNDED_OR_INFEASIBLE => Outcome::ClaimedInfeasible,
            c::MODEL_STATUS_UNBOUNDED => match self.unbounded() {
                Some(solution) => Outcome::Done(solution),
                None => Outcome::Undecided,
            },
            c::MODEL_STATUS_REACHED_TIME_LIMIT => Outcome::Done(self.stopped(Stop::Time)),
            c::MODEL_STATUS_REACHED_ITERATION_LIMIT => Outcome::Done(self.limit(Status::IterationLimit)),
            c::MODEL_STATUS_REACHED_INTERRUPT | c::MODEL_STATUS_HIGHS_INTERRUPT => match ended {
                Some(Ended::Stopped(stop)) => Outcome::Done(self.stopped(stop)),
                Some(Ended::Stalled) => Outcome::Undecided,
                None => Outcome::Done(self.stopped(Stop::Cancelled)),
            },
            _ => Outcome::Undecided,
        })
    }

    /// HiGHS says unbounded, which includes that a feasible point exists: is its ray one?
    fn unbounded(&mut self) -> Option<Solution> {
        let ray = normalised(self.core.highs.primal_ray()?)?;
        check_primal_ray(self.problem, &ray).then(|| Solution { ray, ..Solution::empty(Status::Unbounded, &self.name, self.iterations) })
    }

    /// A Farkas ray that our check accepts: the one this run left, if it left one, else Clarabel's. (HiGHS would solve
    /// again by plain simplex to find one: up to a hundred times slower on networks, and undecided on some.)
    fn own_ray(&mut self) -> Result<Option<Vec<f64>>, Error> {
        if self.core.highs.has_dual_ray() {
            if let Some(ray) = self.core.highs.dual_ray().and_then(|ray| proven(self.problem, ray)) {
                return Ok(Some(ray));
            }
        }
        let (ray, iterations) = crate::backends::clarabel::farkas_ray(self.problem, self.control, &self.clock, self.iterations)?;
        self.iterations += iterations;
        Ok(ray)
    }

    /// Settles feasibility by the elastic problem, whose duals are a ray when the rows cannot be met. `None` when it is
    /// feasible or not settled.
    fn elastic(&mut self) -> Result<Option<Solution>, Error> {
        let relaxed = elastic(self.problem);
        let mut core = Core::new(&relaxed)?;
        let mut run = Run {
            core: &mut core,
            problem: &relaxed,
            control: self.control,
            clock: self.clock.clone(),
            name: self.name.clone(),
            iterations: self.iterations,
        };
        run.configure()?;
        let mut found = None;
        for attempt in [IPX, SIMPLEX, SIMPLEX_SCALED] {
            if let Some(stop) = run.clock.stop() {
                return Ok(Some(run.stopped(stop)));
            }
            let (status, ended) = run.run(attempt)?;
            if let Some(Ended::Stopped(stop)) = ended {
                return Ok(Some(run.stopped(stop)));
            }
            if status != c::MODEL_STATUS_OPTIMAL && status != c::MODEL_STATUS_UNKNOWN {
                continue;
            }
            let point = run.core.highs.point()?;
            if let Some(ray) = proven(self.problem, point.row_dual) {
                found = Some(ray);
                break;
            }
            if status == c::MODEL_STATUS_OPTIMAL {
                break; // no ray at the elastic optimum: the rows can be met
            }
        }
        self.iterations = run.iterations;
        Ok(found.map(|ray| Solution::infeasible(ray, &self.name, self.iterations)))
    }
}
