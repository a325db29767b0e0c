//! What a stream looks like, in one pass and bounded memory: how many events of which types and entities,
//! when, how large, and how far out of order. What is counted is here; how it is told is in [`summary`].

mod frequent;
mod histogram;
mod over_time;
pub mod summary;
#[cfg(test)]
mod tests;

use frequent::Frequent;
use histogram::Histogram;
use over_time::OverTime;
pub use summary::Summary;

use super::aggregate::Approximate;
use super::grouping::write_canonical_datum;
use super::{Fate, Operator, Results};
use crate::error::Result;
use crate::event::Event;
use crate::event::envelope::Field;
use crate::event::expression::Datum;
use crate::time::timestamp::Timestamp;

/// Looks at events; every part of an event may be missing.
pub struct Stat {
    fields: Fields,
    events: u64,
    bytes: u64,
    sizes: Histogram,
    types: Tally,
    entities: Tally,
    clock: Clock,
    /// Where the canonical text of a value is made.
    text: Vec<u8>,
}

/// Where an event has the parts that are counted.
pub struct Fields {
    /// What sort of event it is.
    pub kind: Field,
    /// The entity it is about.
    pub entity: Field,
    /// When it happened.
    pub time: Field,
}

/// The values of one part of the envelope.
#[derive(Default)]
struct Tally {
    distinct: Approximate,
    frequent: Frequent,
    /// How many events lack it.
    missing: u64,
}

impl Tally {
    fn add(&mut self, field: &Field, event: &Event<'_>, text: &mut Vec<u8>) -> Result<()> {
        let Some(raw) = field.text(event) else {
            self.missing += 1;
            return Ok(());
        };
        text.clear();
        write_canonical_datum(&Datum::Text(raw), text).map_err(|error| event.locate(error))?;
        self.distinct.insert_text(text);
        self.frequent.add(text);
        Ok(())
    }
}

/// Event times and how they come.
#[derive(Default)]
struct Clock {
    first: Option<Timestamp>,
    /// The stream time: the largest event time so far.
    last: Option<Timestamp>,
    over_time: OverTime,
    /// How far behind the stream time each event came, in nanoseconds.
    lateness: Histogram,
    missing: u64,
    unreadable: u64,
}

impl Clock {
    fn add(&mut self, time: Timestamp) {
        let lateness = self.last.map_or(0, |last| (last.0 - time.0).max(0));
        self.lateness.add(lateness.unsigned_abs());
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = self.last.max(Some(time));
        self.over_time.add(time);
    }
}

impl Stat {
    /// Looks at events whose parts are at `fields`.
    pub fn new(fields: Fields) -> Stat {
        Stat {
            fields,
            events: 0,
            bytes: 0,
            sizes: Histogram::default(),
            types: Tally::default(),
            entities: Tally::default(),
            clock: Clock::default(),
            text: Vec::new(),
        }
    }
}

impl Operator for Stat {
    fn on_event(&mut self, event: &Event<'_>, _: &mut Results) -> Result<Fate> {
        let size = event.line.bytes.len() as u64 + 1;
        self.events += 1;
        self.bytes += size;
        self.sizes.add(u128::from(size));
        self.types.add(&self.fields.kind, event, &mut self.text)?;
        self.entities.add(&self.fields.entity, event, &mut self.text)?;
        if self.fields.time.text(event).is_none() {
            self.clock.missing += 1;
        } else {
            match self.fields.time.time(event) {
                Ok(time) => self.clock.add(time),
                Err(_) => self.clock.unreadable += 1,
            }
        }
        Ok(Fate::Used)
    }

    fn on_end(&mut self, _: &mut Results) -> Result<()> {
        Ok(())
    }
}
