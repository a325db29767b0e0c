//! Joins of two streams within bounds of event time.

use bourn::event::scan::Projection;
use bourn::operator::grouping::Grouping;
use bourn::operator::join::row::Shaping;
use bourn::operator::join::{Job, Join, Kind};
use bourn::time::duration::Duration;
use bourn::time::timestamp::Timestamp;
use serde_json::{Map, Value, json};

use crate::case::{Case, FILLER, Feed, MILLISECOND, Outcome, compare, milliseconds};

/// Runs a case of a join.
pub fn check(case: &Case) -> Result<(), String> {
    match case.operator["between"].as_str() {
        Some("window-window") => return check_windows(case),
        Some("stream-stream-stream") => return check_three(case),
        _ => {}
    }
    let outcome = run(case)?;
    let with_numbers = !crate::window::has_marks(case) && case.expected["results"][0].get("n").is_some();
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

/// The keys of the two sides. A condition on one side's row is a key that is null where it does not hold: such a row
/// joins nothing. Where null equals null, the key is its own JSON text.
fn keys(operator: &Value) -> [String; 2] {
    let by = match operator["key"].as_str() {
        Some("none") => "0",
        Some(key) if key.contains("null equals null") => "(.key | tojson)",
        _ => ".key",
    };
    let without = |side: &str, value: &str| {
        let says =
            |text: &str| operator["condition"].as_str().is_some_and(|condition| condition.contains(text));
        match says(&format!("{side}.value")) {
            true => format!("key=if .value == \"{value}\" then null else {by} end"),
            false => format!("key={by}"),
        }
    };
    [without("left", "L-5"), without("right", "R-5")]
}

/// The windows of both sides, joined where they begin at the same time: two windows and a join in a pipe.
fn check_windows(case: &Case) -> Result<(), String> {
    let null_equals = case.operator["on"].as_str().is_some_and(|on| on.contains("null equals null"));
    let mut projection = Projection::default();
    let by =
        if null_equals { "key=(.key.key | tojson),start=.window.start" } else { ".key.key,.window.start" };
    let mut side = || Grouping::parse(Some(by), &mut projection).map_err(|error| error.to_string());
    let kind = kind(&case.operator)?;
    let (exact, late) = (Duration(0), Duration(1 << 80));
    let mut join = Join::new(Job {
        kind,
        on: [side()?, side()?],
        before: exact,
        after: exact,
        lateness: [late; 2],
        grace: [exact; 2],
        max_ahead: None,
        shaping: Shaping::default(),
        zone: None,
    })
    .map_err(|error| error.to_string())?;
    let mut feed = Feed::new(&mut join, &projection, MILLISECOND);
    for (input, name) in ["left", "right"].into_iter().enumerate() {
        for (n, row) in crate::window::counted_by_key(case, name)?.into_iter().enumerate() {
            let start = Timestamp::parse(row["window"]["start"].as_str().unwrap_or_default());
            let start = start.map_err(|error| error.to_string())?;
            feed.event(n as u64, input, start.0 / MILLISECOND, &Value::Object(row))?;
        }
    }
    let side = |row: &Value| json!([row["key"]["key"], row["window"]["start"], row["count"]]);
    let is_anti = kind == Kind::Anti;
    let ours = feed.end()?.rows.into_iter().map(|(_, row)| match is_anti {
        true => json!([side(&Value::Object(row)), null_side()]).to_string(),
        false => json!([side(&row["left"]), side(&row["right"])]).to_string(),
    });
    let shown = |row: &Value| match row.get("start").and_then(Value::as_i64) {
        Some(start) => {
            json!([row["key"], Timestamp(i128::from(start) * MILLISECOND).to_string(), row["count"]])
        }
        None => null_side(),
    };
    let theirs = case.expected["results"].as_array().into_iter().flatten();
    let theirs = theirs.map(|row| json!([shown(&row["left"]), shown(&row["right"])]).to_string());
    compare("pairs of windows", ours.collect(), theirs.collect())
}

fn null_side() -> Value {
    json!([null, null, null])
}

/// The rows of one join, joined again: two joins in a pipe.
fn check_three(case: &Case) -> Result<(), String> {
    // Rows without a value are left out, as `--where '.value != null'` does.
    let rows = case.input.iter().filter(|row| row["value"] != Value::Null).cloned().collect();
    let with = |input: Vec<Value>| Case {
        id: case.id.clone(),
        title: case.title.clone(),
        operator: case.operator.clone(),
        input,
        expected: case.expected.clone(),
    };
    let case = &with(rows);
    let first = run(case)?;
    let joined = first.rows.iter().filter_map(|(n, row)| {
        let time = row["left"]["ts"].as_i64().max(row["right"]["ts"].as_i64());
        let values = json!([row["left"]["value"], row["right"]["value"]]);
        Some(json!({"n": (*n)?, "ts": time, "key": row["key"]["key"], "value": values, "stream": "left"}))
    });
    let rights = case.input.iter().filter(|row| row["stream"] == "right").cloned();
    let mut input: Vec<Value> = joined.chain(rights).collect();
    input.sort_by_key(|row| row["n"].as_u64());
    let second = with(input);
    let shown = |(n, row): &(Option<u64>, Map<String, Value>)| {
        let mut values = row["left"]["value"].as_array().cloned().unwrap_or_default();
        values.push(row["right"]["value"].clone());
        json!([n, values]).to_string()
    };
    let ours = run(&second)?.rows.iter().map(shown).collect();
    let theirs = case.expected["results"].as_array().into_iter().flatten();
    compare("triples", ours, theirs.map(|row| json!([row["n"], row["values"]]).to_string()).collect())
}

fn kind(operator: &Value) -> Result<Kind, String> {
    match operator["kind"].as_str() {
        Some("inner") => Ok(Kind::Inner),
        Some("left") => Ok(Kind::Left),
        Some("right") => Ok(Kind::Right),
        Some("outer" | "full") => Ok(Kind::Outer),
        Some("anti") => Ok(Kind::Anti),
        other => Err(format!("  no kind of join is {other:?}")),
    }
}

fn run(case: &Case) -> Result<Outcome, String> {
    let operator = &case.operator;
    let kind = kind(operator)?;
    let mut projection = Projection::default();
    let [left, right] = keys(operator);
    let mut side = |by: &str| Grouping::parse(Some(by), &mut projection).map_err(|error| error.to_string());
    let on = [side(&left)?, side(&right)?];
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
        shaping: Shaping::default(),
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
