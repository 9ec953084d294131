//! Limits after outages: by hand on two lines; and RTS-GMLC's 48 hours, day-ahead, on the exact route, beside an independent model's cost and
//! bound (`../shared/rts-gmlc`), in both forms of the network.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

use fenggu::formulate::FlowForm;
use fenggu::io::rts_gmlc::{self, Initial, Study};
use fenggu::net::*;
use fenggu::referee::{judge_held, RefereeOptions};
use fenggu::report::RunStatus;
use fenggu::{commit_with, dispatch, CommitOptions, CommitSession, DispatchOptions, Route};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Two equal lines of 100 MW, 120 MW after an outage, from a cheap plant to 150 MW of demand beside a dear one.
fn two_lines() -> Network {
    let mut net = Network::default();
    let bus = |net: &mut Network, name: &str| net.buses.push(Bus { name: name.into(), ..Bus::default() });
    let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
    for (name, bus, price) in [("cheap", a, 10.0), ("dear", b, 50.0)] {
        let p_max_mw = Some(200.0.into());
        net.generators.push(Generator { name: name.into(), bus, p_max_mw, cost_linear_per_mwh: f64::into(price), ..Generator::default() });
    }
    net.loads.push(Load { name: "town".into(), bus: b, p_mw: 150.0.into(), ..Load::default() });
    for name in ["L1", "L2"] {
        let line =
            Branch { name: name.into(), bus_from: a, bus_to: b, x_pu: 0.1, rating_a_mva: 100.0, rating_c_mva: 120.0, ..Branch::default() };
        let id = net.branches.push(line);
        net.contingencies.push(Contingency { name: format!("no {name}"), branch: Some(id), ..Contingency::default() });
    }
    net
}

#[test]
fn an_outage_limits_what_two_lines_carry_together() {
    for flow in [FlowForm::Angle, FlowForm::Ptdf] {
        let options = DispatchOptions { flow: Some(flow), ..DispatchOptions::default() };
        let solved = |net: &Network| {
            let s = dispatch(net, &options).unwrap();
            assert_eq!(s.status, RunStatus::Ok, "{}", s.certificate.summary());
            s
        };
        let price = |s: &fenggu::DispatchSolution, bus: usize| s.results().at(Quantity::BusPrice, bus, 0);
        // Either line must carry all: 120 MW at 10, 30 MW at 50.
        let net = two_lines();
        let s = solved(&net);
        assert!(
            (s.answer.results.objective - 2700.0).abs() < 1e-6 && (price(&s, 0) - 10.0).abs() < 1e-6 && (price(&s, 1) - 50.0).abs() < 1e-6
        );
        assert!((s.results().outage_prices.iter().map(|p| p.price_per_mwh).sum::<f64>() - 40.0).abs() < 1e-6);
        // A MW more on one line is one more after either outage: both lines are paid for, at 15 each it is cheaper than the dear plant.
        let mut soft = net.clone();
        soft.branches.rows_mut().iter_mut().for_each(|b| b.emergency_violation_cost_per_mwh = Some(15.0.into()));
        let s = solved(&soft);
        assert!((s.answer.results.objective - (1500.0 + 2.0 * 30.0 * 15.0)).abs() < 1e-6, "{}", s.answer.results.objective);
        assert!((price(&s, 1) - 40.0).abs() < 1e-6);
        // At 25 each it is not.
        soft.branches.rows_mut().iter_mut().for_each(|b| b.emergency_violation_cost_per_mwh = Some(25.0.into()));
        assert!((solved(&soft).answer.results.objective - 2700.0).abs() < 1e-6);
        // One excess serves the flow as it is and after outages: 60 MW rated, flow 75 + 15 over; after: 150 on one, 30 over serve both.
        let mut shared = net.clone();
        for b in shared.branches.rows_mut() {
            (b.rating_a_mva, b.violation_cost_per_mwh) = (60.0, Some(15.0.into()));
        }
        assert!((solved(&shared).answer.results.objective - (1500.0 + 2.0 * 30.0 * 15.0)).abs() < 1e-6);
        // Without a second line the outage parts the network: it is not secured, and the referee says so.
        let mut parted = net.clone();
        parted.branches.rows_mut()[1].in_service = false;
        let s = solved(&parted);
        assert!((s.answer.results.objective - (1000.0 + 2500.0)).abs() < 1e-6);
        assert!(s.certificate.test("security/parting_outage").is_some_and(|t| t.skipped.is_some()));
    }
}

