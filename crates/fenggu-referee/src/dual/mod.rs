//! Prices: which limits they belong to, what every unit would rather do at them, and the bound that they prove.
//!
//! With λ the bus prices, and one price for every other coupling limit, the Lagrangian of the dispatch falls apart into one
//! term per variable plus constants. `w` are the hours of a step in the objective, `h_s` those in storage balances.
//! Price of limit k has the sign of the limit that binds: `price·value` enters the terms of the variables in `value`, and
//! `−price·limit` the constants.
//!
//! | variable  | its coefficient in the Lagrangian (objective per unit)                             | it lies in   |
//! |-----------|------------------------------------------------------------------------------------|--------------|
//! | p         | w·(cost − sign·λ + headroom − footroom) + ramp[t] − ramp[t+1] + emissions + energy sum | its limits |
//! | shed      | w·(cost − λ)                                                                       | 0 … demand   |
//! | elastic   | w·(λ − bid)                                                                        | 0 … width    |
//! | charge    | w·(sign·λ + cost − headroom + footroom) − h_s·η_c·water                            | 0 … max      |
//! | discharge | w·(cost − sign·λ + headroom − footroom) + h_s/η_d·water + h/η_d·cycle                   | 0 … max      |
//! | soc       | water[t] − kept[t+1]·water[t+1] − energy_up + energy_down + w·holding − end value  | its limits   |
//! | spill     | w·cost + h_s·water                                                                 | 0 … inflow   |
//! | store p   | w·(cost − sign·λ) + h_s·water                                                      | free: must be 0 |
//! | link p    | w·(cost + λ_from − η·λ_to) + ramp[t] − ramp[t+1]                                   | its limits   |
//! | capacity  | capital cost + global limits; what its limits are worth follows it                 | its range    |
//! | offer     | w·(cost − reserve + headroom or footroom) + duration·(energy price at η)           | 0 … max      |
//! | shortage  | w·(price − reserve)                                                                | 0 … width    |
//! | θ         | Σ ± (B·c + w·angle price), c = w·(λ_from − λ_to + limit price) + interfaces        | free: must be 0 |
//! | shift     | −B·c                                                                               | its limits   |
//! | flow over | w·(violation cost − abs(limit price) − Σ abs(prices after outages))                | 0 … any      |
//!
//! Limits after outages are limits of the angles of the network that each outage leaves. These angles are eliminated exactly: what the limits'
//! prices make of power at a bus is found by solving that network (`crate::outages`), and stands beside the price of a flow's ends.
//!
//! Side constraints and interfaces add to whichever variable they name. Each minimum is taken in closed form. Free variables
//! have no minimum unless their coefficient is zero: a test says so, and what rounding leaves of it is evaluated at the
//! reported value. A limit that is absent (infinite) is replaced, for the response only, by the reported value ± the
//! power that the whole system moves: rounding times infinity is no finding. Where a set point holds a value, that is its
//! range. Squares of discharge and of store power are part of the response.
//!
//! A capacity that is a decision takes its limits with it: its element's responses are first taken at the reported
//! capacity (each variable's test), and then together with the best capacity (`prices/*_capacity`, see `response.rs`).
mod grid;
mod limits;
mod response;
mod storage;
mod units;

use crate::case::{Case, Claim};
use crate::objective::{hours, Cost};
use crate::ray::{Found, RADIUS};
use crate::sum::Sum;
use crate::tally::{Book, Tally, WHOLE};
use fenggu_net::results::{Outcome, Shape};
use fenggu_net::{Quantity, TableId};
use std::collections::BTreeMap;

/// A column of prices; zeros where it is not given, and NaN (no price here) read as zero.
#[derive(Clone, Copy)]
pub(crate) struct Price<'a> {
    data: Option<&'a [f64]>,
    steps: usize,
}

impl Price<'_> {
    #[inline(always)]
    pub(crate) fn at(&self, element: usize, t: usize) -> f64 {
        match self.data {
            Some(d) => {
                let v = d[element * self.steps + t];
                if v.is_nan() {
                    0.0
                } else {
                    v
                }
            }
            None => 0.0,
        }
    }
    pub(crate) fn present(&self) -> bool {
        self.data.is_some()
    }
}

