//! The rows of one side of a join that wait for partners: found by key in arrival order, let go by time.

use smallvec::SmallVec;

use super::super::deadlines::Deadlines;
use super::super::key::{Key, Place, text_of};
use super::super::saved::{put_bytes, put_integer, take_bytes, take_integer};
use super::super::table::Index;
use super::super::window::{put_time, take_time};
use crate::error::Result;
use crate::event::scan::prefetch::prefetch;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;

/// As many bytes of a row lie in place, so that it is three cache lines, of which the first tells what to do with it.
const SHORT: usize = 96;

/// A row that is gone leaves room for at most so many bytes.
const USUAL: usize = 4096;

/// Stands for no row.
const NONE: usize = usize::MAX;

/// How many deadlines ahead rows that will go are asked for, and then where their keys are.
const FORESEEN: [usize; 2] = [6, 3];

/// One row that waits.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct Row {
    /// Its event time.
    pub time: Timestamp,
    /// Its key, if that is short.
    place: Place,
    /// The slot of the row of the same key that arrived next; of none if there is none.
    pub next: usize,
    /// How many bytes of a long key there are.
    key_length: u32,
    /// Whether it has met a partner.
    pub is_matched: bool,
    /// Whether it waits; the bytes of one that is gone are room for the next.
    is_there: bool,
    /// Its place in the arrival order of both sides.
    pub order: u64,
    hash: u64,
    /// The last row of the key; only known of the first one.
    last: usize,
    /// The key, if that is long, and then what is kept of the event.
    bytes: SmallVec<[u8; SHORT]>,
}

impl Row {
    /// Room for a row.
    fn new(time: Timestamp) -> Row {
        Row {
            time,
            order: 0,
            hash: 0,
            next: NONE,
            last: NONE,
            place: Place::default(),
            key_length: 0,
            is_matched: false,
            is_there: false,
            bytes: SmallVec::new(),
        }
    }

    /// It waits no longer. Room for what is usual is kept for the next row; a few long ones must not stay in memory for ever.
    fn leave(&mut self) {
        self.is_there = false;
        if self.bytes.capacity() > USUAL {
            self.bytes = SmallVec::new();
        }
    }

    /// The key.
    pub fn key(&self) -> &[u8] {
        match self.key_length {
            0 => text_of(&self.place),
            length => &self.bytes[..length as usize],
        }
    }

    #[inline(always)]
    fn is_of(&self, key: &Key) -> bool {
        match self.key_length {
            0 => self.place == *key.place(),
            length => self.bytes[..length as usize] == *key.text(),
        }
    }

    /// What is kept of the event.
    pub fn kept(&self) -> &[u8] {
        &self.bytes[self.key_length as usize..]
    }
}

/// The rows of one side.
pub struct Side {
    /// How long a row waits behind its own time.
    wait: Duration,
    rows: Vec<Row>,
    free: Vec<usize>,
    /// The first row of each key.
    firsts: Index,
    /// By time and arrival.
    by_time: Deadlines,
}

impl Side {
    /// No rows yet; each waits until `wait` behind its time, and until the watermark is there, which trails the other side's time
    /// by its `patience`.
    pub fn new(wait: Duration, patience: Duration) -> Self {
        Side {
            wait,
            rows: Vec::new(),
            free: Vec::new(),
            firsts: Index::default(),
            by_time: Deadlines::new(Duration(wait.0 + patience.0)),
        }
    }

    /// The last instant at which a partner of a row may lie.
    pub fn end_of_wait(&self, time: Timestamp) -> Timestamp {
        Timestamp(time.0 + self.wait.0)
    }

    /// Asks for what [`Side::first_of`] will look at.
    #[inline]
    pub fn prefetch_key(&self, hash: u64) {
        self.firsts.prefetch(hash);
    }

    /// The first row of the key.
    #[inline]
    pub fn first_of(&self, key: &Key) -> Option<usize> {
        self.firsts.find(key.hash(), |slot| self.row(slot).is_some_and(|row| row.is_of(key)))
    }

    /// The row in a slot; nothing in a slot that stands for none.
    #[inline]
    pub fn row(&self, slot: usize) -> Option<&Row> {
        self.rows.get(slot).filter(|row| row.is_there)
    }

    /// Asks for the memory of a row.
    #[inline]
    pub fn prefetch_row(&self, slot: usize) {
        if let Some(row) = self.rows.get(slot) {
            prefetch(row);
        }
    }

    /// The row has met a partner.
    #[inline]
    pub fn mark_matched(&mut self, slot: usize) {
        self.change(slot, |row| row.is_matched = true);
    }

