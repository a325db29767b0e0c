//! Which event ids a stream holds, and how many events each of its entities has: asked under the writer's lock.
//!
//! For each segment there is a file `.bourn/SEGMENT.ids`, as far as one was written; what it does not cover is read
//! from the segment. The file is derived: it is written only over lines that are flushed, is no part of any promise,
//! and is made again from the segment when it is missing, damaged or made from other lines.

mod keys;
mod segment;
pub mod table;
#[cfg(test)]
mod tests;

use super::batch::{Batch, Stamp, is_same};
use super::segment::{Segment, file_name};
use super::writer::Writer;
use super::{Stream, merkle};
use crate::error::{Error, Result};
use crate::event::envelope::Choice;
use crate::event::line::Offset;
use keys::{Keys, entity_hash, hash_of};
use segment::SegmentIds;

/// Where a line is stored: the number of its segment among those that are known, and its first byte there.
pub type Location = (usize, u64);

/// The ids and entities of a whole stream.
pub struct Ids {
    stream: Stream,
    keys: Keys,
    segments: Vec<SegmentIds>,
}

impl Ids {
    /// Everything up to the end at which `writer` appends; `choice` says where events keep their ids and entities.
    pub fn open(writer: &Writer, choice: &Choice) -> Result<Ids> {
        let stream = writer.stream().clone();
        let mut ids = Ids { stream, keys: Keys::new(choice)?, segments: Vec::new() };
        let (active, end) = writer.active();
        for segment in ids.stream.segments()?.into_iter().filter(|segment| segment.first < active) {
            let size = ids.stream.storage.metadata(&segment.path);
            let size = size.map_err(|cause| ids.stream.failed("read", &segment.path, &cause))?.bytes;
            ids.segments.push(SegmentIds::open(&ids.stream, segment, size, true, &mut ids.keys)?);
        }
        ids.begin(active, end)?;
        Ok(ids)
    }

    /// Takes up the segment that is appended to.
    fn begin(&mut self, first: Offset, end: u64) -> Result<()> {
        let segment = Segment { first, path: self.stream.directory.join(file_name(first)) };
        self.segments.push(SegmentIds::open(&self.stream, segment, end, false, &mut self.keys)?);
        Ok(())
    }

    /// How many events an entity has.
    pub fn count(&mut self, entity: &[u8]) -> Result<u64> {
        let hash = entity_hash(entity);
        let Ids { stream, keys, segments } = self;
        segments.iter_mut().map(|segment| segment.count(&hash, stream, keys)).sum()
    }

    /// How many of the events from `location` on each of the entities has.
    pub fn counts_from(&mut self, (at, start): Location, entities: &[&[u8]]) -> Result<Vec<u64>> {
        let mut counts = vec![0; entities.len()];
        let Ids { stream, keys, segments } = self;
        for (number, segment) in segments.iter().enumerate().skip(at) {
            let from = if number == at { start } else { 0 };
            segment.each_line(stream, from, |_, line| {
                if let Some(entity) = keys.of(line)?.entity {
                    let is_same = |(_, known): &(usize, &&[u8])| ***known == *entity;
                    entities.iter().enumerate().filter(is_same).for_each(|(at, _)| counts[at] += 1);
                }
                Ok(())
            })?;
        }
        Ok(counts)
    }

    /// Where lines with the id of `line` are stored, in their order; nothing when it has no id.
    pub fn find(&mut self, line: &[u8]) -> Result<Vec<Location>> {
        let Some(id) = self.keys.of(line)?.id.map(std::borrow::Cow::into_owned) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for (_, location) in self.candidates(&[(hash_of(&id), 0)])? {
            let stored = self.line_at(location)?;
            if self.keys.of(&stored)?.id.as_deref() == Some(&id[..]) {
                found.push(location);
            }
        }
        Ok(found)
    }

    /// Whether the batch is stored from `location` on, line by line the same events; gives the lines as they are stored.
    pub fn is_stored(&mut self, batch: &Batch, location: Location) -> Result<Option<Vec<u8>>> {
        let mut lines = Vec::new();
        let mut position = location.1;
        for (line, stamp) in batch.each() {
            let segment = &mut self.segments[location.0];
            if position >= segment.end() {
                return Ok(None);
            }
            let stored = segment.line_at(&self.stream, position)?;
            if self.keys.of(line)?.id.is_none() || !is_same(line, stamp, &stored) {
                return Ok(None);
            }
            position += stored.len() as u64 + 1;
            lines.extend_from_slice(&stored);
            lines.push(b'\n');
        }
        Ok(Some(lines))
    }

