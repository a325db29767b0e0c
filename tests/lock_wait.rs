//! How an append waits for another writer: no longer than it was told to, no longer than it must, and Ctrl-C ends it.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bourn::sys::disk::Disk;
use bourn::sys::storage::{Patience, Storage};

/// Appends one event in a process of its own.
fn append(stream: &Path, patience: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bourn"));
    command.arg("append").arg(stream).args(patience);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(b"{\"a\":1}\n").expect("one event");
    child
}

/// The exit code, and what stands on standard error.
fn outcome(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("the program ends");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// A stream on which another writer holds the lock.
fn locked(directory: &tempfile::TempDir) -> (std::path::PathBuf, Box<dyn bourn::sys::storage::Lock>) {
    let stream = directory.path().join("ledger");
    std::fs::create_dir(&stream).expect("a directory");
    let lock = Disk.lock(&stream, Patience::None).expect("nobody else has it");
    (stream, lock)
}

/// Returns when the system lists the process among those that wait for a lock; after some seconds in any case, since
/// not every system tells.
fn until_it_waits(process: &Child) {
    let id = process.id().to_string();
    let waits = |line: &str| line.contains("->") && line.split_whitespace().any(|word| word == id);
    for _ in 0..250 {
        let locks = std::fs::read_to_string("/proc/locks").unwrap_or_default();
        if locks.lines().any(waits) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_lock_that_stays_taken_is_a_conflict() {
    let directory = tempfile::tempdir().expect("a directory");
    let (stream, _lock) = locked(&directory);
    let (code, said) = outcome(append(&stream, &["--lock-timeout", "50ms"]));
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("--lock-timeout"), "{said}");
}

#[test]
fn a_lock_that_becomes_free_in_time_is_taken() {
    let directory = tempfile::tempdir().expect("a directory");
    let (stream, lock) = locked(&directory);
    let writer = append(&stream, &["--lock-timeout", "10m"]);
    until_it_waits(&writer);
    drop(lock);
    assert_eq!(outcome(writer).0, Some(0));
    let next = append(&stream, &["--lock-timeout", "10m"]);
    assert_eq!(outcome(next).0, Some(0), "the lock is free again");
}

#[test]
fn a_lock_that_comes_too_late_is_freed_at_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let (stream, lock) = locked(&directory);
    let late = Disk.lock(&stream, Patience::For(Duration::from_millis(20)));
    assert_eq!(late.err().map(|cause| cause.kind()), Some(std::io::ErrorKind::TimedOut));
    drop(lock);
    assert!(Disk.lock(&stream, Patience::For(Duration::from_secs(600))).is_ok());
}

#[test]
fn a_signal_ends_the_wait() {
    let directory = tempfile::tempdir().expect("a directory");
    let (stream, _lock) = locked(&directory);
    for patience in [&["--lock-timeout", "10m"][..], &[]] {
        let writer = append(&stream, patience);
        until_it_waits(&writer);
        let process = rustix::process::Pid::from_child(&writer);
        rustix::process::kill_process(process, rustix::process::Signal::TERM).expect("it runs");
        let (code, said) = outcome(writer);
        assert!(said.contains("stopped while waiting for the lock"), "{code:?} {said}");
        assert_eq!(code, Some(130), "{said}");
    }
}
