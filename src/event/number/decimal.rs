//! A decimal as an integer and a scale: `value = coefficient × 10^-scale`. Small coefficients are i128,
//! larger ones grow without bound up to [`MAX_DIGITS`].

use std::cmp::Ordering;
use std::fmt;

use num_bigint::BigInt;
use num_bigint::Sign;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

/// The most digits that a computed number may have, before or behind the point.
pub const MAX_DIGITS: u64 = 100_000;

/// The significant digits of a quotient.
const QUOTIENT_DIGITS: u64 = 28;

/// An exact decimal.
#[derive(Clone, Debug)]
pub struct Decimal {
    coefficient: Coefficient,
    /// How many digits of the coefficient stand behind the point; negative for trailing zeros left out.
    scale: i64,
}

#[derive(Clone, Debug)]
enum Coefficient {
    Small(i128),
    Big(BigInt),
}

use Coefficient::{Big, Small};

impl Coefficient {
    fn big(&self) -> BigInt {
        match self {
            Small(value) => BigInt::from(*value),
            Big(value) => value.clone(),
        }
    }

    fn from_big(value: BigInt) -> Coefficient {
        match value.to_i128() {
            Some(small) => Small(small),
            None => Big(value),
        }
    }

    fn is_zero(&self) -> bool {
        matches!(self, Small(0))
    }

    fn sign(&self) -> i8 {
        match self {
            Small(value) => value.signum() as i8,
            Big(value) => {
                if value.is_negative() {
                    -1
                } else {
                    1
                }
            }
        }
    }

    /// Decimal digits; 1 for zero.
    fn digits(&self) -> u64 {
        match self {
            Small(0) => 1,
            Small(value) => u64::from(value.unsigned_abs().ilog10()) + 1,
            Big(value) => value.magnitude().to_str_radix(10).len() as u64,
        }
    }

    /// Times a power of ten; nothing when that has too many digits.
    fn shifted(&self, places: u64) -> Option<Coefficient> {
        if self.is_zero() {
            return Some(Small(0));
        }
        if let (Small(value), 0..=38) = (self, places)
            && let Some(shifted) =
                10i128.checked_pow(places as u32).and_then(|power| value.checked_mul(power))
        {
            return Some(Small(shifted));
        }
        if places > MAX_DIGITS {
            return None;
        }
        Some(Self::from_big(self.big() * ten_to(places)))
    }
}

fn ten_to(places: u64) -> BigInt {
    BigInt::from(10).pow(places as u32)
}

/// Whether `text` is a number as RFC 8259 has it.
pub fn is_json_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut rest = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

impl Decimal {
    /// `coefficient × 10^-scale`.
    pub fn new(coefficient: i128, scale: i64) -> Decimal {
        Decimal { coefficient: Small(coefficient), scale }
    }

