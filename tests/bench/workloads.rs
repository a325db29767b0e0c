//! What is measured: a question, how bourn is asked it, how its peers are, and what the right answer is.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use crate::data::{self, Visit};
use crate::nexmark;
use crate::peers::{self, Peer};
use crate::streams::{self, Streams};

/// The files with the events of one measurement.
pub struct Files {
    pub ledger: PathBuf,
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

const MINUTE: u64 = 60_000;

/// All questions.
pub fn workloads() -> impl Iterator<Item = &'static Workload> {
    WORKLOADS.iter().chain(nexmark::QUERIES)
}

const WORKLOADS: &[Workload] = &[
    Workload { name: "cat", bourn: cat, peers: peers::cat, answer: everything, row: id_of },
    Workload { name: "filter", bourn: filter, peers: peers::filter, answer: fees, row: id_of },
    Workload { name: "where", bourn: large, peers: peers::large, answer: large_ones, row: id_of },
    Workload { name: "fold", bourn: fold, peers: peers::fold, answer: balances, row: balance_row },
    Workload {
        name: "tumbling",
        bourn: tumbling,
        peers: peers::tumbling,
        answer: five_minutes,
        row: window_row,
    },
    Workload { name: "hopping", bourn: hopping, peers: peers::hopping, answer: hops, row: window_row },
    Workload { name: "session", bourn: session, peers: peers::session, answer: sessions, row: session_row },
    Workload { name: "join", bourn: join, peers: peers::join, answer: pairs, row: pair_row },
    Workload { name: "join-select", bourn: join_ids, peers: peers::join, answer: pairs, row: ids_row },
    Workload {
        name: "append",
        bourn: streams::bulk,
        peers: streams::bulk_peers,
        answer: streams::all_stored,
        row: streams::receipt_row,
    },
    Workload {
        name: "append one",
        bourn: streams::single,
        peers: streams::single_peers,
        answer: streams::one_stored,
        row: streams::receipt_row,
    },
    Workload {
        name: "last 1 %",
        bourn: streams::last,
        peers: streams::last_peers,
        answer: streams::last_events,
        row: id_of,
    },
    Workload {
        name: "start",
        bourn: streams::start,
        peers: streams::start_peers,
        answer: streams::first_event,
        row: id_of,
    },
    Workload { name: "check", bourn: check, peers: peers::none, answer: verdict, row: verdict_row },
];

