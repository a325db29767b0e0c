//! The same questions to bourn's own operators, and their answers in the words of the model.

use bourn::event::Event;
use bourn::event::line::{Line, Offset};
use bourn::event::scan::{Extractor, Projection};
use bourn::operator::aggregate::AggregateSpec;
use bourn::operator::grouping::Grouping;
use bourn::operator::join::row::Shaping;
use bourn::operator::{self, Operator, Results};
use bourn::time::duration::Duration;
use bourn::time::timestamp::Timestamp;
use bourn::time::window::Raster;
use serde_json::Value;

use crate::marks::{Arrival, Fate};
use crate::{join, windows};

/// What one event, or the end of an input, brings out of an operator.
pub struct Output {
    pub fate: Option<Fate>,
    pub rows: Vec<Value>,
    /// The numbers of the events that were told late as a whole.
    pub late: Vec<Value>,
}

/// An operator with what it reads of its events.
pub struct Asked {
    operator: Box<dyn Operator>,
    projection: Projection,
}

pub fn windows(question: &windows::Question) -> Asked {
    let raster = |size, advance| {
        operator::window::Kind::Raster(Raster::Fixed { size: Duration(size), advance: Duration(advance) })
    };
    let kind = match question.kind {
        windows::Kind::Tumbling(size) => raster(size, size),
        windows::Kind::Hopping(size, advance) => raster(size, advance),
        windows::Kind::Sliding(size) => operator::window::Kind::Sliding(Duration(size)),
        windows::Kind::SlidingAll(size) => operator::window::Kind::SlidingAll(Duration(size)),
        windows::Kind::Session(gap) => operator::window::Kind::Session(Duration(gap)),
        windows::Kind::Anchored(size) => operator::window::Kind::Anchored(Duration(size)),
    };
    let mut projection = Projection::default();
    let grouping = Grouping::parse(Some(".k"), &mut projection).expect("a path");
    let calls = ["count=count()".to_owned(), "members=list(.n)".to_owned()];
    let specs = AggregateSpec::parse_all(&calls, &mut projection).expect("aggregates");
    let late_by = match question.is_late_by_event {
        true => operator::window::LateBy::Event,
        false => operator::window::LateBy::Window,
    };
    let windows = operator::window::Windows::new(operator::window::Job {
        kind,
        grouping,
        specs,
        lateness: Duration(question.lateness),
        grace: Duration(question.grace),
        late_by,
        emit: operator::window::Emit::Final,
        fill: None,
        max_ahead: question.max_ahead.map(Duration),
        inputs: question.inputs,
        zone: None,
    });
    Asked { operator: Box::new(windows.expect("a good job")), projection }
}

pub fn join(question: &join::Question) -> Asked {
    let mut projection = Projection::default();
    let mut side = || Grouping::parse(Some(".k"), &mut projection).expect("a path");
    let on = [side(), side()];
    let join = operator::join::Join::new(operator::join::Job {
        kind: match question.kind {
            join::Kind::Inner => operator::join::Kind::Inner,
            join::Kind::Left => operator::join::Kind::Left,
            join::Kind::Right => operator::join::Kind::Right,
            join::Kind::Outer => operator::join::Kind::Outer,
            join::Kind::Semi => operator::join::Kind::Semi,
            join::Kind::Anti => operator::join::Kind::Anti,
        },
        on,
        before: Duration(question.before),
        after: Duration(question.after),
        lateness: question.lateness.map(Duration),
        grace: question.grace.map(Duration),
        max_ahead: question.max_ahead.map(Duration),
        shaping: Shaping::default(),
        zone: None,
    });
    Asked { operator: Box::new(join.expect("a good job")), projection }
}

impl Asked {
    /// Feeds the events; an input ends behind its last event when `tells_ends` says so.
    pub fn run(mut self, events: &[Arrival], inputs: usize, tells_ends: bool) -> Vec<Output> {
        let mut extractor = Extractor::new(&self.projection);
        let mut results = Results::default();
        let mut outputs = Vec::new();
        for (number, arrival) in events.iter().enumerate() {
            let key = arrival.key.map_or(String::new(), |key| format!(",\"k\":\"{key}\""));
            let text = format!("{{\"n\":{number}{key}}}");
            let mut fields = Vec::new();
            extractor.extract(text.as_bytes(), &mut fields).expect("an event");
            let offset = Offset(number as u64);
            let line = Line { bytes: text.as_bytes(), source: "events", number: offset.0 + 1, offset };
            let mut event = Event::new(line, arrival.input, &fields);
            event.time = Some(Timestamp(arrival.time));
            let fate = self.operator.on_event(&event, &mut results).expect("it takes an event");
            outputs.push(output(Some(fate), &mut results));
            if tells_ends {
                for input in ending_with(events, inputs, number) {
                    self.operator.on_input_end(input, &mut results).expect("an input ends");
                    outputs.push(output(None, &mut results));
                }
            }
        }
        self.operator.on_end(&mut results).expect("it ends");
        outputs.push(output(None, &mut results));
        outputs
    }
}

/// The inputs whose last event has this number.
pub fn ending_with(events: &[Arrival], inputs: usize, number: usize) -> Vec<usize> {
    let is_last = |input: &usize| events.iter().rposition(|event| event.input == *input) == Some(number);
    (0..inputs).filter(is_last).collect()
}

fn output(fate: Option<operator::Fate>, results: &mut Results) -> Output {
    let values = |bytes: &mut Vec<u8>| -> Vec<Value> {
        let text = String::from_utf8(std::mem::take(bytes)).expect("results are UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("a result is JSON")).collect()
    };
    let fate = fate.map(|fate| match fate {
        operator::Fate::Used => Fate::Used,
        operator::Fate::PartlyLate => Fate::PartlyLate,
        operator::Fate::Late => Fate::Late,
        operator::Fate::SetAside => Fate::SetAside,
        operator::Fate::Filtered => Fate::Filtered,
        operator::Fate::Duplicate => panic!("nothing is a duplicate here"),
    });
    Output { fate, rows: values(&mut results.rows), late: values(&mut results.late) }
}

fn number(value: &Value) -> usize {
    value.as_u64().and_then(|number| usize::try_from(number).ok()).expect("a number")
}

/// A row of windows in the words of the model.
pub fn window_row(row: &Value) -> windows::Row {
    let bound = |name: &str| {
        let text = row["window"][name].as_str().expect("a window has bounds");
        Timestamp::parse(text).expect("a time").0
    };
    let key = row["key"]["k"].as_str().map(|key| key.parse().expect("a key"));
    let mut members: Vec<usize> = row["members"].as_array().expect("a list").iter().map(number).collect();
    members.sort_unstable();
    assert_eq!(number(&row["count"]), members.len(), "both aggregates see the same events");
    windows::Row { end: bound("end"), start: bound("start"), key, members }
}

/// A row of a join in the words of the model; semi and anti hand the left event itself on.
pub fn join_row(row: &Value) -> join::Row {
    if row.get("n").is_some() {
        return (Some(number(&row["n"])), None);
    }
    let side = |name: &str| row[name].get("n").map(number);
    (side("left"), side("right"))
}
