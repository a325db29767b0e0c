//! Expressions: jq over an event. Paths are answered from the bytes of the line; the interpreter (jaq
//! over [`Value`]) runs the rest. Expressions see no file, clock or environment.

mod construct;
mod functions;
mod metered;
mod native;
mod needles;
mod outputs;
mod pipe;
mod program;
mod select;
#[cfg(test)]
mod tests;

pub use construct::{Part, is_printed_as_written};
pub use program::Program;
pub use select::Select;

use native::Native;

use super::Event;
use super::number::{Amount, Number};
use super::path::Path;
use super::scan::Projection;
use super::scan::needles::Needles;
use super::value::Value;
use crate::error::{Error, Result};

/// What an expression gives for one event.
#[derive(Clone, Debug)]
pub enum Datum<'a> {
    /// Nothing: the field is missing, or the program gave no output.
    Missing,
    /// JSON text straight from the line.
    Text(&'a [u8]),
    /// A computed number of moderate size.
    Amount(Amount),
    /// A computed value.
    Value(Value),
}

impl Datum<'_> {
    /// Whether it is missing or null.
    #[inline]
    pub fn is_null(&self) -> bool {
        matches!(self, Datum::Missing | Datum::Text(b"null") | Datum::Value(Value::Null))
    }

    /// Whether jq takes it for true: what is there and neither null nor false.
    #[inline]
    pub fn is_true(&self) -> bool {
        match self {
            Datum::Missing => false,
            Datum::Text(text) => *text != b"null" && *text != b"false",
            Datum::Amount(_) => true,
            Datum::Value(value) => value.is_true(),
        }
    }

    /// The number; nothing for missing or null; an error for anything else.
    pub fn number(&self) -> Result<Option<Number>> {
        let number = match self {
            _ if self.is_null() => return Ok(None),
            Datum::Text(text) => Number::parse(text),
            Datum::Amount(amount) => Some(Number::from(*amount)),
            Datum::Value(Value::Number(number)) => Some(number.clone()),
            _ => None,
        };
        number.map(Some).ok_or_else(|| self.no_number())
    }

    /// The error for a value that should be a number.
    #[cold]
    pub fn no_number(&self) -> Error {
        let mut shown = Vec::new();
        self.write_json(&mut shown);
        let shown: String = String::from_utf8_lossy(&shown).chars().take(60).collect();
        Error::data(format!("{shown} is no number")).hint("convert it, as with (.amount | tonumber)")
    }

    /// The value; null when missing.
    pub fn value(&self) -> Result<Value> {
        match self {
            Datum::Missing => Ok(Value::Null),
            Datum::Text(text) => Value::parse(text),
            Datum::Amount(amount) => Ok(Value::Number(Number::from(*amount))),
            Datum::Value(value) => Ok(value.clone()),
        }
    }

    /// Appends it as JSON text: unchanged bytes for [`Datum::Text`], `null` when missing.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Datum::Missing => out.extend_from_slice(b"null"),
            Datum::Text(text) => out.extend_from_slice(text),
            Datum::Amount(amount) => amount.write(out),
            Datum::Value(value) => value.write_json(out),
        }
    }
}

/// A compiled expression over an event.
pub struct Operand {
    path: Option<(Path, usize)>,
    /// Runs on the bytes of the line, where it can.
    native: Option<Native>,
    program: Program,
}

impl Operand {
    /// Compiles `text`; paths that can be read from the bytes get slots in `projection`. A wrong
    /// expression is a usage error that names the place in it.
    pub fn compile(text: &str, projection: &mut Projection) -> Result<Operand> {
        let program = Program::compile(text, &[])?;
        let path = Path::parse(text).ok().map(|path| {
            let slot = projection.slot(&path);
            (path, slot)
        });
        let native = Native::compile(text, projection);
        Ok(Operand { path, native, program })
    }

    /// The path, when the expression is nothing but one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_ref().map(|(path, _)| path)
    }

    /// The text it was compiled from.
    pub fn text(&self) -> &str {
        self.program.text()
    }

    /// Needles of which every line has one for which it holds, where that is known.
    pub fn needles(&self) -> Option<Needles> {
        needles::of(self.text())
    }

    /// The first output for `event`.
    #[inline]
    pub fn read<'a>(&self, event: &Event<'a>) -> Result<Datum<'a>> {
        match &self.path {
            Some((path, slot)) => match event.field(*slot) {
                Some(text) => Ok(Datum::Text(text)),
                None if path.steps.len() < 2 => Ok(Datum::Missing),
                // A longer path may be missing because it leads through a string, which is an error in jq.
                None => self.compute(event),
            },
            None => self.compute(event),
        }
    }

    /// The first output for `event`, if it is a number of moderate size and known natively.
    #[inline]
    pub fn amount(&self, event: &Event<'_>) -> Option<Amount> {
        match &self.path {
            Some((_, slot)) => Amount::parse(event.field(*slot)?),
            None => self.native.as_ref()?.amount(event),
        }
    }

    /// Natively where that is known, by the interpreter otherwise.
    #[inline]
    fn compute<'a>(&self, event: &Event<'a>) -> Result<Datum<'a>> {
        match self.native.as_ref().and_then(|native| native.read(event)) {
            Some(datum) => Ok(datum),
            None => self.interpret(event),
        }
    }

    /// The first output by the interpreter, which also takes lines that are no objects.
    #[inline(never)]
    pub fn interpret<'a>(&self, event: &Event<'a>) -> Result<Datum<'a>> {
        let first = self.program.first(event.value()?.clone(), &[]);
        let first = first.map_err(|error| event.locate(error))?;
        Ok(first.map_or(Datum::Missing, Datum::Value))
    }

    /// Whether the first output is neither false, null nor missing.
    #[inline]
    pub fn holds(&self, event: &Event<'_>) -> Result<bool> {
        if self.path.is_some() {
            return Ok(self.read(event)?.is_true());
        }
        match self.native.as_ref().and_then(|native| native.holds(event)) {
            Some(holds) => Ok(holds),
            None => Ok(self.interpret(event)?.is_true()),
        }
    }
}
