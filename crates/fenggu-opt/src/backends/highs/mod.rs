//! HiGHS (C++, MIT): dual simplex with hot starts, and the interior point IPX. Linear problems only: its quadratic solver
//! is not robust, so quadratic problems go to another backend.

mod ffi;
mod solve;
#[cfg(test)]
mod tests;
mod watch;

pub use ffi::Basis;

use crate::check::{check_bounds, check_costs, check_values};
use crate::problem::RowBlock;
use crate::{Control, Error, Matrix, Problem, Solution};
use ffi::{Columns, Highs, Int};
pub(crate) use solve::Algorithm;

/// HiGHS drops entries below this (the least it allows to set): we do it ourselves at the border, and count.
const SMALLEST_ENTRY: f64 = 1e-12;
/// Up to this share of changed entries, single changes are cheaper than passing the model anew.
const FEW_CHANGES: usize = 64;

/// Whether an entry reaches HiGHS.
fn kept(value: f64) -> bool {
    value.abs() >= SMALLEST_ENTRY
}

/// The HiGHS instance and what it holds, without the problem.
struct Core {
    highs: Highs,
    /// Entries of the problem that were not passed: explicit zeros and values below 1e-12.
    dropped: usize,
}

impl Core {
    fn new(problem: &Problem) -> Result<Core, Error> {
        if problem.is_quadratic() {
            return Err(Error::Unsupported { backend: "HiGHS", problem: "quadratic costs; use Clarabel or Auto" });
        }
        let mut core = Core { highs: Highs::new()?, dropped: 0 };
        core.pass(problem)?;
        Ok(core)
    }

    /// Passes the whole problem, dropping what HiGHS would.
    fn pass(&mut self, problem: &Problem) -> Result<(), Error> {
        let Matrix { start, row, value } = &problem.matrix;
        let mut starts: Vec<Int> = Vec::with_capacity(start.len());
        let mut rows: Vec<Int> = Vec::with_capacity(row.len());
        let mut values: Vec<f64> = Vec::with_capacity(row.len());
        starts.push(0);
        for j in 0..problem.cols() {
            for p in start[j] as usize..start[j + 1] as usize {
                if kept(value[p]) {
                    rows.push(row[p] as Int);
                    values.push(value[p]);
                }
            }
            starts.push(rows.len() as Int);
        }
        self.dropped = row.len() - rows.len();
        self.highs.pass_lp(
            problem.offset,
            &problem.cost,
            (&problem.col_lower, &problem.col_upper),
            (&problem.row_lower, &problem.row_upper),
            &Columns { start: &starts, row: &rows, value: &values },
        )
    }
}

/// A linear problem that is solved again and again: every solve starts from the basis the last one ended with.
pub struct HighsSession {
    problem: Problem,
    core: Core,
    algorithm: Algorithm,
}

/// Ranges in which the present optimal basis stays optimal.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranging {
    /// Lowest cost of every column that keeps the basis.
    pub cost_lower: Vec<f64>,
    /// Highest cost of every column that keeps the basis.
    pub cost_upper: Vec<f64>,
    /// Lowest value of every row's active bound (for a slack row: of its activity) that keeps the basis, so its dual.
    pub row_lower: Vec<f64>,
    /// Objective there.
    pub row_lower_objective: Vec<f64>,
    /// Highest value of every row's active bound that keeps the basis.
    pub row_upper: Vec<f64>,
    /// Objective there.
    pub row_upper_objective: Vec<f64>,
}

impl HighsSession {
    /// Checks the problem and passes a copy to HiGHS; simplex.
    pub fn new(problem: &Problem) -> Result<HighsSession, Error> {
        HighsSession::with_algorithm(problem, Algorithm::Simplex)
    }

    /// The same with IPX (interior point and crossover) as the first algorithm.
    pub fn interior_point(problem: &Problem) -> Result<HighsSession, Error> {
        HighsSession::with_algorithm(problem, Algorithm::InteriorPoint)
    }

    fn with_algorithm(problem: &Problem, algorithm: Algorithm) -> Result<HighsSession, Error> {
        problem.check()?;
        Ok(HighsSession { core: Core::new(problem)?, problem: problem.clone(), algorithm })
    }

    /// The problem as it stands after all changes.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Entries not passed to HiGHS: explicit zeros and values below 1e-12, which it does not take. They are in the
    /// residuals that every answer is checked by.
    pub fn dropped_entries(&self) -> usize {
        self.core.dropped
    }

    /// New costs (one per column) and a new constant.
    pub fn change_costs(&mut self, cost: &[f64], offset: f64) -> Result<(), Error> {
        same_length("cost", cost.len(), self.problem.cols())?;
        check_costs(cost)?;
        if !offset.is_finite() {
            return Err(Error::Number { what: "offset", index: 0, value: offset, rule: "finite" });
        }
        self.core.highs.change_costs(cost, offset)?;
        self.problem.cost.copy_from_slice(cost);
        self.problem.offset = offset;
        Ok(())
    }

