//! How long, how exactly and on how many threads a solve may run, and how to stop it.

use crate::{Error, Status};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::Instant;

/// Asks a running solve to stop. Clones share one flag; once set it stays set.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// A token that is not set.
    pub fn new() -> Self {
        Self::default()
    }
    /// Sets the flag; safe from any thread and from a signal handler.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
    /// Whether somebody has cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Where a running solve stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Iterations so far.
    pub iterations: u64,
    /// Seconds since the solve began.
    pub seconds: f64,
    /// Primal objective, where the algorithm knows one; with whole numbers that of the best point found.
    pub objective: Option<f64>,
    /// With whole numbers: the solver's lower bound so far.
    pub bound: Option<f64>,
}

impl Progress {
    /// Relative gap between objective and bound, where both are known.
    pub fn gap(&self) -> Option<f64> {
        Some(crate::solution::gap(self.objective?, self.bound?))
    }
}

/// How a problem with whole numbers is to be solved; ignored for others.
#[derive(Clone, Debug, PartialEq)]
pub struct MipOptions {
    /// Ends when (objective − bound) / |objective| is at most this, ≥ 0.
    pub gap_relative: f64,
    /// Ends when objective − bound is at most this, ≥ 0.
    pub gap_absolute: f64,
    /// Limit on the nodes of the tree; `None` is no limit.
    pub node_limit: Option<u64>,
    /// Limit on the simplex iterations of all nodes: work, not time, so that an answer does not depend on the machine.
    pub work_limit: Option<u64>,
    /// Ends as soon as the bound is at or above this: nothing better than it is wanted.
    pub cutoff: Option<f64>,
    /// Seed of the solver's tie-breaking.
    pub seed: u32,
    /// Values of whole-number columns to start from, one per column; not a number where nothing is said. A start that cannot be
    /// completed is ignored.
    pub start: Option<Arc<[f64]>>,
}

impl Default for MipOptions {
    fn default() -> Self {
        MipOptions { gap_relative: 1e-4, gap_absolute: 1e-6, node_limit: None, work_limit: None, cutoff: None, seed: 0, start: None }
    }
}

/// Receives [`Progress`], from the solving thread; it should return quickly.
pub type ProgressSink = Arc<dyn Fn(&Progress) + Send + Sync>;

/// Limits and services of one solve.
#[derive(Clone)]
pub struct Control {
    /// Stops the solve from outside.
    pub cancel: Option<CancelToken>,
    /// Wall-clock limit in seconds, ≥ 0; `None` is no limit.
    pub time_limit_s: Option<f64>,
    /// Threads, 1 to 1024. Answers are deterministic for a given number.
    pub threads: u32,
    /// Feasibility and optimality tolerance, 1e-10 to 1e-2. An answer is called optimal only if our own check finds its
    /// scaled residuals within ten times this (see [`crate::bound::residuals`]).
    pub tolerance: f64,
    /// Limit on the iterations of the algorithm; `None` is no limit.
    pub iteration_limit: Option<u64>,
    /// Receives progress.
    pub progress: Option<ProgressSink>,
    /// For problems with whole numbers.
    pub mip: MipOptions,
}

impl Default for Control {
    fn default() -> Self {
        Control {
            cancel: None,
            time_limit_s: None,
            threads: 1,
            tolerance: 1e-7,
            iteration_limit: None,
            progress: None,
            mip: MipOptions::default(),
        }
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("cancel", &self.cancel)
            .field("time_limit_s", &self.time_limit_s)
            .field("threads", &self.threads)
            .field("tolerance", &self.tolerance)
            .field("iteration_limit", &self.iteration_limit)
            .field("progress", &self.progress.is_some())
            .field("mip", &self.mip)
            .finish()
    }
}

impl Control {
    /// Refuses options out of range; every backend calls it first.
    pub fn check(&self) -> Result<(), Error> {
        if let Some(limit) = self.time_limit_s {
            if !(limit >= 0.0 && limit.is_finite()) {
                return Err(Error::Option { name: "time_limit_s", value: limit.to_string(), range: "a finite number of seconds ≥ 0" });
            }
        }
        if !(1..=1024).contains(&self.threads) {
            return Err(Error::Option { name: "threads", value: self.threads.to_string(), range: "1 to 1024" });
        }
        if !(1e-10..=1e-2).contains(&self.tolerance) {
            return Err(Error::Option { name: "tolerance", value: self.tolerance.to_string(), range: "1e-10 to 1e-2" });
        }
        for (name, gap) in [("gap_relative", self.mip.gap_relative), ("gap_absolute", self.mip.gap_absolute)] {
            if !(gap >= 0.0 && gap.is_finite()) {
                return Err(Error::Option { name, value: gap.to_string(), range: "a finite number ≥ 0" });
            }
        }
        if self.mip.cutoff.is_some_and(f64::is_nan) {
            return Err(Error::Option { name: "cutoff", value: "NaN".into(), range: "a number" });
        }
        if self.mip.seed > i32::MAX as u32 {
            return Err(Error::Option { name: "seed", value: self.mip.seed.to_string(), range: "0 to 2147483647" });
        }
        Ok(())
    }
}

/// Why a solve must stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The caller cancelled.
    Cancelled,
    /// The time is over.
    Time,
}

impl Stop {
    /// What an answer that ends so is called.
    pub(crate) fn status(self) -> Status {
        match self {
            Stop::Cancelled => Status::Interrupted,
            Stop::Time => Status::TimeLimit,
        }
    }
}

/// The clock of one solve: all attempts inside it share it.
#[derive(Clone)]
pub(crate) struct Clock {
    start: Instant,
    limit_s: f64,
    cancel: Option<CancelToken>,
}

impl Clock {
    /// Starts now.
    pub(crate) fn start(control: &Control) -> Self {
        Clock { start: Instant::now(), limit_s: control.time_limit_s.unwrap_or(f64::INFINITY), cancel: control.cancel.clone() }
    }
    /// Seconds since the start.
    pub(crate) fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }
    /// Seconds left, ≥ 0; infinite without a limit.
    pub(crate) fn left_s(&self) -> f64 {
        (self.limit_s - self.seconds()).max(0.0)
    }
    /// Whether to stop, and why. Cancelling wins over the clock.
    pub(crate) fn stop(&self) -> Option<Stop> {
        if self.cancel.as_ref().is_some_and(CancelToken::is_cancelled) {
            return Some(Stop::Cancelled);
        }
        (self.seconds() >= self.limit_s).then_some(Stop::Time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_out_of_range_are_refused_by_name() {
        let bad = [
            (Control { threads: 0, ..Control::default() }, "threads"),
            (Control { time_limit_s: Some(-1.0), ..Control::default() }, "time_limit_s"),
            (Control { time_limit_s: Some(f64::NAN), ..Control::default() }, "time_limit_s"),
            (Control { tolerance: 0.0, ..Control::default() }, "tolerance"),
            (Control { tolerance: f64::NAN, ..Control::default() }, "tolerance"),
        ];
        for (control, field) in bad {
            match control.check() {
                Err(Error::Option { name, .. }) => assert_eq!(name, field),
                other => panic!("{field}: {other:?}"),
            }
        }
        assert_eq!(Control::default().check(), Ok(()));
    }

    #[test]
    fn a_token_is_shared_by_its_clones() {
        let token = CancelToken::new();
        let other = token.clone();
        assert!(!other.is_cancelled());
        token.cancel();
        assert!(other.is_cancelled());
    }
}
