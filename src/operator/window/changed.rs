//! Which open windows have changed since they were told last: what `--emit every:D` gives at its next turn.

use std::collections::{BTreeMap, BTreeSet};

use super::super::saved::{damaged, put_bytes, put_integer, take_bytes, take_integer};
use super::super::table::GroupTable;
use super::open::Open;
use super::output::{put_time, take_time};
use super::{Results, Shared};
use crate::error::Result;
use crate::time::window::Window;

/// The changed groups of windows that have a table each, by the slots of these tables.
#[derive(Default)]
pub struct Changed(BTreeMap<Window, BTreeSet<usize>>);

impl Changed {
    /// Takes note of a change.
    pub fn mark(&mut self, window: Window, slot: usize) {
        self.0.entry(window).or_default().insert(slot);
    }

    /// The window has closed.
    pub fn forget(&mut self, window: Window) {
        self.0.remove(&window);
    }

    /// Prints what has changed, in the order of end, start and key.
    pub fn tell(&mut self, open: &Open<GroupTable>, job: &Shared, results: &mut Results) -> Result<()> {
        for (window, slots) in std::mem::take(&mut self.0) {
            let Some(table) = open.get(window) else { continue };
            let mut slots: Vec<usize> = slots.into_iter().collect();
            slots.sort_by(|&a, &b| job.output.grouping.compare(table.key(a), table.key(b)));
            for slot in slots {
                job.output.row(
                    window,
                    table.key(slot),
                    (table.states(), slot),
                    &job.specs,
                    &mut results.rows,
                )?;
            }
        }
        Ok(())
    }

    /// Appends what has changed.
    pub fn save(&self, open: &Open<GroupTable>, state: &mut Vec<u8>) {
        let tables = || self.0.iter().filter_map(|(window, slots)| Some((window, slots, open.get(*window)?)));
        put_integer(tables().map(|(_, slots, _)| slots.len()).sum::<usize>() as u64, state);
        for (window, slots, table) in tables() {
            for &slot in slots {
                put_time(window.start, state);
                put_time(window.end, state);
                put_bytes(table.key(slot), state);
            }
        }
    }

    /// Takes up what [`Changed::save`] appended.
    pub fn load(&mut self, open: &Open<GroupTable>, state: &mut &[u8]) -> Result<()> {
        for _ in 0..take_integer(state)? {
            let (start, end) = (take_time(state)?, take_time(state)?);
            let window = Window { end, start };
            let key = take_bytes(state)?;
            let slot = open.get(window).and_then(|table| table.find(key)).ok_or_else(damaged)?;
            self.mark(window, slot);
        }
        Ok(())
    }
}
