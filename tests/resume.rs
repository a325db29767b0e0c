//! `--resume`: for every cut of the input, also inside a line, run after run gives the bytes of one run; a run that
//! died between its output and its commit is made good by the next one.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A directory with the inputs of one trial.
struct Trial {
    place: tempfile::TempDir,
}

const RESULTS: &str = "results.jsonl";
const LATE: &str = "late.jsonl";

impl Trial {
    fn new() -> Trial {
        Trial { place: tempfile::tempdir().expect("a directory") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).expect("written");
    }

    fn read(&self, name: &str) -> String {
        String::from_utf8(std::fs::read(self.path(name)).unwrap_or_default()).expect("results are UTF-8")
    }

    fn run(&self, words: &[&str], more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bourn"));
        command.current_dir(self.place.path()).args(words).args(more).args(["--summary", "none"]);
        command.output().expect("bourn runs")
    }

    /// Runs and expects success; gives standard output.
    fn succeed(&self, words: &[&str], more: &[&str]) -> String {
        let output = self.run(words, more);
        assert!(output.status.success(), "{words:?} {more:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("results are UTF-8")
    }
}

/// Events out of order, with ties, a late one and a key that is missing.
const CLICKS: &str = r#"{"timestamp":"2024-01-15T10:00:01Z","user":"a","n":1}
{"timestamp":"2024-01-15T10:00:09Z","user":"b","n":2.50}
{"timestamp":"2024-01-15T10:00:04Z","user":"a","n":3}
{"timestamp":"2024-01-15T10:00:21Z","n":4}
{"timestamp":"2024-01-15T10:00:02Z","user":"b","n":5}
{"timestamp":"2024-01-15T10:00:21Z","user":"a","n":6}
{"timestamp":"2024-01-15T10:00:33Z","user":"b","n":7}
"#;

const PAYMENTS: &str = r#"{"timestamp":"2024-01-15T10:00:03Z","user":"a","paid":1}
{"timestamp":"2024-01-15T10:00:10Z","user":"b","paid":2}
{"timestamp":"2024-01-15T10:00:22Z","user":"a","paid":3}
{"timestamp":"2024-01-15T10:00:30Z","user":"c","paid":4}
"#;

/// The jobs whose rows follow one another, over `clicks`.
const JOBS: [&[&str]; 7] = [
    &["window", "clicks", "--tumbling", "10s", "--by", ".user", "-a", "n=sum(.n)"],
    &["window", "clicks", "--session", "5s", "--by", ".user", "-a", "all=list(.n)", "--watermark", "3s"],
    &["window", "clicks", "--hopping", "10s/4s", "-a", "count()", "--grace", "1s", "--having", ".count > 1"],
    &["window", "clicks", "--sliding-all", "--sliding", "5s", "--by", ".user", "-a", "last(.n)"],
    &["window", "clicks", "--anchored", "8s", "--by", ".user", "-a", "n=sum(.n)", "--emit", "updates"],
    &["fold", "clicks", "--by", ".user", "-a", "n=sum(.n)", "--emit", "updates"],
    &["fold", "clicks", "--by", ".user", "--init", "[]", "--reduce", ". + [$e.n]", "--emit", "updates"],
];

/// Where the input is cut: at every byte in some lines, at every few in the others.
fn cuts(text: &str) -> impl Iterator<Item = usize> + '_ {
    (0..=text.len()).filter(|at| at % 13 == 0 || (100..170).contains(at) || text[..*at].ends_with('\n'))
}

fn window_targets(words: &[&str]) -> Vec<&'static str> {
    let late = if words[0] == "fold" { &[][..] } else { &["--late-to", LATE] };
    [&["--into", RESULTS], late].concat()
}

