//! The JSON files of a run folder. Keys have units in their names; a number that is not there is `null`.

use super::results_file::unit_of;
use super::run::{Binding, InputFile, OptionLine, Run, TestLine};
use fenggu_net::diagnostic::Lang;
use fenggu_net::results::Outcome;
use fenggu_net::{Diagnostic, Quantity, TableId};
use serde::Serialize;
use std::collections::BTreeMap;

/// Pretty JSON with a final newline. These shapes hold only text, numbers and lists, which cannot fail to be written.
fn text<T: Serialize>(value: &T) -> String {
    serde_json::to_string_pretty(value).map_or_else(|e| format!("{{\"error\": \"{e}\"}}\n"), |s| s + "\n")
}

#[derive(Serialize)]
struct Manifest<'a> {
    format: &'static str,
    verb: &'a str,
    network: &'a str,
    status: &'static str,
    objective: f64,
    bound: f64,
    gap: f64,
    currency: &'a str,
    steps: usize,
    start_utc: String,
    zone: &'a str,
    flow_convention: &'static str,
    versions: BTreeMap<&'a str, &'a str>,
    command_line: &'a str,
    inputs: &'a [InputFile],
    options: &'a [OptionLine],
    threads: usize,
    seed: Option<u64>,
    machine: &'a str,
    started_utc: &'a str,
    ended_utc: &'a str,
    phases: Vec<Phase<'a>>,
    peak_rss_mb: f64,
    iterations: Option<u64>,
    files: Vec<FileLine<'a>>,
}
#[derive(Serialize)]
struct Phase<'a> {
    name: &'a str,
    seconds: f64,
}
#[derive(Serialize)]
struct FileLine<'a> {
    name: &'a str,
    bytes: u64,
}

pub(super) fn manifest(run: &Run, files: &[(String, u64)]) -> String {
    let net = run.network;
    text(&Manifest {
        format: "fenggu-run-1",
        verb: &run.verb,
        network: &net.name,
        status: run.status().word(),
        objective: run.results.objective,
        bound: run.results.bound,
        gap: run.gap(),
        currency: &net.currency,
        steps: net.steps(),
        start_utc: net.time.start_label(0),
        zone: &net.time.zone,
        flow_convention: net.flow_convention.word(),
        versions: run.versions.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect(),
        command_line: &run.command_line,
        inputs: &run.inputs,
        options: &run.options,
        threads: run.threads,
        seed: run.seed,
        machine: &run.machine,
        started_utc: &run.started_utc,
        ended_utc: &run.ended_utc,
        phases: run.phases.iter().map(|(name, seconds)| Phase { name, seconds: *seconds }).collect(),
        peak_rss_mb: run.peak_rss_mb,
        iterations: run.iterations,
        files: files.iter().map(|(name, bytes)| FileLine { name, bytes: *bytes }).collect(),
    })
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'static str,
    severity: &'static str,
    place: Option<PlaceLine<'a>>,
    component: &'static str,
    name: &'a str,
    field: &'a str,
    values: BTreeMap<&'a str, &'a str>,
    title: String,
    why: String,
    remedy: String,
    title_zh: String,
    why_zh: String,
    remedy_zh: String,
}
#[derive(Serialize)]
struct PlaceLine<'a> {
    file: &'a str,
    line: usize,
    column: usize,
}

fn finding(d: &Diagnostic) -> Finding<'_> {
    let said = |lang: Lang| {
        let w = d.entry.wording(lang);
        (d.fill(w.title, lang), d.fill(w.why, lang), d.fill(w.fix, lang))
    };
    let ((title, why, remedy), (title_zh, why_zh, remedy_zh)) = (said(Lang::En), said(Lang::Zh));
    Finding {
        code: d.code(),
        severity: d.severity.word(Lang::En),
        place: d.place.as_ref().map(|p| PlaceLine { file: &p.file, line: p.line, column: p.column }),
        component: d.table.map_or("", TableId::word),
        name: &d.component,
        field: d.field,
        values: d.args.iter().map(|(n, v)| (*n, v.as_str())).collect(),
        title,
        why,
        remedy,
        title_zh,
        why_zh,
        remedy_zh,
    }
}

/// Findings as `check.json` holds them: code, place, value, remedy, in both languages.
pub fn findings_json(findings: &[Diagnostic]) -> String {
    #[derive(Serialize)]
    struct Check<'a> {
        format: &'static str,
        findings: Vec<Finding<'a>>,
    }
    text(&Check { format: "fenggu-check-1", findings: findings.iter().map(finding).collect() })
}

