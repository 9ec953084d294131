//! Flows on branches: Kirchhoff's laws, limits, interfaces, outages.
mod angle_difference;
mod injection;
mod interface_limit;
mod kvl_angle;
mod limits;
mod outage_limit;
mod shift_injection;
mod soft_limit;

pub use angle_difference::AngleDifference;
pub use injection::Injection;
pub use interface_limit::InterfaceLimit;
pub use kvl_angle::KvlAngle;
pub use limits::Limits;
pub use outage_limit::{OutageLimit, OutageRow};
pub use shift_injection::ShiftInjection;
pub use soft_limit::SoftLimit;
