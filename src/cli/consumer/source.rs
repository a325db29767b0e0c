//! What a consumer reads, and where its commits are kept: a stream, or a file that bourn does not write.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::Context;
use crate::error::{Error, Kind, Result};
use crate::event::line::{Block, Offset};
use crate::log::Stream;
use crate::log::consumer::Consumers;
use crate::log::files::parent_of;
use crate::log::place::{self, Place};
use crate::log::snapshot::beside;
use crate::pipeline::source::{self, BlockReader, Next, Options, cannot_open};
use crate::sys::storage::{FileKind, Storage};

/// A stream or a file, and its consumers.
pub struct Source {
    /// As it was named.
    pub name: String,
    /// Who reads it.
    pub consumers: Consumers,
    storage: Arc<dyn Storage>,
    /// Nothing, when it is a file.
    stream: Option<Stream>,
}

impl Source {
    /// Opens the source called `name`, whose consumers are kept in `state`, or where they are kept by default.
    pub fn open(context: &Context, name: &str, state: Option<&Path>) -> Result<Source> {
        let (storage, path) = (context.storage.clone(), Path::new(name));
        let kind = storage.metadata(path).map(|found| found.kind);
        if matches!(kind, Ok(FileKind::Other)) || name == "-" {
            return Err(Error::usage(format!(
                "{name} cannot be read again, so nobody can go on reading it later"
            ))
            .hint("consumers read streams and files"));
        }
        let stream = match kind {
            Ok(FileKind::File) => None,
            // While it is rotated, the name is free for a moment.
            Err(cause)
                if cause.kind() == std::io::ErrorKind::NotFound
                    && storage.metadata(&beside(path)).is_ok() =>
            {
                None
            }
            Err(cause) => return Err(cannot_open(name, &cause)),
            _ => Some(Stream::open(storage.clone(), path)?),
        };
        let consumers = match (&stream, state) {
            (Some(stream), None) => Consumers::of(stream),
            _ => Consumers::at(storage.clone(), directory_of(&storage, path, state)?, name),
        };
        Ok(Source { name: name.to_owned(), consumers, storage, stream })
    }

    /// The last part of the path: results and dead letters name it, wherever it is read from.
    pub fn short_name(&self) -> String {
        let name = Path::new(&self.name).file_name();
        name.map_or_else(|| self.name.clone(), |name| name.to_string_lossy().into_owned())
    }

    /// Reads it as the options say; a file from where the consumer stands, or from as early as the offset that is
    /// wanted.
    pub fn reader(&self, place: Option<&Place>, options: &Options) -> Result<Box<dyn BlockReader>> {
        match &self.stream {
            Some(_) => source::open(std::slice::from_ref(&self.name), options),
            None => source::open_kept(&self.name, place, options),
        }
    }

    /// The options of somebody who reads whole lines from `from` to the end.
    pub fn options(&self, from: Offset) -> Options {
        Options { from, takes_partial: false, ..Options::whole(self.storage.clone()) }
    }

    /// The offset behind the last whole line, for a consumer that stands at `place`.
    pub fn end(&self, place: Option<&Place>) -> Result<Offset> {
        if let Some(stream) = &self.stream {
            return stream.end();
        }
        let from = place.map_or(Offset(0), Place::offset);
        let mut reader = self.reader(place, &self.options(from))?;
        let (mut block, mut end) = (Block::default(), from);
        while reader.next_block(&mut block)? == Next::Block {
            end = Offset(block.first_offset.0 + block.line_count());
        }
        Ok(end)
    }

    /// The place of the line at `offset` for a consumer that stands at `known`; none of a stream, which has offsets.
    pub fn place_of(&self, offset: Offset, known: Option<&Place>) -> Result<Option<Place>> {
        if self.stream.is_some() {
            return Ok(None);
        }
        let mut reader = self.reader(known, &self.options(offset))?;
        reader.next_block(&mut Block::default())?;
        match reader.place(&[]) {
            Some(place) if place.next == offset.0 => Ok(Some(place)),
            Some(place) if place.next > offset.0 => Err(Error::usage(format!(
                "the line of offset {offset} is in an older file than {}",
                self.name
            ))
            .hint("--to earliest begins anew with the first line of the file")),
            found => {
                let end = found.map_or(0, |place| place.next);
                Err(Error::usage(format!("{} ends at {end}, before {offset}", self.name))
                    .hint("latest stands for the end"))
            }
        }
    }

    /// Checks that the source still has what a consumer has read; of a file, the reader finds that out.
    pub fn check_history(&self, name: &str, offset: Offset) -> Result<()> {
        match &self.stream {
            Some(stream) => self.consumers.check_history(name, offset, stream.end()?),
            None => Ok(()),
        }
    }
}

/// Where the consumers of a file are kept: in `state`; else beside it, in `FILE.bourn`; else, when nothing can be made
/// there, in the user's state directory.
fn directory_of(storage: &Arc<dyn Storage>, path: &Path, state: Option<&Path>) -> Result<PathBuf> {
    let own = own_name(path)?;
    if let Some(state) = state {
        return Ok(state.join(own).join("consumers"));
    }
    let beside = beside(path);
    let of_user = state_home().map(|home| home.join("bourn").join(own).join("consumers"));
    let is_there = |directory: &Path| storage.metadata(directory).is_ok();
    match of_user {
        Some(of_user) if is_there(&of_user) && !is_there(&beside.join("consumers")) => Ok(of_user),
        _ if is_there(&beside) || storage.is_writable(parent_of(path)) => Ok(beside.join("consumers")),
        Some(of_user) => Ok(of_user),
        None => Err(Error::new(
            Kind::System,
            format!("nothing can be written beside {}, and there is no home directory", path.display()),
        )
        .hint("name a directory for the consumers with --state DIR")),
    }
}

/// A name for the file at `path` among all files: its own, and a hash of the whole path.
fn own_name(path: &Path) -> Result<String> {
    let whole = std::path::absolute(path);
    let whole =
        whole.map_err(|cause| Error::system(format!("cannot tell where {} is", path.display()), &cause))?;
    let name: String = path.file_name().unwrap_or_default().to_string_lossy().chars().take(80).collect();
    Ok(format!("{name}-{}", place::hash(whole.as_os_str().as_encoded_bytes())))
}

/// The directory for the state of programs, as the XDG Base Directory Specification has it.
fn state_home() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    variable("XDG_STATE_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/state")))
}
