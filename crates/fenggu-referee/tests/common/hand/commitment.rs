//! Commitments whose rules, costs and bounds follow by hand.

use super::super::*;
use Quantity as Q;

/// A unit that may be switched.
pub fn unit(
    net: &mut Network,
    name: &str,
    bus: BusId,
    range: [f64; 2],
    per_h: f64,
    per_mwh: f64,
    before_h: f64,
    p: Option<f64>,
) -> GeneratorId {
    net.generators.push(Generator {
        name: name.into(),
        bus,
        p_min_mw: Some(range[0].into()),
        p_max_mw: Some(range[1].into()),
        cost_constant_per_h: per_h,
        cost_linear_per_mwh: per_mwh.into(),
        initial_status_h: Some(before_h),
        p_initial_mw: p,
        committable: true,
        ramp_unit: RampUnit::PerStep,
        ..Generator::default()
    })
}

/// Completes the columns that follow from status.
pub fn committed(name: &str, net: Network, objective: f64, columns: &[(Q, &[f64])]) -> Case {
    let steps = net.steps();
    let mut results = Results::new(Outcome::Optimal, steps);
    results.objective = objective;
    for &(q, values) in columns {
        results.set(q, values.to_vec());
    }
    let status = results.column(Q::GeneratorStatus).expect("status").to_vec();
    let (mut starts, mut stops) = (vec![0.0; status.len()], vec![0.0; status.len()]);
    for (i, g) in net.generators.iter().filter(|(_, g)| g.committable) {
        let mut before = g.initial_status_h.map(|h| h > 0.0);
        for t in 0..steps {
            let k = i.index() * steps + t;
            let on = status[k] > 0.5;
            starts[k] = f64::from(u8::from(on && before == Some(false)));
            stops[k] = f64::from(u8::from(!on && before == Some(true)));
            before = Some(on);
        }
    }
    results.set(Q::GeneratorStartUp, starts);
    results.set(Q::GeneratorShutDown, stops);
    Case { name: name.to_string(), net, results }
}

/// Name, case, bound at its multipliers.
pub fn all() -> Vec<(Case, f64)> {
    vec![peak(), night(), section(), quarter_hours(), pypsa()]
}

/// One hour that the cheap unit cannot serve alone.
fn peak() -> (Case, f64) {
    let mut net = Network { time: TimeAxis::uniform(3, 1.0), ..Network::default() };
    let town = bus(&mut net, "town");
    let base = unit(&mut net, "base", town, [40.0, 80.0], 100.0, 10.0, 5.0, Some(50.0));
    net.generators[base].must_run = true;
    let dear = unit(&mut net, "peak", town, [10.0, 60.0], 20.0, 30.0, -2.0, None);
    net.generators[dear].start_up_cost = vec![[1.0, 50.0], [4.0, 90.0]];
    load(&mut net, "homes", town, Profile::Series([50.0, 100.0, 50.0].into()));
    // base 3·100 + 180·10; peak 20 + 20·30, and a start 3 hours after its stop: 50.
    let per_full = (50.0 + 20.0 + 60.0 * 30.0) / 60.0; // at this price a start for an hour at 60 MW is worth nothing
    let case = committed(
        "a peak",
        net,
        2770.0,
        &[
            (Q::GeneratorP, &[50.0, 80.0, 50.0, 0.0, 20.0, 0.0]),
            (Q::GeneratorStatus, &[1.0, 1.0, 1.0, 0.0, 1.0, 0.0]),
            (Q::BusBoundPrice, &[10.0, per_full, 10.0]),
        ],
    );
    // Income of all demand, less what base earns: 80·(price − 10) − 100 in the peak, −100 in the others.
    (case, 500.0 + 100.0 * per_full + 500.0 + 200.0 - (80.0 * (per_full - 10.0) - 100.0))
}

/// A unit that stops for the night and starts cold, with reserve, ramps and limits of both.
fn night() -> (Case, f64) {
    let mut net = Network { time: TimeAxis::uniform(6, 1.0), ..Network::default() };
    let town = bus(&mut net, "town");
    unit(&mut net, "base", town, [50.0, 100.0], 0.0, 10.0, 9.0, Some(100.0));
    let g = unit(&mut net, "shift", town, [20.0, 60.0], 30.0, 20.0, 4.0, Some(40.0));
    let shift = &mut net.generators[g];
    shift.start_up_cost = vec![[2.0, 100.0], [3.0, 150.0], [9.0, 400.0]];
    shift.shut_down_cost = 7.0;
    (shift.up_time_min_h, shift.down_time_min_h) = (2.0, 3.0);
    (shift.ramp_up_mw, shift.ramp_down_mw) = (Some(25.0), Some(15.0));
    (shift.start_up_limit_mw, shift.shut_down_limit_mw) = (Some(35.0), Some(30.0));
    load(&mut net, "homes", town, Profile::Series([130.0, 90.0, 80.0, 90.0, 125.0, 150.0].into()));
    let spinning = net.reserves.push(Reserve {
        name: "spinning".into(),
        requirement_mw: Profile::Series([0.0, 10.0, 10.0, 10.0, 10.0, 0.0].into()),
        ..Reserve::default()
    });
    for (k, name) in [(0, "of base"), (1, "of shift")] {
        net.reserve_offers.push(ReserveOffer {
            name: name.into(),
            reserve: spinning,
            generator: Some(Id::new(k)),
            ..ReserveOffer::default()
        });
    }
    // shift: 30 MW in the first hour (its last: ≤ 30, and 10 above its minimum ≤ 15), off for three hours (tier 150), 25 MW in the hour
    // of its start (with 10 of reserve ≤ 35, and 15 above its minimum ≤ 25), 50 MW in the last (25 more, and no reserve).
    let case = committed(
        "a night off",
        net,
        10.0 * 560.0 + 20.0 * 105.0 + 3.0 * 30.0 + 150.0 + 7.0,
        &[
            (Q::GeneratorP, &[100.0, 90.0, 80.0, 90.0, 100.0, 100.0, 30.0, 0.0, 0.0, 0.0, 25.0, 50.0]),
            (Q::GeneratorStatus, &[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0]),
            (Q::ReserveOfferP, &[0.0, 10.0, 20.0, 10.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 10.0, 0.0]),
            (Q::BusBoundPrice, &[10.0; 6]),
            (Q::ReserveBoundPrice, &[0.0; 6]),
        ],
    );
    // At 10 base earns nothing, and shift loses least by stopping at once: it may not (40 MW before the horizon is above its stop
    // limit). One hour at 25, which it can just reach: 30 + 25·(20 − 10), and the stop. Staying on at its minimum would cost more.
    (case, 10.0 * 665.0 + 30.0 + 25.0 * 10.0 + 7.0)
}

