//! The log as its users see it, on a disk that dies, loses power and fails at every call.

use std::path::Path;
use std::sync::Arc;

use super::consumer::Consumers;
use super::writer::Sync;
use super::*;
use crate::error::Kind;
use crate::event::line::Block;
use crate::sys::simulated::{Failure, SimulatedDisk};
use crate::sys::storage::{Open, Patience};
use crate::time::timestamp::Timestamp;

const STREAM: &str = "s";

/// Batches of one and of several lines, small and larger than a sector.
fn batches() -> Vec<String> {
    let line = |number: usize, fill: usize| format!("{{\"n\":{number},\"fill\":\"{}\"}}\n", "x".repeat(fill));
    vec![line(0, 10), line(1, 10) + &line(2, 600) + &line(3, 10), line(4, 700), line(5, 0) + &line(6, 0)]
}

fn settings() -> &'static str {
    // Small enough that the third batch goes into a second segment.
    "segment-bytes = 600\n"
}

fn new_disk() -> SimulatedDisk {
    let disk = SimulatedDisk::default();
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    storage.create_directory(Path::new(STREAM)).expect("a directory");
    let file = storage.open(Path::new("s/stream.toml"), Open::Create, true).expect("a file");
    file.write_all_at(settings().as_bytes(), 0).expect("it is written");
    file.sync().expect("it is flushed");
    storage.sync_directory(Path::new(STREAM)).expect("it is flushed");
    storage.sync_directory(Path::new(".")).expect("it is flushed");
    disk
}

/// Appends all batches, each acknowledged by itself; gives how many were.
fn append_all(disk: &SimulatedDisk) -> usize {
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let mut acknowledged = 0;
    for batch in batches() {
        let appended = Stream::create(storage.clone(), Path::new(STREAM)).and_then(|stream| {
            let (mut writer, _) = stream.writer(Patience::None, Sync::Batch)?;
            writer.append(batch.as_bytes(), batch.lines().count() as u64)?;
            writer.finish()
        });
        match appended {
            Ok(_) => acknowledged += 1,
            Err(_) => break,
        }
    }
    acknowledged
}

fn read_all(disk: &SimulatedDisk) -> Result<String> {
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let stream = match Stream::open(storage, Path::new(STREAM)) {
        Ok(stream) => stream,
        // Nothing was ever stored.
        Err(error) if error.kind() == Kind::Usage => return Ok(String::new()),
        Err(error) => return Err(error),
    };
    let mut reader = stream.search_from(Offset(0), index::Search::new(1 << 20))?;
    let (mut block, mut text, mut next) = (Block::default(), String::new(), 0);
    while reader.next_block(&mut block)? {
        assert_eq!(block.first_offset.0, next, "offsets go on without a gap");
        next += block.line_count();
        text.push_str(std::str::from_utf8(&block.bytes).expect("UTF-8"));
    }
    Ok(text)
}

/// The tree as a checkpoint sees it, without reading what the head vouches for.
fn tree_of(disk: &SimulatedDisk) -> Result<merkle::Frontier> {
    match Stream::open(Arc::new(disk.clone()), Path::new(STREAM)) {
        Err(error) if error.kind() == Kind::Usage => Ok(merkle::Frontier::default()),
        stream => stream?.tree(),
    }
}

