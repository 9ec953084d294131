//! From a component's field back to file, line and column.

use crate::table::TableId;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// A place in the user's file. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Place {
    /// File name as the user gave it.
    pub file: String,
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
    /// Characters to underline.
    pub length: usize,
    /// The line itself; long lines are cut around the column's start and then the excerpt is empty.
    pub excerpt: String,
}

/// How the cells of a row are separated in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowStyle {
    /// Blanks, tabs or commas (MATPOWER).
    Blanks,
    /// Commas with CSV quoting.
    Commas,
    /// One JSON value: a row's start is the value's.
    Json,
}

#[derive(Clone, Debug)]
struct RowList {
    file: usize,
    style: RowStyle,
    /// Byte offset of the first cell of every row.
    starts: Vec<u32>,
}

#[derive(Clone, Debug)]
struct SourceFile {
    name: String,
    text: Arc<str>,
    /// Byte offset of every line, made when the first place is asked for: counting lines from the start for each of
    /// thousands of findings would take minutes.
    lines: OnceLock<Vec<u32>>,
}

impl SourceFile {
    fn place(&self, offset: usize, length: usize) -> Place {
        let lines = self.lines.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1);
            std::iter::once(0).chain(breaks).collect()
        });
        let line = lines.partition_point(|&s| s as usize <= offset.min(self.text.len()));
        place_on_line(&self.name, &self.text, offset, length, line)
    }
}

/// Lists that follow each other in one table: first row, row list, cell.
type Parts = Vec<(usize, usize, usize)>;

/// Where rows came from. Four bytes a row: a cell is found again by splitting its line when it is asked for.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
    lists: Vec<RowList>,
    /// (table, field) → (first row, row list, cell), by rising first row: lists that follow each other in one table.
    /// The empty field is the row itself.
    fields: BTreeMap<(TableId, &'static str), Parts>,
}

/// An excerpt longer than this helps nobody.
const EXCERPT_MAX: usize = 240;

impl SourceMap {
    /// Remembers a file's text; returns its number.
    pub fn add_file(&mut self, name: &str, text: Arc<str>) -> usize {
        self.files.push(SourceFile { name: name.to_string(), text, lines: OnceLock::new() });
        self.files.len() - 1
    }
    /// Remembers where rows start (byte offsets of their first cell); returns the list's number.
    pub fn add_rows(&mut self, file: usize, style: RowStyle, starts: Vec<u32>) -> usize {
        self.lists.push(RowList { file, style, starts });
        self.lists.len() - 1
    }
    /// Says that `field` of `table` stands in cell `cell` (from 0) of the rows of `list`, row by row.
    pub fn map_field(&mut self, table: TableId, field: &'static str, list: usize, cell: usize) {
        self.fields.insert((table, field), vec![(0, list, cell)]);
    }
    /// The same for a table that several files fill one after the other: the rows of `list` are the table's from `first` on.
    pub fn map_field_from(&mut self, table: TableId, field: &'static str, first: usize, list: usize, cell: usize) {
        self.fields.entry((table, field)).or_default().push((first, list, cell));
    }
    /// Place of a field of a row; of the row itself when the field is not mapped.
    pub fn place(&self, table: TableId, row: usize, field: &'static str) -> Option<Place> {
        let part = |field| {
            self.fields
                .get(&(table, field))?
                .iter()
                .rev()
                .find(|(first, list, _)| row >= *first && row - *first < self.lists[*list].starts.len())
        };
        let &(first, list, cell) = part(field).or_else(|| part(""))?;
        let list = self.lists.get(list)?;
        let start = *list.starts.get(row - first)? as usize;
        let file = self.files.get(list.file)?;
        let (at, len) = find_cell(file.text.get(start..)?, list.style, cell);
        Some(file.place(start + at, len))
    }
    /// Place of a byte range of a file.
    pub fn place_at(&self, file: usize, offset: usize, length: usize) -> Option<Place> {
        Some(self.files.get(file)?.place(offset, length))
    }
}

