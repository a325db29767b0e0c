//! `list(x)`: all values in arrival order.

use super::Input;
use super::ranked::Ranked;
use super::states::State;
use crate::error::Result;
use crate::operator::saved::{put_integer, take_integer};

/// The values so far, in arrival order.
#[derive(Clone, Default)]
pub(super) struct List(Vec<Ranked>);

impl State for List {
    type Setting = ();

    fn add(&mut self, (): &(), input: &Input<'_>) -> Result<()> {
        if !input.datum.is_null() {
            self.0.push(Ranked::new(input));
        }
        Ok(())
    }

    fn merge(&mut self, (): &(), other: Self) -> Result<()> {
        self.0.extend(other.0);
        self.0.sort_by_key(Ranked::order);
        Ok(())
    }

    fn result(&self, (): &(), out: &mut Vec<u8>) -> Result<()> {
        write_array(self.0.iter().map(Ranked::text), out);
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        save_all(&self.0, state);
    }

    fn load((): &(), state: &mut &[u8]) -> Result<Self> {
        load_all(state).map(List)
    }
}

/// Appends an array of JSON texts.
pub(super) fn write_array<'t>(texts: impl Iterator<Item = &'t [u8]>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (at, text) in texts.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(text);
    }
    out.push(b']');
}

/// Appends values with their number in front.
pub(super) fn save_all(values: &[Ranked], state: &mut Vec<u8>) {
    put_integer(values.len() as u64, state);
    values.iter().for_each(|value| value.save(state));
}

/// Takes values off the front of `state`.
pub(super) fn load_all(state: &mut &[u8]) -> Result<Vec<Ranked>> {
    (0..take_integer(state)?).map(|_| Ranked::load(state)).collect()
}
