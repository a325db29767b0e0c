//! The versions of each entity count up by one: nothing is missing, nothing comes twice. Keeps one number for each
//! entity.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::finding::shown;
use super::{Examine, Findings, Place, Rule};
use crate::error::Result;
use crate::event::Event;
use crate::event::envelope::Field;
use crate::event::number::Number;
use crate::event::path::Path;
use crate::event::scan::Projection;
use crate::operator::grouping::write_canonical_text;

/// The version with which the history of an entity begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum First {
    /// 0 or 1: both ways of counting are common.
    #[default]
    ZeroOrOne,
    /// This one.
    Is(i64),
    /// Any: the source is a part of a longer history.
    Any,
}

/// The rule.
pub struct Versions {
    entity: Field,
    path: Path,
    slot: usize,
    first: First,
    /// The largest version of each entity so far.
    last: HashMap<Box<[u8]>, i64>,
    key: Vec<u8>,
}

impl Versions {
    /// The rule for the version at `path` of the entity in `entity`.
    pub fn new(entity: Field, path: &str, first: First, projection: &mut Projection) -> Result<Versions> {
        let path = Path::parse(path)?;
        let slot = projection.slot(&path);
        Ok(Versions { entity, path, slot, first, last: HashMap::new(), key: Vec::new() })
    }

    /// What is wrong with the first version of an entity.
    fn check_first(&self, version: i64) -> Option<String> {
        let expected = match self.first {
            First::Any => return None,
            First::ZeroOrOne if version == 0 || version == 1 => return None,
            First::ZeroOrOne => "0 or 1".to_owned(),
            First::Is(first) if version == first => return None,
            First::Is(first) => first.to_string(),
        };
        Some(format!("the first version is {expected}"))
    }
}

impl Examine for Versions {
    fn rules(&self) -> Vec<Rule> {
        vec![Rule::Versions]
    }

    fn on_event(&mut self, event: &Event<'_>, findings: &mut Findings) {
        findings.checked(Rule::Versions);
        let Some(entity) = self.entity.text(event) else {
            let error = self.entity.missing(event);
            return findings.add_error(
                Rule::Versions,
                event,
                &error,
                "versions count the events of an entity",
            );
        };
        let text = event.field(self.slot);
        let Some((text, version)) = text.and_then(|text| Some((text, integer(text)?))) else {
            let place = || text.map_or_else(|| Place::of(event), |text| Place::at(event, text));
            let what = match text {
                Some(text) => format!("{} at {} is no version", shown(text), self.path),
                None => format!("this event has no {}", self.path),
            };
            return findings.add(Rule::Versions, place, || (what, "versions are whole numbers".to_owned()));
        };
        self.key.clear();
        if write_canonical_text(entity, &mut self.key).is_err() {
            // A string that is no text (a lone surrogate) is itself.
            self.key.extend_from_slice(entity);
        }
        let place = || Place::at(event, text);
        let name = || shown(entity);
        // An entity is looked up before it is added, so that its name is copied once.
        if let Some(last) = self.last.get_mut(&*self.key) {
            let expected = last.saturating_add(1);
            let what = match version {
                _ if version == expected => None,
                _ if version > expected => Some("leaves a gap"),
                _ if version == *last => Some("comes twice"),
                _ => Some("goes back"),
            };
            *last = version.max(*last);
            if let Some(what) = what {
                let words =
                    || (format!("version {version} of {} {what}", name()), format!("{expected} is next"));
                findings.add(Rule::Versions, place, words);
            }
            return;
        }
        if let Entry::Vacant(entry) = self.last.entry(self.key.as_slice().into()) {
            entry.insert(version);
        }
        if let Some(why) = self.check_first(version) {
            let words = || (format!("the history of {} begins with version {version}", name()), why);
            findings.add(Rule::Versions, place, words);
        }
    }
}

/// A whole number.
fn integer(text: &[u8]) -> Option<i64> {
    match std::str::from_utf8(text).ok()?.parse() {
        Ok(number) => Some(number),
        Err(_) => Number::parse(text).filter(Number::is_integer)?.to_i64(),
    }
}
