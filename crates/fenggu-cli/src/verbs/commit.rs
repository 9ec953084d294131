//! `fenggu commit NETWORK`.

use super::dispatch::exit_code;
use super::{same, Failure};
use crate::inputs;
use crate::machine;
use crate::progress::{cancel_on_ctrl_c, Progress};
use fenggu::net::diagnostic::Lang;
use fenggu::net::{Diagnostic, Network};
use fenggu::report::{Bilingual, InputFile, OptionLine, ReportOptions, Run};
use fenggu::wire::commit::CommitSummary;
use fenggu::{CommitOptions, CommitSolution};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Network file or folder.
    network: String,
    /// Options of the commitment, name=value; see `fenggu explain commit`.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Folder for the run: report, tables, results.
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
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
fn options(set: &[String]) -> Result<(CommitOptions, Vec<OptionLine>), Failure> {
    let mut options = CommitOptions::default();
    let named = super::set_each(set, |name, value| options.set(name, value))?;
    let lines = fenggu::option_lines(&options, CommitOptions::SPECS, &named);
    Ok((options, lines))
}

/// What stands under the verdict: whose bound it is.
fn story(s: &CommitSummary) -> Vec<Bilingual> {
    if let (Some(cost), Some(bound), Some(gap)) = (s.objective, s.bound_checked, s.gap_checked) {
        let percent = 100.0 * gap;
        return vec![Bilingual::new(
            format!("Cost {cost:.2}, at most {percent:.3} % above the best possible: no commitment costs less than {bound:.2}, as the referee has checked."),
            format!("费用 {cost:.2}，最多比最优高 {percent:.3} %：经裁判复核，任何机组组合的费用都不低于 {bound:.2}。"),
        )];
    }
    match (s.objective, s.bound_claimed, s.gap_claimed) {
        (Some(cost), Some(bound), Some(gap)) => vec![Bilingual::new(
            format!(
                "Cost {cost:.2}; {} claims that no commitment costs less than {bound:.2} (gap {gap:.1e}). Nobody has checked that claim.",
                s.solver
            ),
            format!("费用 {cost:.2}；{} 声称任何机组组合的费用都不低于 {bound:.2}（间隙 {gap:.1e}）。该声称未经复核。", s.solver),
        )],
        _ => Vec::new(),
    }
}

/// What the folder is made of besides the answer.
struct Context<'a> {
    net: &'a Network,
    findings: &'a [Diagnostic],
    files: Vec<InputFile>,
    lines: Vec<OptionLine>,
    started: String,
    options: &'a CommitOptions,
}

fn write_folder(c: Context<'_>, solution: &CommitSolution, s: &CommitSummary, dir: &Path, lang: Lang) -> Result<f64, Failure> {
    let clock = Instant::now();
    let phases = [("read", s.seconds.read), ("check", s.seconds.check), ("assemble", s.seconds.assemble), ("solve", s.seconds.solve)];
    let run = Run {
        verdict: solution.certificate.as_ref().map(fenggu::verdict),
        findings: c.findings,
        phases: phases.map(|(n, v)| (n.to_string(), v)).to_vec(),
        peak_rss_mb: machine::peak_rss_mb().unwrap_or(f64::NAN),
        options: c.lines,
        inputs: c.files,
        command_line: std::env::args().collect::<Vec<_>>().join(" "),
        versions: vec![
            ("fenggu".to_string(), env!("CARGO_PKG_VERSION").to_string()),
            ("solver".to_string(), solution.answer.solver.clone()),
        ],
        machine: machine::description(),
        threads: c.options.threads as usize,
        seed: Some(u64::from(c.options.seed)),
        started_utc: c.started,
        ended_utc: machine::now_utc(),
        iterations: Some(solution.answer.iterations),
        binding: fenggu::binding(c.net, solution.results()),
        story: story(s),
        ..Run::new("commit", c.net, solution.results())
    };
    fenggu::report::write_run_folder(&run, dir, &ReportOptions { lang, ..ReportOptions::default() }).map_err(super::told)?;
    Ok(clock.elapsed().as_secs_f64())
}

