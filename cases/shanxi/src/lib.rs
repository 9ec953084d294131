//! A **synthetic** Shanxi on the market perimeter of 2024, generated from cited aggregates.
//!
//! Nothing here is a measurement of the real province's grid: buses, lines, weather, the place of every coal
//! unit and every offer are made up, deterministically from a seed, so that the published monthly figures hold.
//! `README.md` of this folder says which figures are cited (`data/*.csv`, each row with its source), which are
//! assumptions, and how well the result fits. The generator calls no solver and reads no file.
//!
//! ```
//! use fenggu_shanxi::{generate, ShanxiOptions};
//!
//! let network = generate(&ShanxiOptions::day(12, 16)?)?;
//! assert_eq!((network.steps(), network.buses.len()), (96, 14));
//! assert!(network.name.contains("Synthetic"));
//! # Ok::<(), fenggu_shanxi::ShanxiError>(())
//! ```
//!
//! [`fit_report`] compares a generated year with the published 2024, in sample and with each month left out.

// Months, hours and cities index several tables at once.
#![allow(clippy::needless_range_loop)]

mod calendar;
mod figures;
mod fit;
mod fleet;
mod network;
mod options;
mod report;
mod report_text;
mod rng;
mod weather;
mod year;

pub use calendar::{Day, DayKind, DAYS, MONTH_DAYS};
pub use figures::{Figure, Figures, CITIES};
pub use fit::{correlation, CommitmentRule, Ladder, KNOTS};
pub use network::{BATTERY, SECTION};
pub use options::{Fleet, Resolution, ShanxiOptions, DEFAULT_SEED};
pub use report::{fit_report, merit_order_day, published_prices, FitReport, MonthFit};
pub use report_text::ReportLanguage;

use fenggu_net::Network;

/// What can go wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum ShanxiError {
    /// A figure is missing or is not a number: a defect of the data folder, not of the caller.
    Data(String),
    /// An option is out of range.
    Option(String),
}

impl std::fmt::Display for ShanxiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ShanxiError::Data(m) => write!(f, "synthetic Shanxi, data: {m}"),
            ShanxiError::Option(m) => write!(f, "synthetic Shanxi, options: {m}"),
        }
    }
}

impl std::error::Error for ShanxiError {}

/// Generates the synthetic province for a range of days of 2024: MW, MWh and CNY, steps from the first day's
/// midnight in `Asia/Shanghai`. The same options give the same bytes on every platform, and a day is the same
/// whether generated alone or within a year.
pub fn generate(options: &ShanxiOptions) -> Result<Network, ShanxiError> {
    options.check()?;
    let figures = Figures::load()?;
    let inputs = year::Inputs::new(&figures, options.seed)?;
    let year = year::Year::generate(&inputs);
    let ladder = report::fit_all(&figures, &inputs, &year)?;
    network::build(&figures, options, &inputs, &year, &ladder)
}
