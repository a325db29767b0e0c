//! Rules that look at an event as a whole: conditions in jq, and a JSON Schema.

use super::{Examine, Findings, Place, Rule};
use crate::event::Event;
use crate::event::expression::Operand;
use crate::event::schema::Schema;

/// Conditions that hold for every event.
pub struct Assert(Vec<Operand>);

impl Assert {
    /// The rule for some conditions.
    pub fn new(conditions: Vec<Operand>) -> Assert {
        Assert(conditions)
    }
}

impl Examine for Assert {
    fn rules(&self) -> Vec<Rule> {
        vec![Rule::Assert]
    }

    fn on_event(&mut self, event: &Event<'_>, findings: &mut Findings) {
        findings.checked(Rule::Assert);
        let why = "it is asserted of every event";
        for condition in &self.0 {
            match condition.holds(event) {
                Ok(true) => {}
                Ok(false) => {
                    let words = || (format!("'{}' does not hold", condition.text()), why.to_owned());
                    findings.add(Rule::Assert, || Place::of(event), words);
                }
                Err(error) => findings.add_error(Rule::Assert, event, &error, why),
            }
        }
    }
}

/// Every event meets a JSON Schema.
pub struct MeetsSchema {
    schema: Schema,
    /// What the schema is called in findings.
    name: String,
}

impl MeetsSchema {
    /// The rule for the schema called `name`.
    pub fn new(schema: Schema, name: &str) -> MeetsSchema {
        MeetsSchema { schema, name: name.to_owned() }
    }
}

impl Examine for MeetsSchema {
    fn rules(&self) -> Vec<Rule> {
        vec![Rule::Schema]
    }

    fn on_event(&mut self, event: &Event<'_>, findings: &mut Findings) {
        findings.checked(Rule::Schema);
        let checked = self.schema.check(event.line.bytes, &mut |breach| {
            let place = || Place { column: breach.column, ..Place::of(event) };
            let words = || (breach.what.clone(), format!("{}#{} asks for it", self.name, breach.rule));
            findings.add(Rule::Schema, place, words);
        });
        if let Err(error) = checked {
            findings.add_error(Rule::Schema, event, &error, "it cannot be held against the schema");
        }
    }
}
