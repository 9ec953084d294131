//! A proximal bundle method, with one model per block, for the dual of
//!
//! ```text
//! minimise Σ_g c_g(x_g)   subject to   lower ≤ Σ_g A_g x_g ≤ upper,   x_g ∈ X_g
//! L(λ) = Σ_k min{λ_k y : lower_k ≤ y ≤ upper_k} + Σ_g min{c_g(x) − λ·A_g x : x ∈ X_g}
//! ```
//!
//! L is concave and a lower bound at every λ. The model of a block is the minimum over the points it has answered so far (disaggregated
//! cuts: with hundreds of blocks and one or two hundred rows this needs 20 to 50 rounds where one cut for all needs hundreds). A
//! row that may be missed at a price has that price as the range of its multiplier.
//!
//! Source: Lemaréchal (2001), *Lagrangian relaxation*, section 5; serious and null steps and the change of the proximal weight after
//! Kiwiel (1990), *Proximity control in bundle methods*. Differs: per-block models, and a master solved by pairwise steps ([`super::master`]).

/// Rows that tie blocks together. Row k < ports is the sum of all blocks' activity at port k; extra rows weigh a port block by block.
#[derive(Clone, Debug, Default)]
pub struct Coupling {
    /// Least sum of every row; −∞ when there is none.
    pub lower: Vec<f64>,
    /// Most sum of every row; ∞ when there is none.
    pub upper: Vec<f64>,
    /// Range of every row's multiplier, from what missing the row costs: −(price of a sum too high), price of a sum too low.
    pub range: Vec<[f64; 2]>,
    /// The rows after the ports.
    pub extra: Vec<Extra>,
    /// How far from an extra row's port the port lies that it weighs for block g; empty where it is that port for every block.
    pub offset: Vec<u32>,
}

/// A coupling row that weighs one port block by block (a limit shared by blocks at different places).
#[derive(Clone, Debug)]
pub struct Extra {
    /// Port it weighs, before the block's offset.
    pub port: usize,
    /// Weight of every block.
    pub weight: Vec<f64>,
}

impl Coupling {
    /// Number of ports.
    pub fn ports(&self) -> usize {
        self.lower.len() - self.extra.len()
    }
    /// Sum over rows of the least λ·y within the row's limits; −∞ where a multiplier's sign has no limit to stand on.
    pub fn value(&self, multipliers: &[f64]) -> f64 {
        let of = |k: usize, m: f64| {
            if m > 0.0 {
                m * self.lower[k]
            } else if m < 0.0 {
                m * self.upper[k]
            } else {
                0.0
            }
        };
        multipliers.iter().enumerate().map(|(k, &m)| of(k, m)).sum()
    }
    /// The multiplier nearest to `m` that row `k` may have.
    pub(super) fn clip(&self, k: usize, m: f64) -> f64 {
        let [low, high] = self.range[k];
        let low = if self.upper[k] == f64::INFINITY { 0.0 } else { low };
        let high = if self.lower[k] == f64::NEG_INFINITY { 0.0 } else { high };
        m.max(low).min(high)
    }
    /// The port of block `g` that extra row `e` weighs.
    #[inline]
    pub(super) fn port(&self, e: &Extra, g: usize) -> usize {
        e.port + self.offset.get(g).map_or(0, |o| *o as usize)
    }
    /// Price of every port to block `g`, into `out` (length ports).
    pub fn prices(&self, multipliers: &[f64], g: usize, out: &mut [f64]) {
        let ports = self.ports();
        out.copy_from_slice(&multipliers[..ports]);
        for (e, m) in self.extra.iter().zip(&multipliers[ports..]) {
            if *m != 0.0 {
                out[self.port(e, g)] += e.weight[g] * m;
            }
        }
    }
}

/// A feasible point of one block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Point {
    /// Its own cost.
    pub cost: f64,
    /// Activity at every port.
    pub activity: Vec<f64>,
    /// What the caller tells points apart by, as bits (the on-off pattern of a unit).
    pub tag: Vec<u64>,
}

/// What a block answers to prices.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// A lower bound on cost less price times activity; the least value where the block is solved exactly.
    pub value: f64,
    /// A point that attains it, or nearly.
    pub point: Point,
}