/// Where limits after outages leave no dispatch, that is proven, and what is missing is said.
#[test]
fn what_outages_leave_unserved_is_proven_and_said() {
    let mut net = two_lines();
    net.generators.rows_mut()[1].p_max_mw = Some(10.0.into());
    for flow in [FlowForm::Angle, FlowForm::Ptdf] {
        let options = DispatchOptions { flow: Some(flow), ..DispatchOptions::default() };
        let s = dispatch(&net, &options).unwrap();
        assert_eq!(s.status, RunStatus::Infeasible);
        assert!(s.certificate.proves_infeasible() && s.certificate.passed, "{}", s.certificate.summary());
        let missing: f64 = s.results().column(Quantity::BusMissing).unwrap().iter().sum();
        assert!((missing - 20.0).abs() < 1e-3, "{missing} MW");
        let told = fenggu::explained(&net, &s, &options.control());
        println!("{told:?}");
    }
}

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/rts-gmlc");
    if !folder.is_dir() {
        println!("skipped: no ../shared");
        return None;
    }
    Some(folder)
}

fn day(folder: &Path, date: &str, hours: usize, contingencies: bool) -> Network {
    let initial = Initial::File(folder.join(format!("reference/initial_state_{date}.csv")));
    let study = Study { date: Some(date.into()), hours: Some(hours), initial, contingencies, ..Study::default() };
    rts_gmlc::read(folder, &study).network.unwrap()
}

/// Gap and cost of a day beside the reference.
fn measure(date: &str, hours: usize, contingencies: bool, flow: FlowForm, time_limit_s: f64, gap_relative: f64) {
    let Some(folder) = folder() else { return };
    let net = day(&folder, date, hours, contingencies);
    let options =
        CommitOptions { flow: Some(flow), time_limit_s: Some(time_limit_s), gap_relative, route: Route::Exact, ..CommitOptions::default() };
    let clock = std::time::Instant::now();
    // What was known at some moments.
    let seen = Arc::new(Mutex::new((Vec::<[f64; 3]>::new(), [f64::NAN; 2])));
    let sink = seen.clone();
    let progress = move |p: &fenggu::Progress| {
        let mut seen = sink.lock().unwrap();
        let (at, known) = (clock.elapsed().as_secs_f64(), [p.objective.unwrap_or(f64::NAN), p.bound.unwrap_or(f64::NAN)]);
        for moment in [20.0, 60.0, 120.0, 300.0, 600.0] {
            if at >= moment && seen.0.iter().all(|s| s[0] != moment) {
                let last = seen.1;
                seen.0.push([moment, last[0], last[1]]);
            }
        }
        seen.1 = known;
    };
    let control = fenggu::Control { progress: Some(Arc::new(progress)), ..options.control() };
    let s = commit_with(&net, &options, &control).unwrap();
    for [moment, cost, bound] in &seen.lock().unwrap().0 {
        println!("  at {moment} s: cost {cost:.1}, bound {bound:.1}, gap {:.4} %", 100.0 * (cost - bound) / cost);
    }
    let a = &s.answer;
    let certificate = s.certificate.as_ref();
    println!(
        "{date} {hours} h{} {}: {:.1} s, {:?}, cost {:.6}, bound {:.6}, gap {:.5} %, rows after outages and lazy {:?}, size {:?}, referee {} {}",
        if contingencies { " N-1" } else { "" },
        flow.word(),
        clock.elapsed().as_secs_f64(),
        s.status,
        a.objective,
        a.bound_claimed,
        100.0 * a.gap_claimed,
        a.lazy,
        a.size,
        certificate.map_or(String::new(), |c| c.summary()),
        s.referee_s,
    );
    if a.schedule.is_empty() {
        return;
    }
    let held = judge_held(&net, &a.results, &RefereeOptions::default());
    let over: f64 = a.results.column(Quantity::BranchEmergencyViolation).unwrap_or(&[]).iter().sum();
    println!("  held: {}; gap {:.3e}; {} outage prices, {over} MW over", held.summary(), held.gap_relative, a.results.outage_prices.len());
    assert!(certificate.is_some_and(|c| c.passed) && held.passed, "{}", held.summary());
    let summary: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("reference/summary.json")).unwrap()).unwrap();
    let known = &summary["cases"][format!("{date}_net")];
    if hours == 48 {
        let (best, bound) = (known["objective"].as_f64().unwrap(), known["bound"].as_f64().unwrap());
        println!("  reference cost {best:.6} ({:+.5} %), bound {bound:.6}", 100.0 * (a.objective / best - 1.0));
        assert!(a.objective >= bound * (1.0 - 1e-9), "below the reference's bound");
        assert!(contingencies || a.bound_claimed <= best * (1.0 + 1e-9), "bound above the reference's cost");
    }
}

