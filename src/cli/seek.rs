//! Finds offsets by event time.

use super::Context;
use super::args::{FieldArgs, InputBuilder, ReadingArgs, SourceArgs};
use super::progress::Reporter;
use crate::error::Result;
use crate::event::line::Offset;
use crate::log::Stream;
use crate::pipeline::account::Account;
use crate::pipeline::cursor::Step;
use crate::pipeline::filter::{StartAt, Until};
use crate::time::timestamp::Timestamp;

/// The offset of the first event, in arrival order, whose time is `time` or later; the end if there is none.
pub fn first_at_or_after(context: &Context, stream: &Stream, time: Timestamp) -> Result<Offset> {
    match first(context, stream, StartAt::Time(time))? {
        Some((offset, _)) => Ok(offset),
        None => stream.end(),
    }
}

/// The event time of the event at `offset`; nothing when there is none.
pub fn time_at(context: &Context, stream: &Stream, offset: Offset) -> Result<Option<Timestamp>> {
    Ok(first(context, stream, StartAt::Offset(offset))?.and_then(|(_, time)| time))
}

/// The first event of a range: its offset and time.
fn first(context: &Context, stream: &Stream, start: StartAt) -> Result<Option<(Offset, Option<Timestamp>)>> {
    let sources = vec![stream.directory().display().to_string()];
    let mut input = InputBuilder::new(context, &sources, &FieldArgs::default(), &[])?;
    input.range((start, Until::Latest));
    input.need_time();
    let source = SourceArgs { sources, reading: ReadingArgs::default() };
    let reader = input.open(context, &source, false)?;
    let mut cursor = input.build(reader, &source.reading, 0);
    let found = cursor.advance(&mut Account::default(), &mut Reporter::new())?;
    Ok((found == Step::Event).then(|| (cursor.event().line.offset, cursor.time())))
}
