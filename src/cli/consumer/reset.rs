//! `bourn consumer reset STREAM NAME …`: sets a consumer to another offset, or says which one that would be.

use clap::Args;

use super::seek::Seek;
use super::source::Source;
use super::{print, unknown};
use crate::cli::output::OutputArgs;
use crate::cli::{Answer, Context, text};
use crate::error::{Error, Result};
use crate::event::line::Offset;
use crate::log::consumer::Position;
use crate::log::place::Place as FilePlace;
use crate::sys::storage::Patience;
use crate::time::duration::Duration;
use crate::time::timestamp::{Moment, Timestamp};

/// Set a consumer to another offset
#[derive(Args, Debug)]
pub struct Arguments {
    /// The stream
    stream: String,
    /// The consumer; with --from-file all that the file names if left out
    #[arg(required_unless_present = "from_file")]
    name: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Print the old and the new offset and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Place {
    /// earliest, latest, an offset, a time, -N or +N events from where it stands, or -2h (that long ago)
    #[arg(long, value_name = "WHERE", allow_hyphen_values = true)]
    to: Option<String>,
    /// So many events (-5, +5) or so much event time (-2h, +30m) from where it stands
    #[arg(long, value_name = "STEP", allow_hyphen_values = true)]
    by: Option<String>,
    /// Where another consumer of the stream stands
    #[arg(long, value_name = "NAME")]
    to_consumer: Option<String>,
    /// Where a file says, with lines as bourn consumer list prints them
    #[arg(long, value_name = "FILE")]
    from_file: Option<String>,
}

/// Resets one consumer, or all of a file.
pub fn run(arguments: &Arguments, context: &Context, state: Option<&std::path::Path>) -> Result<Answer> {
    let source = Source::open(context, &arguments.stream, state)?;
    let consumers = &source.consumers;
    let mut moves = Vec::new();
    match (&arguments.name, &arguments.place) {
        (name, Place { from_file: Some(file), .. }) => {
            for (name, offset) in listed(&text::read(context, file)?, file, name.as_deref())? {
                let known = consumers.position(&name)?;
                let end = source.end(known.as_ref().and_then(|known| known.place.as_ref()))?;
                if offset > end {
                    return Err(Error::usage(format!(
                        "{} ends at {end}, so {name} cannot stand at {offset}",
                        source.name
                    ))
                    .hint("is the file about this stream?"));
                }
                moves.push((name, known, offset));
            }
        }
        (Some(name), place) => {
            let known = consumers.position(name)?;
            let seek = Seek {
                source: &source,
                known: known.as_ref().and_then(|known| known.place.as_ref()),
                context,
            };
            let old = known.as_ref().map_or(Offset(0), |known| known.offset);
            let new = match place {
                Place { to: Some(to), .. } => target(&seek, old, to)?,
                Place { by: Some(by), .. } => step(&seek, old, by)?,
                Place { to_consumer: Some(other), .. } => {
                    let other = consumers.position(other)?.ok_or_else(|| unknown(&source, other))?;
                    return set(
                        context,
                        &source,
                        name,
                        known.as_ref(),
                        (other.offset, other.place),
                        arguments.dry_run,
                    );
                }
                _ => old,
            };
            moves.push((name.clone(), known, new));
        }
        (None, _) => {}
    }
    for (name, known, new) in moves {
        let is_anew = arguments.place.to.as_deref() == Some("earliest");
        let place = known.as_ref().and_then(|known| known.place.as_ref()).filter(|_| !is_anew);
        let place = source.place_of(new, place)?;
        set(context, &source, &name, known.as_ref(), (new, place), arguments.dry_run)?;
    }
    Ok(Answer::Yes)
}

fn set(
    context: &Context,
    source: &Source,
    name: &str,
    known: Option<&Position>,
    (new, place): (Offset, Option<FilePlace>),
    dry_run: bool,
) -> Result<Answer> {
    let old = known.map_or("null".to_owned(), |known| known.offset.to_string());
    if !dry_run {
        let _lock = source.consumers.lock(name, Patience::None)?;
        source.consumers.reset(name, new, place.as_ref(), context.now())?;
    }
    let line = format!(
        "{{\"stream\":{},\"consumer\":\"{name}\",\"old\":{old},\"new\":{new},\"dryRun\":{dry_run}}}\n",
        serde_json::Value::from(source.name.as_str())
    );
    print(&line, &OutputArgs::default())?;
    Ok(Answer::Yes)
}

/// The consumers of a file with their offsets; of those only `wanted`, when it is given.
fn listed(text: &str, file: &str, wanted: Option<&str>) -> Result<Vec<(String, Offset)>> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let row: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
        match (row["consumer"].as_str(), row["offset"].as_u64()) {
            (Some(name), Some(offset)) => found.push((name.to_owned(), Offset(offset))),
            _ => {
                return Err(Error::data("this line names no consumer and offset")
                    .hint("write lines like {\"consumer\":\"email\",\"offset\":42}")
                    .at(file, at as u64 + 1));
            }
        }
    }
    match wanted {
        None => Ok(found),
        Some(wanted) => match found.into_iter().rfind(|(name, _)| name == wanted) {
            Some(one) => Ok(vec![one]),
            None => Err(Error::usage(format!("{file} has no consumer {wanted}"))
                .hint("leave the name away to reset all that it has")),
        },
    }
}

