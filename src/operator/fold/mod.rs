//! State from history: one state per group, built by aggregates or by a reducer in jq, told at the end or
//! after every event. How states are kept is in `state`; the table of a changelog is in [`latest`], the states at
//! several moments are in [`moments`].

pub mod latest;
pub mod moments;
pub mod reduction;
mod state;
#[cfg(test)]
mod tests;

use super::aggregate::AggregateSpec;
use super::foresight::{self, Foresight};
use super::grouping::Grouping;
use super::saved::{damaged, put_integer, take_integer};
use super::{Fate, Operator, Results};
use crate::error::{Error, Kind, Result};
use crate::event::Event;
use crate::event::expression::Program;
use crate::event::value::Value;
use state::States;

/// What a fold tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emit {
    /// Each group's state once, at the end, in the order of the keys.
    #[default]
    Final,
    /// The state after each event: the changelog of the table.
    Updates,
    /// At the end, the states of the groups that had an event since the state was loaded.
    Changed,
}

/// Folds events into one state per group.
pub struct Fold {
    grouping: Grouping,
    states: States,
    emit: Emit,
    assertion: Option<Program>,
    final_assertion: Option<Program>,
    /// How many events were taken; the next one's place in the arrival order.
    taken: u64,
    /// The keys of events that come soon.
    foresight: Foresight,
    /// Which slots had an event; kept only where it is asked for.
    changed: Vec<bool>,
}

impl Fold {
    /// A fold by built-in aggregates.
    pub fn aggregates(grouping: Grouping, specs: Vec<AggregateSpec>, emit: Emit) -> Fold {
        Self::new(grouping, States::aggregates(specs), emit)
    }

    /// A fold by a reducer over the state, with the event in `$e`; it starts from `init` in each group.
    pub fn reducer(grouping: Grouping, init: Value, program: Program, emit: Emit) -> Fold {
        Self::new(grouping, States::reducer(init, program), emit)
    }

    fn new(grouping: Grouping, states: States, emit: Emit) -> Fold {
        let (assertion, final_assertion) = (None, None);
        let changed = Vec::new();
        let foresight = Foresight::default();
        Fold { grouping, states, emit, assertion, final_assertion, taken: 0, foresight, changed }
    }

    /// Holds every state on the way against a condition: a reducer's state, or the row of aggregates.
    #[must_use]
    pub fn assert(mut self, condition: Program) -> Fold {
        self.assertion = Some(condition);
        self
    }

    /// Holds the last states against a condition.
    #[must_use]
    pub fn assert_final(mut self, condition: Program) -> Fold {
        self.final_assertion = Some(condition);
        self
    }

    /// Whether a row is nothing but the state of a reducer, which may be any JSON value.
    fn tells_bare_state(&self) -> bool {
        self.grouping.is_empty() && self.states.has_reducer()
    }

    /// Takes the event, with the states before and after held against the assertion.
    fn add_asserted(&mut self, slot: usize, event: &Event<'_>) -> Result<()> {
        let located = |error: Error| event.locate(error);
        let before = self.states.value(slot, &self.grouping).map_err(located)?;
        self.states.add(slot, event, self.taken)?;
        let Some(assertion) = &self.assertion else { return Ok(()) };
        let after = self.states.value(slot, &self.grouping).map_err(located)?;
        if is_true(assertion, &after).map_err(located)? {
            return Ok(());
        }
        let offset = event.line.offset;
        let (text, group) = (assertion.text(), self.group(slot));
        let what = format!("'{text}' does not hold{group} after event @{offset}: {before} became {after}");
        Err(event.locate(Error::new(Kind::Answer, what)))
    }

    /// ` for {"streamId":"a"}`, or nothing when everything is one group.
    fn group(&self, slot: usize) -> String {
        match self.states.key_text(slot, &self.grouping) {
            text if text.is_empty() => text,
            text => format!(" for {text}"),
        }
    }

    fn note_changed(&mut self, slot: usize) {
        if slot >= self.changed.len() {
            self.changed.resize(slot + 1, false);
        }
        self.changed[slot] = true;
    }

    fn check_final(&self, slots: &[usize]) -> Result<()> {
        let Some(assertion) = &self.final_assertion else { return Ok(()) };
        for &slot in slots {
            let state = self.states.value(slot, &self.grouping)?;
            if !is_true(assertion, &state)? {
                let (text, group) = (assertion.text(), self.group(slot));
                let what = format!("'{text}' does not hold{group} at the end: the state is {state}");
                return Err(Error::new(Kind::Answer, what));
            }
        }
        Ok(())
    }
}

fn is_true(condition: &Program, state: &Value) -> Result<bool> {
    Ok(condition.first(state.clone(), &[])?.is_some_and(|answer| answer.is_true()))
}

/// How many lines before the event that is seen first comes the one whose group is asked for, as its place is known by then.
const SOONER: u64 = 4;

impl Operator for Fold {
    fn looks_ahead(&self) -> bool {
        foresight::is_worth_it(self.states.groups().len())
    }

    fn foresee(&mut self, event: &Event<'_>) {
        if let Some(hash) = self.foresight.foresee(event, &self.grouping) {
            self.states.groups().prefetch_place(hash);
        }
        if let Some(hash) = self.foresight.earlier(event, SOONER) {
            self.states.groups().prefetch_group(hash);
        }
    }

    fn on_event(&mut self, event: &Event<'_>, results: &mut Results) -> Result<Fate> {
        let slot = self.states.slot_of(self.foresight.key(event, &self.grouping)?);
        if self.assertion.is_some() {
            self.add_asserted(slot, event)?;
        } else {
            self.states.add(slot, event, self.taken)?;
        }
        self.taken += 1;
        if self.emit == Emit::Changed {
            self.note_changed(slot);
        }
        if self.emit == Emit::Updates {
            let row = self.states.write_row(slot, &self.grouping, &mut results.rows);
            row.map_err(|error| event.locate(error))?;
            results.rows.push(b'\n');
        }
        Ok(Fate::Used)
    }

    fn on_end(&mut self, results: &mut Results) -> Result<()> {
        if self.grouping.is_empty() && (self.emit != Emit::Updates || self.final_assertion.is_some()) {
            // A history without events has a state too.
            let slot = self.states.slot(b"");
            self.note_changed(slot);
        }
        let slots = self.states.sorted_slots(&self.grouping);
        self.check_final(&slots)?;
        if self.emit != Emit::Updates {
            let is_told = |slot: &usize| self.emit == Emit::Final || self.changed.get(*slot) == Some(&true);
            for slot in slots.into_iter().filter(is_told) {
                self.states.write_row(slot, &self.grouping, &mut results.rows)?;
                results.rows.push(b'\n');
            }
        }
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        put_integer(self.taken, state);
        self.states.save(state);
    }

    fn load(&mut self, mut state: &[u8]) -> Result<()> {
        self.taken = take_integer(&mut state)?;
        self.states.load(&mut state)?;
        if state.is_empty() { Ok(()) } else { Err(damaged()) }
    }
}
