//! Aggregates per window of event time. Here is what all kinds of window share: the job, lateness, rows;
//! each kind has its own file. One rule closes everything; see [`crate::time::watermark`].

mod anchored;
mod fill;
mod output;
mod periodic;
mod raster;
mod session;
mod sliding;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use chrono_tz::Tz;

use super::aggregate::AggregateSpec;
use super::grouping::Grouping;
use super::{Fate, Operator, Results};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::event::scan::Projection;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;
use crate::time::watermark::{StreamTimes, Watermark};
use crate::time::window::{Raster, Window};
use output::Output;
pub(super) use output::{load_times, put_late, put_time, save_times, take_time};
use periodic::Periodic;

/// The kinds of window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Tumbling, hopping and calendar windows.
    Raster(Raster),
    /// Windows that end after a gap without events, per key.
    Session(Duration),
    /// Windows of a size that begin with an event of the key.
    Anchored(Duration),
    /// Windows of a size that end with an event of the key, both ends included.
    Sliding(Duration),
    /// These, and the windows of that size that begin just after an event of the key.
    SlidingAll(Duration),
}

/// What makes an event late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LateBy {
    /// Every window it belongs to is closed.
    #[default]
    Window,
    /// It is older than M − D, whatever its windows.
    Event,
}

/// What comes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emit {
    /// Each window once, when it closes.
    #[default]
    Final,
    /// Each change of an open window, numbered by `rev`, which is how many events the row stands for. A session
    /// that gets other bounds is retracted first.
    Updates,
    /// What has changed, each time the stream time passes a multiple of this.
    Every(Duration),
}

/// A question for windows.
pub struct Job {
    /// The kind of window.
    pub kind: Kind,
    /// What makes a group.
    pub grouping: Grouping,
    /// What is computed.
    pub specs: Vec<AggregateSpec>,
    /// D: how late events may be.
    pub lateness: Duration,
    /// G: how long after its end a window still takes events.
    pub grace: Duration,
    /// What makes an event late.
    pub late_by: LateBy,
    /// What comes out.
    pub emit: Emit,
    /// An event further than this in front of the stream time does not move it and is set aside.
    pub max_ahead: Option<Duration>,
    /// Whether windows without events come out too.
    pub fills: bool,
    /// How many inputs there are.
    pub inputs: usize,
    /// The time zone in which times are printed; UTC if there is none.
    pub zone: Option<Tz>,
}

/// The window operator.
pub struct Windows {
    job: Shared,
    times: StreamTimes,
    state: Box<dyn State>,
    key: Vec<u8>,
    missed: Vec<Window>,
    order: u64,
    late_by: LateBy,
    max_ahead: Option<Duration>,
    /// Which inputs are left out because they are silent.
    idle: Vec<bool>,
}

/// What the kinds of window need of the job.
struct Shared {
    output: Output,
    specs: Vec<AggregateSpec>,
    lateness: Duration,
    grace: Duration,
    emit: Emit,
}

impl Shared {
    /// Whether every change is told, and not just the last state.
    fn tells_changes(&self) -> bool {
        self.emit != Emit::Final
    }
}

/// An event in hand.
struct Arrival<'a, 'e> {
    event: &'a Event<'e>,
    /// The key of its group.
    key: &'a [u8],
    /// Its place in the arrival order.
    order: u64,
    /// The watermark with this event included.
    watermark: Watermark,
}

/// The open windows of one kind.
trait State {
    /// Takes an event and says what became of it: used if it counts in a window, late if all its windows are
    /// closed, filtered if it belongs to none. The closed ones are put into `missed`.
    fn take(
        &mut self,
        arrival: &Arrival<'_, '_>,
        job: &Shared,
        missed: &mut Vec<Window>,
        results: &mut Results,
    ) -> Result<Fate>;

    /// How far behind a window's end it closes, apart from the grace: the gap of a session.
    fn patience(&self) -> Duration {
        Duration(0)
    }

    /// Closes what the watermark closes.
    fn close(&mut self, watermark: Watermark, job: &Shared, results: &mut Results) -> Result<()>;

    /// Closes everything.
    fn close_all(&mut self, job: &Shared, results: &mut Results) -> Result<()>;

    /// Appends the open state.
    fn save(&self, state: &mut Vec<u8>);

    /// Takes up what `save` appended.
    fn load(&mut self, state: &mut &[u8], job: &Shared) -> Result<()>;
}

