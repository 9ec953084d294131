//! HiGHS (C++, MIT): dual simplex with hot starts, the interior point IPX, and branch and bound. Linear problems only: its quadratic solver
//! is not robust, so quadratic problems go to another backend.

mod ffi;
mod mip;
mod mip_watch;
mod solve;
#[cfg(test)]
mod tests;
mod watch;

pub use ffi::Basis;
pub(crate) use mip::solve as solve_mip;

use super::worker::{self, Ran};
use crate::check::{check_bounds, check_costs, check_values};
use crate::problem::RowBlock;
use crate::{Control, Error, Matrix, Problem, Solution};
use ffi::{Columns, Highs, Int};
pub(crate) use solve::Algorithm;
use std::sync::Arc;

/// HiGHS drops entries below this (the least it allows to set): we do it ourselves at the border, and count.
const SMALLEST_ENTRY: f64 = 1e-12;
/// Up to this share of changed entries, single changes are cheaper than passing the model anew.
const FEW_CHANGES: usize = 64;

/// Name and version shown in answers.
pub(super) fn name() -> String {
    format!("HiGHS {}", ffi::version())
}

/// Whether an entry reaches HiGHS.
fn kept(value: f64) -> bool {
    value.abs() >= SMALLEST_ENTRY
}

/// The HiGHS instance, without the problem.
struct Core {
    highs: Highs,
}

impl Core {
    fn new(problem: &Problem) -> Result<Core, Error> {
        if problem.is_quadratic() {
            return Err(Error::Unsupported { backend: "HiGHS", problem: "quadratic costs; use Clarabel or Auto" });
        }
        let mut core = Core { highs: Highs::new()? };
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
        self.highs.pass_lp(
            problem.offset,
            &problem.cost,
            (&problem.col_lower, &problem.col_upper),
            (&problem.row_lower, &problem.row_upper),
            &Columns { start: &starts, row: &rows, value: &values },
        )?;
        if problem.is_integer() {
            self.highs.set_integer(&problem.integer)?;
        }
        Ok(())
    }
}

