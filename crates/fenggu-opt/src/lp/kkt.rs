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
//!
//! Most unknowns of long problems have one neighbour: the steps of an offer in the row that adds them up, and that row once they are
//! gone. [`super::thin`] takes them out one after another, and only what is left, the core, is ordered and factorised.

use super::thin::Thin;
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
    cols: usize,
    thin: Thin,
    matrix: Upper,
    /// Where the diagonal of every unknown of the core stands among the matrix's entries.
    diagonal: Vec<usize>,
    factors: Factors,
    /// Diagonals, less what the thin ones took off them.
    pivots: Vec<f64>,
    /// Right-hand side of [`Kkt::solve`] and its solution, columns before rows.
    pub(super) unknowns: Vec<f64>,
    work: Vec<f64>,
}

/// Pivots below this, or of the wrong sign, are replaced by [`PIVOT`].
pub(super) const PIVOT_FLOOR: f64 = 1e-13;
pub(super) const PIVOT: f64 = 1e-7;

impl Kkt {
    /// Orders and analyses.
    pub(super) fn new(rows: &ByRows, cols: usize, stop: StopFlag<'_>) -> Result<Kkt, NoFactor> {
        let dim = cols + rows.start.len() - 1;
        let thin = Thin::new(rows, cols);
        let core = &thin.core;
        let mut local = vec![u32::MAX; cols];
        let of_columns = core.iter().enumerate().take_while(|(_, &v)| (v as usize) < cols);
        of_columns.for_each(|(k, &v)| local[v as usize] = k as u32);
        // Upper triangle: a column's diagonal, then each row's entries above its diagonal.
        let (mut start, mut diagonal) = (vec![0usize; core.len() + 1], vec![0usize; core.len()]);
        let (mut row, mut value) = (Vec::new(), Vec::new());
        for (k, &v) in core.iter().enumerate() {
            if let Some(i) = (v as usize).checked_sub(cols) {
                for (j, entry) in rows.row(i).filter(|&(j, _)| local[j] != u32::MAX) {
                    row.push(local[j]);
                    value.push(entry);
                }
            }
            diagonal[k] = row.len();
            row.push(k as u32);
            value.push(0.0);
            start[k + 1] = row.len();
        }
        let matrix = Upper { start, row, value };
        let signs: Vec<i8> = core.iter().map(|&v| if (v as usize) < cols { -1 } else { 1 }).collect();
        let factors = Factors::analyse(&matrix, Some((&signs, PIVOT_FLOOR, PIVOT)), stop)?;
        let work = vec![0.0; core.len()];
        Ok(Kkt { cols, thin, matrix, diagonal, factors, pivots: vec![0.0; dim], unknowns: vec![0.0; dim], work })
    }

    /// Fills in `−(h + shift)` for the columns and `e + shift` for the rows, and factorises.
    pub(super) fn factorise(&mut self, h: &[f64], e: &[f64], shift: f64, stop: StopFlag<'_>) -> Result<(), NoFactor> {
        let (of_cols, of_rows) = self.pivots.split_at_mut(self.cols);
        of_cols.iter_mut().zip(h).for_each(|(d, h)| *d = -(h + shift));
        of_rows.iter_mut().zip(e).for_each(|(d, e)| *d = e + shift);
        self.thin.factorise(&mut self.pivots);
        for (&p, &v) in self.diagonal.iter().zip(&self.thin.core) {
            self.matrix.value[p] = self.pivots[v as usize];
        }
        self.factors.factorise(&self.matrix, stop)
    }

    /// Solves with the last factors: `unknowns` holds g and r and becomes dx and dy.
    pub(super) fn solve(&mut self) {
        let b = &mut self.unknowns;
        self.thin.forward(b);
        self.work.iter_mut().zip(&self.thin.core).for_each(|(w, &v)| *w = b[v as usize]);
        self.factors.solve(&mut self.work);
        self.work.iter().zip(&self.thin.core).for_each(|(w, &v)| b[v as usize] = *w);
        self.thin.backward(b);
    }
}
