//! `fenggu check` from outside: suspicions, repairs into another file, limits on memory.
mod common;

use common::{fenggu, fenggu_ends, scratch, three_bus, three_bus_with};

/// The case's own text of the first generator's limits, as its file has it.
fn swapped(dir: &std::path::Path) -> String {
    let text = std::fs::read_to_string(three_bus()).expect("the case");
    let start = text.find("mpc.gen = [").expect("generators");
    let row = text[start..].lines().nth(1).expect("a row");
    let mut cells: Vec<&str> = row.split_whitespace().collect();
    let (high, low) = (cells[8].trim_end_matches(';').to_owned(), cells[9].trim_end_matches(';').to_owned());
    assert!(high.parse::<f64>().expect("PMAX") > low.parse::<f64>().expect("PMIN"));
    let last = if cells[9].ends_with(';') { format!("{high};") } else { high };
    (cells[8], cells[9]) = (&low, &last);
    let new = format!("\t{}", cells.join("\t"));
    three_bus_with(dir, row, &new)
}

#[test]
fn limits_that_cross_are_swapped_in_a_copy() {
    let dir = scratch("check-fix");
    let bad = swapped(&dir);
    let before = std::fs::read(&bad).expect("read");
    let said = fenggu_ends(1, &["check", &bad]);
    assert!(said.err.contains("N0312"), "{}", said.err);
    let out = dir.join("mended.m").display().to_string();
    let fixed = fenggu_ends(0, &["check", &bad, "--fix", "N0312", "--write", &out]);
    assert!(fixed.out.contains("p_min_mw, p_max_mw"), "{}", fixed.out);
    assert_eq!(std::fs::read(&bad).expect("read"), before, "never in place");
    fenggu_ends(0, &["check", &out]);
    assert_eq!(fenggu(&["check", &bad, "--fix", "N0312", "--write", &bad]).code, 2);
    assert_eq!(fenggu(&["check", &bad, "--fix", "N0101", "--write", &out]).code, 2);
    assert_eq!(fenggu(&["check", &bad, "--fix", "N0312"]).code, 2, "--fix needs --write");
}

#[test]
fn findings_are_json_with_place_and_value() {
    let dir = scratch("check-json");
    let bad = swapped(&dir);
    let o = common::json(1, &["check", &bad]);
    let found = o["findings"].as_array().expect("findings");
    let crossed = found.iter().find(|f| f["code"] == "N0312").expect("N0312");
    assert!(crossed["place"]["line"].as_u64().expect("line") > 1, "{crossed}");
    assert!(crossed["values"]["low"].is_string() || crossed["args"]["low"].is_string(), "{crossed}");
}
