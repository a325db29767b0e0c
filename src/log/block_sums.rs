//! Checksums of the blocks of a sealed segment: they say where a segment differs from what was sealed, not whether.

use std::io;
use std::ops::Range;

use super::files::for_each_piece;
use super::head;
use crate::sys::storage::File;

/// The fewest bytes of a block.
const SMALLEST: u64 = 512;
/// About how many blocks a segment has at most.
const BLOCKS: u64 = 2048;

/// The checksums (XXH3-64) of the blocks of a file, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BlockSums {
    /// The size of a block in bytes.
    pub(super) block: u64,
    /// One checksum for each; the last block may be shorter.
    pub(super) sums: Vec<u64>,
}

impl BlockSums {
    /// The block size for a segment of `bytes`.
    pub(super) fn block_for(bytes: u64) -> u64 {
        bytes.div_ceil(BLOCKS).next_power_of_two().max(SMALLEST)
    }

    /// The checksums of the first `bytes` of a file.
    pub(super) fn of(file: &dyn File, bytes: u64, block: u64) -> io::Result<BlockSums> {
        let mut summing = Summing::new(block);
        for_each_piece(file, 0, bytes, |piece| summing.take(piece))?;
        Ok(summing.made())
    }

    /// The checksums in hexadecimal, one after the other.
    pub(super) fn text(&self) -> String {
        self.sums.iter().map(|sum| format!("{sum:016x}")).collect()
    }

    /// Reads what [`BlockSums::text`] wrote.
    pub(super) fn parse(block: u64, text: &str) -> Option<BlockSums> {
        if block == 0 || block > 1 << 40 || !text.is_ascii() || !text.len().is_multiple_of(16) {
            return None;
        }
        let sums = (0..text.len() / 16).map(|at| u64::from_str_radix(&text[16 * at..16 * at + 16], 16).ok());
        Some(BlockSums { block, sums: sums.collect::<Option<_>>()? })
    }

    /// The bytes of the first block that differs; all of the file's when none does.
    pub(super) fn first_difference(&self, file: &dyn File, size: u64) -> io::Result<(u64, u64)> {
        let first = self.differences(file, size)?.into_iter().next();
        Ok(first.map_or((0, size), |range| (range.start, range.end)))
    }

    /// The bytes of each block of a file of `size` that differs, in order. One that is missing has none.
    pub(super) fn differences(&self, file: &dyn File, size: u64) -> io::Result<Vec<Range<u64>>> {
        let found = BlockSums::of(file, size, self.block)?;
        let count = self.sums.len().max(found.sums.len());
        let differing = (0..count).filter(|&at| self.sums.get(at) != found.sums.get(at));
        let ranges = differing.map(|at| {
            let start = at as u64 * self.block;
            start.min(size)..(start + self.block).min(size.max(start))
        });
        Ok(ranges.collect())
    }
}

/// Makes checksums of bytes that come in pieces.
pub(super) struct Summing {
    sums: BlockSums,
    /// The begin of the block at hand.
    open: Vec<u8>,
}

impl Summing {
    /// Checksums of blocks of so many bytes.
    pub(super) fn new(block: u64) -> Summing {
        Summing { sums: BlockSums { block, sums: Vec::new() }, open: Vec::new() }
    }

    /// Takes the next bytes.
    pub(super) fn take(&mut self, piece: &[u8]) {
        let block = self.sums.block as usize;
        let mut rest = piece;
        while !rest.is_empty() {
            let length = rest.len().min(block.saturating_sub(self.open.len()));
            self.open.extend_from_slice(&rest[..length]);
            rest = &rest[length..];
            if self.open.len() == block {
                self.sums.sums.push(head::checksum(&self.open));
                self.open.clear();
            }
        }
    }

    /// The checksums; the last block may be shorter.
    pub(super) fn made(mut self) -> BlockSums {
        if !self.open.is_empty() {
            self.sums.sums.push(head::checksum(&self.open));
        }
        self.sums
    }
}