/// The reference's commitment costs what the reference says it does, in both forms, and its prices are proven.
#[test]
fn the_references_commitment_costs_what_it_says() {
    let Some(folder) = folder() else { return };
    let summary: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("reference/summary.json")).unwrap()).unwrap();
    for date in ["2020-01-27", "2020-07-15"] {
        let net = day(&folder, date, 48, false);
        let status = commitment(&folder, date, &net);
        for flow in [FlowForm::Angle, FlowForm::Ptdf] {
            let options = CommitOptions { flow: Some(flow), ..CommitOptions::default() };
            let mut session = CommitSession::new(net.clone(), &options).unwrap();
            let answer = session.dispatch_held(&status, &options.control()).unwrap();
            let expected = summary["cases"][format!("{date}_net")]["objective"].as_f64().unwrap();
            let held = judge_held(&net, &answer.results, &RefereeOptions::default());
            println!("{date} {}: {:.6} for {expected:.6}, lazy {:?}, held {}", flow.word(), answer.objective, answer.lazy, held.summary());
            assert!((answer.objective / expected - 1.0).abs() < 1e-8, "{date} {}: {} for {expected}", flow.word(), answer.objective);
            assert!(held.passed, "{}", held.summary());
        }
    }
}

fn commitment(folder: &Path, date: &str, net: &Network) -> Vec<Vec<bool>> {
    use std::io::Read;
    let file = std::fs::File::open(folder.join(format!("reference/commitment_{date}_net.csv.gz"))).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut status = vec![vec![true; net.steps()]; net.generators.len()];
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let row = net.generators.find(cells.next().unwrap()).unwrap().index();
        status[row] = cells.map(|c| c == "1").collect();
    }
    status
}

#[test]
fn a_morning_with_every_outage_is_secure() {
    for flow in [FlowForm::Angle, FlowForm::Ptdf] {
        measure("2020-07-15", 6, true, flow, 60.0, 1e-3);
    }
}

#[test]
#[ignore = "long: `FENGGU_RTS=date,hours,n1(0|1),form,seconds,gap`"]
fn measured() {
    let asked = std::env::var("FENGGU_RTS").unwrap_or_else(|_| "2020-07-15,48,0,ptdf,60,1e-5".into());
    let c: Vec<&str> = asked.split(',').collect();
    let flow = FlowForm::from_word(c[3]).unwrap();
    measure(c[0], c[1].parse().unwrap(), c[2] == "1", flow, c[4].parse().unwrap(), c[5].parse().unwrap());
}
