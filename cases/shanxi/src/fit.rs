//! The offer ladder, fitted to the published day-ahead prices by a merit-order clearing of its own (no
//! network, no solver).
//!
//! Of every hour of the generated year the residual `R` (load plus export, less wind, sun and the pumped
//! plant's mean schedule) must be met by the coal units committed that day. Their capacity `C` is a margin
//! over the highest residual of the day, half-way to that of its neighbours; their must-run share `m` is
//! higher in the heat season. The height on the ladder is `v = (R/C − m)/(1 − m)`, 0 to 1, and
//!
//! ```text
//! price = g(v) + premium · max(0, rise of R per hour over the last few hours)     where v > 0
//!       = 0 (curtailment: wind and sun set the price at the floor)                elsewhere
//! ```
//!
//! `g` is rising and piecewise linear. It and the premium come from non-negative least squares on the
//! monthly mean of each hour (the price is linear in them, so the mean over the days of a month is too);
//! the winter's must-run share and the length of the rise from a small grid. A month left out gives neither
//! prices nor the shape of its load: see [`crate::year`].

use crate::calendar::{Day, DAYS, MONTH_DAYS};
use crate::figures::Figures;
use crate::year::{hourly, Inputs, Year};
use crate::ShanxiError;

/// Heights of the ladder's knots.
pub const KNOTS: [f64; 14] = [0.0, 0.08, 0.16, 0.24, 0.32, 0.40, 0.48, 0.56, 0.64, 0.72, 0.80, 0.87, 0.94, 1.0];
const N: usize = KNOTS.len() + 1; // price at each knot as increments, then the premium
const WINTER_SHARES: [f64; 9] = [0.40, 0.44, 0.48, 0.51, 0.54, 0.57, 0.60, 0.63, 0.66];
const RISE_HOURS: [usize; 3] = [5, 6, 7];
/// Weight of the curvature of the ladder against the misfit, in hours of the 288.
const SMOOTHNESS: f64 = 0.02;

/// How units are committed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CommitmentRule {
    /// Capacity over the peak, of the peak.
    pub margin: f64,
    /// Weight of the three-day peak against the day's own.
    pub neighbour: f64,
    /// Must-run share outside the heat season.
    pub min_share_summer: f64,
    /// First day of the year of the heat season, from 1.
    pub heat_first: f64,
    /// Its last day.
    pub heat_last: f64,
    /// Least rise of the ladder from 0 to 1, CNY/MWh.
    pub least_slope: f64,
}

impl CommitmentRule {
    /// From the assumptions.
    pub fn new(f: &Figures) -> Result<Self, ShanxiError> {
        Ok(CommitmentRule {
            margin: f.get("Commitment margin")? / 100.0,
            neighbour: f.get("Commitment weight of neighbour days")?,
            min_share_summer: f.get("Minimum output summer")? / 100.0,
            heat_first: f.get("Heat season first day of year")?,
            heat_last: f.get("Heat season last day of year")?,
            least_slope: f.get("Least slope of the ladder")?,
        })
    }
    /// Whether a day (from 0) lies in the heat season.
    pub fn heat(&self, day: usize) -> bool {
        let n = day as f64 + 1.0;
        n >= self.heat_first || n <= self.heat_last
    }
    /// Committed capacity of each day, from the peak residual of each day.
    pub fn capacity(&self, peaks: &[f64]) -> Vec<f64> {
        (0..peaks.len())
            .map(|d| {
                let near = peaks[d.saturating_sub(1)..(d + 2).min(peaks.len())].iter().copied().fold(0.0, f64::max);
                (1.0 + self.margin) * (self.neighbour * near + (1.0 - self.neighbour) * peaks[d])
            })
            .collect()
    }
}

/// A fitted ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder {
    /// Price at each of [`KNOTS`], CNY/MWh.
    pub price: [f64; KNOTS.len()],
    /// Premium, CNY/MWh for each GW/h of rise.
    pub premium_per_gw_h: f64,
    /// Hours over which the rise is measured.
    pub rise_h: usize,
    /// Must-run share in the heat season.
    pub min_share_winter: f64,
    /// How units are committed.
    pub rule: CommitmentRule,
}

impl Ladder {
    /// Must-run share of a day.
    pub fn min_share(&self, day: usize) -> f64 {
        if self.rule.heat(day) {
            self.min_share_winter
        } else {
            self.rule.min_share_summer
        }
    }
    /// Price at height `v`, CNY/MWh.
    pub fn at(&self, v: f64) -> f64 {
        let b = basis(v, 0.0);
        let mut last = 0.0;
        let mut sum = 0.0;
        for (k, p) in self.price.iter().enumerate() {
            sum += b[k] * (p - last);
            last = *p;
        }
        sum
    }
}

