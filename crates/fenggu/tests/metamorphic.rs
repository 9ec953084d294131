//! Changes of a network whose effect on the cost is known without solving: names, order, units, splitting, doubling.
//!
//! Each test runs over random networks with every feature and compares two solves; neither has a stored answer.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]
#[path = "random_net/mod.rs"]
mod random_net;

use fenggu::io::{matpower, Format};
use fenggu::net::schema::Value;
use fenggu::net::*;
use fenggu::report::RunStatus;
use fenggu::{dispatch, DispatchOptions};
use random_net::{network, Rng};

/// Status and objective; refused or failed is a failure of the test.
fn solve(what: &str, net: &Network) -> Option<f64> {
    let s = dispatch(net, &DispatchOptions::default()).unwrap_or_else(|e| panic!("{what}: {e}"));
    match s.status {
        RunStatus::Ok => Some(s.answer.results.objective),
        RunStatus::Infeasible => None,
        other => panic!("{what}: {}: {}", other.word(), s.certificate.summary()),
    }
}

/// Runs `change` on networks of `seeds` that `keep` takes and compares with `factor` × the objective of before.
fn compare(
    name: &str,
    seeds: std::ops::Range<u64>,
    factor: f64,
    prepare: impl Fn(&mut Network),
    change: impl Fn(&Network, u64) -> Network,
) {
    let mut solved = 0;
    for seed in seeds.clone() {
        let mut net = network(seed);
        prepare(&mut net);
        let what = format!("{name}, seed {seed}");
        match (solve(&what, &net), solve(&format!("{what}, changed"), &change(&net, seed))) {
            (None, None) => {}
            (Some(a), Some(b)) => {
                // Costs of both signs may cancel: 1e-6 of the objective, or of 1000 in money.
                assert!((factor * a - b).abs() <= 1e-6 * (factor * a).abs().max(1e3), "{what}: {factor} × {a} became {b}");
                solved += 1;
            }
            (a, b) => panic!("{what}: {a:?} became {b:?}"),
        }
    }
    assert!(2 * solved > seeds.end - seeds.start, "{name}: only {solved} were solved");
}

fn as_is(_: &mut Network) {}

/// A network with the rows of `net` in the order that `order` gives (old rows, by new row) and names that `rename` makes,
/// appended to `to`. References follow.
fn append(to: &mut Network, net: &Network, order: impl Fn(TableId, usize) -> Vec<usize>, rename: impl Fn(&str) -> String) {
    let mut place: std::collections::HashMap<(TableId, usize), usize> = Default::default();
    for &id in TableId::ALL {
        let from = net.table(id);
        for row in order(id, from.count()) {
            let new = to.table_mut(id).push_named(rename(from.name_of(row)));
            place.insert((id, row), new);
            for (k, field) in from.fields().iter().enumerate() {
                let value = match (field.kind, from.value(row, k)) {
                    (schema::Kind::Reference(table) | schema::Kind::OptionalReference(table), Value::Reference(r)) => {
                        Value::Reference(place[&(table, r as usize)] as u32)
                    }
                    (_, Value::Text(name)) if id == TableId::SideTerms && field.name == "component" => Value::Text(rename(&name)),
                    (_, value) => value,
                };
                to.table_mut(id).set_value(new, k, value).expect("the same field");
            }
        }
    }
}

fn frame(net: &Network) -> Network {
    Network {
        name: net.name.clone(),
        base_mva: net.base_mva,
        currency: net.currency.clone(),
        flow_convention: net.flow_convention,
        time: net.time.clone(),
        ..Network::default()
    }
}

#[test]
fn order_and_names_do_not_matter() {
    compare("permuted", 0..60, 1.0, as_is, |net, seed| {
        let rng = std::cell::RefCell::new(Rng(seed));
        let shuffled = |_: TableId, n: usize| {
            let mut rows: Vec<usize> = (0..n).collect();
            (1..n).rev().for_each(|i| rows.swap(i, rng.borrow_mut().below(i + 1)));
            rows
        };
        let mut other = frame(net);
        append(&mut other, net, shuffled, |name| format!("renamed {name}"));
        other
    });
}

