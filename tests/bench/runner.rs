//! The measurements: `cargo bench --bench bench`, with `-- --events N`, `--runs N` and `--only NAME`. Runs bourn and
//! whichever peers are installed in turn, checks bourn's answer, and prints the medians of CPU, wall time and peak
//! memory, with the ratio of the CPU times.

mod auctions;
mod choices;
mod ledger;
mod measure;
mod nexmark;
mod peers;
mod shop;
mod streams;
mod visits;
mod workloads;

use std::path::PathBuf;

use measure::{MEASURE, Measured, answer_measure, measure, median, run};
use peers::Peer;
use workloads::{Files, Workload, make, row_of_json, rows_of, workloads};

/// What was asked for on the command line.
struct Asked {
    events: u64,
    runs: usize,
    only: Option<String>,
}

fn asked() -> Asked {
    let words: Vec<String> = std::env::args().collect();
    let after =
        |flag: &str| words.iter().position(|word| word == flag).and_then(|at| words.get(at + 1)).cloned();
    let number = |flag: &str, otherwise: u64| {
        after(flag).map_or(otherwise, |text| text.parse().expect("a number follows the flag"))
    };
    Asked { events: number("--events", 1_000_000), runs: number("--runs", 5) as usize, only: after("--only") }
}

fn print(name: &str, program: &str, measured: &[Measured], bourn: f64) {
    let cpu = median(measured.iter().map(|one| one.cpu));
    let wall = median(measured.iter().map(|one| one.wall));
    let memory = median(measured.iter().map(|one| one.memory));
    // What is over in milliseconds needs them.
    let digits = if cpu < 0.1 { 4 } else { 2 };
    println!("| {name} | {program} | {cpu:.digits$} | {wall:.digits$} | {memory:.0} | {:.1} |", cpu / bourn);
}

/// Whether a peer is installed, and gives the same answer.
fn is_usable(peer: &Peer, workload: &Workload, events: u64) -> bool {
    let Some((_, output)) = run(&peer.program, &peer.words, true) else {
        eprintln!("{}: {} is not installed, or fails", workload.name, peer.name);
        return false;
    };
    if peer.is_silent {
        return true;
    }
    let output = String::from_utf8_lossy(&output);
    let row = |line: &str| match peer.row {
        Some(row) => row(line),
        None => row_of_json(workload, line),
    };
    let mut rows: Vec<String> = output.lines().map(row).collect();
    rows.sort();
    assert!(rows == (workload.answer)(events), "{}: the answer of {} is another", workload.name, peer.name);
    true
}

fn measure_one(workload: &Workload, files: &Files, asked: &Asked) {
    let bourn = env!("CARGO_BIN_EXE_bourn");
    let words = (workload.bourn)(files);
    // The first run warms the page cache, and tells whether the answer is right.
    let clear = || files.streams.clear().expect("what the last run wrote is removed");
    clear();
    let (_, output) = run(bourn, &words, true).expect("bourn runs");
    let is_right = rows_of(workload, &output) == (workload.answer)(asked.events);
    assert!(is_right, "{}: the answer is wrong", workload.name);
    let peers: Vec<Peer> =
        (workload.peers)(files).into_iter().filter(|peer| is_usable(peer, workload, asked.events)).collect();
    let mut measured: Vec<Vec<Measured>> = vec![Vec::new(); peers.len() + 1];
    for _ in 0..asked.runs {
        clear();
        measured[0].extend(measure(bourn, &words));
        for (peer, of_peer) in peers.iter().zip(&mut measured[1..]) {
            clear();
            of_peer.extend(measure(&peer.program, &peer.words));
        }
    }
    let cpu = median(measured[0].iter().map(|one| one.cpu));
    print(workload.name, "bourn", &measured[0], cpu);
    for (peer, of_peer) in peers.iter().zip(&measured[1..]).filter(|(_, of_peer)| !of_peer.is_empty()) {
        print(workload.name, peer.name, of_peer, cpu);
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == MEASURE) {
        return answer_measure(&words[1..]);
    }
    let asked = asked();
    // Another name than before where the events are others: old files stay.
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("events-2");
    std::fs::create_dir_all(&directory).expect("there is a place for the events");
    let files = make(&directory, asked.events).expect("the events are written");
    println!("| {} events | program | CPU s | wall s | peak MiB | CPU, bourn = 1 |", asked.events);
    println!("| --- | --- | --- | --- | --- | --- |");
    for workload in workloads() {
        if asked.only.as_ref().is_none_or(|only| only == workload.name) {
            measure_one(workload, &files, &asked);
        }
    }
}