/// Writes the events of a measurement into `directory`, unless they are there.
pub fn make(directory: &Path, count: u64) -> std::io::Result<Files> {
    let place = |name: &str| directory.join(format!("{name}-{count}.jsonl"));
    let streams = Streams::new(directory, count);
    let files = Files {
        ledger: place("ledger"),
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
    data::write_ledger(&mut create(&files.ledger)?, count)?;
    let clicks = data::clicks(count);
    data::write_visits(&mut create(&files.clicks)?, &clicks, "click")?;
    data::write_visits(&mut create(&files.purchases)?, &data::purchases(&clicks), "purchase")?;
    // Written last, so that an interrupted run begins again.
    data::write_nexmark(&mut create(&files.nexmark)?, count, nexmark::APART)
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn with(path: &Path, rest: &[&str], command: &str) -> Vec<String> {
    [&[command.to_owned(), path.display().to_string()][..], &words(rest)].concat()
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn sorted(mut rows: Vec<String>) -> Vec<String> {
    rows.sort();
    rows
}

fn cat(files: &Files) -> Vec<String> {
    with(&files.ledger, &[], "cat")
}

fn everything(count: u64) -> Vec<String> {
    (0..count).map(|id| format!("evt-{id:012}")).collect()
}

fn large(files: &Files) -> Vec<String> {
    with(&files.ledger, &["--where", ".data.amount > 4000"], "cat")
}

fn large_ones(count: u64) -> Vec<String> {
    let large = data::ledger(count).enumerate().filter(|(_, entry)| entry.cents > 400_000);
    sorted(large.map(|(id, _)| format!("evt-{id:012}")).collect())
}

fn filter(files: &Files) -> Vec<String> {
    with(&files.ledger, &["--type", "FeePaid"], "cat")
}

fn fees(count: u64) -> Vec<String> {
    let fees = data::ledger(count).enumerate().filter(|(_, entry)| entry.kind == "FeePaid");
    sorted(fees.map(|(id, _)| format!("evt-{id:012}")).collect())
}

fn id_of(row: &serde_json::Value) -> String {
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

fn fold(files: &Files) -> Vec<String> {
    let sum = "balance=sum(if .eventType == \"MoneyDeposited\" then .data.amount else -.data.amount end)";
    with(&files.ledger, &["--by", ".streamId", "-a", sum, "-a", "events=count()"], "fold")
}

fn balances(count: u64) -> Vec<String> {
    let mut balances: BTreeMap<u64, (i64, u64)> = BTreeMap::new();
    for entry in data::ledger(count) {
        let (cents, events) = balances.entry(entry.account).or_default();
        *cents += if entry.kind == "MoneyDeposited" { entry.cents as i64 } else { -(entry.cents as i64) };
        *events += 1;
    }
    sorted(
        balances
            .into_iter()
            .map(|(account, (cents, events))| format!("account-{account} {cents} {events}"))
            .collect(),
    )
}

fn balance_row(row: &serde_json::Value) -> String {
    let cents = (row["balance"].as_f64().unwrap_or(f64::NAN) * 100.0).round() as i64;
    format!("{} {cents} {}", text(&row["key"]["streamId"]), row["events"])
}

fn tumbling(files: &Files) -> Vec<String> {
    let rest =
        ["--tumbling", "5m", "--watermark", "20m", "--by", ".userId", "-a", "n=count()", "--summary", "none"];
    with(&files.clicks, &rest, "window")
}

/// How many clicks of each user lie in each window that begins at these times.
fn counted(count: u64, starts: impl Fn(u64) -> Vec<u64>) -> Vec<String> {
    let mut counts: BTreeMap<(u64, u64), u64> = BTreeMap::new();
    for Visit { user, time, .. } in data::clicks(count) {
        for start in starts(time) {
            *counts.entry((start, user)).or_default() += 1;
        }
    }
    sorted(counts.into_iter().map(|((start, user), n)| format!("{start} user-{user} {n}")).collect())
}

fn five_minutes(count: u64) -> Vec<String> {
    counted(count, |time| vec![time - time % (5 * MINUTE)])
}

fn milliseconds(time: &serde_json::Value) -> i64 {
    let time = bourn::time::timestamp::Timestamp::parse(text(time)).expect("a row has times");
    (time.0 / 1_000_000) as i64
}

fn window_row(row: &serde_json::Value) -> String {
    format!("{} {} {}", milliseconds(&row["window"]["start"]), text(&row["key"]["userId"]), row["n"])
}

fn hopping(files: &Files) -> Vec<String> {
    let rest = [
        "--hopping",
        "5m/1m",
        "--watermark",
        "20m",
        "--by",
        ".userId",
        "-a",
        "n=count()",
        "--summary",
        "none",
    ];
    with(&files.clicks, &rest, "window")
}

fn hops(count: u64) -> Vec<String> {
    counted(count, |time| (0..5).map(|hop| time - time % MINUTE - hop * MINUTE).collect())
}

fn session(files: &Files) -> Vec<String> {
    let rest =
        ["--session", "30m", "--watermark", "20m", "--by", ".userId", "-a", "n=count()", "--summary", "none"];
    with(&files.clicks, &rest, "window")
}

fn sessions(count: u64) -> Vec<String> {
    let mut times: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    data::clicks(count).into_iter().for_each(|visit| times.entry(visit.user).or_default().push(visit.time));
    let mut rows = Vec::new();
    for (user, mut times) in times {
        times.sort_unstable();
        for session in times.chunk_by(|a, b| b - a <= 30 * MINUTE) {
            rows.push(format!("user-{user} {} {} {}", session[0], session[session.len() - 1], session.len()));
        }
    }
    sorted(rows)
}

fn session_row(row: &serde_json::Value) -> String {
    let [start, end] = ["start", "end"].map(|bound| milliseconds(&row["window"][bound]));
    format!("{} {start} {end} {}", text(&row["key"]["userId"]), row["n"])
}

fn join(files: &Files) -> Vec<String> {
    let paths = [&files.clicks, &files.purchases].map(|path| path.display().to_string());
    let rest = ["--on", ".userId,.productId", "--after", "1h", "--watermark", "20m", "--summary", "none"];
    [&["join".to_owned()][..], &paths, &words(&rest)].concat()
}

fn join_ids(files: &Files) -> Vec<String> {
    [join(files), words(&["--select", "[.left.eventId, .right.eventId]"])].concat()
}

fn ids_row(row: &serde_json::Value) -> String {
    format!("{} {}", text(&row[0]), text(&row[1]))
}

fn pairs(count: u64) -> Vec<String> {
    let clicks = data::clicks(count);
    let mut bought: BTreeMap<(u64, u64), Vec<Visit>> = BTreeMap::new();
    for visit in data::purchases(&clicks) {
        bought.entry((visit.user, visit.product)).or_default().push(visit);
    }
    let mut rows = Vec::new();
    for click in clicks {
        for purchase in bought.get(&(click.user, click.product)).into_iter().flatten() {
            if (click.time..=click.time + 60 * MINUTE).contains(&purchase.time) {
                rows.push(format!("click-{} purchase-{}", click.id, purchase.id));
            }
        }
    }
    sorted(rows)
}

fn pair_row(row: &serde_json::Value) -> String {
    format!("{} {}", text(&row["left"]["eventId"]), text(&row["right"]["eventId"]))
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
