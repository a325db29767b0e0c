//! Joins of two streams within bounds of event time.

use bourn::event::scan::Projection;
use bourn::operator::grouping::Grouping;
use bourn::operator::join::{Job, Join, Kind};
use bourn::time::duration::Duration;
use serde_json::{Map, Value, json};

use crate::case::{Case, FILLER, Feed, MILLISECOND, Outcome, compare, milliseconds};

/// Runs a case of a join.
pub fn check(case: &Case) -> Result<(), String> {
    if case.operator["between"] != "stream-stream" || case.operator.get("condition").is_some() {
        return Err("  bourn has no such join".to_owned());
    }
    let outcome = run(case)?;
    let with_numbers = !case.has_marks() && case.expected["results"][0].get("n").is_some();
    let ours = outcome.rows.iter().filter_map(|(n, row)| {
        let is_filler = row["key"]["key"] == FILLER;
        // A row that comes out at the end was open at the end of the case.
        let is_open = with_numbers && n.is_none();
        let sides = [value(&row["left"]), value(&row["right"])];
        (!is_filler && !is_open).then(|| line(if with_numbers { json!(n) } else { Value::Null }, &sides))
    });
    let theirs = case.expected["results"].as_array().into_iter().flatten().filter(|row| {
        // A late row joins nothing in bourn, and goes to the late events.
        !outcome.late.iter().any(|late| row["n"] == json!(late))
    });
    let theirs = theirs.map(|row| {
        let n = row.get("n").filter(|_| with_numbers).cloned().unwrap_or_default();
        line(n, &["left", "right"].map(|side| expected_value(&row[side])))
    });
    compare("pairs", ours.collect(), theirs.collect())?;
    check_open(case, &outcome)
}

fn line(n: Value, [left, right]: &[Value; 2]) -> String {
    format!("at {n}: {left} {right}")
}

fn value(row: &Value) -> Value {
    row.get("value").cloned().unwrap_or_default()
}

/// A case shows a side as its value or as an object with it.
fn expected_value(side: &Value) -> Value {
    side.get("value").unwrap_or(side).clone()
}

/// What is open at the end of a case comes out when the input ends.
fn check_open(case: &Case, outcome: &Outcome) -> Result<(), String> {
    let Some(open) = case.expected["unmatched_open_at_end"].as_array() else { return Ok(()) };
    let shown = |row: &Map<String, Value>| {
        (row["key"]["key"] != FILLER)
            .then(|| line(Value::Null, &["left", "right"].map(|side| value(&row[side]))))
    };
    let ours = outcome.rows.iter().filter(|(n, _)| n.is_none()).filter_map(|(_, row)| shown(row));
    let theirs = open.iter().map(|row| line(Value::Null, &["left", "right"].map(|side| row[side].clone())));
    compare("unmatched rows at the end", ours.collect(), theirs.collect())
}

/// How far right rows may lie before and behind their left row, in milliseconds.
fn bounds(operator: &Value) -> (i128, i128) {
    if operator.get("before_ms").is_some() {
        return (milliseconds(operator, "before_ms", 0), milliseconds(operator, "after_ms", 0));
    }
    // A bound that is not included lies one millisecond further in.
    let inward = |name: &str| i128::from(operator[name] == false);
    let lower = milliseconds(operator, "lower_ms", 0) + inward("lower_inclusive");
    let upper = milliseconds(operator, "upper_ms", 0) - inward("upper_inclusive");
    let from_right = operator["bounds"].as_str().is_some_and(|bounds| bounds.starts_with("right.ts"));
    if from_right { (upper, -lower) } else { (-lower, upper) }
}

fn run(case: &Case) -> Result<Outcome, String> {
    let operator = &case.operator;
    let kind = match operator["kind"].as_str() {
        Some("inner") => Kind::Inner,
        Some("left") => Kind::Left,
        Some("right") => Kind::Right,
        Some("outer" | "full") => Kind::Outer,
        other => return Err(format!("  no kind of join is {other:?}")),
    };
    let mut projection = Projection::default();
    let by = if operator["key"] == "none" { "key=0" } else { ".key" };
    let mut side = || Grouping::parse(Some(by), &mut projection).map_err(|error| error.to_string());
    let on = [side()?, side()?];
    let (before, after) = bounds(operator);
    // Without a time of their own, the two sides of a case are read one after the other.
    let has_progress = operator["progress"].as_str().is_some();
    let lateness = if has_progress { 0 } else { 1 << 50 };
    let mut join = Join::new(Job {
        kind,
        on,
        before: Duration(before * MILLISECOND),
        after: Duration(after * MILLISECOND),
        lateness: [Duration(lateness * MILLISECOND); 2],
        grace: [Duration(milliseconds(operator, "grace_ms", 0) * MILLISECOND); 2],
        max_ahead: None,
        select: None,
        zone: None,
    })
    .map_err(|error| error.to_string())?;
    let mut feed = Feed::new(&mut join, &projection, MILLISECOND);
    for row in &case.input {
        feed_row(case, row, &mut feed)?;
    }
    feed.end()
}

/// Both sides of Kafka Streams share one stream time, so each row moves the other side's time as well; that
/// decides when unmatched rows come out.
fn feed_row(case: &Case, row: &Value, feed: &mut Feed<'_>) -> Result<(), String> {
    let n = row["n"].as_u64().ok_or("a row has a number")?;
    let input = usize::from(row["stream"] == "right");
    if let Some(mark) = row["watermark"].as_i64() {
        return feed.event(n, input, i128::from(mark) + 1, &json!({"key": FILLER}));
    }
    let skipped = case.expected["skipped"].as_array();
    if skipped.is_some_and(|rows| rows.iter().any(|skip| skip["n"] == row["n"])) {
        // To bourn a null value is a value; the systems that skip it never see the row.
        return Ok(());
    }
    let time = i128::from(row["ts"].as_i64().ok_or("a row has a time")?);
    if case.operator["self"] == true {
        feed.event(n, 0, time, row)?;
        return feed.event(n, 1, time, row);
    }
    if case.operator["progress"] == "stream-time" && case.operator["kind"] != "inner" {
        feed.event(n, 1 - input, time, &json!({"key": FILLER}))?;
    }
    feed.event(n, input, time, row)
}
