//! Spans of a text as places that people read.

use fenggu_net::diagnostic::Place;

use crate::text::{LineIndex, Span};

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
