//! Convex piecewise-linear functions of one unit's output above its minimum, and the operations of its dynamic program.
//!
//! A curve is its break points by rising x; it is +∞ outside them. Points that fall together within `NEAR` are one.

/// Outputs (MW) this near are the same.
const NEAR: f64 = 1e-9;

/// A convex piecewise-linear function on `[x[0], x[last]]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Curve {
    pub x: Vec<f64>,
    pub v: Vec<f64>,
}

impl Curve {
    pub fn clear(&mut self) {
        self.x.clear();
        self.v.clear();
    }
    pub fn push(&mut self, x: f64, v: f64) {
        self.x.push(x);
        self.v.push(v);
    }
    /// Becomes the constant `v` on `[0, to]`.
    pub fn flat(&mut self, to: f64, v: f64) {
        self.clear();
        self.push(0.0, v);
        if to > NEAR {
            self.push(to, v);
        }
    }
    /// Becomes a copy without giving its memory away.
    pub fn copy(&mut self, from: &Curve) {
        self.x.clone_from(&from.x);
        self.v.clone_from(&from.v);
    }
    /// Position of the least value, the leftmost of equals.
    fn lowest(&self) -> usize {
        let mut best = 0;
        for i in 1..self.v.len() {
            if self.v[i] < self.v[best] {
                best = i;
            }
        }
        best
    }
    /// The least value.
    pub fn least(&self) -> f64 {
        self.v[self.lowest()]
    }
    /// Where it is least within `[low, high]`, which must meet the domain within rounding.
    pub fn argmin_within(&self, low: f64, high: f64) -> f64 {
        let (first, last) = (self.x[0], self.x[self.x.len() - 1]);
        let (low, high) = (low.max(first).min(last), high.min(last).max(first));
        self.x[self.lowest()].max(low).min(high)
    }

    /// Adds `slope·min(x, knee)`, slope ≤ 0.
    pub fn add_hinge(&mut self, slope: f64, knee: f64) {
        if slope == 0.0 {
            return;
        }
        let n = self.x.len();
        if n > 1 && knee > self.x[0] + NEAR && knee < self.x[n - 1] - NEAR {
            let i = self.x.partition_point(|x| *x < knee - NEAR);
            if (self.x[i] - knee).abs() > NEAR {
                let v = between(self, i, knee);
                self.x.insert(i, knee);
                self.v.insert(i, v);
            }
        }
        for (x, v) in self.x.iter().zip(&mut self.v) {
            *v += slope * x.min(knee);
        }
    }

    /// Into `out`: the least of this curve over `[x − up, x + down]`, for x in `[0, high]`. False when no such x is left.
    pub fn window(&self, up: f64, down: f64, high: f64, out: &mut Curve) -> bool {
        out.clear();
        let m = self.lowest();
        for i in 0..=m {
            out.push(self.x[i] - down, self.v[i]);
        }
        for i in m..self.x.len() {
            out.push(self.x[i] + up, self.v[i]);
        }
        out.clip(high)
    }

    /// Cuts the domain to `[0, high]`. False when nothing is left.
    fn clip(&mut self, high: f64) -> bool {
        let n = self.x.len();
        let (first, last) = (self.x[0], self.x[n - 1]);
        // Ramps in a file are rounded: a unit that misses a limit by less than this keeps it.
        const SLACK: f64 = 1e-7;
        if last < -SLACK || first > high + SLACK {
            return false;
        }
        if last <= 0.0 {
            let v = self.v[n - 1];
            self.clear();
            self.push(0.0, v);
            return true;
        }
        if first >= high {
            let v = self.v[0];
            self.clear();
            self.push(high.max(0.0), v);
            return true;
        }
        if first < 0.0 {
            let i = self.x.partition_point(|x| *x <= 0.0);
            let v = between(self, i, 0.0);
            self.x.drain(..i - 1);
            self.v.drain(..i - 1);
            self.x[0] = 0.0;
            self.v[0] = v;
        }
        let n = self.x.len();
        if high <= self.x[0] + NEAR {
            self.x.truncate(1);
            self.v.truncate(1);
        } else if self.x[n - 1] > high {
            let i = self.x.partition_point(|x| *x < high);
            let v = between(self, i, high);
            self.x.truncate(i + 1);
            self.v.truncate(i + 1);
            self.x[i] = high;
            self.v[i] = v;
        }
        true
    }

