//! What happens to result rows on their way out: `--having`, `--sort-by`, `--top` and `--select`. Rows are lines of
//! JSON, whoever made them; without any of these they go straight through.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::clause;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::event::expression::{Datum, Operand, Select};
use crate::event::line::{Line, Offset};
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

    /// Takes a row, without its newline: appends what becomes of it to `out`, keeps it for later, or leaves it out.
    pub fn push(&mut self, row: &[u8], out: &mut Vec<u8>) -> Result<()> {
        if self.per_window && !self.order.is_empty() && window_of(row) != self.window {
            self.finish(out)?;
            self.window.clear();
            self.window.extend_from_slice(window_of(row));
        }
        let mut fields = std::mem::take(&mut self.fields);
        let event = self.read(row, &mut fields)?;
        let pushed = self.take(&event, row, out);
        self.fields = fields;
        pushed
    }

    /// A view of a row. Rows that are no objects have no fields.
    fn read<'r>(&mut self, row: &'r [u8], fields: &'r mut Vec<Option<Span>>) -> Result<Event<'r>> {
        if row.starts_with(b"{") {
            self.extractor.extract(row, fields)?;
        } else {
            fields.clear();
            fields.resize(self.slots, None);
        }
        let line = Line { bytes: row, source: "", number: 0, offset: Offset(0) };
        Ok(Event::new(line, 0, fields))
    }

    fn take(&mut self, event: &Event<'_>, row: &[u8], out: &mut Vec<u8>) -> Result<()> {
        if let Some(having) = &self.having
            && !output(having, event, "--having")?.is_true()
        {
            return Ok(());
        }
        if self.order.is_empty() { select(self.select.as_ref(), event, out) } else { self.hold(event, row) }
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
        self.arrived = 0;
        for row in std::mem::take(&mut self.held).into_sorted_vec() {
            let mut fields = std::mem::take(&mut self.fields);
            let event = self.read(&row.line, &mut fields)?;
            let selected = select(self.select.as_ref(), &event, out);
            self.fields = fields;
            selected?;
        }
        Ok(())
    }

    /// Nothing more comes for now: where each window is shaped by itself, those at hand are complete.
    pub fn flush(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if self.per_window { self.finish(out) } else { Ok(()) }
    }
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
mod tests {
    use super::*;
    use crate::error::Kind;

    const ROWS: [&str; 5] = [
        r#"{"user":"a","n":2,"total":1.5}"#,
        r#"{"user":"b","n":10,"total":1.50}"#,
        r#"{"user":"c","n":3,"total":-7}"#,
        r#"{"user":"d","n":null,"total":1e1}"#,
        r#"{"user":"e","n":10,"total":0}"#,
    ];

    fn nothing() -> Shape {
        Shape::parse(&Wanted::default()).expect("nothing is asked")
    }

    /// The users of the rows that come out, in order.
    fn shaped(having: Option<&str>, sort_by: Option<&str>, top: Option<usize>) -> String {
        users(&Wanted { having, sort_by, top, first_result: Some("n"), ..Wanted::default() })
    }

