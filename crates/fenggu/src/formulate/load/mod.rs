//! Loads: withdrawal, shedding, elastic demand; and shunts.
mod cost;
mod limits;
mod withdrawal;

pub use cost::Cost;
pub use limits::Limits;
pub use withdrawal::Withdrawal;
