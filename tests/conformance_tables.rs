//! Joins with tables against the expected results of Kafka Streams and Flink, in tests/data/cases/join-table.json.
//! A table that takes the latest row by arrival is, for bourn, one whose event time is the time of arrival.

#[path = "conformance/case.rs"]
mod case;

use bourn::event::path::Path;
use bourn::event::scan::Projection;
use bourn::operator::Operator;
use bourn::operator::grouping::Grouping;
use bourn::operator::join::as_of::{self, AsOf, Tombstone};
use bourn::operator::join::row::Shaping;
use bourn::operator::join::tables::{self, Tables};
use bourn::time::duration::Duration;
use case::{Case, FILLER, Feed, MILLISECOND, Outcome, cases, compare, milliseconds};
use serde_json::{Map, Value, json};

/// The cases that do not hold for bourn, and why.
const SKIPPED: &[(&str, &str)] = &[
    (
        "st-inner-delayjoinbygraceperiod",
        "Kafka Streams has one time for both sides; in bourn each has its own",
    ),
    (
        "fk-inner-shouldproducenullsvaluehasnonmatchingforeignkey",
        "Kafka Streams also deletes what never came out; bourn does not",
    ),
];

/// The lateness of the sides of an as-of join, in milliseconds. No row of a case runs further ahead of its marks, so
/// that the marks alone say when a row is certain, as they do in Flink; and rows that Kafka Streams finds too old for
/// its table are late.
const AHEAD: i128 = 10;

fn side(row: &Value) -> usize {
    usize::from(row["stream"] == "right")
}

/// Whether the table keeps the latest row by arrival.
fn is_by_arrival(case: &Case, side: usize) -> bool {
    let names =
        if case.operator["between"] == "stream-table" { ["table"; 2] } else { ["left_table", "right_table"] };
    case.operator[names[side]].as_str().is_some_and(|kind| kind.contains("by arrival"))
}

/// The row as bourn reads it: a change that takes a value back is a null value.
fn event(row: &Value) -> Value {
    let mut row = row.clone();
    if row["change"] == "-D" {
        row["value"] = Value::Null;
    } else if row.get("rate").is_some() {
        row["value"] = row["rate"].clone();
    }
    row
}

/// Feeds the rows. A mark moves the time of its side by a row that no other has the key of.
fn run(case: &Case, operator: &mut dyn Operator, projection: &Projection) -> Result<Outcome, String> {
    let mut feed = Feed::new(operator, projection, MILLISECOND);
    for row in &case.input {
        let n = row["n"].as_u64().ok_or("a row has a number")?;
        if let Some(mark) = row["watermark"].as_i64() {
            feed.event(n, side(row), i128::from(mark) + 1 + AHEAD, &json!({"key": FILLER, "value": 0}))?;
            continue;
        }
        let is_stream = case.operator["between"] == "stream-table" && side(row) == 0;
        // Kafka leaves rows of a stream out that have no value, as `--where '.value != null'` does; the old value of
        // an update says nothing new, and a stream's row that was taken back is not asked for.
        if row["change"] == "-U"
            || is_stream && (row["change"] == "-D" || row.get("value") == Some(&Value::Null))
        {
            continue;
        }
        let time = if is_by_arrival(case, side(row)) { Some(n as i64) } else { row["ts"].as_i64() };
        feed.event(n, side(row), i128::from(time.ok_or("a row has a time")?), &event(row))?;
    }
    feed.end()
}

fn slot(projection: &mut Projection, path: &str) -> usize {
    projection.slot(&Path::parse(path).expect("a path"))
}

fn by(projection: &mut Projection, path: &str) -> Grouping {
    Grouping::parse(Some(path), projection).expect("a path")
}

/// What a side of a result is in the case: its value, or null.
fn value(row: &Value) -> Value {
    row.get("value").cloned().unwrap_or_default()
}

