//! What must not be refused: rounding, other tools' results, runs that claim less; and what is said of them.
mod common;

use common::random::Rng;
use common::{hand, planted, Case};
use fenggu_net::results::Outcome;
use fenggu_net::{Quantity, Results};
use fenggu_referee::{judge, judge_infeasible, Certificate, RefereeOptions, Verdict};
use Quantity as Q;

fn say(c: &Certificate) -> Vec<String> {
    c.failed().chain(c.skipped()).map(|t| t.sentence()).collect()
}

fn ask(c: &Case) -> Certificate {
    judge(&c.net, &c.results, &RefereeOptions::default())
}

fn grown(n: u64) -> impl Iterator<Item = Case> {
    let plain = (50_000..50_000 + n).map(planted::grow);
    hand::all().into_iter().chain(plain).chain((60_000..60_000 + n).map(planted::grow_wide))
}

/// The same result without some columns.
fn without(results: &Results, drop: impl Fn(Quantity) -> bool) -> Results {
    let mut less = Results::new(results.outcome, results.steps);
    (less.objective, less.bound) = (results.objective, results.bound);
    results.columns().filter(|(q, _)| !drop(*q)).for_each(|(q, c)| less.set(q, c.to_vec()));
    // Prices of limits after outages are a list, no column; they go where prices go.
    if !drop(Quantity::BranchLimitPrice) {
        less.outage_prices.clone_from(&results.outage_prices);
    }
    less
}

fn is_price(q: Quantity) -> bool {
    q.spec().field.contains("price") || q.spec().field.contains("water_value")
}

/// Solvers are exact to 1e-7 or so; every value moves by that, relative to its size and to 1.
#[test]
fn rounding_is_accepted() {
    let mut r = Rng(5);
    for mut c in grown(1500) {
        let columns: Vec<Quantity> = c.results.columns().map(|(q, _)| q).collect();
        for q in columns {
            // An angle error of 1e-7 degrees is a flow error of its slope: angles are as exact as flows.
            let size = if q == Q::BusAngle || q == Q::BranchShift {
                1e-12
            } else if is_price(q) {
                1e-9
            } else {
                2e-8
            };
            let parts = q == Q::BusPriceEnergy || q == Q::BusPriceCongestion;
            for v in c.results.column_mut(q).unwrap().iter_mut().filter(|_| !parts) {
                *v += size * v.abs().max(1.0) * r.between(-1.0, 1.0);
            }
        }
        // The parts are whatever adds up to the price.
        let (price, energy) = (c.results.column(Q::BusPrice).unwrap().to_vec(), c.results.column(Q::BusPriceEnergy).unwrap().to_vec());
        c.results.set(Q::BusPriceCongestion, price.iter().zip(&energy).map(|(p, e)| p - e).collect());
        c.results.objective *= 1.0 + 1e-9 * r.between(-1.0, 1.0);
        c.results.bound *= 1.0 + 1e-9 * r.between(-1.0, 1.0);
        let said = ask(&c);
        assert!(said.passed, "{}: {:#?}", c.name, say(&said));
    }
}

#[test]
fn a_result_without_prices_is_judged_for_what_it_says() {
    for mut c in grown(300) {
        c.results = without(&c.results, is_price);
        c.results.bound = f64::NAN;
        let said = ask(&c);
        assert!(said.passed && said.dual_bound.is_nan(), "{}: {:#?}", c.name, say(&said));
        let gap = said.test("prices/duality_gap").unwrap();
        assert!(!gap.passed && gap.skipped.as_deref().unwrap().contains("no prices"));
        assert!(said.tests.iter().all(|t| !t.name.starts_with("prices/") || t.skipped.is_some()));
    }
}

/// MATPOWER's files have LAM_P and MU_SF and no other shadow prices; where no other limit binds they are enough.
#[test]
fn prices_that_are_not_given_are_zero_where_nothing_binds() {
    let keep = [Q::BusPrice, Q::BranchLimitPrice];
    for (mut c, enough) in
        [(hand::two_bus(), true), (hand::loop_of_three(), true), (hand::ramp(), false), (hand::reserve_scarcity(), false)]
    {
        c.results = without(&c.results, |q| is_price(q) && !keep.contains(&q));
        let said = ask(&c);
        assert!(said.passed, "{}: {:#?}", c.name, say(&said));
        let gap = said.test("prices/duality_gap").unwrap();
        assert_eq!(gap.passed, enough, "{}: {gap:?}", c.name);
        if !enough {
            assert!(gap.skipped.as_deref().unwrap().contains("price"), "{gap:?}");
        }
    }
    let mut c = hand::two_bus();
    c.results = without(&c.results, |q| is_price(q) && q != Q::BusPrice);
    let said = ask(&c);
    assert!(said.test("prices/duality_gap").unwrap().skipped.as_deref().unwrap().contains("limit_price_per_mwh"));
}

