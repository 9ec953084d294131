//! Readers and writers of network files. Readers translate; they never repair.
//!
//! [`read`] recognises a format by its content and returns the network (when no error stands), the
//! places of its values in the files, and every finding at once. [`write`] writes one and says what
//! the format could not hold. Formats: [`matpower`], [`native`], [`pypsa`], [`pglib_uc`],
//! [`ucjl`], [`rts_gmlc`].

pub mod catalogue;
mod format;
mod json;
pub mod matpower;
pub mod native;
pub mod pglib_uc;
mod place;
pub mod pypsa;
mod report;
pub mod rts_gmlc;
pub mod text;
pub mod ucjl;
pub mod words;

pub use format::{
    bytes_of_word, decoded_within, files_read, read, read_within, write, write_solved, Format, MAX_DECODED_BYTES, MAX_MEMORY_BYTES,
};
pub use report::Read;
