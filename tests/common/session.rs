//! Shell sessions as tests. A document (a manual page or a case file) holds commands and what they
//! print; [`run`] runs them in a directory of their own and compares.
//!
//! ```text
//! # a comment; it ends the output above it
//! $ bourn cat broken.jsonl
//! broken.jsonl:1:2: expected a string; …
//! [exit 3]
//! ```
//!
//! - A line that begins with `$ ` is a command for `sh`; while it ends in a backslash it goes on in the
//!   next line. The lines below it, up to the next command, comment or end of the block, are what it
//!   prints: standard output and standard error in the order they were written.
//! - `...` alone in a line stands for any number of lines, `…` within a line for any text.
//! - `[exit 3]` as the last line is the exit code when it is not 0.
//! - Blank lines at the end of an output do not count.
//! - All commands of one document share one directory that holds a copy of `docs/examples`; `cd DIR` as a
//!   command of its own moves the ones after it. `cargo run --release --quiet --` is the program under test.
//! - With `UPDATE=1` in the environment the outputs that differ are rewritten in place; read the diff. With
//!   `ONLY=TEXT` only the documents with that text in their path are run.

use std::fmt::Write as _;
use std::io::Read;
use std::ops::Range;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{folder, repository};

/// How long one command may take before it counts as hung.
const PATIENCE: Duration = Duration::from_secs(20);

/// A file with sessions in it.
pub struct Document {
    path: PathBuf,
    lines: Vec<String>,
    steps: Vec<Step>,
    start: &'static str,
}

/// One command and the lines of the document that say what it prints.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    command: String,
    expected: Range<usize>,
}

impl Document {
    /// Reads a file. In a page (`.md`) the sessions are the blocks fenced as `console`; any other file is
    /// one session from its first to its last line. The commands begin in `start`, a folder of the copy.
    pub fn read(path: &Path, start: &'static str) -> Document {
        let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let is_page = path.extension().is_some_and(|ending| ending == "md");
        let steps = if is_page { steps_in_fences(&lines) } else { steps_in(&lines, 0..lines.len()) };
        Document { path: path.to_owned(), lines, steps, start }
    }

    /// How many commands it has.
    pub fn commands(&self) -> usize {
        self.steps.len()
    }
}

fn steps_in_fences(lines: &[String]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let fence = lines[at].trim_start();
        at += 1;
        if !fence.starts_with("```") {
            continue;
        }
        let end = (at..lines.len()).find(|&i| lines[i].trim() == "```").unwrap_or(lines.len());
        if fence == "```console" {
            steps.extend(steps_in(lines, at..end));
        }
        at = end + 1;
    }
    steps
}

fn steps_in(lines: &[String], range: Range<usize>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut in_output = false;
    let mut at = range.start;
    while at < range.end {
        if let Some(first) = lines[at].strip_prefix("$ ") {
            let mut command = first.to_owned();
            while command.ends_with('\\') && at + 1 < range.end {
                at += 1;
                command.push('\n');
                command.push_str(&lines[at]);
            }
            steps.push(Step { command, expected: at + 1..at + 1 });
            in_output = true;
        } else if lines[at].starts_with("# ") || lines[at] == "#" {
            in_output = false;
        } else if in_output && !lines[at].trim().is_empty() {
            let step = steps.last_mut().expect("an output follows a command");
            step.expected.end = at + 1;
        }
        at += 1;
    }
    steps
}

/// Runs all documents, several at a time, and panics with every difference found.
pub fn run(mut documents: Vec<Document>) {
    if let Ok(only) = std::env::var("ONLY") {
        documents.retain(|document| repository::relative(&document.path).contains(&only));
    }
    let update = std::env::var_os("UPDATE").is_some_and(|v| v == "1");
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(document) = documents.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = run_one(document, update);
                    failures.lock().expect("no worker panics with the lock").extend(found);
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no worker panics with the lock");
    assert!(
        failures.is_empty(),
        "\n{}\n{} outputs differ (UPDATE=1 rewrites them)",
        failures.join("\n"),
        failures.len()
    );
}

/// Runs one document; returns a description of each output that differs.
fn run_one(document: &Document, update: bool) -> Vec<String> {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    folder::copy(&repository::root().join("docs/examples"), &directory.path().join("docs/examples"));
    let mut here = directory.path().join(document.start);
    let mut failures = Vec::new();
    let mut corrections: Vec<(Range<usize>, Vec<String>)> = Vec::new();
    for step in &document.steps {
        if let Some(folder) = step.command.strip_prefix("cd ").filter(|rest| !rest.contains([' ', ';', '&']))
        {
            here.push(folder);
            continue;
        }
        let actual = run_command(&step.command, &here);
        let expected = &document.lines[step.expected.clone()];
        if !matches(expected, &actual) {
            failures.push(describe(document, step, expected, &actual));
            corrections.push((step.expected.clone(), actual));
        }
    }
    if update && !corrections.is_empty() {
        rewrite(document, corrections);
    }
    failures
}

