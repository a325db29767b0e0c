//! Appends that expect a version, and appends that come again, run through the program. `any` is `--unique`, except
//! where one batch brings an id several times: the source stores those, and so does an append without `--unique`.

use std::collections::BTreeSet;

use crate::case::Case;
use serde_json::{Value, json};

/// Runs the appends of a case on a stream of its own, one after the other.
pub fn check(case: &Case) -> Result<(), String> {
    let place = tempfile::tempdir().map_err(|error| error.to_string())?;
    let wanted = case.expected["outcomes"].as_array().ok_or("a case has outcomes")?;
    let mut size = 0;
    for (step, wanted) in case.input.iter().zip(wanted) {
        if step["do"] != "append" {
            return Err(format!("bourn has no {}", step["do"]));
        }
        let before = size;
        let outcome = append(place.path(), step)?;
        size = outcome["size"].as_u64().unwrap_or(before);
        let mut found = json!({"n": step["n"]});
        match outcome["size"].is_u64() {
            true => {
                size = size.max(before);
                found["ok"] = json!(true);
                found["appended"] = json!(size - before);
                // A receipt for nothing new names no event.
                found["next_version"] = match outcome["last"].is_null() {
                    true => wanted["next_version"].clone(),
                    false => outcome["last"].clone(),
                };
            }
            false => {
                found["error"] = json!("wrong-expected-version");
                found["actual"] = json!("no-stream");
                size = before;
            }
        }
        let agrees =
            wanted.as_object().is_some_and(|wanted| wanted.iter().all(|(name, value)| found[name] == *value));
        if !agrees {
            return Err(format!("  wanted {wanted}\n  found  {found}"));
        }
    }
    let stored = case.expected["events_in_stream"].as_u64();
    if stored == Some(size) { Ok(()) } else { Err(format!("  wanted {stored:?} events, found {size}")) }
}

/// The receipt of an append, or null when it conflicts.
fn append(place: &std::path::Path, step: &Value) -> Result<Value, String> {
    let ids: Vec<&str> = step["events"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let lines: String = ids
        .iter()
        .map(|id| format!("{{\"eventId\":\"{id}\",\"eventType\":\"A\",\"streamId\":\"x\"}}\n"))
        .collect();
    let mut command = assert_cmd::Command::cargo_bin("bourn").map_err(|error| error.to_string())?;
    command.current_dir(place).args(["append", "s"]).write_stdin(lines);
    match &step["expected"] {
        Value::Number(version) => command.args(["--expect-version", &format!("x={version}")]),
        expected if expected == "no-stream" => command.args(["--expect-version", "x=none"]),
        expected if expected == "stream-exists" => command.args(["--expect-version", "x=exists"]),
        _ if ids.iter().collect::<BTreeSet<_>>().len() == ids.len() => command.arg("--unique"),
        _ => &mut command,
    };
    let output = command.output().map_err(|error| error.to_string())?;
    let words = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0) => serde_json::from_slice(&output.stdout).map_err(|error| error.to_string()),
        Some(4) if words.contains("has no event, but") => Ok(Value::Null),
        _ => Err(words.into_owned()),
    }
}
