//! A file that one can read in a sitting: aim at 300 lines, stop at 600. And no blob in git.

use super::{File, Finding};

/// Where a file stops.
const LINES: usize = 600;
/// Largest tracked file. A clone should take seconds; data that comes from a registry is fetched by scripts/setup-tests.sh.
const BYTES: u64 = 1 << 20;
const SOURCE: &[&str] = &["rs", "py", "sh", "js", "ts", "css", "svelte"];

/// Longer files, each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// Findings on lengths and sizes.
pub fn check(files: &[File]) -> Vec<Finding> {
    let mut out = Vec::new();
    for f in files {
        let source = f.path.rsplit_once('.').is_some_and(|(_, ext)| SOURCE.contains(&ext));
        let lines = f.text.lines().count();
        let excepted = EXCEPTIONS.iter().any(|(p, _)| *p == f.path);
        if source && lines > LINES && !excepted {
            out.push(format!("{}: {lines} lines; aim at 300, stop at {LINES}", f.path));
        }
        if f.bytes > BYTES && !excepted {
            out.push(format!("{}: {} KiB; nothing above {} KiB is kept in git", f.path, f.bytes >> 10, BYTES >> 10));
        }
    }
    for (path, _) in EXCEPTIONS {
        if !files.iter().any(|f| f.path == *path && (f.text.lines().count() > LINES || f.bytes > BYTES)) {
            out.push(format!("{path}: is no longer too long; take it off xtask's list of exceptions"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_and_a_blob_are_found() {
        let files = [
            File::new("a.rs", &"x\n".repeat(601)),
            File::new("b.rs", &"x\n".repeat(600)),
            File::new("data.csv", &"x\n".repeat(601)),
            File { path: "wheel.bin".into(), text: String::new(), bytes: 2 << 20 },
        ];
        let found = check(&files);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found[0].starts_with("a.rs: 601 lines") && found[1].starts_with("wheel.bin: 2048 KiB"));
    }
}
