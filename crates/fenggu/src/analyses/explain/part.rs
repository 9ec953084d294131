//! A part of a problem that is explained by itself, where what is wrong is local.
//!
//! The elastic dispatch names a point at which only a few rows do not hold. Columns far from these rows are held at that point, rows
//! that have no other columns hold there already, and what is left is small. Far is in time (more than a day from the steps in
//! which a row is broken) or in the network (not connected, unless a limit over the horizon that the proof leans on connects it).
//! A fix found in the part is a fix of the whole, since the rest goes on as it is; a cheaper one that changes the rest may exist.
//! Limits over the horizon that the proof does not lean on bind softly where the rest has a share in them, since the rest could take
//! less of it. Whether it can is for the verification on the whole.

use crate::formulate::frame::Layout;
use crate::formulate::Plan;
use fenggu_net::Network;
use fenggu_opt::{Matrix, Problem};

/// No column or row of the part.
const NONE: u32 = u32::MAX;
/// A row holds if it is violated by at most this, over 1 + the largest of its bound and its terms: what a solver's answer is
/// accepted with (`fenggu_opt::residuals`).
pub(super) const HOLDS: f64 = 1e-6;
/// Room given to rows with columns that are held: the point's own rounding must not make a conflict.
const SLACK: f64 = 1e-7;
/// Hours around a broken row in which columns may move.
const AROUND_H: f64 = 24.0;
/// A part with more than this share of the columns is not worth its approximation.
const MOST: f64 = 0.5;

/// Some columns of a problem, and the rows that they are in.
pub(super) struct Part {
    /// The part's problem; what the held columns take of a row is in its bounds.
    pub problem: Problem,
    /// Columns of the whole, ascending.
    pub cols: Vec<u32>,
    /// Rows of the whole, ascending.
    pub rows: Vec<u32>,
    /// Rows of the part that bind softly.
    pub soft: Vec<u32>,
    /// Column and row of the part, by those of the whole; [`NONE`] outside.
    col_at: Vec<u32>,
    row_at: Vec<u32>,
    /// First and last step of its columns, where it is a part of the horizon.
    pub steps: Option<(usize, usize)>,
}

/// Entries `keep` as ascending numbers, and the place of each.
fn numbered(keep: &[bool]) -> (Vec<u32>, Vec<u32>) {
    let mut at = vec![NONE; keep.len()];
    let mut list = Vec::new();
    for (k, _) in keep.iter().enumerate().filter(|(_, keep)| **keep) {
        at[k] = list.len() as u32;
        list.push(k as u32);
    }
    (list, at)
}

/// What the columns of a point, clipped into their bounds, make of every row, and the largest term in it.
fn activity(problem: &Problem, point: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let mut sum = vec![0.0; problem.rows()];
    let mut largest = vec![0.0f64; problem.rows()];
    for (j, &x) in point.iter().enumerate() {
        let x = x.max(problem.col_lower[j]).min(problem.col_upper[j]);
        for (i, v) in problem.matrix.column(j).filter(|_| x != 0.0) {
            sum[i] += v * x;
            largest[i] = largest[i].max((v * x).abs());
        }
    }
    (sum, largest)
}

/// What every row lacks at a point, > 0, or has too much, < 0.
pub(super) fn lacking(problem: &Problem, point: &[f64]) -> Vec<f64> {
    let sum = activity(problem, point).0;
    sum.iter().zip(problem.row_lower.iter().zip(&problem.row_upper)).map(|(&a, (l, u))| (l - a).max(0.0) + (u - a).min(0.0)).collect()
}

/// By how much every row is violated at a point, scaled as residuals are.
fn broken(problem: &Problem, point: &[f64]) -> Vec<f64> {
    let (sum, largest) = activity(problem, point);
    let each = sum.iter().zip(&largest).zip(problem.row_lower.iter().zip(&problem.row_upper));
    each.map(|((&a, &most), (&lower, &upper))| {
        let bound = if a < lower { lower } else { upper };
        let size = if bound.is_finite() { bound.abs() } else { 0.0 };
        (lower - a).max(a - upper).max(0.0) / (1.0 + size.max(most))
    })
    .collect()
}

