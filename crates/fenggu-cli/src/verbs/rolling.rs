//! A rolling run: `fenggu dispatch NETWORK --set horizon_steps=N`, begun or taken up again.

use super::dispatch::exit_code;
use super::{same, Failure};
use crate::machine;
use crate::progress::{cancel_on_ctrl_c, Progress};
use fenggu::net::diagnostic::Lang;
use fenggu::net::{Diagnostic, Network, Results};
use fenggu::report::{InputFile, OptionLine, ReportOptions, Run, RunStatus, WindowStore};
use fenggu::wire::DispatchSummary;
use fenggu::{DispatchOptions, RollingEnd, RollingProgress, RollingSink, WindowRecord};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What was asked for, as `rolling/run.json` keeps it.
pub struct Job {
    /// Network as typed.
    pub network: String,
    /// Format as typed.
    pub format: Option<String>,
    /// Options as typed.
    pub set: Vec<String>,
    /// Run folder.
    pub out: Option<PathBuf>,
    /// Whether to print JSON.
    pub json: bool,
    /// Inputs with digests.
    pub files: Vec<InputFile>,
    /// Start of the run, UTC.
    pub started: String,
}

/// What it needs to start.
pub struct Start {
    /// The network.
    pub net: Network,
    /// Findings on it.
    pub findings: Vec<Diagnostic>,
    /// Seconds of reading and checking.
    pub seconds: [f64; 2],
    /// Options.
    pub options: DispatchOptions,
    /// Options with origins.
    pub lines: Vec<OptionLine>,
    /// Whether the folder holds windows to go on from.
    pub resumed: bool,
}

/// Where the network is whatever folder the user is in later.
pub fn absolute(path: &str) -> String {
    std::fs::canonicalize(path).map_or_else(|_| path.to_string(), |p| p.display().to_string())
}

impl Job {
    fn text(&self) -> String {
        let object = serde_json::json!({
            "format": "fenggu-rolling-run-1",
            "fenggu": env!("CARGO_PKG_VERSION"),
            "network": self.network,
            "network_path": absolute(&self.network),
            "network_format": self.format,
            "set": self.set,
            "started_utc": self.started,
            "inputs": self.files,
        });
        serde_json::to_string_pretty(&object).unwrap_or_default() + "\n"
    }
}

/// Without a folder nothing is kept but the records.
struct Dropped<'a>(&'a Progress);

impl RollingSink for Dropped<'_> {
    fn begins(&mut self, p: &RollingProgress) {
        self.0.window(p);
    }
    fn finished(&mut self, _: &WindowRecord, _: &Results) -> Result<(), fenggu::Error> {
        Ok(())
    }
}

/// Runs it, or goes on.
pub fn run(job: Job, start: Start, progress: Progress, lang: Lang) -> crate::Ending {
    let Start { net, findings, seconds, options, lines, resumed } = start;
    let mut control = options.control();
    cancel_on_ctrl_c(&mut control);
    let failed = |e: fenggu::report::ReportError| Failure::Message(e.message(Lang::En), e.message(Lang::Zh));
    let store = match &job.out {
        None => None,
        Some(dir) if resumed => {
            let (store, _) = WindowStore::open(dir).map_err(failed)?;
            store.reopen().map_err(failed)?;
            Some(store)
        }
        Some(dir) => Some(WindowStore::create(dir, &job.text()).map_err(failed)?),
    };
    let clock = Instant::now();
    let end = match &store {
        None => fenggu::roll(&net, &options, &control, Vec::new(), &mut Dropped(&progress))?,
        Some(store) => fenggu::roll_into(&net, &options, &control, store, &mut |p| progress.window(p))?,
    };
    let rolled_s = clock.elapsed().as_secs_f64();
    let mut summary = DispatchSummary::rolling(&net, &end, &options);
    (summary.seconds.read, summary.seconds.check) = (seconds[0], seconds[1]);
    // The failed window is a network of its own, with the state that was carried into it.
    let explanation = match &end.failing {
        Some(f) => super::dispatch::explain(&f.1, &options, &f.2)?,
        None => None,
    };
    summary.explanation = explanation.as_ref().zip(end.failing.as_ref()).map(|(e, f)| fenggu::why(&f.1, e));
    if let Some(store) = &store {
        progress.phase("report");
        let clock = Instant::now();
        let s = summary.seconds.clone();
        let placeholder = end.total.results(net.steps());
        let phases = [
            ("read", seconds[0]),
            ("check", seconds[1]),
            ("assemble", s.assemble),
            ("solve", s.solve),
            ("referee", s.referee),
            ("windows, wall", rolled_s),
        ];
        let run = Run {
            findings: &findings,
            phases: phases.map(|(n, v)| (n.to_string(), v)).to_vec(),
            peak_rss_mb: machine::peak_rss_mb().unwrap_or(f64::NAN),
            options: lines,
            inputs: job.files.clone(),
            command_line: std::env::args().collect::<Vec<_>>().join(" "),
            versions: vec![("fenggu".to_string(), env!("CARGO_PKG_VERSION").to_string()), ("solver".to_string(), summary.solver.clone())],
            machine: machine::description(),
            threads: options.threads as usize,
            started_utc: job.started.clone(),
            ended_utc: machine::now_utc(),
            why: summary.explanation.clone(),
            ..Run::new("dispatch", &net, &placeholder)
        };
        fenggu::write_rolling(&net, &options, &end, store, run, &ReportOptions { lang, ..ReportOptions::default() }).map_err(failed)?;
        summary.seconds.report = clock.elapsed().as_secs_f64();
    }
    summary.peak_rss_mb = machine::peak_rss_mb();
    drop(progress);
    if job.json {
        out!("{}", serde_json::to_string_pretty(&summary).unwrap_or_default());
    } else {
        super::print_findings(&findings, lang, false);
        print(&end, &summary, rolled_s, job.out.as_deref(), lang);
        if let Some(e) = &explanation {
            super::dispatch::print_explanation(e, lang);
        }
    }
    // A limit reached with an answer, here finished windows, is an answer.
    let answered = !end.records.is_empty() && matches!(end.status, RunStatus::TimeLimit | RunStatus::Interrupted);
    Ok(if answered { 0 } else { exit_code(end.status) })
}

