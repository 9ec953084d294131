//! Networks grown around an optimum by the referee's tests, no solver taking part, solved by the engine: the same objective,
//! and an answer that passes. Formulation and referee must agree on everything that a network may hold, and with what was planted.
#[path = "../../fenggu-referee/tests/common/mod.rs"]
mod common;

use common::{hand, planted, Case};
use fenggu::analyses::dispatch::dispatch;
use fenggu::{judged, DispatchOptions};
use fenggu_net::Severity;
use fenggu_opt::Status;

/// Solves; a complaint for everything that is not as planted.
fn complaints(c: &Case) -> Option<String> {
    let errors = fenggu_net::check(&c.net, None).into_iter().any(|d| d.severity == Severity::Error);
    if errors {
        return None; // a few are grown with energies below zero
    }
    let answer = match dispatch(&c.net, &DispatchOptions::default()) {
        Ok(a) => a,
        Err(e) => return Some(format!("{}: {e}", c.name)),
    };
    if answer.status != Status::Optimal {
        return Some(format!("{}: {:?}", c.name, answer.status));
    }
    let (got, want) = (answer.results.objective, c.results.objective);
    let said = judged(&c.net, answer);
    // Costs and incomes cancel: what is compared with is their sum.
    let scale = said.certificate.test("objective/reported").map_or(1.0, |t| t.tolerance / 1e-6);
    let list: Vec<String> = said.certificate.failed().chain(said.certificate.skipped()).map(|t| t.sentence()).collect();
    if (got - want).abs() > 1e-6 * scale || !said.certificate.passed {
        return Some(format!(
            "{}: objective {got}, planted {want}; bound {}; {}; {list:?}",
            c.name,
            said.certificate.dual_bound,
            said.certificate.summary()
        ));
    }
    Some(String::new())
}

#[test]
fn planted_optima_are_found() {
    let cases = hand::all().into_iter().chain((0..60).map(planted::grow)).chain((0..240).map(planted::grow_wide));
    let (mut solved, mut bad) = (0, Vec::new());
    for said in cases.filter_map(|c| complaints(&c)) {
        solved += 1;
        if !said.is_empty() {
            bad.push(said);
        }
    }
    assert!(bad.is_empty(), "{} of {solved}:\n{}", bad.len(), bad.join("\n"));
    assert!(solved > 150, "only {solved} could be solved");
}
