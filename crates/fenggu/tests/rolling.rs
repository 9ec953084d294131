//! Rolling horizons: PyPSA's numbers, agreement with the study decided at once where theory says so, state that is carried, sums
//! over the study that hold, and a failed window in the middle.
#![allow(clippy::print_stdout, clippy::unwrap_used)] // a whole test
#[path = "random_net/mod.rs"]
mod random_net;

use fenggu::net::*;
use fenggu::report::RunStatus;
use fenggu::{dispatch, DispatchOptions, DispatchSolution, Error, WindowEnd};
use std::path::{Path, PathBuf};

fn rolling(horizon: usize, overlap: usize) -> DispatchOptions {
    DispatchOptions { horizon_steps: Some(horizon), overlap_steps: overlap, ..DispatchOptions::default() }
}

fn ok(net: &Network, options: &DispatchOptions) -> DispatchSolution {
    let s = dispatch(net, options).expect("it runs");
    let tests: Vec<String> = s.certificate.failed().map(|t| t.sentence()).collect();
    assert_eq!(s.status, RunStatus::Ok, "{}: {tests:?}", net.name);
    s
}

fn close(a: f64, b: f64, relative: f64) {
    assert!((a - b).abs() <= relative * b.abs().max(1.0), "{a} is not {b}");
}

/// `../shared` beside the repository, wherever it was checked out.
fn shared(name: &str) -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|a| a.join("shared").join(name)).find(|p| p.exists());
    if found.is_none() {
        println!("skipped: no ../shared");
    }
    found
}

/// Values say so: PyPSA 1.4.0 with HiGHS, `optimize_with_rolling_horizon`.
#[test]
fn pypsa_rolls_to_the_same_cost() {
    let Some(folder) = shared("pypsa-cases/c27_rolling/csv") else { return };
    let read = fenggu::io::read(&folder, None);
    let net = read.network.unwrap_or_else(|| panic!("{:?}", read.diagnostics));
    assert_eq!(net.steps(), 96);
    let at_once = ok(&net, &DispatchOptions::default());
    close(at_once.results().objective, 31459.925560640404, 1e-6);
    let overlapping = ok(&net, &rolling(24, 6));
    close(overlapping.results().objective, 31459.925560640404, 1e-6);
    let apart = ok(&net, &rolling(24, 0));
    close(apart.results().objective, 42112.58, 1e-6);
    // And the energies of the case, which are unique.
    let grid = net.generators.find("grid").unwrap().index();
    let sum: f64 = overlapping.results().series(Quantity::GeneratorP, grid).iter().sum();
    close(sum, 331.27096068961123, 1e-6);
}

/// Two buses, two plants, a wind farm, and what a test adds.
fn two_buses(steps: usize) -> Network {
    let mut net = Network { time: TimeAxis::from_start(1_733_760_000, steps, 1.0, "Asia/Shanghai"), ..Network::default() };
    let a = net.buses.push(Bus { name: "A".into(), ..Bus::default() });
    let b = net.buses.push(Bus { name: "B".into(), ..Bus::default() });
    net.branches.push(Branch { name: "AB".into(), bus_from: a, bus_to: b, x_pu: 0.1, rating_a_mva: 70.0, ..Branch::default() });
    let coal = net.carriers.push(Carrier { name: "coal".into(), co2_t_per_mwh: 0.4, ..Carrier::default() });
    let unit = |name: &str, bus, mw: f64, cost: f64| Generator {
        name: name.into(),
        bus,
        p_max_mw: Some(mw.into()),
        cost_linear_per_mwh: cost.into(),
        ..Generator::default()
    };
    net.generators.push(Generator { carrier: Some(coal), ..unit("coal", a, 100.0, 20.0) });
    net.generators.push(unit("gas", b, 100.0, 60.0));
    let wind: Vec<f64> = (0..steps).map(|t| 30.0 + 29.0 * (t as f64 * 0.7).sin()).collect();
    net.generators.push(Generator { p_max_mw: Some(wind.into()), ..unit("wind", a, 0.0, 0.0) });
    let load: Vec<f64> = (0..steps).map(|t| 91.3 + 40.0 * (t as f64 * std::f64::consts::TAU / 24.0).sin()).collect();
    net.loads.push(Load { name: "city".into(), bus: b, p_mw: load.into(), shed_cost_per_mwh: Some(3000.0), ..Load::default() });
    net
}

fn battery(net: &mut Network, power: f64, energy: f64) -> StorageUnitId {
    let bus = net.buses.find("B").unwrap();
    net.storage_units.push(StorageUnit {
        name: "battery".into(),
        bus,
        p_nom_mw: Some(power),
        energy_hours_h: energy / power,
        efficiency_charge: 0.95.into(),
        efficiency_discharge: 0.95.into(),
        ..StorageUnit::default()
    })
}

