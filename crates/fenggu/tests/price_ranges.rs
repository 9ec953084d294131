//! Ranges of prices that are not unique: known kinks by hand, and the costs of a little more and a little less demand.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

mod pglib_data;

use fenggu::formulate::FlowForm;
use fenggu::net::{Quantity as Q, *};
use fenggu::{dispatch, Backend, DispatchOptions, DispatchSession, DispatchSolution, PriceRange};
use pglib_data::{cases, Expected};

const INF: f64 = f64::INFINITY;

fn country(steps: usize, buses: &[&str]) -> Network {
    let mut net = Network { time: TimeAxis::uniform(steps, 1.0), ..Network::default() };
    for name in buses {
        net.buses.push(Bus { name: name.to_string(), ..Bus::default() });
    }
    net
}

fn plant(net: &mut Network, bus: usize, mw: f64, cost: f64) {
    let (name, p_max_mw) = (format!("plant {}", net.generators.len()), Some(mw.into()));
    net.generators.push(Generator { name, bus: Id::new(bus), p_max_mw, cost_linear_per_mwh: cost.into(), ..Generator::default() });
}

fn load(net: &mut Network, bus: usize, p_mw: impl Into<Profile>) {
    let name = format!("load {}", net.loads.len());
    net.loads.push(Load { name, bus: Id::new(bus), p_mw: p_mw.into(), ..Load::default() });
}

fn line(net: &mut Network, from: usize, to: usize, rating: f64) {
    let (name, bus_from, bus_to) = (format!("line {}", net.branches.len()), Id::new(from), Id::new(to));
    net.branches.push(Branch { name, bus_from, bus_to, x_pu: 0.1, rating_a_mva: rating, ..Branch::default() });
}

/// Solves by every backend in both forms and compares ranges, `[bus × step]`; `most` solves at the most.
fn ranges(what: &str, net: &Network, expected: &[[f64; 2]], most: usize) {
    for &backend in Backend::all() {
        for flow in [FlowForm::Angle, FlowForm::Ptdf] {
            let options = DispatchOptions { flow: Some(flow), backend, price_range: PriceRange::All, ..DispatchOptions::default() };
            let s: DispatchSolution = dispatch(net, &options).unwrap();
            let place = format!("{what}, {} {}", backend.name(), flow.word());
            assert_eq!(s.status.word(), "ok", "{place}: {}", s.certificate.summary());
            let col = |q| s.results().column(q).unwrap().to_vec();
            let (low, high) = (col(Q::BusPriceMin), col(Q::BusPriceMax));
            for (k, [lo, hi]) in expected.iter().enumerate() {
                let same = |a: f64, b: f64| a == b || (a - b).abs() < 1e-4;
                assert!(same(low[k], *lo) && same(high[k], *hi), "{place}, {k}: {} … {} for {lo} … {hi}", low[k], high[k]);
            }
            assert!(s.answer.price_solves <= most, "{place}: {} solves", s.answer.price_solves);
        }
    }
}

#[test]
fn a_step_that_ends_at_the_demand() {
    for (mw, range, solves) in [
        (60.0, [20.0, 50.0], 2),
        (59.0, [20.0, 20.0], 0),
        (61.0, [50.0, 50.0], 0),
        // More than there is, less than nothing: no end.
        (120.0, [50.0, INF], 2),
        (0.0, [-INF, 20.0], 2),
    ] {
        let mut net = country(1, &["town"]);
        plant(&mut net, 0, 60.0, 20.0);
        plant(&mut net, 0, 60.0, 50.0);
        load(&mut net, 0, mw);
        ranges(&format!("{mw} MW"), &net, &[range], solves);
    }
}

#[test]
fn buses_without_congestion_share_their_solves() {
    let mut net = country(1, &["a", "b", "c"]);
    plant(&mut net, 0, 60.0, 20.0);
    plant(&mut net, 2, 60.0, 50.0);
    load(&mut net, 1, 60.0);
    for (from, to) in [(0, 1), (1, 2), (2, 0)] {
        line(&mut net, from, to, 100.0);
    }
    let options = DispatchOptions { flow: Some(FlowForm::Ptdf), price_range: PriceRange::All, ..DispatchOptions::default() };
    assert_eq!(dispatch(&net, &options).unwrap().answer.price_solves, 2);
    ranges("mesh", &net, &[[20.0, 50.0]; 3], 6);
}

/// A line that is just full, and was never over its limit: its price begins there.
#[test]
fn a_line_that_is_just_full() {
    let mut net = country(1, &["north", "south"]);
    plant(&mut net, 0, 200.0, 20.0);
    plant(&mut net, 1, 200.0, 50.0);
    line(&mut net, 0, 1, 60.0);
    load(&mut net, 0, 10.0);
    load(&mut net, 1, 60.0);
    ranges("just full", &net, &[[20.0, 20.0], [20.0, 50.0]], 2);
    net.loads.rows_mut()[1].p_mw = 61.0.into();
    ranges("full", &net, &[[20.0, 20.0], [50.0, 50.0]], 0);
    net.loads.rows_mut()[1].p_mw = 59.0.into();
    ranges("not full", &net, &[[20.0, 20.0], [20.0, 20.0]], 0);
}

