//! The rules of `bourn audit check`, from flags and from a rules file: what is asked for, and how it becomes the
//! families of rules of a check.

use std::path::Path;

use clap::Args;
use serde::Deserialize;

use crate::cli::args::{FieldArgs, InputBuilder};
use crate::cli::{Context, text};
use crate::error::{Error, Result};
use crate::event::envelope::Part;
use crate::event::expression::Operand;
use crate::event::schema::Schema;
use crate::operator::check::{
    Assert, Balanced, Examine, First, KnownTypes, MeetsSchema, Required, Rule, Times, Versions,
};
use crate::time::duration::Duration;
use crate::time::timestamp::{Moment, Timestamp};

/// Rules as they are written: by flags, or in a rules file under the same names.
#[derive(Args, Deserialize, Clone, Debug, Default)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rules {
    /// What is read when no SOURCE is given; only in a file.
    #[arg(skip)]
    pub sources: Vec<String>,
    /// How far event times may go back, as in 5s
    #[arg(long, value_name = "D", help_heading = "Rules")]
    tolerance: Option<String>,
    /// The versions of each entity (its streamId, or what --key names) count up by one, as in .metadata.version
    #[arg(long, value_name = "PATH", help_heading = "Rules")]
    entity_version: Option<String>,
    /// The version with which a history begins: a number, or any for a part of a history; 0 or 1 if left out
    #[arg(long, value_name = "N|any", requires = "entity_version", help_heading = "Rules")]
    #[serde(deserialize_with = "word_or_number")]
    first_version: Option<String>,
    /// Every event has these fields, and they are not null
    #[arg(long, value_name = "PATH,…", value_delimiter = ',', help_heading = "Rules")]
    require: Vec<String>,
    /// A jq condition that holds for every event; may be given several times
    #[arg(long, value_name = "EXPR", help_heading = "Rules")]
    assert: Vec<String>,
    /// Double entry: the amounts of each group add up to exactly zero, as in .data.txnId=.data.amount, or per currency .data.txnId,.data.currency=.data.amount
    #[arg(long, value_name = "GROUP=AMOUNT", help_heading = "Rules")]
    balanced: Vec<String>,
    /// Every event meets this JSON Schema
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    schema: Option<String>,
    /// No event time lies before this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "Rules")]
    not_before: Option<String>,
    /// No event time lies after this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "Rules")]
    not_after: Option<String>,
    /// Every event has one of these types
    #[arg(long, value_name = "A,B", value_delimiter = ',', help_heading = "Rules")]
    types: Vec<String>,
    /// Leave out rules that are held otherwise: lines, ids or order
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', help_heading = "Rules")]
    skip: Vec<String>,
    /// Where events keep their parts; flags of their own on the command line.
    #[arg(skip)]
    fields: Fields,
}

/// Where events keep their parts, as a rules file says it.
#[derive(Deserialize, Clone, Debug, Default)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Fields {
    preset: Option<String>,
    id: Option<String>,
    r#type: Option<String>,
    time: Option<String>,
    time_unit: Option<String>,
    key: Option<String>,
}

/// A version is a number, and yet may be the word any.
fn word_or_number<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> std::result::Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Word(String),
        Number(i64),
    }
    Ok(Some(match Either::deserialize(from)? {
        Either::Word(word) => word,
        Either::Number(number) => number.to_string(),
    }))
}

impl Rules {
    /// Reads a rules file; the files that it names are found from where it is.
    pub fn read(context: &Context, name: &str) -> Result<Rules> {
        let written = text::read(context, name)?;
        let mut rules: Rules = toml::from_str(&written).map_err(|error| {
            let line = error.span().map_or(1, |span| written[..span.start].matches('\n').count() as u64 + 1);
            Error::usage(error.message().replace('\n', " "))
                .hint("a rules file has the names of the flags, as in tolerance = \"5s\"")
                .at(name, line)
        })?;
        let folder = Path::new(name).parent().unwrap_or(Path::new(""));
        let beside = |file: &mut String| *file = folder.join(&*file).display().to_string();
        rules.schema.iter_mut().chain(&mut rules.sources).for_each(beside);
        Ok(rules)
    }

    /// These rules, with what they leave out taken from `file`; lists are put together.
    #[must_use]
    pub fn over(self, mut file: Rules) -> Rules {
        file.require.extend(self.require);
        file.assert.extend(self.assert);
        file.balanced.extend(self.balanced);
        file.types.extend(self.types);
        file.skip.extend(self.skip);
        Rules {
            tolerance: self.tolerance.or(file.tolerance),
            entity_version: self.entity_version.or(file.entity_version),
            first_version: self.first_version.or(file.first_version),
            schema: self.schema.or(file.schema),
            not_before: self.not_before.or(file.not_before),
            not_after: self.not_after.or(file.not_after),
            ..file
        }
    }