impl Windows {
    /// An operator for the job.
    pub fn new(mut job: Job) -> Result<Windows> {
        if job.specs.is_empty() {
            return Err(
                Error::usage("a window needs an aggregate").hint("ask for one, as with -a 'events=count()'")
            );
        }
        check(job.kind)?;
        if job.emit != Emit::Final {
            job.specs.push(revision(&job.specs)?);
        }
        let periodic = match job.emit {
            Emit::Every(every) if every.0 <= 0 => {
                return Err(Error::usage("updates cannot come every 0s").hint("as in --emit every:10s"));
            }
            Emit::Every(every) => Some(RefCell::new(Periodic::new(every))),
            Emit::Final | Emit::Updates => None,
        };
        if job.fills {
            check_fill(&job)?;
        }
        let state: Box<dyn State> = match job.kind {
            Kind::Raster(raster) => Box::new(raster::Rasters::new(raster, job.fills, &job.specs)),
            Kind::Session(gap) => Box::new(session::Sessions::new(gap, &job.specs)),
            Kind::Anchored(size) => Box::new(anchored::Anchors::new(size, &job.specs)),
            Kind::Sliding(size) => Box::new(sliding::Slides::new(size, false, &job.specs)),
            Kind::SlidingAll(size) => Box::new(sliding::Slides::new(size, true, &job.specs)),
        };
        Ok(Windows {
            times: StreamTimes::new(job.inputs, job.lateness, job.grace),
            job: Shared {
                output: Output { grouping: job.grouping, zone: job.zone, periodic, is_idle: false },
                specs: job.specs,
                lateness: job.lateness,
                grace: job.grace,
                emit: job.emit,
            },
            state,
            key: Vec::new(),
            missed: Vec::new(),
            order: 0,
            late_by: job.late_by,
            max_ahead: job.max_ahead,
            idle: vec![false; job.inputs],
        })
    }

    /// Whether the event's clock is too far in front of its neighbours'.
    fn is_too_far_ahead(&self, event: &Event<'_>) -> bool {
        match (self.max_ahead, self.times.stream_time(event.input)) {
            (Some(limit), Some(largest)) => event.time().0 > largest.0 + limit.0,
            _ => false,
        }
    }

    /// The stream time of all inputs together.
    fn now(&self) -> Option<Timestamp> {
        let grace = self.job.grace.0 + self.job.lateness.0;
        self.times.watermark().time().map(|watermark| Timestamp(watermark.0 + grace))
    }

    /// Emits the changes when the stream time says so; `is_end` when there is no more.
    fn emit_changes(&self, is_end: bool, results: &mut Results) {
        let (Some(periodic), Some(now)) = (&self.job.output.periodic, self.now()) else { return };
        let mut periodic = periodic.borrow_mut();
        if periodic.is_due(now) || is_end {
            let (watermark, patience) = (self.times.watermark(), self.state.patience());
            let is_closed = |window: Window| watermark.closes_inclusive(Timestamp(window.end.0 + patience.0));
            periodic.emit(&self.job.output.grouping, is_closed, &mut results.rows);
        }
    }

    fn close(&mut self, results: &mut Results) -> Result<()> {
        self.state.close(self.times.watermark(), &self.job, results)
    }

    /// Rows that come out while a source is left out say so.
    fn set_idle(&mut self, input: usize, is_idle: bool) {
        self.idle[input] = is_idle;
        self.job.output.is_idle = self.idle.contains(&true);
    }

    /// The stricter rule: M − D, if the event is older than that.
    fn missed_stream(&self, time: Timestamp) -> Option<Timestamp> {
        let limit = self.times.watermark_without_grace(self.job.grace);
        limit.filter(|limit| self.late_by == LateBy::Event && time < *limit)
    }

    /// Takes an event that is on time for the stream.
    fn take(&mut self, event: &Event<'_>, results: &mut Results) -> Result<Fate> {
        let watermark = self.times.watermark();
        self.job.output.grouping.key(event, &mut self.key)?;
        let arrival = Arrival { event, key: &self.key, order: self.order, watermark };
        let fate = self.state.take(&arrival, &self.job, &mut self.missed, results)?;
        match fate {
            Fate::Late => {
                let last = self.missed.iter().map(|window| window.end).max().unwrap_or(event.time());
                let closed = Timestamp(last.0 + self.state.patience().0);
                let watermark = watermark.time().unwrap_or(closed);
                self.job.output.late(event, &self.missed, closed, watermark, &mut results.late);
            }
            Fate::Used if !self.missed.is_empty() => return Ok(Fate::PartlyLate),
            _ => {}
        }
        Ok(fate)
    }
}

