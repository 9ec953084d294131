//! Instances of PGLib-UC (`.json`, also packed as `.json.gz`): one bus, one demand, one spinning reserve, thermal units
//! with start-up tiers and convex costs, renewable units between two series. Steps are hours without a calendar.
//!
//! What the format means: Knueven, Ostrowski and Watson, "On Mixed-Integer Programming Formulations for the Unit
//! Commitment Problem", INFORMS Journal on Computing 32 (2020), and the README.md of power-grid-lib/pglib-uc.
//! [`fields`] lists every key and what becomes of it.

pub mod fields;
mod read;

pub use read::{read, read_within};
