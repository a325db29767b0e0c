//! `bourn stream redact STREAM OFFSET --reason TEXT --yes`.

use clap::Args;

use crate::cli::output::{Output, OutputArgs, say};
use crate::cli::{Answer, Context};
use crate::error::{Error, Result};
use crate::event::envelope::Envelope;
use crate::event::line::Offset;
use crate::log::merkle;
use crate::log::redaction::Redaction;
use crate::pipeline::sink::Sink;
use crate::sys::storage::Patience;

/// Replace an event by a tombstone that keeps every proof valid.
///
/// The payload is gone from the stream for good; eventId, eventType, timestamp and streamId stay unless --all is
/// given. The tombstone carries the hash of what stood there, so that checkpoints and proofs made before still hold,
/// and audit verify reports it. Copies elsewhere (backups, exports, quarantine) are not touched.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The stream
    stream: String,
    /// The event
    offset: u64,
    /// Why, for those who find the tombstone
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Let nothing of the event stay
    #[arg(long)]
    all: bool,
    /// Do it: it cannot be taken back
    #[arg(long)]
    yes: bool,
}

/// Redacts the event.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let stream = super::open(context, &arguments.stream)?;
    if !arguments.yes {
        let (offset, name) = (arguments.offset, stream.name());
        return Err(Error::usage(format!(
            "event {offset} of {name} would be gone for good, and nothing was changed"
        ))
        .hint("look at it with bourn cat --from, and say --yes to do it"));
    }
    let keep = match arguments.all {
        true => Vec::new(),
        false => Envelope::new(&stream.settings().fields)?.members(),
    };
    let redaction = Redaction {
        offset: Offset(arguments.offset),
        reason: &arguments.reason,
        at: &context.now().to_string(),
        event_id: &uuid::Uuid::now_v7().to_string(),
        keep: &keep,
    };
    let (tombstone, warnings) = stream.redact(&redaction, Patience::Forever)?;
    warnings.iter().for_each(|warning| say(warning));
    let mut output = Output::new(&OutputArgs::default());
    let line = format!(
        "{{\"stream\":{},\"redacted\":{},\"leaf\":\"{}\",\"reason\":{},\"at\":\"{}\"}}\n",
        serde_json::Value::from(stream.name()),
        arguments.offset,
        merkle::to_hex(&tombstone.leaf),
        serde_json::Value::from(tombstone.reason.as_str()),
        tombstone.at
    );
    output.write(line.as_bytes())?;
    output.finish()?;
    Ok(Answer::Yes)
}
