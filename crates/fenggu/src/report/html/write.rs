//! Small tools that every part of the page uses: escaping, two languages, numbers, tables, figures.

use super::svg::Size;
use crate::report::text::{self, Text};
use std::fmt::Write;

/// Text made harmless: markup is escaped; control characters and those that turn the writing direction show as `�`.
pub(super) fn esc(s: &str) -> String {
    let mut out = String::with_capacity(s.len() + 8);
    for c in s.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{fffe}'
            | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A user's name, cut to what a table shows.
pub(super) fn name(s: &str) -> String {
    cut(s, 60)
}

/// A text cut to `n` characters, escaped.
pub(super) fn cut(s: &str, n: usize) -> String {
    if s.chars().count() <= n {
        return esc(s);
    }
    esc(&s.chars().take(n.saturating_sub(1)).collect::<String>()) + "…"
}

/// Two pieces of HTML, one per language; the page's switch shows one.
pub(super) fn both(en: &str, zh: &str) -> String {
    if en == zh {
        return en.to_string();
    }
    format!("<span lang=\"en\">{en}</span><span lang=\"zh\">{zh}</span>")
}

/// A text of the catalogue.
pub(super) fn say(t: Text) -> String {
    both(&esc(t.en), &esc(t.zh))
}

/// A text of the catalogue with HTML put in for `{0}`, `{1}`, ...
pub(super) fn say_with(t: Text, args: &[&str]) -> String {
    both(&fill(&esc(t.en), args), &fill(&esc(t.zh), args))
}

/// The same with other arguments per language.
pub(super) fn say_each(t: Text, en: &[&str], zh: &[&str]) -> String {
    both(&fill(&esc(t.en), en), &fill(&esc(t.zh), zh))
}

/// Replaces `{0}`, `{1}`, ... in one pass: an argument may itself contain braces.
pub(super) fn fill(template: &str, args: &[&str]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        out.push_str(&rest[..open]);
        match rest[open + 1..open + close].parse::<usize>().ok().and_then(|k| args.get(k)) {
            Some(a) => out.push_str(a),
            None => out.push_str(&rest[open..=open + close]),
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}

/// A number with thousands separators and a true minus sign; `–` for one that is not there.
pub(super) fn num(v: f64, decimals: usize) -> String {
    if v.is_nan() {
        return "–".to_string();
    }
    if v.is_infinite() {
        return if v > 0.0 { "∞".to_string() } else { "−∞".to_string() };
    }
    let text = format!("{:.*}", decimals, v.abs());
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), ""), |(w, f)| (w, f));
    let mut out = String::new();
    // −0.0 after rounding is 0.
    if v < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('−');
    }
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A number with about four significant digits.
pub(super) fn short(v: f64) -> String {
    let a = v.abs();
    if v == 0.0 {
        return "0".to_string();
    }
    if v != 0.0 && !(1e-3..1e12).contains(&a) && v.is_finite() {
        return format!("{v:.2e}").replace('-', "−");
    }
    num(
        v,
        if a >= 1000.0 {
            0
        } else if a >= 100.0 {
            1
        } else if a >= 1.0 {
            2
        } else {
            4
        },
    )
}

/// A column heading with its unit.
pub(super) fn with_unit(t: Text, unit: &str) -> String {
    labelled(&say(t), unit)
}

/// A column heading with its unit; both are HTML.
pub(super) fn labelled(label: &str, unit: &str) -> String {
    format!("{label} <span class=\"unit\">{unit}</span>")
}

/// Decimals that suit numbers of this size.
pub(super) fn decimals(largest: f64) -> usize {
    if largest >= 20_000.0 {
        0
    } else if largest >= 100.0 {
        1
    } else {
        2
    }
}

/// A seconds figure.
pub(super) fn seconds(s: f64) -> String {
    num(
        s,
        if s >= 100.0 {
            0
        } else if s >= 1.0 {
            2
        } else {
            3
        },
    )
}

/// A table being written: the first `text` columns hold words, the others numbers.
pub(super) struct TableHtml {
    out: String,
    text: usize,
}

