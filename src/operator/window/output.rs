//! How windows and late events are printed, and how instants are saved.

use std::cell::RefCell;

use chrono_tz::Tz;

use super::super::aggregate::AggregateSpec;
use super::super::grouping::Grouping;
use super::super::saved::{damaged, put_integer, take_integer};
use super::super::table::States;
use crate::error::Result;
use crate::event::Event;
use crate::event::append::append;
use crate::time::duration::Duration;
use crate::time::timestamp::recent::RecentText;
use crate::time::timestamp::{SECOND, Timestamp};
use crate::time::watermark::StreamTimes;
use crate::time::window::Window;

/// Prints rows.
pub struct Output {
    /// What makes a group.
    pub grouping: Grouping,
    /// The time zone of printed times; UTC if there is none.
    pub zone: Option<Tz>,
    /// What rows end with at the moment: nothing, or why and that their windows have closed.
    pub mark: &'static str,
    /// The window of the last row and how that row began, up to the text of its key if that has one part: most rows are
    /// of the same window as the one before.
    pub last: RefCell<Option<(Window, Vec<u8>)>>,
    /// Writes times in UTC.
    pub recent: RecentText,
}

impl Output {
    fn time(&self, time: Timestamp, out: &mut Vec<u8>) {
        out.push(b'"');
        match self.zone {
            Some(zone) => time.write_in(zone, out),
            None => self.recent.write_utc(time, out),
        }
        out.push(b'"');
    }

    /// `{"start":"…","end":"…"}`
    pub fn window(&self, window: Window, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"start\":");
        self.time(window.start, out);
        out.extend_from_slice(b",\"end\":");
        self.time(window.end, out);
        out.push(b'}');
    }

    /// One result row: the window, the key if there is one, and the aggregates of `slot`.
    #[inline]
    pub fn row(
        &self,
        window: Window,
        key: &[u8],
        (states, slot): (&States, usize),
        specs: &[AggregateSpec],
        out: &mut Vec<u8>,
    ) -> Result<()> {
        self.begin(window, out);
        self.end(key, (states, slot), specs, out)
    }

    /// What of a row stands behind the window, where [`Output::begin`] leaves off.
    #[inline]
    pub fn end(
        &self,
        key: &[u8],
        (states, slot): (&States, usize),
        specs: &[AggregateSpec],
        out: &mut Vec<u8>,
    ) -> Result<()> {
        self.key(key, out);
        states.write_results(slot, specs, out)?;
        self.finish(out);
        Ok(())
    }

    /// The same, with results that are written already.
    pub fn row_of(&self, window: Window, key: &[u8], results: &[u8], out: &mut Vec<u8>) {
        self.begin(window, out);
        self.key(key, out);
        out.extend_from_slice(results);
        self.finish(out);
    }

    /// The begin of a row: the window, and the label of the key if that has one part.
    #[inline(always)]
    pub fn begin(&self, window: Window, out: &mut Vec<u8>) {
        let last = self.last.borrow();
        match &*last {
            Some((last, text)) if *last == window => out.extend_from_slice(text),
            _ => {
                drop(last);
                self.begin_other(window, out);
            }
        }
    }

    /// The rest of the key, up to the comma behind it.
    #[inline(always)]
    fn key(&self, key: &[u8], out: &mut Vec<u8>) {
        if self.grouping.len() == 1 {
            append(Grouping::only_part(key), out);
            out.extend_from_slice(b"},");
        } else {
            self.parts(key, out);
        }
    }

    /// Begins a row of another window than that of the last one.
    #[inline(never)]
    fn begin_other(&self, window: Window, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(b"{\"window\":");
        self.window(window, out);
        if let Some(label) = self.grouping.only_label() {
            out.extend_from_slice(b",\"key\":{");
            out.extend_from_slice(label);
        }
        self.last.replace(Some((window, out[start..].to_vec())));
    }

    #[inline(never)]
    fn parts(&self, key: &[u8], out: &mut Vec<u8>) {
        if !self.grouping.is_empty() {
            out.extend_from_slice(b",\"key\":");
            self.grouping.write_object(key, out);
        }
        out.push(b',');
    }

    #[inline(always)]
    fn finish(&self, out: &mut Vec<u8>) {
        append(self.mark.as_bytes(), out);
        out.extend_from_slice(b"}\n");
    }

    /// Takes back the row of a window whose bounds have changed.
    pub fn retraction(&self, window: Window, key: &[u8], out: &mut Vec<u8>) {
        self.begin(window, out);
        self.key(key, out);
        out.extend_from_slice(b"\"retracted\":true}\n");
    }

    /// A late event: by how much, the windows it missed, the watermark, the event as it stands. `last` is the
    /// watermark that would just not have been too late.
    pub fn late(
        &self,
        event: &Event<'_>,
        missed: &[Window],
        last: Timestamp,
        watermark: Timestamp,
        out: &mut Vec<u8>,
    ) {
        out.extend_from_slice(b"{\"late\":{\"by\":\"");
        out.extend_from_slice(Duration(watermark.0 - last.0).to_string().as_bytes());
        out.extend_from_slice(b"\",\"windows\":[");
        for (at, window) in missed.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            self.window(*window, out);
        }
        out.extend_from_slice(b"],\"watermark\":");
        self.time(watermark, out);
        out.extend_from_slice(b"},\"event\":");
        out.extend_from_slice(event.line.trimmed());
        out.extend_from_slice(b"}\n");
    }
}

