//! `bourn audit verify-proof PROOF [EVENT]`.

use clap::Args;

use super::source::open_file;
use super::trust::{self, TrustArgs};
use crate::cli::{Answer, Context, text};
use crate::error::{Error, Kind, Result};
use crate::event::line::Block;
use crate::log::audit::checkpoint::Checkpoint;
use crate::log::audit::document::{Claim, Proof};
use crate::log::audit::tombstone::leaf_of;
use crate::log::merkle;
use crate::pipeline::source::Next;

/// Check a proof without the log.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The proof that bourn audit prove printed
    proof: String,
    /// The event, as a file of one line or - for standard input; a proof between two states needs none
    event: Option<String>,
    /// The proof must be about this checkpoint or receipt; may be given several times
    #[arg(long, value_name = "FILE|RECEIPT")]
    checkpoint: Vec<String>,
    #[command(flatten)]
    trust: TrustArgs,
}

/// Checks the proof and prints what it proves.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let name = &arguments.proof;
    let proof = Proof::parse(&text::read(context, name)?).map_err(|error| error.source(name))?;
    let says = check_claim(arguments, context, &proof)?;
    for given in &arguments.checkpoint {
        for kept in trust::kept(context, given)? {
            check_kept(&proof, &kept, name)?;
        }
    }
    let verified = trust::check(&proof.note, &arguments.trust.keys(context)?, name)?;
    super::print(&format!(
        "{{{says},\"origin\":{},\"size\":{},\"root\":\"{}\",\"signed\":{}}}\n",
        serde_json::Value::from(proof.checkpoint.origin.as_str()),
        proof.checkpoint.size,
        merkle::to_hex(&proof.checkpoint.root),
        trust::signed_json(&verified)
    ))?;
    Ok(Answer::Yes)
}

/// Checks what the proof claims; gives it as the first members of the answer.
fn check_claim(arguments: &Arguments, context: &Context, proof: &Proof) -> Result<String> {
    let no = |what: String, hint: &str| Error::new(Kind::Answer, what).source(&arguments.proof).hint(hint);
    match (&proof.claim, &arguments.event) {
        (Claim::Inclusion(offset), Some(event)) => {
            if !proof.includes(&leaf_of(&read_event(context, event)?)) {
                return Err(no(
                    format!("this does not prove that the line of {event} is event {offset} of the log"),
                    "the line must be the same byte for byte, as bourn cat prints it",
                ));
            }
            Ok(format!("\"proven\":\"inclusion\",\"offset\":{offset}"))
        }
        (Claim::Inclusion(offset), None) => {
            Err(Error::usage(format!("the proof is about event {offset}, and the event is not given"))
                .hint("name a file with its line, or pipe the line in and give -"))
        }
        (Claim::Consistency { .. }, Some(_)) => {
            Err(Error::usage("the proof is about two states of the log, and not about an event")
                .hint("leave out EVENT"))
        }
        (Claim::Consistency { size, .. }, None) if !proof.is_consistent() => Err(no(
            format!("this does not prove that the log begins with the {size} lines of the earlier state"),
            "the past was changed, or the proof is about another log",
        )),
        (Claim::Consistency { size, root }, None) => Ok(format!(
            "\"proven\":\"consistency\",\"from\":{size},\"fromRoot\":\"{}\"",
            merkle::to_hex(root)
        )),
    }
}

/// The state that somebody kept must be one that the proof is about.
fn check_kept(proof: &Proof, kept: &trust::Kept, name: &str) -> Result<()> {
    let Checkpoint { size, root, .. } = &kept.checkpoint;
    let is_end = (*size, *root) == (proof.checkpoint.size, proof.checkpoint.root);
    let is_begin = match &proof.claim {
        Claim::Consistency { size: old, root: old_root } => (old, old_root) == (size, root),
        Claim::Inclusion(_) => false,
    };
    if is_end || is_begin {
        return Ok(());
    }
    Err(Error::new(Kind::Answer, format!("this proof is not about the {size} lines of {}", kept.source))
        .hint("make one against that checkpoint, with bourn audit prove --checkpoint")
        .source(name))
}

/// The one line of a file.
fn read_event(context: &Context, name: &str) -> Result<Vec<u8>> {
    let mut reader = open_file(context, name)?;
    let (mut block, mut lines) = (Block::default(), Vec::new());
    while lines.len() < 2 && reader.next_block(&mut block)? == Next::Block {
        lines.extend(block.lines().take(2).map(|line| line.bytes.to_vec()));
    }
    match (lines.pop(), lines.pop()) {
        (Some(line), None) => Ok(line),
        (None, _) => Err(Error::usage(format!("{name} is empty, and the event is one line"))),
        _ => Err(Error::usage(format!("{name} has several lines, and the event is one"))),
    }
}
