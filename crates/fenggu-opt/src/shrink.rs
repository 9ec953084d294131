//! A smaller problem with the same best points, where many columns are held: what can be told by bounds alone is taken out before a solver
//! copies it.
//!
//! Columns with equal bounds go into the rows' limits. A row that its columns' bounds cannot violate is dropped; a row with one free column is
//! a bound of it; a row whose extreme activity only just reaches its limit holds its columns there; what a row leaves to a whole-number
//! column is rounded inwards. Repeated until nothing changes. No step uses costs, so every feasible point stays, and nothing
//! is added: the answer has values for all columns, but no duals.
//!
//! Source: Achterberg, Bixby, Gu, Rothberg and Weninger (2020), *Presolve reductions in mixed integer programming*, INFORMS J. Computing
//! 32(2), sections 3.1 and 3.2.

use crate::problem::{Matrix, Problem, RowBlock};

/// A reduced problem and the way back.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// What is left; its offset holds the cost of what was held.
    pub problem: Problem,
    /// Column of the whole for every column that is left.
    pub columns: Vec<u32>,
    /// Values of the columns of the whole that are held; those left have any.
    values: Vec<f64>,
}

impl Shrunk {
    /// A point of the whole from one of what is left.
    pub fn restore(&self, x: &[f64]) -> Vec<f64> {
        let mut out = self.values.clone();
        for (&j, &v) in self.columns.iter().zip(x) {
            out[j as usize] = v;
        }
        out
    }
    /// What is left of a vector over the columns of the whole.
    pub fn project(&self, x: &[f64]) -> Vec<f64> {
        self.columns.iter().map(|&j| x[j as usize]).collect()
    }
}

/// Rounding that still counts as meeting a limit, relative to it.
const SLACK: f64 = 1e-9;
/// Passes over all rows at most.
const PASSES: usize = 20;

struct Work<'a> {
    problem: &'a Problem,
    /// Rows: start, column, value.
    start: Vec<usize>,
    col: Vec<u32>,
    value: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    changed: bool,
}

/// Reduces a problem without quadratic costs; `None` where bounds alone show that no point is feasible.
pub fn shrink(problem: &Problem) -> Option<Shrunk> {
    shrink_within(problem, problem.col_lower.clone(), problem.col_upper.clone())
}

/// As [`shrink`], with other bounds of the columns.
pub fn shrink_within(problem: &Problem, lower: Vec<f64>, upper: Vec<f64>) -> Option<Shrunk> {
    let mut work = Work::new(problem, lower, upper);
    let mut alive = vec![true; problem.rows()];
    for j in 0..problem.cols() {
        work.round(j)?;
    }
    for _ in 0..PASSES {
        work.changed = false;
        for (i, alive) in alive.iter_mut().enumerate() {
            if *alive {
                *alive = work.row(i)?;
            }
        }
        if !work.changed {
            break;
        }
    }
    Some(work.finish(&alive))
}

