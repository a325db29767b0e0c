//! `avg(x)`: the mean, to 28 significant digits, half-even.

use super::Input;
use super::states::State;
use super::sum::{add_number, load_sum, save_sum};
use crate::error::Result;
use crate::event::number::{Amount, ExactSum, Number};
use crate::operator::saved::{put_integer, take_integer};

/// The exact sum and the number of values.
#[derive(Clone, Default)]
pub(super) struct Average {
    sum: ExactSum,
    count: u64,
}

impl State for Average {
    type Setting = ();

    const TAKES_AMOUNTS: bool = true;

    #[inline]
    fn add_amount(&mut self, amount: Amount) -> Result<()> {
        self.count += 1;
        self.sum.add_amount(amount)
    }

    #[inline]
    fn add(&mut self, (): &(), input: &Input<'_>) -> Result<()> {
        self.count += u64::from(add_number(&mut self.sum, &input.datum)?);
        Ok(())
    }

    fn merge(&mut self, (): &(), other: Self) -> Result<()> {
        self.count = self.count.saturating_add(other.count);
        self.sum.merge(&other.sum)
    }

    fn result(&self, (): &(), out: &mut Vec<u8>) -> Result<()> {
        let count = Number::parse_decimal(&self.count.to_string());
        let mean = match count {
            Some(count) => self.sum.to_number()?.divide(&count)?,
            None => None,
        };
        match mean {
            Some(mean) => mean.write(out),
            None => out.extend_from_slice(b"null"),
        }
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        put_integer(self.count, state);
        save_sum(&self.sum, state);
    }

    fn load((): &(), state: &mut &[u8]) -> Result<Self> {
        Ok(Average { count: take_integer(state)?, sum: load_sum(state)? })
    }
}
