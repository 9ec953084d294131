//! Physics of the network: DC susceptances, islands, power transfer distribution factors, outages.
mod dc;
mod outage;
mod ptdf;

pub use dc::DcNetwork;
pub use outage::{outages, Lost, OutageScreen, Violated, HELD};
pub use ptdf::{DcSolver, PtdfError};
