//! Real processes, really killed: writers append batches to one stream and die at random moments. The oracle:
//! nothing acknowledged is lost, offsets are those of the receipts, and every batch is there as a whole or not at all.

#[path = "common/choices.rs"]
mod choices;

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use choices::Choices;

const WRITERS: u64 = 4;
const APPENDS: u64 = 25;

/// What a receipt acknowledged: the batch and its first offset.
struct Acknowledged {
    batch: (u64, u64),
    count: u64,
    first: u64,
}

fn batch_text(writer: u64, number: u64, count: u64, fill: usize) -> String {
    let line = |at: u64| {
        format!(
            "{{\"writer\":{writer},\"number\":{number},\"at\":{at},\"count\":{count},\"fill\":\"{}\"}}\n",
            "x".repeat(fill)
        )
    };
    (0..count).map(line).collect()
}

/// Appends one batch, killed after `patience` if there is one; gives the first offset when it was acknowledged.
fn append(stream: &Path, text: &str, patience: Option<Duration>) -> Option<u64> {
    let mut process = Command::new(env!("CARGO_BIN_EXE_bourn"))
        .arg("append")
        .arg(stream)
        .arg("--verbatim")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bourn starts");
    let mut input = process.stdin.take().expect("it has standard input");
    // A process that was killed reads no more.
    let _ = input.write_all(text.as_bytes());
    drop(input);
    if let Some(patience) = patience {
        std::thread::sleep(patience);
        process.kill().expect("it can be killed, or is gone already");
    }
    let output = process.wait_with_output().expect("it ends");
    if !output.status.success() {
        assert!(
            patience.is_some(),
            "only a killed append fails: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        return None;
    }
    let receipt: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a receipt is JSON");
    receipt["first"].as_u64()
}

fn storm(stream: &Path, writer: u64) -> Vec<Acknowledged> {
    let mut choices = Choices(writer + 1);
    let mut acknowledged = Vec::new();
    for number in 0..APPENDS {
        let count = [1, 3, 40, 300][choices.below(4) as usize];
        let text = batch_text(writer, number, count, [0, 60, 700][choices.below(3) as usize]);
        let patience = (choices.below(3) > 0).then(|| Duration::from_micros(choices.below(20_000)));
        if let Some(first) = append(stream, &text, patience) {
            acknowledged.push(Acknowledged { batch: (writer, number), count, first });
        }
    }
    acknowledged
}

/// Reads the stream; gives the first offset of each batch, all of which must be whole.
fn read_batches(stream: &Path) -> HashMap<(u64, u64), u64> {
    let output =
        Command::new(env!("CARGO_BIN_EXE_bourn")).arg("cat").arg(stream).output().expect("bourn reads");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("a stored line is JSON")).collect();
    let mut batches = HashMap::new();
    let mut offset = 0;
    while offset < lines.len() {
        let number =
            |at: usize, name: &str| lines[at][name].as_u64().expect("the lines of the storm have it");
        let batch = (number(offset, "writer"), number(offset, "number"));
        let count = number(offset, "count") as usize;
        assert!(offset + count <= lines.len(), "batch {batch:?} ends with the stream");
        for at in 0..count {
            let place =
                (number(offset + at, "writer"), number(offset + at, "number"), number(offset + at, "at"));
            assert_eq!(place, (batch.0, batch.1, at as u64), "batch {batch:?} is whole and in order");
        }
        assert!(batches.insert(batch, offset as u64).is_none(), "batch {batch:?} is there once");
        offset += count;
    }
    batches
}

#[test]
fn nothing_acknowledged_is_lost_when_writers_are_killed_at_random() {
    let directory = tempfile::tempdir().expect("a directory");
    let stream = directory.path().join("storm");
    std::fs::create_dir(&stream).expect("a directory");
    // Small segments, so that writers die while sealing too.
    std::fs::write(stream.join("stream.toml"), "segment-bytes = 100000\n").expect("settings");
    let acknowledged: Vec<Acknowledged> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                scope.spawn({
                    let stream = &stream;
                    move || storm(stream, writer)
                })
            })
            .collect();
        writers.into_iter().flat_map(|writer| writer.join().expect("a writer's thread ends")).collect()
    });
    assert!(acknowledged.len() as u64 > APPENDS, "some appends come through");
    let found = read_batches(&stream);
    for Acknowledged { batch, count, first } in acknowledged {
        assert_eq!(found.get(&batch), Some(&first), "batch {batch:?} of {count} events was acknowledged");
    }
}
