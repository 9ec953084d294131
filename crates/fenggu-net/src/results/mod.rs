//! Plain results: columns that any solver may fill, any program may check. Fields, units, signs; nothing computed.
mod built;
mod quantity;

pub use built::Built;
pub use quantity::{Quantity, Shape};

use std::collections::BTreeMap;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Solved within the tolerance asked for.
    Optimal,
    /// Proven infeasible.
    Infeasible,
    /// Proven unbounded.
    Unbounded,
    /// A time or work limit ended it.
    Limit,
    /// Cancelled.
    Interrupted,
    /// The solver gave up.
    Failed,
}

impl Outcome {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Optimal => "optimal",
            Outcome::Infeasible => "infeasible",
            Outcome::Unbounded => "unbounded",
            Outcome::Limit => "limit",
            Outcome::Interrupted => "interrupted",
            Outcome::Failed => "failed",
        }
    }
}

/// Shadow price of one branch's limit after one outage in one step. Few of all these limits bind, so they are a list, not a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutagePrice {
    /// Row of the contingency.
    pub contingency: usize,
    /// Row of the branch whose flow after the outage is at its limit.
    pub branch: usize,
    /// Step.
    pub step: usize,
    /// Price of a MW of the limit in an hour of the step: above zero where the from→to limit binds, below where the other does.
    pub price_per_mwh: f64,
}

/// Results of one run on one network. Per-step columns are `[element × step]`, stored element by element:
/// value of element e in step t is at `e·steps + t`.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// How it ended.
    pub outcome: Outcome,
    /// Objective as the solver reports it, constants included.
    pub objective: f64,
    /// Proven lower bound on the objective; NaN for none.
    pub bound: f64,
    /// Number of steps.
    pub steps: usize,
    /// Shadow prices of limits after outages that bind, by contingency, branch and step.
    pub outage_prices: Vec<OutagePrice>,
    /// Multipliers of limits after outages at which the certified bound of a commitment is computed, likewise.
    pub outage_bound_prices: Vec<OutagePrice>,
    columns: BTreeMap<Quantity, Vec<f64>>,
}

impl Results {
    /// Empty results over `steps` steps.
    pub fn new(outcome: Outcome, steps: usize) -> Self {
        Results {
            outcome,
            objective: f64::NAN,
            bound: f64::NAN,
            steps,
            outage_prices: Vec::new(),
            outage_bound_prices: Vec::new(),
            columns: BTreeMap::new(),
        }
    }
    /// Sets a whole column.
    pub fn set(&mut self, quantity: Quantity, values: Vec<f64>) {
        self.columns.insert(quantity, values);
    }
    /// A whole column, if there.
    pub fn column(&self, quantity: Quantity) -> Option<&[f64]> {
        self.columns.get(&quantity).map(Vec::as_slice)
    }
    /// A whole column, to be changed.
    pub fn column_mut(&mut self, quantity: Quantity) -> Option<&mut Vec<f64>> {
        self.columns.get_mut(&quantity)
    }
    /// Values of one element over the steps; empty when the column is not there or too short.
    pub fn series(&self, quantity: Quantity, element: usize) -> &[f64] {
        let width = if quantity.spec().shape == Shape::PerStep { self.steps } else { 1 };
        self.column(quantity).and_then(|c| c.get(element * width..(element + 1) * width)).unwrap_or(&[])
    }
    /// Value of one element in one step; NaN when it is not there.
    #[inline]
    pub fn at(&self, quantity: Quantity, element: usize, t: usize) -> f64 {
        self.columns.get(&quantity).and_then(|c| c.get(element * self.steps + t)).copied().unwrap_or(f64::NAN)
    }
    /// All columns, by quantity.
    pub fn columns(&self) -> impl Iterator<Item = (Quantity, &[f64])> {
        self.columns.iter().map(|(q, c)| (*q, c.as_slice()))
    }
}
