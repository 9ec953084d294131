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

#[test]
fn a_day_of_rts_gmlc_on_its_grid() {
    let Some(folder) = shared() else { return };
    let study = Study { date: Some("2020-07-15".into()), hours: Some(48), ..Study::default() };
    let net = rts_gmlc::read(&folder, &study).network.expect("a network");
    let [objective, bound] = reference(&folder, "2020-07-15_net");
    let options = CommitOptions { gap_relative: 1e-3, threads: 2, route: Route::Decomposition, ..CommitOptions::default() };
    let clock = std::time::Instant::now();
    let mut control = options.control();
    let last = std::sync::Mutex::new((0.0, 0.0));
    control.progress = Some(std::sync::Arc::new(move |p: &fenggu::Progress| {
        let mut last = last.lock().expect("lock");
        let now = (p.objective.unwrap_or(f64::NAN), p.bound.unwrap_or(f64::NAN));
        if *last != now {
            println!(
                "  {:.1} s: cost {:.1}, bound {:.1}, {:.4} %",
                clock.elapsed().as_secs_f64(),
                now.0,
                now.1,
                100.0 * (1.0 - now.1 / now.0)
            );
            *last = now;
        }
    }));
    let solution = commit_with(&net, &options, &control).expect("commits");
    let certificate = solution.certificate.expect("judged");
    let checked = (solution.answer.objective - certificate.dual_bound) / solution.answer.objective;
    println!(
        "{:.1} s: cost {:.2} (reference {objective:.2}), bound {:.2} claimed {:.2} (reference {bound:.2}), gap {:.4} %, {}",
        clock.elapsed().as_secs_f64(),
        solution.answer.objective,
        certificate.dual_bound,
        solution.answer.bound_claimed,
        100.0 * checked,
        solution.answer.solver
    );
    assert!(certificate.passed, "{certificate:?}");
    assert!(solution.answer.objective >= bound * (1.0 - 1e-6));
    assert!(certificate.dual_bound <= objective * (1.0 + 1e-6));
    assert!(solution.answer.gap_claimed <= 1e-3, "{}", solution.answer.gap_claimed);
}
