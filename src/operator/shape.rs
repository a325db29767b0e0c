//! What happens to result rows on their way out: `--having`, `--sort-by`, `--top` and `--select`. Rows are lines of
//! JSON, whoever made them; without any of these they go straight through.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::clause;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::event::expression::{Datum, Operand, Select};
use crate::event::line::{Line, Offset};
use crate::event::number::Amount;
use crate::event::scan::{Extractor, Projection, Span};
use crate::event::value::Value;

/// What is asked of the rows, as it was written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'t> {
    /// Only rows for which this holds.
    pub having: Option<&'t str>,
    /// One or more expressions with commas between them, each with a `-` in front or `,desc` behind it for the largest
    /// first.
    pub sort_by: Option<&'t str>,
    /// So many of the largest rows by the first of these, largest first; without them by the first result.
    pub top: Option<usize>,
    /// With `top`: also the rows that are equal to the last of them.
    pub ties: bool,
    /// The rows of each window are sorted and limited by themselves.
    pub per_window: bool,
    /// What comes out of a row.
    pub select: Option<&'t str>,
    /// The name of the first aggregate.
    pub first_result: Option<&'t str>,
}

impl Wanted<'_> {
    /// How many rows of each window are looked at, if these are the largest by the first aggregate, with those that are
    /// equal to the last of them.
    pub fn largest_of_window(&self) -> Option<usize> {
        self.top.filter(|_| self.per_window && self.having.is_none() && self.sort_by.is_none())
    }
}

/// Leaves out, sorts, limits and shapes rows.
pub struct Shape {
    having: Option<Operand>,
    order: Vec<(Operand, Direction)>,
    top: Option<usize>,
    ties: bool,
    per_window: bool,
    select: Option<Select>,
    extractor: Extractor,
    slots: usize,
    fields: Vec<Option<Span>>,
    held: BinaryHeap<Row>,
    /// The first key of the last row that has a place, once all are taken: what comes behind it is not looked at further.
    bar: Option<Amount>,
    /// The window of the rows that are held.
    window: Vec<u8>,
    arrived: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    SmallestFirst,
    LargestFirst,
}

/// A row that waits for its place; the greatest is the one that is printed last. Rows with equal keys keep
/// the order in which they came.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    keys: Vec<Key>,
    arrived: u64,
    line: Vec<u8>,
}

/// Compared only with the key in the same place of another row, which has the same direction.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    SmallestFirst(Value),
    LargestFirst(Reverse<Value>),
}

impl Key {
    /// The number that it is, if it is one of moderate size.
    fn amount(&self) -> Option<Amount> {
        match self {
            Key::SmallestFirst(Value::Number(number)) | Key::LargestFirst(Reverse(Value::Number(number))) => {
                number.amount()
            }
            _ => None,
        }
    }
}

impl Shape {
    /// Reads what is wanted.
    pub fn parse(wanted: &Wanted<'_>) -> Result<Shape> {
        let mut projection = Projection::default();
        let having = wanted.having.map(|text| Operand::compile(text, &mut projection)).transpose()?;
        let mut order = match (wanted.sort_by, wanted.top, wanted.first_result) {
            (Some(text), ..) => parse_order(text, &mut projection)?,
            (None, Some(_), Some(name)) => vec![(member(name, &mut projection)?, Direction::LargestFirst)],
            (None, Some(_), None) => {
                return Err(Error::usage("--top needs to know by what the rows are compared")
                    .hint("add --sort-by, as in '--sort-by .balance --top 3'"));
            }
            (None, None, _) => Vec::new(),
        };
        if wanted.top.is_some()
            && let Some((_, direction)) = order.first_mut()
        {
            *direction = Direction::LargestFirst;
        }
        let select = wanted.select.map(|text| Select::compile(text, &mut projection)).transpose()?;
        Ok(Shape {
            having,
            order,
            top: wanted.top,
            ties: wanted.ties,
            per_window: wanted.per_window,
            select,
            extractor: Extractor::new(&projection),
            slots: projection.paths().len(),
            fields: Vec::new(),
            held: BinaryHeap::new(),
            bar: None,
            window: Vec::new(),
            arrived: 0,
        })
    }

    /// Whether rows go straight through.
    pub fn is_plain(&self) -> bool {
        self.having.is_none() && self.order.is_empty() && self.select.is_none()
    }

