//! A folder as a network. Everything wrong is told at once; nothing is repaired.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use fenggu_net::diagnostic::RowStyle;
use fenggu_net::schema::{Field, Kind, Value};
use fenggu_net::{Diagnostic, Network, Profile, SourceMap, TableId};

use super::cells::{self, Content};
use super::series::{from_parquet, Columns};
use super::sheet::Sheet;
use crate::catalogue as code;
use crate::place::{other_separator, read_text, Source};
use crate::report::{Findings, Read};
use crate::text::{to_ascii, LineIndex, Span};

/// Reads a folder with `network.toml`. Never panics; the network is there when no error stands.
pub fn read(folder: &Path) -> Read {
    read_within(folder, crate::MAX_DECODED_BYTES)
}

/// The same, with tables, time axis and series that decode to at most `max_decoded_bytes`.
pub fn read_within(folder: &Path, max_decoded_bytes: u64) -> Read {
    let mut reader = Reader {
        budget: max_decoded_bytes,
        folder,
        found: Findings::default(),
        sources: SourceMap::default(),
        net: Network::default(),
        files: Vec::new(),
        series: HashMap::new(),
    };
    let table = |name: &str| name == "network.toml" || super::own_name(name);
    crate::place::strange_entries(folder, table, &mut reader.found);
    crate::place::strange_entries(&folder.join("series"), |name| super::own_name(&format!("series/{name}")), &mut reader.found);
    reader.manifest();
    for id in TableId::ALL {
        reader.table(*id);
    }
    reader.carried();
    reader.strange_files();
    let Reader { mut found, sources, net, .. } = reader;
    let network = if found.has_errors() {
        found.add_checks(&net, &sources);
        None
    } else {
        Some(net)
    };
    Read { network, sources, diagnostics: found.finish() }
}

fn sheet_titles<'t>(sheet: &Sheet, text: &'t str) -> Vec<&'t str> {
    sheet.header().iter().map(|c| text.get(c.at.start as usize..c.at.end()).unwrap_or("")).collect()
}

fn wrong_value(field: &Field) -> Diagnostic {
    let [en, zh] = cells::rule(field);
    Diagnostic::new(&code::WRONG_VALUE).with_both("rule", en, zh)
}

pub(super) struct Reader<'a> {
    folder: &'a Path,
    /// Bytes that may still be decoded.
    pub budget: u64,
    found: Findings,
    sources: SourceMap,
    pub net: Network,
    files: Vec<(String, Arc<str>, LineIndex)>,
    series: HashMap<String, Option<Columns>>,
}

