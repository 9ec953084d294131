//! From rows and columns with bounds to Clarabel's cones, and back.
//!
//! Clarabel solves `min ½xᵀPx + qᵀx, A x + s = b, s ∈ zero cone × nonnegative cone`, with multipliers `z` in the dual cone
//! and `Px + q + Aᵀz = 0`. So an equality row has dual −z, a row below its upper bound (`a·x + s = u`) has dual −z, a row
//! above its lower bound (`−a·x + s = −l`) has dual +z. A row with both bounds gets a column of its own, `a·x − r = 0,
//! l ≤ r ≤ u`, so that its entries stand once in the linear systems; its dual is that of the equality. Fixed columns are
//! put into the right-hand side. Rows without entries or bounds are left out.

use crate::check::{has_lower, has_upper};
use crate::Problem;
use ::clarabel::algebra::CscMatrix;
use ::clarabel::solver::SupportedConeT;

/// Which multiplier of the cone form a row's dual is made of.
#[derive(Clone, Copy)]
enum Dual {
    /// The row is not in the cone form.
    None,
    /// ± the multiplier at this position.
    At(u32, f64),
}

/// The cone form of a problem.
pub(super) struct Conic {
    pub quad: CscMatrix<f64>,
    pub cost: Vec<f64>,
    pub matrix: CscMatrix<f64>,
    pub right: Vec<f64>,
    pub cones: Vec<SupportedConeT<f64>>,
    /// Objective = cost_primal × .0 + .1.
    pub money: (f64, f64),
    /// Column of the cone form and its scale, for every column of the problem; `None` for fixed ones.
    place: Vec<Option<(u32, f64)>>,
    /// Values of fixed columns (elsewhere unused).
    fixed: Vec<f64>,
    duals: Vec<Dual>,
    row_scale: Vec<f64>,
}

