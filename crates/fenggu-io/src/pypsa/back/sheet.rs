//! One frame in the making: columns by attribute, filled row by row from their defaults.

use std::collections::HashMap;
use std::sync::Arc;

use fenggu_net::{CarriedCell, CarriedKind, Profile};

use super::super::attributes::{self, Holds, List, Role};
use super::super::cells;
use super::super::dataset::{Cells, Column, Frame, Series};
use super::super::translate::default_number;
use super::Carry;

/// A frame in the making.
pub struct Sheet {
    pub list: &'static List,
    /// Names in the file.
    names: Vec<String>,
    /// Names in the network.
    own: Vec<String>,
    columns: Vec<(String, Cells)>,
    series: Vec<Series>,
}

impl Sheet {
    pub fn new(list: &'static List, names: Vec<String>, own: Vec<String>) -> Sheet {
        Sheet { list, names, own, columns: Vec::new(), series: Vec::new() }
    }
    /// A sheet of a kind whose components have the same names here and there.
    pub fn of(list: &str, names: impl Iterator<Item = String>) -> Option<Sheet> {
        let names: Vec<String> = names.collect();
        Some(Sheet::new(attributes::list(list)?, names.clone(), names))
    }
    /// One row more, with defaults in every column. Returns it.
    pub fn push(&mut self, name: String) -> usize {
        self.names.push(name.clone());
        self.own.push(name);
        for (column, cells) in &mut self.columns {
            let holds = self.list.find(column).map(|a| a.holds);
            match cells {
                Cells::Number(v) => v.push(holds.map_or(f64::NAN, default_number)),
                Cells::Integer(v) => v.push(holds.map_or(0, |h| default_number(h) as i64)),
                Cells::Flag(v) => v.push(holds.is_some_and(|h| default_number(h) == 1.0)),
                Cells::Text(v) => v.push(default_text(holds)),
            }
        }
        self.names.len() - 1
    }
    fn column(&mut self, name: &str) -> &mut Cells {
        if let Some(k) = self.columns.iter().position(|(n, _)| n == name) {
            return &mut self.columns[k].1;
        }
        let holds = self.list.find(name).map(|a| a.holds);
        let rows = self.names.len();
        let cells = match holds {
            Some(Holds::Integer(d)) => Cells::Integer(vec![d; rows]),
            Some(Holds::Flag(d)) => Cells::Flag(vec![d; rows]),
            Some(Holds::Text(_)) => Cells::Text(vec![default_text(holds); rows]),
            _ => Cells::Number(vec![holds.map_or(f64::NAN, default_number); rows]),
        };
        self.columns.push((name.to_owned(), cells));
        let last = self.columns.len() - 1;
        &mut self.columns[last].1
    }
    pub fn number(&mut self, row: usize, name: &str, value: f64) {
        match self.column(name) {
            Cells::Number(v) => v[row] = value,
            Cells::Integer(v) => v[row] = value as i64,
            Cells::Flag(v) => v[row] = value != 0.0,
            Cells::Text(_) => {}
        }
    }
    pub fn flag(&mut self, row: usize, name: &str, value: bool) {
        self.number(row, name, f64::from(u8::from(value)));
    }
    pub fn text(&mut self, row: usize, name: &str, value: &str) {
        if let Cells::Text(v) = self.column(name) {
            value.clone_into(&mut v[row]);
        }
    }
    pub fn profile(&mut self, row: usize, name: &str, value: &Profile) {
        match value {
            Profile::Const(v) => self.number(row, name, *v),
            Profile::Series(values) => self.varying(row, name, Arc::clone(values)),
        }
    }
    pub fn free(&mut self, row: usize, name: &str, value: &Option<Profile>) {
        if let Some(p) = value {
            self.profile(row, name, p);
        }
    }
    pub fn varying(&mut self, row: usize, name: &str, values: Arc<[f64]>) {
        let entry = (self.names[row].clone(), values);
        match self.series.iter_mut().find(|s| s.name == name) {
            Some(s) => s.columns.push(entry),
            None => self.series.push(Series { name: name.to_owned(), columns: vec![entry] }),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.names.len()
    }
    /// Name in the network.
    pub fn own_name(&self, row: usize) -> &str {
        &self.own[row]
    }
    /// The row of a name in the file.
    pub fn row_of(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n == name)
    }
    /// A number that stands in a static column.
    pub fn number_at(&mut self, row: usize, name: &str) -> f64 {
        match self.column(name) {
            Cells::Number(v) => v[row],
            _ => f64::NAN,
        }
    }
    /// A flag that stands in a static column.
    pub fn flag_at(&mut self, row: usize, name: &str) -> bool {
        matches!(self.column(name), Cells::Flag(v) if v[row])
    }
    /// A number in a column that no table of attributes has, or has for a result; `other` is what other rows say.
    pub fn own_number(&mut self, row: usize, name: &str, value: f64, other: f64) {
        if !self.columns.iter().any(|(n, _)| n == name) {
            self.columns.push((name.to_owned(), Cells::Number(vec![other; self.names.len()])));
        }
        self.number(row, name, value);
    }

