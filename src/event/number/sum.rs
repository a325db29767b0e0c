//! The running sum of an aggregate: a scaled integer read straight from the text of the numbers, with
//! the exact decimal behind it for what does not fit.

use super::amount::POWERS;
use super::{Amount, Decimal, Number, out_of_range};
use crate::error::Result;

/// An exact running sum.
#[derive(Clone, Debug, Default)]
pub struct ExactSum {
    coefficient: i128,
    scale: u8,
    /// What did not fit into the scaled integer.
    overflow: Option<Box<Decimal>>,
}

impl ExactSum {
    /// Adds a number given as JSON text; gives whether `text` is a number.
    #[inline]
    pub fn add_text(&mut self, text: &[u8]) -> Result<bool> {
        if let Some(amount) = Amount::parse(text)
            && self.add_scaled(amount)
        {
            return Ok(true);
        }
        match Number::parse(text) {
            Some(number) => self.add(&number).map(|()| true),
            None => Ok(false),
        }
    }

    /// Adds a number.
    pub fn add(&mut self, number: &Number) -> Result<()> {
        match number {
            Number::Exact(decimal) => self.add_decimal(decimal),
            Number::Text(_) => self.add_decimal(&number.decimal()?),
        }
    }

    fn add_decimal(&mut self, decimal: &Decimal) -> Result<()> {
        if let Some(amount) = Amount::of(decimal)
            && self.add_scaled(amount)
        {
            return Ok(());
        }
        self.spill(decimal)
    }

    /// Adds a number of moderate size.
    #[inline]
    pub fn add_amount(&mut self, amount: Amount) -> Result<()> {
        if self.add_scaled(amount) { Ok(()) } else { self.spill(&amount.decimal()) }
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &ExactSum) -> Result<()> {
        self.spill(&other.total()?)
    }

    /// The sum, if it is of moderate size.
    #[inline]
    pub fn amount(&self) -> Option<Amount> {
        if self.overflow.is_some() {
            return None;
        }
        Amount::new(i64::try_from(self.coefficient).ok()?, self.scale)
    }

    /// The sum.
    pub fn to_number(&self) -> Result<Number> {
        self.total().map(Number::Exact)
    }

    fn total(&self) -> Result<Decimal> {
        let small = Decimal::new(self.coefficient, i64::from(self.scale));
        match &self.overflow {
            None => Ok(small),
            Some(overflow) => overflow.add(&small).ok_or_else(out_of_range),
        }
    }

    #[inline]
    fn add_scaled(&mut self, amount: Amount) -> bool {
        let (mantissa, scale) = amount.parts();
        if scale > self.scale {
            let Some(grown) = self.coefficient.checked_mul(i128::from(POWERS[(scale - self.scale) as usize]))
            else {
                return false;
            };
            self.coefficient = grown;
            self.scale = scale;
        }
        let shifted = i128::from(mantissa) * i128::from(POWERS[(self.scale - scale) as usize]);
        match self.coefficient.checked_add(shifted) {
            Some(sum) => {
                self.coefficient = sum;
                true
            }
            None => false,
        }
    }

    #[cold]
    fn spill(&mut self, decimal: &Decimal) -> Result<()> {
        let sum = match &self.overflow {
            None => decimal.add(&Decimal::new(0, 0)),
            Some(overflow) => overflow.add(decimal),
        };
        self.overflow = Some(Box::new(sum.ok_or_else(out_of_range)?));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(texts: &[&str]) -> String {
        let mut sum = ExactSum::default();
        for text in texts {
            assert!(sum.add_text(text.as_bytes()).expect("in range"), "{text} is a number");
        }
        sum.to_number().expect("in range").to_string()
    }

    #[test]
    fn money_adds_up_to_the_cent() {
        assert_eq!(sum(&["0.1"; 10]), "1.0");
        assert_eq!(sum(&["0.70", "0.79", "1.00", "1.10"]), "3.59");
        assert_eq!(sum(&["9007199254740993", "1"]), "9007199254740994");
        assert_eq!(sum(&["1E+8", "0.5", "-1e-20"]), "100000000.49999999999999999999");
        assert_eq!(
            sum(&["170141183460469231731687303715884105727", "1", "2.5"]),
            "170141183460469231731687303715884105730.5"
        );
        assert_eq!(
            sum(&["999999999999999999", "0.000000000000000001"]),
            "999999999999999999.000000000000000001"
        );
        assert_eq!(sum(&[]), "0");
    }

    #[test]
    fn two_sums_merge_to_one() {
        let (mut a, mut b) = (ExactSum::default(), ExactSum::default());
        a.add_text(b"1.10").expect("in range");
        b.add_text(b"2.205").expect("in range");
        a.merge(&b).expect("in range");
        assert_eq!(a.to_number().expect("in range").to_string(), "3.305");
        assert!(!a.add_text(b"\"x\"").expect("no number is no error"));
    }
}
