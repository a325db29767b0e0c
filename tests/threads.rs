//! An input that is long enough for a second thread: what comes out, what is said and how it ends is the same with one
//! thread and with two.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const LINES: u64 = 45_000;

/// Events of several layouts; now and then a line that is none, where `is_broken`.
fn events(is_broken: bool) -> String {
    let mut text = String::new();
    for at in 0..LINES {
        let (hour, minute, second) = (at / 3600 % 24, at / 60 % 60, at % 60);
        let time = format!("2024-01-01T{hour:02}:{minute:02}:{second:02}.{:03}Z", at * 7 % 1000);
        let (key, amount, note) = (at * 31 % 4099, at * 17 % 100_000, "n".repeat((at * 13 % 60) as usize));
        let written = match at % 11 {
            0 if is_broken && at % 97 == 0 => writeln!(text, "{{\"timestamp\":\"{time}\",\"n\":{at}"),
            3 => writeln!(
                text,
                "{{\"n\":{at}, \"k\":\"k\\u0031\",\"timestamp\":\"{time}\",\"a\":1,\"a\":{amount}}}"
            ),
            5 => writeln!(text, "{{\"k\":null,\"timestamp\":\"{time}\",\"n\":{at},\"a\":\"é{note}\"}}\r"),
            7 => writeln!(text, "{{\"timestamp\":\"{time}\",\"n\":{at},\"deep\":[{{\"k\":[1,{amount}]}}]}}"),
            _ => writeln!(
                text,
                "{{\"n\":{at},\"timestamp\":\"{time}\",\"k\":\"key-{key}\",\"a\":{}.{:02},\"note\":\"{note}{note}\",\"more\":\"{}\"}}",
                amount / 100,
                amount % 100,
                "m".repeat(60),
            ),
        };
        written.expect("a string takes everything");
    }
    text
}

fn bourn(folder: &Path, words: &[&str], threads: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bourn"));
    command
        .current_dir(folder)
        .args(words)
        .args(["--threads", threads])
        .output()
        .expect("bourn can be started")
}

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    let place = tempfile::tempdir().expect("a directory");
    let folder = place.path();
    fs::write(folder.join("whole.jsonl"), events(false)).expect("written");
    fs::write(folder.join("broken.jsonl"), events(true)).expect("written");
    fs::create_dir(folder.join("stream")).expect("made");
    fs::write(folder.join("stream/00000000000000000000.jsonl"), events(false)).expect("written");
    assert!(fs::metadata(folder.join("whole.jsonl")).expect("a file").len() > 6 << 20, "long enough for two");

    let fold = ["--by", ".k", "-a", "n=count()", "-a", "sum=sum(.n)", "-a", "last=last(.a)"];
    let window = ["--tumbling", "5m", "--by", ".k", "-a", "n=count()", "-a", "largest=max(.n)"];
    let commands: [(&str, &[&str], i32); 9] = [
        ("fold", &["whole.jsonl"], 0),
        ("fold", &["broken.jsonl", "--on-error", "skip"], 1),
        ("fold", &["broken.jsonl"], 3),
        ("fold", &["stream", "--from", "@40000"], 0),
        ("window", &["whole.jsonl"], 0),
        ("window", &["broken.jsonl", "--on-error", "skip"], 1),
        ("join", &["whole.jsonl", "broken.jsonl", "--on", ".k", "--within", "1s", "--on-error", "skip"], 1),
        ("cat", &["broken.jsonl", "--where", ".n % 3 == 1", "--select", "[.n, .a]", "--on-error", "skip"], 1),
        ("replay", &["stream", "--from", "2024-01-01T03:00:00Z", "--until", "2024-01-01T11:00:00Z"], 0),
    ];
    for (command, words, code) in commands {
        let more: &[&str] = match command {
            "fold" => &fold,
            "window" => &window,
            _ => &[],
        };
        let words = [&[command], words, more].concat();
        let [one, two] = ["1", "2"].map(|threads| bourn(folder, &words, threads));
        assert_eq!(one.status.code(), Some(code), "{words:?}: {}", String::from_utf8_lossy(&one.stderr));
        assert!(one == two, "{words:?}");
        assert!(code == 3 || !one.stdout.is_empty(), "{words:?}");
    }
}
