//! `bourn replay SOURCE…`: time travel.

use clap::Args;

use super::args::{FieldArgs, FilterArgs, InputBuilder, SourceArgs};
use super::job::{self, Job, Summary, SummaryArgs};
use super::output::OutputArgs;
use super::range::RangeArgs;
use super::{Answer, Context};
use crate::error::Result;
use crate::event::expression::Select;
use crate::operator::Operator;
use crate::operator::pass::{Extent, Pass};
use crate::operator::reorder::Reorder;
use crate::pipeline::pace::Pace;
use crate::sys::clock::SystemTimer;
use crate::time::duration::Duration;

/// Show the events of a stretch of event time, in arrival order and with their bytes unchanged.
///
/// Events may be out of order, so replay never stops at the first later one.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn replay ledger --until 2024-01-15T12:00:00Z
  bourn replay ledger --from 2024-01-01 --before 2024-02-01 --stream account-7
  bourn replay audit.log.gz --from -2h --time .ts
  bourn replay clicks --sort --watermark 5m --speed 60x | bourn append test-clicks")]
pub struct Arguments {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    range: RangeArgs,
    #[command(flatten)]
    filter: FilterArgs,
    /// Put the events in the order of their time; of equals the one that arrived first goes first
    #[arg(long, help_heading = "Time")]
    sort: bool,
    /// With --sort: how late events may be, so that few are held back; a later one is told, and goes to --late-to
    #[arg(long, value_name = "D", requires = "sort", help_heading = "Time")]
    watermark: Option<String>,
    /// Write events that are too late to be sorted to this file, or append them to this stream
    #[arg(long, value_name = "FILE|STREAM", requires = "watermark", help_heading = "Time")]
    late_to: Option<String>,
    /// Exit 1 when an event was late
    #[arg(long, requires = "watermark", help_heading = "Time")]
    fail_on_late: bool,
    /// Keep the gaps between the events: realtime, so many times faster as in 10x or 0.5x, or max
    #[arg(long, value_name = "SPEED", default_value = "max", value_parser = Speed::parse, help_heading = "Time")]
    speed: Speed,
    /// Print what this jq expression gives instead of the event
    #[arg(long, value_name = "EXPR")]
    select: Option<String>,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    summary: SummaryArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// How fast events come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speed {
    /// As fast as they can be read.
    Max,
    /// So many millionths of the speed at which they happened.
    Millionths(u64),
}

impl Speed {
    fn parse(text: &str) -> std::result::Result<Speed, String> {
        let wrong = || format!("'{text}' is no speed; write realtime, max, or a factor like 10x or 0.5x");
        match text {
            "max" => Ok(Speed::Max),
            "realtime" => Ok(Speed::Millionths(1_000_000)),
            _ => {
                let factor = text.strip_suffix('x').ok_or_else(wrong)?;
                let (whole, fraction) = factor.split_once('.').unwrap_or((factor, "0"));
                let is_digits =
                    |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
                if !is_digits(whole) || !is_digits(fraction) || fraction.len() > 6 {
                    return Err(wrong());
                }
                let millionths =
                    format!("{whole}{fraction:0<6}").parse().ok().filter(|&millionths| millionths > 0);
                millionths.map(Speed::Millionths).ok_or_else(wrong)
            }
        }
    }
}

/// Shows the events of the range.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    let sources = &arguments.source.sources;
    let mut input = InputBuilder::new(context, sources, &arguments.fields, &arguments.filter.types)?;
    input.filter(&arguments.filter)?;
    input.stretch(&arguments.range, context)?;
    let select = arguments.select.as_deref().map(|text| Select::compile(text, &mut input.projection));
    let pass = Pass::new(select.transpose()?, false, Extent::default());
    let tells_times = arguments.speed != Speed::Max;
    if tells_times || arguments.sort {
        input.need_time();
    }
    let mut operator: Box<dyn Operator> = match (arguments.sort, tells_times) {
        (true, _) => Box::new(sorting(&arguments, pass, tells_times)?),
        (false, true) => Box::new(pass.with_times()),
        (false, false) => Box::new(pass),
    };
    input.copy_lines(operator.copies_lines());
    let reader = input.open(context, &arguments.source, false)?;
    let cursor = input.build(reader, &arguments.source.reading, 0)?;
    let mut job = Job::new(&mut *operator, vec![cursor], &arguments.output);
    job.late_to(context, arguments.late_to.as_deref(), sources)?;
    if let Speed::Millionths(millionths) = arguments.speed {
        job.pace = Some(Pace::new(Box::new(SystemTimer::start()), millionths));
    }
    let summary = if arguments.watermark.is_some() { Summary::Text } else { Summary::None };
    job.summary = arguments.summary.summary.unwrap_or(summary);
    Ok(job::answer_with_late(&job.run()?, arguments.fail_on_late))
}

/// Puts events in order. Without a watermark everything is held back to the end.
fn sorting(arguments: &Arguments, pass: Pass, tells_times: bool) -> Result<Reorder> {
    let lateness = arguments.watermark.as_deref().map_or(Ok(Duration::LONGEST), Duration::parse)?;
    let reorder = Reorder::new(lateness, 1, true, None).writing(pass);
    Ok(if tells_times { reorder.with_times() } else { reorder })
}
