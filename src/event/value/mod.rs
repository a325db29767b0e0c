//! The value type under the jq interpreter: JSON with exact numbers; strings keep every byte, lone
//! surrogates included (as WTF-8). Built only where an expression needs it, never to pass an event on.

pub mod budget;
mod interpret;
mod order;
mod parse;

pub(crate) use interpret::character_count;
pub use parse::unescape;

use std::fmt;
use std::rc::Rc;

use indexmap::IndexMap;

use super::number::Number;

/// The members of an object, in their order; the last of duplicate keys counts.
pub type Members = IndexMap<Rc<[u8]>, Value>;

/// A JSON value.
#[derive(Debug, Default)]
pub enum Value {
    /// null
    #[default]
    Null,
    /// true or false
    Bool(bool),
    /// A number, exact.
    Number(Number),
    /// A string: UTF-8, or WTF-8 where the JSON text had a lone surrogate.
    String(Rc<[u8]>),
    /// An array.
    Array(Rc<Vec<Value>>),
    /// An object.
    Object(Rc<Members>),
}

impl Clone for Value {
    /// Costs a step of the budget while an expression is interpreted; see [`budget`].
    fn clone(&self) -> Self {
        budget::step();
        match self {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(*value),
            Value::Number(number) => Value::Number(number.clone()),
            Value::String(text) => Value::String(text.clone()),
            Value::Array(elements) => Value::Array(elements.clone()),
            Value::Object(members) => Value::Object(members.clone()),
        }
    }
}

impl Value {
    /// A string.
    pub fn string(text: impl AsRef<[u8]>) -> Value {
        Value::String(text.as_ref().into())
    }

    /// An array.
    pub fn array(elements: Vec<Value>) -> Value {
        Value::Array(Rc::new(elements))
    }

    /// An object.
    pub fn object(members: impl IntoIterator<Item = (String, Value)>) -> Value {
        let members = members.into_iter().map(|(key, value)| (Rc::from(key.as_bytes()), value));
        Value::Object(Rc::new(members.collect()))
    }

    /// Whether jq takes it for true: everything but null and false.
    pub fn is_true(&self) -> bool {
        !matches!(self, Value::Null | Value::Bool(false))
    }

    /// What jq calls its type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        }
    }

    /// Appends it as compact JSON text.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Bool(true) => out.extend_from_slice(b"true"),
            Value::Bool(false) => out.extend_from_slice(b"false"),
            Value::Number(number) => number.write(out),
            Value::String(text) => write_string(text, out),
            Value::Array(elements) => {
                out.push(b'[');
                for (at, element) in elements.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    element.write_json(out);
                }
                out.push(b']');
            }
            Value::Object(members) => {
                out.push(b'{');
                for (at, (key, value)) in members.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    write_string(key, out);
                    out.push(b':');
                    value.write_json(out);
                }
                out.push(b'}');
            }
        }
    }

    /// Its compact JSON text.
    pub fn to_json(&self) -> Vec<u8> {
        let mut text = Vec::new();
        self.write_json(&mut text);
        text
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_json()))
    }
}

/// Whether the JSON text of a string stands as [`write_string`] writes it: it has neither a backslash nor the one byte
/// that need not be escaped but is, 0x7f. Most strings are short, so that to call a search costs more than this.
#[inline]
pub fn is_plain(text: &[u8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // Not zero if and only if one of the bytes is zero.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & (ONES << 7);
    let found = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        zeros(word ^ (ONES * u64::from(b'\\'))) | zeros(word ^ (ONES * 0x7f))
    };
    if text.len() <= 16
        && let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk())
    {
        return found(first) | found(last) == 0;
    }
    // The last word may lie over the one before it.
    let Some(last) = text.last_chunk() else {
        return !text.iter().any(|&byte| byte == b'\\' || byte == 0x7f);
    };
    let (words, _) = text.as_chunks::<8>();
    words.iter().fold(found(last), |all, word| all | found(word)) == 0
}

/// Appends a string's bytes as JSON text with no needless escapes; lone surrogates come out as `\udXXX`.
pub fn write_string(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    let mut start = 0;
    for (at, &byte) in text.iter().enumerate() {
        let is_surrogate = byte == 0xed && text.get(at + 1).is_some_and(|&next| next >= 0xa0);
        if byte >= 0x20 && byte != b'"' && byte != b'\\' && byte != 0x7f && !is_surrogate {
            continue;
        }
        out.extend_from_slice(&text[start..at]);
        start = at + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            0x7f => out.extend_from_slice(b"\\u007f"),
            0xed => {
                let low = |at: usize| u32::from(text.get(at).copied().unwrap_or(0x80) & 0x3f);
                let unit = 0xd000 | low(at + 1) << 6 | low(at + 2);
                out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                start = (at + 3).min(text.len());
            }
            control => out.extend_from_slice(format!("\\u{control:04x}").as_bytes()),
        }
    }
    out.extend_from_slice(&text[start..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(text: &str) -> String {
        Value::parse(text.as_bytes()).expect(text).to_string()
    }

    #[test]
    fn json_comes_back_as_it_was_meant() {
        for text in [
            "null",
            "true",
            "[1.10,9007199254740993,1e999,-0]",
            r#"{"b":1,"a":{"x":[]},"c":"é\n\"\\ \u0001"}"#,
            r#""\ud800 lone \udfff""#,
            "\"\u{1f600}\"",
        ] {
            assert_eq!(again(text), text);
        }
        assert_eq!(again(r#" { "a" : 1 , "b" : [ 2 , 3 ] , "a" : 4 } "#), r#"{"a":4,"b":[2,3]}"#);
        assert_eq!(again(r#""\u0041\ud83d\ude00\/""#), "\"A\u{1f600}/\"");
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "nul", "[1,]", "{\"a\"}", "01", "\"\\x\"", "\"", "[1] 2", "\"\n\"", "1e", "{a:1}"] {
            assert!(Value::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Value::parse("[".repeat(100_000).as_bytes()).is_err());
    }

    #[test]
    fn the_order_is_that_of_jq() {
        let sorted =
            ["null", "false", "true", "-1", "0.5", "1e3", "\"\"", "\"a\"", "[]", "[0]", "{}", "{\"a\":1}"];
        for pair in sorted.windows(2) {
            let [a, b] = [pair[0], pair[1]].map(|text| Value::parse(text.as_bytes()).expect(text));
            assert!(a < b, "{a} < {b}");
        }
        assert_eq!(
            Value::parse(b"[1.0,{\"a\":2,\"b\":3}]").expect("JSON"),
            Value::parse(b"[1,{\"b\":3,\"a\":2.00}]").expect("JSON")
        );
    }
}