#[test]
fn a_generator_in_two_halves_costs_the_same() {
    compare("halved", 0..60, 1.0, as_is, |net, seed| {
        let mut other = net.clone();
        let g = GeneratorId::new(Rng(seed ^ 77).below(net.generators.len()));
        let half = |v: Option<f64>| v.map(|v| v / 2.0);
        let mut part = net.generators[g].clone();
        part.p_nom_mw = half(part.p_nom_mw);
        part.p_min_mw = part.p_min_mw.map(|p| p.map(|v| v / 2.0));
        part.p_max_mw = part.p_max_mw.map(|p| p.map(|v| v / 2.0));
        part.p_initial_mw = half(part.p_initial_mw);
        (part.ramp_up_mw, part.ramp_down_mw) = (half(part.ramp_up_mw), half(part.ramp_down_mw));
        part.cost_constant_per_h /= 2.0;
        part.cost_quadratic_per_mw2h = part.cost_quadratic_per_mw2h.map(|q| 2.0 * q);
        part.cost_points.iter_mut().for_each(|p| *p = [p[0] / 2.0, p[1] / 2.0]);
        part.offer.iter_mut().for_each(|s| s[0] /= 2.0);
        other.generators[g] = part.clone();
        let first = part.name.clone();
        part.name = format!("{first}, second half");
        let second = other.generators.push(part.clone());
        // What named the whole names both halves.
        let offers: Vec<_> = net.reserve_offers.iter().filter(|(_, o)| o.generator == Some(g)).map(|(id, o)| (id, o.clone())).collect();
        for (id, mut o) in offers {
            o.max_mw = o.max_mw.map(|v| v / 2.0);
            other.reserve_offers[id] = o.clone();
            (o.name, o.generator) = (format!("{}, second half", o.name), Some(second));
            other.reserve_offers.push(o);
        }
        for (_, term) in net.side_terms.iter().filter(|(_, t)| t.table == "generators" && t.component == first) {
            other.side_terms.push(SideTerm { name: format!("{}, second half", term.name), component: part.name.clone(), ..term.clone() });
        }
        // Reserve offers that side terms name would have to be split in the terms, too.
        let split = |t: &SideTerm| {
            t.table == "reserve_offers" && net.reserve_offers.iter().any(|(_, o)| o.name == t.component && o.generator == Some(g))
        };
        let extra: Vec<SideTerm> = net.side_terms.rows().iter().filter(|t| split(t)).cloned().collect();
        for t in extra {
            other.side_terms.push(SideTerm { name: format!("{}, half", t.name), component: format!("{}, second half", t.component), ..t });
        }
        other
    });
}

#[test]
fn the_base_of_per_unit_values_does_not_matter() {
    compare("base × 10", 0..60, 1.0, as_is, |net, _| {
        let mut other = net.clone();
        other.base_mva *= 10.0;
        for b in other.branches.rows_mut() {
            (b.r_pu, b.x_pu) = (10.0 * b.r_pu, 10.0 * b.x_pu);
        }
        other
    });
}

#[test]
fn costs_times_seven_are_seven_times_the_cost() {
    compare("costs × 7", 0..60, 7.0, as_is, |net, _| {
        let mut other = net.clone();
        let seven = |p: &mut Profile| *p = p.map(|v| 7.0 * v);
        let prices = |steps: &mut Vec<[f64; 2]>| steps.iter_mut().for_each(|s| s[1] *= 7.0);
        for g in other.generators.rows_mut() {
            g.cost_constant_per_h *= 7.0;
            seven(&mut g.cost_linear_per_mwh);
            seven(&mut g.cost_quadratic_per_mw2h);
            prices(&mut g.cost_points);
            prices(&mut g.offer);
        }
        for l in other.loads.rows_mut() {
            l.shed_cost_per_mwh = l.shed_cost_per_mwh.map(|c| 7.0 * c);
            prices(&mut l.bid);
        }
        for s in other.storage_units.rows_mut() {
            s.spill_cost_per_mwh = s.spill_cost_per_mwh.map(|v| 7.0 * v);
            prices(&mut s.end_value);
            seven(&mut s.charge_cost_per_mwh);
            seven(&mut s.discharge_cost_per_mwh);
        }
        other.stores.rows_mut().iter_mut().for_each(|s| seven(&mut s.cost_linear_per_mwh));
        for l in other.links.rows_mut() {
            seven(&mut l.cost_linear_per_mwh);
            seven(&mut l.cost_quadratic_per_mw2h);
        }
        other.reserves.rows_mut().iter_mut().for_each(|r| prices(&mut r.shortage));
        other.reserve_offers.rows_mut().iter_mut().for_each(|o| seven(&mut o.cost_per_mwh));
        for i in other.interfaces.rows_mut() {
            i.violation_cost_per_mwh = i.violation_cost_per_mwh.map(|c| 7.0 * c);
        }
        for s in other.side_constraints.rows_mut() {
            s.penalty = s.penalty.map(|c| 7.0 * c);
        }
        other
    });
}

