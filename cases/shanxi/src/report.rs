//! How well the synthetic year fits the published 2024, as plain data. The text is in [`crate::report_text`].

use crate::calendar::Day;
use crate::fit::{correlation, fit, CommitmentRule, Ladder, Residual};
use crate::year::{hourly, month_hours, Inputs, Year};
use crate::{Figures, ShanxiError};

/// One month of the report. `left_out` figures come from a fit that has not seen the month.
#[derive(Clone, Debug, PartialEq)]
pub struct MonthFit {
    /// Month from 1.
    pub month: usize,
    /// Correlation of the 24-hour mean day-ahead price, model against published, in sample.
    pub correlation: f64,
    /// The same, left out.
    pub correlation_left_out: f64,
    /// The same for the mean shape of the other eleven months: what a guess without any model reaches.
    pub correlation_baseline: f64,
    /// Mean absolute error of the 24 prices in sample, CNY/MWh.
    pub error: f64,
    /// The same, left out.
    pub error_left_out: f64,
    /// The same for the mean of the other eleven months.
    pub error_baseline: f64,
    /// Mean price, published, CNY/MWh.
    pub mean_published: f64,
    /// Mean price, left out.
    pub mean_left_out: f64,
    /// Published spread: dearest two hours less cheapest two.
    pub spread_published: f64,
    /// Spread, left out.
    pub spread_left_out: f64,
    /// Thermal energy, published, TWh.
    pub thermal_published_twh: f64,
    /// Thermal energy from the balance and the clearing, in sample.
    pub thermal_twh: f64,
    /// The same, left out.
    pub thermal_left_out_twh: f64,
    /// Correlation of the 24-hour thermal shape with the published one, left out.
    pub thermal_shape_left_out: f64,
    /// Thermal energy when the month's level of load plus export is left out too (mean of its neighbours' levels).
    pub thermal_level_left_out_twh: f64,
    /// Wind energy available in the generated month, TWh.
    pub wind_twh: f64,
    /// Solar energy available, TWh.
    pub solar_twh: f64,
    /// Wind energy, published.
    pub wind_published_twh: f64,
    /// Solar energy, published.
    pub solar_published_twh: f64,
}

/// The whole report.
#[derive(Clone, Debug, PartialEq)]
pub struct FitReport {
    /// Seed of the generated year.
    pub seed: u64,
    /// Month by month.
    pub months: Vec<MonthFit>,
    /// The ladder fitted to all months: what the generator uses.
    pub ladder: Ladder,
    /// Model against published over the year, mean price of each hour `[hour]`: correlation, left out.
    pub year_correlation_left_out: f64,
    /// Published supply curve: thermal bin (GW, low end), published price, model price in sample; bins of 2 GW.
    pub supply_curve: Vec<(f64, f64, Option<f64>)>,
}

/// Published day-ahead price `[month][hour]`, CNY/MWh: index times the month's mean.
pub fn published_prices(f: &Figures) -> Result<[[f64; 24]; 12], ShanxiError> {
    let mut p = f.shape("Day-ahead price index")?;
    for (m, row) in p.iter_mut().enumerate() {
        // Rows of three years share the names; only 2024's are in the data.
        let mean = f.get(&format!("Day-ahead settlement-point price, mean of month {:02}", m + 1))?;
        row.iter_mut().for_each(|v| *v *= mean);
    }
    Ok(p)
}

/// The ladder fitted to all months, as the generator uses it.
pub(crate) fn fit_all(f: &Figures, inputs: &Inputs, year: &Year) -> Result<Ladder, ShanxiError> {
    let rule = CommitmentRule::new(f)?;
    let residual = Residual::new(inputs, year, &year.total_mw, &rule);
    let all: Vec<usize> = (0..12).collect();
    Ok(fit(&residual, &rule, &published_prices(f)?, &all))
}

