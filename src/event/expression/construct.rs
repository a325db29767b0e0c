//! What a native expression makes: arrays, objects and text out of fields and computed values. They are written
//! straight as JSON text, in the bytes in which the interpreter prints the same value.

use std::rc::Rc;

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Term};

use super::Datum;
use super::native::{Native, field, from_term, literal};
use crate::event::Event;
use crate::event::scan::Projection;
use crate::event::value::{Members, Value, is_plain, unescape, write_string};

/// Something made of the outputs of other expressions.
pub enum Construct {
    /// `[.a, .b]`
    Array(Vec<Native>),
    /// `{user: .a, .b}`, with names that are known and differ.
    Object(Vec<Member>),
    /// `"\(.a):\(.b)"`
    Text(Vec<Piece>),
}

/// One member of an object.
pub struct Member {
    name: Rc<[u8]>,
    /// The name as JSON text with its colon.
    label: Vec<u8>,
    value: Native,
}

/// One piece of a text.
pub enum Piece {
    Literal {
        text: Vec<u8>,
        /// As it stands within a JSON string.
        escaped: Vec<u8>,
    },
    /// A value as `tostring` gives it.
    Shown(Native),
}

impl Construct {
    /// Compiles what constructs, if its parts have common shapes.
    pub fn compile(term: &Term<&str>, projection: &mut Projection) -> Option<Construct> {
        match term {
            Term::Arr(None) => Some(Construct::Array(Vec::new())),
            Term::Arr(Some(inner)) => {
                let elements = outputs(inner).into_iter().map(|element| from_term(element, projection));
                elements.collect::<Option<_>>().map(Construct::Array)
            }
            Term::Obj(members) => {
                let members = members.iter().map(|(name, value)| member(name, value.as_ref(), projection));
                let members = members.collect::<Option<Vec<Member>>>()?;
                let is_new = |at: usize| members[..at].iter().all(|other| other.name != members[at].name);
                (0..members.len()).all(is_new).then_some(Construct::Object(members))
            }
            Term::Str(None, parts) => {
                parts.iter().map(|part| piece(part, projection)).collect::<Option<_>>().map(Construct::Text)
            }
            _ => None,
        }
    }

    /// The value as text: `… | tostring`.
    pub fn shown(value: Native) -> Construct {
        Construct::Text(vec![Piece::Shown(value)])
    }

    /// The value for `event`; nothing where only the interpreter knows.
    pub fn read(&self, event: &Event<'_>) -> Option<Value> {
        let value = |part: &Native| part.read(event)?.value().ok();
        Some(match self {
            Construct::Array(elements) => Value::array(elements.iter().map(value).collect::<Option<_>>()?),
            Construct::Object(members) => {
                let members = members.iter().map(|member| Some((member.name.clone(), value(&member.value)?)));
                Value::Object(Rc::new(members.collect::<Option<Members>>()?))
            }
            Construct::Text(pieces) => {
                let mut text = Vec::new();
                pieces.iter().try_for_each(|piece| piece.write_raw(event, &mut text))?;
                Value::string(text)
            }
        })
    }

    fn write(&self, event: &Event<'_>, out: &mut Vec<u8>) -> Option<()> {
        match self {
            Construct::Array(elements) => {
                let mut separator = b'[';
                for element in elements {
                    out.push(separator);
                    separator = b',';
                    write(element, event, out)?;
                }
                out.extend_from_slice(if elements.is_empty() { b"[]" } else { b"]" });
            }
            Construct::Object(members) => {
                let mut separator = b'{';
                for member in members {
                    out.push(separator);
                    separator = b',';
                    out.extend_from_slice(&member.label);
                    write(&member.value, event, out)?;
                }
                out.extend_from_slice(if members.is_empty() { b"{}" } else { b"}" });
            }
            Construct::Text(pieces) => {
                out.push(b'"');
                pieces.iter().try_for_each(|piece| piece.write_json(event, out))?;
                out.push(b'"');
            }
        }
        Some(())
    }
}

impl Piece {
    /// Appends its text.
    fn write_raw(&self, event: &Event<'_>, out: &mut Vec<u8>) -> Option<()> {
        match self {
            Piece::Literal { text, .. } => out.extend_from_slice(text),
            Piece::Shown(native) => match native.read(event)? {
                Datum::Text([b'"', inner @ .., b'"']) => out.extend_from_slice(&unescape(inner)?),
                Datum::Value(Value::String(text)) => out.extend_from_slice(&text),
                datum => write_datum(&datum, out)?,
            },
        }
        Some(())
    }

    /// Appends its text as it stands within a JSON string.
    fn write_json(&self, event: &Event<'_>, out: &mut Vec<u8>) -> Option<()> {
        match self {
            Piece::Literal { escaped, .. } => out.extend_from_slice(escaped),
            Piece::Shown(native) => match native.read(event)? {
                Datum::Text(text) if is_printed_as_written(text) => out.extend_from_slice(unquoted(text)),
                _ => {
                    let mut text = Vec::new();
                    self.write_raw(event, &mut text)?;
                    out.extend_from_slice(&escaped(&text));
                }
            },
        }
        Some(())
    }
}

