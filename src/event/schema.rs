//! One JSON Schema, held against events. Schemas are whole in themselves: nothing is fetched from a disk or a
//! network. Numbers are held against a schema as the validator knows them, in binary floating point where they are
//! no 64-bit integers.

use jsonschema::Validator;
use jsonschema::paths::LocationSegment;
use serde_json::Value;

use super::path::{Path, Step};
use super::scan::{Extractor, Projection};
use crate::error::{Error, Result};

/// A schema that was read and understood.
pub struct Schema(Validator);

/// One place where an event does not meet a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// What is wrong, with the path of the value.
    pub what: String,
    /// Which part of the schema says so, as a JSON pointer.
    pub rule: String,
    /// The byte column of the value, from 1.
    pub column: Option<u64>,
}

impl Schema {
    /// Reads a schema; what is none is a usage error.
    pub fn parse(text: &str) -> Result<Schema> {
        let hint = "write a JSON Schema (https://json-schema.org) that refers to nothing outside of its file";
        let schema: Value = serde_json::from_str(text).map_err(|error| {
            Error::usage("not JSON: a schema is one JSON object").column(error.column() as u64).hint(hint)
        })?;
        let validator = jsonschema::options().build(&schema);
        validator.map(Schema).map_err(|error| Error::usage(format!("no JSON Schema: {error}")).hint(hint))
    }

    /// Tells every place where the event on `line` does not meet the schema.
    pub fn check(&self, line: &[u8], tell: &mut dyn FnMut(Breach)) -> Result<()> {
        let value: Value = serde_json::from_slice(line)
            .map_err(|error| Error::data(format!("{error}")).column(error.column() as u64))?;
        if self.0.is_valid(&value) {
            return Ok(());
        }
        for error in self.0.iter_errors(&value) {
            let steps = error.instance_path().iter().map(|segment| match segment {
                LocationSegment::Property(key) => Step::Key(key.to_string()),
                LocationSegment::Index(index) => Step::Index(index as i64),
            });
            let path = Path { steps: steps.collect() };
            let mut what: String = error.masked_with("the value").to_string();
            if !path.steps.is_empty() {
                what = format!("{path}: {what}");
            }
            tell(Breach { what, rule: error.schema_path().to_string(), column: column_of(&path, line) });
        }
        Ok(())
    }
}

/// Where the value at `path` begins; nothing for the event itself.
fn column_of(path: &Path, line: &[u8]) -> Option<u64> {
    if path.steps.is_empty() {
        return None;
    }
    let mut projection = Projection::default();
    let slot = projection.slot(path);
    let mut fields = Vec::new();
    Extractor::new(&projection).extract(line, &mut fields).ok()?;
    fields[slot].map(|span| u64::from(span.start) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches(schema: &str, line: &str) -> Vec<Breach> {
        let mut found = Vec::new();
        let schema = Schema::parse(schema).expect("a schema");
        schema.check(line.as_bytes(), &mut |breach| found.push(breach)).expect("JSON");
        found
    }

    #[test]
    fn a_breach_names_the_value_and_the_rule() {
        let schema =
            r#"{"properties":{"data":{"properties":{"amount":{"type":"number"}}}},"required":["eventId"]}"#;
        assert!(breaches(schema, r#"{"eventId":"a","data":{"amount":5}}"#).is_empty());
        let found = breaches(schema, r#"{"data":{"amount":"5"}}"#);
        assert_eq!(found.len(), 2);
        let amount = found.iter().find(|breach| breach.column.is_some()).expect("the amount");
        assert_eq!((amount.column, &*amount.rule), (Some(19), "/properties/data/properties/amount/type"));
        assert!(amount.what.starts_with(".data.amount: "), "{}", amount.what);
    }

    #[test]
    fn what_is_no_schema_and_what_leads_elsewhere_is_refused() {
        for text in ["", "[1", "5", r#"{"type":"nothing"}"#, r#"{"$ref":"http://example.com/schema.json"}"#] {
            assert!(Schema::parse(text).is_err(), "{text}");
        }
    }
}
