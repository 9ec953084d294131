//! `fenggu demo`: one December day of the synthetic province, offline, in seconds.

use super::dispatch::{exit_code, options, solve, write_folder, Context};
use super::generate::failed;
use crate::machine;
use crate::progress::Progress;
use fenggu::net::diagnostic::Lang;
use fenggu::net::{Network, Quantity as Q, Results};
use fenggu::report::{Bilingual, RunStatus};
use fenggu::wire::DispatchSummary;
use fenggu_shanxi::{ShanxiOptions, BATTERY, SECTION};
use std::path::PathBuf;
use std::time::Instant;

/// Arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Folder for the run.
    #[arg(short, long, value_name = "DIR", default_value = "runs/demo")]
    out: PathBuf,
    /// Options of the dispatch, name=value.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Print one JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub fn run(args: Args, lang: Lang) -> crate::Ending {
    let started = machine::now_utc();
    let clock = Instant::now();
    let (options, lines) = options(&args.set)?;
    let progress = Progress::start(args.json);
    progress.phase("generate");
    let shanxi = ShanxiOptions::demo().map_err(failed)?;
    let net = fenggu_shanxi::generate(&shanxi).map_err(failed)?;
    let read_s = clock.elapsed().as_secs_f64();
    let check = Instant::now();
    let findings = fenggu::net::check(&net, None);
    let seconds = [read_s, check.elapsed().as_secs_f64()];
    let solution = solve(&net, &options, &progress)?;
    let story = if solution.status == RunStatus::Ok { story(&net, solution.results()) } else { Vec::new() };
    progress.phase("report");
    let context = Context {
        findings,
        files: Vec::new(),
        seconds,
        lines,
        started,
        seed: Some(shanxi.seed),
        story: story.clone(),
        caption: Some(Bilingual::new(
            "Synthetic: generated from cited aggregates of 2024; no real unit, line or price.",
            "合成数据：由 2024 年公开汇总数据生成，不含任何真实机组、线路或电价。",
        )),
        why: None,
    };
    let report_s = write_folder(&net, &solution, &context, options.threads, &args.out, lang)?;
    drop(progress);
    let mut summary = DispatchSummary::new(&net, &solution, options.threads);
    (summary.verb, summary.seconds.read, summary.seconds.check, summary.seconds.report) = ("demo", seconds[0], seconds[1], report_s);
    summary.peak_rss_mb = machine::peak_rss_mb();
    if args.json {
        out!("{}", serde_json::to_string_pretty(&summary).unwrap_or_default());
        return Ok(exit_code(solution.status));
    }
    let (passed, ran) = fenggu::verdict(&solution.certificate).count();
    match lang {
        Lang::En => out!("{}\nstatus {}, referee {passed}/{ran} tests passed", net.name, solution.status.word()),
        Lang::Zh => out!("{}\n状态 {}，校核 {passed}/{ran} 项通过", net.name, solution.status.word()),
    }
    for sentence in &story {
        out!("  {}", sentence.get(lang));
    }
    let page = args.out.join("report.html");
    match lang {
        Lang::En => out!("report: {}   ({:.1} s in all)", page.display(), clock.elapsed().as_secs_f64()),
        Lang::Zh => out!("报告：{}   （共 {:.1} 秒）", page.display(), clock.elapsed().as_secs_f64()),
    }
    Ok(exit_code(solution.status))
}

