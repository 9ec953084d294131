//! Commitment on a grid: RTS-GMLC with its network, against the reference of ../shared.

// A whole test: it says what it found or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use fenggu::io::rts_gmlc::{self, Study};
use fenggu::{commit_with, CommitOptions, Route};
use std::path::PathBuf;

fn shared() -> Option<PathBuf> {
    let at = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/rts-gmlc");
    if !at.is_dir() {
        println!("skipped: no ../shared");
        return None;
    }
    Some(at)
}

/// Objective and bound of a case of the reference.
fn reference(folder: &std::path::Path, case: &str) -> [f64; 2] {
    let text = std::fs::read_to_string(folder.join("reference/summary.json")).expect("summary");
    let all: serde_json::Value = serde_json::from_str(&text).expect("json");
    ["objective", "bound"].map(|k| all["cases"][case][k].as_f64().expect("a number"))
}

/// Commits 48 hours from a date on, says how the gap closes, and checks against the reference: cost, claimed and checked bound, objective.
fn commits(date: &str, initial: Option<&str>, options: &CommitOptions) -> Option<[f64; 4]> {
    let folder = shared()?;
    let mut study = Study { date: Some(date.into()), hours: Some(48), ..Study::default() };
    if let Some(file) = initial {
        study.initial = rts_gmlc::Initial::File(folder.join("reference").join(file));
    }
    let net = rts_gmlc::read(&folder, &study).network.expect("a network");
    let [objective, bound] = reference(&folder, &format!("{date}_net"));
    let clock = std::time::Instant::now();
    let mut control = options.control();
    let last = std::sync::Mutex::new(0.0);
    control.progress = Some(std::sync::Arc::new(move |p: &fenggu::Progress| {
        let mut last = last.lock().expect("lock");
        let (cost, bound) = (p.objective.unwrap_or(f64::NAN), p.bound.unwrap_or(f64::NAN));
        if *last != cost {
            println!("  {:.1} s: cost {cost:.1}, bound {bound:.1}, {:.4} %", clock.elapsed().as_secs_f64(), 100.0 * (1.0 - bound / cost));
            *last = cost;
        }
    }));
    let solution = commit_with(&net, options, &control).expect("commits");
    let certificate = solution.certificate.expect("judged");
    let (cost, checked, claimed) = (solution.answer.objective, certificate.dual_bound, solution.answer.bound_claimed);
    println!(
        "{date}: {:.1} s, cost {cost:.2} (reference {objective:.2}), bound {checked:.2} checked, {claimed:.2} claimed (reference {bound:.2}), gap {:.4} % checked, {:.4} % claimed",
        clock.elapsed().as_secs_f64(),
        100.0 * (1.0 - checked / cost),
        100.0 * (1.0 - claimed / cost)
    );
    assert!(certificate.passed, "{certificate:?}");
    assert!(cost >= bound * (1.0 - 1e-6), "below a proven bound");
    assert!(checked <= objective * (1.0 + 1e-6) && claimed <= objective * (1.0 + 1e-6), "a bound above a known cost");
    Some([cost, claimed, checked, objective])
}

#[test]
fn two_days_of_rts_gmlc_on_their_grid() {
    let options = CommitOptions { gap_relative: 5e-3, threads: 2, route: Route::Decomposition, ..CommitOptions::default() };
    let Some([cost, _, checked, _]) = commits("2020-07-15", None, &options) else { return };
    assert!(cost - checked <= 1e-2 * cost, "the checked gap");
}

/// The gaps that an hour of patience buys: `cargo xtask long rts_gmlc`.
#[test]
#[ignore = "long: minutes"]
fn long_rts_gmlc_days_to_a_tenth_of_a_percent() {
    let options = CommitOptions {
        gap_relative: 1e-3,
        threads: 2,
        time_limit_s: Some(600.0),
        route: Route::Decomposition,
        ..CommitOptions::default()
    };
    commits("2020-07-15", None, &options);
    commits("2020-01-27", Some("initial_state_2020-01-27.csv"), &options);
}
