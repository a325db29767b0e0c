//! Whole lines and where they stand. This is the one line reader: every source fills a [`Block`] with
//! whole lines and everybody walks [`Block::lines`]. Nothing here reads a file or knows JSON.

use std::fmt;
use std::sync::Arc;

use super::buffer::Buffer;

/// The default limit of a line, in bytes without its newline.
pub const MAX_LINE_BYTES: usize = 64 << 20;

/// An event's position in its stream: 0, 1, 2 …; the line number, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset(pub u64);

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One whole line, without its newline. A carriage return before the newline belongs to the line: it is
/// white space to JSON, and bytes stay as they are.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The bytes, without the newline.
    pub bytes: &'a [u8],
    /// The name of the file or segment it stands in, or `-`.
    pub source: &'a str,
    /// The line number within `source`, from 1.
    pub number: u64,
    /// The position in the stream that the source is (over all its segments or files).
    pub offset: Offset,
}

impl<'a> Line<'a> {
    /// The bytes without white space at either end, for putting the event into another JSON text.
    pub fn trimmed(&self) -> &'a [u8] {
        self.bytes.trim_ascii()
    }
}

/// A run of whole lines of one file. The buffer is reused from block to block.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Whole lines; only the last line of a source may lack its newline.
    pub bytes: Buffer,
    /// The name of the file or segment, as errors show it.
    pub source: Arc<str>,
    /// The number of the first line within `source`, from 1.
    pub first_number: u64,
    /// The offset of the first line.
    pub first_offset: Offset,
    /// Where the block begins in its file, in bytes; told by plain files, which can be sought, and by segments.
    pub first_byte: u64,
    /// Whether these are committed lines of a stream: one that is no event now was damaged.
    pub is_committed: bool,
    /// Whether they stand where a checksum says that at least one of them is not what was stored. A reader that gives such
    /// a block with an error goes on behind it when it is asked again.
    pub is_damaged: bool,
}

impl Block {
    /// How many lines there are; a last one without newline counts.
    pub fn line_count(&self) -> u64 {
        let newlines = memchr::memchr_iter(b'\n', &self.bytes).count() as u64;
        newlines + u64::from(self.bytes.last().is_some_and(|&last| last != b'\n'))
    }

    /// Takes the first `count` lines off; all of them when there are not so many.
    pub fn skip(&mut self, count: u64) {
        if count == 0 {
            return;
        }
        let mut newlines = memchr::memchr_iter(b'\n', &self.bytes);
        let start = newlines.nth(count as usize - 1).map_or(self.bytes.len(), |last| last + 1);
        self.bytes.skip(start);
        self.first_offset.0 += count;
        self.first_number += count;
        self.first_byte += start as u64;
    }

    /// The lines, in order.
    pub fn lines(&self) -> Lines<'_> {
        Lines {
            rest: &self.bytes,
            source: &self.source,
            number: self.first_number,
            offset: self.first_offset,
        }
    }
}

/// Iterates over the lines of a block.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    rest: &'a [u8],
    source: &'a str,
    number: u64,
    offset: Offset,
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.rest);
        let (bytes, rest) = match end {
            Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
            None => (self.rest, &[][..]),
        };
        let line = Line { bytes, source: self.source, number: self.number, offset: self.offset };
        self.rest = rest;
        self.number += 1;
        self.offset.0 += 1;
        Some(line)
    }
}
