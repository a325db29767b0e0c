//! Aggregates per window of event time. Here is what all kinds of window share: the job, lateness, rows;
//! each kind has its own file. One rule closes everything; see [`crate::time::watermark`].

mod anchored;
mod output;
mod raster;
mod session;
#[cfg(test)]
mod tests;

use chrono_tz::Tz;

use super::aggregate::AggregateSpec;
use super::grouping::Grouping;
use super::{Fate, Operator, Results};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;
use crate::time::watermark::{StreamTimes, Watermark};
use crate::time::window::Raster;
use output::Output;
pub(super) use output::{load_times, save_times};

/// The kinds of window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Tumbling, hopping and calendar windows.
    Raster(Raster),
    /// Windows that end after a gap without events, per key.
    Session(Duration),
    /// Windows of a size that begin with an event of the key.
    Anchored(Duration),
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
    key: Vec<u8>,
    order: u64,
    late_by: LateBy,
    max_ahead: Option<Duration>,
}

/// What the kinds of window need of the job.
struct Shared {
    output: Output,
    specs: Vec<AggregateSpec>,
    lateness: Duration,
}

/// The open windows of one kind.
trait State {
    /// Takes an event; gives the windows that it belongs to and that are closed, and whether it counts in one.
    fn take(
        &mut self,
        event: &Event<'_>,
        key: &[u8],
        order: u64,
        watermark: Watermark,
        job: &Shared,
        missed: &mut Vec<crate::time::window::Window>,
    ) -> Result<bool>;

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
    pub fn new(job: Job) -> Result<Windows> {
        if job.specs.is_empty() {
            return Err(
                Error::usage("a window needs an aggregate").hint("ask for one, as with -a 'events=count()'")
            );
        }
        let state: Box<dyn State> = match job.kind {
            Kind::Raster(raster) => Box::new(raster::Rasters::new(raster, &job.specs)),
            Kind::Session(gap) => Box::new(session::Sessions::new(gap, &job.specs)),
            Kind::Anchored(size) => Box::new(anchored::Anchors::new(size, &job.specs)),
        };
        Ok(Windows {
            times: StreamTimes::new(job.inputs, job.lateness, job.grace),
            job: Shared {
                output: Output { grouping: job.grouping, zone: job.zone },
                specs: job.specs,
                lateness: job.lateness,
            },
            state,
            key: Vec::new(),
            order: 0,
            late_by: job.late_by,
            max_ahead: job.max_ahead,
        })
    }

    /// Whether the event's clock is too far in front of its neighbours'.
    fn is_too_far_ahead(&self, event: &Event<'_>) -> bool {
        match (self.max_ahead, self.times.stream_time(event.input)) {
            (Some(limit), Some(largest)) => event.time().0 > largest.0 + limit.0,
            _ => false,
        }
    }

    /// M − D of the event's input.
    fn event_watermark(&self, input: usize) -> Option<Timestamp> {
        let largest = self.times.stream_time(input)?;
        Some(Timestamp(largest.0 - self.job.lateness.0))
    }
}

impl Operator for Windows {
    fn on_event(&mut self, event: &Event<'_>, results: &mut Results) -> Result<Fate> {
        let time = event.time();
        if self.is_too_far_ahead(event) {
            return Ok(Fate::SetAside);
        }
        let rose = self.times.observe(event.input, time);
        let watermark = self.times.watermark();
        self.order += 1;
        let mut missed = Vec::new();
        let stricter = self.event_watermark(event.input).filter(|_| self.late_by == LateBy::Event);
        let fate = if stricter.is_some_and(|limit| time < limit) {
            self.job.output.late(event, &missed, stricter, &mut results.late);
            Fate::Late
        } else {
            self.job.output.grouping.key(event, &mut self.key)?;
            let is_used = self.state.take(event, &self.key, self.order, watermark, &self.job, &mut missed)?;
            if !is_used {
                self.job.output.late(event, &missed, watermark.time(), &mut results.late);
            }
            if is_used { Fate::Used } else { Fate::Late }
        };
        if rose {
            self.state.close(watermark, &self.job, results)?;
        }
        Ok(fate)
    }

    fn on_idle(&mut self, input: usize, results: &mut Results) -> Result<()> {
        self.on_input_end(input, results)
    }

    fn on_input_end(&mut self, input: usize, results: &mut Results) -> Result<()> {
        if self.times.leave_out(input) {
            self.state.close(self.times.watermark(), &self.job, results)?;
        }
        Ok(())
    }

    fn on_end(&mut self, results: &mut Results) -> Result<()> {
        self.state.close_all(&self.job, results)
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
