//! The year 2024 on Shanxi's clock (UTC+8, no summer time): 366 days, 8,784 hours, 35,136 quarter-hours.

/// Days of the months of 2024.
pub const MONTH_DAYS: [usize; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/// Days of the year.
pub const DAYS: usize = 366;
/// Quarter-hours of a day.
pub const QUARTERS: usize = 96;
/// 2024-01-01 00:00 in Shanghai, seconds since 1970 UTC.
const START_UTC_S: i64 = 1_704_038_400;

/// A day of 2024, by its number from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(usize);

impl Day {
    /// The day `month`-`day` (both from 1); none when 2024 has no such day.
    pub fn new(month: usize, day: usize) -> Option<Day> {
        let days = *MONTH_DAYS.get(month.checked_sub(1)?)?;
        (1..=days).contains(&day).then(|| Day(MONTH_DAYS[..month - 1].iter().sum::<usize>() + day - 1))
    }
    /// By its number from 0; none past 365.
    pub fn from_index(index: usize) -> Option<Day> {
        (index < DAYS).then_some(Day(index))
    }
    /// Number of the day from 0.
    pub fn index(self) -> usize {
        self.0
    }
    /// Month from 0 and day of the month from 1.
    pub fn month_and_day(self) -> (usize, usize) {
        let mut rest = self.0;
        for (m, &n) in MONTH_DAYS.iter().enumerate() {
            if rest < n {
                return (m, rest + 1);
            }
            rest -= n;
        }
        (11, 31)
    }
    /// Month from 0.
    pub fn month(self) -> usize {
        self.month_and_day().0
    }
    /// Day of the week, Monday 0. 2024-01-01 was a Monday.
    pub fn weekday(self) -> usize {
        self.0 % 7
    }
    /// What kind of day it is for the load.
    pub fn kind(self) -> DayKind {
        let (m, d) = self.month_and_day();
        match (m + 1, d) {
            (2, 9..=17) => DayKind::SpringFestival,
            (1, 1) | (4, 4..=6) | (5, 1..=5) | (6, 10) | (9, 15..=17) | (10, 1..=7) => DayKind::Holiday,
            _ if self.weekday() >= 5 => DayKind::Weekend,
            _ => DayKind::Workday,
        }
    }
    /// Start of the day, seconds since 1970 UTC.
    pub fn start_utc_s(self) -> i64 {
        START_UTC_S + self.0 as i64 * 86_400
    }
    /// `YYYY-MM-DD`.
    pub fn label(self) -> String {
        let (m, d) = self.month_and_day();
        format!("2024-{:02}-{d:02}", m + 1)
    }
}

/// Kinds of day. Working weekends that make up for holidays count as weekends here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// Monday to Friday.
    Workday,
    /// Saturday or Sunday.
    Weekend,
    /// A public holiday of 2024.
    Holiday,
    /// 9 to 17 February 2024.
    SpringFestival,
}

/// First quarter-hour of month `m` (from 0) and how many it has.
pub fn month_quarters(m: usize) -> (usize, usize) {
    (MONTH_DAYS[..m].iter().sum::<usize>() * QUARTERS, MONTH_DAYS[m] * QUARTERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_has_its_days() {
        assert_eq!(MONTH_DAYS.iter().sum::<usize>(), DAYS);
        let d = Day::new(12, 10).unwrap();
        assert_eq!((d.label(), d.month(), d.weekday()), ("2024-12-10".to_string(), 11, 1)); // a Tuesday
        assert_eq!(d.start_utc_s(), 1_733_760_000);
        assert_eq!(Day::new(2, 30), None);
        assert_eq!(Day::new(13, 1), None);
        assert_eq!(Day::new(0, 1), None);
        assert_eq!(Day::new(2, 10).unwrap().kind(), DayKind::SpringFestival);
        for i in 0..DAYS {
            let d = Day::from_index(i).unwrap();
            let (m, n) = d.month_and_day();
            assert_eq!(Day::new(m + 1, n), Some(d));
        }
    }
}
