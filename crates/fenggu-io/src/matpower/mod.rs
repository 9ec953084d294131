//! MATPOWER case files (`.m`).
//!
//! [`parse`] turns the text into a [`RawCase`]: tables, strings and scalars with their places,
//! and every problem found on the way; [`read`] makes a network of it; [`write`] writes one.

#[allow(missing_docs)] // the names are MATPOWER's, explained in its caseformat
mod col;
pub mod consts;
mod eval;
mod explain;
mod extras;
mod number;
mod problem;
mod raw;
mod read;
mod scan;
mod skip;
mod solved;
mod tables;
mod units;
mod write;

pub use problem::{Problem, ProblemKind, Refusal};
pub use raw::{is_poison, RawCase, Scalar, Strings, Table, Version};
pub use read::read;
pub use scan::parse;
pub use write::{write, write_solved, Written};

/// A bus name that several buses bear, told apart by the bus number.
fn numbered(name: &str, number: &str) -> String {
    format!("{name} ({number})")
}
