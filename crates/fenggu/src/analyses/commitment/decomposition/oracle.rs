//! All units' best responses to multipliers, on a few threads.

use super::margins::Margins;
use super::problem::{Other, Problem};
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
        let answers = every(problem, problem.blocks(), &mut self.programs, |g, program, memory| match problem.units.get(g) {
            Some(unit) => respond(problem, unit, g, multipliers, fixed[g].as_deref(), program, memory),
            None => respond_other(problem, g, multipliers, memory),
        });
        self.impossible = answers.iter().position(Option::is_none).or(self.impossible);
        answers.into_iter().collect()
    }

    /// Every unit's margins, whatever pattern it is held to; `None` when a unit has no feasible plan.
    pub fn margins(&mut self, multipliers: &[f64]) -> Option<Vec<Margins>> {
        let problem = self.problem;
        let answers = every(problem, problem.units.len(), &mut self.programs, |g, program, memory| {
            let unit = &problem.units[g];
            let prices = prices(problem, unit, g, multipliers, memory);
            program.margins(unit, prices)
        });
        answers.into_iter().collect()
    }
}

/// Least value of all blocks that are no units; `None` when one has no plan.
pub fn others_value(problem: &Problem, multipliers: &[f64]) -> Option<f64> {
    let mut memory = Memory::new(problem);
    let of = |g| respond_other(problem, g, multipliers, &mut memory).map(|r| r.value);
    (problem.units.len()..problem.blocks()).map(of).sum()
}

/// Prices under way.
struct Memory {
    /// Of every port.
    ports: Vec<f64>,
    /// Of the reserve a unit would hold `[step]`.
    reserve: Vec<f64>,
}

impl Memory {
    fn new(problem: &Problem) -> Memory {
        Memory { ports: vec![0.0; problem.coupling.ports()], reserve: vec![0.0; problem.steps] }
    }
}

/// Asks `each` for the first `count` blocks, on as many threads as there are programs; the answers do not depend on their number.
fn every<T: Send>(
    problem: &Problem,
    count: usize,
    programs: &mut [Program],
    each: impl Fn(usize, &mut Program, &mut Memory) -> Option<T> + Sync,
) -> Vec<Option<T>> {
    let share = count.div_ceil(programs.len()).max(1);
    let mut answers: Vec<Option<T>> = Vec::with_capacity(count);
    answers.resize_with(count, || None);
    let each = &each;
    std::thread::scope(|scope| {
        for (k, (part, program)) in answers.chunks_mut(share).zip(programs).enumerate() {
            let mut work = move || {
                let mut memory = Memory::new(problem);
                for (i, answer) in part.iter_mut().enumerate() {
                    *answer = each(k * share + i, program, &mut memory);
                }
            };
            if share >= count {
                work();
            } else {
                scope.spawn(work);
            }
        }
    });
    answers
}

/// The prices unit `g` sees, in `memory`.
fn prices<'a>(problem: &Problem, unit: &Unit, g: usize, multipliers: &[f64], memory: &'a mut Memory) -> Prices<'a> {
    problem.coupling.prices(multipliers, g, &mut memory.ports);
    for (t, price) in memory.reserve.iter_mut().enumerate() {
        *price = reserve_row(problem, unit, multipliers, t).map_or(0.0, |row| multipliers[row]);
    }
    Prices { energy: &memory.ports[..problem.steps], reserve: &memory.reserve }
}

/// The reserve a unit would hold in step `t`: the dearest of those it may; row of its multiplier.
fn reserve_row(problem: &Problem, unit: &Unit, multipliers: &[f64], t: usize) -> Option<usize> {
    let row = |r: &u16| problem.steps * (1 + *r as usize) + t;
    unit.reserves.iter().map(row).max_by(|a, b| multipliers[*a].total_cmp(&multipliers[*b]))
}

fn respond(
    problem: &Problem,
    unit: &Unit,
    g: usize,
    multipliers: &[f64],
    fixed: Option<&[bool]>,
    program: &mut Program,
    memory: &mut Memory,
) -> Option<Response> {
    let prices = prices(problem, unit, g, multipliers, memory);
    let plan = match fixed {
        Some(on) => program.respond_on(unit, prices, on)?,
        None => program.respond(unit, prices)?,
    };
    Some(Response { value: plan.value, point: point(problem, unit, multipliers, &plan) })
}

fn respond_other(problem: &Problem, g: usize, multipliers: &[f64], memory: &mut Memory) -> Option<Response> {
    let ports = &mut memory.ports;
    problem.coupling.prices(multipliers, g, ports);
    let mut activity = vec![0.0; ports.len()];
    let offset = problem.coupling.offset.get(g).map_or(0, |o| *o as usize);
    let (value, cost) = match &problem.others[g - problem.units.len()] {
        Other::Tank(tank) => {
            let plan = tank.respond(&ports[..problem.steps])?;
            activity[..problem.steps].copy_from_slice(&plan.p);
            (plan.value, plan.cost)
        }
        Other::Flat(flat) if offset == 0 => {
            let plan = flat.respond(|t| ports[t]);
            activity[..problem.steps].copy_from_slice(&plan.p);
            (plan.value, plan.cost)
        }
        Other::Flat(flat) => {
            // A link: what it gains goes to the balance, what it carries to the flow rows.
            let plan = flat.respond(|t| flat.gain * ports[t] + ports[offset + t]);
            for (t, p) in plan.p.iter().enumerate() {
                (activity[t], activity[offset + t]) = (flat.gain * p, *p);
            }
            (plan.value, plan.cost)
        }
    };
    Some(Response { value, point: Point { cost, activity, tag: Vec::new() } })
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
