//! Sources that may grow while they are read: stream directories here, plain files and their rotation beside.

mod file;
mod rotation;

use std::time::Duration;

pub use file::FollowedFile;
pub use rotation::{find, lost};

use super::source::{BlockReader, Next, Options};
use crate::error::Result;
use crate::event::line::Block;
use crate::log::reader::{Passed, Reader};

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

    fn vouched(&self) -> Option<u64> {
        self.reader.vouched()
    }

    fn passed(&mut self) -> Option<Passed> {
        self.reader.take_passed()
    }
}
