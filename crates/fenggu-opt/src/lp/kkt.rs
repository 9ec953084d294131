//! The linear systems of the interior point, in augmented form:
//!
//! ```text
//! [ −(H + ρ)   Aᵀ     ] [dx]   [g]         H: curvature and barrier of the columns
//! [   A       E + δ   ] [dy] = [r]         E: 1/barrier of the slacks of inequality rows, 0 for equalities
//! ```
//!
//! Quasi-definite with ρ, δ > 0, so LDLᵀ exists for any ordering (Vanderbei 1995): the order and the symbolic
//! analysis are made once, values are refilled. ρ and δ are small; refinement against the system without
//! them removes their effect.

use crate::sparse::{Factors, NoFactor, StopFlag, Upper};
use crate::Matrix;

/// A by rows: the other way of reading the matrix.
pub(super) struct ByRows {
    pub start: Vec<usize>,
    pub col: Vec<u32>,
    pub value: Vec<f64>,
}

impl ByRows {
    pub(super) fn new(matrix: &Matrix, rows: usize) -> ByRows {
        let mut start = vec![0usize; rows + 1];
        matrix.row.iter().for_each(|&i| start[i as usize + 1] += 1);
        (0..rows).for_each(|i| start[i + 1] += start[i]);
        let mut place = start.clone();
        let (mut col, mut value) = (vec![0u32; matrix.row.len()], vec![0.0; matrix.row.len()]);
        for j in 0..matrix.start.len() - 1 {
            for (i, v) in matrix.column(j) {
                col[place[i]] = j as u32;
                value[place[i]] = v;
                place[i] += 1;
            }
        }
        ByRows { start, col, value }
    }
    /// Terms `(column, value)` of row i.
    pub(super) fn row(&self, i: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        (self.start[i]..self.start[i + 1]).map(|p| (self.col[p] as usize, self.value[p]))
    }
}

/// The factorised system.
pub(super) struct Kkt {
    matrix: Upper,
    /// Where the diagonal of every unknown stands among the matrix's entries.
    diagonal: Vec<usize>,
    pub(super) factors: Factors,
    work: Vec<f64>,
}

/// Pivots below this, or of the wrong sign, are replaced by [`PIVOT`].
const PIVOT_FLOOR: f64 = 1e-13;
const PIVOT: f64 = 1e-7;

impl Kkt {
    /// Orders and analyses.
    pub(super) fn new(rows: &ByRows, cols: usize, stop: StopFlag<'_>) -> Result<Kkt, NoFactor> {
        let row_count = rows.start.len() - 1;
        let dim = cols + row_count;
        // Upper triangle: a column's diagonal, then each row's entries above its diagonal.
        let (mut start, mut diagonal) = (vec![0usize; dim + 1], vec![0usize; dim]);
        let mut index = Vec::with_capacity(rows.col.len() + dim);
        let mut value = Vec::with_capacity(rows.col.len() + dim);
        let mut close = |k: usize, index: &mut Vec<u32>, value: &mut Vec<f64>| {
            diagonal[k] = index.len();
            index.push(k as u32);
            value.push(0.0);
            start[k + 1] = index.len();
        };
        for j in 0..cols {
            close(j, &mut index, &mut value);
        }
        for i in 0..row_count {
            for (j, v) in rows.row(i) {
                index.push(j as u32);
                value.push(v);
            }
            close(cols + i, &mut index, &mut value);
        }
        let matrix = Upper { start, row: index, value };
        let signs: Vec<i8> = (0..dim).map(|k| if k < cols { -1 } else { 1 }).collect();
        let factors = Factors::analyse(&matrix, Some((&signs, PIVOT_FLOOR, PIVOT)), stop)?;
        Ok(Kkt { matrix, diagonal, factors, work: vec![0.0; dim] })
    }

    /// Fills in `−(h + shift)` for the columns and `e + shift` for the rows, and factorises.
    pub(super) fn factorise(&mut self, h: &[f64], e: &[f64], shift: f64, stop: StopFlag<'_>) -> Result<(), NoFactor> {
        let diagonal = h.iter().map(|h| -(h + shift)).chain(e.iter().map(|e| e + shift));
        for (&p, d) in self.diagonal.iter().zip(diagonal) {
            self.matrix.value[p] = d;
        }
        self.factors.factorise(&self.matrix, stop)
    }

    /// Solves with the last factors: `x` holds g and becomes dx, `y` holds r and becomes dy.
    pub(super) fn solve(&mut self, x: &mut [f64], y: &mut [f64]) {
        let (top, bottom) = self.work.split_at_mut(x.len());
        top.copy_from_slice(x);
        bottom.copy_from_slice(y);
        self.factors.solve(&mut self.work);
        let (top, bottom) = self.work.split_at(x.len());
        x.copy_from_slice(top);
        y.copy_from_slice(bottom);
    }
}
