//! `bourn append STREAM [FILE…]`: events into a stream.

mod complete;
mod event;

use clap::{Args, ValueEnum};

use super::args::parse_bytes;
use super::output::{self, Output, OutputArgs};
use super::{Answer, Context};
use crate::error::{Error, Kind, Result};
use crate::event::line::{Block, Offset};
use crate::log::writer::{ExpectedEnd, Receipt, Sync, Writer};
use crate::log::{Stream, merkle};
use crate::pipeline::sink::Sink;
use crate::pipeline::source::{self, Next};
use complete::Completer;

/// Add events to a stream, durably and in order: one event from options, or JSON lines from files or
/// standard input. Prints one receipt.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn append ledger < events.jsonl
  bourn append ledger --type MoneyDeposited --stream account-1 --data '{\"amount\":1000}'
  bourn append ledger import.jsonl.gz --expect-end 42 --atomic")]
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
    /// Store only if the stream holds exactly N events (or none: empty); otherwise exit 4
    #[arg(long, value_name = "N|empty", value_parser = parse_expected)]
    expect_end: Option<ExpectedEnd>,
    /// Store the whole input or nothing
    #[arg(long)]
    atomic: bool,
    /// How many lines make a batch that is stored as a whole; as many as fit into 16 MiB if left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    batch: Option<u64>,
    /// When data is forced to the device
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    sync: SyncArg,
    /// How long to wait for another writer, as in 5s; for ever if left out
    #[arg(long, value_name = "D")]
    lock_timeout: Option<String>,
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

