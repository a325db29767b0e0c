//! Flags in, bytes and an exit code out. The only layer that knows a terminal. A subcommand is one file
//! and one line of the table below.

mod args;
mod job;
mod output;
mod progress;
mod range;
mod resume;
mod state;
mod text;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;

use clap::{Args, CommandFactory, FromArgMatches, Parser};

use crate::error::{Error, Kind, Result};
use crate::pipeline::resume::Words;
use crate::sys::clock::{Clock, SystemClock};
use crate::sys::disk::Disk;
use crate::sys::storage::Storage;
use crate::sys::thread;
use crate::time::timestamp::{Moment, Timestamp};

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Yes,
    /// Done, and the answer is no: exit 1.
    No,
    /// Stopped by a signal, with everything in hand finished: exit 130.
    Interrupted,
}

/// What every command is given of the outside world.
pub struct Context {
    /// The disk.
    pub storage: Arc<dyn Storage>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Whether somebody types at standard input.
    pub input_is_terminal: bool,
    /// The words of the command line that make a difference to the results.
    pub words: Words,
    /// The event whose fate is asked for; nothing else comes out then.
    pub explain: Option<Rc<explain::Question>>,
}

impl Context {
    /// The same world for another command line.
    fn again(&self, words: Words) -> Context {
        Context {
            storage: self.storage.clone(),
            clock: self.clock.clone(),
            input_is_terminal: self.input_is_terminal,
            words,
            explain: None,
        }
    }

    /// The instant that it is now.
    pub fn now(&self) -> Timestamp {
        Timestamp(self.clock.now())
    }

    /// Reads a time or offset of the command line.
    pub fn moment(&self, text: &str) -> Result<Moment> {
        Moment::parse(text, self.now())
    }
}

/// The table of subcommands: one line each.
macro_rules! commands {
    ($(#[doc = $doc:literal] $name:ident => $module:ident),* $(,)?) => {
        $(mod $module;)*

        /// A subcommand with its arguments.
        #[derive(Debug)]
        enum Command {
            $($name($module::Arguments)),*
        }

        impl Command {
            /// The subcommands by their names, and for each what adds its flags.
            fn definitions() -> Vec<(clap::Command, fn(clap::Command) -> clap::Command)> {
                vec![$((clap::Command::new(stringify!($module)).about($doc.trim_start()), |command| {
                    let about = command.get_about().cloned().unwrap_or_default();
                    <$module::Arguments as Args>::augment_args(command).about(about).long_about(None)
                })),*]
            }

            fn from_matches(
                name: &str,
                matches: &clap::ArgMatches,
            ) -> std::result::Result<Command, clap::Error> {
                match name {
                    $(stringify!($module) => $module::Arguments::from_arg_matches(matches).map(Command::$name),)*
                    _ => Err(clap::Error::new(clap::error::ErrorKind::InvalidSubcommand)),
                }
            }

            fn run(self, context: &Context) -> Result<Answer> {
                match self {
                    $(Command::$name(arguments) => $module::run(arguments, context)),*
                }
            }
        }
    };
}

commands! {
    /// Add events to a stream, durably and in order
    Append => append,
    /// Show events in arrival order, bytes unchanged
    Cat => cat,
    /// Show the events of a stretch of event time
    Replay => replay,
    /// Fold history into state: aggregates or a reducer of your own, per key
    Fold => fold,
    /// Show the timeline of one entity: what each event changed, and for how long
    History => history,
    /// Compare the states at two moments
    Diff => diff,
    /// Aggregate per window of event time, with late events told
    Window => window,
    /// Join two sources within a distance of event time
    Join => join,
    /// Tell the fate of one event in a window or join
    Explain => explain,
    /// Pass on the events that are on time, and set the late ones apart
    Watermark => watermark,
    /// Prove that the past is what it was: checkpoints, proofs, signatures
    Audit => audit,
    /// Named readers with offsets of their own
    Consumer => consumer,
    /// Look at a stream, and look after it
    Stream => stream,
    /// Print the completions of a shell
    Completions => completions,
    /// Print the manual page, of bourn or of one command
    Man => man,
}

impl Command {
    /// Whether no expression is evaluated, so that nothing is nested more deeply than a line may be. What a stack of
    /// its own costs is then the larger part of the start.
    fn is_shallow(&self) -> bool {
        match self {
            Command::Append(arguments) => !arguments.evaluates(),
            Command::Cat(arguments) => !arguments.evaluates(),
            _ => false,
        }
    }
}

/// Event streams over plain JSON-lines files.
///
/// An append-only log of facts, consumers with their own offsets, replay to any moment, state folded from
/// history, windows and joins in event time. No server: every command reads lines and writes lines.
#[derive(Parser, Debug)]
#[command(name = "bourn", version, after_help = EXIT_CODES, max_term_width = 100)]
#[command(subcommand_required = true, arg_required_else_help = true)]
struct Program {}

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 done, and the answer is no; 2 wrong usage; 3 bad or damaged input;
4 conflict (expected version, lock); 5 the system refused (disk full, permission).";

/// The definition of the whole command line, for completions and manual pages.
fn definition() -> clap::Command {
    let commands = Command::definitions().into_iter().map(|(command, with_flags)| with_flags(command));
    Program::command().subcommands(commands)
}

/// Runs the program with its arguments and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let (command, words) = match parse(arguments) {
        Ok(parsed) => parsed,
        Err(error) => return usage(&error),
    };
    crate::sys::signal::catch();
    match command.is_shallow() {
        true => execute(command, words),
        // What a panic of that thread has to say was said by it.
        false => thread::deep(|| execute(command, words)).unwrap_or(ExitCode::from(101)),
    }
}

