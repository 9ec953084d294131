//! Flows on branches: Kirchhoff's laws, limits, interfaces.
mod angle_difference;
mod injection;
mod interface_limit;
mod kvl_angle;
mod limits;
mod shift_injection;

pub use angle_difference::AngleDifference;
pub use injection::Injection;
pub use interface_limit::InterfaceLimit;
pub use kvl_angle::KvlAngle;
pub use limits::Limits;
pub use shift_injection::ShiftInjection;
