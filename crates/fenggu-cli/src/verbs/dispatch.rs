//! `fenggu dispatch NETWORK`.

use super::{rolling, same, Failure};
use crate::inputs;
use crate::machine;
use crate::progress::{cancel_on_ctrl_c, Progress};
use fenggu::io::Format;
use fenggu::net::diagnostic::Lang;
use fenggu::net::{Diagnostic, Network, Quantity};
use fenggu::report::{Bilingual, InputFile, OptionLine, ReportOptions, Run, RunStatus};
use fenggu::wire::DispatchSummary;
use fenggu::{DispatchOptions, DispatchSolution, Explanation};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Network file or folder.
    network: String,
    /// Options of the dispatch, name=value; see `fenggu explain dispatch`.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Folder for the run: report, tables, results, certificates.
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Also write the solved case: `.m` for MATPOWER (the first step), `.nc` for PyPSA's netCDF, a folder for its CSV.
    #[arg(long, value_name = "FILE")]
    solved: Option<PathBuf>,
    /// Format of the network, when its content does not tell.
    #[arg(long)]
    format: Option<String>,
    #[command(flatten)]
    memory: inputs::Memory,
    /// Print one JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
}

/// Options from `--set`, with where each value came from.
pub fn options(set: &[String]) -> Result<(DispatchOptions, Vec<OptionLine>), Failure> {
    let mut options = DispatchOptions::default();
    let named = super::set_each(set, |name, value| options.set(name, value))?;
    let lines = fenggu::option_lines(&options, DispatchOptions::SPECS, &named);
    Ok((options, lines))
}

/// Everything around a solve that the run folder tells.
pub struct Context {
    /// Findings on the data.
    pub findings: Vec<Diagnostic>,
    /// Input files.
    pub files: Vec<InputFile>,
    /// Seconds of reading and checking.
    pub seconds: [f64; 2],
    /// Options with origins.
    pub lines: Vec<OptionLine>,
    /// Start, UTC.
    pub started: String,
    /// Seed of generated input.
    pub seed: Option<u64>,
    /// Sentences under the verdict.
    pub story: Vec<Bilingual>,
    /// How the input was obtained.
    pub caption: Option<Bilingual>,
    /// Why there is no answer.
    pub why: Option<fenggu::report::Why>,
}

/// Solves with progress and Ctrl-C.
pub fn solve(net: &Network, options: &DispatchOptions, progress: &Progress) -> Result<DispatchSolution, Failure> {
    let mut control = options.control();
    cancel_on_ctrl_c(&mut control);
    control.progress = Some(progress.sink());
    progress.phase("solve");
    Ok(fenggu::dispatch_with(net, options, &control)?)
}

/// Why there is no answer, where there is none: within what the time limit leaves, and a fifth of it at least.
pub fn explain(net: &Network, options: &DispatchOptions, solution: &DispatchSolution) -> Result<Option<Explanation>, Failure> {
    let mut control = options.control();
    cancel_on_ctrl_c(&mut control);
    Ok(fenggu::explained(net, solution, &control)?)
}

