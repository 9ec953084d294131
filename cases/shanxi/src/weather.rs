//! Synthetic wind and sun: 35,136 quarter-hours for each of the 11 cities.
//!
//! Wind: a latent log-odds per city is the sum of a provincial, a zonal and a local Ornstein-Uhlenbeck
//! process; the offset of every month and hour is then found so that the month's mean energy and its
//! diurnal shape are the asked ones exactly. Sun: clear-sky output on a fixed tilt (Duffie and Beckman,
//! *Solar Engineering of Thermal Processes*, eq. 1.6.1 declination, 1.6.2 and 1.5.3 equation of time, 1.6.5;
//! Meinel's transmission 0.7^(am^0.678)) times cloud that persists over days and is shared between neighbours.

use crate::calendar::{month_quarters, DAYS, QUARTERS};
use crate::rng::{cos, exp, ln, logistic, sin, Rng};

/// Quarter-hours of the year.
pub const STEPS: usize = DAYS * QUARTERS;
const CITIES: usize = 11;
/// Zone of each city of [`crate::figures::CITIES`]: 0 north, 1 middle, 2 south.
pub const ZONE: [usize; CITIES] = [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2];
const PI: f64 = std::f64::consts::PI;

/// What the weather is made from.
#[derive(Clone, Debug)]
pub struct WeatherInputs {
    /// Seed.
    pub seed: u64,
    /// Mean wind output of each month, MW.
    pub wind_mean_mw: [f64; 12],
    /// Mean solar output of each month, MW.
    pub solar_mean_mw: [f64; 12],
    /// Wind capacity by city, MW.
    pub wind_capacity_mw: [f64; CITIES],
    /// Solar capacity by city, MW.
    pub solar_capacity_mw: [f64; CITIES],
    /// Latitude by city, degrees north.
    pub latitude_deg: [f64; CITIES],
    /// Longitude by city, degrees east.
    pub longitude_deg: [f64; CITIES],
    /// Amplitude of the diurnal wind cycle in log-odds.
    pub wind_diurnal: f64,
    /// Hour of its peak.
    pub wind_peak_h: f64,
    /// Standard deviation of the wind's log-odds.
    pub wind_sd: f64,
}

/// Available output per capacity, `[city][quarter-hour]`.
#[derive(Clone, Debug)]
pub struct Weather {
    /// Wind, p.u.
    pub wind_pu: Vec<Vec<f64>>,
    /// Sun, p.u.
    pub solar_pu: Vec<Vec<f64>>,
}

/// Diurnal shape of the mean wind, `[hour]`, mean 1.
pub fn wind_shape(inputs: &WeatherInputs) -> [f64; 24] {
    let mut s = [0.0; 24];
    for (h, v) in s.iter_mut().enumerate() {
        *v = 1.0 + 0.75 * inputs.wind_diurnal * cos(2.0 * PI * (h as f64 + 0.5 - inputs.wind_peak_h) / 24.0);
    }
    s
}

/// Clear-sky output on a plane tilted 25 degrees to the south, any unit, at clock hour `hour` (UTC+8).
fn clear_sky(day: usize, hour: f64, latitude_deg: f64, longitude_deg: f64) -> f64 {
    let rad = PI / 180.0;
    let n = day as f64 + 1.0;
    let declination = 23.45 * rad * sin(2.0 * PI * (284.0 + n) / 366.0);
    let b = 2.0 * PI * (n - 81.0) / 364.0;
    let equation_min = 9.87 * sin(2.0 * b) - 7.53 * cos(b) - 1.5 * sin(b);
    let solar_h = hour + (longitude_deg - 120.0) / 15.0 + equation_min / 60.0;
    let w = 15.0 * rad * (solar_h - 12.0);
    let lat = latitude_deg * rad;
    let tilt = 25.0 * rad;
    let cz = sin(lat) * sin(declination) + cos(lat) * cos(declination) * cos(w);
    let ci = sin(lat - tilt) * sin(declination) + cos(lat - tilt) * cos(declination) * cos(w);
    if cz <= 0.0 {
        return 0.0;
    }
    let air_mass = 1.0 / (cz + 0.025 * exp(-11.0 * cz)); // Rozenberg 1966: finite at the horizon
    let beam = exp(ln(0.7) * exp(0.678 * ln(air_mass)));
    beam * ci.max(0.0) + 0.12 * cz
}

