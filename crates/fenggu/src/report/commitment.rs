//! What a report knows of a commitment beside its results. Plain data, filled by the caller.

use super::run::Bilingual;

/// Sums of one pricing rule, in the currency.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct RuleLine {
    /// `lmp`, `convex_hull` or `extended_lmp`.
    pub rule: String,
    /// Mean price, weighted by demand, per MWh.
    pub price_mean_per_mwh: f64,
    /// Paid to committed units so that no day is at a loss.
    pub make_whole: f64,
    /// Lost opportunity of generators.
    pub lost_opportunity: f64,
    /// Lost opportunity of loads, storage, stores and links.
    pub lost_opportunity_others: f64,
    /// Multipliers times slack of coupling rows.
    pub shortfall: f64,
    /// Lost opportunity of everybody, and shortfall.
    pub sum: f64,
}

/// A moment of the run.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Moment {
    /// Since the solve began.
    pub seconds: f64,
    /// Of the best commitment then; NaN for none.
    pub cost: f64,
    /// Lower bound then; NaN for none.
    pub bound: f64,
}

/// A commitment's part of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CommitmentView {
    /// Every rule that has prices.
    pub rules: Vec<RuleLine>,
    /// Rules that have none: the word, and why.
    pub absent: Vec<(String, Bilingual)>,
    /// The Lagrangian dual value at the convex-hull prices; NaN for none.
    pub dual_value: f64,
    /// How the gap closed, by time.
    pub history: Vec<Moment>,
    /// Cost of a MWh at highest output and no starts, of every generator, per MWh; NaN for none.
    pub full_cost_per_mwh: Vec<f64>,
}
