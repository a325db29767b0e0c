//! Windows: which ones an instant belongs to, and the whole operator over rows.

use bourn::event::Event;
use bourn::event::line::{Line, Offset};
use bourn::event::scan::Projection;
use bourn::operator::aggregate::AggregateSpec;
use bourn::operator::fold::{self, Fold};
use bourn::operator::grouping::Grouping;
use bourn::operator::pass::{Extent, Pass};
use bourn::operator::window::{Emit, Job, Kind, LateBy, Windows};
use bourn::operator::{Operator, Results};
use bourn::time::duration::Duration;
use bourn::time::timestamp::Timestamp;
use bourn::time::window::Raster;
use serde_json::{Map, Value, json};

use crate::case::{Case, FILLER, Feed, MILLISECOND, Outcome, compare, milliseconds};

/// Runs a case of windows.
pub fn check(case: &Case) -> Result<(), String> {
    match (case.operator["op"].as_str(), case.operator["kind"].as_str()) {
        (Some("assign"), _) => check_assignment(case),
        (Some("passthrough"), _) => check_passing(case),
        (_, Some("global")) => check_global(case),
        _ => check_operator(case),
    }
}

/// One window over everything is a fold.
fn check_global(case: &Case) -> Result<(), String> {
    let mut projection = Projection::default();
    let grouping = Grouping::parse(Some(".key"), &mut projection).map_err(|error| error.to_string())?;
    let specs = AggregateSpec::parse_all(&["value=sum(.value)"], &mut projection);
    let specs = specs.map_err(|error| error.to_string())?;
    let mut fold = Fold::aggregates(grouping, specs, fold::Emit::Final);
    let outcome = feed_all(case, &mut fold, &projection)?;
    let ours = outcome.rows.iter().map(|(_, row)| json!([row["key"]["key"], row["value"]]).to_string());
    let theirs = case.expected["results"].as_array().into_iter().flatten();
    let theirs = theirs.map(|row| json!([row["key"], row["value"]]).to_string());
    compare("states", ours.collect(), theirs.collect())
}

/// Events that are passed on are what they were, whatever their time.
fn check_passing(case: &Case) -> Result<(), String> {
    let mut pass = Pass::new(None, false, Extent::default());
    let mut results = Results::default();
    for row in &case.input {
        let text = row.to_string();
        let line = Line { bytes: text.as_bytes(), source: "case", number: 1, offset: Offset(0) };
        pass.on_event(&Event::new(line, 0, &[]), &mut results).map_err(|error| error.to_string())?;
    }
    let ours = String::from_utf8_lossy(&results.rows).lines().map(str::to_owned).collect();
    let theirs = case.expected["results"].as_array().into_iter().flatten().map(Value::to_string);
    compare("rows", ours, theirs.collect())
}

/// Whether the system leaves the row out. In bourn a condition does that for rows without a key
/// (`--where '.key != null'`), and `--on-error skip` for rows without a time.
fn is_left_out(case: &Case, row: &Value) -> bool {
    let skipped = case.expected["skipped"].as_array().into_iter().flatten();
    let reason = |skip: &Value| skip["reason"] == "null-key" || skip["reason"] == "null-time";
    skipped.filter(|skip| reason(skip)).any(|skip| skip["n"] == row["n"])
}

/// Feeds the rows of a case. A mark moves the time of both inputs, a row only that of the first, so that the marks
/// alone say what is closed, as in Flink.
fn feed_all(case: &Case, operator: &mut dyn Operator, projection: &Projection) -> Result<Outcome, String> {
    let mut feed = Feed::new(operator, projection, unit(&case.operator));
    for row in case.input.iter().filter(|row| !is_left_out(case, row)) {
        let n = row["n"].as_u64().ok_or("a row has a number")?;
        if let Some(mark) = row["watermark"].as_i64() {
            for input in 0..2 {
                let time = i128::from(mark) + 1 - offset(case);
                feed.event(n, input, time, &json!({"key": FILLER}))?;
            }
        } else {
            let time = row["ts"].as_i64().ok_or("  a row has no time")?;
            feed.event(n, 0, i128::from(time) - offset(case), &with_numbers(row))?;
        }
    }
    feed.end()
}

