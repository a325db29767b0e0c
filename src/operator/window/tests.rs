//! What windows give, as a user would see it.

use super::super::grouping::Grouping;
use super::super::shape::{Shape, Wanted};
use super::*;
use crate::event::line::{Line, Offset};
use crate::event::path::Path;
use crate::event::scan::{Extractor, Projection};
use crate::time::duration::Step;
use crate::time::timestamp::SECOND;

mod properties;

struct Question {
    kind: Kind,
    lateness: &'static str,
    grace: &'static str,
    late_by: LateBy,
    emit: Emit,
    fill: Option<u64>,
    inputs: usize,
    aggregates: &'static [&'static str],
}

fn tumbling(size: &str) -> Kind {
    let size = Duration::parse(size).expect(size);
    Kind::Raster(Raster::Fixed { size, advance: size })
}

fn question(kind: Kind, lateness: &'static str, grace: &'static str) -> Question {
    let (late_by, emit) = (LateBy::Window, Emit::Final);
    Question { kind, lateness, grace, late_by, emit, fill: None, inputs: 1, aggregates: &["n=count()"] }
}

/// A running operator, whose events have a time and a key.
struct Run {
    windows: Windows,
    extractor: Extractor,
    time_slot: usize,
    results: Results,
    given: u64,
}

impl Run {
    fn new(question: &Question) -> Run {
        Run::refusable(question).expect("a job")
    }

    fn refusable(question: &Question) -> Result<Run> {
        let mut projection = Projection::default();
        let time_slot = projection.slot(&Path::parse(".t").expect("a path"));
        let grouping = Grouping::parse(Some(".k"), &mut projection).expect("a grouping");
        let specs = AggregateSpec::parse_all(question.aggregates, &mut projection).expect("an aggregate");
        let windows = Windows::new(Job {
            kind: question.kind,
            grouping,
            specs,
            lateness: Duration::parse(question.lateness).expect("a duration"),
            grace: Duration::parse(question.grace).expect("a duration"),
            late_by: question.late_by,
            emit: question.emit,
            fill: question.fill,
            max_ahead: None,
            inputs: question.inputs,
            zone: None,
        })?;
        let extractor = Extractor::new(&projection);
        Ok(Run { windows, extractor, time_slot, results: Results::default(), given: 0 })
    }

    fn event(&mut self, time: &str, key: &str, input: usize) -> Result<Fate> {
        self.event_at(&format!("2024-01-15T{time}Z"), key, input)
    }

