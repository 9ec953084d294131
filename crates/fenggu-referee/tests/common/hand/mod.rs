//! Small networks whose optimum and prices were worked out by hand. The arithmetic stands beside each.

use super::*;
use Quantity as Q;

const DEG: f64 = 180.0 / std::f64::consts::PI;

pub mod commitment;
mod expansion;
mod rules;
mod security;
mod storage;
pub use expansion::*;
pub use rules::*;
pub use security::*;
pub use storage::*;

/// All of them.
pub fn all() -> Vec<Case> {
    vec![
        two_bus(),
        loop_of_three(),
        arbitrage(),
        cyclic(),
        target(),
        spill(),
        cycle_limit(),
        reserve_scarcity(),
        reserve_down(),
        reserve_from_storage(),
        ramp(),
        ramp_from_start(),
        phase_shifter(),
        fixed_shift(),
        power_models(),
        co2_cap(),
        elastic(),
        shed(),
        curtailment(),
        dispatchable_load(),
        quadratic(),
        curves(),
        dc_link(),
        hydrogen(),
        soft_interface(),
        hard_interface(),
        side_constraint(),
        soft_side_constraint(),
        out_of_service(),
        wind_and_gas(),
        screening_curve(),
        battery_power(),
        battery_energy(),
        tank(),
        link_expansion(),
        branch_expansion(),
        absolute_beside(),
        dear_capacity(),
        capacity_limit(),
        operation_limit(),
        transmission_limit(LimitSubject::TransmissionVolume),
        transmission_limit(LimitSubject::TransmissionCost),
        link_ramp_expansion(),
        stored_fuel(),
        set_points(),
        turned_sign(),
        energy_sum_most(),
        energy_sum_least(),
        link_ramp(),
        wear_and_holding(),
        direct_current(),
        outage(),
        soft_outage(),
        soft_rating(),
        triangle_outage(),
    ]
}

fn hours(steps: usize, h: f64) -> Network {
    Network { time: TimeAxis::uniform(steps, h), ..Network::default() }
}

/// Textbook congestion: cheap plant behind a line of 50 MW. B = 100/0.1 = 1000 MW/rad. The line saves 30 − 10 per MW.
pub fn two_bus() -> Case {
    let mut n = hours(1, 1.0);
    let (a, b) = (bus(&mut n, "a"), bus(&mut n, "b"));
    plant(&mut n, "cheap", a, 200.0, 10.0);
    plant(&mut n, "dear", b, 100.0, 30.0);
    load(&mut n, "town", b, 80.0);
    n.shunts.push(Shunt { name: "reactor".into(), bus: b, g_mw: 2.0, ..Shunt::default() });
    line(&mut n, "ab", a, b, 0.1, 50.0);
    // 50·10 + 32·30, the shunt counted as load.
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[50.0, 32.0]),
        (Q::BranchFlow, &[50.0]),
        (Q::BusAngle, &[0.0, -0.05 * DEG]),
        (Q::BusPrice, &[10.0, 30.0]),
        (Q::BranchLimitPrice, &[20.0]),
    ];
    Case::new("two buses, congested", n, 1460.0, columns)
}

/// Three equal lines; f13 = (2·g1 + g2)/3 = 60 and g1 + g2 = 150 give g1 = 30, g2 = 120. One MW more at bus 3 takes 2 MW more of
/// plant 2 and 1 MW less of plant 1: 40 − 10 = 30. One MW more of limit moves 3 MW from plant 2 to 1: 30.
pub fn loop_of_three() -> Case {
    let mut n = hours(1, 0.25);
    let (b1, b2, b3) = (bus(&mut n, "1"), bus(&mut n, "2"), bus(&mut n, "3"));
    plant(&mut n, "g1", b1, 300.0, 10.0);
    plant(&mut n, "g2", b2, 300.0, 20.0);
    load(&mut n, "d3", b3, 150.0);
    line(&mut n, "12", b1, b2, 0.1, f64::INFINITY);
    line(&mut n, "13", b1, b3, 0.1, 60.0);
    line(&mut n, "23", b2, b3, 0.1, 100.0);
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[30.0, 120.0]),
        (Q::BranchFlow, &[-30.0, 60.0, 90.0]),
        (Q::BusAngle, &[0.0, 0.03 * DEG, -0.06 * DEG]),
        (Q::BusPrice, &[10.0, 20.0, 30.0]),
        (Q::BranchLimitPrice, &[0.0, 30.0, 0.0]),
    ];
    Case::new("loop of three buses", n, 0.25 * 2700.0, columns)
}

