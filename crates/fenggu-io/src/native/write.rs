//! A network as a folder.

use std::collections::HashMap;
use std::fmt::Write;
use std::io;
use std::path::Path;
use std::sync::Arc;

use fenggu_net::schema::{Kind, Value};
use fenggu_net::{AnyTable, Diagnostic, Network, Profile, TableId, TimeAxis};

use super::{cells, series, sheet};
use crate::catalogue as code;

/// In which files series are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeriesFormat {
    /// CSV up to [`CSV_MOST`] numbers in a file, Parquet beyond.
    #[default]
    Auto,
    /// Always CSV: readable, and git shows what changed.
    Csv,
    /// Always Parquet: smaller and faster.
    Parquet,
}

/// Numbers in a series file beyond which [`SeriesFormat::Auto`] takes Parquet: a year of hours for
/// 20 elements, about 2 MB of text.
pub const CSV_MOST: usize = 200_000;

/// The files of a network: paths relative to its folder, `/` between names, in a fixed order.
///
/// # Errors
/// When Parquet refuses a column (two series of one name cannot happen).
pub fn files(net: &Network, format: SeriesFormat) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut out = vec![("network.toml".to_owned(), manifest(net).into_bytes())];
    if !is_uniform(&net.time) {
        out.push(("time.csv".to_owned(), time(&net.time).into_bytes()));
    }
    if let Some(text) = super::carried::text(net) {
        out.push((super::carried::FILE.to_owned(), text.into_bytes()));
    }
    for id in TableId::ALL {
        let table = net.table(*id);
        if table.count() > 0 {
            let (text, columns) = write_table(net, table);
            out.push((format!("{}.csv", id.word()), text.into_bytes()));
            for (field, columns) in columns {
                out.push(write_series(net, &format!("series/{}.{field}", id.word()), &columns, format)?);
            }
        }
    }
    Ok(out)
}

/// Writes a network into a folder, which is made where needed. Files of an earlier network of this
/// format in the same folder that the new one does not have are removed; other files are left.
///
/// # Errors
/// When a file cannot be written.
pub fn write(folder: &Path, net: &Network, format: SeriesFormat) -> io::Result<Vec<Diagnostic>> {
    let files = files(net, format)?;
    if folder.join("network.toml").is_file() {
        for old in super::own_files(folder) {
            if !files.iter().any(|(path, _)| *path == old) {
                std::fs::remove_file(folder.join(old))?;
            }
        }
    }
    std::fs::create_dir_all(folder)?;
    for (path, bytes) in files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, bytes)?;
    }
    Ok(TableId::ALL.iter().filter_map(|id| names_used_twice(net.table(*id))).collect())
}

/// References are names: a name used twice leads to the first.
fn names_used_twice(table: &dyn AnyTable) -> Option<Diagnostic> {
    let twice = (0..table.count()).filter(|row| table.row_of(table.name_of(*row)) != Some(*row)).count();
    (twice > 0).then(|| Diagnostic::new(&code::NAME_TWICE).on(table.table(), "").with("count", twice))
}

fn manifest(net: &Network) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# A fenggu network: this file, one CSV file for each table, series/ for what varies in time.");
    let _ = writeln!(out, "format = {}", super::VERSION);
    let _ = writeln!(out, "name = {}", quoted(&net.name));
    let _ = writeln!(out, "base_mva = {}", toml_number(net.base_mva));
    let _ = writeln!(out, "currency = {}", quoted(&net.currency));
    let _ = writeln!(out, "flow_convention = {}", quoted(net.flow_convention.word()));
    if net.commitment_semantics != Default::default() {
        let _ = writeln!(out, "commitment_semantics = {}", quoted(net.commitment_semantics.word()));
    }
    let _ = writeln!(out, "\n[time]\nzone = {}", quoted(&net.time.zone));
    let axis = &net.time;
    if is_uniform(axis) {
        let _ = writeln!(out, "steps = {}", axis.steps());
        if let Some(d) = axis.duration_h.first() {
            let _ = writeln!(out, "step_h = {}", toml_number(*d));
        }
        if !axis.start_utc_s.is_empty() {
            let _ = writeln!(out, "start = {}", quoted(&axis.start_label(0)));
        }
        for (name, weights) in weights(axis) {
            if let Some(w) = weights.first().filter(|w| **w != 1.0) {
                let _ = writeln!(out, "{name} = {}", toml_number(*w));
            }
        }
    }
    out
}

