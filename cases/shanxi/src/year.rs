//! The year's drivers on the market perimeter: load plus export, wind, sun, and the residual that
//! thermal units and storage must meet.
//!
//! **Inputs** (published, monthly): mean cleared thermal output, wind share, solar share, from which load
//! plus export follows as thermal / (1 − wind − sun), as the cited table derives it. **Inputs** (hourly
//! shape): the shape of load plus export, inferred month by month from the published thermal shape plus
//! the sun's and wind's mean shapes, then smoothed to a mean and one yearly harmonic per hour of the day.
//! When a month is left out of the fit, its thermal shape does not enter the smoothing: its load shape,
//! and with it its thermal shape, are then predictions. Prices are never inputs.

use crate::calendar::{month_quarters, Day, DayKind, DAYS, MONTH_DAYS, QUARTERS};
use crate::figures::Figures;
use crate::rng::{cos, sin, Rng};
use crate::weather::{self, solar_shape, wind_shape, Weather, WeatherInputs, STEPS};
use crate::ShanxiError;

/// Published and assumed inputs of the year.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// Load plus export, mean of the month, MW.
    pub total_mean_mw: [f64; 12],
    /// Cleared thermal output, mean of the month, MW. A target of the report; enters only through `total_mean_mw`.
    pub thermal_mean_mw: [f64; 12],
    /// Inferred shape of load plus export per month and hour, mean 1.
    pub implied_shape: [[f64; 24]; 12],
    /// Published shape of thermal output, mean 1.
    pub thermal_shape: [[f64; 24]; 12],
    /// Weather inputs.
    pub weather: WeatherInputs,
    /// Pumped-hydro schedule assumed in the published thermal shape, generation positive, `[hour]`, MW.
    pub pumped_mw: [f64; 24],
    /// Factor of a weekend day.
    pub weekend: f64,
    /// Factor of a holiday.
    pub holiday: f64,
    /// Factor of a Spring Festival day.
    pub spring_festival: f64,
    /// Standard deviation of the load's noise, of its mean.
    pub noise: f64,
}

impl Inputs {
    /// From the figures.
    pub fn new(f: &Figures, seed: u64) -> Result<Inputs, ShanxiError> {
        let thermal_mean_mw = f.per_month("Real-time cleared thermal output, mean of month")?;
        let wind = f.per_month("Wind share of load+export, month")?.map(|v| v / 100.0);
        let sun = f.per_month("Solar share of load+export, month")?.map(|v| v / 100.0);
        let thermal_shape = f.shape("Thermal output index")?;
        let mut total_mean_mw = [0.0; 12];
        let (mut wind_mean_mw, mut solar_mean_mw) = ([0.0; 12], [0.0; 12]);
        for m in 0..12 {
            total_mean_mw[m] = thermal_mean_mw[m] / (1.0 - wind[m] - sun[m]);
            wind_mean_mw[m] = total_mean_mw[m] * wind[m];
            solar_mean_mw[m] = total_mean_mw[m] * sun[m];
        }
        let wind_gw = f.get("Wind capacity on the market perimeter")?;
        let solar_gw = f.get("Solar capacity on the market perimeter")?;
        let weather = WeatherInputs {
            seed,
            wind_mean_mw,
            solar_mean_mw,
            wind_capacity_mw: f.per_city("Wind share in")?.map(|s| s * 10.0 * wind_gw),
            solar_capacity_mw: f.per_city("Solar share in")?.map(|s| s * 10.0 * solar_gw),
            latitude_deg: f.per_city("Seat latitude")?,
            longitude_deg: f.per_city("Seat longitude")?,
            wind_diurnal: f.get("Wind diurnal amplitude")?,
            wind_peak_h: f.get("Wind diurnal peak hour")?,
            wind_sd: f.get("Wind latent standard deviation")?,
        };
        let pumped_mw = pumped_schedule(f)?;
        let wshape = wind_shape(&weather);
        let mut implied_shape = [[0.0; 24]; 12];
        for m in 0..12 {
            let sshape = solar_shape(m);
            for h in 0..24 {
                implied_shape[m][h] =
                    thermal_mean_mw[m] * thermal_shape[m][h] + wind_mean_mw[m] * wshape[h] + solar_mean_mw[m] * sshape[h] + pumped_mw[h];
            }
            let mean = implied_shape[m].iter().sum::<f64>() / 24.0;
            implied_shape[m].iter_mut().for_each(|v| *v /= mean);
        }
        Ok(Inputs {
            total_mean_mw,
            thermal_mean_mw,
            implied_shape,
            thermal_shape,
            weather,
            pumped_mw,
            weekend: f.get("Weekend factor")?,
            holiday: f.get("Holiday factor")?,
            spring_festival: f.get("Spring Festival factor")?,
            noise: f.get("Load noise")? / 100.0,
        })
    }

