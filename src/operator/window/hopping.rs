//! Hopping windows whose size is a multiple of their advance: each event is counted once, in its *pane*, the stretch
//! between two starts, and a window is put together from its panes when it closes. J. Li and others, "No pane, no gain:
//! efficient evaluation of sliding-window aggregates over data streams", SIGMOD Record, 2005. Only for results that are
//! told once: who wants to hear of changes needs the windows themselves.

use super::super::aggregate::AggregateSpec;
use super::super::grouping::Grouping;
use super::super::key::{Key, Place, SHORT, append_place, place_of, text_of};
use super::super::saved::{put_bytes, put_integer, take_bytes, take_integer};
use super::super::table::{GroupTable, Index, States};
use super::largest::retain_largest;
use super::open::Open;
use super::ordered::Ordered;
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
    /// Whether there was a key whose begin does not tell its order; then those of all keys are zero.
    has_odd_keys: bool,
    /// The keys of the last window that was put together.
    ordered: Ordered,
    /// Keys that no pane had any more when one was dropped.
    gone: Vec<usize>,
    /// The watermark that has closed windows last: what ends before it is told.
    closed: Option<Timestamp>,
    /// When the next window is due, if that is known.
    due: Option<Timestamp>,
}

/// A group of a pane: the slot of its key, and that of its states.
type Group = (usize, usize);

/// The groups of a stretch as long as the advance.
#[derive(Default)]
struct Pane {
    groups: Vec<Group>,
    /// The places in `groups`, by the slots of the keys.
    index: Index,
    /// Whether the groups are joined to the window that is put together.
    is_joined: bool,
}

/// What is known of a key.
#[derive(Clone, Copy, Default)]
struct Known {
    /// How many panes have it.
    panes: u32,
    /// How many of them are joined to its states in the window that is put together.
    joined: u32,
    /// These states; only if there are such panes.
    whole: usize,
    /// Whether it is among the ordered ones.
    is_ordered: bool,
    /// The row of its states behind the window, if it was printed, is short, and still says what they say.
    row: Place,
}

