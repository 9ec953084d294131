//! Whole numbers: the backend that takes them, against hand-worked answers and enumeration; the others refuse them by name.

use super::{close, Failure, Random};
use crate::{Backend, Control, Error, MipOptions, Problem, RowBlock, Solution, Status};
use std::sync::Arc;

const INF: f64 = f64::INFINITY;

/// Whether a backend takes whole numbers.
pub fn takes_integers(backend: Backend) -> bool {
    matches!(backend, Backend::Highs | Backend::Auto)
}

pub(super) fn run(backend: Backend) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut check = |case: &str, result: Result<(), String>| {
        if let Err(what) = result {
            failures.push(Failure { case: case.to_string(), what });
        }
    };
    if !takes_integers(backend) {
        check("whole numbers are refused by name", refused(backend));
        return failures;
    }
    for (case, problem, objective) in known() {
        check(case, answer(backend, &problem, objective));
    }
    check("whole numbers that exclude every point", excluded(backend));
    check("limits with whole numbers", limits(backend));
    check("two hundred small problems by enumeration", enumerated(backend, 200));
    failures
}

/// Gap 0.
fn exact() -> Control {
    Control { mip: MipOptions { gap_relative: 0.0, gap_absolute: 0.0, ..MipOptions::default() }, ..Control::default() }
}

/// With whole numbers where `integer` says so.
fn whole(mut problem: Problem, integer: &[usize]) -> Problem {
    problem.integer = (0..problem.cols()).map(|j| integer.contains(&j)).collect();
    problem
}

fn known() -> Vec<(&'static str, Problem, f64)> {
    let threshold = Problem::from_rows(&[(1.0, 0.0, INF), (0.9, 0.0, 9.0)], &[(&[(0, 1.0), (1, 1.0)], 20.1, INF)]);
    let switch = |m: f64, cost: f64| {
        Problem::from_rows(&[(1.0, 0.0, INF), (cost, 0.0, 1.0)], &[(&[(0, 1.0), (1, -m)], -INF, 0.0), (&[(0, 1.0)], 20.0, INF)])
    };
    // Output p of 50 to 100 by a switch, and a dear stand-in that covers what is left of 60 or 30.
    let unit = |load: f64| {
        Problem::from_rows(
            &[(1.0, 0.0, INF), (500.0, 0.0, 1.0), (15.0, 0.0, INF)],
            &[(&[(0, 1.0), (1, -100.0)], -INF, 0.0), (&[(0, 1.0), (1, -50.0)], 0.0, INF), (&[(0, 1.0), (2, 1.0)], load, load)],
        )
    };
    vec![
        // y counts to 9 at 0.9 each; the rest is bought at 1.
        ("a rounded threshold (HiGHS 2957)", whole(threshold.clone(), &[1]), 11.1 + 8.1),
        // x whole as well: 12 + 8·… the cheapest whole split of at least 20.1 is 12 and 9.
        ("a rounded threshold in whole numbers", whole(threshold, &[0, 1]), 12.0 + 8.1),
        ("on/off by a big M (HiGHS 2975, 3043)", whole(switch(1e6, 99_999.0), &[1]), 20.0 + 99_999.0),
        ("on/off by a bigger M", whole(switch(1e7, 7.0), &[1]), 27.0),
        // 60 by the unit: 500 + 60; all by the stand-in would be 900.
        ("a unit worth its start", whole(unit(60.0), &[1]), 560.0),
        // 30 is below the unit's least: the stand-in.
        ("a load below the least output", whole(unit(30.0), &[1]), 450.0),
    ]
}

fn whole_and_close(problem: &Problem, objective: f64, solution: &Solution) -> Result<(), String> {
    super::status_is(solution, Status::Optimal)?;
    close("objective", objective, solution.objective)?;
    if let Some(j) = (0..problem.cols()).find(|&j| problem.integer[j] && solution.x[j].fract() != 0.0) {
        return Err(format!("column {j} is {}", solution.x[j]));
    }
    if !solution.bound.is_nan() {
        return Err("a checked bound where nothing checked it".into());
    }
    let reach = 1e-6 * (1.0 + objective.abs());
    if !(solution.bound_claimed <= objective + reach && solution.bound_claimed >= objective - reach) {
        return Err(format!("claimed bound {} at gap 0, optimum {objective}", solution.bound_claimed));
    }
    // The point meets the rows as a linear one would.
    let activity = problem.matrix.times(&solution.x, problem.rows());
    let worst = (0..problem.rows())
        .map(|i| (problem.row_lower[i] - activity[i]).max(activity[i] - problem.row_upper[i]) / (1.0 + activity[i].abs()))
        .fold(0.0, f64::max);
    if worst > 1e-6 {
        return Err(format!("a row is broken by {worst}"));
    }
    Ok(())
}

fn answer(backend: Backend, problem: &Problem, objective: f64) -> Result<(), String> {
    for seed in [0, 1] {
        let mut control = exact();
        control.mip.seed = seed;
        let solution = backend.solve(problem, &control).map_err(|e| e.to_string())?;
        whole_and_close(problem, objective, &solution)?;
        // From its own answer, and through a session.
        control.mip.start = Some(Arc::from(solution.x));
        let mut session = backend.session(problem).map_err(|e| e.to_string())?;
        whole_and_close(problem, objective, &session.solve(&control).map_err(|e| e.to_string())?)?;
    }
    Ok(())
}

