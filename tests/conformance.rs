//! Windows, lateness, joins and appends against the expected results of Kafka Streams, Flink, Spark, Beam and KurrentDB, which
//! tests/data/cases holds as data. Where those systems disagree, docs/concepts/semantics.md says what bourn
//! does; a case that rests on another choice is listed below with the reason, and every other case must pass.

#[path = "conformance/case.rs"]
mod case;
#[path = "conformance/join.rs"]
mod join;
#[path = "conformance/marks.rs"]
mod marks;
#[path = "conformance/versions.rs"]
mod versions;
#[path = "conformance/window.rs"]
mod window;

use case::{Case, cases};

/// The cases that do not hold for bourn, and why.
const SKIPPED: &[(&str, &str)] = &[
    ("sql-cumulate-negative-offset", "bourn has no cumulating windows"),
    ("sess-bridge", "Kafka Streams merges a session that it had closed; bourn never opens a window again"),
    ("spark-sess-bad-gap", "the gap is the same for all events in bourn"),
    ("late-wm-session-10-clear", "Flink fires a window again for late rows; bourn prints each window once"),
    ("late-wm-session-huge-clear", "Flink fires a window again for late rows; bourn prints each window once"),
    ("suppress-zero", "it counts the changes of a table; bourn has no such command"),
    ("suppress-time", "it counts the changes of a table; bourn has no such command"),
    ("merge-watermarks-03", "bourn prints no idle status"),
    ("merge-watermarks-08", "bourn prints no idle status"),
    (
        "outer-nulls-and-null-keys",
        "Kafka Streams prints a row without a key at once; bourn when its wait is over, like every unmatched row",
    ),
    ("same-id-batch-any-twice", "--unique stores an id once, also within one batch"),
    ("deleted-nostream", "streams are not deleted"),
    ("deleted-any", "streams are not deleted"),
    ("exists-metadata-only", "an entity has no metadata besides its events"),
    ("exists-soft-deleted", "streams are not deleted"),
];

/// Runs the cases of a file that are not skipped and says which ones fail.
fn hold(file: &str, check: impl Fn(&Case) -> Result<(), String>) {
    let mut failures = Vec::new();
    for case in cases(file) {
        let is_skipped = SKIPPED.iter().any(|(id, _)| *id == case.id);
        match check(&case) {
            Err(why) if !is_skipped => failures.push(format!("{}: {}\n{why}", case.id, case.title)),
            Ok(()) if is_skipped => failures.push(format!("{}: it is skipped and holds", case.id)),
            _ => {}
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn tumbling_windows_are_those_of_the_field() {
    hold(include_str!("data/cases/windows-tumbling.json"), window::check);
}

#[test]
fn hopping_windows_are_those_of_the_field() {
    hold(include_str!("data/cases/windows-hopping.json"), window::check);
}

#[test]
fn sliding_windows_are_those_of_the_field() {
    hold(include_str!("data/cases/windows-sliding.json"), window::check);
}

#[test]
fn sessions_are_those_of_the_field() {
    hold(include_str!("data/cases/windows-session.json"), window::check);
}

#[test]
fn late_events_and_watermarks_are_those_of_the_field() {
    hold(include_str!("data/cases/late-and-grace.json"), |case| match case.operator["op"].as_str() {
        Some("merge-watermarks" | "watermark") => marks::check(case),
        _ => window::check(case),
    });
}

#[test]
fn expected_versions_and_repeated_appends_are_those_of_the_field() {
    hold(include_str!("data/cases/expected-version.json"), versions::check);
}

#[test]
fn inner_joins_are_those_of_the_field() {
    hold(include_str!("data/cases/join-inner.json"), join::check);
}

#[test]
fn joins_with_unmatched_rows_are_those_of_the_field() {
    hold(include_str!("data/cases/join-left-outer.json"), join::check);
}

#[test]
fn every_skipped_case_exists() {
    let files = [
        include_str!("data/cases/windows-tumbling.json"),
        include_str!("data/cases/windows-hopping.json"),
        include_str!("data/cases/windows-sliding.json"),
        include_str!("data/cases/windows-session.json"),
        include_str!("data/cases/late-and-grace.json"),
        include_str!("data/cases/join-inner.json"),
        include_str!("data/cases/join-left-outer.json"),
        include_str!("data/cases/expected-version.json"),
    ];
    let all: Vec<Case> = files.into_iter().flat_map(cases).collect();
    let unknown: Vec<_> = SKIPPED.iter().filter(|(id, _)| !all.iter().any(|case| case.id == *id)).collect();
    assert_eq!(unknown, [] as [&(&str, &str); 0]);
}

#[test]
fn every_skipped_case_is_told_in_the_documents() {
    let told = include_str!("../docs/concepts/semantics.md");
    let untold: Vec<_> = SKIPPED.iter().filter(|(id, _)| !told.contains(&format!("`{id}`"))).collect();
    assert_eq!(untold, [] as [&(&str, &str); 0]);
}
