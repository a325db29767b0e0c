//! Which blocks of a sealed segment a search reads, and which it passes over. Decides; reads no lines.

use std::io;
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::super::files::read_range;
use super::file::{Block, Index};
use super::search::Search;
use crate::event::line::Offset;
use crate::sys::storage::File;

/// The way through a segment.
pub struct Plan {
    blocks: Vec<Block>,
    is_passed: Vec<bool>,
    at: usize,
}

/// One step on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nobody wants these lines.
    Over(Stretch),
    /// These must be read.
    Read(Stretch),
}

/// Some lines that stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The offset of the first.
    pub first: u64,
    /// How many there are.
    pub lines: u64,
    /// Their bytes in the segment.
    pub start: u64,
    /// The byte behind them.
    pub end: u64,
    /// The numbers of the blocks that they are.
    blocks: (usize, usize),
}

impl Plan {
    /// How to read a segment from the offset `from` on; nothing when the index is of no use. Before the offset
    /// `tail` stand none of the last events that are wanted. `entities` says which blocks may hold the entity that is
    /// looked for.
    pub(super) fn new(
        index: &Index,
        search: &Search,
        (from, tail): (Offset, Offset),
        entities: impl FnOnce() -> Option<Vec<bool>>,
    ) -> Option<Plan> {
        let header = &index.header;
        if header.longest > search.max_line {
            return None;
        }
        let all = Block {
            first: header.first,
            lines: header.events,
            start: 0,
            end: header.bytes,
            times: index.times,
            is_sound: header.sound,
            sum: 0,
        };
        let looks_at_time = search.time.as_ref().is_some_and(|(field, _)| *field == header.time);
        let is_passed = |block: &Block| {
            let next = block.first + block.lines;
            let is_disjoint = |times| search.time.as_ref().is_some_and(|(_, range)| range.is_disjoint(times));
            let is_outside = looks_at_time && block.times.is_some_and(is_disjoint);
            let is_early = search.last.is_some() && next <= tail.0;
            let is_due = block.first >= from.0 && next <= search.end.0;
            next <= from.0 || block.is_sound && is_due && (is_outside || is_early)
        };
        if is_passed(&all) {
            return Some(Plan { blocks: vec![all], is_passed: vec![true], at: 0 });
        }
        let blocks = index.blocks()?;
        let may_hold = entities().filter(|known| known.len() == blocks.len());
        let is_without = |at: usize, block: &Block| {
            let is_due = block.first >= from.0 && block.first + block.lines <= search.end.0;
            block.is_sound && is_due && may_hold.as_ref().is_some_and(|known| !known[at])
        };
        let each = blocks.iter().enumerate();
        let is_passed: Vec<bool> =
            each.map(|(at, block)| is_passed(block) || is_without(at, block)).collect();
        Some(Plan { blocks, is_passed, at: 0 })
    }

    /// How many bytes of the segment the index knows.
    pub fn bytes(&self) -> u64 {
        self.blocks.last().map_or(0, |last| last.end)
    }

    /// The bytes of each block that is not what it was when the index was made, in order.
    pub fn differences(&self, file: &dyn File) -> io::Result<Vec<Range<u64>>> {
        let mut ranges = Vec::new();
        for block in &self.blocks {
            let bytes = read_range(file, block.start, block.end - block.start)?;
            if xxh3_64(&bytes) != block.sum {
                ranges.push(block.start..block.end);
            }
        }
        Ok(ranges)
    }

    /// The next step: as many blocks as are treated alike, of those that are read about `most` bytes.
    pub fn next(&mut self, most: u64) -> Option<Step> {
        let start = self.at;
        let first = self.blocks.get(start)?;
        let is_passed = self.is_passed[start];
        while let Some(block) = self.blocks.get(self.at)
            && self.is_passed[self.at] == is_passed
            && (is_passed || self.at == start || block.end - first.start <= most)
        {
            self.at += 1;
        }
        let last = &self.blocks[self.at - 1];
        let stretch = Stretch {
            first: first.first,
            lines: last.first + last.lines - first.first,
            start: first.start,
            end: last.end,
            blocks: (start, self.at),
        };
        Some(if is_passed { Step::Over(stretch) } else { Step::Read(stretch) })
    }

    /// Whether every line of a stretch was an event when the index was made.
    pub fn is_sound(&self, stretch: &Stretch) -> bool {
        self.blocks[stretch.blocks.0..stretch.blocks.1].iter().all(|block| block.is_sound)
    }

    /// Whether these are the bytes of a stretch as they were when the index was made.
    pub fn is_right(&self, stretch: &Stretch, bytes: &[u8]) -> bool {
        let blocks = &self.blocks[stretch.blocks.0..stretch.blocks.1];
        let part = |block: &Block| {
            let range = (block.start - stretch.start) as usize..(block.end - stretch.start) as usize;
            bytes.get(range).is_some_and(|bytes| xxh3_64(bytes) == block.sum)
        };
        blocks.iter().all(part)
    }
}
