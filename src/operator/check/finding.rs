//! What a check tells: findings, one rule each, and how many events each rule looked at. Only so many findings of
//! a rule are kept; all of them are counted. How they are shown is not decided here.

use crate::error::Error;
use crate::event::Event;
use crate::event::line::Line;

/// The rules that a check knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Every line is one JSON object.
    Lines,
    /// Every event id is used once.
    Ids,
    /// Event times can be read, and are there where a rule needs them.
    Time,
    /// Event times do not go back.
    Order,
    /// Event times lie between two moments.
    Range,
    /// The versions of an entity have no gaps.
    Versions,
    /// Required fields are there.
    Required,
    /// Event types are known.
    Types,
    /// Conditions hold for every event.
    Assert,
    /// The amounts of a group add up to zero.
    Balanced,
    /// Events meet a JSON Schema.
    Schema,
}

impl Rule {
    /// All rules, in the order of a report.
    pub const ALL: [Rule; 11] = [
        Rule::Lines,
        Rule::Ids,
        Rule::Time,
        Rule::Order,
        Rule::Range,
        Rule::Versions,
        Rule::Required,
        Rule::Types,
        Rule::Assert,
        Rule::Balanced,
        Rule::Schema,
    ];

    /// Its name in reports and flags.
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// What it asks for, in one sentence.
    pub fn meaning(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Rule::Lines => ("lines", "Every line is one JSON object in UTF-8"),
            Rule::Ids => ("ids", "Every event id is used once"),
            Rule::Time => ("time", "Event times can be read"),
            Rule::Order => ("order", "Event times do not go back by more than the tolerance"),
            Rule::Range => ("range", "Event times lie in the range"),
            Rule::Versions => ("versions", "The versions of each entity have no gap"),
            Rule::Required => ("required", "Every event has the required fields"),
            Rule::Types => ("types", "Every event has a known type"),
            Rule::Assert => ("assert", "The conditions hold for every event"),
            Rule::Balanced => ("balanced", "The amounts of each group add up to exactly zero"),
            Rule::Schema => ("schema", "Every event meets the JSON Schema"),
        }
    }
}

/// Where a finding stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file or segment.
    pub source: String,
    /// The line within it, from 1.
    pub line: u64,
    /// The byte column of the line, from 1, where one value is concerned.
    pub column: Option<u64>,
    /// The position over all sources, from 0.
    pub offset: u64,
}

impl Place {
    /// The line as a whole.
    pub fn of_line(line: &Line<'_>) -> Place {
        Place { source: line.source.to_owned(), line: line.number, column: None, offset: line.offset.0 }
    }

    /// The event as a whole.
    pub fn of(event: &Event<'_>) -> Place {
        Place::of_line(&event.line)
    }

    /// The value `text`, which is a part of the event's line.
    pub fn at(event: &Event<'_>, text: &[u8]) -> Place {
        let column = (text.as_ptr() as usize).checked_sub(event.line.bytes.as_ptr() as usize);
        let column = column.filter(|&column| column < event.line.bytes.len()).map(|column| column as u64 + 1);
        Place { column, ..Place::of(event) }
    }

    /// `file:line`, for pointing there from another finding.
    pub fn short(&self) -> String {
        format!("{}:{} (@{})", self.source, self.line, self.offset)
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that it breaks.
    pub rule: Rule,
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub what: String,
    /// Why that is wrong: what was expected, and what it was held against.
    pub why: String,
}

/// How often a rule was asked, and how often the answer was no.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Whether the rule was asked for at all.
    pub is_on: bool,
    /// What it looked at: lines, events, or groups that came to their end.
    pub checked: u64,
    /// What it found.
    pub found: u64,
}

/// What was found so far.
#[derive(Clone, Debug)]
pub struct Findings {
    kept: Vec<Finding>,
    counts: [Count; Rule::ALL.len()],
    limit: u64,
}

impl Findings {
    /// Nothing yet; of each rule the first `limit` findings will be kept.
    pub fn new(limit: u64) -> Findings {
        Findings { kept: Vec::new(), counts: [Count::default(); Rule::ALL.len()], limit }
    }

    /// The rule is asked for.
    pub fn switch_on(&mut self, rule: Rule) {
        self.counts[rule as usize].is_on = true;
    }

    /// The rule looked at one more.
    #[inline]
    pub fn checked(&mut self, rule: Rule) {
        self.counts[rule as usize].checked += 1;
    }

    /// Counts a finding; its place and its words (what and why) are made only when it is kept.
    #[cold]
    pub fn add(
        &mut self,
        rule: Rule,
        place: impl FnOnce() -> Place,
        words: impl FnOnce() -> (String, String),
    ) {
        let count = &mut self.counts[rule as usize];
        count.found += 1;
        if count.found <= self.limit {
            let (what, why) = words();
            self.kept.push(Finding { rule, place: place(), what, why });
        }
    }

    /// Counts findings that are not shown.
    pub fn add_unseen(&mut self, rule: Rule, count: u64) {
        self.counts[rule as usize].found += count;
    }

    /// A finding that an error tells; the sentence is its what.
    pub fn add_error(&mut self, rule: Rule, event: &Event<'_>, error: &Error, why: &str) {
        let place = || Place { column: error.place().column, ..Place::of(event) };
        self.add(rule, place, || (error.what().to_owned(), why.to_owned()));
    }

    /// The count of a rule.
    pub fn count(&self, rule: Rule) -> Count {
        self.counts[rule as usize]
    }

    /// How many findings there are, kept or not.
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|count| count.found).sum()
    }

    /// The findings that were kept, in the order of their places.
    pub fn sorted(&self) -> Vec<&Finding> {
        let mut kept: Vec<&Finding> = self.kept.iter().collect();
        kept.sort_by_key(|finding| (finding.place.offset, finding.rule, finding.place.column));
        kept
    }
}

/// JSON text from the data, cut to a length that fits into a sentence.
pub fn shown(text: &[u8]) -> String {
    const MOST: usize = 60;
    let text = String::from_utf8_lossy(text);
    match text.char_indices().nth(MOST) {
        None => text.into_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
