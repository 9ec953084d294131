//! Commitments by hand: what the referee says of good ones, and of their multipliers.
#![allow(clippy::unwrap_used)]
mod common;

use common::hand::commitment::{all, unit};
use common::{bus, load};
use fenggu_net::results::Outcome;
use fenggu_net::*;
use fenggu_referee::{judge_commitment, RefereeOptions};

#[test]
fn good_commitments_pass_with_the_bound_computed_by_hand() {
    for (case, bound) in all() {
        let c = judge_commitment(&case.net, &case.results, &RefereeOptions::default());
        assert!(c.passed, "{}: {}", case.name, c.summary());
        assert!((c.objective_recomputed - case.results.objective).abs() < 1e-9, "{}: {}", case.name, c.objective_recomputed);
        assert!((c.dual_bound - bound).abs() < 1e-6 && c.dual_bound <= bound, "{}: {} for {bound}", case.name, c.dual_bound);
        assert!(c.gap_relative >= 0.0);
        assert!(c.test("bound/below_objective").unwrap().passed);
    }
}

#[test]
fn uplift_by_hand_passes_and_any_other_is_refused() {
    let (mut case, _) = all().swap_remove(0);
    // At 10, (50 + 20 + 60·30)/60 and 10: base earns 3493.33 for 2100 and could do no better; peak earns 623.33 for 670 and would rather
    // stay off.
    let per_full = 1870.0 / 60.0;
    let loss = 670.0 - 20.0 * per_full;
    for (q, v) in [
        (Quantity::GeneratorCost, [2100.0, 670.0]),
        (Quantity::GeneratorRevenueHull, [1000.0 + 80.0 * per_full, 20.0 * per_full]),
        (Quantity::GeneratorMakeWholeHull, [0.0, loss]),
        (Quantity::GeneratorLostHull, [0.0, loss]),
    ] {
        case.results.set(q, v.to_vec());
    }
    let judge = |r: &Results| judge_commitment(&case.net, r, &RefereeOptions::default());
    let c = judge(&case.results);
    let names = ["uplift/cost", "uplift/revenue", "uplift/make_whole", "uplift/lost_opportunity"];
    assert!(c.passed && names.iter().all(|n| c.test(n).unwrap().passed), "{}", c.summary());
    let columns = [Quantity::GeneratorCost, Quantity::GeneratorRevenueHull, Quantity::GeneratorMakeWholeHull, Quantity::GeneratorLostHull];
    for (q, name) in columns.into_iter().zip(names) {
        for unit in 0..2 {
            for off in [0.1, -0.1, f64::NAN] {
                let mut wrong = case.results.clone();
                wrong.column_mut(q).unwrap()[unit] += off;
                let c = judge(&wrong);
                assert!(!c.passed && !c.test(name).unwrap().passed, "{name} {unit} {off}: {}", c.summary());
            }
        }
    }
}

#[test]
fn without_multipliers_nothing_is_said_of_the_bound() {
    let (case, _) = all().swap_remove(0);
    let mut results = Results::new(Outcome::Optimal, 3);
    for (q, v) in case.results.columns().filter(|(q, _)| *q != Quantity::BusBoundPrice) {
        results.set(q, v.to_vec());
    }
    let c = judge_commitment(&case.net, &results, &RefereeOptions::default());
    assert!(c.passed && c.dual_bound.is_nan() && c.test("bound/below_objective").unwrap().skipped.is_some());
    // An outcome without a plan is never passed.
    let c = judge_commitment(&case.net, &Results::new(Outcome::Limit, 3), &RefereeOptions::default());
    assert!(!c.passed);
}

#[test]
fn a_bound_never_claims_more_than_it_proves() {
    // Any multipliers, however wild: the bound stays below a known cost.
    let mut r = common::random::Rng(5);
    for (case, _) in all() {
        for _ in 0..2000 {
            let mut results = case.results.clone();
            let size = 10f64.powf(r.between(-1.0, 3.0));
            for q in [Quantity::BusBoundPrice, Quantity::BranchBoundPrice, Quantity::ReserveBoundPrice] {
                if let Some(c) = results.column_mut(q) {
                    c.iter_mut().for_each(|v| *v += size * if q == Quantity::ReserveBoundPrice { r.unit() } else { r.between(-1.0, 1.0) });
                }
            }
            let c = judge_commitment(&case.net, &results, &RefereeOptions::default());
            assert!(c.dual_bound.is_nan() || c.dual_bound <= case.results.objective, "{}: {}", case.name, c.dual_bound);
            assert!(c.passed, "{}: {}", case.name, c.summary());
        }
    }
}

