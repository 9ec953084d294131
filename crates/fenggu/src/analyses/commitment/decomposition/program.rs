//! Best response of one unit to prices: commitment and output over the whole horizon by dynamic programming, exact with ramps,
//! reserve, shortest times and start-up tiers.
//!
//! ```text
//! minimise   Σ_t cost_t(u, p) − price_t·(p_min·u + p) − reserve_price_t·r      over the unit's own constraints
//! interval(a, b)   least value of being on exactly from a to b: forward in t over curves V_t(p), convex and piecewise linear,
//!                  V_t(p) = min{V_{t−1}(q) − μ_t·min(cap_t, up + q) : p − up ≤ q ≤ p + down} + cost_t(p) − (λ_t − μ_t)·p
//! off_from(k)      least value so far, having stopped so that the unit is off from k on
//! start_at(a)      min over k of off_from(k) + start cost after a − k steps off
//! off_from(b + 1)  min over a of start_at(a) + interval(a, b)
//! ```
//!
//! Reserve needs no decision of its own: at a price ≥ 0 a unit holds all it can. One forward pass from a start gives all ends.
//! Passes cost most, so they are made lazily: intervals start with a lower bound that leaves ramps out (capped by how far a unit can have
//! ramped since its start), the program is solved with these, and only starts on the path found get their pass, until the path holds none
//! without. A bound never exceeds the value, so the last path is optimal.
//!
//! Source: Frangioni and Gentile (2006), *Solving nonlinear single-unit commitment problems with ramping constraints*, Operations Research
//! 54(4): intervals and their dynamic program. Differs: reserve, piecewise-linear curves, and passes on demand.

use super::curve::Curve;
use super::unit::Unit;

const INF: f64 = f64::INFINITY;

/// What a unit does at given prices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Value: cost less income at the prices.
    pub value: f64,
    /// Its own cost.
    pub cost: f64,
    /// Output with the minimum, MW `[step]`.
    pub p: Vec<f64>,
    /// Reserve held, MW `[step]`.
    pub r: Vec<f64>,
    /// Status `[step]`.
    pub on: Vec<bool>,
}

/// Memory of the program, used again for every unit.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub(super) steps: usize,
    f: Curve,
    g: Curve,
    w: Curve,
    scratch: Curve,
    /// Value, or a lower bound, of the interval that starts in row − 1 (row 0: carried in) and stops after b; column `steps`: stays on.
    pub(super) interval: Vec<f64>,
    /// Whether a row of `interval` is exact.
    exact: Vec<bool>,
    /// Steps that may not be off (on) before `t`: counts, so that a difference tells about a run.
    held_on: Vec<u32>,
    held_off: Vec<u32>,
    pub(super) off_from: Vec<f64>,
    off_parent: Vec<usize>,
    pub(super) start_at: Vec<f64>,
    start_parent: Vec<usize>,
    history: Vec<Curve>,
    /// Sums of the least stage values before `t`.
    before: Vec<f64>,
    /// Forward passes made so far: the work done.
    pub passes: u64,
}

/// No parent: off since before the first step.
const SINCE_BEFORE: usize = usize::MAX;

/// Output above the minimum beyond which it takes from the reserve that `cap` leaves room for.
fn knee(unit: &Unit, cap: f64) -> f64 {
    (cap - unit.reserve_most).max(0.0)
}

/// Walks up a step's cost curve as far as it pays: how far, and what that adds to the value.
fn climb(unit: &Unit, t: usize, p_cap: f64, cap: f64, price: f64, reserve: f64) -> (f64, f64) {
    let knee = knee(unit, cap);
    let (mut p, mut value) = (0.0, 0.0);
    for &(width, slope) in &unit.stage(t).segments {
        let q = (p_cap - p).min(width);
        if q <= 0.0 {
            break;
        }
        let before = (knee - p).clamp(0.0, q);
        if before > 0.0 {
            if slope >= price {
                break;
            }
            value += before * (slope - price);
            p += before;
        }
        let after = q - before;
        if after > 0.0 {
            if slope >= price - reserve {
                break;
            }
            value += after * (slope - price + reserve);
            p += after;
        }
    }
    (p, value)
}

