//! Statuses that no plan cheaper than the one in hand has, told by the Lagrangian bound and every unit's margins.

use super::oracle::{others_value, Oracle};
use super::problem::Problem;

/// A status that may be held without losing any plan that costs less than `cost` said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixing {
    /// Position of the unit in the problem.
    pub unit: usize,
    /// Step.
    pub step: usize,
    /// The status that stays possible.
    pub on: bool,
}

/// All statuses that are decided by `multipliers` once a plan of `cost` is in hand, and the bound there. `None` when a unit has no plan.
///
/// L − v_g + v_g(u_t forced) > cost means that u_t is the other way in every better plan; equality keeps it free, and so does a share
/// of 1e-9 of the cost, which is rounding.
pub fn fixings(problem: &Problem, multipliers: &[f64], cost: f64, threads: usize) -> Option<(f64, Vec<Fixing>)> {
    let go_on = || false;
    let margins = Oracle::new(problem, threads, &go_on).margins(multipliers)?;
    let units = margins.iter().map(|m| m.value).sum::<f64>();
    let bound = problem.coupling.value(multipliers) + units + others_value(problem, multipliers)?;
    let least = cost + 1e-9 * cost.abs();
    let mut out = Vec::new();
    for (unit, m) in margins.iter().enumerate() {
        for (step, &[off, on]) in m.forced.iter().enumerate() {
            match (bound - m.value + off > least, bound - m.value + on > least) {
                (true, false) => out.push(Fixing { unit, step, on: true }),
                (false, true) => out.push(Fixing { unit, step, on: false }),
                // Neither: free. Both: no better plan exists at all, and any status will do.
                (false, false) => {}
                (true, true) => out.push(Fixing { unit, step, on: off > on }),
            }
        }
    }
    Some((bound, out))
}