/// Runs one command line; returns its output as lines, the exit code last unless it is 0.
fn run_command(command: &str, here: &Path) -> Vec<String> {
    let program = Path::new(env!("CARGO_BIN_EXE_bourn"));
    let programs = program.parent().expect("the program is in a directory").display();
    let (mut reader, writer) = std::io::pipe().expect("a pipe can be made");
    let command = command.replace("cargo run --release --quiet -- ", "bourn ");
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &command])
        .current_dir(here)
        .env_clear()
        .env("PATH", format!("{programs}:/usr/local/bin:/usr/bin:/bin"))
        .env("HOME", here)
        .env("TZ", "UTC")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(writer.try_clone().expect("a descriptor can be copied"))
        .stderr(writer)
        .process_group(0);
    let mut child = shell.spawn().expect("sh can be started");
    drop(shell); // It holds the pipe's writing end.
    let collector = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).expect("a pipe can be read");
        bytes
    });
    let code = wait(&mut child);
    let bytes = collector.join().expect("the collector does not panic");
    let mut lines: Vec<String> = String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect();
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    match code {
        Some(0) => {}
        Some(code) => lines.push(format!("[exit {code}]")),
        None => lines.push(format!("[killed after {} s]", PATIENCE.as_secs())),
    }
    lines
}

/// The exit code, or `None` after the command's whole group had to be killed.
fn wait(child: &mut std::process::Child) -> Option<i32> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return Some(status.code().unwrap_or(-1));
        }
        if Instant::now() > deadline {
            let group = rustix::process::Pid::from_child(child);
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Whether the lines are what the pattern says; `...` stands for any number of lines.
fn matches(pattern: &[String], lines: &[String]) -> bool {
    match pattern.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "..." => (0..=lines.len()).any(|skip| matches(rest, &lines[skip..])),
        Some((first, rest)) => match lines.split_first() {
            Some((line, others)) => line_matches(first, line) && matches(rest, others),
            None => false,
        },
    }
}

/// Whether one line is what the pattern says; `…` stands for any text.
fn line_matches(pattern: &str, line: &str) -> bool {
    match pattern.split_once('…') {
        None => pattern == line,
        Some((before, after)) => line.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices()
                .map(|(at, _)| at)
                .chain([rest.len()])
                .any(|at| line_matches(after, &rest[at..]))
        }),
    }
}

fn describe(document: &Document, step: &Step, expected: &[String], actual: &[String]) -> String {
    let place = format!("{}:{}", repository::relative(&document.path), step.expected.start);
    let mut text = format!("{place}: $ {}\n", step.command);
    for (title, lines) in [("expected", expected), ("printed", actual)] {
        let _ = writeln!(text, "  {title}:");
        for line in lines {
            let _ = writeln!(text, "    {line}");
        }
    }
    text
}

fn rewrite(document: &Document, corrections: Vec<(Range<usize>, Vec<String>)>) {
    let mut lines = document.lines.clone();
    for (range, actual) in corrections.into_iter().rev() {
        lines.splice(range, actual);
    }
    std::fs::write(&document.path, lines.join("\n") + "\n").expect("the document can be rewritten");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_session_is_cut_into_commands_and_outputs() {
        let text = lines("text\n```console\n$ a \\\n  b\none\n\n# note\n$ c\n[exit 2]\n```\n```sh\n$ d\n```");
        let steps = steps_in_fences(&text);
        assert_eq!(
            steps,
            [
                Step { command: "a \\\n  b".to_owned(), expected: 4..5 },
                Step { command: "c".to_owned(), expected: 8..9 }
            ]
        );
    }

    #[test]
    fn wildcards_stand_for_lines_and_for_text() {
        assert!(matches(&lines("a\n...\nz…z"), &lines("a\nb\nc\nz12z")));
        assert!(matches(&lines("a\n..."), &lines("a")));
        assert!(!matches(&lines("a\n...\nz"), &lines("a\nb")));
        assert!(!matches(&lines("a"), &lines("a\nb")));
        assert!(!line_matches("a…c", "abd"));
    }

    #[test]
    fn a_wrong_output_and_a_wrong_exit_code_are_found() {
        let here = std::env::temp_dir();
        assert_eq!(run_command("echo out; echo err >&2; exit 3", &here), ["out", "err", "[exit 3]"]);
        assert!(!matches(&lines("out"), &run_command("echo out; exit 1", &here)));
        assert!(!matches(&lines("out"), &run_command("echo other", &here)));
    }
}
