//! What is JSON and what is not: the cases of JSONTestSuite in tests/data/cases, through the checker of
//! the library and through `bourn append`. An event is an object on one line, so a case that is another
//! value is put into one, and a case with a newline in it is for the checker only.

use std::path::Path;
use std::process::Output;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bourn::event::scan::check;
use bourn::event::value::Value as Exact;
use serde_json::Value;

const CASES: &str = include_str!("data/cases/json-accept-reject.json");

/// One byte string and what a reader of JSON must say to it.
struct Case {
    id: String,
    bytes: Vec<u8>,
    verdict: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Accept,
    Reject,
    /// The suite leaves it open; only a crash is wrong.
    Either,
}

impl Case {
    /// The case as the value of a field.
    fn in_object(&self) -> Vec<u8> {
        [b"{\"x\":", self.bytes.as_slice(), b"}"].concat()
    }

    fn is_object(&self) -> bool {
        self.bytes.trim_ascii_start().first() == Some(&b'{')
    }
}

fn cases() -> Vec<Case> {
    let file: Value = serde_json::from_str(CASES).expect("the case file is JSON");
    let rows = file["cases"].as_array().expect("it has cases");
    let cases: Vec<Case> = rows.iter().map(case).collect();
    assert_eq!(Some(cases.len() as u64), file["cases_in_file"].as_u64(), "no case is lost");
    cases
}

fn case(row: &Value) -> Case {
    let bytes = row["input"]["base64"].as_str().expect("a case has its bytes");
    let verdict = match row["expected"]["verdict"].as_str() {
        Some("accept") => Verdict::Accept,
        Some("reject") => Verdict::Reject,
        Some("either") => Verdict::Either,
        other => panic!("unknown verdict {other:?}"),
    };
    let id = format!("{} {}", row["id"], row["title"]);
    Case { id, bytes: STANDARD.decode(bytes).expect("the bytes are base64"), verdict }
}

/// What is wrong about an answer, if anything.
fn fault(case: &Case, wanted: Verdict, accepted: bool, detail: &str) -> Option<String> {
    let actual = if accepted { Verdict::Accept } else { Verdict::Reject };
    let is_right = wanted == Verdict::Either || wanted == actual;
    (!is_right).then(|| format!("{}: {wanted:?} expected: {detail}", case.id))
}

#[test]
fn the_checker_accepts_exactly_what_is_json() {
    let mut faults = Vec::new();
    for case in cases() {
        let answer = check(&case.in_object());
        faults.extend(fault(&case, case.verdict, answer.is_ok(), &format!("{answer:?}")));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_reader_of_values_accepts_exactly_what_is_json() {
    let mut faults = Vec::new();
    for case in cases() {
        let answer = Exact::parse(&case.bytes);
        let detail = answer.as_ref().err().map_or_else(|| "accepted".to_owned(), ToString::to_string);
        faults.extend(fault(&case, case.verdict, answer.is_ok(), &detail));
        // Where the suite leaves it open, the two readers of bourn must still agree.
        let checked = check(&case.in_object()).is_ok();
        if checked != Exact::parse(&case.in_object()).is_ok() {
            faults.push(format!("{}: the checker says {checked}, the reader of values does not", case.id));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_checker_accepts_objects_only() {
    let mut faults = Vec::new();
    for case in cases() {
        let wanted = if case.is_object() { case.verdict } else { Verdict::Reject };
        let answer = check(&case.bytes);
        faults.extend(fault(&case, wanted, answer.is_ok(), &format!("{answer:?}")));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn bourn(directory: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_bourn"));
    command.args(arguments).current_dir(directory).write_stdin(input).output().expect("bourn can be run")
}

/// Appends one line to a stream of its own: an accepted one is stored byte for byte, a refused one leaves
/// nothing and is explained with its place.
fn append(case: &Case, line: &[u8], wanted: Verdict) -> Option<String> {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let line = [line, b"\n"].concat();
    let answer = bourn(directory.path(), &["append", "s", "--verbatim", "--sync", "none"], &line);
    let message = String::from_utf8_lossy(&answer.stderr).into_owned();
    let code = answer.status.code();
    if !matches!(code, Some(0 | 3)) {
        return Some(format!("{}: exit code {code:?}: {message}", case.id));
    }
    if let Some(fault) = fault(case, wanted, code == Some(0), &message) {
        return Some(fault);
    }
    if code == Some(0) {
        let stored = bourn(directory.path(), &["cat", "s"], b"").stdout;
        return (stored != line).then(|| format!("{}: other bytes came back", case.id));
    }
    if !message.contains("-:1") {
        return Some(format!("{}: no place in {message:?}", case.id));
    }
    let stored = std::fs::read(directory.path().join("s/00000000000000000000.jsonl")).unwrap_or_default();
    (!stored.is_empty()).then(|| format!("{}: something of a refused line was stored", case.id))
}

#[test]
fn append_stores_exactly_what_is_an_object() {
    let mut faults = Vec::new();
    for case in cases().iter().filter(|case| !case.bytes.contains(&b'\n')) {
        faults.extend(append(case, &case.in_object(), case.verdict));
        if !case.bytes.trim_ascii().is_empty() {
            let wanted = if case.is_object() { case.verdict } else { Verdict::Reject };
            faults.extend(append(case, &case.bytes, wanted));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
