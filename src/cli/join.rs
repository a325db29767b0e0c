//! `bourn join LEFT RIGHT`: two sources within a distance of event time.

use clap::{Args, ValueEnum};

use super::args::{FieldArgs, FilterArgs, InputBuilder, ReadingArgs, SourceArgs};
use super::job::{self, Job, Summary, SummaryArgs};
use super::output::OutputArgs;
use super::{Answer, Context};
use crate::error::{Error, Result};

/// Join two sources on equal keys within a distance of event time.
///
/// A pair matches when left.time − before ≤ right.time ≤ left.time + after, both ends included.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn join clicks purchases --on .userId,.productId --after 1h
  bourn join orders payments --on .orderId --within 1h --kind anti > unpaid.jsonl
  bourn join clicks purchases --on .userId --after 1h --select '{user: .key.userId, timeToPurchase: .gap}'")]
pub struct Arguments {
    /// The left source
    left: String,
    /// The right source
    right: String,
    /// The paths that must be equal; name=PATH where a side calls it otherwise (see --on-right)
    #[arg(long, value_name = "PATH,…")]
    on: String,
    /// The paths of the right side, in the same order, where they differ
    #[arg(long, value_name = "PATH,…")]
    on_right: Option<String>,
    /// Which rows come out
    #[arg(long, value_name = "KIND", value_enum, default_value_t)]
    kind: Kind,
    /// How far apart the two may be, both ways
    #[arg(long, value_name = "D", help_heading = "Time", conflicts_with_all = ["before", "after"])]
    within: Option<String>,
    /// How far the right one may lie before the left one
    #[arg(long, value_name = "D", help_heading = "Time")]
    before: Option<String>,
    /// How far the right one may lie after the left one
    #[arg(long, value_name = "D", help_heading = "Time")]
    after: Option<String>,
    /// How late events may be: a side's watermark is its largest event time so far less this
    #[arg(long, value_name = "D", default_value = "0s", help_heading = "Time")]
    watermark: String,
    /// How much longer rows wait for late partners
    #[arg(long, value_name = "D", default_value = "0s", help_heading = "Time")]
    grace: String,
    /// Write late events here
    #[arg(long, value_name = "FILE", help_heading = "Time")]
    late_to: Option<String>,
    /// Exit 1 when an event was late
    #[arg(long, help_heading = "Time")]
    fail_on_late: bool,
    /// What comes out of a pair, in jq, from .left, .right, .key and .gap
    #[arg(long, value_name = "EXPR")]
    select: Option<String>,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    summary: SummaryArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// The kinds of join.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Pairs
    #[default]
    Inner,
    /// Pairs, and left rows without a partner
    Left,
    /// Pairs, and right rows without a partner
    Right,
    /// Pairs, and rows of both sides without a partner
    Outer,
    /// Left rows with a partner, once each
    Semi,
    /// Left rows without a partner: what did not happen
    Anti,
}
