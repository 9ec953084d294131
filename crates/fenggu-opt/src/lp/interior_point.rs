//! Mehrotra's predictor-corrector (1992) with Gondzio's multiple centrality correctors (1996), infeasible start, bounds
//! kept by slacks of their own so that a column may start outside them.
//!
//! ```text
//! min c·x + ½ Σ q x²,  A x − s = b (s only on inequality rows),  x − w = lower,  x + v = upper,  w, v ≥ 0
//! stationarity: c + q x − Aᵀy − z + t = 0, with z·w = μ, t·v = μ
//! ```
//!
//! Letters: `x` columns then slacks of rows; `y` duals of rows; `w`, `v` distances to the lower and upper bounds; `z`, `t`
//! their multipliers; `h` = q + z/w + t/v.

use super::kkt::Kkt;
use super::model::{Model, NONE};
use super::scaling::Scaling;
use crate::control::{Clock, Progress, Stop};
use crate::sparse::{NoFactor, StopFlag};
use crate::{Control, Problem};

/// How the iteration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Within tolerance on the scaled problem.
    Converged,
    /// No more progress; the best point is handed out, for the check to judge.
    Stuck,
    /// Residuals do not shrink and multipliers grow: probably infeasible or unbounded.
    Diverging,
    /// The caller or the clock.
    Stopped(Stop),
    /// The limit asked for.
    IterationLimit,
}

/// Columns and row duals.
pub(super) type Point = (Vec<f64>, Vec<f64>);

/// The answer in the problem's units.
pub(super) struct Ended {
    pub end: End,
    pub x: Vec<f64>,
    pub row_dual: Vec<f64>,
    /// The same cleaned up, where that could be done: columns and row duals.
    pub polished: Option<Point>,
    pub iterations: u64,
}

/// Iterations after which an answer is no longer to be expected.
const MOST_ITERATIONS: u64 = 200;
/// Iterations without a better point that count as stuck.
const PATIENCE: u64 = 20;
/// Iterations without a point twice as good that end it where a tenth of the tolerance asked for is reached already.
const LAST_DIGITS: u64 = 3;
/// Correctors per iteration.
const CORRECTORS: usize = 2;

fn largest(v: &[f64]) -> f64 {
    v.iter().fold(0.0, |m: f64, x| m.max(x.abs()))
}

/// A direction of all unknowns.
#[derive(Clone)]
struct Step {
    x: Vec<f64>,
    y: Vec<f64>,
    w: Vec<f64>,
    v: Vec<f64>,
    z: Vec<f64>,
    t: Vec<f64>,
}

/// The iterate and the work arrays.
pub(super) struct State {
    pub(super) m: Model,
    kkt: Kkt,
    x: Vec<f64>,
    y: Vec<f64>,
    w: Vec<f64>,
    v: Vec<f64>,
    z: Vec<f64>,
    t: Vec<f64>,
    /// Residuals: of rows, of stationarity, of the two distances.
    r_row: Vec<f64>,
    r_dual: Vec<f64>,
    r_low: Vec<f64>,
    r_up: Vec<f64>,
    pub(super) h: Vec<f64>,
    /// Static regularisation; grows when refinement fails.
    shift: f64,
    pairs: f64,
}

/// Measures of one iterate.
#[derive(Clone, Copy)]
struct Measure {
    primal: f64,
    dual: f64,
    gap: f64,
    mu: f64,
    objective: f64,
    dual_objective: f64,
}

impl Measure {
    fn worst(&self) -> f64 {
        self.primal.max(self.dual).max(self.gap)
    }
}

