//! `results.parquet`: one long table, written and read back.
//!
//! Columns: `component` (table word), `name` (the user's own), `field`, `unit`, `time`, `value`. `time` is the start of the
//! step in UTC (`2024-12-09T16:00:00Z`), the number of the step from 1 in a study without a calendar, and empty where a
//! quantity has no time. The objective and its bound are rows of the component `run`; how the run ended is the file's
//! metadata key `outcome`. Text columns are dictionary-encoded, pages are Snappy-compressed (both pure Rust).

use super::error::{ReportError, ReportErrorKind};
use super::outage_columns;
use super::results_columns::{numbers, TextColumn, TimeColumn};
use fenggu_net::results::{OutagePrice, Outcome, Shape};
use fenggu_net::{Network, Quantity, Results, TableId};
use parquet::basic::{Compression, LogicalType, TimeUnit, Type as Physical};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

const SCHEMA: &str = "message results {
  required binary component (UTF8);
  required binary name (UTF8);
  required binary field (UTF8);
  required binary unit (UTF8);
  required binary time (UTF8);
  required double value;
}";
/// Rows of a row group: bounds what a reader must hold at once.
const GROUP_ROWS: usize = 1 << 20;
/// Values handed over at once.
const BATCH: usize = 8192;

/// Unit as people read it: `currency` becomes the network's.
pub(crate) fn unit_of(unit: &str, net: &Network) -> String {
    let currency = if net.currency == "1" || net.currency.is_empty() { "currency" } else { &net.currency };
    unit.replace("currency", currency)
}

/// Label of step `t` in the column `time`.
pub(crate) fn time_key(net: &Network, t: usize) -> String {
    let label = net.time.start_label(t);
    if label.is_empty() {
        (t + 1).to_string()
    } else {
        label
    }
}

/// Writes the results as a Parquet file to `out` and returns the number of rows.
///
/// # Errors
/// Whatever the writer says; `path` is only named in the message.
pub fn write_results_parquet<W: Write + Send>(net: &Network, results: &Results, out: W, path: &Path) -> Result<usize, ReportError> {
    if results.steps != net.steps() {
        return Err(ReportError::new(path, ReportErrorKind::WrongSize { steps: results.steps, network_steps: net.steps() }));
    }
    write_all(net, results, out, GROUP_ROWS).map_err(|e| ReportError::new(path, ReportErrorKind::Io(e.to_string())))
}

/// One block of rows: all cells of one quantity.
struct Rows<'a> {
    values: &'a [f64],
    /// Steps per element: 1 for a static quantity.
    width: usize,
    /// A one-step study has width 1 for static and per-step quantities alike.
    per_step: bool,
    table: Option<TableId>,
    /// Row of the table that the values begin with.
    first: usize,
    words: [ByteArray; 3],
}

fn write_all<W: Write + Send>(net: &Network, results: &Results, out: W, group_rows: usize) -> Result<usize, ParquetError> {
    let mut writer = ResultsWriter::start(net, results.outcome, out, group_rows)?;
    let run = run_rows(net, results);
    let mut blocks: Vec<Rows> = run.iter().map(|(field, v, unit)| run_block(field, v, unit)).collect();
    blocks.extend(column_blocks(net, results));
    let outages = outage_columns::series(net, results);
    blocks.extend(outages.iter().map(|s| outage_block(net, s)));
    writer.put(&blocks, 0..results.steps)?;
    writer.finish()
}

/// Objective and bound, where there are any: field, value, unit.
fn run_rows(net: &Network, results: &Results) -> Vec<(&'static str, [f64; 1], String)> {
    let rows = [("objective", [results.objective]), ("bound", [results.bound])];
    rows.into_iter().filter(|(_, v)| !v[0].is_nan()).map(|(field, v)| (field, v, unit_of("currency", net))).collect()
}

fn run_block<'a>(field: &str, values: &'a [f64; 1], unit: &str) -> Rows<'a> {
    Rows { values, width: 1, per_step: false, table: None, first: 0, words: [RUN, field, unit].map(ByteArray::from) }
}

