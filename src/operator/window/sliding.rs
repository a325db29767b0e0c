//! Sliding windows: for each event of a key the window `[time − size, time]`, both ends included; on request
//! also those that begin just after an event. A window is computed when it closes, from the events that are
//! kept as long as some open window may hold them.

use std::collections::{BTreeSet, VecDeque};

use super::super::aggregate::AggregateSpec;
use super::super::saved::{damaged, put_bytes, put_integer, take_bytes, take_integer};
use super::super::table::GroupTable;
use super::output::{check_time, put_time, take_time};
use super::{Arrival, Emit, Fate, Results, Shared, State};
use crate::error::Result;
use crate::event::held::HeldEvent;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;
use crate::time::watermark::Watermark;
use crate::time::window::Window;

/// The events and open windows of all keys.
pub struct Slides {
    size: Duration,
    /// Also the windows that begin one nanosecond after an event.
    is_all: bool,
    keys: GroupTable,
    /// The kept events by the slot of `keys`, in the order of their time, of equals in arrival order.
    events: Vec<VecDeque<Kept>>,
    /// The ends of open windows with the key's slot.
    open: BTreeSet<(Timestamp, usize)>,
    /// The last instants at which a window may hold an event of the key.
    expiries: BTreeSet<(Timestamp, usize)>,
    /// The open windows that have changed since they were told last.
    changed: BTreeSet<(Timestamp, usize)>,
    /// Where a window is computed.
    scratch: GroupTable,
}

struct Kept {
    time: Timestamp,
    order: u64,
    event: HeldEvent,
}

impl Slides {
    /// No events yet.
    pub fn new(size: Duration, is_all: bool, specs: &[AggregateSpec]) -> Self {
        Slides {
            size,
            is_all,
            keys: GroupTable::default(),
            events: Vec::new(),
            open: BTreeSet::new(),
            expiries: BTreeSet::new(),
            changed: BTreeSet::new(),
            scratch: GroupTable::new(specs),
        }
    }

    /// The end of the window that begins just after an event at `time`.
    fn end_after(&self, time: Timestamp) -> Timestamp {
        Timestamp(time.0 + 1 + self.size.0)
    }

    /// The end of the last window that an event at `time` has to do with.
    fn expiry(&self, time: Timestamp) -> Timestamp {
        if self.is_all { self.end_after(time) } else { Timestamp(time.0 + self.size.0) }
    }

    fn window(&self, end: Timestamp) -> Window {
        Window { end, start: Timestamp(end.0 - self.size.0) }
    }

    /// Keeps an event.
    fn keep(&mut self, key: &[u8], kept: Kept) -> usize {
        let key = self.keys.slot(key);
        if self.events.len() <= key {
            self.events.resize_with(key + 1, VecDeque::new);
        }
        self.expiries.insert((self.expiry(kept.time), key));
        let events = &mut self.events[key];
        let at = events.partition_point(|other| (other.time, other.order) < (kept.time, kept.order));
        events.insert(at, kept);
        key
    }

    /// Closes the windows that end at `end`, and computes them in the order of their keys.
    fn emit(&mut self, end: Timestamp, job: &Shared, results: &mut Results) -> Result<()> {
        let keys = take_first(&mut self.open, end);
        take_first(&mut self.changed, end);
        if job.emit == Emit::Updates {
            return Ok(());
        }
        self.print_all(end, keys, job, results)
    }

    /// Computes the windows of these keys that end at `end`, in the order of the keys.
    fn print_all(
        &mut self,
        end: Timestamp,
        mut keys: Vec<usize>,
        job: &Shared,
        results: &mut Results,
    ) -> Result<()> {
        let grouping = &job.output.grouping;
        keys.sort_by(|&a, &b| grouping.compare(self.keys.key(a), self.keys.key(b)));
        keys.into_iter().try_for_each(|key| self.print(end, key, job, results))
    }

    /// Computes one window and prints its row, unless it is empty.
    fn print(&mut self, end: Timestamp, key: usize, job: &Shared, results: &mut Results) -> Result<()> {
        let window = self.window(end);
        let events = &self.events[key];
        let first = events.partition_point(|kept| kept.time < window.start);
        let behind = events.partition_point(|kept| kept.time <= window.end);
        // The aggregates see the events of a window in the order in which they arrived.
        let mut held: Vec<&Kept> = events.range(first..behind).collect();
        held.sort_by_key(|kept| kept.order);
        if held.is_empty() {
            return Ok(());
        }
        self.scratch.clear();
        let slot = self.scratch.slot(self.keys.key(key));
        for kept in held {
            self.scratch.add(slot, &kept.event.event(), &job.specs, kept.order)?;
        }
        job.output.row(
            window,
            self.keys.key(key),
            (self.scratch.states(), slot),
            &job.specs,
            &mut results.rows,
        )
    }

