//! A disk that only pretends: it keeps what was flushed apart from what was not, so that a power cut can
//! keep, drop, reorder and tear (at 512 bytes) everything in between, and it can fail or die at any call. For
//! tests of the log; everything happens in memory.

mod content;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use content::{Change, Content, SECTOR_BYTES, Stored, changes_anything};

use super::storage::{File, FileKind, Lock, Metadata, Open, Patience, Storage};

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// With this error; later calls work again.
    Error(io::ErrorKind),
    /// The process dies at this call: it and all later ones fail.
    Killed,
}

#[derive(Default)]
struct State {
    /// What every process sees.
    now: Content,
    /// What the device holds for sure.
    flushed: Content,
    changes: Vec<Change>,
    /// Changes that a flush failed over: the system takes them for clean, and no later flush writes them.
    abandoned: Vec<Change>,
    /// Who holds what: so many share it, or one has it alone.
    locks: BTreeMap<PathBuf, Hold>,
    calls: usize,
    failure: Option<(usize, Failure)>,
    is_dead: bool,
    ignores_sync: bool,
    hides_holders: bool,
    is_network: bool,
}

impl State {
    /// Counts a call that changes something; fails it when its turn has come.
    fn call(&mut self) -> io::Result<()> {
        if self.is_dead {
            return Err(io::Error::other("the process is dead"));
        }
        self.calls += 1;
        match self.failure {
            Some((at, Failure::Error(kind))) if at == self.calls => Err(io::Error::from(kind)),
            Some((at, Failure::Killed)) if at == self.calls => {
                self.is_dead = true;
                Err(io::Error::other("the process is dead"))
            }
            _ => Ok(()),
        }
    }

    fn change(&mut self, change: Change) {
        // A page that is written to again is dirty again as a whole.
        let is_again = |old: &mut Change| old.page().is_some() && old.page() == change.page();
        self.changes.extend(self.abandoned.extract_if(.., is_again));
        // What stands there already is flushed, or among the changes.
        if changes_anything(&self.now, &change) {
            self.now.apply(&change);
            self.changes.push(change);
        }
    }

    /// A flush of a file failed: what it was to write stays in memory only.
    fn abandon(&mut self, own: usize) {
        let is_own = |change: &mut Change| change.file() == Some(own);
        self.abandoned.extend(self.changes.extract_if(.., is_own));
    }

    /// Flushes the changes that `is_meant`.
    fn flush(&mut self, is_meant: impl Fn(&Change) -> bool) {
        if self.ignores_sync {
            return;
        }
        let (meant, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.changes).into_iter().partition(is_meant);
        for change in &meant {
            self.flushed.apply(change);
            // What was to stand behind the end of a file that was cut comes back no more.
            if let Change::Resize { file: cut, bytes } = change {
                let is_behind = |change: &Change| matches!(change, Change::Write { file, position, .. } if file == cut && position >= bytes);
                self.abandoned.retain(|change| !is_behind(change));
            }
            // A cut that a flush failed over takes nothing of what was written and flushed since: the size went with it.
            if let Change::Write { file, position, bytes: written } = change {
                for abandoned in &mut self.abandoned {
                    if let Change::Resize { file: cut, bytes } = abandoned
                        && cut == file
                    {
                        *bytes = (position + written.len()).max(*bytes);
                    }
                }
            }
        }
        self.changes = rest;
    }
}

/// How a lock is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    Alone,
    Shared(usize),
}

/// A simulated disk.
#[derive(Clone, Default)]
pub struct SimulatedDisk(Arc<Mutex<State>>);

