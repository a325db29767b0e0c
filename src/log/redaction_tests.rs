//! A redaction on a disk that dies, fails and loses power at every call.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use super::Stream;
use super::index;
use super::redaction::Redaction;
use super::writer::Sync;
use crate::event::line::{Block, Offset};
use crate::sys::simulated::{Failure, SimulatedDisk};
use crate::sys::storage::Patience;

const LINES: [&str; 4] = ["{\"n\":0}", "{\"n\":1,\"name\":\"Alice\"}", "{\"n\":2}", "{\"n\":3}"];
const SECRET: usize = 1;

fn open(disk: &SimulatedDisk) -> Stream {
    Stream::create(Arc::new(disk.clone()), Path::new("s")).expect("a stream")
}

/// A stream of four events, in one segment.
fn filled() -> SimulatedDisk {
    let disk = SimulatedDisk::default();
    let (mut writer, _) = open(&disk).writer(Patience::None, Sync::Batch).expect("a writer");
    for line in LINES {
        writer.append(format!("{line}\n").as_bytes(), 1).expect("it appends");
    }
    writer.finish().expect("it is stored");
    disk
}

fn redact(disk: &SimulatedDisk) -> crate::error::Result<()> {
    let redaction = Redaction {
        offset: Offset(SECRET as u64),
        reason: "a request",
        at: "2026-01-01T00:00:00Z",
        event_id: "r-1",
        keep: &["n".to_owned()],
    };
    open(disk).redact(&redaction, Patience::None).map(|_| ())
}

fn lines(disk: &SimulatedDisk) -> Vec<String> {
    let mut reader = open(disk).search_from(Offset(0), index::Search::new(1 << 20)).expect("a reader");
    let (mut block, mut text) = (Block::default(), String::new());
    while reader.next_block(&mut block).expect("it reads") {
        text.push_str(&String::from_utf8_lossy(&block.bytes));
    }
    text.lines().map(str::to_owned).collect()
}

/// Everything but the event is as it was, the event is itself or its tombstone; gives whether it is redacted.
fn is_redacted(disk: &SimulatedDisk, when: &str) -> bool {
    let found = lines(disk);
    assert_eq!(found.len(), LINES.len(), "{when}");
    for (at, line) in LINES.iter().enumerate().filter(|(at, _)| *at != SECRET) {
        assert_eq!(found[at], *line);
    }
    if found[SECRET] == LINES[SECRET] {
        return false;
    }
    assert!(found[SECRET].starts_with("{\"bournRedacted\":") && !found[SECRET].contains("Alice"));
    true
}

/// Whatever happened: the proofs hold, and a second try redacts.
fn check(disk: &SimulatedDisk, is_acknowledged: bool, root: [u8; 32], when: &str) {
    let redacted = is_redacted(disk, when);
    // A power cut may tear the head; it says nothing then, and a repair or the next append writes it again.
    open(disk).repair(Patience::None).unwrap_or_else(|error| panic!("{when}: {error}"));
    assert!(redacted || !is_acknowledged, "{when}");
    let report = open(disk).verify(Vec::new()).expect("it is verified");
    assert_eq!(report.tree.root(), root, "{when}");
    if redacted {
        assert!(report.findings.is_empty(), "{when}: {:?}", report.findings);
    } else {
        redact(disk).unwrap_or_else(|error| panic!("{when}: {error}"));
    }
    assert!(is_redacted(disk, when), "{when}");
    let report = open(disk).verify(Vec::new()).expect("it is verified");
    assert_eq!((report.tree.root(), report.redacted.len()), (root, 1), "{when}");
    assert!(report.findings.is_empty(), "{when}: {:?}", report.findings);
}

#[test]
fn a_redaction_that_dies_or_fails_anywhere_loses_nothing_and_can_be_done_again() {
    let whole = filled();
    let before = whole.calls();
    let root = open(&whole).verify(Vec::new()).expect("it is verified").tree.root();
    redact(&whole).expect("it is redacted");
    let calls = whole.calls() - before;
    for call in 1..=calls + 1 {
        for failure in
            [Failure::Killed, Failure::Error(ErrorKind::StorageFull), Failure::Error(ErrorKind::Other)]
        {
            let disk = filled();
            disk.fail_at(disk.calls() + call, failure);
            let is_acknowledged = redact(&disk).is_ok();
            let when = format!("call {call} of {calls}, {failure:?}");
            check(&disk.after_kill(), is_acknowledged, root, &when);
            for cut in disk.after_power_cut(5) {
                check(&cut, is_acknowledged, root, &format!("{when}, and the power is cut"));
            }
        }
    }
}
