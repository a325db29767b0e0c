//! Questions about clicks and purchases: counts per user and window, and which purchases follow which clicks.

use std::collections::BTreeMap;

use crate::peers;
use crate::shop::{Shop, Visit, shop};
use crate::workloads::{Files, Workload, sorted, text, with, words};

/// The questions.
pub const QUESTIONS: &[Workload] = &[
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
];

const MINUTE: u64 = 60_000;

fn tumbling(files: &Files) -> Vec<String> {
    let rest =
        ["--tumbling", "5m", "--watermark", "20m", "--by", ".userId", "-a", "n=count()", "--summary", "none"];
    with(&files.clicks, &rest, "window")
}

/// How many clicks of each user lie in each window that begins at these times.
fn counted(count: u64, starts: impl Fn(u64) -> Vec<u64>) -> Vec<String> {
    let mut counts: BTreeMap<(u64, u64), u64> = BTreeMap::new();
    for Visit { user, time, .. } in shop(count).clicks {
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

/// A pause of more than thirty minutes ends a session.
fn sessions(count: u64) -> Vec<String> {
    let mut times: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    shop(count).clicks.iter().for_each(|visit| times.entry(visit.user).or_default().push(visit.time));
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
    let Shop { clicks, purchases } = shop(count);
    let mut bought: BTreeMap<(u64, u64), Vec<Visit>> = BTreeMap::new();
    for visit in purchases {
        bought.entry((visit.user, visit.product)).or_default().push(visit);
    }
    let mut rows = Vec::new();
    for click in clicks {
        for purchase in bought.get(&(click.user, click.product)).into_iter().flatten() {
            if (click.time..=click.time + 60 * MINUTE).contains(&purchase.time) {
                rows.push(format!("{} {}", click.id, purchase.id));
            }
        }
    }
    sorted(rows)
}

fn pair_row(row: &serde_json::Value) -> String {
    format!("{} {}", text(&row["left"]["eventId"]), text(&row["right"]["eventId"]))
}
