//! Spans of a text as places that people read.

use std::path::Path;
use std::sync::Arc;

use fenggu_net::diagnostic::Place;
use fenggu_net::Diagnostic;

use crate::catalogue as code;
use crate::report::Findings;
use crate::text::{guess_encoding, wide_unicode, LineIndex, Span};

/// Reads a text file; reports one that cannot be read, decodes to more than is left of `budget`, is larger than 4 GiB, or is not
/// UTF-8. Name as shown, and text.
pub(crate) fn read_text(path: &Path, budget: &mut u64, found: &mut Findings) -> Option<(String, Arc<str>)> {
    let shown = path.display().to_string();
    let size = std::fs::metadata(path).map_or(0, |m| m.len());
    let over = |size: u64| Diagnostic::new(&code::OVER_LIMIT).with("item", &shown).with("found", size).with("limit", *budget);
    if size > *budget {
        found.add(over(size));
        return None;
    }
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) => {
            let [en, zh] = crate::words::system(&e);
            found.add(Diagnostic::new(&code::CANNOT_OPEN).with("item", shown).with_both("value", en, zh));
            return None;
        }
    };
    let size = crate::format::decoded_bytes(&bytes);
    if size > *budget {
        found.add(over(size));
        return None;
    }
    *budget -= size;
    let text = text_of(bytes, &shown, found)?;
    Some((shown, text.into()))
}

/// Bytes as text; reports what is larger than 4 GiB or not UTF-8.
pub(crate) fn text_of(bytes: Vec<u8>, shown: &str, found: &mut Findings) -> Option<String> {
    if u32::try_from(bytes.len()).is_err() {
        found.add(Diagnostic::new(&code::TOO_LARGE).with("value", bytes.len()));
        return None;
    }
    if let Some(name) = compression(&bytes) {
        found.add(Diagnostic::new(&code::ARCHIVE).with("value", name).with("item", shown));
        return None;
    }
    if let Some(name) = wide_unicode(&bytes) {
        found.add(Diagnostic::new(&code::UTF16).with("value", name).with("item", shown));
        return None;
    }
    if bytes.contains(&b'\r') && !bytes.contains(&b'\n') {
        found.add(Diagnostic::new(&code::OLD_LINES).with("item", shown));
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

/// The kind of an archive or compressed file, by its first bytes.
pub(crate) fn compression(head: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 8] = [
        (b"\x1F\x8B", "gzip"),
        (b"PK\x03\x04", "zip"),
        (b"PK\x05\x06", "zip"),
        (b"BZh", "bzip2"),
        (b"\xFD7zXZ\0", "xz"),
        (b"\x28\xB5\x2F\xFD", "zstd"),
        (b"7z\xBC\xAF\x27\x1C", "7z"),
        (b"Rar!\x1A\x07", "rar"),
    ];
    kinds.into_iter().find(|(mark, _)| head.starts_with(mark)).map(|(_, name)| name)
}

/// Whether the cells of a table seem to be separated by something else than commas: a header of one cell that holds it.
pub(crate) fn other_separator(header: &[&str]) -> Option<[&'static str; 2]> {
    match header {
        [one] if one.contains(';') => Some(["semicolons", "分号"]),
        [one] if one.contains('\t') => Some(["tabs", "制表符"]),
        [one] if one.contains('|') => Some(["bars", "竖线"]),
        _ => None,
    }
}

/// Entries of a folder that have the name of a file to be read and are none (a folder, a pipe, a link to nowhere), and links
/// that lead out of the folder.
pub(crate) fn strange_entries(folder: &Path, known: impl Fn(&str) -> bool, found: &mut Findings) {
    let root = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let mut entries: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if !known(&name) {
            continue;
        }
        let shown = path.display().to_string();
        if !path.is_file() {
            let d = Diagnostic::new(&code::CANNOT_OPEN).with("item", shown);
            found.add(d.with_both("value", "it is no file", "它不是文件"));
        } else if entry.file_type().is_ok_and(|t| t.is_symlink()) {
            let target = path.canonicalize().unwrap_or_default();
            if !target.starts_with(&root) {
                found.add(Diagnostic::new(&code::LEADS_OUT).with("item", shown).with("value", target.display()));
            }
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