/// bourn has no offset of windows, so the rows are moved instead.
fn offset(case: &Case) -> i128 {
    milliseconds(&case.operator, "offset_ms", 0)
}

/// A window just after an event begins one millisecond after it in a case, and one nanosecond in bourn; so the
/// times of sliding windows are taken for nanoseconds.
fn unit(operator: &Value) -> i128 {
    if operator["kind"] == "sliding" { 1 } else { MILLISECOND }
}

fn raster(operator: &Value) -> Raster {
    let size = milliseconds(operator, "size_ms", 1);
    let advance = milliseconds(operator, "advance_ms", size);
    Raster::Fixed { size: Duration(size * MILLISECOND), advance: Duration(advance * MILLISECOND) }
}

fn check_assignment(case: &Case) -> Result<(), String> {
    let raster = raster(&case.operator);
    let mut ours = Vec::new();
    for row in &case.input {
        let time = milliseconds(row, "ts", 0) - offset(case);
        let mut windows = Vec::new();
        raster.each(Timestamp(time * MILLISECOND), |window| {
            let bounds = [window.start, window.end].map(|time| time.0 / MILLISECOND + offset(case));
            windows.push(bounds.map(|bound| bound as i64));
        });
        ours.push(json!({"n": row["n"], "windows": windows}).to_string());
    }
    let theirs = case.expected["windows"].as_array().into_iter().flatten();
    compare("windows", ours, theirs.map(Value::to_string).collect())
}

fn kind(operator: &Value) -> Result<Kind, String> {
    let duration = |name: &str| Duration(milliseconds(operator, name, 0) * unit(operator));
    match operator["kind"].as_str() {
        Some("tumbling" | "hopping") => Ok(Kind::Raster(raster(operator))),
        Some("session") => {
            // A gap that is not included is one that ends one unit before.
            let exclusive = unit(operator) * i128::from(operator["gap"] == "exclusive");
            Ok(Kind::Session(Duration(duration("gap_ms").0 - exclusive)))
        }
        Some("sliding") => Ok(Kind::SlidingAll(duration("difference_ms"))),
        other => Err(format!("  no kind of window is {other:?}")),
    }
}

/// D in milliseconds: none with stream time, as good as endless where the source has no progress at all. A mark
/// of Flink closes when `mark ≥ end − 1`, which is one millisecond earlier than with bourn.
fn lateness(operator: &Value) -> i128 {
    match &operator["progress"] {
        Value::Object(progress) => progress["delay_ms"].as_i64().map_or(0, i128::from) - 1,
        Value::String(progress) if progress.starts_with("none") => 1 << 50,
        _ => 0,
    }
}

/// The aggregates: what they are called in the case, and how bourn writes them.
fn aggregates(operator: &Value) -> Vec<(String, String)> {
    let named = |name: &str, call: &str| (name.to_owned(), call.to_owned());
    match operator["agg"].as_str() {
        Some("count") => vec![named("value", "count()")],
        Some("sum") => vec![named("value", "sum(.value)")],
        Some("count and sum") => vec![named("count", "count()"), named("sum", "sum(.value)")],
        Some("collect" | "collect-sorted") => vec![named("value", "list(.value)")],
        _ => operator["aggs"].as_object().into_iter().flatten().map(|(name, _)| aggregate(name)).collect(),
    }
}

fn aggregate(name: &str) -> (String, String) {
    let call = match name {
        "count" => "count()",
        "sum_dec" => "sum(.dec)",
        "max_dbl" => "max(.dbl)",
        "min_flt" => "min(.flt)",
        "count_distinct_str" => "distinct(.str)",
        "distinct_str" => "set(.str)",
        "count_distinct" => "distinct(.v)",
        other => other,
    };
    (name.to_owned(), call.to_owned())
}

