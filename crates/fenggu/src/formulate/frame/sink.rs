//! What rooms write to, and the two passes of assembly.

use super::block::{Col, Row};
use super::linear::Linear;

/// A constraint family: one room. The text of `write` is read by every sink.
pub trait Constraint {
    /// What the room reads its data and numbers from.
    type Model<'a>;
    /// Writes every row of the family.
    fn write(&self, m: &Self::Model<'_>, out: &mut impl Sink);
}
/// A cost family.
pub trait Cost {
    /// What the room reads its data and numbers from.
    type Model<'a>;
    /// Adds the family's part of the objective.
    fn write(&self, m: &Self::Model<'_>, out: &mut CostSink);
}
/// Bounds of the columns of one kind of component.
pub trait Bounds {
    /// What the room reads its data and numbers from.
    type Model<'a>;
    /// Sets the bounds; columns nobody bounds stay free.
    fn write(&self, m: &Self::Model<'_>, out: &mut BoundSink);
}

/// What a constraint room writes to.
pub trait Sink {
    /// Adds `coef · col` to the left-hand side of `row`.
    fn term(&mut self, row: Row, col: Col, coef: f64);
    /// Sets `lo ≤ row ≤ hi` (constants written later shift both).
    fn bounds(&mut self, row: Row, lo: f64, hi: f64);
    /// Shifts both bounds.
    fn shift(&mut self, row: Row, by: f64);