impl SimulatedDisk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn holding(content: Content) -> Self {
        let state = State { now: content.clone(), flushed: content, ..State::default() };
        SimulatedDisk(Arc::new(Mutex::new(state)))
    }

    /// Fails call number `call` (from 1) of those that change something.
    pub fn fail_at(&self, call: usize, failure: Failure) {
        self.state().failure = Some((call, failure));
    }

    /// From now on flushes do nothing: a broken disk, to test the tests.
    pub fn ignore_sync(&self) {
        self.state().ignores_sync = true;
    }

    /// From now on nobody is seen to hold a lock that others may share: a broken disk, to test the tests.
    pub fn hide_holders(&self) {
        self.state().hides_holders = true;
    }

    /// From now on the disk is one of another machine, where nobody can tell who shares a lock.
    pub fn move_away(&self) {
        self.state().is_network = true;
    }

    /// How many calls have changed something.
    pub fn calls(&self) -> usize {
        self.state().calls
    }

    /// The disk as another process finds it after this one was killed: all that was written, no lock.
    pub fn after_kill(&self) -> SimulatedDisk {
        let state = self.state();
        let disk = Self::holding(state.now.clone());
        disk.state().flushed = state.flushed.clone();
        disk.state().changes = state.changes.clone();
        disk.state().abandoned = state.abandoned.clone();
        disk
    }

    /// The disk after a shutdown in good order: all that was written is on the device.
    pub fn after_shutdown(&self) -> SimulatedDisk {
        Self::holding(self.state().now.clone())
    }

    /// The same disk once more, broken in the same way; without locks and without a failure to come.
    pub fn copied(&self) -> SimulatedDisk {
        let copy = self.after_kill();
        let (from, mut to) = (self.state(), copy.state());
        (to.ignores_sync, to.hides_holders) = (from.ignores_sync, from.hides_holders);
        drop((from, to));
        copy
    }

    /// Hashes what processes see, and nothing of what a power cut would leave.
    pub fn hash_seen(&self, hasher: &mut impl Hasher) {
        self.state().now.hash(hasher);
    }

    /// Whether a flush failed over something that was not written again.
    pub fn has_abandoned(&self) -> bool {
        !self.state().abandoned.is_empty()
    }

    /// Whether nobody is seen to hold a lock that others may share.
    pub fn hides_holders(&self) -> bool {
        self.state().hides_holders
    }

    /// The open file that has this number as the second part of its identity.
    pub fn opened(&self, number: usize) -> Box<dyn File> {
        Box::new(SimulatedFile { disk: self.clone(), file: number, position: 0 })
    }

    /// Every disk that a power cut may leave: each change that was not flushed is there or not, whatever the
    /// others do. Beyond `limit` changes: all prefixes, and all but one of each.
    pub fn after_power_cut(&self, limit: u32) -> Vec<SimulatedDisk> {
        let state = self.state();
        let unflushed = state.abandoned.iter().chain(&state.changes);
        let changes: Vec<&Change> =
            unflushed.filter(|change| changes_anything(&state.flushed, change)).collect();
        let choices: BTreeSet<Vec<bool>> = if changes.len() as u32 <= limit {
            (0..1u64 << changes.len())
                .map(|bits| (0..changes.len()).map(|at| bits >> at & 1 == 1).collect())
                .collect()
        } else {
            let prefix = |length: usize| (0..changes.len()).map(|at| at < length).collect();
            let without = |gone: usize| (0..changes.len()).map(|at| at != gone).collect();
            let only = |one: usize| (0..changes.len()).map(|at| at == one).collect();
            let all = 0..changes.len();
            let single = all.clone().map(without).chain(all.map(only));
            (0..=changes.len()).map(prefix).chain(single).collect()
        };
        let cut = |choice: Vec<bool>| {
            let mut content = state.flushed.clone();
            content.files.resize(state.now.files.len(), Stored::default());
            content.read_only = state.now.read_only.clone();
            let kept = changes.iter().zip(choice).filter(|(_, is_kept)| *is_kept);
            kept.for_each(|(change, _)| content.apply(change));
            content.forget_unreachable();
            Self::holding(content)
        };
        choices.into_iter().map(cut).collect()
    }

    /// The bytes behind a name, as processes see them.
    pub fn content(&self, path: &Path) -> Option<Vec<u8>> {
        let state = self.state();
        state.now.names.get(path).map(|&file| state.now.files[file].bytes.to_vec())
    }
}

impl Hash for SimulatedDisk {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let state = self.state();
        // In which order different sectors are written makes no difference.
        let mut changes: Vec<&Change> = state.changes.iter().collect();
        changes.sort_by_key(|change| change.sector());
        (&state.now, &state.flushed, &changes, &state.abandoned).hash(hasher);
    }
}

