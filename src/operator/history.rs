//! The timeline of one entity: what each of its events changed in the state, and how long every new value lasted.
//! Events are put in the order of their time first, since a value lasts until the next change in time; so all
//! events of the entity are kept until the end.

use std::collections::HashMap;

use super::changes::{Change, Layout, changes};
use super::fold::reduction::Reduction;
use super::{Fate, Operator, Results};
use crate::error::Result;
use crate::event::Event;
use crate::event::envelope::Field;
use crate::event::held::HeldEvent;
use crate::event::line::Offset;
use crate::event::path::Path;
use crate::event::value::Value;
use crate::time::duration::Duration;
use crate::time::timestamp::{Moment, Timestamp};

/// What is shown of a timeline.
#[derive(Clone, Copy, Debug, Default)]
pub struct View {
    /// How changes are told.
    pub layout: Layout,
    /// Only events from here on; the ones before still make the state.
    pub from: Option<Moment>,
    /// Tell the whole state after each event, too.
    pub with_state: bool,
}

/// Makes the timeline.
pub struct History {
    reduction: Reduction,
    kind: Field,
    view: View,
    held: Vec<HeldEvent>,
}

/// One event of the timeline.
struct Entry {
    time: Timestamp,
    offset: Offset,
    /// The event type as JSON text, if it has one.
    kind: Option<String>,
    /// How far behind a later event it arrived.
    late: Option<Duration>,
    changes: Vec<(Change, Lasted)>,
    lasted: Lasted,
    state: Option<Value>,
}

/// How long something lasted; nothing while it still does.
type Lasted = Option<Duration>;

impl History {
    /// The timeline of the events it gets, all of one entity, whose state `reduction` makes and whose type is at
    /// `kind`.
    pub fn new(reduction: Reduction, kind: Field, view: View) -> History {
        History { reduction, kind, view, held: Vec::new() }
    }

    fn entries(&mut self) -> Result<Vec<Entry>> {
        let mut held = std::mem::take(&mut self.held);
        let late = lateness(&held);
        let mut order: Vec<usize> = (0..held.len()).collect();
        // A stable sort: of events of the same time the one that arrived first goes first.
        order.sort_by_key(|&at| held[at].event().time());
        let slot = self.reduction.slot(b"");
        let mut before = self.reduction.value(slot)?;
        let mut entries = Vec::with_capacity(held.len());
        for (number, at) in order.into_iter().enumerate() {
            let event = held[at].event();
            self.reduction.add(slot, &event, number as u64)?;
            let after = self.reduction.value(slot).map_err(|error| event.locate(error))?;
            let found = changes(before.as_ref(), after.as_ref());
            let kind = self.kind.text(&event).map(|text| String::from_utf8_lossy(text).into_owned());
            entries.push(Entry {
                time: event.time(),
                offset: event.line.offset,
                kind,
                late: late[at],
                changes: found.into_iter().map(|change| (change, None)).collect(),
                lasted: None,
                state: after.clone().filter(|_| self.view.with_state),
            });
            before = after;
        }
        held.clear();
        measure(&mut entries);
        Ok(entries)
    }

    fn is_shown(&self, entry: &Entry) -> bool {
        match self.view.from {
            None => true,
            Some(Moment::Time(from)) => entry.time >= from,
            Some(Moment::Offset(from)) => entry.offset.0 >= from,
        }
    }
}

/// How far behind the largest time before it each event arrived.
fn lateness(held: &[HeldEvent]) -> Vec<Option<Duration>> {
    let mut largest: Option<Timestamp> = None;
    let lateness = held.iter().map(|held| {
        let time = held.event().time();
        let late = largest.filter(|largest| *largest > time).map(|largest| Duration(largest.0 - time.0));
        largest = largest.max(Some(time));
        late
    });
    lateness.collect()
}

/// Finds when each state and each value ended.
fn measure(entries: &mut [Entry]) {
    for at in 1..entries.len() {
        entries[at - 1].lasted = Some(Duration(entries[at].time.0 - entries[at - 1].time.0));
    }
    // The last change of each path, from the end on: the next one in time ends it.
    let mut next: HashMap<Path, Timestamp> = HashMap::new();
    for entry in entries.iter_mut().rev() {
        for (change, lasted) in &mut entry.changes {
            let end = next.insert(change.path.clone(), entry.time);
            *lasted = end.map(|end| Duration(end.0 - entry.time.0));
        }
    }
}

