//! Which fields of an event make its group: `--by '.userId,hour=.timestamp[:13]'`. A group's key is one
//! byte string, the canonical JSON texts of its parts, each ended by a zero byte, which no JSON text
//! contains: keys are equal exactly when all parts are equal by value. What is kept per group is not here.

use std::cmp::Ordering;

use super::clause;
use super::key::{Draft, Key};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::event::expression::{Datum, Operand};
use crate::event::number::Number;
use crate::event::path::Path;
use crate::event::scan::Projection;
use crate::event::value::{Value, is_plain, write_string};

/// Ends each part of a key, as it does in a [`Draft`].
const END: u8 = 0;

/// The parts that make an event's group.
#[derive(Default)]
pub struct Grouping {
    parts: Vec<Part>,
}

struct Part {
    /// Its name in results, as JSON text with the colon behind it.
    label: Vec<u8>,
    source: Source,
}

enum Source {
    /// A field that the extractor finds.
    Field(usize),
    Computed(Operand),
}

impl Part {
    /// Puts it into the draft of a key, if it is a short text that stands for itself.
    #[inline(always)]
    fn put_into(&self, draft: Draft, event: &Event<'_>) -> Option<Draft> {
        let Source::Field(slot) = self.source else { return None };
        let (line, span) = (event.line.bytes, event.span(slot)?);
        match *line.get(span.start)? {
            // What makes a string another one than it looks; see `is_plain`.
            b'"' => draft.with(line, span, [b'\\', 0x7f]),
            b'n' => None,
            _ if is_canonical(line.get(span.clone())?) => draft.with(line, span, [b'\\'; 2]),
            _ => None,
        }
    }

    /// Appends its canonical text.
    fn write(&self, event: &Event<'_>, key: &mut Vec<u8>) -> Result<()> {
        match &self.source {
            Source::Field(slot) => match event.field(*slot) {
                Some(text) => write_canonical_text(text, key),
                None => {
                    key.extend_from_slice(b"null");
                    Ok(())
                }
            },
            Source::Computed(operand) => write_canonical_datum(&operand.read(event)?, key),
        }
    }
}

impl Grouping {
    /// Reads `--by`: comma-separated paths and `name=EXPR`. Without text everything is one group.
    pub fn parse(text: Option<&str>, projection: &mut Projection) -> Result<Grouping> {
        let Some(text) = text else { return Ok(Grouping::default()) };
        let mut parts = Vec::new();
        let mut names = Vec::new();
        for part in clause::split(text, b',') {
            let (name, source) = parse_part(part, projection)?;
            names.push(name);
            parts.push(source);
        }
        let labels = labels(&names)?;
        let parts = labels.into_iter().zip(parts).map(|(label, source)| Part { label, source });
        Ok(Grouping { parts: parts.collect() })
    }

