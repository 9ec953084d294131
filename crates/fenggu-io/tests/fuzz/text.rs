//! Mutations of texts that keep the text a table: lines, cells and columns are swapped, doubled and left out, numbers become
//! extreme, brackets and quotes lose their partner, the encoding changes.

use super::random::Random;

/// What a cell may be replaced by: words of the formats, numbers at the edges of every type, and what people type.
const CELLS: &[&str] = &[
    "",
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "0.5",
    "1e308",
    "-1e308",
    "1.7976931348623157e308",
    "1e309",
    "1e400",
    "-1e400",
    "5e-324",
    "1e-400",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "99999999999999999999999999",
    "NaN",
    "nan",
    "-nan",
    "Inf",
    "-inf",
    "Infinity",
    "1,5",
    "\"1,5\"",
    "1.234,5",
    "1 000",
    "1_000",
    "0x10",
    "1e",
    "e5",
    ".",
    "+",
    "--1",
    "1.2.3",
    "1d3",
    "１２",
    "，",
    "−5",
    "１.５",
    "True",
    "False",
    "f",
    "yes",
    "none",
    "None",
    "null",
    "<NA>",
    "@",
    "@x",
    "@../../x",
    "../x",
    "/etc/passwd",
    "C:\\x",
    "\"",
    "\"\"",
    "'",
    "''",
    "\"a\"b",
    "a:b",
    "1:2 3:4",
    "1:2 0:1",
    ":",
    "\u{FEFF}",
    "\0",
    "\t",
    "\u{200B}",
    "母线",
    "a\u{301}",
    "2024-02-30",
    "2024-01-01 00:00:00",
    "2024-01-01T00:00:00Z",
    "1677-01-01",
    "9999-12-31 23:59:59",
    "-1e10:1e10",
    "[",
    "]",
    "{",
    "}",
    "%",
    "%{",
    "%}",
    "...",
    ";",
    "=",
    "mpc.",
    "mpc.bus",
    "[1 2; 3 4]",
    "steps = 10000000",
    "step_h = 1e-300",
    "#",
    "\\",
    "*",
    "^",
    "2^99999",
    "pi",
    "Inf*0",
    "end",
    "(1:end)",
    "for",
    "if 1",
];

fn lines(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut start = 0;
    for (k, b) in bytes.iter().enumerate() {
        if *b == b'\n' {
            out.push((start, k + 1));
            start = k + 1;
        }
    }
    if start < bytes.len() || out.is_empty() {
        out.push((start, bytes.len()));
    }
    out
}

fn cells(bytes: &[u8], from: usize, to: usize) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut start = from;
    for (k, b) in bytes[..to].iter().enumerate().skip(from) {
        if matches!(b, b',' | b'\n' | b' ' | b'\t' | b';' | b'=' | b'[' | b']') {
            out.push((start, k));
            start = k + 1;
        }
    }
    out.push((start, to));
    out.retain(|c| c.0 < c.1 || out_of_commas(bytes, *c));
    out
}

/// An empty cell counts between commas only: between blanks there is none.
fn out_of_commas(bytes: &[u8], cell: (usize, usize)) -> bool {
    cell.0 == cell.1 && cell.0 > 0 && bytes[cell.0 - 1] == b','
}

/// A column of every line: cells of the same place.
fn column(bytes: &mut Vec<u8>, r: &mut Random) {
    let all = lines(bytes);
    // A run of lines with the same number of commas or tabs is a table.
    let first = r.below(all.len());
    let shape = |b: &[u8], l: (usize, usize)| b[l.0..l.1].iter().filter(|c| matches!(c, b',' | b'\t')).count();
    let wide = shape(bytes, all[first]);
    let mut last = first;
    while last + 1 < all.len() && shape(bytes, all[last + 1]) == wide {
        last += 1;
    }
    let (a, b, what) = (r.below(wide + 1), r.below(wide + 1), r.below(4));
    let mut out = bytes[..all[first].0].to_vec();
    for line in &all[first..=last] {
        let text = &bytes[line.0..line.1];
        let end = text.strip_suffix(b"\n").unwrap_or(text);
        let mut row: Vec<&[u8]> = end.split(|c| matches!(c, b',' | b'\t')).collect();
        let separator = if end.contains(&b',') { b"," } else { b"\t" };
        if a < row.len() && b < row.len() {
            match what {
                0 => row.swap(a, b),
                1 => {
                    row.remove(a);
                }
                2 => row.insert(b, row[a]),
                _ => row[a] = b"",
            }
        }
        out.extend(row.join(&separator[..]));
        out.extend(&text[end.len()..]);
    }
    out.extend(&bytes[all[last].1..]);
    *bytes = out;
}

