//! Capacities as decisions, set points, energy sums.

use super::*;

fn candidate(net: &mut Network, name: &str, bus: BusId, price: f64, capital_cost_per_mw: f64) -> GeneratorId {
    net.generators.push(Generator {
        name: name.into(),
        bus,
        p_nom_extendable: true,
        capital_cost_per_mw,
        cost_linear_per_mwh: price.into(),
        ..Generator::default()
    })
}

/// The screening curve: base load costs 100 per MW and 10 per MWh, peak load 20 and 50, so base load is worth building for
/// what is needed more than (100 − 20)/(50 − 10) = 2 hours. Of the load, 50 MW last 8 hours, 30 MW more last 3, 20 MW one.
#[test]
fn the_screening_curve() {
    let mut net = study(3);
    net.time.weight_objective = vec![1.0, 2.0, 5.0];
    let a = bus(&mut net, "A");
    candidate(&mut net, "base", a, 10.0, 100.0);
    candidate(&mut net, "peak", a, 50.0, 20.0);
    load(&mut net, "L", a, vec![100.0, 80.0, 50.0]);
    // One more MW at the peak costs peak's capital and energy: 20 + 50. One more in the middle (2 h) saves 20 of peak's capital,
    // costs 100 of base's and saves (50 − 10)·1 at the peak: 40 + 2·10, over two hours 30.
    let expected: &[Expected<'_>] = &[
        (Q::GeneratorPNomOpt, "base", &[80.0]),
        (Q::GeneratorPNomOpt, "peak", &[20.0]),
        (Q::GeneratorP, "peak", &[20.0, 0.0, 0.0]),
        (Q::BusPrice, "A", &[70.0, 30.0, 10.0]),
    ];
    expect(&net, 80.0 * 100.0 + 20.0 * 20.0 + 10.0 * 490.0 + 50.0 * 20.0, expected);
}

/// Sun in one hour, load in both: a store is built for the second. Free sun of 3 MW a MW of panel... by hand: the load is 10 MW in
/// both hours; sun only in the first; panel 5 per MW, battery of one hour 4 per MW with efficiencies 1. The panel serves 10 and charges
/// 10: 20 MW of panel, 10 MW of battery, 140.
#[test]
fn sun_and_a_battery() {
    let mut net = study(2);
    let a = bus(&mut net, "A");
    let s = candidate(&mut net, "sun", a, 0.0, 5.0);
    net.generators[s].p_max_pu = vec![1.0, 0.0].into();
    net.storage_units.push(StorageUnit {
        name: "B".into(),
        bus: a,
        p_nom_extendable: true,
        capital_cost_per_mw: 4.0,
        ..StorageUnit::default()
    });
    load(&mut net, "L", a, 10.0);
    // One more MW by day: 5 of panel. By night: 5 of panel and 4 of battery.
    let expected: &[Expected<'_>] = &[
        (Q::GeneratorPNomOpt, "sun", &[20.0]),
        (Q::StoragePNomOpt, "B", &[10.0]),
        (Q::StorageSoc, "B", &[10.0, 0.0]),
        (Q::BusPrice, "A", &[5.0, 9.0]),
    ];
    expect(&net, 140.0, expected);
}

