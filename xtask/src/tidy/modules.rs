//! Which module of the engine may use which; and that a network does no input, no output, no clock.

use super::text::{code_lines, used_after};
use super::{File, Finding};

/// Folder, modules of the engine it may not use (after `crate::`), crates it may not use, and why.
struct Rule {
    folder: &'static str,
    modules: &'static [&'static str],
    crates: &'static [&'static str],
    why: &'static str,
}

const ENGINE: &[Rule] = &[
    Rule {
        folder: "crates/fenggu/src/physics",
        modules: &["formulate", "analyses", "report", "market", "wire"],
        crates: &["fenggu_io", "fenggu_referee"],
        why: "physics is at the bottom",
    },
    Rule {
        folder: "crates/fenggu/src/formulate",
        modules: &["analyses", "report", "market", "wire"],
        crates: &["fenggu_io", "fenggu_referee"],
        why: "rooms write matrix entries and know no solver options, files or judges",
    },
    Rule {
        folder: "crates/fenggu/src/analyses",
        modules: &["report", "market"],
        crates: &["fenggu_io", "fenggu_referee"],
        why: "an analysis turns a network into results; reading and judging belong to the façade",
    },
    Rule {
        folder: "crates/fenggu/src/report",
        modules: &["formulate", "analyses"],
        crates: &["fenggu_io", "fenggu_opt"],
        why: "reports read results only",
    },
    Rule {
        folder: "crates/fenggu/src/market",
        modules: &["formulate", "analyses", "report"],
        crates: &["fenggu_io", "fenggu_opt"],
        why: "markets read results only",
    },
];

/// What `fenggu-net` may not touch.
const NET: &[&str] = &[
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::env",
    "std::thread",
    "Instant::now",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
];

/// Findings on modules.
pub fn check(files: &[File]) -> Vec<Finding> {
    let mut out = Vec::new();
    for f in files.iter().filter(|f| f.is_rust()) {
        for rule in ENGINE.iter().filter(|r| f.path.starts_with(&format!("{}/", r.folder)) || f.path == format!("{}.rs", r.folder)) {
            let code: String = code_lines(&f.text, false).iter().map(|(_, l)| format!("{l}\n")).collect();
            for used in used_after(&code, "crate") {
                if rule.modules.contains(&used.as_str()) {
                    out.push(format!("{}: uses crate::{used}; {}", f.path, rule.why));
                }
            }
            for used in rule.crates.iter().filter(|c| code.contains(*c)) {
                out.push(format!("{}: uses {used}; {}", f.path, rule.why));
            }
        }
        if f.path.starts_with("crates/fenggu-net/src/") {
            for (n, line) in code_lines(&f.text, false) {
                for word in NET.iter().filter(|w| line.contains(*w)) {
                    out.push(format!("{}:{n}: {word}; a network does no I/O, starts no thread, reads no clock", f.path));
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
    fn arrows_the_wrong_way_are_found() {
        let files = [
            File::new(
                "crates/fenggu/src/formulate/flow/limit.rs",
                "use crate::{physics::Ptdf, analyses::Options};\nfn f(_: fenggu_io::X) {}\n",
            ),
            File::new("crates/fenggu/src/analyses/dispatch.rs", "use crate::formulate::Model;\nuse fenggu_referee::check;\n"),
            File::new("crates/fenggu/src/report/mod.rs", "// crate::analyses is fine in a comment\nuse crate::physics::x;\n"),
            File::new("crates/fenggu/src/market.rs", "use crate::formulate::Row;\n"),
            File::new("crates/fenggu-net/src/time.rs", "let t = std::time::Instant::now();\n#[cfg(test)]\nuse std::fs;\n"),
        ];
        let found = check(&files);
        assert_eq!(found.len(), 5, "{found:#?}");
        assert!(found[0].contains("limit.rs: uses crate::analyses"));
        assert!(found[1].contains("limit.rs: uses fenggu_io"));
        assert!(found[2].contains("dispatch.rs: uses fenggu_referee"));
        assert!(found[3].contains("market.rs: uses crate::formulate"));
        assert!(found[4].contains("time.rs:1: Instant::now"));
    }
}
