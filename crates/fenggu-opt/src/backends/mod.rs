//! The solvers behind: one contract, several backends.
//!
//! The contract, tested by [`crate::conformance`] on every backend: a malformed problem is an [`Error`]; anything else is
//! a [`Solution`] whose status has been checked by our own arithmetic: optimal means that the scaled residuals
//! ([`crate::bound::residuals`]) are within ten times the tolerance; infeasible comes with a Farkas ray that
//! [`crate::ray::check_ray`] accepts (or the bounds that cross); unbounded with a primal ray; a limit is called a limit.

mod clarabel;
#[cfg(feature = "highs")]
pub mod highs;
mod session;
mod worker;

pub use session::Session;

use crate::control::Stop;
use crate::{Control, Error, Problem, Solution};
#[cfg(feature = "highs")]
use std::sync::Arc;
use worker::Ran;

/// Which solver to ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    /// Linear with up to 100,000 rows: HiGHS simplex where it is part of the build. Else our own interior point.
    #[default]
    Auto,
    /// HiGHS by simplex, and by branch and bound where columns must be whole numbers; linear problems only. Needs the feature `highs`.
    Highs,
    /// HiGHS by its interior point (IPX) with crossover; linear problems only. Needs the feature `highs`.
    HighsIpm,
    /// Clarabel, an interior point in pure Rust; linear and convex quadratic.
    Clarabel,
    /// Our own interior point, in pure Rust; linear and convex quadratic. What it does not settle it hands to Clarabel.
    InteriorPoint,
}

/// Beyond this many rows the interior point takes over from a cold simplex run. Measured: the simplex is faster up to 18,000 rows (0.4 s
/// against 0.7 s), four times slower on one at 20,441, thirteen times at 40,881; and on PGLib's 78484_epigrids with 330,508 rows it
/// takes more than 120 s against 4 s.
const SIMPLEX_ROWS: usize = 20_000;

impl Backend {
    /// The backends of this build, without `Auto`.
    pub fn all() -> &'static [Backend] {
        if cfg!(feature = "highs") {
            &[Backend::Highs, Backend::HighsIpm, Backend::Clarabel, Backend::InteriorPoint]
        } else {
            &[Backend::Clarabel, Backend::InteriorPoint]
        }
    }

    /// Name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Backend::Auto => "auto",
            Backend::Highs => "highs",
            Backend::HighsIpm => "highs-ipm",
            Backend::Clarabel => "clarabel",
            Backend::InteriorPoint => "interior-point",
        }
    }

    /// Whether it takes quadratic costs.
    pub fn is_quadratic(self) -> bool {
        !matches!(self, Backend::Highs | Backend::HighsIpm)
    }

    /// The backend that `Auto` means for this problem; any other is itself.
    pub fn resolve(self, problem: &Problem) -> Backend {
        match self {
            Backend::Auto => {
                let simplex = !problem.is_quadratic() && problem.rows() <= SIMPLEX_ROWS;
                if cfg!(feature = "highs") && (simplex || problem.is_integer()) {
                    Backend::Highs
                } else {
                    Backend::InteriorPoint
                }
            }
            other => other,
        }
    }

    /// Refuses whole numbers where the backend takes none.
    fn takes(self, problem: &Problem) -> Result<(), Error> {
        const NO_INTEGERS: &str = "columns that must be whole numbers; use HiGHS or Auto";
        match self.resolve(problem) {
            Backend::Highs => Ok(()),
            _ if !problem.is_integer() => Ok(()),
            Backend::HighsIpm => Err(Error::Unsupported { backend: "HiGHS interior point", problem: NO_INTEGERS }),
            Backend::Clarabel => Err(Error::Unsupported { backend: "Clarabel", problem: NO_INTEGERS }),
            _ => Err(Error::Unsupported { backend: "interior point", problem: NO_INTEGERS }),
        }
    }

    /// Solves once. Under a time limit or a cancel token a copy of the problem is solved in a worker thread, so that the
    /// caller has its answer in time even from a solver that does not listen; a [`Session`] needs no copy.
    pub fn solve(self, problem: &Problem, control: &Control) -> Result<Solution, Error> {
        control.check()?;
        self.takes(problem)?;
        #[cfg(feature = "highs")]
        if problem.is_integer() {
            return highs::solve_mip(&Arc::new(problem.clone()), control);
        }
        if control.cancel.is_none() && control.time_limit_s.is_none() {
            return self.solve_here(problem, control);
        }
        problem.check()?;
        let copy = problem.clone();
        match worker::run(control, move |control| self.solve_here(&copy, control))? {
            Ran::Done(answer) => answer,
            Ran::Left(stop) => Ok(self.resolve(problem).left(stop)),
        }
    }

    /// The answer of a worker that was left behind.
    fn left(self, stop: Stop) -> Solution {
        let solver = match self {
            #[cfg(feature = "highs")]
            Backend::Highs | Backend::HighsIpm => highs::name(),
            Backend::Clarabel => clarabel::NAME.to_string(),
            _ => crate::lp::NAME.to_string(),
        };
        Solution::empty(stop.status(), &solver, 0)
    }

    fn solve_here(self, problem: &Problem, control: &Control) -> Result<Solution, Error> {
        match self.resolve(problem) {
            #[cfg(feature = "highs")]
            Backend::Highs => highs::solve(problem, highs::Algorithm::Simplex, control),
            #[cfg(feature = "highs")]
            Backend::HighsIpm => highs::solve(problem, highs::Algorithm::InteriorPoint, control),
            #[cfg(not(feature = "highs"))]
            Backend::Highs | Backend::HighsIpm => Err(NO_HIGHS),
            Backend::Clarabel => clarabel::solve(problem, control),
            Backend::InteriorPoint | Backend::Auto => crate::lp::solve(problem, control, clarabel::solve),
        }
    }

    /// As [`Backend::solve`], but our own interior point asks nobody else.
    fn solve_alone(self, problem: &Problem, control: &Control) -> Result<Solution, Error> {
        match self.resolve(problem) {
            Backend::InteriorPoint => {
                crate::lp::solve(problem, control, |_, _| Ok(Solution::empty(crate::Status::Failed, crate::lp::NAME, 0)))
            }
            _ => self.solve_here(problem, control),
        }
    }

    /// Starts a session: a problem that is changed and solved again.
    pub fn session(self, problem: &Problem) -> Result<Session, Error> {
        Session::new(self, problem)
    }
}

#[cfg(not(feature = "highs"))]
const NO_HIGHS: Error = Error::Unsupported { backend: "HiGHS", problem: "this build is without the feature `highs`" };
