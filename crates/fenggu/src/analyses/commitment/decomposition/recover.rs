//! Plans from prices: diving on the bundle's weights, exact balance by repair, and local search around the best plan.
//!
//! A dive fixes the units whose weight lies most on one pattern, solves the dual of what is left, and goes on until every unit
//! has one pattern. With all patterns fixed the problem is convex, so the bundle's combination is its dispatch; what it misses by
//! rounding is repaired step by step. Local search frees some units of the best plan and dives again.
//!
//! Source: Feltenmark and Kiwiel (2000), *Dual applications of proximal bundle methods*, SIAM J. Optim. 10(3), for weights as
//! relaxed commitments; the dive and its repair are our own.

use super::oracle::{bits, pattern, Oracle};
use super::problem::Problem;
use super::program::reserve_room;
use fenggu_opt::decomposition::{Bundle, BundleOptions};

/// A feasible commitment.
#[derive(Clone, Debug, PartialEq)]
pub struct Committed {
    /// Its cost.
    pub cost: f64,
    /// Status `[unit][step]`.
    pub on: Vec<Vec<bool>>,
    /// Output with the minimum, MW `[unit][step]`.
    pub p: Vec<Vec<f64>>,
    /// Most reserve a unit can hold beside it, MW `[unit][step]`.
    pub r: Vec<Vec<f64>>,
    /// What the generators without cost give together, MW `[step]`.
    pub free: Vec<f64>,
}

/// How a dive goes about it.
#[derive(Clone, Copy, Debug)]
pub struct DiveOptions {
    /// Share of the undecided units that is fixed in a round.
    pub share: f64,
    /// Odds that a unit takes a pattern by its weight instead of the heaviest.
    pub chance: f64,
    /// Tolerance of the dual between rounds.
    pub tolerance: f64,
}

/// A small generator of random numbers, so that a seed gives the same run everywhere.
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// Uniform in [0, 1).
    pub fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Rounds in which patterns are all decided and rows still miss, before a dive gives up.
const PATIENCE: usize = 6;

/// Dives from where the bundle stands. `None` when no feasible plan came of it, or the dual passed `cutoff`.
pub fn dive(
    problem: &Problem,
    bundle: &mut Bundle,
    oracle: &mut Oracle<'_>,
    options: &DiveOptions,
    cutoff: f64,
    dice: &mut Dice,
) -> Option<Committed> {
    descend(problem, bundle, oracle, options, cutoff, dice)?;
    dispatch(problem, bundle, oracle, cutoff)
}

/// Dives until every unit is held to one pattern; the patterns are the oracle's. `None` when asked to stop, or when the dual passed `cutoff`.
pub fn descend(
    problem: &Problem,
    bundle: &mut Bundle,
    oracle: &mut Oracle<'_>,
    options: &DiveOptions,
    cutoff: f64,
    dice: &mut Dice,
) -> Option<()> {
    let small = 2e-5 * problem.demand.iter().copied().fold(1.0, f64::max);
    let between = BundleOptions { tolerance: options.tolerance, rounds: 12, sweeps: 60, sure: false };
    let (mut idle, mut idle_in_all) = (0, 0);
    for round in 0..200 {
        let mut undecided: Vec<(f64, usize, Vec<u64>)> = Vec::new();
        for g in 0..problem.units.len() {
            if oracle.fixed[g].is_some() {
                continue;
            }
            let tags = bundle.tags(g);
            if tags.first().is_some_and(|t| t.0 < 1.0 - 1e-6) {
                undecided.push((tags[0].0, g, pick(&tags, options.chance, dice)));
            }
        }
        if bundle.best > cutoff {
            return None;
        }
        if undecided.is_empty() {
            if bundle.violation() <= small || idle >= PATIENCE {
                break;
            }
            seek(problem, bundle, oracle, idle, small)?;
            (idle, idle_in_all) = (idle + 1, idle_in_all + 1);
            bundle.run(&BundleOptions { tolerance: options.tolerance * 0.1, rounds: 10, sweeps: 60, sure: false }, cutoff, &mut |m| {
                oracle.ask(m)
            });
            continue;
        }
        idle = 0;
        // A dive that goes on too long, or misses rows for want of units, takes what is on most, one unit at a time.
        let upward = round > 14 || idle_in_all >= 3 || (round > 2 && undecided.len() <= 2 && bundle.violation() > small);
        if upward {
            for u in &mut undecided {
                let tags = bundle.tags(u.1);
                let most = tags.into_iter().max_by_key(|t| (t.1.iter().map(|b| b.count_ones()).sum::<u32>(), (t.0 * 1e6) as i64));
                if let Some((weight, tag)) = most {
                    (u.0, u.2) = (weight, tag);
                }
            }
        }
        undecided.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let share = if upward { 0.0 } else { options.share };
        let count = ((undecided.len() as f64 * share).ceil() as usize).max(1);
        for (_, g, tag) in undecided.into_iter().take(count) {
            fix(bundle, oracle, g, tag, problem.steps);
        }
        bundle.recentre(&mut |m| oracle.ask(m))?;
        bundle.run(&between, cutoff, &mut |m| oracle.ask(m));
    }
    for g in 0..problem.units.len() {
        if oracle.fixed[g].is_none() {
            let tag = bundle.tags(g).into_iter().next()?.1;
            fix(bundle, oracle, g, tag, problem.steps);
        }
    }
    Some(())
}

