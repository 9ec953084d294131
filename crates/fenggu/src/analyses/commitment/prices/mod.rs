//! What a committed answer pays: prices under three rules, and the uplift of every unit under each.
//!
//! | rule | prices | source |
//! |---|---|---|
//! | `lmp` | duals of the dispatch with the commitment held | Schweppe et al. (1988), *Spot Pricing of Electricity* |
//! | `convex_hull` | multipliers of the best Lagrangian bound | Gribik, Hogan and Pope (2007), *Market-Clearing Electricity Prices and Energy Uplift* |
//! | `extended_lmp` | duals of a pricing run that relaxes the status of units, their starts spread over their shortest time on | [`extended`] |
//!
//! With `w` the hours that a step counts, λ the price of a unit's bus and μ those of reserves, all per MWh:
//!
//! ```text
//! revenue          Σ_t w·(λ·p + Σ μ·r)
//! profit           revenue − cost;   cost has output, being on, starts, stops and reserve in it
//! make-whole       of a committed unit, summed over days of 24 h from the first step: max(0, cost − revenue) of the day
//! lost opportunity best profit at these prices over all plans that keep the unit's rules, less profit     (≥ 0)
//! shortfall        Σ multiplier × slack of the answer over reserve requirements, flow limits and interfaces     (≥ 0)
//! ```
//!
//! Under any prices λ ≥ the sum of all lost opportunities and shortfalls is the cost of the answer less the Lagrangian dual value at these
//! prices. Convex-hull prices are those at which the dual value is highest, so that no rule has a smaller sum; make-whole alone may be
//! smaller elsewhere.

mod account;
mod extended;
mod held;
mod hull;
mod response;
mod slack;

use super::{CommitAnswer, CommitOptions, CommitSession, PriceRules};
use crate::error::Error;
use crate::formulate::FlowForm;
pub(crate) use account::full_cost_per_mwh;
use account::Account;
use fenggu_net::{GeneratorId, Network, Quantity as Q, Results};
use fenggu_opt::Control;
use std::time::Instant;

/// How prices are made of a commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Dispatch with the commitment held.
    Lmp,
    /// Multipliers of the best Lagrangian bound.
    ConvexHull,
    /// Dispatch with statuses relaxed.
    ExtendedLmp,
}

impl Rule {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Rule::Lmp => "lmp",
            Rule::ConvexHull => "convex_hull",
            Rule::ExtendedLmp => "extended_lmp",
        }
    }
    /// Where its uplift stands: revenue, make-whole payment, lost opportunity.
    pub fn quantities(self) -> [Q; 3] {
        match self {
            Rule::Lmp => [Q::GeneratorRevenueLmp, Q::GeneratorMakeWholeLmp, Q::GeneratorLostLmp],
            Rule::ConvexHull => [Q::GeneratorRevenueHull, Q::GeneratorMakeWholeHull, Q::GeneratorLostHull],
            Rule::ExtendedLmp => [Q::GeneratorRevenueExtended, Q::GeneratorMakeWholeExtended, Q::GeneratorLostExtended],
        }
    }
    /// Where its prices stand: of buses, flow limits and reserves.
    pub fn prices(self) -> [Q; 3] {
        match self {
            Rule::Lmp => [Q::BusPrice, Q::BranchLimitPrice, Q::ReservePrice],
            Rule::ConvexHull => [Q::BusBoundPrice, Q::BranchBoundPrice, Q::ReserveBoundPrice],
            Rule::ExtendedLmp => [Q::BusExtendedPrice, Q::BranchExtendedPrice, Q::ReserveExtendedPrice],
        }
    }
}

/// Sums under one rule, in the currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RuleSums {
    /// Which.
    pub rule: Rule,
    /// Mean price, weighted by demand, per MWh.
    pub price_mean_per_mwh: f64,
    /// Paid to committed units so that no day is at a loss.
    pub make_whole: f64,
    /// Of generators.
    pub lost_opportunity: f64,
    /// Of loads that may be shed or bid, storage, stores and links.
    pub lost_opportunity_others: f64,
    /// On slack coupling rows.
    pub shortfall: f64,
}

