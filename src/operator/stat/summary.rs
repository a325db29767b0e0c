//! What the look at a stream found, as values and as one JSON object. Pages for people are made of the same
//! values elsewhere.

use std::fmt::Write as _;

use super::histogram::{BUCKET_ERROR, Histogram};
use super::over_time::Chart;
use super::{Clock, Stat, Tally};
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;

/// The most stretches of time that are shown.
const COLUMNS: i128 = 60;

/// What was found.
#[derive(Clone, Debug)]
pub struct Summary {
    /// How many events there are.
    pub events: u64,
    /// Their bytes, line ends included.
    pub bytes: u64,
    /// Event times; nothing when no event has one.
    pub time: Option<TimeSummary>,
    /// How many events have no event time.
    pub without_time: u64,
    /// How many events have something else where the event time should be.
    pub unreadable_time: u64,
    /// Event types.
    pub types: Values,
    /// Entities.
    pub entities: Values,
    /// The sizes of events.
    pub sizes: Sizes,
}

/// When the events happened, and how they came.
#[derive(Clone, Debug)]
pub struct TimeSummary {
    /// The smallest event time.
    pub first: Timestamp,
    /// The largest event time.
    pub last: Timestamp,
    /// How many events there are in each stretch of time.
    pub chart: Option<Chart>,
    /// How many events have a time.
    pub timed: u64,
    /// How many of them came behind a later one.
    pub out_of_order: u64,
    /// What 50, 90, 99 and 100 % of the events are at most behind the stream time.
    pub lateness: [Duration; 4],
    /// The smallest watermark that keeps 99.9 % of the events.
    pub watermark: Duration,
    /// Whether the latenesses are exact.
    pub is_exact: bool,
}

/// The values of one part of the envelope.
#[derive(Clone, Debug)]
pub struct Values {
    /// How many different ones there are.
    pub distinct: u64,
    /// Whether that is exact; otherwise its standard error is 0.81 %.
    pub is_exact: bool,
    /// How many events have none.
    pub without: u64,
    /// The most frequent ones as JSON text, with the events of each.
    pub top: Vec<(String, u64)>,
    /// By how much these counts may be too small.
    pub error: u64,
}

/// How large events are, in bytes, line ends included.
#[derive(Clone, Debug)]
pub struct Sizes {
    /// The smallest, and what 50, 90, 99 and 100 % are at most.
    pub quantiles: [u64; 5],
    /// The average.
    pub average: u64,
    /// Whether these are exact.
    pub is_exact: bool,
}

impl Stat {
    /// What was found so far; of types and entities the `top` most frequent.
    pub fn summary(&mut self, top: usize) -> Summary {
        Summary {
            events: self.events,
            bytes: self.bytes,
            time: time_summary(&mut self.clock),
            without_time: self.clock.missing,
            unreadable_time: self.clock.unreadable,
            types: values(&self.types, top),
            entities: values(&self.entities, top),
            sizes: sizes(&self.sizes),
        }
    }
}

fn values(tally: &Tally, top: usize) -> Values {
    let shown = tally.frequent.top(top).into_iter();
    Values {
        distinct: tally.distinct.count(),
        is_exact: tally.distinct.is_exact(),
        without: tally.missing,
        top: shown.map(|(text, count)| (String::from_utf8_lossy(text).into_owned(), count)).collect(),
        error: tally.frequent.error(),
    }
}

fn sizes(sizes: &Histogram) -> Sizes {
    let [half, ninety, ninety_nine] = sizes.quantiles([500, 900, 990]);
    let quantiles = [sizes.smallest(), half, ninety, ninety_nine, sizes.largest()];
    // A line is at most 1 GiB, so that 64 bits are plenty.
    let quantiles = quantiles.map(|bytes| bytes as u64);
    Sizes { quantiles, average: sizes.average() as u64, is_exact: sizes.is_exact() }
}

