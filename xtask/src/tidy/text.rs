//! Reading Rust source as text, just well enough for the rules.

/// Lines of code with their numbers from 1: comments are dropped, and everything from the file's test module on when
/// `tests` is false. Strings stay: a rule that minds them says so.
pub fn code_lines(text: &str, tests: bool) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut block = false;
    for (i, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        if !tests && trimmed.starts_with("#[cfg(test)]") {
            break;
        }
        if block {
            block = !line.contains("*/");
            continue;
        }
        if trimmed.starts_with("/*") {
            block = !line.contains("*/");
            continue;
        }
        if trimmed.starts_with("//") {
            continue;
        }
        // A trailing comment; `//` inside a string only follows `:` in practice (addresses).
        let cut = line.match_indices("//").map(|(k, _)| k).find(|&k| k == 0 || !line[..k].ends_with(':'));
        out.push((i + 1, cut.map_or(line, |k| &line[..k])));
    }
    out
}

/// First path segments used after `root::`, such as the modules after `crate::`; a braced list gives each of its items.
pub fn used_after(code: &str, root: &str) -> Vec<String> {
    let mut out = Vec::new();
    let needle = format!("{root}::");
    for (at, _) in code.match_indices(&needle) {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = code[at + needle.len()..].trim_start();
        match rest.strip_prefix('{') {
            None => out.extend(identifier(rest)),
            Some(list) => {
                let mut depth = 0usize;
                let mut start = true;
                for (k, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if c.is_whitespace() => {}
                        _ if start => {
                            start = false;
                            out.extend(identifier(&list[k..]));
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    out
}

fn identifier(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_string())
}

/// Words of identifiers and comments, lower case: `GeneratorId`, `generator_id` and "Generator id" all give
/// `generator`, `id`.
pub fn words(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut before_lower = false;
    for c in line.chars() {
        let boundary = !c.is_alphanumeric() || (c.is_uppercase() && before_lower);
        if boundary && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        before_lower = c.is_lowercase() || c.is_numeric();
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_tests_are_dropped() {
        let text = "//! doc\nfn a() {} // tail\n/* b\nc */\nlet u = \"http://x\";\n#[cfg(test)]\nmod tests {}\n";
        let lines: Vec<_> = code_lines(text, false).into_iter().map(|(n, l)| format!("{n}{}", l.trim_end())).collect();
        assert_eq!(lines, ["2fn a() {}", "5let u = \"http://x\";"]);
    }

    #[test]
    fn modules_in_braces_are_seen() {
        let code = "use crate::{physics::Ptdf, report, formulate::{frame::Sink, flow}};\ncrate::analyses::x(); mycrate::no;";
        assert_eq!(used_after(code, "crate"), ["physics", "report", "formulate", "analyses"]);
    }

    #[test]
    fn identifiers_fall_into_words() {
        assert_eq!(words("let bus_id: GeneratorId = p2MW;"), ["let", "bus", "id", "generator", "id", "p2", "mw"]);
    }
}
