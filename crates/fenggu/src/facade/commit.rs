//! The verb of commitment.

use crate::analyses::commitment::{self, CommitAnswer, CommitOptions};
use crate::error::Error;
use crate::report::RunStatus;
use fenggu_net::{Network, Results};
use fenggu_opt::{Control, Status};
use fenggu_referee::{judge_commitment, Certificate, RefereeOptions};
use std::time::Instant;

/// A commitment with the one word of its run.
#[derive(Clone, Debug)]
pub struct CommitSolution {
    /// The one word of the run.
    pub status: RunStatus,
    /// What the route answered.
    pub answer: CommitAnswer,
    /// What the referee found: rules, cost, and the bound it computed from the answer's multipliers where there are any
    /// ([`Certificate::dual_bound`]). `None` without a commitment.
    pub certificate: Option<Certificate>,
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
    let clock = Instant::now();
    let judge = |net: &Network| judge_commitment(net, &answer.results, &RefereeOptions::default());
    let certificate = (!answer.schedule.is_empty()).then(|| match options.meaning {
        Some(meaning) => judge(&Network { commitment_semantics: meaning, ..net.clone() }),
        None => judge(net),
    });
    let referee_s = clock.elapsed().as_secs_f64();
    let status = match answer.status {
        _ if certificate.as_ref().is_some_and(|c| !c.passed) => RunStatus::Refused,
        Status::Optimal => RunStatus::Ok,
        Status::Infeasible => RunStatus::Infeasible,
        Status::Unbounded => RunStatus::Unbounded,
        Status::TimeLimit | Status::IterationLimit => RunStatus::TimeLimit,
        Status::Interrupted => RunStatus::Interrupted,
        Status::Failed => RunStatus::Failed,
    };
    Ok(CommitSolution { status, answer, certificate, referee_s })
}
