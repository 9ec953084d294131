//! The one stable JSON shape of results, for every face.

pub mod commit;

use crate::analyses::dispatch::DispatchOptions;
use crate::facade::rolling::{RollingEnd, TestRecord};
use crate::facade::DispatchSolution;
use fenggu_net::{Network, Quantity, Results};
use serde::Serialize;

/// Wall seconds of phases.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Seconds {
    /// Reading the file.
    pub read: f64,
    /// Checking the data.
    pub check: f64,
    /// Numbering and assembly.
    pub assemble: f64,
    /// The solver.
    pub solve: f64,
    /// The referee.
    pub referee: f64,
    /// Writing the run folder.
    pub report: f64,
}

/// What the referee said, in three numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RefereeSummary {
    /// Tests passed.
    pub passed: usize,
    /// Tests failed.
    pub failed: usize,
    /// Name of the test closest to (or furthest beyond) its tolerance.
    pub worst: Option<String>,
}

impl RefereeSummary {
    /// Of a certificate.
    pub(crate) fn of(certificate: &fenggu_referee::Certificate) -> RefereeSummary {
        let ran: Vec<_> = certificate.tests.iter().filter(|t| t.skipped.is_none()).collect();
        let nearness = |t: &fenggu_referee::TestOutcome| if t.tolerance > 0.0 { t.worst / t.tolerance } else { t.worst };
        let worst = ran.iter().max_by(|a, b| nearness(a).total_cmp(&nearness(b)));
        RefereeSummary {
            passed: ran.iter().filter(|t| t.passed).count(),
            failed: ran.iter().filter(|t| !t.passed).count(),
            worst: worst.map(|t| t.name.to_string()),
        }
    }
}

/// Power that an infeasible run finds missing at a bus in a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shortfall {
    /// Bus.
    pub bus: String,
    /// Start of the step in UTC; its number from 0 without a calendar.
    pub time: String,
    /// Missing power, MW; negative for a surplus that cannot be placed.
    pub missing_mw: f64,
}

/// A capacity that was a decision.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Capacity {
    /// Table of the element.
    pub table: &'static str,
    /// Its name.
    pub name: String,
    /// Field of the results, e.g. `p_nom_opt_mw`.
    pub field: &'static str,
    /// Capacity chosen, in the field's unit.
    pub chosen: f64,
    /// What it costs over the horizon, in the currency.
    pub capital_cost: f64,
}

fn capacities(net: &Network, results: &Results) -> Vec<Capacity> {
    let mut list: Vec<Capacity> = results
        .built(net)
        .into_iter()
        .map(|b| {
            let spec = b.quantity.spec();
            let name = net.table(spec.table).name_of(b.row).to_string();
            Capacity { table: spec.table.word(), name, field: spec.field, chosen: b.chosen, capital_cost: b.chosen * b.cost_per_unit }
        })
        .collect();
    list.sort_by(|a, b| b.capital_cost.total_cmp(&a.capital_cost));
    list.truncate(100);
    list
}

