//! `bourn stream …`: looking at a stream and looking after it.

mod report;
mod stat;

use clap::{Args, Subcommand};

use super::{Answer, Context};
use crate::error::Result;

/// Look at a stream, and look after it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn stream stat ledger
  bourn stream stat access.log.gz --time .ts --type .kind --format json")]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Show what a stream or file looks like: types, entities, times, disorder, sizes
    Stat(stat::Arguments),
}

/// Runs the verb.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    match arguments.verb {
        Verb::Stat(arguments) => stat::run(&arguments, context),
    }
}
