//! Strict JSON (RFC 8259) to values, no deeper than [`MAX_DEPTH`].

use std::rc::Rc;

use super::{Members, Value};
use crate::error::{Error, Result};
use crate::event::number::Number;
use crate::event::scan::MAX_DEPTH;

impl Value {
    /// Reads one JSON value with white space around it. Errors carry the column.
    pub fn parse(text: &[u8]) -> Result<Value> {
        let mut parser = Parser { text, at: 0 };
        let value = parser.value(0)?;
        parser.space();
        if parser.at < text.len() { Err(parser.fault("something follows the value")) } else { Ok(value) }
    }
}

/// Decodes the inside of a JSON string (without its quotes); nothing when an escape is wrong.
pub fn unescape(inner: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let (&letter, after) = rest[at + 1..].split_first()?;
        rest = after;
        let byte = match letter {
            b'"' | b'\\' | b'/' => letter,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                rest = unescape_unicode(rest, &mut out)?;
                continue;
            }
            _ => return None,
        };
        out.push(byte);
    }
    out.extend_from_slice(rest);
    Some(out)
}

fn hex4(text: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(text.get(..4)?).ok()?;
    if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        u32::from_str_radix(digits, 16).ok()
    } else {
        None
    }
}

/// Appends what stands behind `\u`, a surrogate pair as one character, a lone surrogate as WTF-8.
fn unescape_unicode<'a>(rest: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    let unit = hex4(rest)?;
    let rest = &rest[4..];
    if (0xd800..0xdc00).contains(&unit)
        && let Some(low) =
            rest.strip_prefix(b"\\u").and_then(hex4).filter(|low| (0xdc00..0xe000).contains(low))
    {
        let character = char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00))?;
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        return Some(&rest[6..]);
    }
    match char::from_u32(unit) {
        Some(character) => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend_from_slice(&[0xed, 0x80 | (unit >> 6 & 0x3f) as u8, 0x80 | (unit & 0x3f) as u8]),
    }
    Some(rest)
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    #[cold]
    fn fault(&self, what: &str) -> Error {
        Error::data(format!("not JSON: {what}")).column(self.at as u64 + 1)
    }

    fn space(&mut self) {
        while matches!(self.text.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value> {
        self.space();
        if depth > MAX_DEPTH {
            return Err(self.fault("nested deeper than 512 levels"));
        }
        match self.text.get(self.at) {
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true", Value::Bool(true)),
            Some(b'f') => self.word(b"false", Value::Bool(false)),
            Some(b'n') => self.word(b"null", Value::Null),
            _ => Err(self.fault("a value is expected here")),
        }
    }

    fn word(&mut self, word: &[u8], value: Value) -> Result<Value> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.fault("a value is expected here"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Value> {
        let is_part = |byte: &u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
        let length = self.text[self.at..].iter().take_while(|byte| is_part(byte)).count();
        let number = Number::parse(&self.text[self.at..self.at + length]);
        let number = number.ok_or_else(|| self.fault("this is no number"))?;
        self.at += length;
        Ok(Value::Number(number))
    }

    fn string(&mut self) -> Result<Rc<[u8]>> {
        let start = self.at + 1;
        let mut end = start;
        loop {
            match self.text.get(end) {
                None => return Err(self.fault("this string has no end")),
                Some(b'"') => break,
                Some(b'\\') => end += 2,
                Some(byte) if *byte < 0x20 => {
                    self.at = end;
                    return Err(self.fault("a control character in a string must be escaped"));
                }
                Some(_) => end += 1,
            }
        }
        let inner = &self.text[start..end];
        if let Err(error) = std::str::from_utf8(inner) {
            self.at = start + error.valid_up_to();
            return Err(self.fault("not valid UTF-8"));
        }
        let text = match memchr::memchr(b'\\', inner) {
            None => inner.into(),
            Some(_) => unescape(inner).ok_or_else(|| self.fault("this string has a wrong escape"))?.into(),
        };
        self.at = end + 1;
        Ok(text)
    }

    fn array(&mut self, depth: usize) -> Result<Value> {
        let mut elements = Vec::new();
        if !self.opens_empty(b']') {
            loop {
                elements.push(self.value(depth + 1)?);
                if self.closes(b']')? {
                    break;
                }
            }
        }
        Ok(Value::array(elements))
    }

    fn object(&mut self, depth: usize) -> Result<Value> {
        let mut members = Members::new();
        if !self.opens_empty(b'}') {
            loop {
                self.space();
                if self.text.get(self.at) != Some(&b'"') {
                    return Err(self.fault("a key in double quotes is expected here"));
                }
                let key = self.string()?;
                self.space();
                if self.text.get(self.at) != Some(&b':') {
                    return Err(self.fault("':' is expected after the key"));
                }
                self.at += 1;
                let value = self.value(depth + 1)?;
                members.insert(key, value);
                if self.closes(b'}')? {
                    break;
                }
            }
        }
        Ok(Value::Object(Rc::new(members)))
    }

    /// Goes behind the opening bracket, and behind the closing one if it follows at once.
    fn opens_empty(&mut self, close: u8) -> bool {
        self.at += 1;
        self.space();
        let is_empty = self.text.get(self.at) == Some(&close);
        self.at += usize::from(is_empty);
        is_empty
    }

    /// Goes behind a comma (false) or the closing bracket (true).
    fn closes(&mut self, close: u8) -> Result<bool> {
        self.space();
        let found = self.text.get(self.at).copied();
        self.at += 1;
        match found {
            Some(b',') => Ok(false),
            Some(byte) if byte == close => Ok(true),
            _ => {
                self.at -= 1;
                Err(self.fault("a comma or the closing bracket is expected here"))
            }
        }
    }
}
