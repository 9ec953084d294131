//! The fenggu command.
fn main() {}
