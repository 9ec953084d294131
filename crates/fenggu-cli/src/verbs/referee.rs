//! `fenggu referee NETWORK RESULTS`.

use crate::inputs;
use fenggu::net::diagnostic::Lang;
use fenggu::referee::{judge, RefereeOptions};

/// Arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Network file or folder.
    network: String,
    /// Result file: Parquet with the columns component, name, field, unit, time, value.
    results: String,
    /// Format of the network, when its content does not tell.
    #[arg(long)]
    format: Option<String>,
    #[command(flatten)]
    memory: inputs::Memory,
    /// Print the certificate as JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub fn run(args: Args, lang: Lang) -> crate::Ending {
    let net = inputs::read(&args.network, args.format.as_deref(), &args.memory)?.sound()?.network;
    let read = fenggu::report::read_results_parquet_within(std::path::Path::new(&args.results), &net, args.memory.decoded()?)
        .map_err(super::told)?;
    let certificate = judge(&net, &read.results, &RefereeOptions::default());
    let verdict = fenggu::verdict(&certificate);
    if args.json {
        out!("{}", serde_json::to_string_pretty(&verdict).unwrap_or_default());
    } else {
        for t in &certificate.tests {
            let zh = lang == Lang::Zh;
            let word = match (&t.skipped, t.passed) {
                (Some(_), _) => ["skipped", "跳过"],
                (None, true) => ["passed", "通过"],
                (None, false) => ["REFUSED", "拒绝"],
            }[usize::from(zh)];
            let detail = match (&t.skipped, zh) {
                (Some(reason), false) => reason.clone(),
                (Some(reason), true) => format!("“{reason}”"),
                (None, false) => format!("worst {:.3e} of {:.1e} {} {}", t.worst, t.tolerance, t.unit, t.where_),
                (None, true) => format!("最大偏差 {:.3e}，容差 {:.1e} {} {}", t.worst, t.tolerance, t.unit, t.where_),
            };
            out!("{word:<8} {:<36} {detail}", t.name);
        }
        let (passed, ran) = verdict.count();
        match lang {
            Lang::En => out!(
                "{passed} of {ran} tests passed. Cost {:.2} {}, bound {:.2}, gap {:.1e}.",
                certificate.objective_recomputed,
                net.currency,
                certificate.dual_bound,
                certificate.gap_relative
            ),
            Lang::Zh => out!(
                "{ran} 项检验通过 {passed} 项。费用 {:.2} {}，下界 {:.2}，间隙 {:.1e}。",
                certificate.objective_recomputed,
                net.currency,
                certificate.dual_bound,
                certificate.gap_relative
            ),
        }
    }
    Ok(if certificate.passed { 0 } else { 3 })
}
