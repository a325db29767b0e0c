//! Runs a command of somebody else: lines in, what it prints and complains of out, an end in time. The only module
//! that starts processes.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How much of the end of standard error is kept, in bytes.
const KEPT_COMPLAINT: usize = 4096;

/// How long a command that was asked to end may take until it is killed.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A command to be run once.
pub struct Run<'a> {
    /// The program and its arguments.
    pub words: &'a [OsString],
    /// What it gets on standard input.
    pub input: &'a [u8],
    /// What is added to its environment.
    pub environment: &'a [(&'static str, String)],
    /// Whether what it prints is kept, and not passed on.
    pub captures: bool,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// Takes what it writes to standard error, as it comes.
    pub complaints: fn(&[u8]),
}

/// How a command ended.
#[derive(Debug)]
pub enum Ending {
    /// With exit code 0.
    Success,
    /// With another exit code.
    Failure(i32),
    /// By a signal.
    Signal(i32),
    /// It took too long and was ended.
    TimedOut,
}

/// What came of a run.
#[derive(Debug)]
pub struct Ended {
    /// How it ended.
    pub ending: Ending,
    /// What it printed, when that is kept.
    pub output: Vec<u8>,
    /// The end of what it wrote to standard error; all of it was passed on.
    pub complaint: Vec<u8>,
}

impl Run<'_> {
    /// Runs the command to its end. An error is one of starting it.
    pub fn execute(&self) -> io::Result<Ended> {
        let mut command = Command::new(self.words.first().map(OsString::as_os_str).unwrap_or_default());
        command
            .args(self.words.iter().skip(1))
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stderr(Stdio::piped());
        command.stdout(if self.captures { Stdio::piped() } else { Stdio::inherit() });
        // A group of its own: Ctrl-C at the terminal asks us, and the command finishes what it has in hand.
        command.process_group(0);
        let mut child = command.spawn()?;
        let complaint = Arc::default();
        let listener = listen(&mut child, &complaint, self.complaints);
        let output = child.stdout.take().map(|mut stdout| {
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                stdout.read_to_end(&mut bytes).map(|_| bytes)
            })
        });
        let group = rustix::process::Pid::from_child(&child);
        let feeder = child.stdin.take();
        let ending = std::thread::scope(|scope| {
            scope.spawn(|| {
                // A command that has enough need not read all of it.
                let _ = feeder.map(|mut feeder| feeder.write_all(self.input));
            });
            wait(child, group, self.timeout)
        })?;
        let output = output.map_or(Ok(Ok(Vec::new())), JoinHandle::join);
        let output = output.unwrap_or_else(|_| Err(io::Error::other("the reader of its output died")))?;
        if let Some(listener) = listener {
            finish(listener);
        }
        let complaint = complaint.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect();
        Ok(Ended { ending, output, complaint })
    }
}

type Complaint = Arc<Mutex<VecDeque<u8>>>;

/// Passes standard error on and keeps its end.
fn listen(child: &mut Child, complaint: &Complaint, pass_on: fn(&[u8])) -> Option<JoinHandle<()>> {
    let mut stderr = child.stderr.take()?;
    let complaint = complaint.clone();
    Some(std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = stderr.read(&mut buffer) {
            pass_on(&buffer[..count]);
            let mut kept = complaint.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend(&buffer[..count]);
            let surplus = kept.len().saturating_sub(KEPT_COMPLAINT);
            kept.drain(..surplus);
        }
    }))
}

/// Waits for the end of standard error, but not for something that the command left running behind it.
fn finish(listener: JoinHandle<()>) {
    for _ in 0..100 {
        if listener.is_finished() {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn wait(mut child: Child, group: rustix::process::Pid, timeout: Option<Duration>) -> io::Result<Ending> {
    let (sender, ended) = mpsc::channel();
    let waiter = std::thread::spawn(move || {
        let status = child.wait();
        // Whoever waits may have given up by now.
        let _ = sender.send(status);
    });
    let Some(timeout) = timeout else {
        let status = ended.recv().unwrap_or_else(|_| Err(io::Error::other("the command was lost")));
        return status.map(of_status);
    };
    match ended.recv_timeout(timeout) {
        Ok(status) => return status.map(of_status),
        Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("the command was lost")),
        Err(RecvTimeoutError::Timeout) => {}
    }
    // Whoever is gone already needs no signal.
    let _ = rustix::process::kill_process_group(group, rustix::process::Signal::TERM);
    let _ = ended.recv_timeout(LAST_WORDS);
    let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    let _ = waiter.join();
    Ok(Ending::TimedOut)
}

fn of_status(status: ExitStatus) -> Ending {
    match (status.code(), status.signal()) {
        (Some(0), _) => Ending::Success,
        (Some(code), _) => Ending::Failure(code),
        (None, signal) => Ending::Signal(signal.unwrap_or(0)),
    }
}

impl std::fmt::Display for Ending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Ending::Success => write!(f, "it ended well"),
            Ending::Failure(code) => write!(f, "exit code {code}"),
            Ending::Signal(signal) => write!(f, "ended by signal {signal}"),
            Ending::TimedOut => write!(f, "it took too long"),
        }
    }
}
