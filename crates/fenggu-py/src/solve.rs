//! Dispatch from Python: the solver runs in a thread of its own without the interpreter's lock, while the caller's thread
//! listens for Ctrl-C and passes progress on.

use crate::findings;
use crate::network::PyNetwork;
use crate::solution::PySolution;
use fenggu::report::OptionLine;
use fenggu::{CancelToken, DispatchOptions, Progress};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How often the caller's thread looks at signals and progress. An answer is passed on at once, whatever this is.
const LOOK: Duration = Duration::from_millis(50);

/// Where a running solve stands: iterations, seconds, and the objective where the algorithm knows one.
#[pyclass(frozen, name = "Progress", module = "fenggu", get_all)]
pub struct PyProgress {
    /// Iterations so far.
    iterations: u64,
    /// Seconds since the solve began.
    seconds: f64,
    /// Objective, or None.
    objective: Option<f64>,
}

/// An option's value as the table of options takes it.
fn text(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if value.is_none() {
        return Ok("none".to_string());
    }
    Ok(value.str()?.to_string())
}

/// Options from keywords, with where each came from.
fn options_of(py: Python<'_>, given: &Bound<'_, PyDict>) -> PyResult<(DispatchOptions, Vec<OptionLine>)> {
    let mut options = DispatchOptions::default();
    let mut named = Vec::new();
    for (name, value) in given {
        let name: String = name.extract()?;
        options.set(&name, &text(&value)?).map_err(|e| findings::from_engine(py, e))?;
        named.push(name);
    }
    let lines = fenggu::option_lines(&options, DispatchOptions::SPECS, &named);
    Ok((options, lines))
}

/// Dispatches a network. ``options`` by the names of the table of options; ``progress`` is called with a ``Progress``.
#[pyfunction]
#[pyo3(signature = (network, options, progress = None))]
pub fn dispatch(
    py: Python<'_>,
    network: &Bound<'_, PyNetwork>,
    options: &Bound<'_, PyDict>,
    progress: Option<Py<PyAny>>,
) -> PyResult<PySolution> {
    let net = network.borrow().net.clone();
    let (options, lines) = options_of(py, options)?;
    let cancel = CancelToken::new();
    let latest: Arc<Mutex<Option<Progress>>> = Arc::default();
    let mut control = options.control();
    control.cancel = Some(cancel.clone());
    if progress.is_some() {
        let latest = latest.clone();
        control.progress = Some(Arc::new(move |p: &Progress| {
            if let Ok(mut latest) = latest.lock() {
                *latest = Some(*p);
            }
        }));
    }
    let threads = options.threads;
    let (send, mut answer) = mpsc::channel();
    let solved = net.clone();
    // The thread owns all it works on: whoever presses Ctrl-C a second time need not wait for it.
    let work = move || {
        let _ = send.send(fenggu::dispatch_with(&solved, &options, &control));
    };
    let spawned = std::thread::Builder::new().name("fenggu".to_string()).stack_size(8 << 20).spawn(work);
    spawned.map_err(|e| findings::raise(py, &format!("no thread for the solver: {e}"), Vec::new()))?;
    let mut stopped: Option<PyErr> = None;
    loop {
        let (received, back) = py.detach(move || (answer.recv_timeout(LOOK), answer));
        answer = back;
        match received {
            Ok(solution) => {
                if let Some(why) = stopped {
                    return Err(why);
                }
                let solution = solution.map_err(|e| findings::from_engine(py, e))?;
                return Ok(PySolution { solution, net, lines, threads });
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(findings::raise(py, "the solver's thread ended without an answer; please report this", Vec::new()));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Err(signal) = py.check_signals() {
            cancel.cancel();
            if stopped.is_some() {
                return Err(signal);
            }
            stopped = Some(signal);
        }
        let news = latest.lock().ok().and_then(|mut p| p.take());
        if let (Some(call), Some(p), None) = (&progress, news, &stopped) {
            let p = PyProgress { iterations: p.iterations, seconds: p.seconds, objective: p.objective };
            if let Err(e) = call.call1(py, (p,)) {
                cancel.cancel();
                stopped = Some(e);
            }
        }
    }
}
