//! The fate of single events: runs another operator and notes what happens to the events that are asked for. Nothing
//! else comes out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Fate, Operator, Results};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::time::timestamp::Timestamp;
use crate::time::watermark::StreamTimes;
use crate::time::window::Window;

/// What an operator can say of an event that it has just taken.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The key of its group as a JSON object; empty when everything is one group.
    pub key: Vec<u8>,
    /// The open windows that hold it.
    pub windows: Vec<Window>,
    /// Whether the end of such a window belongs to it.
    pub includes_end: bool,
}

/// An event by its input and offset.
pub type Wanted = (usize, u64);

/// The fate of one event.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Its offset in its source.
    pub offset: u64,
    /// Where it stands: `file:line`.
    pub place: String,
    /// Its event time.
    pub time: String,
    /// The key of its group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Box<RawValue>>,
    /// The largest event time of its source before it and with it.
    pub stream_time: [Option<String>; 2],
    /// The watermark before it and with it.
    pub watermark: [Option<String>; 2],
    /// What became of it.
    pub fate: &'static str,
    /// By how much it was late, and what it missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late: Option<Box<RawValue>>,
    /// The windows that were open for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<Span>,
    /// The rows that it stands in, in the order in which they came out.
    pub rows: Vec<Outcome>,
}

/// A window of a report.
#[derive(Clone, Debug, Serialize)]
pub struct Span {
    /// Its begin.
    pub start: String,
    /// Its end.
    pub end: String,
}

/// A row that an event stands in.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The row as it came out.
    pub row: Box<RawValue>,
    /// Where the event stands that brought it out; `the end of the input`, or `a silent source`.
    pub came_with: String,
}

/// Runs an operator for the sake of some events.
pub struct Explain<'a> {
    inner: &'a mut dyn Operator,
    is_wanted: &'a mut dyn FnMut(&Event<'_>) -> bool,
    followed: BTreeMap<Wanted, Followed>,
    own: Results,
}

/// An event whose fate is followed.
struct Followed {
    report: Report,
    time: Timestamp,
    standing: Option<Standing>,
    /// Its bytes as they stand in the rows of a join.
    text: Vec<u8>,
}

#[derive(Deserialize)]
struct LateLine<'a> {
    #[serde(borrow)]
    late: &'a RawValue,
}

#[derive(Deserialize)]
struct WindowRow<'a> {
    window: Bounds,
    #[serde(borrow)]
    key: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Bounds {
    start: String,
    end: String,
}

