//! A session must answer as a fresh solve of the changed problem does.

use super::{planted, Failure, Random};
use crate::{Backend, Control, Problem, RowBlock, Session, Status};

type Test = fn(Backend) -> Result<(), String>;

pub(super) fn run(backend: Backend) -> Vec<Failure> {
    let mut failures = Vec::new();
    let all: [(&str, Test); 3] =
        [("session: every change", every_change), ("session: zero and back", zero_and_back), ("session: refusals", refusals)];
    for (name, test) in all {
        if let Err(what) = test(backend) {
            failures.push(Failure { case: name.to_string(), what });
        }
    }
    failures
}

/// Solves the session and the same problem afresh, and compares.
fn agree(backend: Backend, session: &mut Session, truth: &Problem, step: &str) -> Result<(), String> {
    if session.problem() != truth {
        return Err(format!("{step}: the session's problem is not the changed one"));
    }
    let control = Control::default();
    let warm = session.solve(&control).map_err(|e| e.to_string())?;
    let cold = backend.solve(truth, &control).map_err(|e| e.to_string())?;
    if warm.status != cold.status || warm.status == Status::Failed {
        return Err(format!("{step}: warm {:?}, cold {:?}", warm.status, cold.status));
    }
    if warm.status == Status::Optimal {
        super::close(step, cold.objective, warm.objective)?;
    }
    Ok(())
}

fn every_change(backend: Backend) -> Result<(), String> {
    let (mut truth, _) = planted(60, 90, 4, 1.0, backend.is_quadratic(), 5);
    // Boxes, so that changed costs and coefficients cannot make it unbounded.
    for (l, u) in truth.col_lower.iter_mut().zip(&mut truth.col_upper) {
        *l = l.max(-100.0);
        *u = u.min(100.0);
    }
    let mut session = backend.session(&truth).map_err(|e| e.to_string())?;
    let text = |e: crate::Error| e.to_string();
    let mut random = Random::new(8);
    agree(backend, &mut session, &truth, "as built")?;
    for round in 0..6 {
        for c in truth.cost.iter_mut() {
            *c += random.between(-0.5, 0.5);
        }
        truth.offset += 1.0;
        session.change_costs(&truth.cost, truth.offset).map_err(text)?;
        agree(backend, &mut session, &truth, "costs")?;
        for l in truth.row_lower.iter_mut() {
            *l -= random.between(0.0, 0.5);
        }
        session.change_row_bounds(&truth.row_lower, &truth.row_upper).map_err(text)?;
        agree(backend, &mut session, &truth, "row bounds")?;
        for u in truth.col_upper.iter_mut() {
            *u += random.between(0.0, 1.0);
        }
        session.change_col_bounds(&truth.col_lower, &truth.col_upper).map_err(text)?;
        agree(backend, &mut session, &truth, "column bounds")?;
        // A few changes, then all at once: both ways of passing them.
        let changes = if round % 2 == 0 { 10 } else { truth.matrix.value.len() };
        for v in truth.matrix.value.iter_mut().take(changes) {
            *v *= random.between(0.99, 1.01);
        }
        session.change_coefficients(&truth.matrix.value).map_err(text)?;
        agree(backend, &mut session, &truth, "coefficients")?;
        let mut block = RowBlock::default();
        let terms = (0..5).map(|k| ((random.below(18) * 5 + k) as u32, 1.0)).collect::<std::collections::BTreeMap<_, _>>();
        block.push(terms, -40.0, 40.0);
        block.push([], -1.0, 1.0);
        session.add_rows(&block).map_err(text)?;
        truth.append_rows(&block);
        agree(backend, &mut session, &truth, "rows")?;
    }
    Ok(())
}

/// Coefficients that are zero at first, become something, become tiny, and come back.
fn zero_and_back(backend: Backend) -> Result<(), String> {
    let inf = f64::INFINITY;
    let mut truth =
        Problem::from_rows(&[(1.0, 0.0, inf), (5.0, 0.0, inf)], &[(&[(0, 0.0), (1, 1.0)], 4.0, inf), (&[(0, 1.0), (1, 0.0)], -inf, 3.0)]);
    let mut session = backend.session(&truth).map_err(|e| e.to_string())?;
    // (value of the first cell, optimum): alone 20; with 1 the first column gives 3 at 1 and the second 1 at 5.
    for (value, optimum) in [(0.0, 20.0), (1.0, 8.0), (1e-12, 20.0), (2.0, 2.0), (0.0, 20.0), (0.5, 3.0 + 12.5)] {
        truth.matrix.value[0] = value;
        session.change_coefficients(&truth.matrix.value).map_err(|e| e.to_string())?;
        let solution = session.solve(&Control::default()).map_err(|e| e.to_string())?;
        super::status_is(&solution, Status::Optimal)?;
        super::close(&format!("coefficient {value}"), optimum, solution.objective)?;
    }
    Ok(())
}

fn refusals(backend: Backend) -> Result<(), String> {
    let truth = Problem::from_rows(&[(1.0, 0.0, 9.0), (1.0, 0.0, 9.0)], &[(&[(0, 1.0), (1, 1.0)], 1.0, 2.0)]);
    let mut session = backend.session(&truth).map_err(|e| e.to_string())?;
    let mut twice = RowBlock::default();
    twice.push([(0, 1.0), (0, 2.0)], 0.0, 1.0);
    let mut outside = RowBlock::default();
    outside.push([(7, 1.0)], 0.0, 1.0);
    let refused = [
        session.change_costs(&[1.0], 0.0).is_err(),
        session.change_costs(&[1.0, f64::NAN], 0.0).is_err(),
        session.change_col_bounds(&[0.0, 0.0], &[1.0]).is_err(),
        session.change_row_bounds(&[f64::INFINITY], &[f64::INFINITY]).is_err(),
        session.change_coefficients(&[1.0]).is_err(),
        session.add_rows(&twice).is_err(),
        session.add_rows(&outside).is_err(),
    ];
    if let Some(k) = refused.iter().position(|r| !r) {
        return Err(format!("bad change {k} was taken"));
    }
    // After the refusals the session still answers, and an infeasible change can be taken back.
    agree(backend, &mut session, &truth, "after refusals")?;
    session.change_row_bounds(&[30.0], &[40.0]).map_err(|e| e.to_string())?;
    let solution = session.solve(&Control::default()).map_err(|e| e.to_string())?;
    super::status_is(&solution, Status::Infeasible)?;
    session.change_row_bounds(&[1.0], &[2.0]).map_err(|e| e.to_string())?;
    agree(backend, &mut session, &truth, "feasible again")
}
