//! The library's verbs: what each ending is called, and that a wrong answer is never called ok.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

use fenggu::formulate::FlowForm;
use fenggu::net::*;
use fenggu::report::RunStatus;
use fenggu::{dispatch, judged, Backend, DispatchOptions, DispatchSession, Error};

fn plant(name: &str, bus: BusId, p_max_mw: f64, cost: f64) -> Generator {
    Generator { name: name.into(), bus, p_max_mw: Some(p_max_mw.into()), cost_linear_per_mwh: cost.into(), ..Generator::default() }
}

/// Two buses and a line; wind in the north, coal and the city in the south.
fn two_bus() -> Network {
    let mut net = Network { name: "two buses".into(), ..Network::default() };
    let north = net.buses.push(Bus { name: "north".into(), ..Bus::default() });
    let south = net.buses.push(Bus { name: "south".into(), ..Bus::default() });
    let (bus_from, bus_to) = (north, south);
    net.branches.push(Branch { name: "line".into(), bus_from, bus_to, x_pu: 0.1, rating_a_mva: 80.0, ..Branch::default() });
    net.generators.push(plant("wind", north, 200.0, 0.0));
    net.generators.push(plant("coal", south, 200.0, 300.0));
    net.loads.push(Load { name: "city".into(), bus: south, p_mw: 100.0.into(), ..Load::default() });
    net
}

fn everywhere(mut each: impl FnMut(&str, &DispatchOptions)) {
    for &backend in Backend::all() {
        for flow in [FlowForm::Angle, FlowForm::Ptdf] {
            each(
                &format!("{} {}", backend.name(), flow.word()),
                &DispatchOptions { flow: Some(flow), backend, ..DispatchOptions::default() },
            );
        }
    }
}

#[test]
fn an_answer_that_was_changed_is_refused() {
    let net = two_bus();
    let answer = DispatchSession::new(net.clone(), &DispatchOptions::default()).expect("a session");
    let answer = { answer }.solve(&DispatchOptions::default().control()).expect("solved");
    assert_eq!(judged(&net, answer.clone()).status, RunStatus::Ok);
    let mut wrong = answer.clone();
    wrong.results.column_mut(Quantity::GeneratorP).expect("outputs")[1] -= 1.0;
    assert_eq!(judged(&net, wrong).status, RunStatus::Refused);
    let mut dear = answer.clone();
    dear.results.objective += 1.0;
    assert_eq!(judged(&net, dear).status, RunStatus::Refused);
    // The answer to yesterday's network is not the answer to today's.
    let mut other = net.clone();
    other.generators.rows_mut()[1].cost_linear_per_mwh = 100.0.into();
    assert_eq!(judged(&other, answer).status, RunStatus::Refused);
}

#[test]
fn wrong_data_is_an_error_with_all_findings() {
    let mut net = two_bus();
    net.generators.rows_mut()[0].p_min_mw = Some(300.0.into());
    net.branches.rows_mut()[0].x_pu = 0.0;
    let Err(Error::Data(found)) = dispatch(&net, &DispatchOptions::default()) else { panic!("not refused") };
    let codes: Vec<&str> = found.iter().filter(|d| d.severity == Severity::Error).map(|d| d.code()).collect();
    assert_eq!(codes.len(), 2, "{codes:?}");
    let text = Error::Data(found).to_string();
    assert!(text.contains("wind") && text.contains("line") && text.contains("2 errors"), "{text}");
}

#[test]
fn unbounded_is_called_unbounded() {
    // Free energy without end, and somebody who pays for any amount of it.
    let mut net = two_bus();
    net.branches.rows_mut()[0].rating_a_mva = f64::INFINITY;
    net.generators.rows_mut()[0].p_max_mw = Some(f64::INFINITY.into());
    let sink = Generator { p_min_mw: Some(f64::NEG_INFINITY.into()), ..plant("sink", Id::new(1), 0.0, 10.0) };
    net.generators.push(sink);
    everywhere(|what, options| {
        let s = dispatch(&net, options).expect("runs");
        assert_eq!(s.status, RunStatus::Unbounded, "{what}");
        assert!(!s.certificate.passed && s.results().column(Quantity::GeneratorP).is_none(), "{what}");
    });
}

