//! An append that is long enough for its hashes, and the seals of the segments that it fills, to be made beside its
//! writes: what is stored, what the receipt says and what searches find is what one thread would have made.

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Lines that fill more than three segments.
const LINES: u64 = 60_000;

fn bourn(folder: &Path, words: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_bourn")).current_dir(folder).args(words).output();
    let run = run.expect("bourn can be started");
    assert!(run.status.success(), "{words:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("UTF-8")
}

fn events() -> String {
    let line = |at: u64| {
        let (minute, second) = (at / 60 % 60, at % 60);
        let day = 1 + at / 3600;
        format!(
            "{{\"eventId\":\"e-{at}\",\"eventType\":\"Paid\",\"timestamp\":\"2024-01-{day:02}T10:{minute:02}:{second:02}Z\",\
             \"streamId\":\"account-{}\",\"note\":\"{}\"}}\n",
            at / 50,
            "x".repeat(150 + (at % 97) as usize),
        )
    };
    (0..LINES).map(line).collect()
}

/// The files of a stream whose names end so, in order.
fn files(folder: &Path, end: &str) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("a stream").map(|entry| entry.expect("a file").path());
    let mut files: Vec<_> = entries.filter(|path| path.to_string_lossy().ends_with(end)).collect();
    files.sort();
    files
}

#[test]
fn what_is_made_beside_a_long_append_is_what_it_would_be_otherwise() {
    let place = tempfile::tempdir().expect("a directory");
    let (folder, text) = (place.path(), events());
    fs::write(folder.join("x.jsonl"), &text).expect("written");
    bourn(folder, &["stream", "init", "s", "--segment-bytes", "5MiB"]);
    // Batches of about 900 KiB.
    let receipt = bourn(folder, &["append", "s", "x.jsonl", "--batch", "3000"]);
    let receipt: serde_json::Value = serde_json::from_str(&receipt).expect("a receipt");
    assert_eq!((&receipt["count"], &receipt["durable"]), (&LINES.into(), &true.into()));

    let segments = files(&folder.join("s"), ".jsonl");
    assert!(segments.len() > 3, "{segments:?}");
    let stored: Vec<u8> = segments.iter().flat_map(|path| fs::read(path).expect("a segment")).collect();
    assert!(stored == text.as_bytes(), "the lines are those of the file");
    for end in [".seal", ".index"] {
        assert!(files(&folder.join("s/.bourn"), end).len() >= segments.len() - 1, "{end}");
    }

    // The checkpoint of the file is made by one thread from its lines.
    let checkpoint = bourn(folder, &["audit", "checkpoint", "x.jsonl"]);
    let root = STANDARD.decode(checkpoint.lines().nth(2).expect("a root")).expect("base64");
    let root: String = root.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(receipt["root"], root);
    bourn(folder, &["audit", "verify", "s"]);

    for question in [["--stream", "account-777"], ["--from", "2024-01-15T10:59:00Z"], ["--last", "7"]] {
        let of = |source| bourn(folder, &[&["cat", source], &question[..]].concat());
        assert!(of("s") == of("x.jsonl"), "{question:?}");
    }
}
