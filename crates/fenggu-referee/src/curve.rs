//! Convex piecewise-linear curves: what a unit's output costs, and its best output at a price.

use fenggu_net::Generator;

/// A piecewise-linear function of p, per hour: `slope[k]` holds between `x[k−1]` and `x[k]`; the first and the last slope go on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Curve {
    x: Vec<f64>,
    slope: Vec<f64>,
    /// Value at `x[k]`.
    value: Vec<f64>,
    /// Value at 0 of a curve without a corner.
    at_zero: f64,
}

impl Curve {
    /// Cost curve of a generator from its offer and its cost points (without the polynomial), and the highest output that the
    /// offer reaches (infinite without one).
    ///
    /// The offer's blocks cover 0 … Σ widths, so that must-run output pays the first blocks too; below zero (a
    /// dispatchable load) the first price goes on. Cost points go on beyond both ends with the slopes of their first and last piece,
    /// as MATPOWER has it; a single point is a constant.
    pub(crate) fn of_generator(g: &Generator) -> (Curve, f64) {
        let mut corners: Vec<(f64, f64)> = Vec::new(); // place, change of slope
        let (mut first_slope, mut end) = (0.0, 0.0);
        for (k, &[width, price]) in g.offer.iter().enumerate() {
            match k {
                0 => first_slope += price,
                _ => corners.push((end, price - g.offer[k - 1][1])),
            }
            end += width;
        }
        let slope = |w: &[[f64; 2]]| (w[1][1] - w[0][1]) / (w[1][0] - w[0][0]);
        for (k, w) in g.cost_points.windows(3).enumerate() {
            let _ = k;
            corners.push((w[1][0], slope(&w[1..]) - slope(&w[..2])));
        }
        // Where the curve is known: the first cost point; the offer costs 0 at 0.
        let mut known = (0.0, 0.0);
        if let [start, ..] = g.cost_points[..] {
            known = (start[0], start[1]);
            if g.cost_points.len() > 1 {
                first_slope += slope(&g.cost_points[..2]);
            }
        }
        let offered = |p: f64| {
            let (mut low, mut sum) = (0.0, 0.0);
            for (k, &[width, price]) in g.offer.iter().enumerate() {
                let part = if k == 0 && p < 0.0 { p } else { (p - low).clamp(0.0, width) };
                sum += price * part;
                low += width;
            }
            sum
        };
        let reach = if g.offer.is_empty() { f64::INFINITY } else { end };
        let anchor_value = known.1 + offered(known.0.min(reach));
        (Curve::through(corners, first_slope, (known.0, anchor_value)), reach)
    }
    /// Minus what stored energy is worth at the end: widths and values by falling value. Worthless pieces cost nothing, as
    /// leaving energy is no duty.
    pub(crate) fn of_end_value(steps: &[[f64; 2]]) -> Curve {
        let (mut corners, mut end) = (Vec::new(), 0.0);
        let worth = |k: usize| steps.get(k).map_or(0.0, |s| s[1].max(0.0));
        for (k, s) in steps.iter().enumerate() {
            end += s[0];
            corners.push((end, worth(k) - worth(k + 1)));
        }
        Curve::through(corners, -worth(0), (0.0, 0.0))
    }
    /// Widths and prices taken in order from 0: elastic demand (prices negated) or shortage.
    pub(crate) fn of_steps(steps: &[[f64; 2]], sign: f64) -> Curve {
        let (mut corners, mut end) = (Vec::new(), 0.0);
        for w in steps.windows(2) {
            end += w[0][0];
            corners.push((end, sign * (w[1][1] - w[0][1])));
        }
        Curve::through(corners, steps.first().map_or(0.0, |s| sign * s[1]), (0.0, 0.0))
    }
    fn through(mut corners: Vec<(f64, f64)>, first_slope: f64, known: (f64, f64)) -> Curve {
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut c = Curve { x: Vec::new(), slope: vec![first_slope], value: Vec::new(), at_zero: 0.0 };
        for (x, change) in corners {
            let slope = c.slope[c.slope.len() - 1] + change;
            c.x.push(x);
            c.slope.push(slope);
        }
        // Values relative to the first corner, then moved so that the curve passes through the known point.
        let mut value = 0.0;
        for k in 0..c.x.len() {
            if k > 0 {
                value += c.slope[k] * (c.x[k] - c.x[k - 1]);
            }
            c.value.push(value);
        }
        let off = known.1 - c.at(known.0);
        c.value.iter_mut().for_each(|v| *v += off);
        if c.x.is_empty() {
            c.at_zero = off;
        }
        c
    }
    /// Where its slope changes, by rising place.
    pub(crate) fn corners(&self) -> &[f64] {
        &self.x
    }
    /// Value at p.
    #[inline]
    pub(crate) fn at(&self, p: f64) -> f64 {
        if self.x.is_empty() {
            return self.at_zero + self.slope.first().copied().unwrap_or(0.0) * p;
        }
        let k = self.x.iter().take_while(|&&x| x <= p).count();
        let from = k.max(1) - 1;
        self.value[from] + self.slope[k] * (p - self.x[from])
    }
    /// Slope just below p, in size: how dear the unit is there.
    #[inline]
    pub(crate) fn slope_at(&self, p: f64) -> f64 {
        let k = self.x.iter().take_while(|&&x| x < p).count();
        self.slope.get(k).copied().unwrap_or(0.0)
    }
    /// Slope just above p.
    #[inline]
    pub(crate) fn slope_after(&self, p: f64) -> f64 {
        let k = self.x.iter().take_while(|&&x| x <= p).count();
        self.slope.get(k).copied().unwrap_or(0.0)
    }
    /// Least value of `weight·curve(p) + linear·p + square·p²` over finite `lo ≤ p ≤ hi`; weight and square ≥ 0.
    ///
    /// Every piece is looked at, not only until the slope turns: printed curves bend the wrong way by rounding.
    #[inline]
    pub(crate) fn least(&self, weight: f64, linear: f64, square: f64, lo: f64, hi: f64) -> f64 {
        let cost = |p: f64| weight * self.at(p) + linear * p + square * p * p;
        let mut best = cost(lo).min(cost(hi));
        for &x in self.x.iter().filter(|&&x| x > lo && x < hi) {
            best = best.min(cost(x));
        }
        if square > 0.0 {
            for (k, slope) in self.slope.iter().enumerate() {
                let p = -(linear + weight * slope) / (2.0 * square);
                let left = if k == 0 { lo } else { self.x[k - 1].max(lo) };
                let right = self.x.get(k).map_or(hi, |x| x.min(hi));
                if p > left && p < right {
                    best = best.min(cost(p));
                }
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offer_and_points_add_up() {
        let g = Generator {
            offer: vec![[10.0, 2.0], [20.0, 5.0]],
            cost_points: vec![[5.0, 100.0], [15.0, 110.0], [25.0, 140.0]],
            ..Generator::default()
        };
        let (c, reach) = Curve::of_generator(&g);
        assert_eq!(reach, 30.0);
        for (p, offer, points) in
            [(-2.0, -4.0, 93.0), (0.0, 0.0, 95.0), (5.0, 10.0, 100.0), (12.0, 30.0, 107.0), (20.0, 70.0, 125.0), (30.0, 120.0, 155.0)]
        {
            assert!((c.at(p) - offer - points).abs() < 1e-12, "{p}: {}", c.at(p));
        }
        // At a price of 6 the best is where the marginal cost 2+1, 5+1, 5+3 passes it: anywhere in 10 … 15.
        let best = c.least(1.0, -6.0, 0.0, 0.0, 30.0);
        assert!((best - (c.at(12.0) - 72.0)).abs() < 1e-12);
        // With p² on top, derivative 2p + slope = 26 within the second slope of the offer and first of the points: p = 10.
        let best = c.least(1.0, -26.0, 1.0, 0.0, 30.0);
        let brute = (0..=30_000).map(|i| f64::from(i) * 1e-3).map(|p| c.at(p) - 26.0 * p + p * p).fold(f64::INFINITY, f64::min);
        assert!(best <= brute && best > brute - 1e-5);
    }

    #[test]
    fn energy_left_is_worth_its_steps_in_order() {
        let c = Curve::of_end_value(&[[10.0, 50.0], [10.0, 20.0], [10.0, -5.0]]);
        assert_eq!([c.at(0.0), c.at(10.0), c.at(15.0), c.at(20.0), c.at(40.0)], [0.0, -500.0, -600.0, -700.0, -700.0]);
    }
}
