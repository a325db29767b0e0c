//! Runs an operator over its inputs for a command: sinks, signals, progress, the account.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::output::{self, Output, OutputArgs};
use super::progress::Reporter;
use super::{Answer, Context};
use crate::error::{Error, Kind, Result};
use crate::operator::Operator;
use crate::operator::shape::Shape;
use crate::pipeline::cursor::Cursor;
use crate::pipeline::sink::{self, Nowhere, Sink, shaped};
use crate::pipeline::{Commit, Outcome, Run};

/// How the account of a run is told on standard error.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Summary {
    /// One line of text
    Text,
    /// One JSON object
    Json,
    /// Not at all
    None,
}

/// Telling the account.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct SummaryArgs {
    /// How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error
    #[arg(long, value_name = "HOW", value_enum, help_heading = "Output")]
    pub summary: Option<Summary>,
}

/// Everything that one run needs.
pub struct Job<'a> {
    /// The job itself.
    pub operator: &'a mut dyn Operator,
    /// Its inputs.
    pub cursors: Vec<Cursor>,
    /// Where results go.
    pub sink: Box<dyn Sink>,
    /// Where late events go.
    pub late: Box<dyn Sink>,
    /// Commits what is out.
    pub commit: Option<&'a mut dyn Commit>,
    /// How the account is told.
    pub summary: Summary,
    /// How long an input may be silent.
    pub idle: Option<Duration>,
}

impl<'a> Job<'a> {
    /// A run of `operator` over `cursors` to standard output, with no late events, commits or account.
    pub fn new(operator: &'a mut dyn Operator, cursors: Vec<Cursor>, output: &OutputArgs) -> Self {
        Job {
            operator,
            cursors,
            sink: Box::new(Output::new(output)),
            late: Box::new(Nowhere),
            commit: None,
            summary: Summary::None,
            idle: None,
        }
    }

    /// Leaves out, sorts and limits the rows.
    pub fn shape(&mut self, shape: Shape) {
        let sink = std::mem::replace(&mut self.sink, Box::new(Nowhere));
        self.sink = shaped(shape, sink);
    }

    /// Sends late events where the flags say; `sources` are what is read.
    pub fn late_to(&mut self, context: &Context, name: Option<&str>, sources: &[String]) -> Result<()> {
        if let Some(name) = name {
            refuse_same(context, sources, name)?;
            self.late = sink::open(&context.storage, name)?;
        }
        Ok(())
    }

    /// Runs it and tells the account.
    pub fn run(mut self) -> Result<Outcome> {
        let mut reporter = Reporter::new();
        let mut run = Run {
            operator: self.operator,
            sink: &mut *self.sink,
            late: &mut *self.late,
            monitor: &mut reporter,
            commit: match &mut self.commit {
                Some(commit) => Some(&mut **commit),
                None => None,
            },
            idle: self.idle,
        };
        let outcome = run.drive(&mut self.cursors);
        reporter.finish();
        let outcome = outcome?;
        match self.summary {
            Summary::Text => output::say(&outcome.account.to_text()),
            Summary::Json => output::say_json(&outcome.account.to_json()),
            Summary::None => {}
        }
        Ok(outcome)
    }
}

/// The answer that an outcome means: no, when lines were set aside.
pub fn answer(outcome: &Outcome) -> Answer {
    match outcome {
        Outcome { interrupted: true, .. } => Answer::Interrupted,
        Outcome { account, .. } if account.set_aside > 0 => Answer::No,
        _ => Answer::Yes,
    }
}

/// The answer when late events count as a no.
pub fn answer_with_late(outcome: &Outcome, fail_on_late: bool) -> Answer {
    match answer(outcome) {
        Answer::Yes if fail_on_late && outcome.account.late > 0 => Answer::No,
        other => other,
    }
}

/// Refuses to empty a file that is read in the same run.
fn refuse_same(context: &Context, sources: &[String], target: &str) -> Result<()> {
    let identity =
        |name: &str| context.storage.metadata(std::path::Path::new(name)).map(|found| found.identity).ok();
    let Some(target_identity) = identity(target) else { return Ok(()) };
    match sources.iter().find(|name| identity(name) == Some(target_identity)) {
        Some(_) => Err(Error::new(Kind::Usage, format!("{target} is read and written in the same run"))
            .hint("write to another file")),
        None => Ok(()),
    }
}
