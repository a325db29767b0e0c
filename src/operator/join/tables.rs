//! The join of two tables: each side is a changelog, and so is the result. Every change of a row comes out at once,
//! a deletion as `"deleted":true`. Of the changes of a key the one with the latest event time stands; an older one that
//! comes after it is late. The left table may be joined on another path than its own key (a foreign key); the result
//! then has the left table's key.

use std::collections::BTreeSet;

use chrono_tz::Tz;

use super::as_of::Tombstone;
use super::row::{Joined, Remark, Shaping};
use super::{LEFT, check_sides, put_late};
use crate::error::Result;
use crate::event::Event;
use crate::operator::grouping::Grouping;
use crate::operator::key::Key;
use crate::operator::saved::{damaged, put_bytes, put_integer, take_bytes, take_integer};
use crate::operator::table::GroupTable;
use crate::operator::window::{put_time, take_time};
use crate::operator::{Fate, Operator, Results};
use crate::time::timestamp::Timestamp;

/// Which rows the joined table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Those that both sides have.
    Inner,
    /// Those that the left side has.
    Left,
    /// Those that one of the sides has.
    Outer,
}

/// A question for two tables.
pub struct Job {
    /// Which rows the joined table has.
    pub kind: Kind,
    /// What must be equal on the left and on the right side; it is the key of the right table.
    pub on: [Grouping; 2],
    /// The key of the left table, where it is another one.
    pub left_key: Option<Grouping>,
    /// How a row says that its key is deleted.
    pub tombstone: Tombstone,
    /// What comes out of a change.
    pub shaping: Shaping,
    /// The time zone of printed times; UTC if there is none.
    pub zone: Option<Tz>,
}

/// One table: by key, what stands there since when.
struct Table {
    keys: GroupTable,
    rows: Vec<Standing>,
}

/// What stands under a key. A deletion is remembered by its time, so that an older row does not bring the key back.
#[derive(Clone)]
struct Standing {
    time: Timestamp,
    text: Option<Box<[u8]>>,
    /// The key of the right row that it refers to; nothing when that is missing.
    refers_to: Option<Box<[u8]>>,
}

impl Table {
    fn new() -> Table {
        Table { keys: GroupTable::default(), rows: Vec::new() }
    }

    fn get(&self, key: &[u8]) -> Option<&Standing> {
        self.keys.find(key).map(|slot| &self.rows[slot])
    }

    /// The row under a key that is not deleted.
    fn text(&self, key: &[u8]) -> Option<&[u8]> {
        self.get(key)?.text.as_deref()
    }

    fn put(&mut self, key: &[u8], standing: Standing) -> usize {
        let slot = self.keys.slot(key);
        if slot == self.rows.len() {
            self.rows.push(standing);
        } else {
            self.rows[slot] = standing;
        }
        slot
    }

    fn save(&self, state: &mut Vec<u8>) {
        put_integer(self.keys.len() as u64, state);
        for slot in self.keys.slots() {
            let Standing { time, text, refers_to } = &self.rows[slot];
            put_bytes(self.keys.key(slot), state);
            put_time(*time, state);
            for bytes in [text, refers_to] {
                put_integer(u64::from(bytes.is_some()), state);
                put_bytes(bytes.as_deref().unwrap_or_default(), state);
            }
        }
    }
}

fn take_standing(state: &mut &[u8]) -> Result<Standing> {
    let time = take_time(state)?;
    let mut optional = || -> Result<Option<Box<[u8]>>> {
        let is_there = take_integer(state)? == 1;
        let bytes = take_bytes(state)?;
        Ok(is_there.then(|| bytes.into()))
    };
    Ok(Standing { time, text: optional()?, refers_to: optional()? })
}

/// The join of two tables.
pub struct Tables {
    job: Job,
    left: Table,
    right: Table,
    /// The keys that rows of the left table refer to, and by slot who refers to each.
    targets: GroupTable,
    referrers: Vec<BTreeSet<usize>>,
    missing_keys: u64,
}

impl Tables {
    /// An operator for the job.
    pub fn new(mut job: Job) -> Result<Tables> {
        check_sides(&job.on)?;
        job.shaping.name_key(job.left_key.as_ref().unwrap_or(&job.on[LEFT]));
        Ok(Tables {
            job,
            left: Table::new(),
            right: Table::new(),
            targets: GroupTable::default(),
            referrers: Vec::new(),
            missing_keys: 0,
        })
    }

    /// How many rows had a key part that is null or missing; they are in no table.
    pub fn missing_keys(&self) -> u64 {
        self.missing_keys
    }

    /// What the key of the result is made of.
    fn result_key(&self) -> &Grouping {
        self.job.left_key.as_ref().unwrap_or(&self.job.on[LEFT])
    }

    fn is_there(&self, left: bool, right: bool) -> bool {
        match self.job.kind {
            Kind::Inner => left && right,
            Kind::Left => left,
            Kind::Outer => left || right,
        }
    }

    /// Prints how the row of `key` stands now; `was_there` says whether it stood before.
    fn tell(
        &mut self,
        key: &[u8],
        sides: [Option<&[u8]>; 2],
        was_there: bool,
        rows: &mut Vec<u8>,
    ) -> Result<()> {
        let is_there = self.is_there(sides[0].is_some(), sides[1].is_some());
        if !is_there && !was_there {
            return Ok(());
        }
        let on = self.job.left_key.as_ref().unwrap_or(&self.job.on[LEFT]);
        let (sides, remark) = if is_there { (sides, Remark::None) } else { ([None; 2], Remark::Deleted) };
        self.job.shaping.write(&Joined { on, key, sides, gap: None, remark }, rows)
    }

