//! Unit commitment: which units are on when.

pub mod decomposition;
