//! What a report is made from. Plain data, filled by the caller: nothing here is read from a clock, a file or a solver.

use fenggu_net::diagnostic::Lang;
use fenggu_net::results::Outcome;
use fenggu_net::{Diagnostic, Network, Results};

/// One run, ready to be written down.
#[derive(Clone, Debug)]
pub struct Run<'a> {
    /// The verb that ran, e.g. `dispatch`.
    pub verb: String,
    /// The network as read.
    pub network: &'a Network,
    /// The answer; only its `outcome` counts when there is none.
    pub results: &'a Results,
    /// What the referee said; none when it was not asked.
    pub verdict: Option<Verdict>,
    /// Findings on the data and on the answer.
    pub findings: &'a [Diagnostic],
    /// Phases in order, with wall time in seconds (read, check, assemble, solve, referee, ...).
    pub phases: Vec<(String, f64)>,
    /// Peak resident memory, MB; NaN when unknown.
    pub peak_rss_mb: f64,
    /// Every option with where its value came from.
    pub options: Vec<OptionLine>,
    /// Input files with digests.
    pub inputs: Vec<InputFile>,
    /// The command line, as typed.
    pub command_line: String,
    /// Versions, name and number: `fenggu`, the solver, ...
    pub versions: Vec<(String, String)>,
    /// Machine in words (processor, system); empty when unknown.
    pub machine: String,
    /// Threads used.
    pub threads: usize,
    /// Random seed, where one was used.
    pub seed: Option<u64>,
    /// Start, ISO 8601 UTC.
    pub started_utc: String,
    /// End, ISO 8601 UTC.
    pub ended_utc: String,
    /// Iterations of the solver; none when it did not say.
    pub iterations: Option<u64>,
    /// Limits that bind, with their prices.
    pub binding: Vec<Binding>,
    /// Why there is no answer, where it was explained.
    pub why: Option<super::why::Why>,
    /// Sentences for people, shown under the verdict.
    pub story: Vec<Bilingual>,
    /// Notes on how the input was obtained, e.g. "synthetic".
    pub caption: Option<Bilingual>,
    /// Prices, uplift and history of a commitment.
    pub commitment: Option<super::commitment::CommitmentView>,
}

impl<'a> Run<'a> {
    /// A run with nothing but its answer; the other fields are empty.
    pub fn new(verb: &str, network: &'a Network, results: &'a Results) -> Self {
        Run {
            verb: verb.to_string(),
            network,
            results,
            verdict: None,
            findings: &[],
            phases: Vec::new(),
            peak_rss_mb: f64::NAN,
            options: Vec::new(),
            inputs: Vec::new(),
            command_line: String::new(),
            versions: vec![("fenggu".to_string(), env!("CARGO_PKG_VERSION").to_string())],
            machine: String::new(),
            threads: 1,
            seed: None,
            started_utc: String::new(),
            ended_utc: String::new(),
            iterations: None,
            binding: Vec::new(),
            why: None,
            story: Vec::new(),
            caption: None,
            commitment: None,
        }
    }
    /// The one word of `STATUS`: an answer that the referee refused is never `ok`.
    pub fn status(&self) -> RunStatus {
        if self.verdict.as_ref().is_some_and(|v| !v.passed) {
            return RunStatus::Refused;
        }
        match self.results.outcome {
            Outcome::Optimal => RunStatus::Ok,
            Outcome::Infeasible => RunStatus::Infeasible,
            Outcome::Unbounded => RunStatus::Unbounded,
            Outcome::Limit => RunStatus::TimeLimit,
            Outcome::Interrupted => RunStatus::Interrupted,
            Outcome::Failed => RunStatus::Failed,
        }
    }
    /// Relative gap between objective and bound: the referee's when it has one; NaN when unknown.
    pub fn gap(&self) -> f64 {
        if let Some(v) = &self.verdict {
            if v.gap_relative.is_finite() {
                return v.gap_relative;
            }
        }
        let (o, b) = (self.results.objective, self.results.bound);
        (o - b).abs() / o.abs().max(1e-9)
    }
}