impl RuleSums {
    /// Lost opportunity of everybody, and shortfall: cost less the dual value at these prices.
    pub fn sum(&self) -> f64 {
        self.lost_opportunity + self.lost_opportunity_others + self.shortfall
    }
}

/// Why a rule has no prices here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// The network couples units by more than buses, flows and reserves.
    Limits,
    /// The network is none that the decomposition takes: the reason.
    Hull(super::decomposition::Reason),
    /// Limit of time, cancelled, or a solver that gave up.
    Unfinished,
}

impl Absent {
    /// In words, English and Chinese.
    pub fn words(self) -> [&'static str; 2] {
        match self {
            Absent::Limits => [
                "the network has limits or constraints over many elements, or capacities to be chosen",
                "网络含有跨元件的限额或附加约束，或有待定的容量",
            ],
            Absent::Hull(reason) => reason.words(),
            Absent::Unfinished => ["no time was left, or the solver gave up", "时间用尽，或求解器未能完成"],
        }
    }
}

/// Prices and uplift side by side. Per unit they stand in the results ([`Rule::quantities`], [`Rule::prices`]).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pricing {
    /// Under every rule that has prices here.
    pub rules: Vec<RuleSums>,
    /// Rules that have none, and why.
    pub absent: Vec<(Rule, Absent)>,
    /// The Lagrangian dual value at the convex-hull prices; NaN where there are none.
    pub dual_value: f64,
    /// Wall seconds.
    pub seconds: f64,
}

/// Prices of one rule per MWh, `[element × step]`; empty for none of the kind.
#[derive(Clone, Debug, Default)]
struct Prices {
    bus: Vec<f64>,
    reserve: Vec<f64>,
    branch: Vec<f64>,
    angle: Vec<f64>,
    interface: Vec<f64>,
}

impl Prices {
    fn at(column: &[f64], k: usize) -> f64 {
        column.get(k).copied().filter(|v| v.is_finite()).unwrap_or(0.0)
    }
    /// From columns under the names of a rule; `from` has those of other limits.
    fn read(rule: Rule, results: &Results, from: Option<&Results>) -> Option<Prices> {
        let [bus, branch, reserve] = rule.prices();
        let column = |r: &Results, q: Q| r.column(q).map(<[f64]>::to_vec).unwrap_or_default();
        let mut prices = Prices {
            bus: results.column(bus)?.to_vec(),
            branch: column(results, branch),
            reserve: column(results, reserve),
            ..Prices::default()
        };
        if let Some(r) = from {
            (prices.angle, prices.interface) = (column(r, Q::BranchAnglePrice), column(r, Q::InterfacePrice));
        }
        Some(prices)
    }
}

