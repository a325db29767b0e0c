//! Keys in the text forms of signed notes: `NAME+ID+KEY` for checking and `PRIVATE+KEY+NAME+ID+KEY` for
//! signing. The id is the start of a hash over name, kind and key, so that a mistyped key is noticed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The notes of a log: the signature is over the text.
    Log,
    /// The checkpoints of others, as a witness, with the time (C2SP tlog-cosignature).
    Witness,
}

impl Purpose {
    /// The byte that stands for it in a key.
    fn byte(self) -> u8 {
        match self {
            Purpose::Log => 0x01,
            Purpose::Witness => 0x04,
        }
    }

    fn from_byte(byte: u8) -> Option<Purpose> {
        [Purpose::Log, Purpose::Witness].into_iter().find(|purpose| purpose.byte() == byte)
    }
}

/// What identifies a key in a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name of its owner.
    pub name: String,
    /// The start of the hash over name, kind and key.
    pub id: u32,
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}+{:08x}", self.name, self.id)
    }
}

/// A key to check signatures with.
#[derive(Clone, Debug)]
pub struct VerifierKey {
    /// Its name and id.
    pub identity: Identity,
    /// What it signs.
    pub purpose: Purpose,
    key: ed25519_dalek::VerifyingKey,
}

/// A key to sign with.
pub struct SignerKey {
    name: String,
    /// What it signs.
    pub purpose: Purpose,
    key: ed25519_dalek::SigningKey,
}

const PRIVATE: &str = "PRIVATE+KEY+";

/// Whether this may be the name of a key.
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

fn identify(name: &str, purpose: Purpose, key: &ed25519_dalek::VerifyingKey) -> Identity {
    let hash = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', purpose.byte()])
        .chain_update(key.as_bytes())
        .finalize();
    Identity { name: name.to_owned(), id: u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) }
}

/// The parts of `NAME+ID+KEY`: name, id, kind and the 32 bytes of the key.
fn parts(text: &str) -> Option<(&str, u32, Purpose, [u8; 32])> {
    let mut parts = text.splitn(3, '+');
    let (name, id, key) = (parts.next()?, parts.next()?, parts.next()?);
    if !is_name(name) || id.len() != 8 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let key = STANDARD.decode(key).ok()?;
    let (&kind, key) = key.split_first()?;
    Some((name, u32::from_str_radix(id, 16).ok()?, Purpose::from_byte(kind)?, key.try_into().ok()?))
}

impl VerifierKey {
    /// Reads a key.
    pub fn parse(text: &str) -> Result<VerifierKey> {
        let wrong = || {
            Error::data("this is no key to check signatures with")
                .hint("it looks like NAME+ID+KEY; bourn audit keygen prints it")
        };
        let (name, id, purpose, key) = parts(text).ok_or_else(wrong)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&key).map_err(|_| wrong())?;
        let identity = identify(name, purpose, &key);
        if identity.id == id { Ok(VerifierKey { identity, purpose, key }) } else { Err(wrong()) }
    }

    /// Whether `signature` is this key's under `message`.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl std::fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes = [&[self.purpose.byte()], &self.key.as_bytes()[..]].concat();
        write!(f, "{}+{}", self.identity, STANDARD.encode(bytes))
    }
}

impl SignerKey {
    /// The key that `seed`, 32 secret random bytes, stands for.
    pub fn new(name: &str, purpose: Purpose, seed: &[u8; 32]) -> Result<SignerKey> {
        if !is_name(name) {
            return Err(Error::usage(format!("'{name}' cannot be the name of a key"))
                .hint("take one without spaces and '+', as in example.com/ledger"));
        }
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        Ok(SignerKey { name: name.to_owned(), purpose, key })
    }

    /// Reads a key.
    pub fn parse(text: &str) -> Result<SignerKey> {
        let wrong = || {
            Error::data("this is no key to sign with")
                .hint("it looks like PRIVATE+KEY+NAME+ID+KEY; bourn audit keygen writes it")
        };
        let found = text.trim_end().strip_prefix(PRIVATE).and_then(parts);
        let (name, id, purpose, seed) = found.ok_or_else(wrong)?;
        let key = SignerKey::new(name, purpose, &seed)?;
        if key.verifier().identity.id == id { Ok(key) } else { Err(wrong()) }
    }

    /// The text form. It is the secret itself: it belongs in a private file and nowhere else.
    pub fn secret_text(&self) -> String {
        let bytes = [&[self.purpose.byte()], &self.key.as_bytes()[..]].concat();
        format!("{PRIVATE}{}+{}\n", self.verifier().identity, STANDARD.encode(bytes))
    }

    /// The name of its owner.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key to check its signatures with.
    pub fn verifier(&self) -> VerifierKey {
        let key = self.key.verifying_key();
        VerifierKey { identity: identify(&self.name, self.purpose, &key), purpose: self.purpose, key }
    }

    /// Signs a message.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_as_they_were_written() {
        for purpose in [Purpose::Log, Purpose::Witness] {
            let key = SignerKey::new("example.com/log", purpose, &[7; 32]).expect("a key");
            let read = SignerKey::parse(&key.secret_text()).expect("its text");
            assert_eq!((read.name(), read.purpose), ("example.com/log", purpose));
            let verifier = VerifierKey::parse(&key.verifier().to_string()).expect("its public half");
            assert!(verifier.verify(b"text", &read.sign(b"text")));
            assert!(!verifier.verify(b"test", &read.sign(b"text")));
        }
    }

    #[test]
    fn a_mistyped_key_is_noticed() {
        let text = SignerKey::new("log", Purpose::Log, &[7; 32]).expect("a key").verifier().to_string();
        for broken in [text.replace("log", "lob"), text[..text.len() - 4].to_owned(), format!("{text}AAAA")] {
            assert!(VerifierKey::parse(&broken).is_err(), "{broken}");
        }
        for name in ["", "a b", "a+b", "a\nb", "a\u{2003}b"] {
            assert!(SignerKey::new(name, Purpose::Log, &[7; 32]).is_err(), "{name:?}");
        }
    }
}
