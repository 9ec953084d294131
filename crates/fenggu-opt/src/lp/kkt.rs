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
use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::cholesky::ldlt::factor::{LdltParams, LdltRegularization};
use faer::sparse::linalg::amd;
use faer::sparse::linalg::cholesky::{factorize_symbolic_cholesky, CholeskySymbolicParams, LdltRef, SymbolicCholesky, SymmetricOrdering};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMatRef};
use faer::{Conj, MatMut, Par, Side, Spec};

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
    /// Position of every unknown in the order of elimination.
    place: Vec<usize>,
    start: Vec<usize>,
    index: Vec<usize>,
    value: Vec<f64>,
    /// Where the diagonal of every unknown stands in `value`.
    diagonal: Vec<usize>,
    signs: Vec<i8>,
    symbolic: SymbolicCholesky<usize>,
    factor: Vec<f64>,
    buffer: MemBuffer,
    work: Vec<f64>,
    par: Par,
}

/// Pivots below this, or of the wrong sign, are replaced by [`PIVOT`].
const PIVOT_FLOOR: f64 = 1e-13;
const PIVOT: f64 = 1e-7;

impl Kkt {
    /// Orders and analyses. `None` if the analysis fails (out of memory).
    pub(super) fn new(rows: &ByRows, cols: usize) -> Option<Kkt> {
        let row_count = rows.start.len() - 1;
        let dim = cols + row_count;
        // Upper triangle: a column's diagonal, then each row's entries above its diagonal.
        let mut start = vec![0usize; dim + 1];
        let mut index = Vec::with_capacity(rows.col.len() + dim);
        let mut value = Vec::with_capacity(rows.col.len() + dim);
        for j in 0..cols {
            index.push(j);
            value.push(0.0);
            start[j + 1] = index.len();
        }
        for i in 0..row_count {
            for (j, v) in rows.row(i) {
                index.push(j);
                value.push(v);
            }
            index.push(cols + i);
            value.push(0.0);
            start[cols + i + 1] = index.len();
        }
        let pattern = SymbolicSparseColMatRef::new_checked(dim, dim, &start, None, &index);
        let (mut order, mut place) = (vec![0usize; dim], vec![0usize; dim]);
        let mut buffer = MemBuffer::try_new(amd::order_scratch::<usize>(dim, index.len())).ok()?;
        amd::order(&mut order, &mut place, pattern, amd::Control::default(), MemStack::new(&mut buffer)).ok()?;

        // The same triangle in the new order, rows sorted inside columns.
        let mut columns: Vec<Vec<(usize, f64)>> = vec![Vec::new(); dim];
        for k in 0..dim {
            for p in start[k]..start[k + 1] {
                let (a, b) = (place[index[p]], place[k]);
                columns[a.max(b)].push((a.min(b), value[p]));
            }
        }
        let (mut start, mut index, mut value) = (vec![0usize], Vec::new(), Vec::new());
        let mut diagonal = vec![0usize; dim];
        for (k, column) in columns.iter_mut().enumerate() {
            column.sort_unstable_by_key(|e| e.0);
            for &(i, v) in column.iter() {
                if i == k {
                    diagonal[order[k]] = index.len();
                }
                index.push(i);
                value.push(v);
            }
            start.push(index.len());
        }
        let signs = order.iter().map(|&k| if k < cols { -1 } else { 1 }).collect();
        let pattern = SymbolicSparseColMatRef::new_checked(dim, dim, &start, None, &index);
        let symbolic =
            factorize_symbolic_cholesky(pattern, Side::Upper, SymmetricOrdering::Identity, CholeskySymbolicParams::default()).ok()?;
        // One thread: the answer must not depend on how many there are.
        let par = Par::Seq;
        let request = StackReq::any_of(&[
            symbolic.factorize_numeric_ldlt_scratch::<f64>(par, Spec::<LdltParams, f64>::default()),
            symbolic.solve_in_place_scratch::<f64>(1, par),
        ]);
        let buffer = MemBuffer::try_new(request).ok()?;
        let factor = vec![0.0; symbolic.len_val()];
        Some(Kkt { cols, place, start, index, value, diagonal, signs, symbolic, factor, buffer, work: vec![0.0; dim], par })
    }

    /// Fills in `−(h + shift)` for the columns and `e + shift` for the rows, and factorises.
    pub(super) fn factorise(&mut self, h: &[f64], e: &[f64], shift: f64) -> bool {
        let cols = self.cols;
        for (at, h) in self.diagonal[..cols].iter().zip(h) {
            self.value[*at] = -(h + shift);
        }
        for (at, e) in self.diagonal[cols..].iter().zip(e) {
            self.value[*at] = e + shift;
        }
        let dim = self.place.len();
        let pattern = SymbolicSparseColMatRef::new_checked(dim, dim, &self.start, None, &self.index);
        let matrix: SparseColMatRef<'_, usize, f64> = SparseColMatRef::new(pattern, &self.value);
        let regularisation = LdltRegularization {
            dynamic_regularization_signs: Some(&self.signs),
            dynamic_regularization_delta: PIVOT,
            dynamic_regularization_epsilon: PIVOT_FLOOR,
        };
        self.symbolic
            .factorize_numeric_ldlt(
                &mut self.factor,
                matrix,
                Side::Upper,
                regularisation,
                self.par,
                MemStack::new(&mut self.buffer),
                Spec::default(),
            )
            .is_ok()
    }

    /// Solves with the last factors: `x` holds g and becomes dx, `y` holds r and becomes dy.
    pub(super) fn solve(&mut self, x: &mut [f64], y: &mut [f64]) {
        let dim = self.place.len();
        for (k, v) in x.iter().chain(y.iter()).enumerate() {
            self.work[self.place[k]] = *v;
        }
        let right = MatMut::from_column_major_slice_mut(&mut self.work, dim, 1);
        LdltRef::<usize, f64>::new(&self.symbolic, self.factor.as_slice()).solve_in_place_with_conj(
            Conj::No,
            right,
            self.par,
            MemStack::new(&mut self.buffer),
        );
        for (k, v) in x.iter_mut().chain(y.iter_mut()).enumerate() {
            *v = self.work[self.place[k]];
        }
    }
}
