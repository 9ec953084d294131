//! Getting past what is not read: blocks, statements, strings, text that is not ASCII.

use super::problem::{shorten, ProblemKind, Refusal};
use super::scan::{Scanner, BLOCKS};
use crate::text::{guess_encoding, to_ascii, Span, BOM};

impl Scanner<'_> {
    /// Skips statements to the `end` that closes the block opened at `start`, or, for an `if`, to
    /// its `else`. Returns the word it stopped at.
    pub(super) fn skip_block(&mut self, start: usize) -> Option<&'static str> {
        let mut depth = 1;
        self.skip_statement();
        loop {
            self.skip_between();
            if self.i >= self.text.len() {
                let reason = Refusal::Keyword("end".to_owned());
                self.refuse_at(start, start, reason);
                // Nothing behind it can be told from the block's inside.
                self.i = self.text.len();
                return None;
            }
            let before = self.i;
            let word = self.word();
            match word {
                "end" | "endif" | "endfor" | "endwhile" | "endswitch" | "end_try_catch" => {
                    depth -= 1;
                    if depth == 0 {
                        return Some("end");
                    }
                }
                "else" if depth == 1 => return Some("else"),
                "if" => depth += 1,
                w if BLOCKS.contains(&w) => depth += 1,
                _ => {}
            }
            self.skip_statement();
            if self.i == before {
                self.i += 1;
            }
        }
    }

    /// Moves to the end of the statement: past strings, comments, continuations and brackets.
    pub(super) fn skip_statement(&mut self) {
        let mut depth = 0usize;
        let mut before = b' ';
        while let Some(b) = self.peek() {
            match b {
                b'\n' if depth == 0 => return,
                b'\n' if starts_assignment(self.text, self.i + 1) => return,
                b';' | b',' if depth == 0 => return,
                b'%' => {
                    self.comment();
                    continue;
                }
                b'.' if self.text[self.i..].starts_with(b"...") => self.skip_line(),
                b'\'' | b'"' if !(b == b'\'' && is_operand_end(before)) => self.skip_string(b),
                b'[' | b'{' | b'(' => depth += 1,
                b']' | b'}' | b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            before = b;
            self.i = (self.i + 1).min(self.text.len());
        }
    }

    /// From an opening quote to its closing one, or to the end of the line.
    fn skip_string(&mut self, quote: u8) {
        let mut j = self.i + 1;
        while j < self.text.len() && self.text[j] != b'\n' {
            if self.text[j] == quote {
                self.i = j;
                return;
            }
            j += 1;
        }
        self.i = j - 1;
    }

    /// Full-width characters (or bytes of another encoding) behind a value: tell, and go on.
    pub(super) fn foreign_text(&mut self) {
        let start = self.i;
        while matches!(self.peek(), Some(b) if b >= 0x80) {
            self.i += 1;
        }
        self.foreign(start, self.i);
    }

    /// Reports a piece of text that is not ASCII.
    pub(super) fn foreign(&mut self, start: usize, end: usize) {
        let at = Span::new(start, end);
        match std::str::from_utf8(&self.text[start..end]) {
            Ok(text) => {
                let text = shorten(text.as_bytes());
                let ascii = to_ascii(&text);
                if ascii == text {
                    let reason = Refusal::Sign(text.clone());
                    self.problems.add(at, ProblemKind::Refused { statement: text, reason });
                } else {
                    self.problems.add(at, ProblemKind::FullWidth { text, ascii });
                }
            }
            Err(_) => {
                self.bad_bytes = true;
                let looks_like = guess_encoding(&self.text[start..end]);
                self.problems.add(at, ProblemKind::NotUtf8 { looks_like });
            }
        }
    }

    /// A statement with characters that are not ASCII outside strings. Told once; when its ASCII
    /// form opens a table, the table is read all the same, so that its rows cause no further
    /// messages.
    pub(super) fn foreign_line(&mut self) {
        let start = self.i;
        self.skip_line();
        let line = &self.text[start..self.i];
        let code_end = line.iter().position(|b| *b == b'%').unwrap_or(line.len());
        let trimmed = line[..code_end].trim_ascii_end().len();
        self.foreign(start, start + trimmed);
        let ascii = to_ascii(&String::from_utf8_lossy(&line[..code_end.min(400)]));
        let opens = ascii.trim_end().strip_suffix(['[', '{']);
        let name = opens.and_then(|t| t.trim_end().strip_suffix('=')).map(str::trim);
        let field = name.and_then(|n| n.strip_prefix(&format!("{}.", self.prefix)));
        if let Some(field) = field.filter(|f| !f.is_empty() && !f.contains(['(', ' '])) {
            if ascii.trim_end().ends_with('[') {
                self.table_body(field.to_owned(), start);
            } else {
                self.list_body(field.to_owned(), start);
            }
        }
    }

    /// Numbers outside any table: one message for the whole run of lines.
    pub(super) fn stray_numbers(&mut self) {
        let start = self.i;
        self.skip_line();
        let first_line_end = self.i;
        loop {
            let mut j = (self.i + 1).min(self.text.len());
            while matches!(self.text.get(j), Some(b' ' | b'\t')) {
                j += 1;
            }
            match self.text.get(j) {
                Some(b'0'..=b'9' | b'+' | b'-' | b'.') => {
                    self.i = j;
                    self.skip_line();
                }
                _ => break,
            }
        }
        self.problems.add(Span::new(start, first_line_end), ProblemKind::StrayNumbers);
        self.skip_between();
        if self.peek() == Some(b']') {
            self.i += 1;
        }
    }
}

/// Whether only blanks stand between the start of the line and `at`.
pub(super) fn at_line_start(text: &[u8], at: usize) -> bool {
    let before = text[..at].iter().rev().find(|b| !matches!(b, b' ' | b'\t'));
    matches!(before, None | Some(b'\n')) || text[..at].ends_with(BOM)
}

/// Whether `name =`, `name.field =` or `name(` starts at `at` (after blanks), or a function does.
pub(super) fn starts_assignment(text: &[u8], at: usize) -> bool {
    let mut i = at;
    while matches!(text.get(i), Some(b' ' | b'\t')) {
        i += 1;
    }
    let start = i;
    if !matches!(text.get(i), Some(b) if b.is_ascii_alphabetic()) {
        return false;
    }
    while matches!(text.get(i), Some(b) if b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')) {
        i += 1;
    }
    if &text[start..i] == b"function" {
        return true;
    }
    while matches!(text.get(i), Some(b' ' | b'\t')) {
        i += 1;
    }
    matches!(text.get(i), Some(b'=')) || (text.get(i) == Some(&b'(') && text[start..i].contains(&b'.'))
}

/// Whether a quote behind this byte means "transpose", not the start of a string.
fn is_operand_end(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b')' | b']' | b'}' | b'.' | b'\'')
}
