//! A pipe that is followed: what has arrived is given at once, and a silent writer is seen to be silent.

use std::sync::Arc;
use std::time::Duration;

use super::lines;
use super::source::{BlockReader, Next};
use crate::error::{Error, Result};
use crate::event::buffer::Buffer;
use crate::event::line::{Block, Offset};
use crate::sys::storage::File;
use crate::sys::watch;

/// How many bytes are asked of the pipe at a time.
const READ_BYTES: usize = 256 << 10;

/// The lines of a pipe as they arrive.
pub struct PipeReader {
    file: Box<dyn File>,
    name: Arc<str>,
    max_line: usize,
    /// The begin of a line whose end has not arrived yet.
    partial: Vec<u8>,
    /// How many lines were given.
    given: u64,
    begun: bool,
    ended: bool,
}

impl PipeReader {
    /// The lines of `file`, called `name` in messages; a line of over `max_line` bytes is an error.
    pub fn new(file: Box<dyn File>, name: &str, max_line: usize) -> PipeReader {
        let name = name.into();
        PipeReader { file, name, max_line, partial: Vec::new(), given: 0, begun: false, ended: false }
    }

    /// Reads what is there into the end of `bytes`; false when nothing is.
    fn read(&mut self, bytes: &mut Buffer) -> Result<bool> {
        let is_ready = self.file.descriptor().is_none_or(|pipe| watch::is_readable(pipe, Duration::ZERO));
        if self.ended || !is_ready {
            return Ok(false);
        }
        let count = match self.file.read(bytes.room(READ_BYTES)) {
            Err(cause) if cause.kind() == std::io::ErrorKind::Interrupted => return Ok(false),
            read => read.map_err(|cause| Error::system(format!("cannot read {}", self.name), &cause))?,
        };
        bytes.grow(count);
        self.ended = count == 0;
        Ok(true)
    }
}

impl BlockReader for PipeReader {
    fn next_block(&mut self, block: &mut Block) -> Result<Next> {
        loop {
            block.bytes.clear();
            block.bytes.append(&mut self.partial);
            let has_read = self.read(&mut block.bytes)?;
            if !self.begun && (block.bytes.len() > 2 || self.ended) {
                block.bytes.skip(lines::begin(&block.bytes, &self.name)?);
                self.begun = true;
            }
            let whole = match memchr::memrchr(b'\n', &block.bytes) {
                _ if self.ended => block.bytes.len(),
                last => last.map_or(0, |last| last + 1),
            };
            self.partial.extend_from_slice(&block.bytes[whole..]);
            block.bytes.truncate(whole);
            if whole > 0 {
                break;
            }
            if self.partial.len() > self.max_line {
                return Err(lines::too_long(&self.name, self.given + 1, self.max_line));
            }
            match (self.ended, has_read) {
                (true, _) => return Ok(Next::End),
                (false, false) => return Ok(Next::Waiting),
                (false, true) => {}
            }
        }
        block.source = self.name.clone();
        block.first_number = self.given + 1;
        block.first_offset = Offset(self.given);
        lines::check_lengths(block, self.max_line)?;
        self.given += block.line_count();
        Ok(Next::Block)
    }

    fn wait(&mut self, at_most: Duration) -> Result<()> {
        match self.file.descriptor() {
            Some(pipe) => {
                watch::is_readable(pipe, at_most);
            }
            None => std::thread::sleep(at_most),
        }
        Ok(())
    }
}