impl<'a> Work<'a> {
    fn new(problem: &'a Problem, lower: Vec<f64>, upper: Vec<f64>) -> Work<'a> {
        let m = &problem.matrix;
        let mut start = vec![0usize; problem.rows() + 1];
        m.row.iter().for_each(|&i| start[i as usize + 1] += 1);
        for i in 0..problem.rows() {
            start[i + 1] += start[i];
        }
        let mut place = start.clone();
        let (mut col, mut value) = (vec![0u32; m.row.len()], vec![0.0; m.row.len()]);
        for j in 0..problem.cols() {
            for k in m.start[j] as usize..m.start[j + 1] as usize {
                let at = &mut place[m.row[k] as usize];
                (col[*at], value[*at]) = (j as u32, m.value[k]);
                *at += 1;
            }
        }
        Work { problem, start, col, value, lower, upper, changed: false }
    }

    fn is_whole(&self, j: usize) -> bool {
        self.problem.integer.get(j).copied().unwrap_or(false)
    }
    fn is_held(&self, j: usize) -> bool {
        self.lower[j] == self.upper[j]
    }

    /// Rounds the bounds of a whole-number column inwards; `None` where bounds cross.
    fn round(&mut self, j: usize) -> Option<()> {
        if self.is_whole(j) {
            (self.lower[j], self.upper[j]) = ((self.lower[j] - 1e-7).ceil(), (self.upper[j] + 1e-7).floor());
        }
        if self.lower[j] > self.upper[j] {
            // What was held before was so to a solver's tolerance.
            if self.lower[j] > self.upper[j] + 1e-6 * (1.0 + self.upper[j].abs()) {
                return None;
            }
            self.lower[j] = self.upper[j];
        }
        Some(())
    }

    /// Narrows a column to at least `lower` and at most `upper`.
    fn narrow(&mut self, j: usize, lower: f64, upper: f64) -> Option<()> {
        if lower > self.lower[j] {
            (self.lower[j], self.changed) = (lower, true);
        }
        if upper < self.upper[j] {
            (self.upper[j], self.changed) = (upper, true);
        }
        self.round(j)
    }

    /// Least and most activity of a row, each as what is finite and how many terms are not; and its free columns.
    fn activity(&self, i: usize) -> ([(f64, usize); 2], usize) {
        let (mut least, mut most, mut free) = ((0.0, 0), (0.0, 0), 0);
        let add = |sum: &mut (f64, usize), v: f64| match v.is_finite() {
            true => sum.0 += v,
            false => sum.1 += 1,
        };
        for k in self.start[i]..self.start[i + 1] {
            let (j, a) = (self.col[k] as usize, self.value[k]);
            if a == 0.0 {
                continue;
            }
            free += usize::from(!self.is_held(j));
            let (x, y) = if a > 0.0 { (self.lower[j], self.upper[j]) } else { (self.upper[j], self.lower[j]) };
            add(&mut least, a * x);
            add(&mut most, a * y);
        }
        ([least, most], free)
    }

    /// Looks at a row; says whether it is still needed, `None` where it cannot be met.
    fn row(&mut self, i: usize) -> Option<bool> {
        let (low, high) = (self.problem.row_lower[i], self.problem.row_upper[i]);
        let ([least, most], free) = self.activity(i);
        let least_is = if least.1 == 0 { least.0 } else { f64::NEG_INFINITY };
        let most_is = if most.1 == 0 { most.0 } else { f64::INFINITY };
        let slack = |limit: f64| SLACK * (1.0 + limit.abs());
        let meets_low = low == f64::NEG_INFINITY || least_is >= low - slack(low);
        let meets_high = high == f64::INFINITY || most_is <= high + slack(high);
        if meets_low && meets_high {
            self.changed |= free > 0;
            return Some(false);
        }
        // Beyond rounding of what was held before, a row that cannot be met has no point.
        let miss = 1e-6 * (1.0 + least_is.abs().min(most_is.abs()));
        if (high < f64::INFINITY && least_is > high + miss) || (low > f64::NEG_INFINITY && most_is < low - miss) {
            return None;
        }
        if free == 0 {
            return Some(false);
        }
        let at_least = high < f64::INFINITY && least_is >= high - slack(high);
        let at_most = low > f64::NEG_INFINITY && most_is <= low + slack(low);
        if at_least || at_most {
            for k in self.start[i]..self.start[i + 1] {
                let (j, a) = (self.col[k] as usize, self.value[k]);
                if a == 0.0 || self.is_held(j) {
                    continue;
                }
                let v = if (a > 0.0) == at_least { self.lower[j] } else { self.upper[j] };
                self.narrow(j, v, v)?;
            }
            self.changed = true;
            return Some(false);
        }
        for k in self.start[i]..self.start[i + 1] {
            let (j, a) = (self.col[k] as usize, self.value[k]);
            if a == 0.0 || self.is_held(j) || !(free == 1 || self.is_whole(j)) {
                continue;
            }
            // What the others leave at least and at most.
            let (own_least, own_most) =
                if a > 0.0 { (a * self.lower[j], a * self.upper[j]) } else { (a * self.upper[j], a * self.lower[j]) };
            let without = |sum: (f64, usize), own: f64, none: f64| match (sum.1, own.is_finite()) {
                (0, _) => sum.0 - own,
                (1, false) => sum.0,
                _ => none,
            };
            let room_high = high - without(least, own_least, f64::NEG_INFINITY);
            let room_low = low - without(most, own_most, f64::INFINITY);
            let (lower, upper) = if a > 0.0 { (room_low / a, room_high / a) } else { (room_high / a, room_low / a) };
            // A whole number gains only by a whole step.
            let gains = !self.is_whole(j) || lower > self.lower[j] + 1e-6 || upper < self.upper[j] - 1e-6;
            if free == 1 {
                self.narrow(j, lower, upper)?;
                self.changed = true;
                return Some(false);
            }
            if gains {
                self.narrow(j, lower, upper)?;
                if self.is_held(j) {
                    // The sums above no longer hold; the next pass goes on.
                    return Some(true);
                }
            }
        }
        Some(true)
    }

    fn finish(self, alive: &[bool]) -> Shrunk {
        let p = self.problem;
        let mut out = Problem { offset: p.offset, ..Problem::default() };
        let (mut columns, mut new) = (Vec::new(), vec![u32::MAX; p.cols()]);
        for (j, new) in new.iter_mut().enumerate() {
            if self.is_held(j) {
                out.offset += p.cost[j] * self.lower[j];
                continue;
            }
            *new = columns.len() as u32;
            columns.push(j as u32);
            out.cost.push(p.cost[j]);
            out.col_lower.push(self.lower[j]);
            out.col_upper.push(self.upper[j]);
            if p.is_integer() {
                out.integer.push(self.is_whole(j));
            }
        }
        out.matrix = Matrix { start: vec![0; columns.len() + 1], ..Matrix::default() };
        let mut block = RowBlock::default();
        for i in (0..p.rows()).filter(|&i| alive[i]) {
            let (mut held, mut terms) = (0.0, Vec::new());
            for k in self.start[i]..self.start[i + 1] {
                let (j, a) = (self.col[k] as usize, self.value[k]);
                if new[j] == u32::MAX {
                    held += a * self.lower[j];
                } else {
                    terms.push((new[j], a));
                }
            }
            if !terms.is_empty() {
                block.push(terms, p.row_lower[i] - held, p.row_upper[i] - held);
            }
        }
        out.append_rows(&block);
        Shrunk { problem: out, columns, values: self.lower }
    }
}

#[cfg(all(test, feature = "highs"))]
mod tests {
    use super::*;
    use crate::{Backend, Control, Status};

