//! What a reader looks for, as far as indexes can tell where it is not. Reads nothing.

use crate::event::line::Offset;
use crate::time::timestamp::Timestamp;

/// What is looked for. Whoever searches checks every line himself: a block is passed over only when each of its lines is
/// an event and none of them has what is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Where the event time is, and the range that it must lie in.
    pub time: Option<(String, Between)>,
    /// Where the entity is, and which one it must be: a string without its quotes and escapes, or another value as it
    /// stands.
    pub entity: Option<(String, Vec<u8>)>,
    /// Nothing is passed over from this offset on.
    pub end: Offset,
    /// Only so many of the last events are wanted, whatever they hold.
    pub last: Option<u64>,
    /// The longest line that may be: a longer one must be told.
    pub max_line: u64,
    /// Whether lines are handed on as they stand, so that it is enough to know that they are the ones that were stored.
    pub as_stored: bool,
}

/// A range of event times, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Between {
    /// The first time.
    pub from: Option<Timestamp>,
    /// The last time.
    pub to: Option<Timestamp>,
}

impl Between {
    /// Whether no time between `first` and `last` lies in the range.
    pub fn is_disjoint(&self, (first, last): (Timestamp, Timestamp)) -> bool {
        self.from.is_some_and(|from| last < from) || self.to.is_some_and(|to| first > to)
    }
}

impl Search {
    /// A search that passes over nothing but what stands before the offset that is wanted.
    pub fn new(max_line: u64) -> Search {
        Search { time: None, entity: None, end: Offset(u64::MAX), last: None, max_line, as_stored: false }
    }
}