fn outage_block<'a>(net: &Network, series: &'a outage_columns::Series) -> Rows<'a> {
    let table = TableId::Contingencies;
    let words = [table.word(), &series.field, &unit_of("currency/MWh", net)].map(ByteArray::from);
    Rows { values: &series.values, width: series.values.len(), per_step: true, table: Some(table), first: series.contingency, words }
}

fn column_blocks<'a>(net: &Network, results: &'a Results) -> Vec<Rows<'a>> {
    let mut blocks = Vec::new();
    for (q, values) in results.columns() {
        let spec = q.spec();
        let width = if spec.shape == Shape::PerStep { results.steps } else { 1 };
        // A column that is longer than its table would name elements that do not exist.
        let count = net.table(spec.table).count() * width;
        let words = [spec.table.word(), spec.field, &unit_of(spec.unit, net)].map(ByteArray::from);
        blocks.push(Rows {
            values: &values[..values.len().min(count)],
            width,
            per_step: spec.shape == Shape::PerStep,
            table: Some(spec.table),
            first: 0,
            words,
        });
    }
    blocks
}

/// Writes a result file part by part: memory holds one part.
pub(crate) struct ResultsWriter<'n, W: Write + Send> {
    net: &'n Network,
    writer: SerializedFileWriter<W>,
    group_rows: usize,
    total: usize,
}

impl<'n, W: Write + Send> ResultsWriter<'n, W> {
    /// Starts the file of a run on `net` that ended as `outcome`.
    pub(crate) fn new(net: &'n Network, outcome: Outcome, out: W) -> Result<Self, ParquetError> {
        ResultsWriter::start(net, outcome, out, GROUP_ROWS)
    }

    fn start(net: &'n Network, outcome: Outcome, out: W, group_rows: usize) -> Result<Self, ParquetError> {
        let meta =
            [("outcome", outcome.word()), ("network", net.name.as_str()), ("zone", net.time.zone.as_str()), ("format", "fenggu-results-1")];
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("fenggu ", env!("CARGO_PKG_VERSION")).to_string())
            .set_key_value_metadata(Some(meta.iter().map(|(k, v)| KeyValue::new(k.to_string(), v.to_string())).collect()))
            .build();
        let schema = Arc::new(parse_message_type(SCHEMA)?);
        let writer = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
        Ok(ResultsWriter { net, writer, group_rows, total: 0 })
    }

    /// Objective and bound of the whole run, and quantities without steps.
    pub(crate) fn whole(&mut self, results: &Results) -> Result<(), ParquetError> {
        let run = run_rows(self.net, results);
        let mut blocks: Vec<Rows> = run.iter().map(|(field, v, unit)| run_block(field, v, unit)).collect();
        blocks.extend(column_blocks(self.net, results).into_iter().filter(|b| !b.per_step));
        self.put(&blocks, 0..0)
    }

    /// The steps `range` of the network: `results` holds just those. Quantities without steps are left out.
    pub(crate) fn part(&mut self, results: &Results, range: Range<usize>) -> Result<(), ParquetError> {
        let mut blocks: Vec<Rows> = column_blocks(self.net, results).into_iter().filter(|b| b.per_step).collect();
        let outages = outage_columns::series(self.net, results);
        blocks.extend(outages.iter().map(|s| outage_block(self.net, s)));
        self.put(&blocks, range)
    }

    /// Ends the file; the number of rows.
    pub(crate) fn finish(self) -> Result<usize, ParquetError> {
        self.writer.close()?;
        Ok(self.total)
    }

    fn put(&mut self, blocks: &[Rows], range: Range<usize>) -> Result<(), ParquetError> {
        let (net, group_rows) = (self.net, self.group_rows);
        let times: Vec<ByteArray> = range.map(|t| ByteArray::from(time_key(net, t).as_str())).collect();
        let nothing = ByteArray::from("");
        let total: usize = blocks.iter().map(|b| b.values.len()).sum();
        self.total += total;
        let mut first = 0;
        while first < total {
            let last = (first + group_rows).min(total);
            let mut group = self.writer.next_row_group()?;
            for column in 0..6 {
                let mut col = group.next_column()?.ok_or_else(|| ParquetError::General("the schema has six columns".into()))?;
                if column == 5 {
                    let mut values = Vec::with_capacity(BATCH);
                    let w = col.typed::<DoubleType>();
                    each_row(blocks, first, last, |b, i| {
                        values.push(b.values[i]);
                        flush::<DoubleType, _>(&mut values, BATCH, |v| w.write_batch(v, None, None).map(drop))
                    })?;
                    flush::<DoubleType, _>(&mut values, 1, |v| w.write_batch(v, None, None).map(drop))?;
                } else {
                    let mut values = Vec::with_capacity(BATCH);
                    let mut name = (usize::MAX, nothing.clone());
                    let mut seen: Option<TableId> = None;
                    let w = col.typed::<ByteArrayType>();
                    each_row(blocks, first, last, |b, i| {
                        values.push(match (column, b.table) {
                            (0, _) => b.words[0].clone(),
                            (1, None) => nothing.clone(),
                            (1, Some(table)) => {
                                let element = b.first + i / b.width.max(1);
                                if name.0 != element || seen != b.table {
                                    name = (element, ByteArray::from(net.table(table).name_of(element)));
                                    seen = b.table;
                                }
                                name.1.clone()
                            }
                            (2, _) => b.words[1].clone(),
                            (3, _) => b.words[2].clone(),
                            _ if b.per_step => times[i % b.width].clone(),
                            _ => nothing.clone(),
                        });
                        flush::<ByteArrayType, _>(&mut values, BATCH, |v| w.write_batch(v, None, None).map(drop))
                    })?;
                    flush::<ByteArrayType, _>(&mut values, 1, |v| w.write_batch(v, None, None).map(drop))?;
                }
                col.close()?;
            }
            group.close()?;
            first = last;
        }
        Ok(())
    }
}