/// Runs the method on a reduced problem (no fixed columns, `quad` of full length).
pub(super) fn run(problem: &Problem, control: &Control, clock: &Clock) -> Ended {
    let mut scaled = problem.clone();
    let scaling = Scaling::apply(&mut scaled);
    let offset = scaled.offset;
    let mut ended = Ended { end: End::Stuck, x: Vec::new(), row_dual: Vec::new(), polished: None, iterations: 0 };
    // Two digits more than the check asks for: one or two iterations, and prices that are as many digits better.
    let tolerance = 1e-3 * control.tolerance;
    let most = control.iteration_limit.unwrap_or(u64::MAX);
    let mut best: Option<(f64, u64, Vec<f64>, Vec<f64>)> = None;
    let mut told_s = clock.seconds();
    // The last iterate that was twice as good as the one before it in this place.
    let mut halved = (f64::INFINITY, 0);
    let stop = || clock.stop().is_some();
    let stopped = |ended: Ended| Ended { end: clock.stop().map_or(End::Stuck, End::Stopped), ..ended };
    if stop() {
        return stopped(ended);
    }
    let model = Model::new(scaled);
    if model.cols + model.rows == 0 {
        return ended; // everything was reduced away
    }
    let Ok(mut s) = State::new(model, &stop) else {
        return stopped(ended);
    };
    if s.start(&stop) == Err(NoFactor::Stopped) {
        return stopped(ended);
    }
    loop {
        let measure = s.measure(offset);
        let seconds = clock.seconds();
        if let Some(sink) = control.progress.as_ref().filter(|_| seconds - told_s > 0.1) {
            told_s = seconds;
            let objective = Some(scaling.objective(measure.objective));
            sink(&Progress { iterations: ended.iterations, seconds, objective, bound: None });
        }
        let worst = measure.worst();
        halved = if worst < 0.5 * halved.0 { (worst, ended.iterations) } else { halved };
        if best.as_ref().is_none_or(|b| worst < b.0) {
            best = Some((worst, ended.iterations, s.x.clone(), s.y.clone()));
        }
        let enough = halved.0 < 0.1 * control.tolerance && ended.iterations >= halved.1 + LAST_DIGITS;
        if worst < tolerance || enough {
            ended.end = End::Converged;
            break;
        }
        if let Some(stop) = clock.stop() {
            ended.end = End::Stopped(stop);
            return ended;
        }
        if ended.iterations >= most {
            ended.end = End::IterationLimit;
            return ended;
        }
        let stale = best.as_ref().is_some_and(|b| ended.iterations > b.1 + PATIENCE);
        let climbing = ended.iterations > 10 && measure.primal > 1e-6 && measure.dual_objective > 1e5 * (1.0 + measure.objective.abs());
        let hopeless = stale || climbing || !worst.is_finite() || ended.iterations >= MOST_ITERATIONS;
        let moved = if hopeless { Ok(false) } else { s.advance(&measure, &stop) };
        let Ok(moved) = moved else {
            return stopped(ended);
        };
        if !moved {
            let hopeful = best.as_ref().is_some_and(|b| b.0 < 1e-4);
            ended.end = if hopeful { End::Stuck } else { End::Diverging };
            break;
        }
        ended.iterations += 1;
    }
    if let Some((_, _, x, y)) = best {
        ended.x = scaling.x(&x[..s.m.cols]);
        ended.row_dual = scaling.row_dual(&y);
        if matches!(ended.end, End::Converged | End::Stuck) {
            // Stopped while polishing: the answer stands without.
            let polished = s.polish(&x, &y, &stop).unwrap_or(None);
            ended.polished = polished.map(|(x, y)| (scaling.x(&x[..s.m.cols]), scaling.row_dual(&y)));
        }
    }
    ended
}

/// Cleans an answer of another method up: columns and row duals of a reduced problem.
pub(super) fn polish(problem: &Problem, x: &[f64], y: &[f64], stop: StopFlag<'_>) -> Option<Point> {
    let mut scaled = problem.clone();
    let scaling = Scaling::apply(&mut scaled);
    let mut s = State::new(Model::new(scaled), stop).ok()?;
    let (x, y) = scaling.scaled(x, y);
    let x = s.with_slacks(&x);
    let (x, y) = s.polish(&x, &y, stop).ok()??;
    Some((scaling.x(&x[..s.m.cols]), scaling.row_dual(&y)))
}

