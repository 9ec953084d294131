//! From the text of a `.m` file to a [`RawCase`]: one pass, all problems, no panic.
//!
//! The file is read as a list of statements. Tables, lists of strings and plain values are read
//! here; the small arithmetic that some of MATPOWER's own files append is read by [`super::eval`];
//! any other statement is refused by name. Nothing is ever executed. Time is linear in the size
//! of the file, and memory is bounded by it: 8 bytes a number, 4 a row, 50 problems of a kind.

use super::eval::{self, Session};
use super::problem::{shorten, Problem, ProblemKind, Problems, Refusal};
use super::raw::RawCase;
use super::skip::at_line_start;
use crate::text::{guess_encoding, wide_unicode, LineIndex, Span, BOM};

/// Reads a `.m` file. Always returns what could be read; the file is usable when no problem in
/// the list stands that is more than a warning.
pub fn parse(text: &[u8]) -> (RawCase, Vec<Problem>) {
    let mut problems = Problems::default();
    if u32::try_from(text.len()).is_err() {
        problems.add(Span::default(), ProblemKind::TooLarge { bytes: text.len() as u64 });
        return (RawCase::default(), problems.finish());
    }
    if let Some(name) = wide_unicode(text) {
        problems.add(Span::default(), ProblemKind::Utf16 { name });
        return (RawCase::default(), problems.finish());
    }
    let mut s = Scanner {
        text,
        i: if text.starts_with(BOM) { BOM.len() } else { 0 },
        case: RawCase::default(),
        problems,
        prefix: "mpc".to_owned(),
        session: Session::default(),
        open_ifs: 0,
        columns: None,
        lines: None,
        bad_bytes: false,
    };
    let head = &text[..text.len().min(4096)];
    s.case.pglib = contains(head, b"Power Grid Library - Optimal Power Flow");
    s.statements();
    if let Err(e) = std::str::from_utf8(text) {
        if !s.bad_bytes {
            let at = Span::new(e.valid_up_to(), e.valid_up_to() + 1);
            s.problems.add(at, ProblemKind::NotUtf8Comment { looks_like: guess_encoding(text) });
        }
    }
    (s.case, s.problems.finish())
}

pub(super) struct Scanner<'a> {
    pub(super) text: &'a [u8],
    pub(super) i: usize,
    pub(super) case: RawCase,
    pub(super) problems: Problems,
    /// Name of the struct that the function returns.
    pub(super) prefix: String,
    session: Session,
    open_ifs: usize,
    /// Names from the last `%column_names%` comment, for the table that follows.
    pub(super) columns: Option<Vec<String>>,
    lines: Option<LineIndex>,
    /// Bytes that are not UTF-8 were met outside comments.
    pub(super) bad_bytes: bool,
}

/// What a statement assigns to.
enum Target {
    /// A field of the struct, `bus` or `reserves.zones`.
    Field(String),
    /// A variable of the file.
    Local(String),
}

pub(super) const BLOCKS: [&str; 6] = ["for", "while", "switch", "try", "parfor", "unwind_protect"];
/// More names than this no case file has; it bounds the memory a hostile one can take.
const MOST_NAMES: usize = 1000;
const V1_FIELDS: [&str; 6] = ["baseMVA", "bus", "gen", "branch", "areas", "gencost"];