#[test]
fn without_memory_windows_say_what_the_study_says() {
    let net = two_buses(60);
    let at_once = ok(&net, &DispatchOptions::default());
    for (horizon, overlap) in [(7, 0), (24, 6), (59, 58), (60, 0), (500, 3)] {
        let s = ok(&net, &rolling(horizon, overlap));
        close(s.results().objective, at_once.results().objective, 1e-9);
        for q in [Quantity::GeneratorP, Quantity::BusPrice, Quantity::BranchFlow] {
            let (a, b) = (s.results().column(q).unwrap(), at_once.results().column(q).unwrap());
            assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5), "{q:?} {horizon}/{overlap}");
        }
    }
}

/// A battery of two hours: a day ahead is all that matters to it.
#[test]
fn enough_overlap_is_as_good_as_the_whole() {
    let mut net = two_buses(24 * 6);
    battery(&mut net, 15.0, 30.0);
    let at_once = ok(&net, &DispatchOptions::default()).results().objective;
    close(ok(&net, &rolling(72, 48)).results().objective, at_once, 1e-7);
    let blind = ok(&net, &rolling(24, 0)).results().objective;
    assert!(blind >= at_once - 1e-6 * at_once);
    let short = ok(&net, &rolling(3, 0)).results().objective;
    assert!(short > at_once * 1.001, "three hours ahead must cost something: {short} against {at_once}");
}

/// Ramps of generators and links reach across windows: the referee judges the stitched run on the whole network.
#[test]
fn ramps_go_on_from_the_window_before() {
    let mut net = two_buses(48);
    net.generators.rows_mut()[0].ramp_up_mw = Some(4.0);
    net.generators.rows_mut()[0].ramp_down_mw = Some(5.0);
    let (a, b) = (net.buses.find("A").unwrap(), net.buses.find("B").unwrap());
    net.links.push(Link {
        name: "dc".into(),
        bus_from: a,
        bus_to: b,
        p_nom_mw: Some(40.0),
        ramp_up_pu: Some(0.05.into()),
        ramp_down_pu: Some(0.04.into()),
        ..Link::default()
    });
    let at_once = ok(&net, &DispatchOptions::default());
    for (horizon, overlap) in [(5, 0), (12, 4)] {
        let s = ok(&net, &rolling(horizon, overlap));
        for ramp in ["ramp", "link"] {
            let seen = s.certificate.tests.iter().any(|t| t.name.contains(ramp) && t.passed && t.count > 0);
            assert!(seen || ramp == "link", "{:?}", s.certificate.tests.iter().map(|t| t.name).collect::<Vec<_>>());
        }
        let dc = s.results().series(Quantity::LinkP, 0);
        assert!(dc.windows(2).all(|w| w[1] - w[0] <= 2.0 + 1e-6 && w[0] - w[1] <= 1.6 + 1e-6), "{dc:?}");
        assert!(dc.iter().any(|p| *p > 5.0), "the link must be in use for its ramp to be tested");
        assert!(s.results().objective >= at_once.results().objective - 1e-6);
    }
}

/// The referee holds the stitched run to every limit over the study.
#[test]
fn sums_over_the_study_hold() {
    let mut net = two_buses(24 * 7);
    let s = battery(&mut net, 20.0, 60.0);
    net.storage_units[s].cycles_max_per_day = Some(0.5);
    let free = ok(&net, &DispatchOptions::default());
    let burnt: f64 = free.results().series(Quantity::GeneratorP, 0).iter().sum::<f64>() * 0.4;
    net.global_limits.push(GlobalLimit { name: "co2".into(), limit: 0.8 * burnt, ..GlobalLimit::default() });
    net.generators.rows_mut()[1].energy_sum_min_mwh = 4000.0;
    net.generators.rows_mut()[1].energy_sum_max_mwh = 9000.0;
    net.side_constraints.push(SideConstraint { name: "shed".into(), rhs: 500.0, ..SideConstraint::default() });
    net.side_terms.push(SideTerm {
        name: "shed".into(),
        constraint: Id::new(0),
        table: "loads".into(),
        component: "city".into(),
        field: "shed_mw".into(),
        ..SideTerm::default()
    });
    let at_once = ok(&net, &DispatchOptions::default());
    for (horizon, overlap) in [(24, 0), (36, 12), (167, 1)] {
        let s = ok(&net, &rolling(horizon, overlap));
        let used = s.results().column(Quantity::GlobalLimitUsed).unwrap()[0];
        assert!(used <= 0.8 * burnt * (1.0 + 1e-6), "{used} of {}", 0.8 * burnt);
        assert!(s.results().objective >= at_once.results().objective * (1.0 - 1e-6));
        for name in ["global", "cycle", "energy_sum", "side"] {
            assert!(s.certificate.tests.iter().any(|t| t.name.contains(name) && t.passed), "{name} was not judged");
        }
    }
}

