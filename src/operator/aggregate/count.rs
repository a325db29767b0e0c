//! `count()`: how many events; `count(x)`: how many have an x that is not null.

use super::Input;
use super::states::State;
use crate::error::Result;
use crate::event::append::append;
use crate::event::number::Amount;
use crate::operator::saved::{put_integer, take_integer};

/// How many so far.
#[derive(Clone, Default)]
pub(super) struct Count(u64);

/// What is counted.
#[derive(Clone, Copy)]
pub(super) enum Counted {
    /// Every event.
    Events,
    /// Values that are not null.
    Values,
}

impl State for Count {
    type Setting = Counted;

    const TAKES_BACK: bool = true;

    #[inline]
    fn add(&mut self, counted: &Counted, input: &Input<'_>) -> Result<()> {
        let counts = match counted {
            Counted::Events => true,
            Counted::Values => !input.datum.is_null(),
        };
        self.0 += u64::from(counts);
        Ok(())
    }

    fn merge(&mut self, _: &Counted, other: Self) -> Result<()> {
        self.0 = self.0.saturating_add(other.0);
        Ok(())
    }

    fn take_back(&mut self, other: &Self) {
        self.0 -= other.0;
    }

    fn amount(&self) -> Option<Amount> {
        Amount::new(i64::try_from(self.0).ok()?, 0)
    }

    fn result(&self, _: &Counted, out: &mut Vec<u8>) -> Result<()> {
        match u8::try_from(self.0) {
            Ok(digit @ 0..=9) => out.push(b'0' + digit),
            _ => append(itoa::Buffer::new().format(self.0).as_bytes(), out),
        }
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        put_integer(self.0, state);
    }

    fn load(_: &Counted, state: &mut &[u8]) -> Result<Self> {
        take_integer(state).map(Count)
    }
}
