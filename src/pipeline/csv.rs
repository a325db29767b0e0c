//! CSV rows as events: the header's names are the keys. A cell that is a JSON number stays one, letter
//! for letter; an empty cell is null; everything else is a string.

use std::io::{Read, Write};
use std::sync::Arc;

use super::source::{BlockReader, Next};
use crate::error::{Error, Result};
use crate::event::buffer::Buffer;
use crate::event::line::{Block, Offset};
use crate::event::number::Number;

/// How large a block of events grows, in bytes.
const BLOCK_BYTES: usize = 256 << 10;

/// Events out of the rows of a CSV or TSV file.
pub struct CsvReader {
    rows: csv::Reader<Box<dyn Read + Send>>,
    name: Arc<str>,
    /// The keys as JSON strings with their colon.
    keys: Option<Vec<Vec<u8>>>,
    offset: u64,
}

impl CsvReader {
    /// Rows of `bytes`, called `name` in messages, with cells apart by `separator`.
    pub fn new(bytes: Box<dyn Read + Send>, name: &str, separator: u8) -> Self {
        let rows = csv::ReaderBuilder::new().delimiter(separator).from_reader(bytes);
        CsvReader { rows, name: name.into(), keys: None, offset: 0 }
    }

    fn read_header(&mut self) -> Result<()> {
        let name = self.name.clone();
        let header = self.rows.headers().map_err(|error| csv_error(&name, &error))?;
        let key = |(at, cell): (usize, &str)| {
            let mut key = Vec::new();
            let cell = if at == 0 { cell.trim_start_matches('\u{feff}') } else { cell };
            write_string(cell, &mut key);
            key.push(b':');
            key
        };
        self.keys = Some(header.iter().enumerate().map(key).collect());
        Ok(())
    }
}

impl BlockReader for CsvReader {
    fn next_block(&mut self, block: &mut Block) -> Result<Next> {
        if self.keys.is_none() {
            self.read_header()?;
        }
        let keys = self.keys.as_deref().unwrap_or_default();
        block.bytes.clear();
        block.source = self.name.clone();
        block.first_offset = Offset(self.offset);
        block.first_number = self.rows.position().line();
        let mut row = csv::StringRecord::new();
        while block.bytes.len() < BLOCK_BYTES {
            let more = self.rows.read_record(&mut row).map_err(|error| csv_error(&self.name, &error))?;
            if !more {
                break;
            }
            write_row(keys, &row, &mut block.bytes);
            self.offset += 1;
        }
        Ok(if block.bytes.is_empty() { Next::End } else { Next::Block })
    }
}

fn csv_error(name: &str, error: &csv::Error) -> Error {
    let line = error.position().map_or(1, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::Io(cause) => Error::system(format!("cannot read {name}"), cause),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            Error::data(format!("this row has {len} cells, but the header has {expected_len}")).at(name, line)
        }
        csv::ErrorKind::Utf8 { .. } => Error::data("not valid UTF-8").at(name, line),
        _ => Error::data(format!("not CSV: {error}")).at(name, line),
    }
}

fn write_row(keys: &[Vec<u8>], row: &csv::StringRecord, out: &mut Buffer) {
    out.push(b'{');
    for (at, (key, cell)) in keys.iter().zip(row).enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(key);
        match cell {
            "" => out.extend_from_slice(b"null"),
            number if Number::parse(number.as_bytes()).is_some() => out.extend_from_slice(number.as_bytes()),
            text => write_string(text, out),
        }
    }
    out.extend_from_slice(b"}\n");
}

fn write_string(text: &str, out: &mut impl Write) {
    serde_json::to_writer(out, text).expect("a string always becomes JSON, and memory takes every byte");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_events_with_exact_numbers() {
        let text = "id,amount,note\na,1.10,\"x, \"\"y\"\"\nz\"\n007,,-5\n";
        let mut reader = CsvReader::new(Box::new(text.as_bytes()), "x.csv", b',');
        let mut block = Block::default();
        assert_eq!(reader.next_block(&mut block).expect("good CSV"), Next::Block);
        let wanted = "{\"id\":\"a\",\"amount\":1.10,\"note\":\"x, \\\"y\\\"\\nz\"}\n{\"id\":\"007\",\"amount\":null,\"note\":-5}\n";
        assert_eq!(String::from_utf8_lossy(&block.bytes), wanted);
        assert_eq!(reader.next_block(&mut block).expect("the end"), Next::End);
    }

    #[test]
    fn a_row_of_another_length_is_an_error_with_its_line() {
        let mut reader = CsvReader::new(Box::new(&b"a,b\n1,2\n3\n"[..]), "x.csv", b',');
        let error = reader.next_block(&mut Block::default()).expect_err("a short row");
        assert_eq!(error.to_string(), "x.csv:3: this row has 1 cells, but the header has 2");
    }
}
