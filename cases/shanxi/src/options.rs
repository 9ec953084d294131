//! What to generate.

use crate::calendar::{Day, DAYS};
use crate::ShanxiError;

/// Length of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// One hour: 8,784 steps in the year.
    Hour,
    /// A quarter of an hour, as the market clears: 96 points a day, 35,136 in the year.
    QuarterHour,
}

/// How coal units appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fleet {
    /// Units of one class in one city as one generator; what is on is given day by day.
    Classes,
    /// Every unit by itself; what is on is given day by day.
    Units,
    /// Every unit by itself, all available, with start-up costs, minimum times and ramps: for unit commitment.
    Committable,
}

/// Options of [`crate::generate`].
#[derive(Clone, Debug, PartialEq)]
pub struct ShanxiOptions {
    /// Seed of weather and load noise.
    pub seed: u64,
    /// First day.
    pub first: Day,
    /// Number of days, at least 1, ending within 2024.
    pub days: usize,
    /// Length of a step.
    pub resolution: Resolution,
    /// How coal units appear.
    pub fleet: Fleet,
    /// Limit of the north-south section, MW; none takes the assumption of the data.
    pub section_limit_mw: Option<f64>,
    /// Energy of the Dinglun flywheel, MWh: not published; none takes the assumption of the data.
    pub flywheel_energy_mwh: Option<f64>,
}

/// Seed used where nobody asks for another. Chosen because its 16 December is near the month's published mean
/// day; the fit does not depend on it (a test runs others).
pub const DEFAULT_SEED: u64 = 2005;

impl ShanxiOptions {
    /// One day at 96 points. Months and days count from 1.
    pub fn day(month: usize, day: usize) -> Result<Self, ShanxiError> {
        let first = Day::new(month, day).ok_or_else(|| ShanxiError::Option(format!("2024 has no day {month:02}-{day:02}")))?;
        Ok(ShanxiOptions {
            seed: DEFAULT_SEED,
            first,
            days: 1,
            resolution: Resolution::QuarterHour,
            fleet: Fleet::Classes,
            section_limit_mw: None,
            flywheel_energy_mwh: None,
        })
    }
    /// The whole year in hours.
    pub fn year() -> Result<Self, ShanxiError> {
        Ok(ShanxiOptions { days: DAYS, resolution: Resolution::Hour, ..Self::day(1, 1)? })
    }
    /// The day of the demonstration: Monday 16 December 2024 of the default seed.
    pub fn demo() -> Result<Self, ShanxiError> {
        Self::day(12, 16)
    }
    pub(crate) fn check(&self) -> Result<(), ShanxiError> {
        if self.days == 0 || self.first.index() + self.days > DAYS {
            return Err(ShanxiError::Option(format!("{} days from {} do not lie in 2024", self.days, self.first.label())));
        }
        for (name, v) in [("section_limit_mw", self.section_limit_mw), ("flywheel_energy_mwh", self.flywheel_energy_mwh)] {
            if v.is_some_and(|v| !(0.0..=1e6).contains(&v)) {
                return Err(ShanxiError::Option(format!("{name} must lie between 0 and 1,000,000")));
            }
        }
        Ok(())
    }
}
