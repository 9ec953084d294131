//! Running programs and finding files.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Why a chore failed, in words.
#[derive(Debug)]
pub struct Fail(pub String);

impl From<std::io::Error> for Fail {
    fn from(e: std::io::Error) -> Self {
        Fail(e.to_string())
    }
}

/// The repository's root: the parent of this crate.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Runs cargo in the root, showing its output and the time it took.
pub fn cargo(chore: &str, args: &[&str]) -> Result<(), Fail> {
    println!("--- {chore}: cargo {}", args.join(" "));
    let start = Instant::now();
    let status = Command::new(cargo_path()).args(args).current_dir(root()).status()?;
    if !status.success() {
        return Err(Fail(format!("{chore} failed: cargo {}", args.join(" "))));
    }
    println!("--- {chore}: {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// Standard output of a program run in the root.
pub fn output(program: &Path, args: &[&str]) -> Result<String, Fail> {
    let out = Command::new(program).args(args).current_dir(root()).output()?;
    if !out.status.success() {
        let shown = format!("{} {}", program.display(), args.join(" "));
        return Err(Fail(format!("{shown} failed with {}:\n{}", out.status, String::from_utf8_lossy(&out.stderr))));
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

/// The cargo that runs us.
pub fn cargo_path() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Says so when the C++ solver was compiled more than once: a feature or profile then differs between chores.
pub fn note_second_solver_build() {
    let Ok(dir) = std::fs::read_dir(target().join("debug/build")) else { return };
    let built =
        dir.flatten().filter(|e| e.file_name().to_string_lossy().starts_with("highs-sys-") && e.path().join("out").is_dir()).count();
    if built > 1 {
        eprintln!("xtask: note: {built} builds of the C++ solver lie in the target folder; on a fresh one there should be 1");
    }
}
