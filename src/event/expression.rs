//! Expressions: jq over an event. Paths are answered from the bytes of the line; the interpreter (jaq
//! over [`Value`]) runs the rest. Expressions see no file, clock or environment.

use super::Event;
use super::number::Number;
use super::path::Path;
use super::scan::Projection;
use super::value::Value;
use crate::error::Result;

/// What an expression gives for one event.
#[derive(Clone, Debug)]
pub enum Datum<'a> {
    /// Nothing: the field is missing, or the program gave no output.
    Missing,
    /// JSON text straight from the line.
    Text(&'a [u8]),
    /// A computed value.
    Value(Value),
}

impl Datum<'_> {
    /// Whether it is missing or null.
    pub fn is_null(&self) -> bool {
        unimplemented!()
    }

    /// The number; nothing for missing or null; an error for anything else.
    pub fn number(&self) -> Result<Option<Number>> {
        unimplemented!()
    }

    /// The value; null when missing.
    pub fn value(&self) -> Result<Value> {
        unimplemented!()
    }

    /// Appends it as JSON text: unchanged bytes for [`Datum::Text`], `null` when missing.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        let _ = out;
        unimplemented!()
    }
}

/// A compiled expression over an event.
pub struct Operand {}

impl Operand {
    /// Compiles `text`; paths that can be read from the bytes get slots in `projection`. A wrong
    /// expression is a usage error that names the place in it.
    pub fn compile(text: &str, projection: &mut Projection) -> Result<Operand> {
        let _ = (text, projection);
        unimplemented!()
    }

    /// The path, when the expression is nothing but one.
    pub fn path(&self) -> Option<&Path> {
        unimplemented!()
    }

    /// The first output for `event`.
    pub fn read<'a>(&self, event: &Event<'a>) -> Result<Datum<'a>> {
        let _ = event;
        unimplemented!()
    }

    /// Whether the first output is neither false, null nor missing.
    pub fn holds(&self, event: &Event<'_>) -> Result<bool> {
        let _ = event;
        unimplemented!()
    }

    /// Every output, in order.
    pub fn each(&self, event: &Event<'_>, take: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
        let _ = (event, take);
        unimplemented!()
    }
}

/// A compiled jq program over values, for reducers, `--having` and `--sort-by`.
pub struct Program {}

impl Program {
    /// Compiles `text`, which may use the global `variables` (names with their `$`).
    pub fn compile(text: &str, variables: &[&str]) -> Result<Program> {
        let _ = (text, variables);
        unimplemented!()
    }

    /// The first output for `input` with the variables' `values`, if there is one.
    pub fn first(&self, input: Value, values: &[Value]) -> Result<Option<Value>> {
        let _ = (input, values);
        unimplemented!()
    }

    /// Every output, in order.
    pub fn each(
        &self,
        input: Value,
        values: &[Value],
        take: &mut dyn FnMut(Value) -> Result<()>,
    ) -> Result<()> {
        let _ = (input, values, take);
        unimplemented!()
    }
}
