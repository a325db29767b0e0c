//! One input of a job: walks the lines of a source, takes out the wanted fields, lets the filter decide
//! and reads the event time. Holds one event at a time; knows no operator.

mod beside;
mod faults;
mod ready;
mod time;

use super::account::Account;
use super::filter::Filter;
use super::quarantine::Quarantine;
use super::resume::Mark;
use super::source::{BlockReader, Next};
use super::{Monitor, OnError};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::event::line::{Block, Line, Offset};
use crate::event::scan::extracted::Extracted;
use crate::event::scan::seek::Seeker;
use crate::event::scan::{Extractor, Projection};
use crate::log::place::Place;
use crate::operator::Fate;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;
use beside::Beside;
pub use ready::{Handed, Ready};
use time::Lateness;
pub use time::{Horizon, TimeSource};

/// The fields of so many lines are taken out together: few enough to stay in the cache.
const LINES_AHEAD: usize = 64;

/// What [`Cursor::advance`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An event stands at the cursor.
    Event,
    /// Nothing new at the moment; only when following.
    Waiting,
    /// The input has ended.
    End,
    /// A signal asks the run to stop.
    Interrupted,
}

/// A walk over the events of one source.
pub struct Cursor {
    reader: Box<dyn BlockReader>,
    extractor: Extractor,
    beside: Beside,
    filter: Filter,
    /// Whether the filter asks anything of an event; when it does not, that is not found out anew for each.
    has_conditions: bool,
    has_range: bool,
    /// Whether no range leaves an event out, and no time is wrong.
    takes_all_times: bool,
    /// Finds the lines that the filter may let pass, where a text tells them.
    seeker: Option<Seeker>,
    time_source: TimeSource,
    horizon: Option<Horizon>,
    lateness: Option<Lateness>,
    on_error: OnError,
    quarantine: Option<Quarantine>,
    input: usize,
    /// The line at hand with its fields, and some of those that follow.
    extracted: Extracted,
    time: Option<Timestamp>,
    block: Block,
    /// Where the event at hand begins and ends in the block, without its newline.
    line: std::ops::Range<usize>,
    /// Where the rest of the block begins.
    rest: usize,
    /// Where the events stand that were taken together.
    run: std::ops::Range<usize>,
    /// What is wrong with the line behind them, to be told when they are out.
    fault: Option<Error>,
    /// Whether every event passes from the begin of the range on, and nothing of it is asked.
    takes_every_event: bool,
    /// The rot that was told last.
    rot: Option<Error>,
    number: u64,
    offset: Offset,
    /// How many lines of the block were walked.
    walked: u64,
    /// How many lines came before the one at hand.
    ordinal: u64,
    has_read: bool,
    /// Whether the event at hand was not taken yet.
    is_pending: bool,
    ended: bool,
}

impl Cursor {
    /// A cursor over `reader` as input number `input`. `projection` has every field that the job, the
    /// filter and `time_source` read; with a `time_source` every event has its time set.
    pub fn new(
        reader: Box<dyn BlockReader>,
        projection: &Projection,
        filter: Filter,
        time_source: TimeSource,
        on_error: OnError,
        input: usize,
    ) -> Self {
        let is_timed = !matches!(time_source, TimeSource::None);
        Cursor {
            reader,
            takes_every_event: filter.passes_rest() && !is_timed && projection.paths().is_empty(),
            extractor: Extractor::new(projection),
            beside: Beside::new(None),
            seeker: filter.needles().map(|needles| Seeker::new(&needles)),
            has_conditions: filter.has_conditions(),
            has_range: filter.has_range(),
            takes_all_times: !filter.has_range(),
            filter,
            time_source,
            horizon: None,
            lateness: None,
            on_error,
            quarantine: None,
            input,
            extracted: Extracted::default(),
            time: None,
            block: Block::default(),
            line: 0..0,
            rest: 0,
            run: 0..0,
            fault: None,
            rot: None,
            number: 0,
            offset: Offset(0),
            walked: 0,
            ordinal: 0,
            has_read: false,
            is_pending: false,
            ended: false,
        }
    }

    /// Sets events apart whose time lies beyond the horizon.
    #[must_use]
    pub fn within(mut self, horizon: Option<Horizon>) -> Cursor {
        self.takes_all_times &= horizon.is_none();
        self.horizon = horizon;
        self
    }

    /// An event that lies further than `limit` behind one before it is an error: no event was to be so late.
    #[must_use]
    pub fn at_most_late(mut self, limit: Option<Duration>) -> Cursor {
        self.takes_all_times &= limit.is_none();
        self.lateness = limit.map(Lateness::new);
        self
    }

    /// With two or more `threads`, lines are also looked at in a second one, where that is of use.
    #[must_use]
    pub fn threaded(mut self, threads: usize) -> Cursor {
        let is_of_use = threads > 1 && self.seeker.is_none() && self.extractor.has_fields();
        self.beside = Beside::new(is_of_use.then(|| self.extractor.clone()));
        self
    }

