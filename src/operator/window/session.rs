//! Sessions: windows per key that end after a gap without events. Two events exactly a gap apart share a
//! session; an event may join two sessions to one. A session ends with its last event and closes when
//! `end + gap < W`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::super::aggregate::AggregateSpec;
use super::super::saved::{put_bytes, put_integer, take_bytes, take_integer};
use super::super::table::GroupTable;
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
    /// One group per session; its key is the number of the session.
    states: GroupTable,
    /// By the slot of `states`.
    sessions: Vec<Option<Session>>,
    /// The key's sessions, by the slot of `keys`.
    keys: GroupTable,
    by_key: Vec<Vec<usize>>,
    /// When a session may close, as it was known when it began or was looked at last.
    deadlines: BinaryHeap<Reverse<(Timestamp, u64, usize)>>,
    begun: u64,
    /// The slots of sessions that have changed since they were told last.
    changed: BTreeSet<usize>,
    /// As which windows open sessions were told and not taken back, by the slot.
    told: BTreeMap<usize, Vec<Window>>,
}

#[derive(Clone, Copy)]
struct Session {
    window: Window,
    key: usize,
    /// Tells a session from an earlier one in the same slot.
    number: u64,
}

impl Sessions {
    /// No open sessions yet.
    pub fn new(gap: Duration, specs: &[AggregateSpec]) -> Self {
        Sessions {
            gap,
            states: GroupTable::new(specs),
            sessions: Vec::new(),
            keys: GroupTable::with_columns(Vec::new()),
            by_key: Vec::new(),
            deadlines: BinaryHeap::new(),
            begun: 0,
            changed: BTreeSet::new(),
            told: BTreeMap::new(),
        }
    }

    fn session(&self, slot: usize) -> Session {
        self.sessions[slot].expect("a key lists open sessions only")
    }

    /// Begins a session of one event.
    fn begin(&mut self, key: usize, window: Window) -> usize {
        self.begun += 1;
        let slot = self.states.slot(&self.begun.to_le_bytes());
        if self.sessions.len() <= slot {
            self.sessions.resize(slot + 1, None);
        }
        self.sessions[slot] = Some(Session { window, key, number: self.begun });
        self.by_key[key].push(slot);
        self.deadlines.push(Reverse((window.end, self.begun, slot)));
        slot
    }

    /// Joins the session in `from` to the one in `into`.
    fn join(&mut self, into: usize, from: usize) -> Result<()> {
        self.states.merge(into, from)?;
        let gone = self.session(from);
        if let Some(session) = &mut self.sessions[into] {
            session.window.start = session.window.start.min(gone.window.start);
            session.window.end = session.window.end.max(gone.window.end);
        }
        self.by_key[gone.key].retain(|&slot| slot != from);
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
        self.states.remove(slot);
        self.sessions[slot] = None;
        self.changed.remove(&slot);
        self.told.remove(&slot);
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
        while let Some(&Reverse((deadline, number, slot))) = self.deadlines.peek() {
            if !is_closed(deadline) {
                break;
            }
            self.deadlines.pop();
            let Some(session) =
                self.sessions.get(slot).copied().flatten().filter(|session| session.number == number)
            else {
                continue;
            };
            if session.window.end > deadline {
                // It has grown since; it is looked at again when its new end is due.
                self.deadlines.push(Reverse((session.window.end, number, slot)));
            } else {
                closed.push(slot);
            }
        }
        self.sort(&mut closed, job);
        closed
    }

    fn emit(&mut self, closed: Vec<usize>, job: &Shared, results: &mut Results) -> Result<()> {
        for slot in closed {
            let session = self.session(slot);
            if job.emit != Emit::Updates {
                self.tell(slot, job, results)?;
            }
            self.remove(slot);
            self.by_key[session.key].retain(|&other| other != slot);
            if self.by_key[session.key].is_empty() {
                self.keys.remove(session.key);
            }
        }
        Ok(())
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
        let (time, gap) = (event.time(), self.gap.0);
        let touches = |session: &Session| {
            time.0 >= session.window.start.0 - gap && time.0 <= session.window.end.0 + gap
        };
        let known = self.keys.find(key);
        let mut touched: Vec<usize> = match known {
            Some(key) => {
                self.by_key[key].iter().copied().filter(|&slot| touches(&self.session(slot))).collect()
            }
            None => Vec::new(),
        };
        // By time, not by slot: which slot a session has does not outlive a saved state.
        touched.sort_unstable_by_key(|&slot| self.session(slot).window);
        let slot = match touched.split_first() {
            Some((&first, others)) => {
                if job.emit == Emit::Updates {
                    self.retract(&touched, time, job, results);
                }
                for &other in others {
                    self.join(first, other)?;
                }
                if let Some(session) = &mut self.sessions[first] {
                    session.window.start = session.window.start.min(time);
                    session.window.end = session.window.end.max(time);
                }
                first
            }
            None => {
                let window = Window { end: time, start: time };
                if watermark.closes_inclusive(Timestamp(time.0 + gap)) {
                    missed.push(window);
                    return Ok(Fate::Late);
                }
                let key = self.keys.slot(key);
                if self.by_key.len() <= key {
                    self.by_key.resize(key + 1, Vec::new());
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
                job.output.row(window, key, (&self.states, slot), &job.specs, &mut results.rows)?;
            }
        }
        Ok(Fate::Used)
    }

    fn patience(&self) -> Duration {
        self.gap
    }

    fn holding(&self, key: &[u8], time: Timestamp) -> Vec<Window> {
        let slots = self.keys.find(key).map_or(&[][..], |key| &self.by_key[key]);
        let windows = slots.iter().map(|&slot| self.session(slot).window);
        windows.filter(|window| window.start <= time && time <= window.end).collect()
    }

    fn close(&mut self, watermark: Watermark, job: &Shared, results: &mut Results) -> Result<()> {
        let gap = self.gap.0;
        let closed = self.closed(|end| watermark.closes_inclusive(Timestamp(end.0 + gap)), job);
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
        put_integer(self.by_key.iter().map(Vec::len).sum::<usize>() as u64, state);
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
        }
        self.states.save(state);
    }

    fn load(&mut self, state: &mut &[u8], _: &Shared) -> Result<()> {
        self.begun = take_integer(state)?;
        let mut loaded = Vec::new();
        for _ in 0..take_integer(state)? {
            let number = take_integer(state)?;
            let (start, end) = (take_time(state)?, take_time(state)?);
            let key = take_bytes(state)?.to_vec();
            let is_changed = take_integer(state)? == 1;
            let mut told = Vec::new();
            for _ in 0..take_integer(state)? {
                let (start, end) = (take_time(state)?, take_time(state)?);
                told.push(Window { end, start });
            }
            loaded.push((number, Window { end, start }, key, is_changed, told));
        }
        self.states.load(state)?;
        for (number, window, key, is_changed, told) in loaded {
            let key = self.keys.slot(&key);
            if self.by_key.len() <= key {
                self.by_key.resize(key + 1, Vec::new());
            }
            let slot = self.states.find(&number.to_le_bytes()).ok_or_else(super::super::saved::damaged)?;
            if self.sessions.len() <= slot {
                self.sessions.resize(slot + 1, None);
            }
            self.sessions[slot] = Some(Session { window, key, number });
            self.by_key[key].push(slot);
            self.deadlines.push(Reverse((window.end, number, slot)));
            if is_changed {
                self.changed.insert(slot);
            }
            if !told.is_empty() {
                self.told.insert(slot, told);
            }
        }
        Ok(())
    }
}
