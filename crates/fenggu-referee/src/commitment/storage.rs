//! What storage would rather do at the multipliers of a bound: the least of its cost less its income over the horizon.
//!
//! Backward in t over W(e), the least of steps t … with e stored before step t; convex and piecewise linear. A step takes z out of the
//! tank and leaves `e' = kept·e + inflow − z` in it: its charge, discharge and spill are pieces of z, the cheapest first, so that
//! `W(e) = (W' ⊕ cost)(kept·e + inflow)`.
//!
//! Left out, which only lowers the value: limits of cycles, set points of the difference of discharge and charge, squares of costs,
//! and the room that reserve takes. A cycle's equal ends are priced: the best price of their difference is looked for.

use super::convex::Convex;
use crate::capacity::{of_charge, of_discharge, of_energy, of_soc, set_at, Limits};
use crate::case::Case;
use crate::curve::Curve;
use fenggu_net::{EndRule, StorageUnit, Store};

const INF: f64 = f64::INFINITY;

/// One step of a tank.
struct Step {
    /// Share kept of what was stored before, and inflow, MWh.
    kept: f64,
    inflow: f64,
    /// Least taken out, MWh (below 0: the most put in), and its cost.
    least: f64,
    cost: f64,
    /// What more is taken out: width (MWh) and cost per MWh, by rising cost.
    pieces: Vec<(f64, f64)>,
    /// Energy at the end of the step, MWh, and what holding it costs per MWh.
    limits: (f64, f64),
    holding: f64,
}

/// A tank over the horizon.
pub(super) struct Tank {
    steps: Vec<Step>,
    /// Energy before the first step; none when it is that at the end.
    initial: Option<f64>,
    /// Minus what energy left at the end is worth.
    end: Curve,
}

/// One way of taking out or putting in: from `lo` to `hi`, MWh taken out, at a cost per MWh.
fn way(step: &mut Step, (lo, hi): (f64, f64), slope: f64) {
    step.least += lo;
    step.cost += lo * slope;
    if hi > lo {
        step.pieces.push((hi - lo, slope));
    }
}

fn ends(limits: Limits, rule: EndRule, target: f64, last: bool) -> (f64, f64) {
    match rule {
        EndRule::AtLeast if last => (limits.lo.max(target), limits.hi),
        EndRule::Exactly if last => (limits.lo.max(target), limits.hi.min(target)),
        _ => (limits.lo, limits.hi),
    }
}

impl Tank {
    /// A storage unit; `value` is its bus's multiplier times the hours of the step, `w` those hours.
    pub(super) fn of_unit(case: &Case<'_>, s: &StorageUnit, w: &[f64], value: impl Fn(usize) -> f64) -> Tank {
        let time = &case.net.time;
        let mut steps = Vec::with_capacity(case.steps);
        for (t, w) in w.iter().enumerate() {
            let h = time.duration_h[t] * time.weight_storage[t];
            let limits = ends(of_soc(s, t).held(set_at(&s.soc_set_mwh, t)), s.end_rule, s.soc_target_mwh, t + 1 == case.steps);
            let mut step = Step {
                kept: (1.0 - s.standing_loss_per_h.at(t)).powf(h),
                inflow: h * s.inflow_mw.at(t),
                least: 0.0,
                cost: 0.0,
                pieces: Vec::new(),
                limits,
                holding: w * s.holding_cost_per_mwh_h.at(t),
            };
            let into = h * s.efficiency_charge.at(t);
            let charge = of_charge(s, t).held(set_at(&s.charge_set_mw, t));
            way(&mut step, (-into * charge.hi.max(charge.lo), -into * charge.lo), -(value(t) + w * s.charge_cost_per_mwh.at(t)) / into);
            let out = h / s.efficiency_discharge.at(t);
            let discharge = of_discharge(s, t).held(set_at(&s.discharge_set_mw, t));
            way(
                &mut step,
                (out * discharge.lo, out * discharge.hi.max(discharge.lo)),
                (w * s.discharge_cost_per_mwh.at(t) - value(t)) / out,
            );
            way(&mut step, (0.0, step_inflow(h, s.inflow_mw.at(t))), w * s.spill_cost_per_mwh.at(t) / h);
            steps.push(step);
        }
        let initial = (s.end_rule != EndRule::Cyclic).then_some(s.soc_initial_mwh);
        Tank { steps, initial, end: Curve::of_end_value(&s.end_value) }.sorted()
    }

