//! Our own arithmetic on an answer: a lower bound from row duals, residuals, and the check that turns a solver's word
//! into ours. Nothing here trusts a solver.
//!
//! The Lagrangian bound: for any row multipliers `y`, with `d = cost − Aᵀy`,
//!
//! ```text
//! L(y) = offset + Σ_i (y_i·row_lower_i if y_i > 0, y_i·row_upper_i if y_i < 0)
//!               + Σ_j min { d_j x + ½ quad_j x² : col_lower_j ≤ x ≤ col_upper_j }
//! ```
//!
//! never exceeds the optimum (weak duality; Boyd and Vandenberghe, Convex Optimization, 5.1.3). It is a bound for any
//! `y`, however it was found.

use crate::check::{has_lower, has_upper};
use crate::{Problem, Solution};

/// Reduced costs at `x`: cost + quad·x − Aᵀ·row_dual.
pub fn reduced_costs(problem: &Problem, x: &[f64], row_dual: &[f64]) -> Vec<f64> {
    let priced = problem.matrix.transpose_times(row_dual);
    (0..problem.cols())
        .map(|j| {
            let curve = problem.quad.get(j).map_or(0.0, |q| q * x[j]);
            problem.cost[j] + curve - priced[j]
        })
        .collect()
}

/// Relative size below which a reduced cost with no bound to lean on counts as zero in [`safe_bound`]: the default tolerance. An
/// answer that was accepted with more (up to ten times the tolerance) has no bound, which is the truth about it; polished answers
/// have 1e-12 and less.
const ZERO_PRICE: f64 = 1e-7;

/// A dual that is far below the largest one is known only relative to that one: linear algebra in double precision leaves
/// noise of the size of the largest. A term `v·y_i` therefore counts as at least this share of `v·max|y|` when reduced costs
/// are called small. (Without it, a column in a part of the problem where all prices are zero, with large coefficients, is
/// refused for noise of 1e-15 of the price level elsewhere: seen on 2746wp_k.)
const PRICE_NOISE: f64 = 0.01;

/// Largest magnitude of the duals.
fn price_level(row_dual: &[f64]) -> f64 {
    row_dual.iter().fold(0.0f64, |m, y| m.max(y.abs()))
}

/// The Lagrangian lower bound from row duals (length rows; signs as in [`Solution`]).
///
/// A dual whose sign has no finite bound to lean on is taken as zero first, which keeps the bound valid. A column without
/// the finite bound that its reduced cost asks for makes the bound −∞, unless the reduced cost is within 1e-7 of zero
/// relative to the terms it is the sum of (each taken at a hundredth of the dearest dual at least): it then counts as zero, so for
/// columns with an infinite bound the result is exact only to that accuracy times the column's value. Columns with finite bounds are exact to rounding.
pub fn safe_bound(problem: &Problem, row_dual: &[f64]) -> f64 {
    if row_dual.len() != problem.rows() || row_dual.iter().any(|y| !y.is_finite()) {
        return f64::NEG_INFINITY;
    }
    let mut total = Sum::default();
    total.add(problem.offset);
    let supported = |i: usize, y: f64| match y {
        y if y > 0.0 && has_lower(problem.row_lower[i]) => y,
        y if y < 0.0 && has_upper(problem.row_upper[i]) => y,
        _ => 0.0,
    };
    for (i, &y) in row_dual.iter().enumerate() {
        let y = supported(i, y);
        if y > 0.0 {
            total.add(y * problem.row_lower[i]);
        } else if y < 0.0 {
            total.add(y * problem.row_upper[i]);
        }
    }
    let noise = PRICE_NOISE * price_level(row_dual);
    for j in 0..problem.cols() {
        let (mut d, mut scale) = (problem.cost[j], problem.cost[j].abs());
        for (i, v) in problem.matrix.column(j) {
            let y = supported(i, row_dual[i]);
            d -= v * y;
            scale = scale.max(v.abs() * y.abs().max(noise));
        }
        let quad = problem.quad.get(j).copied().unwrap_or(0.0);
        let least = column_minimum(d, quad, problem.col_lower[j], problem.col_upper[j], ZERO_PRICE * (1.0 + scale));
        if least == f64::NEG_INFINITY {
            return f64::NEG_INFINITY;
        }
        total.add(least);
    }
    total.value()
}