/// What the price tests share.
pub(crate) struct Court<'c, 'a> {
    pub case: &'c Case<'a>,
    /// Hours of the step in the objective.
    pub w: Vec<f64>,
    /// Price at every bus.
    pub bus: Price<'a>,
    /// Power that stands in for an absent limit, MW.
    pub plausible: f64,
    /// What interfaces and side constraints add to the coefficient of a quantity, objective per unit. `[element × step]`
    pub extra: BTreeMap<Quantity, Vec<f64>>,
    /// What limits after outages add to the coefficient of a shift that is a decision, and their prices as amounts. `[branch × step]`, empty
    /// for none.
    pub outage_shift: Vec<f64>,
    pub outage_sum: Vec<f64>,
    /// What global limits charge for a unit of chosen capacity. `[element]`
    pub per_capacity: BTreeMap<Quantity, Vec<f64>>,
    /// The bound so far.
    pub bound: Sum,
    /// Whether multipliers are to prove that there is no dispatch: costs are zero, nothing is reported, and rounding counts.
    pub ray: bool,
    /// What rounding may have added to the bound (ray only).
    pub rounding: f64,
    /// An element and step whose own limits exclude each other (ray only).
    pub crossed: Option<(TableId, usize, usize)>,
    /// Columns that would be needed and are not given.
    pub missing: Vec<&'static str>,
}

/// All price tests; returns the bound, NaN where the prices do not allow one.
pub(crate) fn run(case: &Case<'_>, cost: &Cost, book: &mut Book) -> f64 {
    let w = hours(case);
    let reason = if case.results.column(Quantity::BusPrice).is_none() {
        Some("no prices are given: optimality was not judged".to_string())
    } else if case.results.outcome != Outcome::Optimal {
        Some(format!("the run ended as `{}`: it does not claim an optimum", case.results.outcome.word()))
    } else if w.contains(&0.0) {
        Some("a step counts zero hours in the objective, so that its prices per MWh say nothing".to_string())
    } else {
        None
    };
    if let Some(reason) = reason {
        book.skip("prices/duality_gap", "currency", reason);
        return f64::NAN;
    }
    let mut court = Court::new(case, w, plausible(case));
    finite(case, book);
    grid::parts(&court, book);
    limits::run(&mut court, book);
    if !court.missing.is_empty() {
        let reason = format!("limits bind whose prices are not given: {}", court.missing.join(", "));
        book.skip("prices/duality_gap", "currency", reason);
        return f64::NAN;
    }
    book.enter_all(court.responses());
    let bound = court.bound.value();
    let mut gap = Tally::whole("prices/duality_gap", "currency");
    gap.add((cost.total - bound).abs(), case.options.gap_relative * cost.scale(), 0, WHOLE);
    book.enter(gap);
    bound
}

/// What multipliers show of a network without costs: the same bound, each variable at its least within its own limits, every
/// step counting 1 and every reported value 0.
pub(crate) fn ray(case: &Case<'_>) -> Found {
    let mut court = Court::new(case, vec![1.0; case.steps], RADIUS);
    limits::run(&mut court, &mut Book::default());
    court.responses();
    // Weights that met no variable (their element has no such decision) are weights on zeros.
    let rounding = court.rounding + 4.0 * f64::EPSILON * court.bound.gross;
    Found { excess: court.bound.value(), rounding, crossed: court.crossed }
}

/// A price column of a case.
pub(crate) fn price<'a>(case: &Case<'a>, q: Quantity) -> Price<'a> {
    Price { data: case.results.column(q), steps: if q.spec().shape == Shape::PerStep { case.steps } else { 1 } }
}

/// The power that the whole system moves in its busiest step, MW; at least 1.
fn plausible(case: &Case<'_>) -> f64 {
    let net = case.net;
    let mut most: f64 = 1.0;
    for t in 0..case.steps {
        let mut sum = 0.0;
        (0..net.generators.len()).for_each(|i| sum += case.generator_p.at(i, t).abs());
        net.loads.rows().iter().filter(|l| l.in_service).for_each(|l| sum += l.p_mw.at(t).abs());
        (0..net.links.len()).for_each(|i| sum += case.link_p.at(i, t).abs());
        (0..net.stores.len()).for_each(|i| sum += case.store_p.at(i, t).abs());
        (0..net.storage_units.len()).for_each(|i| sum += case.charge.at(i, t).abs() + case.discharge.at(i, t).abs());
        // NaN must not become a limit; the test of finite values has refused it.
        most = most.max(sum);
    }
    most
}

/// `prices/finite`: a price at every bus in service in every step.
fn finite(case: &Case<'_>, book: &mut Book) {
    let mut test = Tally::new("prices/finite", "values", TableId::Buses);
    let col = case.col(Quantity::BusPrice);
    for (id, _) in case.net.buses.iter().filter(|(_, b)| b.in_service()) {
        for t in 0..case.steps {
            test.add(if col.at(id.index(), t).is_finite() { 0.0 } else { 1.0 }, 0.5, id.index(), t);
        }
    }
    book.enter(test);
}

