//! Findings and the one exception.

use fenggu::net::diagnostic::{Entry, Lang, CATALOGUE};
use fenggu::net::{Diagnostic, TableId};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A finding about the data: code, severity, place, the user's own name for the thing, and the message in two languages.
#[pyclass(frozen, name = "Diagnostic", module = "fenggu")]
pub struct PyDiagnostic(pub Diagnostic);

/// `en` or `zh`.
pub fn language(word: &str) -> PyResult<Lang> {
    match word {
        "en" => Ok(Lang::En),
        "zh" => Ok(Lang::Zh),
        _ => Err(pyo3::exceptions::PyValueError::new_err(format!("lang is \"en\" or \"zh\", not \"{word}\""))),
    }
}

#[pymethods]
impl PyDiagnostic {
    /// One letter and four digits, e.g. ``N0312``; ``fenggu.explain(code)`` says more.
    #[getter]
    fn code(&self) -> &'static str {
        self.0.code()
    }
    /// ``note``, ``warning`` or ``error``.
    #[getter]
    fn severity(&self) -> &'static str {
        self.0.severity.word(Lang::En)
    }
    /// File, line and column (from 1), where the value came from a file; else None.
    #[getter]
    fn place(&self) -> Option<(String, usize, usize)> {
        self.0.place.as_ref().map(|p| (p.file.clone(), p.line, p.column))
    }
    /// Table of the component, e.g. ``generators``; empty for none.
    #[getter]
    fn table(&self) -> &'static str {
        self.0.table.map_or("", TableId::word)
    }
    /// The user's own name of the component; empty for none.
    #[getter]
    fn name(&self) -> &str {
        &self.0.component
    }
    /// Field; empty for none.
    #[getter]
    fn field(&self) -> &'static str {
        self.0.field
    }
    /// Values in the message, by name, as text.
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let values = PyDict::new(py);
        for (name, value) in &self.0.args {
            values.set_item(name, value)?;
        }
        Ok(values)
    }
    /// What is wrong, one line, in English.
    #[getter]
    fn message(&self) -> String {
        self.0.title(Lang::En)
    }
    /// What is wrong, one line, in Chinese.
    #[getter]
    fn message_zh(&self) -> String {
        self.0.title(Lang::Zh)
    }
    /// The consequence, in English.
    #[getter]
    fn why(&self) -> String {
        self.0.fill(self.0.entry.en.why, Lang::En)
    }
    /// The consequence, in Chinese.
    #[getter]
    fn why_zh(&self) -> String {
        self.0.fill(self.0.entry.zh.why, Lang::Zh)
    }
    /// What to do, in English.
    #[getter]
    fn fix(&self) -> String {
        self.0.fill(self.0.entry.en.fix, Lang::En)
    }
    /// What to do, in Chinese.
    #[getter]
    fn fix_zh(&self) -> String {
        self.0.fill(self.0.entry.zh.fix, Lang::Zh)
    }
    /// The whole message as the command line prints it: place with the line and a caret, consequence, remedy.
    #[pyo3(signature = (lang = "en"))]
    fn render(&self, lang: &str) -> PyResult<String> {
        Ok(self.0.render(language(lang)?))
    }
    fn __str__(&self) -> String {
        self.0.render(Lang::En)
    }
    fn __repr__(&self) -> String {
        format!("<{} {}: {}>", self.severity(), self.code(), self.message())
    }
}

/// Findings as a Python list.
pub fn list(found: impl IntoIterator<Item = Diagnostic>) -> Vec<PyDiagnostic> {
    found.into_iter().map(PyDiagnostic).collect()
}

/// The entry of a code of the catalogue.
pub fn entry(code: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().copied().chain(fenggu::io::catalogue::CATALOGUE.iter().copied()).find(|e| e.code == code)
}

/// `fenggu.FengguError` with a message and the findings behind it. The class is written in Python, because a native one
/// could not carry attributes in the stable ABI before Python 3.12.
pub fn raise(py: Python<'_>, message: &str, found: Vec<Diagnostic>) -> PyErr {
    let made = py.import("fenggu._errors").and_then(|m| m.getattr("FengguError")).and_then(|class| class.call1((message, list(found))));
    match made {
        Ok(error) => PyErr::from_value(error),
        Err(broken) => broken,
    }
}

/// The exception of an error of the engine.
pub fn from_engine(py: Python<'_>, error: fenggu::Error) -> PyErr {
    let message = error.to_string();
    match error {
        fenggu::Error::Data(found) => raise(py, &message, found),
        _ => raise(py, &message, Vec::new()),
    }
}

/// The exception of findings that keep a network from being read.
pub fn unreadable(py: Python<'_>, found: Vec<Diagnostic>) -> PyErr {
    raise(py, &said(&found), found)
}

/// The errors among findings, rendered: at most so many that a terminal can show them.
fn said(found: &[Diagnostic]) -> String {
    const SHOWN: usize = 20;
    let errors: Vec<_> = found.iter().filter(|d| d.severity == fenggu::net::Severity::Error).collect();
    let mut text: String = errors.iter().take(SHOWN).map(|d| d.render(Lang::En)).collect();
    if errors.len() > SHOWN {
        text.push_str(&format!("... and {} more errors in .diagnostics\n", errors.len() - SHOWN));
    }
    text
}