impl<'a> Explain<'a> {
    /// Follows the wanted events through `inner`.
    pub fn new(inner: &'a mut dyn Operator, is_wanted: &'a mut dyn FnMut(&Event<'_>) -> bool) -> Explain<'a> {
        Explain { inner, is_wanted, followed: BTreeMap::new(), own: Results::default() }
    }

    /// What became of the events that reached the operator.
    pub fn into_reports(self) -> BTreeMap<Wanted, Report> {
        self.followed.into_iter().map(|(wanted, followed)| (wanted, followed.report)).collect()
    }

    /// Notes which of the rows that have come out the followed events stand in.
    fn note(&mut self, came_with: &str) -> Result<()> {
        for row in self.own.rows.split(|&byte| byte == b'\n').filter(|row| !row.is_empty()) {
            for followed in self.followed.values_mut() {
                if followed.stands_in(row) {
                    let outcome = Outcome { row: raw(row)?, came_with: came_with.to_owned() };
                    followed.report.rows.push(outcome);
                }
            }
        }
        self.own.rows.clear();
        self.own.late.clear();
        Ok(())
    }

    fn take_wanted(&mut self, event: &Event<'_>) -> Result<Fate> {
        let before = moments(self.inner.times(), event.input);
        let fate = self.inner.on_event(event, &mut self.own)?;
        let after = moments(self.inner.times(), event.input);
        let late = self.own.late.split(|&byte| byte == b'\n').find(|line| !line.is_empty());
        let late = late.and_then(|line| serde_json::from_slice::<LateLine<'_>>(line).ok());
        let standing = if fate == Fate::Late { None } else { self.inner.explain(event)? };
        let key = standing.as_ref().filter(|standing| !standing.key.is_empty());
        let report = Report {
            offset: event.line.offset.0,
            place: format!("{}:{}", event.line.source, event.line.number),
            time: event.time().to_string(),
            key: key.map(|standing| raw(&standing.key)).transpose()?,
            stream_time: [before[0].clone(), after[0].clone()],
            watermark: [before[1].clone(), after[1].clone()],
            fate: name(fate),
            late: late.map(|line| line.late.to_owned()),
            windows: standing.iter().flat_map(|standing| standing.windows.iter().map(span)).collect(),
            rows: Vec::new(),
        };
        let text = event.line.trimmed().to_vec();
        let followed = Followed { report, time: event.time(), standing, text };
        self.followed.insert((event.input, event.line.offset.0), followed);
        Ok(fate)
    }
}

impl Followed {
    /// Whether the event counts in a row that has come out after it: the row is of its key and the window holds it, or
    /// it is one of the two sides.
    fn stands_in(&self, row: &[u8]) -> bool {
        let Some(standing) = &self.standing else { return false };
        let Ok(of_window) = serde_json::from_slice::<WindowRow<'_>>(row) else {
            return memchr::memmem::find(row, &self.text).is_some();
        };
        let bound = |text: &str| Timestamp::parse(text).ok();
        let (Some(start), Some(end)) = (bound(&of_window.window.start), bound(&of_window.window.end)) else {
            return false;
        };
        let key = of_window.key.map(|key| key.get().as_bytes()).unwrap_or_default();
        let is_before_end = if standing.includes_end { self.time <= end } else { self.time < end };
        key == standing.key && start <= self.time && is_before_end
    }
}

fn name(fate: Fate) -> &'static str {
    match fate {
        Fate::Used => "used",
        Fate::PartlyLate => "used, and too late for another window",
        Fate::Filtered => "filtered",
        Fate::Late => "late",
        Fate::Duplicate => "duplicate",
        Fate::SetAside => "set aside",
    }
}

fn span(window: &Window) -> Span {
    Span { start: window.start.to_string(), end: window.end.to_string() }
}

/// The stream time of an input and the watermark.
fn moments(times: Option<&StreamTimes>, input: usize) -> [Option<String>; 2] {
    let Some(times) = times else { return [None, None] };
    [times.stream_time(input), times.watermark().time()].map(|time| time.map(|time| time.to_string()))
}

fn raw(json: &[u8]) -> Result<Box<RawValue>> {
    let text = String::from_utf8_lossy(json).into_owned();
    RawValue::from_string(text).map_err(|error| Error::data(format!("a row is no JSON: {error}")))
}

impl Operator for Explain<'_> {
    fn on_event(&mut self, event: &Event<'_>, _: &mut Results) -> Result<Fate> {
        let fate = match (self.is_wanted)(event) {
            true => self.take_wanted(event)?,
            false => self.inner.on_event(event, &mut self.own)?,
        };
        self.note(&format!("{}:{}", event.line.source, event.line.number))?;
        Ok(fate)
    }

    fn on_idle(&mut self, input: usize, _: &mut Results) -> Result<()> {
        self.inner.on_idle(input, &mut self.own)?;
        self.note("a silent source")
    }

    fn on_input_end(&mut self, input: usize, _: &mut Results) -> Result<()> {
        self.inner.on_input_end(input, &mut self.own)?;
        self.note("the end of a source")
    }

    fn on_end(&mut self, _: &mut Results) -> Result<()> {
        self.inner.on_end(&mut self.own)?;
        self.note("the end of the input")
    }

    fn save(&self, state: &mut Vec<u8>) {
        self.inner.save(state);
    }

    fn load(&mut self, state: &[u8]) -> Result<()> {
        self.inner.load(state)
    }
}
