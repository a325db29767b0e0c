//! Consumers: named readers, each with its own committed offset. A commit is one durable line in `NAME.jsonl`; the last
//! whole line counts. The files of a stream's consumers are in its `.bourn/consumers`; those of a file that bourn does
//! not write are where the caller says, and their commits have the place in the file, too.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::files::{make_directory, parent_of, read_range, remove_if_there};
use super::place::Place;
use super::{Stream, check_name};
use crate::error::{Error, Kind, Result};
use crate::event::line::Offset;
use crate::sys::storage::{Lock, Open, Patience, Storage};
use crate::time::timestamp::Timestamp;

/// The consumers of one stream or file.
pub struct Consumers {
    storage: Arc<dyn Storage>,
    directory: PathBuf,
    /// The stream or file as it was named.
    source: String,
}

/// One commit as it is written.
#[derive(Deserialize)]
struct Written {
    offset: u64,
    at: String,
    #[serde(default)]
    reset: bool,
    #[serde(default)]
    place: Option<Place>,
}

/// Where a consumer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The offset of the next event it wants.
    pub offset: Offset,
    /// When it was committed, in RFC 3339.
    pub at: String,
    /// Whether somebody set it there, and no work was done up to it.
    pub is_reset: bool,
    /// Where that is, in a file that bourn does not write.
    pub place: Option<Place>,
}

impl Consumers {
    /// The consumers of `stream`.
    pub fn of(stream: &Stream) -> Consumers {
        Consumers::at(stream.storage.clone(), stream.inside("consumers"), &stream.name)
    }

    /// The consumers of `source` whose files are in `directory`.
    pub fn at(storage: Arc<dyn Storage>, directory: PathBuf, source: &str) -> Consumers {
        Consumers { storage, directory, source: source.to_owned() }
    }

    fn path(&self, name: &str) -> Result<PathBuf> {
        check_name("consumer", name)?;
        Ok(self.directory.join(format!("{name}.jsonl")))
    }

    fn failed(&self, doing: &str, path: &Path, cause: &io::Error) -> Error {
        Error::system(format!("cannot {doing} {}", path.display()), cause)
    }

