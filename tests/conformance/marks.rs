//! Watermarks of one and of several inputs. A mark t of a case is a stream time of t + 1 in bourn.

use bourn::time::duration::Duration;
use bourn::time::timestamp::Timestamp;
use bourn::time::watermark::StreamTimes;
use serde_json::json;

use crate::case::{Case, compare};

/// Runs a case of watermarks.
pub fn check(case: &Case) -> Result<(), String> {
    let count = case.operator["inputs"].as_u64().unwrap_or(1) as usize;
    let is_merge = case.operator["op"] == "merge-watermarks";
    let mut times = StreamTimes::new(count, Duration(0), Duration(0));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for item in &case.input {
        let input = item["stream"].as_u64().unwrap_or(0) as usize;
        let rose = match (item["watermark"].as_i64(), item["ts"].as_i64(), item["status"].as_str()) {
            (Some(mark), ..) => times.observe(input, Timestamp(i128::from(mark) + 1)),
            (_, Some(time), _) => times.observe(input, Timestamp(i128::from(time))),
            (.., Some("idle")) => times.leave_out(input),
            _ => false,
        };
        if let Some(time) = times.watermark().time().filter(|_| rose || !is_merge) {
            ours.push(json!([item["n"], (time.0 - 1) as i64]).to_string());
        }
    }
    let results = if is_merge { "results" } else { "watermarks" };
    for mark in case.expected[results].as_array().into_iter().flatten() {
        theirs.push(json!([mark["n"], mark["watermark"]]).to_string());
    }
    compare(results, ours, theirs)
}
