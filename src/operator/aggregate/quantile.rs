//! `quantile(p; x)`: the exact quantile by nearest rank: the smallest value with at least the share p of
//! all values at or below it. All values are kept, 16 bytes each.

use std::cmp::Ordering;

use super::Input;
use super::states::State;
use crate::error::{Error, Result};
use crate::event::expression::Datum;
use crate::event::number::{Amount, Decimal, Number};
use crate::operator::saved::{damaged, put_bytes, put_integer, take_bytes, take_integer};

/// The values so far, in no order.
#[derive(Clone, Default)]
pub(super) struct Quantile(Vec<Kept>);

/// A number in little room.
#[derive(Clone)]
enum Kept {
    /// Coefficient and scale.
    Small(i64, u8),
    Large(Box<Number>),
}

impl Kept {
    fn of(datum: &Datum<'_>) -> Result<Option<Kept>> {
        let small = match datum {
            Datum::Text(text) => Kept::small(text),
            Datum::Amount(amount) => Some(Kept::of_amount(*amount)),
            _ => None,
        };
        match small {
            Some(small) => Ok(Some(small)),
            None => Ok(datum.number()?.map(|number| Kept::Large(Box::new(number)))),
        }
    }

    /// A small number; minus zero is none, since it would lose its sign.
    #[inline]
    fn small(text: &[u8]) -> Option<Kept> {
        let amount = Amount::parse(text)?;
        // A leading zero or a bare point would be no JSON, but a text from a line is always JSON.
        (amount.parts().0 != 0 || text[0] != b'-').then(|| Kept::of_amount(amount))
    }

    fn of_amount(amount: Amount) -> Kept {
        let (coefficient, scale) = amount.parts();
        Kept::Small(coefficient, scale)
    }

    fn number(&self) -> Number {
        match self {
            Kept::Small(coefficient, scale) => {
                Number::Exact(Decimal::new(i128::from(*coefficient), i64::from(*scale)))
            }
            Kept::Large(number) => (**number).clone(),
        }
    }

    /// By value; equal values by how they are written, so that the answer does not depend on their order.
    fn compare(&self, other: &Kept) -> Ordering {
        match (self, other) {
            (Kept::Small(a, a_scale), Kept::Small(b, b_scale)) if a_scale == b_scale => a.cmp(b),
            _ => {
                let (a, b) = (self.number(), other.number());
                a.cmp(&b).then_with(|| a.to_string().cmp(&b.to_string()))
            }
        }
    }
}

/// The p of `quantile(p; x)`: between 0 and 1.
#[derive(Clone)]
pub(super) struct Share(Number);

impl Share {
    /// Reads the p of `quantile(p; x)`.
    pub(super) fn parse(text: &str) -> Result<Share> {
        let in_range = |number: &Number| *number >= Number::from(0i64) && *number <= Number::from(1i64);
        Number::parse_decimal(text.trim()).filter(in_range).map(Share).ok_or_else(|| {
            Error::usage(format!("'{text}' is no share between 0 and 1"))
                .hint("write it as in 'quantile(0.95; .ms)'; 0.5 is the median")
        })
    }

    /// The index, from 0, of the nearest rank among `count` values, of which there is at least one.
    fn index(&self, count: usize) -> Result<usize> {
        let exact = self.0.multiply(&Number::from(count))?;
        let below = exact.decimal()?.truncate().and_then(|whole| whole.to_i128()).unwrap_or(0);
        let is_whole = exact.is_integer();
        let rank = usize::try_from(below).unwrap_or(count) + usize::from(!is_whole);
        Ok(rank.clamp(1, count) - 1)
    }
}

impl State for Quantile {
    type Setting = Share;

    #[inline]
    fn add(&mut self, _: &Share, input: &Input<'_>) -> Result<()> {
        self.0.extend(Kept::of(&input.datum)?);
        Ok(())
    }

    fn merge(&mut self, _: &Share, other: Self) -> Result<()> {
        self.0.extend(other.0);
        Ok(())
    }

    fn result(&self, share: &Share, out: &mut Vec<u8>) -> Result<()> {
        if self.0.is_empty() {
            out.extend_from_slice(b"null");
            return Ok(());
        }
        let mut values: Vec<&Kept> = self.0.iter().collect();
        let index = share.index(values.len())?;
        let (_, value, _) = values.select_nth_unstable_by(index, |a, b| a.compare(b));
        value.number().write(out);
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        put_integer(self.0.len() as u64, state);
        for value in &self.0 {
            put_bytes(value.number().to_string().as_bytes(), state);
        }
    }

    fn load(_: &Share, state: &mut &[u8]) -> Result<Self> {
        let mut values = Vec::new();
        for _ in 0..take_integer(state)? {
            let text = take_bytes(state)?;
            let large = |text| Number::parse(text).map(|number| Kept::Large(Box::new(number)));
            values.push(Kept::small(text).or_else(|| large(text)).ok_or_else(damaged)?);
        }
        Ok(Quantile(values))
    }
}
