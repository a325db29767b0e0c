//! However the bytes of an input come, in pieces that end anywhere, also inside a line or a character: the output
//! is the same, byte for byte.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const QUESTIONS: [&[&str]; 7] = [
    &["cat", "-", "--where", ".n % 3 == 0"],
    &["fold", "-", "--by", ".k", "-a", "n=count()", "-a", "all=sum(.amount)", "--emit", "updates"],
    &["window", "-", "--hopping", "7s/2s", "--by", ".k", "-a", "sum=sum(.amount)", "--watermark", "3s"],
    &["window", "-", "--session", "2s", "--by", ".k", "-a", "ns=list(.n)", "--emit", "updates"],
    &[
        "window",
        "-",
        "--anchored",
        "5s",
        "--by",
        ".k",
        "-a",
        "ns=list(.n)",
        "--emit",
        "every:3s",
        "--grace",
        "1s",
    ],
    &["window", "-", "--sliding", "3s", "--by", ".k", "-a", "ns=list(.n)", "--watermark", "2s"],
    &["join", "-", "right.jsonl", "--on", ".k", "--within", "2s", "--kind", "outer", "--watermark", "2s"],
];

/// Events in disorder, with texts of several bytes a character and an amount that no float can hold.
fn events(count: u64) -> String {
    let event = |n: u64| {
        let (second, key) = ((n / 3 + n * 7 % 4) % 60, ["Zürich", "東京", "a"][n as usize * 5 % 3]);
        let minute = n / 180;
        format!(
            "{{\"timestamp\":\"2026-03-01T10:{minute:02}:{second:02}Z\",\"k\":\"{key}\",\"n\":{n},\"amount\":{n}.1}}\n"
        )
    };
    (0..count).map(event).collect()
}

/// What bourn answers when its input comes in pieces of so many bytes.
fn answer(question: &[&str], folder: &Path, input: &[u8], piece: usize) -> Vec<u8> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bourn"))
        .args(question)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("bourn starts");
    let mut stdin = child.stdin.take().expect("its input is a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        for piece in input.chunks(piece) {
            stdin.write_all(piece).expect("bourn reads all of it");
            std::thread::yield_now();
        }
    });
    let output = child.wait_with_output().expect("bourn ends");
    writer.join().expect("all was written");
    assert!(output.status.success(), "{question:?}");
    output.stdout
}

#[test]
fn an_answer_does_not_depend_on_the_pieces_in_which_its_input_comes() {
    let folder = tempfile::tempdir().expect("a directory");
    let input = events(160);
    std::fs::write(folder.path().join("right.jsonl"), events(40)).expect("a file");
    for question in QUESTIONS {
        let whole = answer(question, folder.path(), input.as_bytes(), usize::MAX);
        assert!(!whole.is_empty(), "{question:?}");
        for piece in [1, 2, 61, 1000, 4096] {
            let answer = answer(question, folder.path(), input.as_bytes(), piece);
            assert_eq!(
                String::from_utf8_lossy(&answer),
                String::from_utf8_lossy(&whole),
                "{question:?} in pieces of {piece}"
            );
        }
    }
}
