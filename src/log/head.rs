//! The head: two slots of 4096 bytes in `.bourn/head`, the truth about the last append.
//!
//! ```text
//! byte 0     slot 0, the pending append     a JSON object, spaces, a newline: 4096 bytes
//! byte 4096  slot 1, the last done append   the same
//! ```
//!
//! An object has `turn` (which append of the stream's life it is), `state`, `segment` (its first offset),
//! `start` and `end` (bytes within the segment), `first` (offset of the first line), `count` (lines), `checksum`
//! (XXH3-64 of the lines' bytes), `frontier` (Merkle peaks after the append), where there are any `marks` (of consumers,
//! before the append) and `mark` (the one that it brings), and, last, `sum`: XXH3-64 of everything before it. The slot with the larger turn holds; of equal turns the one in slot 1, except that a
//! suspect slot 0 holds against its own turn.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::files::read_range;
use super::mark::{Mark, Marks};
use super::merkle::{self, Frontier};
use crate::event::line::Offset;
use crate::sys::storage::{File, Open, Storage};

/// The size of a slot in bytes.
pub const SLOT_BYTES: u64 = 4096;

/// What is known of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Its lines may be there, in part or as a whole.
    Pending,
    /// Its lines are stored and flushed.
    Done,
    /// Its lines are written, and nobody asked for a flush.
    Unflushed,
    /// A run of batches is in hand that becomes visible as a whole: nothing behind `start` counts.
    Open,
    /// A flush failed behind `start`: nothing there is believed, whatever can be read.
    Suspect,
}

impl State {
    /// Whether slot 0 is its place: what is not certain never overwrites the last certain append.
    fn is_first_slot(self) -> bool {
        matches!(self, State::Pending | State::Open | State::Suspect)
    }
}

/// What the head says about one append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Which append of the stream's life it is.
    pub turn: u64,
    /// How far it got.
    pub state: State,
    /// The first offset of its segment.
    pub segment: Offset,
    /// Where its lines begin in the segment, in bytes.
    pub start: u64,
    /// Where its lines end.
    pub end: u64,
    /// The offset of its first line.
    pub first: Offset,
    /// How many lines it has.
    pub count: u64,
    /// XXH3-64 of its lines.
    pub checksum: u64,
    /// The Merkle frontier behind it.
    pub frontier: Frontier,
    /// The marks of consumers, should the append come to nothing.
    pub marks: Marks,
    /// The mark that it brings, by its name, once it counts.
    pub mark: Option<Box<(String, Mark)>>,
}

impl Slot {
    /// A slot without lines of its own: where the stream stands at `tip`.
    pub(super) fn standing(state: State, tip: &super::recovery::Tip) -> Slot {
        Slot {
            turn: tip.turn,
            state,
            segment: tip.segment.first,
            start: tip.end,
            end: tip.end,
            first: tip.next,
            count: 0,
            checksum: checksum(b""),
            frontier: tip.frontier.clone(),
            marks: tip.marks.clone(),
            mark: None,
        }
    }

    /// The marks of consumers, by whether the append counts.
    pub fn marks(&self, counts: bool) -> Marks {
        let mut marks = self.marks.clone();
        if let Some(brought) = self.mark.as_ref().filter(|_| counts) {
            marks.put(&brought.0, brought.1.clone());
        }
        marks
    }

    /// Whether its lines do not count where the stream ends at `tip`, so that they were cut off; perhaps by somebody whose
    /// flush of that failed, so that the device has them still.
    pub(super) fn came_to_nothing(&self, tip: &super::recovery::Tip) -> bool {
        self.segment == tip.segment.first
            && match self.state {
                State::Pending => tip.end < self.end,
                State::Suspect | State::Open => true,
                State::Done | State::Unflushed => false,
            }
    }

    /// The offset behind its last line.
    pub fn next(&self) -> Offset {
        Offset(self.first.0 + self.count)
    }
}

/// A slot as it is written.
#[derive(Serialize, Deserialize)]
struct Written {
    turn: u64,
    state: State,
    segment: u64,
    start: u64,
    end: u64,
    first: u64,
    count: u64,
    checksum: String,
    frontier: Vec<String>,
    #[serde(default, skip_serializing_if = "Marks::is_empty")]
    marks: Marks,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mark: Option<Box<(String, Mark)>>,
}

