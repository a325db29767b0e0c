//! What is committed: decides from the head and the bytes what counts, and sets the rest aside. Rot before
//! the committed end is never repaired by cutting.

use std::path::Path;

use super::Stream;
use super::files::{for_each_piece, read_range};
use super::head::{self, Head, Slot, State};
use super::mark::Marks;
use super::merkle::Frontier;
use super::seal::Sealed;
use super::segment::Segment;
use crate::error::{Error, Result};
use crate::event::line::Offset;
use crate::event::scan;
use crate::sys::storage::{File, Open};

/// How far a segment's bytes are committed, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The end of what the head vouches for, in bytes; 0 without a head.
    pub vouched: u64,
    /// The end of what counts: the vouched bytes and whole valid lines behind them.
    pub end: u64,
    /// Whether bytes behind `end` are somebody's append in hand, and not foreign lines.
    pub is_pending: bool,
}

/// Who else is at work on the stream.
pub struct Others<'a> {
    /// Whether somebody shared a flush after the size of the segment was read, and before the head was.
    pub share_a_flush: bool,
    /// Whether somebody holds the lock; asked once the head is known.
    pub hold_the_lock: &'a dyn Fn() -> std::io::Result<bool>,
}

impl Others<'_> {
    /// Nobody: the lock is ours, and those who shared a flush have gone.
    pub const NONE: Others<'static> = Others { share_a_flush: false, hold_the_lock: &|| Ok(false) };
}

/// How many bytes of `file` count, up to `size`, as the table of the design has it; the first `known` bytes were
/// found to count before.
pub fn extent(
    file: &dyn File,
    segment: Offset,
    (known, size): (u64, u64),
    head: &Head,
    others: &Others,
) -> std::io::Result<Extent> {
    let slot = match head {
        Head::Last(slot) if slot.segment == segment => slot,
        // A later segment than the head's, or no head worth anything: whole valid lines.
        _ => return foreign(file, known, size),
    };
    match slot.state {
        State::Pending if (others.hold_the_lock)()? => {
            Ok(Extent { vouched: slot.start, end: slot.start, is_pending: true })
        }
        State::Pending if matches(file, slot)? => foreign(file, slot.end.max(known), size),
        // Only a power cut after an append that asked for no flush takes what stood before the start.
        State::Pending if size < slot.start => foreign(file, 0, size),
        State::Pending | State::Open | State::Suspect => {
            Ok(Extent { vouched: slot.start, end: slot.start, is_pending: true })
        }
        // What is behind the end may wait for its flush, and is nobody's to read before.
        State::Done if others.share_a_flush => {
            Ok(Extent { vouched: slot.end, end: slot.end, is_pending: true })
        }
        State::Unflushed if !matches(file, slot)? => foreign(file, 0, size),
        State::Done | State::Unflushed => foreign(file, slot.end.max(known), size),
    }
}

/// Whether the bytes of the append are all there.
pub fn matches(file: &dyn File, slot: &Slot) -> std::io::Result<bool> {
    let lines = read_range(file, slot.start, slot.end - slot.start)?;
    Ok(lines.len() as u64 == slot.end - slot.start && head::checksum(&lines) == slot.checksum)
}

/// Goes on over whole valid lines from `start`.
fn foreign(file: &dyn File, start: u64, size: u64) -> std::io::Result<Extent> {
    let (mut end, mut partial, mut is_over) = (start, Vec::new(), false);
    for_each_piece(file, start, size, |piece| {
        let mut rest = piece;
        while !is_over && let Some(length) = memchr::memchr(b'\n', rest) {
            partial.extend_from_slice(&rest[..length]);
            is_over = scan::check(&partial).is_err();
            end += if is_over { 0 } else { partial.len() as u64 + 1 };
            partial.clear();
            rest = &rest[length + 1..];
        }
        partial.extend_from_slice(if is_over { b"" } else { rest });
    })?;
    Ok(Extent { vouched: start.min(size), end: end.min(size.max(start)), is_pending: false })
}

/// Where the next append goes.
#[derive(Clone, Debug)]
pub struct Tip {
    /// The segment that is appended to.
    pub segment: Segment,
    /// Its committed end in bytes.
    pub end: u64,
    /// The offset of the next line.
    pub next: Offset,
    /// The Merkle frontier of everything before.
    pub frontier: Frontier,
    /// The turn of the last append.
    pub turn: u64,
    /// The marks of consumers.
    pub marks: Marks,
}