/// The column that numbers the changes.
fn revision(specs: &[AggregateSpec]) -> Result<AggregateSpec> {
    if specs.iter().any(|spec| spec.name() == "rev") {
        return Err(Error::usage("an aggregate is named 'rev', which numbers the updates").hint("rename it"));
    }
    AggregateSpec::parse("rev=count()", &mut Projection::default())
}

/// Only windows that follow one another can be empty, and only what is final is known to be.
fn check_fill(job: &Job) -> Result<()> {
    match (job.kind, job.emit) {
        (Kind::Raster(_), Emit::Final) => Ok(()),
        (Kind::Raster(_), _) => {
            Err(Error::usage("an empty window never changes").hint("use --fill with --emit final"))
        }
        _ => Err(Error::usage("windows of this kind are never empty")
            .hint("use --fill with --tumbling or --hopping")),
    }
}

/// Each window is a state of its own, so an event may not belong to more than this many.
const MOST_WINDOWS: i128 = 10_000;

/// Refuses windows that hold nothing, and so many that an event would take for ever.
fn check(kind: Kind) -> Result<()> {
    let is_empty = match kind {
        Kind::Raster(Raster::Fixed { size, advance }) if size.0 > 0 && advance.0 > 0 => {
            if (size.0 - 1) / advance.0 >= MOST_WINDOWS {
                let many =
                    format!("an event is in more than {MOST_WINDOWS} windows of {size} every {advance}");
                return Err(Error::usage(many).hint("take a longer advance"));
            }
            false
        }
        Kind::Raster(Raster::Fixed { .. }) => true,
        Kind::Raster(Raster::Calendar { .. }) => false,
        Kind::Session(size) | Kind::Sliding(size) | Kind::SlidingAll(size) => size.0 < 0,
        Kind::Anchored(size) => size.0 <= 0,
    };
    match is_empty {
        true => Err(Error::usage("a window of no size holds nothing").hint("write a size like 5m")),
        false => Ok(()),
    }
}

impl Operator for Windows {
    fn on_event(&mut self, event: &Event<'_>, results: &mut Results) -> Result<Fate> {
        let time = event.time();
        if self.is_too_far_ahead(event) {
            return Ok(Fate::SetAside);
        }
        if self.idle[event.input] {
            self.set_idle(event.input, false);
        }
        let rose = self.times.observe(event.input, time);
        if rose {
            self.emit_changes(false, results);
        }
        self.order += 1;
        self.missed.clear();
        let fate = match self.missed_stream(time) {
            Some(limit) => {
                self.job.output.late(event, &[], time, limit, &mut results.late);
                Fate::Late
            }
            None => self.take(event, results)?,
        };
        if rose {
            self.close(results)?;
        }
        Ok(fate)
    }

    fn on_idle(&mut self, input: usize, results: &mut Results) -> Result<()> {
        self.set_idle(input, true);
        self.on_input_end(input, results)
    }

    fn on_clock(&mut self, now: Timestamp, results: &mut Results) -> Result<()> {
        let inputs = 0..self.idle.len();
        let rises: Vec<bool> = inputs.map(|input| self.times.observe(input, now)).collect();
        if rises.contains(&true) {
            self.emit_changes(false, results);
            self.close(results)?;
        }
        Ok(())
    }

    fn on_input_end(&mut self, input: usize, results: &mut Results) -> Result<()> {
        if self.times.leave_out(input) {
            self.emit_changes(false, results);
            self.close(results)?;
        }
        Ok(())
    }

    fn on_end(&mut self, results: &mut Results) -> Result<()> {
        self.state.close_all(&self.job, results)?;
        self.emit_changes(true, results);
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        save_times(&self.times, state);
        super::saved::put_integer(self.order, state);
        if let Some(periodic) = &self.job.output.periodic {
            periodic.borrow().save(state);
        }
        self.state.save(state);
    }

    fn load(&mut self, state: &[u8]) -> Result<()> {
        let mut rest = state;
        load_times(&mut self.times, &mut rest)?;
        self.order = super::saved::take_integer(&mut rest)?;
        if let Some(periodic) = &self.job.output.periodic {
            periodic.borrow_mut().load(&mut rest)?;
        }
        self.state.load(&mut rest, &self.job)
    }
}
