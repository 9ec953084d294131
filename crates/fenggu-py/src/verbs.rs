//! Reading, writing, and what the engine knows of itself.

use crate::findings::{self, PyDiagnostic};
use crate::network::PyNetwork;
use fenggu::io::Format;
use fenggu::net::results::Shape;
use fenggu::net::Quantity;
use fenggu::DispatchOptions;
use pyo3::prelude::*;
use std::path::{Path, PathBuf};

fn format_of(py: Python<'_>, word: &str) -> PyResult<Format> {
    Format::from_word(word).ok_or_else(|| {
        let known: Vec<&str> = Format::ALL.iter().map(|f| f.word()).collect();
        findings::raise(py, &format!("format \"{word}\" is not known; formats: {}", known.join(", ")), Vec::new())
    })
}

/// Bytes that may be decoded within a memory given as a number of bytes or a word such as `2GB`.
fn most(py: Python<'_>, max_memory: Option<&Bound<'_, PyAny>>) -> PyResult<u64> {
    let Some(given) = max_memory else { return Ok(fenggu::io::MAX_DECODED_BYTES) };
    let word = given.str()?.to_string();
    let bytes = fenggu::io::bytes_of_word(&word).map(fenggu::io::decoded_within);
    let why = || format!("max_memory = {word:?}: it takes a whole number of bytes, or one with KB, MB or GB");
    bytes.ok_or_else(|| findings::raise(py, &why(), Vec::new()))
}

fn read_any(py: Python<'_>, path: &Path, format: Option<&str>, max_memory: Option<&Bound<'_, PyAny>>) -> PyResult<fenggu::io::Read> {
    let format = format.map(|word| format_of(py, word)).transpose()?;
    let most = most(py, max_memory)?;
    Ok(py.detach(|| fenggu::io::read_within(path, format, most)))
}

/// Reads a network from a file or folder. Without a format the content decides.
#[pyfunction]
#[pyo3(signature = (path, format = None, max_memory = None))]
pub fn read(py: Python<'_>, path: PathBuf, format: Option<&str>, max_memory: Option<&Bound<'_, PyAny>>) -> PyResult<PyNetwork> {
    let read = read_any(py, &path, format, max_memory)?;
    match read.network {
        Some(net) => Ok(PyNetwork::new(net, Some(read.sources), read.diagnostics)),
        None => Err(findings::unreadable(py, read.diagnostics)),
    }
}

/// Everything found in a file or folder, whether it can be read or not.
#[pyfunction]
#[pyo3(signature = (path, format = None, max_memory = None))]
pub fn check_path(
    py: Python<'_>,
    path: PathBuf,
    format: Option<&str>,
    max_memory: Option<&Bound<'_, PyAny>>,
) -> PyResult<Vec<PyDiagnostic>> {
    let read = read_any(py, &path, format, max_memory)?;
    let mut found = read.diagnostics;
    if let Some(net) = &read.network {
        found.extend(py.detach(|| fenggu::net::check(net, Some(&read.sources))));
    }
    Ok(findings::list(found))
}

/// The format of a word, else that of the path's ending.
pub fn output_format(py: Python<'_>, path: &std::path::Path, format: Option<&str>) -> PyResult<Format> {
    match format {
        Some(word) => format_of(py, word),
        None => Format::for_output(path).ok_or_else(|| {
            let known: Vec<&str> = Format::ALL.iter().map(|f| f.word()).collect();
            let why = format!("{}: the ending does not tell the format; give one of {}", path.display(), known.join(", "));
            findings::raise(py, &why, Vec::new())
        }),
    }
}

/// Writes a network; returns what the format could not hold. Without a format the path's ending decides.
#[pyfunction]
#[pyo3(signature = (network, path, format = None))]
pub fn write(py: Python<'_>, network: &Bound<'_, PyNetwork>, path: PathBuf, format: Option<&str>) -> PyResult<Vec<PyDiagnostic>> {
    let net = network.borrow().net.clone();
    let format = output_format(py, &path, format)?;
    let lost = py.detach(|| fenggu::io::write(&path, &net, format));
    lost.map(findings::list).map_err(|e| findings::raise(py, &format!("{}: {e}", path.display()), Vec::new()))
}

/// Words of all formats.
#[pyfunction]
pub fn formats() -> Vec<&'static str> {
    Format::ALL.iter().map(|f| f.word()).collect()
}

/// Every option of a dispatch: name, what is allowed, help, default.
#[pyfunction]
pub fn options() -> Vec<(&'static str, &'static str, &'static str, String)> {
    let default = DispatchOptions::default();
    DispatchOptions::SPECS.iter().map(|s| (s.name, s.rule, s.help, (s.get)(&default))).collect()
}

/// Every quantity that a run may report: table, field, unit, whether it has one value per step, meaning.
#[pyfunction]
pub fn quantities() -> Vec<(&'static str, &'static str, &'static str, bool, &'static str)> {
    let line = |q: &Quantity| {
        let s = q.spec();
        (s.table.word(), s.field, s.unit, s.shape == Shape::PerStep, s.doc.trim())
    };
    Quantity::ALL.iter().map(line).collect()
}

/// What a code of a finding or a room of the formulation means; None when it is neither.
#[pyfunction]
#[pyo3(signature = (what, lang = "en"))]
pub fn explain(what: &str, lang: &str) -> PyResult<Option<String>> {
    let lang = findings::language(lang)?;
    if let Some(entry) = findings::entry(&what.to_ascii_uppercase()) {
        let w = entry.wording(lang);
        return Ok(Some(format!("{} ({})\n  {}\n  {}\n  {}", entry.code, entry.severity.word(lang), w.title, w.why, w.fix)));
    }
    Ok(fenggu::formulate::CARDS.iter().find(|(name, _)| *name == what).map(|(_, card)| (*card).to_string()))
}
