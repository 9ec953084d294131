//! A very small SVG builder: elements, scales, axes with nice ticks.

use super::write::{both, esc};
use std::fmt::Write;

/// Size of a drawing, in its own units (about one pixel each).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Size {
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
    /// Whether it is the drawing for narrow pages.
    pub narrow: bool,
}

/// A linear scale from a domain to a range of coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    d0: f64,
    d1: f64,
    r0: f64,
    r1: f64,
}

impl Scale {
    /// From `[d0, d1]` to `[r0, r1]`; an empty domain is widened.
    pub fn new(d0: f64, d1: f64, r0: f64, r1: f64) -> Self {
        let d1 = if d1 > d0 { d1 } else { d0 + 1.0 };
        Scale { d0, d1, r0, r1 }
    }
    /// Coordinate of a value.
    pub fn at(&self, v: f64) -> f64 {
        self.r0 + (v - self.d0) / (self.d1 - self.d0) * (self.r1 - self.r0)
    }
}

/// Round numbers that cover `[lo, hi]` in about `n` steps; the first and last enclose it.
pub(super) fn nice_ticks(lo: f64, hi: f64, n: usize) -> Vec<f64> {
    let (lo, hi) = if lo.is_finite() && hi.is_finite() { (lo.min(hi), lo.max(hi)) } else { (0.0, 1.0) };
    let span = if hi - lo > 1e-9 * hi.abs().max(1e-3) { hi - lo } else { hi.abs().max(1.0) };
    let raw = span / n.max(1) as f64;
    let power = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= raw * (1.0 - 1e-9)).unwrap_or(10.0 * power);
    let first = (lo / step + 1e-9).floor() as i64;
    let last = ((hi / step) - 1e-9).ceil().max(first as f64 + 1.0) as i64;
    (first..=last).map(|k| k as f64 * step).collect()
}

/// Decimals that tell ticks apart.
pub(super) fn tick_decimals(ticks: &[f64]) -> usize {
    let step = if ticks.len() > 1 { ticks[1] - ticks[0] } else { 1.0 };
    (0..6).find(|&d| (step * 10f64.powi(d) - (step * 10f64.powi(d)).round()).abs() < 1e-6).unwrap_or(6) as usize
}

/// A coordinate with one decimal, without a trailing `.0`.
pub(super) fn c(v: f64) -> String {
    let r = (v * 10.0).round() / 10.0;
    if r == r.trunc() {
        format!("{r:.0}")
    } else {
        format!("{r:.1}")
    }
}

/// A drawing being written.
pub(super) struct Svg {
    out: String,
    /// Its size.
    pub size: Size,
}

impl Svg {
    /// Begins a drawing. `label` is read to those who cannot see it; `attributes` are further ones of the root.
    pub fn new(size: Size, label: &str, attributes: &str) -> Self {
        let out = format!(
            "<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\"{attributes}>",
            c(size.w),
            c(size.h),
            esc(label)
        );
        Svg { out, size }
    }
    /// Raw SVG.
    pub fn raw(&mut self, s: &str) {
        self.out.push_str(s);
    }
    /// A line.
    pub fn line(&mut self, x1: f64, y1: f64, x2: f64, y2: f64, attributes: &str) {
        let _ = write!(self.out, "<path d=\"M{} {}L{} {}\" {attributes}/>", c(x1), c(y1), c(x2), c(y2));
    }
    /// A path.
    pub fn path(&mut self, d: &str, attributes: &str) {
        if !d.is_empty() {
            let _ = write!(self.out, "<path d=\"{d}\" {attributes}/>");
        }
    }
    /// A rectangle; a negative height grows upwards.
    pub fn rect(&mut self, x: f64, y: f64, w: f64, h: f64, attributes: &str) {
        let (y, h) = if h < 0.0 { (y + h, -h) } else { (y, h) };
        let _ = write!(self.out, "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" {attributes}/>", c(x), c(y), c(w.max(0.0)), c(h));
    }
    /// A text; `html` is already escaped.
    pub fn text(&mut self, x: f64, y: f64, attributes: &str, html: &str) {
        let _ = write!(self.out, "<text x=\"{}\" y=\"{}\" {attributes}>{html}</text>", c(x), c(y));
    }
    /// A text in both languages.
    pub fn text_both(&mut self, x: f64, y: f64, attributes: &str, en: &str, zh: &str) {
        let html = both(&esc(en), &esc(zh)).replace("<span", "<tspan").replace("</span", "</tspan");
        self.text(x, y, attributes, &html);
    }
    /// The finished drawing.
    pub fn finish(mut self) -> String {
        self.out.push_str("</svg>");
        self.out
    }
}

/// The box of a chart inside a drawing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel {
    /// Left edge.
    pub left: f64,
    /// Right edge.
    pub right: f64,
    /// Upper edge.
    pub top: f64,
    /// Lower edge.
    pub bottom: f64,
}

