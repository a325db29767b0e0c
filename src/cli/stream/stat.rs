//! `bourn stream stat SOURCE…`.

use clap::{Args, ValueEnum};

use super::report;
use crate::cli::args::{FieldArgs, FilterArgs, InputBuilder, SourceArgs};
use crate::cli::job::{self, Job};
use crate::cli::output::{Output, OutputArgs};
use crate::cli::range::RangeArgs;
use crate::cli::{Answer, Context};
use crate::error::Result;
use crate::event::envelope::Part;
use crate::operator::stat::{Fields, Stat};
use crate::pipeline::sink::{Nowhere, Sink};

/// Show what a stream or file looks like: types, entities, times, disorder, sizes.
///
/// One pass, in bounded memory, over any JSON lines: every part of an event may be missing. Counts of entities and
/// types are exact up to 1024 different ones and have a standard error of 0.81 % beyond; quantiles are exact up to 4096
/// different values, and beyond that never too small and at most 0.4 % too large.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn stream stat ledger
  bourn stream stat clicks.jsonl --from 2024-01-15 --format json
  zcat access.log.gz | bourn stream stat --time .ts --type .kind --key .user")]
pub struct Arguments {
    #[command(flatten)]
    source: SourceArgs,
    /// How many of the most frequent types and entities are shown
    #[arg(long, value_name = "N", default_value_t = 10, help_heading = "Output")]
    top: usize,
    /// A page for people, or one JSON object
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, help_heading = "Output")]
    format: Format,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    range: RangeArgs,
    #[command(flatten)]
    fields: FieldArgs,
}

/// How the answer is shown.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Format {
    /// A page for people
    #[default]
    Table,
    /// One JSON object
    #[value(alias = "jsonl")]
    Json,
}

/// Reads everything and shows what it looks like.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let sources = &arguments.source.sources;
    let mut input = InputBuilder::new(context, sources, &arguments.fields, &arguments.filter.types)?;
    input.filter(&arguments.filter)?;
    input.stretch(&arguments.range, context)?;
    let [kind, entity, time] = [Part::Type, Part::Key, Part::Time].map(|part| input.bind(part));
    let mut operator = Stat::new(Fields { kind, entity, time });
    let reader = input.open(context, &arguments.source, false)?;
    let cursor = input.build(reader, &arguments.source.reading, 0)?;
    let mut job = Job::new(&mut operator, vec![cursor], &OutputArgs::default());
    job.sink = Box::new(Nowhere);
    let outcome = job.run()?;
    let summary = operator.summary(arguments.top);
    let text = match arguments.format {
        Format::Json => summary.to_json() + "\n",
        Format::Table => report::page(sources, &summary),
    };
    let mut output = Output::new(&OutputArgs::default());
    output.write(text.as_bytes())?;
    output.finish()?;
    Ok(job::answer(&outcome))
}
