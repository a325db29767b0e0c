//! SARIF 2.1.0, which code scanning reads.

use serde_json::{Value, json};

use super::{Report, sentence};
use crate::operator::check::Finding;

/// One run with its rules and results.
pub fn render(report: &Report<'_>) -> String {
    let on = report.rules();
    let rules =
        on.iter().map(|(rule, _)| json!({"id": rule.name(), "shortDescription": {"text": rule.meaning()}}));
    let results = report.findings.sorted().into_iter().map(|finding| {
        let index = on.iter().position(|(rule, _)| *rule == finding.rule);
        result(finding, index)
    });
    let run = json!({
        "tool": {"driver": {
            "name": "bourn",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules.collect::<Vec<_>>(),
        }},
        "results": results.collect::<Vec<_>>(),
        "properties": {"lines": report.lines, "total": report.findings.total()},
    });
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    });
    format!("{log:#}\n")
}

fn result(finding: &Finding, index: Option<usize>) -> Value {
    let place = &finding.place;
    let mut region = json!({"startLine": place.line.max(1)});
    if let Some(column) = place.column {
        region["startColumn"] = column.into();
    }
    let location = json!({"artifactLocation": {"uri": uri(&place.source)}, "region": region});
    let mut result = json!({
        "ruleId": finding.rule.name(),
        "level": "error",
        "message": {"text": sentence(finding)},
        "locations": [{"physicalLocation": location}],
        "properties": {"offset": place.offset},
    });
    if let Some(index) = index {
        result["ruleIndex"] = index.into();
    }
    result
}

/// A path as a relative URI reference.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for &byte in path.as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into())
            }
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}
