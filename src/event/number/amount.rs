//! Numbers of moderate size, as nearly all are: a scaled integer in 64 bits, read straight from the text and written
//! straight to it. What does not fit is not known here, and the exact [`Decimal`] takes it; wherever both know an
//! answer it is the same, digit for digit.

use std::cmp::Ordering;

use super::Decimal;

/// The most digits behind the point, and the most that are read.
const DIGITS: u8 = 18;

/// Powers of ten that fit.
pub(super) const POWERS: [i64; DIGITS as usize + 1] = {
    let mut powers = [1i64; DIGITS as usize + 1];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// The number `mantissa × 10^-scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    mantissa: i64,
    scale: u8,
}

impl Amount {
    /// `mantissa × 10^-scale`; nothing when there are too many digits behind the point.
    #[inline]
    pub fn new(mantissa: i64, scale: u8) -> Option<Amount> {
        (scale <= DIGITS).then_some(Amount { mantissa, scale })
    }

    /// Reads a plain number of at most 18 digits; nothing for all others.
    #[inline]
    pub fn parse(text: &[u8]) -> Option<Amount> {
        let (negative, digits) = match text {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        if digits.len() > usize::from(DIGITS) || !digits.first()?.is_ascii_digit() {
            return None;
        }
        let (mut value, mut scale, mut step) = (0i64, 0u8, 0u8);
        for &byte in digits {
            let digit = byte.wrapping_sub(b'0');
            if digit < 10 {
                value = value * 10 + i64::from(digit);
                scale += step;
            } else if byte == b'.' && step == 0 {
                step = 1;
            } else {
                return None;
            }
        }
        Some(Amount { mantissa: if negative { -value } else { value }, scale })
    }

    /// The decimal, if it is of moderate size.
    #[inline]
    pub fn of(decimal: &Decimal) -> Option<Amount> {
        let (coefficient, scale) = decimal.small()?;
        Amount::new(i64::try_from(coefficient).ok()?, u8::try_from(scale).ok()?)
    }

    /// The same as a decimal.
    #[inline]
    pub fn decimal(self) -> Decimal {
        Decimal::new(i128::from(self.mantissa), i64::from(self.scale))
    }

    /// The integer and how many of its digits stand behind the point.
    #[inline]
    pub fn parts(self) -> (i64, u8) {
        (self.mantissa, self.scale)
    }

    /// The sum, with the larger scale of the two.
    #[inline]
    pub fn plus(self, other: Amount) -> Option<Amount> {
        let (a, b, scale) = self.aligned(other)?;
        Some(Amount { mantissa: a.checked_add(b)?, scale })
    }

    /// The difference, likewise.
    #[inline]
    pub fn minus(self, other: Amount) -> Option<Amount> {
        let (a, b, scale) = self.aligned(other)?;
        Some(Amount { mantissa: a.checked_sub(b)?, scale })
    }

    /// The product.
    #[inline]
    pub fn times(self, other: Amount) -> Option<Amount> {
        Amount::new(self.mantissa.checked_mul(other.mantissa)?, self.scale + other.scale)
    }

    /// jq's remainder: both cut to integers, the sign of the dividend; nothing when the divisor is then zero.
    #[inline]
    pub fn remainder(self, other: Amount) -> Option<Amount> {
        let mantissa = self.truncated().checked_rem(other.truncated())?;
        Some(Amount { mantissa, scale: 0 })
    }

    /// The number with its sign turned.
    #[inline]
    pub fn negate(self) -> Option<Amount> {
        Some(Amount { mantissa: self.mantissa.checked_neg()?, scale: self.scale })
    }

    /// The largest integer that is not larger.
    #[inline]
    pub fn floor(self) -> Amount {
        match self.scale {
            0 => self,
            scale => Amount { mantissa: self.mantissa.div_euclid(POWERS[usize::from(scale)]), scale: 0 },
        }
    }

    /// The order by value.
    #[inline]
    pub fn compare(self, other: Amount) -> Ordering {
        if self.scale == other.scale {
            return self.mantissa.cmp(&other.mantissa);
        }
        let scale = self.scale.max(other.scale);
        let at_scale = |amount: Amount| {
            i128::from(amount.mantissa) * i128::from(POWERS[usize::from(scale - amount.scale)])
        };
        at_scale(self).cmp(&at_scale(other))
    }

    /// Appends it in plain notation.
    #[inline]
    pub fn write(self, out: &mut Vec<u8>) {
        let mut buffer = itoa::Buffer::new();
        if self.scale == 0 {
            return out.extend_from_slice(buffer.format(self.mantissa).as_bytes());
        }
        // Enough for the sign, zeros up to the point, the point and the digits.
        let mut text = [b'0'; 2 * DIGITS as usize + 8];
        let digits = buffer.format(self.mantissa.unsigned_abs()).as_bytes();
        let (behind, end) = (usize::from(self.scale), text.len());
        text[end - digits.len()..].copy_from_slice(digits);
        let point = end - behind - 1;
        // The digits before the point stand one place too far behind.
        let before = digits.len().saturating_sub(behind).max(1);
        text.copy_within(point + 1 - before..=point, point - before);
        text[point] = b'.';
        let mut start = point - before;
        if self.mantissa < 0 {
            start -= 1;
            text[start] = b'-';
        }
        out.extend_from_slice(&text[start..]);
    }

    /// Both mantissas at the larger scale.
    #[inline]
    fn aligned(self, other: Amount) -> Option<(i64, i64, u8)> {
        if self.scale == other.scale {
            return Some((self.mantissa, other.mantissa, self.scale));
        }
        let scale = self.scale.max(other.scale);
        let at_scale =
            |amount: Amount| amount.mantissa.checked_mul(POWERS[usize::from(scale - amount.scale)]);
        Some((at_scale(self)?, at_scale(other)?, scale))
    }

    /// The integer part.
    #[inline]
    fn truncated(self) -> i64 {
        match self.scale {
            0 => self.mantissa,
            scale => self.mantissa / POWERS[usize::from(scale)],
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    /// What is known of an answer is what the decimals give.
    fn same(known: Option<Amount>, exact: Option<Decimal>) -> Result<(), TestCaseError> {
        if let Some(known) = known {
            let exact = exact.expect("the exact numbers know it, too");
            let texts = [written(|out| known.write(out)), written(|out| exact.write(out))];
            prop_assert_eq!(&texts[0], &texts[1]);
        }
        Ok(())
    }

    #[test]
    fn the_usual_numbers_are_known() {
        let number = |text: &str| Amount::parse(text.as_bytes()).expect(text);
        let shown = |amount: Option<Amount>| amount.map(|amount| written(|out| amount.write(out)));
        assert_eq!(shown(number("0.1").plus(number("0.2"))).as_deref(), Some("0.3"));
        assert_eq!(shown(number("0.70").minus(number("0.7"))).as_deref(), Some("0.00"));
        assert_eq!(shown(number("0.908").times(number("-100"))).as_deref(), Some("-90.800"));
        assert_eq!(shown(number("-7.9").remainder(number("3.9"))).as_deref(), Some("-1"));
        assert_eq!(shown(Some(number("-0.5").floor())).as_deref(), Some("-1"));
        for text in ["1e2", "1E2", "", "-", ".5", "1.2.3", "1234567890123456789", "+1", "a", "\"1\"", "null"]
        {
            assert_eq!(Amount::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(number("1").remainder(number("0.5")), None);
        assert_eq!(Amount::new(1, 19), None);
    }

    /// Amounts, many of them at an edge.
    fn amounts() -> impl Strategy<Value = Amount> {
        let mantissas = prop_oneof![
            -1000i64..1000,
            any::<i64>(),
            (0..=18usize, -1i64..=1).prop_map(|(power, more)| POWERS[power] + more),
            Just(i64::MIN),
            Just(i64::MAX),
        ];
        (mantissas, 0..=DIGITS).prop_map(|(mantissa, scale)| Amount { mantissa, scale })
    }

    proptest! {
        #[test]
        fn what_is_known_is_what_the_exact_numbers_give(a in amounts(), b in amounts()) {
            let (exact_a, exact_b) = (a.decimal(), b.decimal());
            prop_assert_eq!(Amount::of(&exact_a), Some(a));
            same(Some(a), Some(exact_a.clone()))?;
            same(a.plus(b), exact_a.add(&exact_b))?;
            same(a.minus(b), exact_a.add(&exact_b.negate()))?;
            same(a.times(b), exact_a.multiply(&exact_b))?;
            let integers = exact_a.truncate().zip(exact_b.truncate());
            same(a.remainder(b), integers.and_then(|(a, b)| a.remainder(&b)))?;
            same(a.negate(), Some(exact_a.negate()))?;
            same(Some(a.floor()), exact_a.floor())?;
            prop_assert_eq!(a.compare(b), exact_a.compare(&exact_b));
        }

        #[test]
        fn a_text_is_read_as_the_exact_numbers_read_it(text in "-?(0|[1-9][0-9]{0,19})(\\.[0-9]{1,19})?([eE]-?[0-9]{1,2})?") {
            let (known, exact) = (Amount::parse(text.as_bytes()), Decimal::parse(text.as_bytes()));
            same(known, exact)?;
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            prop_assert!(known.is_some() || digits >= 18 || text.contains(['e', 'E']), "{}", text);
        }
    }
}