    /// Lets the events go that no open window can hold.
    fn expire(&mut self, watermark: Watermark) {
        while let Some(&(end, key)) = self.expiries.first() {
            if !watermark.closes_inclusive(end) {
                break;
            }
            self.expiries.pop_first();
            while self.events[key].front().is_some_and(|kept| self.expiry(kept.time) <= end) {
                self.events[key].pop_front();
            }
            if self.events[key].is_empty() {
                self.keys.remove(key);
            }
        }
    }
}

/// Takes what stands at `end`, if that is the first.
fn take_first(ends: &mut BTreeSet<(Timestamp, usize)>, end: Timestamp) -> Vec<usize> {
    let mut keys = Vec::new();
    while ends.first().is_some_and(|(first, _)| *first == end) {
        keys.extend(ends.pop_first().map(|(_, key)| key));
    }
    keys
}

impl State for Slides {
    fn take(
        &mut self,
        arrival: &Arrival<'_, '_>,
        job: &Shared,
        missed: &mut Vec<Window>,
        results: &mut Results,
    ) -> Result<Fate> {
        let &Arrival { event, order, watermark, .. } = arrival;
        let key = arrival.key.text();
        let time = event.time();
        let own = self.window(time);
        if watermark.closes_inclusive(own.end) {
            missed.push(own);
        }
        // The last window that can hold it; the one that begins just after it is the others' affair.
        if watermark.closes_inclusive(Timestamp(time.0 + self.size.0)) {
            return Ok(Fate::Late);
        }
        let key = self.keep(key, Kept { time, order, event: HeldEvent::new(event) });
        if !watermark.closes_inclusive(own.end) {
            self.open.insert((own.end, key));
        }
        // The window behind the event does not hold it, but may hold later ones that were here first.
        let is_new = self.is_all && self.open.insert((self.end_after(time), key));
        if job.emit != Emit::Final {
            let last = Timestamp(time.0 + self.size.0 + i128::from(is_new));
            let around = self.open.range((time, 0)..=(last, usize::MAX));
            let ends: Vec<Timestamp> =
                around.filter(|(_, other)| *other == key).map(|(end, _)| *end).collect();
            match job.emit {
                Emit::Every(_) => self.changed.extend(ends.into_iter().map(|end| (end, key))),
                _ => ends.into_iter().try_for_each(|end| self.print(end, key, job, results))?,
            }
        }
        Ok(Fate::Used)
    }

    fn patience(&self) -> Duration {
        self.size
    }

    fn holding(&self, key: &[u8], time: Timestamp) -> Vec<Window> {
        let Some(key) = self.keys.find(key) else { return Vec::new() };
        let last = Timestamp(time.0 + self.size.0);
        let around = self.open.range((time, 0)..=(last, usize::MAX));
        around.filter(|(_, other)| *other == key).map(|(end, _)| self.window(*end)).collect()
    }

    fn close(&mut self, watermark: Watermark, job: &Shared, results: &mut Results) -> Result<()> {
        while let Some(&(end, _)) = self.open.first() {
            if !watermark.closes_inclusive(end) {
                break;
            }
            self.emit(end, job, results)?;
        }
        self.expire(watermark);
        Ok(())
    }

    fn close_all(&mut self, job: &Shared, results: &mut Results) -> Result<()> {
        while let Some(&(end, _)) = self.open.first() {
            self.emit(end, job, results)?;
        }
        Ok(())
    }

    fn tell_changed(&mut self, job: &Shared, results: &mut Results) -> Result<()> {
        while let Some(&(end, _)) = self.changed.first() {
            let keys = take_first(&mut self.changed, end);
            self.print_all(end, keys, job, results)?;
        }
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        put_integer(self.keys.len() as u64, state);
        for key in self.keys.slots() {
            put_bytes(self.keys.key(key), state);
            put_integer(self.events[key].len() as u64, state);
            for kept in &self.events[key] {
                put_integer(kept.order, state);
                kept.event.save(state);
            }
        }
        put_integer(self.open.len() as u64, state);
        for (end, key) in &self.open {
            put_time(*end, state);
            put_bytes(self.keys.key(*key), state);
            put_integer(u64::from(self.changed.contains(&(*end, *key))), state);
        }
    }

    fn load(&mut self, state: &mut &[u8], _: &Shared) -> Result<()> {
        for _ in 0..take_integer(state)? {
            let key = take_bytes(state)?;
            for _ in 0..take_integer(state)? {
                let order = take_integer(state)?;
                let event = HeldEvent::load(state).ok_or_else(damaged)?;
                let time = check_time(event.event().time)?;
                self.keep(key, Kept { time, order, event });
            }
        }
        for _ in 0..take_integer(state)? {
            let end = take_time(state)?;
            let key = self.keys.find(take_bytes(state)?).ok_or_else(damaged)?;
            self.open.insert((end, key));
            if take_integer(state)? == 1 {
                self.changed.insert((end, key));
            }
        }
        Ok(())
    }
}