/// A cyclic unit ends where it began; `window_end=rule` brings it back at the end of every window.
#[test]
fn cyclic_storage_comes_back() {
    let mut net = two_buses(24 * 4);
    let s = battery(&mut net, 20.0, 60.0);
    (net.storage_units[s].end_rule, net.storage_units[s].soc_initial_mwh) = (EndRule::Cyclic, 25.0);
    let free = ok(&net, &rolling(24, 0));
    let soc = |s: &DispatchSolution, t: usize| s.results().at(Quantity::StorageSoc, 0, t);
    close(soc(&free, 95), 25.0, 1e-6);
    assert!(soc(&free, 23) < 1.0, "nothing is left at the end of a window that nothing binds");
    let rule = ok(&net, &DispatchOptions { window_end: WindowEnd::Rule, ..rolling(24, 0) });
    for day in 0..4 {
        close(soc(&rule, 24 * day + 23), 25.0, 1e-6);
    }
}

#[test]
fn a_window_that_cannot_be_solved_ends_the_run() {
    let mut net = two_buses(48);
    net.loads.rows_mut()[0].shed_cost_per_mwh = None;
    let mut load: Vec<f64> = net.loads.rows()[0].p_mw.values().to_vec();
    load[30] = 900.0;
    net.loads.rows_mut()[0].p_mw = load.into();
    let s = dispatch(&net, &rolling(12, 0)).unwrap();
    assert_eq!(s.status, RunStatus::Infeasible);
    let p = s.results().series(Quantity::GeneratorP, 0);
    assert!(p[..24].iter().all(|v| v.is_finite()), "what is finished stays");
    assert!(p[36..].iter().all(|v| v.is_nan()), "nothing is solved after it");
    let missing = s.results().column(Quantity::BusMissing).expect("what is missing");
    let at = |t: usize| missing.iter().skip(t).step_by(48).filter(|v| v.is_finite()).sum::<f64>();
    assert!(at(30) > 700.0 && at(29) < 1e-3, "{} {}", at(30), at(29));
    // Explained as the command explains it: on the network of the window, by its own steps.
    let failed = s.failed.expect("the window");
    assert_eq!((failed.window.start, failed.net.steps()), (24, 12));
    let e = failed.explanation.expect("why");
    assert_eq!(e.missing.map(|m| m.steps), Some((6, 6)));
    assert!(e.fixes.iter().any(|f| f.verified == Some(true)), "{:?}", e.fixes);
    let fixed = e.fixes[0].apply(&failed.net);
    assert_eq!(dispatch(&fixed, &DispatchOptions::default()).unwrap().status, RunStatus::Ok);
}

#[test]
fn what_windows_cannot_decide_is_refused_by_name() {
    let mut net = two_buses(48);
    net.generators.rows_mut()[1].p_nom_extendable = true;
    match dispatch(&net, &rolling(24, 0)) {
        Err(Error::Option { value, .. }) => assert!(value.contains("\"gas\""), "{value}"),
        other => panic!("{:?}", other.map(|s| s.status)),
    }
    for (horizon, overlap) in [(Some(24), 24), (Some(24), 30), (None, 3)] {
        let options = DispatchOptions { horizon_steps: horizon, overlap_steps: overlap, ..DispatchOptions::default() };
        assert!(matches!(dispatch(&two_buses(48), &options), Err(Error::Option { name: "overlap_steps", .. })));
    }
}

