//! What must hold of the rows that windows emit, for every input: changes at intervals are among all changes and
//! end with the final rows, empty windows lie between results, a key does not see the others, and a run that was
//! saved and taken up again gives what one run gives.

use std::collections::{BTreeMap, BTreeSet};

use bourn::event::Event;
use bourn::event::line::{Line, Offset};
use bourn::event::scan::{Extractor, Projection};
use bourn::operator::aggregate::AggregateSpec;
use bourn::operator::grouping::Grouping;
use bourn::operator::window::{Emit, Job, Kind, LateBy, Windows};
use bourn::operator::{Operator, Results};
use bourn::time::duration::{Duration, Step};
use bourn::time::timestamp::{SECOND, Timestamp};
use bourn::time::window::Raster;
use proptest::prelude::*;

/// When an event happened, in seconds, and of which key it is.
type Sample = (i128, u8);

fn samples() -> impl Strategy<Value = Vec<Sample>> {
    prop::collection::vec((-150..150i128, 0..3u8), 0..60)
}

fn seconds(count: i128) -> Duration {
    Duration(count * SECOND)
}

const EVERY: Emit = Emit::Every(Duration(10 * SECOND));

/// Windows that may be empty, with sizes in seconds.
fn rasters() -> Vec<Raster> {
    let raster = |size, advance| Raster::Fixed { size: seconds(size), advance: seconds(advance) };
    let zone = chrono_tz::Europe::Vienna;
    vec![raster(30, 30), raster(30, 12), raster(5, 12), Raster::Calendar { step: Step::Days(1), zone }]
}

/// Every kind of window.
fn kinds() -> Vec<Kind> {
    let others = [
        Kind::Session(seconds(9)),
        Kind::Anchored(seconds(25)),
        Kind::Sliding(seconds(15)),
        Kind::SlidingAll(seconds(15)),
    ];
    rasters().into_iter().map(Kind::Raster).chain(others).collect()
}

/// Windows with the fields that they read.
struct Question {
    windows: Windows,
    extractor: Extractor,
    given: u64,
}

fn question(kind: Kind, emit: Emit, fill: Option<u64>) -> Question {
    let mut projection = Projection::default();
    let grouping = Grouping::parse(Some(".k"), &mut projection).expect("a path");
    let specs = AggregateSpec::parse_all(&["n=count()", "all=set(.t)"], &mut projection).expect("aggregates");
    let windows = Windows::new(Job {
        kind,
        grouping,
        specs,
        lateness: seconds(20),
        grace: seconds(3),
        late_by: LateBy::Window,
        emit,
        fill,
        max_ahead: None,
        inputs: 1,
        zone: None,
    });
    Question { windows: windows.expect("a good job"), extractor: Extractor::new(&projection), given: 0 }
}

impl Question {
    fn feed(&mut self, samples: &[Sample], results: &mut Results) {
        for &(time, key) in samples {
            let text = format!("{{\"t\":{time},\"k\":\"{key}\"}}");
            let mut fields = Vec::new();
            self.extractor.extract(text.as_bytes(), &mut fields).expect("an event");
            let line = Line {
                bytes: text.as_bytes(),
                source: "x",
                number: self.given + 1,
                offset: Offset(self.given),
            };
            self.given += 1;
            let mut event = Event::new(line, 0, &fields);
            event.time = Some(Timestamp(time * SECOND));
            self.windows.on_event(&event, results).expect("it counts");
        }
    }

    fn run(mut self, samples: &[Sample]) -> Vec<String> {
        let mut results = Results::default();
        self.feed(samples, &mut results);
        self.windows.on_end(&mut results).expect("it ends");
        lines(&results)
    }
}

fn lines(results: &Results) -> Vec<String> {
    String::from_utf8_lossy(&results.rows).lines().map(str::to_owned).collect()
}

fn sorted(mut rows: Vec<String>) -> Vec<String> {
    rows.sort();
    rows
}

fn parsed(row: &str) -> serde_json::Value {
    serde_json::from_str(row).expect("a row is JSON")
}

