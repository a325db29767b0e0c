//! Attempts: a command is run for a batch until it ends well or has failed too often, with growing pauses.

use std::ffi::OsString;
use std::time::{Duration, Instant};

use super::Batch;
use crate::error::{Error, Result};
use crate::sys::process::{Ending, Run};
use crate::sys::{random, signal};

/// Environment variables have a limit; longer events are on standard input alone.
const MOST_IN_ENVIRONMENT: usize = 100_000;

/// How long one part of a pause lasts before signals are looked at.
const SLICE: Duration = Duration::from_millis(50);

/// How a command is run.
pub struct Attempts {
    /// The program and its arguments.
    pub words: Vec<OsString>,
    /// The name of the stream.
    pub stream: String,
    /// The name of the consumer.
    pub consumer: String,
    /// How often it is tried again.
    pub retries: u64,
    /// The first pause and the longest one.
    pub backoff: (Duration, Duration),
    /// How long one attempt may take.
    pub timeout: Option<Duration>,
    /// Whether the event is in the environment, too: batches are single events.
    pub per_event: bool,
    /// Takes what the command writes to standard error, as it comes.
    pub complaints: fn(&[u8]),
}

/// What became of a batch.
pub enum Done {
    /// The command ended well, and printed this, when that is kept.
    Well(Vec<u8>),
    /// It failed as often as it may.
    Failed(Failed),
    /// A signal came before it could be tried again.
    Interrupted,
}

/// How a command failed.
pub struct Failed {
    /// How the last attempt ended.
    pub reason: String,
    /// How often it was tried.
    pub attempts: u64,
    /// The end of what it wrote to standard error.
    pub complaint: Vec<u8>,
}

impl Attempts {
    /// Runs a command for each batch, all at once; `captures` says that what they print is kept.
    pub fn run_all(&self, batches: &[&Batch], captures: bool) -> Result<Vec<Done>> {
        if let [batch] = batches {
            return Ok(vec![self.run(batch, captures)?]);
        }
        std::thread::scope(|scope| {
            let begin = |batch| scope.spawn(move || self.run(batch, captures));
            let running: Vec<_> = batches.iter().map(|batch| begin(*batch)).collect();
            let died =
                |_| Err(Error::system("cannot run the command", &std::io::Error::other("a thread died")));
            running.into_iter().map(|one| one.join().unwrap_or_else(died)).collect()
        })
    }

    fn run(&self, batch: &Batch, captures: bool) -> Result<Done> {
        let mut attempt = 1;
        loop {
            let environment = self.environment(batch, attempt);
            let run = Run {
                words: &self.words,
                input: &batch.lines,
                environment: &environment,
                captures,
                timeout: self.timeout,
                complaints: self.complaints,
            };
            let name = self.words.first().map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
            let ended = run.execute().map_err(|cause| Error::system(format!("cannot run {name}"), &cause))?;
            if matches!(ended.ending, Ending::Success) {
                return Ok(Done::Well(ended.output));
            }
            if attempt > self.retries {
                let (reason, complaint) = (ended.ending.to_string(), ended.complaint);
                return Ok(Done::Failed(Failed { reason, attempts: attempt, complaint }));
            }
            if !pause(self.pause_before(attempt)) {
                return Ok(Done::Interrupted);
            }
            attempt += 1;
        }
    }

    fn environment(&self, batch: &Batch, attempt: u64) -> Vec<(&'static str, String)> {
        let mut environment = vec![
            ("BOURN_STREAM", self.stream.clone()),
            ("BOURN_CONSUMER", self.consumer.clone()),
            ("BOURN_FIRST_OFFSET", batch.first().to_string()),
            ("BOURN_LAST_OFFSET", batch.last().to_string()),
            ("BOURN_ATTEMPT", attempt.to_string()),
        ];
        if self.per_event && batch.lines.len() <= MOST_IN_ENVIRONMENT {
            let line = String::from_utf8_lossy(&batch.lines);
            environment.push(("BOURN_EVENT", line.trim_end_matches('\n').to_owned()));
        }
        environment
    }

    /// The pause doubles each time; a random half of it keeps many consumers from coming back at the same moment.
    fn pause_before(&self, attempt: u64) -> Duration {
        let (first, longest) = self.backoff;
        let doubled = first.saturating_mul(1u32.checked_shl(attempt as u32 - 1).unwrap_or(u32::MAX));
        let whole = doubled.min(longest);
        let mut byte = [0];
        // Without randomness the pause is the whole one.
        let part = random::fill(&mut byte).map_or(255, |()| u32::from(byte[0]));
        whole / 2 + whole / 2 * part / 255
    }
}

/// Waits; false when a signal came.
fn pause(time: Duration) -> bool {
    let begun = Instant::now();
    loop {
        if signal::interrupted() {
            return false;
        }
        match time.saturating_sub(begun.elapsed()) {
            Duration::ZERO => return true,
            rest => std::thread::sleep(rest.min(SLICE)),
        }
    }
}