#[test]
fn infeasible_says_how_much_where_and_proves_it() {
    let mut net = two_bus();
    net.loads.rows_mut()[0].p_mw = 350.0.into();
    everywhere(|what, options| {
        let s = dispatch(&net, options).expect("runs");
        assert_eq!(s.status, RunStatus::Infeasible, "{what}");
        assert!(s.answer.ray_checked && s.certificate.proves_infeasible(), "{what}: {}", s.certificate.summary());
        // No proof can find more than is missing at the least; one that weighs the north too finds less.
        assert!(s.certificate.ray_excess > 1.0 && s.certificate.ray_excess < 70.0 + 1e-6, "{what}: {}", s.certificate.ray_excess);
        assert!(s.certificate.passed, "{what}: {}", s.certificate.summary());
        // 80 over the line and 200 of coal: 70 are missing, and the line lets none of it come from the north.
        assert!((s.results().at(Quantity::BusMissing, 1, 0) - 70.0).abs() < 1e-6, "{what}");
        assert!(s.results().at(Quantity::BusMissing, 0, 0).abs() < 1e-6 && s.answer.broken.is_empty(), "{what}");
    });
}

/// Limits that exclude each other before anything is solved: an angle that asks for more than the rating allows.
#[test]
fn crossed_flow_limits_are_infeasible_with_a_proof() {
    let mut net = two_bus();
    // 10° over 0.1 p.u. is 174.5 MW, more than the 80 MW that the line may carry.
    (net.branches.rows_mut()[0].angle_min_deg, net.branches.rows_mut()[0].angle_max_deg) = (10.0, 20.0);
    everywhere(|what, options| {
        let s = dispatch(&net, options).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(s.status, RunStatus::Infeasible, "{what}");
        assert!(s.answer.ray_checked, "{what}: crossing bounds are a proof");
        let said = s.certificate.test("infeasible/crossed_limits").unwrap();
        assert!(said.passed && said.where_.contains("line"), "{what}: {said:?}");
        assert!(!s.answer.broken.is_empty(), "{what}: power cannot mend it, so what is in the way must be named");
    });
}

/// A limit that is missed by rounding only is no error of the data and must not make the network infeasible.
#[test]
fn limits_that_cross_by_rounding_are_met() {
    let mut net = two_bus();
    let g = &mut net.generators.rows_mut()[1];
    (g.p_nom_mw, g.p_min_mw, g.p_max_mw) = (Some(60.0), Some((60.0 + 1e-12).into()), Some(60.0.into()));
    everywhere(|what, options| {
        let s = dispatch(&net, options).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(s.status, RunStatus::Ok, "{what}: {}", s.certificate.summary());
        assert!((s.answer.results.objective - 18000.0).abs() < 1e-3, "{what}");
    });
}

#[test]
fn the_three_flow_conventions_differ_as_documented() {
    // Two parallel lines, one with a tap: MATPOWER and PyPSA see 1/(x·tap), PowerModels x/(r²+x²).
    let mut net = two_bus();
    net.branches.rows_mut()[0].rating_a_mva = f64::INFINITY;
    let second = Branch { name: "second".into(), tap_ratio: 1.25, r_pu: 0.1, phase_shift_deg: 1.0, ..net.branches.rows()[0].clone() };
    net.branches.push(second);
    let flows = |convention: FlowConvention| {
        let net = Network { flow_convention: convention, ..net.clone() };
        let s = dispatch(&net, &DispatchOptions::default()).expect("solved");
        assert_eq!(s.status, RunStatus::Ok);
        [s.results().at(Quantity::BranchFlow, 0, 0), s.results().at(Quantity::BranchFlow, 1, 0)]
    };
    // θ from 10·θ + 8·(θ − 1°) = 1 p.u.; the first line carries 10·θ.
    let theta = (1.0 + 8.0 * 1f64.to_radians()) / 18.0;
    for convention in [FlowConvention::Matpower, FlowConvention::Pypsa] {
        let f = flows(convention);
        assert!((f[0] - 1000.0 * theta).abs() < 1e-6 && (f[0] + f[1] - 100.0).abs() < 1e-6, "{convention:?}: {f:?}");
    }
    // 10 to 0.1/(0.01 + 0.01) = 5: two thirds and one third.
    let f = flows(FlowConvention::PowerModels);
    assert!((f[0] - 200.0 / 3.0).abs() < 1e-6, "{f:?}");
}
