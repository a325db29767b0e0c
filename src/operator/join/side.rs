//! The rows of one side of a join that wait for partners: found by key in arrival order, let go by time.

use super::super::deadlines::Deadlines;
use super::super::saved::{put_bytes, put_integer, take_bytes, take_integer};
use super::super::table::GroupTable;
use super::super::window::{put_time, take_time};
use crate::error::Result;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;

/// One row that waits.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its event time.
    pub time: Timestamp,
    /// Its place in the arrival order of both sides.
    pub order: u64,
    /// The event's JSON text.
    pub bytes: Box<[u8]>,
    /// Whether it has met a partner.
    pub is_matched: bool,
}

/// The rows of one side.
pub struct Side {
    /// How long a row waits behind its own time.
    wait: Duration,
    rows: Vec<Option<Kept>>,
    free: Vec<usize>,
    keys: GroupTable,
    /// The first and the last row of each key, in arrival order, by the slot of `keys`.
    ends: Vec<Option<(usize, usize)>>,
    /// By time and arrival.
    by_time: Deadlines,
}

struct Kept {
    row: Row,
    key: usize,
    /// The row of the same key that arrived next.
    next: Option<usize>,
}

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

    /// The first row of a key.
    pub fn first_of(&self, key: &[u8]) -> Option<usize> {
        self.ends[self.keys.find(key)?].map(|(first, _)| first)
    }

    fn kept(&self, slot: usize) -> &Kept {
        self.rows[slot].as_ref().expect("a key lists rows that are there")
    }

    /// The row in a slot.
    pub fn row(&self, slot: usize) -> &Row {
        &self.kept(slot).row
    }

    /// The row of the same key that arrived next.
    pub fn next_of(&self, slot: usize) -> Option<usize> {
        self.kept(slot).next
    }

    /// The row has met a partner.
    pub fn mark_matched(&mut self, slot: usize) {
        if let Some(kept) = &mut self.rows[slot] {
            kept.row.is_matched = true;
        }
    }

    /// Keeps a row until its wait is over.
    ///
    /// A row whose key is missing is never found, since nobody looks for null.
    pub fn add(&mut self, row: Row, key: &[u8]) {
        let key = self.keys.slot(key);
        if self.ends.len() <= key {
            self.ends.resize(key + 1, None);
        }
        let (time, order) = (row.time, row.order);
        let kept = Some(Kept { row, key, next: None });
        let slot = match self.free.pop() {
            Some(slot) => {
                self.rows[slot] = kept;
                slot
            }
            None => {
                self.rows.push(kept);
                self.rows.len() - 1
            }
        };
        let first = match self.ends[key] {
            Some((first, last)) => {
                self.link(last, Some(slot));
                first
            }
            None => slot,
        };
        self.ends[key] = Some((first, slot));
        self.by_time.push((time, order, slot));
    }

    /// The row `next` is the one behind `slot`.
    fn link(&mut self, slot: usize, next: Option<usize>) {
        if let Some(kept) = &mut self.rows[slot] {
            kept.next = next;
        }
    }

    /// Takes a row out of the list of its key, which is still there.
    fn unlink(&mut self, slot: usize) {
        let &Kept { key, next, .. } = self.kept(slot);
        let Some((first, last)) = self.ends[key] else { return };
        if first == slot {
            self.ends[key] = next.map(|next| (next, last));
            return;
        }
        // Rows arrive almost in the order of their time, so that this is seldom needed.
        let before = std::iter::successors(Some(first), |&at| self.next_of(at))
            .find(|&at| self.next_of(at) == Some(slot));
        let Some(before) = before else { return };
        self.link(before, next);
        self.ends[key] = Some((first, if last == slot { before } else { last }));
    }

    /// Lets the rows go whose wait `is_over`, the earliest first.
    pub fn evict(&mut self, is_over: impl Fn(Timestamp) -> bool, mut take: impl FnMut(Row, &[u8])) {
        let wait = self.wait.0;
        while let Some((_, _, slot)) = self.by_time.pop(|time| is_over(Timestamp(time.0 + wait))) {
            if self.rows[slot].is_none() {
                continue;
            }
            self.unlink(slot);
            let Some(Kept { row, key, .. }) = self.rows[slot].take() else { continue };
            self.free.push(slot);
            take(row, self.keys.key(key));
            if self.ends[key].is_none() {
                self.keys.remove(key);
            }
        }
    }

    /// Appends the rows.
    pub fn save(&self, state: &mut Vec<u8>) {
        let kept = self.rows.iter().flatten();
        let mut kept: Vec<&Kept> = kept.collect();
        // Loading them in arrival order gives each key its rows in that order again.
        kept.sort_by_key(|kept| kept.row.order);
        put_integer(kept.len() as u64, state);
        for Kept { row, key, .. } in kept {
            put_time(row.time, state);
            put_integer(row.order, state);
            put_integer(u64::from(row.is_matched), state);
            put_bytes(self.keys.key(*key), state);
            put_bytes(&row.bytes, state);
        }
    }

    /// Takes up what [`Side::save`] appended.
    pub fn load(&mut self, state: &mut &[u8]) -> Result<()> {
        for _ in 0..take_integer(state)? {
            let time = take_time(state)?;
            let (order, flags) = (take_integer(state)?, take_integer(state)?);
            let key = take_bytes(state)?;
            let row = Row { time, order, bytes: take_bytes(state)?.into(), is_matched: flags == 1 };
            self.add(row, key);
        }
        Ok(())
    }
}
