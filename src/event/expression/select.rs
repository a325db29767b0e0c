//! `--select`: the lines that an expression makes of an event. The common shapes are written straight from the bytes of
//! the line; the interpreter runs the rest, and gives the same bytes.

use jaq_core::load;
use jaq_core::load::parse::{BinaryOp, Term};

use super::construct::{self, Part, outputs};
use super::native::{Native, from_term};
use super::program::Program;
use crate::error::Result;
use crate::event::Event;
use crate::event::scan::Projection;
use crate::event::value::Value;

/// An expression whose outputs are printed, each on a line.
pub struct Select {
    native: Option<Outputs>,
    program: Program,
}

/// The outputs of an expression of the common shapes: `select(…) | …, …`.
struct Outputs {
    /// Without it there is none.
    condition: Option<Native>,
    outputs: Vec<Native>,
}

impl Outputs {
    fn compile(text: &str, projection: &mut Projection) -> Option<Outputs> {
        let term = load::parse(text, |parser| parser.term())?;
        // Slots are only taken when the whole expression is of a common shape.
        let mut tried = projection.clone();
        let (condition, rest) = match &term {
            Term::BinOp(first, BinaryOp::Pipe(None), rest) => match &**first {
                Term::Call("select", arguments) if arguments.len() == 1 => {
                    (Some(from_term(&arguments[0], &mut tried)?), &**rest)
                }
                _ => (None, &term),
            },
            term => (None, term),
        };
        let outputs =
            outputs(rest).into_iter().map(|term| from_term(term, &mut tried)).collect::<Option<_>>()?;
        *projection = tried;
        Some(Outputs { condition, outputs })
    }

    /// Appends the lines; nothing where only the interpreter knows.
    fn write(&self, event: &Event<'_>, out: &mut Vec<u8>) -> Option<()> {
        if let Some(condition) = &self.condition
            && !condition.holds(event)?
        {
            return Some(());
        }
        for output in &self.outputs {
            construct::write(output, event, out)?;
            out.push(b'\n');
        }
        Some(())
    }
}

impl Select {
    /// Compiles `text`; what can be read from the bytes of the line gets slots in `projection`. A wrong expression is a
    /// usage error that names the place in it.
    pub fn compile(text: &str, projection: &mut Projection) -> Result<Select> {
        Ok(Select { program: Program::compile(text, &[])?, native: Outputs::compile(text, projection) })
    }

    /// Whether it is of a common shape, so that the fields of the projection are all it reads of most lines.
    pub fn is_native(&self) -> bool {
        self.native.is_some()
    }

    /// What its one line is made of, where that is fields and fixed bytes and nothing else.
    pub fn parts(&self) -> Option<Vec<Part>> {
        let Some(Outputs { condition: None, outputs }) = &self.native else { return None };
        let [output] = &outputs[..] else { return None };
        let mut parts = Vec::new();
        let is_known = construct::take_apart(output, &mut parts);
        construct::put_bytes(b"\n", &mut parts);
        is_known.then_some(parts)
    }

    /// Appends the lines for `event`.
    #[inline]
    pub fn write(&self, event: &Event<'_>, out: &mut Vec<u8>) -> Result<()> {
        if self.write_natively(event, out) {
            return Ok(());
        }
        let value = event.value()?.clone();
        self.interpret(value, out).map_err(|error| event.locate(error))
    }

    /// Appends the lines for an event of which only the fields are there; false, and nothing is appended, where only
    /// the interpreter knows.
    #[inline]
    pub fn write_natively(&self, event: &Event<'_>, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        let is_known = self.native.as_ref().is_some_and(|native| native.write(event, out).is_some());
        if !is_known {
            out.truncate(start);
        }
        is_known
    }

    /// Appends the lines that the interpreter gives for a value.
    pub fn interpret(&self, value: Value, out: &mut Vec<u8>) -> Result<()> {
        self.program.each(value, &[], &mut |output| {
            output.write_json(out);
            out.push(b'\n');
            Ok(())
        })
    }
}