/// A hash of the slot of a key (the odd constant is 2^64 over the golden ratio).
fn hash_of_slot(slot: usize) -> u64 {
    (slot as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Pane {
    /// The states of a key; as an error new ones, if it was not there.
    #[inline(always)]
    fn states_of(&mut self, key: usize, states: &mut States) -> Result<usize, usize> {
        let hash = hash_of_slot(key);
        match self.index.find(hash, |at| self.groups[at].0 == key) {
            Some(at) => Ok(self.groups[at].1),
            None => Err(self.begin(key, hash, states)),
        }
    }

    #[inline(never)]
    fn begin(&mut self, key: usize, hash: u64, states: &mut States) -> usize {
        let new = states.begin();
        self.groups.push((key, new));
        self.index.insert(hash, self.groups.len() - 1);
        new
    }

    /// Takes its groups out of the window that is put together, if they are joined to it.
    fn leave(&mut self, states: &mut States, known: &mut [Known]) {
        if !std::mem::take(&mut self.is_joined) {
            return;
        }
        let takes_back = states.takes_back();
        for &(key, slot) in &self.groups {
            let known = &mut known[key];
            known.joined -= 1;
            known.row = Place::default();
            if known.joined == 0 {
                states.end(known.whole);
            } else if takes_back {
                states.take_back(known.whole, slot);
            }
        }
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
            gone: Vec::new(),
            closed: None,
            due: None,
        }
    }

    fn raster(&self) -> Raster {
        Raster::Fixed { size: self.size, advance: self.advance }
    }

    /// The pane that begins at `start`, as a window of its own.
    fn pane(&self, start: i128) -> Window {
        Window { end: Timestamp(start + self.advance.0), start: Timestamp(start) }
    }

    /// The states of a group in a pane that may not be open yet.
    fn states_of(&mut self, pane: Window, key: &Key) -> usize {
        // The pane may be the first one of the next window.
        self.due = None;
        let key = self.keys.slot_of(key);
        let pane = self.panes.get_or_open(pane, Pane::default);
        // It is joined to the next window anew, with the event.
        pane.leave(&mut self.states, &mut self.known);
        let states = pane.states_of(key, &mut self.states);
        states.unwrap_or_else(|new| self.count_pane(key, new))
    }

    /// The same in the pane that holds `time`, if it is among the latest and open at this watermark.
    #[inline(always)]
    fn states_at(&mut self, time: Timestamp, watermark: Watermark, key: &Key) -> Option<usize> {
        let (window, pane) = self.panes.holding(time)?;
        if watermark.closes_exclusive(window.end) {
            return None;
        }
        let key = self.keys.slot_of(key);
        Some(pane.states_of(key, &mut self.states).unwrap_or_else(|new| self.count_pane(key, new)))
    }

    /// Takes note that a key is in one pane more, where it has the `new` states.
    #[inline(never)]
    fn count_pane(&mut self, key: usize, new: usize) -> usize {
        if self.known.len() <= key {
            self.known.resize(key + 1, Known::default());
            self.prefixes.resize(key + 1, 0);
        }
        self.known[key].panes += 1;
        if self.known[key].panes > 1 || self.has_odd_keys {
            return new;
        }
        match Grouping::order_prefix(self.keys.key(key)) {
            Some(prefix) => self.prefixes[key] = prefix,
            None => {
                self.has_odd_keys = true;
                self.prefixes.fill(0);
                self.ordered.forget_prefixes();
            }
        }
        new
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
        self.forget_keys();
        self.print(window, job, results)?;
        self.closed = Some(window.end);
        while self.panes.first().is_some_and(|pane| pane.start <= window.start) {
            self.drop_first_pane();
        }
        if !self.states.takes_back() {
            // Every window is put together from nothing.
            self.panes.iter_mut().for_each(|(_, pane)| pane.leave(&mut self.states, &mut self.known));
        }
        Ok(())
    }

    /// Joins the groups of the panes of a window that are not joined yet; gives the keys that are not among the ordered ones.
    fn join(&mut self, window: Window) -> Result<Vec<usize>> {
        let Hops { panes, states, known, .. } = self;
        let mut new = Vec::new();
        let panes = panes.iter_mut().take_while(|(pane, _)| pane.end <= window.end).map(|(_, pane)| pane);
        for pane in panes.filter(|pane| !pane.is_joined) {
            pane.is_joined = true;
            for &(key, slot) in &pane.groups {
                let known_key = &mut known[key];
                if known_key.joined == 0 {
                    known_key.whole = states.begin();
                }
                known_key.joined += 1;
                known_key.row = Place::default();
                states.merge(known_key.whole, slot)?;
                if !std::mem::replace(&mut known_key.is_ordered, true) {
                    new.push(key);
                }
            }
        }
        Ok(new)
    }

    /// Orders the keys of the window that was put together, of which these are the new ones.
    fn order(&mut self, new: Vec<usize>, grouping: &Grouping) {
        let Hops { ordered, known, prefixes, keys, .. } = self;
        let compare = |a: usize, b: usize| grouping.compare(keys.key(a), keys.key(b));
        let stays = |key: usize| {
            let known = &mut known[key];
            known.is_ordered = known.joined > 0;
            known.is_ordered
        };
        ordered.go_on(new.into_iter().map(|key| (prefixes[key], key)).collect(), stays, compare);
    }

    /// Forgets the keys that no pane has any more.
    fn forget_keys(&mut self) {
        for key in self.gone.drain(..) {
            if self.known[key].panes == 0 {
                self.keys.remove(key);
            }
        }
    }

    /// Prints the window that was put together.
    fn print(&mut self, window: Window, job: &Shared, results: &mut Results) -> Result<()> {
        let Hops { ordered, states, known, keys, .. } = self;
        let (output, rows) = (&job.output, &mut results.rows);
        let mut shown: Vec<usize> = ordered.slots().collect();
        retain_largest(&mut shown, job.largest, |key| states.amount(known[key].whole));
        for key in shown {
            let known = &mut known[key];
            output.begin(window, rows);
            if output.mark.is_empty() && !text_of(&known.row).is_empty() {
                append_place(&known.row, rows);
                continue;
            }
            let start = rows.len();
            output.end(keys.key(key), (states, known.whole), &job.specs, rows)?;
            let is_short = output.mark.is_empty() && rows.len() - start <= SHORT;
            known.row = if is_short { place_of(&rows[start..]) } else { Place::default() };
        }
        Ok(())
    }

    fn drop_first_pane(&mut self) {
        let Some((_, mut pane)) = self.panes.pop_first() else { return };
        pane.leave(&mut self.states, &mut self.known);
        for (key, slot) in pane.groups {
            self.states.end(slot);
            self.known[key].panes -= 1;
            if self.known[key].panes == 0 {
                self.gone.push(key);
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
        if let Some(slot) = self.states_at(time, watermark, key) {
            // Most events lie in a pane that is open.
            return self.states.add(slot, event, &job.specs, order).map(|()| Fate::Used);
        }
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
        while self.due.is_none_or(|due| watermark.closes_exclusive(due)) {
            let next = self.next();
            self.due = next.map(|window| window.end);
            let Some(window) = next.filter(|window| watermark.closes_exclusive(window.end)) else { break };
            self.emit(window, job, results)?;
            self.due = None;
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
                let slot = self.states_of(pane, &Key::of(take_bytes(state)?));
                self.states.load(slot, state)?;
            }
        }
        Ok(())
    }
}