/// Prices an answer under every rule, and puts prices and uplift of units into its results.
///
/// # Errors
/// A solver that refuses a problem. An answer without a commitment is left as it is.
pub fn price(net: &Network, answer: &mut CommitAnswer, options: &CommitOptions, control: &Control) -> Result<Pricing, Error> {
    let clock = Instant::now();
    let mut out = Pricing { dual_value: f64::NAN, ..Pricing::default() };
    if answer.schedule.is_empty() || answer.results.column(Q::GeneratorStatus).is_none() {
        return Ok(out);
    }
    let net = &match options.meaning {
        Some(meaning) => Network { commitment_semantics: meaning, ..net.clone() },
        None => net.clone(),
    };
    let control = &Control { progress: None, ..control.clone() };
    let session = CommitSession::sound(net.clone(), Some(FlowForm::Angle))?;
    held::again(&session, answer, options, control)?;
    if options.prices == PriceRules::Held {
        out.seconds = clock.elapsed().as_secs_f64();
        return Ok(out);
    }
    let rules = [Rule::Lmp, Rule::ConvexHull, Rule::ExtendedLmp];
    let outages = net.contingencies.rows().iter().any(|c| c.in_service);
    if outages || !net.global_limits.is_empty() || !net.side_constraints.is_empty() || !answer.results.built(net).is_empty() {
        out.absent = rules.map(|r| (r, Absent::Limits)).to_vec();
        return Ok(out);
    }
    match hull::multipliers(net, answer, options, control) {
        Ok(dual) => out.dual_value = dual,
        Err(absent) => out.absent.push((Rule::ConvexHull, absent)),
    }
    let relaxed = extended::run(&session, &answer.results, options.extended, control)?;
    match &relaxed {
        Some(r) => {
            for (to, from) in [
                (Q::BusExtendedPrice, Q::BusPrice),
                (Q::BranchExtendedPrice, Q::BranchLimitPrice),
                (Q::ReserveExtendedPrice, Q::ReservePrice),
            ] {
                if let Some(column) = r.column(from) {
                    answer.results.set(to, column.to_vec());
                }
            }
        }
        None => out.absent.push((Rule::ExtendedLmp, Absent::Unfinished)),
    }
    let accounts: Vec<Option<Account>> = net.generators.ids().map(|id| Account::of(net, &answer.results, id)).collect();
    let cost = accounts.iter().map(|a| a.as_ref().map_or(0.0, |a| a.cost.iter().sum())).collect();
    answer.results.set(Q::GeneratorCost, cost);
    for rule in rules {
        let found = out.absent.iter().any(|a| a.0 == rule);
        let other = match rule {
            Rule::Lmp => Some(answer.results.clone()),
            Rule::ExtendedLmp => relaxed.clone(),
            Rule::ConvexHull => None,
        };
        let Some(prices) = Prices::read(rule, &answer.results, other.as_ref()).filter(|_| !found) else {
            if !found {
                out.absent.push((rule, Absent::Unfinished));
            }
            continue;
        };
        match under(net, rule, &prices, other.as_ref(), &accounts, answer, control)? {
            Some(sums) => out.rules.push(sums),
            None => out.absent.push((rule, Absent::Unfinished)),
        }
    }
    out.seconds = clock.elapsed().as_secs_f64();
    Ok(out)
}

/// Uplift under one rule. `best` holds how the parts of the network that are not switched do best at these prices; none where that is
/// how they are dispatched, or where there are none but generators and loads.
fn under(
    net: &Network,
    rule: Rule,
    prices: &Prices,
    best: Option<&Results>,
    accounts: &[Option<Account>],
    answer: &mut CommitAnswer,
    control: &Control,
) -> Result<Option<RuleSums>, Error> {
    let count = net.generators.len();
    let [mut revenue, mut whole, mut lost] = [vec![0.0; count], vec![0.0; count], vec![0.0; count]];
    let mut responses = response::Responses::new(net, prices);
    for (g, account) in accounts.iter().enumerate() {
        let Some(account) = account else { continue };
        let id = GeneratorId::new(g);
        let earned = account.revenue(net, prices, &answer.results);
        revenue[g] = earned.iter().sum();
        let profit = revenue[g] - account.cost.iter().sum::<f64>();
        if answer.schedule[g].is_some() {
            whole[g] = account::make_whole(net, &account.cost, &earned);
        }
        let Some(value) = responses.best_profit(id, best, control)? else { return Ok(None) };
        // Rounding of sums this large is no opportunity.
        let size = revenue[g].abs() + account.cost.iter().map(|c| c.abs()).sum::<f64>();
        lost[g] = Some(value - profit).filter(|l| l.abs() > 1e-9 * (1.0 + size)).unwrap_or(0.0);
    }
    let sums = RuleSums {
        rule,
        price_mean_per_mwh: slack::mean_price(net, prices),
        make_whole: whole.iter().sum(),
        lost_opportunity: lost.iter().sum(),
        lost_opportunity_others: slack::others(net, prices, &answer.results, best),
        shortfall: slack::shortfall(net, prices, &answer.results),
    };
    for (q, column) in rule.quantities().into_iter().zip([revenue, whole, lost]) {
        answer.results.set(q, column);
    }
    Ok(Some(sums))
}
