//! What must hold of windows and joins for every input: the order of arrival within the lateness changes
//! nothing, a run that was saved and taken up again gives what one run gives, and a join finds every pair.

use std::collections::BTreeMap;

use bourn::event::Event;
use bourn::event::line::{Line, Offset};
use bourn::event::path::Path;
use bourn::event::scan::{Extractor, Projection};
use bourn::operator::aggregate::AggregateSpec;
use bourn::operator::grouping::Grouping;
use bourn::operator::join::as_of::{self, AsOf, Tombstone};
use bourn::operator::join::row::Shaping;
use bourn::operator::join::tables::{self, Tables};
use bourn::operator::join::{self, Join};
use bourn::operator::window::{Emit, Job, Kind, LateBy, Windows};
use bourn::operator::{Operator, Results};
use bourn::time::duration::{Duration, Step};
use bourn::time::timestamp::{SECOND, Timestamp};
use bourn::time::window::Raster;
use proptest::prelude::*;

/// The lateness of the streams, in seconds.
const LATENESS: i128 = 20;

/// An event: when, on which side, of which key, and how many seconds later it arrives.
#[derive(Clone, Debug)]
struct Sample {
    time: i128,
    side: usize,
    key: u8,
    delay: i128,
}

impl Sample {
    /// Whether it deletes its key, where it is a row of a table.
    fn deletes(&self) -> bool {
        self.delay % 4 == 0
    }
}

fn samples() -> impl Strategy<Value = Vec<Sample>> {
    let sample = (-150..150i128, 0..2usize, 0..3u8, 0..=LATENESS);
    let sample = sample.prop_map(|(time, side, key, delay)| Sample { time, side, key, delay });
    prop::collection::vec(sample, 0..60)
}

fn in_order(samples: &[Sample]) -> Vec<Sample> {
    let mut samples = samples.to_vec();
    samples.sort_by_key(|sample| sample.time);
    samples
}

/// Each event arrives up to the lateness behind its time, so that none is older than that.
fn as_they_arrive(samples: &[Sample]) -> Vec<Sample> {
    let mut samples = samples.to_vec();
    samples.sort_by_key(|sample| sample.time + sample.delay);
    samples
}

fn seconds(count: i128) -> Duration {
    Duration(count * SECOND)
}

/// Every kind of window, with sizes in seconds.
fn kinds() -> Vec<Kind> {
    let raster =
        |size, advance| Kind::Raster(Raster::Fixed { size: seconds(size), advance: seconds(advance) });
    vec![
        raster(30, 30),
        raster(30, 12),
        Kind::Raster(Raster::Calendar { step: Step::Days(1), zone: chrono_tz::Europe::Vienna }),
        Kind::Session(seconds(9)),
        Kind::Anchored(seconds(25)),
        Kind::Sliding(seconds(15)),
        Kind::SlidingAll(seconds(15)),
    ]
}

/// An operator with the fields that it reads.
struct Question<O> {
    operator: O,
    projection: Projection,
}

fn windows(kind: Kind, lateness: i128, grace: i128) -> Question<Windows> {
    windows_that_emit(Emit::Final, kind, lateness, grace)
}

fn windows_that_emit(emit: Emit, kind: Kind, lateness: i128, grace: i128) -> Question<Windows> {
    let mut projection = Projection::default();
    let grouping = Grouping::parse(Some(".k"), &mut projection).expect("a path");
    let calls = ["n=count()", "sum=sum(.t)", "all=set(.t)", "last=max(.t)"];
    let specs = AggregateSpec::parse_all(&calls, &mut projection).expect("aggregates");
    let operator = Windows::new(Job {
        kind,
        grouping,
        specs,
        lateness: seconds(lateness),
        grace: seconds(grace),
        late_by: LateBy::Window,
        emit,
        fill: None,
        max_ahead: None,
        inputs: 1,
        zone: None,
    });
    Question { operator: operator.expect("a good job"), projection }
}