/// The turn of the last append, and the marks, where its segment is no matter any more: it counts unless it was pending.
fn standing_of(head: &Head) -> (u64, Marks) {
    match head {
        Head::Last(slot) => (slot.turn, slot.marks(!matches!(slot.state, State::Pending | State::Suspect))),
        _ => (0, Marks::default()),
    }
}

impl Stream {
    /// Finds the end of the stream under the lock, adopts what is whole, sets aside what is torn, and says so.
    pub(super) fn recover(&self, head_file: &dyn File, warnings: &mut Vec<String>) -> Result<Tip> {
        let head_path = self.inside("head");
        let head = head::read_open(head_file).map_err(|cause| self.failed("read", &head_path, &cause))?;
        if head == Head::Damaged {
            warnings
                .push(format!("{} is damaged; the stream is read again line by line", self.show(&head_path)));
        }
        let mut tip = self.settled_tip(&head, warnings)?;
        if head == Head::Damaged {
            let marks = head::read_damaged_marks(head_file);
            tip.marks = marks.map_err(|cause| self.failed("read", &head_path, &cause))?;
        }
        Ok(tip)
    }

    fn settled_tip(&self, head: &Head, warnings: &mut Vec<String>) -> Result<Tip> {
        let Some(segment) = self.segments()?.pop() else { return self.first_tip(head) };
        if let Some(sealed) = self.read_seal(segment.first)? {
            return self.tip_behind_seal(head, &segment, sealed);
        }
        let file = self.open_segment(&segment.path)?;
        let size = file.metadata().map_err(|cause| self.failed("read", &segment.path, &cause))?.bytes;
        self.check_vouched(head, &segment, size, &*file)?;
        let found = extent(&*file, segment.first, (0, size), head, &Others::NONE);
        let found = found.map_err(|cause| self.failed("read", &segment.path, &cause))?;
        if found.end < size {
            warnings.push(self.set_torn_aside(&segment.path, &*file, found.end, size)?);
        }
        let tip = self.tip_of(head, segment, &*file, found)?;
        if tip.next.0 > self.known_lines(head) && found.end > found.vouched && found.vouched > 0 {
            warnings.push(format!(
                "{} lines were added to {} by others",
                tip.next.0 - self.known_lines(head),
                self.name
            ));
        }
        Ok(tip)
    }

    fn known_lines(&self, head: &Head) -> u64 {
        match head {
            Head::Last(slot) => slot.next().0,
            _ => 0,
        }
    }

    fn first_tip(&self, head: &Head) -> Result<Tip> {
        if let Head::Last(slot) = head
            && slot.next().0 > 0
            && slot.state != State::Pending
        {
            return Err(Error::data(format!(
                "{} has lost its segments: {} events are missing",
                self.name,
                slot.next()
            ))
            .hint("bring the segment files back"));
        }
        let path = self.directory.join(super::segment::file_name(Offset(0)));
        let segment = Segment { first: Offset(0), path };
        let (turn, marks) = standing_of(head);
        Ok(Tip { segment, end: 0, next: Offset(0), frontier: Frontier::default(), turn, marks })
    }

    /// The last writer died between sealing a segment and beginning the next one.
    fn tip_behind_seal(&self, head: &Head, segment: &Segment, sealed: Sealed) -> Result<Tip> {
        let size = self.storage.metadata(&segment.path);
        let size = size.map_err(|cause| self.failed("read", &segment.path, &cause))?.bytes;
        if !self.is_sealed_size(segment.first, sealed.bytes, size)? {
            return Err(Error::data(format!(
                "the file has {size} bytes, but it was sealed with {}",
                sealed.bytes
            ))
            .hint("a sealed segment never changes: bring it back from a copy")
            .source(&self.show(&segment.path)));
        }
        let next = Offset(sealed.frontier.size());
        let path = self.directory.join(super::segment::file_name(next));
        let (turn, marks) = standing_of(head);
        let segment = Segment { first: next, path };
        Ok(Tip { segment, end: 0, next, frontier: sealed.frontier, turn, marks })
    }

    pub(super) fn open_segment(&self, path: &Path) -> Result<Box<dyn File>> {
        self.storage.open(path, Open::Write, true).map_err(|cause| self.failed("open", path, &cause))
    }

