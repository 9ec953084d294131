//! The exact route: one mixed-integer problem, and the dispatch with its commitment held.

use super::{read, CommitOptions, Route};
use crate::analyses::dispatch::{assembled, Seconds};
use crate::error::Error;
use crate::formulate::commitment::initially_on;
use crate::formulate::{DispatchFormulation, DispatchModel, FlowForm, Plan};
use fenggu_net::{check, GeneratorId, Network, Results};
use fenggu_opt::{Backend, Control, Problem, Session, Solution, Status};
use std::sync::Arc;
use std::time::Instant;

/// What a commitment answers, before the referee.
#[derive(Clone, Debug)]
pub struct CommitAnswer {
    /// How the solver ended. A limit may still have left a commitment: then `results` has columns.
    pub status: Status,
    /// Status, starts, stops, dispatch, flows; prices with the commitment held.
    pub results: Results,
    /// Cost; NaN where there is no commitment.
    pub objective: f64,
    /// Lower bound that the solver claims from its tree; nobody has checked it. NaN for none.
    pub bound_claimed: f64,
    /// (objective − bound_claimed) / |objective|.
    pub gap_claimed: f64,
    /// Who solved it, and who claims the bound.
    pub solver: String,
    /// Iterations of all nodes.
    pub iterations: u64,
    /// Rows, columns, nonzeros and whole-number columns.
    pub size: [usize; 4],
    /// Wall seconds.
    pub seconds: Seconds,
    /// Status of every generator that is committed. `[generator][step]`; none for others, empty without a commitment.
    pub schedule: Vec<Option<Vec<bool>>>,
}

/// An assembled commitment: statuses can be held, a start given, the whole solved, or the dispatch of a given commitment.
pub struct CommitSession {
    net: Network,
    plan: Plan,
    /// With whole numbers; bounds of status as they stand.
    problem: Arc<Problem>,
    /// Bounds of all columns as the network has them.
    own: [Vec<f64>; 2],
    start: Option<Arc<[f64]>>,
    /// The linear problem that keeps its basis.
    linear: Option<Session>,
    assemble_s: f64,
}

fn refused(value: String, rule: &str, rule_zh: &str) -> Error {
    Error::Option { name: "commit", value, rule: rule.to_string(), rule_zh: rule_zh.to_string() }
}

/// What commitment does not take, by name.
fn takes(net: &Network) -> Result<(), Error> {
    for g in net.generators.rows().iter().filter(|g| g.in_service) {
        if g.is_quadratic() {
            return Err(refused(
                format!("{} with quadratic cost", g.name),
                "a network whose costs are linear or piecewise linear: no solver here takes whole numbers beside quadratic costs",
                "费用为线性或分段线性的网络：此处没有求解器同时接受整数与二次费用",
            ));
        }
        if !g.committable {
            continue;
        }
        let steps = 0..net.steps();
        if g.p_nom_extendable {
            return Err(refused(
                format!("{}, committable and p_nom_extendable", g.name),
                "a network without units that are both switched and sized",
                "不含同时决定启停与容量的机组的网络",
            ));
        }
        if steps.clone().any(|t| g.lower_mw(t) < 0.0) {
            return Err(refused(
                format!("{} with output below zero", g.name),
                "a network whose committable units have p_min ≥ 0",
                "可启停机组的最小出力不小于 0 的网络",
            ));
        }
        if steps.clone().any(|t| g.upper_mw(t) == f64::INFINITY) {
            return Err(refused(
                format!("{} without a highest output", g.name),
                "a network whose committable units have a finite p_max",
                "可启停机组的最大出力有限的网络",
            ));
        }
        if g.start_up_cost.windows(2).any(|w| w[1][1] < w[0][1] || w[1][0] < w[0][0]) {
            return Err(refused(
                format!("{} with start-up costs that fall with time off", g.name),
                "a network whose start-up tiers rise in time and cost",
                "启动费用档位随停机时间与费用递增的网络",
            ));
        }
    }
    if net.storage_units.rows().iter().any(|s| s.in_service && !s.discharge_cost_quadratic_per_mw2h.is_all(0.0)) {
        return Err(refused("a quadratic cost of storage".into(), "a network without quadratic costs", "不含二次费用的网络"));
    }
    Ok(())
}

