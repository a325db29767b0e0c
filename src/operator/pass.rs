//! Passes events on: bytes unchanged, or shaped by an expression, all of them or the first or last few.

use std::collections::VecDeque;

use super::{Fate, Operator, Results};
use crate::error::Result;
use crate::event::Event;
use crate::event::expression::Select;

/// Which events are passed on, and in what order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// At most so many, from the first on.
    pub limit: Option<u64>,
    /// Only so many of the last.
    pub last: Option<u64>,
    /// The last first.
    pub reverse: bool,
}

/// Passes events on.
pub struct Pass {
    select: Option<Select>,
    with_offset: bool,
    extent: Extent,
    /// What is held back until the end, for `last` and `reverse`: the lines of one event each.
    held: VecDeque<Box<[u8]>>,
    passed: u64,
    /// Whether the times of the events are told with their rows.
    tells_times: bool,
}

impl Pass {
    /// Passes on what `extent` says; each event as it stands, or what `select` makes of it, or with its offset.
    pub fn new(select: Option<Select>, with_offset: bool, extent: Extent) -> Self {
        Pass { select, with_offset, extent, held: VecDeque::new(), passed: 0, tells_times: false }
    }

    /// Tells the times of the events with their rows.
    #[must_use]
    pub fn with_times(mut self) -> Self {
        self.tells_times = true;
        self
    }

    fn holds_back(&self) -> bool {
        self.extent.last.is_some() || self.extent.reverse
    }

    /// Appends the lines of one event.
    pub(super) fn write(&self, event: &Event<'_>, out: &mut Vec<u8>) -> Result<()> {
        let Some(select) = &self.select else {
            if self.with_offset {
                out.extend_from_slice(format!("{{\"offset\":{},\"event\":", event.line.offset).as_bytes());
                out.extend_from_slice(event.line.trimmed());
                out.extend_from_slice(b"}\n");
            } else {
                out.extend_from_slice(event.line.bytes);
                out.push(b'\n');
            }
            return Ok(());
        };
        let start = out.len();
        select.write(event, out)?;
        if self.with_offset {
            tell_offset(event, start, out);
        }
        Ok(())
    }
}

/// Puts the offset of the event around each of the lines from `start` on.
fn tell_offset(event: &Event<'_>, start: usize, out: &mut Vec<u8>) {
    let lines = out.split_off(start);
    for line in lines.split_inclusive(|&byte| byte == b'\n') {
        out.extend_from_slice(format!("{{\"offset\":{},\"event\":", event.line.offset).as_bytes());
        out.extend_from_slice(line.strip_suffix(b"\n").unwrap_or(line));
        out.extend_from_slice(b"}\n");
    }
}

impl Operator for Pass {
    fn on_event(&mut self, event: &Event<'_>, results: &mut Results) -> Result<Fate> {
        self.passed += 1;
        if !self.holds_back() {
            if self.tells_times {
                results.times.push((results.rows.len(), event.time()));
            }
            self.write(event, &mut results.rows)?;
            return Ok(Fate::Used);
        }
        let mut lines = Vec::new();
        self.write(event, &mut lines)?;
        self.held.push_back(lines.into_boxed_slice());
        if self.extent.last.is_some_and(|last| self.held.len() as u64 > last) {
            self.held.pop_front();
        }
        Ok(Fate::Used)
    }

    fn copies_lines(&self) -> bool {
        self.select.is_none() && !self.with_offset && self.extent == Extent::default() && !self.tells_times
    }

    fn is_done(&self) -> bool {
        !self.holds_back() && self.extent.limit.is_some_and(|limit| self.passed >= limit)
    }

    fn on_end(&mut self, results: &mut Results) -> Result<()> {
        if self.extent.reverse {
            self.held.make_contiguous().reverse();
        }
        let limit =
            self.extent.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        for lines in self.held.drain(..).take(limit) {
            results.rows.extend_from_slice(&lines);
        }
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        state.extend_from_slice(&self.passed.to_le_bytes());
    }

    fn load(&mut self, state: &[u8]) -> Result<()> {
        let passed = state.try_into().map(u64::from_le_bytes);
        self.passed =
            passed.map_err(|_| crate::error::Error::data("the saved state of this run is damaged"))?;
        Ok(())
    }
}
