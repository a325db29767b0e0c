//! Aggregates: one file each, one row in [`AGGREGATES`]. An aggregate is a *column*: it owns the states
//! of all keys of one table, addressed by slot, so that a key costs no allocation of its own.

mod approximate;
mod at_extreme;
mod average;
mod count;
mod distinct;
mod documentation;
mod extreme;
mod first_last;
mod list;
mod patch;
mod quantile;
mod ranked;
mod registry;
mod spec;
mod states;
mod sum;
#[cfg(test)]
mod tests;
mod top;

pub(super) use approximate::Approximate;
pub use documentation::documentation;
pub use registry::{AGGREGATES, Aggregate, Example};
pub use spec::AggregateSpec;

use crate::error::Result;
use crate::event::Event;
use crate::event::expression::{Datum, Operand};
use crate::event::number::Amount;

/// One argument value with its place in the arrival order, by which `first` and `last` decide.
pub struct Input<'a> {
    /// The value of the argument that is read from the event: `sum(x)`, `quantile(p; x)` and `at_max(x; y)` have x,
    /// `count()` has none.
    pub datum: Datum<'a>,
    /// Position in arrival order.
    pub order: u64,
    /// The y of `at_max(x; y)`, and the event to read it from: only few need it.
    pub(super) second: Option<(&'a Operand, &'a Event<'a>)>,
}

impl<'a> Input<'a> {
    /// The second argument with the same place.
    fn second(&self) -> Result<Input<'a>> {
        let datum = match self.second {
            Some((operand, event)) => operand.read(event)?,
            None => Datum::Missing,
        };
        Ok(Input { datum, order: self.order, second: None })
    }
}

/// The states of one aggregate for all slots of a table.
pub trait Column {
    /// Adds an empty state; its slot is the number of states before it.
    fn push(&mut self);
    /// Empties the state in `slot` so that it can be used again.
    fn reset(&mut self, slot: usize);
    /// Removes all states, keeping the memory.
    fn clear(&mut self);
    /// Asks for the memory of the state in `slot`.
    fn prefetch(&self, slot: usize);
    /// Takes one input into the state in `slot`.
    fn add(&mut self, slot: usize, input: &Input<'_>) -> Result<()>;
    /// The same for an aggregate without arguments; `order` is the place of the event in the arrival order.
    fn add_event(&mut self, slot: usize, order: u64) -> Result<()>;
    /// Whether numbers are all that counts, however they are written.
    fn takes_amounts(&self) -> bool;
    /// Takes a number into the state in `slot`; only where [`Column::takes_amounts`].
    fn add_amount(&mut self, slot: usize, amount: Amount) -> Result<()>;
    /// Joins the state in `from`, which stays as it is, to the state in `into`.
    fn merge(&mut self, into: usize, from: usize) -> Result<()>;
    /// Takes the state in `taken`, which stays as it is, out of the state in `from`, that it was joined to; only where
    /// [`Column::takes_back`].
    fn take_back(&mut self, from: usize, taken: usize);
    /// Whether a state that was joined to another one can be taken out again without a trace.
    fn takes_back(&self) -> bool;
    /// Whether joined states give the bytes that one state would have given, and not only the same value.
    fn joins_exactly(&self) -> bool;
    /// The result of `slot`, if it is a number of moderate size and known at once.
    fn amount(&self, slot: usize) -> Option<Amount>;
    /// Appends the result of `slot` as JSON text.
    fn result(&self, slot: usize, out: &mut Vec<u8>) -> Result<()>;
    /// Appends the state of `slot`, so that [`Column::load`] goes on from it.
    fn save(&self, slot: usize, state: &mut Vec<u8>);
    /// Takes a saved state into `slot`; returns how many bytes of `state` it was.
    fn load(&mut self, slot: usize, state: &[u8]) -> Result<usize>;
    /// An empty column of the same kind, for a new window's table.
    fn new_like(&self) -> Box<dyn Column>;
}
