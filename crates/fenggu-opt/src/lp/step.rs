//! One iteration: Mehrotra's predictor and corrector, Gondzio's correctors, step lengths.
//!
//! Only the moves of columns and of row duals are stored; those of distances and multipliers follow from them,
//! `dw = dx + r_low, dz = (c_low − z dw)/w` and `dv = −dx + r_up, dt = (c_up − t dv)/v`, and are worked out where they are needed: at
//! a million columns arithmetic is cheaper than memory.

use super::interior_point::{greater, raise, Measure, State};
use crate::sparse::{NoFactor, StopFlag};

/// Correctors per iteration.
const CORRECTORS: usize = 2;

/// A direction and how far it may be gone.
pub(super) struct Step {
    x: Vec<f64>,
    y: Vec<f64>,
    /// What the products w·z and v·t are to change by along it, to first order; 0 where there is no bound.
    c_low: Vec<f64>,
    c_up: Vec<f64>,
    /// Longest primal and dual steps, at most 1, that keep distances and multipliers from falling below zero.
    primal: f64,
    dual: f64,
}

impl Step {
    pub(super) fn new(n: usize, rows: usize) -> Step {
        Step { x: vec![0.0; n], y: vec![0.0; rows], c_low: vec![0.0; n], c_up: vec![0.0; n], primal: 0.0, dual: 0.0 }
    }
}

/// Distances to the bounds of one side, their multipliers, what distances gain beyond the columns' moves, whether there is a bound.
struct Side<'a> {
    distance: &'a [f64],
    multiplier: &'a [f64],
    residual: &'a [f64],
    there: &'a [f32],
}

/// One pair of them.
#[derive(Clone, Copy)]
struct Pair {
    distance: f64,
    multiplier: f64,
    residual: f64,
    there: f64,
}

impl Side<'_> {
    #[inline(always)]
    fn at(&self, j: usize) -> Pair {
        let there = f64::from(self.there[j]);
        Pair { distance: self.distance[j], multiplier: self.multiplier[j], residual: self.residual[j], there }
    }
}

impl Pair {
    /// Moves of distance and multiplier when the column moves by `dx` away from the bound.
    #[inline(always)]
    fn moves(&self, dx: f64, change: f64) -> (f64, f64) {
        let d = self.there * (dx + self.residual);
        (d, (change - self.multiplier * d) / self.distance)
    }
    /// Its part of the right-hand side of stationarity.
    #[inline(always)]
    fn push(&self, change: f64) -> f64 {
        (change - self.multiplier * self.residual) / self.distance
    }
}

impl State {
    fn sides(&self) -> (Side<'_>, Side<'_>) {
        let n = self.m.n();
        let low = Side { distance: &self.w[..n], multiplier: &self.z[..n], residual: &self.r_low[..n], there: &self.m.low[..n] };
        let up = Side { distance: &self.v[..n], multiplier: &self.t[..n], residual: &self.r_up[..n], there: &self.m.up[..n] };
        (low, up)
    }

    /// Changes that bring every product to zero, the right-hand side that goes with them, and the barrier's diagonal.
    fn predict(&mut self, step: &mut Step) {
        let (mut h, mut g) = (std::mem::take(&mut self.h), std::mem::take(&mut self.g));
        let (low, up) = self.sides();
        let n = low.distance.len();
        let (c_low, c_up, h_of, g_of) = (&mut step.c_low[..n], &mut step.c_up[..n], &mut h[..n], &mut g[..n]);
        let (quad, r_dual) = (&self.m.quad[..n], &self.r_dual[..n]);
        for j in 0..n {
            let (low, up) = (low.at(j), up.at(j));
            c_low[j] = -low.distance * low.multiplier;
            c_up[j] = -up.distance * up.multiplier;
            h_of[j] = quad[j] + low.multiplier / low.distance + up.multiplier / up.distance;
            g_of[j] = r_dual[j] - low.push(c_low[j]) + up.push(c_up[j]);
        }
        (self.h, self.g) = (h, g);
    }

    /// Changes of `from` with what `more` adds for each pair, given its moves, and the right-hand side that goes with them.
    fn change(&mut self, from: &Step, to: &mut Step, more: impl Fn(Pair, f64, f64) -> f64) {
        let mut g = std::mem::take(&mut self.g);
        let (low, up) = self.sides();
        let n = low.distance.len();
        let (x, c_low, c_up, r_dual) = (&from.x[..n], &from.c_low[..n], &from.c_up[..n], &self.r_dual[..n]);
        let (to_low, to_up, g_of) = (&mut to.c_low[..n], &mut to.c_up[..n], &mut g[..n]);
        for j in 0..n {
            let (low, up) = (low.at(j), up.at(j));
            let ((dw, dz), (dv, dt)) = (low.moves(x[j], c_low[j]), up.moves(-x[j], c_up[j]));
            to_low[j] = c_low[j] + low.there * more(low, dw, dz);
            to_up[j] = c_up[j] + up.there * more(up, dv, dt);
            g_of[j] = r_dual[j] - low.push(to_low[j]) + up.push(to_up[j]);
        }
        self.g = g;
    }

    /// Solves for the direction of the step's changes; returns the linear residual reached.
    fn direction(&mut self, step: &mut Step, accuracy: f64) -> f64 {
        let (g, r) = (std::mem::take(&mut self.g), std::mem::take(&mut self.r_row));
        let reached = self.solve(&g, &r, &mut step.x, &mut step.y, accuracy);
        (self.g, self.r_row) = (g, r);
        reached
    }

