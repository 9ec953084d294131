//! The whole route: bound, first plan, better plans until the gap is small enough or a limit is met.

use super::oracle::Oracle;
use super::problem::Problem;
use super::recover::{self, Committed, Dice, DiveOptions};
use fenggu_opt::decomposition::{Bundle, BundleOptions, Ended};

/// When to stop, and with what.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Stop when (cost − bound) / |cost| is at most this.
    pub gap: f64,
    /// Tolerance of the dual, relative.
    pub tolerance: f64,
    /// Rounds of local search at most.
    pub rounds: usize,
    /// Rounds of all units without a better plan after which local search gives up.
    pub patience: u64,
    /// Rounds of all units at most: a limit of work that ends at the same answer on every machine.
    pub work: u64,
    /// Threads of the oracle.
    pub threads: usize,
    /// Seed of the dice.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options { gap: 1e-4, tolerance: 1e-6, rounds: 100_000, patience: 1500, work: u64::MAX, threads: 2, seed: 1 }
    }
}

/// Bound and cost at a moment of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Milestone {
    /// Rounds of all units so far: work, which does not depend on the machine.
    pub work: u64,
    /// Bound then.
    pub bound: f64,
    /// Cost of the best plan then; ∞ before the first.
    pub cost: f64,
}

/// What the route found.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The best plan, if any was found.
    pub plan: Option<Committed>,
    /// The Lagrangian bound.
    pub bound: f64,
    /// The multipliers that give it, per MW and step: balance, then reserves.
    pub multipliers: Vec<f64>,
    /// How the gap closed.
    pub history: Vec<Milestone>,
    /// A unit without any feasible plan, which makes the whole infeasible.
    pub impossible: Option<usize>,
    /// Whether it was asked to stop before gap or rounds ended it.
    pub stopped: bool,
}

/// Reserve that dives ask for beyond the requirement, per highest demand: what repair may take from it.
const MARGIN: f64 = 6e-5;

/// Solves. `stop` is asked between rounds; `tell` hears every milestone.
pub fn solve(problem: &Problem, options: &Options, stop: &(dyn Fn() -> bool + Sync), tell: &mut dyn FnMut(&Milestone)) -> Answer {
    let steps = problem.steps;
    let mut oracle = Oracle::new(problem, options.threads, stop);
    let mut answer = Answer {
        plan: None,
        bound: f64::NEG_INFINITY,
        multipliers: vec![0.0; problem.coupling.lower.len()],
        history: Vec::new(),
        impossible: None,
        stopped: false,
    };
    let Some((mut bundle, ended)) = relax(problem, options, None, &mut oracle) else {
        return stopped(answer, &oracle, None);
    };
    answer.bound = bundle.best;
    answer.multipliers.clone_from(&bundle.best_multipliers);
    if ended == Ended::Stopped {
        return stopped(answer, &oracle, Some(&bundle));
    }
    let mut note = |answer: &mut Answer, work: u64| {
        let cost = answer.plan.as_ref().map_or(f64::INFINITY, |p| p.cost);
        let m = Milestone { work, bound: answer.bound, cost };
        answer.history.push(m);
        tell(&m);
    };
    note(&mut answer, oracle.rounds);
    let root = bundle.clone();
    let margin = MARGIN * problem.demand.iter().copied().fold(0.0, f64::max);
    let mut dice = dice(options.seed);
    let mut better_at = oracle.rounds;
    for round in 0..options.rounds {
        let cost = answer.plan.as_ref().map_or(f64::INFINITY, |p| p.cost);
        if cost < f64::INFINITY && cost - answer.bound <= options.gap * cost.abs() {
            break;
        }
        if stop() || oracle.rounds >= options.work {
            answer.stopped = true;
            break;
        }
        // Without any plan the exact route is to look for one, after twice the patience.
        let patience = if answer.plan.is_some() { options.patience } else { 2 * options.patience };
        if oracle.rounds - better_at > patience {
            break;
        }
        bundle.clone_from(&root);
        oracle.fixed.fill(None);
        for low in &mut bundle.coupling.lower[steps..] {
            *low += margin;
        }
        let dive = match (round, &answer.plan) {
            (0, _) => DiveOptions { share: 0.25, chance: 0.0, tolerance: 1e-5 },
            (1, _) => DiveOptions { share: 0.04, chance: 0.0, tolerance: 1e-5 },
            _ => DiveOptions { share: 0.1, chance: 0.5, tolerance: 1e-5 },
        };
        if round > 1 {
            if let Some(plan) = &answer.plan {
                // Local search: some units are free, the others keep the best plan's pattern.
                let odds = 0.05 + 0.25 * dice.next();
                for (g, tag) in recover::tags(plan).into_iter().enumerate() {
                    let agrees = root.tags(g).iter().find(|t| t.1 == tag).map_or(0.0, |t| t.0);
                    let free = (agrees < 1.0 - 1e-3 && dice.next() < 0.7) || dice.next() < odds;
                    if !free {
                        recover::fix(&mut bundle, &mut oracle, g, tag, steps);
                    }
                }
                if bundle.recentre(&mut |m| oracle.ask(m)).is_none() {
                    continue;
                }
                bundle.run(&BundleOptions { tolerance: 1e-5, rounds: 20, sweeps: 60, sure: false }, cost, &mut |m| oracle.ask(m));
                if bundle.best >= cost {
                    continue;
                }
            }
        }
        if let Some(plan) = recover::dive(problem, &mut bundle, &mut oracle, &dive, cost, &mut dice) {
            if plan.cost < cost {
                answer.plan = Some(plan);
                better_at = oracle.rounds;
                note(&mut answer, oracle.rounds);
            }
        }
    }
    answer
}

