//! Instants: RFC 3339 text and numbers since the epoch, both ways. The one time parser. Reads no clock.

use std::fmt;

use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;

use super::duration::Duration;
use crate::error::{Error, Result};

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
        parse_rfc3339(text.as_bytes()).map_err(|why| {
            let text: String = text.chars().take(60).collect();
            Error::data(format!("'{text}' is no time: {why}"))
        })
    }

    /// Appends RFC 3339 in UTC, with no fraction or one of 3, 6 or 9 digits.
    pub fn write_utc(self, out: &mut Vec<u8>) {
        let seconds = self.0.div_euclid(SECOND);
        let day = seconds.div_euclid(86_400) as i64;
        let second = seconds.rem_euclid(86_400) as u32;
        let (year, month, date) = civil_from_days(day);
        push_date(year, month, date, out);
        push_clock(second, self.0.rem_euclid(SECOND) as u32, out);
        out.push(b'Z');
    }

    /// Appends RFC 3339 with the offset that `zone` has at this instant.
    pub fn write_in(self, zone: Tz, out: &mut Vec<u8>) {
        let seconds = self.0.div_euclid(SECOND) as i64;
        let Some(local) = DateTime::from_timestamp(seconds, 0).map(|utc| utc.with_timezone(&zone)) else {
            return self.write_utc(out);
        };
        push_date(i64::from(local.year()), local.month(), local.day(), out);
        push_clock(local.num_seconds_from_midnight(), self.0.rem_euclid(SECOND) as u32, out);
        out.extend_from_slice(local.format("%:z").to_string().as_bytes());
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(30);
        self.write_utc(&mut text);
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

#[cold]
fn from_string(text: &[u8], inner: &[u8], unit: Option<Unit>) -> Result<Timestamp> {
    let unescaped: String = serde_json::from_slice(text)
        .map_err(|_| Error::data(format!("'{}' is no time", String::from_utf8_lossy(inner))))?;
    let is_number =
        unescaped.strip_prefix('-').unwrap_or(&unescaped).bytes().all(|b| matches!(b, b'0'..=b'9' | b'.'));
    if is_number && !unescaped.is_empty() {
        return from_number(unescaped.as_bytes(), unit);
    }
    Timestamp::parse(&unescaped)
}

/// An exact decimal, shifted into nanoseconds; digits below are cut toward the past.
fn from_number(text: &[u8], unit: Option<Unit>) -> Result<Timestamp> {
    let out_of_range = || {
        Error::data(format!("the time {} is outside the years 0000 to 9999", String::from_utf8_lossy(text)))
            .hint("say its unit with --time-unit s|ms|us|ns")
    };
    let (negative, mantissa, exponent) = decimal(text).ok_or_else(out_of_range)?;
    let unit = unit.unwrap_or_else(|| unit_of_magnitude(mantissa, exponent));
    let shift = exponent.saturating_add(unit.shift());
    let nanoseconds = match shift {
        _ if mantissa == 0 => 0,
        0..=30 => mantissa.checked_mul(10i128.pow(shift as u32)).ok_or_else(out_of_range)?,
        -38..0 => {
            let divisor = 10i128.pow(-shift as u32);
            let up = i128::from(negative && mantissa % divisor != 0);
            mantissa / divisor + up
        }
        _ if shift > 0 => return Err(out_of_range()),
        _ => i128::from(negative),
    };
    let nanoseconds = if negative { -nanoseconds } else { nanoseconds };
    if (EARLIEST..=LATEST).contains(&nanoseconds) { Ok(Timestamp(nanoseconds)) } else { Err(out_of_range()) }
}

/// Sign, digits and decimal exponent of a number's text; nothing when it has too many digits to be a time.
fn decimal(text: &[u8]) -> Option<(bool, i128, i64)> {
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (mut mantissa, mut exponent, mut after_point) = (0i128, 0i64, false);
    for (at, &byte) in rest.iter().enumerate() {
        match byte {
            b'0'..=b'9' if mantissa < 10i128.pow(30) => {
                mantissa = mantissa * 10 + i128::from(byte - b'0');
                exponent -= i64::from(after_point);
            }
            // Digits beyond thirty lie far below a nanosecond when they are behind the point.
            b'0'..=b'9' => exponent += i64::from(!after_point),
            b'.' => after_point = true,
            b'e' | b'E' => {
                let written: i64 = std::str::from_utf8(&rest[at + 1..]).ok()?.parse().ok()?;
                exponent = exponent.checked_add(written)?;
                break;
            }
            _ => return None,
        }
    }
    Some((negative, mantissa, exponent))
}

fn unit_of_magnitude(mantissa: i128, exponent: i64) -> Unit {
    let below = |power: i64| match power - exponent {
        gap @ 0..=38 => mantissa < 10i128.pow(gap as u32),
        gap => gap > 0,
    };
    if below(11) {
        Unit::Seconds
    } else if below(14) {
        Unit::Milliseconds
    } else if below(17) {
        Unit::Microseconds
    } else {
        Unit::Nanoseconds
    }
}

fn two(text: &[u8], at: usize) -> Option<u32> {
    let (tens, ones) = (text[at].wrapping_sub(b'0'), text[at + 1].wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
}

/// The common shape, `2024-01-15T10:30:00[.fraction]Z`, without detours; nothing for all others.
#[inline]
fn parse_utc(text: &[u8]) -> Option<Timestamp> {
    if text.len() < 20 || text[text.len() - 1] != b'Z' {
        return None;
    }
    let separators =
        text[4] == b'-' && text[7] == b'-' && text[10] == b'T' && text[13] == b':' && text[16] == b':';
    if !separators {
        return None;
    }
    let year = two(text, 0)? * 100 + two(text, 2)?;
    let (month, day) = (two(text, 5)?, two(text, 8)?);
    let (hour, minute, second) = (two(text, 11)?, two(text, 14)?, two(text, 17)?);
    if hour > 23 || minute > 59 || second > 59 || !is_date(year, month, day) {
        return None;
    }
    let mut nanosecond = 0;
    let fraction = &text[19..text.len() - 1];
    if !fraction.is_empty() {
        if fraction[0] != b'.' || fraction.len() < 2 || fraction.len() > 10 {
            return None;
        }
        let mut scale = 1_000_000_000;
        for &byte in &fraction[1..] {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            if digit > 9 {
                return None;
            }
            scale /= 10;
            nanosecond += digit * scale;
        }
    }
    let seconds =
        days_from_civil(i64::from(year), month, day) * 86_400 + i64::from(hour * 3600 + minute * 60 + second);
    Some(Timestamp(i128::from(seconds) * SECOND + i128::from(nanosecond)))
}

fn is_date(year: u32, month: u32, day: u32) -> bool {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap),
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// The whole of RFC 3339, and plain dates; the error says what is missing.
fn parse_rfc3339(text: &[u8]) -> std::result::Result<Timestamp, &'static str> {
    const SHAPE: &str = "it is not like 2024-01-15T10:30:00Z";
    if text.len() < 10 || text[4] != b'-' || text[7] != b'-' {
        return Err(SHAPE);
    }
    let part = |at: usize| two(text, at).ok_or(SHAPE);
    let (year, month, day) = (part(0)? * 100 + part(2)?, part(5)?, part(8)?);
    if !is_date(year, month, day) {
        return Err("there is no such date");
    }
    let midnight = days_from_civil(i64::from(year), month, day) * 86_400;
    if text.len() == 10 {
        return Ok(Timestamp(i128::from(midnight) * SECOND));
    }
    if text.len() < 16 || !matches!(text[10], b'T' | b't' | b' ') || text[13] != b':' {
        return Err(SHAPE);
    }
    let (hour, minute) = (part(11)?, part(14)?);
    let mut rest = &text[16..];
    let mut second = 0;
    if let [b':', _, _, ..] = rest {
        second = two(rest, 1).ok_or(SHAPE)?;
        rest = &rest[3..];
    }
    // A leap second counts as the first second of the next minute.
    if hour > 23 || minute > 59 || second > 60 {
        return Err("there is no such time of day");
    }
    let (nanosecond, zone) = fraction(rest).ok_or(SHAPE)?;
    let ahead = zone_seconds(zone)?;
    let seconds = midnight + i64::from(hour * 3600 + minute * 60 + second) - ahead;
    let time = i128::from(seconds) * SECOND + i128::from(nanosecond);
    if (EARLIEST..=LATEST).contains(&time) {
        Ok(Timestamp(time))
    } else {
        Err("it is outside the years 0000 to 9999")
    }
}

/// Nanoseconds of `.123…`, if there, and what follows.
fn fraction(rest: &[u8]) -> Option<(u32, &[u8])> {
    let [b'.' | b',', digits @ ..] = rest else { return Some((0, rest)) };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let kept =
        digits[..count].iter().map(|digit| u32::from(digit - b'0')).chain(std::iter::repeat(0)).take(9);
    let nanosecond = kept.fold(0, |nanosecond, digit| nanosecond * 10 + digit);
    (count > 0).then_some((nanosecond, &digits[count..]))
}

fn zone_seconds(zone: &[u8]) -> std::result::Result<i64, &'static str> {
    const WRONG: &str = "its zone is not like Z or +02:00";
    let (sign, digits) = match zone {
        b"Z" | b"z" => return Ok(0),
        [] => return Err("it has no zone; add Z or an offset like +02:00"),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return Err(WRONG),
    };
    let (hours, minutes) = match digits.len() {
        2 => (two(digits, 0), Some(0)),
        4 => (two(digits, 0), two(digits, 2)),
        5 if digits[2] == b':' => (two(digits, 0), two(digits, 3)),
        _ => return Err(WRONG),
    };
    match (hours, minutes) {
        (Some(hours @ 0..=23), Some(minutes @ 0..=59)) => Ok(sign * i64::from(hours * 3600 + minutes * 60)),
        _ => Err(WRONG),
    }
}

/// Days since 1970-01-01 of a date. Howard Hinnant, "chrono-compatible low-level date algorithms".
pub fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = i64::from((153 * ((month + 9) % 12) + 2) / 5 + day - 1);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of the days since 1970-01-01; the inverse of [`days_from_civil`].
pub fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn push_digits(mut value: u32, count: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + count, b'0');
    for digit in out[start..].iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

fn push_date(year: i64, month: u32, day: u32, out: &mut Vec<u8>) {
    push_digits(year.unsigned_abs() as u32, 4, out);
    out.push(b'-');
    push_digits(month, 2, out);
    out.push(b'-');
    push_digits(day, 2, out);
    out.push(b'T');
}

fn push_clock(second: u32, nanosecond: u32, out: &mut Vec<u8>) {
    push_digits(second / 3600, 2, out);
    out.push(b':');
    push_digits(second / 60 % 60, 2, out);
    out.push(b':');
    push_digits(second % 60, 2, out);
    let (value, digits) = match nanosecond {
        0 => return,
        n if n % 1_000_000 == 0 => (n / 1_000_000, 3),
        n if n % 1000 == 0 => (n / 1000, 6),
        n => (n, 9),
    };
    out.push(b'.');
    push_digits(value, digits, out);
}
