//! A dispatch that was solved and judged.

use crate::findings;
use fenggu::net::{Network, Quantity};
use fenggu::report::{InputFile, OptionLine, ReportOptions, Run};
use fenggu::wire::DispatchSummary;
use fenggu::DispatchSolution;
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;

/// A solution with the network it belongs to.
#[pyclass(frozen, name = "Solution", module = "fenggu._engine")]
pub struct PySolution {
    /// The answer and the referee's word on it.
    pub solution: DispatchSolution,
    /// The network as it was solved.
    pub net: Arc<Network>,
    /// Options with where each came from.
    pub lines: Vec<OptionLine>,
    /// Threads of the solver.
    pub threads: u32,
}

fn json<T: serde::Serialize>(py: Python<'_>, value: &T) -> PyResult<String> {
    serde_json::to_string(value).map_err(|e| findings::raise(py, &e.to_string(), Vec::new()))
}

#[pymethods]
impl PySolution {
    /// ``ok``, ``time_limit``, ``infeasible``, ``unbounded``, ``interrupted``, ``refused`` or ``failed``.
    #[getter]
    fn status(&self) -> &'static str {
        self.solution.status.word()
    }
    /// Objective, constants included; NaN when there is none.
    #[getter]
    fn objective(&self) -> f64 {
        self.solution.results().objective
    }
    /// The object that ``fenggu dispatch --json`` prints.
    fn summary_json(&self, py: Python<'_>) -> PyResult<String> {
        json(py, &DispatchSummary::new(&self.net, &self.solution, self.threads))
    }
    /// The referee's certificate as JSON.
    fn certificate_json(&self, py: Python<'_>) -> PyResult<String> {
        json(py, &fenggu::verdict(&self.solution.certificate))
    }
    /// Limits that bind, with hours and mean prices, as JSON.
    fn binding_json(&self, py: Python<'_>) -> PyResult<String> {
        json(py, &fenggu::binding(&self.net, self.solution.results()))
    }
    /// The network that was solved.
    fn network(&self) -> crate::network::PyNetwork {
        crate::network::PyNetwork { net: self.net.clone(), sources: None, found: Arc::default() }
    }
    /// Table and field of every column there is.
    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        self.solution.results().columns().map(|(q, _)| (q.spec().table.word(), q.spec().field)).collect()
    }
    /// A column, read-only and without a copy; None when the run did not report it.
    fn column<'py>(this: &Bound<'py, Self>, table: &str, field: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        let table = crate::network::table_of(table)?;
        Ok(Quantity::find(table, field).and_then(|q| crate::view::column(this, q)))
    }
    /// Writes the network with its results; returns what the format could not hold.
    #[pyo3(signature = (path, format = None))]
    fn write(&self, py: Python<'_>, path: PathBuf, format: Option<&str>) -> PyResult<Vec<findings::PyDiagnostic>> {
        let format = crate::verbs::output_format(py, &path, format)?;
        let lost = py.detach(|| fenggu::io::write_solved(&path, &self.net, self.solution.results(), format));
        lost.map(findings::list).map_err(|e| findings::raise(py, &format!("{}: {e}", path.display()), Vec::new()))
    }
    /// Writes the run folder: report, tables, results, certificates.
    #[pyo3(signature = (folder, lang = "en"))]
    fn write_report(&self, py: Python<'_>, folder: PathBuf, lang: &str) -> PyResult<()> {
        let lang = findings::language(lang)?;
        let s = &self.solution.answer.seconds;
        let judged = self.solution.certificate.tests.iter().any(|t| t.skipped.is_none());
        let seconds = [("assemble", s.assemble), ("solve", s.solve), ("referee", self.solution.referee_s)];
        let run = Run {
            verdict: judged.then(|| fenggu::verdict(&self.solution.certificate)),
            phases: seconds.map(|(n, v)| (n.to_string(), v)).to_vec(),
            options: self.lines.clone(),
            inputs: Vec::<InputFile>::new(),
            command_line: "Python".to_string(),
            versions: vec![
                ("fenggu".to_string(), env!("CARGO_PKG_VERSION").to_string()),
                ("solver".to_string(), self.solution.answer.solver.clone()),
            ],
            threads: self.threads as usize,
            iterations: Some(self.solution.answer.iterations),
            binding: fenggu::binding(&self.net, self.solution.results()),
            ..Run::new("dispatch", &self.net, self.solution.results())
        };
        let written = py.detach(|| fenggu::report::write_run_folder(&run, &folder, &ReportOptions { lang, ..ReportOptions::default() }));
        written.map(|_| ()).map_err(|e| findings::raise(py, &format!("{}: {e}", folder.display()), Vec::new()))
    }
}