fn weights(axis: &TimeAxis) -> [(&'static str, &Vec<f64>); 3] {
    [("weight_objective", &axis.weight_objective), ("weight_storage", &axis.weight_storage), ("weight_energy", &axis.weight_energy)]
}

/// Whether the manifest can say the whole axis: equal steps, equal weights, no gap.
fn is_uniform(axis: &TimeAxis) -> bool {
    let Some(d) = axis.duration_h.first() else { return true };
    let same = |list: &[f64]| list.iter().all(|v| *v == list[0]) && list.len() == axis.steps();
    let starts = match axis.start_utc_s.first() {
        None => true,
        Some(s) => axis.start_utc_s == TimeAxis::from_start(*s, axis.steps(), *d, "").start_utc_s,
    };
    same(&axis.duration_h) && weights(axis).iter().all(|(_, w)| same(w)) && starts
}

fn time(axis: &TimeAxis) -> String {
    let mut out = String::from("start,duration_h,weight_objective,weight_storage,weight_energy\n");
    for t in 0..axis.steps() {
        let w = weights(axis).map(|(_, w)| w.get(t).copied().map_or(String::new(), cells::number));
        let d = cells::number(axis.duration_h[t]);
        let _ = writeln!(out, "{},{d},{},{},{}", axis.start_label(t), w[0], w[1], w[2]);
    }
    out
}

/// Columns of one series file, named.
type Series = Vec<(String, Arc<[f64]>)>;

/// A table's text, and the series of its fields.
fn write_table(net: &Network, table: &dyn AnyTable) -> (String, Vec<(&'static str, Series)>) {
    let rows = table.count();
    let mut names: Vec<&str> = vec!["name"];
    // Column by column, so that a column of defaults is seen and left out.
    let mut columns: Vec<Vec<String>> = Vec::new();
    let mut all_series = Vec::new();
    for (k, field) in table.fields().iter().enumerate() {
        let default = table.default_value(k);
        let mut series: Series = Vec::new();
        let mut known: HashMap<*const f64, String> = HashMap::new();
        let mut column = Vec::with_capacity(rows);
        let mut any = matches!(field.kind, Kind::Reference(_));
        for row in 0..rows {
            let value = table.value(row, k);
            let is_default = value == default;
            any |= !is_default;
            let mut text = String::new();
            match value {
                _ if is_default => {}
                Value::Profile(Profile::Series(values)) => {
                    // A profile that several components share is written once.
                    let name = known.entry(values.as_ptr()).or_insert_with(|| {
                        let name = unused(&series, table.name_of(row));
                        series.push((name.clone(), values.clone()));
                        name
                    });
                    sheet::put(&mut text, &format!("@{name}"));
                }
                Value::Reference(target) => {
                    let (Kind::Reference(id) | Kind::OptionalReference(id)) = field.kind else { continue };
                    let other = net.table(id);
                    if (target as usize) < other.count() {
                        sheet::put(&mut text, other.name_of(target as usize));
                    }
                }
                value => sheet::put(&mut text, &cells::text(&value)),
            }
            column.push(text);
        }
        if any {
            names.push(field.name);
            columns.push(column);
        }
        if !series.is_empty() {
            all_series.push((field.name, series));
        }
    }
    let mut out = names.join(",");
    out.push('\n');
    for row in 0..rows {
        sheet::put(&mut out, table.name_of(row));
        for column in &columns {
            out.push(',');
            out.push_str(&column[row]);
        }
        out.push('\n');
    }
    (out, all_series)
}

/// The component's name, or with a number behind it where a column has that name already.
fn unused(series: &Series, name: &str) -> String {
    let name = if name.is_empty() { "_" } else { name };
    let taken = |n: &str| series.iter().any(|(other, _)| other == n);
    if !taken(name) {
        return name.to_owned();
    }
    (2..).map(|k| format!("{name}_{k}")).find(|n| !taken(n)).unwrap_or_default()
}

fn write_series(net: &Network, path: &str, columns: &Series, format: SeriesFormat) -> io::Result<(String, Vec<u8>)> {
    let numbers: usize = columns.iter().map(|(_, v)| v.len()).sum();
    let parquet = match format {
        SeriesFormat::Auto => numbers > CSV_MOST,
        SeriesFormat::Csv => false,
        SeriesFormat::Parquet => true,
    };
    if parquet {
        let bytes = series::to_parquet(columns).map_err(io::Error::other)?;
        return Ok((format!("{path}.parquet"), bytes));
    }
    let calendar = !net.time.start_utc_s.is_empty();
    let mut out = String::from(if calendar { "time" } else { "step" });
    for (name, _) in columns {
        out.push(',');
        sheet::put(&mut out, name);
    }
    out.push('\n');
    let steps = columns.iter().map(|(_, v)| v.len()).max().unwrap_or(0);
    for t in 0..steps {
        if calendar {
            out.push_str(&net.time.start_label(t));
        } else {
            let _ = write!(out, "{}", t + 1);
        }
        for (_, values) in columns {
            out.push(',');
            out.push_str(&values.get(t).copied().map_or(String::new(), cells::number));
        }
        out.push('\n');
    }
    Ok((format!("{path}.csv"), out.into_bytes()))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// TOML wants a point or an exponent in a float and writes infinity its own way.
fn toml_number(v: f64) -> String {
    toml::Value::Float(v).to_string()
}
