//! Rot: committed bytes of a segment that are not what was stored. Says where it is, in whole lines, from the evidence
//! beside the lines; repairs nothing, and knows no index but by its plan.
//!
//! A sealed segment is held against its seal: the checksums of its blocks say where it differs, its SHA-256 (or that of
//! a redaction) whether. The active one is held against the head: the checksum of the last append, and the Merkle
//! tree over all lines. Where nothing says what a segment must be, or what says so is damaged, there is no rot.

use std::io;
use std::ops::Range;

use super::Stream;
use super::files::{for_each_piece, sha256};
use super::head::{self, Slot};
use super::index::Plan;
use super::merkle::Frontier;
use super::recovery::matches;
use super::seal::KeptSeal;
use super::segment::Segment;
use crate::error::{Error, Kind, Result};
use crate::event::line::{Block, Offset};
use crate::event::scan;
use crate::sys::storage::File;

/// Up to this size an active segment that has no index is held against the Merkle tree of the head before it is read: a
/// few milliseconds.
const SMALL_BYTES: u64 = 1 << 20;

/// Where a segment is not what was stored.
#[derive(Debug, Default)]
pub(super) struct Rot {
    places: Vec<Place>,
}

/// Lines that stand together, of which at least one is not what was stored.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The bytes of the lines.
    lines: Range<u64>,
    /// The bytes of the blocks that differ.
    blocks: Range<u64>,
    /// Whether all of the lines are events, so that nothing but a checksum tells.
    is_hidden: bool,
}

impl Rot {
    /// How far lines can be read from `position` on that are all sound, or all in the same place of rot, but not beyond
    /// `end`; and that place.
    pub(super) fn stretch(&self, position: u64, end: u64) -> (u64, Option<&Place>) {
        match self.places.iter().find(|place| place.lines.end > position) {
            Some(place) if place.lines.start > position => (end.min(place.lines.start), None),
            Some(place) => (end.min(place.lines.end), Some(place)),
            None => (end, None),
        }
    }
}

impl Place {
    /// The error of a block of lines in this place; nothing when a line is no event, which says more exactly where
    /// the rot is.
    pub(super) fn fault(&self, block: &Block) -> Option<Error> {
        let Range { start, end } = self.blocks;
        let byte = start.max(block.first_byte);
        self.is_hidden.then(|| {
            Error::data(format!("bytes {start} to {end} of the segment are not what was stored"))
                .hint(format!("this is rot in lines that are still JSON (from offset {}, byte {byte} on): bring the segment back from a copy, or pass --on-error skip to go on without these lines", block.first_offset))
                .at(&block.source, block.first_number)
        })
    }
}

impl Stream {
    /// Where a segment is not what was stored. `plan` has the checksums of an index, if there is one; `is_suspected` says
    /// that one of them does not fit.
    pub(super) fn rot(
        &self,
        segment: &Segment,
        file: &dyn File,
        plan: Option<&Plan>,
        is_suspected: bool,
    ) -> Result<Rot> {
        let failed = |cause| self.failed("read", &segment.path, &cause);
        let ranges = match self.kept_seal(segment.first)? {
            Some(Ok(seal)) => self.sealed_rot(segment, file, &seal, plan)?,
            Some(Err(_)) => Vec::new(),
            None => self.active_rot(segment, file, plan, is_suspected)?,
        };
        match ranges.is_empty() {
            true => Ok(Rot::default()),
            false => Ok(Rot { places: whole_lines(file, &ranges).map_err(failed)? }),
        }
    }

