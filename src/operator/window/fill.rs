//! `--fill`: windows without events come out too. A key that was seen once has a row in every window from then on, up
//! to the last window of the run, so the keys are kept as long as the run lasts.

use super::super::saved::{put_integer, take_integer};
use super::super::table::GroupTable;
use super::output::{put_time, take_time};
use crate::error::{Error, Result};
use crate::time::timestamp::Timestamp;
use crate::time::window::{Raster, Window};

/// So many empty rows at a time are a wrong clock or a wrong size.
const MOST_EMPTY: usize = 1_000_000;

/// What was seen so far.
#[derive(Default)]
pub struct Fill {
    keys: Option<GroupTable>,
    last: Option<Window>,
}

impl Fill {
    /// The windows that follow the last one and end before `until`.
    pub fn missing(&self, raster: &Raster, until: Timestamp) -> Result<Vec<Window>> {
        let Some(last) = self.last else { return Ok(Vec::new()) };
        let keys = self.keys.as_ref().map_or(1, GroupTable::len).max(1);
        let mut missing = Vec::new();
        let mut next = raster.next(last);
        while next.end < until {
            if missing.len() * keys >= MOST_EMPTY {
                return Err(Error::data(format!(
                    "more than {MOST_EMPTY} rows are empty from {} on",
                    last.end
                ))
                .hint(
                    "correct the clock that is wrong or set it aside with --max-ahead, or leave --fill away",
                ));
            }
            missing.push(next);
            next = raster.next(next);
        }
        Ok(missing)
    }

    /// Gives every known key a group in the table of `window`, and learns its keys.
    pub fn complete(&mut self, window: Window, table: &mut GroupTable) {
        let keys = self.keys.get_or_insert_with(|| GroupTable::with_columns(Vec::new()));
        let seen: Vec<Box<[u8]>> = table.slots().map(|slot| table.key(slot).into()).collect();
        for slot in keys.slots() {
            table.slot(keys.key(slot));
        }
        seen.iter().for_each(|key| {
            keys.slot(key);
        });
        self.last = Some(window);
    }

    /// Appends what was seen.
    pub fn save(&self, state: &mut Vec<u8>) {
        put_integer(u64::from(self.last.is_some()), state);
        if let (Some(last), Some(keys)) = (self.last, &self.keys) {
            put_time(last.start, state);
            put_time(last.end, state);
            keys.save(state);
        }
    }

    /// Takes up what [`Fill::save`] appended.
    pub fn load(&mut self, state: &mut &[u8]) -> Result<()> {
        if take_integer(state)? == 0 {
            return Ok(());
        }
        let (start, end) = (take_time(state)?, take_time(state)?);
        let mut keys = GroupTable::with_columns(Vec::new());
        keys.load(state)?;
        (self.last, self.keys) = (Some(Window { end, start }), Some(keys));
        Ok(())
    }
}