fn joined(kind: join::Kind, before: i128, after: i128, lateness: i128) -> Question<Join> {
    let mut projection = Projection::default();
    let mut side = || Grouping::parse(Some(".k"), &mut projection).expect("a path");
    let on = [side(), side()];
    let operator = Join::new(join::Job {
        kind,
        on,
        before: seconds(before),
        after: seconds(after),
        lateness: [seconds(lateness); 2],
        grace: [seconds(0); 2],
        max_ahead: None,
        shaping: Shaping::default(),
        zone: None,
    });
    Question { operator: operator.expect("a good job"), projection }
}

fn as_of(max_age: Option<i128>, shows_unmatched: bool, lateness: i128) -> Question<AsOf> {
    let mut projection = Projection::default();
    let mut side = || Grouping::parse(Some(".k"), &mut projection).expect("a path");
    let on = [side(), side()];
    let value = projection.slot(&Path::parse(".data").expect("a path"));
    let operator = AsOf::new(as_of::Job {
        shows_unmatched,
        on,
        max_age: max_age.map(seconds),
        max_ahead: None,
        tombstone: Tombstone::Null(value),
        lateness: [seconds(lateness); 2],
        grace: [seconds(0); 2],
        shaping: Shaping::default(),
        zone: None,
    });
    Question { operator: operator.expect("a good job"), projection }
}

fn table_join(kind: tables::Kind) -> Question<Tables> {
    let mut projection = Projection::default();
    let value = projection.slot(&Path::parse(".data").expect("a path"));
    let mut side = || Grouping::parse(Some(".k"), &mut projection).expect("a path");
    let on = [side(), side()];
    let tombstone = Tombstone::Null(value);
    let job = tables::Job { kind, on, left_key: None, tombstone, shaping: Shaping::default(), zone: None };
    Question { operator: Tables::new(job).expect("a good job"), projection }
}

/// The joined table at the end: of each key the latest row of either side, of equals the one that arrived last.
fn joined_table(samples: &[Sample], kind: tables::Kind) -> Vec<String> {
    let mut rows = Vec::new();
    for key in 0..3 {
        let latest = |side| {
            let of_key = samples.iter().filter(|sample| sample.side == side && sample.key == key);
            of_key.max_by_key(|sample| sample.time).filter(|sample| !sample.deletes())
        };
        let (left, right) = (latest(0), latest(1));
        let is_there = match kind {
            tables::Kind::Inner => left.is_some() && right.is_some(),
            tables::Kind::Left => left.is_some(),
            tables::Kind::Outer => left.is_some() || right.is_some(),
        };
        let time =
            |sample: Option<&Sample>| sample.map_or("null".to_owned(), |sample| sample.time.to_string());
        if is_there {
            rows.push(format!("{} {} {key}", time(left), time(right)));
        }
    }
    rows
}

/// The table that a changelog leaves.
fn table_of(changes: &[String]) -> Vec<String> {
    let mut table = BTreeMap::new();
    for change in changes {
        let row: serde_json::Value = serde_json::from_str(change).expect("a change is JSON");
        match row.get("deleted") {
            Some(_) => table.remove(&row["key"].to_string()),
            None => table.insert(row["key"].to_string(), shown(change, false)),
        };
    }
    table.into_values().collect()
}

/// What each left event meets, by looking through everything: the latest of its key that is not older than allowed,
/// of equals the one that arrived last.
fn latest_before(samples: &[Sample], max_age: Option<i128>, shows_unmatched: bool) -> Vec<String> {
    let mut rows = Vec::new();
    let mut lefts: Vec<&Sample> = samples.iter().filter(|sample| sample.side == 0).collect();
    lefts.sort_by_key(|left| left.time);
    for left in lefts {
        let may_meet = |right: &&Sample| right.side == 1 && right.key == left.key && right.time <= left.time;
        let latest = samples.iter().filter(may_meet).max_by_key(|right| right.time);
        let is_fresh = |right: &&Sample| max_age.is_none_or(|max_age| left.time - right.time <= max_age);
        match latest.filter(|right| !right.deletes()).filter(is_fresh) {
            Some(right) => rows.push(format!("{} {} {}", left.time, right.time, left.key)),
            None if shows_unmatched => rows.push(format!("{} null {}", left.time, left.key)),
            None => {}
        }
    }
    rows
}