/// A battery levels two steps at exactly what the cheap plant can do: one more MW in either costs 50, one less saves 20.
#[test]
fn a_battery_that_levels_two_steps() {
    let mut net = country(2, &["town"]);
    plant(&mut net, 0, 100.0, 20.0);
    plant(&mut net, 0, 100.0, 50.0);
    load(&mut net, 0, vec![80.0, 120.0]);
    net.storage_units.push(StorageUnit {
        name: "battery".into(),
        bus: Id::new(0),
        charge_max_mw: Some(40.0.into()),
        discharge_max_mw: Some(40.0.into()),
        energy_max_mwh: Some(40.0.into()),
        ..StorageUnit::default()
    });
    ranges("level", &net, &[[20.0, 50.0]; 2], 4);
    // Too small for that: the valley has its 20, the peak its 50.
    net.storage_units.rows_mut()[0].energy_max_mwh = Some(15.0.into());
    ranges("too small", &net, &[[20.0, 20.0], [50.0, 50.0]], 0);
    // Just large enough for a lower valley, in which the cheap plant has room: the peak is at the kink, the valley is not.
    net.loads.rows_mut()[0].p_mw = vec![70.0, 120.0].into();
    net.storage_units.rows_mut()[0].energy_max_mwh = Some(20.0.into());
    ranges("just large enough", &net, &[[20.0, 20.0], [20.0, 50.0]], 4);
    // With losses a MWh of the valley is worth 0.8 in the peak: 20 / 0.8 = 25 to both sides while the battery has room.
    net.storage_units.rows_mut()[0].efficiency_charge = 0.8.into();
    net.storage_units.rows_mut()[0].energy_max_mwh = Some(30.0.into());
    ranges("with losses", &net, &[[20.0, 20.0], [25.0, 25.0]], 4);
    // At its power limit just so: one more is 50.
    net.storage_units.rows_mut()[0].discharge_max_mw = Some(20.0.into());
    ranges("with losses, at its limit", &net, &[[20.0, 20.0], [25.0, 50.0]], 4);
}

/// A step that does not count has no price and no range.
#[test]
fn no_range_without_a_price() {
    let mut net = country(2, &["town"]);
    net.time.weight_objective[1] = 0.0;
    plant(&mut net, 0, 100.0, 20.0);
    load(&mut net, 0, 50.0);
    let s = dispatch(&net, &DispatchOptions { price_range: PriceRange::All, ..DispatchOptions::default() }).unwrap();
    assert!((s.results().at(Q::BusPriceMax, 0, 0) - 20.0).abs() < 1e-6 && s.results().at(Q::BusPriceMax, 0, 1).is_nan());
}

/// `C(d) − C(d − δ) ≤ low·δ` and `high·δ ≤ C(d + δ) − C(d)` for every δ, with equality where no kink lies within δ.
#[test]
fn ranges_are_what_a_little_more_and_less_costs() {
    let delta_mw = 0.05;
    let (mut prices, mut tight, mut wide, mut unmet) = (0, 0, 0, 0);
    for case in cases().into_iter().filter(|c| c.buses <= 60 && c.expected() != Expected::Infeasible) {
        let mut net = case.network();
        let buses: Vec<_> = net.buses.ids().collect();
        for (k, &bus) in buses.iter().enumerate() {
            net.loads.push(Load { name: format!("probe {k}"), bus, p_mw: 0.0.into(), ..Load::default() });
        }
        let first = net.loads.len() - buses.len();
        let options = DispatchOptions { tolerance: 1e-9, price_range: PriceRange::All, ..DispatchOptions::default() };
        let base = dispatch(&net, &options).unwrap();
        let at = |q, b: usize| base.results().at(q, b, 0);
        let plain = DispatchOptions { tolerance: 1e-9, ..DispatchOptions::default() };
        let mut session = DispatchSession::new(net, &plain).unwrap();
        for b in (0..buses.len()).filter(|&b| at(Q::BusPrice, b).is_finite()) {
            let mut cost = |mw: f64| {
                session.update(|n| n.loads.rows_mut()[first + b].p_mw = mw.into()).unwrap();
                let answer = session.solve(&plain.control()).unwrap();
                let r = &answer.results;
                r.column(Q::GeneratorP).filter(|_| r.objective.is_finite()).map(|_| (r.objective, (r.objective - r.bound).abs()))
            };
            let (less, more, here) = (cost(-delta_mw), cost(delta_mw), cost(0.0).unwrap());
            let (low, high) = (at(Q::BusPriceMin, b), at(Q::BusPriceMax, b));
            let gap = |side: (f64, f64)| (here.1 + side.1 + 1e-11 * here.0.abs()) / delta_mw + 1e-6 * (1.0 + at(Q::BusPrice, b).abs());
            let place = format!("{} bus {b}: {low} … {high}", case.name);
            assert!(low <= high, "{place}");
            if let Some(less) = less {
                let slope = (here.0 - less.0) / delta_mw;
                assert!(slope <= low + gap(less), "{place}: one less saves {slope}");
                tight += usize::from((slope - low).abs() <= gap(less) + 1e-3 * low.abs());
            } else {
                unmet += 1;
            }
            if let Some(more) = more {
                let slope = (more.0 - here.0) / delta_mw;
                assert!(high <= slope + gap(more), "{place}: one more costs {slope}");
                tight += usize::from((slope - high).abs() <= gap(more) + 1e-3 * high.abs());
            } else {
                assert!(high == INF || high.is_finite(), "{place}");
                unmet += 1;
            }
            wide += usize::from(high - low > 1e-3 * (1.0 + high.abs()));
            prices += 1;
        }
    }
    eprintln!("{prices} prices, {wide} not unique, {tight} ends met, {unmet} demands not met");
    assert!(tight + unmet >= 2 * prices - prices / 10, "ends are off where no kink is near: {tight} of {}", 2 * prices);
}
