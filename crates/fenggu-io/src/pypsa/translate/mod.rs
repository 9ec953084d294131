//! A [`Dataset`] as a network that means to this program what it means to PyPSA's `optimize`.

mod capacity;
mod grid;
mod keep;
mod limits;
mod links;
mod plants;

use std::collections::HashSet;
use std::sync::Arc;

use fenggu_net::diagnostic::{Place, RowStyle};
use fenggu_net::{Bus, Carrier, Diagnostic, FlowConvention, Id, Network, Profile, SourceMap, TableId};

use super::attributes::{Attribute, Holds, Role};
use super::cells;
use super::dataset::{Cells, Column, Dataset, Labels, Rows};
use super::folder::{not_a_number, A_NUMBER};
use super::{refused, time};
use crate::catalogue as code;
use crate::report::Findings;
pub use capacity::periodized;
pub use grid::{line_per_unit, LineData, TransformerData};
use keep::Keeper;
pub use keep::{cell, FORMAT};

/// Base of per-unit values of the network made. PyPSA's own is 1 MVA; numbers are the usual size at 100.
pub const BASE_MVA: f64 = 100.0;

/// Translates. The network is whole only when `found` has no error.
pub fn network(ds: &Dataset, found: &mut Findings) -> (Network, SourceMap) {
    let net = Network { base_mva: BASE_MVA, flow_convention: FlowConvention::Pypsa, ..Network::default() };
    let mut t = Translator {
        ds,
        found,
        net,
        sources: SourceMap::default(),
        keep: Keeper::default(),
        bus_words: Vec::new(),
        defaulted: HashSet::new(),
    };
    t.header();
    t.carriers();
    t.buses();
    if t.net.buses.is_empty() {
        t.found.add(Diagnostic::new(&code::PYPSA_NO_BUSES).with("item", &ds.shown));
    }
    t.generators();
    t.loads();
    t.storage_units();
    t.stores();
    t.lines();
    t.transformers();
    t.currents();
    t.shunts();
    t.links();
    t.processes();
    t.limits();
    t.others();
    t.tell_kept();
    let Translator { mut net, sources, keep, .. } = t;
    net.carried = keep.finish();
    (net, sources)
}

struct Translator<'a, 'f> {
    ds: &'a Dataset,
    found: &'f mut Findings,
    net: Network,
    sources: SourceMap,
    keep: Keeper,
    /// PyPSA's carrier of every bus, by row.
    bus_words: Vec<String>,
    /// Columns of which it was said that the default stands in empty cells.
    defaulted: HashSet<(&'static str, String)>,
}

impl<'a> Translator<'a, '_> {
    /// Name, time axis, and what else holds for the whole network.
    fn header(&mut self) {
        let mut outputs = 0;
        for (name, cells) in &self.ds.network {
            match name.as_str() {
                "name" => self.net.name = keep::cell(cells, 0),
                "objective" | "objective_constant" | "_objective" | "_objective_constant" => outputs += 1,
                _ => self.keep.whole("network", name, cells),
            }
        }
        if outputs > 0 {
            self.keep.outputs.push("objective".to_owned());
        }
        for (name, text) in [("meta", &self.ds.meta), ("crs", &self.ds.crs)] {
            if !text.is_empty() && text.trim() != "{}" {
                self.keep.whole("network", name, &Cells::Text(vec![text.clone()]));
            }
        }
        if self.ds.snapshots.is_none() {
            self.keep.labels(&Labels::Text(vec!["now".to_owned()]));
        }
        if let Some(snapshots) = &self.ds.snapshots {
            self.net.time = time::axis(snapshots);
            let bad = |w: &Vec<f64>| w.iter().position(|v| !(v.is_finite() && *v >= 0.0)).map(|row| (row, w[row]));
            let named = super::dataset::WEIGHTS.iter().zip(&snapshots.weights);
            if let Some((name, (row, v))) = named.filter_map(|(name, w)| Some((name, w.as_ref().and_then(bad)?))).next() {
                let d = Diagnostic::new(&code::PYPSA_SNAPSHOTS).with("item", &self.ds.shown);
                let (row, v) = (row + 1, crate::report::shown(v));
                let en = format!("the weighting \"{name}\" of snapshot {row} is {v}, not a number ≥ 0");
                self.found.add(d.with_both("value", en, format!("第 {row} 个快照的权重“{name}”为 {v}，不是 ≥ 0 的数")));
            }
            match &snapshots.labels {
                Labels::Times(t) if self.net.time.start_utc_s.is_empty() && !t.is_empty() => {
                    self.found.add(Diagnostic::new(&code::PYPSA_NO_CALENDAR).with("item", &self.ds.shown));
                    self.keep.labels(&snapshots.labels);
                }
                Labels::Times(_) => {}
                labels => self.keep.labels(labels),
            }
            if let Some(periods) = &snapshots.periods {
                let one = periods.iter().all(|p| *p == periods[0]);
                if !one {
                    self.found.add(refused::finding(refused::by_name("several investment periods"), "network", "", &self.ds.shown));
                }
                self.keep.whole("snapshots", "period", &Cells::Integer(periods.clone()));
            }
        }
        if let Some(first) = self.ds.periods.first() {
            if first.cells.len() > 1 {
                self.found.add(refused::finding(refused::by_name("several investment periods"), "network", "", &self.ds.shown));
            }
            for c in &self.ds.periods {
                self.keep.whole("investment_periods", &c.name, &c.cells);
            }
        }
    }