/// What must hold after any accident: everything acknowledged is there, in order, and at most one batch more,
/// whole. Gives what is wrong.
fn judge(disk: &SimulatedDisk, acknowledged: usize) -> std::result::Result<(), String> {
    let batches = batches();
    let states: Vec<String> =
        (acknowledged..=batches.len().min(acknowledged + 1)).map(|count| batches[..count].concat()).collect();
    let check = |when: &str| {
        let text = read_all(disk).map_err(|error| format!("{when}: {error}"))?;
        let tree = tree_of(disk).map_err(|error| format!("{when}: {error}"))?;
        let mut lines = merkle::Frontier::default();
        lines.push_lines(text.as_bytes());
        if tree != lines {
            Err(format!("{when}: the tree of {} lines is not that of {text:?}", tree.size()))
        } else if states.contains(&text) {
            Ok(text)
        } else {
            Err(format!("{when}: {acknowledged} acknowledged, found {text:?}"))
        }
    };
    check("before repair")?;
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let append = Stream::create(storage, Path::new(STREAM)).and_then(|stream| {
        let (mut writer, _) = stream.writer(Patience::None, Sync::Batch)?;
        let repaired = read_all_of(&stream)?;
        writer.append(b"{\"last\":true}\n", 1)?;
        writer.finish().map(|(receipt, _)| (repaired, receipt))
    });
    let (repaired, receipt) = append.map_err(|error| format!("repair: {error}"))?;
    if !states.contains(&repaired) {
        return Err(format!("after repair: {acknowledged} acknowledged, found {repaired:?}"));
    }
    let text = read_all(disk).map_err(|error| format!("after repair: {error}"))?;
    if text != format!("{repaired}{{\"last\":true}}\n") {
        return Err(format!("after the next append: found {text:?}"));
    }
    let mut tree = merkle::Frontier::default();
    tree.push_lines(text.as_bytes());
    if (receipt.size, receipt.root) != (tree.size(), tree.root()) {
        return Err("the receipt's root is not that of the lines".to_owned());
    }
    Ok(())
}

fn read_all_of(stream: &Stream) -> Result<String> {
    let mut reader = stream.search_from(Offset(0), index::Search::new(1 << 20))?;
    let (mut block, mut text) = (Block::default(), String::new());
    while reader.next_block(&mut block)? {
        text.push_str(&String::from_utf8_lossy(&block.bytes));
    }
    Ok(text)
}

