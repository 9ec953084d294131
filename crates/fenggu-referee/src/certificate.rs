//! What the referee says.

use fenggu_net::TableId;

/// The referee's word in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything that was checked holds.
    Passed,
    /// Something does not hold: the result must not be called ok.
    Refused,
    /// There was no dispatch to judge.
    NotJudged,
}

impl Verdict {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Refused => "refused",
            Verdict::NotJudged => "not_judged",
        }
    }
}

/// One test, over all elements and steps it applies to.
#[derive(Clone, Debug, PartialEq)]
pub struct TestOutcome {
    /// Name, `<subject>/<what>`, e.g. `balance/nodal`.
    pub name: &'static str,
    /// Whether it holds everywhere. False when skipped.
    pub passed: bool,
    /// Why it was not made, when it was not.
    pub skipped: Option<String>,
    /// Violation where it is worst relative to its tolerance.
    pub worst: f64,
    /// Tolerance there.
    pub tolerance: f64,
    /// Unit of both; `currency` stands for the network's.
    pub unit: &'static str,
    /// The user's name of the component and the step's label, there; empty for the whole.
    pub where_: String,
    /// The component there.
    pub element: Option<(TableId, usize)>,
    /// The step there.
    pub step: Option<usize>,
    /// How many values were tested.
    pub count: usize,
    /// How many of them failed.
    pub failed: usize,
}

/// What the referee found.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// Whether there was something to judge and every test that was made holds.
    pub passed: bool,
    /// The word.
    pub verdict: Verdict,
    /// All tests that apply to the network, skipped ones included, in a fixed order.
    pub tests: Vec<TestOutcome>,
    /// Objective recomputed from the raw tariffs; NaN when not judged.
    pub objective_recomputed: f64,
    /// Lower bound on the optimum that the prices prove, of a commitment the multipliers of its bound; NaN without them.
    pub dual_bound: f64,
    /// Infeasible, with multipliers: by how much the balances and limits, weighted by them, need more than all elements together can
    /// give, in MW at the bus with the largest multiplier; infinite where limits of one element exclude each other; else NaN.
    pub ray_excess: f64,
    /// Objective less bound, relative to the sum of all costs' magnitudes (at least 1); NaN without prices.
    pub gap_relative: f64,
}

impl Certificate {
    pub(crate) fn not_judged(reason: String) -> Self {
        let test = TestOutcome {
            name: "results/outcome",
            passed: false,
            skipped: Some(reason),
            worst: f64::NAN,
            tolerance: f64::NAN,
            unit: "",
            where_: String::new(),
            element: None,
            step: None,
            count: 0,
            failed: 0,
        };
        Certificate {
            passed: false,
            verdict: Verdict::NotJudged,
            tests: vec![test],
            objective_recomputed: f64::NAN,
            dual_bound: f64::NAN,
            ray_excess: f64::NAN,
            gap_relative: f64::NAN,
        }
    }
    /// Whether it proves that the network has no dispatch: the referee's own arithmetic says so, whatever the solver said.
    pub fn proves_infeasible(&self) -> bool {
        ["infeasible/ray", "infeasible/crossed_limits"].iter().any(|name| self.test(name).is_some_and(|t| t.passed))
    }
    /// Tests that were made and do not hold.
    pub fn failed(&self) -> impl Iterator<Item = &TestOutcome> {
        self.tests.iter().filter(|t| !t.passed && t.skipped.is_none())
    }
    /// Tests that were not made.
    pub fn skipped(&self) -> impl Iterator<Item = &TestOutcome> {
        self.tests.iter().filter(|t| t.skipped.is_some())
    }
    /// The test of this name, if it applies to the network.
    pub fn test(&self, name: &str) -> Option<&TestOutcome> {
        self.tests.iter().find(|t| t.name == name)
    }
    /// The test that is nearest to its tolerance or furthest beyond it.
    pub fn worst(&self) -> Option<&TestOutcome> {
        let ratio = |t: &TestOutcome| if t.worst.is_nan() { f64::INFINITY } else { t.worst / t.tolerance };
        self.tests.iter().filter(|t| t.skipped.is_none()).max_by(|a, b| ratio(a).total_cmp(&ratio(b)))
    }
    /// One line for people, English: the verdict, and the first reason where it is not `passed`.
    pub fn summary(&self) -> String {
        let made = self.tests.iter().filter(|t| t.skipped.is_none()).count();
        match self.verdict {
            Verdict::Passed => format!("passed: {made} tests hold"),
            Verdict::NotJudged => format!("not judged: {}", self.tests[0].skipped.as_deref().unwrap_or("")),
            Verdict::Refused => {
                let bad = self.failed().count();
                let first = self.failed().next().map(TestOutcome::sentence).unwrap_or_default();
                format!("refused: {bad} of {made} tests fail; {first}")
            }
        }
    }
}

impl TestOutcome {
    /// One line for people, English.
    pub fn sentence(&self) -> String {
        if let Some(reason) = &self.skipped {
            return format!("{}: skipped, {reason}", self.name);
        }
        let at = if self.where_.is_empty() { String::new() } else { format!(" at {}", self.where_) };
        format!(
            "{}: {} {} (tolerance {}){at}, {} of {} fail",
            self.name,
            short(self.worst),
            self.unit,
            short(self.tolerance),
            self.failed,
            self.count
        )
    }
}

/// A number with four digits.
fn short(v: f64) -> String {
    if v == 0.0 || (1e-3..1e6).contains(&v.abs()) {
        let digits = if v == 0.0 { 0 } else { (3 - v.abs().log10().floor() as i32).max(0) as usize };
        let text = format!("{v:.digits$}");
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_string()
        } else {
            text
        }
    } else {
        format!("{v:.3e}")
    }
}