/// The dual of the whole: the bundle where it ended. It begins at `start`, or in the merit order. `None` when the oracle had no answer at all.
pub fn relax(problem: &Problem, options: &Options, start: Option<&[f64]>, oracle: &mut Oracle<'_>) -> Option<(Bundle, Ended)> {
    let steps = problem.steps;
    let first = start.map_or_else(|| merit_order(problem), <[f64]>::to_vec);
    let mean = |v: &[f64]| v.iter().map(|x| x.abs()).sum::<f64>() / v.len().max(1) as f64;
    let step = (mean(&first[..steps]) / mean(&problem.demand).max(1e-9)).max(1e-9);
    let mut coupling = problem.coupling.clone();
    cap(&mut coupling.range, &first, steps, problem);
    let mut bundle = Bundle::new(coupling, problem.blocks(), first.clone(), step);
    let factors = if start.is_some() { [1.0, 0.97, 0.99, 1.01, 1.03] } else { [1.0, 0.85, 0.93, 1.07, 1.15] };
    for factor in factors {
        let trial: Vec<f64> = first.iter().map(|m| m * factor).collect();
        bundle.probe(&trial, &mut |m| oracle.ask(m))?;
    }
    let to_the_end = BundleOptions { tolerance: options.tolerance, rounds: 150, sweeps: 100, sure: true };
    let ended = bundle.run(&to_the_end, f64::INFINITY, &mut |m| oracle.ask(m));
    Some((bundle, ended))
}

/// Commitments by dives from the dual's end, without their dispatch; the first is the hastiest. `[dive][unit][step]`
pub fn commitments(problem: &Problem, root: &Bundle, oracle: &mut Oracle<'_>, seed: u64) -> Vec<Vec<Vec<bool>>> {
    let mut dice = dice(seed);
    let mut out: Vec<Vec<Vec<bool>>> = Vec::new();
    for share in [0.25, 0.04] {
        let mut bundle = root.clone();
        oracle.fixed.fill(None);
        let options = DiveOptions { share, chance: 0.0, tolerance: 1e-5 };
        if recover::descend(problem, &mut bundle, oracle, &options, f64::INFINITY, &mut dice).is_none() {
            break;
        }
        let patterns: Vec<Vec<bool>> = oracle.fixed.iter().flatten().cloned().collect();
        if patterns.len() == problem.units.len() && !out.contains(&patterns) {
            out.push(patterns);
        }
    }
    oracle.fixed.fill(None);
    out
}

fn dice(seed: u64) -> Dice {
    Dice(0x9e37_79b9_7f4a_7c15 ^ seed.wrapping_mul(0x2545_f491_4f6c_dd1d) | 1)
}

fn stopped(mut answer: Answer, oracle: &Oracle<'_>, bundle: Option<&Bundle>) -> Answer {
    answer.impossible = oracle.impossible;
    answer.stopped = oracle.impossible.is_none();
    if let Some(bundle) = bundle.filter(|b| b.best > answer.bound) {
        answer.bound = bundle.best;
        answer.multipliers.clone_from(&bundle.best_multipliers);
    }
    answer
}

/// Multipliers to begin with: in every step the mean cost of the unit that a merit order reaches, starts included.
fn merit_order(problem: &Problem) -> Vec<f64> {
    let mut units: Vec<(f64, f64)> = problem
        .units
        .iter()
        .map(|u| {
            let s = u.stage(0);
            let capacity = (s.p_min + s.range).max(1e-6);
            let start = u.start_cost.first().copied().filter(|c| c.is_finite()).unwrap_or(0.0) / u.times[0].max(8) as f64;
            ((u.cost_on(0, s.range) + start) / capacity, capacity)
        })
        .collect();
    units.sort_by(|a, b| a.0.total_cmp(&b.0));
    let steps = problem.steps;
    let mut out = vec![0.0; problem.coupling.lower.len()];
    for (t, first) in out.iter_mut().enumerate().take(steps) {
        let reserve: f64 = (1..=problem.reserves.len()).map(|r| problem.coupling.lower[r * steps + t]).sum();
        let mut left = problem.coupling.lower[t] + reserve;
        for (price, capacity) in &units {
            *first = *price;
            left -= capacity;
            if left <= 0.0 {
                break;
            }
        }
    }
    out
}

/// Ranges for multipliers that have none: far above any price that could matter, so that early rounds do not run away. A bound
/// computed at capped multipliers is still a bound.
fn cap(range: &mut [[f64; 2]], first: &[f64], steps: usize, problem: &Problem) {
    let highest = first[..steps].iter().copied().fold(0.0, f64::max);
    let dearest = problem.units.iter().flat_map(|u| &u.stages).flat_map(|s| &s.segments).map(|s| s.1).fold(0.0, f64::max);
    let most = (60.0 * highest).max(20.0 * dearest).max(1.0);
    for r in range {
        *r = [r[0].max(-most), r[1].min(most)];
    }
}
