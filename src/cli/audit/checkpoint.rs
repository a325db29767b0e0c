//! `bourn audit checkpoint SOURCE`.

use clap::Args;

use super::source::Log;
use crate::cli::{Answer, Context};
use crate::error::{Error, Result};

/// Pin the whole history in three lines: a name, the number of lines, and the Merkle root over them.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A stream, a file of lines (also .gz and .zst), or - for standard input
    source: String,
    #[command(flatten)]
    pin: PinArgs,
}

/// How a checkpoint is made.
#[derive(Args, Clone, Debug)]
pub struct PinArgs {
    /// The name of the log in the checkpoint; the name of the key, or the last part of SOURCE, if left out
    #[arg(long, value_name = "NAME")]
    pub origin: Option<String>,
    /// Sign the checkpoint with this key, as bourn audit keygen wrote it
    #[arg(long, value_name = "FILE")]
    pub key: Option<String>,
    /// Only the first N lines
    #[arg(long, value_name = "N")]
    pub size: Option<u64>,
}

/// Prints the checkpoint.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let log = Log::find(context, &arguments.source)?;
    let tree = match arguments.pin.size {
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
    let (note, _) = arguments.pin.sign(&log, &tree, context)?;
    super::print(&note.text_with_signatures())?;
    Ok(Answer::Yes)
}
