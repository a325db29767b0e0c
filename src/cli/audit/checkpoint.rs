//! `bourn audit checkpoint SOURCE`.

use clap::Args;

use super::source::Log;
use crate::cli::{Answer, Context};
use crate::error::{Error, Result};
use crate::log::checkpoint::Checkpoint;

/// Pin the whole history in three lines: a name, the number of lines, and the Merkle root over them.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A stream, a file of lines (also .gz and .zst), or - for standard input
    source: String,
    /// The name of the log in the checkpoint; the last part of SOURCE if left out
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
    /// Only the first N lines
    #[arg(long, value_name = "N")]
    size: Option<u64>,
}

/// Prints the checkpoint.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let log = Log::find(context, &arguments.source)?;
    let origin = arguments.origin.clone().map_or_else(|| log.origin(), Ok)?;
    let tree = match arguments.size {
        None => log.tree(context)?,
        Some(size) => {
            let tree = log.tree_of_first(context, size)?;
            if tree.size() < size {
                return Err(Error::usage(format!("{} has {} lines, not {size}", log.name(), tree.size()))
                    .hint("leave out --size for all of them"));
            }
            tree
        }
    };
    super::print(&Checkpoint::new(&origin, &tree)?.text())?;
    Ok(Answer::Yes)
}
