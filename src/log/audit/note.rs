//! Signed notes (C2SP signed-note): a text, an empty line, and signatures, one a line. A witness's signature
//! carries its time (C2SP tlog-cosignature).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::key::{Identity, Purpose, SignerKey, VerifierKey, is_name};
use crate::error::{Error, Kind, Result};

/// What a signature line begins with.
const DASH: &str = "\u{2014} ";

/// The most signatures that a note may have.
const MAX_SIGNATURES: usize = 1000;

/// A text and who signed it; the signatures are not checked yet.
#[derive(Clone, Debug)]
pub struct Note {
    /// The text, ended by a newline.
    pub text: String,
    signatures: Vec<Signature>,
}

#[derive(Clone, Debug)]
struct Signature {
    by: Identity,
    bytes: Vec<u8>,
}

/// A signature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The key that made it.
    pub by: Identity,
    /// When, in seconds since 1970: a witness says it.
    pub at: Option<u64>,
}

/// What a check of the signatures found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// The signatures of the keys asked for.
    pub known: Vec<Signed>,
    /// Who else signed; that is not checked.
    pub unknown: Vec<Identity>,
}

impl Note {
    /// A note without signatures.
    pub fn unsigned(text: &str) -> Note {
        Note { text: text.to_owned(), signatures: Vec::new() }
    }

    /// Reads a signed note.
    pub fn parse(note: &str) -> Result<Note> {
        let wrong = |why: &str| Error::data(format!("this is no signed note: {why}"));
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(wrong("it has control characters"));
        }
        let split = note.rfind("\n\n").ok_or_else(|| wrong("it has no empty line before the signatures"))?;
        let (text, lines) = (&note[..=split], &note[split + 2..]);
        let lines = lines.strip_suffix('\n').ok_or_else(|| wrong("its last line has no end"))?;
        let signatures: Option<Vec<_>> = lines.split('\n').map(Signature::parse).collect();
        let signatures = signatures.ok_or_else(|| wrong("a line behind the empty one is no signature"))?;
        if signatures.len() > MAX_SIGNATURES {
            return Err(wrong("it has over 1000 signatures"));
        }
        Ok(Note { text: text.to_owned(), signatures })
    }

    /// The whole note; only the text when nobody signed.
    pub fn text_with_signatures(&self) -> String {
        let mut note = self.text.clone();
        if !self.signatures.is_empty() {
            note.push('\n');
        }
        self.signatures.iter().for_each(|signature| note.push_str(&signature.line()));
        note
    }

    /// Adds the signature of `key`, made `now` (seconds since 1970); an earlier one of the same key goes.
    pub fn sign(&mut self, key: &SignerKey, now: u64) {
        let by = key.verifier().identity;
        let bytes = match key.purpose {
            Purpose::Log => key.sign(self.text.as_bytes()).to_vec(),
            Purpose::Witness => {
                let signature = key.sign(timed(&self.text, now).as_bytes());
                [&now.to_be_bytes()[..], &signature].concat()
            }
        };
        self.signatures.retain(|signature| signature.by != by);
        self.signatures.push(Signature { by, bytes });
    }

    /// Checks the signatures of `keys`. The answer is no when one of theirs is false, or none of them signed.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<Verified> {
        let mut verified = Verified::default();
        for signature in &self.signatures {
            let Some(key) = keys.iter().find(|key| key.identity == signature.by) else {
                if !verified.unknown.contains(&signature.by) {
                    verified.unknown.push(signature.by.clone());
                }
                continue;
            };
            if verified.known.iter().any(|known| known.by == signature.by) {
                continue;
            }
            let at = signature.check(key, &self.text).ok_or_else(|| {
                Error::new(Kind::Answer, format!("the signature of {} is false", signature.by))
                    .hint("the text was changed after it was signed, or the signature was")
            })?;
            verified.known.push(Signed { by: signature.by.clone(), at });
        }
        if verified.known.is_empty() {
            return Err(Error::new(Kind::Answer, "none of the given keys signed this")
                .hint(format!("it is signed by {}", self.signers())));
        }
        Ok(verified)
    }

    /// Who signed, unchecked, in words.
    fn signers(&self) -> String {
        let names: Vec<String> = self.signatures.iter().map(|signature| signature.by.to_string()).collect();
        if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
    }
}

impl Signature {
    fn parse(line: &str) -> Option<Signature> {
        let (name, signature) = line.strip_prefix(DASH)?.split_once(' ')?;
        let bytes = STANDARD.decode(signature).ok()?;
        let (id, bytes) = bytes.split_first_chunk::<4>()?;
        let by = Identity { name: name.to_owned(), id: u32::from_be_bytes(*id) };
        (is_name(name) && !bytes.is_empty()).then(|| Signature { by, bytes: bytes.to_vec() })
    }

    fn line(&self) -> String {
        let bytes = [&self.by.id.to_be_bytes()[..], &self.bytes].concat();
        format!("{DASH}{} {}\n", self.by.name, STANDARD.encode(bytes))
    }

    /// When it was made, as far as it says so; nothing when it is false.
    fn check(&self, key: &VerifierKey, text: &str) -> Option<Option<u64>> {
        match key.purpose {
            Purpose::Log => {
                let signature = self.bytes.as_slice().try_into().ok()?;
                key.verify(text.as_bytes(), signature).then_some(None)
            }
            Purpose::Witness => {
                let (at, signature) = self.bytes.split_first_chunk::<8>()?;
                let (at, signature) = (u64::from_be_bytes(*at), signature.try_into().ok()?);
                key.verify(timed(text, at).as_bytes(), signature).then_some(Some(at))
            }
        }
    }
}

/// What a witness signs.
fn timed(text: &str, at: u64) -> String {
    format!("cosignature/v1\ntime {at}\n{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn a_log_signs_and_a_witness_signs_with_the_time() {
        let log = SignerKey::new("log", Purpose::Log, &[1; 32]).expect("a key");
        let witness = SignerKey::new("witness", Purpose::Witness, &[2; 32]).expect("a key");
        let mut note = Note::unsigned(TEXT);
        note.sign(&log, 5);
        note.sign(&witness, 4);
        note.sign(&witness, 5);
        let text = note.text_with_signatures();
        let note = Note::parse(&text).expect("a note");
        assert_eq!((note.text.as_str(), note.text_with_signatures()), (TEXT, text.clone()));
        let verified = note.verify(&[log.verifier(), witness.verifier()]).expect("both hold");
        let found: Vec<_> =
            verified.known.iter().map(|signed| (signed.by.name.as_str(), signed.at)).collect();
        assert_eq!(found, [("log", None), ("witness", Some(5))]);
        let one = note.verify(&[witness.verifier()]).expect("the witness signed");
        assert_eq!((one.known.len(), one.unknown.len()), (1, 1));

        let changed = Note::parse(&text.replace("log\n1\n", "log\n2\n")).expect("still a note");
        for key in [&log, &witness] {
            let error = changed.verify(&[key.verifier()]).expect_err("the text was changed");
            assert_eq!(error.kind(), Kind::Answer);
        }
        let stranger = SignerKey::new("log", Purpose::Log, &[3; 32]).expect("a key");
        let error = note.verify(&[stranger.verifier()]).expect_err("the stranger did not sign");
        assert!(error.to_string().contains("none of the given keys"), "{error}");
    }
}
