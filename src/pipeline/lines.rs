//! Cuts any run of bytes into blocks of whole lines. Knows byte order marks and the limit of a line;
//! knows no JSON and opens nothing.

use std::io::Read;
use std::sync::Arc;

use super::source::{BlockReader, Next};
use crate::error::{Error, Result};
use crate::event::buffer::Buffer;
use crate::event::line::{Block, Offset};

/// How many bytes are asked of the source at a time: few enough to stay in the cache until they are looked at.
pub const READ_BYTES: usize = 256 << 10;
/// The same where a second thread looks at a part of them: to tell it so costs more than the cache saves.
pub const READ_BYTES_FOR_TWO: usize = 2 << 20;
/// How many bytes are asked for first: a short source is not worth a large buffer.
const FIRST_BYTES: usize = 16 << 10;

/// Blocks of whole lines from bytes that somebody else reads.
pub struct LineReader {
    bytes: Box<dyn Read + Send>,
    name: Arc<str>,
    max_line: usize,
    /// The begin of a line whose end has not been read yet.
    partial: Vec<u8>,
    /// How many bytes are asked for next, and how many when so many came.
    ask: usize,
    most: usize,
    number: u64,
    offset: u64,
    begun: bool,
    ended: bool,
}

impl LineReader {
    /// Lines of `bytes`, called `name` in messages; a line of over `max_line` bytes is an error.
    pub fn new(bytes: Box<dyn Read + Send>, name: &str, max_line: usize) -> Self {
        LineReader {
            bytes,
            name: name.into(),
            max_line,
            partial: Vec::new(),
            ask: FIRST_BYTES,
            most: READ_BYTES,
            number: 1,
            offset: 0,
            begun: false,
            ended: false,
        }
    }

    /// The same, reading so many bytes at a time.
    #[must_use]
    pub fn asking(mut self, bytes: usize) -> Self {
        self.most = bytes;
        self
    }

    /// The same for bytes that follow so many lines.
    #[must_use]
    pub fn behind(mut self, lines: u64) -> Self {
        self.go_on(lines);
        self.begun = lines > 0;
        self
    }

    /// The number of the line that comes next.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// So many more lines were given.
    pub(super) fn go_on(&mut self, lines: u64) {
        self.number += lines;
        self.offset += lines;
    }

    /// Reads once into the end of `buffer`; 0 at the end.
    fn fill(&mut self, buffer: &mut Buffer) -> Result<usize> {
        let read = read_once(&mut self.bytes, buffer.room(self.ask));
        let count = read.map_err(|cause| read_error(&self.name, self.number, &cause))?;
        buffer.grow(count);
        if count == self.ask {
            self.ask = self.most;
        }
        Ok(count)
    }

    /// Takes a byte order mark off the start, or refuses the encoding it stands for.
    fn begin(&mut self, buffer: &mut Buffer) -> Result<()> {
        self.begun = true;
        while buffer.len() < 3 && self.fill(buffer)? > 0 {}
        buffer.skip(begin(buffer, &self.name)?);
        Ok(())
    }

    /// Reads until the buffer holds a whole line or the source ends; gives the length of the whole lines.
    fn fill_whole_lines(&mut self, buffer: &mut Buffer) -> Result<usize> {
        let mut searched = 0;
        loop {
            if let Some(last) = memchr::memrchr(b'\n', &buffer[searched..]) {
                return Ok(searched + last + 1);
            }
            if buffer.len() > self.max_line {
                return Err(too_long(&self.name, self.number, self.max_line));
            }
            searched = buffer.len();
            if self.fill(buffer)? == 0 {
                self.ended = true;
                return Ok(buffer.len());
            }
        }
    }
}

