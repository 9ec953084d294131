//! What only HiGHS offers: hot starts, bases, ranging, dropped entries, interrupting a run.

use super::*;
use crate::conformance::planted;
use crate::{CancelToken, Status};
use std::sync::Arc;
use std::time::{Duration, Instant};

const INF: f64 = f64::INFINITY;

fn solve(session: &mut HighsSession) -> Solution {
    let solution = session.solve(&Control::default()).unwrap();
    assert_eq!(solution.status, Status::Optimal);
    solution
}

/// Two units, cheap (10, up to 60) and dear (50), load 80.
fn dispatch() -> Problem {
    Problem::from_rows(&[(10.0, 0.0, 60.0), (50.0, 0.0, 100.0)], &[(&[(0, 1.0), (1, 1.0)], 80.0, 80.0)])
}

#[test]
fn the_second_solve_starts_from_the_first_basis() {
    let (problem, objective) = planted(300, 400, 5, 1.0, false, 3);
    let mut session = HighsSession::new(&problem).unwrap();
    let first = solve(&mut session);
    assert!((first.objective - objective).abs() < 1e-6 * (1.0 + objective.abs()));
    assert!(first.iterations > 20);
    assert_eq!(solve(&mut session).iterations, 0);
    // A basis carried to a new session saves its iterations too.
    let basis = session.basis().unwrap();
    let mut other = HighsSession::new(&problem).unwrap();
    other.set_basis(&basis).unwrap();
    assert_eq!(solve(&mut other).iterations, 0);
    let mut wrong = HighsSession::new(&dispatch()).unwrap();
    assert!(wrong.set_basis(&basis).is_err());
}

#[test]
fn the_basis_survives_passing_all_coefficients_anew() {
    let (mut problem, _) = planted(300, 400, 5, 1.0, false, 4);
    let mut session = HighsSession::new(&problem).unwrap();
    let cold = solve(&mut session).iterations;
    for v in &mut problem.matrix.value {
        *v *= 1.0 + 1e-9;
    }
    session.change_coefficients(&problem.matrix.value).unwrap();
    assert!(solve(&mut session).iterations < cold / 4);
}

#[test]
fn ranging_tells_how_far_a_price_holds() {
    let mut session = HighsSession::new(&dispatch()).unwrap();
    let solution = solve(&mut session);
    assert_eq!(solution.row_dual, vec![50.0]);
    let ranging = session.ranging().unwrap();
    // The dear unit sets the price for loads from 60 to 160.
    assert_eq!((ranging.row_lower[0], ranging.row_upper[0]), (60.0, 160.0));
    assert_eq!((ranging.row_lower_objective[0], ranging.row_upper_objective[0]), (600.0, 5600.0));
    // The cheap unit stays at its limit while it costs less than the dear one.
    assert_eq!(ranging.cost_upper[0], 50.0);
    assert_eq!(ranging.cost_lower[1], 10.0);
}

#[test]
fn entries_that_highs_would_drop_are_counted() {
    let problem =
        Problem::from_rows(&[(1.0, 0.0, INF), (1.0, 0.0, INF)], &[(&[(0, 1.0), (1, 0.0)], 1.0, INF), (&[(0, 1e-13), (1, 1.0)], 1.0, INF)]);
    let mut session = HighsSession::new(&problem).unwrap();
    assert_eq!(session.dropped_entries(), 2);
    assert!((solve(&mut session).objective - 2.0).abs() < 1e-9);
    let values: Vec<f64> = problem.matrix.value.iter().map(|_| 1.0).collect();
    session.change_coefficients(&values).unwrap();
    assert_eq!(session.dropped_entries(), 0);
    assert!((solve(&mut session).objective - 1.0).abs() < 1e-9);
}

#[test]
fn quadratic_costs_are_refused_by_name() {
    let mut problem = dispatch();
    problem.quad = vec![1.0, 0.0];
    assert!(matches!(HighsSession::new(&problem), Err(Error::Unsupported { backend: "HiGHS", .. })));
}

/// A problem that takes seconds: many rows over all columns.
fn long() -> Problem {
    planted(1500, 2500, 60, 0.0, false, 1).0
}

#[test]
fn a_running_solve_can_be_cancelled_and_the_session_lives_on() {
    let token = CancelToken::new();
    let control = Control { cancel: Some(token.clone()), ..Control::default() };
    let mut session = HighsSession::new(&long()).unwrap();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(150));
        token.cancel();
        Instant::now()
    });
    let solution = session.solve(&control).unwrap();
    let lag = canceller.join().unwrap().elapsed();
    assert_eq!(solution.status, Status::Interrupted);
    assert!(solution.x.is_empty());
    assert!(lag < Duration::from_secs(3), "{lag:?}");
    let one = Control { iteration_limit: Some(3), ..Control::default() };
    assert_eq!(session.solve(&one).unwrap().status, Status::IterationLimit);
}

#[test]
fn a_time_limit_is_kept_and_its_bound_is_a_bound() {
    let (problem, objective) = planted(1500, 2500, 60, 0.0, false, 1);
    let limited = Control { time_limit_s: Some(0.3), ..Control::default() };
    let start = Instant::now();
    let solution = super::solve(&problem, Algorithm::Simplex, &limited).unwrap();
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(solution.status, Status::TimeLimit);
    assert!(solution.bound.is_nan() || solution.bound <= objective + 1e-6 * objective.abs());
}

#[test]
fn a_sink_that_panics_ends_the_solve_and_not_the_process() {
    let control = Control { progress: Some(Arc::new(|_| panic!("a sink of the user's"))), ..Control::default() };
    let solution = super::solve(&long(), Algorithm::Simplex, &control).unwrap();
    assert_eq!(solution.status, Status::Interrupted);
}

