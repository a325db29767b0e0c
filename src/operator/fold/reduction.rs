//! What makes a state of events, where several states are kept and compared: aggregates, a reducer, or the
//! objects of the events merged one over the other.

use super::state::States;
use crate::error::Result;
use crate::event::Event;
use crate::event::expression::Program;
use crate::event::value::Value;
use crate::operator::aggregate::AggregateSpec;
use crate::operator::grouping::Grouping;

/// How events become a state.
pub struct Reduction {
    states: States,
    /// Whether the state is the value of its only aggregate, not an object of aggregates.
    is_single: bool,
}

impl Reduction {
    /// An object of aggregates.
    pub fn aggregates(specs: Vec<AggregateSpec>) -> Reduction {
        Reduction { states: States::aggregates(specs), is_single: false }
    }

    /// The value of one aggregate.
    pub fn single(spec: AggregateSpec) -> Reduction {
        Reduction { states: States::aggregates(vec![spec]), is_single: true }
    }

    /// What a reducer makes of the state before and the event in `$e`, from `init` on.
    pub fn reducer(init: Value, program: Program) -> Reduction {
        Reduction { states: States::reducer(init, program), is_single: false }
    }

    /// The same kind of reduction, with no states yet.
    pub(in crate::operator) fn new_like(&self) -> Reduction {
        Reduction { states: self.states.new_like(), is_single: self.is_single }
    }

    /// The slot of a group, which is added if it is new. Reductions whose groups are added in the same order give
    /// them the same slots.
    pub(in crate::operator) fn slot(&mut self, key: &[u8]) -> usize {
        self.states.slot(key)
    }

    /// Takes the event into the state of its group.
    pub(in crate::operator) fn add(&mut self, slot: usize, event: &Event<'_>, order: u64) -> Result<()> {
        self.states.add(slot, event, order)
    }

    /// The state of a group; nothing when it is null, which stands for deleted.
    pub(in crate::operator) fn value(&self, slot: usize) -> Result<Option<Value>> {
        let value = self.states.bare_value(slot)?;
        let value = match &value {
            Value::Object(members) if self.is_single => members.values().next().cloned(),
            _ => Some(value),
        };
        Ok(value.filter(|value| *value != Value::Null))
    }

    /// The slots in the order of their keys.
    pub(in crate::operator) fn sorted_slots(&self, grouping: &Grouping) -> Vec<usize> {
        self.states.sorted_slots(grouping)
    }

    /// The key of a group as JSON text; empty when everything is one group.
    pub(in crate::operator) fn key_text(&self, slot: usize, grouping: &Grouping) -> String {
        self.states.key_text(slot, grouping)
    }
}