fn run(case: &Case, emit: Emit) -> Result<Outcome, String> {
    let mut projection = Projection::default();
    let grouping = Grouping::parse(Some(".key"), &mut projection).map_err(|error| error.to_string())?;
    let calls: Vec<String> =
        aggregates(&case.operator).into_iter().map(|(name, call)| format!("{name}={call}")).collect();
    let specs = AggregateSpec::parse_all(&calls, &mut projection).map_err(|error| error.to_string())?;
    let grace = milliseconds(&case.operator, "grace_ms", milliseconds(&case.operator, "lateness_ms", 0));
    let mut windows = Windows::new(Job {
        kind: kind(&case.operator)?,
        grouping,
        specs,
        lateness: Duration(lateness(&case.operator) * unit(&case.operator)),
        grace: Duration(grace * unit(&case.operator)),
        late_by: LateBy::Window,
        emit,
        fill: None,
        max_ahead: None,
        inputs: if has_marks(case) { 2 } else { 1 },
        zone: None,
    })
    .map_err(|error| error.to_string())?;
    feed_all(case, &mut windows, &projection)
}

/// The row with its decimal as a number, which the case writes as a string.
fn with_numbers(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(Ok(number)) = row["dec"].as_str().map(str::parse::<serde_json::Number>) {
        row["dec"] = Value::Number(number);
    }
    row
}

/// The windows of one side of a join of windows: how many distinct values each key has.
pub fn counted_by_key(case: &Case, side: &str) -> Result<Vec<Map<String, Value>>, String> {
    let mut projection = Projection::default();
    let grouping = Grouping::parse(Some(".key"), &mut projection).map_err(|error| error.to_string())?;
    let specs = AggregateSpec::parse_all(&["count=distinct(.value)"], &mut projection);
    let window = &case.operator["window"];
    let mut windows = Windows::new(Job {
        kind: Kind::Raster(raster(window)),
        grouping,
        specs: specs.map_err(|error| error.to_string())?,
        lateness: Duration(milliseconds(window, "delay_ms", 0) * MILLISECOND),
        grace: Duration(0),
        late_by: LateBy::Window,
        emit: Emit::Final,
        fill: None,
        max_ahead: None,
        inputs: 1,
        zone: None,
    })
    .map_err(|error| error.to_string())?;
    let mut feed = Feed::new(&mut windows, &projection, MILLISECOND);
    for row in case.input.iter().filter(|row| row["stream"] == side) {
        let (n, time) =
            (row["n"].as_u64().unwrap_or_default(), row["ts"].as_i64().ok_or("  a row has no time")?);
        feed.event(n, 0, i128::from(time), row)?;
    }
    Ok(feed.end()?.rows.into_iter().map(|(_, row)| row).collect())
}

fn check_operator(case: &Case) -> Result<(), String> {
    let outcome = run(case, Emit::Final)?;
    let names: Vec<String> = aggregates(&case.operator).into_iter().map(|(name, _)| name).collect();
    let expected = ["final_if_every_row_is_remembered", "final", "results"]
        .into_iter()
        .find_map(|name| case.expected[name].as_array());
    let expected = expected.ok_or("  the case expects no windows")?;
    let tells_emission = !has_marks(case) && expected.iter().any(|row| row.get("emitted_after").is_some());
    let mut ours = Vec::new();
    for (n, row) in &outcome.rows {
        let (start, end) = (bound(row, "start", case)?, bound(row, "end", case)?);
        if is_clipped(case, start) || row["key"]["key"] == FILLER {
            continue;
        }
        let values = names.iter().map(|name| value(case, &row[name]));
        let emission = if tells_emission { json!(n) } else { Value::Null };
        ours.push(line(emission, &row["key"]["key"], start, end, values.collect()));
    }
    let mut theirs = Vec::new();
    for row in expected {
        let values = names.iter().map(|name| value(case, row.get(name).unwrap_or(&Value::Null)));
        let emission = row.get("emitted_after").filter(|_| tells_emission).cloned().unwrap_or_default();
        let start = milliseconds(row, "start", 0);
        if is_clipped(case, start) {
            continue;
        }
        let key = row.get("key").unwrap_or(&Value::Null);
        theirs.push(line(emission, key, start, expected_end(case, row), values.collect()));
    }
    compare("windows", ours, theirs)?;
    check_late(case, &outcome)?;
    check_updates(case)
}

