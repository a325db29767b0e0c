//! Workflow commands: GitHub shows each beside its line of the change.

use super::{Report, sentence};
use crate::cli::output::plain;

/// One command for each finding, then the summary for the log.
pub fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    for finding in report.findings.sorted() {
        let place = &finding.place;
        let column = place.column.map(|column| format!(",col={column}")).unwrap_or_default();
        let message = plain(&format!("{} (@{})", sentence(finding), place.offset));
        text += &format!(
            "::error file={},line={}{column},title={}::{}\n",
            property(&place.source),
            place.line,
            property(&format!("bourn audit check: {}", finding.rule.name())),
            escaped(&message),
        );
    }
    for line in report.summary() {
        text += &line;
        text.push('\n');
    }
    text
}

/// Text of a message.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property, which a comma or colon would end.
fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
