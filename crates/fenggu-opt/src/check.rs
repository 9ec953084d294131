//! Is a problem well formed? Malformed problems are errors; bounds that cross are an infeasible problem.

use crate::problem::RowBlock;
use crate::{Error, Matrix, Problem};

/// At and beyond this magnitude a bound counts as infinite, for every backend alike (HiGHS and Clarabel both do so).
pub const INFINITE_BOUND: f64 = 1e20;
/// Largest magnitude of a coefficient that the solvers take.
pub const LARGEST_COEFFICIENT: f64 = 1e15;

/// Bounds that cross: infeasible without any further proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// This row's lower bound is above its upper bound.
    Row(u32),
    /// This column's lower bound is above its upper bound.
    Column(u32),
}

/// Whether a lower bound is really there.
pub(crate) fn has_lower(bound: f64) -> bool {
    bound > -INFINITE_BOUND
}
/// Whether an upper bound is really there.
pub(crate) fn has_upper(bound: f64) -> bool {
    bound < INFINITE_BOUND
}

fn length(what: &'static str, found: usize, expected: usize) -> Result<(), Error> {
    if found == expected {
        Ok(())
    } else {
        Err(Error::Dimension { what, expected, found })
    }
}

fn fits(what: &'static str, count: usize) -> Result<(), Error> {
    // HiGHS counts in signed 32 bits; one is kept free for the end marker of the starts.
    if count < i32::MAX as usize {
        Ok(())
    } else {
        Err(Error::TooLarge { what, count })
    }
}

fn numbers(what: &'static str, values: &[f64], rule: &'static str, good: impl Fn(f64) -> bool) -> Result<(), Error> {
    match values.iter().position(|&v| !good(v)) {
        None => Ok(()),
        Some(index) => Err(Error::Number { what, index, value: values[index], rule }),
    }
}

/// Costs: finite and below 1e20 in magnitude.
pub(crate) fn check_costs(cost: &[f64]) -> Result<(), Error> {
    numbers("cost", cost, "finite and below 1e20 in magnitude", |v| v.abs() < INFINITE_BOUND)
}

/// Bounds: not NaN, a lower bound never +infinity, an upper never −infinity.
pub(crate) fn check_bounds(names: (&'static str, &'static str), lower: &[f64], upper: &[f64]) -> Result<(), Error> {
    numbers(names.0, lower, "a number below 1e20, or minus infinity", |v| v < INFINITE_BOUND)?;
    numbers(names.1, upper, "a number above -1e20, or infinity", |v| v > -INFINITE_BOUND)
}

/// Coefficients: finite and at most 1e15 in magnitude.
pub(crate) fn check_values(value: &[f64]) -> Result<(), Error> {
    numbers("matrix.value", value, "finite and at most 1e15 in magnitude", |v| v.abs() <= LARGEST_COEFFICIENT)
}

impl Matrix {
    /// Refuses a pattern that is not CSC of `rows` × `cols` with unique entries.
    fn check(&self, rows: usize, cols: usize) -> Result<(), Error> {
        length("matrix.start", self.start.len(), cols + 1)?;
        fits("nonzeros", self.row.len())?;
        length("matrix.value", self.value.len(), self.row.len())?;
        if self.start[0] != 0 {
            return Err(Error::Pattern { column: 0, problem: "the first start is not 0" });
        }
        length("matrix.row", self.row.len(), self.start[cols] as usize)?;
        // `seen[i]` is the last column (plus one) that had an entry in row i.
        let mut seen = vec![0u32; rows];
        for j in 0..cols {
            let (from, to) = (self.start[j] as usize, self.start[j + 1] as usize);
            if from > to || to > self.row.len() {
                return Err(Error::Pattern { column: j, problem: "the starts do not rise" });
            }
            for &i in &self.row[from..to] {
                let Some(mark) = seen.get_mut(i as usize) else {
                    return Err(Error::Pattern { column: j, problem: "it names a row that does not exist" });
                };
                if *mark == j as u32 + 1 {
                    return Err(Error::Duplicate { row: i as usize, column: j });
                }
                *mark = j as u32 + 1;
            }
        }
        check_values(&self.value)
    }
}

impl RowBlock {
    /// Refuses a block that does not fit a problem of `cols` columns.
    pub fn check(&self, cols: usize) -> Result<(), Error> {
        length("rows.upper", self.upper.len(), self.rows())?;
        length("rows.start", self.start.len(), self.rows() + 1)?;
        length("rows.value", self.value.len(), self.col.len())?;
        length("rows.col", self.col.len(), self.start[self.rows()] as usize)?;
        check_bounds(("rows.lower", "rows.upper"), &self.lower, &self.upper)?;
        check_values(&self.value)?;
        if self.start[0] != 0 {
            return Err(Error::Pattern { column: 0, problem: "the first start of the row block is not 0" });
        }
        let mut seen = vec![0u32; cols];
        for i in 0..self.rows() {
            let (from, to) = (self.start[i] as usize, self.start[i + 1] as usize);
            if from > to || to > self.col.len() {
                return Err(Error::Pattern { column: 0, problem: "the starts of the row block do not rise" });
            }
            for &j in &self.col[from..to] {
                let Some(mark) = seen.get_mut(j as usize) else {
                    return Err(Error::Pattern { column: j as usize, problem: "a new row names this column, which does not exist" });
                };
                if *mark == i as u32 + 1 {
                    return Err(Error::Duplicate { row: i, column: j as usize });
                }
                *mark = i as u32 + 1;
            }
        }
        Ok(())
    }
}

