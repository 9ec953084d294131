//! A dispatch that can be changed and solved again.

use super::watch::Watch;
use super::{elastic, ranges, read, share, DispatchAnswer, DispatchOptions, PriceRange, Seconds, Tie};
use crate::error::Error;
use crate::formulate::frame::{assemble, refill, AssembleError, Assembled, BoundSink, CostSink};
use crate::formulate::{formulations, DispatchFormulation, DispatchModel, FlowForm, Plan};
use fenggu_net::{check, Network, Results};
use fenggu_opt::{Backend, Conflict, Control, Problem, Session, Solution, Status};
use std::time::Instant;

/// A declared and assembled dispatch. `update` refills it, `solve` solves it from where it stands.
pub struct DispatchSession {
    net: Network,
    options: DispatchOptions,
    built: Built,
    assemble_s: f64,
}

/// A dispatch in one form.
struct Built {
    form: FlowForm,
    plan: Plan,
    assembled: Assembled,
    solver: Session,
    watch: Option<Watch>,
    /// Whether the solver is the second one tried.
    second: bool,
}

/// The angle form of a network with more buses than this goes to the interior point. Measured on PGLib's 5658_epigrids: 52,000
/// pivots in 58 s by the simplex, 0.3 s by our interior point, 5.6 s by IPX with crossover; on 1354_pegase 0.09 s and 0.03 s.
const SIMPLEX_BUSES: usize = 1_000;
/// `auto` leaves the PTDF form once its lazy rows are expected to hold more nonzeros than this many times what the angle form would have for all flows:
/// rows are dense, and every round solves again. Measured: SciGRID's day (585 buses × 24 h) needs 16 rounds and 5 times as many, where the
/// angle form takes half the time and a third of the memory; PGLib's 300 to 2,869 buses × 8 to 96 steps need a tenth and are five to
/// forty times faster in the PTDF form.
const LAZY_SHARE: usize = 4;
/// Nonzeros of a branch in the angle form, in a step: Kirchhoff's row has three, the two balances one each.
const ANGLE_NONZEROS: usize = 5;
/// Fewer lazy nonzeros than this are no reason to leave.
const LAZY_NONZEROS_LEAST: usize = 100_000;
/// And in all, for memory's sake.
const LAZY_NONZEROS_MOST: usize = 20_000_000;
/// Beyond this many rows a problem that our own interior point gives up on is proven infeasible by its elastic re-solve, which is needed
/// anyway, before a second method is asked. Measured at 1,088,101 rows, two hours short in half a year: see docs/decisions/0003.
const PROVE_ROWS: usize = 20_000;

/// The solver of a problem in the angle form where the user asked for none.
pub(super) fn angle_backend(net: &Network, asked: Backend) -> Backend {
    if asked == Backend::Auto && net.buses.len() > SIMPLEX_BUSES {
        Backend::InteriorPoint
    } else {
        asked
    }
}

fn build(net: &Network, options: &DispatchOptions, form: FlowForm) -> Result<Built, Error> {
    let plan = Plan::declare(net, DispatchFormulation { flow: form, ..DispatchFormulation::default() });
    let model = DispatchModel { net, plan: &plan };
    let (problem, assembled) = problem(&model)?;
    let backend = if form == FlowForm::Angle { angle_backend(net, options.backend) } else { options.backend };
    let mut watch = Watch::new(&model)?;
    let mut solver = backend.session(&problem)?;
    if let Some(watch) = &mut watch {
        solver.add_rows(&watch.first_rows(&model))?;
    }
    Ok(Built { form, plan, assembled, solver, watch, second: false })
}

