//! Readers and writers of network files. Readers translate; they never repair.

pub mod catalogue;
pub mod matpower;
mod report;
pub mod text;

pub use report::Read;
