//! Rows for people, and rows evaluated.

use super::block::{Col, Layout, Names, Row};
use super::sink::Sink;
use fenggu_net::{Network, TableId};
use std::fmt::Write;

/// Writes rows as text: `soc_balance[battery,1]: + 1 soc[battery,1] - 0.45 charge[battery,1] = 2`.
/// Names are the user's own, steps count from 0.
pub struct Print<'a> {
    layout: &'a Layout,
    net: &'a Network,
    left: Vec<String>,
    lo: Vec<f64>,
    hi: Vec<f64>,
}
impl<'a> Print<'a> {
    /// Nothing written yet.
    pub fn new(layout: &'a Layout, net: &'a Network) -> Self {
        let n = layout.rows as usize;
        Print { layout, net, left: vec![String::new(); n], lo: vec![0.0; n], hi: vec![0.0; n] }
    }
    /// Name of a row.
    pub fn row_name(&self, row: usize) -> String {
        label(self.net, self.layout.locate_row(row))
    }
    /// All rows that were written, a line each.
    pub fn rows(&self) -> String {
        let mut out = String::new();
        for i in 0..self.left.len() {
            if self.left[i].is_empty() {
                continue;
            }
            let (lo, hi) = (self.lo[i], self.hi[i]);
            let name = self.row_name(i);
            let _ = match (lo == hi, lo.is_finite(), hi.is_finite()) {
                (true, ..) => writeln!(out, "{name}:{} = {}", self.left[i], short(lo)),
                (_, false, _) => writeln!(out, "{name}:{} <= {}", self.left[i], short(hi)),
                (_, _, false) => writeln!(out, "{name}:{} >= {}", self.left[i], short(lo)),
                _ => writeln!(out, "{name}: {} <={} <= {}", short(lo), self.left[i], short(hi)),
            };
        }
        out
    }
}

fn short(v: f64) -> f64 {
    let r = (v * 1e6).round() / 1e6;
    if r == 0.0 {
        0.0
    } else {
        r
    }
}

/// Name of a row or column: block, element, step.
pub fn label(net: &Network, at: Option<(&'static str, &Names, usize, usize)>) -> String {
    let Some((name, names, element, t)) = at else { return "?".to_string() };
    let own = |table: TableId, row: usize| net.table(table).name_of(row).to_string();
    let element = match names {
        Names::Table(table) => own(*table, element),
        Names::Rows(table, rows) => own(*table, rows[element] as usize),
        Names::Islands => format!("island {}", element + 1),
    };
    format!("{name}[{element},{t}]")
}

impl Sink for Print<'_> {
    fn term(&mut self, r: Row, c: Col, v: f64) {
        let name = label(self.net, self.layout.locate_col(c.0 as usize));
        let _ = write!(self.left[r.0 as usize], " {} {} {name}", if v < 0.0 { '-' } else { '+' }, short(v.abs()));
    }
    fn bounds(&mut self, r: Row, lo: f64, hi: f64) {
        self.lo[r.0 as usize] = lo;
        self.hi[r.0 as usize] = hi;
    }
    fn shift(&mut self, r: Row, by: f64) {
        self.lo[r.0 as usize] += by;
        self.hi[r.0 as usize] += by;
    }
}

/// Evaluates rows at a point.
pub struct Activity<'a> {
    x: &'a [f64],
    activity: Vec<f64>,
    lo: Vec<f64>,
    hi: Vec<f64>,
}
impl<'a> Activity<'a> {
    /// At `x`, over `rows` rows.
    pub fn new(x: &'a [f64], rows: usize) -> Self {
        Activity { x, activity: vec![0.0; rows], lo: vec![0.0; rows], hi: vec![0.0; rows] }
    }
    /// Largest violation of any row.
    pub fn worst(&self) -> f64 {
        let violation = |i: usize| (self.lo[i] - self.activity[i]).max(self.activity[i] - self.hi[i]);
        (0..self.activity.len()).map(violation).fold(0.0, f64::max)
    }
}
impl Sink for Activity<'_> {
    fn term(&mut self, r: Row, c: Col, v: f64) {
        self.activity[r.0 as usize] += v * self.x[c.0 as usize]
    }
    fn bounds(&mut self, r: Row, lo: f64, hi: f64) {
        self.lo[r.0 as usize] = lo;
        self.hi[r.0 as usize] = hi;
    }
    fn shift(&mut self, r: Row, by: f64) {
        self.lo[r.0 as usize] += by;
        self.hi[r.0 as usize] += by;
    }
}