/// Whether a point keeps every bound and row of a problem, within what a solver's answer may be off.
pub(super) fn holds(problem: &Problem, point: &[f64]) -> bool {
    let inside = |(j, &x): (usize, &f64)| {
        let out = (problem.col_lower[j] - x).max(x - problem.col_upper[j]);
        x.is_finite() && out <= HOLDS * (1.0 + x.abs())
    };
    point.len() == problem.cols() && point.iter().enumerate().all(inside) && broken(problem, point).iter().all(|&v| v <= HOLDS)
}

impl Part {
    /// The columns `keep` of a problem and the rows that they are in, with the rows `wrong`; all other columns are held at `point`.
    /// Rows that join nothing bind softly if a column that is held is in them.
    fn new(whole: &Problem, keep: &[bool], joins: &[bool], wrong: &[f64], point: &[f64]) -> Part {
        let (cols, col_at) = numbered(keep);
        // A broken row may have no column at all: nothing supplies a bus.
        let mut inside: Vec<bool> = wrong.iter().map(|&v| v > HOLDS).collect();
        for &j in &cols {
            whole.matrix.column(j as usize).filter(|e| e.1 != 0.0).for_each(|(i, _)| inside[i] = true);
        }
        let (rows, row_at) = numbered(&inside);
        let mut shared = vec![false; rows.len()];
        for j in (0..keep.len()).filter(|&j| !keep[j]) {
            let both = whole.matrix.column(j).filter(|&(i, v)| v != 0.0 && !joins[i] && inside[i]);
            both.for_each(|(i, _)| shared[row_at[i] as usize] = true);
        }
        let soft = numbered(&shared).0;
        let (mut taken, mut largest) = (vec![0.0; rows.len()], vec![0.0f64; rows.len()]);
        for (j, &x) in point.iter().enumerate().filter(|(j, x)| !keep[*j] && **x != 0.0) {
            let x = x.max(whole.col_lower[j]).min(whole.col_upper[j]);
            for (i, v) in whole.matrix.column(j).filter(|e| inside[e.0]) {
                let i = row_at[i] as usize;
                taken[i] += v * x;
                largest[i] = largest[i].max((v * x).abs());
            }
        }
        let room = |i: usize| if largest[i] > 0.0 { SLACK * (1.0 + largest[i]) } else { 0.0 };
        let mut matrix = Matrix { start: vec![0], ..Matrix::default() };
        for &j in &cols {
            for (i, v) in whole.matrix.column(j as usize).filter(|e| inside[e.0]) {
                matrix.row.push(row_at[i]);
                matrix.value.push(v);
            }
            matrix.start.push(matrix.row.len() as u32);
        }
        let of = |v: &[f64]| cols.iter().map(|&j| v[j as usize]).collect::<Vec<f64>>();
        let problem = Problem {
            offset: 0.0,
            cost: of(&whole.cost),
            quad: Vec::new(),
            col_lower: of(&whole.col_lower),
            col_upper: of(&whole.col_upper),
            row_lower: rows.iter().enumerate().map(|(k, &i)| whole.row_lower[i as usize] - taken[k] - room(k)).collect(),
            row_upper: rows.iter().enumerate().map(|(k, &i)| whole.row_upper[i as usize] - taken[k] + room(k)).collect(),
            matrix,
            integer: Vec::new(),
        };
        Part { problem, cols, rows, soft, col_at, row_at, steps: None }
    }

    /// The part around the rows that a point breaks; none where that is most of the problem, where a limit over the horizon is
    /// broken itself, or where nothing is. `dual` proves the problem infeasible.
    pub(super) fn around(net: &Network, plan: &Plan, whole: &Problem, point: &[f64], dual: &[f64]) -> Option<Part> {
        let steps = net.steps();
        if point.len() != whole.cols() || dual.len() != whole.rows() || steps < 2 {
            return None;
        }
        let wrong = broken(whole, point);
        let mut hit = vec![false; steps];
        for (i, _) in wrong.iter().enumerate().filter(|(_, v)| **v > HOLDS) {
            hit[step_of(&plan.layout, i, steps)?] = true;
        }
        if !hit.contains(&true) {
            return None;
        }
        let near = around(&hit, &net.time.duration_h);
        let joins = joins(plan, steps, dual);
        let mut keep = connected(net, plan, whole, &wrong, &joins);
        // Chosen capacities and the like have no step: they are in the part, and so is every row that they are in.
        for (keep, step) in keep.iter_mut().zip(plan.step_of_columns(steps)) {
            *keep &= near.get(step as usize).copied().unwrap_or(true);
        }
        if keep.iter().filter(|k| **k).count() as f64 > MOST * keep.len() as f64 {
            return None;
        }
        let mut part = Part::new(whole, &keep, &joins, &wrong, point);
        if near.iter().any(|n| !n) {
            part.steps = near.iter().position(|n| *n).zip(near.iter().rposition(|n| *n));
        }
        Some(part)
    }

