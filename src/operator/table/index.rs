//! Where things stand by the hash of their keys: open addressing with linear probing, eight bytes a place, so that a
//! look-up touches one cache line. What the things are, and whether two keys are equal, is the caller's.

/// How many bits of a place say which thing; the others are of its hash, to tell most others apart.
const SLOT_BITS: u32 = 40;
const SLOT_MASK: u64 = (1 << SLOT_BITS) - 1;

/// The slots of things, by hash.
#[derive(Default)]
pub struct Index {
    /// One more than the slot, below the highest bits of the hash; 0 where there is none. As many as a power of two.
    places: Vec<u64>,
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

    /// The slot with this hash that `is_it`.
    #[inline]
    pub fn find(&self, hash: u64, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        let mut at = hash as usize & self.mask();
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

    /// Puts a slot that is not there under its hash; `hash_of` gives the hashes of those that are.
    pub fn insert(&mut self, hash: u64, slot: usize, hash_of: impl Fn(usize) -> u64) {
        // Three quarters full at most.
        if (self.count + 1) * 4 > self.places.len() * 3 {
            let larger = vec![0; (self.places.len() * 2).max(8)];
            for place in std::mem::replace(&mut self.places, larger).into_iter().filter(|&place| place != 0) {
                self.put(hash_of(slot_of(place)), place);
            }
        }
        self.put(hash, pack(hash, slot));
        self.count += 1;
    }

    fn put(&mut self, hash: u64, place: u64) {
        let mut at = hash as usize & self.mask();
        while self.places[at] != 0 {
            at = (at + 1) & self.mask();
        }
        self.places[at] = place;
    }

    /// Removes a slot, if it is there; `hash_of` gives the hashes of the others.
    pub fn remove(&mut self, hash: u64, slot: usize, hash_of: impl Fn(usize) -> u64) {
        let mask = self.mask();
        let mut hole = hash as usize & mask;
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
            let home = hash_of(slot_of(place)) as usize & mask;
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(hole) & mask {
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
            // Few homes, so that the things stand in each other's way.
            homes in prop::collection::vec(0u64..6, 1..40),
            steps in prop::collection::vec(any::<prop::sample::Index>(), 0..200),
        ) {
            let hash_of = |slot: usize| homes[slot] | (slot as u64 % 3) << 61;
            let (mut index, mut there) = (Index::default(), vec![false; homes.len()]);
            for step in steps {
                let slot = step.index(homes.len());
                match there[slot] {
                    true => index.remove(hash_of(slot), slot, hash_of),
                    false => index.insert(hash_of(slot), slot, hash_of),
                }
                there[slot] = !there[slot];
                prop_assert_eq!(index.count(), there.iter().filter(|is_there| **is_there).count());
                for (slot, &is_there) in there.iter().enumerate() {
                    let found = index.find(hash_of(slot), |other| other == slot);
                    prop_assert_eq!(found, is_there.then_some(slot));
                }
            }
            for slot in 0..homes.len() {
                index.remove(hash_of(slot), slot, hash_of);
            }
            prop_assert_eq!((index.count(), index.places.iter().all(|&place| place == 0)), (0, true));
        }
    }
}