    fn users(wanted: &Wanted<'_>) -> String {
        let mut shape = Shape::parse(wanted).expect("the options are right");
        let mut out = Vec::new();
        for row in ROWS {
            shape.push(row.as_bytes(), &mut out).expect("the rows are objects");
        }
        shape.finish(&mut out).expect("objects");
        let lines = String::from_utf8(out).expect("UTF-8");
        lines.lines().filter_map(|line| line.strip_prefix(r#"{"user":""#)?.chars().next()).collect()
    }

    #[test]
    fn rows_go_straight_through_when_nothing_is_asked() {
        assert_eq!(shaped(None, None, None), "abcde");
        let mut out = Vec::new();
        nothing().push(b"1300", &mut out).expect("nothing is read");
        assert_eq!(out, b"1300\n");
    }

    #[test]
    fn having_keeps_the_rows_for_which_it_holds() {
        assert_eq!(shaped(Some(".total > 0 and .n > 2"), None, None), "b");
        assert_eq!(shaped(Some(".n"), None, None), "abce");
        assert_eq!(shaped(Some("empty"), None, None), "");
    }

    #[test]
    fn rows_are_sorted_by_value_in_the_order_of_jq_and_equal_rows_stay_as_they_were() {
        assert_eq!(shaped(None, Some(".total"), None), "ceabd");
        assert_eq!(shaped(None, Some("-.total"), None), "dabec");
        assert_eq!(shaped(None, Some(".total,desc"), None), "dabec");
        assert_eq!(shaped(None, Some(".n"), None), "dacbe");
        assert_eq!(shaped(None, Some("-.n,-.user"), None), "ebcad");
        assert_eq!(shaped(None, Some("[.n,.user]"), None), "dacbe");
        assert_eq!(shaped(Some(".n"), Some("-.user"), None), "ecba");
    }

    #[test]
    fn top_gives_the_largest_first_whichever_way_the_rows_are_sorted() {
        assert_eq!(shaped(None, None, Some(2)), "be");
        assert_eq!(shaped(None, None, Some(9)), "becad");
        assert_eq!(shaped(None, Some(".total"), Some(3)), "dab");
        assert_eq!(shaped(None, Some("-.total"), Some(3)), "dab");
        assert_eq!(shaped(None, Some(".n,-.user"), Some(1)), "e");
        assert_eq!(shaped(Some(".n < 10"), None, Some(1)), "c");
        assert_eq!(shaped(None, None, Some(0)), "");
    }

    #[test]
    fn rows_equal_to_the_last_one_have_a_place_where_ties_count() {
        let tied = |sort_by, top| {
            users(&Wanted { sort_by: Some(sort_by), top: Some(top), ties: true, ..Wanted::default() })
        };
        assert_eq!(tied(".n", 1), "be");
        assert_eq!(tied(".n", 2), "be");
        assert_eq!(tied(".n", 3), "bec");
        assert_eq!(tied(".total < 2", 1), "abce");
        assert_eq!(tied("1", 0), "");
        assert_eq!(tied(".n > 2", 4), "bcead");
    }

    #[test]
    fn what_is_selected_comes_out_of_the_rows_that_are_left() {
        let wanted = Wanted { top: Some(2), select: Some("[.user, .total], .n"), ..Wanted::default() };
        let mut shape =
            Shape::parse(&Wanted { sort_by: Some(".total"), ..wanted }).expect("the options are right");
        let mut out = Vec::new();
        ROWS.iter().for_each(|row| shape.push(row.as_bytes(), &mut out).expect("objects"));
        assert!(out.is_empty() && shape.holds_back());
        shape.finish(&mut out).expect("objects");
        assert_eq!(String::from_utf8_lossy(&out), "[\"d\",1e1]\nnull\n[\"a\",1.5]\n2\n");
        let mut shape =
            Shape::parse(&Wanted { select: Some(". + 1, length"), ..Wanted::default() }).expect("jq");
        let mut out = Vec::new();
        shape.push(b"1300", &mut out).expect("a state need not be an object");
        assert_eq!(out, b"1301\n1300\n");
    }

    #[test]
    fn each_window_is_shaped_by_itself_when_that_is_wanted() {
        let wanted = Wanted { sort_by: Some(".n"), top: Some(1), per_window: true, ..Wanted::default() };
        let mut shape = Shape::parse(&Wanted { select: Some(".window.start, .n"), ..wanted }).expect("jq");
        let mut out = Vec::new();
        for (start, n) in [("a", 1), ("a", 3), ("b", 2), ("b", 1), ("c", 0)] {
            let row = format!(r#"{{"window":{{"start":"{start}"}},"n":{n}}}"#);
            shape.push(row.as_bytes(), &mut out).expect("objects");
        }
        assert_eq!(String::from_utf8_lossy(&out), "\"a\"\n3\n\"b\"\n2\n");
        shape.flush(&mut out).expect("objects");
        assert!(String::from_utf8_lossy(&out).ends_with("\"c\"\n0\n") && !shape.holds_back());
    }

    #[test]
    fn each_finish_ends_one_set_of_rows() {
        let mut shape = Shape::parse(&Wanted { top: Some(1), first_result: Some("n"), ..Wanted::default() })
            .expect("the options are right");
        let mut out = Vec::new();
        for rows in ROWS.chunks(3) {
            for row in rows {
                shape.push(row.as_bytes(), &mut out).expect("the rows are objects");
            }
            shape.finish(&mut out).expect("objects");
        }
        assert_eq!(String::from_utf8(out).expect("UTF-8"), format!("{}\n{}\n", ROWS[1], ROWS[4]));
    }

    #[test]
    fn a_result_of_any_name_can_be_the_first() {
        let mut shape =
            Shape::parse(&Wanted { top: Some(1), first_result: Some("a \"b\".c"), ..Wanted::default() })
                .expect("the options are right");
        let mut out = Vec::new();
        shape.push(br#"{"a \"b\".c":1}"#, &mut out).expect("an object");
        shape.push(br#"{"a \"b\".c":2}"#, &mut out).expect("an object");
        shape.finish(&mut out).expect("objects");
        assert_eq!(out, b"{\"a \\\"b\\\".c\":2}\n");
    }

    #[test]
    fn wrong_options_are_usage_errors() {
        for (having, sort_by, top) in [
            (Some(".a =="), None, None),
            (None, Some(""), None),
            (None, Some(".a,"), None),
            (None, Some("-"), None),
            (None, Some("desc("), None),
            (None, None, Some(1)),
        ] {
            let error = Shape::parse(&Wanted { having, sort_by, top, ..Wanted::default() })
                .err()
                .expect("the options are wrong");
            assert_eq!(error.kind(), Kind::Usage, "{error}");
        }
    }

    #[test]
    fn a_condition_that_fails_names_its_option_and_the_row() {
        let mut shape =
            Shape::parse(&Wanted { having: Some(".user + 1 > 2"), ..Wanted::default() }).expect("valid jq");
        let error = shape.push(ROWS[0].as_bytes(), &mut Vec::new()).expect_err("a string plus a number");
        assert!(error.what().contains(r#"in --having, for the row {"user":"a""#), "{error}");
    }
}
