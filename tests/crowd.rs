//! A hundred writers at once, each with a hundred appends: every batch is stored once and whole, at the offset that
//! its receipt says, and the batches of one writer stand in its order. Without the lock the same crowd must fail.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bourn::error::Result;
use bourn::event::line::{Block, Offset};
use bourn::log::Stream;
use bourn::log::writer::Sync;
use bourn::sys::disk::Disk;
use bourn::sys::storage::{File, Lock, Metadata, Open, Patience, Storage};

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

/// Appends the batches of a writer; gives their first offsets.
fn write(storage: &Arc<dyn Storage>, path: &Path, writer: u64, appends: u64) -> Result<Vec<u64>> {
    let append = |number| {
        let stream = Stream::create(storage.clone(), path)?;
        let lines = lines(writer, number);
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        // A single line is stored together with those of others.
        if lines.len() == 1
            && let Some(waiting) = stream.append_one(text.as_bytes(), Patience::Forever)?
        {
            return Ok(waiting.acknowledge()?.get().first.0);
        }
        let (mut log, _) = stream.writer(Patience::Forever, Sync::End)?;
        log.append(text.as_bytes(), lines.len() as u64)?;
        Ok(log.finish()?.0.first.0)
    };
    (0..appends).map(append).collect()
}

fn read(stream: &Stream) -> Result<Vec<String>> {
    let mut reader = stream.read_from(Offset(0))?;
    let (mut found, mut block) = (Vec::new(), Block::default());
    while reader.next_block(&mut block)? {
        found.extend(block.lines().map(|line| String::from_utf8_lossy(line.bytes).trim_end().to_owned()));
    }
    Ok(found)
}

/// Lets the crowd write; gives how many segments there are, or what is wrong.
fn crowd(storage: &Arc<dyn Storage>, writers: u64, appends: u64) -> Result<u64, String> {
    let directory = directory();
    let path = directory.path().join("crowd");
    std::fs::create_dir(&path).map_err(|error| error.to_string())?;
    std::fs::write(path.join("stream.toml"), "segment-bytes = 50000\n").map_err(|error| error.to_string())?;
    let receipts: Result<Vec<Vec<u64>>> = std::thread::scope(|scope| {
        let begin = |writer| {
            scope.spawn({
                let path = &path;
                move || write(storage, path, writer, appends)
            })
        };
        let writers: Vec<_> = (0..writers).map(begin).collect();
        writers.into_iter().map(|writer| writer.join().expect("a writer does not panic")).collect()
    });
    let receipts = receipts.map_err(|error| error.to_string())?;
    let stream = Stream::open(storage.clone(), &path).map_err(|error| error.to_string())?;
    let found = read(&stream).map_err(|error| error.to_string())?;
    let mut count = 0;
    for (writer, firsts) in receipts.iter().enumerate() {
        if !firsts.is_sorted() {
            return Err(format!("the batches of writer {writer} are out of order: {firsts:?}"));
        }
        for (number, &first) in firsts.iter().enumerate() {
            let lines = lines(writer as u64, number as u64);
            let first = first as usize;
            if found.get(first..first + lines.len()) != Some(&lines) {
                return Err(format!("batch {number} of writer {writer} is not at its offset {first}"));
            }
            count += lines.len();
        }
    }
    if found.len() != count {
        return Err(format!("{} lines instead of {count}", found.len()));
    }
    let report = stream.verify(Vec::new()).map_err(|error| error.to_string())?;
    if report.findings.is_empty() { Ok(report.segments) } else { Err(format!("{:?}", report.findings)) }
}

#[test]
fn a_hundred_writers_with_a_hundred_appends_each_lose_and_mix_nothing() {
    let storage: Arc<dyn Storage> = Arc::new(Disk);
    let segments = crowd(&storage, 100, 100).expect("nothing is lost or mixed");
    assert!(segments > 5, "{segments} segments");
}

/// A disk whose lock everybody gets at once.
struct Unlocked(Disk);

struct NoLock;

impl Lock for NoLock {}

impl Storage for Unlocked {
    fn open(&self, path: &Path, how: Open, no_follow: bool) -> io::Result<Box<dyn File>> {
        self.0.open(path, how, no_follow)
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.0.metadata(path)
    }

    fn is_link(&self, path: &Path) -> bool {
        self.0.is_link(path)
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<PathBuf>> {
        self.0.list(directory)
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        self.0.create_directory(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.remove(path)
    }

    fn restrict(&self, path: &Path, private: bool) -> io::Result<()> {
        self.0.restrict(path, private)
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        self.0.sync_directory(path)
    }

    fn lock(&self, _: &Path, _: Patience) -> io::Result<Box<dyn Lock>> {
        Ok(Box::new(NoLock))
    }

    fn is_writable(&self, directory: &Path) -> bool {
        self.0.is_writable(directory)
    }
    fn is_network(&self, path: &Path) -> io::Result<bool> {
        self.0.is_network(path)
    }

    fn lock_shared(&self, _: &Path) -> io::Result<Box<dyn Lock>> {
        Ok(Box::new(NoLock))
    }

    fn is_locked(&self, _: &Path) -> io::Result<bool> {
        Ok(false)
    }

    fn is_held(&self, _: &Path, _: &Path) -> io::Result<bool> {
        Ok(false)
    }
}

#[test]
fn without_the_lock_the_crowd_is_caught() {
    let storage: Arc<dyn Storage> = Arc::new(Unlocked(Disk));
    crowd(&storage, 16, 50).expect_err("writers without a lock lose batches");
}
