//! Malformed instances of unit commitment: the right code at the right place, nothing else, in both languages; and bytes
//! changed at random, which must never cause a panic.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fenggu_io::{pglib_uc, ucjl, Format, Read};
use fenggu_net::diagnostic::Lang;
use fenggu_net::Severity;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/malformed_uc")
}

fn files() -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    for path in std::fs::read_dir(folder()).expect("folder").flatten().map(|e| e.path()) {
        if path.extension().is_some_and(|e| e == "json") {
            let name = path.file_name().and_then(|n| n.to_str()).expect("name").to_owned();
            out.push((name, std::fs::read(&path).expect("readable")));
        }
    }
    out.sort();
    out
}

/// By the format that the content shows; a list or rubbish shows none and goes to PGLib's reader.
fn read(bytes: Vec<u8>, name: &str) -> Read {
    match Format::detect_bytes(&bytes) {
        Some(Format::UnitCommitmentJl) => ucjl::read(bytes, name),
        _ => pglib_uc::read(bytes, name),
    }
}

/// `file code line:column`, one line for each finding; 0:0 for a finding without a place. The places were computed from
/// marks in the faulty text, not by the reader.
fn expected() -> BTreeMap<String, Vec<(String, String)>> {
    let text = std::fs::read_to_string(folder().join("expected.txt")).expect("list");
    let mut out: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for line in text.lines() {
        let mut words = line.split(' ').map(str::to_owned);
        if let (Some(file), Some(code), Some(place)) = (words.next(), words.next(), words.next()) {
            out.entry(file).or_default().push((code, place));
        }
    }
    out
}

#[test]
fn every_fault_is_named_at_its_place() {
    let (expected, files) = (expected(), files());
    assert!(files.len() >= 60, "{} files", files.len());
    let mut wrong = Vec::new();
    for (name, bytes) in files {
        let read = read(bytes, &name);
        let mut found: Vec<(String, String)> = Vec::new();
        for d in read.diagnostics.iter().filter(|d| d.severity >= Severity::Warning) {
            let place = d.place.as_ref().map_or((0, 0), |p| (p.line, p.column));
            found.push((d.code().to_owned(), format!("{}:{}", place.0, place.1)));
            for lang in [Lang::En, Lang::Zh] {
                let w = d.entry.wording(lang);
                for template in [w.title, w.why, w.fix] {
                    // Every value that the wording asks for is there.
                    let text = d.fill(template, lang);
                    let asked = ["{item}", "{value}", "{rule", "{attribute}", "{found}", "{expected}", "{count}", "{guess}", "{target}"];
                    assert!(asked.iter().all(|a| !text.contains(a)), "{name}: {text}");
                    assert!(
                        !["{why", "{fix", "{after}", "{first}", "{last}", "{limit}"].iter().any(|a| text.contains(a)),
                        "{name}: {text}"
                    );
                }
            }
        }
        let mut wanted = expected.get(&name).cloned().unwrap_or_default();
        found.sort();
        wanted.sort();
        if found != wanted {
            let said: Vec<String> = read.diagnostics.iter().map(|d| d.render(Lang::En)).collect();
            wrong.push(format!("{name}: found {found:?}, wanted {wanted:?}\n{}", said.join("")));
        }
        assert_eq!(read.network.is_none(), read.has_errors(), "{name}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_near_name_is_proposed() {
    let texts = files().into_iter().filter(|f| f.0.contains("unknown_") || f.0.contains("misspelt"));
    let mut proposed = Vec::new();
    for (name, bytes) in texts {
        for d in read(bytes, &name).diagnostics {
            let title = d.title(Lang::En);
            if let Some(at) = title.find("did you mean") {
                proposed.push(title[at..].to_owned());
            }
        }
    }
    proposed.sort();
    let wanted = ["b1", "l1", "must_run", "r1", "Storage units"].map(|n| format!("did you mean \"{n}\"?"));
    let mut wanted = wanted.to_vec();
    wanted.sort();
    assert_eq!(proposed, wanted);
}

/// Any bytes at all: no panic, and a network exactly when no error stands.
fn survives(bytes: Vec<u8>) {
    for read in [pglib_uc::read(bytes.clone(), "x.json"), ucjl::read(bytes, "x.json.gz")] {
        assert_eq!(read.network.is_none(), read.has_errors());
        for d in read.diagnostics.iter().take(20) {
            assert!(!d.render(Lang::Zh).is_empty());
        }
        if let Some(net) = &read.network {
            fenggu_net::check(net, Some(&read.sources));
        }
    }
}

#[test]
fn every_truncation_survives() {
    for (name, bytes) in files().into_iter().filter(|f| f.0.contains("good")) {
        for end in 0..bytes.len() {
            survives(bytes[..end].to_vec());
        }
        println!("{name}: {} truncations", bytes.len());
    }
}

/// Shapes that make a careless reader quadratic, deep or large. Each is a megabyte.
#[test]
fn a_megabyte_of_rubbish_is_read_in_linear_time() {
    let million = 1_000_000;
    let repeat = |unit: &str| unit.repeat(million / unit.len());
    let shapes = [
        repeat("["),
        repeat("{\"a\":"),
        format!("[{}", repeat(",")),
        format!("[{}", repeat("1 ")),
        format!("[{}", repeat("1,")),
        format!("{{{}", repeat("\"a\":1,")),
        format!("{{{}", repeat("a:1,")),
        format!("{{{}", repeat(",")),
        format!("{{{}", repeat(":")),
        format!("[{}", repeat(":")),
        format!("[{}", repeat("]")),
        repeat("\""),
        repeat("\\"),
        format!("[\"{}", repeat("\\u12")),
        format!("[\"{}", repeat("\\")),
        format!("[{}", repeat("\"\n")),
        format!("[{}", repeat("NaN,")),
        repeat("1"),
        repeat(" "),
        repeat("\u{FEFF}"),
        format!(
            "{{\"time_periods\": 2, \"thermal_generators\": {{{}",
            (0..40_000).map(|k| format!("\"g{k}\": {{}},\n")).collect::<String>()
        ),
        format!("{{\"time_periods\": 500000, \"demand\": [{}]}}", repeat("1,")),
        format!(
            "{{\"Parameters\": {{\"Version\": \"0.4\", \"Time (h)\": 400000}}, \"Buses\": {{{}}}}}",
            (0..20_000).map(|k| format!("\"b{k}\": {{\"Load (MW)\": 1}},\n")).collect::<String>()
        ),
    ];
    for shape in shapes {
        let start = std::time::Instant::now();
        let head: String = shape.chars().take(40).collect();
        let bytes = shape.into_bytes();
        for read in [pglib_uc::read(bytes.clone(), "rubbish.json"), ucjl::read(bytes, "rubbish.json")] {
            assert!(read.diagnostics.len() < 2000, "{head:?}: {} findings", read.diagnostics.len());
        }
        let took = start.elapsed().as_secs_f64();
        println!("{took:.3} s {head:?}");
        assert!(took < 6.0, "{head:?}: {took} s");
    }
}
