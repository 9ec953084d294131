//! `fenggu explain CODE|ROOM|dispatch|commit`.

use super::Failure;
use fenggu::net::diagnostic::{Entry, Lang};

/// Arguments.
#[derive(clap::Args)]
pub struct Args {
    /// A code (N0312), a room (storage/soc_balance), `dispatch` or `commit` for their options, or `all` for a list.
    what: String,
}

/// Runs the verb.
pub fn run(args: Args, lang: Lang) -> crate::Ending {
    let what = args.what.trim();
    let entries = || {
        fenggu::net::diagnostic::CATALOGUE
            .iter()
            .chain(fenggu::io::catalogue::CATALOGUE)
            .chain(fenggu::analyses::explain::CATALOGUE)
            .copied()
    };
    if what == "dispatch" {
        print_options(&fenggu::DispatchOptions::default(), fenggu::DispatchOptions::SPECS, lang);
        return Ok(0);
    }
    if what == "commit" {
        print_options(&fenggu::CommitOptions::default(), fenggu::CommitOptions::SPECS, lang);
        return Ok(0);
    }
    if what == "all" {
        entries().for_each(|e| out!("{}  {}", e.code, e.wording(lang).title));
        fenggu::formulate::CARDS.iter().for_each(|(name, _)| out!("{name}"));
        return Ok(0);
    }
    if let Some(entry) = entries().find(|e| e.code.eq_ignore_ascii_case(what)) {
        print_entry(entry, lang);
        return Ok(0);
    }
    if let Some((_, card)) = fenggu::formulate::CARDS.iter().find(|(name, _)| *name == what) {
        out!("{card}");
        return Ok(0);
    }
    Err(Failure::option_both("explain", what, ["a code, a room, dispatch, commit, or all", "代码、约束名、dispatch、commit 或 all"]))
}

fn print_entry(entry: &Entry, lang: Lang) {
    let w = entry.wording(lang);
    let (why, fix) = if lang == Lang::En { ("why", "fix") } else { ("后果", "处理") };
    out!("{} ({})\n  {}\n  {why}: {}\n  {fix}: {}", entry.code, entry.severity.word(lang), w.title, w.why, w.fix);
}

/// The options of an analysis: name, help, rule, default.
fn print_options<O>(default: &O, specs: &[fenggu::OptionSpec<O>], lang: Lang) {
    for spec in specs {
        let default = (spec.get)(default);
        match lang {
            Lang::En => out!("{:<16} {} ({}; default {default})", spec.name, spec.help, spec.rule),
            Lang::Zh => out!("{:<16} {}（{}；默认 {default}）", spec.name, spec.zh[1], spec.zh[0]),
        }
    }
}
