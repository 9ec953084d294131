//! A session that is changed and solved again answers as a new one does; control, options and determinism.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]
#[path = "random_net/mod.rs"]
mod random_net;

use fenggu::formulate::FlowForm;
use fenggu::net::*;
use fenggu::report::RunStatus;
use fenggu::{dispatch, dispatch_with, judged, Backend, CancelToken, DispatchOptions, DispatchSession, DispatchSolution, Error};
use random_net::{network, Rng};
use std::time::{Duration, Instant};

const FORMS: [FlowForm; 2] = [FlowForm::Angle, FlowForm::Ptdf];

fn options(flow: FlowForm) -> DispatchOptions {
    DispatchOptions { flow: Some(flow), ..DispatchOptions::default() }
}

fn answer(session: &mut DispatchSession) -> DispatchSolution {
    let net = session.network().clone();
    let solved = session.solve(&DispatchOptions::default().control()).expect("solved");
    judged(&net, solved)
}

/// What the session answers now is what a new one answers: status, objective to 1e-6, the referee content.
fn same_as_fresh(what: &str, session: &mut DispatchSession, flow: FlowForm) -> DispatchSolution {
    let mine = answer(session);
    let fresh = dispatch(session.network(), &options(flow)).expect("a fresh session");
    let (a, b) = (mine.answer.results.objective, fresh.answer.results.objective);
    assert_eq!(mine.status, fresh.status, "{what}: {a} and {b}: {} {}", mine.certificate.summary(), fresh.certificate.summary());
    assert!(matches!(mine.status, RunStatus::Ok | RunStatus::Infeasible), "{what}: {}: {}", mine.status.word(), mine.certificate.summary());
    if mine.status == RunStatus::Ok {
        assert!((a - b).abs() <= 1e-6 * a.abs().max(1e3), "{what}: {a}, fresh {b}");
    }
    mine
}

fn scaled(rng: &mut Rng, p: &mut Profile) {
    let f = rng.between(0.6, 1.5);
    *p = p.map(|v| f * v);
}

/// A random change of values, named. Some make the data wrong (crossed limits): those must be refused.
fn change(rng: &mut Rng, net: &mut Network) -> &'static str {
    let kind = rng.below(12);
    let whole = rng.chance(0.3);
    let this = |rng: &mut Rng| whole || rng.chance(0.4);
    match kind {
        0 => {
            for g in net.generators.rows_mut() {
                if this(rng) {
                    scaled(rng, &mut g.cost_linear_per_mwh);
                    g.offer.iter_mut().for_each(|s| s[1] += 1.0);
                    g.cost_points.iter_mut().for_each(|p| p[1] *= 1.1);
                }
            }
            "costs"
        }
        1 => {
            for g in net.generators.rows_mut().iter_mut().filter(|g| g.is_quadratic()) {
                scaled(rng, &mut g.cost_quadratic_per_mw2h);
            }
            "quadratic costs"
        }
        2 => {
            for g in net.generators.rows_mut() {
                if this(rng) {
                    g.p_max_mw.iter_mut().for_each(|p| scaled(rng, p));
                    scaled(rng, &mut g.p_max_pu);
                }
            }
            "limits of generators"
        }
        3 => {
            for b in net.branches.rows_mut().iter_mut().filter(|b| b.rating_a_mva.is_finite()) {
                b.rating_a_mva *= rng.between(0.5, 1.5);
            }
            "ratings"
        }
        4 => {
            for l in net.loads.rows_mut() {
                if this(rng) {
                    scaled(rng, &mut l.p_mw);
                }
            }
            "demand"
        }
        5 => {
            for s in net.storage_units.rows_mut() {
                s.soc_initial_mwh *= rng.between(0.7, 1.6);
            }
            for g in net.generators.rows_mut() {
                g.p_initial_mw = g.p_initial_mw.map(|p| p * rng.between(0.9, 1.1));
            }
            "initial states"
        }
        6 => {
            for s in net.storage_units.rows_mut() {
                s.efficiency_charge = rng.between(0.7, 1.0).into();
                s.efficiency_discharge = rng.between(0.7, 1.0).into();
            }
            "efficiencies of storage"
        }
        7 => {
            for l in net.links.rows_mut() {
                scaled(rng, &mut l.efficiency);
                l.efficiency = l.efficiency.map(|e| e.min(1.0));
            }
            "efficiencies of links"
        }
        8 => {
            for c in net.side_terms.rows_mut() {
                c.coefficient *= 1.5;
            }
            for g in net.generators.rows_mut() {
                scaled(rng, &mut g.efficiency);
            }
            for i in net.interface_terms.rows_mut() {
                i.weight *= 0.8;
            }
            "coefficients of rules"
        }
        9 => {
            let (h, w) = (rng.pick(&[0.25, 1.0, 2.0]), rng.pick(&[1.0, 3.0]));
            net.time.duration_h.iter_mut().for_each(|d| *d = h);
            net.time.weight_objective.iter_mut().for_each(|x| *x = w);
            "lengths of steps"
        }
        10 => {
            // Never possible: the lower limit above the upper one.
            let k = rng.below(net.generators.len());
            net.generators.rows_mut()[k].p_min_mw = Some(1e6.into());
            net.generators.rows_mut()[k].in_service = true;
            "crossed limits"
        }
        _ => {
            for r in net.reserves.rows_mut() {
                scaled(rng, &mut r.requirement_mw);
            }
            for i in net.interfaces.rows_mut() {
                i.p_max_mw = i.p_max_mw.map(|v| v + 5.0);
            }
            for s in net.side_constraints.rows_mut() {
                s.rhs *= 1.2;
            }
            for g in net.global_limits.rows_mut() {
                g.limit *= 1.1;
            }
            "limits of rules"
        }
    }
}

