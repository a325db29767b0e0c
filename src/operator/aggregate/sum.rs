//! `sum(x)`: the exact sum.

use super::Input;
use super::states::State;
use crate::error::Result;
use crate::event::expression::Datum;
use crate::event::number::{Amount, ExactSum, Number};
use crate::event::value::Value;
use crate::operator::saved::{damaged, put_bytes, take_bytes};

/// The sum so far.
#[derive(Clone, Default)]
pub(super) struct Sum(ExactSum);

impl State for Sum {
    type Setting = ();

    const TAKES_AMOUNTS: bool = true;

    #[inline]
    fn add_amount(&mut self, amount: Amount) -> Result<()> {
        self.0.add_amount(amount)
    }

    #[inline]
    fn add(&mut self, (): &(), input: &Input<'_>) -> Result<()> {
        add_number(&mut self.0, &input.datum).map(|_| ())
    }

    fn merge(&mut self, (): &(), other: Self) -> Result<()> {
        self.0.merge(&other.0)
    }

    fn amount(&self) -> Option<Amount> {
        self.0.amount()
    }

    fn result(&self, (): &(), out: &mut Vec<u8>) -> Result<()> {
        self.0.to_number()?.write(out);
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        save_sum(&self.0, state);
    }

    fn load((): &(), state: &mut &[u8]) -> Result<Self> {
        load_sum(state).map(Sum)
    }
}

/// Adds a number to a sum; gives whether there was one, which null and missing are not.
#[inline]
pub(super) fn add_number(sum: &mut ExactSum, datum: &Datum<'_>) -> Result<bool> {
    match datum {
        Datum::Missing | Datum::Text(b"null") | Datum::Value(Value::Null) => Ok(false),
        Datum::Text(text) => {
            if sum.add_text(text)? {
                Ok(true)
            } else {
                Err(datum.no_number())
            }
        }
        Datum::Amount(amount) => sum.add_amount(*amount).map(|()| true),
        Datum::Value(Value::Number(number)) => sum.add(number).map(|()| true),
        Datum::Value(_) => Err(datum.no_number()),
    }
}

/// Appends a sum as the text of its number, which has every digit and the scale. A sum that cannot be told,
/// because its parts are too far apart, is saved as nothing that can be loaded.
pub(super) fn save_sum(sum: &ExactSum, state: &mut Vec<u8>) {
    let text = sum.to_number().map(|number| number.to_string()).unwrap_or_default();
    put_bytes(text.as_bytes(), state);
}

/// Takes a saved sum off the front of `state`.
pub(super) fn load_sum(state: &mut &[u8]) -> Result<ExactSum> {
    let text = std::str::from_utf8(take_bytes(state)?).map_err(|_| damaged())?;
    let number = Number::parse_decimal(text).ok_or_else(damaged)?;
    let mut sum = ExactSum::default();
    sum.add(&number)?;
    Ok(sum)
}
