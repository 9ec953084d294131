//! What a MATPOWER file holds before anything is known of power systems: named tables of numbers,
//! scalars, strings and lists of strings, each with its place in the text.

use std::collections::HashMap;

use super::number;
use crate::text::Span;

/// The bits of a cell whose text was not a number: the problem has been told once already, so
/// later checks pass over the cell. A NaN the user wrote has other bits.
const POISON_BITS: u64 = 0x7FF8_0000_0000_F3A6;

/// The value stored for a cell that could not be read.
pub fn poison() -> f64 {
    f64::from_bits(POISON_BITS)
}

/// Whether a value stands for a cell that could not be read.
pub fn is_poison(value: f64) -> bool {
    value.to_bits() == POISON_BITS
}

/// Version of the case format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Separate variables, as MATPOWER wrote until 2007; 10 generator and 11 branch columns.
    One,
    /// Fields of one struct.
    Two,
}

/// A table of numbers, all rows of one width. [row × column]
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Name after the struct: `bus`, `reserves.zones`.
    pub name: String,
    /// Columns in every row; 0 for an empty table.
    pub width: usize,
    /// The numbers, row after row.
    pub data: Vec<f64>,
    /// Where each row's first cell starts. The place of any other cell is found by reading its
    /// row again, so a table costs 8 bytes a number and 4 a row.
    pub row_offsets: Vec<u32>,
    /// From the name to the closing bracket.
    pub span: Span,
    /// Column names, when a `%column_names%` comment stood before the table.
    pub columns: Option<Vec<String>>,
    /// Columns that statements after the table changed.
    pub computed: Vec<bool>,
}

impl Table {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.row_offsets.len()
    }

    /// One row's numbers; empty beyond the end.
    pub fn row(&self, row: usize) -> &[f64] {
        self.data.get(row * self.width..(row + 1) * self.width).unwrap_or(&[])
    }

    /// The number at (row, column), both from 0, or nothing when the table has no such cell.
    pub fn at(&self, row: usize, column: usize) -> Option<f64> {
        if column < self.width {
            self.data.get(row * self.width + column).copied()
        } else {
            None
        }
    }

    /// Where the cell (row, column) stands in `text`, the file the table was read from. Reads the
    /// row again; for a cell the row does not have, the row's end.
    pub fn span_of(&self, text: &[u8], row: usize, column: usize) -> Span {
        let Some(mut i) = self.row_offsets.get(row).map(|o| *o as usize) else {
            return self.span;
        };
        let mut seen = 0;
        let mut last = Span::new(i, i);
        while i < text.len() {
            match text[i] {
                b' ' | b'\t' | b',' | b'\r' => i += 1,
                b';' | b'\n' | b']' | b'%' => break,
                b'.' if text[i..].starts_with(b"...") => {
                    while i < text.len() && text[i] != b'\n' {
                        i += 1;
                    }
                    i += 1;
                }
                _ => {
                    let start = i;
                    while i < text.len() && !ends_cell(text, i) {
                        i += 1;
                    }
                    last = Span::new(start, i);
                    if seen == column {
                        break;
                    }
                    seen += 1;
                }
            }
        }
        last
    }
}

/// Whether the byte at `i` ends a cell of a table.
pub(super) fn ends_cell(text: &[u8], i: usize) -> bool {
    match text[i] {
        b' ' | b'\t' | b',' | b';' | b'\r' | b'\n' | b']' | b'%' => true,
        b'.' => text[i..].starts_with(b"..."),
        _ => false,
    }
}

/// A list of strings, such as `mpc.bus_name`.
#[derive(Clone, Debug, Default)]
pub struct Strings {
    /// Name after the struct.
    pub name: String,
    /// All strings one behind the other, and where each ends: 8 bytes a string, not 24.
    text: String,
    ends: Vec<u32>,
    /// Where each string's opening quote stands.
    pub offsets: Vec<u32>,
    /// From the name to the closing brace.
    pub span: Span,
}

impl Strings {
    /// How many strings.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The string in row `k`, from 0.
    pub fn get(&self, k: usize) -> Option<&str> {
        let end = *self.ends.get(k)? as usize;
        let start = if k == 0 { 0 } else { *self.ends.get(k - 1)? as usize };
        self.text.get(start..end)
    }

    /// Adds a string whose quote stands at `offset`.
    pub(super) fn push(&mut self, item: &str, offset: usize) {
        self.text.push_str(item);
        self.ends.push(self.text.len() as u32);
        self.offsets.push(offset as u32);
    }
}

/// A named scalar.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
}