/// Mean clear-sky shape of a month at the middle of the province, `[hour]`, mean 1 over the day.
pub fn solar_shape(month: usize) -> [f64; 24] {
    let (first, n) = month_quarters(month);
    let day = (first + n / 2) / QUARTERS;
    let mut s = [0.0; 24];
    for q in 0..QUARTERS {
        s[q / 4] += clear_sky(day, (q as f64 + 0.5) / 4.0, 38.4, 112.5);
    }
    let mean = s.iter().sum::<f64>() / 24.0;
    s.map(|v| v / mean)
}

/// Stationary AR(1) with unit variance: correlation e^(−step/τ).
struct Ou {
    rng: Rng,
    keep: f64,
    add: f64,
    x: f64,
}

impl Ou {
    fn new(mut rng: Rng, step: f64, tau: f64) -> Ou {
        let keep = exp(-step / tau);
        let x = rng.normal();
        Ou { rng, keep, add: (1.0 - keep * keep).sqrt(), x }
    }
    fn next(&mut self) -> f64 {
        let x = self.x;
        self.x = self.keep * x + self.add * self.rng.normal();
        x
    }
}

/// Generates the year.
pub fn generate(inputs: &WeatherInputs) -> Weather {
    Weather { wind_pu: wind(inputs), solar_pu: solar(inputs) }
}

fn wind(inputs: &WeatherInputs) -> Vec<Vec<f64>> {
    let step = 0.25;
    let mut common = Ou::new(Rng::stream(inputs.seed, 1, 0), step, 22.0);
    let mut zones: Vec<Ou> = (0..3).map(|z| Ou::new(Rng::stream(inputs.seed, 2, z), step, 12.0)).collect();
    let mut locals: Vec<Ou> = (0..CITIES as u64).map(|c| Ou::new(Rng::stream(inputs.seed, 3, c), step, 3.0)).collect();
    let mut latent = vec![vec![0.0; STEPS]; CITIES];
    for t in 0..STEPS {
        let c = common.next();
        let z: Vec<f64> = zones.iter_mut().map(Ou::next).collect();
        for (i, l) in locals.iter_mut().enumerate() {
            latent[i][t] = inputs.wind_sd * (0.60f64.sqrt() * c + 0.25f64.sqrt() * z[ZONE[i]] + 0.15f64.sqrt() * l.next());
        }
    }
    let shape = wind_shape(inputs);
    for m in 0..12 {
        let (first, n) = month_quarters(m);
        let offsets: Vec<f64> = (0..24)
            .map(|h| {
                let steps: Vec<usize> = (first..first + n).filter(|t| (t % QUARTERS) / 4 == h).collect();
                let total: f64 = inputs.wind_capacity_mw.iter().sum();
                let target = (inputs.wind_mean_mw[m] * shape[h] / total).clamp(0.005, 0.995);
                // Newton on the rising, smooth mean; the step is clamped, since both tails are flat.
                let mut offset = ln(target / (1.0 - target));
                for _ in 0..12 {
                    let (mut mean, mut slope) = (0.0, 0.0);
                    for (l, cap) in latent.iter().zip(&inputs.wind_capacity_mw) {
                        for &t in &steps {
                            let s = logistic(l[t] + offset);
                            mean += cap * s;
                            slope += cap * s * (1.0 - s);
                        }
                    }
                    let n = total * steps.len() as f64;
                    let step = ((target - mean / n) / (slope / n)).clamp(-1.0, 1.0);
                    offset += step;
                    if step.abs() < 1e-9 {
                        break;
                    }
                }
                offset
            })
            .collect();
        for t in first..first + n {
            // Between hour middles the offset is interpolated, so that no step shows on the hour; the mean of
            // the month moves by a few parts in a thousand and is put right by the factor below.
            let q = (t % QUARTERS) as f64 / 4.0 + 0.125 - 0.5;
            let h0 = q.floor();
            let (a, b) = (offsets[(h0 as i64).rem_euclid(24) as usize], offsets[(h0 as i64 + 1).rem_euclid(24) as usize]);
            let offset = a + (b - a) * (q - h0);
            for l in latent.iter_mut() {
                l[t] = logistic(l[t] + offset);
            }
        }
        scale_month(&mut latent, &inputs.wind_capacity_mw, m, inputs.wind_mean_mw[m]);
    }
    latent
}