/// Another encoding or line end of the whole text.
fn encoding(bytes: &mut Vec<u8>, r: &mut Random) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    *bytes = match r.below(7) {
        0 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        1 => std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
        2 => format!("\u{FEFF}{text}").into_bytes(),
        3 => text.replace('\n', "\r\n").into_bytes(),
        4 => text.replace('\n', "\r").into_bytes(),
        // Bytes as GBK has them, and four-byte characters of GB18030.
        5 => text.chars().flat_map(|c| if c.is_ascii() { vec![c as u8] } else { vec![0xC4, 0xB8] }).collect(),
        _ => [&text.as_bytes()[..text.len() / 2], b"\x81\x30\x81\x30", &text.as_bytes()[text.len() / 2..]].concat(),
    };
}

/// One to four changes.
pub fn mutate(bytes: &mut Vec<u8>, other: &[u8], r: &mut Random) {
    for _ in 0..=r.below(4) {
        let all = lines(bytes);
        let line = r.of(&all);
        let cells_of = |b: &[u8], l: (usize, usize)| cells(b, l.0, l.1);
        match r.below(13) {
            // A cell: replaced, swapped with one of another line, scaled or negated.
            0..=3 => {
                if let Some(cell) = pick(&cells_of(bytes, line), r) {
                    bytes.splice(cell.0..cell.1, r.of(CELLS).bytes());
                }
            }
            4 => {
                let second = r.of(&all);
                let (a, b) = (pick(&cells_of(bytes, line), r), pick(&cells_of(bytes, second), r));
                if let (Some(a), Some(b)) = (a, b) {
                    let (a, b) = if a.0 <= b.0 { (a, b) } else { (b, a) };
                    if a.1 <= b.0 {
                        let (x, y) = (bytes[a.0..a.1].to_vec(), bytes[b.0..b.1].to_vec());
                        bytes.splice(b.0..b.1, x);
                        bytes.splice(a.0..a.1, y);
                    }
                }
            }
            5 => {
                if let Some(cell) = pick(&cells_of(bytes, line), r) {
                    let v = std::str::from_utf8(&bytes[cell.0..cell.1]).ok().and_then(|t| t.parse::<f64>().ok());
                    if let Some(v) = v {
                        let by = r.of(&[-1.0, 1e3, 1e-3, 1e6, 1e300, 1e-300, 0.0]);
                        bytes.splice(cell.0..cell.1, format!("{:e}", v * by).bytes());
                    }
                }
            }
            // Lines: doubled, left out, swapped, taken from another file, cut off in a cell.
            6 => {
                let piece = bytes[line.0..line.1].repeat(1 + r.below(3));
                bytes.splice(line.1..line.1, piece);
            }
            7 => drop(bytes.drain(line.0..line.1)),
            8 => {
                let second = r.of(&all);
                let (a, b) = if line.0 <= second.0 { (line, second) } else { (second, line) };
                if a.1 <= b.0 {
                    let (x, y) = (bytes[a.0..a.1].to_vec(), bytes[b.0..b.1].to_vec());
                    bytes.splice(b.0..b.1, x);
                    bytes.splice(a.0..a.1, y);
                }
            }
            9 => {
                let from = r.of(&lines(other));
                bytes.splice(line.0..line.0, other[from.0..from.1].to_vec());
            }
            10 if r.below(4) == 0 => bytes.truncate(line.0 + r.below(line.1 - line.0 + 1)),
            10 | 11 => column(bytes, r),
            _ if r.below(6) == 0 => encoding(bytes, r),
            // Something opened many times, or never closed.
            _ => {
                let piece =
                    r.of(&["(", "[", "{", "\"", "'", "%{\n", "[[", "((((", "if 1\n", "...\n", "-"]).repeat(r.of(&[1, 2, 300, 3000]));
                let at = line.0 + r.below(line.1 - line.0 + 1);
                bytes.splice(at..at, piece.into_bytes());
            }
        }
    }
}

fn pick(list: &[(usize, usize)], r: &mut Random) -> Option<(usize, usize)> {
    (!list.is_empty()).then(|| r.of(list))
}