#[test]
fn an_unrelated_town_adds_its_own_bill() {
    for seed in 0..40 {
        let net = network(seed);
        let what = format!("unrelated, seed {seed}");
        let mut other = net.clone();
        let bus = other.buses.push(Bus { name: "town".into(), ..Bus::default() });
        other.generators.push(Generator {
            name: "town plant".into(),
            bus,
            p_max_mw: Some(20.0.into()),
            cost_linear_per_mwh: 5.0.into(),
            ramp_up_mw: Some(1.0),
            ramp_down_mw: Some(1.0),
            ..Generator::default()
        });
        other.loads.push(Load { name: "town load".into(), bus, p_mw: 10.0.into(), ..Load::default() });
        let bill: f64 = (0..net.steps()).map(|t| 50.0 * net.time.objective_h(t)).sum();
        match (solve(&what, &net), solve(&what, &other)) {
            (None, None) => {}
            (Some(a), Some(b)) => assert!((a + bill - b).abs() <= 1e-6 * (a.abs() + bill).max(1e3), "{what}: {a} + {bill} became {b}"),
            (a, b) => panic!("{what}: {a:?} became {b:?}"),
        }
    }
}

#[test]
fn a_line_as_two_parallel_ones_carries_the_same() {
    compare("parallel", 0..60, 1.0, as_is, |net, seed| {
        if net.branches.is_empty() {
            return net.clone();
        }
        let mut other = net.clone();
        let l = BranchId::new(Rng(seed ^ 5).below(net.branches.len()));
        let mut part = net.branches[l].clone();
        (part.r_pu, part.x_pu, part.rating_a_mva) = (2.0 * part.r_pu, 2.0 * part.x_pu, part.rating_a_mva / 2.0);
        let first = part.name.clone();
        other.branches[l] = part.clone();
        part.name = format!("{first}, second");
        let second = other.branches.push(part.clone());
        for (_, term) in net.interface_terms.iter().filter(|(_, t)| t.branch == Some(l)) {
            other.interface_terms.push(InterfaceTerm { name: format!("{}, second", term.name), branch: Some(second), ..term.clone() });
        }
        for (_, term) in net.side_terms.iter().filter(|(_, t)| t.table == "branches" && t.component == first) {
            other.side_terms.push(SideTerm { name: format!("{}, second", term.name), component: part.name.clone(), ..term.clone() });
        }
        other
    });
}

#[test]
fn the_date_does_not_matter() {
    compare("dated", 0..30, 1.0, as_is, |net, seed| {
        let mut other = net.clone();
        let mut at = 1_700_000_000 + 12_345 * seed as i64;
        for h in &net.time.duration_h {
            other.time.start_utc_s.push(at);
            at += (h * 3600.0) as i64;
        }
        other.time.zone = "Asia/Shanghai".into();
        other
    });
}

#[test]
fn two_copies_as_islands_cost_twice() {
    // A limit on all CO2 would couple the copies.
    let uncoupled = |net: &mut Network| net.global_limits = Default::default();
    compare("twice", 0..60, 2.0, uncoupled, |net, _| {
        let mut other = frame(net);
        for copy in ["one", "two"] {
            append(&mut other, net, |_, n| (0..n).collect(), |name| format!("{copy} {name}"));
        }
        other
    });
}

/// One step of the network, without anything that couples steps or is not of the grid.
fn one_step(net: &mut Network) {
    let first = |p: &mut Profile| *p = Profile::Const(p.at(0));
    net.storage_units = Default::default();
    net.stores = Default::default();
    net.global_limits = Default::default();
    net.side_terms = Default::default();
    net.side_constraints = Default::default();
    let kept: Vec<ReserveOffer> = net.reserve_offers.rows().iter().filter(|o| o.generator.is_some()).cloned().collect();
    net.reserve_offers = Default::default();
    for o in kept {
        net.reserve_offers.push(o);
    }
    for g in net.generators.rows_mut() {
        (g.ramp_up_mw, g.ramp_down_mw) = (None, None);
    }
    for &id in TableId::ALL {
        let table = net.table_mut(id);
        for row in 0..table.count() {
            for field in 0..table.fields().len() {
                if let Value::Profile(mut p) = table.value(row, field) {
                    first(&mut p);
                    table.set_value(row, field, Value::Profile(p)).expect("the same field");
                }
            }
        }
    }
    let (h, w) = (net.time.duration_h[0], net.time.weight_objective[0]);
    net.time = TimeAxis::uniform(1, h);
    net.time.weight_objective[0] = 2.0 * w;
}

