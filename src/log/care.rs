//! Looking after a stream by hand: what it holds at a glance, settling what a dead writer left, sealing.

use std::path::Path;

use super::files::read_range;
use super::head::{self, Head, State};
use super::merkle;
use super::reader::Reader;
use super::segment::Segment;
use super::writer::Sync;
use super::{Settings, Stream};
use crate::error::{Error, Result};
use crate::event::line::{Block, Offset};
use crate::sys::storage::{Open, Patience};

/// What a stream holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// How many committed events there are.
    pub events: u64,
    /// The bytes of all segments.
    pub bytes: u64,
    /// How many segments there are.
    pub segments: usize,
    /// The last committed line, without its newline.
    pub last: Option<Vec<u8>>,
}

/// What a repair found and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// How many events the stream has.
    pub events: u64,
    /// The Merkle root over them.
    pub root: merkle::Hash,
    /// What was done, a sentence each; empty when everything was well.
    pub done: Vec<String>,
}

/// What sealing did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealing {
    /// The offset of the first event of the segment that was active.
    pub first: Offset,
    /// The offset behind its last event, where the next segment begins.
    pub next: Offset,
    /// Its bytes.
    pub bytes: u64,
}

/// How much of the end of a segment is read first to find its last line.
const TAIL_BYTES: u64 = 64 << 10;

impl Stream {
    /// Makes a stream with these settings at `directory`, durably; gives whether it was not there before. A stream
    /// that is there must have the same settings.
    pub fn init(
        storage: &std::sync::Arc<dyn crate::sys::storage::Storage>,
        directory: &Path,
        settings: &Settings,
    ) -> Result<(Stream, bool)> {
        Stream::check_place(storage, directory)?;
        let exists = storage.metadata(directory).is_ok() && super::is_stream(storage, directory)?;
        let mut stream = Stream::create(storage.clone(), directory)?;
        if *settings != Settings::default() && stream.settings != *settings {
            // One without settings and events may be what an init left that was cut short.
            if stream.settings != Settings::default() || !stream.segments()?.is_empty() {
                return Err(Error::conflict(format!(
                    "{} is there already, with other settings",
                    stream.name
                ))
                .hint(format!("edit {}", stream.show(&directory.join("stream.toml")))));
            }
            settings.write(storage, directory)?;
            stream.settings = settings.clone();
        }
        // Whoever made the names before may have died before they were flushed.
        for path in [directory, super::files::parent_of(directory)] {
            storage.sync_directory(path).map_err(|cause| stream.failed("flush", path, &cause))?;
        }
        Ok((stream, !exists))
    }

    /// What the stream holds. Of the lines that the head vouches for only the last one is read.
    pub fn overview(&self) -> Result<Overview> {
        let segments = self.segments()?;
        let mut bytes = 0;
        for segment in &segments {
            bytes += self.size(segment)?;
        }
        let certain = self.certain_slot()?;
        let (mut events, mut reader) = match &certain {
            Some(slot) => (slot.next(), Reader::behind(self.clone(), slot)?),
            None => {
                let last = segments.last().map_or(Offset(0), |segment| segment.first);
                (last, self.read_from(last)?)
            }
        };
        let (mut last, mut block) = (None, Block::default());
        while reader.next_block(&mut block)? {
            events = Offset(block.first_offset.0 + block.line_count());
            last = block.lines().last().map(|line| line.bytes.to_vec());
        }
        if last.is_none() {
            let before = match &certain {
                Some(slot) => {
                    segments.iter().find(|segment| segment.first == slot.segment).map(|s| (s, slot.end))
                }
                None => None,
            };
            last = self.last_line(&segments, before)?;
        }
        Ok(Overview { events: events.0, bytes, segments: segments.len(), last })
    }

    fn size(&self, segment: &Segment) -> Result<u64> {
        let found = self.storage.metadata(&segment.path);
        Ok(found.map_err(|cause| self.failed("read", &segment.path, &cause))?.bytes)
    }

    /// The last line that ends at or before `end` of a segment; of an earlier segment when that one is empty there.
    fn last_line(&self, segments: &[Segment], end: Option<(&Segment, u64)>) -> Result<Option<Vec<u8>>> {
        let is_last = |active: &Segment| segments.last() == Some(active);
        for segment in segments.iter().rev() {
            let end = match end {
                Some((active, _)) if segment.first > active.first => continue,
                // A segment behind which another was begun may have been redacted since.
                Some((active, end)) if segment.first == active.first && is_last(active) => end,
                _ => self.size(segment)?,
            };
            if end > 0 {
                return self.line_before(segment, end).map(Some);
            }
        }
        Ok(None)
    }

