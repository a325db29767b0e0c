//! Rules about event times: they can be read, do not go back, and lie in a range. One file, because the time of an
//! event is read once for all of them.

use super::{Examine, Findings, Place, Rule};
use crate::event::Event;
use crate::event::envelope::Field;
use crate::time::duration::Duration;
use crate::time::timestamp::Timestamp;

/// The rules about event times.
pub struct Times {
    field: Field,
    /// How far back an event may go, if the order counts.
    pub tolerance: Option<Duration>,
    /// The earliest time, included.
    pub not_before: Option<Timestamp>,
    /// The latest time, included.
    pub not_after: Option<Timestamp>,
    /// Whether an event without a time is a finding.
    pub is_required: bool,
    latest: Option<Timestamp>,
    /// Where the latest time stands; the column is not known.
    latest_place: Place,
}

impl Times {
    /// The rules for the time in `field`; none of them is on.
    pub fn new(field: Field) -> Times {
        Times {
            field,
            tolerance: None,
            not_before: None,
            not_after: None,
            is_required: false,
            latest: None,
            latest_place: Place::default(),
        }
    }

    fn has_range(&self) -> bool {
        self.not_before.is_some() || self.not_after.is_some()
    }

    fn check_range(&self, event: &Event<'_>, text: &[u8], time: Timestamp, findings: &mut Findings) {
        findings.checked(Rule::Range);
        let bound = match (self.not_before, self.not_after) {
            (Some(first), _) if time < first => ("before", first),
            (_, Some(last)) if time > last => ("after", last),
            _ => return,
        };
        let words = || {
            let (side, bound) = bound;
            (format!("event time {time} lies {side} {bound}"), format!("nothing may lie {side} that"))
        };
        findings.add(Rule::Range, || Place::at(event, text), words);
    }

    fn check_order(
        &mut self,
        event: &Event<'_>,
        text: &[u8],
        time: Timestamp,
        tolerance: Duration,
        findings: &mut Findings,
    ) {
        findings.checked(Rule::Order);
        let line = &event.line;
        match self.latest {
            Some(latest) if time < latest => {
                let back = Duration(latest.0 - time.0);
                if back > tolerance {
                    let words = || {
                        let what = format!("event time {time} goes back by {} behind {latest}", back.short());
                        let place = self.latest_place.short();
                        (what, format!("{place} came before; the tolerance is {}", tolerance.short()))
                    };
                    findings.add(Rule::Order, || Place::at(event, text), words);
                }
            }
            _ => {
                self.latest = Some(time);
                if self.latest_place.source != line.source {
                    self.latest_place = Place::of(event);
                }
                (self.latest_place.line, self.latest_place.offset) = (line.number, line.offset.0);
            }
        }
    }
}

impl Examine for Times {
    fn rules(&self) -> Vec<Rule> {
        let order = self.tolerance.map(|_| Rule::Order);
        let range = self.has_range().then_some(Rule::Range);
        [Some(Rule::Time), order, range].into_iter().flatten().collect()
    }

    fn on_event(&mut self, event: &Event<'_>, findings: &mut Findings) {
        let Some(text) = self.field.text(event) else {
            if self.is_required {
                findings.checked(Rule::Time);
                let error = self.field.missing(event);
                findings.add_error(Rule::Time, event, &error, "the rules about time need one");
            }
            return;
        };
        findings.checked(Rule::Time);
        let time = match self.field.time(event) {
            Ok(time) => time,
            Err(error) => {
                return findings.add_error(Rule::Time, event, &error, "event times must be readable");
            }
        };
        if self.has_range() {
            self.check_range(event, text, time, findings);
        }
        if let Some(tolerance) = self.tolerance {
            self.check_order(event, text, time, tolerance, findings);
        }
    }
}
