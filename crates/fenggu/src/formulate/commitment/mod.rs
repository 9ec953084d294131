//! Commitment: which units are on when. Three columns per unit and step: status, start and stop.
mod cost;
mod limits;
mod logic;
mod plan;
mod ramp;
mod status;
mod steps;
mod tiers;
mod view;

pub use cost::Cost;
pub use limits::Limits;
pub use logic::Logic;
pub use plan::{is_committed, CommitmentPlan, CommittedStep, StartTier};
pub use ramp::Ramp;
pub use status::StatusBounds;
pub use steps::StepLimits;
pub use tiers::Tiers;
pub use view::initially_on;

#[cfg(test)]
pub(super) mod example;
