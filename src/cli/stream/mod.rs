//! `bourn stream …`: looking at a stream and looking after it.

mod init;
mod list;
mod redact;
mod repair;
mod report;
mod seal;
mod stat;

use clap::{Args, Subcommand};

use super::output::{Output, OutputArgs};
use super::{Answer, Context};
use crate::error::{Error, Result};
use crate::log::Stream;
use crate::pipeline::sink::Sink;
use crate::sys::storage::FileKind;

/// Look at a stream, and look after it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn stream stat ledger
  bourn stream list --format table
  bourn stream stat access.log.gz --time .ts --type .kind --format json")]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Make a stream, durably, with settings of its own
    Init(init::Arguments),
    /// List the streams under a directory
    List(list::Arguments),
    /// Show what a stream or file looks like: types, entities, times, disorder, sizes
    Stat(stat::Arguments),
    /// Settle what a crash left at the end of a stream, and say what it was
    Repair(repair::Arguments),
    /// Seal the active segment
    Seal(seal::Arguments),
    /// Replace an event by a tombstone that keeps every proof valid
    Redact(redact::Arguments),
}

/// Runs the verb.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    match arguments.verb {
        Verb::Init(arguments) => init::run(&arguments, context),
        Verb::List(arguments) => list::run(&arguments, context),
        Verb::Stat(arguments) => stat::run(&arguments, context),
        Verb::Repair(arguments) => repair::run(&arguments, context),
        Verb::Seal(arguments) => seal::run(&arguments, context),
        Verb::Redact(arguments) => redact::run(&arguments, context),
    }
}

/// Opens a stream that exists.
fn open(context: &Context, name: &str) -> Result<Stream> {
    let path = std::path::Path::new(name);
    match context.storage.metadata(path) {
        Ok(found) if found.kind != FileKind::Directory => {
            Err(Error::usage(format!("{name} is a file, and no stream"))
                .hint(format!("make a stream of it with bourn append STREAM {name}")))
        }
        _ => Stream::open(context.storage.clone(), path),
    }
}

/// The name of a stream as JSON text.
fn name(stream: &Stream) -> serde_json::Value {
    serde_json::Value::from(stream.name())
}

/// Prints lines of JSON on standard output in their format.
fn print(lines: &str, output: &OutputArgs) -> Result<()> {
    let mut output = Output::new(output);
    output.write(lines.as_bytes())?;
    output.finish()
}
