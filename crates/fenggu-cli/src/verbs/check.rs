//! `fenggu check NETWORK`.

use super::Failure;
use crate::inputs;
use fenggu::net::check::repair;
use fenggu::net::diagnostic::Lang;
use fenggu::net::Severity;
use std::path::Path;

/// Arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Network file or folder.
    network: String,
    /// Format of the network, when its content does not tell.
    #[arg(long)]
    format: Option<String>,
    #[command(flatten)]
    memory: inputs::Memory,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
    /// Repair every finding of this code where that is safe (N0312, N0314, N0402, N0704), and write the network to --write.
    #[arg(long, value_name = "CODE", requires = "write")]
    fix: Option<String>,
    /// File or folder for the repaired network; never the input itself.
    #[arg(long, value_name = "FILE", requires = "fix")]
    write: Option<String>,
}

/// Runs the verb.
pub fn run(args: Args, lang: Lang) -> crate::Ending {
    let mut input = inputs::read(&args.network, args.format.as_deref(), &args.memory)?;
    if let Some(net) = &input.network {
        input.findings.extend(fenggu::net::check::suspicions(net, Some(&input.sources)));
    }
    if let (Some(code), Some(out)) = (&args.fix, &args.write) {
        return fix(&args, input, code, out, lang);
    }
    let errors = input.findings.iter().filter(|d| d.severity == Severity::Error).count();
    if args.json {
        out!("{}", fenggu::report::findings_json(&input.findings));
    } else {
        super::print_findings(&input.findings, lang, true);
        if let Some(net) = &input.network {
            let (b, l, g, t) = (net.buses.len(), net.branches.len(), net.generators.len(), net.steps());
            match lang {
                Lang::En => out!("{}: {b} buses, {l} branches, {g} generators, {t} steps; {} findings.", net.name, input.findings.len()),
                Lang::Zh => out!("{}：{b} 个母线，{l} 条支路，{g} 台机组，{t} 个时段；{} 条发现。", net.name, input.findings.len()),
            }
        }
    }
    Ok(u8::from(errors > 0))
}

/// Repairs a copy and writes it; the input stays as it is.
fn fix(args: &Args, input: inputs::Input, code: &str, out: &str, lang: Lang) -> crate::Ending {
    let code = code.to_ascii_uppercase();
    if !repair::REPAIRS.iter().any(|(known, ..)| *known == code) {
        let known: Vec<String> =
            repair::REPAIRS.iter().map(|(c, en, zh)| format!("{c}: {}", if lang == Lang::En { en } else { zh })).collect();
        return Err(Failure::option("--fix", &code, &known.join("; ")));
    }
    let same = |a: &Path, b: &Path| a.canonicalize().is_ok_and(|a| b.canonicalize().is_ok_and(|b| a == b));
    if same(Path::new(&args.network), Path::new(out)) {
        return Err(Failure::option_both("--write", out, ["another place than the network read", "不同于所读网络的位置"]));
    }
    let Some(mut net) = input.network else { return Err(Failure::Findings(input.findings)) };
    let done = repair::repair(&mut net, &code);
    let to = fenggu::io::Format::for_output(Path::new(out)).ok_or_else(|| {
        Failure::option_both("--write", out, ["a name ending in .m or .nc, or a folder name", "以 .m 或 .nc 结尾的名称，或文件夹名"])
    })?;
    let lost = fenggu::io::write(Path::new(out), &net, to).map_err(|e| Failure::system(out, &e))?;
    super::print_findings(&lost, lang, true);
    done.iter().for_each(|what| out!("{what}"));
    match lang {
        Lang::En => out!("{out}: {} repairs of {code}.", done.len()),
        Lang::Zh => out!("{out}：修正 {code} 共 {} 处。", done.len()),
    }
    let left = fenggu::net::check(&net, None);
    Ok(u8::from(left.iter().any(|d| d.severity == Severity::Error)))
}
