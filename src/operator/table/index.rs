//! Where things stand by the hash of their keys: open addressing with linear probing, eight bytes a place, so that a
//! look-up touches one cache line. What the things are, and whether two keys are equal, is the caller's.

use crate::event::scan::prefetch::prefetch;

/// How many bits of a place say which thing; the others are of its hash: they tell where its home is, and most others apart.
const SLOT_BITS: u32 = 36;
const SLOT_MASK: u64 = (1 << SLOT_BITS) - 1;

/// How many places there are at least, as a power of two.
const LEAST: u32 = 3;

/// The slots of things, by hash.
#[derive(Default)]
pub struct Index {
    /// One more than the slot, below the highest bits of the hash; 0 where there is none. As many as a power of two.
    places: Vec<u64>,
    /// By how many bits a hash is shifted to tell its home.
    shift: u32,
    count: usize,
}

fn pack(hash: u64, slot: usize) -> u64 {
    (hash & !SLOT_MASK) | (slot as u64 + 1)
}

fn slot_of(place: u64) -> usize {
    (place & SLOT_MASK) as usize - 1
}

impl Index {
    /// How many things there are.
    pub fn count(&self) -> usize {
        self.count
    }

    fn mask(&self) -> usize {
        self.places.len().wrapping_sub(1)
    }

    /// Where a thing is put if nothing stands in its way; what is kept of the hash is enough to tell.
    #[inline]
    fn home(&self, hash: u64) -> usize {
        ((hash & !SLOT_MASK) >> self.shift) as usize
    }

    /// The slot with this hash that `is_it`.
    #[inline(always)]
    pub fn find(&self, hash: u64, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        let mut at = self.home(hash);
        loop {
            let place = *self.places.get(at)?;
            if place == 0 {
                return None;
            }
            if (place ^ hash) & !SLOT_MASK == 0 && is_it(slot_of(place)) {
                return Some(slot_of(place));
            }
            at = (at + 1) & self.mask();
        }
    }

    /// Asks for the memory that [`Index::find`] will look at.
    #[inline]
    pub fn prefetch(&self, hash: u64) {
        if let Some(place) = self.places.get(self.home(hash)) {
            prefetch(place);
        }
    }

    /// A slot that most probably is the one that has this hash.
    #[inline]
    pub fn likely(&self, hash: u64) -> Option<usize> {
        self.find(hash, |_| true)
    }

    /// Another slot takes the place of one that is there.
    pub fn replace(&mut self, hash: u64, slot: usize, by: usize) {
        let mut at = self.home(hash);
        while let Some(place) = self.places.get_mut(at).filter(|place| **place != 0) {
            if slot_of(*place) == slot {
                *place = pack(hash, by);
                return;
            }
            at = (at + 1) & self.mask();
        }
    }

    /// Puts a slot that is not there under its hash.
    pub fn insert(&mut self, hash: u64, slot: usize) {
        // Half full at most: to find out that something is not there takes two and a half looks then, and more than three times
        // as many where it is three quarters full (Knuth, The Art of Computer Programming, volume 3, 6.4, theorem K).
        if (self.count + 1) * 2 > self.places.len() {
            self.grow();
        }
        self.put(pack(hash, slot));
        self.count += 1;
    }

    #[cold]
    fn grow(&mut self) {
        let bits = if self.places.is_empty() { LEAST } else { self.places.len().ilog2() + 1 };
        self.shift = u64::BITS - bits;
        let places = std::mem::replace(&mut self.places, vec![0; 1 << bits]);
        places.into_iter().filter(|&place| place != 0).for_each(|place| self.put(place));
    }

    fn put(&mut self, place: u64) {
        let mut at = self.home(place);
        while self.places[at] != 0 {
            at = (at + 1) & self.mask();
        }
        self.places[at] = place;
    }

    /// Removes a slot, if it is there.
    pub fn remove(&mut self, hash: u64, slot: usize) {
        let (mask, mut hole) = (self.mask(), self.home(hash));
        while self.places.get(hole).is_some_and(|&place| place != 0 && slot_of(place) != slot) {
            hole = (hole + 1) & mask;
        }
        if self.places.get(hole).is_none_or(|&place| place == 0) {
            return;
        }
        self.count -= 1;
        // What stands behind the hole, without a gap, moves up unless it would come before its own place (Knuth, The
        // Art of Computer Programming, volume 3, 6.4, algorithm R).
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let place = self.places[at];
            if place == 0 {
                break;
            }
            if at.wrapping_sub(self.home(place)) & mask >= at.wrapping_sub(hole) & mask {
                self.places[hole] = place;
                hole = at;
            }
        }
        self.places[hole] = 0;
    }

    /// Removes everything, keeping the memory.
    pub fn clear(&mut self) {
        self.places.fill(0);
        self.count = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_has_what_was_put_in_and_not_removed(
            // Few homes, so that the things stand in each other's way, the last ones too, behind which the first follow.
            homes in prop::collection::vec(prop_oneof![0u64..3, 61u64..64], 1..40),
            steps in prop::collection::vec(any::<prop::sample::Index>(), 0..200),
        ) {
            let hash_of = |slot: usize| homes[slot] << 58 | (slot as u64 % 3) << 40;
            let (mut index, mut there) = (Index::default(), vec![false; homes.len()]);
            for step in steps {
                let slot = step.index(homes.len());
                match there[slot] {
                    true => index.remove(hash_of(slot), slot),
                    false => index.insert(hash_of(slot), slot),
                }
                there[slot] = !there[slot];
                prop_assert_eq!(index.count(), there.iter().filter(|is_there| **is_there).count());
                for (slot, &is_there) in there.iter().enumerate() {
                    let found = index.find(hash_of(slot), |other| other == slot);
                    prop_assert_eq!(found, is_there.then_some(slot));
                }
            }
            for slot in 0..homes.len() {
                index.remove(hash_of(slot), slot);
            }
            prop_assert_eq!((index.count(), index.places.iter().all(|&place| place == 0)), (0, true));
        }
    }
}