fn excluded(backend: Backend) -> Result<(), String> {
    // 2x = 1 in whole numbers: no ray can say so.
    let parity = whole(Problem::from_rows(&[(1.0, 0.0, 3.0), (1.0, 0.0, 3.0)], &[(&[(0, 2.0), (1, 2.0)], 3.0, 3.0)]), &[0, 1]);
    let solution = backend.solve(&parity, &exact()).map_err(|e| e.to_string())?;
    super::status_is(&solution, Status::Infeasible)?;
    if !solution.ray.is_empty() {
        return Err("a ray of a feasible relaxation".into());
    }
    // No whole number between the bounds.
    let narrow = whole(Problem::from_rows(&[(1.0, 0.2, 0.8)], &[(&[(0, 1.0)], 0.0, 1.0)]), &[0]);
    super::status_is(&backend.solve(&narrow, &exact()).map_err(|e| e.to_string())?, Status::Infeasible)?;
    // Infeasible already as a linear problem: with its proof.
    let linear = whole(Problem::from_rows(&[(1.0, 0.0, 3.0)], &[(&[(0, 1.0)], 5.0, INF)]), &[0]);
    let solution = backend.solve(&linear, &exact()).map_err(|e| e.to_string())?;
    super::status_is(&solution, Status::Infeasible)?;
    if !crate::check_ray(&linear, &solution.ray).valid {
        return Err("a relaxation without a point has a proof".into());
    }
    Ok(())
}

fn limits(backend: Backend) -> Result<(), String> {
    let problem = &known()[4].1;
    let no_time = Control { time_limit_s: Some(0.0), ..exact() };
    super::status_is(&backend.solve(problem, &no_time).map_err(|e| e.to_string())?, Status::TimeLimit)?;
    let token = crate::CancelToken::new();
    token.cancel();
    let cancelled = Control { cancel: Some(token), ..exact() };
    super::status_is(&backend.solve(problem, &cancelled).map_err(|e| e.to_string())?, Status::Interrupted)?;
    let wrong = Control { mip: MipOptions { gap_relative: -1.0, ..MipOptions::default() }, ..Control::default() };
    match backend.solve(problem, &wrong) {
        Err(Error::Option { name: "gap_relative", .. }) => Ok(()),
        other => Err(format!("gap_relative = -1: {other:?}")),
    }
}

fn refused(backend: Backend) -> Result<(), String> {
    let problem = whole(Problem::from_rows(&[(1.0, 0.0, 3.0)], &[(&[(0, 1.0)], 0.5, INF)]), &[0]);
    match (backend.solve(&problem, &Control::default()), backend.session(&problem).map(|_| ())) {
        (Err(Error::Unsupported { .. }), Err(Error::Unsupported { .. })) => Ok(()),
        other => Err(format!("not refused: {other:?}")),
    }
}

/// A problem of a few whole numbers and continuous columns with small whole coefficients.
fn small(random: &mut Random) -> Problem {
    let number = |random: &mut Random, most: f64| random.between(-most, most).round();
    let (integers, others, rows) = (1 + random.below(4), random.below(4), 1 + random.below(4));
    let columns: Vec<(f64, f64, f64)> = (0..integers + others)
        .map(|j| {
            let most = if j < integers { 1.0 + random.below(2) as f64 } else { 1.0 + random.below(6) as f64 };
            (number(random, 5.0), 0.0, most)
        })
        .collect();
    let mut problem = Problem::from_rows(&columns, &[]);
    let mut block = RowBlock::default();
    for _ in 0..rows {
        let terms: Vec<(u32, f64)> = (0..columns.len() as u32).map(|j| (j, number(random, 4.0))).collect();
        let a = number(random, 6.0);
        match random.below(4) {
            0 => block.push(terms, a, INF),
            1 | 2 => block.push(terms, -INF, a),
            _ => block.push(terms, a - 1.5, a + 1.5),
        }
    }
    problem.append_rows(&block);
    problem.integer = (0..columns.len()).map(|j| j < integers).collect();
    problem
}

/// The optimum by trying every choice of whole numbers; none where there is no point.
fn by_enumeration(backend: Backend, problem: &Problem) -> Result<Option<f64>, String> {
    let integers: Vec<usize> = (0..problem.cols()).filter(|&j| problem.integer[j]).collect();
    let mut best: Option<f64> = None;
    let mut at: Vec<f64> = integers.iter().map(|&j| problem.col_lower[j]).collect();
    loop {
        let mut held = problem.relaxed();
        for (&j, &v) in integers.iter().zip(&at) {
            (held.col_lower[j], held.col_upper[j]) = (v, v);
        }
        let solution = backend.solve(&held, &Control::default()).map_err(|e| e.to_string())?;
        match solution.status {
            Status::Optimal => best = Some(best.map_or(solution.objective, |b: f64| b.min(solution.objective))),
            Status::Infeasible => {}
            other => return Err(format!("enumeration: {other:?}")),
        }
        let Some(k) = (0..at.len()).find(|&k| at[k] < problem.col_upper[integers[k]]) else { return Ok(best) };
        at[k] += 1.0;
        (0..k).for_each(|i| at[i] = problem.col_lower[integers[i]]);
    }
}

/// Random small problems against enumeration.
pub fn enumerated(backend: Backend, rounds: usize) -> Result<(), String> {
    let mut random = Random::new(77);
    let mut seen = [0usize; 2];
    for round in 0..rounds {
        let problem = small(&mut random);
        let truth = by_enumeration(backend, &problem)?;
        let solution = backend.solve(&problem, &exact()).map_err(|e| e.to_string())?;
        match truth {
            Some(objective) => whole_and_close(&problem, objective, &solution),
            None => super::status_is(&solution, Status::Infeasible),
        }
        .map_err(|e| format!("round {round}: {e}"))?;
        seen[usize::from(truth.is_some())] += 1;
    }
    if seen.iter().any(|&n| n < rounds / 40) {
        return Err(format!("a lopsided sample: {seen:?}"));
    }
    Ok(())
}
