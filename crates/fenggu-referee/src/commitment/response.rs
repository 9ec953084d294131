//! What one unit would rather do at given prices: the least of its cost less its income over all its plans, exactly.
//!
//! ```text
//! run(a, b)   least of being on in steps a … b − 1, stopping at b: backward in t for each b over W(q), the least of steps t … b − 1
//!             when the output in step t − 1 is q above the minimum; convex and piecewise linear
//! off(b)      least of everything from step b on, having stopped there = min(0, min over a of start cost(b → a) + on(a))
//! on(a)       least of everything from step a on, having started there = min over b of run(a, b) + stop cost + off(b)
//! ```
//!
//! With the stop fixed, every earlier value is convex in the output, so each is a list of slopes; with the start fixed first it would be
//! the same, but the engine does that. A unit whose ramps cannot bind needs no W: its steps are apart.
//!
//! Everything is exact but for: quadratic costs (chords, lowered by the most that they can lie above); a cost curve that is not convex
//! (its lower envelope); the reserve that UnitCommitment.jl's downward ramp counts (left out); energy limits over the horizon, set
//! points and downward reserve's room (left out). Each of these can only lower the value. So does `rounding`, which the caller subtracts.

use super::convex::Convex;
use super::duty::{times, Before, Duty, Edge};
use fenggu_net::Network;

const INF: f64 = f64::INFINITY;

/// What a unit's steps are worth at prices. `[step]`
pub(super) struct Offer {
    /// Cost less income of output above the minimum.
    pub cost: Vec<Convex>,
    /// Cost less income of upward reserve: widths (MW) and slopes below 0, rising.
    pub gain: Vec<Vec<(f64, f64)>>,
    /// Sum of the sizes of everything that was added up in them.
    pub gross: f64,
}

/// The least value, and what rounding may have added to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Least {
    pub value: f64,
    pub rounding: f64,
}

/// Memory of the solver, used again for every unit.
#[derive(Default)]
pub(super) struct Solver {
    ahead: Convex,
    cost: Convex,
    cut: Convex,
    tops: Convex,
    room: Convex,
    outs: Convex,
    /// Value of being on from row − 1 (row 0: carried in) until column. `[(steps + 1) × (steps + 1)]`
    run: Vec<f64>,
}

/// Limits of the step of a start, as the solver reads them: (least output, most output, most output and reserve).
fn limits(edge: Edge) -> (f64, f64, f64) {
    (edge.low, edge.out.min(edge.ramp_out), edge.top.min(edge.ramp_top))
}

/// Whether the run of a row of the table that ends before step `b` is long enough, or goes on beyond the horizon.
fn long(duty: &Duty<'_>, row: usize, b: usize) -> bool {
    b == duty.steps() || duty.lasts(true, row.max(1) - 1, b)
}

impl Solver {
    /// The least value of a unit over all its plans; infinite where its rules allow none.
    pub(super) fn least(&mut self, net: &Network, duty: &Duty<'_>, offer: &Offer) -> Least {
        let steps = duty.steps();
        self.run.clear();
        self.run.resize((steps + 1) * (steps + 1), INF);
        if ramped(duty) {
            for b in 1..=steps {
                self.backward(duty, offer, b);
            }
        } else {
            self.apart(duty, offer);
        }
        let mut gross = offer.gross + duty.g.shut_down_cost.abs() * steps as f64;
        gross += duty.g.start_up_cost.iter().map(|tier| tier[1]).fold(0.0, f64::max) * steps as f64;
        // Along one plan a few sums per piece and step; each loses at most ε of what was added up until then.
        let rounding = f64::EPSILON * 64.0 * (steps as f64 + 16.0) * gross;
        Least { value: self.plan(net, duty), rounding }
    }

    /// Enters a run that is long enough: row `a + 1` starts in step `a`, row 0 is carried in.
    fn enter(&mut self, duty: &Duty<'_>, row: usize, b: usize, value: f64) {
        if long(duty, row, b) {
            self.run[row * (duty.steps() + 1) + b] = value;
        }
    }

