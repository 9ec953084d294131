//! LDLᵀ of a sparse symmetric matrix that need not be positive definite.
//!
//! Pivots are 1×1 without search: right for quasi-definite matrices and for graph Laplacians with a few negative
//! weights, whose leading minors vanish only by coincidence; a vanishing pivot is reported, not perturbed.

use super::factor::Factors;
use super::graph::Upper;
use std::sync::{Mutex, PoisonError};

/// The matrix is singular to working precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Singular;

/// A symmetric matrix being collected; entries of one cell add up.
#[derive(Clone, Debug)]
pub struct Symmetric {
    n: usize,
    /// (column, row, value) with row ≤ column.
    entries: Vec<(u32, u32, f64)>,
}

impl Symmetric {
    /// The zero matrix of order `n`.
    pub fn new(n: usize) -> Self {
        Symmetric { n, entries: Vec::new() }
    }
    /// Adds `v` at (i, j) and (j, i).
    pub fn add(&mut self, i: usize, j: usize, v: f64) {
        self.entries.push((i.max(j) as u32, i.min(j) as u32, v));
    }
    /// Upper triangle by columns, one entry per cell, the diagonal always there.
    fn upper(&self) -> Upper {
        let mut e = self.entries.clone();
        e.extend((0..self.n as u32).map(|k| (k, k, 0.0)));
        e.sort_by_key(|&(c, r, _)| (c, r));
        let (mut start, mut row, mut value) = (vec![0; self.n + 1], Vec::new(), Vec::<f64>::new());
        let mut last = (u32::MAX, u32::MAX);
        for (c, r, v) in e {
            if (c, r) == last {
                if let Some(x) = value.last_mut() {
                    *x += v;
                }
                continue;
            }
            last = (c, r);
            row.push(r);
            value.push(v);
            start[c as usize + 1] += 1;
        }
        for k in 0..self.n {
            start[k + 1] += start[k];
        }
        Upper { start, row, value }
    }
}

/// A factorisation.
pub struct Ldlt {
    /// Solving uses the factorisation's own work space, hence the lock.
    factor: Mutex<Factors>,
    matrix: Upper,
}

impl Ldlt {
    /// Factorises.
    ///
    /// # Errors
    /// [`Singular`] when a pivot vanishes.
    pub fn factor(matrix: &Symmetric) -> Result<Ldlt, Singular> {
        let upper = matrix.upper();
        let never = || false;
        let mut factor = Factors::analyse(&upper, None, &never).map_err(|_| Singular)?;
        factor.factorise(&upper, &never).map_err(|_| Singular)?;
        let worst = factor.pivots().iter().fold(f64::INFINITY, |w: f64, d| w.min(d.abs()));
        let size = factor.pivots().iter().fold(0.0f64, |w, d| w.max(d.abs()));
        if worst.is_nan() || worst <= 1e-13 * size {
            return Err(Singular);
        }
        Ok(Ldlt { factor: Mutex::new(factor), matrix: upper })
    }

    /// Solves in place, with one step of iterative refinement.
    pub fn solve(&self, rhs: &mut [f64]) {
        let b = rhs.to_vec();
        let mut factor = self.factor.lock().unwrap_or_else(PoisonError::into_inner);
        factor.solve(rhs);
        let mut residual = vec![0.0; b.len()];
        self.matrix.add_times(rhs, &mut residual);
        residual.iter_mut().zip(&b).for_each(|(r, b)| *r = b - *r);
        factor.solve(&mut residual);
        rhs.iter_mut().zip(&residual).for_each(|(x, d)| *x += d);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_indefinite_matrix_is_solved() {
        // [[2,-1,0],[-1,-3,1],[0,1,4]] x = b with x = (1,2,3).
        let mut a = Symmetric::new(3);
        for (i, j, v) in [(0, 0, 2.0), (0, 1, -1.0), (1, 1, -3.0), (1, 2, 1.0), (2, 2, 4.0)] {
            a.add(i, j, v);
        }
        let mut x = [0.0, -4.0, 14.0];
        Ldlt::factor(&a).expect("regular").solve(&mut x);
        for (x, want) in x.iter().zip([1.0, 2.0, 3.0]) {
            assert!((x - want).abs() < 1e-12);
        }
    }

    #[test]
    fn a_singular_matrix_is_reported() {
        let mut a = Symmetric::new(2);
        a.add(0, 0, 1.0);
        a.add(1, 1, 1.0);
        a.add(0, 1, 1.0);
        assert!(Ldlt::factor(&a).is_err());
    }
}
