//! `--emit every:D`: the windows that changed come out together, whenever the stream time passes a multiple of D, in
//! the order of end, start and key. In between, only the latest row of each changed window is kept.

use std::collections::{HashMap, HashSet};

use super::super::grouping::Grouping;
use super::super::saved::{put_bytes, put_integer, take_bytes, take_integer};
use super::output::{put_time, take_time};
use crate::error::Result;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;
use crate::time::window::{Window, floor_to};

/// What identifies a row: its window and the key of its group.
type Place = (Window, Box<[u8]>);

/// The changes since the last emission.
#[derive(Debug)]
pub struct Periodic {
    every: Duration,
    /// The multiple of D that the stream time has passed last.
    passed: Option<i128>,
    /// The latest row of each changed window, or its retraction.
    changed: HashMap<Place, Change>,
    /// The windows that have come out and may change still: only what came out is taken back.
    shown: HashSet<Place>,
}

#[derive(Debug)]
struct Change {
    row: Vec<u8>,
    is_retraction: bool,
}

impl Periodic {
    /// Nothing has changed yet.
    pub fn new(every: Duration) -> Periodic {
        Periodic { every, passed: None, changed: HashMap::new(), shown: HashSet::new() }
    }

    /// Keeps a row until the next emission.
    pub fn change(&mut self, window: Window, key: &[u8], row: Vec<u8>) {
        self.changed.insert((window, key.into()), Change { row, is_retraction: false });
    }

    /// Takes a row back; when it never came out there is nothing to tell.
    pub fn retract(&mut self, window: Window, key: &[u8], row: Vec<u8>) {
        let place = (window, key.into());
        if self.shown.contains(&place) {
            self.changed.insert(place, Change { row, is_retraction: true });
        } else {
            self.changed.remove(&place);
        }
    }

    /// Whether the stream time `now` has passed another multiple of D.
    pub fn is_due(&mut self, now: Timestamp) -> bool {
        let multiple = floor_to(now.0, self.every.0);
        // The first event only says where time begins.
        let is_due = self.passed.is_some_and(|passed| multiple > passed);
        self.passed = self.passed.max(Some(multiple));
        is_due
    }

    /// Emits what has changed; `is_closed` says which windows change no more.
    pub fn emit(&mut self, grouping: &Grouping, is_closed: impl Fn(Window) -> bool, out: &mut Vec<u8>) {
        let mut changes: Vec<(Place, Change)> = self.changed.drain().collect();
        changes.sort_by(|((a, a_key), _), ((b, b_key), _)| {
            a.cmp(b).then_with(|| grouping.compare(a_key, b_key))
        });
        for (place, change) in changes {
            out.extend_from_slice(&change.row);
            if change.is_retraction {
                self.shown.remove(&place);
            } else {
                self.shown.insert(place);
            }
        }
        self.shown.retain(|(window, _)| !is_closed(*window));
    }

    /// Appends what was not emitted and what may be taken back, in an order that is always the same.
    pub fn save(&self, state: &mut Vec<u8>) {
        put_integer(u64::from(self.passed.is_some()), state);
        put_time(Timestamp(self.passed.unwrap_or(0)), state);
        let mut changed: Vec<_> = self.changed.iter().collect();
        changed.sort_by_key(|(place, _)| *place);
        put_integer(changed.len() as u64, state);
        for (place, change) in changed {
            put_place(place, state);
            put_integer(u64::from(change.is_retraction), state);
            put_bytes(&change.row, state);
        }
        let mut shown: Vec<_> = self.shown.iter().collect();
        shown.sort();
        put_integer(shown.len() as u64, state);
        shown.into_iter().for_each(|place| put_place(place, state));
    }

    /// Takes up what [`Periodic::save`] appended.
    pub fn load(&mut self, state: &mut &[u8]) -> Result<()> {
        let has_passed = take_integer(state)? == 1;
        let passed = take_time(state)?.0;
        self.passed = has_passed.then_some(passed);
        for _ in 0..take_integer(state)? {
            let place = take_place(state)?;
            let is_retraction = take_integer(state)? == 1;
            self.changed.insert(place, Change { row: take_bytes(state)?.to_vec(), is_retraction });
        }
        for _ in 0..take_integer(state)? {
            self.shown.insert(take_place(state)?);
        }
        Ok(())
    }
}

fn put_place((window, key): &Place, state: &mut Vec<u8>) {
    put_time(window.start, state);
    put_time(window.end, state);
    put_bytes(key, state);
}

fn take_place(state: &mut &[u8]) -> Result<Place> {
    let (start, end) = (take_time(state)?, take_time(state)?);
    Ok((Window { end, start }, take_bytes(state)?.into()))
}
