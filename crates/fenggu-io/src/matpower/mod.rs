//! MATPOWER case files (`.m`).
//!
//! [`scan::parse`] turns the text into a [`RawCase`]: tables, strings and scalars with their
//! places, and every problem found on the way.

pub mod consts;
mod eval;
mod number;
mod problem;
mod raw;
mod scan;
mod tables;

pub use problem::{Problem, ProblemKind, Refusal};
pub use raw::{is_poison, RawCase, Scalar, Strings, Table, Version};
pub use scan::parse;