impl State {
    pub(super) fn new(m: Model, stop: StopFlag<'_>) -> Result<State, NoFactor> {
        let kkt = Kkt::new(&m.by_rows, m.cols, stop)?;
        let (n, rows) = (m.n(), m.rows);
        let pairs = (0..n).map(|j| f64::from(m.has_lower(j)) + f64::from(m.has_upper(j))).sum::<f64>();
        let zero = || vec![0.0; n];
        Ok(State {
            kkt,
            x: zero(),
            y: vec![0.0; rows],
            w: vec![1.0; n],
            v: vec![1.0; n],
            z: zero(),
            t: zero(),
            r_row: vec![0.0; rows],
            r_dual: zero(),
            r_low: zero(),
            r_up: zero(),
            h: zero(),
            shift: 1e-9,
            pairs: pairs.max(1.0),
            m,
        })
    }

    pub(super) fn factorise(&mut self, stop: StopFlag<'_>) -> Result<(), NoFactor> {
        let e: Vec<f64> = self.m.slack.iter().map(|&s| if s == NONE { 0.0 } else { 1.0 / (self.h[s as usize] + self.shift) }).collect();
        self.kkt.factorise(&self.h[..self.m.cols], &e, self.shift, stop)
    }

    /// Solves `−h dx + Aᵀdy = g, A dx = r` over columns and slacks, refined against the system without regularisation.
    /// Refinement ends at the relative accuracy asked for. Returns the one reached.
    pub(super) fn solve(&mut self, g: &[f64], r: &[f64], dx: &mut [f64], dy: &mut [f64], accuracy: f64) -> f64 {
        let (n, cols, rows) = (self.m.n(), self.m.cols, self.m.rows);
        let (mut g_left, mut r_left) = (g.to_vec(), r.to_vec());
        dx.fill(0.0);
        dy.fill(0.0);
        let base = largest(g).max(largest(r)).max(1e-300);
        let (mut sx, mut sy) = (vec![0.0; n], vec![0.0; rows]);
        let (mut row, mut col) = (vec![0.0; rows], vec![0.0; n]);
        let mut last = f64::INFINITY;
        let mut reached = f64::INFINITY;
        for round in 0..6 {
            sx[..cols].copy_from_slice(&g_left[..cols]);
            for i in 0..rows {
                let s = self.m.slack[i];
                let own = if s == NONE { 0.0 } else { g_left[s as usize] / (self.h[s as usize] + self.shift) };
                sy[i] = r_left[i] - own;
            }
            self.kkt.solve(&mut sx[..cols], &mut sy);
            for (k, &i) in self.m.slack_row.iter().enumerate() {
                let j = cols + k;
                sx[j] = -(g_left[j] + sy[i as usize]) / (self.h[j] + self.shift);
            }
            sx.iter_mut().zip(dx.iter()).for_each(|(s, d)| *s += d);
            sy.iter_mut().zip(dy.iter()).for_each(|(s, d)| *s += d);
            self.m.times(&sx, &mut row);
            self.m.transpose_times(&sy, &mut col);
            let mut error = 0.0f64;
            for j in 0..n {
                g_left[j] = g[j] - (col[j] - self.h[j] * sx[j]);
                error = error.max(g_left[j].abs());
            }
            for i in 0..rows {
                r_left[i] = r[i] - row[i];
                error = error.max(r_left[i].abs());
            }
            if error.is_nan() || error >= last || !sx.iter().chain(&sy).all(|v| v.is_finite()) {
                break;
            }
            dx.copy_from_slice(&sx);
            dy.copy_from_slice(&sy);
            reached = error / base;
            if reached < accuracy || error < 1e-13 || (round > 0 && error > 0.3 * last) {
                break;
            }
            last = error;
        }
        reached
    }

