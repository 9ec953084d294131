//! What `why.json` says of a run without an answer: what conflicts, what to change, what runs away. Plain data, copied from the
//! explanation: the report does not depend on the analyses.
//!
//! ```text
//! explanation
//!   said[]        code, severity, title, why, remedy; title_zh, why_zh, remedy_zh      verdict first, then conflicts, then fixes
//!   conflicts[]   irreducible, first_step, last_step,
//!                 members[]: room, table, element, quantity, side (upper | lower | balance | set point), limit, first_step, last_step, text
//!   more_conflicts    whether there may be more than were looked for
//!   fixes[]       rank, cost, verified (true | false | null),
//!                 changes[]: table, name, field, unit, kind, from, to, first_step, last_step, cost, text
//!   runaway       cost, checked, runners[]: quantity, table, element, first_step, last_step, rate, cost, stopped_by
//!   prices[]      kind, price, unit, from_network          what giving way was taken to cost, in the network's currency
//!   solves, cut, seconds
//! ```
//!
//! Steps count from 0; they are null for a limit without steps. Costs are in the network's currency.

use serde::Serialize;

/// One thing said, in both languages.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // the head of the file says it
pub struct Said {
    pub code: &'static str,
    pub severity: &'static str,
    pub title: String,
    pub why: String,
    pub remedy: String,
    pub title_zh: String,
    pub why_zh: String,
    pub remedy_zh: String,
}

/// A member of a conflict.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct WhyMember {
    pub room: &'static str,
    pub table: Option<&'static str>,
    pub element: String,
    pub quantity: &'static str,
    pub side: &'static str,
    pub limit: f64,
    pub first_step: Option<usize>,
    pub last_step: Option<usize>,
    /// For people: `storage/limits[battery_7 soc, 2030-01-01 18:00] ≤ 40`.
    pub text: String,
}

/// Limits that cannot all hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct WhyConflict {
    pub irreducible: bool,
    pub first_step: Option<usize>,
    pub last_step: Option<usize>,
    pub members: Vec<WhyMember>,
}

/// A change of a fix.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct WhyChange {
    pub table: &'static str,
    pub name: String,
    pub field: &'static str,
    pub unit: &'static str,
    pub kind: &'static str,
    pub from: f64,
    pub to: f64,
    pub first_step: Option<usize>,
    pub last_step: Option<usize>,
    pub cost: f64,
    /// For people: `generators "G7" p_max_mw 300 → 412 MW, 2030-01-01 18:00 … 21:00`.
    pub text: String,
}

/// A set of changes that mends the network.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct WhyFix {
    pub rank: usize,
    pub cost: f64,
    pub verified: Option<bool>,
    pub changes: Vec<WhyChange>,
}

/// A quantity that runs away.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct WhyRunner {
    pub quantity: &'static str,
    pub table: Option<&'static str>,
    pub element: String,
    pub first_step: usize,
    pub last_step: usize,
    pub rate: f64,
    pub cost: f64,
    pub stopped_by: &'static str,
}

/// A direction without end.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct WhyRunaway {
    pub cost: f64,
    pub checked: bool,
    pub runners: Vec<WhyRunner>,
}

/// What giving way was taken to cost.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct WhyPrice {
    pub kind: &'static str,
    pub price: f64,
    pub unit: &'static str,
    pub from_network: bool,
}

/// The object `explanation` of `why.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Why {
    pub said: Vec<Said>,
    pub conflicts: Vec<WhyConflict>,
    pub more_conflicts: bool,
    pub fixes: Vec<WhyFix>,
    pub runaway: Option<WhyRunaway>,
    pub prices: Vec<WhyPrice>,
    pub solves: usize,
    pub cut: bool,
    pub seconds: f64,
}
