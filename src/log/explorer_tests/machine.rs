//! What the calls of processes do to a disk and its locks.

use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use super::script::{Call, Told};
use crate::sys::simulated::{Failure, SimulatedDisk};
use crate::sys::storage::{Open, Storage};

/// A lock that somebody holds.
#[derive(Clone)]
struct Held {
    path: PathBuf,
    is_shared: bool,
    owner: usize,
    /// Which of its owner's calls took it.
    taken_by: usize,
}

/// Who holds which lock.
#[derive(Clone, Default)]
pub struct Locks {
    held: Vec<Held>,
    /// Whether they exclude nobody: a broken disk, to test the tests.
    exclude_nobody: bool,
}

/// What of a stream is locked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Stream,
    Inside,
    Next,
    Segment,
}

fn place_of(path: &Path) -> Place {
    match path.file_name().and_then(|name| name.to_str()) {
        Some("s") => Place::Stream,
        Some(".bourn") => Place::Inside,
        Some("next") => Place::Next,
        _ => Place::Segment,
    }
}

/// The numbers of the files that everybody has to do with.
const HEAD: usize = 0;
const SEGMENT: usize = 1;

impl Locks {
    fn has(&self, owner: usize, place: Place) -> bool {
        self.held.iter().any(|held| held.owner == owner && place_of(&held.path) == place)
    }

    /// Whether somebody else's line waits for a flush.
    fn is_shared_by_others(&self, owner: usize) -> bool {
        self.held.iter().any(|held| held.owner != owner && place_of(&held.path) == Place::Inside)
    }

    /// Nobody holds anything.
    pub fn free(exclude_nobody: bool) -> Locks {
        Locks { held: Vec::new(), exclude_nobody }
    }

    /// Nobody holds anything any more.
    pub fn free_all(&mut self) {
        self.held.clear();
    }

    fn is_free(&self, path: &Path, is_shared: bool) -> bool {
        self.exclude_nobody
            || !self.held.iter().any(|held| held.path == path && !(held.is_shared && is_shared))
    }

    /// Whether a process could make this call now without waiting.
    pub fn allow(&self, call: &Call) -> bool {
        match call {
            Call::Lock { path, is_shared, waits: true } => self.is_free(path, *is_shared),
            _ => true,
        }
    }

    /// A process is dead.
    pub fn free_all_of(&mut self, owner: usize) {
        self.held.retain(|held| held.owner != owner);
    }

    /// Hashes who holds what, as far as others can tell.
    pub fn hash_seen(&self, hasher: &mut impl Hasher) {
        let mut held: Vec<_> = self.held.iter().map(|held| (held.path.as_os_str(), held.is_shared)).collect();
        held.sort_unstable();
        held.hash(hasher);
    }

    /// Whether somebody may hold this while `other` holds that.
    pub fn fit(&self, other: &Locks) -> bool {
        self.held.iter().all(|held| other.is_free(&held.path, held.is_shared))
    }

    /// What both hold.
    pub fn with(&self, other: &Locks) -> Locks {
        Locks { held: self.held.iter().chain(&other.held).cloned().collect(), ..*self }
    }

    /// What one process holds of it.
    pub fn of(&self, owner: usize) -> Locks {
        let held = self.held.iter().filter(|held| held.owner == owner).cloned().collect();
        Locks { held, ..*self }
    }

    /// Whether anything is held.
    pub fn hold_something(&self) -> bool {
        !self.held.is_empty()
    }

    /// Whether somebody holds the stream's lock, or waits for a flush.
    pub fn is_any_held(&self) -> bool {
        self.held.iter().any(|held| matches!(place_of(&held.path), Place::Stream | Place::Inside))
    }

    /// Whether somebody holds the lock on `path` alone.
    fn is_taken(&self, path: &Path) -> bool {
        self.held.iter().any(|held| held.path == path && !held.is_shared)
    }
}

