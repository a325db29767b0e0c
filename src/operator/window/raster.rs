//! Tumbling, hopping and calendar windows: one small table of groups per open window, closed and used
//! again as the watermark passes its end.

use super::super::aggregate::AggregateSpec;
use super::super::saved::{put_integer, take_integer};
use super::super::table::GroupTable;
use super::changed::Changed;
use super::fill::Fill;
use super::largest::retain_largest;
use super::open::Open;
use super::output::{put_time, take_time};
use super::{Arrival, Emit, Fate, Results, Shared, State};
use crate::error::Result;
use crate::time::timestamp::Timestamp;
use crate::time::watermark::Watermark;
use crate::time::window::{Raster, Window};

/// How many empty tables are kept for new windows.
const SPARE_TABLES: usize = 16;

/// The open windows of a raster.
pub struct Rasters {
    raster: Raster,
    /// Whether each event is in one window.
    is_side_by_side: bool,
    open: Open<GroupTable>,
    spare: Vec<GroupTable>,
    model: GroupTable,
    changed: Changed,
    /// Where rows go on their way out, if empty windows are wanted.
    fill: Option<Fill>,
}

impl Rasters {
    /// No open windows yet; with `fill` as many empty windows in a row come out, too.
    pub fn new(raster: Raster, fill: Option<u64>, specs: &[AggregateSpec]) -> Result<Self> {
        let fill = fill.map(|limit| Fill::new(raster, limit, specs)).transpose()?;
        Ok(Rasters {
            raster,
            is_side_by_side: raster.is_side_by_side(),
            open: Open::default(),
            spare: Vec::new(),
            model: GroupTable::new(specs),
            changed: Changed::default(),
            fill,
        })
    }

    fn emit(
        &mut self,
        window: Window,
        mut table: GroupTable,
        job: &Shared,
        results: &mut Results,
    ) -> Result<()> {
        let grouping = &job.output.grouping;
        if job.emit != Emit::Updates {
            let mut slots = table.sorted_slots(grouping);
            if self.fill.is_none() {
                retain_largest(&mut slots, job.largest, |slot| table.states().amount(slot));
            }
            for slot in slots {
                let key = table.key(slot);
                let Some(fill) = &mut self.fill else {
                    job.output.row(window, key, (table.states(), slot), &job.specs, &mut results.rows)?;
                    continue;
                };
                let mut row = Vec::new();
                job.output.row(window, key, (table.states(), slot), &job.specs, &mut row)?;
                fill.take(window, key, row, &job.output)?;
            }
            if let Some(fill) = &mut self.fill {
                fill.release(window, grouping, &mut results.rows);
            }
        }
        self.changed.forget(window);
        if self.spare.len() < SPARE_TABLES {
            table.clear();
            self.spare.push(table);
        }
        Ok(())
    }
}

/// Takes an event into a window.
#[inline(always)]
fn add(
    arrival: &Arrival<'_, '_>,
    (window, table): (Window, &mut GroupTable),
    job: &Shared,
    changed: &mut Changed,
    results: &mut Results,
) -> Result<()> {
    let &Arrival { event, key, order, .. } = arrival;
    let slot = table.slot_of(key);
    table.add(slot, event, &job.specs, order)?;
    match job.emit {
        Emit::Final => Ok(()),
        Emit::Every(_) => {
            changed.mark(window, slot);
            Ok(())
        }
        Emit::Updates => {
            job.output.row(window, key.text(), (table.states(), slot), &job.specs, &mut results.rows)
        }
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
        let time = arrival.event.time();
        let Rasters { raster, is_side_by_side, open, spare, model, changed, .. } = self;
        if *is_side_by_side
            && let Some((window, table)) = open.holding(time)
            && !arrival.watermark.closes_exclusive(window.end)
        {
            // Most events lie in a window that is open.
            return add(arrival, (*window, table), job, changed, results).map(|()| Fate::Used);
        }
        let (mut is_used, mut outcome) = (false, Ok(()));
        raster.each(time, |window| {
            if arrival.watermark.closes_exclusive(window.end) {
                missed.push(window);
                return;
            }
            is_used = true;
            let new_table = || spare.pop().unwrap_or_else(|| model.new_like());
            let table = open.get_or_open(window, new_table);
            if outcome.is_ok() {
                outcome = add(arrival, (window, table), job, changed, results);
            }
        });
        // An advance larger than the size leaves gaps: what falls into one belongs to no window and is not late.
        outcome.map(|()| match (is_used, missed.is_empty()) {
            (true, _) => Fate::Used,
            (false, true) => Fate::Filtered,
            (false, false) => Fate::Late,
        })
    }

    fn holding(&self, key: &[u8], time: Timestamp) -> Vec<Window> {
        let mut windows = Vec::new();
        self.raster.each(time, |window| {
            if self.open.get(window).is_some_and(|table| table.find(key).is_some()) {
                windows.push(window);
            }
        });
        windows
    }

    fn includes_end(&self) -> bool {
        false
    }

    fn close(&mut self, watermark: Watermark, job: &Shared, results: &mut Results) -> Result<()> {
        let is_closed = |window: Window| watermark.closes_exclusive(window.end);
        while self.open.first().is_some_and(is_closed) {
            let Some((window, table)) = self.open.pop_first() else { break };
            self.emit(window, table, job, results)?;
        }
        Ok(())
    }

    fn close_all(&mut self, job: &Shared, results: &mut Results) -> Result<()> {
        while let Some((window, table)) = self.open.pop_first() {
            self.emit(window, table, job, results)?;
        }
        if let Some(fill) = &mut self.fill {
            fill.release_all(&job.output.grouping, &mut results.rows);
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
        if let Some(fill) = &self.fill {
            fill.save(state);
        }
    }

    fn load(&mut self, state: &mut &[u8], _: &Shared) -> Result<()> {
        for _ in 0..take_integer(state)? {
            let (start, end) = (take_time(state)?, take_time(state)?);
            let model = &self.model;
            self.open.get_or_open(Window { end, start }, || model.new_like()).load(state)?;
        }
        self.changed.load(&self.open, state)?;
        self.fill.as_mut().map_or(Ok(()), |fill| fill.load(state))
    }
}
