//! The callback that HiGHS makes while it iterates: cancelling, the clock, progress, and stalls of the simplex.
#![allow(unsafe_code)] // the callback receives raw pointers

use crate::control::{Clock, Progress, ProgressSink, Stop};
use highs_sys as c;
use std::ffi::{c_char, c_int, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};

/// Why our callback ended a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The caller or the clock.
    Stopped(Stop),
    /// Simplex hardly moved: fewer than [`STALL_ITERATIONS`] pivots in [`STALL_CALLS`] steps.
    Stalled,
}

/// On infeasible problems the dual simplex can climb for minutes with few pivots (seen on 7336_epigrids `sad`): its steps end at a
/// refused pivot and a new factorisation. Then another algorithm is asked. A sound run makes a pivot at nearly every step. Counted in
/// steps, not in seconds, so that an answer does not depend on the machine's load.
const STALL_CALLS: u64 = 300;
/// See [`STALL_CALLS`].
const STALL_ITERATIONS: u64 = 30;

/// State that the interrupt callback reads; lives on the stack of `run`.
pub(super) struct Watch {
    pub(super) clock: Clock,
    pub(super) sink: Option<ProgressSink>,
    /// When the sink was last told.
    pub(super) told_s: f64,
    /// Iterations of attempts before this one.
    pub(super) before: u64,
    pub(super) ended: Option<Ended>,
    /// Steps since the last look for a stall, and iterations at it.
    pub(super) mark: (u64, u64),
}

/// Called by HiGHS during simplex and interior-point iterations.
pub(super) unsafe extern "C" fn interrupt(
    kind: c_int,
    _message: *const c_char,
    out: *const c::HighsCallbackDataOut,
    input: *mut c::HighsCallbackDataIn,
    user: *mut c_void,
) {
    if user.is_null() || input.is_null() {
        return;
    }
    // SAFETY: `user` is the `Watch` that `run` passed and that outlives the run; HiGHS calls back on the solving thread.
    let watch = unsafe { &mut *user.cast::<Watch>() };
    // SAFETY: HiGHS passes valid structs; `out` is only read when not null.
    let iterations = unsafe { out.as_ref() }.map_or(0, |o| {
        let ipm = kind == c::kHighsCallbackIpmInterrupt as c_int;
        u64::try_from(if ipm { o.ipm_iteration_count } else { o.simplex_iteration_count }).unwrap_or(0)
    });
    let seconds = watch.clock.seconds();
    if watch.ended.is_none() {
        watch.ended = watch.clock.stop().map(Ended::Stopped);
    }
    let simplex = kind == c::kHighsCallbackSimplexInterrupt as c_int;
    if simplex {
        watch.mark.0 += 1;
        if watch.mark.0 == STALL_CALLS {
            if watch.ended.is_none() && iterations.abs_diff(watch.mark.1) < STALL_ITERATIONS {
                watch.ended = Some(Ended::Stalled);
            }
            watch.mark = (0, iterations);
        }
    }
    if let Some(sink) = watch.sink.as_ref().filter(|_| seconds - watch.told_s > 0.1) {
        watch.told_s = seconds;
        let progress = Progress { iterations: watch.before + iterations, seconds, objective: None, bound: None };
        // A panic must not unwind through C++: it ends the solve instead.
        if catch_unwind(AssertUnwindSafe(|| sink(&progress))).is_err() {
            watch.ended = Some(Ended::Stopped(Stop::Cancelled));
        }
    }
    // SAFETY: checked not null above.
    unsafe { (*input).user_interrupt = c_int::from(watch.ended.is_some()) };
}
