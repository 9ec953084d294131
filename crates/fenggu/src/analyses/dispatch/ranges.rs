//! The range in which a price is not unique.
//!
//! | symbol | meaning                                                                   | shape    | unit |
//! |--------|---------------------------------------------------------------------------|----------|------|
//! | y      | duals of the rows that fit the dispatch found: the optimal face           | [row]    | objective per unit |
//! | r      | what 1 MW more of demand at a bus in a step asks of the rows              | [row]    | per MW |
//! | d      | how a dispatch may move from the one found, limits that hold it respected | [column] | per MW of demand |
//!
//! The price at a bus is `r·y`. Its ends over the face are the slopes of the cost to both sides of the demand (`c` with the
//! slope of quadratic costs at the dispatch):
//!
//! ```text
//! max r·y = min { c·d : A d = r },    min r·y = −min { c·d : A d = −r }
//! ```
//!
//! One linear problem for all buses and steps: only its right-hand side changes, so that every solve goes on from the last
//! one's basis. None is made where columns between their bounds already determine the price (`Known`), and buses of which the
//! same is asked in a step share theirs: without congestion all buses of an island. A side to which demand cannot go has no end.
//! Source: sensitivity of the value function, Bertsekas (1999), Nonlinear Programming, section 5.1.

use super::session::rest;
use super::watch::Watch;
use crate::error::Error;
use crate::formulate::DispatchModel;
use fenggu_net::{Quantity, Results};
use fenggu_opt::{Backend, Control, Matrix, Problem, Session, Solution, Status};
use std::collections::HashMap;
use std::time::Instant;

/// A value lies at a bound within this share of the bound (at least 1).
const NEAR: f64 = 1e-6;
/// A dual beyond this (relative to the cost, at least 1) says that its bound holds, whatever the point's last digits are.
const HELD: f64 = 1e-6;
/// Largest group of rows whose duals are eliminated densely; larger ones are settled by solves.
const DENSE_ROWS: usize = 400;

/// Which bounds of a column or row hold it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Held {
    lower: bool,
    upper: bool,
}

fn held(value: f64, dual: f64, size: f64, lower: f64, upper: f64) -> Held {
    let near = |bound: f64, slack: f64| bound.is_finite() && slack <= NEAR * bound.abs().max(1.0);
    Held {
        lower: near(lower, value - lower) || (lower.is_finite() && dual > HELD * size.max(1.0)),
        upper: near(upper, upper - value) || (upper.is_finite() && dual < -HELD * size.max(1.0)),
    }
}

/// Bounds of a movement from a value held so.
fn room(h: Held) -> (f64, f64) {
    (if h.lower { 0.0 } else { f64::NEG_INFINITY }, if h.upper { 0.0 } else { f64::INFINITY })
}

/// Fills [`Quantity::BusPriceMin`] and [`Quantity::BusPriceMax`]; NaN where there is no price or a solve did not end. Returns the
/// number of solves.
pub(super) fn fill(
    m: &DispatchModel<'_>,
    problem: &Problem,
    watch: Option<&Watch>,
    solution: &Solution,
    control: &Control,
    results: &mut Results,
) -> Result<usize, Error> {
    let (mut problem, mut x, mut y) = (problem.clone(), solution.x.clone(), solution.row_dual.clone());
    let mut watch = watch.cloned();
    if let Some(watch) = &mut watch {
        // A flow at its limit holds the dispatch although the limit was never violated.
        problem.append_rows(&watch.at_limit(m, &mut x)?);
        y.resize(problem.rows(), 0.0);
    }
    let face = Face::new(&problem, &x, &mut y);
    let known = Known::new(&problem.matrix, &face);
    let mut solver: Option<Session> = None;
    let mut ends: HashMap<Vec<(usize, i64)>, [f64; 2]> = HashMap::new();
    let (steps, mut solves, started) = (m.steps(), 0, Instant::now());
    let mut out = [vec![f64::NAN; m.net.buses.len() * steps], vec![f64::NAN; m.net.buses.len() * steps]];
    'all: for bus in m.net.buses.ids() {
        for t in 0..steps {
            let (price, k) = (results.at(Quantity::BusPrice, bus.index(), t), bus.index() * steps + t);
            if !price.is_finite() {
                continue;
            }
            let mut asked = match &watch {
                Some(w) if w.tied() => w.asked(m, bus.index(), t),
                _ => vec![(m.plan.rows.power_balance.at(bus, t).0 as usize, 1.0)],
            };
            asked.retain(|&(row, v)| v != 0.0 && !known.row(row));
            if known.determines(&asked) {
                (out[0][k], out[1][k]) = (price, price);
                continue;
            }
            let key: Vec<(usize, i64)> = asked.iter().map(|&(row, v)| (row, (v * 1e9).round() as i64)).collect();
            let width = match ends.get(&key) {
                Some(width) => *width,
                None => {
                    let solver = match &mut solver {
                        Some(s) => s,
                        none => none.insert(Backend::Auto.session(&face.movement(&problem.matrix))?),
                    };
                    let mut width = [f64::NAN; 2];
                    for (end, sign) in [-1.0, 1.0].into_iter().enumerate() {
                        let (mut lo, mut hi) = (face.row_lower.clone(), face.row_upper.clone());
                        for &(row, v) in &asked {
                            (lo[row], hi[row]) = (lo[row] + sign * v, hi[row] + sign * v);
                        }
                        solver.change_row_bounds(&lo, &hi)?;
                        let moved = solver.solve(&rest(control, started))?;
                        solves += 1;
                        let at_found: f64 = asked.iter().map(|&(row, v)| v * y[row]).sum();
                        width[end] = match moved.status {
                            // The price found is one of the face: its range holds it.
                            Status::Optimal => (moved.objective - sign * at_found).max(0.0),
                            Status::Infeasible => f64::INFINITY,
                            Status::Interrupted | Status::TimeLimit => break 'all,
                            _ => f64::NAN,
                        };
                    }
                    ends.insert(key, width);
                    width
                }
            };
            let h = m.net.time.objective_h(t);
            (out[0][k], out[1][k]) = (price - width[0] / h, price + width[1] / h);
        }
    }
    let [low, high] = out;
    results.set(Quantity::BusPriceMin, low);
    results.set(Quantity::BusPriceMax, high);
    Ok(solves)
}

