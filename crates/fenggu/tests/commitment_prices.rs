//! Prices and uplift of commitments against independent truths: the dual value against one linear problem over every pattern of every
//! unit, the identity of uplift with the duality gap, and no rule with a smaller sum than convex-hull prices.
// A whole test: it says what it counted, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use fenggu::net::*;
use fenggu::{Backend, CommitOptions, Control, Extended, Pricing, Route, Rule, RuleSums};
use fenggu_opt::{Problem, RowBlock, Status};

#[path = "commitment_naive/mod.rs"]
#[allow(dead_code)]
mod naive;

use naive::{draw, network, Instance};

fn of(pricing: &Pricing, rule: Rule) -> Option<RuleSums> {
    pricing.rules.iter().copied().find(|r| r.rule == rule)
}

fn options(route: Route, extended: Extended) -> CommitOptions {
    CommitOptions { route, extended, gap_relative: 0.0, ..CommitOptions::default() }
}

/// The instance with every unit replaced by the convex hull of its plans, one copy of its columns per pattern of its statuses: rows and
/// bounds of the naive model, times the weight of the pattern (Balas). Its optimum is the best Lagrangian bound.
fn hull(instance: &Instance) -> f64 {
    let steps = instance.steps;
    let (mut columns, mut block) = (Vec::new(), RowBlock::default());
    let mut coupling: Vec<[Vec<(u32, f64)>; 2]> = vec![Default::default(); steps];
    for u in &instance.units {
        let alone = Instance {
            units: vec![u.clone()],
            load: vec![0.0; steps],
            reserve: vec![0.0; steps],
            wind: vec![0.0; steps],
            ..instance.clone()
        };
        let model = naive::model(&alone);
        let own = naive::status_column(&alone, 0, steps - 1) + 6;
        let mut weights = Vec::new();
        for mask in 0u32..1 << steps {
            let (mut lo, mut hi) = (model.col_lower.clone(), model.col_upper.clone());
            for t in 0..steps {
                let (j, on) = (naive::status_column(&alone, 0, t), f64::from(mask >> t & 1));
                (lo[j], hi[j]) = (lo[j].max(on), hi[j].min(on));
            }
            if lo.iter().zip(&hi).any(|(l, h)| l > h) {
                continue;
            }
            let (weight, first) = (columns.len() as u32, columns.len() as u32 + 1);
            weights.push((weight, 1.0));
            columns.push((0.0, 0.0, f64::INFINITY));
            for j in 0..own {
                columns.push((model.cost[j], if lo[j] >= 0.0 { 0.0 } else { f64::NEG_INFINITY }, f64::INFINITY));
                if lo[j].is_finite() {
                    block.push([(first + j as u32, 1.0), (weight, -lo[j])], 0.0, f64::INFINITY);
                }
                if hi[j].is_finite() {
                    block.push([(first + j as u32, 1.0), (weight, -hi[j])], f64::NEG_INFINITY, 0.0);
                }
            }
            // The first two rows of every step tie units together.
            let mut rows: Vec<Vec<(u32, f64)>> = vec![Vec::new(); model.rows()];
            for j in 0..own {
                model.matrix.column(j).for_each(|(i, v)| rows[i].push((first + j as u32, v)));
            }
            for (i, mut row) in rows.into_iter().enumerate().skip(2 * steps) {
                let (low, high) = (model.row_lower[i], model.row_upper[i]);
                assert!(low == f64::NEG_INFINITY);
                row.push((weight, -high));
                block.push(row, f64::NEG_INFINITY, 0.0);
            }
            for (t, coupling) in coupling.iter_mut().enumerate() {
                let at = naive::status_column(&alone, 0, t) as u32;
                (0..2).for_each(|k| coupling[k].push((first + at + 1 + k as u32, 1.0)));
            }
        }
        block.push(weights, 1.0, 1.0);
    }
    for (t, [mut power, reserve]) in coupling.into_iter().enumerate() {
        let (shed, wind) = (columns.len() as u32, columns.len() as u32 + 1);
        columns.push((instance.shed.unwrap_or(0.0), 0.0, if instance.shed.is_some() { instance.load[t] } else { 0.0 }));
        columns.push((0.0, 0.0, instance.wind[t]));
        power.extend([(shed, 1.0), (wind, 1.0)]);
        block.push(power, instance.load[t], instance.load[t]);
        block.push(reserve, instance.reserve[t], f64::INFINITY);
    }
    let mut problem = Problem::from_rows(&columns, &[]);
    problem.append_rows(&block);
    let solution = Backend::Highs.solve(&problem, &Control::default()).unwrap();
    assert_eq!(solution.status, Status::Optimal);
    solution.objective
}

