//! What is measured: a question, how bourn is asked it, how its peers are, and what the right answer is.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use crate::auctions;
use crate::ledger::{self, Entry};
use crate::nexmark;
use crate::peers::{self, Peer};
use crate::shop::{self, Shop};
use crate::streams::{self, Streams};
use crate::visits;

/// The files with the events of one measurement.
pub struct Files {
    pub ledger: PathBuf,
    /// The same entries in lines that differ.
    pub messy: PathBuf,
    /// A ledger of which all accounts are equally likely.
    pub even: PathBuf,
    pub clicks: PathBuf,
    pub purchases: PathBuf,
    pub nexmark: PathBuf,
    pub streams: Streams,
}

/// One question.
pub struct Workload {
    pub name: &'static str,
    /// The words behind `bourn`.
    pub bourn: fn(&Files) -> Vec<String>,
    /// The programs that are measured against, with their words.
    pub peers: fn(&Files) -> Vec<Peer>,
    /// The right answer from the values that the events were made of, as sorted rows.
    pub answer: fn(u64) -> Vec<String>,
    /// A row of bourn's output in the form of the answer.
    pub row: fn(&serde_json::Value) -> String,
}

/// All questions.
pub fn workloads() -> impl Iterator<Item = &'static Workload> {
    [OF_THE_LEDGER, visits::QUESTIONS, streams::QUESTIONS, nexmark::QUERIES].into_iter().flatten()
}

const OF_THE_LEDGER: &[Workload] = &[
    Workload { name: "cat", bourn: cat, peers: peers::cat, answer: everything, row: id_of },
    Workload {
        name: "filter",
        bourn: |files| filter(&files.ledger),
        peers: peers::filter,
        answer: fees,
        row: id_of,
    },
    Workload {
        name: "filter-messy",
        bourn: |files| filter(&files.messy),
        peers: peers::filter_messy,
        answer: fees,
        row: id_of,
    },
    Workload { name: "where", bourn: large, peers: peers::large, answer: large_ones, row: id_of },
    Workload {
        name: "fold",
        bourn: |files| fold(&files.ledger),
        peers: |files| peers::fold(&files.ledger),
        answer: |count| balances(ledger::ledger(count)),
        row: balance_row,
    },
    Workload {
        name: "fold-messy",
        bourn: |files| fold(&files.messy),
        peers: |files| peers::fold(&files.messy),
        answer: |count| balances(ledger::ledger(count)),
        row: balance_row,
    },
    Workload {
        name: "fold-even",
        bourn: |files| fold(&files.even),
        peers: |files| peers::fold(&files.even),
        answer: |count| balances(ledger::even_ledger(count)),
        row: balance_row,
    },
    Workload { name: "check", bourn: check, peers: peers::none, answer: verdict, row: verdict_row },
];

/// Writes the events of a measurement into `directory`, unless they are there.
pub fn make(directory: &Path, count: u64) -> std::io::Result<Files> {
    let place = |name: &str| directory.join(format!("{name}-{count}.jsonl"));
    let streams = Streams::new(directory, count);
    let files = Files {
        ledger: place("ledger"),
        messy: place("ledger-messy"),
        even: place("ledger-even"),
        clicks: place("clicks"),
        purchases: place("purchases"),
        nexmark: place("nexmark"),
        streams,
    };
    if !files.nexmark.exists() {
        make_files(&files, count)?;
    }
    files.streams.make(&files.ledger)?;
    Ok(files)
}

fn make_files(files: &Files, count: u64) -> std::io::Result<()> {
    let create = |path: &Path| File::create(path).map(|file| BufWriter::with_capacity(1 << 20, file));
    ledger::write_ledger(&mut create(&files.ledger)?, ledger::ledger(count))?;
    ledger::write_messy_ledger(&mut create(&files.messy)?, ledger::ledger(count))?;
    ledger::write_ledger(&mut create(&files.even)?, ledger::even_ledger(count))?;
    let Shop { clicks, purchases } = shop::shop(count);
    shop::write_visits(&mut create(&files.clicks)?, &clicks)?;
    shop::write_visits(&mut create(&files.purchases)?, &purchases)?;
    // Written last, so that an interrupted run begins again.
    auctions::write_nexmark(&mut create(&files.nexmark)?, count, nexmark::APART)
}