pub(super) fn certificate(run: &Run) -> String {
    #[derive(Serialize)]
    struct Certificate<'a> {
        format: &'static str,
        checked: bool,
        passed: Option<bool>,
        tests_passed: usize,
        tests_run: usize,
        objective_reported: f64,
        objective_recomputed: Option<f64>,
        dual_bound: Option<f64>,
        gap_relative: Option<f64>,
        currency: &'a str,
        tests: &'a [TestLine],
    }
    let v = run.verdict.as_ref();
    let (tests_passed, tests_run) = v.map_or((0, 0), |v| v.count());
    text(&Certificate {
        format: "fenggu-certificate-1",
        checked: v.is_some(),
        passed: v.map(|v| v.passed),
        tests_passed,
        tests_run,
        objective_reported: run.results.objective,
        objective_recomputed: v.map(|v| v.objective_recomputed),
        dual_bound: v.map(|v| v.dual_bound),
        gap_relative: v.map(|v| v.gap_relative),
        currency: &run.network.currency,
        tests: v.map_or(&[], |v| &v.tests),
    })
}

/// One place and time where power is missing or cannot be placed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Shortfall {
    /// `missing` or `surplus`.
    pub kind: &'static str,
    pub bus: String,
    pub step: usize,
    pub time: String,
    pub period_end: String,
    pub mw: f64,
    pub mwh: f64,
}

/// Every shortfall of an infeasible run, largest power first; ties in the order of buses and steps.
pub(super) fn shortfalls(run: &Run) -> Vec<Shortfall> {
    let (net, r) = (run.network, run.results);
    let mut out = Vec::new();
    for (kind, q) in [("missing", Quantity::BusMissing), ("surplus", Quantity::BusSurplus)] {
        for (id, bus) in net.buses.iter() {
            for (t, &mw) in r.series(q, id.index()).iter().enumerate() {
                if mw > 1e-6 {
                    let time = net.time.start_label(t);
                    let period_end = net.time.end_label(t);
                    out.push(Shortfall { kind, bus: bus.name.clone(), step: t, time, period_end, mw, mwh: mw * net.time.duration_h[t] });
                }
            }
        }
    }
    out.sort_by(|a, b| b.mw.total_cmp(&a.mw));
    out
}

/// Rows of `why.json` that list shortfalls: beyond this a total says more.
const SHORTFALL_ROWS: usize = 1000;

pub(super) fn why(run: &Run) -> String {
    #[derive(Serialize)]
    struct Why<'a> {
        format: &'static str,
        status: &'static str,
        verdict: Option<&'static str>,
        missing_mwh: f64,
        surplus_mwh: f64,
        shortfalls_total: usize,
        shortfalls: Vec<Shortfall>,
        explanation: Option<&'a super::why::Why>,
        binding: Vec<BindingLine<'a>>,
    }
    #[derive(Serialize)]
    struct BindingLine<'a> {
        #[serde(flatten)]
        binding: &'a Binding,
        price_unit_shown: String,
        worst_time: String,
        worst_period_end: String,
    }
    let mut short = shortfalls(run);
    let sum = |kind| short.iter().filter(|s| s.kind == kind).map(|s| s.mwh).sum();
    let (missing_mwh, surplus_mwh) = (sum("missing"), sum("surplus"));
    let shortfalls_total = short.len();
    short.truncate(SHORTFALL_ROWS);
    let net = run.network;
    text(&Why {
        format: "fenggu-why-1",
        status: run.status().word(),
        verdict: match run.results.outcome {
            Outcome::Infeasible => {
                Some("no dispatch satisfies all limits; the shortfalls are what an elastic re-solve could not serve or place")
            }
            Outcome::Unbounded => Some("the cost can fall without end: something is paid for producing and has no limit"),
            _ => None,
        },
        missing_mwh,
        surplus_mwh,
        shortfalls_total,
        shortfalls: short,
        explanation: run.why.as_ref(),
        binding: run
            .binding
            .iter()
            .map(|binding| BindingLine {
                binding,
                price_unit_shown: unit_of(&binding.price_unit, net),
                worst_time: binding.worst_step.filter(|&t| t < net.steps()).map_or_else(String::new, |t| net.time.start_label(t)),
                worst_period_end: binding.worst_step.filter(|&t| t < net.steps()).map_or_else(String::new, |t| net.time.end_label(t)),
            })
            .collect(),
    })
}
