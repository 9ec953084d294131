//! Capacities as decisions: their range and their cost. What they limit is written by the rooms of those limits.
mod capacity;
mod cost;

pub use capacity::Capacity;
pub use cost::Cost;
