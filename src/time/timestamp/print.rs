//! Printing instants, and the arithmetic of the calendar.

/// Days since 1970-01-01 of a date. Howard Hinnant, "chrono-compatible low-level date algorithms".
pub(super) fn days_from_civil(year: u32, month: u32, day: u32) -> i64 {
    // An era before year 0, so that nothing is negative.
    let year = year + 400 - u32::from(month <= 2);
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    i64::from(era * 146_097 + day_of_era) - (719_468 + 146_097)
}

/// Year, month and day of the days since 1970-01-01; the inverse of [`days_from_civil`].
pub(super) fn civil_from_days(days: i64) -> (i64, u32, u32) {
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

/// Two digits.
fn two(value: u32) -> [u8; 2] {
    [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8]
}

/// The text of an instant while it is put together, in one place on the stack.
pub(super) struct Text {
    bytes: [u8; LONGEST],
    length: usize,
}

/// The longest text has a sign, a year of six digits and nine of a second, and a `Z`.
const LONGEST: usize = "+123456-01-02T03:04:05.123456789Z".len();

impl Text {
    pub(super) fn new() -> Text {
        Text { bytes: [0; LONGEST], length: 0 }
    }

    /// What was put together.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    pub(super) fn push(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    fn push_all<const N: usize>(&mut self, bytes: [u8; N]) {
        self.bytes[self.length..self.length + N].copy_from_slice(&bytes);
        self.length += N;
    }

    fn push_digits(&mut self, mut value: u32, count: usize) {
        for digit in self.bytes[self.length..self.length + count].iter_mut().rev() {
            *digit = b'0' + (value % 10) as u8;
            value /= 10;
        }
        self.length += count;
    }

    /// Windows may reach outside the years 0000 to 9999; those are written with their sign, as ECMAScript does.
    pub(super) fn push_date(&mut self, year: i64, month: u32, day: u32) {
        match year {
            0..=9999 => {
                let ([a, b], [c, d]) = (two(year as u32 / 100), two(year as u32 % 100));
                self.push_all([a, b, c, d]);
            }
            _ => {
                self.push(if year < 0 { b'-' } else { b'+' });
                self.push_digits(year.unsigned_abs() as u32, 6);
            }
        }
        let ([a, b], [c, d]) = (two(month), two(day));
        self.push_all([b'-', a, b, b'-', c, d, b'T']);
    }

    pub(super) fn push_clock(&mut self, second: u32, nanosecond: u32) {
        let ([a, b], [c, d], [e, f]) = (two(second / 3600), two(second / 60 % 60), two(second % 60));
        self.push_all([a, b, b':', c, d, b':', e, f]);
        let (value, digits) = match nanosecond {
            0 => return,
            n if n % 1_000_000 == 0 => (n / 1_000_000, 3),
            n if n % 1000 == 0 => (n / 1000, 6),
            n => (n, 9),
        };
        self.push(b'.');
        self.push_digits(value, digits);
    }
}
