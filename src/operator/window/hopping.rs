//! Hopping windows whose size is a multiple of their advance: each event is counted once, in its *pane*, the stretch
//! between two starts, and a window is put together from its panes when it closes. J. Li and others, "No pane, no gain:
//! efficient evaluation of sliding-window aggregates over data streams", SIGMOD Record, 2005. Only for results that are
//! told once: who wants to hear of changes needs the windows themselves.

use std::cmp::Ordering;

use super::super::aggregate::AggregateSpec;
use super::super::grouping::Grouping;
use super::super::saved::{put_bytes, put_integer, take_bytes, take_integer};
use super::super::table::{GroupTable, Index, States};
use super::largest::retain_largest;
use super::open::Open;
use super::ordered::{Entry, Ordered};
use super::output::{put_optional, put_time, take_optional, take_time};
use super::{Arrival, Fate, Results, Shared, State};
use crate::error::Result;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;
use crate::time::watermark::Watermark;
use crate::time::window::{Raster, Window, floor_to};

/// The open panes.
pub struct Hops {
    size: Duration,
    advance: Duration,
    panes: Open<Pane>,
    /// One slot for each group of a pane.
    states: States,
    /// The keys that some pane has.
    keys: GroupTable,
    /// What is known of each key, by its slot.
    known: Vec<Known>,
    /// The begin of each key, as it is ordered by; by its slot.
    prefixes: Vec<u128>,
    /// Whether there was a key whose begin does not tell its order.
    has_odd_keys: bool,
    /// The keys of the last window that was put together, as far as some pane still has them.
    ordered: Ordered,
    /// The watermark that has closed windows last: what ends before it is told.
    closed: Option<Timestamp>,
}

/// A group of a pane: the slot of its key, and that of its states.
type Group = (usize, usize);

/// The groups of a stretch as long as the advance.
#[derive(Default)]
struct Pane {
    groups: Vec<Group>,
    /// The places in `groups`, by the slots of the keys.
    index: Index,
}

/// What is known of a key.
#[derive(Clone, Copy, Default)]
struct Known {
    /// How many panes have it.
    panes: u32,
    /// Whether it is among the ordered ones.
    is_ordered: bool,
    /// Its states in the window that is put together.
    whole: Whole,
}

/// The states of a key in a window.
#[derive(Clone, Copy, Default)]
enum Whole {
    #[default]
    None,
    /// Those of its only pane so far.
    Pane(usize),
    /// Those of several panes, joined.
    Joined(usize),
}

impl Whole {
    fn slot(self) -> Option<usize> {
        match self {
            Whole::None => None,
            Whole::Pane(slot) | Whole::Joined(slot) => Some(slot),
        }
    }
}