/// Every feature at once: whatever windows a random network is cut into, the stitched run satisfies the network, and costs no
/// less than the optimum.
#[test]
fn random_networks_roll() {
    let (mut rolled, mut stuck, mut refused) = (0, 0, 0);
    for seed in 0..300 {
        let mut net = random_net::network(seed);
        // Single steps of side constraints are refused (that is a test of its own): sums instead, in two of three networks.
        if seed % 3 > 0 {
            net.side_terms.rows_mut().iter_mut().for_each(|t| t.step = -1);
        }
        if net.steps() < 2 {
            continue;
        }
        let Ok(at_once) = dispatch(&net, &DispatchOptions::default()) else { continue };
        if at_once.status != RunStatus::Ok {
            continue;
        }
        let horizon = 1 + seed as usize % (net.steps() - 1);
        let overlap = (seed as usize / 7) % horizon;
        let s = match dispatch(&net, &rolling(horizon, overlap)) {
            Ok(s) => s,
            Err(Error::Option { name: "horizon_steps", .. }) => {
                refused += 1;
                continue;
            }
            // A state that the next step's limits cannot take is found by `check`.
            Err(Error::Data(_)) => {
                stuck += 1;
                continue;
            }
            Err(e) => panic!("seed {seed}: {e}"),
        };
        match s.status {
            RunStatus::Ok => {
                rolled += 1;
                let (a, b) = (s.results().objective, at_once.results().objective);
                assert!(a >= b - 1e-6 * b.abs().max(1e3), "seed {seed}: windows cost {a}, the whole {b}");
            }
            RunStatus::Infeasible => stuck += 1,
            other => panic!("seed {seed}: {} {:?}", other.word(), s.certificate.failed().map(|t| t.sentence()).collect::<Vec<_>>()),
        }
    }
    println!("{rolled} rolled, {stuck} ran into a window without a way out, {refused} refused");
    assert!(rolled > 80 && refused > 5, "{rolled} rolled, {stuck} stuck, {refused} refused");
}

/// Everything of a run, kept here instead of on the disk.
#[derive(Default)]
struct Kept(Vec<Results>);

impl fenggu::RollingSink for Kept {
    fn finished(&mut self, _: &fenggu::WindowRecord, kept: &Results) -> Result<(), Error> {
        self.0.push(kept.clone());
        Ok(())
    }
}

/// The folder of a long run: every step in the Parquet file, days on the page, months in tables.
#[test]
fn a_long_run_shows_days_and_keeps_every_step() {
    let mut net = two_buses(24 * 70);
    battery(&mut net, 20.0, 60.0);
    let options = rolling(24 * 8, 24);
    let mut kept = Kept::default();
    let end = fenggu::roll(&net, &options, &options.control(), Vec::new(), &mut kept).unwrap();
    assert_eq!((end.status, end.records.len(), end.windows), (RunStatus::Ok, 10, 10));
    let stitched = dispatch(&net, &options).unwrap();
    close(end.total.cost, stitched.results().objective, 1e-12);

    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("long-run");
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    let whole = end.total.results(net.steps());
    let slicer = fenggu::Slicer::new(&net);
    let long = fenggu::report::LongRun {
        run: fenggu::report::Run { verdict: Some(end.total.verdict()), ..fenggu::report::Run::new("dispatch", &net, &whole) },
        slicer: &slicer,
        ranges: end.records.iter().map(|r| r.steps[0]..r.steps[1]).collect(),
        read: &|k| Ok(kept.0[k].clone()),
        binding: &fenggu::binding,
        failing: None,
        windows: "{}".into(),
        cells_shown: 0,
    };
    fenggu::report::write_long_run(&long, &dir, &fenggu::report::ReportOptions::default()).unwrap();
    let back = fenggu::report::read_results_parquet(&dir.join("results.parquet"), &net).unwrap();
    for (q, column) in stitched.results().columns().filter(|(q, _)| q.spec().shape == results::Shape::PerStep) {
        let read = back.results.column(q).unwrap_or_else(|| panic!("{q:?} is missing"));
        assert!(read.iter().zip(column).all(|(a, b)| a == b || a.is_nan() && b.is_nan()), "{q:?}");
    }
    // Ten December and February days more than January has none of: three months.
    let mut months: Vec<String> = std::fs::read_dir(dir.join("tables"))
        .unwrap()
        .flatten()
        .filter(|e| e.path().is_dir())
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    months.sort();
    assert_eq!(months, ["2024-12", "2025-01", "2025-02"]);
    let january = std::fs::read_to_string(dir.join("tables/2025-01/generators_p_mw.csv")).unwrap();
    assert_eq!(january.lines().count(), 1 + 31 * 24);
    let daily = std::fs::read_to_string(dir.join("tables/generators_p_mw.csv")).unwrap();
    assert_eq!(daily.lines().count(), 1 + 70);
    // The mean of the first day, by hand.
    let mean = stitched.results().series(Quantity::GeneratorP, 0)[..24].iter().sum::<f64>() / 24.0;
    let told: f64 = daily.lines().nth(1).unwrap().split(',').nth(3).unwrap().parse().unwrap();
    close(told, mean, 1e-9);
    let page = std::fs::read_to_string(dir.join("report.html")).unwrap();
    assert!(page.len() < 600_000 && page.contains("daily means"), "{} bytes", page.len());
    assert_eq!(std::fs::read_to_string(dir.join("STATUS")).unwrap(), "ok\n");
}
