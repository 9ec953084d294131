//! A rolling run from window to window: solve, judge, hand on, and sum up what the referee said.

use super::{judged, DispatchSolution};
use crate::analyses::dispatch::DispatchOptions;
use crate::analyses::rolling::{remarks, Rolling, State, Window, WindowAnswer};
use crate::error::Error;
use crate::report::{Bilingual, RunStatus, TestLine};
use fenggu_net::results::Outcome;
use fenggu_net::{GlobalLimit, LimitSense, Network, Quantity, Results};
use fenggu_opt::{Control, Status};
use fenggu_referee::{judge, RefereeOptions, TestOutcome};
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// One finished window: everything that outlives it but its results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WindowRecord {
    /// Number, from 0.
    pub index: usize,
    /// First step, first step of the next window, one past the last step.
    pub steps: [usize; 3],
    /// Objective of the window, over all its steps.
    pub objective: f64,
    /// Cost of the steps that stand, recomputed by the referee from the raw tariffs.
    pub cost: f64,
    /// Relative gap of the window, by the referee.
    #[serde(with = "maybe")]
    pub gap_relative: f64,
    /// Rows, columns and nonzeros.
    pub size: [usize; 3],
    /// Iterations of the solver.
    pub iterations: u64,
    /// Rounds of lazy rows, and rows added.
    pub lazy: [usize; 2],
    /// Who solved it.
    pub solver: String,
    /// Prices of the steps that stand: least, sum, highest and how many are known. Infinite and 0 where none is.
    pub price: PriceSum,
    /// Renewable energy not used in the steps that stand, MWh.
    pub curtailed_mwh: f64,
    /// Tests of the window, and of the steps that stand (`kept/…`).
    pub tests: Vec<TestRecord>,
    /// State after the steps that stand.
    pub state: State,
    /// Wall seconds of assembly, solver and referee. Nothing that is decided depends on them.
    pub seconds: [f64; 3],
}

/// Prices over buses and steps, per MWh.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriceSum {
    /// Least; NaN for none.
    #[serde(with = "maybe")]
    pub least: f64,
    /// Sum.
    pub sum: f64,
    /// Highest; NaN for none.
    #[serde(with = "maybe")]
    pub highest: f64,
    /// How many.
    pub count: usize,
}

impl PriceSum {
    fn of(results: &Results) -> PriceSum {
        let mut all = PriceSum { least: f64::NAN, sum: 0.0, highest: f64::NAN, count: 0 };
        for &p in results.column(Quantity::BusPrice).unwrap_or(&[]).iter().filter(|p| p.is_finite()) {
            all = PriceSum { least: all.least.min(p), sum: all.sum + p, highest: all.highest.max(p), count: all.count + 1 };
        }
        all
    }
    fn and(self, other: PriceSum) -> PriceSum {
        PriceSum {
            least: self.least.min(other.least),
            sum: self.sum + other.sum,
            highest: self.highest.max(other.highest),
            count: self.count + other.count,
        }
    }
}

/// One test of the referee, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestRecord {
    /// Name.
    pub name: String,
    /// Unit of violation and tolerance.
    pub unit: String,
    /// Why it was not made.
    pub skipped: Option<String>,
    /// Worst violation.
    #[serde(with = "maybe")]
    pub worst: f64,
    /// Tolerance there.
    #[serde(with = "maybe")]
    pub tolerance: f64,
    /// Element and step there.
    pub place: String,
    /// Values tested.
    pub count: usize,
    /// Values that failed.
    pub failed: usize,
}

/// A number, or null for one that is not finite.
mod maybe {
    use serde::{Deserialize, Deserializer, Serializer};
    pub fn serialize<S: Serializer>(v: &f64, s: S) -> Result<S::Ok, S::Error> {
        if v.is_finite() {
            s.serialize_f64(*v)
        } else {
            s.serialize_none()
        }
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<f64, D::Error> {
        Ok(Option::<f64>::deserialize(d)?.unwrap_or(f64::NAN))
    }
}

/// Where a rolling run stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RollingProgress {
    /// Window under way, from 0.
    pub window: usize,
    /// Windows in all.
    pub windows: usize,
    /// Whether it was solved before and is solved again only to bring the solver back to where it was.
    pub again: bool,
    /// Largest relative gap so far.
    pub gap: f64,
    /// Seconds to go, from the mean of the windows solved in this run; none before the first.
    pub seconds_to_go: Option<f64>,
}

