//! One table of the folder: cells by the name of their column, numbers checked where they are asked for.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use fenggu_net::diagnostic::Place;
use fenggu_net::schema::Range;
use fenggu_net::Diagnostic;

use crate::catalogue as code;
use crate::native::sheet::{Cell, Sheet};
use crate::place::{read_text, Source};
use crate::report::{shown, Findings};
use crate::text::LineIndex;

/// A table.
pub(super) struct Csv {
    /// File as shown.
    pub file: String,
    /// Its text.
    pub text: Arc<str>,
    sheet: Sheet,
    lines: LineIndex,
    columns: HashMap<String, usize>,
    /// Columns that were reported as missing: once each, not once a row.
    missing: RefCell<BTreeSet<String>>,
}

impl Csv {
    /// Reads a table; reports one that cannot be read.
    pub fn open(path: &Path, found: &mut Findings) -> Option<Csv> {
        // The folder as a whole was held against the limit before.
        let mut budget = crate::MAX_DECODED_BYTES;
        let (file, text) = read_text(path, &mut budget, found)?;
        let sheet = Sheet::cut(&text);
        let lines = LineIndex::new(text.as_bytes());
        let columns = sheet.header().iter().enumerate().map(|(k, c)| (c.content(&text).into_owned(), k)).collect();
        Some(Csv { file, text, sheet, lines, columns, missing: RefCell::default() })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.sheet.rows()
    }

    /// Offset of a row's first cell.
    pub fn start(&self, row: usize) -> u32 {
        self.sheet.row(row).first().map_or(0, |c| c.at.start)
    }

    /// Position of a column; reported where there is none.
    pub fn column(&self, name: &str, found: &mut Findings) -> Option<usize> {
        let k = self.columns.get(name).copied();
        if k.is_none() && self.missing.borrow_mut().insert(name.to_owned()) {
            found.add(Diagnostic::new(&code::UC_MISSING).with("item", &self.file).with("attribute", name));
        }
        k
    }

    /// Position of a column that may be missing.
    pub fn has(&self, name: &str) -> Option<usize> {
        self.columns.get(name).copied()
    }

    fn cell(&self, row: usize, column: usize) -> Option<Cell> {
        self.sheet.row(row).get(column).copied()
    }

    fn place(&self, cell: Cell) -> Place {
        Source { file: &self.file, text: &self.text, lines: &self.lines }.place(cell.at)
    }

    /// The text of a cell; empty where there is no such column or cell.
    pub fn text(&self, row: usize, name: &str) -> String {
        let cell = self.has(name).and_then(|k| self.cell(row, k));
        cell.map_or(String::new(), |c| c.content(&self.text).into_owned())
    }

    /// The number of a cell by position, without a report.
    pub fn plain(&self, row: usize, column: usize) -> Option<f64> {
        let cell = self.cell(row, column)?;
        cell.content(&self.text).parse().ok().filter(|v: &f64| v.is_finite())
    }

    /// The number of a cell, within a range. Reports one that is none.
    pub fn number(&self, row: usize, name: &str, range: Range, found: &mut Findings) -> f64 {
        let Some(column) = self.column(name, found) else { return 0.0 };
        let value = self.plain(row, column).filter(|v| range.holds(*v));
        if let Some(v) = value {
            return v;
        }
        let at = self.cell(row, column).map(|c| self.place(c));
        let item = format!("{} \"{}\"", self.file, self.cell(row, 0).map_or(String::new(), |c| c.content(&self.text).into_owned()));
        let text = self.text(row, name);
        let rule = range.rule();
        let d = Diagnostic::new(&code::UC_RANGE).with("item", item).with("attribute", name).with("value", text).with("rule", rule);
        found.add(d.at(at));
        0.0
    }

    /// Reports a name in a cell that leads nowhere.
    pub fn unknown(&self, row: usize, name: &str, target: &str, found: &mut Findings) {
        let at = self.has(name).and_then(|k| self.cell(row, k)).map(|c| self.place(c));
        let d = Diagnostic::new(&code::UC_UNKNOWN_NAME)
            .with("item", format!("{} {}", self.file, row + 1))
            .with("attribute", name)
            .with("value", self.text(row, name))
            .with("target", target)
            .with("guess", "");
        found.add(d.at(at));
    }

    /// Reports something about a row.
    pub fn about(&self, row: usize, name: &str, d: Diagnostic, found: &mut Findings) {
        let at = self.has(name).and_then(|k| self.cell(row, k)).map(|c| self.place(c));
        found.add(d.at(at));
    }

    /// Texts of a cell written as `(a,b,c)` or `a`.
    pub fn list(&self, row: usize, name: &str) -> Vec<String> {
        let text = self.text(row, name);
        let inner = text.trim_start_matches('(').trim_end_matches(')');
        inner.split(',').map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect()
    }

    /// Reports a row that stands where another one is expected.
    pub fn disorder(&self, row: usize, expected: &str, found: &mut Findings) {
        let at = self.cell(row, 0).map(|c| self.place(c));
        let cells = self.sheet.row(row).iter().take(4).map(|c| c.content(&self.text).into_owned()).collect::<Vec<_>>().join(",");
        let d = Diagnostic::new(&code::SERIES_TIME).with("item", &self.file).with("row", row + 1).with("value", cells);
        found.add(d.with("expected", expected).at(at));
    }

    /// Reports that rows which should follow each other do not.
    pub fn short(&self, attribute: &str, have: usize, want: usize, found: &mut Findings) {
        let d = Diagnostic::new(&code::UC_LENGTH).with("item", &self.file).with("attribute", attribute);
        found.add(d.with("found", shown(have as f64)).with("expected", want));
    }
}
