//! The object that `commit --json` prints.

use super::Seconds;
use crate::facade::commit::CommitSolution;
use crate::report::{Bilingual, RuleLine};
use fenggu_net::{Network, Quantity};
use serde::Serialize;

/// Numbers that do not exist are null.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CommitSummary {
    /// The verb.
    pub verb: &'static str,
    /// Name of the network.
    pub network: String,
    /// `ok`, `time_limit`, `infeasible`, `unbounded`, `interrupted`, `refused` or `failed`. A limit with a cost has a commitment.
    pub status: &'static str,
    /// Cost, constants included, in the currency.
    pub objective: Option<f64>,
    /// Lower bound that somebody claims and nobody has checked, and who.
    pub bound_claimed: Option<f64>,
    /// Who claims it.
    pub bound_claimed_by: Option<String>,
    /// (objective − bound_claimed) / |objective|.
    pub gap_claimed: Option<f64>,
    /// Lower bound that the referee has checked.
    pub bound_checked: Option<f64>,
    /// (objective − bound_checked) / |objective|.
    pub gap_checked: Option<f64>,
    /// What the referee found.
    pub referee: Option<super::RefereeSummary>,
    /// Whether the referee has judged the commitment.
    pub judged: bool,
    /// Currency.
    pub currency: String,
    /// What ramps, limits and tiers mean here: `pglib`, `ucjl` or `pypsa`.
    pub commitment_semantics: &'static str,
    /// Wall seconds of phases.
    pub seconds: Seconds,
    /// Simplex iterations of all nodes.
    pub iterations: u64,
    /// Peak resident memory, MB.
    pub peak_rss_mb: Option<f64>,
    /// Threads of the solver.
    pub threads: u32,
    /// Who solved it.
    pub solver: String,
    /// Buses, branches, generators, steps.
    pub counts: [usize; 4],
    /// Units that were committed.
    pub units: usize,
    /// Starts and stops in all.
    pub switches: Option<[usize; 2]>,
    /// Rows, columns, nonzeros and whole-number columns of the problem.
    pub problem: [usize; 4],
    /// Least, mean over buses and steps, and highest price with the commitment held, per MWh.
    pub price_per_mwh: Option<[f64; 3]>,
    /// Prices and uplift in all, under every rule that has prices; empty where they were not asked for.
    pub rules: Vec<RuleLine>,
    /// Rules that have none, and why.
    pub rules_absent: Vec<(String, Bilingual)>,
    /// The Lagrangian dual value at the convex-hull prices.
    pub dual_value: Option<f64>,
    /// Wall seconds of prices and uplift, after the solve.
    pub seconds_pricing: Option<f64>,
}

fn told(v: f64) -> Option<f64> {
    v.is_finite().then_some(v)
}

impl CommitSummary {
    /// Of an answer.
    pub fn new(net: &Network, solution: &CommitSolution, threads: u32) -> CommitSummary {
        let (a, results) = (&solution.answer, solution.results());
        let count = |q| results.column(q).map(|c| c.iter().filter(|v| **v > 0.5).count());
        let prices = results.column(Quantity::BusPrice).map(|p| p.iter().copied().filter(|v| v.is_finite()).collect::<Vec<f64>>());
        let price_per_mwh = prices.filter(|p| !p.is_empty()).map(|p| {
            let sum: f64 = p.iter().sum();
            let (lo, hi) = p.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
            [lo, sum / p.len() as f64, hi]
        });
        let view = solution.view(net);
        let checked = solution.certificate.as_ref().and_then(|c| told(c.dual_bound));
        CommitSummary {
            verb: "commit",
            network: net.name.clone(),
            status: solution.status.word(),
            objective: told(a.objective),
            bound_claimed: told(a.bound_claimed),
            bound_claimed_by: told(a.bound_claimed).map(|_| a.solver.clone()),
            gap_claimed: told(a.gap_claimed),
            bound_checked: checked,
            gap_checked: checked.zip(told(a.objective)).map(|(b, c)| (c - b) / c.abs().max(1e-9)),
            judged: solution.certificate.is_some(),
            referee: solution.certificate.as_ref().map(super::RefereeSummary::of),
            currency: net.currency.clone(),
            commitment_semantics: net.commitment_semantics.word(),
            seconds: Seconds { assemble: a.seconds.assemble, solve: a.seconds.solve, referee: solution.referee_s, ..Seconds::default() },
            iterations: a.iterations,
            peak_rss_mb: None,
            threads,
            solver: a.solver.clone(),
            counts: [net.buses.len(), net.branches.len(), net.generators.len(), net.steps()],
            units: a.schedule.iter().flatten().count(),
            switches: count(Quantity::GeneratorStartUp).zip(count(Quantity::GeneratorShutDown)).map(|(a, b)| [a, b]),
            problem: a.size,
            price_per_mwh,
            rules: view.rules,
            rules_absent: view.absent,
            dual_value: told(view.dual_value),
            seconds_pricing: solution.pricing.as_ref().map(|p| p.seconds),
        }
    }
}