fn many_changes(seeds: std::ops::Range<u64>, changes: usize) {
    let (mut taken, mut refused) = (0, 0);
    for seed in seeds {
        for flow in FORMS {
            let mut rng = Rng(seed);
            let mut session = DispatchSession::new(network(seed), &options(flow)).expect("a session");
            for k in 0..changes {
                let before = session.network().clone();
                let mut named = "";
                let result = session.update(|net| named = change(&mut rng, net));
                let what = format!("seed {seed} {}, change {k}: {named}", flow.word());
                match result {
                    Ok(()) => taken += 1,
                    Err(Error::Data(_)) => {
                        refused += 1;
                        assert_eq!(*session.network(), before, "{what}");
                    }
                    Err(e) => panic!("{what}: {e}"),
                }
                same_as_fresh(&what, &mut session, flow);
            }
        }
    }
    println!("{taken} changes taken, {refused} refused");
    assert!(taken > 2 * refused && refused > 0, "{taken} taken, {refused} refused");
}

#[test]
fn changed_sessions_answer_as_new_ones() {
    many_changes(0..25, 8);
}

#[test]
#[ignore = "long: minutes"]
fn changed_sessions_answer_as_new_ones_long() {
    many_changes(100_000..100_400, 20);
}

/// Changes of structure: each is refused and leaves the session as it was, or is answered as a new session would.
#[test]
fn structural_changes_are_refused_or_right() {
    type Change = (&'static str, fn(&mut Network) -> bool);
    let changes: &[Change] = &[
        ("a generator more", |n| {
            let bus = n.generators.rows()[0].bus;
            n.generators.push(Generator { name: "new".into(), bus, p_max_mw: Some(10.0.into()), ..Generator::default() });
            true
        }),
        ("a generator out of service", |n| std::mem::replace(&mut n.generators.rows_mut()[0].in_service, false)),
        ("a generator at another bus", |n| {
            let other = Id::new((n.generators.rows()[0].bus.index() + 1) % n.buses.len());
            n.generators.rows_mut()[0].bus = other;
            n.buses.len() > 1
        }),
        ("a load at another bus", |n| {
            let count = n.buses.len();
            n.loads.rows_mut().iter_mut().for_each(|l| l.bus = Id::new((l.bus.index() + 1) % count));
            count > 1 && !n.loads.is_empty()
        }),
        ("a branch out of service", |n| n.branches.rows_mut().first_mut().is_some_and(|b| std::mem::replace(&mut b.in_service, false))),
        ("another reactance", |n| n.branches.rows_mut().first_mut().map(|b| b.x_pu *= 2.0).is_some()),
        ("another base", |n| {
            n.base_mva *= 3.0;
            true
        }),
        ("a branch turned round", |n| n.branches.rows_mut().first_mut().map(|b| std::mem::swap(&mut b.bus_from, &mut b.bus_to)).is_some()),
        ("one step less", |n| {
            n.time = TimeAxis::uniform(n.steps() - 1, 1.0);
            n.steps() > 0
        }),
        ("no shedding", |n| {
            n.loads.rows_mut().iter_mut().for_each(|l| l.shed_cost_per_mwh = None);
            true
        }),
        ("a link that ends elsewhere", |n| {
            let count = n.buses.len();
            n.links.rows_mut().iter_mut().for_each(|l| l.bus_to = Id::new((l.bus_to.index() + 1) % count));
            !n.links.is_empty()
        }),
        ("losses moved between ends of a link", |n| {
            let Some(end) = n.link_ends.rows().first().cloned() else { return false };
            n.link_ends.rows_mut()[0].efficiency = end.efficiency.map(|e| e + 0.1);
            n.links[end.link].efficiency = n.links[end.link].efficiency.map(|e| e - 0.1);
            true
        }),
        ("an offer of another reserve", |n| {
            let count = n.reserves.len();
            n.reserve_offers.rows_mut().iter_mut().for_each(|o| o.reserve = Id::new((o.reserve.index() + 1) % count));
            count > 1
        }),
        ("a side term of another step", |n| {
            n.side_terms.rows_mut().iter_mut().for_each(|t| t.step = 0);
            !n.side_terms.is_empty()
        }),
    ];
    for seed in 0..40 {
        for flow in FORMS {
            for (name, change) in changes {
                let net = network(seed);
                let what = format!("seed {seed} {}: {name}", flow.word());
                let mut session = DispatchSession::new(net.clone(), &options(flow)).expect("a session");
                let before = answer(&mut session);
                let result = session.update(|n| {
                    change(n);
                });
                let after = same_as_fresh(&what, &mut session, flow);
                if result.is_err() {
                    assert_eq!(*session.network(), net, "{what}");
                    assert_eq!(after.status, before.status, "{what}");
                }
            }
        }
    }
}

/// A meshed network large enough to keep a solver busy for many seconds.
fn large() -> Network {
    let mut rng = Rng(9);
    let mut net = Network { name: "large".into(), time: TimeAxis::uniform(168, 1.0), ..Network::default() };
    for k in 0..300 {
        let bus = net.buses.push(Bus { name: format!("b{k}"), ..Bus::default() });
        let series: Vec<f64> = (0..168).map(|t| 40.0 + 20.0 * (t as f64 / 3.8).sin() + rng.between(0.0, 10.0)).collect();
        net.loads.push(Load { name: format!("d{k}"), bus, p_mw: series.into(), shed_cost_per_mwh: Some(5000.0), ..Load::default() });
        let (size, cost) = (rng.between(50.0, 200.0), rng.between(1.0, 90.0));
        net.generators.push(Generator {
            name: format!("g{k}"),
            bus,
            p_max_mw: Some(size.into()),
            cost_linear_per_mwh: cost.into(),
            ramp_up_mw: Some(size / 8.0),
            ramp_down_mw: Some(size / 8.0),
            ..Generator::default()
        });
        if k % 3 == 0 {
            net.storage_units.push(StorageUnit {
                name: format!("s{k}"),
                bus,
                charge_max_mw: Some(20.0.into()),
                discharge_max_mw: Some(20.0.into()),
                energy_max_mwh: Some(80.0.into()),
                efficiency_charge: 0.93.into(),
                efficiency_discharge: 0.93.into(),
                end_rule: EndRule::Cyclic,
                ..StorageUnit::default()
            });
        }
    }
    for k in 0..600 {
        let (a, b) = if k < 300 { (k, (k + 1) % 300) } else { (rng.below(300), rng.below(300)) };
        if a != b {
            let (x, rating) = (rng.between(0.02, 0.2), rng.between(20.0, 80.0));
            let (bus_from, bus_to) = (Id::new(a), Id::new(b));
            net.branches.push(Branch { name: format!("l{k}"), bus_from, bus_to, x_pu: x, rating_a_mva: rating, ..Branch::default() });
        }
    }
    net
}

#[test]
fn a_cancelled_run_is_interrupted_at_once() {
    for flow in FORMS {
        let mut control = options(flow).control();
        let token = CancelToken::new();
        token.cancel();
        control.cancel = Some(token);
        let s = dispatch_with(&network(1), &options(flow), &control).expect("runs");
        assert_eq!(s.status, RunStatus::Interrupted);
        assert!(!s.certificate.passed && s.results().column(Quantity::GeneratorP).is_none());
    }
}

/// What a machine that does other things at the same time may add to the tenth of a second that stopping takes.
const BUSY: Duration = Duration::from_secs(3);

/// Every backend, whether it listens or not (presolve and some factorisations do not), ends with the caller's patience; what it
/// had is not passed off as an answer; and its session answers right when asked again.
#[test]
fn cancelling_and_deadlines_end_a_long_run() {
    let net = large();
    for &backend in Backend::all() {
        let options = DispatchOptions { backend, ..DispatchOptions::default() };
        let mut control = options.control();
        let token = CancelToken::new();
        control.cancel = Some(token.clone());
        let mut session = DispatchSession::new(net.clone(), &options).expect("a session");
        let waiting = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(400));
            token.cancel();
            Instant::now()
        });
        let solved = session.solve(&control).expect("runs");
        let ended = Instant::now();
        let cancelled = waiting.join().expect("no panic");
        let late = ended.saturating_duration_since(cancelled);
        assert_eq!(judged(&net, solved).status, RunStatus::Interrupted, "{}", backend.name());
        assert!(late < BUSY, "{}: ended {late:?} after it was cancelled", backend.name());

        let clock = Instant::now();
        let control = fenggu::Control { time_limit_s: Some(0.3), ..options.control() };
        let solved = session.solve(&control).expect("runs");
        let took = clock.elapsed();
        println!("{}: cancelled {late:?}, limit 0.3 s took {took:?}", backend.name());
        assert!(took < BUSY, "{}: {took:?}", backend.name());
        let s = judged(&net, solved);
        assert_eq!(s.status, RunStatus::TimeLimit, "{}: never infeasible", backend.name());
        assert!(!s.certificate.passed);
    }
}

