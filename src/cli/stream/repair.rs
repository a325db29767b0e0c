//! `bourn stream repair STREAM`.

use clap::Args;

use super::{name, open, print};
use crate::cli::args::patience;
use crate::cli::output::OutputArgs;
use crate::cli::{Answer, Context};
use crate::error::Result;
use crate::log::merkle;

/// Settle what a crash left at the end of a stream, as the next append would, and say what it was.
///
/// An append that is whole is kept; one that is not is set aside in .bourn/quarantine and cut off. Damage before the
/// committed end is never repaired by cutting: then nothing is changed and the exit code is 3.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn stream repair ledger
  bourn stream repair ledger --lock-timeout 5s")]
pub struct Arguments {
    /// The stream's directory
    stream: String,
    /// How long to wait for another writer, as in 5s; for ever if left out
    #[arg(long, value_name = "D")]
    lock_timeout: Option<String>,
}

/// Repairs the stream.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let stream = open(context, &arguments.stream)?;
    let repair = stream.repair(patience(arguments.lock_timeout.as_deref())?)?;
    let done: Vec<String> =
        repair.done.iter().map(|sentence| serde_json::Value::from(sentence.as_str()).to_string()).collect();
    let line = format!(
        "{{\"stream\":{},\"events\":{},\"root\":\"{}\",\"done\":[{}]}}\n",
        name(&stream),
        repair.events,
        merkle::to_hex(&repair.root),
        done.join(",")
    );
    print(&line, &OutputArgs::default())?;
    Ok(Answer::Yes)
}
