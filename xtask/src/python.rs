//! The Python wheel and its tests. The engine is built in the one dev profile, so the C++ solver is not built again.

use crate::shell::{cargo, root, target, Fail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The interpreter of the tests, as scripts/setup-tests.sh makes it.
fn interpreter() -> PathBuf {
    root().join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" })
}

/// Whether the interpreter has a module.
fn has(python: &Path, module: &str) -> bool {
    Command::new(python).args(["-c", &format!("import {module}")]).output().is_ok_and(|o| o.status.success())
}

/// Runs the interpreter in the root, showing its output.
fn python(python: &Path, chore: &str, args: &[&str]) -> Result<(), Fail> {
    println!("--- {chore}: python {}", args.join(" "));
    let start = Instant::now();
    let status = Command::new(python).args(args).current_dir(root()).status()?;
    if !status.success() {
        return Err(Fail(format!("{chore} failed: {} {}", python.display(), args.join(" "))));
    }
    println!("--- {chore}: {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// Builds the wheel; none where there is no Python to build it for.
pub fn wheel() -> Result<Option<PathBuf>, Fail> {
    let py = interpreter();
    if !has(&py, "maturin") {
        println!("skipped: the Python wheel (no .venv with maturin; scripts/setup-tests.sh makes it)");
        return Ok(None);
    }
    let wheels = target().join("wheels");
    // Wheels of other versions would be installed by mistake.
    if wheels.is_dir() {
        std::fs::remove_dir_all(&wheels)?;
    }
    let out = wheels.to_string_lossy().into_owned();
    // Not maturin's default, release: that profile would compile the solver a second time.
    python(&py, "wheel", &["-m", "maturin", "build", "--quiet", "--profile", "dev", "-m", MANIFEST, "-o", &out])?;
    let built = std::fs::read_dir(&wheels)?.flatten().map(|e| e.path()).find(|p| p.extension().is_some_and(|e| e == "whl"));
    built.map(Some).ok_or_else(|| Fail(format!("wheel: maturin left no wheel in {out}")))
}

/// Maturin finds `pyproject.toml` from here.
const MANIFEST: &str = "crates/fenggu-py/Cargo.toml";

/// Builds the wheel, installs it and runs its tests, which need the command too.
pub fn run(args: &[String]) -> Result<(), Fail> {
    let Some(wheel) = wheel()? else { return Ok(()) };
    cargo("python", &["build", "-q", "-p", "fenggu-cli"])?;
    let py = interpreter();
    let wheel = wheel.to_string_lossy().into_owned();
    let quiet = ["--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--force-reinstall"];
    python(&py, "python", &[&["-m", "pip", "install"], &quiet[..], &[&wheel]].concat())?;
    let mut pytest = vec!["-m", "pytest", "-q", "-p", "no:cacheprovider", "python/tests"];
    pytest.extend(args.iter().map(String::as_str));
    python(&py, "python", &pytest)
}
