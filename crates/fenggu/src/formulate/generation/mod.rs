//! Generators: injection, limits, costs, ramps.
mod cost;
mod cost_steps;
mod injection;
mod limits;
mod ramp;

pub use cost::Cost;
pub use cost_steps::CostSteps;
pub use injection::Injection;
pub use limits::Limits;
pub use ramp::{ramp_limits_mw, Ramp};
