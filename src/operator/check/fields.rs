//! Rules about single fields: required ones are there, and the type is one of the known ones.

use super::finding::shown;
use super::{Examine, Findings, Place, Rule};
use crate::error::Result;
use crate::event::Event;
use crate::event::envelope::Field;
use crate::event::path::Path;
use crate::event::scan::Projection;

/// Every event has these fields, and they are not null.
pub struct Required {
    fields: Vec<(Path, usize)>,
}

impl Required {
    /// The rule for the fields at `paths`.
    pub fn new(paths: &[String], projection: &mut Projection) -> Result<Required> {
        let field = |text: &String| {
            let path = Path::parse(text)?;
            let slot = projection.slot(&path);
            Ok((path, slot))
        };
        Ok(Required { fields: paths.iter().map(field).collect::<Result<_>>()? })
    }
}

impl Examine for Required {
    fn rules(&self) -> Vec<Rule> {
        vec![Rule::Required]
    }

    fn on_event(&mut self, event: &Event<'_>, findings: &mut Findings) {
        findings.checked(Rule::Required);
        for (path, slot) in &self.fields {
            let why = "the field is required";
            match event.field(*slot) {
                None => {
                    let words = || (format!("this event has no {path}"), why.to_owned());
                    findings.add(Rule::Required, || Place::of(event), words);
                }
                Some(b"null") => {
                    let place =
                        || event.field(*slot).map_or_else(Place::default, |text| Place::at(event, text));
                    findings.add(Rule::Required, place, || (format!("{path} is null"), why.to_owned()));
                }
                Some(_) => {}
            }
        }
    }
}

/// Every event has one of the known types.
pub struct KnownTypes {
    field: Field,
    /// As JSON texts.
    known: Vec<Vec<u8>>,
}

impl KnownTypes {
    /// The rule for the type in `field`; `known` are JSON texts.
    pub fn new(field: Field, known: Vec<Vec<u8>>) -> KnownTypes {
        KnownTypes { field, known }
    }
}

impl Examine for KnownTypes {
    fn rules(&self) -> Vec<Rule> {
        vec![Rule::Types]
    }

    fn on_event(&mut self, event: &Event<'_>, findings: &mut Findings) {
        findings.checked(Rule::Types);
        let known = || {
            let known: Vec<_> = self.known.iter().map(|text| shown(text)).collect();
            format!("the known types are {}", known.join(", "))
        };
        match self.field.text(event) {
            None => {
                let words = || (self.field.missing(event).what().to_owned(), known());
                findings.add(Rule::Types, || Place::of(event), words);
            }
            Some(text) if !self.is_known(text) => {
                let words = || (format!("unknown event type {}", shown(text)), known());
                findings.add(Rule::Types, || Place::at(event, text), words);
            }
            Some(_) => {}
        }
    }
}

impl KnownTypes {
    #[inline]
    fn is_known(&self, text: &[u8]) -> bool {
        if self.known.iter().any(|known| known == text) {
            return true;
        }
        let mut canonical = Vec::new();
        memchr::memchr(b'\\', text).is_some()
            && crate::operator::grouping::write_canonical_text(text, &mut canonical).is_ok()
            && self.known.contains(&canonical)
    }
}