fn flush<T: DataType, F: FnMut(&[T::T]) -> Result<(), ParquetError>>(
    values: &mut Vec<T::T>,
    at: usize,
    mut write: F,
) -> Result<(), ParquetError> {
    if values.len() >= at {
        write(values)?;
        values.clear();
    }
    Ok(())
}

fn each_row<'a>(
    blocks: &[Rows<'a>],
    first: usize,
    last: usize,
    mut f: impl FnMut(&Rows<'a>, usize) -> Result<(), ParquetError>,
) -> Result<(), ParquetError> {
    let mut start = 0;
    for b in blocks {
        let (lo, hi) = (first.max(start), last.min(start + b.values.len()));
        for row in lo..hi {
            f(b, row - start)?;
        }
        start += b.values.len();
    }
    Ok(())
}

/// Results read from a file, and what in it was not used.
#[derive(Clone, Debug)]
pub struct ResultsRead {
    /// The results. Cells that the file does not have are NaN.
    pub results: Results,
    /// Rows of components or fields that fenggu does not know: `component.field` and their number. Nothing is dropped silently.
    pub ignored: Vec<(String, usize)>,
}

/// Reads a result file, ours or another tool's, for this network. Rows may come in any order; extra columns are ignored.
/// `time` may also be a Parquet timestamp. A file that does not say how its run ended claims to be an answer (`optimal`).
///
/// # Errors
/// [`ReportError`] for a file that is not Parquet, lacks a column, names an unknown element or time, or says a cell twice
/// with different values.
pub fn read_results_parquet(path: &Path, net: &Network) -> Result<ResultsRead, ReportError> {
    read_results_parquet_within(path, net, u64::MAX)
}

/// The same, refusing a file that is larger than `most` bytes or whose quantities would take more of them.
///
/// # Errors
/// As [`read_results_parquet`].
pub fn read_results_parquet_within(path: &Path, net: &Network, most: u64) -> Result<ResultsRead, ReportError> {
    within(path, most)?;
    let mut cells = Cells { left: most, ..Cells::new(net) };
    let times: HashMap<String, usize> = (0..net.steps()).map(|t| (time_key(net, t), t)).collect();
    cells.results.outcome = each_cell(path, most, 8, &mut |cell| cells.put(cell, &times))?;
    Ok(ResultsRead { results: cells.results, ignored: cells.ignored.into_iter().collect() })
}

/// Refuses a file that is larger than `most` bytes.
pub(crate) fn within(path: &Path, most: u64) -> Result<(), ReportError> {
    let found = std::fs::metadata(path).map_err(|e| ReportError::io(path, &e))?.len();
    if found > most {
        return Err(ReportError::new(path, ReportErrorKind::TooLarge { found, most }));
    }
    Ok(())
}

/// One row of a result file.
pub(crate) struct Cell<'a> {
    /// Number of the row, from 1.
    pub row: usize,
    pub component: &'a str,
    pub name: &'a str,
    pub field: &'a str,
    pub time: &'a str,
    pub value: f64,
}

