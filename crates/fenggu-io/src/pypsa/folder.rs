//! A CSV folder as a [`Dataset`].

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use fenggu_net::Diagnostic;

use super::attributes::{self, Holds, List, Role};
use super::cells::{self, NotANumber};
use super::dataset::{ordered, Cells, Column, Dataset, Frame, Labels, Series, Snapshots, TextFile, WEIGHTS};
use super::{refused, time};
use crate::catalogue as code;
use crate::native::sheet::Sheet;
use crate::place::{other_separator, read_text, strange_entries, Source};
use crate::report::Findings;
use crate::text::{to_ascii, LineIndex, Span};

/// Reads a folder that decodes to at most `limit` bytes. What is wrong goes to `found`.
pub fn load(folder: &Path, limit: u64, found: &mut Findings) -> Dataset {
    let mut loader = Loader { folder, budget: limit, found, ds: Dataset { shown: folder.display().to_string(), ..Dataset::default() } };
    strange_entries(folder, own_name, loader.found);
    let names = loader.names();
    loader.network();
    for (name, text) in [("meta.json", 0), ("crs.json", 1)] {
        if names.contains(name) {
            let read = read_text(&folder.join(name), &mut loader.budget, loader.found).map(|(_, t)| t.to_string()).unwrap_or_default();
            *(if text == 0 { &mut loader.ds.meta } else { &mut loader.ds.crs }) = read;
        }
    }
    loader.snapshots();
    loader.periods();
    for list in attributes::LISTS {
        loader.frame(list);
    }
    loader.series(&names);
    loader.strange(&names);
    let mut ds = loader.ds;
    ds.frames = ordered(ds.frames);
    ds
}

struct Loader<'a> {
    folder: &'a Path,
    /// Bytes that may still be decoded.
    budget: u64,
    found: &'a mut Findings,
    ds: Dataset,
}