    /// A store, whose power only its energy limits.
    pub(super) fn of_store(case: &Case<'_>, s: &Store, w: &[f64], value: impl Fn(usize) -> f64) -> Tank {
        let time = &case.net.time;
        let mut steps = Vec::with_capacity(case.steps);
        let most = (0..case.steps).map(|t| of_energy(s, t)).map(|l| l.lo.abs().max(l.hi.abs())).fold(s.energy_initial_mwh.abs(), f64::max);
        for (t, w) in w.iter().enumerate() {
            let h = time.duration_h[t] * time.weight_storage[t];
            let limits = ends(of_energy(s, t).held(set_at(&s.energy_set_mwh, t)), s.end_rule, s.energy_target_mwh, t + 1 == case.steps);
            let mut step = Step {
                kept: (1.0 - s.standing_loss_per_h.at(t)).powf(h),
                inflow: 0.0,
                least: 0.0,
                cost: 0.0,
                pieces: Vec::new(),
                limits,
                holding: w * s.holding_cost_per_mwh_h.at(t),
            };
            let set = h * set_at(&s.p_set_mw, t);
            // From one end of all energies to the other.
            let range = if set.is_nan() { (-2.0 * most - 1.0, 2.0 * most + 1.0) } else { (set, set) };
            way(&mut step, range, (w * s.cost_linear_per_mwh.at(t) - value(t)) / h);
            steps.push(step);
        }
        let initial = (s.end_rule != EndRule::Cyclic).then_some(s.energy_initial_mwh);
        Tank { steps, initial, end: Curve::of_end_value(&[]) }.sorted()
    }

    fn sorted(mut self) -> Tank {
        self.steps.iter_mut().for_each(|s| s.pieces.sort_by(|a, b| a.1.total_cmp(&b.1)));
        self
    }

    /// The least value and what rounding may have added; infinite where its rules allow nothing, none where something is unlimited.
    pub(super) fn least(&self) -> Option<(f64, f64)> {
        let finite = |s: &Step| {
            let numbers = [s.kept, s.inflow, s.least, s.cost, s.limits.0, s.limits.1, s.holding];
            numbers.iter().all(|v| v.is_finite()) && s.pieces.iter().all(|p| p.0.is_finite() && p.1.is_finite())
        };
        if !self.steps.iter().all(finite) {
            return None;
        }
        let size = |s: &Step| {
            let stored = s.limits.0.abs().max(s.limits.1.abs());
            let moved: f64 = s.pieces.iter().map(|p| p.0 * p.1.abs()).sum();
            s.cost.abs() + moved + s.holding.abs() * stored
        };
        let steepest = self.steps.iter().flat_map(|s| &s.pieces).map(|p| p.1.abs()).fold(0.0, f64::max);
        let largest = self.steps.iter().map(|s| s.limits.0.abs().max(s.limits.1.abs())).fold(0.0, f64::max);
        let gross: f64 = self.steps.iter().map(size).sum::<f64>() + steepest * largest + self.end.at(largest).abs();
        let rounding = 64.0 * f64::EPSILON * (self.steps.len() as f64 + 16.0) * gross;
        let value = match self.initial {
            Some(e) => self.backward(0.0).at(e),
            None => self.cyclic(steepest),
        };
        Some((value, rounding))
    }

    /// The best bound over prices of the difference of both ends: concave in the price, so that thirds close in on it.
    fn cyclic(&self, steepest: f64) -> f64 {
        let Some(last) = self.steps.last() else { return 0.0 };
        let at = |price: f64| {
            let mut w = self.backward(price);
            w.clip(last.limits.0, last.limits.1);
            let mut sum = Convex::default();
            let ends = [(last.limits.0, price * last.limits.0), (last.limits.1, price * last.limits.1)];
            w.sum(&Convex::below(&ends), &mut sum);
            sum.least_to(INF)
        };
        let (mut lo, mut hi, mut best) = (-steepest - 1.0, steepest + 1.0, at(0.0));
        for _ in 0..60 {
            let (a, b) = (lo + (hi - lo) / 3.0, hi - (hi - lo) / 3.0);
            let (at_a, at_b) = (at(a), at(b));
            best = best.max(at_a).max(at_b);
            if at_a < at_b {
                lo = a;
            } else {
                hi = b;
            }
        }
        best
    }

    /// W before the first step, with energy at the end worth `price` per MWh more.
    fn backward(&self, price: f64) -> Convex {
        let (mut ahead, mut now, mut next) = (Convex::default(), Convex::default(), Convex::default());
        for (k, step) in self.steps.iter().enumerate().rev() {
            let (lo, hi) = step.limits;
            let last = k + 1 == self.steps.len();
            let mut points = vec![lo];
            if last {
                points.extend(self.end.corners().iter().filter(|x| **x > lo && **x < hi));
            }
            points.push(hi.max(lo));
            let cost = |e: f64| step.holding * e + if last { self.end.at(e) - price * e } else { 0.0 };
            let own = Convex::below(&points.iter().map(|&e| (e, cost(e))).collect::<Vec<_>>());
            if last {
                now.clone_from(&own);
            } else {
                own.sum(&ahead, &mut now);
            }
            now.convolve(&step.pieces, INF, &mut next);
            if next.is_nowhere() {
                return next;
            }
            next.first += step.cost;
            next.x.iter_mut().for_each(|x| *x += step.least - step.inflow);
            if step.kept > 1e-9 {
                next.x.iter_mut().for_each(|x| *x /= step.kept);
                next.slope.iter_mut().for_each(|s| *s *= step.kept);
            } else {
                // Nothing is kept: whatever was there is the same.
                let value = next.at(0.0);
                let far = 1e9;
                next = Convex { x: vec![-far, far], slope: vec![0.0], first: value };
            }
            std::mem::swap(&mut ahead, &mut next);
        }
        ahead
    }
}

fn step_inflow(h: f64, inflow_mw: f64) -> f64 {
    (h * inflow_mw).max(0.0)
}
