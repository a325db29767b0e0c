//! What a writer stands on: a disk that keeps what it is told to, a head, names that last.

use std::io;
use std::path::Path;

use super::Stream;
use super::files::{make_directory, parent_of};
use super::head::{self, Head};
use crate::error::{Error, Kind, Result};
use crate::sys::storage::{File, Open};

impl Stream {
    /// Refuses a file system where an append may be lost; gives whether it is on another machine.
    pub(super) fn check_file_system(&self) -> Result<bool> {
        match self.is_on_network()? {
            true if !self.settings.unsafe_fs => Err(Error::new(
                Kind::System,
                format!("{} is on a network file system, where locks and flushes may not hold", self.name),
            )
            .hint("append on the machine that has the disk; or trust it with --unsafe-fs, or unsafe-fs = true in stream.toml")),
            is_on_network => Ok(is_on_network),
        }
    }

    /// Whether the stream is on a file system of another machine.
    pub(super) fn is_on_network(&self) -> Result<bool> {
        let found = self.storage.is_network(&self.directory);
        found.map_err(|cause| self.failed("look at", &self.directory, &cause))
    }

    /// The head, made when there is none.
    pub(super) fn open_head(&self, path: &Path) -> io::Result<Box<dyn File>> {
        make_directory(&self.storage, &self.directory.join(super::INSIDE))?;
        match self.storage.open(path, Open::Write, true) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                let file = self.storage.open(path, Open::Create, true)?;
                self.storage.sync_directory(parent_of(path))?;
                Ok(file)
            }
            other => other,
        }
    }

    /// A process that died early may have made the directories without flushing their names.
    pub(super) fn keep_names(&self) -> Result<()> {
        let head_path = self.inside("head");
        let found = head::read(&*self.storage, &head_path);
        if found.map_err(|cause| self.failed("read", &head_path, &cause))? != Head::Absent {
            return Ok(());
        }
        for path in [&self.directory.join(super::INSIDE), &self.directory] {
            self.storage.sync_directory(path).map_err(|cause| self.failed("flush", path, &cause))?;
        }
        match self.storage.sync_directory(parent_of(&self.directory)) {
            // A parent that may not be read was not made by us either.
            Err(cause) if cause.kind() != io::ErrorKind::PermissionDenied => {
                Err(self.failed("flush the parent of", &self.directory, &cause))
            }
            _ => Ok(()),
        }
    }

    /// The error of a lock that was not taken.
    pub(super) fn not_locked(&self, cause: &io::Error) -> Error {
        match cause.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                Error::conflict(format!("{} is being appended to by another process", self.name))
                    .hint("wait longer with --lock-timeout, or try again")
            }
            io::ErrorKind::Interrupted => Error::new(Kind::Interrupted, "stopped while waiting for the lock"),
            _ => Error::system(format!("cannot lock {}", self.name), cause),
        }
    }
}
