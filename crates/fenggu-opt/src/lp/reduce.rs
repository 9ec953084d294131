//! The reductions that always pay: fixed columns leave, rows without entries or bounds leave, a row with one entry becomes
//! a bound of its column, a column without entries goes where it is cheapest. Undoing them gives the duals of the rows that left.

use crate::check::{has_lower, has_upper};
use crate::{Matrix, Problem};

/// A smaller problem and the way back.
pub(super) struct Reduced {
    /// What is left.
    pub problem: Problem,
    /// Column of the smaller problem, for every column that is not fixed.
    col: Vec<Option<u32>>,
    /// Value of the fixed ones.
    fixed: Vec<f64>,
    /// Row of the smaller problem.
    row: Vec<Option<u32>>,
    /// For every column left: the row that gave its lower and its upper bound, and that row's entry.
    lower_from: Vec<Option<(u32, f64)>>,
    upper_from: Vec<Option<(u32, f64)>>,
}

/// Bounds this close together (relative) make a column fixed; further apart and crossing, the problem is infeasible.
const SAME: f64 = 1e-12;

/// Where a column costs least by itself; near zero where it costs nothing, none where it runs away.
fn cheapest(cost: f64, quad: f64, lower: f64, upper: f64) -> Option<f64> {
    let x = match (quad > 0.0, cost) {
        (true, _) => -cost / quad,
        (_, c) if c > 0.0 => f64::NEG_INFINITY,
        (_, c) if c < 0.0 => f64::INFINITY,
        _ => 0.0,
    };
    Some(x.max(lower).min(upper)).filter(|x| x.abs() < crate::check::INFINITE_BOUND)
}

impl Reduced {
    /// `None` when the reductions show (or suspect) infeasibility: the proof is another's work.
    pub(super) fn new(problem: &Problem) -> Option<Reduced> {
        let (rows, cols) = (problem.rows(), problem.cols());
        let (mut lower, mut upper) = (problem.col_lower.clone(), problem.col_upper.clone());
        // Entries per row that count: nonzero, in a column that the problem itself does not fix.
        let mut entries = vec![0u32; rows];
        let mut last = vec![(0u32, 0.0f64); rows];
        let mut shift = vec![0.0f64; rows];
        let open = |j: usize| problem.col_lower[j] < problem.col_upper[j];
        for j in 0..cols {
            for (i, v) in problem.matrix.column(j).filter(|e| e.1 != 0.0) {
                if open(j) {
                    entries[i] += 1;
                    last[i] = (j as u32, v);
                } else {
                    shift[i] += v * problem.col_lower[j];
                }
            }
        }
        let mut lower_from = vec![None; cols];
        let mut upper_from = vec![None; cols];
        let mut keep = vec![false; rows];
        for i in 0..rows {
            let (l, u) = (problem.row_lower[i] - shift[i], problem.row_upper[i] - shift[i]);
            let bounded = (has_lower(problem.row_lower[i]), has_upper(problem.row_upper[i]));
            if bounded == (false, false) {
                continue;
            }
            match entries[i] {
                0 => {
                    let size = 1e-9 * (1.0 + shift[i].abs());
                    if l > size || u < -size {
                        return None;
                    }
                }
                1 => {
                    let (j, v) = (last[i].0 as usize, last[i].1);
                    let of = |there: bool, bound: f64, none: f64| if there { bound / v } else { none };
                    let (mut low, mut high) =
                        (of(bounded.0, l, f64::NEG_INFINITY * v.signum()), of(bounded.1, u, f64::INFINITY * v.signum()));
                    if v < 0.0 {
                        std::mem::swap(&mut low, &mut high);
                    }
                    if low > lower[j] {
                        (lower[j], lower_from[j]) = (low, Some((i as u32, v)));
                    }
                    if high < upper[j] {
                        (upper[j], upper_from[j]) = (high, Some((i as u32, v)));
                    }
                }
                _ => keep[i] = true,
            }
        }
        Self::build(problem, lower, upper, lower_from, upper_from, &keep)
    }

