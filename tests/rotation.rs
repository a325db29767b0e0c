//! A log file that somebody else writes and rotates in every way that is usual, while a consumer reads it and is killed
//! at random moments: every line comes once, in order. `BOURN_TEST_KILLS` says how often it is killed.

#[path = "common/choices.rs"]
mod choices;

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use choices::Choices;

fn bourn(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bourn"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    command
}

/// Whoever writes the log, and whoever rotates it.
struct Log {
    folder: PathBuf,
    file: File,
    written: u64,
}

impl Log {
    fn new(folder: &Path) -> Log {
        Log { folder: folder.to_owned(), file: open(&folder.join("app.log")), written: 0 }
    }

    fn path(&self, suffix: &str) -> PathBuf {
        self.folder.join(format!("app.log{suffix}"))
    }

    /// Writes some lines, some of them in two halves.
    fn write(&mut self, choices: &mut Choices) {
        for _ in 0..choices.below(8) {
            let line = format!(
                "{{\"n\":{},\"pad\":\"{}\"}}\n",
                self.written,
                "x".repeat(choices.below(90) as usize)
            );
            let (start, rest) = line.split_at(choices.below(line.len() as u64) as usize);
            self.file.write_all(start.as_bytes()).expect("written");
            if choices.below(4) == 0 {
                std::thread::sleep(Duration::from_micros(choices.below(3000)));
            }
            self.file.write_all(rest.as_bytes()).expect("written");
            self.written += 1;
        }
    }

    /// Makes room for `app.log.1`.
    fn shift(&self) {
        for number in (1..200).rev() {
            for packed in ["", ".gz"] {
                let from = self.path(&format!(".{number}{packed}"));
                if from.exists() {
                    fs::rename(from, self.path(&format!(".{}{packed}", number + 1))).expect("renamed");
                }
            }
        }
        // What is too old to matter: the consumer is never that far behind.
        for packed in ["", ".gz"] {
            let _ = fs::remove_file(self.path(&format!(".200{packed}")));
        }
    }

    fn rotate(&mut self, choices: &mut Choices) {
        match choices.below(3) {
            0 => {
                self.shift();
                fs::rename(self.path(""), self.path(".1")).expect("renamed");
                // The writer has not noticed yet.
                self.write(choices);
                self.file = open(&self.path(""));
            }
            1 => {
                self.shift();
                fs::copy(self.path(""), self.path(".1")).expect("copied");
                self.file.set_len(0).expect("cut");
            }
            _ => {
                let old = self.path(".2");
                if old.exists() {
                    let packed = Command::new("gzip").arg(&old).status().expect("gzip runs");
                    assert!(packed.success());
                }
            }
        }
    }
}

fn open(path: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(path).expect("a file")
}

fn start(folder: &Path) -> Child {
    let words =
        ["consumer", "run", "app.log", "ship", "--follow", "--batch", "3", "--into", "shipped", "--", "cat"];
    bourn(folder, &words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("bourn starts")
}

fn shipped(folder: &Path) -> Vec<u64> {
    let output = bourn(folder, &["cat", "shipped", "--select", ".n"]).output().expect("bourn runs");
    String::from_utf8_lossy(&output.stdout).lines().map(|line| line.parse().expect("a number")).collect()
}

/// Waits until so many lines have come, or for so long that they never will.
fn wait_for(folder: &Path, count: u64) {
    let begun = Instant::now();
    while (shipped(folder).len() as u64) < count && begun.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn every_line_of_a_rotated_log_comes_once_however_often_its_reader_is_killed() {
    let place = tempfile::tempdir().expect("a directory");
    let kills = std::env::var("BOURN_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let mut choices = Choices(2);
    let mut log = Log::new(place.path());
    log.file.write_all(b"{\"n\":0}\n").expect("written");
    log.written = 1;
    let mut reader = start(place.path());
    wait_for(place.path(), log.written);
    for _ in 0..kills {
        for _ in 0..choices.below(5) + 1 {
            log.write(&mut choices);
            std::thread::sleep(Duration::from_millis(choices.below(12)));
            log.rotate(&mut choices);
            log.write(&mut choices);
        }
        std::thread::sleep(Duration::from_millis(choices.below(150)));
        reader.kill().expect("it can be killed");
        reader.wait().expect("it ends");
        log.rotate(&mut choices);
        reader = start(place.path());
    }
    wait_for(place.path(), log.written);
    reader.kill().expect("it still runs");
    reader.wait().expect("it ends");
    assert!(log.written > 100);
    let shipped = shipped(place.path());
    let wrong = shipped.iter().zip(0..).find(|(found, expected)| **found != *expected);
    assert_eq!((wrong, shipped.len() as u64), (None, log.written), "found, expected");
}

#[test]
fn a_follower_goes_on_where_a_log_was_cut_and_says_so() {
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("app.log");
    fs::write(&path, "{\"n\":1}\n{\"n\":2}\n").expect("written");
    let follower = bourn(place.path(), &["cat", "app.log", "--follow", "--limit", "3"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bourn starts");
    std::thread::sleep(Duration::from_millis(400));
    fs::write(&path, "").expect("cut");
    std::thread::sleep(Duration::from_millis(400));
    fs::write(&path, "{\"n\":3}\n").expect("written");
    let output = follower.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("app.log was cut or replaced behind byte 16 (line 2)"), "{told}");
}
