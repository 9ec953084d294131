//! The network as Python holds it.

use crate::columns;
use crate::findings::{self, PyDiagnostic};
use fenggu::net::schema::Kind;
use fenggu::net::{Diagnostic, Network, SourceMap, TableId, TimeAxis};
use numpy::{IntoPyArray, PyArray1};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;

/// A network. Solutions keep the network they were made from: it is shared until somebody changes it.
#[pyclass(name = "Network", module = "fenggu._engine")]
pub struct PyNetwork {
    /// The network itself.
    pub net: Arc<Network>,
    /// Where its values stand in the file it came from, until it is changed.
    pub sources: Option<Arc<SourceMap>>,
    /// What the reader found.
    pub found: Arc<Vec<Diagnostic>>,
}

impl PyNetwork {
    /// A network from a reader or from code.
    pub fn new(net: Network, sources: Option<SourceMap>, found: Vec<Diagnostic>) -> Self {
        PyNetwork { net: Arc::new(net), sources: sources.map(Arc::new), found: Arc::new(found) }
    }
    /// The network, to be changed. What was read keeps its places: rows are only appended and values only replaced.
    pub fn change(&mut self) -> &mut Network {
        Arc::make_mut(&mut self.net)
    }
}

/// The table of a word.
pub fn table_of(word: &str) -> PyResult<TableId> {
    TableId::from_word(word).ok_or_else(|| {
        let known: Vec<_> = TableId::ALL.iter().map(|t| t.word()).collect();
        pyo3::exceptions::PyKeyError::new_err(format!("there is no table \"{word}\"; tables: {}", known.join(", ")))
    })
}

fn unknown_time(name: &str) -> PyErr {
    pyo3::exceptions::PyKeyError::new_err(format!(
        "the time axis has no \"{name}\"; it has start_utc_s, duration_h, weight_objective, weight_storage, weight_energy"
    ))
}

fn uniform(py: Python<'_>, steps: usize, duration_h: f64) -> PyResult<TimeAxis> {
    const MOST: usize = 100_000_000;
    if (1..=MOST).contains(&steps) && duration_h > 0.0 && duration_h.is_finite() {
        return Ok(TimeAxis::uniform(steps, duration_h));
    }
    let why = format!("a network has 1 to {MOST} steps, each longer than 0 h; not {steps} of {duration_h} h");
    Err(findings::raise(py, &why, Vec::new()))
}

