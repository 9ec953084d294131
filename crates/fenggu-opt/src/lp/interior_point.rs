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
use super::step::Step;
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
/// An iterate with residuals below this is worth handing out.
const HOPEFUL: f64 = 1e-4;
/// Iterations without a better point that count as stuck.
const PATIENCE: u64 = 20;
/// Iterations without a point twice as good that end it where a tenth of the tolerance asked for is reached already.
const LAST_DIGITS: u64 = 3;

fn largest(v: &[f64]) -> f64 {
    v.iter().fold(0.0, |m: f64, x| greater(m, x.abs()))
}

/// Raises `most` to value / size where that is more; the division is made only then.
#[inline(always)]
pub(super) fn raise(most: &mut f64, value: f64, size: f64) {
    if value > *most * size {
        *most = value / size;
    }
}

/// The greater of two numbers, neither of them NaN: one instruction, where `f64::max` takes five.
#[inline(always)]
pub(super) fn greater(a: f64, b: f64) -> f64 {
    if a > b {
        a
    } else {
        b
    }
}

/// The iterate and the work arrays, all made once: at a million columns, memory that is given back and asked for again costs as much
/// as the arithmetic. Where a column has no lower bound, `w` is 1 and `z`, `r_low` are 0; likewise above.
pub(super) struct State {
    pub(super) m: Model,
    pub(super) kkt: Kkt,
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
    pub(super) w: Vec<f64>,
    pub(super) v: Vec<f64>,
    pub(super) z: Vec<f64>,
    pub(super) t: Vec<f64>,
    /// Residuals: of rows, of stationarity, and of the two distances, as what these gain beyond the columns' moves.
    pub(super) r_row: Vec<f64>,
    pub(super) r_dual: Vec<f64>,
    pub(super) r_low: Vec<f64>,
    pub(super) r_up: Vec<f64>,
    pub(super) h: Vec<f64>,
    /// Right-hand side of stationarity, and what refinement leaves of it and of the rows'.
    pub(super) g: Vec<f64>,
    g_left: Vec<f64>,
    r_left: Vec<f64>,
    /// Moves of slacks.
    slide: Vec<f64>,
    /// Static regularisation; grows when refinement fails.
    pub(super) shift: f64,
    pub(super) pairs: f64,
}

/// Measures of one iterate.
#[derive(Clone, Copy)]
pub(super) struct Measure {
    primal: f64,
    dual: f64,
    gap: f64,
    pub(super) mu: f64,
    objective: f64,
    dual_objective: f64,
}