/// What holds the dispatch found, and costs of moving from it.
struct Face {
    cols: Vec<Held>,
    rows: Vec<Held>,
    /// `Aᵀy` and the reduced costs of held columns: with these costs `y` is on the face exactly.
    cost: Vec<f64>,
    row_lower: Vec<f64>,
    row_upper: Vec<f64>,
}

impl Face {
    /// Sets duals of rows that hold nothing to zero.
    fn new(problem: &Problem, x: &[f64], y: &mut [f64]) -> Face {
        let activity = problem.matrix.times(x, problem.rows());
        let rows: Vec<Held> =
            (0..problem.rows()).map(|i| held(activity[i], y[i], 1.0, problem.row_lower[i], problem.row_upper[i])).collect();
        for (y, h) in y.iter_mut().zip(&rows) {
            if (*y > 0.0 && !h.lower) || (*y < 0.0 && !h.upper) {
                *y = 0.0;
            }
        }
        let mut cost = problem.matrix.transpose_times(y);
        let mut cols = Vec::with_capacity(problem.cols());
        for (j, cost) in cost.iter_mut().enumerate() {
            let slope = problem.cost[j] + problem.quad.get(j).map_or(0.0, |q| q * x[j]);
            let reduced = slope - *cost;
            let h = held(x[j], reduced, slope.abs(), problem.col_lower[j], problem.col_upper[j]);
            *cost += if h.lower { reduced.max(0.0) } else { 0.0 } + if h.upper { reduced.min(0.0) } else { 0.0 };
            cols.push(h);
        }
        let (row_lower, row_upper) = rows.iter().map(|&h| room(h)).unzip();
        Face { cols, rows, cost, row_lower, row_upper }
    }
    fn movement(&self, matrix: &Matrix) -> Problem {
        let (col_lower, col_upper) = self.cols.iter().map(|&h| room(h)).unzip();
        Problem {
            offset: 0.0,
            cost: self.cost.clone(),
            quad: Vec::new(),
            col_lower,
            col_upper,
            row_lower: self.row_lower.clone(),
            row_upper: self.row_upper.clone(),
            matrix: matrix.clone(),
            integer: Vec::new(),
        }
    }
}

/// What columns between their bounds say of the duals: `(Aᵀy)_j = c_j` for each, whichever face point y is.
struct Known {
    /// Whether a row's dual is unique by itself.
    row: Vec<bool>,
    /// Group of every row that is not, and its place in it.
    place: Vec<Option<(usize, usize)>>,
    groups: Vec<Group>,
}

/// Equations among the duals of some rows, reduced: each with its pivot.
#[derive(Default)]
struct Group {
    rows: Vec<usize>,
    reduced: Vec<(usize, Vec<f64>)>,
}