/// Who is told how a rolling run goes.
pub trait RollingSink {
    /// A window begins.
    fn begins(&mut self, _progress: &RollingProgress) {}
    /// A window is finished: its record, and its results for the steps that stand.
    ///
    /// # Errors
    /// Ends the run.
    fn finished(&mut self, record: &WindowRecord, kept: &Results) -> Result<(), Error>;
}

/// How a rolling run ended.
pub struct RollingEnd {
    /// `Ok` when every window is finished.
    pub status: RunStatus,
    /// Windows that are finished, in order.
    pub records: Vec<WindowRecord>,
    /// Windows in all.
    pub windows: usize,
    /// The window that has no answer, its network and what was said of it; none when all are finished or the clock ended the run
    /// between windows.
    pub failing: Option<Box<(Window, Network, DispatchSolution)>>,
    /// The window that could not even be set up, and why: its data has errors in the state that was handed to it.
    pub unset: Option<(Window, Error)>,
    /// Sums over the finished windows.
    pub total: Total,
}

/// Sums over finished windows.
#[derive(Clone, Debug)]
pub struct Total {
    /// How it ended; `Optimal` when all windows did.
    pub outcome: Outcome,
    /// Cost of the steps that stand, penalties of sums over the study included once the study is over.
    pub cost: f64,
    /// Worst of every test over the windows, then the limits over the whole study.
    pub tests: Vec<TestRecord>,
    /// Whether every test that was made holds.
    pub passed: bool,
    /// Largest relative gap of a window.
    pub gap_relative: f64,
    /// Iterations of the solver.
    pub iterations: u64,
    /// What the study used of limits over its whole length, and quantities without steps; empty until it is over.
    pub whole: Vec<(Quantity, Vec<f64>)>,
}

/// Rolls from window to window. `records` are the windows that are finished already.
///
/// # Errors
/// What keeps a window from being solved at all, or the sink from taking it. Infeasible windows and limits are statuses.
pub fn roll(
    net: &Network,
    options: &DispatchOptions,
    control: &Control,
    mut records: Vec<WindowRecord>,
    sink: &mut dyn RollingSink,
) -> Result<RollingEnd, Error> {
    let clock = Instant::now();
    let mut rolling = Rolling::new(net, options)?;
    let windows = rolling.windows().len();
    records.truncate(windows);
    let done = records.len();
    // Back to where the solver last started anew, so that it arrives at the next window as it did without the interruption.
    let from = done - done % crate::analyses::rolling::CHAIN;
    if let Some(before) = from.checked_sub(1) {
        rolling.go_to(from, records[before].state.clone());
    }
    let (mut solved, mut failing, mut unset, mut status) = (0usize, None, None, RunStatus::Ok);
    while rolling.next() < windows {
        let index = rolling.next();
        let gap = records.iter().map(|r| r.gap_relative.abs()).fold(0.0, f64::max);
        let mean = (solved > 0).then(|| clock.elapsed().as_secs_f64() / solved as f64);
        let seconds_to_go = mean.map(|s| s * (windows - index) as f64);
        sink.begins(&RollingProgress { window: index, windows, again: index < done, gap, seconds_to_go });
        let mut control = control.clone();
        if control.cancel.as_ref().is_some_and(|c| c.is_cancelled()) {
            status = RunStatus::Interrupted;
            break;
        }
        if let Some(limit) = control.time_limit_s {
            let left = limit - clock.elapsed().as_secs_f64();
            if left <= 0.0 {
                status = RunStatus::TimeLimit;
                break;
            }
            control.time_limit_s = Some(left);
        }
        let answer = match rolling.solve(&control) {
            Ok(Some(answer)) => answer,
            Ok(None) => break,
            // What is finished stays, and is written down with the reason.
            Err(e) if index > 0 => {
                unset = rolling.windows().get(index).map(|w| (*w, e));
                status = RunStatus::Failed;
                break;
            }
            Err(e) => return Err(e),
        };
        solved += 1;
        if index < done {
            // Bit for bit what was written, or the machine is not the one that wrote it: then the old windows stand, and the new ones
            // go on from their state.
            rolling.go_on(&answer, records[index].state.clone());
            continue;
        }
        let (record, kept, solution) = finish(&mut rolling, answer);
        status = solution.2.status;
        match record {
            Some(record) if status == RunStatus::Ok => {
                sink.finished(&record, &kept)?;
                records.push(record);
            }
            // A window that the clock or the user cut off says nothing of itself.
            _ if matches!(status, RunStatus::TimeLimit | RunStatus::Interrupted) => break,
            _ => {
                failing = Some(Box::new(solution));
                break;
            }
        }
    }
    let total = total(net, &records, windows, status);
    if status == RunStatus::Ok && !total.passed {
        status = RunStatus::Refused;
    }
    Ok(RollingEnd { status, records, windows, failing, unset, total })
}

