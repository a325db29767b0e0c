//! The ids of a stream against a slow model, with their files whole, missing, damaged and old, on disks that die.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::batch::Batch;
use super::super::writer::{Sync, Writer};
use super::table::{self, Origin, Table};
use super::*;
use crate::error::Kind;
use crate::event::line::Block;
use crate::sys::simulated::{Failure, SimulatedDisk};
use crate::sys::storage::{Open, Patience, Storage};

const STREAM: &str = "s";

fn put(disk: &SimulatedDisk, path: &str, bytes: &[u8]) {
    let file = disk.open(Path::new(path), Open::Create, true).expect("a file");
    file.truncate(0).expect("it is empty");
    file.write_all_at(bytes, 0).expect("it is written");
    file.sync().expect("it is flushed");
}

/// A disk with an empty stream whose segments are small.
fn new_disk() -> SimulatedDisk {
    let disk = SimulatedDisk::default();
    Stream::create(Arc::new(disk.clone()), Path::new(STREAM)).expect("a stream");
    put(&disk, "s/stream.toml", b"segment-bytes = 300\n");
    for directory in ["s/.bourn", "s", "."] {
        disk.sync_directory(Path::new(directory)).expect("it is flushed");
    }
    disk
}

fn writer(disk: &SimulatedDisk) -> Result<Writer> {
    let stream = Stream::open(Arc::new(disk.clone()), Path::new(STREAM))?;
    Ok(stream.writer(Patience::None, Sync::Batch)?.0)
}

fn event(id: u64) -> String {
    format!(
        "{{\"eventId\":\"e{id}\",\"streamId\":\"s{}\",\"fill\":\"{}\"}}\n",
        id % 3,
        "x".repeat(id as usize % 50)
    )
}

fn batch(ids: impl IntoIterator<Item = u64>) -> Batch {
    let lines: Vec<String> = ids.into_iter().map(event).collect();
    Batch { count: lines.len() as u64, lines: lines.concat().into_bytes(), stamps: Vec::new() }
}

/// Appends what is new of some batches in one run; gives how many events were there already.
fn append(disk: &SimulatedDisk, batches: &[Vec<u64>]) -> Result<u64> {
    let mut writer = writer(disk)?;
    let mut ids = Ids::open(&writer, &Choice::default())?;
    let mut duplicates = 0;
    for numbers in batches {
        let mut batch = batch(numbers.iter().copied());
        duplicates += ids.keep_new(&mut batch)?;
        if batch.count > 0 {
            writer.append(&batch.lines, batch.count)?;
            ids.stored(&writer, &batch)?;
        }
    }
    writer.finish()?;
    Ok(duplicates)
}

fn lines_of(disk: &SimulatedDisk) -> String {
    let stream = Stream::open(Arc::new(disk.clone()), Path::new(STREAM)).expect("a stream");
    let mut reader = stream.read_from(Offset(0)).expect("a reader");
    let (mut block, mut text) = (Block::default(), String::new());
    while reader.next_block(&mut block).expect("it reads") {
        text.push_str(std::str::from_utf8(&block.bytes).expect("UTF-8"));
    }
    text
}

/// Holds every answer about a stream of the events 0 to `count` - 1 against what must be.
fn check(disk: &SimulatedDisk, count: u64) {
    let writer = writer(disk).expect("a writer");
    let mut ids = Ids::open(&writer, &Choice::default()).expect("ids");
    for entity in 0..4 {
        let expected = (0..count).filter(|id| id % 3 == entity).count() as u64;
        assert_eq!(ids.count(format!("s{entity}").as_bytes()).expect("a count"), expected, "entity {entity}");
    }
    for id in 0..count + 5 {
        let found = ids.find(event(id).trim_end().as_bytes()).expect("an answer");
        assert_eq!(found.len(), usize::from(id < count), "event {id}");
        if let Some(&location) = found.first() {
            assert_eq!(ids.place(location, 0).expect("a place").0, Offset(id));
        }
    }
}

fn ids_files(disk: &SimulatedDisk) -> Vec<PathBuf> {
    let names = disk.list(Path::new("s/.bourn")).expect("a directory");
    let names = names.into_iter().filter(|name| name.extension().is_some_and(|end| end == "ids"));
    names.map(|name| Path::new("s/.bourn").join(name)).collect()
}

