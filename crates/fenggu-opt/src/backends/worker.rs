//! Solving in a thread of its own, which is left behind when it does not listen.
//!
//! Every solver here looks at the clock and at the cancel token as often as it can; but HiGHS's presolve, Clarabel's
//! factorisation and some of our own analysis do not. So a solve under a deadline or a token runs in a worker. The caller
//! waits for it, at most [`GRACE_S`] beyond the moment it must stop, and then goes on without it. A worker that was left
//! behind owns all that it works on (a shared problem that nobody changes under it, an instance of the solver that its
//! session has given up), ends by itself at its next look at the clock, reports no more progress, and does not keep the
//! process from ending.

use crate::control::{Clock, Stop};
use crate::{Control, Error, Progress, ProgressSink};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{channel, RecvTimeoutError};
use std::sync::Arc;
use std::time::Duration;

/// What a solver that listens needs to end by itself and say more than that it was stopped (a bound).
const GRACE_S: f64 = 0.08;
/// How often the token is looked at: it is a bare flag, so that a signal handler may set it. An answer wakes the caller at once.
const LOOK: Duration = Duration::from_millis(5);
/// What a main thread usually has; the default of other threads is a quarter of it.
const STACK: usize = 8 << 20;

/// How a piece of work ended.
pub(super) enum Ran<T> {
    /// Its answer.
    Done(T),
    /// It did not listen and was left behind.
    Left(Stop),
}

/// Does the work under the control: here where nothing may stop it, else in a worker. `control` must have been checked.
///
/// # Errors
/// No thread to be had. A panic of the work is passed on.
pub(super) fn run<T: Send + 'static>(control: &Control, work: impl FnOnce(&Control) -> T + Send + 'static) -> Result<Ran<T>, Error> {
    if control.cancel.is_none() && control.time_limit_s.is_none() {
        return Ok(Ran::Done(work(control)));
    }
    let clock = Clock::start(control);
    let left = Arc::new(AtomicBool::new(false));
    let own = Control { progress: control.progress.clone().map(|sink| muted(sink, Arc::clone(&left))), ..control.clone() };
    let (answer, answered) = channel();
    let worker = std::thread::Builder::new()
        .name("solver".into())
        .stack_size(STACK)
        .spawn(move || {
            // Nobody may be waiting any more.
            let _ = answer.send(work(&own));
        })
        .map_err(|_| Error::Solver { backend: "worker", call: "spawn a thread" })?;
    let mut stopped: Option<(Stop, f64)> = None;
    loop {
        if stopped.is_none() {
            stopped = clock.stop().map(|stop| (stop, clock.seconds() + GRACE_S));
        }
        let wait_s = match stopped {
            Some((stop, until_s)) if clock.seconds() >= until_s => {
                left.store(true, Ordering::Relaxed);
                return Ok(Ran::Left(stop));
            }
            Some((_, until_s)) => until_s - clock.seconds(),
            None => clock.left_s(),
        };
        // Without a token there is nothing to look at before the time is over.
        let longest = if control.cancel.is_some() || stopped.is_some() { LOOK } else { Duration::from_secs(3600) };
        let wait = Duration::try_from_secs_f64(wait_s.max(0.0)).unwrap_or(longest).min(longest);
        match answered.recv_timeout(wait) {
            Ok(answer) => {
                // It has nothing left to do but to end, and its thread-bound memory should be free when we go on.
                let _ = worker.join();
                return Ok(Ran::Done(answer));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => match worker.join() {
                Err(panic) => std::panic::resume_unwind(panic),
                Ok(()) => return Err(Error::Solver { backend: "worker", call: "answer" }),
            },
        }
    }
}

/// A sink that is silent from when the worker is left behind.
fn muted(sink: ProgressSink, left: Arc<AtomicBool>) -> ProgressSink {
    Arc::new(move |progress: &Progress| {
        if !left.load(Ordering::Relaxed) {
            sink(progress);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CancelToken;
    use std::time::Instant;

    fn deaf(_: &Control) -> u32 {
        std::thread::sleep(Duration::from_secs(3));
        7
    }

    #[test]
    fn a_worker_that_does_not_listen_is_left_behind() {
        let clock = Instant::now();
        let control = Control { time_limit_s: Some(0.1), ..Control::default() };
        assert!(matches!(run(&control, deaf), Ok(Ran::Left(Stop::Time))));
        assert!(clock.elapsed() < Duration::from_secs(2), "{:?}", clock.elapsed());

        let token = CancelToken::new();
        let control = Control { cancel: Some(token.clone()), time_limit_s: Some(100.0), ..Control::default() };
        let clock = Instant::now();
        let waiting = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            token.cancel();
        });
        assert!(matches!(run(&control, deaf), Ok(Ran::Left(Stop::Cancelled))));
        assert!(clock.elapsed() < Duration::from_secs(2), "{:?}", clock.elapsed());
        waiting.join().expect("no panic");
    }

    #[test]
    fn answers_and_panics_come_back() {
        let control = Control { time_limit_s: Some(100.0), ..Control::default() };
        assert!(matches!(run(&control, |_| 5), Ok(Ran::Done(5))));
        assert!(matches!(run(&Control::default(), |_| 5), Ok(Ran::Done(5))));
        let panicked =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&control, |_| -> u32 { panic!("from the work") }).map(|_| ())));
        assert_eq!(panicked.expect_err("a panic").downcast_ref::<&str>(), Some(&"from the work"));
    }

    #[test]
    fn no_progress_is_told_once_a_worker_is_left_behind() {
        let told = Arc::new(AtomicBool::new(false));
        let (heard, ended) = (Arc::clone(&told), Arc::new(AtomicBool::new(false)));
        let done = Arc::clone(&ended);
        let sink: ProgressSink = Arc::new(move |_| heard.store(true, Ordering::Relaxed));
        let control = Control { time_limit_s: Some(0.0), progress: Some(sink), ..Control::default() };
        let ran = run(&control, move |control| {
            std::thread::sleep(Duration::from_millis(600));
            if let Some(sink) = &control.progress {
                sink(&Progress { iterations: 1, seconds: 1.0, objective: None, bound: None });
            }
            done.store(true, Ordering::Release);
        });
        assert!(matches!(ran, Ok(Ran::Left(Stop::Time))));
        while !ended.load(Ordering::Acquire) {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(!told.load(Ordering::Relaxed));
    }
}
