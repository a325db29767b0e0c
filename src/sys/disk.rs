//! The real disk. The only module that opens files.

use std::fs;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::FlockOperation;

use super::storage::{File, FileKind, Lock, Metadata, Open, Patience, Storage};

/// The real disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

/// What Linux calls the file systems of other machines (statfs(2)): NFS, SMB, CIFS, SMB2, AFS (twice), Coda, NCP, Ceph,
/// Lustre, GFS2 and OCFS2. What containers and virtual machines mount from their host (9P, FUSE) is not among them.
const NETWORK_FILE_SYSTEMS: [u32; 12] = [
    0x6969,
    0x517b,
    0xff53_4d42,
    0xfe53_4d42,
    0x5346_414f,
    0x6b41_4653,
    0x7375_7245,
    0x564c,
    0x00c3_6400,
    0x0bd0_0bd0,
    0x0116_1970,
    0x7461_636f,
];

impl Storage for Disk {
    fn open(&self, path: &Path, how: Open, no_follow: bool) -> io::Result<Box<dyn File>> {
        let mut options = fs::OpenOptions::new();
        options.read(true).write(how != Open::Read);
        match how {
            Open::Read | Open::Write => {}
            Open::Create => drop(options.create(true)),
            Open::CreateNew => drop(options.create_new(true)),
        }
        let mut flags = rustix::fs::OFlags::CLOEXEC;
        if no_follow {
            // A pipe that somebody put there must not hold us up until a writer comes.
            flags |= rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        }
        options.custom_flags(flags.bits() as i32);
        let file = options.open(path).map_err(|cause| match cause.raw_os_error() {
            Some(code) if no_follow && code == rustix::io::Errno::LOOP.raw_os_error() => io::Error::new(
                io::ErrorKind::InvalidInput,
                "this is a link, and links within a stream are not followed",
            ),
            _ => cause,
        })?;
        if no_follow && !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "this is no regular file"));
        }
        Ok(Box::new(DiskFile(file)))
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        fs::metadata(path).map(|metadata| read_metadata(&metadata))
    }

    fn is_link(&self, path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<PathBuf>> {
        let names = fs::read_dir(directory)?.map(|entry| entry.map(|entry| PathBuf::from(entry.file_name())));
        let mut names: Vec<PathBuf> = names.collect::<io::Result<_>>()?;
        names.sort();
        Ok(names)
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn restrict(&self, path: &Path, private: bool) -> io::Result<()> {
        fs::set_permissions(path, fs::Permissions::from_mode(if private { 0o600 } else { 0o444 }))
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        fs::File::open(path)?.sync_all()
    }

    fn lock(&self, path: &Path, patience: Patience) -> io::Result<Box<dyn Lock>> {
        let begun = Instant::now();
        loop {
            let file = fs::File::open(path)?;
            match patience {
                Patience::Forever => wait_for_lock(&file, None)?,
                Patience::None => try_lock(&file)?,
                Patience::Always => lock_through_signals(&file, FlockOperation::LockExclusive)?,
                // A time that no clock can tell is for ever.
                Patience::For(limit) => wait_for_lock(&file, begun.checked_add(limit))?,
            }
            if is_still(&file, path)? {
                return Ok(Box::new(DiskLock { _file: file }));
            }
        }
    }

    fn lock_shared(&self, path: &Path) -> io::Result<Box<dyn Lock>> {
        loop {
            let file = fs::File::open(path)?;
            lock_through_signals(&file, FlockOperation::LockShared)?;
            if is_still(&file, path)? {
                return Ok(Box::new(DiskLock { _file: file }));
            }
        }
    }

    fn is_network(&self, path: &Path) -> io::Result<bool> {
        let kind = rustix::fs::statfs(path)?.f_type as u32;
        Ok(NETWORK_FILE_SYSTEMS.contains(&kind))
    }

    fn is_writable(&self, directory: &Path) -> bool {
        let wanted = rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK;
        rustix::fs::access(directory, wanted).is_ok()
    }

    fn is_locked(&self, path: &Path) -> io::Result<bool> {
        let file = fs::File::open(path)?;
        // A shared lock: askers do not see each other.
        match rustix::io::retry_on_intr(|| rustix::fs::flock(&file, FlockOperation::NonBlockingLockShared)) {
            Ok(()) => Ok(false),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    fn is_held(&self, path: &Path, askers: &Path) -> io::Result<bool> {
        let line = fs::File::open(askers)?;
        lock_through_signals(&line, FlockOperation::LockExclusive)?;
        match try_lock(&fs::File::open(path)?) {
            Ok(()) => Ok(false),
            Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => Ok(true),
            Err(cause) => Err(cause),
        }
    }
}

/// Waits for a lock whatever signals come.
fn lock_through_signals(file: &fs::File, operation: FlockOperation) -> io::Result<()> {
    Ok(rustix::io::retry_on_intr(|| rustix::fs::flock(file, operation))?)
}

/// Whether `path` still stands for the open file. While we waited for its lock, somebody may have put another in this
/// place: then what we hold is the lock on the old one.
fn is_still(file: &fs::File, path: &Path) -> io::Result<bool> {
    let held = read_metadata(&file.metadata()?).identity;
    Ok(read_metadata(&fs::metadata(path)?).identity == held)
}

/// Whoever wants to stop is asked; everybody else goes on waiting.
fn check_signal() -> io::Result<()> {
    match super::signal::interrupted() {
        true => Err(io::Error::from(io::ErrorKind::Interrupted)),
        false => Ok(()),
    }
}

fn try_lock(file: &fs::File) -> io::Result<()> {
    Ok(rustix::io::retry_on_intr(|| rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive))?)
}

/// Another thread waits for the lock: nothing is asked again and again, and a signal, after which the system takes the
/// waiting for a lock up again by itself, ends the wait here. The thread ends the pipe when it has the lock; a lock that
/// comes too late is freed at once, with the thread's file.
fn wait_for_lock(file: &fs::File, deadline: Option<Instant>) -> io::Result<()> {
    match try_lock(file) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
        other => return other,
    }
    let (answer, given) = io::pipe()?;
    let waiting = file.try_clone()?;
    // A system that has no more threads is an error, and no panic.
    let waiter = std::thread::Builder::new().spawn(move || {
        let _given = given;
        rustix::io::retry_on_intr(|| rustix::fs::flock(&waiting, FlockOperation::LockExclusive))
    })?;
    loop {
        check_signal()?;
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let timeout = left.and_then(|left| Timespec::try_from(left).ok());
        let mut awaited = vec![PollFd::new(&answer, PollFlags::IN)];
        let signal = super::signal::arrival();
        awaited.extend(signal.as_ref().map(|signal| PollFd::new(signal, PollFlags::IN)));
        match poll(&mut awaited, timeout.as_ref()) {
            Ok(0) => return Err(io::Error::from(io::ErrorKind::TimedOut)),
            Ok(_) if awaited[0].revents().is_empty() => {}
            Ok(_) => {
                let locked =
                    waiter.join().map_err(|_| io::Error::other("the thread that waited has died"))?;
                return Ok(locked?);
            }
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn read_metadata(metadata: &fs::Metadata) -> Metadata {
    let kind = if metadata.is_dir() {
        FileKind::Directory
    } else if metadata.is_file() {
        FileKind::File
    } else {
        FileKind::Other
    };
    let modified = i128::from(metadata.mtime()) * 1_000_000_000 + i128::from(metadata.mtime_nsec());
    Metadata { bytes: metadata.len(), kind, identity: (metadata.dev(), metadata.ino()), modified }
}

/// The lock lives as long as the descriptor.
struct DiskLock {
    _file: fs::File,
}

impl Lock for DiskLock {}

/// An open file of the real disk.
struct DiskFile(fs::File);

impl File for DiskFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }

    fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        loop {
            match self.0.read_at(buffer, position) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }

    fn write_all_at(&self, bytes: &[u8], position: u64) -> io::Result<()> {
        self.0.write_all_at(bytes, position)
    }

    fn truncate(&self, bytes: u64) -> io::Result<()> {
        self.0.set_len(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn metadata(&self) -> io::Result<Metadata> {
        self.0.metadata().map(|metadata| read_metadata(&metadata))
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        Some(self.0.as_fd())
    }
}

/// How many bytes a pipe may hold that much is written to.
const PIPE_BYTES: usize = 256 << 10;

/// Lets a pipe hold more, so that its two ends wait for each other less often. Anything else, or a system that refuses,
/// stays as it is.
pub fn widen_pipe(pipe: BorrowedFd<'_>) {
    #[cfg(target_os = "linux")]
    {
        use rustix::pipe::{fcntl_getpipe_size, fcntl_setpipe_size};
        if fcntl_getpipe_size(pipe).is_ok_and(|bytes| bytes < PIPE_BYTES) {
            let _ = fcntl_setpipe_size(pipe, PIPE_BYTES);
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = pipe;
}

/// Standard input as a file that is read once, from its start.
pub fn standard_input() -> Box<dyn File> {
    Box::new(StandardInput)
}

struct StandardInput;

impl StandardInput {
    fn unsupported<T>() -> io::Result<T> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }
}

impl File for StandardInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        io::stdin().lock().read(buffer)
    }

    fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
        Self::unsupported()
    }

    fn write_all_at(&self, _: &[u8], _: u64) -> io::Result<()> {
        Self::unsupported()
    }

    fn truncate(&self, _: u64) -> io::Result<()> {
        Self::unsupported()
    }

    fn sync(&self) -> io::Result<()> {
        Self::unsupported()
    }

    fn metadata(&self) -> io::Result<Metadata> {
        Ok(Metadata { bytes: 0, kind: FileKind::Other, identity: (0, 0), modified: 0 })
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        // Reads are larger than the buffer of the standard library, so nothing is held back in it.
        Some(rustix::stdio::stdin())
    }
}
