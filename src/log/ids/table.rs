//! The file `.bourn/SEGMENT.ids`: two sorted tables, one of event ids and one of entities, cut into blocks that carry
//! their own checksums, so that a question reads the header and one block and not the file.
//!
//! An event id is kept as a hash of 64 bits with the byte position of its line. A hash that is found is only a reason
//! to read that line, so two ids with the same hash are told apart. An entity is kept as the first half of its SHA-256,
//! which nobody can make collide, with the number of its events.

use std::io;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::super::files::read_range;
use crate::sys::storage::{File, Open, Storage};

/// The first half of the SHA-256 of an entity.
pub type EntityHash = [u8; 16];

/// Hash and position of each id; hash and number of events of each entity.
pub type Records = (Vec<(u64, u64)>, Vec<(EntityHash, u64)>);

/// The bytes of the header, and of a block.
const HEADER_BYTES: usize = 4096;
const BLOCK_BYTES: usize = 16 << 10;
/// A block begins with its checksum.
const SUM_BYTES: usize = 8;
/// An id: hash and position, big-endian, so that the order of the bytes is that of the numbers.
const ID_BYTES: usize = 16;
/// An entity: hash and number of events.
const ENTITY_BYTES: usize = 24;

/// What a file of ids was made from; with anything else it is worth nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// How many bytes of the segment it knows.
    pub bytes: u64,
    /// XXH3-64 of the last of these bytes.
    pub tail: u64,
    /// Where the events keep their ids and entities.
    pub fields: String,
    /// The size of the log of redactions: a redaction moves the lines of a segment.
    pub redactions: u64,
}

/// The header as it is written.
#[derive(Serialize, Deserialize)]
struct Header {
    #[serde(flatten)]
    origin: Origin,
    ids: u64,
    entities: u64,
    /// XXH3-64 of the first eight bytes of each block.
    fences: u64,
}

/// An open file of ids.
pub struct Table {
    file: Box<dyn File>,
    /// The header's checksum: blocks of another header do not pass for this one's.
    seed: u64,
    ids: Part,
    entities: Part,
}

/// One of the two tables.
struct Part {
    /// Where its first block begins in the file.
    start: u64,
    /// The number of its first block, over both tables.
    first: u64,
    record: usize,
    records: u64,
    /// The first eight bytes of the first record of each block.
    fences: Vec<u64>,
}

fn damaged() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}

fn first_eight(bytes: &[u8]) -> u64 {
    let mut eight = [0; 8];
    eight.copy_from_slice(&bytes[..8]);
    u64::from_be_bytes(eight)
}

fn per_block(record: usize) -> usize {
    (BLOCK_BYTES - SUM_BYTES) / record
}

impl Table {
    /// Opens a file of ids; nothing when there is none, or none that can be used.
    pub fn open(storage: &Arc<dyn Storage>, path: &Path) -> Option<(Table, Origin)> {
        let file = storage.open(path, Open::Read, true).ok()?;
        Table::read(file).ok()
    }

    fn read(file: Box<dyn File>) -> io::Result<(Table, Origin)> {
        let bytes = read_range(&*file, 0, HEADER_BYTES as u64)?;
        let text = bytes.trim_ascii_end();
        let sum_at = text.len().checked_sub(17).ok_or_else(damaged)?;
        let (said, sum) = text.split_at(sum_at);
        let seed = xxh3_64(said);
        if bytes.len() != HEADER_BYTES || sum != format!(" {seed:016x}").as_bytes() {
            return Err(damaged());
        }
        let header: Header = serde_json::from_slice(said).map_err(|_| damaged())?;
        let counts = [(header.ids, ID_BYTES), (header.entities, ENTITY_BYTES)];
        let blocks = counts.map(|(records, record)| records.div_ceil(per_block(record) as u64));
        let size = file.metadata()?.bytes;
        let fence_bytes = blocks[0].checked_add(blocks[1]).and_then(|blocks| blocks.checked_mul(8));
        let fence_bytes = fence_bytes.filter(|&bytes| bytes <= size).ok_or_else(damaged)?;
        let fences = read_range(&*file, HEADER_BYTES as u64, fence_bytes)?;
        if fences.len() as u64 != fence_bytes || xxh3_64(&fences) != header.fences {
            return Err(damaged());
        }
        let fences: Vec<u64> = fences.chunks_exact(8).map(first_eight).collect();
        let (of_ids, of_entities) = fences.split_at(blocks[0] as usize);
        let start = HEADER_BYTES as u64 + fence_bytes;
        let part = |at: usize, first: u64, fences: &[u64]| Part {
            start,
            first,
            record: counts[at].1,
            records: counts[at].0,
            fences: fences.to_vec(),
        };
        let (ids, entities) = (part(0, 0, of_ids), part(1, blocks[0], of_entities));
        Ok((Table { file, seed, ids, entities }, header.origin))
    }

    /// The positions of the lines whose ids have one of these hashes, each with the number that came with the hash.
    /// The hashes are in ascending order, so that a block is read once.
    pub fn positions(&self, hashes: &[(u64, usize)]) -> io::Result<Vec<(usize, u64)>> {
        let (mut found, mut open) = (Vec::new(), None);
        for &(hash, number) in hashes {
            self.each_with(&self.ids, hash, &mut open, |record| {
                found.push((number, first_eight(&record[8..])));
            })?;
        }
        Ok(found)
    }

    /// How many events an entity has.
    pub fn count(&self, entity: &EntityHash) -> io::Result<u64> {
        let mut count = 0;
        self.each_with(&self.entities, first_eight(entity), &mut None, |record| {
            if record[..16] == *entity {
                count += first_eight(&record[16..]);
            }
        })?;
        Ok(count)
    }