impl<O: Operator> Question<O> {
    fn feed(&mut self, samples: &[Sample], results: &mut Results) {
        let mut extractor = Extractor::new(&self.projection);
        for (number, sample) in samples.iter().enumerate() {
            let data = if sample.deletes() { "null" } else { "1" };
            let text = format!("{{\"t\":{},\"k\":\"{}\",\"data\":{data}}}", sample.time, sample.key);
            let mut fields = Vec::new();
            extractor.extract(text.as_bytes(), &mut fields).expect("an event");
            let offset = Offset(number as u64);
            let line = Line { bytes: text.as_bytes(), source: "samples", number: offset.0 + 1, offset };
            let mut event = Event::new(line, sample.side, &fields);
            event.time = Some(Timestamp(sample.time * SECOND));
            self.operator.on_event(&event, results).expect("it counts");
        }
    }

    /// The rows and the late events of a whole run.
    fn run(mut self, samples: &[Sample]) -> (Vec<String>, Vec<String>) {
        let mut results = Results::default();
        self.feed(samples, &mut results);
        self.operator.on_end(&mut results).expect("it ends");
        lines(&results)
    }
}

/// What a run gives that is saved after `split` events and taken up by another operator.
fn run_split<O: Operator>(
    question: impl Fn() -> Question<O>,
    samples: &[Sample],
    split: usize,
) -> (Vec<String>, Vec<String>) {
    let (mut first, mut second) = (question(), question());
    let (mut results, mut state) = (Results::default(), Vec::new());
    first.feed(&samples[..split], &mut results);
    first.operator.save(&mut state);
    second.operator.load(&state).expect("what was saved is taken up");
    second.feed(&samples[split..], &mut results);
    second.operator.on_end(&mut results).expect("it ends");
    lines(&results)
}

fn lines(results: &Results) -> (Vec<String>, Vec<String>) {
    let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect();
    (lines(&results.rows), lines(&results.late))
}

fn sorted(mut rows: Vec<String>) -> Vec<String> {
    rows.sort();
    rows
}

/// One side only, for windows.
fn one_input(samples: Vec<Sample>) -> Vec<Sample> {
    samples.into_iter().map(|sample| Sample { side: 0, ..sample }).collect()
}

/// All pairs that a join should find, as `(left, right, key)`.
fn pairs(samples: &[Sample], before: i128, after: i128) -> Vec<String> {
    let of_side = |side| samples.iter().filter(move |sample| sample.side == side);
    let mut pairs = Vec::new();
    for left in of_side(0) {
        for right in of_side(1).filter(|right| right.key == left.key) {
            if left.time - before <= right.time && right.time <= left.time + after {
                pairs.push(format!("{} {} {}", left.time, right.time, left.key));
            }
        }
    }
    sorted(pairs)
}

/// A row of a join as `(left, right, key)`, with `swap` as `(right, left, key)`.
fn shown(row: &str, swap: bool) -> String {
    let row: serde_json::Value = serde_json::from_str(row).expect("a row is JSON");
    let (left, right) = if swap { ("right", "left") } else { ("left", "right") };
    format!("{} {} {}", row[left]["t"], row[right]["t"], row["key"]["k"].as_str().unwrap_or("?"))
}

fn swapped(samples: &[Sample]) -> Vec<Sample> {
    samples.iter().map(|sample| Sample { side: 1 - sample.side, ..sample.clone() }).collect()
}

