//! The two files of an index, as text: a header with checksums, and a line for each block.

use std::io;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::super::files::read_range;
use crate::sys::storage::{File, Open, Storage};
use crate::time::timestamp::Timestamp;

/// How much is read at first: the header is shorter, unless the paths of the fields are very long.
const HEADER_BYTES: u64 = 4096;
/// A hash of an entity is so many hexadecimal digits.
const DIGITS: usize = 4;
/// What the checksum of a header stands behind.
const SUM: &str = ",\"sum\":\"";

/// What an index says of its segment as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    /// The first offset of the segment.
    pub(super) first: u64,
    /// How many lines it has.
    pub(super) events: u64,
    pub(super) bytes: u64,
    /// What a sealed segment is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sha256: Option<String>,
    /// What stands for the bytes of a segment that still grows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tail: Option<Tail>,
    /// Where the event time was read, and the entity.
    pub(super) time: String,
    pub(super) key: String,
    /// The length of the longest line, without its newline.
    pub(super) longest: u64,
    /// Whether every line is an event.
    pub(super) sound: bool,
    /// The first and the last event time; left out unless every event has a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<String>,
    /// XXH3-64 of what follows the header.
    pub(super) body: String,
}

/// The last block of a segment that still grows: as long as it stands where it stood, so does what comes before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tail {
    /// Where it begins.
    pub(super) byte: u64,
    /// XXH3-64 of its bytes.
    pub(super) sum: String,
}

/// The header of a file of entities.
#[derive(Serialize, Deserialize)]
struct EntitiesHeader {
    /// The checksum of the header of the index whose blocks these are.
    index: String,
    body: String,
}

/// What is known of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The offset of its first line, and how many lines it has.
    pub(super) first: u64,
    pub(super) lines: u64,
    /// Its bytes in the segment.
    pub(super) start: u64,
    pub(super) end: u64,
    /// The first and the last event time, when every line has one.
    pub(super) times: Option<(Timestamp, Timestamp)>,
    /// Whether every line is an event.
    pub(super) is_sound: bool,
    /// XXH3-64 of its bytes.
    pub(super) sum: u64,
}

/// A block as it is written.
#[derive(Serialize, Deserialize)]
struct WrittenBlock<'t> {
    first: u64,
    byte: u64,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    from: Option<&'t str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    to: Option<&'t str>,
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    sound: bool,
    sum: &'t str,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_yes(answer: &bool) -> bool {
    *answer
}

/// A checksum in hexadecimal.
pub(super) fn hex(sum: u64) -> String {
    format!("{sum:016x}")
}

