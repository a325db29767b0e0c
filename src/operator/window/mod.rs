//! Aggregates per window of event time. Here is what all kinds of window share: the job, lateness, rows;
//! each kind has its own file. One rule closes everything; see [`crate::time::watermark`].

mod anchored;
mod changed;
mod fill;
mod hopping;
mod largest;
mod open;
mod ordered;
mod output;
mod raster;
mod session;
mod sliding;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use chrono_tz::Tz;

use super::aggregate::AggregateSpec;
use super::explain::Standing;
use super::grouping::Grouping;
use super::key::Key;
use super::{Fate, Operator, Results};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::event::scan::Projection;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;
use crate::time::timestamp::recent::RecentText;
use crate::time::watermark::{StreamTimes, Watermark};
use crate::time::window::{Raster, Window, floor_to};
pub use fill::FILL_LIMIT;
use output::Output;
pub(super) use output::{load_times, put_late, put_time, save_times, take_time};

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
    /// Whenever the stream time crosses a multiple of this, the open windows that have changed since they were told
    /// last, in order; and each window once more when it closes. Sessions are retracted likewise.
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
    /// Whether empty windows between results come out, too, and how many of them in a row.
    pub fill: Option<u64>,
    /// An event further than this in front of the stream time does not move it and is set aside.
    pub max_ahead: Option<Duration>,
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
    key: Key,
    missed: Vec<Window>,
    order: u64,
    late_by: LateBy,
    inputs: usize,
    /// Whether all that an event can do is to count in its windows, be late for them, or close some.
    is_simple: bool,
}

/// What the kinds of window need of the job.
struct Shared {
    output: Output,
    specs: Vec<AggregateSpec>,
    lateness: Duration,
    grace: Duration,
    emit: Emit,
    /// How many rows of each window are looked at, if these are the largest by the first aggregate.
    largest: Option<usize>,
}

/// An event in hand.
struct Arrival<'a, 'e> {
    event: &'a Event<'e>,
    /// The key of its group.
    key: &'a Key,
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

    /// The open windows that hold an event of the key at this time.
    fn holding(&self, key: &[u8], time: Timestamp) -> Vec<Window>;

    /// Whether the end of a window belongs to it.
    fn includes_end(&self) -> bool {
        true
    }

    /// How far behind a window's end it closes, apart from the grace: the gap of a session.
    fn patience(&self) -> Duration {
        Duration(0)
    }

    /// Closes what the watermark closes.
    fn close(&mut self, watermark: Watermark, job: &Shared, results: &mut Results) -> Result<()>;

    /// Closes everything.
    fn close_all(&mut self, job: &Shared, results: &mut Results) -> Result<()>;

    /// Prints the open windows that have changed since they were told last.
    fn tell_changed(&mut self, job: &Shared, results: &mut Results) -> Result<()>;

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
        check_output(&job)?;
        if job.emit != Emit::Final {
            job.specs.push(revision(&job.specs)?);
        }
        let state: Box<dyn State> = match job.kind {
            Kind::Raster(Raster::Fixed { size, advance }) if has_panes(&job, size, advance) => {
                Box::new(hopping::Hops::new(size, advance, &job.specs))
            }
            Kind::Raster(raster) => Box::new(raster::Rasters::new(raster, job.fill, &job.specs)?),
            Kind::Session(gap) => {
                let patience = Duration(job.lateness.0 + job.grace.0);
                Box::new(session::Sessions::new(gap, patience, &job.specs))
            }
            Kind::Anchored(size) => Box::new(anchored::Anchors::new(size, &job.specs)),
            Kind::Sliding(size) => Box::new(sliding::Slides::new(size, false, &job.specs)),
            Kind::SlidingAll(size) => Box::new(sliding::Slides::new(size, true, &job.specs)),
        };
        Ok(Windows {
            times: StreamTimes::new(job.inputs, job.lateness, job.grace).limit_ahead(job.max_ahead),
            job: Shared {
                output: Output {
                    grouping: job.grouping,
                    zone: job.zone,
                    mark: "",
                    last: RefCell::default(),
                    recent: RecentText::default(),
                },
                specs: job.specs,
                lateness: job.lateness,
                grace: job.grace,
                emit: job.emit,
                largest: None,
            },
            state,
            key: Key::default(),
            missed: Vec::new(),
            order: 0,
            late_by: job.late_by,
            inputs: job.inputs,
            is_simple: job.emit == Emit::Final
                && job.late_by == LateBy::Window
                && job.max_ahead.is_none()
                && job.inputs == 1,
        })
    }

    /// Makes only the rows of a window that can be among so many of the largest by the first aggregate, for windows that
    /// come out once and as a whole. Of other windows all rows are made, and of some for which it is not known.
    #[must_use]
    pub fn showing_largest(mut self, count: Option<usize>) -> Windows {
        self.job.largest = count.filter(|_| self.job.emit == Emit::Final);
        self
    }

    /// The watermark rose: closes what it closes, and tells what has changed when the stream time, which was
    /// `before`, has crossed a multiple of the interval.
    #[inline(always)]
    fn advance(&mut self, before: Option<Timestamp>, results: &mut Results) -> Result<()> {
        if self.job.emit == Emit::Final && !self.times.has_idle() {
            // Nothing is marked and nothing else is told.
            return self.state.close(self.times.watermark(), &self.job, results);
        }
        self.advance_and_tell(before, results)
    }

    fn advance_and_tell(&mut self, before: Option<Timestamp>, results: &mut Results) -> Result<()> {
        let watermark = self.times.watermark();
        let with_idle = self.times.watermark_with_idle();
        self.close(with_idle, false, results)?;
        if with_idle != watermark {
            self.close(watermark, true, results)?;
        }
        if let (Emit::Every(step), Some(before), Some(now)) = (self.job.emit, before, self.now())
            && floor_to(before.0, step.0) != floor_to(now.0, step.0)
        {
            self.state.tell_changed(&self.job, results)?;
        }
        Ok(())
    }

    /// Closes what the watermark closes; `is_idle` when that stands so high only because an input is idle.
    fn close(&mut self, watermark: Watermark, is_idle: bool, results: &mut Results) -> Result<()> {
        self.job.output.mark = match (self.job.emit, is_idle) {
            (Emit::Updates, _) | (Emit::Final, false) => "",
            (Emit::Final, true) => r#","closed_by":"idle""#,
            (Emit::Every(_), false) => FINAL,
            (Emit::Every(_), true) => r#","final":true,"closed_by":"idle""#,
        };
        self.state.close(watermark, &self.job, results)?;
        self.job.output.mark = "";
        Ok(())
    }

    /// The stream time of all inputs together.
    fn now(&self) -> Option<Timestamp> {
        self.times.watermark_without_grace(Duration(self.job.lateness.0 + self.job.grace.0))
    }

    /// The stream time, where it matters when results were told.
    fn told_at(&self) -> Option<Timestamp> {
        if matches!(self.job.emit, Emit::Every(_)) { self.now() } else { None }
    }

    /// The stricter rule: M − D, if the event is older than that.
    fn missed_stream(&self, time: Timestamp) -> Option<Timestamp> {
        if self.late_by == LateBy::Window {
            return None;
        }
        self.times.watermark_without_grace(self.job.grace).filter(|limit| time < *limit)
    }

    /// Takes an event that is on time for the stream.
    #[inline(always)]
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

