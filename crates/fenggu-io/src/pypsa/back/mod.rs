//! A network as a [`Dataset`], and what PyPSA cannot hold.
//!
//! A field is written from the network. What was carried is written again; where several attributes made one field (an
//! impedance from a line type) the carried ones are written as long as they still give that field.

mod grid;
mod limits;
mod links;
mod plants;
mod sheet;
mod solved;

use std::collections::HashMap;

use fenggu_net::{BusId, CarriedCell, CarriedKind, Diagnostic, Id, Network, Profile, RampUnit, Results, TableId};

use super::attributes;
use super::dataset::{ordered, Cells, Column, Dataset, Frame, Labels, Snapshots};
use super::{cells, translate};
use crate::catalogue as code;
use sheet::Sheet;

/// Power that stands for "no limit" where PyPSA needs a number, MW.
const NO_LIMIT: f64 = 1e9;
/// Base of a transformer that has no rating, MVA.
const NO_RATING: f64 = 1e6;

/// Translates. Returns what PyPSA cannot hold.
pub fn dataset(net: &Network, results: Option<&Results>) -> (Dataset, Vec<Diagnostic>) {
    let mut b = Builder { net, sheets: Vec::new(), lost: Lost::default(), carried: Carry::of(net), steps: net.steps() };
    b.carriers();
    b.buses();
    b.generators();
    b.loads();
    b.storage_units();
    b.stores();
    b.branches();
    b.shunts();
    b.links();
    b.limits();
    b.own_tables();
    if let Some(results) = results {
        b.solved(results);
    }
    let mut ds = b.whole();
    if let Some(results) = results.filter(|r| r.objective.is_finite()) {
        ds.network.push(("objective".to_owned(), Cells::Number(vec![results.objective])));
        ds.network.push(("objective_constant".to_owned(), Cells::Number(vec![0.0])));
    }
    let Builder { sheets, lost, carried, .. } = b;
    ds.frames = ordered(sheets.into_iter().filter_map(|s| s.finish(&carried)).collect::<Vec<Frame>>());
    let diagnostics = lost.finish(net);
    (ds, diagnostics)
}

struct Builder<'n> {
    net: &'n Network,
    sheets: Vec<Sheet>,
    lost: Lost,
    carried: Carry<'n>,
    steps: usize,
}

/// Carried cells, found by table, column and component.
struct Carry<'n> {
    cells: HashMap<(&'n str, &'n str), HashMap<&'n str, &'n CarriedCell>>,
    columns: Vec<&'n fenggu_net::Carried>,
}

impl<'n> Carry<'n> {
    fn of(net: &'n Network) -> Carry<'n> {
        let columns: Vec<_> = net.carried.iter().filter(|c| c.format == translate::FORMAT).collect();
        let mut cells: HashMap<_, HashMap<_, _>> = HashMap::new();
        for c in columns.iter().filter(|c| c.kind != CarriedKind::Series) {
            let by_name = cells.entry((c.table.as_str(), c.column.as_str())).or_default();
            by_name.extend(c.cells.iter().map(|(n, cell)| (n.as_str(), cell)));
        }
        Carry { cells, columns }
    }
    /// Whether a column was carried at all.
    fn has(&self, table: &str, column: &str) -> bool {
        self.cells.contains_key(&(table, column))
    }
    fn text(&self, table: &str, column: &str, name: &str) -> Option<&'n str> {
        match self.cells.get(&(table, column))?.get(name)? {
            CarriedCell::Text(t) => Some(t),
            CarriedCell::Series(_) => None,
        }
    }
    /// A carried number; the attribute's default where none was carried.
    fn number(&self, table: &str, column: &str, name: &str) -> f64 {
        let default = || {
            let attribute = attributes::list(table).and_then(|l| l.find(column));
            attribute.map_or(f64::NAN, |a| translate::default_number(a.holds))
        };
        match self.text(table, column, name).map(cells::number) {
            Some(Ok(v)) if !v.is_nan() => v,
            _ => default(),
        }
    }
    /// Cells of a whole table, in order.
    fn whole(&self, table: &str, column: &str) -> Option<(CarriedKind, Vec<&'n str>)> {
        let c = self.columns.iter().find(|c| c.table == table && c.column == column)?;
        let text = |(_, cell): &'n (String, CarriedCell)| match cell {
            CarriedCell::Text(t) => t.as_str(),
            CarriedCell::Series(_) => "",
        };
        Some((c.kind, c.cells.iter().map(text).collect()))
    }
}

/// Cells of a kind from their texts.
fn typed(kind: CarriedKind, texts: &[&str]) -> Cells {
    match kind {
        CarriedKind::Integer => Cells::Integer(texts.iter().map(|t| t.parse().unwrap_or(0)).collect()),
        CarriedKind::Number | CarriedKind::Series => Cells::Number(texts.iter().map(|t| cells::number(t).unwrap_or(f64::NAN)).collect()),
        CarriedKind::Flag => Cells::Flag(texts.iter().map(|t| cells::flag(t) == Ok(Some(true))).collect()),
        CarriedKind::Text => Cells::Text(texts.iter().map(|t| (*t).to_owned()).collect()),
    }
}

