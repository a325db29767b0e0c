//! Group commit: appends of a single line that wait for the same flush share it. Batches, conditions, marks and sealing
//! take the stream alone ([`super::writer`]); nothing here knows them.
//!
//! Four locks, always taken in this order, each for one question:
//!
//! ```text
//! the stream's directory   exclusive          who writes next; held while one line is written, not while it is flushed
//! .bourn                   shared             whose line is not acknowledged yet: while anybody holds it, nothing behind
//!                                             the head's end is read, cut or taken in by others
//! .bourn/next              exclusive          who flushes next; held until it is known which lines are there
//! the active segment       exclusive          who flushes now
//! ```
//!
//! A line is written behind the lines of those who wait already. Whoever gets the right to flush next waits for the flush
//! before, and then flushes for all whose lines are there; the others wait for it and find that the head vouches for
//! their lines. A writer that wants the stream alone holds the
//! first lock, so that nobody new comes, and waits until nobody holds the second.

use super::Stream;
use super::files::read_range;
use super::head::{self, Head, Slot, State};
use super::merkle::Frontier;
use super::recovery::{Tip, matches};
use super::writer::{Durable, Receipt};
use crate::error::{Error, Kind, Result};
use crate::event::line::Offset;
use crate::event::scan;
use crate::sys::storage::{File, Lock, Open, Patience};

/// More bytes than this behind the head's end are no crowd of waiting lines: somebody takes the stream alone and
/// settles them.
const WAITING_BYTES: u64 = 4 << 20;

/// The file within `.bourn` whose lock is the right to flush next.
const NEXT: &str = "next";

/// How often a writer looks whether somebody has flushed for it before it stands in line to do so itself: once, unless
/// the other died.
const ROUNDS: u32 = 16;

/// What failed.
const NOT_FLUSHED: &str = "cannot flush the append";
const FLUSH_FAILED: &str = "a flush of the append failed";

/// A line that is written and waits for its flush.
pub struct Waiting {
    stream: Stream,
    _unacknowledged: Box<dyn Lock>,
    head: Box<dyn File>,
    segment: Box<dyn File>,
    /// What the head vouched for when the line was written.
    base: Slot,
    /// The stream up to and with the line.
    tip: Tip,
}

impl Stream {
    /// Writes one line (ended by a newline, checked by the caller) behind those that wait for a flush. Nothing when
    /// the stream has to be taken alone for it: there is something to recover, to seal or to begin, or a consumer's
    /// mark to keep.
    pub fn append_one(&self, line: &[u8], patience: Patience) -> Result<Option<Waiting>> {
        assert!(line.ends_with(b"\n"), "a whole line");
        if self.check_file_system()? {
            return Ok(None);
        }
        let turn = self.storage.lock(&self.directory, patience).map_err(|cause| self.not_locked(&cause))?;
        let Some(mut waiting) = self.join_group()? else { return Ok(None) };
        let written = waiting.segment.write_all_at(line, waiting.tip.end);
        written.map_err(|cause| waiting.not_known("cannot store the append", &cause))?;
        waiting.tip.end += line.len() as u64;
        waiting.tip.next.0 += 1;
        waiting.tip.frontier.push_lines(line);
        drop(turn);
        Ok(Some(waiting))
    }

    /// Whether somebody's line waits for a flush now. On another machine's disk nobody's does: there a file that is
    /// opened for reading cannot be locked alone, so that nobody could tell.
    pub(super) fn is_flush_shared(&self) -> Result<bool> {
        Ok(!self.is_on_network()? && self.is_line_waiting()?)
    }

    /// Whether somebody's line waits for a flush now, on a disk of this machine.
    fn is_line_waiting(&self) -> Result<bool> {
        match self.storage.is_held(&self.inside(""), &self.inside("head")) {
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(false),
            other => other.map_err(|cause| self.failed("look at", &self.inside(""), &cause)),
        }
    }

    /// Waits until nobody's line waits for a flush; nobody new comes while the caller holds the stream's lock.
    pub(super) fn wait_for_group(&self, patience: Patience) -> Result<()> {
        // A reader that only asks holds the lock for an instant.
        let patience = match patience {
            Patience::None => Patience::For(std::time::Duration::from_secs(1)),
            other => other,
        };
        self.storage.lock(&self.inside(""), patience).map(drop).map_err(|cause| self.not_locked(&cause))
    }

