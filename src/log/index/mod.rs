//! Indexes of segments: what their blocks hold, so that a search reads only the blocks that may have what it
//! looks for. Knows blocks, times and entities; no reader follows it here, and nothing is shown.
//!
//! Beside each sealed segment, and one that is appended to in large batches, stand `.bourn/OFFSET.index` (for each block its first offset, byte position, event
//! times and checksum) and `.bourn/OFFSET.entities` (for each block the entities in it, as short hashes). Both are
//! derived: no answer rests on them. One that is missing, damaged, or made from another segment or other fields is
//! not believed, and everything is read.

mod build;
mod file;
mod plan;
mod search;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use xxhash_rust::xxh3::xxh3_64;

use super::Stream;
use super::segment::Segment;
use crate::error::Result;
use crate::event::line::Offset;
use crate::sys::storage::File;
pub(super) use build::{Draft, Drafting};
use file::Index;
pub(super) use plan::{Plan, Step, Stretch};
pub use search::{Between, Search};

/// A block is about so long in a large segment, and shorter in a small one.
const BLOCK_BYTES: u64 = 64 << 10;
/// The fewest bytes of a block.
const SMALLEST_BYTES: u64 = 512;
/// About how many blocks a segment has before they are as long as they get.
const BLOCKS: u64 = 64;

/// At how many bytes a block of a segment of `bytes` ends, with the line that is begun.
fn block_bytes(bytes: u64) -> u64 {
    bytes.div_ceil(BLOCKS).next_power_of_two().clamp(SMALLEST_BYTES, BLOCK_BYTES)
}

/// The hash by which the blocks of an entity are found. One that is found is only a reason to read the block.
fn entity_hash(entity: &[u8]) -> u16 {
    (xxh3_64(entity) & 0xffff) as u16
}

impl Stream {
    fn index_path(&self, segment: Offset) -> PathBuf {
        self.inside(&format!("{:020}.index", segment.0))
    }

    fn entities_path(&self, segment: Offset) -> PathBuf {
        self.inside(&format!("{:020}.entities", segment.0))
    }

    /// The paths of both indexes of a segment.
    pub(super) fn index_paths(&self, segment: Offset) -> [PathBuf; 2] {
        [self.index_path(segment), self.entities_path(segment)]
    }

    /// The SHA-256 that a sealed segment must have: what it was sealed with, or what a redaction made of it. Nothing
    /// when no seal says so.
    fn sealed_sha256(&self, segment: Offset) -> Option<String> {
        let seal = self.kept_seal(segment).ok()??.ok()?;
        let redacted = self.redactions().ok()?.into_iter().rfind(|entry| entry.segment == segment.0);
        Some(redacted.map_or(seal.sha256, |entry| entry.sha256))
    }

    /// The index of a sealed segment that has `bytes`; nothing when there is none that can be believed.
    fn index_of(&self, segment: &Segment, bytes: u64) -> Option<Index> {
        let file = self.storage.open(&self.index_path(segment.first), crate::sys::storage::Open::Read, true);
        let index = Index::open(file.ok()?)?;
        let is_right = index.header.first == segment.first.0
            && index.header.bytes == bytes
            && index.header.sha256.is_some()
            && self.sealed_sha256(segment.first) == index.header.sha256;
        is_right.then_some(index)
    }

    /// The index of the begin of a segment that still grows; nothing when there is none.
    fn active_index(&self, segment: &Segment) -> Option<Index> {
        let file = self.storage.open(&self.index_path(segment.first), crate::sys::storage::Open::Read, true);
        let index = Index::open(file.ok()?)?;
        (index.header.first == segment.first.0 && index.header.sha256.is_none()).then_some(index)
    }

    /// How many bytes of a segment that still grows have an index.
    pub(super) fn indexed_bytes(&self, segment: &Segment) -> u64 {
        self.active_index(segment).map_or(0, |index| index.header.bytes)
    }

    /// How a search reads a sealed segment that has `bytes`, from the offset `from` on; nothing when all of it must
    /// be read.
    pub(super) fn plan(
        &self,
        segment: &Segment,
        bytes: u64,
        search: &Search,
        range: (Offset, Offset),
    ) -> Option<Plan> {
        self.plan_by(&self.index_of(segment, bytes)?, segment, search, range)
    }

    /// How a search reads the begin of a segment that still grows, of which `committed` tells how many bytes are
    /// there for certain; likewise.
    pub(super) fn plan_active(
        &self,
        (segment, file): (&Segment, &dyn File),
        committed: impl FnOnce() -> Result<u64>,
        search: &Search,
        range: (Offset, Offset),
    ) -> Result<Option<Plan>> {
        let Some(index) = self.active_index(segment) else { return Ok(None) };
        let is_there = index.header.bytes <= committed()? && index.has_tail_in(file);
        Ok(is_there.then(|| self.plan_by(&index, segment, search, range)).flatten())
    }

    fn plan_by(
        &self,
        index: &Index,
        segment: &Segment,
        search: &Search,
        (from, tail): (Offset, Offset),
    ) -> Option<Plan> {
        let entities = || {
            let (field, entity) = search.entity.as_ref()?;
            let path = self.entities_path(segment.first);
            (*field == index.header.key)
                .then(|| index.entities(&self.storage, &path, entity_hash(entity)))
                .flatten()
        };
        Plan::new(index, search, (from, tail), entities)
    }

    /// The offset from which on at least `count` events stand in sealed segments whose indexes say so: all before it
    /// are none of the last `count` of the stream, whatever the rest holds.
    pub(super) fn tail_of(&self, count: u64) -> Result<Offset> {
        let segments = self.segments()?;
        let mut missing = count;
        for segment in segments.iter().rev().skip(1) {
            if missing == 0 {
                break;
            }
            let size = self.storage.metadata(&segment.path);
            let size = size.map_err(|cause| self.failed("read", &segment.path, &cause))?.bytes;
            let Some(index) = self.index_of(segment, size) else { continue };
            if index.header.sound && index.header.events < missing {
                missing -= index.header.events;
                continue;
            }
            for block in index.blocks().unwrap_or_default().iter().rev().filter(|block| block.is_sound) {
                missing = missing.saturating_sub(block.lines);
                if missing == 0 {
                    return Ok(Offset(block.first));
                }
            }
        }
        Ok(if missing == 0 { segments.last().map_or(Offset(0), |last| last.first) } else { Offset(0) })
    }
}
