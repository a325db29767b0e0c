//! Anchored windows: per key, in event-time order, the first event opens `[ts, ts + size)`; the first event
//! at or past its end opens the next. To see events in that order they are held back until the watermark W
//! has come to them; from then on the windows that they opened stand.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::super::aggregate::AggregateSpec;
use super::super::saved::{put_bytes, put_integer, take_bytes, take_integer};
use super::super::table::GroupTable;
use super::changed::Changed;
use super::open::Open;
use super::output::{check_time, put_time, take_time};
use super::{Arrival, Emit, Fate, Results, Shared, State};
use crate::error::Result;
use crate::event::Event;
use crate::event::held::HeldEvent;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;
use crate::time::watermark::Watermark;
use crate::time::window::Window;

/// The open anchored windows.
pub struct Anchors {
    size: Duration,
    /// The groups of each open window. Windows of several keys may be the same stretch of time.
    open: Open<GroupTable>,
    /// The open windows of each key, by the slot of `keys`; the latest last.
    keys: GroupTable,
    by_key: Vec<Vec<Window>>,
    closed: Closed,
    model: GroupTable,
    changed: Changed,
    /// Events that wait for the watermark: the earliest first, of equals the one that arrived first.
    waiting: BinaryHeap<Reverse<(Timestamp, u64, Waiting)>>,
}

/// The end of the last closed window of each key, for as long as an event may come that lies before it and whose
/// own window would still be open.
#[derive(Default)]
struct Closed {
    ends: BTreeMap<Box<[u8]>, Timestamp>,
    in_order: BTreeSet<(Timestamp, Box<[u8]>)>,
}

impl Closed {
    fn remember(&mut self, key: &[u8], end: Timestamp) {
        if let Some(before) = self.ends.insert(key.into(), end) {
            self.in_order.remove(&(before, key.into()));
        }
        self.in_order.insert((end, key.into()));
    }

    fn forget(&mut self, size: Duration, watermark: Watermark) {
        while let Some((end, _)) = self.in_order.first() {
            if !watermark.closes_exclusive(Timestamp(end.0 + size.0)) {
                break;
            }
            if let Some((_, key)) = self.in_order.pop_first() {
                self.ends.remove(&key);
            }
        }
    }
}

/// An event that waits; the heap orders by time and arrival alone.
struct Waiting {
    event: HeldEvent,
    key: Box<[u8]>,
}

impl PartialEq for Waiting {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

impl Anchors {
    /// No open windows yet.
    pub fn new(size: Duration, specs: &[AggregateSpec]) -> Self {
        Anchors {
            size,
            open: Open::default(),
            keys: GroupTable::default(),
            by_key: Vec::new(),
            closed: Closed::default(),
            model: GroupTable::new(specs),
            changed: Changed::default(),
            waiting: BinaryHeap::new(),
        }
    }

    /// The open window of the key that holds `time`, or the one that an event of `time` opens; otherwise the window
    /// that it missed: one that is closed, or its own, which cannot open before one that stands.
    fn window_for(&self, key: &[u8], time: Timestamp, watermark: Watermark) -> Result<Window, Window> {
        let own = Window { end: Timestamp(time.0 + self.size.0), start: time };
        let windows = self.keys.find(key).map_or(&[][..], |key| &self.by_key[key]);
        if let Some(holding) = windows.iter().find(|window| window.start <= time && time < window.end) {
            return Ok(*holding);
        }
        if let Some(&end) = self.closed.ends.get(key).filter(|end| time < **end) {
            let closed = Window { end, start: Timestamp(end.0 - self.size.0) };
            return Err(if closed.start <= time { closed } else { own });
        }
        let opens = windows.last().is_none_or(|last| time >= last.end);
        if opens && !watermark.closes_exclusive(own.end) { Ok(own) } else { Err(own) }
    }

    /// Counts an event in its window, in event-time order.
    fn count(
        &mut self,
        event: &Event<'_>,
        key: &[u8],
        order: u64,
        window: Window,
        job: &Shared,
        results: &mut Results,
    ) -> Result<()> {
        let model = &self.model;
        let table = self.open.get_or_open(window, || model.new_like());
        let slot = table.slot(key);
        table.add(slot, event, &job.specs, order)?;
        match job.emit {
            Emit::Final => {}
            Emit::Every(_) => self.changed.mark(window, slot),
            Emit::Updates => {
                job.output.row(window, key, (table.states(), slot), &job.specs, &mut results.rows)?
            }
        }
        let key = self.keys.slot(key);
        if self.by_key.len() <= key {
            self.by_key.resize(key + 1, Vec::new());
        }
        if !self.by_key[key].contains(&window) {
            self.by_key[key].push(window);
        }
        Ok(())
    }

    /// Counts the waiting events that the watermark of the stream has passed.
    fn release(&mut self, until: Option<Timestamp>, job: &Shared, results: &mut Results) -> Result<()> {
        while self.waiting.peek().is_some_and(|Reverse((time, ..))| until.is_none_or(|until| *time <= until))
        {
            let Some(Reverse((time, order, waiting))) = self.waiting.pop() else { break };
            // Everything that is released lies ahead of what the key has open, or in it.
            match self.window_for(&waiting.key, time, Watermark::default()) {
                Ok(window) => {
                    self.count(&waiting.event.event(), &waiting.key, order, window, job, results)?
                }
                Err(window) => {
                    let watermark = until.unwrap_or(time);
                    job.output.late(
                        &waiting.event.event(),
                        &[window],
                        window.end,
                        watermark,
                        &mut results.late,
                    );
                }
            }
        }
        Ok(())
    }

