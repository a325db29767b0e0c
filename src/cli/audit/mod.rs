//! `bourn audit …`: what can be proven about a log.

mod check;
mod checkpoint;
mod cosign;
mod keygen;
mod prove;
mod report;
mod rules;
mod source;
mod trust;
mod verify;
mod verify_proof;

use clap::{Args, Subcommand};

use super::output::{Output, OutputArgs};
use super::{Answer, Context};
use crate::error::{Error, Result};
use crate::log::audit::key::{Purpose, SignerKey};
use crate::pipeline::sink::Sink;

/// Prove that the past is what it was: checkpoints, proofs, signatures.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn audit check ledger --entity-version .metadata.version --balanced .data.txnId=.data.amount
  bourn audit keygen example.com/ledger --out ledger.key > ledger.vkey
  bourn audit checkpoint ledger --key ledger.key > yesterday.checkpoint
  bourn audit verify ledger --checkpoint yesterday.checkpoint --vkey ledger.vkey
  bourn audit prove ledger 17 > fee.tlog-proof
  bourn cat ledger --from 17 --limit 1 | bourn audit verify-proof fee.tlog-proof - --vkey ledger.vkey")]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Hold rules against every event, with each finding at its place
    Check(Box<check::Arguments>),
    /// Pin the whole history in three lines
    Checkpoint(checkpoint::Arguments),
    /// Check a stream against its seals and head, and any log against checkpoints and receipts
    Verify(verify::Arguments),
    /// Print a proof that an event is in the log, or that the log goes on from an earlier state
    Prove(prove::Arguments),
    /// Check a proof without the log
    VerifyProof(verify_proof::Arguments),
    /// Add a witness's signature to a checkpoint
    Cosign(cosign::Arguments),
    /// Make a key to sign with
    Keygen(keygen::Arguments),
}

/// Runs the verb.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    match arguments.verb {
        Verb::Check(arguments) => check::run(*arguments, context),
        Verb::Checkpoint(arguments) => checkpoint::run(&arguments, context),
        Verb::Verify(arguments) => verify::run(&arguments, context),
        Verb::Prove(arguments) => prove::run(&arguments, context),
        Verb::VerifyProof(arguments) => verify_proof::run(&arguments, context),
        Verb::Cosign(arguments) => cosign::run(&arguments, context),
        Verb::Keygen(arguments) => keygen::run(&arguments, context),
    }
}

/// Prints text on standard output as it stands.
fn print(text: &str) -> Result<()> {
    let mut output = Output::new(&OutputArgs::default());
    output.write(text.as_bytes())?;
    output.finish()
}

/// A log's key does not sign as a witness, nor the other way round.
fn require_purpose(key: &SignerKey, wanted: Purpose) -> Result<()> {
    if key.purpose == wanted {
        return Ok(());
    }
    let (is, how) = match key.purpose {
        Purpose::Log => {
            ("signs the checkpoints of a log", "make one for a witness with bourn audit keygen --witness")
        }
        Purpose::Witness => ("is a witness's", "make one for the log with bourn audit keygen"),
    };
    Err(Error::usage(format!("the key of {} {is}", key.name())).hint(how))
}
