//! Malformed files: the right code at the right place, nothing else, in both languages; and bytes
//! changed at random, which must never cause a panic.
#![allow(clippy::print_stdout)]

#[path = "common/chinese.rs"]
mod chinese;

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
    let known = chinese::known();
    let mut wrong = Vec::new();
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder()).expect("folder").flatten().map(|e| e.path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "m"));
    files.sort();
    assert!(files.len() >= 50, "{} files", files.len());
    for file in &files {
        let name = file.file_name().and_then(|n| n.to_str()).expect("name").to_owned();
        let read = matpower::read(std::fs::read(file).expect("readable"), &name);
        let mut found: Vec<(String, String)> = Vec::new();
        let own = chinese::own_words(file);
        assert_eq!(read.diagnostics.iter().find_map(|d| chinese::english_in(d, &known, &own)), None);
        for d in read.diagnostics.iter().filter(|d| d.severity >= Severity::Warning) {
            let place = d.place.as_ref().map_or((0, 0), |p| (p.line, p.column));
            found.push((d.code().to_owned(), format!("{}:{}", place.0, place.1)));
            for lang in [Lang::En, Lang::Zh] {
                let w = d.entry.wording(lang);
                for text in [w.title, w.why, w.fix].map(|t| d.fill(t, lang)) {
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

/// Any bytes at all: no panic, no endless loop, and a network only when nothing is wrong.
fn survives(bytes: Vec<u8>) {
    let read = matpower::read(bytes, "fuzz.m");
    assert_eq!(read.network.is_none(), read.has_errors());
    for d in &read.diagnostics {
        assert!(!d.render(Lang::Zh).is_empty());
    }
    if let Some(net) = &read.network {
        fenggu_net::check(net, Some(&read.sources));
        let written = matpower::write(net, 0).text;
        let again = matpower::read(written.into_bytes(), "again.m");
        assert!(again.network.is_some(), "{:?}", again.diagnostics);
    }
}

/// A file with every construct the reader knows.
fn rich() -> Vec<u8> {
    let mut text = std::fs::read(folder().join("00_good.m")).expect("readable");
    text.extend_from_slice(
        b"[PQ, PV, REF, NONE, BUS_I, BUS_TYPE, PD, QD, GS] = idx_bus;\n\
          pf = 0.85; Vb = mpc.bus(1, 10) * 1e3; Sb = mpc.baseMVA * 1e6;\n\
          mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD QD]) / 1e3 * sin(acos(pf)) ^ 2;\n\
          mpc.branch(:, 3:4) = mpc.branch(:, [3 4]) ./ (Vb^2 / Sb * 1e-3); % ohm\n\
          fixed = 0;\nif fixed\n  for k = 1:3, mpc.bus(k, 3) = 0; end\nelse\n  mpc.bus(1, 3) = -2.5;\nend\n\
          %{\nblock\n%}\n\
          mpc.if.map = [ 1 -1; 1 2 ];\nmpc.if.lims = [ 1 -10 10 ];\n\
          mpc.dcline = [ 1 2 1 10 8.9 0 0 1.01 1 1 10 -10 10 -10 10 1 0.01 ];\n\
          mpc.dclinecost = [ 2 0 0 2 7.3 0 ];\n\
          mpc.reserves.zones = [ 1 1; 0 1 ]; mpc.reserves.req = [ 60; 20 ];\n\
          mpc.reserves.cost = [ 1.9; 2 ]; mpc.reserves.qty = [ 25; ...\n 25 ];\n\
          mpc.genfuel = { 'coal'; 'it''s wind' };\n",
    );
    text
}

#[test]
fn the_rich_file_is_clean() {
    let read = matpower::read(rich(), "rich.m");
    assert!(read.network.is_some(), "{:?}", read.diagnostics);
    survives(rich());
}

#[test]
fn every_truncation_survives() {
    let text = rich();
    for end in 0..text.len() {
        survives(text[..end].to_vec());
    }
}

#[test]
fn changed_bytes_survive() {
    // A linear congruential generator: the same mutations on every machine.
    let mut state = 0x5EED_u64;
    let mut random = move |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % n
    };
    let interesting = b"[]{}()'\"%;,.=+-*/^:~ \t\n\r\0e0179InfNa\xEF\xBC\x91\xFF\xFE#@&|<>!";
    let text = rich();
    let rounds = if std::env::var_os("FENGGU_LONG").is_some() { 200_000 } else { 5_000 };
    for _ in 0..rounds {
        let mut bytes = text.clone();
        for _ in 0..=random(4) {
            let at = random(bytes.len());
            match random(4) {
                0 => bytes[at] = interesting[random(interesting.len())],
                1 => bytes.insert(at, interesting[random(interesting.len())]),
                2 => {
                    let end = (at + 1 + random(40)).min(bytes.len());
                    bytes.drain(at..end);
                }
                _ => {
                    let end = (at + 1 + random(60)).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    let to = random(bytes.len());
                    bytes.splice(to..to, piece);
                }
            }
        }
        survives(bytes);
    }
}

/// Shapes that make a careless reader quadratic (minutes). Each is a megabyte and takes at most a
/// second here, so three seconds hold on slower machines too.
#[test]
fn a_megabyte_of_rubbish_is_read_in_linear_time() {
    let million = 1_000_000;
    let repeat = |unit: &str| unit.repeat(million / unit.len());
    let shapes = [
        repeat("x "),
        format!("mpc.bus = [{}", repeat("x ")),
        format!("mpc.bus = [{}", repeat("x\n")),
        format!("mpc.bus = [{}", repeat(" ")),
        format!("mpc.bus = [{}", repeat("1,,")),
        format!("mpc.bus = [1 {}\n{}", repeat("2 "), repeat("3\n")),
        format!("mpc.bus = [1 {}\n{}", repeat("2\n"), repeat("3 4\n")),
        format!("mpc.bus = [{}", repeat("...\n")),
        format!("mpc.bus = [{}", repeat("１")),
        repeat("mpc.a = [1];\n"),
        repeat("mpc.bus = [\n"),
        repeat("mpc.bus = [1 2 3];\nb = mpc.bus;\n"),
        format!("mpc.bus = [{}];\n{}", repeat("1 2 3;"), repeat("b = mpc.bus;\n")),
        format!("mpc.bus = [{}];\n{}", repeat("1;"), repeat("mpc.bus(:,1) = 1;\n")),
        format!("mpc.bus = [1 2];\na = mpc.bus(:, [{}]);", repeat("1 ")),
        format!("a = {}", repeat("(")),
        format!("a = {}", repeat("-")),
        format!("a = {}", repeat("2^")),
        format!("a = {}", repeat("[")),
        repeat("if 0\n"),
        repeat("for k\n"),
        repeat("for k = 1:3\nif 1\n"),
        repeat("%{\n"),
        repeat("'"),
        repeat("{"),
        repeat("]"),
        format!("mpc.bus_name = {{{}", repeat("'")),
        format!("mpc.bus_name = {{{}", repeat("'' ")),
        format!("mpc.bus_name = {{{}", repeat("'a\n")),
        repeat("\u{FEFF}"),
        repeat("［"),
        repeat("a=1;"),
        repeat("\0"),
        (0..million / 12).map(|k| format!("mpc.a{k}=1;\n")).collect(),
        format!(
            "mpc.baseMVA=1;mpc.bus=[{}];mpc.gen=[{}];mpc.branch=[];",
            repeat("1 1 1 1 1 1 1 1 1 1 1 1 1;"),
            repeat("9 1 1 1 1 1 1 1 1 1;")
        ),
    ];
    for shape in shapes {
        let start = std::time::Instant::now();
        let head: String = shape.chars().take(40).collect();
        let read = matpower::read(shape.into_bytes(), "rubbish.m");
        let took = start.elapsed().as_secs_f64();
        assert!(read.diagnostics.len() < 2000, "{head:?}: {} findings", read.diagnostics.len());
        println!("{took:.3} s {head:?}");
        assert!(took < 3.0, "{head:?}: {took} s");
    }
}