/// Component word of the rows that belong to the run itself.
pub(crate) const RUN: &str = "run";

/// Hands on every row of a result file, and tells how its run ended. Rows of `row_bytes` each may take `most` bytes: run lengths
/// can make millions of rows of a few bytes.
///
/// # Errors
/// As [`read_results_parquet`], and what `put` says of a row.
pub(crate) fn each_cell(
    path: &Path,
    most: u64,
    row_bytes: u64,
    put: &mut dyn FnMut(&Cell) -> Result<(), ReportErrorKind>,
) -> Result<Outcome, ReportError> {
    let file = std::fs::File::open(path).map_err(|e| ReportError::io(path, &e))?;
    // The Parquet crate has asserted on broken files before; a hostile file must end in a message.
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| read_all(file, path, most / row_bytes, put))) {
        Ok(result) => result,
        Err(_) => Err(ReportError::new(path, ReportErrorKind::NotParquet("the file is damaged".into()))),
    }
}

fn read_all(
    file: std::fs::File,
    path: &Path,
    most_rows: u64,
    put: &mut dyn FnMut(&Cell) -> Result<(), ReportErrorKind>,
) -> Result<Outcome, ReportError> {
    let broken = |e: ParquetError| ReportError::new(path, ReportErrorKind::NotParquet(e.to_string()));
    let fail = |kind| ReportError::new(path, kind);
    let reader = SerializedFileReader::new(file).map_err(broken)?;
    let meta = reader.metadata().file_metadata();
    // The groups are asked, not the file: they are what is read.
    let rows = reader.metadata().row_groups().iter().map(|g| g.num_rows().max(0) as u64).fold(0, u64::saturating_add);
    if rows > most_rows {
        return Err(fail(ReportErrorKind::TooLarge { found: rows.saturating_mul(8), most: most_rows.saturating_mul(8) }));
    }
    let said = meta.key_value_metadata().into_iter().flatten().find(|kv| kv.key == "outcome").and_then(|kv| kv.value.clone());
    let outcomes = [Outcome::Optimal, Outcome::Infeasible, Outcome::Unbounded, Outcome::Limit, Outcome::Interrupted, Outcome::Failed];
    let outcome = outcomes.into_iter().find(|o| said.as_deref() == Some(o.word())).unwrap_or(Outcome::Optimal);

    let schema = meta.schema_descr();
    let find = |name: &'static str| {
        (0..schema.num_columns())
            .find(|&i| schema.column(i).path().string() == name)
            .ok_or_else(|| fail(ReportErrorKind::MissingColumn(name)))
    };
    let at = [find("component")?, find("name")?, find("field")?, find("time")?, find("value")?];

    let mut row = 0;
    for g in 0..reader.num_row_groups() {
        let group = reader.get_row_group(g).map_err(broken)?;
        let column = |c: usize| group.get_column_reader(at[c]).map_err(broken);
        let text = |c: usize, name: &'static str| -> Result<TextColumn, ReportError> {
            match column(c)? {
                ColumnReader::ByteArrayColumnReader(r) => Ok(TextColumn::new(Box::new(r))),
                _ => Err(fail(ReportErrorKind::ColumnType {
                    column: name.into(),
                    found: schema.column(at[c]).physical_type().to_string(),
                    expected: "text",
                })),
            }
        };
        let mut component = text(0, "component")?;
        let mut name = text(1, "name")?;
        let mut field = text(2, "field")?;
        let descr = schema.column(at[3]);
        let mut time = match (descr.physical_type(), descr.logical_type_ref()) {
            (Physical::BYTE_ARRAY, _) => TimeColumn::Text(text(3, "time")?),
            (Physical::INT64, Some(LogicalType::Timestamp(kind))) => {
                let per_s = match kind.unit {
                    TimeUnit::MILLIS => 1_000,
                    TimeUnit::MICROS => 1_000_000,
                    TimeUnit::NANOS => 1_000_000_000,
                };
                TimeColumn::Instant(Box::new(column(3)?), per_s)
            }
            (found, _) => {
                return Err(fail(ReportErrorKind::ColumnType {
                    column: "time".into(),
                    found: found.to_string(),
                    expected: "text or a timestamp",
                }))
            }
        };
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let mut values = column(4)?;
        let mut done = 0;
        while done < rows {
            let n = BATCH.min(rows - done);
            let (c, nm, f) = (component.next(n).map_err(broken)?, name.next(n).map_err(broken)?, field.next(n).map_err(broken)?);
            let t = time.next(n).map_err(broken)?;
            let v = numbers(&mut values, n).map_err(broken)?.ok_or_else(|| {
                let found = schema.column(at[4]).physical_type().to_string();
                fail(ReportErrorKind::ColumnType { column: "value".into(), found, expected: "numbers" })
            })?;
            if [c.len(), nm.len(), f.len(), t.len(), v.len()].iter().any(|&l| l != n) {
                return Err(fail(ReportErrorKind::NotParquet("its columns have different lengths".into())));
            }
            for i in 0..n {
                row += 1;
                put(&Cell { row, component: &c[i], name: &nm[i], field: &f[i], time: &t[i], value: v[i] }).map_err(fail)?;
            }
            done += n;
        }
    }
    Ok(outcome)
}