    /// Whether rows are held back until everything is over.
    pub fn holds_back(&self) -> bool {
        !self.order.is_empty() && !self.per_window
    }

    /// Takes rows, each ended by a newline: appends what becomes of them to `out`, keeps them for later, or leaves them
    /// out.
    pub fn push_all(&mut self, mut rows: &[u8], out: &mut Vec<u8>) -> Result<()> {
        while !rows.is_empty() {
            let length = self.push(rows, out)?;
            rows = rows.get(length + 1..).unwrap_or_default();
        }
        Ok(())
    }

    /// Takes the first of some rows, each ended by a newline but perhaps the last; gives its length.
    fn push(&mut self, rows: &[u8], out: &mut Vec<u8>) -> Result<usize> {
        if self.per_window && !self.order.is_empty() && !self.is_of_window(rows) {
            self.finish(out)?;
            self.window.clear();
            self.window.extend_from_slice(window_of(first(rows)));
        }
        let mut fields = std::mem::take(&mut self.fields);
        let (length, read) = match rows {
            [b'{', ..] => self.extractor.extract_first(rows, &mut fields),
            _ => {
                // Rows that are no objects have no fields.
                fields.clear();
                fields.resize(self.slots, None);
                (first(rows).len(), Ok(()))
            }
        };
        let row = &rows[..length];
        let pushed = match read {
            Ok(()) if row.is_empty() => Ok(()),
            Ok(()) => self.take(&event_of(row, &fields), row, out),
            Err(error) => Err(error),
        };
        self.fields = fields;
        pushed.map(|()| length)
    }

    /// Whether the first of some rows is of the window of those that are held. A window has no `}` before its end.
    fn is_of_window(&self, rows: &[u8]) -> bool {
        rows.strip_prefix(&*self.window).is_some_and(|rest| rest.starts_with(b"}"))
    }

    fn take(&mut self, event: &Event<'_>, row: &[u8], out: &mut Vec<u8>) -> Result<()> {
        if let Some(having) = &self.having
            && !holds(having, event)?
        {
            return Ok(());
        }
        if self.is_behind(event) {
            return Ok(());
        }
        if self.order.is_empty() { select(self.select.as_ref(), event, out) } else { self.hold(event, row) }
    }

    /// Whether the first key tells at once that a row has no place.
    fn is_behind(&self, event: &Event<'_>) -> bool {
        let (Some(bar), Some((operand, direction))) = (self.bar, self.order.first()) else { return false };
        let Some(order) = operand.amount(event).map(|amount| amount.compare(bar)) else { return false };
        match direction {
            Direction::SmallestFirst => order.is_gt(),
            Direction::LargestFirst => order.is_lt(),
        }
    }

    /// Keeps a row, if it has a place among the largest; what is then too many goes.
    fn hold(&mut self, event: &Event<'_>, row: &[u8]) -> Result<()> {
        let key = |(operand, direction): &(Operand, Direction)| {
            let key = output(operand, event, "--sort-by")?.value()?;
            Ok(match direction {
                Direction::SmallestFirst => Key::SmallestFirst(key),
                Direction::LargestFirst => Key::LargestFirst(Reverse(key)),
            })
        };
        let keys = self.order.iter().map(key).collect::<Result<Vec<Key>>>()?;
        self.arrived += 1;
        let is_full = self.top.is_some_and(|top| self.held.len() >= top);
        if let (true, Some(last)) = (is_full, self.held.peek()) {
            let order = keys.cmp(&last.keys);
            if order.is_gt() || (order.is_eq() && !self.ties) {
                return Ok(());
            }
        }
        if self.top != Some(0) {
            self.held.push(Row { keys, arrived: self.arrived, line: row.to_vec() });
            self.drop_excess();
            let last = self.held.peek().filter(|_| self.top.is_some_and(|top| self.held.len() >= top));
            self.bar = last.and_then(|last| last.keys.first()).and_then(Key::amount);
        }
        Ok(())
    }

