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
    /// The bytes.
    pub bytes: &'a [u8],
    /// The wanted fields that begin or end in or at the ends of the bytes.
    pub marks: Vec<Mark>,
    /// What is wanted of the value that follows.
    pub node: Option<&'a Node>,
    /// How deep that value is nested.
    pub depth: usize,
    /// Where that value ends, if it is a string: how many bytes come before its closing quote.
    pub string_end: Option<usize>,
    /// Whether no value follows, but the end of the line.
    pub is_last: bool,
}

/// The pieces of `line`, which is one JSON object; nothing if it is of a kind that is better not learned.
pub fn cut<'a>(line: &'a [u8], root: &'a Node) -> Option<Vec<Draft<'a>>> {
    let mut cutter =
        Cutter { line, walk: Walk::inside(line, 0), from: 0, marks: Vec::new(), drafts: Vec::new() };
    cutter.walk.space();
    cutter.value(Some(root), 0)?;
    cutter.piece(line.len(), None, 0, true)?;
    Some(cutter.drafts)
}

struct Cutter<'a> {
    line: &'a [u8],
    walk: Walk<'a>,
    /// Where the piece at hand begins, and its marks.
    from: usize,
    marks: Vec<Mark>,
    drafts: Vec<Draft<'a>>,
}

impl<'a> Cutter<'a> {
    fn value(&mut self, node: Option<&'a Node>, depth: usize) -> Option<()> {
        self.mark(node, false);
        if self.walk.peek() == Some(b'{') {
            self.object(node, depth)?;
        } else {
            let start = self.walk.at;
            self.piece(start, node, depth, false)?;
            self.walk.value(None, &mut [], depth).ok()?;
            self.from = self.walk.at;
            if let (Some(b'"'), Some(draft)) = (self.line.get(start), self.drafts.last_mut()) {
                draft.string_end = Some(self.from - 1 - start);
            }
        }
        self.mark(node, true);
        Some(())
    }

    fn object(&mut self, node: Option<&'a Node>, depth: usize) -> Option<()> {
        if depth >= DEPTH_MAX {
            return None;
        }
        let wanted = node.map_or(&[][..], |node| &node.keys);
        let mut seen: Vec<&Node> = Vec::new();
        self.walk.at += 1;
        self.walk.space();
        while self.walk.peek() != Some(b'}') {
            let child = find(wanted, self.walk.key().ok()?);
            if let Some(child) = child {
                // The second of two equal keys hides what the first one gave; that is left to the walk.
                if seen.iter().any(|seen| std::ptr::eq(*seen, child)) {
                    return None;
                }
                seen.push(child);
            }
            self.value(child, depth + 1)?;
            self.walk.space();
            if self.walk.peek() == Some(b',') {
                self.walk.at += 1;
                self.walk.space();
            }
        }
        self.walk.at += 1;
        Some(())
    }

    fn mark(&mut self, node: Option<&Node>, is_end: bool) {
        let offset = (self.walk.at - self.from) as u32;
        for &slot in node.map_or(&[][..], |node| &node.slots) {
            self.marks.push(Mark { slot, offset, is_end });
        }
    }

    /// The piece at hand ends at `end`.
    fn piece(&mut self, end: usize, node: Option<&'a Node>, depth: usize, is_last: bool) -> Option<()> {
        let bytes = &self.line[self.from..end];
        // A newline would be white space here, but to the layouts it is the end of a line.
        if self.drafts.len() == PIECES_MAX || bytes.contains(&b'\n') {
            return None;
        }
        let marks = std::mem::take(&mut self.marks);
        self.drafts.push(Draft { bytes, marks, node, depth, string_end: None, is_last });
        Some(())
    }
}