    fn emit(
        &mut self,
        window: Window,
        table: &GroupTable,
        job: &Shared,
        results: &mut Results,
    ) -> Result<()> {
        for slot in table.sorted_slots(&job.output.grouping) {
            let key = table.key(slot);
            if job.emit != Emit::Updates {
                job.output.row(window, key, (table.states(), slot), &job.specs, &mut results.rows)?;
            }
            self.closed.remember(key, window.end);
            if let Some(key) = self.keys.find(key) {
                self.by_key[key].retain(|open| *open != window);
                if self.by_key[key].is_empty() {
                    self.keys.remove(key);
                }
            }
        }
        self.changed.forget(window);
        Ok(())
    }
}

impl State for Anchors {
    fn take(
        &mut self,
        arrival: &Arrival<'_, '_>,
        job: &Shared,
        missed: &mut Vec<Window>,
        results: &mut Results,
    ) -> Result<Fate> {
        let &Arrival { event, order, watermark, .. } = arrival;
        let key = arrival.key.text();
        if let Some(passed) = watermark.time().filter(|passed| *passed >= event.time()) {
            // What waits may lie before the event, and opens its window first.
            self.release(Some(passed), job, results)?;
            // It is out of order for good: it counts where a window holds it, or behind all that stand.
            return match self.window_for(key, event.time(), watermark) {
                Ok(window) => self.count(event, key, order, window, job, results).map(|()| Fate::Used),
                Err(window) => {
                    missed.push(window);
                    Ok(Fate::Late)
                }
            };
        }
        self.waiting.push(Reverse((
            event.time(),
            order,
            Waiting { event: HeldEvent::new(event), key: key.into() },
        )));
        Ok(Fate::Used)
    }

    fn holding(&self, key: &[u8], time: Timestamp) -> Vec<Window> {
        let windows = self.keys.find(key).map_or(&[][..], |key| &self.by_key[key]);
        windows.iter().copied().filter(|window| window.start <= time && time < window.end).collect()
    }

    fn includes_end(&self) -> bool {
        false
    }

    fn close(&mut self, watermark: Watermark, job: &Shared, results: &mut Results) -> Result<()> {
        // Without a watermark, as when an idle input has said nothing yet, everything goes on waiting.
        if let Some(passed) = watermark.time() {
            self.release(Some(passed), job, results)?;
        }
        let is_closed = |window: Window| watermark.closes_exclusive(window.end);
        while self.open.first().is_some_and(is_closed) {
            let Some((window, table)) = self.open.pop_first() else { break };
            self.emit(window, &table, job, results)?;
        }
        self.closed.forget(self.size, watermark);
        Ok(())
    }

    fn close_all(&mut self, job: &Shared, results: &mut Results) -> Result<()> {
        self.release(None, job, results)?;
        while let Some((window, table)) = self.open.pop_first() {
            self.emit(window, &table, job, results)?;
        }
        Ok(())
    }

    fn tell_changed(&mut self, job: &Shared, results: &mut Results) -> Result<()> {
        self.changed.tell(&self.open, job, results)
    }

    fn save(&self, state: &mut Vec<u8>) {
        put_integer(self.open.len() as u64, state);
        for (window, table) in self.open.iter() {
            put_time(window.start, state);
            put_time(window.end, state);
            table.save(state);
        }
        self.changed.save(&self.open, state);
        put_integer(self.waiting.len() as u64, state);
        for Reverse((_, order, waiting)) in self.waiting.iter() {
            put_integer(*order, state);
            put_bytes(&waiting.key, state);
            waiting.event.save(state);
        }
        put_integer(self.closed.ends.len() as u64, state);
        for (key, end) in &self.closed.ends {
            put_bytes(key, state);
            put_time(*end, state);
        }
    }

    fn load(&mut self, state: &mut &[u8], _: &Shared) -> Result<()> {
        for _ in 0..take_integer(state)? {
            let (start, end) = (take_time(state)?, take_time(state)?);
            let mut table = self.model.new_like();
            table.load(state)?;
            let window = Window { end, start };
            for slot in table.slots() {
                let key = self.keys.slot(table.key(slot));
                if self.by_key.len() <= key {
                    self.by_key.resize(key + 1, Vec::new());
                }
                self.by_key[key].push(window);
            }
            self.open.get_or_open(window, || table);
        }
        self.changed.load(&self.open, state)?;
        for _ in 0..take_integer(state)? {
            let order = take_integer(state)?;
            let key = take_bytes(state)?.into();
            let event = HeldEvent::load(state).ok_or_else(super::super::saved::damaged)?;
            let time = check_time(event.event().time)?;
            self.waiting.push(Reverse((time, order, Waiting { event, key })));
        }
        for _ in 0..take_integer(state)? {
            let key = take_bytes(state)?;
            self.closed.remember(key, take_time(state)?);
        }
        Ok(())
    }
}