    /// Reads any decimal notation (`-1.50`, `.3`, `00.00`, `5.`, `+1E-7`); nothing when it is none, or has
    /// more digits than [`MAX_DIGITS`].
    pub fn parse(text: &[u8]) -> Option<Decimal> {
        let (negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let end = rest.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(rest.len());
        let exponent = match &rest[end..] {
            [] => 0,
            [_, digits @ ..] => parse_exponent(digits)?,
        };
        let mantissa = &rest[..end];
        let point = mantissa.iter().position(|&byte| byte == b'.').unwrap_or(mantissa.len());
        let fraction = mantissa.get(point + 1..).unwrap_or_default();
        let whole = &mantissa[..point];
        if whole.len() + fraction.len() == 0 || (whole.len() + fraction.len()) as u64 > MAX_DIGITS {
            return None;
        }
        let coefficient = parse_digits(whole, fraction)?;
        let scale = (fraction.len() as i64).checked_sub(exponent)?;
        let decimal = Decimal { coefficient, scale };
        Some(if negative { decimal.negate() } else { decimal })
    }

    /// The sum; nothing when it has too many digits.
    pub fn add(&self, other: &Decimal) -> Option<Decimal> {
        // A scale below zero is filled up: 1E+8 + 0 is 100000000.
        let scale = self.scale.max(other.scale).max(0);
        let (a, b) = (self.at_scale(scale)?, other.at_scale(scale)?);
        let coefficient = match (&a, &b) {
            (Small(a), Small(b)) if a.checked_add(*b).is_some() => Small(a + b),
            _ => Coefficient::from_big(a.big() + b.big()),
        };
        Some(Decimal { coefficient, scale })
    }

    /// The product; nothing when it has too many digits.
    pub fn multiply(&self, other: &Decimal) -> Option<Decimal> {
        let scale = self.scale.checked_add(other.scale)?;
        if let (Small(a), Small(b), 0..=38) = (&self.coefficient, &other.coefficient, scale)
            && let Some(product) = a.checked_mul(*b)
        {
            return Some(Decimal::new(product, scale));
        }
        if self.coefficient.digits() + other.coefficient.digits() > MAX_DIGITS
            || scale.unsigned_abs() > MAX_DIGITS
        {
            return None;
        }
        let coefficient = Coefficient::from_big(self.coefficient.big() * other.coefficient.big());
        Decimal { coefficient, scale }.filled()
    }

    /// The quotient to 28 significant digits, half-even, without trailing zeros; `divisor` is not zero.
    pub fn divide(&self, divisor: &Decimal) -> Option<Decimal> {
        if self.is_zero() {
            return Some(Decimal::new(0, 0));
        }
        // Enough places that the integer quotient has at least one digit more than is kept.
        let wanted = QUOTIENT_DIGITS + 2 + divisor.coefficient.digits();
        let places = wanted.saturating_sub(self.coefficient.digits());
        let numerator = self.coefficient.shifted(places)?.big();
        let denominator = divisor.coefficient.big();
        let (quotient, remainder) = numerator.div_rem(&denominator);
        let scale = self.scale.checked_sub(divisor.scale)?.checked_add(places as i64)?;
        let negative = (numerator.is_negative()) != (denominator.is_negative());
        let rounded = round(quotient.abs(), scale, !remainder.is_zero())?;
        let quotient = if negative { rounded.negate() } else { rounded };
        quotient.normalize().filled()
    }

    /// The integer part; nothing when it has too many digits.
    pub fn truncate(&self) -> Option<Decimal> {
        if self.scale <= 0 {
            return self.clone().filled();
        }
        if self.scale as u64 > self.coefficient.digits() {
            return Some(Decimal::new(0, 0));
        }
        let coefficient = Coefficient::from_big(self.coefficient.big() / ten_to(self.scale as u64));
        Some(Decimal { coefficient, scale: 0 })
    }

    /// The largest integer that is not larger; nothing when it has too many digits.
    pub fn floor(&self) -> Option<Decimal> {
        if let Some((value, scale @ 1..=18)) = self.small() {
            let unit = 10i64.pow(scale as u32);
            // The division of 64 bits is much faster than that of 128.
            let whole = match i64::try_from(value) {
                Ok(value) => i128::from(value.div_euclid(unit)),
                Err(_) => value.div_euclid(i128::from(unit)),
            };
            return Some(Decimal::new(whole, 0));
        }
        let whole = self.truncate()?;
        if self.compare(&whole).is_lt() { whole.add(&Decimal::new(-1, 0)) } else { Some(whole) }
    }

    /// The remainder of integers; nothing when `divisor` is zero.
    pub fn remainder(&self, divisor: &Decimal) -> Option<Decimal> {
        let coefficient = match (&self.coefficient, &divisor.coefficient) {
            (_, Small(0)) => return None,
            // The division of 64 bits is much faster than that of 128.
            (Small(a), Small(b)) => match (i64::try_from(*a), i64::try_from(*b)) {
                (Ok(a), Ok(b)) => Small(i128::from(a.checked_rem(b).unwrap_or(0))),
                _ => Small(a.checked_rem(*b).unwrap_or(0)),
            },
            (a, b) => Coefficient::from_big(a.big() % b.big()),
        };
        Some(Decimal { coefficient, scale: 0 })
    }

    /// The value with its sign turned.
    pub fn negate(&self) -> Decimal {
        let coefficient = match &self.coefficient {
            Small(value) => value.checked_neg().map_or_else(|| Big(-BigInt::from(*value)), Small),
            Big(value) => Coefficient::from_big(-value),
        };
        Decimal { coefficient, scale: self.scale }
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.coefficient.is_zero()
    }

    /// Whether it has no fractional part.
    pub fn is_integer(&self) -> bool {
        self.normalize().scale <= 0
    }

    /// The integer that it is, if it is one and fits.
    pub fn to_i128(&self) -> Option<i128> {
        let normal = self.normalize();
        match (&normal.coefficient, normal.scale) {
            (Small(value), scale @ -38..=0) => 10i128.checked_pow(-scale as u32)?.checked_mul(*value),
            _ => None,
        }
    }

    /// The same value without trailing zeros behind the point or needless digits; zero has scale 0.
    pub fn normalize(&self) -> Decimal {
        if self.is_zero() {
            return Decimal::new(0, 0);
        }
        let mut decimal = self.clone();
        match &mut decimal.coefficient {
            Small(value) => {
                while *value % 10 == 0 {
                    *value /= 10;
                    decimal.scale -= 1;
                }
            }
            Big(value) => {
                let digits = value.magnitude().to_str_radix(10);
                let zeros = digits.len() - digits.trim_end_matches('0').len();
                decimal.scale -= zeros as i64;
                decimal.coefficient = Coefficient::from_big(&*value / ten_to(zeros as u64));
            }
        }
        decimal
    }

    /// An integer written out, when it is one of moderate size: scale 0 rather than below.
    pub fn plain_integer(self) -> Decimal {
        if self.scale < 0 { self.clone().filled().unwrap_or(self) } else { self }
    }

    /// The order by value.
    pub fn compare(&self, other: &Decimal) -> Ordering {
        let (a, b) = (self.coefficient.sign(), other.coefficient.sign());
        if a != b || a == 0 {
            return a.cmp(&b);
        }
        // The position of the first digit decides, unless it is the same.
        let magnitude = |decimal: &Decimal| decimal.coefficient.digits() as i128 - i128::from(decimal.scale);
        let by_size = magnitude(self).cmp(&magnitude(other));
        let by_size = if a < 0 { by_size.reverse() } else { by_size };
        by_size.then_with(|| {
            let scale = self.scale.max(other.scale);
            match (self.at_scale(scale), other.at_scale(scale)) {
                (Some(Small(a)), Some(Small(b))) => a.cmp(&b),
                (Some(a), Some(b)) => a.big().cmp(&b.big()),
                _ => Ordering::Equal,
            }
        })
    }

    /// Appends plain notation; scientific only when the exponent is beyond [`MAX_DIGITS`].
    pub fn write(&self, out: &mut Vec<u8>) {
        let (mut small, large);
        let digits = match &self.coefficient {
            Small(value) => {
                small = itoa::Buffer::new();
                match u64::try_from(value.unsigned_abs()) {
                    Ok(value) => small.format(value),
                    Err(_) => small.format(value.unsigned_abs()),
                }
            }
            Big(value) => {
                large = value.magnitude().to_str_radix(10);
                &large
            }
        };
        if self.coefficient.sign() < 0 {
            out.push(b'-');
        }
        if self.scale.unsigned_abs() > MAX_DIGITS {
            out.extend_from_slice(format!("{digits}E{}", -i128::from(self.scale)).as_bytes());
        } else if self.scale <= 0 {
            out.extend_from_slice(digits.as_bytes());
            let zeros = if self.is_zero() { 0 } else { self.scale.unsigned_abs() as usize };
            out.resize(out.len() + zeros, b'0');
        } else {
            let scale = self.scale as usize;
            let (whole, fraction) = digits.split_at(digits.len().saturating_sub(scale));
            out.extend_from_slice(if whole.is_empty() { b"0" } else { whole.as_bytes() });
            out.push(b'.');
            out.resize(out.len() + scale - fraction.len(), b'0');
            out.extend_from_slice(fraction.as_bytes());
        }
    }

    /// The coefficient when `scale` digits stand behind the point; `scale` is not less than the own.
    fn at_scale(&self, scale: i64) -> Option<Coefficient> {
        self.coefficient.shifted(scale.checked_sub(self.scale)?.unsigned_abs())
    }

    /// The same value with a scale of at least 0; nothing when that has too many digits.
    fn filled(self) -> Option<Decimal> {
        if self.scale >= 0 {
            return (self.scale as u64 <= MAX_DIGITS).then_some(self);
        }
        Some(Decimal { coefficient: self.at_scale(0)?, scale: 0 })
    }

    /// Coefficient and scale, when the coefficient is small.
    pub(super) fn small(&self) -> Option<(i128, i64)> {
        match self.coefficient {
            Small(value) => Some((value, self.scale)),
            Big(_) => None,
        }
    }
}

/// Cuts a positive integer to the kept digits, half-even; `sticky` says that something lies below its last.
fn round(quotient: BigInt, scale: i64, sticky: bool) -> Option<Decimal> {
    let coefficient = Coefficient::from_big(quotient);
    let surplus = coefficient.digits().saturating_sub(QUOTIENT_DIGITS);
    if surplus == 0 {
        return Some(Decimal { coefficient, scale });
    }
    let unit = ten_to(surplus);
    let (mut kept, rest) = coefficient.big().div_rem(&unit);
    let half = &unit / 2;
    let is_up = match rest.cmp(&half) {
        Ordering::Greater => true,
        Ordering::Equal => sticky || kept.is_odd(),
        Ordering::Less => false,
    };
    if is_up {
        kept += 1;
    }
    Some(Decimal { coefficient: Coefficient::from_big(kept), scale: scale.checked_sub(surplus as i64)? })
}

fn parse_exponent(digits: &[u8]) -> Option<i64> {
    let (negative, digits) = match digits {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits
        .iter()
        .fold(0i64, |value, byte| value.saturating_mul(10).saturating_add(i64::from(byte - b'0')));
    // Far beyond every limit anyway, and safe to add to.
    let value = value.min(i64::MAX / 4);
    Some(if negative { -value } else { value })
}

fn parse_digits(whole: &[u8], fraction: &[u8]) -> Option<Coefficient> {
    let mut all = whole.iter().chain(fraction);
    if !all.clone().all(u8::is_ascii_digit) {
        return None;
    }
    if whole.len() + fraction.len() <= 38 {
        return Some(Small(all.fold(0i128, |value, byte| value * 10 + i128::from(byte - b'0'))));
    }
    let digits: Vec<u8> = all.by_ref().map(|byte| byte - b'0').collect();
    BigInt::from_radix_be(Sign::Plus, &digits, 10).map(Coefficient::from_big)
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        self.write(&mut text);
        f.write_str(&String::from_utf8_lossy(&text))
    }
}
