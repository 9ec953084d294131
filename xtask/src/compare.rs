//! `bench-compare REF`: this commit's figures beside those of another, as ratios, in one run.

use crate::shell::{cargo, cargo_path, output, root, target, Fail};
use std::path::PathBuf;
use std::process::Command;

/// Builds the command of `reference` and of the working tree, then lets both take turns on the benchmark's cases; further
/// arguments go to `bench/run.py`.
pub fn run(args: &[String]) -> Result<(), Fail> {
    let Some((reference, rest)) = args.split_first() else {
        return Err(Fail("bench-compare needs a commit, a tag or a branch, e.g. `cargo xtask bench-compare main`".to_string()));
    };
    let git = PathBuf::from("git");
    let commit = output(&git, &["rev-parse", "--verify", "--short", &format!("{reference}^{{commit}}")])?.trim().to_string();
    let place = target().join("bench-compare");
    let tree = place.join("tree");
    let old = place.join(format!("fenggu-{commit}"));
    std::fs::create_dir_all(&place)?;
    if !old.exists() {
        // A tree left behind by a run that was interrupted.
        let shown = tree.display().to_string();
        let _ = output(&git, &["worktree", "remove", "--force", &shown]);
        output(&git, &["worktree", "add", "--detach", "--force", &shown, &commit])?;
        println!("--- bench-compare: building {commit}");
        // The same target folder: dependencies, and the solver in C++ above all, are not built again.
        let status = Command::new(cargo_path())
            .args(["build", "-q", "-p", "fenggu-cli", "--target-dir"])
            .arg(target())
            .current_dir(&tree)
            .status()?;
        let copied = if status.success() { std::fs::copy(target().join("debug/fenggu"), &old).map(|_| ()) } else { Ok(()) };
        output(&git, &["worktree", "remove", "--force", &shown])?;
        copied?;
        if !status.success() {
            return Err(Fail(format!("{commit} does not build")));
        }
    }
    cargo("bench-compare", &["build", "-q", "-p", "fenggu-cli"])?;
    let python = [root().join(".venv/bin/python"), PathBuf::from("python3")];
    let python = python.iter().find(|p| p.components().count() == 1 || p.exists()).cloned().unwrap_or_default();
    let status = Command::new(python).arg("bench/run.py").arg("--against").arg(&old).args(rest).current_dir(root()).status()?;
    if status.success() {
        Ok(())
    } else {
        Err(Fail("bench/run.py failed".to_string()))
    }
}