/// A session that was stopped goes on as if nothing had been: changed and solved again it answers as a new one.
#[test]
fn stopped_sessions_answer_as_new_ones() {
    for seed in 0..12 {
        for flow in FORMS {
            let what = format!("seed {seed} {}", flow.word());
            let mut session = DispatchSession::new(network(seed), &options(flow)).expect("a session");
            let mut rng = Rng(seed);
            for _ in 0..3 {
                let token = CancelToken::new();
                token.cancel();
                let control = fenggu::Control { cancel: Some(token), ..options(flow).control() };
                session.solve(&control).expect("runs");
                let control = fenggu::Control { time_limit_s: Some(1e-3), ..options(flow).control() };
                session.solve(&control).expect("runs");
                let _ = session.update(|net| {
                    change(&mut rng, net);
                });
                same_as_fresh(&what, &mut session, flow);
            }
        }
    }
}

#[test]
fn every_option_keeps_what_it_is_given() {
    let values: &[(&str, &[&str], &[&str])] = &[
        ("flow", &["auto", "angle", "ptdf"], &["", "Angle", "dc"]),
        ("backend", &["auto", "clarabel"], &["gurobi", ""]),
        ("time_limit_s", &["none", "1", "0.5", "3600"], &["0", "-1", "NaN", "inf", "", "1e10"]),
        ("threads", &["1", "2", "1024"], &["0", "-1", "1025", "1.5", "NaN"]),
        ("tolerance", &["1e-7", "1e-10", "1e-3"], &["0", "1e-11", "0.01", "NaN", "-1e-7"]),
        ("price_range", &["none", "all"], &["some", ""]),
        ("horizon_steps", &["none", "1", "768"], &["0", "-1", "1.5", ""]),
        ("overlap_steps", &["0", "96"], &["-1", "none", "0.5", ""]),
        ("window_end", &["free", "rule"], &["cyclic", ""]),
        ("price_reference", &["load_weighted", "reference_bus", "A", "bus:reference_bus"], &["", "bus:"]),
        ("tie", &["free", "pro_rata"], &["", "shared"]),
    ];
    let names: Vec<&str> = values.iter().map(|v| v.0).collect();
    assert_eq!(names, DispatchOptions::SPECS.iter().map(|s| s.name).collect::<Vec<_>>(), "each option is tested here");
    for spec in DispatchOptions::SPECS {
        let (_, good, bad) = values.iter().find(|v| v.0 == spec.name).expect("listed");
        assert!(!spec.help.is_empty() && !spec.rule.is_empty());
        // The default stands its own check.
        let mut o = DispatchOptions::default();
        o.set(spec.name, &(spec.get)(&DispatchOptions::default())).expect("the default");
        assert_eq!(o, DispatchOptions::default());
        // An overlap needs a horizon to lie in.
        o.horizon_steps = Some(1000);
        for text in *good {
            o.set(spec.name, text).unwrap_or_else(|e| panic!("{} = {text}: {e}", spec.name));
            assert_eq!(&(spec.get)(&o), text);
            o.check().expect("in range");
        }
        let before = o.clone();
        for text in *bad {
            match o.set(spec.name, text) {
                Err(Error::Option { name, value, rule, .. }) => {
                    assert_eq!((name, value.as_str(), rule.as_str()), (spec.name, *text, spec.rule))
                }
                other => panic!("{} = {text}: {other:?}", spec.name),
            }
            assert_eq!(o, before, "a refused value changes nothing");
        }
    }
    assert!(matches!(DispatchOptions::default().set("speed", "1"), Err(Error::Option { value, .. }) if value == "speed"));
    // Filled in by code, they are checked by the engine.
    let net = network(1);
    let bad = [
        (DispatchOptions { threads: 0, ..Default::default() }, "threads"),
        (DispatchOptions { tolerance: f64::NAN, ..Default::default() }, "tolerance"),
        (DispatchOptions { time_limit_s: Some(-1.0), ..Default::default() }, "time_limit_s"),
    ];
    for (o, field) in bad {
        assert!(matches!(dispatch(&net, &o), Err(Error::Option { name, .. }) if name == field), "{field}");
    }
}