/// Takes cells in any order.
struct Cells<'a> {
    net: &'a Network,
    /// Bytes that may still be taken.
    left: u64,
    results: Results,
    ignored: BTreeMap<String, usize>,
    /// The words of the row before, and what they meant: rows of one element usually stand together.
    last: (String, String, Option<Quantity>),
    /// Of a price of a limit after an outage: whether it is a bound's multiplier, and of which branch.
    outage: Option<(bool, usize)>,
    last_name: (Option<TableId>, String, usize),
}

impl<'a> Cells<'a> {
    fn new(net: &'a Network) -> Self {
        Cells {
            net,
            left: u64::MAX,
            results: Results::new(Outcome::Optimal, net.steps()),
            ignored: BTreeMap::new(),
            last: Default::default(),
            outage: None,
            last_name: (None, String::new(), 0),
        }
    }
    /// Step of a time.
    fn step(&self, row: usize, time: &str, times: &HashMap<String, usize>) -> Result<usize, ReportErrorKind> {
        let found = times.get(time).copied().or_else(|| {
            // Other spellings of the same instant: `+00:00`, fractions, another offset.
            let s = time.parse::<jiff::Timestamp>().ok()?.as_second();
            self.net.time.start_utc_s.iter().position(|&x| x == s)
        });
        match found {
            Some(t) => Ok(t),
            // A one-step study has nothing to confuse.
            None if self.results.steps == 1 && time.is_empty() => Ok(0),
            None => Err(ReportErrorKind::UnknownTime { row, time: time.into(), first: time_key(self.net, 0) }),
        }
    }
    /// Takes a price of a limit after an outage. Zeros say nothing.
    fn put_outage(&mut self, cell: &Cell, times: &HashMap<String, usize>, bound: bool, branch: usize) -> Result<(), ReportErrorKind> {
        let table = self.net.table(TableId::Contingencies);
        let Some(contingency) = table.row_of(cell.name) else {
            let nearest = nearest((0..table.count()).map(|i| table.name_of(i)), cell.name);
            let (component, name) = (cell.component.into(), cell.name.into());
            return Err(ReportErrorKind::UnknownComponent { row: cell.row, component, name, nearest });
        };
        let step = self.step(cell.row, cell.time, times)?;
        if cell.value != 0.0 {
            let found = size_of::<OutagePrice>() as u64;
            self.left = self.left.checked_sub(found).ok_or(ReportErrorKind::TooLarge { found, most: self.left })?;
            let list = if bound { &mut self.results.outage_bound_prices } else { &mut self.results.outage_prices };
            list.push(OutagePrice { contingency, branch, step, price_per_mwh: cell.value });
        }
        Ok(())
    }
    fn put(&mut self, cell: &Cell, times: &HashMap<String, usize>) -> Result<(), ReportErrorKind> {
        let &Cell { row, component, name, field, time, value } = cell;
        if component == RUN {
            match field {
                "objective" => self.results.objective = value,
                "bound" => self.results.bound = value,
                _ => *self.ignored.entry(format!("{component}.{field}")).or_default() += 1,
            }
            return Ok(());
        }
        if self.last.0 != component || self.last.1 != field {
            let q = TableId::from_word(component).and_then(|t| Quantity::find(t, field));
            self.last = (component.to_string(), field.to_string(), q);
            self.outage = (component == TableId::Contingencies.word()).then(|| outage_columns::meaning(self.net, field)).flatten();
        }
        if let Some((bound, branch)) = self.outage {
            return self.put_outage(cell, times, bound, branch);
        }
        let Some(q) = self.last.2 else {
            *self.ignored.entry(format!("{component}.{field}")).or_default() += 1;
            return Ok(());
        };
        let spec = q.spec();
        if self.last_name.0 != Some(spec.table) || self.last_name.1 != name {
            let table = self.net.table(spec.table);
            let Some(i) = table.row_of(name) else {
                let nearest = nearest((0..table.count()).map(|i| table.name_of(i)), name);
                return Err(ReportErrorKind::UnknownComponent { row, component: component.into(), name: name.into(), nearest });
            };
            self.last_name = (Some(spec.table), name.to_string(), i);
        }
        let element = self.last_name.2;
        let (width, t) = match spec.shape {
            Shape::Static => (1, 0),
            Shape::PerStep => (self.results.steps, self.step(row, time, times)?),
        };
        if self.results.column(q).is_none() {
            let count = self.net.table(spec.table).count().saturating_mul(width);
            let found = (count as u64).saturating_mul(8);
            self.left = self.left.checked_sub(found).ok_or(ReportErrorKind::TooLarge { found, most: self.left })?;
            self.results.set(q, vec![f64::NAN; count]);
        }
        if let Some(cell) = self.results.column_mut(q).and_then(|c| c.get_mut(element * width + t)) {
            if !cell.is_nan() && *cell != value {
                return Err(ReportErrorKind::Twice { row, cell: format!("{component} \"{name}\" {field} {time}") });
            }
            *cell = value;
        }
        Ok(())
    }
}

/// A name at most two edits away.
fn nearest<'a>(names: impl Iterator<Item = &'a str>, wanted: &str) -> String {
    let w: Vec<char> = wanted.chars().take(64).collect();
    let mut best = (3, "");
    for name in names.take(100_000) {
        let n: Vec<char> = name.chars().take(64).collect();
        if n.len().abs_diff(w.len()) > 2 {
            continue;
        }
        let mut line: Vec<usize> = (0..=w.len()).collect();
        for (i, a) in n.iter().enumerate() {
            let mut corner = line[0];
            line[0] = i + 1;
            for (j, b) in w.iter().enumerate() {
                let up = line[j + 1];
                line[j + 1] = (corner + usize::from(a != b)).min(up + 1).min(line[j] + 1);
                corner = up;
            }
        }
        if line[w.len()] < best.0 {
            best = (line[w.len()], name);
        }
    }
    best.1.to_string()
}

#[cfg(test)]
#[path = "results_file_tests.rs"]
mod tests;