fn print(end: &RollingEnd, s: &DispatchSummary, rolled_s: f64, out: Option<&Path>, lang: Lang) {
    let say = |en: &str, zh: &str, value: [String; 2]| super::say(lang, [en, zh], value);
    super::say_network(s, lang);
    say("status", "状态", same(s.status.to_string()));
    if let Some(r) = &s.rolling {
        let (done, all, steps, total, each, overlap) =
            (r.finished, r.windows, r.steps_finished, s.counts[3], r.horizon_steps, r.overlap_steps);
        let en = format!("{done} of {all} finished ({steps} of {total} steps; {each} steps each, overlap {overlap})");
        say(
            "windows",
            "窗口",
            [en, format!("{all} 个窗口完成 {done} 个（{total} 个时段完成 {steps} 个；每窗 {each} 个时段，重叠 {overlap}）")],
        );
    }
    if let Some(cost) = s.objective {
        let cost = format!("{cost:.2} {}", s.currency);
        let zh = format!("{cost}（确定时段之和；整体下界未证明）");
        say("cost", "费用", [format!("{cost} (steps that stand; no bound is proven for the whole)"), zh]);
    }
    let tests = s.referee.passed + s.referee.failed;
    if tests > 0 {
        let gap = s.gap.map_or(Default::default(), |g| [format!(", worst gap of a window {g:.1e}"), format!("，窗口最大间隙 {g:.1e}")]);
        let passed = s.referee.passed;
        let en = format!("{passed}/{tests} passed in every window{}", gap[0]);
        say("referee", "校核", [en, format!("每个窗口 {tests} 项通过 {passed} 项{}", gap[1])]);
    }
    super::say_prices(s, lang);
    let curtailed: f64 = end.records.iter().map(|r| r.curtailed_mwh).sum();
    if curtailed > 0.0 {
        say("curtailed", "弃电", same(format!("{curtailed:.2} MWh")));
    }
    if let Some(f) = &end.failing {
        let (k, all, word) = (f.0.index + 1, end.windows, f.2.status.word());
        let en = format!("window {k} of {all}: {word}; nothing was solved after it");
        say("failed", "失败窗口", [en, format!("第 {k} 个窗口（共 {all} 个）：{word}；其后未再求解")]);
        for t in f.2.certificate.tests.iter().filter(|t| t.skipped.is_none() && !t.passed).take(5) {
            say("", "", super::dispatch::failed_test(t));
        }
    }
    if let Some((w, why)) = &end.unset {
        let (k, all) = (w.index + 1, end.windows);
        let en = format!("window {k} of {all} could not be set up: {why}");
        say("failed", "失败窗口", [en, format!("第 {k} 个窗口（共 {all} 个）无法建立：“{why}”")]);
    }
    super::say_missing(s, lang);
    let t = &s.seconds;
    let memory = |comma: &str| s.peak_rss_mb.map_or(String::new(), |m| format!("{comma}{m:.0} MB"));
    let en = format!(
        "read {:.3}, check {:.3}, windows {rolled_s:.3} (assemble {:.3}, solve {:.3}, referee {:.3}), report {:.3}{}",
        t.read,
        t.check,
        t.assemble,
        t.solve,
        t.referee,
        t.report,
        memory(", ")
    );
    let zh = format!(
        "读取 {:.3}，检查 {:.3}，窗口 {rolled_s:.3}（建模 {:.3}，求解 {:.3}，校核 {:.3}），报告 {:.3}{}",
        t.read,
        t.check,
        t.assemble,
        t.solve,
        t.referee,
        t.report,
        memory("，")
    );
    say("seconds", "耗时（秒）", [en, zh]);
    if let Some(dir) = out {
        say("report", "报告", same(dir.join("report.html").display().to_string()));
        if end.records.len() < end.windows {
            say("to go on", "继续", same(format!("fenggu resume {}", dir.display())));
        }
    }
}
