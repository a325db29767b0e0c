//! Aligned columns for people: numbers to the right, control characters escaped. Keeps all rows until the
//! end, since only then are the widths known.

use indexmap::{IndexMap, IndexSet};

use super::Render;
use super::columns::{Cell, cells};
use crate::error::Result;

/// An aligned table.
pub struct Table {
    has_colour: bool,
    columns: IndexSet<String>,
    rows: Vec<IndexMap<String, Cell>>,
}

impl Table {
    /// An empty table; with `has_colour` its head is bold.
    pub fn new(has_colour: bool) -> Self {
        Table { has_colour, columns: IndexSet::new(), rows: Vec::new() }
    }
}

/// Text from data with everything escaped that a terminal would obey.
pub fn plain(text: &str) -> String {
    let needs_escape =
        |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}');
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if needs_escape(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
}

impl Render for Table {
    fn line(&mut self, line: &[u8], _: &mut Vec<u8>) -> Result<()> {
        let cells = cells(line)?;
        self.columns.extend(cells.keys().cloned());
        self.rows.push(cells);
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let mut text: Vec<Vec<String>> = vec![self.columns.iter().map(|name| plain(name)).collect()];
        let cell = |row: &IndexMap<String, Cell>, name| {
            row.get(name).map_or(String::new(), |cell| plain(cell.text()))
        };
        text.extend(self.rows.iter().map(|row| self.columns.iter().map(|name| cell(row, name)).collect()));
        let is_number = |name: &String| {
            let mut shown =
                self.rows.iter().filter_map(|row| row.get(name)).filter(|cell| **cell != Cell::Empty);
            shown.all(|cell| matches!(cell, Cell::Number(_)))
        };
        let right: Vec<bool> = self.columns.iter().map(is_number).collect();
        let width = |at: usize| text.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        for (number, row) in text.iter().enumerate() {
            let line = aligned(row, &widths, &right);
            let bold = self.has_colour && number == 0;
            let line = if bold { format!("\u{1b}[1m{line}\u{1b}[0m") } else { line };
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
        Ok(())
    }
}

fn aligned(row: &[String], widths: &[usize], right: &[bool]) -> String {
    let mut line = String::new();
    for (at, (cell, &width)) in row.iter().zip(widths).enumerate() {
        let fill = " ".repeat(width - cell.chars().count());
        let right = right[at];
        line.push_str(if at == 0 { "" } else { "  " });
        line.push_str(&if right { format!("{fill}{cell}") } else { format!("{cell}{fill}") });
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_right_and_escapes_stay_harmless() {
        let (mut table, mut out) = (Table::new(false), Vec::new());
        table.line(br#"{"key":{"id":"a\u001b[31m"},"n":5}"#, &mut out).expect("a row");
        table.line(br#"{"key":{"id":"b"},"n":12.50}"#, &mut out).expect("a row");
        table.finish(&mut out).expect("the table");
        let shown = String::from_utf8(out).expect("UTF-8");
        assert_eq!(shown, "key.id           n\na\\u{1b}[31m      5\nb            12.50\n");
    }
}
