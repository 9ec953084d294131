//! Proofs of infeasibility, judged by the referee from the network alone; and wrong proofs, each refused.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

mod pglib_data;

use fenggu::formulate::FlowForm;
use fenggu::net::results::Outcome;
use fenggu::net::*;
use fenggu::referee::{judge_infeasible, Certificate, RefereeOptions};
use fenggu::{Backend, DispatchAnswer, DispatchOptions, DispatchSession};
use pglib_data::{cases, Case, Expected};

fn solve(net: &Network, flow: Option<FlowForm>, backend: Backend) -> DispatchAnswer {
    let options = DispatchOptions { flow, backend, ..DispatchOptions::default() };
    DispatchSession::new(net.clone(), &options).unwrap().solve(&options.control()).unwrap()
}

/// The referee's word on a proof alone.
fn judge(net: &Network, proof: &Results) -> Certificate {
    judge_infeasible(net, &Results::new(Outcome::Infeasible, net.steps()), Some(proof), &RefereeOptions::default())
}

fn infeasible(buses: usize) -> Vec<Case> {
    cases().into_iter().filter(|c| c.buses <= buses && c.expected() == Expected::Infeasible).collect()
}

/// Another proof: every multiplier through `f`, with its quantity.
fn changed(proof: &Results, f: impl Fn(Quantity, f64) -> f64) -> Results {
    let mut other = Results::new(proof.outcome, proof.steps);
    proof.columns().for_each(|(q, values)| other.set(q, values.iter().map(|&v| f(q, v)).collect()));
    other
}

#[test]
fn infeasible_cases_are_proven_in_both_forms() {
    for case in infeasible(500) {
        let net = case.network();
        for flow in [FlowForm::Angle, FlowForm::Ptdf] {
            let proof = solve(&net, Some(flow), Backend::Auto).proof.expect("a proof");
            let said = judge(&net, &proof);
            assert!(said.passed && said.proves_infeasible(), "{} {}: {}", case.name, flow.word(), said.summary());
            // In any scale.
            let scaled = judge(&net, &changed(&proof, |_, v| 1e-7 * v));
            assert!((scaled.ray_excess / said.ray_excess - 1.0).abs() < 1e-9, "{}: {}", case.name, scaled.ray_excess);
        }
    }
}

#[test]
fn wrong_proofs_are_refused() {
    let refused = |what: String, net: &Network, proof: &Results| {
        let said = judge(net, proof);
        assert!(!said.proves_infeasible() && !said.passed, "{what}: {}", said.summary());
    };
    let all = infeasible(500);
    let proofs: Vec<(Network, Results)> =
        all.iter().map(|c| c.network()).map(|n| (n.clone(), solve(&n, None, Backend::Auto).proof.expect("a proof"))).collect();
    for (k, (case, (net, proof))) in all.iter().zip(&proofs).enumerate() {
        refused(format!("{}: nothing", case.name), net, &changed(proof, |_, _| 0.0));
        refused(format!("{}: no columns", case.name), net, &Results::new(Outcome::Infeasible, 1));
        refused(format!("{}: signs turned", case.name), net, &changed(proof, |_, v| -v));
        refused(format!("{}: not numbers", case.name), net, &changed(proof, |_, _| f64::NAN));
        refused(format!("{}: infinite", case.name), net, &changed(proof, |_, v| v * f64::INFINITY));
        // The prices of limits prove nothing by themselves. (Those of the buses may do so without them: what they leave on the
        // angles the referee bounds by the branches' limits, which is a proof too, if a weaker one.)
        refused(format!("{}: no bus prices", case.name), net, &changed(proof, |q, v| if q == Quantity::BusPrice { 0.0 } else { v }));
        let limit = |q| matches!(q, Quantity::BranchLimitPrice | Quantity::BranchAnglePrice);
        let weaker = judge(net, &changed(proof, |q, v| if limit(q) { 0.0 } else { v })).ray_excess;
        assert!(weaker <= judge(net, proof).ray_excess * (1.0 + 1e-6), "{}: {weaker}", case.name);
        // Of 30_as and 30_ieee, one network with different limits, each proof proves the other's too.
        let (other, theirs) = &proofs[(k + 1) % proofs.len()];
        if other.buses.len() != net.buses.len() {
            refused(format!("{}: of another network", case.name), net, theirs);
        }
        // The same network, with angle limits that can be met, is feasible: then nothing is a proof.
        let typical = cases().into_iter().find(|c| format!("{}__sad", c.name) == case.name).expect("its typical case").network();
        refused(format!("{}: of its infeasible variant", case.name), &typical, proof);
        let mut dice = 88172645463325252u64;
        for round in 0..20 {
            let mut roll = || {
                dice ^= dice << 13;
                dice ^= dice >> 7;
                dice ^= dice << 17;
                (dice >> 11) as f64 / (1u64 << 53) as f64 - 0.5
            };
            let mut any = Results::new(Outcome::Infeasible, 1);
            for (q, values) in proof.columns() {
                any.set(q, values.iter().map(|_| roll() * if round % 2 == 0 { 1.0 } else { 1e6 }).collect());
            }
            refused(format!("{}: anything", case.name), &typical, &any);
        }
    }
}