#[test]
fn quadratic_costs_are_bounded_from_below_and_closely() {
    let mut net = Network { time: TimeAxis::uniform(2, 1.0), ..Network::default() };
    let town = bus(&mut net, "town");
    let g = unit(&mut net, "square", town, [10.0, 110.0], 50.0, 5.0, 3.0, Some(60.0));
    net.generators[g].cost_quadratic_per_mw2h = 0.1.into();
    load(&mut net, "homes", town, 60.0);
    let mut results = Results::new(Outcome::Optimal, 2);
    results.set(Quantity::GeneratorP, vec![60.0; 2]);
    results.set(Quantity::GeneratorStatus, vec![1.0; 2]);
    results.set(Quantity::BusBoundPrice, vec![5.0 + 2.0 * 0.1 * 60.0; 2]);
    results.objective = 2.0 * (50.0 + 300.0 + 360.0);
    let c = judge_commitment(&net, &results, &RefereeOptions::default());
    assert!(c.passed, "{}", c.summary());
    // At 17 the unit earns 0.1·60² − 50 at 60 MW, so that the bound is the cost, but for chords of 100/128 MW.
    assert!(c.dual_bound <= results.objective && c.dual_bound > results.objective - 2.0 * 0.1 * (100.0f64 / 128.0).powi(2));
}

/// 1,000 ramped units over 48 steps: `cargo test -p fenggu-referee --test commitment -- --nocapture a_thousand`.
#[test]
fn a_thousand_units_are_judged_in_about_a_second() {
    let mut r = common::random::Rng(3);
    let mut net = Network { time: TimeAxis::uniform(48, 1.0), ..Network::default() };
    let town = bus(&mut net, "town");
    let spinning = net.reserves.push(Reserve { name: "spinning".into(), ..Reserve::default() });
    for k in 0..1000 {
        let (lo, hi) = (50.0 * r.unit(), 60.0 + 300.0 * r.unit());
        let g = unit(&mut net, "u", town, [lo, hi], 100.0, 0.0, if k % 3 == 0 { -5.0 } else { 5.0 }, Some(lo));
        let g = &mut net.generators[g];
        let (mut cost, mut slope) = (300.0, 10.0 + 10.0 * r.unit());
        for i in 0..6 {
            g.cost_points.push([lo + (hi - lo) * f64::from(i) / 5.0, cost]);
            cost += slope * (hi - lo) / 5.0;
            slope += r.unit();
        }
        (g.up_time_min_h, g.down_time_min_h, g.start_up_cost) = (4.0, 4.0, vec![[4.0, 500.0], [10.0, 900.0]]);
        let share = if k % 2 == 0 { 0.25 } else { 1.0 };
        (g.ramp_up_mw, g.ramp_down_mw) = (Some(share * (hi - lo)), Some(share * (hi - lo)));
        (g.start_up_limit_mw, g.shut_down_limit_mw) = (Some(lo + 20.0), Some(lo + 20.0));
        net.reserve_offers.push(ReserveOffer {
            name: "o".into(),
            reserve: spinning,
            generator: Some(Id::new(k)),
            ..ReserveOffer::default()
        });
    }
    let mut results = Results::new(Outcome::Limit, 48);
    results.set(Quantity::GeneratorP, vec![0.0; 48_000]);
    results.set(Quantity::GeneratorStatus, vec![0.0; 48_000]);
    results.set(Quantity::ReserveOfferP, vec![0.0; 48_000]);
    results.set(Quantity::BusBoundPrice, (0..48).map(|t| 14.0 + 6.0 * (f64::from(t) / 4.0).sin()).collect());
    results.set(Quantity::ReserveBoundPrice, (0..48).map(|t| f64::from(t % 5)).collect());
    let begun = std::time::Instant::now();
    let c = judge_commitment(&net, &results, &RefereeOptions::default());
    println!("{:?} for a bound of {}", begun.elapsed(), c.dual_bound);
    assert!(c.dual_bound.is_finite());
}