/// Writes the run folder; returns seconds it took.
pub fn write_folder(
    net: &Network,
    solution: &DispatchSolution,
    context: &Context,
    threads: u32,
    dir: &Path,
    lang: Lang,
) -> Result<f64, Failure> {
    let clock = Instant::now();
    let s = &solution.answer.seconds;
    let judged = solution.certificate.tests.iter().any(|t| t.skipped.is_none());
    let run = Run {
        verdict: judged.then(|| fenggu::verdict(&solution.certificate)),
        findings: &context.findings,
        phases: [
            ("read", context.seconds[0]),
            ("check", context.seconds[1]),
            ("assemble", s.assemble),
            ("solve", s.solve),
            ("referee", solution.referee_s),
        ]
        .map(|(n, v)| (n.to_string(), v))
        .to_vec(),
        peak_rss_mb: machine::peak_rss_mb().unwrap_or(f64::NAN),
        options: context.lines.clone(),
        inputs: context.files.clone(),
        command_line: std::env::args().collect::<Vec<_>>().join(" "),
        versions: vec![
            ("fenggu".to_string(), env!("CARGO_PKG_VERSION").to_string()),
            ("solver".to_string(), solution.answer.solver.clone()),
        ],
        machine: machine::description(),
        threads: threads as usize,
        seed: context.seed,
        started_utc: context.started.clone(),
        ended_utc: machine::now_utc(),
        iterations: Some(solution.answer.iterations),
        binding: fenggu::binding(net, solution.results()),
        story: context.story.clone(),
        caption: context.caption.clone(),
        why: context.why.clone(),
        ..Run::new("dispatch", net, solution.results())
    };
    fenggu::report::write_run_folder(&run, dir, &ReportOptions { lang, ..ReportOptions::default() }).map_err(super::told)?;
    Ok(clock.elapsed().as_secs_f64())
}

/// What `--json` prints when the data has errors: the findings, so that a program can show them.
fn failed_json(network: &str, found: &[Diagnostic]) -> String {
    let findings: serde_json::Value = serde_json::from_str(&fenggu::report::findings_json(found)).unwrap_or_default();
    let object = serde_json::json!({ "verb": "dispatch", "network": network, "status": "failed", "findings": findings["findings"] });
    serde_json::to_string_pretty(&object).unwrap_or_default()
}

/// What a run without a dispatch says of its proof.
fn proof(solution: &DispatchSolution) -> Vec<Bilingual> {
    let said = match (solution.status, solution.certificate.proves_infeasible(), solution.answer.ray_checked) {
        (RunStatus::Infeasible, true, _) => (
            "Proven: from the network alone and the multipliers of the proof, the referee finds that the balances and limits need more than all elements together can give.",
            "已证明：校核器仅凭网络数据与证书乘子复算，平衡与限额所需超过全部元件所能提供。",
        ),
        (RunStatus::Infeasible, false, true) => (
            "The solver's certificate holds on its own problem, but the referee could not prove it from the network.",
            "求解器的不可行证书在其问题上成立，但校核器未能由网络数据独立证明。",
        ),
        (RunStatus::Infeasible, false, false) => {
            ("The solver says so without a certificate that could be checked.", "求解器如此判定，但没有可复核的证书。")
        }
        _ => return Vec::new(),
    };
    let limits = solution.answer.broken.iter().take(10).map(|(row, amount)| {
        Bilingual::new(
            format!("In the way besides the balances: {row}, by {amount:.3}."),
            format!("平衡之外的冲突约束：{row}，差 {amount:.3}。"),
        )
    });
    std::iter::once(Bilingual::new(said.0, said.1)).chain(limits).collect()
}

/// Exit code of a run.
pub fn exit_code(status: RunStatus) -> u8 {
    match status {
        RunStatus::Ok => 0,
        RunStatus::Infeasible | RunStatus::Unbounded => 1,
        RunStatus::Refused => 3,
        RunStatus::TimeLimit | RunStatus::Interrupted | RunStatus::Failed => 2,
    }
}

