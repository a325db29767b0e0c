//! A digit that changed in any line of a stream is told, and nothing else is; whatever is there to tell it by.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::index::Search;
use super::redaction::Redaction;
use super::writer::Sync;
use super::*;
use crate::error::Kind;
use crate::sys::simulated::SimulatedDisk;
use crate::sys::storage::{Open, Patience};

const LINES: u64 = 60;

fn line(at: u64) -> String {
    format!("{{\"n\":1{at:04},\"fill\":\"{:40}\"}}\n", "")
}

/// A disk with a stream in appends of five lines: three segments, of which the last is not sealed and has an index.
fn disk() -> SimulatedDisk {
    let disk = SimulatedDisk::default();
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    Stream::create(storage, Path::new("s")).expect("a stream");
    put(&disk, Path::new("s/stream.toml"), b"segment-bytes = 1200\n");
    append(&disk, 0..LINES, 5, Sync::Batch);
    disk
}

fn append(disk: &SimulatedDisk, lines: std::ops::Range<u64>, batch: usize, sync: Sync) {
    for first in lines.clone().step_by(batch) {
        let (mut writer, _) = open(disk).writer(Patience::None, sync).expect("a writer");
        let text: String = (first..first + batch as u64).map(line).collect();
        writer.append(text.as_bytes(), batch as u64).expect("it is stored");
        writer.finish().expect("it is stored");
    }
}

fn put(disk: &SimulatedDisk, path: &Path, bytes: &[u8]) {
    // It may be read-only.
    let _ = disk.remove(path);
    let file = disk.open(path, Open::Create, true).expect("a file");
    file.write_all_at(bytes, 0).expect("it is written");
}

fn open(disk: &SimulatedDisk) -> Stream {
    Stream::open(Arc::new(disk.clone()), Path::new("s")).expect("a stream")
}

/// Changes a digit of line `at`; gives the segment.
fn flip(disk: &SimulatedDisk, at: u64) -> PathBuf {
    let segments = open(disk).segments().expect("they are listed");
    let segment = segments.iter().rfind(|segment| segment.first.0 <= at).expect("it is there");
    let text = String::from_utf8(disk.content(&segment.path).expect("it can be read")).expect("UTF-8");
    let (old, new) = (format!("\"n\":1{at:04}"), format!("\"n\":7{at:04}"));
    assert!(text.contains(&old), "line {at} is there once");
    put(disk, &segment.path, text.replace(&old, &new).as_bytes());
    segment.path.clone()
}

fn remove(disk: &SimulatedDisk, ending: &str) {
    for name in disk.list(Path::new("s/.bourn")).expect("they are listed") {
        if name.extension().is_some_and(|found| found == ending) {
            disk.remove(&Path::new("s/.bourn").join(name)).expect("it is removed");
        }
    }
}

/// What a reader that goes on behind rot is given: the offsets of the lines, those of the lines that are told as rot, and
/// the errors.
fn read(disk: &SimulatedDisk, search: &Search) -> (Vec<u64>, Vec<u64>, Vec<String>) {
    let mut reader = open(disk).search_from(Offset(0), search.clone()).expect("a reader");
    let (mut block, mut given, mut rotten, mut errors) = (Block::default(), vec![], vec![], vec![]);
    loop {
        let next = reader.next_block(&mut block);
        let offsets = block.lines().map(|line| line.offset.0);
        match next {
            Ok(true) => given.extend(offsets),
            Ok(false) => return (given, rotten, errors),
            Err(error) => {
                assert!(error.kind() == Kind::Data && block.is_damaged, "{error}");
                errors.push(error.to_string());
                rotten.extend(offsets);
            }
        }
    }
}

fn searches() -> [Search; 2] {
    [Search::new(1 << 20), Search { as_stored: true, ..Search::new(1 << 20) }]
}

