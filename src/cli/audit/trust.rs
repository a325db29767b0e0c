//! What the command line names to sign and to trust: keys, checkpoints and receipts.

use std::path::Path;

use clap::Args;

use crate::cli::{Context, text};
use crate::error::{Error, Result};
use crate::log::audit::checkpoint::Checkpoint;
use crate::log::audit::document::read_note;
use crate::log::audit::key::{SignerKey, VerifierKey};
use crate::log::audit::note::{Note, Verified};

/// Whose signatures must hold.
#[derive(Args, Clone, Debug, Default)]
pub struct TrustArgs {
    /// Require the signature of this key, given as NAME+ID+KEY or as a file of such lines; may be given several times
    #[arg(long = "vkey", value_name = "KEY|FILE")]
    pub keys: Vec<String>,
}

impl TrustArgs {
    /// The keys.
    pub fn keys(&self, context: &Context) -> Result<Vec<VerifierKey>> {
        let mut keys = Vec::new();
        for given in &self.keys {
            match VerifierKey::parse(given) {
                Ok(key) => keys.push(key),
                Err(error) if context.storage.metadata(Path::new(given)).is_err() => {
                    return Err(Error::usage(format!("'{given}' is neither a key nor a file: {error}")));
                }
                Err(_) => {
                    let file = text::read(context, given)?;
                    for (number, line) in file.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
                        let key = VerifierKey::parse(line);
                        keys.push(key.map_err(|error| error.at(given, number as u64 + 1))?);
                    }
                }
            }
        }
        Ok(keys)
    }
}

/// Checks that each of `keys` signed the note; nothing when no key is asked for.
pub fn check(note: &Note, keys: &[VerifierKey], source: &str) -> Result<Verified> {
    let mut verified = Verified::default();
    for key in keys {
        let found = note.verify(std::slice::from_ref(key)).map_err(|error| error.source(source))?;
        verified.known.extend(found.known);
    }
    Ok(verified)
}

/// Who signed, as JSON: an array of `{"key":…}`, a witness with `"at":SECONDS`.
pub fn signed_json(verified: &Verified) -> String {
    let one = |signed: &crate::log::audit::note::Signed| {
        let at = signed.at.map_or(String::new(), |at| format!(",\"at\":{at}"));
        format!("{{\"key\":{}{at}}}", serde_json::Value::from(signed.by.to_string()))
    };
    format!("[{}]", verified.known.iter().map(one).collect::<Vec<_>>().join(","))
}

/// Reads a key to sign with.
pub fn signer(context: &Context, file: &str) -> Result<SignerKey> {
    SignerKey::parse(&text::read(context, file)?).map_err(|error| error.source(file))
}

/// A state of the log that somebody kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Where it comes from, as messages show it.
    pub source: String,
    /// The state.
    pub checkpoint: Checkpoint,
    /// The checkpoint with its signatures; nothing for a receipt.
    pub note: Option<Note>,
}

/// Reads a checkpoint or the receipts in a file, or a receipt that is given as it is.
pub fn kept(context: &Context, given: &str) -> Result<Vec<Kept>> {
    let (source, text) = match given.trim_start().starts_with('{') {
        true => ("the receipt", given.to_owned()),
        false => (given, text::read(context, given)?),
    };
    let receipts: Vec<Kept> = text
        .lines()
        .filter(|line| line.trim_start().starts_with('{'))
        .filter_map(|line| Checkpoint::from_receipt(line).ok())
        .map(|checkpoint| Kept { source: source.to_owned(), checkpoint, note: None })
        .collect();
    if !receipts.is_empty() {
        return Ok(receipts);
    }
    if text.trim_start().starts_with('{') {
        return Err(Checkpoint::from_receipt(&text)
            .err()
            .unwrap_or_else(|| Error::data("no receipt"))
            .source(source));
    }
    let (note, checkpoint) = read_note(&text).map_err(|error| error.source(source))?;
    Ok(vec![Kept { source: source.to_owned(), checkpoint, note: Some(note) }])
}

/// Reads one checkpoint with its signatures.
pub fn checkpoint(context: &Context, file: &str) -> Result<(Note, Checkpoint)> {
    read_note(&text::read(context, file)?).map_err(|error| error.source(file))
}

/// The seconds since 1970 now.
pub fn seconds(context: &Context) -> u64 {
    u64::try_from(context.clock.now() / 1_000_000_000).unwrap_or(0)
}
