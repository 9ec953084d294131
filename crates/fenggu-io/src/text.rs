//! Places in a text: byte spans, and the line and column a person sees.

/// A run of bytes in one text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Length in bytes.
    pub len: u32,
}

impl Span {
    /// The bytes `start..end`; offsets beyond 4 GiB do not occur (such files are refused on entry).
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, len: end.saturating_sub(start) as u32 }
    }

    /// Offset one past the last byte.
    pub fn end(self) -> usize {
        self.start as usize + self.len as usize
    }
}

/// Line and column, both counted from 1; the column counts characters, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Where the lines of a text start: built once in one pass, asked by binary search.
#[derive(Clone, Debug, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Notes the start of every line of `bytes`.
    pub fn new(bytes: &[u8]) -> LineIndex {
        let mut starts = vec![0];
        starts.extend(bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(i, _)| i as u32 + 1));
        LineIndex { starts }
    }

    /// Line and column of byte `offset` of the same text.
    pub fn place(&self, bytes: &[u8], offset: usize) -> Place {
        let offset = offset.min(bytes.len());
        let line = self.starts.partition_point(|s| *s as usize <= offset).max(1);
        let start = self.starts.get(line - 1).map_or(0, |s| *s as usize);
        // A byte that continues a UTF-8 character (10xxxxxx) starts no column.
        let ahead = bytes[start..offset].iter().filter(|b| **b & 0xC0 != 0x80).count();
        // A byte-order mark is not a column.
        let mark = usize::from(start == 0 && offset >= 3 && bytes.starts_with(BOM));
        Place { line: line as u32, column: (ahead - mark) as u32 + 1 }
    }

    /// Line of byte `offset`, from 1.
    pub fn line(&self, offset: usize) -> u32 {
        self.starts.partition_point(|s| *s as usize <= offset).max(1) as u32
    }
}

/// The UTF-8 byte-order mark, accepted at the start of every text we read.
pub const BOM: &[u8] = b"\xEF\xBB\xBF";

/// What a text that is not UTF-8 seems to be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-16, either byte order.
    Utf16,
    /// GB18030, GBK or GB2312.
    Gbk,
    /// Some one-byte encoding, most likely Latin-1 or Windows-1252.
    Latin1,
}

impl Encoding {
    /// The name that `iconv -f` takes.
    pub fn iconv_name(self) -> &'static str {
        match self {
            Encoding::Utf16 => "UTF-16",
            Encoding::Gbk => "GB18030",
            Encoding::Latin1 => "WINDOWS-1252",
        }
    }
}

/// The name of the Unicode form other than UTF-8 that a text has, if it has one: UTF-32 is UTF-16's mark and two zeros.
pub fn wide_unicode(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(256)];
    let zeros = head.iter().filter(|b| **b == 0).count();
    let marked = bytes.starts_with(&[0xFF, 0xFE, 0, 0]) || bytes.starts_with(&[0, 0, 0xFE, 0xFF]);
    if marked || head.len() >= 16 && zeros * 3 > head.len() * 2 && zeros < head.len() {
        return Some("UTF-32");
    }
    is_utf16(bytes).then_some("UTF-16")
}

/// UTF-16 announces itself by its mark, or by a zero in every other byte of the beginning.
pub fn is_utf16(bytes: &[u8]) -> bool {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return true;
    }
    let head = &bytes[..bytes.len().min(256)];
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    head.len() >= 8 && zeros(0).max(zeros(1)) * 4 > head.len()
}

/// Guesses the encoding of bytes that are not UTF-8: GBK writes its characters as pairs of high
/// bytes, so nearly all high bytes come in runs of even length; in Latin-1 they stand alone.
pub fn guess_encoding(bytes: &[u8]) -> Encoding {
    if is_utf16(bytes) {
        return Encoding::Utf16;
    }
    let (mut pairs, mut single, mut i) = (0usize, 0usize, 0);
    while i < bytes.len() {
        if bytes[i] < 0x80 {
            i += 1;
            continue;
        }
        let lead = (0x81..=0xFE).contains(&bytes[i]);
        let trail = bytes.get(i + 1).is_some_and(|b| (0x80..=0xFE).contains(b));
        if lead && trail {
            pairs += 1;
            i += 2;
        } else {
            single += 1;
            i += 1;
        }
    }
    if pairs > single {
        Encoding::Gbk
    } else {
        Encoding::Latin1
    }
}

/// The ASCII character that a full-width (or typographic) one stands for, if it is one.
pub fn ascii_of(c: char) -> Option<char> {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0),
        '\u{3000}' | '\u{00A0}' => Some(' '),
        '\u{3002}' => Some('.'),
        '\u{3001}' => Some(','),
        '\u{3010}' => Some('['),
        '\u{3011}' => Some(']'),
        '\u{2018}' | '\u{2019}' => Some('\''),
        '\u{201C}' | '\u{201D}' => Some('"'),
        '\u{2212}' | '\u{2013}' | '\u{2014}' => Some('-'),
        '\u{2026}' => Some('.'),
        _ => None,
    }
}

/// `text` with every full-width or typographic character replaced by its ASCII one.
pub fn to_ascii(text: &str) -> String {
    text.chars().map(|c| ascii_of(c).unwrap_or(c)).collect()
}

/// A text cut to at most 60 characters, for a message.
pub fn shorten(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(400)];
    let text = String::from_utf8_lossy(head);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > 60 || bytes.len() > 400 {
        text.chars().take(57).chain("...".chars()).collect()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_and_skip_the_mark() {
        let text = "\u{FEFF}a=1\n母线 = 2\r\nx".as_bytes();
        let index = LineIndex::new(text);
        let at = |needle: &str| {
            let pos = text.windows(needle.len()).position(|w| w == needle.as_bytes());
            index.place(text, pos.expect("needle"))
        };
        assert_eq!(at("a"), Place { line: 1, column: 1 });
        assert_eq!(at("= 2"), Place { line: 2, column: 4 });
        assert_eq!(at("x"), Place { line: 3, column: 1 });
        assert_eq!(index.place(text, 10_000).line, 3);
    }

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(guess_encoding(b"\xC4\xB8\xCF\xDF bus \xBB\xFA\xD7\xE9"), Encoding::Gbk);
        assert_eq!(guess_encoding(b"Universit\xE9 de Li\xE8ge"), Encoding::Latin1);
        assert!(is_utf16(b"f\0u\0n\0c\0t\0i\0o\0n\0"));
        assert!(!is_utf16(b"function mpc = case9"));
    }

    #[test]
    fn full_width_has_an_ascii_form() {
        assert_eq!(to_ascii("１２．５；　［"), "12.5; [");
    }
}