impl Call {
    /// Whether nobody can tell whether it was made.
    pub fn only_looks(&self) -> bool {
        matches!(
            self,
            Call::Open { how: Open::Read | Open::Write, .. }
                | Call::Metadata { .. }
                | Call::List { .. }
                | Call::IsLocked { .. }
                | Call::IsHeld { .. }
                | Call::Read { .. }
                | Call::Size { .. }
        )
    }

    /// Whether `owner` might as well have made it earlier or later, so that nobody need come between. That holds for a look
    /// at the names in the stream, which never change (but for the quarantine's), and for a look at what only `owner` may
    /// change now; [`Call::check_right`] holds the writers to that.
    pub fn is_quiet(&self, disk: &SimulatedDisk, locks: &Locks, owner: usize) -> bool {
        let is_alone = locks.has(owner, Place::Stream) && !locks.is_shared_by_others(owner);
        match self {
            Call::Open { path, how: Open::Read | Open::Write }
            | Call::Metadata { path }
            | Call::List { path } => !path.iter().any(|name| name == "quarantine"),
            Call::Read { file: HEAD, .. } => is_alone || locks.has(owner, Place::Segment),
            Call::Size { file: SEGMENT } => locks.has(owner, Place::Stream),
            Call::Read { file: SEGMENT, position, length } => {
                let holds = locks.has(owner, Place::Stream) || locks.has(owner, Place::Inside);
                holds && position + *length as u64 <= size_of(disk, SEGMENT)
            }
            Call::Write { file: SEGMENT, .. } => self.changes_nothing(disk) && !disk.has_abandoned(),
            _ => false,
        }
    }

    /// Whether `owner` has the locks without which nobody may make this call, or others would not see in time what
    /// [`Call::is_quiet`] takes for granted.
    pub fn check_right(&self, disk: &SimulatedDisk, locks: &Locks, owner: usize) -> Result<(), String> {
        let is_alone = locks.has(owner, Place::Stream) && !locks.is_shared_by_others(owner);
        let has_right = match self {
            _ if locks.exclude_nobody => true,
            Call::Write { file: HEAD, .. } => is_alone || locks.has(owner, Place::Segment),
            Call::Write { file: SEGMENT, position, .. } => {
                let is_behind = *position >= size_of(disk, SEGMENT);
                is_alone || is_behind && locks.has(owner, Place::Stream) || self.changes_nothing(disk)
            }
            Call::Truncate { file: HEAD, .. } => is_alone || locks.has(owner, Place::Segment),
            Call::Truncate { file: SEGMENT, .. } => is_alone,
            Call::Open { how: Open::Create | Open::CreateNew, path } => {
                disk.metadata(path).is_ok() || path.iter().any(|name| name == "quarantine")
            }
            Call::Rename { .. } | Call::Remove { .. } => false,
            // What a reader may hold for a moment is asked for under the stream's lock only, or waited for.
            Call::IsHeld { .. } => locks.has(owner, Place::Stream),
            Call::IsLocked { .. } => false,
            Call::Lock { path, waits: false, .. } => place_of(path) == Place::Next,
            _ => true,
        };
        if has_right { Ok(()) } else { Err(format!("{self:?} without the right to")) }
    }

    /// Whether a reader may make it: it changes nothing, and takes no lock but the two that writers wait for.
    pub fn is_readers(&self) -> bool {
        match self {
            Call::Lock { path, waits, .. } => {
                *waits && matches!(place_of(path), Place::Stream | Place::Inside)
            }
            Call::Unlock { .. } => true,
            Call::Open { how, .. } => *how == Open::Read,
            other => other.only_looks(),
        }
    }

    /// The first half of a write, when it is seen at all: others may look, or the process may die, in the middle of
    /// it. Of several lines it is the first, which looks whole.
    pub fn first_half(&self, disk: &SimulatedDisk) -> Option<Call> {
        let Call::Write { file, position, bytes } = self else { return None };
        if self.changes_nothing(disk) {
            return None;
        }
        let line = memchr::memchr(b'\n', bytes).map_or(0, |at| at + 1);
        let half = if line < bytes.len() { line } else { bytes.len().min(200) / 2 };
        Some(Call::Write { file: *file, position: *position, bytes: bytes[..half].to_vec() })
    }

