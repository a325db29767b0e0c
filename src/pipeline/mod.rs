//! The drive loop: sources → operator → sinks. Joins the layers below and knows no flags or terminal.

pub mod account;
pub mod bisection;
pub mod check;
pub mod csv;
pub mod cursor;
pub mod delivery;
pub mod filter;
pub mod follow;
pub mod lines;
mod merge;
pub mod pace;
mod pipe;
#[cfg(test)]
mod push_down_tests;
pub mod quarantine;
pub mod read_model;
pub mod resume;
pub mod sink;
pub mod source;

use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, Kind, Result};
use crate::event::line::Offset;
use crate::log::place::Place;
use crate::operator::{Fate, Operator, Results};
use crate::sys::clock::Clock;
use crate::time::timestamp::Timestamp;
use account::Account;
use cursor::{Cursor, Handed, Ready, Step};
use pace::Pace;
use sink::Sink;

/// What to do with a line that is no event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// Stop with an error.
    #[default]
    Fail,
    /// Count it, name it, and go on.
    Skip,
}

/// Hears what happens on the way.
pub trait Monitor {
    /// A line was set aside; `why` says which and what is wrong with it.
    fn set_aside(&mut self, why: &Error);

    /// Something happened to a source that its reader should know.
    fn notice(&mut self, what: &str) {
        let _ = what;
    }

    /// So many more bytes were read.
    fn advanced(&mut self, bytes: u64) {
        let _ = bytes;
    }

    /// Whether the run shall stop: a signal came.
    fn is_interrupted(&self) -> bool {
        false
    }
}

/// Hears when results are out, so that a position can be committed.
pub trait Commit {
    /// Everything that the progress tells of is processed, and what came of it was flushed.
    fn flushed(&mut self, progress: &Progress<'_>) -> Result<()>;
}

/// How far a run has come.
pub struct Progress<'a> {
    /// The inputs.
    pub inputs: &'a [Cursor],
    /// The operator, with what is open.
    pub operator: &'a dyn Operator,
    /// How much of the results is out, where that can be said: bytes of a file, events of a stream.
    pub results: Option<u64>,
    /// How much of the late events is out, likewise.
    pub late: Option<u64>,
    /// Whether the run has come to its end.
    pub is_end: bool,
}

impl Progress<'_> {
    /// The offset behind the last event of a single input; nothing when none was read.
    pub fn next_offset(&self) -> Option<Offset> {
        match self.inputs {
            [input] => input.next_offset(),
            _ => None,
        }
    }

    /// Where the next line of a single input stands, when it is a file that is followed through its rotation.
    pub fn place(&self) -> Option<Place> {
        match self.inputs {
            [input] => input.place(),
            _ => None,
        }
    }
}

/// What the end of the inputs means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtEnd {
    /// There is no more: everything closes.
    #[default]
    Close,
    /// A later run goes on: what is open stays open. Of several inputs the first that has no more ends the run, since
    /// nobody knows the time of its next event.
    Keep,
}

/// How many bytes of results are gathered before they are written.
const RESULT_BYTES: usize = 64 << 10;

/// How many events ahead operators look: far enough for the memory to come, and near enough for it to be there still.
const FORESEEN: usize = 8;

/// How long one wait for new lines lasts before signals are looked at.
const WAIT: Duration = Duration::from_millis(200);

/// One run of an operator over its inputs.
pub struct Run<'a> {
    /// The job.
    pub operator: &'a mut dyn Operator,
    /// Takes the results.
    pub sink: &'a mut dyn Sink,
    /// Takes the late events.
    pub late: &'a mut dyn Sink,
    /// Hears what happens.
    pub monitor: &'a mut dyn Monitor,
    /// Commits, if somebody wants it.
    pub commit: Option<&'a mut dyn Commit>,
    /// How long an input may be silent before it holds the others back no longer.
    pub idle: Option<Duration>,
    /// What the end of the inputs means.
    pub at_end: AtEnd,
    /// Keeps rows back until their time has come.
    pub pace: Option<Pace>,
    /// Tells the operator the time when nothing new is there; for jobs whose event time is the time of arrival.
    pub clock: Option<Arc<dyn Clock>>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// What became of the lines.
    pub account: Account,
    /// Whether a signal ended it: open windows were not closed.
    pub interrupted: bool,
}

