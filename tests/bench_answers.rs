//! What the benchmarks measure gives the right answers, on a few events.

#[path = "bench/data.rs"]
mod data;
#[path = "bench/workloads.rs"]
mod workloads;

use std::process::Command;

use workloads::{WORKLOADS, make, rows_of};

const EVENTS: u64 = 3000;

#[test]
fn every_benchmark_has_the_answer_that_its_events_were_made_of() {
    let place = tempfile::tempdir().expect("a directory");
    let files = make(place.path(), EVENTS).expect("the events are written");
    for workload in WORKLOADS {
        let run = Command::new(env!("CARGO_BIN_EXE_bourn")).args((workload.bourn)(&files)).output();
        let output = run.expect("bourn runs");
        assert!(output.status.success(), "{}: {}", workload.name, String::from_utf8_lossy(&output.stderr));
        let answer = (workload.answer)(EVENTS);
        assert!(!answer.is_empty(), "{}: there is something to answer", workload.name);
        assert_eq!(rows_of(workload, &output.stdout), answer, "{}", workload.name);
        let peers = (workload.peers)(&files);
        assert!(peers.iter().all(|peer| !peer.program.is_empty() && !peer.words.is_empty()));
    }
}
