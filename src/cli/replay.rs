//! `bourn replay SOURCE…`: time travel.

use clap::Args;

use super::args::{FieldArgs, FilterArgs, InputBuilder, RangeArgs, SourceArgs};
use super::job::{self, Job};
use super::output::OutputArgs;
use super::{Answer, Context};
use crate::error::Result;
use crate::event::expression::Operand;
use crate::operator::pass::{Extent, Pass};

/// Show the events of a stretch of event time, in arrival order and with their bytes unchanged.
///
/// Events may be out of order, so replay never stops at the first later one.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn replay ledger --until 2024-01-15T12:00:00Z
  bourn replay ledger --from 2024-01-01 --before 2024-02-01 --stream account-7
  bourn replay audit.log.gz --from -2h --time .ts")]
pub struct Arguments {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    range: RangeArgs,
    #[command(flatten)]
    filter: FilterArgs,
    /// Print what this jq expression gives instead of the event
    #[arg(long, value_name = "EXPR")]
    select: Option<String>,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Shows the events of the range.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    let sources = &arguments.source.sources;
    let mut input = InputBuilder::new(context, sources, &arguments.fields, &arguments.filter.types)?;
    input.filter(&arguments.filter)?;
    input.range(arguments.range.range(context)?);
    let select = arguments.select.as_deref().map(|text| Operand::compile(text, &mut input.projection));
    let mut operator = Pass::new(select.transpose()?, false, Extent::default());
    let reader = input.open(context, &arguments.source, false)?;
    let cursor = input.build(reader, &arguments.source.reading, 0);
    let job = Job::new(&mut operator, vec![cursor], &arguments.output);
    Ok(job::answer(&job.run()?))
}
