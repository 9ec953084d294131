//! What a backend answers.

use crate::bound;
use crate::check::{has_lower, has_upper, Conflict};
use crate::Problem;

/// How a solve ended. A limit is never called infeasible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Optimal within the tolerance asked for; with whole numbers: within the gap asked for, by the solver's claim.
    Optimal,
    /// Proven to have no feasible point; `Solution::ray` holds the Farkas certificate. Where only the demand for whole numbers
    /// excludes every point there is no ray, and the verdict is the solver's claim.
    Infeasible,
    /// Proven unbounded below; `Solution::ray` holds the primal ray.
    Unbounded,
    /// The time limit ended it.
    TimeLimit,
    /// The limit of iterations, nodes or work ended it, or the bound passed the cutoff.
    IterationLimit,
    /// Cancelled by the caller.
    Interrupted,
    /// The solver gave up or answered something that its own check refused.
    Failed,
}

/// Signs: `row_dual[i]` = ∂objective/∂(row i's bound that is active), so a row `≥ b` has a dual ≥ 0
/// and a row `≤ b` a dual ≤ 0 in a minimisation. `col_dual` = cost + quad·x − Aᵀ·row_dual (reduced cost):
/// ≥ 0 at the lower bound, ≤ 0 at the upper.
#[derive(Clone, Debug)]
pub struct Solution {
    /// How it ended.
    pub status: Status,
    /// Objective at `x`, recomputed from the problem; NaN when there is no `x`.
    pub objective: f64,
    /// Dual objective (a lower bound), NaN when there is none, as always with whole numbers.
    pub bound: f64,
    /// Whole numbers: the lower bound that the solver claims from its tree, which nothing here can check; else NaN.
    pub bound_claimed: f64,
    /// Primal values, one per column; empty when there are none.
    pub x: Vec<f64>,
    /// Row duals, one per row; empty when there are none. With whole numbers: of the problem with those columns held.
    pub row_dual: Vec<f64>,
    /// Reduced costs, one per column; empty when there are none.
    pub col_dual: Vec<f64>,
    /// Infeasible: multipliers `y` on rows (length rows) such that max over the column box of yᵀA x is below what yᵀ
    /// demands of the rows. Unbounded: a direction in column space. Otherwise empty.
    pub ray: Vec<f64>,
    /// Infeasible by bounds that cross: which. The ray is then empty, the crossing is the whole proof.
    pub conflict: Option<Conflict>,
    /// Iterations of the algorithm.
    pub iterations: u64,
    /// The backend that answered, with version.
    pub solver: String,
}

impl Solution {
    /// Relative gap between objective and claimed bound, (objective − bound) / |objective|; NaN where either is missing.
    pub fn gap_claimed(&self) -> f64 {
        gap(self.objective, self.bound_claimed)
    }

    /// An answer with a status and no point.
    pub(crate) fn empty(status: Status, solver: &str, iterations: u64) -> Solution {
        Solution {
            status,
            objective: f64::NAN,
            bound: f64::NAN,
            bound_claimed: f64::NAN,
            x: Vec::new(),
            row_dual: Vec::new(),
            col_dual: Vec::new(),
            ray: Vec::new(),
            conflict: None,
            iterations,
            solver: solver.to_string(),
        }
    }

    /// An answer without a point, of nobody.
    pub fn none(status: Status, iterations: u64) -> Solution {
        Solution::empty(status, "", iterations)
    }

    /// Infeasible, proven by `ray`.
    pub(crate) fn infeasible(ray: Vec<f64>, solver: &str, iterations: u64) -> Solution {
        Solution { ray, ..Solution::empty(Status::Infeasible, solver, iterations) }
    }

    /// Infeasible because bounds cross.
    pub(crate) fn crossed(conflict: Conflict, solver: &str) -> Solution {
        Solution { conflict: Some(conflict), ..Solution::empty(Status::Infeasible, solver, 0) }
    }

    /// A point and row duals from a solver, put into this crate's contract with our own arithmetic: `x` clipped into its
    /// bounds, duals of a sign that no bound supports set to zero, reduced costs, objective and bound recomputed.
    pub(crate) fn from_point(
        problem: &Problem,
        mut x: Vec<f64>,
        mut row_dual: Vec<f64>,
        status: Status,
        solver: &str,
        iterations: u64,
    ) -> Solution {
        for (j, x) in x.iter_mut().enumerate() {
            // Not `clamp`: it panics when bounds cross.
            *x = x.max(problem.col_lower[j]).min(problem.col_upper[j]);
        }
        for (i, y) in row_dual.iter_mut().enumerate() {
            if (*y > 0.0 && !has_lower(problem.row_lower[i])) || (*y < 0.0 && !has_upper(problem.row_upper[i])) {
                *y = 0.0;
            }
        }
        let col_dual = bound::reduced_costs(problem, &x, &row_dual);
        Solution {
            status,
            objective: problem.objective(&x),
            bound: bound::safe_bound(problem, &row_dual),
            bound_claimed: f64::NAN,
            x,
            row_dual,
            col_dual,
            ray: Vec::new(),
            conflict: None,
            iterations,
            solver: solver.to_string(),
        }
    }
}

/// Relative gap of an objective to a lower bound: 0 where they meet, infinite at an objective of 0 with a bound below.
pub(crate) fn gap(objective: f64, bound: f64) -> f64 {
    let distance = objective - bound;
    if distance <= 0.0 {
        0.0
    } else {
        distance / objective.abs()
    }
}
