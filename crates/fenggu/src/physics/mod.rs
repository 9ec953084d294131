//! Physics of the network: DC susceptances, islands, power transfer distribution factors.
mod dc;
mod ptdf;

pub use dc::DcNetwork;
pub use ptdf::{DcSolver, PtdfError};
