//! Keys by slot. A short key lies in place, so that to compare it touches one cache line; longer ones lie one after the
//! other in an arena. Which slots there are is not decided here.

use super::super::key::{Key, LONG, Place, SHORT, hash_in};
use crate::event::scan::prefetch::prefetch;

/// Below this many bytes of removed keys the arena is not compacted.
const DEAD_BYTES: usize = 1 << 16;

/// What stands in the last byte of an entry where there is no key.
const VACANT: u8 = 0xfe;

/// The keys of slots.
#[derive(Default)]
pub struct Keys {
    entries: Vec<Entry>,
    /// The long keys, one after the other.
    arena: Vec<u8>,
    /// Bytes of the arena that belong to removed keys.
    dead: usize,
}

/// A short key and its length; or begin and length of a long one.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry(Place);

const NO_KEY: Entry = {
    let mut key = [0; SHORT + 1];
    key[SHORT] = VACANT;
    Entry(key)
};

impl Entry {
    fn long(start: usize, length: usize) -> Entry {
        let mut key = [0; SHORT + 1];
        key[..8].copy_from_slice(&(start as u64).to_le_bytes());
        key[8..16].copy_from_slice(&(length as u64).to_le_bytes());
        key[SHORT] = LONG;
        Entry(key)
    }

    fn is_long(&self) -> bool {
        self.0[SHORT] == LONG
    }

    /// Where a long key lies.
    fn place(&self) -> std::ops::Range<usize> {
        let ([start, length, ..], _) = self.0.as_chunks::<8>() else { return 0..0 };
        let (start, length) = (u64::from_le_bytes(*start) as usize, u64::from_le_bytes(*length) as usize);
        start..start + length
    }

    #[inline]
    fn text<'a>(&'a self, arena: &'a [u8]) -> &'a [u8] {
        match self.0[SHORT] {
            VACANT => b"",
            LONG => &arena[self.place()],
            length => &self.0[..usize::from(length)],
        }
    }
}

impl Keys {
    /// The key in `slot`; empty when there is none.
    #[inline]
    pub fn text(&self, slot: usize) -> &[u8] {
        self.entries[slot].text(&self.arena)
    }

    /// The hash of the key in `slot`.
    pub fn hash(&self, slot: usize) -> u64 {
        hash_in(&self.entries[slot].0, self.text(slot))
    }

    /// Whether `slot`, which has a key, has this one.
    #[inline(always)]
    pub fn is(&self, slot: usize, key: &Key) -> bool {
        let entry = &self.entries[slot];
        entry.0 == *key.place() || (entry.is_long() && self.arena[entry.place()] == *key.text())
    }

    /// Asks for the memory of a key.
    #[inline]
    pub fn prefetch(&self, slot: usize) {
        if let Some(entry) = self.entries.get(slot) {
            prefetch(entry);
        }
    }

    /// Whether `slot` has a key.
    pub fn is_live(&self, slot: usize) -> bool {
        self.entries.get(slot).is_some_and(|entry| *entry != NO_KEY)
    }

    /// The slots that have keys, in their order.
    pub fn slots(&self) -> impl Iterator<Item = usize> {
        (0..self.entries.len()).filter(|&slot| self.is_live(slot))
    }

    /// Gives `slot`, which has none, a key.
    pub fn put(&mut self, slot: usize, key: &Key) {
        if slot >= self.entries.len() {
            self.entries.resize(slot + 1, NO_KEY);
        }
        self.entries[slot] = Entry(*key.place());
        if self.entries[slot].is_long() {
            let (start, length) = (self.arena.len(), key.text().len());
            self.arena.extend_from_slice(key.text());
            self.entries[slot] = Entry::long(start, length);
        }
    }

    /// Removes the key of `slot`.
    pub fn remove(&mut self, slot: usize) {
        let entry = std::mem::replace(&mut self.entries[slot], NO_KEY);
        if entry.is_long() {
            self.dead += entry.place().len();
            if self.dead > DEAD_BYTES && self.dead > self.arena.len() / 2 {
                self.compact();
            }
        }
    }

    /// Drops the bytes of removed keys.
    fn compact(&mut self) {
        let mut arena = Vec::with_capacity(self.arena.len() - self.dead);
        for entry in self.entries.iter_mut().filter(|entry| entry.is_long()) {
            let start = arena.len();
            arena.extend_from_slice(&self.arena[entry.place()]);
            *entry = Entry::long(start, arena.len() - start);
        }
        (self.arena, self.dead) = (arena, 0);
    }

    /// How many bytes the long keys take, those of removed ones included.
    #[cfg(test)]
    pub fn arena_bytes(&self) -> usize {
        self.arena.len()
    }

    /// Removes all keys, keeping the memory.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.arena.clear();
        self.dead = 0;
    }
}