#[test]
fn a_table_finds_every_record_also_where_one_key_fills_several_blocks() {
    let disk = SimulatedDisk::default();
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let origin = Origin { bytes: 5, tail: 6, fields: ".a, .b".to_owned(), redactions: 0 };
    let mut ids: Vec<(u64, u64)> =
        (0..20_000u64).map(|at| (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8, at)).collect();
    ids.extend((0..5000).map(|at| (7 << 40, at)));
    let mut entities: Vec<_> = (0..3000u64).map(|at| (keys::entity_hash(&at.to_be_bytes()), at)).collect();
    let path = Path::new("x.ids");
    table::write(&storage, path, &origin, &mut ids, &mut entities).expect("it is written");
    let (table, read) = Table::open(&storage, path).expect("it opens");
    assert_eq!(read, origin);
    let mut expected: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    ids.iter().for_each(|&(hash, position)| expected.entry(hash).or_default().push(position));
    for (&hash, positions) in &expected {
        let found = table.positions(&[(hash, 1)]).expect("it reads");
        assert_eq!(found.iter().map(|(_, position)| *position).collect::<Vec<_>>(), *positions);
    }
    assert!(
        table
            .positions(&[(0, 1), (9 << 40, 2), (u64::MAX, 3)])
            .expect("it reads")
            .iter()
            .all(|(number, _)| *number == 1)
    );
    entities.iter().for_each(|(hash, count)| assert_eq!(table.count(hash).expect("it reads"), *count));
    assert_eq!(table.count(&[9; 16]).expect("it reads"), 0);
    assert_eq!(table.all().expect("it reads"), (ids, entities));
}

#[test]
fn answers_are_the_same_when_the_files_of_ids_are_missing_damaged_or_of_other_lines() {
    let disk = new_disk();
    let batches: Vec<Vec<u64>> = (0..10).map(|number| (number * 4..number * 4 + 4).collect()).collect();
    assert_eq!(append(&disk, &batches).expect("it appends"), 0);
    assert_eq!(append(&disk, &batches).expect("it appends"), 40);
    let files = ids_files(&disk);
    assert!(files.len() > 3, "{files:?}");
    check(&disk, 40);
    let whole: Vec<_> = files.iter().map(|path| disk.content(path).expect("it is there")).collect();
    for (path, bytes) in files.iter().zip(&whole) {
        let name = path.to_str().expect("UTF-8");
        for at in (0..600).step_by(9).chain((4096..4200).step_by(5)).chain((4200..bytes.len()).step_by(997)) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            put(&disk, name, &changed);
            if at % 45 == 0 {
                check(&disk, 40);
            }
            assert_eq!(append(&disk, &batches[..4]).expect("it appends"), 16, "{name}: byte {at}");
        }
        put(&disk, name, &bytes[..bytes.len() / 2]);
        check(&disk, 40);
        put(&disk, name, &whole[1]);
        check(&disk, 40);
        disk.remove(path).expect("it is gone");
        check(&disk, 40);
    }
}

#[test]
fn an_id_that_comes_again_with_another_content_is_an_error_and_stores_nothing() {
    let disk = new_disk();
    append(&disk, &[(0..9).collect()]).expect("it appends");
    for (line, other) in [
        (event(3), Some("{\"eventId\":\"e3\"}\n")),
        (event(20), Some("{\"eventId\":\"e20\",\"a\":1}\n")),
        ("{}\n".to_owned(), None),
    ] {
        let writer = writer(&disk).expect("a writer");
        let mut ids = Ids::open(&writer, &Choice::default()).expect("ids");
        let lines = line + other.unwrap_or_default();
        let mut batch =
            Batch { count: lines.lines().count() as u64, lines: lines.into_bytes(), stamps: Vec::new() };
        assert_eq!(ids.keep_new(&mut batch).expect_err("it is refused").kind(), Kind::Data);
    }
    check(&disk, 9);
}

/// Runs of several batches, some of them sealing a segment.
fn history() -> Vec<Vec<Vec<u64>>> {
    let batch = |from: u64, to: u64| (from..to).collect::<Vec<_>>();
    vec![vec![batch(0, 5)], vec![batch(5, 7), batch(7, 12), batch(12, 13)], vec![batch(13, 20)]]
}

fn append_history(disk: &SimulatedDisk) -> Result<()> {
    history().iter().try_for_each(|run| append(disk, run).map(|_| ()))
}

/// After any accident, appending everything again stores every event once.
fn judge(disk: &SimulatedDisk, when: &str) {
    append_history(disk).unwrap_or_else(|error| panic!("{when}: {error}"));
    let expected: String = (0..20).map(event).collect();
    assert_eq!(lines_of(disk), expected, "{when}");
}

#[test]
fn appending_again_after_an_accident_at_any_call_stores_every_event_once() {
    let disk = new_disk();
    let first = disk.calls();
    append_history(&disk).expect("it appends");
    assert!(!ids_files(&disk).is_empty());
    for call in first + 1..=disk.calls() {
        for failure in [Failure::Killed, Failure::Error(std::io::ErrorKind::StorageFull)] {
            let disk = new_disk();
            disk.fail_at(call, failure);
            let _ = append_history(&disk);
            for (number, cut) in
                disk.after_power_cut(2).iter().enumerate().filter(|_| failure == Failure::Killed)
            {
                judge(cut, &format!("call {call}, state {number}"));
            }
            let killed = disk.after_kill();
            judge(&killed, &format!("call {call}, killed"));
            check(&killed, 20);
        }
    }
}
