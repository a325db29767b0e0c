//! The one number type: exact decimals of any size. A number read from text prints as it was written
//! until it is computed with. Knows nothing of JSON values or lines.

mod amount;
mod decimal;
mod sum;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

pub use amount::Amount;
pub use decimal::Decimal;
pub use sum::ExactSum;

use crate::error::{Error, Result};

/// An exact decimal number.
#[derive(Clone, Debug)]
pub enum Number {
    /// As somebody wrote it; a valid JSON number.
    Text(Rc<str>),
    /// Computed.
    Exact(Decimal),
}

/// The error of a result that would have more digits than anybody can use.
pub(crate) fn out_of_range() -> Error {
    Error::data(format!("number out of range: the result has more than {} digits", decimal::MAX_DIGITS))
}

impl Number {
    /// Reads a number exactly as JSON (RFC 8259) has it.
    pub fn parse(text: &[u8]) -> Option<Number> {
        if !decimal::is_json_number(text) {
            return None;
        }
        std::str::from_utf8(text).ok().map(|text| Number::Text(text.into()))
    }

    /// Reads any decimal notation: also `.3`, `00.00`, `+1` and `5.`.
    pub fn parse_decimal(text: &str) -> Option<Number> {
        if let Some(number) = Number::parse(text.as_bytes()) {
            return Some(number);
        }
        Decimal::parse(text.as_bytes()).map(Number::Exact)
    }

    /// The number of a float's shortest notation; nothing for infinities and NaN.
    pub fn from_f64(value: f64) -> Option<Number> {
        if !value.is_finite() {
            return None;
        }
        Decimal::parse(format!("{value:e}").as_bytes()).map(|decimal| Number::Exact(decimal.plain_integer()))
    }

    /// The value, ready to compute with.
    pub fn decimal(&self) -> Result<Decimal> {
        match self {
            Number::Text(text) => match Amount::parse(text.as_bytes()) {
                Some(amount) => Ok(amount.decimal()),
                None => Decimal::parse(text.as_bytes()).ok_or_else(out_of_range),
            },
            Number::Exact(decimal) => Ok(decimal.clone()),
        }
    }

    /// The same as a number of moderate size, if it is one.
    #[inline]
    pub fn amount(&self) -> Option<Amount> {
        match self {
            Number::Text(text) => Amount::parse(text.as_bytes()),
            Number::Exact(decimal) => Amount::of(decimal),
        }
    }

    /// The sum; the larger scale of the two is kept, so that `0.70 + 0.30` is `1.00`.
    pub fn add(&self, other: &Number) -> Result<Number> {
        self.decimal()?.add(&other.decimal()?).map(Number::Exact).ok_or_else(out_of_range)
    }

    /// The difference.
    pub fn subtract(&self, other: &Number) -> Result<Number> {
        self.decimal()?.add(&other.decimal()?.negate()).map(Number::Exact).ok_or_else(out_of_range)
    }

    /// The product; exact.
    pub fn multiply(&self, other: &Number) -> Result<Number> {
        self.decimal()?.multiply(&other.decimal()?).map(Number::Exact).ok_or_else(out_of_range)
    }

    /// The quotient to 28 significant digits, half-even; nothing when `other` is zero.
    pub fn divide(&self, other: &Number) -> Result<Option<Number>> {
        let (dividend, divisor) = (self.decimal()?, other.decimal()?);
        if divisor.is_zero() {
            return Ok(None);
        }
        dividend.divide(&divisor).map(|quotient| Some(Number::Exact(quotient))).ok_or_else(out_of_range)
    }

    /// jq's remainder: both cut to integers, the sign of the dividend; nothing when the divisor is then zero.
    pub fn remainder(&self, other: &Number) -> Result<Option<Number>> {
        let (dividend, divisor) = (self.decimal()?.truncate(), other.decimal()?.truncate());
        let (Some(dividend), Some(divisor)) = (dividend, divisor) else { return Err(out_of_range()) };
        Ok(dividend.remainder(&divisor).map(Number::Exact))
    }

    /// The number with its sign turned.
    pub fn negate(&self) -> Result<Number> {
        Ok(Number::Exact(self.decimal()?.negate()))
    }

    /// The nearest float.
    pub fn to_f64(&self) -> f64 {
        match self {
            Number::Text(text) => text.parse().unwrap_or(f64::NAN),
            Number::Exact(decimal) => decimal.to_string().parse().unwrap_or(f64::NAN),
        }
    }

    /// The integer, if it is one that fits.
    pub fn to_i64(&self) -> Option<i64> {
        let decimal = match self {
            Number::Text(text) => Decimal::parse(text.as_bytes())?,
            Number::Exact(decimal) => decimal.clone(),
        };
        decimal.to_i128().and_then(|integer| i64::try_from(integer).ok())
    }

    /// Whether it has no fractional part.
    pub fn is_integer(&self) -> bool {
        self.decimal().is_ok_and(|decimal| decimal.is_integer())
    }

