//! Documents: those that must be there are; links between them lead somewhere; the two READMEs have one shape.

use super::{File, Finding};
use std::collections::BTreeSet;

const MUST_BE: &[&str] =
    &["README.md", "README.zh.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "GLOSSARY.md", "LICENSE-MIT", "LICENSE-APACHE"];
/// Documents in two languages that must have the same headings, level by level.
const PAIRS: &[(&str, &str)] = &[("README.md", "README.zh.md")];

/// Guides in two languages: headings alike, and the README's example is not on them.
const GUIDES: &[(&str, &str)] =
    &[("docs/guide-matpower.md", "docs/guide-matpower.zh.md"), ("docs/guide-pypsa.md", "docs/guide-pypsa.zh.md")];

/// Where the example of the README is tested.
const LIBRARY: &str = "crates/fenggu/src/lib.rs";

/// Findings on documents.
pub fn check(files: &[File]) -> Vec<Finding> {
    let mut out = Vec::new();
    out.extend(MUST_BE.iter().filter(|p| !files.iter().any(|f| f.path == **p)).map(|p| format!("{p} is missing")));
    let mut known: BTreeSet<String> = files.iter().map(|f| f.path.clone()).collect();
    for f in files {
        let mut path = f.path.as_str();
        while let Some((folder, _)) = path.rsplit_once('/') {
            known.insert(folder.to_string());
            path = folder;
        }
    }
    for f in files.iter().filter(|f| f.path.ends_with(".md")) {
        for (n, target) in links(&f.text) {
            if let Some(path) = resolve(&f.path, &target) {
                if !known.contains(&path) {
                    out.push(format!("{}:{n}: links to {target}, which is not there", f.path));
                }
            }
        }
    }
    for (a, b) in PAIRS.iter().chain(GUIDES) {
        let shape = |p: &str| files.iter().find(|f| f.path == p).map(|f| headings(&f.text));
        if let (Some(x), Some(y)) = (shape(a), shape(b)) {
            if x != y {
                out.push(format!("{a} and {b} have different headings: levels {x:?} and {y:?}"));
            }
        }
    }
    out.extend(examples(files));
    out
}

/// The README's example is the one that the library's documentation tests; comments may be translated.
fn examples(files: &[File]) -> Vec<Finding> {
    let text = |p: &str| files.iter().find(|f| f.path == p).map(|f| f.text.as_str());
    let Some(library) = text(LIBRARY) else { return Vec::new() };
    let doc: String =
        library.lines().take_while(|l| l.starts_with("//!")).map(|l| format!("{}\n", l.strip_prefix("//! ").unwrap_or(""))).collect();
    let tested = fence(&doc, "```");
    PAIRS
        .iter()
        .flat_map(|(a, b)| [*a, *b])
        .filter_map(|p| Some((p, text(p)?)))
        .filter(|(_, t)| fence(t, "```rust") != tested)
        .map(|(p, _)| format!("{p}: its ```rust example differs from the one tested in {LIBRARY}"))
        .collect()
}

/// Code of the first fence that opens so, without comments, hidden lines and empty ones.
fn fence(text: &str, open: &str) -> Vec<String> {
    let body = text.lines().skip_while(|l| *l != open).skip(1).take_while(|l| *l != "```");
    let code = body.filter(|l| !l.starts_with("# ")).map(|l| l.split("//").next().unwrap_or_default().trim().to_string());
    code.filter(|l| !l.is_empty()).collect()
}

/// Lines outside code fences.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(i, line)| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return None;
        }
        (!fenced).then_some((i + 1, line))
    })
}

fn headings(text: &str) -> Vec<usize> {
    prose(text).filter(|(_, l)| l.starts_with('#')).map(|(_, l)| l.chars().take_while(|c| *c == '#').count()).collect()
}

/// Targets of Markdown links, with their lines; code spans do not count.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for (n, line) in prose(text) {
        let plain: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        for (k, _) in plain.match_indices("](") {
            let rest = &plain[k + 2..];
            if let Some(end) = rest.find(')') {
                out.push((n, rest[..end].to_string()));
            }
        }
    }
    out
}

/// Path from the root that a link in `from` means; none for links to elsewhere or within the page.
fn resolve(from: &str, target: &str) -> Option<String> {
    let target = target.split_once('#').map_or(target, |(t, _)| t).split(' ').next().unwrap_or_default();
    if target.is_empty() || target.contains("://") || target.starts_with("mailto:") || target.contains("::") {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for p in target.trim_end_matches('/').split('/') {
        match p {
            "." | "" => {}
            // Above the root lies data that is not ours (`../shared`).
            ".." => {
                parts.pop()?;
            }
            p => parts.push(p),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untested_example_is_found() {
        let lib = "//! About.\n//!\n//! ```\n//! let a = 1; // one\n//!\n//! run(a)?;\n//! # Ok(())\n//! ```\npub mod x;\n";
        let files = [
            File::new(LIBRARY, lib),
            File::new("README.md", "# T\n```sh\nx\n```\n```rust\nlet a = 1; // eins\nrun(a)?;\n```\n"),
            File::new("README.zh.md", "# T\n```rust\nlet a = 2;\nrun(a)?;\n```\n"),
        ];
        let found = examples(&files);
        assert!(found.len() == 1 && found[0].starts_with("README.zh.md"), "{found:#?}");
    }

    #[test]
    fn dead_links_missing_documents_and_lopsided_readmes_are_found() {
        let files: Vec<File> = MUST_BE.iter().filter(|p| **p != "CHANGELOG.md").map(|p| File::new(p, "# T\n")).collect();
        let mut files = files;
        files[0].text = "# T\n## More\n[a](docs/there.md#x) [b](docs/gone.md) `[c](no.md)` [d](../shared/x) [e](https://e)\n```\n# no\n[f](no)\n```\n[g](docs)\n".into();
        files.push(File::new("docs/there.md", "[up](../README.md) [side](gone.md)"));
        let found = check(&files);
        assert_eq!(found.len(), 4, "{found:#?}");
        assert_eq!(found[0], "CHANGELOG.md is missing");
        assert!(found[1].contains("README.md:3: links to docs/gone.md"));
        assert!(found[2].contains("docs/there.md:1: links to gone.md"));
        assert!(found[3].contains("levels [1, 2] and [1]"));
    }
}
