//! bourn's windows and joins against the slow, obvious ones of tests/model/, on random events: rows, fates, late events.

#[path = "model/mod.rs"]
mod model;

use std::collections::BTreeSet;

use bourn::event::Event;
use bourn::event::line::{Line, Offset};
use bourn::event::scan::{Extractor, Projection};
use bourn::operator::aggregate::AggregateSpec;
use bourn::operator::grouping::Grouping;
use bourn::operator::join::{self, Join};
use bourn::operator::window::{self, Emit, Job, LateBy, Windows};
use bourn::operator::{Fate, Operator, Results};
use bourn::time::duration::Duration;
use bourn::time::timestamp::{SECOND, Timestamp};
use bourn::time::window::Raster;
use model::{Kind, Row, Sample};
use proptest::prelude::*;

fn samples() -> impl Strategy<Value = Vec<Sample>> {
    let key = prop_oneof![1 => Just(None), 8 => (0..3u8).prop_map(Some)];
    // Steps forward, with some that fall back, so that time goes on and events are out of order.
    let step = (-25..30i128, 0..2usize, key);
    prop::collection::vec(step, 0..40).prop_map(|steps| {
        let mut time = -60;
        let sample = |(step, side, key): (i128, usize, Option<u8>)| {
            time += step;
            Sample { time, side, key }
        };
        steps.into_iter().map(sample).collect()
    })
}

fn seconds(count: i128) -> Duration {
    Duration(count * SECOND)
}

/// Feeds the samples; gives what came out and what became of each.
fn feed(
    operator: &mut dyn Operator,
    projection: &Projection,
    samples: &[Sample],
) -> (Vec<serde_json::Value>, Vec<Fate>) {
    let mut extractor = Extractor::new(projection);
    let (mut results, mut fates) = (Results::default(), Vec::new());
    for (number, sample) in samples.iter().enumerate() {
        let text = format!("{{\"n\":{number},\"k\":{}}}", serde_json::json!(sample.key));
        let mut fields = Vec::new();
        extractor.extract(text.as_bytes(), &mut fields).expect("an event");
        let offset = Offset(number as u64);
        let line = Line { bytes: text.as_bytes(), source: "samples", number: offset.0 + 1, offset };
        let mut event = Event::new(line, sample.side, &fields);
        event.time = Some(Timestamp(sample.time * SECOND));
        fates.push(operator.on_event(&event, &mut results).expect("it counts"));
    }
    operator.on_end(&mut results).expect("it ends");
    let lines = results.rows.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    (lines.map(|line| serde_json::from_slice(line).expect("a row is JSON")).collect(), fates)
}

fn kind_of(kind: Kind) -> window::Kind {
    match kind {
        Kind::Hopping { size, advance } => {
            window::Kind::Raster(Raster::Fixed { size: seconds(size), advance: seconds(advance) })
        }
        Kind::Session(gap) => window::Kind::Session(seconds(gap)),
        Kind::Sliding(size) => window::Kind::Sliding(seconds(size)),
        Kind::Anchored(size) => window::Kind::Anchored(seconds(size)),
    }
}

fn windows(kind: Kind, lateness: i128, grace: i128, samples: &[Sample]) -> (Vec<Row>, Vec<Fate>) {
    let mut projection = Projection::default();
    let grouping = Grouping::parse(Some(".k"), &mut projection).expect("a path");
    let specs = AggregateSpec::parse_all(&["n=list(.n)"], &mut projection).expect("an aggregate");
    let mut operator = Windows::new(Job {
        kind: kind_of(kind),
        grouping,
        specs,
        lateness: seconds(lateness),
        grace: seconds(grace),
        late_by: LateBy::Window,
        emit: Emit::Final,
        fill: None,
        max_ahead: None,
        inputs: 1,
        zone: None,
    })
    .expect("a good job");
    let (rows, fates) = feed(&mut operator, &projection, samples);
    (rows.iter().map(row_of).collect(), fates)
}

fn row_of(row: &serde_json::Value) -> Row {
    let time = |bound: &str| {
        let text = row["window"][bound].as_str().expect("a row has a window");
        Timestamp::parse(text).expect("a time").0 / SECOND
    };
    let numbers = row["n"].as_array().expect("a list").iter();
    Row {
        start: time("start"),
        end: time("end"),
        key: row["key"]["k"].as_u64().map(|key| key as u8),
        events: numbers.map(|number| number.as_u64().expect("a number") as usize).collect::<BTreeSet<_>>(),
    }
}

fn fate_of(fate: model::Fate) -> Fate {
    match fate {
        model::Fate::Used => Fate::Used,
        model::Fate::PartlyLate => Fate::PartlyLate,
        model::Fate::Filtered => Fate::Filtered,
        model::Fate::Late => Fate::Late,
    }
}

