//! Makes the indexes of a sealed segment from its lines. What cannot be made or written is no loss: it is read from
//! the lines.

use std::io;
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use super::super::Stream;
use super::super::ahead::Pieces;
use super::super::files::{for_each_piece, remove_if_there, sha256};
use super::super::segment::Segment;
use super::file::{Block, Header, Tail, hex, texts};
use super::{block_bytes, entity_hash};
use crate::error::Result;
use crate::event::Event;
use crate::event::envelope::{Choice, Envelope, Field, Part};
use crate::event::line::{Line, Offset};
use crate::event::scan::{Extractor, Projection, Span};
use crate::sys::storage::{File, Open};
use crate::time::timestamp::Timestamp;

/// The indexes of a segment whose SHA-256 is not known yet.
pub(in super::super) struct Draft {
    header: Header,
    blocks: Vec<Block>,
    entities: Vec<Vec<u16>>,
}

/// Reads lines, and writes down what its blocks hold.
struct Builder {
    time: Field,
    key: Field,
    extractor: Extractor,
    fields: Vec<Option<Span>>,
    blocks: Vec<Block>,
    entities: Vec<Vec<u16>>,
    longest: u64,
    /// The offset and the byte of the next line.
    next: u64,
    byte: u64,
}

impl Builder {
    fn new(envelope: &Envelope, first: Offset) -> Builder {
        let mut projection = Projection::default();
        let time = envelope.bind(Part::Time, &mut projection);
        let key = envelope.bind(Part::Key, &mut projection);
        Builder {
            time,
            key,
            extractor: Extractor::new(&projection),
            fields: Vec::new(),
            blocks: Vec::new(),
            entities: Vec::new(),
            longest: 0,
            next: first.0,
            byte: 0,
        }
    }

    /// Takes up the lines of one block.
    fn block(&mut self, bytes: &[u8]) {
        let (mut is_sound, mut has_times, mut times) = (true, true, None);
        let (mut rest, mut lines, mut entities) = (bytes, 0, Vec::new());
        while !rest.is_empty() {
            let (length, extracted) = self.extractor.extract_first(rest, &mut self.fields);
            let line = Line { bytes: &rest[..length], source: "", number: 0, offset: Offset(0) };
            rest = &rest[(length + 1).min(rest.len())..];
            lines += 1;
            self.longest = self.longest.max(length as u64);
            if extracted.is_err() {
                is_sound = false;
                continue;
            }
            let event = Event::new(line, 0, &self.fields);
            if has_times {
                match self.time.time(&event) {
                    Ok(time) => times = Some(widened(times, time)),
                    Err(_) => has_times = false,
                }
            }
            entities.extend(self.key.text(&event).and_then(hash));
        }
        entities.sort_unstable();
        entities.dedup();
        self.entities.push(entities);
        let (start, end) = (self.byte, self.byte + bytes.len() as u64);
        let times = times.filter(|_| is_sound && has_times);
        self.blocks.push(Block { first: self.next, lines, start, end, times, is_sound, sum: xxh3_64(bytes) });
        self.next += lines;
        self.byte = end;
    }

    /// The earliest and the latest time of all blocks, when every one has them.
    fn times(&self) -> Option<(Timestamp, Timestamp)> {
        let all: Option<Vec<_>> = self.blocks.iter().map(|block| block.times).collect();
        all?.into_iter().reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
    }
}

fn widened(times: Option<(Timestamp, Timestamp)>, time: Timestamp) -> (Timestamp, Timestamp) {
    times.map_or((time, time), |(from, to)| (from.min(time), to.max(time)))
}

/// The hash of an entity: of a string without its quotes and escapes, of anything else as it stands. A string that
/// stands for no text is nobody's.
fn hash(text: &[u8]) -> Option<u16> {
    match text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")) {
        Some(inner) if !inner.contains(&b'\\') => Some(entity_hash(inner)),
        Some(_) => serde_json::from_slice::<String>(text).ok().map(|text| entity_hash(text.as_bytes())),
        None => Some(entity_hash(text)),
    }
}

impl Stream {
    /// Makes the indexes of a segment of `bytes` that was sealed just now. Nothing rests on them, so that a failure is
    /// none.
    pub(in super::super) fn make_index(&self, segment: &Segment, file: &dyn File, bytes: u64) {
        let _ = self.try_index(segment, file, (bytes, true));
    }

    /// Makes the indexes of sealed segments that have none, or none that is right; gives how many.
    pub(in super::super) fn make_indexes(&self) -> Result<u64> {
        let mut made = 0;
        for segment in self.segments()? {
            let Ok(file) = self.storage.open(&segment.path, Open::Read, true) else { continue };
            let Ok(found) = file.metadata() else { continue };
            let bytes = found.bytes;
            if bytes > 0 && !self.is_indexed(&segment, bytes) {
                made += u64::from(self.try_index(&segment, &*file, (bytes, false)).is_some());
            }
        }
        Ok(made)
    }

    /// Whether both indexes of a segment can be used.
    fn is_indexed(&self, segment: &Segment, bytes: u64) -> bool {
        let Ok(envelope) = Envelope::new(&self.settings.fields) else { return false };
        self.index_of(segment, bytes).is_some_and(|index| {
            let is_of_these_fields = index.header.time == envelope.words(Part::Time)
                && index.header.key == envelope.words(Part::Key);
            let entities = || index.entities(&self.storage, &self.entities_path(segment.first), 0);
            is_of_these_fields && index.blocks().is_some() && entities().is_some()
        })
    }

