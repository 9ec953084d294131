//! Text that must not be in the repository.

use super::text::code_lines;
use super::{File, Finding};

/// Only faces end the process or read the environment. (Printing is clippy's rule.)
const FACES_ONLY: &[&str] = &["process::exit", "env::var", "env::args", "env::vars"];
const LIBRARIES: &[&str] = &[
    "crates/fenggu/src/",
    "crates/fenggu-net/src/",
    "crates/fenggu-io/src/",
    "crates/fenggu-opt/src/",
    "crates/fenggu-referee/src/",
    "cases/shanxi/src/",
];

/// Places on one machine, and hosts that only an ordinary package client should know. Split, or this file would break its own rule.
const PLACES: &[&[&str]] = &[
    &["/wo", "rk/"],
    &["/ro", "ot/"],
    &["/ho", "me/"],
    &["cra", "tes.io"],
    &["py", "pi.org"],
    &["python", "hosted.org"],
    &["npm", "js.org"],
    &["npm", "js.com"],
    &["deb.", "debian.org"],
];

/// Findings on forbidden text.
pub fn check(files: &[File]) -> Vec<Finding> {
    let places: Vec<String> = PLACES.iter().map(|p| p.concat()).collect();
    let mut out = Vec::new();
    // Cargo.lock names the registry on every line; cargo writes it.
    for f in files.iter().filter(|f| f.path != "Cargo.lock") {
        for (i, line) in f.text.lines().enumerate() {
            for place in places.iter().filter(|p| line.contains(p.as_str())) {
                out.push(format!("{}:{}: names `{place}`", f.path, i + 1));
            }
        }
        let tests = f.path.ends_with("tests.rs") || f.path.contains("/tests/");
        if f.is_rust() && !tests && LIBRARIES.iter().any(|l| f.path.starts_with(l)) {
            for (n, line) in code_lines(&f.text, false) {
                for word in FACES_ONLY.iter().filter(|w| line.contains(*w)) {
                    out.push(format!("{}:{n}: {word}; only faces read the environment or exit", f.path));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_exits_are_found() {
        let place = ["see /wo", "rk/x"].concat();
        let files = [
            File::new("README.md", &place),
            File::new("Cargo.lock", &place),
            File::new("crates/fenggu-io/src/x.rs", "// std::process::exit\nfn f() { std::process::exit(1) }\n"),
            File::new("crates/fenggu-cli/src/x.rs", "fn f() { std::process::exit(1) }\n"),
        ];
        let found = check(&files);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found[0].starts_with("README.md:1") && found[1].starts_with("crates/fenggu-io/src/x.rs:2"));
    }
}