/// Reads once, however often a signal comes between.
pub fn read_once(bytes: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    loop {
        match bytes.read(buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// The error of bytes that cannot be read, near line `number`.
#[cold]
pub fn read_error(name: &str, number: u64, cause: &std::io::Error) -> Error {
    match cause.kind() {
        std::io::ErrorKind::UnexpectedEof => Error::data("the archive is cut off")
            .hint("fetch the file again, or unpack what is left of it and pass that")
            .at(name, number),
        std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput | std::io::ErrorKind::Other => {
            Error::data(format!("the archive is damaged: {cause}")).at(name, number)
        }
        _ => Error::system(format!("cannot read {name}"), cause),
    }
}

/// The length of the byte order mark that a file begins with, none or one; an encoding that is not read is refused.
pub fn begin(start: &[u8], name: &str) -> Result<usize> {
    let utf16 = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    if utf16 || matches!(start, [0, b'{', ..] | [b'{', 0, ..]) {
        return Err(Error::data("this is UTF-16, and bourn reads UTF-8")
            .hint("convert it, as with iconv -f UTF-16 -t UTF-8")
            .at(name, 1));
    }
    Ok(if start.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 })
}

/// Refuses a block with a line of over `max_line` bytes.
pub fn check_lengths(block: &Block, max_line: usize) -> Result<()> {
    if block.bytes.len() <= max_line {
        return Ok(());
    }
    match block.lines().find(|line| line.bytes.len() > max_line) {
        Some(line) => Err(too_long(&block.source, line.number, max_line)),
        None => Ok(()),
    }
}

/// The error of a line that is over the limit.
pub fn too_long(source: &str, number: u64, max_line: usize) -> Error {
    Error::data(format!("this line is longer than {max_line} bytes"))
        .hint("allow longer ones with --max-line, as in --max-line 256MiB")
        .at(source, number)
        .column(max_line as u64 + 1)
}

impl BlockReader for LineReader {
    fn next_block(&mut self, block: &mut Block) -> Result<Next> {
        let next = self.next_block_behind(0, block)?;
        if next == Next::Block {
            self.go_on(block.line_count());
        }
        Ok(next)
    }

    fn next_block_behind(&mut self, lines: u64, block: &mut Block) -> Result<Next> {
        self.go_on(lines);
        if self.ended {
            return Ok(Next::End);
        }
        block.bytes.clear();
        block.bytes.append(&mut self.partial);
        if !self.begun {
            self.begin(&mut block.bytes)?;
        } else {
            self.ended = self.fill(&mut block.bytes)? == 0;
        }
        let whole = if self.ended { block.bytes.len() } else { self.fill_whole_lines(&mut block.bytes)? };
        self.partial.extend_from_slice(&block.bytes[whole..]);
        block.bytes.truncate(whole);
        if block.bytes.is_empty() {
            return Ok(Next::End);
        }
        block.source = self.name.clone();
        block.first_number = self.number;
        block.first_offset = Offset(self.offset);
        check_lengths(block, self.max_line)?;
        Ok(Next::Block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in pieces of one size, as a pipe might.
    struct Pieces(Vec<u8>, usize, usize);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(buffer.len()).min(self.0.len() - self.2);
            buffer[..count].copy_from_slice(&self.0[self.2..self.2 + count]);
            self.2 += count;
            Ok(count)
        }
    }

    fn lines_of(text: &[u8], piece: usize, max_line: usize) -> Result<Vec<(u64, String)>> {
        let mut reader = LineReader::new(Box::new(Pieces(text.to_vec(), piece, 0)), "x", max_line);
        let (mut block, mut lines) = (Block::default(), Vec::new());
        while let Next::Block = reader.next_block(&mut block)? {
            for line in block.lines() {
                assert_eq!(line.number, line.offset.0 + 1);
                lines.push((line.number, String::from_utf8_lossy(line.bytes).into_owned()));
            }
        }
        Ok(lines)
    }

    #[test]
    fn lines_are_the_same_however_the_bytes_arrive() {
        let text = b"\xef\xbb\xbfone\ntwo\r\n\nfour";
        let wanted = [(1, "one"), (2, "two\r"), (3, ""), (4, "four")].map(|(n, text)| (n, text.to_owned()));
        for piece in [1, 2, 3, 5, 100] {
            assert_eq!(lines_of(text, piece, 100).expect("short lines"), wanted, "pieces of {piece}");
        }
    }

    #[test]
    fn a_line_over_the_limit_is_an_error_with_its_number() {
        for piece in [1, 1000] {
            let error = lines_of(b"123\n12345678\n1", piece, 7).expect_err("the second line is too long");
            assert_eq!(error.place().line, Some(2));
            assert!(error.to_string().contains("--max-line"), "{error}");
        }
    }

    #[test]
    fn utf_16_is_refused_by_name() {
        for text in [&b"\xff\xfe{\0"[..], b"\xfe\xff\0{", b"{\0\"\0"] {
            assert!(lines_of(text, 1, 100).expect_err("UTF-16").to_string().contains("UTF-16"));
        }
    }
}
