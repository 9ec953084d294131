//! Random problems built around a known optimal pair, so the optimum is known without a solver.

use super::{optimal, Case};
use crate::problem::RowBlock;
use crate::Problem;

/// A small deterministic generator (SplitMix64, Steele et al. 2014): the same problems on every machine.
pub struct Random(u64);

impl Random {
    /// Seeded.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }
    /// Uniform in [from, to).
    pub fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }
    /// Uniform in 0..n.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n.saturating_sub(1))
    }
}

/// A problem with `rows` rows and `cols` columns, about `entries` entries per row, and its optimal objective. `scales` is
/// the number of decades over which rows and columns are spread; `curved` gives every third column a quadratic cost.
///
/// Construction: draw x and y, draw for every column and row whether it is free, inside, or at a bound, draw a reduced
/// cost and a dual of the matching sign, set bounds around x and A x, and set cost = Aᵀy + d − quad·x. Then (x, y, d)
/// satisfies the optimality conditions exactly but for rounding.
pub fn planted(rows: usize, cols: usize, entries: usize, scales: f64, curved: bool, seed: u64) -> (Problem, f64) {
    const INF: f64 = f64::INFINITY;
    let mut random = Random::new(seed);
    let col_scale: Vec<f64> = (0..cols).map(|_| 10f64.powf(random.between(-0.5, 0.5) * scales)).collect();
    let x: Vec<f64> = col_scale.iter().map(|s| random.between(-5.0, 5.0).round() * s).collect();
    let mut block = RowBlock::default();
    let mut y = vec![0.0; rows];
    for y in y.iter_mut() {
        let row_scale = 10f64.powf(random.between(-0.5, 0.5) * scales);
        let mut chosen: Vec<u32> = (0..entries.min(cols)).map(|_| random.below(cols) as u32).collect();
        chosen.sort_unstable();
        chosen.dedup();
        let terms: Vec<(u32, f64)> =
            chosen.into_iter().map(|j| (j, random.between(-4.0, 4.0).round() * row_scale / col_scale[j as usize])).collect();
        let activity: f64 = terms.iter().map(|&(j, v)| v * x[j as usize]).sum();
        let price = random.between(0.1, 3.0) / row_scale;
        let room = random.between(0.5, 5.0) * row_scale;
        let (lower, upper, dual) = match random.below(6) {
            0 => (activity, activity, if random.unit() < 0.5 { price } else { -price }),
            1 => (activity, INF, price),
            2 => (activity, activity + room, price),
            3 => (-INF, activity, -price),
            4 => (activity - room, activity + room, 0.0),
            _ => (activity, activity + room, 0.0), // degenerate: at its bound with dual 0
        };
        *y = dual;
        block.push(terms, lower, upper);
    }
    let mut problem = Problem::from_rows(&vec![(0.0, 0.0, 0.0); cols], &[]);
    problem.append_rows(&block);
    problem.offset = 17.0;
    problem.quad = vec![0.0; if curved { cols } else { 0 }];
    let priced = problem.matrix.transpose_times(&y);
    for j in 0..cols {
        let s = col_scale[j];
        let d = random.between(0.1, 2.0) / s;
        let room = random.between(0.5, 5.0) * s;
        let (lower, upper, d) = match random.below(7) {
            0 => (-INF, INF, 0.0),
            1 => (x[j], x[j] + room, d),
            2 => (x[j] - room, x[j], -d),
            3 => (x[j] - room, x[j] + room, 0.0),
            4 => (x[j], INF, d),
            5 => (x[j], x[j], if random.unit() < 0.5 { d } else { -d }),
            _ => (x[j] - room, INF, 0.0),
        };
        let quad = if curved && j % 3 == 0 { random.between(0.1, 2.0) / (s * s) } else { 0.0 };
        if curved {
            problem.quad[j] = quad;
        }
        problem.col_lower[j] = lower;
        problem.col_upper[j] = upper;
        problem.cost[j] = priced[j] + d - quad * x[j];
    }
    let objective = problem.objective(&x);
    (problem, objective)
}

pub(super) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for seed in 0..12 {
        for (rows, cols, entries, scales) in [(8, 10, 3, 0.0), (40, 60, 4, 1.0), (120, 100, 5, 2.0), (200, 400, 6, 3.0)] {
            for curved in [false, true] {
                let (problem, objective) = planted(rows, cols, entries, scales, curved, seed);
                let name = format!("planted {rows}×{cols}, {scales} decades, curved {curved}, seed {seed}");
                all.push(optimal(&name, problem, objective, None, None));
            }
        }
    }
    all
}