/// What could not be written.
#[derive(Default)]
struct Lost {
    /// Fields that were written, by table; the rest is told where it says something.
    written: HashMap<TableId, &'static [&'static str]>,
    /// Fields that say something that PyPSA cannot hold, row by row.
    fields: Vec<(TableId, &'static str, usize)>,
    expressed: Vec<([&'static str; 2], [&'static str; 2], usize)>,
}

impl Lost {
    /// One row more whose field is not written.
    fn field(&mut self, table: TableId, field: &'static str) {
        match self.fields.iter_mut().find(|(t, f, _)| *t == table && *f == field) {
            Some((_, _, count)) => *count += 1,
            None => self.fields.push((table, field, 1)),
        }
    }
    /// One row more that is written as something else.
    fn expressed(&mut self, item: [&'static str; 2], value: [&'static str; 2]) {
        match self.expressed.iter_mut().find(|(i, v, _)| *i == item && *v == value) {
            Some((_, _, count)) => *count += 1,
            None => self.expressed.push((item, value, 1)),
        }
    }
    fn finish(mut self, net: &Network) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        for &id in TableId::ALL {
            let table = net.table(id);
            let Some(written) = self.written.get(&id) else {
                if table.count() > 0 {
                    out.push(Diagnostic::new(&code::PYPSA_LEFT_OUT).with("count", table.count()).with("item", id.word()));
                }
                continue;
            };
            for (k, field) in table.fields().iter().enumerate().filter(|(_, f)| !written.contains(&f.name)) {
                let default = table.default_value(k);
                let count = (0..table.count()).filter(|row| table.value(*row, k) != default).count();
                if count > 0 {
                    self.fields.push((id, field.name, count));
                }
            }
        }
        if net.time.zone != "UTC" {
            out.push(Diagnostic::new(&code::PYPSA_FIELD_LEFT_OUT).with("item", "time.zone").with("count", 1));
        }
        for (table, field, count) in self.fields {
            let item = format!("{}.{field}", table.word());
            out.push(Diagnostic::new(&code::PYPSA_FIELD_LEFT_OUT).with("item", item).with("count", count));
        }
        for (item, value, count) in self.expressed {
            out.push(
                Diagnostic::new(&code::PYPSA_EXPRESSED)
                    .with("count", count)
                    .with_both("item", item[0], item[1])
                    .with_both("value", value[0], value[1]),
            );
        }
        out
    }
}

