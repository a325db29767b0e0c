//! `bourn explain --event ID -- window …`: the fate of one event.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::rc::Rc;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::args::{FieldArgs, InputBuilder};
use super::job::Targets;
use super::output::{Output, OutputArgs};
use super::{Answer, Context};
use crate::error::{Error, Kind, Result};
use crate::event::Event;
use crate::event::envelope::Field;
use crate::event::line::{Block, Line, Offset};
use crate::event::scan::{Extractor, Projection, Span};
use crate::operator::explain::{Report, Wanted};
use crate::pipeline::sink::Sink;
use crate::pipeline::source::{self, Next};
use crate::sys::storage::Storage;

/// Tell the fate of one event: when it came, what was open for it, why it was late, which rows it stands in.
///
/// The words behind -- are a window or join as it would be run. It is run, but prints and writes nothing of its own.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn explain --event evt-3 -- window clicks --tumbling 5m --grace 1m --by .userId -a 'n=count()'
  bourn explain --event @41 --format text -- join clicks purchases --on .userId --after 1h")]
pub struct Arguments {
    /// The id of the event, or its @OFFSET
    #[arg(long, value_name = "ID|@OFFSET")]
    event: String,
    /// How it is told
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, help_heading = "Output")]
    format: Format,
    /// The window or join
    #[arg(last = true, required = true, value_name = "COMMAND")]
    words: Vec<OsString>,
}

/// How a fate is told.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// One JSON object an event
    #[default]
    Jsonl,
    /// Sentences for people
    Text,
}

/// Which event is asked for, and how the answer is told.
#[derive(Debug)]
pub struct Question {
    event: String,
    format: Format,
}

/// Runs the window or join for the sake of the event.
pub fn run(arguments: Arguments, context: &Context) -> Result<Answer> {
    let goes_on = |word: &&OsString| {
        let word = word.to_string_lossy();
        ["--resume", "--snapshot", "--follow"].iter().any(|flag| word.split('=').next() == Some(flag))
    };
    if let Some(flag) = arguments.words.iter().find(goes_on) {
        let what = format!("{} cannot be explained, since the history is read once", flag.to_string_lossy());
        return Err(Error::usage(what).hint("leave it away"));
    }
    let words = [OsString::from("bourn")].into_iter().chain(arguments.words);
    let (command, words) = super::parse(words).map_err(|error| {
        Error::usage(super::one_sentence(&error.to_string())).hint("write the command as it would be run")
    })?;
    if !matches!(command, super::Command::Window(_) | super::Command::Join(_)) {
        return Err(Error::usage("only a window or a join can be explained")
            .hint("as in bourn explain --event ID -- window clicks --tumbling 5m -a 'count()'"));
    }
    let question = Question { event: arguments.event, format: arguments.format };
    command.run(&Context { explain: Some(Rc::new(question)), ..context.again(words) })
}

/// Looks for the wanted event in the lines of one input.
struct Finder {
    /// The offset, or the id as JSON text.
    wanted: std::result::Result<Offset, Vec<u8>>,
    extractor: Extractor,
    field: Field,
    fields: Vec<Option<Span>>,
}

impl Finder {
    fn new(question: &Question, context: &Context, sources: &[String], fields: &FieldArgs) -> Result<Finder> {
        let wanted = match question.event.strip_prefix('@') {
            None => Err(serde_json::to_vec(&question.event).expect("a string always becomes JSON")),
            Some(offset) => Ok(Offset(offset.parse().map_err(|_| {
                Error::usage(format!("'@{offset}' is no offset"))
                    .hint("write a number, as in @41, or an event id")
            })?)),
        };
        let mut projection = Projection::default();
        let field = InputBuilder::new(context, sources, fields, &[])?.id(&mut projection);
        Ok(Finder { wanted, extractor: Extractor::new(&projection), field, fields: Vec::new() })
    }

    fn is_meant(&mut self, line: &Line<'_>, input: usize) -> bool {
        let id = match &self.wanted {
            Ok(offset) => return line.offset == *offset,
            Err(id) => id,
        };
        if self.extractor.extract(line.bytes, &mut self.fields).is_err() {
            return false;
        }
        let event = Event::new(*line, input, &self.fields);
        // A number stands for itself: --event 7 finds "eventId":7.
        let text = self.field.text(&event).unwrap_or_default();
        text == id.as_slice() || text == &id[1..id.len() - 1]
    }
}