    /// Load-plus-export shape `[month][hour]` from a mean and one yearly harmonic per hour, fitted by least
    /// squares to the inferred shapes of all months but `left_out`.
    pub fn load_shape(&self, left_out: Option<usize>) -> [[f64; 24]; 12] {
        let angle = |m: usize| 2.0 * std::f64::consts::PI * (m as f64 + 0.5) / 12.0;
        let row = |m: usize| [1.0, cos(angle(m)), sin(angle(m))];
        let months: Vec<usize> = (0..12).filter(|&m| Some(m) != left_out).collect();
        let mut out = [[0.0; 24]; 12];
        for h in 0..24 {
            let mut ata = vec![0.0; 9];
            let mut atb = vec![0.0; 3];
            for &m in &months {
                let x = row(m);
                for i in 0..3 {
                    atb[i] += x[i] * self.implied_shape[m][h];
                    for j in 0..3 {
                        ata[i * 3 + j] += x[i] * x[j];
                    }
                }
            }
            let beta = crate::fit::solve_spd(&ata, &atb);
            for (m, o) in out.iter_mut().enumerate() {
                o[h] = row(m).iter().zip(&beta).map(|(x, b)| x * b).sum();
            }
        }
        for o in out.iter_mut() {
            let mean = o.iter().sum::<f64>() / 24.0;
            o.iter_mut().for_each(|v| *v /= mean);
        }
        out
    }
}

/// Charge and discharge of the pumped plant in the mean day, generation positive.
fn pumped_schedule(f: &Figures) -> Result<[f64; 24], ShanxiError> {
    let power = f.get("Xilongchi pumped hydro")?;
    let efficiency = f.get("Technology: pumped hydro round-trip efficiency")?;
    let hours = f.get("Pumped hydro charge hours")?;
    let charge = f.get("Pumped hydro charge window start")? as usize;
    let discharge = f.get("Pumped hydro discharge window start")? as usize;
    let mut s = [0.0; 24];
    let mut energy = 0.0;
    for h in 0..hours as usize {
        s[(charge + h) % 24] -= power;
        energy += power * efficiency;
    }
    for h in 0.. {
        if energy <= 0.0 || h >= 24 {
            break;
        }
        let p = energy.min(power);
        s[(discharge + h) % 24] += p;
        energy -= p;
    }
    Ok(s)
}

/// The generated year, quarter-hours, MW.
#[derive(Clone, Debug)]
pub struct Year {
    /// Load plus export.
    pub total_mw: Vec<f64>,
    /// Wind available, all cities.
    pub wind_mw: Vec<f64>,
    /// Sun available, all cities.
    pub solar_mw: Vec<f64>,
    /// Weather by city.
    pub weather: Weather,
}

impl Year {
    /// Generates weather and load. The load's shape is that of [`Inputs::load_shape`] with nothing left out.
    pub fn generate(inputs: &Inputs) -> Year {
        let weather = weather::generate(&inputs.weather);
        let sum = |pu: &[Vec<f64>], cap: &[f64; 11]| -> Vec<f64> {
            (0..STEPS).map(|t| pu.iter().zip(cap).map(|(s, c)| s[t] * c).sum()).collect()
        };
        let wind_mw = sum(&weather.wind_pu, &inputs.weather.wind_capacity_mw);
        let solar_mw = sum(&weather.solar_pu, &inputs.weather.solar_capacity_mw);
        let total_mw = Year::total(inputs, &inputs.load_shape(None));
        Year { total_mw, wind_mw, solar_mw, weather }
    }

    /// Load plus export for a given shape: level of the month, kind of day, shape, noise; the mean of each
    /// month is the published one exactly.
    pub fn total(inputs: &Inputs, shape: &[[f64; 24]; 12]) -> Vec<f64> {
        let mut rng = Rng::stream(inputs.weather.seed, 8, 0);
        let keep = crate::rng::exp(-0.25 / 6.0);
        let add = (1.0 - keep * keep).sqrt();
        let mut noise = rng.normal();
        let mut out = Vec::with_capacity(STEPS);
        for d in 0..DAYS {
            let Some(day) = Day::from_index(d) else { break };
            let factor = match day.kind() {
                DayKind::Workday => 1.0,
                DayKind::Weekend => inputs.weekend,
                DayKind::Holiday => inputs.holiday,
                DayKind::SpringFestival => inputs.spring_festival,
            };
            let s = &shape[day.month()];
            for q in 0..QUARTERS {
                out.push(factor * smooth(s, q) * (1.0 + inputs.noise * noise));
                noise = keep * noise + add * rng.normal();
            }
        }
        for m in 0..12 {
            let (first, n) = month_quarters(m);
            let mean = out[first..first + n].iter().sum::<f64>() / n as f64;
            out[first..first + n].iter_mut().for_each(|v| *v *= inputs.total_mean_mw[m] / mean);
        }
        out
    }
}

/// Value of an hourly shape in quarter-hour `q`: Catmull-Rom through the middles of the hours, periodic.
fn smooth(s: &[f64; 24], q: usize) -> f64 {
    let x = (q as f64 + 0.5) / 4.0 - 0.5;
    let i = x.floor();
    let u = x - i;
    let at = |k: i64| s[(i as i64 + k).rem_euclid(24) as usize];
    let (a, b, c, d) = (at(-1), at(0), at(1), at(2));
    0.5 * (2.0 * b + (c - a) * u + (2.0 * a - 5.0 * b + 4.0 * c - d) * u * u + (3.0 * b - a - 3.0 * c + d) * u * u * u)
}

/// Hourly means of quarter-hours.
pub fn hourly(quarters: &[f64]) -> Vec<f64> {
    quarters.chunks(4).map(|c| c.iter().sum::<f64>() / c.len() as f64).collect()
}

/// Hours of each month.
pub fn month_hours(m: usize) -> f64 {
    MONTH_DAYS[m] as f64 * 24.0
}
