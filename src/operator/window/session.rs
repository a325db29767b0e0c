//! Sessions: windows per key that end after a gap without events. Two events exactly a gap apart share a
//! session; an event may join two sessions to one. A session ends with its last event and closes when
//! `end + gap < W`.

use std::collections::{BTreeMap, BTreeSet};

use super::super::aggregate::AggregateSpec;
use super::super::deadlines::Deadlines;
use super::super::key::Key;
use super::super::saved::{put_bytes, put_integer, take_bytes, take_integer};
use super::super::table::{GroupTable, States};
use super::output::{put_time, take_time};
use super::{Arrival, Emit, Fate, Results, Shared, State};
use crate::error::Result;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;
use crate::time::watermark::Watermark;
use crate::time::window::Window;

/// The open sessions.
pub struct Sessions {
    gap: Duration,
    /// One slot per session.
    states: States,
    /// By the slot of `states`.
    sessions: Vec<Option<Session>>,
    keys: GroupTable,
    /// The latest session of each key, by the slot of `keys`.
    latest: Vec<Option<usize>>,
    /// When a session may close, as it was known when it began or was looked at last; with its number.
    deadlines: Deadlines,
    begun: u64,
    /// The slots of sessions that have changed since they were told last.
    changed: BTreeSet<usize>,
    /// As which windows open sessions were told and not taken back, by the slot.
    told: BTreeMap<usize, Vec<Window>>,
    /// The sessions that the event at hand touches.
    touched: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Session {
    window: Window,
    key: usize,
    /// Tells a session from an earlier one in the same slot.
    number: u64,
    /// Another session of the same key.
    other: Option<usize>,
}

impl Sessions {
    /// No open sessions yet; the watermark trails the events by `patience`.
    pub fn new(gap: Duration, patience: Duration, specs: &[AggregateSpec]) -> Self {
        Sessions {
            gap,
            states: States::new(specs),
            sessions: Vec::new(),
            keys: GroupTable::default(),
            latest: Vec::new(),
            deadlines: Deadlines::new(Duration(gap.0 + patience.0)),
            begun: 0,
            changed: BTreeSet::new(),
            told: BTreeMap::new(),
            touched: Vec::new(),
        }
    }

    fn session(&self, slot: usize) -> Session {
        self.sessions[slot].expect("a key lists open sessions only")
    }

    /// The open sessions of a key.
    fn sessions_of(&self, key: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.latest[key], |&slot| self.session(slot).other)
    }

    /// Begins a session of one event.
    fn begin(&mut self, key: &Key, window: Window) -> usize {
        self.begun += 1;
        let slot = self.states.begin();
        self.put(slot, key, window, self.begun);
        slot
    }

    /// Puts a session of a key into its slot.
    fn put(&mut self, slot: usize, key: &Key, window: Window, number: u64) {
        let key = self.keys.slot_of(key);
        if self.latest.len() <= key {
            self.latest.resize(key + 1, None);
        }
        if self.sessions.len() <= slot {
            self.sessions.resize(slot + 1, None);
        }
        let other = self.latest[key].replace(slot);
        self.sessions[slot] = Some(Session { window, key, number, other });
        self.deadlines.push((window.end, number, slot));
    }

    /// Joins the session in `from` to the one in `into`.
    fn join(&mut self, into: usize, from: usize) -> Result<()> {
        self.states.merge(into, from)?;
        let gone = self.session(from);
        if let Some(session) = &mut self.sessions[into] {
            session.window.start = session.window.start.min(gone.window.start);
            session.window.end = session.window.end.max(gone.window.end);
        }
        if let Some(told) = self.told.remove(&from) {
            self.told.entry(into).or_default().extend(told);
        }
        self.remove(from);
        Ok(())
    }

    /// Takes back what was printed of the sessions that an event at `time` joins, unless it leaves the one as it is.
    fn retract(&self, touched: &[usize], time: Timestamp, job: &Shared, results: &mut Results) {
        for &slot in touched {
            let session = self.session(slot);
            let is_inside = session.window.start <= time && time <= session.window.end;
            if touched.len() > 1 || !is_inside {
                job.output.retraction(session.window, self.keys.key(session.key), &mut results.rows);
            }
        }
    }

