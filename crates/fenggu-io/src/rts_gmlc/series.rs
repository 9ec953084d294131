//! The series that `timeseries_pointers.csv` points at, cut to the days of a study.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use fenggu_net::{Diagnostic, Profile};
use jiff::civil::Date;

use super::table::Csv;
use super::Series;
use crate::catalogue as code;
use crate::report::Findings;

/// A file of series, rows of equal length one after the other.
struct File {
    csv: Csv,
    /// Rows of a day.
    per_day: usize,
    first: Date,
    /// Columns of year, month, day, period.
    clock: [usize; 4],
}

/// The days wanted, in hours from the midnight of `first`.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub first: Date,
    pub hours: usize,
}

/// Finds and cuts series.
pub(super) struct Library {
    folder: PathBuf,
    /// (simulation, object, parameter) → file, as the pointers write it.
    pointers: HashMap<(String, String, String), String>,
    files: HashMap<String, Option<Rc<File>>>,
    /// Files of the real-time series that are not there.
    pub absent: Vec<String>,
}

const DAY_AHEAD: &str = "DAY_AHEAD";
const REAL_TIME: &str = "REAL_TIME";

impl Library {
    pub fn open(folder: &Path, found: &mut Findings) -> Library {
        let source = folder.join("SourceData");
        let mut pointers = HashMap::new();
        if let Some(csv) = Csv::open(&source.join("timeseries_pointers.csv"), found) {
            for row in 0..csv.rows() {
                let key = (csv.text(row, "Simulation"), csv.text(row, "Object"), csv.text(row, "Parameter"));
                pointers.insert(key, csv.text(row, "Data File"));
            }
        }
        Library { folder: source, pointers, files: HashMap::new(), absent: Vec::new() }
    }

    /// Whether there is a day-ahead series for it.
    pub fn has(&self, object: &str, parameter: &str) -> bool {
        self.pointers.contains_key(&(DAY_AHEAD.into(), object.into(), parameter.into()))
    }

    /// Whether two parameters of an object are one series.
    pub fn shared(&self, object: &str, one: &str, other: &str) -> bool {
        let file = |parameter: &str| self.pointers.get(&(DAY_AHEAD.into(), object.into(), parameter.into()));
        file(one).is_some() && file(one) == file(other)
    }

    fn load(&mut self, pointer: &str, found: &mut Findings) -> Option<Rc<File>> {
        if let Some(file) = self.files.get(pointer) {
            return file.clone();
        }
        let path = find(&self.folder, pointer);
        let file = path.and_then(|p| Csv::open(&p, found)).and_then(|csv| {
            let column = ["Year", "Month", "Day", "Period"].map(|c| csv.column(c, found));
            let [Some(year), Some(month), Some(day), Some(period)] = column else { return None };
            let whole = |row: usize, k: usize| csv.plain(row, k).unwrap_or(0.0);
            let first = Date::new(whole(0, year) as i16, whole(0, month) as i8, whole(0, day) as i8).ok()?;
            // Rows of the first day: those before the period falls back.
            let per_day = (0..csv.rows()).take_while(|&r| whole(r, period) == (r + 1) as f64).count();
            let clock = [year, month, day, period];
            (per_day > 0 && 24 * 60 % per_day == 0).then(|| Rc::new(File { csv, per_day, first, clock }))
        });
        self.files.insert(pointer.to_owned(), file.clone());
        file
    }

    /// First day and hours of the day-ahead series of an object.
    pub fn extent(&mut self, object: &str, parameter: &str, found: &mut Findings) -> Option<(Date, usize)> {
        let pointer = self.pointers.get(&(DAY_AHEAD.into(), object.into(), parameter.into()))?.clone();
        let file = self.load(&pointer, found)?;
        Some((file.first, file.csv.rows() * 24 / file.per_day))
    }

    /// A series of an object over the steps of the study.
    pub fn series(&mut self, object: &str, column: &str, parameter: &str, span: Span, series: Series, found: &mut Findings) -> Profile {
        let key = |simulation: &str| (simulation.to_owned(), object.to_owned(), parameter.to_owned());
        if let Series::RealTime { step_min } = series {
            if let Some(pointer) = self.pointers.get(&key(REAL_TIME)).cloned() {
                match self.load(&pointer, found) {
                    Some(file) if (step_min as usize).is_multiple_of(file.minutes()) => {
                        return file.averaged(column, span, step_min, found)
                    }
                    Some(file) => return file.between(column, span, step_min, found),
                    None if !self.absent.contains(&pointer) => self.absent.push(pointer),
                    None => {}
                }
            }
        }
        let Some(pointer) = self.pointers.get(&key(DAY_AHEAD)).cloned() else {
            let d = Diagnostic::new(&code::UC_MISSING).with("item", object).with("attribute", parameter);
            found.add(d);
            return Profile::Const(0.0);
        };
        let Some(file) = self.load(&pointer, found) else {
            let shown = self.folder.join(&pointer).display().to_string();
            found.add(Diagnostic::new(&code::CANNOT_OPEN).with("item", shown).with("value", "Year, Month, Day, Period"));
            return Profile::Const(0.0);
        };
        match series {
            Series::DayAhead if file.minutes() <= 60 => file.averaged(column, span, 60, found),
            Series::DayAhead => file.between(column, span, 60, found),
            Series::RealTime { step_min } => file.between(column, span, step_min, found),
        }
    }
}