    /// One column of the table: all runs that stop at `b`.
    fn backward(&mut self, duty: &Duty<'_>, offer: &Offer, b: usize) {
        let steps = duty.steps();
        if b < steps && duty.held[b] == Some(true) {
            return;
        }
        let (low, out, top) = if b < steps { limits(duty.stop(b)) } else { limits(Edge::FREE) };
        for t in (0..b).rev() {
            let range = duty.hi[t] - duty.lo[t];
            if duty.held[t] == Some(false) || offer.cost[t].is_nowhere() {
                return;
            }
            let mut cap = range;
            if t + 1 == b {
                self.cost.clone_from(&offer.cost[t]);
                self.cost.clip(low, out);
                cap = cap.min(top);
            } else {
                offer.cost[t].sum(&self.ahead, &mut self.cost);
            }
            if self.cost.is_nowhere() {
                return;
            }
            if (t > 0 || matches!(duty.before, Before::Off { .. })) && long(duty, t + 1, b) {
                let value = self.first(duty.start(t), offer, t, cap);
                self.enter(duty, t + 1, b, value);
            }
            if t == 0 && !matches!(duty.before, Before::Off { .. }) && duty.carried().is_none() {
                let value = self.first(Edge::FREE, offer, t, cap);
                self.enter(duty, 0, b, value);
            }
            if t == 0 && duty.carried().is_none() {
                return;
            }
            let (up, down) = duty.ramp(t);
            // A ramp without limit: more than the outputs can differ.
            let from = if t == 0 { duty.carried().unwrap_or(0.0) } else { duty.hi[t - 1] - duty.lo[t - 1] };
            let far = 2.0 * (range.abs() + from.abs() + 1.0);
            let (up, down) = (if up < INF { up } else { far }, if down < INF { down } else { far });
            self.step_back(duty, &offer.gain[t], cap, up, down);
            if t == 0 {
                let value = duty.carried().map_or(INF, |q| self.ahead.at(q));
                self.enter(duty, 0, b, value);
            }
        }
    }

    /// Least value of a first step, with the limits of its start, and of what lies ahead.
    fn first(&mut self, edge: Edge, offer: &Offer, t: usize, cap: f64) -> f64 {
        let (low, out, top) = limits(edge);
        self.cut.clone_from(&self.cost);
        self.cut.clip(low, out);
        self.cut.convolve(&offer.gain[t], INF, &mut self.tops);
        self.tops.least_to(cap.min(top))
    }

    fn step_back(&mut self, duty: &Duty<'_>, gain: &[(f64, f64)], cap: f64, up: f64, down: f64) {
        if duty.up_counts_reserve() {
            self.cost.convolve(gain, up + down, &mut self.tops);
            self.tops.clip(-INF, cap);
            self.cost.with_room(gain, up + down, cap, &mut self.room, &mut self.outs);
            Convex::step_back(&self.tops, &self.outs, up, down, &mut self.ahead);
        } else {
            self.cost.with_room(gain, INF, cap, &mut self.room, &mut self.outs);
            Convex::step_back(&self.outs, &self.outs, up, down, &mut self.ahead);
        }
    }

