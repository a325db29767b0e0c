//! Keys by slot. A short key lies in place, filled up to a fixed size, so that to compare it touches one cache line and
//! needs no loop; longer ones lie one after the other in an arena. Which slots there are is not decided here.

use crate::event::scan::prefetch::prefetch;

/// Below this many bytes of removed keys the arena is not compacted.
const DEAD_BYTES: usize = 1 << 16;

/// As many bytes of a key lie in place.
const SHORT: usize = 31;

/// What stands in the last byte of an entry instead of the length of a short key.
const LONG: u8 = 0xff;
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
struct Entry([u8; SHORT + 1]);

const NO_KEY: Entry = {
    let mut key = [0; SHORT + 1];
    key[SHORT] = VACANT;
    Entry(key)
};

impl Entry {
    #[inline]
    fn short(text: &[u8]) -> Entry {
        let mut key = [0; SHORT + 1];
        key[..text.len()].copy_from_slice(text);
        key[SHORT] = text.len() as u8;
        Entry(key)
    }

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

/// A key that is looked for.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    text: &'a [u8],
    /// What its entry is if it is short.
    entry: Entry,
}

impl<'a> Wanted<'a> {
    /// Prepares a key to be compared with others.
    #[inline]
    pub fn new(text: &'a [u8]) -> Wanted<'a> {
        Wanted { text, entry: if text.len() <= SHORT { Entry::short(text) } else { NO_KEY } }
    }
}

impl Keys {
    /// The key in `slot`; empty when there is none.
    #[inline]
    pub fn text(&self, slot: usize) -> &[u8] {
        self.entries[slot].text(&self.arena)
    }

    /// Whether `slot`, which has a key, has this one.
    #[inline]
    pub fn is(&self, slot: usize, wanted: &Wanted<'_>) -> bool {
        let entry = &self.entries[slot];
        *entry == wanted.entry || (entry.is_long() && self.arena[entry.place()] == *wanted.text)
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
    pub fn put(&mut self, slot: usize, key: &[u8]) {
        if slot >= self.entries.len() {
            self.entries.resize(slot + 1, NO_KEY);
        }
        self.entries[slot] = match key.len() {
            ..=SHORT => Entry::short(key),
            length => {
                self.arena.extend_from_slice(key);
                Entry::long(self.arena.len() - length, length)
            }
        };
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