#[test]
fn flows_alone_or_angles_alone_are_enough() {
    for c in grown(400) {
        for drop in [Q::BusAngle, Q::BranchFlow] {
            let less = without(&c.results, |q| q == drop);
            let said = judge(&c.net, &less, &RefereeOptions::default());
            assert!(said.passed, "{} without {drop:?}: {:#?}", c.name, say(&said));
        }
    }
    // Flows alone must still obey Kirchhoff's law round the loop.
    let mut c = hand::loop_of_three();
    c.results = without(&c.results, |q| q == Q::BusAngle);
    c.results.set(Q::BranchFlow, vec![-29.0, 59.0, 91.0]);
    c.results.set(Q::GeneratorP, vec![30.0, 120.0]);
    let said = ask(&c);
    assert_eq!(said.failed().next().unwrap().name, "flow/kvl", "{:#?}", say(&said));
    // Neither is no result of a network with branches.
    c.results = without(&c.results, |q| q == Q::BranchFlow);
    assert_eq!(ask(&c).failed().map(|t| t.name).collect::<Vec<_>>(), ["results/columns"]);
}

/// Weak duality: prices that are not the best prove less, never more. Only prices of inequalities and of stored energy are moved:
/// those of free variables must balance, or they prove nothing.
#[test]
fn other_prices_never_prove_more_than_the_optimum() {
    let moved = [
        Q::GeneratorRampPrice,
        Q::LinkRampPrice,
        Q::GeneratorEnergySumPrice,
        Q::GlobalLimitPrice,
        Q::StorageWaterValue,
        Q::StorageCyclePrice,
        Q::GeneratorHeadroomPrice,
        Q::GeneratorFootroomPrice,
        Q::StorageEnergyDownPrice,
        Q::ReservePrice,
    ];
    let mut r = Rng(11);
    for mut c in grown(1500) {
        // Stores and flows are free: a limit's price on what they do must stay.
        let keep_limit = !c.net.stores.is_empty();
        for q in moved.into_iter().filter(|q| !(keep_limit && *q == Q::GlobalLimitPrice)) {
            let Some(column) = c.results.column_mut(q) else { continue };
            column.iter_mut().for_each(|v| *v *= 10f64.powf(r.between(-1.0, 1.0)));
        }
        let said = ask(&c);
        let slack = 1e-9 * (said.objective_recomputed.abs() + said.dual_bound.abs()).max(1.0);
        assert!(said.dual_bound <= c.results.objective + slack, "{}: {} above {}", c.name, said.dual_bound, c.results.objective);
    }
}

/// Whatever numbers a result holds, the referee answers.
#[test]
fn results_that_hold_no_numbers_are_refused_without_a_panic() {
    let mut r = Rng(12);
    for mut c in grown(300) {
        let all: Vec<Quantity> = c.results.columns().filter(|(_, c)| !c.is_empty()).map(|(q, _)| q).collect();
        for _ in 0..3 {
            let q = r.pick(&all);
            let column = c.results.column_mut(q).unwrap();
            let (i, v) = (r.below(column.len()), r.pick(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300]));
            column[i] = v;
        }
        // A number that nothing looks at may pass: what is promised is an answer.
        let _ = ask(&c).summary();
    }
}

#[test]
fn no_answer_is_never_passed() {
    let c = hand::two_bus();
    for outcome in [Outcome::Infeasible, Outcome::Unbounded, Outcome::Limit, Outcome::Interrupted, Outcome::Failed, Outcome::Optimal] {
        let said = judge(&c.net, &Results::new(outcome, 1), &RefereeOptions::default());
        assert_eq!((said.passed, said.verdict, said.tests.len()), (false, Verdict::NotJudged, 1), "{outcome:?}");
        assert!(said.tests[0].skipped.as_deref().unwrap().contains(outcome.word()) && !said.tests[0].passed);
        assert!(said.summary().starts_with("not judged"), "{}", said.summary());
    }
    // Values beside "infeasible" are not a dispatch either.
    let mut odd = c.results.clone();
    odd.outcome = Outcome::Infeasible;
    assert_eq!(judge(&c.net, &odd, &RefereeOptions::default()).verdict, Verdict::NotJudged);
}

#[test]
fn a_run_that_was_cut_short_is_judged_for_feasibility() {
    let mut c = hand::two_bus();
    c.results.outcome = Outcome::Limit;
    c.results.bound = 1000.0;
    let said = ask(&c);
    assert!(said.passed, "{:#?}", say(&said));
    assert!(said.test("prices/duality_gap").unwrap().skipped.as_deref().unwrap().contains("limit"));
    c.results.bound = 1500.0;
    assert_eq!(ask(&c).failed().next().unwrap().name, "objective/bound");
}