/// Least value of a step with the output cap `p_cap` and the cap `cap` on output and reserve together.
fn stage_value(unit: &Unit, t: usize, p_cap: f64, cap: f64, price: f64, reserve: f64) -> f64 {
    let s = unit.stage(t);
    s.no_load - price * s.p_min - reserve * cap.min(unit.reserve_most) + climb(unit, t, p_cap, cap, price, reserve).1
}

/// Prices of energy and reserve a unit sees, per MW and step.
#[derive(Clone, Copy, Debug)]
pub struct Prices<'a> {
    /// Of output `[step]`.
    pub energy: &'a [f64],
    /// Of reserve, ≥ 0 `[step]`; the dearest of those it may hold.
    pub reserve: &'a [f64],
}

impl Program {
    /// The best response of `unit`; `None` when it has no feasible plan at all.
    pub fn respond(&mut self, unit: &Unit, prices: Prices<'_>) -> Option<Plan> {
        self.prepare(unit);
        self.bound_intervals(unit, prices);
        let ramped = unit.is_ramped();
        loop {
            let (value, last) = self.forward(unit);
            if value == INF {
                return None;
            }
            if !(ramped && self.make_exact(unit, prices, last)) {
                return Some(self.extract(unit, prices, value, last));
            }
        }
    }

    /// The best response within a given pattern, which the unit must allow; `None` when its ramps do not.
    pub fn respond_on(&mut self, unit: &Unit, prices: Prices<'_>, on: &[bool]) -> Option<Plan> {
        let steps = unit.steps();
        self.prepare(unit);
        let mut plan = Plan { p: vec![0.0; steps], r: vec![0.0; steps], on: on.to_vec(), ..Plan::default() };
        let mut t = 0;
        while t < steps {
            if !on[t] {
                t += 1;
                continue;
            }
            let from = t;
            while t < steps && on[t] {
                t += 1;
            }
            let row = if from == 0 && unit.carried.is_some() { 0 } else { from + 1 };
            if !self.dispatch(unit, prices, row, t - 1, &mut plan) {
                return None;
            }
        }
        self.finish(unit, &mut plan);
        plan.value = plan.cost - income(&plan, prices);
        Some(plan)
    }

    pub(super) fn prepare(&mut self, unit: &Unit) {
        let steps = unit.steps();
        self.steps = steps;
        let rows = steps + 1;
        self.interval.clear();
        self.interval.resize(rows * rows, INF);
        self.exact.clear();
        self.exact.resize(rows, false);
        for v in [&mut self.held_on, &mut self.held_off] {
            v.clear();
            v.push(0);
        }
        for t in 0..steps {
            self.held_on.push(self.held_on[t] + u32::from(unit.held[t] == 1));
            self.held_off.push(self.held_off[t] + u32::from(unit.held[t] == 0));
        }
        self.history.resize_with(steps.max(self.history.len()), Curve::default);
    }

    /// First step of the interval of a row.
    pub(super) fn first(row: usize) -> usize {
        row.saturating_sub(1)
    }
    pub(super) fn may_be_on(&self, from: usize, to: usize) -> bool {
        self.held_off[to] == self.held_off[from]
    }
    pub(super) fn may_be_off(&self, from: usize, to: usize) -> bool {
        self.held_on[to] == self.held_on[from]
    }

