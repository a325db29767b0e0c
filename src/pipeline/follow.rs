//! Sources that may grow while they are read: stream directories and plain files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::source::{BlockReader, Next, Options, cannot_open};
use crate::error::{Error, Result};
use crate::event::line::{Block, Offset};
use crate::log::reader::Reader;
use crate::sys::storage::{File, Open, Storage};
use crate::sys::watch::Watch;

/// The committed lines of a stream directory.
pub struct StreamReader {
    reader: Reader,
    follow: bool,
    max_line: usize,
}

impl StreamReader {
    /// Reads on at the end only when the options say so.
    pub fn new(reader: Reader, options: &Options) -> Self {
        StreamReader { reader, follow: options.follow, max_line: options.max_line }
    }
}

impl BlockReader for StreamReader {
    fn next_block(&mut self, block: &mut Block) -> Result<Next> {
        match (self.reader.next_block(block)?, self.follow) {
            (true, _) => super::lines::check_lengths(block, self.max_line).map(|()| Next::Block),
            (false, true) => Ok(Next::Waiting),
            (false, false) => Ok(Next::End),
        }
    }

    fn wait(&mut self, at_most: Duration) -> Result<()> {
        self.reader.wait(at_most)
    }
}

/// A plain file that is read on as it grows. A partial last line waits for its end; when the file is
/// rotated away, the rest of the old one is read and then the new one; when it is cut, that is an error.
pub struct FollowedFile {
    storage: Arc<dyn Storage>,
    path: PathBuf,
    file: Box<dyn File>,
    name: Arc<str>,
    max_line: usize,
    position: u64,
    partial: Vec<u8>,
    number: u64,
    offset: u64,
    takes_partial: bool,
    watch: Watch,
}

/// How many bytes are read at a time.
const READ_BYTES: usize = 256 << 10;

impl FollowedFile {
    /// Follows an open regular file.
    pub fn new(file: Box<dyn File>, name: &str, options: &Options) -> Self {
        FollowedFile {
            storage: options.storage.clone(),
            path: Path::new(name).to_owned(),
            file,
            name: name.into(),
            max_line: options.max_line,
            position: 0,
            partial: Vec::new(),
            number: 1,
            offset: 0,
            takes_partial: options.takes_partial && !options.follow,
            watch: Watch::new(vec![PathBuf::from(name)]),
        }
    }

    /// Begins with line number `number` (from 1), which begins at the byte `position`.
    #[must_use]
    pub fn start_at(mut self, position: u64, number: u64) -> FollowedFile {
        (self.position, self.number, self.offset) = (position, number, number.saturating_sub(1));
        self
    }

    /// Whether the file of this name is another one now; then that one is taken up.
    fn take_up_rotated(&mut self) -> Result<bool> {
        let identity = self.file.metadata().map_err(|cause| cannot_open(&self.name, &cause))?.identity;
        match self.storage.metadata(&self.path) {
            Ok(now) if now.identity != identity => {}
            // Between two files the name may be free for a moment.
            _ => return Ok(false),
        }
        if !self.partial.is_empty() {
            return Err(Error::data("the file was rotated away in the middle of its last line")
                .at(&self.name, self.number));
        }
        let file = self.storage.open(&self.path, Open::Read, false);
        self.file = file.map_err(|cause| cannot_open(&self.name, &cause))?;
        self.position = 0;
        self.number = 1;
        self.watch = Watch::new(vec![self.path.clone()]);
        Ok(true)
    }

    fn check_not_cut(&self) -> Result<()> {
        let bytes = self.file.metadata().map_err(|cause| cannot_open(&self.name, &cause))?.bytes;
        if bytes >= self.position {
            return Ok(());
        }
        Err(Error::data(format!("the file was cut to {bytes} bytes after {} had been read", self.position))
            .hint("start again to read what it holds now")
            .source(&self.name))
    }
}

impl BlockReader for FollowedFile {
    fn next_block(&mut self, block: &mut Block) -> Result<Next> {
        loop {
            block.bytes.clear();
            block.bytes.append(&mut self.partial);
            let have = block.bytes.len();
            block.bytes.resize(have + READ_BYTES, 0);
            let read = self.file.read_at(&mut block.bytes[have..], self.position);
            let count = read.map_err(|cause| Error::system(format!("cannot read {}", self.name), &cause))?;
            block.bytes.truncate(have + count);
            block.first_byte = self.position - have as u64;
            self.position += count as u64;
            if block.first_byte == 0 && block.bytes.len() > 2 {
                block.first_byte += super::lines::begin(&mut block.bytes, &self.name)?;
            }
            let whole = match memchr::memrchr(b'\n', &block.bytes) {
                None if count == 0 && self.takes_partial => block.bytes.len(),
                last => last.map_or(0, |last| last + 1),
            };
            self.partial.extend_from_slice(&block.bytes[whole..]);
            block.bytes.truncate(whole);
            if whole > 0 {
                break;
            }
            if self.partial.len() > self.max_line {
                return Err(super::lines::too_long(&self.name, self.number, self.max_line));
            }
            if count == 0 && !self.take_up_rotated()? {
                self.check_not_cut()?;
                return Ok(Next::Waiting);
            }
        }
        block.source = self.name.clone();
        block.first_number = self.number;
        block.first_offset = Offset(self.offset);
        super::lines::check_lengths(block, self.max_line)?;
        let count = block.line_count();
        self.number += count;
        self.offset += count;
        Ok(Next::Block)
    }

    fn wait(&mut self, at_most: Duration) -> Result<()> {
        self.watch.wait(at_most);
        Ok(())
    }
}
