//! The states of aggregates by slot: one column an aggregate, and slots that are used again. What has a slot is not
//! known here.

use super::super::aggregate::{AggregateSpec, Column};
use super::super::saved::damaged;
use crate::error::Result;
use crate::event::Event;
use crate::event::append::append;
use crate::event::number::Amount;

/// Slots, each with a state in every column.
#[derive(Default)]
pub struct States {
    columns: Vec<Box<dyn Column>>,
    /// How many slots there ever were.
    count: usize,
    free: Vec<usize>,
}

impl States {
    /// No slots yet; a column per aggregate.
    pub fn new(specs: &[AggregateSpec]) -> States {
        Self::with_columns(specs.iter().map(AggregateSpec::column).collect())
    }

    fn with_columns(columns: Vec<Box<dyn Column>>) -> States {
        States { columns, ..States::default() }
    }

    /// The same kinds of columns without slots.
    pub fn new_like(&self) -> States {
        Self::with_columns(self.columns.iter().map(|column| column.new_like()).collect())
    }

    /// Asks for the memory of the states in a slot.
    #[inline]
    pub fn prefetch(&self, slot: usize) {
        self.columns.iter().for_each(|column| column.prefetch(slot));
    }

    /// A slot with empty states.
    pub fn begin(&mut self) -> usize {
        if let Some(slot) = self.free.pop() {
            return slot;
        }
        self.columns.iter_mut().for_each(|column| column.push());
        self.count += 1;
        self.count - 1
    }

    /// Empties a slot; it is used again.
    pub fn end(&mut self, slot: usize) {
        self.columns.iter_mut().for_each(|column| column.reset(slot));
        self.free.push(slot);
    }

    /// Adds the event to all aggregates of a slot whose conditions it meets; `order` is its place in the arrival order.
    #[inline(always)]
    pub fn add(&mut self, slot: usize, event: &Event<'_>, specs: &[AggregateSpec], order: u64) -> Result<()> {
        for (column, spec) in self.columns.iter_mut().zip(specs) {
            spec.add(column.as_mut(), slot, event, order)?;
        }
        Ok(())
    }

    /// Joins the states in `from`, which stay as they are, to those in `into`.
    pub fn merge(&mut self, into: usize, from: usize) -> Result<()> {
        self.columns.iter_mut().try_for_each(|column| column.merge(into, from))
    }

    /// Takes the states in `taken`, which stay as they are, out of those in `from`, that they were joined to.
    pub fn take_back(&mut self, from: usize, taken: usize) {
        self.columns.iter_mut().for_each(|column| column.take_back(from, taken));
    }

    /// Whether states can be taken out again, and nothing tells that they were ever joined.
    pub fn takes_back(&self) -> bool {
        self.columns.iter().all(|column| column.takes_back())
    }

    /// The first result of a slot, if it is a number of moderate size.
    pub fn amount(&self, slot: usize) -> Option<Amount> {
        self.columns.first()?.amount(slot)
    }

    /// Appends the results of a slot: `"balance":1300,"count":2`.
    #[inline]
    pub fn write_results(&self, slot: usize, specs: &[AggregateSpec], out: &mut Vec<u8>) -> Result<()> {
        for (at, (column, spec)) in self.columns.iter().zip(specs).enumerate() {
            if at > 0 {
                out.push(b',');
            }
            append(spec.label(), out);
            column.result(slot, out)?;
        }
        Ok(())
    }

    /// Forgets all slots, keeping the memory.
    pub fn clear(&mut self) {
        self.columns.iter_mut().for_each(|column| column.clear());
        self.free.clear();
        self.count = 0;
    }

    /// Appends the states of a slot, for [`States::load`].
    pub fn save(&self, slot: usize, state: &mut Vec<u8>) {
        self.columns.iter().for_each(|column| column.save(slot, state));
    }

    /// Replaces the states of a slot by saved ones, taking them off the front of `state`.
    pub fn load(&mut self, slot: usize, state: &mut &[u8]) -> Result<()> {
        for column in &mut self.columns {
            let taken = column.load(slot, state)?;
            *state = state.get(taken..).ok_or_else(damaged)?;
        }
        Ok(())
    }
}