    fn build(
        problem: &Problem,
        lower: Vec<f64>,
        upper: Vec<f64>,
        lower_from: Vec<Option<(u32, f64)>>,
        upper_from: Vec<Option<(u32, f64)>>,
        keep: &[bool],
    ) -> Option<Reduced> {
        let (rows, cols) = (problem.rows(), problem.cols());
        let mut out = Problem { offset: problem.offset, ..Problem::default() };
        let mut row = vec![None; rows];
        for i in (0..rows).filter(|&i| keep[i]) {
            row[i] = Some(out.row_lower.len() as u32);
            out.row_lower.push(problem.row_lower[i]);
            out.row_upper.push(problem.row_upper[i]);
        }
        let mut matrix = Matrix { start: vec![0], ..Matrix::default() };
        let (mut col, mut fixed) = (vec![None; cols], vec![0.0; cols]);
        for j in 0..cols {
            let (l, u) = (lower[j], upper[j]);
            if l > u + SAME * (1.0 + l.abs().max(u.abs())) {
                return None;
            }
            let q = problem.quad.get(j).copied().unwrap_or(0.0);
            let same = l.is_finite() && u.is_finite() && u - l <= SAME * (1.0 + l.abs().max(u.abs()));
            let alone = || problem.matrix.column(j).all(|(i, v)| row[i].is_none() || v == 0.0);
            let value = if same { Some(0.5 * (l + u)) } else { cheapest(problem.cost[j], q, l, u).filter(|_| alone()) };
            if let Some(x) = value {
                fixed[j] = x;
                out.offset += problem.cost[j] * x + 0.5 * q * x * x;
                for (i, v) in problem.matrix.column(j) {
                    if let Some(k) = row[i] {
                        out.row_lower[k as usize] -= v * x;
                        out.row_upper[k as usize] -= v * x;
                    }
                }
                continue;
            }
            col[j] = Some(out.cost.len() as u32);
            out.cost.push(problem.cost[j]);
            out.quad.push(q);
            out.col_lower.push(if has_lower(l) { l } else { f64::NEG_INFINITY });
            out.col_upper.push(if has_upper(u) { u } else { f64::INFINITY });
            for (i, v) in problem.matrix.column(j) {
                if let (Some(k), true) = (row[i], v != 0.0) {
                    matrix.row.push(k);
                    matrix.value.push(v);
                }
            }
            matrix.start.push(matrix.row.len() as u32);
        }
        out.matrix = matrix;
        Some(Reduced { problem: out, col, fixed, row, lower_from, upper_from })
    }

    /// Values and row duals of the smaller problem from those of the whole one.
    pub(super) fn restrict(&self, x: &[f64], row_dual: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let kept = |map: &[Option<u32>], v: &[f64]| map.iter().zip(v).filter(|(k, _)| k.is_some()).map(|(_, v)| *v).collect();
        (kept(&self.col, x), kept(&self.row, row_dual))
    }

    /// Values and row duals of the whole problem from those of the smaller one.
    pub(super) fn expand(&self, problem: &Problem, x: &[f64], row_dual: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let at = |v: &[f64], k: u32| v.get(k as usize).copied().unwrap_or(0.0);
        let full: Vec<f64> = self.col.iter().zip(&self.fixed).map(|(col, fixed)| col.map_or(*fixed, |k| at(x, k))).collect();
        let mut dual: Vec<f64> = self.row.iter().map(|row| row.map_or(0.0, |k| at(row_dual, k))).collect();
        // A bound that came from a row hands the column's reduced cost to that row, if its sign says that it leans on it.
        for (j, x) in full.iter().enumerate() {
            if self.lower_from[j].is_none() && self.upper_from[j].is_none() {
                continue;
            }
            let quad = problem.quad.get(j).copied().unwrap_or(0.0);
            let priced: f64 = problem.matrix.column(j).map(|(i, v)| v * dual[i]).sum();
            let d = problem.cost[j] + quad * x - priced;
            let from = if d > 0.0 { self.lower_from[j] } else { self.upper_from[j] };
            // An interior point leaves a little of d at columns that are not at that bound: such a share stays small.
            if let Some((i, v)) = from {
                dual[i as usize] = d / v;
            }
        }
        (full, dual)
    }
}
