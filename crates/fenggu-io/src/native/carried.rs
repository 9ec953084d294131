//! `carried.csv`: what another format said beyond the fields of a network, one line a cell. A series is its numbers,
//! separated by blanks.

use std::fmt::Write;

use fenggu_net::{Carried, CarriedCell, CarriedKind, Diagnostic, Network};

use super::{cells, sheet};
use crate::catalogue as code;

/// Name of the file.
pub const FILE: &str = "carried.csv";
const HEADER: [&str; 6] = ["format", "table", "column", "kind", "name", "cell"];

/// The file's text; none where nothing is carried.
pub fn text(net: &Network) -> Option<String> {
    if net.carried.is_empty() {
        return None;
    }
    let mut out = HEADER.join(",");
    out.push('\n');
    for c in &net.carried {
        for (name, cell) in &c.cells {
            for text in [c.format.as_str(), &c.table, &c.column, c.kind.word(), name] {
                sheet::put(&mut out, text);
                out.push(',');
            }
            match cell {
                CarriedCell::Text(t) => sheet::put(&mut out, t),
                CarriedCell::Series(v) => {
                    let mut numbers = String::new();
                    for (k, x) in v.iter().enumerate() {
                        let _ = write!(numbers, "{}{}", if k > 0 { " " } else { "" }, cells::number(*x));
                    }
                    sheet::put(&mut out, &numbers);
                }
            }
            out.push('\n');
        }
    }
    Some(out)
}

/// What a row of the file says; an error is a finding without its place.
pub fn row(net: &mut Network, row: &[String]) -> Result<(), Box<Diagnostic>> {
    let wrong = |field: &str, value: &str, en: String, zh: String| {
        let d = Diagnostic::new(&code::CARRIED_CELL).with_both("value", format!("{field} \"{value}\""), format!("{field}“{value}”"));
        Box::new(d.with_both("rule", en, zh))
    };
    let [format, table, column, kind, name, cell] = row else {
        let (n, is) = (HEADER.len(), row.len());
        let d = Diagnostic::new(&code::CARRIED_CELL).with_both("value", format!("a line of {is} cells"), format!("{is} 格的一行"));
        return Err(Box::new(d.with_both("rule", format!("one of {n} cells"), format!("{n} 格的一行"))));
    };
    let Some(known) = CarriedKind::from_word(kind) else {
        let words: Vec<&str> = CarriedKind::ALL.iter().map(|k| k.word()).collect();
        return Err(wrong("kind", kind, words.join(" / "), words.join(" / ")));
    };
    let cell = if known == CarriedKind::Series {
        let values: Option<Vec<f64>> = cell.split_whitespace().map(cells::parse_number).collect();
        match values {
            Some(v) if v.len() == net.steps() => CarriedCell::Series(v.into()),
            _ => {
                let (n, text) = (net.steps(), cell.chars().take(40).collect::<String>());
                return Err(wrong("cell", &text, format!("{n} numbers"), format!("{n} 个数字")));
            }
        }
    } else {
        CarriedCell::Text(cell.clone())
    };
    let same = |c: &Carried| c.format == *format && c.table == *table && c.column == *column && c.kind == known;
    match net.carried.last_mut().filter(|c| same(c)) {
        Some(last) => last.cells.push((name.clone(), cell)),
        None => net.carried.push(Carried {
            format: format.clone(),
            table: table.clone(),
            column: column.clone(),
            kind: known,
            cells: vec![(name.clone(), cell)],
        }),
    }
    Ok(())
}