    /// The right row that belongs to what stands under a key of the left table.
    fn right_of(&self, key: &[u8], standing: Option<&Standing>) -> Option<&[u8]> {
        if self.job.left_key.is_none() {
            return self.right.text(key);
        }
        let standing = standing.filter(|standing| standing.text.is_some())?;
        self.right.text(standing.refers_to.as_deref()?)
    }

    /// Enters a change of the left table.
    fn change_left(&mut self, key: &[u8], standing: Standing, rows: &mut Vec<u8>) -> Result<()> {
        let before = self.left.get(key).cloned();
        let had_left = before.as_ref().is_some_and(|before| before.text.is_some());
        let was_there = self.is_there(had_left, self.right_of(key, before.as_ref()).is_some());
        let right = self.right_of(key, Some(&standing)).map(<[u8]>::to_vec);
        let text = standing.text.clone();
        let now = standing.refers_to.clone().filter(|_| text.is_some());
        let slot = self.left.put(key, standing);
        if let Some(target) = before.filter(|_| had_left).and_then(|before| before.refers_to) {
            self.refer(&target, slot, false);
        }
        if let Some(target) = now {
            self.refer(&target, slot, true);
        }
        self.tell(key, [text.as_deref(), right.as_deref()], was_there, rows)
    }

    /// Notes that the left row in `slot` refers to a right key, or that it does no more.
    fn refer(&mut self, target: &[u8], slot: usize, does: bool) {
        let target = self.targets.slot(target);
        if self.referrers.len() <= target {
            self.referrers.resize_with(target + 1, BTreeSet::new);
        }
        if does {
            self.referrers[target].insert(slot);
        } else {
            self.referrers[target].remove(&slot);
            if self.referrers[target].is_empty() {
                self.targets.remove(target);
            }
        }
    }

    /// Enters a change of the right table, which changes every row that refers to it.
    fn change_right(&mut self, key: &[u8], standing: Standing, rows: &mut Vec<u8>) -> Result<()> {
        let was_right = self.right.text(key).is_some();
        let text = standing.text.clone();
        self.right.put(key, standing);
        let referrers =
            self.targets.find(key).map(|target| self.referrers[target].clone()).unwrap_or_default();
        let mut lefts: Vec<usize> = referrers.into_iter().collect();
        let key_of = |slot: usize| self.left.keys.key(slot);
        lefts.sort_by(|&a, &b| self.result_key().compare(key_of(a), key_of(b)));
        if lefts.is_empty() && self.job.left_key.is_none() {
            let was_there = self.is_there(false, was_right);
            return self.tell(key, [None, text.as_deref()], was_there, rows);
        }
        for slot in lefts {
            let (left_key, left) = (self.left.keys.key(slot).to_vec(), self.left.rows[slot].text.clone());
            let was_there = self.is_there(left.is_some(), was_right);
            self.tell(&left_key, [left.as_deref(), text.as_deref()], was_there, rows)?;
        }
        Ok(())
    }
}

impl Operator for Tables {
    fn on_event(&mut self, event: &Event<'_>, results: &mut Results) -> Result<Fate> {
        let (mut key, mut on) = (Key::default(), Key::default());
        let has_target = !self.job.on[event.input].key(event, &mut on)?;
        let has_key = match (&self.job.left_key, event.input) {
            (Some(left_key), LEFT) => !left_key.key(event, &mut key)?,
            _ => {
                key.clone_from(&on);
                has_target
            }
        };
        if !has_key {
            self.missing_keys += 1;
            return Ok(Fate::Used);
        }
        let time = event.time();
        let table = if event.input == LEFT { &self.left } else { &self.right };
        if let Some(newer) = table.get(key.text()).filter(|standing| standing.time > time) {
            put_late(event, time, ("newer", newer.time), self.job.zone, &mut results.late);
            return Ok(Fate::Late);
        }
        let text = (!self.job.tombstone.is_in(event)).then(|| self.job.shaping.kept(event));
        let refers_to = (event.input == LEFT && has_target).then(|| on.text().into());
        let standing = Standing { time, text, refers_to };
        match event.input {
            LEFT => self.change_left(key.text(), standing, &mut results.rows)?,
            _ => self.change_right(key.text(), standing, &mut results.rows)?,
        }
        Ok(Fate::Used)
    }

    fn on_end(&mut self, _: &mut Results) -> Result<()> {
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        self.left.save(state);
        self.right.save(state);
    }

    fn load(&mut self, mut state: &[u8]) -> Result<()> {
        for _ in 0..take_integer(&mut state)? {
            let key = take_bytes(&mut state)?;
            let standing = take_standing(&mut state)?;
            let slot = self.left.put(key, standing.clone());
            if let (Some(_), Some(target)) = (&standing.text, &standing.refers_to) {
                self.refer(target, slot, true);
            }
        }
        for _ in 0..take_integer(&mut state)? {
            let key = take_bytes(&mut state)?;
            let standing = take_standing(&mut state)?;
            self.right.put(key, standing);
        }
        if state.is_empty() { Ok(()) } else { Err(damaged()) }
    }
}