    /// The part's row, where a row of the whole is in it.
    pub(super) fn row(&self, row: u32) -> Option<u32> {
        Some(self.row_at[row as usize]).filter(|&at| at != NONE)
    }

    /// Whether a row is in the part and binds there.
    pub(super) fn binds(&self, row: u32) -> bool {
        self.row(row).is_some_and(|at| self.soft.binary_search(&at).is_err())
    }

    /// Whether a column may move.
    pub(super) fn has_col(&self, col: usize) -> bool {
        self.col_at[col] != NONE
    }

    /// A point of the whole: the part's columns as told, the others as they are held.
    pub(super) fn spread(&self, x: &[f64], held: &[f64]) -> Vec<f64> {
        let mut out = held.to_vec();
        self.cols.iter().zip(x).for_each(|(&j, &x)| out[j as usize] = x);
        out
    }

    /// Row duals of the whole.
    pub(super) fn spread_dual(&self, y: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.row_at.len()];
        self.rows.iter().zip(y).for_each(|(&i, &y)| out[i as usize] = y);
        out
    }
}

/// The step of a row of a block with a row for every step.
fn step_of(layout: &Layout, row: usize, steps: usize) -> Option<usize> {
    let of = |start: u32, len: u32| start as usize..start as usize + len as usize * steps;
    let block = layout.row_blocks.iter().find(|b| b.steps as usize == steps && of(b.start, b.len).contains(&row))?;
    Some((row - block.start as usize) % steps)
}

/// Steps at most [`AROUND_H`] away from one that is hit.
fn around(hit: &[bool], duration_h: &[f64]) -> Vec<bool> {
    let mut near = hit.to_vec();
    for backward in [false, true] {
        let mut since_h = f64::INFINITY;
        for k in 0..hit.len() {
            let t = if backward { hit.len() - 1 - k } else { k };
            since_h = if hit[t] { 0.0 } else { since_h + duration_h[t] };
            near[t] |= since_h <= AROUND_H;
        }
    }
    near
}

/// Rows that tie columns together: all of a step or from step to step, and limits over the horizon that the proof leans on.
fn joins(plan: &Plan, steps: usize, dual: &[f64]) -> Vec<bool> {
    let least = 1e-6 * dual.iter().fold(0.0f64, |m, y| m.max(y.abs()));
    let mut joins = vec![true; dual.len()];
    for block in plan.layout.row_blocks.iter().filter(|b| b.steps as usize != steps) {
        for i in block.start as usize..(block.start + block.len * block.steps) as usize {
            joins[i] = dual[i].abs() > least;
        }
    }
    joins
}