    /// The whole table of a unit whose ramps cannot bind: every step by itself.
    fn apart(&mut self, duty: &Duty<'_>, offer: &Offer) {
        let steps = duty.steps();
        // Least of a step with the limits of a start and of a stop.
        let mut one = |t: usize, start: Edge, stop: Edge| {
            let (a, b) = (limits(start), limits(stop));
            self.cut.clone_from(&offer.cost[t]);
            self.cut.clip(a.0.max(b.0), a.1.min(b.1));
            self.cut.convolve(&offer.gain[t], INF, &mut self.tops);
            self.tops.least_to((duty.hi[t] - duty.lo[t]).min(a.2).min(b.2))
        };
        let stop_of = |b: usize| if b < steps { duty.stop(b) } else { Edge::FREE };
        // In the middle; last before a stop.
        let middle: Vec<f64> = (0..steps).map(|t| one(t, Edge::FREE, Edge::FREE)).collect();
        let last: Vec<f64> = (0..steps).map(|t| one(t, Edge::FREE, stop_of(t + 1))).collect();
        let mut found = Vec::new();
        for row in 0..=steps {
            let a = row.max(1) - 1;
            let off = matches!(duty.before, Before::Off { .. });
            if row == 0 && off || row == 1 && !off || a >= steps {
                continue;
            }
            let start = if row == 0 { Edge::FREE } else { duty.start(a) };
            let first = one(a, start, Edge::FREE);
            let mut sum = first;
            for b in a + 1..=steps {
                let t = b - 1;
                if duty.held[t] == Some(false) {
                    break;
                }
                let before = if t == a { 0.0 } else { sum };
                if !(b < steps && duty.held[b] == Some(true)) {
                    found.push((row, b, if t == a { one(a, start, stop_of(b)) } else { before + last[t] }));
                }
                if t > a {
                    sum += middle[t];
                }
            }
        }
        for (row, b, value) in found {
            self.enter(duty, row, b, value);
        }
    }

    /// The least over all plans, from the table of runs.
    fn plan(&self, net: &Network, duty: &Duty<'_>) -> f64 {
        let (steps, before) = (duty.steps(), duty.before);
        let run = |row: usize, b: usize| self.run[row * (steps + 1) + b];
        let mut off = vec![0.0; steps + 1];
        let mut on = vec![INF; steps + 1];
        let stopped = |off: &[f64], row: usize, from: usize| {
            let stop = |b: usize| if b < steps { times(net, b) * duty.g.shut_down_cost + off[b] } else { 0.0 };
            (from..=steps).map(|b| run(row, b) + stop(b)).fold(INF, f64::min)
        };
        // Least from step b on of a unit that is off from there, or from before the horizon.
        let idle = |on: &[f64], b: usize| {
            let free = (b..steps).take_while(|&t| duty.held[t] != Some(true)).count();
            let stay = if b + free == steps { 0.0 } else { INF };
            // A run of no hours is none, unless it lies before the horizon.
            let some = |a: usize| a > b || b == 0 && matches!(before, Before::Off { .. });
            let starts = (b..=(b + free).min(steps - 1)).filter(|&a| some(a) && duty.lasts(false, b, a));
            starts.map(|a| times(net, a) * duty.start_cost(b, a) + on[a]).fold(stay, f64::min)
        };
        for t in (0..steps).rev() {
            off[t] = idle(&on, t);
            on[t] = stopped(&off, t + 1, t + 1);
        }
        match before {
            // `off[0]` was taken before a start in the first step was known.
            Before::Off { .. } => idle(&on, 0),
            Before::Unknown => off[0].min(stopped(&off, 0, 1)),
            Before::On { .. } => {
                let mut best = stopped(&off, 0, 1);
                let (low, out, top) = limits(duty.stop(0));
                let allowed = duty.carried().is_none_or(|p| p >= low - 1e-6 && p <= out.min(top) + 1e-6);
                if allowed && duty.held[0] != Some(true) && duty.lasts(true, 0, 0) {
                    best = best.min(times(net, 0) * duty.g.shut_down_cost + off[0]);
                }
                best
            }
        }
    }
}

/// Whether ramps between two steps in which the unit is on can bind at all.
fn ramped(duty: &Duty<'_>) -> bool {
    let range = |t: usize| duty.hi[t] - duty.lo[t];
    let binds = |t: usize| {
        let (up, down) = duty.ramp(t);
        up < range(t) || down < range(t - 1)
    };
    let carried = duty.carried().is_some_and(|p| {
        let (up, down) = duty.ramp(0);
        p + up < range(0) || p - down > 0.0
    });
    carried || (1..duty.steps()).any(binds)
}