/// min d·x + ½·quad·x² over the box.
fn column_minimum(d: f64, quad: f64, lower: f64, upper: f64, zero: f64) -> f64 {
    let at = |x: f64| d * x + 0.5 * quad * x * x;
    if quad > 0.0 {
        return at((-d / quad).max(lower).min(upper));
    }
    let bound = if d > 0.0 { lower } else { upper };
    let there = if d > 0.0 { has_lower(bound) } else { has_upper(bound) };
    if d == 0.0 || (!there && d.abs() <= zero) {
        0.0
    } else if there {
        at(bound)
    } else {
        f64::NEG_INFINITY
    }
}

/// Sum with compensation (Neumaier), so that a bound near zero is not lost among large terms.
#[derive(Default)]
pub(crate) struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    pub(crate) fn add(&mut self, v: f64) {
        let t = self.sum + v;
        self.lost += if self.sum.abs() >= v.abs() { (self.sum - t) + v } else { (v - t) + self.sum };
        self.sum = t;
    }
    pub(crate) fn value(&self) -> f64 {
        self.sum + self.lost
    }
}

/// How far an answer is from optimal, scaled so that 1e-7 means seven good digits of the terms involved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residuals {
    /// Worst violation of a row or column bound, each over 1 + the largest of the bound and the row's terms.
    pub primal: f64,
    /// Worst reduced cost that no finite bound supports, each over 1 + the largest of the column's terms, every dual in them
    /// taken at a hundredth of the dearest one at least.
    pub dual: f64,
    /// Worst product of a multiplier and the distance to the bound it belongs to, over 1 + |objective|.
    pub complementarity: f64,
    /// |primal objective − dual objective| over 1 + |objective|; the dual objective is Dorn's, at this `x`.
    pub gap: f64,
}

impl Residuals {
    /// The worst of primal, dual and gap: what must be small for "optimal".
    pub fn worst(&self) -> f64 {
        // NaN must count as bad, and f64::max drops it.
        let all = [self.primal, self.dual, self.gap];
        if all.iter().any(|v| v.is_nan()) {
            f64::INFINITY
        } else {
            all.into_iter().fold(0.0, f64::max)
        }
    }
}

/// Residuals of a solution that has a point and duals; infinite where it has none.
pub fn residuals(problem: &Problem, solution: &Solution) -> Residuals {
    let (x, y) = (&solution.x, &solution.row_dual);
    let bad = x.iter().chain(y).any(|v| !v.is_finite());
    if x.len() != problem.cols() || y.len() != problem.rows() || bad {
        let worst = f64::INFINITY;
        return Residuals { primal: worst, dual: worst, complementarity: worst, gap: worst };
    }
    let objective = problem.objective(x);
    let money = 1.0 + objective.abs();
    let (mut primal, mut dual, mut complementarity) = (0.0f64, 0.0f64, 0.0f64);
    // objective − dual objective = Σ multiplier × distance to its bound, term by term: no cancellation of large sums.
    let mut gap = Sum::default();

    let noise = PRICE_NOISE * price_level(y);
    let mut activity = vec![0.0; problem.rows()];
    let mut largest = vec![0.0f64; problem.rows()];
    for (j, &xj) in x.iter().enumerate() {
        let curve = problem.quad.get(j).map_or(0.0, |q| q * xj);
        let mut d = problem.cost[j] + curve;
        let mut scale = problem.cost[j].abs().max(curve.abs());
        for (i, v) in problem.matrix.column(j) {
            activity[i] += v * xj;
            largest[i] = largest[i].max((v * xj).abs());
            d -= v * y[i];
            scale = scale.max(v.abs() * y[i].abs().max(noise));
        }
        let (lower, upper) = (problem.col_lower[j], problem.col_upper[j]);
        let below = (lower - xj).max(xj - upper).max(0.0);
        primal = primal.max(below / (1.0 + xj.abs()));
        let supported = if d > 0.0 { has_lower(lower) } else { has_upper(upper) };
        if supported {
            let product = if d > 0.0 { d * (xj - lower) } else { d * (xj - upper) };
            complementarity = complementarity.max(product.abs() / money);
            gap.add(product);
        } else {
            dual = dual.max(d.abs() / (1.0 + scale));
        }
    }
    for i in 0..problem.rows() {
        let (lower, upper, a) = (problem.row_lower[i], problem.row_upper[i], activity[i]);
        let out = (lower - a).max(a - upper).max(0.0);
        let bound = if a < lower { lower } else { upper };
        let size = if bound.is_finite() { bound.abs() } else { 0.0 };
        primal = primal.max(out / (1.0 + size.max(largest[i])));
        if y[i] != 0.0 {
            let (there, bound) = if y[i] > 0.0 { (has_lower(lower), lower) } else { (has_upper(upper), upper) };
            if there {
                let product = y[i] * (a - bound);
                complementarity = complementarity.max(product.abs() / money);
                gap.add(product);
            } else {
                dual = dual.max(y[i].abs() / (1.0 + y[i].abs()));
            }
        }
    }
    Residuals { primal, dual, complementarity, gap: gap.value().abs() / money }
}

