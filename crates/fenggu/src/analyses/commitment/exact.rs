//! The exact route: one mixed-integer problem, and the dispatch with its commitment held.

mod held;

pub(super) use held::Held;

use super::{read, CommitOptions, Route};
use crate::analyses::dispatch::{assembled, Seconds, Watch};
use crate::error::Error;
use crate::formulate::commitment::initially_on;
use crate::formulate::{DispatchFormulation, DispatchModel, FlowForm, Plan};
use fenggu_net::{check, GeneratorId, Network, Results};
use fenggu_opt::{Backend, Control, Problem, RowBlock, Session, Solution, Status};
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
    /// Dual value at the multipliers that the results hold; NaN where there are none.
    pub dual_value: f64,
    /// Who solved it, and who claims the bound.
    pub solver: String,
    /// Iterations of all nodes.
    pub iterations: u64,
    /// Rows, columns, nonzeros and whole-number columns.
    pub size: [usize; 4],
    /// Rounds of lazy rows, and rows added in them: flows in the PTDF form, limits after outages in both.
    pub lazy: [usize; 2],
    /// Wall seconds.
    pub seconds: Seconds,
    /// Status of every generator that is committed. `[generator][step]`; none for others, empty without a commitment.
    pub schedule: Vec<Option<Vec<bool>>>,
}

/// An assembled commitment: statuses can be held, a start given, the whole solved, or the dispatch of a given commitment.
pub struct CommitSession {
    net: Network,
    plan: Plan,
    /// With whole numbers; bounds of status as they stand. Lazy rows that were found stay.
    problem: Arc<Problem>,
    /// What is lazy, where anything is.
    watch: Option<Watch>,
    lazy: [usize; 2],
    /// Bounds of all columns as the network has them.
    own: [Vec<f64>; 2],
    start: Option<Arc<[f64]>>,
    /// The linear problem that keeps its basis.
    linear: Option<Session>,
    assemble_s: f64,
}

