//! Convex piecewise-linear functions on an interval, for values of a unit's output.

/// Ends that miss each other by less than this, MW, touch: rounding must never make a unit's rules impossible.
const TOUCH: f64 = 1e-7;

/// A function on `x[0] … x[last]`: `first` at `x[0]`, then `slope[k]` between `x[k]` and `x[k + 1]`, rising. No `x`: nowhere finite.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Convex {
    pub x: Vec<f64>,
    pub slope: Vec<f64>,
    pub first: f64,
}

impl Convex {
    /// The lower convex envelope of points by rising place.
    pub(super) fn below(points: &[(f64, f64)]) -> Convex {
        let mut hull: Vec<(f64, f64)> = Vec::with_capacity(points.len());
        let slope = |a: (f64, f64), b: (f64, f64)| (b.1 - a.1) / (b.0 - a.0);
        for &p in points {
            if hull.last().is_some_and(|h| p.0 <= h.0) {
                continue;
            }
            while let [.., a, b] = hull[..] {
                if slope(a, b) < slope(b, p) {
                    break;
                }
                hull.pop();
            }
            hull.push(p);
        }
        Convex {
            slope: hull.windows(2).map(|w| slope(w[0], w[1])).collect(),
            first: hull.first().map_or(f64::INFINITY, |h| h.1),
            x: hull.into_iter().map(|h| h.0).collect(),
        }
    }
    pub(super) fn is_nowhere(&self) -> bool {
        self.x.is_empty()
    }
    fn clear(&mut self) {
        self.x.clear();
        self.slope.clear();
        self.first = f64::INFINITY;
    }
    /// Value at `x`; at the nearest end where that touches `x`, infinite beyond.
    pub(super) fn at(&self, x: f64) -> f64 {
        let (Some(&lo), Some(&hi)) = (self.x.first(), self.x.last()) else { return f64::INFINITY };
        if x < lo - TOUCH || x > hi + TOUCH {
            return f64::INFINITY;
        }
        let mut value = self.first;
        for (k, s) in self.slope.iter().enumerate() {
            value += s * (self.x[k + 1].min(x) - self.x[k]).max(0.0);
        }
        value
    }
    /// Least value over places up to `cap`.
    pub(super) fn least_to(&self, cap: f64) -> f64 {
        match self.x.first() {
            Some(&lo) if cap >= lo - TOUCH => {
                let mut value = self.first;
                for (k, s) in self.slope.iter().enumerate().take_while(|(_, s)| **s < 0.0) {
                    value += s * (self.x[k + 1].min(cap) - self.x[k]).max(0.0);
                }
                value
            }
            _ => f64::INFINITY,
        }
    }
    /// Keeps `lo … hi` of its places.
    pub(super) fn clip(&mut self, lo: f64, hi: f64) {
        let (Some(&first), Some(&last)) = (self.x.first(), self.x.last()) else { return };
        if lo <= first && hi >= last {
            return;
        }
        if lo > last + TOUCH || hi < first - TOUCH || lo > hi + TOUCH {
            return self.clear();
        }
        let lo = lo.clamp(first, last);
        let hi = hi.clamp(first, last).max(lo);
        let value = self.at(lo);
        // Pieces that keep some width.
        let from = self.x[1..].iter().take_while(|x| **x <= lo).count();
        let to = self.x[..self.x.len() - 1].iter().take_while(|x| **x < hi).count();
        if from >= to {
            self.clear();
            self.x.push(lo);
        } else {
            self.slope.truncate(to);
            self.slope.drain(..from);
            self.x.truncate(to + 1);
            self.x.drain(..from);
            self.x[0] = lo;
            let last = self.x.len() - 1;
            self.x[last] = hi;
        }
        self.first = value;
    }
    /// The sum of two, where both are finite.
    pub(super) fn sum(&self, other: &Convex, out: &mut Convex) {
        out.clear();
        let ends = |c: &Convex| c.x.first().copied().zip(c.x.last().copied());
        let (Some((a, b)), Some((c, d))) = (ends(self), ends(other)) else { return };
        let (lo, hi) = (a.max(c), b.min(d));
        if lo > hi + TOUCH {
            return;
        }
        out.first = self.at(lo) + other.at(lo);
        out.x.push(lo);
        let next = |c: &Convex| c.x[1..].iter().take_while(|x| **x <= lo).count();
        let (mut i, mut j, mut at) = (next(self), next(other), lo);
        while at < hi && i < self.slope.len() && j < other.slope.len() {
            let end = self.x[i + 1].min(other.x[j + 1]).min(hi);
            if end > at {
                out.x.push(end);
                out.slope.push(self.slope[i] + other.slope[j]);
                at = end;
            }
            i += usize::from(self.x[i + 1] <= end);
            j += usize::from(other.x[j + 1] <= end);
        }
    }
    /// Least of `self(x − r) + gain(r)` over `0 ≤ r ≤ most`, where `gain` starts at 0 and has these pieces (width, slope), by rising
    /// slope: the pieces of both in order of slope.
    pub(super) fn convolve(&self, gain: &[(f64, f64)], most: f64, out: &mut Convex) {
        out.clear();
        let Some(&lo) = self.x.first() else { return };
        out.first = self.first;
        out.x.push(lo);
        let (mut at, mut left, mut k) = (lo, most.max(0.0), 0);
        let mut push = |out: &mut Convex, width: f64, slope: f64| {
            if width > 0.0 {
                at += width;
                out.x.push(at);
                out.slope.push(slope);
            }
        };
        for (i, &slope) in self.slope.iter().enumerate() {
            while k < gain.len() && gain[k].1 < slope {
                let width = gain[k].0.min(left);
                push(out, width, gain[k].1);
                left -= width;
                k += 1;
            }
            push(out, self.x[i + 1] - self.x[i], slope);
        }
        for &(width, slope) in &gain[k..] {
            let width = width.min(left);
            push(out, width, slope);
            left -= width;
        }
    }
    /// `self(x) + least of gain(r) over 0 ≤ r ≤ min(most, cap − x)`, on places up to `cap`; slopes of `gain` are below 0.
    pub(super) fn with_room(&self, gain: &[(f64, f64)], most: f64, cap: f64, room: &mut Convex, out: &mut Convex) {
        room.clear();
        let lo = self.x.first().map_or(cap, |x| x.min(cap)) - 1.0;
        let mut pieces = Vec::with_capacity(gain.len());
        let (mut left, mut all) = (most.max(0.0).min(cap - lo), 0.0);
        for &(width, slope) in gain {
            let width = width.min(left);
            if width > 0.0 {
                pieces.push((width, -slope));
                left -= width;
                all += width * slope;
            }
        }
        // From the left: all of it, until the room begins to shrink.
        let total: f64 = pieces.iter().map(|p| p.0).sum();
        room.first = all;
        room.x.push(lo);
        let mut at = cap - total;
        if at > lo {
            room.x.push(at);
            room.slope.push(0.0);
        }
        for &(width, slope) in pieces.iter().rev() {
            at += width;
            if at > room.x[room.x.len() - 1] {
                room.x.push(at);
                room.slope.push(slope);
            }
        }
        // What rounding makes of the sum of widths.
        let last = room.x.len() - 1;
        room.x[last] = room.x[last].max(cap);
        self.sum(room, out);
    }
    /// What a step with ramps leaves to the one before it, as a function of the output `q` there: least over output p and top
    /// s of a convex cost with `p ≥ q − down` and `s ≤ q + up`.
    ///
    /// `tops` is its least over p for every s, `outs` its least over s for every p, and s − p ≤ up + down in both. Where `s ≤ q + up`
    /// binds, `p ≥ q − down` then holds by itself, and the other way round; so the value falls with `tops`, is level, and rises with `outs`.
    pub(super) fn step_back(tops: &Convex, outs: &Convex, up: f64, down: f64, out: &mut Convex) {
        out.clear();
        let (Some(&lo), Some(&from)) = (tops.x.first(), outs.x.first()) else { return };
        out.first = tops.first;
        out.x.push(lo - up);
        let falling = tops.slope.iter().take_while(|s| **s < 0.0).count();
        for k in 0..falling {
            out.x.push(tops.x[k + 1] - up);
            out.slope.push(tops.slope[k]);
        }
        let level = outs.slope.iter().take_while(|s| **s <= 0.0).count();
        let end = if level == 0 { from } else { outs.x[level] } + down;
        let mut push = |x: f64, slope: f64| {
            if x > out.x[out.x.len() - 1] {
                out.x.push(x);
                out.slope.push(slope);
            }
        };
        push(end, 0.0);
        for k in level..outs.slope.len() {
            push(outs.x[k + 1] + down, outs.slope[k]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// |x − 2| on 0 … 5.
    fn vee() -> Convex {
        Convex::below(&[(0.0, 2.0), (2.0, 0.0), (5.0, 3.0)])
    }

    #[test]
    fn values_clips_and_sums() {
        let mut c = vee();
        assert_eq!([c.at(0.0), c.at(1.0), c.at(2.0), c.at(4.0), c.at(6.0)], [2.0, 1.0, 0.0, 2.0, f64::INFINITY]);
        assert_eq!([c.least_to(-1.0), c.least_to(1.5), c.least_to(9.0)], [f64::INFINITY, 0.5, 0.0]);
        let mut sum = Convex::default();
        c.sum(&Convex::below(&[(1.0, 10.0), (3.0, 10.0), (4.0, 11.0)]), &mut sum);
        assert_eq!((sum.x.clone(), sum.slope.clone(), sum.first), (vec![1.0, 2.0, 3.0, 4.0], vec![-1.0, 1.0, 2.0], 11.0));
        c.clip(1.0, 2.0);
        assert_eq!((c.x.clone(), c.slope.clone(), c.first), (vec![1.0, 2.0], vec![-1.0], 1.0));
        c.clip(2.0, 7.0);
        assert_eq!((c.x.clone(), c.first), (vec![2.0], 0.0));
        c.clip(3.0, 4.0);
        assert!(c.is_nowhere());
        // A point above the others' line is not on the envelope.
        assert_eq!(Convex::below(&[(0.0, 0.0), (1.0, 5.0), (2.0, 2.0)]).slope, vec![1.0]);
    }

    #[test]
    fn reserve_and_ramps_equal_a_search_of_the_grid() {
        // All corners are whole numbers, so that a grid of whole numbers holds an optimum.
        let f = vee();
        let gains: [&[(f64, f64)]; 3] = [&[], &[(2.0, -1.5), (1.0, -0.5)], &[(9.0, -0.25)]];
        for gain in gains {
            let value = |r: i32| {
                let (mut left, mut v) = (f64::from(r), 0.0);
                for &(w, s) in gain {
                    v += s * left.min(w);
                    left -= left.min(w);
                }
                if left > 0.0 {
                    f64::INFINITY
                } else {
                    v
                }
            };
            for (cap, up, down) in [(5, 1, 1), (4, 2, 0), (6, 0, 3), (3, 1, 2), (9, 7, 7)] {
                let (mut tops, mut room, mut outs, mut back) = (Convex::default(), Convex::default(), Convex::default(), Convex::default());
                f.convolve(gain, f64::from(up + down), &mut tops);
                tops.clip(f64::NEG_INFINITY, f64::from(cap));
                f.with_room(gain, f64::from(up + down), f64::from(cap), &mut room, &mut outs);
                Convex::step_back(&tops, &outs, f64::from(up), f64::from(down), &mut back);
                for q in -3..12 {
                    let mut best = f64::INFINITY;
                    for p in 0..=5 {
                        for s in p..=cap {
                            if p >= q - down && s <= q + up {
                                best = best.min(f.at(f64::from(p)) + value(s - p));
                            }
                        }
                    }
                    assert_eq!(back.at(f64::from(q)), best, "{gain:?} {cap} {up} {down} at {q}");
                }
            }
        }
    }
}
