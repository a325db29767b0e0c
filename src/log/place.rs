//! How far a consumer has read a file that bourn does not write: enough to find the next line again after the file was
//! renamed, copied, cut or compressed, and to tell when it is not there any more. Looks at no file.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::event::line::Offset;

/// How many of a file's first bytes make it known among others.
pub const HEAD_BYTES: usize = 1 << 10;

/// How many of the bytes before a place must still be what was read.
pub const BEFORE_BYTES: usize = 4 << 10;

/// A place between two lines of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The offset of the line that begins here: lines count on from file to file.
    pub next: u64,
    /// Device and inode of the file.
    pub file: (u64, u64),
    /// The byte at which the line begins; of a compressed file, unpacked.
    pub bytes: u64,
    /// How many lines of this file stand before it.
    pub lines: u64,
    /// The XXH3 hash, in hex, of the first [`HEAD_BYTES`] bytes before the place, without a byte order mark.
    pub head: String,
    /// The XXH3 hash, in hex, of the last [`BEFORE_BYTES`] bytes before the place, without a byte order mark.
    pub before: String,
}

impl Place {
    /// The offset of the line that begins here.
    pub fn offset(&self) -> Offset {
        Offset(self.next)
    }

    /// The place as commits have it.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain numbers and texts always become JSON")
    }
}

/// The hash of some bytes, as places have it.
pub fn hash(bytes: &[u8]) -> String {
    format!("{:016x}", xxh3_64(bytes))
}