fn not_found() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl Storage for SimulatedDisk {
    fn open(&self, path: &Path, how: Open, _: bool) -> io::Result<Box<dyn File>> {
        let mut state = self.state();
        let known = state.now.names.get(path).copied();
        let file = match (known, how) {
            (Some(_), Open::CreateNew) => return Err(io::Error::from(io::ErrorKind::AlreadyExists)),
            (Some(file), _) => file,
            (None, Open::Read | Open::Write) => return Err(not_found()),
            (None, Open::Create | Open::CreateNew) => {
                state.call()?;
                let file = state.now.files.len();
                state.now.files.push(Stored::default());
                state.flushed.files.push(Stored::default());
                state.change(Change::Name { path: path.to_owned(), file: Some(file) });
                file
            }
        };
        if how != Open::Read && state.now.read_only.contains(&file) {
            return Err(io::Error::from(io::ErrorKind::PermissionDenied));
        }
        Ok(Box::new(SimulatedFile { disk: self.clone(), file, position: 0 }))
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        let state = self.state();
        if state.now.directories.contains(path) || path == Path::new(".") {
            return Ok(Metadata { bytes: 0, kind: FileKind::Directory, identity: (0, 0), modified: 0 });
        }
        let &file = state.now.names.get(path).ok_or_else(not_found)?;
        let bytes = state.now.files[file].bytes.len() as u64;
        Ok(Metadata { bytes, kind: FileKind::File, identity: (1, file as u64), modified: 0 })
    }

    fn is_link(&self, _: &Path) -> bool {
        false
    }

    fn is_network(&self, _: &Path) -> io::Result<bool> {
        Ok(self.state().is_network)
    }

    fn is_writable(&self, _: &Path) -> bool {
        true
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<PathBuf>> {
        let state = self.state();
        if !state.now.directories.contains(directory) {
            return Err(not_found());
        }
        let all = state.now.names.keys().chain(&*state.now.directories);
        let mut names: Vec<PathBuf> = all
            .filter(|path| path.parent() == Some(directory))
            .filter_map(|path| path.file_name())
            .map(PathBuf::from)
            .collect();
        names.sort();
        Ok(names)
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.call()?;
        if state.now.directories.contains(path) {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists));
        }
        state.change(Change::Directory { path: path.to_owned() });
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.call()?;
        let file = state.now.names.get(from).copied().ok_or_else(not_found)?;
        state.change(Change::Name { path: to.to_owned(), file: Some(file) });
        state.change(Change::Name { path: from.to_owned(), file: None });
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.call()?;
        if !state.now.names.contains_key(path) {
            return Err(not_found());
        }
        state.change(Change::Name { path: path.to_owned(), file: None });
        Ok(())
    }

    fn restrict(&self, path: &Path, private: bool) -> io::Result<()> {
        let mut state = self.state();
        state.call()?;
        let file = state.now.names.get(path).copied().ok_or_else(not_found)?;
        match private {
            true => state.now.read_only.remove(&file),
            false => state.now.read_only.insert(file),
        };
        Ok(())
    }

    fn sync_directory(&self, directory: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.call()?;
        let directory = if directory == Path::new(".") { Path::new("") } else { directory };
        state.flush(|change| change.name().is_some_and(|path| path.parent() == Some(directory)));
        Ok(())
    }

    fn lock(&self, path: &Path, _: Patience) -> io::Result<Box<dyn Lock>> {
        let mut state = self.state();
        if state.locks.contains_key(path) {
            return Err(io::Error::from(io::ErrorKind::WouldBlock));
        }
        state.locks.insert(path.to_owned(), Hold::Alone);
        Ok(Box::new(SimulatedLock { disk: self.clone(), path: path.to_owned() }))
    }

    fn lock_shared(&self, path: &Path) -> io::Result<Box<dyn Lock>> {
        let mut state = self.state();
        match state.locks.entry(path.to_owned()).or_insert(Hold::Shared(0)) {
            Hold::Alone => return Err(io::Error::from(io::ErrorKind::WouldBlock)),
            Hold::Shared(holders) => *holders += 1,
        }
        Ok(Box::new(SimulatedLock { disk: self.clone(), path: path.to_owned() }))
    }

    fn is_locked(&self, path: &Path) -> io::Result<bool> {
        Ok(self.state().locks.get(path) == Some(&Hold::Alone))
    }

    fn is_held(&self, path: &Path, _: &Path) -> io::Result<bool> {
        let state = self.state();
        match state.is_network {
            true => Err(io::Error::other("a file that is read cannot be locked alone")),
            false => Ok(!state.hides_holders && state.locks.contains_key(path)),
        }
    }
}

struct SimulatedLock {
    disk: SimulatedDisk,
    path: PathBuf,
}

impl Lock for SimulatedLock {}

impl Drop for SimulatedLock {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        match state.locks.get_mut(&self.path) {
            Some(Hold::Shared(holders)) if *holders > 1 => *holders -= 1,
            _ => drop(state.locks.remove(&self.path)),
        }
    }
}

struct SimulatedFile {
    disk: SimulatedDisk,
    file: usize,
    position: u64,
}

impl File for SimulatedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.read_at(buffer, self.position)?;
        self.position += count as u64;
        Ok(count)
    }

    fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        let state = self.disk.state();
        let content = &state.now.files[self.file].bytes;
        let rest = content.get(usize::try_from(position).unwrap_or(usize::MAX)..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn write_all_at(&self, bytes: &[u8], position: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        let (mut at, end) = (position as usize, position as usize + bytes.len());
        while at < end {
            // Each sector is a call of its own: a process may die inside a large write.
            state.call()?;
            let next = ((at / SECTOR_BYTES + 1) * SECTOR_BYTES).min(end);
            let piece = bytes[at - position as usize..next - position as usize].into();
            state.change(Change::Write { file: self.file, position: at, bytes: piece });
            at = next;
        }
        Ok(())
    }

    fn truncate(&self, bytes: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        state.call()?;
        state.change(Change::Resize { file: self.file, bytes: bytes as usize });
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.state();
        if let Err(cause) = state.call() {
            // Only a flush that came back with an error leaves pages that pass for clean; a dead process none.
            if !state.is_dead {
                state.abandon(self.file);
            }
            return Err(cause);
        }
        state.flush(|change| change.file() == Some(self.file));
        Ok(())
    }

    fn metadata(&self) -> io::Result<Metadata> {
        let state = self.disk.state();
        let bytes = state.now.files[self.file].bytes.len() as u64;
        Ok(Metadata { bytes, kind: FileKind::File, identity: (1, self.file as u64), modified: 0 })
    }
}