impl CommitSession {
    /// Checks, declares and assembles.
    ///
    /// # Errors
    /// Data with errors, options out of range, a feature that the exact route does not take, a model too large.
    pub fn new(mut net: Network, options: &CommitOptions) -> Result<CommitSession, Error> {
        options.check()?;
        if options.route == Route::Decomposition {
            return Err(refused("route = decomposition".into(), "exact or auto in this session", "本会话中为 exact 或 auto"));
        }
        let found = check(&net, None);
        if check::has_errors(&found) {
            return Err(Error::Data(found));
        }
        if let Some(meaning) = options.meaning {
            net.commitment_semantics = meaning;
        }
        CommitSession::sound(net)
    }

    /// Of a network that has been checked and means what its units are to mean.
    pub(super) fn sound(net: Network) -> Result<CommitSession, Error> {
        takes(&net)?;
        let clock = Instant::now();
        let plan = Plan::declare(&net, DispatchFormulation { flow: FlowForm::Angle, commitment: true });
        let model = DispatchModel { net: &net, plan: &plan };
        let mut problem = assembled(&model)?;
        if problem.is_quadratic() {
            return Err(refused("a quadratic cost".into(), "a network without quadratic costs", "不含二次费用的网络"));
        }
        let c = &plan.commitment;
        if !c.units.is_empty() {
            let mut integer = vec![false; problem.cols()];
            for block in [c.status, c.start, c.stop] {
                integer[block.range()].fill(true);
            }
            problem.integer = integer;
        }
        let own = [problem.col_lower.clone(), problem.col_upper.clone()];
        let assemble_s = clock.elapsed().as_secs_f64();
        Ok(CommitSession { net, plan, problem: Arc::new(problem), own, start: None, linear: None, assemble_s })
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.net
    }
    /// The mixed-integer problem as it stands.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
    /// The numbering of columns and rows.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Holds the status of units in steps, or lets it free again, within what the network itself holds. Generators that are not
    /// committed are ignored.
    pub fn fix_status(&mut self, fixings: &[(GeneratorId, usize, Option<bool>)]) {
        let problem = Arc::make_mut(&mut self.problem);
        for &(g, t, status) in fixings {
            let Some(k) = self.plan.commitment.of(g).filter(|_| t < self.net.steps()) else { continue };
            let j = self.plan.commitment.status.at(k, t).0 as usize;
            let (lo, hi) = (self.own[0][j], self.own[1][j]);
            (problem.col_lower[j], problem.col_upper[j]) = match status {
                None => (lo, hi),
                Some(on) => (lo.max(f64::from(u8::from(on))), hi.min(f64::from(u8::from(on)))),
            };
        }
    }

    /// A commitment to start from, `[generator][step]`; rows of generators that are not committed are not looked at.
    pub fn set_start(&mut self, status: &[Vec<bool>]) {
        let mut values = vec![f64::NAN; self.problem.cols()];
        for (j, v) in self.columns_of(status) {
            values[j] = v;
        }
        self.start = Some(Arc::from(values));
    }

    /// Values of the whole-number columns that a commitment means.
    fn columns_of(&self, status: &[Vec<bool>]) -> Vec<(usize, f64)> {
        let c = &self.plan.commitment;
        let mut out = Vec::with_capacity(3 * c.units.len() * self.net.steps());
        for (k, picked) in c.units.iter().enumerate() {
            let k = fenggu_net::Id::new(k);
            let Some(on) = status.get(picked.0).filter(|s| s.len() == self.net.steps()) else { continue };
            let mut before = initially_on(&self.net.generators.rows()[picked.0]).unwrap_or(on[0]);
            for (t, &now) in on.iter().enumerate() {
                let number = |b: bool| f64::from(u8::from(b));
                out.push((c.status.at(k, t).0 as usize, number(now)));
                out.push((c.start.at(k, t).0 as usize, number(now && !before)));
                out.push((c.stop.at(k, t).0 as usize, number(!now && before)));
                before = now;
            }
        }
        out
    }

