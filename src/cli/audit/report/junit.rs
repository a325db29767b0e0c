//! JUnit XML, which most CI systems read: a failed test for each finding, a passed one for each rule that holds.

use super::text::position;
use super::{Report, sentence};
use crate::cli::output::plain;

/// One suite.
pub fn render(report: &Report<'_>) -> String {
    let (mut cases, mut tests, mut failures) = (String::new(), 0, 0);
    for (rule, count) in report.rules() {
        let class = format!("bourn.audit.{}", rule.name());
        if count.found == 0 {
            tests += 1;
            cases += &format!("    <testcase classname=\"{class}\" name=\"{}\"/>\n", rule.meaning());
            continue;
        }
        for finding in report.findings.sorted().into_iter().filter(|finding| finding.rule == rule) {
            (tests, failures) = (tests + 1, failures + 1);
            let place = &finding.place;
            let name = escaped(&format!("{} {}", rule.meaning(), position(place)));
            let (file, line) = (escaped(&place.source), place.line);
            let message = escaped(&format!("{} (@{})", sentence(finding), place.offset));
            cases += &format!(
                "    <testcase classname=\"{class}\" name=\"{name}\" file=\"{file}\" line=\"{line}\">\n"
            );
            cases += &format!("      <failure type=\"{}\" message=\"{message}\"/>\n", rule.name());
            cases += "    </testcase>\n";
        }
        if let unseen @ 1.. = report.unseen(rule) {
            (tests, failures) = (tests + 1, failures + 1);
            cases += &format!("    <testcase classname=\"{class}\" name=\"{unseen} more\">\n");
            cases +=
                &format!("      <failure type=\"{}\" message=\"{unseen} more not shown\"/>\n", rule.name());
            cases += "    </testcase>\n";
        }
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{tests}\" failures=\"{failures}\">\n  \
         <testsuite name=\"bourn audit check\" tests=\"{tests}\" failures=\"{failures}\">\n{cases}  \
         </testsuite>\n</testsuites>\n"
    )
}

/// Text of an attribute; control characters, which XML cannot hold, are spelled out.
fn escaped(text: &str) -> String {
    let text = plain(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
