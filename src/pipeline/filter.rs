//! Which events a job takes: a range of offsets or event times, types, an entity, a condition. Decides
//! one event at a time and never stops at the first later one, since events may be out of order.

use crate::error::Result;
use crate::event::Event;
use crate::event::envelope::Field;
use crate::event::expression::Operand;
use crate::event::line::Offset;
use crate::event::scan::needles::{Ends, Needles};
use crate::log::index::{Between, Search};
use crate::time::timestamp::Timestamp;

/// Where a range begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StartAt {
    /// With the first event.
    #[default]
    Earliest,
    /// With this offset.
    Offset(Offset),
    /// With the events of this time or later.
    Time(Timestamp),
}

/// Where a range ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// With the last event.
    #[default]
    Latest,
    /// With this offset, included.
    Offset(Offset),
    /// Before this offset.
    BeforeOffset(Offset),
    /// With this time, included.
    Time(Timestamp),
    /// Before this time.
    Before(Timestamp),
}

/// The conditions an event must meet; all of them.
#[derive(Default)]
pub struct Filter {
    /// Where the range begins.
    pub start: StartAt,
    /// Where the range ends.
    pub until: Until,
    /// Event types that pass, as JSON strings; empty lets all pass.
    pub types: Vec<Vec<u8>>,
    /// Where the event type is, when types are given.
    pub type_field: Option<Field>,
    /// The entity that passes, as a JSON string, and where it is.
    pub entity: Option<(Vec<u8>, Field)>,
    /// Values that must stand in slots of the projection, as JSON strings.
    pub values: Vec<(Vec<u8>, usize)>,
    /// A condition that must hold.
    pub condition: Option<Operand>,
}

impl Filter {
    /// Whether the range needs the event time.
    pub fn needs_time(&self) -> bool {
        matches!(self.start, StartAt::Time(_)) || matches!(self.until, Until::Time(_) | Until::Before(_))
    }

    /// Whether everything passes, so that no line need be parsed.
    pub fn passes_all(&self) -> bool {
        self.start == StartAt::Earliest && self.passes_rest()
    }

    /// What passes, for a source that can tell where it is not: events of one entity, of a range of event times.
    /// `places` say where the event time is, if it is taken from the events, and where the entity is. A condition may
    /// fail for any event that it is asked about, so that none is kept from it.
    pub fn search(&self, max_line: u64, (time, key): (Option<String>, String)) -> Search {
        let from = match self.start {
            StartAt::Time(first) => Some(first),
            StartAt::Earliest | StartAt::Offset(_) => None,
        };
        let to = match self.until {
            Until::Time(last) => Some(last),
            Until::Before(end) => Some(Timestamp(end.0 - 1)),
            Until::Latest | Until::Offset(_) | Until::BeforeOffset(_) => None,
        };
        let end = match self.until {
            Until::Offset(last) => Offset(last.0.saturating_add(1)),
            Until::BeforeOffset(end) => end,
            _ => Offset(u64::MAX),
        };
        let entity =
            self.entity.as_ref().and_then(|(wanted, _)| serde_json::from_slice::<String>(wanted).ok());
        Search {
            time: time
                .filter(|_| self.needs_time() && self.condition.is_none())
                .map(|place| (place, Between { from, to })),
            entity: entity.map(|entity| (key, entity.into_bytes())),
            end,
            ..Search::new(max_line)
        }
    }

    /// Needles of which every line has one that passes, where that is known.
    pub fn needles(&self) -> Option<Needles> {
        let types = self.types.iter().map(|wanted| needles_of(wanted));
        let types = types.reduce(|one, other| one?.or(other?)).flatten();
        let entity = self.entity.as_ref().and_then(|(wanted, _)| needles_of(wanted));
        let values = self.values.iter().map(|(wanted, _)| needles_of(wanted));
        let condition = self.condition.as_ref().and_then(Operand::needles);
        [types, entity, condition].into_iter().chain(values).reduce(Needles::and).flatten()
    }

