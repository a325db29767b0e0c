//! Reading instants: RFC 3339 text, dates and numbers since the epoch.

use super::print::days_from_civil;
use super::{EARLIEST, LATEST, SECOND, Timestamp, Unit};
use crate::error::{Error, Result};

#[cold]
pub(super) fn from_string(text: &[u8], inner: &[u8], unit: Option<Unit>) -> Result<Timestamp> {
    let unescaped: String = serde_json::from_slice(text)
        .map_err(|_| Error::data(format!("'{}' is no time", String::from_utf8_lossy(inner))))?;
    if is_plain_number(&unescaped) {
        return from_number(unescaped.as_bytes(), unit);
    }
    Timestamp::parse(&unescaped)
}

/// Digits, perhaps with a sign and a fraction.
fn is_plain_number(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.strip_prefix('-').unwrap_or(text).split_once('.') {
        Some((whole, fraction)) => is_digits(whole) && is_digits(fraction),
        None => is_digits(text.strip_prefix('-').unwrap_or(text)),
    }
}

/// An exact decimal, shifted into nanoseconds; digits below are cut toward the past.
pub(super) fn from_number(text: &[u8], unit: Option<Unit>) -> Result<Timestamp> {
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

/// Nanoseconds in the last digit of a fraction, by its length.
const OF_LAST_DIGIT: [u32; 10] = [0, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1000, 100, 10, 1];

/// Eight characters that are checked at once: digits, and others that must be as they are.
struct Shape {
    /// The characters, '0' for any digit.
    text: u64,
    /// All bits of the bytes that are digits.
    digits: u64,
}

const DATE: Shape = Shape::new(b"0000-00-");
const CLOCK: Shape = Shape::new(b"00T00:00");

impl Shape {
    const fn new(text: &[u8; 8]) -> Shape {
        let (mut digits, mut at) = (0, 0);
        while at < 8 {
            if text[at] == b'0' {
                digits |= 0xff << (8 * at);
            }
            at += 1;
        }
        Shape { text: u64::from_le_bytes(*text), digits }
    }

    /// For each character the number that its digit and the next one make; nothing for another shape.
    #[inline]
    fn numbers(&self, text: [u8; 8]) -> Option<[u32; 8]> {
        const ONES: u64 = 0x0101_0101_0101_0101;
        // The digits are 0x30 to 0x39, so that this is their value, and 0 for the others.
        let values = u64::from_le_bytes(text) ^ self.text;
        let above_nine = (values.wrapping_add(ONES * 6) | values) & (ONES * 0xf0);
        if values & !self.digits != 0 || above_nine != 0 {
            return None;
        }
        Some((values * 10 + (values >> 8)).to_le_bytes().map(u32::from))
    }
}

/// The common shape, `2024-01-15T10:30:00[.fraction]Z`, without detours; nothing for all others.
#[inline]
pub(super) fn parse_utc(text: &[u8]) -> Option<Timestamp> {
    let (date, rest) = text.split_first_chunk::<8>()?;
    let (clock, rest) = rest.split_first_chunk::<8>()?;
    let [b':', tens, ones, fraction @ .., b'Z'] = rest else { return None };
    let (date, clock) = (DATE.numbers(*date)?, CLOCK.numbers(*clock)?);
    let (year, month) = (date[0] * 100 + date[2], date[5]);
    let (day, hour, minute) = (clock[0], clock[3], clock[6]);
    let second = two(&[*tens, *ones], 0)?;
    if hour > 23 || minute > 59 || second > 59 || !is_date(year, month, day) {
        return None;
    }
    let nanosecond = match fraction {
        [] => 0,
        [b'.', digits @ ..] if (1..=9).contains(&digits.len()) => {
            if digits.iter().any(|byte| !byte.is_ascii_digit()) {
                return None;
            }
            let value = digits.iter().fold(0, |value, byte| value * 10 + u32::from(byte - b'0'));
            value * OF_LAST_DIGIT[digits.len()]
        }
        _ => return None,
    };
    let seconds = days_from_civil(year, month, day) * 86_400 + i64::from(hour * 3600 + minute * 60 + second);
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
pub(super) fn parse_rfc3339(text: &[u8]) -> std::result::Result<Timestamp, &'static str> {
    const SHAPE: &str = "it is not like 2024-01-15T10:30:00Z";
    if text.len() < 10 || text[4] != b'-' || text[7] != b'-' {
        return Err(SHAPE);
    }
    let part = |at: usize| two(text, at).ok_or(SHAPE);
    let (year, month, day) = (part(0)? * 100 + part(2)?, part(5)?, part(8)?);
    if !is_date(year, month, day) {
        return Err("there is no such date");
    }
    let midnight = days_from_civil(year, month, day) * 86_400;
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
