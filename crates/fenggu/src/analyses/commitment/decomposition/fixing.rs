//! Statuses that no plan cheaper than the one in hand has, told by the Lagrangian bound and every unit's margins.

use super::oracle::{others_value, Oracle};
use super::problem::Problem;

/// A status that may be held without losing any commitment up to some cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixing {
    /// Position of the unit in the problem.
    pub unit: usize,
    /// Step.
    pub step: usize,
    /// The status that stays possible.
    pub on: bool,
}

/// What every status costs at some multipliers, and the bound there.
#[derive(Clone, Debug)]
pub struct Levels {
    /// The Lagrangian bound.
    pub bound: f64,
    /// Least cost of any commitment with the status off and on `[unit][step]`; ∞ where it cannot be.
    forced: Vec<Vec<[f64; 2]>>,
}

impl Levels {
    /// At `multipliers`. `None` when a block has no plan.
    ///
    /// No commitment with a unit's status forced costs less than L − v + v(forced): [`super::margins`].
    pub fn new(problem: &Problem, multipliers: &[f64], threads: usize) -> Option<Levels> {
        let go_on = || false;
        let margins = Oracle::new(problem, threads, &go_on).margins(multipliers)?;
        let units = margins.iter().map(|m| m.value).sum::<f64>();
        let bound = problem.coupling.value(multipliers) + units + others_value(problem, multipliers)?;
        let of = |m: super::margins::Margins| m.forced.iter().map(|f| f.map(|v| bound - m.value + v)).collect();
        Some(Levels { bound, forced: margins.into_iter().map(of).collect() })
    }

    /// All statuses that no commitment of at most `cost` has the other way. Equality keeps a status free, and so does a share of 1e-9 of the
    /// cost, which is rounding. Where neither way is left no such commitment exists, and any status will do.
    pub fn fixings(&self, cost: f64) -> Vec<Fixing> {
        let least = cost + 1e-9 * cost.abs();
        let mut out = Vec::new();
        for (unit, forced) in self.forced.iter().enumerate() {
            for (step, &[off, on]) in forced.iter().enumerate() {
                match (off > least, on > least) {
                    (true, false) => out.push(Fixing { unit, step, on: true }),
                    (false, true) => out.push(Fixing { unit, step, on: false }),
                    (false, false) => {}
                    (true, true) => out.push(Fixing { unit, step, on: off > on }),
                }
            }
        }
        out
    }
}
