//! `fenggu check NETWORK`.

use crate::inputs;
use fenggu::net::diagnostic::Lang;
use fenggu::net::Severity;

/// Arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Network file or folder.
    network: String,
    /// Format of the network, when its content does not tell.
    #[arg(long)]
    format: Option<String>,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub fn run(args: Args, lang: Lang) -> crate::Ending {
    let input = inputs::read(&args.network, args.format.as_deref())?;
    let errors = input.findings.iter().filter(|d| d.severity == Severity::Error).count();
    if args.json {
        out!("{}", fenggu::report::findings_json(&input.findings));
    } else {
        super::print_findings(&input.findings, lang, true);
        if let Some(net) = &input.network {
            let (b, l, g, t) = (net.buses.len(), net.branches.len(), net.generators.len(), net.steps());
            match lang {
                Lang::En => out!("{}: {b} buses, {l} branches, {g} generators, {t} steps; {} findings.", net.name, input.findings.len()),
                Lang::Zh => out!("{}:{b} 个母线,{l} 条支路,{g} 台机组,{t} 个时段;{} 条发现。", net.name, input.findings.len()),
            }
        }
    }
    Ok(u8::from(errors > 0))
}
