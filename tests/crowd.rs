//! A hundred writers at once, each with a hundred appends: every batch is stored once and whole, at the offset that
//! its receipt says, and the batches of one writer stand in its order.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bourn::event::line::{Block, Offset};
use bourn::log::Stream;
use bourn::log::writer::Sync;
use bourn::sys::disk::Disk;
use bourn::sys::storage::{Patience, Storage};

const WRITERS: u64 = 100;
const APPENDS: u64 = 100;

/// What is tested is the lock, and flushing ten thousand times takes its time: a file system in memory will do.
fn directory() -> tempfile::TempDir {
    let memory = PathBuf::from("/dev/shm");
    let is_writable = memory.is_dir().then(|| tempfile::tempdir_in(memory).ok()).flatten();
    is_writable.unwrap_or_else(|| tempfile::tempdir().expect("a directory"))
}

fn lines(writer: u64, number: u64) -> Vec<String> {
    let line = |at| format!("{{\"writer\":{writer},\"number\":{number},\"at\":{at}}}");
    (0..1 + (writer + number) % 3).map(line).collect()
}

/// Appends all batches of a writer; gives their first offsets.
fn write(path: &Path, writer: u64) -> Vec<u64> {
    let storage: Arc<dyn Storage> = Arc::new(Disk);
    let append = |number| {
        let stream = Stream::create(storage.clone(), path).expect("a stream");
        let (mut log, warnings) = stream.writer(Patience::Forever, Sync::End).expect("the lock comes");
        assert_eq!(warnings, [] as [String; 0]);
        let lines = lines(writer, number);
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        log.append(text.as_bytes(), lines.len() as u64).expect("it is written");
        log.finish().expect("it is stored").0.first.0
    };
    (0..APPENDS).map(append).collect()
}

#[test]
fn a_hundred_writers_with_a_hundred_appends_each_lose_and_mix_nothing() {
    let directory = directory();
    let path = directory.path().join("crowd");
    std::fs::create_dir(&path).expect("a directory");
    std::fs::write(path.join("stream.toml"), "segment-bytes = 50000\n").expect("settings");
    let receipts: Vec<Vec<u64>> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS).map(|writer| (writer, path.clone())).collect();
        let writers: Vec<_> =
            writers.into_iter().map(|(writer, path)| scope.spawn(move || write(&path, writer))).collect();
        writers.into_iter().map(|writer| writer.join().expect("it ends")).collect()
    });
    let stream = Stream::open(Arc::new(Disk), &path).expect("the stream");
    let mut reader = stream.read_from(Offset(0)).expect("a reader");
    let (mut found, mut block) = (Vec::new(), Block::default());
    while reader.next_block(&mut block).expect("it reads") {
        found.extend(block.lines().map(|line| String::from_utf8_lossy(line.bytes).trim_end().to_owned()));
    }
    let mut count = 0;
    for (writer, firsts) in receipts.iter().enumerate() {
        assert!(firsts.is_sorted(), "writer {writer}");
        for (number, &first) in firsts.iter().enumerate() {
            let lines = lines(writer as u64, number as u64);
            let first = first as usize;
            assert_eq!(found[first..first + lines.len()], lines, "batch {number} of writer {writer}");
            count += lines.len();
        }
    }
    assert_eq!(found.len(), count);
    let report = stream.verify(Vec::new()).expect("it is verified");
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    assert!(report.segments > 5, "{} segments", report.segments);
}
