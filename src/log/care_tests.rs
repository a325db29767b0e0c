//! Making, repairing, sealing and looking at a stream, on a disk that dies and loses power at every call.

use std::path::Path;
use std::sync::Arc;

use super::care::Repair;
use super::writer::Sync;
use super::*;
use crate::error::Kind;
use crate::event::line::Block;
use crate::sys::simulated::{Failure, SimulatedDisk};
use crate::sys::storage::{Open, Patience};

const STREAM: &str = "s";

fn settings() -> Settings {
    let fields = Choice { time: Some(".at".to_owned()), ..Choice::default() };
    Settings { fields, segment_bytes: 40, ..Settings::default() }
}

fn init(disk: &SimulatedDisk) -> Result<(Stream, bool)> {
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    Stream::init(&storage, Path::new(STREAM), &settings())
}

fn append(stream: &Stream, lines: &str) -> Result<()> {
    let (mut writer, _) = stream.writer(Patience::None, Sync::Batch)?;
    writer.append(lines.as_bytes(), lines.lines().count() as u64)?;
    writer.finish().map(|_| ())
}

fn text(stream: &Stream) -> String {
    let mut reader = stream.search_from(Offset(0), index::Search::new(1 << 20)).expect("a reader");
    let (mut block, mut text) = (Block::default(), String::new());
    while reader.next_block(&mut block).expect("it reads") {
        text.push_str(&String::from_utf8_lossy(&block.bytes));
    }
    text
}

/// The overview is what reading everything gives.
fn check_overview(stream: &Stream) {
    let (found, text) = (stream.overview().expect("an overview"), text(stream));
    assert_eq!(found.events, text.lines().count() as u64);
    assert_eq!(found.last, text.lines().last().map(|line| line.as_bytes().to_vec()));
    assert_eq!(found.segments, stream.segments().expect("segments").len());
}

fn repair(stream: &Stream) -> Repair {
    stream.repair(Patience::None).expect("it is repaired")
}

#[test]
fn a_stream_that_was_made_is_there_with_its_settings_whenever_the_power_fails() {
    let whole = SimulatedDisk::default();
    init(&whole).expect("a stream");
    for call in 1..=whole.calls() + 1 {
        let disk = SimulatedDisk::default();
        disk.fail_at(call, Failure::Killed);
        let is_made = init(&disk).is_ok();
        for cut in disk.after_power_cut(10) {
            if is_made {
                let stream = Stream::open(Arc::new(cut.clone()), Path::new(STREAM)).expect("it is there");
                assert_eq!(*stream.settings(), settings());
            }
            let (stream, _) = init(&cut).unwrap_or_else(|error| panic!("again after call {call}: {error}"));
            assert_eq!(*stream.settings(), settings());
            append(&stream, "{}\n").expect("it appends");
        }
    }
}

#[test]
fn a_stream_that_is_there_is_left_as_it_is() {
    let disk = SimulatedDisk::default();
    assert!(init(&disk).expect("a stream").1);
    assert!(!init(&disk).expect("the same again").1);
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let other = Settings { segment_bytes: 7, ..Settings::default() };
    let error = Stream::init(&storage, Path::new(STREAM), &other).err().expect("other settings");
    assert_eq!(error.kind(), Kind::Conflict);
    let plain =
        Stream::init(&storage, Path::new(STREAM), &Settings::default()).expect("no settings asked for");
    assert_eq!(*plain.0.settings(), settings());
}

/// Appends, and seals in between; gives how many of the five steps were acknowledged.
fn live(disk: &SimulatedDisk) -> usize {
    let Ok((stream, _)) = init(disk) else { return 0 };
    let steps: [&dyn Fn() -> Result<()>; 4] = [
        &|| append(&stream, "{\"n\":1}\n{\"n\":2}\n"),
        &|| stream.seal_active(Patience::None).map(|_| ()),
        &|| append(&stream, "{\"n\":3}\n"),
        &|| append(&stream, "{\"n\":4,\"long\":\"xxxxxxxxxxxxxxxxxxxxxxxxx\"}\n{\"n\":5}\n"),
    ];
    steps.iter().take_while(|step| step().is_ok()).count()
}