impl TableHtml {
    /// Begins a table. `head` is HTML.
    pub fn new(head: &[String], text: usize) -> Self {
        let mut out = String::from("<table><thead><tr>");
        for (i, h) in head.iter().enumerate() {
            let class = if i < text { "" } else { " class=\"n\"" };
            let _ = write!(out, "<th scope=\"col\"{class}>{h}</th>");
        }
        out.push_str("</tr></thead><tbody>");
        TableHtml { out, text }
    }
    /// A row of HTML cells.
    pub fn row(&mut self, cells: &[String]) {
        self.row_with("", cells);
    }
    /// A row with attributes of its own.
    pub fn row_with(&mut self, attributes: &str, cells: &[String]) {
        let _ = write!(self.out, "<tr{attributes}>");
        for (i, c) in cells.iter().enumerate() {
            let class = if i < self.text { "" } else { " class=\"n\"" };
            let _ = write!(self.out, "<td{class}>{c}</td>");
        }
        self.out.push_str("</tr>");
    }
    /// The table in a box that scrolls sideways when the page is narrow.
    pub fn finish(self) -> String {
        format!("<div class=\"scroll\">{}</tbody></table></div>", self.out)
    }
}

/// A figure: a drawing in two widths, its legend, and the table behind it.
pub(super) struct Figure {
    /// Anchor, unique in the page.
    pub id: &'static str,
    /// Title, HTML.
    pub title: String,
    /// What one sees, HTML; may be empty.
    pub note: String,
    /// Legend, HTML; may be empty.
    pub legend: String,
    /// The table, HTML.
    pub table: String,
    /// CSV files with the full numbers, without folder and ending.
    pub csv: Vec<String>,
}

impl Figure {
    /// The figure; `draw` is called for the wide and for the narrow drawing.
    pub fn html(&self, wide: (f64, f64), narrow: (f64, f64), draw: impl Fn(Size) -> String) -> String {
        let note = if self.note.is_empty() { String::new() } else { format!("<p class=\"note\">{}</p>", self.note) };
        format!(
            "<figure id=\"{}\"><figcaption><h3>{}</h3>{note}</figcaption>{}<div class=\"wide\">{}</div><div class=\"narrow\">{}</div>{}</figure>",
            self.id,
            self.title,
            self.legend,
            draw(Size { w: wide.0, h: wide.1, narrow: false }),
            draw(Size { w: narrow.0, h: narrow.1, narrow: true }),
            details(&self.table, &self.csv),
        )
    }
}

/// A table folded away, with the names of its CSV files.
pub(super) fn details(table: &str, csv: &[String]) -> String {
    let mut files = String::new();
    for (i, c) in csv.iter().enumerate() {
        let href = esc(&format!("tables/{c}.csv"));
        let _ = write!(files, "{}<a href=\"{href}\">{href}</a>", if i == 0 { "" } else { ", " });
    }
    let full = if csv.is_empty() { String::new() } else { format!("<p class=\"note\">{} {files}</p>", say(text::FULL_NUMBERS)) };
    format!("<details><summary>{}</summary>{full}{table}</details>", say(text::DATA_TABLE))
}

/// One entry of a legend. `swatch` is an SVG paint.
pub(super) fn legend_item(swatch: &str, label: &str) -> String {
    format!("<li><svg class=\"swatch\" viewBox=\"0 0 16 12\" aria-hidden=\"true\">{swatch}</svg>{label}</li>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(num(1234567.891, 2), "1,234,567.89");
        assert_eq!(num(-999.5, 1), "−999.5");
        assert_eq!(num(-0.0001, 2), "0.00");
        assert_eq!(num(f64::NAN, 2), "–");
        assert_eq!(short(1e-9), "1.00e−9");
    }

    #[test]
    fn an_argument_may_hold_braces() {
        assert_eq!(fill("{0} and {1}", &["{1}", "x"]), "{1} and x");
        assert_eq!(fill("{7} {", &[]), "{7} {");
    }
}
