//! PyPSA networks: CSV folders and netCDF files, versions 0.2x to 1.4.
//!
//! A file becomes a `Dataset`, the same for both kinds; the translation makes of it a network that means to a
//! dispatch what it means to PyPSA's `n.optimize()`: its defaults, its DC convention (x in per unit of `v_nom`; r between
//! buses of another carrier than AC), its weightings, its rules for what is left empty. [`attributes`] lists what becomes
//! of every attribute, [`refused`] what is refused and why. What has no meaning here is carried and written again.

pub mod attributes;
mod back;
mod cells;
pub mod dataset;
mod docs;
mod folder;
mod netcdf;
mod process_attributes;
pub mod refused;
mod time;
mod translate;
pub(crate) use translate::guess;
mod types;
mod write_csv;
mod write_netcdf;

pub use docs::page as docs_page;

use std::path::Path;

use std::io;

use fenggu_net::{Diagnostic, Network, Results};

use crate::catalogue as code;
use crate::report::{Findings, Read};

/// Whether a folder is a PyPSA folder: its buses, beside one of the files that only PyPSA has.
pub fn is_folder(path: &Path) -> bool {
    let has = |name: &str| path.join(name).is_file();
    let only = ["snapshots.csv", "network.csv", "crs.json", "meta.json", "generators.csv", "loads.csv", "lines.csv", "links.csv"];
    has("buses.csv") && !has("network.toml") && only.iter().any(|n| has(n))
}

/// Reads a CSV folder. Never panics; the network is there when no error stands.
pub fn read_folder(path: &Path) -> Read {
    read_folder_within(path, crate::MAX_DECODED_BYTES)
}

/// The same, decoding at most `limit` bytes.
pub fn read_folder_within(path: &Path, limit: u64) -> Read {
    let mut found = Findings::default();
    let ds = folder::load(path, limit, &mut found);
    finish(&ds, found)
}

/// Whether a file starts as HDF5 or classic netCDF files do.
pub fn is_netcdf(head: &[u8]) -> bool {
    head.starts_with(b"\x89HDF") || head.starts_with(b"CDF\x01") || head.starts_with(b"CDF\x02") || head.starts_with(b"CDF\x05")
}

/// Reads a netCDF file; `shown` names it in messages. Never panics; the network is there when no error stands.
pub fn read_netcdf(bytes: Vec<u8>, shown: &str) -> Read {
    read_netcdf_within(bytes, shown, netcdf::MOST_BYTES)
}

/// The same, decoding at most `limit` bytes.
pub fn read_netcdf_within(bytes: Vec<u8>, shown: &str, limit: u64) -> Read {
    let mut found = Findings::default();
    let ds = netcdf::load(bytes, shown, limit, &mut found);
    if ds.frames.is_empty() && found.has_errors() {
        let mut read = Read { network: None, sources: Default::default(), diagnostics: Vec::new() };
        read.diagnostics = found.finish();
        return read;
    }
    finish(&ds, found)
}

/// Reads a network that somebody holds in memory as PyPSA's tables. Never panics.
pub fn read_dataset(ds: &dataset::Dataset) -> Read {
    finish(ds, Findings::default())
}

/// A network, and the results of a run where given, as PyPSA's tables; and what PyPSA cannot hold.
pub fn dataset_of(net: &Network, results: Option<&Results>) -> (dataset::Dataset, Vec<Diagnostic>) {
    back::dataset(net, results)
}

fn finish(ds: &dataset::Dataset, mut found: Findings) -> Read {
    let (net, sources) = translate::network(ds, &mut found);
    let network = if found.has_errors() {
        found.add_checks(&net, &sources);
        None
    } else {
        Some(net)
    };
    Read { network, sources, diagnostics: found.finish() }
}

/// Writes a network, and the results of a run where given, as a CSV folder that PyPSA opens. Returns what PyPSA cannot hold.
/// Files of an earlier PyPSA network in the folder that the new one does not have are removed; other files are left.
///
/// # Errors
/// When a file cannot be written.
pub fn write_folder(folder: &Path, net: &Network, results: Option<&Results>) -> io::Result<Vec<Diagnostic>> {
    let (ds, lost) = back::dataset(net, results);
    write_csv::write(folder, &ds)?;
    Ok(lost)
}

/// Writes a network, and the results of a run where given, as a netCDF file that PyPSA opens. Returns what PyPSA cannot hold.
///
/// # Errors
/// When the file cannot be written.
pub fn write_netcdf(path: &Path, net: &Network, results: Option<&Results>) -> io::Result<Vec<Diagnostic>> {
    let (ds, mut lost) = back::dataset(net, results);
    if ds.meta.len() > write_netcdf::LONGEST {
        lost.push(Diagnostic::new(&code::PYPSA_FIELD_LEFT_OUT).with("item", "meta").with("count", 1));
    }
    std::fs::write(path, write_netcdf::bytes(&ds).map_err(io::Error::other)?)?;
    Ok(lost)
}
