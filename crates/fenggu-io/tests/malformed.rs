//! Malformed files: the right code at the right place, nothing else, in both languages; and bytes
//! changed at random, which must never cause a panic.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fenggu_io::matpower;
use fenggu_net::diagnostic::Lang;
use fenggu_net::Severity;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/malformed")
}

/// `file code line:column`, one line for each finding; 0:0 for a finding without a place. The
/// places were computed from marks in the faulty text, not by the reader.
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
    let expected = expected();
    let mut wrong = Vec::new();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder()).expect("folder").flatten().map(|e| e.path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "m"));
    files.sort();
    assert!(files.len() >= 50, "{} files", files.len());
    for file in &files {
        let name = file.file_name().and_then(|n| n.to_str()).expect("name").to_owned();
        let read = matpower::read(std::fs::read(file).expect("readable"), &name);
        let mut found: Vec<(String, String)> = Vec::new();
        for d in read.diagnostics.iter().filter(|d| d.severity >= Severity::Warning) {
            let place = d.place.as_ref().map_or((0, 0), |p| (p.line, p.column));
            found.push((d.code().to_owned(), format!("{}:{}", place.0, place.1)));
            for lang in [Lang::En, Lang::Zh] {
                let w = d.entry.wording(lang);
                for text in [w.title, w.why, w.fix].map(|t| d.fill(t)) {
                    assert!(!text.contains('{') || text.contains("%{"), "{name}: {text}");
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
        let errors = wanted.iter().any(|(code, _)| code != "F0111" && code != "F0218");
        assert_eq!(read.network.is_none(), errors, "{name}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