fn time_summary(clock: &mut Clock) -> Option<TimeSummary> {
    let lateness = &clock.lateness;
    let duration = |nanoseconds: u128| Duration(i128::try_from(nanoseconds).unwrap_or(i128::MAX));
    let [half, ninety, ninety_nine, watermark, all] =
        lateness.quantiles([500, 900, 990, 999, 1000]).map(duration);
    Some(TimeSummary {
        first: clock.first?,
        last: clock.last?,
        chart: clock.over_time.chart(COLUMNS),
        timed: lateness.total(),
        out_of_order: lateness.above_zero(),
        lateness: [half, ninety, ninety_nine, all],
        watermark,
        is_exact: lateness.is_exact(),
    })
}

/// `part` of `whole` with four decimals at most: `0.2222`.
pub fn share(part: u64, whole: u64) -> String {
    let whole = u128::from(whole.max(1));
    let rounded = (u128::from(part) * 10_000 + whole / 2) / whole;
    let text = format!("{}.{:04}", rounded / 10_000, rounded % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Summary {
    /// One JSON object, without a newline.
    pub fn to_json(&self) -> String {
        let mut out = format!("{{\"events\":{},\"bytes\":{}", self.events, self.bytes);
        let time = self.time.as_ref();
        let quoted = |text: Option<String>| text.map_or("null".to_owned(), |text| format!("\"{text}\""));
        // Writing to a string does not fail.
        let _ = write!(
            out,
            ",\"first\":{},\"last\":{},\"span\":{},\"withoutTime\":{},\"unreadableTime\":{}",
            quoted(time.map(|time| time.first.to_string())),
            quoted(time.map(|time| time.last.to_string())),
            quoted(time.map(|time| Duration(time.last.0 - time.first.0).to_string())),
            self.without_time,
            self.unreadable_time,
        );
        out.push_str(",\"types\":");
        values_json(&self.types, "type", self.events, &mut out);
        out.push_str(",\"overTime\":");
        match time.and_then(|time| time.chart.as_ref()) {
            Some(chart) => {
                let counts: Vec<String> = chart.counts.iter().map(u64::to_string).collect();
                let (start, step, counts) = (chart.start, chart.step, counts.join(","));
                let _ = write!(out, "{{\"start\":\"{start}\",\"step\":\"{step}\",\"counts\":[{counts}]}}");
            }
            None => out.push_str("null"),
        }
        out.push_str(",\"entities\":");
        values_json(&self.entities, "entity", self.events, &mut out);
        out.push_str(",\"disorder\":");
        match time {
            Some(time) => disorder_json(time, &mut out),
            None => out.push_str("null"),
        }
        let Sizes { quantiles: [smallest, half, ninety, ninety_nine, largest], average, is_exact } =
            self.sizes;
        let _ = write!(
            out,
            ",\"sizes\":{{\"smallest\":{smallest},\"average\":{average},\"p50\":{half},\"p90\":{ninety},\
             \"p99\":{ninety_nine},\"largest\":{largest},\"error\":{}}}}}",
            error(is_exact)
        );
        out
    }
}

/// The relative error of quantiles.
fn error(is_exact: bool) -> &'static str {
    if is_exact { "0" } else { BUCKET_ERROR }
}

fn values_json(values: &Values, name: &str, events: u64, out: &mut String) {
    let Values { distinct, is_exact, without, error, .. } = values;
    let _ = write!(out, "{{\"distinct\":{distinct},\"exact\":{is_exact},\"without\":{without},\"top\":[");
    for (at, (value, count)) in values.top.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let share = share(*count, events);
        let _ = write!(out, "{comma}{{\"{name}\":{value},\"events\":{count},\"share\":{share}}}");
    }
    let _ = write!(out, "],\"countError\":{error}}}");
}

fn disorder_json(time: &TimeSummary, out: &mut String) {
    let [half, ninety, ninety_nine, all] = time.lateness;
    let (out_of_order, share) = (time.out_of_order, share(time.out_of_order, time.timed));
    let (watermark, error) = (time.watermark, error(time.is_exact));
    let _ = write!(
        out,
        "{{\"outOfOrder\":{out_of_order},\"share\":{share},\"lateness\":{{\"p50\":\"{half}\",\"p90\":\"{ninety}\",\
         \"p99\":\"{ninety_nine}\",\"p100\":\"{all}\"}},\"watermark\":\"{watermark}\",\"error\":{error}}}"
    );
}
