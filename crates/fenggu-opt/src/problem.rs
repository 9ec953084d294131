//! A linear or convex quadratic problem with diagonal quadratic costs:
//!
//! ```text
//! minimise    offset + cost·x + ½ Σ quad_j x_j²
//! subject to  row_lower ≤ A x ≤ row_upper,   col_lower ≤ x ≤ col_upper
//! ```

/// A sparse matrix by columns (CSC). Row indices inside a column are unique, in any order.
/// Explicit zeros are allowed: they keep the pattern fixed when values change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// Start of every column in `row` and `value`; length columns + 1.
    pub start: Vec<u32>,
    /// Row of every entry.
    pub row: Vec<u32>,
    /// Value of every entry, finite.
    pub value: Vec<f64>,
}

/// The problem. Infinite bounds are `f64::INFINITY` and `f64::NEG_INFINITY`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problem {
    /// Constant of the objective.
    pub offset: f64,
    /// Linear cost of every column.
    pub cost: Vec<f64>,
    /// Quadratic cost of every column, ≥ 0: contributes ½·quad·x². Empty means all zero.
    pub quad: Vec<f64>,
    /// Lower bound of every column.
    pub col_lower: Vec<f64>,
    /// Upper bound of every column.
    pub col_upper: Vec<f64>,
    /// Lower bound of every row.
    pub row_lower: Vec<f64>,
    /// Upper bound of every row.
    pub row_upper: Vec<f64>,
    /// Coefficients `[row × column]`.
    pub matrix: Matrix,
}

impl Problem {
    /// Number of columns.
    pub fn cols(&self) -> usize {
        self.cost.len()
    }
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.row_lower.len()
    }
    /// Whether any column has a quadratic cost.
    pub fn is_quadratic(&self) -> bool {
        self.quad.iter().any(|&q| q != 0.0)
    }
    /// Objective at `x`, the constant included.
    pub fn objective(&self, x: &[f64]) -> f64 {
        let linear: f64 = self.cost.iter().zip(x).map(|(c, x)| c * x).sum();
        let quadratic: f64 = self.quad.iter().zip(x).map(|(q, x)| 0.5 * q * x * x).sum();
        self.offset + linear + quadratic
    }
}