    /// Terms, lower and upper bound.
    type Terms = (Vec<(u32, f64)>, f64, f64);

    /// Random problems with whole numbers, some columns held: the same optimum with and without.
    #[test]
    fn the_optimum_stays() {
        let mut state = 7u64;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as f64 / (1u64 << 31) as f64
        };
        let (mut smaller, mut infeasible) = (0, 0);
        for case in 0..300 {
            let (n, m) = (3 + (next() * 8.0) as usize, 2 + (next() * 7.0) as usize);
            let cols: Vec<(f64, f64, f64)> = (0..n)
                .map(|_| {
                    let lower = (next() * 3.0).floor();
                    let width = if next() < 0.4 { 0.0 } else { (next() * 4.0).floor() };
                    (next() * 10.0 - 5.0, lower, lower + width)
                })
                .collect();
            let rows: Vec<Terms> = (0..m)
                .map(|_| {
                    let terms: Vec<(u32, f64)> = (0..n as u32)
                        .map(|j| (j, if next() < 0.4 { (next() * 9.0 - 4.0).round() } else { 0.0 }))
                        .filter(|t| t.1 != 0.0)
                        .collect();
                    let mid = terms.iter().map(|t| t.1 * (cols[t.0 as usize].1 + cols[t.0 as usize].2) / 2.0).sum::<f64>();
                    let low = if next() < 0.5 { f64::NEG_INFINITY } else { mid - next() * 4.0 };
                    (terms, low, mid + next() * 4.0)
                })
                .collect();
            let rows: Vec<_> = rows.iter().map(|(t, l, u)| (t.as_slice(), *l, *u)).collect();
            let mut p = Problem::from_rows(&cols, &rows);
            p.integer = (0..n).map(|_| next() < 0.6).collect();
            let whole = Backend::Highs.solve(&p, &Control::default()).expect("solved");
            let Some(s) = shrink(&p) else {
                assert_eq!(whole.status, Status::Infeasible, "case {case}: {p:?}");
                infeasible += 1;
                continue;
            };
            let part = Backend::Highs.solve(&s.problem, &Control::default()).expect("solved");
            assert_eq!(whole.status, part.status, "case {case}: {p:?}");
            smaller += usize::from(s.problem.cols() < n && s.problem.rows() < m);
            if whole.status != Status::Optimal {
                continue;
            }
            let x = s.restore(&part.x);
            assert!((p.objective(&x) - whole.objective).abs() < 1e-6 * (1.0 + whole.objective.abs()), "case {case}");
            assert!((part.objective - whole.objective).abs() < 1e-6 * (1.0 + whole.objective.abs()), "case {case}");
            for (j, &v) in x.iter().enumerate() {
                assert!(v >= p.col_lower[j] - 1e-7 && v <= p.col_upper[j] + 1e-7);
            }
        }
        assert!(smaller > 100 && infeasible > 5, "{smaller}, {infeasible}");
    }
}
