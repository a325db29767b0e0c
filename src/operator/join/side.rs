//! The rows of one side of a join that wait for partners: found by key in arrival order, let go by time.

use std::collections::VecDeque;

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
    /// The rows of each key, in arrival order.
    by_key: Vec<VecDeque<usize>>,
    /// By time and arrival.
    by_time: Deadlines,
}

struct Kept {
    row: Row,
    key: usize,
}

impl Side {
    /// No rows yet; each waits until `wait` behind its time.
    pub fn new(wait: Duration) -> Self {
        Side {
            wait,
            rows: Vec::new(),
            free: Vec::new(),
            keys: GroupTable::default(),
            by_key: Vec::new(),
            by_time: Deadlines::new(wait),
        }
    }

    /// The last instant at which a partner of a row may lie.
    pub fn end_of_wait(&self, time: Timestamp) -> Timestamp {
        Timestamp(time.0 + self.wait.0)
    }

    /// The slot of a key that rows have.
    pub fn find_key(&self, key: &[u8]) -> Option<usize> {
        self.keys.find(key)
    }

    /// How many rows a key has.
    pub fn count_of(&self, key: usize) -> usize {
        self.by_key[key].len()
    }

    /// The row number `at` of a key.
    pub fn row_of(&self, key: usize, at: usize) -> &Row {
        &self.rows[self.by_key[key][at]].as_ref().expect("a key lists rows that are there").row
    }

    /// The row number `at` of a key has met a partner.
    pub fn mark_matched(&mut self, key: usize, at: usize) {
        if let Some(kept) = &mut self.rows[self.by_key[key][at]] {
            kept.row.is_matched = true;
        }
    }

    /// Keeps a row until its wait is over.
    ///
    /// A row whose key is missing is never found, since nobody looks for null.
    pub fn add(&mut self, row: Row, key: &[u8]) {
        let key = self.keys.slot(key);
        if self.by_key.len() <= key {
            self.by_key.resize(key + 1, VecDeque::new());
        }
        let (time, order) = (row.time, row.order);
        let kept = Some(Kept { row, key });
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
        self.by_key[key].push_back(slot);
        self.by_time.push((time, order, slot));
    }

    /// Lets the rows go whose wait `is_over`, the earliest first.
    pub fn evict(&mut self, is_over: impl Fn(Timestamp) -> bool, mut take: impl FnMut(Row, &[u8])) {
        let wait = self.wait.0;
        while let Some((_, _, slot)) = self.by_time.pop(|time| is_over(Timestamp(time.0 + wait))) {
            let Some(kept) = self.rows[slot].take() else { continue };
            self.free.push(slot);
            let of_key = &mut self.by_key[kept.key];
            // Rows arrive almost in the order of their time, so the earliest is found at once.
            if let Some(at) = of_key.iter().position(|&other| other == slot) {
                of_key.remove(at);
            }
            let is_last = of_key.is_empty();
            take(kept.row, self.keys.key(kept.key));
            if is_last {
                self.keys.remove(kept.key);
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
        for Kept { row, key } in kept {
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
