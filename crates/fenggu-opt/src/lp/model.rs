//! The scaled problem as the iteration sees it: every row an equality, inequality rows by slacks behind the columns.

use super::kkt::ByRows;
use crate::Problem;

pub(super) const NONE: u32 = u32::MAX;

/// The scaled problem with slacks.
pub(super) struct Model {
    pub cols: usize,
    pub rows: usize,
    pub matrix: crate::Matrix,
    pub by_rows: ByRows,
    /// Position of the slack of every row in `x`, or [`NONE`] for an equality.
    pub slack: Vec<u32>,
    /// Row of every slack.
    pub slack_row: Vec<u32>,
    pub cost: Vec<f64>,
    pub quad: Vec<f64>,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    /// Right-hand side: of equalities, 0 for rows with slack.
    pub right: Vec<f64>,
    pub curved: bool,
    /// 1 where there is a lower bound, 0 where there is none; and the same of upper ones.
    pub low: Vec<f32>,
    pub up: Vec<f32>,
}

impl Model {
    pub(super) fn new(problem: Problem) -> Model {
        let (rows, cols) = (problem.rows(), problem.cols());
        let by_rows = ByRows::new(&problem.matrix, rows);
        let curved = problem.is_quadratic();
        let mut m = Model {
            cols,
            rows,
            matrix: problem.matrix,
            by_rows,
            slack: vec![NONE; rows],
            slack_row: Vec::new(),
            cost: problem.cost,
            quad: problem.quad,
            lower: problem.col_lower,
            upper: problem.col_upper,
            right: vec![0.0; rows],
            curved,
            low: Vec::new(),
            up: Vec::new(),
        };
        for i in 0..rows {
            let (l, u) = (problem.row_lower[i], problem.row_upper[i]);
            if l == u {
                m.right[i] = l;
            } else {
                m.slack[i] = m.cost.len() as u32;
                m.slack_row.push(i as u32);
                m.cost.push(0.0);
                m.quad.push(0.0);
                m.lower.push(if crate::check::has_lower(l) { l } else { f64::NEG_INFINITY });
                m.upper.push(if crate::check::has_upper(u) { u } else { f64::INFINITY });
            }
        }
        m.low = m.lower.iter().map(|&l| f32::from(u8::from(l > f64::NEG_INFINITY))).collect();
        m.up = m.upper.iter().map(|&u| f32::from(u8::from(u < f64::INFINITY))).collect();
        m
    }
    pub(super) fn n(&self) -> usize {
        self.cost.len()
    }
    /// A x − s.
    pub(super) fn times(&self, x: &[f64], out: &mut [f64]) {
        for (i, out) in out.iter_mut().enumerate() {
            let slack = self.slack[i];
            let own = if slack == NONE { 0.0 } else { x[slack as usize] };
            *out = self.by_rows.row(i).map(|(j, v)| v * x[j]).sum::<f64>() - own;
        }
    }
    /// (A −I)ᵀ y.
    pub(super) fn transpose_times(&self, y: &[f64], out: &mut [f64]) {
        let (cols, slacks) = out.split_at_mut(self.cols);
        for (j, out) in cols.iter_mut().enumerate() {
            *out = self.matrix.column(j).map(|(i, v)| v * y[i]).sum();
        }
        for (out, &i) in slacks.iter_mut().zip(&self.slack_row) {
            *out = -y[i as usize];
        }
    }
    pub(super) fn has_lower(&self, j: usize) -> bool {
        self.lower[j] > f64::NEG_INFINITY
    }
    pub(super) fn has_upper(&self, j: usize) -> bool {
        self.upper[j] < f64::INFINITY
    }
}
