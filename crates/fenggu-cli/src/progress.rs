//! Progress on standard error, when it is a terminal; and Ctrl-C.

use fenggu::{CancelToken, Control};
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A line that says the phase, the time and the memory, renewed by a thread of its own: a solver in presolve says nothing.
pub struct Progress {
    phase: Arc<Mutex<String>>,
    done: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Progress {
    /// Starts; silent when standard error is not a terminal or `quiet` is asked for.
    pub fn start(quiet: bool) -> Progress {
        let (phase, done) = (Arc::new(Mutex::new(String::new())), Arc::new(AtomicBool::new(false)));
        let thread = (!quiet && std::io::stderr().is_terminal()).then(|| {
            let (phase, done) = (phase.clone(), done.clone());
            std::thread::spawn(move || {
                let clock = Instant::now();
                // Nobody needs progress of a run that ends at once.
                while !done.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(50));
                    if clock.elapsed() > Duration::from_millis(400) {
                        let text = phase.lock().map_or(String::new(), |p| p.clone());
                        let memory = crate::machine::peak_rss_mb().unwrap_or(0.0);
                        eprint!("\r\x1b[2K{text}  {:.1} s  {memory:.0} MB", clock.elapsed().as_secs_f64());
                        let _ = std::io::stderr().flush();
                    }
                }
                eprint!("\r\x1b[2K");
                let _ = std::io::stderr().flush();
            })
        });
        Progress { phase, done, thread }
    }
    /// Names the phase.
    pub fn phase(&self, name: &str) {
        if let Ok(mut phase) = self.phase.lock() {
            *phase = name.to_string();
        }
    }
    /// Names the window of a rolling run, with the gap so far and the time to go.
    pub fn window(&self, p: &fenggu::RollingProgress) {
        let to_go = p.seconds_to_go.map_or(String::new(), |s| format!(", {:.0}:{:02.0} to go", (s / 60.0).floor(), (s % 60.0).floor()));
        let what = if p.again { "solve again" } else { "window" };
        self.phase(&format!("{what} {} of {}, gap {:.1e}{to_go}", p.window + 1, p.windows, p.gap));
    }
    /// A sink that adds the solver's iterations to the phase.
    pub fn sink(&self) -> fenggu::ProgressSink {
        let phase = self.phase.clone();
        Arc::new(move |p: &fenggu::Progress| {
            if let Ok(mut phase) = phase.lock() {
                let objective = p.objective.map_or(String::new(), |o| format!("  objective {o:.6e}"));
                let gap = p.gap().map_or(String::new(), |g| format!("  gap {g:.1e}"));
                *phase = format!("solve  {} iterations{objective}{gap}", p.iterations);
            }
        })
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// First Ctrl-C: stop and say what there is. Second: end at once.
pub fn cancel_on_ctrl_c(control: &mut Control) {
    let token = CancelToken::new();
    control.cancel = Some(token.clone());
    let _ = ctrlc::set_handler(move || {
        if token.is_cancelled() {
            std::process::exit(130);
        }
        token.cancel();
    });
}
