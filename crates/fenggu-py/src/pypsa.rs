//! A `pypsa.Network` in memory: its frames as the same dataset that PyPSA's files become, and results as its frames.

use crate::findings;
use crate::network::PyNetwork;
use crate::solution::PySolution;
use fenggu::io::pypsa::attributes::{self, Role};
use fenggu::io::pypsa::dataset::{Cells, Column, Dataset, Frame, Labels, Series, Snapshots};
use fenggu::io::pypsa::refused;
use numpy::ndarray::Array2;
use numpy::{IntoPyArray, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;

/// A static attribute: its name, and a float, whole or flag array, or a list of text.
type StaticGiven<'py> = (String, Bound<'py, PyAny>);
/// A varying attribute: its name, the components, and `[step × component]`.
type VaryingGiven<'py> = (String, Vec<String>, PyReadonlyArray2<'py, f64>);

/// Components of one kind, as Python hands them over.
#[derive(FromPyObject)]
pub struct FrameGiven<'py>(String, Vec<String>, Vec<StaticGiven<'py>>, Vec<VaryingGiven<'py>>);

fn cells(given: &Bound<'_, PyAny>) -> PyResult<Cells> {
    if let Ok(v) = given.extract::<PyReadonlyArray1<f64>>() {
        return Ok(Cells::Number(v.as_array().to_vec()));
    }
    if let Ok(v) = given.extract::<PyReadonlyArray1<bool>>() {
        return Ok(Cells::Flag(v.as_array().to_vec()));
    }
    if let Ok(v) = given.extract::<PyReadonlyArray1<i64>>() {
        return Ok(Cells::Integer(v.as_array().to_vec()));
    }
    Ok(Cells::Text(given.extract()?))
}

fn frame(given: FrameGiven<'_>) -> PyResult<Option<Frame>> {
    let FrameGiven(list, names, columns, series) = given;
    let Some(list) = attributes::list(&list) else { return Ok(None) };
    let mut frame = Frame::new(list);
    let wrong = |what: String| pyo3::exceptions::PyValueError::new_err(what);
    for (at, (name, given)) in columns.into_iter().enumerate() {
        let cells = cells(&given)?;
        if cells.len() != names.len() {
            return Err(wrong(format!("{} {name}: {} values for {} components", list.name, cells.len(), names.len())));
        }
        frame.columns.push(Column { name, cells, at: at + 1 });
    }
    for (name, owners, values) in series {
        let values = values.as_array();
        if values.ncols() != owners.len() {
            return Err(wrong(format!("{} {name}: {} columns for {} components", list.name, values.ncols(), owners.len())));
        }
        let column = |(owner, v): (String, numpy::ndarray::ArrayView1<f64>)| (owner, v.iter().copied().collect::<Arc<[f64]>>());
        frame.series.push(Series { name, columns: owners.into_iter().zip(values.columns()).map(column).collect() });
    }
    frame.names = names;
    Ok(Some(frame))
}

/// Reads what a `pypsa.Network` holds in memory, as its files would be read.
///
/// ``labels``: seconds since 1970 as whole numbers when ``calendar``, else whole numbers or text. ``weights``: objective,
/// stores, generators. ``scenarios``: whether there are any.
#[pyfunction]
#[pyo3(signature = (name, frames, labels, calendar, weights, periods = None, scenarios = false))]
#[allow(clippy::too_many_arguments)] // one call carries a whole network; a class for it would only repeat these names
pub fn from_pypsa(
    py: Python<'_>,
    name: String,
    frames: Vec<FrameGiven<'_>>,
    labels: &Bound<'_, PyAny>,
    calendar: bool,
    weights: [Vec<f64>; 3],
    periods: Option<Vec<i64>>,
    scenarios: bool,
) -> PyResult<PyNetwork> {
    if scenarios {
        return Err(findings::unreadable(py, vec![refused::scenarios("scenarios")]));
    }
    let labels = match (labels.extract::<Vec<i64>>(), calendar) {
        (Ok(seconds), true) => Labels::Times(seconds),
        (Ok(numbers), false) => Labels::Integers(numbers),
        (Err(_), _) => Labels::Text(labels.extract()?),
    };
    let steps = labels.len();
    let mut ds = Dataset { shown: "pypsa.Network".to_string(), ..Dataset::default() };
    ds.network.push(("name".to_string(), Cells::Text(vec![name])));
    ds.snapshots = Some(Snapshots { labels, periods, weights: weights.map(Some) });
    for given in frames {
        if let Some(frame) = frame(given)? {
            if let Some(bad) = frame.series.iter().find(|s| s.columns.iter().any(|(_, v)| v.len() != steps)) {
                let why = format!("{} {}: other steps than the {steps} snapshots", frame.list.name, bad.name);
                return Err(pyo3::exceptions::PyValueError::new_err(why));
            }
            ds.frames.push(frame);
        }
    }
    let read = py.detach(|| fenggu::io::pypsa::read_dataset(&ds));
    match read.network {
        Some(net) => Ok(PyNetwork::new(net, Some(read.sources), read.diagnostics)),
        None => Err(findings::unreadable(py, read.diagnostics)),
    }
}

/// The finding about a feature that is refused, for what only a face sees in memory.
#[pyfunction]
pub fn refuse_pypsa(py: Python<'_>, feature: &str, list: &str, value: &str) -> PyErr {
    findings::unreadable(py, vec![refused::finding(refused::by_name(feature), list, "", value)])
}

/// Results as PyPSA has them: for every kind of component its name, its components' names, static results by attribute
/// (arrays), and varying ones by attribute (components, `[step × component]`).
#[pyfunction]
#[allow(clippy::type_complexity)] // the shape stands in the sentence above
pub fn to_pypsa<'py>(
    py: Python<'py>,
    solution: &Bound<'py, PySolution>,
) -> PyResult<Vec<(&'static str, Vec<String>, Bound<'py, PyDict>, Bound<'py, PyDict>)>> {
    let this = solution.get();
    let (ds, _) = py.detach(|| fenggu::io::pypsa::dataset_of(&this.net, Some(this.solution.results())));
    let mut out = Vec::new();
    for frame in ds.frames {
        let is_output = |name: &str| frame.list.find(name).is_some_and(|a| a.role == Role::Output);
        let (columns, series) = (PyDict::new(py), PyDict::new(py));
        for c in frame.columns.iter().filter(|c| is_output(&c.name)) {
            if let Cells::Number(v) = &c.cells {
                columns.set_item(&c.name, v.clone().into_pyarray(py))?;
            }
        }
        for s in frame.series.iter().filter(|s| is_output(&s.name)) {
            let names: Vec<&str> = s.columns.iter().map(|(n, _)| n.as_str()).collect();
            let steps = s.columns.first().map_or(0, |(_, v)| v.len());
            let values = Array2::from_shape_fn((steps, names.len()), |(t, k)| s.columns[k].1[t]);
            series.set_item(&s.name, (names, values.into_pyarray(py)))?;
        }
        if !columns.is_empty() || !series.is_empty() {
            out.push((frame.list.name, frame.names, columns, series));
        }
    }
    Ok(out)
}
