//! Finds the fields a job asks for in the raw bytes of a line, checking on the way that the line is
//! one JSON object (RFC 8259). No value is built and nothing is allocated per line.
//!
//! A line is first compared with the layouts of the lines before it ([`layout`]), which is fast; the walk
//! ([`walk`]) takes what they do not know, and says what is wrong with a line that is no event. Where only lines with a
//! certain text can be wanted, the others are not even looked at ([`seek`]).

mod chunk;
pub mod extracted;
mod layout;
mod learn;
pub mod needles;
pub mod prefetch;
mod reading;
pub mod seek;
mod walk;

use super::path::{Path, Step};
use crate::error::Result;
use chunk::{CHUNK, Fastest};
use layout::{Layouts, Match};
use reading::{Reading, ReadingAll};

/// The deepest nesting of arrays and objects that is read.
pub const MAX_DEPTH: usize = 512;

/// From how many lines of unknown layouts an extractor learns.
const LESSONS: u32 = 64;

/// After how many lines of unknown layouts it forgets what it has learned, and learns again.
const RELEARNED_AFTER: u32 = 4096;

/// How many lines are walked without a look at the layouts when those were of no use.
const RESTED_FOR: u32 = 16_384;

/// A field's JSON text within its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First byte, from the start of the line.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes of the span in `line`.
    pub fn of(self, line: &[u8]) -> &[u8] {
        &line[self.start as usize..self.end as usize]
    }
}

/// The fields a job asks for: paths get slots here while the job is put together.
#[derive(Clone, Debug, Default)]
pub struct Projection {
    paths: Vec<Path>,
    /// By slot, whether the value itself is asked for.
    asked: Vec<bool>,
}

impl Projection {
    /// The slot of `path`, the same for the same path.
    pub fn slot(&mut self, path: &Path) -> usize {
        let slot = self.slot_of_ancestor(path);
        self.asked[slot] = true;
        slot
    }

    /// The slot of a path that is only looked at to tell why a longer one is missing: whether its value is an object. Of an object
    /// no more than the brace stands there.
    pub fn slot_of_ancestor(&mut self, path: &Path) -> usize {
        if let Some(slot) = self.paths.iter().position(|known| known == path) {
            return slot;
        }
        self.paths.push(path.clone());
        self.asked.push(false);
        self.paths.len() - 1
    }

    /// Whether the value in a slot is asked for itself.
    pub fn is_asked(&self, slot: usize) -> bool {
        self.asked[slot]
    }

    /// The paths, by slot.
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }
}

/// One place in the tree of wanted paths.
#[derive(Clone, Debug, Default)]
struct Node {
    /// The slots that take the value found here.
    slots: Vec<usize>,
    /// Whether only what kind of value it is can be asked.
    is_ancestor: bool,
    /// Wanted keys, if the value is an object.
    keys: Vec<(Box<[u8]>, Node)>,
    /// Wanted elements, if the value is an array.
    indices: Vec<(i64, Node)>,
}

impl Node {
    fn insert(&mut self, steps: &[Step], slot: usize, is_asked: bool) {
        let child = match steps.first() {
            None => {
                self.is_ancestor = !is_asked;
                return self.slots.push(slot);
            }
            Some(Step::Key(key)) => child_of(&mut self.keys, key.as_bytes().into()),
            Some(Step::Index(index)) => child_of(&mut self.indices, *index),
        };
        child.insert(&steps[1..], slot, is_asked);
    }

    /// The slots of what is wanted within the value.
    fn slots_below(&self) -> Vec<usize> {
        let children =
            self.keys.iter().map(|(_, node)| node).chain(self.indices.iter().map(|(_, node)| node));
        children
            .flat_map(|child| child.slots_below().into_iter().chain(child.slots.iter().copied()))
            .collect()
    }

    /// Of duplicate keys the last counts: what the earlier one gave is forgotten.
    fn forget(&self, fields: &mut [Option<Span>]) {
        self.slots.iter().for_each(|&slot| fields[slot] = None);
        self.keys.iter().for_each(|(_, node)| node.forget(fields));
        self.indices.iter().for_each(|(_, node)| node.forget(fields));
    }
}

fn child_of<K: PartialEq>(children: &mut Vec<(K, Node)>, key: K) -> &mut Node {
    let at = children.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
        children.push((key, Node::default()));
        children.len() - 1
    });
    &mut children[at].1
}

/// Takes the fields of a projection out of lines. It learns how the lines look, so that the next one of the same
/// layout costs less; what comes out is the same.
#[derive(Clone, Debug)]
pub struct Extractor {
    root: Node,
    slots: usize,
    chunks: Fastest,
    layouts: Layouts,
    /// How many lines were walked since the layouts were begun.
    walked: u32,
    /// How many lines had a known layout in that time.
    known: u32,
    /// How many lines are still to be walked without a look at the layouts.
    resting: u32,
    /// The line at hand with some bytes behind it, when it comes without.
    padded: Vec<u8>,
}

impl Extractor {
    /// An extractor for the fields of `projection`.
    pub fn new(projection: &Projection) -> Self {
        let mut root = Node::default();
        for (slot, path) in projection.paths().iter().enumerate() {
            root.insert(&path.steps, slot, projection.is_asked(slot));
        }
        Extractor {
            root,
            slots: projection.paths().len(),
            chunks: Fastest::find(),
            layouts: Layouts::default(),
            walked: 0,
            known: 0,
            resting: 0,
            padded: Vec::new(),
        }
    }

