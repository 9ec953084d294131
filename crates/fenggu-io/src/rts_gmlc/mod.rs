//! The source tables of RTS-GMLC: a folder with `SourceData/*.csv` and `timeseries_data_files/`.
//!
//! A [`Study`] says which days of which series become a network:
//!
//! - thermal units (fuel Oil, Coal, NG or Nuclear) are committable, with the curve of heat rates, start-up heat by time off and
//!   minimum times rounded up to hours; they start and stop at their lowest output; the nuclear unit must run;
//! - a unit whose lowest and highest output are one series (hydro, rooftop sun) injects it; one with a highest output only
//!   (sun, wind) may be curtailed for nothing;
//! - an area's load falls to its buses by their `MW Load`, and may be shed at [`SHED_COST_PER_MWH`];
//! - upward spinning reserve by region, from the thermal units among its device categories, each within its ramp over the
//!   product's time frame; what is missing costs [`SHORTAGE_COST_PER_MWH`]; the products without a price of their own that
//!   share units with it (regulation, flexible ramping) are left out, and so are concentrated sun and synchronous condensers;
//! - storage starts with its initial volume and ends with at least as much; the DC line is free of losses within its `MW Load`.
//!
//! Source: Barrows et al., "The IEEE Reliability Test System: A Proposed 2019 Update", IEEE Transactions on Power Systems 35 (2020).

mod network;
mod series;
mod table;
mod units;

use std::path::{Path, PathBuf};

use fenggu_net::SourceMap;

use crate::report::{Findings, Read};

/// What shed load costs; the tables do not say.
pub const SHED_COST_PER_MWH: f64 = 10_000.0;
/// What missing reserve costs; the tables do not say.
pub const SHORTAGE_COST_PER_MWH: f64 = 1_000.0;
/// What a flow beyond the emergency rating after an outage costs; the tables do not say.
pub const OUTAGE_VIOLATION_COST_PER_MWH: f64 = 10_000.0;

/// Which series a network is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// The day-ahead series, in hours.
    DayAhead,
    /// The real-time series averaged to steps of so many minutes (a multiple of 5 that divides 60). Where a file is not
    /// there, the day-ahead series, linear between the middles of hours.
    RealTime {
        /// Minutes of a step.
        step_min: u32,
    },
}

/// What the units do before the first step; the tables do not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Initial {
    /// Units that must stay on for 8 hours or more have been on for 24 hours at their lowest output, the others off for 24.
    LongUnitsOn,
    /// A CSV file with columns `unit`, `on`, `hours`, `power_mw`.
    File(PathBuf),
}

/// Days, series and start of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Study {
    /// First day, `2020-07-15`; none for the first of the year's series.
    pub date: Option<String>,
    /// Hours from its midnight on; none for all there are.
    pub hours: Option<usize>,
    /// Series.
    pub series: Series,
    /// State before the first step.
    pub initial: Initial,
    /// Whether the outage of every AC branch is a contingency; after it `STE Rating` may be exceeded at [`OUTAGE_VIOLATION_COST_PER_MWH`].
    pub contingencies: bool,
}

impl Default for Study {
    /// The whole year, day-ahead.
    fn default() -> Self {
        Study { date: None, hours: None, series: Series::DayAhead, initial: Initial::LongUnitsOn, contingencies: false }
    }
}

/// Whether a folder holds the tables.
pub fn is_folder(path: &Path) -> bool {
    let tables = ["bus.csv", "gen.csv", "branch.csv", "timeseries_pointers.csv"];
    tables.iter().all(|name| path.join("SourceData").join(name).is_file())
}

/// All tables and series of a folder, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let inside = |at: &Path| std::fs::read_dir(at).into_iter().flatten().flatten().map(|e| e.path()).collect::<Vec<_>>();
    let mut out = inside(&folder.join("SourceData"));
    out.extend(inside(&folder.join("timeseries_data_files")).iter().flat_map(|s| inside(s)));
    out.retain(|p| p.is_file() && p.extension().is_some_and(|e| e == "csv"));
    out.sort();
    out
}

/// Reads a folder. Never panics; the network is there when no error stands.
pub fn read(folder: &Path, study: &Study) -> Read {
    read_within(folder, study, crate::MAX_DECODED_BYTES)
}

/// The same, reading at most `limit` bytes.
pub fn read_within(folder: &Path, study: &Study, limit: u64) -> Read {
    let mut found = Findings::default();
    let mut translator = network::Translator::new(folder, limit, &mut found);
    translator.run(study);
    let network::Translator { net, sources, .. } = translator;
    finish(net, sources, found)
}

fn finish(net: fenggu_net::Network, sources: SourceMap, found: Findings) -> Read {
    let network = (!found.has_errors()).then_some(net);
    Read { network, sources, diagnostics: found.finish() }
}