    /// The offset of the line at `location`, and the tree over all lines before the byte `end` of its segment.
    pub fn place(&self, (at, position): Location, end: u64) -> Result<(Offset, merkle::Frontier)> {
        let known = &self.segments[at];
        let mut frontier = self.stream.frontier_before(known.segment())?;
        let mut first = frontier.size();
        known.each_line(&self.stream, 0, |start, line| {
            first += u64::from(start < position);
            if start < end {
                frontier.push_line(line);
            }
            Ok(())
        })?;
        Ok((Offset(first), frontier))
    }

    /// Takes the events out of the batch whose ids are stored already, or came before in the batch; gives how many.
    /// An id that comes again with another content is an error, which says the number of its line in the batch.
    pub fn keep_new(&mut self, batch: &mut Batch) -> Result<u64> {
        let mut hashes = Vec::with_capacity(batch.count as usize);
        let lines: Vec<_> = batch.each().collect();
        for (number, (line, _)) in lines.iter().enumerate() {
            let key = self.keys.of(line)?;
            let Some(id) = key.id else { return Err(self.keys.no_id().at("", number as u64 + 1)) };
            hashes.push((hash_of(&id), number));
        }
        hashes.sort_unstable();
        let mut is_out = vec![false; lines.len()];
        let mut candidates = self.candidates(&hashes)?;
        candidates.sort_unstable_by_key(|&(_, location)| location);
        for (number, location) in candidates {
            let stored = self.line_at(location)?;
            is_out[number] |= self.is_again(number, lines[number], &stored)?;
        }
        for same in hashes.chunk_by(|one, other| one.0 == other.0) {
            for (at, &(_, number)) in same.iter().enumerate() {
                for &(_, earlier) in &same[..at] {
                    is_out[number] |= self.is_again(number, lines[number], lines[earlier].0)?;
                }
            }
        }
        let count = is_out.iter().filter(|is_out| **is_out).count() as u64;
        if count > 0 {
            batch.retain(&is_out);
        }
        Ok(count)
    }

    /// Whether a line has the id of an earlier one and is the same event.
    fn is_again(
        &mut self,
        number: usize,
        (line, stamp): (&[u8], Option<Stamp>),
        earlier: &[u8],
    ) -> Result<bool> {
        let id = self.keys.of(line)?.id;
        if id != self.keys.of(earlier)?.id {
            return Ok(false);
        }
        if is_same(line, stamp, earlier) {
            return Ok(true);
        }
        let id = id.unwrap_or_default();
        Err(Error::data(format!(
            "the event id '{}' came before, with another content",
            String::from_utf8_lossy(&id)
        ))
        .hint("an event never changes: give the new one an id of its own; the batch was not stored")
        .at("", number as u64 + 1))
    }

    /// Takes up a batch that `writer` has just stored.
    pub fn stored(&mut self, writer: &Writer, batch: &Batch) -> Result<()> {
        let (active, end) = writer.active();
        if let Some(last) = self.segments.last_mut().filter(|last| last.segment().first != active) {
            last.keep(&self.stream, &self.keys);
            self.begin(active, 0)?;
        }
        let mut position = end - batch.lines.len() as u64;
        let Some(last) = self.segments.last_mut() else { return Ok(()) };
        for (line, _) in batch.each() {
            last.add(&self.keys.of(line)?, position);
            position += line.len() as u64 + 1;
        }
        last.grow(&self.stream, end)
    }

    /// Where lines may be stored whose ids have these hashes, which are in ascending order.
    fn candidates(&mut self, hashes: &[(u64, usize)]) -> Result<Vec<(usize, Location)>> {
        let Ids { stream, keys, segments } = self;
        let mut found = Vec::new();
        for (at, segment) in segments.iter_mut().enumerate() {
            let positions = segment.positions(hashes, stream, keys)?;
            found.extend(positions.into_iter().map(|(number, position)| (number, (at, position))));
        }
        Ok(found)
    }

    fn line_at(&mut self, (at, position): Location) -> Result<Vec<u8>> {
        self.segments[at].line_at(&self.stream, position)
    }
}