/// What the head file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// There is none: a stream made by hand.
    Absent,
    /// It fails its checksum and is worth nothing as a whole.
    Damaged,
    /// The last append.
    Last(Slot),
}

/// The checksum of some lines, as slots have it.
pub fn checksum(lines: &[u8]) -> u64 {
    xxh3_64(lines)
}

/// The bytes of a slot.
fn encode(slot: &Slot) -> Vec<u8> {
    let written = Written {
        turn: slot.turn,
        state: slot.state,
        segment: slot.segment.0,
        start: slot.start,
        end: slot.end,
        first: slot.first.0,
        count: slot.count,
        checksum: format!("{:016x}", slot.checksum),
        frontier: slot.frontier.peaks().iter().map(merkle::to_hex).collect(),
        marks: slot.marks.clone(),
        mark: slot.mark.clone(),
    };
    let mut text =
        serde_json::to_vec(&written).expect("a slot of plain numbers and texts always becomes JSON");
    // The closing brace makes room for the sum.
    text.pop();
    let sum = xxh3_64(&text);
    text.extend_from_slice(format!(",\"sum\":\"{sum:016x}\"}}").as_bytes());
    assert!(
        text.len() < SLOT_BYTES as usize,
        "fifty peaks fit, and no stream has 2^50 lines; or half of them with all marks there can be"
    );
    text.resize(SLOT_BYTES as usize - 1, b' ');
    text.push(b'\n');
    text
}

/// The slot in these bytes; `None` inside when nothing was ever written there.
fn decode(bytes: &[u8]) -> Result<Option<Slot>, ()> {
    if bytes.iter().all(|&byte| byte == 0) {
        return Ok(None);
    }
    let text = bytes.trim_ascii_end();
    let sum_at = memchr::memmem::rfind(text, b",\"sum\":\"").ok_or(())?;
    let (said, sum) = text.split_at(sum_at);
    if sum != format!(",\"sum\":\"{:016x}\"}}", xxh3_64(said)).as_bytes() {
        return Err(());
    }
    let mut object = said.to_vec();
    object.push(b'}');
    let written: Written = serde_json::from_slice(&object).map_err(|_| ())?;
    let peaks =
        written.frontier.iter().map(|hash| merkle::from_hex(hash)).collect::<Option<Vec<_>>>().ok_or(())?;
    let size = written.first.checked_add(written.count).ok_or(())?;
    Ok(Some(Slot {
        turn: written.turn,
        state: written.state,
        segment: Offset(written.segment),
        start: written.start,
        end: written.end,
        first: Offset(written.first),
        count: written.count,
        checksum: u64::from_str_radix(&written.checksum, 16).map_err(|_| ())?,
        frontier: Frontier::from_parts(size, peaks).ok_or(())?,
        marks: written.marks,
        mark: written.mark,
    }))
}

/// Reads the head at `path`.
pub fn read(storage: &dyn Storage, path: &Path) -> io::Result<Head> {
    match storage.open(path, Open::Read, true) {
        Ok(file) => read_open(&*file),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Head::Absent),
        Err(cause) => Err(cause),
    }
}

/// The last append that is known to be stored, whatever was begun since; nothing when the head says none, or is
/// damaged.
pub fn read_done(storage: &dyn Storage, path: &Path) -> io::Result<Option<Slot>> {
    let file = match storage.open(path, Open::Read, true) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    Ok(match read_slots(&*file)? {
        (Ok(_), Ok(Some(slot))) if slot.state == State::Done => Some(slot),
        _ => None,
    })
}

/// What is found in the place of a slot.
type Found = Result<Option<Slot>, ()>;

/// Both slots of an open head.
fn read_slots(file: &dyn File) -> io::Result<(Found, Found)> {
    let bytes = read_range(file, 0, 2 * SLOT_BYTES)?;
    let mut slots = [bytes.get(..SLOT_BYTES as usize), bytes.get(SLOT_BYTES as usize..)].map(|slot| {
        let mut slot = slot.unwrap_or(&bytes).to_vec();
        slot.resize(SLOT_BYTES as usize, 0);
        slot
    });
    if bytes.len() <= SLOT_BYTES as usize {
        slots[1] = vec![0; SLOT_BYTES as usize];
    }
    Ok((decode(&slots[0]), decode(&slots[1])))
}

