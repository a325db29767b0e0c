//! What must hold of the join of two tables for every input: at each moment its changelog is the joined table, as
//! a slow model has it, on the keys of both and on references; a run that was saved and taken up again gives what one
//! run gives; no damaged state makes it crash.

use std::collections::{BTreeMap, BTreeSet};

use bourn::event::Event;
use bourn::event::line::{Line, Offset};
use bourn::event::path::Path;
use bourn::event::scan::{Extractor, Projection};
use bourn::operator::fold::latest::Latest;
use bourn::operator::grouping::Grouping;
use bourn::operator::join::as_of::Tombstone;
use bourn::operator::join::row::Shaping;
use bourn::operator::join::tables::{Job, Kind, Tables};
use bourn::operator::{Fate, Operator, Results};
use bourn::time::timestamp::{SECOND, Timestamp};
use proptest::prelude::*;

/// Every kind, with whether the left table refers to the right one by another path than its key.
const JOINS: [(Kind, bool); 5] = [
    (Kind::Inner, false),
    (Kind::Left, false),
    (Kind::Outer, false),
    (Kind::Inner, true),
    (Kind::Left, true),
];

/// A change of a table: when, in which table, of which key, what it refers to, and whether it deletes.
#[derive(Clone, Debug)]
struct Change {
    time: i128,
    side: usize,
    key: u8,
    refers_to: Option<u8>,
    deletes: bool,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    // Times rise on the whole, and repeat, and fall back by up to fifteen seconds.
    let refers_to = prop::option::weighted(0.8, 0..4u8);
    let change = (0..4i128, 0..16i128, 0..2usize, 0..4u8, refers_to, prop::bool::weighted(0.3));
    prop::collection::vec(change, 0..60).prop_map(|changes| {
        let mut now = 0;
        let one = |(step, back, side, key, refers_to, deletes)| {
            now += step;
            Change { time: now - back, side, key, refers_to, deletes }
        };
        changes.into_iter().map(one).collect()
    })
}

/// A row has a number of its own, so that no two are the same.
fn text(change: &Change, number: usize) -> String {
    let data = if change.deletes { "null".to_owned() } else { number.to_string() };
    let refers_to = change.refers_to.map_or("null".to_owned(), |key| key.to_string());
    format!("{{\"data\":{data},\"k\":{},\"ref\":{refers_to},\"t\":{}}}", change.key, change.time)
}

struct Question {
    tables: Tables,
    extractor: Extractor,
}

fn question((kind, is_foreign): (Kind, bool)) -> Question {
    let mut projection = Projection::default();
    let mut by = |path| Grouping::parse(Some(path), &mut projection).expect("a path");
    let on = [by(if is_foreign { ".ref" } else { ".k" }), by(".k")];
    let left_key = is_foreign.then(|| by(".k"));
    let tombstone = Tombstone::Null(projection.slot(&Path::parse(".data").expect("a path")));
    let tables = Tables::new(Job { kind, on, left_key, tombstone, shaping: Shaping::default(), zone: None });
    Question { tables: tables.expect("a good job"), extractor: Extractor::new(&projection) }
}

impl Question {
    fn feed(&mut self, change: &Change, number: usize, results: &mut Results) -> Fate {
        let text = text(change, number);
        let mut fields = Vec::new();
        self.extractor.extract(text.as_bytes(), &mut fields).expect("an event");
        let offset = Offset(number as u64);
        let line = Line { bytes: text.as_bytes(), source: "changes", number: offset.0 + 1, offset };
        let mut event = Event::new(line, change.side, &fields);
        event.time = Some(Timestamp(change.time * SECOND));
        self.tables.on_event(&event, results).expect("it counts")
    }
}

/// What `fold --table` makes of a changelog, as `(key, left, right)`.
fn folded(changelog: &[u8]) -> Vec<String> {
    let mut projection = Projection::default();
    let mut latest = Latest::new(&mut projection).expect("good paths");
    let (mut extractor, mut results) = (Extractor::new(&projection), Results::default());
    for row in changelog.split(|&byte| byte == b'\n').filter(|row| !row.is_empty()) {
        let mut fields = Vec::new();
        extractor.extract(row, &mut fields).expect("a change is an event");
        let line = Line { bytes: row, source: "-", number: 1, offset: Offset(0) };
        latest.on_event(&Event::new(line, 0, &fields), &mut results).expect("a change has a key");
    }
    latest.on_end(&mut results).expect("it ends");
    let rows = results.rows.split(|&byte| byte == b'\n').filter(|row| !row.is_empty());
    let shown = |row| {
        let row: serde_json::Value = serde_json::from_slice(row).expect("JSON");
        format!("{} {} {}", row["key"]["k"], row["left"], row["right"])
    };
    rows.map(shown).collect()
}

