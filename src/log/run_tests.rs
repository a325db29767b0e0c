//! Runs of several batches, handed from one process to the next: every outcome of a power cut, every failed call,
//! every kill, judged by one oracle. Single appends are in [`super::tests`]. What was acknowledged is there, whole and in order; what was not is whole or absent; what a reader saw
//! before the repair stays where it was. The last tests break the disk on purpose: the oracle must notice.

use std::path::Path;
use std::sync::Arc;

use super::Stream;
use super::index;
use super::mark::Mark;
use super::merkle::Frontier;
use super::writer::Sync;
use crate::error::Result;
use crate::event::line::{Block, Offset};
use crate::sys::simulated::{Failure, SimulatedDisk};
use crate::sys::storage::{Patience, Storage};

/// One run of a writer: its batches, each so many lines, and when they are flushed.
#[derive(Clone, Copy)]
struct Run {
    batches: &'static [u64],
    sync: Sync,
}

/// A batch that somebody tried to append, and whether it was acknowledged.
#[derive(Clone)]
struct Tried {
    lines: Vec<String>,
    is_acknowledged: bool,
}

/// Small appends, batches of several lines, several batches in one run, and enough of them to seal.
const HISTORY: &[Run] = &[
    Run { batches: &[1], sync: Sync::End },
    Run { batches: &[3], sync: Sync::End },
    Run { batches: &[2, 1], sync: Sync::Batch },
    Run { batches: &[1, 2, 2], sync: Sync::End },
    Run { batches: &[1], sync: Sync::Batch },
];

thread_local! {
    /// Whether every second batch has a mark.
    static IS_MARKED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Does a test without marks and with them.
fn without_and_with_marks(test: impl Fn()) {
    for is_marked in [false, true] {
        IS_MARKED.set(is_marked);
        test();
    }
}

/// A consumer whose results the batches are.
const CONSUMER: &str = "orders/copy";

fn directory() -> &'static Path {
    Path::new("s")
}

fn storage(disk: &SimulatedDisk) -> Arc<dyn Storage> {
    Arc::new(disk.clone())
}

/// The lines of a batch: never the same twice, and long enough to lie in several sectors.
fn lines_of(number: usize, count: u64) -> Vec<String> {
    let padding = "x".repeat(300);
    (0..count).map(|line| format!("{{\"batch\":{number},\"line\":{line},\"pad\":\"{padding}\"}}\n")).collect()
}

fn has_mark(batch: u64) -> bool {
    IS_MARKED.get() && batch.is_multiple_of(2)
}

/// The number of the batch that a line belongs to.
fn batch_of(line: &str) -> Option<u64> {
    serde_json::from_str::<serde_json::Value>(line).ok()?["batch"].as_u64()
}

/// Does one run, and notes what came of it.
fn append(disk: &SimulatedDisk, run: Run, tried: &mut Vec<Tried>) -> Result<()> {
    let before = tried.len();
    let done = attempt(disk, run, tried);
    // A run says that its batches are stored when it is over, and not before.
    tried[before..].iter_mut().for_each(|batch| batch.is_acknowledged = done.is_ok());
    done
}

fn attempt(disk: &SimulatedDisk, run: Run, tried: &mut Vec<Tried>) -> Result<()> {
    let stream = Stream::create(storage(disk), directory())?;
    let (mut writer, _) = stream.writer(Patience::None, run.sync)?;
    let mut batches = read(disk)?.into_iter().filter_map(|line| batch_of(&line));
    let last = batches.rfind(|number| has_mark(*number));
    assert_eq!(
        writer.mark_of(CONSUMER).map(|mark| mark.next),
        last.map(|last| last + 1),
        "the mark is that of the last batch that has one"
    );
    for &count in run.batches {
        let lines = lines_of(tried.len(), count);
        tried.push(Tried { lines: lines.clone(), is_acknowledged: false });
        if has_mark(tried.len() as u64 - 1) {
            writer.set_mark(CONSUMER, Mark { next: tried.len() as u64, place: None })?;
        }
        writer.append(lines.concat().as_bytes(), count)?;
    }
    let receipt = writer.finish_durable()?;
    let mut frontier = Frontier::default();
    read(disk)?.iter().for_each(|line| frontier.push_lines(line.as_bytes()));
    assert_eq!(receipt.get().root, frontier.root(), "the receipt has the root over the lines that are there");
    Ok(())
}

