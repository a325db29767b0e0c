//! How the verdict of a check is told: one file a format.

mod github;
mod json;
mod junit;
mod sarif;
mod text;

use clap::ValueEnum;

use crate::operator::check::{Count, Finding, Findings, Rule};

/// The formats.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Lines for people: file:line:column first
    #[default]
    Text,
    /// One JSON object
    Json,
    /// Workflow commands, which GitHub shows beside the lines
    Github,
    /// JUnit XML: a test for each finding, and one for each rule that holds
    Junit,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// A verdict.
pub struct Report<'a> {
    /// What was read, as the user named it; nothing for standard input.
    pub sources: &'a [String],
    /// How many lines were read.
    pub lines: u64,
    /// What was found.
    pub findings: &'a Findings,
}

impl Report<'_> {
    /// The verdict in a format.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Text => text::render(self),
            Format::Json => json::render(self),
            Format::Github => github::render(self),
            Format::Junit => junit::render(self),
            Format::Sarif => sarif::render(self),
        }
    }

    /// The rules that were asked for, with their counts.
    fn rules(&self) -> Vec<(Rule, Count)> {
        let counts = Rule::ALL.into_iter().map(|rule| (rule, self.findings.count(rule)));
        counts.filter(|(_, count)| count.is_on).collect()
    }

    /// How many findings of a rule are counted and not shown.
    fn unseen(&self, rule: Rule) -> u64 {
        let kept = self.findings.sorted().into_iter().filter(|finding| finding.rule == rule).count() as u64;
        self.findings.count(rule).found - kept
    }

    /// The summary, in lines without line ends.
    fn summary(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (rule, _) in self.rules() {
            if let unseen @ 1.. = self.unseen(rule) {
                lines.push(format!("{unseen} more of {} not shown; --limit 0 shows all", rule.name()));
            }
        }
        let total = self.findings.total();
        lines.push(format!("{} in {}", counted(total, "finding"), counted(self.lines, "line")));
        for (rule, count) in self.rules() {
            let found = match (count.found, count.checked) {
                (0, 0) => "nothing to check".to_owned(),
                (0, checked) => format!("{checked} checked"),
                (found, checked) => format!("{checked} checked, {}", counted(found, "finding")),
            };
            lines.push(format!("  {:<9} {found}", rule.name()));
        }
        lines
    }
}

/// `1 line`, `2 lines`.
fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What and why in one sentence.
fn sentence(finding: &Finding) -> String {
    format!("{}; {}", finding.what, finding.why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::check::Place;

    fn findings() -> Findings {
        let mut findings = Findings::new(1);
        for line in [7, 9] {
            let column = Some(3);
            let place = || Place { source: "a b,%.jsonl".to_owned(), line, column, offset: line - 1 };
            let words = || ("it is \"<&>\"\u{1b}\n100%".to_owned(), "no".to_owned());
            findings.add(Rule::Types, place, words);
        }
        findings.switch_on(Rule::Types);
        findings.switch_on(Rule::Ids);
        findings
    }

    fn report(findings: &Findings) -> Report<'_> {
        Report { sources: &[], lines: 9, findings }
    }

    #[test]
    fn bytes_of_the_data_cannot_break_out_of_a_format() {
        let findings = findings();
        let report = report(&findings);
        let text = report.render(Format::Text);
        assert!(text.starts_with("a b,%.jsonl:7:3: types @6: it is \"<&>\"\\u{1b}\\n100%; no\n"), "{text}");
        let github = report.render(Format::Github);
        let begin = "::error file=a b%2C%25.jsonl,line=7,col=3,title=bourn audit check%3A types::";
        assert!(
            github.starts_with(&format!("{begin}it is \"<&>\"\\u{{1b}}\\n100%25; no (@6)\n")),
            "{github}"
        );
        let junit = report.render(Format::Junit);
        assert!(junit.contains("it is &quot;&lt;&amp;&gt;&quot;\\u{1b}\\n100%; no"), "{junit}");
        for format in [Format::Json, Format::Sarif] {
            let value: serde_json::Value = serde_json::from_str(&report.render(format)).expect("it is JSON");
            assert!(value.to_string().contains("\\u001b\\n100%"), "{value}");
        }
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        let findings = findings();
        let report = report(&findings);
        let text = report.render(Format::Text);
        assert!(text.contains("1 more of types not shown"), "{text}");
        assert!(text.contains("2 findings in 9 lines"), "{text}");
    }
}