/// A point with its weight in the convex combination.
#[derive(Clone, Debug)]
pub(super) struct Weighted {
    pub point: Point,
    pub weight: f64,
    /// Rounds since it last had weight.
    pub age: u32,
    /// Cost less price times activity at the master's multipliers.
    pub reduced: f64,
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub struct BundleOptions {
    /// Stop when the model promises less than this share of the value.
    pub tolerance: f64,
    /// Rounds at most.
    pub rounds: usize,
    /// Sweeps over the blocks of one master solve, at most.
    pub sweeps: usize,
    /// Whether to stop only when the master is known to have ended near its optimum, and the model promises as little with ten and a hundred
    /// times the step too: a step that has become short promises little anywhere. Dives do without: they move on anyway.
    pub sure: bool,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The model promises no more than the tolerance.
    Converged,
    /// The rounds are used up.
    Rounds,
    /// The value passed the cutoff.
    Cutoff,
    /// The caller's oracle asked to stop.
    Stopped,
}

/// The state of the method: points of every block, the centre and the best multipliers so far.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// Coupling rows.
    pub coupling: Coupling,
    pub(super) points: Vec<Vec<Weighted>>,
    /// Multipliers at the centre `[row]`.
    pub centre: Vec<f64>,
    /// Dual value there.
    pub centre_value: f64,
    /// Best dual value seen.
    pub best: f64,
    /// Multipliers that gave it.
    pub best_multipliers: Vec<f64>,
    /// Length of the proximal step: multiplier per unit of a row's violation.
    pub step: f64,
    /// Activity of every row at the convex combination.
    pub(super) activity: Vec<f64>,
    /// The master's multipliers.
    pub(super) trial: Vec<f64>,
    /// Rounds made in all.
    pub rounds: usize,
}

/// Points that had no weight for this many rounds may go.
const OLD: u32 = 12;
/// A block keeps at least this many.
const KEPT: usize = 12;
/// Share of the promised increase that makes a step a serious one.
const SERIOUS: f64 = 0.1;

impl Bundle {
    /// A bundle without points. `step` scales violations into multipliers: a mean multiplier over a mean sum is a good start.
    pub fn new(coupling: Coupling, blocks: usize, centre: Vec<f64>, step: f64) -> Bundle {
        let rows = coupling.lower.len();
        Bundle {
            coupling,
            points: vec![Vec::new(); blocks],
            best_multipliers: centre.clone(),
            centre,
            centre_value: f64::NEG_INFINITY,
            best: f64::NEG_INFINITY,
            step,
            activity: vec![0.0; rows],
            trial: vec![0.0; rows],
            rounds: 0,
        }
    }

    /// Adds a point to a block unless it is there already; says whether it did.
    pub fn add(&mut self, g: usize, point: Point) -> bool {
        let known = self.points[g].iter_mut().find(|w| {
            let q = &w.point;
            (q.cost - point.cost).abs() < 1e-6 * (1.0 + q.cost.abs())
                && q.tag == point.tag
                && q.activity.iter().zip(&point.activity).all(|(a, b)| (a - b).abs() < 1e-6)
        });
        if let Some(w) = known {
            w.age = 0;
            return false;
        }
        let weight = if self.points[g].is_empty() { 1.0 } else { 0.0 };
        self.points[g].push(Weighted { point, weight, age: 0, reduced: 0.0 });
        true
    }

    /// Evaluates the dual at `multipliers`: asks every block, keeps its points, and notes the value.
    fn ask(&mut self, multipliers: &[f64], oracle: &mut dyn FnMut(&[f64]) -> Option<Vec<Response>>) -> Option<f64> {
        let responses = oracle(multipliers)?;
        let mut value = self.coupling.value(multipliers);
        for (g, r) in responses.into_iter().enumerate() {
            value += r.value;
            self.add(g, r.point);
        }
        if value > self.best {
            self.best = value;
            self.best_multipliers.copy_from_slice(multipliers);
        }
        Some(value)
    }

    /// Moves the centre to `multipliers` when the value there is above the centre's.
    pub fn probe(&mut self, multipliers: &[f64], oracle: &mut dyn FnMut(&[f64]) -> Option<Vec<Response>>) -> Option<f64> {
        let clipped: Vec<f64> = multipliers.iter().enumerate().map(|(k, &m)| self.coupling.clip(k, m)).collect();
        let value = self.ask(&clipped, oracle)?;
        if value > self.centre_value {
            self.centre_value = value;
            self.centre = clipped;
        }
        Some(value)
    }

    /// Evaluates the centre anew, after a change of the blocks: values from before no longer count.
    pub fn recentre(&mut self, oracle: &mut dyn FnMut(&[f64]) -> Option<Vec<Response>>) -> Option<()> {
        self.best = f64::NEG_INFINITY;
        let centre = self.centre.clone();
        self.centre_value = self.ask(&centre, oracle)?;
        Some(())
    }

