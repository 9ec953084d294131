//! Sparse numerics shared by physics and algorithms.
mod ldlt;

pub use ldlt::{Ldlt, Singular, Symmetric};