/// A dispatch smuggled into a proof changes nothing: the referee reads the multipliers alone.
#[test]
fn a_proof_holds_no_dispatch() {
    let mut net = one_bus(1);
    let mut proof = Results::new(Outcome::Infeasible, 1);
    proof.set(Quantity::BusPrice, vec![1.0]);
    net.generators.rows_mut()[0].p_max_mw = Some(f64::INFINITY.into());
    assert!(!judge(&net, &proof).proves_infeasible());
    proof.set(Quantity::GeneratorP, vec![-1e9]);
    assert!(!judge(&net, &proof).proves_infeasible());
}

/// A bus with 100 MW of plant and 80 MW of load.
fn one_bus(steps: usize) -> Network {
    let mut net = Network { time: TimeAxis::uniform(steps, 1.0), ..Network::default() };
    let bus = net.buses.push(Bus { name: "town".into(), ..Bus::default() });
    let p_max_mw = Some(100.0.into());
    net.generators.push(Generator { name: "plant".into(), bus, p_max_mw, cost_linear_per_mwh: 20.0.into(), ..Generator::default() });
    net.loads.push(Load { name: "homes".into(), bus, p_mw: 80.0.into(), ..Load::default() });
    net
}

fn two_bus() -> Network {
    let mut net = one_bus(1);
    let north = net.buses.push(Bus { name: "north".into(), ..Bus::default() });
    let (bus_from, bus_to) = (north, Id::new(0));
    net.generators.rows_mut()[0].bus = north;
    net.branches.push(Branch { name: "line".into(), bus_from, bus_to, x_pu: 0.1, ..Branch::default() });
    net
}

