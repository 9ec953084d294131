//! The `fenggu` command: translates and prints, computes nothing.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a face: printing is its job

/// Prints a line on standard output. A reader that went away (`| head`) is no reason to panic.
macro_rules! out {
    ($($text:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stdout(), $($text)*);
    }};
}

mod inputs;
mod machine;
mod progress;
mod verbs;

use clap::{Parser, Subcommand, ValueEnum};
use std::process::ExitCode;

/// An engine for a region's power and energy system: dispatch, prices, checked answers.
#[derive(Parser)]
#[command(name = "fenggu", version, about, arg_required_else_help = true)]
struct Cli {
    /// Language of messages and tables; by default that of LC_ALL, LC_MESSAGES or LANG.
    #[arg(long, global = true, value_enum)]
    lang: Option<Language>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Clone, Copy, ValueEnum)]
enum Language {
    En,
    Zh,
}

#[derive(Subcommand)]
enum Verb {
    /// Dispatch a network at least cost and price every bus.
    Dispatch(verbs::dispatch::Args),
    /// Commit a network's units and dispatch it at least cost: which are on when, with the gap that is left.
    Commit(verbs::commit::Args),
    /// Say what is wrong with a network file.
    Check(verbs::check::Args),
    /// Judge a result file, ours or another tool's, against its network.
    Referee(verbs::referee::Args),
    /// One December day of the synthetic province: dispatch, prices, report, a short story.
    Demo(verbs::demo::Args),
    /// Write the synthetic province as a network: a day, some days, or the year; or print how well it fits.
    Generate(verbs::generate::Args),
    /// Say what differs between two networks or two runs: data, cost, energy, prices, results; largest first. Ends with 0 when
    /// they are the same, 1 when they differ, 2 when they could not be compared.
    Compare(verbs::compare::Args),
    /// Write a network in another format.
    Convert(verbs::convert::Args),
    /// Go on with a rolling run that was cut off: `dispatch --set horizon_steps=… -o DIR`.
    Resume(verbs::resume::Args),
    /// Explain a code of a finding (N0312) or a room of the formulation (storage/soc_balance).
    Explain(verbs::explain::Args),
}

/// What a verb ends with: 0 solved, 1 findings or infeasible, 2 could not run, 3 refused by the referee.
type Ending = Result<u8, verbs::Failure>;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let _ = e.print();
            return ExitCode::from(if e.use_stderr() { 2 } else { 0 });
        }
    };
    let lang = match cli.lang {
        Some(Language::En) => fenggu::net::diagnostic::Lang::En,
        Some(Language::Zh) => fenggu::net::diagnostic::Lang::Zh,
        None => machine::language(),
    };
    let ending = match cli.verb {
        Verb::Dispatch(args) => verbs::dispatch::run(args, lang),
        Verb::Commit(args) => verbs::commit::run(args, lang),
        Verb::Check(args) => verbs::check::run(args, lang),
        Verb::Referee(args) => verbs::referee::run(args, lang),
        Verb::Demo(args) => verbs::demo::run(args, lang),
        Verb::Generate(args) => verbs::generate::run(args, lang),
        Verb::Compare(args) => verbs::compare::run(args, lang),
        Verb::Convert(args) => verbs::convert::run(args, lang),
        Verb::Resume(args) => verbs::resume::run(args, lang),
        Verb::Explain(args) => verbs::explain::run(args, lang),
    };
    match ending {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            failure.print(lang);
            ExitCode::from(failure.code())
        }
    }
}
