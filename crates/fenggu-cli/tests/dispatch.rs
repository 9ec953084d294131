//! The command line from outside: what `dispatch`, `check`, `convert`, `explain` and `referee` print, write and end with.
mod common;

use common::{command, fenggu, fenggu_ends, json, ran, scratch, three_bus, three_bus_with};
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

#[test]
fn a_case_is_dispatched_and_shown() {
    let r = fenggu_ends(0, &["dispatch", &three_bus()]);
    for text in ["three_bus", "3 buses, 3 branches, 2 generators", "2700.00", "10.00 … 30.00 … 50.00", "passed"] {
        assert!(r.out.contains(text), "{text} is missing in\n{}", r.out);
    }
    assert_eq!(r.err, "", "progress is for terminals");
}

#[test]
fn the_json_has_every_field() {
    for flow in ["flow=angle", "flow=ptdf"] {
        let o = json(0, &["dispatch", &three_bus(), "--set", flow]);
        assert_eq!((o["verb"].as_str(), o["network"].as_str(), o["status"].as_str()), (Some("dispatch"), Some("three_bus"), Some("ok")));
        for field in ["objective", "bound"] {
            assert!((o[field].as_f64().expect(field) - 2700.0).abs() < 2700.0 * 1e-6, "{field}: {o}");
        }
        assert!(o["gap"].as_f64().expect("gap").abs() < 1e-6);
        assert!(o["currency"].is_string());
        for phase in ["read", "check", "assemble", "solve", "report"] {
            assert!(o["seconds"][phase].as_f64().expect(phase) >= 0.0);
        }
        assert!(o["iterations"].is_u64());
        assert!(o["peak_rss_mb"].as_f64().expect("memory") > 1.0);
        assert_eq!(o["threads"].as_u64(), Some(1));
        assert!(o["referee"]["passed"].as_u64().expect("passed") > 5);
        assert_eq!(o["referee"]["failed"].as_u64(), Some(0));
        assert!(o["referee"]["worst"].is_string());
        let prices: Vec<f64> = o["price_per_mwh"].as_array().expect("prices").iter().map(|p| p.as_f64().expect("a number")).collect();
        assert!((prices[0] - 10.0).abs() < 1e-4 && (prices[1] - 30.0).abs() < 1e-4 && (prices[2] - 50.0).abs() < 1e-4, "{prices:?}");
    }
}

