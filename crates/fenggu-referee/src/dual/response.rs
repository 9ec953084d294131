//! Best responses in closed form: of one variable at a capacity, and of the capacity itself.
//!
//! Once prices have turned coupling limits into money, an element with a capacity P has the least cost
//! `V(P) = capital·P + Σ v_t(P) + Σ weight·max(a, b·P)`, where `v_t` is the least cost of a variable whose limits follow P,
//! and the last sum what priced limits (ramps, reserve room, ratings) that follow P are worth, negated. V is convex,
//! so that a tangent at any P lies below it everywhere: two tangents that fall towards each other bound its minimum from
//! below at their crossing (Kelley's method in one dimension), whatever the prices are, and exactly once they meet.

use super::{cross, Court};
use crate::capacity::{Choice, Limits};
use crate::curve::Curve;
use crate::tally::{Tally, WHOLE};

/// A variable's part of the Lagrangian: `weight·curve + linear·x + square·x²` within limits.
#[derive(Clone, Copy)]
pub(super) struct Response<'c> {
    pub curve: Option<&'c Curve>,
    pub weight: f64,
    pub linear: f64,
    pub square: f64,
    /// Sum of sizes of the marginal cost's parts.
    pub size: f64,
    pub limits: Limits,
    /// A further upper limit, absolute part plus one per capacity; infinite for none.
    pub also: (f64, f64),
}

impl Response<'_> {
    /// A variable of linear cost.
    pub(super) fn linear(linear: f64, size: f64, limits: Limits) -> Self {
        Response { curve: None, weight: 0.0, linear, square: 0.0, size, limits, also: (f64::INFINITY, 0.0) }
    }
    #[inline]
    fn cost(&self, x: f64) -> f64 {
        self.curve.map_or(0.0, |c| self.weight * c.at(x)) + (self.linear + self.square * x) * x
    }
    #[inline]
    fn least(&self, lo: f64, hi: f64) -> f64 {
        match self.curve {
            Some(c) => c.least(self.weight, self.linear, self.square, lo, hi),
            None => {
                let rest = if self.square > 0.0 { between(-self.linear / (2.0 * self.square), lo, hi) } else { lo };
                self.cost(lo).min(self.cost(hi)).min(self.cost(rest))
            }
        }
    }
    #[inline]
    fn limits_at(&self, capacity: f64) -> (f64, f64) {
        let (lo, hi) = self.limits.at(capacity);
        let further = if self.also.1 == 0.0 { self.also.0 } else { self.also.0 + self.also.1 * capacity };
        (lo, hi.min(further))
    }
    /// Least cost at a capacity, and a slope of it there.
    fn at(&self, capacity: f64) -> (f64, f64) {
        let (lo, hi) = self.limits_at(capacity);
        let lo = lo.min(hi);
        let slope = |x: f64, bend: fn(&Curve, f64) -> f64| {
            self.linear + 2.0 * self.square * x + self.curve.map_or(0.0, |c| self.weight * bend(c, x))
        };
        let (at_hi, at_lo) = (slope(hi, Curve::slope_at), slope(lo, Curve::slope_after));
        // Which limit holds the variable, and how fast that limit moves with the capacity.
        let moves = if at_hi < 0.0 {
            let l = &self.limits;
            let further = self.also.0 + self.also.1 * capacity;
            let per = if further <= hi { self.also.1 } else { l.hi_pu };
            at_hi * if l.hi_pu * capacity <= hi || further <= hi { per } else { 0.0 }
        } else if at_lo > 0.0 {
            at_lo * if self.limits.lo_pu * capacity >= lo { self.limits.lo_pu } else { 0.0 }
        } else {
            0.0
        };
        (self.least(lo, hi), moves)
    }
    /// Cuts off capacities at which the limits cross.
    fn narrow(&self, range: &mut (f64, f64)) {
        let l = &self.limits;
        let mut keep = |constant: f64, per: f64| {
            // constant + per·P ≥ 0; parts that are not there are NaN or infinite.
            if constant.is_finite() && per > 0.0 {
                range.0 = range.0.max(-constant / per);
            } else if constant.is_finite() && per < 0.0 {
                range.1 = range.1.min(constant / -per);
            }
        };
        keep(-l.lo, l.hi_pu);
        keep(l.hi, -l.lo_pu);
        keep(self.also.0 - l.lo, self.also.1);
    }
    /// How fast its limits move with the capacity at most.
    fn reach(&self) -> f64 {
        let per = |v: f64| if v.is_nan() { 0.0 } else { v.abs() };
        per(self.limits.lo_pu).max(per(self.limits.hi_pu)).max(self.also.1.abs())
    }
}

