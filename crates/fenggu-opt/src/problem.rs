//! A linear or convex quadratic problem with diagonal quadratic costs, some columns of which may have to be whole numbers:
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
    /// Whether a column must be a whole number. Empty means none.
    pub integer: Vec<bool>,
}

/// One row for [`Problem::from_rows`]: terms `(column, value)`, lower and upper bound.
pub type RowTerms<'a> = (&'a [(u32, f64)], f64, f64);

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
    /// Whether any column must be a whole number.
    pub fn is_integer(&self) -> bool {
        self.integer.iter().any(|&i| i)
    }
    /// The same problem without the demand for whole numbers.
    pub fn relaxed(&self) -> Problem {
        Problem { integer: Vec::new(), ..self.clone() }
    }
    /// Objective at `x`, the constant included.
    pub fn objective(&self, x: &[f64]) -> f64 {
        let linear: f64 = self.cost.iter().zip(x).map(|(c, x)| c * x).sum();
        let quadratic: f64 = self.quad.iter().zip(x).map(|(q, x)| 0.5 * q * x * x).sum();
        self.offset + linear + quadratic
    }

    /// Builds a problem from columns `(cost, lower, upper)` and rows `(terms, lower, upper)`, for tests and small uses.
    /// A term is `(column, value)`; nothing is merged or dropped, so [`Problem::check`] sees what was written.
    pub fn from_rows(cols: &[(f64, f64, f64)], rows: &[RowTerms<'_>]) -> Problem {
        let mut problem = Problem {
            cost: cols.iter().map(|c| c.0).collect(),
            col_lower: cols.iter().map(|c| c.1).collect(),
            col_upper: cols.iter().map(|c| c.2).collect(),
            matrix: Matrix { start: vec![0; cols.len() + 1], ..Matrix::default() },
            ..Problem::default()
        };
        let mut block = RowBlock::default();
        for (terms, lower, upper) in rows {
            block.push(terms.iter().copied(), *lower, *upper);
        }
        problem.append_rows(&block);
        problem
    }

    /// Appends rows. Terms in columns that do not exist are left for [`RowBlock::check`] to refuse beforehand; here they
    /// are skipped.
    pub fn append_rows(&mut self, block: &RowBlock) {
        let (cols, first) = (self.cols(), self.rows() as u32);
        let mut extra = vec![0u32; cols];
        for &j in &block.col {
            if let Some(count) = extra.get_mut(j as usize) {
                *count += 1;
            }
        }
        let old = std::mem::take(&mut self.matrix);
        let total = old.row.len() + extra.iter().map(|&k| k as usize).sum::<usize>();
        let mut new = Matrix { start: vec![0; cols + 1], row: vec![0; total], value: vec![0.0; total] };
        let mut place = vec![0usize; cols];
        for j in 0..cols {
            let (from, to) = (old.start[j] as usize, old.start[j + 1] as usize);
            let at = new.start[j] as usize;
            new.row[at..at + to - from].copy_from_slice(&old.row[from..to]);
            new.value[at..at + to - from].copy_from_slice(&old.value[from..to]);
            place[j] = at + to - from;
            new.start[j + 1] = (place[j] + extra[j] as usize) as u32;
        }
        for i in 0..block.rows() {
            for (j, value) in block.terms(i) {
                if let Some(at) = place.get_mut(j as usize) {
                    new.row[*at] = first + i as u32;
                    new.value[*at] = value;
                    *at += 1;
                }
            }
        }
        self.matrix = new;
        self.row_lower.extend_from_slice(&block.lower);
        self.row_upper.extend_from_slice(&block.upper);
    }
}

/// Rows to append (CSR): lazy limits, cuts.
#[derive(Clone, Debug, PartialEq)]
pub struct RowBlock {
    /// Lower bound of every row.
    pub lower: Vec<f64>,
    /// Upper bound of every row.
    pub upper: Vec<f64>,
    /// Start of every row in `col` and `value`; length rows + 1.
    pub start: Vec<u32>,
    /// Column of every entry; unique inside a row.
    pub col: Vec<u32>,
    /// Value of every entry.
    pub value: Vec<f64>,
}

impl Default for RowBlock {
    fn default() -> Self {
        RowBlock { lower: vec![], upper: vec![], start: vec![0], col: vec![], value: vec![] }
    }
}

impl RowBlock {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.lower.len()
    }
    /// Adds one row.
    pub fn push(&mut self, terms: impl IntoIterator<Item = (u32, f64)>, lower: f64, upper: f64) {
        for (j, value) in terms {
            self.col.push(j);
            self.value.push(value);
        }
        self.start.push(self.col.len() as u32);
        self.lower.push(lower);
        self.upper.push(upper);
    }
    /// Terms `(column, value)` of row `i`.
    pub fn terms(&self, i: usize) -> impl Iterator<Item = (u32, f64)> + '_ {
        (self.start[i] as usize..self.start[i + 1] as usize).map(|p| (self.col[p], self.value[p]))
    }
}

impl Matrix {
    /// Entries `(row, value)` of column `j`.
    pub fn column(&self, j: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        (self.start[j] as usize..self.start[j + 1] as usize).map(|p| (self.row[p] as usize, self.value[p]))
    }
    /// A·x, one value per row.
    pub fn times(&self, x: &[f64], rows: usize) -> Vec<f64> {
        let mut out = vec![0.0; rows];
        for (j, &xj) in x.iter().enumerate() {
            if xj != 0.0 {
                for (i, v) in self.column(j) {
                    out[i] += v * xj;
                }
            }
        }
        out
    }
    /// Aᵀ·y, one value per column.
    pub fn transpose_times(&self, y: &[f64]) -> Vec<f64> {
        (0..self.start.len().saturating_sub(1)).map(|j| self.column(j).map(|(i, v)| v * y[i]).sum()).collect()
    }
}
