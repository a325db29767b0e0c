//! `first(x)` and `last(x)`: the first and the last value in arrival order.

use super::Input;
use super::ranked::{Ranked, load_option, save_option};
use super::states::State;
use crate::error::Result;

/// The value at one end so far.
#[derive(Clone, Default)]
pub(super) struct End(Option<Ranked>);

/// Which end is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The earliest arrival.
    First,
    /// The latest arrival.
    Last,
}

impl Side {
    fn prefers(self, candidate: u64, kept: u64) -> bool {
        match self {
            Side::First => candidate < kept,
            Side::Last => candidate >= kept,
        }
    }
}

impl State for End {
    type Setting = Side;

    #[inline]
    fn add(&mut self, side: &Side, input: &Input<'_>) -> Result<()> {
        if input.datum.is_null() {
            return Ok(());
        }
        match &mut self.0 {
            None => self.0 = Some(Ranked::new(input)),
            Some(kept) => {
                if side.prefers(input.order, kept.order()) {
                    kept.replace(input);
                }
            }
        }
        Ok(())
    }

    fn merge(&mut self, side: &Side, other: Self) -> Result<()> {
        let Some(candidate) = other.0 else { return Ok(()) };
        if self.0.as_ref().is_none_or(|kept| side.prefers(candidate.order(), kept.order())) {
            self.0 = Some(candidate);
        }
        Ok(())
    }

    fn result(&self, _: &Side, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(self.0.as_ref().map_or(b"null", |kept| kept.text()));
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        save_option(self.0.as_ref(), state);
    }

    fn load(_: &Side, state: &mut &[u8]) -> Result<Self> {
        load_option(state).map(End)
    }
}