    /// Drops the last rows, unless they are equal to one that has a place and ties count.
    fn drop_excess(&mut self) {
        let Some(top) = self.top.filter(|&top| self.held.len() > top) else { return };
        let Some(last) = self.held.peek() else { return };
        let equal = match self.ties {
            true => self.held.iter().filter(|row| row.keys == last.keys).count(),
            false => 1,
        };
        if self.held.len() - equal >= top {
            for _ in 0..equal {
                self.held.pop();
            }
        }
    }

    /// Appends what becomes of the rows that were held back, in order, and starts anew.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        (self.arrived, self.bar) = (0, None);
        for Row { line, .. } in std::mem::take(&mut self.held).into_sorted_vec() {
            if line.starts_with(b"{") {
                self.extractor.extract(&line, &mut self.fields)?;
            } else {
                self.fields.clear();
                self.fields.resize(self.slots, None);
            }
            select(self.select.as_ref(), &event_of(&line, &self.fields), out)?;
        }
        Ok(())
    }

    /// Nothing more comes for now: where each window is shaped by itself, those at hand are complete.
    pub fn flush(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if self.per_window { self.finish(out) } else { Ok(()) }
    }
}

/// A view of a row.
fn event_of<'r>(row: &'r [u8], fields: &'r [Option<Span>]) -> Event<'r> {
    Event::new(Line { bytes: row, source: "", number: 0, offset: Offset(0) }, 0, fields)
}

/// The first of some rows, without its newline.
fn first(rows: &[u8]) -> &[u8] {
    &rows[..memchr::memchr(b'\n', rows).unwrap_or(rows.len())]
}

/// Whether a row stays.
fn holds(having: &Operand, event: &Event<'_>) -> Result<bool> {
    const OPTION: &str = "--having";
    let row = event.line.bytes;
    if !row.starts_with(b"{") {
        return Ok(output(having, event, OPTION)?.is_true());
    }
    having.holds(event).map_err(|error| of_row(error, OPTION, row))
}

/// The first output of an expression for a row.
fn output<'r>(operand: &Operand, event: &Event<'r>, option: &str) -> Result<Datum<'r>> {
    let is_object = event.line.bytes.starts_with(b"{");
    let output = if is_object { operand.read(event) } else { operand.interpret(event) };
    output.map_err(|error| of_row(error, option, event.line.bytes))
}

/// Appends the row as a line, or the lines that are selected from it.
fn select(select: Option<&Select>, event: &Event<'_>, out: &mut Vec<u8>) -> Result<()> {
    let row = event.line.bytes;
    let selected = match select {
        None => {
            out.extend_from_slice(row);
            out.push(b'\n');
            return Ok(());
        }
        Some(select) if row.starts_with(b"{") && select.write_natively(event, out) => return Ok(()),
        Some(select) => select.interpret(event.value()?.clone(), out),
    };
    selected.map_err(|error| of_row(error, "--select", row))
}

/// The window that a row begins with: `{"window":{…}`.
fn window_of(row: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'}', row).unwrap_or(row.len());
    &row[..end]
}

/// Says in the error of an expression which option it stands in and for which row it fails.
#[cold]
fn of_row(error: Error, option: &str, row: &[u8]) -> Error {
    let shown: String = String::from_utf8_lossy(row).chars().take(80).collect();
    error.within(format_args!("in {option}, for the row {shown}"))
}

/// The expression that reads the result called `name`.
fn member(name: &str, projection: &mut Projection) -> Result<Operand> {
    let name = Value::string(name);
    Operand::compile(&format!(".[{name}]"), projection)
}

fn parse_order(text: &str, projection: &mut Projection) -> Result<Vec<(Operand, Direction)>> {
    let mut order: Vec<(Operand, Direction)> = Vec::new();
    for part in clause::split(text, b',') {
        match (part, order.last_mut()) {
            ("desc", Some((_, direction))) => *direction = Direction::LargestFirst,
            ("asc", Some((_, direction))) => *direction = Direction::SmallestFirst,
            ("", _) => {
                return Err(Error::usage(format!("'{text}' lacks an expression to sort by"))
                    .hint("write one like '.balance', '-.balance' or '.balance,desc'"));
            }
            _ => {
                let (expression, direction) = match part.strip_prefix('-') {
                    Some(expression) => (expression, Direction::LargestFirst),
                    None => (part, Direction::SmallestFirst),
                };
                order.push((Operand::compile(expression.trim_start(), projection)?, direction));
            }
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests;
