//! `bourn watermark SOURCE…`: passes on what is on time.

use clap::Args;

use super::args::{FieldArgs, FilterArgs, InputBuilder, SourceArgs};
use super::job::{self, Job, Summary, SummaryArgs};
use super::output::OutputArgs;
use super::{Answer, Context};
use crate::error::Result;
use crate::operator::reorder::Reorder;
use crate::time::calendar;
use crate::time::duration::Duration;

/// Pass on the events that are on time, bytes unchanged, and set the late ones apart.
///
/// An event is late when it is older than the stream time, the largest event time so far, less --watermark.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn watermark clicks.jsonl --watermark 5m --late-to late.jsonl > ontime.jsonl
  bourn cat sensors --follow | bourn watermark --watermark 30s --sort | bourn append sorted")]
pub struct Arguments {
    #[command(flatten)]
    source: SourceArgs,
    /// How late events may be
    #[arg(long, value_name = "D", default_value = "0s", help_heading = "Time")]
    watermark: String,
    /// An event further than this in front of the clock, or of the events before it, is set aside: one wrong clock
    /// must not make all others late
    #[arg(long, value_name = "D", help_heading = "Time")]
    max_ahead: Option<String>,
    /// Wait for more at the end, until a signal comes
    #[arg(long, help_heading = "Reading")]
    follow: bool,
    /// Also put the events in the order of their time; each is held back until the watermark has come to it
    #[arg(long, help_heading = "Time")]
    sort: bool,
    /// Write late events to this file, or append them to this stream, with by how much they are late
    #[arg(long, value_name = "FILE|STREAM", help_heading = "Time")]
    late_to: Option<String>,
    /// Exit 1 when an event was late
    #[arg(long, help_heading = "Time")]
    fail_on_late: bool,
    /// Print times in this time zone, as in Europe/Vienna; UTC if left out
    #[arg(long, value_name = "ZONE", help_heading = "Time")]
    tz: Option<String>,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    summary: SummaryArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Passes on the events that are on time.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    let sources = &arguments.source.sources;
    let mut input = InputBuilder::new(context, sources, &arguments.fields, &arguments.filter.types)?;
    input.filter(&arguments.filter)?;
    input.need_time();
    let max_ahead = arguments.max_ahead.as_deref().map(Duration::parse).transpose()?;
    input.limit_ahead(context, max_ahead);
    let zone = arguments.tz.as_deref().map(calendar::parse_zone).transpose()?;
    let lateness = Duration::parse(&arguments.watermark)?;
    let mut operator = Reorder::new(lateness, 1, arguments.sort, zone).limit_ahead(max_ahead);
    let reader = input.open(context, &arguments.source, arguments.follow)?;
    let cursor = input.build(reader, &arguments.source.reading, 0)?;
    let mut job = Job::new(&mut operator, vec![cursor], &arguments.output);
    job.late_to(context, arguments.late_to.as_deref(), sources)?;
    job.summary = arguments.summary.summary.unwrap_or(Summary::Text);
    Ok(job::answer_with_late(&job.run()?, arguments.fail_on_late))
}
