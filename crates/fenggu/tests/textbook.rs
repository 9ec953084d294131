//! Whole dispatches with answers worked out by hand: dispatch, the price at every bus, shadow prices. Each is solved in
//! both flow forms and by every backend of the build, and each answer must pass the referee.
//!
//! Every case has one optimum and one set of prices, so that an interior point and a simplex must agree on them.

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
            let options = DispatchOptions { flow, backend, tolerance: 1e-8, ..DispatchOptions::default() };
            let answer = dispatch(net, &options).unwrap_or_else(|e| panic!("{way}: {e}"));
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

// ---- the networks' words --------------------------------------------------------------------------------------------

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
        charge_max_mw: power_mw.into(),
        discharge_max_mw: power_mw.into(),
        energy_max_mwh: energy_mwh.into(),
        efficiency_charge: 0.9.into(),
        efficiency_discharge: 0.8.into(),
        ..StorageUnit::default()
    })
}
fn link(net: &mut Network, name: &str, bus_from: BusId, bus_to: BusId, p_max_mw: f64, efficiency: f64) -> LinkId {
    let (p_max_mw, efficiency) = (p_max_mw.into(), efficiency.into());
    net.links.push(Link { name: name.into(), bus_from, bus_to, p_max_mw, efficiency, ..Link::default() })
}

// ---- the network ----------------------------------------------------------------------------------------------------

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

// ---- storage --------------------------------------------------------------------------------------------------------

/// One bus, 50 MW of load, power at a price per step, a battery of 20 MW.
fn with_battery(prices: &[f64]) -> Network {
    let mut net = study(prices.len());
    let a = bus(&mut net, "A");
    generator(&mut net, "G", a, 200.0, prices.to_vec());
    load(&mut net, "L", a, 50.0);
    battery(&mut net, a, 20.0, 40.0);
    net
}

#[test]
fn storage_arbitrage_with_losses() {
    // 20 MW charged are 18 MWh and come back as 14.4 MW. A stored MWh is worth 0.8·60 = 48 in both steps.
    expect(
        &with_battery(&[10.0, 60.0]),
        70.0 * 10.0 + 35.6 * 60.0,
        &[
            (Q::StorageCharge, "S", &[20.0, 0.0]),
            (Q::StorageDischarge, "S", &[0.0, 14.4]),
            (Q::StorageSoc, "S", &[18.0, 0.0]),
            (Q::GeneratorP, "G", &[70.0, 35.6]),
            (Q::BusPrice, "A", &[10.0, 60.0]),
            (Q::StorageWaterValue, "S", &[48.0, 48.0]),
        ],
    );
}

#[test]
fn a_spread_smaller_than_the_losses_leaves_the_battery_idle() {
    // 0.9·0.8 = 0.72: a MWh bought at 10 must earn 13.89; 13 is too little.
    let idle = [(Q::StorageCharge, "S", &[0.0, 0.0] as &[f64]), (Q::StorageDischarge, "S", &[0.0, 0.0])];
    expect(&with_battery(&[10.0, 13.0]), 50.0 * 23.0, &idle);
}

#[test]
fn storage_counts_the_length_of_its_steps() {
    // A quarter of an hour at 20 MW is 4.5 MWh; over 3 h they leave as 1.2 MW. Value of a stored MWh: 48, whatever the steps.
    let mut net = with_battery(&[10.0, 60.0]);
    net.time.duration_h = vec![0.25, 3.0];
    expect(
        &net,
        0.25 * 70.0 * 10.0 + 3.0 * 48.8 * 60.0,
        &[
            (Q::StorageSoc, "S", &[4.5, 0.0]),
            (Q::StorageDischarge, "S", &[0.0, 1.2]),
            (Q::BusPrice, "A", &[10.0, 60.0]),
            (Q::StorageWaterValue, "S", &[48.0, 48.0]),
        ],
    );
}

#[test]
fn a_cyclic_battery_ends_as_it_starts() {
    // A tenth is lost per hour, so nothing is carried round: 18 MWh become 16.2, of which 12.96 MW arrive. At the end of the
    // first step a MWh is worth 0.9·48.
    let mut net = with_battery(&[10.0, 60.0]);
    let s = &mut net.storage_units.rows_mut()[0];
    (s.end_rule, s.standing_loss_per_h, s.soc_initial_mwh) = (EndRule::Cyclic, 0.1, 33.0);
    expect(
        &net,
        70.0 * 10.0 + 37.04 * 60.0,
        &[(Q::StorageSoc, "S", &[18.0, 0.0]), (Q::StorageDischarge, "S", &[0.0, 12.96]), (Q::StorageWaterValue, "S", &[43.2, 48.0])],
    );
}

