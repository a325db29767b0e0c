//! Times that come one after the other: most lie in the minute of the one before, and then begin with the same text.

use std::cell::Cell;

use super::read::parse_utc;
use super::{Timestamp, Unit};
use crate::error::Result;

/// How long the text of a time is up to its seconds: `"2024-01-15T10:30:`.
const MINUTE: usize = 18;

/// Reads times, and remembers the minute of the last one.
#[derive(Clone, Debug, Default)]
pub struct RecentMinute {
    text: Cell<[u8; MINUTE]>,
    /// Its begin, in nanoseconds since 1970.
    start: Cell<i128>,
}

impl RecentMinute {
    /// The same as [`Timestamp::from_json`].
    #[inline]
    pub fn read(&self, text: &[u8], unit: Option<Unit>) -> Result<Timestamp> {
        match self.in_same_minute(text) {
            Some(time) => Ok(time),
            None => self.read_other(text, unit),
        }
    }

    /// The time of a string like `"2024-01-15T10:30:00.123Z"`; nothing for all others.
    #[inline]
    pub fn read_utc(&self, text: &[u8]) -> Option<Timestamp> {
        if let Some(time) = self.in_same_minute(text) {
            return Some(time);
        }
        let [b'"', inner @ .., b'"'] = text else { return None };
        parse_utc(inner)?;
        self.read_other(text, None).ok()
    }

    /// The time of a string that lies in the minute of the one before, in UTC; nothing for all others.
    #[inline(always)]
    pub fn in_same_minute(&self, text: &[u8]) -> Option<Timestamp> {
        let (minute, rest) = text.split_first_chunk::<MINUTE>()?;
        if *minute != self.text.get() {
            return None;
        }
        let nanoseconds = match rest.first_chunk() {
            Some(rest) if text.len() == MINUTE + MILLISECONDS => within_minute_to_the_millisecond(rest)?,
            _ => within_minute(rest)?,
        };
        Some(Timestamp(self.start.get() + i128::from(nanoseconds)))
    }

    #[inline(never)]
    fn read_other(&self, text: &[u8], unit: Option<Unit>) -> Result<Timestamp> {
        let time = Timestamp::from_json(text, unit)?;
        // The colon stands for itself, so that the seconds are what follows it.
        if let Some((minute @ [b'"', .., b':'], rest)) = text.split_first_chunk::<MINUTE>()
            && let Some(nanoseconds) = within_minute(rest)
        {
            self.text.set(*minute);
            self.start.set(time.0 - i128::from(nanoseconds));
        }
        Ok(time)
    }
}

/// Writes times, and remembers the text of the minute of the last one.
#[derive(Clone, Debug, Default)]
pub struct RecentText {
    /// Minutes since 1970.
    minute: Cell<i64>,
    /// `2024-01-15T10:30:`, once one was written.
    text: Cell<Option<[u8; MINUTE - 1]>>,
}

impl RecentText {
    /// The same as [`Timestamp::write_utc`].
    #[inline]
    pub fn write_utc(&self, time: Timestamp, out: &mut Vec<u8>) {
        // The instants of some centuries around 1970, whose years have four digits.
        let Ok(nanoseconds) = i64::try_from(time.0) else { return time.write_utc(out) };
        let (minute, within) =
            (nanoseconds.div_euclid(NANOSECONDS), nanoseconds.rem_euclid(NANOSECONDS) as u64);
        match self.text.get() {
            Some(text) if self.minute.get() == minute => write_within(&text, within, out),
            _ => self.write_other(time, minute, out),
        }
    }

    #[inline(never)]
    fn write_other(&self, time: Timestamp, minute: i64, out: &mut Vec<u8>) {
        let start = out.len();
        time.write_utc(out);
        self.minute.set(minute);
        self.text.set(out[start..].first_chunk().copied());
    }
}

/// How long a minute is.
const NANOSECONDS: i64 = 60_000_000_000;

/// Appends a minute and so many nanoseconds.
#[inline]
fn write_within(minute: &[u8; MINUTE - 1], nanoseconds: u64, out: &mut Vec<u8>) {
    let mut text = [b'0'; MINUTE - 1 + "00.123456789Z".len()];
    text[..minute.len()].copy_from_slice(minute);
    let (second, mut fraction) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
    text[MINUTE - 1] += (second / 10) as u8;
    text[MINUTE] += (second % 10) as u8;
    let digits = match fraction {
        0 => 0,
        n if n.is_multiple_of(1_000_000) => 3,
        n if n.is_multiple_of(1000) => 6,
        _ => 9,
    };
    let mut end = MINUTE + 1;
    if digits > 0 {
        fraction /= OF_LAST_DIGIT[digits];
        text[end] = b'.';
        end += 1 + digits;
        for digit in text[end - digits..end].iter_mut().rev() {
            *digit += (fraction % 10) as u8;
            fraction /= 10;
        }
    }
    text[end] = b'Z';
    out.extend_from_slice(&text[..=end]);
}

