//! The keys of a window in their order. Most keys of a hopping window were in the one before, so that only the new ones
//! are sorted, and merged with those that stay.

use std::cmp::Ordering;

/// A key: its begin, which tells most keys apart, and its slot.
pub type Entry = (u128, usize);

/// Keys in their order.
#[derive(Default)]
pub struct Ordered {
    entries: Vec<Entry>,
    /// Those of the window before, while the next ones are put together.
    before: Vec<Entry>,
}

impl Ordered {
    /// The slots of the keys, in order.
    pub fn slots(&self) -> impl Iterator<Item = usize> {
        self.entries.iter().map(|&(_, slot)| slot)
    }

    /// Leaves out those that do not stay.
    pub fn retain(&mut self, stays: impl Fn(usize) -> bool) {
        self.entries.retain(|&(_, slot)| stays(slot));
    }

    /// Goes on to the next window: keeps the keys that stay, and adds the `new` ones, of which it has none.
    pub fn go_on(
        &mut self,
        mut new: Vec<Entry>,
        mut stays: impl FnMut(usize) -> bool,
        compare: impl Fn(&Entry, &Entry) -> Ordering,
    ) {
        new.sort_unstable_by(&compare);
        std::mem::swap(&mut self.entries, &mut self.before);
        self.entries.clear();
        let mut new = new.into_iter().peekable();
        for entry in self.before.drain(..) {
            if !stays(entry.1) {
                continue;
            }
            while let Some(earlier) = new.next_if(|new| compare(new, &entry).is_lt()) {
                self.entries.push(earlier);
            }
            self.entries.push(entry);
        }
        self.entries.extend(new);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_are_what_sorting_all_of_them_gives(windows in prop::collection::vec(prop::collection::btree_set(0usize..30, 0..20), 1..8)) {
            // Several keys have the same begin, and their order is not that of the slots.
            let entry = |slot: usize| (slot as u128 % 5, slot);
            let compare = |a: &Entry, b: &Entry| a.0.cmp(&b.0).then(b.1.cmp(&a.1));
            let mut ordered = Ordered::default();
            for window in windows {
                let before: Vec<usize> = ordered.slots().collect();
                let new = window.iter().filter(|slot| !before.contains(slot)).map(|&slot| entry(slot)).collect();
                ordered.go_on(new, |slot| window.contains(&slot), compare);
                let mut sorted: Vec<Entry> = window.iter().map(|&slot| entry(slot)).collect();
                sorted.sort_by(compare);
                prop_assert_eq!(ordered.slots().collect::<Vec<_>>(), sorted.iter().map(|entry| entry.1).collect::<Vec<_>>());
                ordered.retain(|slot| slot % 7 != 0);
                prop_assert!(ordered.slots().all(|slot| slot % 7 != 0));
            }
        }
    }
}
