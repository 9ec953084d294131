//! The decomposition route: every unit alone at prices, prices by a bundle, a plan by diving, and a bound that anybody can check.

mod curve;
mod oracle;
pub mod problem;
pub mod program;
#[cfg(test)]
mod program_tests;
mod recover;
mod search;
pub mod unit;

pub use problem::{Problem, Reason};
pub use recover::Committed;
pub use search::{solve, Answer, Milestone, Options};