/// One instance by one route; whether it had an answer.
fn agree(seed: u64, route: Route, extended: Extended, worst: &mut [f64; 3], differ: &mut usize) -> bool {
    let instance = draw(seed, CommitmentSemantics::Pglib);
    let net = network(&instance);
    let Ok(solution) = fenggu::commit(&net, &options(route, extended)) else { return false };
    let Some(pricing) = &solution.pricing else { return false };
    if !solution.status.word().eq("ok") && !solution.status.word().eq("time_limit") {
        panic!("seed {seed}: {:?} {:?}", solution.status, solution.certificate.map(|c| c.tests));
    }
    let cost = solution.answer.objective;
    let size = 1.0 + cost.abs();
    let hull_rule = of(pricing, Rule::ConvexHull).unwrap_or_else(|| panic!("seed {seed}: {:?}", pricing.absent));
    let dual = hull(&instance);
    worst[0] = worst[0].max((dual - pricing.dual_value).abs() / size);
    assert!((dual - pricing.dual_value).abs() < 2e-5 * size, "seed {seed}: dual {} of {dual}, cost {cost}", pricing.dual_value);
    let off = (hull_rule.sum() - (cost - pricing.dual_value)).abs();
    worst[1] = worst[1].max(off / size);
    assert!(off < 1e-6 * size, "seed {seed}: {hull_rule:?} {cost} − {}\n{instance:#?}", pricing.dual_value);
    for rule in [Rule::Lmp, Rule::ExtendedLmp] {
        let other = of(pricing, rule).unwrap_or_else(|| panic!("seed {seed}: {:?}", pricing.absent));
        let parts = [other.make_whole, other.lost_opportunity, other.lost_opportunity_others, other.shortfall];
        assert!(parts.iter().all(|p| *p > -1e-6 * size), "seed {seed}: {other:?}");
        // The dual value at any prices is a bound: below the best one.
        worst[2] = worst[2].max((hull_rule.sum() - other.sum()) / size);
        assert!(hull_rule.sum() <= other.sum() + 2e-5 * size, "seed {seed}: {hull_rule:?} {other:?}\n{instance:#?}");
        *differ += usize::from(other.sum() > hull_rule.sum() + 1e-3 * size);
    }
    true
}

fn many(seeds: std::ops::Range<u64>) {
    let (mut answered, mut worst, mut differ) = (0, [0.0; 3], 0);
    let all = seeds.end - seeds.start;
    for seed in seeds {
        let route = if seed % 2 == 0 { Route::Exact } else { Route::Auto };
        let extended = [Extended::Online, Extended::FastStart, Extended::All][(seed % 3) as usize];
        answered += u64::from(agree(seed, route, extended, &mut worst, &mut differ));
    }
    println!("{answered} of {all} with an answer; of the cost: dual {:.1e}, identity {:.1e}, minimality {:.1e}; {differ} with a larger sum elsewhere", worst[0], worst[1], worst[2]);
    assert!(answered * 3 > all && differ > 0, "{answered} of {all}, {differ}");
}

#[test]
fn sixty_instances() {
    many(1..61);
}

#[test]
#[ignore = "long: three thousand more"]
fn long_three_thousand_instances() {
    many(10_000..13_000);
}

