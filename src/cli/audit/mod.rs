//! `bourn audit …`: what can be proven about a log.

mod checkpoint;
mod source;

use clap::{Args, Subcommand};

use super::output::{Output, OutputArgs};
use super::{Answer, Context};
use crate::error::Result;
use crate::pipeline::sink::Sink;

/// Prove that the past is what it was: checkpoints, proofs, signatures.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn audit checkpoint ledger > yesterday.checkpoint")]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Pin the whole history in three lines
    Checkpoint(checkpoint::Arguments),
}

/// Runs the verb.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    match arguments.verb {
        Verb::Checkpoint(arguments) => checkpoint::run(&arguments, context),
    }
}

/// Prints text on standard output as it stands.
fn print(text: &str) -> Result<()> {
    let mut output = Output::new(&OutputArgs::default());
    output.write(text.as_bytes())?;
    output.finish()
}