    /// The bytes of a sealed segment that are not what was sealed, or what a redaction made of it.
    fn sealed_rot(
        &self,
        segment: &Segment,
        file: &dyn File,
        seal: &KeptSeal,
        plan: Option<&Plan>,
    ) -> Result<Vec<Range<u64>>> {
        let failed = |cause| self.failed("read", &segment.path, &cause);
        let size = file.metadata().map_err(failed)?.bytes;
        let differing = seal.blocks.as_ref().map(|blocks| blocks.differences(file, size));
        let differing = differing.transpose().map_err(failed)?;
        if size == seal.bytes && differing.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        // Before a redaction is done, and when it died half-way, the segment is what it was before.
        let redacted: Vec<String> = match self.redactions() {
            Ok(logged) => logged
                .into_iter()
                .filter(|entry| entry.segment == segment.first.0)
                .map(|entry| entry.sha256)
                .collect(),
            Err(error) if error.kind() == Kind::Data => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let found = sha256(file, size).map_err(failed)?;
        if seal.sha256 == found || redacted.contains(&found) {
            return Ok(Vec::new());
        }
        let by_index = plan.map_or(Ok(Vec::new()), |plan| plan.differences(file)).map_err(failed)?;
        if !by_index.is_empty() {
            return Ok(by_index);
        }
        let by_seal = differing.filter(|ranges| redacted.is_empty() && !ranges.is_empty());
        Ok(by_seal.unwrap_or_else(|| std::iter::once(0..size).collect()))
    }

    /// The bytes of the active segment that are not what the head vouches for. What nobody asked to flush, it does not
    /// vouch for.
    fn active_rot(
        &self,
        segment: &Segment,
        file: &dyn File,
        plan: Option<&Plan>,
        is_suspected: bool,
    ) -> Result<Vec<Range<u64>>> {
        let failed = |cause| self.failed("read", &segment.path, &cause);
        let head_path = self.inside("head");
        let done = head::read_done(&*self.storage, &head_path);
        let done = done.map_err(|cause| self.failed("read", &head_path, &cause))?;
        let size = file.metadata().map_err(failed)?.bytes;
        let Some(slot) = done.filter(|slot| slot.segment == segment.first && slot.end <= size) else {
            return Ok(Vec::new());
        };
        let indexed = plan.map_or(0, Plan::bytes);
        let mut ranges = Vec::new();
        if indexed < slot.end && !matches(file, &slot).map_err(failed)? {
            ranges.push(slot.start..slot.end);
        }
        let is_unknown = indexed < slot.start && slot.end <= SMALL_BYTES && ranges.is_empty();
        if (is_suspected || is_unknown) && self.is_in_tree(segment, file, &slot)? == Some(false) {
            let by_index = plan.map_or(Ok(Vec::new()), |plan| plan.differences(file)).map_err(failed)?;
            ranges.splice(0..0, by_index);
            if ranges.is_empty() {
                ranges.push(indexed.min(slot.start)..slot.start);
            }
        }
        Ok(ranges)
    }

    /// Whether the lines of the active segment are those of the head's tree; nothing when what comes before them is
    /// not known.
    fn is_in_tree(&self, segment: &Segment, file: &dyn File, slot: &Slot) -> Result<Option<bool>> {
        let earlier = self.segments()?.into_iter().rfind(|earlier| earlier.first < segment.first);
        let mut tree = match earlier {
            None => Frontier::default(),
            Some(earlier) => match self.kept_seal(earlier.first)? {
                Some(Ok(seal)) => seal.frontier,
                _ => return Ok(None),
            },
        };
        if Offset(tree.size()) != segment.first {
            return Ok(None);
        }
        let read = for_each_line(file, slot.end, |line, _| tree.push_line(line));
        read.map_err(|cause| self.failed("read", &segment.path, &cause))?;
        Ok(Some(tree == slot.frontier))
    }
}

/// The lines that have a byte in one of the ranges, which are in order.
fn whole_lines(file: &dyn File, ranges: &[Range<u64>]) -> io::Result<Vec<Place>> {
    let (mut places, mut at) = (Vec::<Place>::new(), 0);
    for_each_line(file, u64::MAX, |line, bytes| {
        while ranges.get(at).is_some_and(|range| range.end <= bytes.start) {
            at += 1;
        }
        let touched = ranges[at..].iter().take_while(|range| range.start < bytes.end);
        let Some(blocks) = touched.cloned().reduce(|one, other| one.start..other.end) else { return };
        let is_event = scan::check(line).is_ok();
        match places.last_mut().filter(|place| place.lines.end == bytes.start) {
            Some(place) => {
                place.lines.end = bytes.end;
                place.blocks.end = blocks.end;
                place.is_hidden &= is_event;
            }
            None => places.push(Place { lines: bytes, blocks, is_hidden: is_event }),
        }
    })?;
    Ok(places)
}

/// Hands every line before `end` to `take`, without its newline, and the bytes that it takes with it.
fn for_each_line(file: &dyn File, end: u64, mut take: impl FnMut(&[u8], Range<u64>)) -> io::Result<()> {
    let (mut partial, mut start) = (Vec::new(), 0);
    for_each_piece(file, 0, end, |piece| {
        let mut rest = piece;
        while let Some(length) = memchr::memchr(b'\n', rest) {
            let (line, behind) = (&rest[..length], &rest[length + 1..]);
            let whole = if partial.is_empty() {
                line
            } else {
                partial.extend_from_slice(line);
                &partial
            };
            let next = start + whole.len() as u64 + 1;
            take(whole, start..next);
            partial.clear();
            (start, rest) = (next, behind);
        }
        partial.extend_from_slice(rest);
    })?;
    if !partial.is_empty() {
        take(&partial, start..start + partial.len() as u64);
    }
    Ok(())
}
