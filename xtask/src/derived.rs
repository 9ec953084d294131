//! Pages written from what the code knows: the formulary from the rooms' cards, the field list from the field tables.
//! They are kept in git for readers, and checked to be what would be written now.

use crate::shell::{root, Fail};
use crate::tidy::{tracked, File};
use fenggu_net::schema::{Kind, Value};
use fenggu_net::{Network, Quantity, TableId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const ROOMS: &str = "crates/fenggu/src/formulate/";
const FORMULARY: &str = "docs/formulary/";
const GENERATED: &str = "<!-- Written by `cargo xtask formulary`; do not edit. -->\n";

/// Path and content of every derived page.
fn pages(files: &[File]) -> BTreeMap<String, String> {
    let mut pages = formulary(files);
    pages.insert("docs/fields.md".into(), fields());
    pages
}

/// Writes the pages and removes those that no card stands behind any more.
pub fn write() -> Result<(), Fail> {
    let files = tracked()?;
    let pages = pages(&files);
    for old in files.iter().filter(|f| f.path.starts_with(FORMULARY) && !pages.contains_key(&f.path)) {
        std::fs::remove_file(root().join(&old.path))?;
    }
    for (path, text) in &pages {
        let path = root().join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, text)?;
    }
    println!("--- formulary: {} pages written", pages.len());
    Ok(())
}

/// Checks that the pages are up to date and that the glossary knows every field.
pub fn check() -> Result<(), Fail> {
    let files = tracked()?;
    let pages = pages(&files);
    let mut stale = stale(&pages, &files);
    let glossary = files.iter().find(|f| f.path == "GLOSSARY.md").map_or("", |f| f.text.as_str());
    stale.extend(unknown(glossary, &field_names()));
    if !stale.is_empty() {
        return Err(Fail(format!("derived: run `cargo xtask formulary`, or mend the glossary:\n  {}", stale.join("\n  "))));
    }
    println!("--- derived: {} pages up to date", pages.len());
    Ok(())
}

fn stale(pages: &BTreeMap<String, String>, files: &[File]) -> Vec<String> {
    let mut out = Vec::new();
    for (path, text) in pages {
        match files.iter().find(|f| f.path == *path) {
            None => out.push(format!("{path} is missing")),
            Some(f) if f.text != *text => out.push(format!("{path} differs from what the code says")),
            Some(_) => {}
        }
    }
    out.extend(
        files.iter().filter(|f| f.path.starts_with(FORMULARY) && !pages.contains_key(&f.path)).map(|f| format!("{} has no card", f.path)),
    );
    out
}

/// One page per subject, its cards in order of name, and an index.
fn formulary(files: &[File]) -> BTreeMap<String, String> {
    let mut subjects: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
    for f in files {
        if let Some((subject, _)) = f.path.strip_prefix(ROOMS).filter(|p| p.ends_with(".md")).and_then(|p| p.split_once('/')) {
            subjects.entry(subject).or_default().push(f);
        }
    }
    let mut pages = BTreeMap::new();
    if subjects.is_empty() {
        return pages;
    }
    let mut index = format!(
        "{GENERATED}\n# Formulary\n\nEvery equation of the engine, from the cards that stand beside the code. The rows on a card are compared with what\nthe code writes, by a test.\n"
    );
    for (subject, mut cards) in subjects {
        cards.sort_by(|a, b| a.path.cmp(&b.path));
        let mut page = format!("{GENERATED}\n# {subject}\n");
        let _ = writeln!(index, "\n## [{subject}]({subject}.md)\n");
        for card in cards {
            // Every heading one level down: the subject is the page's title.
            let mut fenced = false;
            page.push('\n');
            for line in card.text.trim_end().lines() {
                fenced ^= line.starts_with("```");
                if !fenced && line.starts_with('#') {
                    page.push('#');
                }
                page.push_str(line);
                page.push('\n');
            }
            let title = card.text.lines().next().unwrap_or_default().trim_start_matches('#').trim();
            let about: String = card
                .text
                .lines()
                .skip(1)
                .skip_while(|l| l.trim().is_empty())
                .take_while(|l| !l.trim().is_empty())
                .collect::<Vec<_>>()
                .join(" ");
            let _ = writeln!(index, "- `{title}`: {about}");
        }
        pages.insert(format!("{FORMULARY}{subject}.md"), page);
    }
    pages.insert(format!("{FORMULARY}README.md"), index);
    pages
}