    /// Whether everything is one group.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// How many parts a key has.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// The names of the parts in results.
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        let text = |part: &Part| part.label.strip_suffix(b":").unwrap_or(&part.label).to_vec();
        self.parts.iter().map(move |part| serde_json::from_slice(&text(part)).unwrap_or_default())
    }

    /// Replaces `key` by the key of the event's group; gives whether some part is null or missing, which
    /// are the same.
    #[inline]
    pub fn key(&self, event: &Event<'_>, key: &mut Key) -> Result<bool> {
        match self.draft(event) {
            Some(draft) => {
                key.take(&draft);
                Ok(false)
            }
            None => self.any_key(event, key),
        }
    }

    /// The key of an event in the usual case: short texts that stand for themselves.
    #[inline(always)]
    fn draft(&self, event: &Event<'_>) -> Option<Draft> {
        match &self.parts[..] {
            [only] => only.put_into(Draft::default(), event),
            [one, other] => other.put_into(one.put_into(Draft::default(), event)?, event),
            parts => parts.iter().try_fold(Draft::default(), |draft, part| part.put_into(draft, event)),
        }
    }

    #[inline(never)]
    fn any_key(&self, event: &Event<'_>, key: &mut Key) -> Result<bool> {
        let mut has_null = false;
        key.set(|key| {
            for part in &self.parts {
                let start = key.len();
                part.write(event, key).map_err(|error| event.locate(error))?;
                has_null |= &key[start..] == b"null";
                key.push(END);
            }
            Ok(())
        })
        .map(|()| has_null)
    }

    /// Appends a key as an object: `{"userId":"123"}`.
    pub fn write_object(&self, key: &[u8], out: &mut Vec<u8>) {
        out.push(b'{');
        let mut rest = key;
        for (at, part) in self.parts.iter().enumerate() {
            let Some(end) = memchr::memchr(END, rest) else { break };
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(&part.label);
            out.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
        }
        out.push(b'}');
    }

    /// The label of the only part, if there is one only.
    pub fn only_label(&self) -> Option<&[u8]> {
        match &self.parts[..] {
            [part] => Some(&part.label),
            _ => None,
        }
    }

    /// The text of the only part of a key.
    pub fn only_part(key: &[u8]) -> &[u8] {
        key.strip_suffix(&[END]).unwrap_or(key)
    }

    /// What stands between the quotes of a key that is one string without escapes.
    #[inline]
    pub fn plain_text(key: &[u8]) -> Option<&[u8]> {
        match key {
            [b'"', inner @ .., b'"', END] if is_plain(inner) && !inner.contains(&END) => Some(inner),
            _ => None,
        }
    }

    /// The text of one part of a key.
    pub fn part_of<'k>(&self, key: &'k [u8], part: usize) -> Option<&'k [u8]> {
        parts_of(key).nth(part)
    }

    /// The order of two keys: part by part as jq orders values; equal only when the keys are the same bytes.
    pub fn compare(&self, a: &[u8], b: &[u8]) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        let parts = parts_of(a).zip(parts_of(b));
        parts.map(|(a, b)| compare_texts(a, b)).find(|order| order.is_ne()).unwrap_or_else(|| a.cmp(b))
    }

    /// The begin of a key in a form whose order is that of the keys: of two keys the one with the smaller prefix comes
    /// first, and of equal ones [`Grouping::compare`] tells. Nothing for a string with escapes, of which the text does
    /// not tell the order.
    pub fn order_prefix(key: &[u8]) -> Option<u128> {
        if let Some(inner) = Grouping::plain_text(key)
            && inner.len() < PREFIX_BYTES - 1
        {
            // One short string, as most keys are.
            let mut bytes = [0; PREFIX_BYTES];
            bytes[0] = STRING_RANK;
            bytes[1..=inner.len()].copy_from_slice(inner);
            return Some(u128::from_be_bytes(bytes));
        }
        let mut prefix = Prefix::default();
        for text in parts_of(key) {
            match text {
                [b'"', inner @ .., b'"'] => {
                    if memchr::memchr(b'\\', inner).is_some() {
                        return None;
                    }
                    prefix.push(&[STRING_RANK]);
                    prefix.push(inner);
                    // No text has this byte, so that what is a part of another comes before it.
                    prefix.push(&[0]);
                }
                b"null" => prefix.push(&[0]),
                b"false" => prefix.push(&[1]),
                b"true" => prefix.push(&[2]),
                [b'[', ..] => return Some(prefix.end(STRING_RANK + 1)),
                [b'{', ..] => return Some(prefix.end(STRING_RANK + 2)),
                // Numbers that are too close for a double are told apart by `compare`.
                number => {
                    let number: f64 = std::str::from_utf8(number).ok()?.parse().ok()?;
                    let bits = number.to_bits() as i64;
                    let ordered = (bits ^ (bits >> 63 | i64::MIN)) as u64;
                    prefix.push(&[STRING_RANK - 1]);
                    prefix.push(&ordered.to_be_bytes());
                    return Some(prefix.value());
                }
            }
        }
        Some(prefix.value())
    }

    /// The key of the group that a result's `"key"` object names; parts it lacks are null.
    pub fn key_of_object(&self, object: &Value, key: &mut Vec<u8>) -> Result<()> {
        key.clear();
        for part in &self.parts {
            let label = Value::parse(&part.label[..part.label.len() - 1])?;
            match (object, label) {
                (Value::Object(members), Value::String(name)) => {
                    write_canonical(members.get(&name).unwrap_or(&Value::Null), key);
                }
                _ => key.extend_from_slice(b"null"),
            }
            key.push(END);
        }
        Ok(())
    }
}

/// The rank of strings in the order of jq: behind null, false, true and numbers.
const STRING_RANK: u8 = 4;

const PREFIX_BYTES: usize = 16;

/// The first bytes of something.
#[derive(Default)]
struct Prefix {
    bytes: [u8; PREFIX_BYTES],
    length: usize,
}

impl Prefix {
    /// Adds as many of the bytes as there is room for.
    fn push(&mut self, bytes: &[u8]) {
        let count = bytes.len().min(self.bytes.len() - self.length);
        self.bytes[self.length..self.length + count].copy_from_slice(&bytes[..count]);
        self.length += count;
    }

    fn end(mut self, rank: u8) -> u128 {
        self.push(&[rank]);
        self.value()
    }

