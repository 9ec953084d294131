//! The callback that HiGHS makes while it branches: cancelling, the clock, limits of work, incumbents and bounds.
#![allow(unsafe_code)] // the callback receives raw pointers

use crate::control::{Clock, Progress, ProgressSink, Stop};
use highs_sys as c;
use std::ffi::{c_char, c_int, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the callback is called for: a better point, and every now and then whether to stop. The simplex's own call matters while the
/// root is solved.
pub(super) const EVENTS: [c::HighsInt; 3] =
    [c::kHighsCallbackMipImprovingSolution, c::kHighsCallbackMipInterrupt, c::kHighsCallbackSimplexInterrupt];

/// Why our callback ended a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MipEnded {
    /// The caller or the clock.
    Stopped(Stop),
    /// The limit of work.
    Work,
    /// The bound passed the cutoff.
    Cutoff,
}

/// What is known so far. It outlives a worker that was left behind.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The best point, one value per column; empty while there is none.
    pub x: Vec<f64>,
    /// Its objective.
    pub objective: f64,
    /// The solver's lower bound.
    pub bound: f64,
    /// Simplex iterations.
    pub iterations: u64,
    ended: Option<MipEnded>,
    told_s: f64,
}

impl Default for Found {
    fn default() -> Self {
        Found { x: Vec::new(), objective: f64::INFINITY, bound: f64::NEG_INFINITY, iterations: 0, ended: None, told_s: f64::NEG_INFINITY }
    }
}

/// What the callback reads and writes. HiGHS may call from several of its threads.
pub(super) struct MipWatch {
    pub clock: Clock,
    pub sink: Option<ProgressSink>,
    pub work_limit: u64,
    pub cutoff: f64,
    pub found: Arc<Mutex<Found>>,
}

/// The state, also after a panic of the user's sink.
pub(super) fn look(found: &Mutex<Found>) -> MutexGuard<'_, Found> {
    found.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MipWatch {
    /// Why the run was ended, if by us.
    pub(super) fn ended(&self) -> Option<MipEnded> {
        look(&self.found).ended
    }

    /// Hears of an event; whether to stop.
    fn hear(&self, kind: c_int, out: Option<&c::HighsCallbackDataOut>) -> bool {
        let seconds = self.clock.seconds();
        let mut found = look(&self.found);
        let mut news = false;
        // The simplex's calls speak of one relaxation, not of the tree.
        if let Some(out) = out.filter(|_| kind != c::kHighsCallbackSimplexInterrupt as c_int) {
            if out.mip_dual_bound.is_finite() && out.mip_dual_bound > found.bound {
                found.bound = out.mip_dual_bound;
            }
            found.iterations = found.iterations.max(u64::try_from(out.mip_total_lp_iterations).unwrap_or(0));
            let size = usize::try_from(out.mip_solution_size).unwrap_or(0);
            if kind == c::kHighsCallbackMipImprovingSolution as c_int && !out.mip_solution.is_null() && size > 0 {
                // SAFETY: HiGHS passes an array of `mip_solution_size` numbers that lives during the call.
                found.x = unsafe { std::slice::from_raw_parts(out.mip_solution, size) }.to_vec();
                found.objective = out.objective_function_value;
                news = true;
            }
        }
        if found.ended.is_none() {
            found.ended = match self.clock.stop() {
                Some(stop) => Some(MipEnded::Stopped(stop)),
                None if found.iterations >= self.work_limit => Some(MipEnded::Work),
                None if found.bound >= self.cutoff => Some(MipEnded::Cutoff),
                None => None,
            };
        }
        if let Some(sink) = self.sink.as_ref().filter(|_| news || seconds - found.told_s > 0.1) {
            found.told_s = seconds;
            let known = |v: f64| v.is_finite().then_some(v);
            let progress = Progress { iterations: found.iterations, seconds, objective: known(found.objective), bound: known(found.bound) };
            drop(found);
            // A panic must not unwind through C++: it ends the solve instead.
            let panicked = catch_unwind(AssertUnwindSafe(|| sink(&progress))).is_err();
            found = look(&self.found);
            if panicked {
                found.ended = Some(MipEnded::Stopped(Stop::Cancelled));
            }
        }
        found.ended.is_some()
    }
}

/// Called by HiGHS.
pub(super) unsafe extern "C" fn mip_event(
    kind: c_int,
    _message: *const c_char,
    out: *const c::HighsCallbackDataOut,
    input: *mut c::HighsCallbackDataIn,
    user: *mut c_void,
) {
    if user.is_null() {
        return;
    }
    // SAFETY: `user` is the `MipWatch` that `run_mip` passed and that outlives the run; it is only shared.
    let watch = unsafe { &*user.cast::<MipWatch>() };
    // SAFETY: HiGHS passes valid structs; `out` is only read when not null.
    let stop = watch.hear(kind, unsafe { out.as_ref() });
    if !input.is_null() {
        // SAFETY: checked not null.
        unsafe { (*input).user_interrupt = c_int::from(stop) };
    }
}