/// Place of `length` bytes from `offset` on in `text`.
pub(crate) fn place_in(file: &str, text: &str, offset: usize, length: usize) -> Place {
    let line = text.as_bytes()[..offset.min(text.len())].iter().filter(|&&b| b == b'\n').count() + 1;
    place_on_line(file, text, offset, length, line)
}

fn place_on_line(file: &str, text: &str, offset: usize, length: usize, line: usize) -> Place {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let line_end = text[offset..].find('\n').map_or(text.len(), |i| offset + i);
    let mut end = (offset + length).min(line_end);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let excerpt = text[line_start..line_end].trim_end_matches('\r');
    Place {
        file: file.to_string(),
        line,
        column: text[line_start..offset].chars().count() + 1,
        length: text[offset..end.max(offset)].chars().count(),
        excerpt: if excerpt.len() <= EXCERPT_MAX { excerpt.to_string() } else { String::new() },
    }
}

impl Place {
    /// Place of `length` bytes from `offset` on in the text of `file`.
    pub fn of(file: &str, text: &str, offset: usize, length: usize) -> Place {
        place_in(file, text, offset, length)
    }
}

/// Offset and length of cell `cell` in a row that starts at the beginning of `row`.
fn find_cell(row: &str, style: RowStyle, cell: usize) -> (usize, usize) {
    let bytes = row.as_bytes();
    let mut k = 0;
    for c in 0..=cell {
        let start;
        match style {
            RowStyle::Json => {
                start = k;
                k = json_end(bytes, k);
            }
            RowStyle::Blanks => {
                while k < bytes.len() && matches!(bytes[k], b' ' | b'\t' | b',') {
                    k += 1;
                }
                start = k;
                while k < bytes.len() && !matches!(bytes[k], b' ' | b'\t' | b',' | b';' | b'\n' | b'\r' | b']' | b'%') {
                    k += 1;
                }
            }
            RowStyle::Commas => {
                start = k;
                let mut quoted = false;
                while k < bytes.len() && (quoted || !matches!(bytes[k], b',' | b'\n' | b'\r')) {
                    quoted ^= bytes[k] == b'"';
                    k += 1;
                }
            }
        }
        if c == cell {
            return (start, k - start);
        }
        if style == RowStyle::Commas && k < bytes.len() && bytes[k] == b',' {
            k += 1;
        }
    }
    (0, 0)
}

/// Where the JSON value that starts at `k` ends, as far as it is underlined: a bracket alone, a text with its quotes.
fn json_end(bytes: &[u8], k: usize) -> usize {
    let rest = bytes.get(k..).unwrap_or(&[]);
    match rest.first() {
        Some(b'[' | b'{') => k + 1,
        Some(b'"') => {
            let mut escaped = false;
            let close = rest[1..].iter().position(|&b| {
                let closes = b == b'"' && !escaped;
                escaped = b == b'\\' && !escaped;
                closes
            });
            k + close.map_or(rest.len(), |c| c + 2)
        }
        _ => k + rest.iter().position(|b| matches!(b, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n')).unwrap_or(rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_value_is_found_again() {
        let ends = |text: &str| json_end(text.as_bytes(), 0);
        assert_eq!((ends("12.5, 3"), ends("[1, 2]"), ends("true}"), ends("7")), (4, 1, 4, 1));
        assert_eq!((ends(r#""a b", "#), ends(r#""a\"b" : "#), ends(r#""open"#)), (5, 6, 5));
    }

    #[test]
    fn a_cell_is_found_again() {
        let text: Arc<str> = "mpc.gen = [\n\t1\t10.5\t0;\n\t2\t-7\t0;\n];\n".into();
        let mut map = SourceMap::default();
        let file = map.add_file("a.m", text);
        let list = map.add_rows(file, RowStyle::Blanks, vec![13, 23]);
        map.map_field(TableId::Generators, "p_min_mw", list, 1);
        let p = map.place(TableId::Generators, 1, "p_min_mw").expect("mapped");
        assert_eq!((p.line, p.column, p.length, p.excerpt.as_str()), (3, 4, 2, "\t2\t-7\t0;"));
        assert_eq!(map.place(TableId::Generators, 2, "p_min_mw"), None);
    }
}