    /// The rows of a kind, with their places remembered for `fields` (attribute, field of `table`).
    fn rows(&mut self, list: &str, table: TableId, first: usize, fields: &[(&'static str, &'static str)]) -> Option<Rows<'a>> {
        let rows = Rows::of(self.ds, list)?;
        if let Some(file) = rows.frame.file.and_then(|k| self.ds.files.get(k)) {
            let number = self.sources.add_file(&file.shown, file.text.clone());
            let starts = (0..rows.len()).map(|r| file.sheet.row(r).first().map_or(0, |c| c.at.start)).collect();
            let list = self.sources.add_rows(number, RowStyle::Commas, starts);
            self.sources.map_field_from(table, "", first, list, 0);
            for (attribute, field) in fields {
                if let Some(column) = rows.column(attribute) {
                    self.sources.map_field_from(table, field, first, list, column.at);
                }
            }
        }
        Some(rows)
    }

    fn say(&mut self, rows: &Rows<'_>, row: usize, attribute: &str, d: Diagnostic) {
        let place = if self.found.is_full(d.entry) { None } else { self.place(rows, row, attribute) };
        let mut d = d.with("item", rows.frame.list.name).with("attribute", attribute).at(place);
        d.component = rows.name(row).to_owned();
        self.found.add(d);
    }

    fn place(&self, rows: &Rows<'_>, row: usize, attribute: &str) -> Option<Place> {
        self.ds.place(rows.frame, rows.column(attribute), row)
    }

    /// The static value of an attribute, as a number; its default where nothing is said.
    fn number(&mut self, rows: &Rows<'_>, row: usize, attribute: &str) -> f64 {
        let holds = rows.attribute(attribute).map_or(Holds::Number(f64::NAN), |a| a.holds);
        let default = default_number(holds);
        let given = match rows.column(attribute).map(|c| &c.cells) {
            None => return default,
            Some(Cells::Number(v)) => v[row],
            Some(Cells::Integer(v)) => v[row] as f64,
            Some(Cells::Flag(v)) => f64::from(u8::from(v[row])),
            Some(Cells::Text(v)) => match cells::number(&v[row]) {
                Ok(number) => number,
                Err(why) => {
                    self.say(rows, row, attribute, not_a_number(why, &v[row], A_NUMBER));
                    return default;
                }
            },
        };
        if !given.is_nan() {
            return given;
        }
        self.tell_default(rows, row, attribute, default);
        default
    }

    /// Says once of a column that cells of it are empty where the default is a number, as PyPSA's importers fill them.
    fn tell_default(&mut self, rows: &Rows<'_>, row: usize, attribute: &str, default: f64) {
        if default.is_nan() || !self.defaulted.insert((rows.frame.list.name, attribute.to_owned())) {
            return;
        }
        let says_nothing = |r: &usize| {
            rows.column(attribute).is_some_and(|c| match &c.cells {
                Cells::Number(v) => v[*r].is_nan(),
                Cells::Text(v) => cells::is_missing(v[*r].trim()),
                _ => false,
            })
        };
        let empty = (0..rows.len()).filter(says_nothing).count();
        let cells = if empty == 1 { "1 row".to_owned() } else { format!("{empty} rows") };
        let d = Diagnostic::new(&code::PYPSA_DEFAULT).with_both("value", &cells, format!("{empty} 行"));
        let d = d.with("default", cells::python(default));
        self.say(rows, row, attribute, d);
    }

    fn flag(&mut self, rows: &Rows<'_>, row: usize, attribute: &str) -> bool {
        let default = matches!(rows.attribute(attribute).map(|a| a.holds), Some(Holds::Flag(true)));
        match rows.column(attribute).map(|c| &c.cells) {
            None => default,
            Some(Cells::Flag(v)) => v[row],
            Some(Cells::Integer(v)) => v[row] != 0,
            Some(Cells::Number(v)) if v[row].is_nan() => default,
            Some(Cells::Number(v)) => v[row] != 0.0,
            Some(Cells::Text(v)) => match cells::flag(&v[row]) {
                Ok(given) => given.unwrap_or(default),
                Err(why) => {
                    self.say(rows, row, attribute, not_a_number(why, &v[row], ["True or False", "True 或 False"]));
                    default
                }
            },
        }
    }

    /// A text. An empty cell is the default only where the column is missing, as in PyPSA.
    fn text(&self, rows: &Rows<'_>, row: usize, attribute: &str) -> String {
        match rows.column(attribute) {
            None => match rows.attribute(attribute).map(|a| a.holds) {
                Some(Holds::Text(default)) => default.to_owned(),
                _ => String::new(),
            },
            Some(c) => keep::cell(&c.cells, row),
        }
    }

    /// A number or a series.
    fn profile(&mut self, rows: &Rows<'_>, row: usize, attribute: &str) -> Profile {
        match rows.series(row, attribute) {
            Some(values) => Profile::Series(Arc::clone(values)),
            None => Profile::Const(self.number(rows, row, attribute)),
        }
    }

    /// A number or a series that need not be said.
    fn free(&mut self, rows: &Rows<'_>, row: usize, attribute: &str) -> Option<Profile> {
        match self.profile(rows, row, attribute) {
            Profile::Const(v) if v.is_nan() => None,
            p => Some(p),
        }
    }

    /// A number that need not be said.
    fn given(&mut self, rows: &Rows<'_>, row: usize, attribute: &str) -> Option<f64> {
        Some(self.number(rows, row, attribute)).filter(|v| !v.is_nan())
    }

    fn bus(&mut self, rows: &Rows<'_>, row: usize, attribute: &str) -> Id<Bus> {
        let name = self.text(rows, row, attribute);
        match self.net.buses.find(&name) {
            Some(id) => id,
            None => {
                let [en, zh] = guess(&name, self.net.buses.rows().iter().map(|b| b.name.as_str()));
                let d = Diagnostic::new(&code::PYPSA_UNKNOWN_NAME).with("value", &name).with_both("target", "buses", "母线（buses）");
                let d = d.with_both("guess", en, zh);
                self.say(rows, row, attribute, d);
                Id::UNSET
            }
        }
    }

    /// The carrier of a word; made where PyPSA would go on without it.
    fn carrier(&mut self, word: &str) -> Option<Id<Carrier>> {
        if word.is_empty() {
            return None;
        }
        let known = self.net.carriers.find(word);
        Some(known.unwrap_or_else(|| self.net.carriers.push(Carrier { name: word.to_owned(), ..Carrier::default() })))
    }

    fn refuse(&mut self, rows: &Rows<'_>, row: usize, attribute: &str, feature: &str, value: impl ToString) {
        let d = refused::finding(refused::by_name(feature), rows.frame.list.name, rows.name(row), value);
        let place = self.place(rows, row, attribute);
        self.found.add(d.at(place));
    }

    /// Refuses what active components ask for and this build cannot do.
    fn refuse_attributes(&mut self, rows: &Rows<'a>) {
        for row in 0..rows.len() {
            if rows.attribute("active").is_some() && !self.flag(rows, row, "active") {
                continue;
            }
            for k in 0..rows.frame.columns.len() {
                let name: &'a str = &rows.frame.columns[k].name;
                let Some(Attribute { holds, role: Role::Refused, .. }) = rows.attribute(name) else { continue };
                let value = if matches!(holds, Holds::Flag(_)) {
                    f64::from(u8::from(self.flag(rows, row, name)))
                } else {
                    self.number(rows, row, name)
                };
                if let Some(refusal) = refused::of_attribute(rows.frame.list.name, name, *holds, value) {
                    let shown = format!("{name} = {}", keep::cell(&rows.frame.columns[k].cells, row));
                    let d = refused::finding(refusal, rows.frame.list.name, rows.name(row), shown);
                    let place = self.place(rows, row, name);
                    self.found.add(d.at(place));
                }
            }
        }
    }
}

