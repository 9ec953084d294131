//! A room is two files with one name: the card (`x.md`) and the code (`x.rs`).

use super::text::code_lines;
use super::{File, Finding};

const ROOMS: &str = "crates/fenggu/src/formulate/";
/// What makes a Rust file a room, and the fence on its card that a test compares with what it writes.
const TRAITS: &[(&str, &str)] = &[("Constraint for ", "rows"), ("Cost for ", "costs"), ("Bounds for ", "bounds")];

const REFERENCES: &str = "docs/references.bib";

/// Findings on rooms and cards.
pub fn check(files: &[File]) -> Vec<Finding> {
    let find = |path: &str| files.iter().find(|f| f.path == path);
    let list = files.iter().find(|f| f.path == format!("{ROOMS}formulations.rs")).map_or("", |f| f.text.as_str());
    let references = find(REFERENCES).map_or("", |f| f.text.as_str());
    let mut out = Vec::new();
    for f in files.iter().filter(|f| f.path.starts_with(ROOMS)) {
        if let Some(stem) = f.path.strip_suffix(".md") {
            if find(&format!("{stem}.rs")).is_none() {
                out.push(format!("{}: a card without its {stem}.rs", f.path));
            }
            continue;
        }
        let rooms = implementors(&f.text);
        if rooms.is_empty() || f.path.starts_with(&format!("{ROOMS}frame/")) || f.path == format!("{ROOMS}testkit.rs") {
            continue;
        }
        let stem = f.path.strip_suffix(".rs").unwrap_or(&f.path);
        let name = stem.rsplit('/').next().unwrap_or(stem);
        match find(&format!("{stem}.md")) {
            None => out.push(format!("{}: a room without its card {name}.md", f.path)),
            Some(card) => card_findings(card, stem, &rooms, references, &mut out),
        }
        if !f.text.contains(&format!("#![doc = include_str!(\"{name}.md\")]")) {
            out.push(format!("{}: does not show its card: #![doc = include_str!(\"{name}.md\")]", f.path));
        }
        // The card's rows are half of the test: somebody must compare them with what the code writes.
        let tests = f.text.find("#[cfg(test)]").map_or("", |k| &f.text[k..]);
        if !tests.contains(&format!("include_str!(\"{name}.md\")")) {
            out.push(format!("{}: no test compares its rows with {name}.md", f.path));
        }
        for (room, _) in &rooms {
            if !mentions(list, room) {
                out.push(format!("{}: {room} has no line in formulations.rs", f.path));
            }
        }
    }
    out
}

/// Keys of references in a paragraph: `author_year` in backticks.
fn keys(paragraph: &str) -> impl Iterator<Item = &str> {
    let is_key = |s: &&str| {
        s.split_once('_').is_some_and(|(name, year)| {
            !name.is_empty()
                && name.chars().all(|c| c.is_ascii_lowercase())
                && year.len() >= 4
                && year[..4].chars().all(|c| c.is_ascii_digit())
        })
    };
    paragraph.split('`').skip(1).step_by(2).filter(is_key)
}

fn card_findings(card: &File, stem: &str, rooms: &[(String, &str)], references: &str, out: &mut Vec<Finding>) {
    let title = format!("# {}", stem.strip_prefix(ROOMS).unwrap_or(stem));
    if card.text.lines().next() != Some(title.as_str()) {
        out.push(format!("{}: begins with something else than `{title}`", card.path));
    }
    for (_, fence) in TRAITS.iter().filter(|(t, _)| rooms.iter().any(|(_, r)| r == t)) {
        if !card.text.contains(&format!("\n```{fence}\n")) {
            out.push(format!("{}: no ```{fence} fence", card.path));
        }
    }
    match card.text.find("\nSource:") {
        None => out.push(format!("{}: no `Source:` line", card.path)),
        Some(k) => {
            let paragraph = card.text[k + 1..].split("\n\n").next().unwrap_or_default();
            for key in keys(paragraph).filter(|key| !references.contains(&format!("{{{key},"))) {
                out.push(format!("{}: cites `{key}`, which {REFERENCES} does not have", card.path));
            }
        }
    }
    if rooms.iter().any(|(_, t)| *t == TRAITS[0].0) && !card.text.lines().any(|l| l.starts_with("Dual")) {
        out.push(format!("{}: a constraint without a `Dual:` line", card.path));
    }
}