fn as_of(case: &Case) -> Result<(), String> {
    let mut projection = Projection::default();
    let tombstone = Tombstone::Null(slot(&mut projection, ".value"));
    let on = [by(&mut projection, ".key"), by(&mut projection, ".key")];
    let grace = milliseconds(&case.operator, "grace_ms", 0);
    let lateness = AHEAD - grace;
    let mut operator = AsOf::new(as_of::Job {
        shows_unmatched: case.operator["kind"] == "left",
        on,
        max_age: None,
        max_ahead: None,
        tombstone,
        lateness: [Duration(lateness * MILLISECOND); 2],
        grace: [Duration(grace * MILLISECOND); 2],
        shaping: Shaping::default(),
        zone: None,
    })
    .map_err(|error| error.to_string())?;
    let outcome = run(case, &mut operator, &projection)?;
    let rows = outcome.rows.into_iter().map(|(_, row)| row).filter(|row| row["key"]["key"] != FILLER);
    if let Some(expected) = case.expected["final_state"].as_array() {
        return compare("rows", last_by_id(case, rows), expected.iter().map(rated).collect());
    }
    let shown = |row: Map<String, Value>| {
        json!([row["key"]["key"], row["left"]["ts"], value(&row["left"]), value(&row["right"])]).to_string()
    };
    let lists = ["results", "waiting_at_end"].map(|name| case.expected[name].as_array());
    let is_kept = |row: &&Value| case.operator["kind"] == "left" || row["right"] != Value::Null;
    let expected = lists.into_iter().flatten().flatten().filter(is_kept);
    let theirs = expected.map(|row| json!([row["key"], row["ts"], row["left"], row["right"]]).to_string());
    compare("rows", rows.map(shown).collect(), theirs.collect())
}

fn rated(row: &Value) -> String {
    json!([row["id"], row["key"], row["amount"], row["ts"], row["rate"], row["rate_ts"]]).to_string()
}

/// The rows of a stream of changes: the last of each id, and none of one that was deleted.
fn last_by_id(case: &Case, rows: impl Iterator<Item = Map<String, Value>>) -> Vec<String> {
    let deleted: Vec<&Value> =
        case.input.iter().filter(|row| row["change"] == "-D").filter_map(|row| row.get("id")).collect();
    let mut last = std::collections::BTreeMap::new();
    for row in rows {
        let (left, right) = (&row["left"], &row["right"]);
        if !deleted.contains(&&left["id"]) {
            let whole = json!({"id": left["id"], "key": left["key"], "amount": left["amount"], "ts": left["ts"],
                "rate": right["rate"], "rate_ts": right["ts"]});
            last.insert(left["id"].to_string(), rated(&whole));
        }
    }
    last.into_values().collect()
}

fn of_tables(case: &Case) -> Result<(), String> {
    let mut projection = Projection::default();
    let tombstone = Tombstone::Null(slot(&mut projection, ".value"));
    let is_foreign = case.operator.get("on").is_some();
    let left_key = is_foreign.then(|| by(&mut projection, ".key"));
    let left = by(&mut projection, if is_foreign { ".value.ref" } else { ".key" });
    let on = [left, by(&mut projection, ".key")];
    let kind = match case.operator["kind"].as_str() {
        Some("inner") => tables::Kind::Inner,
        Some("left") => tables::Kind::Left,
        _ => tables::Kind::Outer,
    };
    let job = tables::Job { kind, on, left_key, tombstone, shaping: Shaping::default(), zone: None };
    let mut operator = Tables::new(job).map_err(|error| error.to_string())?;
    let outcome = run(case, &mut operator, &projection)?;
    let shown = |(n, row): &(Option<u64>, Map<String, Value>)| {
        let key = row["key"].as_object().and_then(|key| key.values().next());
        let value = match row.get("deleted") {
            Some(_) => Value::Null,
            None => json!({"left": value(&row["left"]), "right": value(&row["right"])}),
        };
        json!([n, key, value]).to_string()
    };
    let theirs = case.expected["results"].as_array().ok_or("  the case expects no rows")?;
    let theirs = theirs.iter().map(|row| json!([row["n"], row["key"], row["value"]]).to_string());
    compare("changes", outcome.rows.iter().map(shown).collect(), theirs.collect())
}

#[test]
fn joins_with_tables_are_those_of_the_field() {
    let mut failures = Vec::new();
    for case in cases(include_str!("data/cases/join-table.json")) {
        let held = if case.operator["between"] == "stream-table" { as_of(&case) } else { of_tables(&case) };
        let is_skipped = SKIPPED.iter().any(|(id, _)| *id == case.id);
        match held {
            Err(why) if !is_skipped => failures.push(format!("{}: {}\n{why}", case.id, case.title)),
            Ok(()) if is_skipped => failures.push(format!("{}: it is skipped and holds", case.id)),
            _ => {}
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn every_skipped_case_is_told_in_the_documents() {
    let told = include_str!("../docs/concepts/semantics.md");
    let untold: Vec<_> = SKIPPED.iter().filter(|(id, _)| !told.contains(&format!("`{id}`"))).collect();
    assert_eq!(untold, [] as [&(&str, &str); 0]);
}
