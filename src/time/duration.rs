//! Lengths of time: `5m`, `1h30m`, ISO 8601 `PT5M`, and calendar steps `1mo 1q 1y`.

use std::fmt;

use super::timestamp::SECOND;
use crate::error::{Error, Result};

/// A length of time in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub i128);

/// The longest duration that is read, in nanoseconds: ten thousand years.
const LONGEST: i128 = 3_660_000 * 86_400 * SECOND;

/// How far a window's size reaches: a fixed length or so many calendar months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A fixed length.
    Fixed(Duration),
    /// So many civil days, in a time zone.
    Days(u32),
    /// So many weeks that begin on Monday, in a time zone.
    Weeks(u32),
    /// So many calendar months, in a time zone.
    Months(u32),
}

const EXAMPLE: &str = "write a duration like 250ms, 5s, 5m, 2h, 1d, 1w, 1h30m or PT5M";

fn wrong(text: &str) -> Error {
    Error::usage(format!("'{text}' is no duration")).hint(EXAMPLE)
}

impl Duration {
    /// Appends ISO 8601, as in `PT12M`, `-PT5S`, `P1DT2H` or `PT0.25S`.
    pub fn write(self, out: &mut Vec<u8>) {
        const DAY: u64 = 86_400 * SECOND as u64;
        let nanoseconds = self.0.unsigned_abs();
        // What fits 64 bits is divided much faster.
        let (days, rest) = match u64::try_from(nanoseconds) {
            Ok(nanoseconds) => (u128::from(nanoseconds / DAY), nanoseconds % DAY),
            Err(_) => (nanoseconds / u128::from(DAY), (nanoseconds % u128::from(DAY)) as u64),
        };
        if self.0 < 0 {
            out.push(b'-');
        }
        out.push(b'P');
        if days > 0 {
            out.extend_from_slice(itoa::Buffer::new().format(days).as_bytes());
            out.push(b'D');
        }
        if rest > 0 || days == 0 {
            out.push(b'T');
        }
        let (seconds, fraction) = (rest / SECOND as u64, rest % SECOND as u64);
        let is_nothing = nanoseconds == 0;
        for (count, letter, is_told) in [
            (seconds / 3600, b'H', seconds >= 3600),
            (seconds / 60 % 60, b'M', seconds / 60 % 60 > 0),
            (seconds % 60, b'S', seconds % 60 > 0 || fraction > 0 || is_nothing),
        ] {
            if !is_told {
                continue;
            }
            out.extend_from_slice(itoa::Buffer::new().format(count).as_bytes());
            if letter == b'S' && fraction > 0 {
                let digits = format!("{fraction:09}");
                out.push(b'.');
                out.extend_from_slice(digits.trim_end_matches('0').as_bytes());
            }
            out.push(letter);
        }
    }

    /// The longest duration: longer than all of the time that is known.
    pub const LONGEST: Duration = Duration(2 * LONGEST);

    /// Reads `250ms 5s 5m 2h 1d 1w`, sums such as `1h30m`, or ISO 8601 such as `PT5M`. Not negative.
    pub fn parse(text: &str) -> Result<Duration> {
        match text.strip_prefix(['P', 'p']) {
            Some(iso) => parse_iso(iso).ok_or_else(|| wrong(text)),
            None if is_calendar(text) => Err(Error::usage(format!("'{text}' has no fixed length"))
                .hint("months, quarters and years are sizes of tumbling windows only")),
            None => parse_sum(text).ok_or_else(|| wrong(text)),
        }
    }

    /// As people write it and [`Duration::parse`] reads it: `1h30m`, `1d2h`, `0.25s`; a minus in front when negative.
    pub fn short(self) -> String {
        let iso = self.to_string();
        let mut short: String = iso.chars().filter(|c| !matches!(c, 'P' | 'T')).collect();
        short.make_ascii_lowercase();
        short
    }
}

impl Duration {
    /// In words: `1 hour 30 minutes`, exact to the nanosecond.
    pub fn words(self) -> String {
        let short = self.short();
        let mut words = String::new();
        let mut rest = short.trim_start_matches('-');
        while let Some(end) = rest.find(|c: char| c.is_ascii_alphabetic()) {
            let unit = match &rest[end..=end] {
                "d" => "day",
                "h" => "hour",
                "m" => "minute",
                _ => "second",
            };
            let plural = if &rest[..end] == "1" { "" } else { "s" };
            let space = if words.is_empty() { "" } else { " " };
            words.push_str(&format!("{space}{} {unit}{plural}", &rest[..end]));
            rest = &rest[end + 1..];
        }
        if short.starts_with('-') { format!("minus {words}") } else { words }
    }
}

impl Step {
    /// Reads a duration, or the calendar sizes `1d 1w 1mo 1q 1y` (also `P1M`, `P1Y`).
    pub fn parse(text: &str) -> Result<Step> {
        let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let count = || {
            digits.parse::<u32>().ok().filter(|count| (1..=1200).contains(count)).ok_or_else(|| wrong(text))
        };
        match unit {
            "d" => Ok(Step::Days(count()?)),
            "w" => Ok(Step::Weeks(count()?)),
            "mo" => Ok(Step::Months(count()?)),
            "q" => Ok(Step::Months(count()? * 3)),
            "y" => Ok(Step::Months(count()? * 12)),
            _ => iso_months(text).map_or_else(|| Ok(Step::Fixed(Duration::parse(text)?)), Ok),
        }
    }
}