/// The sums of a rule against the referee's Lagrangian bound at the same prices: its unit solver, its storage, its branches.
fn against_the_referee(net: &Network, extended: Extended, worst: &mut f64) -> usize {
    let Ok(solution) = fenggu::commit(net, &options(Route::Exact, extended)) else { return 0 };
    let Some(pricing) = &solution.pricing else { return 0 };
    assert_eq!(solution.status.word(), "ok", "{:?}", solution.certificate.as_ref().map(|c| c.summary()));
    let (cost, mut found) = (solution.answer.objective, 0);
    let size = 1.0 + cost.abs();
    for rule in [Rule::Lmp, Rule::ExtendedLmp] {
        let sums = of(pricing, rule).unwrap_or_else(|| panic!("{:?}", pricing.absent));
        let mut results = solution.results().clone();
        for (to, from) in Rule::ConvexHull.prices().into_iter().zip(rule.prices()) {
            if let Some(column) = results.column(from).map(<[f64]>::to_vec) {
                results.set(to, if to == Quantity::ReserveBoundPrice { column.iter().map(|v| v.max(0.0)).collect() } else { column });
            }
        }
        for q in Rule::ConvexHull.quantities() {
            // Uplift under other prices stands there.
            results.set(
                q,
                rule.quantities().map(|own| results.column(own).unwrap().to_vec())
                    [Rule::ConvexHull.quantities().iter().position(|h| *h == q).unwrap()]
                .clone(),
            );
        }
        let certificate = fenggu::referee::judge_commitment(net, &results, &Default::default());
        assert!(certificate.passed, "{rule:?} {}", certificate.summary());
        let gap = cost - certificate.dual_bound;
        assert!(gap.is_finite(), "{}", certificate.summary());
        // What the referee's solver leaves out lowers its bound: UnitCommitment.jl's reserve in the downward ramp.
        let loose = net.commitment_semantics == CommitmentSemantics::UnitCommitmentJl && !net.reserve_offers.is_empty();
        assert!(sums.sum() <= gap + 1e-6 * size, "{rule:?}: {sums:?}, referee {gap}");
        if !loose {
            *worst = worst.max((sums.sum() - gap).abs() / size);
            assert!((sums.sum() - gap).abs() <= 1e-6 * size, "{rule:?}: {sums:?}, referee {gap}");
        }
        found += 1;
    }
    found
}

#[test]
fn uplift_is_the_gap_of_the_referees_bound_at_the_same_prices() {
    let (mut found, mut worst) = (0, 0.0);
    for seed in 40_000..40_090u64 {
        let meaning = [CommitmentSemantics::Pglib, CommitmentSemantics::UnitCommitmentJl, CommitmentSemantics::Pypsa][(seed % 3) as usize];
        let extended = [Extended::Online, Extended::All][(seed % 2) as usize];
        found += against_the_referee(&network(&draw(seed, meaning)), extended, &mut worst);
    }
    println!("{found} rules of one bus, {worst:.1e} of the cost at most");
    assert!(found > 40);
}

/// The same on two buses with a narrow branch between and a storage unit.
#[test]
fn congestion_and_storage_have_their_part() {
    let (mut found, mut worst, mut congested) = (0, 0.0, 0);
    for seed in 50_000..50_120u64 {
        let mut net = network(&draw(seed, CommitmentSemantics::Pglib));
        let b = net.buses.push(Bus { name: "B".into(), ..Bus::default() });
        let total: f64 = net.loads.rows()[0].p_mw.at(0);
        net.branches.push(Branch {
            name: "A-B".into(),
            bus_from: Id::new(0),
            bus_to: b,
            x_pu: 0.1,
            rating_a_mva: (0.3 * total).max(5.0),
            ..Branch::default()
        });
        for g in net.generators.rows_mut().iter_mut().skip(1).step_by(2) {
            g.bus = b;
        }
        net.loads.rows_mut()[0].shed_cost_per_mwh = Some(200.0);
        let half = net.loads.rows()[0].clone();
        net.loads.push(Load { name: "L2".into(), bus: b, ..half });
        net.storage_units.push(StorageUnit {
            name: "S".into(),
            bus: b,
            p_nom_mw: Some(10.0),
            energy_hours_h: 2.0,
            p_min_pu: (-1.0).into(),
            efficiency_charge: 0.9.into(),
            efficiency_discharge: 0.9.into(),
            ..StorageUnit::default()
        });
        let before = worst;
        let n = against_the_referee(&net, Extended::Online, &mut worst);
        if n > 0 {
            let solution = fenggu::commit(&net, &options(Route::Exact, Extended::Online)).unwrap();
            congested +=
                usize::from(solution.results().column(Quantity::BranchLimitPrice).is_some_and(|c| c.iter().any(|v| v.abs() > 1e-6)));
        }
        let _ = before;
        found += n;
    }
    println!("{found} rules of two buses, {congested} networks congested, {worst:.1e} of the cost at most");
    assert!(found > 30 && congested > 5);
}

