//! Case files: shell sessions with their output and exit code, for what a user sees from outside.
//! tests/cases/ is about results, tests/errors/ has one file for every message about bad input.
//! `common/session.rs` describes the form of a session.

mod common;

use common::repository;
use common::session::{Document, run};

fn cases(folder: &str) -> Vec<Document> {
    let documents: Vec<_> =
        repository::files(folder, ".case").iter().map(|path| Document::read(path, "docs/examples")).collect();
    assert!(documents.iter().all(|document| document.commands() > 0), "every file in {folder} has a command");
    documents
}

#[test]
fn every_case_prints_what_it_says() {
    run(cases("tests/cases"));
}

#[test]
fn every_error_is_the_sentence_its_case_says() {
    run(cases("tests/errors"));
}
