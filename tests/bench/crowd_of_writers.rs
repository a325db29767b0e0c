//! Writers of single lines, each a thread with its own open files and locks, on a real directory whose flushes take
//! longer than the device needs.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bourn::log::Stream;
use bourn::log::writer::Sync;
use bourn::sys::disk::Disk;
use bourn::sys::storage::{File, Lock, Metadata, Open, Patience, Storage};

/// A disk whose flushes of files take longer.
struct SlowDisk {
    disk: Disk,
    slower: Duration,
}

struct SlowFile {
    file: Box<dyn File>,
    slower: Duration,
}

impl File for SlowFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }

    fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        self.file.read_at(buffer, position)
    }

    fn write_all_at(&self, bytes: &[u8], position: u64) -> io::Result<()> {
        self.file.write_all_at(bytes, position)
    }

    fn truncate(&self, bytes: u64) -> io::Result<()> {
        self.file.truncate(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        std::thread::sleep(self.slower);
        self.file.sync()
    }

    fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }
}

impl Storage for SlowDisk {
    fn open(&self, path: &Path, how: Open, no_follow: bool) -> io::Result<Box<dyn File>> {
        let file = self.disk.open(path, how, no_follow)?;
        match self.slower.is_zero() {
            true => Ok(file),
            false => Ok(Box::new(SlowFile { file, slower: self.slower })),
        }
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.disk.metadata(path)
    }

    fn is_link(&self, path: &Path) -> bool {
        self.disk.is_link(path)
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<PathBuf>> {
        self.disk.list(directory)
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        self.disk.create_directory(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }

    fn restrict(&self, path: &Path, private: bool) -> io::Result<()> {
        self.disk.restrict(path, private)
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        self.disk.sync_directory(path)
    }

    fn lock(&self, path: &Path, patience: Patience) -> io::Result<Box<dyn Lock>> {
        self.disk.lock(path, patience)
    }

    fn lock_shared(&self, path: &Path) -> io::Result<Box<dyn Lock>> {
        self.disk.lock_shared(path)
    }

    fn is_network(&self, path: &Path) -> io::Result<bool> {
        self.disk.is_network(path)
    }

    fn is_writable(&self, directory: &Path) -> bool {
        self.disk.is_writable(directory)
    }

    fn is_locked(&self, path: &Path) -> io::Result<bool> {
        self.disk.is_locked(path)
    }

    fn is_held(&self, path: &Path, askers: &Path) -> io::Result<bool> {
        self.disk.is_held(path, askers)
    }
}

/// Lets `writers` append `appends` lines each to a new stream; gives how many appends a second were acknowledged.
pub fn rate(writers: u64, appends: u64, slower: Duration) -> f64 {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    let path = directory.path().join("stream");
    let storage: Arc<dyn Storage> = Arc::new(SlowDisk { disk: Disk, slower });
    append(&storage, &path, 0);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..writers {
            scope.spawn(|| (0..appends).for_each(|number| append(&storage, &path, number)));
        }
    });
    let took = begun.elapsed().as_secs_f64();
    let stream = Stream::open(storage, &path).expect("the stream is there");
    assert_eq!(stream.end().expect("it reads").0, 1 + writers * appends, "every append is there once");
    (writers * appends) as f64 / took
}

/// One append as a process of its own does it: nothing is kept open in between.
fn append(storage: &Arc<dyn Storage>, path: &Path, number: u64) {
    let line =
        format!("{{\"eventType\":\"Counted\",\"streamId\":\"writer\",\"data\":{{\"number\":{number}}}}}\n");
    let stream = Stream::create(storage.clone(), path).expect("the stream opens");
    match stream.append_one(line.as_bytes(), Patience::Forever).expect("it is written") {
        Some(waiting) => drop(waiting.acknowledge().expect("it is flushed")),
        None => {
            let (mut writer, _) = stream.writer(Patience::Forever, Sync::End).expect("the stream is free");
            writer.append(line.as_bytes(), 1).expect("it is written");
            writer.finish().expect("it is flushed");
        }
    }
}
