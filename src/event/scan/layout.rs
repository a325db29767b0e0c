//! Layouts that were seen before. Lines of one log mostly have the same keys in the same places, so that only what
//! stands between values is compared, as a whole, and only values are walked. What is compared are bytes, so that a
//! line with other keys, another order, spaces or escapes is no such line; whoever asks then walks it
//! ([`super::walk`]), and its layout is learned.
//!
//! A layout is a way through a tree of steps: the text up to a value, the value, the text up to the next one:
//!
//! ```text
//! {"id": VALUE ,"type": VALUE ,"data":{"amount": VALUE }}
//!                             └ ,"data":{"reason": VALUE }}
//! ```
//!
//! A text that was part of a valid line stands for valid JSON wherever the same texts stand before it, whatever scalar
//! values stand between. A line that has a key twice is not learned.

use super::walk::Walk;
use super::{Node, Span};

/// So many steps are learned; then everything is forgotten, and learning begins anew after a while.
const MOST_STEPS: usize = 512;

/// So many steps may follow one.
const MOST_CHOICES: usize = 16;

/// So many lines pass before learning begins anew, at first.
const FIRST_PAUSE: u32 = 1024;

/// The layouts that were learned.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    steps: Vec<Step>,
    /// The steps that a line can begin with.
    first: Vec<u32>,
    /// How many lines are walked before the next one is learned.
    pause: u32,
    /// How long the next pause is.
    next_pause: u32,
}

/// A text between values, and the value behind it.
#[derive(Clone, Debug)]
struct Step {
    text: Box<[u8]>,
    /// Wanted objects and arrays that begin or end in the text: the slot, the byte, and whether it begins there.
    edges: Vec<(usize, u32, bool)>,
    /// The slots that take the value behind it.
    slots: Vec<usize>,
    /// Whether elements are wanted should that value be an array; then the line is walked.
    wants_elements: bool,
    /// How deep that value lies.
    depth: usize,
    /// Whether the line ends with the text.
    is_last: bool,
    /// What can come after the value.
    next: Vec<u32>,
}

impl Layout {
    /// Sets the fields of a line that is laid out like an earlier one; gives false when it is not, or when something is
    /// wrong with it, and leaves the fields in disorder.
    #[inline]
    pub fn take(&mut self, line: &Walk<'_>, fields: &mut [Option<Span>]) -> bool {
        if line.has_control {
            return false;
        }
        let mut walk = *line;
        let mut from = None;
        loop {
            let choices = match from {
                None => &self.first,
                Some(step) => &self.steps[step as usize].next,
            };
            let rest = &walk.bytes[walk.at..];
            let Some(chosen) = choices.iter().position(|&step| self.steps[step as usize].fits(rest)) else {
                return false;
            };
            let step = choices[chosen];
            if chosen > 0 {
                // What came last is looked for first.
                match from {
                    None => self.first.swap(0, chosen),
                    Some(step) => self.steps[step as usize].next.swap(0, chosen),
                }
            }
            let step_there = &self.steps[step as usize];
            step_there.set_edges(walk.at as u32, fields);
            walk.at += step_there.text.len();
            if step_there.is_last {
                return true;
            }
            let start = walk.at as u32;
            if step_there.wants_elements && walk.peek() == Some(b'[') {
                return false;
            }
            if walk.value(None, &mut [], step_there.depth).is_err() {
                return false;
            }
            for &slot in &step_there.slots {
                fields[slot] = Some(Span { start, end: walk.at as u32 });
            }
            from = Some(step);
        }
    }

    /// Learns the layout of a line that was walked and found right.
    pub fn learn(&mut self, line: &Walk<'_>, root: &Node) {
        if self.pause > 0 {
            self.pause -= 1;
            return;
        }
        let mut lesson = Lesson::new(line.bytes);
        if line.has_control || !lesson.object(root, 0) {
            return;
        }
        lesson.end();
        if self.steps.len() + lesson.steps.len() > MOST_STEPS {
            self.forget();
            return;
        }
        let mut from = None;
        for step in lesson.steps {
            let Some(next) = self.add(from, step) else { return self.forget() };
            from = Some(next);
        }
    }

    /// These lines do not come again: walking them costs less than learning from them.
    #[cold]
    fn forget(&mut self) {
        self.next_pause = self.next_pause.saturating_mul(2).clamp(FIRST_PAUSE, 1 << 24);
        (self.steps, self.first, self.pause) = (Vec::new(), Vec::new(), self.next_pause);
    }

