//! SOLVE: linear, mixed-integer and convex quadratic problems, and the solvers behind them.
//!
//! This crate has never heard of a bus. A [`Problem`] is rows, columns and numbers;
//! a backend turns it into a [`Solution`] with a [`Status`] that is told honestly:
//! an answer is called optimal, infeasible or unbounded only after our own arithmetic
//! ([`bound`], [`ray`]) has found it so, in the units of the problem.
//!
//! ```
//! use fenggu_opt::{Backend, Control, Problem, Status};
//! // min 2x + 3y subject to x + y ≥ 4, 0 ≤ x ≤ 3, y ≥ 0
//! let inf = f64::INFINITY;
//! let problem = Problem::from_rows(
//!     &[(2.0, 0.0, 3.0), (3.0, 0.0, inf)],
//!     &[(&[(0, 1.0), (1, 1.0)], 4.0, inf)],
//! );
//! let solution = Backend::Auto.solve(&problem, &Control::default())?;
//! assert_eq!(solution.status, Status::Optimal);
//! assert!((solution.objective - 9.0).abs() < 1e-6);
//! assert!((solution.row_dual[0] - 3.0).abs() < 1e-6);
//! # Ok::<(), fenggu_opt::Error>(())
//! ```
pub mod backends;
pub mod bound;
pub mod check;
pub mod conflict;
pub mod conformance;
pub mod control;
pub mod decomposition;
pub mod elastic;
pub mod error;
mod lp;
pub mod problem;
pub mod ray;
pub mod shrink;
pub mod solution;
pub mod sparse;
mod trivial;

pub use backends::{Backend, Session};
pub use bound::{residuals, safe_bound, Residuals};
pub use check::Conflict;
pub use conflict::{small_conflict, SmallConflict};
pub use control::{CancelToken, Control, MipOptions, Progress, ProgressSink};
pub use error::Error;
pub use problem::{Matrix, Problem, RowBlock};
pub use ray::{check_primal_ray, check_ray, RayCheck};
pub use shrink::{shrink, shrink_within, Shrunk};
pub use solution::{Solution, Status};