impl Run<'_> {
    /// Runs the inputs through the operator until all have ended, the operator has enough, or a signal comes.
    pub fn drive(&mut self, inputs: &mut [Cursor]) -> Result<Outcome> {
        let mut account = Account::default();
        let mut results = Results::default();
        let end = match &mut *inputs {
            [input] => self.drive_one(input, &mut account, &mut results),
            several => self.drive_merged(several, &mut account, &mut results),
        };
        // What was found before an error is not held back.
        let interrupted = match end {
            Ok(interrupted) => interrupted,
            Err(error) => {
                if error.kind() != Kind::ClosedPipe {
                    self.write(&mut results)?;
                    self.sink.flush()?;
                }
                return Err(error);
            }
        };
        if !interrupted && self.at_end == AtEnd::Close {
            self.operator.on_end(&mut results)?;
        }
        self.write(&mut results)?;
        self.late.finish()?;
        if interrupted {
            self.sink.interrupt()?
        } else {
            self.sink.finish()?
        }
        self.commit(inputs, !interrupted)?;
        Ok(Outcome { account, interrupted })
    }

    fn drive_one(
        &mut self,
        input: &mut Cursor,
        account: &mut Account,
        results: &mut Results,
    ) -> Result<bool> {
        if self.operator.is_done() {
            return Ok(false);
        }
        if self.operator.copies_lines() && self.pace.is_none() {
            return self.copy_lines(input, account, results);
        }
        loop {
            match input.advance(account, self.monitor)? {
                Step::Event => {
                    // What a condition may leave out is not worth a look.
                    let looks_ahead = self.operator.looks_ahead() && !input.has_conditions();
                    if looks_ahead && let Some(event) = input.upcoming(FORESEEN) {
                        self.operator.foresee(&event);
                    }
                    self.take_event(input, account, results)?;
                    self.take_ready(input, looks_ahead, |_| true, account, results)?;
                }
                Step::Waiting => {
                    self.tell_time(results)?;
                    self.hand_on(results, std::slice::from_ref(input))?;
                    input.wait(WAIT)?;
                }
                Step::End => return Ok(false),
                Step::Interrupted => return Ok(true),
            }
            self.write_when_full(results)?;
            if self.operator.is_done() {
                return Ok(false);
            }
        }
    }

    /// The same where events come out as they stand: lines that stand together are written in one piece, from where they
    /// were read to.
    fn copy_lines(
        &mut self,
        input: &mut Cursor,
        account: &mut Account,
        results: &mut Results,
    ) -> Result<bool> {
        loop {
            match input.advance_run(account, self.monitor)? {
                Step::Event if input.run().ends_with(b"\n") => self.sink.write(input.run())?,
                Step::Event => {
                    results.rows.extend_from_slice(input.run());
                    results.rows.push(b'\n');
                    self.write(results)?;
                }
                Step::Waiting => {
                    self.hand_on(results, std::slice::from_ref(input))?;
                    input.wait(WAIT)?;
                }
                Step::End => return Ok(false),
                Step::Interrupted => return Ok(true),
            }
        }
    }

    /// Hands the event of an input to the operator, and books what became of it.
    #[inline(always)]
    fn take_event(&mut self, input: &mut Cursor, account: &mut Account, results: &mut Results) -> Result<()> {
        let fate = self.operator.on_event(&input.event(), results)?;
        if fate == Fate::SetAside {
            input.set_aside(&mut *self.monitor)?;
        }
        account.book(fate);
        input.take_event();
        Ok(())
    }

    /// The same with the events behind it that are ready, as long as it is their turn; gives whether one stands at the input whose
    /// turn it is not.
    fn take_ready(
        &mut self,
        input: &mut Cursor,
        looks_ahead: bool,
        is_next: impl Fn(Option<Timestamp>) -> bool,
        account: &mut Account,
        results: &mut Results,
    ) -> Result<bool> {
        if self.pace.is_some() || self.operator.is_done() {
            return Ok(false);
        }
        let operator = &mut *self.operator;
        let mut fate = Ok(Fate::Used);
        let Handed { filtered, is_left } = input.each_ready(|event, behind| {
            if !is_next(event.time) {
                return Ready::Left;
            }
            if looks_ahead && let Some(event) = behind.upcoming(event, FORESEEN) {
                operator.foresee(&event);
            }
            fate = operator.on_event(event, results);
            match fate {
                Ok(fate) if fate != Fate::SetAside => account.book(fate),
                _ => return Ready::Left,
            }
            let is_full = results.rows.len() + results.late.len() > RESULT_BYTES;
            if is_full || operator.is_done() { Ready::Last } else { Ready::Taken }
        });
        account.filtered += filtered;
        if fate? == Fate::SetAside {
            input.set_aside(&mut *self.monitor)?;
            account.book(Fate::SetAside);
            input.take_event();
            return Ok(false);
        }
        Ok(is_left)
    }

    fn tell_time(&mut self, results: &mut Results) -> Result<()> {
        match &self.clock {
            Some(clock) => self.operator.on_clock(Timestamp(clock.now()), results),
            None => Ok(()),
        }
    }

    fn write_when_full(&mut self, results: &mut Results) -> Result<()> {
        let is_paced = self.pace.is_some() && !results.times.is_empty();
        if results.rows.len() + results.late.len() > RESULT_BYTES || is_paced {
            self.write(results)?;
        }
        Ok(())
    }

    fn write(&mut self, results: &mut Results) -> Result<()> {
        match &mut self.pace {
            Some(pace) => pace_rows(pace, results, self.sink, self.monitor)?,
            None if results.rows.is_empty() => {}
            None => self.sink.write(&results.rows)?,
        }
        results.rows.clear();
        results.times.clear();
        if !results.late.is_empty() {
            self.late.write(&results.late)?;
            results.late.clear();
        }
        Ok(())
    }

    /// Everything so far goes out, and a consumer may commit it.
    fn hand_on(&mut self, results: &mut Results, inputs: &[Cursor]) -> Result<()> {
        self.write(results)?;
        self.late.flush()?;
        self.sink.flush()?;
        self.commit(inputs, false)
    }

    fn commit(&mut self, inputs: &[Cursor], is_end: bool) -> Result<()> {
        let Some(commit) = &mut self.commit else { return Ok(()) };
        let (results, late) = (self.sink.place(), self.late.place());
        commit.flushed(&Progress { inputs, operator: self.operator, results, late, is_end })
    }
}

/// Writes the rows of each event when its time has come. A signal leaves the rest unwritten.
fn pace_rows(pace: &mut Pace, results: &Results, sink: &mut dyn Sink, monitor: &dyn Monitor) -> Result<()> {
    let ends = results.times.iter().skip(1).map(|(start, _)| *start).chain([results.rows.len()]);
    for (&(start, time), end) in results.times.iter().zip(ends) {
        if !pace.wait(time, || monitor.is_interrupted()) {
            return Ok(());
        }
        sink.write(&results.rows[start..end])?;
        sink.flush()?;
    }
    Ok(())
}
