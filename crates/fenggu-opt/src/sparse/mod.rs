//! Sparse numerics shared by physics and algorithms.
mod factor;
mod graph;
mod kernel;
mod ldlt;
mod order;
mod supernodes;
mod tree;

pub(crate) use factor::{Factors, NoFactor, StopFlag};
pub(crate) use graph::Upper;
pub use ldlt::{Ldlt, Singular, Symmetric};