#[pymethods]
impl PyNetwork {
    #[new]
    #[pyo3(signature = (name = "", steps = 1, duration_h = 1.0))]
    fn empty(py: Python<'_>, name: &str, steps: usize, duration_h: f64) -> PyResult<Self> {
        let net = Network { name: name.to_string(), time: uniform(py, steps, duration_h)?, ..Network::default() };
        Ok(PyNetwork::new(net, None, Vec::new()))
    }
    #[getter]
    fn name(&self) -> &str {
        &self.net.name
    }
    #[setter]
    fn set_name(&mut self, name: String) {
        self.change().name = name;
    }
    #[getter]
    fn currency(&self) -> &str {
        &self.net.currency
    }
    #[setter]
    fn set_currency(&mut self, currency: String) {
        self.change().currency = currency;
    }
    #[getter]
    fn base_mva(&self) -> f64 {
        self.net.base_mva
    }
    #[setter]
    fn set_base_mva(&mut self, base_mva: f64) {
        self.change().base_mva = base_mva;
    }
    #[getter]
    fn flow_convention(&self) -> &'static str {
        self.net.flow_convention.word()
    }
    #[getter]
    fn steps(&self) -> usize {
        self.net.steps()
    }
    /// A copy that shares everything until one of the two is changed.
    fn copy(&self) -> PyNetwork {
        PyNetwork { net: self.net.clone(), sources: self.sources.clone(), found: self.found.clone() }
    }
    /// What the reader found and what the checks find, errors first.
    fn check(&self, py: Python<'_>) -> Vec<PyDiagnostic> {
        let checked = py.detach(|| fenggu::net::check(&self.net, self.sources.as_deref()));
        findings::list(self.found.iter().cloned().chain(checked))
    }
    /// What the reader found.
    fn findings(&self) -> Vec<PyDiagnostic> {
        findings::list(self.found.iter().cloned())
    }
    /// Words of all tables.
    #[staticmethod]
    fn table_words() -> Vec<&'static str> {
        TableId::ALL.iter().map(|t| t.word()).collect()
    }
    /// Fields of a table: name, kind, unit, rule, meaning, and the words of a choice or the table of a reference.
    fn fields<'py>(&self, py: Python<'py>, table: &str) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let fields = self.net.table(table_of(table)?).fields();
        let line = |f: &fenggu::net::schema::Field| {
            let d = PyDict::new(py);
            d.set_item("name", f.name)?;
            d.set_item("kind", columns::kind_word(f.kind))?;
            d.set_item("unit", f.unit)?;
            d.set_item("rule", f.range.rule())?;
            d.set_item("doc", f.doc.trim())?;
            match f.kind {
                Kind::Choice(words) => d.set_item("words", words)?,
                Kind::Reference(t) | Kind::OptionalReference(t) => d.set_item("refers_to", t.word())?,
                _ => {}
            }
            Ok(d)
        };
        fields.iter().map(line).collect()
    }
    /// Number of rows of a table.
    fn count(&self, table: &str) -> PyResult<usize> {
        Ok(self.net.table(table_of(table)?).count())
    }
    /// Names of the rows of a table.
    fn names(&self, table: &str) -> PyResult<Vec<&str>> {
        let t = self.net.table(table_of(table)?);
        Ok((0..t.count()).map(|row| t.name_of(row)).collect())
    }
    /// Row of a name, or None.
    fn row_of(&self, table: &str, name: &str) -> PyResult<Option<usize>> {
        Ok(self.net.table(table_of(table)?).row_of(name))
    }
    /// A column.
    fn column<'py>(&self, py: Python<'py>, table: &str, field: &str) -> PyResult<Bound<'py, PyAny>> {
        columns::get(py, &self.net, table_of(table)?, field)
    }
    /// Sets a column, or some rows of it. Values out of range, of another kind or naming nothing change nothing.
    #[pyo3(signature = (table, field, values, rows = None))]
    fn set_column(&mut self, table: &str, field: &str, values: &Bound<'_, PyAny>, rows: Option<Vec<usize>>) -> PyResult<()> {
        let table = table_of(table)?;
        let new = columns::parse(&self.net, table, field, values, rows)?;
        columns::put(self.change(), table, new);
        Ok(())
    }
    /// Appends rows of defaults.
    fn push(&mut self, table: &str, names: Vec<String>) -> PyResult<()> {
        let table = self.change().table_mut(table_of(table)?);
        for name in names {
            table.push_named(name);
        }
        Ok(())
    }
    /// A column of the time axis.
    fn time<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let t = &self.net.time;
        let numbers = match name {
            "start_utc_s" => return Ok(PyArray1::from_slice(py, &t.start_utc_s).into_any()),
            "duration_h" => &t.duration_h,
            "weight_objective" => &t.weight_objective,
            "weight_storage" => &t.weight_storage,
            "weight_energy" => &t.weight_energy,
            _ => return Err(unknown_time(name)),
        };
        Ok(numbers.clone().into_pyarray(py).into_any())
    }
    /// Sets a column of the time axis; its length is checked with everything else by ``check``.
    fn set_time(&mut self, name: &str, values: &Bound<'_, PyAny>) -> PyResult<()> {
        let axis = &mut self.change().time;
        let target = match name {
            "start_utc_s" => {
                axis.start_utc_s = values.extract()?;
                return Ok(());
            }
            "duration_h" => &mut axis.duration_h,
            "weight_objective" => &mut axis.weight_objective,
            "weight_storage" => &mut axis.weight_storage,
            "weight_energy" => &mut axis.weight_energy,
            _ => return Err(unknown_time(name)),
        };
        *target = values.extract()?;
        Ok(())
    }
    /// Replaces the time axis by equal steps of weight 1 without a calendar.
    fn set_steps(&mut self, py: Python<'_>, steps: usize, duration_h: f64) -> PyResult<()> {
        self.change().time = uniform(py, steps, duration_h)?;
        Ok(())
    }
    /// Zone of labels.
    #[getter]
    fn zone(&self) -> &str {
        &self.net.time.zone
    }
    #[setter]
    fn set_zone(&mut self, zone: String) {
        self.change().time.zone = zone;
    }
}
