//! Storage units and stores.
mod cost;
mod cycle_limit;
mod end_value;
mod injection;
mod limits;
mod modes;
mod set_point;
mod soc_balance;
mod store_balance;
mod store_injection;

pub use cost::Cost;
pub use cycle_limit::{cycle_limit_mwh, CycleLimit};
pub use end_value::EndValue;
pub use injection::Injection;
pub use limits::Limits;
pub use modes::Modes;
pub use set_point::SetPoint;
pub use soc_balance::SocBalance;
pub use store_balance::StoreBalance;
pub use store_injection::StoreInjection;
