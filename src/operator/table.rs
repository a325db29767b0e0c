//! The states of all groups: keys in one arena of bytes, found by hash, and one column of states per
//! aggregate. A group costs no allocation of its own. What a key means is [`super::grouping`]'s.

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

use super::aggregate::{AggregateSpec, Column};
use super::grouping::Grouping;
use super::saved::{damaged, put_bytes, put_integer, take_bytes, take_integer};
use crate::error::Result;
use crate::event::Event;

/// Below this many bytes of removed keys the arena is not compacted.
const DEAD_BYTES: usize = 1 << 16;

/// Groups and their states.
pub struct GroupTable {
    /// The keys of all groups, one after the other.
    arena: Vec<u8>,
    /// Bytes of the arena that belong to removed keys.
    dead: usize,
    entries: Vec<Entry>,
    free: Vec<usize>,
    slots: HashTable<usize>,
    columns: Vec<Box<dyn Column>>,
}

#[derive(Clone, Copy)]
struct Entry {
    hash: u64,
    start: usize,
    length: usize,
    is_live: bool,
}

impl Entry {
    fn key<'a>(&self, arena: &'a [u8]) -> &'a [u8] {
        &arena[self.start..self.start + self.length]
    }
}

impl GroupTable {
    /// A table with a column per aggregate.
    pub fn new(specs: &[AggregateSpec]) -> GroupTable {
        Self::with_columns(specs.iter().map(AggregateSpec::column).collect())
    }

    /// A table with these columns, which are empty.
    pub fn with_columns(columns: Vec<Box<dyn Column>>) -> GroupTable {
        GroupTable {
            arena: Vec::new(),
            dead: 0,
            entries: Vec::new(),
            free: Vec::new(),
            slots: HashTable::new(),
            columns,
        }
    }

    /// An empty table with the same kinds of columns.
    pub fn new_like(&self) -> GroupTable {
        Self::with_columns(self.columns.iter().map(|column| column.new_like()).collect())
    }

    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is no group.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The slot of the group with this key, which is added with empty states if it is new.
    #[inline]
    pub fn slot(&mut self, key: &[u8]) -> usize {
        let hash = xxh3_64(key);
        let found = self.slots.find(hash, |&slot| {
            let entry = &self.entries[slot];
            entry.hash == hash && entry.key(&self.arena) == key
        });
        match found {
            Some(&slot) => slot,
            None => self.insert(key, hash),
        }
    }

    fn insert(&mut self, key: &[u8], hash: u64) -> usize {
        let entry = Entry { hash, start: self.arena.len(), length: key.len(), is_live: true };
        self.arena.extend_from_slice(key);
        let slot = match self.free.pop() {
            Some(slot) => {
                self.entries[slot] = entry;
                slot
            }
            None => {
                self.entries.push(entry);
                self.columns.iter_mut().for_each(|column| column.push());
                self.entries.len() - 1
            }
        };
        self.slots.insert_unique(hash, slot, |&slot| self.entries[slot].hash);
        slot
    }

    /// The slot of the group with this key, if there is one.
    pub fn find(&self, key: &[u8]) -> Option<usize> {
        let hash = xxh3_64(key);
        let is_it = |&slot: &usize| {
            let entry = &self.entries[slot];
            entry.hash == hash && entry.key(&self.arena) == key
        };
        self.slots.find(hash, is_it).copied()
    }

    /// The key of the group in `slot`.
    pub fn key(&self, slot: usize) -> &[u8] {
        self.entries[slot].key(&self.arena)
    }

    /// Adds the event to all aggregates of a group whose conditions it meets; `order` is its place in the
    /// arrival order.
    #[inline]
    pub fn add(&mut self, slot: usize, event: &Event<'_>, specs: &[AggregateSpec], order: u64) -> Result<()> {
        for (column, spec) in self.columns.iter_mut().zip(specs) {
            spec.add(column.as_mut(), slot, event, order)?;
        }
        Ok(())
    }

    /// Joins the states in `from` to those in `into` (sessions merge) and removes the group `from`.
    pub fn merge(&mut self, into: usize, from: usize) -> Result<()> {
        for column in &mut self.columns {
            column.merge(into, from)?;
        }
        self.remove(from);
        Ok(())
    }

    /// Appends the results of a group: `"balance":1300,"count":2`.
    pub fn write_results(&self, slot: usize, specs: &[AggregateSpec], out: &mut Vec<u8>) -> Result<()> {
        for (at, (column, spec)) in self.columns.iter().zip(specs).enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(spec.label());
            column.result(slot, out)?;
        }
        Ok(())
    }

    /// The slots of all groups, in no particular order that means anything but always the same one.
    pub fn slots(&self) -> impl Iterator<Item = usize> {
        self.entries.iter().enumerate().filter(|(_, entry)| entry.is_live).map(|(slot, _)| slot)
    }

    /// The slots of all groups in the order of their keys.
    pub fn sorted_slots(&self, grouping: &Grouping) -> Vec<usize> {
        let mut slots: Vec<usize> = self.slots().collect();
        slots.sort_unstable_by(|&a, &b| grouping.compare(self.key(a), self.key(b)));
        slots
    }

    /// Removes a group; its slot is used again.
    pub fn remove(&mut self, slot: usize) {
        let entry = self.entries[slot];
        if !entry.is_live {
            return;
        }
        if let Ok(found) = self.slots.find_entry(entry.hash, |&other| other == slot) {
            found.remove();
        }
        self.columns.iter_mut().for_each(|column| column.reset(slot));
        self.entries[slot].is_live = false;
        self.free.push(slot);
        self.dead += entry.length;
        if self.dead > DEAD_BYTES && self.dead > self.arena.len() / 2 {
            self.compact();
        }
    }

    /// Drops the bytes of removed keys.
    fn compact(&mut self) {
        let mut arena = Vec::with_capacity(self.arena.len() - self.dead);
        for entry in self.entries.iter_mut().filter(|entry| entry.is_live) {
            let start = arena.len();
            arena.extend_from_slice(entry.key(&self.arena));
            entry.start = start;
        }
        self.arena = arena;
        self.dead = 0;
    }

    /// Removes all groups, keeping the memory for the next ones.
    pub fn clear(&mut self) {
        self.arena.clear();
        self.dead = 0;
        self.entries.clear();
        self.free.clear();
        self.slots.clear();
        self.columns.iter_mut().for_each(|column| column.clear());
    }

    /// Appends all groups with their states, for [`GroupTable::load`].
    pub fn save(&self, state: &mut Vec<u8>) {
        put_integer(self.len() as u64, state);
        for slot in self.slots() {
            self.save_group(slot, state);
        }
    }

    fn save_group(&self, slot: usize, state: &mut Vec<u8>) {
        put_bytes(self.key(slot), state);
        for column in &self.columns {
            column.save(slot, state);
        }
    }

    /// Replaces all groups by those that [`GroupTable::save`] wrote, taking them off the front of `state`.
    pub fn load(&mut self, state: &mut &[u8]) -> Result<()> {
        self.clear();
        for _ in 0..take_integer(state)? {
            let key = take_bytes(state)?;
            if self.find(key).is_some() {
                return Err(damaged());
            }
            let slot = self.slot(key);
            for column in &mut self.columns {
                let taken = column.load(slot, state)?;
                *state = state.get(taken..).ok_or_else(damaged)?;
            }
        }
        Ok(())
    }
}