/// Runs the verb.
pub fn run(args: Args, lang: Lang) -> crate::Ending {
    let started = machine::now_utc();
    let (options, lines) = options(&args.set)?;
    let progress = Progress::start(args.json);
    progress.phase("read");
    let inputs::Sound { network: net, findings, files, seconds } =
        match inputs::read(&args.network, args.format.as_deref(), &args.memory)?.sound() {
            Err(Failure::Findings(found)) if args.json => {
                out!("{}", failed_json(&args.network, &found));
                return Ok(1);
            }
            other => other?,
        };
    if options.horizon_steps.is_some_and(|h| h < net.steps()) {
        if args.solved.is_some() {
            return Err(Failure::Message(
                "--solved writes the first step of a study that is decided at once; it does not go with a rolling run.".to_string(),
                "--solved 写出一次求解的研究的首个时段，不能与滚动运行同用。".to_string(),
            ));
        }
        let job =
            rolling::Job { network: args.network, format: args.format, set: args.set, out: args.out, json: args.json, files, started };
        return rolling::run(job, rolling::Start { net, findings, seconds, options, lines, resumed: false }, progress, lang);
    }
    let solution = solve(&net, &options, &progress)?;
    let mut summary = DispatchSummary::new(&net, &solution, options.threads);
    (summary.seconds.read, summary.seconds.check) = (seconds[0], seconds[1]);
    if matches!(solution.status, RunStatus::Infeasible | RunStatus::Unbounded) {
        progress.phase("explain");
    }
    let explanation = explain(&net, &options, &solution)?;
    summary.explanation = explanation.as_ref().map(|e| fenggu::why(&net, e));
    if let Some(dir) = &args.out {
        progress.phase("report");
        let why = summary.explanation.clone();
        let story = proof(&solution);
        let context = Context { findings: findings.clone(), files, seconds, lines, started, seed: None, story, caption: None, why };
        summary.seconds.report = write_folder(&net, &solution, &context, options.threads, dir, lang)?;
    }
    if let Some(path) = &args.solved {
        // A name without an ending is a folder, and the native folder holds no results.
        let format = match path.extension() {
            None => Format::PypsaCsv,
            Some(_) => Format::for_output(path).unwrap_or(Format::Matpower),
        };
        let lost = fenggu::io::write_solved(path, &net, solution.results(), format);
        super::print_findings(&lost.map_err(|e| Failure::system(&path.display().to_string(), &e))?, lang, true);
    }
    summary.peak_rss_mb = machine::peak_rss_mb();
    drop(progress);
    if args.json {
        out!("{}", serde_json::to_string_pretty(&summary).unwrap_or_default());
    } else {
        super::print_findings(&findings, lang, false);
        print(&net, &solution, &summary, args.out.as_deref(), lang);
        if let Some(e) = &explanation {
            print_explanation(e, lang);
        }
    }
    Ok(exit_code(solution.status))
}

/// The explanation: each sentence, the conflicts in full for the first few.
pub fn print_explanation(e: &Explanation, lang: Lang) {
    const CONFLICTS: usize = 4;
    let zh = lang == Lang::Zh;
    let conflict = |d: &Diagnostic| d.code().starts_with("X02");
    let mut shown = 0;
    for d in &e.said {
        shown += usize::from(conflict(d));
        if conflict(d) && shown > CONFLICTS {
            continue;
        }
        let w = d.entry.wording(lang);
        out!("[{}] {}", d.code(), d.fill(w.title, lang));
        out!("  {} {}", if zh { "后果：" } else { "why:" }, d.fill(w.why, lang));
        out!("  {} {}", if zh { "处理：" } else { "fix:" }, d.fill(w.fix, lang));
    }
    if shown > CONFLICTS {
        out!(
            "{}",
            if zh {
                format!("另有 {} 处冲突，见 why.json。", shown - CONFLICTS)
            } else {
                format!("{} more conflicts in why.json.", shown - CONFLICTS)
            }
        );
    }
    if !e.prices.is_empty() {
        let price = |p: &fenggu::analyses::explain::PriceLine| {
            format!("{} {}/{}{}", p.kind.word(), p.price, p.unit, if p.from_network { "*" } else { "" })
        };
        let list = e.prices.iter().map(price).collect::<Vec<_>>().join(", ");
        out!(
            "{}",
            if zh {
                format!("让步价格（* 取自网络，其余为默认）:{list}")
            } else {
                format!("prices of giving way (* from the network, others default): {list}")
            }
        );
    }
}

