//! The log that is audited: a stream, or a file of lines that somebody else wrote.

use std::path::Path;

use crate::cli::Context;
use crate::error::{Error, Result};
use crate::event::line::Block;
use crate::log::Stream;
use crate::log::merkle::Frontier;
use crate::pipeline::source::{self, BlockReader, Next, cannot_open};
use crate::sys::storage::FileKind;

/// A log.
pub enum Log {
    /// A stream directory.
    Stream(Stream),
    /// A file, packed or not, or standard input.
    File(String),
}

impl Log {
    /// The log called `name`.
    pub fn find(context: &Context, name: &str) -> Result<Log> {
        if name == "-" {
            return Ok(Log::File(name.to_owned()));
        }
        let path = Path::new(name);
        let found = context.storage.metadata(path).map_err(|cause| cannot_open(name, &cause))?;
        match found.kind {
            FileKind::Directory => Stream::open(context.storage.clone(), path).map(Log::Stream),
            _ => Ok(Log::File(name.to_owned())),
        }
    }

    /// The name as the user typed it.
    pub fn name(&self) -> &str {
        match self {
            Log::Stream(stream) => stream.name(),
            Log::File(name) => name,
        }
    }

    /// What the log is called when nobody says otherwise: the last part of its path.
    pub fn origin(&self) -> Result<String> {
        let name = Path::new(self.name()).file_name().and_then(|name| name.to_str());
        name.filter(|name| *name != "-").map(str::to_owned).ok_or_else(|| {
            Error::usage(format!("{} gives the log no name", self.name()))
                .hint("name it with --origin, as in --origin example.com/ledger")
        })
    }

    /// The tree over the whole log as it is now.
    pub fn tree(&self, context: &Context) -> Result<Frontier> {
        match self {
            Log::Stream(stream) => stream.tree(),
            Log::File(_) => self.tree_of_first(context, u64::MAX),
        }
    }

    /// The tree over its first lines, at most `count`, read line by line.
    pub fn tree_of_first(&self, context: &Context, count: u64) -> Result<Frontier> {
        let mut tree = Frontier::default();
        let mut reader = self.open(context)?;
        let mut block = Block::default();
        while tree.size() < count && reader.next_block(&mut block)? == Next::Block {
            if block.line_count() <= count - tree.size() {
                tree.push_lines(&block.bytes);
                continue;
            }
            let wanted = (count - tree.size()) as usize;
            block.lines().take(wanted).for_each(|line| tree.push_line(line.bytes));
        }
        Ok(tree)
    }

    /// The lines, from the first one on.
    pub fn open(&self, context: &Context) -> Result<Box<dyn BlockReader>> {
        let options = options(context);
        match self {
            Log::Stream(stream) => source::open(&[stream.directory().display().to_string()], &options),
            Log::File(name) => source::open_lines(name, &options),
        }
    }
}

/// Every line, from the first one on.
fn options(context: &Context) -> source::Options {
    source::Options::whole(context.storage.clone())
}

/// The lines of a file, or of standard input.
pub fn open_file(context: &Context, name: &str) -> Result<Box<dyn BlockReader>> {
    source::open_lines(name, &options(context))
}
