//! What one line says: fields, numbers, values, expressions, the envelope. There is no file, clock,
//! environment or printing here: bytes in, meaning out.

pub mod append;
pub mod buffer;
pub mod envelope;
pub mod expression;
pub mod held;
pub mod line;
pub mod number;
pub mod path;
pub mod scan;
pub mod schema;
pub mod value;

use std::cell::OnceCell;

use crate::error::{Error, Result};
use crate::time::timestamp::Timestamp;
use line::Line;
use scan::Span;
use value::Value;

/// An event: a view of a line and of the fields that the job asked for. Never re-encoded.
pub struct Event<'a> {
    /// The line it stands on.
    pub line: Line<'a>,
    /// Which input it came from: 0, or 1 for the right side of a join.
    pub input: usize,
    /// How many lines of its input came before it, whatever they were: tells the events of an input apart. Only set by who reads
    /// an input.
    pub ordinal: u64,
    /// The event time, when the job asked for it.
    pub time: Option<Timestamp>,
    /// The fields of the job's [`scan::Projection`], by slot.
    fields: &'a [Option<Span>],
    /// The whole line as a value, built only when an interpreted expression needs it.
    value: OnceCell<Value>,
}

impl<'a> Event<'a> {
    /// A view of `line` whose `fields` were taken out by an extractor.
    pub fn new(line: Line<'a>, input: usize, fields: &'a [Option<Span>]) -> Self {
        Event { line, input, ordinal: 0, time: None, fields, value: OnceCell::new() }
    }

    /// Goes on to the next line of the input, whose fields these are.
    #[inline(always)]
    pub fn go_on(&mut self, bytes: &'a [u8], fields: &'a [Option<Span>]) {
        self.line.bytes = bytes;
        self.line.number = self.line.number.wrapping_add(1);
        self.line.offset.0 = self.line.offset.0.wrapping_add(1);
        self.ordinal = self.ordinal.wrapping_add(1);
        self.fields = fields;
        if self.value.get().is_some() {
            self.value = OnceCell::new();
        }
    }

    /// The JSON text of the field in `slot`, or nothing when the line has no such field.
    #[inline(always)]
    pub fn field(&self, slot: usize) -> Option<&'a [u8]> {
        self.fields[slot].map(|span| span.of(self.line.bytes))
    }

    /// Where in the line that text stands.
    #[inline(always)]
    pub fn span(&self, slot: usize) -> Option<std::ops::Range<usize>> {
        self.fields[slot].map(|span| span.start as usize..span.end as usize)
    }

    /// The whole line as a value; parsed once.
    pub fn value(&self) -> Result<&Value> {
        if let Some(value) = self.value.get() {
            return Ok(value);
        }
        let value = Value::parse(self.line.bytes).map_err(|error| self.locate(error))?;
        Ok(self.value.get_or_init(|| value))
    }

    /// The event time; only for jobs that set it.
    pub fn time(&self) -> Timestamp {
        self.time.expect("the job that asks for the event time has it read before the operator runs")
    }

    /// Says in `error` that it happened on this line.
    pub fn locate(&self, error: Error) -> Error {
        error.at(self.line.source, self.line.number)
    }
}