#[test]
fn a_repair_loses_nothing_settles_everything_and_done_again_does_nothing() {
    let whole = SimulatedDisk::default();
    assert_eq!(live(&whole), 4);
    let least = [0, 2, 2, 3, 5];
    for call in 1..=whole.calls() {
        let disk = SimulatedDisk::default();
        disk.fail_at(call, Failure::Killed);
        let acknowledged = live(&disk);
        for cut in disk.after_power_cut(8).into_iter().chain([disk.after_kill()]) {
            let Ok(stream) = Stream::open(Arc::new(cut.clone()), Path::new(STREAM)) else {
                assert_eq!(acknowledged, 0);
                continue;
            };
            check_overview(&stream);
            let before = text(&stream);
            let first = repair(&stream);
            assert!(first.events >= least[acknowledged], "call {call}: {first:?}");
            assert_eq!(text(&stream), before, "call {call}");
            let again = repair(&stream);
            assert_eq!(again, Repair { done: Vec::new(), ..first }, "call {call}");
            check_overview(&stream);
        }
    }
}

#[test]
fn an_empty_segment_is_not_sealed_and_a_sealed_one_begins_another() {
    let disk = SimulatedDisk::default();
    let (stream, _) = init(&disk).expect("a stream");
    assert_eq!(stream.seal_active(Patience::None).expect("nothing to seal").0, None);
    append(&stream, "{\"n\":1}\n").expect("it appends");
    let sealing = stream.seal_active(Patience::None).expect("it seals").0.expect("a segment");
    assert_eq!((sealing.first, sealing.next, sealing.bytes), (Offset(0), Offset(1), 8));
    assert_eq!(stream.seal_active(Patience::None).expect("nothing to seal").0, None);
    append(&stream, "{\"n\":2}\n").expect("it appends");
    assert_eq!(text(&stream), "{\"n\":1}\n{\"n\":2}\n");
    check_overview(&stream);
}

#[test]
fn a_sealed_segment_of_another_size_is_rot() {
    let disk = SimulatedDisk::default();
    assert_eq!(live(&disk), 4);
    let stream = Stream::open(Arc::new(disk.clone()), Path::new(STREAM)).expect("a stream");
    let path = stream.segments().expect("segments")[0].path.clone();
    disk.restrict(&path, true).expect("it can be written again");
    let file = disk.open(&path, Open::Write, true).expect("a file");
    file.write_all_at(b"{}\n", 16).expect("it is written");
    let error = stream.repair(Patience::None).expect_err("rot");
    assert_eq!(error.kind(), Kind::Data, "{error}");
}

#[test]
fn the_last_line_is_found_however_long_it_is() {
    let disk = SimulatedDisk::default();
    let (stream, _) = init(&disk).expect("a stream");
    append(&stream, &format!("{{}}\n{{\"long\":\"{}\"}}\n", "x".repeat(300_000))).expect("it appends");
    check_overview(&stream);
}

#[test]
fn a_file_system_of_another_machine_takes_appends_only_when_it_is_trusted() {
    let disk = SimulatedDisk::default();
    let (stream, _) = init(&disk).expect("a stream");
    append(&stream, "{\"n\":1}\n").expect("it appends");
    disk.move_away();
    let error = append(&stream, "{\"n\":2}\n").expect_err("it is not trusted");
    assert!(error.to_string().contains("--unsafe-fs"), "{error}");
    assert_eq!(text(&stream), "{\"n\":1}\n");
    append(&stream.clone().on_unsafe_fs(), "{\"n\":2}\n").expect("it is trusted");
    assert_eq!(text(&stream), "{\"n\":1}\n{\"n\":2}\n");
}
