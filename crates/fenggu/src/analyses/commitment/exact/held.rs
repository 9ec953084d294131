//! The exact problem as a tool of the decomposition: its relaxation, points of a held commitment, and the whole with many statuses held.

use super::{rest, CommitSession};
use crate::analyses::commitment::read;
use crate::error::Error;
use crate::formulate::DispatchModel;
use fenggu_net::Results;
use fenggu_opt::{shrink, Backend, Control, Problem, Solution, Status};
use std::sync::Arc;
use std::time::Instant;

/// Rounds of lazy rows around a tree at most.
const ROUNDS: usize = 6;

/// What [`CommitSession::solve_held`] answers.
#[derive(Clone, Debug, Default)]
pub(in crate::analyses::commitment) struct Held {
    /// Status of every generator that is committed; empty without a point.
    pub schedule: Vec<Option<Vec<bool>>>,
    /// Its cost.
    pub objective: f64,
    /// What the tree claims to be below every point left; NaN for nothing.
    pub bound: f64,
    /// Who claims it.
    pub solver: String,
    /// Iterations of all nodes.
    pub iterations: u64,
    /// Schedules that were best before limits were looked at: what they cost is not known.
    pub drafts: Vec<Vec<Option<Vec<bool>>>>,
    /// Whether it ended by itself, not by a limit.
    pub finished: bool,
}

impl CommitSession {
    /// As [`CommitSession::solve_mip`] with many statuses held: what the held ones decide is taken out before the solver sees it, and
    /// the answer is a schedule with the bound the solver claims, without results or prices.
    ///
    /// # Errors
    /// A solver that refuses the problem.
    pub(in crate::analyses::commitment) fn solve_held(&mut self, control: &Control, cutoff: f64) -> Result<Held, Error> {
        let clock = Instant::now();
        let mut held = Held { bound: f64::NAN, ..Held::default() };
        for _ in 0..ROUNDS {
            // The plan it starts from is feasible: what finds nothing feasible has met its tolerances, and claims nothing.
            let Some(shrunk) = shrink(&self.problem) else { break };
            let mut control = rest(control, clock);
            control.mip.start = self.start.as_ref().map(|start| Arc::from(shrunk.project(start)));
            control.mip.cutoff = Some(cutoff);
            let solution = Backend::Highs.solve(&shrunk.problem, &control)?;
            held.iterations += solution.iterations;
            held.solver.clone_from(&solution.solver);
            if solution.status == Status::Infeasible {
                break;
            }
            held.bound = held.bound.max(solution.bound_claimed);
            if solution.x.is_empty() {
                break;
            }
            let x = shrunk.restore(&solution.x);
            if self.add_violated(&x)?.is_none() {
                (held.schedule, held.objective) = (self.schedule(&x), solution.objective);
                held.finished = solution.status == Status::Optimal;
                break;
            }
            let draft = self.schedule(&x);
            held.drafts.push(draft);
            if solution.status != Status::Optimal {
                break;
            }
        }
        Ok(held)
    }

    /// A point of the whole problem with a commitment held, at least cost; `None` where there is none or no time for one.
    ///
    /// # Errors
    /// A solver that refuses the problem.
    pub(in crate::analyses::commitment) fn point_held(
        &mut self,
        status: &[Vec<bool>],
        control: &Control,
    ) -> Result<Option<Solution>, Error> {
        let solution = self.solve_with(status, control)?;
        Ok((solution.status == Status::Optimal).then_some(solution))
    }

    /// The linear problem with a commitment held, storage in its best modes, as it ends.
    pub(super) fn solve_with(&mut self, status: &[Vec<bool>], control: &Control) -> Result<Solution, Error> {
        let clock = Instant::now();
        let bounds = self.held(status);
        let Some(bounds) = self.hold_modes(bounds, control)? else { return Ok(Solution::none(Status::Infeasible, 0)) };
        let mut problem = self.problem.relaxed();
        [problem.col_lower, problem.col_upper] = bounds;
        self.clean(Backend::Auto, &problem, &rest(control, clock))
    }

    /// The linear relaxation, with prices; `None` where it was not solved.
    ///
    /// # Errors
    /// A solver that refuses the problem.
    pub(in crate::analyses::commitment) fn relaxation(&mut self, control: &Control) -> Result<Option<Results>, Error> {
        let solution = self.clean(Backend::Auto, &self.problem.relaxed(), control)?;
        if solution.status != Status::Optimal {
            return Ok(None);
        }
        let model = DispatchModel { net: &self.net, plan: &self.plan };
        read::results(&model, self.watch.as_ref(), &solution).map(Some)
    }

    /// Solves a linear problem and adds lazy rows until none is violated, or it ends without an optimum.
    pub(super) fn clean(&mut self, backend: Backend, problem: &Problem, control: &Control) -> Result<Solution, Error> {
        let clock = Instant::now();
        let mut session = backend.session(problem)?;
        loop {
            let solution = session.solve(&rest(control, clock))?;
            let block = if solution.status == Status::Optimal { self.add_violated(&solution.x)? } else { None };
            match block {
                Some(block) => session.add_rows(&block)?,
                None => return Ok(solution),
            }
        }
    }

    /// Whether a point keeps every limit that is lazy; adds the rows of those it does not.
    ///
    /// # Errors
    /// Rows that the problem refuses.
    pub(in crate::analyses::commitment) fn keeps_lazy(&mut self, x: &[f64]) -> Result<bool, Error> {
        Ok(self.add_violated(x)?.is_none())
    }

    /// Columns that lazy rows tie to the others: before a row is there, their values mean nothing.
    pub(in crate::analyses::commitment) fn lazy_columns(&self) -> Vec<std::ops::Range<usize>> {
        let v = &self.plan.vars;
        match self.watch {
            Some(_) => vec![v.flow.range(), v.angle_difference.range(), v.flow_over.range(), v.emergency_over.range()],
            None => Vec::new(),
        }
    }

    /// The schedule of a point. `[generator][step]`, none for generators that are not committed.
    pub(in crate::analyses::commitment) fn schedule(&self, x: &[f64]) -> Vec<Option<Vec<bool>>> {
        read::schedule(&DispatchModel { net: &self.net, plan: &self.plan }, x)
    }
}
