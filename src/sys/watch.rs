//! Waits for changes in a directory: inotify where the system has it, a short sleep otherwise.

use std::os::fd::BorrowedFd;
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};

/// How long a wait without notification lasts at most: the price of not being told.
const SLEEP: Duration = Duration::from_millis(20);

/// Waits until something in `directory` (or the file itself) changes, but no longer than `at_most`.
pub fn wait(directory: &Path, at_most: Duration) {
    if notified(directory, at_most).is_err() {
        std::thread::sleep(at_most.min(SLEEP));
    }
}

/// Whether `pipe` has something to read, or has ended; waits for that, but no longer than `at_most`.
pub fn is_readable(pipe: BorrowedFd<'_>, at_most: Duration) -> bool {
    let timeout = Timespec { tv_sec: at_most.as_secs() as _, tv_nsec: at_most.subsec_nanos() as _ };
    // What cannot be waited for is read at once.
    poll(&mut [PollFd::from_borrowed_fd(pipe, PollFlags::IN)], Some(&timeout))
        .map_or_else(|error| error != rustix::io::Errno::INTR, |ready| ready > 0)
}

fn notified(directory: &Path, at_most: Duration) -> rustix::io::Result<()> {
    let watch = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
    let changes = WatchFlags::MODIFY
        | WatchFlags::CREATE
        | WatchFlags::MOVE
        | WatchFlags::DELETE_SELF
        | WatchFlags::ATTRIB;
    inotify::add_watch(&watch, directory, changes)?;
    // A change between the last look and the watch is seen after this short wait at the latest.
    let limit = at_most.min(Duration::from_millis(40));
    let timeout = Timespec { tv_sec: 0, tv_nsec: limit.as_nanos() as _ };
    match poll(&mut [PollFd::new(&watch, PollFlags::IN)], Some(&timeout)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error),
    }
}
