//! CSV and TSV. The first line decides the columns; a later line with a column of its own is an error,
//! since leaving it out would lose something. Arrays are rows without names: their elements are the cells, and there
//! is no header.

use super::Render;
use super::columns::{Cell, cells, elements};
use crate::error::{Error, Result};

/// Rows with a separator between the cells.
pub struct Separated {
    separator: u8,
    is_safe: bool,
    columns: Option<Columns>,
}

/// What the first line has decided.
enum Columns {
    Named(Vec<String>),
    /// So many, without names.
    Nameless(usize),
}

impl Separated {
    /// Cells apart by `separator`; with `is_safe` no text cell looks like a formula.
    pub fn new(separator: u8, is_safe: bool) -> Self {
        Separated { separator, is_safe, columns: None }
    }

    fn record<'a>(&self, cells: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
        let start = out.len();
        for (at, cell) in cells.enumerate() {
            if at > 0 {
                out.push(self.separator);
            }
            self.write_cell(cell.as_bytes(), out);
        }
        if out.len() == start {
            // A line with nothing on it would be no row.
            out.extend_from_slice(b"\"\"");
        }
        out.push(b'\n');
    }

    /// Appends a cell, in quotes where it must be (RFC 4180).
    fn write_cell(&self, text: &[u8], out: &mut Vec<u8>) {
        let is_plain = |&byte: &u8| byte != self.separator && !matches!(byte, b'"' | b'\n' | b'\r');
        if text.iter().all(is_plain) {
            return out.extend_from_slice(text);
        }
        out.push(b'"');
        for piece in text.split_inclusive(|&byte| byte == b'"') {
            out.extend_from_slice(piece);
            if piece.ends_with(b"\"") {
                out.push(b'"');
            }
        }
        out.push(b'"');
    }

    fn shown(&self, cell: &Cell) -> String {
        let text = cell.text();
        let is_formula =
            text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !matches!(cell, Cell::Number(_));
        if self.is_safe && is_formula { format!("'{text}") } else { text.to_owned() }
    }

    fn named(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let mut cells = cells(line)?;
        if self.columns.is_none() {
            let columns: Vec<String> = cells.keys().cloned().collect();
            self.record(columns.iter().map(String::as_str), out);
            self.columns = Some(Columns::Named(columns));
        }
        let Some(Columns::Named(columns)) = &self.columns else { return Err(mixed()) };
        let taken = columns.iter().map(|name| cells.swap_remove(name).unwrap_or(Cell::Empty));
        let row: Vec<String> = taken.collect::<Vec<_>>().iter().map(|cell| self.shown(cell)).collect();
        if let Some((name, _)) = cells.iter().find(|(_, cell)| **cell != Cell::Empty) {
            return Err(Error::data(format!("a later line has the column {name}, which the first has not"))
                .hint("name the columns with --select, or use --format jsonl"));
        }
        self.record(row.iter().map(String::as_str), out);
        Ok(())
    }

    fn nameless(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<()> {
        if self.plain_row(line, out) {
            return Ok(());
        }
        let cells = elements(line)?;
        match self.columns.get_or_insert(Columns::Nameless(cells.len())) {
            Columns::Nameless(count) if *count == cells.len() => {}
            Columns::Nameless(count) => {
                let lengths = format!("an array of {} follows arrays of {count}", cells.len());
                return Err(Error::data(lengths).hint("give each row as many cells, or use --format jsonl"));
            }
            Columns::Named(_) => return Err(mixed()),
        }
        let row: Vec<String> = cells.iter().map(|cell| self.shown(cell)).collect();
        self.record(row.iter().map(String::as_str), out);
        Ok(())
    }

    /// Appends the row of an array of plain numbers, words and strings, as most are: the same as with a look at each
    /// cell. False, and nothing is appended, for all others.
    fn plain_row(&self, line: &[u8], out: &mut Vec<u8>) -> bool {
        let Some(Columns::Nameless(count)) = self.columns else { return false };
        let Some(mut rest) = line.strip_prefix(b"[").filter(|_| !self.is_safe) else { return false };
        let start = out.len();
        for at in 1..=count {
            let is_text = rest.first() == Some(&b'"');
            rest = &rest[usize::from(is_text)..];
            let end = rest
                .iter()
                .position(|byte| matches!(byte, b'"' | b',' | b']' | b'\\' | b'\n' | b'\r' | b'\t'));
            let (cell, behind) = rest.split_at(end.unwrap_or(rest.len()));
            let behind = if is_text { behind.strip_prefix(b"\"") } else { Some(behind) };
            let separator = if at == count { b']' } else { b',' };
            let is_plain = match cell {
                [] => false,
                _ if is_text => true,
                // A number, true or false.
                [first, ..] => matches!(first, b'-' | b'0'..=b'9' | b't' | b'f') && !cell.contains(&b' '),
            };
            match behind.and_then(|behind| behind.strip_prefix(&[separator])) {
                Some(next) if is_plain => rest = next,
                _ => {
                    out.truncate(start);
                    return false;
                }
            }
            out.extend_from_slice(cell);
            out.push(if at == count { b'\n' } else { self.separator });
        }
        if !rest.is_empty() {
            out.truncate(start);
        }
        rest.is_empty()
    }
}