/// What a reader without a lock sees.
fn read(disk: &SimulatedDisk) -> Result<Vec<String>> {
    let stream = Stream::open(storage(disk), directory())?;
    let mut reader = stream.search_from(Offset(0), index::Search::new(1 << 20))?;
    let (mut block, mut lines) = (Block::default(), Vec::new());
    while reader.next_block(&mut block)? {
        for line in block.lines() {
            assert_eq!(line.offset, Offset(lines.len() as u64), "offsets are line numbers");
            lines.push(String::from_utf8_lossy(line.bytes).into_owned() + "\n");
        }
    }
    Ok(lines)
}

/// Whether `seen` is every acknowledged batch, whole and in order, with others whole or absent.
fn is_faithful(seen: &[String], tried: &[Tried]) -> bool {
    let mut rest = seen;
    for batch in tried {
        match rest.strip_prefix(&batch.lines[..]) {
            Some(behind) => rest = behind,
            None if batch.is_acknowledged => return false,
            None => {}
        }
    }
    rest.is_empty()
}

/// Looks at a disk as a reader does, lets a writer repair it, and looks again.
fn judge(disk: &SimulatedDisk, tried: &[Tried]) -> std::result::Result<(), String> {
    let before = match is_readable(disk) {
        true => read(disk).map_err(|error| format!("cannot be read: {error:?}"))?,
        false => Vec::new(),
    };
    if !is_faithful(&before, tried) {
        return Err(format!("a reader sees {} lines that are not what was stored", before.len()));
    }
    let mut tried = tried.to_vec();
    let more = Run { batches: &[2], sync: Sync::End };
    append(disk, more, &mut tried).map_err(|error| format!("cannot be appended to: {error:?}"))?;
    let after = read(disk).map_err(|error| format!("cannot be read after the repair: {error:?}"))?;
    match is_faithful(&after, &tried) && after.starts_with(&before) {
        true => Ok(()),
        false => Err(format!("{} lines before the repair, {} after it", before.len(), after.len())),
    }
}

/// A directory that lost everything in it to a power cut is no stream yet.
fn is_readable(disk: &SimulatedDisk) -> bool {
    disk.list(directory()).is_ok_and(|names| !names.is_empty())
}

/// Judges the outcomes of a power cut now.
fn judge_power_cuts(disk: &SimulatedDisk, tried: &[Tried]) -> std::result::Result<(), String> {
    disk.after_power_cut(7)
        .iter()
        .enumerate()
        .try_for_each(|(number, cut)| judge(cut, tried).map_err(|why| format!("power cut {number}: {why}")))
}

/// A new disk with a stream that seals early, after so many runs of the history.
fn disk_after(runs: usize, tried: &mut Vec<Tried>) -> SimulatedDisk {
    let disk = SimulatedDisk::default();
    disk.create_directory(directory()).expect("an empty disk takes a directory");
    let settings = disk.open(&directory().join("stream.toml"), crate::sys::storage::Open::Create, true);
    let settings = settings.expect("a file can be made");
    settings.write_all_at(b"segment-bytes = 2000\n", 0).expect("a file can be written");
    settings.sync().expect("a file can be flushed");
    for path in [".", "s"] {
        disk.sync_directory(Path::new(path)).expect("a directory can be flushed");
    }
    for &run in &HISTORY[..runs] {
        append(&disk, run, tried).expect("a healthy disk takes every append");
    }
    disk
}

/// Lets each call of each run meet `failure`, and hands the disk behind it to `check`.
fn with_every_call_failed(
    failure: Failure,
    check: impl Fn(&SimulatedDisk, &[Tried]) -> std::result::Result<(), String>,
) {
    for (runs, &run) in HISTORY.iter().enumerate() {
        let mut number = 0;
        loop {
            let mut tried = Vec::new();
            let disk = disk_after(runs, &mut tried);
            let calls = disk.calls();
            disk.fail_at(calls + number + 1, failure);
            // The run may succeed all the same; the oracle believes what it said.
            let _ = append(&disk, run, &mut tried);
            let was_met = disk.calls() > calls + number;
            check(&disk.after_kill(), &tried)
                .unwrap_or_else(|why| panic!("run {runs}, call {number}, {failure:?}: {why}"));
            if !was_met {
                break;
            }
            number += 1;
        }
        assert!(number > 10, "an append makes more than {number} calls");
    }
}

