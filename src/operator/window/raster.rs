//! Tumbling, hopping and calendar windows: one small table of groups per open window, closed and used
//! again as the watermark passes its end.

use std::collections::BTreeMap;

use super::super::aggregate::AggregateSpec;
use super::super::saved::{put_integer, take_integer};
use super::super::table::GroupTable;
use super::fill::Fill;
use super::output::{put_time, take_time};
use super::{Arrival, Fate, Results, Shared, State};
use crate::error::Result;
use crate::time::timestamp::Timestamp;
use crate::time::watermark::Watermark;
use crate::time::window::{Raster, Window};

/// How many empty tables are kept for new windows.
const SPARE_TABLES: usize = 16;

/// The open windows of a raster.
pub struct Rasters {
    raster: Raster,
    /// By end and start: the order in which they close.
    open: BTreeMap<Window, GroupTable>,
    spare: Vec<GroupTable>,
    model: GroupTable,
    /// Where windows without events come out, too.
    fill: Option<Fill>,
}

impl Rasters {
    /// No open windows yet.
    pub fn new(raster: Raster, fills: bool, specs: &[AggregateSpec]) -> Self {
        Rasters {
            raster,
            open: BTreeMap::new(),
            spare: Vec::new(),
            model: GroupTable::new(specs),
            fill: fills.then(Fill::default),
        }
    }

    /// Emits the windows without events that end before `until`.
    fn fill_up(&mut self, until: Timestamp, job: &Shared, results: &mut Results) -> Result<()> {
        let Some(fill) = &mut self.fill else { return Ok(()) };
        for window in fill.missing(&self.raster, until)? {
            let table = self.spare.pop().unwrap_or_else(|| self.model.new_like());
            self.emit(window, table, job, results)?;
        }
        Ok(())
    }

    fn emit(
        &mut self,
        window: Window,
        mut table: GroupTable,
        job: &Shared,
        results: &mut Results,
    ) -> Result<()> {
        if let Some(fill) = &mut self.fill {
            fill.complete(window, &mut table);
        }
        if !job.tells_changes() {
            for slot in table.sorted_slots(&job.output.grouping) {
                job.output.row(window, table.key(slot), (&table, slot), &job.specs, &mut results.rows)?;
            }
        }
        if self.spare.len() < SPARE_TABLES {
            table.clear();
            self.spare.push(table);
        }
        Ok(())
    }
}

impl State for Rasters {
    fn take(
        &mut self,
        arrival: &Arrival<'_, '_>,
        job: &Shared,
        missed: &mut Vec<Window>,
        results: &mut Results,
    ) -> Result<Fate> {
        let &Arrival { event, key, order, watermark } = arrival;
        let (mut is_used, mut outcome) = (false, Ok(()));
        let (open, spare, model) = (&mut self.open, &mut self.spare, &self.model);
        self.raster.each(event.time(), |window| {
            if watermark.closes_exclusive(window.end) {
                missed.push(window);
                return;
            }
            is_used = true;
            let new_table = || spare.pop().unwrap_or_else(|| model.new_like());
            let table = open.entry(window).or_insert_with(new_table);
            let slot = table.slot(key);
            if outcome.is_ok() {
                outcome = table.add(slot, event, &job.specs, order);
            }
            if outcome.is_ok() && job.tells_changes() {
                outcome = job.output.row(window, key, (table, slot), &job.specs, &mut results.rows);
            }
        });
        // An advance larger than the size leaves gaps: what falls into one belongs to no window and is not late.
        outcome.map(|()| match (is_used, missed.is_empty()) {
            (true, _) => Fate::Used,
            (false, true) => Fate::Filtered,
            (false, false) => Fate::Late,
        })
    }

    fn close(&mut self, watermark: Watermark, job: &Shared, results: &mut Results) -> Result<()> {
        while let Some(first) = self.open.first_entry() {
            if !watermark.closes_exclusive(first.key().end) {
                break;
            }
            let (window, table) = first.remove_entry();
            self.fill_up(window.end, job, results)?;
            self.emit(window, table, job, results)?;
        }
        match watermark.time() {
            // The first instant behind it: a window that ends with the watermark is closed.
            Some(time) => self.fill_up(Timestamp(time.0 + 1), job, results),
            None => Ok(()),
        }
    }

    fn close_all(&mut self, job: &Shared, results: &mut Results) -> Result<()> {
        while let Some((window, table)) = self.open.pop_first() {
            self.fill_up(window.end, job, results)?;
            self.emit(window, table, job, results)?;
        }
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        put_integer(self.open.len() as u64, state);
        for (window, table) in &self.open {
            put_time(window.start, state);
            put_time(window.end, state);
            table.save(state);
        }
        if let Some(fill) = &self.fill {
            fill.save(state);
        }
    }

    fn load(&mut self, state: &mut &[u8], _: &Shared) -> Result<()> {
        for _ in 0..take_integer(state)? {
            let (start, end) = (take_time(state)?, take_time(state)?);
            let mut table = self.model.new_like();
            table.load(state)?;
            self.open.insert(Window { end, start }, table);
        }
        self.fill.as_mut().map_or(Ok(()), |fill| fill.load(state))
    }
}