/// Half-hour steps; the cheap plant can only rise 10 MW. One MW more at first lets it be a MW higher later: 10 − 30.
pub fn ramp() -> Case {
    let mut n = hours(2, 0.5);
    let b = bus(&mut n, "b");
    let slow = plant(&mut n, "slow", b, 100.0, 10.0);
    n.generators[slow].ramp_up_mw = Some(20.0);
    plant(&mut n, "fast", b, 100.0, 40.0);
    load(&mut n, "town", b, vec![50.0, 90.0]);
    let columns: &[(Q, &[f64])] =
        &[(Q::GeneratorP, &[50.0, 60.0, 0.0, 30.0]), (Q::GeneratorRampPrice, &[0.0, 15.0, 0.0, 0.0]), (Q::BusPrice, &[-20.0, 40.0])];
    Case::new("ramp bound", n, 0.5 * (500.0 + 600.0 + 1200.0), columns)
}

/// The plant ran at 80 MW before and comes down 15 MW a step at most: it is paid 20 − 25 a MWh too little for the first hour.
pub fn ramp_from_start() -> Case {
    let mut n = hours(1, 1.0);
    let b = bus(&mut n, "b");
    let slow = plant(&mut n, "slow", b, 100.0, 25.0);
    let g = &mut n.generators[slow];
    (g.ramp_down_mw, g.ramp_unit, g.p_initial_mw, g.initial_status_h) = (Some(15.0), RampUnit::PerStep, Some(80.0), Some(9.0));
    plant(&mut n, "fast", b, 100.0, 20.0);
    load(&mut n, "town", b, 90.0);
    let columns: &[(Q, &[f64])] = &[(Q::GeneratorP, &[65.0, 25.0]), (Q::GeneratorRampPrice, &[-5.0, 0.0]), (Q::BusPrice, &[20.0])];
    Case::new("ramp from the start", n, 65.0 * 25.0 + 500.0, columns)
}

/// Two equal lines, one with a shifter of ±1°, which pushes its whole range through the unlimited one: 50 + 1000·(0.05 + 1°).
pub fn phase_shifter() -> Case {
    let mut n = hours(1, 1.0);
    let (a, b) = (bus(&mut n, "a"), bus(&mut n, "b"));
    plant(&mut n, "cheap", a, 200.0, 10.0);
    plant(&mut n, "dear", b, 100.0, 30.0);
    load(&mut n, "town", b, 150.0);
    line(&mut n, "plain", a, b, 0.1, 50.0);
    let s = line(&mut n, "shifter", a, b, 0.1, 100.0);
    (n.branches[s].phase_shift_min_deg, n.branches[s].phase_shift_max_deg) = (Some(-1.0), Some(1.0));
    let through = 50.0 + 1000.0 / DEG;
    // Only the plain line is limited: both flows rise with the angle, so its limit saves twice 20.
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[50.0 + through, 100.0 - through]),
        (Q::BranchFlow, &[50.0, through]),
        (Q::BranchShift, &[0.0, -1.0]),
        (Q::BusAngle, &[0.0, -0.05 * DEG]),
        (Q::BusPrice, &[10.0, 30.0]),
        (Q::BranchLimitPrice, &[40.0, 0.0]),
    ];
    Case::new("phase shifter", n, 10.0 * (50.0 + through) + 30.0 * (100.0 - through), columns)
}