impl Known {
    fn new(matrix: &Matrix, face: &Face) -> Known {
        let rows = face.rows.len();
        let mut row: Vec<bool> = face.rows.iter().map(|h| !h.lower && !h.upper).collect();
        let equations: Vec<Vec<(usize, f64)>> = (0..face.cols.len())
            .filter(|&j| face.cols[j] == Held { lower: false, upper: false })
            .map(|j| matrix.column(j).filter(|&(i, v)| v != 0.0 && !row[i]).collect())
            .collect();
        // One unknown left: known. (The simplest case of elimination, and the most frequent.)
        let mut of_row = vec![Vec::new(); rows];
        equations.iter().enumerate().for_each(|(e, terms)| terms.iter().for_each(|&(i, _)| of_row[i].push(e)));
        let mut left: Vec<usize> = equations.iter().map(Vec::len).collect();
        let mut ready: Vec<usize> = (0..equations.len()).filter(|&e| left[e] == 1).collect();
        while let Some(e) = ready.pop() {
            let Some(&(i, _)) = equations[e].iter().find(|&&(i, _)| !row[i]) else { continue };
            row[i] = true;
            for &other in &of_row[i] {
                left[other] -= 1;
                if left[other] == 1 {
                    ready.push(other);
                }
            }
        }
        // Rows that hang together by what is left.
        let mut place = vec![None; rows];
        let mut groups: Vec<Group> = Vec::new();
        for start in 0..rows {
            if row[start] || place[start].is_some() {
                continue;
            }
            let (mut group, mut mine, mut next) = (Group::default(), Vec::new(), vec![start]);
            place[start] = Some((groups.len(), 0));
            while let Some(i) = next.pop() {
                for &e in &of_row[i] {
                    mine.push(e);
                    for &(k, _) in equations[e].iter().filter(|&&(k, _)| !row[k]) {
                        if place[k].is_none() {
                            place[k] = Some((groups.len(), 0));
                            next.push(k);
                        }
                    }
                }
                place[i] = Some((groups.len(), group.rows.len()));
                group.rows.push(i);
            }
            mine.sort_unstable();
            mine.dedup();
            if group.rows.len() <= DENSE_ROWS {
                let dense = mine.iter().map(|&e| {
                    let mut v = vec![0.0; group.rows.len()];
                    equations[e].iter().filter(|&&(i, _)| !row[i]).for_each(|&(i, a)| v[place[i].map_or(0, |p: (usize, usize)| p.1)] += a);
                    v
                });
                group.reduced = reduce(dense.collect());
            }
            groups.push(group);
        }
        Known { row, place, groups }
    }
    fn row(&self, i: usize) -> bool {
        self.row[i]
    }
    /// Whether `Σ v·y` over rows is the same on the whole face.
    fn determines(&self, asked: &[(usize, f64)]) -> bool {
        let mut of_group: HashMap<usize, Vec<f64>> = HashMap::new();
        let mut size = 0.0f64;
        for &(i, v) in asked {
            let Some((g, k)) = self.place[i] else { continue };
            of_group.entry(g).or_insert_with(|| vec![0.0; self.groups[g].rows.len()])[k] += v;
            size = size.max(v.abs());
        }
        of_group.iter_mut().all(|(&g, v)| {
            for (pivot, equation) in &self.groups[g].reduced {
                let factor = v[*pivot];
                if factor != 0.0 {
                    v.iter_mut().zip(equation).for_each(|(v, e)| *v -= factor * e);
                }
            }
            v.iter().all(|v| v.abs() <= 1e-8 * size)
        })
    }
}

/// Gauss-Jordan with the largest pivot of each equation: afterwards each has 1 at its pivot, where all others have 0.
fn reduce(mut equations: Vec<Vec<f64>>) -> Vec<(usize, Vec<f64>)> {
    let mut done: Vec<(usize, Vec<f64>)> = Vec::new();
    for equation in &mut equations {
        let size = equation.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        for (pivot, other) in &done {
            let factor = equation[*pivot];
            if factor != 0.0 {
                equation.iter_mut().zip(other).for_each(|(v, o)| *v -= factor * o);
                equation[*pivot] = 0.0;
            }
        }
        let Some((pivot, value)) = equation.iter().copied().enumerate().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())) else { continue };
        if value.abs() <= 1e-9 * size {
            continue; // what the others say already
        }
        equation.iter_mut().for_each(|v| *v /= value);
        for (_, other) in &mut done {
            let factor = other[pivot];
            if factor != 0.0 {
                other.iter_mut().zip(equation.iter()).for_each(|(o, v)| *o -= factor * v);
                other[pivot] = 0.0;
            }
        }
        done.push((pivot, std::mem::take(equation)));
    }
    done
}
