//! What the jq interpreter asks of a value: the traits of jaq-core and jaq-std over [`Value`]. Arithmetic
//! is exact; strings, arrays and objects follow jq.

use std::ops::{Add, Div, Mul, Neg, Rem, Sub};
use std::rc::Rc;

use jaq_core::box_iter::{BoxIter, box_once};
use jaq_core::ops::Math;
use jaq_core::path::Opt;
use jaq_core::val::Range;
use jaq_core::{Exn, ValR, ValX};

use super::{Members, Value};
use crate::event::number::Number;

type Fault = jaq_core::Error<Value>;

/// The longest string that an expression may build, in bytes.
const MAX_STRING_BYTES: usize = 256 << 20;

fn fault(what: impl ToString) -> Fault {
    Fault::str(what)
}

/// Says nothing of the string itself: it would take longer to print than it took to build.
fn too_long() -> Fault {
    fault(format!("the result is a string longer than {MAX_STRING_BYTES} bytes"))
}

impl Value {
    /// The member or element at `index`, as `.[index]` has it; nothing when there is none.
    pub(crate) fn child(&self, index: &Value) -> Result<Option<Value>, Fault> {
        match (self, index) {
            (Value::Null, _) => Ok(None),
            (Value::Object(members), Value::String(key)) => Ok(members.get(key).cloned()),
            (Value::Array(elements), Value::Number(number)) => {
                let at = number.to_i64().or_else(|| Some(number.to_f64().floor() as i64));
                let at = at.and_then(|at| absolute(at, elements.len()));
                Ok(at.and_then(|at| elements.get(at).cloned()))
            }
            (Value::Array(_), Value::Array(part)) if part.is_empty() => Ok(Some(Value::array(Vec::new()))),
            (Value::Array(elements), Value::Array(part)) => {
                let found =
                    elements.windows(part.len()).enumerate().filter(|(_, window)| *window == part.as_slice());
                Ok(Some(found.map(|(at, _)| Value::from(at)).collect()))
            }
            (Value::Array(_) | Value::String(_), Value::Object(bounds)) => {
                let bound = |name: &str| bounds.get(name.as_bytes());
                jaq_core::ValT::range(self.clone(), bound("start")..bound("end")).map(Some)
            }
            _ => Err(Fault::index(self.clone(), index.clone())),
        }
    }

    /// The bounds of a slice in characters or elements of something `length` long.
    fn bounds(range: &Range<&Value>, length: usize) -> Result<(usize, usize), Fault> {
        let bound = |value: Option<&Value>, default: usize| match value {
            None | Some(Value::Null) => Ok(default),
            Some(Value::Number(number)) => {
                let at = number.to_i64().unwrap_or(number.to_f64().floor() as i64);
                Ok(if at < 0 {
                    length.saturating_sub(at.unsigned_abs() as usize)
                } else {
                    (at as usize).min(length)
                })
            }
            Some(other) => Err(Fault::typ(other.clone(), "integer")),
        };
        let start = bound(range.start, 0)?;
        Ok((start, bound(range.end, length)?.max(start)))
    }
}

/// An index from either end; nothing when it lies before the first element.
fn absolute(at: i64, length: usize) -> Option<usize> {
    if at >= 0 { usize::try_from(at).ok() } else { length.checked_sub(at.unsigned_abs() as usize) }
}

/// Where the characters `start..end` of a string lie, in bytes.
fn character_range(text: &[u8], start: usize, end: usize) -> std::ops::Range<usize> {
    // WTF-8 and UTF-8 characters begin with every byte that is no continuation.
    let mut starts = text.iter().enumerate().filter(|(_, byte)| **byte & 0xc0 != 0x80).map(|(at, _)| at);
    let first = starts.clone().nth(start).unwrap_or(text.len());
    let last = starts.nth(end).unwrap_or(text.len());
    first..last.max(first)
}

