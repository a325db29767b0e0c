//! Hands a stream's events to a command, batch by batch, and commits what the command has done: after it ended well,
//! and not before. Knows batches, attempts and commits; what becomes of failed batches and of what the command prints
//! is in the files beside.

pub mod attempt;
pub mod dead_letter;
pub mod target;

use std::time::{Duration, Instant};

use super::Monitor;
use super::account::Account;
use super::cursor::{Cursor, Step};
use crate::error::{Error, Kind, Result};
use crate::event::Event;
use crate::event::line::Offset;
use crate::log::place::Place;
use crate::operator::Fate;
use crate::operator::grouping::Grouping;
use crate::operator::key::Key;
use crate::sys::signal;
use attempt::{Attempts, Done, Failed};
use dead_letter::DeadLetters;
use target::Target;

/// How many bytes of events make a batch, whatever their number.
const BATCH_BYTES: usize = 16 << 20;

/// How long one wait for new events lasts before signals are looked at.
const WAIT: Duration = Duration::from_millis(200);

/// Events that are handed over together.
#[derive(Clone, Default)]
pub struct Batch {
    /// Their lines, each ended by a newline.
    pub lines: Vec<u8>,
    /// The offset of each event, and where its line ends.
    pub events: Vec<(Offset, usize)>,
}

impl Batch {
    fn push(&mut self, offset: Offset, line: &[u8]) {
        self.lines.extend_from_slice(line);
        self.lines.push(b'\n');
        self.events.push((offset, self.lines.len()));
    }

    /// The offset of its first event.
    pub fn first(&self) -> Offset {
        self.events.first().map_or(Offset(0), |(offset, _)| *offset)
    }

    /// The offset of its last event.
    pub fn last(&self) -> Offset {
        self.events.last().map_or(Offset(0), |(offset, _)| *offset)
    }

    /// Each event with its offset, without its newline.
    pub fn each(&self) -> impl Iterator<Item = (Offset, &[u8])> {
        let starts = std::iter::once(0).chain(self.events.iter().map(|(_, end)| *end));
        self.events.iter().zip(starts).map(|(&(offset, end), start)| (offset, &self.lines[start..end - 1]))
    }

    /// Whose events these are, in words.
    fn words(&self) -> String {
        match (self.first(), self.last()) {
            (first, last) if first == last => format!("event {first}"),
            (first, last) => format!("events {first} to {last}"),
        }
    }
}

/// How batches are made.
pub struct Batching {
    /// The most events of a batch.
    pub most: usize,
    /// How long a batch that is not full waits for more, when following.
    pub linger: Duration,
    /// How many commands run at once.
    pub jobs: usize,
    /// Events of one key go to one command, in their order; needed for several at once.
    pub grouping: Option<Grouping>,
    /// The slot of what is handed over, when it is not the whole event.
    pub payload: Option<usize>,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Delivered {
    /// What became of the lines that were read.
    pub account: Account,
    /// How many events the command has taken.
    pub events: u64,
    /// In how many batches.
    pub batches: u64,
    /// How many events were put aside because the command failed.
    pub dead: u64,
    /// Whether a signal ended it.
    pub interrupted: bool,
}

/// A run of deliveries.
pub struct Delivery<'a> {
    /// How the command is run.
    pub attempts: Attempts,
    /// How batches are made.
    pub batching: Batching,
    /// Where what the command prints is appended.
    pub target: Option<Target>,
    /// Where failed batches go; without it they end the run.
    pub dead_letters: Option<DeadLetters>,
    /// Hears what happens.
    pub monitor: &'a mut dyn Monitor,
    /// Commits that everything before an offset is done; with its place in a file, where that is known.
    pub commit: &'a mut dyn FnMut(Offset, Option<Place>) -> Result<()>,
}