#[test]
fn run_after_run_gives_the_bytes_of_one_run() {
    for words in JOBS {
        let targets = window_targets(words);
        let whole = Trial::new();
        whole.write("clicks", CLICKS.as_bytes());
        whole.succeed(words, &targets);
        let wanted = (whole.read(RESULTS), whole.read(LATE));
        for cut in cuts(CLICKS) {
            let trial = Trial::new();
            let resume = [&targets[..], &["--resume", "run"]].concat();
            trial.write("clicks", &CLICKS.as_bytes()[..cut]);
            trial.succeed(words, &resume);
            trial.write("clicks", CLICKS.as_bytes());
            trial.succeed(words, &resume);
            trial.succeed(words, &[&resume[..], &["--drain"]].concat());
            assert_eq!((trial.read(RESULTS), trial.read(LATE)), wanted, "{words:?}, cut at {cut}");
        }
    }
}

#[test]
fn what_is_printed_run_after_run_is_what_one_run_prints() {
    let words = JOBS[0];
    let whole = Trial::new();
    whole.write("clicks", CLICKS.as_bytes());
    let wanted = whole.succeed(words, &[]);
    let trial = Trial::new();
    let mut printed = String::new();
    for cut in (0..CLICKS.len()).step_by(29).chain([CLICKS.len()]) {
        trial.write("clicks", &CLICKS.as_bytes()[..cut]);
        printed += &trial.succeed(words, &["--resume", "run", "--state", "kept"]);
    }
    printed += &trial.succeed(words, &["--resume", "run", "--state", "kept", "--drain"]);
    assert_eq!(printed, wanted);
    assert!(trial.path("kept/run/state").exists());
}

#[test]
fn a_table_is_written_anew_and_is_that_of_all_events() {
    let words = ["fold", "clicks", "--by", ".user", "-a", "n=sum(.n)", "-a", "mean=avg(.n)"];
    let trial = Trial::new();
    for cut in cuts(CLICKS) {
        trial.write("clicks", &CLICKS.as_bytes()[..cut]);
        trial.succeed(&words, &["--snapshot", "run", "--into", RESULTS]);
        let whole_lines = CLICKS[..cut].rfind('\n').map_or(0, |last| last + 1);
        trial.write("whole", &CLICKS.as_bytes()[..whole_lines]);
        let again = ["fold", "whole", "--by", ".user", "-a", "n=sum(.n)", "-a", "mean=avg(.n)"];
        assert_eq!(trial.read(RESULTS), trial.succeed(&again, &[]), "cut at {cut}");
    }
}

#[test]
fn joins_go_on_wherever_either_side_is_cut() {
    for kind in ["inner", "outer", "anti"] {
        let words = [
            "join", "clicks", "payments", "--on", ".user", "--within", "3s", "--grace", "2s", "--kind", kind,
        ];
        let targets = ["--into", RESULTS, "--late-to", LATE];
        let whole = Trial::new();
        whole.write("clicks", CLICKS.as_bytes());
        whole.write("payments", PAYMENTS.as_bytes());
        whole.succeed(&words, &targets);
        let wanted = (whole.read(RESULTS), whole.read(LATE));
        for left in (0..=CLICKS.len()).step_by(91) {
            for right in (0..=PAYMENTS.len()).step_by(61) {
                let trial = Trial::new();
                let resume = [&targets[..], &["--resume", "run"]].concat();
                trial.write("clicks", &CLICKS.as_bytes()[..left]);
                trial.write("payments", &PAYMENTS.as_bytes()[..right]);
                trial.succeed(&words, &resume);
                trial.write("clicks", CLICKS.as_bytes());
                trial.write("payments", PAYMENTS.as_bytes());
                trial.succeed(&words, &[&resume[..], &["--drain"]].concat());
                assert_eq!(
                    (trial.read(RESULTS), trial.read(LATE)),
                    wanted,
                    "{kind}, cut at {left} and {right}"
                );
            }
        }
    }
}

