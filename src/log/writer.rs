//! Appends batches of whole lines: all or nothing, under a kill and a power cut at any point. A writer
//! exists only while the lock is held and recovery is done.
//!
//! An append writes the pending slot, then the lines, flushes them, and writes the done slot. A batch of several
//! lines flushes the pending slot before its lines, so that a power cut never leaves a part of it that looks whole;
//! a single line is whole or torn by itself.

use std::io;
use std::sync::Arc;

use super::Stream;
use super::ahead::Ahead;
use super::files::write_again;
use super::head::{self, Slot, State};
use super::mark::Mark;
use super::merkle::{self, Frontier};
use super::recovery::Tip;
use crate::error::{Error, Kind, Result};
use crate::event::line::Offset;
use crate::sys::storage::{File, Lock, Open, Patience};
use crate::sys::thread;

/// The smallest segment of which a part is read ahead of its seal.
const AHEAD_BYTES: u64 = 4 << 20;

/// A batch of so many bytes is worth a thread.
const BESIDE_BYTES: usize = 256 << 10;

/// What comes to the active segment has an index once it is such a part of a whole one.
const ACTIVE_PARTS: u64 = 32;

/// When data is forced to the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sync {
    /// After each batch.
    Batch,
    /// Once, when the writer finishes.
    #[default]
    End,
    /// Not at all: a power cut may lose what was acknowledged.
    None,
}

/// Something that is on the device: only a finished flush makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Durable<T>(T);

impl<T> Durable<T> {
    /// Only for those who have flushed it.
    pub(super) fn of(flushed: T) -> Durable<T> {
        Durable(flushed)
    }

    /// What is durable.
    pub fn get(&self) -> &T {
        &self.0
    }
}

/// What an append did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The offset of the first event.
    pub first: Offset,
    /// How many events were stored.
    pub count: u64,
    /// How many events the stream has now.
    pub size: u64,
    /// The Merkle root over all of them.
    pub root: merkle::Hash,
}

/// The right to append: the lock is held, the last append is settled.
pub struct Writer {
    stream: Stream,
    _lock: Box<dyn Lock>,
    head: Box<dyn File>,
    segment: Option<Arc<dyn File>>,
    /// What is made beside of the active segment for its seal.
    ahead: Option<Ahead>,
    tip: Tip,
    sync: Sync,
    /// The first offset that this writer has written.
    first: Offset,
    /// The tip before the first batch that is not flushed.
    unflushed: Option<Tip>,
    /// The last batch that is not flushed: what the head vouches for once it is.
    last: Option<Slot>,
    /// Whether the head says that a run of several batches is in hand.
    is_open: bool,
    /// The mark that the next append brings, by its name.
    mark: Option<Box<(String, Mark)>>,
    /// A flush or write failed: nothing more is done.
    is_poisoned: bool,
}

impl Stream {
    /// Takes the lock and settles what the last writer left; gives what there is to say about that.
    pub fn writer(&self, patience: Patience, sync: Sync) -> Result<(Writer, Vec<String>)> {
        self.check_file_system()?;
        let lock = self.storage.lock(&self.directory, patience).map_err(|cause| self.not_locked(&cause))?;
        let head_path = self.inside("head");
        let head = self.open_head(&head_path).map_err(|cause| self.failed("open", &head_path, &cause))?;
        let mut warnings = Vec::new();
        self.keep_names()?;
        self.wait_for_group(patience)?;
        let tip = self.recover(&*head, &mut warnings)?;
        let first = tip.next;
        let mut writer = Writer {
            stream: self.clone(),
            _lock: lock,
            head,
            segment: None,
            ahead: None,
            tip,
            sync,
            first,
            unflushed: None,
            last: None,
            is_open: false,
            mark: None,
            is_poisoned: false,
        };
        writer.settle()?;
        Ok((writer, warnings))
    }
}

/// The checksum of some lines, and the Merkle frontier behind them.
fn hashes_behind(before: &Frontier, lines: &[u8]) -> (u64, Frontier) {
    let mut frontier = before.clone();
    frontier.push_lines(lines);
    (head::checksum(lines), frontier)
}

impl Writer {
    /// The offset that the next event gets.
    pub fn next(&self) -> Offset {
        self.tip.next
    }

    /// The offset of the first event of the active segment, and its committed bytes.
    pub fn active(&self) -> (Offset, u64) {
        (self.tip.segment.first, self.tip.end)
    }

    /// The stream that it appends to.
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    /// How far the consumer called `name` has put its results into this stream.
    pub fn mark_of(&self, name: &str) -> Option<&Mark> {
        self.tip.marks.get(name)
    }

