//! A problem that is changed and solved again, alike for every backend.

#[cfg(feature = "highs")]
use super::highs::HighsSession;
use super::worker::{self, Ran};
use super::Backend;
use crate::check::{check_bounds, check_costs, check_values};
use crate::problem::RowBlock;
use crate::{Control, Error, Problem, Solution};
use std::sync::Arc;

/// A session. HiGHS keeps its basis between solves; a backend without hot start, and a problem with whole numbers, is kept as
/// edited and solved from the beginning.
pub enum Session {
    /// HiGHS with hot start.
    #[cfg(feature = "highs")]
    Highs(Box<HighsSession>),
    /// The edited problem and who solves it.
    Stored(Box<Stored>),
}

/// The session of a backend without memory.
pub struct Stored {
    /// Shared with the worker that solves it; a change while one is left behind makes a copy.
    problem: Arc<Problem>,
    backend: Backend,
}

/// Calls the same method on whichever session it is.
macro_rules! each {
    ($self:expr, $s:ident => $call:expr) => {
        match $self {
            #[cfg(feature = "highs")]
            Session::Highs($s) => $call,
            Session::Stored($s) => $call,
        }
    };
}

impl Session {
    pub(super) fn new(backend: Backend, problem: &Problem) -> Result<Session, Error> {
        backend.takes(problem)?;
        match backend.resolve(problem) {
            #[cfg(feature = "highs")]
            Backend::Highs if !problem.is_integer() => Ok(Session::Highs(Box::new(HighsSession::new(problem)?))),
            #[cfg(feature = "highs")]
            Backend::HighsIpm => Ok(Session::Highs(Box::new(HighsSession::interior_point(problem)?))),
            #[cfg(not(feature = "highs"))]
            Backend::Highs | Backend::HighsIpm => Err(super::NO_HIGHS),
            other => {
                problem.check()?;
                Ok(Session::Stored(Box::new(Stored { problem: Arc::new(problem.clone()), backend: other })))
            }
        }
    }

    /// The problem as it stands after all changes.
    pub fn problem(&self) -> &Problem {
        each!(self, s => s.problem())
    }
    /// New costs (one per column) and a new constant.
    pub fn change_costs(&mut self, cost: &[f64], offset: f64) -> Result<(), Error> {
        each!(self, s => s.change_costs(cost, offset))
    }
    /// New bounds of every column.
    pub fn change_col_bounds(&mut self, lower: &[f64], upper: &[f64]) -> Result<(), Error> {
        each!(self, s => s.change_col_bounds(lower, upper))
    }
    /// New bounds of every row.
    pub fn change_row_bounds(&mut self, lower: &[f64], upper: &[f64]) -> Result<(), Error> {
        each!(self, s => s.change_row_bounds(lower, upper))
    }
    /// New values in the same pattern, one per entry of the matrix.
    pub fn change_coefficients(&mut self, value: &[f64]) -> Result<(), Error> {
        each!(self, s => s.change_coefficients(value))
    }
    /// Appends rows.
    pub fn add_rows(&mut self, block: &RowBlock) -> Result<(), Error> {
        each!(self, s => s.add_rows(block))
    }
    /// Solves the problem as it stands.
    pub fn solve(&mut self, control: &Control) -> Result<Solution, Error> {
        each!(self, s => s.solve(control))
    }
    /// As [`Session::solve`], but our own interior point asks nobody else: what it does not settle, an infeasible or unbounded problem
    /// among it, is [`crate::Status::Failed`]. For a caller who knows a cheaper proof than a second method's.
    pub fn solve_alone(&mut self, control: &Control) -> Result<Solution, Error> {
        match self {
            #[cfg(feature = "highs")]
            Session::Highs(s) => s.solve(control),
            Session::Stored(s) => s.run(control, Backend::solve_alone),
        }
    }
}

fn replace(what: &'static str, old: &mut [f64], new: &[f64]) -> Result<(), Error> {
    if old.len() != new.len() {
        return Err(Error::Dimension { what, expected: old.len(), found: new.len() });
    }
    old.copy_from_slice(new);
    Ok(())
}

impl Stored {
    fn problem(&self) -> &Problem {
        &self.problem
    }
    fn problem_mut(&mut self) -> &mut Problem {
        Arc::make_mut(&mut self.problem)
    }
    fn change_costs(&mut self, cost: &[f64], offset: f64) -> Result<(), Error> {
        check_costs(cost)?;
        if !offset.is_finite() {
            return Err(Error::Number { what: "offset", index: 0, value: offset, rule: "finite" });
        }
        replace("cost", &mut self.problem_mut().cost, cost)?;
        self.problem_mut().offset = offset;
        Ok(())
    }
    fn change_col_bounds(&mut self, lower: &[f64], upper: &[f64]) -> Result<(), Error> {
        check_bounds(("col_lower", "col_upper"), lower, upper)?;
        replace("col_lower", &mut self.problem_mut().col_lower, lower)?;
        replace("col_upper", &mut self.problem_mut().col_upper, upper)
    }
    fn change_row_bounds(&mut self, lower: &[f64], upper: &[f64]) -> Result<(), Error> {
        check_bounds(("row_lower", "row_upper"), lower, upper)?;
        replace("row_lower", &mut self.problem_mut().row_lower, lower)?;
        replace("row_upper", &mut self.problem_mut().row_upper, upper)
    }
    fn change_coefficients(&mut self, value: &[f64]) -> Result<(), Error> {
        check_values(value)?;
        replace("matrix.value", &mut self.problem_mut().matrix.value, value)
    }
    fn add_rows(&mut self, block: &RowBlock) -> Result<(), Error> {
        block.check(self.problem.cols())?;
        self.problem_mut().append_rows(block);
        Ok(())
    }
    fn solve(&mut self, control: &Control) -> Result<Solution, Error> {
        self.run(control, Backend::solve_here)
    }
    fn run(&mut self, control: &Control, by: fn(Backend, &Problem, &Control) -> Result<Solution, Error>) -> Result<Solution, Error> {
        control.check()?;
        let (problem, backend) = (Arc::clone(&self.problem), self.backend);
        #[cfg(feature = "highs")]
        if problem.is_integer() {
            return super::highs::solve_mip(&problem, control);
        }
        match worker::run(control, move |control| by(backend, &problem, control))? {
            Ran::Done(answer) => answer,
            Ran::Left(stop) => Ok(self.backend.left(stop)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    #[test]
    fn alone_the_interior_point_proves_nothing_infeasible() {
        // x + y ≥ 3 and x − y = 0 with x, y ≤ 1; then with y ≤ 2 and x ≤ 2.
        let inf = f64::INFINITY;
        let rows: [crate::problem::RowTerms<'_>; 2] = [(&[(0, 1.0), (1, 1.0)], 3.0, inf), (&[(0, 1.0), (1, -1.0)], 0.0, 0.0)];
        let problem = Problem::from_rows(&[(1.0, 0.0, 1.0), (1.0, 0.0, 1.0)], &rows);
        let mut session = Backend::InteriorPoint.session(&problem).unwrap();
        assert_eq!(session.solve_alone(&Control::default()).unwrap().status, Status::Failed);
        assert_eq!(session.solve(&Control::default()).unwrap().status, Status::Infeasible);
        session.change_col_bounds(&[0.0; 2], &[2.0; 2]).unwrap();
        let solution = session.solve_alone(&Control::default()).unwrap();
        assert!(solution.status == Status::Optimal && (solution.objective - 3.0).abs() < 1e-6, "{solution:?}");
    }
}
