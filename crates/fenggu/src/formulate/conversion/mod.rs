//! Links: DC lines and converters between carriers.
mod link_cost;
mod link_injection;
mod link_limits;
mod link_ramp;

pub use link_cost::LinkCost;
pub use link_injection::LinkInjection;
pub use link_limits::LinkLimits;
pub use link_ramp::LinkRamp;
