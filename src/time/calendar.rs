//! Civil windows of a time zone: days, weeks from Monday, months and their multiples. A boundary that a
//! clock change skips is the first instant after the gap; one that comes twice is the earlier.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::duration::{Duration, Step};
use super::timestamp::{SECOND, Timestamp};
use super::window::{Window, floor_to};
use crate::error::{Error, Result};

/// Reads the name of a time zone, as in `Europe/Vienna`.
pub fn parse_zone(name: &str) -> Result<Tz> {
    name.parse().map_err(|_| {
        Error::usage(format!("'{name}' is no time zone"))
            .hint("write a name like Europe/Vienna, America/New_York or UTC")
    })
}

/// The civil window that `time` belongs to.
pub fn window(time: Timestamp, step: Step, zone: Tz) -> Window {
    let seconds = time.0.div_euclid(SECOND) as i64;
    let local = DateTime::from_timestamp(seconds, 0).map(|utc| utc.with_timezone(&zone).naive_local());
    let bounds = local.and_then(|local| {
        // A clock change at midnight may put the instant before or behind the date's own boundaries.
        let date = start_date(local.date(), step)?;
        let candidates = [add(date, step, -1)?, date, add(date, step, 1)?, add(date, step, 2)?];
        let instants = candidates.map(|date| boundary(date, zone));
        (0..3).find_map(|at| match (instants[at], instants[at + 1]) {
            (Some(start), Some(end)) if start <= time && time < end => Some(Window { end, start }),
            _ => None,
        })
    });
    bounds.unwrap_or_else(|| fixed_day(time))
}

/// Where no calendar reaches, a day is a day.
fn fixed_day(time: Timestamp) -> Window {
    let day = Duration(86_400 * SECOND);
    let start = floor_to(time.0, day.0);
    Window { end: Timestamp(start + day.0), start: Timestamp(start) }
}

/// The first date of the step that `date` belongs to. Days and weeks count from the epoch's, months from
/// January of the year 0.
fn start_date(date: NaiveDate, step: Step) -> Option<NaiveDate> {
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)?;
    let monday = NaiveDate::from_ymd_opt(1969, 12, 29)?;
    let back = |from: NaiveDate, days: i64| {
        date.checked_sub_signed(TimeDelta::days((date - from).num_days().rem_euclid(days)))
    };
    match step {
        Step::Fixed(_) => Some(date),
        Step::Days(count) => back(epoch, i64::from(count)),
        Step::Weeks(count) => back(monday, 7 * i64::from(count)),
        Step::Months(count) => {
            let months = i64::from(date.year()) * 12 + i64::from(date.month0());
            month_date(months - months.rem_euclid(i64::from(count)))
        }
    }
}

fn month_date(months: i64) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(months.div_euclid(12)).ok()?, months.rem_euclid(12) as u32 + 1, 1)
}

fn add(date: NaiveDate, step: Step, times: i64) -> Option<NaiveDate> {
    match step {
        Step::Fixed(_) => date.checked_add_signed(TimeDelta::days(times)),
        Step::Days(count) => date.checked_add_signed(TimeDelta::days(times * i64::from(count))),
        Step::Weeks(count) => date.checked_add_signed(TimeDelta::days(times * 7 * i64::from(count))),
        Step::Months(count) => {
            let months = i64::from(date.year()) * 12 + i64::from(date.month0());
            month_date(months + times * i64::from(count))
        }
    }
}

/// The instant at which `date` begins in `zone`.
fn boundary(date: NaiveDate, zone: Tz) -> Option<Timestamp> {
    let midnight = date.and_hms_opt(0, 0, 0)?;
    let local = zone.from_local_datetime(&midnight);
    let instant = match local.earliest() {
        Some(instant) => instant.timestamp(),
        None => after_gap(midnight, zone)?,
    };
    Some(Timestamp(i128::from(instant) * SECOND))
}

/// The first instant behind the gap in which `local` lies: found by bisection of the instants around it.
fn after_gap(local: NaiveDateTime, zone: Tz) -> Option<i64> {
    let guess = local.and_utc().timestamp();
    let local_at =
        |second: i64| Some(DateTime::from_timestamp(second, 0)?.with_timezone(&zone).naive_local());
    // No zone is a day off UTC, so the change lies between these.
    let (mut before, mut after) = (guess - 86_400, guess + 86_400);
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if local_at(middle)? < local { before = middle } else { after = middle }
    }
    Some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(time: &str, step: &str, zone: &str) -> String {
        let time = Timestamp::parse(time).expect(time);
        let step = Step::parse(step).expect(step);
        let window = window(time, step, parse_zone(zone).expect(zone));
        format!("{} {}", window.start, window.end)
    }

    #[test]
    fn days_weeks_months_and_years_are_civil() {
        assert_eq!(bounds("2024-02-29T12:00:00Z", "1d", "UTC"), "2024-02-29T00:00:00Z 2024-03-01T00:00:00Z");
        assert_eq!(bounds("2024-01-07T23:59:59Z", "1w", "UTC"), "2024-01-01T00:00:00Z 2024-01-08T00:00:00Z");
        assert_eq!(bounds("2024-02-29T12:00:00Z", "1mo", "UTC"), "2024-02-01T00:00:00Z 2024-03-01T00:00:00Z");
        assert_eq!(bounds("2024-05-01T00:00:00Z", "1q", "UTC"), "2024-04-01T00:00:00Z 2024-07-01T00:00:00Z");
        assert_eq!(bounds("1969-12-31T23:00:00Z", "1y", "UTC"), "1969-01-01T00:00:00Z 1970-01-01T00:00:00Z");
    }

    #[test]
    fn a_day_of_a_clock_change_is_longer_or_shorter() {
        let spring = bounds("2024-03-31T12:00:00Z", "1d", "Europe/Vienna");
        assert_eq!(spring, "2024-03-30T23:00:00Z 2024-03-31T22:00:00Z");
        let autumn = bounds("2024-10-27T12:00:00Z", "1d", "Europe/Vienna");
        assert_eq!(autumn, "2024-10-26T22:00:00Z 2024-10-27T23:00:00Z");
    }

    #[test]
    fn a_skipped_midnight_is_the_first_instant_behind_the_gap_and_a_double_one_the_earlier() {
        // São Paulo skipped midnight of 2018-11-04, and had that of 2018-02-18 (back to 23:00) only once.
        let skipped = bounds("2018-11-04T12:00:00Z", "1d", "America/Sao_Paulo");
        assert_eq!(skipped, "2018-11-04T03:00:00Z 2018-11-05T02:00:00Z");
        // Havana had midnight of 2018-11-04 twice.
        let double = bounds("2018-11-04T12:00:00Z", "1d", "America/Havana");
        assert_eq!(double, "2018-11-04T04:00:00Z 2018-11-05T05:00:00Z");
    }
}
