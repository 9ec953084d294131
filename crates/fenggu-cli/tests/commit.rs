//! The command line from outside: what `commit` prints, writes and ends with.
mod common;

use common::{fenggu_ends, json, scratch};

/// Two hours; the first unit carries both, a start of the second is never worth it: (500 + 10·20) + (500 + 30·20) = 1800.
fn instance(dir: &std::path::Path, most: f64) -> String {
    let unit = |on: u8, most: f64, slope: f64| {
        let (up, down) = (on, 1 - on);
        format!(
            r#"{{"must_run": 0, "power_output_minimum": 50.0, "power_output_maximum": {most}, "ramp_up_limit": 100.0, "ramp_down_limit": 100.0,
            "ramp_startup_limit": 100.0, "ramp_shutdown_limit": 100.0, "time_up_minimum": 1, "time_down_minimum": 1,
            "power_output_t0": {p}, "unit_on_t0": {on}, "time_up_t0": {up}, "time_down_t0": {down},
            "startup": [{{"lag": 1, "cost": 300.0}}],
            "piecewise_production": [{{"mw": 50.0, "cost": 500.0}}, {{"mw": {most}, "cost": {last}}}]}}"#,
            p = 50.0 * f64::from(on),
            last = 500.0 + slope * (most - 50.0),
        )
    };
    let text = format!(
        r#"{{"time_periods": 2, "demand": [60.0, 80.0], "reserves": [0.0, 5.0],
        "thermal_generators": {{"coal": {}, "gas": {}}}, "renewable_generators": {{}}}}"#,
        unit(1, most, 20.0),
        unit(0, 90.0, 40.0)
    );
    let path = dir.join("instance.json");
    std::fs::write(&path, text).expect("written");
    path.display().to_string()
}

#[test]
fn an_instance_is_committed_shown_and_written() {
    let dir = scratch("commit");
    let (path, out) = (instance(&dir, 100.0), dir.join("run"));
    let r = fenggu_ends(0, &["commit", &path, "--set", "route=exact", "-o", &out.display().to_string()]);
    for text in ["2 committed, 2 steps", "1800.00", "claimed by HiGHS", "not checked", "0 starts, 0 stops"] {
        assert!(r.out.contains(text), "{text} is missing in\n{}", r.out);
    }
    let zh = fenggu_ends(0, &["commit", &path, "--set", "route=exact", "--lang", "zh"]);
    assert!(zh.out.contains("未经复核") && zh.out.contains("启动 0 次"), "{}", zh.out);
    let status = std::fs::read_to_string(out.join("STATUS")).expect("a status");
    assert_eq!(status, "ok\n");
    let o = json(0, &["commit", &path, "--set", "gap_relative=0", "--set", "route=exact"]);
    assert_eq!((o["verb"].as_str(), o["status"].as_str()), (Some("commit"), Some("ok")));
    assert!((o["objective"].as_f64().expect("a cost") - 1800.0).abs() < 1e-3, "{o}");
    // The prices side by side bring multipliers, and with them a bound that the referee has checked.
    assert!((o["bound_claimed"].as_f64().expect("a bound") - 1800.0).abs() < 1e-3, "{o}");
    assert!(o["bound_checked"].as_f64().expect("a checked bound") <= 1800.0 + 1e-3, "{o}");
    let o = json(0, &["commit", &path, "--set", "gap_relative=0", "--set", "route=exact", "--set", "prices=held"]);
    assert!(o["bound_checked"].is_null(), "{o}");
    assert_eq!((o["units"].as_u64(), o["referee"]["failed"].as_u64()), (Some(2), Some(0)));
    assert_eq!(o["commitment_semantics"].as_str(), Some("pglib"));
}

#[test]
fn what_cannot_be_met_or_is_not_taken_ends_with_its_code() {
    let dir = scratch("commit-ends");
    let path = instance(&dir, 60.0);
    // 60 MW of the first are not enough for the second hour, and the two together cannot go below 100: one starts as the other stops.
    let o = json(0, &["commit", &path, "--set", "route=exact"]);
    assert_eq!(o["switches"][0].as_u64(), Some(1), "{o}");
    let r = fenggu_ends(2, &["commit", &path, "--set", "gap_relative=-1"]);
    assert!(r.err.contains("gap_relative"), "{}", r.err);
    assert!(fenggu_ends(0, &["explain", "commit"]).out.contains("work_limit"));
}
