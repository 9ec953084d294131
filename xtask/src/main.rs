//! Chores of the repository: `cargo xtask <chore>`. Runs without the engine, so it builds in seconds.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a face: it prints

mod compare;
mod derived;
mod licences;
mod metadata;
mod pure;
mod python;
mod shell;
mod tidy;

use shell::{cargo, Fail};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <chore>

  check            all of: fmt, tidy, derived, licences, lint, pure, python, test; what CI runs
  fmt              formatting, checked (cargo fmt mends it)
  tidy             arrows, file lengths, cards, words, links
  derived          pages written from cards and field tables are up to date
  formulary        writes those pages: docs/formulary/, docs/fields.md
  licences         what ships is permissively licensed
  lint             clippy, warnings denied
  pure             a build without C or C++ (--no-default-features), and its smoke test
  wheel            the Python wheel, in target/wheels, by maturin of .venv
  python [ARGS]    wheel, installed into .venv, and its tests; ARGS go to pytest
  test [ARGS]      all tests; ARGS go to cargo test
  long [NAME]      long suites: ignored tests whose name begins with long_NAME; without NAME all of them
  long --list      their names
  bench-compare REF [ARGS]
                   benchmark of the working tree beside that of another commit, as ratios; ARGS go to bench/run.py
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rest = args.get(1..).unwrap_or(&[]);
    let done = match args.first().map(String::as_str) {
        Some("check") => check(),
        Some("fmt") => fmt(),
        Some("tidy") => tidy::run(),
        Some("derived") => derived::check(),
        Some("formulary") => derived::write(),
        Some("licences") => licences::run(),
        Some("lint") => lint(),
        Some("pure") => pure::run(),
        Some("wheel") => python::wheel().map(|_| ()),
        Some("python") => python::run(rest),
        Some("test") => test(rest),
        Some("long") => long(rest),
        Some("bench-compare") => compare::run(rest),
        _ => {
            print!("{HELP}");
            return if args.is_empty() || args[0].ends_with("help") { ExitCode::SUCCESS } else { ExitCode::from(2) };
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Fail(why)) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Cheap chores first; tests last, so that their count closes the output.
fn check() -> Result<(), Fail> {
    fmt()?;
    tidy::run()?;
    derived::check()?;
    licences::run()?;
    lint()?;
    pure::run()?;
    python::run(&[])?;
    test(&[])?;
    shell::note_second_solver_build();
    Ok(())
}

fn fmt() -> Result<(), Fail> {
    cargo("fmt", &["fmt", "--all", "--check"])
}

fn lint() -> Result<(), Fail> {
    cargo("lint", &["clippy", "-q", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

fn test(args: &[String]) -> Result<(), Fail> {
    let mut all = vec!["test", "--workspace"];
    all.extend(args.iter().map(String::as_str));
    cargo("test", &all)
}

fn long(args: &[String]) -> Result<(), Fail> {
    let filter = match args.first().map(String::as_str) {
        Some("--list") => return cargo("long", &["test", "-q", "--workspace", "--", "--ignored", "--list", "long_"]),
        Some(name) => format!("long_{name}"),
        None => "long_".to_string(),
    };
    // One at a time: a long suite may use all memory, and its timings should mean something.
    cargo("long", &["test", "--workspace", "--", "--ignored", "--nocapture", "--test-threads=1", &filter])
}
