//! Generators: injection, limits, costs, ramps.
mod cost;
mod cost_steps;
mod energy_sum;
mod injection;
mod limits;
pub mod ramp;

pub use cost::Cost;
pub use cost_steps::{reaching, CostSteps};
pub use energy_sum::EnergySum;
pub use injection::Injection;
pub use limits::Limits;
pub use ramp::{has_fixed_ramp, ramp_limits_mw, Ramp};