fn solar(inputs: &WeatherInputs) -> Vec<Vec<f64>> {
    // Cloud of a day: provincial, zonal, local, correlated over a day and a half.
    let mut common = Ou::new(Rng::stream(inputs.seed, 4, 0), 1.0, 1.5);
    let mut zones: Vec<Ou> = (0..3).map(|z| Ou::new(Rng::stream(inputs.seed, 5, z), 1.0, 1.5)).collect();
    let mut locals: Vec<Ou> = (0..CITIES as u64).map(|c| Ou::new(Rng::stream(inputs.seed, 6, c), 1.0, 1.0)).collect();
    let mut passing: Vec<Ou> = (0..CITIES as u64).map(|c| Ou::new(Rng::stream(inputs.seed, 7, c), 0.25, 0.7)).collect();
    let mut out = vec![vec![0.0; STEPS]; CITIES];
    for d in 0..DAYS {
        let c = common.next();
        let z: Vec<f64> = zones.iter_mut().map(Ou::next).collect();
        for (i, series) in out.iter_mut().enumerate() {
            let x = 0.6f64.sqrt() * c + 0.25f64.sqrt() * z[ZONE[i]] + 0.15f64.sqrt() * locals[i].next();
            let clear = 0.2 + 0.8 * logistic(0.9 + 1.4 * x);
            for q in 0..QUARTERS {
                let p = passing[i].next();
                let broken = 1.0 + 0.35 * clear * (1.0 - clear) * 4.0 * p * 0.3;
                let sky = clear_sky(d, (q as f64 + 0.5) / 4.0, inputs.latitude_deg[i], inputs.longitude_deg[i]);
                series[d * QUARTERS + q] = sky * clear * broken.max(0.05);
            }
        }
    }
    for (m, &mean) in inputs.solar_mean_mw.iter().enumerate() {
        scale_month(&mut out, &inputs.solar_capacity_mw, m, mean);
    }
    out
}

/// Scales a month so that its mean output is `mean_mw`, no value above 1.
fn scale_month(pu: &mut [Vec<f64>], capacity_mw: &[f64; CITIES], month: usize, mean_mw: f64) {
    let (first, n) = month_quarters(month);
    let mean = |k: f64| {
        let sum: f64 =
            pu.iter().zip(capacity_mw).map(|(s, cap)| cap * s[first..first + n].iter().map(|v| (k * v).min(1.0)).sum::<f64>()).sum();
        sum / n as f64
    };
    let k = bisect(0.0, 16.0, 50, |k| mean(k) < mean_mw);
    for s in pu.iter_mut() {
        s[first..first + n].iter_mut().for_each(|v| *v = (k * *v).min(1.0));
    }
}

/// Where `below` turns false, for a rising function.
fn bisect(mut low: f64, mut high: f64, rounds: usize, below: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..rounds {
        let mid = 0.5 * (low + high);
        if below(mid) {
            low = mid;
        } else {
            high = mid;
        }
    }
    0.5 * (low + high)
}
