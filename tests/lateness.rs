//! `--lateness`: what is searched for by bisection is what is found without, and the account is the same.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Half an hour of events, a second each; each thirteenth comes a minute late.
fn events() -> String {
    let mut text = String::new();
    for at in 0..18_000_i64 {
        let tenths = if at % 13 == 5 { at - 600 } else { at } + 600;
        let (minute, second) = (tenths / 600, tenths / 10 % 60);
        let (pad, key) = ("p".repeat(at as usize % 50), at % 7);
        let line = writeln!(
            text,
            "{{\"n\":{at},\"k\":{key},\"timestamp\":\"2024-01-01T10:{minute:02}:{second:02}.{}Z\",\"pad\":\"{pad}\"}}",
            tenths % 10
        );
        line.expect("a string takes everything");
    }
    text
}

fn bourn(folder: &Path, words: &[&str]) -> Output {
    let run = Command::new(env!("CARGO_BIN_EXE_bourn")).current_dir(folder).args(words).output();
    run.expect("bourn can be started")
}

#[test]
fn a_range_is_the_same_with_and_without() {
    let place = tempfile::tempdir().expect("a directory");
    let folder = place.path();
    let text = events();
    fs::write(folder.join("file.jsonl"), &text).expect("written");
    fs::write(folder.join("twice.jsonl"), text.repeat(2)).expect("written");
    fs::create_dir(folder.join("stream")).expect("made");
    fs::write(folder.join("stream/00000000000000000000.jsonl"), &text).expect("written");
    assert!(bourn(folder, &["append", "sealed", "file.jsonl", "--verbatim"]).status.success());
    let ranges: [&[&str]; 5] = [
        &["--from", "2024-01-01T10:20:00Z"],
        &["--until", "2024-01-01T10:03:00Z"],
        &["--from", "2024-01-01T10:10:00Z", "--before", "2024-01-01T10:10:30Z"],
        &["--from", "2024-01-01T09:00:00Z", "--until", "2024-01-01T09:30:00Z"],
        &["--from", "2024-01-01T11:00:00Z"],
    ];
    let jobs: [&[&str]; 3] = [
        &["replay", "--summary", "text"],
        &["fold", "--by", ".k", "-a", "n=count()", "-a", "first=first(.n)", "--summary", "text"],
        &["window", "--tumbling", "1m", "-a", "n=count()", "--watermark", "1m", "--summary", "text"],
    ];
    for source in ["file.jsonl", "stream", "sealed"] {
        for (range, job) in ranges.iter().flat_map(|range| jobs.iter().map(move |job| (range, job))) {
            let words = [job, &[source][..], range].concat();
            let plain = bourn(folder, &words);
            let told = bourn(folder, &[&words[..], &["--lateness", "1m"]].concat());
            assert!(plain.status.success(), "{words:?}: {}", String::from_utf8_lossy(&plain.stderr));
            assert!(plain == told, "{words:?}: {}", String::from_utf8_lossy(&told.stderr));
        }
    }
    // Errors name the line and offsets count all lines, also those that were passed over.
    let words = ["cat", "file.jsonl", "--from", "2024-01-01T10:25:00Z", "--with-offset"];
    assert!(bourn(folder, &words) == bourn(folder, &[&words[..], &["--lateness", "1m"]].concat()));

    let wrong =
        bourn(folder, &["replay", "twice.jsonl", "--from", "2024-01-01T10:00:00Z", "--lateness", "1m"]);
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert_eq!(wrong.status.code(), Some(2), "{said}");
    assert!(said.contains("twice.jsonl:18001: this event is"), "{said}");
}

/// Events of two types, each in order, of which one is a day ahead of the other.
#[test]
fn what_is_said_of_one_type_is_not_taken_for_all() {
    let place = tempfile::tempdir().expect("a directory");
    let folder = place.path();
    let event = |at: usize| {
        let (day, kind) = if at.is_multiple_of(10) { (15, "A") } else { (16, "B") };
        let (hour, minute, second) = (at / 3600, at / 60 % 60, at % 60);
        format!(
            "{{\"eventType\":\"{kind}\",\"timestamp\":\"2024-01-{day}T{hour:02}:{minute:02}:{second:02}Z\"}}\n"
        )
    };
    fs::write(folder.join("x.jsonl"), (0..20_000).map(event).collect::<String>()).expect("written");
    let words = ["replay", "x.jsonl", "--type", "A", "--until", "2024-01-15T05:30:00Z", "--summary", "text"];
    let told = bourn(folder, &[&words[..], &["--lateness", "0s"]].concat());
    assert!(bourn(folder, &words) == told, "{}", String::from_utf8_lossy(&told.stderr));

    let words = ["replay", "x.jsonl", "--from", "2024-01-16T05:00:00Z", "--until", "@5", "--summary", "text"];
    assert!(bourn(folder, &words) == bourn(folder, &[&words[..], &["--lateness", "2d"]].concat()));
}
