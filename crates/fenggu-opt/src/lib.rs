//! SOLVE: linear and convex quadratic problems, and the solvers behind them.
//!
//! This crate has never heard of a bus. A [`Problem`] is rows, columns and numbers;
//! a backend turns it into a [`Solution`] with a [`Status`] that is told honestly.
pub mod problem;
pub mod sparse;
pub mod solution;

pub use problem::{Matrix, Problem};
pub use solution::{Solution, Status};
