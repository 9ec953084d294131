//! Reading the literals of a `.m` file: tables of numbers, lists of strings, strings.

use super::eval;
use super::number;
use super::problem::{shorten, ProblemKind};
use super::raw::{cell_value, ends_cell, poison, Strings, Table};
use super::scan::Scanner;
use super::skip::{at_line_start, starts_assignment};
use crate::text::Span;

/// A short row is filled up with unreadable cells so that later rows keep their place, but only
/// this far: otherwise a file with one wide row and many short ones would outgrow itself.
const FILL: usize = 32;

impl Scanner<'_> {
    /// A table; the scanner stands at its opening bracket.
    pub(super) fn table(&mut self, name: String, start: usize) {
        self.i += 1;
        self.table_body(name, start);
    }

    /// A table; the scanner stands behind its opening bracket.
    pub(super) fn table_body(&mut self, name: String, start: usize) {
        let mut b = Builder {
            table: Table { columns: self.columns.take(), ..Table::default() },
            row_start: 0,
            row_at: 0,
            rows: 0,
            damaged: false,
            guessed: false,
        };
        let text = self.text;
        let opened = start;
        let mut comma = false; // a comma stands before, with no cell since
        let closed = loop {
            let Some(&c) = text.get(self.i) else {
                break false;
            };
            match c {
                b'0'..=b'9' | b'-' | b'+' | b'.' => {
                    if c == b'.' && text[self.i..].starts_with(b"...") {
                        self.skip_line();
                        self.i = (self.i + 1).min(text.len());
                        continue;
                    }
                    self.number_cell(&name, &mut b);
                    comma = false;
                }
                b' ' | b'\t' | b'\r' => self.i += 1,
                b'\n' | b';' => {
                    self.i += 1;
                    self.end_row(&name, &mut b);
                    comma = false;
                }
                b',' => {
                    if comma || b.in_row() == 0 {
                        let at = Span::new(self.i, self.i + 1);
                        let row = b.rows + 1;
                        self.problems.add(at, ProblemKind::EmptyCell { name: name.clone(), row });
                        b.damaged = true;
                    }
                    comma = true;
                    self.i += 1;
                }
                b'%' => self.comment(),
                b']' => {
                    self.i += 1;
                    break true;
                }
                _ => {
                    if at_line_start(text, self.i) && starts_assignment(text, self.i) {
                        break false;
                    }
                    if self.word_cell(&name, &mut b) {
                        break true;
                    }
                    comma = false;
                }
            }
        };
        self.end_row(&name, &mut b);
        if !closed {
            self.not_closed(&name, opened, b.rows);
        }
        let mut table = b.table;
        table.data.shrink_to_fit();
        table.span = Span::new(start, self.i);
        table.computed = vec![false; table.width];
        table.name = name.clone();
        let twice = self.case.put_table(table);
        self.note_twice(twice, Span::new(start, start + name.len()), name);
        if closed {
            self.finish_statement(start);
        }
    }

    pub(super) fn not_closed(&mut self, name: &str, opened: usize, rows: usize) {
        let opened_line = self.line_of(opened);
        let name = name.to_owned();
        if self.i >= self.text.len() {
            let last_line = self.line_of(self.text.trim_ascii_end().len());
            let at = Span::new(self.text.len(), self.text.len());
            let kind = ProblemKind::Truncated { name, opened_line, rows, last_line };
            self.problems.add(at, kind);
        } else {
            let at = Span::new(self.i, self.i + 1);
            self.problems.add(at, ProblemKind::Unclosed { name, opened_line });
        }
    }

    /// A cell that starts like a number: the fast path of the whole reader.
    fn number_cell(&mut self, name: &str, b: &mut Builder) {
        let start = self.i;
        let c = self.text[start];
        let digits = start + usize::from(c == b'-' || c == b'+');
        match number::unsigned(self.text, digits) {
            Some((value, end)) if self.text.get(end).is_none_or(|_| ends_cell(self.text, end)) => {
                self.i = end;
                if value.is_infinite() {
                    let text = shorten(&self.text[start..end]);
                    self.problems.add(Span::new(start, end), ProblemKind::Overflow { text });
                    b.push(start, poison());
                } else {
                    b.push(start, if c == b'-' { -value } else { value });
                }
            }
            _ => {
                self.word_cell(name, b);
            }
        }
    }

    /// A cell that is not a plain number: `Inf`, `NaN`, or something wrong. Returns whether it
    /// was a full-width bracket that closes the table.
    fn word_cell(&mut self, name: &str, b: &mut Builder) -> bool {
        let start = self.i;
        while self.i < self.text.len() && !ends_cell(self.text, self.i) {
            self.i += 1;
        }
        if self.i == start {
            self.i += 1; // a separator cannot be a cell; never stand still
        }
        let token = &self.text[start..self.i];
        if let Some(value) = cell_value(token) {
            b.push(start, value);
            return false;
        }
        if let Some(value) = self.constant_cell(start) {
            b.push(start, value);
            return false;
        }
        if !token.is_ascii() {
            self.foreign(start, self.i);
            b.damaged = true;
            if std::str::from_utf8(token).is_ok_and(|t| t.starts_with('\u{FF3D}')) {
                return true;
            }
            b.push(start, poison());
            return false;
        }
        let kind = ProblemKind::NotANumber { name: name.to_owned(), row: b.rows + 1, column: b.in_row() + 1, text: shorten(token) };
        self.problems.add(Span::new(start, self.i), kind);
        b.push(start, poison());
        false
    }

    /// A cell such as `12/sqrt(3)` (MATPOWER's case533mt): arithmetic of plain numbers without
    /// blanks, from `start` to where the scanner stands.
    fn constant_cell(&mut self, start: usize) -> Option<f64> {
        let token = &self.text[start..self.i];
        if token.len() > 60 || !token.is_ascii() || !token.iter().any(u8::is_ascii_digit) {
            return None;
        }
        eval::constant(token, &self.case)
    }

    fn end_row(&mut self, name: &str, b: &mut Builder) {
        let found = b.in_row();
        if found == 0 {
            b.damaged = false;
            return;
        }
        b.rows += 1;
        if b.table.row_offsets.is_empty() {
            b.table.width = found;
            b.guessed = b.damaged;
        } else if b.guessed && !b.damaged && found != b.table.width {
            b.widen(found);
        } else if found != b.table.width {
            let expected = b.table.width;
            if !b.damaged {
                let at = Span::new(b.row_at, self.i.max(b.row_at + 1) - 1);
                let kind = ProblemKind::RaggedRow { name: name.to_owned(), row: b.rows, expected, found };
                self.problems.add(at, kind);
            }
            let keep = if found + FILL < expected { 0 } else { expected };
            b.table.data.resize(b.row_start + keep, poison());
            if keep == 0 {
                b.damaged = false;
                return;
            }
        }
        b.guessed &= b.damaged;
        b.table.row_offsets.push(b.row_at as u32);
        b.row_start = b.table.data.len();
        b.damaged = false;
    }

    /// A list of strings; the scanner stands at its opening brace.
    pub(super) fn list_of_strings(&mut self, name: String, start: usize) {
        self.i += 1;
        self.list_body(name, start);
    }

    /// A list of strings; the scanner stands behind its opening brace.
    pub(super) fn list_body(&mut self, name: String, start: usize) {
        let mut list = Strings::default();
        list.name.clone_from(&name);
        let closed = loop {
            let Some(&c) = self.text.get(self.i) else {
                break false;
            };
            match c {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b',' => self.i += 1,
                b'%' => self.comment(),
                b'.' if self.text[self.i..].starts_with(b"...") => self.skip_line(),
                b'}' => {
                    self.i += 1;
                    break true;
                }
                b'\'' | b'"' => {
                    let at = self.i;
                    let item = self.string().unwrap_or_default();
                    list.push(&item, at);
                    if self.i == at {
                        self.i += 1;
                    }
                }
                _ => {
                    if at_line_start(self.text, self.i) && starts_assignment(self.text, self.i) {
                        break false;
                    }
                    let at = self.i;
                    while self.i < self.text.len() && !matches!(self.text[self.i], b'}' | b';' | b'\n') {
                        self.i += 1;
                    }
                    let end = at + self.text[at..self.i].trim_ascii_end().len();
                    if self.text[at..end].is_ascii() {
                        let kind = ProblemKind::NotANumber {
                            name: name.clone(),
                            row: list.len() + 1,
                            column: 1,
                            text: shorten(&self.text[at..end]),
                        };
                        self.problems.add(Span::new(at, end), kind);
                    } else {
                        self.foreign(at, end);
                    }
                    list.push("", at);
                }
            }
        };
        if !closed {
            let rows = list.len();
            self.not_closed(&name, start, rows);
        }
        list.span = Span::new(start, self.i);
        let twice = self.case.put_strings(list);
        self.note_twice(twice, Span::new(start, start + name.len()), name);
        if closed {
            self.finish_statement(start);
        }
    }

    /// A quoted string; the scanner stands at its opening quote. A doubled quote is one quote.
    /// Reports a string that is not closed on its line, or is not UTF-8, and returns nothing.
    pub(super) fn string(&mut self) -> Option<String> {
        let start = self.i;
        let quote = self.text[start];
        let mut bytes = Vec::new();
        let mut j = start + 1;
        loop {
            match self.text.get(j) {
                None | Some(b'\n') => {
                    self.i = j;
                    let end = start + self.text[start..j].trim_ascii_end().len();
                    self.problems.add(Span::new(start, end), ProblemKind::UnterminatedString);
                    return None;
                }
                Some(b) if *b == quote => {
                    if self.text.get(j + 1) != Some(&quote) {
                        break;
                    }
                    bytes.push(quote);
                    j += 2;
                }
                Some(b) => {
                    bytes.push(*b);
                    j += 1;
                }
            }
        }
        self.i = j + 1;
        match String::from_utf8(bytes) {
            Ok(text) => Some(text),
            Err(_) => {
                self.foreign(start, j + 1);
                None
            }
        }
    }
}

