//! `bourn append STREAM [FILE…]`: events into a stream.

mod complete;
mod conditions;
mod event;
mod receipt;

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use super::args::{self, parse_bytes};
use super::output::{self, Output, OutputArgs};
use super::{Answer, Context};
use crate::error::{Error, Result};
use crate::event::line::Block;
use crate::log::Stream;
use crate::log::batch::{Batch, Stamp};
use crate::log::expect::Verdict;
use crate::log::ids::Ids;
use crate::log::writer::{Receipt, Sync, Writer};
use crate::pipeline::sink::Sink;
use crate::pipeline::source::{self, Next};
use crate::sys::storage::FileKind;
use complete::Completer;
use conditions::{ConditionArgs, Unless};

/// Add events to a stream, durably and in order: one event from options, or JSON lines from files or
/// standard input. Prints one receipt.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn append ledger < events.jsonl
  bourn append ledger --type MoneyDeposited --stream account-1 --data '{\"amount\":1000}'
  bourn append ledger payment.jsonl --expect-version account-1=4 --expect-version order-7=none
  bourn append ledger import.jsonl.gz --unique
  bourn append users new.jsonl --unless '.data.email == \"ada@example.org\"'
  tail -f app.log | bourn append logs --linger 50ms")]
pub struct Arguments {
    /// The stream's directory; it is made if it is not there
    stream: String,
    /// Files with JSON lines, or - for standard input
    files: Vec<String>,
    #[command(flatten)]
    event: event::EventArgs,
    /// Do not make the stream
    #[arg(long)]
    no_create: bool,
    /// Store lines as they are: add no eventId or timestamp to native events that lack them
    #[arg(long)]
    verbatim: bool,
    #[command(flatten)]
    conditions: ConditionArgs,
    /// Store the whole input or nothing; always so with --expect-end, --expect-version and --unless
    #[arg(long)]
    atomic: bool,
    /// For endless input: store what has come, with a receipt, once its first line has waited so long, as in 50ms
    #[arg(long, value_name = "D", conflicts_with_all = ["atomic", "expect_end", "expect_version", "unless"])]
    linger: Option<String>,
    /// How many lines make a batch that is stored as a whole; as many as fit into 16 MiB if left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    batch: Option<u64>,
    /// When data is forced to the device
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    sync: SyncArg,
    /// How long to wait for another writer, as in 5s; for ever if left out
    #[arg(long, value_name = "D")]
    lock_timeout: Option<String>,
    /// Append also when the stream is on a network file system, where locks and flushes may not hold
    #[arg(long)]
    unsafe_fs: bool,
    /// Pass the events on instead of printing a receipt
    #[arg(long)]
    tee: bool,
    /// What to do with a line that is no event
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    on_error: OnBadLine,
    /// The longest line
    #[arg(long, value_name = "BYTES", default_value = "64MiB", value_parser = parse_bytes)]
    max_line: usize,
}

impl Arguments {
    /// Whether an expression is evaluated.
    pub fn evaluates(&self) -> bool {
        self.conditions.evaluate()
    }
}

/// The values of `--sync`.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum SyncArg {
    /// After each batch
    Batch,
    /// Once, before the receipt
    #[default]
    End,
    /// Never: the receipt says so
    None,
}

/// The values of `--on-error`.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum OnBadLine {
    /// Refuse the batch it is in
    #[default]
    Fail,
    /// Leave it out and count it; exit 1
    Skip,
    /// Set it aside in the stream's quarantine; exit 1
    Quarantine,
}

/// How many bytes of lines make a batch.
const BATCH_BYTES: usize = 16 << 20;

/// Stores the events and prints the receipt.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    arguments.event.check(&arguments.files)?;
    let path = std::path::Path::new(&arguments.stream);
    match arguments.no_create {
        true => drop(Stream::open(context.storage.clone(), path)?),
        false => Stream::check_place(&context.storage, path)?,
    }
    let mut append = Append::new(&arguments, context)?;
    if arguments.event.is_given() {
        append.take_event()?;
    } else {
        append.take_files()?;
    }
    append.finish()
}