    fn line_before(&self, segment: &Segment, end: u64) -> Result<Vec<u8>> {
        let failed = |cause| self.failed("read", &segment.path, &cause);
        let file = self.storage.open(&segment.path, Open::Read, true).map_err(failed)?;
        let mut want = TAIL_BYTES;
        loop {
            let start = end.saturating_sub(want);
            let mut tail = read_range(&*file, start, end - start).map_err(failed)?;
            if tail.last() == Some(&b'\n') {
                tail.pop();
            }
            match memchr::memrchr(b'\n', &tail) {
                Some(at) => return Ok(tail.split_off(at + 1)),
                None if start == 0 => return Ok(tail),
                None => want *= 4,
            }
        }
    }

    /// Settles what the last writer left, as the next append would, and says what it was. Damage before the committed
    /// end is an error, and nothing is changed.
    pub fn repair(&self, patience: Patience) -> Result<Repair> {
        self.check_seals()?;
        let path = self.inside("head");
        let before = head::read(&*self.storage, &path).map_err(|cause| self.failed("read", &path, &cause))?;
        let (writer, mut done) = self.writer(patience, Sync::Batch)?;
        let events = writer.next();
        done.extend(settled(&before, events));
        done.extend(match self.make_indexes()? {
            0 => None,
            1 => Some("the index of one segment was made again".to_owned()),
            count => Some(format!("the indexes of {count} segments were made again")),
        });
        let receipt = writer.finish_durable()?;
        Ok(Repair { events: events.0, root: receipt.get().root, done })
    }

    /// Sealed segments must have the size that they were sealed with, and the next one must begin where they end.
    fn check_seals(&self) -> Result<()> {
        let segments = self.segments()?;
        for (at, segment) in segments.iter().enumerate() {
            let Some(seal) = self.read_seal(segment.first)? else { continue };
            let size = self.size(segment)?;
            let damaged = |what: String| {
                Error::data(what)
                    .hint("a sealed segment never changes: bring it back from a copy; nothing was changed")
                    .source(&self.show(&segment.path))
            };
            if !self.is_sealed_size(segment.first, seal.bytes, size)? {
                return Err(damaged(format!(
                    "the file has {size} bytes, but it was sealed with {}",
                    seal.bytes
                )));
            }
            let end = Offset(seal.frontier.size());
            if let Some(next) = segments.get(at + 1)
                && next.first != end
            {
                return Err(damaged(format!(
                    "this segment ends before offset {end}, but the next begins at {}",
                    next.first
                )));
            }
        }
        Ok(())
    }

    /// Seals the active segment, so that it is never written again; nothing when it is empty. Gives what there is to
    /// say about the last writer, too.
    pub fn seal_active(&self, patience: Patience) -> Result<(Option<Sealing>, Vec<String>)> {
        let (mut writer, warnings) = self.writer(patience, Sync::Batch)?;
        let (first, bytes) = writer.active();
        let next = writer.next();
        if bytes > 0 {
            writer.seal()?;
        }
        writer.finish()?;
        Ok(((bytes > 0).then_some(Sealing { first, next, bytes }), warnings))
    }
}

/// What settling the head means to somebody who reads it, beyond what recovery says itself.
fn settled(before: &Head, end: Offset) -> Option<String> {
    let slot = match before {
        Head::Absent if end == Offset(0) => return None,
        Head::Absent => return Some(format!("{end} lines made by hand were taken in")),
        // Recovery says so itself.
        Head::Damaged => return None,
        Head::Last(slot) => slot,
    };
    let last = slot.next().0.saturating_sub(1);
    match slot.state {
        State::Done => None,
        State::Pending if slot.count > 0 && end >= slot.next() => Some(format!(
            "an append that was not acknowledged is whole and kept: offsets {} to {last}",
            slot.first
        )),
        State::Pending | State::Open => Some(format!(
            "an append that was not acknowledged is taken back: it began at offset {}",
            slot.first
        )),
        State::Suspect => {
            Some(format!("what a failed flush left behind offset {} is taken back", slot.first))
        }
        State::Unflushed => {
            Some(format!("what was appended without a flush is forced to the device: up to offset {last}"))
        }
    }
}
