//! Reads whole committed batches, without a lock: size first, then who shares a flush, then head. A reader that knows
//! what is looked for passes over the blocks of sealed segments whose index says that they do not have it.

use std::time::Duration;

use super::Stream;
use super::files::read_onto;
use super::head;
use super::index::{Plan, Search, Step, Stretch};
use super::recovery::{Extent, Others, extent};
use super::rot::Rot;
use super::segment::Segment;
use crate::error::{Error, Result};
use crate::event::line::{Block, Offset};
use crate::sys::storage::{File, Open, Patience};
use crate::sys::watch::Watch;

/// How many bytes are read at a time: few enough to stay in the cache until they are looked at.
const READ_BYTES: u64 = 256 << 10;
/// The same where an index tells: four of its blocks, which end with a line behind their 64 KiB.
const STRETCH_BYTES: u64 = READ_BYTES + (16 << 10);

/// A walk over the committed lines of a stream.
pub struct Reader {
    stream: Stream,
    wanted: Offset,
    current: Option<Current>,
    /// The first offset of the last segment that was opened.
    opened: Option<Offset>,
    /// Where to begin in the first segment, when that is known: its first offset, and the byte position of `wanted`.
    known: Option<(Offset, u64)>,
    /// Tells of appends: they change a segment, and then the head.
    watch: Watch,
    /// What is looked for, and the offset before which none of the last events that are wanted stand.
    search: Option<(Search, Offset)>,
    /// The lines that were passed over and not told yet.
    passed: Option<Passed>,
    /// How many lines the last block has, when all are the events that were stored.
    vouched: Option<u64>,
}

/// Lines that were left unread since an index says that nobody wants them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// How many there are.
    pub lines: u64,
    /// The offset behind the last one.
    pub end: Offset,
}

/// The segment that is being read.
struct Current {
    segment: Segment,
    name: std::sync::Arc<str>,
    file: Box<dyn File>,
    position: u64,
    end: u64,
    number: u64,
    /// Whether a later segment exists, so that this one grows no more.
    is_sealed: bool,
    /// Which blocks are read, when an index tells.
    plan: Option<Plan>,
    /// How many of its wanted lines were passed over while none was given.
    passed: Option<u64>,
    /// Where it is not what was stored, as far as that is known.
    rot: Rot,
}

/// What a reader sees of a segment that is appended to.
struct Look {
    size: u64,
    share_a_flush: bool,
    head: head::Head,
}

impl Look {
    /// Whether the head cannot tell which lines count.
    fn is_blind(&self) -> bool {
        match self.head {
            head::Head::Damaged => true,
            head::Head::Absent => self.share_a_flush,
            head::Head::Last(_) => false,
        }
    }
}

impl Reader {
    /// A reader from `wanted` on; an offset beyond the end begins there.
    pub(super) fn new(stream: Stream, wanted: Offset) -> Result<Reader> {
        let watch = Watch::new(vec![stream.directory.clone(), stream.directory.join(super::INSIDE)]);
        Ok(Reader {
            stream,
            wanted,
            current: None,
            opened: None,
            known: None,
            watch,
            search: None,
            passed: None,
            vouched: None,
        })
    }

    /// A reader for somebody who looks for something: it may pass over lines that are not it.
    pub(super) fn searching(stream: Stream, wanted: Offset, search: Search) -> Result<Reader> {
        let tail = search.last.map_or(Ok(Offset(0)), |count| stream.tail_of(count))?;
        Ok(Reader { search: Some((search, tail)), ..Reader::new(stream, wanted)? })
    }

    /// The lines that were passed over since this was asked last: they stand before the block that was given last,
    /// or at the end when there was none.
    pub fn take_passed(&mut self) -> Option<Passed> {
        self.passed.take()
    }

    /// How many lines the block has that was given last, when each is known to be the event that was stored; only for
    /// somebody who looks for lines as they were stored.
    pub fn vouched(&self) -> Option<u64> {
        self.vouched
    }

    /// A reader of what comes behind an append.
    pub(super) fn behind(stream: Stream, slot: &head::Slot) -> Result<Reader> {
        // An earlier segment may have been redacted since, so that its bytes are elsewhere.
        let is_last = stream.segments()?.last().is_some_and(|segment| segment.first == slot.segment);
        let known = is_last.then_some((slot.segment, slot.end));
        Ok(Reader { known, ..Reader::new(stream, slot.next())? })
    }

