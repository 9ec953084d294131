//! Scaling: rows and columns to largest entry near one (Ruiz 2001), then bounds and costs by one factor each.

use crate::Problem;

/// The scaled problem's factors: x = col·x̂·size, y = row·ŷ·money/size.
pub(super) struct Scaling {
    row: Vec<f64>,
    col: Vec<f64>,
    size: f64,
    money: f64,
}

/// Geometric mean of the finite nonzero magnitudes; 1 if there are none.
fn typical(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.filter(|v| v.is_finite() && *v != 0.0).fold((0.0, 0usize), |(sum, count), v| (sum + v.abs().ln(), count + 1));
    if count == 0 {
        1.0
    } else {
        (sum / count as f64).exp()
    }
}

impl Scaling {
    /// Scales the problem in place.
    pub(super) fn apply(problem: &mut Problem) -> Scaling {
        let (rows, cols) = (problem.rows(), problem.cols());
        let (mut r, mut c) = (vec![1.0f64; rows], vec![1.0f64; cols]);
        for _ in 0..6 {
            let (mut row_max, mut col_max) = (vec![0.0f64; rows], vec![0.0f64; cols]);
            for j in 0..cols {
                for (i, v) in problem.matrix.column(j) {
                    let v = (v * r[i] * c[j]).abs();
                    row_max[i] = row_max[i].max(v);
                    col_max[j] = col_max[j].max(v);
                }
            }
            for (s, max) in r.iter_mut().zip(row_max).chain(c.iter_mut().zip(col_max)) {
                if max > 0.0 {
                    *s /= max.sqrt();
                }
            }
        }
        let matrix = &mut problem.matrix;
        for (j, &c) in c.iter().enumerate() {
            for p in matrix.start[j] as usize..matrix.start[j + 1] as usize {
                matrix.value[p] *= r[matrix.row[p] as usize] * c;
            }
            problem.cost[j] *= c;
            problem.quad[j] *= c * c;
            problem.col_lower[j] /= c;
            problem.col_upper[j] /= c;
        }
        for (i, r) in r.iter().enumerate() {
            problem.row_lower[i] *= r;
            problem.row_upper[i] *= r;
        }
        let bounds = [&problem.row_lower, &problem.row_upper, &problem.col_lower, &problem.col_upper];
        let size = typical(bounds.into_iter().flatten().copied());
        // A quadratic column's price is its slope where it works.
        let slopes = problem.cost.iter().zip(&problem.quad).map(|(c, q)| c.abs() + q * size);
        let money = typical(slopes);
        for bounds in [&mut problem.row_lower, &mut problem.row_upper, &mut problem.col_lower, &mut problem.col_upper] {
            bounds.iter_mut().for_each(|b| *b /= size);
        }
        problem.cost.iter_mut().for_each(|c| *c /= money);
        problem.quad.iter_mut().for_each(|q| *q *= size / money);
        problem.offset /= size * money;
        Scaling { row: r, col: c, size, money }
    }

    /// Primal values in the problem's units.
    pub(super) fn x(&self, x: &[f64]) -> Vec<f64> {
        x.iter().zip(&self.col).map(|(x, c)| x * c * self.size).collect()
    }
    /// Row duals in the problem's units.
    pub(super) fn row_dual(&self, y: &[f64]) -> Vec<f64> {
        y.iter().zip(&self.row).map(|(y, r)| y * r * self.money).collect()
    }
    /// The scaled problem's values from the problem's: columns and row duals.
    pub(super) fn scaled(&self, x: &[f64], y: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let x = x.iter().zip(&self.col).map(|(x, c)| x / (c * self.size)).collect();
        (x, y.iter().zip(&self.row).map(|(y, r)| y / (r * self.money)).collect())
    }
    /// Objective of the problem from that of the scaled one.
    pub(super) fn objective(&self, scaled: f64) -> f64 {
        scaled * self.size * self.money
    }
}
