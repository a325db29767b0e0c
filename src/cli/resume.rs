//! Flags for runs that go on where the last one stopped, and for results that go elsewhere than standard output.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Args;

use super::Context;
use crate::error::{Error, Result};
use crate::log::snapshot::{self, Snapshot};
use crate::pipeline::read_model::ReadModel;
use crate::pipeline::resume::{Resume, Words};
use crate::sys::storage::FileKind;

/// Going on, and where results go.
#[derive(Args, Clone, Debug, Default)]
pub struct ResumeArgs {
    /// Write the results to this file, or append them to this stream, instead of printing them; csv:FILE and tsv:FILE
    /// write a table. With fold, sqlite:FILE#TABLE keeps a table up to date: each run reads only what is new
    #[arg(long, value_name = "TARGET", help_heading = "Output")]
    pub into: Option<String>,
    /// Go on where the last run of this name stopped, and keep for the next one what is open at the end
    #[arg(long, value_name = "NAME", visible_alias = "snapshot", help_heading = "Going on")]
    pub resume: Option<String>,
    /// The sources are complete: close what is open, as a run without --resume does
    #[arg(long, requires = "resume", help_heading = "Going on")]
    pub drain: bool,
    /// Start from the beginning, also when the job has changed since the last run
    #[arg(long, help_heading = "Going on")]
    pub rebuild: bool,
    /// Where the runs are kept; otherwise in the first source, or beside it when it is a file
    #[arg(long, value_name = "DIR", requires = "resume", help_heading = "Going on")]
    pub state: Option<PathBuf>,
}

/// Flags that make no difference to the results, or that are looked at elsewhere.
const WITHOUT_EFFECT: [&str; 17] = [
    "sources",
    "resume",
    "drain",
    "rebuild",
    "state",
    "summary",
    "fail-on-late",
    "format",
    "csv-safe",
    "color",
    "on-error",
    "max-line",
    "max-steps",
    "follow",
    "idle",
    "quarantine",
    "help",
];

/// The words of the command line that make a difference to the results.
pub fn words_of(definition: &clap::Command, matches: &clap::ArgMatches) -> Words {
    let mut words = Words::new();
    for argument in definition.get_arguments() {
        let id = argument.get_id().as_str();
        let name = argument.get_long().unwrap_or(id);
        let is_given = matches.value_source(id) == Some(clap::parser::ValueSource::CommandLine);
        if !is_given || WITHOUT_EFFECT.contains(&name) {
            continue;
        }
        let raw = matches.get_raw(id).into_iter().flatten();
        let shown = argument.get_long().map_or(id.to_uppercase(), |long| format!("--{long}"));
        words.insert(shown, raw.map(|word| word.to_string_lossy().into_owned()).collect());
    }
    words
}

impl ResumeArgs {
    /// What stands behind `sqlite:` in the target.
    pub fn read_model(&self) -> Option<&str> {
        self.into.as_deref()?.strip_prefix("sqlite:")
    }

    /// Takes up the last run, if one is asked for; `sources` are what is read.
    pub fn open(&self, context: &Context, sources: &[String]) -> Result<Option<Resume>> {
        if self.read_model().is_some() {
            return Err(Error::usage("sqlite: keeps the states of a fold, and this is none")
                .hint("write the rows to a file or stream, and fold them"));
        }
        if self.rebuild && self.resume.is_none() {
            return Err(Error::usage("--rebuild begins a run anew that is kept, and none is")
                .hint("name it with --resume NAME, or keep a table with --into sqlite:FILE#TABLE"));
        }
        let Some(name) = &self.resume else { return Ok(None) };
        let snapshot = Snapshot::open(context.storage.clone(), &self.directory(context, sources)?, name)?;
        Resume::open(Box::new(snapshot), context.words.clone(), self.rebuild, self.drain).map(Some)
    }

    /// Takes up the last run of a read model.
    pub fn open_read_model(
        &self,
        context: &Context,
        sources: &[String],
        model: &Rc<ReadModel>,
    ) -> Result<Resume> {
        if self.resume.is_some() {
            return Err(Error::usage("a table of a database keeps its own place in the source")
                .hint("leave --resume away"));
        }
        let mut words = context.words.clone();
        // The database may be moved.
        words.remove("--into");
        let resume = Resume::open(Box::new(model.clone()), words, self.rebuild, false)?;
        match resume.marks(0).iter().find(|mark| !sources.contains(&mark.source)) {
            None => Ok(resume),
            // By another name it would be read from the start, and counted twice.
            Some(mark) => {
                Err(Error::usage(format!("the table was made of {}, which is not named now", mark.source))
                    .hint("name the sources as before, or make the table anew with --rebuild"))
            }
        }
    }

    fn directory(&self, context: &Context, sources: &[String]) -> Result<PathBuf> {
        if let Some(directory) = &self.state {
            return Ok(directory.clone());
        }
        match sources.first().map(String::as_str) {
            None | Some("-") => Err(Error::usage("standard input has no place to keep a run in")
                .hint("name one with --state DIR")),
            Some(source) => snapshot::directory_of(&context.storage, Path::new(source))
                .map_err(|cause| crate::pipeline::source::cannot_open(source, &cause)),
        }
    }

    /// Refuses to begin anew what only grows.
    pub fn check_target(&self, context: &Context, target: &str) -> Result<()> {
        let is_stream = || {
            let found = context.storage.metadata(Path::new(target));
            found.is_ok_and(|found| found.kind == FileKind::Directory)
        };
        if self.rebuild && is_stream() {
            return Err(Error::usage(format!(
                "{target} is a stream, and what is in it stays, so --rebuild would add everything again"
            ))
            .hint("rebuild into a new stream, or into a file"));
        }
        Ok(())
    }
}