    /// Fills `block` with the next committed lines; false at the committed end as it is now. A later call may
    /// find more. An error with a block that is damaged is about its lines; the next call goes on behind them.
    pub fn next_block(&mut self, block: &mut Block) -> Result<bool> {
        self.vouched = None;
        block.is_damaged = false;
        loop {
            if self.current.is_none() && !self.open_next()? {
                return Ok(false);
            }
            let Some(current) = &mut self.current else { return Ok(false) };
            if let Some(plan) = current.plan.take() {
                if self.follow(plan, block)? && skip_to(self.wanted, block) {
                    return Ok(true);
                }
                continue;
            }
            if current.position == current.end {
                current.end = self.stream.committed_extent(current)?.end.max(current.position);
            }
            if current.position < current.end {
                let fault = self.stream.read_lines(current, block)?;
                if skip_to(self.wanted, block) {
                    return fault.map_or(Ok(true), Err);
                }
                continue;
            }
            // The segment ends here. Only when a later one stood there before the end was looked at is it final.
            if !current.is_sealed {
                current.is_sealed = self.stream.has_later(&current.segment)?;
                if !current.is_sealed {
                    return Ok(false);
                }
                continue;
            }
            self.check_neighbour()?;
            self.current = None;
        }
    }

    /// Opens the first segment that may hold the wanted offset, or the one behind the last.
    fn open_next(&mut self) -> Result<bool> {
        let segments = self.stream.segments()?;
        let next = match self.opened {
            Some(opened) => segments.iter().position(|segment| segment.first > opened),
            None => segments
                .iter()
                .rposition(|segment| segment.first <= self.wanted)
                .or_else(|| (!segments.is_empty()).then_some(0)),
        };
        let Some(at) = next else { return Ok(false) };
        let segment = segments[at].clone();
        let file = self.stream.storage.open(&segment.path, Open::Read, true);
        let file = file.map_err(|cause| self.stream.failed("open", &segment.path, &cause))?;
        self.opened = Some(segment.first);
        let is_sealed = at + 1 < segments.len();
        let name = self.stream.show(&segment.path).into();
        let (position, number) = match self.known.take() {
            Some((first, position)) if first == segment.first => (position, self.wanted.0 - first.0 + 1),
            _ => (0, 1),
        };
        let (passed, rot) = (Some(0), Rot::default());
        let mut current = Current {
            segment,
            name,
            file,
            position,
            end: position,
            number,
            is_sealed,
            plan: None,
            passed,
            rot,
        };
        current.plan = self.plan(&current)?;
        // The blocks of a plan are held against their checksums one by one; what has none, at once.
        if self.search.is_some() && (current.plan.is_none() || !current.is_sealed) {
            current.rot = self.stream.rot(&current.segment, &*current.file, current.plan.as_ref(), false)?;
        }
        self.current = Some(current);
        Ok(true)
    }

    /// Which blocks of a segment are read, when an index tells.
    fn plan(&self, current: &Current) -> Result<Option<Plan>> {
        let segment = &current.segment;
        let Some((search, tail)) = &self.search else { return Ok(None) };
        let range = (self.wanted, *tail);
        if !current.is_sealed {
            let committed = || self.stream.committed_extent(current).map(|extent| extent.vouched);
            return self.stream.plan_active((segment, &*current.file), committed, search, range);
        }
        let found = current.file.metadata();
        let size = found.map_err(|cause| self.stream.failed("read", &segment.path, &cause))?.bytes;
        Ok(self.stream.plan(segment, size, search, range))
    }