    /// Whether every event from the start on passes.
    pub fn passes_rest(&self) -> bool {
        let Filter { until, types, entity, values, condition, .. } = self;
        *until == Until::Latest
            && !matches!(self.start, StartAt::Time(_))
            && types.is_empty()
            && entity.is_none()
            && values.is_empty()
            && condition.is_none()
    }

    /// Whether the range may hold an event of this offset, as far as its begin goes.
    pub fn has_begun(&self, offset: Offset) -> bool {
        !matches!(self.start, StartAt::Offset(first) if offset < first)
    }

    /// Whether no later event of the source can pass.
    pub fn is_past(&self, offset: Offset) -> bool {
        match self.until {
            Until::Offset(last) => offset > last,
            Until::BeforeOffset(end) => offset >= end,
            _ => false,
        }
    }

    /// Whether an event need be looked at to know whether it passes, but for its offset and time.
    #[inline]
    pub fn has_conditions(&self) -> bool {
        !self.values.is_empty()
            || self.type_field.is_some()
            || self.entity.is_some()
            || self.condition.is_some()
    }

    /// Whether the range leaves anything out.
    pub fn has_range(&self) -> bool {
        self.start != StartAt::Earliest || self.until != Until::Latest
    }

    /// Whether types, entity and condition let the event pass; needs no event time.
    #[inline]
    pub fn passes_fields(&self, event: &Event<'_>) -> Result<bool> {
        if !self.is_wanted_type(event) || !self.is_wanted_entity(event) || !self.has_values(event) {
            return Ok(false);
        }
        self.condition.as_ref().map_or(Ok(true), |condition| condition.holds(event))
    }

    /// Whether the event lies in the range; its time is set if [`Filter::needs_time`].
    #[inline]
    pub fn in_range(&self, event: &Event<'_>) -> bool {
        let begun = match self.start {
            StartAt::Earliest => true,
            StartAt::Offset(first) => event.line.offset >= first,
            StartAt::Time(first) => event.time() >= first,
        };
        begun
            && match self.until {
                Until::Latest => true,
                Until::Offset(_) | Until::BeforeOffset(_) => !self.is_past(event.line.offset),
                Until::Time(last) => event.time() <= last,
                Until::Before(end) => event.time() < end,
            }
    }

    fn is_wanted_type(&self, event: &Event<'_>) -> bool {
        let Some(field) = &self.type_field else { return true };
        if let ([wanted], Some(text)) = (&self.types[..], field.first_text(event))
            && text == wanted
        {
            // As most are of one that is looked for.
            return true;
        }
        field.text(event).is_some_and(|text| self.types.iter().any(|wanted| same_text(text, wanted)))
    }

    fn is_wanted_entity(&self, event: &Event<'_>) -> bool {
        let Some((wanted, field)) = &self.entity else { return true };
        field.text(event).is_some_and(|text| same_text(text, wanted))
    }

    fn has_values(&self, event: &Event<'_>) -> bool {
        let mut values = self.values.iter();
        values.all(|(wanted, slot)| event.field(*slot).is_some_and(|text| same_text(text, wanted)))
    }
}

/// Needles of every line that has the string `wanted`, by [`same_text`].
fn needles_of(wanted: &[u8]) -> Option<Needles> {
    let text: String = serde_json::from_slice(wanted).ok()?;
    let stands_for_itself = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
    Needles::of(&text, if stands_for_itself { Ends::NEITHER } else { Ends::BOTH })
}

/// Whether two JSON texts are the same string; `wanted` has no needless escapes.
fn same_text(text: &[u8], wanted: &[u8]) -> bool {
    if text == wanted || !text.contains(&b'\\') {
        // A number stands for itself: `--stream 7` finds `"streamId":7`.
        return text == wanted || (text.first() != Some(&b'"') && wanted[1..wanted.len() - 1] == *text);
    }
    serde_json::from_slice::<String>(text).ok() == serde_json::from_slice::<String>(wanted).ok()
}