/// Types that implement a room's trait in this file, and which trait.
fn implementors(text: &str) -> Vec<(String, &'static str)> {
    let mut out: Vec<(String, &str)> = Vec::new();
    for (_, line) in code_lines(text, false) {
        if !line.trim_start().starts_with("impl") {
            continue;
        }
        for (t, _) in TRAITS {
            let Some(k) = line.find(t) else { continue };
            // `Cost for` inside `StartUpCost for` is another trait's end.
            if !line[..k].ends_with([' ', ':', '>']) {
                continue;
            }
            let rest = &line[k + t.len()..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(rest.len());
            let name = rest[..end].rsplit("::").next().unwrap_or(rest).to_string();
            if !name.is_empty() && !out.iter().any(|(n, _)| *n == name) {
                out.push((name, t));
            }
        }
    }
    out
}

/// Whether the word stands in the text on its own.
fn mentions(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(k, _)| {
        let inside = |c: char| c.is_alphanumeric() || c == '_';
        !text[..k].ends_with(inside) && !text[k + word.len()..].starts_with(inside)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD_CARD: &str = "# storage/soc\n\ntext\n\nDual: a value.\nSource: `wood_2013`, `not_a_key`.\n\n```rows\nsoc: 0 = 0\n```\n";
    const GOOD_ROOM: &str = "#![doc = include_str!(\"soc.md\")]\npub struct Soc;\nimpl Constraint for Soc {}\n#[cfg(test)]\nmod t { const C: &str = include_str!(\"soc.md\"); }\n";

    fn tree(room: &str, card: Option<&str>, list: &str) -> Vec<Finding> {
        let mut files = vec![
            File::new("crates/fenggu/src/formulate/storage/soc.rs", room),
            File::new("crates/fenggu/src/formulate/formulations.rs", list),
        ];
        files.push(File::new(REFERENCES, "@book{wood_2013,\n}"));
        files.extend(card.map(|c| File::new("crates/fenggu/src/formulate/storage/soc.md", c)));
        check(&files)
    }

    #[test]
    fn a_good_room_passes() {
        assert_eq!(tree(GOOD_ROOM, Some(GOOD_CARD), "v.constraint(Soc);"), Vec::<String>::new());
    }

    #[test]
    fn each_lack_is_found() {
        let one = |room: &str, card: Option<&str>, list: &str, what: &str| {
            let found = tree(room, card, list);
            assert!(found.len() == 1 && found[0].contains(what), "{what}: {found:#?}");
        };
        one(GOOD_ROOM, None, "Soc", "without its card");
        one(GOOD_ROOM, Some(GOOD_CARD), "SocMax", "no line in formulations.rs");
        one(GOOD_ROOM, Some(&GOOD_CARD.replace("```rows", "```text")), "Soc", "no ```rows fence");
        one(GOOD_ROOM, Some(&GOOD_CARD.replace("Source:", "From")), "Soc", "no `Source:` line");
        one(GOOD_ROOM, Some(&GOOD_CARD.replace("wood_2013", "wood_2014")), "Soc", "cites `wood_2014`");
        one(GOOD_ROOM, Some(&GOOD_CARD.replace("Dual:", "Price")), "Soc", "without a `Dual:` line");
        one(GOOD_ROOM, Some(&GOOD_CARD.replace("# storage/soc", "# soc")), "Soc", "begins with something else");
        one(&GOOD_ROOM.replace("#![doc = include_str!(\"soc.md\")]\n", ""), Some(GOOD_CARD), "Soc", "does not show its card");
        one(&GOOD_ROOM[..GOOD_ROOM.find("#[cfg").unwrap()], Some(GOOD_CARD), "Soc", "no test compares");
    }

    #[test]
    fn traits_with_parameters_count() {
        let found = implementors("impl<'a> Constraint for flow::Limit<'a> {}\nimpl Display for X {}\nimpl frame::Cost for Offer {\n");
        assert_eq!(found, [("Limit".to_string(), "Constraint for "), ("Offer".to_string(), "Cost for ")]);
    }
}