fn parse_hex(text: &str) -> Option<u64> {
    (text.len() == 16).then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

/// The two ends of a range of times, read back.
fn times(from: Option<&str>, to: Option<&str>) -> Option<Option<(Timestamp, Timestamp)>> {
    let parse = |text: &str| Timestamp::parse(text).ok();
    match (from, to) {
        (None, None) => Some(None),
        (Some(from), Some(to)) => Some(Some((parse(from)?, parse(to)?))),
        _ => None,
    }
}

/// The line of a header with its checksum as the last member.
fn header_line(header: &impl Serialize) -> io::Result<String> {
    let text = serde_json::to_string(header).map_err(io::Error::other)?;
    let text = text.strip_suffix('}').unwrap_or(&text);
    Ok(format!("{text}{SUM}{}\"}}\n", hex(xxh3_64(text.as_bytes()))))
}

/// The header that begins a file, its checksum, and how many bytes it takes; nothing when it is damaged.
fn read_header<T: serde::de::DeserializeOwned>(start: &[u8]) -> Option<(T, String, usize)> {
    let length = memchr::memchr(b'\n', start)?;
    let line = std::str::from_utf8(&start[..length]).ok()?;
    let (said, sum) = line.rsplit_once(SUM)?;
    let sum = sum.strip_suffix("\"}")?;
    (parse_hex(sum)? == xxh3_64(said.as_bytes())).then_some(())?;
    let header = serde_json::from_str(&format!("{said}}}")).ok()?;
    Some((header, sum.to_owned(), length + 1))
}

/// The texts of both files. `entities` has the hashes of each block, in ascending order.
pub(super) fn texts(
    mut header: Header,
    blocks: &[Block],
    entities: &[Vec<u16>],
) -> io::Result<(String, String)> {
    let mut body = String::new();
    for block in blocks {
        let times = block.times.map(|(from, to)| (from.to_string(), to.to_string()));
        let written = WrittenBlock {
            first: block.first,
            byte: block.start,
            from: times.as_ref().map(|(from, _)| &**from),
            to: times.as_ref().map(|(_, to)| &**to),
            sound: block.is_sound,
            sum: &hex(block.sum),
        };
        body.push_str(&serde_json::to_string(&written).map_err(io::Error::other)?);
        body.push('\n');
    }
    header.body = hex(xxh3_64(body.as_bytes()));
    let index = header_line(&header)? + &body;
    let (_, sum, _) = read_header::<Header>(index.as_bytes()).ok_or(io::ErrorKind::InvalidData)?;
    body.clear();
    for hashes in entities {
        let digits = |hash: &u16| [12, 8, 4, 0].map(|shift| u32::from(hash >> shift & 15));
        let digits = hashes.iter().flat_map(digits).filter_map(|digit| char::from_digit(digit, 16));
        body.extend(digits);
        body.push('\n');
    }
    let header = EntitiesHeader { index: sum, body: hex(xxh3_64(body.as_bytes())) };
    Ok((index, header_line(&header)? + &body))
}

/// An open index whose header is whole.
pub(super) struct Index {
    pub(super) header: Header,
    /// The first and the last event time of the segment.
    pub(super) times: Option<(Timestamp, Timestamp)>,
    sum: String,
    file: Box<dyn File>,
    /// What was read first, and where the header ends in it.
    start: Vec<u8>,
    body: usize,
}

impl Index {
    /// Reads the header of an index.
    pub(super) fn open(file: Box<dyn File>) -> Option<Index> {
        let start = read_range(&*file, 0, HEADER_BYTES).ok()?;
        let (header, sum, body): (Header, _, _) = read_header(&start)?;
        header.first.checked_add(header.events)?;
        let times = times(header.from.as_deref(), header.to.as_deref())?;
        Some(Index { header, times, sum, file, start, body })
    }

    /// Whether the last block stands in the segment where it stood when the index was made.
    pub(super) fn has_tail_in(&self, segment: &dyn File) -> bool {
        let is_right = |tail: &Tail| {
            let length = self.header.bytes.checked_sub(tail.byte)?;
            let bytes = read_range(segment, tail.byte, length.min(1 << 30)).ok()?;
            Some(bytes.len() as u64 == length && parse_hex(&tail.sum)? == xxh3_64(&bytes))
        };
        self.header.tail.as_ref().and_then(is_right).unwrap_or(false)
    }

    /// All blocks; nothing when they are damaged.
    pub(super) fn blocks(&self) -> Option<Vec<Block>> {
        let size = self.file.metadata().ok()?.bytes;
        let mut text = self.start.clone();
        let have = text.len() as u64;
        text.extend(read_range(&*self.file, have, size.checked_sub(have)?).ok()?);
        let text = std::str::from_utf8(text.get(self.body..)?).ok()?;
        (hex(xxh3_64(text.as_bytes())) == self.header.body).then_some(())?;
        let mut blocks: Vec<Block> = Vec::new();
        for line in text.lines() {
            let written: WrittenBlock<'_> = serde_json::from_str(line).ok()?;
            blocks.push(Block {
                first: written.first,
                lines: 0,
                start: written.byte,
                end: 0,
                times: times(written.from, written.to)?,
                is_sound: written.sound,
                sum: parse_hex(written.sum)?,
            });
        }
        self.close(&mut blocks)?;
        Some(blocks)
    }

    /// Sets where each block ends: where the next one begins. Nothing when they are not in order.
    fn close(&self, blocks: &mut [Block]) -> Option<()> {
        let Header { first, events, bytes, .. } = self.header;
        let begins_right = blocks.first().is_some_and(|block| block.first == first && block.start == 0);
        let (mut next, mut end) = (first.checked_add(events)?, bytes);
        for block in blocks.iter_mut().rev() {
            block.lines = next.checked_sub(block.first).filter(|&lines| lines > 0)?;
            block.end = end;
            (block.start < end).then_some(())?;
            (next, end) = (block.first, block.start);
        }
        begins_right.then_some(())
    }

    /// For each block whether it may hold the entity; nothing when no file tells.
    pub(super) fn entities(&self, storage: &Arc<dyn Storage>, path: &Path, hash: u16) -> Option<Vec<bool>> {
        let file = storage.open(path, Open::Read, true).ok()?;
        let text = read_range(&*file, 0, file.metadata().ok()?.bytes).ok()?;
        let (header, _, body): (EntitiesHeader, _, _) = read_header(&text)?;
        let body = &text[body..];
        (header.index == self.sum && hex(xxh3_64(body)) == header.body).then_some(())?;
        let text = format!("{hash:04x}");
        let wanted: &[u8; DIGITS] = text.as_bytes().try_into().ok()?;
        let holds = |line: &[u8]| line.as_chunks::<DIGITS>().0.contains(wanted);
        Some(body.strip_suffix(b"\n")?.split(|&byte| byte == b'\n').map(holds).collect())
    }
}
