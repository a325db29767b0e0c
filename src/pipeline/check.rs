//! A walk over all lines of a source for a check: lines that are no events are told too, and the walk goes on behind
//! them. There are no results on the way, no filter and no event time: what a check reads, it reads itself.

use super::Monitor;
use super::source::{BlockReader, Next};
use crate::error::{Error, Kind, Result};
use crate::event::Event;
use crate::event::line::Block;
use crate::event::scan::{Extractor, Projection};
use crate::operator::check::Inspector;

/// How a walk ended.
#[derive(Debug)]
pub enum End {
    /// All lines were told.
    All,
    /// A signal ended it.
    Interrupted,
    /// The source is damaged, or has a line that is too long, and cannot be read any further.
    Unreadable(Error),
}

/// Tells every line of `reader` to `inspector`; gives how it ended, and the offset behind the last line.
pub fn walk(
    reader: &mut dyn BlockReader,
    projection: &Projection,
    inspector: &mut dyn Inspector,
    monitor: &mut dyn Monitor,
) -> Result<(End, u64)> {
    let mut extractor = Extractor::new(projection);
    let (mut block, mut fields) = (Block::default(), Vec::new());
    let mut next_offset = 0;
    loop {
        block.is_damaged = false;
        match reader.next_block(&mut block) {
            Ok(Next::Block) => {}
            // Whatever else is wrong with these lines is told as well.
            Err(error) if block.is_damaged => {
                block.lines().take(1).for_each(|line| inspector.on_bad_line(&line, &error));
            }
            Ok(Next::Waiting | Next::End) => return Ok((End::All, next_offset)),
            Err(error) if error.kind() == Kind::Data => return Ok((End::Unreadable(error), next_offset)),
            Err(error) => return Err(error),
        }
        monitor.advanced(block.bytes.len() as u64);
        for line in block.lines() {
            if inspector.is_done(line.offset.0) {
                return Ok((End::All, line.offset.0));
            }
            next_offset = line.offset.0 + 1;
            match extractor.extract(line.bytes, &mut fields) {
                Ok(()) => inspector.on_event(&Event::new(line, 0, &fields)),
                Err(error) => inspector.on_bad_line(&line, &error),
            }
        }
        if monitor.is_interrupted() {
            return Ok((End::Interrupted, next_offset));
        }
    }
}