/// A run dies when its rows are out, but before its state is: the state is that of the run before.
#[test]
fn rows_of_a_run_that_died_before_its_commit_come_once() {
    let words = JOBS[0];
    let whole = Trial::new();
    whole.write("clicks", CLICKS.as_bytes());
    whole.succeed(words, &window_targets(words));
    let wanted = (whole.read(RESULTS), whole.read(LATE));
    let resume = ["--into", RESULTS, "--late-to", LATE, "--resume", "run"];
    for (first, second) in [(0, 120), (60, 300), (180, CLICKS.len()), (CLICKS.len(), CLICKS.len())] {
        for torn in [0, 1, 30] {
            let trial = Trial::new();
            let state = trial.path("clicks.bourn/snapshots/run/state");
            trial.write("clicks", &CLICKS.as_bytes()[..first]);
            trial.succeed(words, &resume);
            let kept = std::fs::read(&state).expect("a state");
            let committed = trial.read(RESULTS).len();
            trial.write("clicks", &CLICKS.as_bytes()[..second]);
            trial.succeed(words, &resume);
            std::fs::write(&state, kept).expect("the state of the run before");
            tear(&trial.path(RESULTS), torn, committed);
            trial.write("clicks", CLICKS.as_bytes());
            trial.succeed(words, &[&resume[..], &["--drain"]].concat());
            assert_eq!(
                (trial.read(RESULTS), trial.read(LATE)),
                wanted,
                "cut at {first} and {second}, torn by {torn}"
            );
        }
    }
}

/// Takes bytes off the end of a file, but not of what was committed.
fn tear(path: &Path, count: usize, committed: usize) {
    let bytes = std::fs::read(path).expect("results");
    std::fs::write(path, &bytes[..bytes.len().saturating_sub(count).max(committed)]).expect("torn");
}

#[test]
fn results_go_on_in_a_stream_and_belong_to_one_run() {
    let words = JOBS[0];
    let trial = Trial::new();
    std::fs::create_dir(trial.path("rows")).expect("an empty directory");
    trial.write("rows/00000000000000000000.jsonl", b"");
    let resume = ["--into", "rows", "--resume", "run"];
    trial.write("clicks", &CLICKS.as_bytes()[..250]);
    trial.succeed(words, &resume);
    trial.write("clicks", CLICKS.as_bytes());
    trial.succeed(words, &resume);
    let mut append = Command::new(env!("CARGO_BIN_EXE_bourn"));
    append.current_dir(trial.place.path()).args(["append", "rows", "--type", "Foreign", "--data", "1"]);
    assert!(append.output().expect("bourn runs").status.success());
    let output = trial.run(words, &[&resume[..], &["--drain"]].concat());
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn another_job_or_another_history_is_refused() {
    let trial = Trial::new();
    trial.write("clicks", CLICKS.as_bytes());
    let refused = |words: &[&str], code: i32, text: &str| {
        let output = trial.run(words, &[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{words:?}: {said}");
        assert!(said.contains(text) && said.lines().count() == 1, "{words:?}: {said}");
    };
    let job = ["window", "clicks", "--tumbling", "10s", "-a", "count()", "--resume", "run"];
    trial.succeed(&job, &[]);
    let other = ["window", "clicks", "--tumbling", "20s", "-a", "count()", "--resume", "run"];
    refused(&other, 2, "--tumbling was 10s and is 20s");
    trial.succeed(&other, &["--rebuild"]);
    trial.write("clicks", CLICKS.replace("\"n\":7", "\"n\":8").as_bytes());
    refused(&other, 3, "clicks:7");
    trial.write("clicks", b"");
    refused(&other, 3, "--rebuild");
    refused(&["window", "-", "--tumbling", "20s", "-a", "count()", "--resume", "run"], 2, "--state");
    refused(&["window", "clicks", "--tumbling", "20s", "-a", "count()", "--drain"], 2, "--resume");
    refused(&["window", "clicks", "--tumbling", "20s", "-a", "count()", "--resume", "../x"], 2, "name");
    let state = trial.path("clicks.bourn/snapshots/run/state");
    let mut bytes = std::fs::read(&state).expect("a state");
    *bytes.last_mut().expect("it is not empty") ^= 1;
    std::fs::write(&state, bytes).expect("damaged");
    refused(&other, 3, "damaged");
}
