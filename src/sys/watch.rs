//! Waits for changes of directories and files: inotify where the system has it, a short sleep otherwise.

use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};

/// How long a wait without notification lasts at most: the price of not being told.
const SLEEP: Duration = Duration::from_millis(20);

/// The first wait for a path is no longer than this: a change between the last look and the watch goes unnoticed.
const FIRST_WAIT: Duration = Duration::from_millis(40);

/// Changes of some directories or files. Those between two waits are not missed.
#[derive(Default)]
pub struct Watch {
    paths: Vec<PathBuf>,
    /// Where the system tells; nothing before the first wait, and where it cannot tell.
    queue: Option<OwnedFd>,
}

impl Watch {
    /// Watches `paths` from the first wait on; those that are not there yet, from when another one changes.
    pub fn new(paths: Vec<PathBuf>) -> Watch {
        Watch { paths, queue: None }
    }

    /// Waits until something changes, but no longer than `at_most`.
    pub fn wait(&mut self, at_most: Duration) {
        if self.notified(at_most).is_err() {
            self.queue = None;
            std::thread::sleep(at_most.min(SLEEP));
        }
    }

    fn notified(&mut self, at_most: Duration) -> rustix::io::Result<()> {
        let (queue, limit) = match &self.queue {
            Some(queue) => (queue, at_most),
            None => (&*self.queue.insert(self.begin()?), at_most.min(FIRST_WAIT)),
        };
        let timeout = Timespec { tv_sec: limit.as_secs() as _, tv_nsec: limit.subsec_nanos() as _ };
        match poll(&mut [PollFd::new(queue, PollFlags::IN)], Some(&timeout)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(error),
        }
        let mut names_changed = false;
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut changes = inotify::Reader::new(queue, &mut buffer);
        loop {
            match changes.next() {
                Ok(change) => names_changed |= !change.events().difference(ReadFlags::MODIFY).is_empty(),
                Err(rustix::io::Errno::WOULDBLOCK) => break,
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error),
            }
        }
        if names_changed {
            // Something may be there now that was not, or be another file than before.
            self.queue = None;
        }
        Ok(())
    }

    fn begin(&self) -> rustix::io::Result<OwnedFd> {
        let queue = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        let changes = WatchFlags::MODIFY
            | WatchFlags::CREATE
            | WatchFlags::MOVE
            | WatchFlags::MOVE_SELF
            | WatchFlags::DELETE_SELF
            | WatchFlags::ATTRIB;
        let mut is_told = Err(rustix::io::Errno::NOENT);
        for path in &self.paths {
            is_told = inotify::add_watch(&queue, path, changes).map(drop).or(is_told);
        }
        is_told.map(|()| queue)
    }
}

/// Whether `pipe` has something to read, or has ended; waits for that, but no longer than `at_most`.
pub fn is_readable(pipe: BorrowedFd<'_>, at_most: Duration) -> bool {
    let timeout = Timespec { tv_sec: at_most.as_secs() as _, tv_nsec: at_most.subsec_nanos() as _ };
    // What cannot be waited for is read at once.
    poll(&mut [PollFd::from_borrowed_fd(pipe, PollFlags::IN)], Some(&timeout))
        .map_or_else(|error| error != rustix::io::Errno::INTR, |ready| ready > 0)
}