/// Networks that one kind of limit makes infeasible, and the multiplier that must be there. Every one is
/// feasible when demand may be shed.
fn by_kind() -> Vec<(&'static str, Network, Quantity)> {
    let mut list = Vec::new();
    let mut net = one_bus(1);
    net.loads.rows_mut()[0].p_mw = 130.0.into();
    list.push(("balance", net, Quantity::BusPrice));

    let mut net = two_bus();
    net.branches.rows_mut()[0].rating_a_mva = 50.0;
    list.push(("rating", net, Quantity::BranchLimitPrice));

    let mut net = two_bus();
    net.branches.rows_mut()[0].angle_max_deg = 2.0; // 34.9 MW
    list.push(("angle", net, Quantity::BranchAnglePrice));

    // A shifter in parallel, whose range is too small to lead the flow round the limit.
    let mut net = two_bus();
    let line = net.branches.rows()[0].clone();
    net.branches.rows_mut()[0].rating_a_mva = 20.0;
    net.branches.push(Branch { name: "shifter".into(), phase_shift_min_deg: Some(-1.0), phase_shift_max_deg: Some(1.0), ..line });
    list.push(("shifter", net, Quantity::BranchLimitPrice));

    let mut net = two_bus();
    net.interfaces.push(Interface { name: "cut".into(), p_max_mw: 60.0.into(), ..Interface::default() });
    net.interface_terms.push(InterfaceTerm {
        name: "t".into(),
        interface: Id::new(0),
        branch: Some(Id::new(0)),
        ..InterfaceTerm::default()
    });
    list.push(("interface", net, Quantity::InterfacePrice));

    let mut net = two_bus();
    net.branches.rows_mut()[0].in_service = false;
    let (bus_from, bus_to) = (Id::new(1), Id::new(0));
    net.links.push(Link { name: "dc".into(), bus_from, bus_to, p_max_mw: Some(90.0.into()), efficiency: 0.8.into(), ..Link::default() });
    list.push(("link", net, Quantity::BusPrice));

    let mut net = one_bus(2);
    net.loads.rows_mut()[0].p_mw = vec![10.0, 80.0].into();
    let g = &mut net.generators.rows_mut()[0];
    (g.ramp_up_mw, g.ramp_unit) = (Some(40.0), RampUnit::PerHour);
    list.push(("ramp", net, Quantity::GeneratorRampPrice));

    let mut net = one_bus(1);
    net.reserves.push(Reserve { name: "up".into(), requirement_mw: 30.0.into(), ..Reserve::default() });
    let generator = Some(Id::new(0));
    net.reserve_offers.push(ReserveOffer { name: "o".into(), reserve: Id::new(0), generator, ..ReserveOffer::default() });
    list.push(("reserve", net, Quantity::GeneratorHeadroomPrice));

    // Full power for one step of two: the energy for the second is not there.
    let battery = |energy: f64| StorageUnit {
        name: "battery".into(),
        bus: Id::new(0),
        discharge_max_mw: Some(50.0.into()),
        charge_max_mw: Some(50.0.into()),
        energy_max_mwh: Some(energy.into()),
        soc_initial_mwh: energy,
        efficiency_discharge: 0.8.into(),
        ..StorageUnit::default()
    };
    let mut net = one_bus(2);
    net.loads.rows_mut()[0].p_mw = 130.0.into();
    net.storage_units.push(battery(50.0));
    list.push(("storage", net, Quantity::StorageWaterValue));

    let mut net = one_bus(2);
    net.loads.rows_mut()[0].p_mw = 130.0.into();
    net.storage_units.push(StorageUnit { cycles_max_per_day: Some(1.0), ..battery(500.0) });
    list.push(("cycles", net, Quantity::StorageCyclePrice));

    let mut net = one_bus(2);
    net.loads.rows_mut()[0].p_mw = 130.0.into();
    net.stores.push(Store {
        name: "tank".into(),
        bus: Id::new(0),
        energy_max_mwh: Some(50.0.into()),
        energy_initial_mwh: 50.0,
        ..Store::default()
    });
    list.push(("store", net, Quantity::StoreWaterValue));

    let mut net = one_bus(2);
    net.carriers.push(Carrier { name: "coal".into(), co2_t_per_mwh: 0.9, ..Carrier::default() });
    net.generators.rows_mut()[0].carrier = Some(Id::new(0));
    net.global_limits.push(GlobalLimit { name: "cap".into(), limit: 100.0, ..GlobalLimit::default() });
    list.push(("global limit", net, Quantity::GlobalLimitPrice));

    let mut net = one_bus(1);
    net.side_constraints.push(SideConstraint { name: "own".into(), rhs: 70.0, ..SideConstraint::default() });
    let (table, component) = ("generators".to_string(), "plant".to_string());
    net.side_terms.push(SideTerm { name: "t".into(), constraint: Id::new(0), table, component, ..SideTerm::default() });
    list.push(("side constraint", net, Quantity::SidePrice));

    // Capacities that are decisions, none of which may be large enough.
    let mut net = one_bus(2);
    net.loads.rows_mut()[0].p_mw = vec![50.0, 80.0].into();
    let g = &mut net.generators.rows_mut()[0];
    (g.p_max_mw, g.p_nom_extendable, g.p_nom_min_mw, g.p_nom_max_mw) = (None, true, 10.0, 90.0);
    g.p_max_pu = vec![0.9, 0.7].into();
    list.push(("capacity", net, Quantity::BusPrice));

    let mut net = one_bus(2);
    net.loads.rows_mut()[0].p_mw = vec![10.0, 80.0].into();
    let g = &mut net.generators.rows_mut()[0];
    (g.p_max_mw, g.p_nom_extendable, g.p_nom_max_mw, g.capital_cost_per_mw) = (None, true, 120.0, 5.0);
    (g.ramp_up_pu, g.ramp_unit) = (Some(0.4.into()), RampUnit::PerStep);
    list.push(("ramp of a capacity", net, Quantity::GeneratorRampPrice));

    let mut net = two_bus();
    let b = &mut net.branches.rows_mut()[0];
    (b.s_nom_extendable, b.s_nom_max_mva, b.rating_a_mva) = (true, 60.0, 50.0);
    list.push(("rating to choose", net, Quantity::BranchLimitPrice));

    let mut net = one_bus(2);
    net.loads.rows_mut()[0].p_mw = 130.0.into();
    let unlimited = StorageUnit { discharge_max_mw: None, charge_max_mw: None, energy_max_mwh: None, ..battery(0.0) };
    net.storage_units.push(StorageUnit {
        p_nom_extendable: true,
        p_nom_max_mw: 40.0,
        energy_hours_h: 1.0,
        soc_initial_mwh: 20.0,
        ..unlimited
    });
    list.push(("storage to choose", net, Quantity::StorageWaterValue));

    let mut net = one_bus(2);
    net.generators.rows_mut()[0].energy_sum_max_mwh = 150.0;
    list.push(("energy sum", net, Quantity::GeneratorEnergySumPrice));

    let mut net = one_bus(1);
    net.generators.rows_mut()[0].p_set_mw = Some(70.0.into());
    list.push(("set point", net, Quantity::BusPrice));

    // A step that the objective does not count must be met all the same.
    let mut net = one_bus(2);
    net.time.weight_objective[1] = 0.0;
    net.loads.rows_mut()[0].p_mw = vec![80.0, 130.0].into();
    list.push(("weight 0", net, Quantity::BusPrice));
    list
}