/// A linear problem that is solved again and again: every solve starts from the basis the last one ended with.
///
/// A solve that was stopped but did not listen keeps the instance it works on; the session then makes a new one at its
/// next solve, which starts without a basis.
pub struct HighsSession {
    problem: Arc<Problem>,
    /// `None` after a worker was left behind with it.
    core: Option<Core>,
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
        Ok(HighsSession { core: Some(Core::new(problem)?), problem: Arc::new(problem.clone()), algorithm })
    }

    /// The problem as it stands after all changes.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Entries not passed to HiGHS: explicit zeros and values below 1e-12, which it does not take. They are in the
    /// residuals that every answer is checked by.
    pub fn dropped_entries(&self) -> usize {
        self.problem.matrix.value.iter().filter(|v| !kept(**v)).count()
    }

    /// The instance, if no worker was left behind with it.
    fn highs(&mut self) -> Option<&mut Highs> {
        self.core.as_mut().map(|core| &mut core.highs)
    }
    /// The problem, for a change. A worker that was left behind keeps the one it had.
    fn problem_mut(&mut self) -> &mut Problem {
        Arc::make_mut(&mut self.problem)
    }
    /// The instance, made anew where there is none.
    fn take_core(&mut self) -> Result<Core, Error> {
        match self.core.take() {
            Some(core) => Ok(core),
            None => Core::new(&self.problem),
        }
    }

    /// New costs (one per column) and a new constant.
    pub fn change_costs(&mut self, cost: &[f64], offset: f64) -> Result<(), Error> {
        same_length("cost", cost.len(), self.problem.cols())?;
        check_costs(cost)?;
        if !offset.is_finite() {
            return Err(Error::Number { what: "offset", index: 0, value: offset, rule: "finite" });
        }
        if let Some(highs) = self.highs() {
            highs.change_costs(cost, offset)?;
        }
        let problem = self.problem_mut();
        problem.cost.copy_from_slice(cost);
        problem.offset = offset;
        Ok(())
    }

    /// New bounds of every column.
    pub fn change_col_bounds(&mut self, lower: &[f64], upper: &[f64]) -> Result<(), Error> {
        same_length("col_lower", lower.len(), self.problem.cols())?;
        same_length("col_upper", upper.len(), self.problem.cols())?;
        check_bounds(("col_lower", "col_upper"), lower, upper)?;
        if let Some(highs) = self.highs() {
            highs.change_col_bounds(lower, upper)?;
        }
        let problem = self.problem_mut();
        problem.col_lower.copy_from_slice(lower);
        problem.col_upper.copy_from_slice(upper);
        Ok(())
    }

    /// New bounds of every row.
    pub fn change_row_bounds(&mut self, lower: &[f64], upper: &[f64]) -> Result<(), Error> {
        same_length("row_lower", lower.len(), self.problem.rows())?;
        same_length("row_upper", upper.len(), self.problem.rows())?;
        check_bounds(("row_lower", "row_upper"), lower, upper)?;
        if let Some(highs) = self.highs() {
            highs.change_row_bounds(lower, upper)?;
        }
        let problem = self.problem_mut();
        problem.row_lower.copy_from_slice(lower);
        problem.row_upper.copy_from_slice(upper);
        Ok(())
    }

    /// New values in the same pattern (one per entry of `problem().matrix`). Entries may become zero and come back.
    pub fn change_coefficients(&mut self, value: &[f64]) -> Result<(), Error> {
        same_length("matrix.value", value.len(), self.problem.matrix.value.len())?;
        check_values(value)?;
        let changed: Vec<usize> = (0..value.len()).filter(|&p| value[p].to_bits() != self.problem.matrix.value[p].to_bits()).collect();
        let old = std::mem::replace(&mut self.problem_mut().matrix.value, value.to_vec());
        let Some(core) = &mut self.core else { return Ok(()) };
        if changed.len() > FEW_CHANGES {
            let basis = core.highs.basis();
            core.pass(&self.problem)?;
            if let Some(basis) = basis {
                core.highs.set_basis(&basis)?;
            }
            return Ok(());
        }
        let starts = &self.problem.matrix.start;
        for p in changed.into_iter().filter(|&p| kept(old[p]) || kept(value[p])) {
            // The column of entry p: the last one that starts at or before it and is not empty.
            let j = starts.partition_point(|&s| s as usize <= p) - 1;
            let passed = if kept(value[p]) { value[p] } else { 0.0 };
            core.highs.change_coefficient(self.problem.matrix.row[p] as usize, j, passed)?;
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
        if let Some(highs) = self.highs() {
            highs.add_rows((&block.lower, &block.upper), &start, &col, &value)?;
        }
        self.problem_mut().append_rows(block);
        Ok(())
    }

    /// Solves, from the basis of the last solve where there is one.
    pub fn solve(&mut self, control: &Control) -> Result<Solution, Error> {
        control.check()?;
        let (mut core, problem, algorithm) = (self.take_core()?, Arc::clone(&self.problem), self.algorithm);
        let ran = worker::run(control, move |control| {
            let answer = core.solve(&problem, algorithm, control);
            (core, answer)
        })?;
        match ran {
            Ran::Done((core, answer)) => {
                self.core = Some(core);
                answer
            }
            Ran::Left(stop) => Ok(Solution::empty(stop.status(), &name(), 0)),
        }
    }

    /// The basis of the last solve, if it left one.
    pub fn basis(&self) -> Option<Basis> {
        self.core.as_ref().and_then(|core| core.highs.basis())
    }

    /// Starts the next solve from this basis (of a problem of the same dimensions).
    pub fn set_basis(&mut self, basis: &Basis) -> Result<(), Error> {
        let core = self.take_core()?;
        self.core.insert(core).highs.set_basis(basis)
    }

    /// Cost and row-bound ranges at the optimum last found; an error if the last solve did not end optimal with a basis.
    pub fn ranging(&mut self) -> Result<Ranging, Error> {
        let core = self.take_core()?;
        let r = self.core.insert(core).highs.ranging()?;
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
