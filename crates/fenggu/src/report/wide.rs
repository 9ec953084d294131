//! Wide tables for people: time × element, or element × quantity in a single step, as CSV and XLSX.
//!
//! CSV is UTF-8 with a byte-order mark, so that spreadsheet programs show Chinese. Numbers are written in full. A name that a
//! spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`) gets an apostrophe in front in CSV.

use super::error::{ReportError, ReportErrorKind};
use super::labels;
use super::results_file::unit_of;
use super::text::{self, Text};
use fenggu_net::diagnostic::Lang;
use fenggu_net::results::Shape;
use fenggu_net::{Network, Quantity, Results, TableId};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use std::io::Write;
use std::path::Path;

/// Columns that a spreadsheet holds.
const COLUMNS_MAX: usize = 16_384;
/// Cells that one workbook holds before it becomes slow to open.
const CELLS_MAX: usize = 400_000;

/// One table.
pub(super) struct WideTable<'a> {
    /// File name without ending, e.g. `buses_price_per_mwh`.
    pub name: String,
    net: &'a Network,
    results: &'a Results,
    table: TableId,
    quantities: Vec<Quantity>,
    layout: Layout,
}

#[derive(Clone, Copy, PartialEq)]
enum Layout {
    /// One row per step, one column per element.
    TimeByElement,
    /// One row per element, one column per step: for more elements than a spreadsheet has columns.
    ElementByTime,
    /// One row per element, one column per quantity.
    ElementByQuantity,
}

/// A cell.
enum Cell {
    Text(String),
    Number(f64),
}

/// The tables of a run. Multi-step quantities have one each; those that are zero everywhere are left out unless they are
/// the main result of their component. Static quantities, and all quantities of a single step, share one table per component.
pub(super) fn tables<'a>(net: &'a Network, results: &'a Results) -> Vec<WideTable<'a>> {
    let mut out = Vec::new();
    for &table in TableId::ALL {
        let count = net.table(table).count();
        let there: Vec<Quantity> = results.columns().map(|(q, _)| q).filter(|q| q.spec().table == table && count > 0).collect();
        let per_step = |q: &Quantity| q.spec().shape == Shape::PerStep && results.steps > 1;
        for &q in there.iter().filter(|q| per_step(q)) {
            if is_main(q) || results.column(q).is_some_and(|c| c.iter().any(|v| *v != 0.0 && !v.is_nan())) {
                let layout = if count + 3 > COLUMNS_MAX { Layout::ElementByTime } else { Layout::TimeByElement };
                out.push(WideTable { name: file_of(q), net, results, table, quantities: vec![q], layout });
            }
        }
        let rest: Vec<Quantity> = there.into_iter().filter(|q| !per_step(q)).collect();
        if !rest.is_empty() {
            let name = if results.steps > 1 { format!("{}_static", table.word()) } else { table.word().to_string() };
            out.push(WideTable { name, net, results, table, quantities: rest, layout: Layout::ElementByQuantity });
        }
    }
    out
}

/// One table per main result that is there and has steps.
pub(super) fn main_tables<'a>(net: &'a Network, results: &'a Results) -> Vec<WideTable<'a>> {
    let main = results.columns().map(|(q, _)| q).filter(|q| is_main(*q) && q.spec().shape == Shape::PerStep);
    let table = |q: Quantity| {
        let layout = if net.table(q.spec().table).count() + 3 > COLUMNS_MAX { Layout::ElementByTime } else { Layout::TimeByElement };
        WideTable { name: file_of(q), net, results, table: q.spec().table, quantities: vec![q], layout }
    };
    main.map(table).collect()
}

/// File name of a quantity's table in a multi-step run.
pub(super) fn file_of(q: Quantity) -> String {
    format!("{}_{}", q.spec().table.word(), q.spec().field)
}

/// Whether a quantity is the main result of its component.
pub(super) fn is_main(q: Quantity) -> bool {
    use Quantity::*;
    matches!(
        q,
        BusPrice
            | BranchFlow
            | GeneratorP
            | LoadP
            | StorageCharge
            | StorageDischarge
            | StorageSoc
            | StoreEnergy
            | LinkP
            | InterfaceFlow
            | ReservePrice
    )
}