#[test]
fn every_kind_of_limit_is_proven_and_needed() {
    for (what, net, q) in by_kind() {
        for &backend in Backend::all() {
            for flow in [FlowForm::Angle, FlowForm::Ptdf] {
                let place = format!("{what}, {} {}", backend.name(), flow.word());
                let answer = solve(&net, Some(flow), backend);
                assert_eq!(format!("{:?}", answer.status), "Infeasible", "{place}");
                let proof = answer.proof.expect("a proof");
                let said = judge(&net, &proof);
                assert!(said.passed && said.proves_infeasible(), "{place}: {}", said.summary());
                // What prices of buses leave on the angles is bounded by the branches' limits even without their prices.
                let by_branch = matches!(q, Quantity::BranchLimitPrice | Quantity::BranchAnglePrice);
                let needed = if by_branch { Quantity::BusPrice } else { q };
                assert!(proof.column(q).unwrap().iter().any(|v| v.abs() > 1e-6), "{place}: no {q:?}");
                for refused in [
                    changed(&proof, |of, v| if of == needed { 0.0 } else { v }),
                    changed(&proof, |of, v| if of == needed { -v } else { v }),
                ] {
                    assert!(!judge(&net, &refused).proves_infeasible(), "{place}: proven without {needed:?}");
                }
                // 100 MW of paid shedding leave nothing to prove.
                let mut eased = net.clone();
                eased.loads.rows_mut()[0].shed_cost_per_mwh = Some(1000.0);
                assert!(!judge(&eased, &proof).proves_infeasible(), "{place}: shedding");
            }
        }
    }
}

#[test]
#[ignore = "long: every infeasible case, seconds to a minute each"]
fn long_proofs() {
    let (mut least, mut count) = (f64::INFINITY, 0);
    for case in infeasible(usize::MAX) {
        let net = case.network();
        let proof = solve(&net, None, Backend::Auto).proof.expect("a proof");
        let clock = std::time::Instant::now();
        let said = judge(&net, &proof);
        let share = said.test("infeasible/ray").map_or(f64::NAN, |t| t.worst);
        let seconds = clock.elapsed().as_secs_f64();
        eprintln!("{}: excess {:.4e} MW, of which {share:.1e} may be rounding; {seconds:.3} s", case.name, said.ray_excess);
        assert!(said.proves_infeasible(), "{}: {}", case.name, said.summary());
        (least, count) = (least.min(said.ray_excess), count + 1);
    }
    eprintln!("{count} proven, the least excess {least:e} MW");
}
