//! `top(n; x)`: the n largest values, largest first; of equal ones the earlier first.

use std::cmp::Ordering;

use super::Input;
use super::list::{load_all, save_all, write_array};
use super::ranked::Ranked;
use super::states::State;
use crate::error::{Error, Result};
use crate::event::number::Number;

/// The largest values so far, in result order.
#[derive(Clone, Default)]
pub(super) struct Top(Vec<Ranked>);

/// How many values are kept.
#[derive(Clone, Copy)]
pub(super) struct Limit(usize);

impl Limit {
    /// Reads the n of `top(n; x)`.
    pub(super) fn parse(text: &str) -> Result<Limit> {
        let number = Number::parse_decimal(text.trim()).and_then(|number| number.to_i64());
        match number.and_then(|number| usize::try_from(number).ok()) {
            Some(limit) if limit > 0 => Ok(Limit(limit)),
            _ => Err(Error::usage(format!("'{text}' is not how many values top can keep"))
                .hint("write a whole number above 0, as in 'top(3; .data.amount)'")),
        }
    }
}

impl Top {
    /// Puts one in its place; gives up the smallest when there are too many.
    fn insert(&mut self, limit: Limit, value: Ranked) -> Result<()> {
        let mut failure = None;
        let at = self.0.partition_point(|kept| match kept.compare(&value) {
            Ok(Ordering::Equal) => kept.order() <= value.order(),
            Ok(order) => order == Ordering::Less,
            Err(error) => {
                failure = Some(error);
                false
            }
        });
        if let Some(error) = failure {
            return Err(error);
        }
        if at < limit.0 {
            self.0.insert(at, value);
            self.0.truncate(limit.0);
        }
        Ok(())
    }
}

impl State for Top {
    type Setting = Limit;

    #[inline]
    fn add(&mut self, limit: &Limit, input: &Input<'_>) -> Result<()> {
        if input.datum.is_null() {
            return Ok(());
        }
        if self.0.len() >= limit.0
            && let Some(smallest) = self.0.last()
            && smallest.compare_input(input)? != Ordering::Greater
        {
            return Ok(());
        }
        self.insert(*limit, Ranked::new(input))
    }

    fn merge(&mut self, limit: &Limit, other: Self) -> Result<()> {
        other.0.into_iter().try_for_each(|value| self.insert(*limit, value))
    }

    fn result(&self, _: &Limit, out: &mut Vec<u8>) -> Result<()> {
        write_array(self.0.iter().map(Ranked::text), out);
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        save_all(&self.0, state);
    }

    fn load(_: &Limit, state: &mut &[u8]) -> Result<Self> {
        load_all(state).map(Top)
    }
}