    /// Bounds of all columns with a commitment held.
    fn held(&self, status: &[Vec<bool>]) -> [Vec<f64>; 2] {
        let [mut lower, mut upper] = self.own.clone();
        for (j, v) in self.columns_of(status) {
            (lower[j], upper[j]) = (lower[j].max(v), upper[j].min(v));
        }
        [lower, upper]
    }

    /// Solves the whole, from the start that was set; nothing that costs `cutoff` or more is looked for.
    ///
    /// # Errors
    /// A solver that refuses the problem.
    pub fn solve_mip(&mut self, control: &Control, cutoff: Option<f64>) -> Result<CommitAnswer, Error> {
        let mut control = control.clone();
        control.mip.start = self.start.clone().or(control.mip.start);
        control.mip.cutoff = cutoff.or(control.mip.cutoff);
        let clock = Instant::now();
        let solution = Backend::Highs.solve(&self.problem, &control)?;
        self.answer(solution, clock.elapsed().as_secs_f64())
    }

    /// Dispatches a commitment, `[generator][step]`: the linear problem with every status held, from the basis of the last one. A
    /// commitment against the rules of a unit is infeasible.
    ///
    /// # Errors
    /// A solver that refuses the problem.
    pub fn solve_fixed(&mut self, status: &[Vec<bool>], control: &Control) -> Result<CommitAnswer, Error> {
        let [lower, upper] = self.held(status);
        let clock = Instant::now();
        if self.linear.is_none() {
            self.linear = Some(Backend::Highs.session(&self.problem.relaxed())?);
        }
        let Some(session) = &mut self.linear else { return Err(Error::TooLarge("no session".into())) };
        session.change_col_bounds(&lower, &upper)?;
        let solution = session.solve(control)?;
        let solution = Solution { bound_claimed: f64::NAN, ..solution };
        self.answer(solution, clock.elapsed().as_secs_f64())
    }

    /// The linear problem of a commitment that is held.
    pub(super) fn held_problem(&self, status: &[Vec<bool>]) -> Problem {
        let mut problem = self.problem.relaxed();
        [problem.col_lower, problem.col_upper] = self.held(status);
        problem
    }

    /// As [`CommitSession::solve_fixed`], once and without a basis to go on from: by the method that suits the size.
    ///
    /// # Errors
    /// A solver that refuses the problem.
    pub fn dispatch_held(&mut self, status: &[Vec<bool>], control: &Control) -> Result<CommitAnswer, Error> {
        let mut problem = self.problem.relaxed();
        [problem.col_lower, problem.col_upper] = self.held(status);
        let clock = Instant::now();
        let solution = Backend::Auto.solve(&problem, control)?;
        self.answer(Solution { bound_claimed: f64::NAN, ..solution }, clock.elapsed().as_secs_f64())
    }

    fn answer(&mut self, solution: Solution, solve_s: f64) -> Result<CommitAnswer, Error> {
        let model = DispatchModel { net: &self.net, plan: &self.plan };
        let p = &self.problem;
        let schedule = if solution.x.is_empty() { Vec::new() } else { read::schedule(&model, &solution.x) };
        let answer = CommitAnswer {
            status: solution.status,
            results: read::results(&model, &solution)?,
            objective: solution.objective,
            bound_claimed: solution.bound_claimed,
            gap_claimed: solution.gap_claimed(),
            solver: solution.solver.clone(),
            iterations: solution.iterations,
            size: [p.rows(), p.cols(), p.matrix.value.len(), p.integer.iter().filter(|i| **i).count()],
            seconds: Seconds { assemble: self.assemble_s, solve: solve_s },
            schedule,
        };
        self.assemble_s = 0.0;
        Ok(answer)
    }
}
