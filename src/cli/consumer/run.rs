//! `bourn consumer run STREAM NAME -- CMD…`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::source::Source;
use crate::cli::args::{FieldArgs, FilterArgs, InputBuilder, ReadingArgs, SourceArgs, wall_time};
use crate::cli::job::Summary;
use crate::cli::output::{pass_on, say, say_json};
use crate::cli::progress::Reporter;
use crate::cli::{Answer, Context};
use crate::error::{Error, Result};
use crate::event::line::Offset;
use crate::event::path::Path;
use crate::log::Stream;
use crate::log::consumer::Position;
use crate::log::place::Place;
use crate::operator::grouping::Grouping;
use crate::pipeline::delivery::attempt::Attempts;
use crate::pipeline::delivery::dead_letter::DeadLetters;
use crate::pipeline::delivery::target::{MarkIn, Target};
use crate::pipeline::delivery::{Batching, Delivered, Delivery};
use crate::pipeline::filter::{StartAt, Until};
use crate::sys::storage::Patience;

/// Run a command for each batch of new events: they are its standard input, and the consumer's offset is committed
/// after it ended with exit code 0, and not before.
///
/// The command finds BOURN_STREAM, BOURN_CONSUMER, BOURN_FIRST_OFFSET, BOURN_LAST_OFFSET and BOURN_ATTEMPT in its
/// environment. A batch that was in hand when bourn was killed is handed over again; with --into also what it prints
/// is stored exactly once.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn consumer run orders email --follow --retries 5 --dead-letter undelivered -- ./send-mails
  bourn consumer run orders enrich --into enriched -- jq -c '.data.total = .data.price * .data.count'
  bourn consumer run orders ship --jobs 4 --by .data.customer -- ./ship
  bourn consumer replay-dead-letter undelivered email-again -- ./send-mails")]
pub struct Arguments {
    /// The stream
    stream: String,
    /// The consumer; it begins with the first event when it is new
    name: String,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "CMD")]
    command: Vec<OsString>,
    /// The most events of a batch
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    batch: u64,
    /// One event a batch; it is in BOURN_EVENT, too
    #[arg(long, conflicts_with_all = ["batch", "linger", "jobs"])]
    per_event: bool,
    /// With --follow: how long a batch that is not full waits for more events, as in 500ms
    #[arg(long, value_name = "D", requires = "follow")]
    linger: Option<String>,
    /// Wait for new events at the end
    #[arg(long)]
    follow: bool,
    /// How often a command that failed is run again
    #[arg(long, value_name = "N", default_value_t = 0)]
    retries: u64,
    /// The first and the longest pause before it is run again; each is twice the one before
    #[arg(long, value_name = "D..D", default_value = "1s..1m")]
    backoff: String,
    /// End a command that takes longer: it has failed
    #[arg(long, value_name = "D")]
    timeout: Option<String>,
    /// Append the events of a batch that failed for good to this stream, with the reason, and go on; without it they
    /// end the run with exit 1
    #[arg(long, value_name = "STREAM")]
    dead_letter: Option<String>,
    /// How many commands run at once
    #[arg(long, value_name = "N", default_value_t = 1, requires = "by", value_parser = clap::value_parser!(u64).range(1..=256))]
    jobs: u64,
    /// With --jobs: events with the same value here go to one command, in their order
    #[arg(long, value_name = "PATH", requires = "jobs")]
    by: Option<String>,
    /// Append the lines that the command prints to this stream, exactly once: their metadata.source says which event
    /// of which stream was the last of their batch
    #[arg(long, value_name = "STREAM")]
    into: Option<String>,
    /// Where the mark stands that makes the results exactly once: in their metadata.source, or in the head of the stream,
    /// and they stay as they were printed
    #[arg(long, value_name = "WHERE", value_enum, default_value_t, requires = "into")]
    mark: MarkPlace,
    /// Wait while another instance runs as this consumer
    #[arg(long)]
    standby: bool,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    reading: ReadingArgs,
    /// Tell at the end what was done, on standard error
    #[arg(long, value_name = "HOW", value_enum)]
    summary: Option<Summary>,
}

/// Where marks stand.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum MarkPlace {
    /// In the events, in metadata.source
    #[default]
    Events,
    /// In the head of the stream
    Head,
}

/// Delivers the events; `is_dead` says that the stream holds dead letters.
pub fn run(
    arguments: &Arguments,
    context: &Context,
    state: Option<&std::path::Path>,
    is_dead: bool,
) -> Result<Answer> {
    let read = Source::open(context, &arguments.stream, state)?;
    check_targets(arguments, context)?;
    let consumers = &read.consumers;
    let patience = if arguments.standby { Patience::Forever } else { Patience::None };
    let _lock = consumers.lock(&arguments.name, patience)?;
    let source = read.short_name();
    let committed = consumers.position(&arguments.name)?;
    let (target, position, place) = position(arguments, context, committed.as_ref(), &source)?;
    read.check_history(&arguments.name, position)?;
    let mut input = InputBuilder::new(
        context,
        std::slice::from_ref(&arguments.stream),
        &arguments.fields,
        &arguments.filter.types,
    )?;
    input.filter(&arguments.filter)?;
    input.range((StartAt::Offset(position), Until::Latest));
    let batching = batching(arguments, &mut input, is_dead)?;
    let sources = SourceArgs { sources: vec![arguments.stream.clone()], reading: arguments.reading.clone() };
    let reader = read.reader(place.as_ref(), &input.options(context, &sources, arguments.follow, false)?)?;
    let mut cursor = input.build(reader, &arguments.reading, 0)?;
    let mut reporter = Reporter::new();
    let mut committed = committed.map(|committed| committed.offset);
    let mut commit = |next: Offset, found: Option<Place>| {
        if committed.replace(next) == Some(next) {
            return Ok(());
        }
        let found = found.map_or_else(|| read.place_of(next, place.as_ref()), |found| Ok(Some(found)))?;
        consumers.commit(&arguments.name, next, found.as_ref(), context.now())
    };
    let mut delivery = Delivery {
        attempts: attempts(arguments, &source)?,
        batching,
        target,
        dead_letters: arguments.dead_letter.as_ref().map(|path| DeadLetters {
            storage: context.storage.clone(),
            path: PathBuf::from(path),
            clock: context.clock.clone(),
            source: source.clone(),
            consumer: arguments.name.clone(),
        }),
        monitor: &mut reporter,
        commit: &mut commit,
    };
    let delivered = delivery.drive(&mut cursor);
    reporter.finish();
    let delivered = delivered?;
    tell(arguments, &delivered);
    Ok(match delivered {
        Delivered { interrupted: true, .. } => Answer::Interrupted,
        Delivered { dead: 1.., .. } => Answer::No,
        Delivered { account, .. } if account.set_aside > 0 => Answer::No,
        _ => Answer::Yes,
    })
}