/// Columns that hang together with a broken row by rows that join, and by what is out of service and might be back.
fn connected(net: &Network, plan: &Plan, whole: &Problem, wrong: &[f64], joins: &[bool]) -> Vec<bool> {
    let steps = net.steps();
    let cols = whole.cols();
    // Nodes: columns, then rows.
    let mut parent: Vec<u32> = (0..(cols + whole.rows()) as u32).collect();
    fn find(parent: &mut [u32], mut k: u32) -> u32 {
        while parent[k as usize] != k {
            parent[k as usize] = parent[parent[k as usize] as usize];
            k = parent[k as usize];
        }
        k
    }
    let mut join = |a: u32, b: u32| {
        let (a, b) = (find(&mut parent, a), find(&mut parent, b));
        parent[a.max(b) as usize] = a.min(b);
    };
    for j in 0..cols {
        whole.matrix.column(j).filter(|&(i, v)| v != 0.0 && joins[i]).for_each(|(i, _)| join(j as u32, (cols + i) as u32));
    }
    let off = net.branches.rows().iter().filter(|b| !b.in_service).map(|b| (b.bus_from, b.bus_to));
    let off = off.chain(net.links.rows().iter().filter(|l| !l.in_service).map(|l| (l.bus_from, l.bus_to)));
    let live = |bus: fenggu_net::BusId| net.buses[bus].in_service();
    for (from, to) in off.filter(|&(a, b)| live(a) && live(b)) {
        for t in 0..steps {
            let row = |bus| cols as u32 + plan.rows.power_balance.at(bus, t).0;
            join(row(from), row(to));
        }
    }
    let mut chosen = vec![false; parent.len()];
    for (i, _) in wrong.iter().enumerate().filter(|(_, v)| **v > HOLDS) {
        let root = find(&mut parent, (cols + i) as u32);
        chosen[root as usize] = true;
    }
    (0..cols as u32).map(|j| chosen[find(&mut parent, j) as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    /// x0 + x1 = 4, x1 + x2 = 5 with x ≤ 3; x3 ≥ 7 with x3 ≤ 6 in a row of its own.
    fn problem() -> Problem {
        Problem::from_rows(
            &[(0.0, 0.0, 3.0), (0.0, 0.0, 3.0), (0.0, 0.0, 3.0), (0.0, 0.0, 6.0)],
            &[(&[(0, 1.0), (1, 1.0)], 4.0, 4.0), (&[(1, 1.0), (2, 1.0)], 5.0, 5.0), (&[(3, 1.0)], 7.0, INF)],
        )
    }

    #[test]
    fn what_held_columns_take_is_in_the_bounds_of_the_rows_that_are_left() {
        let (whole, point) = (problem(), [1.5, 2.5, 2.5, 6.0]);
        let wrong = broken(&whole, &point);
        assert_eq!((wrong[0], wrong[1]), (0.0, 0.0));
        assert!((wrong[2] - 1.0 / 8.0).abs() < 1e-12, "{wrong:?}");
        assert_eq!(lacking(&whole, &[1.0, 1.5, 4.0, 6.0]), [1.5, 0.5, 1.0], "x2 counts as 3");
        assert_eq!(lacking(&whole, &[3.0, 3.0, 2.0, 6.0]), [-2.0, 0.0, 1.0]);
        let part = Part::new(&whole, &[false, false, true, false], &[true; 3], &wrong, &point);
        // Row 2 is broken: it is in the part although its column is not.
        assert_eq!((&part.cols, &part.rows), (&vec![2], &vec![1, 2]));
        assert_eq!((part.col_at[2], part.col_at[0], part.row_at[0]), (0, NONE, NONE));
        let near = |a: f64, b: f64| (a - b).abs() < 1e-5;
        assert!(near(part.problem.row_lower[0], 2.5) && near(part.problem.row_upper[0], 2.5), "{:?}", part.problem);
        assert!(near(part.problem.row_lower[1], 1.0) && part.problem.row_upper[1] == INF, "{:?}", part.problem);
        assert_eq!(part.problem.matrix.value, [1.0]);
        assert!(part.binds(1) && part.row(1) == Some(0) && part.row(0).is_none() && part.has_col(2) && part.soft.is_empty());
        // A row that joins nothing binds softly where a held column is in it.
        let soft = Part::new(&whole, &[false, false, true, false], &[true, false, true], &wrong, &point);
        assert!(soft.rows == [1, 2] && soft.soft == [0] && !soft.binds(1) && soft.binds(2), "{:?}", soft.soft);
        assert_eq!(part.spread(&[2.0], &point), [1.5, 2.5, 2.0, 6.0]);
        assert_eq!(part.spread_dual(&[0.5, 2.0]), [0.0, 0.5, 2.0]);
    }

    #[test]
    fn a_point_holds_if_it_keeps_bounds_and_rows() {
        let mut whole = problem();
        assert!(!holds(&whole, &[1.5, 2.5, 2.5, 6.0]) && !holds(&whole, &[1.0, 3.0, 2.0]));
        whole.col_upper[3] = 8.0;
        assert!(holds(&whole, &[1.5, 2.5, 2.5, 7.0]));
        assert!(!holds(&whole, &[0.5, 3.5, 1.5, 7.0]), "x1 is beyond its bound");
        assert!(!holds(&whole, &[1.5, 2.5, 2.6, 7.0]) && !holds(&whole, &[1.5, 2.5, f64::NAN, 7.0]));
    }

    #[test]
    fn a_day_on_either_side_of_a_broken_step_is_near() {
        let mut hit = vec![false; 100];
        (hit[0], hit[60]) = (true, true);
        let near = around(&hit, &[1.0; 100]);
        assert_eq!(near.iter().filter(|n| **n).count(), 25 + 49);
        assert!(near[24] && !near[25] && !near[35] && near[36] && near[84] && !near[85]);
        assert!(around(&hit, &[0.25; 100]).iter().all(|n| *n));
    }
}