fn named(plan: &Plan, net: &Network, e: AssembleError) -> Error {
    match e {
        AssembleError::NotANumber(row, _) => Error::NotANumber(crate::formulate::frame::label(net, plan.layout.locate_row(row.0 as usize))),
        AssembleError::TooLarge(n) => Error::TooLarge(format!("{n} nonzeros")),
        AssembleError::PatternChanged => Error::Option {
            name: "update",
            value: "another structure".to_string(),
            rule: "a change of values only; build a new session when components or limits come and go".to_string(),
            rule_zh: "只改变数值；元件或限额增减时请新建会话".to_string(),
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
        integer: Vec::new(),
    };
    Ok((problem, a))
}

/// The control with the time that is left of it, everything since the start counted: rows that are looked for between solves too.
pub(super) fn rest(control: &Control, started: Instant) -> Control {
    let left = control.time_limit_s.map(|limit| (limit - started.elapsed().as_secs_f64()).max(1e-3));
    Control { time_limit_s: left, ..control.clone() }
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
        options.price_reference.buses(&net, &crate::physics::DcNetwork::new(&net))?;
        let built =
            match build(&net, options, options.flow.unwrap_or(if options.tie == Tie::Free { FlowForm::Ptdf } else { FlowForm::Angle })) {
                Err(Error::SingularNetwork) if options.flow.is_none() => build(&net, options, FlowForm::Angle)?,
                other => other?,
            };
        let assemble_s = clock.elapsed().as_secs_f64();
        Ok(DispatchSession { net, options: options.clone(), built, assemble_s })
    }

    /// The network as it stands.
    pub fn network(&self) -> &Network {
        &self.net
    }
    /// The problem as it stands, lazy rows included.
    pub fn problem(&self) -> &Problem {
        self.built.solver.problem()
    }
    /// The numbering of columns and rows.
    pub fn plan(&self) -> &Plan {
        &self.built.plan
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
        let plan = Plan::declare(&net, DispatchFormulation { flow: self.built.form, ..DispatchFormulation::default() });
        let model = DispatchModel { net: &net, plan: &plan };
        if plan.layout != self.built.plan.layout || plan.dc != self.built.plan.dc {
            return Err(named(&self.built.plan, &self.net, AssembleError::PatternChanged));
        }
        let map = plan.layout.virtual_start.map(|s| (s, plan.virtual_map.as_slice()));
        let mut assembled = self.built.assembled.clone();
        let refilled = refill(&mut assembled, &model, map, true).map_err(|e| named(&plan, &net, e))?;
        let (cost, bound) = columns(&model);
        let quad: Vec<f64> = cost.quadratic.iter().map(|q| 2.0 * q).collect();
        // Rows of transfer factors hold what each bus's injections are made of, which the islands' balances do not tell apart.
        let mut watch = self.built.watch.clone();
        let injected = watch.as_mut().is_some_and(|w| w.refresh(&model) || !w.same_outages(&model)) || net.base_mva != self.net.base_mva;
        if quad != self.built.solver.problem().quad || (self.built.watch.is_some() && (refilled.coefficients || injected)) {
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
        self.built.solver.change_costs(&cost.linear, cost.constant)?;
        self.built.solver.change_col_bounds(&bound.lo, &bound.hi)?;
        self.built.solver.change_row_bounds(&lo, &hi)?;
        if refilled.coefficients {
            self.built.solver.change_coefficients(&assembled.matrix.value)?;
        }
        self.net = net;
        (self.built.plan, self.built.assembled, self.built.watch) = (plan, assembled, watch);
        Ok(())
    }

    /// Solves from where the session stands. Adds rows for violated limits until none is: limits of flows in the PTDF form, limits after
    /// outages in both.
    ///
    /// # Errors
    /// A solver that refuses the problem.
    pub fn solve(&mut self, control: &Control) -> Result<DispatchAnswer, Error> {
        let started = Instant::now();
        let mut lazy = [0, 0];
        let mut seconds = Seconds { assemble: self.assemble_s, solve: 0.0 };
        let mut iterations = 0;
        let mut short = None;
        let mut solution = loop {
            let alone = short.is_none() && self.built.solver.problem().rows() > PROVE_ROWS;
            let mut solution = self.run(&rest(control, started), &mut seconds, &mut iterations, alone)?;
            if solution.status == Status::Failed && alone && matches!(self.built.solver, Session::Stored(_)) {
                // What falls short has to be known anyway; its duals prove the dispatch infeasible in a fraction of a second method's time.
                let clock = Instant::now();
                let found = short.insert(elastic::missing(&self.net, &rest(control, started))?);
                seconds.solve += clock.elapsed().as_secs_f64();
                let angle = self.built.form == FlowForm::Angle || self.options.flow.is_none();
                if let Some(mut ray) = found.proof().filter(|_| angle) {
                    if self.built.form != FlowForm::Angle {
                        self.built = build(&self.net, &self.options, FlowForm::Angle)?;
                    }
                    // Rows that were added since are not needed.
                    ray.resize(self.built.solver.problem().rows(), 0.0);
                    (solution.status, solution.ray) = (Status::Infeasible, ray);
                    break solution;
                }
                continue;
            }
            if solution.status == Status::Failed && self.fall_back()? {
                continue;
            }
            let Some(watch) = &mut self.built.watch else { break solution };
            // Infeasible with only some of the rows is infeasible with all: rows that are not there yet could only forbid more.
            // So the ray of this problem, whose rows the network implies, proves it for the network.
            if solution.status != Status::Optimal {
                break solution;
            }
            let model = DispatchModel { net: &self.net, plan: &self.built.plan };
            let (block, violations) = watch.violated(&model, &solution.x)?;
            if block.lower.is_empty() {
                break solution;
            }
            lazy = [lazy[0] + 1, lazy[1] + block.lower.len()];
            let before = self.built.solver.problem().matrix.value.len() - self.built.assembled.matrix.value.len();
            // After the first round about half of what is still violated gets a row in the end (measured: 0.3 to 0.8 on the six
            // networks that need more than two rounds); the first round's violations mostly vanish with its rows.
            let rows = if lazy[0] > 1 { (violations / 2).max(block.lower.len()) } else { block.lower.len() };
            let expected = before + rows * block.value.len() / block.lower.len();
            let angle = ANGLE_NONZEROS * self.net.branches.len() * self.net.steps();
            let most = (LAZY_SHARE * angle).clamp(LAZY_NONZEROS_LEAST, LAZY_NONZEROS_MOST);
            if self.options.flow.is_none() && self.built.form == FlowForm::Ptdf && expected > most {
                self.built = build(&self.net, &self.options, FlowForm::Angle)?;
            } else {
                self.built.solver.add_rows(&block)?;
            }
        };
        if solution.status == Status::Optimal && self.options.tie == Tie::ProRata && self.built.form == FlowForm::Angle {
            let model = DispatchModel { net: &self.net, plan: &self.built.plan };
            if let Some(x) = share::pro_rata(&model, self.built.solver.problem(), &solution, &rest(control, started))? {
                solution.x = x;
            }
        }
        let mut answer = self.answer(&solution, short, &rest(control, started))?;
        if solution.status == Status::Optimal && self.options.price_range == PriceRange::All {
            answer.price_solves = self.price_ranges(&solution, &rest(control, started), &mut answer.results)?;
        }
        (answer.lazy, answer.iterations, answer.seconds) = (lazy, iterations, seconds);
        self.assemble_s = 0.0;
        Ok(answer)
    }

    /// Another way after a solver failed, if the options leave one open: the angle form, then HiGHS's interior point.
    fn fall_back(&mut self) -> Result<bool, Error> {
        if self.built.form == FlowForm::Ptdf {
            if self.options.flow.is_some() {
                return Ok(false);
            }
            self.built = build(&self.net, &self.options, FlowForm::Angle)?;
            return Ok(true);
        }
        let linear = !self.built.solver.problem().is_quadratic();
        let large = angle_backend(&self.net, self.options.backend) != self.options.backend;
        if linear && large && !self.built.second && Backend::all().contains(&Backend::HighsIpm) {
            self.built.solver = Backend::HighsIpm.session(self.built.solver.problem())?;
            self.built.second = true;
            return Ok(true);
        }
        Ok(false)
    }

    /// One solve; `alone`: an interior point of our own that does not converge says so, and asks no second method.
    fn run(&mut self, control: &Control, seconds: &mut Seconds, iterations: &mut u64, alone: bool) -> Result<Solution, Error> {
        let clock = Instant::now();
        let solver = &mut self.built.solver;
        let solution = if alone { solver.solve_alone(control)? } else { solver.solve(control)? };
        seconds.solve += clock.elapsed().as_secs_f64();
        *iterations += solution.iterations;
        Ok(solution)
    }

    /// The answer of a solution; `short` is the elastic re-solve, where it was made.
    fn answer(&self, solution: &Solution, short: Option<elastic::Elastic>, control: &Control) -> Result<DispatchAnswer, Error> {
        let model = DispatchModel { net: &self.net, plan: &self.built.plan };
        let problem = self.built.solver.problem();
        let mut broken = Vec::new();
        let mut ray_checked = false;
        let mut proof = None;
        let (mut shortfall_dual, mut shortfall_point) = (None, None);
        let results = match solution.status {
            Status::Infeasible => {
                ray_checked = match solution.conflict {
                    // Limits that cross are the whole proof.
                    Some(Conflict::Row(i)) => problem.row_lower[i as usize] > problem.row_upper[i as usize],
                    Some(Conflict::Column(j)) => problem.col_lower[j as usize] > problem.col_upper[j as usize],
                    None => fenggu_opt::check_ray(problem, &solution.ray).valid,
                };
                proof = Some(read::multipliers(&model, self.built.watch.as_ref(), problem, &solution.ray));
                let found = short.map_or_else(|| elastic::missing(&self.net, control), Ok)?;
                (broken, shortfall_dual, shortfall_point) = (found.broken, found.dual, found.point);
                found.results
            }
            _ => {
                let at = self.options.price_reference.buses(&self.net, &self.built.plan.dc)?;
                read::results(&model, self.built.watch.as_ref(), solution, &at)
            }
        };
        Ok(DispatchAnswer {
            status: solution.status,
            results,
            solver: solution.solver.clone(),
            price_reference: self.options.price_reference.clone(),
            iterations: solution.iterations,
            size: [problem.rows(), problem.cols(), problem.matrix.value.len()],
            flow: self.built.form,
            lazy: [0, 0],
            price_solves: 0,
            seconds: Seconds::default(),
            broken,
            proof,
            shortfall_dual,
            shortfall_point,
            ray_checked,
        })
    }

    /// Fills the ranges of prices that are not unique; returns the number of solves that they took.
    pub(super) fn price_ranges(&self, solution: &Solution, control: &Control, results: &mut Results) -> Result<usize, Error> {
        let model = DispatchModel { net: &self.net, plan: &self.built.plan };
        ranges::fill(&model, self.built.solver.problem(), self.built.watch.as_ref(), solution, control, results)
    }
}