fn mixed() -> Error {
    Error::data("rows with names and arrays, which have none, are mixed")
        .hint("give all rows one shape with --select, or use --format jsonl")
}

impl Render for Separated {
    fn line(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<()> {
        if line.starts_with(b"[") { self.nameless(line, out) } else { self.named(line, out) }
    }

    fn finish(&mut self, _: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(is_safe: bool, lines: &[&str]) -> Result<String> {
        let (mut rows, mut out) = (Separated::new(b',', is_safe), Vec::new());
        for line in lines {
            rows.line(line.as_bytes(), &mut out)?;
        }
        Ok(String::from_utf8(out).expect("UTF-8"))
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let rows = rendered(false, &[r#"{"a":"x,y","b":-1.50}"#, r#"{"b":2}"#]).expect("rows");
        assert_eq!(rows, "a,b\n\"x,y\",-1.50\n,2\n");
    }

    #[test]
    fn arrays_are_rows_without_a_header() {
        let lines =
            [r#"["a",1.50,true]"#, r#"["b",-2,null]"#, r#"["x,y","\"q\"\n",[1,"z"]]"#, r#"["","c d",{}]"#];
        let rows = rendered(false, &lines).expect("rows");
        assert_eq!(rows, "a,1.50,true\nb,-2,\n\"x,y\",\"\"\"q\"\"\n\",\"[1,\"\"z\"\"]\"\n,c d,{}\n");
        assert_eq!(rendered(true, &["[\"=1\",-1]", "[\"=2\",-2]"]).expect("rows"), "'=1,-1\n'=2,-2\n");
        assert_eq!(rendered(false, &["[null]", "[1]", "[\"a\\u0041\"]"]).expect("rows"), "\"\"\n1\naA\n");
        assert_eq!(
            rendered(false, &["[1,2]", "[[1,2],3]", "[\"\u{e4}\",\"\"]"]).expect("rows"),
            "1,2\n\"[1,2]\",3\n\u{e4},\n"
        );
    }

    #[test]
    fn arrays_of_another_length_or_among_objects_are_an_error() {
        for lines in [&["[1,2]", "[1]"], &["[1]", "[1,2]"], &["[1]", "{\"a\":1}"], &["{\"a\":1}", "[1]"]] {
            rendered(false, lines).expect_err("not the same columns");
        }
    }

    #[test]
    fn formulas_are_quoted_on_request_but_numbers_are_not() {
        let rows = rendered(true, &[r#"{"a":"=1+1","b":-1}"#]).expect("rows");
        assert_eq!(rows, "a,b\n'=1+1,-1\n");
    }

    #[test]
    fn a_new_column_is_an_error_and_not_lost() {
        let error = rendered(false, &[r#"{"a":1}"#, r#"{"a":1,"z":2}"#]).expect_err("z is new");
        assert!(error.to_string().contains("column z"), "{error}");
    }
}
