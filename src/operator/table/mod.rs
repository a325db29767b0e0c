//! The states of all groups: keys found by hash, and one column of states per aggregate. A group costs no
//! allocation of its own. What a key means is [`super::grouping`]'s.

mod index;
mod keys;
mod order;
mod states;

use super::aggregate::AggregateSpec;
use super::grouping::Grouping;
use super::key::Key;
use super::saved::{damaged, put_bytes, put_integer, take_bytes, take_integer};
use crate::error::Result;
use crate::event::Event;
pub use index::Index;
use keys::Keys;
pub use states::States;

/// Groups and their states.
#[derive(Default)]
pub struct GroupTable {
    index: Index,
    keys: Keys,
    states: States,
}

impl GroupTable {
    /// A table with a column per aggregate.
    pub fn new(specs: &[AggregateSpec]) -> GroupTable {
        GroupTable { states: States::new(specs), ..GroupTable::default() }
    }

    /// An empty table with the same kinds of columns.
    pub fn new_like(&self) -> GroupTable {
        GroupTable { states: self.states.new_like(), ..GroupTable::default() }
    }

    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.index.count()
    }

    /// Whether there is no group.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The slot of the group with this key, which is added with empty states if it is new.
    pub fn slot(&mut self, key: &[u8]) -> usize {
        self.slot_of(&Key::of(key))
    }

    /// The same, given the key ready made.
    #[inline(always)]
    pub fn slot_of(&mut self, key: &Key) -> usize {
        self.find_of(key).unwrap_or_else(|| self.insert(key))
    }

    #[inline(never)]
    fn insert(&mut self, key: &Key) -> usize {
        let slot = self.states.begin();
        self.keys.put(slot, key);
        self.index.insert(key.hash(), slot);
        slot
    }

    /// The slot of the group with this key, if there is one.
    pub fn find(&self, key: &[u8]) -> Option<usize> {
        self.find_of(&Key::of(key))
    }

    /// The same, given the key ready made.
    #[inline(always)]
    pub fn find_of(&self, key: &Key) -> Option<usize> {
        self.index.find(key.hash(), |slot| self.keys.is(slot, key))
    }

    /// Asks for the memory where the place of a group is looked up.
    #[inline]
    pub fn prefetch_place(&self, hash: u64) {
        self.index.prefetch(hash);
    }

    /// Asks for the memory of a group, whose place should be at hand.
    #[inline]
    pub fn prefetch_group(&self, hash: u64) {
        if let Some(slot) = self.index.likely(hash) {
            self.keys.prefetch(slot);
            self.states.prefetch(slot);
        }
    }

    /// The key of the group in `slot`.
    pub fn key(&self, slot: usize) -> &[u8] {
        self.keys.text(slot)
    }

    /// Adds the event to all aggregates of a group whose conditions it meets; `order` is its place in the
    /// arrival order.
    #[inline(always)]
    pub fn add(&mut self, slot: usize, event: &Event<'_>, specs: &[AggregateSpec], order: u64) -> Result<()> {
        self.states.add(slot, event, specs, order)
    }

    /// The states of the groups, by slot.
    pub fn states(&self) -> &States {
        &self.states
    }

    /// Appends the results of a group: `"balance":1300,"count":2`.
    pub fn write_results(&self, slot: usize, specs: &[AggregateSpec], out: &mut Vec<u8>) -> Result<()> {
        self.states.write_results(slot, specs, out)
    }

    /// The slots of all groups, in no particular order that means anything but always the same one.
    pub fn slots(&self) -> impl Iterator<Item = usize> {
        self.keys.slots()
    }

    /// The slots of all groups in the order of their keys.
    pub fn sorted_slots(&self, grouping: &Grouping) -> Vec<usize> {
        if let Some(mut packed) = order::packed(self) {
            packed.sort_unstable();
            return packed.into_iter().map(order::slot_of).collect();
        }
        let compare = |a: usize, b: usize| grouping.compare(self.key(a), self.key(b));
        let prefixed = self.slots().map(|slot| Some((Grouping::order_prefix(self.key(slot))?, slot)));
        match prefixed.collect::<Option<Vec<(u128, usize)>>>() {
            // Most keys are told apart by their first bytes.
            Some(mut slots) => {
                slots.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| compare(a.1, b.1)));
                slots.into_iter().map(|(_, slot)| slot).collect()
            }
            None => {
                let mut slots: Vec<usize> = self.slots().collect();
                slots.sort_unstable_by(|&a, &b| compare(a, b));
                slots
            }
        }
    }

    /// Removes a group; its slot is used again.
    pub fn remove(&mut self, slot: usize) {
        if !self.keys.is_live(slot) {
            return;
        }
        self.index.remove(self.keys.hash(slot), slot);
        self.keys.remove(slot);
        self.states.end(slot);
    }

    /// Removes all groups, keeping the memory for the next ones.
    pub fn clear(&mut self) {
        self.index.clear();
        self.keys.clear();
        self.states.clear();
    }

    /// Appends all groups with their states, for [`GroupTable::load`].
    pub fn save(&self, state: &mut Vec<u8>) {
        put_integer(self.len() as u64, state);
        for slot in self.slots() {
            put_bytes(self.key(slot), state);
            self.states.save(slot, state);
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
            self.states.load(slot, state)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::line::{Line, Offset};
    use crate::event::scan::{Extractor, Projection};

    /// Tables of counts and lists over single lines.
    struct Counts {
        specs: Vec<AggregateSpec>,
        extractor: Extractor,
    }

    impl Counts {
        fn new() -> Counts {
            let mut projection = Projection::default();
            let specs = AggregateSpec::parse_all(&["n=count()", "x=list(.x)"], &mut projection);
            Counts { specs: specs.expect("aggregates"), extractor: Extractor::new(&projection) }
        }

        fn add(&mut self, table: &mut GroupTable, key: &[u8], x: u64) {
            let line = format!("{{\"x\":{x}}}");
            let mut fields = Vec::new();
            self.extractor.extract(line.as_bytes(), &mut fields).expect("an event");
            let line = Line { bytes: line.as_bytes(), source: "-", number: 1, offset: Offset(0) };
            let slot = table.slot(key);
            table.add(slot, &Event::new(line, 0, &fields), &self.specs, x).expect("a count");
        }

        fn results(&self, table: &GroupTable, key: &[u8]) -> String {
            let mut out = Vec::new();
            let slot = table.find(key).expect("the group is there");
            table.write_results(slot, &self.specs, &mut out).expect("results");
            String::from_utf8(out).expect("UTF-8")
        }
    }

    #[test]
    fn a_removed_group_is_gone_and_its_slot_starts_anew() {
        let mut counts = Counts::new();
        let mut table = GroupTable::new(&counts.specs);
        counts.add(&mut table, b"a", 1);
        counts.add(&mut table, b"b", 2);
        let slot = table.slot(b"a");
        table.remove(slot);
        table.remove(slot);
        assert_eq!((table.len(), table.find(b"a")), (1, None));
        counts.add(&mut table, b"c", 3);
        assert_eq!((table.len(), table.find(b"c")), (2, Some(slot)));
        assert_eq!(counts.results(&table, b"c"), r#""n":1,"x":[3]"#);
        assert_eq!(counts.results(&table, b"b"), r#""n":1,"x":[2]"#);
    }

    #[test]
    fn keys_survive_the_removal_of_many_others() {
        let mut counts = Counts::new();
        let mut table = GroupTable::new(&counts.specs);
        let key = |number: u64| format!("\"a key that is too long to lie in place {number}\"\0").into_bytes();
        (0..10_000).for_each(|number| counts.add(&mut table, &key(number), number));
        let full = table.keys.arena_bytes();
        for number in (0..10_000).filter(|number| number % 100 != 0) {
            let slot = table.find(&key(number)).expect("it was added");
            table.remove(slot);
        }
        assert_eq!(table.len(), 100);
        assert!(table.keys.arena_bytes() < full / 2, "the bytes of removed keys are given back");
        for number in (0..10_000).step_by(100) {
            assert_eq!(counts.results(&table, &key(number)), format!(r#""n":1,"x":[{number}]"#));
        }
        let mut state = Vec::new();
        table.save(&mut state);
        let mut again = table.new_like();
        again.load(&mut state.as_slice()).expect("saved above");
        assert_eq!(counts.results(&again, &key(9_900)), r#""n":1,"x":[9900]"#);
    }

    #[test]
    fn a_cleared_table_is_like_a_new_one() {
        let mut counts = Counts::new();
        let mut table = GroupTable::new(&counts.specs);
        counts.add(&mut table, b"a", 1);
        table.clear();
        assert!(table.is_empty() && table.find(b"a").is_none());
        counts.add(&mut table, b"a", 2);
        assert_eq!(counts.results(&table, b"a"), r#""n":1,"x":[2]"#);
    }

    #[test]
    fn a_state_with_one_key_twice_is_damaged() {
        let mut state = vec![2];
        for _ in 0..2 {
            state.extend_from_slice(b"\x01k");
        }
        let mut table = GroupTable::default();
        assert!(table.load(&mut state.as_slice()).is_err());
    }
}
