//! Finds offsets by event time.

use super::source::Source;
use crate::cli::Context;
use crate::cli::args::{FieldArgs, InputBuilder, ReadingArgs};
use crate::cli::progress::Reporter;
use crate::error::Result;
use crate::event::line::Offset;
use crate::log::place::Place;
use crate::pipeline::account::Account;
use crate::pipeline::cursor::Step;
use crate::pipeline::filter::{StartAt, Until};
use crate::time::timestamp::Timestamp;

/// Looks through a source for a consumer that stands somewhere in it.
pub struct Seek<'s> {
    /// Where to look.
    pub source: &'s Source,
    /// Where the consumer stands in a file.
    pub known: Option<&'s Place>,
    /// The clock and the disk.
    pub context: &'s Context,
}

impl Seek<'_> {
    /// The offset of the first event, in arrival order, whose time is `time` or later; the end if there is none.
    pub fn first_at_or_after(&self, time: Timestamp) -> Result<Offset> {
        match self.first(StartAt::Time(time))? {
            Some((offset, _)) => Ok(offset),
            None => self.source.end(self.known),
        }
    }

    /// The event time of the event at `offset`; nothing when there is none.
    pub fn time_at(&self, offset: Offset) -> Result<Option<Timestamp>> {
        Ok(self.first(StartAt::Offset(offset))?.and_then(|(_, time)| time))
    }

    /// The first event of a range: its offset and time.
    fn first(&self, start: StartAt) -> Result<Option<(Offset, Option<Timestamp>)>> {
        let sources = [self.source.name.clone()];
        let mut input = InputBuilder::new(self.context, &sources, &FieldArgs::default(), &[])?;
        let from = match start {
            StartAt::Offset(offset) => offset,
            _ => Offset(0),
        };
        input.range((start, Until::Latest));
        input.need_time();
        let reader = self.source.reader(self.known, &self.source.options(from))?;
        let mut cursor = input.build(reader, &ReadingArgs::default(), 0)?;
        let found = cursor.advance(&mut Account::default(), &mut Reporter::new())?;
        Ok((found == Step::Event).then(|| (cursor.event().line.offset, cursor.time())))
    }
}