/// Dispatch of patterns that are all fixed.
pub fn dispatch(problem: &Problem, bundle: &mut Bundle, oracle: &mut Oracle<'_>, cutoff: f64) -> Option<Committed> {
    bundle.recentre(&mut |m| oracle.ask(m))?;
    bundle.run(&BundleOptions { tolerance: 1e-6, rounds: 40, sweeps: 100, sure: false }, cutoff, &mut |m| oracle.ask(m));
    let mut best: Option<Committed> = None;
    for _ in 0..5 {
        if let Some(c) = repair(problem, bundle, oracle) {
            if best.as_ref().is_none_or(|b| c.cost < b.cost) {
                best = Some(c);
            }
        }
        if bundle.best > cutoff || best.as_ref().is_some_and(|b| b.cost - bundle.best < 2e-6 * b.cost.abs()) {
            break;
        }
        bundle.run(&BundleOptions { tolerance: 1e-8, rounds: 15, sweeps: 200, sure: false }, cutoff, &mut |m| oracle.ask(m));
    }
    best
}

fn pick(tags: &[(f64, Vec<u64>)], chance: f64, dice: &mut Dice) -> Vec<u64> {
    if chance > 0.0 && dice.next() < chance {
        let (at, mut sum) = (dice.next(), 0.0);
        for (weight, tag) in tags {
            sum += weight;
            if at <= sum {
                return tag.clone();
            }
        }
    }
    tags[0].1.clone()
}

/// Holds a unit to a pattern.
pub fn fix(bundle: &mut Bundle, oracle: &mut Oracle<'_>, g: usize, tag: Vec<u64>, steps: usize) {
    bundle.restrict(g, |p| p.tag == tag);
    oracle.fixed[g] = Some(pattern(&tag, steps));
}

/// Asks at raised multipliers where rows miss, for points that the dual alone would not bring.
fn seek(problem: &Problem, bundle: &mut Bundle, oracle: &mut Oracle<'_>, attempt: usize, small: f64) -> Option<()> {
    let steps = problem.steps;
    let mean = bundle.centre[..steps].iter().map(|m| m.abs()).sum::<f64>() / steps as f64;
    let highest = bundle.centre[..steps].iter().copied().fold(0.0, f64::max).min(50.0 * mean).max(mean);
    let bump = highest * 0.7 * 2f64.powi(attempt as i32);
    let mut trial = bundle.centre.clone();
    let misses: Vec<(usize, f64)> = bundle.misses().collect();
    for (k, miss) in misses {
        if miss.abs() < 0.3 * small {
            continue;
        }
        trial[k] += bump * miss.signum();
        if k >= steps {
            trial[k % steps] += 0.5 * bump;
        }
    }
    bundle.probe(&trial, &mut |m| oracle.ask(m))?;
    bundle.step *= 1.5;
    Some(())
}

