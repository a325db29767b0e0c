//! What a seal and the indexes say of a segment, made in threads of their own while the segment is written: each reads
//! what is there already. Decides nothing.

use std::io;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::{Builder, JoinHandle};

use sha2::{Digest, Sha256};

use super::Stream;
use super::block_sums::{BlockSums, Summing};
use super::files::for_each_piece;
use super::index::{Draft, Drafting};
use super::merkle;
use crate::event::line::Offset;
use crate::sys::storage::File;

/// How many bytes are worth waking the threads for.
const STEP_BYTES: u64 = 1 << 20;

/// Takes the bytes of a segment piece by piece, and makes something of them.
pub(super) trait Pieces {
    /// What is made.
    type Made;

    /// Takes the next bytes.
    fn take(&mut self, piece: &[u8]);

    /// What the bytes have made.
    fn made(self) -> Self::Made;
}

/// The checksums of a segment: its SHA-256, and those of its blocks.
pub(super) struct Hashes {
    pub(super) sha256: String,
    pub(super) blocks: BlockSums,
}

/// Makes the checksums.
struct Hashing {
    sha256: Sha256,
    blocks: Summing,
}

impl Pieces for Hashing {
    type Made = Hashes;

    fn take(&mut self, piece: &[u8]) {
        self.sha256.update(piece);
        self.blocks.take(piece);
    }

    fn made(self) -> Hashes {
        Hashes { sha256: merkle::to_hex(&self.sha256.finalize().into()), blocks: self.blocks.made() }
    }
}

/// A thread that reads a file up to wherever it is told.
struct Follower<T> {
    ends: mpsc::Sender<u64>,
    thread: JoinHandle<io::Result<T>>,
}

impl<T: Send + 'static> Follower<T> {
    fn start(
        file: Arc<dyn File>,
        mut pieces: impl Pieces<Made = T> + Send + 'static,
    ) -> io::Result<Follower<T>> {
        let (ends, reached) = mpsc::channel();
        let thread = Builder::new().spawn(move || {
            let mut position = 0;
            for end in reached {
                for_each_piece(&*file, position, end, |piece| {
                    pieces.take(piece);
                    position += piece.len() as u64;
                })?;
                if position < end {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            Ok(pieces.made())
        })?;
        Ok(Follower { ends, thread })
    }

    fn go_to(&self, end: u64) {
        // A thread that has failed says why at the end.
        let _ = self.ends.send(end);
    }

    fn finish(self, end: u64) -> io::Result<T> {
        self.go_to(end);
        drop(self.ends);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// The work on one segment.
pub(super) struct Ahead {
    hashes: Follower<Hashes>,
    /// Nothing for a stream whose settings name no fields that can be read.
    index: Option<Follower<Option<Draft>>>,
    /// How far both were told to go.
    told: u64,
}

impl Ahead {
    /// Begins with the segment that begins at `first` and will have about `bytes`.
    pub(super) fn start(
        stream: &Stream,
        first: Offset,
        file: &Arc<dyn File>,
        bytes: u64,
    ) -> io::Result<Ahead> {
        let blocks = Summing::new(BlockSums::block_for(bytes));
        let hashing = Hashing { sha256: Sha256::new(), blocks };
        let drafting = Drafting::new(&stream.settings.fields, first, bytes);
        let index = drafting.map(|drafting| Follower::start(file.clone(), drafting)).transpose()?;
        Ok(Ahead { hashes: Follower::start(file.clone(), hashing)?, index, told: 0 })
    }

    /// The bytes before `end` are written.
    pub(super) fn go_to(&mut self, end: u64) {
        if end < self.told + STEP_BYTES {
            return;
        }
        self.told = end;
        self.hashes.go_to(end);
        self.index.iter().for_each(|index| index.go_to(end));
    }

    /// What the segment's bytes before `end` have made; no index where none can be made.
    pub(super) fn finish(self, end: u64) -> io::Result<(Hashes, Option<Draft>)> {
        self.index.iter().for_each(|index| index.go_to(end));
        let hashes = self.hashes.finish(end)?;
        // Nothing rests on an index, so that a failure is none.
        let index = self.index.and_then(|index| index.finish(end).ok().flatten());
        Ok((hashes, index))
    }
}