    /// What the head vouches for must be there, byte for byte.
    fn check_vouched(&self, head: &Head, segment: &Segment, size: u64, file: &dyn File) -> Result<()> {
        let Head::Last(slot) = head else { return Ok(()) };
        if slot.segment != segment.first || slot.state != State::Done {
            return Ok(());
        }
        let is_whole = size >= slot.end
            && matches(file, slot).map_err(|cause| self.failed("read", &segment.path, &cause))?;
        if is_whole {
            return Ok(());
        }
        Err(Error::data(format!(
            "the last stored append (bytes {} to {}, offsets {} to {}) is damaged or cut off",
            slot.start,
            slot.end,
            slot.first,
            slot.next().0.saturating_sub(1)
        ))
        .hint("this is rot, not a torn append: bring the file back from a copy; nothing was changed")
        .source(&self.show(&segment.path)))
    }

    /// Copies what does not count to quarantine, flushes it there, and only then cuts it off.
    fn set_torn_aside(&self, path: &Path, file: &dyn File, end: u64, size: u64) -> Result<String> {
        let bytes = read_range(file, end, size - end).map_err(|cause| self.failed("read", path, &cause))?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let place = self.quarantine(&format!("torn-{stem}-{end}"), &bytes)?;
        let cut = || {
            file.truncate(end)?;
            file.sync()
        };
        cut().map_err(|cause| self.failed("cut", path, &cause))?;
        Ok(format!(
            "{} torn bytes behind byte {end} of {} were set aside in {}",
            bytes.len(),
            self.show(path),
            place
        ))
    }

    /// Counts and hashes what the head does not know yet.
    fn tip_of(&self, head: &Head, segment: Segment, file: &dyn File, found: Extent) -> Result<Tip> {
        let (mut next, mut frontier, mut from, turn) = match head {
            Head::Last(slot) if slot.segment == segment.first => match found.vouched == slot.end {
                true => (slot.next(), Some(slot.frontier.clone()), slot.end, slot.turn),
                // The pending append came to nothing; its frontier with it.
                false => (slot.first, None, slot.start, slot.turn),
            },
            Head::Last(slot) if slot.next() == segment.first => {
                (slot.next(), Some(slot.frontier.clone()), 0, slot.turn)
            }
            Head::Last(slot) => (segment.first, None, 0, slot.turn),
            _ => (segment.first, None, 0, 0),
        };
        let marks = match head {
            Head::Last(slot) => slot.marks(slot.segment != segment.first || found.vouched == slot.end),
            _ => Marks::default(),
        };
        if frontier.is_none() {
            frontier = Some(self.frontier_before(&segment)?);
            next = segment.first;
            from = 0;
        }
        let mut frontier = frontier.unwrap_or_default();
        let mut partial = Vec::new();
        let counted = for_each_piece(file, from, found.end, |piece| {
            let mut rest = piece;
            while let Some(length) = memchr::memchr(b'\n', rest) {
                partial.extend_from_slice(&rest[..length]);
                frontier.push_line(&partial);
                next.0 += 1;
                partial.clear();
                rest = &rest[length + 1..];
            }
            partial.extend_from_slice(rest);
        });
        counted.map_err(|cause| self.failed("read", &segment.path, &cause))?;
        Ok(Tip { segment, end: found.end, next, frontier, turn, marks })
    }

    /// The frontier of all segments before this one: from the last seal, or from their lines.
    pub(super) fn frontier_before(&self, segment: &Segment) -> Result<Frontier> {
        let mut frontier = Frontier::default();
        for earlier in self.segments()?.into_iter().filter(|earlier| earlier.first < segment.first) {
            if let Some(seal) = self.read_seal(earlier.first)? {
                frontier = seal.frontier;
                continue;
            }
            let file = self.storage.open(&earlier.path, Open::Read, true);
            let file = file.map_err(|cause| self.failed("open", &earlier.path, &cause))?;
            let mut partial = Vec::new();
            let read = for_each_piece(&*file, 0, u64::MAX, |piece| {
                partial.extend_from_slice(piece);
                let whole = memchr::memrchr(b'\n', &partial).map_or(0, |last| last + 1);
                frontier.push_lines(&partial[..whole]);
                partial.drain(..whole);
            });
            read.map_err(|cause| self.failed("read", &earlier.path, &cause))?;
        }
        Ok(frontier)
    }
}
