//! One JSON object for programs.

use serde::Serialize;

use super::Report;

#[derive(Serialize)]
struct Verdict<'a> {
    ok: bool,
    sources: &'a [String],
    lines: u64,
    total: u64,
    rules: Vec<Counted>,
    findings: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Counted {
    rule: &'static str,
    checked: u64,
    findings: u64,
}

#[derive(Serialize)]
struct Found<'a> {
    rule: &'static str,
    source: &'a str,
    line: u64,
    column: Option<u64>,
    offset: u64,
    what: &'a str,
    why: &'a str,
}

/// The verdict, the counts, the findings.
pub fn render(report: &Report<'_>) -> String {
    let rules = report.rules().into_iter().map(|(rule, count)| Counted {
        rule: rule.name(),
        checked: count.checked,
        findings: count.found,
    });
    let findings = report.findings.sorted().into_iter().map(|finding| Found {
        rule: finding.rule.name(),
        source: &finding.place.source,
        line: finding.place.line,
        column: finding.place.column,
        offset: finding.place.offset,
        what: &finding.what,
        why: &finding.why,
    });
    let total = report.findings.total();
    let verdict = Verdict {
        ok: total == 0,
        sources: report.sources,
        lines: report.lines,
        total,
        rules: rules.collect(),
        findings: findings.collect(),
    };
    serde_json::to_string(&verdict).expect("names, numbers and texts always become JSON") + "\n"
}
