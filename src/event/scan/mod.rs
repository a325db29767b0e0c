//! Finds the fields a job asks for in the raw bytes of a line, checking on the way that the line is
//! one JSON object (RFC 8259). No value is built and nothing is allocated per line. What fields are asked for is here;
//! the walk over a line, which is right for every line and slow, is in `walk`, and the fast way for lines that are laid
//! out like earlier ones in `layout`.

mod layout;
mod quotes;
mod walk;

use super::path::{Path, Step};
use crate::error::Result;
use layout::Layout;
use walk::{Fault, Walk};

/// The deepest nesting of arrays and objects that is read.
pub const MAX_DEPTH: usize = 512;

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
}

impl Projection {
    /// The slot of `path`, the same for the same path.
    pub fn slot(&mut self, path: &Path) -> usize {
        if let Some(slot) = self.paths.iter().position(|known| known == path) {
            return slot;
        }
        self.paths.push(path.clone());
        self.paths.len() - 1
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
    /// Wanted keys, if the value is an object.
    keys: Vec<(Box<[u8]>, Node)>,
    /// Wanted elements, if the value is an array.
    indices: Vec<(i64, Node)>,
}

impl Node {
    fn insert(&mut self, steps: &[Step], slot: usize) {
        let child = match steps.first() {
            None => return self.slots.push(slot),
            Some(Step::Key(key)) => child_of(&mut self.keys, key.as_bytes().into()),
            Some(Step::Index(index)) => child_of(&mut self.indices, *index),
        };
        child.insert(&steps[1..], slot);
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

/// Takes the fields of a projection out of lines.
#[derive(Clone, Debug)]
pub struct Extractor {
    root: Node,
    slots: usize,
    layout: Layout,
}

impl Extractor {
    /// An extractor for the fields of `projection`.
    pub fn new(projection: &Projection) -> Self {
        let mut root = Node::default();
        for (slot, path) in projection.paths().iter().enumerate() {
            root.insert(&path.steps, slot);
        }
        Extractor { root, slots: projection.paths().len(), layout: Layout::default() }
    }

    /// Checks that `line` is one JSON object in UTF-8 and sets `fields[slot]` for every path it has; of
    /// duplicate keys the last counts. Errors carry the column.
    pub fn extract(&mut self, line: &[u8], fields: &mut Vec<Option<Span>>) -> Result<()> {
        fields.clear();
        fields.resize(self.slots, None);
        let mut walk = Walk::new(line).map_err(Fault::into_error)?;
        if self.layout.take(&walk, fields) {
            return Ok(());
        }
        fields.fill(None);
        walk.line(&self.root, fields).map_err(Fault::into_error)?;
        self.layout.learn(&walk, &self.root);
        Ok(())
    }
}

/// Checks that `line` is one JSON object in UTF-8. Errors carry the column.
pub fn check(line: &[u8]) -> Result<()> {
    let root = Node::default();
    Walk::new(line).and_then(|mut walk| walk.line(&root, &mut [])).map_err(Fault::into_error)
}

#[cfg(test)]
mod tests;