/// One run of the command.
struct Append<'a> {
    arguments: &'a Arguments,
    context: &'a Context,
    completer: Completer,
    /// Opened, or made, when there is something to store: a refused input leaves no empty stream behind.
    stream: Option<Stream>,
    /// Made when the first batch is ready: the whole batch is checked before the lock is taken.
    writer: Option<Writer>,
    /// What the stream holds, for `--unique`; as old as the writer.
    ids: Option<Ids>,
    unless: Option<Unless>,
    batch: Batch,
    /// Where the lines of the batch come from: the first line of each run of lines, its source and its number there.
    origins: Vec<(u64, Arc<str>, u64)>,
    /// When the first line of the batch came.
    since: Option<Instant>,
    stored: u64,
    duplicates: u64,
    /// The receipt of an earlier run that stored this very batch.
    earlier: Option<Receipt>,
    is_judged: bool,
    set_aside: u64,
    quarantined: Vec<u8>,
    tee: Option<Output>,
    has_told: bool,
}

impl<'a> Append<'a> {
    fn new(arguments: &'a Arguments, context: &'a Context) -> Result<Self> {
        let tee = arguments.tee.then(|| Output::new(&OutputArgs::default()));
        Ok(Append {
            arguments,
            context,
            completer: Completer::new(),
            stream: None,
            writer: None,
            ids: None,
            unless: arguments.conditions.unless()?,
            batch: Batch::default(),
            origins: Vec::new(),
            since: None,
            stored: 0,
            duplicates: 0,
            earlier: None,
            is_judged: false,
            set_aside: 0,
            quarantined: Vec::new(),
            tee,
            has_told: false,
        })
    }

    fn stream(&mut self) -> Result<Stream> {
        if let Some(stream) = &self.stream {
            return Ok(stream.clone());
        }
        let stream =
            Stream::create(self.context.storage.clone(), std::path::Path::new(&self.arguments.stream))?;
        let stream = if self.arguments.unsafe_fs { stream.on_unsafe_fs() } else { stream };
        Ok(self.stream.insert(stream).clone())
    }

    /// The writer, made at its first use.
    fn writer(&mut self) -> Result<&mut Writer> {
        if self.writer.is_none() {
            let stream = self.stream()?;
            if let Some(unless) = &mut self.unless {
                unless.look(&stream)?;
            }
            let writer = open_writer(self.arguments, &stream)?;
            if let Some(unless) = &mut self.unless {
                unless.look(&stream)?;
            }
            self.writer = Some(writer);
        }
        Ok(self.writer.as_mut().expect("it was made just now"))
    }

    fn take_event(&mut self) -> Result<()> {
        let (line, stamp) = self.arguments.event.to_line(self.context)?;
        self.batch.lines = line;
        self.stamp(stamp);
        self.batch.count = 1;
        self.store_last()
    }

    /// Remembers where in the next line a time was put in.
    fn stamp(&mut self, stamp: Option<Range<usize>>) {
        let line = self.batch.count;
        self.batch.stamps.extend(stamp.map(|Range { start, end }| Stamp { line, start, end }));
    }

    fn take_files(&mut self) -> Result<()> {
        let files = &self.arguments.files;
        if files.is_empty() && self.context.input_is_terminal {
            return Err(Error::usage("no event is given and standard input is a terminal")
                .hint("pipe lines in, name a file, or give --type and --data"));
        }
        let linger = self.arguments.linger.as_deref().map(args::wall_time).transpose()?;
        let options = source::Options {
            max_line: self.arguments.max_line,
            follow: linger.is_some() && files.iter().all(|name| self.is_pipe(name)),
            ..source::Options::whole(self.context.storage.clone())
        };
        let mut reader = source::open(files, &options)?;
        let mut block = Block::default();
        while !crate::sys::signal::interrupted() {
            match reader.next_block(&mut block)? {
                Next::Block => self.take_block(&block)?,
                Next::Waiting => reader.wait(self.until_due(linger))?,
                Next::End => break,
            }
            if self.until_due(linger).is_zero() {
                self.store_last()?;
                self.release()?;
            }
        }
        self.store_last()
    }

    fn is_pipe(&self, name: &str) -> bool {
        let found = self.context.storage.metadata(std::path::Path::new(name));
        name == "-" || found.is_ok_and(|found| found.kind == FileKind::Other)
    }