/// Weights of the increments and of the premium; all zero where coal is at its must-run output.
fn basis(v: f64, rise_gw_h: f64) -> [f64; N] {
    let mut b = [0.0; N];
    if v > 0.0 {
        b[0] = 1.0;
        for k in 1..KNOTS.len() {
            b[k] = ((v - KNOTS[k - 1]) / (KNOTS[k] - KNOTS[k - 1])).clamp(0.0, 1.0);
        }
        b[N - 1] = rise_gw_h;
    }
    b
}

/// Hourly residual of the year.
pub struct Residual {
    /// Residual thermal need, `[hour of the year]`, MW.
    pub mw: Vec<f64>,
    /// Committed capacity, `[day]`, MW.
    pub capacity_mw: Vec<f64>,
}

impl Residual {
    /// From a load-plus-export series (quarter-hours) and the year's wind and sun.
    pub fn new(inputs: &Inputs, year: &Year, total_mw: &[f64], rule: &CommitmentRule) -> Residual {
        let net: Vec<f64> = total_mw.iter().zip(&year.wind_mw).zip(&year.solar_mw).map(|((l, w), s)| l - w - s).collect();
        let mut mw = hourly(&net);
        for (h, v) in mw.iter_mut().enumerate() {
            *v -= inputs.pumped_mw[h % 24];
        }
        let peaks: Vec<f64> = mw.chunks(24).map(|d| d.iter().copied().fold(0.0, f64::max)).collect();
        Residual { capacity_mw: rule.capacity(&peaks), mw }
    }
    /// Rise of the residual before hour `t`, GW per hour.
    pub fn rise_gw_h(&self, t: usize, hours: usize) -> f64 {
        let before = t.saturating_sub(hours);
        ((self.mw[t] - self.mw[before]) / hours as f64).max(0.0) / 1000.0
    }
    /// Mean basis of each month and hour for one must-run share and length of rise.
    fn design(&self, rule: &CommitmentRule, min_share_winter: f64, rise_h: usize) -> Vec<[f64; N]> {
        let mut out = vec![[0.0; N]; 288];
        for d in 0..DAYS {
            let Some(day) = Day::from_index(d) else { break };
            let m = day.month();
            let share = if rule.heat(d) { min_share_winter } else { rule.min_share_summer };
            for h in 0..24 {
                let t = d * 24 + h;
                let v = (self.mw[t] / self.capacity_mw[d] - share) / (1.0 - share);
                let b = basis(v, self.rise_gw_h(t, rise_h));
                let w = 1.0 / MONTH_DAYS[m] as f64;
                for (o, x) in out[m * 24 + h].iter_mut().zip(b) {
                    *o += w * x;
                }
            }
        }
        out
    }
    /// Price of hour `t` of the year under a ladder, CNY/MWh; 0 where coal is at its must-run output.
    pub fn price(&self, ladder: &Ladder, t: usize) -> f64 {
        let share = ladder.min_share(t / 24);
        let v = (self.mw[t] / self.capacity_mw[t / 24] - share) / (1.0 - share);
        if v > 0.0 {
            ladder.at(v) + ladder.premium_per_gw_h * self.rise_gw_h(t, ladder.rise_h)
        } else {
            0.0
        }
    }
    /// Prices `[month][hour]` and thermal energy `[month]` (TWh) under a ladder, by merit order.
    pub fn clear(&self, ladder: &Ladder) -> ([[f64; 24]; 12], [f64; 12]) {
        let mut price = [[0.0; 24]; 12];
        let mut energy = [0.0; 12];
        for d in 0..DAYS {
            let Some(day) = Day::from_index(d) else { break };
            let m = day.month();
            let share = ladder.min_share(d);
            for h in 0..24 {
                let t = d * 24 + h;
                let c = self.capacity_mw[d];
                energy[m] += self.mw[t].max(share * c) / 1e6;
                price[m][h] += self.price(ladder, t);
            }
        }
        for (m, p) in price.iter_mut().enumerate() {
            p.iter_mut().for_each(|v| *v /= MONTH_DAYS[m] as f64);
        }
        (price, energy)
    }
}