    /// The next append brings this mark; they count together.
    pub fn set_mark(&mut self, name: &str, mark: Mark) -> Result<()> {
        match self.tip.marks.has_room(name, &mark) {
            true => {
                self.mark = Some(Box::new((name.to_owned(), mark)));
                Ok(())
            }
            false => {
                Err(Error::usage(format!("the head of {} has no room for another mark", self.stream.name))
                    .hint("let the marks stand in the events: leave --mark head away"))
            }
        }
    }

    /// Stores `lines` (each ended by a newline, checked by the caller), all or nothing.
    pub fn append(&mut self, lines: &[u8], count: u64) -> Result<()> {
        assert!(lines.ends_with(b"\n"), "a batch is whole lines");
        if self.is_poisoned {
            return Err(self.not_stored("an earlier write failed"));
        }
        if self.tip.end > 0 && self.tip.end >= self.stream.settings.segment_bytes {
            self.seal()?;
        }
        let is_marked = self.mark.is_some();
        if is_marked {
            // A mark and its batch count together, and with nothing else.
            self.flush()?;
        } else if self.sync == Sync::End && self.unflushed.is_some() {
            self.open_run()?;
        }
        let mut slot = Slot {
            turn: self.tip.turn + u64::from(!self.is_open),
            state: State::Pending,
            segment: self.tip.segment.first,
            start: self.tip.end,
            end: self.tip.end + lines.len() as u64,
            first: self.tip.next,
            count,
            checksum: 0,
            frontier: self.tip.frontier.clone(),
            marks: self.tip.marks.clone(),
            mark: self.mark.take(),
        };
        let before = slot.frontier.clone();
        let hash = || hashes_behind(&before, lines);
        let written = if self.is_open && lines.len() >= BESIDE_BYTES {
            // While a run is open the head says nothing of its batches, so that hashes may come later than bytes.
            let (hashes, written) = thread::both(hash, || self.write_lines(&slot, lines));
            (slot.checksum, slot.frontier) = hashes;
            written
        } else {
            (slot.checksum, slot.frontier) = hash();
            self.write(&slot, lines)
        };
        if let Err(cause) = written {
            return Err(self.give_up(&cause));
        }
        self.unflushed.get_or_insert_with(|| self.tip.clone());
        self.tip.end = slot.end;
        self.tip.next = slot.next();
        self.tip.turn = slot.turn;
        self.tip.frontier = slot.frontier.clone();
        self.tip.marks = slot.marks(true);
        self.work_ahead();
        match self.sync {
            _ if is_marked => self.flush_marked(slot),
            Sync::Batch => {
                self.last = Some(slot);
                self.flush()
            }
            Sync::None => self.conclude(&Slot { state: State::Unflushed, ..slot }, false),
            Sync::End => {
                self.last = Some(slot);
                Ok(())
            }
        }
    }

    /// A batch with a mark is flushed by itself, whatever was asked for.
    fn flush_marked(&mut self, slot: Slot) -> Result<()> {
        self.last = Some(slot);
        let sync = std::mem::replace(&mut self.sync, Sync::Batch);
        let flushed = self.flush();
        self.sync = sync;
        flushed
    }

    /// A second batch before the flush: the first one is flushed, and from here on the head says that nothing
    /// counts until the whole run is flushed. So a slot is never overwritten while the lines that it is about
    /// are at risk, and a power cut cannot leave a part of a batch that looks whole.
    fn open_run(&mut self) -> Result<()> {
        if self.is_open {
            return Ok(());
        }
        self.flush()?;
        self.tip.turn += 1;
        let slot = Slot::standing(State::Open, &self.tip);
        let opened = head::write_flushed(&*self.head, &slot);
        opened.map_err(|cause| self.give_up(&cause))?;
        self.is_open = true;
        Ok(())
    }

    fn write(&mut self, slot: &Slot, lines: &[u8]) -> io::Result<()> {
        if !self.is_open {
            let is_several = slot.count > 1 && self.sync != Sync::None;
            let is_flushed = is_several || slot.mark.is_some() || !slot.marks.is_empty();
            let write = if is_flushed { head::write_flushed } else { head::write };
            write(&*self.head, slot)?;
        }
        self.write_lines(slot, lines)
    }

    fn write_lines(&mut self, slot: &Slot, lines: &[u8]) -> io::Result<()> {
        self.open_segment()?.write_all_at(lines, slot.start)
    }