/// Two buses, and a line between them that is full.
fn section() -> (Case, f64) {
    let mut net = Network::default();
    let (a, b) = (bus(&mut net, "a"), bus(&mut net, "b"));
    unit(&mut net, "cheap", a, [0.0, 100.0], 0.0, 10.0, 1.0, None);
    unit(&mut net, "dear", b, [20.0, 100.0], 100.0, 40.0, 1.0, None);
    load(&mut net, "homes", b, 80.0);
    line(&mut net, "full", a, b, 0.1, 50.0);
    let case = committed(
        "a full line",
        net,
        1800.0,
        &[
            (Q::GeneratorP, &[50.0, 30.0]),
            (Q::GeneratorStatus, &[1.0, 1.0]),
            (Q::BranchFlow, &[50.0]),
            (Q::BusBoundPrice, &[10.0, 41.0]),
            (Q::BranchBoundPrice, &[31.0]),
        ],
    );
    // At 41 dear earns nothing at most: 100 MW at 41 are its 100 + 4000.
    (case, 41.0 * 80.0 - 31.0 * 50.0)
}

/// Ramps per hour and minimum times in hours on quarter-hours.
fn quarter_hours() -> (Case, f64) {
    let mut net = Network { time: TimeAxis::uniform(4, 0.25), ..Network::default() };
    let town = bus(&mut net, "town");
    let g = unit(&mut net, "slow", town, [10.0, 50.0], 8.0, 20.0, -0.5, None);
    let slow = &mut net.generators[g];
    (slow.ramp_unit, slow.ramp_up_mw, slow.up_time_min_h, slow.down_time_min_h) = (RampUnit::PerHour, Some(40.0), 0.75, 0.75);
    slow.start_up_cost = vec![[0.75, 3.0]];
    let homes = load(&mut net, "homes", town, Profile::Series([0.0, 20.0, 30.0, 40.0].into()));
    net.loads[homes].shed_cost_per_mwh = Some(1000.0);
    // Off for 0.5 h before and one quarter-hour more; 10 MW above its minimum at once, 10 more in each quarter-hour.
    let case = committed(
        "quarter-hours",
        net,
        3.0 + 3.0 * 2.0 + 0.25 * 20.0 * 90.0,
        &[(Q::GeneratorP, &[0.0, 20.0, 30.0, 40.0]), (Q::GeneratorStatus, &[0.0, 1.0, 1.0, 1.0]), (Q::BusBoundPrice, &[20.0; 4])],
    );
    // At 20 being on only costs: nothing else than off.
    (case, 0.25 * 20.0 * 90.0)
}

/// PyPSA's ramps are of output itself, and the limits of starts and stops stand in their place; starts count once, not by weight.
fn pypsa() -> (Case, f64) {
    let mut net = Network { time: TimeAxis::uniform(3, 1.0), commitment_semantics: CommitmentSemantics::Pypsa, ..Network::default() };
    net.time.weight_objective = vec![10.0; 3];
    let town = bus(&mut net, "town");
    let g = unit(&mut net, "plant", town, [20.0, 100.0], 0.0, 5.0, -9.0, None);
    let plant = &mut net.generators[g];
    (plant.ramp_up_mw, plant.ramp_down_mw, plant.start_up_limit_mw, plant.shut_down_limit_mw) =
        (Some(30.0), Some(30.0), Some(50.0), Some(60.0));
    (plant.start_up_cost, plant.up_time_min_h) = (vec![[0.0, 70.0]], 2.0);
    load(&mut net, "homes", town, Profile::Series([50.0, 60.0, 0.0].into()));
    let case = committed(
        "ramps in PyPSA's words",
        net,
        10.0 * 5.0 * 110.0 + 70.0,
        &[(Q::GeneratorP, &[50.0, 60.0, 0.0]), (Q::GeneratorStatus, &[1.0, 1.0, 0.0]), (Q::BusBoundPrice, &[5.0; 3])],
    );
    (case, 5500.0)
}