    /// Mehrotra's starting point: least-squares primal and dual, pushed inside the bounds.
    fn start(&mut self, stop: StopFlag<'_>) -> Result<(), NoFactor> {
        let (n, rows) = (self.m.n(), self.m.rows);
        for j in 0..n {
            self.h[j] = 1.0 + self.m.quad[j];
        }
        self.factorise(stop)?;
        for j in 0..n {
            let (l, u) = (self.m.lower[j], self.m.upper[j]);
            self.x[j] = match (self.m.has_lower(j), self.m.has_upper(j)) {
                (true, true) => 0.5 * (l + u),
                (true, false) => l,
                (false, true) => u,
                (false, false) => 0.0,
            };
        }
        let (mut dx, mut dy) = (vec![0.0; n], vec![0.0; rows]);
        let mut row = vec![0.0; rows];
        let x = self.x.clone();
        self.m.times(&x, &mut row);
        let r: Vec<f64> = self.m.right.iter().zip(&row).map(|(b, a)| b - a).collect();
        self.solve(&vec![0.0; n], &r, &mut dx, &mut dy, 1e-8);
        self.x.iter_mut().zip(&dx).for_each(|(x, d)| *x += d);
        let slope: Vec<f64> = (0..n).map(|j| self.m.cost[j] + self.m.quad[j] * self.x[j]).collect();
        self.solve(&slope, &vec![0.0; rows], &mut dx, &mut dy, 1e-8);
        self.y.copy_from_slice(&dy);
        let mut priced = vec![0.0; n];
        self.m.transpose_times(&dy, &mut priced);

        let mut outside = 0.0f64;
        for j in 0..n {
            outside = outside.max(self.m.lower[j] - self.x[j]).max(self.x[j] - self.m.upper[j]);
        }
        let push = (1.5 * outside).clamp(1.0, 1e4);
        for j in 0..n {
            let (low, up) = (self.m.has_lower(j), self.m.has_upper(j));
            let half = if low && up { 0.5 * (self.m.upper[j] - self.m.lower[j]) } else { f64::INFINITY };
            let least = push.min(half).max(1e-3);
            let d = slope[j] - priced[j];
            if low {
                self.w[j] = (self.x[j] - self.m.lower[j]).max(least);
                self.z[j] = if d > 0.0 {
                    d + 1.0
                } else if up {
                    1.0
                } else {
                    d.abs().clamp(1.0, 1e4)
                };
            }
            if up {
                self.v[j] = (self.m.upper[j] - self.x[j]).max(least);
                self.t[j] = if d <= 0.0 {
                    1.0 - d
                } else if low {
                    1.0
                } else {
                    d.abs().clamp(1.0, 1e4)
                };
            }
        }
        Ok(())
    }

    /// Residuals of the present iterate, and how good it is.
    fn measure(&mut self, offset: f64) -> Measure {
        let (n, rows) = (self.m.n(), self.m.rows);
        let mut row = vec![0.0; rows];
        self.m.times(&self.x, &mut row);
        let mut priced = vec![0.0; n];
        self.m.transpose_times(&self.y, &mut priced);
        let (mut primal, mut dual, mut mu) = (0.0f64, 0.0f64, 0.0);
        let (mut objective, mut dual_objective) = (offset, offset);
        for (i, row) in row.iter().enumerate() {
            self.r_row[i] = self.m.right[i] - row;
            primal = primal.max(self.r_row[i].abs() / (1.0 + self.m.right[i].abs()));
            dual_objective += self.m.right[i] * self.y[i];
        }
        for (j, priced) in priced.iter().enumerate() {
            let (x, q) = (self.x[j], self.m.quad[j]);
            self.r_dual[j] = self.m.cost[j] + q * x - priced - self.z[j] + self.t[j];
            dual = dual.max(self.r_dual[j].abs() / (1.0 + self.m.cost[j].abs() + (q * x).abs()));
            objective += self.m.cost[j] * x + 0.5 * q * x * x;
            dual_objective -= 0.5 * q * x * x;
            if self.m.has_lower(j) {
                self.r_low[j] = self.m.lower[j] - x + self.w[j];
                primal = primal.max(self.r_low[j].abs() / (1.0 + self.m.lower[j].abs()));
                mu += self.w[j] * self.z[j];
                dual_objective += self.m.lower[j] * self.z[j];
            }
            if self.m.has_upper(j) {
                self.r_up[j] = self.m.upper[j] - x - self.v[j];
                primal = primal.max(self.r_up[j].abs() / (1.0 + self.m.upper[j].abs()));
                mu += self.v[j] * self.t[j];
                dual_objective -= self.m.upper[j] * self.t[j];
            }
        }
        // The scaled objective of a small problem may be far below one: an absolute gap would be none.
        let gap = (objective - dual_objective).abs() / (1e-3 + objective.abs());
        Measure { primal, dual, gap, mu: mu / self.pairs, objective, dual_objective }
    }