    /// Adds `base + Σ slopes − price·x`, where `segments` are (width, cost per MW) by rising cost from x = 0.
    pub fn add_cost(&mut self, segments: &[(f64, f64)], price: f64, base: f64, scratch: &mut Curve) {
        scratch.clear();
        // Start of the segment at hand, and the cost there.
        let (mut start, mut spent, mut s) = (0.0, 0.0, 0);
        for i in 0..self.x.len() {
            let x = self.x[i];
            while s < segments.len() {
                let end = start + segments[s].0;
                if end >= x - NEAR {
                    break;
                }
                let cost = spent + segments[s].0 * segments[s].1;
                if i > 0 && end > self.x[i - 1] + NEAR {
                    scratch.push(end, between(self, i, end) + cost - price * end + base);
                }
                (start, spent) = (end, cost);
                s += 1;
            }
            let cost = match segments.get(s) {
                Some(&(_, slope)) => spent + (x - start) * slope,
                None => spent,
            };
            scratch.push(x, self.v[i] + cost - price * x + base);
        }
        std::mem::swap(self, scratch);
    }
}

/// Value at `x` on the piece that ends at point `i` (≥ 1).
fn between(c: &Curve, i: usize, x: f64) -> f64 {
    if i == 0 || c.x.len() == 1 {
        return c.v[0];
    }
    let (x0, x1) = (c.x[i - 1], c.x[i]);
    if x1 - x0 < 1e-12 {
        return c.v[i - 1].min(c.v[i]);
    }
    c.v[i - 1] + (c.v[i] - c.v[i - 1]) * (x - x0) / (x1 - x0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(c: &Curve, x: f64) -> f64 {
        let n = c.x.len();
        if x < c.x[0] - 1e-9 || x > c.x[n - 1] + 1e-9 {
            return f64::INFINITY;
        }
        if n == 1 {
            return c.v[0];
        }
        let i = c.x.partition_point(|y| *y < x).clamp(1, n - 1);
        between(c, i, x)
    }

    /// A random convex curve from 0 to about 100.
    fn random(state: &mut u64) -> Curve {
        let mut next = || {
            *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (*state >> 33) as f64 / (1u64 << 31) as f64
        };
        let mut c = Curve::default();
        let (mut x, mut v, mut slope) = (0.0, 10.0 * next(), -20.0);
        for _ in 0..6 {
            c.push(x, v);
            let step = 20.0 * next();
            slope += 10.0 * next();
            x += step;
            v += slope * step;
        }
        c
    }

    #[test]
    fn window_is_the_least_over_a_grid() {
        let mut state = 3;
        for _ in 0..200 {
            let c = random(&mut state);
            let (up, down, high) = (7.0, 11.0, 45.0);
            let mut w = Curve::default();
            assert!(c.window(up, down, high, &mut w));
            for k in 0..=90 {
                let x = 0.5 * k as f64;
                if x > w.x[w.x.len() - 1] {
                    continue;
                }
                let grid = (0..=3600).map(|q| x - up + q as f64 * (up + down) / 3600.0).map(|q| at(&c, q)).fold(f64::INFINITY, f64::min);
                assert!((at(&w, x) - grid).abs() < 0.3, "{} {grid}", at(&w, x));
                assert!(at(&w, x) <= grid + 1e-9);
            }
        }
    }

    #[test]
    fn costs_and_hinges_add_up_at_every_point() {
        let mut state = 9;
        for _ in 0..200 {
            let c = random(&mut state);
            let segments = [(10.0, 1.0), (15.0, 4.0), (1e9, 9.0)];
            let mut d = c.clone();
            d.add_cost(&segments, 5.0, 3.0, &mut Curve::default());
            d.add_hinge(-2.0, 18.0);
            for k in 0..200 {
                let x = c.x[c.x.len() - 1] * k as f64 / 199.0;
                let cost = x.min(10.0) + 4.0 * (x - 10.0).clamp(0.0, 15.0) + 9.0 * (x - 25.0).max(0.0);
                let want = at(&c, x) + cost - 5.0 * x + 3.0 - 2.0 * x.min(18.0);
                assert!((at(&d, x) - want).abs() < 1e-6, "{} {want}", at(&d, x));
            }
        }
    }
}
