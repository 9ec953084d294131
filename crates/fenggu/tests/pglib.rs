//! PGLib-OPF: DC objectives against the published ones, proofs of infeasibility where the table says so.
//!
//! The short form takes the typical cases up to 3,000 buses in both forms and the `api` and `sad` variants up to 500; the long
//! form, `cargo xtask long pglib`, takes all 198 files and writes `docs/pglib.md`.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

mod pglib_data;

use fenggu::formulate::FlowForm;
use fenggu::{judged, DispatchOptions, DispatchSession};
use pglib_data::{cases, Case, Expected};
use std::fmt::Write as _;
use std::time::Instant;

/// The two sides of an answer, primal and dual objective, must agree to this share of it: ten times the tolerance, which is
/// what an interior point's answer is accepted with.
const GAP: f64 = 1e-6;

struct Outcome {
    ours: String,
    seconds: f64,
    form: &'static str,
    solver: String,
    lazy_rows: usize,
    miss: Option<String>,
}

fn solve(case: &Case, form: Option<FlowForm>, limit_s: f64) -> Outcome {
    let net = case.network();
    let options = DispatchOptions { flow: form, time_limit_s: Some(limit_s), ..DispatchOptions::default() };
    let clock = Instant::now();
    let answer = DispatchSession::new(net.clone(), &options).and_then(|mut s| s.solve(&options.control()));
    let seconds = clock.elapsed().as_secs_f64();
    let a = match answer {
        Ok(a) => a,
        Err(e) => {
            let miss = Some(e.to_string());
            return Outcome { ours: "error".to_string(), seconds, form: "", solver: String::new(), lazy_rows: 0, miss };
        }
    };
    let (objective, bound) = (a.results.objective, a.results.bound);
    let status = format!("{:?}", a.status);
    let miss = match (case.expected(), status.as_str()) {
        (Expected::Infeasible, "Infeasible") => {
            let said = judged(&net, a.clone()).certificate;
            let proven = a.ray_checked && said.proves_infeasible();
            eprintln!("{}: excess {:e} MW, {:?}", case.name, said.ray_excess, said.test("infeasible/ray").map(|t| t.worst));
            (!proven).then(|| format!("infeasible, but not proven: {}", said.summary()))
        }
        (Expected::Value(want, tolerance), "Optimal") if (objective - want).abs() > tolerance => {
            Some(format!("objective {objective:.6e} for {}", case.published))
        }
        (Expected::Value(..), "Optimal") if (objective - bound).abs() <= GAP * objective.abs().max(1.0) => None,
        (Expected::Value(..), "Optimal") => Some(format!("objective {objective:.9e}, bound {bound:.9e}")),
        _ => Some(format!("{status} for {}", case.published)),
    };
    let ours = if status == "Optimal" { format!("{objective:.6e}") } else { status.to_lowercase() };
    Outcome { ours, seconds, form: a.flow.word(), solver: a.solver, lazy_rows: a.lazy[1], miss }
}

/// Solves every case and panics with the list of those that miss.
fn all(chosen: &[Case], form: Option<FlowForm>) {
    let mut misses = Vec::new();
    let clock = Instant::now();
    for case in chosen {
        let o = solve(case, form, 120.0);
        if let Some(why) = o.miss {
            misses.push(format!("{}: {why} ({:.1} s, {})", case.name, o.seconds, o.solver));
        }
    }
    eprintln!("{} cases in {:.1} s, {} misses", chosen.len(), clock.elapsed().as_secs_f64(), misses.len());
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

fn typical(buses: usize) -> Vec<Case> {
    cases().into_iter().filter(|c| c.variant == "typ" && c.buses <= buses).collect()
}

#[test]
fn typical_cases_in_the_angle_form() {
    all(&typical(3000), Some(FlowForm::Angle));
}

#[test]
fn typical_cases_in_the_ptdf_form() {
    all(&typical(3000), Some(FlowForm::Ptdf));
}

#[test]
fn congested_and_tight_angle_variants() {
    let chosen: Vec<Case> = cases().into_iter().filter(|c| c.variant != "typ" && c.buses <= 500).collect();
    all(&chosen, None);
}

fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        info.lines().find_map(|l| l.strip_prefix("model name")).map_or("unknown processor", |m| m.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(0, |n| n.get());
    format!("{model}, {cores} cores ({} used)", DispatchOptions::default().threads)
}

/// Every file; typical cases in both forms. Writes the table.
#[test]
#[ignore = "long: all 198 files, minutes"]
fn long_pglib() {
    let all = cases();
    if all.is_empty() {
        return;
    }
    let (mut rows, mut misses, mut solvers) = (String::new(), Vec::new(), std::collections::BTreeSet::new());
    let (mut runs, mut slowest) = (0, Vec::new());
    for case in &all {
        let forms: &[Option<FlowForm>] = if case.variant == "typ" { &[Some(FlowForm::Angle), Some(FlowForm::Ptdf), None] } else { &[None] };
        for &form in forms {
            let o = solve(case, form, 300.0);
            let asked = form.map_or("auto", FlowForm::word);
            let form = if asked == "auto" { format!("auto: {}", o.form) } else { asked.to_string() };
            eprintln!("{} {form} {} {:.3} s {:?}", case.name, o.ours, o.seconds, o.miss);
            let note = o.miss.clone().unwrap_or_default();
            let _ = writeln!(
                rows,
                "| {} | {} | {} | {} | {form} | {} | {} | {:.3} | {note} |",
                case.name, case.buses, case.published, o.ours, o.lazy_rows, o.solver, o.seconds
            );
            runs += 1;
            slowest.push((o.seconds, format!("{} ({form})", case.name)));
            solvers.insert(o.solver);
            if let Some(why) = o.miss {
                misses.push(format!("{} ({form}): {why}", case.name));
            }
        }
    }
    slowest.sort_by(|a, b| b.0.total_cmp(&a.0));
    let slow: Vec<String> = slowest.iter().take(5).map(|(s, name)| format!("{name} {s:.1} s")).collect();
    solvers.retain(|s| !s.is_empty());
    let page = format!(
        "# PGLib-OPF: DC objectives\n\n\
         Written by `cargo xtask long pglib`; do not edit. All 66 networks of PGLib-OPF, typical (both forms, and what `auto` takes),\n\
         `api` and `sad` (`auto`). Published: the DC column of PGLib-OPF's baseline (PowerModels with Ipopt, five digits); `inf.` means\n\
         infeasible, which counts here only when the referee proves it from the network and the ray's multipliers. A case misses when its objective\n\
         differs by more than one in the fifth digit, or when objective and dual bound differ by more than 1e-6 of it. 1803_snem and\n\
         1803_snem__api are held against 87706.530 and 62063.853: PowerModels turns anti-parallel branches round there and scales\n\
         their impedance by tap², which the plain form does not. Seconds are wall seconds of assembly and solver, reading excluded.\n\n\
         - fenggu {}, {}\n- {}\n- {runs} runs of {} files, {} misses\n- slowest: {}\n\n\
         | case | buses | published | ours | form | lazy rows | solver | s | miss |\n|---|--:|--:|--:|---|--:|---|--:|---|\n{rows}",
        env!("CARGO_PKG_VERSION"),
        solvers.into_iter().collect::<Vec<_>>().join(", "),
        machine(),
        all.len(),
        misses.len(),
        slow.join(", ")
    );
    if std::env::var("FENGGU_PGLIB_ONLY").is_err() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/pglib.md"), page).expect("docs/pglib.md is writable");
    }
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}