fn parse_expected(text: &str) -> std::result::Result<ExpectedEnd, String> {
    match text {
        "empty" => Ok(ExpectedEnd::Empty),
        number => number
            .parse()
            .map(|end| ExpectedEnd::Exactly(Offset(end)))
            .map_err(|_| format!("'{text}' is no number of events; write a number or empty")),
    }
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
    let mut append = Append::new(&arguments, context);
    if arguments.event.is_given() {
        let line = arguments.event.to_line(context)?;
        append.take_event(line)?;
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
    batch: Vec<u8>,
    count: u64,
    stored: u64,
    set_aside: u64,
    quarantined: Vec<u8>,
    tee: Option<Output>,
}

impl<'a> Append<'a> {
    fn new(arguments: &'a Arguments, context: &'a Context) -> Self {
        let tee = arguments.tee.then(|| Output::new(&OutputArgs::default()));
        Append {
            arguments,
            context,
            completer: Completer::new(),
            stream: None,
            writer: None,
            batch: Vec::new(),
            count: 0,
            stored: 0,
            set_aside: 0,
            quarantined: Vec::new(),
            tee,
        }
    }

    fn stream(&mut self) -> Result<Stream> {
        if let Some(stream) = &self.stream {
            return Ok(stream.clone());
        }
        let stream = Stream::create(self.context.storage.clone(), std::path::Path::new(&self.arguments.stream))?;
        Ok(self.stream.insert(stream).clone())
    }

    /// The writer, made at its first use: what the caller expects of the stream's end is checked then.
    fn writer(&mut self) -> Result<&mut Writer> {
        if self.writer.is_none() {
            let stream = self.stream()?;
            let writer = open_writer(self.arguments, &stream)?;
            if let Some(expected) = self.arguments.expect_end {
                writer.expect_end(expected)?;
            }
            self.writer = Some(writer);
        }
        Ok(self.writer.as_mut().expect("it was made just now"))
    }

    fn take_event(&mut self, line: Vec<u8>) -> Result<()> {
        self.batch.extend_from_slice(&line);
        self.count = 1;
        self.store()
    }

    fn take_files(&mut self) -> Result<()> {
        if self.arguments.files.is_empty() && self.context.input_is_terminal {
            return Err(Error::usage("no event is given and standard input is a terminal")
                .hint("pipe lines in, name a file, or give --type and --data"));
        }
        let options = source::Options {
            storage: self.context.storage.clone(),
            max_line: self.arguments.max_line,
            from: Offset(0),
            follow: false,
            takes_partial: true,
        };
        let mut reader = source::open(&self.arguments.files, &options)?;
        let mut block = Block::default();
        while reader.next_block(&mut block)? == Next::Block {
            self.take_block(&block)?;
            if crate::sys::signal::interrupted() {
                break;
            }
        }
        self.store()
    }

    fn take_block(&mut self, block: &Block) -> Result<()> {
        let now = self.context.now();
        for line in block.lines() {
            let checked = match self.arguments.verbatim {
                true => crate::event::scan::check(line.bytes).map(|()| {
                    self.batch.extend_from_slice(line.bytes);
                    self.batch.push(b'\n');
                }),
                false => self.completer.complete(&line, now, &mut event::new_id, &mut self.batch),
            };
            if let Err(error) = checked {
                self.refuse(line.bytes, error.at(line.source, line.number))?;
                continue;
            }
            self.count += 1;
            let is_full = self.batch.len() >= BATCH_BYTES || Some(self.count) == self.arguments.batch;
            if is_full && !self.arguments.atomic {
                self.store()?;
            }
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

    /// Stores the batch in hand.
    fn store(&mut self) -> Result<()> {
        if self.count == 0 {
            return Ok(());
        }
        let (batch, count) = (std::mem::take(&mut self.batch), self.count);
        self.writer()?.append(&batch, count)?;
        self.batch = batch;
        self.stored += self.count;
        if let Some(tee) = &mut self.tee {
            tee.write(&self.batch)?;
        }
        self.batch.clear();
        self.count = 0;
        Ok(())
    }

    fn finish(mut self) -> Result<Answer> {
        let quarantined = std::mem::take(&mut self.quarantined);
        if !quarantined.is_empty() {
            let place = self.stream()?.quarantine("refused", &quarantined)?;
            output::say(&format!("{} bad lines were set aside in {place}", self.set_aside));
        }
        self.writer()?;
        let stream = self.stream()?;
        let Some(writer) = self.writer.take() else { return Ok(Answer::Yes) };
        let (receipt, is_durable) = writer.finish()?;
        match &mut self.tee {
            Some(tee) => tee.finish()?,
            None => print_receipt(&stream, &receipt, is_durable)?,
        }
        let interrupted = crate::sys::signal::interrupted();
        Ok(match (interrupted, self.set_aside) {
            (true, _) => Answer::Interrupted,
            (false, 0) => Answer::Yes,
            (false, _) => Answer::No,
        })
    }
}

fn open_writer(arguments: &Arguments, stream: &Stream) -> Result<Writer> {
    let patience = super::args::patience(arguments.lock_timeout.as_deref())?;
    let sync = match arguments.sync {
        SyncArg::Batch => Sync::Batch,
        SyncArg::End => Sync::End,
        SyncArg::None => Sync::None,
    };
    let (writer, warnings) = stream.writer(patience, sync)?;
    warnings.iter().for_each(|warning| output::say(warning));
    Ok(writer)
}

/// `{"stream":"ledger","first":0,"last":99,"count":100,"duplicates":0,"durable":true,"size":100,"root":"…"}`
fn print_receipt(stream: &Stream, receipt: &Receipt, is_durable: bool) -> Result<()> {
    let name = serde_json::to_string(stream.name())
        .map_err(|cause| Error::new(Kind::System, format!("cannot write the receipt: {cause}")))?;
    let (first, last) = match receipt.count {
        0 => ("null".to_owned(), "null".to_owned()),
        count => (receipt.first.to_string(), (receipt.first.0 + count - 1).to_string()),
    };
    let line = format!(
        "{{\"stream\":{name},\"first\":{first},\"last\":{last},\"count\":{},\"duplicates\":0,\"durable\":{is_durable},\"size\":{},\"root\":\"{}\"}}\n",
        receipt.count,
        receipt.size,
        merkle::to_hex(&receipt.root),
    );
    let mut output = Output::new(&OutputArgs::default());
    output.write(line.as_bytes())?;
    output.finish()
}
