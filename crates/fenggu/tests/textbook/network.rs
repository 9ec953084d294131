//! Congestion, loops, phase shifters, interfaces, weights.

use super::*;

/// Cheap power at A, dear power and most load at B, 100 MW of line between.
fn two_buses(steps: usize) -> Network {
    let mut net = study(steps);
    let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
    generator(&mut net, "G1", a, 200.0, 20.0);
    generator(&mut net, "G2", b, 200.0, 50.0);
    load(&mut net, "LA", a, 30.0);
    load(&mut net, "LB", b, 150.0);
    line(&mut net, "AB", a, b, 100.0);
    net
}

#[test]
fn two_bus_congestion() {
    // The line is full: G1 = 30 + 100, G2 = 150 − 100. Prices are the local costs; 1 MW more of line saves 50 − 20.
    // Energy part: load-weighted, (30·20 + 150·50)/180 = 45.
    expect(
        &two_buses(1),
        130.0 * 20.0 + 50.0 * 50.0,
        &[
            (Q::GeneratorP, "G1", &[130.0]),
            (Q::GeneratorP, "G2", &[50.0]),
            (Q::BranchFlow, "AB", &[100.0]),
            (Q::BusPrice, "A", &[20.0]),
            (Q::BusPrice, "B", &[50.0]),
            (Q::BusPriceEnergy, "A", &[45.0]),
            (Q::BusPriceCongestion, "A", &[-25.0]),
            (Q::BusPriceCongestion, "B", &[5.0]),
            (Q::BranchLimitPrice, "AB", &[30.0]),
        ],
    );
}

#[test]
fn a_line_that_is_full_backwards_has_a_negative_shadow_price() {
    let mut net = two_buses(1);
    let ab = &mut net.branches.rows_mut()[0];
    std::mem::swap(&mut ab.bus_from, &mut ab.bus_to);
    expect(&net, 5100.0, &[(Q::BranchFlow, "AB", &[-100.0]), (Q::BranchLimitPrice, "AB", &[-30.0]), (Q::BusPrice, "B", &[50.0])]);
}

#[test]
fn step_lengths_and_weights_do_not_change_a_price_per_mwh() {
    // Hours in the objective: 0.25·2 + 1·1 + 3·0.5 = 3.
    let mut net = two_buses(3);
    net.time.duration_h = vec![0.25, 1.0, 3.0];
    net.time.weight_objective = vec![2.0, 1.0, 0.5];
    let same = |v: f64| [v; 3];
    expect(
        &net,
        3.0 * 5100.0,
        &[
            (Q::BusPrice, "A", &same(20.0)),
            (Q::BusPrice, "B", &same(50.0)),
            (Q::BranchLimitPrice, "AB", &same(30.0)),
            (Q::GeneratorP, "G1", &same(130.0)),
        ],
    );
}

#[test]
fn three_bus_loop_with_a_binding_line() {
    // Flow 13 = ⅔·g1 + ⅓·g2 = 80 and g1 + g2 = 150: g1 = 90, g2 = 60. Flow 12 = (g1 − g2)/3, flow 23 = (g1 + 2·g2)/3.
    // +1 MW at bus 3 without more on 13: g1 −1, g2 +2: 2·40 − 20 = 60, dearer than either unit.
    // +1 MW of limit: g1 +3, g2 −3: saves 60.
    expect(
        &three_buses(80.0),
        90.0 * 20.0 + 60.0 * 40.0,
        &[
            (Q::GeneratorP, "G1", &[90.0]),
            (Q::GeneratorP, "G2", &[60.0]),
            (Q::BranchFlow, "12", &[10.0]),
            (Q::BranchFlow, "13", &[80.0]),
            (Q::BranchFlow, "23", &[70.0]),
            (Q::BusPrice, "1", &[20.0]),
            (Q::BusPrice, "2", &[40.0]),
            (Q::BusPrice, "3", &[60.0]),
            (Q::BranchLimitPrice, "13", &[60.0]),
            (Q::BranchLimitPrice, "23", &[0.0]),
        ],
    );
}

#[test]
fn an_angle_limit_binds_like_a_rating_and_is_priced_per_radian() {
    // 80 MW at 1000 MW/rad: 0.08 rad. The same dispatch; the price per rad is 60·1000.
    let mut net = three_buses(f64::INFINITY);
    net.branches.rows_mut()[1].angle_max_deg = 0.08f64.to_degrees();
    expect(
        &net,
        4200.0,
        &[
            (Q::BranchFlow, "13", &[80.0]),
            (Q::BusPrice, "3", &[60.0]),
            (Q::BranchAnglePrice, "13", &[60_000.0]),
            (Q::BranchLimitPrice, "13", &[0.0]),
        ],
    );
}

/// A line of 60 MW and a shifter of 100 MW side by side; 200 MW of load behind them.
fn shifter(most_deg: f64) -> Network {
    let mut net = study(1);
    let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
    generator(&mut net, "G1", a, 300.0, 10.0);
    generator(&mut net, "G2", b, 300.0, 50.0);
    load(&mut net, "L", b, 200.0);
    line(&mut net, "L1", a, b, 60.0);
    let p = line(&mut net, "P", a, b, 100.0);
    (net.branches[p].phase_shift_min_deg, net.branches[p].phase_shift_max_deg) = (Some(-most_deg), Some(most_deg));
    net
}

