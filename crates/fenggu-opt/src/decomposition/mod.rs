//! Decomposition: a problem of many blocks tied together by a few coupling rows, by its Lagrangian dual.

mod bundle;
mod master;
#[cfg(test)]
mod tests;

pub use bundle::{Bundle, BundleOptions, Coupling, Ended, Extra, Point, Response};