    fn remove(&mut self, slot: usize) {
        let Session { key, other, .. } = self.session(slot);
        self.states.end(slot);
        if self.latest[key] == Some(slot) {
            self.latest[key] = other;
        } else {
            let newer = self.sessions_of(key).find(|&newer| self.session(newer).other == Some(slot));
            if let Some(newer) = newer.and_then(|newer| self.sessions[newer].as_mut()) {
                newer.other = other;
            }
        }
        self.sessions[slot] = None;
        if !self.changed.is_empty() {
            self.changed.remove(&slot);
        }
        if !self.told.is_empty() {
            self.told.remove(&slot);
        }
    }

    /// Prints a session, and takes back in front of it what was told of it under other bounds.
    fn tell(&mut self, slot: usize, job: &Shared, results: &mut Results) -> Result<()> {
        let session = self.session(slot);
        let key = self.keys.key(session.key);
        let mut told = self.told.remove(&slot).unwrap_or_default();
        told.sort_unstable();
        for window in told {
            if window != session.window {
                job.output.retraction(window, key, &mut results.rows);
            }
        }
        job.output.row(session.window, key, (&self.states, slot), &job.specs, &mut results.rows)
    }

    fn sort(&self, slots: &mut [usize], job: &Shared) {
        let grouping = &job.output.grouping;
        slots.sort_by(|&a, &b| {
            let (a, b) = (self.session(a), self.session(b));
            a.window.cmp(&b.window).then_with(|| grouping.compare(self.keys.key(a.key), self.keys.key(b.key)))
        });
    }

    /// Takes the sessions that `is_closed` out of the queue, in the order of their windows and keys.
    fn closed(&mut self, is_closed: impl Fn(Timestamp) -> bool, job: &Shared) -> Vec<usize> {
        let mut closed = Vec::new();
        while let Some((deadline, number, slot)) = self.deadlines.pop(&is_closed) {
            let session = self.sessions.get(slot).copied().flatten();
            let Some(session) = session.filter(|session| session.number == number) else { continue };
            if session.window.end > deadline {
                // It has grown since; it is looked at again when its new end is due.
                self.deadlines.push((session.window.end, number, slot));
            } else {
                closed.push(slot);
            }
        }
        self.sort(&mut closed, job);
        closed
    }

    fn emit(&mut self, closed: Vec<usize>, job: &Shared, results: &mut Results) -> Result<()> {
        for slot in closed {
            let key = self.session(slot).key;
            if job.emit != Emit::Updates {
                self.tell(slot, job, results)?;
            }
            self.remove(slot);
            if self.latest[key].is_none() {
                self.keys.remove(key);
            }
        }
        Ok(())
    }

    /// Puts the sessions of a key that an event at `time` touches into `touched`, by time and not by slot: which slot
    /// a session has does not outlive a saved state.
    fn find_touched(&mut self, key: &Key, time: Timestamp) {
        let mut touched = std::mem::take(&mut self.touched);
        touched.clear();
        if let Some(key) = self.keys.find_of(key) {
            let gap = self.gap.0;
            let touches = |window: Window| time.0 >= window.start.0 - gap && time.0 <= window.end.0 + gap;
            for slot in self.sessions_of(key) {
                if touches(self.session(slot).window) {
                    touched.push(slot);
                }
            }
        }
        if touched.len() > 1 {
            touched.sort_unstable_by_key(|&slot| self.session(slot).window);
        }
        self.touched = touched;
    }
}