/// How many characters a string has.
pub(crate) fn character_count(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

fn unwrap<T: Clone>(shared: Rc<T>) -> T {
    Rc::try_unwrap(shared).unwrap_or_else(|shared| (*shared).clone())
}

impl jaq_core::ValT for Value {
    fn from_num(text: &str) -> ValR<Self> {
        Number::parse_decimal(text).map(Value::Number).ok_or_else(|| fault(format!("'{text}' is no number")))
    }

    fn from_map<I: IntoIterator<Item = (Self, Self)>>(pairs: I) -> ValR<Self> {
        let mut members = Members::new();
        for (key, value) in pairs {
            let Value::String(key) = key else { return Err(Fault::typ(key, "string")) };
            members.insert(key, value);
        }
        Ok(Value::Object(Rc::new(members)))
    }

    fn key_values(self) -> BoxIter<'static, ValR<(Self, Self), Self>> {
        match self {
            Value::Array(elements) => Box::new(
                unwrap(elements).into_iter().enumerate().map(|(at, value)| Ok((Value::from(at), value))),
            ),
            Value::Object(members) => {
                Box::new(unwrap(members).into_iter().map(|(key, value)| Ok((Value::String(key), value))))
            }
            other => box_once(Err(Fault::typ(other, "iterable (array or object)"))),
        }
    }

    fn values(self) -> Box<dyn Iterator<Item = ValR<Self>>> {
        match self {
            Value::Array(elements) => Box::new(unwrap(elements).into_iter().map(Ok)),
            Value::Object(members) => Box::new(unwrap(members).into_iter().map(|(_, value)| Ok(value))),
            other => box_once(Err(Fault::typ(other, "iterable (array or object)"))),
        }
    }

    fn index(self, index: &Self) -> ValR<Self> {
        self.child(index).map(Option::unwrap_or_default)
    }

    fn range(self, range: Range<&Self>) -> ValR<Self> {
        match self {
            Value::Null => Ok(Value::Null),
            Value::Array(elements) => {
                let (start, end) = Value::bounds(&range, elements.len())?;
                Ok(Value::array(elements[start..end].to_vec()))
            }
            Value::String(text) => {
                let (start, end) = Value::bounds(&range, character_count(&text))?;
                Ok(Value::string(&text[character_range(&text, start, end)]))
            }
            other => Err(Fault::typ(other, "rangeable (array or string)")),
        }
    }

    fn map_values<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        match self {
            Value::Array(elements) => unwrap(elements).into_iter().flat_map(f).collect(),
            Value::Object(members) => {
                let mapped = unwrap(members).into_iter();
                let mapped = mapped.filter_map(|(key, value)| f(value).next().map(|value| Ok((key, value?))));
                Ok(Value::Object(Rc::new(mapped.collect::<Result<Members, Exn<_>>>()?)))
            }
            other => opt.fail(other, |other| Exn::from(Fault::typ(other, "iterable (array or object)"))),
        }
    }

    fn map_index<'a, I: Iterator<Item = ValX<'a, Self>>>(
        mut self,
        index: &Self,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        if let (Value::String(_) | Value::Array(_), Value::Object(bounds)) = (&self, index) {
            let bound = |name: &str| bounds.get(name.as_bytes());
            return self.map_range(bound("start")..bound("end"), opt, f);
        }
        // `null | .a = 1` makes an object, `null | .[0] = 1` an array.
        if let (Value::Null, Value::String(_)) = (&self, index) {
            self = Value::Object(Rc::default());
        } else if let (Value::Null, Value::Number(_)) = (&self, index) {
            self = Value::array(Vec::new());
        }
        match (&mut self, index) {
            (Value::Object(members), Value::String(key)) => {
                let members = Rc::make_mut(members);
                let old = members.get(key).cloned().unwrap_or_default();
                match f(old).next().transpose()? {
                    Some(new) => drop(members.insert(key.clone(), new)),
                    None => drop(members.shift_remove(key)),
                }
                Ok(self)
            }
            (Value::Array(elements), Value::Number(number)) => {
                let at = number.to_i64().and_then(|at| absolute(at, elements.len()));
                let Some(at) = at.filter(|&at| at < MAX_STRING_BYTES >> 5) else {
                    return opt.fail(self, |_| Exn::from(fault(format!("index {number} out of bounds"))));
                };
                let elements = Rc::make_mut(elements);
                let old = elements.get(at).cloned().unwrap_or_default();
                match f(old).next().transpose()? {
                    Some(new) => {
                        elements.resize(elements.len().max(at + 1), Value::Null);
                        elements[at] = new;
                    }
                    None if at < elements.len() => drop(elements.remove(at)),
                    None => {}
                }
                Ok(self)
            }
            _ => opt.fail(self, |value| Exn::from(Fault::index(value, index.clone()))),
        }
    }

    fn map_range<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        range: Range<&Self>,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        match self {
            Value::Array(elements) => {
                let (start, end) = match Value::bounds(&range, elements.len()) {
                    Ok(bounds) => bounds,
                    Err(wrong) => return opt.fail(Value::Array(elements), |_| Exn::from(wrong)),
                };
                let new = f(Value::array(elements[start..end].to_vec())).next().transpose()?;
                let new = match new {
                    Some(Value::Array(new)) => unwrap(new),
                    None => Vec::new(),
                    Some(other) => return Err(Exn::from(Fault::typ(other, "array"))),
                };
                let mut elements = unwrap(elements);
                elements.splice(start..end, new);
                Ok(Value::array(elements))
            }
            other => opt.fail(other, |other| Exn::from(Fault::typ(other, "array"))),
        }
    }

    fn as_bool(&self) -> bool {
        self.is_true()
    }

    fn into_string(self) -> Self {
        match self {
            Value::String(_) => self,
            other => Value::string(other.to_json()),
        }
    }
}