/// MATPOWER's form: b = 1/(x·tap), B = 100/(0.1·1.25) = 800, a fixed shift of 3° turns flow back: two lines share unequally.
pub fn fixed_shift() -> Case {
    let mut n = hours(1, 1.0);
    let (a, b) = (bus(&mut n, "a"), bus(&mut n, "b"));
    plant(&mut n, "plant", a, 200.0, 10.0);
    load(&mut n, "town", b, 90.0);
    line(&mut n, "plain", a, b, 0.1, 80.0);
    let s = line(&mut n, "transformer", a, b, 0.1, 80.0);
    (n.branches[s].tap_ratio, n.branches[s].phase_shift_deg, n.branches[s].r_pu) = (1.25, 3.0, 0.05);
    // 1000·d + 800·(d − 3°) = 90.
    let d = (90.0 + 800.0 * 3.0 / DEG) / 1800.0;
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[90.0]),
        (Q::BranchFlow, &[1000.0 * d, 90.0 - 1000.0 * d]),
        (Q::BusAngle, &[0.0, -d * DEG]),
        (Q::BusPrice, &[10.0, 10.0]),
    ];
    Case::new("fixed shift, MATPOWER's form", n, 900.0, columns)
}

/// PowerModels' form: b = x/(r² + x²) = 0.2/0.05 = 4, tap and shift ignored, x = 0 carries nothing. The angle limit of 5° holds the
/// flow at 400·5°; a radian more of it would save 400·20.
pub fn power_models() -> Case {
    let mut n = Network { flow_convention: FlowConvention::PowerModels, ..hours(1, 1.0) };
    let (a, b) = (bus(&mut n, "a"), bus(&mut n, "b"));
    plant(&mut n, "cheap", a, 200.0, 10.0);
    plant(&mut n, "dear", b, 100.0, 30.0);
    load(&mut n, "town", b, 80.0);
    let l = line(&mut n, "line", a, b, 0.2, 70.0);
    let row = &mut n.branches[l];
    (row.r_pu, row.tap_ratio, row.phase_shift_deg, row.angle_max_deg) = (0.1, 0.95, 3.0, 5.0);
    let zero = line(&mut n, "no reactance", a, b, 0.0, 100.0);
    (n.branches[zero].r_pu, n.branches[zero].angle_max_deg, n.branches[zero].angle_min_deg) = (0.1, 30.0, -30.0);
    let flow = 400.0 * 5.0 / DEG;
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[flow, 80.0 - flow]),
        (Q::BranchFlow, &[flow, 0.0]),
        (Q::BusAngle, &[5.0, 0.0]),
        (Q::BusPrice, &[10.0, 30.0]),
        (Q::BranchAnglePrice, &[8000.0, 0.0]),
    ];
    Case::new("angle limit, PowerModels' form", n, 10.0 * flow + 30.0 * (80.0 - flow), columns)
}

/// Coal 0.34/0.4 = 0.85 t/MWh at 10, gas 0.2/0.5 = 0.4 t/MWh at 40; 130 t for 200 MWh allow 50/0.45 MWh of coal. A tonne is worth
/// 30/0.45, and the price is 10 + 0.85·30/0.45 = 200/3.
pub fn co2_cap() -> Case {
    let mut n = hours(2, 1.0);
    let b = bus(&mut n, "b");
    let carrier = |name: &str, co2_t_per_mwh: f64| Carrier { name: name.into(), co2_t_per_mwh, ..Carrier::default() };
    let (coal, gas) = (n.carriers.push(carrier("coal", 0.34)), n.carriers.push(carrier("gas", 0.2)));
    let (g1, g2) = (plant(&mut n, "coal", b, 100.0, 10.0), plant(&mut n, "gas", b, 100.0, 40.0));
    (n.generators[g1].carrier, n.generators[g1].efficiency) = (Some(coal), 0.4.into());
    (n.generators[g2].carrier, n.generators[g2].efficiency) = (Some(gas), 0.5.into());
    load(&mut n, "town", b, 100.0);
    n.global_limits.push(GlobalLimit { name: "cap".into(), limit: 130.0, ..GlobalLimit::default() });
    let coal_mwh = 50.0 / 0.45;
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[80.0, coal_mwh - 80.0, 20.0, 180.0 - coal_mwh]),
        (Q::GlobalLimitPrice, &[30.0 / 0.45]),
        (Q::GlobalLimitUsed, &[130.0]),
        (Q::BusPrice, &[200.0 / 3.0, 200.0 / 3.0]),
    ];
    Case::new("CO2 cap", n, 10.0 * coal_mwh + 40.0 * (200.0 - coal_mwh), columns)
}

