//! What windows give, as a user would see it.

use super::super::grouping::Grouping;
use super::*;
use crate::event::line::{Line, Offset};
use crate::event::path::Path;
use crate::event::scan::{Extractor, Projection};
use crate::time::duration::Step;

struct Question {
    kind: Kind,
    lateness: &'static str,
    grace: &'static str,
    late_by: LateBy,
}

fn tumbling(size: &str) -> Kind {
    let size = Duration::parse(size).expect(size);
    Kind::Raster(Raster::Fixed { size, advance: size })
}

fn question(kind: Kind, lateness: &'static str, grace: &'static str) -> Question {
    Question { kind, lateness, grace, late_by: LateBy::Window }
}

/// Runs events `(time, key)`; gives the rows with the number of the event that brought them out, and the late ones.
fn run(question: &Question, events: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let mut projection = Projection::default();
    let time_slot = projection.slot(&Path::parse(".t").expect("a path"));
    let grouping = Grouping::parse(Some(".k"), &mut projection).expect("a grouping");
    let specs = AggregateSpec::parse_all(&["n=count()"], &mut projection).expect("an aggregate");
    let mut windows = Windows::new(Job {
        kind: question.kind,
        grouping,
        specs,
        lateness: Duration::parse(question.lateness).expect("a duration"),
        grace: Duration::parse(question.grace).expect("a duration"),
        late_by: question.late_by,
        emit: Emit::Final,
        max_ahead: None,
        fills: false,
        inputs: 1,
        zone: None,
    })
    .expect("a job");
    let mut extractor = Extractor::new(&projection);
    let (mut rows, mut late) = (Vec::new(), Vec::new());
    let mut drain = |results: &mut Results, by: String| {
        let text = String::from_utf8(std::mem::take(&mut results.rows)).expect("UTF-8");
        rows.extend(text.lines().map(|row| format!("{by} {}", short(row))));
        let text = String::from_utf8(std::mem::take(&mut results.late)).expect("UTF-8");
        late.extend(text.lines().map(short));
    };
    let mut results = Results::default();
    for (number, (time, key)) in events.iter().enumerate() {
        let text = format!(r#"{{"t":"2024-01-15T{time}Z","k":"{key}"}}"#);
        let mut fields = Vec::new();
        extractor.extract(text.as_bytes(), &mut fields).expect("an event");
        let line = Line { bytes: text.as_bytes(), source: "x", number: 1, offset: Offset(number as u64) };
        let mut event = Event::new(line, 0, &fields);
        let time = event.field(time_slot).expect("it has a time");
        event.time = Some(Timestamp::from_json(time, None).expect("a time"));
        windows.on_event(&event, &mut results).expect("it runs");
        drain(&mut results, number.to_string());
    }
    windows.on_end(&mut results).expect("it ends");
    drain(&mut results, "end".to_owned());
    (rows, late)
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