/// A part of a line that is made of fields and fixed bytes.
#[derive(Clone, Debug)]
pub enum Part {
    /// Bytes that are always the same.
    Bytes(Vec<u8>),
    /// The field in a slot as it stands; the line is another one where the field is missing or is not printed as written.
    Field(usize),
}

/// Appends the parts of what a native expression makes; false where it does more than to put fields into arrays and
/// objects.
pub fn take_apart(native: &Native, parts: &mut Vec<Part>) -> bool {
    match native {
        Native::Field(field) => {
            parts.push(Part::Field(field.slot()));
            true
        }
        Native::Construct(Construct::Array(elements)) => {
            put_bytes(b"[", parts);
            let is_known = elements.iter().enumerate().all(|(at, element)| {
                put_bytes(if at > 0 { b"," } else { b"" }, parts);
                take_apart(element, parts)
            });
            put_bytes(b"]", parts);
            is_known
        }
        Native::Construct(Construct::Object(members)) => {
            put_bytes(b"{", parts);
            let is_known = members.iter().enumerate().all(|(at, member)| {
                put_bytes(if at > 0 { b"," } else { b"" }, parts);
                put_bytes(&member.label, parts);
                take_apart(&member.value, parts)
            });
            put_bytes(b"}", parts);
            is_known
        }
        _ => false,
    }
}

/// Appends fixed bytes, to those before if there are some.
pub fn put_bytes(bytes: &[u8], parts: &mut Vec<Part>) {
    match parts.last_mut() {
        Some(Part::Bytes(before)) => before.extend_from_slice(bytes),
        _ => parts.push(Part::Bytes(bytes.to_vec())),
    }
}

/// Appends the one output of a native expression as the interpreter prints it. Where only the interpreter knows it gives
/// nothing, and what it has appended by then is of no use.
pub fn write(native: &Native, event: &Event<'_>, out: &mut Vec<u8>) -> Option<()> {
    match native {
        Native::Field(field) => match event.field(field.slot()) {
            Some(text) => write_text(text, out),
            None => write_datum(&native.read(event)?, out),
        },
        Native::Construct(construct) => construct.write(event, out),
        Native::If(branches, otherwise) => {
            for (condition, then) in branches {
                if condition.holds(event)? {
                    return write(then, event, out);
                }
            }
            write(otherwise, event, out)
        }
        _ => match native.computed(event) {
            Some(amount) => {
                amount.write(out);
                Some(())
            }
            None => write_datum(&native.read(event)?, out),
        },
    }
}

fn write_datum(datum: &Datum<'_>, out: &mut Vec<u8>) -> Option<()> {
    match datum {
        Datum::Text(text) => return write_text(text, out),
        datum => datum.write_json(out),
    }
    Some(())
}

/// Appends a text of the line as the interpreter prints it.
#[inline]
fn write_text(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    if is_printed_as_written(text) {
        out.extend_from_slice(text);
    } else {
        // What the interpreter would print of it is what it prints of the line's value.
        Value::parse(text).ok()?.write_json(out);
    }
    Some(())
}

/// Whether the interpreter is certain to print a value as it stands in a line: numbers and words are, strings without
/// escapes too. Arrays and objects may have spaces, or a name twice.
#[inline]
pub fn is_printed_as_written(text: &[u8]) -> bool {
    match text {
        [b'"', ..] => is_plain(text),
        [b'[' | b'{', ..] => false,
        _ => true,
    }
}

/// The terms between commas.
pub fn outputs<'t, 's>(term: &'t Term<&'s str>) -> Vec<&'t Term<&'s str>> {
    match term {
        Term::BinOp(first, BinaryOp::Comma, rest) => [outputs(first), outputs(rest)].concat(),
        term => vec![term],
    }
}

fn member(name: &Term<&str>, value: Option<&Term<&str>>, projection: &mut Projection) -> Option<Member> {
    let Term::Str(None, parts) = name else { return None };
    let text = literal(parts)?;
    let value = match value {
        Some(value) => from_term(value, projection)?,
        None => field(vec![text.clone()], projection),
    };
    let mut label = Vec::new();
    write_string(text.as_bytes(), &mut label);
    label.push(b':');
    Some(Member { name: text.as_bytes().into(), label, value })
}

fn piece(part: &StrPart<&str, Term<&str>>, projection: &mut Projection) -> Option<Piece> {
    Some(match part {
        StrPart::Str(text) => piece_of(text),
        StrPart::Char(character) => piece_of(&character.to_string()),
        StrPart::Term(term) => Piece::Shown(from_term(term, projection)?),
    })
}

fn piece_of(text: &str) -> Piece {
    Piece::Literal { text: text.as_bytes().to_vec(), escaped: escaped(text.as_bytes()) }
}

/// A text as it stands within a JSON string.
fn escaped(text: &[u8]) -> Vec<u8> {
    let mut quoted = Vec::with_capacity(text.len() + 2);
    write_string(text, &mut quoted);
    unquoted(&quoted).to_vec()
}

fn unquoted(text: &[u8]) -> &[u8] {
    match text {
        [b'"', inner @ .., b'"'] => inner,
        plain => plain,
    }
}
