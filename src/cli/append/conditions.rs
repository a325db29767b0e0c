//! What an append asks of the stream before anything is stored.

use clap::Args;

use crate::error::Result;
use crate::event::Event;
use crate::event::envelope::Choice;
use crate::event::expression::Operand;
use crate::event::line::{Block, Offset};
use crate::event::scan::{Extractor, Projection, Span};
use crate::log::Stream;
use crate::log::expect::{Expectations, ExpectedEnd, ExpectedVersion};
use crate::log::reader::Reader;

/// The conditions of an append.
#[derive(Args, Debug)]
pub struct ConditionArgs {
    /// Store only if the stream holds exactly N events (or none: empty); otherwise exit 4
    #[arg(long, value_name = "N|empty", value_parser = parse_end, help_heading = "Conditions")]
    expect_end: Option<ExpectedEnd>,
    /// Store only if the last event of ENTITY has version N (the first one has 0), or if it has none, or if one exists;
    /// otherwise exit 4. May be given several times
    #[arg(long, value_name = "ENTITY=N|none|exists", value_parser = parse_version, help_heading = "Conditions")]
    expect_version: Vec<(String, ExpectedVersion)>,
    /// Store only if no event of the stream meets this jq condition; otherwise exit 4
    #[arg(long, value_name = "EXPR", help_heading = "Conditions")]
    unless: Option<String>,
    /// Leave out events whose id the stream holds already, and count them; the same id with another content is an error
    #[arg(long, help_heading = "Conditions")]
    pub unique: bool,
    /// Path of the entity, as in --key .orderId
    #[arg(long, value_name = "PATH", help_heading = "Conditions")]
    key: Option<String>,
    /// Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel
    #[arg(long, value_name = "NAME", help_heading = "Conditions")]
    preset: Option<String>,
}

fn parse_end(text: &str) -> std::result::Result<ExpectedEnd, String> {
    match text {
        "empty" => Ok(ExpectedEnd::Empty),
        number => number
            .parse()
            .map(|end| ExpectedEnd::Exactly(Offset(end)))
            .map_err(|_| format!("'{text}' is no number of events; write a number or empty")),
    }
}

fn parse_version(text: &str) -> std::result::Result<(String, ExpectedVersion), String> {
    let wrong = || {
        format!("'{text}' names no version; write it like account-1=4, account-1=none or account-1=exists")
    };
    let (entity, version) = text.rsplit_once('=').ok_or_else(wrong)?;
    let version = match version {
        "none" => ExpectedVersion::None,
        "exists" => ExpectedVersion::Exists,
        number => ExpectedVersion::Exactly(number.parse().map_err(|_| wrong())?),
    };
    Ok((entity.to_owned(), version))
}

impl ConditionArgs {
    /// Whether the whole input is one decision, so that it must be one batch.
    pub fn are_given(&self) -> bool {
        self.expect_end.is_some() || !self.expect_version.is_empty() || self.unless.is_some()
    }

    /// Whether an expression is evaluated.
    pub fn evaluate(&self) -> bool {
        self.unless.is_some()
    }

    /// Where events keep their ids and entities: options come before the stream's own settings.
    pub fn choice(&self, id: Option<String>, stream: &Stream) -> Choice {
        let choice = Choice { preset: self.preset.clone(), key: self.key.clone(), id, ..Choice::default() };
        choice.or(stream.settings().fields.clone())
    }

    /// The query of `--unless`.
    pub fn unless(&self) -> Result<Option<Unless>> {
        self.unless.as_deref().map(Unless::new).transpose()
    }

    /// What must hold, with what the query has found.
    pub fn expectations(&self, unless: Option<&Unless>) -> Expectations {
        let unwanted = unless.and_then(|unless| Some((unless.found?, unless.operand.text().to_owned())));
        Expectations { end: self.expect_end, versions: self.expect_version.clone(), unwanted }
    }
}

/// A query for an event that must not be there. It is asked before the lock is taken, and again under it, when only
/// the events are read that came in between.
pub struct Unless {
    operand: Operand,
    extractor: Extractor,
    fields: Vec<Option<Span>>,
    reader: Option<Reader>,
    found: Option<Offset>,
}

impl Unless {
    fn new(condition: &str) -> Result<Unless> {
        let mut projection = Projection::default();
        let operand = Operand::compile(condition, &mut projection)?;
        let extractor = Extractor::new(&projection);
        Ok(Unless { operand, extractor, fields: Vec::new(), reader: None, found: None })
    }

    /// Reads on to the end of the stream, or to the first event that meets the condition.
    pub fn look(&mut self, stream: &Stream) -> Result<()> {
        let mut reader = match self.reader.take() {
            Some(reader) => reader,
            None => stream.read_from(Offset(0))?,
        };
        let mut block = Block::default();
        while self.found.is_none() && reader.next_block(&mut block)? {
            for line in block.lines() {
                let extracted = self.extractor.extract(line.bytes, &mut self.fields);
                extracted.map_err(|error| error.at(line.source, line.number))?;
                if self.operand.holds(&Event::new(line, 0, &self.fields))? {
                    self.found = Some(line.offset);
                    break;
                }
            }
        }
        self.reader = Some(reader);
        Ok(())
    }
}