#[test]
fn a_step_that_counts_twice_is_two_steps() {
    compare("two steps", 0..60, 1.0, one_step, |net, _| {
        let mut other = net.clone();
        other.time = TimeAxis::uniform(2, net.time.duration_h[0]);
        other.time.weight_objective = vec![net.time.weight_objective[0] / 2.0; 2];
        other
    });
}

fn scratch(name: &str) -> std::path::PathBuf {
    let dir = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a scratch folder");
    dir
}

fn reread(path: &std::path::Path) -> Network {
    let read = fenggu::io::read(path, None);
    let said: String = read.diagnostics.iter().map(|d| d.render(diagnostic::Lang::En)).collect();
    read.network.unwrap_or_else(|| panic!("{}: {said}", path.display()))
}

#[test]
fn the_native_format_keeps_everything() {
    let dir = scratch("metamorphic-native");
    for seed in 0..60 {
        let net = network(seed);
        let path = dir.join(seed.to_string());
        let lost = fenggu::io::write(&path, &net, Format::Native).expect("written");
        assert!(lost.is_empty(), "seed {seed}: {lost:?}");
        let again = reread(&path);
        assert_eq!(again, net, "seed {seed}");
        if seed < 10 {
            assert_eq!(solve("again", &again), solve("before", &net));
        }
    }
}

#[test]
fn matpower_keeps_what_it_can_hold() {
    let dir = scratch("metamorphic-matpower");
    let mut compared = 0;
    for seed in 0..200 {
        // One hour of the grid, its plants and its loads: what a MATPOWER case holds.
        let mut net = network(seed);
        one_step(&mut net);
        net.time = TimeAxis::uniform(1, 1.0);
        net.reserves = Default::default();
        net.reserve_offers = Default::default();
        net.interface_terms = Default::default();
        net.interfaces = Default::default();
        net.link_ends = Default::default();
        net.shunts.rows_mut().iter_mut().for_each(|s| s.in_service = true);
        for b in net.branches.rows_mut() {
            (b.phase_shift_min_deg, b.phase_shift_max_deg, b.s_max_pu) = (None, None, 1.0.into());
        }
        for g in net.generators.rows_mut() {
            (g.efficiency, g.initial_status_h, g.carrier) = (1.0.into(), None, None);
            g.offer.clear();
            if g.cost_points.len() > 1 {
                (g.cost_linear_per_mwh, g.cost_quadratic_per_mw2h, g.cost_constant_per_h) = (0.0.into(), 0.0.into(), 0.0);
            }
        }
        for k in 0..net.loads.len() {
            // Shedding as the plant of last resort that it is.
            let l = &mut net.loads.rows_mut()[k];
            let (bus, name) = (l.bus, format!("last resort {k}"));
            (l.in_service, l.bid, l.shed_cost_per_mwh) = (true, Vec::new(), None);
            let (p_max_mw, cost_linear_per_mwh) = (Some(100.0.into()), 900.0.into());
            net.generators.push(Generator { name, bus, p_max_mw, cost_linear_per_mwh, ..Generator::default() });
        }
        if net.buses.iter().any(|(_, b)| b.carrier.is_some()) || net.flow_convention == FlowConvention::Pypsa {
            continue;
        }
        let written = matpower::write(&net, 0);
        let lossy = written.diagnostics.iter().any(|d| d.severity > Severity::Note);
        let path = dir.join(format!("case{seed}.m"));
        std::fs::write(&path, written.text).expect("written");
        let mut again = reread(&path);
        // The file does not say which convention is meant: MATPOWER's is the reader's choice.
        again.flow_convention = net.flow_convention;
        if lossy {
            continue;
        }
        let what = format!("seed {seed}");
        let (a, b) = (solve(&what, &net), solve(&what, &again));
        match (a, b) {
            (Some(a), Some(b)) => assert!((a - b).abs() <= 1e-6 * a.abs().max(1e3), "{what}: {a} became {b}"),
            (a, b) => assert_eq!(a, b, "{what}"),
        }
        let native = dir.join(format!("native{seed}"));
        fenggu::io::write(&native, &again, Format::Native).expect("written");
        assert_eq!(solve(&what, &reread(&native)), b, "{what}, native");
        compared += 1;
    }
    println!("{compared} compared");
    assert!(compared >= 40, "only {compared} of 200 fit into MATPOWER's format");
}