    /// How long the batch may still wait; a while when there is nothing that waits.
    fn until_due(&self, linger: Option<Duration>) -> Duration {
        match (linger, self.since) {
            (Some(linger), Some(since)) => linger.saturating_sub(since.elapsed()),
            _ => Duration::from_secs(1),
        }
    }

    fn is_atomic(&self) -> bool {
        self.arguments.atomic || self.arguments.conditions.are_given()
    }

    fn take_block(&mut self, block: &Block) -> Result<()> {
        let now = self.context.now();
        let mut is_run = false;
        for line in block.lines() {
            if !std::mem::replace(&mut is_run, true) || self.batch.count == 0 {
                self.origins.push((self.batch.count, block.source.clone(), line.number));
            }
            let checked = match self.arguments.verbatim {
                true => crate::event::scan::check(line.bytes).map(|()| {
                    self.batch.lines.extend_from_slice(line.bytes);
                    self.batch.lines.push(b'\n');
                    None
                }),
                false => self.completer.complete(&line, now, &mut event::new_id, &mut self.batch.lines),
            };
            match checked {
                Ok(stamp) => self.stamp(stamp),
                Err(error) => {
                    self.refuse(line.bytes, error.at(line.source, line.number))?;
                    is_run = false;
                    continue;
                }
            }
            self.batch.count += 1;
            let is_full =
                self.batch.lines.len() >= BATCH_BYTES || Some(self.batch.count) == self.arguments.batch;
            if is_full && !self.is_atomic() {
                self.store()?;
                if self.arguments.linger.is_some() {
                    self.release()?;
                }
            }
        }
        if self.arguments.linger.is_some() && self.batch.count > 0 {
            self.since.get_or_insert_with(Instant::now);
        }
        Ok(())
    }

    /// A line that is no event: stops the run, or is set aside and counted.
    #[cold]
    fn refuse(&mut self, line: &[u8], error: Error) -> Result<()> {
        match self.arguments.on_error {
            OnBadLine::Fail => {
                let stored = match self.stored {
                    0 => "nothing was stored".to_owned(),
                    stored => format!("{stored} events of earlier batches are stored"),
                };
                // What was stored is told on the way out, so that the caller can go on behind it.
                if let Some(writer) = self.writer.take() {
                    writer.finish()?;
                }
                return Err(error.hint(format!("{stored}; correct the line, or pass --on-error quarantine")));
            }
            OnBadLine::Quarantine => {
                self.quarantined.extend_from_slice(line);
                self.quarantined.push(b'\n');
            }
            OnBadLine::Skip => {}
        }
        self.set_aside += 1;
        if self.set_aside <= 10 {
            output::say(&format!("set aside: {error}"));
        }
        Ok(())
    }

    /// Stores the batch in hand, or what of it is new.
    fn store(&mut self) -> Result<()> {
        let mut batch = std::mem::take(&mut self.batch);
        self.since = None;
        if batch.count > 0 {
            self.writer()?;
            if !self.is_stored_already(&mut batch)? {
                self.store_new(&mut batch)?;
            }
            if let Some(tee) = &mut self.tee {
                tee.write(&batch.lines)?;
            }
        }
        batch.clear();
        self.batch = batch;
        self.origins.clear();
        Ok(())
    }

    /// Stores the batch in hand, behind which the receipt is printed.
    fn store_last(&mut self) -> Result<()> {
        let is_plain = !self.arguments.conditions.are_given() && !self.arguments.conditions.unique;
        let is_alone = self.batch.count == 1 && self.writer.is_none() && is_plain;
        match is_alone && self.arguments.sync != SyncArg::None && self.share_a_flush()? {
            true => Ok(()),
            false => self.store(),
        }
    }

    /// Stores a single line together with those of other writers, if that can be done, and prints its receipt.
    fn share_a_flush(&mut self) -> Result<bool> {
        let stream = self.stream()?;
        let patience = args::patience(self.arguments.lock_timeout.as_deref())?;
        let Some(waiting) = stream.append_one(&self.batch.lines, patience)? else { return Ok(false) };
        let receipt = waiting.acknowledge()?;
        if let Some(tee) = &mut self.tee {
            tee.write(&self.batch.lines)?;
        }
        self.stored += 1;
        self.since = None;
        self.batch.clear();
        self.origins.clear();
        self.print(&stream, receipt.get(), 0, true)?;
        Ok(true)
    }

