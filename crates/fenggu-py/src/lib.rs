//! `fenggu._engine`: the engine for Python. Translates, computes nothing; the package `python/fenggu` gives it its manners.

mod columns;
mod findings;
mod network;
mod pypsa;
mod solution;
mod solve;
mod verbs;
mod view;

use pyo3::prelude::*;

/// The engine behind the package fenggu. Use the package; this module's names may change.
#[pymodule]
fn _engine(m: &Bound<PyModule>) -> PyResult<()> {
    m.add("__version__", env!("CARGO_PKG_VERSION"))?;
    m.add_class::<findings::PyDiagnostic>()?;
    m.add_class::<network::PyNetwork>()?;
    m.add_class::<solution::PySolution>()?;
    m.add_class::<solve::PyProgress>()?;
    m.add_function(wrap_pyfunction!(verbs::read, m)?)?;
    m.add_function(wrap_pyfunction!(verbs::check_path, m)?)?;
    m.add_function(wrap_pyfunction!(verbs::write, m)?)?;
    m.add_function(wrap_pyfunction!(verbs::formats, m)?)?;
    m.add_function(wrap_pyfunction!(verbs::options, m)?)?;
    m.add_function(wrap_pyfunction!(verbs::quantities, m)?)?;
    m.add_function(wrap_pyfunction!(verbs::explain, m)?)?;
    m.add_function(wrap_pyfunction!(solve::dispatch, m)?)?;
    m.add_function(wrap_pyfunction!(pypsa::from_pypsa, m)?)?;
    m.add_function(wrap_pyfunction!(pypsa::refuse_pypsa, m)?)?;
    m.add_function(wrap_pyfunction!(pypsa::to_pypsa, m)?)?;
    Ok(())
}