    /// The step behind `from` with this text, added when it is new; nothing when there are too many.
    fn add(&mut self, from: Option<u32>, step: Step) -> Option<u32> {
        let choices = match from {
            None => &self.first,
            Some(from) => &self.steps[from as usize].next,
        };
        let is_same = |known: &Step| known.text == step.text && known.is_last == step.is_last;
        if let Some(known) = choices.iter().find(|&&known| is_same(&self.steps[known as usize])) {
            return Some(*known);
        }
        if choices.len() == MOST_CHOICES {
            return None;
        }
        let new = self.steps.len() as u32;
        self.steps.push(step);
        match from {
            None => self.first.push(new),
            Some(from) => self.steps[from as usize].next.push(new),
        }
        Some(new)
    }
}

impl Step {
    /// Whether `rest` begins with the text and a scalar value or an array, or is the text when that is the last one.
    #[inline]
    fn fits(&self, rest: &[u8]) -> bool {
        let length = self.text.len();
        match rest.get(length) {
            Some(behind) => !self.is_last && *behind != b'{' && is_same(&rest[..length], &self.text),
            None => self.is_last && *rest == *self.text,
        }
    }

    #[inline]
    fn set_edges(&self, at: u32, fields: &mut [Option<Span>]) {
        for &(slot, byte, is_start) in &self.edges {
            match &mut fields[slot] {
                Some(span) if !is_start => span.end = at + byte,
                field => *field = Some(Span { start: at + byte, end: at + byte }),
            }
        }
    }
}

/// Whether two texts of one length are the same; they are short, and a call costs more than they do.
#[inline]
fn is_same(left: &[u8], right: &[u8]) -> bool {
    let word = |text: &[u8], at: usize| {
        text.get(at..at + 8).map_or(0, |bytes| u64::from_le_bytes(bytes.try_into().expect("eight bytes")))
    };
    let length = right.len();
    if left.len() != length || length < 8 {
        return left == right;
    }
    let mut at = 0;
    while at + 8 < length {
        if word(left, at) != word(right, at) {
            return false;
        }
        at += 8;
    }
    word(left, length - 8) == word(right, length - 8)
}

/// A line that is taken apart into steps; it is known to be right.
struct Lesson<'a> {
    walk: Walk<'a>,
    steps: Vec<Step>,
    /// Where the text begins that is read now.
    text: usize,
    edges: Vec<(usize, u32, bool)>,
}

impl<'a> Lesson<'a> {
    fn new(bytes: &'a [u8]) -> Lesson<'a> {
        let mut walk = Walk { bytes, at: 0, has_control: false };
        walk.space();
        Lesson { walk, steps: Vec::new(), text: 0, edges: Vec::new() }
    }

    /// Takes an object apart; gives false when its layout cannot be learned.
    fn object(&mut self, node: &Node, depth: usize) -> bool {
        self.edge(node, true);
        self.walk.at += 1;
        self.walk.space();
        let mut keys: Vec<&[u8]> = Vec::new();
        while self.walk.peek() != Some(b'}') {
            let Ok(key) = self.walk.key() else { return false };
            if key.contains(&b'\\') || keys.contains(&key) {
                return false;
            }
            keys.push(key);
            let nothing = Node::default();
            let child =
                node.keys.iter().find(|(name, _)| **name == *key).map_or(&nothing, |(_, child)| child);
            if !self.member(child, depth + 1) {
                return false;
            }
            self.walk.space();
            if self.walk.peek() == Some(b',') {
                self.walk.at += 1;
                self.walk.space();
            }
        }
        self.walk.at += 1;
        self.edge(node, false);
        true
    }

    fn member(&mut self, node: &Node, depth: usize) -> bool {
        if self.walk.peek() == Some(b'{') {
            return self.object(node, depth);
        }
        self.push(node, depth, false);
        let is_walked = self.walk.value(None, &mut [], depth).is_ok();
        self.text = self.walk.at;
        is_walked
    }

    fn edge(&mut self, node: &Node, is_start: bool) {
        let at = (self.walk.at - self.text) as u32;
        self.edges.extend(node.slots.iter().map(|&slot| (slot, at, is_start)));
    }

    /// The text ends here.
    fn push(&mut self, node: &Node, depth: usize, is_last: bool) {
        let text = self.walk.bytes[self.text..self.walk.at].into();
        let edges = std::mem::take(&mut self.edges);
        let (slots, wants_elements) = (node.slots.clone(), !node.indices.is_empty());
        self.steps.push(Step { text, edges, slots, wants_elements, depth, is_last, next: Vec::new() });
    }

    fn end(&mut self) {
        self.walk.at = self.walk.bytes.len();
        self.push(&Node::default(), 0, true);
    }
}