    fn event_at(&mut self, time: &str, key: &str, input: usize) -> Result<Fate> {
        let text = format!(r#"{{"t":"{time}","k":"{key}"}}"#);
        let mut fields = Vec::new();
        self.extractor.extract(text.as_bytes(), &mut fields).expect("an event");
        let line = Line { bytes: text.as_bytes(), source: "x", number: 1, offset: Offset(self.given) };
        self.given += 1;
        let mut event = Event::new(line, input, &fields);
        let time = event.field(self.time_slot).expect("it has a time");
        event.time = Some(Timestamp::from_json(time, None).expect("a time"));
        self.windows.on_event(&event, &mut self.results)
    }

    /// What came out since the last time.
    fn rows(&mut self) -> Vec<String> {
        lines(&mut self.results.rows)
    }

    fn end(&mut self) -> Vec<String> {
        self.windows.on_end(&mut self.results).expect("it ends");
        self.rows()
    }
}

fn lines(bytes: &mut Vec<u8>) -> Vec<String> {
    let text = String::from_utf8(std::mem::take(bytes)).expect("UTF-8");
    text.lines().map(short).collect()
}

/// Runs events `(time, key)`; gives the rows with the number of the event that brought them out, and the late ones.
fn run(question: &Question, events: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let mut run = Run::new(question);
    let mut rows = Vec::new();
    for (number, (time, key)) in events.iter().enumerate() {
        run.event(time, key, 0).expect("it runs");
        rows.extend(run.rows().into_iter().map(|row| format!("{number} {row}")));
    }
    rows.extend(run.end().into_iter().map(|row| format!("end {row}")));
    (rows, lines(&mut run.results.late))
}

fn short(row: &str) -> String {
    row.replace("2024-01-15T", "").replace("\"window\":", "").replace('"', "")
}

#[test]
fn the_golden_example_closes_at_the_event_of_10_07() {
    let times =
        ["10:00:30", "10:04:59", "10:05:10", "10:03:00", "10:06:59.999", "10:01:00", "10:07:00", "10:04:00"];
    let events = times.map(|time| (time, "a"));
    let (rows, late) = run(&question(tumbling("5m"), "0s", "2m"), &events);
    assert_eq!(
        rows,
        [
            "6 {{start:10:00:00Z,end:10:05:00Z},key:{k:a},n:4}",
            "end {{start:10:05:00Z,end:10:10:00Z},key:{k:a},n:3}"
        ]
    );
    assert_eq!(
        late,
        [
            "{late:{by:PT0S,windows:[{start:10:00:00Z,end:10:05:00Z}],watermark:10:05:00Z},event:{t:10:04:00Z,k:a}}"
        ]
    );
}

#[test]
fn a_window_closes_at_its_end_and_not_a_nanosecond_before() {
    for (second, closed) in [("10:06:59.999999999", false), ("10:07:00", true), ("10:07:00.000000001", true)]
    {
        let events = [("10:00:00", "a"), (second, "a")];
        let (rows, _) = run(&question(tumbling("5m"), "0s", "2m"), &events);
        assert_eq!(rows[0].starts_with("1 "), closed, "{second}");
    }
}

#[test]
fn a_session_takes_what_is_a_gap_away_and_closes_behind_it() {
    for (second, sessions) in [("10:29:59.999999999", 1), ("10:30:00", 1), ("10:30:00.000000001", 2)] {
        let (rows, _) = run(
            &question(Kind::Session(Duration::parse("30m").expect("30m")), "0s", "0s"),
            &[("10:00:00", "a"), (second, "a")],
        );
        assert_eq!(rows.len(), sessions, "{second}");
    }
}

#[test]
fn an_event_joins_two_sessions_and_a_late_one_that_touches_is_kept() {
    let events = [
        ("10:00:00", "a"),
        ("10:08:00", "a"),
        ("10:04:00", "a"),
        ("10:10:00", "b"),
        ("10:05:30", "a"),
        ("10:00:59", "c"),
    ];
    let (rows, late) = run(&question(Kind::Session(Duration::parse("5m").expect("5m")), "4m", "0s"), &events);
    assert_eq!(
        rows,
        [
            "end {{start:10:00:00Z,end:10:08:00Z},key:{k:a},n:4}",
            "end {{start:10:10:00Z,end:10:10:00Z},key:{k:b},n:1}"
        ]
    );
    assert_eq!(late.len(), 1);
    assert!(late[0].contains("t:10:00:59Z"), "{late:?}");
}

#[test]
fn anchored_windows_begin_with_the_first_event_of_each_key_in_event_time() {
    let kind = Kind::Anchored(Duration::parse("5m").expect("5m"));
    let events = [
        ("10:02:00", "a"),
        ("10:01:00", "a"),
        ("10:03:00", "b"),
        ("10:06:00", "a"),
        ("10:05:59", "a"),
        ("10:20:00", "b"),
    ];
    let (rows, late) = run(&question(kind, "2m", "0s"), &events);
    assert_eq!(
        rows,
        [
            "5 {{start:10:01:00Z,end:10:06:00Z},key:{k:a},n:3}",
            "5 {{start:10:03:00Z,end:10:08:00Z},key:{k:b},n:1}",
            "5 {{start:10:06:00Z,end:10:11:00Z},key:{k:a},n:1}",
            "end {{start:10:20:00Z,end:10:25:00Z},key:{k:b},n:1}"
        ]
    );
    assert_eq!(late, [] as [&str; 0]);
}

#[test]
fn an_anchored_window_that_was_closed_is_not_opened_again_by_an_event_inside_it() {
    let kind = Kind::Anchored(Duration::parse("5m").expect("5m"));
    let events = [("10:00:00", "a"), ("10:06:00", "b"), ("10:03:00", "a"), ("10:05:00", "a")];
    let (rows, late) = run(&question(kind, "0s", "0s"), &events);
    assert_eq!(
        rows,
        [
            "1 {{start:10:00:00Z,end:10:05:00Z},key:{k:a},n:1}",
            "end {{start:10:05:00Z,end:10:10:00Z},key:{k:a},n:1}",
            "end {{start:10:06:00Z,end:10:11:00Z},key:{k:b},n:1}"
        ]
    );
    assert_eq!(late.len(), 1);
    assert!(late[0].contains("windows:[{start:10:00:00Z,end:10:05:00Z}]"), "{late:?}");
}

#[test]
fn grace_alone_puts_the_events_of_anchored_windows_in_order() {
    let kind = Kind::Anchored(Duration::parse("5m").expect("5m"));
    let (rows, late) = run(&question(kind, "0s", "2m"), &[("10:02:00", "a"), ("10:01:00", "a")]);
    assert_eq!(rows, ["end {{start:10:01:00Z,end:10:06:00Z},key:{k:a},n:2}"]);
    assert_eq!(late, [] as [&str; 0]);
}

#[test]
fn an_event_is_late_when_only_the_window_just_after_it_is_open() {
    let sliding_all = question(Kind::SlidingAll(Duration(3)), "0s", "0s");
    let events = [("10:00:00.000000004", "a"), ("10:00:00", "a"), ("10:00:00.000000001", "a")];
    let (_, late) = run(&sliding_all, &events);
    assert_eq!(late.len(), 1, "{late:?}");
    assert!(late[0].contains("by:PT0.000000001S"), "{late:?}");
}

#[test]
fn late_by_event_is_stricter_than_the_window() {
    let strict = Question { late_by: LateBy::Event, ..question(tumbling("1h"), "5m", "0s") };
    let (rows, late) =
        run(&strict, &[("10:10:00", "a"), ("10:03:00", "a"), ("10:07:00", "a"), ("10:05:00", "a")]);
    assert_eq!(rows, ["end {{start:10:00:00Z,end:11:00:00Z},key:{k:a},n:3}"]);
    assert_eq!(late, ["{late:{by:PT2M,windows:[],watermark:10:05:00Z},event:{t:10:03:00Z,k:a}}"]);
}

#[test]
fn calendar_windows_follow_the_zone() {
    let zone = crate::time::calendar::parse_zone("Europe/Vienna").expect("a zone");
    let kind = Kind::Raster(Raster::Calendar { step: Step::parse("1d").expect("a day"), zone });
    let (rows, _) = run(&question(kind, "0s", "0s"), &[("22:59:59", "a"), ("23:00:00", "a")]);
    assert_eq!(rows.len(), 2);
    assert!(rows[0].starts_with("1 {{start:2024-01-14T23:00:00Z,end:23:00:00Z}"), "{rows:?}");
}

/// A kind, the events that open one window of `a`, and the latest stream time that leaves that window open.
type ClosingCase = (&'static str, Kind, &'static [&'static str], i128);

#[test]
fn every_kind_of_window_closes_at_its_instant_and_not_a_nanosecond_before() {
    let duration = |text| Duration::parse(text).expect(text);
    let day = Kind::Raster(Raster::Calendar { step: Step::Days(1), zone: chrono_tz::UTC });
    let hopping = Kind::Raster(Raster::Fixed { size: duration("10m"), advance: duration("5m") });
    // Seconds of the day; an exclusive end is left open by the nanosecond before it, an inclusive one by itself.
    let at = |hours: i128, minutes: i128| (hours * 60 + minutes) * 60 * SECOND;
    let cases: [ClosingCase; 7] = [
        ("tumbling", tumbling("5m"), &["10:01:00"], at(10, 5) - 1),
        ("hopping", hopping, &["10:01:00"], at(10, 5) - 1),
        ("calendar", day, &["10:01:00"], at(24, 0) - 1),
        ("session", Kind::Session(duration("5m")), &["10:00:00", "10:02:00"], at(10, 7)),
        ("anchored", Kind::Anchored(duration("5m")), &["10:01:00"], at(10, 6) - 1),
        ("sliding", Kind::Sliding(duration("5m")), &["10:01:00"], at(10, 1)),
        ("sliding all", Kind::SlidingAll(duration("5m")), &["10:01:00"], at(10, 1)),
    ];
    for (name, kind, events, last_open) in cases {
        for (lateness, grace) in [("0s", "0s"), ("0s", "90s"), ("40s", "0s"), ("40s", "90s")] {
            let patience = duration(lateness).0 + duration(grace).0;
            for (off, is_closed) in [(-1, false), (0, false), (1, true)] {
                let mut run = Run::new(&question(kind, lateness, grace));
                for time in events {
                    run.event(time, "a", 0).expect("it counts");
                }
                let midnight = Timestamp::parse("2024-01-15T00:00:00Z").expect("a time");
                let time = Timestamp(midnight.0 + last_open + patience + off).to_string();
                run.event_at(&time, "b", 0).expect("it counts");
                let results = run.rows();
                let rows = results.iter().filter(|row| row.contains("key:{k:a}")).count();
                assert_eq!(
                    rows,
                    usize::from(is_closed),
                    "{name}, {lateness}, {grace}, {off} ns: {results:?}"
                );
            }
        }
    }
}

#[test]
fn changes_come_when_the_stream_time_crosses_a_multiple_and_once_more_at_the_close() {
    let every = Emit::Every(Duration::parse("10s").expect("10s"));
    let asked = Question { emit: every, ..question(tumbling("1m"), "0s", "0s") };
    let events = [
        ("10:00:01", "a"),
        ("10:00:09.999999999", "b"),
        ("10:00:10", "a"),
        ("10:00:19", "b"),
        ("10:00:15", "a"),
        ("10:00:45", "b"),
        ("10:01:00", "c"),
    ];
    let (rows, _) = run(&asked, &events);
    assert_eq!(
        rows,
        [
            "2 {{start:10:00:00Z,end:10:01:00Z},key:{k:a},n:2,rev:2}",
            "2 {{start:10:00:00Z,end:10:01:00Z},key:{k:b},n:1,rev:1}",
            "5 {{start:10:00:00Z,end:10:01:00Z},key:{k:a},n:3,rev:3}",
            "5 {{start:10:00:00Z,end:10:01:00Z},key:{k:b},n:3,rev:3}",
            "6 {{start:10:00:00Z,end:10:01:00Z},key:{k:a},n:3,rev:3,final:true}",
            "6 {{start:10:00:00Z,end:10:01:00Z},key:{k:b},n:3,rev:3,final:true}",
            "6 {{start:10:01:00Z,end:10:02:00Z},key:{k:c},n:1,rev:1}",
            "end {{start:10:01:00Z,end:10:02:00Z},key:{k:c},n:1,rev:1,final:true}",
        ]
    );
}

#[test]
fn a_session_that_grew_since_it_was_told_takes_back_what_was_told() {
    let every = Emit::Every(Duration::parse("10s").expect("10s"));
    let asked =
        Question { emit: every, ..question(Kind::Session(Duration::parse("20s").expect("20s")), "9s", "0s") };
    let events = [("10:00:01", "a"), ("10:00:30", "a"), ("10:00:15", "a"), ("10:00:40", "a")];
    let (rows, _) = run(&asked, &events);
    assert_eq!(
        rows,
        [
            "1 {{start:10:00:01Z,end:10:00:01Z},key:{k:a},n:1,rev:1}",
            "1 {{start:10:00:30Z,end:10:00:30Z},key:{k:a},n:1,rev:1}",
            "3 {{start:10:00:01Z,end:10:00:01Z},key:{k:a},retracted:true}",
            "3 {{start:10:00:30Z,end:10:00:30Z},key:{k:a},retracted:true}",
            "3 {{start:10:00:01Z,end:10:00:40Z},key:{k:a},n:4,rev:4}",
            "end {{start:10:00:01Z,end:10:00:40Z},key:{k:a},n:4,rev:4,final:true}",
        ]
    );
}

#[test]
fn empty_windows_lie_between_the_first_and_the_last_result_of_a_key() {
    let asked = |limit| Question { fill: Some(limit), ..question(tumbling("1m"), "0s", "0s") };
    let events =
        [("10:00:00", "a"), ("10:01:00", "b"), ("10:03:00", "a"), ("10:04:00", "c"), ("10:05:00", "b")];
    let (rows, _) = run(&asked(3), &events);
    let row = |by: &str, minute: u8, key: char, n: u8| {
        format!("{by} {{{{start:10:0{minute}:00Z,end:10:0{}:00Z}},key:{{k:{key}}},n:{n}}}", minute + 1)
    };
    assert_eq!(
        rows,
        [
            row("1", 0, 'a', 1),
            row("3", 1, 'a', 0),
            row("3", 1, 'b', 1),
            row("end", 2, 'a', 0),
            row("end", 2, 'b', 0),
            row("end", 3, 'a', 1),
            row("end", 3, 'b', 0),
            row("end", 4, 'b', 0),
            row("end", 4, 'c', 1),
            row("end", 5, 'b', 1),
        ]
    );
    let mut run = Run::new(&asked(2));
    let error = events.iter().find_map(|(time, key)| run.event(time, key, 0).err());
    assert!(error.is_none(), "the window of the long gap has not closed yet");
    let error = run.windows.on_end(&mut run.results).expect_err("three empty windows");
    assert!(error.to_string().contains(r#"3 empty windows in a row"#), "{error}");
}

#[test]
fn rows_wait_no_longer_for_a_key_that_may_not_come_back() {
    let mut run = Run::new(&Question { fill: Some(1), ..question(tumbling("1m"), "0s", "0s") });
    for (time, key) in [("10:00:00", "a"), ("10:00:00", "b"), ("10:01:00", "b"), ("10:02:00", "b")] {
        run.event(time, key, 0).expect("it counts");
    }
    assert_eq!(run.rows().len(), 2, "a may still come back in the window of 10:02");
    run.event("10:03:00", "b", 0).expect("it counts");
    assert_eq!(run.rows().len(), 2);
    assert_eq!(run.end().len(), 1);
}

#[test]
fn what_can_not_come_out_is_refused() {
    let every = |text| Emit::Every(Duration::parse(text).expect(text));
    let session = Kind::Session(Duration::parse("1m").expect("1m"));
    for asked in [
        Question { emit: every("0s"), ..question(session, "0s", "0s") },
        Question { fill: Some(5), ..question(session, "0s", "0s") },
        Question { fill: Some(5), emit: every("1s"), ..question(tumbling("1m"), "0s", "0s") },
    ] {
        assert!(Run::refusable(&asked).is_err());
    }
}

#[test]
fn rows_say_when_they_closed_because_a_source_was_idle() {
    let mut run = Run::new(&Question { inputs: 2, ..question(tumbling("1m"), "0s", "0s") });
    for (time, input) in [("10:00:30", 1), ("10:01:30", 1), ("10:00:10", 0), ("10:01:10", 0), ("10:03:30", 0)]
    {
        run.event(time, "a", input).expect("it counts");
    }
    let row = |minute: u8, rest: &str| {
        [format!("{{{{start:10:0{minute}:00Z,end:10:0{}:00Z}},key:{{k:a}},n:{rest}}}", minute + 1)]
    };
    assert_eq!(run.rows(), row(0, "2"), "both inputs have passed it");
    run.windows.on_idle(1, &mut run.results).expect("it goes on");
    assert_eq!(run.rows(), row(1, "2,closed_by:idle"));
    run.event("10:04:00", "a", 0).expect("it counts");
    assert_eq!(run.rows(), row(3, "1,closed_by:idle"), "the other is idle still");
    assert_eq!(run.event("10:02:00", "a", 1).expect("it speaks"), Fate::Late, "W does not fall");
    run.event("10:04:30", "a", 1).expect("it has caught up");
    run.event("10:05:30", "a", 0).expect("it counts");
    assert_eq!(run.rows(), [] as [&str; 0]);
    run.windows.on_input_end(1, &mut run.results).expect("it goes on");
    assert_eq!(run.rows(), row(4, "2"), "an input that has ended is not idle");
}

#[test]
fn the_wall_clock_closes_windows_of_arrival() {
    let mut run = Run::new(&question(tumbling("1m"), "0s", "10s"));
    run.event("10:00:30", "a", 0).expect("it counts");
    for (time, count) in [("10:01:09.999999999", 0), ("10:01:10", 1), ("10:01:05", 0)] {
        let now = Timestamp::parse(&format!("2024-01-15T{time}Z")).expect("a time");
        run.windows.on_clock(now, &mut run.results).expect("it goes on");
        assert_eq!(run.rows().len(), count, "{time}");
    }
}

#[test]
fn an_event_that_missed_one_window_and_counts_in_another_is_partly_late() {
    let kind = Kind::Raster(Raster::Fixed {
        size: Duration::parse("2m").expect("2m"),
        advance: Duration::parse("1m").expect("1m"),
    });
    let mut run = Run::new(&question(kind, "0s", "0s"));
    let fates = ["10:00:30", "10:01:30", "10:00:40", "10:03:00", "10:00:59"]
        .map(|time| run.event(time, "a", 0).expect("it runs"));
    assert_eq!(fates, [Fate::Used, Fate::Used, Fate::PartlyLate, Fate::Used, Fate::Late]);
}