/// Fits the ladder with all months and with each left out, and compares with what was published.
pub fn fit_report(seed: u64) -> Result<FitReport, ShanxiError> {
    let f = Figures::load()?;
    let inputs = Inputs::new(&f, seed)?;
    let year = Year::generate(&inputs);
    let rule = CommitmentRule::new(&f)?;
    let published = published_prices(&f)?;
    let residual = Residual::new(&inputs, &year, &year.total_mw, &rule);
    let ladder = fit_all(&f, &inputs, &year)?;
    let (price, thermal) = residual.clear(&ladder);

    let mut months = Vec::new();
    let mut left_out_mean = [0.0; 24];
    for m in 0..12 {
        let others: Vec<usize> = (0..12).filter(|&i| i != m).collect();
        let total = Year::total(&inputs, &inputs.load_shape(Some(m)));
        let r = Residual::new(&inputs, &year, &total, &rule);
        let l = fit(&r, &rule, &published, &others);
        let (p, e) = r.clear(&l);
        let mut base = [0.0; 24];
        for (h, b) in base.iter_mut().enumerate() {
            *b = others.iter().map(|&i| published[i][h]).sum::<f64>() / 11.0;
            left_out_mean[h] += p[m][h] / 12.0;
        }
        let hours = month_hours(m);
        let (wind_mean, solar_mean) = (inputs.weather.wind_mean_mw[m], inputs.weather.solar_mean_mw[m]);
        let level = 0.5 * (inputs.total_mean_mw[(m + 11) % 12] + inputs.total_mean_mw[(m + 1) % 12]);
        months.push(MonthFit {
            month: m + 1,
            correlation: correlation(&price[m], &published[m]),
            correlation_left_out: correlation(&p[m], &published[m]),
            correlation_baseline: correlation(&base, &published[m]),
            error: mean_error(&price[m], &published[m]),
            error_left_out: mean_error(&p[m], &published[m]),
            error_baseline: mean_error(&base, &published[m]),
            mean_published: published[m].iter().sum::<f64>() / 24.0,
            mean_left_out: p[m].iter().sum::<f64>() / 24.0,
            spread_published: spread(&published[m]),
            spread_left_out: spread(&p[m]),
            thermal_published_twh: inputs.thermal_mean_mw[m] * hours / 1e6,
            thermal_twh: thermal[m],
            thermal_left_out_twh: e[m],
            thermal_shape_left_out: correlation(&mean_day(&r.mw, m), &inputs.thermal_shape[m]),
            thermal_level_left_out_twh: (level - wind_mean - solar_mean) * hours / 1e6,
            wind_twh: month_twh(&year.wind_mw, m),
            solar_twh: month_twh(&year.solar_mw, m),
            wind_published_twh: wind_mean * hours / 1e6,
            solar_published_twh: solar_mean * hours / 1e6,
        });
    }
    let mut published_mean = [0.0; 24];
    for (h, v) in published_mean.iter_mut().enumerate() {
        *v = f.get(&format!("Day-ahead price, hour starting {h:02}:00"))?;
    }
    Ok(FitReport {
        seed,
        months,
        year_correlation_left_out: correlation(&left_out_mean, &published_mean),
        supply_curve: supply_curve(&f, &residual, &price)?,
        ladder,
    })
}

/// Prices of the 24 hours of one generated day by merit order, CNY/MWh: the fitted ladder without network, reserve
/// or optimised storage. What a dispatch of [`crate::generate`]'s network adds can be told from it.
pub fn merit_order_day(seed: u64, day: Day) -> Result<[f64; 24], ShanxiError> {
    let f = Figures::load()?;
    let inputs = Inputs::new(&f, seed)?;
    let year = Year::generate(&inputs);
    let ladder = fit_all(&f, &inputs, &year)?;
    let residual = Residual::new(&inputs, &year, &year.total_mw, &ladder.rule);
    Ok(std::array::from_fn(|h| residual.price(&ladder, day.index() * 24 + h)))
}

fn mean_error(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y).abs()).sum::<f64>() / a.len() as f64
}

fn spread(p: &[f64; 24]) -> f64 {
    let mut s = *p;
    s.sort_by(f64::total_cmp);
    0.5 * (s[23] + s[22] - s[0] - s[1])
}

fn mean_day(hours: &[f64], m: usize) -> [f64; 24] {
    let (first, n) = crate::calendar::month_quarters(m);
    let mut out = [0.0; 24];
    for (i, v) in hours[first / 4..(first + n) / 4].iter().enumerate() {
        out[i % 24] += v * 96.0 / n as f64;
    }
    out
}

fn month_twh(quarters: &[f64], m: usize) -> f64 {
    let (first, n) = crate::calendar::month_quarters(m);
    hourly(&quarters[first..first + n]).iter().sum::<f64>() / 1e6
}

/// Mean model price of the monthly-mean hours whose mean thermal output lies in each published bin.
fn supply_curve(f: &Figures, r: &Residual, price: &[[f64; 24]; 12]) -> Result<Vec<(f64, f64, Option<f64>)>, ShanxiError> {
    let mut out = Vec::new();
    for k in 0..12 {
        let low = 20.0 + 2.0 * k as f64;
        let published = f.get(&format!("Day-ahead price when cleared thermal is {low:.0}-{:.0} GW", low + 2.0))?;
        let (mut sum, mut n) = (0.0, 0.0);
        for m in 0..12 {
            for (h, t) in mean_day(&r.mw, m).iter().enumerate() {
                if (low..low + 2.0).contains(&(t / 1000.0)) {
                    sum += price[m][h];
                    n += 1.0;
                }
            }
        }
        out.push((low, published, (n > 0.0).then(|| sum / n)));
    }
    Ok(out)
}
