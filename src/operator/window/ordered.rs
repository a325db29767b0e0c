//! The keys of a window in their order. Most keys of a hopping window were in the one before, so that only the new ones
//! are sorted, and merged with those that stay.

use std::cmp::Ordering;

/// A key: its begin, which tells most keys apart, and its slot. Either all have a begin in the order of the keys, or all have
/// the same one.
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

    /// The begins of the keys do not tell their order any more.
    pub fn forget_prefixes(&mut self) {
        self.entries.iter_mut().for_each(|(prefix, _)| *prefix = 0);
    }

    /// Goes on to the next window: keeps the keys that stay, and adds the `new` ones, of which it has none. Keys
    /// with the same begin are ordered by `compare`, given their slots.
    pub fn go_on(
        &mut self,
        mut new: Vec<Entry>,
        mut stays: impl FnMut(usize) -> bool,
        compare: impl Fn(usize, usize) -> Ordering,
    ) {
        new.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| compare(a.1, b.1)));
        std::mem::swap(&mut self.entries, &mut self.before);
        self.entries.clear();
        let mut new = &new[..];
        for entry in self.before.drain(..) {
            if !stays(entry.1) {
                continue;
            }
            while let [earlier, later @ ..] = new
                && (earlier.0 < entry.0 || (earlier.0 == entry.0 && compare(earlier.1, entry.1).is_lt()))
            {
                self.entries.push(*earlier);
                new = later;
            }
            self.entries.push(entry);
        }
        self.entries.extend_from_slice(new);
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
            let compare = |a: usize, b: usize| b.cmp(&a);
            let mut ordered = Ordered::default();
            for window in windows {
                let before: Vec<usize> = ordered.slots().collect();
                let new = window.iter().filter(|slot| !before.contains(slot)).map(|&slot| entry(slot)).collect();
                ordered.go_on(new, |slot| window.contains(&slot), compare);
                let mut sorted: Vec<Entry> = window.iter().map(|&slot| entry(slot)).collect();
                sorted.sort_by(|a, b| a.0.cmp(&b.0).then(compare(a.1, b.1)));
                prop_assert_eq!(ordered.slots().collect::<Vec<_>>(), sorted.iter().map(|entry| entry.1).collect::<Vec<_>>());
            }
        }
    }
}
