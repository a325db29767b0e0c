//! The time of the event at hand: where it comes from, and when it cannot be right.

use std::sync::Arc;

use super::Cursor;
use crate::error::Result;
use crate::event::envelope::Field;
use crate::sys::clock::Clock;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;

/// Where an event's time comes from.
pub enum TimeSource {
    /// Nobody asks for it.
    None,
    /// From a field of the event.
    Field(Field),
    /// It is the time at which the event is read.
    Arrival(Arc<dyn Clock>),
}

/// An event whose time lies further than `limit` in front of the clock has a wrong time.
pub struct Horizon {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// How far in front of it is too far.
    pub limit: Duration,
    /// The latest time that is known to be right; before the clock is asked again.
    known: Option<Timestamp>,
}

impl Horizon {
    /// A horizon `limit` in front of `clock`.
    pub fn new(clock: Arc<dyn Clock>, limit: Duration) -> Horizon {
        Horizon { clock, limit, known: None }
    }

    /// Whether `time` is too far ahead. The clock is asked only when the answer of the last time does not do.
    fn is_beyond(&mut self, time: Timestamp) -> bool {
        if self.known.is_none_or(|known| time > known) {
            self.known = Some(Timestamp(self.clock.now() + self.limit.0));
        }
        self.known.is_some_and(|known| time > known)
    }
}

/// How late events are at most, as whoever asks has said.
pub(super) struct Lateness {
    limit: Duration,
    newest: Timestamp,
}

impl Lateness {
    /// Nothing was read yet.
    pub(super) fn new(limit: Duration) -> Lateness {
        Lateness { limit, newest: Timestamp(i128::MIN) }
    }
}

impl Cursor {
    /// The event time of the line at hand.
    #[inline]
    pub(super) fn time_of_line(&self) -> Result<Option<Timestamp>> {
        Ok(match &self.time_source {
            TimeSource::None => None,
            TimeSource::Field(field) => {
                match field.recent_time(&self.block.bytes[self.line.clone()], self.extracted.fields()) {
                    Some(time) => Some(time),
                    None => Some(field.time(&self.event())?),
                }
            }
            TimeSource::Arrival(clock) => Some(Timestamp(clock.now())),
        })
    }

    pub(super) fn check_lateness(&mut self) -> Result<()> {
        let (Some(Lateness { limit, newest }), Some(time)) = (&mut self.lateness, self.time) else {
            return Ok(());
        };
        *newest = time.max(*newest);
        let late = Duration(newest.0 - time.0);
        if late <= *limit { Ok(()) } else { Err(self.too_late(late)) }
    }

    #[inline]
    pub(super) fn is_too_far_ahead(&mut self) -> bool {
        match (&mut self.horizon, self.time) {
            (Some(horizon), Some(time)) => horizon.is_beyond(time),
            _ => false,
        }
    }
}
