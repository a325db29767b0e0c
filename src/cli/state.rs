//! What makes a state, for the commands that compare states: aggregates, a reducer, or events merged.

use clap::Args;

use super::Context;
use super::output::Format;
use crate::error::{Error, Result};
use crate::event::expression::Program;
use crate::event::scan::Projection;
use crate::event::value::Value;
use crate::operator::aggregate::AggregateSpec;
use crate::operator::changes::Layout;
use crate::operator::fold::reduction::Reduction;

/// How events become the state.
#[derive(Args, Clone, Debug)]
pub struct StateArgs {
    /// The object that each event lays over the state (JSON Merge Patch: null takes a field away)
    #[arg(long, value_name = "EXPR", default_value = ".data", help_heading = "What is computed")]
    merge: String,
    /// An aggregate as part of the state, as in -a 'balance=sum(.data.amount)'; may be given several times
    #[arg(
        short = 'a',
        long = "aggregate",
        value_name = "NAME=AGG(EXPR)",
        conflicts_with = "merge",
        help_heading = "What is computed"
    )]
    aggregates: Vec<String>,
    /// The first state of --reduce, as JSON
    #[arg(
        long,
        value_name = "JSON",
        default_value = "null",
        requires = "reducer",
        allow_hyphen_values = true,
        help_heading = "What is computed"
    )]
    init: String,
    /// A reducer in jq: . is the state, $e the event, the result the next state
    #[arg(
        long,
        value_name = "EXPR",
        group = "reducer",
        conflicts_with_all = ["aggregates", "merge"],
        help_heading = "What is computed"
    )]
    reduce: Option<String>,
    /// A file that holds the reducer
    #[arg(
        short = 'f',
        long = "file",
        value_name = "FILE.jq",
        group = "reducer",
        conflicts_with_all = ["aggregates", "merge"],
        help_heading = "What is computed"
    )]
    file: Option<String>,
}

impl StateArgs {
    /// Whether the state is what events lay over it, and not something that the flags compute.
    pub fn is_merged(&self) -> bool {
        self.aggregates.is_empty() && self.reduce.is_none() && self.file.is_none()
    }

    /// What the flags make of events.
    pub fn reduction(&self, context: &Context, projection: &mut Projection) -> Result<Reduction> {
        if self.is_merged() {
            let text = format!("state=merge({})", self.merge);
            let spec = AggregateSpec::parse(&text, projection);
            return spec.map(Reduction::single);
        }
        if !self.aggregates.is_empty() {
            return AggregateSpec::parse_all(&self.aggregates, projection).map(Reduction::aggregates);
        }
        let program = reducer(self.reduce.as_deref(), self.file.as_deref(), context)?;
        Ok(Reduction::reducer(init(&self.init)?, program))
    }
}

/// Reads the first state of a reducer.
pub fn init(text: &str) -> Result<Value> {
    Value::parse(text.as_bytes()).map_err(|error| {
        Error::usage(format!("--init is {}", error.what())).hint("write JSON, as in --init 0 or --init '{}'")
    })
}

/// The reducer of `--reduce`, or of the file.
pub fn reducer(text: Option<&str>, file: Option<&str>, context: &Context) -> Result<Program> {
    let Some(name) = file else {
        return Program::compile(text.unwrap_or("."), &["$e"]);
    };
    let text = super::text::read(context, name)?;
    Program::compile(&text, &["$e"]).map_err(|error| error.source(name))
}

/// How changes are told in a format.
pub fn layout(format: Format) -> Layout {
    match format {
        Format::Jsonl | Format::Json => Layout::Nested,
        Format::Csv | Format::Tsv => Layout::Flat,
        Format::Table => Layout::Words,
    }
}
