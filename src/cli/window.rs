//! `bourn window SOURCE…`: aggregates per window of event time.

use clap::{Args, ValueEnum};

use super::args::{AggregateArgs, FieldArgs, FilterArgs, InputBuilder, RangeArgs, ShapeArgs, SourceArgs};
use super::job::{self, Job, Summary, SummaryArgs};
use super::output::OutputArgs;
use super::{Answer, Context};
use crate::error::{Error, Result};

/// Aggregate per window of event time; late events are told, never dropped in silence.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn window clicks --tumbling 5m --grace 2m --by .userId -a 'clicks=count()' --late-to late.jsonl
  bourn window clicks --session 30m --watermark 20m --by .userId -a 'pages=list(.page)'
  bourn window bids.jsonl.gz --hopping 10s/2s --by .auction -a 'bids=count()' --top 3")]
pub struct Arguments {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    kind: KindArgs,
    /// How late events may be: the watermark is the largest event time so far less this
    #[arg(long, value_name = "D", default_value = "0s", help_heading = "Time")]
    watermark: String,
    /// How long after its end a window still takes events
    #[arg(long, value_name = "D", default_value = "0s", help_heading = "Time")]
    grace: String,
    /// What makes an event late: its window being closed, or (stricter) being older than the watermark
    #[arg(long, value_name = "WHAT", value_enum, default_value_t, help_heading = "Time")]
    late_by: LateBy,
    /// Write late events here, with the windows they missed and by how much
    #[arg(long, value_name = "FILE", help_heading = "Time")]
    late_to: Option<String>,
    /// Exit 1 when an event was late
    #[arg(long, help_heading = "Time")]
    fail_on_late: bool,
    #[command(flatten)]
    aggregates: AggregateArgs,
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

/// The kind of window: exactly one.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
#[command(next_help_heading = "Windows")]
pub struct KindArgs {
    /// Windows of this size, side by side
    #[arg(long, value_name = "D")]
    tumbling: Option<String>,
    /// Windows of a size that begin every so often, as in --hopping 5m/1m
    #[arg(long, value_name = "D/ADVANCE")]
    hopping: Option<String>,
    /// Windows that end after a gap without events
    #[arg(long, value_name = "GAP")]
    session: Option<String>,
    /// Windows per key that begin with the key's first event
    #[arg(long, value_name = "D")]
    anchored: Option<String>,
}

/// The values of `--late-by`.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LateBy {
    /// Every window it belongs to is closed
    #[default]
    Window,
    /// It is older than the watermark
    Event,
}