impl Reader<'_> {
    pub(super) fn exists(&self, name: &str) -> bool {
        self.folder.join(name).is_file()
    }

    /// Reads a file of the folder; reports a file that cannot be read or is not UTF-8.
    pub(super) fn open(&mut self, name: &str) -> Option<usize> {
        let (shown, text) = read_text(&self.folder.join(name), &mut self.budget, &mut self.found)?;
        let lines = LineIndex::new(text.as_bytes());
        let file = self.sources.add_file(&shown, text.clone());
        self.files.push((shown, text, lines));
        Some(file)
    }

    /// Text of an opened file.
    pub(super) fn text_of(&self, file: usize) -> Arc<str> {
        self.files.get(file).map_or_else(|| "".into(), |(_, text, _)| text.clone())
    }

    /// Adds a finding with its place in an opened file.
    pub(super) fn say(&mut self, d: Diagnostic, file: usize, at: Span) {
        if self.found.is_full(d.entry) {
            return self.found.add(d);
        }
        let place = self.files.get(file).map(|(name, text, lines)| Source { file: name, text, lines }.place(at));
        self.found.add(d.at(place));
    }

    /// Cuts an opened file into cells; reports a quote that is not closed.
    pub(super) fn sheet(&mut self, file: usize, _name: &str) -> Option<(Arc<str>, Sheet)> {
        let text = self.text_of(file);
        let sheet = Sheet::cut(&text);
        if let Some(at) = sheet.unclosed {
            self.say(Diagnostic::new(&code::UNTERMINATED_STRING), file, at);
        }
        Some((text, sheet))
    }

    fn table(&mut self, id: TableId) {
        let name = format!("{}.csv", id.word());
        if !self.exists(&name) {
            return;
        }
        let Some(file) = self.open(&name) else { return };
        let Some((text, sheet)) = self.sheet(file, &name) else { return };
        let fields = self.net.table(id).fields();
        let (columns, name_column) = self.header(&name, file, &text, &sheet, fields);

        let mut starts = Vec::with_capacity(sheet.rows());
        for k in 0..sheet.rows() {
            let row = sheet.row(k);
            let at = row.first().map(|c| c.at).unwrap_or_default();
            if row.len() != columns.len() {
                let d = Diagnostic::new(&code::CELL_COUNT)
                    .with("item", &name)
                    .with("row", k + 1)
                    .with("found", row.len())
                    .with("expected", columns.len());
                self.say(d, file, at);
            }
            let own = match name_column {
                Some(c) => row.get(c).map_or(String::new(), |cell| cell.content(&text).into_owned()),
                None => (k + 1).to_string(),
            };
            if own.is_empty() {
                self.say(Diagnostic::new(&code::NO_NAME).with("item", &name).with("row", k + 1), file, at);
            }
            self.net.table_mut(id).push_named(own);
            starts.push(at.start);
        }
        let list = self.sources.add_rows(file, RowStyle::Commas, starts);
        self.sources.map_field(id, "", list, name_column.unwrap_or(0));
        for (cell, column) in columns.iter().enumerate() {
            let Some(k) = *column else { continue };
            let field = &fields[k];
            self.sources.map_field(id, field.name, list, cell);
            for row in 0..sheet.rows() {
                if let Some(c) = sheet.row(row).get(cell).filter(|c| !c.is_empty(&text)) {
                    self.cell(id, row, (k, field), file, c.at, &c.content(&text));
                }
            }
        }
    }

    /// The field of each column, and the column of the names.
    fn header(&mut self, name: &str, file: usize, text: &str, sheet: &Sheet, fields: &[Field]) -> (Vec<Option<usize>>, Option<usize>) {
        let mut columns: Vec<Option<usize>> = Vec::new();
        let mut name_column = None;
        if let ([cell], Some([en, zh])) = (sheet.header(), other_separator(&sheet_titles(sheet, text))) {
            self.say(Diagnostic::new(&code::SEPARATOR).with("item", name).with_both("value", en, zh), file, cell.at);
            return (vec![None], None);
        }
        for (c, cell) in sheet.header().iter().enumerate() {
            let title = cell.content(text);
            let k = fields.iter().position(|f| f.name == title);
            let known = title == "name" || k.is_some();
            let twice = (title == "name" && name_column.is_some()) || (k.is_some() && columns.contains(&k));
            if twice {
                let d = Diagnostic::new(&code::COLUMN_TWICE).with("item", name).with("value", &title);
                self.say(d, file, cell.at);
            } else if !known {
                let names: Vec<&str> = std::iter::once("name").chain(fields.iter().map(|f| f.name)).collect();
                let d = Diagnostic::new(&code::UNKNOWN_COLUMN).with("item", name).with("value", &title).with("ascii", names.join(", "));
                self.say(d, file, cell.at);
            }
            if title == "name" && name_column.is_none() {
                name_column = Some(c);
            }
            columns.push(if twice { None } else { k });
        }
        (columns, name_column)
    }

    fn cell(&mut self, id: TableId, row: usize, field: (usize, &Field), file: usize, at: Span, content: &str) {
        let (k, field) = field;
        let about = |d: Diagnostic, net: &Network| d.on(id, net.table(id).name_of(row)).field(field.name).with("value", content);
        let value = match cells::parse(field.kind, content) {
            Content::Value(v) => v,
            Content::Name(name) => {
                let (Kind::Reference(target) | Kind::OptionalReference(target)) = field.kind else { return };
                match self.net.table(target).row_of(&name) {
                    Some(row) => Value::Reference(row as u32),
                    None => {
                        let d = Diagnostic::new(&code::UNKNOWN_REFERENCE).with("item", format!("{}.csv", target.word()));
                        let names = self.net.table(target);
                        let [en, zh] = crate::pypsa::guess(&name, (0..names.count()).map(|row| names.name_of(row)));
                        let d = d.with_both("guess", en, zh);
                        let d = about(d, &self.net);
                        return self.say(d, file, at);
                    }
                }
            }
            Content::Series(column) => match self.one_series(id, field.name, &column) {
                Ok(values) => Value::Profile(Profile::Series(values)),
                Err(None) => return,
                Err(Some(path)) => {
                    let d = about(Diagnostic::new(&code::NO_SERIES).with("item", path), &self.net);
                    return self.say(d, file, at);
                }
            },
            Content::Wrong => {
                let ascii = to_ascii(content);
                let d = match ascii != content && cells::parse(field.kind, &ascii) != Content::Wrong {
                    true => Diagnostic::new(&code::FULL_WIDTH).with("ascii", ascii),
                    false => wrong_value(field),
                };
                let d = about(d, &self.net);
                return self.say(d, file, at);
            }
        };
        if self.net.table_mut(id).set_value(row, k, value).is_err() {
            let d = about(wrong_value(field), &self.net);
            self.say(d, file, at);
        }
    }

    /// A series by its column. `Err(None)` when its file was found faulty, `Err(path)` when it has
    /// no such column.
    fn one_series(&mut self, id: TableId, field: &str, column: &str) -> Result<Arc<[f64]>, Option<String>> {
        let stem = format!("series/{}.{field}", id.word());
        if !self.series.contains_key(&stem) {
            let columns = if self.exists(&format!("{stem}.csv")) {
                self.series_csv(&format!("{stem}.csv"))
            } else if self.exists(&format!("{stem}.parquet")) {
                self.series_parquet(&format!("{stem}.parquet"))
            } else {
                Some(Columns::new())
            };
            self.series.insert(stem.clone(), columns);
        }
        match self.series.get(&stem) {
            Some(Some(columns)) => columns.get(column).cloned().ok_or(Some(format!("{stem}.csv / .parquet"))),
            _ => Err(None),
        }
    }

    fn series_csv(&mut self, name: &str) -> Option<Columns> {
        let file = self.open(name)?;
        let (text, sheet) = self.sheet(file, name)?;
        let steps = self.net.steps();
        if sheet.rows() != steps {
            let d = Diagnostic::new(&code::SERIES_LENGTH).with("item", name).with("found", sheet.rows()).with("expected", steps);
            let at = sheet.row(sheet.rows().saturating_sub(1)).first().map(|c| c.at).unwrap_or_default();
            self.say(d, file, at);
            return None;
        }
        let titles: Vec<String> = sheet.header().iter().map(|c| c.content(&text).into_owned()).collect();
        let mut values: Vec<Vec<f64>> = titles.iter().map(|_| Vec::with_capacity(steps)).collect();
        let mut sound = true;
        for t in 0..steps {
            let row = sheet.row(t);
            if row.len() != titles.len() {
                let d = Diagnostic::new(&code::CELL_COUNT)
                    .with("item", name)
                    .with("row", t + 1)
                    .with("found", row.len())
                    .with("expected", titles.len());
                self.say(d, file, row.first().map(|c| c.at).unwrap_or_default());
                sound = false;
            }
            for (c, title) in titles.iter().enumerate() {
                let Some(cell) = row.get(c) else { continue };
                let content = cell.content(&text);
                if c == 0 && (title == "time" || title == "step") {
                    sound &= self.label(name, file, cell.at, title, t, &content);
                } else if let Some(x) = cells::parse_number(&content) {
                    values[c].push(x);
                } else {
                    let d = Diagnostic::new(&code::SERIES_VALUE)
                        .on(TableId::Carriers, title)
                        .with("item", name)
                        .with("row", t + 1)
                        .with("value", if content.is_empty() { "\"\"" } else { content.as_ref() });
                    self.say(d, file, cell.at);
                    sound = false;
                }
            }
        }
        let columns = titles.into_iter().zip(values).filter(|(_, v)| v.len() == steps);
        sound.then(|| columns.map(|(name, v)| (name, v.into())).collect())
    }

    /// Whether the label of a row is that of its step.
    fn label(&mut self, name: &str, file: usize, at: Span, title: &str, t: usize, content: &str) -> bool {
        let expected = match title {
            "step" => (t + 1).to_string(),
            _ => self.net.time.start_label(t),
        };
        let instant = |text: &str| text.trim().parse::<jiff::Timestamp>().ok();
        let same = content == expected || (title == "time" && instant(content).is_some_and(|i| Some(i) == instant(&expected)));
        if !same {
            let d = Diagnostic::new(&code::SERIES_TIME)
                .with("item", name)
                .with("row", t + 1)
                .with("value", content)
                .with("expected", if expected.is_empty() { "?" } else { &expected });
            self.say(d, file, at);
        }
        same
    }

    fn series_parquet(&mut self, name: &str) -> Option<Columns> {
        let steps = self.net.steps();
        match from_parquet(&self.folder.join(name), steps, self.budget) {
            Ok(read) if read.rows != steps => {
                let d = Diagnostic::new(&code::SERIES_LENGTH).with("item", name).with("found", read.rows).with("expected", steps);
                self.found.add(d);
                None
            }
            Ok(read) => {
                self.budget = self.budget.saturating_sub((read.columns.len() * steps * 8) as u64);
                Some(read.columns)
            }
            Err([en, zh]) => {
                self.found.add(Diagnostic::new(&code::BROKEN_PARQUET).with("item", name).with_both("value", en, zh));
                None
            }
        }
    }

    /// What another format said beyond the fields.
    fn carried(&mut self) {
        let name = super::carried::FILE;
        if !self.exists(name) {
            return;
        }
        let Some(file) = self.open(name) else { return };
        let Some((text, sheet)) = self.sheet(file, name) else { return };
        for k in 0..sheet.rows() {
            let cells: Vec<String> = sheet.row(k).iter().map(|c| c.content(&text).into_owned()).collect();
            if let Err(d) = super::carried::row(&mut self.net, &cells) {
                self.say(*d, file, sheet.row(k).first().map(|c| c.at).unwrap_or_default());
            }
        }
    }

    /// Tables and series that no table claims: most likely misspelt.
    fn strange_files(&mut self) {
        let own: Vec<String> = TableId::ALL.iter().map(|id| format!("{}.csv", id.word())).collect();
        for name in super::data_files(self.folder) {
            let known = name == "time.csv" || name == super::carried::FILE || own.contains(&name) || super::is_series(&name);
            if !known {
                let d = Diagnostic::new(&code::STRANGE_FILE).with("item", &name).with("value", own.join(", "));
                self.found.add(d);
            }
        }
    }
}