    /// Keeps a row of the key until its wait is over.
    ///
    /// A row whose key is missing is never found, since nobody looks for null.
    pub fn add(&mut self, (time, order, is_matched): (Timestamp, u64, bool), key: &Key, kept: &[u8]) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.rows.push(Row::new(time));
            self.rows.len() - 1
        });
        match self.first_of(key) {
            Some(first) => {
                let last = self.row(first).map_or(first, |row| row.last);
                self.change(first, |first| first.last = slot);
                self.change(last, |last| last.next = slot);
            }
            None => self.firsts.insert(key.hash(), slot),
        }
        let row = &mut self.rows[slot];
        (row.time, row.order, row.hash, row.place) = (time, order, key.hash(), *key.place());
        (row.next, row.last) = (NONE, slot);
        (row.is_matched, row.is_there) = (is_matched, true);
        row.bytes.clear();
        row.key_length = key.long().len() as u32;
        if row.key_length > 0 {
            row.bytes.extend_from_slice(key.long());
        }
        row.bytes.extend_from_slice(kept);
        self.by_time.push((time, order, slot));
    }

    #[inline]
    fn change(&mut self, slot: usize, change: impl FnOnce(&mut Row)) {
        if let Some(row) = self.rows.get_mut(slot).filter(|row| row.is_there) {
            change(row);
        }
    }

    /// Takes a row out of the list of its key.
    fn unlink(&mut self, slot: usize) {
        let Row { hash, next, last, .. } = self.rows[slot];
        let is_first = self.firsts.find(hash, |first| first == slot).is_some();
        if is_first && next == NONE {
            self.firsts.remove(hash, slot);
        } else if is_first {
            self.firsts.replace(hash, slot, next);
            self.change(next, |next| next.last = last);
        } else if let Some(first) = self.firsts.find(hash, |first| self.is_alike(first, slot)) {
            // Rows arrive almost in the order of their time, so that this is seldom needed.
            let mut before = first;
            while let Some(earlier) = self.row(before).filter(|earlier| earlier.next != slot) {
                before = earlier.next;
            }
            self.change(before, |before| before.next = next);
            if next == NONE {
                self.change(first, |first| first.last = before);
            }
        }
    }

    /// Whether two rows have the same key.
    fn is_alike(&self, one: usize, other: usize) -> bool {
        self.rows[one].key() == self.rows[other].key()
    }

    /// Lets the rows go whose wait `is_over`, the earliest first.
    pub fn evict(&mut self, is_over: impl Fn(Timestamp) -> bool, mut take: impl FnMut(&Row)) {
        let wait = self.wait.0;
        while let Some((_, _, slot)) = self.by_time.pop(|time| is_over(Timestamp(time.0 + wait))) {
            self.foresee_evictions();
            self.unlink(slot);
            take(&self.rows[slot]);
            self.rows[slot].leave();
            self.free.push(slot);
        }
    }

    /// Asks for what the next evictions look at.
    #[inline]
    fn foresee_evictions(&self) {
        let [later, sooner] = FORESEEN.map(|behind| self.by_time.upcoming(behind));
        if let Some(slot) = later {
            self.prefetch_row(slot);
        }
        if let Some(row) = sooner.and_then(|slot| self.row(slot)) {
            self.firsts.prefetch(row.hash);
        }
    }

    /// Appends the rows.
    pub fn save(&self, state: &mut Vec<u8>) {
        let mut rows: Vec<&Row> = self.rows.iter().filter(|row| row.is_there).collect();
        // Loading them in arrival order gives each key its rows in that order again.
        rows.sort_by_key(|row| row.order);
        put_integer(rows.len() as u64, state);
        for row in rows {
            put_time(row.time, state);
            put_integer(row.order, state);
            put_integer(u64::from(row.is_matched), state);
            put_bytes(row.key(), state);
            put_bytes(row.kept(), state);
        }
    }

    /// Takes up what [`Side::save`] appended.
    pub fn load(&mut self, state: &mut &[u8]) -> Result<()> {
        for _ in 0..take_integer(state)? {
            let time = take_time(state)?;
            let (order, flags) = (take_integer(state)?, take_integer(state)?);
            let key = take_bytes(state)?;
            let kept = take_bytes(state)?;
            self.add((time, order, flags == 1), &Key::of(key), kept);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_row_that_is_gone_leaves_its_memory_and_a_usual_one_its_room() {
        let mut side = Side::new(Duration(0), Duration(0));
        for (order, length) in [(1, 1 << 20), (2, 1000)] {
            side.add((Timestamp(0), order, false), &Key::of(b"k"), &vec![b'x'; length]);
        }
        side.evict(|_| true, |row| assert!(!row.kept().is_empty()));
        let rooms: Vec<usize> = side.rows.iter().map(|row| row.bytes.capacity()).collect();
        assert!(rooms[0] == SHORT && (1001..=USUAL).contains(&rooms[1]), "{rooms:?}");
        assert!(side.row(0).is_none() && side.first_of(&Key::of(b"k")).is_none());
    }
}
