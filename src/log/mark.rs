//! Marks in the head of a stream: up to where consumers of other streams have put their results into this one. A mark
//! is written with the append that it belongs to, so that they count together or not at all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::place::Place;

/// The most bytes that all marks of a stream take as JSON: a slot of the head has room for them, for a new one, and for
/// the Merkle frontier of 2^38 events.
const MARKS_BYTES: usize = 768;

/// How far one consumer has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The offset of the next event that it wants.
    pub next: u64,
    /// Where that stands in a file that bourn does not write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// The marks of a stream, by `SOURCE/CONSUMER`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Marks(BTreeMap<String, Mark>);

impl Marks {
    /// The mark called `name`.
    pub fn get(&self, name: &str) -> Option<&Mark> {
        self.0.get(name)
    }

    /// Sets a mark.
    pub fn put(&mut self, name: &str, mark: Mark) {
        self.0.insert(name.to_owned(), mark);
    }

    /// Whether there is room for this mark in the head, too.
    pub fn has_room(&self, name: &str, mark: &Mark) -> bool {
        let mut marks = self.clone();
        marks.put(name, mark.clone());
        serde_json::to_vec(&marks).is_ok_and(|text| text.len() <= MARKS_BYTES)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
