//! `bourn consumer …`: named readers with offsets of their own.

mod lag;
mod reset;
mod run;
mod seek;
mod source;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use lag::{Gauge, Lag};
use source::Source;

use crate::cli::output::{Output, OutputArgs};
use crate::cli::{Answer, Context};
use crate::error::{Error, Result};
use crate::event::line::Offset;
use crate::log::consumer::Position;
use crate::pipeline::sink::Sink;
use crate::pipeline::source::{BlockReader, Options};
use crate::pipeline::{Commit, Progress};

/// Named readers of a stream or a log file, each with its own committed offset: the offset of the next event it wants.
/// A log file may be rotated while it is read.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn consumer run orders email --follow -- ./send-mails
  bourn consumer run orders enrich --into enriched -- jq -c '.data.total = 1'
  bourn consumer commit orders email 42
  bourn consumer lag orders --format table
  bourn consumer reset orders email --to -2h --dry-run
  bourn consumer run /var/log/app.log ship --follow -- ./ship")]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
    /// Where the consumers are kept; otherwise in the stream, or beside the file, or in the user's state directory
    #[arg(long, value_name = "DIR", global = true)]
    state: Option<PathBuf>,
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
    let state = arguments.state.as_deref();
    let open = |name: &str| Source::open(context, name, state);
    match arguments.verb {
        Verb::Run(arguments) => run::run(&arguments, context, state, false),
        Verb::ReplayDeadLetter(arguments) => run::run(&arguments, context, state, true),
        Verb::Commit { stream, name, offset } => commit(context, &open(&stream)?, &name, Offset(offset)),
        Verb::List { stream, output } => show(context, &open(&stream)?, None, false, &output),
        Verb::Show { stream, name, output } => show(context, &open(&stream)?, Some(&name), false, &output),
        Verb::Lag { stream, name, output } => show(context, &open(&stream)?, name.as_deref(), true, &output),
        Verb::Reset(arguments) => reset::run(&arguments, context, state),
        Verb::Delete { stream, name } => delete(&open(&stream)?, &name),
    }
}

fn unknown(source: &Source, name: &str) -> Error {
    Error::usage(format!("{} has no consumer {name}", source.name))
        .hint(format!("bourn consumer list {} shows those it has", source.name))
}

fn print(line: &str, output: &OutputArgs) -> Result<()> {
    let mut output = Output::new(output);
    output.write(line.as_bytes())?;
    output.finish()
}

fn commit(context: &Context, source: &Source, name: &str, offset: Offset) -> Result<Answer> {
    let known = source.consumers.position(name)?;
    if let Some(position) = &known
        && offset < position.offset
    {
        return Err(Error::usage(format!(
            "{name} stands at {}, and a commit does not go back to {offset}",
            position.offset
        ))
        .hint(format!("use bourn consumer reset {} {name} --to {offset}", source.name)));
    }
    let known = known.and_then(|known| known.place);
    let end = source.end(known.as_ref())?;
    source.consumers.check_end(name, offset, end)?;
    let place = source.place_of(offset, known.as_ref())?;
    source.consumers.commit(name, offset, place.as_ref(), context.now())?;
    print(&row(source, name, offset, end, None, None), &OutputArgs::default())?;
    Ok(Answer::Yes)
}

/// `{"stream":"orders","consumer":"email","offset":2,"end":3,"lag":1,"bytes":130,"behind":"PT1H","committed":"…"}`
fn row(
    source: &Source,
    name: &str,
    offset: Offset,
    end: Offset,
    lag: Option<Lag>,
    at: Option<&str>,
) -> String {
    let source_name = serde_json::Value::from(source.name.as_str());
    let committed = at.map_or(String::new(), |at| format!(",\"committed\":{}", serde_json::Value::from(at)));
    let events = end.0.saturating_sub(offset.0);
    let more = lag.map_or(String::new(), |Lag { bytes, behind }| {
        let behind = behind.map_or("null".to_owned(), |behind| format!("\"{behind}\""));
        format!(",\"bytes\":{bytes},\"behind\":{behind}")
    });
    format!(
        "{{\"stream\":{source_name},\"consumer\":\"{name}\",\"offset\":{offset},\"end\":{end},\"lag\":{events}{more}{committed}}}\n"
    )
}

fn show(
    context: &Context,
    source: &Source,
    name: Option<&str>,
    is_measured: bool,
    output: &OutputArgs,
) -> Result<Answer> {
    let names = match name {
        Some(name) => vec![name.to_owned()],
        None => source.consumers.names()?,
    };
    let mut gauge = Gauge::new(source, context)?;
    let mut rows = String::new();
    for name in &names {
        let position = source.consumers.position(name)?.ok_or_else(|| unknown(source, name))?;
        let lag = is_measured.then(|| gauge.lag(&position)).transpose()?;
        let end = source.end(position.place.as_ref())?;
        rows.push_str(&row(source, name, position.offset, end, lag, Some(&position.at)));
    }
    print(&rows, output)?;
    Ok(Answer::Yes)
}

fn delete(source: &Source, name: &str) -> Result<Answer> {
    match source.consumers.delete(name)? {
        true => Ok(Answer::Yes),
        false => Err(unknown(source, name)),
    }
}

/// Commits for `cat --consumer NAME --commit`.
pub struct ConsumerCommit<'c> {
    source: Source,
    name: String,
    context: &'c Context,
    known: Option<Position>,
    committed: Option<Offset>,
}

impl<'c> ConsumerCommit<'c> {
    /// A consumer of the one source in `sources`.
    pub fn open(context: &'c Context, sources: &[String], name: &str, state: Option<&Path>) -> Result<Self> {
        let [source] = sources else {
            return Err(Error::usage("--consumer reads one stream or file").hint("name one"));
        };
        let source = Source::open(context, source, state)?;
        let known = source.consumers.position(name)?;
        Ok(ConsumerCommit { source, name: name.to_owned(), context, known, committed: None })
    }

    /// The offset of the next event that the consumer wants; 0 when it is new.
    pub fn position(&self) -> Result<Offset> {
        let offset = self.known.as_ref().map_or(Offset(0), |position| position.offset);
        self.source.check_history(&self.name, offset)?;
        Ok(offset)
    }

    /// Reads the source on from there.
    pub fn reader(&self, options: &Options) -> Result<Box<dyn BlockReader>> {
        self.source.reader(self.known.as_ref().and_then(|known| known.place.as_ref()), options)
    }
}

impl Commit for ConsumerCommit<'_> {
    fn flushed(&mut self, progress: &Progress<'_>) -> Result<()> {
        let Some(next) = progress.next_offset() else { return Ok(()) };
        if self.committed == Some(next) {
            return Ok(());
        }
        self.source.consumers.commit(&self.name, next, progress.place().as_ref(), self.context.now())?;
        self.committed = Some(next);
        Ok(())
    }
}
