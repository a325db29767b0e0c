//! Durable streams: segments, the head, writers, readers, consumers. This layer knows lines and
//! offsets, and nothing of operators or the command line.

mod ahead;
pub mod audit;
pub mod batch;
mod block_sums;
pub mod care;
#[cfg(test)]
mod care_tests;
pub mod consumer;
pub mod expect;
#[cfg(test)]
mod explorer_tests;
pub mod files;
mod ground;
pub mod group_commit;
#[cfg(test)]
mod group_commit_tests;
pub mod head;
pub mod ids;
pub mod index;
pub mod mark;
pub mod merkle;
pub mod place;
mod quarantine;
pub mod reader;
mod recovery;
pub mod redaction;
#[cfg(test)]
mod redaction_tests;
mod rot;
#[cfg(test)]
mod rot_tests;
#[cfg(test)]
mod run_tests;
mod seal;
pub mod segment;
mod settings;
pub mod snapshot;
#[cfg(test)]
mod tests;
mod tree;
pub mod verify;
pub mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::event::envelope::Choice;
use crate::event::line::{Block, Offset};
use crate::sys::storage::{FileKind, Storage};
use reader::Reader;
use segment::Segment;
pub use settings::Settings;

/// The directory inside a stream that holds everything but its lines.
pub const INSIDE: &str = ".bourn";

/// A stream on disk: a directory of segments.
#[derive(Clone)]
pub struct Stream {
    storage: Arc<dyn Storage>,
    directory: PathBuf,
    name: String,
    settings: Settings,
}

impl Stream {
    /// Opens a stream that exists.
    pub fn open(storage: Arc<dyn Storage>, directory: &Path) -> Result<Stream> {
        let name = shown(directory);
        if !is_stream(&storage, directory)? {
            return Err(Error::usage(format!("{name} is a directory, but no stream"))
                .hint("a stream holds segments such as 00000000000000000000.jsonl; bourn append makes one"));
        }
        Stream::at(storage, directory)
    }

    /// The stream that is known to be at `directory`.
    fn at(storage: Arc<dyn Storage>, directory: &Path) -> Result<Stream> {
        let settings = Settings::read(&storage, directory)?;
        Ok(Stream { storage, directory: directory.to_owned(), name: shown(directory), settings })
    }

    /// Checks that a stream is at `directory`, or could be made there; makes nothing.
    pub fn check_place(storage: &Arc<dyn Storage>, directory: &Path) -> Result<()> {
        let name = shown(directory);
        let failed = |cause: std::io::Error| Error::system(format!("cannot open {name}"), &cause);
        match storage.metadata(directory) {
            Ok(found) if found.kind != FileKind::Directory => {
                Err(Error::usage(format!("{name} is a file, and append writes to stream directories"))
                    .hint("name a directory, or add lines to a file with >>"))
            }
            // What else is there need not be looked through.
            Ok(_) if storage.metadata(&directory.join(INSIDE)).is_ok() => Ok(()),
            Ok(_) => {
                let names = storage.list(directory).map_err(failed)?;
                match names.is_empty() || have_stream(&names) {
                    true => Ok(()),
                    false => Err(Error::usage(format!(
                        "{name} is a directory with other files in it, and no stream"
                    ))
                    .hint("name a new or empty directory")),
                }
            }
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(cause) => Err(failed(cause)),
        }
    }

    /// Opens a stream, and makes it first when there is nothing at `directory`.
    pub fn create(storage: Arc<dyn Storage>, directory: &Path) -> Result<Stream> {
        Stream::check_place(&storage, directory)?;
        let failed = |cause: std::io::Error| {
            Error::system(format!("cannot make the stream {}", shown(directory)), &cause)
        };
        files::make_directory(&storage, directory).map_err(failed)?;
        files::make_directory(&storage, &directory.join(INSIDE)).map_err(failed)?;
        Stream::at(storage, directory)
    }

    /// The settings that the stream at `directory` has for the fields of its events; nothing when it has none.
    pub fn settings_of(storage: &Arc<dyn Storage>, directory: &Path) -> Result<Option<Choice>> {
        match storage.metadata(directory) {
            Ok(found) if found.kind == FileKind::Directory => {
                Ok(Some(Settings::read(storage, directory)?.fields))
            }
            _ => Ok(None),
        }
    }

    /// The name as the user typed it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The settings of `stream.toml`.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The same stream for somebody who appends to it also on a file system of another machine.
    #[must_use]
    pub fn on_unsafe_fs(mut self) -> Stream {
        self.settings.unsafe_fs = true;
        self
    }

    /// The disk it is on.
    pub fn storage(&self) -> &Arc<dyn Storage> {
        &self.storage
    }

    /// Its directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The offset behind the last committed event.
    pub fn end(&self) -> Result<Offset> {
        let Some(slot) = self.certain_slot()? else {
            return self.read_from(Offset(u64::MAX))?.committed_end();
        };
        // The head vouches for what is before it; only what came since is counted.
        let (mut end, mut block) = (slot.next(), Block::default());
        let mut reader = Reader::behind(self.clone(), &slot)?;
        while reader.next_block(&mut block)? {
            end = Offset(block.first_offset.0 + block.line_count());
        }
        Ok(end)
    }

    /// A reader of whole committed batches from `offset` on.
    pub fn read_from(&self, offset: Offset) -> Result<Reader> {
        Reader::new(self.clone(), offset)
    }

    /// A reader likewise, for somebody who looks for something and checks every line himself.
    pub fn search_from(&self, offset: Offset, search: index::Search) -> Result<Reader> {
        Reader::searching(self.clone(), offset, search)
    }

    /// The segments, in order.
    pub fn segments(&self) -> Result<Vec<Segment>> {
        segment::list(&self.storage, &self.directory)
            .map_err(|cause| Error::system(format!("cannot list {}", self.name), &cause))
    }

    /// A path under `.bourn`.
    fn inside(&self, name: &str) -> PathBuf {
        self.directory.join(INSIDE).join(name)
    }

    /// How a file of the stream is shown in messages.
    fn show(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.directory).unwrap_or(path);
        format!("{}/{}", self.name.trim_end_matches('/'), below.display())
    }

    /// The error of a failed system call on a file of the stream.
    fn failed(&self, doing: &str, path: &Path, cause: &std::io::Error) -> Error {
        Error::system(format!("cannot {doing} {}", self.show(path)), cause)
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Whether a directory holds a stream.
pub fn is_stream(storage: &Arc<dyn Storage>, directory: &Path) -> Result<bool> {
    let names = storage.list(directory).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::NotFound => Error::usage(format!("there is no stream {}", shown(directory)))
            .hint("check the name; bourn append makes a stream"),
        _ => Error::system(format!("cannot open {}", shown(directory)), &cause),
    })?;
    Ok(have_stream(&names))
}

/// Whether these names in a directory are those of a stream.
fn have_stream(names: &[PathBuf]) -> bool {
    names.iter().any(|name| {
        name == Path::new(INSIDE) || name == Path::new("stream.toml") || segment::first_offset(name).is_some()
    })
}

/// Checks a name that comes from data or options: it becomes part of a path.
pub fn check_name(what: &str, name: &str) -> Result<()> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if !name.is_empty() && name.len() <= 100 && !name.starts_with('.') && name.bytes().all(is_letter) {
        return Ok(());
    }
    Err(Error::usage(format!("'{name}' cannot be the name of a {what}"))
        .hint("take letters, digits, '.', '_' and '-', no '.' at the start, at most 100 bytes"))
}