    /// The place behind all lines that are there, when it can be joined.
    fn join_group(&self) -> Result<Option<Waiting>> {
        let head_path = self.inside("head");
        let head = match self.storage.open(&head_path, Open::Write, true) {
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(|cause| self.failed("open", &head_path, &cause))?,
        };
        let said = || head::read_open(&*head).map_err(|cause| self.failed("read", &head_path, &cause));
        let Some(mut slot) = self.joinable(said()?) else { return Ok(None) };
        let Some(segment) = self.segments()?.pop().filter(|segment| segment.first == slot.segment) else {
            return Ok(None);
        };
        if self.read_seal(segment.first)?.is_some() {
            return Ok(None);
        }
        let file = self.open_segment(&segment.path)?;
        let failed = |cause| self.failed("read", &segment.path, &cause);
        // While the caller holds the stream's lock, nobody writes a line, and what is there can only be flushed.
        let size = file.metadata().map_err(failed)?.bytes;
        if size != slot.end && !self.is_line_waiting()? {
            let Some(now) = self.joinable(said()?) else { return Ok(None) };
            slot = now;
            if size != slot.end {
                return Ok(None);
            }
        }
        let unacknowledged = self.storage.lock_shared(&self.inside(""));
        let unacknowledged = unacknowledged.map_err(|cause| self.not_locked(&cause))?;
        if size < slot.end || size - slot.end > WAITING_BYTES {
            return Ok(None);
        }
        if !matches(&*file, &slot).map_err(failed)? {
            return Ok(None);
        }
        let ahead = read_range(&*file, slot.end, size - slot.end).map_err(failed)?;
        let mut tip = Tip {
            end: slot.end,
            next: slot.next(),
            frontier: slot.frontier.clone(),
            turn: slot.turn,
            marks: slot.marks.clone(),
            segment,
        };
        tip.take_whole_lines(&ahead);
        // A piece of a line: its writer died, and nobody may cut it off while others wait.
        if tip.end != size {
            return Ok(None);
        }
        let stream = self.clone();
        Ok(Some(Waiting { stream, _unacknowledged: unacknowledged, head, segment: file, base: slot, tip }))
    }

    /// The last append, when another line may simply follow it.
    fn joinable(&self, said: Head) -> Option<Slot> {
        match said {
            Head::Last(slot) => Some(slot).filter(|slot| {
                let has_room = slot.end > 0 && slot.end < self.settings.segment_bytes;
                slot.state == State::Done && slot.marks(true).is_empty() && has_room
            }),
            Head::Absent | Head::Damaged => None,
        }
    }
}

impl Tip {
    /// Goes on over whole valid lines at the start of `bytes`, which stand behind the tip.
    fn take_whole_lines(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(length) = memchr::memchr(b'\n', rest)
            && scan::check(&rest[..length]).is_ok()
        {
            self.frontier.push_line(&rest[..length]);
            self.next.0 += 1;
            self.end += length as u64 + 1;
            rest = &rest[length + 1..];
        }
    }
}

impl Waiting {
    /// Comes back when the line is on the device, by this process' flush or by another's.
    pub fn acknowledge(mut self) -> Result<Durable<Receipt>> {
        let receipt = Receipt {
            first: Offset(self.tip.next.0 - 1),
            count: 1,
            size: self.tip.next.0,
            root: Frontier::root(&self.tip.frontier),
        };
        for round in 0.. {
            let patience = if round < ROUNDS { Patience::None } else { Patience::Always };
            match self.lock_next(patience) {
                Ok(next) => {
                    let flusher = self.stream.storage.lock(&self.tip.segment.path, Patience::Always);
                    let _flusher = flusher.map_err(|cause| self.not_known(NOT_FLUSHED, &cause))?;
                    self.flush_unless_covered(next)?;
                    break;
                }
                // Somebody waits to flush, and has not looked yet which lines are there.
                Err(cause) if cause.kind() == std::io::ErrorKind::WouldBlock => self.wait_for_flush()?,
                Err(cause) => return Err(self.not_known(NOT_FLUSHED, &cause)),
            }
            if matches!(self.said()?, Head::Last(slot) if self.is_covered(&slot)) {
                break;
            }
        }
        Ok(Durable::of(receipt))
    }

