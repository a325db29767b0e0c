//! `bourn stream seal STREAM`.

use clap::Args;

use super::{name, open, print};
use crate::cli::args::patience;
use crate::cli::output::{self, OutputArgs};
use crate::cli::{Answer, Context};
use crate::error::Result;
use crate::log::segment;

/// Seal the active segment of a stream: it is never written again, and the next append begins a new one.
///
/// A segment is sealed by itself when it has reached its size. Sealing earlier is for copies and archives: a sealed
/// segment does not change any more. An empty segment is left as it is.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn stream seal ledger")]
pub struct Arguments {
    /// The stream's directory
    stream: String,
    /// How long to wait for another writer, as in 5s; for ever if left out
    #[arg(long, value_name = "D")]
    lock_timeout: Option<String>,
}

/// Seals the segment.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let stream = open(context, &arguments.stream)?;
    let (sealing, warnings) = stream.seal_active(patience(arguments.lock_timeout.as_deref())?)?;
    warnings.iter().for_each(|warning| output::say(warning));
    let sealed = match sealing {
        None => "\"sealed\":null".to_owned(),
        Some(sealing) => format!(
            "\"sealed\":\"{}\",\"first\":{},\"events\":{},\"bytes\":{}",
            segment::file_name(sealing.first),
            sealing.first,
            sealing.next.0 - sealing.first.0,
            sealing.bytes
        ),
    };
    print(&format!("{{\"stream\":{},{sealed}}}\n", name(&stream)), &OutputArgs::default())?;
    Ok(Answer::Yes)
}
