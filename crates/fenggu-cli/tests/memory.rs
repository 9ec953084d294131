//! `--max-memory` on every verb that reads, on files that claim far more than they are: each ends with a finding, within a
//! memory that the system itself holds it to.
#![cfg(unix)] // the bound is the shell's
mod common;

use common::{command, fenggu, fenggu_ends, json, ran, scratch, three_bus, Ran};
use std::path::Path;

/// Runs with so much address space: what allocates a claim is ended by the system, not by a finding.
fn within_kb(kb: u64, args: &[&str]) -> Ran {
    let mut c = std::process::Command::new("sh");
    c.args(["-c", &format!("ulimit -v {kb}; exec \"$0\" \"$@\""), command(&[]).get_program().to_str().expect("a path")]);
    c.args(args).env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C.UTF-8");
    ran(c.output().expect("the shell starts"))
}

/// A folder with ten million steps in a few hundred bytes.
fn many_steps(dir: &Path) -> String {
    let folder = dir.join("steps");
    std::fs::create_dir_all(&folder).expect("scratch");
    let manifest = "format = 1\nname = \"x\"\nbase_mva = 100.0\ncurrency = \"1\"\nflow_convention = \"matpower\"\n[time]\nsteps = 9000000\nstep_h = 1.0\n";
    std::fs::write(folder.join("network.toml"), manifest).expect("written");
    std::fs::write(folder.join("buses.csv"), "name\na\n").expect("written");
    folder.display().to_string()
}

/// A table of empty cells: two megabytes of commas.
fn commas(dir: &Path) -> String {
    let folder = dir.join("commas");
    std::fs::create_dir_all(&folder).expect("scratch");
    std::fs::write(folder.join("buses.csv"), "name,v_nom\na,380\n").expect("written");
    std::fs::write(folder.join("generators.csv"), format!("name,bus\n{}", ",".repeat(2 << 20))).expect("written");
    folder.display().to_string()
}

/// A MATPOWER case of five gigabytes, of which the disk holds one page.
fn hole(dir: &Path) -> String {
    let path = dir.join("hole.m");
    std::fs::write(&path, "function mpc = hole\nmpc.version = '2';\n").expect("written");
    std::fs::OpenOptions::new().write(true).open(&path).and_then(|f| f.set_len(5 << 30)).expect("a file with a hole");
    path.display().to_string()
}

/// A classic netCDF file of 100 bytes whose dimension of buses claims 2³¹ of them.
fn claims(dir: &Path) -> String {
    let word = |v: u32| v.to_be_bytes().to_vec();
    let name =
        |text: &str| [word(text.len() as u32), text.as_bytes().to_vec(), vec![0; text.len().next_multiple_of(4) - text.len()]].concat();
    let dims = [word(10), word(1), name("buses_i"), word(0x7FFF_FFF0)].concat();
    let var = [word(11), word(1), name("buses_i"), word(1), word(0), word(0), word(0), word(6), word(0xFFFF_FFFC), word(100)].concat();
    let bytes = [b"CDF\x01".to_vec(), word(0), dims, word(0), word(0), var].concat();
    let path = dir.join("claims.nc");
    std::fs::write(&path, bytes).expect("written");
    path.display().to_string()
}

#[test]
fn every_verb_that_reads_refuses_what_is_too_large() {
    let dir = scratch("memory");
    let out = |name: &str| dir.join(name).display().to_string();
    let good = three_bus();
    for (bomb, code) in [(many_steps(&dir), "F0418"), (commas(&dir), "F0007"), (hole(&dir), "F0007"), (claims(&dir), "F0521")] {
        let verbs: [&[&str]; 5] = [
            &["check", &bomb],
            &["dispatch", &bomb, "-o", &out("run")],
            &["convert", &bomb, &out("converted.m")],
            &["compare", &good, &bomb],
            &["referee", &bomb, "results.parquet"],
        ];
        for verb in verbs {
            let mut args = verb.to_vec();
            args.extend(["--max-memory", "20MB"]);
            let r = within_kb(1_000_000, &args);
            let wanted = if verb[0] == "compare" { 2 } else { 1 };
            assert!(r.code == wanted && r.err.contains(code), "{args:?}: {}\n{}{}", r.code, r.out, r.err);
        }
    }
    // What is larger than the default is refused without being asked.
    assert!(within_kb(1_000_000, &["check", &hole(&dir)]).err.contains("F0007"));
    assert!(!dir.join("run").exists() && !dir.join("converted.m").exists());
    std::fs::remove_file(dir.join("hole.m")).ok();
}

#[test]
fn results_and_runs_count_too() {
    let dir = scratch("memory-runs");
    let run = dir.join("run");
    let place = run.display().to_string();
    fenggu_ends(0, &["dispatch", &three_bus(), "-o", &place]);
    // A result file that claims more than the network that it is judged with: the same file with a hole behind it.
    let results = run.join("results.parquet").display().to_string();
    let large = dir.join("large");
    std::fs::create_dir_all(&large).expect("scratch");
    for file in ["manifest.json", "results.parquet", "STATUS"] {
        std::fs::copy(run.join(file), large.join(file)).expect("copied");
    }
    let hole = std::fs::OpenOptions::new().write(true).open(large.join("results.parquet"));
    hole.and_then(|f| f.set_len(6 << 30)).expect("a file with a hole");
    let (many, large) = (large.join("results.parquet").display().to_string(), large.display().to_string());
    let r = fenggu_ends(2, &["referee", &three_bus(), &many]);
    assert!(r.err.contains("--max-memory"), "{}", r.err);
    fenggu_ends(0, &["referee", &three_bus(), &results, "--max-memory", "1MB"]);
    assert!(fenggu_ends(2, &["compare", &place, &large]).err.contains("--max-memory"));
    fenggu_ends(0, &["compare", &place, &place, "--max-memory", "1MB"]);
    std::fs::remove_file(&many).expect("removed");
    // A rolling run that was cut off before its first window.
    let manifest: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(run.join("manifest.json")).expect("read")).expect("JSON");
    let cut = dir.join("cut");
    std::fs::create_dir_all(cut.join("rolling")).expect("scratch");
    let told = serde_json::json!({
        "format": "fenggu-rolling-run-1", "fenggu": env!("CARGO_PKG_VERSION"), "network": three_bus(), "network_path": three_bus(),
        "set": [], "started_utc": "2024-01-01T00:00:00Z", "inputs": manifest["inputs"],
    });
    std::fs::write(cut.join("rolling/run.json"), told.to_string()).expect("written");
    let r = fenggu_ends(1, &["resume", &cut.display().to_string(), "--max-memory", "1KB"]);
    assert!(r.err.contains("F0007"), "{}", r.err);
}

#[test]
fn words_for_memory() {
    let bad = |word: &str| assert_eq!(fenggu(&["check", &three_bus(), "--max-memory", word]).code, 2, "{word}");
    ["much", "0", "-1", "1.5GB", "1XB", "99999999999999999999", ""].into_iter().for_each(bad);
    assert!(json(0, &["dispatch", &three_bus(), "--max-memory", "1 gb"])["objective"].is_number());
}