/// Draws a vertical axis: grid lines, tick labels, and the title with its unit above; returns the scale.
pub(super) fn y_axis(svg: &mut Svg, panel: Panel, lo: f64, hi: f64, n: usize, title: (&str, &str)) -> Scale {
    let all = nice_ticks(lo, hi, n);
    let decimals = tick_decimals(&all);
    // The panel ends a little beyond the data, not at the next round number: no room is given to nothing.
    let margin = 0.04 * (hi - lo);
    let step = all[1] - all[0];
    let first = if lo == 0.0 || lo == all[0] { lo } else { (lo - margin).max(all[0]) };
    let last = if hi == 0.0 { hi } else { (hi + margin).min(all[all.len() - 1]) };
    let (first, last) = if last - first > 0.5 * step { (first, last) } else { (all[0], all[all.len() - 1]) };
    let ticks: Vec<f64> = all.into_iter().filter(|t| *t >= first - 1e-9 * step && *t <= last + 1e-9 * step).collect();
    let scale = Scale::new(first, last, panel.bottom, panel.top);
    for &t in &ticks {
        let y = scale.at(t);
        let zero = t.abs() < 1e-9 && first < 0.0;
        svg.line(panel.left, y, panel.right, y, if zero { "class=\"zero\"" } else { "class=\"grid\"" });
        svg.text(panel.left - 8.0, y + 4.0, "class=\"t e\"", &super::write::num(t, decimals));
    }
    svg.text_both(panel.left - 8.0 - left_overhang(&ticks, decimals), panel.top - 12.0, "class=\"t u\"", title.0, title.1);
    scale
}

/// How far the widest tick label reaches to the left; the axis title begins there.
fn left_overhang(ticks: &[f64], decimals: usize) -> f64 {
    ticks.iter().map(|&t| super::write::num(t, decimals).chars().count()).max().unwrap_or(0) as f64 * 6.4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_enclose() {
        assert_eq!(nice_ticks(0.0, 97.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(nice_ticks(-3.0, 4.0, 4), [-4.0, -2.0, 0.0, 2.0, 4.0]);
        // A flat line still gets an axis.
        let flat = nice_ticks(25.0, 25.0, 4);
        assert!(flat[0] <= 25.0 && flat[flat.len() - 1] >= 25.0 && flat.len() >= 2, "{flat:?}");
        assert!(nice_ticks(f64::NAN, 3.0, 4).len() >= 2);
        for (lo, hi) in [(0.0, 1e-12), (1e9, 1e9 + 1.0), (-1e300, 1e300), (0.0, 0.3)] {
            let t = nice_ticks(lo, hi, 5);
            assert!(t.len() < 50 && t.len() >= 2, "{lo} {hi} {t:?}");
        }
        assert_eq!(tick_decimals(&nice_ticks(0.0, 0.7, 5)), 1);
        assert_eq!(tick_decimals(&nice_ticks(0.0, 1.2, 5)), 2);
    }
}
