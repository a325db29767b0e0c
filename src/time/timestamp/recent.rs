//! Times that come one after the other: most lie in the minute of the one before, and then begin with the same text.

use std::cell::Cell;

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
        if let Some((minute, rest)) = text.split_first_chunk::<MINUTE>()
            && *minute == self.text.get()
            && let Some(nanoseconds) = within_minute(rest)
        {
            return Ok(Timestamp(self.start.get() + i128::from(nanoseconds)));
        }
        self.read_other(text, unit)
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

/// Nanoseconds in the last digit of a fraction, by its length.
const OF_LAST_DIGIT: [u64; 10] = [0, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1000, 100, 10, 1];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
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
                prop_assert_eq!(read.map_err(|error| error.to_string()), known.map_err(|error| error.to_string()), "{}", text);
            }
        }
    }
}
