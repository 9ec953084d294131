//! The verb of commitment.

use crate::analyses::commitment::{self, CommitAnswer, CommitOptions};
use crate::error::Error;
use crate::report::RunStatus;
use fenggu_net::{Network, Results};
use fenggu_opt::{Control, Status};

/// A commitment with the one word of its run.
#[derive(Clone, Debug)]
pub struct CommitSolution {
    /// The one word of the run.
    pub status: RunStatus,
    /// What the route answered.
    pub answer: CommitAnswer,
}

impl CommitSolution {
    /// Status, starts, stops, dispatch, flows, prices.
    pub fn results(&self) -> &Results {
        &self.answer.results
    }
}

/// Commits and dispatches a network at least cost.
///
/// # Errors
/// Data with errors, options out of range, a feature that no route takes, a model too large. Infeasible and limits are statuses, not
/// errors.
pub fn commit(net: &Network, options: &CommitOptions) -> Result<CommitSolution, Error> {
    commit_with(net, options, &options.control())
}

/// As [`commit`], with a cancel token, a deadline and a progress sink of the caller's.
///
/// # Errors
/// As [`commit`].
pub fn commit_with(net: &Network, options: &CommitOptions, control: &Control) -> Result<CommitSolution, Error> {
    let answer = commitment::commit(net, options, control)?;
    let status = match answer.status {
        Status::Optimal => RunStatus::Ok,
        Status::Infeasible => RunStatus::Infeasible,
        Status::Unbounded => RunStatus::Unbounded,
        Status::TimeLimit | Status::IterationLimit => RunStatus::TimeLimit,
        Status::Interrupted => RunStatus::Interrupted,
        Status::Failed => RunStatus::Failed,
    };
    Ok(CommitSolution { status, answer })
}