/// Bids of 30 MW at 70 and 30 MW at 40 above 30 MW of firm demand: the plant at 60 serves the first, not the second.
pub fn elastic() -> Case {
    let mut n = hours(1, 1.0);
    let b = bus(&mut n, "b");
    plant(&mut n, "cheap", b, 50.0, 20.0);
    plant(&mut n, "dear", b, 50.0, 60.0);
    let l = load(&mut n, "town", b, 30.0);
    n.loads[l].bid = vec![[30.0, 70.0], [30.0, 40.0]];
    let columns: &[(Q, &[f64])] = &[(Q::GeneratorP, &[50.0, 10.0]), (Q::LoadElastic, &[30.0]), (Q::BusPrice, &[60.0])];
    Case::new("elastic demand", n, 1000.0 + 600.0 - 2100.0, columns)
}

/// 100 MW of plant for 120 MW of load at a value of lost load of 1000.
pub fn shed() -> Case {
    let mut n = hours(1, 1.0);
    let b = bus(&mut n, "b");
    plant(&mut n, "plant", b, 100.0, 20.0);
    let (l, m) = (load(&mut n, "town", b, 70.0), load(&mut n, "hospital", b, 50.0));
    n.loads[l].shed_cost_per_mwh = Some(1000.0);
    n.loads[m].shed_cost_per_mwh = Some(9000.0);
    let columns: &[(Q, &[f64])] = &[(Q::GeneratorP, &[100.0]), (Q::LoadShed, &[20.0, 0.0]), (Q::BusPrice, &[1000.0])];
    Case::new("load shedding", n, 22000.0, columns)
}

/// Wind of 30 MW, then 80 MW, for a load of 50 MW: 30 MW are curtailed and the price is zero.
pub fn curtailment() -> Case {
    let mut n = hours(2, 1.0);
    let b = bus(&mut n, "b");
    let wind = n.carriers.push(Carrier { name: "wind".into(), renewable: true, ..Carrier::default() });
    n.generators.push(Generator {
        name: "farm".into(),
        bus: b,
        carrier: Some(wind),
        p_nom_mw: Some(100.0),
        p_max_pu: vec![0.3, 0.8].into(),
        ..Generator::default()
    });
    plant(&mut n, "plant", b, 100.0, 20.0);
    load(&mut n, "town", b, 50.0);
    let columns: &[(Q, &[f64])] =
        &[(Q::GeneratorP, &[30.0, 50.0, 20.0, 0.0]), (Q::GeneratorCurtailed, &[0.0, 30.0, 0.0, 0.0]), (Q::BusPrice, &[20.0, 0.0])];
    Case::new("curtailment", n, 400.0, columns)
}

/// A dispatchable load of 50 MW that bids 40, as MATPOWER writes it: a generator from −50 to 0 MW.
pub fn dispatchable_load() -> Case {
    let mut n = hours(1, 1.0);
    let b = bus(&mut n, "b");
    plant(&mut n, "plant", b, 100.0, 20.0);
    n.generators.push(Generator {
        name: "smelter".into(),
        bus: b,
        p_min_mw: Some((-50.0).into()),
        p_max_mw: Some(0.0.into()),
        offer: vec![[50.0, 40.0]],
        ..Generator::default()
    });
    let columns: &[(Q, &[f64])] = &[(Q::GeneratorP, &[50.0, -50.0]), (Q::BusPrice, &[20.0])];
    Case::new("dispatchable load", n, 1000.0 - 2000.0, columns)
}

