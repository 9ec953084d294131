//! Where and when an infeasible dispatch falls short.
//!
//! An elastic re-solve lets every balance miss or spill power and asks for the least sum. When that is not enough, other
//! rows may be broken too, and are named.

use super::session::{angle_backend, problem};
use super::watch::Watch;
use crate::error::Error;
use crate::formulate::frame::label;
use crate::formulate::{DispatchFormulation, DispatchModel, Plan};
use fenggu_net::results::Outcome;
use fenggu_net::{Network, Quantity, Results};
use fenggu_opt::{Backend, Control, Problem, Solution, Status};

/// Cost per MW² (per rad² for angles) beside the cost of 1 per MW missing.
const CURVATURE: f64 = 1e-9;

/// Adds a column with one entry.
fn add_column(p: &mut Problem, row: usize, value: f64, cost: f64) {
    p.cost.push(cost);
    p.col_lower.push(0.0);
    p.col_upper.push(f64::INFINITY);
    p.matrix.row.push(row as u32);
    p.matrix.value.push(value);
    p.matrix.start.push(p.matrix.row.len() as u32);
}

/// What the elastic re-solve of a dispatch found.
pub(super) struct Elastic {
    /// Power missing and surplus at every bus in every step ([`Quantity::BusMissing`], [`Quantity::BusSurplus`]), least in sum, and the
    /// dispatch that goes with it.
    pub results: Results,
    /// Columns of that dispatch, and row duals: they prove the network's problem infeasible. None where no optimum was found.
    pub point: Option<Vec<f64>>,
    pub dual: Option<Vec<f64>>,
    /// Other rows that had to be broken, largest amount first.
    pub broken: Vec<(String, f64)>,
    /// The network's problem, with the limits it has.
    problem: Problem,
}

impl Elastic {
    /// Multipliers that prove the dispatch infeasible, checked; none where the duals are no proof.
    pub fn proof(&self) -> Option<Vec<f64>> {
        let dual = self.dual.as_ref()?;
        let largest = dual.iter().fold(0.0f64, |m, y| m.max(y.abs()));
        // An interior point leaves noise everywhere, and noise at a column without limits spoils a proof.
        [0.0, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3].into_iter().find_map(|noise| {
            let y: Vec<f64> = dual.iter().map(|&y| if y.abs() > noise * largest { y / largest } else { 0.0 }).collect();
            fenggu_opt::check_ray(&self.problem, &y).valid.then_some(y)
        })
    }
}

/// Solves, and adds rows for limits after outages until none is violated. `alone`: an interior point of our own asks no second method.
fn within(
    watch: &mut Option<Watch>,
    model: &DispatchModel<'_>,
    p: &mut Problem,
    backend: Backend,
    control: &Control,
    alone: bool,
) -> Result<Solution, Error> {
    loop {
        let solution = if alone { backend.session(p)?.solve_alone(control)? } else { backend.solve(p, control)? };
        let Some(watch) = watch.as_mut().filter(|_| solution.status == Status::Optimal) else { return Ok(solution) };
        let (block, _) = watch.violated(model, &solution.x)?;
        if block.rows() == 0 {
            return Ok(solution);
        }
        p.append_rows(&block);
    }
}

/// The least sum of power missing and surplus with which the network can be dispatched, in the angle form.
pub(super) fn missing(net: &Network, control: &Control) -> Result<Elastic, Error> {
    let mut broken = Vec::new();
    let plan = Plan::declare(net, DispatchFormulation::default());
    let model = DispatchModel { net, plan: &plan };
    let (mut p, _) = problem(&model)?;
    p.cost.fill(0.0);
    p.quad.clear();
    p.offset = 0.0;
    let own_problem = p.clone();
    let (own, balance) = (p.cols(), plan.rows.power_balance.range());
    // Limits of one column that exclude each other are beyond what power can mend: named, and both let go to the other.
    for col in (0..own).filter(|&c| p.col_lower[c] > p.col_upper[c]).collect::<Vec<_>>() {
        broken.push((label(net, plan.layout.locate_col(col)), p.col_lower[col] - p.col_upper[col]));
        let Problem { col_lower, col_upper, .. } = &mut p;
        std::mem::swap(&mut col_lower[col], &mut col_upper[col]);
    }
    for row in balance.clone() {
        add_column(&mut p, row, 1.0, 1.0);
        add_column(&mut p, row, -1.0, 1.0);
    }
    let slack = p.cols();
    // Not in the PTDF form: with two more columns at every bus its rows are dense, and the simplex takes minutes on 7,000 buses.
    let backend = angle_backend(net, Backend::Auto);
    // Own columns cost nothing, so that any of a large set of dispatches is optimal: interior points end nowhere (7336_epigrids__sad:
    // 15 s, then failed). A trace of curvature settles it (0.8 s); against a tenth of the curvature the
    // sum differs by 0.015 % at most on the three networks compared (4837_goc, 7336_epigrids, 9241_pegase, all sad).
    let curve = |p: &mut Problem| {
        if backend == Backend::InteriorPoint {
            p.quad = (0..p.cols()).map(|j| if j < own { CURVATURE } else { 1e3 * CURVATURE }).collect();
        }
    };
    curve(&mut p);
    let mut watch = Watch::new(&model)?;
    let mut solution = within(&mut watch, &model, &mut p, backend, control, true)?;
    if matches!(solution.status, Status::Infeasible | Status::Failed) {
        // Something else than a balance is in the way. Breaking it is made dear, so that balances go first.
        let others: Vec<usize> = (0..p.rows()).filter(|r| !balance.contains(r)).collect();
        for &row in &others {
            add_column(&mut p, row, 1.0, 10.0);
            add_column(&mut p, row, -1.0, 10.0);
        }
        curve(&mut p);
        solution = within(&mut watch, &model, &mut p, backend, control, false)?;
        for (k, &row) in others.iter().enumerate().filter(|_| !solution.x.is_empty()) {
            let amount = solution.x[slack + 2 * k] - solution.x[slack + 2 * k + 1];
            if amount.abs() > 1e-6 {
                broken.push((label(net, plan.layout.locate_row(row)), amount.abs()));
            }
        }
    }
    broken.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut out =
        Elastic { results: Results::new(Outcome::Infeasible, net.steps()), point: None, dual: None, broken, problem: own_problem };
    if solution.status == Status::Optimal {
        // The dispatch that goes with the shortfall, so that the referee can judge the claim.
        out.results = super::read::primal_only(&model, &solution.x, Outcome::Infeasible);
        let part = |k: usize| (0..balance.len()).map(|i| solution.x[own + 2 * i + k].max(0.0)).collect::<Vec<_>>();
        out.results.set(Quantity::BusMissing, part(0));
        out.results.set(Quantity::BusSurplus, part(1));
        let mut x = solution.x;
        x.truncate(own);
        // Duals of rows after outages belong to no row that the network's own problem has.
        out.dual = (p.rows() == out.problem.rows()).then_some(solution.row_dual);
        out.point = Some(x).filter(|_| out.dual.is_some());
    }
    Ok(out)
}