/// 120 MW for a plant of 100: 20 MW are missing; a must-run plant of 60 MW for 50: 10 MW are left over.
#[test]
fn an_elastic_resolve_of_an_infeasible_network_is_checked() {
    let mut n = fenggu_net::Network::default();
    let b = common::bus(&mut n, "b");
    let g = common::plant(&mut n, "plant", b, 100.0, 20.0);
    n.generators[g].p_min_mw = Some(60.0.into());
    let load = common::load(&mut n, "town", b, 120.0);
    let mut r = Results::new(Outcome::Infeasible, 1);
    r.set(Q::GeneratorP, vec![100.0]);
    r.set(Q::BusMissing, vec![20.0]);
    r.set(Q::BusSurplus, vec![0.0]);
    let options = RefereeOptions::default();
    let said = judge_infeasible(&n, &r, None, &options);
    assert!(said.passed && said.objective_recomputed.is_nan(), "{:#?}", say(&said));
    assert!(said.test("infeasible/shortfall").unwrap().passed);

    let spoil = |missing: f64, surplus: f64, p: f64| {
        let mut r = r.clone();
        r.set(Q::GeneratorP, vec![p]);
        r.set(Q::BusMissing, vec![missing]);
        r.set(Q::BusSurplus, vec![surplus]);
        judge_infeasible(&n, &r, None, &options).failed().map(|t| t.name).collect::<Vec<_>>()
    };
    assert_eq!(spoil(19.0, 0.0, 100.0), ["balance/nodal"]);
    assert_eq!(spoil(0.0, 0.0, 120.0), ["generation/limits", "infeasible/shortfall"]);
    assert_eq!(spoil(20.0, -1.0, 101.0), ["balance/nodal", "generation/limits", "infeasible/shortfall_range"]);

    n.loads[load].p_mw = 50.0.into();
    r.set(Q::GeneratorP, vec![60.0]);
    r.set(Q::BusMissing, vec![0.0]);
    r.set(Q::BusSurplus, vec![10.0]);
    assert!(judge_infeasible(&n, &r, None, &options).passed);
    assert_eq!(judge_infeasible(&n, &Results::new(Outcome::Infeasible, 1), None, &options).verdict, Verdict::NotJudged);
}

/// Steps that the objective does not count have no price per MWh.
#[test]
fn a_step_without_weight_is_said() {
    let mut c = hand::two_bus();
    c.net.time.weight_objective[0] = 0.0;
    (c.results.objective, c.results.bound) = (0.0, 0.0);
    let said = ask(&c);
    assert!(said.passed && said.test("prices/duality_gap").unwrap().skipped.as_deref().unwrap().contains("zero hours"));
}

#[test]
fn where_it_fails_is_said_in_the_users_names() {
    let mut c = hand::arbitrage();
    c.net.time = fenggu_net::TimeAxis::from_start(1_733_760_000, 2, 1.0, "Asia/Shanghai");
    c.results.column_mut(Q::StorageSoc).unwrap()[1] = 3.0;
    let said = ask(&c);
    let bad = said.test("storage/soc_balance").unwrap();
    assert_eq!(bad.where_, "storage unit \"battery\", 2024-12-10 02:00");
    assert_eq!((bad.step, bad.count, bad.failed), (Some(1), 2, 1));
    assert_eq!(
        bad.sentence(),
        "storage/soc_balance: 3 MWh (tolerance 1.800e-5) at storage unit \"battery\", 2024-12-10 02:00, 1 of 2 fail"
    );
    assert!(said.summary().starts_with("refused: 2 of 30 tests fail; storage/soc_balance"), "{}", said.summary());
}

/// What an interior point leaves of the price of an angle limit is small per MWh, and per radian as large as the line is
/// short. (Clarabel on PGLib's 500_goc: 1e-9 of the objective.)
#[test]
fn the_price_of_an_angle_is_measured_by_its_flow() {
    let mut c = hand::two_bus();
    let l = fenggu_net::Id::new(0);
    (c.net.branches[l].x_pu, c.net.branches[l].angle_max_deg) = (1e-4, 30.0);
    c.results.set(Q::BusAngle, vec![0.0, (-50.0f64 / 1e6).to_degrees()]);
    c.results.set(Q::BranchAnglePrice, vec![1e-3]);
    let said = ask(&c);
    assert!(said.passed, "{:#?}", say(&said));
    // A thousandth per MWh is a price.
    c.results.set(Q::BranchAnglePrice, vec![1e3]);
    assert!(ask(&c).failed().any(|t| t.name == "prices/branch_angle"));
}
