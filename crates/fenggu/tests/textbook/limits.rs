//! Ramps, reserves, caps, side constraints.

use super::*;

fn ramping(hours: f64) -> Network {
    let mut net = study(2);
    net.time.duration_h = vec![hours; 2];
    let a = bus(&mut net, "A");
    let g = generator(&mut net, "G1", a, 200.0, 10.0);
    net.generators[g].ramp_up_mw = Some(30.0 / hours);
    generator(&mut net, "G2", a, 100.0, 50.0);
    load(&mut net, "L", a, vec![100.0, 160.0]);
    net
}

#[test]
fn a_ramp_makes_the_valley_price_negative() {
    // G1 rises from 100 to 130 at most. +1 MW in the valley costs 10 and lets G1 displace 1 MW of G2 later: 10 − 40 = −30.
    let answer: &[Expected<'_>] = &[
        (Q::GeneratorP, "G1", &[100.0, 130.0]),
        (Q::GeneratorP, "G2", &[0.0, 30.0]),
        (Q::BusPrice, "A", &[-30.0, 50.0]),
        (Q::GeneratorRampPrice, "G1", &[0.0, 40.0]),
    ];
    expect(&ramping(1.0), 1000.0 + 1300.0 + 1500.0, answer);
    // Per hour, in quarter-hours: 120 MW/h are 30 MW a step. The ramp's price is per MW, so a quarter of it; prices stay.
    let quarter: Vec<_> = answer[..3].iter().cloned().chain([(Q::GeneratorRampPrice, "G1", &[0.0, 10.0] as &[f64])]).collect();
    expect(&ramping(0.25), 3800.0 / 4.0, &quarter);
}

#[test]
fn a_told_state_before_the_horizon_limits_the_first_step() {
    // At 80 MW before: 110 and 140 at most. Load 100 and 160: 100, then 130 as before; at 50 MW before: 80, 110.
    let mut net = ramping(1.0);
    let g = &mut net.generators.rows_mut()[0];
    (g.p_initial_mw, g.initial_status_h) = (Some(50.0), Some(8.0));
    expect(
        &net,
        800.0 + 1000.0 + 1100.0 + 2500.0,
        &[
            (Q::GeneratorP, "G1", &[80.0, 110.0]),
            (Q::BusPrice, "A", &[50.0, 50.0]),
            // 1 MW more into the first step serves both steps, 1 MW more into the second serves one.
            (Q::GeneratorRampPrice, "G1", &[80.0, 40.0]),
        ],
    );
}

#[test]
fn scarce_reserve_lifts_the_price_of_energy() {
    // 160 MW for 120 MW of load and 50 MW of reserve: 10 MW short at 500. +1 MW of load takes 30 of fuel and 1 MW of reserve.
    let mut net = study(1);
    let a = bus(&mut net, "A");
    let g1 = generator(&mut net, "G1", a, 100.0, 10.0);
    let g2 = generator(&mut net, "G2", a, 60.0, 30.0);
    load(&mut net, "L", a, 120.0);
    let up = Reserve { name: "up".into(), requirement_mw: 50.0.into(), shortage: vec![[f64::INFINITY, 500.0]], ..Reserve::default() };
    let reserve = net.reserves.push(up);
    for (name, g) in [("O1", g1), ("O2", g2)] {
        net.reserve_offers.push(ReserveOffer { name: name.into(), reserve, generator: Some(g), ..ReserveOffer::default() });
    }
    expect(
        &net,
        1000.0 + 600.0 + 10.0 * 500.0,
        &[
            (Q::GeneratorP, "G1", &[100.0]),
            (Q::GeneratorP, "G2", &[20.0]),
            (Q::ReserveOfferP, "O1", &[0.0]),
            (Q::ReserveOfferP, "O2", &[40.0]),
            (Q::ReserveShortage, "up", &[10.0]),
            (Q::ReservePrice, "up", &[500.0]),
            (Q::BusPrice, "A", &[530.0]),
            (Q::GeneratorHeadroomPrice, "G2", &[500.0]),
        ],
    );
}

/// A battery half full whose energy is worth 28 per MWh at the end: too much to sell at 30 (0.8·30 = 24), too little to buy (30/0.9).
fn reserve_from_battery(direction: ReserveDirection, requirement_mw: f64) -> Network {
    let mut net = with_battery(&[30.0]);
    let s = &mut net.storage_units.rows_mut()[0];
    (s.soc_initial_mwh, s.end_value, s.charge_max_mw) = (20.0, vec![[40.0, 28.0]], Some(15.0.into()));
    let row = Reserve { name: "R".into(), direction, requirement_mw: requirement_mw.into(), ..Reserve::default() };
    let reserve = net.reserves.push(row);
    let own =
        ReserveOffer { name: "OS".into(), reserve, storage_unit: Some(StorageUnitId::new(0)), duration_h: 1.0, ..ReserveOffer::default() };
    net.reserve_offers.push(own);
    net
}

