//! The verb of commitment.

use crate::analyses::commitment::{self, CommitAnswer, CommitOptions, PriceRules, Pricing};
use crate::analyses::dispatch::{PriceRange, Tie};
use crate::error::Error;
use crate::report::{Bilingual, CommitmentView, Moment, RuleLine, RunStatus};
use fenggu_net::{Network, Results};
use fenggu_opt::{Control, Progress, Status};
use fenggu_referee::{judge_commitment, Certificate, RefereeOptions};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// A commitment with the one word of its run.
#[derive(Clone, Debug)]
pub struct CommitSolution {
    /// The one word of the run.
    pub status: RunStatus,
    /// What the route answered.
    pub answer: CommitAnswer,
    /// What the referee found: rules, cost, and the bound it computed from the answer's multipliers where there are any
    /// ([`Certificate::dual_bound`]). `None` without a commitment.
    pub certificate: Option<Certificate>,
    /// Wall seconds of the referee.
    pub referee_s: f64,
    /// Prices and uplift under every rule, where they were asked for and there is a commitment.
    pub pricing: Option<Pricing>,
    /// How the gap closed: what the route told on its way, thinned out.
    pub history: Vec<Progress>,
}

impl CommitSolution {
    /// Status, starts, stops, dispatch, flows, prices.
    pub fn results(&self) -> &Results {
        &self.answer.results
    }

    /// What the report says of it beside its results.
    pub fn view(&self, net: &Network) -> CommitmentView {
        let told = |v: Option<f64>| v.unwrap_or(f64::NAN);
        let mut history: Vec<Moment> =
            self.history.iter().map(|p| Moment { seconds: p.seconds, cost: told(p.objective), bound: told(p.bound) }).collect();
        history.push(Moment { seconds: self.answer.seconds.solve, cost: self.answer.objective, bound: self.answer.bound_claimed });
        let mut view = CommitmentView {
            history,
            full_cost_per_mwh: net.generators.rows().iter().map(commitment::full_cost_per_mwh).collect(),
            dual_value: f64::NAN,
            ..CommitmentView::default()
        };
        if let Some(pricing) = &self.pricing {
            view.dual_value = pricing.dual_value;
            view.rules = pricing.rules.iter().map(rule_line).collect();
            let why = |a: &commitment::Absent| Bilingual::new(a.words()[0], a.words()[1]);
            view.absent = pricing.absent.iter().map(|(r, a)| (r.word().to_string(), why(a))).collect();
        }
        view
    }
}

fn rule_line(r: &commitment::RuleSums) -> RuleLine {
    RuleLine {
        rule: r.rule.word().to_string(),
        price_mean_per_mwh: r.price_mean_per_mwh,
        make_whole: r.make_whole,
        lost_opportunity: r.lost_opportunity,
        lost_opportunity_others: r.lost_opportunity_others,
        shortfall: r.shortfall,
        sum: r.sum(),
    }
}

/// Commits and dispatches a network at least cost.
///
/// # Errors
/// Data with errors, options out of range, a feature that no route takes, a model too large. Infeasible and limits are statuses, not
/// errors.
pub fn commit(net: &Network, options: &CommitOptions) -> Result<CommitSolution, Error> {
    commit_with(net, options, &options.control())
}

/// As [`commit`], with a cancel token, a deadline and a progress sink of the caller's.
///
/// # Errors
/// As [`commit`].
pub fn commit_with(net: &Network, options: &CommitOptions, control: &Control) -> Result<CommitSolution, Error> {
    let started = Instant::now();
    let told = Arc::new(Mutex::new(Vec::new()));
    let mut answer = commitment::commit(net, options, &listening(control, &told))?;
    let history = told.lock().map(|h| h.clone()).unwrap_or_default();
    let more = options.tie == Tie::ProRata || options.price_range == PriceRange::All;
    let wanted = (options.prices == PriceRules::Compare || more) && !answer.schedule.is_empty();
    let left = control.time_limit_s.map(|s| (s - started.elapsed().as_secs_f64()).max(0.0));
    let pricing = match wanted {
        true => Some(commitment::price(net, &mut answer, options, &Control { time_limit_s: left, ..control.clone() })?),
        false => None,
    };
    let clock = Instant::now();
    let judge = |net: &Network| judge_commitment(net, &answer.results, &RefereeOptions::default());
    let certificate = (!answer.schedule.is_empty()).then(|| match options.meaning {
        Some(meaning) => judge(&Network { commitment_semantics: meaning, ..net.clone() }),
        None => judge(net),
    });
    let referee_s = clock.elapsed().as_secs_f64();
    let status = match answer.status {
        _ if certificate.as_ref().is_some_and(|c| !c.passed) => RunStatus::Refused,
        Status::Optimal => RunStatus::Ok,
        Status::Infeasible => RunStatus::Infeasible,
        Status::Unbounded => RunStatus::Unbounded,
        Status::TimeLimit | Status::IterationLimit => RunStatus::TimeLimit,
        Status::Interrupted => RunStatus::Interrupted,
        Status::Failed => RunStatus::Failed,
    };
    Ok(CommitSolution { status, answer, certificate, referee_s, pricing, history })
}

/// Moments kept at most.
const MOMENTS: usize = 2000;

/// The control with a sink that keeps every moment at which answer or bound moved.
fn listening(control: &Control, told: &Arc<Mutex<Vec<Progress>>>) -> Control {
    let (own, told) = (control.progress.clone(), told.clone());
    let sink = move |p: &Progress| {
        if let Ok(mut list) = told.lock() {
            let moved = list.last().is_none_or(|l: &Progress| l.objective != p.objective || l.bound != p.bound);
            if moved && (p.objective.is_some() || p.bound.is_some()) {
                list.push(*p);
                if list.len() > MOMENTS {
                    // Every other one of those before goes.
                    let mut k = 0;
                    list.retain(|_| {
                        k += 1;
                        k % 2 == 1
                    });
                }
            }
        }
        if let Some(own) = &own {
            own(p);
        }
    };
    Control { progress: Some(Arc::new(sink)), ..control.clone() }
}