    fn value(&self) -> u128 {
        u128::from_be_bytes(self.bytes)
    }
}

/// The name of a part, the dotted path that can stand in for it, and where it comes from.
fn parse_part(text: &str, projection: &mut Projection) -> Result<((String, Option<String>), Source)> {
    let source = |text: &str, projection: &mut Projection| match Path::parse(text) {
        Ok(path) => Ok(Source::Field(projection.slot(&path))),
        Err(_) => Operand::compile(text, projection).map(Source::Computed),
    };
    if let Some((name, expression)) = clause::named(text) {
        return Ok(((name.to_owned(), None), source(expression, projection)?));
    }
    let path = Path::parse(text).map_err(|_| {
        Error::usage(format!("'{text}' in --by is neither a path nor name=EXPR"))
            .hint("write paths like '.userId,.data.region' or a named expression like 'hour=.timestamp[:13]'")
    })?;
    let dotted = path.to_string();
    let dotted = if dotted.len() > 1 { dotted.trim_start_matches('.').to_owned() } else { dotted };
    let name = path.last_key().map_or_else(|| dotted.clone(), str::to_owned);
    Ok(((name, Some(dotted)), source(text, projection)?))
}

/// The labels in results: names, or dotted paths where names collide.
fn labels(names: &[(String, Option<String>)]) -> Result<Vec<Vec<u8>>> {
    let collides = |name: &str| names.iter().filter(|(other, _)| other == name).count() > 1;
    let chosen = names.iter().map(|(name, dotted)| match dotted {
        Some(dotted) if collides(name) => dotted.as_str(),
        _ => name.as_str(),
    });
    let chosen: Vec<&str> = chosen.collect();
    for (at, name) in chosen.iter().enumerate() {
        if chosen[..at].contains(name) {
            return Err(Error::usage(format!("two parts of --by are both named '{name}'"))
                .hint(format!("name one of them, as in 'other={name}'")));
        }
    }
    let label = |name: &&str| {
        let mut label = Vec::new();
        write_string(name.as_bytes(), &mut label);
        label.push(b':');
        label
    };
    Ok(chosen.iter().map(label).collect())
}

fn parts_of(key: &[u8]) -> impl Iterator<Item = &[u8]> {
    key.strip_suffix(&[END]).map(|key| key.split(|&byte| byte == END)).into_iter().flatten()
}

/// Appends the text that all equal values share.
pub fn write_canonical_datum(datum: &Datum<'_>, out: &mut Vec<u8>) -> Result<()> {
    match datum {
        Datum::Missing => out.extend_from_slice(b"null"),
        Datum::Text(text) => write_canonical_text(text, out)?,
        Datum::Amount(amount) => Number::from(*amount).write_canonical(out),
        Datum::Value(value) => write_canonical(value, out),
    }
    Ok(())
}

/// Appends the text that all equal values share, given JSON text.
pub fn write_canonical_text(text: &[u8], out: &mut Vec<u8>) -> Result<()> {
    if is_canonical(text) {
        out.extend_from_slice(text);
    } else {
        write_canonical(&Value::parse(text)?, out);
    }
    Ok(())
}

/// Whether JSON text is certain to be canonical as it stands: the usual strings and integers.
#[inline]
fn is_canonical(text: &[u8]) -> bool {
    match text {
        [b'"', ..] => is_plain(text),
        [b'0'] => true,
        [b'1'..=b'9', digits @ ..] | [b'-', b'1'..=b'9', digits @ ..] => {
            digits.len() < 18 && digits.iter().all(u8::is_ascii_digit)
        }
        [b't' | b'f' | b'n', ..] => true,
        _ => false,
    }
}

/// Appends the text that all equal values share: objects with sorted keys, numbers without needless digits.
pub fn write_canonical(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Number(number) => number.write_canonical(out),
        Value::Array(elements) => {
            out.push(b'[');
            for (at, element) in elements.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_canonical(element, out);
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            out.push(b'{');
            for (at, (key, value)) in members.into_iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_string(key, out);
                out.push(b':');
                write_canonical(value, out);
            }
            out.push(b'}');
        }
        plain => plain.write_json(out),
    }
}

fn compare_texts(a: &[u8], b: &[u8]) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    if let ([b'"', inner_a @ .., b'"'], [b'"', inner_b @ .., b'"']) = (a, b)
        && !a.contains(&b'\\')
        && !b.contains(&b'\\')
    {
        return inner_a.cmp(inner_b);
    }
    match (Value::parse(a), Value::parse(b)) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        // Keys come from canonical texts; only a damaged saved state gets here.
        _ => a.cmp(b),
    }
}

#[cfg(test)]
mod tests;