/// The nanoseconds of `00.123Z"`, of a minute without a leap second; nothing for other texts.
#[inline]
fn within_minute(text: &[u8]) -> Option<u64> {
    let [tens @ b'0'..=b'5', ones @ b'0'..=b'9', fraction @ .., b'Z', b'"'] = text else { return None };
    let second = u64::from(tens - b'0') * 10 + u64::from(ones - b'0');
    let nanoseconds = match fraction {
        [] => 0,
        [b'.', digits @ ..] if (1..=9).contains(&digits.len()) => {
            let mut value = 0;
            for digit in digits {
                let digit = digit.wrapping_sub(b'0');
                if digit > 9 {
                    return None;
                }
                value = value * 10 + u64::from(digit);
            }
            value * OF_LAST_DIGIT[digits.len()]
        }
        _ => return None,
    };
    Some(second * 1_000_000_000 + nanoseconds)
}

/// How long `00.123Z"` is.
const MILLISECONDS: usize = 8;

/// The same as [`within_minute`] for the texts of this length, as most are; all bytes in one word.
#[inline]
fn within_minute_to_the_millisecond(text: &[u8; MILLISECONDS]) -> Option<u64> {
    // What a digit must be less than is what must be added for its highest bit to be set.
    const DIGITS: u64 = u64::from_le_bytes([0xff, 0xff, 0, 0xff, 0xff, 0xff, 0, 0]);
    const LIMITS: u64 = u64::from_le_bytes([0x80 - 6, 0x80 - 10, 0, 0x80 - 10, 0x80 - 10, 0x80 - 10, 0, 0]);
    const HIGHEST: u64 = 0x8080_8080_8080_8080;
    let word = u64::from_le_bytes(*text) ^ u64::from_le_bytes(*b"00.000Z\"");
    if word & !DIGITS != 0 || ((word.wrapping_add(LIMITS)) | word) & HIGHEST != 0 {
        return None;
    }
    let [tens, ones, _, tenths, hundredths, thousandths, ..] = word.to_le_bytes().map(u64::from);
    Some(((tens * 10 + ones) * 1000 + tenths * 100 + hundredths * 10 + thousandths) * 1_000_000)
}

/// Nanoseconds in the last digit of a fraction, by its length.
const OF_LAST_DIGIT: [u64; 10] = [0, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1000, 100, 10, 1];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_time_is_written_as_without_the_minute_before(
            times in prop::collection::vec(
                prop_oneof![
                    (-200i64..200, 0..3u32).prop_map(|(count, power)| i128::from(count) * 1000i128.pow(power + 1)),
                    -70_000_000_000i128..70_000_000_000,
                    1_705_314_600_000_000_000i128..1_705_314_720_000_000_000,
                    any::<i64>().prop_map(i128::from),
                    -60_000_000_000_000_000_000i128..200_000_000_000_000_000_000,
                ],
                1..20,
            ),
        ) {
            let recent = RecentText::default();
            for time in times.into_iter().map(Timestamp) {
                let (mut text, mut wanted) = (Vec::new(), Vec::new());
                recent.write_utc(time, &mut text);
                time.write_utc(&mut wanted);
                prop_assert_eq!(String::from_utf8(text), String::from_utf8(wanted));
            }
        }

        #[test]
        fn the_minute_before_makes_no_difference(
            texts in prop::collection::vec(
                "\"(2024-01-15T10:3[01]:|2024-01-15 10:30:|2024-01-15T10:\\\\u0030|1|10:30:)[0-6]?[0-9](\\.[0-9]{0,10})?(Z|z|\\+01:00|)\"|12345",
                1..20,
            ),
        ) {
            let recent = RecentMinute::default();
            for text in texts {
                let (read, known) = (recent.read(text.as_bytes(), None), Timestamp::from_json(text.as_bytes(), None));
                let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
                if let Some(time) = recent.read_utc(text.as_bytes()) {
                    let parsed = Timestamp::parse(inner.expect("a string")).map_err(|error| error.to_string());
                    prop_assert_eq!(Ok(time), parsed, "{}", text);
                }
                prop_assert_eq!(read.map_err(|error| error.to_string()), known.map_err(|error| error.to_string()), "{}", text);
            }
        }
    }
}