    /// The direction for the complementarity right-hand sides `c_low`, `c_up`; returns the linear residual reached.
    fn direction(&mut self, c_low: &[f64], c_up: &[f64], out: &mut Step, accuracy: f64) -> f64 {
        let n = self.m.n();
        let g: Vec<f64> = (0..n)
            .map(|j| {
                let mut g = self.r_dual[j];
                if self.m.has_lower(j) {
                    g -= (c_low[j] + self.z[j] * self.r_low[j]) / self.w[j];
                }
                if self.m.has_upper(j) {
                    g += (c_up[j] - self.t[j] * self.r_up[j]) / self.v[j];
                }
                g
            })
            .collect();
        let r = std::mem::take(&mut self.r_row);
        let reached = self.solve(&g, &r, &mut out.x, &mut out.y, accuracy);
        self.r_row = r;
        for j in 0..n {
            if self.m.has_lower(j) {
                out.w[j] = out.x[j] - self.r_low[j];
                out.z[j] = (c_low[j] - self.z[j] * out.w[j]) / self.w[j];
            }
            if self.m.has_upper(j) {
                out.v[j] = self.r_up[j] - out.x[j];
                out.t[j] = (c_up[j] - self.t[j] * out.v[j]) / self.v[j];
            }
        }
        reached
    }

    /// Longest primal and dual steps, at most 1, that keep distances and multipliers from falling below zero.
    fn lengths(&self, d: &Step) -> (f64, f64) {
        let (mut primal, mut dual) = (1.0f64, 1.0f64);
        let cut = |length: &mut f64, value: f64, change: f64| {
            if change < 0.0 {
                *length = length.min(-value / change);
            }
        };
        for j in 0..self.m.n() {
            if self.m.has_lower(j) {
                cut(&mut primal, self.w[j], d.w[j]);
                cut(&mut dual, self.z[j], d.z[j]);
            }
            if self.m.has_upper(j) {
                cut(&mut primal, self.v[j], d.v[j]);
                cut(&mut dual, self.t[j], d.t[j]);
            }
        }
        if self.m.curved {
            // With curvature the dual residual is linear in both steps together: they must be equal.
            primal = primal.min(dual);
            dual = primal;
        }
        (primal, dual)
    }