impl Builder<'_> {
    /// What holds for the whole network: name, version, snapshots, periods.
    fn whole(&self) -> Dataset {
        let mut ds = Dataset { ..Dataset::default() };
        ds.network.push(("name".to_owned(), Cells::Text(vec![self.net.name.clone()])));
        let mut version = false;
        for c in self.carried.columns.iter().filter(|c| c.table == "network") {
            let texts: Vec<&str> = self.carried.whole("network", &c.column).map(|(_, t)| t).unwrap_or_default();
            match c.column.as_str() {
                "meta" => ds.meta = texts.concat(),
                "crs" => ds.crs = texts.concat(),
                _ => {
                    version |= c.column == "pypsa_version";
                    // A version such as 1.4 is a text, whatever it looks like.
                    let kind = if c.column == "pypsa_version" { CarriedKind::Text } else { c.kind };
                    ds.network.push((c.column.clone(), typed(kind, &texts)));
                }
            }
        }
        if !version {
            ds.network.push(("pypsa_version".to_owned(), Cells::Text(vec!["1.4.0".to_owned()])));
            ds.network.push(("srid".to_owned(), Cells::Integer(vec![4326])));
        }
        for c in self.carried.columns.iter().filter(|c| c.table == "investment_periods") {
            if let Some((kind, texts)) = self.carried.whole("investment_periods", &c.column) {
                ds.periods.push(Column { name: c.column.clone(), cells: typed(kind, &texts), at: ds.periods.len() });
            }
        }
        ds.snapshots = Some(self.snapshots());
        ds
    }

    fn snapshots(&self) -> Snapshots {
        let axis = &self.net.time;
        let labels = match self.carried.whole("snapshots", "snapshot") {
            Some((kind, texts)) if texts.len() == self.steps => match kind {
                CarriedKind::Integer => Labels::Integers(texts.iter().map(|t| t.parse().unwrap_or(0)).collect()),
                _ => Labels::Text(texts.iter().map(|t| (*t).to_owned()).collect()),
            },
            _ if axis.start_utc_s.len() == self.steps => Labels::Times(axis.start_utc_s.clone()),
            _ => Labels::Integers((0..self.steps as i64).collect()),
        };
        let periods = self.carried.whole("snapshots", "period").filter(|(_, t)| t.len() == self.steps);
        let periods = periods.map(|(_, texts)| texts.iter().map(|t| t.parse().unwrap_or(0)).collect());
        // A weighting is the hours that a step counts: length and weight together.
        let weights: [fn(&fenggu_net::TimeAxis, usize) -> f64; 3] = [|a, t| a.objective_h(t), |a, t| a.storage_h(t), |a, t| a.energy_h(t)];
        let weights = weights.map(|w| Some((0..self.steps).map(|t| w(axis, t)).collect()));
        Snapshots { labels, periods, weights }
    }

    fn bus(&self, id: BusId) -> &str {
        self.net.buses.get(id).map_or("", |b| b.name.as_str())
    }

    fn carrier(&self, id: Option<Id<fenggu_net::Carrier>>) -> &str {
        id.and_then(|c| self.net.carriers.get(c)).map_or("", |c| c.name.as_str())
    }

    /// Whether a component counts: itself and its bus.
    fn counts(&self, in_service: bool, bus: BusId) -> bool {
        in_service && self.net.buses.get(bus).is_none_or(fenggu_net::Bus::in_service)
    }

    /// Capacity, its limits and its cost. What an upfront cost or a set size made is written as it was told, while it still makes it.
    fn capacity(&self, sheet: &mut Sheet, row: usize, name: &str, stem: &str, c: [f64; 4], extendable: bool) {
        let [nominal, min, max, cost] = c;
        let list = sheet.list.name;
        let of = |suffix: &str| format!("{stem}_{suffix}");
        sheet.number(row, stem, nominal);
        sheet.flag(row, &of("extendable"), extendable);
        let set = self.carried.number(list, &of("set"), name);
        if min == max && set == min {
            sheet.number(row, &of("set"), set);
            sheet.number(row, &of("min"), self.carried.number(list, &of("min"), name));
            sheet.number(row, &of("max"), self.carried.number(list, &of("max"), name));
        } else {
            sheet.number(row, &of("min"), min);
            sheet.number(row, &of("max"), max);
        }
        let old = |column: &str| self.carried.number(list, column, name);
        let years = self.net.time.weight_objective.iter().sum::<f64>() / 8760.0;
        let (overnight, fom) = (old("overnight_cost"), old("fom_cost"));
        let made = translate::periodized(old("capital_cost"), overnight, old("discount_rate"), old("lifetime"), fom, years);
        if (!overnight.is_nan() || fom != 0.0) && made == cost {
            for column in ["capital_cost", "overnight_cost", "fom_cost"] {
                sheet.number(row, column, old(column));
            }
        } else {
            sheet.number(row, "capital_cost", cost);
        }
    }

    /// A ramp limit per unit of `nominal` and per snapshot; none where there is none. Tells where it cannot be said.
    fn ramp(
        &mut self,
        pu: &Option<Profile>,
        mw: Option<f64>,
        unit: RampUnit,
        nominal: f64,
        lost: (TableId, &'static str),
    ) -> Option<Profile> {
        if mw.is_some() && !(nominal > 0.0 && nominal.is_finite()) {
            self.lost.field(lost.0, lost.1);
        }
        let mw = mw.filter(|_| nominal > 0.0 && nominal.is_finite());
        let steps = if unit == RampUnit::PerStep { None } else { Some(&self.net.time.duration_h) };
        let uniform = steps.is_none_or(|h| h.iter().all(|v| *v == h[0]));
        let at = |t: usize| {
            let share = pu.as_ref().map_or(f64::NAN, |p| p.at(t));
            let absolute = mw.map_or(f64::NAN, |m| m / nominal);
            share.min(absolute) * steps.map_or(1.0, |h| h[t])
        };
        match pu {
            None if mw.is_none() => None,
            Some(Profile::Series(_)) => Some(Profile::from((0..self.steps).map(at).collect::<Vec<_>>())),
            _ if uniform => Some(Profile::Const(at(0))),
            _ => Some(Profile::from((0..self.steps).map(at).collect::<Vec<_>>())),
        }
    }

    /// Limits in MW as a nominal power and shares of it: the largest size that either limit has.
    fn shares(&self, low: impl Fn(usize) -> f64, high: impl Fn(usize) -> f64, constant: bool) -> (f64, Profile, Profile) {
        let steps = if constant { 1 } else { self.steps };
        let finite = |v: f64| v.clamp(-NO_LIMIT, NO_LIMIT);
        let nominal = (0..steps).map(|t| finite(low(t)).abs().max(finite(high(t)).abs())).fold(0.0, f64::max);
        let share = |limit: &dyn Fn(usize) -> f64| {
            let values: Vec<f64> = (0..steps).map(|t| if nominal > 0.0 { finite(limit(t)) / nominal } else { 0.0 }).collect();
            if constant {
                Profile::Const(values[0])
            } else {
                Profile::from(values)
            }
        };
        (nominal, share(&low), share(&high))
    }

    /// Tables that only PyPSA has: own types, shapes.
    fn own_tables(&mut self) {
        for table in ["line_types", "transformer_types", "shapes"] {
            let (Some(list), Some((_, names))) = (attributes::list(table), self.carried.whole(table, "name")) else { continue };
            let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            self.sheets.push(Sheet::new(list, names.clone(), names));
        }
    }
}