    /// The right to flush next. The file may be deleted at any time: then two flush, one after the other.
    fn lock_next(&self, patience: Patience) -> std::io::Result<Box<dyn Lock>> {
        let (storage, path) = (&self.stream.storage, self.stream.inside(NEXT));
        match storage.lock(&path, patience) {
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                storage.open(&path, Open::Create, true)?;
                storage.lock(&path, patience)
            }
            other => other,
        }
    }

    /// Waits until whoever is to flush next knows its lines, and then until it has flushed them.
    fn wait_for_flush(&self) -> Result<()> {
        let storage = &self.stream.storage;
        match storage.lock_shared(&self.stream.inside(NEXT)) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                return Err(self.not_known(NOT_FLUSHED, &cause));
            }
            found => drop(found),
        }
        let flushed = storage.lock_shared(&self.tip.segment.path);
        flushed.map(drop).map_err(|cause| self.not_known(NOT_FLUSHED, &cause))
    }

    fn said(&self) -> Result<Head> {
        head::read_open(&*self.head).map_err(|cause| self.not_known(NOT_FLUSHED, &cause))
    }

    /// Whether the head vouches for the line.
    fn is_covered(&self, slot: &Slot) -> bool {
        slot.state == State::Done && slot.segment == self.base.segment && slot.end >= self.tip.end
    }

    /// Flushes for all whose lines are there, unless somebody has flushed this one; only this process does now.
    fn flush_unless_covered(&mut self, next: Box<dyn Lock>) -> Result<()> {
        let not_finished = "cannot finish the append";
        match self.said()? {
            Head::Last(slot) if self.is_covered(&slot) => Ok(()),
            Head::Last(slot) if slot.state == State::Done && slot.segment == self.base.segment => {
                let flushed = self.flush(&slot, next)?;
                let done = flushed.map_err(|cause| self.distrust(&slot, &cause))?;
                head::write(&*self.head, &done).map_err(|cause| self.not_known(not_finished, &cause))
            }
            // Whoever flushed last died while it wrote the head, or while it wrote it anew. What the head said before is
            // known, but not whether that was the last it said: when this flush fails, others' lines behind it may be
            // flushed and acknowledged, so that it is no base to distrust them from. The head goes on saying nothing.
            Head::Damaged | Head::Absent => {
                let flushed = self.flush(&self.base.clone(), next)?;
                let done = flushed.map_err(|cause| self.not_known(FLUSH_FAILED, &cause))?;
                head::write_anew(&*self.head, &done).map_err(|cause| self.not_known(not_finished, &cause))
            }
            _ => Err(self.not_flushed()),
        }
    }

    /// Flushes all whole lines behind `base`; gives what the head may say then, or why the flush failed.
    fn flush(&mut self, base: &Slot, next: Box<dyn Lock>) -> Result<std::io::Result<Slot>> {
        let lines =
            self.rewritten(base.end).map_err(|cause| self.not_known("cannot store the append", &cause))?;
        // Which lines it is for is known: those who come now wait for another flush.
        drop(next);
        Ok(self.segment.sync().map(|()| Slot {
            turn: base.turn + 1,
            state: State::Done,
            segment: base.segment,
            start: base.end,
            end: self.tip.end,
            first: base.next(),
            count: self.tip.next.0 - base.next().0,
            checksum: head::checksum(&lines),
            frontier: self.tip.frontier.clone(),
            marks: base.marks.clone(),
            mark: None,
        }))
    }

    /// All whole lines from `start` on, written once more as they stand.
    fn rewritten(&mut self, start: u64) -> std::io::Result<Vec<u8>> {
        let size = self.segment.metadata()?.bytes;
        let mut lines = read_range(&*self.segment, start, size.saturating_sub(start))?;
        self.tip.take_whole_lines(lines.get((self.tip.end - start) as usize..).unwrap_or_default());
        lines.truncate((self.tip.end - start) as usize);
        // As `write_again` does.
        self.segment.write_all_at(&lines, start)?;
        Ok(lines)
    }

    /// A flush failed: of what is behind the last one that did not, nothing is believed, by anybody. It is cut off by
    /// the next writer that has the stream alone: others may be writing behind it now.
    #[cold]
    fn distrust(&self, base: &Slot, cause: &std::io::Error) -> Error {
        let suspect = Slot {
            state: State::Suspect,
            start: base.end,
            first: base.next(),
            count: 0,
            checksum: head::checksum(b""),
            ..base.clone()
        };
        // Should this fail, too, the head says nothing of the lines, and they are written again before they count.
        let _ = head::write_flushed(&*self.head, &suspect);
        self.not_known(FLUSH_FAILED, cause)
    }

    #[cold]
    fn not_known(&self, doing: &str, cause: &std::io::Error) -> Error {
        Error::system(
            format!("{doing} to {}, and the event is not known to be stored", self.stream.name),
            cause,
        )
        .hint("free space or check the disk, then append it again")
    }

    #[cold]
    fn not_flushed(&self) -> Error {
        let name = &self.stream.name;
        let what =
            format!("a flush of {name} by another writer failed, and the event is not known to be stored");
        Error::new(Kind::System, what).hint("check the disk, then append it again")
    }
}
