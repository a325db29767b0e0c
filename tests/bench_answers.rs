//! What the benchmarks measure gives the right answers, on a few events.

#[path = "bench/auctions.rs"]
mod auctions;
#[path = "bench/choices.rs"]
mod choices;
#[path = "bench/crowd_of_writers.rs"]
mod crowd_of_writers;
#[path = "bench/ledger.rs"]
mod ledger;
#[path = "bench/nexmark.rs"]
mod nexmark;
#[path = "bench/peers.rs"]
mod peers;
#[path = "bench/shop.rs"]
mod shop;
#[path = "bench/streams.rs"]
mod streams;
#[path = "bench/visits.rs"]
mod visits;
#[path = "bench/workloads.rs"]
mod workloads;

use std::path::Path;
use std::process::Command;

use crowd_of_writers::rate;
use sha2::{Digest, Sha256};
use workloads::{make, row_of_json, rows_of, workloads};

const EVENTS: u64 = 3000;

#[test]
fn every_benchmark_has_the_answer_that_its_events_were_made_of() {
    let place = tempfile::tempdir().expect("a directory");
    let files = make(place.path(), EVENTS).expect("the events are written");
    for workload in workloads() {
        files.streams.clear().expect("a place to write to");
        let run = Command::new(env!("CARGO_BIN_EXE_bourn")).args((workload.bourn)(&files)).output();
        let output = run.expect("bourn runs");
        assert!(output.status.success(), "{}: {}", workload.name, String::from_utf8_lossy(&output.stderr));
        let answer = (workload.answer)(EVENTS);
        assert!(!answer.is_empty(), "{}: there is something to answer", workload.name);
        assert_eq!(rows_of(workload, &output.stdout), answer, "{}", workload.name);
        let peers = (workload.peers)(&files);
        for peer in peers {
            assert!(!peer.program.is_empty() && !peer.words.is_empty(), "{}", peer.name);
            assert!(!peer.is_silent || peer.row.is_none(), "{}: no answer has no rows", peer.name);
            assert!(peer.row.is_none_or(|row| row("\"a\",1,2") == "a 1 2"), "{}", peer.name);
        }
        let last = String::from_utf8_lossy(&output.stdout);
        let last = last.lines().last().expect("a row");
        assert!(answer.contains(&row_of_json(workload, last)), "{}: {last}", workload.name);
    }
}

/// What is measured on one machine can be held against what is measured on another.
#[test]
fn the_same_number_of_events_is_always_the_same_bytes() {
    let place = tempfile::tempdir().expect("a directory");
    let files = make(place.path(), EVENTS).expect("the events are written");
    let known = [
        (&files.ledger, "5a1109723a45b747fce8d46b96a610300854f4e1b34d64b973a3691155eb83d7"),
        (&files.messy, "8760d19104adc4196d9c0500123857718b25a56b94aff3e695674e9847d57c67"),
        (&files.even, "e0bac637a70cc1436916bff1e4f966f6a33a55717b2b136c70a35b9d9f65543b"),
        (&files.clicks, "08237b1979f92e7f6ec0ab4dfebc18380f52006935fee86ca4096dcaefb4cb42"),
        (&files.purchases, "1ac33fe708e231df7c297fc112525ee7bae20c01765b7d1742e8c80388c58d37"),
    ];
    for (path, digest) in known {
        let bytes = std::fs::read(path).expect("the events are there");
        assert_eq!(format!("{:x}", Sha256::digest(bytes)), digest, "{}", path.display());
    }
}

#[test]
fn the_example_of_nexmark_is_made_like_the_events_that_are_measured_with() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples/nexmark/events.jsonl");
    let mut made = Vec::new();
    auctions::write_nexmark(&mut made, 300, 100).expect("the events are written");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&example, &made).expect("the example is written");
    }
    let is_same = std::fs::read(&example).expect("the example is there") == made;
    assert!(is_same, "UPDATE=1 cargo test --test bench_answers writes it");
}

#[test]
fn a_crowd_of_writers_is_counted_right() {
    // It looks itself whether every append is there.
    for slower in [0, 2] {
        assert!(rate(4, 5, std::time::Duration::from_millis(slower)) > 0.0);
    }
}