/// Everything of one element that follows its capacity.
#[derive(Default)]
pub(super) struct Room<'c> {
    terms: Vec<Response<'c>>,
    /// Weight ≥ 0, a and b of `weight·max(a, b·P)`.
    priced: Vec<(f64, f64, f64)>,
}

impl<'c> Room<'c> {
    pub(super) fn clear(&mut self) {
        self.terms.clear();
        self.priced.clear();
    }
    /// A limit from above with a price per unit of it: its worth falls with the capacity.
    pub(super) fn above(&mut self, price: f64, limits: &Limits) {
        self.price(price, -limits.hi, -limits.hi_pu);
    }
    /// A limit from below.
    pub(super) fn below(&mut self, price: f64, limits: &Limits) {
        self.price(price, limits.lo, limits.lo_pu);
    }
    fn price(&mut self, price: f64, absolute: f64, per: f64) {
        // A price of the wrong sign, or on no limit, is another test's finding and has no part in the bound.
        if price > 0.0 && (absolute.is_finite() || !per.is_nan()) {
            self.priced.push((price, absolute, per));
        }
    }
    /// Value and a slope at a capacity, and the sum of the parts' sizes.
    fn at(&self, linear: f64, capacity: f64) -> (f64, f64, f64) {
        let (mut value, mut slope, mut gross) = (linear * capacity, linear, (linear * capacity).abs());
        for r in &self.terms {
            let (v, s) = r.at(capacity);
            (value, slope, gross) = (value + v, slope + s, gross + v.abs());
        }
        for &(weight, absolute, per) in &self.priced {
            let follows = per * capacity;
            let v = weight * follows.max(absolute);
            (value, gross) = (value + v, gross + v.abs());
            slope += if follows >= absolute { weight * per } else { 0.0 };
        }
        (value, slope, gross)
    }
}

/// The nearest value in a range. (`f64::clamp` panics where results hold numbers that are none.)
pub(super) fn between(x: f64, lo: f64, hi: f64) -> f64 {
    x.max(lo).min(hi)
}

/// A lower bound on a convex function over a range, from its value and slope at points: exact to rounding for
/// piecewise-linear ones, and never above the minimum.
fn least_convex(at: impl Fn(f64) -> (f64, f64), start: (f64, f64, f64), range: (f64, f64)) -> f64 {
    const MOST: usize = 200;
    let (x0, v0, s0) = start;
    if s0 == 0.0 {
        return v0;
    }
    // The minimum lies on the side to which it falls; the other end of that side next.
    let far = if s0 < 0.0 { range.1 } else { range.0 };
    let (vf, sf) = at(far);
    if far == x0 || (s0 < 0.0 && sf <= 0.0) || (s0 > 0.0 && sf >= 0.0) {
        return vf.min(v0);
    }
    let (mut a, mut b) = if s0 < 0.0 { ((x0, v0, s0), (far, vf, sf)) } else { ((far, vf, sf), (x0, v0, s0)) };
    let mut bound = f64::NEG_INFINITY;
    for k in 0..MOST {
        // Crossing of the tangents: a falls, b rises.
        let x = between((b.1 - a.1 + a.2 * a.0 - b.2 * b.0) / (a.2 - b.2), a.0, b.0);
        let cross = (a.1 + a.2 * (x - a.0)).min(b.1 + b.2 * (x - b.0));
        bound = bound.max(cross);
        let width = b.0 - a.0;
        // Where the crossing hugs one end, the middle is asked now and then instead.
        let x = if k % 3 == 2 { 0.5 * (a.0 + b.0) } else { x };
        let (v, s) = at(x);
        if s == 0.0 {
            return v;
        }
        if v - bound <= 1e-13 * v.abs() || width <= 1e-13 * x.abs() {
            break;
        }
        if s < 0.0 {
            a = (x, v, s);
        } else {
            b = (x, v, s);
        }
    }
    bound
}

