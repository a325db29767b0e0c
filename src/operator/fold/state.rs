//! The states of a fold, one per group: columns of aggregates, or the values of a reducer.

use std::rc::Rc;

use crate::error::{Error, Result};
use crate::event::Event;
use crate::event::expression::Program;
use crate::event::value::Value;
use crate::operator::aggregate::AggregateSpec;
use crate::operator::grouping::Grouping;
use crate::operator::key::Key;
use crate::operator::saved::{damaged, put_bytes, take_bytes};
use crate::operator::table::GroupTable;

/// The states of all groups.
pub(in crate::operator) struct States {
    groups: GroupTable,
    kind: Kind,
}

enum Kind {
    Aggregates(Rc<Vec<AggregateSpec>>),
    Reducer(Reducer),
}

/// A reducer in jq and the state of each slot.
struct Reducer {
    program: Rc<Program>,
    init: Value,
    values: Vec<Value>,
}

impl Reducer {
    /// The state of a slot; a slot that is new has the first state.
    fn value(&mut self, slot: usize) -> &mut Value {
        if slot >= self.values.len() {
            self.values.resize(slot + 1, self.init.clone());
        }
        &mut self.values[slot]
    }

    fn add(&mut self, slot: usize, event: &Event<'_>) -> Result<()> {
        // A state that nobody else holds is changed in place; one that the reducer may not replace must
        // be kept, and a large one is then copied.
        let is_replaced = self.program.gives_one();
        let state = self.value(slot);
        let state = if is_replaced { std::mem::take(state) } else { state.clone() };
        let mut next = None;
        let reduced = self.program.each(state, &[event.value()?.clone()], &mut |output| {
            if next.is_some() {
                return Err(Error::data("the reducer gives more than one state for this event")
                    .hint("put the outputs into one array, or take the first with first(…)"));
            }
            next = Some(output);
            Ok(())
        });
        reduced.map_err(|error| event.locate(error))?;
        if let Some(next) = next {
            self.values[slot] = next;
        }
        Ok(())
    }
}

impl States {
    pub(in crate::operator) fn aggregates(specs: Vec<AggregateSpec>) -> States {
        States { groups: GroupTable::new(&specs), kind: Kind::Aggregates(Rc::new(specs)) }
    }

    pub(in crate::operator) fn reducer(init: Value, program: Program) -> States {
        let reducer = Reducer { program: Rc::new(program), init, values: Vec::new() };
        States { groups: GroupTable::default(), kind: Kind::Reducer(reducer) }
    }

    /// No states yet, of the same kind.
    pub(in crate::operator) fn new_like(&self) -> States {
        let kind = match &self.kind {
            Kind::Aggregates(specs) => Kind::Aggregates(specs.clone()),
            Kind::Reducer(reducer) => Kind::Reducer(Reducer {
                program: reducer.program.clone(),
                init: reducer.init.clone(),
                values: Vec::new(),
            }),
        };
        States { groups: self.groups.new_like(), kind }
    }

    /// Whether the states are those of a reducer.
    pub(super) fn has_reducer(&self) -> bool {
        matches!(self.kind, Kind::Reducer(_))
    }

    /// The groups.
    #[inline]
    pub(super) fn groups(&self) -> &GroupTable {
        &self.groups
    }

    /// The slot of a group, which is added if it is new.
    pub(in crate::operator) fn slot(&mut self, key: &[u8]) -> usize {
        self.slot_of(&Key::of(key))
    }

    /// The same, given the key ready made.
    #[inline(always)]
    pub(super) fn slot_of(&mut self, key: &Key) -> usize {
        let slot = self.groups.slot_of(key);
        if let Kind::Reducer(reducer) = &mut self.kind {
            reducer.value(slot);
        }
        slot
    }

    /// The slots in the order of their keys.
    pub(in crate::operator) fn sorted_slots(&self, grouping: &Grouping) -> Vec<usize> {
        self.groups.sorted_slots(grouping)
    }

    /// Takes the event into the state of its group.
    #[inline(always)]
    pub(in crate::operator) fn add(&mut self, slot: usize, event: &Event<'_>, order: u64) -> Result<()> {
        match &mut self.kind {
            Kind::Aggregates(specs) => self.groups.add(slot, event, specs, order),
            Kind::Reducer(reducer) => reducer.add(slot, event),
        }
    }

    /// Appends the result row of a group, without its newline.
    pub(in crate::operator) fn write_row(
        &self,
        slot: usize,
        grouping: &Grouping,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        if !grouping.is_empty() {
            out.extend_from_slice(b"{\"key\":");
            grouping.write_object(self.groups.key(slot), out);
        }
        match &self.kind {
            Kind::Aggregates(specs) => {
                out.push(if grouping.is_empty() { b'{' } else { b',' });
                self.groups.write_results(slot, specs, out)?;
                out.push(b'}');
            }
            Kind::Reducer(reducer) => {
                let state = reducer.values.get(slot).unwrap_or(&reducer.init);
                if grouping.is_empty() {
                    state.write_json(out);
                } else {
                    out.extend_from_slice(b",\"state\":");
                    state.write_json(out);
                    out.push(b'}');
                }
            }
        }
        Ok(())
    }

    /// The state of a group as an assertion sees it: a reducer's own, or the row of aggregates.
    pub(in crate::operator) fn value(&self, slot: usize, grouping: &Grouping) -> Result<Value> {
        match &self.kind {
            Kind::Reducer(reducer) => Ok(reducer.values.get(slot).unwrap_or(&reducer.init).clone()),
            Kind::Aggregates(_) => {
                let mut row = Vec::new();
                self.write_row(slot, grouping, &mut row)?;
                Value::parse(&row)
            }
        }
    }

    /// The state of a group without its key: a reducer's own, or an object of the aggregates.
    pub(in crate::operator) fn bare_value(&self, slot: usize) -> Result<Value> {
        match &self.kind {
            Kind::Reducer(reducer) => Ok(reducer.values.get(slot).unwrap_or(&reducer.init).clone()),
            Kind::Aggregates(specs) => {
                let mut row = vec![b'{'];
                self.groups.write_results(slot, specs, &mut row)?;
                row.push(b'}');
                Value::parse(&row)
            }
        }
    }

    /// The key of a group as JSON text; empty when everything is one group.
    pub(in crate::operator) fn key_text(&self, slot: usize, grouping: &Grouping) -> String {
        let mut text = Vec::new();
        if !grouping.is_empty() {
            grouping.write_object(self.groups.key(slot), &mut text);
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    pub(in crate::operator) fn save(&self, state: &mut Vec<u8>) {
        self.groups.save(state);
        if let Kind::Reducer(reducer) = &self.kind {
            for slot in self.groups.slots() {
                put_bytes(&reducer.values.get(slot).unwrap_or(&reducer.init).to_json(), state);
            }
        }
    }

    pub(in crate::operator) fn load(&mut self, state: &mut &[u8]) -> Result<()> {
        self.groups.load(state)?;
        if let Kind::Reducer(reducer) = &mut self.kind {
            reducer.values.clear();
            for _ in 0..self.groups.len() {
                reducer.values.push(Value::parse(take_bytes(state)?).map_err(|_| damaged())?);
            }
        }
        Ok(())
    }
}
