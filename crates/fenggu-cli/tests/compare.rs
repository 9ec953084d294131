//! `fenggu compare` from outside: networks and run folders, exit codes, page and JSON.
mod common;

use common::{fenggu, fenggu_ends, json, scratch, three_bus, three_bus_with};
use std::path::Path;

fn run_of(network: &str, dir: &Path, set: &[&str]) -> String {
    let out = dir.display().to_string();
    let mut args = vec!["dispatch", network, "-o", &out];
    set.iter().for_each(|s| args.extend(["--set", s]));
    fenggu_ends(0, &args);
    out
}

#[test]
fn a_network_is_the_same_in_two_formats() {
    let dir = scratch("compare-formats");
    let native = dir.join("native").display().to_string();
    fenggu_ends(0, &["convert", &three_bus(), &native]);
    let same = json(0, &["compare", &three_bus(), &native]);
    assert_eq!((same["same"].as_bool(), same["format"].as_str()), (Some(true), Some("fenggu-compare-1")), "{same}");
    assert_eq!(same["data"]["fields"].as_array().map(Vec::len), Some(0));
    assert!(fenggu_ends(0, &["compare", &three_bus(), &native]).out.contains("The same"));
}

#[test]
fn a_changed_cost_is_named_with_both_values() {
    let dir = scratch("compare-cost");
    let dear = three_bus_with(&dir, "2\t0\t0\t2\t30\t0;", "2\t0\t0\t2\t36\t0;");
    let c = json(1, &["compare", &three_bus(), &dear]);
    let fields = c["data"]["fields"].as_array().expect("fields");
    assert_eq!(fields.len(), 1, "{c}");
    assert_eq!((fields[0]["table"].as_str(), fields[0]["field"].as_str()), (Some("generators"), Some("cost_linear_per_mwh")));
    let change = &fields[0]["changes"][0];
    assert_eq!((change["a"].as_f64(), change["b"].as_f64(), change["difference"].as_f64()), (Some(30.0), Some(36.0), Some(6.0)));
    let shown = fenggu_ends(1, &["compare", &three_bus(), &dear]).out;
    assert!(shown.contains("Different") && shown.contains("cost_linear_per_mwh (1/MWh)"), "{shown}");
    assert!(fenggu_ends(1, &["--lang", "zh", "compare", &three_bus(), &dear]).out.contains("不同"));
}

#[test]
fn two_runs_are_compared_with_the_networks_behind_them() {
    let dir = scratch("compare-runs");
    // Without the line from 1 to 2, bus 1 sends its 80 MW straight to bus 3, and bus 2 the rest: 80·10 + 70·30.
    let cut = three_bus_with(&dir, "\t1\t2\t0\t0.1\t0\t0\t0\t0\t0\t0\t1\t0\t0;\n", "");
    let (a, b) = (run_of(&three_bus(), &dir.join("a"), &[]), run_of(&cut, &dir.join("b"), &[]));
    let out = dir.join("page").display().to_string();
    let c = json(1, &["compare", &a, &b, "-o", &out]);
    assert_eq!(c["data"]["elements"][0]["removed"].as_array().map(Vec::len), Some(1), "{c}");
    // Names are row numbers here (L1, L2, L3): what is left must not look changed.
    assert_eq!(c["data"]["fields"].as_array().map(Vec::len), Some(0), "{c}");
    assert_eq!(c["data"]["elements"][0]["removed"][0].as_str(), Some("L1"));
    let r = &c["results"];
    assert!((r["objective"]["b"].as_f64().expect("a number") - 2900.0).abs() < 1e-3);
    let parts: f64 = r["cost"].as_array().expect("cost").iter().map(|l| l["cost"]["difference"].as_f64().expect("a number")).sum();
    assert!((parts - r["objective"]["difference"].as_f64().expect("a number")).abs() < 1e-3, "parts add up: {r}");
    assert!(r["prices"]["largest"]["difference"].is_f64());
    let page = std::fs::read_to_string(dir.join("page/compare.html")).expect("the page");
    assert!(page.contains("Cost") && page.contains("费用") && !page.contains("http://") && !page.contains("https://"), "a page of its own");
    assert!(dir.join("page/compare.json").is_file());
}

#[test]
fn both_flow_forms_of_a_run_are_the_same() {
    let dir = scratch("compare-flow");
    let run = |flow: &str| run_of(&three_bus(), &dir.join(flow), &[&format!("flow={flow}")]);
    let c = json(0, &["compare", &run("angle"), &run("ptdf")]);
    assert_eq!(c["results"]["same"].as_bool(), Some(true), "{c}");
    let options = c["results"]["options"].as_array().expect("options");
    assert!(options.iter().any(|o| o[0] == "flow" && o[1] == "angle" && o[2] == "ptdf"), "{options:?}");
}

#[test]
fn a_run_whose_input_changed_is_compared_without_it() {
    let dir = scratch("compare-gone");
    let network = three_bus_with(&dir, "30", "31");
    let (a, b) = (run_of(&network, &dir.join("a"), &[]), run_of(&three_bus(), &dir.join("b"), &[]));
    let text = std::fs::read_to_string(&network).expect("the network");
    std::fs::write(&network, text + "\n").expect("written");
    let c = json(1, &["compare", &a, &b]);
    assert!(c["data"].is_null() && c["results"]["objective"]["difference"].as_f64().expect("a number") < 0.0, "{c}");
    assert!(c["notes"][0]["en"].as_str().expect("a note").contains("has changed since the run"), "{c}");
    std::fs::remove_file(&network).expect("removed");
    let c = json(1, &["compare", &a, &b]);
    assert!(c["notes"][0]["en"].as_str().expect("a note").contains("is not there any more"), "{c}");
    // Nothing in common: a run without its network, and a network.
    assert!(fenggu_ends(2, &["compare", &a, &three_bus()]).err.contains("nothing to compare"));
}

#[test]
fn what_cannot_be_compared_ends_with_2() {
    assert_eq!(fenggu(&["compare", &three_bus(), "no such file"]).code, 2);
    assert_eq!(fenggu(&["compare", &three_bus(), &three_bus(), "--tolerance", "7"]).code, 2);
    let dir = scratch("compare-broken");
    let broken = three_bus_with(&dir, "mpc.baseMVA = 100;", "mpc.baseMVA = -1;");
    assert_eq!(fenggu(&["compare", &broken, &three_bus()]).code, 2);
}