impl WideTable<'_> {
    /// What it holds, e.g. `buses: price [CNY/MWh]`.
    pub fn title(&self, lang: Lang) -> String {
        let table = labels::table(self.table).get(lang);
        match self.quantities.as_slice() {
            [q] => format!("{table}: {} [{}]", labels::quantity(*q).get(lang), unit_of(q.spec().unit, self.net)),
            _ => table.to_string(),
        }
    }
    fn rows(&self) -> usize {
        if self.layout == Layout::TimeByElement {
            self.results.steps
        } else {
            self.net.table(self.table).count()
        }
    }
    fn with_unit(&self, name: &str, q: Quantity) -> String {
        let unit = unit_of(q.spec().unit, self.net);
        if unit.is_empty() {
            name.to_string()
        } else {
            format!("{name} [{unit}]")
        }
    }
    fn headers(&self, lang: Lang) -> Vec<String> {
        let table = self.net.table(self.table);
        let mut out = Vec::new();
        if self.layout == Layout::TimeByElement {
            if self.net.time.start_utc_s.is_empty() {
                out.push(text::STEP.get(lang).to_string());
            } else {
                out.extend([text::START_UTC, text::DATE, text::PERIOD_END].map(|t: Text| t.get(lang).to_string()));
            }
            out.extend((0..table.count()).map(|i| self.with_unit(table.name_of(i), self.quantities[0])));
        } else {
            out.push(text::NAME.get(lang).to_string());
            if self.layout == Layout::ElementByTime {
                let time = &self.net.time;
                let unit = unit_of(self.quantities[0].spec().unit, self.net);
                out.extend(
                    (0..self.results.steps).map(|t| format!("{} {} [{unit}]", time.date_label(t), time.end_label(t)).trim().to_string()),
                );
            } else {
                out.extend(self.quantities.iter().map(|&q| self.with_unit(labels::quantity(q).get(lang), q)));
            }
        }
        out
    }
    /// Fills `out` with row `i`.
    fn row(&self, i: usize, out: &mut Vec<Cell>) {
        out.clear();
        let time = &self.net.time;
        let table = self.net.table(self.table);
        if self.layout == Layout::TimeByElement {
            if time.start_utc_s.is_empty() {
                out.push(Cell::Number((i + 1) as f64));
            } else {
                out.extend([time.start_label(i), time.date_label(i), time.end_label(i)].map(Cell::Text));
            }
            out.extend((0..table.count()).map(|e| Cell::Number(self.results.at(self.quantities[0], e, i))));
        } else {
            out.push(Cell::Text(table.name_of(i).to_string()));
            for &q in &self.quantities {
                let series = self.results.series(q, i);
                let width = if self.layout == Layout::ElementByTime { self.results.steps } else { 1 };
                out.extend((0..width).map(|k| Cell::Number(series.get(k).copied().unwrap_or(f64::NAN))));
            }
        }
    }
}

/// A text that no spreadsheet takes for a formula.
fn harmless(s: &str) -> String {
    if s.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{s}")
    } else {
        s.to_string()
    }
}

/// Writes one table as CSV.
pub(super) fn write_csv(table: &WideTable, lang: Lang, out: &mut impl Write, path: &Path) -> Result<(), ReportError> {
    let io = |e: std::io::Error| ReportError::io(path, &e);
    out.write_all("\u{feff}".as_bytes()).map_err(io)?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let fail = |e: csv::Error| ReportError::new(path, ReportErrorKind::Io(e.to_string()));
    csv.write_record(table.headers(lang).iter().map(|h| harmless(h))).map_err(fail)?;
    let mut cells = Vec::new();
    for i in 0..table.rows() {
        table.row(i, &mut cells);
        csv.write_record(cells.iter().map(|c| match c {
            Cell::Text(s) => harmless(s),
            Cell::Number(v) if v.is_nan() => String::new(),
            Cell::Number(v) => v.to_string(),
        }))
        .map_err(fail)?;
    }
    csv.flush().map_err(io)
}