    /// New bounds of every column.
    pub fn change_col_bounds(&mut self, lower: &[f64], upper: &[f64]) -> Result<(), Error> {
        same_length("col_lower", lower.len(), self.problem.cols())?;
        same_length("col_upper", upper.len(), self.problem.cols())?;
        check_bounds(("col_lower", "col_upper"), lower, upper)?;
        self.core.highs.change_col_bounds(lower, upper)?;
        self.problem.col_lower.copy_from_slice(lower);
        self.problem.col_upper.copy_from_slice(upper);
        Ok(())
    }

    /// New bounds of every row.
    pub fn change_row_bounds(&mut self, lower: &[f64], upper: &[f64]) -> Result<(), Error> {
        same_length("row_lower", lower.len(), self.problem.rows())?;
        same_length("row_upper", upper.len(), self.problem.rows())?;
        check_bounds(("row_lower", "row_upper"), lower, upper)?;
        self.core.highs.change_row_bounds(lower, upper)?;
        self.problem.row_lower.copy_from_slice(lower);
        self.problem.row_upper.copy_from_slice(upper);
        Ok(())
    }

    /// New values in the same pattern (one per entry of `problem().matrix`). Entries may become zero and come back.
    pub fn change_coefficients(&mut self, value: &[f64]) -> Result<(), Error> {
        same_length("matrix.value", value.len(), self.problem.matrix.value.len())?;
        check_values(value)?;
        let changed: Vec<usize> = (0..value.len()).filter(|&p| value[p].to_bits() != self.problem.matrix.value[p].to_bits()).collect();
        let old = std::mem::replace(&mut self.problem.matrix.value, value.to_vec());
        if changed.len() > FEW_CHANGES {
            let basis = self.core.highs.basis();
            self.core.pass(&self.problem)?;
            if let Some(basis) = basis {
                self.core.highs.set_basis(&basis)?;
            }
            return Ok(());
        }
        let starts = &self.problem.matrix.start;
        for p in changed {
            // The column of entry p: the last one that starts at or before it and is not empty.
            let j = starts.partition_point(|&s| s as usize <= p) - 1;
            let (was, is) = (kept(old[p]), kept(value[p]));
            let passed = if is { value[p] } else { 0.0 };
            self.core.highs.change_coefficient(self.problem.matrix.row[p] as usize, j, passed)?;
            self.core.dropped = self.core.dropped + usize::from(was && !is) - usize::from(!was && is);
        }
        Ok(())
    }

    /// Appends rows; the basis is kept, with the new rows basic.
    pub fn add_rows(&mut self, block: &RowBlock) -> Result<(), Error> {
        block.check(self.problem.cols())?;
        let (mut start, mut col, mut value) = (vec![0 as Int], vec![], vec![]);
        for i in 0..block.rows() {
            for (j, v) in block.terms(i).filter(|&(_, v)| kept(v)) {
                col.push(j as Int);
                value.push(v);
            }
            start.push(col.len() as Int);
        }
        self.core.highs.add_rows((&block.lower, &block.upper), &start, &col, &value)?;
        self.core.dropped += block.col.len() - col.len();
        self.problem.append_rows(block);
        Ok(())
    }

    /// Solves, from the basis of the last solve where there is one.
    pub fn solve(&mut self, control: &Control) -> Result<Solution, Error> {
        self.core.solve(&self.problem, self.algorithm, control)
    }

    /// The basis of the last solve, if it left one.
    pub fn basis(&self) -> Option<Basis> {
        self.core.highs.basis()
    }

    /// Starts the next solve from this basis (of a problem of the same dimensions).
    pub fn set_basis(&mut self, basis: &Basis) -> Result<(), Error> {
        self.core.highs.set_basis(basis)
    }

    /// Cost and row-bound ranges at the optimum last found; an error if the last solve did not end optimal with a basis.
    pub fn ranging(&mut self) -> Result<Ranging, Error> {
        let r = self.core.highs.ranging()?;
        Ok(Ranging {
            cost_lower: r.cost_down,
            cost_upper: r.cost_up,
            row_lower: r.row_down,
            row_lower_objective: r.row_down_objective,
            row_upper: r.row_up,
            row_upper_objective: r.row_up_objective,
        })
    }
}

fn same_length(what: &'static str, found: usize, expected: usize) -> Result<(), Error> {
    if found == expected {
        Ok(())
    } else {
        Err(Error::Dimension { what, expected, found })
    }
}

/// One solve of one problem, without a copy of it.
pub(crate) fn solve(problem: &Problem, algorithm: Algorithm, control: &Control) -> Result<Solution, Error> {
    problem.check()?;
    control.check()?;
    Core::new(problem)?.solve(problem, algorithm, control)
}