impl jaq_std::ValT for Value {
    fn into_seq<S: FromIterator<Self>>(self) -> Result<S, Self> {
        match self {
            Value::Array(elements) => Ok(unwrap(elements).into_iter().collect()),
            other => Err(other),
        }
    }

    fn is_int(&self) -> bool {
        matches!(self, Value::Number(number) if number.is_integer())
    }

    fn as_isize(&self) -> Option<isize> {
        match self {
            Value::Number(number) => number.to_i64().and_then(|integer| isize::try_from(integer).ok()),
            _ => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(number.to_f64()),
            _ => None,
        }
    }

    fn is_utf8_str(&self) -> bool {
        matches!(self, Value::String(_))
    }

    fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    fn as_sub_str(&self, sub: &[u8]) -> Self {
        Value::string(sub)
    }

    fn from_utf8_bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Self {
        Value::string(bytes)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<isize> for Value {
    fn from(value: isize) -> Self {
        Value::Number(Number::from(value as i64))
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Value::Number(Number::from(value))
    }
}

impl From<f64> for Value {
    /// What is no number to JSON (NaN, infinities) is null, as jq prints it.
    fn from(value: f64) -> Self {
        Number::from_f64(value).map_or(Value::Null, Value::Number)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::string(text)
    }
}

impl From<Range<Value>> for Value {
    fn from(range: Range<Value>) -> Self {
        let bounds = [("start", range.start), ("end", range.end)];
        Value::object(bounds.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))))
    }
}

impl FromIterator<Value> for Value {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        Value::array(values.into_iter().collect())
    }
}

/// The result of exact arithmetic, or its error in the interpreter's own type.
fn exact(number: crate::error::Result<Number>) -> ValR<Value> {
    number.map(Value::Number).map_err(|error| fault(error.what()))
}

impl Add for Value {
    type Output = ValR<Self>;

    fn add(self, other: Self) -> ValR<Self> {
        match (self, other) {
            (Value::Null, value) | (value, Value::Null) => Ok(value),
            (Value::Number(a), Value::Number(b)) => exact(a.add(&b)),
            (Value::String(a), Value::String(b)) if a.len() + b.len() > MAX_STRING_BYTES => Err(too_long()),
            (Value::String(a), Value::String(b)) => Ok(Value::string([&*a, &*b].concat())),
            (Value::Array(mut a), Value::Array(b)) => {
                Rc::make_mut(&mut a).extend(b.iter().cloned());
                Ok(Value::Array(a))
            }
            (Value::Object(mut a), Value::Object(b)) => {
                Rc::make_mut(&mut a).extend(b.iter().map(|(key, value)| (key.clone(), value.clone())));
                Ok(Value::Object(a))
            }
            (a, b) => Err(Fault::math(a, Math::Add, b)),
        }
    }
}

