//! `bourn diff SOURCE… --from T1 --to T2`: what changed between two moments.

use clap::Args;

use super::args::{FieldArgs, FilterArgs, InputBuilder, SourceArgs};
use super::job::{self, Job};
use super::output::OutputArgs;
use super::state::{self, StateArgs};
use super::{Answer, Context};
use crate::error::Result;
use crate::event::line::Offset;
use crate::operator::difference::Difference;
use crate::operator::grouping::Grouping;
use crate::pipeline::filter::{StartAt, Until};
use crate::time::timestamp::Moment;

/// Compare the states at two moments: which keys were added, removed and changed, with old and new values.
///
/// Both states are folded in one pass, events up to each moment included. Without a computation of your own the state
/// is one object per entity: the data of its events merged. A state that is null does not exist.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn diff users --from 2024-01-15T10:20:00Z --to 2024-01-15T11:30:00Z --format table
  bourn diff ledger --from -1d --by .streamId -a 'balance=sum(.data.amount)'
  bourn diff ledger --from @1000 --to @2000 --by .streamId --init 0 --reduce '. + $e.data.amount'")]
pub struct Arguments {
    #[command(flatten)]
    source: SourceArgs,
    /// The first moment: a time or @OFFSET; its events are included
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    from: String,
    /// The second moment; the end of the history if left out
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    to: Option<String>,
    /// One state per value of these paths, as in --by .userId,.data.currency
    #[arg(long, value_name = "PATH,…", help_heading = "What is computed")]
    by: Option<String>,
    #[command(flatten)]
    state: StateArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Compares the two states.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    let sources = &arguments.source.sources;
    let mut input = InputBuilder::new(context, sources, &arguments.fields, &arguments.filter.types)?;
    input.filter(&arguments.filter)?;
    let from = context.moment(&arguments.from)?;
    let to = arguments.to.as_deref().map(|text| context.moment(text)).transpose()?;
    match (from, to) {
        (Moment::Offset(from), Some(Moment::Offset(to))) => {
            input.range((StartAt::Earliest, Until::Offset(Offset(from.max(to)))));
        }
        (Moment::Offset(_), None) => {}
        _ => input.need_time(),
    }
    let by = match (&arguments.by, arguments.state.is_merged()) {
        (None, true) => Some(input.entity_expression()),
        (by, _) => by.clone(),
    };
    let grouping = Grouping::parse(by.as_deref(), &mut input.projection)?;
    let reduction = arguments.state.reduction(context, &mut input.projection)?;
    let layout = state::layout(arguments.output.format);
    let mut operator = Difference::new(grouping, reduction, (from, to), layout);
    let reader = input.open(context, &arguments.source, false)?;
    let cursor = input.build(reader, &arguments.source.reading, 0)?;
    let job = Job::new(&mut operator, vec![cursor], &arguments.output);
    Ok(job::answer(&job.run()?))
}