/// Whether an answer may be called optimal at this tolerance: residuals within ten times it.
pub(crate) fn acceptable(problem: &Problem, solution: &Solution, tolerance: f64) -> bool {
    residuals(problem, solution).worst() <= 10.0 * tolerance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    const INF: f64 = f64::INFINITY;

    #[test]
    fn the_bound_is_the_optimum_at_the_right_duals_and_below_it_elsewhere() {
        // min 2x + 3y, x + y ≥ 4, x ≤ 3, both ≥ 0: x = 3, y = 1, objective 9, price of the row 3.
        let p = Problem::from_rows(&[(2.0, 0.0, 3.0), (3.0, 0.0, INF)], &[(&[(0, 1.0), (1, 1.0)], 4.0, INF)]);
        assert_eq!(safe_bound(&p, &[3.0]), 9.0);
        for y in [0.0, 1.0, 2.0, 2.5, 2.9] {
            assert!(safe_bound(&p, &[y]) < 9.0, "{y}");
        }
        // Above 3 the second column's reduced cost is negative and its upper bound infinite.
        assert_eq!(safe_bound(&p, &[3.1]), f64::NEG_INFINITY);
        // A sign that the row has no bound for counts as zero.
        assert_eq!(safe_bound(&p, &[-5.0]), 0.0);
        assert_eq!(safe_bound(&p, &[f64::NAN]), f64::NEG_INFINITY);
    }

    #[test]
    fn a_quadratic_column_is_minimised_in_closed_form() {
        // min ½·2·x² − 8x on [0, 3]: at 3, 9 − 24 = −15; on the whole line at 4: −16.
        let mut p = Problem::from_rows(&[(-8.0, 0.0, 3.0)], &[]);
        p.quad = vec![2.0];
        assert_eq!(safe_bound(&p, &[]), -15.0);
        p.col_upper = vec![INF];
        assert_eq!(safe_bound(&p, &[]), -16.0);
    }

    #[test]
    fn residuals_see_each_kind_of_error() {
        let p = Problem::from_rows(&[(2.0, 0.0, 3.0), (3.0, 0.0, INF)], &[(&[(0, 1.0), (1, 1.0)], 4.0, INF)]);
        let at = |x: [f64; 2], y: f64| {
            let mut s = Solution::from_point(&p, x.to_vec(), vec![y], Status::Optimal, "test", 0);
            s.x = x.to_vec();
            residuals(&p, &s)
        };
        assert!(at([3.0, 1.0], 3.0).worst() < 1e-15);
        assert!(at([3.0, 0.9], 3.0).primal > 0.01); // row short by 0.1
        assert!(at([3.5, 0.5], 3.0).primal > 0.1); // bound passed
        assert!(at([3.0, 1.0], 3.5).dual > 0.1); // reduced cost −0.5 with no upper bound
        assert!(at([2.0, 2.0], 3.0).gap > 0.05); // feasible, dual feasible, not optimal
        assert_eq!(at([f64::NAN, 1.0], 3.0).worst(), f64::INFINITY);
    }
}