/// Everything that was read from one file.
#[derive(Clone, Debug, Default)]
pub struct RawCase {
    /// Name in the function header.
    pub function_name: Option<String>,
    /// `true` when the header returns a list of variables (version 1), not one struct.
    pub header_is_list: bool,
    /// Whether the text says it belongs to PGLib-OPF (header comment or function name).
    pub pglib: bool,
    /// Tables in the order of the file.
    pub tables: Vec<Table>,
    /// Lists of strings in the order of the file.
    pub strings: Vec<Strings>,
    /// Scalars in the order of the file, each with its place.
    pub scalars: Vec<(String, Scalar, Span)>,
    names: HashMap<String, Slot>,
    cells: usize,
}

#[derive(Clone, Copy, Debug)]
enum Slot {
    Table(usize),
    Strings(usize),
    Scalar(usize),
}

impl RawCase {
    /// The table of this name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        match self.names.get(name)? {
            Slot::Table(i) => self.tables.get(*i),
            _ => None,
        }
    }

    /// The table of this name, to be changed.
    pub(super) fn table_mut(&mut self, name: &str) -> Option<&mut Table> {
        match self.names.get(name)? {
            Slot::Table(i) => self.tables.get_mut(*i),
            _ => None,
        }
    }

    /// The list of strings of this name.
    pub fn strings(&self, name: &str) -> Option<&Strings> {
        match self.names.get(name)? {
            Slot::Strings(i) => self.strings.get(*i),
            _ => None,
        }
    }

    /// The scalar of this name and its place.
    pub fn scalar(&self, name: &str) -> Option<(&Scalar, Span)> {
        match self.names.get(name)? {
            Slot::Scalar(i) => self.scalars.get(*i).map(|(_, s, at)| (s, *at)),
            _ => None,
        }
    }

    /// The number of this name: a scalar, or a table with one cell.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.scalar(name) {
            Some((Scalar::Number(x), _)) => Some(*x),
            Some(_) => None,
            None => self.table(name).filter(|t| t.data.len() == 1).map(|t| t.data[0]),
        }
    }

    /// A column of numbers: a table's cells in order, or one scalar (`mpc.reserves.req = 150`).
    pub fn vector(&self, name: &str) -> Option<Vec<f64>> {
        match self.table(name) {
            Some(t) => Some(t.data.clone()),
            None => self.number(name).map(|x| vec![x]),
        }
    }

    /// The format's version: the file's own word, else what MATPOWER's `loadcase` takes.
    pub fn version(&self) -> Option<Version> {
        if self.header_is_list {
            return Some(Version::One);
        }
        match self.scalar("version") {
            Some((Scalar::Text(v), _)) if v.trim() == "1" => Some(Version::One),
            Some((Scalar::Text(v), _)) if v.trim() == "2" => Some(Version::Two),
            Some((Scalar::Number(v), _)) if *v == 1.0 => Some(Version::One),
            Some((Scalar::Number(v), _)) if *v == 2.0 => Some(Version::Two),
            Some(_) => None,
            None if self.table("gen").is_some_and(|g| g.width < 21) => Some(Version::One),
            None => Some(Version::Two),
        }
    }

    /// Whether something of this name was read.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// How many cells all tables read so far had.
    pub(super) fn cells_read(&self) -> usize {
        self.cells
    }

    /// How many names have a value.
    pub(super) fn names_held(&self) -> usize {
        self.names.len()
    }

    /// Adds a table; returns whether the name had a value before (the later one counts).
    pub(super) fn put_table(&mut self, table: Table) -> bool {
        self.cells += table.data.len();
        if let Some(Slot::Table(i)) = self.names.get(&table.name) {
            self.tables[*i] = table;
            return true;
        }
        let slot = Slot::Table(self.tables.len());
        let again = self.names.insert(table.name.clone(), slot).is_some();
        self.tables.push(table);
        again
    }

    /// Adds a list of strings; returns whether the name had a value before.
    pub(super) fn put_strings(&mut self, strings: Strings) -> bool {
        if let Some(Slot::Strings(i)) = self.names.get(&strings.name) {
            self.strings[*i] = strings;
            return true;
        }
        let slot = Slot::Strings(self.strings.len());
        let again = self.names.insert(strings.name.clone(), slot).is_some();
        self.strings.push(strings);
        again
    }

    /// Sets a scalar; returns whether the name had a value before.
    pub(super) fn put_scalar(&mut self, name: &str, value: Scalar, at: Span) -> bool {
        if let Some(Slot::Scalar(i)) = self.names.get(name) {
            self.scalars[*i] = (name.to_owned(), value, at);
            return true;
        }
        let slot = Slot::Scalar(self.scalars.len());
        self.scalars.push((name.to_owned(), value, at));
        self.names.insert(name.to_owned(), slot).is_some()
    }
}

/// The number in `text`, for a cell of a table.
pub(super) fn cell_value(text: &[u8]) -> Option<f64> {
    number::cell(text)
}