    /// How far the step may be gone. Returns the sums over all pairs of distance × multiplier, distance × move of the multiplier,
    /// move of the distance × multiplier, and move × move.
    fn lengths(&self, step: &mut Step) -> [f64; 4] {
        let (low, up) = self.sides();
        let n = low.distance.len();
        let (x, c_low, c_up) = (&step.x[..n], &step.c_low[..n], &step.c_up[..n]);
        // Fastest relative falls of a distance and of a multiplier.
        let (mut primal, mut dual) = (1.0f64, 1.0f64);
        let (mut of_low, mut of_up) = ([0.0f64; 4], [0.0f64; 4]);
        for j in 0..n {
            for (pair, dx, change, sums) in [(low.at(j), x[j], c_low[j], &mut of_low), (up.at(j), -x[j], c_up[j], &mut of_up)] {
                let (distance, multiplier) = pair.moves(dx, change);
                raise(&mut primal, -distance, pair.distance);
                // Without a bound the multiplier is zero and stays so.
                raise(&mut dual, -multiplier, pair.multiplier);
                sums[0] += pair.distance * pair.multiplier;
                sums[1] += pair.distance * multiplier;
                sums[2] += distance * pair.multiplier;
                sums[3] += distance * multiplier;
            }
        }
        (step.primal, step.dual) = (1.0 / primal, 1.0 / dual);
        if self.m.curved {
            // With curvature the dual residual is linear in both steps together: they must be equal.
            step.primal = step.primal.min(step.dual);
            step.dual = step.primal;
        }
        std::array::from_fn(|k| of_low[k] + of_up[k])
    }

    /// One iteration. What a direction leaves of the residuals is there again in the next one, so directions need not be much
    /// more exact than the iterate. False if no direction could be found or none of it could be gone, an error if it was stopped.
    pub(super) fn advance(&mut self, at: &Measure, steps: &mut [Step; 2], stop: StopFlag<'_>) -> Result<bool, NoFactor> {
        let mu = at.mu;
        let [step, other] = steps;
        let accuracy = (1e-3 * at.worst()).clamp(1e-10, 1e-6);
        self.predict(other);
        // Predictor; more regularisation where the linear systems have become too hard.
        let mut good = false;
        for _ in 0..7 {
            good = match self.factorise(stop) {
                Ok(()) => self.direction(other, accuracy.max(1e-7)) < 1e-4,
                Err(NoFactor::Singular) => false,
                Err(NoFactor::Stopped) => return Err(NoFactor::Stopped),
            };
            if good {
                break;
            }
            self.shift *= 30.0;
        }
        if !good {
            return Ok(false);
        }
        let [products, by_multiplier, by_distance, both] = self.lengths(other);
        let (p, d) = (other.primal, other.dual);
        let affine = products + d * by_multiplier + p * by_distance + p * d * both;
        let target = mu * (affine / self.pairs / mu.max(1e-300)).powi(3).clamp(1e-6, 1.0);
        self.change(other, step, |_, distance, multiplier| target - distance * multiplier);
        self.direction(step, accuracy);
        self.lengths(step);
        for _ in 0..CORRECTORS {
            if step.primal > 0.95 && step.dual > 0.95 {
                break;
            }
            let (aim_p, aim_d) = ((1.3 * step.primal + 0.1).min(1.0), (1.3 * step.dual + 0.1).min(1.0));
            self.change(step, other, |pair, distance, multiplier| {
                let product = (pair.distance + aim_p * distance) * (pair.multiplier + aim_d * multiplier);
                let into = greater(0.1 * target - product, 0.0) - greater(product - 10.0 * target, 0.0);
                greater(into, -10.0 * target)
            });
            self.direction(other, accuracy);
            self.lengths(other);
            if other.primal + other.dual <= step.primal + step.dual + 0.02 {
                break;
            }
            std::mem::swap(step, other);
        }
        Ok(self.go(step, mu))
    }

    /// Goes along a step; false if that leads nowhere.
    fn go(&mut self, step: &Step, mu: f64) -> bool {
        if step.primal < 1e-7 && step.dual < 1e-7 || !step.x.iter().chain(&step.y).all(|v| v.is_finite()) {
            return false;
        }
        // Close to the boundary, but never on it.
        let near = (1.0 - 0.1 * mu.min(0.1)).clamp(0.995, 0.9999);
        let (primal, dual) = ((near * step.primal).min(1.0), (near * step.dual).min(1.0));
        for j in 0..self.m.n() {
            let (low, up) = self.sides();
            let (low, up) = (low.at(j), up.at(j));
            let ((dw, dz), (dv, dt)) = (low.moves(step.x[j], step.c_low[j]), up.moves(-step.x[j], step.c_up[j]));
            self.x[j] += primal * step.x[j];
            if low.there > 0.0 {
                self.w[j] = greater(low.distance + primal * dw, 1e-12);
                self.z[j] = greater(low.multiplier + dual * dz, 1e-14);
            }
            if up.there > 0.0 {
                self.v[j] = greater(up.distance + primal * dv, 1e-12);
                self.t[j] = greater(up.multiplier + dual * dt, 1e-14);
            }
        }
        self.y.iter_mut().zip(&step.y).for_each(|(y, d)| *y += dual * d);
        true
    }
}
