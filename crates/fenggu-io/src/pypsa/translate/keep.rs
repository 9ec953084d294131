//! What has no meaning here and is kept for the way back.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use fenggu_net::{Carried, CarriedCell, CarriedKind, Diagnostic};

use super::super::attributes::{Holds, Role};
use super::super::cells;
use super::super::dataset::{Cells, Labels, Rows};
use super::{default_number, Translator};
use crate::catalogue as code;

/// The word by which carried columns are known to be PyPSA's.
pub const FORMAT: &str = "pypsa";

/// Collects carried columns.
#[derive(Default)]
pub struct Keeper {
    list: Vec<Carried>,
    index: HashMap<(String, String), usize>,
    /// Results of an earlier run that were met.
    pub outputs: Vec<String>,
    /// Columns without meaning, by list, for one note each.
    told: BTreeMap<&'static str, Vec<String>>,
}

/// A cell as text; nothing for a missing one.
pub fn cell(cells: &Cells, row: usize) -> String {
    match cells {
        Cells::Text(v) => v[row].clone(),
        Cells::Number(v) => cells::python(v[row]),
        Cells::Integer(v) => v[row].to_string(),
        Cells::Flag(v) => if v[row] { "True" } else { "False" }.to_owned(),
    }
}

/// The type of a column that no table of attributes knows, as pandas would infer it.
pub fn infer(cells: &Cells) -> CarriedKind {
    match cells {
        Cells::Number(_) => CarriedKind::Number,
        Cells::Integer(_) => CarriedKind::Integer,
        Cells::Flag(_) => CarriedKind::Flag,
        Cells::Text(v) => {
            let is_flag = |t: &String| matches!(t.as_str(), "True" | "False" | "TRUE" | "FALSE" | "true" | "false");
            if v.iter().all(|t| t.parse::<i64>().is_ok()) {
                CarriedKind::Integer
            } else if v.iter().all(is_flag) {
                CarriedKind::Flag
            } else if v.iter().all(|t| !is_flag(t) && cells::number(t).is_ok()) && !v.iter().all(|t| cells::is_missing(t)) {
                CarriedKind::Number
            } else {
                CarriedKind::Text
            }
        }
    }
}

/// The type of a known attribute.
pub fn kind_of(holds: Holds) -> CarriedKind {
    match holds {
        Holds::Number(_) | Holds::Series(_) => CarriedKind::Number,
        Holds::Integer(_) => CarriedKind::Integer,
        Holds::Flag(_) => CarriedKind::Flag,
        Holds::Text(_) => CarriedKind::Text,
    }
}

/// One text for one number, whatever file it came from.
fn normal(kind: CarriedKind, cell: CarriedCell) -> CarriedCell {
    match (kind, &cell) {
        (CarriedKind::Number, CarriedCell::Text(t)) => match cells::number(t) {
            Ok(v) => CarriedCell::Text(cells::python(v)),
            Err(_) => cell,
        },
        (CarriedKind::Integer, CarriedCell::Text(t)) => match cells::number(t) {
            Ok(v) if v.fract() == 0.0 && v.abs() < 1e15 => CarriedCell::Text(format!("{}", v as i64)),
            _ => cell,
        },
        (CarriedKind::Flag, CarriedCell::Text(t)) => match cells::flag(t) {
            Ok(Some(f)) => CarriedCell::Text(if f { "True" } else { "False" }.to_owned()),
            _ => cell,
        },
        _ => cell,
    }
}

impl Keeper {
    /// Adds a cell.
    pub fn put(&mut self, table: &str, column: &str, kind: CarriedKind, name: &str, cell: CarriedCell) {
        let cell = normal(kind, cell);
        let key = (table.to_owned(), column.to_owned());
        // A static column and a series of one attribute stand apart.
        let key = if kind == CarriedKind::Series { (key.0, format!("{column}\u{0}")) } else { key };
        let k = *self.index.entry(key).or_insert_with(|| {
            self.list.push(Carried {
                format: FORMAT.to_owned(),
                table: table.to_owned(),
                column: column.to_owned(),
                kind,
                cells: Vec::new(),
            });
            self.list.len() - 1
        });
        self.list[k].cells.push((name.to_owned(), cell));
    }

    /// Adds a column that belongs to no component: cells are named by their position.
    pub fn whole(&mut self, table: &str, column: &str, cells: &Cells) {
        let kind = infer(cells);
        for row in 0..cells.len() {
            self.put(table, column, kind, &row.to_string(), CarriedCell::Text(cell(cells, row)));
        }
    }

    /// Keeps labels of snapshots that are no calendar.
    pub fn labels(&mut self, labels: &Labels) {
        match labels {
            Labels::Times(v) => {
                let text = v.iter().map(|s| super::time::label(*s)).collect();
                self.whole("snapshots", "snapshot", &Cells::Text(text));
            }
            Labels::Integers(v) => self.whole("snapshots", "snapshot", &Cells::Integer(v.clone())),
            Labels::Text(v) => {
                for (row, text) in v.iter().enumerate() {
                    self.put("snapshots", "snapshot", CarriedKind::Text, &row.to_string(), CarriedCell::Text(text.clone()));
                }
            }
        }
    }

