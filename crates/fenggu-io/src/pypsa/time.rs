//! Snapshots: labels, weightings, calendar.

use fenggu_net::{Diagnostic, Severity, TimeAxis};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::Timestamp;

use super::dataset::{Labels, Snapshots};
use crate::catalogue as code;

/// Labels of a text column: times where all are times, whole numbers where all are, else text.
pub fn labels(cells: &[String]) -> Labels {
    if let Some(v) = cells.iter().map(|c| c.parse::<i64>().ok()).collect::<Option<Vec<_>>>() {
        return Labels::Integers(v);
    }
    match cells.iter().map(|c| instant(c)).collect::<Option<Vec<_>>>() {
        Some(v) => Labels::Times(v),
        None => Labels::Text(cells.to_vec()),
    }
}

/// Seconds since 1970 of `2015-01-01 00:00:00` (no zone: taken as UTC), of a date, or of an instant with an offset.
pub fn instant(text: &str) -> Option<i64> {
    let text = text.trim();
    // Only the year-first order has one meaning everywhere.
    if text.len() < 10 || !text.as_bytes().get(..4)?.iter().all(u8::is_ascii_digit) || text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    let whole = |t: Timestamp| (t.subsec_nanosecond() == 0).then(|| t.as_second());
    if let Ok(t) = text.parse::<Timestamp>() {
        return whole(t);
    }
    whole(text.parse::<DateTime>().ok()?.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp())
}

/// What is wrong with the order of times, and the row: one that stands twice is an error, since neither values nor results
/// could be told apart; one before its predecessor leaves the study without a calendar.
pub fn disorder(times: &[i64], item: &str) -> Option<(Diagnostic, usize)> {
    let mut seen = std::collections::HashSet::with_capacity(times.len());
    if let Some(row) = times.iter().position(|t| !seen.insert(*t)) {
        let (time, row_) = (label(times[row]), row + 1);
        let (en, zh) = (format!("the snapshot {time} stands twice (row {row_})"), format!("快照 {time} 重复出现（第 {row_} 行）"));
        return Some((Diagnostic::new(&code::PYPSA_SNAPSHOTS).with("item", item).with_both("value", en, zh), row));
    }
    let row = times.windows(2).position(|w| w[1] < w[0])? + 1;
    Some((Diagnostic::new(&code::PYPSA_NO_CALENDAR).severity(Severity::Warning).with("item", item), row))
}

/// A time as PyPSA writes it: `2015-01-01 00:00:00`.
pub fn label(second: i64) -> String {
    match Timestamp::from_second(second) {
        Ok(t) => t.to_zoned_datetime(TimeZone::UTC).datetime().strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => second.to_string(),
    }
}

/// The time axis that snapshots and weightings stand for. Every step is one hour long and counts as often as its
/// weightings say, because PyPSA knows weightings only: ramps count per snapshot whatever its weight.
/// Times that do not rise give an axis without a calendar.
pub fn axis(snapshots: &Snapshots) -> TimeAxis {
    let steps = snapshots.labels.len();
    let mut axis = TimeAxis::uniform(steps, 1.0);
    let [objective, stores, generators] = &snapshots.weights;
    for (given, weight) in
        [(objective, &mut axis.weight_objective), (stores, &mut axis.weight_storage), (generators, &mut axis.weight_energy)]
    {
        if let Some(w) = given {
            weight.clone_from(w);
        }
    }
    if let Labels::Times(times) = &snapshots.labels {
        if times.windows(2).all(|w| w[0] < w[1]) {
            axis.start_utc_s.clone_from(times);
        }
    }
    axis
}

/// Seconds of netCDF's unit word, and the instant it counts from: `hours since 2015-01-01 00:00:00`.
pub fn unit(text: &str) -> Option<(f64, i64)> {
    let (word, since) = text.split_once(" since ")?;
    let seconds = match word.trim().trim_end_matches('s') {
        "day" => 86_400.0,
        "hour" | "h" | "hr" => 3600.0,
        "minute" | "min" => 60.0,
        "second" | "sec" => 1.0,
        "millisecond" => 1e-3,
        "microsecond" => 1e-6,
        "nanosecond" => 1e-9,
        _ => return None,
    };
    Some((seconds, instant(since)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_told_apart() {
        let of = |list: &[&str]| labels(&list.iter().map(|s| (*s).to_string()).collect::<Vec<_>>());
        assert_eq!(of(&["0", "1"]), Labels::Integers(vec![0, 1]));
        assert_eq!(of(&["1970-01-01", "1970-01-01 01:00:00"]), Labels::Times(vec![0, 3600]));
        assert_eq!(of(&["1970-01-01T00:00:00+01:00"]), Labels::Times(vec![-3600]));
        assert_eq!(of(&["now"]), Labels::Text(vec!["now".into()]));
        assert_eq!(of(&["01/02/2013 05:00"]), Labels::Text(vec!["01/02/2013 05:00".into()]));
        assert_eq!(label(3600), "1970-01-01 01:00:00");
        assert_eq!(unit("hours since 1970-01-02 00:00:00"), Some((3600.0, 86_400)));
        assert_eq!(unit("fortnights since 1970-01-02"), None);
    }
}
