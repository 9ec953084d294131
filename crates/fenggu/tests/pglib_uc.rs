//! PGLib-UC: bound and cost of the decomposition route against the reference's certified bounds and best known costs.
#![allow(clippy::print_stdout)] // tests say why they are skipped, and tell their figures

use fenggu::analyses::commitment::decomposition::{solve, Options, Problem};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The folder of shared data, or `None` with a word about it.
fn shared() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).map(|p| p.join("shared/pglib-uc"));
    let found = root.filter(|p| p.is_dir());
    if found.is_none() {
        println!("skipped: no ../shared");
    }
    found
}

/// Instance, certified bound, best known cost.
fn reference(folder: &Path) -> Vec<(String, f64, f64)> {
    let text = std::fs::read_to_string(folder.join("reference.csv")).expect("readable");
    let row = |line: &str| {
        let f: Vec<&str> = line.split(',').collect();
        (f[0].to_string(), f[5].parse().expect("readable"), f[6].parse().expect("readable"))
    };
    text.lines().skip(1).map(row).collect()
}

fn run(name: &str, bound: f64, cost: f64, folder: &Path, seconds: f64, gap: f64) -> (f64, f64) {
    let read = fenggu::io::read(&folder.join(format!("{name}.json.gz")), None);
    let net = read.network.unwrap_or_else(|| panic!("{name}: {:?}", read.diagnostics));
    let clock = Instant::now();
    let problem = Problem::new(&net).expect("readable");
    let stop = || clock.elapsed().as_secs_f64() > seconds;
    let mut line = String::new();
    let answer = solve(&problem, &Options { gap, ..Options::default() }, &stop, &mut |m| {
        line += &format!(" {:.1}s {:.4}%", clock.elapsed().as_secs_f64(), (m.cost - m.bound) / m.cost * 100.0);
    });
    let plan = answer.plan.expect("a plan");
    println!(
        "{name}: bound {:.6} ({:+.2e}) cost {:.6} ({:+.2e}) gap {:.4} % work {}:{line}",
        answer.bound,
        answer.bound / bound - 1.0,
        plan.cost,
        plan.cost / cost - 1.0,
        (plan.cost - answer.bound) / plan.cost * 100.0,
        answer.history.last().map_or(0, |m| m.work),
    );
    assert!(plan.cost >= bound * (1.0 - 1e-9), "{name}: below a certified bound");
    assert!(answer.bound <= cost * (1.0 + 1e-9), "{name}: bound above a known cost");
    (answer.bound / bound - 1.0, plan.cost / cost - 1.0)
}

/// What a user gets: a commitment whose cost, rules and bound the referee has computed again.
#[test]
fn instances_are_committed_with_a_checked_bound() {
    let Some(folder) = shared() else { return };
    let known = reference(&folder);
    for (name, gap) in [("ca/2014-12-01_reserves_0", 5e-4), ("rts_gmlc/2020-08-12", 1e-2)] {
        let (_, bound, cost) = known.iter().find(|r| r.0 == name).expect("in the reference");
        let net = fenggu::io::read(&folder.join(format!("{name}.json.gz")), None).network.expect("sound");
        let options = fenggu::CommitOptions { gap_relative: gap, threads: 2, ..Default::default() };
        let solution = fenggu::commit(&net, &options).expect("readable");
        let certificate = solution.certificate.as_ref().expect("a commitment");
        assert!(certificate.passed, "{name}: {:?}", certificate.tests.iter().filter(|t| !t.passed).collect::<Vec<_>>());
        assert_eq!(solution.status.word(), "ok", "{name}");
        let (paid, checked) = (solution.answer.objective, certificate.dual_bound);
        assert!(paid >= bound * (1.0 - 1e-9), "{name}: {paid} is below a certified bound");
        assert!(checked <= cost * (1.0 + 1e-9), "{name}: {checked} is above a known cost");
        assert!(paid - checked <= gap * paid, "{name}: {paid} {checked}");
        // The dual is that of the study that made the reference, to the tolerance of a bundle.
        assert!(checked >= bound * (1.0 - 1e-3), "{name}: {checked} for {bound}");
        // The dispatch with the commitment held has prices.
        assert!(solution.results().column(fenggu::net::Quantity::BusPrice).is_some(), "{name}");
    }
}

#[test]
#[ignore = "long: every shared instance for 20 s"]
fn long_pglib_uc() {
    let Some(folder) = shared() else { return };
    let only = std::env::var("FENGGU_UC").unwrap_or_default();
    for (name, bound, cost) in reference(&folder).into_iter().filter(|r| r.0.contains(&only)) {
        run(&name, bound, cost, &folder, 20.0, 1e-5);
    }
}