/// 10 + 0.1·p1 = 20 + 0.2·p2 and p1 + p2 = 200: 500/3 and 100/3 MW at 80/3.
pub fn quadratic() -> Case {
    let mut n = hours(1, 1.0);
    let b = bus(&mut n, "b");
    let (g1, g2) = (plant(&mut n, "g1", b, 300.0, 10.0), plant(&mut n, "g2", b, 300.0, 20.0));
    (n.generators[g1].cost_quadratic_per_mw2h, n.generators[g1].cost_constant_per_h) = (0.05.into(), 7.0);
    n.generators[g2].cost_quadratic_per_mw2h = 0.1.into();
    load(&mut n, "town", b, 200.0);
    let (p1, p2) = (500.0 / 3.0, 100.0 / 3.0);
    let cost = 7.0 + 10.0 * p1 + 0.05 * p1 * p1 + 20.0 * p2 + 0.1 * p2 * p2;
    let columns: &[(Q, &[f64])] = &[(Q::GeneratorP, &[p1, p2]), (Q::BusPrice, &[80.0 / 3.0])];
    Case::new("quadratic costs", n, cost, columns)
}

/// A stepped offer of 50 MW at 10 and 50 at 25 (20 of them must run) beside a curve with slopes 20 and 40.
pub fn curves() -> Case {
    let mut n = hours(1, 1.0);
    let b = bus(&mut n, "b");
    let (g1, g2) = (plant(&mut n, "offer", b, 100.0, 0.0), plant(&mut n, "points", b, 150.0, 0.0));
    (n.generators[g1].offer, n.generators[g1].p_min_mw) = (vec![[50.0, 10.0], [50.0, 25.0]], Some(20.0.into()));
    n.generators[g2].cost_points = vec![[0.0, 100.0], [100.0, 2100.0], [150.0, 4100.0]];
    load(&mut n, "town", b, 140.0);
    let columns: &[(Q, &[f64])] = &[(Q::GeneratorP, &[50.0, 90.0]), (Q::BusPrice, &[20.0])];
    Case::new("stepped and pointed costs", n, 500.0 + 1900.0, columns)
}

/// 50 MW into the link give 0.9·50 − 1 = 44 MW at b, and 0.3·50 = 15 of heat.
pub fn dc_link() -> Case {
    let mut n = hours(1, 1.0);
    let heat = n.carriers.push(Carrier { name: "heat".into(), ..Carrier::default() });
    let (a, b, c) = (bus(&mut n, "a"), bus(&mut n, "b"), bus(&mut n, "c"));
    n.buses[c].carrier = Some(heat);
    plant(&mut n, "cheap", a, 200.0, 10.0);
    plant(&mut n, "dear", b, 100.0, 30.0);
    plant(&mut n, "boiler", c, 100.0, 5.0);
    load(&mut n, "town", b, 60.0);
    load(&mut n, "houses", c, 20.0);
    let link = n.links.push(Link {
        name: "converter".into(),
        bus_from: a,
        bus_to: b,
        efficiency: 0.9.into(),
        loss_constant_mw: 1.0,
        p_max_mw: Some(50.0.into()),
        cost_linear_per_mwh: 2.0.into(),
        ..Link::default()
    });
    n.link_ends.push(LinkEnd { name: "heat".into(), link, bus: c, efficiency: 0.3.into() });
    let columns: &[(Q, &[f64])] =
        &[(Q::GeneratorP, &[50.0, 16.0, 5.0]), (Q::LinkP, &[50.0]), (Q::LinkDelivered, &[44.0]), (Q::BusPrice, &[10.0, 30.0, 5.0])];
    Case::new("DC link with waste heat", n, 500.0 + 480.0 + 25.0 + 100.0, columns)
}