fn execute(command: Command, words: Words) -> ExitCode {
    let context = Context {
        storage: Arc::new(Disk),
        clock: Arc::new(SystemClock),
        input_is_terminal: std::io::stdin().is_terminal(),
        words,
        explain: None,
    };
    match command.run(&context) {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(Kind::Answer.exit_code()),
        Ok(Answer::Interrupted) => ExitCode::from(Kind::Interrupted.exit_code()),
        Err(error) => fail(&error),
    }
}

/// The command that the arguments ask for, and the words that make a difference to its results.
fn parse(
    arguments: impl IntoIterator<Item = OsString>,
) -> std::result::Result<(Command, Words), clap::Error> {
    // A command line names one subcommand. To make the flags of all takes longer than most of what is done.
    let commands = Command::definitions().into_iter().map(|(command, with_flags)| command.defer(with_flags));
    let mut definition = Program::command().subcommands(commands);
    let matches = definition.try_get_matches_from_mut(arguments)?;
    let Some((name, given)) = matches.subcommand() else {
        return Err(definition.error(clap::error::ErrorKind::MissingSubcommand, "a command is missing"));
    };
    let words = definition.find_subcommand(name).map(|command| resume::words_of(command, given));
    let command = Command::from_matches(name, given).map_err(|error| error.format(&mut definition))?;
    Ok((command, words.unwrap_or_default()))
}

/// Help goes to standard output; a wrong command line is told on standard error in one sentence, with exit 2.
fn usage(error: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind;
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Nobody is left to tell when even this cannot be written.
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => drop(error.print()),
        _ => output::say(&one_sentence(&error.to_string())),
    }
    ExitCode::from(Kind::Usage.exit_code())
}

/// What clap says over several lines, up to the usage, as one sentence.
fn one_sentence(text: &str) -> String {
    let lines = text.lines().take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let mut sentence = String::new();
    for line in lines.map(str::trim).filter(|line| !line.is_empty()) {
        let part = line.trim_start_matches("error: ").trim_start_matches("tip: ");
        match sentence.chars().last() {
            None => {}
            Some(':') => sentence.push(' '),
            Some(_) => sentence.push_str("; "),
        }
        sentence.push_str(part);
    }
    sentence + "; --help shows how it is used"
}

fn fail(error: &Error) -> ExitCode {
    if error.kind() != Kind::ClosedPipe {
        output::say(&error.to_string());
    }
    ExitCode::from(error.kind().exit_code())
}
