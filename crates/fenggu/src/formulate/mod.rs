//! FORMULATE: from a network to rows, columns and numbers.
//!
//! [`Plan`] numbers the columns and rows; the rooms (one folder per subject) write them; [`formulations`] says which
//! rooms make which model. A room is two files with one name: a card (`.md`) and its code (`.rs`).
pub mod balance;
pub mod capacities;
mod cards;
pub mod commitment;
pub mod conversion;
pub mod flow;
pub mod formulations;
pub mod frame;
pub mod generation;
pub mod investment;
pub mod limit;
mod lists;
pub mod load;
pub mod model;
pub mod reserve;
pub mod storage;
#[cfg(test)]
pub(crate) mod testkit;

pub use cards::CARDS;
pub use formulations::{DispatchFormulation, FlowForm};
pub use model::{DispatchModel, Plan};
