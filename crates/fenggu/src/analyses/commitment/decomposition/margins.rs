//! What it would cost a unit at given prices to be on, or off, in a step: the least value of its program with that status forced.
//!
//! ```text
//! on(t)  = min over intervals [a, b] that hold t of  before(a) + interval(a, b) + after(b)
//! off(t) = min over spells off [k, a) that hold t of off_from(k) + start cost after a − k steps off + start_tail(a)
//! ```
//!
//! Both come from the program run forward (its own tables) and backward (here), in O(T²). With the Lagrangian bound L at these prices and
//! the value v of the unit in it, no commitment with that status costs less than L − v + on(t) (or off(t)): where that is above the cost of a
//! plan in hand, the status can be fixed the other way and no better plan is lost.
//!
//! Source: reduced-cost fixing by Lagrangian bounds as in Beasley (1993), *Lagrangean relaxation*, section 6.4.2; margins over
//! intervals are our own.

use super::program::{Prices, Program};
use super::unit::Unit;

const INF: f64 = f64::INFINITY;

/// A unit's margins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Margins {
    /// The unit's least value at all.
    pub value: f64,
    /// Least value with the status forced off and on; ∞ where it cannot be `[step]`.
    pub forced: Vec<[f64; 2]>,
}

impl Program {
    /// Margins of `unit` at `prices`; `None` when it has no feasible plan at all.
    pub fn margins(&mut self, unit: &Unit, prices: Prices<'_>) -> Option<Margins> {
        let steps = unit.steps();
        self.prepare(unit);
        self.bound_intervals(unit, prices);
        if unit.is_ramped() {
            let carried = unit.carried.is_some();
            (0..=steps).filter(|&row| row > 0 || carried).for_each(|row| self.pass(unit, prices, row));
        }
        let (value, _) = self.forward(unit);
        if value == INF {
            return None;
        }
        let tails = self.tails(unit);
        let mut forced = vec![[INF; 2]; steps];
        self.forced_on(unit, &tails, &mut forced);
        self.forced_off(unit, &tails, &mut forced);
        Some(Margins { value, forced })
    }

    /// The program from behind: least value from a step on.
    fn tails(&self, unit: &Unit) -> Tails {
        let steps = self.steps;
        let mut tails = Tails { off: vec![INF; steps + 1], start: vec![INF; steps] };
        tails.off[steps] = INF;
        for k in (0..steps).rev() {
            // A start at k: its interval to every end.
            tails.start[k] = (k..steps).map(|b| self.interval_value(unit, k + 1, b) + self.after(unit, &tails, b)).fold(INF, f64::min);
            let mut least = if self.may_be_off(k, steps) { 0.0 } else { INF };
            for a in k + unit.times[1]..steps {
                if self.may_be_off(k, a) && tails.start[a] < INF {
                    least = least.min(unit.cost_of_start(a - k) + tails.start[a]);
                }
            }
            tails.off[k] = least;
        }
        tails
    }

    /// Value of being on from the start of `row` to the end of step `b`, ∞ where it may not.
    fn interval_value(&self, unit: &Unit, row: usize, b: usize) -> f64 {
        let (steps, first) = (self.steps, Self::first(row));
        let shortest = if row == 0 { 0 } else { unit.times[0] };
        if !self.may_be_on(first, b + 1) || (b + 1 < steps && b + 1 < first + shortest) {
            return INF;
        }
        self.interval[row * (steps + 1) + if b + 1 == steps { steps } else { b }]
    }

    /// Value of what comes after an interval that ends with step `b`.
    fn after(&self, unit: &Unit, tails: &Tails, b: usize) -> f64 {
        if b + 1 == self.steps {
            0.0
        } else {
            unit.stop_cost + tails.off[b + 1]
        }
    }

    fn forced_on(&self, unit: &Unit, tails: &Tails, forced: &mut [[f64; 2]]) {
        let steps = self.steps;
        for row in 0..=steps {
            let first = Self::first(row);
            let before = match row {
                0 if unit.carried.is_some() => 0.0,
                0 => continue,
                row => self.start_at[row - 1],
            };
            if before == INF {
                continue;
            }
            // From the last end backwards: the best interval that reaches at least to t.
            let mut least = INF;
            for t in (first..steps).rev() {
                least = least.min(before + self.interval_value(unit, row, t) + self.after(unit, tails, t));
                forced[t][1] = forced[t][1].min(least);
            }
        }
    }

    fn forced_off(&self, unit: &Unit, tails: &Tails, forced: &mut [[f64; 2]]) {
        let steps = self.steps;
        // Spells that begin with a stop, and the one that began before the first step.
        for k in 0..=steps {
            let (since_before, from) = (k == steps, if k == steps { 0 } else { k });
            let before = match since_before {
                true if unit.carried.is_none() => 0.0,
                true => continue,
                false => self.off_from[k],
            };
            if before == INF {
                continue;
            }
            let shortest = if since_before { 0 } else { unit.times[1] };
            let extra = if since_before { unit.off_before } else { 0 };
            let mut least = if self.may_be_off(from, steps) { before } else { INF };
            for t in (from..steps).rev() {
                // A spell that ends with t: the unit starts in t + 1.
                let a = t + 1;
                if a < steps && a >= from + shortest && self.may_be_off(from, a) && tails.start[a] < INF {
                    least = least.min(before + unit.cost_of_start(a - from + extra) + tails.start[a]);
                }
                forced[t][0] = forced[t][0].min(least);
            }
        }
    }
}

/// Least values from behind.
struct Tails {
    /// Off from `k` on, after a stop `[k]`.
    off: Vec<f64>,
    /// Starting in `a`, the start itself not counted `[a]`.
    start: Vec<f64>,
}
