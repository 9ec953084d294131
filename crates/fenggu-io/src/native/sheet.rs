//! CSV with places: cells as byte ranges of the text, so that every message can point.
//!
//! Commas, `"` quoting with doubled quotes, LF or CRLF; empty lines are skipped. The `csv` crate is
//! not used because it does not say in which column of the text a field starts.

use crate::text::Span;

/// One cell. An empty cell and a quoted empty text are different things.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// Its bytes, quotes included.
    pub at: Span,
    quoted: bool,
}

impl Cell {
    /// Whether nothing at all stands in the cell.
    pub fn is_empty(self, text: &str) -> bool {
        !self.quoted && self.raw(text).is_empty()
    }

    fn raw(self, text: &str) -> &str {
        text.get(self.at.start as usize..self.at.end()).unwrap_or("")
    }

    /// The cell's content: quotes resolved.
    pub fn content(self, text: &str) -> std::borrow::Cow<'_, str> {
        let raw = self.raw(text);
        if !self.quoted {
            return raw.into();
        }
        let inner = raw.strip_prefix('"').unwrap_or(raw);
        let inner = inner.strip_suffix('"').unwrap_or(inner);
        if inner.contains('"') {
            inner.replace("\"\"", "\"").into()
        } else {
            inner.into()
        }
    }
}

/// A CSV text cut into cells.
#[derive(Debug, Default)]
pub struct Sheet {
    cells: Vec<Cell>,
    /// Where each line of cells starts in `cells`; the first is the header.
    lines: Vec<u32>,
    /// An opening quote that is never closed.
    pub unclosed: Option<Span>,
}

impl Sheet {
    /// Cuts a text. Linear; a quote that is not closed takes the rest of the text.
    pub fn cut(text: &str) -> Sheet {
        let bytes = text.as_bytes();
        let mut sheet = Sheet::default();
        let mut i = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
        while i < bytes.len() {
            if matches!(bytes[i], b'\n' | b'\r') {
                i += 1;
                continue;
            }
            sheet.lines.push(sheet.cells.len() as u32);
            i = sheet.line(bytes, i);
        }
        sheet
    }

    /// Cuts one line; returns the offset of its end.
    fn line(&mut self, bytes: &[u8], mut i: usize) -> usize {
        loop {
            while matches!(bytes.get(i), Some(b' ' | b'\t')) {
                i += 1;
            }
            let start = i;
            let quoted = bytes.get(i) == Some(&b'"');
            if quoted {
                i += 1;
                loop {
                    match bytes.get(i) {
                        None => {
                            self.unclosed.get_or_insert(Span::new(start, start + 1));
                            break;
                        }
                        Some(b'"') if bytes.get(i + 1) == Some(&b'"') => i += 2,
                        Some(b'"') => {
                            i += 1;
                            break;
                        }
                        Some(_) => i += 1,
                    }
                }
            }
            // Text behind a closing quote belongs to the cell: it will be no valid value.
            while !matches!(bytes.get(i), None | Some(b',' | b'\n')) {
                i += 1;
            }
            let mut end = i;
            while end > start && matches!(bytes[end - 1], b' ' | b'\t' | b'\r') {
                end -= 1;
            }
            self.cells.push(Cell { at: Span::new(start, end), quoted });
            match bytes.get(i) {
                Some(b',') => i += 1,
                _ => return i,
            }
        }
    }

    /// The cells of the header; empty for an empty text.
    pub fn header(&self) -> &[Cell] {
        self.row_at(0)
    }

    /// Number of rows below the header.
    pub fn rows(&self) -> usize {
        self.lines.len().saturating_sub(1)
    }

    /// Cells of row `k` below the header.
    pub fn row(&self, k: usize) -> &[Cell] {
        self.row_at(k + 1)
    }

    fn row_at(&self, k: usize) -> &[Cell] {
        let Some(start) = self.lines.get(k) else { return &[] };
        let end = self.lines.get(k + 1).map_or(self.cells.len(), |e| *e as usize);
        self.cells.get(*start as usize..end).unwrap_or(&[])
    }
}

/// Adds a cell to a line, quoted where it must be.
pub fn put(out: &mut String, content: &str) {
    let plain =
        !content.is_empty() && !content.contains([',', '"', '\n', '\r']) && content.trim() == content && !content.starts_with('\u{FEFF}');
    if plain {
        out.push_str(content);
    } else {
        out.push('"');
        out.push_str(&content.replace('"', "\"\""));
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back() {
        let words = ["a", "", " b ", "c,d", "say \"no\"", "two\nlines", "母线", "\r", "\"", "@x"];
        let mut text = String::from("\u{FEFF}h1,h2\r\n\r\n");
        for w in words {
            put(&mut text, w);
            text.push_str(",1\r\n");
        }
        let sheet = Sheet::cut(&text);
        assert_eq!((sheet.rows(), sheet.header().len()), (words.len(), 2));
        for (k, w) in words.iter().enumerate() {
            assert_eq!(sheet.row(k)[0].content(&text), *w);
            assert!(!sheet.row(k)[0].is_empty(&text));
        }
    }

    #[test]
    fn an_open_quote_is_found() {
        let sheet = Sheet::cut("name\na\n\"b\nc\n");
        assert_eq!(sheet.unclosed, Some(Span::new(7, 8)));
        assert_eq!(sheet.rows(), 2);
        assert!(Sheet::cut("a,,\n").header()[2].is_empty("a,,\n"));
    }
}
