//! Runs that go on where the last one stopped: how far the sources were read, the open state of the operator, and
//! how much of the results was out, kept as a whole. Run after run gives the bytes of one big run.

mod marked;
mod output;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use marked::{Mark, MarkedReader};
pub use output::Continued;

use super::{Commit, Progress};
use crate::error::{Error, Result};
use crate::log::place::hash;
use crate::log::snapshot::Snapshot;
use crate::operator::Operator;

/// What was asked for: the words of the command line that make a difference to the results, by their flag.
pub type Words = BTreeMap<String, Vec<String>>;

/// Counts up when saved states are laid out in another way.
const LAYOUT: u32 = 5;

/// The first line of a saved run; the state of the operator follows.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Header {
    layout: u32,
    job: Words,
    /// Whether everything was closed, so that nothing can go on.
    finished: bool,
    /// How far each input was read.
    inputs: Vec<Vec<Mark>>,
    /// How much of the results and of the late events was out.
    results: Option<u64>,
    late: Option<u64>,
    /// The XXH3 hash of the state, in hex.
    state: String,
}

/// Where runs are kept: old and whole, or new and whole, at every moment.
pub trait Keeper {
    /// What was kept last; nothing when there never was anything.
    fn read(&self) -> Result<Option<Vec<u8>>>;

    /// Replaces it, durably.
    fn write(&self, content: &[u8]) -> Result<()>;

    /// Its place, as messages show it.
    fn shown(&self) -> String;

    /// Whether results are kept with the run, and only whole: a run that was stopped then leaves nothing.
    fn takes_whole_runs(&self) -> bool {
        false
    }
}

impl Keeper for Snapshot {
    fn read(&self) -> Result<Option<Vec<u8>>> {
        Snapshot::read(self)
    }

    fn write(&self, content: &[u8]) -> Result<()> {
        Snapshot::write(self, content)
    }

    fn shown(&self) -> String {
        self.path().display().to_string()
    }
}

/// A run that goes on.
pub struct Resume {
    keeper: Box<dyn Keeper>,
    header: Header,
    state: Vec<u8>,
    /// Whether an earlier run has left something.
    is_continued: bool,
    /// Whether this run closes everything at the end of its inputs.
    drains: bool,
}

impl Resume {
    /// Takes up what the last run of `job` has left with the keeper; nothing of it when `is_rebuilt`. A run that
    /// `drains` closes everything at its end.
    pub fn open(keeper: Box<dyn Keeper>, job: Words, is_rebuilt: bool, drains: bool) -> Result<Resume> {
        let kept = if is_rebuilt { None } else { keeper.read()? };
        let Some(kept) = kept else {
            let header = Header {
                layout: LAYOUT,
                job,
                finished: false,
                inputs: Vec::new(),
                results: None,
                late: None,
                state: String::new(),
            };
            return Ok(Resume { keeper, header, state: Vec::new(), is_continued: false, drains });
        };
        let shown = keeper.shown();
        let (header, state) = parse(&kept).ok_or_else(|| {
            Error::data("this saved run is damaged")
                .hint("start from the beginning with --rebuild")
                .source(&shown)
        })?;
        check_job(&header, &job)?;
        Ok(Resume { keeper, header, state, is_continued: true, drains })
    }

    /// How far the input was read.
    pub fn marks(&self, input: usize) -> &[Mark] {
        self.header.inputs.get(input).map_or(&[], Vec::as_slice)
    }

    /// How much of the results was out; nothing at the first run.
    pub fn results(&self) -> Option<u64> {
        self.header.results
    }

    /// How much of the late events was out; nothing at the first run.
    pub fn late(&self) -> Option<u64> {
        self.header.late
    }

    /// Whether this run closes everything at the end of its inputs.
    pub fn drains(&self) -> bool {
        self.drains
    }

    /// Gives the operator the state that the last run has left. At the first run, notes where results begin, before
    /// any is written: should this run die, the next one knows which rows are its own.
    pub fn begin(
        &mut self,
        operator: &mut dyn Operator,
        results: Option<u64>,
        late: Option<u64>,
    ) -> Result<()> {
        if self.is_continued {
            return operator.load(&self.state);
        }
        operator.save(&mut self.state);
        (self.header.results, self.header.late) = (results, late);
        if self.keeper.takes_whole_runs() { Ok(()) } else { self.write() }
    }

    fn write(&mut self) -> Result<()> {
        self.header.state = hash(&self.state);
        let header = serde_json::to_vec(&self.header);
        let mut text = header.map_err(|error| Error::data(format!("the run cannot be saved: {error}")))?;
        text.push(b'\n');
        text.extend_from_slice(&self.state);
        self.keeper.write(&text)
    }
}

fn parse(kept: &[u8]) -> Option<(Header, Vec<u8>)> {
    let end = memchr::memchr(b'\n', kept)?;
    let header: Header = serde_json::from_slice(&kept[..end]).ok()?;
    let state = &kept[end + 1..];
    (header.state == hash(state)).then(|| (header, state.to_vec()))
}

/// Refuses to go on with another job than the one that was begun.
fn check_job(header: &Header, job: &Words) -> Result<()> {
    let refused = |what: String| Err(Error::usage(what).hint("start from the beginning with --rebuild"));
    if header.layout != LAYOUT {
        return refused("the saved run is of another version of bourn".to_owned());
    }
    let flags = header.job.keys().chain(job.keys());
    if let Some(flag) = flags.into_iter().find(|&flag| header.job.get(flag) != job.get(flag)) {
        let told =
            |words: Option<&Vec<String>>| words.map_or("not given".to_owned(), |words| words.join(" "));
        let (then, now) = (told(header.job.get(flag)), told(job.get(flag)));
        return refused(format!("the job has changed since the last run: {flag} was {then} and is {now}"));
    }
    if header.finished {
        return refused("the run was finished with --drain, so there is nothing to go on with".to_owned());
    }
    Ok(())
}

impl Commit for Resume {
    fn flushed(&mut self, progress: &Progress<'_>) -> Result<()> {
        if self.keeper.takes_whole_runs() && !progress.is_end {
            return Ok(());
        }
        self.state.clear();
        progress.operator.save(&mut self.state);
        self.header.inputs = progress.inputs.iter().map(super::cursor::Cursor::marks).collect();
        (self.header.results, self.header.late) = (progress.results, progress.late);
        self.header.finished = progress.is_end && self.drains;
        self.write()
    }
}
