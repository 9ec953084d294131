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
fn three_hundred_instances() {
    many(1..301);
}

#[test]
#[ignore = "long: three thousand more"]
fn long_three_thousand_instances() {
    many(10_000..13_000);
}