#[test]
fn a_run_leaves_its_folder() {
    let dir = scratch("folder");
    let out = dir.join("run");
    let out = out.display().to_string();
    fenggu_ends(0, &["dispatch", &three_bus(), "-o", &out, "--set", "flow=ptdf"]);
    let file = |name: &str| std::fs::read_to_string(Path::new(&out).join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let value = |name: &str| serde_json::from_str::<serde_json::Value>(&file(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(file("STATUS"), "ok\n");
    let m = value("manifest.json");
    assert_eq!((m["status"].as_str(), m["verb"].as_str()), (Some("ok"), Some("dispatch")));
    let digest = m["inputs"][0]["sha256"].as_str().expect("a digest");
    assert_eq!(digest.len(), 64);
    let options = m["options"].as_array().expect("options");
    let origin = |name: &str| options.iter().find(|o| o["name"] == name).map(|o| (o["value"].clone(), o["origin"].clone()));
    assert_eq!(origin("flow"), Some(("ptdf".into(), "flag".into())));
    assert_eq!(origin("threads"), Some(("1".into(), "default".into())));
    assert!(m["command_line"].as_str().expect("a command line").contains("dispatch"));
    assert_eq!(value("certificate.json")["passed"].as_bool(), Some(true));
    assert!(value("check.json")["findings"].is_array());
    value("why.json");
    let page = file("report.html");
    assert!(page.starts_with("<!doctype html>") || page.starts_with("<!DOCTYPE html>"));
    for outside in ["src=\"http", "href=\"http", "url(http"] {
        assert!(!page.contains(outside), "{outside}");
    }
    // STATUS is the last file: nothing in the folder is younger.
    let made = |p: &Path| std::fs::metadata(p).and_then(|m| m.modified()).expect("a time");
    let last = made(&Path::new(&out).join("STATUS"));
    for entry in std::fs::read_dir(&out).expect("the folder").flatten() {
        assert!(made(&entry.path()) <= last || entry.path().is_dir(), "{} is younger than STATUS", entry.path().display());
        assert!(!entry.file_name().to_string_lossy().contains("tmp"), "{}", entry.path().display());
    }
    // And the referee, alone, accepts the file.
    let results = Path::new(&out).join("results.parquet").display().to_string();
    let r = fenggu_ends(0, &["referee", &three_bus(), &results]);
    assert!(r.out.contains("balance/nodal") && !r.out.contains("REFUSED"), "{}", r.out);
    let c = json(0, &["referee", &three_bus(), &results]);
    assert_eq!(c["passed"].as_bool(), Some(true));
}

#[test]
fn a_tampered_result_is_refused_with_3() {
    use fenggu::net::Quantity;
    let dir = scratch("tampered");
    let out = dir.join("run");
    fenggu_ends(0, &["dispatch", &three_bus(), "-o", &out.display().to_string()]);
    let net = fenggu::io::read(Path::new(&three_bus()), None).network.expect("a network");
    let honest = fenggu::report::read_results_parquet(&out.join("results.parquet"), &net).expect("results").results;
    let tampered = |quantity: Quantity, by: f64| {
        let mut r = honest.clone();
        r.column_mut(quantity).expect("a column")[1] += by;
        let path = dir.join("tampered.parquet");
        let to = std::fs::File::create(&path).expect("a file");
        fenggu::report::write_results_parquet(&net, &r, to, &path).expect("written");
        let r = fenggu(&["referee", &three_bus(), &path.display().to_string()]);
        (r.code, r.out)
    };
    let (code, said) = tampered(Quantity::GeneratorP, 0.0);
    assert_eq!(code, 0, "an untouched copy passes: {said}");
    for (quantity, by) in
        [(Quantity::GeneratorP, 0.1), (Quantity::BranchFlow, -0.1), (Quantity::BusPrice, 1.0), (Quantity::BranchLimitPrice, 2.0)]
    {
        let (code, said) = tampered(quantity, by);
        assert_eq!(code, 3, "{quantity:?}: {said}");
        assert!(said.contains("REFUSED"), "{said}");
    }
    // The answer to another network is no answer to this one.
    let other = three_bus_with(&dir, "3\t1\t150", "3\t1\t140");
    let r = fenggu_ends(3, &["referee", &other, &out.join("results.parquet").display().to_string()]);
    assert!(r.out.contains("balance/nodal") && r.out.contains("REFUSED"), "{}", r.out);
}

#[test]
fn an_infeasible_case_names_bus_and_step() {
    let dir = scratch("infeasible");
    let path = three_bus_with(&dir, "3\t1\t150", "3\t1\t5000");
    let out = dir.join("run").display().to_string();
    let r = fenggu_ends(1, &["dispatch", &path, "-o", &out]);
    assert!(r.out.contains("infeasible"), "{}", r.out);
    assert!(r.out.contains("MW at bus 3 in step 0"), "{}", r.out);
    assert!(r.out.contains("shown by the referee (infeasible/ray"), "{}", r.out);
    assert_eq!(std::fs::read_to_string(Path::new(&out).join("STATUS")).expect("STATUS"), "infeasible\n");
    let o = json(1, &["dispatch", &path]);
    assert_eq!((o["status"].as_str(), o["proof_checked"].as_bool()), (Some("infeasible"), Some(true)));
    assert!(o["objective"].is_null() && o["gap"].is_null());
    // With plant 2 at its 200 the full line leaves plant 1 its 20 (2/3·20 + 1/3·200 = 80): bus 3 is given 220.
    let missing: f64 = o["shortfalls"].as_array().expect("a list").iter().map(|s| s["missing_mw"].as_f64().expect("MW")).sum();
    assert!((missing - 4780.0).abs() < 1e-3, "{missing}");
    // Why, and what to change: on the terminal, in the JSON, in the folder, and every code can be explained.
    let e = &o["explanation"];
    let fixes = e["fixes"].as_array().expect("fixes");
    assert!(!fixes.is_empty() && fixes.iter().all(|f| f["verified"] == true), "{e}");
    assert!(fixes.iter().any(|f| f["changes"][0]["table"] == "loads" && f["changes"][0]["name"] == "3"), "{e}");
    assert_eq!(e["conflicts"][0]["irreducible"], true);
    let why: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(Path::new(&out).join("why.json")).expect("why")).expect("JSON");
    assert_eq!(why["explanation"]["fixes"], e["fixes"]);
    for said in e["said"].as_array().expect("said") {
        let code = said["code"].as_str().expect("a code");
        assert!(r.out.contains(&format!("[{code}] {}", said["title"].as_str().expect("a title"))), "{code}:\n{}", r.out);
        assert!(fenggu_ends(0, &["explain", code]).out.contains(code));
    }
    let page = std::fs::read_to_string(Path::new(&out).join("report.html")).expect("page");
    assert!(page.contains("id=\"why\"") && page.contains("What to change") && page.contains("修改方案"));
}

#[test]
fn files_that_cannot_be_read_or_understood() {
    let dir = scratch("unreadable");
    let r = fenggu_ends(2, &["dispatch", "no/such/file.m"]);
    assert!(r.err.contains("no/such/file.m") && r.out.is_empty(), "{}", r.err);
    fenggu_ends(2, &["check", "no/such/file.m"]);

    let broken = three_bus_with(&dir, "1\t3\t0\t0.1\t0\t80", "1\t3\t0\tten\t0\t80");
    for verb in ["dispatch", "check"] {
        let r = fenggu_ends(1, &[verb, &broken]);
        // The word stands in line 28, column 8 (tabs count one).
        let line = std::fs::read_to_string(&broken).expect("text").lines().position(|l| l.contains("ten")).expect("the line") + 1;
        assert!(r.err.contains(&format!("{broken}:{line}:")) && r.err.contains("ten"), "{}", r.err);
    }
    // As JSON, one object that tells the same and claims no answer.
    let o = json(1, &["dispatch", &broken]);
    let found = &o["findings"][0];
    assert!(found["place"]["line"].is_u64() && found["title"].as_str().is_some_and(|t| t.contains("ten")), "{o}");
    assert!(o["status"] != "ok" && o["objective"].is_null(), "{o}");

    std::fs::write(dir.join("noise.m"), [0u8, 159, 146, 150, 0, 255]).expect("written");
    let r = fenggu(&["dispatch", &dir.join("noise.m").display().to_string()]);
    assert!(r.code == 1 && r.err.contains("noise.m"), "{} {}", r.code, r.err);

    // Data that is well formed and wrong: said with its place, nothing solved.
    let crossed = three_bus_with(&dir, "100\t1\t200\t0", "100\t1\t200\t300");
    let r = fenggu_ends(1, &["dispatch", &crossed]);
    assert!(r.err.contains("network.m:") && r.err.contains("Nothing was solved."), "{}", r.err);
}

#[test]
fn options_are_refused_by_name() {
    for (set, named) in
        [("speed=1", "speed"), ("threads=0", "threads"), ("flow=ac", "flow"), ("tolerance=1", "tolerance"), ("threads", "--set")]
    {
        let r = fenggu_ends(2, &["dispatch", &three_bus(), "--set", set]);
        assert!(r.err.contains(named) && r.out.is_empty(), "{set}: {}", r.err);
    }
    let r = fenggu_ends(2, &["dispatch", &three_bus(), "--format", "xls"]);
    assert!(r.err.contains("matpower"), "{}", r.err);
    fenggu_ends(2, &["dispatch"]);
    fenggu_ends(2, &["nonsense"]);
    assert_eq!(fenggu_ends(0, &["--version"]).out.split_whitespace().next(), Some("fenggu"));
    fenggu_ends(0, &["--help"]);
}

#[test]
fn chinese_is_chinese() {
    let han = |text: &str| text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    let r = fenggu_ends(0, &["--lang", "zh", "dispatch", &three_bus()]);
    assert!(r.out.contains("目标值") && r.out.contains("2700.00"), "{}", r.out);
    let r = ran(command(&["dispatch", &three_bus()]).env("LANG", "zh_CN.UTF-8").output().expect("runs"));
    assert!(r.out.contains("目标值"), "{}", r.out);
    let r = fenggu_ends(2, &["--lang", "zh", "dispatch", "no/such/file.m"]);
    assert!(han(&r.err) >= 2, "{}", r.err);
    let r = fenggu_ends(0, &["explain", "N0312", "--lang", "zh"]);
    assert!(han(&r.out) > 20, "{}", r.out);
    assert_eq!(han(&fenggu_ends(0, &["explain", "N0312", "--lang", "en"]).out), 0);
}

#[test]
fn explain_knows_codes_rooms_and_options() {
    let r = fenggu_ends(0, &["explain", "n0312"]);
    assert!(r.out.starts_with("N0312"), "{}", r.out);
    let r = fenggu_ends(0, &["explain", "storage/soc_balance"]);
    assert!(r.out.contains("soc[s,t] ="), "{}", r.out);
    let r = fenggu_ends(0, &["explain", "dispatch"]);
    for option in ["flow", "backend", "time_limit_s", "threads", "tolerance", "price_range", "price_reference"] {
        assert!(r.out.contains(option), "{option}");
    }
    let all = fenggu_ends(0, &["explain", "all"]).out;
    for word in all.lines().filter_map(|l| l.split_whitespace().next()) {
        assert!(!fenggu_ends(0, &["explain", word]).out.is_empty(), "{word}");
    }
    assert!(all.lines().count() > 40);
    fenggu_ends(2, &["explain", "no/such_room"]);
}

#[test]
fn convert_goes_both_ways_and_a_solved_case_is_read_again() {
    let dir = scratch("convert");
    let (native, back) = (dir.join("native").display().to_string(), dir.join("back.m").display().to_string());
    fenggu_ends(0, &["convert", &three_bus(), &native]);
    assert!(Path::new(&native).join("network.toml").is_file());
    fenggu_ends(0, &["convert", &native, &back]);
    for path in [&native, &back, &format!("{native}/network.toml")] {
        let o = json(0, &["dispatch", path]);
        assert!((o["objective"].as_f64().expect("objective") - 2700.0).abs() < 1e-3, "{path}: {o}");
    }
    fenggu_ends(2, &["convert", &three_bus(), &dir.join("x.xlsx").display().to_string()]);
    fenggu_ends(2, &["convert", &three_bus(), "/proc/nowhere/x.m"]);

    let solved = dir.join("solved.m").display().to_string();
    fenggu_ends(0, &["dispatch", &three_bus(), "--solved", &solved]);
    assert!((json(0, &["dispatch", &solved])["objective"].as_f64().expect("objective") - 2700.0).abs() < 1e-3);
    let net = fenggu::io::read(Path::new(&solved), None).network.expect("a network");
    let set_points: Vec<f64> = net.generators.rows().iter().filter_map(|g| g.p_initial_mw).collect();
    assert!((set_points[0] - 90.0).abs() < 1e-4 && (set_points[1] - 60.0).abs() < 1e-4, "{set_points:?}");
    let text = std::fs::read_to_string(&solved).expect("text");
    assert!(text.contains("LAM_P") || text.contains("lam_P"), "the solved bus table has its prices");

    // As PyPSA writes a solved network, by the ending or by none.
    for name in ["solved.nc", "solved"] {
        let out = dir.join(name);
        fenggu_ends(0, &["dispatch", &three_bus(), "--solved", &out.display().to_string()]);
        assert!((json(0, &["dispatch", &out.display().to_string()])["objective"].as_f64().expect("objective") - 2700.0).abs() < 1e-3);
    }
    let output = std::fs::read_to_string(dir.join("solved/generators-p.csv")).expect("outputs as PyPSA has them");
    let cells: Vec<f64> = output.lines().nth(1).expect("a step").split(',').skip(1).map(|c| c.parse().expect("a number")).collect();
    assert!((cells[0] - 90.0).abs() < 1e-4 && (cells[1] - 60.0).abs() < 1e-4, "{output}");
}

#[test]
fn folders_that_cannot_be_written() {
    let dir = scratch("unwritable");
    // A file where the folder should be; and a place where nobody may create anything.
    let file = dir.join("file");
    std::fs::write(&file, "x").expect("written");
    for out in [file.display().to_string(), format!("{}/sub", file.display()), "/proc/fenggu-run".to_string()] {
        let r = fenggu_ends(2, &["dispatch", &three_bus(), "-o", &out]);
        assert!(r.err.contains(&out), "{}", r.err);
    }
    let r = fenggu_ends(2, &["dispatch", &three_bus(), "--solved", "/proc/fenggu.m"]);
    assert!(r.err.contains("/proc/fenggu.m"), "{}", r.err);
    // A disk without room: every write to /dev/full fails.
    #[cfg(unix)]
    if Path::new("/dev/full").exists() {
        let link = dir.join("full.m");
        std::os::unix::fs::symlink("/dev/full", &link).expect("linked");
        let r = fenggu_ends(2, &["dispatch", &three_bus(), "--solved", &link.display().to_string()]);
        assert!(r.err.contains("full.m"), "{}", r.err);
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("opens");
        let output = command(&["dispatch", &three_bus()]).stdout(full).output().expect("runs");
        let r = ran(output);
        assert!(r.code == 0 || r.code == 2, "{}", r.code);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    for args in [
        vec!["explain".to_string(), "all".into()],
        vec!["dispatch".into(), three_bus()],
        vec!["dispatch".into(), three_bus(), "--json".into()],
    ] {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut child = command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().expect("piped").read_to_string(&mut said).expect("UTF-8");
        let status = child.wait().expect("ends");
        assert!(!said.contains("panicked") && status.code().is_some(), "{args:?}: {said}");
    }
}

#[test]
fn check_tells_findings_in_json_too() {
    let dir = scratch("check");
    assert!(json(0, &["check", &three_bus()])["findings"].is_array());
    let crossed = three_bus_with(&dir, "100\t1\t200\t0", "100\t1\t200\t300");
    let o = json(1, &["check", &crossed]);
    let f = o["findings"].as_array().expect("findings").iter().find(|f| f["code"] == "N0312").expect("N0312");
    assert!(f["place"]["line"].as_u64().expect("a line") > 1, "{f}");
}