/// What is left of updates when each replaces the one before of the same window and key, and retracted ones go.
fn last_updates(updates: &[String]) -> Vec<String> {
    let mut table = BTreeMap::new();
    for update in updates {
        let (window, rest) = update.split_at(update.find("},\"").expect("a row has a window"));
        let (key, values) = rest.split_at(rest[2..].find('}').expect("a row has a key") + 3);
        let name = format!("{window}{key}");
        match values.rsplit_once(",\"rev\":") {
            Some((values, _)) => table.insert(name.clone(), format!("{name}{values}}}")),
            None => table.remove(&name),
        };
    }
    sorted(table.into_values().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_arrival_within_the_lateness_changes_no_window(samples in samples()) {
        let samples = one_input(samples);
        for kind in kinds() {
            let (rows, late) = windows(kind, LATENESS, 0).run(&as_they_arrive(&samples));
            prop_assert_eq!(&late, &[] as &[String; 0], "{:?}", kind);
            prop_assert_eq!(rows, windows(kind, LATENESS, 0).run(&in_order(&samples)).0, "{:?}", kind);
        }
    }

    #[test]
    fn grace_does_for_windows_what_lateness_does(samples in samples()) {
        let samples = as_they_arrive(&one_input(samples));
        for kind in kinds() {
            let by_grace = windows(kind, 0, LATENESS).run(&samples);
            prop_assert_eq!(by_grace, windows(kind, LATENESS, 0).run(&samples), "{:?}", kind);
        }
    }

    #[test]
    fn windows_that_are_saved_and_taken_up_again_give_what_one_run_gives(
        samples in samples(),
        split in any::<prop::sample::Index>(),
        lateness in 0..LATENESS,
    ) {
        let samples = as_they_arrive(&one_input(samples));
        let split = split.index(samples.len() + 1);
        for kind in kinds() {
            let whole = windows(kind, lateness, 0).run(&samples);
            prop_assert_eq!(run_split(|| windows(kind, lateness, 0), &samples, split), whole, "{:?}", kind);
        }
    }

    #[test]
    fn the_last_updates_are_the_final_results(samples in samples()) {
        let samples = as_they_arrive(&one_input(samples));
        for kind in kinds() {
            let (updates, _) = windows_that_emit(Emit::Updates, kind, 7, 0).run(&samples);
            let finals = sorted(windows(kind, 7, 0).run(&samples).0);
            prop_assert_eq!(last_updates(&updates), finals, "{:?}", kind);
        }
    }

    #[test]
    fn a_join_finds_every_pair_in_any_order_and_from_either_side(
        samples in samples(),
        before in 0..30i128,
        after in 0..30i128,
    ) {
        let arriving = as_they_arrive(&samples);
        let (rows, late) = joined(join::Kind::Inner, before, after, LATENESS).run(&arriving);
        prop_assert_eq!(&late, &[] as &[String; 0]);
        let found = sorted(rows.iter().map(|row| shown(row, false)).collect());
        prop_assert_eq!(&found, &pairs(&samples, before, after));
        let (rows, _) = joined(join::Kind::Inner, after, before, LATENESS).run(&swapped(&arriving));
        prop_assert_eq!(sorted(rows.iter().map(|row| shown(row, true)).collect()), found);
    }

    #[test]
    fn an_outer_join_shows_every_event_and_an_unmatched_one_once(samples in samples(), within in 0..30i128) {
        let (rows, _) = joined(join::Kind::Outer, within, within, LATENESS).run(&as_they_arrive(&samples));
        let all = pairs(&samples, within, within);
        let unmatched: Vec<String> = rows.iter().map(|row| shown(row, false)).filter(|row| row.contains("null")).collect();
        let mut expected = Vec::new();
        for sample in &samples {
            let Sample { time, side, key, .. } = sample;
            let is_matched = all.iter().any(|pair| {
                let parts: Vec<&str> = pair.split(' ').collect();
                parts[*side] == time.to_string() && parts[2] == key.to_string()
            });
            if !is_matched {
                expected.push(if *side == 0 { format!("{time} null {key}") } else { format!("null {time} {key}") });
            }
        }
        prop_assert_eq!(sorted(unmatched), sorted(expected));
        prop_assert_eq!(rows.len(), all.len() + rows.iter().filter(|row| shown(row, false).contains("null")).count());
    }

    #[test]
    fn a_join_that_is_saved_and_taken_up_again_gives_what_one_run_gives(
        samples in samples(),
        split in any::<prop::sample::Index>(),
        lateness in 0..LATENESS,
    ) {
        let samples = as_they_arrive(&samples);
        let split = split.index(samples.len() + 1);
        for kind in [join::Kind::Inner, join::Kind::Left, join::Kind::Outer, join::Kind::Semi, join::Kind::Anti] {
            let whole = joined(kind, 7, 12, lateness).run(&samples);
            prop_assert_eq!(run_split(|| joined(kind, 7, 12, lateness), &samples, split), whole, "{:?}", kind);
        }
    }

    #[test]
    fn an_as_of_join_meets_the_latest_row_in_any_order_of_arrival(
        samples in samples(),
        max_age in prop::option::of(0..60i128),
        shows_unmatched: bool,
        split in any::<prop::sample::Index>(),
    ) {
        let arriving = as_they_arrive(&samples);
        let question = || as_of(max_age, shows_unmatched, LATENESS);
        let (rows, late) = question().run(&arriving);
        prop_assert_eq!(&late, &[] as &[String; 0]);
        let found: Vec<String> = rows.iter().map(|row| shown(row, false)).collect();
        prop_assert_eq!(found, latest_before(&arriving, max_age, shows_unmatched));
        let split = split.index(arriving.len() + 1);
        prop_assert_eq!(run_split(question, &arriving, split).0, rows);
    }

    #[test]
    fn an_as_of_join_that_is_saved_behaves_the_same_with_late_rows(
        samples in samples(),
        split in any::<prop::sample::Index>(),
        lateness in 0..LATENESS,
    ) {
        let arriving = as_they_arrive(&samples);
        let question = || as_of(Some(30), true, lateness);
        let split = split.index(arriving.len() + 1);
        prop_assert_eq!(run_split(question, &arriving, split), question().run(&arriving));
    }

    #[test]
    fn the_changes_of_joined_tables_lead_to_the_join_of_the_tables(
        samples in samples(),
        split in any::<prop::sample::Index>(),
    ) {
        let arriving = as_they_arrive(&samples);
        let split = split.index(arriving.len() + 1);
        for kind in [tables::Kind::Inner, tables::Kind::Left, tables::Kind::Outer] {
            let whole = table_join(kind).run(&arriving);
            prop_assert_eq!(table_of(&whole.0), joined_table(&arriving, kind), "{:?}", kind);
            prop_assert_eq!(run_split(|| table_join(kind), &arriving, split), whole, "{:?}", kind);
        }
    }

    #[test]
    fn a_damaged_state_is_refused_or_taken_but_never_a_crash(samples in samples(), at in any::<prop::sample::Index>(), byte: u8) {
        let arriving = as_they_arrive(&samples);
        for kind in kinds() {
            damage(|| windows(kind, 5, 0), &one_input(arriving.clone()), at, byte);
        }
        for byte in [byte, 0, u8::MAX] {
            damage(|| joined(join::Kind::Outer, 7, 12, 5), &arriving, at, byte);
            damage(|| as_of(Some(30), true, 5), &arriving, at, byte);
        }
    }
}

/// Takes up a saved state that is cut off at some byte, and one in which this byte is another.
fn damage<O: Operator>(
    question: impl Fn() -> Question<O>,
    samples: &[Sample],
    at: prop::sample::Index,
    byte: u8,
) {
    let (mut whole, mut state) = (question(), Vec::new());
    whole.feed(samples, &mut Results::default());
    whole.operator.save(&mut state);
    let at = at.index(state.len());
    let _ = question().operator.load(&state[..at]);
    state[at] = byte;
    let mut damaged = question();
    if damaged.operator.load(&state).is_ok() {
        let _ = damaged.operator.on_end(&mut Results::default());
    }
}

/// What an operator saves is what it keeps.
#[test]
fn an_as_of_join_keeps_of_the_table_only_what_may_be_asked_for() {
    for max_age in [None, Some(50)] {
        let mut question = as_of(max_age, true, 20);
        let mut sizes = Vec::new();
        for time in 0..2000i128 {
            let rows = [0, 1].map(|side| Sample { time, side, key: u8::from(time % 3 == 0), delay: 1 });
            question.feed(&rows, &mut Results::default());
            let mut state = Vec::new();
            question.operator.save(&mut state);
            sizes.push(state.len());
        }
        let largest = |range: std::ops::Range<usize>| sizes[range].iter().max().copied().unwrap_or_default();
        // Times of more digits make longer rows.
        assert!(largest(1000..2000) < largest(100..300) * 3 / 2, "{max_age:?}: {}", largest(1000..2000));
    }
}
