//! A sample of each family of published cases through the program itself: rows in a file, flags on the command line,
//! rows out. What the cases are and how they are read is told in tests/conformance.rs, which runs all of them.

use std::process::Command;

use serde_json::{Value, json};

/// A case and the words that ask its question.
struct Sample {
    file: &'static str,
    case: &'static str,
    words: &'static [&'static str],
    /// The unit of the case's times, as the program is told.
    unit: &'static str,
}

const TUMBLING: &str = include_str!("data/cases/windows-tumbling.json");
const HOPPING: &str = include_str!("data/cases/windows-hopping.json");
const SLIDING: &str = include_str!("data/cases/windows-sliding.json");
const SESSION: &str = include_str!("data/cases/windows-session.json");
const LATE: &str = include_str!("data/cases/late-and-grace.json");
const INNER: &str = include_str!("data/cases/join-inner.json");
const OUTER: &str = include_str!("data/cases/join-left-outer.json");

const fn sample(
    file: &'static str,
    case: &'static str,
    unit: &'static str,
    words: &'static [&'static str],
) -> Sample {
    Sample { file, case, words, unit }
}

const WINDOWS: &[Sample] = &[
    sample(
        TUMBLING,
        "tumbling-edge-499-500",
        "ms",
        &["window", "left", "--tumbling", "500ms", "--by", ".key", "-a", "value=list(.value)"],
    ),
    sample(
        HOPPING,
        "spark-hop-10-3",
        "ms",
        &[
            "window",
            "left",
            "--hopping",
            "10s/3s",
            "--watermark",
            "1d",
            "--by",
            ".key",
            "-a",
            "value=count()",
        ],
    ),
    sample(
        SLIDING,
        "slide-small-reduce",
        "ns",
        &[
            "window",
            "left",
            "--sliding",
            "10ns",
            "--sliding-all",
            "--grace",
            "5ns",
            "--by",
            ".key",
            "-a",
            "value=list(.value)",
        ],
    ),
    sample(
        SESSION,
        "sess-500-collect",
        "ms",
        &["window", "left", "--session", "500ms", "--by", ".key", "-a", "value=list(.value)"],
    ),
    sample(
        LATE,
        "grace-tumbling-2-1",
        "ms",
        &["window", "left", "--tumbling", "2ms", "--grace", "1ms", "--by", ".key", "-a", "value=count()"],
    ),
    sample(
        LATE,
        "late-session-zero-grace",
        "ms",
        &["window", "left", "--session", "10ms", "--by", ".key", "-a", "value=count()"],
    ),
];

const JOINS: &[Sample] = &[
    sample(
        INNER,
        "inner-many-to-many",
        "ms",
        &["join", "left", "right", "--on", ".key", "--within", "100ms"],
    ),
    sample(
        OUTER,
        "left-zero-before",
        "ms",
        &["join", "left", "right", "--on", ".key", "--kind", "left", "--before", "0s", "--after", "100ms"],
    ),
    sample(
        OUTER,
        "outer-left-by-right",
        "ms",
        &["join", "left", "right", "--on", ".key", "--kind", "outer", "--within", "100ms"],
    ),
];

fn cases(file: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(file).expect("a case file is JSON");
    file["cases"].as_array().expect("it has cases").clone()
}

/// Runs the program over the rows of one side, or of both, and gives its rows.
fn run(case: &Value, sample: &Sample) -> Vec<Value> {
    let place = tempfile::tempdir().expect("a directory");
    for side in ["left", "right"] {
        let is_of_side = |row: &&Value| row.get("stream").is_none_or(|stream| stream == side);
        let rows = case["input"].as_array().expect("a case has input").iter().filter(is_of_side);
        let text: String = rows.map(|row| format!("{row}\n")).collect();
        std::fs::write(place.path().join(side), text).expect("written");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_bourn"))
        .current_dir(place.path())
        .args(sample.words)
        .args(["--time", ".ts", "--time-unit", sample.unit, "--summary", "none"])
        .output()
        .expect("bourn runs");
    assert!(output.status.success(), "{}: {}", sample.case, String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("rows are UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("a row is JSON")).collect()
}

fn check(sample: &Sample, ours: impl Fn(&Value) -> Value, theirs: impl Fn(&Value) -> Value) {
    let case = cases(sample.file).into_iter().find(|case| case["id"] == sample.case).expect(sample.case);
    let shown = |row: Value| (!row.is_null()).then(|| row.to_string());
    let mut found: Vec<String> = run(&case, sample).iter().map(ours).filter_map(shown).collect();
    // What is open at the end of a case comes out when the input ends.
    let lists = ["final", "results", "unmatched_open_at_end"].map(|name| case["expected"][name].as_array());
    let rows = lists.into_iter().flatten().flatten();
    let mut expected: Vec<String> = rows.map(theirs).filter_map(shown).collect();
    found.sort();
    expected.sort();
    assert!(!expected.is_empty(), "{}: there is something to find", sample.case);
    assert_eq!(found, expected, "{}", sample.case);
}

/// An RFC 3339 time of a row in the unit of the case.
fn in_unit(time: &Value, unit: &str) -> Value {
    let time = bourn::time::timestamp::Timestamp::parse(time.as_str().expect("a time")).expect("a time");
    json!((time.0 / if unit == "ns" { 1 } else { 1_000_000 }) as i64)
}

#[test]
fn windows_of_each_family_come_out_of_the_program_as_published() {
    for sample in WINDOWS {
        let has_last = |row: &Value| row.get("last").or(row.get("end")).cloned().unwrap_or_default();
        check(
            sample,
            |row| {
                let [start, end] = ["start", "end"].map(|bound| in_unit(&row["window"][bound], sample.unit));
                // Kafka Streams has no windows that begin before 1970.
                let is_there = start.as_i64() >= Some(0) || sample.file == HOPPING;
                if is_there { json!([row["key"]["key"], start, end, row["value"]]) } else { Value::Null }
            },
            |row| json!([row.get("key").unwrap_or(&Value::Null), row["start"], has_last(row), row["value"]]),
        );
    }
}

#[test]
fn joins_of_each_family_come_out_of_the_program_as_published() {
    for sample in JOINS {
        let value = |side: &Value| side.get("value").cloned().unwrap_or_default();
        let plain = |side: &Value| side.get("value").unwrap_or(side).clone();
        check(
            sample,
            |row| json!([value(&row["left"]), value(&row["right"])]),
            |row| json!([plain(&row["left"]), plain(&row["right"])]),
        );
    }
}
