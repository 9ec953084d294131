//! The elastic problem: by how much must the rows give way? (Phase 1 of the simplex method, with both signs.)
//!
//! ```text
//! minimise Σ (up_i + down_i)   subject to   row_lower ≤ A x + up − down ≤ row_upper,   x in its box,  up, down ≥ 0
//! ```
//!
//! It always has a solution when the box is not empty. Its optimum is zero exactly when the problem is feasible; otherwise
//! its row duals are a Farkas ray of the problem, of margin equal to the optimum. That settles problems on which a simplex
//! run ends undecided.

use crate::check::{has_lower, has_upper};
use crate::{Matrix, Problem};

/// Builds the elastic problem. The first `problem.cols()` columns and all rows are those of `problem`, in order; a slack
/// column follows for every finite side of every row.
pub fn elastic(problem: &Problem) -> Problem {
    let (rows, cols) = (problem.rows(), problem.cols());
    let mut out = Problem {
        offset: 0.0,
        cost: vec![0.0; cols],
        quad: Vec::new(),
        col_lower: problem.col_lower.clone(),
        col_upper: problem.col_upper.clone(),
        row_lower: problem.row_lower.clone(),
        row_upper: problem.row_upper.clone(),
        matrix: problem.matrix.clone(),
        integer: Vec::new(),
    };
    let Matrix { start, row, value } = &mut out.matrix;
    for i in 0..rows {
        let sides = [(has_lower(problem.row_lower[i]), 1.0), (has_upper(problem.row_upper[i]), -1.0)];
        for (_, sign) in sides.into_iter().filter(|(there, _)| *there) {
            row.push(i as u32);
            value.push(sign);
            start.push(row.len() as u32);
            out.cost.push(1.0);
            out.col_lower.push(0.0);
            out.col_upper.push(f64::INFINITY);
        }
    }
    out
}

/// Slack per row at a point of the elastic problem: positive where the row lacks (its activity is below its lower bound),
/// negative where it has too much.
pub fn shortfall(problem: &Problem, elastic_x: &[f64]) -> Vec<f64> {
    let mut at = problem.cols();
    let mut out = vec![0.0; problem.rows()];
    for (i, out) in out.iter_mut().enumerate() {
        let sides = [(has_lower(problem.row_lower[i]), 1.0), (has_upper(problem.row_upper[i]), -1.0)];
        for (_, sign) in sides.into_iter().filter(|(there, _)| *there) {
            *out += sign * elastic_x.get(at).copied().unwrap_or(0.0);
            at += 1;
        }
    }
    out
}

/// The direction problem: the steepest way down along which no bound is ever met, with every column's share at most 1.
///
/// ```text
/// minimise cost·r   subject to   A r ≥ 0 where a row has a lower bound, ≤ 0 where it has an upper,
///                                r_j likewise, r_j = 0 where quad_j > 0,  −1 ≤ r_j ≤ 1
/// ```
///
/// Its optimum is below zero exactly when the problem has a primal ray, and its point then is one.
pub fn direction(problem: &Problem) -> Problem {
    let side = |there: bool, otherwise: f64| if there { 0.0 } else { otherwise };
    let cols = problem.cols();
    let flat = |j: usize| problem.quad.get(j).is_none_or(|&q| q == 0.0);
    Problem {
        offset: 0.0,
        cost: problem.cost.clone(),
        quad: Vec::new(),
        col_lower: (0..cols).map(|j| side(has_lower(problem.col_lower[j]) || !flat(j), -1.0)).collect(),
        col_upper: (0..cols).map(|j| side(has_upper(problem.col_upper[j]) || !flat(j), 1.0)).collect(),
        row_lower: problem.row_lower.iter().map(|&b| side(has_lower(b), f64::NEG_INFINITY)).collect(),
        row_upper: problem.row_upper.iter().map(|&b| side(has_upper(b), f64::INFINITY)).collect(),
        matrix: problem.matrix.clone(),
        integer: Vec::new(),
    }
}
