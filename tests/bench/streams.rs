//! What is measured of streams on disk: storing many events or one, reading the last of them by time, and starting at all.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bourn::time::timestamp::Timestamp;

use crate::ledger;
use crate::peers::{Peer, duckdb_over, peer};
use crate::workloads::{Files, Workload, id_of, ids, words};

/// The questions.
pub const QUESTIONS: &[Workload] = &[
    Workload { name: "append", bourn: bulk, peers: bulk_peers, answer: all_stored, row: receipt_row },
    Workload { name: "append one", bourn: single, peers: single_peers, answer: one_stored, row: receipt_row },
    Workload { name: "last 1 %", bourn: last, peers: last_peers, answer: last_events, row: id_of },
    Workload { name: "start", bourn: start, peers: start_peers, answer: first_event, row: id_of },
];

/// The streams, and the places where they are made.
pub struct Streams {
    /// The ledger as a stream.
    pub ledger: PathBuf,
    /// A stream that gets one event a run.
    pub diary: PathBuf,
    /// The first event of the ledger as a file.
    pub one: PathBuf,
    /// What a run writes; removed before each.
    pub scratch: PathBuf,
}

impl Streams {
    /// The places in `directory`.
    pub fn new(directory: &Path, count: u64) -> Streams {
        let place = |name: &str| directory.join(format!("{name}-{count}"));
        Streams {
            ledger: place("stream"),
            diary: place("diary"),
            one: place("one.jsonl"),
            scratch: place("scratch"),
        }
    }

    /// Makes what is not there yet from the ledger in `file`.
    pub fn make(&self, file: &Path) -> std::io::Result<()> {
        if self.ledger.exists() {
            return Ok(());
        }
        let text = std::fs::read(file)?;
        let first = text.split_inclusive(|&byte| byte == b'\n').next().unwrap_or_default();
        std::fs::write(&self.one, first)?;
        store(&self.diary, &self.one)?;
        // Named last, so that an interrupted run begins again.
        let unfinished = self.ledger.with_extension("new");
        remove(&unfinished)?;
        store(&unfinished, file)?;
        std::fs::rename(unfinished, &self.ledger)
    }

    /// Removes what the last run wrote.
    pub fn clear(&self) -> std::io::Result<()> {
        remove(&self.scratch)?;
        std::fs::create_dir(&self.scratch)
    }

    fn copy(&self) -> String {
        self.scratch.join("copy").display().to_string()
    }
}

fn remove(directory: &Path) -> std::io::Result<()> {
    if directory.exists() { std::fs::remove_dir_all(directory) } else { Ok(()) }
}

fn store(stream: &Path, file: &Path) -> std::io::Result<()> {
    let mut append = Command::new(env!("CARGO_BIN_EXE_bourn"));
    let stored = append.arg("append").args([stream, file]).stdout(Stdio::null()).status()?;
    if stored.success() { Ok(()) } else { Err(std::io::Error::other("the stream was not made")) }
}

/// A program that copies bytes to the device, and says nothing of them.
fn dd(from: &Path, to: &str) -> Peer {
    let (from, to) = (format!("if={}", from.display()), format!("of={to}"));
    Peer { is_silent: true, ..peer("dd", "dd", &[&from, &to, "bs=1M", "conv=fsync", "status=none"]) }
}

fn bulk(files: &Files) -> Vec<String> {
    let stream = files.streams.scratch.join("stream");
    words(&["append", &stream.display().to_string(), &files.ledger.display().to_string()])
}

fn bulk_peers(files: &Files) -> Vec<Peer> {
    vec![dd(&files.ledger, &files.streams.copy())]
}

fn all_stored(count: u64) -> Vec<String> {
    vec![format!("{count} stored")]
}

fn receipt_row(row: &serde_json::Value) -> String {
    format!("{} stored", row["count"])
}

fn single(files: &Files) -> Vec<String> {
    let Streams { diary, one, .. } = &files.streams;
    words(&["append", &diary.display().to_string(), &one.display().to_string()])
}

fn single_peers(files: &Files) -> Vec<Peer> {
    vec![dd(&files.streams.one, &files.streams.copy())]
}

fn one_stored(_: u64) -> Vec<String> {
    all_stored(1)
}

fn start(files: &Files) -> Vec<String> {
    words(&["cat", &files.streams.one.display().to_string()])
}

fn start_peers(files: &Files) -> Vec<Peer> {
    let one = files.streams.one.display().to_string();
    vec![peer("jq", "jq", &["-c", ".", &one])]
}

fn first_event(_: u64) -> Vec<String> {
    ids(ledger::ledger(1))
}

/// The time at which the last hundredth of the ledger begins, in milliseconds.
fn begin_of_last(count: u64) -> u64 {
    ledger::ledger(count).nth((count - count / 100) as usize).map_or(0, |entry| entry.time)
}

fn shown(milliseconds: u64) -> String {
    Timestamp(i128::from(milliseconds) * 1_000_000).to_string()
}

/// How many events the stream holds is in its name.
fn begin_of_last_in(files: &Files) -> String {
    let name = files.streams.ledger.file_name().unwrap_or_default().to_string_lossy();
    let count = name.rsplit('-').next().and_then(|count| count.parse().ok()).expect("a number of events");
    shown(begin_of_last(count))
}

fn last(files: &Files) -> Vec<String> {
    words(&["cat", &files.streams.ledger.display().to_string(), "--from", &begin_of_last_in(files)])
}

fn last_peers(files: &Files) -> Vec<Peer> {
    vec![duckdb_over(&files.ledger, &format!("WHERE timestamp >= '{}'", begin_of_last_in(files)))]
}

fn last_events(count: u64) -> Vec<String> {
    let begin = begin_of_last(count);
    ids(ledger::ledger(count).filter(|entry| entry.time >= begin))
}