    /// Keeps the value of one attribute of one component.
    pub fn one(&mut self, rows: &Rows<'_>, row: usize, attribute: &str, name: &str) {
        let Some(column) = rows.column(attribute) else { return };
        let text = cell(&column.cells, row);
        let kind = rows.attribute(attribute).map_or_else(|| infer(&column.cells), |a| kind_of(a.holds));
        self.put(rows.frame.list.name, attribute, kind, name, CarriedCell::Text(text));
    }

    /// The carried columns.
    pub fn finish(self) -> Vec<Carried> {
        self.list
    }
}

impl Translator<'_, '_> {
    /// Keeps all columns of a kind that are no fields. `names` are the components' names here.
    pub(super) fn keep(&mut self, rows: &Rows<'_>, names: &[String]) {
        let list = rows.frame.list;
        for column in &rows.frame.columns {
            let known = list.find(&column.name);
            match known.map(|a| a.role) {
                Some(Role::Output) => {
                    self.keep.outputs.push(format!("{}.{}", list.name, column.name));
                    continue;
                }
                Some(Role::Field) => continue,
                _ => {}
            }
            let kind = known.map_or_else(|| infer(&column.cells), |a| kind_of(a.holds));
            let mut any = false;
            for (row, name) in names.iter().enumerate() {
                let text = cell(&column.cells, row);
                let silent = match (known.map(|a| a.holds), kind) {
                    (Some(Holds::Text(default)), _) => text == default,
                    (Some(holds), CarriedKind::Flag) => cells::flag(&text) == Ok(Some(default_number(holds) != 0.0)) || text.is_empty(),
                    (Some(holds), _) => {
                        let default = default_number(holds);
                        cells::number(&text).is_ok_and(|v| v.is_nan() || v == default)
                    }
                    (None, CarriedKind::Number) => cells::number(&text).is_ok_and(f64::is_nan),
                    (None, _) => text.is_empty(),
                };
                if !silent {
                    any = true;
                    self.keep.put(list.name, &column.name, kind, name, CarriedCell::Text(text));
                }
            }
            if any && known.is_none_or(|a| a.role == Role::Kept) {
                self.keep.told.entry(list.name).or_default().push(column.name.clone());
            }
        }
        self.keep_series(rows, names);
    }

    fn keep_series(&mut self, rows: &Rows<'_>, names: &[String]) {
        let list = rows.frame.list;
        let own: HashMap<&str, usize> = (0..rows.len()).map(|r| (rows.name(r), r)).collect();
        for series in &rows.frame.series {
            let stray: Vec<&str> = series.columns.iter().map(|(n, _)| n.as_str()).filter(|n| !own.contains_key(n)).collect();
            if !stray.is_empty() {
                let d = Diagnostic::new(&code::PYPSA_STRAY_SERIES)
                    .with("item", format!("{}-{}", list.name, series.name))
                    .with("count", stray.len())
                    .with("value", some(&stray));
                self.found.add(d);
            }
            let known = list.find(&series.name);
            let varies = known.is_some_and(|a| matches!(a.holds, Holds::Series(_)));
            match known.map(|a| a.role) {
                Some(Role::Output) => {
                    self.keep.outputs.push(format!("{}_t.{}", list.name, series.name));
                    continue;
                }
                Some(Role::Field) if varies && !kept_where_it_varies(list.name, &series.name) => continue,
                Some(Role::Field | Role::Source | Role::Refused) if !varies => {
                    let d = Diagnostic::new(&code::PYPSA_NO_EFFECT).with("item", list.name).with("value", &series.name);
                    self.found.add(d);
                }
                _ => self.keep.told.entry(list.name).or_default().push(format!("{}_t", series.name)),
            }
            for (name, values) in &series.columns {
                if let Some(row) = own.get(name.as_str()) {
                    let cell = CarriedCell::Series(Arc::clone(values));
                    self.keep.put(list.name, &series.name, CarriedKind::Series, &names[*row], cell);
                }
            }
        }
    }

    /// One note per kind about what was kept, one about results.
    pub(super) fn tell_kept(&mut self) {
        for (list, columns) in std::mem::take(&mut self.keep.told) {
            let (list, columns): (&str, Vec<&str>) = (list, columns.iter().map(String::as_str).collect());
            let d = Diagnostic::new(&code::PYPSA_KEPT).with("item", list).with("value", some(&columns));
            self.found.add(d);
        }
        let outputs = std::mem::take(&mut self.keep.outputs);
        if !outputs.is_empty() {
            let names: Vec<&str> = outputs.iter().map(String::as_str).collect();
            self.found.add(Diagnostic::new(&code::PYPSA_OUTPUT).with("count", names.len()).with("value", some(&names)));
        }
    }
}

/// Attributes that are one number in a field here although PyPSA lets them vary: the series is kept beside the field.
fn kept_where_it_varies(list: &str, attribute: &str) -> bool {
    matches!((list, attribute), ("buses", "v_mag_pu_set") | ("generators", "q_set"))
}

/// The first few of a list of names.
fn some(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let mut text = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" … ({})", names.len()));
    }
    text
}
