//! One `-a NAME=AGG(ARGUMENTS) [where CONDITION]`: read, and applied to events.

use super::registry::{self, Aggregate, Arguments};
use super::{Column, Input};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::event::expression::{Datum, Operand};
use crate::event::scan::Projection;
use crate::event::value::write_string;
use crate::operator::clause;

/// A named aggregate over events.
pub struct AggregateSpec {
    name: String,
    label: Vec<u8>,
    /// As it was written, for errors.
    text: String,
    column: Box<dyn Column>,
    argument: Option<Operand>,
    /// The y of `at_max(x; y)`.
    second: Option<Operand>,
    condition: Option<Operand>,
    /// Whether it asks nothing of an event.
    is_bare: bool,
    /// Whether a number is all that it asks of its argument.
    takes_amounts: bool,
}

impl AggregateSpec {
    /// Reads `balance=sum(.data.amount) where .eventType == "MoneyDeposited"`; without a name the
    /// aggregate's own is taken.
    pub fn parse(text: &str, projection: &mut Projection) -> Result<AggregateSpec> {
        let trimmed = text.trim();
        let (name, call) = match clause::named(trimmed) {
            Some((name, call)) => (Some(name), call),
            None => (None, trimmed),
        };
        let length = call.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(call.len());
        let (function, rest) = call.split_at(length);
        if function.is_empty() {
            return Err(malformed(text));
        }
        let aggregate = registry::find(function)?;
        let (arguments, rest) = clause::parenthesized(rest.trim_start()).ok_or_else(|| malformed(text))?;
        let condition = match rest {
            "" => None,
            _ => {
                let condition = rest.strip_prefix("where").filter(|rest| rest.starts_with([' ', '(', '.']));
                Some(Operand::compile(condition.ok_or_else(|| malformed(text))?, projection)?)
            }
        };
        let (column, [argument, second]) = parse_arguments(aggregate, arguments, projection)?;
        let name = name.unwrap_or(function).to_owned();
        let mut label = Vec::new();
        write_string(name.as_bytes(), &mut label);
        label.push(b':');
        let is_bare = argument.is_none() && second.is_none() && condition.is_none();
        let text = trimmed.to_owned();
        let takes_amounts = column.takes_amounts() && second.is_none();
        Ok(AggregateSpec { name, label, text, column, argument, second, condition, is_bare, takes_amounts })
    }

    /// Reads all of a command's aggregates, whose names must differ.
    pub fn parse_all<T: AsRef<str>>(texts: &[T], projection: &mut Projection) -> Result<Vec<AggregateSpec>> {
        let mut specs: Vec<AggregateSpec> = Vec::with_capacity(texts.len());
        for text in texts {
            let spec = Self::parse(text.as_ref(), projection)?;
            if specs.iter().any(|other| other.name == spec.name) {
                return Err(Error::usage(format!("two aggregates are both named '{}'", spec.name))
                    .hint(format!("name one of them, as in 'other={}'", spec.text)));
            }
            specs.push(spec);
        }
        Ok(specs)
    }

    /// Its name in results.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name as JSON text with the colon behind it.
    pub fn label(&self) -> &[u8] {
        &self.label
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether its joined states give the bytes that one state would have given.
    pub fn joins_exactly(&self) -> bool {
        self.column.joins_exactly()
    }

    /// An empty column of its kind.
    pub fn column(&self) -> Box<dyn Column> {
        self.column.new_like()
    }

    /// Adds the event to `slot` of its `column` if the condition holds.
    #[inline(always)]
    pub fn add(&self, column: &mut dyn Column, slot: usize, event: &Event<'_>, order: u64) -> Result<()> {
        if self.is_bare {
            return column.add_event(slot, order).map_err(|error| self.locate(error, event, &Datum::Missing));
        }
        if let Some(condition) = &self.condition
            && !condition.holds(event).map_err(|error| event.locate(error))?
        {
            return Ok(());
        }
        if self.takes_amounts
            && let Some(amount) = self.argument.as_ref().and_then(|argument| argument.amount(event))
        {
            let added = column.add_amount(slot, amount);
            return added.map_err(|error| self.locate(error, event, &Datum::Amount(amount)));
        }
        let datum = match &self.argument {
            None => Datum::Missing,
            Some(argument) => argument.read(event).map_err(|error| event.locate(error))?,
        };
        let second = self.second.as_ref().map(|second| (second, event));
        let input = Input { datum, order, second };
        column.add(slot, &input).map_err(|error| self.locate(error, event, &input.datum))
    }

    /// Says in `error` which aggregate it is about, on which line, and in which column if that is known.
    #[cold]
    fn locate(&self, error: Error, event: &Event<'_>, datum: &Datum<'_>) -> Error {
        let mut located = error.within(format_args!("in '{}'", self.text));
        if let Datum::Text(text) = datum {
            let start = (text.as_ptr() as usize).wrapping_sub(event.line.bytes.as_ptr() as usize);
            if start < event.line.bytes.len() {
                located = located.column(start as u64 + 1);
            }
        }
        event.locate(located)
    }
}

/// An empty column and the arguments that are read from events.
type Arranged = (Box<dyn Column>, [Option<Operand>; 2]);

/// What the arguments of an aggregate ask for.
fn parse_arguments(
    aggregate: &'static Aggregate,
    text: &str,
    projection: &mut Projection,
) -> Result<Arranged> {
    let arguments = if text.is_empty() { Vec::new() } else { clause::split(text, b';') };
    if !aggregate.arguments.takes(arguments.len()) {
        let Aggregate { name, signature, example, .. } = aggregate;
        let problem = format!("{name} is written {signature}, but {} arguments are given", arguments.len());
        return Err(Error::usage(problem).hint(format!("an example is '{}'", example.expression)));
    }
    let (setting, values) = match arguments.as_slice() {
        [setting, value] if aggregate.arguments == Arguments::SettingAndOne => {
            (Some(*setting), [Some(*value), None])
        }
        [value, second] => (None, [Some(*value), Some(*second)]),
        [value] => (None, [Some(*value), None]),
        _ => (None, [None, None]),
    };
    let column = (aggregate.column)(setting, arguments.len())?;
    let mut operand =
        |value: Option<&str>| value.map(|value| Operand::compile(value, projection)).transpose();
    Ok((column, [operand(values[0])?, operand(values[1])?]))
}

fn malformed(text: &str) -> Error {
    Error::usage(format!("'{text}' is no aggregate"))
        .hint("write NAME=AGG(EXPR) [where CONDITION], as in 'balance=sum(.data.amount)' or 'count()'")
}