/// A cheap unit of 100 MW at 10 and a block of 50 MW: 30 per MWh, 100 an hour on, 200 a start. Demand 120 MW.
fn block(steps: usize, up_h: f64) -> Network {
    let mut net = Network { time: TimeAxis::uniform(steps, 1.0), ..Network::default() };
    let bus = net.buses.push(Bus { name: "A".into(), ..Bus::default() });
    for (name, low, high, price) in [("cheap", 0.0, 100.0, 10.0), ("block", 50.0, 50.0, 30.0)] {
        net.generators.push(Generator {
            name: name.into(),
            bus,
            committable: true,
            p_min_mw: Some(f64::into(low)),
            p_max_mw: Some(f64::into(high)),
            cost_linear_per_mwh: f64::into(price),
            initial_status_h: Some(if low == 0.0 { 10.0 } else { -10.0 }),
            p_initial_mw: Some(0.0),
            ..Generator::default()
        });
    }
    let g = &mut net.generators.rows_mut()[1];
    (g.cost_constant_per_h, g.start_up_cost, g.up_time_min_h) = (100.0, vec![[0.0, 200.0]], up_h);
    net.loads.push(Load { name: "L".into(), bus, p_mw: 120.0.into(), ..Load::default() });
    net
}

#[test]
fn a_block_by_hand() {
    let solution = fenggu::commit(&block(1, 1.0), &options(Route::Auto, Extended::Online)).unwrap();
    let pricing = solution.pricing.as_ref().unwrap();
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-3, "{a} for {b}: {pricing:?}");
    let [lmp, hull, elmp] = [Rule::Lmp, Rule::ConvexHull, Rule::ExtendedLmp].map(|r| of(pricing, r).unwrap());
    // The cheap unit is marginal at 70 MW; (50·30 + 100 + 200) / 50 = 36 is what the block costs by the MWh.
    near(lmp.price_mean_per_mwh, 10.0);
    near(hull.price_mean_per_mwh, 36.0);
    near(elmp.price_mean_per_mwh, 36.0);
    // At 10 the block earns 500 of its 1800; at 36 it is whole and the cheap unit would rather give 30 MW more at 26.
    for (rule, whole, lost) in [(lmp, 1300.0, 1300.0), (hull, 0.0, 780.0), (elmp, 0.0, 780.0)] {
        near(rule.make_whole, whole);
        near(rule.lost_opportunity, lost);
        near(rule.sum(), lost);
    }
    near(pricing.dual_value, 1720.0);
    let losses = solution.results().column(Quantity::GeneratorLostHull).unwrap();
    near(losses[0], 780.0);
    near(losses[1], 0.0);
}

#[test]
fn a_start_is_spread_over_the_shortest_time_on() {
    let price = |extended| {
        let solution = fenggu::commit(&block(2, 2.0), &options(Route::Exact, extended)).unwrap();
        of(solution.pricing.as_ref().unwrap(), Rule::ExtendedLmp).unwrap().price_mean_per_mwh
    };
    // 200 over two hours of 50 MW: 2 per MWh beside 30 and 100 / 50.
    assert!((price(Extended::Online) - 34.0).abs() < 1e-6);
    // No fast-start unit: the price with the commitment held.
    assert!((price(Extended::FastStart) - 10.0).abs() < 1e-6);
}

#[test]
fn ties_of_a_commitment_share_and_ranges_are_told() {
    let mut net = block(1, 1.0);
    let twin = Generator { name: "twin".into(), p_max_mw: Some(50.0.into()), ..net.generators.rows()[0].clone() };
    net.generators.push(twin);
    net.loads.rows_mut()[0].p_mw = 90.0.into();
    let wanted =
        CommitOptions { tie: fenggu::Tie::ProRata, price_range: fenggu::PriceRange::All, ..options(Route::Exact, Extended::Online) };
    let solution = fenggu::commit(&net, &wanted).unwrap();
    assert_eq!(solution.status.word(), "ok", "{:?}", solution.certificate.map(|c| c.summary()));
    let p = solution.results().column(Quantity::GeneratorP).unwrap();
    assert!((p[0] - 60.0).abs() < 1e-4 && p[1].abs() < 1e-6 && (p[2] - 30.0).abs() < 1e-4, "{p:?}");
    assert!((solution.answer.objective - 900.0).abs() < 1e-6);
    // At 150 MW both are full: any price from 10 up to what more would cost, which nothing held on gives.
    net.loads.rows_mut()[0].p_mw = 150.0.into();
    let solution = fenggu::commit(&net, &wanted).unwrap();
    let end = |q| solution.results().at(q, 0, 0);
    assert!((end(Quantity::BusPriceMin) - 10.0).abs() < 1e-6 && end(Quantity::BusPriceMax) == f64::INFINITY, "{:?}", solution.results());
}
