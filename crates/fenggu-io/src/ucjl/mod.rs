//! Instances of UnitCommitment.jl (`.json`, also packed as `.json.gz`), versions 0.2 to 0.4 of the format.
//!
//! What the format means is what that package does with it at commit 007de88, where that differs from its documentation:
//!
//! - Every cost and penalty counts per step, ramps and start-up limits are MW per step, minimum times and delays are hours.
//!   The time axis has the step's length and its inverse as the weight of the objective, so that a step counts once.
//! - What the package repairs when it reads a file counts as repaired here, each with a warning ([`fields`]).
//! - The balance of every bus may be missed at a price, flow limits exceeded at a price that serves the flow as it is and
//!   after every outage at once.
//! - Susceptances may be in any unit, since only their ratios matter; here they are MW per degree.
//! - What stands behind the first value of the file is ignored, with a warning.

mod curve;
pub mod fields;
mod grid;
mod read;
mod reserves;
mod storage;
mod units;

pub use read::{read, read_within};