/// The default of an attribute, as a number.
pub fn default_number(holds: Holds) -> f64 {
    match holds {
        Holds::Number(v) | Holds::Series(v) => v,
        Holds::Integer(v) => v as f64,
        Holds::Flag(v) => f64::from(u8::from(v)),
        Holds::Text(_) => f64::NAN,
    }
}

/// `; did you mean "…"?` where a name is near, in English and Chinese.
pub(crate) fn guess<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> [String; 2] {
    let nearest = names.take(20_000).filter_map(|n| near(name, n).map(|d| (d, n))).min();
    nearest.map_or(Default::default(), |(_, n)| [format!("; did you mean \"{n}\"?"), format!("；是否指“{n}”？")])
}

/// Edit distance of two names where it is at most 2 (case and blanks count once).
fn near(a: &str, b: &str) -> Option<usize> {
    if a.is_empty() || a.len().abs_diff(b.len()) > 4 || a.len() > 64 {
        return None;
    }
    if a.trim().eq_ignore_ascii_case(b.trim()) {
        return Some(0);
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = before + usize::from(x != y);
            before = row[j + 1];
            row[j + 1] = cost.min(before + 1).min(row[j] + 1);
        }
    }
    let most = if a.len() < 4 { 1 } else { 2 };
    (row[b.len()] <= most).then_some(row[b.len()])
}

/// A column's cells as text, for the arms above.
fn column_text(column: Option<&Column>, row: usize) -> String {
    column.map_or(String::new(), |c| keep::cell(&c.cells, row))
}

#[cfg(test)]
mod tests {
    #[test]
    fn near_names_are_guessed() {
        let names = ["north", "south", "母线1"];
        assert_eq!(super::guess("nort", names.into_iter()), ["; did you mean \"north\"?", "；是否指“north”？"]);
        assert_eq!(super::guess("North ", names.into_iter())[0], "; did you mean \"north\"?");
        assert_eq!(super::guess("母线2", names.into_iter())[0], "; did you mean \"母线1\"?");
        assert_eq!(super::guess("west", names.into_iter()), ["", ""]);
    }
}