/// The day in a few sentences, every figure from the results.
fn story(net: &Network, results: &Results) -> Vec<Bilingual> {
    let steps = net.steps();
    let mut said = Vec::new();
    let demand = |t: usize| net.loads.iter().map(|(l, _)| results.at(Q::LoadP, l.index(), t)).sum::<f64>();
    let price: Vec<f64> = (0..steps)
        .map(|t| {
            net.loads.iter().map(|(l, load)| results.at(Q::LoadP, l.index(), t) * results.at(Q::BusPrice, load.bus.index(), t)).sum::<f64>()
                / demand(t)
        })
        .collect();
    let by_price = |a: &usize, b: &usize| price[*a].total_cmp(&price[*b]);
    if let (Some(valley), Some(peak)) = ((0..steps).min_by(by_price), (0..steps).max_by(by_price)) {
        let (vt, pt) = (net.time.end_label(valley), net.time.end_label(peak));
        said.push(Bilingual::new(
            format!(
                "Valley {:.0} CNY/MWh at {vt}, peak {:.0} CNY/MWh at {pt} (load-weighted over the province).",
                price[valley], price[peak]
            ),
            format!("谷价 {:.0} 元/MWh({vt})，峰价 {:.0} 元/MWh({pt})（全省负荷加权）。", price[valley], price[peak]),
        ));
    }
    if let Some(s) = net.storage_units.find(BATTERY) {
        let bus = net.storage_units[s].bus.index();
        let hours = |t: usize| net.time.duration_h[t];
        let energy = |q| (0..steps).map(|t| results.at(q, s.index(), t) * hours(t)).sum::<f64>();
        let money = |q| (0..steps).map(|t| results.at(q, s.index(), t) * hours(t) * results.at(Q::BusPrice, bus, t)).sum::<f64>();
        let (paid, earned) = (money(Q::StorageCharge), money(Q::StorageDischarge));
        let (drawn, given) = (energy(Q::StorageCharge), energy(Q::StorageDischarge));
        said.push(Bilingual::new(
            format!("{BATTERY}: drew {drawn:.0} MWh for {paid:.0} CNY and gave back {given:.0} MWh for {earned:.0} CNY: {:.0} CNY for the day at its node's prices.", earned - paid),
            format!("{BATTERY}：充电 {drawn:.0} MWh 付 {paid:.0} 元，放电 {given:.0} MWh 收 {earned:.0} 元，当日按节点电价净收入 {:.0} 元。", earned - paid),
        ));
    }
    if let Some(i) = net.interfaces.find(SECTION) {
        let of = |t: usize| results.at(Q::InterfacePrice, i.index(), t);
        let bound: Vec<usize> = (0..steps).filter(|&t| of(t).abs() > 1e-3).collect();
        let hours: f64 = bound.iter().map(|&t| net.time.duration_h[t]).sum();
        if let Some(&worst) = bound.iter().max_by(|a, b| of(**a).abs().total_cmp(&of(**b).abs())) {
            let mean = bound.iter().map(|&t| of(t).abs()).sum::<f64>() / bound.len() as f64;
            let at = net.time.end_label(worst);
            let flow = results.at(Q::InterfaceFlow, i.index(), worst);
            said.push(Bilingual::new(
                format!(
                    "Section {SECTION} binds {hours:.2} h at {flow:.0} MW: shadow price {mean:.1} CNY/MWh on average, {:.1} at {at}.",
                    of(worst).abs()
                ),
                format!(
                    "断面 {SECTION} 在 {flow:.0} MW 处起作用 {hours:.2} 小时，影子价格平均 {mean:.1} 元/MWh,{at} 最高 {:.1}。",
                    of(worst).abs()
                ),
            ));
        } else {
            said.push(Bilingual::new(format!("Section {SECTION} does not bind."), format!("断面 {SECTION} 未起作用。")));
        }
    }
    if let Some(curtailed) = results.column(Q::GeneratorCurtailed) {
        let energy: f64 = curtailed.iter().enumerate().map(|(k, mw)| mw * net.time.duration_h[k % steps]).sum();
        let available: f64 = net
            .generators
            .iter()
            .filter(|(_, g)| g.carrier.is_some_and(|c| net.carriers[c].renewable))
            .map(|(_, g)| (0..steps).map(|t| g.upper_mw(t) * net.time.duration_h[t]).sum::<f64>())
            .sum();
        let share = if available > 0.0 { 100.0 * energy / available } else { 0.0 };
        said.push(Bilingual::new(
            format!("Wind and sun: {:.0} MWh available, {energy:.0} MWh curtailed ({share:.1} %).", available),
            format!("风电与光伏：可发 {:.0} MWh，弃电 {energy:.0} MWh({share:.1} %)。", available),
        ));
    }
    said
}