impl File {
    /// Minutes of a row.
    fn minutes(&self) -> usize {
        24 * 60 / self.per_day
    }

    /// First row and number of rows of a span; reported where the file does not reach.
    fn rows(&self, column: &str, span: Span, found: &mut Findings) -> Option<(usize, usize, usize)> {
        let k = self.csv.column(column, found)?;
        let days = self.first.until(span.first).map_or(-1, |s| i64::from(s.get_days()));
        let start = usize::try_from(days).ok().map(|d| d * self.per_day);
        let count = span.hours * 60 / self.minutes();
        match start {
            Some(start) if start + count <= self.csv.rows() => {
                let mut date = span.first;
                for row in start..start + count {
                    let period = (row - start) % self.per_day + 1;
                    if period == 1 && row > start {
                        date = date.tomorrow().unwrap_or(date);
                    }
                    let wanted = [f64::from(date.year()), f64::from(date.month()), f64::from(date.day()), period as f64];
                    if self.clock.iter().zip(wanted).any(|(k, w)| self.csv.plain(row, *k) != Some(w)) {
                        self.csv.disorder(row, &format!("{date}, {period}"), found);
                        return None;
                    }
                }
                Some((k, start, count))
            }
            _ => {
                let have = start.map_or(0, |s| self.csv.rows().saturating_sub(s));
                self.csv.short(&format!("{} {column}", span.first), have, count, found);
                None
            }
        }
    }

    fn at(&self, row: usize, k: usize, found: &mut Findings) -> f64 {
        self.csv.plain(row, k).unwrap_or_else(|| {
            let column = format!("{}", row + 2);
            let d = Diagnostic::new(&code::UC_KIND).with("item", &self.csv.file).with("attribute", column);
            found.add(d.with("value", "?").with("rule", "a number").with("rule_zh", "数字"));
            0.0
        })
    }

    /// Means of whole rows over steps of `step_min`.
    fn averaged(&self, column: &str, span: Span, step_min: u32, found: &mut Findings) -> Profile {
        let Some((k, start, count)) = self.rows(column, span, found) else { return Profile::Const(0.0) };
        let group = (step_min as usize / self.minutes()).max(1);
        let values: Vec<f64> = (start..start + count).map(|row| self.at(row, k, found)).collect();
        let mean = |g: &[f64]| if g.len() == 1 { g[0] } else { g.iter().sum::<f64>() / g.len() as f64 };
        values.chunks(group).map(mean).collect::<Vec<f64>>().into()
    }

    /// Linear between the middles of rows, taken at the middle of each step; constant beyond the file's ends.
    fn between(&self, column: &str, span: Span, step_min: u32, found: &mut Findings) -> Profile {
        let Some((k, start, count)) = self.rows(column, span, found) else { return Profile::Const(0.0) };
        let (from, to) = (start.saturating_sub(1), (start + count + 1).min(self.csv.rows()));
        let values: Vec<f64> = (from..to).map(|row| self.at(row, k, found)).collect();
        let steps = span.hours * 60 / step_min as usize;
        let length = self.minutes() as f64;
        let value = |s: usize| {
            let middle = (s as f64 + 0.5) * f64::from(step_min) / length - 0.5 + (start - from) as f64;
            let middle = middle.clamp(0.0, (values.len() - 1) as f64);
            let (low, share) = (middle.floor() as usize, middle.fract());
            let next = values[(low + 1).min(values.len() - 1)];
            values[low] * (1.0 - share) + next * share
        };
        if values.is_empty() {
            return Profile::Const(0.0);
        }
        (0..steps).map(value).collect::<Vec<f64>>().into()
    }
}

/// A path of the pointers, whose folders need not be written in the same case.
fn find(folder: &Path, pointer: &str) -> Option<PathBuf> {
    let mut at = folder.to_path_buf();
    for part in pointer.split('/') {
        if part == ".." {
            at = at.parent()?.to_path_buf();
            continue;
        }
        let exact = at.join(part);
        if exact.exists() {
            at = exact;
            continue;
        }
        let same = |name: &std::ffi::OsStr| name.to_str().is_some_and(|n| n.eq_ignore_ascii_case(part));
        at = std::fs::read_dir(&at).ok()?.flatten().find(|e| same(&e.file_name()))?.path();
    }
    at.is_file().then_some(at)
}
