//! Tombstones: what stands in the place of a redacted event. It carries the leaf hash of the line that stood there, so
//! the tree over the lines stays what it was.

use serde::Deserialize;

use crate::log::merkle::{self, Hash};

/// How a tombstone begins.
pub const PREFIX: &str = "{\"bournRedacted\":{\"leaf\":\"";

/// A tombstone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// The leaf hash of the line that was redacted.
    pub leaf: Hash,
    /// Why it was redacted.
    pub reason: String,
    /// When.
    pub at: String,
}

#[derive(Deserialize)]
struct Written {
    #[serde(rename = "bournRedacted")]
    redacted: Member,
}

#[derive(Deserialize)]
struct Member {
    leaf: String,
    reason: String,
    at: String,
}

impl Tombstone {
    /// The tombstone that a line is, if it is one.
    pub fn parse(line: &[u8]) -> Option<Tombstone> {
        if !line.starts_with(PREFIX.as_bytes()) {
            return None;
        }
        let Written { redacted } = serde_json::from_slice(line).ok()?;
        Some(Tombstone { leaf: merkle::from_hex(&redacted.leaf)?, reason: redacted.reason, at: redacted.at })
    }

    /// The line, without its newline; `kept` are the members of the event that stay, each as `"name":value`.
    pub fn line(&self, kept: &[String]) -> String {
        let mut line = format!(
            "{PREFIX}{}\",\"reason\":{},\"at\":{}}}",
            merkle::to_hex(&self.leaf),
            serde_json::Value::from(self.reason.as_str()),
            serde_json::Value::from(self.at.as_str())
        );
        kept.iter().for_each(|member| {
            line.push(',');
            line.push_str(member);
        });
        line + "}"
    }
}

/// The leaf of a line: its hash, or the one that a tombstone carries.
pub fn leaf_of(line: &[u8]) -> Hash {
    match Tombstone::parse(line) {
        Some(tombstone) => tombstone.leaf,
        None => merkle::leaf(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tombstone_carries_the_leaf_of_the_line_it_stands_for() {
        let leaf = merkle::leaf(b"{\"name\":\"Ann\"}");
        let tombstone = Tombstone { leaf, reason: "law \"17\"".to_owned(), at: "2024-01-15".to_owned() };
        let line = tombstone.line(&["\"eventId\":\"1\"".to_owned()]);
        assert_eq!(Tombstone::parse(line.as_bytes()), Some(tombstone));
        assert_eq!(leaf_of(line.as_bytes()), leaf);
        assert!(line.ends_with(",\"eventId\":\"1\"}"), "{line}");
        assert_eq!(leaf_of(PREFIX.as_bytes()), merkle::leaf(PREFIX.as_bytes()), "half a tombstone is none");
    }
}