    /// Makes the indexes of a segment of so many bytes; one that was not written just now must be what was sealed.
    fn try_index(&self, segment: &Segment, file: &dyn File, (bytes, is_new): (u64, bool)) -> Option<()> {
        let sealed = self.sealed_sha256(segment.first)?;
        if !is_new && sha256(file, bytes).ok()? != sealed {
            return None;
        }
        self.keep_index(segment, self.draft_index(segment, file, bytes)?, sealed)
    }

    /// What the indexes of a segment of so many bytes will say, but for its SHA-256; nothing when they cannot be made.
    pub(in super::super) fn draft_index(
        &self,
        segment: &Segment,
        file: &dyn File,
        bytes: u64,
    ) -> Option<Draft> {
        let mut drafting = Drafting::new(&self.settings.fields, segment.first, bytes)?;
        for_each_piece(file, 0, bytes, |piece| drafting.take(piece)).ok()?;
        drafting.made().filter(|draft| draft.header.bytes == bytes)
    }

    /// Writes the indexes of a segment that has this SHA-256.
    pub(in super::super) fn keep_index(&self, segment: &Segment, draft: Draft, sha256: String) -> Option<()> {
        let header = Header { sha256: Some(sha256), ..draft.header };
        self.put_index(segment, header, &draft.blocks, &draft.entities)
    }

    /// Writes the indexes of what a segment that still grows has by now, on the device.
    pub(in super::super) fn keep_active_index(&self, segment: &Segment, draft: Draft) -> Option<()> {
        let last = draft.blocks.last()?;
        let tail = Some(Tail { byte: last.start, sum: hex(last.sum) });
        self.put_index(segment, Header { tail, ..draft.header }, &draft.blocks, &draft.entities)
    }

    fn put_index(
        &self,
        segment: &Segment,
        header: Header,
        blocks: &[Block],
        entities: &[Vec<u16>],
    ) -> Option<()> {
        let (index, entities) = texts(header, blocks, entities).ok()?;
        let [index_path, entities_path] = self.index_paths(segment.first);
        self.put(&entities_path, &entities).ok()?;
        self.put(&index_path, &index).ok()
    }

    /// Writes a file by a temporary one and a rename, without a flush: one that a power cut tears is not believed.
    fn put(&self, target: &Path, text: &str) -> io::Result<()> {
        let temporary = target.with_extension("index.new");
        let put = || {
            let file = self.storage.open(&temporary, Open::Create, true)?;
            file.truncate(0)?;
            file.write_all_at(text.as_bytes(), 0)?;
            self.storage.rename(&temporary, target)
        };
        put().inspect_err(|_| {
            // A disk that is full keeps no half index for nothing.
            let _ = remove_if_there(&self.storage, &temporary);
        })
    }
}

/// Makes the draft of bytes that come in pieces.
pub(in super::super) struct Drafting {
    builder: Builder,
    /// What of the block at hand has come.
    open: Vec<u8>,
    /// How long a block is at least.
    least: usize,
    first: Offset,
    time: String,
    key: String,
}

impl Drafting {
    /// A draft for the segment that begins at `first` and will have about `bytes`; nothing when the fields cannot be read.
    pub(in super::super) fn new(choice: &Choice, first: Offset, bytes: u64) -> Option<Drafting> {
        let envelope = Envelope::new(choice).ok()?;
        Some(Drafting {
            builder: Builder::new(&envelope, first),
            open: Vec::new(),
            least: block_bytes(bytes) as usize,
            first,
            time: envelope.words(Part::Time),
            key: envelope.words(Part::Key),
        })
    }
}

impl Pieces for Drafting {
    /// Nothing when the segment does not end with a whole line.
    type Made = Option<Draft>;

    fn take(&mut self, piece: &[u8]) {
        self.open.extend_from_slice(piece);
        let mut start = 0;
        while let Some(length) = block_length(&self.open[start..], self.least) {
            self.builder.block(&self.open[start..start + length]);
            start += length;
        }
        self.open.drain(..start);
    }

    fn made(mut self) -> Option<Draft> {
        if !self.open.is_empty() {
            self.builder.block(&self.open);
        }
        self.open.last().is_none_or(|&last| last == b'\n').then_some(())?;
        let times = self.builder.times().map(|(from, to)| (from.to_string(), to.to_string()));
        let (from, to) = times.unzip();
        let header = Header {
            first: self.first.0,
            events: self.builder.next - self.first.0,
            bytes: self.builder.byte,
            sha256: None,
            tail: None,
            time: self.time,
            key: self.key,
            longest: self.builder.longest,
            sound: self.builder.blocks.iter().all(|block| block.is_sound),
            from,
            to,
            body: String::new(),
        };
        Some(Draft { header, blocks: self.builder.blocks, entities: self.builder.entities })
    }
}

/// The length of the first block of `bytes`, which ends with the line that has the byte `least`; nothing when more
/// must be read to know.
fn block_length(bytes: &[u8], least: usize) -> Option<usize> {
    let newline = memchr::memchr(b'\n', bytes.get(least - 1..)?)?;
    Some(least + newline)
}