/// Every change, where a case lists them: the rows with the number of the input row, and the sessions taken back.
fn check_updates(case: &Case) -> Result<(), String> {
    let Some(expected) = case.expected["updates"].as_array() else { return Ok(()) };
    if case.expected.get("final_if_every_row_is_remembered").is_some() {
        // The changes listed are those of a system that forgets a row.
        return Ok(());
    }
    let mut ours = Vec::new();
    for (n, row) in run(case, Emit::Updates)?.rows {
        let (start, end) = (bound(&row, "start", case)?, bound(&row, "end", case)?);
        if !is_clipped(case, start) {
            let value = row.get("value").map_or(Value::Null, |found| value(case, found));
            ours.push(line(json!(n), &row["key"]["key"], start, end, vec![value]));
        }
    }
    let mut theirs = Vec::new();
    for row in expected {
        let start = milliseconds(row, "start", 0);
        // Kafka Streams takes a session back also where its bounds stay as they are.
        let is_same = |other: &Value| {
            !other["value"].is_null()
                && ["n", "key", "start", "last"].iter().all(|name| other[name] == row[name])
        };
        let is_needless = row["value"].is_null() && expected.iter().any(is_same);
        if !is_clipped(case, start) && !is_needless {
            let end = expected_end(case, row);
            theirs.push(line(row["n"].clone(), &row["key"], start, end, vec![value(case, &row["value"])]));
        }
    }
    compare("updates", ours, theirs)
}

/// Where a case clips time at zero, the windows before it do not exist, and the sliding ones around it are one.
fn is_clipped(case: &Case, start: i128) -> bool {
    let first = i128::from(case.operator["kind"] == "sliding");
    case.operator["before_epoch"] == "clip" && start < first
}

/// A session ends with its last event; some cases say the end one gap later.
fn expected_end(case: &Case, row: &Value) -> i128 {
    let gap = milliseconds(&case.operator, "gap_ms", 0);
    let end = row["end"].as_i64().or(row["last"].as_i64()).map(i128::from);
    end.unwrap_or_else(|| milliseconds(row, "end_exclusive", 0) - gap)
}

fn value(case: &Case, value: &Value) -> Value {
    match plain(value) {
        Value::Array(mut values) if case.operator["agg"] != "collect" => {
            values.sort_by_key(Value::to_string);
            Value::Array(values)
        }
        value => value,
    }
}

fn line(emission: Value, key: &Value, start: i128, end: i128, values: Vec<Value>) -> String {
    format!("after {emission} key {key} {start} to {end}: {}", Value::Array(values))
}

fn bound(row: &Map<String, Value>, name: &str, case: &Case) -> Result<i128, String> {
    let text = row["window"][name].as_str().ok_or("a window has bounds")?;
    let time = Timestamp::parse(text).map_err(|error| error.to_string())?;
    Ok(time.0 / unit(&case.operator) + offset(case))
}

/// A row is late when none of its windows takes it; a case may list it also for one of several.
fn check_late(case: &Case, outcome: &Outcome) -> Result<(), String> {
    let Some(late) = ["late", "late_rows"].into_iter().find_map(|name| case.expected[name].as_array()) else {
        return Ok(());
    };
    let updated = |n: &Value| {
        let updates = case.expected["updates"].as_array();
        updates.is_some_and(|updates| updates.iter().any(|update| update["n"] == *n))
    };
    let number = |row: &Value| if row.is_u64() { row.clone() } else { row["n"].clone() };
    let mut theirs: Vec<String> =
        late.iter().map(number).filter(|n| !updated(n)).map(|n| n.to_string()).collect();
    theirs.dedup();
    if case.operator["kind"] == "sliding" {
        // Kafka Streams forgets a row that only windows to come could take; bourn keeps it for them.
        theirs.retain(|n| outcome.late.iter().any(|late| late.to_string() == *n));
    }
    compare("late rows", outcome.late.iter().map(u64::to_string).collect(), theirs)
}

/// A value in which equal numbers are written alike: `"1.11"` and `1.0` of a case, `1.11` and `1` of ours.
fn plain(value: &Value) -> Value {
    match value {
        Value::Array(values) => Value::Array(values.iter().map(plain).collect()),
        Value::Number(number) => Value::from(number.to_string().parse::<f64>().unwrap_or(f64::NAN)),
        Value::String(text) => match text.parse::<f64>() {
            Ok(number) if text.contains('.') => Value::from(number),
            _ => value.clone(),
        },
        _ => value.clone(),
    }
}

/// Whether marks of its own move the time of a case.
pub fn has_marks(case: &Case) -> bool {
    case.input.iter().any(|row| row.get("watermark").is_some())
}
