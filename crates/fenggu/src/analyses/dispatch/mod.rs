//! Multi-period economic dispatch on the DC network.
//!
//! [`dispatch`] is a one-liner over a [`DispatchSession`], which can be changed and solved again without being rebuilt.
mod elastic;
mod options;
mod ranges;
mod read;
mod reference;
mod session;
mod watch;

pub(super) use watch::Watch;

pub use options::{DispatchOptions, PriceRange, WindowEnd};
pub use reference::PriceReference;
pub use session::DispatchSession;

use crate::error::Error;
use crate::formulate::FlowForm;
use fenggu_net::{Network, Results};
use fenggu_opt::{Control, Status};

/// What a dispatch answers, before the referee.
#[derive(Clone, Debug)]
pub struct DispatchAnswer {
    /// How the solver ended.
    pub status: Status,
    /// Dispatch, flows, prices, shadow prices. When infeasible: what an elastic re-solve finds missing, where and when.
    pub results: Results,
    /// Who solved it.
    pub solver: String,
    /// What the energy part of prices is measured at.
    pub price_reference: PriceReference,
    /// Iterations, all rounds added.
    pub iterations: u64,
    /// Rows, columns and nonzeros of the problem solved last.
    pub size: [usize; 3],
    /// The form of the network that was solved last.
    pub flow: FlowForm,
    /// Rounds of lazy rows, and rows added in them: flows in the PTDF form, limits after outages in both.
    pub lazy: [usize; 2],
    /// Solves that the ranges of prices took.
    pub price_solves: usize,
    /// Wall seconds of assembly and of the solver.
    pub seconds: Seconds,
    /// When infeasible: limits other than balances that the elastic re-solve had to break, with the amount, largest first.
    pub broken: Vec<(String, f64)>,
    /// When infeasible: the multipliers that prove it, under the names and signs of prices but per unit and step, in any scale. No
    /// columns when limits of one element exclude each other.
    pub proof: Option<Results>,
    /// When infeasible: row duals of the elastic re-solve in the angle form, which prove it there. None where it found no optimum.
    pub shortfall_dual: Option<Vec<f64>>,
    /// Beside them the columns of the dispatch that falls short.
    pub shortfall_point: Option<Vec<f64>>,
    /// Whether an infeasible or unbounded verdict carries a certificate that was checked in exact problem units.
    pub ray_checked: bool,
}

/// Who solves a problem in the angle form of `net`.
pub(super) fn angle_backend(net: &Network, asked: fenggu_opt::Backend) -> fenggu_opt::Backend {
    session::angle_backend(net, asked)
}

/// The whole problem of a model.
pub(super) fn assembled(model: &crate::formulate::DispatchModel<'_>) -> Result<fenggu_opt::Problem, Error> {
    session::problem(model).map(|p| p.0)
}

/// Bounds of every column of a model, lower and upper.
pub(super) fn bounds(model: &crate::formulate::DispatchModel<'_>) -> (Vec<f64>, Vec<f64>) {
    let bound = session::columns(model).1;
    (bound.lo, bound.hi)
}

/// Results of a point, energy prices measured at the load-weighted mean.
pub(super) fn read_results(
    model: &crate::formulate::DispatchModel<'_>,
    watch: Option<&Watch>,
    solution: &fenggu_opt::Solution,
) -> Result<Results, Error> {
    let at = PriceReference::LoadWeighted.buses(model.net, &model.plan.dc)?;
    Ok(read::results(model, watch, solution, &at))
}

/// Wall seconds of phases.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seconds {
    /// Numbering and assembly.
    pub assemble: f64,
    /// Solver, all rounds.
    pub solve: f64,
}

/// Dispatches a network: least cost over all steps at once.
///
/// # Errors
/// Data with errors, options out of range, a model too large. Infeasible and unbounded are statuses, not errors.
pub fn dispatch(net: &Network, options: &DispatchOptions) -> Result<DispatchAnswer, Error> {
    DispatchSession::new(net.clone(), options)?.solve(&options.control())
}

/// The control of a single solve.
impl DispatchOptions {
    /// Time limit, threads and tolerance as the solver takes them.
    pub fn control(&self) -> Control {
        Control { time_limit_s: self.time_limit_s, threads: self.threads, tolerance: self.tolerance, ..Control::default() }
    }
}
