//! A long horizon in windows: each is dispatched by itself, and hands its state to the next.
//!
//! # What is exact, and what is not
//!
//! - Energy of storage and stores, and outputs that ramps start from, are carried on: a stitched run satisfies every balance and
//!   ramp of the study. Its cost is at least that of the study decided at once, and how much more is not known.
//! - A window does not see beyond its end. What is stored then is worth `end_value` and nothing else, so a store without one empties
//!   towards the end of a window; steps of overlap are decided and thrown away so that this does not reach the steps that stand.
//! - End rules hold at the end of the study, or with [`WindowEnd::Rule`] at the end of every window. The start of a cyclic unit, a
//!   decision when all steps are decided at once, is its initial energy (PyPSA makes every window cyclic by itself, and
//!   energy then appears and vanishes between windows).
//! - A limit over the study (energy of a generator, cycles, emissions, primary energy, sums of side constraints) is shared: a
//!   window gets of what is left the share that its hours have in the hours left. The sum over the study keeps to the
//!   limit; that it is used where it is worth most is not sought.
//! - Capacities are no decision of a window: refused.
mod prepare;
mod refuse;
mod state;
mod window;

pub use refuse::remarks;
pub use state::{State, Used};
pub use window::{windows, Window};

use crate::analyses::dispatch::{DispatchAnswer, DispatchOptions, DispatchSession};
use crate::error::Error;
use crate::formulate::storage::cycle_limit_mwh;
use crate::slice::Slicer;
use fenggu_net::results::{OutagePrice, Shape};
use fenggu_net::{Network, Results};
use fenggu_opt::{Control, Status};
use prepare::Study;
use std::ops::Range;

/// Windows in a row that go on from one another's basis. The first of a row starts anew, so that a run that is taken up again does
/// what the uninterrupted one does: it solves the windows since the last such start again and finds the solver where it was. (A
/// stored basis would not do: the solver's factors and weights, which decide between equal vertices, are not in it.)
pub const CHAIN: usize = 4;

/// A rolling run: windows are solved one after the other.
pub struct Rolling {
    slicer: Slicer,
    study: Study,
    windows: Vec<Window>,
    options: DispatchOptions,
    state: State,
    next: usize,
    session: Option<DispatchSession>,
}

/// What a window answers.
pub struct WindowAnswer {
    /// Which steps.
    pub window: Window,
    /// The problem of the window as a network.
    pub net: Network,
    /// What was answered on it.
    pub answer: DispatchAnswer,
    /// The steps that stand as a network by itself, from the state before them.
    pub kept_net: Network,
    /// The results of the steps that stand, without objective and without quantities that have no steps; empty unless optimal.
    pub kept: Results,
}

impl Rolling {
    /// Plans the windows. `options.horizon_steps` must be set.
    ///
    /// # Errors
    /// Data with errors, options out of range, what windows cannot decide.
    pub fn new(net: &Network, options: &DispatchOptions) -> Result<Rolling, Error> {
        options.check()?;
        let found = fenggu_net::check(net, None);
        if fenggu_net::check::has_errors(&found) {
            return Err(Error::Data(found));
        }
        let horizon = options.horizon_steps.unwrap_or(net.steps());
        let windows = windows(net.steps(), horizon, options.overlap_steps);
        if windows.len() > 1 {
            refuse::refuse(net)?;
        }
        let slicer = Slicer::new(net);
        let first = slicer.cut(0..1);
        let study = Study {
            time: net.time.clone(),
            start: state::start_levels(&first),
            cycles_mwh: net.storage_units.rows().iter().map(|u| cycle_limit_mwh(net, u)).collect(),
            window_end: options.window_end,
        };
        let options = DispatchOptions { horizon_steps: None, overlap_steps: 0, ..options.clone() };
        Ok(Rolling { state: State::start(&first), slicer, study, windows, options, next: 0, session: None })
    }

    /// Every window.
    pub fn windows(&self) -> &[Window] {
        &self.windows
    }
    /// Number of the window that comes next.
    pub fn next(&self) -> usize {
        self.next
    }
    /// State before it.
    pub fn state(&self) -> &State {
        &self.state
    }
    /// Cuts parts out of the study.
    pub fn slicer(&self) -> &Slicer {
        &self.slicer
    }
    /// Goes to a window with the state before it; the solver starts anew.
    pub fn go_to(&mut self, next: usize, state: State) {
        (self.next, self.state, self.session) = (next, state, None);
    }

    /// Solves the next window from where the solver stands; [`Rolling::accept`] goes on. None after the last.
    ///
    /// # Errors
    /// A solver that refuses the problem, data that has errors in this window.
    pub fn solve(&mut self, control: &Control) -> Result<Option<WindowAnswer>, Error> {
        let Some(window) = self.windows.get(self.next).copied() else { return Ok(None) };
        let mut net = self.slicer.cut(window.range());
        self.study.prepare(&mut net, &window, &self.state);
        if self.next.is_multiple_of(CHAIN) {
            self.session = None;
        }
        let mut session = match self.session.take() {
            None => DispatchSession::new(net.clone(), &self.options)?,
            Some(mut session) => match session.update(|n| *n = net.clone()) {
                Ok(()) => session,
                // Another structure: the last window is shorter, the second has ramps into its first step.
                Err(Error::Option { name: "update", .. }) => DispatchSession::new(net.clone(), &self.options)?,
                Err(other) => return Err(other),
            },
        };
        let answer = session.solve(control)?;
        self.session = Some(session);
        let mut kept_net = self.slicer.cut(window.kept());
        let kept = match answer.status {
            Status::Optimal => part(&answer.results, 0..window.keep - window.start),
            _ => Results::new(answer.results.outcome, kept_net.steps()),
        };
        self.study.kept(&mut kept_net, &window, &self.state);
        Ok(Some(WindowAnswer { window, net, answer, kept_net, kept }))
    }

    /// Goes to the next window with a state that stands already; the solver stays where this answer left it.
    pub fn go_on(&mut self, answer: &WindowAnswer, state: State) {
        (self.next, self.state) = (answer.window.index + 1, state);
    }

    /// Takes an answer over and goes to the next window.
    pub fn accept(&mut self, answer: &WindowAnswer) {
        self.state = self.state.after(&self.slicer.cut(answer.window.kept()), &answer.kept);
        self.next = answer.window.index + 1;
    }
}

/// Some steps of results; quantities without steps are left out, for they belong to the whole.
fn part(results: &Results, range: Range<usize>) -> Results {
    let mut out = Results::new(results.outcome, range.len());
    for (q, column) in results.columns().filter(|(q, _)| q.spec().shape == Shape::PerStep) {
        out.set(q, column.chunks(results.steps).flat_map(|c| &c[range.clone()]).copied().collect());
    }
    let within = |p: &&OutagePrice| range.contains(&p.step);
    out.outage_prices = results.outage_prices.iter().filter(within).map(|p| OutagePrice { step: p.step - range.start, ..*p }).collect();
    out
}
