//! Keys of events that come soon. Where a table is larger than the caches of the processor, an operator makes the key of an
//! event some events before its turn, and asks for the memory that it will look at; when the event comes, its key is there.
//! Nothing of this changes a result, and an event that was not foreseen is as good as any other.

use std::collections::VecDeque;

use super::grouping::Grouping;
use super::table::hash_of;
use crate::error::Result;
use crate::event::Event;

/// From how many groups on a table is worth it: fewer are in the cache anyway.
const WORTH: usize = 4096;

/// Whether a table of so many groups is worth looking ahead for.
#[inline]
pub fn is_worth_it(groups: usize) -> bool {
    groups >= WORTH
}

/// The keys of the events that come soon.
#[derive(Default)]
pub struct Foresight {
    /// In the order of the events, which are all of one input.
    queue: VecDeque<Foreseen>,
    /// Buffers for the next keys.
    spare: Vec<Vec<u8>>,
}

/// The key of an event that comes soon.
struct Foreseen {
    /// Which event of its input it is.
    ordinal: u64,
    hash: u64,
    key: Vec<u8>,
}

impl Foresight {
    /// Makes the key of an event that comes soon, and gives its hash.
    pub fn foresee(&mut self, event: &Event<'_>, grouping: &Grouping) -> Option<u64> {
        let mut key = self.spare.pop().unwrap_or_default();
        // An event whose key is an error says so when it comes.
        grouping.key(event, &mut key).ok()?;
        let hash = hash_of(&key);
        self.queue.push_back(Foreseen { ordinal: event.ordinal, hash, key });
        Some(hash)
    }

    /// The hash of the event that was foreseen so many events before the last one.
    #[inline]
    pub fn earlier(&self, before: usize) -> Option<u64> {
        self.queue.get(self.queue.len().checked_sub(before + 1)?).map(|foreseen| foreseen.hash)
    }

    /// Puts the key of the event at hand into `key`, and gives its hash.
    #[inline]
    pub fn key(&mut self, event: &Event<'_>, grouping: &Grouping, key: &mut Vec<u8>) -> Result<u64> {
        // Some that were foreseen never come: a range leaves them out.
        while self.queue.front().is_some_and(|foreseen| foreseen.ordinal <= event.ordinal)
            && let Some(mut foreseen) = self.queue.pop_front()
        {
            let is_it = foreseen.ordinal == event.ordinal;
            if is_it {
                std::mem::swap(key, &mut foreseen.key);
            }
            self.spare.push(foreseen.key);
            if is_it {
                return Ok(foreseen.hash);
            }
        }
        grouping.key(event, key)?;
        Ok(hash_of(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::line::{Line, Offset};
    use crate::event::scan::{Extractor, Projection};

    #[test]
    fn foreseen_keys_are_those_that_are_made_when_the_event_comes() {
        let mut projection = Projection::default();
        let grouping = Grouping::parse(Some(".k"), &mut projection).expect("a path");
        let lines = ["{\"k\":\"a\"}", "{}", "{\"k\":\"b\"}", "{\"k\":1.0}", "{\"k\":\"a\"}", "{\"k\":[2]}"];
        let mut extractor = Extractor::new(&projection);
        let mut foresight = Foresight::default();
        let mut with_event = |at: usize, then: &mut dyn FnMut(&Event<'_>)| {
            let mut fields = Vec::new();
            extractor.extract(lines[at].as_bytes(), &mut fields).expect("an event");
            let line = Line { bytes: lines[at].as_bytes(), source: "-", number: 1, offset: Offset(0) };
            let mut event = Event::new(line, 0, &fields);
            event.ordinal = at as u64;
            then(&event);
        };
        // The second event never comes, the third one is not foreseen, and the last one neither.
        for at in [0, 1, 3, 4] {
            with_event(at, &mut |event| assert!(foresight.foresee(event, &grouping).is_some()));
        }
        assert_eq!(
            (foresight.earlier(0), foresight.earlier(3)),
            (foresight.earlier(3), foresight.earlier(0))
        );
        assert_eq!(foresight.earlier(4), None);
        for at in [0, 2, 3, 4, 5] {
            with_event(at, &mut |event| {
                let (mut key, mut expected) = (b"old".to_vec(), Vec::new());
                let hash = foresight.key(event, &grouping, &mut key).expect("a key");
                grouping.key(event, &mut expected).expect("a key");
                assert_eq!((hash, &key), (hash_of(&expected), &expected));
            });
        }
        assert!(foresight.queue.is_empty());
    }
}
