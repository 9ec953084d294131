//! Keeping count of one test over many elements and steps, cheaply.

use crate::certificate::{Certificate, TestOutcome, Verdict};
use fenggu_net::{Network, Results, TableId};

/// Step of a violation that belongs to no step.
pub(crate) const WHOLE: usize = usize::MAX;

/// One test under way: remembers the violation that is worst relative to its tolerance.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    name: &'static str,
    unit: &'static str,
    table: Option<TableId>,
    ratio: f64,
    worst: f64,
    tolerance: f64,
    row: usize,
    step: usize,
    count: usize,
    failed: usize,
    skipped: Option<String>,
    note: String,
}

impl Tally {
    /// A test of elements of a table.
    pub(crate) fn new(name: &'static str, unit: &'static str, table: TableId) -> Self {
        Tally { table: Some(table), ..Tally::whole(name, unit) }
    }
    /// A test of the result as a whole.
    pub(crate) fn whole(name: &'static str, unit: &'static str) -> Self {
        Tally {
            name,
            unit,
            table: None,
            ratio: f64::NEG_INFINITY,
            worst: 0.0,
            tolerance: 0.0,
            row: 0,
            step: WHOLE,
            count: 0,
            failed: 0,
            skipped: None,
            note: String::new(),
        }
    }
    /// Counts a violation (0 or less is none) against a tolerance above 0. NaN always fails.
    #[inline]
    pub(crate) fn add(&mut self, violation: f64, tolerance: f64, row: usize, step: usize) {
        self.count += 1;
        let ratio = violation / tolerance;
        if ratio > self.ratio || ratio.is_nan() {
            self.replace(violation, tolerance, ratio, row, step);
        }
        if ratio > 1.0 || ratio.is_nan() {
            self.failed += 1;
        }
    }
    #[cold]
    fn replace(&mut self, violation: f64, tolerance: f64, ratio: f64, row: usize, step: usize) {
        self.ratio = if ratio.is_nan() { f64::INFINITY } else { ratio };
        (self.worst, self.tolerance, self.row, self.step) = (violation.max(0.0), tolerance, row, step);
        if violation.is_nan() {
            self.worst = violation;
        }
    }
    /// Counts how far `value` lies outside `lo … hi`, relative to the limit passed (at least 1).
    #[inline]
    pub(crate) fn within(&mut self, value: f64, lo: f64, hi: f64, relative: f64, row: usize, step: usize) {
        let (below, above) = (lo - value, value - hi);
        let (violation, limit) = if below > above { (below, lo) } else { (above, hi) };
        // Both limits absent: NaN must still be seen.
        let violation = if violation == f64::NEG_INFINITY { 0.0 } else { violation };
        let scale = if limit.is_finite() { limit.abs().max(1.0) } else { 1.0 };
        self.add(violation, relative * scale, row, step);
    }
    /// Says in the outcome's place what no element can.
    pub(crate) fn note(&mut self, text: String) {
        self.note = text;
    }
    /// The table of its elements.
    pub(crate) fn table(&self) -> Option<TableId> {
        self.table
    }
    /// Whether anything was counted.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// All tests made so far.
#[derive(Debug, Default)]
pub(crate) struct Book {
    tests: Vec<Tally>,
}

impl Book {
    /// Enters a test; one that found nothing to test is left out.
    pub(crate) fn enter(&mut self, tally: Tally) {
        if !tally.is_empty() {
            self.tests.push(tally);
        }
    }
    /// Enters several.
    pub(crate) fn enter_all(&mut self, tallies: impl IntoIterator<Item = Tally>) {
        tallies.into_iter().for_each(|t| self.enter(t));
    }
    /// Enters a test that was not made.
    pub(crate) fn skip(&mut self, name: &'static str, unit: &'static str, reason: impl Into<String>) {
        let mut tally = Tally::whole(name, unit);
        tally.skipped = Some(reason.into());
        self.tests.push(tally);
    }
    /// The certificate.
    pub(crate) fn certify(self, net: &Network, results: &Results, objective: f64, bound: f64, scale: f64) -> Certificate {
        let steps = results.steps.min(net.steps());
        let tests: Vec<TestOutcome> = self.tests.into_iter().map(|t| t.outcome(net, steps)).collect();
        let passed = tests.iter().all(|t| t.passed || t.skipped.is_some()) && tests.iter().any(|t| t.passed);
        Certificate {
            passed,
            verdict: if passed { Verdict::Passed } else { Verdict::Refused },
            tests,
            objective_recomputed: objective,
            dual_bound: bound,
            ray_excess: f64::NAN,
            gap_relative: (objective - bound) / scale,
        }
    }
}

impl Tally {
    fn outcome(self, net: &Network, steps: usize) -> TestOutcome {
        let made = self.skipped.is_none();
        let step = (self.step < steps).then_some(self.step);
        let element = self.table.filter(|_| made && self.count > 0).map(|t| (t, self.row));
        let mut where_ = self.note;
        if let Some((table, row)) = element.filter(|(t, r)| where_.is_empty() && *r < net.table(*t).count()) {
            where_ = format!("{} \"{}\"", singular(table), net.table(table).name_of(row));
            if let Some(t) = step {
                where_ = format!("{where_}, {}", step_label(net, t));
            }
        }
        TestOutcome {
            name: self.name,
            passed: made && self.failed == 0,
            worst: if made { self.worst } else { f64::NAN },
            tolerance: if made { self.tolerance } else { f64::NAN },
            unit: self.unit,
            where_,
            element,
            step,
            count: self.count,
            failed: self.failed,
            skipped: self.skipped,
        }
    }
}

/// The step on the user's clock.
fn step_label(net: &Network, t: usize) -> String {
    let (date, end) = (net.time.date_label(t), net.time.end_label(t));
    if date.is_empty() {
        format!("step {end}")
    } else {
        format!("{date} {end}")
    }
}

/// One of a table, in words.
fn singular(table: TableId) -> String {
    let word = table.word().replace('_', " ");
    match word.strip_suffix("ches").or(word.strip_suffix("ses")) {
        Some(stem) if word.ends_with("ches") => format!("{stem}ch"),
        Some(stem) if word == "buses" => format!("{stem}s"),
        _ => word.strip_suffix('s').unwrap_or(&word).to_string(),
    }
}