#[test]
fn sessions_on_several_threads_do_not_disturb_each_other() {
    let workers: Vec<_> = (0..4u64)
        .map(|seed| {
            std::thread::spawn(move || {
                let (problem, objective) = planted(80, 120, 5, 1.0, false, seed);
                let mut session = HighsSession::new(&problem).unwrap();
                for threads in [1, 2, 1] {
                    let control = Control { threads, ..Control::default() };
                    let solution = session.solve(&control).unwrap();
                    assert!((solution.objective - objective).abs() < 1e-6 * (1.0 + objective.abs()));
                }
                session
            })
        })
        .collect();
    for worker in workers {
        // Used again on another thread than the one that made it.
        let mut session = worker.join().unwrap();
        solve(&mut session);
    }
}

#[test]
fn a_session_that_lost_its_instance_makes_another() {
    let (problem, objective) = planted(300, 400, 5, 1.0, false, 3);
    let mut session = HighsSession::new(&problem).unwrap();
    solve(&mut session);
    // As after a worker that did not listen: it has the instance and still reads the problem.
    let kept = (session.core.take(), Arc::clone(&session.problem));
    assert!(session.basis().is_none());
    let cost: Vec<f64> = problem.cost.iter().map(|c| 2.0 * c).collect();
    session.change_costs(&cost, 2.0 * problem.offset).unwrap();
    assert_eq!(*kept.1, problem, "the worker's problem stands still");
    let twice = solve(&mut session);
    assert!((twice.objective - 2.0 * objective).abs() < 2e-6 * (1.0 + objective.abs()));
    session.core = None;
    let mut block = crate::RowBlock::default();
    block.push([(0, 1.0)], -INF, INF);
    session.add_rows(&block).unwrap();
    session.change_coefficients(&session.problem().matrix.value.clone()).unwrap();
    assert_eq!(solve(&mut session).row_dual.len(), problem.rows() + 1);
    drop(kept);
}

/// A covering problem that takes a while: `n` switches, each covering a few of `m` needs.
fn covering(n: usize, m: usize) -> Problem {
    let mut random = crate::conformance::Random::new(5);
    let columns: Vec<(f64, f64, f64)> = (0..n).map(|_| (random.between(10.0, 20.0).round(), 0.0, 1.0)).collect();
    let mut problem = Problem::from_rows(&columns, &[]);
    let mut block = crate::RowBlock::default();
    for _ in 0..m {
        let terms: Vec<(u32, f64)> = (0..n as u32).filter_map(|j| (random.unit() < 0.15).then_some((j, 1.0))).collect();
        block.push(terms, 2.0, INF);
    }
    problem.append_rows(&block);
    problem.integer = vec![true; n];
    problem
}

#[test]
fn incumbents_and_bounds_are_told_and_a_limit_hands_out_the_best_point() {
    let problem = Arc::new(covering(150, 120));
    let seen = Arc::new(std::sync::Mutex::new((0, f64::INFINITY, f64::NEG_INFINITY)));
    let token = CancelToken::new();
    let (told, stop) = (Arc::clone(&seen), token.clone());
    let sink: crate::ProgressSink = Arc::new(move |p| {
        let mut s = told.lock().unwrap();
        assert!(p.objective.unwrap_or(f64::INFINITY) <= s.1 + 1e-9 && p.bound.unwrap_or(f64::NEG_INFINITY) >= s.2 - 1e-9);
        *s = (s.0 + 1, p.objective.unwrap_or(s.1), p.bound.unwrap_or(s.2));
        if p.gap().is_some() && p.seconds > 0.5 {
            stop.cancel();
        }
    });
    let mip = crate::MipOptions { gap_relative: 0.0, gap_absolute: 0.0, ..Default::default() };
    let control = Control { progress: Some(sink), cancel: Some(token), time_limit_s: Some(20.0), mip: mip.clone(), ..Control::default() };
    let solution = solve_mip(&problem, &control).unwrap();
    let (count, ..) = *seen.lock().unwrap();
    assert!(count > 1 && solution.status == Status::Interrupted, "{count} {:?}", solution.status);
    assert!(solution.x.iter().all(|x| *x == 0.0 || *x == 1.0) && solution.bound_claimed <= solution.objective);
    assert!(problem.matrix.times(&solution.x, problem.rows()).iter().all(|a| *a >= 2.0));
    assert!(solution.gap_claimed() > 0.0 && solution.gap_claimed() < 0.5, "{}", solution.gap_claimed());
    // By work: the same answer each time. From it as a start: no worse.
    let work = |start| {
        let mip = crate::MipOptions { work_limit: Some(3000), start, ..mip.clone() };
        solve_mip(&problem, &Control { mip, ..Control::default() }).unwrap()
    };
    let (first, second) = (work(None), work(None));
    assert_eq!((first.status, first.objective, first.bound_claimed), (Status::IterationLimit, second.objective, second.bound_claimed));
    assert_eq!(first.x, second.x);
    assert!(work(Some(Arc::from(solution.x.clone()))).objective <= solution.objective);
    // A cutoff that the root passes.
    let mip = crate::MipOptions { cutoff: Some(0.5 * solution.bound_claimed), ..mip };
    let cut = solve_mip(&problem, &Control { mip, ..Control::default() }).unwrap();
    assert_eq!(cut.status, Status::IterationLimit);
    assert!(cut.bound_claimed >= 0.5 * solution.bound_claimed);
    // The clock.
    let clock = Instant::now();
    let timed = solve_mip(&problem, &Control { time_limit_s: Some(1.0), ..Control::default() }).unwrap();
    assert!(clock.elapsed() < Duration::from_millis(1600) && matches!(timed.status, Status::TimeLimit | Status::Optimal));
}
