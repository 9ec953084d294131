//! REPORT: what a run leaves behind, for people and for programs.
//!
//! [`write_run_folder`] writes the folder of a [`Run`]: `report.html`, tables, `results.parquet`, certificates, and last of all
//! `STATUS`. [`read_results_parquet`] reads a result file back, ours or another tool's. [`html::page`] gives the page alone.
//!
//! Nothing here is computed but sums and means of what the run holds.

mod error;
#[cfg(test)]
mod fixture;
mod folder;
pub mod html;
mod json;
pub(crate) mod labels;
mod long_run;
mod outage_columns;
mod results_columns;
pub(crate) mod results_file;
mod run;
mod sheet;
pub(crate) mod text;
mod why;
mod wide;
mod window_store;

pub use error::{ReportError, ReportErrorKind};
pub use folder::{write_run_folder, Written};
pub use json::findings_json;
pub use long_run::{write_long_run, LongRun};
pub use results_file::{read_results_parquet, read_results_parquet_within, write_results_parquet, ResultsRead};
pub use run::*;
pub use sheet::{Section, Sheet};
pub use why::*;
pub use window_store::WindowStore;
