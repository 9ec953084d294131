//! Storage in a commitment's bound against enumeration: what it would rather do at given multipliers.
#![allow(clippy::unwrap_used)]
mod common;

use common::random::Rng;
use common::{battery, bus, load};
use fenggu_net::results::Outcome;
use fenggu_net::*;
use fenggu_referee::{judge_commitment, RefereeOptions};

const RULES: [EndRule; 4] = [EndRule::Free, EndRule::Cyclic, EndRule::AtLeast, EndRule::Exactly];

fn whole(r: &mut Rng, from: i64, to: i64) -> f64 {
    (from + r.below((to - from + 1) as usize) as i64) as f64
}

fn bound(net: &Network, lambda: &[f64]) -> f64 {
    let steps = net.steps();
    let mut results = Results::new(Outcome::Limit, steps);
    for q in [Quantity::StorageCharge, Quantity::StorageDischarge, Quantity::StorageSoc, Quantity::StoreP, Quantity::StoreEnergy] {
        let rows = net.table(q.spec().table).count();
        if rows > 0 {
            results.set(q, vec![0.0; rows * steps]);
        }
    }
    results.set(Quantity::BusBoundPrice, lambda.to_vec());
    judge_commitment(net, &results, &RefereeOptions::default()).dual_bound
}

/// Least over all paths of whole energies: `step(t, before, after)` is the least cost of a step, `end` what is left is worth less.
fn paths(steps: usize, most: i64, start: Option<f64>, step: &dyn Fn(usize, f64, f64) -> f64, end: &dyn Fn(f64) -> f64) -> f64 {
    let all = || (0..=most).map(|e| e as f64);
    let from = |first: f64, last: Option<f64>| {
        let mut layer = vec![(first, 0.0)];
        for t in 0..steps {
            layer = all().map(|e| (e, layer.iter().map(|(b, v)| v + step(t, *b, e)).fold(f64::INFINITY, f64::min))).collect();
        }
        layer.iter().filter(|(e, _)| last.is_none_or(|l| l == *e)).map(|(e, v)| v + end(*e)).fold(f64::INFINITY, f64::min)
    };
    match start {
        Some(e) => from(e, None),
        None => all().map(|e| from(e, Some(e))).fold(f64::INFINITY, f64::min),
    }
}

#[test]
fn storage_units_equal_enumeration() {
    let mut r = Rng(11);
    let mut earns = 0;
    for k in 0..600 {
        let steps = 1 + r.below(4);
        let mut net = Network { time: TimeAxis::uniform(steps, 1.0), ..Network::default() };
        let town = bus(&mut net, "town");
        let (power, most) = (whole(&mut r, 1, 3), whole(&mut r, 1, 6));
        let id = battery(&mut net, town, power, most, (1.0, 1.0));
        let s = &mut net.storage_units[id];
        let series = |r: &mut Rng, from, to| Profile::Series((0..steps).map(|_| whole(r, from, to)).collect::<Vec<f64>>().into());
        s.end_rule = r.pick(&RULES);
        s.soc_initial_mwh = whole(&mut r, 0, most as i64);
        s.soc_target_mwh = s.soc_initial_mwh;
        s.inflow_mw = series(&mut r, 0, 2);
        s.spill_cost_per_mwh = series(&mut r, 0, 2);
        s.discharge_cost_per_mwh = series(&mut r, 0, 4);
        s.charge_cost_per_mwh = series(&mut r, 0, 4);
        s.holding_cost_per_mwh_h = series(&mut r, 0, 1);
        if s.end_rule != EndRule::Cyclic && r.chance(0.5) {
            s.end_value = vec![[whole(&mut r, 1, 3), whole(&mut r, 5, 20)], [2.0, whole(&mut r, 0, 5)]];
        }
        let lambda: Vec<f64> = (0..steps).map(|_| whole(&mut r, -5, 30)).collect();
        let s = net.storage_units[id].clone();
        let step = |t: usize, before: f64, after: f64| {
            let out = before + s.inflow_mw.at(t) - after;
            let mut best = f64::INFINITY;
            for c in 0..=power as i64 {
                for d in 0..=power as i64 {
                    let spill = out - (d - c) as f64;
                    if spill >= 0.0 && spill <= s.inflow_mw.at(t) {
                        let cost =
                            c as f64 * (lambda[t] + s.charge_cost_per_mwh.at(t)) + d as f64 * (s.discharge_cost_per_mwh.at(t) - lambda[t]);
                        best = best.min(cost + spill * s.spill_cost_per_mwh.at(t));
                    }
                }
            }
            best + after * s.holding_cost_per_mwh_h.at(t)
        };
        let end = |e: f64| {
            let fine = match s.end_rule {
                EndRule::AtLeast => e >= s.soc_target_mwh,
                EndRule::Exactly => e == s.soc_target_mwh,
                _ => true,
            };
            let (mut left, mut worth) = (e, 0.0);
            for v in &s.end_value {
                worth += left.min(v[0]) * v[1];
                left -= left.min(v[0]);
            }
            if fine {
                -worth
            } else {
                f64::INFINITY
            }
        };
        let start = (s.end_rule != EndRule::Cyclic).then_some(s.soc_initial_mwh);
        let best = paths(steps, most as i64, start, &step, &end);
        let found = bound(&net, &lambda);
        if best == f64::INFINITY {
            assert!(found.is_nan(), "{k}: {found}");
            continue;
        }
        earns += usize::from(best < 0.0);
        assert!(found <= best + 1e-9 && found > best - 1e-6, "{k} {:?}: {found} for {best}", s.end_rule);
    }
    assert!(earns > 300);
}