impl Conic {
    /// Builds the cone form; with `scaled`, rows and columns are scaled first by powers of two (Ruiz, three rounds).
    pub(super) fn new(problem: &Problem, scaled: bool) -> Conic {
        let (rows, cols) = (problem.rows(), problem.cols());
        let free: Vec<bool> = (0..cols).map(|j| problem.col_lower[j] < problem.col_upper[j]).collect();
        let (row_scale, col_scale) = if scaled { ruiz(problem, &free) } else { (vec![1.0; rows], vec![1.0; cols]) };

        let mut place = vec![None; cols];
        let mut fixed = vec![0.0; cols];
        let mut shift = vec![0.0; rows]; // activity of the fixed columns
        let mut count = vec![0u32; rows]; // entries of the others
        let (mut cost, mut quad) = (Vec::new(), Vec::new());
        let mut offset = problem.offset;
        for j in 0..cols {
            let q = problem.quad.get(j).copied().unwrap_or(0.0);
            if free[j] {
                place[j] = Some((cost.len() as u32, col_scale[j]));
                cost.push(problem.cost[j] * col_scale[j]);
                quad.push(q * col_scale[j] * col_scale[j]);
                problem.matrix.column(j).filter(|&(_, v)| v != 0.0).for_each(|(i, _)| count[i] += 1);
            } else {
                let x = problem.col_lower[j];
                fixed[j] = x;
                offset += problem.cost[j] * x + 0.5 * q * x * x;
                problem.matrix.column(j).for_each(|(i, v)| shift[i] += v * x);
            }
        }
        // Money scale: the largest cost becomes of order one.
        let dearest = cost.iter().fold(0.0f64, |m, c| m.max(c.abs()));
        let money = if scaled && dearest > 0.0 { power_of_two(dearest) } else { 1.0 };
        cost.iter_mut().chain(quad.iter_mut()).for_each(|c| *c /= money);

        // Lay out: equalities first, then inequalities. Each output row is (source, sign, right-hand side).
        let mut equal: Vec<(Part, f64)> = Vec::new();
        let mut below: Vec<(Part, f64)> = Vec::new();
        let mut duals = vec![Dual::None; rows];
        let mut slack_of = vec![u32::MAX; rows];
        let mut later: Vec<(usize, u32, f64)> = Vec::new(); // rows whose dual is an inequality's
        for i in 0..rows {
            let (lower, upper) = (problem.row_lower[i], problem.row_upper[i]);
            let s = row_scale[i];
            let (l, u) = ((lower - shift[i]) * s, (upper - shift[i]) * s);
            match (has_lower(lower), has_upper(upper)) {
                (false, false) => {}
                (true, true) if lower == upper => {
                    duals[i] = Dual::At(equal.len() as u32, -1.0);
                    equal.push((Part::Row(i as u32, 1.0), u));
                }
                (true, true) => {
                    let r = cost.len() as u32;
                    slack_of[i] = r;
                    cost.push(0.0);
                    quad.push(0.0);
                    duals[i] = Dual::At(equal.len() as u32, -1.0);
                    equal.push((Part::Row(i as u32, 1.0), 0.0));
                    below.push((Part::Column(r, 1.0), u));
                    below.push((Part::Column(r, -1.0), -l));
                }
                (true, false) => {
                    later.push((i, below.len() as u32, 1.0));
                    below.push((Part::Row(i as u32, -1.0), -l));
                }
                (false, true) => {
                    later.push((i, below.len() as u32, -1.0));
                    below.push((Part::Row(i as u32, 1.0), u));
                }
            }
        }
        for (j, place) in place.iter().enumerate() {
            if let Some((at, s)) = *place {
                if has_upper(problem.col_upper[j]) {
                    below.push((Part::Column(at, 1.0), problem.col_upper[j] / s));
                }
                if has_lower(problem.col_lower[j]) {
                    below.push((Part::Column(at, -1.0), -problem.col_lower[j] / s));
                }
            }
        }
        for (i, k, sign) in later {
            duals[i] = Dual::At(equal.len() as u32 + k, sign);
        }
        // Row parts by problem row, column parts by cone column, so that the matrix is written column by column.
        let mut row_part = vec![(u32::MAX, 0.0); rows];
        let mut column_parts: Vec<[(u32, f64); 2]> = vec![[(u32::MAX, 0.0); 2]; cost.len()];
        let mut right = Vec::with_capacity(equal.len() + below.len());
        for (k, (part, b)) in equal.iter().chain(&below).enumerate() {
            right.push(*b);
            match *part {
                Part::Row(i, sign) => row_part[i as usize] = (k as u32, sign),
                Part::Column(j, sign) => {
                    let parts = &mut column_parts[j as usize];
                    let free = usize::from(parts[0].0 != u32::MAX);
                    parts[free] = (k as u32, sign);
                }
            }
        }
        let mut writer = Writer::default();
        for j in (0..cols).filter(|&j| place[j].is_some()) {
            for (i, v) in problem.matrix.column(j) {
                let (k, sign) = row_part[i];
                if k != u32::MAX && v != 0.0 {
                    writer.entry(k, sign * v * row_scale[i] * col_scale[j]);
                }
            }
            let at = writer.starts.len() - 1;
            writer.bounds(&column_parts[at]);
            writer.close();
        }
        for i in (0..rows).filter(|&i| slack_of[i] != u32::MAX) {
            writer.entry(row_part[i].0, -1.0);
            writer.bounds(&column_parts[slack_of[i] as usize]);
            writer.close();
        }
        let n = cost.len();
        let kept: Vec<usize> = (0..n).filter(|&j| quad[j] > 0.0).collect();
        let mut quad_start = vec![0usize; n + 1];
        kept.iter().for_each(|&j| quad_start[j + 1] = 1);
        (0..n).for_each(|j| quad_start[j + 1] += quad_start[j]);
        let quad_value = kept.iter().map(|&j| quad[j]).collect();
        let cones = vec![SupportedConeT::ZeroConeT(equal.len()), SupportedConeT::NonnegativeConeT(below.len())];
        Conic {
            quad: CscMatrix::new(n, n, quad_start, kept, quad_value),
            cost,
            matrix: CscMatrix::new(right.len(), n, writer.starts, writer.rows, writer.values),
            right,
            cones,
            money: (money, offset),
            place,
            fixed,
            duals,
            row_scale,
        }
    }

