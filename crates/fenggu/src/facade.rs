//! The verbs of the library: read, check, dispatch, judge. Every answer has met the referee before the caller sees it.

use crate::analyses::dispatch::{DispatchAnswer, DispatchOptions, DispatchSession};
use crate::analyses::explain::{explain, ExplainOptions, Explanation};
use crate::analyses::rolling::Window;
use crate::analyses::OptionSpec;
use crate::error::Error;
use crate::report::{OptionLine, Origin, RunStatus, TestLine, Verdict};
use fenggu_net::{Network, Results};
use fenggu_opt::{Control, Status};
use fenggu_referee::{judge, judge_infeasible, Certificate, RefereeOptions};
use std::time::Instant;

pub mod commit;
pub mod rolling;
pub mod rolling_folder;
mod rolling_memory;

/// A dispatch with the referee's word on it.
#[derive(Clone, Debug)]
pub struct DispatchSolution {
    /// The one word of the run. An answer that the referee refused is never `ok`.
    pub status: RunStatus,
    /// What the solver answered.
    pub answer: DispatchAnswer,
    /// What the referee found. For an infeasible run: whether the multipliers prove it, and whether the stated shortfall mends the
    /// network.
    pub certificate: Certificate,
    /// Wall seconds of the referee.
    pub referee_s: f64,
    /// The window at which a rolling run ended without an answer; none where all windows have one, or none was asked for.
    pub failed: Option<Box<FailedWindow>>,
}

/// A window without an answer, and why it has none.
#[derive(Clone, Debug)]
pub struct FailedWindow {
    /// Which steps of the study.
    pub window: Window,
    /// The window as a network of its own, with the state that was carried into it: steps and names of the explanation are its.
    pub net: Network,
    /// Why; none where the clock or a failure of the solver ended it.
    pub explanation: Option<Explanation>,
}

impl DispatchSolution {
    /// Dispatch, flows, prices, shadow prices.
    pub fn results(&self) -> &Results {
        &self.answer.results
    }
}

/// Dispatches a network at least cost over all steps at once, and has the answer judged.
///
/// # Errors
/// Data with errors, options out of range, a model too large. Infeasible, unbounded and limits are statuses, not errors.
pub fn dispatch(net: &Network, options: &DispatchOptions) -> Result<DispatchSolution, Error> {
    dispatch_with(net, options, &options.control())
}

/// As [`dispatch`], with a cancel token, a deadline and a progress sink of the caller's.
///
/// # Errors
/// As [`dispatch`].
pub fn dispatch_with(net: &Network, options: &DispatchOptions, control: &Control) -> Result<DispatchSolution, Error> {
    options.check()?;
    switched(net)?;
    if options.horizon_steps.is_some_and(|h| h < net.steps()) {
        return rolling_memory::in_memory(net, options, control);
    }
    let answer = DispatchSession::new(net.clone(), options)?.solve(control)?;
    Ok(judged(net, answer))
}

/// Why a solution has no answer, where it has none: within what the time limit leaves after the solve, and a fifth of it at least.
/// `control` brings the cancel token. A rolling run has explained its failed window already; see [`DispatchSolution::failed`].
///
/// # Errors
/// As [`explain`].
pub fn explained(net: &Network, solution: &DispatchSolution, control: &Control) -> Result<Option<Explanation>, Error> {
    if let Some(failed) = &solution.failed {
        return Ok(failed.explanation.clone());
    }
    if !matches!(solution.status, RunStatus::Infeasible | RunStatus::Unbounded) {
        return Ok(None);
    }
    let spent = solution.answer.seconds.solve;
    let time_limit_s = control.time_limit_s.map(|limit| (limit - spent).max(0.2 * limit));
    let control = Control { time_limit_s, progress: None, ..control.clone() };
    explain(net, &solution.answer, &ExplainOptions::default(), &control).map(Some)
}

/// Refuses a network of PyPSA's whose units are to be switched: with all of them on it would mean something else than in PyPSA.
fn switched(net: &Network) -> Result<(), Error> {
    let pypsa = net.commitment_semantics == fenggu_net::CommitmentSemantics::Pypsa;
    match net.generators.rows().iter().find(|g| pypsa && g.committable && g.in_service) {
        None => Ok(()),
        Some(g) => Err(Error::Option {
            name: "dispatch",
            value: format!("{} with committable = True", g.name),
            rule: "a network without units that are switched: commit such a one (fenggu commit)".to_string(),
            rule_zh: "不含可启停机组的网络；可启停机组请用 fenggu commit".to_string(),
        }),
    }
}

/// Has an answer judged.
pub fn judged(net: &Network, answer: DispatchAnswer) -> DispatchSolution {
    let clock = Instant::now();
    let options = RefereeOptions::default();
    let certificate = match answer.status {
        Status::Infeasible => judge_infeasible(net, &answer.results, answer.proof.as_ref(), &options),
        _ => judge(net, &answer.results, &options),
    };
    let status = match answer.status {
        Status::Optimal if certificate.passed => RunStatus::Ok,
        Status::Optimal => RunStatus::Refused,
        Status::Infeasible => RunStatus::Infeasible,
        Status::Unbounded => RunStatus::Unbounded,
        Status::TimeLimit | Status::IterationLimit => RunStatus::TimeLimit,
        Status::Interrupted => RunStatus::Interrupted,
        Status::Failed => RunStatus::Failed,
    };
    DispatchSolution { status, answer, certificate, referee_s: clock.elapsed().as_secs_f64(), failed: None }
}

/// Every option with its value and where it came from, for the run folder; `named` are those a user gave.
pub fn option_lines<O>(options: &O, specs: &[OptionSpec<O>], named: &[String]) -> Vec<OptionLine> {
    let line = |spec: &OptionSpec<O>| OptionLine {
        name: spec.name.to_string(),
        value: (spec.get)(options),
        origin: if named.iter().any(|n| n == spec.name) { Origin::Flag } else { Origin::Default },
    };
    specs.iter().map(line).collect()
}

/// The referee's certificate as the report and the wire carry it.
pub fn verdict(certificate: &Certificate) -> Verdict {
    let line = |t: &fenggu_referee::TestOutcome| TestLine {
        name: t.name.to_string(),
        passed: t.passed,
        skipped: t.skipped.clone(),
        worst: t.worst,
        tolerance: t.tolerance,
        unit: t.unit.to_string(),
        place: t.where_.clone(),
        count: t.count,
    };
    Verdict {
        passed: certificate.passed,
        tests: certificate.tests.iter().map(line).collect(),
        objective_recomputed: certificate.objective_recomputed,
        dual_bound: certificate.dual_bound,
        gap_relative: certificate.gap_relative,
    }
}