/// The object that `--json` prints. Numbers that do not exist are null.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DispatchSummary {
    /// The verb.
    pub verb: &'static str,
    /// Name of the network.
    pub network: String,
    /// `ok`, `time_limit`, `infeasible`, `unbounded`, `interrupted`, `refused` or `failed`.
    pub status: &'static str,
    /// Objective, constants included, in the currency.
    pub objective: Option<f64>,
    /// Proven lower bound: the referee's own.
    pub bound: Option<f64>,
    /// Relative gap between the two.
    pub gap: Option<f64>,
    /// Currency.
    pub currency: String,
    /// Wall seconds of phases.
    pub seconds: Seconds,
    /// Iterations of the solver.
    pub iterations: u64,
    /// Peak resident memory, MB.
    pub peak_rss_mb: Option<f64>,
    /// Threads of the solver.
    pub threads: u32,
    /// What the referee said.
    pub referee: RefereeSummary,
    /// DC flow convention of the file.
    pub flow_convention: &'static str,
    /// Who solved it.
    pub solver: String,
    /// Buses, branches, generators, steps.
    pub counts: [usize; 4],
    /// Rows, columns, nonzeros of the problem.
    pub problem: [usize; 3],
    /// Least, mean over buses and steps, and highest price, per MWh.
    pub price_per_mwh: Option<[f64; 3]>,
    /// What the energy part of prices is measured at: `load_weighted`, `reference_bus` or a bus.
    pub price_reference: String,
    /// Capacities that were decisions, the dearest first, at most 100.
    pub capacities: Vec<Capacity>,
    /// Infeasible: what is missing where and when, largest first, at most 100.
    pub shortfalls: Vec<Shortfall>,
    /// Infeasible: other limits in the way, by the rooms' names, with the amount.
    pub broken: Vec<(String, f64)>,
    /// Infeasible or unbounded: why, and what to change, as in `why.json`. Filled by the face that asked for it.
    pub explanation: Option<crate::report::Why>,
    /// Infeasible: whether the referee, by its own arithmetic on the network, found it proven. Unbounded: whether the solver's proof was
    /// checked on its problem.
    pub proof_checked: Option<bool>,
    /// Infeasible: by how much the balances and limits, weighted by the proof's multipliers, need more than all elements can give, in MW
    /// at the bus with the largest multiplier.
    pub proof_excess_mw: Option<f64>,
    /// Of a rolling horizon: windows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolling: Option<RollingSummary>,
}

/// Windows of a rolling horizon. The objective beside it is the cost of what stands; no bound is proven for the whole, and the gap
/// is the worst of a window.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RollingSummary {
    /// Windows in all.
    pub windows: usize,
    /// Windows that are finished.
    pub finished: usize,
    /// Steps that are finished.
    pub steps_finished: usize,
    /// Steps of a window.
    pub horizon_steps: usize,
    /// Steps at its end that the next one decides again.
    pub overlap_steps: usize,
    /// The window without an answer, from 1; none when all have one or the clock ended the run.
    pub failing: Option<usize>,
}

fn finite(v: f64) -> Option<f64> {
    v.is_finite().then_some(v)
}

/// Missing and surplus power of an infeasible run, largest first.
pub fn shortfalls(net: &Network, solution: &DispatchSolution) -> Vec<Shortfall> {
    let results = solution.results();
    let mut list = Vec::new();
    for (quantity, sign) in [(Quantity::BusMissing, 1.0), (Quantity::BusSurplus, -1.0)] {
        for (k, &mw) in results.column(quantity).unwrap_or(&[]).iter().enumerate().filter(|(_, mw)| **mw > 1e-6) {
            let (bus, t) = (k / net.steps(), k % net.steps());
            let time = if net.time.start_utc_s.is_empty() { t.to_string() } else { net.time.start_label(t) };
            list.push(Shortfall { bus: net.buses.rows()[bus].name.clone(), time, missing_mw: sign * mw });
        }
    }
    list.sort_by(|a, b| b.missing_mw.abs().total_cmp(&a.missing_mw.abs()));
    list
}

