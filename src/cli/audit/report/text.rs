//! Lines for people, as compilers write them.

use super::{Report, sentence};
use crate::cli::output::plain;
use crate::operator::check::Place;

/// The findings in the order of their places, and the summary.
pub fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    for finding in report.findings.sorted() {
        let (rule, offset) = (finding.rule.name(), finding.place.offset);
        text += &plain(&format!("{}: {rule} @{offset}: {}", position(&finding.place), sentence(finding)));
        text.push('\n');
    }
    for line in report.summary() {
        text += &line;
        text.push('\n');
    }
    text
}

/// `file:line:column`.
pub fn position(place: &Place) -> String {
    match place.column {
        Some(column) => format!("{}:{}:{column}", place.source, place.line),
        None => format!("{}:{}", place.source, place.line),
    }
}
