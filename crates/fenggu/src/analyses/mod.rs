//! Analyses: each reads as the pipeline and contains no algebra.
pub mod commitment;
pub mod dispatch;
pub mod explain;
mod options;
pub mod rolling;

pub use options::OptionSpec;
