//! Runs an operator over its inputs for a command: sinks, signals, progress, the account.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::args::FieldArgs;
use super::explain::Search;
use super::output::{self, Format, Output, OutputArgs};
use super::progress::Reporter;
use super::resume::ResumeArgs;
use super::{Answer, Context};
use crate::error::{Error, Kind, Result};
use crate::event::Event;
use crate::operator::Operator;
use crate::operator::explain::Explain;
use crate::operator::shape::Shape;
use crate::pipeline::cursor::Cursor;
use crate::pipeline::pace::Pace;
use crate::pipeline::read_model::ReadModel;
use crate::pipeline::resume::{Continued, Resume};
use crate::pipeline::sink::{self, Nowhere, Sink, shaped};
use crate::pipeline::{AtEnd, Commit, Outcome, Run};
use crate::sys::clock::Clock;

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
    /// Keeps rows back until their time has come.
    pub pace: Option<Pace>,
    /// Tells the operator the time.
    pub clock: Option<Arc<dyn Clock>>,
    /// The run that this one goes on with.
    resume: Option<&'a mut Resume>,
    at_end: AtEnd,
    /// The event whose fate is asked for.
    search: Option<Search>,
}

/// Where results and late events go.
pub struct Targets<'a> {
    /// The sources of each input.
    pub inputs: &'a [Vec<String>],
    /// Where their events keep their parts.
    pub fields: &'a FieldArgs,
    /// The flags of the results.
    pub results: &'a ResumeArgs,
    /// The target of the late events.
    pub late_to: Option<&'a str>,
    /// Whether the results are one table, written as a whole, or rows that follow one another.
    pub is_table: bool,
    /// The table of a database that takes the results.
    pub read_model: Option<Rc<ReadModel>>,
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
            pace: None,
            clock: None,
            resume: None,
            at_end: AtEnd::Close,
            search: None,
        }
    }

    /// Sends results and late events where the flags say, behind what the last run has written if there is one to go
    /// on from.
    pub fn direct(
        &mut self,
        context: &Context,
        targets: &Targets<'_>,
        output: &OutputArgs,
        resume: Option<&'a mut Resume>,
    ) -> Result<()> {
        if let Some(question) = &context.explain {
            self.search = Some(Search::new(question, context, targets)?);
            return Ok(());
        }
        let results = targets.results;
        let goes_on = resume.is_some() && !targets.is_table;
        if output.format != Format::Jsonl && (goes_on || results.into.is_some()) {
            return Err(Error::usage("results that go on, or go into a file or stream, are JSON lines")
                .hint("leave --format away, and show them with bourn cat FILE --format table"));
        }
        let into = results.into.as_deref().map(|target| separated(target).1);
        for target in into.filter(|_| targets.read_model.is_none()).into_iter().chain(targets.late_to) {
            refuse_same(context, &targets.inputs.concat(), target)?;
            results.check_target(context, target)?;
        }
        let storage = &context.storage;
        let open = |name: &str, committed: Option<u64>, is_table: bool| match (is_table, &resume) {
            (true, _) => sink::open_table(storage, name),
            (false, None) => sink::open(storage, name),
            (false, Some(_)) => Ok(Box::new(Continued::open(storage, name, committed)?) as Box<dyn Sink>),
        };
        let (committed, late) =
            resume.as_ref().map_or((None, None), |resume| (resume.results(), resume.late()));
        self.sink = match (&targets.read_model, results.into.as_deref().map(separated)) {
            (Some(model), _) => Box::new(model.clone()),
            (None, None) => std::mem::replace(&mut self.sink, Box::new(Nowhere)),
            (None, Some((None, name))) => open(name, committed, targets.is_table)?,
            (None, Some((Some(_), _))) if goes_on => {
                return Err(Error::usage("rows that go on from run to run are JSON lines, and no table")
                    .hint("write them to a file, and show it with bourn cat FILE --format csv"));
            }
            (None, Some((Some(separator), name))) => {
                output::separating(separator, output.csv_safe, sink::open_table(storage, name)?)
            }
        };
        if let Some(name) = targets.late_to {
            self.late = open(name, late, false)?;
        }
        if resume.as_ref().is_some_and(|resume| !targets.is_table && !resume.drains()) {
            self.at_end = AtEnd::Keep;
        }
        self.resume = resume;
        Ok(())
    }

    /// Leaves out, sorts and limits the rows; call it when their target is known.
    pub fn shape(&mut self, shape: Shape) -> Result<()> {
        if self.at_end == AtEnd::Keep && shape.holds_back() {
            return Err(Error::usage(
                "rows that go on from run to run come out as they are ready, and cannot be sorted",
            )
            .hint("sort the finished rows: bourn cat FILE | jq, or a fold over them with --sort-by"));
        }
        let sink = std::mem::replace(&mut self.sink, Box::new(Nowhere));
        self.sink = shaped(shape, sink);
        Ok(())
    }

    /// Sends late events where the flags say; `sources` are what is read.
    pub fn late_to(&mut self, context: &Context, name: Option<&str>, sources: &[String]) -> Result<()> {
        if let Some(name) = name {
            refuse_same(context, sources, name)?;
            self.late = sink::open(&context.storage, name)?;
        }
        Ok(())
    }

    /// Runs it and tells the account, or the fate of the event that is asked for.
    pub fn run(mut self) -> Result<Outcome> {
        let Some(mut search) = self.search.take() else { return self.run_through() };
        (self.sink, self.late, self.summary) = (Box::new(Nowhere), Box::new(Nowhere), Summary::None);
        let mut is_wanted = |event: &Event<'_>| search.is_meant(event);
        let mut explain = Explain::new(self.operator, &mut is_wanted);
        let cursors = std::mem::take(&mut self.cursors);
        let outcome =
            Job { cursors, ..Job::new(&mut explain, Vec::new(), &OutputArgs::default()) }.run_through()?;
        let reports = explain.into_reports();
        search.tell(&reports)?;
        Ok(outcome)
    }

    fn run_through(mut self) -> Result<Outcome> {
        let mut reporter = Reporter::new();
        let commit: Option<&mut dyn Commit> = match (&mut self.resume, &mut self.commit) {
            (Some(resume), _) => {
                resume.begin(self.operator, self.sink.place(), self.late.place())?;
                Some(&mut **resume)
            }
            (None, Some(commit)) => Some(&mut **commit),
            (None, None) => None,
        };
        let mut run = Run {
            operator: self.operator,
            sink: &mut *self.sink,
            late: &mut *self.late,
            monitor: &mut reporter,
            commit,
            idle: self.idle,
            at_end: self.at_end,
            pace: self.pace,
            clock: self.clock,
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

/// The separator and the file of a target that begins with `csv:` or `tsv:`.
fn separated(target: &str) -> (Option<u8>, &str) {
    match target.split_once(':') {
        Some(("csv", file)) => (Some(b','), file),
        Some(("tsv", file)) => (Some(b'\t'), file),
        _ => (None, target),
    }
}

/// Refuses to empty a file that is read in the same run.
pub(super) fn refuse_same(context: &Context, sources: &[String], target: &str) -> Result<()> {
    let identity =
        |name: &str| context.storage.metadata(std::path::Path::new(name)).map(|found| found.identity).ok();
    let Some(target_identity) = identity(target) else { return Ok(()) };
    match sources.iter().find(|name| identity(name) == Some(target_identity)) {
        Some(_) => Err(Error::new(Kind::Usage, format!("{target} is read and written in the same run"))
            .hint("write to another file")),
        None => Ok(()),
    }
}