    /// Appends it: as it was written, or computed in plain notation.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Number::Text(text) => out.extend_from_slice(text.as_bytes()),
            Number::Exact(decimal) => decimal.write(out),
        }
    }

    /// Appends the one notation that all equal numbers share: no trailing zeros, no exponent where it is short.
    pub fn write_canonical(&self, out: &mut Vec<u8>) {
        match self.decimal() {
            Ok(decimal) => decimal.normalize().write(out),
            // Too many digits to compute with: it is at least equal to itself.
            Err(_) => self.write(out),
        }
    }

    fn normalized(&self) -> Option<Decimal> {
        self.decimal().ok().map(|decimal| decimal.normalize())
    }
}

impl From<Amount> for Number {
    fn from(value: Amount) -> Self {
        Number::Exact(value.decimal())
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Number::Exact(Decimal::new(i128::from(value), 0))
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Self {
        Number::Exact(Decimal::new(value as i128, 0))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Number::Text(a), Number::Text(b)) = (self, other)
            && a == b
        {
            return Ordering::Equal;
        }
        match (self.decimal(), other.decimal()) {
            (Ok(a), Ok(b)) => a.compare(&b),
            // Beyond the digits that are computed with, the float order is all there is.
            _ => self.to_f64().total_cmp(&other.to_f64()),
        }
    }
}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.normalized() {
            Some(decimal) => decimal.to_string().hash(state),
            None => self.to_string().hash(state),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        self.write(&mut text);
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse_decimal(text).expect(text)
    }

    fn sum(a: &str, b: &str) -> String {
        number(a).add(&number(b)).expect("in range").to_string()
    }

    #[test]
    fn a_number_prints_as_written_until_it_is_computed_with() {
        for text in ["1.10", "1E+8", "-0", "9007199254740993", "1e999999999", "0.000"] {
            assert_eq!(number(text).to_string(), text);
        }
        assert_eq!(sum("1E+8", "0"), "100000000");
        assert_eq!(sum("-0", "0"), "0");
    }

    #[test]
    fn sums_are_exact_and_keep_the_larger_scale() {
        assert_eq!(sum("0.1", "0.2"), "0.3");
        assert_eq!(sum("0.7", "0.3"), "1.0");
        assert_eq!(sum("1.3", "-1.30"), "0.00");
        assert_eq!(sum("0E-3", "00.00"), "0.000");
        assert_eq!(sum("9007199254740993", "1"), "9007199254740994");
        assert_eq!(
            sum("170141183460469231731687303715884105727", "1"),
            "170141183460469231731687303715884105728"
        );
        assert_eq!(sum("1.11", "7E+12"), "7000000000001.11");
    }

    #[test]
    fn quotients_keep_28_digits_half_even() {
        let quotient = |a: &str, b: &str| match number(a).divide(&number(b)).expect("in range") {
            Some(quotient) => quotient.to_string(),
            None => "none".to_owned(),
        };
        assert_eq!(quotient("1", "3"), "0.3333333333333333333333333333");
        assert_eq!(quotient("2", "3"), "0.6666666666666666666666666667");
        assert_eq!(quotient("10", "4"), "2.5");
        assert_eq!(quotient("100", "5"), "20");
        assert_eq!(quotient("-1", "8"), "-0.125");
        assert_eq!(quotient("1", "0.00"), "none");
        assert_eq!(quotient("0", "7"), "0");
        assert_eq!(quotient("1e40", "1"), "10000000000000000000000000000000000000000");
        assert_eq!(quotient("10000000000000000000000000005", "10"), "1000000000000000000000000000");
        assert_eq!(quotient("10000000000000000000000000015", "10"), "1000000000000000000000000002");
    }

    #[test]
    fn remainders_are_those_of_jq() {
        let remainder = |a: &str, b: &str| {
            number(a)
                .remainder(&number(b))
                .expect("in range")
                .map_or("none".into(), |number| number.to_string())
        };
        assert_eq!(remainder("7", "3"), "1");
        assert_eq!(remainder("-7", "3"), "-1");
        assert_eq!(remainder("7.9", "3.9"), "1");
        assert_eq!(remainder("1", "0.5"), "none");
    }

    #[test]
    fn equality_and_order_go_by_value() {
        assert_eq!(number("1.0"), number("1"));
        assert_eq!(number("1e2"), number("100.00"));
        assert!(number("9007199254740993") > number("9007199254740992"));
        assert!(number("-1") < number("0.1"));
        let mut canonical = Vec::new();
        number("1.500").write_canonical(&mut canonical);
        assert_eq!(canonical, b"1.5");
    }

    #[test]
    fn gigantic_exponents_are_an_error_and_not_gigabytes() {
        assert!(number("1e999999999").add(&number("1")).is_err());
        assert!(number("1e-999999999").add(&number("1")).is_err());
        assert!(number("1e999999999").multiply(&number("1e999999999")).is_err());
        assert!(number("1e999999999").cmp(&number("1")).is_gt());
    }

    #[test]
    fn floats_come_back_as_their_shortest_notation() {
        assert_eq!(Number::from_f64(0.1).expect("finite").to_string(), "0.1");
        assert_eq!(Number::from_f64(1e21).expect("finite").to_string(), "1000000000000000000000");
        assert_eq!(Number::from_f64(3.0).expect("finite").to_string(), "3");
        assert!(Number::from_f64(f64::NAN).is_none());
    }
}
