//! The as-of join: the right side is a table with its history. Each left row meets the latest right row of its key at
//! or before its own time. It waits until the watermark has passed it, since only then is that row certain. Of the
//! history, only what a left row may still ask for is kept. A row of either side that the watermark has passed is late.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use chrono_tz::Tz;

use super::row::{Joined, Remark, Shaping};
use super::{LEFT, check_sides, patience, put_late};
use crate::error::Result;
use crate::event::Event;
use crate::operator::grouping::Grouping;
use crate::operator::key::Key;
use crate::operator::saved::{damaged, put_bytes, put_integer, take_bytes, take_integer};
use crate::operator::table::GroupTable;
use crate::operator::window::{load_times, put_time, save_times, take_time};
use crate::operator::{Fate, Operator, Results};
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;
use crate::time::watermark::{StreamTimes, Watermark};

/// Where a row of a table says that its key is deleted.
#[derive(Clone, Copy, Debug)]
pub enum Tombstone {
    /// The value of this slot is null or missing.
    Null(usize),
    /// As in a changelog of bourn: `"deleted":true`, `"retracted":true`, or null as the `state` or the `data`; the
    /// slots of these.
    Changelog([usize; 4]),
}

impl Tombstone {
    /// Whether the row deletes its key.
    pub fn is_in(&self, event: &Event<'_>) -> bool {
        match *self {
            Tombstone::Null(slot) => event.field(slot).is_none_or(|value| value == b"null"),
            Tombstone::Changelog([deleted, retracted, state, data]) => {
                let is = |slot, text: &[u8]| event.field(slot) == Some(text);
                is(deleted, b"true") || is(retracted, b"true") || is(state, b"null") || is(data, b"null")
            }
        }
    }
}

/// A question for a stream and a table.
pub struct Job {
    /// Whether left rows that meet nothing come out.
    pub shows_unmatched: bool,
    /// The keys of the left and of the right side.
    pub on: [Grouping; 2],
    /// How old a right row may be, measured from the left one.
    pub max_age: Option<Duration>,
    /// How a right row says that its key is deleted.
    pub tombstone: Tombstone,
    /// D: how late the events of the left and of the right side may be.
    pub lateness: [Duration; 2],
    /// G: how much longer the left and the right rows are waited for.
    pub grace: [Duration; 2],
    /// An event further than this in front of its side's stream time is set aside.
    pub max_ahead: Option<Duration>,
    /// What comes out of a row.
    pub shaping: Shaping,
    /// The time zone of printed times; UTC if there is none.
    pub zone: Option<Tz>,
}

/// The as-of join operator.
pub struct AsOf {
    job: Job,
    times: StreamTimes,
    keys: GroupTable,
    /// The right rows of each key by time; nothing stands for a deletion.
    history: Vec<BTreeMap<Timestamp, Option<Box<[u8]>>>>,
    /// When to look whether a key has rows that nobody can ask for any more.
    expiries: BinaryHeap<Reverse<(Timestamp, usize)>>,
    /// The left rows that wait, by time and arrival, with their key; no key is found under a missing one.
    waiting: BTreeMap<(Timestamp, u64), Waiting>,
    order: u64,
    key: Key,
    missing_keys: u64,
    /// Whether rows come out at the moment because the other side is idle.
    is_idle: bool,
}

struct Waiting {
    key: Box<[u8]>,
    has_key: bool,
    bytes: Box<[u8]>,
}

impl AsOf {
    /// An operator for the job.
    pub fn new(mut job: Job) -> Result<AsOf> {
        check_sides(&job.on)?;
        job.shaping.name_key(&job.on[LEFT]);
        Ok(AsOf {
            times: StreamTimes::of_each(&patience(job.lateness, job.grace)).limit_ahead(job.max_ahead),
            job,
            keys: GroupTable::default(),
            history: Vec::new(),
            expiries: BinaryHeap::new(),
            waiting: BTreeMap::new(),
            order: 0,
            key: Key::default(),
            missing_keys: 0,
            is_idle: false,
        })
    }