#[test]
fn a_healthy_history_is_read_back_across_segments() {
    let mut tried = Vec::new();
    let disk = disk_after(HISTORY.len(), &mut tried);
    let wanted: Vec<String> = tried.iter().flat_map(|batch| batch.lines.clone()).collect();
    assert_eq!(read(&disk).expect("a healthy stream can be read"), wanted);
    let names = disk.list(directory()).expect("a directory can be listed");
    assert!(
        names.iter().filter(|name| super::segment::first_offset(name).is_some()).count() > 1,
        "{names:?}"
    );
}

#[test]
fn a_power_cut_after_an_append_takes_nothing_that_was_acknowledged() {
    without_and_with_marks(|| {
        for runs in 0..=HISTORY.len() {
            let mut tried = Vec::new();
            let disk = disk_after(runs, &mut tried);
            judge_power_cuts(&disk, &tried).unwrap_or_else(|why| panic!("after {runs} runs: {why}"));
        }
    });
}

#[test]
fn a_kill_at_any_call_leaves_whole_batches() {
    without_and_with_marks(|| with_every_call_failed(Failure::Killed, judge));
}

#[test]
fn a_power_cut_at_any_call_leaves_whole_batches() {
    without_and_with_marks(|| with_every_call_failed(Failure::Killed, judge_power_cuts));
}

#[test]
fn a_power_cut_after_a_kill_and_an_append_takes_nothing_that_was_acknowledged() {
    let again = |disk: &SimulatedDisk, tried: &[Tried]| {
        let mut tried = tried.to_vec();
        let again = append(disk, Run { batches: &[2], sync: Sync::End }, &mut tried);
        again.map_err(|error| format!("cannot be appended to: {error:?}"))?;
        judge_power_cuts(disk, &tried)
    };
    without_and_with_marks(|| with_every_call_failed(Failure::Killed, again));
}

#[test]
fn a_full_disk_and_a_bad_one_at_any_call_leave_whole_batches() {
    without_and_with_marks(|| {
        with_every_call_failed(Failure::Error(std::io::ErrorKind::StorageFull), judge);
        with_every_call_failed(Failure::Error(std::io::ErrorKind::Other), judge_power_cuts);
    });
}

#[test]
fn the_oracle_notices_a_disk_that_lies_about_flushing() {
    let mut tried = Vec::new();
    let disk = disk_after(1, &mut tried);
    disk.ignore_sync();
    append(&disk, HISTORY[1], &mut tried).expect("the disk says that all is well");
    assert!(judge_power_cuts(&disk, &tried).is_err());
}

#[test]
fn the_oracle_notices_half_a_batch_and_batches_out_of_order() {
    let tried: Vec<Tried> =
        (0..2).map(|number| Tried { lines: lines_of(number, 2), is_acknowledged: number == 0 }).collect();
    let all: Vec<String> = tried.iter().flat_map(|batch| batch.lines.clone()).collect();
    assert!(is_faithful(&all, &tried) && is_faithful(&all[..2], &tried));
    assert!(!is_faithful(&all[..3], &tried), "half of the second batch");
    assert!(!is_faithful(&all[2..], &tried), "the acknowledged batch is missing");
    assert!(!is_faithful(&[&all[2..], &all[..2]].concat(), &tried), "the wrong order");
}

#[test]
fn rot_in_the_last_batch_is_refused_however_it_was_flushed() {
    for run in [
        Run { batches: &[2], sync: Sync::End },
        Run { batches: &[1, 2], sync: Sync::End },
        Run { batches: &[1, 2, 1], sync: Sync::End },
        Run { batches: &[1, 2], sync: Sync::Batch },
    ] {
        let disk = disk_after(0, &mut Vec::new());
        append(&disk, run, &mut Vec::new()).expect("a healthy disk takes every append");
        let path = directory().join(super::segment::file_name(Offset(0)));
        let bytes = disk.content(&path).expect("the segment is there");
        let file =
            disk.open(&path, crate::sys::storage::Open::Write, true).expect("the segment can be opened");
        file.write_all_at(b"?", bytes.len() as u64 - 10).expect("a file can be written");
        let damaged = disk.content(&path);
        let stream = Stream::open(storage(&disk), directory()).expect("the stream is there");
        let refused = stream.writer(Patience::None, Sync::End).err();
        let kind = refused.map(|error| error.kind());
        assert_eq!(kind, Some(crate::error::Kind::Data), "{:?} {:?}", run.batches, run.sync);
        assert_eq!(disk.content(&path), damaged, "nothing was cut");
    }
}
