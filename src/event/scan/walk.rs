//! The walk over a line, byte by byte: the grammar of JSON (RFC 8259) as code. It takes every line that the
//! learned layouts do not know, and it alone says what is wrong and where.

use super::{MAX_DEPTH, Node, Span, find};
use crate::error::{Error, Result};

/// Checks that `line` is one JSON object in UTF-8 and sets the fields that are wanted of it.
pub(super) fn line(line: &[u8], root: &Node, fields: &mut [Option<Span>]) -> Result<()> {
    Walk::new(line).and_then(|mut walk| walk.line(root, fields)).map_err(Fault::into_error)
}

/// What is wrong and at which byte (from 0); turned into an error only when it gets out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    at: usize,
    what: &'static str,
}

impl Fault {
    #[cold]
    fn into_error(self) -> Error {
        Error::data(self.what).column(self.at as u64 + 1)
    }
}

pub(super) type Walked<T> = std::result::Result<T, Fault>;

/// A walk over one line.
pub(super) struct Walk<'a> {
    bytes: &'a [u8],
    /// The place in the line that is looked at.
    pub(super) at: usize,
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

    /// A walk within a text of which not all is one line, from `at` on.
    pub(super) fn inside(bytes: &'a [u8], at: usize) -> Self {
        Walk { bytes, at, has_control: true }
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
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline(always)]
    pub(super) fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Walks one value; `node` says what is wanted of it.
    pub(super) fn value(
        &mut self,
        node: Option<&Node>,
        fields: &mut [Option<Span>],
        depth: usize,
    ) -> Walked<()> {
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
            let is_brace_enough = node.is_ancestor && self.bytes[start] == b'{';
            let end = if is_brace_enough { start + 1 } else { self.at };
            for &slot in &node.slots {
                fields[slot] = Some(Span { start: start as u32, end: end as u32 });
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
    pub(super) fn key(&mut self) -> Walked<&'a [u8]> {
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

    pub(super) fn escape(&mut self) -> Walked<()> {
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

    pub(super) fn number(&mut self) -> Walked<()> {
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

    pub(super) fn word(&mut self, word: &'static [u8]) -> Walked<()> {
        if self.bytes[self.at..].starts_with(word) {
            self.at += word.len();
            return Ok(());
        }
        self.fault("not JSON: a value is expected here")
    }
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
