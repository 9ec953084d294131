//! UnitCommitment.jl's fixtures on the exact route, against an independent model's answers (`../shared/ucjl/reference.json`): in both
//! forms of the network, limits after outages enumerated by the referee, prices of the held commitment proven.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

use fenggu::formulate::FlowForm;
use fenggu::net::Network;
use fenggu::referee::{judge_held, RefereeOptions};
use fenggu::report::RunStatus;
use fenggu::{CommitOptions, Route};
use std::path::Path;

#[test]
fn fixtures_have_the_costs_of_an_independent_model() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/ucjl");
    let Ok(text) = std::fs::read_to_string(folder.join("reference.json")) else {
        println!("skipped: no ../shared");
        return;
    };
    let reference: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut solved = 0;
    for (name, case) in reference["cases"].as_object().unwrap() {
        let Some(expected) = case["objective"].as_f64() else { continue };
        let Some((file, change)) = variant(name) else { continue };
        let path = folder.join(format!("{file}.json.gz"));
        if !path.is_file() {
            continue;
        }
        let mut net = fenggu::io::read(&path, None).network.unwrap();
        change(&mut net);
        for flow in [FlowForm::Angle, FlowForm::Ptdf] {
            let options = CommitOptions {
                gap_relative: 1e-7,
                flow: Some(flow),
                route: Route::Exact,
                time_limit_s: Some(120.0),
                ..CommitOptions::default()
            };
            let s = fenggu::commit(&net, &options).unwrap();
            let off = s.answer.objective / expected - 1.0;
            let certificate = s.certificate.as_ref().unwrap();
            let held = judge_held(&net, &s.answer.results, &RefereeOptions::default());
            println!(
                "{name} {}: {:.6} expected {expected:.6} ({off:+.1e}); {} after outages bind, {} have a price; lazy {:?}; {:.1} s; {}; held gap {:.1e}",
                flow.word(),
                s.answer.objective,
                case["binding_after_outage"],
                s.answer.results.outage_prices.len(),
                s.answer.lazy,
                s.answer.seconds.solve,
                certificate.summary(),
                held.gap_relative,
            );
            assert!(s.status == RunStatus::Ok && certificate.passed, "{name}: {}", certificate.summary());
            // The file leaves the units' state before the first step open; the reference made one up first.
            assert!(off.abs() < 1e-6 || name == "case118-initcond", "{name}: {off:e}");
            // Its bound lets the reserve in the downward ramp before a stop go, which binds here.
            assert!(held.passed || name == "case14-fixed-status", "{name}: {}", held.summary());
            solved += usize::from(off.abs() < 1e-6);
        }
    }
    println!("{solved} equal");
    assert!(solved >= 36);
}

type Change = fn(&mut Network);

/// The file of a case, and how the case differs from it; none where the reference means another problem.
fn variant(name: &str) -> Option<(&str, Change)> {
    fn limits(net: &mut Network, normal: f64, emergency: f64) {
        for b in net.branches.rows_mut().iter_mut().filter(|b| b.name != "l14") {
            (b.rating_a_mva, b.rating_c_mva) = (normal, emergency);
            (b.s_max_pu, b.emergency_max_pu) = (1.0.into(), 1.0.into());
            b.violation_cost_per_mwh.get_or_insert(5000.0.into());
        }
    }
    Some(match name {
        // Ramping by Wang and Hobbs, which has no room here.
        "case14-flex" => return None,
        "case14+n1_45_55_exact_factors" => ("case14", |n| limits(n, 45.0, 55.0)),
        "case14+n1_40_40_exact_factors" => ("case14", |n| limits(n, 40.0, 40.0)),
        "case14+usage_test_exact_factors" => ("case14", |n| {
            n.loads.rows_mut().iter_mut().for_each(|l| l.shed_cost_per_mwh = l.shed_cost_per_mwh.map(|_| 100_000.0));
            for b in n.branches.rows_mut() {
                (b.rating_a_mva, b.s_max_pu) = (10.0, 1.0.into());
                b.violation_cost_per_mwh.get_or_insert(5000.0.into());
            }
        }),
        // Factors cut off as the package does.
        other if other.contains('+') => return None,
        other => (other, |_| ()),
    })
}
