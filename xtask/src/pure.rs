//! The build without C or C++: nothing in it compiles C, links a system library, or needs a system package.

use crate::shell::{cargo, cargo_path, output, root, target, Fail};

/// Build tools and link crates that mean C or C++. `cc` in a build script is the usual sign.
const FOREIGN: &[&str] = &["cc", "cmake", "bindgen", "pkg-config", "vcpkg", "autotools", "cxx", "cxx-build"];
/// `-sys` crates that only declare what the operating system's own libraries offer, nothing is compiled.
const HARMLESS: &[&str] = &["windows-sys", "linux-raw-sys", "core-foundation-sys", "js-sys", "web-sys"];

/// Checks the dependency tree, builds, and runs the result.
///
/// The same target folder serves: crates whose features do not differ are reused, ours are built twice.
pub fn run() -> Result<(), Fail> {
    let tree = output(
        &cargo_path(),
        &["tree", "-p", "fenggu-cli", "--no-default-features", "-e", "normal,build", "--prefix", "none", "-f", "{p}"],
    )?;
    let foreign = foreign(&tree);
    if !foreign.is_empty() {
        return Err(Fail(format!("pure: the build without default features needs C: {}", foreign.join(", "))));
    }
    cargo("pure", &["build", "-q", "-p", "fenggu-cli", "--no-default-features"])?;
    smoke()
}

fn foreign(tree: &str) -> Vec<&str> {
    let mut found: Vec<&str> = tree.lines().filter_map(|l| l.split_whitespace().next()).filter(|n| is_foreign(n)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn is_foreign(name: &str) -> bool {
    FOREIGN.contains(&name) || (name.ends_with("-sys") && !HARMLESS.contains(&name))
}

/// One small case with a hand-checked answer through the pure-Rust solver.
fn smoke() -> Result<(), Fail> {
    let program = target().join("debug").join(if cfg!(windows) { "fenggu.exe" } else { "fenggu" });
    let case = root().join(CASE);
    let text = output(&program, &["dispatch", &case.to_string_lossy(), "--json"])?;
    let answer: serde_json::Value = serde_json::from_str(&text).map_err(|e| Fail(format!("pure: --json printed something else: {e}")))?;
    let objective = answer["objective"].as_f64().unwrap_or(f64::NAN);
    if answer["status"] != "ok" && answer["status"] != "optimal" || (objective - OBJECTIVE).abs() > 1e-5 * OBJECTIVE.abs() {
        return Err(Fail(format!("pure: {CASE}: status {}, objective {objective}, expected {OBJECTIVE}", answer["status"])));
    }
    println!("--- pure: {CASE}: objective {objective} without C or C++");
    Ok(())
}

/// The smoke test's case.
const CASE: &str = "cases/three_bus/network.m";
/// Its cost, worked by hand in the case's README.
const OBJECTIVE: f64 = 2700.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_in_the_tree_is_found() {
        let tree = "fenggu-cli v0.1.0\nclap v4.6.0\nzstd-sys v2.0.0\ncc v1.2.0 (*)\nlinux-raw-sys v0.9.0\ncc v1.2.0\n";
        assert_eq!(foreign(tree), ["cc", "zstd-sys"]);
        assert!(foreign("fenggu-cli v0.1.0\nsnap v1.1.1\n").is_empty());
    }
}
