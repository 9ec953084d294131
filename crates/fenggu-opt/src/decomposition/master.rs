//! The master problem of the bundle, by pairwise steps.
//!
//! ```text
//! maximise over λ:   Σ_k φ_k(λ_k) + Σ_g min_j (c_j − λ·a_j) − ‖λ − λ̄‖² / (2·step)
//! its dual:          weights w_j ≥ 0, Σ_j w_j = 1 in every block;  s = Σ w_j a_j;
//!                    λ_k(s) = the multiplier in its range nearest to λ̄_k + step·(limit_k − s_k)
//! ```
//!
//! One step takes a block, moves weight from its point of highest reduced cost to that of the lowest, as far as the quadratic model
//! along that direction says, and updates s and λ. Blocks whose weights rest are left out between full sweeps. This is the sequential
//! minimal optimisation of Platt (1998), for a simplex per block. The problems are small in every block and large in their number,
//! where a general QP solver would factorise a matrix as large as all points together.

use super::bundle::{Bundle, Coupling, Weighted};

/// Every so many sweeps all blocks are looked at.
const FULL: usize = 8;
/// Pairs of one block and visit.
const PAIRS: usize = 3;

/// Multiplier of row `k` at activity `s`: see the head of the file.
#[inline]
fn multiplier(c: &Coupling, k: usize, centre: f64, step: f64, s: f64) -> f64 {
    let low = centre + step * (c.lower[k] - s);
    let high = centre + step * (c.upper[k] - s);
    if low > 0.0 {
        low.min(c.range[k][1])
    } else if high < 0.0 {
        high.max(c.range[k][0])
    } else {
        0.0
    }
}

impl Bundle {
    /// Solves the master; leaves multipliers in `trial` and weights in the points. Returns the model's value at `trial`, and the value of the
    /// weights in the dual above: it is never below the master's optimum, however early the sweeps ended.
    pub(super) fn master(&mut self, tolerance: f64, sweeps: usize) -> [f64; 2] {
        let ports = self.coupling.ports();
        let scale = self.centre_value.abs();
        self.sum_up();
        let all: Vec<usize> = (0..self.points.len()).filter(|&g| self.points[g].len() > 1).collect();
        let mut moving = all.clone();
        let mut prices = vec![0.0; ports];
        for sweep in 0..sweeps {
            let full = sweep % FULL == 0;
            if full {
                moving.clone_from(&all);
            }
            self.reprice();
            let mut moved = 0.0;
            let mut still = Vec::with_capacity(moving.len());
            for &g in &moving {
                let mut points = std::mem::take(&mut self.points[g]);
                let (gain, changed) = self.visit(g, &mut points, &mut prices, full);
                let mixed = points.iter().filter(|w| w.weight > 0.0).count() > 1;
                self.points[g] = points;
                moved += gain;
                if changed || mixed {
                    still.push(g);
                }
            }
            moving = still;
            if full && sweep > 0 && moved < 0.02 * tolerance * scale {
                break;
            }
        }
        self.sum_up();
        self.reprice();
        let mut value = self.coupling.value(&self.trial);
        for g in 0..self.points.len() {
            self.coupling.prices(&self.trial, g, &mut prices);
            let mut least = f64::INFINITY;
            for w in &mut self.points[g] {
                w.reduced = w.point.cost - dot(&prices, &w.point.activity);
                least = least.min(w.reduced);
                w.age = if w.weight > 1e-9 { 0 } else { w.age + 1 };
            }
            value += least;
        }
        let mut above = self.combined_cost();
        for (k, (&m, &c)) in self.trial.iter().zip(&self.centre).enumerate() {
            let limit = if m > 0.0 {
                m * self.coupling.lower[k]
            } else if m < 0.0 {
                m * self.coupling.upper[k]
            } else {
                0.0
            };
            above += limit - m * self.activity[k] - (m - c).powi(2) / (2.0 * self.step);
        }
        [value, above]
    }