/// Whether the windows overlap and can be put together from what lies between their starts.
fn has_panes(job: &Job, size: Duration, advance: Duration) -> bool {
    let is_whole = advance < size && size.0 % advance.0 == 0;
    let joins = job.specs.iter().all(AggregateSpec::joins_exactly);
    is_whole && joins && job.emit == Emit::Final && job.fill.is_none()
}

/// How a row ends that is the last one of its window, where there may have been others before it.
const FINAL: &str = r#","final":true"#;

/// The column that numbers the changes.
fn revision(specs: &[AggregateSpec]) -> Result<AggregateSpec> {
    if specs.iter().any(|spec| spec.name() == "rev") {
        return Err(Error::usage("an aggregate is named 'rev', which numbers the updates").hint("rename it"));
    }
    AggregateSpec::parse("rev=count()", &mut Projection::default())
}

/// Refuses what cannot come out.
fn check_output(job: &Job) -> Result<()> {
    if matches!(job.emit, Emit::Every(step) if step.0 <= 0) {
        return Err(
            Error::usage("results every no time never end").hint("write an interval, as in --emit every:10s")
        );
    }
    if job.fill.is_none() {
        return Ok(());
    }
    if !matches!(job.kind, Kind::Raster(_)) {
        return Err(Error::usage("only tumbling and hopping windows can be empty")
            .hint("leave --fill away, or take --tumbling or --hopping"));
    }
    if job.emit != Emit::Final {
        return Err(Error::usage("whether a window stays empty is known when it closes")
            .hint("fill with --emit final, which is the default"));
    }
    Ok(())
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
        if self.is_simple {
            // The same as below, for most jobs.
            let rose = self.times.observe(event.input, time);
            self.order += 1;
            self.missed.clear();
            let fate = self.take(event, results)?;
            return if rose { self.advance(None, results).map(|()| fate) } else { Ok(fate) };
        }
        if self.times.is_too_far_ahead(event.input, time) {
            return Ok(Fate::SetAside);
        }
        let before = self.told_at();
        let rose = self.times.observe(event.input, time);
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
            self.advance(before, results)?;
        }
        Ok(fate)
    }

    fn times(&self) -> Option<&StreamTimes> {
        Some(&self.times)
    }

    fn explain(&mut self, event: &Event<'_>) -> Result<Option<Standing>> {
        let mut object = Vec::new();
        self.job.output.grouping.key(event, &mut self.key)?;
        if !self.job.output.grouping.is_empty() {
            self.job.output.grouping.write_object(self.key.text(), &mut object);
        }
        let windows = self.state.holding(self.key.text(), event.time());
        Ok(Some(Standing { key: object, windows, includes_end: self.state.includes_end() }))
    }

    fn on_clock(&mut self, now: Timestamp, results: &mut Results) -> Result<()> {
        let before = self.now();
        let mut rose = false;
        for input in 0..self.inputs {
            rose |= self.times.observe(input, now);
        }
        if rose { self.advance(before, results) } else { Ok(()) }
    }

    fn on_idle(&mut self, input: usize, results: &mut Results) -> Result<()> {
        let before = self.now();
        if self.times.leave_out(input) { self.advance(before, results) } else { Ok(()) }
    }

    fn on_input_end(&mut self, input: usize, results: &mut Results) -> Result<()> {
        let before = self.now();
        if self.times.finish(input) { self.advance(before, results) } else { Ok(()) }
    }

    fn on_end(&mut self, results: &mut Results) -> Result<()> {
        if matches!(self.job.emit, Emit::Every(_)) {
            self.job.output.mark = FINAL;
        }
        self.state.close_all(&self.job, results)?;
        self.job.output.mark = "";
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        save_times(&self.times, state);
        super::saved::put_integer(self.order, state);
        self.state.save(state);
    }

    fn load(&mut self, state: &[u8]) -> Result<()> {
        let mut rest = state;
        load_times(&mut self.times, &mut rest)?;
        self.order = super::saved::take_integer(&mut rest)?;
        self.state.load(&mut rest, &self.job)
    }
}