    /// Takes the next step of a plan; gives whether `block` has lines now. When the segment is not what the index was
    /// made from, the rest of it is read without one, and all of it when nothing of it was given yet.
    fn follow(&mut self, mut plan: Plan, block: &mut Block) -> Result<bool> {
        let Some(current) = &mut self.current else { return Ok(false) };
        let stretch = match plan.next(STRETCH_BYTES) {
            None => return Ok(false),
            Some(Step::Over(stretch)) => {
                current.go_behind(&stretch);
                current.plan = Some(plan);
                // What stands before the wanted offset is left out without a word.
                let end = stretch.first + stretch.lines;
                let lines = end.saturating_sub(self.wanted.0.max(stretch.first));
                if lines > 0 {
                    let before = self.passed.map_or(0, |passed| passed.lines);
                    self.passed = Some(Passed { lines: before + lines, end: Offset(end) });
                    current.passed = current.passed.map(|passed| passed + lines);
                }
                return Ok(false);
            }
            Some(Step::Read(stretch)) => stretch,
        };
        block.bytes.clear();
        let read = read_onto(&*current.file, stretch.start, stretch.end - stretch.start, &mut block.bytes);
        read.map_err(|cause| self.stream.failed("read", &current.segment.path, &cause))?;
        if !plan.is_right(&stretch, &block.bytes) || block.line_count() != stretch.lines {
            current.rot = self.stream.rot(&current.segment, &*current.file, Some(&plan), true)?;
            if let Some(passed) = current.passed {
                let before = self.passed.map_or(0, |all| all.lines - passed);
                let end = current.segment.first;
                self.passed = (before > 0).then_some(Passed { lines: before, end });
                (current.position, current.number, current.end) = (0, 1, 0);
            }
            return Ok(false);
        }
        (block.source, block.is_committed) = (current.name.clone(), true);
        block.first_byte = stretch.start;
        block.first_offset = Offset(stretch.first);
        block.first_number = stretch.first - current.segment.first.0 + 1;
        current.go_behind(&stretch);
        current.passed = None;
        let is_asked = self.search.as_ref().is_some_and(|(search, _)| search.as_stored);
        let is_stored = is_asked && plan.is_sound(&stretch) && stretch.first >= self.wanted.0;
        self.vouched = is_stored.then_some(stretch.lines);
        current.plan = Some(plan);
        Ok(true)
    }

    /// The next segment's name must be the offset behind this one's last line.
    fn check_neighbour(&self) -> Result<()> {
        let Some(current) = &self.current else { return Ok(()) };
        let end = Offset(current.segment.first.0 + current.number - 1);
        let segments = self.stream.segments()?;
        match segments.iter().find(|segment| segment.first > current.segment.first) {
            Some(next) if next.first != end => Err(Error::data(format!(
                "this segment ends before offset {end}, but the next begins at {}",
                next.first
            ))
            .hint("lines are missing or were added: bring the segment back from a copy")
            .source(&current.name)),
            _ => Ok(()),
        }
    }

    /// The offset behind the last committed line.
    pub(super) fn committed_end(mut self) -> Result<Offset> {
        let mut block = Block::default();
        let mut end = Offset(0);
        self.wanted = Offset(u64::MAX);
        while self.next_block(&mut block)? {}
        if let Some(current) = &self.current {
            end = Offset(current.segment.first.0 + current.number - 1);
        }
        Ok(end)
    }

    /// Waits until the stream may have more, but no longer than `at_most`.
    pub fn wait(&mut self, at_most: Duration) -> Result<()> {
        self.watch.wait(at_most);
        Ok(())
    }
}

impl Current {
    /// The lines of a stretch are done.
    fn go_behind(&mut self, stretch: &Stretch) {
        self.number = stretch.first + stretch.lines - self.segment.first.0 + 1;
        (self.position, self.end) = (stretch.end, stretch.end);
    }
}

/// Takes the lines before `wanted` off the block; false when nothing is left.
fn skip_to(wanted: Offset, block: &mut Block) -> bool {
    let surplus = wanted.0.saturating_sub(block.first_offset.0);
    if surplus == 0 {
        return true;
    }
    if surplus >= block.line_count() {
        return false;
    }
    block.skip(surplus);
    true
}

impl Stream {
    fn has_later(&self, segment: &Segment) -> Result<bool> {
        Ok(self.segments()?.iter().any(|other| other.first > segment.first))
    }

