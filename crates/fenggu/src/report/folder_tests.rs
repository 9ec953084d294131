use super::*;
use crate::report::fixture;
use crate::report::run::RunStatus;

/// A path that goes away with the test.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
        let _ = fs::remove_file(&self.0);
    }
}

impl std::ops::Deref for Temporary {
    type Target = Path;
    fn deref(&self) -> &Path {
        &self.0
    }
}

fn temporary(name: &str) -> Temporary {
    Temporary(std::env::temp_dir().join(format!("fenggu-folder-{}-{name}", std::process::id())))
}

fn all_files(dir: &Path) -> Vec<String> {
    let mut out = Vec::new();
    for e in fs::read_dir(dir).expect("reads").flatten() {
        if e.path().is_dir() {
            out.extend(all_files(&e.path()));
        } else {
            out.push(e.file_name().to_string_lossy().into_owned());
        }
    }
    out
}

#[test]
fn status_comes_last_and_nothing_half_written_is_left() {
    let (net, findings) = (fixture::network(), fixture::findings());
    let results = fixture::results(&net);
    let run = fixture::run(&net, &results, &findings);
    let dir = temporary("whole");
    let written = write_run_folder(&run, &dir, &ReportOptions::default()).expect("writes");
    assert_eq!(written.files.last().map(|f| f.0.as_str()), Some("STATUS"));
    assert_eq!(fs::read_to_string(dir.join("STATUS")).expect("there"), "ok\n");
    for (name, bytes) in &written.files {
        assert_eq!(fs::metadata(dir.join(name)).expect("there").len(), *bytes, "{name}");
    }
    assert!(all_files(&dir).iter().all(|f| !f.ends_with(".part")));
    for name in ["manifest.json", "check.json", "certificate.json", "why.json"] {
        let text = fs::read_to_string(dir.join(name)).expect("there");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(value["format"].as_str().is_some_and(|f| f.starts_with("fenggu-")), "{name}");
    }
    let why: serde_json::Value = serde_json::from_str(&fs::read_to_string(dir.join("why.json")).expect("there")).expect("JSON");
    assert_eq!(why["binding"][0]["price_unit_shown"], "CNY/MWh");
    // The same run gives the same bytes.
    let first: Vec<Vec<u8>> = written.files.iter().map(|f| fs::read(dir.join(&f.0)).expect("there")).collect();
    let again = write_run_folder(&run, &dir, &ReportOptions::default()).expect("writes again");
    for ((name, _), old) in again.files.iter().zip(first) {
        assert!(fs::read(dir.join(name)).expect("there") == old, "{name} differs");
    }
}

#[test]
fn a_broken_attempt_has_no_status_and_no_stale_tables() {
    let (net, findings) = (fixture::network(), fixture::findings());
    let results = fixture::results(&net);
    let run = fixture::run(&net, &results, &findings);
    let dir = temporary("broken");
    write_run_folder(&run, &dir, &ReportOptions::default()).expect("writes");
    fs::write(dir.join("tables/reserves_price_per_mwh.csv"), "of an older run").expect("writes");
    // A folder where a file must go: the rename fails.
    fs::remove_file(dir.join("why.json")).expect("there");
    fs::create_dir_all(dir.join("why.json/x")).expect("makes");
    let error = write_run_folder(&run, &dir, &ReportOptions::default()).expect_err("fails");
    assert!(error.path.ends_with("why.json"), "{error}");
    assert!(error.to_string().contains("fix:"), "{error}");
    assert!(!dir.join("STATUS").exists() && !dir.join("tables/reserves_price_per_mwh.csv").exists());
    assert!(all_files(&dir).iter().all(|f| !f.ends_with(".part")));

    let file = temporary("a-file");
    fs::write(&*file, "x").expect("writes");
    assert_eq!(write_run_folder(&run, &file, &ReportOptions::default()).expect_err("fails").kind, ReportErrorKind::NotAFolder);
}

#[test]
fn a_refused_answer_is_never_ok() {
    let (net, findings) = (fixture::network(), fixture::findings());
    let results = fixture::results(&net);
    let mut run = fixture::run(&net, &results, &findings);
    if let Some(v) = run.verdict.as_mut() {
        v.passed = false;
        v.tests[0].passed = false;
    }
    assert_eq!(run.status(), RunStatus::Refused);
    let dir = temporary("refused");
    write_run_folder(&run, &dir, &ReportOptions { tables: TableFiles::None, ..Default::default() }).expect("writes");
    assert_eq!(fs::read_to_string(dir.join("STATUS")).expect("there"), "refused\n");
    assert!(!dir.join("tables").exists());
    let page = fs::read_to_string(dir.join("report.html")).expect("there");
    assert!(page.contains("class=\"verdict bad\" data-status=\"refused\""));
}

#[test]
fn an_infeasible_run_says_what_is_missing() {
    use fenggu_net::results::Outcome;
    use fenggu_net::{Quantity, Results};
    let net = fixture::network();
    let mut results = Results::new(Outcome::Infeasible, net.steps());
    let mut missing = vec![0.0; net.buses.len() * net.steps()];
    missing[3 * net.steps() + 73] = 120.0;
    results.set(Quantity::BusMissing, missing);
    // A hostile name stays text.
    let said = |title: &str| crate::report::Said {
        code: "X0101",
        severity: "error",
        title: title.into(),
        why: "w".into(),
        remedy: "r".into(),
        title_zh: title.into(),
        why_zh: "后果".into(),
        remedy_zh: "处理".into(),
    };
    let why = crate::report::Why {
        said: vec![said("<script>alert(1)</script>")],
        conflicts: Vec::new(),
        more_conflicts: false,
        fixes: Vec::new(),
        runaway: None,
        prices: Vec::new(),
        solves: 1,
        cut: false,
        seconds: 0.0,
    };
    let run = Run { why: Some(why), ..Run::new("dispatch", &net, &results) };
    let dir = temporary("infeasible");
    write_run_folder(&run, &dir, &ReportOptions::default()).expect("writes");
    let why: serde_json::Value = serde_json::from_str(&fs::read_to_string(dir.join("why.json")).expect("there")).expect("JSON");
    assert_eq!(why["missing_mwh"], 30.0);
    assert_eq!(why["shortfalls"][0]["bus"], "Taiyuan");
    assert_eq!(why["shortfalls"][0]["period_end"], "18:30");
    let page = fs::read_to_string(dir.join("report.html")).expect("there");
    assert_eq!(why["explanation"]["said"][0]["code"], "X0101");
    assert!(page.contains("id=\"why\"") && page.contains("&lt;script&gt;alert") && !page.contains("<script>alert"));
    assert!(page.contains("id=\"missing\"") && page.contains("30.00 MWh missing") && !page.contains("fig-dispatch"));
}