    /// Keeps the lines that are set aside.
    #[must_use]
    pub fn keeping(mut self, quarantine: Option<Quarantine>) -> Cursor {
        self.quarantine = quarantine;
        self
    }

    /// Goes on to the next event that passes the filter; books every line that does not get that far.
    pub fn advance(&mut self, account: &mut Account, monitor: &mut dyn Monitor) -> Result<Step> {
        loop {
            if self.next_in_block(account, monitor)? {
                return Ok(Step::Event);
            }
            if let Some(step) = self.fill(account, monitor)? {
                return Ok(step);
            }
        }
    }

    /// Goes on to the next events that pass, stand one behind the other, and need not be looked at one by one: their
    /// lines are at [`Cursor::run`]. They are taken and booked as used.
    pub fn advance_run(&mut self, account: &mut Account, monitor: &mut dyn Monitor) -> Result<Step> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        loop {
            let end = self.run_in_block(account, monitor);
            if !self.run.is_empty() {
                // What was found before an error is not held back.
                self.fault = end.err();
                return Ok(Step::Event);
            }
            end?;
            if let Some(step) = self.fill(account, monitor)? {
                return Ok(step);
            }
        }
    }

    /// The lines of the events that were taken together; only the last one of a source may lack its newline.
    pub fn run(&self) -> &[u8] {
        &self.block.bytes[self.run.clone()]
    }

    fn run_in_block(&mut self, account: &mut Account, monitor: &mut dyn Monitor) -> Result<()> {
        let start = if self.is_pending { self.line.start } else { self.rest };
        self.run = start..start;
        loop {
            if !self.is_pending {
                self.take_known(account);
                if !self.next_in_block(account, monitor)? {
                    return Ok(());
                }
            }
            if self.run.is_empty() {
                self.run = self.line.start..self.line.start;
            }
            if self.line.start != self.run.end {
                // It begins the next run.
                return Ok(());
            }
            self.run.end = self.rest;
            account.book(Fate::Used);
            self.take_event();
        }
    }

    /// Takes the next lines, as far as they are known to be events, when nothing else is asked of them: the source vouches
    /// for them, or they are like lines before.
    fn take_known(&mut self, account: &mut Account) {
        let has_begun = self.filter.has_begun(Offset(self.offset.0.wrapping_add(1)));
        if !self.takes_every_event || !has_begun || self.horizon.is_some() || self.run.end != self.rest {
            return;
        }
        let (bytes, lines) = match self.reader.vouched() {
            Some(lines) if self.rest == 0 => (self.block.bytes.len(), lines),
            _ => self.extractor.known(&self.block.bytes[self.rest..]),
        };
        self.rest += bytes;
        self.run.end = self.rest;
        self.go_on(lines);
        account.used += lines;
    }

    /// Goes on to the next event of the block at hand that passes; false when there is none.
    #[inline(always)]
    fn next_in_block(&mut self, account: &mut Account, monitor: &mut dyn Monitor) -> Result<bool> {
        while !self.ended {
            self.leave_out(account);
            if self.rest == self.block.bytes.len() {
                return Ok(false);
            }
            if self.has_range && self.filter.is_past(Offset(self.offset.0.wrapping_add(1))) {
                // This line is for somebody else: a consumer wants it next.
                self.ended = true;
                return Ok(false);
            }
            self.go_on(1);
            match self.take_line() {
                Ok(true) if self.is_too_far_ahead() => {
                    self.keep_aside(&self.too_far_ahead("the clock"), monitor)?;
                    account.book(Fate::SetAside);
                }
                Ok(true) => {
                    self.is_pending = true;
                    return Ok(true);
                }
                Ok(false) => account.book(Fate::Filtered),
                // It was only read because so many others pass.
                Err(_) if self.is_unwanted() => account.book(Fate::Filtered),
                Err(error) => {
                    self.tolerate(error, monitor)?;
                    account.book(Fate::SetAside);
                }
            }
        }
        Ok(false)
    }

    /// Gets the next block; gives why there is none.
    fn fill(&mut self, account: &mut Account, monitor: &mut dyn Monitor) -> Result<Option<Step>> {
        if self.ended {
            return Ok(Some(Step::End));
        }
        if monitor.is_interrupted() {
            return Ok(Some(Step::Interrupted));
        }
        Ok(match self.next_block(account, monitor)? {
            Next::Block => None,
            Next::Waiting => Some(Step::Waiting),
            Next::End => {
                self.ended = true;
                Some(Step::End)
            }
        })
    }

    /// The line at hand is so many further on.
    #[inline]
    fn go_on(&mut self, lines: u64) {
        self.walked += lines;
        self.ordinal = self.ordinal.wrapping_add(lines);
        self.number = self.number.wrapping_add(lines);
        self.offset.0 = self.offset.0.wrapping_add(lines);
    }

    fn next_block(&mut self, account: &mut Account, monitor: &mut dyn Monitor) -> Result<Next> {
        self.beside.end();
        self.extracted.clear();
        (self.block.is_committed, self.block.is_damaged) = (false, false);
        let walked = std::mem::take(&mut self.walked);
        let next = self.reader.next_block_behind(walked, &mut self.block);
        if let Some(passed) = self.reader.passed() {
            account.filtered += passed.lines;
            self.offset = Offset(passed.end.0.wrapping_sub(1));
            self.has_read = true;
        }
        if let Some(notice) = self.reader.notice() {
            monitor.notice(&notice);
        }
        self.rest = 0;
        if !matches!(next, Ok(Next::Block)) && !self.block.is_damaged {
            self.block.bytes.clear();
            return next;
        }
        self.beside.begin(&self.block.bytes);
        monitor.advanced(self.block.bytes.len() as u64);
        // `advance` counts up before it takes a line.
        self.number = self.block.first_number.wrapping_sub(1);
        self.offset = Offset(self.block.first_offset.0.wrapping_sub(1));
        self.has_read = true;
        next.or_else(|rot| self.go_around(rot, account, monitor))
    }

    /// Goes on to the next line that may pass, or behind the block, where a text tells that the lines between do not.
    #[inline]
    fn leave_out(&mut self, account: &mut Account) {
        let Some(seeker) = self.seeker.as_mut().filter(|_| !self.block.is_damaged) else { return };
        let rest = &self.block.bytes[self.rest..];
        // Lines behind the end of the range are not even counted.
        if self.filter.is_past(Offset(self.offset.0.wrapping_add(rest.len() as u64))) {
            return;
        }
        let sought = seeker.seek(rest);
        if sought.at > 0 {
            account.filtered += sought.lines;
            self.rest += sought.at;
            self.go_on(sought.lines);
            self.extracted.clear();
        }
    }

    /// Whether the line at hand lacks the text that all have that pass.
    #[cold]
    fn is_unwanted(&self) -> bool {
        let line = &self.block.bytes[self.line.start..self.rest];
        self.seeker.as_ref().is_some_and(|seeker| !seeker.may_want(line))
    }

    /// Takes the next line: its fields, the filter's word and the time.
    #[inline(always)]
    fn take_line(&mut self) -> Result<bool> {
        let start = self.rest;
        let (length, extracted) = match self.extracted.go_on() {
            Some(length) => (length, Ok(())),
            None => self.extract(start),
        };
        self.line = start..start + length;
        self.rest = (start + length + 1).min(self.block.bytes.len());
        if let Err(error) = extracted {
            return Err(self.misread(error));
        }
        self.time = None;
        if self.has_conditions && !self.filter.passes_fields(&self.event())? {
            return Ok(false);
        }
        self.time = self.time_of_line()?;
        let in_range = !self.has_range || self.filter.in_range(&self.event());
        match self.lateness {
            None => Ok(in_range),
            Some(_) => self.check_lateness().map(|()| in_range),
        }
    }

    /// Takes out the fields of the line that begins at `start`, and of some behind it where those will be wanted.
    #[inline(never)]
    fn extract(&mut self, start: usize) -> (usize, Result<()>) {
        if self.beside.take(start, &mut self.extracted)
            && let Some(length) = self.extracted.go_on()
        {
            return (length, Ok(()));
        }
        let end = self.block.bytes.len().min(self.beside.from());
        let is_single = self.takes_every_event || self.seeker.as_ref().is_some_and(Seeker::is_searching);
        let at_most = if is_single { 1 } else { LINES_AHEAD };
        let found = self.extractor.extract_lines(&self.block.bytes[start..end], at_most, &mut self.extracted);
        self.extracted.go_on();
        found
    }

    /// Whether an event may be left out for what it says.
    pub fn has_conditions(&self) -> bool {
        self.has_conditions
    }

    /// The event at hand.
    #[inline]
    pub fn event(&self) -> Event<'_> {
        let line = Line {
            bytes: &self.block.bytes[self.line.clone()],
            source: &self.block.source,
            number: self.number,
            offset: self.offset,
        };
        let mut event = Event::new(line, self.input, self.extracted.fields());
        (event.ordinal, event.time) = (self.ordinal, self.time);
        event
    }

    /// The event at hand is processed.
    #[inline]
    pub fn take_event(&mut self) {
        self.is_pending = false;
    }

    /// How far the sources are read, without an event at hand that was not taken; only sources that can be read on
    /// later have marks.
    pub fn marks(&self) -> Vec<Mark> {
        let end = if self.is_pending { self.line.start } else { self.rest };
        self.reader.marks(&self.block.bytes[..end])
    }

    /// Where the line stands that comes next, likewise; only of files that are followed through their rotation.
    pub fn place(&self) -> Option<Place> {
        let end = if self.is_pending { self.line.start } else { self.rest };
        self.reader.place(&self.block.bytes[..end])
    }

    /// The offset behind the last line that was read; nothing when none was.
    pub fn next_offset(&self) -> Option<Offset> {
        self.has_read.then(|| Offset(self.offset.0.wrapping_add(1)))
    }

    /// The event time of the event at hand.
    pub fn time(&self) -> Option<Timestamp> {
        self.time
    }

    /// Waits until there may be more.
    pub fn wait(&mut self, at_most: std::time::Duration) -> Result<()> {
        self.reader.wait(at_most)
    }
}