/// Fits a ladder to the published monthly mean prices `[month][hour]` of the months in `train`.
pub fn fit(residual: &Residual, rule: &CommitmentRule, published: &[[f64; 24]; 12], train: &[usize]) -> Ladder {
    let mut best: Option<(f64, Ladder)> = None;
    for rise_h in RISE_HOURS {
        for min_share_winter in WINTER_SHARES {
            let design = residual.design(rule, min_share_winter, rise_h);
            let (x, misfit) = bounded(&design, rule.least_slope, published, train);
            if best.as_ref().is_none_or(|(b, _)| misfit < *b) {
                let mut price = [0.0; KNOTS.len()];
                let mut sum = 0.0;
                for (p, inc) in price.iter_mut().zip(&x) {
                    sum += inc;
                    *p = sum;
                }
                best = Some((misfit, Ladder { price, premium_per_gw_h: x[N - 1], rise_h, min_share_winter, rule: *rule }));
            }
        }
    }
    best.map(|(_, l)| l).unwrap_or(Ladder {
        price: [0.0; KNOTS.len()],
        premium_per_gw_h: 0.0,
        rise_h: RISE_HOURS[0],
        min_share_winter: rule.min_share_summer,
        rule: *rule,
    })
}

/// Least squares with the least slope as lower bounds and a penalty on the curvature of the ladder, by cyclic
/// coordinate descent on the normal equations (strictly convex: one answer). Returns the increments and the
/// squared misfit.
fn bounded(design: &[[f64; N]], least_slope: f64, published: &[[f64; 24]; 12], train: &[usize]) -> ([f64; N], f64) {
    let mut ata = [[0.0; N]; N];
    let mut atb = [0.0; N];
    let mut btb = 0.0;
    for &m in train {
        for h in 0..24 {
            let (row, y) = (&design[m * 24 + h], published[m][h]);
            btb += y * y;
            for i in 0..N {
                atb[i] += row[i] * y;
                for j in 0..N {
                    ata[i][j] += row[i] * row[j];
                }
            }
        }
    }
    let plain = ata;
    let weight = SMOOTHNESS * train.len() as f64 * 24.0 / 288.0 * 10.0;
    for k in 1..KNOTS.len() - 1 {
        // Slopes of neighbouring pieces should not differ much.
        let (a, b) = (1.0 / (KNOTS[k] - KNOTS[k - 1]), 1.0 / (KNOTS[k + 1] - KNOTS[k]));
        let s = weight * 0.08 * 0.08;
        ata[k][k] += s * a * a;
        ata[k + 1][k + 1] += s * b * b;
        ata[k][k + 1] -= s * a * b;
        ata[k + 1][k] -= s * a * b;
    }
    for (i, row) in ata.iter_mut().enumerate() {
        row[i] += 1e-6;
    }
    let mut low = [0.0; N];
    for k in 1..KNOTS.len() {
        low[k] = least_slope * (KNOTS[k] - KNOTS[k - 1]);
    }
    let mut x = low;
    for _ in 0..20_000 {
        let mut change = 0.0f64;
        for i in 0..N {
            let g: f64 = (0..N).map(|j| ata[i][j] * x[j]).sum::<f64>() - atb[i];
            let new = (x[i] - g / ata[i][i]).max(low[i]);
            change = change.max((new - x[i]).abs());
            x[i] = new;
        }
        if change < 1e-7 {
            break;
        }
    }
    let quad: f64 = (0..N).map(|i| (0..N).map(|j| x[i] * plain[i][j] * x[j]).sum::<f64>()).sum();
    let misfit = quad - 2.0 * (0..N).map(|i| x[i] * atb[i]).sum::<f64>() + btb;
    (x, misfit)
}

/// Solves a small symmetric positive definite system by Gauss elimination; `a` is row-major.
pub(crate) fn solve_spd(a: &[f64], b: &[f64]) -> Vec<f64> {
    let n = b.len();
    let mut a = a.to_vec();
    let mut x = b.to_vec();
    for k in 0..n {
        for i in k + 1..n {
            let f = a[i * n + k] / a[k * n + k];
            for j in k..n {
                a[i * n + j] -= f * a[k * n + j];
            }
            x[i] -= f * x[k];
        }
    }
    for k in (0..n).rev() {
        for j in k + 1..n {
            x[k] -= a[k * n + j] * x[j];
        }
        x[k] /= a[k * n + k];
    }
    x
}

/// Pearson correlation of two curves of equal length; 0 when one of them is flat.
pub fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let (ma, mb) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        ab += (x - ma) * (y - mb);
        aa += (x - ma) * (x - ma);
        bb += (y - mb) * (y - mb);
    }
    if aa <= 0.0 || bb <= 0.0 {
        0.0
    } else {
        ab / (aa * bb).sqrt()
    }
}