impl State for Sessions {
    fn take(
        &mut self,
        arrival: &Arrival<'_, '_>,
        job: &Shared,
        missed: &mut Vec<Window>,
        results: &mut Results,
    ) -> Result<Fate> {
        let &Arrival { event, key, order, watermark } = arrival;
        let time = event.time();
        self.find_touched(key, time);
        let slot = match self.touched.first() {
            Some(&first) => {
                if job.emit == Emit::Updates {
                    self.retract(&self.touched, time, job, results);
                }
                for at in 1..self.touched.len() {
                    self.join(first, self.touched[at])?;
                }
                if let Some(session) = &mut self.sessions[first] {
                    session.window.start = session.window.start.min(time);
                    session.window.end = session.window.end.max(time);
                }
                first
            }
            None => {
                let window = Window { end: time, start: time };
                if watermark.closes_inclusive(Timestamp(time.0 + self.gap.0)) {
                    missed.push(window);
                    return Ok(Fate::Late);
                }
                self.begin(key, window)
            }
        };
        self.states.add(slot, event, &job.specs, order)?;
        match job.emit {
            Emit::Final => {}
            Emit::Every(_) => drop(self.changed.insert(slot)),
            Emit::Updates => {
                let window = self.session(slot).window;
                job.output.row(window, key.text(), (&self.states, slot), &job.specs, &mut results.rows)?;
            }
        }
        Ok(Fate::Used)
    }

    fn patience(&self) -> Duration {
        self.gap
    }

    fn holding(&self, key: &[u8], time: Timestamp) -> Vec<Window> {
        let slots = self.keys.find(key).into_iter().flat_map(|key| self.sessions_of(key));
        let windows = slots.map(|slot| self.session(slot).window);
        windows.filter(|window| window.start <= time && time <= window.end).collect()
    }

    fn close(&mut self, watermark: Watermark, job: &Shared, results: &mut Results) -> Result<()> {
        let gap = self.gap.0;
        let is_closed = |end: Timestamp| watermark.closes_inclusive(Timestamp(end.0 + gap));
        if !self.deadlines.may_pop(is_closed) {
            return Ok(());
        }
        let closed = self.closed(is_closed, job);
        self.emit(closed, job, results)
    }

    fn close_all(&mut self, job: &Shared, results: &mut Results) -> Result<()> {
        let closed = self.closed(|_| true, job);
        self.emit(closed, job, results)
    }

    fn tell_changed(&mut self, job: &Shared, results: &mut Results) -> Result<()> {
        let mut changed: Vec<usize> = std::mem::take(&mut self.changed).into_iter().collect();
        self.sort(&mut changed, job);
        for slot in changed {
            self.tell(slot, job, results)?;
            self.told.insert(slot, vec![self.session(slot).window]);
        }
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        put_integer(self.begun, state);
        put_integer(self.sessions.iter().flatten().count() as u64, state);
        for (slot, session) in self.sessions.iter().enumerate() {
            let Some(session) = session else { continue };
            put_integer(session.number, state);
            put_time(session.window.start, state);
            put_time(session.window.end, state);
            put_bytes(self.keys.key(session.key), state);
            put_integer(u64::from(self.changed.contains(&slot)), state);
            let told = self.told.get(&slot).map_or(&[][..], Vec::as_slice);
            put_integer(told.len() as u64, state);
            for window in told {
                put_time(window.start, state);
                put_time(window.end, state);
            }
            self.states.save(slot, state);
        }
    }

    fn load(&mut self, state: &mut &[u8], _: &Shared) -> Result<()> {
        self.begun = take_integer(state)?;
        for _ in 0..take_integer(state)? {
            let number = take_integer(state)?;
            let (start, end) = (take_time(state)?, take_time(state)?);
            let key = take_bytes(state)?;
            let slot = self.states.begin();
            self.put(slot, &Key::of(key), Window { end, start }, number);
            if take_integer(state)? == 1 {
                self.changed.insert(slot);
            }
            let mut told = Vec::new();
            for _ in 0..take_integer(state)? {
                let (start, end) = (take_time(state)?, take_time(state)?);
                told.push(Window { end, start });
            }
            if !told.is_empty() {
                self.told.insert(slot, told);
            }
            self.states.load(slot, state)?;
        }
        Ok(())
    }
}