/// The event that is looked for in a run.
pub struct Search {
    question: Rc<Question>,
    storage: Arc<dyn Storage>,
    inputs: Vec<Vec<String>>,
    finders: Vec<Finder>,
}

impl Search {
    /// Looks for the event of the question in the inputs of a run.
    pub fn new(question: &Rc<Question>, context: &Context, targets: &Targets<'_>) -> Result<Search> {
        let finder = |sources: &Vec<String>| Finder::new(question, context, sources, targets.fields);
        let finders = targets.inputs.iter().map(finder).collect::<Result<_>>()?;
        let storage = context.storage.clone();
        Ok(Search { question: question.clone(), storage, inputs: targets.inputs.to_vec(), finders })
    }

    /// Whether the event is the one that is looked for.
    pub fn is_meant(&mut self, event: &Event<'_>) -> bool {
        self.finders[event.input].is_meant(&event.line, event.input)
    }

    /// Tells the reports, and of events that never came so far that they were left out; standard input is not read
    /// again for that.
    pub fn tell(&mut self, reports: &BTreeMap<Wanted, Report>) -> Result<()> {
        let left_out = self.left_out(reports)?;
        if reports.is_empty() && left_out.is_empty() {
            return Err(Error::new(Kind::Answer, format!("there is no event {}", self.question.event))
                .hint("check the id, and where ids are: --id names their path"));
        }
        let mut out = Output::new(&OutputArgs::default());
        for report in reports.values() {
            let text = match self.question.format {
                Format::Text => sentences(report),
                Format::Jsonl => serde_json::to_string(report).unwrap_or_default() + "\n",
            };
            out.write(text.as_bytes())?;
        }
        for (place, offset) in left_out {
            let why = "left out by a condition or range, or set aside as unreadable";
            out.write(
                match self.question.format {
                    Format::Text => format!("Event @{offset} ({place}) was {why}.\n"),
                    Format::Jsonl => {
                        format!("{}\n", serde_json::json!({"offset": offset, "place": place, "fate": why}))
                    }
                }
                .as_bytes(),
            )?;
        }
        out.finish()
    }

    /// Where the event stands that the operator never saw.
    fn left_out(&mut self, reports: &BTreeMap<Wanted, Report>) -> Result<Vec<(String, u64)>> {
        let mut places = Vec::new();
        for (input, sources) in self.inputs.iter().enumerate() {
            if sources.is_empty() || sources.iter().any(|source| source == "-") {
                continue;
            }
            let mut reader = source::open(sources, &source::Options::whole(self.storage.clone()))?;
            let mut block = Block::default();
            while reader.next_block(&mut block)? == Next::Block {
                for line in block.lines() {
                    let is_known = reports.contains_key(&(input, line.offset.0));
                    if !is_known && self.finders[input].is_meant(&line, input) {
                        places.push((format!("{}:{}", line.source, line.number), line.offset.0));
                    }
                }
            }
        }
        Ok(places)
    }
}

/// A fate in sentences.
fn sentences(report: &Report) -> String {
    let Report { offset, place, time, fate, .. } = report;
    let mut text = format!("Event @{offset} ({place}) happened at {time}");
    if let Some(key) = &report.key {
        text += &format!(", with the key {}", key.get());
    }
    text += &format!(". It was {fate}.\n");
    let moved = |name: &str, [before, after]: &[Option<String>; 2]| match (before, after) {
        (_, None) => String::new(),
        (before, Some(after)) if before.as_ref() == Some(after) => format!("{name} stayed at {after}.\n"),
        (None, Some(after)) => format!("{name} began at {after}.\n"),
        (Some(before), Some(after)) => format!("{name} went from {before} to {after}.\n"),
    };
    text += &moved("The stream time", &report.stream_time);
    text += &moved("The watermark", &report.watermark);
    if let Some(late) = &report.late {
        text += &format!("It was late: {}\n", late.get());
    }
    for window in &report.windows {
        text += &format!("Open for it: the window from {} to {}.\n", window.start, window.end);
    }
    for outcome in &report.rows {
        text += &format!("It stands in a row that came with {}: {}\n", outcome.came_with, outcome.row.get());
    }
    if report.rows.is_empty() {
        text += "It stands in no row.\n";
    }
    text
}
