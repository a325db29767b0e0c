//! A chain of two consumers whose results go into streams, killed at random moments: what is stored in the end is what
//! one run that nobody disturbs stores, byte for byte. `BOURN_TEST_KILLS` says how often they are killed.

#[path = "common/choices.rs"]
mod choices;

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Instant;

use choices::Choices;

const EVENTS: u64 = 600;

fn bourn(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bourn"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    command
}

const FIRST: &[&str] = &[
    "consumer",
    "run",
    "orders",
    "price",
    "--batch",
    "7",
    "--into",
    "priced",
    "--where",
    ".n % 5 != 0",
    "--",
    "sed",
    "s/\"n\":/\"price\":1.10,&/",
];

/// The second one prints nothing for some batches, and several lines for others.
const SECOND: &[&str] = &[
    "consumer",
    "run",
    "priced",
    "mail",
    "--batch",
    "5",
    "--into",
    "mails",
    "--",
    "sed",
    "/[37],\"pad/d;/2,\"pad/p",
];

fn fill(folder: &Path) {
    let lines: String =
        (0..EVENTS).map(|n| format!("{{\"n\":{n},\"pad\":\"{}\"}}\n", "x".repeat(90))).collect();
    std::fs::write(folder.join("orders.jsonl"), lines).expect("a file");
    run(folder, &["append", "orders", "orders.jsonl"]);
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let output = bourn(folder, arguments).output().expect("bourn runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn start(folder: &Path, arguments: &[&str]) -> Child {
    // What they complain of when they are killed or find the other's half of the work is no matter here.
    bourn(folder, arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("bourn starts")
}

fn results(folder: &Path) -> [String; 2] {
    ["priced", "mails"].map(|stream| String::from_utf8(run(folder, &["cat", stream]).stdout).expect("UTF-8"))
}

#[test]
fn results_that_stay_as_they_were_printed_are_stored_once_too() {
    let place = tempfile::tempdir().expect("a directory");
    fill(place.path());
    let words = [
        "consumer", "run", "orders", "copy", "--batch", "7", "--into", "copied", "--mark", "head", "--",
        "cat",
    ];
    let begun = Instant::now();
    let kills = std::env::var("BOURN_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    let (mut choices, mut longest) = (Choices(3), std::time::Duration::from_millis(40));
    for _ in 0..kills {
        let mut child = start(place.path(), &words);
        std::thread::sleep(longest * choices.below(1000) as u32 / 1000);
        child.kill().expect("it can be killed, or is gone already");
        child.wait().expect("it ends");
        if choices.below(3) == 0 {
            // The commits may be gone: the truth is in the head.
            let _ = std::fs::remove_dir_all(place.path().join("orders/.bourn/consumers"));
        }
        longest = longest.max(begun.elapsed() / 500);
    }
    run(place.path(), &words);
    let lines = String::from_utf8(run(place.path(), &["cat", "copied"]).stdout).expect("UTF-8");
    let printed = String::from_utf8(run(place.path(), &["cat", "orders"]).stdout).expect("UTF-8");
    assert_eq!(lines, printed);
}

#[test]
fn results_are_stored_once_however_often_their_makers_are_killed() {
    let (clean, stormy) =
        (tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory"));
    fill(clean.path());
    let begun = Instant::now();
    run(clean.path(), FIRST);
    // On a slow machine everybody lives longer, so that the kills come in the middle of the work everywhere.
    let longest = begun.elapsed() / 8;
    run(clean.path(), SECOND);
    fill(stormy.path());
    let kills = std::env::var("BOURN_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    let mut choices = Choices(1);
    for _ in 0..kills {
        let mut stages: Vec<Child> = vec![start(stormy.path(), FIRST)];
        if choices.below(2) == 0 && stormy.path().join("priced").exists() {
            stages.push(start(stormy.path(), SECOND));
        }
        std::thread::sleep(longest * choices.below(1000) as u32 / 1000);
        for stage in &mut stages {
            stage.kill().expect("it can be killed, or is gone already");
            stage.wait().expect("it ends");
        }
    }
    let is_stored = |stream: &str| stormy.path().join(stream).exists();
    assert!(is_stored("priced"), "some batches come through in between");
    run(stormy.path(), FIRST);
    run(stormy.path(), SECOND);
    let ([priced, mails], [stormy_priced, stormy_mails]) = (results(clean.path()), results(stormy.path()));
    assert_eq!(priced.lines().count() as u64, EVENTS * 4 / 5);
    assert!(mails.lines().count() > 100 && mails != priced);
    assert_eq!(stormy_priced, priced);
    // The second stage cuts its batches where the first had got to, so that the marks may differ; the events do not.
    let without_marks = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split(",\"metadata\"").next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(without_marks(&stormy_mails), without_marks(&mails));
}
