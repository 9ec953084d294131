//! Injections replayed onto other rows: the PTDF form needs no component to know it.

use super::block::{Col, Row};
use super::sink::Sink;

/// Wraps a sink: what is written to virtual rows goes to the row that `map` names instead, with weight 1.
/// Here a bus's power balance becomes its island's.
pub struct Project<'a, S> {
    out: &'a mut S,
    virtual_start: u32,
    map: &'a [u32],
}
impl<'a, S: Sink> Project<'a, S> {
    /// `map[v]` is the real row of virtual row `virtual_start + v`; `u32::MAX` drops it.
    pub fn new(out: &'a mut S, virtual_start: u32, map: &'a [u32]) -> Self {
        Project { out, virtual_start, map }
    }
    #[inline(always)]
    fn real(&self, row: Row) -> Option<Row> {
        if row.0 < self.virtual_start {
            return Some(row);
        }
        let r = self.map[(row.0 - self.virtual_start) as usize];
        (r != u32::MAX).then_some(Row(r))
    }
}
impl<S: Sink> Sink for Project<'_, S> {
    #[inline(always)]
    fn term(&mut self, row: Row, col: Col, coef: f64) {
        if let Some(r) = self.real(row) {
            self.out.term(r, col, coef)
        }
    }
    #[inline(always)]
    fn bounds(&mut self, row: Row, lo: f64, hi: f64) {
        // Opening a virtual row opens nothing: its real row is opened by its own room.
        if row.0 < self.virtual_start {
            self.out.bounds(row, lo, hi)
        }
    }
    #[inline(always)]
    fn shift(&mut self, row: Row, by: f64) {
        if let Some(r) = self.real(row) {
            self.out.shift(r, by)
        }
    }
}

/// What was written to virtual rows, by row: `Σ coef·col − constant` for each.
#[derive(Clone, Debug, Default)]
pub struct Injections {
    /// Start of every virtual row in `col` and `coef`.
    pub start: Vec<u32>,
    /// Columns.
    pub col: Vec<u32>,
    /// Coefficients.
    pub coef: Vec<f64>,
    /// What moved to the right-hand side: demand and other constants. `[virtual row]`
    pub rhs: Vec<f64>,
}

struct CountRows {
    first: u32,
    n: Vec<u32>,
}
struct FillRows<'a> {
    first: u32,
    next: Vec<u32>,
    to: &'a mut Injections,
}
impl Sink for CountRows {
    fn term(&mut self, row: Row, _: Col, _: f64) {
        if row.0 >= self.first {
            self.n[(row.0 - self.first) as usize] += 1;
        }
    }
    fn bounds(&mut self, _: Row, _: f64, _: f64) {}
    fn shift(&mut self, _: Row, _: f64) {}
}
impl Sink for FillRows<'_> {
    fn term(&mut self, row: Row, col: Col, coef: f64) {
        if row.0 >= self.first {
            let k = &mut self.next[(row.0 - self.first) as usize];
            self.to.col[*k as usize] = col.0;
            self.to.coef[*k as usize] = coef;
            *k += 1;
        }
    }
    fn bounds(&mut self, _: Row, _: f64, _: f64) {}
    fn shift(&mut self, row: Row, by: f64) {
        if row.0 >= self.first {
            self.to.rhs[(row.0 - self.first) as usize] += by;
        }
    }
}

/// A writer of all rooms, asked twice.
pub trait Rooms {
    /// Writes every constraint room to `out`.
    fn write(&self, out: &mut impl Sink);
}

/// Collects what the rooms write to virtual rows (`len` of them from `first` on), by row.
pub fn collect(rooms: &impl Rooms, first: u32, len: usize) -> Injections {
    let mut count = CountRows { first, n: vec![0; len + 1] };
    rooms.write(&mut count);
    let mut start = count.n;
    let mut acc = 0;
    for s in &mut start {
        let n = *s;
        *s = acc;
        acc += n;
    }
    let mut to = Injections { start: start.clone(), col: vec![0; acc as usize], coef: vec![0.0; acc as usize], rhs: vec![0.0; len] };
    rooms.write(&mut FillRows { first, next: start, to: &mut to });
    to
}
