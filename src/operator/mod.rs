//! Pure operators: events in, results out. There is no file, clock, environment or printing here, so
//! every run repeats and every test is a plain call.

pub mod aggregate;
pub mod changes;
pub mod check;
pub mod clause;
pub mod deadlines;
pub mod difference;
pub mod explain;
pub mod fold;
mod foresight;
pub mod grouping;
pub mod history;
pub mod join;
pub mod key;
pub mod pass;
pub mod reorder;
pub mod saved;
pub mod shape;
pub mod stat;
pub mod table;
pub mod window;

use crate::error::Result;
use crate::event::Event;
use crate::time::timestamp::Timestamp;
use crate::time::watermark::StreamTimes;
use explain::Standing;

/// What an operator gives: lines of JSON, each ended by a newline. The caller drains both buffers.
#[derive(Debug, Default)]
pub struct Results {
    /// Result lines, in order.
    pub rows: Vec<u8>,
    /// Late events, one line each, with the windows they missed and by how much.
    pub late: Vec<u8>,
    /// Where the rows of an event begin in `rows`, with its time; only from operators that are asked for it.
    pub times: Vec<(usize, Timestamp)>,
}

/// What became of one event; the pipeline adds these up to the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It counts in at least one result.
    Used,
    /// It counts in a result, and came too late for another.
    PartlyLate,
    /// A condition or range left it out.
    Filtered,
    /// Every window it belongs to was closed.
    Late,
    /// It was seen before.
    Duplicate,
    /// Its time is too far in front of its neighbours or of the clock.
    SetAside,
}

/// A job over events in arrival order.
pub trait Operator {
    /// Takes one event; `event.time` is set for operators that need it, `event.input` says which input.
    fn on_event(&mut self, event: &Event<'_>, results: &mut Results) -> Result<Fate>;

    /// Whether there is so much to look up that it wants to see events before they come; asked where there is one input.
    fn looks_ahead(&self) -> bool {
        false
    }

    /// An event that comes some events later, if nothing leaves it out until then: the memory that it needs can be asked for. It
    /// has no time yet, and changes no result.
    fn foresee(&mut self, event: &Event<'_>) {
        let _ = event;
    }

    /// The input `input` has been silent for the idle time (wall clock): leave it out of the watermark
    /// until it speaks again.
    fn on_idle(&mut self, input: usize, results: &mut Results) -> Result<()> {
        let _ = (input, results);
        Ok(())
    }

    /// The wall clock stands at `now` and nothing new is there; for jobs whose event time is the time of arrival.
    fn on_clock(&mut self, now: Timestamp, results: &mut Results) -> Result<()> {
        let _ = (now, results);
        Ok(())
    }

    /// One input of several has ended: it holds the watermark back no longer.
    fn on_input_end(&mut self, input: usize, results: &mut Results) -> Result<()> {
        let _ = (input, results);
        Ok(())
    }

    /// The stream times, where the operator has them.
    fn times(&self) -> Option<&StreamTimes> {
        None
    }

    /// What can be said of an event that was taken just now and was not late.
    fn explain(&mut self, event: &Event<'_>) -> Result<Option<Standing>> {
        let _ = event;
        Ok(Some(Standing::default()))
    }

    /// Whether each event comes out at once, as its line stands, and nothing else does: then whoever has the lines may copy
    /// them himself.
    fn copies_lines(&self) -> bool {
        false
    }

    /// Whether no further event can change the results, as when a limit is reached.
    fn is_done(&self) -> bool {
        false
    }

    /// The bounded input has ended: everything closes.
    fn on_end(&mut self, results: &mut Results) -> Result<()>;

    /// Appends the open state, so that [`Operator::load`] goes on from here. A job that always reads its history
    /// from the beginning has none.
    fn save(&self, state: &mut Vec<u8>) {
        let _ = state;
    }

    /// Takes up the state that [`Operator::save`] wrote.
    fn load(&mut self, state: &[u8]) -> Result<()> {
        if state.is_empty() { Ok(()) } else { Err(saved::damaged()) }
    }
}