#[test]
fn a_phase_shifter_fills_both_branches() {
    // 60 = 1000·δ and 100 = 1000·(δ − φ): φ = −0.04 rad. 1 MW more on either saves 50 − 10.
    expect(
        &shifter(10.0),
        160.0 * 10.0 + 40.0 * 50.0,
        &[
            (Q::GeneratorP, "G1", &[160.0]),
            (Q::BranchFlow, "L1", &[60.0]),
            (Q::BranchFlow, "P", &[100.0]),
            (Q::BranchShift, "P", &[-0.04 * 180.0 / std::f64::consts::PI]),
            (Q::BusPrice, "A", &[10.0]),
            (Q::BusPrice, "B", &[50.0]),
            (Q::BranchLimitPrice, "L1", &[40.0]),
            (Q::BranchLimitPrice, "P", &[40.0]),
        ],
    );
}

#[test]
fn a_phase_shifter_at_its_end() {
    // −1° lets P carry 60 + 1000·π/180. 1 MW more on L1 brings 1 MW more on P as well: saves 80.
    let p = 60.0 + 1000.0 * std::f64::consts::PI / 180.0;
    let g1 = 60.0 + p;
    expect(
        &shifter(1.0),
        10.0 * g1 + 50.0 * (200.0 - g1),
        &[
            (Q::BranchFlow, "P", &[p]),
            (Q::BranchShift, "P", &[-1.0]),
            (Q::BranchLimitPrice, "L1", &[80.0]),
            (Q::BranchLimitPrice, "P", &[0.0]),
            (Q::BusPrice, "B", &[50.0]),
        ],
    );
}

/// The loop of three with everything that flows into bus 3 in one interface, and dear power there.
fn section(violation: Option<f64>) -> Network {
    let mut net = three_buses(f64::INFINITY);
    generator(&mut net, "G3", BusId::new(2), 500.0, 100.0);
    let row = Interface { name: "I".into(), p_max_mw: 120.0.into(), violation_cost_per_mwh: violation, ..Interface::default() };
    let interface = net.interfaces.push(row);
    for k in [1, 2] {
        let (name, branch) = (format!("t{k}"), Some(BranchId::new(k)));
        net.interface_terms.push(InterfaceTerm { name, interface, branch, ..InterfaceTerm::default() });
    }
    net
}

#[test]
fn an_interface_limit_holds() {
    // 120 MW may enter bus 3, all of them from G1; G3 makes the rest. Nothing is congested between 1 and 2.
    expect(
        &section(None),
        120.0 * 20.0 + 30.0 * 100.0,
        &[
            (Q::InterfaceFlow, "I", &[120.0]),
            (Q::GeneratorP, "G3", &[30.0]),
            (Q::BusPrice, "1", &[20.0]),
            (Q::BusPrice, "2", &[20.0]),
            (Q::BusPrice, "3", &[100.0]),
            (Q::InterfacePrice, "I", &[80.0]),
        ],
    );
}

#[test]
fn an_interface_limit_is_exceeded_at_its_price() {
    // 20 + 50 is less than 100: all 150 MW come through, 30 too many; the price at 3 is 70, the interface's that of violation.
    expect(
        &section(Some(50.0)),
        150.0 * 20.0 + 30.0 * 50.0,
        &[
            (Q::InterfaceFlow, "I", &[150.0]),
            (Q::InterfaceViolation, "I", &[30.0]),
            (Q::GeneratorP, "G3", &[0.0]),
            (Q::BusPrice, "1", &[20.0]),
            (Q::BusPrice, "3", &[70.0]),
            (Q::InterfacePrice, "I", &[50.0]),
        ],
    );
}

/// In PyPSA's convention a line without reactance has one angle at both ends, so that 13 and 23 share the load: 75 MW each. 12 carries
/// 50 MW of cheap power to bus 2. One more MW at bus 3 comes half from each: 30.
#[test]
fn a_line_without_reactance_holds_its_ends_together_and_is_free() {
    let mut net = three_buses(f64::INFINITY);
    net.flow_convention = FlowConvention::Pypsa;
    let l = net.branches.find("12").expect("there");
    (net.branches[l].x_pu, net.branches[l].rating_a_mva) = (0.0, 50.0);
    let expected: &[Expected<'_>] = &[
        (Q::GeneratorP, "G1", &[125.0]),
        (Q::BranchFlow, "12", &[50.0]),
        (Q::BranchFlow, "13", &[75.0]),
        (Q::BusPrice, "1", &[20.0]),
        (Q::BusPrice, "2", &[40.0]),
        (Q::BusPrice, "3", &[30.0]),
        (Q::BranchLimitPrice, "12", &[20.0]),
    ];
    expect(&net, 125.0 * 20.0 + 25.0 * 40.0, expected);
}
