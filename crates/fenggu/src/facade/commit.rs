//! The verb of commitment.

use crate::analyses::commitment::{self, CommitAnswer, CommitOptions};
use crate::error::Error;
use crate::report::RunStatus;
use fenggu_net::{Network, Results};
use fenggu_opt::{Control, Status};
use fenggu_referee::{judge_commitment, Certificate, RefereeOptions};
use std::time::Instant;

/// A commitment with the referee's word on it.
#[derive(Clone, Debug)]
pub struct CommitSolution {
    /// The one word of the run. A commitment that the referee refused is never `ok`.
    pub status: RunStatus,
    /// What the route answered.
    pub answer: CommitAnswer,
    /// What the referee found: whether the commitment obeys every unit's rules, what it costs, and the bound where multipliers for one are
    /// given.
    pub certificate: Certificate,
    /// Wall seconds of the referee.
    pub referee_s: f64,
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
    let mut net = std::borrow::Cow::Borrowed(net);
    if let Some(meaning) = options.meaning.filter(|m| *m != net.commitment_semantics) {
        net.to_mut().commitment_semantics = meaning;
    }
    Ok(judged(&net, answer))
}

/// Has a commitment judged. What a limit left is judged too, and keeps its status unless the referee refuses it.
pub fn judged(net: &Network, answer: CommitAnswer) -> CommitSolution {
    let clock = Instant::now();
    let certificate = judge_commitment(net, &answer.results, &RefereeOptions::default());
    let refused = !answer.schedule.is_empty() && !certificate.passed && certificate.tests.iter().any(|t| t.skipped.is_none());
    let status = match answer.status {
        _ if refused => RunStatus::Refused,
        Status::Optimal if !certificate.passed => RunStatus::Refused,
        Status::Optimal => RunStatus::Ok,
        Status::Infeasible => RunStatus::Infeasible,
        Status::Unbounded => RunStatus::Unbounded,
        Status::TimeLimit | Status::IterationLimit => RunStatus::TimeLimit,
        Status::Interrupted => RunStatus::Interrupted,
        Status::Failed => RunStatus::Failed,
    };
    CommitSolution { status, answer, certificate, referee_s: clock.elapsed().as_secs_f64() }
}