impl<'c> Court<'_, '_> {
    /// Response of a variable: adds its least cost at the reported capacity to the bound, and to the test what the
    /// reported value loses. With a room, the variable is remembered for the response of the capacity.
    #[inline]
    pub(super) fn respond(
        &mut self,
        test: &mut Tally,
        x: f64,
        mut r: Response<'c>,
        capacity: f64,
        at: (usize, usize),
        room: &mut Option<&mut Room<'c>>,
    ) {
        let (lo, hi) = r.limits_at(capacity);
        if self.ray {
            // Nothing costs: what is left is linear. With a room, `choose` puts this value back and answers for rounding.
            (r.curve, r.square) = (None, 0.0);
            if room.is_none() {
                return self.linear(test, x, r.linear, r.size, (lo, hi), at);
            }
        }
        let (lo, hi) = self.range(x, lo, hi);
        let best = r.least(lo, hi);
        self.bound += best;
        let now = r.cost(x);
        // A large value in a narrow range, or held, is as exact as its size allows. Money is compared in sums of this size, whose
        // last digits are not the dispatch's.
        let width = (hi - lo).max(1.0).max(0.1 * x.abs());
        let tolerance = self.case.options.price_relative * r.size * width + 1e-12 * now.abs();
        test.add(now - best, tolerance, at.0, at.1);
        if let Some(room) = room {
            if r.limits.lo == f64::NEG_INFINITY && r.limits.lo_pu.is_nan() {
                r.limits.lo = lo;
            }
            if r.limits.hi == f64::INFINITY && r.limits.hi_pu.is_nan() {
                r.limits.hi = hi;
            }
            room.terms.push(r);
        }
    }
    /// Response of a capacity: replaces in the bound what its room is worth at the reported capacity by the least over all
    /// capacities that may be chosen, and adds to the test what the reported one loses. `added` is what global limits charge for
    /// a unit of it.
    pub(super) fn choose(&mut self, test: &mut Tally, choice: &Choice, chosen: f64, added: f64, room: &Room<'_>) {
        if !chosen.is_finite() {
            // The test of finite values has refused it; no bound follows from it.
            self.bound += f64::NAN;
            return;
        }
        let mut range = (choice.least, if choice.most == f64::INFINITY { chosen + self.plausible } else { choice.most });
        room.terms.iter().for_each(|r| r.narrow(&mut range));
        if self.ray {
            return self.choose_any(test, choice, chosen, added, room, range);
        }
        // A reported capacity beyond the range is the feasibility tests' finding.
        let range = (range.0.min(chosen), range.1.max(chosen));
        let linear = choice.capital + added;
        let (now, slope, gross) = room.at(linear, chosen);
        let best = least_convex(
            |p| {
                let (v, s, _) = room.at(linear, p);
                (v, s)
            },
            (chosen, now, slope),
            range,
        );
        self.bound += best - (now - linear * chosen);
        let size = choice.capital.abs()
            + added.abs()
            + room.terms.iter().map(|r| r.size * r.reach()).sum::<f64>()
            + room.priced.iter().map(|p| if p.2.is_nan() { 0.0 } else { (p.0 * p.2).abs() }).sum::<f64>();
        let tolerance = self.case.options.price_relative * size.max(1.0) * (range.1 - range.0).max(1.0) + 1e-12 * gross;
        test.add(now - best, tolerance, choice.row, WHOLE);
    }
    /// As [`Court::choose`] for a proof: nothing is reported, so that the search starts anywhere in the range.
    fn choose_any(&mut self, test: &Tally, choice: &Choice, chosen: f64, added: f64, room: &Room<'_>, range: (f64, f64)) {
        if cross(range.0, range.1) {
            self.crossed = self.crossed.or(test.table().map(|table| (table, choice.row, WHOLE)));
        }
        let (least, most) = (range.0, range.1.max(range.0));
        let (linear, start) = (choice.capital + added, chosen.max(least).min(most));
        let (in_bound, _, _) = room.at(linear, chosen);
        let (now, slope, gross) = room.at(linear, start);
        let best = least_convex(
            |p| {
                let (v, s, _) = room.at(linear, p);
                (v, s)
            },
            (start, now, slope),
            (least, most),
        );
        self.bound += best;
        self.bound -= in_bound - linear * chosen;
        // Every coefficient, at the largest value that the limits allow at either end; the search itself stops at 1e-13.
        let at_most = |p: f64| {
            let size = |r: &Response<'_>| {
                let (lo, hi) = r.limits_at(p);
                r.size * lo.abs().max(hi.abs()).min(self.plausible.max(p))
            };
            room.terms.iter().map(size).sum::<f64>() + room.at(linear, p).2
        };
        self.rounding += 16.0 * f64::EPSILON * (at_most(least) + at_most(most)) + 1e-12 * gross;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bound never lies above the minimum, and at it for piecewise-linear functions.
    #[test]
    fn the_least_of_a_convex_function() {
        let pieces = [(-3.0, 0.0), (-1.0, -4.0), (0.5, -9.0), (4.0, -51.0)]; // slope, value at 0
        let at = |x: f64| pieces.iter().map(|&(s, v)| (v + s * x, s)).fold((f64::NEG_INFINITY, 0.0), |a, b| if b.0 > a.0 { b } else { a });
        let brute = (0..=200_000).map(|i| at(f64::from(i) * 1e-4).0).fold(f64::INFINITY, f64::min);
        for x in [0.0, 1.0, 3.0, 4.0, 12.0, 19.0] {
            let (v, s) = at(x);
            let found = least_convex(at, (x, v, s), (0.0, 20.0));
            assert!((found - brute).abs() < 1e-3 && found <= brute + 1e-12, "{x}: {found} {brute}");
        }
        let square = |x: f64| ((x - 3.0).powi(2) + 1.0, 2.0 * (x - 3.0));
        let found = least_convex(square, (9.0, 37.0, 12.0), (0.0, 20.0));
        assert!(found <= 1.0 && found > 1.0 - 1e-9, "{found}");
        // At an end.
        assert_eq!(least_convex(|x| (2.0 * x, 2.0), (5.0, 10.0, 2.0), (1.0, 8.0)), 2.0);
    }

    /// Value and slope of every kind of part against differences.
    #[test]
    fn slopes_of_a_room() {
        let curve = Curve::of_steps(&[[10.0, 1.0], [10.0, 5.0]], 1.0);
        let mut room = Room::default();
        let limits = Limits { lo: 1.0, hi: 30.0, lo_pu: 0.1, hi_pu: 0.7 };
        let r = Response { curve: Some(&curve), weight: 2.0, linear: -9.0, square: 0.01, size: 1.0, limits, also: (4.0, 0.5) };
        room.terms.extend([r, Response { linear: 3.0, ..r }, Response { also: (f64::INFINITY, 0.0), ..r }]);
        room.above(2.0, &limits);
        room.below(3.0, &limits);
        for p in [5.0, 15.0, 19.0, 25.0, 37.0, 60.0] {
            let (v, s, _) = room.at(1.5, p);
            let d = 1e-6;
            let slope = (room.at(1.5, p + d).0 - room.at(1.5, p - d).0) / (2.0 * d);
            assert!((s - slope).abs() < 1e-6, "{p}: {s} {slope} {v}");
        }
    }
}