impl<'a> Scanner<'a> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.i).copied()
    }

    pub(super) fn line_of(&mut self, offset: usize) -> u32 {
        let text = self.text;
        self.lines.get_or_insert_with(|| LineIndex::new(text)).line(offset)
    }

    fn statements(&mut self) {
        loop {
            self.skip_between();
            let start = self.i;
            let Some(b) = self.peek() else { return };
            match b {
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.statement(),
                b'[' => self.index_constants(),
                b'0'..=b'9' | b'+' | b'-' | b'.' => self.stray_numbers(),
                b']' | b'}' | b')' => {
                    self.i += 1;
                    let kind = ProblemKind::StrayBracket { bracket: b as char };
                    self.problems.add(Span::new(start, self.i), kind);
                }
                0x80.. => self.foreign_line(),
                _ => self.refuse(start, start, Refusal::NotAssignment),
            }
            if self.i == start {
                self.i += 1; // never stand still, whatever the byte
            }
        }
    }

    /// Skips blanks, line ends, separators and comments between statements.
    pub(super) fn skip_between(&mut self) {
        while let Some(b) = self.peek() {
            match b {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b',' => self.i += 1,
                b'%' => self.comment(),
                b'.' if self.text[self.i..].starts_with(b"...") => self.skip_line(),
                _ => return,
            }
        }
    }

    pub(super) fn skip_line(&mut self) {
        while self.i < self.text.len() && self.text[self.i] != b'\n' {
            self.i += 1;
        }
    }

    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r')) {
            self.i += 1;
        }
    }

    /// Skips a comment that starts here: to the end of the line, or, for `%{` alone on its line,
    /// to the matching `%}`. Notes column names.
    pub(super) fn comment(&mut self) {
        let start = self.i;
        let block = self.text.get(start + 1) == Some(&b'{') && at_line_start(self.text, start);
        self.skip_line();
        let line = &self.text[start..self.i];
        if block && line[2..].iter().all(u8::is_ascii_whitespace) {
            let mut depth = 1;
            while depth > 0 {
                if self.i >= self.text.len() {
                    self.problems.add(Span::new(start, start + 2), ProblemKind::UnclosedComment);
                    return;
                }
                self.i += 1;
                let from = self.i;
                self.skip_line();
                match self.text[from..self.i].trim_ascii() {
                    b"%{" => depth += 1,
                    b"%}" => depth -= 1,
                    _ => {}
                }
            }
        } else if let Some(names) = line.strip_prefix(b"%column_names%") {
            let names = String::from_utf8_lossy(names);
            self.columns = Some(names.split_whitespace().map(str::to_owned).collect());
        }
    }

    /// A name made of letters, digits and underscores; empty when none starts here.
    pub(super) fn word(&mut self) -> &'a str {
        let start = self.i;
        while matches!(self.peek(), Some(b) if b == b'_' || b.is_ascii_alphanumeric()) {
            self.i += 1;
        }
        std::str::from_utf8(&self.text[start..self.i]).unwrap_or("")
    }

    fn statement(&mut self) {
        let start = self.i;
        let first = self.word();
        match first {
            "function" => return self.header(start),
            "end" | "endif" | "endfunction" | "end_function" => {
                if self.open_ifs > 0 {
                    self.open_ifs -= 1;
                } else if self.case.function_name.is_none() {
                    self.refuse(start, start, Refusal::Keyword(first.to_owned()));
                }
                return;
            }
            "if" => return self.branch(start),
            "else" | "elseif" if self.open_ifs > 0 => {
                // The branch before was taken, so this one is not.
                self.open_ifs -= 1;
                self.skip_block(start);
                return;
            }
            "define_constants" => {
                self.session.define_constants();
                return;
            }
            "return" | "else" | "elseif" | "break" | "continue" | "global" | "persistent" => {
                return self.refuse(start, start, Refusal::Keyword(first.to_owned()));
            }
            word if BLOCKS.contains(&word) => {
                self.refuse_at(start, start, Refusal::Keyword(first.to_owned()));
                self.i = start + first.len();
                self.skip_block(start);
                return;
            }
            _ => {}
        }
        if self.case.names_held() + self.session.locals.len() > MOST_NAMES {
            return self.refuse(start, start, Refusal::TooMuch);
        }
        self.i = start;
        let name_end;
        let target = match self.target() {
            Ok(t) => {
                name_end = self.i;
                t
            }
            Err(_) => return self.refuse(start, start, Refusal::NotAssignment),
        };
        self.skip_blanks();
        match self.peek() {
            Some(b'=') if self.text.get(self.i + 1) != Some(&b'=') => {
                self.i += 1;
                self.assign(start, Span::new(start, name_end), target);
            }
            Some(b'(') => self.assign_part(start, target),
            Some(0x80..) => {
                self.i = start;
                self.foreign_line();
            }
            _ => {
                let reason = match target {
                    Target::Local(name) => Refusal::Function(name),
                    Target::Field(_) => Refusal::NotAssignment,
                };
                self.refuse(start, start, reason);
            }
        }
    }

    /// Reads the name on the left: `mpc.a`, `mpc.a.b`, or a variable.
    fn target(&mut self) -> Result<Target, usize> {
        let first = self.word().to_owned();
        let mut rest = String::new();
        while self.peek() == Some(b'.') && self.text.get(self.i + 1) != Some(&b'.') {
            let at = self.i;
            self.i += 1;
            let part = self.word();
            if part.is_empty() {
                return Err(at);
            }
            if !rest.is_empty() {
                rest.push('.');
            }
            rest.push_str(part);
        }
        if first == self.prefix && !rest.is_empty() {
            Ok(Target::Field(rest))
        } else if !rest.is_empty() || first == self.prefix {
            Err(self.i)
        } else if self.case.header_is_list && V1_FIELDS.contains(&first.as_str()) {
            Ok(Target::Field(first))
        } else {
            Ok(Target::Local(first))
        }
    }

    /// `function mpc = name` or `function [baseMVA, bus, ...] = name`.
    fn header(&mut self, start: usize) {
        self.skip_blanks();
        if self.peek() == Some(b'[') {
            self.case.header_is_list = true;
            while !matches!(self.peek(), None | Some(b']' | b'\n')) {
                self.i += 1;
            }
            self.i = (self.i + 1).min(self.text.len());
        } else {
            let name = self.word().to_owned();
            self.skip_blanks();
            if self.peek() == Some(b'=') {
                if name.is_empty() {
                    return self.refuse(start, self.i, Refusal::NotAssignment);
                }
                self.prefix = name;
            } else {
                // A function that returns nothing: keep its name, read on.
                self.case.function_name = Some(name);
                return self.skip_line();
            }
        }
        self.skip_blanks();
        if self.peek() == Some(b'=') {
            self.i += 1;
        }
        self.skip_blanks();
        let name = self.word().to_owned();
        self.case.pglib |= name.starts_with("pglib_opf_");
        self.case.function_name = Some(name);
        self.skip_line();
    }

    /// The right-hand side of `name = ...`.
    fn assign(&mut self, start: usize, name_at: Span, target: Target) {
        self.skip_blanks();
        while self.text[self.i..].starts_with(b"...") {
            self.skip_line();
            self.i = (self.i + 1).min(self.text.len());
            self.skip_blanks();
        }
        match (self.peek(), target) {
            (Some(b'['), Target::Field(name)) => self.table(name, start),
            (Some(b'{'), Target::Field(name)) => self.list_of_strings(name, start),
            (Some(b'\'' | b'"'), Target::Field(name)) => {
                if let Some(text) = self.string() {
                    let at = Span::new(start, self.i);
                    let twice = self.case.put_scalar(&name, super::raw::Scalar::Text(text), at);
                    self.note_twice(twice, name_at, name);
                    self.finish_statement(start);
                }
            }
            (Some(0x80..), _) => {
                self.i = start;
                self.foreign_line();
            }
            (_, Target::Field(name)) => {
                let mut e = self.evaluator();
                let result = e.expression_to_end();
                let (end, spent) = (e.i, e.spent);
                self.session.spent = spent;
                match result {
                    Ok(eval::Value::Scalar(x)) => {
                        self.i = end;
                        let at = Span::new(start, end);
                        let number = super::raw::Scalar::Number(x);
                        let twice = self.case.put_scalar(&name, number, at);
                        self.note_twice(twice, name_at, name);
                    }
                    Ok(eval::Value::Matrix { .. }) => {
                        let name = format!("{}.{name}", self.prefix);
                        self.refuse(start, start, Refusal::WholeTable(name));
                    }
                    Err((at, reason)) => self.refuse(start, at, reason),
                }
            }
            (_, Target::Local(name)) => {
                let mut e = self.evaluator();
                let result = e.expression_to_end();
                let (end, spent) = (e.i, e.spent);
                self.session.spent = spent;
                match result {
                    Ok(value) => {
                        self.i = end;
                        self.session.locals.insert(name, value);
                    }
                    Err((at, reason)) => self.refuse(start, at, reason),
                }
            }
        }
    }

    pub(super) fn note_twice(&mut self, twice: bool, at: Span, name: String) {
        if twice {
            self.problems.add(at, ProblemKind::AssignedTwice { name });
        }
    }

    fn evaluator(&self) -> eval::Evaluator<'_> {
        eval::Evaluator {
            text: self.text,
            i: self.i,
            case: &self.case,
            prefix: &self.prefix,
            session: &self.session,
            spent: self.session.spent,
            depth: 0,
        }
    }

    /// `mpc.bus(:, [PD QD]) = ...`.
    fn assign_part(&mut self, start: usize, target: Target) {
        let Target::Field(name) = target else {
            let word = shorten(&self.text[start..self.i]);
            return self.refuse(start, start, Refusal::Function(word));
        };
        let Some(table) = self.case.table(&name) else {
            let name = format!("{}.{name}", self.prefix);
            return self.refuse(start, start, Refusal::UnknownName(name));
        };
        let (rows, width) = (table.rows(), table.width);
        let mut e = self.evaluator();
        let result = e.part_assignment(rows, width);
        let (end, spent) = (e.i, e.spent);
        self.session.spent = spent;
        match result {
            Ok(part) => {
                self.i = end;
                if let Some(table) = self.case.table_mut(&name) {
                    part.store(table);
                }
            }
            Err((at, reason)) => self.refuse(start, at, reason),
        }
    }

    /// `[PQ, PV, ...] = idx_bus;`.
    fn index_constants(&mut self) {
        let start = self.i;
        let mut e = self.evaluator();
        let result = e.index_constants();
        let end = e.i;
        match result {
            Ok(constants) => {
                self.i = end;
                self.session.locals.extend(constants);
            }
            Err((at, reason)) => self.refuse(start, at, reason),
        }
    }

    /// `if` with a plain value: MATPOWER's case8387pegase has `fixed = 0; if fixed ... end`.
    fn branch(&mut self, start: usize) {
        let mut e = self.evaluator();
        let result = e.expression_to_end();
        let (end, spent) = (e.i, e.spent);
        self.session.spent = spent;
        match result {
            Ok(eval::Value::Scalar(x)) => {
                self.i = end;
                if x != 0.0 || self.skip_block(start) == Some("else") {
                    self.open_ifs += 1;
                }
            }
            Ok(eval::Value::Matrix { .. }) => {
                self.refuse_at(start, start, Refusal::NotANumber);
                self.skip_block(start);
            }
            Err((at, reason)) => {
                self.refuse_at(start, at, reason);
                self.skip_block(start);
            }
        }
    }

    /// After a complete value: nothing but a separator or a comment may follow.
    pub(super) fn finish_statement(&mut self, start: usize) {
        self.skip_blanks();
        match self.peek() {
            None | Some(b'\n' | b';' | b',' | b'%') => {}
            Some(0x80..) => self.foreign_text(),
            Some(b) => {
                let at = self.i;
                self.refuse(start, at, Refusal::Sign((b as char).to_string()));
            }
        }
    }

    /// Reports a statement that is not evaluated and skips it.
    pub(super) fn refuse(&mut self, start: usize, at: usize, reason: Refusal) {
        self.refuse_at(start, at, reason);
    }

    pub(super) fn refuse_at(&mut self, start: usize, at: usize, reason: Refusal) {
        self.i = start;
        self.skip_statement();
        let statement = shorten(&self.text[start..self.i]);
        let at = at.clamp(start, self.text.len());
        let span = Span::new(at, self.i.max(at + 1));
        self.problems.add(span, ProblemKind::Refused { statement, reason });
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|w| w == needle)
}