impl Operator for History {
    fn on_event(&mut self, event: &Event<'_>, _: &mut Results) -> Result<Fate> {
        self.held.push(HeldEvent::new(event));
        Ok(Fate::Used)
    }

    fn on_end(&mut self, results: &mut Results) -> Result<()> {
        let entries = self.entries()?;
        for entry in entries.iter().filter(|entry| self.is_shown(entry)) {
            match self.view.layout {
                Layout::Nested => entry.write_nested(&mut results.rows),
                Layout::Flat => entry.write_flat(&mut results.rows),
                Layout::Words => entry.write_words(&mut results.rows),
            }
        }
        Ok(())
    }
}

impl Entry {
    fn write_head(&self, layout: Layout, out: &mut Vec<u8>) {
        let kind = self.kind.as_deref().unwrap_or("null");
        let text = format!("{{\"time\":\"{}\",\"offset\":{},\"type\":{kind}", self.time, self.offset);
        out.extend_from_slice(text.as_bytes());
        let late = match (self.late, layout) {
            (Some(late), Layout::Words) => format!(",\"lateBy\":\"{}\"", late.words()),
            (Some(late), _) => format!(",\"lateBy\":\"{late}\""),
            // All columns stand in each line, since the first line names them.
            (None, Layout::Flat) => ",\"lateBy\":null".to_owned(),
            (None, _) => String::new(),
        };
        out.extend_from_slice(late.as_bytes());
    }

    fn write_state(&self, out: &mut Vec<u8>) {
        if let Some(state) = &self.state {
            out.extend_from_slice(b",\"state\":");
            state.write_json(out);
        }
    }

    fn write_nested(&self, out: &mut Vec<u8>) {
        self.write_head(Layout::Nested, out);
        out.extend_from_slice(b",\"changes\":[");
        for (at, (change, lasted)) in self.changes.iter().enumerate() {
            out.extend_from_slice(if at > 0 { b",{" } else { b"{" });
            change.write_members(out);
            write_lasted(*lasted, out);
            out.push(b'}');
        }
        out.push(b']');
        write_lasted(self.lasted, out);
        self.write_state(out);
        out.extend_from_slice(b"}\n");
    }

    fn write_flat(&self, out: &mut Vec<u8>) {
        for (change, lasted) in &self.changes {
            self.write_head(Layout::Flat, out);
            out.push(b',');
            change.write_columns(out);
            write_lasted(*lasted, out);
            self.write_state(out);
            out.extend_from_slice(b"}\n");
        }
        if self.changes.is_empty() {
            self.write_head(Layout::Flat, out);
            out.extend_from_slice(b",\"path\":null,\"old\":null,\"new\":null,\"difference\":null");
            write_lasted(None, out);
            self.write_state(out);
            out.extend_from_slice(b"}\n");
        }
    }

    fn write_words(&self, out: &mut Vec<u8>) {
        let mut line = |is_first: bool, change: Option<(&str, Lasted)>| {
            if is_first {
                self.write_head(Layout::Words, out);
            } else {
                out.extend_from_slice(b"{\"time\":null,\"offset\":null,\"type\":null");
            }
            let (words, lasted) = match change {
                Some((words, Some(lasted))) => (words, lasted.words()),
                Some((words, None)) => (words, "still so".to_owned()),
                None => ("(nothing changed)", String::new()),
            };
            for (name, text) in [("change", words), ("lasted", lasted.as_str())] {
                out.extend_from_slice(format!(",\"{name}\":").as_bytes());
                Value::string(text).write_json(out);
            }
            if is_first {
                self.write_state(out);
            }
            out.extend_from_slice(b"}\n");
        };
        if self.changes.is_empty() {
            line(true, None);
        }
        for (at, (change, lasted)) in self.changes.iter().enumerate() {
            line(at == 0, Some((&change.words(), *lasted)));
        }
    }
}

