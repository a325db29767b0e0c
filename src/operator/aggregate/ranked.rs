//! A value kept as its JSON text, with what makes comparing it cheap. The order is that of jq.

use std::cmp::Ordering;

use super::Input;
use crate::error::Result;
use crate::event::expression::Datum;
use crate::event::number::Amount;
use crate::event::value::Value;
use crate::operator::saved::{damaged, put_bytes, put_integer, take_bytes, take_integer};

/// A value, ready to be compared, and when it arrived.
#[derive(Clone, Debug)]
pub(super) struct Ranked {
    small: Option<Amount>,
    text: Vec<u8>,
    order: u64,
}

/// The small number that a value is, if it is one.
#[inline]
fn small_of(datum: &Datum<'_>) -> Option<Amount> {
    match datum {
        Datum::Text(text) => Amount::parse(text),
        Datum::Amount(amount) => Some(*amount),
        _ => None,
    }
}

impl Ranked {
    /// Keeps the value of an input.
    pub(super) fn new(input: &Input<'_>) -> Ranked {
        let mut text = Vec::new();
        input.datum.write_json(&mut text);
        let small = small_of(&input.datum).or_else(|| Amount::parse(&text));
        Ranked { small, text, order: input.order }
    }

    /// Takes the value of another input instead, in the same memory.
    pub(super) fn replace(&mut self, input: &Input<'_>) {
        self.text.clear();
        input.datum.write_json(&mut self.text);
        self.small = Amount::parse(&self.text);
        self.order = input.order;
    }

    /// How the value of an input compares to this one.
    #[inline]
    pub(super) fn compare_input(&self, input: &Input<'_>) -> Result<Ordering> {
        if let (Some(own), Some(other)) = (self.small, small_of(&input.datum)) {
            return Ok(other.compare(own));
        }
        Ok(input.datum.value()?.cmp(&Value::parse(&self.text)?))
    }

    /// How another compares to this one, by value only.
    pub(super) fn compare(&self, other: &Ranked) -> Result<Ordering> {
        if let (Some(own), Some(other)) = (self.small, other.small) {
            return Ok(other.compare(own));
        }
        Ok(Value::parse(&other.text)?.cmp(&Value::parse(&self.text)?))
    }

    /// When it arrived.
    pub(super) fn order(&self) -> u64 {
        self.order
    }

    /// Its JSON text, as it was written.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Appends it.
    pub(super) fn save(&self, state: &mut Vec<u8>) {
        put_integer(self.order, state);
        put_bytes(&self.text, state);
    }

    /// Takes one off the front of `state`.
    pub(super) fn load(state: &mut &[u8]) -> Result<Ranked> {
        let order = take_integer(state)?;
        let text = take_bytes(state)?.to_vec();
        Value::parse(&text).map_err(|_| damaged())?;
        Ok(Ranked { small: Amount::parse(&text), text, order })
    }
}

/// Appends one that may be missing.
pub(super) fn save_option(ranked: Option<&Ranked>, state: &mut Vec<u8>) {
    state.push(u8::from(ranked.is_some()));
    if let Some(ranked) = ranked {
        ranked.save(state);
    }
}

/// Takes one that may be missing off the front of `state`.
pub(super) fn load_option(state: &mut &[u8]) -> Result<Option<Ranked>> {
    match take_integer(state)? {
        0 => Ok(None),
        1 => Ranked::load(state).map(Some),
        _ => Err(damaged()),
    }
}