/// Share of the time and work of a round that is to find rows, and its gap. On RTS-GMLC's 48 hours of 2020-01-27 a single round came to its limit
/// with a commitment that lacked rows, and cost 2 % more with them.
const SHORT: f64 = 0.2;
const SHORT_GAP: f64 = 5e-3;
/// Most rows of flows in all steps.
const SPREAD: usize = 2_000;
/// Gap at which the modes of storage are settled once a commitment is held.
const MODES_GAP: f64 = 1e-9;

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
    for s in net.storage_units.rows().iter().filter(|s| s.in_service) {
        let asks = |p: &fenggu_net::Profile| p.max() > 0.0;
        if !(asks(&s.one_way) || asks(&s.charge_min_mw) || asks(&s.discharge_min_mw)) {
            continue;
        }
        let endless = (0..net.steps()).any(|t| s.charge_upper_mw(t) == f64::INFINITY || s.discharge_upper_mw(t) == f64::INFINITY);
        if s.p_nom_extendable || endless {
            return Err(refused(
                format!("{} with least rates or one way at a time, and without a given highest rate", s.name),
                "a network whose storage of this kind has given, finite rates",
                "此类储能的最大充放电功率为给定有限值的网络",
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
        CommitSession::sound(net, options.flow)
    }

    /// Of a network that has been checked and means what its units are to mean. Without a form that is asked for: the PTDF form, and the angle
    /// form where there is none.
    pub(super) fn sound(net: Network, flow: Option<FlowForm>) -> Result<CommitSession, Error> {
        takes(&net)?;
        let clock = Instant::now();
        let form = flow.unwrap_or(FlowForm::Ptdf);
        let plan = Plan::declare(&net, DispatchFormulation { flow: form, commitment: true });
        let model = DispatchModel { net: &net, plan: &plan };
        let mut watch = match Watch::new(&model) {
            Err(Error::SingularNetwork) if flow.is_none() => return CommitSession::sound(net, Some(FlowForm::Angle)),
            other => other?,
        };
        let mut problem = assembled(&model)?;
        if problem.is_quadratic() {
            return Err(refused("a quadratic cost".into(), "a network without quadratic costs", "不含二次费用的网络"));
        }
        let c = &plan.commitment;
        if !c.units.is_empty() || !plan.moded.is_empty() {
            let mut integer = vec![false; problem.cols()];
            for range in [c.status, c.start, c.stop, plan.vars.charging, plan.vars.discharging].map(|b| b.range()) {
                integer[range].fill(true);
            }
            problem.integer = integer;
        }
        if let Some(watch) = &mut watch {
            problem.append_rows(&watch.first_rows(&model));
        }
        let own = [problem.col_lower.clone(), problem.col_upper.clone()];
        let assemble_s = clock.elapsed().as_secs_f64();
        Ok(CommitSession { net, plan, problem: Arc::new(problem), watch, lazy: [0; 2], own, start: None, linear: None, assemble_s })
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

    /// Lets every status free again.
    pub(super) fn free_status(&mut self) {
        let range = self.plan.commitment.status.range();
        let problem = Arc::make_mut(&mut self.problem);
        problem.col_lower[range.clone()].copy_from_slice(&self.own[0][range.clone()]);
        problem.col_upper[range.clone()].copy_from_slice(&self.own[1][range]);
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
    /// Lazy rows are found first at the problem with whole numbers let go, then at every commitment that the solver ends with; it is asked again,
    /// from the best commitment so far, until the one it ends with violates nothing. A bound of a problem without some of its rows is a bound.
    ///
    /// # Errors
    /// A solver that refuses the problem.
    pub fn solve_mip(&mut self, control: &Control, cutoff: Option<f64>) -> Result<CommitAnswer, Error> {
        let mut control = control.clone();
        control.mip.start = self.start.clone().or(control.mip.start);
        control.mip.cutoff = cutoff.or(control.mip.cutoff);
        let clock = Instant::now();
        if self.watch.is_none() {
            let solution = Backend::Highs.solve(&self.problem, &control)?;
            return self.answer(solution, clock.elapsed().as_secs_f64());
        }
        self.lazy = [0; 2];
        // Those that the problem with whole numbers let go violates.
        self.clean(Backend::Highs, &self.problem.relaxed(), &Control { progress: None, ..rest(&control, clock) })?;
        self.spread()?;
        let (mut best, mut bound, mut iterations): (Option<CommitAnswer>, f64, u64) = (None, f64::NAN, 0);
        let (gap, work) = (control.mip.gap_relative, control.mip.work_limit);
        // Rows that only commitments violate are found in a short round, before the one that is to prove the gap.
        let mut short = self.problem.is_integer();
        loop {
            let mut round = rest(&control, clock);
            round.mip.work_limit = work.map(|w| w.saturating_sub(iterations).max(1));
            if short {
                round.time_limit_s = round.time_limit_s.map(|s| SHORT * s);
                round.mip.work_limit = round.mip.work_limit.map(|w| (SHORT * w as f64) as u64 + 1);
                round.mip.gap_relative = round.mip.gap_relative.max(SHORT_GAP);
            }
            let solution = Backend::Highs.solve(&self.problem, &round)?;
            iterations += solution.iterations;
            bound = bound.max(solution.bound_claimed);
            let spent = !clock_left(&control, clock) || work.is_some_and(|w| iterations >= w);
            let limit = matches!(solution.status, Status::TimeLimit | Status::IterationLimit);
            if short && limit && !spent && solution.x.is_empty() {
                short = false;
                continue;
            }
            // A short round that ends by its own limit has found what it was for.
            let ended = if short && limit && !spent { Status::Optimal } else { solution.status };
            if solution.x.is_empty() {
                let answer = match best {
                    Some(best) => best,
                    None => self.answer(solution, 0.0)?,
                };
                return Ok(self.ended(answer, ended, bound, gap, iterations, clock));
            }
            let clean = self.add_violated(&solution.x)?.is_none();
            let found = if clean {
                self.answer(solution, 0.0)?
            } else {
                let model = DispatchModel { net: &self.net, plan: &self.plan };
                let status = held_status(&self.net, &read::schedule(&model, &solution.x));
                // A linear problem has its time, even where the limit leaves none: else there would be no answer at all.
                self.dispatch_held(&status, &Control { time_limit_s: None, progress: None, ..control.clone() })?
            };
            let better = best.as_ref().is_none_or(|b| found.objective < b.objective);
            if !found.schedule.is_empty() && better {
                best = Some(found);
            }
            if !clean {
                self.spread()?;
            }
            let left = !spent && clock_left(&control, clock);
            let Some(so_far) = &best else {
                if left && ended == Status::Optimal {
                    continue;
                }
                let answer = self.answer(Solution::none(Status::TimeLimit, iterations), 0.0)?;
                return Ok(self.ended(answer, Status::TimeLimit, bound, gap, iterations, clock));
            };
            let closed = so_far.objective - bound <= gap * so_far.objective.abs();
            if (clean && !short) || closed || !left || ended != Status::Optimal {
                let ended = if ended == Status::Optimal && (short || !clean) && !closed { Status::TimeLimit } else { ended };
                return Ok(self.ended(so_far.clone(), ended, bound, gap, iterations, clock));
            }
            short &= !clean;
            let start = held_status(&self.net, &so_far.schedule);
            self.set_start(&start);
            control.mip.start.clone_from(&self.start);
        }
    }

    /// An answer of several rounds: with their bound, and how the last one ended unless the gap is closed.
    fn ended(&self, answer: CommitAnswer, ended: Status, bound: f64, gap: f64, iterations: u64, clock: Instant) -> CommitAnswer {
        let mut answer = answer;
        if !answer.schedule.is_empty() && !bound.is_nan() {
            answer.bound_claimed = bound.min(answer.objective);
            answer.gap_claimed = (answer.objective - answer.bound_claimed) / answer.objective.abs().max(1e-9);
            answer.status = if answer.gap_claimed <= gap { Status::Optimal } else { ended };
            answer.results.outcome = read::outcome(answer.status);
        }
        (answer.iterations, answer.lazy) = (iterations, self.lazy);
        answer.seconds.solve = clock.elapsed().as_secs_f64();
        answer
    }

    /// Adds rows in all steps for flows that have some, where they are few.
    fn spread(&mut self) -> Result<(), Error> {
        let Some(watch) = &mut self.watch else { return Ok(()) };
        let block = watch.in_all_steps(&DispatchModel { net: &self.net, plan: &self.plan }, SPREAD);
        if block.rows() > 0 {
            self.lazy[1] += block.rows();
            Arc::make_mut(&mut self.problem).append_rows(&block);
            if let Some(session) = &mut self.linear {
                session.add_rows(&block)?;
            }
        }
        Ok(())
    }

    /// Adds rows for limits that a point violates, if there are any: to the problem, and to the linear one that keeps its basis.
    fn add_violated(&mut self, x: &[f64]) -> Result<Option<RowBlock>, Error> {
        let Some(watch) = &mut self.watch else { return Ok(None) };
        let model = DispatchModel { net: &self.net, plan: &self.plan };
        let (block, _) = watch.violated(&model, x)?;
        if block.rows() == 0 {
            return Ok(None);
        }
        self.lazy = [self.lazy[0] + 1, self.lazy[1] + block.rows()];
        Arc::make_mut(&mut self.problem).append_rows(&block);
        if let Some(session) = &mut self.linear {
            session.add_rows(&block)?;
        }
        Ok(Some(block))
    }

    /// Holds the modes of storage, where any are chosen, at their best for columns held as far as they are. None where there is no dispatch.
    fn hold_modes(&mut self, bounds: [Vec<f64>; 2], control: &Control) -> Result<Option<[Vec<f64>; 2]>, Error> {
        if self.plan.moded.is_empty() {
            return Ok(Some(bounds));
        }
        let [mut lower, mut upper] = bounds;
        let mut control = Control { progress: None, ..control.clone() };
        (control.mip.start, control.mip.cutoff, control.mip.gap_relative) = (None, None, MODES_GAP);
        let clock = Instant::now();
        loop {
            let mut problem = Problem::clone(&self.problem);
            (problem.col_lower, problem.col_upper) = (lower.clone(), upper.clone());
            let solution = Backend::Highs.solve(&Arc::new(problem), &rest(&control, clock))?;
            if solution.x.is_empty() {
                return Ok(None);
            }
            if self.add_violated(&solution.x)?.is_none() {
                for j in self.plan.vars.charging.range().chain(self.plan.vars.discharging.range()) {
                    (lower[j], upper[j]) = (solution.x[j].round(), solution.x[j].round());
                }
                return Ok(Some([lower, upper]));
            }
        }
    }

    /// Dispatches a commitment, `[generator][step]`: the linear problem with every status held, from the basis of the last one, and storage in
    /// its best modes. A commitment against the rules of a unit is infeasible.
    ///
    /// # Errors
    /// A solver that refuses the problem.
    pub fn solve_fixed(&mut self, status: &[Vec<bool>], control: &Control) -> Result<CommitAnswer, Error> {
        let bounds = self.held(status);
        let clock = Instant::now();
        let Some([lower, upper]) = self.hold_modes(bounds, control)? else {
            return self.answer(Solution::none(Status::Infeasible, 0), clock.elapsed().as_secs_f64());
        };
        if self.linear.is_none() {
            self.linear = Some(Backend::Highs.session(&self.problem.relaxed())?);
        }
        loop {
            let Some(session) = &mut self.linear else { return Err(Error::TooLarge("no session".into())) };
            session.change_col_bounds(&lower, &upper)?;
            let solution = session.solve(&rest(control, clock))?;
            if solution.status == Status::Optimal && self.add_violated(&solution.x)?.is_some() {
                continue;
            }
            let solution = Solution { bound_claimed: f64::NAN, ..solution };
            return self.answer(solution, clock.elapsed().as_secs_f64());
        }
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
        let clock = Instant::now();
        let solution = self.solve_with(status, control)?;
        self.answer(Solution { bound_claimed: f64::NAN, ..solution }, clock.elapsed().as_secs_f64())
    }

    fn answer(&mut self, solution: Solution, solve_s: f64) -> Result<CommitAnswer, Error> {
        let model = DispatchModel { net: &self.net, plan: &self.plan };
        let p = &self.problem;
        let schedule = if solution.x.is_empty() { Vec::new() } else { read::schedule(&model, &solution.x) };
        let answer = CommitAnswer {
            status: solution.status,
            results: read::results(&model, self.watch.as_ref(), &solution)?,
            objective: solution.objective,
            bound_claimed: solution.bound_claimed,
            gap_claimed: solution.gap_claimed(),
            dual_value: f64::NAN,
            solver: solution.solver.clone(),
            iterations: solution.iterations,
            size: [p.rows(), p.cols(), p.matrix.value.len(), p.integer.iter().filter(|i| **i).count()],
            lazy: self.lazy,
            seconds: Seconds { assemble: self.assemble_s, solve: solve_s },
            schedule,
        };
        self.assemble_s = 0.0;
        Ok(answer)
    }
}

/// The control with what is left of its time.
pub(super) fn rest(control: &Control, clock: Instant) -> Control {
    Control { time_limit_s: control.time_limit_s.map(|s| (s - clock.elapsed().as_secs_f64()).max(1e-3)), ..control.clone() }
}

/// Whether time is left, and nobody cancelled.
pub(super) fn clock_left(control: &Control, clock: Instant) -> bool {
    let cancelled = control.cancel.as_ref().is_some_and(|c| c.is_cancelled());
    !cancelled && control.time_limit_s.is_none_or(|s| clock.elapsed().as_secs_f64() < s)
}

/// Status of every generator from a schedule: those that are not committed need none.
fn held_status(net: &Network, schedule: &[Option<Vec<bool>>]) -> Vec<Vec<bool>> {
    schedule.iter().map(|s| s.clone().unwrap_or_else(|| vec![true; net.steps()])).collect()
}