fn write_lasted(lasted: Lasted, out: &mut Vec<u8>) {
    let text = lasted.map_or("null".to_owned(), |lasted| format!("\"{lasted}\""));
    out.extend_from_slice(format!(",\"lasted\":{text}").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::envelope::{Choice, Envelope, Part};
    use crate::event::line::Line;
    use crate::event::scan::{Extractor, Projection};
    use crate::operator::aggregate::AggregateSpec;

    /// Events at these seconds with these data; gives the lines of the timeline.
    fn timeline(view: View, events: &[(i64, &str)]) -> Vec<String> {
        let mut projection = Projection::default();
        let spec = AggregateSpec::parse("state=merge(.data)", &mut projection).expect("an aggregate");
        let envelope = Envelope::new(&Choice::default()).expect("the native envelope");
        let [kind, time] = [Part::Type, Part::Time].map(|part| envelope.bind(part, &mut projection));
        let mut history = History::new(Reduction::single(spec), kind, view);
        let mut extractor = Extractor::new(&projection);
        let (mut fields, mut results) = (Vec::new(), Results::default());
        for (number, (second, data)) in events.iter().enumerate() {
            let text = format!("{{\"eventType\":\"E{number}\",\"timestamp\":{second},\"data\":{data}}}");
            extractor.extract(text.as_bytes(), &mut fields).expect("an object");
            let offset = Offset(number as u64);
            let line = Line { bytes: text.as_bytes(), source: "x", number: offset.0 + 1, offset };
            let mut event = Event::new(line, 0, &fields);
            event.time = Some(time.time(&event).expect("a time"));
            history.on_event(&event, &mut results).expect("it is taken");
        }
        history.on_end(&mut results).expect("it ends");
        String::from_utf8_lossy(&results.rows).lines().map(str::to_owned).collect()
    }

    const EVENTS: [(i64, &str); 4] =
        [(0, r#"{"s":"on","n":1}"#), (60, r#"{"n":3.5}"#), (90, r#"{"s":"off"}"#), (100, "{}")];

    #[test]
    fn a_value_lasts_until_its_next_change_and_a_state_until_the_next_event() {
        assert_eq!(
            timeline(View::default(), &EVENTS),
            [
                r#"{"time":"1970-01-01T00:00:00Z","offset":0,"type":"E0","changes":[{"path":".s","new":"on","lasted":"PT1M30S"},{"path":".n","new":1,"lasted":"PT1M"}],"lasted":"PT1M"}"#,
                r#"{"time":"1970-01-01T00:01:00Z","offset":1,"type":"E1","changes":[{"path":".n","old":1,"new":3.5,"difference":2.5,"lasted":null}],"lasted":"PT30S"}"#,
                r#"{"time":"1970-01-01T00:01:30Z","offset":2,"type":"E2","changes":[{"path":".s","old":"on","new":"off","lasted":null}],"lasted":"PT10S"}"#,
                r#"{"time":"1970-01-01T00:01:40Z","offset":3,"type":"E3","changes":[],"lasted":null}"#,
            ]
        );
    }

    #[test]
    fn an_event_that_came_late_stands_at_its_time_and_says_so() {
        let rows = timeline(View::default(), &[(10, r#"{"a":1}"#), (30, r#"{"a":3}"#), (20, r#"{"a":2}"#)]);
        let offsets: Vec<_> = rows.iter().map(|row| row.contains("\"lateBy\":\"PT10S\"")).collect();
        assert_eq!(offsets, [false, true, false]);
        assert!(rows[2].contains(r#""old":2,"new":3"#), "{}", rows[2]);
    }

    #[test]
    fn an_earlier_beginning_still_makes_the_state() {
        let from = Some(Moment::Offset(2));
        let rows = timeline(View { from, with_state: true, ..View::default() }, &EVENTS);
        assert_eq!(rows.len(), 2);
        assert!(rows[0].contains(r#""old":"on","new":"off""#), "{}", rows[0]);
        assert!(rows[1].ends_with(r#""state":{"s":"off","n":3.5}}"#), "{}", rows[1]);
        let from = Some(Moment::Time(Timestamp(90 * crate::time::timestamp::SECOND)));
        assert_eq!(timeline(View { from, ..View::default() }, &EVENTS).len(), 2);
    }

    #[test]
    fn for_people_every_change_has_a_line_and_lengths_are_words() {
        let rows = timeline(View { layout: Layout::Words, ..View::default() }, &EVENTS);
        assert_eq!(rows.len(), 5);
        assert!(rows[0].ends_with(r#""change":"s: on","lasted":"1 minute 30 seconds"}"#), "{}", rows[0]);
        assert!(rows[1].starts_with(r#"{"time":null,"#), "{}", rows[1]);
        assert!(rows[4].contains("(nothing changed)"), "{}", rows[4]);
        assert_eq!(timeline(View { layout: Layout::Flat, ..View::default() }, &EVENTS).len(), 5);
    }
}
