//! UnitCommitment.jl's fixtures on the exact route, against an independent model's answers (`../shared/ucjl/reference.json`): those in which no
//! limit after an outage binds, since outages are not in this route yet.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

use fenggu::CommitOptions;
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
        if case["binding_after_outage"].as_f64() != Some(0.0) {
            println!("{name}: outages bind, left out");
            continue;
        }
        let Some(net) = fenggu::io::read(&path, None).network else {
            println!("{name}: not read");
            continue;
        };
        match fenggu::commit(&net, &CommitOptions { gap_relative: 1e-7, ..CommitOptions::default() }) {
            Ok(s) => {
                let off = s.answer.objective / expected - 1.0;
                let failed: Vec<_> =
                    s.certificate.iter().flat_map(|c| &c.tests).filter(|t| t.skipped.is_none() && !t.passed).map(|t| &t.name).collect();
                println!("{name}: {:?} {:.6} expected {expected:.6} ({off:+.1e}) referee {failed:?}", s.status, s.answer.objective);
                solved += usize::from(off.abs() < 1e-6);
            }
            Err(e) => println!("{name}: {e}"),
        }
    }
    println!("{solved} equal");
    assert!(solved >= 5);
}
