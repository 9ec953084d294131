//! Cleaning an interior answer up.
//!
//! An interior point stops with every bound a little away and every multiplier a little above zero; where a column is large and its
//! price too, the product of the two little things is money. The answer knows which of the two is meant to be zero: the columns
//! much nearer to their bound than to a zero multiplier are put on it, the multipliers of those much farther are set to zero, and a
//! solve of the equations that remain moves the other columns and the prices along (a projection onto the optimal face, after Ye
//! 1992). The result is offered, never imposed: the caller compares the two.

use super::interior_point::{Point, State};
use super::model::NONE;
use crate::sparse::{NoFactor, StopFlag};

/// What the answer says of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Held {
    /// Between its bounds: its reduced cost is meant to be zero.
    Free,
    /// At this bound.
    At(f64),
    /// Near a bound, with a reduced cost as small: one step of Newton's method on their product, with this ratio of the two.
    Unsure(f64),
}

/// Diagonal that holds a column in place.
const HOLD: f64 = 1e8;
/// A distance and a multiplier closer than this factor leave it open which of them is zero.
const UNSURE: f64 = 100.0;
/// Rounds: what is unsure in one is halved for the next.
const ROUNDS: usize = 4;
/// What rounding leaves of the residuals of the scaled problem.
const NOTHING: f64 = 1e-11;

/// Largest product at which another round is not worth its factorisation.
const CLEAN: f64 = 1e-14;
/// Residuals (of the scaled problem) that no further round mends: a column was taken for what it is not.
const HOPELESS: f64 = 1e-5;

/// How clean a point is, in the scaled problem: rows, unsupported reduced costs, products of distances and multipliers.
#[derive(Clone, Copy, Debug)]
struct Dirt {
    primal: f64,
    dual: f64,
    product: f64,
}

impl Dirt {
    fn is_less(&self, other: &Dirt) -> bool {
        self.primal <= other.primal.max(NOTHING) && self.dual <= other.dual.max(NOTHING) && self.product < other.product
    }
}

impl State {
    /// Columns with slacks, and row duals, cleaned up. `None` if that bettered nothing.
    pub(super) fn polish(&mut self, x: &[f64], y: &[f64], stop: StopFlag<'_>) -> Result<Option<Point>, NoFactor> {
        let n = self.m.n();
        let mut x: Vec<f64> = (0..n).map(|j| x[j].max(self.m.lower[j]).min(self.m.upper[j])).collect();
        let mut y = y.to_vec();
        let mut best: Option<Point> = None;
        let mut least = self.dirt(&x, &y);
        for _ in 0..ROUNDS {
            match self.polish_once(&mut x, &mut y, stop) {
                Ok(true) => {}
                Ok(false) | Err(NoFactor::Singular) => break,
                Err(NoFactor::Stopped) => return Err(NoFactor::Stopped),
            }
            let dirt = self.dirt(&x, &y);
            if dirt.is_less(&least) {
                least = dirt;
                best = Some((x.clone(), y.clone()));
                if least.product < CLEAN {
                    break;
                }
            } else if dirt.primal > HOPELESS || dirt.dual > HOPELESS {
                break;
            }
        }
        Ok(best)
    }

    /// One round; false if its equations were not solved.
    fn polish_once(&mut self, x: &mut [f64], y: &mut [f64], stop: StopFlag<'_>) -> Result<bool, NoFactor> {
        let (n, rows) = (self.m.n(), self.m.rows);
        let (mut row, mut priced) = (vec![0.0; rows], vec![0.0; n]);
        self.m.transpose_times(y, &mut priced);
        let mut g: Vec<f64> = (0..n).map(|j| self.m.cost[j] + self.m.quad[j] * x[j] - priced[j]).collect();
        let held: Vec<Held> = (0..n).map(|j| self.held(j, x[j], g[j])).collect();
        for j in 0..n {
            self.h[j] = match held[j] {
                Held::Free => self.m.quad[j],
                Held::Unsure(ratio) => self.m.quad[j] + ratio,
                Held::At(bound) => {
                    (x[j], g[j]) = (bound, 0.0);
                    HOLD
                }
            };
        }
        self.factorise(stop)?;
        self.m.times(x, &mut row);
        let r: Vec<f64> = self.m.right.iter().zip(&row).map(|(b, a)| b - a).collect();
        let (mut dx, mut dy) = (vec![0.0; n], vec![0.0; rows]);
        if !self.solve(&g, &r, &mut dx, &mut dy, 1e-13).is_finite() {
            return Ok(false);
        }
        for j in (0..n).filter(|&j| !matches!(held[j], Held::At(_))) {
            x[j] = (x[j] + dx[j]).max(self.m.lower[j]).min(self.m.upper[j]);
        }
        y.iter_mut().zip(&dy).for_each(|(y, d)| *y += d);
        Ok(x.iter().chain(y.iter()).all(|v| v.is_finite()))
    }

    /// What a value and its reduced cost say.
    fn held(&self, j: usize, x: f64, reduced: f64) -> Held {
        let (there, bound) = match reduced > 0.0 {
            true => (self.m.has_lower(j), self.m.lower[j]),
            false => (self.m.has_upper(j), self.m.upper[j]),
        };
        let (distance, multiplier) = ((x - bound).abs(), reduced.abs());
        if !there || multiplier * UNSURE < distance || multiplier == 0.0 {
            Held::Free
        } else if distance * UNSURE < multiplier {
            Held::At(bound)
        } else {
            Held::Unsure(multiplier / distance)
        }
    }

    fn dirt(&self, x: &[f64], y: &[f64]) -> Dirt {
        let (mut row, mut priced) = (vec![0.0; self.m.rows], vec![0.0; self.m.n()]);
        self.m.times(x, &mut row);
        self.m.transpose_times(y, &mut priced);
        let (mut primal, mut dual, mut product) = (0.0f64, 0.0f64, 0.0f64);
        for (a, b) in row.iter().zip(&self.m.right) {
            primal = primal.max((a - b).abs() / (1.0 + b.abs()));
        }
        for (j, priced) in priced.iter().enumerate() {
            let d = self.m.cost[j] + self.m.quad[j] * x[j] - priced;
            let (there, bound) = match d > 0.0 {
                true => (self.m.has_lower(j), self.m.lower[j]),
                false => (self.m.has_upper(j), self.m.upper[j]),
            };
            if there {
                product = product.max((d * (x[j] - bound)).abs());
            } else {
                dual = dual.max(d.abs() / (1.0 + self.m.cost[j].abs()));
            }
        }
        Dirt { primal, dual, product }
    }

    /// Columns followed by the slacks that go with them, inside their bounds.
    pub(super) fn with_slacks(&self, x: &[f64]) -> Vec<f64> {
        let mut all = x.to_vec();
        all.resize(self.m.n(), 0.0);
        for i in 0..self.m.rows {
            let s = self.m.slack[i];
            if s != NONE {
                let activity: f64 = self.m.by_rows.row(i).map(|(j, v)| v * x[j]).sum();
                all[s as usize] = activity.max(self.m.lower[s as usize]).min(self.m.upper[s as usize]);
            }
        }
        all
    }
}