/// A hash of the slot of a key (the odd constant is 2^64 over the golden ratio).
fn hash_of_slot(slot: usize) -> u64 {
    (slot as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Pane {
    /// The states of a key; `new` ones if it was not there.
    #[inline]
    fn states_of(&mut self, key: usize, new: impl FnOnce() -> usize) -> usize {
        let hash = hash_of_slot(key);
        if let Some(at) = self.index.find(hash, |at| self.groups[at].0 == key) {
            return self.groups[at].1;
        }
        let states = new();
        self.groups.push((key, states));
        self.index.insert(hash, self.groups.len() - 1);
        states
    }

    fn has(&self, key: usize) -> bool {
        self.index.find(hash_of_slot(key), |at| self.groups[at].0 == key).is_some()
    }
}

impl Hops {
    /// No panes yet. `size` must be a multiple of `advance`.
    pub fn new(size: Duration, advance: Duration, specs: &[AggregateSpec]) -> Hops {
        Hops {
            size,
            advance,
            panes: Open::default(),
            states: States::new(specs),
            keys: GroupTable::default(),
            known: Vec::new(),
            prefixes: Vec::new(),
            has_odd_keys: false,
            ordered: Ordered::default(),
            closed: None,
        }
    }

    fn raster(&self) -> Raster {
        Raster::Fixed { size: self.size, advance: self.advance }
    }

    /// The pane that begins at `start`, as a window of its own.
    fn pane(&self, start: i128) -> Window {
        Window { end: Timestamp(start + self.advance.0), start: Timestamp(start) }
    }

    /// The states of a group.
    #[inline]
    fn states_of(&mut self, pane: Window, key: &[u8]) -> usize {
        let key = self.keys.slot(key);
        if self.known.len() <= key {
            self.known.resize(key + 1, Known::default());
            self.prefixes.resize(key + 1, 0);
        }
        let Hops { panes, states, known, keys, prefixes, has_odd_keys, .. } = self;
        panes.get_or_open(pane, Pane::default).states_of(key, || {
            if known[key].panes == 0 {
                let prefix = Grouping::order_prefix(keys.key(key));
                *has_odd_keys |= prefix.is_none();
                prefixes[key] = prefix.unwrap_or_default();
            }
            known[key].panes += 1;
            states.begin()
        })
    }

    /// The first window that is not told yet and holds something.
    fn next(&self) -> Option<Window> {
        let first = self.panes.first()?.end.0 - self.size.0;
        let start = match self.closed {
            // The first start whose window ends behind what is closed.
            Some(closed) => first.max(floor_to(closed.0 - self.size.0, self.advance.0) + self.advance.0),
            None => first,
        };
        Some(Window { end: Timestamp(start + self.size.0), start: Timestamp(start) })
    }

    /// Puts a window together, prints it, and lets go of the pane that no later window has.
    fn emit(&mut self, window: Window, job: &Shared, results: &mut Results) -> Result<()> {
        let new = self.join(window)?;
        self.order(new, &job.output.grouping);
        let mut shown: Vec<usize> = self.ordered.slots().collect();
        retain_largest(&mut shown, job.largest, |key| self.states.amount(self.known[key].whole.slot()?));
        for key in shown {
            let Some(slot) = self.known[key].whole.slot() else { continue };
            let row = (&self.states, slot);
            job.output.row(window, self.keys.key(key), row, &job.specs, &mut results.rows)?;
        }
        for key in self.ordered.slots() {
            if let Whole::Joined(slot) = std::mem::take(&mut self.known[key].whole) {
                self.states.end(slot);
            }
        }
        self.closed = Some(window.end);
        while self.panes.first().is_some_and(|pane| pane.start <= window.start) {
            self.drop_first_pane();
        }
        self.ordered.retain(|key| self.known[key].is_ordered);
        Ok(())
    }

    /// Joins the states of each key in the panes of a window; gives the keys that are not among the ordered ones.
    fn join(&mut self, window: Window) -> Result<Vec<usize>> {
        let Hops { panes, states, known, .. } = self;
        let mut new = Vec::new();
        for (_, pane) in panes.iter().take_while(|(pane, _)| pane.end <= window.end) {
            for &(key, slot) in &pane.groups {
                match known[key].whole {
                    Whole::None => {
                        if !known[key].is_ordered {
                            new.push(key);
                        }
                        known[key].whole = Whole::Pane(slot);
                    }
                    Whole::Pane(first) => {
                        let whole = states.begin();
                        known[key].whole = Whole::Joined(whole);
                        states.merge(whole, first)?;
                        states.merge(whole, slot)?;
                    }
                    Whole::Joined(whole) => states.merge(whole, slot)?,
                }
            }
        }
        Ok(new)
    }

    /// Orders the keys of the window that was put together, of which these are the new ones.
    fn order(&mut self, new: Vec<usize>, grouping: &Grouping) {
        let Hops { ordered, known, prefixes, keys, has_odd_keys, .. } = self;
        let compare = |a: &Entry, b: &Entry| {
            let by_prefix = if *has_odd_keys { Ordering::Equal } else { a.0.cmp(&b.0) };
            // Most keys are told apart by their first bytes.
            by_prefix.then_with(|| grouping.compare(keys.key(a.1), keys.key(b.1)))
        };
        let entry = |key: usize| (prefixes[key], key);
        new.iter().for_each(|&key| known[key].is_ordered = true);
        let stays = |key: usize| {
            let known = &mut known[key];
            known.is_ordered = known.whole.slot().is_some();
            known.is_ordered
        };
        ordered.go_on(new.into_iter().map(entry).collect(), stays, compare);
    }

    fn drop_first_pane(&mut self) {
        let Some((_, pane)) = self.panes.pop_first() else { return };
        for (key, slot) in pane.groups {
            self.states.end(slot);
            self.known[key].panes -= 1;
            if self.known[key].panes == 0 {
                self.keys.remove(key);
                self.known[key].is_ordered = false;
            }
        }
    }
}

impl State for Hops {
    fn take(
        &mut self,
        arrival: &Arrival<'_, '_>,
        job: &Shared,
        missed: &mut Vec<Window>,
        _: &mut Results,
    ) -> Result<Fate> {
        let &Arrival { event, key, order, watermark } = arrival;
        let time = event.time();
        let pane = self.pane(floor_to(time.0, self.advance.0));
        // Of the windows that hold a pane the first one ends with it. Mostly that is open, and so are the others.
        if watermark.closes_exclusive(pane.end) {
            let mut is_used = false;
            self.raster().each(time, |window| match watermark.closes_exclusive(window.end) {
                true => missed.push(window),
                false => is_used = true,
            });
            if !is_used {
                return Ok(Fate::Late);
            }
        }
        let slot = self.states_of(pane, key);
        self.states.add(slot, event, &job.specs, order)?;
        Ok(Fate::Used)
    }

    fn holding(&self, key: &[u8], time: Timestamp) -> Vec<Window> {
        let Some(key) = self.keys.find(key) else { return Vec::new() };
        let mut windows = Vec::new();
        self.raster().each(time, |window| {
            let is_open = self.closed.is_none_or(|closed| window.end > closed);
            let of_window = |pane: &Window| window.start <= pane.start && pane.end <= window.end;
            let mut panes = self.panes.iter().filter(|(pane, _)| of_window(pane));
            if is_open && panes.any(|(_, pane)| pane.has(key)) {
                windows.push(window);
            }
        });
        windows
    }

    fn includes_end(&self) -> bool {
        false
    }

    fn close(&mut self, watermark: Watermark, job: &Shared, results: &mut Results) -> Result<()> {
        while let Some(window) = self.next().filter(|window| watermark.closes_exclusive(window.end)) {
            self.emit(window, job, results)?;
        }
        self.closed = self.closed.max(watermark.time());
        Ok(())
    }

    fn close_all(&mut self, job: &Shared, results: &mut Results) -> Result<()> {
        while let Some(window) = self.next() {
            self.emit(window, job, results)?;
        }
        Ok(())
    }

    /// Nobody asks for changes.
    fn tell_changed(&mut self, _: &Shared, _: &mut Results) -> Result<()> {
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        put_optional(self.closed, state);
        put_integer(self.panes.len() as u64, state);
        for (pane, Pane { groups, .. }) in self.panes.iter() {
            put_time(pane.start, state);
            put_integer(groups.len() as u64, state);
            for &(key, slot) in groups {
                put_bytes(self.keys.key(key), state);
                self.states.save(slot, state);
            }
        }
    }

    fn load(&mut self, state: &mut &[u8], _: &Shared) -> Result<()> {
        self.closed = take_optional(state)?;
        for _ in 0..take_integer(state)? {
            let start = take_time(state)?;
            let pane = self.pane(floor_to(start.0, self.advance.0));
            for _ in 0..take_integer(state)? {
                let slot = self.states_of(pane, take_bytes(state)?);
                self.states.load(slot, state)?;
            }
        }
        Ok(())
    }
}