/// Runs the history once to learn how many calls it makes.
fn count_calls() -> (usize, usize) {
    let disk = new_disk();
    let first = disk.calls();
    assert_eq!(append_all(&disk), batches().len());
    assert_eq!(read_all(&disk).expect("it reads"), batches().concat());
    (first, disk.calls())
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_half_seen_when_the_writer_is_killed_at_any_call() {
    let (first, last) = count_calls();
    for call in first + 1..=last {
        let disk = new_disk();
        disk.fail_at(call, Failure::Killed);
        let acknowledged = append_all(&disk);
        judge(&disk.after_kill(), acknowledged).unwrap_or_else(|why| panic!("killed at call {call}: {why}"));
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_half_seen_when_the_power_fails_at_any_call() {
    let (first, last) = count_calls();
    for call in first + 1..=last {
        let disk = new_disk();
        disk.fail_at(call, Failure::Killed);
        let acknowledged = append_all(&disk);
        for (number, cut) in disk.after_power_cut(10).iter().enumerate() {
            judge(cut, acknowledged)
                .unwrap_or_else(|why| panic!("power failed at call {call}, state {number}: {why}"));
        }
    }
}

#[test]
fn a_disk_that_does_not_flush_is_found_out_by_the_same_judge() {
    let disk = new_disk();
    disk.ignore_sync();
    let acknowledged = append_all(&disk);
    assert!(disk.after_power_cut(10).iter().any(|cut| judge(cut, acknowledged).is_err()));
}

#[test]
fn a_call_that_fails_fails_the_append_and_loses_nothing() {
    let (first, last) = count_calls();
    for kind in [std::io::ErrorKind::StorageFull, std::io::ErrorKind::Other] {
        for call in first + 1..=last {
            let disk = new_disk();
            disk.fail_at(call, Failure::Error(kind));
            let acknowledged = append_all(&disk);
            judge(&disk, acknowledged).unwrap_or_else(|why| panic!("call {call} failed with {kind}: {why}"));
        }
    }
}

fn open(disk: &SimulatedDisk) -> Stream {
    Stream::create(Arc::new(disk.clone()), Path::new(STREAM)).expect("a stream")
}

fn put(disk: &SimulatedDisk, path: &str, bytes: &[u8]) {
    let file = disk.open(Path::new(path), Open::Create, true).expect("a file");
    file.truncate(0).expect("it is empty");
    file.write_all_at(bytes, 0).expect("it is written");
}

#[test]
fn lines_that_others_add_are_counted_and_a_torn_one_is_set_aside() {
    let disk = SimulatedDisk::default();
    let stream = open(&disk);
    put(&disk, "s/00000000000000000000.jsonl", b"{\"a\":1}\n{\"a\":2}\n{\"a\":");
    assert_eq!(read_all(&disk).expect("it reads"), "{\"a\":1}\n{\"a\":2}\n");
    let (mut writer, warnings) = stream.writer(Patience::None, Sync::End).expect("a writer");
    assert_eq!(writer.next(), Offset(2));
    assert!(warnings[0].contains("5 torn bytes behind byte 16"), "{warnings:?}");
    writer.append(b"{\"a\":3}\n", 1).expect("it appends");
    writer.finish().expect("it flushes");
    assert_eq!(read_all(&disk).expect("it reads"), "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
    let quarantine = disk.list(Path::new("s/.bourn/quarantine")).expect("it is there");
    let kept = disk.content(&Path::new("s/.bourn/quarantine").join(&quarantine[0])).expect("it is kept");
    assert_eq!(kept, b"{\"a\":");
}

#[test]
fn rot_in_the_last_append_is_refused_and_never_cut() {
    let disk = new_disk();
    assert_eq!(append_all(&disk), batches().len());
    let segments = open(&disk).segments().expect("segments");
    let path = &segments.last().expect("a segment").path;
    let mut bytes = disk.content(path).expect("it is there");
    let length = bytes.len();
    bytes[length - 3] ^= 1;
    put(&disk, path.to_str().expect("UTF-8"), &bytes);
    let error = open(&disk).writer(Patience::None, Sync::End).err().expect("rot");
    assert_eq!(error.kind(), Kind::Data, "{error}");
    assert_eq!(disk.content(path).expect("it is there"), bytes, "nothing was changed");
    put(&disk, path.to_str().expect("UTF-8"), &bytes[..length - 1]);
    assert_eq!(read_all(&disk).expect_err("cut off").kind(), Kind::Data);
}

#[test]
fn a_stream_is_appended_to_by_one_writer_at_a_time() {
    let disk = SimulatedDisk::default();
    let stream = open(&disk);
    let _writer = stream.writer(Patience::None, Sync::End).expect("a writer");
    assert_eq!(stream.writer(Patience::None, Sync::End).err().expect("it is locked").kind(), Kind::Conflict);
}

#[test]
fn consumers_stand_where_they_committed_and_not_behind_the_end() {
    let disk = SimulatedDisk::default();
    let stream = open(&disk);
    let (mut writer, _) = stream.writer(Patience::None, Sync::End).expect("a writer");
    writer.append(b"{}\n{}\n", 2).expect("it appends");
    writer.finish().expect("it flushes");
    let consumers = Consumers::of(&stream);
    assert_eq!(consumers.position("email").expect("it reads"), None);
    consumers.commit("email", Offset(1), None, Timestamp(0)).expect("it commits");
    consumers.commit("email", Offset(2), None, Timestamp(0)).expect("it commits");
    let path = Path::new("s/.bourn/consumers/email.jsonl");
    let mut text = disk.content(path).expect("it is there");
    text.extend_from_slice(b"{\"offset\":1,\"a");
    put(&disk, "s/.bourn/consumers/email.jsonl", &text);
    assert_eq!(consumers.position("email").expect("it reads").expect("it is there").offset, Offset(2));
    let end = stream.end().expect("it has an end");
    assert_eq!(consumers.check_end("email", Offset(3), end).expect_err("behind the end").kind(), Kind::Usage);
    assert_eq!(
        consumers.commit("../x", Offset(1), None, Timestamp(0)).expect_err("a bad name").kind(),
        Kind::Usage
    );
    assert_eq!(consumers.names().expect("it lists"), ["email"]);
    assert!(consumers.delete("email").expect("it deletes"));
    assert!(!consumers.delete("email").expect("it is gone"));
}