impl Problem {
    /// Refuses a malformed problem: lengths, NaN, duplicates, sizes, a quadratic cost below zero. Crossing bounds pass:
    /// see [`Problem::conflict`].
    pub fn check(&self) -> Result<(), Error> {
        let (rows, cols) = (self.rows(), self.cols());
        fits("columns", cols)?;
        fits("rows", rows)?;
        length("col_lower", self.col_lower.len(), cols)?;
        length("col_upper", self.col_upper.len(), cols)?;
        length("row_upper", self.row_upper.len(), rows)?;
        if !self.quad.is_empty() {
            length("quad", self.quad.len(), cols)?;
        }
        if !self.integer.is_empty() {
            length("integer", self.integer.len(), cols)?;
        }
        numbers("offset", &[self.offset], "finite", f64::is_finite)?;
        check_costs(&self.cost)?;
        numbers("quad", &self.quad, "≥ 0 and at most 1e15", |v| (0.0..=LARGEST_COEFFICIENT).contains(&v))?;
        check_bounds(("col_lower", "col_upper"), &self.col_lower, &self.col_upper)?;
        check_bounds(("row_lower", "row_upper"), &self.row_lower, &self.row_upper)?;
        self.matrix.check(rows, cols)
    }

    /// The first column or row whose bounds cross, if any.
    pub fn conflict(&self) -> Option<Conflict> {
        let crossed = |lower: &[f64], upper: &[f64]| lower.iter().zip(upper).position(|(l, u)| l > u);
        if let Some(j) = crossed(&self.col_lower, &self.col_upper) {
            return Some(Conflict::Column(j as u32));
        }
        crossed(&self.row_lower, &self.row_upper).map(|i| Conflict::Row(i as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_by_two() -> Problem {
        Problem::from_rows(
            &[(1.0, 0.0, 4.0), (2.0, 0.0, f64::INFINITY)],
            &[(&[(0, 1.0), (1, 1.0)], 3.0, f64::INFINITY), (&[(0, 1.0)], f64::NEG_INFINITY, 2.0)],
        )
    }

    #[test]
    fn a_good_problem_passes() {
        assert_eq!(two_by_two().check(), Ok(()));
        assert_eq!(two_by_two().conflict(), None);
    }

    #[test]
    fn every_malformation_is_named() {
        let bad: Vec<(&str, Problem)> = vec![
            ("col_lower", Problem { col_lower: vec![0.0], ..two_by_two() }),
            ("cost", Problem { cost: vec![f64::NAN, 0.0], ..two_by_two() }),
            ("quad", Problem { quad: vec![-1.0, 0.0], ..two_by_two() }),
            ("quad", Problem { quad: vec![1.0], ..two_by_two() }),
            ("row_lower", Problem { row_lower: vec![f64::INFINITY, 0.0], ..two_by_two() }),
            ("col_upper", Problem { col_upper: vec![f64::NAN, 0.0], ..two_by_two() }),
            ("integer", Problem { integer: vec![true], ..two_by_two() }),
            ("offset", Problem { offset: f64::INFINITY, ..two_by_two() }),
        ];
        for (name, problem) in bad {
            match problem.check() {
                Err(Error::Dimension { what, .. }) | Err(Error::Number { what, .. }) => {
                    assert_eq!(what, name)
                }
                other => panic!("{name}: {other:?}"),
            }
        }
        let mut twice = two_by_two();
        twice.matrix.row[1] = 0;
        assert_eq!(twice.check(), Err(Error::Duplicate { row: 0, column: 0 }));
        let mut outside = two_by_two();
        outside.matrix.row[0] = 7;
        assert!(matches!(outside.check(), Err(Error::Pattern { column: 0, .. })));
        let mut infinite = two_by_two();
        infinite.matrix.value[2] = f64::INFINITY;
        assert!(matches!(infinite.check(), Err(Error::Number { what: "matrix.value", index: 2, .. })));
        let mut falling = two_by_two();
        falling.matrix.start = vec![0, 5, 3];
        assert!(matches!(falling.check(), Err(Error::Pattern { .. })));
    }

    #[test]
    fn crossing_bounds_are_a_conflict_not_an_error() {
        let mut problem = two_by_two();
        problem.row_lower[1] = 5.0;
        assert_eq!(problem.check(), Ok(()));
        assert_eq!(problem.conflict(), Some(Conflict::Row(1)));
        problem.col_upper[0] = -1.0;
        assert_eq!(problem.conflict(), Some(Conflict::Column(0)));
    }
}
