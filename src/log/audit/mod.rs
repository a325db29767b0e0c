//! What can be proven about a log: its state in three lines, proofs over its Merkle tree, and signatures
//! under both. Pure: takes lines, hashes and texts, and opens nothing.

pub mod checkpoint;
pub mod document;
pub mod key;
pub mod note;
pub mod proof;
pub mod tombstone;
pub mod walk;