/// Appends an instant.
pub fn put_time(time: Timestamp, state: &mut Vec<u8>) {
    state.extend_from_slice(&time.0.to_le_bytes());
}

/// A late event that belongs to no window: by how much, the watermark, the event as it stands.
pub fn put_late(event: &Event<'_>, by: Duration, watermark: Timestamp, zone: Option<Tz>, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("{{\"late\":{{\"by\":\"{by}\",\"watermark\":\"").as_bytes());
    match zone {
        Some(zone) => watermark.write_in(zone, out),
        None => watermark.write_utc(out),
    }
    out.extend_from_slice(b"\"},\"event\":");
    out.extend_from_slice(event.line.trimmed());
    out.extend_from_slice(b"}\n");
}

/// No window reaches further from the epoch than this: a hundred thousand years.
const FURTHEST: i128 = 100_000 * 366 * 86_400 * SECOND;

/// Takes an instant.
pub fn take_time(state: &mut &[u8]) -> Result<Timestamp> {
    let (bytes, rest) = state.split_first_chunk::<16>().ok_or_else(damaged)?;
    *state = rest;
    check_time(Some(Timestamp(i128::from_le_bytes(*bytes))))
}

/// Refuses the time of a saved event that cannot have been one.
pub fn check_time(time: Option<Timestamp>) -> Result<Timestamp> {
    time.filter(|time| (-FURTHEST..=FURTHEST).contains(&time.0)).ok_or_else(damaged)
}

/// Appends an instant that may not be there.
pub fn put_optional(time: Option<Timestamp>, state: &mut Vec<u8>) {
    put_integer(u64::from(time.is_some()), state);
    if let Some(time) = time {
        put_time(time, state);
    }
}

/// Takes an instant that may not be there.
pub fn take_optional(state: &mut &[u8]) -> Result<Option<Timestamp>> {
    if take_integer(state)? == 0 { Ok(None) } else { take_time(state).map(Some) }
}

/// Appends the stream times.
pub fn save_times(times: &StreamTimes, state: &mut Vec<u8>) {
    let (largest, watermark) = times.parts();
    put_integer(largest.len() as u64, state);
    largest.into_iter().for_each(|time| put_optional(time, state));
    put_optional(watermark, state);
}

/// Takes up the stream times.
pub fn load_times(times: &mut StreamTimes, state: &mut &[u8]) -> Result<()> {
    let count = take_integer(state)?;
    if count != times.parts().0.len() as u64 {
        return Err(damaged());
    }
    let largest = (0..count).map(|_| take_optional(state)).collect::<Result<Vec<_>>>()?;
    times.restore(&largest, take_optional(state)?);
    Ok(())
}
