//! JSON values as cells of an SQLite table. A number that the database holds exactly is a number there; every other one
//! is a text with all its digits, and nothing is rounded.

use indexmap::IndexMap;
use rusqlite::types::Value;
use serde_json::value::RawValue;

use super::Shape;
use crate::event::number::{Decimal, Number};

/// So many significant digits a double holds and gives back, whatever they are (`DBL_DIG`).
const DOUBLE_DIGITS: usize = 15;

/// One row of results.
pub struct Row {
    cells: Vec<Value>,
}

type Members<'l> = IndexMap<String, &'l RawValue>;

impl Row {
    /// Takes a line of results apart, in the order of the columns.
    pub fn read(line: &[u8], shape: &Shape) -> Row {
        let text = std::str::from_utf8(line).unwrap_or_default();
        let row = if shape.is_bare { Members::new() } else { members(text) };
        let key_text = row.get("key").filter(|_| !shape.parts.is_empty()).map_or("", |key| key.get());
        let key = members(key_text);
        let mut cells = vec![Value::Text(key_text.to_owned())];
        cells.extend(shape.parts.iter().map(|name| cell(key.get(name).map_or("null", |raw| raw.get()))));
        cells.extend(shape.columns.iter().map(|name| match shape.is_bare {
            true => cell(text),
            false => cell(row.get(name).map_or("null", |raw| raw.get())),
        }));
        Row { cells }
    }

    /// The cells, in the order of the columns.
    pub fn cells(self) -> Vec<Value> {
        self.cells
    }
}

fn members(text: &str) -> Members<'_> {
    serde_json::from_str(text).unwrap_or_default()
}

/// The cell of a JSON value.
fn cell(json: &str) -> Value {
    match json.as_bytes().first() {
        None | Some(b'n') => Value::Null,
        Some(b't') => Value::Integer(1),
        Some(b'f') => Value::Integer(0),
        Some(b'"') => Value::Text(serde_json::from_str(json).unwrap_or_else(|_| json.to_owned())),
        Some(b'{' | b'[') => Value::Text(json.to_owned()),
        Some(_) => number(json),
    }
}

fn number(json: &str) -> Value {
    let exact = || Value::Text(json.to_owned());
    let Some(number) = Number::parse(json.as_bytes()) else { return exact() };
    if let Some(integer) = number.to_i64() {
        return Value::Integer(integer);
    }
    let double = number.to_f64();
    let significand = json.split(['e', 'E']).next().unwrap_or(json);
    let digits: String = significand.chars().filter(char::is_ascii_digit).collect();
    let is_short = digits.trim_matches('0').len() <= DOUBLE_DIGITS;
    let is_same = || {
        let back = Decimal::parse(format!("{double:e}").as_bytes());
        back.zip(number.decimal().ok()).is_some_and(|(back, number)| back.compare(&number).is_eq())
    };
    if is_short && double.is_normal() && is_same() { Value::Real(double) } else { exact() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_numbers_where_nothing_is_lost_and_texts_elsewhere() {
        for (json, expected) in [
            ("7", Value::Integer(7)),
            ("-9223372036854775808", Value::Integer(i64::MIN)),
            ("1e3", Value::Integer(1000)),
            ("5.00", Value::Integer(5)),
            ("9223372036854775808", Value::Text("9223372036854775808".into())),
            ("0.1", Value::Real(0.1)),
            ("-12345678901.2345", Value::Real(-12_345_678_901.234_5)),
            ("1234567890123.4567", Value::Text("1234567890123.4567".into())),
            ("1e400", Value::Text("1e400".into())),
            ("1e-400", Value::Text("1e-400".into())),
            ("null", Value::Null),
            ("true", Value::Integer(1)),
            ("\"a\\n\"", Value::Text("a\n".into())),
            ("\"\\ud800\"", Value::Text("\"\\ud800\"".into())),
            ("[1, 2]", Value::Text("[1, 2]".into())),
        ] {
            assert_eq!(cell(json), expected, "{json}");
        }
    }
}