#[test]
fn upward_reserve_from_a_battery_is_limited_by_its_energy() {
    // 20 MWh sustain 16 MW for an hour; G offers the other 14 MW at 5. One more MWh stored would give 0.8 MW: worth 4, so
    // water is worth 32.
    let mut net = reserve_from_battery(ReserveDirection::Up, 30.0);
    let (reserve, generator) = (Id::new(0), Some(GeneratorId::new(0)));
    net.reserve_offers.push(ReserveOffer { name: "OG".into(), reserve, generator, cost_per_mwh: 5.0.into(), ..ReserveOffer::default() });
    expect(
        &net,
        50.0 * 30.0 + 14.0 * 5.0 - 20.0 * 28.0,
        &[
            (Q::ReserveOfferP, "OS", &[16.0]),
            (Q::ReserveOfferP, "OG", &[14.0]),
            (Q::ReservePrice, "R", &[5.0]),
            (Q::StorageEnergyUpPrice, "S", &[4.0]),
            (Q::StorageHeadroomPrice, "S", &[0.0]),
            (Q::StorageWaterValue, "S", &[32.0]),
            (Q::BusPrice, "A", &[30.0]),
        ],
    );
}

#[test]
fn downward_reserve_from_a_battery_makes_it_discharge() {
    // It can charge 15 MW; for 20 MW of reserve it must discharge 5 MW that it could stop. That costs 1.25·28 − 30 = 5 per MW.
    expect(
        &reserve_from_battery(ReserveDirection::Down, 20.0),
        45.0 * 30.0 - 13.75 * 28.0,
        &[
            (Q::StorageDischarge, "S", &[5.0]),
            (Q::ReserveOfferP, "OS", &[20.0]),
            (Q::ReservePrice, "R", &[5.0]),
            (Q::StorageFootroomPrice, "S", &[5.0]),
            (Q::StorageEnergyDownPrice, "S", &[0.0]),
            (Q::StorageWaterValue, "S", &[28.0]),
        ],
    );
}

#[test]
fn a_co2_cap_mixes_coal_and_gas() {
    // Coal 0.4/0.4 = 1 t, gas 0.2/0.5 = 0.4 t per MWh. 70 t for 100 MW: c + 0.4·(100 − c) = 70. A tonne saves (50 − 20)/0.6.
    // +1 MW: gas +1/0.6, coal −0.4/0.6: 83⅓ − 13⅓ = 70.
    let mut net = study(1);
    let a = bus(&mut net, "A");
    for (name, price, co2, efficiency) in [("coal", 20.0, 0.4, 0.4), ("gas", 50.0, 0.2, 0.5)] {
        let c = net.carriers.push(Carrier { name: name.into(), co2_t_per_mwh: co2, ..Carrier::default() });
        let g = generator(&mut net, name, a, 200.0, price);
        (net.generators[g].carrier, net.generators[g].efficiency) = (Some(c), efficiency.into());
    }
    load(&mut net, "L", a, 100.0);
    net.global_limits.push(GlobalLimit { name: "cap".into(), limit: 70.0, ..GlobalLimit::default() });
    let at = |net: &Network, objective: f64, co2_price: f64| {
        expect(
            net,
            objective,
            &[
                (Q::GeneratorP, "coal", &[50.0]),
                (Q::GeneratorP, "gas", &[50.0]),
                (Q::GlobalLimitUsed, "cap", &[70.0]),
                (Q::GlobalLimitPrice, "cap", &[co2_price]),
                (Q::BusPrice, "A", &[70.0]),
            ],
        )
    };
    at(&net, 3500.0, 50.0);
    // A step that counts twice in the objective: the price per MWh stays, a tonne is worth twice as much.
    net.time.weight_objective = vec![2.0];
    at(&net, 7000.0, 100.0);
}

/// G1 at 10 and G2 at 30 for 100 MW, G1 at most 60 MW by a constraint of the user's own.
fn capped_by_user(penalty: Option<f64>) -> Network {
    let mut net = study(1);
    let a = bus(&mut net, "A");
    generator(&mut net, "G1", a, 200.0, 10.0);
    generator(&mut net, "G2", a, 200.0, 30.0);
    load(&mut net, "L", a, 100.0);
    let constraint = net.side_constraints.push(SideConstraint { name: "C".into(), rhs: 60.0, penalty, ..SideConstraint::default() });
    let (table, component) = ("generators".to_string(), "G1".to_string());
    net.side_terms.push(SideTerm { name: "t".into(), constraint, table, component, ..SideTerm::default() });
    net
}

#[test]
fn a_side_constraint_holds_or_is_broken_at_its_price() {
    let price = |net: &Network, objective: f64, g1: f64, side: f64, bus: f64| {
        expect(
            net,
            objective,
            &[(Q::GeneratorP, "G1", &[g1]), (Q::SideActivity, "C", &[g1]), (Q::SidePrice, "C", &[side]), (Q::BusPrice, "A", &[bus])],
        )
    };
    price(&capped_by_user(None), 600.0 + 1200.0, 60.0, 20.0, 30.0);
    // 10 + 5 is less than 30: broken by 40.
    price(&capped_by_user(Some(5.0)), 1000.0 + 200.0, 100.0, 5.0, 15.0);
    // 10 + 25 is more: it holds.
    price(&capped_by_user(Some(25.0)), 1800.0, 60.0, 20.0, 30.0);
}

#[test]
fn a_side_constraint_on_a_flow_prices_the_buses_in_both_forms() {
    // The user's own limit of 80 MW on line 13 of the loop does what its rating would.
    let mut net = three_buses(f64::INFINITY);
    let constraint = net.side_constraints.push(SideConstraint { name: "C".into(), rhs: 80.0, ..SideConstraint::default() });
    let (table, component) = ("branches".to_string(), "13".to_string());
    net.side_terms.push(SideTerm { name: "t".into(), constraint, table, component, ..SideTerm::default() });
    expect(&net, 4200.0, &[(Q::BranchFlow, "13", &[80.0]), (Q::BusPrice, "3", &[60.0]), (Q::SidePrice, "C", &[60.0])]);
}