/// Its window and key: what a later row of the same place replaces.
fn place(row: &str) -> String {
    let row = parsed(row);
    format!("{} {}", row["window"], row["key"])
}

/// `(end, start, key)` of a row.
fn order(row: &str) -> (Timestamp, Timestamp, String) {
    let row = parsed(row);
    let time = |name: &str| Timestamp::parse(row["window"][name].as_str().expect("a time")).expect("a time");
    (time("end"), time("start"), row["key"]["k"].to_string())
}

/// The rows that fill makes of those without: of each key every window from its first to its last.
fn filled(raster: Raster, rows: &[String]) -> Vec<String> {
    let mut keys: BTreeMap<String, BTreeMap<(Timestamp, Timestamp), String>> = BTreeMap::new();
    for row in rows {
        let (end, start, key) = order(row);
        keys.entry(key).or_default().insert((end, start), row.clone());
    }
    let mut all = Vec::new();
    for rows in keys.into_values() {
        let (&(first, _), &(last, _)) = rows.keys().next().zip(rows.keys().last()).expect("a key has a row");
        let model = rows.values().next().expect("a key has a row");
        // Every second is looked at, so that nothing is taken from the arithmetic under test.
        let mut windows = BTreeSet::new();
        let reach = if matches!(raster, Raster::Calendar { .. }) { 100_000 } else { 100 };
        for second in (first.0 / SECOND - reach)..=(last.0 / SECOND) {
            raster.each(Timestamp(second * SECOND), |window| {
                windows.insert((window.end, window.start));
            });
        }
        for (end, start) in windows.into_iter().filter(|(end, _)| (first..=last).contains(end)) {
            all.push(rows.get(&(end, start)).cloned().unwrap_or_else(|| {
                let key = parsed(model)["key"].to_string();
                format!(r#"{{"window":{{"start":"{start}","end":"{end}"}},"key":{key},"n":0,"all":[]}}"#)
            }));
        }
    }
    all.sort_by_key(|row| order(row));
    all
}

/// What was saved at `split` and taken up again gives what one run gives.
fn check_saved(samples: &[Sample], split: usize) -> Result<(), TestCaseError> {
    let fills = rasters().into_iter().map(|raster| (Kind::Raster(raster), Emit::Final, Some(1000)));
    let every = kinds().into_iter().map(|kind| (kind, EVERY, None));
    let updates = kinds().into_iter().map(|kind| (kind, Emit::Updates, None));
    for (kind, emit, fill) in every.chain(updates).chain(fills) {
        let (mut first, mut second) = (question(kind, emit, fill), question(kind, emit, fill));
        let (mut results, mut state) = (Results::default(), Vec::new());
        first.feed(&samples[..split], &mut results);
        first.windows.save(&mut state);
        second.windows.load(&state).expect("what was saved is taken up");
        second.feed(&samples[split..], &mut results);
        second.windows.on_end(&mut results).expect("it ends");
        prop_assert_eq!(lines(&results), question(kind, emit, fill).run(samples), "{:?}", kind);
    }
    Ok(())
}

#[test]
fn sessions_that_an_event_joins_are_taken_back_in_the_order_of_time_also_after_a_restart() {
    let samples =
        [(0, 0), (128, 1), (138, 1), (0, 0), (3, 2), (-30, 0), (118, 0), (137, 1), (68, 1), (-126, 2)];
    for split in 0..=samples.len() {
        check_saved(&samples, split).expect("a restart changes nothing");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changes_at_intervals_are_among_all_changes_and_end_with_the_final_rows(samples in samples()) {
        for kind in kinds() {
            let all: BTreeSet<String> = question(kind, Emit::Updates, None).run(&samples).into_iter().collect();
            let rows = question(kind, EVERY, None).run(&samples);
            let mut last = Vec::new();
            for (at, row) in rows.iter().enumerate() {
                if let Some(start) = row.strip_suffix(",\"final\":true}") {
                    let (values, _) = start.rsplit_once(",\"rev\":").expect("rows are numbered");
                    last.push(format!("{values}}}"));
                    let later = rows[at + 1..].iter().find(|later| place(later) == place(row));
                    prop_assert_eq!(later, None, "{:?}", kind);
                } else {
                    prop_assert!(all.contains(row), "{:?}: {}", kind, row);
                }
            }
            prop_assert_eq!(last, question(kind, Emit::Final, None).run(&samples), "{:?}", kind);
        }
    }

    #[test]
    fn what_is_taken_back_was_told_and_what_was_told_is_taken_back_or_final(samples in samples()) {
        for kind in kinds() {
            let mut told = BTreeSet::new();
            for row in question(kind, EVERY, None).run(&samples) {
                if row.ends_with(",\"retracted\":true}") {
                    prop_assert!(told.remove(&place(&row)), "{:?}: {}", kind, row);
                } else if row.ends_with(",\"final\":true}") {
                    told.remove(&place(&row));
                } else {
                    told.insert(place(&row));
                }
            }
            prop_assert_eq!(told, BTreeSet::new(), "{:?}", kind);
        }
    }

    #[test]
    fn empty_windows_are_those_between_the_results_of_a_key(samples in samples()) {
        for raster in rasters() {
            let rows = question(Kind::Raster(raster), Emit::Final, None).run(&samples);
            let with_empty = question(Kind::Raster(raster), Emit::Final, Some(1000)).run(&samples);
            prop_assert_eq!(with_empty, filled(raster, &rows), "{:?}", raster);
        }
    }

    #[test]
    fn a_key_sees_of_the_others_their_time_alone(samples in samples()) {
        let renamed: Vec<Sample> =
            samples.iter().map(|&(time, key)| (time, if key == 0 { 0 } else { 9 })).collect();
        let own = |rows: Vec<String>| -> Vec<String> {
            rows.into_iter().filter(|row| row.contains(r#""k":"0""#)).collect()
        };
        for kind in kinds() {
            for emit in [Emit::Final, Emit::Updates, EVERY] {
                let rows = own(question(kind, emit, None).run(&samples));
                prop_assert_eq!(rows, own(question(kind, emit, None).run(&renamed)), "{:?}", kind);
            }
        }
        for raster in rasters() {
            let question = || question(Kind::Raster(raster), Emit::Final, Some(1000));
            prop_assert_eq!(own(question().run(&samples)), own(question().run(&renamed)), "{:?}", raster);
        }
    }

    #[test]
    fn a_run_that_is_saved_and_taken_up_again_gives_what_one_run_gives(
        samples in samples(),
        split in any::<prop::sample::Index>(),
    ) {
        check_saved(&samples, split.index(samples.len() + 1))?;
    }

    #[test]
    fn a_damaged_state_is_refused_or_taken_but_never_a_crash(
        samples in samples(),
        at in any::<prop::sample::Index>(),
        byte: u8,
    ) {
        let fills = rasters().into_iter().map(|raster| (Kind::Raster(raster), Emit::Final, Some(1000)));
        for (kind, emit, fill) in kinds().into_iter().map(|kind| (kind, EVERY, None)).chain(fills) {
            let (mut whole, mut state) = (question(kind, emit, fill), Vec::new());
            whole.feed(&samples, &mut Results::default());
            whole.windows.save(&mut state);
            let at = at.index(state.len());
            state[at] = byte;
            let mut damaged = question(kind, emit, fill);
            if damaged.windows.load(&state).is_ok() {
                let _ = damaged.windows.on_end(&mut Results::default());
            }
        }
    }

    #[test]
    fn without_changes_in_between_the_order_of_rows_is_end_start_and_key(samples in samples()) {
        for raster in rasters() {
            for fill in [None, Some(1000)] {
                let rows = question(Kind::Raster(raster), Emit::Final, fill).run(&samples);
                let places: Vec<_> = rows.iter().map(|row| order(row)).collect();
                prop_assert!(places.is_sorted(), "{:?}", raster);
            }
        }
        let rows = sorted(question(Kind::Session(seconds(9)), Emit::Final, None).run(&samples));
        prop_assert_eq!(rows.iter().map(|row| place(row)).collect::<BTreeSet<_>>().len(), rows.len());
    }
}
