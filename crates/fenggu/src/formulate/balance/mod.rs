//! Power balances: rows that every component adds its own injection to.
mod energy_balance;
mod power_balance;

pub use energy_balance::EnergyBalance;
pub use power_balance::PowerBalance;
