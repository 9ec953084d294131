//! What differs between two networks or two runs: in data, in dispatch, in prices, in cost; largest first.
//!
//! Elements are matched by their names, steps by their starts. Nothing here is computed but differences, sums and means.
//! A value differs when the difference is more than the tolerance times the largest size the quantity has in either run (never less than
//! one unit); data differs beyond 1e-12 relative, so that a conversion of units does not count.

mod columns;
mod data;
mod matching;
mod results;
mod sheet;
mod steps;
mod texts;

pub use columns::{Column, Columns, RunFolder};
pub use data::{Change, DataDiff, FieldDiff, Setting, Shown, TableDiff};
pub use results::{CellDiff, CostLine, EnergyLine, Pair, PriceDiff, QuantityDiff, ResultsDiff};
pub use sheet::sheet;
pub use steps::Steps;

use crate::report::Bilingual;
use fenggu_net::{Network, Results};
use serde::Serialize;

/// Options of a comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CompareOptions {
    /// Largest difference of a result that counts as none, relative to the largest size of the quantity. Range: 0 … 1.
    pub tolerance: f64,
    /// Changes listed of one field or quantity at most; counts and sums are of all.
    pub listed: usize,
}

impl Default for CompareOptions {
    fn default() -> Self {
        CompareOptions { tolerance: 1e-6, listed: 100 }
    }
}

/// One side: a network, or a run with or without the network it was made from.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// Where it was found, as the user wrote it.
    pub path: String,
    /// The network, where there is one.
    pub network: Option<Network>,
    /// The results on that network, where there are results and a network.
    pub results: Option<Results>,
    /// The run folder, where it is one.
    pub run: Option<RunFolder>,
    /// What of it could not be had, and why.
    pub notes: Vec<Bilingual>,
}

/// The object that `--json` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Version of this shape.
    pub format: &'static str,
    /// Paths of the two.
    pub paths: [String; 2],
    /// Whether everything that was compared is the same.
    pub same: bool,
    /// Tolerance of results.
    pub tolerance: f64,
    /// Currency of the two.
    pub currency: [String; 2],
    /// The data, where both networks are there.
    pub data: Option<DataDiff>,
    /// The results, where both are runs.
    pub results: Option<ResultsDiff>,
    /// What was not compared, and why; what to know when reading this.
    pub notes: Vec<Bilingual>,
}

/// Compares whatever both sides have. None when they have nothing in common: a run without its network beside a network.
pub fn compare(a: &Side, b: &Side, options: &CompareOptions) -> Option<Comparison> {
    let mut notes: Vec<Bilingual> = [a, b].iter().flat_map(|s| s.notes.clone()).collect();
    let mut matching = matching::Matching::default();
    let data = match (&a.network, &b.network) {
        (Some(x), Some(y)) => {
            matching = matching::Matching::of(x, y, &mut notes);
            Some(data::compare(x, y, &matching, options, &mut notes))
        }
        _ => None,
    };
    let results = match (&a.run, &b.run) {
        (Some(_), Some(_)) => Some(results::compare(a, b, &matching, options, &mut notes)),
        (None, None) => None,
        _ => {
            notes.push(texts::ONE_RUN_ONLY.say(&[]));
            None
        }
    };
    if data.is_none() && results.is_none() {
        return None;
    }
    if results.as_ref().is_some_and(ResultsDiff::equally_cheap) && data.as_ref().is_none_or(DataDiff::is_empty) {
        notes.push(texts::EQUAL_COST.say(&[]));
    }
    let same = data.as_ref().is_none_or(DataDiff::is_empty) && results.as_ref().is_none_or(|r| r.same);
    let currency = [a, b].map(|s| match (&s.network, &s.run) {
        (Some(n), _) => n.currency.clone(),
        (None, Some(r)) => r.currency.clone(),
        (None, None) => String::new(),
    });
    let paths = [a.path.clone(), b.path.clone()];
    Some(Comparison { format: "fenggu-compare-1", paths, same, tolerance: options.tolerance, currency, data, results, notes })
}

/// Relative size of a change: the difference over the larger of the two; 1 where one of them is no finite number.
fn relative(a: f64, b: f64) -> f64 {
    if a == b || (a.is_nan() && b.is_nan()) {
        return 0.0;
    }
    let r = (b - a).abs() / a.abs().max(b.abs());
    if r.is_finite() {
        r
    } else {
        1.0
    }
}

/// Sentences on a run whose network is not at hand.
pub mod missing {
    use super::texts;
    use crate::report::Bilingual;

    /// The manifest names no input.
    pub fn no_input(run: &str) -> Bilingual {
        texts::NO_INPUT_NAMED.say(&[run])
    }
    /// The input is gone.
    pub fn gone(run: &str, input: &str) -> Bilingual {
        texts::INPUT_GONE.say(&[run, input])
    }
    /// The input has another digest.
    pub fn changed(run: &str, input: &str) -> Bilingual {
        texts::INPUT_CHANGED.say(&[run, input])
    }
    /// The input is no sound network.
    pub fn unreadable(run: &str, input: &str) -> Bilingual {
        texts::INPUT_UNREADABLE.say(&[run, input])
    }
    /// One is a network, the other a run without one.
    pub fn nothing_common() -> Bilingual {
        texts::NOTHING_COMMON.say(&[])
    }
}

#[cfg(test)]
mod tests;