impl Sub for Value {
    type Output = ValR<Self>;

    fn sub(self, other: Self) -> ValR<Self> {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => exact(a.subtract(&b)),
            (Value::Array(mut a), Value::Array(b)) => {
                let gone: std::collections::BTreeSet<_> = b.iter().collect();
                Rc::make_mut(&mut a).retain(|element| !gone.contains(element));
                Ok(Value::Array(a))
            }
            (a, b) => Err(Fault::math(a, Math::Sub, b)),
        }
    }
}

fn merge_deep(into: &mut Rc<Members>, from: &Members) {
    let into = Rc::make_mut(into);
    for (key, value) in from {
        match (into.get_mut(key), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge_deep(old, new),
            (Some(old), new) => *old = new.clone(),
            (None, new) => drop(into.insert(key.clone(), new.clone())),
        }
    }
}

/// A string so many times; null for none, as jq has it.
fn repeat(text: &[u8], times: &Number) -> ValR<Value> {
    let times = times.to_f64();
    if times <= 0.0 {
        return Ok(Value::Null);
    }
    let times = if times < 1.0 { 1.0 } else { times.floor() };
    if text.len() as f64 * times > MAX_STRING_BYTES as f64 {
        return Err(too_long());
    }
    Ok(Value::string(text.repeat(times as usize)))
}

impl Mul for Value {
    type Output = ValR<Self>;

    fn mul(self, other: Self) -> ValR<Self> {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => exact(a.multiply(&b)),
            (Value::String(text), Value::Number(times)) | (Value::Number(times), Value::String(text)) => {
                repeat(&text, &times)
            }
            (Value::Object(mut a), Value::Object(b)) => {
                merge_deep(&mut a, &b);
                Ok(Value::Object(a))
            }
            (a, b) => Err(Fault::math(a, Math::Mul, b)),
        }
    }
}

fn split(text: &[u8], separator: &[u8]) -> Value {
    if text.is_empty() {
        return Value::array(Vec::new());
    }
    if separator.is_empty() {
        let count = character_count(text);
        return (0..count).map(|at| Value::string(&text[character_range(text, at, at + 1)])).collect();
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for at in memchr::memmem::find_iter(text, separator) {
        parts.push(Value::string(&text[start..at]));
        start = at + separator.len();
    }
    parts.push(Value::string(&text[start..]));
    Value::array(parts)
}

impl Div for Value {
    type Output = ValR<Self>;

    fn div(self, other: Self) -> ValR<Self> {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => match a.divide(&b) {
                Ok(Some(quotient)) => Ok(Value::Number(quotient)),
                Ok(None) => Err(fault(format!("{a} cannot be divided by zero"))),
                Err(error) => Err(fault(error.what())),
            },
            (Value::String(text), Value::String(separator)) => Ok(split(&text, &separator)),
            (a, b) => Err(Fault::math(a, Math::Div, b)),
        }
    }
}

impl Rem for Value {
    type Output = ValR<Self>;

    fn rem(self, other: Self) -> ValR<Self> {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => match a.remainder(&b) {
                Ok(Some(remainder)) => Ok(Value::Number(remainder)),
                Ok(None) => Err(fault(format!("{a} cannot be divided by zero"))),
                Err(error) => Err(fault(error.what())),
            },
            (a, b) => Err(Fault::math(a, Math::Rem, b)),
        }
    }
}

impl Neg for Value {
    type Output = ValR<Self>;

    fn neg(self) -> ValR<Self> {
        match self {
            Value::Number(number) => exact(number.negate()),
            other => Err(Fault::typ(other, "number")),
        }
    }
}
