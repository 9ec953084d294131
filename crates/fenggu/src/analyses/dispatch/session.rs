//! A dispatch that can be changed and solved again.

use super::watch::Watch;
use super::{elastic, ranges, read, DispatchAnswer, DispatchOptions, PriceRange, Seconds};
use crate::error::Error;
use crate::formulate::frame::{assemble, refill, AssembleError, Assembled, BoundSink, CostSink};
use crate::formulate::{formulations, DispatchModel, FlowForm, Plan};
use fenggu_net::{check, Network};
use fenggu_opt::{Conflict, Control, Problem, Session, Solution, Status};
use std::time::Instant;

/// A declared and assembled dispatch. `update` refills it, `solve` solves it from where it stands.
pub struct DispatchSession {
    net: Network,
    options: DispatchOptions,
    plan: Plan,
    assembled: Assembled,
    solver: Session,
    watch: Option<Watch>,
    assemble_s: f64,
}

fn named(plan: &Plan, net: &Network, e: AssembleError) -> Error {
    match e {
        AssembleError::NotANumber(row, _) => Error::NotANumber(crate::formulate::frame::label(net, plan.layout.locate_row(row.0 as usize))),
        AssembleError::TooLarge(n) => Error::TooLarge(format!("{n} nonzeros")),
        AssembleError::PatternChanged => Error::Option {
            name: "update",
            value: "another structure".to_string(),
            rule: "a change of values only; build a new session when components or limits come and go".to_string(),
        },
    }
}

/// Costs and bounds of every column, written by their rooms.
pub(super) fn columns(model: &DispatchModel<'_>) -> (CostSink, BoundSink) {
    let cols = model.plan.layout.cols as usize;
    let (mut cost, mut bound) = (CostSink::new(cols), BoundSink::new(cols));
    formulations::costs(model, &mut cost);
    formulations::bounds(model, &mut bound);
    (cost, bound)
}

/// The whole problem of a model.
pub(super) fn problem(model: &DispatchModel<'_>) -> Result<(Problem, Assembled), Error> {
    let plan = model.plan;
    if !plan.layout.fits() {
        return Err(Error::TooLarge(format!("{} rows, {} columns", plan.layout.rows, plan.layout.cols)));
    }
    let map = plan.layout.virtual_start.map(|s| (s, plan.virtual_map.as_slice()));
    let a = assemble(model, plan.layout.rows as usize, plan.layout.cols as usize, map).map_err(|e| named(plan, model.net, e))?;
    let (cost, bound) = columns(model);
    let problem = Problem {
        offset: cost.constant,
        cost: cost.linear,
        // The sink counts q·x², the problem ½·quad·x².
        quad: cost.quadratic.iter().map(|q| 2.0 * q).collect(),
        col_lower: bound.lo,
        col_upper: bound.hi,
        row_lower: a.row_lower.clone(),
        row_upper: a.row_upper.clone(),
        matrix: a.matrix.clone(),
    };
    Ok((problem, a))
}

impl DispatchSession {
    /// Checks, declares and assembles.
    ///
    /// # Errors
    /// Data with errors, options out of range, a model too large.
    pub fn new(net: Network, options: &DispatchOptions) -> Result<Self, Error> {
        options.check()?;
        let found = check(&net, None);
        if check::has_errors(&found) {
            return Err(Error::Data(found));
        }
        let clock = Instant::now();
        let plan = Plan::declare(&net, options.formulation());
        let model = DispatchModel { net: &net, plan: &plan };
        let (problem, assembled) = problem(&model)?;
        let mut solver = options.backend.session(&problem)?;
        let watch = match options.flow {
            FlowForm::Angle => None,
            FlowForm::Ptdf => {
                let mut watch = Watch::new(&model)?;
                let first = watch.first_rows(&model);
                solver.add_rows(&first)?;
                Some(watch)
            }
        };
        let assemble_s = clock.elapsed().as_secs_f64();
        Ok(DispatchSession { net, options: options.clone(), plan, assembled, solver, watch, assemble_s })
    }

    /// The network as it stands.
    pub fn network(&self) -> &Network {
        &self.net
    }
    /// The problem as it stands, lazy rows included.
    pub fn problem(&self) -> &Problem {
        self.solver.problem()
    }
    /// The numbering of columns and rows.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Changes values of the network (bounds, costs, profiles, states) and refills the problem; the solver keeps its basis.
    ///
    /// # Errors
    /// Errors in the new data, or a change of structure (other components, limits that come or go); the session then
    /// stands as before.
    pub fn update(&mut self, change: impl FnOnce(&mut Network)) -> Result<(), Error> {
        let mut net = self.net.clone();
        change(&mut net);
        let found = check(&net, None);
        if check::has_errors(&found) {
            return Err(Error::Data(found));
        }
        let plan = Plan::declare(&net, self.options.formulation());
        let model = DispatchModel { net: &net, plan: &plan };
        if plan.layout != self.plan.layout || plan.dc != self.plan.dc {
            return Err(named(&self.plan, &self.net, AssembleError::PatternChanged));
        }
        let map = plan.layout.virtual_start.map(|s| (s, plan.virtual_map.as_slice()));
        let mut assembled = self.assembled.clone();
        let refilled = refill(&mut assembled, &model, map, true).map_err(|e| named(&plan, &net, e))?;
        let (cost, bound) = columns(&model);
        let quad: Vec<f64> = cost.quadratic.iter().map(|q| 2.0 * q).collect();
        // Rows of transfer factors hold what each bus's injections are made of, which the islands' balances do not tell apart.
        let mut watch = self.watch.clone();
        let injected = watch.as_mut().is_some_and(|w| w.refresh(&model)) || net.base_mva != self.net.base_mva;
        if quad != self.solver.problem().quad || (self.watch.is_some() && (refilled.coefficients || injected)) {
            // Quadratic costs and lazy rows are not refilled in place: start over, which is correct and rare.
            let fresh = DispatchSession::new(net, &self.options)?;
            *self = fresh;
            return Ok(());
        }
        let (mut lo, mut hi) = (assembled.row_lower.clone(), assembled.row_upper.clone());
        if let Some(watch) = &watch {
            let (l, h) = watch.row_bounds(&model);
            lo.extend(l);
            hi.extend(h);
        }
        self.solver.change_costs(&cost.linear, cost.constant)?;
        self.solver.change_col_bounds(&bound.lo, &bound.hi)?;
        self.solver.change_row_bounds(&lo, &hi)?;
        if refilled.coefficients {
            self.solver.change_coefficients(&assembled.matrix.value)?;
        }
        (self.net, self.plan, self.assembled, self.watch) = (net, plan, assembled, watch);
        Ok(())
    }