    /// Rounds of master and oracle until the model promises little more, the rounds are used up or the value passes `cutoff`.
    pub fn run(&mut self, options: &BundleOptions, cutoff: f64, oracle: &mut dyn FnMut(&[f64]) -> Option<Vec<Response>>) -> Ended {
        if self.centre_value == f64::NEG_INFINITY && self.recentre(oracle).is_none() {
            return Ended::Stopped;
        }
        let (mut nulls, mut calm) = (0, 0);
        for _ in 0..options.rounds {
            if self.best > cutoff {
                return Ended::Cutoff;
            }
            self.rounds += 1;
            let [model, above] = self.master(options.tolerance, options.sweeps);
            let promised = (model - self.centre_value).max(0.0);
            let trial = self.trial.clone();
            let Some(value) = self.ask(&trial, oracle) else { return Ended::Stopped };
            if value >= self.centre_value + SERIOUS * promised {
                if value - self.centre_value > 0.5 * promised {
                    self.step *= 1.6;
                }
                self.centre_value = value;
                self.centre.copy_from_slice(&trial);
                nulls = 0;
            } else {
                nulls += 1;
                if value < self.centre_value - 2.0 * promised {
                    self.step *= 0.5;
                } else if nulls % 3 == 0 {
                    self.step *= 0.7;
                }
            }
            for points in &mut self.points {
                if points.len() > KEPT {
                    points.retain(|w| w.weight > 0.0 || w.age < OLD);
                }
            }
            // To be sure, what the weights still allow counts as promised: a master that ended early knows no better.
            let open = if options.sure { promised.max(above - self.centre_value) } else { promised };
            if open > options.tolerance * self.centre_value.abs() {
                calm = 0;
            } else if !options.sure || calm == 2 {
                // What comes next begins with the step that was good here.
                self.step *= 0.1f64.powi(calm);
                return Ended::Converged;
            } else {
                calm += 1;
                self.step *= 10.0;
            }
        }
        Ended::Rounds
    }

    /// How far the convex combination misses its rows: the largest distance to a limit.
    pub fn violation(&self) -> f64 {
        self.misses().map(|(_, miss)| miss.abs()).fold(0.0, f64::max)
    }

    /// Rows that the convex combination misses: row, and how much is missing (positive) or too much (negative).
    pub fn misses(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.activity.iter().enumerate().filter_map(|(k, &s)| {
            let miss = (self.coupling.lower[k] - s).max(0.0) - (s - self.coupling.upper[k]).max(0.0);
            (miss != 0.0).then_some((k, miss))
        })
    }

    /// Cost of the convex combination.
    pub fn combined_cost(&self) -> f64 {
        self.points.iter().flatten().map(|w| w.weight * w.point.cost).sum()
    }

    /// Activity of block `g` at the convex combination, port by port.
    pub fn combined(&self, g: usize) -> Vec<f64> {
        let mut out = vec![0.0; self.coupling.ports()];
        for w in self.points[g].iter().filter(|w| w.weight > 0.0) {
            for (o, a) in out.iter_mut().zip(&w.point.activity) {
                *o += w.weight * a;
            }
        }
        out
    }

    /// Tags of block `g` with their weights, the heaviest first.
    pub fn tags(&self, g: usize) -> Vec<(f64, Vec<u64>)> {
        let mut out: Vec<(f64, Vec<u64>)> = Vec::new();
        for w in self.points[g].iter().filter(|w| w.weight > 0.0) {
            match out.iter_mut().find(|o| o.1 == w.point.tag) {
                Some(o) => o.0 += w.weight,
                None => out.push((w.weight, w.point.tag.clone())),
            }
        }
        out.sort_by(|a, b| b.0.total_cmp(&a.0));
        out
    }

    /// Keeps only points of block `g` that `keep` wants, with their weights made one again; says whether any is left.
    pub fn restrict(&mut self, g: usize, keep: impl Fn(&Point) -> bool) -> bool {
        let points = &mut self.points[g];
        points.retain(|w| keep(&w.point));
        let sum: f64 = points.iter().map(|w| w.weight).sum();
        let count = points.len() as f64;
        for w in points.iter_mut() {
            w.weight = if sum > 1e-12 { w.weight / sum } else { 1.0 / count };
        }
        !points.is_empty()
    }
}
