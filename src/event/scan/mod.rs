//! Finds the fields a job asks for in the raw bytes of a line, checking on the way that the line is
//! one JSON object (RFC 8259). No value is built and nothing is allocated per line.

use super::path::{Path, Step};
use crate::error::{Error, Result};

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
}

impl Extractor {
    /// An extractor for the fields of `projection`.
    pub fn new(projection: &Projection) -> Self {
        let mut root = Node::default();
        for (slot, path) in projection.paths().iter().enumerate() {
            root.insert(&path.steps, slot);
        }
        Extractor { root, slots: projection.paths().len() }
    }

    /// Checks that `line` is one JSON object in UTF-8 and sets `fields[slot]` for every path it has; of
    /// duplicate keys the last counts. Errors carry the column.
    pub fn extract(&mut self, line: &[u8], fields: &mut Vec<Option<Span>>) -> Result<()> {
        fields.clear();
        fields.resize(self.slots, None);
        let walked = Walk::new(line).and_then(|mut walk| walk.line(&self.root, fields));
        walked.map_err(Fault::into_error)
    }
}

/// Checks that `line` is one JSON object in UTF-8. Errors carry the column.
pub fn check(line: &[u8]) -> Result<()> {
    let root = Node::default();
    Walk::new(line).and_then(|mut walk| walk.line(&root, &mut [])).map_err(Fault::into_error)
}

/// What is wrong and at which byte (from 0); turned into an error only when it gets out.
#[derive(Clone, Copy, Debug)]
struct Fault {
    at: usize,
    what: &'static str,
}

impl Fault {
    #[cold]
    fn into_error(self) -> Error {
        Error::data(self.what).column(self.at as u64 + 1)
    }
}

type Walked<T> = std::result::Result<T, Fault>;

/// A walk over one line.
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether the line has a byte below 0x20, so that strings must be looked through for it.
    has_control: bool,
}

impl<'a> Walk<'a> {
    /// Looks at all bytes once: the text must be UTF-8, and control characters make strings suspect.
    fn new(bytes: &'a [u8]) -> Walked<Self> {
        let (mut low, mut high) = (0u8, 0u8);
        for &byte in bytes {
            low |= u8::from(byte < 0x20);
            high |= byte;
        }
        if high >= 0x80
            && let Err(error) = std::str::from_utf8(bytes)
        {
            return Err(Fault { at: error.valid_up_to(), what: "not valid UTF-8" });
        }
        Ok(Walk { bytes, at: 0, has_control: low != 0 })
    }

    fn line(&mut self, root: &Node, fields: &mut [Option<Span>]) -> Walked<()> {
        self.space();
        match self.peek() {
            Some(b'{') => {}
            None => return self.fault("an empty line is not an event"),
            Some(b'[') => return self.fault("an event is a JSON object, but this is an array"),
            Some(b'"') => return self.fault("an event is a JSON object, but this is a string"),
            Some(b'-' | b'0'..=b'9') => return self.fault("an event is a JSON object, but this is a number"),
            Some(_) => return self.fault("not JSON: an event begins with '{'"),
        }
        self.value(Some(root), fields, 0)?;
        self.space();
        match self.peek() {
            None => Ok(()),
            Some(_) => self.fault("not JSON: something follows the end of the object"),
        }
    }