    /// Fills `interval` with lower bounds, exact where no ramp can bind.
    pub(super) fn bound_intervals(&mut self, unit: &Unit, prices: Prices<'_>) {
        let (steps, width) = (self.steps, self.steps + 1);
        let value = |t: usize, p_cap: f64, cap: f64| stage_value(unit, t, p_cap, cap, prices.energy[t], prices.reserve[t]);
        self.before.clear();
        self.before.push(0.0);
        for t in 0..steps {
            let range = unit.stage(t).range;
            self.before.push(self.before[t] + value(t, range, range));
        }
        let stop = |t: usize, total: f64| {
            let total = total.min(unit.stop_total);
            value(t, total.min(unit.stop_limit), total)
        };
        let up = unit.ramp[0];
        for row in 0..=steps {
            let first = Self::first(row);
            if first >= steps || (row == 0 && unit.carried.is_none()) {
                continue;
            }
            // What capacity has opened up since the start: start limit, then one ramp a step.
            let mut sum = self.before[first];
            let mut cap = if row == 0 { unit.carried.map_or(0.0, |p| p + up) } else { unit.start_limit };
            for b in first..steps {
                let range = unit.stage(b).range;
                let total = cap.min(range);
                if b + 1 < steps {
                    self.interval[row * width + b] = sum + stop(b, total) - self.before[first];
                }
                sum += if total < range { value(b, total, total) } else { self.before[b + 1] - self.before[b] };
                if b + 1 < steps {
                    let shift = unit.ramp_into(b + 1)[0];
                    cap += shift.max(0.0);
                }
            }
            self.interval[row * width + steps] = sum - self.before[first];
        }
    }

    /// The program over intervals. Returns its value and the last interval: (row, end), or `None` when the unit is off at the end after
    /// never having been on, or the stop that ends it all.
    pub(super) fn forward(&mut self, unit: &Unit) -> (f64, Last) {
        let (steps, width) = (self.steps, self.steps + 1);
        let [up_time, down_time] = unit.times;
        self.off_from.clear();
        self.off_from.resize(width, INF);
        self.off_parent.clear();
        self.off_parent.resize(width, SINCE_BEFORE);
        self.start_at.clear();
        self.start_at.resize(steps, INF);
        self.start_parent.clear();
        self.start_parent.resize(steps, SINCE_BEFORE);
        let (mut best, mut last) = (INF, Last::NeverOn);
        if let Some(p) = unit.carried {
            if p <= unit.stop_limit + 1e-7 && unit.held.first() != Some(&1) {
                self.off_from[0] = unit.stop_cost;
            }
            // Row 0: on from before.
            for b in 0..steps {
                if !self.may_be_on(0, b + 1) {
                    break;
                }
                if b + 1 == steps {
                    (best, last) = (self.interval[steps], Last::StaysOn(0));
                } else {
                    let v = self.interval[b] + unit.stop_cost;
                    if v < self.off_from[b + 1] {
                        self.off_from[b + 1] = v;
                        self.off_parent[b + 1] = 0;
                    }
                }
            }
        } else if self.may_be_off(0, steps) {
            (best, last) = (0.0, Last::NeverOn);
        }
        for a in 0..steps {
            if unit.carried.is_none() && self.may_be_off(0, a) {
                self.start_at[a] = unit.cost_of_start(unit.off_before + a);
            }
            for k in 0..(a + 1).saturating_sub(down_time) {
                if self.off_from[k] < INF && self.may_be_off(k, a) {
                    let v = self.off_from[k] + unit.cost_of_start(a - k);
                    if v < self.start_at[a] {
                        self.start_at[a] = v;
                        self.start_parent[a] = k;
                    }
                }
            }
            let s = self.start_at[a];
            if s == INF {
                continue;
            }
            let row = a + 1;
            for b in a..steps {
                if !self.may_be_on(a, b + 1) {
                    break;
                }
                if b + 1 == steps {
                    let v = s + self.interval[row * width + steps];
                    if v < best {
                        (best, last) = (v, Last::StaysOn(row));
                    }
                } else if b + 1 >= a + up_time {
                    let v = s + self.interval[row * width + b] + unit.stop_cost;
                    if v < self.off_from[b + 1] {
                        self.off_from[b + 1] = v;
                        self.off_parent[b + 1] = row;
                    }
                }
            }
        }
        for k in 0..steps {
            if self.off_from[k] < best && self.may_be_off(k, steps) {
                (best, last) = (self.off_from[k], Last::OffFrom(k));
            }
        }
        (best, last)
    }

