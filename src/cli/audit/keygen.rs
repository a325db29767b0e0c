//! `bourn audit keygen NAME --out FILE`.

use std::io;
use std::path::Path;

use clap::Args;

use crate::cli::{Answer, Context};
use crate::error::{Error, Result};
use crate::log::audit::key::{Purpose, SignerKey};
use crate::sys::random;
use crate::sys::storage::Open;

/// Make an Ed25519 key: the secret half goes into a private file, the half that checks signatures is printed.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The owner's name: that of the log, or of the witness, as in example.com/ledger
    name: String,
    /// The file for the secret half; it must not exist yet
    #[arg(long, value_name = "FILE")]
    out: String,
    /// A key of a witness, for audit cosign
    #[arg(long)]
    witness: bool,
}

/// Makes the key.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let mut seed = [0; 32];
    random::fill(&mut seed).map_err(|cause| Error::system("cannot get random bytes", &cause))?;
    let purpose = if arguments.witness { Purpose::Witness } else { Purpose::Log };
    let key = SignerKey::new(&arguments.name, purpose, &seed)?;
    write(context, &arguments.out, &key.secret_text()).map_err(|cause| match cause.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::usage(format!("{} is there already, and a key is never overwritten", arguments.out))
                .hint("name another file")
        }
        _ => Error::system(format!("cannot write {}", arguments.out), &cause),
    })?;
    super::print(&format!("{}\n", key.verifier()))?;
    Ok(Answer::Yes)
}

/// Writes a new file that only its owner can read.
fn write(context: &Context, name: &str, text: &str) -> io::Result<()> {
    let path = Path::new(name);
    let file = context.storage.open(path, Open::CreateNew, false)?;
    context.storage.restrict(path, true)?;
    file.write_all_at(text.as_bytes(), 0)?;
    file.sync()
}