    /// Solves from where the session stands. In the PTDF form, adds rows for violated limits until none is.
    ///
    /// # Errors
    /// A solver that refuses the problem.
    pub fn solve(&mut self, control: &Control) -> Result<DispatchAnswer, Error> {
        let mut lazy = [0, 0];
        let mut seconds = Seconds { assemble: self.assemble_s, solve: 0.0 };
        let mut iterations = 0;
        let solution = loop {
            let solution = self.run(control, &mut seconds, &mut iterations)?;
            let Some(watch) = &mut self.watch else { break solution };
            if solution.status != Status::Optimal {
                break solution;
            }
            let model = DispatchModel { net: &self.net, plan: &self.plan };
            let block = watch.violated(&model, &solution.x);
            if block.lower.is_empty() {
                break solution;
            }
            lazy = [lazy[0] + 1, lazy[1] + block.lower.len()];
            self.solver.add_rows(&block)?;
        };
        let mut answer = self.answer(&solution, control)?;
        if solution.status == Status::Optimal && self.options.price_range == PriceRange::All {
            ranges::fill(self, control, &mut answer.results)?;
        }
        (answer.lazy, answer.iterations, answer.seconds) = (lazy, iterations, seconds);
        self.assemble_s = 0.0;
        Ok(answer)
    }

    fn run(&mut self, control: &Control, seconds: &mut Seconds, iterations: &mut u64) -> Result<Solution, Error> {
        let clock = Instant::now();
        let mut control = control.clone();
        if let Some(limit) = control.time_limit_s {
            control.time_limit_s = Some((limit - seconds.solve).max(1e-3));
        }
        let solution = self.solver.solve(&control)?;
        seconds.solve += clock.elapsed().as_secs_f64();
        *iterations += solution.iterations;
        Ok(solution)
    }

    fn answer(&self, solution: &Solution, control: &Control) -> Result<DispatchAnswer, Error> {
        let model = DispatchModel { net: &self.net, plan: &self.plan };
        let problem = self.solver.problem();
        let mut broken = Vec::new();
        let mut ray_checked = false;
        let results = match solution.status {
            Status::Infeasible => {
                ray_checked = match solution.conflict {
                    // Limits that cross are the whole proof.
                    Some(Conflict::Row(i)) => problem.row_lower[i as usize] > problem.row_upper[i as usize],
                    Some(Conflict::Column(j)) => problem.col_lower[j as usize] > problem.col_upper[j as usize],
                    None => fenggu_opt::check_ray(problem, &solution.ray).valid,
                };
                elastic::missing(&self.net, control, &mut broken)?
            }
            _ => read::results(&model, self.watch.as_ref(), solution),
        };
        Ok(DispatchAnswer {
            status: solution.status,
            results,
            solver: solution.solver.clone(),
            iterations: solution.iterations,
            size: [problem.rows(), problem.cols(), problem.matrix.value.len()],
            lazy: [0, 0],
            seconds: Seconds::default(),
            broken,
            ray_checked,
        })
    }

    /// Prices at another demand, for price ranges: adds `mw` to the demand at a bus in a step, solves, puts it back.
    pub(super) fn price_with(&mut self, bus: fenggu_net::BusId, t: usize, mw: f64, control: &Control) -> Result<Option<f64>, Error> {
        let mut load = fenggu_net::Load { name: "\u{0}probe".to_string(), bus, ..fenggu_net::Load::default() };
        let mut series = vec![0.0; self.net.steps()];
        series[t] = mw;
        load.p_mw = series.into();
        let mut probed = self.net.clone();
        probed.loads.push(load);
        let probed_model = DispatchModel { net: &probed, plan: &self.plan };
        let map = self.plan.layout.virtual_start.map(|s| (s, self.plan.virtual_map.as_slice()));
        let mut assembled = self.assembled.clone();
        refill(&mut assembled, &probed_model, map, false).map_err(|e| named(&self.plan, &self.net, e))?;
        let (mut lo, mut hi) = (assembled.row_lower, assembled.row_upper);
        if let Some(watch) = &self.watch {
            let mut watch = watch.clone();
            watch.refresh(&probed_model);
            let (l, h) = watch.row_bounds(&probed_model);
            lo.extend(l);
            hi.extend(h);
        }
        let before = (self.solver.problem().row_lower.clone(), self.solver.problem().row_upper.clone());
        self.solver.change_row_bounds(&lo, &hi)?;
        let solution = self.solver.solve(control)?;
        self.solver.change_row_bounds(&before.0, &before.1)?;
        if solution.status != Status::Optimal {
            return Ok(None);
        }
        let model = DispatchModel { net: &self.net, plan: &self.plan };
        let prices = read::bus_prices(&model, self.watch.as_ref(), &solution);
        Ok(Some(prices[bus.index() * self.net.steps() + t]))
    }
}
