//! Rolling runs from outside: killed, interrupted, limited, changed, infeasible; and taken up again.
#![allow(clippy::print_stdout)] // a long suite says what it did
mod common;

use common::{command, fenggu, fenggu_ends, json, scratch};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

type Windows = [&'static str; 4];

const WINDOWS: Windows = ["--set", "horizon_steps=12", "--set", "overlap_steps=3"];
/// Eight days of quarter-hours, of which a week stands.
const WEEKS: Windows = ["--set", "horizon_steps=768", "--set", "overlap_steps=96"];
/// A day and a half, of which a day stands.
const DAYS: Windows = ["--set", "horizon_steps=36", "--set", "overlap_steps=12"];

/// The province, as the generator is asked for it.
fn province_of(dir: &Path, asked: &[&str]) -> String {
    let net = dir.join("net").display().to_string();
    fenggu_ends(0, &[&["generate", &net], asked].concat());
    net
}

/// Four hourly days of it.
fn province(dir: &Path) -> String {
    province_of(dir, &["--hourly", "--days", "4"])
}

fn begin(net: &str, out: &Path) -> Child {
    begin_with(net, out, WINDOWS)
}

fn begin_with(net: &str, out: &Path, windows: Windows) -> Child {
    let out = out.display().to_string();
    let mut args = vec!["dispatch", net, "-o", &out];
    args.extend(windows);
    command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
}

fn go_on(out: &Path) -> Child {
    let out = out.display().to_string();
    command(&["resume", &out]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
}

fn bytes(out: &Path, name: &str) -> Vec<u8> {
    std::fs::read(out.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn word(out: &Path) -> String {
    String::from_utf8(bytes(out, "STATUS")).expect("text").trim().to_string()
}

/// What must not depend on how often a run was cut off.
fn same(a: &Path, b: &Path, what: &str) {
    for name in ["results.parquet", "certificate.json", "rolling.json"] {
        assert!(bytes(a, name) == bytes(b, name), "{name} differs after {what}");
    }
    assert_eq!(word(b), "ok");
}

/// A small generator of moments (SplitMix64).
struct Moments(u64);

impl Moments {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Kills runs at random moments until `kills` were hit under way; every run that comes to its end must equal the undisturbed one.
/// Each start is left alone for up to `reach` of the time of an undisturbed run.
fn kill_nine(name: &str, kills: usize, days: &[&str], windows: Windows, reach: f64) {
    let dir = scratch(name);
    let net = province_of(&dir, days);
    let (calm, out) = (dir.join("calm"), dir.join("killed"));
    let clock = Instant::now();
    assert!(begin_with(&net, &calm, windows).wait().expect("it ends").success());
    let whole = clock.elapsed().as_secs_f64();
    let (mut moments, mut killed, mut ended) = (Moments(7), 0, 0);
    let mut started = false;
    while killed < kills || started {
        let mut child = if started { go_on(&out) } else { begin_with(&net, &out, windows) };
        started = true;
        // The last one is left alone.
        let moment = if killed < kills { moments.unit() * whole * reach } else { 1e9 };
        let clock = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child") {
                break Some(status);
            }
            if clock.elapsed().as_secs_f64() > moment {
                break None;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        match status {
            Some(status) => {
                // Killed before its folder was begun, a run cannot be taken up; it is begun anew.
                if !out.join("rolling/run.json").exists() && !out.join("STATUS").exists() {
                    started = false;
                    continue;
                }
                assert!(status.success(), "{status}");
                same(&calm, &out, &format!("{killed} kills"));
                std::fs::remove_dir_all(&out).expect("removed");
                (started, ended) = (false, ended + 1);
            }
            None => {
                child.kill().expect("killed");
                child.wait().expect("reaped");
                killed += 1;
                if !out.join("rolling/run.json").exists() && !out.join("STATUS").exists() {
                    started = false;
                }
                // A folder without STATUS is not finished, whatever else is in it; one with STATUS is whole.
                if out.join("STATUS").exists() {
                    same(&calm, &out, "a kill after the end");
                    std::fs::remove_dir_all(&out).expect("removed");
                    started = false;
                }
            }
        }
    }
    assert!(ended > 0 || killed == kills);
    println!("{killed} kills, {ended} runs came to their end in between, each equal to the undisturbed one ({whole:.1} s)");
}

#[test]
fn killed_ten_times_a_run_ends_bit_for_bit_the_same() {
    kill_nine("kill-nine", 10, &["--hourly", "--days", "4"], WINDOWS, 1.1);
}

#[test]
#[ignore = "long suite: cargo xtask long kill_nine"]
fn long_kill_nine_fifty_times() {
    kill_nine("long-kill-nine", 50, &["--hourly", "--days", "4"], WINDOWS, 1.1);
}

#[test]
#[ignore = "long suite: cargo xtask long kill_year"]
fn long_kill_year_fifty_times() {
    // Fifty kills within one or two runs: each start is killed within a twelfth of a year's run.
    kill_nine("long-kill-year", 50, &["--hourly", "--year"], DAYS, 0.08);
}

#[test]
#[ignore = "long suite: cargo xtask long kill_weeks"]
fn long_kill_weeks_fifty_times() {
    // The year in quarter-hours, by the week.
    kill_nine("long-kill-weeks", 50, &["--year"], WEEKS, 0.08);
}

#[test]
fn the_json_and_the_folder_say_what_rolled() {
    let dir = scratch("rolling-json");
    let net = province(&dir);
    let out = dir.join("run");
    let folder = out.display().to_string();
    let mut args = vec!["dispatch", net.as_str(), "-o", &folder];
    args.extend(WINDOWS);
    let o = json(0, &args);
    assert_eq!((o["status"].as_str(), o["rolling"]["windows"].as_u64()), (Some("ok"), o["rolling"]["finished"].as_u64()));
    assert_eq!((o["rolling"]["steps_finished"].as_u64(), o["bound"].is_null()), (Some(96), true));
    let file = |name: &str| serde_json::from_slice::<serde_json::Value>(&bytes(&out, name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let c = file("certificate.json");
    assert_eq!((c["passed"].as_bool(), c["dual_bound"].is_null()), (Some(true), true));
    assert!(c["tests"].as_array().expect("tests").iter().any(|t| t["name"] == "study/cycles" && t["passed"] == true), "{c}");
    assert!(c["tests"].as_array().expect("tests").iter().any(|t| t["name"] == "kept/balance/nodal"), "{c}");
    let windows = file("rolling.json");
    assert_eq!(windows["finished"].as_array().map(Vec::len), o["rolling"]["windows"].as_u64().map(|n| n as usize));
    assert!(!out.join("rolling").exists(), "the windows stand in results.parquet");
    // Without a folder: the same numbers.
    let mut args = vec!["dispatch", net.as_str()];
    args.extend(WINDOWS);
    assert_eq!(json(0, &args)["objective"], o["objective"]);
    // The referee alone, on the network itself: no bound (prices are those of windows), but everything else holds.
    let results = out.join("results.parquet").display().to_string();
    let r = fenggu(&["referee", &net, &results, "--json"]);
    let judged: serde_json::Value = serde_json::from_str(&r.out).expect("JSON");
    let failed = judged["tests"].as_array().expect("tests").iter().filter(|t| t["passed"] == false && t["skipped"].is_null());
    for t in failed {
        let name = t["name"].as_str().expect("a name");
        assert!(name.starts_with("prices/") || name.starts_with("response/") || name.contains("price"), "{t}");
    }
    let again = fenggu(&["resume", &folder]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("finished"), "{}", again.err);
}

#[test]
fn a_changed_input_is_refused_by_name() {
    let dir = scratch("rolling-changed");
    let net = province(&dir);
    let out = dir.join("run");
    let mut child = begin(&net, &out);
    let clock = Instant::now();
    while !out.join("rolling/00001.json").exists() && clock.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("killed");
    child.wait().expect("reaped");
    let loads = Path::new(&net).join("loads.csv");
    let text = std::fs::read_to_string(&loads).expect("loads");
    std::fs::write(&loads, format!("{text}\n")).expect("written");
    let folder = out.display().to_string();
    let r = fenggu_ends(2, &["resume", &folder]);
    assert!(r.err.contains("loads.csv") && r.err.contains("changed"), "{}", r.err);
    assert!(!out.join("STATUS").exists());
    std::fs::write(&loads, text).expect("written");
    fenggu_ends(0, &["resume", &folder]);
    assert_eq!(word(&out), "ok");
}

/// Interrupted by the clock: what is finished is there, named, and is gone on from.
#[test]
fn a_limit_leaves_what_is_finished() {
    let dir = scratch("rolling-limit");
    let net = province(&dir);
    let (calm, out) = (dir.join("calm"), dir.join("run"));
    let clock = Instant::now();
    assert!(begin(&net, &calm).wait().expect("it ends").success());
    let limit = format!("time_limit_s={:.3}", clock.elapsed().as_secs_f64() * 0.4);
    let folder = out.display().to_string();
    let mut args = vec!["dispatch", net.as_str(), "-o", &folder, "--set", &limit, "--json"];
    args.extend(WINDOWS);
    let r = fenggu(&args);
    let o: serde_json::Value = serde_json::from_str(&r.out).expect("JSON");
    let finished = o["rolling"]["finished"].as_u64().expect("windows");
    if o["status"] == "time_limit" {
        assert_eq!(r.code, if finished > 0 { 0 } else { 2 }, "{}", r.out);
        assert_eq!(word(&out), "time_limit");
        let page = String::from_utf8(bytes(&out, "report.html")).expect("text");
        assert!(page.contains("fenggu resume"), "the page says what there is");
    }
    fenggu_ends(0, &["resume", &folder, "--time-limit-s", "1000"]);
    same(&calm, &out, "a limit");
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_what_is_finished() {
    let dir = scratch("rolling-ctrl-c");
    let net = province(&dir);
    let (calm, out) = (dir.join("calm"), dir.join("run"));
    assert!(begin(&net, &calm).wait().expect("it ends").success());
    let mut child = begin(&net, &out);
    let clock = Instant::now();
    while !out.join("rolling/00002.json").exists() && clock.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(2));
    }
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    let status = child.wait().expect("it ends");
    if sent.success() {
        assert_eq!(status.code(), Some(0), "finished windows are an answer");
        assert!(["interrupted", "ok"].contains(&word(&out).as_str()));
    }
    if word(&out) == "interrupted" {
        assert!(!bytes(&out, "results.parquet").is_empty());
        fenggu_ends(0, &["resume", &out.display().to_string()]);
    }
    same(&calm, &out, "Ctrl-C");
}

/// A window that cannot be served ends the run; nothing is solved after it.
#[test]
fn an_infeasible_window_stops_the_run_and_explains_itself() {
    let dir = scratch("rolling-infeasible");
    let net = province(&dir);
    // Every series of loads has a peak in step 50 that nobody can serve, and nobody may be left without.
    let loads = Path::new(&net).join("loads.csv");
    let text = std::fs::read_to_string(&loads).expect("loads");
    let head: Vec<&str> = text.lines().next().expect("a head").split(',').collect();
    let shed = head.iter().position(|h| *h == "shed_cost_per_mwh").expect("shedding is priced");
    let cut = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        cells[shed] = "";
        cells.join(",")
    };
    let lines: Vec<String> = text.lines().enumerate().map(|(k, l)| if k == 0 { l.to_string() } else { cut(l) }).collect();
    std::fs::write(&loads, lines.join("\n") + "\n").expect("written");
    let mut peaked = 0;
    for entry in std::fs::read_dir(Path::new(&net).join("series")).expect("series").flatten() {
        if !entry.file_name().to_string_lossy().starts_with("loads") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).expect("a series");
        let scale = |(k, line): (usize, &str)| match (k, line.split_once(',')) {
            (51, Some((time, rest))) => {
                let big = |v: &str| v.parse::<f64>().map_or(v.to_string(), |v| (v * 10.0).to_string());
                format!("{time},{}", rest.split(',').map(big).collect::<Vec<_>>().join(","))
            }
            _ => line.to_string(),
        };
        std::fs::write(entry.path(), text.lines().enumerate().map(scale).collect::<Vec<_>>().join("\n") + "\n").expect("written");
        peaked += 1;
    }
    assert!(peaked > 0, "the province's loads are series");
    let out = dir.join("run");
    let folder = out.display().to_string();
    let mut args = vec!["dispatch", net.as_str(), "-o", &folder];
    args.extend(WINDOWS);
    let o = json(1, &args);
    assert_eq!((o["status"].as_str(), word(&out).as_str()), (Some("infeasible"), "infeasible"));
    let (finished, failing) = (o["rolling"]["finished"].as_u64().expect("windows"), o["rolling"]["failing"].as_u64().expect("a window"));
    assert!(finished > 2 && failing == finished + 1, "{o}");
    assert!(o["shortfalls"][0]["missing_mw"].as_f64().expect("MW") > 1.0, "{o}");
    let why: serde_json::Value = serde_json::from_slice(&bytes(&out, "why.json")).expect("JSON");
    assert!(why["missing_mwh"].as_f64().expect("MWh") > 1.0, "{why}");
    assert!(out.join(format!("rolling/{:05}.json", finished - 1)).exists(), "what is finished stays");
    assert!(!out.join(format!("rolling/{finished:05}.json")).exists());
}