/// Writes all tables into one workbook, with a first sheet that says what is where, and which tables did not fit.
pub(super) fn write_xlsx(
    tables: &[WideTable],
    lang: Lang,
    started_utc: &str,
    out: &mut (impl Write + std::io::Seek + Send),
    path: &Path,
) -> Result<(), ReportError> {
    let fail = |e: XlsxError| ReportError::new(path, ReportErrorKind::Table(e.to_string()));
    let buffer = workbook(tables, lang, started_utc).map_err(fail)?;
    out.write_all(&buffer).map_err(|e| ReportError::io(path, &e))
}

fn workbook(tables: &[WideTable], lang: Lang, started_utc: &str) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // A fixed instant instead of the clock's: the same run gives the same file.
    let when = started_utc.get(..10).and_then(|d| ExcelDateTime::parse_from_str(d).ok());
    let when = match when {
        Some(w) => w,
        None => ExcelDateTime::from_ymd(2000, 1, 1)?,
    };
    book.set_properties(&DocProperties::new().set_creation_datetime(&when));
    let bold = Format::new().set_bold();
    let contents = book.add_worksheet();
    contents.set_name(text::CONTENTS.get(lang))?;
    for (c, t) in [text::SHEET, text::HOLDS, text::ROWS, text::CSV_FILE].iter().enumerate() {
        contents.write_string_with_format(0, c as u16, t.get(lang), &bold)?;
    }
    contents.set_column_width(0, 36.0)?.set_column_width(1, 60.0)?.set_column_width(3, 48.0)?;
    let mut kept = Vec::new();
    let mut cells = 0;
    for (k, table) in tables.iter().enumerate() {
        let headers = table.headers(lang);
        let size = headers.len() * table.rows();
        let fits = headers.len() <= COLUMNS_MAX && table.rows() < 1_000_000 && cells + size <= CELLS_MAX;
        let row = (k + 1) as u32;
        let sheet = sheet_name(&table.name, k);
        contents.write_string(row, 0, if fits { sheet.as_str() } else { text::ONLY_CSV.get(lang) })?;
        contents.write_string(row, 1, table.title(lang))?;
        contents.write_number(row, 2, table.rows() as f64)?;
        contents.write_string(row, 3, format!("tables/{}.csv", table.name))?;
        if fits {
            cells += size;
            kept.push((sheet, table, headers));
        }
    }
    for (name, table, headers) in kept {
        let sheet = book.add_worksheet();
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, if table.layout == Layout::TimeByElement { 3.min(headers.len()) as u16 } else { 1 })?;
        sheet.set_column_width(0, 22.0)?;
        for (c, h) in headers.iter().enumerate() {
            sheet.write_string_with_format(0, c as u16, cut(h), &bold)?;
        }
        let mut row = Vec::new();
        for i in 0..table.rows() {
            table.row(i, &mut row);
            for (c, cell) in row.iter().enumerate() {
                let (r, c) = ((i + 1) as u32, c as u16);
                match cell {
                    Cell::Text(s) => {
                        sheet.write_string(r, c, cut(s))?;
                    }
                    // A workbook has no infinity and no NaN.
                    Cell::Number(v) if v.is_finite() => {
                        sheet.write_number(r, c, *v)?;
                    }
                    Cell::Number(v) if v.is_nan() => {}
                    Cell::Number(v) => {
                        sheet.write_string(r, c, v.to_string())?;
                    }
                }
            }
        }
    }
    book.save_to_buffer()
}

/// A cell holds 32,767 characters.
fn cut(s: &str) -> String {
    s.chars().take(32_000).collect()
}

/// Sheet names have at most 31 characters and must differ.
fn sheet_name(name: &str, k: usize) -> String {
    if name.len() <= 31 {
        name.to_string()
    } else {
        format!("{}~{}", name.chars().take(27).collect::<String>(), k + 1)
    }
}

#[cfg(test)]
#[path = "wide_tests.rs"]
mod tests;
