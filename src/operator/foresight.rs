//! Keys of events that come soon. Where a table is larger than the caches of the processor, an operator makes the key of an
//! event some events before its turn, and asks for the memory that it will look at; when the event comes, its key is there.
//! Nothing of this changes a result, and an event that was not foreseen is as good as any other.

use super::grouping::Grouping;
use super::key::Key;
use crate::error::Result;
use crate::event::Event;

/// From how many groups on a table is worth it: fewer are in the cache anyway.
const WORTH: usize = 4096;

/// How many keys are remembered; events are foreseen less far ahead. A power of two.
const PLACES: u64 = 16;

/// Whether a table of so many groups is worth looking ahead for.
#[inline]
pub fn is_worth_it(groups: usize) -> bool {
    groups >= WORTH
}

/// The keys of the events that come soon, which are all of one input.
pub struct Foresight {
    /// Each at the place that its event's number tells.
    keys: [Foreseen; PLACES as usize],
}

/// The key of an event that comes soon.
#[derive(Default)]
struct Foreseen {
    /// One more than the number of lines of its input before it, so that 0 is no event.
    number: u64,
    key: Key,
}

impl Default for Foresight {
    fn default() -> Foresight {
        Foresight { keys: std::array::from_fn(|_| Foreseen::default()) }
    }
}

impl Foresight {
    /// Makes the key of an event that comes soon, and gives its hash.
    pub fn foresee(&mut self, event: &Event<'_>, grouping: &Grouping) -> Option<u64> {
        let foreseen = &mut self.keys[(event.ordinal % PLACES) as usize];
        // An event whose key is an error says so when it comes.
        foreseen.number = 0;
        grouping.key(event, &mut foreseen.key).ok()?;
        foreseen.number = event.ordinal + 1;
        Some(foreseen.key.hash())
    }

    /// The hash of the event that comes so many lines before this one, if it was foreseen.
    #[inline]
    pub fn earlier(&self, event: &Event<'_>, before: u64) -> Option<u64> {
        let ordinal = event.ordinal.checked_sub(before)?;
        let foreseen = &self.keys[(ordinal % PLACES) as usize];
        (foreseen.number == ordinal + 1).then(|| foreseen.key.hash())
    }

    /// The key of the event at hand.
    #[inline]
    pub fn key(&mut self, event: &Event<'_>, grouping: &Grouping) -> Result<&Key> {
        let foreseen = &mut self.keys[(event.ordinal % PLACES) as usize];
        if foreseen.number != event.ordinal + 1 {
            grouping.key(event, &mut foreseen.key)?;
        }
        foreseen.number = 0;
        Ok(&foreseen.key)
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
        let mut hashes = Vec::new();
        for at in [0, 1, 3, 4] {
            with_event(at, &mut |event| {
                hashes.push(foresight.foresee(event, &grouping));
                assert_eq!(
                    foresight.earlier(event, 1),
                    if at == 0 || at == 3 { None } else { hashes[hashes.len() - 2] }
                );
            });
        }
        assert!(hashes.iter().all(Option::is_some));
        for at in [0, 2, 3, 4, 5, 4] {
            with_event(at, &mut |event| {
                let mut expected = Key::default();
                grouping.key(event, &mut expected).expect("a key");
                let key = foresight.key(event, &grouping).expect("a key");
                assert_eq!((key.hash(), key.text()), (expected.hash(), expected.text()));
            });
        }
    }
}
