//! `bourn audit cosign CHECKPOINT`.

use clap::Args;

use super::trust::{self, TrustArgs};
use crate::cli::{Answer, Context, text};
use crate::error::{Error, Kind, Result};
use crate::log::audit::checkpoint::Checkpoint;
use crate::log::audit::document::{Claim, Proof};
use crate::log::audit::key::Purpose;

/// Add a witness's signature, with the time, to a checkpoint of somebody else's log.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The checkpoint
    checkpoint: String,
    /// The witness's key, as bourn audit keygen --witness wrote it
    #[arg(long, value_name = "FILE")]
    key: String,
    /// The checkpoint of the log that was signed before; the new one must go on from it
    #[arg(long, value_name = "FILE")]
    previous: Option<String>,
    /// The proof that it does, from bourn audit prove --from
    #[arg(long, value_name = "FILE", requires = "previous")]
    proof: Option<String>,
    #[command(flatten)]
    trust: TrustArgs,
}

/// Signs and prints the checkpoint.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let (mut note, checkpoint) = trust::checkpoint(context, &arguments.checkpoint)?;
    let key = trust::signer(context, &arguments.key)?;
    super::require_purpose(&key, Purpose::Witness)?;
    trust::check(&note, &arguments.trust.keys(context)?, &arguments.checkpoint)?;
    if let Some(previous) = &arguments.previous {
        let (_, before) = trust::checkpoint(context, previous)?;
        check_previous(arguments, context, &before, &checkpoint)?;
    }
    note.sign(&key, trust::seconds(context));
    super::print(&note.text_with_signatures())?;
    Ok(Answer::Yes)
}

/// A witness vouches that a log only grew since it last looked.
fn check_previous(
    arguments: &Arguments,
    context: &Context,
    before: &Checkpoint,
    now: &Checkpoint,
) -> Result<()> {
    let no = |what: &str| Error::new(Kind::Answer, what).source(&arguments.checkpoint);
    if before.origin != now.origin {
        return Err(no("this checkpoint is of another log than the previous one")
            .hint("the first lines, the names of the logs, differ"));
    }
    if (before.size, before.root) == (now.size, now.root) || before.size == 0 {
        return Ok(());
    }
    let Some(file) = &arguments.proof else {
        return Err(Error::usage("nothing shows that the log goes on from the previous checkpoint").hint(
            format!("get a proof with bourn audit prove LOG --from {} and give it with --proof", before.size),
        ));
    };
    let proof = Proof::parse(&text::read(context, file)?).map_err(|error| error.source(file))?;
    let claim = Claim::Consistency { size: before.size, root: before.root };
    let is_about =
        proof.claim == claim && (proof.checkpoint.size, proof.checkpoint.root) == (now.size, now.root);
    if is_about && proof.is_consistent() {
        return Ok(());
    }
    Err(no("the proof does not show that this checkpoint goes on from the previous one")
        .hint("do not sign: the past was changed, or the proof is about other checkpoints"))
}
