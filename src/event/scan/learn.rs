//! Cuts a line that is known to be an event into the bytes between its values: what the layouts remember.

use super::layout::Mark;
use super::walk::Walk;
use super::{Node, find};

/// Deeper objects are not learned.
const DEPTH_MAX: usize = 32;

/// Lines with more values are not learned.
const PIECES_MAX: usize = 256;

/// Bytes between two values, or before the first or behind the last one.
#[derive(Debug)]
pub struct Draft<'a> {
    /// The bytes, with the quote that opens a string that follows.
    pub bytes: &'a [u8],
    /// The value that follows; nothing at the end of the line.
    pub value: Option<Following<'a>>,
    /// What happens to fields on the way through the bytes.
    pub marks: Vec<Mark>,
}

/// A value that is no object.
#[derive(Debug)]
pub struct Following<'a> {
    /// The keys of the objects that it is in, each behind a quote.
    pub within: Vec<u8>,
    /// How deep it is nested.
    pub depth: usize,
    /// What is wanted of it.
    pub node: Option<&'a Node>,
    /// How many bytes stand between its quotes, if it is a string.
    pub string_end: Option<usize>,
}

/// The pieces of `line`, which is one JSON object; nothing if it is of a kind that is better not learned.
pub fn cut<'a>(line: &'a [u8], root: &'a Node) -> Option<Vec<Draft<'a>>> {
    let walk = Walk::inside(line, 0);
    let mut cutter =
        Cutter { line, walk, within: Vec::new(), from: 0, marks: Vec::new(), drafts: Vec::new() };
    cutter.walk.space();
    cutter.value(Some(root), 0)?;
    cutter.piece(line.len(), None)?;
    Some(cutter.drafts)
}

struct Cutter<'a> {
    line: &'a [u8],
    walk: Walk<'a>,
    within: Vec<u8>,
    /// Where the piece at hand begins, and its marks.
    from: usize,
    marks: Vec<Mark>,
    drafts: Vec<Draft<'a>>,
}

impl<'a> Cutter<'a> {
    fn value(&mut self, node: Option<&'a Node>, depth: usize) -> Option<()> {
        let start = self.walk.at;
        if self.walk.peek() == Some(b'{') {
            if node.is_some_and(|node| node.is_ancestor) {
                self.mark(node, Mark::Object);
                return self.object(node, depth);
            }
            self.mark(node, Mark::Begin);
            self.object(node, depth)?;
            self.mark(node, Mark::End);
            return Some(());
        }
        self.walk.value(None, &mut [], depth).ok()?;
        let is_string = self.line[start] == b'"';
        let string_end = is_string.then(|| self.walk.at - 1 - (start + 1));
        let within = self.within.clone();
        self.piece(start + usize::from(is_string), Some(Following { within, depth, node, string_end }))?;
        self.from = self.walk.at;
        Some(())
    }

    fn object(&mut self, node: Option<&'a Node>, depth: usize) -> Option<()> {
        if depth >= DEPTH_MAX {
            return None;
        }
        let wanted = node.map_or(&[][..], |node| &node.keys);
        let outside = self.within.len();
        self.walk.at += 1;
        self.walk.space();
        while self.walk.peek() != Some(b'}') {
            let key = self.walk.key().ok()?;
            let child = find(wanted, key);
            // Of duplicate keys the last counts. What takes the value itself is set anew anyway.
            let below = child.map(Node::slots_below).unwrap_or_default();
            self.marks.extend(below.into_iter().map(Mark::Forget));
            if self.walk.peek() == Some(b'{') {
                self.within.push(b'"');
                self.within.extend_from_slice(key);
            }
            self.value(child, depth + 1)?;
            self.within.truncate(outside);
            self.walk.space();
            if self.walk.peek() == Some(b',') {
                self.walk.at += 1;
                self.walk.space();
            }
        }
        self.walk.at += 1;
        Some(())
    }

    fn mark(&mut self, node: Option<&Node>, mark: impl Fn(usize, u32) -> Mark) {
        let offset = (self.walk.at - self.from) as u32;
        for &slot in node.map_or(&[][..], |node| &node.slots) {
            self.marks.push(mark(slot, offset));
        }
    }

    /// The piece at hand ends at `end`, where `value` begins, or what a string holds.
    fn piece(&mut self, end: usize, value: Option<Following<'a>>) -> Option<()> {
        let bytes = &self.line[self.from..end];
        // A newline would be white space here, but to the layouts it is the end of a line.
        if self.drafts.len() == PIECES_MAX || bytes.contains(&b'\n') {
            return None;
        }
        self.drafts.push(Draft { bytes, value, marks: std::mem::take(&mut self.marks) });
        Some(())
    }
}
