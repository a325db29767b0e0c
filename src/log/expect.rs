//! What an append expects of the stream, decided under the writer's lock: it is as expected, or somebody else was
//! first, or this very batch is stored already and was right when it came.

use super::batch::Batch;
use super::ids::Ids;
use super::merkle::Frontier;
use super::writer::{Receipt, Writer};
use crate::error::{Error, Result};
use crate::event::envelope::Choice;
use crate::event::line::Offset;

/// What the end of the stream must be for an append to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedEnd {
    /// This many events are there, so that the next one gets this offset.
    Exactly(Offset),
    /// Nothing is there yet.
    Empty,
}

/// What the version of an entity must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedVersion {
    /// Its last event has this version, counted from 0.
    Exactly(u64),
    /// It has no event yet.
    None,
    /// It has an event.
    Exists,
}

/// Everything that must hold for an append to be done.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    /// The end of the stream.
    pub end: Option<ExpectedEnd>,
    /// Entities and their versions; also of entities that are not written to.
    pub versions: Vec<(String, ExpectedVersion)>,
    /// The first event that must not be there, when the caller has found one, and the condition that it meets.
    pub unwanted: Option<(Offset, String)>,
}

/// What is to be done with a batch.
#[derive(Debug)]
pub enum Verdict {
    /// Everything is as expected.
    Store,
    /// It is stored already, and everything was as expected then: the receipt of that, and the lines as they are
    /// stored.
    Stored(Receipt, Vec<u8>),
}

/// The stream at one moment, as far as it is asked for.
struct State {
    end: Offset,
    /// How many events the expected entities have, in their order.
    counts: Vec<u64>,
}

impl Expectations {
    /// Holds the expectations against the stream as it is under the lock of `writer`; `choice` says where events keep
    /// their ids and entities. A conflict is an error that names what was expected and what is there.
    pub fn judge(&self, writer: &Writer, choice: &Choice, batch: &Batch) -> Result<Verdict> {
        let end = writer.next();
        if self.versions.is_empty() && self.broken(&State { end, counts: Vec::new() }).is_empty() {
            return Ok(Verdict::Store);
        }
        let mut ids = Ids::open(writer, choice)?;
        let counts = self.versions.iter().map(|(entity, _)| ids.count(entity.as_bytes()));
        let state = State { end, counts: counts.collect::<Result<_>>()? };
        let broken = self.broken(&state);
        if broken.is_empty() {
            return Ok(Verdict::Store);
        }
        match self.stored(&mut ids, &state, batch)? {
            Some(stored) => Ok(stored),
            None => Err(conflict(writer, &broken)),
        }
    }

    /// What does not hold at a moment, in words.
    fn broken(&self, state: &State) -> Vec<String> {
        let mut broken = Vec::new();
        let (end, wanted) = match self.end {
            Some(ExpectedEnd::Exactly(wanted)) => (state.end, wanted),
            Some(ExpectedEnd::Empty) => (state.end, Offset(0)),
            None => (Offset(0), Offset(0)),
        };
        if end != wanted {
            broken.push(format!("it ends at {end}, but {wanted} was expected"));
        }
        for ((entity, expected), &count) in self.versions.iter().zip(&state.counts) {
            let holds = match expected {
                ExpectedVersion::Exactly(version) => count.checked_sub(1) == Some(*version),
                ExpectedVersion::None => count == 0,
                ExpectedVersion::Exists => count > 0,
            };
            if !holds {
                broken.push(format!("{entity} {}, but {} was expected", found(count), expected.words()));
            }
        }
        if let Some((unwanted, condition)) =
            self.unwanted.as_ref().filter(|(unwanted, _)| *unwanted < state.end)
        {
            broken.push(format!("the event at offset {unwanted} meets {condition}"));
        }
        broken
    }

    /// Whether the batch is stored as a whole at a place where everything was as expected before it.
    fn stored(&self, ids: &mut Ids, now: &State, batch: &Batch) -> Result<Option<Verdict>> {
        let Some((line, _)) = batch.each().next() else { return Ok(None) };
        for location in ids.find(line)?.into_iter().rev() {
            let Some(lines) = ids.is_stored(batch, location)? else { continue };
            let entities: Vec<_> = self.versions.iter().map(|(entity, _)| entity.as_bytes()).collect();
            let since = ids.counts_from(location, &entities)?;
            let (first, frontier) = ids.place(location, location.1 + lines.len() as u64)?;
            let counts = now.counts.iter().zip(since).map(|(now, since)| now - since).collect();
            if self.broken(&State { end: first, counts }).is_empty() {
                let root = Frontier::root(&frontier);
                let receipt = Receipt { first, count: batch.count, size: first.0 + batch.count, root };
                return Ok(Some(Verdict::Stored(receipt, lines)));
            }
        }
        Ok(None)
    }
}

impl Writer {
    /// Checks what the caller expects the end of the stream to be.
    pub fn expect_end(&self, expected: ExpectedEnd) -> Result<()> {
        let expected = Expectations { end: Some(expected), ..Expectations::default() };
        match &expected.broken(&State { end: self.next(), counts: Vec::new() })[..] {
            [] => Ok(()),
            broken => Err(conflict(self, broken)),
        }
    }
}

impl ExpectedVersion {
    fn words(self) -> String {
        match self {
            ExpectedVersion::Exactly(version) => format!("version {version}"),
            ExpectedVersion::None => "none".to_owned(),
            ExpectedVersion::Exists => "an event".to_owned(),
        }
    }
}

/// The version of an entity with so many events.
fn found(count: u64) -> String {
    match count.checked_sub(1) {
        Some(version) => format!("is at version {version}"),
        None => "has no event".to_owned(),
    }
}

fn conflict(writer: &Writer, broken: &[String]) -> Error {
    let name = writer.stream().name();
    let what = match broken {
        [only] if only.starts_with("it ends") => format!("{name}{}", &only["it".len()..]),
        several => format!("{name} is not as expected: {}", several.join(", and ")),
    };
    Error::conflict(format!("{what}; nothing was stored")).hint("read what is new, decide again, and retry")
}