    /// Pairwise steps of one block. Returns what they gained and whether anything moved.
    fn visit(&mut self, g: usize, points: &mut [Weighted], prices: &mut [f64], full: bool) -> (f64, bool) {
        let ports = prices.len();
        let (mut gained, mut changed) = (0.0, false);
        for _ in 0..PAIRS {
            self.coupling.prices(&self.trial, g, prices);
            let (mut best, mut worst) = ((0, f64::INFINITY), (0, f64::NEG_INFINITY));
            for (j, w) in points.iter_mut().enumerate() {
                if !full && w.weight <= 0.0 && w.age > 4 {
                    continue;
                }
                w.reduced = w.point.cost - dot(prices, &w.point.activity);
                if w.reduced < best.1 {
                    best = (j, w.reduced);
                }
                if w.weight > 0.0 && w.reduced > worst.1 {
                    worst = (j, w.reduced);
                }
            }
            let fall = worst.1 - best.1;
            if fall.is_nan() || fall <= 1e-9 * (1.0 + best.1.abs()) {
                break;
            }
            let (to, from) = (&points[best.0].point.activity, &points[worst.0].point.activity);
            let mut bend = 0.0;
            for k in 0..ports {
                if self.trial[k] != 0.0 {
                    bend += (to[k] - from[k]).powi(2);
                }
            }
            for (e, m) in self.coupling.extra.iter().zip(&self.trial[ports..]) {
                if *m != 0.0 {
                    let port = self.coupling.port(e, g);
                    bend += (e.weight[g] * (to[port] - from[port])).powi(2);
                }
            }
            let mut length = (fall / (self.step * bend).max(1e-12)).min(points[worst.0].weight);
            if self.slide(g, to, from, length) {
                // A row woke up on the way and bends the path more than foreseen: back by the secant, or the pair would swing for ever.
                self.coupling.prices(&self.trial, g, prices);
                let left = (points[worst.0].point.cost - dot(prices, from)) - (points[best.0].point.cost - dot(prices, to));
                if left < 0.0 {
                    let back = length * left / (fall - left);
                    self.slide(g, to, from, back);
                    length += back;
                }
            }
            points[best.0].weight += length;
            points[worst.0].weight -= length;
            if points[worst.0].weight < 1e-12 {
                points[best.0].weight += points[worst.0].weight;
                points[worst.0].weight = 0.0;
            }
            gained += length * fall;
            changed = true;
        }
        (gained, changed)
    }

    /// Moves activities and multipliers along a pair of a block; says whether a row without a multiplier got one.
    fn slide(&mut self, g: usize, to: &[f64], from: &[f64], length: f64) -> bool {
        let ports = to.len();
        let mut woke = false;
        let mut change = |k: usize, by: f64| {
            if by == 0.0 {
                return;
            }
            self.activity[k] += by;
            let before = self.trial[k];
            self.trial[k] = multiplier(&self.coupling, k, self.centre[k], self.step, self.activity[k]);
            woke |= before == 0.0 && self.trial[k] != 0.0;
        };
        for k in 0..ports {
            change(k, length * (to[k] - from[k]));
        }
        for (i, e) in self.coupling.extra.iter().enumerate() {
            let port = self.coupling.port(e, g);
            change(ports + i, length * e.weight[g] * (to[port] - from[port]));
        }
        woke
    }

    /// Activity of every row from the weights.
    fn sum_up(&mut self) {
        let ports = self.coupling.ports();
        self.activity.fill(0.0);
        for (g, points) in self.points.iter().enumerate() {
            for w in points.iter().filter(|w| w.weight > 0.0) {
                for (s, a) in self.activity[..ports].iter_mut().zip(&w.point.activity) {
                    *s += w.weight * a;
                }
                for (e, s) in self.coupling.extra.iter().zip(&mut self.activity[ports..]) {
                    *s += w.weight * e.weight[g] * w.point.activity[self.coupling.port(e, g)];
                }
            }
        }
    }

    /// Multipliers from the activity.
    fn reprice(&mut self) {
        for k in 0..self.trial.len() {
            self.trial[k] = multiplier(&self.coupling, k, self.centre[k], self.step, self.activity[k]);
        }
    }
}

#[inline]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    // Four sums side by side: one would wait for itself at every addition.
    let mut sum = [0.0; 4];
    let (a4, b4) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = a4.remainder().iter().zip(b4.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a4.zip(b4) {
        for i in 0..4 {
            sum[i] += x[i] * y[i];
        }
    }
    sum[0] + sum[1] + sum[2] + sum[3] + rest
}