    /// Adds `expr` to the left-hand side of a row that another room has opened; its constant moves to the right.
    #[inline(always)]
    fn add(&mut self, row: Row, expr: impl Linear)
    where
        Self: Sized,
    {
        let mut k = 0.0;
        expr.each(1.0, &mut |c, v| self.term(row, c, v), &mut k);
        self.shift(row, -k);
    }
    /// Writes `lhs = rhs`, moving every term left and every constant right.
    #[inline(always)]
    fn equal(&mut self, row: Row, lhs: impl Linear, rhs: impl Linear)
    where
        Self: Sized,
    {
        self.between(row, 0.0, lhs, rhs, 0.0)
    }
    /// Writes `lhs ≤ rhs`.
    #[inline(always)]
    fn at_most(&mut self, row: Row, lhs: impl Linear, rhs: impl Linear)
    where
        Self: Sized,
    {
        self.between(row, f64::NEG_INFINITY, lhs, rhs, 0.0)
    }
    /// Writes `lo ≤ lhs − rhs ≤ hi`.
    #[inline(always)]
    fn between(&mut self, row: Row, lo: f64, lhs: impl Linear, rhs: impl Linear, hi: f64)
    where
        Self: Sized,
    {
        self.bounds(row, lo, hi);
        self.add(row, lhs);
        let mut k = 0.0;
        rhs.each(-1.0, &mut |c, v| self.term(row, c, v), &mut k);
        self.shift(row, -k);
    }
}

/// Pass 1: entries per column.
pub struct Count {
    pub(super) entries: Vec<u32>,
    /// First coefficient or bound that is not a number, by row.
    pub(super) bad: Option<(Row, f64)>,
}
impl Sink for Count {
    #[inline(always)]
    fn term(&mut self, row: Row, c: Col, v: f64) {
        self.entries[c.0 as usize] += 1;
        if !v.is_finite() {
            self.bad = self.bad.or(Some((row, v)));
        }
    }
    #[inline(always)]
    fn bounds(&mut self, row: Row, lo: f64, hi: f64) {
        if lo.is_nan() || hi.is_nan() {
            self.bad = self.bad.or(Some((row, f64::NAN)));
        }
    }
    #[inline(always)]
    fn shift(&mut self, row: Row, by: f64) {
        if !by.is_finite() {
            self.bad = self.bad.or(Some((row, by)));
        }
    }
}

/// How many entries of a column [`Fill`] looks back over. Most columns are shorter, so looking back costs less than any
/// index; duplicates further apart (a column that many limits name) are merged afterwards.
pub(super) const LOOK_BACK: usize = 24;

/// Pass 2: rows and values at every column's cursor. A cell hit twice is merged: solvers refuse duplicates.
pub struct Fill {
    pub(super) start: Vec<u32>,
    pub(super) next: Vec<u32>,
    pub(super) row: Vec<u32>,
    pub(super) value: Vec<f64>,
    pub(super) lo: Vec<f64>,
    pub(super) hi: Vec<f64>,
    pub(super) merged: usize,
}
impl Sink for Fill {
    #[inline(always)]
    fn term(&mut self, r: Row, c: Col, v: f64) {
        let c = c.0 as usize;
        let (first, k) = (self.start[c] as usize, self.next[c] as usize);
        let back = first.max(k.saturating_sub(LOOK_BACK));
        if let Some(at) = self.row[back..k].iter().rposition(|&x| x == r.0) {
            self.value[back + at] += v;
            self.merged += 1;
            return;
        }
        self.row[k] = r.0;
        self.value[k] = v;
        self.next[c] = k as u32 + 1;
    }
    #[inline(always)]
    fn bounds(&mut self, r: Row, lo: f64, hi: f64) {
        self.lo[r.0 as usize] = lo;
        self.hi[r.0 as usize] = hi
    }
    #[inline(always)]
    fn shift(&mut self, r: Row, by: f64) {
        self.lo[r.0 as usize] += by;
        self.hi[r.0 as usize] += by
    }
}

/// Right-hand sides alone, for a model whose coefficients did not change.
pub struct Rhs {
    /// Lower bounds. `[row]`
    pub lo: Vec<f64>,
    /// Upper bounds. `[row]`
    pub hi: Vec<f64>,
    /// First bound that is not a number, by row.
    pub(super) bad: Option<(Row, f64)>,
}
impl Rhs {
    /// Nothing written yet, for `rows` rows.
    pub fn new(rows: usize) -> Self {
        Rhs { lo: vec![0.0; rows], hi: vec![0.0; rows], bad: None }
    }
}
impl Sink for Rhs {
    #[inline(always)]
    fn term(&mut self, _: Row, _: Col, _: f64) {}
    #[inline(always)]
    fn bounds(&mut self, r: Row, lo: f64, hi: f64) {
        if lo.is_nan() || hi.is_nan() {
            self.bad = self.bad.or(Some((r, f64::NAN)));
        }
        self.lo[r.0 as usize] = lo;
        self.hi[r.0 as usize] = hi
    }
    #[inline(always)]
    fn shift(&mut self, r: Row, by: f64) {
        if !by.is_finite() {
            self.bad = self.bad.or(Some((r, by)));
        }
        self.lo[r.0 as usize] += by;
        self.hi[r.0 as usize] += by
    }
}

/// The objective: linear and diagonal quadratic.
#[derive(Debug)]
pub struct CostSink {
    /// Linear costs. `[column]`
    pub linear: Vec<f64>,
    /// Quadratic costs q: the objective has q·x². `[column]`, empty while there is none.
    pub quadratic: Vec<f64>,
    /// Constant.
    pub constant: f64,
}
impl CostSink {
    /// No cost yet, for `cols` columns.
    pub fn new(cols: usize) -> Self {
        CostSink { linear: vec![0.0; cols], quadratic: Vec::new(), constant: 0.0 }
    }
    /// Adds `coef · col`.
    #[inline(always)]
    pub fn add(&mut self, col: Col, coef: f64) {
        self.linear[col.0 as usize] += coef;
    }
    /// Adds `coef · col²`.
    pub fn add_square(&mut self, col: Col, coef: f64) {
        if coef != 0.0 {
            self.quadratic.resize(self.linear.len(), 0.0);
            self.quadratic[col.0 as usize] += coef;
        }
    }
    /// Adds a constant.
    pub fn add_constant(&mut self, value: f64) {
        self.constant += value;
    }
}

/// Bounds of columns; free until set.
#[derive(Debug)]
pub struct BoundSink {
    /// Lower bounds. `[column]`
    pub lo: Vec<f64>,
    /// Upper bounds. `[column]`
    pub hi: Vec<f64>,
}
impl BoundSink {
    /// All free.
    pub fn new(cols: usize) -> Self {
        BoundSink { lo: vec![f64::NEG_INFINITY; cols], hi: vec![f64::INFINITY; cols] }
    }
    /// Sets `lo ≤ col ≤ hi`. Limits that cross by rounding only, which `check` lets pass, hold the column at the upper one;
    /// to a solver they would be a contradiction.
    #[inline(always)]
    pub fn set(&mut self, col: Col, lo: f64, hi: f64) {
        let lo = if lo > hi && lo - hi <= 2e-9 * hi.abs().max(1.0) { hi } else { lo };
        self.lo[col.0 as usize] = lo;
        self.hi[col.0 as usize] = hi;
    }
}
