//! The Merkle tree of a stream, from what the head and the seals know already and the lines behind that.

use super::Stream;
use super::head::{self, Slot};
use super::merkle::Frontier;
use super::reader::Reader;
use crate::error::{Error, Result};
use crate::event::line::{Block, Offset};

impl Stream {
    /// The tree over all committed lines. Lines that the head or a seal vouches for are not read again.
    pub fn tree(&self) -> Result<Frontier> {
        let (mut tree, mut reader) = match self.certain_slot()? {
            Some(slot) => (slot.frontier.clone(), Reader::behind(self.clone(), &slot)?),
            None => {
                let tree = self.sealed_tree()?;
                let reader = self.read_from(Offset(tree.size()))?;
                (tree, reader)
            }
        };
        let mut block = Block::default();
        while reader.next_block(&mut block)? {
            tree.push_lines(&block.bytes);
        }
        Ok(tree)
    }

    /// Whether an append is in the segment that is appended to: an earlier one may have been redacted since, so that
    /// its bytes are elsewhere.
    fn is_last(&self, slot: &Slot) -> Result<bool> {
        Ok(self.segments()?.last().is_some_and(|segment| segment.first == slot.segment))
    }

    /// The last append that is stored for certain, as long as its bytes can be there.
    pub(super) fn certain_slot(&self) -> Result<Option<Slot>> {
        let path = self.inside("head");
        let found = head::read_done(&*self.storage, &path);
        let Some(slot) = found.map_err(|cause| self.failed("read", &path, &cause))? else { return Ok(None) };
        let Some(segment) = self.segments()?.into_iter().find(|segment| segment.first == slot.segment) else {
            if slot.end == 0 {
                // The segment's first append never came to anything, so it need not be there yet.
                return Ok(None);
            }
            return Err(Error::data(format!(
                "{} has lost the segment that begins at offset {}",
                self.name, slot.segment
            ))
            .hint("bring the segment files back"));
        };
        let size = self.storage.metadata(&segment.path);
        let size = size.map_err(|cause| self.failed("read", &segment.path, &cause))?.bytes;
        Ok((size >= slot.end || !self.is_last(&slot)?).then_some(slot))
    }

    /// The tree up to the end of the last segment that has a seal.
    fn sealed_tree(&self) -> Result<Frontier> {
        for segment in self.segments()?.iter().rev() {
            if let Some(seal) = self.read_seal(segment.first)? {
                return Ok(seal.frontier);
            }
        }
        Ok(Frontier::default())
    }
}
