//! See the crate's description; filled slice by slice.