    /// Whether it writes what stands there already.
    fn changes_nothing(&self, disk: &SimulatedDisk) -> bool {
        let Call::Write { file, position, bytes } = self else { return false };
        let mut there = vec![0; bytes.len()];
        let count = disk.opened(*file).read_at(&mut there, *position).unwrap_or_default();
        there[..count] == *bytes
    }

    /// Whether it forces something to the device, so that it may fail like a flush.
    pub fn flushes(&self) -> bool {
        matches!(self, Call::Sync { .. } | Call::SyncDirectory { .. })
    }

    /// A flush that fails.
    pub fn fail(&self, disk: &SimulatedDisk) -> Told {
        disk.fail_at(disk.calls() + 1, Failure::Error(io::ErrorKind::Other));
        self.make(disk, &mut Locks::default(), (0, 0))
    }

    /// Makes the call, the call number `by.1` of process `by.0`.
    pub fn make(&self, disk: &SimulatedDisk, locks: &mut Locks, by: (usize, usize)) -> Told {
        let (owner, number) = by;
        match self {
            Call::Lock { .. } | Call::Unlock { .. } | Call::IsLocked { .. } | Call::IsHeld { .. } => {
                self.ask_locks(disk, locks, (owner, number))
            }
            Call::Open { path, how } => {
                let opened = disk.open(path, *how, true).and_then(|file| file.metadata());
                Told::of(opened, |found| Told::Opened(found.identity.1 as usize))
            }
            Call::Metadata { path } => Told::of(disk.metadata(path), Told::Metadata),
            Call::List { path } => Told::of(disk.list(path), Told::Names),
            Call::CreateDirectory { path } => done(disk.create_directory(path)),
            Call::Rename { from, to } => done(disk.rename(from, to)),
            Call::Remove { path } => done(disk.remove(path)),
            Call::Restrict { path, private } => done(disk.restrict(path, *private)),
            Call::SyncDirectory { path } => done(disk.sync_directory(path)),
            Call::Read { file, position, length } => {
                let mut buffer = vec![0; *length];
                let count = disk.opened(*file).read_at(&mut buffer, *position);
                Told::of(count, |count| Told::Bytes(buffer[..count].into()))
            }
            Call::Write { file, position, bytes } => done(disk.opened(*file).write_all_at(bytes, *position)),
            Call::Truncate { file, bytes } => done(disk.opened(*file).truncate(*bytes)),
            Call::Sync { file } => done(disk.opened(*file).sync()),
            Call::Size { file } => Told::of(disk.opened(*file).metadata(), Told::Metadata),
        }
    }

    fn ask_locks(&self, disk: &SimulatedDisk, locks: &mut Locks, by: (usize, usize)) -> Told {
        let (owner, number) = by;
        match self {
            Call::Lock { path, is_shared, .. } => {
                if let Err(cause) = disk.metadata(path) {
                    return Told::Failed(cause.kind());
                }
                if !locks.is_free(path, *is_shared) {
                    return Told::Failed(io::ErrorKind::WouldBlock);
                }
                let (path, is_shared) = (path.to_owned(), *is_shared);
                locks.held.push(Held { path, is_shared, owner, taken_by: number });
                Told::Nothing
            }
            Call::Unlock { taken_by } => {
                locks.held.retain(|held| (held.owner, held.taken_by) != (owner, *taken_by));
                Told::Nothing
            }
            Call::IsLocked { path } => Told::Flag(locks.is_taken(path)),
            Call::IsHeld { path } => {
                let is_held = locks.held.iter().any(|held| held.path == *path);
                Told::Flag(is_held && !disk.hides_holders())
            }
            _ => unreachable!("a call about locks"),
        }
    }
}

fn size_of(disk: &SimulatedDisk, file: usize) -> u64 {
    disk.opened(file).metadata().map_or(0, |found| found.bytes)
}

fn done(result: io::Result<()>) -> Told {
    Told::of(result, |()| Told::Nothing)
}
