//! The Lagrangian bound at the multipliers that a commitment is handed on with, from the raw network.
//!
//! Multipliers turn balances, reserve requirements and flow limits into money. What remains is one problem per element, each at its
//! best by itself; their sum is a lower bound on the cost of every commitment, whatever the multipliers are. `w` are the hours that a
//! step counts in the objective, λ the bus's multiplier, μ the reserve's, ν the branch's (signs as the prices of [`fenggu_net::Quantity`]).
//!
//! | element              | its part                                                                                 |
//! |----------------------|------------------------------------------------------------------------------------------|
//! | load, shunt          | w·λ·demand + min over shed of w·(cost − λ)·shed + min over elastic of w·(λ − bid)·elastic |
//! | requirement          | w·μ·requirement + min over shortage of w·(price − μ)·shortage                            |
//! | committable unit     | least of cost − w·λ·p − w·(μ − offer)·r over all its plans ([`super::response`])         |
//! | other unit           | the same, step by step                                                                   |
//! | storage, store       | least over the horizon of cost − w·λ·p ([`super::storage`]), and min of w·(offer − μ)·r         |
//! | link                 | min over p of w·(cost + λ_from − η·λ_to)·p                                                |
//! | branches             | least of Σ w·(λ_from − λ_to + ν + ψ_from − ψ_to)·flow − w·abs(ν)·rating (see [`branches`]); ψ of limits after outages |
//! | limits after outages | −w·abs(their multipliers)·emergency rating ([`crate::outages`])                           |
//!
//! What is left out only lowers the sum: ramps and energy limits of units that are not committable, interfaces, global limits and side
//! constraints (breaking them never earns anything). Every sum is compensated, and what rounding may have added is subtracted.

use super::convex::Convex;
use super::duty::{switched, Duty};
use super::response::{Offer, Solver};
use super::storage::Tank;
use crate::capacity::{emergency_rating, hard_rating, of_charge, of_discharge, of_generator, of_link, rating, set_at};
use crate::case::Case;
use crate::curve::Curve;
use crate::dual::{price, Price};
use crate::objective::{hours, Cost};
use crate::outages::{grouped, sorted, Outages, Weights};
use crate::ray::RADIUS_RAD;
use crate::sum::Sum;
use crate::tally::{Book, Tally, WHOLE};
use fenggu_net::results::OutagePrice;
use fenggu_net::{Generator, Profile, Quantity, ReserveDirection, TableId};
use std::collections::BTreeMap;

const INF: f64 = f64::INFINITY;
/// Pieces of a quadratic cost: the chords lie above it by at most square · (range / pieces)² / 4, which is subtracted.
const PIECES: usize = 128;
/// A multiplier on the wrong side of zero by less is zero.
const ZERO: f64 = 1e-9;

/// What is offered of one reserve by one unit: row of the reserve, of the offer.
type Offered = Vec<(usize, usize)>;

/// The bound under way.
struct Bound<'c, 'a> {
    case: &'c Case<'a>,
    w: Vec<f64>,
    bus: Price<'a>,
    reserve: Price<'a>,
    sum: Sum,
    /// What rounding may have added.
    rounding: f64,
    /// Why there is no bound, where something is to be said.
    none: Option<String>,
}

/// `bound/*`. Returns the checked bound; NaN where there is none.
pub(super) fn run(case: &Case<'_>, cost: &Cost, book: &mut Book) -> f64 {
    const NAME: &str = "bound/below_objective";
    let mut skip = |reason: String| {
        book.skip(NAME, "currency", reason);
        f64::NAN
    };
    if case.results.column(Quantity::BusBoundPrice).is_none() {
        return skip("no multipliers are given (buses.bound_price_per_mwh): no bound was checked".into());
    }
    if let Some(what) = missing(case) {
        return skip(format!("no bound is built for {what}"));
    }
    let multipliers = multipliers(case);
    let refused = multipliers.1;
    book.enter(multipliers.0);
    if refused {
        book.skip(NAME, "currency", "a multiplier is no number or has the wrong sign: they prove no bound");
        return f64::NAN;
    }
    let bound = match compute(case) {
        Ok(bound) => bound,
        Err(reason) => {
            book.skip(NAME, "currency", reason);
            return f64::NAN;
        }
    };
    let mut test = Tally::whole(NAME, "currency");
    test.add(bound - cost.total, case.options.gap_relative * cost.scale(), 0, WHOLE);
    book.enter(test);
    bound
}

