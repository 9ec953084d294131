//! Readers and writers of network files. Readers translate; they never repair.

pub mod matpower;
pub mod text;