    /// One iteration. What a direction leaves of the residuals is there again in the next one, so directions need not be much
    /// more exact than the iterate. False if no direction could be found or none of it could be gone, an error if it was stopped.
    fn advance(&mut self, at: &Measure, stop: StopFlag<'_>) -> Result<bool, NoFactor> {
        let (n, rows, mu) = (self.m.n(), self.m.rows, at.mu);
        let accuracy = (1e-3 * at.worst()).clamp(1e-10, 1e-6);
        for j in 0..n {
            let low = if self.m.has_lower(j) { self.z[j] / self.w[j] } else { 0.0 };
            let up = if self.m.has_upper(j) { self.t[j] / self.v[j] } else { 0.0 };
            self.h[j] = self.m.quad[j] + low + up;
        }
        let zero = || vec![0.0; n];
        let mut step = Step { x: zero(), y: vec![0.0; rows], w: zero(), v: zero(), z: zero(), t: zero() };
        let mut c_low: Vec<f64> = (0..n).map(|j| -self.w[j] * self.z[j]).collect();
        let mut c_up: Vec<f64> = (0..n).map(|j| -self.v[j] * self.t[j]).collect();

        // Predictor; more regularisation where the linear systems have become too hard.
        let mut good = false;
        for _ in 0..7 {
            good = match self.factorise(stop) {
                Ok(()) => self.direction(&c_low, &c_up, &mut step, accuracy.max(1e-7)) < 1e-4,
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
        let (primal, dual) = self.lengths(&step);
        let mut affine = 0.0;
        for j in 0..n {
            if self.m.has_lower(j) {
                affine += (self.w[j] + primal * step.w[j]) * (self.z[j] + dual * step.z[j]);
            }
            if self.m.has_upper(j) {
                affine += (self.v[j] + primal * step.v[j]) * (self.t[j] + dual * step.t[j]);
            }
        }
        let target = mu * (affine / self.pairs / mu.max(1e-300)).powi(3).clamp(1e-6, 1.0);
        for j in 0..n {
            c_low[j] = target - self.w[j] * self.z[j] - step.w[j] * step.z[j];
            c_up[j] = target - self.v[j] * self.t[j] - step.v[j] * step.t[j];
        }
        self.direction(&c_low, &c_up, &mut step, accuracy);
        let (mut primal, mut dual) = self.lengths(&step);
        let mut trial = step.clone();
        for _ in 0..CORRECTORS {
            if primal > 0.95 && dual > 0.95 {
                break;
            }
            let (aim_p, aim_d) = ((1.3 * primal + 0.1).min(1.0), (1.3 * dual + 0.1).min(1.0));
            let correct = |product: f64| {
                if product < 0.1 * target {
                    0.1 * target - product
                } else if product > 10.0 * target {
                    (10.0 * target - product).max(-10.0 * target)
                } else {
                    0.0
                }
            };
            for j in 0..n {
                c_low[j] += correct((self.w[j] + aim_p * step.w[j]) * (self.z[j] + aim_d * step.z[j]));
                c_up[j] += correct((self.v[j] + aim_p * step.v[j]) * (self.t[j] + aim_d * step.t[j]));
            }
            self.direction(&c_low, &c_up, &mut trial, accuracy);
            let (p, d) = self.lengths(&trial);
            if p + d <= primal + dual + 0.02 {
                break;
            }
            std::mem::swap(&mut step, &mut trial);
            (primal, dual) = (p, d);
        }
        if primal < 1e-7 && dual < 1e-7 || !step.x.iter().chain(&step.y).all(|v| v.is_finite()) {
            return Ok(false);
        }
        // Close to the boundary, but never on it.
        let near = (1.0 - 0.1 * mu.min(0.1)).clamp(0.995, 0.9999);
        let (primal, dual) = ((near * primal).min(1.0), (near * dual).min(1.0));
        for j in 0..n {
            self.x[j] += primal * step.x[j];
            if self.m.has_lower(j) {
                self.w[j] = (self.w[j] + primal * step.w[j]).max(1e-12);
                self.z[j] = (self.z[j] + dual * step.z[j]).max(1e-14);
            }
            if self.m.has_upper(j) {
                self.v[j] = (self.v[j] + primal * step.v[j]).max(1e-12);
                self.t[j] = (self.t[j] + dual * step.t[j]).max(1e-14);
            }
        }
        self.y.iter_mut().zip(&step.y).for_each(|(y, d)| *y += dual * d);
        Ok(true)
    }
}