fn iso_months(text: &str) -> Option<Step> {
    let inner = text.strip_prefix('P')?;
    let (count, months) = match (inner.strip_suffix('M'), inner.strip_suffix('Y')) {
        (Some(count), _) => (count, 1),
        (_, Some(count)) => (count, 12),
        _ => return None,
    };
    let count: u32 = count.parse().ok().filter(|count| (1..=1200).contains(count))?;
    Some(Step::Months(count * months))
}

fn is_calendar(text: &str) -> bool {
    ["mo", "q", "y"].iter().any(|unit| text.ends_with(unit))
}

fn unit_nanoseconds(unit: &str) -> Option<i128> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" => 1000,
        "ms" => 1_000_000,
        "s" => SECOND,
        "m" => 60 * SECOND,
        "h" => 3600 * SECOND,
        "d" => 86_400 * SECOND,
        "w" => 7 * 86_400 * SECOND,
        _ => return None,
    })
}

/// `count` of `unit` nanoseconds, exact to the nanosecond; `count` may have a fraction.
fn amount(count: &str, unit: i128) -> Option<i128> {
    let (whole, fraction) = count.split_once('.').unwrap_or((count, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 18 || fraction.len() > 9 || !is_number(whole) || !is_number(fraction)
    {
        return None;
    }
    if count.contains('.') && fraction.is_empty() {
        return None;
    }
    let whole: i128 = whole.parse().ok()?;
    let part: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    Some(whole.checked_mul(unit)? + part * unit / 10i128.pow(fraction.len() as u32))
}

fn parse_sum(text: &str) -> Option<Duration> {
    let (mut rest, mut sum) = (text, 0i128);
    if text == "0" {
        return Some(Duration(0));
    }
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let behind = &rest[unit_at..];
        let unit_end = behind.find(|c: char| c.is_ascii_digit()).unwrap_or(behind.len());
        sum = sum.checked_add(amount(&rest[..unit_at], unit_nanoseconds(&behind[..unit_end])?)?)?;
        rest = &behind[unit_end..];
    }
    (!text.is_empty() && sum <= LONGEST).then_some(Duration(sum))
}

fn parse_iso(text: &str) -> Option<Duration> {
    let (days, clock) = text.split_once('T').unwrap_or((text, ""));
    let mut sum = 0i128;
    for (part, units) in
        [(days, [("W", "w"), ("D", "d"), ("", "")]), (clock, [("H", "h"), ("M", "m"), ("S", "s")])]
    {
        let mut rest = part;
        for (letter, unit) in units.into_iter().filter(|(letter, _)| !letter.is_empty()) {
            if let Some(at) = rest.find(letter) {
                sum = sum.checked_add(amount(&rest[..at], unit_nanoseconds(unit)?)?)?;
                rest = &rest[at + 1..];
            }
        }
        if !rest.is_empty() {
            return None;
        }
    }
    let is_empty = days.is_empty() && clock.is_empty();
    (!is_empty && !text.ends_with('T') && sum <= LONGEST).then_some(Duration(sum))
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(24);
        self.write(&mut text);
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_form_is_read_back() {
        for text in ["0s", "1h30m", "1d2h", "0.25s", "59s", "800d1m0.000000001s"] {
            assert_eq!(Duration::parse(text).expect(text).short(), text);
        }
        assert_eq!(Duration(-90 * SECOND).short(), "-1m30s");
    }

    #[test]
    fn words_have_their_plurals() {
        for (text, words) in [
            ("35m", "35 minutes"),
            ("1d1h", "1 day 1 hour"),
            ("0", "0 seconds"),
            ("1.5s", "1.5 seconds"),
            ("2d3h1m1s", "2 days 3 hours 1 minute 1 second"),
        ] {
            assert_eq!(Duration::parse(text).expect(text).words(), words);
        }
    }

    fn parsed(text: &str) -> String {
        Duration::parse(text).map_or_else(|error| error.to_string(), |duration| duration.to_string())
    }

    #[test]
    fn durations_are_read_and_printed() {
        for (text, shown) in [
            ("250ms", "PT0.25S"),
            ("5s", "PT5S"),
            ("5m", "PT5M"),
            ("2h", "PT2H"),
            ("1d", "P1D"),
            ("1w", "P7D"),
            ("1h30m", "PT1H30M"),
            ("1.5s", "PT1.5S"),
            ("0s", "PT0S"),
            ("0", "PT0S"),
            ("PT5M", "PT5M"),
            ("P1DT2H", "P1DT2H"),
            ("PT0.001S", "PT0.001S"),
            ("1ns", "PT0.000000001S"),
        ] {
            assert_eq!(parsed(text), shown, "{text}");
        }
        assert_eq!(Duration(-300 * SECOND).to_string(), "-PT5M");
    }

    #[test]
    fn a_bad_duration_is_an_error_with_a_good_example() {
        for text in
            ["", "5", "m", "5x", "-5m", "5m 3s", "P", "PT", "P5", "1.h", "999999999999w", "1.0000000001s"]
        {
            assert!(parsed(text).contains("5m"), "{text}: {}", parsed(text));
        }
        assert!(parsed("1mo").contains("no fixed length"));
    }

    #[test]
    fn calendar_sizes_are_steps() {
        let step = |text: &str| Step::parse(text).expect(text);
        assert_eq!(step("1mo"), Step::Months(1));
        assert_eq!(step("1q"), Step::Months(3));
        assert_eq!(step("P1Y"), Step::Months(12));
        assert_eq!(step("1d"), Step::Days(1));
        assert_eq!(step("1w"), Step::Weeks(1));
        assert_eq!(step("36h"), Step::Fixed(Duration(36 * 3600 * SECOND)));
    }
}
