//! Proofs as text: C2SP tlog-proof for one line, and a form of the same make for two states of a log. Each
//! ends with the checkpoint that it is about, signatures included.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::checkpoint::{Checkpoint, parse_hash, parse_size};
use super::note::Note;
use super::proof;
use crate::error::{Error, Result};
use crate::log::merkle::Hash;

/// The first line of a proof that a line is in a log.
const INCLUSION: &str = "c2sp.org/tlog-proof@v1";
/// The first line of a proof that a log goes on from an earlier state.
const CONSISTENCY: &str = "bourn/consistency-proof@v1";

/// What a proof claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A line is in the log at this offset.
    Inclusion(u64),
    /// The log begins with the lines of this state.
    Consistency {
        /// How many lines the state has.
        size: u64,
        /// The root over them.
        root: Hash,
    },
}

/// A proof.
#[derive(Clone, Debug)]
pub struct Proof {
    /// What it claims.
    pub claim: Claim,
    /// The hashes that prove it.
    pub hashes: Vec<Hash>,
    /// The state of the log that it is about, with its signatures.
    pub note: Note,
    /// The same state, read.
    pub checkpoint: Checkpoint,
}

impl Proof {
    /// The text form.
    pub fn text(&self) -> String {
        let mut text = match &self.claim {
            Claim::Inclusion(index) => format!("{INCLUSION}\nindex {index}\n"),
            Claim::Consistency { size, root } => {
                format!("{CONSISTENCY}\nold {size} {}\n", STANDARD.encode(root))
            }
        };
        for hash in &self.hashes {
            text.push_str(&STANDARD.encode(hash));
            text.push('\n');
        }
        text.push('\n');
        text + &self.note.text_with_signatures()
    }

    /// Reads a proof.
    pub fn parse(text: &str) -> Result<Proof> {
        let wrong = |why: &str| {
            Error::data(format!("this is no proof: {why}")).hint("a proof is what bourn audit prove prints")
        };
        let (proof, checkpoint) = text.split_once("\n\n").ok_or_else(|| wrong("it has no checkpoint"))?;
        let mut lines = proof.split('\n').peekable();
        let first = lines.next().unwrap_or_default();
        // Whatever else an application put into it proves nothing.
        lines.next_if(|line| first == INCLUSION && line.starts_with("extra "));
        let claim = lines.next().unwrap_or_default();
        let claim = match first {
            INCLUSION => claim.strip_prefix("index ").and_then(parse_size).map(Claim::Inclusion),
            CONSISTENCY => claim.strip_prefix("old ").and_then(parse_state),
            _ => return Err(wrong("its first line names no kind of proof")),
        };
        let claim = claim.ok_or_else(|| wrong("its second line says not what it proves"))?;
        let hashes: Option<Vec<Hash>> = lines.map(parse_hash).collect();
        let hashes = hashes.ok_or_else(|| wrong("a line of it is no SHA-256 hash in base64"))?;
        let (note, checkpoint) = read_note(checkpoint)?;
        Ok(Proof { claim, hashes, note, checkpoint })
    }

    /// Whether a claim of inclusion holds for the line with this leaf hash.
    pub fn includes(&self, leaf: &Hash) -> bool {
        let Claim::Inclusion(index) = self.claim else { return false };
        proof::is_included(leaf, index, self.checkpoint.size, &self.hashes, &self.checkpoint.root)
    }

    /// Whether a claim of consistency holds.
    pub fn is_consistent(&self) -> bool {
        let Claim::Consistency { size, root } = &self.claim else { return false };
        proof::is_consistent((*size, root), (self.checkpoint.size, &self.checkpoint.root), &self.hashes)
    }
}

/// `SIZE ROOT`.
fn parse_state(text: &str) -> Option<Claim> {
    let (size, root) = text.split_once(' ')?;
    Some(Claim::Consistency { size: parse_size(size)?, root: parse_hash(root)? })
}

/// Reads a checkpoint, signed or not.
pub fn read_note(text: &str) -> Result<(Note, Checkpoint)> {
    let note = if text.contains("\n\n") { Note::parse(text)? } else { Note::unsigned(text) };
    let checkpoint = Checkpoint::parse(&note.text)?;
    Ok((note, checkpoint))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: &str = "log\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn a_proof_comes_back_as_it_was_written() {
        let (note, checkpoint) = read_note(STATE).expect("a checkpoint");
        for claim in [Claim::Inclusion(2), Claim::Consistency { size: 2, root: [9; 32] }] {
            let (note, checkpoint) = (note.clone(), checkpoint.clone());
            let text =
                Proof { claim: claim.clone(), hashes: vec![[1; 32], [2; 32]], note, checkpoint }.text();
            let proof = Proof::parse(&text).expect("a proof");
            assert_eq!((proof.claim.clone(), proof.hashes.len(), proof.text()), (claim, 2, text));
        }
        let with_extra = format!("{INCLUSION}\nextra AAAA\nindex 0\n\n{STATE}");
        assert_eq!(Proof::parse(&with_extra).expect("a proof").claim, Claim::Inclusion(0));
    }

    #[test]
    fn what_is_no_proof_is_refused() {
        let broken = [
            "",
            STATE,
            &format!("{INCLUSION}\n\n{STATE}"),
            &format!("{INCLUSION}\nindex 01\n\n{STATE}"),
            &format!("{INCLUSION}\nindex 1\nAAAA\n\n{STATE}"),
            &format!("{CONSISTENCY}\nindex 1\n\n{STATE}"),
            &format!("{CONSISTENCY}\nold 1 AAAA\n\n{STATE}"),
            &format!("{INCLUSION}\nindex 1\n\nlog\n"),
        ];
        for text in broken {
            assert!(Proof::parse(text).is_err(), "{text:?}");
        }
    }
}