pub fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

pub fn with(path: &Path, rest: &[&str], command: &str) -> Vec<String> {
    [&[command.to_owned(), path.display().to_string()][..], &words(rest)].concat()
}

pub fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub fn sorted(mut rows: Vec<String>) -> Vec<String> {
    rows.sort();
    rows
}

fn cat(files: &Files) -> Vec<String> {
    with(&files.ledger, &[], "cat")
}

fn everything(count: u64) -> Vec<String> {
    ids(ledger::ledger(count))
}

/// The ids of entries as rows.
pub fn ids(entries: impl Iterator<Item = Entry>) -> Vec<String> {
    sorted(entries.map(|entry| entry.id.to_string()).collect())
}

fn large(files: &Files) -> Vec<String> {
    with(&files.ledger, &["--where", ".data.amount > 4000"], "cat")
}

fn large_ones(count: u64) -> Vec<String> {
    ids(ledger::ledger(count).filter(|entry| entry.cents > 400_000))
}

fn filter(ledger: &Path) -> Vec<String> {
    with(ledger, &["--type", "FeePaid"], "cat")
}

fn fees(count: u64) -> Vec<String> {
    ids(ledger::ledger(count).filter(|entry| entry.kind == "FeePaid"))
}

pub fn id_of(row: &serde_json::Value) -> String {
    text(&row["eventId"]).to_owned()
}

fn check(files: &Files) -> Vec<String> {
    let path = files.ledger.display().to_string();
    [words(&["audit", "check"]), vec![path], words(&["--format", "json"])].concat()
}

/// The rules of every run, each held against every event, and nothing found.
fn verdict(count: u64) -> Vec<String> {
    let rules = ["lines", "ids", "time", "order"].map(|rule| format!("{rule} {count} 0"));
    vec![rules.join(", ")]
}

fn verdict_row(row: &serde_json::Value) -> String {
    let rules = row["rules"].as_array().into_iter().flatten();
    let words = rules.map(|rule| format!("{} {} {}", text(&rule["rule"]), rule["checked"], rule["findings"]));
    words.collect::<Vec<_>>().join(", ")
}

fn fold(ledger: &Path) -> Vec<String> {
    let sum = "balance=sum(if .eventType == \"MoneyDeposited\" then .data.amount \
        elif .eventType == \"AccountCreated\" then 0 else -.data.amount end)";
    with(ledger, &["--by", ".streamId", "-a", sum, "-a", "events=count()"], "fold")
}

fn balances(entries: impl Iterator<Item = Entry>) -> Vec<String> {
    let mut balances: BTreeMap<u64, (i64, u64)> = BTreeMap::new();
    for entry in entries {
        let (balance, events) = balances.entry(entry.account).or_default();
        let cents = entry.cents as i64;
        *balance += match entry.kind {
            "MoneyDeposited" => cents,
            "AccountCreated" => 0,
            _ => -cents,
        };
        *events += 1;
    }
    let row = |(account, (cents, events))| format!("account-{account} {cents} {events}");
    sorted(balances.into_iter().map(row).collect())
}

fn balance_row(row: &serde_json::Value) -> String {
    let cents = (row["balance"].as_f64().unwrap_or(f64::NAN) * 100.0).round() as i64;
    format!("{} {cents} {}", text(&row["key"]["streamId"]), row["events"])
}

/// A line of JSON in the form of the answer.
pub fn row_of_json(workload: &Workload, line: &str) -> String {
    (workload.row)(&serde_json::from_str(line).expect("a row is JSON"))
}

/// bourn's output in the form of the answer.
pub fn rows_of(workload: &Workload, output: &[u8]) -> Vec<String> {
    let lines = output.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    let row = |line: &[u8]| (workload.row)(&serde_json::from_slice(line).expect("a row is JSON"));
    sorted(lines.map(row).collect())
}
