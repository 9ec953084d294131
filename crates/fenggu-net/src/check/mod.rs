//! What is wrong with a network, all of it, with the user's names and, where known, the place in the user's file.
mod fields;
mod limits;
mod oddities;
pub mod repair;
pub mod structure;
mod units;

use crate::diagnostic::{Diagnostic, SourceMap};
use crate::Network;

/// Checks a network: field ranges from the field tables, references, names, lengths of series, crossed limits, convexity
/// of costs, storage, islands. Errors first, then by table and row. An analysis needs a network without errors.
pub fn check(net: &Network, sources: Option<&SourceMap>) -> Vec<Diagnostic> {
    let mut found = Findings { net, sources, list: Vec::new() };
    fields::run(&mut found);
    // Later checks follow references, so they need every reference to lead somewhere.
    if found.list.iter().all(|d| d.severity < crate::Severity::Error) {
        structure::run(&mut found);
        limits::run(&mut found);
    }
    let mut list = found.list;
    list.sort_by_key(|d| std::cmp::Reverse(d.severity));
    list
}

/// What is suspicious beyond [`check`]: units slips, odd days, islands without a reference, signs, free capacity, defaults
/// that will matter. Warnings and notes only; nothing in a network without errors, and nothing said twice. Looks at every
/// element against all others (n·log n), so an analysis does not wait for it; `fenggu check` does.
pub fn suspicions(net: &Network, sources: Option<&SourceMap>) -> Vec<Diagnostic> {
    let mut fields = Findings { net, sources, list: Vec::new() };
    fields::run(&mut fields);
    // As above: what follows references needs them to lead somewhere.
    if has_errors(&fields.list) {
        return Vec::new();
    }
    let mut found = Findings { net, sources, list: Vec::new() };
    units::run(&mut found);
    oddities::run(&mut found);
    let mut list = found.list;
    list.sort_by_key(|d| std::cmp::Reverse(d.severity));
    list
}

/// Whether any finding is an error.
pub fn has_errors(found: &[Diagnostic]) -> bool {
    found.iter().any(|d| d.severity == crate::Severity::Error)
}

pub(crate) struct Findings<'a> {
    net: &'a Network,
    sources: Option<&'a SourceMap>,
    list: Vec<Diagnostic>,
}

impl Findings<'_> {
    /// Adds a finding about a field of a row.
    fn add(&mut self, d: Diagnostic, table: crate::TableId, row: usize, field: &'static str) {
        let place = self.sources.and_then(|s| s.place(table, row, field));
        let name = self.net.table(table).name_of(row).to_string();
        self.list.push(d.on(table, &name).field(field).at(place));
    }
}

/// A number as people write it: no more digits than needed.
pub(crate) fn number(v: f64) -> String {
    if v.is_infinite() {
        return if v > 0.0 { "Inf" } else { "-Inf" }.to_string();
    }
    if v.is_nan() {
        return "NaN".to_string();
    }
    let rounded = format!("{v:.6}").trim_end_matches('0').trim_end_matches('.').to_string();
    if rounded.parse::<f64>() == Ok(v) {
        rounded
    } else {
        format!("{v}")
    }
}
