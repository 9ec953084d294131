//! The linear systems of the interior point, in augmented form:
//!
//! ```text
//! [ −(H + ρ)   Aᵀ     ] [dx]   [g]         H: curvature and barrier of the columns
//! [   A       E + δ   ] [dy] = [r]         E: 1/barrier of the slacks of inequality rows, 0 for equalities
//! ```
//!
//! Quasi-definite with ρ, δ > 0, so LDLᵀ exists for any ordering (Vanderbei 1995): the order (AMD) and the symbolic
//! analysis are made once, values are refilled through a map. ρ and δ are small; refinement against the system without
//! them removes their effect.

use crate::Matrix;
use clarabel::algebra::CscMatrix;
use clarabel::qdldl::{QDLDLFactorisation, QDLDLSettings};

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
    /// Where the diagonal of every unknown stands among the matrix's entries.
    diagonal: Vec<usize>,
    /// New values of the diagonal.
    values: Vec<f64>,
    factors: QDLDLFactorisation<f64>,
    work: Vec<f64>,
}

/// Pivots below this, or of the wrong sign, are replaced by [`PIVOT`].
const PIVOT_FLOOR: f64 = 1e-13;
const PIVOT: f64 = 1e-7;

impl Kkt {
    /// Orders and analyses. `None` if the analysis fails.
    pub(super) fn new(rows: &ByRows, cols: usize) -> Option<Kkt> {
        let row_count = rows.start.len() - 1;
        let dim = cols + row_count;
        if dim == 0 {
            return None; // everything was reduced away; the factorisation does not take an empty matrix
        }
        // Upper triangle: a column's diagonal, then each row's entries above its diagonal.
        let (mut start, mut diagonal) = (vec![0usize; dim + 1], vec![0usize; dim]);
        let mut index = Vec::with_capacity(rows.col.len() + dim);
        let mut value = Vec::with_capacity(rows.col.len() + dim);
        let mut close = |k: usize, index: &mut Vec<usize>, value: &mut Vec<f64>| {
            diagonal[k] = index.len();
            index.push(k);
            value.push(0.0);
            start[k + 1] = index.len();
        };
        for j in 0..cols {
            close(j, &mut index, &mut value);
        }
        for i in 0..row_count {
            for (j, v) in rows.row(i) {
                index.push(j);
                value.push(v);
            }
            close(cols + i, &mut index, &mut value);
        }
        let matrix = CscMatrix::new(dim, dim, start, index, value);
        let settings = QDLDLSettings {
            logical: true,
            Dsigns: Some((0..dim).map(|k| if k < cols { -1 } else { 1 }).collect()),
            regularize_enable: true,
            regularize_eps: PIVOT_FLOOR,
            regularize_delta: PIVOT,
            ..QDLDLSettings::default()
        };
        let factors = QDLDLFactorisation::new(&matrix, Some(settings)).ok()?;
        Some(Kkt { diagonal, values: vec![0.0; dim], factors, work: vec![0.0; dim] })
    }

    /// Fills in `−(h + shift)` for the columns and `e + shift` for the rows, and factorises.
    pub(super) fn factorise(&mut self, h: &[f64], e: &[f64], shift: f64) -> bool {
        let diagonal = h.iter().map(|h| -(h + shift)).chain(e.iter().map(|e| e + shift));
        self.values.iter_mut().zip(diagonal).for_each(|(v, d)| *v = d);
        self.factors.update_values(&self.diagonal, &self.values);
        self.factors.refactor().is_ok()
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
