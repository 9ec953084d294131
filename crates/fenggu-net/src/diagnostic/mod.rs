//! What is wrong with the user's data: many at once, each with a place, a rule and a remedy, in two languages.
//!
//! A message is a code with typed values; its wording stands in a catalogue ([`Entry`]) in English and Chinese.
mod catalogue;
mod source;

pub use catalogue::CATALOGUE;
pub(crate) use catalogue::*;
pub use source::{Place, RowStyle, SourceMap};

use crate::table::TableId;
use std::fmt::Write;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Suspicious; the run goes on.
    Warning,
    /// Nothing can be solved with it.
    Error,
}

impl Severity {
    /// The word shown.
    pub fn word(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Severity::Note, Lang::En) => "note",
            (Severity::Warning, Lang::En) => "warning",
            (Severity::Error, Lang::En) => "error",
            (Severity::Note, Lang::Zh) => "提示",
            (Severity::Warning, Lang::Zh) => "警告",
            (Severity::Error, Lang::Zh) => "错误",
        }
    }
}

/// Language of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

/// Wording of one code in one language. `{name}` is replaced by the argument of that name; `{component}`, `{table}`
/// and `{field}` are always there.
#[derive(Clone, Copy, Debug)]
pub struct Wording {
    /// What is wrong, one line.
    pub title: &'static str,
    /// The consequence in the user's terms.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
}

/// One code of a catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// One letter and four digits, e.g. `N0312`.
    pub code: &'static str,
    /// Severity, unless the finding lowers it.
    pub severity: Severity,
    /// English.
    pub en: Wording,
    /// Chinese.
    pub zh: Wording,
}

impl Entry {
    /// The wording in a language.
    pub fn wording(&self, lang: Lang) -> &Wording {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// Bytes of a name that a message shows.
const NAME_MOST: usize = 200;
/// Bytes of a value: lists of known words are long, a damaged file's cells may be the whole file.
const VALUE_MOST: usize = 2000;

/// A text, cut where nobody would read on.
fn shown(out: &mut String, text: &str, most: usize) {
    if text.len() <= most {
        return out.push_str(text);
    }
    let mut end = 160;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let _ = write!(out, "{}… ({} B)", &text[..end], text.len());
}

/// A finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Which code.
    pub entry: &'static Entry,
    /// How bad.
    pub severity: Severity,
    /// Where in the user's file, when it came from one.
    pub place: Option<Place>,
    /// Table of the component.
    pub table: Option<TableId>,
    /// The user's own name of the component; empty for none.
    pub component: String,
    /// Field; empty for none.
    pub field: &'static str,
    /// Values of the message, by name; words among them are English.
    pub args: Vec<(&'static str, String)>,
    /// The values that are words, in Chinese, by the same names.
    pub args_zh: Vec<(&'static str, String)>,
}

impl Diagnostic {
    /// A finding of a code, at its usual severity.
    pub fn new(entry: &'static Entry) -> Self {
        Diagnostic {
            entry,
            severity: entry.severity,
            place: None,
            table: None,
            component: String::new(),
            field: "",
            args: Vec::new(),
            args_zh: Vec::new(),
        }
    }
    /// Names the component.
    pub fn on(mut self, table: TableId, component: &str) -> Self {
        self.table = Some(table);
        self.component = component.to_string();
        self
    }
    /// Names the field.
    pub fn field(mut self, field: &'static str) -> Self {
        self.field = field;
        self
    }
    /// Points into a file.
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }
    /// Adds a value of the message.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
    /// Adds a value that is words, in English and Chinese. What is a name, a number or a field stands for itself ([`Self::with`]).
    pub fn with_both(mut self, name: &'static str, en: impl ToString, zh: impl ToString) -> Self {
        self.args.push((name, en.to_string()));
        self.args_zh.push((name, zh.to_string()));
        self
    }
    /// Adds the unit of a field.
    pub fn with_unit(self, unit: &str) -> Self {
        self.with_both("unit", unit, unit.replace("currency", "货币").replace(" per ", "/"))
    }
    /// Another severity than the code's usual.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
    /// The code.
    pub fn code(&self) -> &'static str {
        self.entry.code
    }
    /// A template of the catalogue in a language, long names and values cut, with this finding's values in it.
    pub fn fill(&self, template: &str, lang: Lang) -> String {
        let chinese: &[(&'static str, String)] = if lang == Lang::Zh { &self.args_zh } else { &[] };
        let mut out = String::new();
        let mut rest = template;
        while let Some(open) = rest.find('{') {
            let Some(len) = rest[open..].find('}') else { break };
            out.push_str(&rest[..open]);
            let key = &rest[open + 1..open + len];
            match key {
                "component" => shown(&mut out, &self.component, NAME_MOST),
                "table" => out.push_str(self.table.map_or("", TableId::word)),
                "field" => out.push_str(self.field),
                _ => match chinese.iter().chain(&self.args).find(|(n, _)| *n == key) {
                    Some((_, v)) => shown(&mut out, v, VALUE_MOST),
                    None => {
                        let _ = write!(out, "{{{key}}}");
                    }
                },
            }
            rest = &rest[open + len + 1..];
        }
        out.push_str(rest);
        out
    }
    /// What is wrong, one line.
    pub fn title(&self, lang: Lang) -> String {
        self.fill(self.entry.wording(lang).title, lang)
    }
    /// The whole message: title, place with the line and a caret, why, fix.
    pub fn render(&self, lang: Lang) -> String {
        let w = self.entry.wording(lang);
        let colon = if lang == Lang::En { ": " } else { "：" };
        let mut out = format!("{}[{}]{colon}{}\n", self.severity.word(lang), self.code(), self.fill(w.title, lang));
        if let Some(p) = &self.place {
            let _ = writeln!(out, "  --> {}:{}:{}", p.file, p.line, p.column);
            if !p.excerpt.is_empty() {
                let gutter = p.line.to_string().len();
                // The caret counts characters; a wide character before it shifts it on some terminals.
                let pad: String = p.excerpt.chars().take(p.column.saturating_sub(1)).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
                let _ = writeln!(out, "{:gutter$} |", "");
                let _ = writeln!(out, "{} | {}", p.line, p.excerpt);
                let _ = writeln!(out, "{:gutter$} | {}{}", "", pad, "^".repeat(p.length.max(1)));
            }
        }
        for (label, text) in [(("why", "后果"), w.why), (("fix", "处理"), w.fix)] {
            if !text.is_empty() {
                let label = if lang == Lang::En { label.0 } else { label.1 };
                let _ = writeln!(out, " {label}{colon}{}", self.fill(text, lang));
            }
        }
        out
    }
}
