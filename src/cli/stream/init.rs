//! `bourn stream init STREAM`.

use std::path::Path;

use clap::Args;

use super::{name, print};
use crate::cli::args::{FieldArgs, parse_bytes};
use crate::cli::output::OutputArgs;
use crate::cli::{Answer, Context};
use crate::error::Result;
use crate::event::envelope::Envelope;
use crate::log::{Settings, Stream};

/// Make a stream, durably, with settings of its own in stream.toml.
///
/// Not needed before an append, which makes a stream that is not there. A stream that is there is left as it is; when it
/// has other settings than these, the exit code is 4.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn stream init ledger
  bourn stream init access --time .ts --key .user --type .kind --segment-bytes 64MiB")]
pub struct Arguments {
    /// The stream's directory
    stream: String,
    /// The size at which a segment is sealed; 256 MiB if left out
    #[arg(long, value_name = "BYTES", value_parser = parse_bytes)]
    segment_bytes: Option<usize>,
    /// Path of the event type, as in --type .kind
    #[arg(long = "type", value_name = "PATH", help_heading = "Event fields")]
    kind: Option<String>,
    #[command(flatten)]
    fields: FieldArgs,
}

/// Makes the stream.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let fields = arguments.fields.choice(arguments.kind.clone());
    // Wrong paths, presets and units are refused before anything is made.
    Envelope::new(&fields)?;
    let mut settings = Settings { fields, ..Settings::default() };
    if let Some(bytes) = arguments.segment_bytes {
        settings.segment_bytes = bytes as u64;
    }
    let (stream, is_new) = Stream::init(&context.storage, Path::new(&arguments.stream), &settings)?;
    let line = format!("{{\"stream\":{},\"created\":{is_new}}}\n", name(&stream));
    print(&line, &OutputArgs::default())?;
    Ok(Answer::Yes)
}