/// Limits cross, rather than meet by rounding, beyond this share of their size (at least 1).
const CROSSED: f64 = 1e-6;

/// Whether limits leave nothing between them.
pub(crate) fn cross(lo: f64, hi: f64) -> bool {
    lo > hi && lo - hi > CROSSED * lo.abs().max(hi.abs()).max(1.0)
}

impl<'c, 'a> Court<'c, 'a> {
    fn new(case: &'c Case<'a>, w: Vec<f64>, plausible: f64) -> Court<'c, 'a> {
        Court {
            case,
            w,
            bus: price(case, Quantity::BusPrice),
            plausible,
            extra: BTreeMap::new(),
            outage_shift: Vec::new(),
            outage_sum: Vec::new(),
            per_capacity: BTreeMap::new(),
            bound: Sum::default(),
            ray: case.claim == Claim::Ray,
            rounding: 0.0,
            crossed: None,
            missing: Vec::new(),
        }
    }
    /// What every variable would rather do.
    fn responses(&mut self) -> Vec<Tally> {
        let mut made = Vec::new();
        grid::violations(self, &mut made);
        grid::angles(self, &mut made);
        grid::capacities(self, &mut made);
        units::generators(self, &mut made);
        units::loads(self, &mut made);
        units::links(self, &mut made);
        storage::units(self, &mut made);
        storage::stores(self, &mut made);
        units::reserves(self, &mut made);
        made
    }
}

impl Court<'_, '_> {
    /// Limits for the response of a variable whose reported value is `x`.
    pub(crate) fn range(&self, x: f64, lo: f64, hi: f64) -> (f64, f64) {
        let lo = if lo == f64::NEG_INFINITY { x - self.plausible } else { lo };
        let hi = if hi == f64::INFINITY { x + self.plausible } else { hi };
        // Limits crossed by rounding are one value.
        (lo.min(hi), hi)
    }
    /// Response of a variable with a linear term: adds its least value to the bound, and to the test what the reported
    /// value loses. `size` is the sum of the coefficient's parts' sizes; `at` is row and step.
    #[inline]
    pub(crate) fn linear(&mut self, test: &mut Tally, x: f64, coefficient: f64, size: f64, limits: (f64, f64), at: (usize, usize)) {
        if self.ray && cross(limits.0, limits.1) {
            self.crossed = self.crossed.or(test.table().map(|table| (table, at.0, at.1)));
        }
        let (lo, hi) = self.range(x, limits.0, limits.1);
        if self.ray && coefficient != 0.0 {
            // A dozen sums and products of numbers of this size; where that leaves the sign open, either end may be the least.
            let doubt = 16.0 * f64::EPSILON * size;
            let end = if coefficient > 0.0 { lo } else { hi };
            self.rounding += doubt * if coefficient.abs() > doubt { end.abs() } else { lo.abs().max(hi.abs()) };
        }
        let best = (coefficient * lo).min(coefficient * hi);
        self.bound += best;
        let tolerance = self.case.options.price_relative * size * (hi - lo).max(1.0);
        test.add(coefficient * x - best, tolerance, at.0, at.1);
    }
    /// What global limits charge for a unit of a chosen capacity.
    pub(crate) fn charged(&self, q: Quantity, row: usize) -> f64 {
        self.per_capacity.get(&q).map_or(0.0, |c| c[row])
    }
    /// Response of a free variable of cost `coefficient·x + square·x²`: its marginal cost must be zero.
    #[inline]
    pub(crate) fn free(&mut self, test: &mut Tally, x: f64, coefficient: f64, square: f64, size: f64, at: (usize, usize)) {
        if self.ray {
            return self.linear(test, x, coefficient, size, (f64::NEG_INFINITY, f64::INFINITY), at);
        }
        let marginal = coefficient + 2.0 * square * x;
        test.add(marginal.abs(), self.case.options.price_relative * size, at.0, at.1);
        let cost = |x: f64| (coefficient + square * x) * x;
        self.bound += if square > 0.0 {
            // Beyond what the system moves nothing is looked for: what rounding leaves over a tiny square is no finding.
            let rest = -coefficient / (2.0 * square);
            cost(response::between(rest, x - self.plausible, x + self.plausible))
        } else {
            cost(x)
        };
    }
}
