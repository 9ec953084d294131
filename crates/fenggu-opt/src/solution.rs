//! What a backend answers.

/// How a solve ended. A limit is never called infeasible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Optimal within the tolerance asked for.
    Optimal,
    /// Proven to have no feasible point; `Solution::ray` holds the Farkas certificate.
    Infeasible,
    /// Proven unbounded below; `Solution::ray` holds the primal ray.
    Unbounded,
    /// The time limit ended it.
    TimeLimit,
    /// The iteration limit ended it.
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
    /// Dual objective (a lower bound), NaN when there is none.
    pub bound: f64,
    /// Primal values, one per column; empty when there are none.
    pub x: Vec<f64>,
    /// Row duals, one per row; empty when there are none.
    pub row_dual: Vec<f64>,
    /// Reduced costs, one per column; empty when there are none.
    pub col_dual: Vec<f64>,
    /// Infeasible: multipliers `y` on rows (length rows) such that max over the column box of yᵀA x is below what yᵀ
    /// demands of the rows. Unbounded: a direction in column space. Otherwise empty.
    pub ray: Vec<f64>,
    /// Iterations of the algorithm.
    pub iterations: u64,
    /// The backend that answered, with version.
    pub solver: String,
}