#[test]
fn stores_equal_enumeration() {
    let mut r = Rng(12);
    for k in 0..400 {
        let steps = 1 + r.below(4);
        let mut net = Network { time: TimeAxis::uniform(steps, 1.0), ..Network::default() };
        let town = bus(&mut net, "town");
        let most = whole(&mut r, 1, 6);
        let initial = whole(&mut r, 0, most as i64);
        net.stores.push(Store {
            name: "tank".into(),
            bus: town,
            e_nom_mwh: Some(most),
            energy_initial_mwh: initial,
            energy_target_mwh: initial,
            end_rule: r.pick(&RULES),
            cost_linear_per_mwh: whole(&mut r, -2, 4).into(),
            holding_cost_per_mwh_h: whole(&mut r, 0, 1).into(),
            ..Store::default()
        });
        let lambda: Vec<f64> = (0..steps).map(|_| whole(&mut r, -5, 30)).collect();
        let s = net.stores.rows()[0].clone();
        let step = |t: usize, before: f64, after: f64| {
            (s.cost_linear_per_mwh.at(t) - lambda[t]) * (before - after) + after * s.holding_cost_per_mwh_h.at(t)
        };
        let end = |e: f64| match s.end_rule {
            EndRule::AtLeast if e < initial => f64::INFINITY,
            EndRule::Exactly if e != initial => f64::INFINITY,
            _ => 0.0,
        };
        let best = paths(steps, most as i64, (s.end_rule != EndRule::Cyclic).then_some(initial), &step, &end);
        let found = bound(&net, &lambda);
        assert!(found <= best + 1e-9 && found > best - 1e-6, "{k} {:?}: {found} for {best}", s.end_rule);
    }
}

#[test]
fn losses_and_reserve_by_hand() {
    let mut net = Network { time: TimeAxis::uniform(2, 0.5), ..Network::default() };
    let town = bus(&mut net, "town");
    let id = battery(&mut net, town, 10.0, 4.0, (0.8, 0.5));
    net.storage_units[id].standing_loss_per_h = 0.19.into();
    load(&mut net, "homes", town, 3.0);
    // Half an hour at 10 MW stores 4 MWh; of them 0.81^½ = 0.9 are left, and half of those come out: 1.8 MWh at 50 for 5 MWh at 2.
    let demand = 0.5 * 3.0 * 52.0;
    assert!((bound(&net, &[2.0, 50.0]) - (demand - (1.8 * 50.0 - 5.0 * 2.0))).abs() < 1e-9);
    // At 20 and 50 that does not pay: nothing is stored.
    assert!((bound(&net, &[20.0, 50.0]) - 0.5 * 3.0 * 70.0).abs() < 1e-9);
    // Without a limit nothing is proven.
    net.storage_units[id].discharge_max_mw = Some(f64::INFINITY.into());
    assert!(bound(&net, &[2.0, 50.0]).is_nan());
}

/// A commitment keeps storage to one way at a time and to its least rates; a dispatch has no whole numbers to keep them with.
#[test]
fn modes_of_storage_are_kept_by_commitments() {
    let mut net = Network::default();
    let town = bus(&mut net, "town");
    let id = battery(&mut net, town, 10.0, 40.0, (1.0, 1.0));
    net.storage_units[id].soc_initial_mwh = 20.0;
    (net.storage_units[id].one_way, net.storage_units[id].charge_min_mw) = (1.0.into(), 4.0.into());
    let said = |charge: f64, discharge: f64| {
        let mut net = net.clone();
        load(&mut net, "homes", town, discharge - charge);
        let mut results = Results::new(Outcome::Limit, 1);
        results.set(Quantity::StorageCharge, vec![charge]);
        results.set(Quantity::StorageDischarge, vec![discharge]);
        results.set(Quantity::StorageSoc, vec![20.0 + charge - discharge]);
        let failed = |c: fenggu_referee::Certificate| c.failed().map(|t| t.name).collect::<Vec<_>>();
        let dispatch = failed(fenggu_referee::judge(&net, &results, &RefereeOptions::default()));
        (failed(judge_commitment(&net, &results, &RefereeOptions::default())), dispatch)
    };
    assert_eq!(said(5.0, 0.0).0, [""; 0]);
    assert_eq!(said(0.0, 7.0).0, [""; 0]);
    assert_eq!(said(5.0, 7.0), (vec!["storage/one_way"], vec![]));
    assert_eq!(said(3.0, 0.0), (vec!["storage/least_rate"], vec![]));
}
