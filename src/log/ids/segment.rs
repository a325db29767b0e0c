//! The ids and entities of one segment: from its file of ids as far as that covers it, the rest from its lines.

use std::collections::HashMap;
use std::path::PathBuf;

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

use super::super::Stream;
use super::super::files::{for_each_piece, read_range};
use super::super::segment::Segment;
use super::keys::{Key, Keys, entity_hash, hash_of};
use super::table::{self, EntityHash, Origin, Table};
use crate::error::{Error, Result};
use crate::sys::storage::{File, Open};

/// How many of the last bytes that are covered must be those that were covered.
const TAIL_BYTES: u64 = 64 << 10;
/// The active segment is read again up to this many bytes, or this part of what is covered, before its ids are written.
const LEAST_BYTES: u64 = 256 << 10;
const LEAST_PART: u64 = 16;
/// How much is read around a line that is asked for.
const WINDOW_BYTES: u64 = 16 << 10;

/// What is known about one segment.
pub struct SegmentIds {
    segment: Segment,
    /// The lines; nothing as long as there are none.
    file: Option<Box<dyn File>>,
    end: u64,
    /// The file of ids, and how many bytes of the segment it covers.
    table: Option<(Table, u64)>,
    /// What is known of the lines behind that.
    behind: Behind,
    /// What was read last around a line, and where it begins.
    window: (u64, Vec<u8>),
}

/// What is kept in memory.
#[derive(Default)]
struct Behind {
    /// Hash and position of each id.
    ids: HashTable<(u64, u64)>,
    /// How many events the entities have.
    entities: HashMap<EntityHash, u64>,
}

impl Behind {
    fn put(&mut self, hash: u64, position: u64) {
        self.ids.insert_unique(hash, (hash, position), |(hash, _)| *hash);
    }

    fn add(&mut self, key: &Key<'_>, position: u64) {
        if let Some(id) = &key.id {
            self.put(hash_of(id), position);
        }
        if let Some(entity) = &key.entity {
            *self.entities.entry(entity_hash(entity)).or_default() += 1;
        }
    }
}

impl SegmentIds {
    /// What the first `end` bytes of a segment hold; `is_final` says that no more will come.
    pub fn open(
        stream: &Stream,
        segment: Segment,
        end: u64,
        is_final: bool,
        keys: &mut Keys,
    ) -> Result<SegmentIds> {
        let (behind, window) = (Behind::default(), (0, Vec::new()));
        let mut known = SegmentIds { segment, file: None, end: 0, table: None, behind, window };
        known.grow(stream, end)?;
        if end == 0 {
            return Ok(known);
        }
        let found = Table::open(&stream.storage, &known.table_path(stream));
        if let Some((table, origin)) =
            found.filter(|(_, origin)| known.origin(stream, keys, origin.bytes).as_ref() == Some(origin))
        {
            known.table = Some((table, origin.bytes));
        }
        let covered = known.covered();
        known.read_from(stream, covered, keys)?;
        let spare = if is_final { 0 } else { LEAST_BYTES.max(covered / LEAST_PART) };
        if end - covered > spare {
            known.keep(stream, keys);
        }
        Ok(known)
    }

    /// The segment.
    pub fn segment(&self) -> &Segment {
        &self.segment
    }

    /// Where its lines end.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// The segment ends at `end` now.
    pub fn grow(&mut self, stream: &Stream, end: u64) -> Result<()> {
        self.end = end;
        if self.file.is_none() && end > 0 {
            let file = stream.storage.open(&self.segment.path, Open::Read, true);
            self.file = Some(file.map_err(|cause| stream.failed("open", &self.segment.path, &cause))?);
        }
        Ok(())
    }

    fn table_path(&self, stream: &Stream) -> PathBuf {
        stream.inside(&format!("{:020}.ids", self.segment.first.0))
    }

    fn covered(&self) -> u64 {
        self.table.as_ref().map_or(0, |(_, covered)| *covered)
    }

    /// What a file of ids over the first `bytes` would be made from; nothing when there are not so many.
    fn origin(&self, stream: &Stream, keys: &Keys, bytes: u64) -> Option<Origin> {
        let file = self.file.as_ref().filter(|_| bytes <= self.end)?;
        let length = bytes.min(TAIL_BYTES);
        let tail = read_range(&**file, bytes - length, length).ok()?;
        let redactions = stream.storage.metadata(&stream.inside("redactions.jsonl"));
        let redactions = redactions.map_or(0, |found| found.bytes);
        Some(Origin { bytes, tail: xxh3_64(&tail), fields: keys.words().to_owned(), redactions })
    }

    /// Writes the ids of all its lines, which are flushed. What cannot be written stays in memory and is read again
    /// by the next writer: no answer depends on it.
    pub fn keep(&mut self, stream: &Stream, keys: &Keys) {
        let Some(origin) = self.origin(stream, keys, self.end) else { return };
        let mut all = match &self.table {
            None => (Vec::new(), Vec::new()),
            Some((table, _)) => match table.all() {
                Ok(all) => all,
                Err(_) => return,
            },
        };
        for &(hash, count) in &all.1 {
            *self.behind.entities.entry(hash).or_default() += count;
        }
        all.0.extend(self.behind.ids.iter());
        all.1 = self.behind.entities.iter().map(|(hash, count)| (*hash, *count)).collect();
        let path = self.table_path(stream);
        let written = table::write(&stream.storage, &path, &origin, &mut all.0, &mut all.1);
        let opened = written.ok().and_then(|()| Table::open(&stream.storage, &path));
        self.table = opened.filter(|(_, read)| *read == origin).map(|(table, origin)| (table, origin.bytes));
        self.behind.ids.clear();
        match self.table {
            Some(_) => self.behind.entities.clear(),
            None => all.0.into_iter().for_each(|(hash, position)| self.behind.put(hash, position)),
        }
    }

