//! `bourn consumer …`: named readers with offsets of their own.

mod lag;
mod reset;
mod run;

use clap::{Args, Subcommand};
use lag::{Gauge, Lag};

use crate::cli::output::{Output, OutputArgs};
use crate::cli::{Answer, Context};
use crate::error::{Error, Result};
use crate::event::line::Offset;
use crate::log::Stream;
use crate::log::consumer::Consumers;
use crate::pipeline::{Commit, Progress};
use crate::pipeline::sink::Sink;

/// Named readers of a stream, each with its own committed offset: the offset of the next event it wants.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn consumer run orders email --follow -- ./send-mails
  bourn consumer run orders enrich --into enriched -- jq -c '.data.total = 1'
  bourn consumer commit orders email 42
  bourn consumer lag orders --format table
  bourn consumer reset orders email --to -2h --dry-run")]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Run a command for each batch of new events, and commit after it ended well
    Run(run::Arguments),
    /// Hand the events of dead letters to a command
    ReplayDeadLetter(run::Arguments),
    /// Commit an offset: everything before it is done
    Commit {
        /// The stream
        stream: String,
        /// The consumer
        name: String,
        /// The offset of the next event it wants
        offset: u64,
    },
    /// List the consumers of a stream
    List {
        /// The stream
        stream: String,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Show one consumer
    Show {
        /// The stream
        stream: String,
        /// The consumer
        name: String,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Show how far the consumers are behind the end, in events, bytes and event time; all of them, or one
    Lag {
        /// The stream
        stream: String,
        /// The consumer
        name: Option<String>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Set a consumer to another offset
    Reset(reset::Arguments),
    /// Forget a consumer
    Delete {
        /// The stream
        stream: String,
        /// The consumer
        name: String,
    },
}

/// Runs the verb.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    match arguments.verb {
        Verb::Run(arguments) => run::run(&arguments, context, false),
        Verb::ReplayDeadLetter(arguments) => run::run(&arguments, context, true),
        Verb::Commit { stream, name, offset } => commit(context, &stream, &name, offset),
        Verb::List { stream, output } => show(context, &stream, None, false, &output),
        Verb::Show { stream, name, output } => show(context, &stream, Some(&name), false, &output),
        Verb::Lag { stream, name, output } => show(context, &stream, name.as_deref(), true, &output),
        Verb::Reset(arguments) => reset::run(&arguments, context),
        Verb::Delete { stream, name } => delete(context, &stream, &name),
    }
}

fn open(context: &Context, name: &str) -> Result<Stream> {
    let path = std::path::Path::new(name);
    match context.storage.metadata(path) {
        Ok(found) if found.kind != crate::sys::storage::FileKind::Directory => {
            Err(Error::usage(format!("{name} is a file, and consumers read streams"))
                .hint(format!("make a stream of it with bourn append STREAM {name}")))
        }
        _ => Stream::open(context.storage.clone(), path),
    }
}

fn unknown(stream: &Stream, name: &str) -> Error {
    Error::usage(format!("{} has no consumer {name}", stream.name()))
        .hint(format!("bourn consumer list {} shows those it has", stream.name()))
}

fn print(line: &str, output: &OutputArgs) -> Result<()> {
    let mut output = Output::new(output);
    output.write(line.as_bytes())?;
    output.finish()
}

fn commit(context: &Context, stream: &str, name: &str, offset: u64) -> Result<Answer> {
    let stream = open(context, stream)?;
    let consumers = Consumers::of(&stream);
    if let Some(position) = consumers.position(name)?
        && Offset(offset) < position.offset
    {
        return Err(Error::usage(format!("{name} stands at {}, and a commit does not go back to {offset}", position.offset))
            .hint(format!("use bourn consumer reset {} {name} --to {offset}", stream.name())));
    }
    consumers.commit(name, Offset(offset), context.now())?;
    print(&row(&stream, name, Offset(offset), None, None)?, &OutputArgs::default())?;
    Ok(Answer::Yes)
}

/// `{"stream":"orders","consumer":"email","offset":2,"end":3,"lag":1,"bytes":130,"behind":"PT1H","committed":"…"}`
fn row(stream: &Stream, name: &str, offset: Offset, lag: Option<Lag>, at: Option<&str>) -> Result<String> {
    let end = stream.end()?;
    let stream_name = serde_json::Value::from(stream.name());
    let committed = at.map_or(String::new(), |at| format!(",\"committed\":{}", serde_json::Value::from(at)));
    let events = end.0.saturating_sub(offset.0);
    let more = lag.map_or(String::new(), |Lag { bytes, behind }| {
        let behind = behind.map_or("null".to_owned(), |behind| format!("\"{behind}\""));
        format!(",\"bytes\":{bytes},\"behind\":{behind}")
    });
    Ok(format!(
        "{{\"stream\":{stream_name},\"consumer\":\"{name}\",\"offset\":{offset},\"end\":{end},\"lag\":{events}{more}{committed}}}\n"
    ))
}

fn show(
    context: &Context,
    stream: &str,
    name: Option<&str>,
    is_measured: bool,
    output: &OutputArgs,
) -> Result<Answer> {
    let stream = open(context, stream)?;
    let consumers = Consumers::of(&stream);
    let names = match name {
        Some(name) => vec![name.to_owned()],
        None => consumers.names()?,
    };
    let mut gauge = Gauge::new(&stream, context)?;
    let mut rows = String::new();
    for name in &names {
        let position = consumers.position(name)?.ok_or_else(|| unknown(&stream, name))?;
        let lag = is_measured.then(|| gauge.lag(position.offset)).transpose()?;
        rows.push_str(&row(&stream, name, position.offset, lag, Some(&position.at))?);
    }
    print(&rows, output)?;
    Ok(Answer::Yes)
}

fn delete(context: &Context, stream: &str, name: &str) -> Result<Answer> {
    let stream = open(context, stream)?;
    match Consumers::of(&stream).delete(name)? {
        true => Ok(Answer::Yes),
        false => Err(unknown(&stream, name)),
    }
}

/// Commits for `cat --consumer NAME --commit`.
pub struct ConsumerCommit<'c> {
    stream: Stream,
    name: String,
    context: &'c Context,
    committed: Option<Offset>,
}

impl<'c> ConsumerCommit<'c> {
    /// A consumer of the one stream in `sources`.
    pub fn open(context: &'c Context, sources: &[String], name: &str) -> Result<Self> {
        let [source] = sources else {
            return Err(Error::usage("--consumer reads one stream").hint("name one stream directory"));
        };
        let stream = open(context, source)?;
        Ok(ConsumerCommit { stream, name: name.to_owned(), context, committed: None })
    }

    /// The offset of the next event that the consumer wants; 0 when it is new.
    pub fn position(&self) -> Result<Offset> {
        let consumers = Consumers::of(&self.stream);
        let offset = consumers.position(&self.name)?.map_or(Offset(0), |position| position.offset);
        consumers.check_history(&self.name, offset)?;
        Ok(offset)
    }
}

impl Commit for ConsumerCommit<'_> {
    fn flushed(&mut self, progress: &Progress<'_>) -> Result<()> {
        let Some(next) = progress.next_offset() else { return Ok(()) };
        if self.committed == Some(next) {
            return Ok(());
        }
        Consumers::of(&self.stream).commit_read(&self.name, next, self.context.now())?;
        self.committed = Some(next);
        Ok(())
    }
}
