//! Whole dispatches with answers worked out by hand: dispatch, the price at every bus, shadow prices. Each is solved in
//! both flow forms and by every backend of the build, and each answer must pass the referee.
//!
//! Every case has one optimum and one set of prices, so that an interior point and a simplex must agree on them.

mod demand;
mod expansion;
mod limits;
mod network;
mod storage;

use fenggu::analyses::dispatch::dispatch;
use fenggu::formulate::FlowForm;
use fenggu::{judged, DispatchOptions};
use fenggu_net::Quantity as Q;
use fenggu_net::*;
use fenggu_opt::{Backend, Status};

/// What is expected: quantity, component, value in every step.
type Expected<'a> = (Q, &'a str, &'a [f64]);

/// Solves in every way and compares: relative to the value, or to 1 where that is smaller. 1e-5 is what an interior point's
/// tolerance of 1e-8 leaves in a price; the slips this file is after are of the order of 1.
fn expect(net: &Network, objective: f64, expected: &[Expected<'_>]) {
    let quadratic = net.generators.rows().iter().any(|g| g.is_quadratic());
    for flow in [FlowForm::Angle, FlowForm::Ptdf] {
        for &backend in Backend::all().iter().filter(|b| b.is_quadratic() || !quadratic) {
            let way = format!("{} form, {}", flow.word(), backend.name());
            let options = DispatchOptions { flow: Some(flow), backend, tolerance: 1e-8, ..DispatchOptions::default() };
            let found = dispatch(net, &options);
            let ideal = net.branches.iter().any(|(_, b)| per_unit::is_ideal(net.flow_convention, b));
            if ideal && flow == FlowForm::Ptdf {
                assert!(matches!(found, Err(fenggu::Error::SingularNetwork)), "{way}: there is no such form");
                continue;
            }
            let answer = found.unwrap_or_else(|e| panic!("{way}: {e}"));
            assert_eq!(answer.status, Status::Optimal, "{way}");
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-5 * b.abs().max(1.0);
            assert!(near(answer.results.objective, objective), "{way}: objective {} for {objective}", answer.results.objective);
            for (quantity, name, values) in expected {
                let spec = quantity.spec();
                let row = net.table(spec.table).row_of(name).unwrap_or_else(|| panic!("no {name}"));
                let got = answer.results.series(*quantity, row);
                let all_near = got.len() == values.len() && got.iter().zip(*values).all(|(g, v)| near(*g, *v));
                assert!(all_near, "{way}: {}.{} of {name} is {got:?}, by hand {values:?}", spec.table.word(), spec.field);
            }
            let judged = judged(net, answer);
            assert!(
                judged.certificate.passed,
                "{way}: refused: {:?}",
                judged.certificate.tests.iter().filter(|t| !t.passed).collect::<Vec<_>>()
            );
        }
    }
}

fn study(steps: usize) -> Network {
    Network { time: TimeAxis::uniform(steps, 1.0), ..Network::default() }
}
fn bus(net: &mut Network, name: &str) -> BusId {
    net.buses.push(Bus { name: name.into(), ..Bus::default() })
}
fn generator(net: &mut Network, name: &str, bus: BusId, max_mw: f64, price: impl Into<Profile>) -> GeneratorId {
    let (p_max_mw, cost_linear_per_mwh) = (Some(max_mw.into()), price.into());
    net.generators.push(Generator { name: name.into(), bus, p_max_mw, cost_linear_per_mwh, ..Generator::default() })
}
fn load(net: &mut Network, name: &str, bus: BusId, p_mw: impl Into<Profile>) -> LoadId {
    net.loads.push(Load { name: name.into(), bus, p_mw: p_mw.into(), ..Load::default() })
}
/// A line with x = 0.1.
fn line(net: &mut Network, name: &str, bus_from: BusId, bus_to: BusId, rating_a_mva: f64) -> BranchId {
    net.branches.push(Branch { name: name.into(), bus_from, bus_to, x_pu: 0.1, rating_a_mva, ..Branch::default() })
}
/// A battery with efficiencies 0.9 in and 0.8 out.
fn battery(net: &mut Network, bus: BusId, power_mw: f64, energy_mwh: f64) -> StorageUnitId {
    net.storage_units.push(StorageUnit {
        name: "S".into(),
        bus,
        charge_max_mw: Some(power_mw.into()),
        discharge_max_mw: Some(power_mw.into()),
        energy_max_mwh: Some(energy_mwh.into()),
        efficiency_charge: 0.9.into(),
        efficiency_discharge: 0.8.into(),
        ..StorageUnit::default()
    })
}
fn link(net: &mut Network, name: &str, bus_from: BusId, bus_to: BusId, p_max_mw: f64, efficiency: f64) -> LinkId {
    let (p_max_mw, efficiency) = (Some(p_max_mw.into()), efficiency.into());
    net.links.push(Link { name: name.into(), bus_from, bus_to, p_max_mw, efficiency, ..Link::default() })
}
/// Three buses in a loop of equal lines: G1 at bus 1, G2 at bus 2, the load at bus 3.
fn three_buses(limit_13_mw: f64) -> Network {
    let mut net = study(1);
    let (n1, n2, n3) = (bus(&mut net, "1"), bus(&mut net, "2"), bus(&mut net, "3"));
    generator(&mut net, "G1", n1, 500.0, 20.0);
    generator(&mut net, "G2", n2, 500.0, 40.0);
    load(&mut net, "L", n3, 150.0);
    line(&mut net, "12", n1, n2, f64::INFINITY);
    line(&mut net, "13", n1, n3, limit_13_mw);
    line(&mut net, "23", n2, n3, f64::INFINITY);
    net
}
/// One bus, 50 MW of load, power at a price per step, a battery of 20 MW.
fn with_battery(prices: &[f64]) -> Network {
    let mut net = study(prices.len());
    let a = bus(&mut net, "A");
    generator(&mut net, "G", a, 200.0, prices.to_vec());
    load(&mut net, "L", a, 50.0);
    battery(&mut net, a, 20.0, 40.0);
    net
}