    /// Whether there is nothing for the solver to do.
    pub(super) fn is_empty(&self) -> bool {
        self.cost.is_empty()
    }

    /// Values of the problem's columns; for a ray (`point` false) fixed columns do not move.
    pub(super) fn x(&self, x: &[f64], point: bool) -> Vec<f64> {
        let still = if point { 1.0 } else { 0.0 };
        self.place
            .iter()
            .zip(&self.fixed)
            .map(|(place, fixed)| match place {
                Some((at, scale)) => x.get(*at as usize).map_or(0.0, |x| x * scale),
                None => fixed * still,
            })
            .collect()
    }

    /// Row duals of the problem from the cone form's multipliers.
    pub(super) fn row_dual(&self, z: &[f64]) -> Vec<f64> {
        self.duals
            .iter()
            .zip(&self.row_scale)
            .map(|(dual, scale)| match dual {
                Dual::None => 0.0,
                Dual::At(k, sign) => z.get(*k as usize).map_or(0.0, |z| sign * z * scale * self.money.0),
            })
            .collect()
    }
}

/// Source of a row of the cone form.
#[derive(Clone, Copy)]
enum Part {
    /// ± a row of the problem.
    Row(u32, f64),
    /// ± a single column of the cone form.
    Column(u32, f64),
}

/// Writes a CSC matrix column by column, rows sorted.
struct Writer {
    starts: Vec<usize>,
    rows: Vec<usize>,
    values: Vec<f64>,
    open: Vec<(u32, f64)>,
}

impl Default for Writer {
    fn default() -> Self {
        Writer { starts: vec![0], rows: vec![], values: vec![], open: vec![] }
    }
}

impl Writer {
    fn entry(&mut self, row: u32, value: f64) {
        self.open.push((row, value));
    }
    fn bounds(&mut self, parts: &[(u32, f64); 2]) {
        for &(k, sign) in parts.iter().filter(|(k, _)| *k != u32::MAX) {
            self.open.push((k, sign));
        }
    }
    fn close(&mut self) {
        self.open.sort_unstable_by_key(|e| e.0);
        for (row, value) in self.open.drain(..) {
            self.rows.push(row as usize);
            self.values.push(value);
        }
        self.starts.push(self.rows.len());
    }
}

/// The power of two nearest to `v` in the logarithm: scaling by it rounds nothing.
fn power_of_two(v: f64) -> f64 {
    v.log2().round().exp2()
}

/// Row and column scales that bring the largest entry of every row and column near one (Ruiz 2001), as powers of two.
fn ruiz(problem: &Problem, free: &[bool]) -> (Vec<f64>, Vec<f64>) {
    let (rows, cols) = (problem.rows(), problem.cols());
    let (mut r, mut c) = (vec![1.0f64; rows], vec![1.0f64; cols]);
    for _ in 0..3 {
        let (mut row_max, mut col_max) = (vec![0.0f64; rows], vec![0.0f64; cols]);
        for j in (0..cols).filter(|&j| free[j]) {
            for (i, v) in problem.matrix.column(j) {
                let v = (v * r[i] * c[j]).abs();
                row_max[i] = row_max[i].max(v);
                col_max[j] = col_max[j].max(v);
            }
        }
        let step = |scale: &mut f64, max: f64| {
            if max > 0.0 {
                *scale /= max.sqrt();
            }
        };
        r.iter_mut().zip(row_max).for_each(|(s, m)| step(s, m));
        c.iter_mut().zip(col_max).for_each(|(s, m)| step(s, m));
    }
    r.iter_mut().chain(c.iter_mut()).for_each(|s| *s = power_of_two(*s));
    (r, c)
}