    /// Everything in the file.
    pub fn all(&self) -> io::Result<Records> {
        let (mut ids, mut entities) = (Vec::new(), Vec::new());
        for number in 0..self.ids.fences.len() {
            let block = self.block(&self.ids, number)?;
            ids.extend(
                block.chunks_exact(ID_BYTES).map(|record| (first_eight(record), first_eight(&record[8..]))),
            );
        }
        for number in 0..self.entities.fences.len() {
            let block = self.block(&self.entities, number)?;
            entities.extend(block.chunks_exact(ENTITY_BYTES).map(|record| {
                let mut hash = [0; 16];
                hash.copy_from_slice(&record[..16]);
                (hash, first_eight(&record[16..]))
            }));
        }
        Ok((ids, entities))
    }

    /// Hands every record that begins with `key` to `take`; `open` is the block that was read last.
    fn each_with(
        &self,
        part: &Part,
        key: u64,
        open: &mut Option<(usize, Vec<u8>)>,
        mut take: impl FnMut(&[u8]),
    ) -> io::Result<()> {
        // Records with the key may begin in the block before the first one that is fenced by it.
        let from = part.fences.partition_point(|&fence| fence < key).saturating_sub(1);
        for number in from..part.fences.len() {
            if part.fences[number] > key {
                break;
            }
            if open.as_ref().is_none_or(|(known, _)| *known != number) {
                *open = Some((number, self.block(part, number)?));
            }
            let Some((_, block)) = open else { continue };
            let records = block.len() / part.record;
            let record = |at: usize| &block[at * part.record..(at + 1) * part.record];
            let (mut low, mut high) = (0, records);
            while low < high {
                let middle = (low + high) / 2;
                match first_eight(record(middle)) < key {
                    true => low = middle + 1,
                    false => high = middle,
                }
            }
            (low..records).map(record).take_while(|record| first_eight(record) == key).for_each(&mut take);
        }
        Ok(())
    }

    /// The records of a block.
    fn block(&self, part: &Part, number: usize) -> io::Result<Vec<u8>> {
        let at = part.first + number as u64;
        // The ids' blocks come before the entities', in one row.
        let bytes = read_range(&*self.file, part.start + at * BLOCK_BYTES as u64, BLOCK_BYTES as u64)?;
        if bytes.len() != BLOCK_BYTES
            || first_eight(&bytes) != xxh3_64_with_seed(&bytes[SUM_BYTES..], self.seed ^ at)
        {
            return Err(damaged());
        }
        let before = number as u64 * per_block(part.record) as u64;
        let records = part.records.saturating_sub(before).min(per_block(part.record) as u64) as usize;
        Ok(bytes[SUM_BYTES..SUM_BYTES + records * part.record].to_vec())
    }
}

/// Writes a file of ids beside and renames it into place. Nothing is flushed: it is derived, and what a power cut
/// leaves of it is told by its checksums.
pub fn write(
    storage: &Arc<dyn Storage>,
    path: &Path,
    origin: &Origin,
    ids: &mut [(u64, u64)],
    entities: &mut [(EntityHash, u64)],
) -> io::Result<()> {
    ids.sort_unstable();
    entities.sort_unstable();
    let mut blocks = Vec::new();
    let mut fences = Vec::new();
    let records = ids.iter().map(|(hash, position)| [hash.to_be_bytes(), position.to_be_bytes()].concat());
    fill(records, ID_BYTES, &mut blocks, &mut fences);
    let records = entities.iter().map(|(hash, count)| [&hash[..], &count.to_be_bytes()].concat());
    fill(records, ENTITY_BYTES, &mut blocks, &mut fences);
    let header = Header {
        origin: origin.clone(),
        ids: ids.len() as u64,
        entities: entities.len() as u64,
        fences: xxh3_64(&fences),
    };
    let mut content = serde_json::to_vec(&header).map_err(io::Error::other)?;
    let seed = xxh3_64(&content);
    content.extend_from_slice(format!(" {seed:016x}").as_bytes());
    if content.len() >= HEADER_BYTES {
        return Err(io::Error::other("the paths of the fields are too long for the header"));
    }
    content.resize(HEADER_BYTES - 1, b' ');
    content.push(b'\n');
    content.extend_from_slice(&fences);
    for (number, block) in blocks.chunks_exact_mut(BLOCK_BYTES).enumerate() {
        let sum = xxh3_64_with_seed(&block[SUM_BYTES..], seed ^ number as u64);
        block[..SUM_BYTES].copy_from_slice(&sum.to_be_bytes());
    }
    let temporary = path.with_extension("ids.new");
    let put = || {
        let file = storage.open(&temporary, Open::Create, true)?;
        file.truncate(0)?;
        file.write_all_at(&content, 0)?;
        file.write_all_at(&blocks, content.len() as u64)?;
        storage.rename(&temporary, path)
    };
    put().inspect_err(|_| {
        // A disk that is full takes no half index for nothing.
        let _ = storage.remove(&temporary);
    })
}

/// Appends records to the blocks, each block filled up to its size, and their first eight bytes to the fences.
fn fill(records: impl Iterator<Item = Vec<u8>>, record: usize, blocks: &mut Vec<u8>, fences: &mut Vec<u8>) {
    let mut room = 0;
    for bytes in records {
        if room == 0 {
            blocks.resize(blocks.len().next_multiple_of(BLOCK_BYTES) + SUM_BYTES, 0);
            fences.extend_from_slice(&bytes[..8]);
            room = per_block(record);
        }
        blocks.extend_from_slice(&bytes);
        room -= 1;
    }
    blocks.resize(blocks.len().next_multiple_of(BLOCK_BYTES), 0);
}
