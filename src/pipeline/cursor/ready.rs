//! The events whose fields are taken out already and of which nothing is asked but their time: to go from one to the next
//! within one loop costs less than to find out for each what there is to ask. What does not fit here is left to
//! [`Cursor::advance`], which does the same for any event.

use super::{Cursor, TimeSource};
use crate::event::Event;
use crate::event::line::{Line, Offset};
use crate::event::scan::extracted::Extracted;

/// What becomes of an event that is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ready {
    /// It is taken; the next one may come.
    Taken,
    /// It is taken, and no other is wanted now.
    Last,
    /// It is not taken, and stands at the cursor as if [`Cursor::advance`] had found it.
    Left,
}

/// What stands behind an event that is ready.
#[derive(Clone, Copy)]
pub struct Behind<'a> {
    extracted: &'a Extracted,
    bytes: &'a [u8],
    /// Which of the lines that were taken apart the event is, and where it begins.
    at: usize,
    start: usize,
}

impl<'a> Behind<'a> {
    /// The event so many places behind this one, if it is known already; without its time.
    #[inline]
    pub fn upcoming(&self, event: &Event<'a>, behind: usize) -> Option<Event<'a>> {
        let (start, length, fields) = self.extracted.behind(self.at, behind)?;
        let (start, further) = (self.start + start, behind as u64);
        let line = Line {
            bytes: &self.bytes[start..start + length],
            number: event.line.number.wrapping_add(further),
            offset: Offset(event.line.offset.0.wrapping_add(further)),
            ..event.line
        };
        let mut upcoming = Event::new(line, event.input, fields);
        upcoming.ordinal = event.ordinal.wrapping_add(further);
        Some(upcoming)
    }
}

impl Cursor {
    /// Hands the events behind the one at hand, which was taken, to `take`, as far as they are ready; gives whether one was left
    /// at the cursor.
    pub fn each_ready(&mut self, mut take: impl FnMut(&Event<'_>, Behind<'_>) -> Ready) -> bool {
        let field = match &self.time_source {
            TimeSource::Field(field) if self.is_unasked => Some(field),
            TimeSource::None if self.is_unasked => None,
            _ => return false,
        };
        let Some((mut at, origin)) = self.extracted.place() else { return false };
        let (extracted, bytes) = (&self.extracted, &self.block.bytes[..]);
        let (first, mut start, mut end) = (at, self.line.start, self.line.end);
        let origin = start - origin;
        let mut event = self.event();
        let mut outcome = Ready::Taken;
        while let Some((from, to, fields)) = extracted.line(at + 1) {
            let line = &bytes[origin + from..origin + to];
            let time = match field {
                None => None,
                Some(field) => match field.recent_time(line, fields) {
                    None => break,
                    time => time,
                },
            };
            (at, start, end) = (at + 1, origin + from, origin + to);
            event.go_on(line, fields);
            event.time = time;
            outcome = take(&event, Behind { extracted, bytes, at, start });
            if outcome != Ready::Taken {
                break;
            }
        }
        let (passed, time) = ((at - first) as u64, event.time);
        if passed > 0 {
            self.time = time;
            self.line = start..end;
            self.rest = (end + 1).min(self.block.bytes.len());
            self.extracted.skip(at - first);
            self.go_on(passed);
            self.is_pending = outcome == Ready::Left;
        }
        self.is_pending
    }
}