/// Reads an open head.
pub fn read_open(file: &dyn File) -> io::Result<Head> {
    Ok(match read_slots(file)? {
        (Err(()), _) | (_, Err(())) => Head::Damaged,
        (Ok(None), Ok(None)) => Head::Absent,
        (Ok(Some(slot)), Ok(None)) | (Ok(None), Ok(Some(slot))) => Head::Last(slot),
        (Ok(Some(pending)), Ok(Some(done))) => {
            let is_first =
                pending.turn > done.turn || pending.turn == done.turn && pending.state == State::Suspect;
            Head::Last(if is_first { pending } else { done })
        }
    })
}

/// The marks of a damaged head. Where there are marks every write to the head is flushed before the next, so a power cut
/// tears one slot at most: that of an append whose lines were not written yet, or were all flushed.
pub fn read_damaged_marks(file: &dyn File) -> io::Result<Marks> {
    Ok(match read_slots(file)? {
        (Err(()), Ok(Some(done))) => done.marks(true),
        (Ok(Some(pending)), Err(())) => pending.marks(pending.state == State::Pending),
        _ => Marks::default(),
    })
}

/// Writes a slot to its place; does not flush.
pub fn write(file: &dyn File, slot: &Slot) -> io::Result<()> {
    let position = if slot.state.is_first_slot() { 0 } else { SLOT_BYTES };
    file.write_all_at(&encode(slot), position)
}

/// Writes a slot to a head that is worth nothing as a whole, and flushes it.
pub fn write_anew(file: &dyn File, slot: &Slot) -> io::Result<()> {
    file.truncate(0)?;
    file.sync()?;
    write(file, slot)?;
    file.sync()
}

/// Writes a slot and flushes the head. The other slot is written once more as it stands: a flush that failed may have left it
/// in memory only, taken for flushed, and a power cut would tear it.
pub fn write_flushed(file: &dyn File, slot: &Slot) -> io::Result<()> {
    let other = if slot.state.is_first_slot() { SLOT_BYTES } else { 0 };
    write(file, slot)?;
    file.write_all_at(&read_range(file, other, SLOT_BYTES)?, other)?;
    file.sync()
}

/// Writes a done slot over what must not hold any more: an append that came to nothing, lines that nobody believes, an
/// open run. The device may go on saying that until the head is flushed; whoever appended behind a done slot that is not
/// would lose it to a power cut. So the first slot says before, and is flushed, that nothing is in hand at the end: whoever
/// finds that settles it once more, and on the device it vouches for as much.
pub fn write_over(file: &dyn File, done: &Slot) -> io::Result<()> {
    let nothing = Slot {
        state: State::Pending,
        start: done.end,
        first: done.next(),
        count: 0,
        checksum: checksum(b""),
        marks: done.marks(true),
        mark: None,
        ..done.clone()
    };
    write_flushed(file, &nothing)?;
    write(file, done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(turn: u64, state: State) -> Slot {
        let mut frontier = Frontier::default();
        frontier.push_lines(b"{}\n{\"a\":1}\n{}\n");
        Slot {
            turn,
            state,
            segment: Offset(0),
            start: 3,
            end: 15,
            first: Offset(1),
            count: 2,
            checksum: 7,
            frontier,
            marks: Marks::default(),
            mark: None,
        }
    }

    #[test]
    fn a_slot_comes_back_and_every_changed_bit_is_noticed() {
        let bytes = encode(&slot(5, State::Done));
        assert_eq!(bytes.len() as u64, SLOT_BYTES);
        assert_eq!(decode(&bytes), Ok(Some(slot(5, State::Done))));
        let length = bytes.trim_ascii_end().len();
        for at in 0..length {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(decode(&changed), Err(()), "byte {at}");
        }
        assert_eq!(decode(&[0; 4096]), Ok(None));
    }
}
