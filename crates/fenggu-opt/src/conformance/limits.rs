//! Limits, cancelling and refusals: a limit is never called infeasible, and a malformed problem is never solved.

use super::{planted, Failure};
use crate::{Backend, CancelToken, Control, Error, Problem, Status};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

pub(super) fn run(backend: Backend) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut check = |case: &str, result: Result<(), String>| {
        if let Err(what) = result {
            failures.push(Failure { case: case.to_string(), what });
        }
    };
    let (problem, _) = planted(600, 900, 6, 1.0, false, 99);
    let ends_with = |problem: &Problem, control: &Control, status: Status| {
        let solution = backend.solve(problem, control).map_err(|e| e.to_string())?;
        super::status_is(&solution, status)
    };

    let no_time = Control { time_limit_s: Some(0.0), ..Control::default() };
    check("time limit 0", ends_with(&problem, &no_time, Status::TimeLimit));
    let mut hopeless = problem.clone();
    hopeless.row_lower[0] = 1e6;
    hopeless.row_upper[0] = f64::INFINITY;
    check("time limit 0 on a problem that may be infeasible", ends_with(&hopeless, &no_time, Status::TimeLimit));

    let token = CancelToken::new();
    token.cancel();
    let cancelled = Control { cancel: Some(token), ..Control::default() };
    check("cancelled before it began", ends_with(&problem, &cancelled, Status::Interrupted));

    let one = Control { iteration_limit: Some(1), ..Control::default() };
    check("iteration limit 1", ends_with(&problem, &one, Status::IterationLimit));

    let enough = Control { time_limit_s: Some(1e6), iteration_limit: Some(1_000_000), ..Control::default() };
    check("limits that are not reached", ends_with(&problem, &enough, Status::Optimal));
    let two = Control { threads: 2, ..Control::default() };
    check("two threads after one", ends_with(&problem, &two, Status::Optimal));
    check("one thread after two", ends_with(&problem, &Control::default(), Status::Optimal));

    check("progress is told in order", progress(backend, &problem));
    check("malformed problems are refused", refusals(backend));
    failures
}

fn progress(backend: Backend, problem: &Problem) -> Result<(), String> {
    let calls = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&calls);
    let control = Control {
        progress: Some(Arc::new(move |p| {
            // A time that is not a number or negative would be a broken clock: count it far out of range.
            let step = if p.seconds >= 0.0 { 1 } else { 1 << 40 };
            seen.fetch_add(step, Ordering::Relaxed);
        })),
        ..Control::default()
    };
    let solution = backend.solve(problem, &control).map_err(|e| e.to_string())?;
    super::status_is(&solution, Status::Optimal)?;
    let calls = calls.load(Ordering::Relaxed);
    if calls < 1 << 40 {
        Ok(())
    } else {
        Err("progress with a bad clock".into())
    }
}

fn refusals(backend: Backend) -> Result<(), String> {
    let good = || Problem::from_rows(&[(1.0, 0.0, 1.0), (1.0, 0.0, 1.0)], &[(&[(0, 1.0), (1, 1.0)], 1.0, 2.0)]);
    let mut twice = good();
    twice.matrix.start = vec![0, 2, 2];
    let mut nan = good();
    nan.matrix.value[1] = f64::NAN;
    let mut short = good();
    short.col_upper.pop();
    let mut outside = good();
    outside.matrix.row[0] = 9;
    for (name, problem) in [("duplicate", twice), ("NaN", nan), ("length", short), ("row index", outside)] {
        if let Ok(solution) = backend.solve(&problem, &Control::default()) {
            return Err(format!("{name}: answered {:?}", solution.status));
        }
        if backend.session(&problem).is_ok() {
            return Err(format!("{name}: a session was opened"));
        }
    }
    let control = Control { threads: 0, ..Control::default() };
    match backend.solve(&good(), &control) {
        Err(Error::Option { name: "threads", .. }) => Ok(()),
        other => Err(format!("threads = 0: {other:?}")),
    }
}