impl DispatchSummary {
    /// Of a solution; what only a face knows (reading, report, memory) is filled in by it.
    pub fn new(net: &Network, solution: &DispatchSolution, threads: u32) -> Self {
        let (answer, certificate) = (&solution.answer, &solution.certificate);
        let prices = answer.results.column(Quantity::BusPrice).unwrap_or(&[]);
        let known = || prices.iter().copied().filter(|p| p.is_finite());
        let count = known().count();
        let price = (count > 0).then(|| {
            [known().fold(f64::INFINITY, f64::min), known().sum::<f64>() / count as f64, known().fold(f64::NEG_INFINITY, f64::max)]
        });
        let bound = if certificate.dual_bound.is_finite() { certificate.dual_bound } else { answer.results.bound };
        let mut shortfalls = shortfalls(net, solution);
        shortfalls.truncate(100);
        DispatchSummary {
            verb: "dispatch",
            network: net.name.clone(),
            status: solution.status.word(),
            objective: finite(answer.results.objective),
            bound: finite(bound),
            gap: finite(certificate.gap_relative),
            currency: net.currency.clone(),
            seconds: Seconds {
                assemble: answer.seconds.assemble,
                solve: answer.seconds.solve,
                referee: solution.referee_s,
                ..Seconds::default()
            },
            iterations: answer.iterations,
            peak_rss_mb: None,
            threads,
            referee: RefereeSummary::of(certificate),
            flow_convention: net.flow_convention.word(),
            solver: answer.solver.clone(),
            counts: [net.buses.len(), net.branches.len(), net.generators.len(), net.steps()],
            problem: answer.size,
            price_per_mwh: price,
            price_reference: answer.price_reference.word(),
            capacities: capacities(net, &answer.results),
            shortfalls,
            broken: answer.broken.clone(),
            explanation: solution.failed.as_ref().and_then(|f| f.explanation.as_ref().map(|e| crate::why(&f.net, e))),
            proof_checked: match answer.status {
                fenggu_opt::Status::Infeasible => Some(certificate.proves_infeasible()),
                fenggu_opt::Status::Optimal => None,
                _ => Some(answer.ray_checked),
            },
            proof_excess_mw: finite(certificate.ray_excess),
            rolling: None,
        }
    }

    /// Of a rolling run.
    pub fn rolling(net: &Network, end: &RollingEnd, options: &DispatchOptions) -> Self {
        let total = &end.total;
        let ran: Vec<_> = total.tests.iter().filter(|t| t.skipped.is_none()).collect();
        let nearness = |t: &TestRecord| if t.tolerance > 0.0 { t.worst / t.tolerance } else { t.worst };
        let worst = ran.iter().max_by(|a, b| nearness(a).total_cmp(&nearness(b)));
        let sum = |k: usize| end.records.iter().map(|r| r.seconds[k]).sum();
        let failing = end.failing.as_ref().map(|f| DispatchSummary::new(&f.1, &f.2, options.threads));
        let refused = failing.as_ref().map_or(0, |f| f.referee.failed);
        DispatchSummary {
            verb: "dispatch",
            network: net.name.clone(),
            status: end.status.word(),
            objective: finite(total.cost),
            bound: None,
            gap: finite(total.gap_relative),
            currency: net.currency.clone(),
            seconds: Seconds { assemble: sum(0), solve: sum(1), referee: sum(2), ..Seconds::default() },
            iterations: total.iterations,
            peak_rss_mb: None,
            threads: options.threads,
            referee: RefereeSummary {
                passed: ran.iter().filter(|t| t.failed == 0).count(),
                failed: ran.iter().filter(|t| t.failed > 0).count() + refused,
                worst: worst.map(|t| t.name.clone()),
            },
            flow_convention: net.flow_convention.word(),
            solver: end.records.last().map(|r| r.solver.clone()).unwrap_or_default(),
            counts: [net.buses.len(), net.branches.len(), net.generators.len(), net.steps()],
            problem: end.records.iter().map(|r| r.size).max_by_key(|s| s[2]).unwrap_or_default(),
            price_per_mwh: end.price(),
            price_reference: options.price_reference.word(),
            capacities: Vec::new(),
            shortfalls: failing.as_ref().map(|f| f.shortfalls.clone()).unwrap_or_default(),
            broken: failing.as_ref().map(|f| f.broken.clone()).unwrap_or_default(),
            explanation: None,
            proof_checked: failing.as_ref().and_then(|f| f.proof_checked),
            proof_excess_mw: failing.as_ref().and_then(|f| f.proof_excess_mw),
            rolling: Some(RollingSummary {
                windows: end.windows,
                finished: end.records.len(),
                steps_finished: end.records.last().map_or(0, |r| r.steps[1]),
                horizon_steps: options.horizon_steps.unwrap_or(net.steps()),
                overlap_steps: options.overlap_steps,
                failing: end.failing.as_ref().map(|f| f.0.index + 1).or(end.unset.as_ref().map(|u| u.0.index + 1)),
            }),
        }
    }
}