    /// How far the segment counts now.
    fn committed_extent(&self, current: &Current) -> Result<Extent> {
        let failed = |cause| self.failed("read", &current.segment.path, &cause);
        if current.is_sealed {
            let end = current.file.metadata().map_err(failed)?.bytes;
            return Ok(Extent { vouched: end, end, is_pending: false });
        }
        // What was read last time counts: only what is new needs to be looked through.
        let known = current.position;
        loop {
            let Look { size, share_a_flush, head } = self.look(current)?;
            let others = Others { share_a_flush, hold_the_lock: &|| self.storage.is_locked(&self.directory) };
            let found = extent(&*current.file, current.segment.first, (known, size), &head, &others);
            let found = found.map_err(failed)?;
            if let head::Head::Last(slot) = &head
                && slot.segment == current.segment.first
                && slot.state == head::State::Done
                && size < slot.end
                && current.file.metadata().map_err(failed)?.bytes < slot.end
            {
                return Err(Error::data(format!(
                    "the file ends at byte {size}, but {} bytes were stored",
                    slot.end
                ))
                .hint("somebody cut it: bring it back from a copy")
                .source(&current.name));
            }
            // Lines that nobody vouches for count when nobody was at work on them: what stood there when the size was
            // read may have been cut off, and something else written in its place, since.
            let has_foreign = found.end > found.vouched && !share_a_flush;
            if !has_foreign || !self.is_flush_shared()? && self.said()? == head {
                return Ok(Extent { end: found.end.max(known), ..found });
            }
        }
    }

    /// Looks at the size before the head, so that what the head vouches for is there if anything is.
    fn look(&self, current: &Current) -> Result<Look> {
        let size_of = || current.file.metadata().map(|found| found.bytes);
        let size = || size_of().map_err(|cause| self.failed("read", &current.segment.path, &cause));
        let mut look = Look { size: size()?, share_a_flush: false, head: head::Head::Absent };
        look.share_a_flush = look.size > current.position && self.is_flush_shared()?;
        look.head = self.said()?;
        if look.head == head::Head::Damaged {
            // A writer may have been in the middle of it: a second look tells.
            if self.is_on_network()? {
                std::thread::sleep(Duration::from_millis(1));
            }
            look.head = self.said()?;
        }
        // A head that is damaged, or gone while lines wait, cannot tell lines that are not flushed from those that count:
        // this is the one case in which a reader waits until no writer is at work. A writer that stays at work has
        // written the head after a while.
        while look.is_blind() && !self.is_on_network()? {
            let patience = Patience::For(Duration::from_millis(100));
            let alone = self.storage.lock(&self.directory, patience).and_then(|turn| {
                self.storage.lock(&self.inside(""), patience)?;
                Ok(turn)
            });
            let is_alone = match &alone {
                Ok(_) => true,
                Err(cause) if cause.kind() == std::io::ErrorKind::TimedOut => false,
                Err(cause) => return Err(self.not_locked(cause)),
            };
            look.size = size()?;
            look.share_a_flush = !is_alone && self.is_flush_shared()?;
            look.head = self.said()?;
            if is_alone {
                return Ok(look);
            }
        }
        if look.head == head::Head::Absent {
            // The head may have been damaged when the size was read, and a batch have been written in part.
            look.size = size()?;
        }
        Ok(look)
    }

    fn said(&self) -> Result<head::Head> {
        let path = self.inside("head");
        head::read(&*self.storage, &path).map_err(|cause| self.failed("read", &path, &cause))
    }

    /// Reads whole lines from the current position into `block`; gives what is wrong with them, when they are not what
    /// was stored and nothing else tells.
    fn read_lines(&self, current: &mut Current, block: &mut Block) -> Result<Option<Error>> {
        let failed = |cause| self.failed("read", &current.segment.path, &cause);
        block.bytes.clear();
        let (end, place) = current.rot.stretch(current.position, current.end);
        let mut want = READ_BYTES;
        let whole = loop {
            let have = block.bytes.len();
            let length = want.min(end - current.position - have as u64) as usize;
            let position = current.position + have as u64;
            let count = current.file.read_at(block.bytes.room(length), position).map_err(failed)?;
            block.bytes.grow(count);
            if let Some(last) = memchr::memrchr(b'\n', &block.bytes) {
                break last + 1;
            }
            let is_all = current.position + block.bytes.len() as u64 == end;
            if count == 0 || is_all {
                // A hand-made last segment may lack its last newline; committed bytes never do.
                break block.bytes.len();
            }
            want *= 2;
        };
        block.bytes.truncate(whole);
        if block.bytes.is_empty() {
            return Err(Error::data("the file became shorter while it was read").source(&current.name));
        }
        (block.source, block.is_committed) = (current.name.clone(), true);
        block.first_byte = current.position;
        block.first_number = current.number;
        block.first_offset = Offset(current.segment.first.0 + current.number - 1);
        block.is_damaged = place.is_some();
        let fault = place.and_then(|place| place.fault(block));
        current.position += whole as u64;
        current.number += block.line_count();
        Ok(fault)
    }
}
