//! Keys by slot. A short key lies beside its hash, so that to compare it touches one cache line; longer ones lie one
//! after the other in an arena. Which slots there are is not decided here.

/// Below this many bytes of removed keys the arena is not compacted.
const DEAD_BYTES: usize = 1 << 16;

/// As many bytes of a key lie in place.
const SHORT: usize = 23;

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
#[derive(Clone, Copy)]
struct Entry {
    hash: u64,
    key: [u8; SHORT + 1],
}

const NO_KEY: Entry = {
    let mut key = [0; SHORT + 1];
    key[SHORT] = VACANT;
    Entry { hash: 0, key }
};

impl Entry {
    fn short(hash: u64, text: &[u8]) -> Entry {
        let mut key = [0; SHORT + 1];
        key[..text.len()].copy_from_slice(text);
        key[SHORT] = text.len() as u8;
        Entry { hash, key }
    }

    fn long(hash: u64, start: usize, length: usize) -> Entry {
        let mut key = [0; SHORT + 1];
        key[..8].copy_from_slice(&(start as u64).to_le_bytes());
        key[8..16].copy_from_slice(&(length as u64).to_le_bytes());
        key[SHORT] = LONG;
        Entry { hash, key }
    }

    /// Where a long key lies.
    fn place(&self) -> std::ops::Range<usize> {
        let ([start, length, _], _) = self.key.as_chunks::<8>() else { return 0..0 };
        let (start, length) = (u64::from_le_bytes(*start) as usize, u64::from_le_bytes(*length) as usize);
        start..start + length
    }

    #[inline]
    fn text<'a>(&'a self, arena: &'a [u8]) -> &'a [u8] {
        match self.key[SHORT] {
            VACANT => b"",
            LONG => &arena[self.place()],
            length => &self.key[..usize::from(length)],
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
        self.entries[slot].hash
    }

    /// Whether `slot` has this key.
    #[inline]
    pub fn is(&self, slot: usize, hash: u64, key: &[u8]) -> bool {
        if self.entries[slot].hash != hash {
            return false;
        }
        let text = self.text(slot);
        // The key of everything is empty and may lie nowhere; to compare no bytes there takes hundreds of cycles on
        // processors that load them with a mask.
        text.len() == key.len() && (key.is_empty() || text == key)
    }

    /// Whether `slot` has a key.
    pub fn is_live(&self, slot: usize) -> bool {
        self.entries.get(slot).is_some_and(|entry| entry.key[SHORT] != VACANT)
    }

    /// The slots that have keys, in their order.
    pub fn slots(&self) -> impl Iterator<Item = usize> {
        (0..self.entries.len()).filter(|&slot| self.is_live(slot))
    }

    /// Gives `slot`, which has none, a key.
    pub fn put(&mut self, slot: usize, hash: u64, key: &[u8]) {
        if slot >= self.entries.len() {
            self.entries.resize(slot + 1, NO_KEY);
        }
        self.entries[slot] = match key.len() {
            ..=SHORT => Entry::short(hash, key),
            length => {
                self.arena.extend_from_slice(key);
                Entry::long(hash, self.arena.len() - length, length)
            }
        };
    }

    /// Removes the key of `slot`.
    pub fn remove(&mut self, slot: usize) {
        let entry = std::mem::replace(&mut self.entries[slot], NO_KEY);
        if entry.key[SHORT] == LONG {
            self.dead += entry.place().len();
            if self.dead > DEAD_BYTES && self.dead > self.arena.len() / 2 {
                self.compact();
            }
        }
    }

    /// Drops the bytes of removed keys.
    fn compact(&mut self) {
        let mut arena = Vec::with_capacity(self.arena.len() - self.dead);
        for entry in self.entries.iter_mut().filter(|entry| entry.key[SHORT] == LONG) {
            let start = arena.len();
            arena.extend_from_slice(&self.arena[entry.place()]);
            *entry = Entry::long(entry.hash, start, arena.len() - start);
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
