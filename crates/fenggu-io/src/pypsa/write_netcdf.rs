//! A [`Dataset`] as a netCDF file (netCDF-4, deflated), with the names and types that xarray gives PyPSA's.

use netcdf_writer::{DimensionId, Error, NcAttrValue, NcFileBuilder, NcWriteFormat, NcWriteOptions, VariableId};

use super::dataset::{Cells, Dataset, Labels, WEIGHTS};

type Done<T = ()> = Result<T, Error>;

/// Longest text of an attribute: the writing crate puts attributes into object headers, which end at 64 KiB.
pub const LONGEST: usize = 60_000;

/// The file.
pub fn bytes(ds: &Dataset) -> Done<Vec<u8>> {
    let mut w = Writer { b: NcFileBuilder::new() };
    for (name, cells) in &ds.network {
        let name = format!("network_{name}");
        match cells {
            Cells::Text(v) => w.b.add_attribute(name, NcAttrValue::Chars(v.concat()))?,
            Cells::Number(v) => w.b.add_attribute(name, NcAttrValue::Doubles(v.clone()))?,
            Cells::Integer(v) => w.b.add_attribute(name, NcAttrValue::Int64s(v.clone()))?,
            Cells::Flag(v) => w.b.add_attribute(name, NcAttrValue::Int64s(v.iter().map(|f| i64::from(*f)).collect()))?,
        }
    }
    for (name, text) in [("meta", &ds.meta), ("crs", &ds.crs)].into_iter().filter(|(_, t)| t.len() <= LONGEST) {
        w.b.add_attribute(name, NcAttrValue::Chars(if text.is_empty() { "{}".to_owned() } else { text.clone() }))?;
    }
    let steps = w.snapshots(ds)?;
    if let Some(first) = ds.periods.first() {
        let dim = w.b.add_dimension("investment_periods", first.cells.len() as u64)?;
        for c in &ds.periods {
            let name = if c.at == 0 { "investment_periods".to_owned() } else { format!("investment_periods_{}", c.name) };
            w.column(&name, dim, &c.cells)?;
        }
    }
    for frame in &ds.frames {
        let list = frame.list.name;
        let dim = w.names(&format!("{list}_i"), frame.names.iter().map(String::as_str))?;
        for c in &frame.columns {
            w.column(&format!("{list}_{}", c.name), dim, &c.cells)?;
        }
        for s in &frame.series {
            let name = format!("{list}_t_{}", s.name);
            let columns = w.names(&format!("{name}_i"), s.columns.iter().map(|(n, _)| n.as_str()))?;
            let mut values = Vec::with_capacity(ds.steps() * s.columns.len());
            for t in 0..ds.steps() {
                values.extend(s.columns.iter().map(|(_, v)| v.get(t).copied().unwrap_or(f64::NAN)));
            }
            let v = w.b.add_variable::<f64>(name, &[steps, columns])?;
            w.packed(v, &[ds.steps() as u64, s.columns.len() as u64])?;
            w.b.set_variable_fill_value(v, f64::NAN)?;
            w.b.write_variable(v, &values)?;
        }
    }
    Ok(w.b.to_vec(NcWriteOptions { format: NcWriteFormat::Nc4 })?.1)
}

struct Writer {
    b: NcFileBuilder,
}

impl Writer {
    fn snapshots(&mut self, ds: &Dataset) -> Done<DimensionId> {
        let count = ds.steps();
        let dim = self.b.add_dimension("snapshots", count as u64)?;
        let index = self.b.add_variable::<i64>("snapshots", &[dim])?;
        self.b.write_variable(index, &(0..count as i64).collect::<Vec<_>>())?;
        let Some(s) = &ds.snapshots else { return Ok(dim) };
        if let Some(periods) = &s.periods {
            self.column("snapshots_period", dim, &Cells::Integer(periods.clone()))?;
        }
        let name = if s.periods.is_some() { "snapshots_timestep" } else { "snapshots_snapshot" };
        match &s.labels {
            Labels::Times(v) => {
                let first = v.first().copied().unwrap_or(0);
                let unit = [(86_400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds")];
                let (seconds, word) = unit.into_iter().find(|(s, _)| v.iter().all(|t| (t - first) % s == 0)).unwrap_or((1, "seconds"));
                let id = self.b.add_variable::<i64>(name, &[dim])?;
                self.packed(id, &[count as u64])?;
                let since = format!("{word} since {}", super::time::label(first));
                self.b.add_variable_attribute(id, "units", NcAttrValue::Chars(since))?;
                self.b.add_variable_attribute(id, "calendar", NcAttrValue::Chars("proleptic_gregorian".to_owned()))?;
                self.b.write_variable(id, &v.iter().map(|t| (t - first) / seconds).collect::<Vec<_>>())?;
            }
            Labels::Integers(v) => self.column(name, dim, &Cells::Integer(v.clone()))?,
            Labels::Text(v) => self.column(name, dim, &Cells::Text(v.clone()))?,
        }
        for (title, w) in WEIGHTS.iter().zip(&s.weights) {
            if let Some(w) = w {
                self.column(&format!("snapshots_{title}"), dim, &Cells::Number(w.clone()))?;
            }
        }
        Ok(dim)
    }

    /// A dimension whose coordinates are names.
    fn names<'a>(&mut self, name: &str, names: impl Iterator<Item = &'a str>) -> Done<DimensionId> {
        let names: Vec<&str> = names.collect();
        let dim = self.b.add_dimension(name, names.len() as u64)?;
        let v = self.b.add_string_variable(name, &[dim])?;
        self.b.write_string_variable(v, &names)?;
        Ok(dim)
    }

    fn column(&mut self, name: &str, dim: DimensionId, cells: &Cells) -> Done {
        let shape = [cells.len() as u64];
        match cells {
            Cells::Text(v) => {
                let id = self.b.add_string_variable(name, &[dim])?;
                self.b.write_string_variable(id, v)
            }
            Cells::Number(v) => {
                let id = self.b.add_variable::<f64>(name, &[dim])?;
                self.packed(id, &shape)?;
                self.b.set_variable_fill_value(id, f64::NAN)?;
                self.b.write_variable(id, v)
            }
            Cells::Integer(v) => {
                let id = self.b.add_variable::<i64>(name, &[dim])?;
                self.packed(id, &shape)?;
                self.b.write_variable(id, v)
            }
            Cells::Flag(v) => {
                let id = self.b.add_variable::<i8>(name, &[dim])?;
                self.packed(id, &shape)?;
                self.b.add_variable_attribute(id, "dtype", NcAttrValue::Chars("bool".to_owned()))?;
                self.b.write_variable(id, &v.iter().map(|f| i8::from(*f)).collect::<Vec<_>>())
            }
        }
    }

    /// One chunk for small variables, at most about a million values a chunk for large ones; shuffled and deflated.
    fn packed(&mut self, v: VariableId, shape: &[u64]) -> Done {
        if shape.contains(&0) {
            return Ok(());
        }
        const MOST: u64 = 1 << 20;
        let mut chunk = shape.to_vec();
        let width: u64 = shape[1..].iter().product::<u64>().max(1);
        chunk[0] = (MOST / width).clamp(1, shape[0]);
        self.b.set_variable_chunking(v, chunk)?;
        self.b.set_variable_deflate(v, Some(4), true)
    }
}
