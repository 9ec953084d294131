//! The referee accepts what is right.
mod common;

use common::hand;
use fenggu_referee::{judge, RefereeOptions};

#[test]
fn hand_computed_optima_pass() {
    for c in hand::all() {
        let errors: Vec<_> = fenggu_net::check(&c.net, None).into_iter().filter(|d| d.severity == fenggu_net::Severity::Error).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", c.name);
        let said = judge(&c.net, &c.results, &RefereeOptions::default());
        let list: Vec<_> = said.failed().chain(said.skipped()).map(|t| t.sentence()).collect();
        assert!(said.passed && list.is_empty(), "{}: {list:#?}", c.name);
        assert!((said.objective_recomputed - c.results.objective).abs() < 1e-9 * c.results.objective.abs(), "{}", c.name);
        assert!((said.dual_bound - c.results.objective).abs() < 1e-9 * c.results.objective.abs(), "{}", c.name);
    }
}

#[test]
fn grown_optima_pass() {
    let mut seen = std::collections::BTreeMap::<&str, usize>::new();
    let plain = (0..4000).map(common::planted::grow);
    for c in plain.chain((0..6000).map(common::planted::grow_wide)) {
        let said = judge(&c.net, &c.results, &RefereeOptions::default());
        let list: Vec<_> = said.failed().chain(said.skipped()).map(|t| t.sentence()).collect();
        assert!(said.passed && list.is_empty(), "{}: {list:#?}", c.name);
        assert!(said.gap_relative.abs() < 1e-10, "{}: gap {}", c.name, said.gap_relative);
        said.tests.iter().for_each(|t| *seen.entry(t.name).or_default() += 1);
    }
    println!("{seen:#?}");
}