/// 30 MW become 21 of hydrogen, which give 10.5 MW an hour later: hydrogen is worth 0.5·100.
pub fn hydrogen() -> Case {
    let mut n = hours(2, 1.0);
    let h2 = n.carriers.push(Carrier { name: "H2".into(), ..Carrier::default() });
    let (e, h) = (bus(&mut n, "grid"), bus(&mut n, "cavern"));
    n.buses[h].carrier = Some(h2);
    plant(&mut n, "cheap", e, 100.0, 10.0);
    plant(&mut n, "dear", e, 100.0, 100.0);
    load(&mut n, "town", e, vec![50.0, 120.0]);
    let link = |name: &str, bus_from, bus_to, eta: f64, most: f64| Link {
        name: name.into(),
        bus_from,
        bus_to,
        efficiency: eta.into(),
        p_max_mw: Some(most.into()),
        ..Link::default()
    };
    n.links.push(link("electrolyser", e, h, 0.7, 30.0));
    n.links.push(link("engine", h, e, 0.5, 50.0));
    n.stores.push(Store { name: "cavern".into(), bus: h, energy_max_mwh: Some(1000.0.into()), ..Store::default() });
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[80.0, 100.0, 0.0, 9.5]),
        (Q::LinkP, &[30.0, 0.0, 0.0, 21.0]),
        (Q::LinkDelivered, &[21.0, 0.0, 0.0, 10.5]),
        (Q::StoreP, &[-21.0, 21.0]),
        (Q::StoreEnergy, &[21.0, 0.0]),
        (Q::StoreWaterValue, &[50.0, 50.0]),
        (Q::BusPrice, &[10.0, 100.0, 50.0, 50.0]),
    ];
    Case::new("hydrogen store", n, 800.0 + 1000.0 + 950.0, columns)
}

fn interface(cost: Option<f64>) -> Network {
    let mut n = hours(1, 1.0);
    let (a, b) = (bus(&mut n, "a"), bus(&mut n, "b"));
    plant(&mut n, "cheap", a, 200.0, 10.0);
    plant(&mut n, "dear", b, 100.0, 30.0);
    load(&mut n, "town", b, 80.0);
    // Written b→a, so that the interface counts it backwards.
    line(&mut n, "ba", b, a, 0.1, f64::INFINITY);
    let i = n.interfaces.push(Interface {
        name: "section".into(),
        p_max_mw: 40.0.into(),
        violation_cost_per_mwh: cost,
        ..Interface::default()
    });
    n.interface_terms.push(InterfaceTerm {
        name: "ba".into(),
        interface: i,
        branch: Some(Id::new(0)),
        weight: -1.0,
        ..InterfaceTerm::default()
    });
    n
}

/// Exceeding the limit costs 5 and saves 20, so all 80 MW pass; the price behind the interface is 10 + 5.
pub fn soft_interface() -> Case {
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[80.0, 0.0]),
        (Q::BranchFlow, &[-80.0]),
        (Q::BusAngle, &[0.0, -0.08 * DEG]),
        (Q::InterfaceFlow, &[80.0]),
        (Q::InterfaceViolation, &[40.0]),
        (Q::InterfacePrice, &[5.0]),
        (Q::BusPrice, &[10.0, 15.0]),
    ];
    Case::new("interface exceeded at a price", interface(Some(5.0)), 800.0 + 200.0, columns)
}

/// The limit holds.
pub fn hard_interface() -> Case {
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[40.0, 40.0]),
        (Q::BranchFlow, &[-40.0]),
        (Q::BusAngle, &[0.0, -0.04 * DEG]),
        (Q::InterfaceFlow, &[40.0]),
        (Q::InterfacePrice, &[20.0]),
        (Q::BusPrice, &[10.0, 30.0]),
    ];
    Case::new("interface", interface(None), 400.0 + 1200.0, columns)
}