/// What the bound has no part for.
fn missing(case: &Case<'_>) -> Option<&'static str> {
    if case.choices.iter().any(|(_, rows)| !rows.is_empty()) {
        return Some("capacities that are decisions");
    }
    None
}

/// `bound/multipliers`: a number at every bus in service, nothing negative at a requirement. The test, and whether it fails.
fn multipliers(case: &Case<'_>) -> (Tally, bool) {
    let (bus, reserve) = (case.col(Quantity::BusBoundPrice), case.col(Quantity::ReserveBoundPrice));
    let mut test = Tally::new("bound/multipliers", "currency/MWh", TableId::Reserves);
    let mut buses = Tally::new("bound/multipliers", "currency/MWh", TableId::Buses);
    let (mut bad, mut worst) = (false, false);
    for (id, _) in case.net.buses.iter().filter(|(_, b)| b.in_service()) {
        for t in 0..case.steps {
            let wrong = !bus.at(id.index(), t).is_finite();
            buses.add(if wrong { f64::NAN } else { 0.0 }, ZERO, id.index(), t);
            bad |= wrong;
        }
    }
    for (id, _) in case.net.reserves.iter() {
        for t in 0..case.steps {
            let v = reserve.at(id.index(), t);
            test.add(if v.is_finite() { -v } else { f64::NAN }, ZERO, id.index(), t);
            worst |= !v.is_finite() || v < -ZERO;
        }
    }
    if worst {
        (test, true)
    } else {
        (buses, bad)
    }
}

/// The bound, or why there is none.
fn compute(case: &Case<'_>) -> Result<f64, String> {
    let mut b = Bound {
        case,
        w: hours(case),
        bus: price(case, Quantity::BusBoundPrice),
        reserve: price(case, Quantity::ReserveBoundPrice),
        sum: Sum::default(),
        rounding: 0.0,
        none: None,
    };
    b.demand();
    b.requirements();
    b.generators();
    b.links();
    b.storage();
    branches(&mut b);
    let rounding = b.rounding + 16.0 * f64::EPSILON * b.sum.gross;
    let value = b.sum.value() - rounding;
    match b.none {
        Some(reason) => Err(reason),
        None if value.is_finite() => Ok(value),
        None => Err("the multipliers prove no bound: something without limit would earn at them".into()),
    }
}

impl Bound<'_, '_> {
    /// Multiplier of an hour of a step at a bus, and of a reserve.
    fn at_bus(&self, bus: usize, t: usize) -> f64 {
        self.w[t] * self.bus.at(bus, t)
    }
    fn at_reserve(&self, reserve: usize, t: usize) -> f64 {
        self.w[t] * self.reserve.at(reserve, t).max(0.0)
    }

    /// Least of `coefficient·x` over `lo ≤ x ≤ hi`, where nothing times infinity is nothing.
    fn linear(&mut self, coefficient: f64, lo: f64, hi: f64) {
        if coefficient != 0.0 {
            self.sum += coefficient * if coefficient > 0.0 { lo } else { hi };
        }
    }

    fn demand(&mut self) {
        let net = self.case.net;
        for (_, l) in net.loads.iter().filter(|(_, l)| l.in_service && self.case.live(l.bus)) {
            let worth = Curve::of_steps(&l.bid, -1.0);
            let most: f64 = l.bid.iter().map(|s| s[0]).sum();
            for t in 0..self.case.steps {
                let (w, value, demand) = (self.w[t], self.at_bus(l.bus.index(), t), l.p_mw.at(t));
                self.sum += value * demand;
                if let Some(cost) = l.shed_cost_per_mwh {
                    self.linear(w * cost - value, 0.0, demand.max(0.0));
                }
                if !l.bid.is_empty() {
                    self.sum += worth.least(w, value, 0.0, 0.0, most);
                }
            }
        }
        for (_, s) in net.shunts.iter().filter(|(_, s)| s.in_service && self.case.live(s.bus)) {
            for t in 0..self.case.steps {
                self.sum += self.at_bus(s.bus.index(), t) * s.g_mw;
            }
        }
    }

    fn requirements(&mut self) {
        for (id, r) in self.case.net.reserves.iter() {
            for t in 0..self.case.steps {
                let value = self.at_reserve(id.index(), t);
                self.sum += value * r.requirement_mw.at(t);
                for &[width, price] in &r.shortage {
                    self.linear((self.w[t] * price - value).min(0.0), 0.0, width);
                }
            }
        }
    }

    fn generators(&mut self) {
        let (case, net) = (self.case, self.case.net);
        let mut offered: Vec<Offered> = vec![Vec::new(); net.generators.len()];
        for (id, o) in net.reserve_offers.iter() {
            if let Some(g) = o.generator {
                offered[g.index()].push((o.reserve.index(), id.index()));
            }
        }
        let mut solver = Solver::default();
        for (id, g) in net.generators.iter().filter(|(_, g)| g.in_service && case.live(g.bus)) {
            let i = id.index();
            if switched(case, g) {
                let duty = Duty::new(case, i);
                if duty.hi.iter().chain(&duty.lo).any(|p| !p.is_finite()) {
                    self.none = Some(format!("\"{}\" may be switched and has no highest or lowest output", g.name));
                    return;
                }
                let reach = Curve::of_generator(g).1;
                let out: Vec<f64> =
                    duty.hi.iter().zip(&duty.lo).map(|(hi, lo)| if hi < lo { *hi } else { hi.min(reach).max(*lo) }).collect();
                let offer = self.offer(g, &duty.lo, &out, &duty.hi, &offered[i]);
                let least = solver.least(&duty, &offer);
                if least.value == INF {
                    self.none = Some(format!("no plan of \"{}\" keeps its own rules", g.name));
                    return;
                }
                self.sum += least.value;
                self.rounding += least.rounding;
            } else {
                self.free(g, &offered[i]);
            }
        }
    }

    /// A unit that is not switched, step by step.
    fn free(&mut self, g: &Generator, offered: &Offered) {
        let steps = self.case.steps;
        let (curve, reach) = Curve::of_generator(g);
        let limits = |t: usize| {
            let limits = of_generator(g, t).held(set_at(&g.p_set_mw, t));
            (limits.lo, limits.hi.min(reach).max(limits.lo))
        };
        let (mut lo, mut out): (Vec<f64>, Vec<f64>) = (0..steps).map(limits).unzip();
        // What output and reserve share is more than output alone may reach.
        let hi: Vec<f64> = (0..steps).map(|t| of_generator(g, t).hi.max(out[t])).collect();
        for t in 0..steps {
            // Without a limit: as far as the last corner, where going on costs.
            let income = self.at_bus(g.bus.index(), t) * g.sign;
            let (linear, square) = (self.w[t] * g.cost_linear_per_mwh.at(t) - income, self.w[t] * g.cost_quadratic_per_mw2h.at(t));
            let ends = (curve.corners().first().copied().unwrap_or(0.0), curve.corners().last().copied().unwrap_or(0.0));
            let rest = if square > 0.0 {
                (linear.abs() + self.w[t] * (curve.slope_at(ends.0).abs() + curve.slope_after(ends.1).abs())) / square
            } else {
                0.0
            };
            if out[t] == INF && (square > 0.0 || linear + self.w[t] * curve.slope_after(ends.1) >= 0.0) {
                out[t] = ends.1.max(lo[t]).max(0.0) + rest;
            }
            if lo[t] == -INF && (square > 0.0 || linear + self.w[t] * curve.slope_at(ends.0) <= 0.0) {
                lo[t] = ends.0.min(out[t]).min(0.0) - rest;
            }
            if !(lo[t].is_finite() && out[t].is_finite()) {
                self.sum += f64::NEG_INFINITY;
                return;
            }
        }
        let offer = self.offer(g, &lo, &out, &hi, offered);
        let mut tops = Convex::default();
        for t in 0..steps {
            offer.cost[t].convolve(&offer.gain[t], INF, &mut tops);
            self.sum += tops.least_to(hi[t] - lo[t]);
        }
        self.rounding += 64.0 * f64::EPSILON * offer.gross;
    }

    /// What every step is worth to a unit at these multipliers: output in `lo … out`, upward reserve beside it up to `hi`. Downward reserve,
    /// whose room is left out, is in the cost.
    fn offer(&self, g: &Generator, lo: &[f64], out: &[f64], hi: &[f64], offered: &Offered) -> Offer {
        let steps = self.case.steps;
        let net = self.case.net;
        let (curve, _) = Curve::of_generator(g);
        let mut offer = Offer { cost: Vec::with_capacity(steps), gain: Vec::with_capacity(steps), gross: 0.0 };
        let mut points = Vec::new();
        for t in 0..steps {
            let (w, range) = (self.w[t], out[t] - lo[t]);
            let income = self.at_bus(g.bus.index(), t) * g.sign;
            let (linear, square) = (w * g.cost_linear_per_mwh.at(t), w * g.cost_quadratic_per_mw2h.at(t));
            let mut gain: Vec<(f64, f64)> = Vec::new();
            let mut given = 0.0;
            for &(reserve, row) in offered {
                let o = &net.reserve_offers.rows()[row];
                let slope = w * o.cost_per_mwh.at(t) - self.at_reserve(reserve, t);
                let width = o.max_mw.at(t).min((hi[t] - lo[t]).max(0.0));
                if slope < 0.0 && width > 0.0 {
                    offer.gross += -slope * width;
                    if net.reserves.rows()[reserve].direction == ReserveDirection::Up {
                        gain.push((width, slope));
                    } else {
                        given += slope * width;
                    }
                }
            }
            gain.sort_by(|a, b| a.1.total_cmp(&b.1));
            offer.gain.push(gain);
            points.clear();
            points.push(lo[t]);
            points.extend(curve.corners().iter().filter(|x| **x > lo[t] && **x < out[t]));
            if square > 0.0 {
                points.extend((1..PIECES).map(|k| lo[t] + range * k as f64 / PIECES as f64));
                points.sort_by(f64::total_cmp);
            }
            points.push(out[t]);
            let lowered = square.max(0.0) * (range / PIECES as f64).powi(2) / 4.0;
            let value = |p: f64| w * (g.cost_constant_per_h + curve.at(p)) + (linear - income + square * p) * p + given - lowered;
            let size = |p: f64| {
                w * (g.cost_constant_per_h.abs() + curve.at(p).abs()) + (linear.abs() + income.abs() + square.abs() * p.abs()) * p.abs()
            };
            offer.gross += size(lo[t]).max(size(out[t])) + given.abs();
            if range < -1e-6 {
                offer.cost.push(Convex::default());
                continue;
            }
            let values: Vec<(f64, f64)> = points.iter().map(|&p| ((p - lo[t]).max(0.0), value(p))).collect();
            offer.cost.push(Convex::below(&values));
        }
        offer
    }

    fn storage(&mut self) {
        let (case, net) = (self.case, self.case.net);
        let w = self.w.clone();
        for (_, s) in net.storage_units.iter().filter(|(_, s)| s.in_service && case.live(s.bus)) {
            let tank = Tank::of_unit(case, s, &w, |t| s.sign * self.at_bus(s.bus.index(), t));
            self.tank(&tank, &s.name);
        }
        for (_, s) in net.stores.iter().filter(|(_, s)| s.in_service && case.live(s.bus)) {
            let tank = Tank::of_store(case, s, &w, |t| s.sign * self.at_bus(s.bus.index(), t));
            self.tank(&tank, &s.name);
        }
        for (_, o) in net.reserve_offers.iter().filter(|(_, o)| o.generator.is_none() && case.offer_live(o)) {
            let Some(s) = o.storage_unit.map(|s| &net.storage_units[s]) else { continue };
            for (t, w) in w.iter().enumerate() {
                let value = w * o.cost_per_mwh.at(t) - self.at_reserve(o.reserve.index(), t);
                // From full charge to full discharge, or the other way round.
                let most = o.max_mw.at(t).min(of_charge(s, t).hi + of_discharge(s, t).hi);
                self.linear(value.min(0.0), 0.0, most.max(0.0));
            }
        }
    }

    fn tank(&mut self, tank: &Tank, name: &str) {
        match tank.least() {
            Some((value, rounding)) if value < INF => {
                self.sum += value;
                self.rounding += rounding;
            }
            Some(_) => self.none = Some(format!("no plan of \"{name}\" keeps its own rules")),
            None => self.none = Some(format!("something of \"{name}\" has no limit")),
        }
    }

    fn links(&mut self) {
        let (case, net) = (self.case, self.case.net);
        let mut ends: Vec<Vec<usize>> = vec![Vec::new(); net.links.len()];
        net.link_ends.iter().for_each(|(id, e)| ends[e.link.index()].push(id.index()));
        for (id, l) in net.links.iter().filter(|(_, l)| case.link_live(l)) {
            for t in 0..case.steps {
                let limits = of_link(l, t).held(set_at(&l.p_set_mw, t));
                let (from, to) = (self.at_bus(l.bus_from.index(), t), self.at_bus(l.bus_to.index(), t));
                let mut c = self.w[t] * l.cost_linear_per_mwh.at(t) + from - l.efficiency.at(t) * to;
                let mut size = (self.w[t] * l.cost_linear_per_mwh.at(t)).abs() + from.abs() + (l.efficiency.at(t) * to).abs();
                for &e in &ends[id.index()] {
                    let end = &net.link_ends.rows()[e];
                    let part = end.efficiency.at(t) * self.at_bus(end.bus.index(), t);
                    c -= part;
                    size += part.abs();
                }
                self.sum += to * l.loss_constant_mw;
                let square = self.w[t] * l.cost_quadratic_per_mw2h.at(t);
                let (lo, hi) = (limits.lo, limits.hi.max(limits.lo));
                if square > 0.0 {
                    let p = (-c / (2.0 * square)).max(lo).min(hi);
                    self.sum += (c + square * p) * p;
                    self.rounding += 16.0 * f64::EPSILON * size * p.abs();
                } else {
                    self.linear(c, lo, hi);
                    let far = lo.abs().max(hi.abs());
                    if far.is_finite() {
                        self.rounding += 16.0 * f64::EPSILON * size * far;
                    }
                }
            }
        }
    }
}

/// What limits after outages are worth at their multipliers, and what these add to the weights of flows. A multiplier beyond what its limit
/// may be exceeded for is taken as that.
fn outages(b: &mut Bound<'_, '_>) -> Option<Weights> {
    let case = b.case;
    let mut prices = sorted(&case.results.outage_bound_prices);
    let branch = |p: &OutagePrice| case.net.branches.rows().get(p.branch);
    // One without a limit is none; one of no branch is told below.
    prices.retain(|p| branch(p).is_none_or(|b| b.rating_c_mva < INF));
    if prices.is_empty() {
        return None;
    }
    let outages = Outages::new(case);
    if outages.open {
        b.none = Some("limits after outages that are not unique".into());
        return None;
    }
    let mut sums: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    prices.iter().for_each(|p| *sums.entry((p.branch, p.step)).or_default() += p.price_per_mwh.abs());
    for p in &mut prices {
        let Some(row) = branch(p).filter(|_| p.step < case.steps) else { continue };
        let cap = |cost: &Option<Profile>| cost.as_ref().map_or(INF, |c| c.at(p.step));
        let most = cap(&row.violation_cost_per_mwh).min(cap(&row.emergency_violation_cost_per_mwh));
        if let Some(sum) = sums.get(&(p.branch, p.step)).filter(|s| **s > most) {
            // A whisker below, so that what is summed again is not above.
            p.price_per_mwh *= most / sum * (1.0 - 1e-12);
        }
    }
    let weights = match grouped(case, &outages, &prices) {
        Ok(priced) => Weights::new(case, &priced, &b.w, true),
        Err(reason) => {
            b.none = Some(reason);
            return None;
        }
    };
    for p in &prices {
        b.sum += -(b.w[p.step] * p.price_per_mwh.abs() * emergency_rating(&case.net.branches.rows()[p.branch], p.step));
    }
    b.sum += weights.constant;
    b.rounding += weights.missed * RADIUS_RAD;
    Some(weights)
}

/// What branches would rather carry: the better of two bounds in every step. By limits alone: each flow at the end of its range that
/// earns more. By Kirchhoff's law too: flows follow from angles, whose weights, summed along a spanning forest, meet the angle
/// difference across one branch each, which the branch's limits hold (beyond [`RADIUS_RAD`] nothing without limits is looked for).
/// Multipliers of a DC dual leave almost no weight on any angle.
fn branches(b: &mut Bound<'_, '_>) {
    let (case, net) = (b.case, b.case.net);
    if !case.wires.live.iter().any(|live| *live) {
        return;
    }
    let limit = price(case, Quantity::BranchBoundPrice);
    let weights = outages(b);
    let at_flow = |l: usize, t: usize| weights.as_ref().map_or([0.0; 3], |x| [&x.flow, &x.shift, &x.sum].map(|v| v[l * case.steps + t]));
    let mut pull = vec![0.0; net.buses.len()];
    let mut size = pull.clone();
    for t in 0..case.steps {
        let (mut by_limits, mut by_law, mut doubt) = (Sum::default(), Sum::default(), 0.0);
        pull.fill(0.0);
        size.fill(0.0);
        for (id, branch) in net.branches.iter().filter(|(id, _)| case.wires.live[id.index()]) {
            let (l, slope) = (id.index(), case.wires.slope[id.index()]);
            if slope == 0.0 {
                // It carries nothing.
                continue;
            }
            let (from, to) = (branch.bus_from.index(), branch.bus_to.index());
            let most = rating(branch, f64::NAN, t);
            let [added, at_shift, after] = at_flow(l, t);
            // What is left of the price of exceeding the limits; nothing without one.
            let spare = branch.violation_cost_per_mwh.as_ref().map_or(INF, |p| (b.w[t] * (p.at(t) - after)).max(0.0));
            // A multiplier of a limit that is absent is none, and none is beyond what exceeding it costs.
            let nu = if most < INF { (b.w[t] * limit.at(l, t)).max(-spare).min(spare) } else { 0.0 };
            let c = b.at_bus(from, t) - b.at_bus(to, t) + nu + added;
            let sizes = b.at_bus(from, t).abs() + b.at_bus(to, t).abs() + nu.abs() + added.abs();
            let fixed = if nu != 0.0 { -nu.abs() * most } else { 0.0 };
            by_limits += fixed;
            by_law += fixed;
            if c != 0.0 {
                // Beyond its rating a flow pays what is left of the price.
                let endless = c.abs() > spare - nu.abs();
                by_limits += if endless { -INF } else { -(c.abs() * most) };
            }
            let shift = case.wires.shift_range(l, branch);
            let (at_lo, at_hi) = ((at_shift - c * slope) * shift.0, (at_shift - c * slope) * shift.1);
            by_law += at_lo.min(at_hi);
            doubt += 16.0 * f64::EPSILON * sizes * (slope * shift.0.abs().max(shift.1.abs())).abs();
            pull[from] += slope * c;
            pull[to] -= slope * c;
            size[from] += slope.abs() * sizes;
            size[to] += slope.abs() * sizes;
        }
        for (l, known, new) in case.wires.forest().rev() {
            let branch = &net.branches.rows()[l];
            let by_angle = branch.angle_min_deg.abs().max(branch.angle_max_deg.abs()).to_radians();
            let shift = case.wires.shift_range(l, branch);
            let by_rating = hard_rating(branch, f64::NAN, t) / case.wires.slope[l].abs() + shift.0.abs().max(shift.1.abs());
            let span = [by_angle, by_rating, RADIUS_RAD].into_iter().fold(INF, f64::min);
            by_law += -(pull[new].abs() * span);
            doubt += 16.0 * f64::EPSILON * size[new] * span;
            pull[known] += pull[new];
            size[known] += size[new];
        }
        let by_law_value = by_law.value() - doubt - 16.0 * f64::EPSILON * by_law.gross;
        b.sum += by_limits.value().max(by_law_value);
        b.rounding += 16.0 * f64::EPSILON * if by_limits.gross.is_finite() { by_limits.gross } else { 0.0 };
    }
}
