//! A rolling run on the disk: windows are durable as they finish, and a run that was cut off goes on.

use super::rolling::{roll, rolling_remarks, RollingEnd, RollingProgress, RollingSink, WindowRecord};
use crate::analyses::dispatch::DispatchOptions;
use crate::error::Error;
use crate::report::{write_long_run, Bilingual, LongRun, ReportError, ReportOptions, Run, RunStatus, Verdict, WindowStore, Written};
use crate::slice::Slicer;
use fenggu_net::{Network, Results};
use fenggu_opt::Control;
use serde::Serialize;

/// A page of more values is slow to write and to open.
const CELLS_SHOWN: usize = 300_000;

impl From<ReportError> for Error {
    fn from(e: ReportError) -> Self {
        Error::File { path: e.path.display().to_string(), cause: e.to_string() }
    }
}

struct OnDisk<'a> {
    store: &'a WindowStore,
    progress: &'a mut dyn FnMut(&RollingProgress),
}

impl RollingSink for OnDisk<'_> {
    fn begins(&mut self, progress: &RollingProgress) {
        (self.progress)(progress);
    }
    fn finished(&mut self, record: &WindowRecord, kept: &Results) -> Result<(), Error> {
        let text = serde_json::to_string(record)
            .map_err(|e| Error::File { path: self.store.dir().display().to_string(), cause: e.to_string() })?;
        Ok(self.store.put(record.index, &text, kept)?)
    }
}

/// Windows of the store that are finished, from the first on without a gap.
fn finished(store: &WindowStore) -> Vec<WindowRecord> {
    let record = |k: usize| store.record(k).and_then(|text| serde_json::from_str::<WindowRecord>(&text).ok()).filter(|r| r.index == k);
    (0..).map_while(record).collect()
}

/// Rolls from the first window that the store does not hold to the last; every finished window is durable before the next begins.
/// What it decides does not depend on how often it was cut off.
///
/// # Errors
/// As [`super::dispatch`], and what the disk says.
pub fn roll_into(
    net: &Network,
    options: &DispatchOptions,
    control: &Control,
    store: &WindowStore,
    progress: &mut dyn FnMut(&RollingProgress),
) -> Result<RollingEnd, Error> {
    roll(net, options, control, finished(store), &mut OnDisk { store, progress })
}

/// Writes the run folder of a rolling run. `run` says what only a face knows; its results are those of `end`.
///
/// # Errors
/// What the disk says.
pub fn write_rolling(
    net: &Network,
    options: &DispatchOptions,
    end: &RollingEnd,
    store: &WindowStore,
    run: Run,
    report: &ReportOptions,
) -> Result<Written, ReportError> {
    let slicer = Slicer::new(net);
    let whole = end.total.results(net.steps());
    let mut story = run.story.clone();
    story.extend(ending(net, end));
    story.extend(rolling_remarks(net, options));
    let verdict = match (&end.failing, end.records.is_empty()) {
        (Some(f), _) if f.2.certificate.tests.iter().any(|t| t.skipped.is_none()) => Some(super::verdict(&f.2.certificate)),
        (_, false) => Some(end.total.verdict()),
        _ => None,
    };
    let verdict = verdict.map(|v| Verdict { passed: v.passed && end.status != RunStatus::Refused, ..v });
    let ranges = end.records.iter().map(|r| r.steps[0]..r.steps[1]).collect();
    let failing = end.failing.as_ref().map(|f| (&f.1, f.2.results()));
    let long = LongRun {
        run: Run { network: net, results: &whole, verdict, story, iterations: Some(end.total.iterations), ..run },
        slicer: &slicer,
        ranges,
        read: &|k| store.results(k),
        binding: &crate::binding,
        failing,
        windows: windows_json(net, options, end),
        cells_shown: CELLS_SHOWN,
    };
    let written = write_long_run(&long, store.dir(), report)?;
    if end.records.len() == end.windows && end.failing.is_none() {
        store.clear()?;
    }
    Ok(written)
}

/// What there is when not all windows are finished.
fn ending(net: &Network, end: &RollingEnd) -> Vec<Bilingual> {
    let (done, all) = (end.records.len(), end.windows);
    if done == all {
        return Vec::new();
    }
    let label = |t: usize| match net.time.start_label(t) {
        l if l.is_empty() => (t + 1).to_string(),
        l => l,
    };
    let steps = end.records.last().map_or(0, |r| r.steps[1]);
    let mut out = vec![Bilingual::new(
        format!(
            "{done} of {all} windows are finished, {steps} of {} steps; they are in results.parquet and stay. `fenggu resume` goes on.",
            net.steps()
        ),
        format!(
            "{all} 个窗口中已完成 {done} 个({} 个时段中的 {steps} 个),结果保存在 results.parquet 中。可用 fenggu resume 继续。",
            net.steps()
        ),
    )];
    if let Some(f) = &end.failing {
        let (w, status) = (&f.0, f.2.status.word());
        out.push(Bilingual::new(
            format!("Window {} ({} to {}) ended as {status}; nothing was solved after it.", w.index + 1, label(w.start), label(w.end - 1)),
            format!("第 {} 个窗口({} 至 {})的结果为 {status};其后未作求解。", w.index + 1, label(w.start), label(w.end - 1)),
        ));
    }
    if let Some((w, why)) = &end.unset {
        out.push(Bilingual::new(
            format!(
                "Window {} ({} to {}) could not be set up; nothing was solved after it: {why}",
                w.index + 1,
                label(w.start),
                label(w.end - 1)
            ),
            format!("第 {} 个窗口({} 至 {})无法建立,其后未作求解:{why}", w.index + 1, label(w.start), label(w.end - 1)),
        ));
    }
    out
}

fn windows_json(net: &Network, options: &DispatchOptions, end: &RollingEnd) -> String {
    #[derive(Serialize)]
    struct Line {
        window: usize,
        first_step: usize,
        steps_kept: usize,
        steps: usize,
        start_utc: String,
        objective: f64,
        cost_kept: f64,
        gap_relative: f64,
        iterations: u64,
        rows_columns_nonzeros: [usize; 3],
    }
    #[derive(Serialize)]
    struct Rolling<'a> {
        format: &'static str,
        horizon_steps: Option<usize>,
        overlap_steps: usize,
        windows: usize,
        windows_finished: usize,
        remarks: &'a [Bilingual],
        finished: Vec<Line>,
    }
    let line = |r: &WindowRecord| Line {
        window: r.index + 1,
        first_step: r.steps[0] + 1,
        steps_kept: r.steps[1] - r.steps[0],
        steps: r.steps[2] - r.steps[0],
        start_utc: net.time.start_label(r.steps[0]),
        objective: r.objective,
        cost_kept: r.cost,
        gap_relative: r.gap_relative,
        iterations: r.iterations,
        rows_columns_nonzeros: r.size,
    };
    let all = Rolling {
        format: "fenggu-rolling-1",
        horizon_steps: options.horizon_steps,
        overlap_steps: options.overlap_steps,
        windows: end.windows,
        windows_finished: end.records.len(),
        remarks: &rolling_remarks(net, options),
        finished: end.records.iter().map(line).collect(),
    };
    serde_json::to_string_pretty(&all).map_or_else(|e| format!("{{\"error\": \"{e}\"}}\n"), |s| s + "\n")
}