impl Delivery<'_> {
    /// Delivers until the input ends, a batch fails for good, or a signal comes; the batch in hand is finished.
    pub fn drive(&mut self, input: &mut Cursor) -> Result<Delivered> {
        let mut delivered = Delivered::default();
        let mut batches = vec![Batch::default(); self.batching.jobs.max(1)];
        let (mut since, mut committed) = (None::<Instant>, None);
        loop {
            let step = input.advance(&mut delivered.account, self.monitor)?;
            let count: usize = batches.iter().map(|batch| batch.events.len()).sum();
            let is_due = match step {
                Step::Event => {
                    self.take(&input.event(), &mut batches)?;
                    delivered.account.book(Fate::Used);
                    input.take_event();
                    since.get_or_insert_with(Instant::now);
                    let bytes: usize = batches.iter().map(|batch| batch.lines.len()).sum();
                    count + 1 >= self.batching.most || bytes >= BATCH_BYTES
                }
                Step::Waiting => {
                    let rest = since.map(|since| self.batching.linger.saturating_sub(since.elapsed()));
                    match rest {
                        Some(Duration::ZERO) => true,
                        rest => {
                            input.wait(rest.map_or(WAIT, |rest| rest.min(WAIT)))?;
                            false
                        }
                    }
                }
                Step::End => true,
                Step::Interrupted => {
                    delivered.interrupted = true;
                    return Ok(delivered);
                }
            };
            if is_due {
                self.deliver(&mut batches, input, &mut delivered)?;
                since = None;
            }
            // Also what the filter leaves out is done, as long as nothing before it waits.
            let is_idle = since.is_none() && step != Step::Event || is_due;
            if is_idle && !delivered.interrupted && input.next_offset() != committed {
                committed = input.next_offset();
                committed.map_or(Ok(()), |next| (self.commit)(next, input.place()))?;
            }
            delivered.interrupted |= signal::interrupted();
            if step == Step::End || delivered.interrupted {
                return Ok(delivered);
            }
        }
    }

    /// Puts an event into the batch of its key.
    fn take(&mut self, event: &Event<'_>, batches: &mut [Batch]) -> Result<()> {
        let line = match self.batching.payload {
            None => event.line.trimmed(),
            Some(slot) => event.field(slot).ok_or_else(|| {
                Error::data("this is no dead letter: it has no .data.event")
                    .hint("name a stream that --dead-letter has filled")
                    .at(event.line.source, event.line.number)
            })?,
        };
        let at = match &self.batching.grouping {
            Some(grouping) if batches.len() > 1 => {
                let mut key = Key::default();
                grouping.key(event, &mut key)?;
                (xxhash_rust::xxh3::xxh3_64(key.text()) % batches.len() as u64) as usize
            }
            _ => 0,
        };
        batches[at].push(event.line.offset, line);
        Ok(())
    }

    /// Hands the batches over, one command for each; what fails for good goes to the dead letters or ends the run.
    fn deliver(&mut self, batches: &mut [Batch], input: &Cursor, delivered: &mut Delivered) -> Result<()> {
        let full: Vec<&Batch> = batches.iter().filter(|batch| !batch.events.is_empty()).collect();
        let Some(last) = full.iter().map(|batch| batch.last()).max() else { return Ok(()) };
        let outcomes = self.attempts.run_all(&full, self.target.is_some())?;
        let (mut printed, mut failed) = (Vec::new(), Vec::new());
        for (batch, outcome) in full.iter().zip(outcomes) {
            match outcome {
                Done::Well(output) => {
                    printed.extend_from_slice(&output);
                    delivered.events += batch.events.len() as u64;
                    delivered.batches += 1;
                }
                Done::Interrupted => {
                    delivered.interrupted = true;
                    return Ok(());
                }
                Done::Failed(why) => failed.push((*batch, why)),
            }
        }
        match (&mut self.dead_letters, failed.iter().min_by_key(|(batch, _)| batch.first())) {
            (_, None) => {}
            (Some(dead_letters), Some(_)) => {
                for (batch, why) in &failed {
                    delivered.dead += dead_letters.put(batch, why)?;
                }
            }
            (None, Some((batch, why))) => {
                if self.target.is_none() {
                    // Everything before it was taken by this command or another one.
                    (self.commit)(batch.first(), None)?;
                }
                return Err(self.failed(batch, why));
            }
        }
        if let Some(target) = &mut self.target {
            target.append(&printed, last, input.place().as_ref())?;
        }
        batches.iter_mut().for_each(|batch| *batch = Batch::default());
        Ok(())
    }

    #[cold]
    fn failed(&self, batch: &Batch, why: &Failed) -> Error {
        let tries = match why.attempts {
            1 => String::new(),
            attempts => format!(", {attempts} times"),
        };
        let (stream, consumer) = (&self.attempts.stream, &self.attempts.consumer);
        Error::new(
            Kind::Answer,
            format!("the command failed for {} of {stream}{tries}: {}", batch.words(), why.reason),
        )
        .hint(format!(
            "correct it and run it again, {consumer} goes on there; or put such events aside with --dead-letter STREAM"
        ))
    }
}
