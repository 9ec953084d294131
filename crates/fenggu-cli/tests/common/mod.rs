//! Runs the built binary in folders of its own.
#![allow(dead_code)] // each test binary uses a part of it

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A fresh folder for one test.
pub fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a scratch folder");
    dir
}

/// The command, in English whatever the machine speaks.
pub fn command(args: &[&str]) -> Command {
    let mut c = Command::new(env!("CARGO_BIN_EXE_fenggu"));
    c.args(args).env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C.UTF-8");
    c
}

/// What a finished run left: exit code, standard output, standard error.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

pub fn ran(output: Output) -> Ran {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let ran = Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) };
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    ran
}

/// Runs to the end.
pub fn fenggu(args: &[&str]) -> Ran {
    ran(command(args).output().expect("the binary starts"))
}

/// As [`fenggu`], and it must end with `code`.
pub fn fenggu_ends(code: i32, args: &[&str]) -> Ran {
    let r = fenggu(args);
    assert_eq!(r.code, code, "fenggu {}\n{}{}", args.join(" "), r.out, r.err);
    r
}

/// Runs with `--json`: standard output is one object and nothing else.
pub fn json(code: i32, args: &[&str]) -> serde_json::Value {
    let mut all = args.to_vec();
    all.push("--json");
    let r = fenggu_ends(code, &all);
    serde_json::from_str(&r.out).unwrap_or_else(|e| panic!("{e}:\n{}", r.out))
}

/// The three buses of `cases/three_bus`, worked by hand there: 2700 in all.
pub fn three_bus() -> String {
    case("three_bus/network.m")
}

pub fn case(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases").join(name).display().to_string()
}

/// The three buses with a text replaced, as a file of its own.
pub fn three_bus_with(dir: &Path, from: &str, to: &str) -> String {
    let text = std::fs::read_to_string(three_bus()).expect("the case");
    assert!(text.contains(from), "the case has no {from}");
    let path = dir.join("network.m");
    std::fs::write(&path, text.replace(from, to)).expect("written");
    path.display().to_string()
}