/// The exact dispatch next to the bundle's combination: balance met step by step by the cheapest units that have room.
fn repair(problem: &Problem, bundle: &Bundle, oracle: &Oracle<'_>) -> Option<Committed> {
    let (steps, count) = (problem.steps, problem.units.len());
    let mut on = Vec::with_capacity(count);
    let mut p: Vec<Vec<f64>> = Vec::with_capacity(count);
    for (g, unit) in problem.units.iter().enumerate() {
        let pattern = oracle.fixed[g].clone()?;
        let mix = bundle.combined(g);
        p.push(
            (0..steps)
                .map(|t| if pattern[t] { (mix[t] - unit.stage(t).p_min).clamp(0.0, unit.room(&pattern, t).0) } else { 0.0 })
                .collect(),
        );
        on.push(pattern);
    }
    let exact = 1e-9 * problem.demand.iter().copied().fold(1.0, f64::max);
    let mut free = vec![0.0; steps];
    let mut shed_cost = 0.0;
    for t in 0..steps {
        let given: f64 = (0..count).filter(|&g| on[g][t]).map(|g| p[g][t] + problem.units[g].stage(t).p_min).sum();
        let need = problem.demand[t] - given;
        free[t] = need.max(problem.free_limits[t][0]).min(problem.free_limits[t][1]);
        let mut missing = need - free[t];
        if missing.abs() > exact {
            missing = shift(problem, &on, &mut p, t, missing, exact);
        }
        if missing.abs() > exact {
            if missing > 0.0 && problem.shed_cost[t] < f64::INFINITY {
                shed_cost += missing * problem.shed_cost[t];
            } else {
                return None;
            }
        }
    }
    let mut r = vec![vec![0.0; steps]; count];
    let mut cost = shed_cost;
    for (g, unit) in problem.units.iter().enumerate() {
        cost += unit.cost_of_switching(&on[g]);
        for t in (0..steps).filter(|&t| on[g][t]) {
            r[g][t] = reserve_room(unit, &on[g], &p[g], t);
            cost += unit.cost_on(t, p[g][t]);
        }
    }
    cost += reserves_cost(problem, &r)?;
    for (g, unit) in problem.units.iter().enumerate() {
        for t in (0..steps).filter(|&t| on[g][t]) {
            p[g][t] += unit.stage(t).p_min;
        }
    }
    Some(Committed { cost, on, p, r, free })
}

/// Cost of reserve that is missing; `None` where none may be.
fn reserves_cost(problem: &Problem, r: &[Vec<f64>]) -> Option<f64> {
    let steps = problem.steps;
    let mut cost = 0.0;
    for k in steps..problem.coupling.lower.len() {
        let (reserve, t) = ((k / steps - 1) as u16, k % steps);
        // A unit offers to one reserve, so all its room is that one's.
        let held: f64 = problem.units.iter().zip(r).filter(|(u, _)| u.reserves.contains(&reserve)).map(|(_, r)| r[t]).sum();
        let missing = problem.coupling.lower[k] - held;
        if missing > 1e-9 * problem.coupling.lower[k].max(1.0) {
            let price = problem.coupling.range[k][1];
            if price == f64::INFINITY {
                return None;
            }
            cost += missing * price;
        }
    }
    Some(cost)
}

/// Moves outputs of step `t` by `missing` MW in all, cheapest first, within capacity and the ramps to both neighbours. Returns what is left.
fn shift(problem: &Problem, on: &[Vec<bool>], p: &mut [Vec<f64>], t: usize, missing: f64, exact: f64) -> f64 {
    let mut room: Vec<(f64, f64, usize)> = Vec::new();
    for (g, unit) in problem.units.iter().enumerate().filter(|(g, _)| on[*g][t]) {
        let x = p[g][t];
        let (mut low, mut high) = (0.0f64, unit.room(&on[g], t).0);
        let before = if t == 0 { unit.carried } else { on[g][t - 1].then(|| p[g][t - 1]) };
        if let Some(q) = before {
            let [up, down] = if t == 0 { unit.ramp } else { unit.ramp_into(t) };
            (low, high) = (low.max(q - down), high.min(q + up));
        }
        if t + 1 < problem.steps && on[g][t + 1] {
            let [up, down] = unit.ramp_into(t + 1);
            (low, high) = (low.max(p[g][t + 1] - up), high.min(p[g][t + 1] + down));
        }
        let to = if missing > 0.0 { high } else { low };
        let width = (to - x) * missing.signum();
        if width > 1e-12 {
            room.push(((unit.cost_on(t, to) - unit.cost_on(t, x)) / (to - x) * missing.signum(), width, g));
        }
    }
    room.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
    let mut left = missing.abs();
    for (_, width, g) in room {
        let q = width.min(left);
        p[g][t] += q * missing.signum();
        left -= q;
        if left <= exact * 1e-3 {
            return 0.0;
        }
    }
    left * missing.signum()
}

/// The tags of a plan.
pub fn tags(plan: &Committed) -> Vec<Vec<u64>> {
    plan.on.iter().map(|on| bits(on)).collect()
}
