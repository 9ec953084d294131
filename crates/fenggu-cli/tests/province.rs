//! The generated province from the command line, and how long runs end: a signal, a deadline.
mod common;

use common::{command, fenggu_ends, json, ran, scratch};
use std::process::Stdio;
use std::time::{Duration, Instant};

#[test]
fn the_written_day_costs_what_the_demo_costs() {
    let dir = scratch("demo");
    let (run, day) = (dir.join("run").display().to_string(), dir.join("day").display().to_string());
    let demo = json(0, &["demo", "-o", &run]);
    assert_eq!((demo["verb"].as_str(), demo["status"].as_str()), (Some("demo"), Some("ok")));
    assert_eq!(std::fs::read_to_string(dir.join("run/STATUS")).expect("STATUS"), "ok\n");
    let date = std::fs::read_to_string(dir.join("run/manifest.json")).expect("a manifest");
    let date: serde_json::Value = serde_json::from_str(&date).expect("JSON");
    assert!(date["seed"].is_u64());
    fenggu_ends(0, &["generate", &day]);
    let mine = json(0, &["dispatch", &day]);
    let (a, b) = (demo["objective"].as_f64().expect("cost"), mine["objective"].as_f64().expect("cost"));
    assert!((a - b).abs() <= 1e-9 * a.abs(), "demo {a}, generated and read again {b}");
    // The same seed writes the same bytes.
    let again = dir.join("again").display().to_string();
    fenggu_ends(0, &["generate", &again]);
    for entry in std::fs::read_dir(&day).expect("the folder").flatten().filter(|e| e.path().is_file()) {
        let other = dir.join("again").join(entry.file_name());
        assert!(std::fs::read(entry.path()).expect("bytes") == std::fs::read(&other).expect("bytes"), "{}", other.display());
    }
    fenggu_ends(2, &["generate", &again, "--date", "2023-01-01"]);
    fenggu_ends(2, &["generate", &again, "--date", "tomorrow"]);
}

/// A month of quarter-hours in the angle form: minutes of work for the simplex.
fn month(name: &str) -> (std::path::PathBuf, String) {
    let dir = scratch(name);
    let net = dir.join("month").display().to_string();
    fenggu_ends(0, &["generate", &net, "--date", "2024-12-01", "--days", "31"]);
    (dir, net)
}

#[test]
fn ctrl_c_ends_a_long_run_in_time() {
    let (dir, net) = month("ctrl-c");
    let run = dir.join("run").display().to_string();
    let mut child =
        command(&["dispatch", &net, "-o", &run, "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    // Into the solver: reading and assembly take their time.
    std::thread::sleep(Duration::from_secs(4));
    assert!(child.try_wait().expect("asked").is_none(), "the run is not long enough for this test");
    let clock = Instant::now();
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    while child.try_wait().expect("asked").is_none() {
        assert!(clock.elapsed() < Duration::from_secs(20), "still running {:?} after Ctrl-C", clock.elapsed());
        std::thread::sleep(Duration::from_millis(20));
    }
    let took = clock.elapsed();
    let r = ran(child.wait_with_output().expect("ends"));
    assert_eq!(r.code, 2, "{}{}", r.out, r.err);
    let o: serde_json::Value = serde_json::from_str(&r.out).expect("one object");
    assert_eq!(o["status"].as_str(), Some("interrupted"));
    assert_eq!(std::fs::read_to_string(dir.join("run/STATUS")).expect("STATUS"), "interrupted\n");
    assert!(took < Duration::from_secs(5), "{took:?} after Ctrl-C"); // the aim is 2 s on an idle machine
    println!("ended {took:?} after Ctrl-C");
}

#[test]
fn a_deadline_is_called_a_deadline() {
    let dir = scratch("deadline");
    let net = dir.join("day").display().to_string();
    fenggu_ends(0, &["generate", &net]);
    let run = dir.join("run").display().to_string();
    let o = json(2, &["dispatch", &net, "-o", &run, "--set", "time_limit_s=0.01"]);
    assert_eq!(o["status"].as_str(), Some("time_limit"), "{o}");
    assert!(o["objective"].is_null() && o["price_per_mwh"].is_null());
    assert_eq!(std::fs::read_to_string(dir.join("run/STATUS")).expect("STATUS"), "time_limit\n");
    let page = std::fs::read_to_string(dir.join("run/report.html")).expect("a page");
    assert!(!page.contains(">NaN<"), "numbers that do not exist are not printed");
}