    /// The intervals of a path, the last first: row and last step on.
    fn path(&self, last: Last) -> Vec<(usize, usize)> {
        let mut out = Vec::new();
        let mut off = match last {
            Last::NeverOn => return out,
            Last::StaysOn(row) => {
                out.push((row, self.steps - 1));
                match self.came_from(row) {
                    Some(k) => k,
                    None => return out,
                }
            }
            Last::OffFrom(k) => k,
        };
        // Off from `off` on: the interval that stopped there, unless it stopped at the very start.
        while off > 0 {
            let row = self.off_parent[off];
            out.push((row, off - 1));
            match self.came_from(row) {
                Some(k) => off = k,
                None => break,
            }
        }
        out
    }
    /// From when on the unit was off before it started an interval; `None` when it was on or off since before the first step.
    fn came_from(&self, row: usize) -> Option<usize> {
        let parent = if row == 0 { SINCE_BEFORE } else { self.start_parent[row - 1] };
        (parent != SINCE_BEFORE).then_some(parent)
    }

    /// Gives starts on the path their pass; says whether there was any without.
    fn make_exact(&mut self, unit: &Unit, prices: Prices<'_>, last: Last) -> bool {
        let mut any = false;
        for (row, _) in self.path(last) {
            if !self.exact[row] {
                self.pass(unit, prices, row);
                any = true;
            }
        }
        any
    }

    /// One forward pass: exact values of all intervals of a row.
    pub(super) fn pass(&mut self, unit: &Unit, prices: Prices<'_>, row: usize) {
        self.passes += 1;
        let (steps, width) = (self.steps, self.steps + 1);
        self.exact[row] = true;
        self.interval[row * width..(row + 1) * width].fill(INF);
        let first = Self::first(row);
        for t in first..steps {
            if !self.may_be_on(t, t + 1) {
                return;
            }
            // With the stop after t first: it looks at the same curve.
            if t + 1 < steps && self.advance(unit, prices, row, t, true) {
                self.interval[row * width + t] = self.w.least();
            }
            if !self.advance(unit, prices, row, t, false) {
                return;
            }
            std::mem::swap(&mut self.f, &mut self.w);
        }
        self.interval[row * width + steps] = self.f.least();
    }

    /// From the curve `f` before step `t` of an interval (none at its start) to the curve after it, in `w`; leaves in `g` what was minimised
    /// over. False when ramps leave no output.
    fn advance(&mut self, unit: &Unit, prices: Prices<'_>, row: usize, t: usize, stops: bool) -> bool {
        let (price, reserve) = (prices.energy[t], prices.reserve[t]);
        let stage = unit.stage(t);
        let starts = row > 0 && t == row - 1;
        let mut total = stage.range;
        if starts {
            total = total.min(unit.start_limit);
        }
        let mut output = total;
        if stops {
            total = total.min(unit.stop_total);
            output = total.min(unit.stop_limit);
        }
        let mut base = stage.no_load - price * stage.p_min;
        // Reserve with a limit of its own: min(total − output, limit), whatever the ramp.
        let limited = unit.reserve_most < INF;
        if limited {
            base -= reserve * total.min(unit.reserve_most);
        }
        if starts {
            self.w.flat(output, if limited { 0.0 } else { -reserve * total });
        } else {
            let [up, down] = if t == 0 { unit.ramp } else { unit.ramp_into(t) };
            if t == 0 {
                self.g.flat(0.0, 0.0);
                self.g.x[0] = unit.carried.unwrap_or(0.0);
            } else {
                let (f, g) = (&self.f, &mut self.g);
                g.copy(f);
            }
            if !limited {
                // Reserve: min(total, up + q) less output.
                self.g.add_hinge(-reserve, total - up);
                base -= reserve * up;
            }
            if !self.g.window(up, down, output, &mut self.w) {
                return false;
            }
        }
        if limited {
            self.w.add_hinge(-reserve, knee(unit, total));
        }
        self.w.add_cost(&stage.segments, price - reserve, base, &mut self.scratch);
        true
    }

