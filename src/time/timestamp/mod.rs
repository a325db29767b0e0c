//! Instants: RFC 3339 text and numbers since the epoch, both ways. The one time parser. Reads no clock.

mod print;
mod read;
pub mod recent;
#[cfg(test)]
mod tests;

use std::fmt;

use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;

use super::duration::Duration;
use crate::error::{Error, Result};
use print::{Text, civil_from_days};
use read::{from_number, from_string, parse_rfc3339, parse_utc};

/// Nanoseconds in a second.
pub const SECOND: i128 = 1_000_000_000;

/// An instant in nanoseconds since 1970-01-01T00:00:00Z, negative before; covers the years 0000 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i128);

/// 0000-01-01T00:00:00Z.
const EARLIEST: i128 = -62_167_219_200 * SECOND;
/// The last nanosecond of the year 9999.
const LATEST: i128 = 253_402_300_800 * SECOND - 1;

/// The unit of a numeric time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
    /// Nanoseconds.
    Nanoseconds,
}

impl Unit {
    /// Reads `s`, `ms`, `us` (or `µs`) or `ns`.
    pub fn parse(text: &str) -> Result<Unit> {
        match text {
            "s" => Ok(Unit::Seconds),
            "ms" => Ok(Unit::Milliseconds),
            "us" | "µs" => Ok(Unit::Microseconds),
            "ns" => Ok(Unit::Nanoseconds),
            _ => Err(Error::usage(format!("'{text}' is no unit of time")).hint("take s, ms, us or ns")),
        }
    }

    /// Its name, as [`Unit::parse`] reads it.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Seconds => "s",
            Unit::Milliseconds => "ms",
            Unit::Microseconds => "us",
            Unit::Nanoseconds => "ns",
        }
    }

    /// How many decimal digits turn this unit into nanoseconds.
    fn shift(self) -> i64 {
        match self {
            Unit::Seconds => 9,
            Unit::Milliseconds => 6,
            Unit::Microseconds => 3,
            Unit::Nanoseconds => 0,
        }
    }
}

/// An instant or an offset on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// An instant.
    Time(Timestamp),
    /// `@42`: an offset.
    Offset(u64),
}

impl Moment {
    /// Reads RFC 3339, a date, `now`, `-2h` (that long before `now`), `+2h` or `@OFFSET`.
    pub fn parse(text: &str, now: Timestamp) -> Result<Moment> {
        if let Some(offset) = text.strip_prefix('@') {
            let offset = offset.parse().map_err(|_| {
                Error::usage(format!("'{text}' is no offset")).hint("write an offset like @42")
            })?;
            return Ok(Moment::Offset(offset));
        }
        let ago = text.strip_prefix('-').map(|duration| (duration, -1));
        let ahead = text.strip_prefix('+').map(|duration| (duration, 1));
        let time = match (text, ago.or(ahead)) {
            ("now", _) => now,
            (_, Some((duration, sign))) => Timestamp(now.0 + sign * Duration::parse(duration)?.0),
            (text, None) => {
                Timestamp::parse(text).map_err(|error| Error::usage(error.what()).hint(EXAMPLES))?
            }
        };
        Ok(Moment::Time(time))
    }
}

const EXAMPLES: &str = "write a time like 2024-01-15T10:30:00Z, 2024-01-15, now, -2h or @42";

impl Timestamp {
    /// Reads a field's JSON text: a string with RFC 3339, a date or digits, or a number since the epoch. The
    /// unit of a number is `unit`, or told from its magnitude: below 1e11 seconds, below 1e14 milliseconds,
    /// below 1e17 microseconds, otherwise nanoseconds.
    pub fn from_json(text: &[u8], unit: Option<Unit>) -> Result<Timestamp> {
        match text {
            [b'"', inner @ .., b'"'] => match parse_utc(inner) {
                Some(time) => Ok(time),
                None => from_string(text, inner, unit),
            },
            [b'-' | b'0'..=b'9', ..] => from_number(text, unit),
            _ => Err(Error::data(format!("'{}' is no time", String::from_utf8_lossy(text)))
                .hint("times are strings like \"2024-01-15T10:30:00Z\" or numbers since 1970")),
        }
    }

    /// Reads RFC 3339 (with `T`, `t` or a space, any offset and any number of fraction digits; more than nine
    /// are cut toward the past) or a date. A time without its zone is an error.
    pub fn parse(text: &str) -> Result<Timestamp> {
        if let Some(time) = parse_utc(text.as_bytes()) {
            return Ok(time);
        }
        parse_rfc3339(text.as_bytes()).map_err(|why| {
            let text: String = text.chars().take(60).collect();
            Error::data(format!("'{text}' is no time: {why}"))
        })
    }

    /// Appends RFC 3339 in UTC, with no fraction or one of 3, 6 or 9 digits.
    pub fn write_utc(self, out: &mut Vec<u8>) {
        let (seconds, nanosecond) = self.seconds();
        let (year, month, date) = civil_from_days(seconds.div_euclid(86_400));
        let mut text = Text::new();
        text.push_date(year, month, date);
        text.push_clock(seconds.rem_euclid(86_400) as u32, nanosecond);
        text.push(b'Z');
        out.extend_from_slice(text.bytes());
    }

    /// Appends RFC 3339 with the offset that `zone` has at this instant.
    pub fn write_in(self, zone: Tz, out: &mut Vec<u8>) {
        let (seconds, nanosecond) = self.seconds();
        let Some(local) = DateTime::from_timestamp(seconds, 0).map(|utc| utc.with_timezone(&zone)) else {
            return self.write_utc(out);
        };
        let mut text = Text::new();
        text.push_date(i64::from(local.year()), local.month(), local.day());
        text.push_clock(local.num_seconds_from_midnight(), nanosecond);
        out.extend_from_slice(text.bytes());
        out.extend_from_slice(local.format("%:z").to_string().as_bytes());
    }

    /// Whole seconds since the epoch, and the nanoseconds behind them.
    fn seconds(self) -> (i64, u32) {
        // The instants of some centuries around 1970 fit 64 bits, whose division is much faster.
        const SECOND_64: i64 = SECOND as i64;
        match i64::try_from(self.0) {
            Ok(time) => (time.div_euclid(SECOND_64), time.rem_euclid(SECOND_64) as u32),
            Err(_) => (self.0.div_euclid(SECOND) as i64, self.0.rem_euclid(SECOND) as u32),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(30);
        self.write_utc(&mut text);
        f.write_str(&String::from_utf8_lossy(&text))
    }
}