    /// The frame, with what was carried for its rows; columns of defaults are left out. None without rows.
    pub fn finish(mut self, carried: &Carry<'_>) -> Option<Frame> {
        if self.names.is_empty() {
            return None;
        }
        let list = self.list;
        let rows: HashMap<String, usize> = self.own.iter().enumerate().map(|(k, n)| (n.clone(), k)).collect();
        for c in carried.columns.iter().filter(|c| c.table == list.name && c.column != "name") {
            // What made a field is the field's affair; the rest is only known here.
            let known = list.find(&c.column);
            if c.kind != CarriedKind::Series && known.is_some_and(|a| matches!(a.role, Role::Source | Role::Field)) {
                continue;
            }
            if known.is_none() && c.kind != CarriedKind::Series && !self.columns.iter().any(|(n, _)| *n == c.column) {
                self.columns.push((c.column.clone(), missing(c.kind, self.names.len())));
            }
            for (name, cell) in &c.cells {
                let Some(&row) = rows.get(name) else { continue };
                match cell {
                    CarriedCell::Series(values) => self.varying(row, &c.column, Arc::clone(values)),
                    CarriedCell::Text(text) => self.set(row, &c.column, text),
                }
            }
        }
        let mut frame = Frame::new(list);
        let order = |name: &str| list.attributes.iter().position(|a| a.name == name).unwrap_or(usize::MAX);
        self.columns.sort_by_key(|(n, _)| order(n));
        for (name, cells) in self.columns {
            let holds = list.find(&name).filter(|a| a.role != Role::Output).map(|a| a.holds);
            let required = matches!(name.as_str(), "bus" | "bus0" | "bus1");
            if holds.is_none() || required || !silent(&cells, holds) {
                let at = frame.columns.len() + 1;
                frame.columns.push(Column { name, cells, at });
            }
        }
        frame.names = self.names;
        self.series.sort_by_key(|s| order(&s.name));
        frame.series = self.series;
        Some(frame)
    }

    fn set(&mut self, row: usize, name: &str, text: &str) {
        match self.column(name) {
            Cells::Number(v) => v[row] = cells::number(text).unwrap_or(f64::NAN),
            Cells::Integer(v) => v[row] = cells::number(text).map_or(0, |x| x as i64),
            Cells::Flag(v) => v[row] = cells::flag(text) == Ok(Some(true)),
            Cells::Text(v) => text.clone_into(&mut v[row]),
        }
    }
}

fn default_text(holds: Option<Holds>) -> String {
    match holds {
        Some(Holds::Text(d)) => d.to_owned(),
        _ => String::new(),
    }
}

fn missing(kind: CarriedKind, rows: usize) -> Cells {
    match kind {
        CarriedKind::Integer => Cells::Integer(vec![0; rows]),
        CarriedKind::Flag => Cells::Flag(vec![false; rows]),
        CarriedKind::Text => Cells::Text(vec![String::new(); rows]),
        _ => Cells::Number(vec![f64::NAN; rows]),
    }
}

/// Whether a column says nothing but defaults.
fn silent(cells: &Cells, holds: Option<Holds>) -> bool {
    match (cells, holds) {
        (Cells::Number(v), Some(h)) => {
            let d = default_number(h);
            v.iter().all(|x| *x == d || (x.is_nan() && d.is_nan()))
        }
        (Cells::Integer(v), Some(h)) => v.iter().all(|x| *x as f64 == default_number(h)),
        (Cells::Flag(v), Some(Holds::Flag(d))) => v.iter().all(|x| *x == d),
        (Cells::Text(v), Some(Holds::Text(d))) => v.iter().all(|x| x == d),
        _ => false,
    }
}
