//! Gathering diagnostics while a file is read: places, and a bound on their number.

use std::collections::HashMap;

use fenggu_net::diagnostic::{Entry, Place};
use fenggu_net::{Diagnostic, Network, Severity, SourceMap};

use crate::catalogue as code;

/// What reading a file gave.
#[derive(Debug)]
pub struct Read {
    /// The network; none while an error stands.
    pub network: Option<Network>,
    /// Where each value stands in the file, for checks made later.
    pub sources: SourceMap,
    /// Everything found, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Read {
    /// Whether an error stands.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// A reading that failed before anything was read.
    pub(crate) fn failed(diagnostic: Diagnostic) -> Read {
        Read { network: None, sources: SourceMap::default(), diagnostics: vec![diagnostic] }
    }
}

/// At most so many findings of one code are listed; the rest is counted.
const LISTED: usize = 50;

/// Collects findings.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Diagnostic>,
    seen: HashMap<&'static str, (usize, Option<Place>)>,
}

impl Findings {
    /// Adds a finding.
    pub fn add(&mut self, d: Diagnostic) {
        let (count, last) = self.seen.entry(d.code()).or_default();
        *count += 1;
        if *count > LISTED {
            *last = d.place;
        } else {
            self.list.push(d);
        }
    }

    /// Takes over the findings of another list.
    pub fn take(&mut self, other: Findings) {
        for d in other.list {
            self.add(d);
        }
        for (code, (count, last)) in other.seen {
            if count > LISTED {
                let seen = self.seen.entry(code).or_default();
                seen.0 += count - LISTED;
                seen.1 = last;
            }
        }
    }

    /// Whether findings of this code are still listed. Lets a caller skip the work of a place.
    pub fn is_full(&self, entry: &'static Entry) -> bool {
        self.seen.get(entry.code).is_some_and(|(count, _)| *count >= LISTED)
    }

    /// Whether an error stands.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// Whether cells or series could not be read.
    fn unread(&self) -> bool {
        ["F0105", "F0106", "F0410", "F0413", "F0502", "F0516"].iter().any(|code| self.seen.contains_key(code))
    }

    /// Whether a finding repeats what was already said: of the same place, or of a value on the
    /// same line that could not be read and is NaN only for that.
    fn repeats(&self, d: &Diagnostic) -> bool {
        let Some(place) = &d.place else { return false };
        let unreadable = d.args.iter().any(|(_, value)| value == "NaN");
        self.list
            .iter()
            .filter_map(|other| other.place.as_ref())
            .any(|p| p.line == place.line && p.file == place.file && (unreadable || p.column == place.column))
    }

    /// Adds the errors that the checks find in a network that is withheld, so that the user reads
    /// everything at once. What may follow from the errors told (islands, references, missing
    /// tables) is left out.
    pub fn add_checks(&mut self, net: &Network, sources: &SourceMap) {
        // A place costs a pass over the file up to it, so a file of rubbish is told without.
        let many = fenggu_net::check(net, None).len() > 500;
        for d in fenggu_net::check(net, (!many).then_some(sources)) {
            let code = d.code();
            let follows = matches!(code, "N0102" | "N0103" | "N0104" | "N0201" | "N0601");
            let follows = follows || code.starts_with("N04");
            // A cell that could not be read is NaN only for that; weights were told with their snapshots.
            let unread = code == "N0101" && d.args.iter().any(|(_, v)| v == "NaN") && self.unread();
            let follows = follows || unread || (code == "N0202" && self.seen.contains_key("F0510"));
            if d.severity == Severity::Error && !follows && !self.repeats(&d) {
                self.add(d);
            }
        }
    }

    /// All findings in the order of the file, those without a place first.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        for (count, last) in self.seen.into_values() {
            if count > LISTED {
                let d = Diagnostic::new(&code::MORE).with("count", count - LISTED).at(last);
                let severity = self.list.iter().map(|d| d.severity).max().unwrap_or(Severity::Note);
                self.list.push(d.severity(severity));
            }
        }
        self.list.sort_by_cached_key(|d| {
            let key = |p: &Place| (p.file.clone(), p.line, p.column);
            (d.place.as_ref().map(key), d.code())
        });
        self.list
    }
}

/// A number as people write it: no more digits than needed.
pub(crate) fn shown(v: f64) -> String {
    if v.is_infinite() {
        return if v > 0.0 { "Inf" } else { "-Inf" }.to_owned();
    }
    format!("{v}")
}