    /// How many rows had a key part that is null or missing; they meet nothing.
    pub fn missing_keys(&self) -> u64 {
        self.missing_keys
    }

    /// The last instant at which a left row may ask for a right row of `time`; nothing when there is none.
    fn last_use(&self, time: Timestamp) -> Option<Timestamp> {
        self.job.max_age.map(|max_age| Timestamp(time.0 + max_age.0))
    }

    /// Enters a right row into the history of its key.
    fn enter(&mut self, key: &[u8], time: Timestamp, row: Option<Box<[u8]>>) {
        let slot = self.keys.slot(key);
        if self.history.len() <= slot {
            self.history.resize_with(slot + 1, BTreeMap::new);
        }
        let look = if row.is_none() { Some(time) } else { self.last_use(time) };
        if let Some(look) = look {
            self.expiries.push(Reverse((look, slot)));
        }
        // Of two rows of the same time the later to arrive counts.
        self.history[slot].insert(time, row);
        self.trim(slot);
    }

    /// Lets go what no left row from the watermark on can ask for: rows that were replaced before it, and a last one
    /// that deletes or is too old.
    fn trim(&mut self, slot: usize) {
        let Some(watermark) = self.times.watermark().time() else { return };
        let history = &mut self.history[slot];
        let Some((&standing, row)) = history.range(..=watermark).next_back() else { return };
        let last_use = self.job.max_age.map(|max_age| standing.0 + max_age.0);
        let is_over = row.is_none() || last_use.is_some_and(|last| last < watermark.0);
        *history = history.split_off(&standing);
        if is_over {
            history.remove(&standing);
        }
        if history.is_empty() {
            self.keys.remove(slot);
        }
    }

    /// The right row that a left row of `time` meets.
    fn find(&self, waiting: &Waiting, time: Timestamp) -> Option<(Timestamp, &[u8])> {
        let slot = self.keys.find(&waiting.key).filter(|_| waiting.has_key)?;
        let (&at, row) = self.history[slot].range(..=time).next_back()?;
        let is_fresh = self.last_use(at).is_none_or(|last| time <= last);
        row.as_deref().filter(|_| is_fresh).map(|row| (at, row))
    }

    /// Prints what a left row has met.
    fn answer(&mut self, time: Timestamp, waiting: &Waiting, rows: &mut Vec<u8>) -> Result<()> {
        let right = self.find(waiting, time).map(|(at, bytes)| (at, Box::from(bytes)));
        let right: Option<(Timestamp, Box<[u8]>)> = right;
        if right.is_none() && !self.job.shows_unmatched {
            return Ok(());
        }
        let gap = right.as_ref().map(|(at, _)| Duration(at.0 - time.0));
        let sides = [Some(&*waiting.bytes), right.as_ref().map(|(_, bytes)| &**bytes)];
        let remark = if self.is_idle { Remark::Idle } else { Remark::None };
        let row = Joined { on: &self.job.on[LEFT], key: &waiting.key, sides, gap, remark };
        self.job.shaping.write(&row, rows)
    }

    /// Answers the left rows that the watermark has passed, in the order of their time, and forgets what is over.
    fn advance(&mut self, results: &mut Results) -> Result<()> {
        let (watermark, with_idle) = (self.times.watermark(), self.times.watermark_with_idle());
        self.answer_passed(with_idle, results)?;
        self.is_idle = with_idle != watermark;
        self.answer_passed(watermark, results)?;
        self.is_idle = false;
        self.forget(watermark);
        Ok(())
    }

    fn answer_passed(&mut self, watermark: Watermark, results: &mut Results) -> Result<()> {
        while let Some(first) = self.waiting.first_entry() {
            let time = first.key().0;
            if !watermark.closes_inclusive(time) {
                break;
            }
            let waiting = first.remove();
            self.answer(time, &waiting, &mut results.rows)?;
        }
        Ok(())
    }