/// Has a window judged, whole and for the steps that stand, and goes on when it has an answer.
fn finish(rolling: &mut Rolling, answer: WindowAnswer) -> (Option<WindowRecord>, Results, (Window, Network, DispatchSolution)) {
    let clock = Instant::now();
    let solved = answer.answer.status == Status::Optimal;
    let mut kept_certificate = None;
    if solved {
        rolling.accept(&answer);
        let mut plain = Results::new(Outcome::Optimal, answer.kept.steps);
        // Prices belong to the window; the steps that stand are judged for feasibility and cost.
        for (q, column) in answer.kept.columns().filter(|(q, _)| !is_price(*q)) {
            plain.set(q, column.to_vec());
        }
        kept_certificate = Some(judge(&answer.kept_net, &plain, &RefereeOptions::default()));
    }
    let WindowAnswer { window, net, answer, kept, .. } = answer;
    let mut solution = judged(&net, answer);
    if kept_certificate.as_ref().is_some_and(|c| !c.passed) && solution.status == RunStatus::Ok {
        solution.status = RunStatus::Refused;
    }
    solution.referee_s = clock.elapsed().as_secs_f64();
    let record = kept_certificate.map(|c| {
        let offset = if net.time.start_utc_s.is_empty() { window.start } else { 0 };
        let mut tests: Vec<TestRecord> = solution.certificate.tests.iter().map(|t| test_record("", t, offset)).collect();
        tests.extend(c.tests.iter().filter(|t| t.skipped.is_none()).map(|t| test_record("kept/", t, offset)));
        WindowRecord {
            index: window.index,
            steps: [window.start, window.keep, window.end],
            objective: solution.answer.results.objective,
            cost: c.objective_recomputed,
            gap_relative: solution.certificate.gap_relative,
            size: solution.answer.size,
            iterations: solution.answer.iterations,
            lazy: solution.answer.lazy,
            solver: solution.answer.solver.clone(),
            price: PriceSum::of(&kept),
            curtailed_mwh: curtailed_mwh(&net, &kept),
            tests,
            state: rolling.state().clone(),
            seconds: [solution.answer.seconds.assemble, solution.answer.seconds.solve, solution.referee_s],
        }
    });
    (record, kept, (window, net, solution))
}

fn curtailed_mwh(net: &Network, kept: &Results) -> f64 {
    let mw = kept.column(Quantity::GeneratorCurtailed).unwrap_or(&[]);
    mw.iter().enumerate().map(|(k, mw)| mw * net.time.duration_h[k % kept.steps]).sum()
}

/// Shadow prices: what proves a window and says nothing of feasibility.
pub(super) fn is_price(q: Quantity) -> bool {
    let spec = q.spec();
    spec.field.contains("price") || spec.field.contains("water_value")
}

fn test_record(prefix: &str, t: &TestOutcome, offset: usize) -> TestRecord {
    let mut place = t.where_.clone();
    if let Some(step) = t.step.filter(|_| offset > 0) {
        // Without a calendar a step is known by its number in the study, not in the window.
        if let Some(stem) = place.strip_suffix(&format!("step {}", step + 1)) {
            place = format!("{stem}step {}", offset + step + 1);
        }
    }
    TestRecord {
        name: format!("{prefix}{}", t.name),
        unit: t.unit.to_string(),
        skipped: t.skipped.clone(),
        worst: t.worst,
        tolerance: t.tolerance,
        place,
        count: t.count,
        failed: t.failed,
    }
}

