//! The time axis: steps, weights, and labels in the user's zone.

use jiff::tz::TimeZone;
use jiff::Timestamp;

/// Steps of a study. Step t covers `[t, t+1)`: power is constant in it, energy is at its end.
/// Lengths and weights are `[step]`.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeAxis {
    /// Start of every step, seconds since 1970-01-01 UTC; empty for a study without a calendar.
    pub start_utc_s: Vec<i64>,
    /// Length of every step, h.
    pub duration_h: Vec<f64>,
    /// How often a step counts in the objective.
    pub weight_objective: Vec<f64>,
    /// How often a step counts in storage balances.
    pub weight_storage: Vec<f64>,
    /// How often a step counts in energy and emission limits.
    pub weight_energy: Vec<f64>,
    /// Zone of labels, an IANA name such as `Asia/Shanghai`.
    pub zone: String,
}

impl Default for TimeAxis {
    fn default() -> Self {
        TimeAxis::uniform(1, 1.0)
    }
}

impl TimeAxis {
    /// `steps` steps of `duration_h` hours each, weights 1, without a calendar.
    pub fn uniform(steps: usize, duration_h: f64) -> Self {
        TimeAxis {
            start_utc_s: Vec::new(),
            duration_h: vec![duration_h; steps],
            weight_objective: vec![1.0; steps],
            weight_storage: vec![1.0; steps],
            weight_energy: vec![1.0; steps],
            zone: "UTC".to_string(),
        }
    }
    /// The same, from a first instant on (seconds since 1970 UTC), labelled in `zone`.
    pub fn from_start(start_utc_s: i64, steps: usize, duration_h: f64, zone: &str) -> Self {
        let step_s = (duration_h * 3600.0).round() as i64;
        TimeAxis {
            start_utc_s: (0..steps as i64).map(|t| start_utc_s + t * step_s).collect(),
            zone: zone.to_string(),
            ..TimeAxis::uniform(steps, duration_h)
        }
    }
    /// Number of steps.
    #[inline]
    pub fn steps(&self) -> usize {
        self.duration_h.len()
    }
    /// Hours that step t counts in the objective, h·w: a price is a dual divided by this.
    #[inline]
    pub fn objective_h(&self, t: usize) -> f64 {
        self.duration_h[t] * self.weight_objective[t]
    }
    /// Hours that step t counts in storage balances.
    #[inline]
    pub fn storage_h(&self, t: usize) -> f64 {
        self.duration_h[t] * self.weight_storage[t]
    }
    /// Hours that step t counts in energy and emission limits.
    #[inline]
    pub fn energy_h(&self, t: usize) -> f64 {
        self.duration_h[t] * self.weight_energy[t]
    }
    /// Hours in all, unweighted.
    pub fn total_h(&self) -> f64 {
        self.duration_h.iter().sum()
    }
    /// Start of step t in UTC, ISO 8601 (`2024-12-10T16:00:00Z`); empty without a calendar.
    pub fn start_label(&self, t: usize) -> String {
        match self.start_utc_s.get(t).and_then(|&s| Timestamp::from_second(s).ok()) {
            Some(ts) => ts.to_string(),
            None => String::new(),
        }
    }
    /// End of step t on the user's clock, `HH:MM`, midnight as `24:00`: the label of a 96-point day.
    /// Without a calendar, the number of the step from 1.
    pub fn end_label(&self, t: usize) -> String {
        match self.local(t, true) {
            None => (t + 1).to_string(),
            Some(z) if z.hour() == 0 && z.minute() == 0 => "24:00".to_string(),
            Some(z) => format!("{:02}:{:02}", z.hour(), z.minute()),
        }
    }
    /// Date on the user's clock on which step t starts, `YYYY-MM-DD`; empty without a calendar.
    pub fn date_label(&self, t: usize) -> String {
        self.local(t, false).map_or(String::new(), |z| z.date().to_string())
    }
    /// Hour of the day, 0 ≤ h < 24, at the start of step t on the user's clock; without a calendar counted from 0.
    pub fn hour_of_day(&self, t: usize) -> f64 {
        match self.local(t, false) {
            Some(z) => f64::from(z.hour()) + f64::from(z.minute()) / 60.0,
            None => self.duration_h[..t].iter().sum::<f64>() % 24.0,
        }
    }
    /// Whether the clock of the zone is put forward or back on a date, `YYYY-MM-DD`.
    pub fn zone_changes_on(&self, date: &str) -> bool {
        let (Ok(date), Ok(zone)) = (date.parse::<jiff::civil::Date>(), TimeZone::get(&self.zone)) else { return false };
        let midnight = |d: jiff::civil::Date| zone.to_timestamp(d.at(0, 0, 0, 0)).ok().map(|t| t.as_second());
        let ends = date.tomorrow().ok().and_then(|next| Some((midnight(date)?, midnight(next)?)));
        ends.is_some_and(|(a, b)| b - a != 86_400)
    }
    fn local(&self, t: usize, end: bool) -> Option<jiff::ZonedDateTime> {
        let mut s = *self.start_utc_s.get(t)?;
        if end {
            s += (self.duration_h[t] * 3600.0).round() as i64;
        }
        let zone = TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC);
        Some(Timestamp::from_second(s).ok()?.to_zoned_datetime(zone))
    }
    /// Whether `zone` is a zone this build knows.
    pub fn zone_is_known(zone: &str) -> bool {
        TimeZone::get(zone).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shanghai_day_ends_at_24() {
        // 2024-12-10 00:00 in Shanghai is 16:00 UTC of the day before.
        let axis = TimeAxis::from_start(1_733_760_000, 96, 0.25, "Asia/Shanghai");
        assert_eq!(axis.start_label(0), "2024-12-09T16:00:00Z");
        assert_eq!((axis.end_label(0), axis.end_label(95)), ("00:15".into(), "24:00".into()));
        assert_eq!((axis.date_label(0), axis.date_label(95)), ("2024-12-10".into(), "2024-12-10".into()));
    }

    #[test]
    fn an_autumn_day_in_berlin_has_the_hour_twice() {
        // 2024-10-27 00:00 CEST; the clock falls back at 03:00, so the local day has 25 hours.
        let axis = TimeAxis::from_start(1_729_980_000, 25, 1.0, "Europe/Berlin");
        let labels: Vec<_> = (0..5).map(|t| axis.end_label(t)).collect();
        assert_eq!(labels, ["01:00", "02:00", "02:00", "03:00", "04:00"]);
        assert_eq!(axis.end_label(24), "24:00");
    }
}