/// Every table with its fields, and every result.
fn fields() -> String {
    let net = Network::default();
    let mut out = format!(
        "{GENERATED}\n# Fields\n\nNames as in files, messages, results and code. `name` comes first in every table and is not repeated here.\nA *profile* is one number, or one per step.\n"
    );
    for id in TableId::ALL {
        let table = net.table(*id);
        let _ = writeln!(out, "\n## {}\n\n| field | kind | unit | range | default | meaning |\n|---|---|---|---|---|---|", id.word());
        for (i, f) in table.fields().iter().enumerate() {
            let cells = [kind(f.kind), f.unit.to_string(), f.range.rule(), shown(&table.default_value(i)), f.doc.trim().to_string()];
            let _ = writeln!(out, "| `{}` | {} |", f.name, cells.map(|c| c.replace('|', "\\|")).join(" | "));
        }
    }
    out.push_str("\n## Results\n\n| table | field | unit | shape | meaning |\n|---|---|---|---|---|\n");
    for q in Quantity::ALL {
        let s = q.spec();
        let shape = if format!("{:?}", s.shape) == "Static" { "element" } else { "element × step" };
        let _ = writeln!(out, "| {} | `{}` | {} | {shape} | {} |", s.table.word(), s.field, s.unit, s.doc.trim());
    }
    out
}

fn kind(k: Kind) -> String {
    match k {
        Kind::Number => "number".into(),
        Kind::OptionalNumber => "number or none".into(),
        Kind::Integer => "whole number".into(),
        Kind::Flag => "yes or no".into(),
        Kind::Text => "text".into(),
        Kind::Choice(words) => words.join(", "),
        Kind::Profile => "profile".into(),
        Kind::OptionalProfile => "profile or none".into(),
        Kind::Pairs => "pairs".into(),
        Kind::Reference(t) => format!("name in {}", t.word()),
        Kind::OptionalReference(t) => format!("name in {}, or none", t.word()),
    }
}

fn shown(v: &Value) -> String {
    match v {
        Value::Missing => String::new(),
        Value::Number(x) => x.to_string(),
        Value::Integer(x) => x.to_string(),
        Value::Flag(x) => if *x { "yes" } else { "no" }.into(),
        Value::Text(x) => x.clone(),
        Value::Profile(p) => p.constant().map_or_else(|| "series".into(), |x| x.to_string()),
        Value::Pairs(p) if p.is_empty() => String::new(),
        Value::Pairs(p) => format!("{p:?}"),
        Value::Reference(_) => String::new(),
    }
}

fn field_names() -> BTreeSet<String> {
    let net = Network::default();
    let inputs = TableId::ALL.iter().flat_map(|id| net.table(*id).fields().iter().map(|f| f.name.to_string()));
    inputs.chain(Quantity::ALL.iter().map(|q| q.spec().field.to_string())).collect()
}

/// Names that the glossary does not have in backticks.
fn unknown(glossary: &str, names: &BTreeSet<String>) -> Vec<String> {
    names.iter().filter(|n| !glossary.contains(&format!("`{n}`"))).map(|n| format!("GLOSSARY.md does not explain `{n}`")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_become_pages() {
        let card = File::new(&format!("{ROOMS}storage/soc.md"), "# storage/soc\n\nEnergy\nkept.\n\n```rows\n# not a heading\n```\n");
        let pages = formulary(std::slice::from_ref(&card));
        let page = &pages["docs/formulary/storage.md"];
        assert!(page.contains("\n# storage\n\n## storage/soc\n") && page.contains("\n# not a heading\n"), "{page}");
        assert!(pages["docs/formulary/README.md"].contains("- `storage/soc`: Energy kept."));
    }

    #[test]
    fn a_stale_page_is_found() {
        let pages =
            BTreeMap::from([("docs/formulary/a.md".to_string(), "new".to_string()), ("docs/fields.md".to_string(), "x".to_string())]);
        let files = [File::new("docs/formulary/a.md", "old"), File::new("docs/formulary/gone.md", "")];
        let found = stale(&pages, &files);
        assert_eq!(
            found,
            ["docs/fields.md is missing", "docs/formulary/a.md differs from what the code says", "docs/formulary/gone.md has no card"]
        );
    }

    #[test]
    fn an_unexplained_field_is_found() {
        let names = BTreeSet::from(["p_mw".to_string(), "soc_mwh".to_string()]);
        assert_eq!(unknown("| power | `p_mw` |", &names), ["GLOSSARY.md does not explain `soc_mwh`"]);
    }
}