/// The human table.
fn print(net: &Network, solution: &DispatchSolution, s: &DispatchSummary, out: Option<&Path>, lang: Lang) {
    let say = |en: &str, zh: &str, value: [String; 2]| super::say(lang, [en, zh], value);
    super::say_network(s, lang);
    say("status", "状态", same(s.status.to_string()));
    if let Some(objective) = s.objective {
        say("objective", "目标值", same(format!("{objective:.2} {}", s.currency)));
    }
    let tests = s.referee.passed + s.referee.failed;
    if tests > 0 {
        let gap = s.gap.map_or(Default::default(), |g| [format!(", gap {g:.1e}"), format!("，间隙 {g:.1e}")]);
        let passed = s.referee.passed;
        say("referee", "校核", [format!("{passed}/{tests} passed{}", gap[0]), format!("{tests} 项通过 {passed} 项{}", gap[1])]);
        for t in solution.certificate.tests.iter().filter(|t| t.skipped.is_none() && !t.passed).take(5) {
            say("", "", failed_test(t));
        }
    }
    super::say_prices(s, lang);
    for c in s.capacities.iter().take(10) {
        let unit = match c.field.rsplit('_').next() {
            Some("mwh") => "MWh",
            Some("mva") => "MVA",
            _ => "MW",
        };
        say("chosen", "选定容量", same(format!("{} {}: {:.3} {unit}, {:.2} {}", c.table, c.name, c.chosen, c.capital_cost, s.currency)));
    }
    for b in fenggu::binding(net, solution.results()).iter().take(5) {
        let (table, name, hours, unit) = (&b.table, &b.name, b.hours, b.price_unit.replace("currency", &s.currency));
        let told = |what: &str| format!("{table} {name}: {what}, {hours:.2} h, {:.2} {unit}", b.mean_price);
        say("binding", "起作用约束", [told(&b.what), told(&b.what_zh)]);
    }
    if let Some(curtailed) = solution.results().column(Quantity::GeneratorCurtailed) {
        let energy: f64 = curtailed.iter().enumerate().map(|(k, mw)| mw * net.time.duration_h[k % net.steps()]).sum();
        if energy > 0.0 {
            say("curtailed", "弃电", same(format!("{energy:.2} MWh")));
        }
    }
    super::say_missing(s, lang);
    if let Some(checked) = s.proof_checked.filter(|_| solution.status == RunStatus::Infeasible) {
        let told = match (checked, s.proof_excess_mw) {
            (true, Some(excess)) => [
                format!("infeasible: shown by the referee (infeasible/ray, excess {excess:.4} MW)"),
                format!("不可行：已由校核器证明（infeasible/ray，超出 {excess:.4} MW）"),
            ],
            (true, None) => [
                "infeasible: shown by the referee (limits of one element exclude each other)".to_string(),
                "不可行：已由校核器证明（同一元件的限额互相矛盾）".to_string(),
            ],
            (false, _) => ["none that the referee could follow".to_string(), "没有校核器能够复核的证明".to_string()],
        };
        say("proof", "证明", told);
    }
    let t = &s.seconds;
    let memory = |comma: &str| s.peak_rss_mb.map_or(String::new(), |m| format!("{comma}{m:.0} MB"));
    let en = format!(
        "read {:.3}, check {:.3}, assemble {:.3}, solve {:.3}, referee {:.3}, report {:.3}{}",
        t.read,
        t.check,
        t.assemble,
        t.solve,
        t.referee,
        t.report,
        memory(", ")
    );
    let zh = format!(
        "读取 {:.3}，检查 {:.3}，建模 {:.3}，求解 {:.3}，校核 {:.3}，报告 {:.3}{}",
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
    }
}

/// A test that the referee's certificate failed, by its name.
pub fn failed_test(t: &fenggu::referee::TestOutcome) -> [String; 2] {
    let told = format!("{}: {:.3e} {} > {:.1e}", t.name, t.worst, t.unit, t.tolerance);
    [format!("{told} at {}", t.where_), format!("{told}，{}", t.where_)]
}