    /// Whether any fields are asked for.
    pub fn has_fields(&self) -> bool {
        self.slots > 0
    }

    /// Checks that `line` is one JSON object in UTF-8 and sets `fields[slot]` for every path it has; of
    /// duplicate keys the last counts. Errors carry the column.
    pub fn extract(&mut self, line: &[u8], fields: &mut Vec<Option<Span>>) -> Result<()> {
        fields.resize(self.slots, None);
        self.extract_line(line, fields)
    }

    /// Does the same for the first line of `text`, which holds whole lines, and gives the length of the line
    /// without its newline.
    #[inline]
    pub fn extract_first(&mut self, text: &[u8], fields: &mut Vec<Option<Span>>) -> (usize, Result<()>) {
        fields.resize(self.slots, None);
        match self.compare(text, fields) {
            Match::Line(length) => (length, Ok(())),
            found => self.extract_other(text, found, fields),
        }
    }

    fn extract_line(&mut self, line: &[u8], fields: &mut [Option<Span>]) -> Result<()> {
        let mut padded = std::mem::take(&mut self.padded);
        padded.clear();
        padded.extend_from_slice(line);
        padded.push(b'\n');
        padded.resize(line.len() + 2 * CHUNK, 0);
        let found = self.compare(&padded, fields);
        self.padded = padded;
        match found {
            Match::Line(length) if length == line.len() => Ok(()),
            _ => self.walk(line, fields),
        }
    }

    /// The first line of `text`, of which `found` says why it is not of a known layout.
    fn extract_other(
        &mut self,
        text: &[u8],
        found: Match,
        fields: &mut [Option<Span>],
    ) -> (usize, Result<()>) {
        let length = memchr::memchr(b'\n', text).unwrap_or(text.len());
        let line = &text[..length];
        match found {
            Match::Short => (length, self.extract_line(line, fields)),
            _ => (length, self.walk(line, fields)),
        }
    }

    /// How many bytes at the begin of `text`, which holds whole lines, are events of known layouts, and how many lines
    /// they are; only without fields. The line behind them may be an event, too.
    pub fn known(&mut self, text: &[u8]) -> (usize, u64) {
        if self.resting > 0 || self.slots > 0 {
            return (0, 0);
        }
        let (bytes, lines) = self.chunks.run(ReadingAll { layouts: &self.layouts, text });
        self.known = self.known.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        (bytes, lines)
    }

    /// Compares the first line of `text` with the layouts, unless they rest.
    #[inline(always)]
    fn compare(&mut self, text: &[u8], fields: &mut [Option<Span>]) -> Match {
        fields.fill(None);
        if self.resting > 0 {
            return Match::Other;
        }
        let found = self.chunks.run(Reading { layouts: &self.layouts, text, fields });
        if let Match::Line(_) = found {
            self.known = self.known.saturating_add(1);
        }
        found
    }

    /// Walks a line that is not of a known layout, and learns it if it is an event.
    #[inline(never)]
    fn walk(&mut self, line: &[u8], fields: &mut [Option<Span>]) -> Result<()> {
        // A layout that fitted in part may have set some.
        fields.fill(None);
        walk::line(line, &self.root, fields)?;
        self.learn(line);
        Ok(())
    }

    /// Learns the layout of a line that is known to be an event. To learn costs more than to walk, so that only a few
    /// lines are learned from, unless many others of unknown layouts follow: then they are what is worth knowing. Where
    /// hardly any line has a known layout, even to look for it is in vain, and is left for a while.
    fn learn(&mut self, line: &[u8]) {
        if self.resting > 0 {
            self.resting -= 1;
            return;
        }
        if self.walked == RELEARNED_AFTER {
            self.layouts = Layouts::default();
            self.resting = if self.known < self.walked { RESTED_FOR } else { 0 };
            (self.walked, self.known) = (0, 0);
        }
        self.walked += 1;
        if self.walked <= LESSONS
            && let Some(pieces) = learn::cut(line, &self.root)
        {
            self.layouts.learn(pieces);
        }
    }
}

/// Checks that `line` is one JSON object in UTF-8. Errors carry the column.
pub fn check(line: &[u8]) -> Result<()> {
    walk::line(line, &Node::default(), &mut [])
}

/// The wanted child of a raw key.
#[inline]
fn find<'n>(wanted: &'n [(Box<[u8]>, Node)], key: &[u8]) -> Option<&'n Node> {
    if key.contains(&b'\\') {
        return find_escaped(wanted, key);
    }
    wanted.iter().find(|(name, _)| **name == *key).map(|(_, node)| node)
}

#[cold]
fn find_escaped<'n>(wanted: &'n [(Box<[u8]>, Node)], key: &[u8]) -> Option<&'n Node> {
    let mut quoted = Vec::with_capacity(key.len() + 2);
    quoted.push(b'"');
    quoted.extend_from_slice(key);
    quoted.push(b'"');
    // A key with a lone surrogate is no text and so equals no wanted key.
    let text: String = serde_json::from_slice(&quoted).ok()?;
    wanted.iter().find(|(name, _)| **name == *text.as_bytes()).map(|(_, node)| node)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod twin_tests;
