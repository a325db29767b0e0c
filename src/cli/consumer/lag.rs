//! `bourn consumer lag STREAM [NAME]`: how far consumers are behind the end, in events, bytes and event time.

use super::source::Source;
use crate::cli::Context;
use crate::cli::args::{FieldArgs, InputBuilder};
use crate::error::Result;
use crate::event::Event;
use crate::event::envelope::{Field, Part};
use crate::event::line::{Block, Line, Offset};
use crate::event::scan::{Extractor, Span};
use crate::log::consumer::Position;
use crate::pipeline::source::Next;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;

/// Measures consumers of one source.
pub struct Gauge<'s> {
    source: &'s Source,
    time: Field,
    extractor: Extractor,
    fields: Vec<Option<Span>>,
}

/// How far behind somebody is.
pub struct Lag {
    /// How many bytes the wanted events have.
    pub bytes: u64,
    /// From the event time of the last event that was done to that of the last one there is; nothing where a time is
    /// missing.
    pub behind: Option<Duration>,
}

impl<'s> Gauge<'s> {
    /// Reads event times where the settings of a stream say.
    pub fn new(source: &'s Source, context: &Context) -> Result<Gauge<'s>> {
        let sources = [source.name.clone()];
        let mut input = InputBuilder::new(context, &sources, &FieldArgs::default(), &[])?;
        let time = input.bind(Part::Time);
        let extractor = Extractor::new(&input.projection);
        Ok(Gauge { source, time, extractor, fields: Vec::new() })
    }

    /// The lag of somebody who stands at `position`.
    pub fn lag(&mut self, position: &Position) -> Result<Lag> {
        let offset = position.offset;
        let from = Offset(offset.0.saturating_sub(1));
        let mut reader = self.source.reader(position.place.as_ref(), &self.source.options(from))?;
        let (mut block, mut bytes) = (Block::default(), 0);
        let (mut done, mut last) = (None, Vec::new());
        while reader.next_block(&mut block)? == Next::Block {
            for line in block.lines() {
                if line.offset == from {
                    done = self.time_of(line.bytes);
                }
                bytes += if line.offset >= offset { line.bytes.len() as u64 + 1 } else { 0 };
            }
            if let Some(line) = block.lines().last() {
                last.clear();
                last.extend_from_slice(line.bytes);
            }
        }
        let end = self.time_of(&last);
        Ok(Lag { bytes, behind: end.zip(done).map(|(end, done)| Duration((end.0 - done.0).max(0))) })
    }

    fn time_of(&mut self, line: &[u8]) -> Option<Timestamp> {
        self.extractor.extract(line, &mut self.fields).ok()?;
        let line = Line { bytes: line, source: "", number: 0, offset: Offset(0) };
        self.time.time(&Event::new(line, 0, &self.fields)).ok()
    }
}