impl Loader<'_> {
    /// Files of the folder, by name.
    fn names(&self) -> HashSet<String> {
        let entries = std::fs::read_dir(self.folder).into_iter().flatten().flatten();
        entries.filter(|e| e.path().is_file()).map(|e| e.file_name().to_string_lossy().into_owned()).collect()
    }

    fn open(&mut self, name: &str) -> Option<TextFile> {
        let path = self.folder.join(name);
        if !path.is_file() {
            return None;
        }
        let (shown, text) = read_text(&path, &mut self.budget, self.found)?;
        let file = TextFile { lines: LineIndex::new(text.as_bytes()), sheet: Sheet::cut(&text), shown, text };
        if let Some(at) = file.sheet.unclosed {
            self.say(&file, Diagnostic::new(&code::UNTERMINATED_STRING), at);
        }
        Some(file)
    }

    fn say(&mut self, file: &TextFile, d: Diagnostic, at: Span) {
        if self.found.is_full(d.entry) {
            return self.found.add(d);
        }
        let place = Source { file: &file.shown, text: &file.text, lines: &file.lines }.place(at);
        self.found.add(d.at(Some(place)));
    }

    /// Titles of a file's columns and the cells below each; rows with too few or too many cells are told.
    fn table(&mut self, name: &str, file: &TextFile) -> Vec<(String, Vec<String>)> {
        let mut out: Vec<(String, Vec<String>)> = Vec::new();
        if let [cell] = file.sheet.header() {
            if let Some([en, zh]) = other_separator(&[cell.content(&file.text).as_ref()]) {
                self.say(file, Diagnostic::new(&code::SEPARATOR).with("item", name).with_both("value", en, zh), cell.at);
            }
        }
        for cell in file.sheet.header() {
            let title = cell.content(&file.text).into_owned();
            if !title.is_empty() && out.iter().any(|(t, _)| *t == title) {
                self.say(file, Diagnostic::new(&code::COLUMN_TWICE).with("item", name).with("value", &title), cell.at);
            }
            out.push((title, Vec::with_capacity(file.sheet.rows())));
        }
        for k in 0..file.sheet.rows() {
            let row = file.sheet.row(k);
            if row.len() != out.len() {
                self.cell_count(name, file, k, out.len());
            }
            for (c, (_, column)) in out.iter_mut().enumerate() {
                column.push(row.get(c).map_or(String::new(), |cell| cell.content(&file.text).into_owned()));
            }
        }
        out
    }

    fn cell_count(&mut self, name: &str, file: &TextFile, row: usize, expected: usize) {
        let cells = file.sheet.row(row);
        let d = Diagnostic::new(&code::CELL_COUNT)
            .with("item", name)
            .with("row", row + 1)
            .with("found", cells.len())
            .with("expected", expected);
        self.say(file, d, cells.first().map(|c| c.at).unwrap_or_default());
    }

    fn network(&mut self) {
        let Some(file) = self.open("network.csv") else { return };
        for (title, cells) in self.table("network.csv", &file) {
            if let Some(first) = cells.into_iter().next() {
                self.ds.network.push((title, Cells::Text(vec![first])));
            }
        }
    }

    fn snapshots(&mut self) {
        let name = "snapshots.csv";
        let Some(file) = self.open(name) else { return };
        let table = self.table(name, &file);
        let steps = file.sheet.rows();
        if steps == 0 || steps > crate::native::MOST_STEPS {
            let at = file.sheet.header().first().map(|c| c.at).unwrap_or_default();
            let d = Diagnostic::new(&code::PYPSA_SNAPSHOTS).with("item", name).with_both(
                "value",
                format!("{steps} snapshots"),
                format!("快照有 {steps} 个"),
            );
            return self.say(&file, d, at);
        }
        let find = |title: &str| table.iter().position(|(t, _)| t == title);
        let label = find("snapshot").or(find("timestep")).unwrap_or(0);
        let labels = time::labels(table.get(label).map_or(&[], |(_, cells)| cells.as_slice()));
        if let (Labels::Times(times), None) = (&labels, find("period")) {
            if let Some((d, row)) = time::disorder(times, name) {
                let at = file.sheet.row(row).get(label).map(|c| c.at).unwrap_or_default();
                self.say(&file, d, at);
            }
        }
        let periods = find("period").map(|k| {
            let mut out = Vec::with_capacity(steps);
            for (row, cell) in table[k].1.iter().enumerate() {
                out.push(self.number(&file, name, row, k, cell) as i64);
            }
            out
        });
        let mut weights = [None, None, None];
        for (w, title) in WEIGHTS.iter().enumerate() {
            if let Some(k) = find(title) {
                weights[w] = Some((0..steps).map(|row| self.number(&file, name, row, k, &table[k].1[row])).collect());
            }
        }
        if let (Some(k), [None, None, None]) = (find("weightings"), &weights) {
            let all: Vec<f64> = (0..steps).map(|row| self.number(&file, name, row, k, &table[k].1[row])).collect();
            weights = [Some(all.clone()), Some(all.clone()), Some(all)];
        }
        self.ds.snapshots = Some(Snapshots { labels, periods, weights });
    }

    /// A number, or NaN with a finding.
    fn number(&mut self, file: &TextFile, name: &str, row: usize, column: usize, text: &str) -> f64 {
        match cells::number(text) {
            Ok(v) => v,
            Err(why) => {
                let at = file.sheet.row(row).get(column).map(|c| c.at).unwrap_or_default();
                let title = file.sheet.header().get(column).map(|c| c.content(&file.text).into_owned()).unwrap_or_default();
                let d = not_a_number(why, text, A_NUMBER)
                    .with("item", name)
                    .with("row", row + 1)
                    .with("column", format!("\"{title}\""))
                    .with("attribute", title);
                self.say(file, d, at);
                f64::NAN
            }
        }
    }

    fn periods(&mut self) {
        let name = "investment_periods.csv";
        let Some(file) = self.open(name) else { return };
        for (k, (title, cells)) in self.table(name, &file).into_iter().enumerate() {
            self.ds.periods.push(Column { name: title, cells: Cells::Text(cells), at: k });
        }
    }

    fn frame(&mut self, list: &'static List) {
        let name = format!("{}.csv", list.name);
        let Some(file) = self.open(&name) else { return };
        let mut frame = Frame::new(list);
        for (k, (title, cells)) in self.table(&name, &file).into_iter().enumerate() {
            if k == 0 {
                frame.names = cells;
            } else if !title.is_empty() {
                frame.columns.push(Column { name: title, cells: Cells::Text(cells), at: k });
            }
        }
        for row in 0..frame.names.len() {
            if frame.names[row].is_empty() {
                let at = file.sheet.row(row).first().map(|c| c.at).unwrap_or_default();
                self.say(&file, Diagnostic::new(&code::NO_NAME).with("item", &name).with("row", row + 1), at);
            }
        }
        self.ds.files.push(file);
        frame.file = Some(self.ds.files.len() - 1);
        self.ds.frames.push(frame);
    }

    /// Varying attributes: files `list-attribute.csv`.
    fn series(&mut self, names: &HashSet<String>) {
        let mut sorted: Vec<&String> = names.iter().filter(|n| n.ends_with(".csv")).collect();
        sorted.sort();
        for name in sorted {
            let Some((list, attribute)) = name.trim_end_matches(".csv").split_once('-') else { continue };
            let Some(list) = attributes::list(list) else { continue };
            if let Some(attribute) = attribute.strip_suffix("-pw") {
                self.found.add(refused::piecewise(list.name, attribute, name));
                continue;
            }
            let known = list.find(attribute);
            if known.is_some_and(|a| a.role == Role::Output) {
                continue;
            }
            let Some(file) = self.open(name) else { continue };
            let gaps = known.is_some_and(|a| matches!(a.holds, Holds::Series(d) if d.is_nan()) || a.role != Role::Field);
            let series = self.one_series(name, attribute, &file, gaps);
            if let (Some(series), Some(frame)) = (series, self.ds.frames.iter_mut().find(|f| f.list.name == list.name)) {
                frame.series.push(series);
            }
        }
    }

    fn one_series(&mut self, name: &str, attribute: &str, file: &TextFile, gaps: bool) -> Option<Series> {
        let (steps, rows) = (self.ds.steps(), file.sheet.rows());
        if rows != steps {
            let at = file.sheet.row(rows.saturating_sub(1)).first().map(|c| c.at).unwrap_or_default();
            let d = Diagnostic::new(&code::PYPSA_SERIES_LENGTH).with("item", name).with("found", rows).with("expected", steps);
            self.say(file, d, at);
            return None;
        }
        let titles: Vec<String> = file.sheet.header().iter().skip(1).map(|c| c.content(&file.text).into_owned()).collect();
        let mut twice = HashMap::new();
        for (k, title) in titles.iter().enumerate() {
            if twice.insert(title.as_str(), k).is_some() {
                let at = file.sheet.header()[k + 1].at;
                self.say(file, Diagnostic::new(&code::COLUMN_TWICE).with("item", name).with("value", title), at);
            }
        }
        let mut columns: Vec<Vec<f64>> = titles.iter().map(|_| Vec::with_capacity(steps)).collect();
        for t in 0..steps {
            let row = file.sheet.row(t);
            if row.len() != titles.len() + 1 {
                self.cell_count(name, file, t, titles.len() + 1);
            }
            for (k, column) in columns.iter_mut().enumerate() {
                let Some(cell) = row.get(k + 1) else {
                    column.push(f64::NAN);
                    continue;
                };
                let content = cell.content(&file.text);
                let v = self.number(file, name, t, k + 1, &content);
                if v.is_nan() && !gaps && cells::is_missing(content.trim()) {
                    let d = Diagnostic::new(&code::PYPSA_GAP).with("item", name).with("row", t + 1).with("value", &titles[k]);
                    self.say(file, d, cell.at);
                }
                column.push(v);
            }
        }
        let columns = titles.into_iter().zip(columns.into_iter().map(Arc::from)).collect();
        Some(Series { name: attribute.to_owned(), columns })
    }

    /// Files that PyPSA would not read either: most likely misspelt.
    fn strange(&mut self, names: &HashSet<String>) {
        let own = ["network.csv", "snapshots.csv", "investment_periods.csv", "meta.json", "crs.json"];
        let known: BTreeMap<String, ()> = attributes::LISTS.iter().map(|l| (format!("{}.csv", l.name), ())).collect();
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort();
        for name in sorted {
            let list = name.trim_end_matches(".csv").split('-').next().unwrap_or("");
            if name == "scenarios.csv" {
                self.found.add(refused::scenarios(name));
            } else if name.ends_with(".csv") && !own.contains(&name.as_str()) && !known.contains_key(name) {
                let stray = attributes::list(list).is_none() || self.ds.frames.iter().all(|f| f.list.name != list);
                if stray {
                    let lists: Vec<&str> = attributes::LISTS.iter().map(|l| l.name).collect();
                    self.found.add(Diagnostic::new(&code::PYPSA_STRANGE_FILE).with("item", name).with("value", lists.join(", ")));
                }
            }
        }
    }
}

/// Whether PyPSA has a file of a name.
fn own_name(name: &str) -> bool {
    let known = ["network.csv", "snapshots.csv", "investment_periods.csv", "meta.json", "crs.json"].contains(&name);
    let list = |stem: &str| attributes::list(stem.split('-').next().unwrap_or(stem)).is_some();
    known || name.strip_suffix(".csv").is_some_and(list)
}

/// What a cell of numbers takes, in English and Chinese.
pub const A_NUMBER: [&str; 2] = ["a number", "数字"];

/// The finding about a text that is not what a column needs.
pub fn not_a_number(why: NotANumber, text: &str, rule: [&str; 2]) -> Diagnostic {
    let ascii = to_ascii(text);
    match why {
        NotANumber::Overflow => Diagnostic::new(&code::OVERFLOW).with("value", text),
        NotANumber::Text if ascii != text && cells::number(&ascii).is_ok() => {
            Diagnostic::new(&code::FULL_WIDTH).with("value", text).with("ascii", ascii)
        }
        NotANumber::Text => Diagnostic::new(&code::PYPSA_WRONG_VALUE).with("value", text).with_both("rule", rule[0], rule[1]),
    }
}
