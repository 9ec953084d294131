//! UnitCommitment.jl's fixtures on the exact route, against an independent model's answers (`../shared/ucjl/reference.json`): in both
//! forms of the network, limits after outages enumerated by the referee, prices of the held commitment proven.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

use fenggu::formulate::FlowForm;
use fenggu::referee::{judge_held, RefereeOptions};
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
        let path = folder.join(format!("{name}.json.gz"));
        let (Some(expected), true) = (case["objective"].as_f64(), path.is_file()) else { continue };
        let Some(net) = fenggu::io::read(&path, None).network else {
            println!("{name}: not read");
            continue;
        };
        for flow in [FlowForm::Angle, FlowForm::Ptdf] {
            let options = CommitOptions {
                gap_relative: 1e-7,
                flow: Some(flow),
                route: Route::Exact,
                time_limit_s: Some(120.0),
                ..CommitOptions::default()
            };
            let s = match fenggu::commit(&net, &options) {
                Ok(s) => s,
                Err(e) => {
                    println!("{name}: {e}");
                    continue;
                }
            };
            let off = s.answer.objective / expected - 1.0;
            let referee = s.certificate.as_ref().map_or(String::new(), |c| c.summary());
            let held = judge_held(&net, &s.answer.results, &RefereeOptions::default());
            println!(
                "{name} {}: {:?} {:.6} expected {expected:.6} ({off:+.1e}); {} after outages bind; {} outage prices; lazy {:?}; {:.1} s; {referee}; held {:.1e}: {}",
                flow.word(),
                s.status,
                s.answer.objective,
                case["binding_after_outage"],
                s.answer.results.outage_prices.len(),
                s.answer.lazy,
                s.answer.seconds.solve,
                held.gap_relative,
                held.summary()
            );
            solved += usize::from(off.abs() < 1e-6);
        }
    }
    println!("{solved} equal");
    assert!(solved >= 5);
}
