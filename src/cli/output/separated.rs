//! CSV and TSV. The first line decides the columns; a later line with a column of its own is an error,
//! since leaving it out would lose something.

use super::Render;
use super::columns::{Cell, cells};
use crate::error::{Error, Result};

/// Rows with a separator between the cells.
pub struct Separated {
    separator: u8,
    is_safe: bool,
    columns: Option<Vec<String>>,
}

impl Separated {
    /// Cells apart by `separator`; with `is_safe` no text cell looks like a formula.
    pub fn new(separator: u8, is_safe: bool) -> Self {
        Separated { separator, is_safe, columns: None }
    }

    fn record<'a>(&self, cells: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) -> Result<()> {
        let mut writer = csv::WriterBuilder::new().delimiter(self.separator).from_writer(out);
        let written = writer.write_record(cells).and_then(|()| Ok(writer.flush()?));
        written.map_err(|cause| Error::data(format!("this row cannot be written: {cause}")))
    }

    fn shown(&self, cell: &Cell) -> String {
        let text = cell.text();
        let is_formula =
            text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !matches!(cell, Cell::Number(_));
        if self.is_safe && is_formula { format!("'{text}") } else { text.to_owned() }
    }
}

impl Render for Separated {
    fn line(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let mut cells = cells(line)?;
        if self.columns.is_none() {
            let columns: Vec<String> = cells.keys().cloned().collect();
            self.record(columns.iter().map(String::as_str), out)?;
            self.columns = Some(columns);
        }
        let columns = self.columns.as_deref().unwrap_or_default();
        let taken = columns.iter().map(|name| cells.swap_remove(name).unwrap_or(Cell::Empty));
        let row: Vec<String> = taken.collect::<Vec<_>>().iter().map(|cell| self.shown(cell)).collect();
        if let Some((name, _)) = cells.iter().find(|(_, cell)| **cell != Cell::Empty) {
            return Err(Error::data(format!("a later line has the column {name}, which the first has not"))
                .hint("name the columns with --select, or use --format jsonl"));
        }
        self.record(row.iter().map(String::as_str), out)
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