/// A line and a cable side by side are enlarged until the cheap side serves all it can; the line has no parallel path, so its rating is
/// its flow. Cheap energy at 10 with 60 MW, local energy at 50. Line: 8 per MVA, at most 25; cable: 12 per MW.
#[test]
fn a_line_and_a_cable() {
    let mut net = study(1);
    let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
    generator(&mut net, "cheap", a, 60.0, 10.0);
    generator(&mut net, "local", b, 100.0, 50.0);
    load(&mut net, "L", b, 80.0);
    let l = line(&mut net, "AB", a, b, 1.0);
    let row = &mut net.branches[l];
    (row.s_nom_extendable, row.s_nom_max_mva, row.capital_cost_per_mva) = (true, 25.0, 8.0);
    net.links.push(Link {
        name: "cable".into(),
        bus_from: a,
        bus_to: b,
        p_nom_extendable: true,
        capital_cost_per_mw: 12.0,
        ..Link::default()
    });
    let expected: &[Expected<'_>] =
        &[(Q::BranchSNomOpt, "AB", &[25.0]), (Q::LinkPNomOpt, "cable", &[35.0]), (Q::BusPrice, "B", &[50.0]), (Q::BusPrice, "A", &[38.0])];
    expect(&net, 25.0 * 8.0 + 35.0 * 12.0 + 600.0 + 20.0 * 50.0, expected);
}

/// A tank between two hours: hydrogen made in the first for the second. The tank costs 3 per MWh, its link 2 per MW.
#[test]
fn a_tank_is_built() {
    let mut net = study(2);
    let a = bus(&mut net, "A");
    generator(&mut net, "G", a, 100.0, vec![10.0, 50.0]);
    net.stores.push(Store { name: "T".into(), bus: a, e_nom_extendable: true, capital_cost_per_mwh: 3.0, ..Store::default() });
    load(&mut net, "L", a, vec![40.0, 30.0]);
    // 30 MWh in the tank cost 3 + 10 each instead of 50.
    let expected: &[Expected<'_>] =
        &[(Q::StoreENomOpt, "T", &[30.0]), (Q::StoreEnergy, "T", &[30.0, 0.0]), (Q::BusPrice, "A", &[10.0, 13.0])];
    expect(&net, 700.0 + 90.0, expected);
}

/// A limit on CO2 decides between wind and coal, and one on wind's capacity has its price.
#[test]
fn limits_on_carbon_and_on_capacity() {
    let mut net = study(1);
    let a = bus(&mut net, "A");
    let coal = net.carriers.push(Carrier { name: "coal".into(), co2_t_per_mwh: 0.4, ..Carrier::default() });
    let wind = net.carriers.push(Carrier { name: "wind".into(), ..Carrier::default() });
    let g = generator(&mut net, "coal", a, 200.0, 20.0);
    (net.generators[g].carrier, net.generators[g].efficiency) = (Some(coal), 0.4.into());
    let w = candidate(&mut net, "wind", a, 0.0, 60.0);
    (net.generators[w].carrier, net.generators[w].p_max_pu) = (Some(wind), 0.5.into());
    generator(&mut net, "import", a, 200.0, 150.0);
    load(&mut net, "L", a, 100.0);
    net.global_limits.push(GlobalLimit { name: "co2".into(), limit: 30.0, ..GlobalLimit::default() });
    net.global_limits.push(GlobalLimit {
        name: "land".into(),
        subject: LimitSubject::Capacity,
        carrier: Some(wind),
        limit: 100.0,
        ..GlobalLimit::default()
    });
    // Coal 30 MW (1 t a MWh), wind 100 MW give 50, import 20. A tonne more saves 150 − 20; a MW of wind more 0.5·150 − 60.
    let expected: &[Expected<'_>] = &[
        (Q::GeneratorP, "import", &[20.0]),
        (Q::GeneratorPNomOpt, "wind", &[100.0]),
        (Q::GlobalLimitPrice, "co2", &[130.0]),
        (Q::GlobalLimitPrice, "land", &[15.0]),
        (Q::GlobalLimitUsed, "land", &[100.0]),
        (Q::BusPrice, "A", &[150.0]),
    ];
    expect(&net, 600.0 + 6000.0 + 3000.0, expected);
}

/// A reservoir of 30 MWh a horizon, a pump that must run, and a fixed purchase.
#[test]
fn energy_sums_and_set_points() {
    let mut net = study(2);
    net.time.weight_energy = vec![1.0, 2.0];
    let a = bus(&mut net, "A");
    let h = generator(&mut net, "hydro", a, 50.0, 5.0);
    net.generators[h].energy_sum_max_mwh = 30.0;
    let f = generator(&mut net, "fixed", a, 50.0, 80.0);
    net.generators[f].p_set_mw = Some(vec![f64::NAN, 7.0].into());
    let p = generator(&mut net, "pump", a, 10.0, 0.0);
    (net.generators[p].sign, net.generators[p].p_set_mw) = (-1.0, Some(3.0.into()));
    generator(&mut net, "G", a, 100.0, vec![20.0, 30.0]);
    load(&mut net, "L", a, 40.0);
    // 43 MW to serve. A MWh of the reservoir saves 15 in the first step, (30 − 5)/2 in the second: 30 in the first.
    let expected: &[Expected<'_>] = &[
        (Q::GeneratorP, "hydro", &[30.0, 0.0]),
        (Q::GeneratorP, "fixed", &[0.0, 7.0]),
        (Q::GeneratorP, "pump", &[3.0, 3.0]),
        (Q::GeneratorP, "G", &[13.0, 36.0]),
        (Q::GeneratorEnergySumPrice, "hydro", &[15.0]),
        (Q::BusPrice, "A", &[20.0, 30.0]),
    ];
    expect(&net, 150.0 + 7.0 * 80.0 + 13.0 * 20.0 + 36.0 * 30.0, expected);
}

/// A candidate that may only rise by a quarter of its size an hour is built larger than its output.
#[test]
fn a_slow_candidate_is_built_larger() {
    let mut net = study(2);
    let a = bus(&mut net, "A");
    let g = candidate(&mut net, "slow", a, 10.0, 3.0);
    net.generators[g].ramp_up_pu = Some(0.25.into());
    generator(&mut net, "dear", a, 100.0, 200.0);
    load(&mut net, "L", a, vec![10.0, 20.0]);
    // Rising by 10 MW needs 40 MW: each MW of rise costs 12 of capital and saves 190. The first hour's output is held up by the load.
    let expected: &[Expected<'_>] = &[
        (Q::GeneratorPNomOpt, "slow", &[40.0]),
        (Q::GeneratorP, "slow", &[10.0, 20.0]),
        (Q::GeneratorRampPrice, "slow", &[0.0, 12.0]),
        (Q::BusPrice, "A", &[-2.0, 22.0]),
    ];
    expect(&net, 120.0 + 300.0, expected);
}

/// A user's own constraint on capacities: at most 30 MW of wind, whose price is what the next MW would save.
#[test]
fn a_side_constraint_on_a_capacity() {
    let mut net = study(2);
    let a = bus(&mut net, "A");
    let w = candidate(&mut net, "wind", a, 0.0, 20.0);
    net.generators[w].p_max_pu = vec![1.0, 0.5].into();
    generator(&mut net, "gas", a, 200.0, vec![30.0, 40.0]);
    load(&mut net, "L", a, 100.0);
    let constraint = net.side_constraints.push(SideConstraint { name: "land".into(), rhs: 60.0, ..SideConstraint::default() });
    net.side_terms.push(SideTerm {
        name: "wind".into(),
        constraint,
        table: "generators".into(),
        component: "wind".into(),
        field: "p_nom_opt_mw".into(),
        coefficient: 2.0,
        ..SideTerm::default()
    });
    // A MW of wind saves 30 + 20 and costs 20; the constraint counts it twice.
    let expected: &[Expected<'_>] = &[
        (Q::GeneratorPNomOpt, "wind", &[30.0]),
        (Q::SidePrice, "land", &[15.0]),
        (Q::SideActivity, "land", &[60.0]),
        (Q::BusPrice, "A", &[30.0, 40.0]),
    ];
    expect(&net, 600.0 + 70.0 * 30.0 + 85.0 * 40.0, expected);
}
