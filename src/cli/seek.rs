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
    let sources = vec![stream.directory().display().to_string()];
    let mut input = InputBuilder::new(context, &sources, &FieldArgs::default(), &[])?;
    input.range((StartAt::Time(time), Until::Latest));
    let source = SourceArgs { sources, reading: ReadingArgs::default() };
    let reader = input.open(context, &source, false)?;
    let mut cursor = input.build(reader, &source.reading, 0);
    let found = cursor.advance(&mut Account::default(), &mut Reporter::new())?;
    if found == Step::Event { Ok(cursor.event().line.offset) } else { stream.end() }
}
