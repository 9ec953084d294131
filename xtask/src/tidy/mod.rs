//! Rules that no compiler knows: which crate and module may use which, how long a file may be, that cards match rooms,
//! that documents point at things that exist. Every rule is a function from files (or arrows) to findings and has a
//! test with a small bad sample, so that it is known to be able to fail.

mod arrows;
mod docs;
mod forbidden;
mod lengths;
mod modules;
mod rooms;
mod text;
mod words;

use crate::metadata;
use crate::shell::{output, root, Fail};
use std::path::Path;

/// A tracked file. `text` is empty for files that are not UTF-8; `bytes` is the size either way.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// Path from the root, with `/`.
    pub path: String,
    /// Content.
    pub text: String,
    /// Size.
    pub bytes: u64,
}

impl File {
    #[cfg(test)]
    pub fn new(path: &str, text: &str) -> File {
        File { path: path.into(), text: text.into(), bytes: text.len() as u64 }
    }
    /// Whether it is Rust source.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
}

/// What is wrong, and where.
pub type Finding = String;

/// Runs every rule on the working tree.
pub fn run() -> Result<(), Fail> {
    let files = tracked()?;
    let (crates, arrows) = metadata::arrows()?;
    let rules: &[(&str, Vec<Finding>)] = &[
        ("arrows between crates", arrows::check(&crates, &arrows)),
        ("arrows between modules", modules::check(&files)),
        ("words of electricity in the solver", words::check(&files)),
        ("lengths", lengths::check(&files)),
        ("rooms and cards", rooms::check(&files)),
        ("forbidden", forbidden::check(&files)),
        ("documents", docs::check(&files)),
    ];
    let count: usize = rules.iter().map(|(_, f)| f.len()).sum();
    if count > 0 {
        let mut all = format!("tidy: {count} findings");
        for (rule, findings) in rules.iter().filter(|(_, f)| !f.is_empty()) {
            all.push_str(&format!("\n{rule}:"));
            for f in findings {
                all.push_str(&format!("\n  {f}"));
            }
        }
        return Err(Fail(all));
    }
    println!("--- tidy: {} files, {} rules, no finding", files.len(), rules.len());
    Ok(())
}

/// Files that git tracks, and new ones that it does not ignore.
pub fn tracked() -> Result<Vec<File>, Fail> {
    let list = output(Path::new("git"), &["ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
    let mut files = Vec::new();
    for path in list.split('\0').filter(|p| !p.is_empty()) {
        // A deleted file is still listed until it is committed.
        let Ok(content) = std::fs::read(root().join(path)) else { continue };
        let bytes = content.len() as u64;
        files.push(File { path: path.to_string(), text: String::from_utf8(content).unwrap_or_default(), bytes });
    }
    Ok(files)
}