#[test]
fn runs_are_deterministic_and_threads_do_not_matter() {
    let bits = |s: &DispatchSolution| -> Vec<(Quantity, Vec<u64>)> {
        s.results().columns().map(|(q, c)| (q, c.iter().map(|v| v.to_bits()).collect())).collect()
    };
    for seed in 0..12 {
        let net = network(seed);
        for &backend in Backend::all() {
            for flow in FORMS {
                let o = DispatchOptions { flow: Some(flow), backend, ..DispatchOptions::default() };
                let (a, b) = match (dispatch(&net, &o), dispatch(&net, &o)) {
                    (Ok(a), Ok(b)) => (a, b),
                    (Err(Error::Solver(_)), _) => continue, // quadratic costs
                    (Err(e), _) | (_, Err(e)) => panic!("{e}"),
                };
                let what = format!("seed {seed} {} {}", backend.name(), flow.word());
                assert_eq!(bits(&a), bits(&b), "{what}");
                assert_eq!(a.answer.results.objective.to_bits(), b.answer.results.objective.to_bits(), "{what}");
                let two = dispatch(&net, &DispatchOptions { threads: 2, ..o }).expect("two threads");
                assert_eq!(two.status, a.status, "{what}");
                if a.status == RunStatus::Ok {
                    let (x, y) = (a.answer.results.objective, two.answer.results.objective);
                    assert!((x - y).abs() <= 1e-6 * x.abs().max(1e3), "{what}: {x}, two threads {y}");
                }
            }
        }
    }
}
