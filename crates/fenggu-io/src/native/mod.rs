//! The native format: a folder that is pleasant in git.
//!
//! ```text
//! network.toml                   name, base, currency, flow convention, time axis
//! time.csv                       only where steps or weights differ
//! carried.csv                    what another format said and no field holds, kept for the way back
//! buses.csv, generators.csv ...  one table each; a column of defaults is left out
//! series/generators.p_max_pu.csv (or .parquet)  a column for each series, a row for each step
//! ```
//!
//! Everything is derived from the field tables of `fenggu-net`: a new component or field needs no
//! line here. Order is fixed, line ends are LF, numbers are the shortest that read back the same,
//! so equal networks give equal files. See [`cells`] for what a cell may hold.

mod carried;
pub mod cells;
mod manifest;
mod read;
mod series;
pub(crate) mod sheet;
mod write;

use std::path::Path;

use fenggu_net::TableId;

pub use read::{read, read_within};
pub use write::{files, write, SeriesFormat, CSV_MOST};

/// Version of the format, `format` in the manifest.
pub const VERSION: u32 = 1;

/// Steps a time axis may have: minutes of nineteen years. More is a slip, or meant to fill memory.
pub const MOST_STEPS: usize = 10_000_000;

/// CSV and Parquet files of a folder and of its `series`, sorted, as relative paths.
fn data_files(folder: &Path) -> Vec<String> {
    let mut out = Vec::new();
    for (sub, prefix) in [(folder.to_path_buf(), ""), (folder.join("series"), "series/")] {
        for entry in std::fs::read_dir(sub).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".csv") || name.ends_with(".parquet") {
                out.push(format!("{prefix}{name}"));
            }
        }
    }
    out.sort();
    out
}

/// Whether a path is that of a series of some table.
fn is_series(path: &str) -> bool {
    let Some(name) = path.strip_prefix("series/") else { return false };
    let Some(stem) = name.strip_suffix(".csv").or(name.strip_suffix(".parquet")) else { return false };
    let Some((table, field)) = stem.split_once('.') else { return false };
    let net = fenggu_net::Network::default();
    TableId::from_word(table).is_some_and(|id| net.table(id).fields().iter().any(|f| f.name == field))
}

/// Whether this format has a file of a name.
fn own_name(name: &str) -> bool {
    let stem = name.strip_suffix(".csv");
    name == "time.csv" || name == carried::FILE || is_series(name) || stem.is_some_and(|s| TableId::from_word(s).is_some())
}

/// Files of a folder that this format wrote or could have written.
fn own_files(folder: &Path) -> Vec<String> {
    data_files(folder).into_iter().filter(|name| own_name(name)).collect()
}