    fn print(&mut self, stream: &Stream, receipt: &Receipt, duplicates: u64, is_durable: bool) -> Result<()> {
        self.has_told = true;
        match &mut self.tee {
            Some(tee) => tee.finish(),
            None => receipt::print(stream, receipt, duplicates, is_durable),
        }
    }

    /// Holds the conditions against the stream, once. True when this very batch was stored before; then it has the
    /// lines that are stored.
    fn is_stored_already(&mut self, batch: &mut Batch) -> Result<bool> {
        if std::mem::replace(&mut self.is_judged, true) {
            return Ok(false);
        }
        let stream = self.stream()?;
        let conditions = &self.arguments.conditions;
        let choice = conditions.choice(self.arguments.event.id_path(), &stream);
        match conditions.expectations(self.unless.as_ref()).judge(self.writer()?, &choice, batch)? {
            Verdict::Store => Ok(false),
            Verdict::Stored(receipt, lines) => {
                self.earlier = Some(receipt);
                batch.lines = lines;
                Ok(true)
            }
        }
    }

    fn store_new(&mut self, batch: &mut Batch) -> Result<()> {
        if self.arguments.conditions.unique {
            let stream = self.stream()?;
            let choice = self.arguments.conditions.choice(self.arguments.event.id_path(), &stream);
            if self.ids.is_none() {
                self.ids = Some(Ids::open(self.writer()?, &choice)?);
            }
        }
        if let Some(ids) = &mut self.ids {
            self.duplicates += ids.keep_new(batch).map_err(|error| locate(error, &self.origins))?;
        }
        if batch.count == 0 {
            return Ok(());
        }
        self.writer()?.append(&batch.lines, batch.count)?;
        if let (Some(ids), Some(writer)) = (&mut self.ids, &self.writer) {
            ids.stored(writer, batch)?;
        }
        self.stored += batch.count;
        Ok(())
    }

    /// Lets go of the lock and prints the receipt for what was stored since it was taken.
    fn release(&mut self) -> Result<()> {
        // Others may append from now on.
        self.ids = None;
        let Some(writer) = self.writer.take() else { return Ok(()) };
        let stream = self.stream()?;
        let (receipt, is_durable) = writer.finish()?;
        let duplicates = std::mem::take(&mut self.duplicates);
        let receipt = self.earlier.take().unwrap_or(receipt);
        self.print(&stream, &receipt, duplicates, is_durable)
    }

    fn finish(mut self) -> Result<Answer> {
        let quarantined = std::mem::take(&mut self.quarantined);
        if !quarantined.is_empty() {
            let place = self.stream()?.quarantine("refused", &quarantined)?;
            output::say(&format!("{} bad lines were set aside in {place}", self.set_aside));
        }
        if self.writer.is_some() || !self.has_told {
            self.writer()?;
            // Without a line there is still an answer to what was expected.
            self.is_stored_already(&mut Batch::default())?;
            self.release()?;
        }
        let interrupted = crate::sys::signal::interrupted();
        Ok(match (interrupted, self.set_aside) {
            (true, _) => Answer::Interrupted,
            (false, 0) => Answer::Yes,
            (false, _) => Answer::No,
        })
    }
}

/// An error that knows a line of the batch says where that line comes from.
fn locate(error: Error, origins: &[(u64, Arc<str>, u64)]) -> Error {
    let Some(line) = error.place().line.filter(|_| error.place().source.is_empty()) else { return error };
    let origin = origins.iter().rfind(|(first, _, _)| *first < line);
    match origin {
        Some((first, source, number)) => error.at(source, number + (line - 1 - first)),
        None => error,
    }
}

fn open_writer(arguments: &Arguments, stream: &Stream) -> Result<Writer> {
    let patience = args::patience(arguments.lock_timeout.as_deref())?;
    let sync = match arguments.sync {
        SyncArg::Batch => Sync::Batch,
        SyncArg::End => Sync::End,
        SyncArg::None => Sync::None,
    };
    let (writer, warnings) = stream.writer(patience, sync)?;
    warnings.iter().for_each(|warning| output::say(warning));
    Ok(writer)
}
