//! All units' best responses to multipliers, on a few threads.

use super::problem::Problem;
use super::program::{Plan, Prices, Program};
use super::unit::Unit;
use fenggu_opt::decomposition::{Point, Response};

/// Asks units; some may be held to a pattern.
pub struct Oracle<'a> {
    problem: &'a Problem,
    /// Pattern a unit is held to.
    pub fixed: Vec<Option<Vec<bool>>>,
    programs: Vec<Program>,
    /// Whether to stop: asked before every round.
    stop: &'a (dyn Fn() -> bool + Sync),
    /// A unit that has no feasible plan, once one was met.
    pub impossible: Option<usize>,
    /// Rounds asked.
    pub rounds: u64,
}

impl<'a> Oracle<'a> {
    /// An oracle without held patterns.
    pub fn new(problem: &'a Problem, threads: usize, stop: &'a (dyn Fn() -> bool + Sync)) -> Oracle<'a> {
        let fixed = vec![None; problem.units.len()];
        Oracle { problem, fixed, programs: vec![Program::default(); threads.max(1)], stop, impossible: None, rounds: 0 }
    }

    /// Every unit's response; `None` when asked to stop or when a unit has no feasible plan.
    pub fn ask(&mut self, multipliers: &[f64]) -> Option<Vec<Response>> {
        if (self.stop)() {
            return None;
        }
        self.rounds += 1;
        let (problem, fixed) = (self.problem, &self.fixed);
        let count = problem.units.len();
        let share = count.div_ceil(self.programs.len()).max(1);
        let mut answers: Vec<Option<Response>> = Vec::with_capacity(count);
        answers.resize_with(count, || None);
        std::thread::scope(|scope| {
            for (k, (part, program)) in answers.chunks_mut(share).zip(&mut self.programs).enumerate() {
                let mut work = move || {
                    let mut reserve = vec![0.0; problem.steps];
                    for (i, answer) in part.iter_mut().enumerate() {
                        let g = k * share + i;
                        *answer = respond(problem, &problem.units[g], multipliers, fixed[g].as_deref(), program, &mut reserve);
                    }
                };
                if share >= count {
                    work();
                } else {
                    scope.spawn(work);
                }
            }
        });
        self.impossible = answers.iter().position(Option::is_none).or(self.impossible);
        answers.into_iter().collect()
    }
}

/// The reserve a unit would hold in step `t`: the dearest of those it may; row of its multiplier.
fn reserve_row(problem: &Problem, unit: &Unit, multipliers: &[f64], t: usize) -> Option<usize> {
    let row = |r: &u16| problem.steps * (1 + *r as usize) + t;
    unit.reserves.iter().map(row).max_by(|a, b| multipliers[*a].total_cmp(&multipliers[*b]))
}

fn respond(
    problem: &Problem,
    unit: &Unit,
    multipliers: &[f64],
    fixed: Option<&[bool]>,
    program: &mut Program,
    reserve: &mut [f64],
) -> Option<Response> {
    for (t, price) in reserve.iter_mut().enumerate() {
        *price = reserve_row(problem, unit, multipliers, t).map_or(0.0, |row| multipliers[row]);
    }
    let prices = Prices { energy: &multipliers[..problem.steps], reserve };
    let plan = match fixed {
        Some(on) => program.respond_on(unit, prices, on)?,
        None => program.respond(unit, prices)?,
    };
    Some(Response { value: plan.value, point: point(problem, unit, multipliers, &plan) })
}

/// A plan as a point of the bundle.
fn point(problem: &Problem, unit: &Unit, multipliers: &[f64], plan: &Plan) -> Point {
    let mut activity = vec![0.0; problem.coupling.ports()];
    activity[..problem.steps].copy_from_slice(&plan.p);
    for (t, r) in plan.r.iter().enumerate().filter(|(_, r)| **r != 0.0) {
        if let Some(row) = reserve_row(problem, unit, multipliers, t) {
            activity[row] = *r;
        }
    }
    Point { cost: plan.cost, activity, tag: bits(&plan.on) }
}

/// A pattern as bits.
pub fn bits(on: &[bool]) -> Vec<u64> {
    let mut out = vec![0u64; on.len().div_ceil(64)];
    for (t, _) in on.iter().enumerate().filter(|(_, u)| **u) {
        out[t / 64] |= 1 << (t % 64);
    }
    out
}

/// Bits as a pattern.
pub fn pattern(bits: &[u64], steps: usize) -> Vec<bool> {
    (0..steps).map(|t| bits[t / 64] >> (t % 64) & 1 == 1).collect()
}