/// A table while its rows come in.
struct Builder {
    table: Table,
    /// Where the current row's numbers start in `table.data`.
    row_start: usize,
    /// Where the current row's text starts.
    row_at: usize,
    /// Rows seen, those not kept included.
    rows: usize,
    /// The row has a problem that makes its number of cells meaningless.
    damaged: bool,
    /// All rows so far were damaged, so the table's width is not known yet.
    guessed: bool,
}

impl Builder {
    fn in_row(&self) -> usize {
        self.table.data.len() - self.row_start
    }

    /// The first rows were damaged, so the width was a guess; this row is the first sound one.
    fn widen(&mut self, width: usize) {
        let row = self.table.data.split_off(self.row_start);
        let before = self.table.row_offsets.len();
        if width.saturating_sub(self.table.width) > FILL {
            self.table.data.clear();
            self.table.row_offsets.clear();
        } else {
            let old = std::mem::take(&mut self.table.data);
            for r in 0..before {
                let kept = &old[r * self.table.width..][..self.table.width.min(width)];
                self.table.data.extend_from_slice(kept);
                self.table.data.resize((r + 1) * width, poison());
            }
        }
        self.table.width = width;
        self.row_start = self.table.data.len();
        self.table.data.extend(row);
    }

    fn push(&mut self, at: usize, value: f64) {
        if self.table.data.len() == self.row_start {
            self.row_at = at;
        }
        self.table.data.push(value);
    }
}