    fn forget(&mut self, watermark: Watermark) {
        while let Some(&Reverse((look, slot))) = self.expiries.peek() {
            if !watermark.closes_inclusive(look) {
                break;
            }
            self.expiries.pop();
            // The slot may be empty by now, or another key's; then there is nothing to do, or no harm in looking.
            if !self.history[slot].is_empty() {
                self.trim(slot);
            }
        }
    }
}

impl Operator for AsOf {
    fn on_event(&mut self, event: &Event<'_>, results: &mut Results) -> Result<Fate> {
        let (side, time) = (event.input, event.time());
        if self.times.is_too_far_ahead(side, time) {
            return Ok(Fate::SetAside);
        }
        let rose = self.times.observe(side, time);
        let watermark = self.times.watermark();
        if watermark.closes_inclusive(time) {
            let watermark = watermark.time().unwrap_or(time);
            put_late(event, time, ("watermark", watermark), self.job.zone, &mut results.late);
            return Ok(Fate::Late);
        }
        if rose {
            // First the answers that are due: what they rest on may be let go with the row in hand.
            self.advance(results)?;
        }
        let mut key = std::mem::take(&mut self.key);
        let has_key = !self.job.on[side].key(event, &mut key)?;
        self.missing_keys += u64::from(!has_key);
        if side == LEFT {
            self.order += 1;
            let waiting = Waiting { key: key.text().into(), has_key, bytes: self.job.shaping.kept(event) };
            self.waiting.insert((time, self.order), waiting);
        } else if has_key {
            let row = (!self.job.tombstone.is_in(event)).then(|| self.job.shaping.kept(event));
            self.enter(key.text(), time, row);
        }
        self.key = key;
        Ok(Fate::Used)
    }

    fn times(&self) -> Option<&StreamTimes> {
        Some(&self.times)
    }

    fn on_idle(&mut self, input: usize, results: &mut Results) -> Result<()> {
        if self.times.leave_out(input) { self.advance(results) } else { Ok(()) }
    }

    fn on_input_end(&mut self, input: usize, results: &mut Results) -> Result<()> {
        if self.times.finish(input) { self.advance(results) } else { Ok(()) }
    }

    fn on_end(&mut self, results: &mut Results) -> Result<()> {
        for ((time, _), waiting) in std::mem::take(&mut self.waiting) {
            self.answer(time, &waiting, &mut results.rows)?;
        }
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        save_times(&self.times, state);
        put_integer(self.order, state);
        put_integer(self.keys.len() as u64, state);
        for slot in self.keys.slots() {
            put_bytes(self.keys.key(slot), state);
            put_integer(self.history[slot].len() as u64, state);
            for (time, row) in &self.history[slot] {
                put_time(*time, state);
                put_integer(u64::from(row.is_some()), state);
                put_bytes(row.as_deref().unwrap_or_default(), state);
            }
        }
        put_integer(self.waiting.len() as u64, state);
        for ((time, order), waiting) in &self.waiting {
            put_time(*time, state);
            put_integer(*order, state);
            put_integer(u64::from(waiting.has_key), state);
            put_bytes(&waiting.key, state);
            put_bytes(&waiting.bytes, state);
        }
    }

    fn load(&mut self, mut state: &[u8]) -> Result<()> {
        load_times(&mut self.times, &mut state)?;
        self.order = take_integer(&mut state)?;
        for _ in 0..take_integer(&mut state)? {
            let key = take_bytes(&mut state)?;
            for _ in 0..take_integer(&mut state)? {
                let time = take_time(&mut state)?;
                let is_row = take_integer(&mut state)? == 1;
                let bytes = take_bytes(&mut state)?;
                self.enter(key, time, is_row.then(|| bytes.into()));
            }
        }
        for _ in 0..take_integer(&mut state)? {
            let place = (take_time(&mut state)?, take_integer(&mut state)?);
            let has_key = take_integer(&mut state)? == 1;
            let (key, bytes) = (take_bytes(&mut state)?.into(), take_bytes(&mut state)?.into());
            self.waiting.insert(place, Waiting { key, has_key, bytes });
        }
        if state.is_empty() { Ok(()) } else { Err(damaged()) }
    }
}