/// The offset that `--to` means; offsets beyond an end of the stream are cut to it.
fn target(seek: &Seek<'_>, old: Offset, to: &str) -> Result<Offset> {
    if to == "earliest" {
        // Also of a file of which nothing is left that was read.
        return Ok(Offset(0));
    }
    let end = seek.source.end(seek.known)?;
    let offset = match (to, to.parse::<u64>()) {
        ("latest", _) => end,
        // `+5` is read as a number too, so the sign is looked at first.
        (_, Ok(offset)) if !to.starts_with('+') => {
            if offset > end.0 {
                return Err(Error::usage(format!("{} ends at {end}, before {offset}", seek.source.name))
                    .hint("latest stands for the end"));
            }
            Offset(offset)
        }
        _ => match events(to) {
            Some((is_back, count)) => moved(old, is_back, count),
            None => match seek.context.moment(to)? {
                Moment::Offset(offset) => Offset(offset),
                Moment::Time(time) => seek.first_at_or_after(time)?,
            },
        },
    };
    Ok(offset.min(end))
}

/// A number of events with its sign: whether it goes back, and how many.
fn events(text: &str) -> Option<(bool, u64)> {
    let (sign, digits) = text.split_at_checked(1)?;
    let count = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()?;
    matches!(sign, "+" | "-").then_some((sign == "-", count))
}

fn moved(old: Offset, is_back: bool, count: u64) -> Offset {
    Offset(if is_back { old.0.saturating_sub(count) } else { old.0.saturating_add(count) })
}

/// The offset that `--by` means: so many events, or so much event time, from where the consumer stands.
fn step(seek: &Seek<'_>, old: Offset, by: &str) -> Result<Offset> {
    let end = seek.source.end(seek.known)?;
    if let Some((is_back, count)) = events(by) {
        return Ok(moved(old, is_back, count).min(end));
    }
    let (is_back, length) = match (by.strip_prefix('-'), by.strip_prefix('+')) {
        (Some(length), _) => (true, length),
        (_, Some(length)) => (false, length),
        _ => {
            return Err(Error::usage(format!("'{by}' is no step from where the consumer stands"))
                .hint("write it with a sign, as in -5, +5, -2h or +30m"));
        }
    };
    let length = Duration::parse(length)?.0;
    let Some(here) = seek.time_at(old.min(Offset(end.0.saturating_sub(1))))? else { return Ok(end) };
    let there = Timestamp(if is_back { here.0 - length } else { here.0 + length });
    seek.first_at_or_after(there)
}
