//! `audit check`: rules over events, in one pass. Each family of rules is one file that looks at every event and
//! tells findings; nothing here stops at the first one, and a line that is no event is a finding too.

mod balanced;
mod conditions;
mod fields;
mod finding;
pub mod ids;
#[cfg(test)]
mod tests;
mod times;
mod versions;

pub use balanced::Balanced;
pub use conditions::{Assert, MeetsSchema};
pub use fields::{KnownTypes, Required};
pub use finding::{Count, Finding, Findings, Place, Rule};
pub use times::Times;
pub use versions::{First, Versions};

use self::ids::{Fingerprints, Suspects};
use crate::error::Error;
use crate::event::Event;
use crate::event::line::Line;

/// Looks at lines one by one.
pub trait Inspector {
    /// A line that is an event.
    fn on_event(&mut self, event: &Event<'_>);

    /// A line that is none; `error` says why.
    fn on_bad_line(&mut self, line: &Line<'_>, error: &Error) {
        let _ = (line, error);
    }

    /// Whether the rest of the lines makes no difference.
    fn is_done(&self, next_offset: u64) -> bool {
        let _ = next_offset;
        false
    }
}

/// One family of rules.
pub trait Examine {
    /// The rules that it tells findings of.
    fn rules(&self) -> Vec<Rule>;

    /// Looks at an event.
    fn on_event(&mut self, event: &Event<'_>, findings: &mut Findings);

    /// There are no more events.
    fn on_end(&mut self, findings: &mut Findings) {
        let _ = findings;
    }
}

/// All rules that were asked for.
pub struct Check {
    families: Vec<Box<dyn Examine>>,
    ids: Option<Fingerprints>,
    findings: Findings,
    has_lines: bool,
}

impl Check {
    /// A check by `families`, and of the lines themselves if `has_lines`.
    pub fn new(families: Vec<Box<dyn Examine>>, has_lines: bool, limit: u64) -> Check {
        let mut findings = Findings::new(limit);
        let rules = families.iter().flat_map(|family| family.rules());
        rules.chain(has_lines.then_some(Rule::Lines)).for_each(|rule| findings.switch_on(rule));
        Check { families, ids: None, findings, has_lines }
    }

    /// Gathers what a second walk needs to tell which event ids are used again.
    #[must_use]
    pub fn with_fingerprints(mut self, ids: Fingerprints) -> Check {
        self.findings.switch_on(Rule::Ids);
        self.ids = Some(ids);
        self
    }

    /// The source cannot be read any further, as `error` says.
    pub fn on_end_of_reading(&mut self, error: &Error, offset: u64) {
        let place = || Place {
            source: error.place().source.clone(),
            line: error.place().line.unwrap_or(0),
            column: error.place().column,
            offset,
        };
        let why = "nothing behind this place could be read".to_owned();
        self.findings.add(Rule::Lines, place, || (error.what().to_owned(), why));
    }

    /// There are no more events: gives what was found, and the ids that a second walk has to look at.
    pub fn finish(mut self) -> (Findings, Suspects) {
        for family in &mut self.families {
            family.on_end(&mut self.findings);
        }
        let suspects = self.ids.as_mut().map(Fingerprints::suspects);
        (self.findings, suspects.unwrap_or_default())
    }
}

impl Inspector for Check {
    #[inline]
    fn on_event(&mut self, event: &Event<'_>) {
        self.findings.checked(Rule::Lines);
        if self.ids.as_mut().is_some_and(|ids| ids.take(event)) {
            self.findings.checked(Rule::Ids);
        }
        for family in &mut self.families {
            family.on_event(event, &mut self.findings);
        }
    }

    fn on_bad_line(&mut self, line: &Line<'_>, error: &Error) {
        self.findings.checked(Rule::Lines);
        if self.has_lines {
            let place = || Place { column: error.place().column, ..Place::of_line(line) };
            let why = "no other rule was held against this line";
            self.findings.add(Rule::Lines, place, || (error.what().to_owned(), why.to_owned()));
        }
    }
}
