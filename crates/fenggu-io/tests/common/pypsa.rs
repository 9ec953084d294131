//! PyPSA itself, where a Python with it is found: `FENGGU_PYPSA_PYTHON`, or a `.venv` in or above the project.
#![allow(dead_code)] // each test file uses its part

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The interpreter. Says `skipped` when there is none.
pub fn python() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var_os("FENGGU_PYPSA_PYTHON").map(PathBuf::from);
    let venv = || root.ancestors().map(|p| p.join(".venv/bin/python")).find(|p| p.is_file());
    let found = named.or_else(venv).filter(|python| {
        let probe = Command::new(python).args(["-c", "import pypsa"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        probe.is_ok_and(|s| s.success())
    });
    if found.is_none() {
        println!("skipped: no Python with pypsa (set FENGGU_PYPSA_PYTHON)");
    }
    found
}

/// Answers of `scripts/pypsa_run.py` to a list of commands, in one process.
pub fn ask(python: &Path, commands: &[Vec<String>]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/pypsa_run.py");
    let mut child = Command::new(python)
        .arg(script)
        .arg("batch")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python starts");
    let lines: String = commands.iter().map(|c| serde_json::to_string(c).expect("json") + "\n").collect();
    let mut input = child.stdin.take().expect("stdin");
    // The answers may fill the pipe before all commands are read.
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("python ends");
    writer.join().expect("thread").ok();
    let text = String::from_utf8_lossy(&output.stdout);
    let answers: Vec<Value> = text.lines().filter(|l| l.starts_with('{')).map(|l| serde_json::from_str(l).expect("json")).collect();
    assert_eq!(answers.len(), commands.len(), "{}", String::from_utf8_lossy(&output.stderr));
    answers
}

/// A command of the script.
pub fn command(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

/// A fresh folder for a test's files.
pub fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::remove_dir_all(&path).ok();
    std::fs::create_dir_all(&path).expect("scratch");
    path
}