fn rationed(penalty: Option<f64>) -> Network {
    let mut n = hours(2, 1.0);
    let b = bus(&mut n, "b");
    plant(&mut n, "cheap", b, 100.0, 10.0);
    plant(&mut n, "dear", b, 100.0, 30.0);
    load(&mut n, "town", b, 80.0);
    let constraint = n.side_constraints.push(SideConstraint { name: "ration".into(), rhs: 200.0, penalty, ..SideConstraint::default() });
    let term = SideTerm { constraint, table: "generators".into(), component: "cheap".into(), coefficient: 2.0, ..SideTerm::default() };
    n.side_terms.push(SideTerm { name: "cheap".into(), ..term });
    n
}

/// Twice the cheap plant's output, summed over the steps, is at most 200: a unit of it saves 20/2.
pub fn side_constraint() -> Case {
    let columns: &[(Q, &[f64])] =
        &[(Q::GeneratorP, &[60.0, 40.0, 20.0, 40.0]), (Q::SideActivity, &[200.0]), (Q::SidePrice, &[10.0]), (Q::BusPrice, &[30.0, 30.0])];
    Case::new("side constraint", rationed(None), 1000.0 + 1800.0, columns)
}

/// Breaking it costs 5 a unit, 10 a MWh: less than the 20 it saves.
pub fn soft_side_constraint() -> Case {
    let columns: &[(Q, &[f64])] =
        &[(Q::GeneratorP, &[80.0, 80.0, 0.0, 0.0]), (Q::SideActivity, &[320.0]), (Q::SidePrice, &[5.0]), (Q::BusPrice, &[20.0, 20.0])];
    Case::new("side constraint broken at a price", rationed(Some(5.0)), 1600.0 + 600.0, columns)
}

/// Everything in it that is out of service counts for nothing.
pub fn out_of_service() -> Case {
    let mut c = two_bus();
    let n = &mut c.net;
    let (a, b) = (Id::new(0), Id::new(1));
    let dead = bus(n, "dead");
    n.buses[dead].kind = BusKind::Isolated;
    let g = plant(n, "mothballed", b, 500.0, 1.0);
    (n.generators[g].in_service, n.generators[g].p_min_mw) = (false, Some(50.0.into()));
    plant(n, "stranded", dead, 500.0, 1.0);
    let l = load(n, "closed mill", b, 40.0);
    n.loads[l].in_service = false;
    load(n, "ghost town", dead, 10.0);
    let k = line(n, "ab2", a, b, 0.1, 50.0);
    n.branches[k].in_service = false;
    line(n, "to nowhere", b, dead, 0.1, 50.0);
    let link = Link { name: "dead link".into(), bus_from: a, bus_to: b, in_service: false, ..Link::default() };
    n.links.push(link);
    let s = battery(n, b, 10.0, 10.0, (1.0, 1.0));
    n.storage_units[s].in_service = false;
    n.stores.push(Store { name: "dry".into(), bus: b, in_service: false, ..Store::default() });
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[50.0, 32.0, 0.0, 0.0]),
        (Q::BranchFlow, &[50.0, 0.0, 0.0]),
        (Q::BusAngle, &[0.0, -0.05 * DEG, f64::NAN]),
        (Q::BusPrice, &[10.0, 30.0, f64::NAN]),
        (Q::BranchLimitPrice, &[20.0, 0.0, 0.0]),
        (Q::LinkP, &[0.0]),
        (Q::LinkDelivered, &[0.0]),
        (Q::StorageCharge, &[0.0]),
        (Q::StorageDischarge, &[0.0]),
        (Q::StorageSoc, &[0.0]),
        (Q::StorageWaterValue, &[0.0]),
        (Q::StoreP, &[0.0]),
        (Q::StoreEnergy, &[0.0]),
        (Q::StoreWaterValue, &[0.0]),
    ];
    let net = c.net;
    Case::new("things out of service", net, 1460.0, columns)
}