fn check_targets(arguments: &Arguments, context: &Context) -> Result<()> {
    let identity =
        |name: &str| context.storage.metadata(std::path::Path::new(name)).map(|found| found.identity).ok();
    let own = identity(&arguments.stream);
    for (flag, target) in [("--into", &arguments.into), ("--dead-letter", &arguments.dead_letter)] {
        let Some(target) = target else { continue };
        if own.is_some() && identity(target) == own {
            return Err(Error::usage(format!(
                "{flag} {target} is the stream that is read, and would never end"
            ))
            .hint("name another stream"));
        }
        Stream::check_place(&context.storage, std::path::Path::new(target))?;
    }
    Ok(())
}

/// Where the consumer goes on: where it was committed, or where the target says that the results are further.
fn position(
    arguments: &Arguments,
    context: &Context,
    known: Option<&Position>,
    source: &str,
) -> Result<(Option<Target>, Offset, Option<Place>)> {
    let committed = known.map_or(Offset(0), |position| position.offset);
    let place = known.and_then(|position| position.place.clone());
    let Some(into) = &arguments.into else { return Ok((None, committed, place)) };
    let mark_in = match arguments.mark {
        MarkPlace::Events => MarkIn::Events,
        MarkPlace::Head => MarkIn::Head,
    };
    let names = (source, arguments.name.as_str());
    let mut target = Target::open(&context.storage, PathBuf::from(into), names, mark_in)?;
    let (stored, stored_place) = target.position()?.unwrap_or_default();
    if known.is_some_and(|position| position.is_reset) && committed < stored {
        return Err(Error::usage(format!(
            "{} was set back to {committed}, but {into} has its results up to {stored}",
            arguments.name
        ))
        .hint("results are stored once: name a new consumer and a new stream for them"));
    }
    Ok(match stored > committed {
        true => (Some(target), stored, stored_place),
        false => (Some(target), committed, place),
    })
}

fn batching(arguments: &Arguments, input: &mut InputBuilder, is_dead: bool) -> Result<Batching> {
    let grouping =
        arguments.by.as_deref().map(|by| Grouping::parse(Some(by), &mut input.projection)).transpose()?;
    let payload = match is_dead {
        true => Some(input.projection.slot(&Path::parse(".data.event")?)),
        false => None,
    };
    let jobs = arguments.jobs as usize;
    Ok(Batching {
        most: if arguments.per_event { 1 } else { arguments.batch as usize },
        linger: arguments.linger.as_deref().map(wall_time).transpose()?.unwrap_or(Duration::ZERO),
        jobs,
        grouping,
        payload,
    })
}

fn attempts(arguments: &Arguments, source: &str) -> Result<Attempts> {
    let wrong =
        || Error::usage(format!("'{}' are no two pauses", arguments.backoff)).hint("write them like 1s..1m");
    let (first, longest) = arguments.backoff.split_once("..").ok_or_else(wrong)?;
    let backoff = (wall_time(first)?, wall_time(longest)?);
    if backoff.0 > backoff.1 {
        return Err(wrong());
    }
    Ok(Attempts {
        words: arguments.command.clone(),
        stream: source.to_owned(),
        consumer: arguments.name.clone(),
        retries: arguments.retries,
        backoff,
        timeout: arguments.timeout.as_deref().map(wall_time).transpose()?,
        per_event: arguments.per_event,
        complaints: pass_on,
    })
}

/// What was put aside is always told.
fn tell(arguments: &Arguments, delivered: &Delivered) {
    let Delivered { account, events, batches, dead, .. } = delivered;
    let summary = arguments.summary.unwrap_or(if *dead > 0 { Summary::Text } else { Summary::None });
    let (filtered, set_aside) = (account.filtered, account.set_aside);
    match summary {
        Summary::None => {}
        Summary::Text => {
            let place =
                arguments.dead_letter.as_ref().map_or(String::new(), |stream| format!(" in {stream}"));
            say(&format!(
                "{}: delivered {events}, batches {batches}, dead letters {dead}{place}, filtered {filtered}, set aside {set_aside}",
                arguments.name
            ));
        }
        Summary::Json => say_json(&format!(
            "{{\"consumer\":\"{}\",\"delivered\":{events},\"batches\":{batches},\"deadLetters\":{dead},\"filtered\":{filtered},\"setAside\":{set_aside}}}",
            arguments.name
        )),
    }
}