/// The numbers of both sides of a joined row; a row of a semi or anti join is its left side.
fn pair_of(row: &serde_json::Value) -> model::Pair {
    let number = |side: &serde_json::Value| side["n"].as_u64().map(|number| number as usize);
    match row.get("left") {
        Some(left) => (number(left), number(&row["right"])),
        None => (number(row), None),
    }
}

fn joined(
    kind: join::Kind,
    (before, after): (i128, i128),
    lateness: i128,
    samples: &[Sample],
) -> (Vec<model::Pair>, Vec<Fate>) {
    let mut projection = Projection::default();
    let mut side = || Grouping::parse(Some(".k"), &mut projection).expect("a path");
    let on = [side(), side()];
    let mut operator = Join::new(join::Job {
        kind,
        on,
        before: seconds(before),
        after: seconds(after),
        lateness: [seconds(lateness); 2],
        grace: [seconds(0); 2],
        max_ahead: None,
        select: None,
        zone: None,
    })
    .expect("a good job");
    let (rows, fates) = feed(&mut operator, &projection, samples);
    let mut pairs: Vec<model::Pair> = rows.iter().map(pair_of).collect();
    pairs.sort();
    (pairs, fates)
}

fn expected_pairs(kind: join::Kind, model: &model::Joined) -> Vec<model::Pair> {
    let left = || model.unmatched[0].iter().map(|&left| (Some(left), None));
    let right = || model.unmatched[1].iter().map(|&right| (None, Some(right)));
    let pairs = || model.pairs.iter().copied();
    let mut rows: Vec<model::Pair> = match kind {
        join::Kind::Inner => pairs().collect(),
        join::Kind::Left => pairs().chain(left()).collect(),
        join::Kind::Right => pairs().chain(right()).collect(),
        join::Kind::Outer => pairs().chain(left()).chain(right()).collect(),
        join::Kind::Semi => {
            pairs().map(|(left, _)| (left, None)).collect::<BTreeSet<_>>().into_iter().collect()
        }
        join::Kind::Anti => left().collect(),
    };
    rows.sort();
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn windows_are_those_of_the_model(samples in samples(), lateness in 0..25i128, grace in 0..25i128) {
        let samples: Vec<Sample> = samples.into_iter().map(|sample| Sample { side: 0, ..sample }).collect();
        let kinds = [
            Kind::Hopping { size: 20, advance: 20 },
            Kind::Hopping { size: 25, advance: 10 },
            Kind::Hopping { size: 5, advance: 12 },
            Kind::Session(7),
            Kind::Sliding(15),
        ];
        for kind in kinds {
            let model = model::windows(kind, lateness + grace, &samples);
            let (rows, fates) = windows(kind, lateness, grace, &samples);
            let order: Vec<(i128, i128)> = rows.iter().map(|row| (row.end, row.start)).collect();
            prop_assert!(order.is_sorted(), "{:?}: rows come by end and start: {:?}", kind, order);
            let mut rows = rows;
            rows.sort();
            prop_assert_eq!(rows, model.rows, "{:?}", kind);
            prop_assert_eq!(fates, model.fates.into_iter().map(fate_of).collect::<Vec<_>>(), "{:?}", kind);
        }
    }

    #[test]
    fn anchored_windows_are_those_of_the_model_when_nothing_is_late(samples in samples(), size in 1..30i128) {
        let samples: Vec<Sample> = samples.into_iter().map(|sample| Sample { side: 0, ..sample }).collect();
        let kind = Kind::Anchored(size);
        let (mut rows, _) = windows(kind, 10_000, 0, &samples);
        rows.sort();
        prop_assert_eq!(rows, model::windows(kind, 10_000, &samples).rows);
    }

    #[test]
    fn joins_are_those_of_the_model(
        samples in samples(),
        before in 0..20i128,
        after in 0..20i128,
        lateness in 0..25i128,
    ) {
        let model = model::join(before, after, lateness, &samples);
        let late = |number| model.late.contains(&number);
        let fates: Vec<Fate> =
            (0..samples.len()).map(|number| if late(number) { Fate::Late } else { Fate::Used }).collect();
        use join::Kind::{Anti, Inner, Left, Outer, Right, Semi};
        for kind in [Inner, Left, Right, Outer, Semi, Anti] {
            let (pairs, found) = joined(kind, (before, after), lateness, &samples);
            prop_assert_eq!(pairs, expected_pairs(kind, &model), "{:?}", kind);
            prop_assert_eq!(&found, &fates, "{:?}", kind);
        }
    }
}