    /// The best outputs of an interval, into a plan. False when ramps leave none.
    fn dispatch(&mut self, unit: &Unit, prices: Prices<'_>, row: usize, b: usize, plan: &mut Plan) -> bool {
        let first = Self::first(row);
        if !unit.is_ramped() {
            for t in first..=b {
                let (output, total) = unit.room(&plan.on, t);
                plan.p[t] = climb(unit, t, output, total, prices.energy[t], prices.reserve[t]).0;
            }
            return true;
        }
        let steps = self.steps;
        for t in first..=b {
            let stops = t == b && b + 1 < steps;
            if !self.advance(unit, prices, row, t, stops) {
                return false;
            }
            // What the step before was chosen from.
            if t > first {
                self.history[t - 1].copy(&self.g);
            }
            std::mem::swap(&mut self.f, &mut self.w);
        }
        let mut p = self.f.argmin_within(0.0, INF);
        plan.p[b] = p;
        for t in (first..b).rev() {
            let [up, down] = unit.ramp_into(t + 1);
            p = self.history[t].argmin_within(p - up, p + down);
            plan.p[t] = p;
        }
        true
    }

    /// Reserve, cost and outputs with the minimum, from outputs above it.
    fn finish(&self, unit: &Unit, plan: &mut Plan) {
        plan.cost = unit.cost_of_switching(&plan.on);
        for t in 0..plan.on.len() {
            if !plan.on[t] {
                continue;
            }
            // At a price of 0 holding it is as good as not, and what is held helps the rows.
            if !unit.reserves.is_empty() {
                plan.r[t] = match unit.reserve_most < INF {
                    true => (unit.room(&plan.on, t).1 - plan.p[t]).max(0.0).min(unit.reserve_most),
                    false => reserve_room(unit, &plan.on, &plan.p, t),
                };
            }
            plan.cost += unit.cost_on(t, plan.p[t]);
        }
        for t in 0..plan.on.len() {
            if plan.on[t] {
                plan.p[t] += unit.stage(t).p_min;
            }
        }
    }

    fn extract(&mut self, unit: &Unit, prices: Prices<'_>, value: f64, last: Last) -> Plan {
        let steps = self.steps;
        let mut plan = Plan { value, cost: 0.0, p: vec![0.0; steps], r: vec![0.0; steps], on: vec![false; steps] };
        let path = self.path(last);
        for &(row, b) in &path {
            plan.on[Self::first(row)..=b].fill(true);
        }
        for (row, b) in path {
            // Its pass has shown that the interval can be dispatched.
            self.dispatch(unit, prices, row, b, &mut plan);
        }
        self.finish(unit, &mut plan);
        plan
    }
}

/// How a path ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Last {
    NeverOn,
    StaysOn(usize),
    OffFrom(usize),
}

/// Most reserve a unit can hold in step `t` beside outputs `p` (above the minimum).
pub(super) fn reserve_room(unit: &Unit, on: &[bool], p: &[f64], t: usize) -> f64 {
    if !on[t] {
        return 0.0;
    }
    let (_, mut total) = unit.room(on, t);
    let before = if t == 0 { unit.carried } else { on[t - 1].then(|| p[t - 1]) };
    if let Some(q) = before {
        let up = if t == 0 { unit.ramp[0] } else { unit.ramp_into(t)[0] };
        total = total.min(q + up);
    }
    (total - p[t]).max(0.0)
}

/// What a plan earns.
fn income(plan: &Plan, prices: Prices<'_>) -> f64 {
    (0..plan.p.len()).map(|t| prices.energy[t] * plan.p[t] + prices.reserve[t] * plan.r[t]).sum()
}