    /// The active segment, made when it is not there yet.
    fn open_segment(&mut self) -> io::Result<&dyn File> {
        if self.segment.is_none() {
            let storage = &self.stream.storage;
            let path = &self.tip.segment.path;
            let file = match storage.open(path, Open::Write, true) {
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                    storage.open(path, Open::CreateNew, true)?
                }
                other => other?,
            };
            if self.tip.end == 0 {
                // Also when the file is there: whoever made it may have died before its name was flushed.
                storage.sync_directory(&self.stream.directory)?;
            }
            self.segment = Some(file.into());
        }
        Ok(&**self.segment.as_ref().expect("the segment was opened just now"))
    }

    /// A run that has more than half of a segment behind it will seal it soon: what the seal says of the bytes is made
    /// beside the appends from here on. Without a thread for it, all of it is made when the segment is sealed.
    fn work_ahead(&mut self) {
        let bytes = self.stream.settings.segment_bytes;
        if self.is_open && self.ahead.is_none() && bytes >= AHEAD_BYTES && self.tip.end >= bytes / 2 {
            self.ahead = self.start_ahead(bytes).ok();
        }
        if let Some(ahead) = &mut self.ahead {
            ahead.go_to(self.tip.end);
        }
    }

    fn start_ahead(&mut self, bytes: u64) -> io::Result<Ahead> {
        self.open_segment()?;
        let segment = self.segment.as_ref().expect("the segment was opened just now");
        Ahead::start(&self.stream, self.tip.segment.first, segment, bytes)
    }

    /// A write failed. What it left is the next writer's to judge: taking anything back now could take away what a
    /// half-written done slot already vouches for.
    #[cold]
    fn give_up(&mut self, cause: &io::Error) -> Error {
        self.is_poisoned = true;
        let doing = format!("cannot store in {}", self.stream.name);
        Error::system(doing, cause)
            .hint("the batch is not known to be stored; free space or repair the disk, then append it again")
    }

    fn not_stored(&self, why: &str) -> Error {
        Error::new(Kind::System, format!("{why}, so {} takes nothing more from this run", self.stream.name))
            .hint("run it again once the disk is well")
    }

    /// Flushes what is not flushed yet and says so in the head; only then may anybody be told that it is stored.
    fn flush(&mut self) -> Result<()> {
        if self.is_poisoned {
            return Err(self.not_stored("an earlier write failed"));
        }
        let Some(before) = self.unflushed.clone() else { return Ok(()) };
        if self.sync == Sync::None {
            return Ok(());
        }
        let flushed = self.open_segment().and_then(|segment| segment.sync());
        if let Err(cause) = flushed {
            return Err(self.distrust(&before, &cause));
        }
        self.unflushed = None;
        let Some(slot) = self.last.take() else { return Ok(()) };
        // Unlike a pending batch, an open run cannot be told to be whole from its bytes: the mark decides.
        let is_over = std::mem::take(&mut self.is_open);
        self.tip.turn += u64::from(is_over);
        self.conclude(&Slot { turn: self.tip.turn, state: State::Done, ..slot }, is_over)
    }

    /// A flush failed. The system may hold bytes that it will never write, so nothing since `before` is believed,
    /// now or by the next writer.
    #[cold]
    fn distrust(&mut self, before: &Tip, cause: &io::Error) -> Error {
        if let Some(segment) = &self.segment {
            // Before the slot is written over that says of what they are a part: a power cut may leave a few of them.
            let _ = segment.truncate(before.end).and_then(|()| segment.sync());
        }
        let slot = Slot { turn: self.tip.turn, ..Slot::standing(State::Suspect, before) };
        // Should this fail, too, the head still says that the batch is not done.
        let _ = head::write_flushed(&*self.head, &slot);
        self.is_poisoned = true;
        let name = &self.stream.name;
        let what = format!("a flush of {name} failed, and what was appended is not known to be stored");
        Error::system(what, cause).hint("check the disk, then append it again")
    }

    /// Writes to the head how an append ended, or a run that was open and `is_over`.
    fn conclude(&mut self, slot: &Slot, is_over: bool) -> Result<()> {
        let has_marks = slot.mark.is_some() || !slot.marks.is_empty();
        let write = if is_over { head::write_over } else { head::write };
        let written = write(&*self.head, slot);
        // Marks stand nowhere else: one slot is whole at any time.
        let written = written.and_then(|()| if has_marks { self.head.sync() } else { Ok(()) });
        written.map_err(|cause| {
            self.is_poisoned = true;
            self.stream.failed("write", &self.stream.inside("head"), &cause)
        })
    }

    /// After recovery the head must say what the segment holds, so that the next reader need not look again.
    fn settle(&mut self) -> Result<()> {
        let failed = |stream: &Stream, cause| stream.failed("write", &stream.inside("head"), &cause);
        let known = head::read_open(&*self.head).map_err(|cause| failed(&self.stream, cause))?;
        let is_settled = match &known {
            head::Head::Last(slot) => {
                slot.state == State::Done && slot.end == self.tip.end && slot.next() == self.tip.next
                    || self.tip.end == 0 && slot.next() == self.tip.next && slot.state == State::Done
            }
            head::Head::Absent => self.tip.next == Offset(0),
            head::Head::Damaged => false,
        };
        if is_settled {
            return Ok(());
        }
        if self.tip.end > 0 {
            let (from, end) = (self.unflushed_from(&known), self.tip.end);
            let is_cut = matches!(&known, head::Head::Last(slot) if slot.came_to_nothing(&self.tip));
            let segment = self.open_segment().and_then(|segment| {
                write_again(segment, from, end)?;
                if is_cut {
                    segment.truncate(end)?;
                }
                segment.sync()
            });
            segment.map_err(|cause| self.stream.failed("flush", &self.tip.segment.path, &cause))?;
        }
        self.tip.turn += 1;
        let slot = Slot::standing(State::Done, &self.tip);
        let written = match known {
            head::Head::Damaged => head::write_anew(&*self.head, &slot),
            head::Head::Last(last) if last.state != State::Done => {
                head::write_over(&*self.head, &slot).and_then(|()| self.head.sync())
            }
            _ => head::write_flushed(&*self.head, &slot),
        };
        written.map_err(|cause| failed(&self.stream, cause))
    }

    /// From where on the bytes of the active segment may not be on the device, by what the head said.
    fn unflushed_from(&self, known: &head::Head) -> u64 {
        match known {
            head::Head::Last(slot) if slot.segment == self.tip.segment.first => match slot.state {
                State::Done => slot.end,
                _ => slot.start,
            },
            head::Head::Damaged => 0,
            // Lines made by hand, or of a stream whose head somebody removed: no append of ours is at risk.
            head::Head::Absent | head::Head::Last(_) => self.tip.end,
        }
    }

    /// Seals the active segment; the next append begins a new one.
    pub fn seal(&mut self) -> Result<()> {
        // Whoever sealed the last segment may have died before the next one was made: then that is all to do.
        if self.tip.end > 0 {
            let sync = self.sync;
            self.sync = Sync::Batch;
            self.unflushed.get_or_insert_with(|| self.tip.clone());
            let flushed = self
                .open_segment()
                .map(|_| ())
                .map_err(|cause| self.stream.failed("open", &self.tip.segment.path, &cause));
            flushed.and_then(|()| self.flush())?;
            self.sync = sync;
            let bytes = self.tip.end.min(self.stream.settings.segment_bytes);
            let ahead = self.ahead.take().map_or_else(|| self.start_ahead(bytes), Ok);
            let ahead = ahead.map_err(|cause| self.stream.failed("read", &self.tip.segment.path, &cause))?;
            self.tip = self.stream.seal(&self.tip, ahead)?;
            self.segment = None;
        }
        self.open_segment()
            .map(|_| ())
            .map_err(|cause| self.stream.failed("make", &self.tip.segment.path, &cause))
    }

    /// What this writer has stored so far; not flushed yet.
    fn receipt(&self) -> Receipt {
        Receipt {
            first: self.first,
            count: self.tip.next.0 - self.first.0,
            size: self.tip.next.0,
            root: Frontier::root(&self.tip.frontier),
        }
    }

    /// Keeps an index of the active segment when this run has made it much longer: many runs work no more than a few
    /// times as much as one over the whole. Nothing rests on it, so that a failure is none.
    fn index_active(&mut self) {
        let Tip { segment, end, next, .. } = &self.tip;
        if self.sync == Sync::None || *next == self.first {
            return;
        }
        let known = self.stream.indexed_bytes(segment);
        let part = self.stream.settings.segment_bytes / ACTIVE_PARTS;
        if end.saturating_sub(known) < part.max(known / 4 + 1) {
            return;
        }
        let draft = match (self.ahead.take(), &self.segment) {
            (Some(ahead), _) => ahead.finish(*end).ok().and_then(|(_, draft)| draft),
            (None, Some(file)) => self.stream.draft_index(segment, &**file, *end),
            (None, None) => None,
        };
        let _ = draft.and_then(|draft| self.stream.keep_active_index(segment, draft));
    }

    /// Flushes and gives the receipt; frees the lock.
    pub fn finish(mut self) -> Result<(Receipt, bool)> {
        self.flush()?;
        self.index_active();
        let is_durable = self.sync != Sync::None;
        Ok((self.receipt(), is_durable))
    }

    /// Flushes and gives the receipt as something durable; nothing without a flush.
    pub fn finish_durable(mut self) -> Result<Durable<Receipt>> {
        self.sync = if self.sync == Sync::None { Sync::End } else { self.sync };
        self.flush()?;
        self.index_active();
        Ok(Durable(self.receipt()))
    }
}
