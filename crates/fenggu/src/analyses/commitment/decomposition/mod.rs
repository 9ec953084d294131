//! The decomposition route: every unit alone at prices, prices by a bundle, a plan by diving, and a bound that anybody can check.

mod curve;
pub mod program;
#[cfg(test)]
mod program_tests;
pub mod unit;
