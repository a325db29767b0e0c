//! Seals: what a segment must be that is never written again. A seal is one JSON object in
//! `.bourn/OFFSET.seal`: events, bytes, SHA-256, Merkle frontier behind it, and the SHA-256 of the seal before. Indexes
//! are made when a segment is sealed, elsewhere.

use std::io;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Stream;
use super::ahead::{Ahead, Hashes};
use super::block_sums::BlockSums;
use super::files::read_range;
use super::merkle::{self, Frontier};
use super::recovery::Tip;
use super::segment::{self, Segment};
use crate::error::{Error, Result};
use crate::event::line::Offset;
use crate::sys::storage::Open;

/// A seal as it is written.
#[derive(Serialize, Deserialize)]
struct Written {
    first: u64,
    events: u64,
    bytes: u64,
    sha256: String,
    size: u64,
    frontier: Vec<String>,
    previous: Option<String>,
    /// The size of the blocks whose checksums follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    block: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blocks: Option<String>,
}

/// All that a seal says, for verifying.
pub(super) struct KeptSeal {
    /// The Merkle frontier behind the segment.
    pub(super) frontier: Frontier,
    /// The size of the segment.
    pub(super) bytes: u64,
    /// Its SHA-256.
    pub(super) sha256: String,
    /// The SHA-256 of the seal before.
    pub(super) previous: Option<String>,
    /// The SHA-256 of this seal.
    pub(super) own_sha256: String,
    /// Checksums that say where the segment differs.
    pub(super) blocks: Option<BlockSums>,
}

/// What a seal vouches for.
pub(super) struct Sealed {
    /// The Merkle frontier behind the segment.
    pub(super) frontier: Frontier,
    /// The size of the segment.
    pub(super) bytes: u64,
}

impl Stream {
    pub(super) fn seal_path(&self, first: Offset) -> std::path::PathBuf {
        self.inside(&format!("{:020}.seal", first.0))
    }

    fn seal_bytes(&self, first: Offset) -> Result<Option<Vec<u8>>> {
        let path = self.seal_path(first);
        match self.storage.open(&path, Open::Read, true) {
            Ok(file) => {
                let read =
                    file.metadata().and_then(|metadata| read_range(&*file, 0, metadata.bytes.min(1 << 20)));
                read.map(Some).map_err(|cause| self.failed("read", &path, &cause))
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(self.failed("open", &path, &cause)),
        }
    }

    /// What the seal of a segment vouches for; nothing when it has no seal.
    pub(super) fn read_seal(&self, first: Offset) -> Result<Option<Sealed>> {
        let Some(bytes) = self.seal_bytes(first)? else { return Ok(None) };
        let damaged = || {
            Error::data("this seal is damaged")
                .hint("delete it to have it made again from the segment")
                .source(&self.show(&self.seal_path(first)))
        };
        let written: Written = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        let peaks: Option<Vec<_>> = written.frontier.iter().map(|hash| merkle::from_hex(hash)).collect();
        let frontier = peaks.and_then(|peaks| Frontier::from_parts(written.size, peaks));
        let sealed = frontier.map(|frontier| Sealed { frontier, bytes: written.bytes });
        sealed.map(Some).ok_or_else(damaged)
    }

    /// All that the seal of a segment says; the path of the seal when it is damaged.
    pub(super) fn kept_seal(&self, first: Offset) -> Result<Option<Result<KeptSeal, std::path::PathBuf>>> {
        let Some(bytes) = self.seal_bytes(first)? else { return Ok(None) };
        let read = || {
            let written: Written = serde_json::from_slice(&bytes).ok()?;
            let peaks: Option<Vec<_>> = written.frontier.iter().map(|hash| merkle::from_hex(hash)).collect();
            Some(KeptSeal {
                frontier: Frontier::from_parts(written.size, peaks?)?,
                bytes: written.bytes,
                sha256: written.sha256,
                previous: written.previous,
                own_sha256: merkle::to_hex(&Sha256::digest(&bytes).into()),
                blocks: written
                    .block
                    .zip(written.blocks)
                    .and_then(|(block, sums)| BlockSums::parse(block, &sums)),
            })
        };
        Ok(Some(read().ok_or_else(|| self.seal_path(first))))
    }

    /// Seals the segment at the tip, whose bytes are flushed, and begins the next one; `ahead` has read it, or will.
    pub(super) fn seal(&self, tip: &Tip, ahead: Ahead) -> Result<Tip> {
        let path = &tip.segment.path;
        let (Hashes { sha256, blocks }, index) =
            ahead.finish(tip.end).map_err(|cause| self.failed("read", path, &cause))?;
        let before = self.segments()?.into_iter().rfind(|earlier| earlier.first < tip.segment.first);
        let previous = match before {
            Some(earlier) => {
                self.seal_bytes(earlier.first)?.map(|bytes| merkle::to_hex(&Sha256::digest(bytes).into()))
            }
            None => None,
        };
        let written = Written {
            first: tip.segment.first.0,
            events: tip.next.0 - tip.segment.first.0,
            bytes: tip.end,
            sha256: sha256.clone(),
            size: tip.frontier.size(),
            frontier: tip.frontier.peaks().iter().map(merkle::to_hex).collect(),
            previous,
            block: Some(blocks.block),
            blocks: Some(blocks.text()),
        };
        let target = self.seal_path(tip.segment.first);
        self.write_seal(&target, &written).map_err(|cause| self.failed("write", &target, &cause))?;
        self.storage.restrict(path, false).map_err(|cause| self.failed("protect", path, &cause))?;
        // Nothing rests on an index, so that one that cannot be made is no failure.
        let _ = index.and_then(|index| self.keep_index(&tip.segment, index, sha256));
        let next = Segment { first: tip.next, path: self.directory.join(segment::file_name(tip.next)) };
        Ok(Tip { segment: next, end: 0, ..tip.clone() })
    }

    fn write_seal(&self, target: &std::path::Path, written: &Written) -> io::Result<()> {
        let mut text = serde_json::to_vec(written).map_err(io::Error::other)?;
        text.push(b'\n');
        super::files::replace(&self.storage, target, &text)
    }
}
