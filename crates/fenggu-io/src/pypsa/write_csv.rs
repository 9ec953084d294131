//! A [`Dataset`] as a CSV folder.

use std::io;
use std::path::Path;

use super::attributes;
use super::cells::python;
use super::dataset::{Cells, Dataset, Frame, Labels, WEIGHTS};
use super::time;
use super::translate::cell;
use crate::native::sheet::put;

/// Writes the folder, which is made where needed.
pub fn write(folder: &Path, ds: &Dataset) -> io::Result<()> {
    let files = files(ds);
    std::fs::create_dir_all(folder)?;
    for entry in std::fs::read_dir(folder)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let own = name.trim_end_matches(".csv").split('-').next().is_some_and(|list| attributes::list(list).is_some());
        let own = (own && name.ends_with(".csv")) || name == "investment_periods.csv";
        if own && !files.iter().any(|(f, _)| *f == name) {
            std::fs::remove_file(entry.path())?;
        }
    }
    for (name, text) in files {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}

/// The files, by name, in a fixed order.
pub fn files(ds: &Dataset) -> Vec<(String, String)> {
    let mut out = vec![("network.csv".to_owned(), network(ds)), ("snapshots.csv".to_owned(), snapshots(ds))];
    // PyPSA takes a missing file for an empty object.
    for (name, text) in [("meta.json", &ds.meta), ("crs.json", &ds.crs)] {
        out.push((name.to_owned(), if text.is_empty() { "{}".to_owned() } else { text.clone() }));
    }
    if !ds.periods.is_empty() {
        let columns: Vec<(&str, &Cells)> = ds.periods.iter().map(|c| (c.name.as_str(), &c.cells)).collect();
        out.push(("investment_periods.csv".to_owned(), table(&columns)));
    }
    for frame in &ds.frames {
        out.push((format!("{}.csv", frame.list.name), static_file(frame)));
        for series in &frame.series {
            let mut text = String::new();
            for (name, _) in &series.columns {
                text.push(',');
                put(&mut text, name);
            }
            text.push('\n');
            for t in 0..ds.steps() {
                text.push_str(&t.to_string());
                for (_, values) in &series.columns {
                    text.push(',');
                    text.push_str(&python(values.get(t).copied().unwrap_or(f64::NAN)));
                }
                text.push('\n');
            }
            out.push((format!("{}-{}.csv", frame.list.name, series.name), text));
        }
    }
    out
}

fn network(ds: &Dataset) -> String {
    let columns: Vec<(&str, &Cells)> = ds.network.iter().map(|(n, c)| (n.as_str(), c)).collect();
    table(&columns)
}

/// A text cell: nothing where PyPSA would write nothing.
fn push(out: &mut String, cells: &Cells, row: usize) {
    let text = cell(cells, row);
    if !text.is_empty() {
        put(out, &text);
    }
}

fn table(columns: &[(&str, &Cells)]) -> String {
    let mut out = columns.iter().map(|(n, _)| *n).collect::<Vec<_>>().join(",");
    out.push('\n');
    for row in 0..columns.iter().map(|(_, c)| c.len()).max().unwrap_or(0) {
        for (k, (_, cells)) in columns.iter().enumerate() {
            if k > 0 {
                out.push(',');
            }
            push(&mut out, cells, row);
        }
        out.push('\n');
    }
    out
}

fn snapshots(ds: &Dataset) -> String {
    let Some(s) = &ds.snapshots else { return String::new() };
    let mut out = String::new();
    if s.periods.is_some() {
        out.push_str(",period,timestep");
    } else {
        out.push_str(",snapshot");
    }
    for w in WEIGHTS {
        out.push(',');
        out.push_str(w);
    }
    out.push('\n');
    for t in 0..s.labels.len() {
        out.push_str(&t.to_string());
        if let Some(p) = &s.periods {
            out.push_str(&format!(",{}", p[t]));
        }
        out.push(',');
        match &s.labels {
            Labels::Times(v) => out.push_str(&time::label(v[t])),
            Labels::Integers(v) => out.push_str(&v[t].to_string()),
            Labels::Text(v) => put(&mut out, &v[t]),
        }
        for w in &s.weights {
            out.push(',');
            out.push_str(&python(w.as_ref().map_or(1.0, |w| w[t])));
        }
        out.push('\n');
    }
    out
}

fn static_file(frame: &Frame) -> String {
    let mut out = String::from("name");
    for c in &frame.columns {
        out.push(',');
        put(&mut out, &c.name);
    }
    out.push('\n');
    for (row, name) in frame.names.iter().enumerate() {
        put(&mut out, name);
        for c in &frame.columns {
            out.push(',');
            push(&mut out, &c.cells, row);
        }
        out.push('\n');
    }
    out
}
