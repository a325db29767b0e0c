//! What bourn needs of a disk, as two small traits, so that a simulated disk can lose, tear and reorder
//! whatever was not flushed. Nothing here opens a file: [`super::disk`] does, and [`super::simulated`]
//! only pretends to.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// For reading; it must exist. FIFOs and devices are allowed.
    Read,
    /// For reading and writing; it must exist.
    Write,
    /// For reading and writing; created when missing.
    Create,
    /// For reading and writing; it must not exist yet.
    CreateNew,
}

/// What stands behind a path or an open file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Metadata {
    /// Size in bytes.
    pub bytes: u64,
    /// Whether it is a directory, a regular file or something else.
    pub kind: FileKind,
    /// Device and inode: the same file keeps it through renames.
    pub identity: (u64, u64),
    /// When its content was last changed, in nanoseconds since the epoch, as far as the disk knows.
    pub modified: i128,
}

/// The kinds of file that matter here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A FIFO, socket, device or link.
    Other,
}

/// How long to wait for a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Wait until it is free.
    Forever,
    /// Give up after this long; `io::ErrorKind::TimedOut`.
    For(Duration),
    /// Do not wait; `io::ErrorKind::WouldBlock`.
    None,
    /// Wait until it is free, also when the process is asked to stop: for work that is not left half done.
    Always,
}

/// A lock, exclusive or shared; dropping it, or the death of its process, frees it.
pub trait Lock: Send {}

/// A disk.
pub trait Storage: Send + Sync {
    /// Opens a file. With `no_follow` it is a regular file and no link in its last component, or an error.
    fn open(&self, path: &Path, how: Open, no_follow: bool) -> io::Result<Box<dyn File>>;
    /// Metadata of a path, following links.
    fn metadata(&self, path: &Path) -> io::Result<Metadata>;
    /// Whether this name is a symbolic link.
    fn is_link(&self, path: &Path) -> bool;
    /// The names in a directory, sorted by byte.
    fn list(&self, directory: &Path) -> io::Result<Vec<PathBuf>>;
    /// Makes a directory; its parent must exist.
    fn create_directory(&self, path: &Path) -> io::Result<()>;
    /// Renames, replacing what is there.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes a file read-only (0444) or, with `private`, readable and writable by its owner only (0600).
    fn restrict(&self, path: &Path, private: bool) -> io::Result<()>;
    /// Flushes the names in a directory.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;
    /// Takes the exclusive lock on a directory (or file) itself.
    fn lock(&self, path: &Path, patience: Patience) -> io::Result<Box<dyn Lock>>;
    /// Takes a shared lock on a directory (or file) itself, beside others that have one.
    fn lock_shared(&self, path: &Path) -> io::Result<Box<dyn Lock>>;
    /// Whether a directory is on a file system of another machine, where locks and flushes may not hold.
    fn is_network(&self, path: &Path) -> io::Result<bool>;
    /// Whether this process may make files in a directory.
    fn is_writable(&self, directory: &Path) -> bool;
    /// Whether somebody, this process included, holds the exclusive lock on `path` now.
    fn is_locked(&self, path: &Path) -> io::Result<bool>;
    /// Whether somebody, this process included, holds any lock on `path` now, shared or not. Those who ask stand in
    /// line at `askers`, a file that is locked for nothing else, so that they do not see each other.
    fn is_held(&self, path: &Path, askers: &Path) -> io::Result<bool>;
}

/// An open file.
pub trait File: Send + Sync {
    /// Reads from the file's own position (for FIFOs and standard input, too); 0 at the end.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize>;
    /// Reads at `position` (bytes); 0 at the end.
    fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize>;
    /// Writes all of `bytes` at `position`, growing the file.
    fn write_all_at(&self, bytes: &[u8], position: u64) -> io::Result<()>;
    /// Cuts or grows the file to `bytes`.
    fn truncate(&self, bytes: u64) -> io::Result<()>;
    /// Flushes the file's content to the device (`fdatasync`).
    fn sync(&self) -> io::Result<()>;
    /// Metadata of the open file.
    fn metadata(&self) -> io::Result<Metadata>;
    /// The descriptor, where there is one, for splice and the like.
    fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        None
    }
}
