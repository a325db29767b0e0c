//! Empty windows: between the first and the last result of a key come rows with the values of no events. Whether
//! a window lies between two results is known only when the later one is there, so rows wait until every key has
//! one, or has been silent for longer than may be filled.

use std::collections::{BTreeMap, BTreeSet};

use super::super::aggregate::AggregateSpec;
use super::super::grouping::Grouping;
use super::super::saved::{damaged, put_bytes, put_integer, take_bytes, take_integer};
use super::super::table::GroupTable;
use super::output::{Output, put_time, take_time};
use crate::error::{Error, Result};
use crate::time::window::{Raster, Window};

/// How many empty windows in a row are filled unless the job says otherwise.
pub const FILL_LIMIT: u64 = 10_000;

/// Rows on their way out, and the empty ones between them.
pub struct Fill {
    raster: Raster,
    /// How many empty windows may follow one another.
    limit: u64,
    /// The results of no events.
    empty: Vec<u8>,
    keys: GroupTable,
    /// The window of the last result of each key, by the slot of `keys`.
    last: Vec<Window>,
    /// The keys that may still need empty windows, by their last result.
    waiting: BTreeSet<(Window, usize)>,
    /// Rows that wait, with their keys.
    held: BTreeMap<Window, Vec<Row>>,
}

/// A key and its finished row.
type Row = (Box<[u8]>, Vec<u8>);

impl Fill {
    /// Nothing seen yet; at most `limit` empty windows may follow one another.
    pub fn new(raster: Raster, limit: u64, specs: &[AggregateSpec]) -> Result<Fill> {
        let mut table = GroupTable::new(specs);
        let (slot, mut empty) = (table.slot(b""), Vec::new());
        table.write_results(slot, specs, &mut empty)?;
        Ok(Fill {
            raster,
            limit,
            empty,
            keys: GroupTable::default(),
            last: Vec::new(),
            waiting: BTreeSet::new(),
            held: BTreeMap::new(),
        })
    }

    /// Takes the result of a key, and puts the empty windows in front of it that have passed since its last one.
    pub fn take(&mut self, window: Window, key: &[u8], row: Vec<u8>, output: &Output) -> Result<()> {
        let known = self.keys.find(key);
        let slot = self.keys.slot(key);
        match known {
            None => self.last.resize((slot + 1).max(self.last.len()), window),
            Some(slot) => {
                let last = self.last[slot];
                self.check(last, window, key, output)?;
                let mut empty = self.raster.next(last);
                while empty.start < window.start {
                    let mut row = Vec::new();
                    output.row_of(empty, key, &self.empty, &mut row);
                    self.held.entry(empty).or_default().push((key.into(), row));
                    empty = self.raster.next(empty);
                }
                self.waiting.remove(&(last, slot));
            }
        }
        self.last[slot] = window;
        self.waiting.insert((window, slot));
        self.held.entry(window).or_default().push((key.into(), row));
        Ok(())
    }

    /// How many windows lie between two.
    fn count_between(&self, from: Window, to: Window) -> i128 {
        self.raster.steps(from, to) - 1
    }

    /// Refuses to fill a stretch that is longer than the limit.
    fn check(&self, last: Window, window: Window, key: &[u8], output: &Output) -> Result<()> {
        let count = self.count_between(last, window);
        if count <= i128::from(self.limit) {
            return Ok(());
        }
        let mut between = Vec::new();
        output.window(Window { start: last.end.min(window.start), end: window.start }, &mut between);
        if !output.grouping.is_empty() {
            between.extend_from_slice(b" of the key ");
            output.grouping.write_object(key, &mut between);
        }
        let between = String::from_utf8_lossy(&between).into_owned();
        let limit = self.limit;
        Err(Error::data(format!("{count} empty windows in a row, in {between}, are more than the {limit} that --fill writes"))
            .hint("take larger windows, set events of a wrong clock aside with --max-ahead, or allow more with --fill-limit"))
    }

    /// Lets the rows go that are complete when `closed` is the last window that has closed.
    pub fn release(&mut self, closed: Window, grouping: &Grouping, out: &mut Vec<u8>) {
        while let Some(&(last, slot)) = self.waiting.first() {
            // A key that comes back later than that ends the run.
            if self.count_between(last, closed) < i128::from(self.limit) {
                break;
            }
            self.waiting.remove(&(last, slot));
        }
        let complete = self.waiting.first().map_or(closed, |(last, _)| *last);
        self.write(|window| window <= complete, grouping, out);
    }

    /// Lets all rows go: there are no more results.
    pub fn release_all(&mut self, grouping: &Grouping, out: &mut Vec<u8>) {
        self.write(|_| true, grouping, out);
    }

    fn write(&mut self, is_complete: impl Fn(Window) -> bool, grouping: &Grouping, out: &mut Vec<u8>) {
        while let Some(first) = self.held.first_entry() {
            if !is_complete(*first.key()) {
                break;
            }
            let mut rows = first.remove();
            rows.sort_by(|(a, _), (b, _)| grouping.compare(a, b));
            rows.iter().for_each(|(_, row)| out.extend_from_slice(row));
        }
    }

    /// Appends what was seen and what is held.
    pub fn save(&self, state: &mut Vec<u8>) {
        put_integer(self.keys.len() as u64, state);
        for slot in self.keys.slots() {
            let last = self.last[slot];
            put_bytes(self.keys.key(slot), state);
            put_time(last.start, state);
            put_time(last.end, state);
            put_integer(u64::from(self.waiting.contains(&(last, slot))), state);
        }
        put_integer(self.held.values().map(Vec::len).sum::<usize>() as u64, state);
        for (window, rows) in &self.held {
            for (key, row) in rows {
                put_time(window.start, state);
                put_time(window.end, state);
                put_bytes(key, state);
                put_bytes(row, state);
            }
        }
    }

    /// Takes up what [`Fill::save`] appended.
    pub fn load(&mut self, state: &mut &[u8]) -> Result<()> {
        for _ in 0..take_integer(state)? {
            let key = take_bytes(state)?;
            let slot = self.keys.slot(key);
            if slot != self.last.len() {
                return Err(damaged());
            }
            let (start, end) = (take_time(state)?, take_time(state)?);
            let last = Window { end, start };
            self.last.push(last);
            if take_integer(state)? == 1 {
                self.waiting.insert((last, slot));
            }
        }
        for _ in 0..take_integer(state)? {
            let (start, end) = (take_time(state)?, take_time(state)?);
            let (key, row) = (take_bytes(state)?, take_bytes(state)?);
            self.held.entry(Window { end, start }).or_default().push((key.into(), row.into()));
        }
        Ok(())
    }
}