impl Measure {
    /// NaN if anything is.
    pub(super) fn worst(&self) -> f64 {
        if self.primal.is_nan() || self.gap.is_nan() {
            return f64::NAN;
        }
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
    // The best iterate: how good, which, and where.
    let mut best = (f64::INFINITY, 0);
    let (mut best_x, mut best_y) = (Vec::new(), Vec::new());
    let hopeful = HOPEFUL.max(0.1 * control.tolerance);
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
    let mut steps = [Step::new(s.m.n(), s.m.rows), Step::new(s.m.n(), s.m.rows)];
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
        if worst < best.0 {
            best = (worst, ended.iterations);
            // Only such a point is ever handed out.
            if worst < hopeful {
                best_x.clone_from(&s.x);
                best_y.clone_from(&s.y);
            }
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
        let stale = ended.iterations > best.1 + PATIENCE;
        let climbing = ended.iterations > 10 && measure.primal > 1e-6 && measure.dual_objective > 1e5 * (1.0 + measure.objective.abs());
        let hopeless = stale || climbing || !worst.is_finite() || ended.iterations >= MOST_ITERATIONS;
        let moved = if hopeless { Ok(false) } else { s.advance(&measure, &mut steps, &stop) };
        let Ok(moved) = moved else {
            return stopped(ended);
        };
        if !moved {
            ended.end = if best.0 < hopeful { End::Stuck } else { End::Diverging };
            break;
        }
        ended.iterations += 1;
    }
    if matches!(ended.end, End::Converged | End::Stuck) {
        ended.x = scaling.x(&best_x[..s.m.cols]);
        ended.row_dual = scaling.row_dual(&best_y);
        // Stopped while polishing: the answer stands without.
        let polished = s.polish(&best_x, &best_y, &stop).unwrap_or(None);
        ended.polished = polished.map(|(x, y)| (scaling.x(&x[..s.m.cols]), scaling.row_dual(&y)));
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
        let pairs = m.low.iter().chain(&m.up).map(|&there| f64::from(there)).sum::<f64>();
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
            g: zero(),
            g_left: zero(),
            r_left: vec![0.0; rows],
            slide: vec![0.0; n - m.cols],
            shift: 1e-9,
            pairs: pairs.max(1.0),
            m,
        })
    }

    pub(super) fn factorise(&mut self, stop: StopFlag<'_>) -> Result<(), NoFactor> {
        for (e, &s) in self.r_left.iter_mut().zip(&self.m.slack) {
            *e = if s == NONE { 0.0 } else { 1.0 / (self.h[s as usize] + self.shift) };
        }
        self.kkt.factorise(&self.h[..self.m.cols], &self.r_left, self.shift, stop)
    }

    /// Solves `−h dx + Aᵀdy = g, A dx = r` over columns and slacks, refined against the system without regularisation.
    /// Refinement ends at the relative accuracy asked for. Returns the one reached.
    pub(super) fn solve(&mut self, g: &[f64], r: &[f64], dx: &mut [f64], dy: &mut [f64], accuracy: f64) -> f64 {
        let State { m, kkt, h, g_left, r_left, slide, shift, .. } = self;
        let (cols, shift) = (m.cols, *shift);
        g_left.copy_from_slice(g);
        r_left.copy_from_slice(r);
        dx.fill(0.0);
        dy.fill(0.0);
        let base = largest(g).max(largest(r)).max(1e-300);
        let mut last = f64::INFINITY;
        let mut reached = f64::INFINITY;
        for round in 0..6 {
            let (sx, sy) = kkt.unknowns.split_at_mut(cols);
            sx.copy_from_slice(&g_left[..cols]);
            sy.copy_from_slice(r_left);
            for (k, &i) in m.slack_row.iter().enumerate() {
                sy[i as usize] -= g_left[cols + k] / (h[cols + k] + shift);
            }
            kkt.solve();
            let (sx, sy) = kkt.unknowns.split_at_mut(cols);
            for (k, &i) in m.slack_row.iter().enumerate() {
                slide[k] = -(g_left[cols + k] + sy[i as usize]) / (h[cols + k] + shift);
            }
            // From here on the solution so far and this round's part together.
            sy.iter_mut().zip(dy.iter()).for_each(|(s, d)| *s += d);
            r_left.copy_from_slice(r);
            // NaN once anything is not finite.
            let (mut error, mut poison) = (0.0f64, 0.0f64);
            let mut start = 0;
            for ((((j, s), d), g), (g_left, h)) in sx.iter_mut().enumerate().zip(dx.iter()).zip(g).zip(g_left.iter_mut().zip(h.iter())) {
                let end = m.matrix.start[j + 1] as usize;
                *s += d;
                let (x, mut priced) = (*s, 0.0);
                for (&i, v) in m.matrix.row[start..end].iter().zip(&m.matrix.value[start..end]) {
                    priced += v * sy[i as usize];
                    r_left[i as usize] -= v * x;
                }
                start = end;
                *g_left = g - (priced - h * x);
                error = greater(error, g_left.abs());
                poison += 0.0 * *g_left;
            }
            for (k, &i) in m.slack_row.iter().enumerate() {
                let j = cols + k;
                slide[k] += dx[j];
                r_left[i as usize] += slide[k];
                g_left[j] = g[j] + sy[i as usize] + h[j] * slide[k];
                error = greater(error, g_left[j].abs());
                poison += 0.0 * g_left[j];
            }
            for r in r_left.iter() {
                error = greater(error, r.abs());
                poison += 0.0 * r;
            }
            if poison.is_nan() || error >= last {
                break;
            }
            dx[..cols].copy_from_slice(sx);
            dx[cols..].copy_from_slice(slide);
            dy.copy_from_slice(sy);
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
        let State { m, x, y, w, v, z, t, r_row, r_dual, r_low, r_up, .. } = self;
        r_row.copy_from_slice(&m.right);
        let (mut primal, mut dual, mut mu) = (0.0f64, 0.0f64, 0.0);
        let (mut objective, mut dual_objective) = (offset, offset);
        let mut poison = 0.0;
        let mut start = 0;
        for (j, &xj) in x.iter().enumerate() {
            let mut priced = 0.0;
            if j < m.cols {
                let end = m.matrix.start[j + 1] as usize;
                for (&i, a) in m.matrix.row[start..end].iter().zip(&m.matrix.value[start..end]) {
                    priced += a * y[i as usize];
                    r_row[i as usize] -= a * xj;
                }
                start = end;
            } else {
                let i = m.slack_row[j - m.cols] as usize;
                priced = -y[i];
                r_row[i] += xj;
            }
            let (q, cost) = (m.quad[j], m.cost[j]);
            r_dual[j] = cost + q * xj - priced - z[j] + t[j];
            poison += 0.0 * r_dual[j];
            raise(&mut dual, r_dual[j].abs(), 1.0 + cost.abs() + (q * xj).abs());
            objective += cost * xj + 0.5 * q * xj * xj;
            dual_objective -= 0.5 * q * xj * xj;
            if m.low[j] > 0.0 {
                let lower = m.lower[j];
                r_low[j] = xj - lower - w[j];
                raise(&mut primal, r_low[j].abs(), 1.0 + lower.abs());
                mu += w[j] * z[j];
                dual_objective += lower * z[j];
            }
            if m.up[j] > 0.0 {
                let upper = m.upper[j];
                r_up[j] = upper - xj - v[j];
                raise(&mut primal, r_up[j].abs(), 1.0 + upper.abs());
                mu += v[j] * t[j];
                dual_objective -= upper * t[j];
            }
        }
        for ((r, right), y) in r_row.iter().zip(&m.right).zip(y.iter()) {
            raise(&mut primal, r.abs(), 1.0 + right.abs());
            poison += 0.0 * r;
            dual_objective += right * y;
        }
        // The scaled objective of a small problem may be far below one: an absolute gap would be none.
        let gap = (objective - dual_objective).abs() / (1e-3 + objective.abs());
        Measure { primal: primal + poison, dual, gap, mu: mu / self.pairs, objective, dual_objective }
    }
}