#[test]
fn a_cyclic_battery_carries_energy_round_the_end() {
    // Dear first, cheap second: what is charged in the second step is discharged in the first, 18 MWh as 14.4 MW. There is
    // room for just these 18 MWh, or the level could float.
    let mut net = with_battery(&[60.0, 10.0]);
    let s = &mut net.storage_units.rows_mut()[0];
    (s.end_rule, s.energy_max_mwh) = (EndRule::Cyclic, 18.0.into());
    expect(
        &net,
        35.6 * 60.0 + 70.0 * 10.0,
        &[(Q::StorageSoc, "S", &[0.0, 18.0]), (Q::StorageDischarge, "S", &[14.4, 0.0]), (Q::StorageCharge, "S", &[0.0, 20.0])],
    );
}

#[test]
fn energy_left_at_the_end_is_kept_as_far_as_it_is_worth_more() {
    // A stored MWh sells for 0.8·30 = 24: the first 10 MWh are worth 50 and stay, the next 10 are worth 10 and go.
    let mut net = with_battery(&[30.0]);
    let s = &mut net.storage_units.rows_mut()[0];
    (s.soc_initial_mwh, s.end_value) = (20.0, vec![[10.0, 50.0], [10.0, 10.0]]);
    expect(
        &net,
        42.0 * 30.0 - 10.0 * 50.0,
        &[(Q::StorageDischarge, "S", &[8.0]), (Q::StorageSoc, "S", &[10.0]), (Q::StorageWaterValue, "S", &[24.0])],
    );
}

#[test]
fn a_cycle_limit_is_spent_in_the_dearest_hour() {
    // 1.5 cycles a day of 40 MWh over 4 of 24 h: 10 MWh may be taken out. They go in the last step, charged just before, since
    // 5 % are lost per hour: 10 / (0.95·0.9) MW. One more MWh taken out earns 0.8·70 and costs 10/0.855.
    let charge = 10.0 / 0.855;
    let mut net = with_battery(&[10.0, 60.0, 10.0, 70.0]);
    let s = &mut net.storage_units.rows_mut()[0];
    (s.standing_loss_per_h, s.cycles_max_per_day) = (0.05, Some(1.5));
    expect(
        &net,
        500.0 + 3000.0 + 10.0 * (50.0 + charge) + 42.0 * 70.0,
        &[
            (Q::StorageCharge, "S", &[0.0, 0.0, charge, 0.0]),
            (Q::StorageDischarge, "S", &[0.0, 0.0, 0.0, 8.0]),
            (Q::StorageCyclePrice, "S", &[56.0 - 10.0 / 0.855]),
        ],
    );
}

#[test]
fn spilled_inflow_is_worth_nothing() {
    // 40 MWh are there and 30 flow in; 20 MW take out 25 and 40 can stay: 5 MWh are spilt, so water is worth nothing.
    let mut net = with_battery(&[30.0]);
    let s = &mut net.storage_units.rows_mut()[0];
    (s.soc_initial_mwh, s.inflow_mw, s.charge_max_mw) = (40.0, 30.0.into(), 0.0.into());
    expect(
        &net,
        30.0 * 30.0,
        &[
            (Q::StorageDischarge, "S", &[20.0]),
            (Q::StorageSpill, "S", &[5.0]),
            (Q::StorageWaterValue, "S", &[0.0]),
            (Q::BusPrice, "A", &[30.0]),
        ],
    );
}

// ---- ramps, reserves, limits ----------------------------------------------------------------------------------------

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
    (s.soc_initial_mwh, s.end_value, s.charge_max_mw) = (20.0, vec![[40.0, 28.0]], 15.0.into());
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
    let price = |net, objective, g1: f64, side: f64, bus: f64| {
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

// ---- demand, links, costs -------------------------------------------------------------------------------------------

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
    net.links.rows_mut()[0].p_max_mw = 200.0.into();
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
    net.stores.push(Store { name: "cavern".into(), bus: h, energy_max_mwh: 50.0.into(), ..Store::default() });
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
