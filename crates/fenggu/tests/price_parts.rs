//! Energy and congestion parts of prices, by hand, for every reference.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

use fenggu::formulate::FlowForm;
use fenggu::net::{Quantity as Q, *};
use fenggu::{dispatch, wire, Backend, DispatchOptions, DispatchSolution, Error, PriceReference};

/// Cheap north and dear south with a full line between them, 20 and 50 per MWh, and an island at 70.
fn country() -> Network {
    let mut net = Network::default();
    let [north, south, isle, off] = ["north", "south", "isle", "off"].map(|n| net.buses.push(Bus { name: n.into(), ..Bus::default() }));
    net.buses[south].kind = BusKind::Reference;
    net.buses[off].kind = BusKind::Isolated;
    let line = Branch { name: "line".into(), bus_from: north, bus_to: south, x_pu: 0.1, rating_a_mva: 60.0, ..Branch::default() };
    net.branches.push(line);
    for (name, bus, cost) in [("wind", north, 20.0), ("coal", south, 50.0), ("diesel", isle, 70.0)] {
        let p_max_mw = Some(200.0.into());
        net.generators.push(Generator { name: name.into(), bus, p_max_mw, cost_linear_per_mwh: cost.into(), ..Generator::default() });
    }
    for (name, bus, mw) in [("village", north, 40.0), ("city", south, 100.0), ("harbour", isle, 10.0)] {
        net.loads.push(Load { name: name.into(), bus, p_mw: mw.into(), ..Load::default() });
    }
    net
}

fn everywhere(reference: &str, mut each: impl FnMut(&str, &DispatchSolution)) {
    for &backend in Backend::all() {
        for flow in [FlowForm::Angle, FlowForm::Ptdf] {
            let mut options = DispatchOptions { flow: Some(flow), backend, ..DispatchOptions::default() };
            options.set("price_reference", reference).unwrap();
            let s = dispatch(&country(), &options).unwrap();
            assert!(s.certificate.passed, "{}", s.certificate.summary());
            each(&format!("{reference}, {} {}", backend.name(), flow.word()), &s);
        }
    }
}

#[test]
fn parts_add_up_against_every_reference() {
    let mean = (40.0 * 20.0 + 100.0 * 50.0) / 140.0;
    for (reference, energy) in [("load_weighted", mean), ("reference_bus", 50.0), ("north", 20.0), ("south", 50.0), ("isle", mean)] {
        everywhere(reference, |what, s| {
            let at = |q, bus: usize| s.results().at(q, bus, 0);
            for (bus, price, part) in [(0, 20.0, energy), (1, 50.0, energy), (2, 70.0, 70.0)] {
                assert!((at(Q::BusPrice, bus) - price).abs() < 1e-5, "{what}, bus {bus}");
                assert!((at(Q::BusPriceEnergy, bus) - part).abs() < 1e-5, "{what}, bus {bus}: {}", at(Q::BusPriceEnergy, bus));
                let sum = at(Q::BusPriceEnergy, bus) + at(Q::BusPriceCongestion, bus);
                assert!((sum - at(Q::BusPrice, bus)).abs() < 1e-12, "{what}, bus {bus}");
            }
            assert!(at(Q::BusPriceEnergy, 3).is_nan() && at(Q::BusPriceCongestion, 3).is_nan(), "{what}");
            let summary = wire::DispatchSummary::new(&country(), s, 1);
            assert_eq!(summary.price_reference, reference);
        });
    }
}

#[test]
fn a_bus_that_cannot_be_the_reference_is_refused() {
    let refused = |name: &str| {
        let options = DispatchOptions { price_reference: PriceReference::Bus(name.to_string()), ..DispatchOptions::default() };
        match dispatch(&country(), &options) {
            Err(e @ Error::Option { name: "price_reference", .. }) => e.to_string(),
            other => panic!("{name}: {:?}", other.map(|s| s.status)),
        }
    };
    assert!(refused("Nroth").contains("did you mean \"north\"?"), "{}", refused("Nroth"));
    assert!(refused("reference-bus").contains("did you mean \"reference_bus\"?"));
    assert!(!refused("Beijing").contains("did you mean"));
    assert!(refused("off").contains("in service"));
}

/// A step that the objective does not count has no price, and `check` says so.
#[test]
fn a_step_without_weight_has_no_price() {
    let mut net = country();
    net.time = TimeAxis::uniform(2, 1.0);
    net.time.weight_objective[1] = 0.0;
    let found = check(&net, None);
    let said = found.iter().find(|d| d.code() == "N0204").expect("a finding");
    assert!(said.severity == Severity::Warning && said.render(diagnostic::Lang::En).contains("step 2"), "{said:?}");
    for flow in [FlowForm::Angle, FlowForm::Ptdf] {
        let s = dispatch(&net, &DispatchOptions { flow: Some(flow), ..DispatchOptions::default() }).unwrap();
        assert_eq!(s.status.word(), "ok", "{}", s.certificate.summary());
        for q in [Q::BusPrice, Q::BusPriceEnergy, Q::BusPriceCongestion, Q::BranchLimitPrice] {
            assert!(s.results().at(q, 0, 0).is_finite() && s.results().at(q, 0, 1).is_nan(), "{q:?}");
        }
        assert!((s.results().at(Q::BusPrice, 1, 0) - 50.0).abs() < 1e-5);
    }
}