impl TestRecord {
    fn passed(&self) -> bool {
        self.skipped.is_none() && self.failed == 0
    }
    fn ratio(&self) -> f64 {
        let ratio = self.worst / self.tolerance;
        if ratio.is_nan() {
            f64::INFINITY
        } else {
            ratio
        }
    }
    /// As the report shows it.
    pub fn line(&self) -> TestLine {
        TestLine {
            name: self.name.clone(),
            passed: self.passed(),
            skipped: self.skipped.clone(),
            worst: self.worst,
            tolerance: self.tolerance,
            unit: self.unit.clone(),
            place: self.place.clone(),
            count: self.count,
        }
    }
}

/// Worst per test over windows, in the order in which the tests first appear.
fn merged(records: &[WindowRecord]) -> Vec<TestRecord> {
    let mut out: Vec<TestRecord> = Vec::new();
    let mut at = std::collections::HashMap::new();
    for test in records.iter().flat_map(|r| &r.tests) {
        let k = *at.entry(test.name.as_str()).or_insert(out.len());
        match out.get_mut(k) {
            None => out.push(test.clone()),
            Some(old) if old.skipped.is_some() => *old = test.clone(),
            Some(old) if test.skipped.is_none() => {
                let (count, failed) = (old.count + test.count, old.failed + test.failed);
                if test.ratio() > old.ratio() {
                    *old = test.clone();
                }
                (old.count, old.failed) = (count, failed);
            }
            Some(_) => {}
        }
    }
    out
}

/// How far a sum lies on the wrong side of its limit.
fn breach(sense: LimitSense, sum: f64, limit: f64) -> f64 {
    match sense {
        LimitSense::AtMost => sum - limit,
        LimitSense::AtLeast => limit - sum,
        LimitSense::Equal => (sum - limit).abs(),
    }
}

/// Relative tolerance of sums over the study: windows keep to their shares within the solver's.
const SUM_TOLERANCE: f64 = 1e-6;

