//! Analyses: each reads as the pipeline and contains no algebra.
pub mod dispatch;
pub mod rolling;