    /// Where events keep their parts: what the flags leave out, the file says; and the paths of the type.
    pub fn fields(&self, flags: &FieldArgs, kind: Option<&str>) -> (FieldArgs, Vec<String>) {
        let file = self.fields.clone();
        let flags = flags.clone();
        let fields = FieldArgs {
            preset: flags.preset.or(file.preset),
            time: flags.time.or(file.time),
            time_unit: flags.time_unit.or(file.time_unit),
            key: flags.key.or(file.key),
            id: flags.id.or(file.id),
        };
        (fields, kind.map(str::to_owned).or(file.r#type).into_iter().collect())
    }

    /// Whether a rule that is on unless it is left out is on.
    pub fn has(&self, rule: Rule) -> bool {
        !self.skip.iter().any(|name| name == rule.name())
    }

    /// Refuses names of rules that cannot be left out.
    pub fn check_names(&self) -> Result<()> {
        let known = [Rule::Lines, Rule::Ids, Rule::Order].map(Rule::name);
        match self.skip.iter().find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(Error::usage(format!("'{name}' is no rule that is on by itself"))
                .hint(format!("leave out one of {}", known.join(", ")))),
        }
    }

    /// The families of rules, but for the ids.
    pub fn families(&self, context: &Context, input: &mut InputBuilder) -> Result<Vec<Box<dyn Examine>>> {
        let mut families: Vec<Box<dyn Examine>> = Vec::new();
        if let Some(times) = self.times(context, input)? {
            families.push(Box::new(times));
        }
        if let Some(path) = &self.entity_version {
            let entity = input.bind(Part::Key);
            families.push(Box::new(Versions::new(entity, path, self.first()?, &mut input.projection)?));
        }
        if !self.require.is_empty() {
            families.push(Box::new(Required::new(&self.require, &mut input.projection)?));
        }
        if !self.types.is_empty() {
            let known = self.types.iter().map(|name| serde_json::Value::from(name.as_str()).to_string());
            let known = known.map(String::into_bytes).collect();
            families.push(Box::new(KnownTypes::new(input.bind(Part::Type), known)));
        }
        if !self.assert.is_empty() {
            let conditions = self.assert.iter().map(|text| Operand::compile(text, &mut input.projection));
            families.push(Box::new(Assert::new(conditions.collect::<Result<_>>()?)));
        }
        for text in &self.balanced {
            families.push(Box::new(Balanced::parse(text, &mut input.projection)?));
        }
        if let Some(name) = &self.schema {
            let schema = Schema::parse(&text::read(context, name)?).map_err(|error| error.source(name))?;
            families.push(Box::new(MeetsSchema::new(schema, name)));
        }
        Ok(families)
    }

    fn times(&self, context: &Context, input: &mut InputBuilder) -> Result<Option<Times>> {
        let moment = |text: &Option<String>| text.as_deref().map(|text| time_of(context, text)).transpose();
        let (not_before, not_after) = (moment(&self.not_before)?, moment(&self.not_after)?);
        let tolerance = Duration::parse(self.tolerance.as_deref().unwrap_or("0s"))?;
        let has_order = self.has(Rule::Order);
        if !has_order && not_before.is_none() && not_after.is_none() {
            return Ok(None);
        }
        let mut times = Times::new(input.bind(Part::Time));
        times.tolerance = has_order.then_some(tolerance);
        times.is_required = self.tolerance.is_some() || not_before.is_some() || not_after.is_some();
        (times.not_before, times.not_after) = (not_before, not_after);
        Ok(Some(times))
    }

    fn first(&self) -> Result<First> {
        match self.first_version.as_deref() {
            None => Ok(First::ZeroOrOne),
            Some("any") => Ok(First::Any),
            Some(text) => text.parse().map(First::Is).map_err(|_| {
                Error::usage(format!("'{text}' is no first version")).hint("write a number, or any")
            }),
        }
    }
}

fn time_of(context: &Context, text: &str) -> Result<Timestamp> {
    match context.moment(text)? {
        Moment::Time(time) => Ok(time),
        Moment::Offset(_) => Err(Error::usage(format!("'{text}' is an offset, not a time"))
            .hint("write a time, as in 2024-01-15T10:30:00Z")),
    }
}