/// Runs the verb.
pub fn run(args: Args, lang: Lang) -> crate::Ending {
    let started = machine::now_utc();
    let (options, lines) = options(&args.set)?;
    let progress = Progress::start(args.json);
    progress.phase("read");
    let inputs::Sound { network: mut net, findings, files, seconds } =
        inputs::read(&args.network, args.format.as_deref(), &args.memory)?.sound()?;
    if let Some(meaning) = options.meaning {
        net.commitment_semantics = meaning;
    }
    let mut control = options.control();
    cancel_on_ctrl_c(&mut control);
    control.progress = Some(progress.sink());
    progress.phase("solve");
    let solution = fenggu::commit_with(&net, &options, &control)?;
    let mut summary = CommitSummary::new(&net, &solution, options.threads);
    (summary.seconds.read, summary.seconds.check) = (seconds[0], seconds[1]);
    if let Some(dir) = &args.out {
        progress.phase("report");
        let context = Context { net: &net, findings: &findings, files, lines, started, options: &options };
        summary.seconds.report = write_folder(context, &solution, &summary, dir, lang)?;
    }
    summary.peak_rss_mb = machine::peak_rss_mb();
    drop(progress);
    if args.json {
        out!("{}", serde_json::to_string_pretty(&summary).unwrap_or_default());
    } else {
        super::print_findings(&findings, lang, false);
        print(&summary, args.out.as_deref(), lang);
    }
    Ok(exit_code(solution.status))
}

/// The human table.
fn print(s: &CommitSummary, out: Option<&Path>, lang: Lang) {
    let say = |en: &str, zh: &str, value: [String; 2]| super::say(lang, [en, zh], value);
    let ([b, l, g, t], name, meaning, units) = (s.counts, &s.network, s.commitment_semantics, s.units);
    let en = format!("{name} ({b} buses, {l} branches, {g} generators, {units} committed, {t} steps; meaning: {meaning})");
    let zh = format!("{name}（{b} 个母线，{l} 条支路，{g} 台机组，其中 {units} 台参与组合，{t} 个时段；含义：{meaning}）");
    say("network", "网络", [en, zh]);
    say("status", "状态", same(s.status.to_string()));
    if let Some(cost) = s.objective {
        say("cost", "费用", same(format!("{cost:.2} {}", s.currency)));
    }
    if let (Some(bound), Some(gap)) = (s.bound_checked, s.gap_checked) {
        let percent = 100.0 * gap;
        let en = format!("at most {percent:.4} % above the best possible: {bound:.2}, checked by the referee");
        say("bound", "下界", [en, format!("最多比最优高 {percent:.4} %：{bound:.2}，经裁判复核")]);
    }
    if let (Some(bound), Some(gap)) = (s.bound_claimed, s.gap_claimed) {
        // What a tree claims is said beside what was checked, where it is more.
        if s.bound_checked.is_none_or(|checked| bound > checked + 1e-7 * checked.abs()) {
            let percent = 100.0 * gap;
            let en = format!("at most {percent:.4} % above the best possible: {bound:.2}, claimed by {}, not checked", s.solver);
            say("bound", "下界", [en, format!("最多比最优高 {percent:.4} %：{bound:.2}，由 {} 声称，未经复核", s.solver)]);
        }
    }
    if let Some(r) = &s.referee {
        let worst = r.worst.clone().unwrap_or_default();
        let en = format!("{} tests passed, {} failed; nearest to its tolerance: {worst}", r.passed, r.failed);
        say("referee", "裁判", [en, format!("通过 {} 项，未通过 {} 项；最接近容差的是 {worst}", r.passed, r.failed)]);
    }
    if let Some([starts, stops]) = s.switches {
        say("switching", "启停", [format!("{starts} starts, {stops} stops"), format!("启动 {starts} 次，停机 {stops} 次")]);
    }
    if let Some([lo, mean, hi]) = s.price_per_mwh {
        // Small currencies, small prices: as many digits as tell them apart.
        let digits = (2 - hi.abs().max(lo.abs()).max(1e-6).log10().floor() as i32).clamp(2, 8) as usize;
        let numbers = format!("{lo:.digits$} … {mean:.digits$} … {hi:.digits$} {}/MWh", s.currency);
        let en = format!("{numbers} (min, mean, max, with the commitment held)");
        say("price", "电价", [en, format!("{numbers}（组合固定后的最低、平均、最高）")]);
    }
    let t = &s.seconds;
    let en = format!("read {:.3}, check {:.3}, assemble {:.3}, solve {:.3}, report {:.3}", t.read, t.check, t.assemble, t.solve, t.report);
    let zh = format!("读取 {:.3}，检查 {:.3}，建模 {:.3}，求解 {:.3}，报告 {:.3}", t.read, t.check, t.assemble, t.solve, t.report);
    say("seconds", "耗时（秒）", [en, zh]);
    if let Some(dir) = out {
        say("report", "报告", same(dir.join("report.html").display().to_string()));
    }
}
