//! The decomposition route: every unit alone at prices, prices by a bundle, a plan by diving, and a bound that anybody can check.

mod curve;
mod fixing;
mod flat;
mod grid;
mod margins;
mod oracle;
pub mod problem;
pub mod program;
#[cfg(test)]
mod program_tests;
mod recover;
mod search;
mod tank;
pub mod unit;

pub use fixing::{Fixing, Levels};
pub(super) use oracle::Oracle;
pub use problem::{Problem, Reason};
pub use recover::Committed;
pub use search::{commitments, relax, solve, Answer, Milestone, Options};