    /// The names of all consumers, sorted.
    pub fn names(&self) -> Result<Vec<String>> {
        let names = match self.storage.list(&self.directory) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(|cause| self.failed("list", &self.directory, &cause))?,
        };
        let name_of = |path: PathBuf| path.to_str()?.strip_suffix(".jsonl").map(str::to_owned);
        Ok(names
            .into_iter()
            .filter_map(name_of)
            .filter(|name| check_name("consumer", name).is_ok())
            .collect())
    }

    /// Where a consumer stands; nothing when it never committed.
    pub fn position(&self, name: &str) -> Result<Option<Position>> {
        let path = self.path(name)?;
        let text = match self.storage.open(&path, Open::Read, true) {
            Ok(file) => {
                let read = file.metadata().and_then(|metadata| read_range(&*file, 0, metadata.bytes));
                read.map_err(|cause| self.failed("read", &path, &cause))?
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(self.failed("open", &path, &cause)),
        };
        let whole = memchr::memrchr(b'\n', &text).map_or(0, |last| last + 1);
        let Some(line) = text[..whole].split(|&byte| byte == b'\n').rfind(|line| !line.is_empty()) else {
            return Ok(None);
        };
        let written: Written = serde_json::from_slice(line).map_err(|_| {
            Error::data("the last commit in this file cannot be read")
                .hint("set the consumer anew with bourn consumer reset")
                .source(&path.display().to_string())
        })?;
        let Written { offset, at, reset, place } = written;
        Ok(Some(Position { offset: Offset(offset), at, is_reset: reset, place }))
    }

    /// Checks that the source, which ends at `end`, still has everything before `offset`, which the consumer has read.
    pub fn check_history(&self, name: &str, offset: Offset, end: Offset) -> Result<()> {
        if offset <= end {
            return Ok(());
        }
        let source = &self.source;
        Err(Error::data(format!("{name} has read {offset} events of {source}, which has {end} now"))
            .hint(format!(
                "its history was cut or replaced: bring it back, or begin anew with bourn consumer reset {source} {name} --to earliest"
            )))
    }

    /// Checks that a consumer can stand at `offset` of a source that ends at `end`.
    pub fn check_end(&self, name: &str, offset: Offset, end: Offset) -> Result<()> {
        if offset <= end {
            return Ok(());
        }
        Err(Error::usage(format!("{} ends at {end}, so {name} cannot stand at {offset}", self.source))
            .hint("an offset is the number of the next event that is wanted"))
    }

    /// Commits `offset`, durably, for somebody who has done everything before it.
    pub fn commit(&self, name: &str, offset: Offset, place: Option<&Place>, at: Timestamp) -> Result<()> {
        self.put(name, offset, place, &format!("\"at\":\"{at}\""))
    }

    /// Sets the consumer to `offset`, durably, whatever was done.
    pub fn reset(&self, name: &str, offset: Offset, place: Option<&Place>, at: Timestamp) -> Result<()> {
        self.put(name, offset, place, &format!("\"at\":\"{at}\",\"reset\":true"))
    }

    fn put(&self, name: &str, offset: Offset, place: Option<&Place>, rest: &str) -> Result<()> {
        let path = self.path(name)?;
        let place = place.map_or(String::new(), |place| format!(",\"place\":{}", place.to_json()));
        let line = format!("{{\"offset\":{offset},{rest}{place}}}\n");
        self.append(&path, line.as_bytes()).map_err(|cause| self.failed("write", &path, &cause))
    }

    /// Takes the right to run as this consumer, or to move it; it is held until the lock is dropped.
    pub fn lock(&self, name: &str, patience: Patience) -> Result<Box<dyn Lock>> {
        let path = self.path(name)?.with_extension("lock");
        let failed = |cause: &io::Error| self.failed("lock", &path, cause);
        let storage = &self.storage;
        make_directory(storage, parent_of(&path)).map_err(|cause| failed(&cause))?;
        let file = storage.open(&path, Open::Create, true).map_err(|cause| failed(&cause))?;
        let lock = match storage.lock(&path, patience) {
            Ok(lock) => lock,
            Err(cause) if matches!(cause.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                let holder = read_range(&*file, 0, 64).unwrap_or_default();
                let holder = match String::from_utf8_lossy(&holder).trim() {
                    // It has begun just now, and not said so yet.
                    "" => "another process".to_owned(),
                    holder => holder.to_owned(),
                };
                return Err(Error::conflict(format!("{name} of {} is running, as {holder}", self.source))
                    .hint("stop it first, or wait for it: bourn consumer run has --standby"));
            }
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {
                return Err(Error::new(Kind::Interrupted, format!("stopped while waiting for {name}")));
            }
            Err(cause) => return Err(failed(&cause)),
        };
        let holder = format!("process {}\n", std::process::id());
        let put = file.truncate(0).and_then(|()| file.write_all_at(holder.as_bytes(), 0));
        put.map_err(|cause| failed(&cause))?;
        Ok(lock)
    }

    fn append(&self, path: &std::path::Path, line: &[u8]) -> io::Result<()> {
        let storage = &self.storage;
        make_directory(storage, parent_of(path))?;
        let is_new = storage.metadata(path).is_err();
        let file = storage.open(path, Open::Create, true)?;
        let _lock = storage.lock(path, Patience::Forever)?;
        let size = file.metadata()?.bytes;
        let text = read_range(&*file, size.saturating_sub(64 << 10), size.min(64 << 10))?;
        // A line that a dead process left unfinished never counted.
        let torn = text.len() - memchr::memrchr(b'\n', &text).map_or(0, |last| last + 1);
        file.write_all_at(line, size - torn as u64)?;
        file.truncate(size - torn as u64 + line.len() as u64)?;
        file.sync()?;
        if is_new { storage.sync_directory(parent_of(path)) } else { Ok(()) }
    }

    /// Forgets a consumer; gives whether it was there.
    pub fn delete(&self, name: &str) -> Result<bool> {
        if self.position(name)?.is_none() {
            return Ok(false);
        }
        let path = self.path(name)?;
        let _lock = self.lock(name, Patience::None)?;
        let storage = &self.storage;
        // The lock's file goes last: until then nobody else can run as this consumer.
        let removed = remove_if_there(storage, &path)
            .and_then(|_| storage.sync_directory(parent_of(&path)))
            .and_then(|()| remove_if_there(storage, &path.with_extension("lock")));
        removed.map(|_| true).map_err(|cause| self.failed("delete", &path, &cause))
    }
}