    /// Takes up a line that begins at `position`.
    pub fn add(&mut self, key: &Key<'_>, position: u64) {
        self.behind.add(key, position);
    }

    fn read_from(&mut self, stream: &Stream, start: u64, keys: &mut Keys) -> Result<()> {
        let mut behind = std::mem::take(&mut self.behind);
        self.each_line(stream, start, |position, line| {
            behind.add(&keys.of(line)?, position);
            Ok(())
        })?;
        self.behind = behind;
        Ok(())
    }

    /// The file of ids turned out to be damaged: everything is read from the lines.
    #[cold]
    fn rebuild(&mut self, stream: &Stream, keys: &mut Keys) -> Result<()> {
        self.table = None;
        self.behind = Behind::default();
        self.read_from(stream, 0, keys)
    }

    /// How many events an entity has.
    pub fn count(&mut self, entity: &EntityHash, stream: &Stream, keys: &mut Keys) -> Result<u64> {
        let kept = match &self.table {
            None => 0,
            Some((table, _)) => match table.count(entity) {
                Ok(count) => count,
                Err(_) => {
                    self.rebuild(stream, keys)?;
                    0
                }
            },
        };
        Ok(kept + self.behind.entities.get(entity).copied().unwrap_or_default())
    }

    /// The positions of lines whose ids have one of these hashes, which are in ascending order.
    pub fn positions(
        &mut self,
        hashes: &[(u64, usize)],
        stream: &Stream,
        keys: &mut Keys,
    ) -> Result<Vec<(usize, u64)>> {
        let kept = self.table.as_ref().map_or_else(|| Ok(Vec::new()), |(table, _)| table.positions(hashes));
        let mut found = match kept {
            Ok(found) => found,
            Err(_) => {
                self.rebuild(stream, keys)?;
                Vec::new()
            }
        };
        for &(hash, number) in hashes {
            let same = self.behind.ids.iter_hash(hash).filter(|(known, _)| *known == hash);
            found.extend(same.map(|(_, position)| (number, *position)));
        }
        Ok(found)
    }

    /// Hands every line from the byte `start` on to `take`, with its position.
    pub fn each_line(
        &self,
        stream: &Stream,
        start: u64,
        mut take: impl FnMut(u64, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let (mut partial, mut position, mut outcome) = (Vec::new(), start, Ok(()));
        let read = for_each_piece(&**file, start, self.end, |piece| {
            let mut rest = piece;
            while outcome.is_ok()
                && let Some(length) = memchr::memchr(b'\n', rest)
            {
                let line = match partial.is_empty() {
                    true => &rest[..length],
                    false => {
                        partial.extend_from_slice(&rest[..length]);
                        &partial[..]
                    }
                };
                outcome = take(position, line).map_err(|error| (error, position));
                position += line.len() as u64 + 1;
                partial.clear();
                rest = &rest[length + 1..];
            }
            partial.extend_from_slice(rest);
        });
        read.map_err(|cause| stream.failed("read", &self.segment.path, &cause))?;
        if outcome.is_ok() && !partial.is_empty() {
            // A segment made by hand may lack its last newline.
            outcome = take(position, &partial).map_err(|error| (error, position));
        }
        outcome.map_err(|(error, position)| self.locate(stream, &**file, error, position))
    }

    /// Says in an error on which line it happened.
    #[cold]
    fn locate(&self, stream: &Stream, file: &dyn File, error: Error, position: u64) -> Error {
        let mut number = 1;
        let counted = for_each_piece(file, 0, position, |piece| {
            number += memchr::memchr_iter(b'\n', piece).count() as u64;
        });
        let name = stream.show(&self.segment.path);
        match counted {
            Ok(()) => error.at(&name, number),
            Err(_) => error.source(&name),
        }
    }

    /// The line that begins at `position`, without its newline.
    pub fn line_at(&mut self, stream: &Stream, position: u64) -> Result<Vec<u8>> {
        let mut want = WINDOW_BYTES;
        loop {
            let (start, bytes) = &self.window;
            let inside =
                position.checked_sub(*start).and_then(|skip| bytes.get(usize::try_from(skip).ok()?..));
            let found = inside.and_then(|rest| memchr::memchr(b'\n', rest).map(|length| &rest[..length]));
            if let Some(line) = found {
                return Ok(line.to_vec());
            }
            let is_all = inside.is_some_and(|_| start + bytes.len() as u64 >= self.end);
            if let Some(rest) = inside.filter(|_| is_all) {
                return Ok(rest.to_vec());
            }
            let Some(file) = &self.file else { return Ok(Vec::new()) };
            let length = want.min(self.end.saturating_sub(position));
            let read = read_range(&**file, position, length);
            let read = read.map_err(|cause| stream.failed("read", &self.segment.path, &cause))?;
            if (read.len() as u64) < length {
                return Err(Error::data("the file became shorter while it was read")
                    .source(&stream.show(&self.segment.path)));
            }
            self.window = (position, read);
            want *= 2;
        }
    }
}