/// The word in `STATUS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunStatus {
    /// Solved.
    Ok,
    /// A time or work limit ended it.
    TimeLimit,
    /// Proven infeasible.
    Infeasible,
    /// Proven unbounded.
    Unbounded,
    /// Cancelled.
    Interrupted,
    /// The referee refused the answer.
    Refused,
    /// No answer.
    Failed,
}

impl RunStatus {
    /// The word itself.
    pub fn word(self) -> &'static str {
        match self {
            RunStatus::Ok => "ok",
            RunStatus::TimeLimit => "time_limit",
            RunStatus::Infeasible => "infeasible",
            RunStatus::Unbounded => "unbounded",
            RunStatus::Interrupted => "interrupted",
            RunStatus::Refused => "refused",
            RunStatus::Failed => "failed",
        }
    }
}

/// What the referee said, copied from its certificate: the report does not depend on the referee.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Verdict {
    /// Whether every test that ran passed.
    pub passed: bool,
    /// Every test.
    pub tests: Vec<TestLine>,
    /// Objective recomputed from the raw input, in the network's currency; NaN when it could not be.
    pub objective_recomputed: f64,
    /// Bound from the duals, recomputed; NaN when there is none.
    pub dual_bound: f64,
    /// Relative gap between the two; NaN when unknown.
    pub gap_relative: f64,
}

impl Verdict {
    /// Tests that passed, and tests that ran.
    pub fn count(&self) -> (usize, usize) {
        let ran = self.tests.iter().filter(|t| t.skipped.is_none());
        (ran.clone().filter(|t| t.passed).count(), ran.count())
    }
}

/// One test of the referee.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct TestLine {
    /// Name, e.g. `balance`.
    pub name: String,
    /// Whether it passed.
    pub passed: bool,
    /// Why it did not run; none when it did.
    pub skipped: Option<String>,
    /// Worst violation found, in `unit`.
    pub worst: f64,
    /// Largest violation allowed, in `unit`.
    pub tolerance: f64,
    /// Unit of both.
    pub unit: String,
    /// Element and step of the worst violation; empty for none.
    #[serde(rename = "where")]
    pub place: String,
    /// How many things it looked at.
    pub count: usize,
}

/// Where the value of an option came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A file.
    File,
    /// The command line.
    Flag,
}

/// One resolved option.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct OptionLine {
    /// Name, unit included.
    pub name: String,
    /// Value as text.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

/// One input file.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct InputFile {
    /// Path as the user gave it.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// One limit that binds in some steps.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Binding {
    /// Table word of the element, e.g. `branches`.
    pub table: String,
    /// The user's own name of the element.
    pub name: String,
    /// What binds, e.g. `flow limit`, in English; a room's name such as `flow/thermal_limit_from` serves too.
    pub what: String,
    /// The same in Chinese; empty for the same text.
    pub what_zh: String,
    /// Hours in which it binds, unweighted.
    pub hours: f64,
    /// Mean of the absolute shadow price over those hours, in `price_unit`.
    pub mean_price: f64,
    /// Step (from 0) in which the shadow price is largest; none for a limit over the whole horizon.
    pub worst_step: Option<usize>,
    /// Absolute shadow price in that step, in `price_unit`.
    pub worst_price: f64,
    /// Unit of the prices; `currency` stands for the network's.
    pub price_unit: String,
    /// The limit itself in the worst step, in `limit_unit`; NaN when there is no single one.
    pub limit: f64,
    /// Unit of the limit.
    pub limit_unit: String,
    /// Objective at stake: Σ price · limit · hours over the steps where it binds; NaN when unknown. Sorts the table.
    pub value: f64,
}

/// A sentence in both languages. Plain text: the report escapes it.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Bilingual {
    /// Both languages.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Bilingual { en: en.into(), zh: zh.into() }
    }
    /// The sentence in a language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// Options of the report.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ReportOptions {
    /// Language of table headers, and the one the page opens in.
    pub lang: Lang,
    /// Which tables are written beside `results.parquet`.
    pub tables: TableFiles,
}

/// Which wide tables a run folder gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TableFiles {
    /// CSV and XLSX.
    #[default]
    CsvAndXlsx,
    /// CSV only.
    Csv,
    /// None.
    None,
}
