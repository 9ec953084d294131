//! Spans of a text as places that people read.

use std::path::Path;
use std::sync::Arc;

use fenggu_net::diagnostic::Place;
use fenggu_net::Diagnostic;

use crate::catalogue as code;
use crate::report::Findings;
use crate::text::{guess_encoding, is_utf16, LineIndex, Span};

/// Reads a text file; reports one that cannot be read, is larger than 4 GiB, or is not UTF-8. Name as shown, and text.
pub(crate) fn read_text(path: &Path, found: &mut Findings) -> Option<(String, Arc<str>)> {
    let shown = path.display().to_string();
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) => {
            found.add(Diagnostic::new(&code::CANNOT_OPEN).with("item", shown).with("value", e));
            return None;
        }
    };
    let text = text_of(bytes, &shown, found)?;
    Some((shown, text.into()))
}

/// Bytes as text; reports what is larger than 4 GiB or not UTF-8.
pub(crate) fn text_of(bytes: Vec<u8>, shown: &str, found: &mut Findings) -> Option<String> {
    if u32::try_from(bytes.len()).is_err() {
        found.add(Diagnostic::new(&code::TOO_LARGE).with("value", bytes.len()));
        return None;
    }
    if is_utf16(&bytes) {
        found.add(Diagnostic::new(&code::UTF16).with("item", shown));
        return None;
    }
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(e) => {
            let encoding = guess_encoding(e.as_bytes()).iconv_name();
            let index = LineIndex::new(e.as_bytes());
            let at = e.utf8_error().valid_up_to();
            let place = Place {
                file: shown.to_owned(),
                line: index.line(at) as usize,
                column: index.place(e.as_bytes(), at).column as usize,
                length: 1,
                excerpt: String::new(),
            };
            found.add(Diagnostic::new(&code::NOT_UTF8).with("value", encoding).with("item", shown).at(Some(place)));
            None
        }
    }
}

/// A file's text with its name and lines.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    /// Name as the user gave it.
    pub file: &'a str,
    /// The text.
    pub text: &'a str,
    /// Its lines.
    pub lines: &'a LineIndex,
}

/// A line longer than this is not shown.
const EXCERPT_MAX: usize = 240;

impl Source<'_> {
    /// Line, column, length and line of a span.
    pub fn place(&self, at: Span) -> Place {
        let bytes = self.text.as_bytes();
        let start = (at.start as usize).min(bytes.len());
        let place = self.lines.place(bytes, start);
        let back = |b: &&u8| **b != b'\n';
        let line_start = start - bytes[..start].iter().rev().take_while(back).count();
        let line_end = start + bytes[start..].iter().take_while(back).count();
        let end = at.end().clamp(start, line_end);
        let count = |range: &[u8]| range.iter().filter(|b| **b & 0xC0 != 0x80).count();
        let mut excerpt = String::new();
        if line_end - line_start <= EXCERPT_MAX {
            excerpt = self.text.get(line_start..line_end).unwrap_or("").trim_end().to_owned();
            excerpt = excerpt.trim_start_matches('\u{FEFF}').to_owned();
        }
        Place {
            file: self.file.to_owned(),
            line: place.line as usize,
            column: place.column as usize,
            length: count(&bytes[start..end]).max(1),
            excerpt,
        }
    }
}
