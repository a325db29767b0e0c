//! `bourn cat SOURCE…`: events in arrival order.

use std::path::PathBuf;

use clap::Args;

use super::args::{FieldArgs, FilterArgs, InputBuilder, SourceArgs};
use super::consumer::ConsumerCommit;
use super::job::{self, Job};
use super::output::OutputArgs;
use super::{Answer, Context};
use crate::error::{Error, Result};
use crate::event::expression::Select;
use crate::event::line::Offset;
use crate::log;
use crate::operator::Operator;
use crate::operator::pass::{Extent, Pass};
use crate::pipeline::Commit;
use crate::pipeline::filter::{StartAt, Until};
use crate::time::timestamp::Moment;

/// Show events in arrival order, bytes unchanged.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn cat ledger --from 100 --limit 10
  bourn cat orders --follow --where '.data.amount > 1000'
  bourn cat orders --consumer email --commit | send-mails")]
pub struct Arguments {
    #[command(flatten)]
    source: SourceArgs,
    /// Begin here: an offset, a time, earliest or latest (behind the last event)
    #[arg(long, value_name = "WHERE", allow_hyphen_values = true)]
    from: Option<String>,
    /// End here, included: an offset or a time
    #[arg(long, value_name = "WHERE", allow_hyphen_values = true)]
    to: Option<String>,
    /// No event lies further behind an earlier one than this, as stream stat tells: a stretch of time is then searched for
    /// by bisection in a file, and an event that does is an error
    #[arg(long, value_name = "D")]
    lateness: Option<String>,
    /// At most so many events
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Only the last so many events
    #[arg(long, value_name = "N", conflicts_with = "follow")]
    last: Option<u64>,
    /// The last event first
    #[arg(long, conflicts_with = "follow")]
    reverse: bool,
    /// Wait for new events at the end
    #[arg(long)]
    follow: bool,
    #[command(flatten)]
    filter: FilterArgs,
    /// Print what this jq expression gives instead of the event
    #[arg(long, value_name = "EXPR")]
    select: Option<String>,
    /// Print {"offset":…,"event":…}
    #[arg(long)]
    with_offset: bool,
    /// Begin where this consumer of the stream or file stands
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    consumer: Option<String>,
    /// Where the consumer is kept; otherwise in the stream, or beside the file, or in the user's state directory
    #[arg(long, value_name = "DIR", requires = "consumer")]
    state: Option<PathBuf>,
    /// Commit the consumer's offset after the output was written and flushed
    #[arg(long, requires = "consumer", conflicts_with_all = ["last", "reverse"])]
    commit: bool,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Arguments {
    /// Whether an expression is evaluated.
    pub fn evaluates(&self) -> bool {
        self.select.is_some() || self.filter.condition.is_some()
    }
}

/// Shows the events.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    let sources = &arguments.source.sources;
    let mut input = InputBuilder::new(context, sources, &arguments.fields, &arguments.filter.types)?;
    input.filter(&arguments.filter)?;
    let state = arguments.state.as_deref();
    let consumer =
        arguments.consumer.as_deref().map(|name| ConsumerCommit::open(context, sources, name, state));
    let mut consumer = consumer.transpose()?;
    let start = match &consumer {
        Some(consumer) => StartAt::Offset(consumer.position()?),
        None => start_at(&arguments, context)?,
    };
    input.range((start, until(&arguments, context)?));
    input.bound_lateness(arguments.lateness.as_deref())?;
    let select = arguments.select.as_deref().map(|text| Select::compile(text, &mut input.projection));
    if select.is_none() {
        input.keep_last(arguments.last);
    }
    let extent = Extent { limit: arguments.limit, last: arguments.last, reverse: arguments.reverse };
    let mut operator = Pass::new(select.transpose()?, arguments.with_offset, extent);
    input.copy_lines(operator.copies_lines());
    let reader = match &consumer {
        Some(consumer) => {
            consumer.reader(&input.options(context, &arguments.source, arguments.follow, false)?)?
        }
        None => input.open(context, &arguments.source, arguments.follow)?,
    };
    let cursor = input.build(reader, &arguments.source.reading, 0)?;
    let mut job = Job::new(&mut operator, vec![cursor], &arguments.output);
    if arguments.commit {
        job.commit = consumer.as_mut().map(|consumer| consumer as &mut dyn Commit);
    }
    Ok(job::answer(&job.run()?))
}

/// A place in a source: a bare number is an offset here.
fn place(text: &str, context: &Context) -> Result<Moment> {
    match text.parse() {
        Ok(offset) => Ok(Moment::Offset(offset)),
        Err(_) => context.moment(text),
    }
}

fn start_at(arguments: &Arguments, context: &Context) -> Result<StartAt> {
    match arguments.from.as_deref() {
        None | Some("earliest") => Ok(StartAt::Earliest),
        Some("latest") => Ok(StartAt::Offset(latest(&arguments.source.sources, context)?)),
        Some(text) => Ok(match place(text, context)? {
            Moment::Offset(offset) => StartAt::Offset(Offset(offset)),
            Moment::Time(time) => StartAt::Time(time),
        }),
    }
}

fn until(arguments: &Arguments, context: &Context) -> Result<Until> {
    Ok(match arguments.to.as_deref().map(|text| place(text, context)).transpose()? {
        None => Until::Latest,
        Some(Moment::Offset(offset)) => Until::Offset(Offset(offset)),
        Some(Moment::Time(time)) => Until::Time(time),
    })
}

/// The offset behind the last event of a stream.
fn latest(sources: &[String], context: &Context) -> Result<Offset> {
    match sources {
        [name] => log::Stream::open(context.storage.clone(), std::path::Path::new(name))?.end(),
        _ => Err(Error::usage("--from latest reads one stream").hint("name one stream directory")),
    }
}