    fn fault<T>(&self, what: &'static str) -> Walked<T> {
        Err(Fault { at: self.at, what })
    }

    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline(always)]
    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Walks one value; `node` says what is wanted of it.
    fn value(&mut self, node: Option<&Node>, fields: &mut [Option<Span>], depth: usize) -> Walked<()> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                self.string()?;
            }
            Some(b'{') => self.object(node, fields, depth)?,
            Some(b'[') => self.array(node, fields, depth)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word(b"true")?,
            Some(b'f') => self.word(b"false")?,
            Some(b'n') => self.word(b"null")?,
            None => return self.fault("not JSON: the line ends where a value is expected"),
            Some(_) => return self.fault("not JSON: a value is expected here"),
        }
        if let Some(node) = node {
            for &slot in &node.slots {
                fields[slot] = Some(Span { start: start as u32, end: self.at as u32 });
            }
        }
        Ok(())
    }

    fn object(&mut self, node: Option<&Node>, fields: &mut [Option<Span>], depth: usize) -> Walked<()> {
        if depth >= MAX_DEPTH {
            return self.fault("nested deeper than 512 levels");
        }
        let wanted = node.map_or(&[][..], |node| &node.keys);
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            let key = self.key()?;
            let child = if wanted.is_empty() { None } else { find(wanted, key) };
            if let Some(child) = child {
                child.forget(fields);
            }
            self.value(child, fields, depth + 1)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                None => return self.fault("not JSON: the line ends inside an object"),
                Some(_) => return self.fault("not JSON: ',' or '}' is expected here"),
            }
            self.space();
        }
    }

    /// Walks a key and its colon; gives the key's raw bytes.
    #[inline]
    fn key(&mut self) -> Walked<&'a [u8]> {
        match self.peek() {
            Some(b'"') => self.at += 1,
            None => return self.fault("not JSON: the line ends inside an object"),
            Some(_) => return self.fault("not JSON: a key in double quotes is expected here"),
        }
        let start = self.at;
        self.string()?;
        let key = &self.bytes[start..self.at - 1];
        self.space();
        if self.peek() != Some(b':') {
            return self.fault("not JSON: ':' is expected after the key");
        }
        self.at += 1;
        self.space();
        Ok(key)
    }

    fn array(&mut self, node: Option<&Node>, fields: &mut [Option<Span>], depth: usize) -> Walked<()> {
        if depth >= MAX_DEPTH {
            return self.fault("nested deeper than 512 levels");
        }
        let wanted = node.map_or(&[][..], |node| &node.indices);
        let start = self.at;
        let count = self.elements(wanted, None, fields, depth)?;
        if wanted.iter().any(|(index, _)| *index < 0) {
            // Only now is it known which elements the negative indices mean.
            self.at = start;
            self.elements(wanted, Some(count), fields, depth)?;
        }
        Ok(())
    }

    /// Walks the elements of an array and counts them; `count` is known on the second walk only.
    fn elements(
        &mut self,
        wanted: &[(i64, Node)],
        count: Option<i64>,
        fields: &mut [Option<Span>],
        depth: usize,
    ) -> Walked<i64> {
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(0);
        }
        let mut index = 0;
        loop {
            let means = |wanted: i64| wanted == index || count.is_some_and(|count| wanted + count == index);
            let mut children = wanted.iter().filter(|(wanted, _)| means(*wanted));
            let start = self.at;
            self.value(children.next().map(|(_, node)| node), fields, depth + 1)?;
            // `.a[1]` and `.a[-1]` may mean the same element.
            for (_, node) in children {
                self.at = start;
                self.value(Some(node), fields, depth + 1)?;
            }
            index += 1;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(index);
                }
                None => return self.fault("not JSON: the line ends inside an array"),
                Some(_) => return self.fault("not JSON: ',' or ']' is expected here"),
            }
            self.space();
        }
    }

    /// Walks a string from behind its opening quote to behind its closing one.
    #[inline]
    fn string(&mut self) -> Walked<()> {
        let start = self.at;
        loop {
            self.at += plain_run(&self.bytes[self.at..]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return if self.has_control { self.no_control_since(start) } else { Ok(()) };
                }
                Some(_) => self.escape()?,
                None => {
                    self.at = start - 1;
                    return self.fault("not JSON: this string has no end");
                }
            }
        }
    }

    fn no_control_since(&mut self, start: usize) -> Walked<()> {
        match self.bytes[start..self.at].iter().position(|&byte| byte < 0x20) {
            None => Ok(()),
            Some(found) => {
                self.at = start + found;
                self.fault("not JSON: a control character in a string must be escaped")
            }
        }
    }

    fn escape(&mut self) -> Walked<()> {
        let length = match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') => {
                let digits = self.bytes.get(self.at + 2..self.at + 6);
                if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                    return self.fault("not JSON: four hexadecimal digits follow \\u");
                }
                6
            }
            _ => return self.fault("not JSON: no such escape"),
        };
        self.at += length;
        Ok(())
    }

    fn number(&mut self) -> Walked<()> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                return self.fault("not JSON: a number has no leading zero");
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Walked<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { self.fault("not JSON: a digit is expected here") } else { Ok(()) }
    }

    fn word(&mut self, word: &'static [u8]) -> Walked<()> {
        if self.bytes[self.at..].starts_with(word) {
            self.at += word.len();
            return Ok(());
        }
        self.fault("not JSON: a value is expected here")
    }
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

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// How many bytes come before the first quote or backslash; eight at a time. The lowest byte that the
/// borrow trick marks is always a true one.
#[inline]
fn plain_run(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes(chunk.try_into().expect("the chunk has eight bytes"));
        let quote = word ^ (ONES * b'"' as u64);
        let slash = word ^ (ONES * b'\\' as u64);
        let found = ((quote.wrapping_sub(ONES) & !quote) | (slash.wrapping_sub(ONES) & !slash)) & HIGHS;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while at < bytes.len() && bytes[at] != b'"' && bytes[at] != b'\\' {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests;
