//! What happens to result rows on their way out: `--having`, `--sort-by` and `--top`. Rows are lines of
//! JSON, whoever made them; without any of the three they go straight through.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::clause;
use crate::error::{Error, Result};
use crate::event::expression::Program;
use crate::event::value::Value;

/// Leaves out, sorts and limits rows.
#[derive(Default)]
pub struct Shape {
    having: Option<Program>,
    order: Vec<(Program, Direction)>,
    top: Option<usize>,
    held: BinaryHeap<Row>,
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
    /// Reads the three options. `sort_by` is one or more expressions with commas between them, each with a
    /// `-` in front or `,desc` behind it for the largest first. `top` keeps the largest rows by the first of
    /// them, largest first; without `sort_by` those with the largest `first_result`, the name of the first
    /// aggregate.
    pub fn parse(
        having: Option<&str>,
        sort_by: Option<&str>,
        top: Option<usize>,
        first_result: Option<&str>,
    ) -> Result<Shape> {
        let having = having.map(|text| Program::compile(text, &[])).transpose()?;
        let mut order = match (sort_by, top, first_result) {
            (Some(text), ..) => parse_order(text)?,
            (None, Some(_), Some(name)) => vec![(member(name)?, Direction::LargestFirst)],
            (None, Some(_), None) => {
                return Err(Error::usage("--top needs to know by what the rows are compared")
                    .hint("add --sort-by, as in '--sort-by .balance --top 3'"));
            }
            (None, None, _) => Vec::new(),
        };
        if top.is_some()
            && let Some((_, direction)) = order.first_mut()
        {
            *direction = Direction::LargestFirst;
        }
        Ok(Shape { having, order, top, held: BinaryHeap::new(), arrived: 0 })
    }

    /// Whether rows go straight through.
    pub fn is_plain(&self) -> bool {
        self.having.is_none() && self.order.is_empty()
    }

    /// Whether rows are held back until [`Shape::finish`].
    pub fn holds_back(&self) -> bool {
        !self.order.is_empty()
    }

    /// Takes a row, without its newline: appends it as a line to `out`, keeps it for later, or leaves it out.
    pub fn push(&mut self, row: &[u8], out: &mut Vec<u8>) -> Result<()> {
        if self.is_plain() {
            write_line(row, out);
            return Ok(());
        }
        let value = Value::parse(row)?;
        if let Some(having) = &self.having {
            let holds = having.first(value.clone(), &[]).map_err(|error| of_row(error, "--having", row))?;
            if !holds.is_some_and(|holds| holds.is_true()) {
                return Ok(());
            }
        }
        if self.order.is_empty() {
            write_line(row, out);
            return Ok(());
        }
        self.hold(&value, row)
    }

    /// Keeps a row; with a limit, the one that is then too many goes.
    fn hold(&mut self, value: &Value, row: &[u8]) -> Result<()> {
        let mut keys = Vec::with_capacity(self.order.len());
        for (program, direction) in &self.order {
            let key = program.first(value.clone(), &[]).map_err(|error| of_row(error, "--sort-by", row))?;
            let key = key.unwrap_or(Value::Null);
            keys.push(match direction {
                Direction::SmallestFirst => Key::SmallestFirst(key),
                Direction::LargestFirst => Key::LargestFirst(Reverse(key)),
            });
        }
        self.held.push(Row { keys, arrived: self.arrived, line: row.to_vec() });
        self.arrived += 1;
        if self.top.is_some_and(|top| self.held.len() > top) {
            self.held.pop();
        }
        Ok(())
    }

    /// Appends the rows that were held back, in order, and starts anew: a window's rows are shaped by
    /// themselves.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        for row in std::mem::take(&mut self.held).into_sorted_vec() {
            write_line(&row.line, out);
        }
        self.arrived = 0;
    }
}

fn write_line(row: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(row);
    out.push(b'\n');
}

/// Says in the error of an expression which option it stands in and for which row it fails.
#[cold]
fn of_row(error: Error, option: &str, row: &[u8]) -> Error {
    let shown: String = String::from_utf8_lossy(row).chars().take(80).collect();
    error.within(format_args!("in {option}, for the row {shown}"))
}

/// The expression that reads the result called `name`.
fn member(name: &str) -> Result<Program> {
    let name = Value::string(name);
    Program::compile(&format!(".[{name}]"), &[])
}

fn parse_order(text: &str) -> Result<Vec<(Program, Direction)>> {
    let mut order: Vec<(Program, Direction)> = Vec::new();
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
                order.push((Program::compile(expression.trim_start(), &[])?, direction));
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

    /// The users of the rows that come out, in order.
    fn shaped(having: Option<&str>, sort_by: Option<&str>, top: Option<usize>) -> String {
        let mut shape = Shape::parse(having, sort_by, top, Some("n")).expect("the options are right");
        let mut out = Vec::new();
        for row in ROWS {
            shape.push(row.as_bytes(), &mut out).expect("the rows are objects");
        }
        shape.finish(&mut out);
        let lines = String::from_utf8(out).expect("UTF-8");
        lines.lines().filter_map(|line| line.strip_prefix(r#"{"user":""#)?.chars().next()).collect()
    }

    #[test]
    fn rows_go_straight_through_when_nothing_is_asked() {
        assert_eq!(shaped(None, None, None), "abcde");
        let mut out = Vec::new();
        Shape::default().push(b"1300", &mut out).expect("nothing is read");
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
    fn each_finish_ends_one_set_of_rows() {
        let mut shape = Shape::parse(None, None, Some(1), Some("n")).expect("the options are right");
        let mut out = Vec::new();
        for rows in ROWS.chunks(3) {
            for row in rows {
                shape.push(row.as_bytes(), &mut out).expect("the rows are objects");
            }
            shape.finish(&mut out);
        }
        assert_eq!(String::from_utf8(out).expect("UTF-8"), format!("{}\n{}\n", ROWS[1], ROWS[4]));
    }

    #[test]
    fn a_result_of_any_name_can_be_the_first() {
        let mut shape = Shape::parse(None, None, Some(1), Some("a \"b\".c")).expect("the options are right");
        let mut out = Vec::new();
        shape.push(br#"{"a \"b\".c":1}"#, &mut out).expect("an object");
        shape.push(br#"{"a \"b\".c":2}"#, &mut out).expect("an object");
        shape.finish(&mut out);
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
            let error = Shape::parse(having, sort_by, top, None).err().expect("the options are wrong");
            assert_eq!(error.kind(), Kind::Usage, "{error}");
        }
    }

    #[test]
    fn a_condition_that_fails_names_its_option_and_the_row() {
        let mut shape = Shape::parse(Some(".user + 1 > 2"), None, None, None).expect("valid jq");
        let error = shape.push(ROWS[0].as_bytes(), &mut Vec::new()).expect_err("a string plus a number");
        assert!(error.what().contains(r#"in --having, for the row {"user":"a""#), "{error}");
    }
}