fn total(net: &Network, records: &[WindowRecord], windows: usize, status: RunStatus) -> Total {
    let mut tests = merged(records);
    let mut cost: f64 = records.iter().map(|r| r.cost).sum();
    let mut whole = Vec::new();
    let complete = records.len() == windows;
    if let Some(last) = records.last().filter(|_| complete && windows > 1) {
        let used = &last.state.used;
        let mut sums = |name: &str, unit: &str, list: &mut dyn Iterator<Item = (String, f64, f64)>| {
            let test = TestRecord {
                name: name.to_string(),
                unit: unit.to_string(),
                skipped: None,
                worst: 0.0,
                tolerance: SUM_TOLERANCE,
                place: String::new(),
                count: 0,
                failed: 0,
            };
            let sum = list.fold(test, |mut sum, (place, breach, size)| {
                let one = TestRecord { worst: breach.max(0.0), tolerance: SUM_TOLERANCE * size.abs().max(1.0), place, ..sum.clone() };
                (sum.count, sum.failed) = (sum.count + 1, sum.failed + usize::from(one.ratio() > 1.0));
                if sum.count == 1 || one.ratio() > sum.ratio() {
                    sum = TestRecord { count: sum.count, failed: sum.failed, ..one };
                }
                sum
            });
            if sum.count > 0 {
                tests.push(sum);
            }
        };
        let gens = net.generators.rows().iter().zip(&used.generator_mwh);
        let limited = gens.filter(|(g, _)| g.in_service && (g.energy_sum_min_mwh.is_finite() || g.energy_sum_max_mwh.is_finite()));
        sums(
            "study/energy_sum",
            "MWh",
            &mut limited.map(|(g, &sum)| {
                let worst = (sum - g.energy_sum_max_mwh).max(g.energy_sum_min_mwh - sum);
                (format!("generator \"{}\"", g.name), worst, sum)
            }),
        );
        let units = net.storage_units.rows().iter().zip(&used.cycled_mwh).filter(|(u, _)| u.in_service && u.cycles_max_per_day.is_some());
        sums(
            "study/cycles",
            "MWh",
            &mut units.map(|(u, &sum)| {
                let limit = u.cycles_max_per_day.unwrap_or(f64::INFINITY) * u.energy_capacity_mwh() * net.time.total_h() / 24.0;
                (format!("storage unit \"{}\"", u.name), sum - limit, limit)
            }),
        );
        let limits = net.global_limits.rows().iter().zip(&used.global).filter(|(l, _)| counts_energy(l));
        sums(
            "study/global_limit",
            "t or MWh",
            &mut limits.map(|(l, &sum)| (format!("global limit \"{}\"", l.name), breach(l.sense, sum, l.limit), l.limit)),
        );
        let sides = || net.side_constraints.rows().iter().zip(&used.side);
        let hard = sides().filter(|(s, _)| s.penalty.is_none());
        sums(
            "study/side_constraint",
            "",
            &mut hard.map(|(s, &sum)| (format!("side constraint \"{}\"", s.name), breach(s.sense, sum, s.rhs), s.rhs.abs().max(sum.abs()))),
        );
        cost += sides().map(|(s, &sum)| s.penalty.unwrap_or(0.0) * breach(s.sense, sum, s.rhs).max(0.0)).sum::<f64>();
        if net.global_limits.rows().iter().any(counts_energy) {
            whole.push((Quantity::GlobalLimitUsed, used.global.clone()));
        }
        if !net.side_constraints.is_empty() {
            whole.push((Quantity::SideActivity, used.side.clone()));
        }
    }
    let passed = !records.is_empty() && tests.iter().all(|t| t.passed() || t.skipped.is_some()) && tests.iter().any(TestRecord::passed);
    let outcome = match status {
        RunStatus::Ok | RunStatus::Refused => Outcome::Optimal,
        RunStatus::Infeasible => Outcome::Infeasible,
        RunStatus::Unbounded => Outcome::Unbounded,
        RunStatus::TimeLimit => Outcome::Limit,
        RunStatus::Interrupted => Outcome::Interrupted,
        RunStatus::Failed => Outcome::Failed,
    };
    Total {
        outcome,
        cost: if records.is_empty() { f64::NAN } else { cost },
        tests,
        passed,
        gap_relative: records.iter().map(|r| r.gap_relative.abs()).fold(0.0, f64::max),
        iterations: records.iter().map(|r| r.iterations).sum(),
        whole,
    }
}

fn counts_energy(limit: &GlobalLimit) -> bool {
    use fenggu_net::LimitSubject::{Co2, Operation, PrimaryEnergy};
    matches!(limit.subject, Co2 | PrimaryEnergy | Operation)
}

impl RollingEnd {
    /// Prices of all finished windows.
    pub fn price(&self) -> Option<[f64; 3]> {
        let all = self.records.iter().map(|r| r.price).reduce(PriceSum::and)?;
        (all.count > 0).then(|| [all.least, all.sum / all.count as f64, all.highest])
    }
}

impl Total {
    /// The results of the whole without its steps: how it ended, its cost, sums over the study. No bound is proven for the whole.
    pub fn results(&self, steps: usize) -> Results {
        let mut out = Results::new(self.outcome, steps);
        out.objective = self.cost;
        self.whole.iter().for_each(|(q, v)| out.set(*q, v.clone()));
        out
    }
    /// The referee's word as the report carries it.
    pub fn verdict(&self) -> crate::report::Verdict {
        crate::report::Verdict {
            passed: self.passed,
            tests: self.tests.iter().map(TestRecord::line).collect(),
            objective_recomputed: self.cost,
            dual_bound: f64::NAN,
            gap_relative: self.gap_relative,
        }
    }
}

/// What a rolling run must tell its reader about this network.
pub fn rolling_remarks(net: &Network, options: &DispatchOptions) -> Vec<Bilingual> {
    let said = remarks(net, options.horizon_steps.unwrap_or(net.steps()), options.overlap_steps);
    said.into_iter().map(|(en, zh)| Bilingual { en, zh }).collect()
}