#[test]
fn a_changed_digit_is_told_with_and_without_indexes() {
    let whole = disk();
    assert_eq!(open(&whole).segments().expect("they are listed").len(), 3);
    for at in 0..LINES {
        for without in ["nothing", "index", "entities"] {
            let disk = disk();
            remove(&disk, without);
            let path = flip(&disk, at);
            for search in searches() {
                let (given, rotten, errors) = read(&disk, &search);
                assert!(rotten.contains(&at), "line {at} without {without}: {errors:?}");
                assert_eq!(given.len() + rotten.len(), LINES as usize, "every line is given or told");
                assert!(rotten.iter().all(|rotten| !given.contains(rotten)), "and none twice");
                let [error] = &errors[..] else { panic!("{errors:?}") };
                let file = path.display().to_string();
                let place = format!("(from offset {}, byte ", rotten[0]);
                assert!(error.starts_with(&file) && error.contains(&place), "{error}");
            }
        }
    }
}

#[test]
fn a_stream_that_is_what_was_stored_has_no_rot() {
    let disk = disk();
    let all: Vec<u64> = (0..LINES).collect();
    let check = |disk: &SimulatedDisk, what: &str| {
        for search in searches() {
            let (given, rotten, errors) = read(disk, &search);
            assert_eq!((given, rotten.len()), (all.clone(), 0), "{what}: {errors:?}");
        }
    };
    check(&disk, "whole");
    // Whatever is derived can go, or be wrong.
    for ending in ["index", "seal"] {
        let hurt = self::disk();
        for name in hurt.list(Path::new("s/.bourn")).expect("they are listed") {
            let path = Path::new("s/.bourn").join(&name);
            if name.extension().is_some_and(|found| found == ending) {
                let mut bytes = hurt.content(&path).expect("it can be read");
                // A digit of one of the checksums.
                let at = bytes.len() - 5;
                bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
                put(&hurt, &path, &bytes);
            }
        }
        check(&hurt, &format!("a digit of each {ending} changed"));
        remove(&hurt, ending);
        check(&hurt, &format!("without any {ending}"));
    }
    remove(&disk, "seal");
    flip(&disk, 3);
    check(&disk, "nothing says what the segment was");
}

#[test]
fn lines_that_nobody_vouches_for_are_as_they_are() {
    let disk = disk();
    let segments = open(&disk).segments().expect("they are listed");
    let path = &segments.last().expect("it is there").path;
    let mut bytes = disk.content(path).expect("it can be read");
    bytes.extend_from_slice(line(LINES).as_bytes());
    put(&disk, path, &bytes);
    for search in searches() {
        assert_eq!(read(&disk, &search).0.len() as u64, LINES + 1);
    }
    // An append that was not flushed may be lost, so that nothing is said of what is there.
    append(&disk, LINES + 1..LINES + 3, 2, Sync::None);
    flip(&disk, LINES + 2);
    for search in searches() {
        let (_, rotten, errors) = read(&disk, &search);
        assert!(rotten.is_empty(), "{errors:?}");
    }
}

#[test]
fn a_redacted_segment_is_what_the_redaction_made_of_it() {
    for at in [2, 7, 9, 14, 40, 55] {
        for without in ["nothing", "index"] {
            let disk = disk();
            for offset in [7, 9, 40] {
                let redaction = Redaction {
                    offset: Offset(offset),
                    reason: "asked for",
                    at: "2024-01-15T10:00:00Z",
                    event_id: "r-1",
                    keep: &["n".to_owned()],
                };
                open(&disk).redact(&redaction, Patience::None).expect("it is redacted");
            }
            remove(&disk, without);
            for search in searches() {
                let (given, rotten, errors) = read(&disk, &search);
                assert_eq!((given.len() as u64, rotten.len()), (LINES, 0), "{errors:?}");
            }
            flip(&disk, at);
            for search in searches() {
                let (given, rotten, _) = read(&disk, &search);
                assert!(rotten.contains(&at) && !given.contains(&at), "line {at} without {without}");
            }
        }
    }
}

#[test]
fn a_line_that_is_no_event_any_more_tells_where_the_rot_is() {
    let disk = disk();
    let path = flip(&disk, 1);
    let mut bytes = disk.content(&path).expect("it can be read");
    bytes[0] = b'X';
    put(&disk, &path, &bytes);
    let mut reader = open(&disk).search_from(Offset(0), Search::new(1 << 20)).expect("a reader");
    let mut block = Block::default();
    assert!(reader.next_block(&mut block).expect("whoever parses it will tell"));
    assert!(block.is_damaged && block.first_offset == Offset(0));
}
