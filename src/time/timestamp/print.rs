//! Printing instants, and the arithmetic of the calendar.

/// Days since 1970-01-01 of a date. Howard Hinnant, "chrono-compatible low-level date algorithms".
pub(super) fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = i64::from((153 * ((month + 9) % 12) + 2) / 5 + day - 1);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
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

fn push_digits(mut value: u32, count: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + count, b'0');
    for digit in out[start..].iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

/// Windows may reach outside the years 0000 to 9999; those are written with their sign, as ECMAScript does.
pub(super) fn push_date(year: i64, month: u32, day: u32, out: &mut Vec<u8>) {
    match year {
        0..=9999 => push_digits(year as u32, 4, out),
        _ => {
            out.push(if year < 0 { b'-' } else { b'+' });
            push_digits(year.unsigned_abs() as u32, 6, out);
        }
    }
    out.push(b'-');
    push_digits(month, 2, out);
    out.push(b'-');
    push_digits(day, 2, out);
    out.push(b'T');
}

pub(super) fn push_clock(second: u32, nanosecond: u32, out: &mut Vec<u8>) {
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
