//! Passes on events that are on time and sets the late ones apart, bytes unchanged; on request in the order
//! of their time, for which it holds events back until the watermark has come to them.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use super::pass::{Extent, Pass};
use super::saved::{put_integer, take_integer};
use super::window::{load_times, put_late, put_time, save_times, take_time};
use super::{Fate, Operator, Results};
use crate::error::Result;
use crate::event::Event;
use crate::operator::saved::{damaged, put_bytes, take_bytes};
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;
use crate::time::watermark::StreamTimes;

/// Passes on what is on time.
pub struct Reorder {
    times: StreamTimes,
    /// Whether events leave in the order of their time; of equals the one that arrived first goes first.
    is_sorted: bool,
    zone: Option<Tz>,
    /// What is written of an event.
    pass: Pass,
    tells_times: bool,
    held: BTreeMap<(Timestamp, u64), Box<[u8]>>,
    order: u64,
}

impl Reorder {
    /// An event older than the stream time less `lateness` is late. With `is_sorted` the others leave in the order
    /// of their time. Times are printed in `zone`, or in UTC.
    pub fn new(lateness: Duration, inputs: usize, is_sorted: bool, zone: Option<Tz>) -> Reorder {
        let times = StreamTimes::new(inputs, lateness, Duration(0));
        let pass = Pass::new(None, false, Extent::default());
        Reorder { times, is_sorted, zone, pass, tells_times: false, held: BTreeMap::new(), order: 0 }
    }

    /// Writes of each event what `pass` does, instead of its line as it stands.
    #[must_use]
    pub fn writing(mut self, pass: Pass) -> Reorder {
        self.pass = pass;
        self
    }

    /// Tells the times of the events with their rows.
    #[must_use]
    pub fn with_times(mut self) -> Reorder {
        self.tells_times = true;
        self
    }

    /// Sets aside what lies further in front of the events before it.
    pub fn limit_ahead(mut self, max_ahead: Option<Duration>) -> Reorder {
        self.times = self.times.limit_ahead(max_ahead);
        self
    }

    /// Passes on the held events up to `until`; all of them without it.
    fn release(&mut self, until: Option<Timestamp>, results: &mut Results) {
        while let Some(first) = self.held.first_entry() {
            if until.is_some_and(|until| first.key().0 > until) {
                break;
            }
            if self.tells_times {
                results.times.push((results.rows.len(), first.key().0));
            }
            results.rows.extend_from_slice(&first.remove());
        }
    }

    fn release_by_watermark(&mut self, results: &mut Results) {
        // Before the first watermark everything is still to come.
        if let Some(watermark) = self.times.watermark().time() {
            self.release(Some(watermark), results);
        }
    }
}

impl Operator for Reorder {
    fn on_event(&mut self, event: &Event<'_>, results: &mut Results) -> Result<Fate> {
        let time = event.time();
        if self.times.is_too_far_ahead(event.input, time) {
            return Ok(Fate::SetAside);
        }
        let rose = self.times.observe(event.input, time);
        if let Some(watermark) = self.times.watermark().time().filter(|watermark| time < *watermark) {
            put_late(event, Duration(watermark.0 - time.0), watermark, self.zone, &mut results.late);
            return Ok(Fate::Late);
        }
        if self.is_sorted {
            self.order += 1;
            let mut lines = Vec::new();
            self.pass.write(event, &mut lines)?;
            self.held.insert((time, self.order), lines.into_boxed_slice());
            if rose || self.times.watermark().time() == Some(time) {
                self.release_by_watermark(results);
            }
        } else {
            if self.tells_times {
                results.times.push((results.rows.len(), time));
            }
            self.pass.write(event, &mut results.rows)?;
        }
        Ok(Fate::Used)
    }

    fn on_idle(&mut self, input: usize, results: &mut Results) -> Result<()> {
        if self.times.leave_out(input) {
            self.release_by_watermark(results);
        }
        Ok(())
    }

    fn on_input_end(&mut self, input: usize, results: &mut Results) -> Result<()> {
        if self.times.finish(input) {
            self.release_by_watermark(results);
        }
        Ok(())
    }

    fn on_end(&mut self, results: &mut Results) -> Result<()> {
        self.release(None, results);
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        save_times(&self.times, state);
        put_integer(self.order, state);
        put_integer(self.held.len() as u64, state);
        for ((time, order), bytes) in &self.held {
            put_time(*time, state);
            put_integer(*order, state);
            put_bytes(bytes, state);
        }
    }

    fn load(&mut self, mut state: &[u8]) -> Result<()> {
        load_times(&mut self.times, &mut state)?;
        self.order = take_integer(&mut state)?;
        for _ in 0..take_integer(&mut state)? {
            let key = (take_time(&mut state)?, take_integer(&mut state)?);
            self.held.insert(key, take_bytes(&mut state)?.into());
        }
        if state.is_empty() { Ok(()) } else { Err(damaged()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::line::{Line, Offset};

    /// Runs events at these seconds; gives what comes out after each and at the end, and how late the others are.
    fn run(lateness: i128, is_sorted: bool, seconds: &[i128]) -> (Vec<String>, Vec<String>) {
        let second = crate::time::timestamp::SECOND;
        let mut reorder = Reorder::new(Duration(lateness * second), 1, is_sorted, None);
        let (mut passed, mut late) = (Vec::new(), Vec::new());
        let mut results = Results::default();
        for (number, at) in seconds.iter().enumerate() {
            let text = format!("{at}.{number}");
            let offset = Offset(number as u64);
            let line = Line { bytes: text.as_bytes(), source: "x", number: offset.0 + 1, offset };
            let mut event = Event::new(line, 0, &[]);
            event.time = Some(Timestamp(at * second));
            reorder.on_event(&event, &mut results).expect("it runs");
            passed.push(String::from_utf8_lossy(&results.rows).replace('\n', " ").trim().to_owned());
            late.extend(String::from_utf8_lossy(&results.late).lines().map(str::to_owned));
            results = Results::default();
        }
        reorder.on_end(&mut results).expect("it ends");
        passed.push(String::from_utf8_lossy(&results.rows).replace('\n', " ").trim().to_owned());
        (passed, late)
    }

    #[test]
    fn what_is_older_than_the_lateness_goes_to_the_late_events() {
        let (passed, late) = run(5, false, &[10, 5, 4, 12, 7, 6]);
        assert_eq!(passed, ["10.0", "5.1", "", "12.3", "7.4", "", ""]);
        assert_eq!(
            late,
            [
                r#"{"late":{"by":"PT1S","watermark":"1970-01-01T00:00:05Z"},"event":4.2}"#,
                r#"{"late":{"by":"PT1S","watermark":"1970-01-01T00:00:07Z"},"event":6.5}"#
            ]
        );
    }

    #[test]
    fn sorted_events_leave_when_the_watermark_has_come_to_them() {
        let (passed, late) = run(5, true, &[10, 8, 8, 13, 8, 9, 20]);
        assert_eq!(passed, ["", "", "", "8.1 8.2", "8.4", "", "9.5 10.0 13.3", "20.6"]);
        assert_eq!(late, [] as [&str; 0]);
    }

    #[test]
    fn without_lateness_sorting_holds_nothing_back() {
        assert_eq!(run(0, true, &[1, 2, 2, 1, 3]).0, ["1.0", "2.1", "2.2", "", "3.4", ""]);
    }
}
