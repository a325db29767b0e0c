//! A batch on its way into a stream, and when a line of it is the same event as one that is stored.

use super::audit::tombstone::Tombstone;
use super::merkle;
use crate::time::timestamp::Timestamp;

/// Whole lines that are stored together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The lines, each ended by a newline.
    pub lines: Vec<u8>,
    /// How many there are.
    pub count: u64,
    /// Where a time was put in, in the order of the lines.
    pub stamps: Vec<Stamp>,
}

/// A time that the author did not write: it says when the line came, so it differs when the line comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The number of the line within its batch, from 0.
    pub line: u64,
    /// Where the time begins in the line, with its quote.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Batch {
    /// Takes everything out.
    pub fn clear(&mut self) {
        self.lines.clear();
        self.stamps.clear();
        self.count = 0;
    }

    /// The lines without their newlines, each with the time that was put in.
    pub fn each(&self) -> impl Iterator<Item = (&[u8], Option<Stamp>)> {
        let mut stamps = self.stamps.iter().peekable();
        let lines = self.lines.strip_suffix(b"\n").unwrap_or(&self.lines);
        let lines = (self.count > 0).then(|| lines.split(|&byte| byte == b'\n'));
        lines
            .into_iter()
            .flatten()
            .enumerate()
            .map(move |(number, line)| (line, stamps.next_if(|stamp| stamp.line == number as u64).copied()))
    }

    /// Takes out the lines for which `is_out` says so.
    pub fn retain(&mut self, is_out: &[bool]) {
        let mut kept = Batch::default();
        for ((line, stamp), _) in self.each().zip(is_out).filter(|(_, is_out)| !**is_out) {
            kept.stamps.extend(stamp.map(|stamp| Stamp { line: kept.count, ..stamp }));
            kept.lines.extend_from_slice(line);
            kept.lines.push(b'\n');
            kept.count += 1;
        }
        *self = kept;
    }
}

/// Whether `line` says what `stored` says, byte for byte but for the time that was put in; also when `stored` is what
/// a redaction left of it.
pub fn is_same(line: &[u8], stamp: Option<Stamp>, stored: &[u8]) -> bool {
    if line == stored {
        return true;
    }
    if let Some(tombstone) = Tombstone::parse(stored) {
        return tombstone.leaf == merkle::leaf(line);
    }
    let Some(stamp) = stamp else { return false };
    let (before, after) = (&line[..stamp.start], &line[stamp.end..]);
    let middle = stored.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    let time = middle.and_then(|text| text.strip_prefix(b"\"")?.strip_suffix(b"\""));
    let time = time.and_then(|text| std::str::from_utf8(text).ok());
    time.is_some_and(|text| Timestamp::parse(text).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch() -> Batch {
        let stamp = |line| Stamp { line, start: 5, end: 27 };
        Batch {
            lines:
                b"{\"t\":\"2024-01-01T00:00:00Z\",\"n\":0}\n{}\n{\"t\":\"2024-01-01T00:00:00Z\",\"n\":2}\n"
                    .to_vec(),
            count: 3,
            stamps: vec![stamp(0), stamp(2)],
        }
    }

    #[test]
    fn lines_that_are_taken_out_take_their_stamps_with_them() {
        let mut batch = batch();
        batch.retain(&[true, false, false]);
        assert_eq!(batch.lines, b"{}\n{\"t\":\"2024-01-01T00:00:00Z\",\"n\":2}\n");
        assert_eq!((batch.count, batch.stamps.len(), batch.stamps[0].line), (2, 1, 1));
        batch.retain(&[true, true]);
        assert_eq!(batch, Batch::default());
        assert_eq!(batch.each().count(), 0);
    }

    #[test]
    fn only_a_time_that_was_put_in_may_differ() {
        let batch = batch();
        let (line, stamp) = batch.each().next().expect("a line");
        let same = |stored: &str| is_same(line, stamp, stored.as_bytes());
        assert!(same(r#"{"t":"2024-01-01T00:00:00Z","n":0}"#));
        assert!(same(r#"{"t":"2025-05-05T05:05:05.5Z","n":0}"#));
        assert!(!same(r#"{"t":"2025-05-05T05:05:05.5Z","n":1}"#));
        assert!(!same(r#"{"t":"soon","n":0}"#));
        assert!(!is_same(line, None, br#"{"t":"2025-05-05T05:05:05.5Z","n":0}"#));
    }
}
