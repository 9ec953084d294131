//! Demand, links between carriers, forms of costs.

use super::*;

#[test]
fn elastic_demand_sets_the_price_when_power_is_scarce() {
    // 80 MW for 20 firm, 30 worth 80, 40 worth 40 and 50 worth 10: the second bid gets 30 MW and sets the price.
    let mut net = study(1);
    let a = bus(&mut net, "A");
    generator(&mut net, "G", a, 80.0, 30.0);
    let l = load(&mut net, "L", a, 20.0);
    net.loads[l].bid = vec![[30.0, 80.0], [40.0, 40.0], [50.0, 10.0]];
    let served: &[Expected<'_>] = &[(Q::LoadElastic, "L", &[60.0]), (Q::LoadP, "L", &[80.0]), (Q::BusPrice, "A", &[40.0])];
    expect(&net, 2400.0 - 2400.0 - 1200.0, served);
}

#[test]
fn shedding_prices_energy_at_the_value_of_lost_load() {
    let mut net = study(1);
    let a = bus(&mut net, "A");
    generator(&mut net, "G", a, 80.0, 10.0);
    let l = load(&mut net, "L", a, 100.0);
    net.loads[l].shed_cost_per_mwh = Some(3000.0);
    let short: &[Expected<'_>] = &[(Q::LoadShed, "L", &[20.0]), (Q::LoadP, "L", &[80.0]), (Q::BusPrice, "A", &[3000.0])];
    expect(&net, 800.0 + 60_000.0, short);
}

#[test]
fn a_dc_link_with_losses() {
    let two = |most: f64| {
        let mut net = study(1);
        let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
        generator(&mut net, "G1", a, 200.0, 10.0);
        generator(&mut net, "G2", b, 200.0, 50.0);
        load(&mut net, "L", b, 100.0);
        let x = link(&mut net, "X", a, b, most, 0.95);
        net.links[x].loss_constant_mw = 1.0;
        net
    };
    // Full: 80 MW drawn, 0.95·80 − 1 = 75 delivered.
    let full: &[Expected<'_>] = &[
        (Q::LinkP, "X", &[80.0]),
        (Q::LinkDelivered, "X", &[75.0]),
        (Q::GeneratorP, "G2", &[25.0]),
        (Q::BusPrice, "A", &[10.0]),
        (Q::BusPrice, "B", &[50.0]),
    ];
    expect(&two(80.0), 800.0 + 1250.0, full);
    // Free: (100 + 1)/0.95 MW drawn; B pays for the losses.
    let p = 101.0 / 0.95;
    expect(&two(150.0), 10.0 * p, &[(Q::LinkP, "X", &[p]), (Q::BusPrice, "A", &[10.0]), (Q::BusPrice, "B", &[10.0 / 0.95])]);
}

#[test]
fn a_link_with_three_ends_makes_power_and_heat_from_gas() {
    // 80 MW of gas at 20 give 32 MW of power (worth 60) and 36 MW of heat (worth 40, the boiler's cost): 42 a MW, so it is full.
    let mut net = study(1);
    let other = |net: &mut Network, name: &str| {
        let carrier = net.carriers.push(Carrier { name: name.into(), ..Carrier::default() });
        net.buses.push(Bus { name: name.into(), carrier: Some(carrier), ..Bus::default() })
    };
    let (gas, heat, grid) = (other(&mut net, "gas"), other(&mut net, "heat"), bus(&mut net, "grid"));
    generator(&mut net, "well", gas, 500.0, 20.0);
    generator(&mut net, "boiler", heat, 100.0, 40.0);
    generator(&mut net, "plant", grid, 200.0, 60.0);
    load(&mut net, "homes", heat, 45.0);
    load(&mut net, "town", grid, 100.0);
    let chp = link(&mut net, "chp", gas, grid, 80.0, 0.4);
    net.link_ends.push(LinkEnd { name: "chp heat".into(), link: chp, bus: heat, efficiency: 0.45.into() });
    expect(
        &net,
        1600.0 + 68.0 * 60.0 + 9.0 * 40.0,
        &[
            (Q::LinkP, "chp", &[80.0]),
            (Q::GeneratorP, "boiler", &[9.0]),
            (Q::GeneratorP, "plant", &[68.0]),
            (Q::BusPrice, "gas", &[20.0]),
            (Q::BusPrice, "heat", &[40.0]),
            (Q::BusPrice, "grid", &[60.0]),
        ],
    );
    // With room to draw more, heat becomes the limit: 100 MW of gas, 45 of heat, no boiler. Gas 20 = 0.4·60 + 0.45·heat.
    net.links.rows_mut()[0].p_max_mw = Some(200.0.into());
    expect(
        &net,
        2000.0 + 60.0 * 60.0,
        &[(Q::LinkP, "chp", &[100.0]), (Q::GeneratorP, "boiler", &[0.0]), (Q::BusPrice, "heat", &[-4.0 / 0.45])],
    );
}

#[test]
fn a_store_holds_what_a_link_fills_it_with() {
    // Hydrogen made at 10 (0.7 of it) in the first hour serves 14 MW of it in the second, when power costs 60.
    let mut net = study(2);
    let carrier = net.carriers.push(Carrier { name: "h2".into(), ..Carrier::default() });
    let a = bus(&mut net, "A");
    let h = net.buses.push(Bus { name: "H".into(), carrier: Some(carrier), ..Bus::default() });
    generator(&mut net, "G", a, 200.0, vec![10.0, 60.0]);
    load(&mut net, "LH", h, vec![0.0, 14.0]);
    link(&mut net, "X", a, h, 100.0, 0.7);
    net.stores.push(Store { name: "cavern".into(), bus: h, energy_max_mwh: Some(50.0.into()), ..Store::default() });
    expect(
        &net,
        20.0 * 10.0,
        &[
            (Q::LinkP, "X", &[20.0, 0.0]),
            (Q::StoreP, "cavern", &[-14.0, 14.0]),
            (Q::StoreEnergy, "cavern", &[14.0, 0.0]),
            (Q::StoreWaterValue, "cavern", &[10.0 / 0.7, 10.0 / 0.7]),
            (Q::BusPrice, "H", &[10.0 / 0.7, 10.0 / 0.7]),
        ],
    );
}

#[test]
fn cost_points_and_offers() {
    // G1's slopes are 10 up to 50 MW and 20 beyond; G2 at 15 comes between.
    let mut net = study(1);
    let a = bus(&mut net, "A");
    let g1 = generator(&mut net, "G1", a, 100.0, 0.0);
    net.generators[g1].cost_points = vec![[0.0, 100.0], [50.0, 600.0], [100.0, 1600.0]];
    generator(&mut net, "G2", a, 40.0, 15.0);
    load(&mut net, "L", a, 80.0);
    expect(&net, 600.0 + 450.0, &[(Q::GeneratorP, "G1", &[50.0]), (Q::GeneratorP, "G2", &[30.0]), (Q::BusPrice, "A", &[15.0])]);
    // 40 MW at 10 and the rest at 25; G2 at 15 is full before.
    let g1 = &mut net.generators.rows_mut()[0];
    (g1.cost_points, g1.offer) = (Vec::new(), vec![[40.0, 10.0], [60.0, 25.0]]);
    net.loads.rows_mut()[0].p_mw = 110.0.into();
    expect(&net, 400.0 + 750.0 + 600.0, &[(Q::GeneratorP, "G1", &[70.0]), (Q::GeneratorP, "G2", &[40.0]), (Q::BusPrice, "A", &[25.0])]);
}

#[test]
fn quadratic_costs_meet_at_equal_marginal_cost() {
    // 10 + 0.1·p1 = 20 + 0.2·p2 and p1 + p2 = 130: p1 = 120, p2 = 10, both at 22.
    let mut net = study(1);
    let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
    for (name, at, c1, c2) in [("G1", a, 10.0, 0.05), ("G2", b, 20.0, 0.1)] {
        let g = generator(&mut net, name, at, 200.0, c1);
        net.generators[g].cost_quadratic_per_mw2h = c2.into();
    }
    load(&mut net, "L", b, 130.0);
    line(&mut net, "AB", a, b, f64::INFINITY);
    let both: &[Expected<'_>] = &[(Q::GeneratorP, "G1", &[120.0]), (Q::BusPrice, "A", &[22.0]), (Q::BusPrice, "B", &[22.0])];
    expect(&net, 1200.0 + 720.0 + 200.0 + 10.0, both);
    // 110 MW of line: 10 + 0.1·110 = 21 and 20 + 0.2·20 = 24.
    net.branches.rows_mut()[0].rating_a_mva = 110.0;
    let apart: &[Expected<'_>] = &[(Q::BusPrice, "A", &[21.0]), (Q::BusPrice, "B", &[24.0]), (Q::BranchLimitPrice, "AB", &[3.0])];
    expect(&net, 1100.0 + 605.0 + 400.0 + 40.0, apart);
}