/// The joined table, by looking through everything that was not late: of each key the newest row, and of equally new
/// ones the one that arrived last.
fn model((kind, is_foreign): (Kind, bool), taken: &[(usize, Change)]) -> Vec<String> {
    let newest = |side: usize, key: u8| {
        let of_key = taken.iter().filter(|(_, change)| change.key == key && change.side == side);
        of_key.max_by_key(|(_, change)| change.time).filter(|(_, change)| !change.deletes)
    };
    let keys: BTreeSet<u8> = taken.iter().map(|(_, change)| change.key).collect();
    let mut table = BTreeMap::new();
    for key in keys {
        let left = newest(0, key);
        let target = if is_foreign { left.and_then(|(_, left)| left.refers_to) } else { Some(key) };
        let right = target.and_then(|target| newest(1, target));
        let is_there = match kind {
            Kind::Inner => left.is_some() && right.is_some(),
            Kind::Left => left.is_some(),
            Kind::Outer => left.is_some() || right.is_some(),
        };
        if is_there {
            let shown = |row: Option<&(usize, Change)>| {
                row.map_or("null".to_owned(), |(number, row)| text(row, *number))
            };
            table.insert(key, format!("{key} {} {}", shown(left), shown(right)));
        }
    }
    table.into_values().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_changelog_is_the_joined_table_at_each_moment(changes in changes()) {
        for join in JOINS {
            let (mut question, mut results, mut taken) = (question(join), Results::default(), Vec::new());
            for (number, change) in changes.iter().enumerate() {
                let is_replaced = |(_, other): &(usize, Change)| {
                    other.side == change.side && other.key == change.key && other.time > change.time
                };
                let is_late = taken.iter().any(is_replaced);
                let fate = question.feed(change, number, &mut results);
                // A right row without its key is in no table; these all have one.
                prop_assert_eq!(fate, if is_late { Fate::Late } else { Fate::Used });
                if !is_late {
                    taken.push((number, change.clone()));
                }
                prop_assert_eq!(folded(&results.rows), model(join, &taken), "{:?} after {}", join, number);
            }
            let before = results.rows.len();
            question.tables.on_end(&mut results).expect("it ends");
            prop_assert_eq!(results.rows.len(), before, "nothing is held back for the end");
            let late = results.late.iter().filter(|&&byte| byte == b'\n').count();
            prop_assert_eq!(late + taken.len(), changes.len());
        }
    }

    #[test]
    fn a_run_that_is_saved_and_taken_up_again_gives_what_one_run_gives(
        changes in changes(),
        split in any::<prop::sample::Index>(),
    ) {
        let split = split.index(changes.len() + 1);
        for join in JOINS {
            let mut whole = (question(join), Results::default());
            let mut parts = (question(join), Results::default());
            for (number, change) in changes.iter().enumerate() {
                if number == split {
                    let mut state = Vec::new();
                    parts.0.tables.save(&mut state);
                    parts.0 = question(join);
                    parts.0.tables.load(&state).expect("what was saved is taken up");
                }
                let fate = whole.0.feed(change, number, &mut whole.1);
                prop_assert_eq!(parts.0.feed(change, number, &mut parts.1), fate);
            }
            prop_assert_eq!(&whole.1.rows, &parts.1.rows, "{:?}", join);
            prop_assert_eq!(&whole.1.late, &parts.1.late, "{:?}", join);
        }
    }

    #[test]
    fn swapped_sides_give_the_same_table_with_its_sides_swapped(changes in changes()) {
        let log = |side_of: fn(usize) -> usize| {
            let (mut question, mut results) = (question((Kind::Outer, false)), Results::default());
            for (number, change) in changes.iter().enumerate() {
                question.feed(&Change { side: side_of(change.side), ..change.clone() }, number, &mut results);
            }
            folded(&results.rows)
        };
        let swap = |row: &String| {
            let parts: Vec<&str> = row.split(' ').collect();
            format!("{} {} {}", parts[0], parts[2], parts[1])
        };
        prop_assert_eq!(log(|side| 1 - side).iter().map(swap).collect::<Vec<_>>(), log(|side| side));
    }

    #[test]
    fn a_damaged_state_is_refused_or_taken_but_never_a_crash(
        changes in changes(),
        at in any::<prop::sample::Index>(),
        byte: u8,
    ) {
        for join in JOINS {
            let (mut whole, mut state) = (question(join), Vec::new());
            changes.iter().enumerate().for_each(|(number, change)| {
                whole.feed(change, number, &mut Results::default());
            });
            whole.tables.save(&mut state);
            let at = at.index(state.len());
            let _ = question(join).tables.load(&state[..at]);
            state[at] = byte;
            let mut damaged = question(join);
            if damaged.tables.load(&state).is_ok() {
                for side in [0, 1] {
                    let next = Change { time: 100, side, key: 1, refers_to: Some(2), deletes: side == 0 };
                    damaged.feed(&next, 1, &mut Results::default());
                }
            }
        }
    }
}
