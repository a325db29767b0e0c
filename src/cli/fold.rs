//! `bourn fold SOURCE…`: state from history.

use clap::{Args, ValueEnum};

use super::args::{AggregateArgs, FieldArgs, FilterArgs, InputBuilder, RangeArgs, ShapeArgs, SourceArgs};
use super::job::{self, Job, SummaryArgs};
use super::output::OutputArgs;
use super::{Answer, Context};
use crate::error::{Error, Result};
use crate::operator::fold;

/// Fold history into state: aggregates, or a reducer of your own, per key.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn fold ledger --by .streamId -a 'balance=sum(.data.amount)'
  bourn fold ledger --until 2024-01-15T12:00:00Z -a 'paid=sum(.data.amount) where .eventType == \"FeePaid\"'
  bourn fold users --by .streamId --init '{}' --reduce '. + $e.data'")]
pub struct Arguments {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    aggregates: AggregateArgs,
    /// The first state of --reduce, as JSON
    #[arg(long, value_name = "JSON", default_value = "null", requires = "reducer")]
    init: String,
    /// A reducer in jq: . is the state, $e the event, the result the next state
    #[arg(long, value_name = "EXPR", group = "reducer", conflicts_with = "aggregates")]
    reduce: Option<String>,
    /// A file that holds the reducer
    #[arg(short = 'f', long = "file", value_name = "FILE.jq", group = "reducer", conflicts_with = "aggregates")]
    file: Option<String>,
    /// What comes out: the final states, or every change
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    emit: Emit,
    /// A condition that every state on the way must meet; exit 1 with the event that broke it
    #[arg(long, value_name = "EXPR")]
    assert: Option<String>,
    /// A condition that the last states must meet
    #[arg(long, value_name = "EXPR")]
    assert_final: Option<String>,
    #[command(flatten)]
    shape: ShapeArgs,
    #[command(flatten)]
    range: RangeArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    summary: SummaryArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// What a fold prints.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Emit {
    /// Each key's state once, at the end
    #[default]
    Final,
    /// The state after each event: the table's changelog
    Updates,
}
