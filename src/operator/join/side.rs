//! The rows of one side of a join that wait for partners: found by key in arrival order, let go by time.

use smallvec::SmallVec;

use super::super::deadlines::Deadlines;
use super::super::saved::{put_bytes, put_integer, take_bytes, take_integer};
use super::super::table::{GroupTable, hash_of};
use super::super::window::{put_time, take_time};
use crate::error::Result;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;

/// As many bytes of a row lie in place: all of the row is two cache lines then.
const SHORT: usize = 72;

/// Stands for no row.
const NONE: usize = usize::MAX;

/// One row that waits.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its event time.
    pub time: Timestamp,
    /// Its place in the arrival order of both sides.
    pub order: u64,
    /// Whether it has met a partner.
    pub is_matched: bool,
    /// What is kept of the event.
    pub kept: SmallVec<[u8; SHORT]>,
    /// The slot of its key.
    key: usize,
    /// The slot of the row of the same key that arrived next; of none if there is none.
    pub next: usize,
}

/// The rows of one side.
pub struct Side {
    /// How long a row waits behind its own time.
    wait: Duration,
    rows: Vec<Option<Row>>,
    free: Vec<usize>,
    keys: GroupTable,
    /// The rows of each key, by the slot of `keys`.
    ends: Vec<Ends>,
    /// By time and arrival.
    by_time: Deadlines,
}

/// The first and the last row of a key, in arrival order.
#[derive(Clone, Copy)]
struct Ends {
    first: usize,
    last: usize,
}

const NO_ROWS: Ends = Ends { first: NONE, last: NONE };

impl Side {
    /// No rows yet; each waits until `wait` behind its time.
    pub fn new(wait: Duration) -> Self {
        Side {
            wait,
            rows: Vec::new(),
            free: Vec::new(),
            keys: GroupTable::default(),
            ends: Vec::new(),
            by_time: Deadlines::new(wait),
        }
    }

    /// The last instant at which a partner of a row may lie.
    pub fn end_of_wait(&self, time: Timestamp) -> Timestamp {
        Timestamp(time.0 + self.wait.0)
    }

    /// The first row of the key of this hash.
    #[inline]
    pub fn first_of(&self, hash: u64, key: &[u8]) -> Option<usize> {
        self.keys.find_of(hash, key).map(|key| self.ends[key].first)
    }

    /// The row in a slot; nothing in a slot that stands for none.
    #[inline]
    pub fn row(&self, slot: usize) -> Option<&Row> {
        self.rows.get(slot)?.as_ref()
    }

    /// The row has met a partner.
    #[inline]
    pub fn mark_matched(&mut self, slot: usize) {
        if let Some(Some(row)) = self.rows.get_mut(slot) {
            row.is_matched = true;
        }
    }

    /// Keeps a row of the key of this hash until its wait is over.
    ///
    /// A row whose key is missing is never found, since nobody looks for null.
    pub fn add(&mut self, (time, order, is_matched): (Timestamp, u64, bool), kept: &[u8], hash: u64, key: &[u8]) {
        let key = self.keys.slot_of(hash, key);
        if self.ends.len() <= key {
            self.ends.resize(key + 1, NO_ROWS);
        }
        let row = Row { time, order, is_matched, kept: SmallVec::from_slice(kept), key, next: NONE };
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                self.rows.push(None);
                self.rows.len() - 1
            }
        };
        self.rows[slot] = Some(row);
        let ends = &mut self.ends[key];
        let last = std::mem::replace(&mut ends.last, slot);
        if last == NONE {
            ends.first = slot;
        } else {
            self.link(last, slot);
        }
        self.by_time.push((time, order, slot));
    }

    /// The row `next` is the one behind `slot`.
    fn link(&mut self, slot: usize, next: usize) {
        if let Some(row) = &mut self.rows[slot] {
            row.next = next;
        }
    }

    /// Takes a row out of the list of its key; gives whether it was the last one there.
    fn unlink(&mut self, slot: usize, row: &Row) -> bool {
        let ends = &mut self.ends[row.key];
        if ends.first == slot {
            *ends = if row.next == NONE { NO_ROWS } else { Ends { first: row.next, ..*ends } };
            return row.next == NONE;
        }
        // Rows arrive almost in the order of their time, so that this is seldom needed.
        let Ends { mut first, last } = *ends;
        while let Some(before) = self.row(first).filter(|before| before.next != slot) {
            first = before.next;
        }
        self.link(first, row.next);
        if last == slot {
            self.ends[row.key].last = first;
        }
        false
    }

    /// Lets the rows go whose wait `is_over`, the earliest first.
    pub fn evict(&mut self, is_over: impl Fn(Timestamp) -> bool, mut take: impl FnMut(Row, &[u8])) {
        let wait = self.wait.0;
        while let Some((_, _, slot)) = self.by_time.pop(|time| is_over(Timestamp(time.0 + wait))) {
            let Some(row) = self.rows[slot].take() else { continue };
            self.free.push(slot);
            let (key, is_last) = (row.key, self.unlink(slot, &row));
            take(row, self.keys.key(key));
            if is_last {
                self.keys.remove(key);
            }
        }
    }

    /// Appends the rows.
    pub fn save(&self, state: &mut Vec<u8>) {
        let mut rows: Vec<&Row> = self.rows.iter().flatten().collect();
        // Loading them in arrival order gives each key its rows in that order again.
        rows.sort_by_key(|row| row.order);
        put_integer(rows.len() as u64, state);
        for row in rows {
            put_time(row.time, state);
            put_integer(row.order, state);
            put_integer(u64::from(row.is_matched), state);
            put_bytes(self.keys.key(row.key), state);
            put_bytes(&row.kept, state);
        }
    }

    /// Takes up what [`Side::save`] appended.
    pub fn load(&mut self, state: &mut &[u8]) -> Result<()> {
        for _ in 0..take_integer(state)? {
            let time = take_time(state)?;
            let (order, flags) = (take_integer(state)?, take_integer(state)?);
            let key = take_bytes(state)?;
            let kept = take_bytes(state)?;
            self.add((time, order, flags == 1), kept, hash_of(key), key);
        }
        Ok(())
    }
}
