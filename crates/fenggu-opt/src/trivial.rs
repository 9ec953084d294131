//! Problems whose matrix has no entry but zeros, solved column by column in closed form: without rows or columns the
//! solvers behind refuse or mishandle them.

use crate::check::{has_lower, has_upper};
use crate::{Problem, Solution, Status};

/// The answer if nothing couples the columns, or `None`. Bounds must not cross.
pub(crate) fn solve(problem: &Problem, solver: &str) -> Option<Solution> {
    if problem.matrix.value.iter().any(|&v| v != 0.0) {
        return None;
    }
    // Every row's activity is zero.
    for i in 0..problem.rows() {
        let demand = f64::from(problem.row_lower[i] > 0.0) - f64::from(problem.row_upper[i] < 0.0);
        if demand != 0.0 {
            let mut ray = vec![0.0; problem.rows()];
            ray[i] = demand;
            return Some(Solution::infeasible(ray, solver, 0));
        }
    }
    let mut x = Vec::with_capacity(problem.cols());
    for j in 0..problem.cols() {
        let (lower, upper) = (problem.col_lower[j], problem.col_upper[j]);
        let (c, q) = (problem.cost[j], problem.quad.get(j).copied().unwrap_or(0.0));
        let target = if q > 0.0 {
            -c / q
        } else if c == 0.0 {
            0.0
        } else {
            let (there, bound) = if c > 0.0 { (has_lower(lower), lower) } else { (has_upper(upper), upper) };
            if !there {
                let mut ray = vec![0.0; problem.cols()];
                ray[j] = -c.signum();
                return Some(Solution { ray, ..Solution::empty(Status::Unbounded, solver, 0) });
            }
            bound
        };
        x.push(target.max(lower).min(upper));
    }
    Some(Solution::from_point(problem, x, vec![0.0; problem.rows()], Status::Optimal, solver, 0))
}
