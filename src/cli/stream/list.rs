//! `bourn stream list [DIR]`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{name, print};
use crate::cli::args::{FieldArgs, InputBuilder};
use crate::cli::output::OutputArgs;
use crate::cli::{Answer, Context};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::event::envelope::Part;
use crate::event::line::{Line, Offset};
use crate::event::scan::Extractor;
use crate::log::care::Overview;
use crate::log::{self, Stream};
use crate::sys::storage::FileKind;
use crate::time::timestamp::Timestamp;

/// List the streams under a directory: events, bytes, segments, and the time of the last event.
///
/// Hidden directories are left out. A stream that cannot be read is told, the others are listed.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn stream list
  bourn stream list /var/lib/events --format table")]
pub struct Arguments {
    /// The directory
    #[arg(value_name = "DIR", default_value = ".")]
    directory: String,
    #[command(flatten)]
    output: OutputArgs,
}

/// Lists the streams.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let root = Path::new(&arguments.directory);
    match context.storage.metadata(root) {
        Ok(found) if found.kind == FileKind::Directory => {}
        Ok(_) => {
            return Err(Error::usage(format!("{} is no directory", arguments.directory))
                .hint("name a directory that holds streams"));
        }
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            return Err(
                Error::usage(format!("there is no directory {}", arguments.directory)).hint("check the name")
            );
        }
        Err(cause) => return Err(Error::system(format!("cannot open {}", arguments.directory), &cause)),
    }
    let mut walk = Walk { context, seen: HashSet::new(), rows: String::new(), failed: None };
    walk.visit(root);
    print(&walk.rows, &arguments.output)?;
    walk.failed.map_or(Ok(Answer::Yes), Err)
}

/// A walk over a tree of directories.
struct Walk<'c> {
    context: &'c Context,
    /// Directories that were visited: a link may lead back.
    seen: HashSet<(u64, u64)>,
    rows: String,
    /// The first stream or directory that could not be read.
    failed: Option<Error>,
}

impl Walk<'_> {
    /// Lists the streams at and under `directory`.
    fn visit(&mut self, directory: &Path) {
        let Ok(found) = self.context.storage.metadata(directory) else { return };
        if found.kind != FileKind::Directory || !self.seen.insert(found.identity) {
            return;
        }
        let listed = match log::is_stream(&self.context.storage, directory) {
            Ok(true) => self.list(directory),
            Ok(false) => {
                self.descend(directory);
                Ok(())
            }
            Err(error) => Err(error),
        };
        if let Err(error) = listed {
            self.failed.get_or_insert(error);
        }
    }

    fn descend(&mut self, directory: &Path) {
        let names = match self.context.storage.list(directory) {
            Ok(names) => names,
            Err(cause) => {
                let error = Error::system(format!("cannot open {}", directory.display()), &cause);
                self.failed.get_or_insert(error);
                return;
            }
        };
        let is_hidden = |name: &PathBuf| name.as_os_str().as_encoded_bytes().starts_with(b".");
        for name in names.into_iter().filter(|name| !is_hidden(name)) {
            // Names below the working directory are shown without the point in front.
            let path = if directory == Path::new(".") { name } else { directory.join(name) };
            self.visit(&path);
        }
    }

    fn list(&mut self, directory: &Path) -> Result<()> {
        let stream = Stream::open(self.context.storage.clone(), directory)?;
        let Overview { events, bytes, segments, last } = stream.overview()?;
        let time = match &last {
            Some(line) => last_time(self.context, &stream, line)?,
            None => None,
        };
        let time = time.map_or("null".to_owned(), |time| format!("\"{time}\""));
        self.rows.push_str(&format!(
            "{{\"stream\":{},\"events\":{events},\"bytes\":{bytes},\"segments\":{segments},\"lastTime\":{time}}}\n",
            name(&stream)
        ));
        Ok(())
    }
}

/// The time of the last event; nothing when it has none, or something else there.
fn last_time(context: &Context, stream: &Stream, bytes: &[u8]) -> Result<Option<Timestamp>> {
    let sources = [stream.directory().display().to_string()];
    let mut input = InputBuilder::new(context, &sources, &FieldArgs::default(), &[])?;
    let field = input.bind(Part::Time);
    let mut fields = Vec::new();
    if Extractor::new(&input.projection).extract(bytes, &mut fields).is_err() {
        return Ok(None);
    }
    let line = Line { bytes, source: stream.name(), number: 1, offset: Offset(0) };
    Ok(field.time(&Event::new(line, 0, &fields)).ok())
}
